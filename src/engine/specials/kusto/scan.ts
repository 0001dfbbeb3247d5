// Kusto's scan: rows in order go through steps, each of which remembers the row it took last (https://learn.microsoft.com/kusto/query/scan-operator).

import { setField, type Value } from '../../../ir/event.ts'
import type { Scalar, ValueType } from '../../../ir/predicate.ts'
import { joinKeys, keyOf, type Row } from '../../row.ts'
import type { StageRow, StageSite } from '../signature.ts'
import { records, withColumns } from './parse.ts'
import { type Maybe, page } from './values.ts'

interface Step {
  readonly name: string
  readonly output: string
  readonly optional: boolean
  readonly where: (row: Row) => Maybe
  readonly set: readonly { readonly name: string; readonly value: (row: Row) => Maybe }[]
}

/** What a step holds: the columns of the row it took last, and which match that belongs to. */
interface State {
  readonly fields: Readonly<Record<string, Value>>
  readonly match: number
  /** What the steps before it held when this match came here. */
  readonly before: readonly (State | undefined)[]
}

function stepsOf(site: StageSite): readonly Step[] {
  return records(site.args.steps).map((step, index): Step => {
    const assigned = Array.isArray(step.set) ? (step.set as readonly Value[]).map(String) : []
    return {
      name: String(step.name),
      output: String(step.output),
      optional: step.optional === true,
      where: site.compute(site.args[`where:${index}`] as Scalar),
      set: assigned.map(name => ({ name, value: site.compute(site.args[`set:${index}:${name}`] as Scalar) })),
    }
  })
}

export const scan: StageRow = {
  name: 'kusto:scan',
  manual: page('scan-operator'),
  header: ({ args, header }) => {
    const declared = records(args.declared).map(column => ({ name: String(column.name), type: column.type as ValueType }))
    const match = typeof args.match === 'string' ? [{ name: args.match, type: 'long' as const }] : []
    return withColumns(header, [...declared, ...match])
  },
  start(site, out) {
    const steps = stepsOf(site)
    const declared = records(site.args.declared).map(column => String(column.name))
    const defaults = declared.map(name => {
      const scalar = site.args[`default:${name}`]
      return scalar === undefined ? undefined : site.compute(scalar as Scalar)
    })
    const parts = Object.keys(site.args)
      .filter(name => name.startsWith('partition:'))
      .map(name => site.compute(site.args[name] as Scalar))
    const match = typeof site.args.match === 'string' ? site.args.match : undefined
    const states = new Map<string, (State | undefined)[]>()
    let matches = 0

    /** The row with what the steps hold beside it, under `step.column`. */
    function beside(row: Row, held: readonly (State | undefined)[]): Row {
      const fields: Record<string, Value> = { ...row.fields }
      for (const [index, step] of steps.entries()) {
        const state = held[index]
        for (const [at, name] of declared.entries()) {
          const value = state === undefined ? defaults[at]?.(row) : undefined
          if (value !== undefined && value !== null) setField(fields, `${step.name}.${name}`, value)
        }
        if (state !== undefined)
          for (const name of Object.keys(state.fields)) setField(fields, `${step.name}.${name}`, state.fields[name]!)
      }
      return { ...row, fields }
    }

    function taken(row: Row, index: number, held: readonly (State | undefined)[], number: number): State {
      const step = steps[index]!
      const seen = beside(row, held)
      const fields: Record<string, Value> = { ...row.fields }
      for (const [at, name] of declared.entries()) {
        const before = held[index] ?? held[index - 1]
        const value = before !== undefined && Object.hasOwn(before.fields, name) ? before.fields[name] : defaults[at]?.(row)
        if (value !== undefined && value !== null) setField(fields, name, value)
      }
      for (const { name, value } of step.set) {
        const made = value(seen)
        if (made === undefined || made === null) delete fields[name]
        else setField(fields, name, made)
      }
      return { fields, match: number, before: held.slice(0, index) }
    }

    return {
      push(row) {
        const key = joinKeys(parts.map(part => keyOf(part(row)) ?? '\u0000'))
        let held = states.get(key)
        if (held === undefined) {
          held = steps.map(() => undefined)
          states.set(key, held)
          site.hold(row)
        }
        // From the last step to the first, so that a row moves a match on by one step.
        for (let index = steps.length - 1; index >= 0; index--) {
          const step = steps[index]!
          const own = held[index]
          let from = index - 1
          while (from >= 0 && held[from] === undefined && steps[from]!.optional) from--
          const last = from < 0 ? undefined : held[from]
          const before = last === undefined ? [] : [...last.before, last]
          let state: State | undefined
          // The match of the step before is moved on; else the step's own goes on; else the first step begins one.
          if (last !== undefined && step.where(beside(row, before)) === true) {
            state = taken(row, index, before, last.match)
            held[from] = undefined
          } else if (own !== undefined && step.where(beside(row, [...own.before, own])) === true)
            state = taken(row, index, [...own.before, own], own.match)
          else if (own === undefined && last === undefined && from < 0 && step.where(beside(row, [])) === true)
            state = taken(row, index, [], matches++)
          else continue
          held[index] = state
          if (step.output === 'none' || (step.output === 'last' && index < steps.length - 1)) continue
          const fields: Record<string, Value> = { ...state.fields }
          if (match !== undefined) setField(fields, match, state.match)
          out.push({ ...row, fields })
        }
      },
      close: () => out.close(),
      get done() {
        return out.done === true
      },
    }
  },
}

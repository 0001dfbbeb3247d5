// A query over tables as a question about streams: the rows go in as the tables would hold them, and it is asked whether any row comes out.

import { castValue } from '../engine/cast.ts'
import type { Header } from '../engine/specials/signature.ts'
import { buildPlan } from '../engine/tables/build.ts'
import { type Event, setField, type Value } from '../ir/event.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { ValueType } from '../ir/predicate.ts'
import { Limit } from './limits.ts'
import { tableField } from './sides.ts'
import type { Run } from './streams.ts'

export interface RowsOptions {
  /** The columns of a table with their types, where these are known. */
  readonly columns: (table: string) => Header['columns']
  /** The tables that a name stands for; none: every row is in it. */
  readonly tables: (name: string) => readonly string[]
  /** The text of an event, where a product searches that. */
  readonly text?: (event: Event) => string
}

/** A query made ready to be asked of streams, or why it cannot be run. */
export function rowsRun(query: Pipeline, options: RowsOptions): { readonly run: Run } | { readonly beyond: string } {
  const plan = buildPlan(query, { header: name => ({ columns: options.columns(name), open: true }) })
  const [problem] = plan.problems
  if (problem !== undefined) return { beyond: problem.message }
  const typed = plan.leaves.map(leaf =>
    leaf.kind === 'table' && query.rules === 'kusto'
      ? new Map(options.columns(leaf.name).flatMap(({ name, type }) => (type === undefined ? [] : [[name, type] as const])))
      : undefined,
  )
  const taken = plan.leaves.map(leaf => (leaf.kind === 'table' ? new Set(options.tables(leaf.name)) : undefined))
  if (plan.leaves.some(leaf => leaf.kind === 'class')) return { beyond: 'it reads events and tables' }
  const run: Run = stream => {
    let found = false
    const pass = plan.start(
      {
        now: (stream.at(-1)?.time ?? 0) + 1,
        report: finding => {
          if (finding.code === 'ENG301' || finding.severity === 'error') throw new Limit(finding.message)
        },
      },
      {
        push() {
          found = true
        },
        close() {},
      },
    )
    for (const [order, event] of stream.entries())
      for (const [place, leaf] of plan.leaves.entries()) {
        const names = taken[place]
        if (leaf.kind !== 'table' || names === undefined) continue
        const own = event.fields[tableField]
        if (names.size > 0 && typeof own === 'string' && !names.has(own)) continue
        pass.push(place, {
          time: event.time,
          ticks: event.ticks,
          order,
          fields: heldFields(event.fields, typed[place]),
          events: [],
          schema: '',
          branch: 0,
        })
      }
    for (const place of plan.order) pass.close(place)
    return found
  }
  return { run }
}

/** The fields of an event as columns of their types hold them, without the mark of its table. */
function heldFields(fields: Event['fields'], types: ReadonlyMap<string, ValueType> | undefined): Event['fields'] {
  const out: Record<string, Value> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name === tableField) continue
    const held = types === undefined ? value : castValue(value, types.get(name))
    if (held !== undefined) setField(out, name, held)
  }
  return out
}

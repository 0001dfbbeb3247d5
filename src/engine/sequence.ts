// Steps in time, by key: all of them within a time in any order (temporal), or one after the other (temporal_ordered, EQL sequence).

import type { Value } from '../ir/event.ts'
import type { From } from '../ir/pipeline.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { define } from './aggregate.ts'
import { missing } from './missing.ts'
import {
  asEvent,
  gather,
  joinKeys,
  keyOf,
  type Lost,
  mostHeld,
  nothing,
  type Operator,
  type OperatorOptions,
  type Row,
  reportFull,
  reportLost,
  within,
} from './row.ts'
import { compileScalar, unknownScalars } from './scalar.ts'
import { Sliding } from './sliding.ts'

export type Sequence = Extract<From, { kind: 'sequence' }>

/** Why a sequence cannot run here; empty when it can. `createSequence` asks for an empty answer. */
export function checkSequence(from: Sequence): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  const cannot = (message: string): void => {
    found.push({ code: 'ENG143', severity: 'error', message, span: from.span })
  }
  const steps = from.until === undefined ? from.steps : [...from.steps, from.until]
  if (from.steps.length === 0) cannot('a sequence without steps matches nothing')
  if (from.match === 'every') cannot('a sequence that reports every combination cannot be run')
  if (from.steps.some(step => step.absent === true)) {
    if (!from.ordered) cannot('events in any order of which some must be missing cannot be run')
    if (from.within === undefined || from.steps.every(step => step.absent === true))
      cannot('an event can be missing within a time only, beside one that is there')
  }
  if (from.until?.absent === true) cannot('the end of a sequence cannot be missing')
  if (steps.some(step => step.until !== undefined)) cannot('a step with an end of its own cannot be run')
  if (steps.some(step => step.times !== undefined && !(Number.isInteger(step.times) && step.times > 0 && step.times <= 1000))) {
    cannot('a step must repeat from 1 to 1000 times')
  }
  if (from.within !== undefined && !(from.within >= 0)) cannot(`a sequence within ${from.within} ms holds nothing`)
  for (const name of steps.flatMap(step => step.by.flatMap(by => unknownScalars(by.value))))
    cannot(`${name} cannot be computed as a key`)
  return found
}

/**
 * Runs a sequence over rows in order of time; a row's `branch` is the place of its step, that of `until` the number of steps.
 *
 * In any order: per key, once when every step has its rows within the time, and again after that was no longer so. One
 * event may serve several steps.
 *
 * In order: per key, the earliest row that completes the steps within the time, each no earlier than the one before it
 * (equal times in arrival order) and each another event; the match ends there and the next begins after it. Of several
 * rows that could begin it, the latest does. With steps that must be absent: `missing.ts`.
 *
 * The result has the keys as columns, under the name of the first step's field, and the time of the completing row.
 */
export function createSequence(from: Sequence, options: OperatorOptions = {}): Operator {
  const lost: Lost = { untimed: 0, ungrouped: 0, late: 0, cut: 0 }
  const steps = [...from.steps, ...(from.until === undefined ? [] : [from.until])].map(step =>
    step.by.map(by => ({ read: compileScalar(by.value), optional: by.optional ?? false })),
  )
  const names = from.steps[0]!.by.map(({ value }, index) => (value.kind === 'field' ? value.name : `key${index + 1}`))
  const absent = from.steps.some(step => step.absent === true)
  const machine = absent
    ? missing(from, lost, options)
    : from.ordered
      ? inOrder(from, lost, options)
      : together(from, lost, options)

  function keysOf(row: Row): { readonly key: string; readonly columns: Readonly<Record<string, Value>> } | undefined {
    const event = asEvent(row)
    const keys: string[] = []
    const columns: Record<string, Value> = {}
    for (const [index, { read, optional }] of (steps[row.branch] ?? []).entries()) {
      const value = read(event)
      const key = keyOf(value)
      if (key !== undefined) define(columns, names[index] ?? `key${index + 1}`, value!)
      else if (!optional) return undefined
      keys.push(key ?? '\u0000absent')
    }
    return { key: joinKeys(keys), columns }
  }

  return {
    lost,
    push(row) {
      if (row.time === undefined) {
        lost.untimed++
        return nothing
      }
      const keys = keysOf(row)
      if (keys === undefined) {
        lost.ungrouped++
        return nothing
      }
      return machine.push(row, keys.key, keys.columns)
    },
    finish() {
      const last = machine.finish()
      reportLost(lost, options)
      return last
    },
  }
}

interface Machine {
  push(row: Row, key: string, columns: Readonly<Record<string, Value>>): readonly Row[]
  finish(): readonly Row[]
}

function together(from: Sequence, lost: Lost, options: OperatorOptions): Machine {
  const wanted = from.steps.map(step => step.times ?? 1)
  let opening: Readonly<Record<string, Value>> = {}
  const sliding = new Sliding<{ readonly counts: number[]; readonly columns: Readonly<Record<string, Value>> }, number>(
    {
      open: () => ({ counts: wanted.map(() => 0), columns: opening }),
      add(state, row) {
        state.counts[row.branch] = (state.counts[row.branch] ?? 0) + 1
        return row.branch
      },
      remove(state, branch) {
        state.counts[branch] = state.counts[branch]! - 1
      },
      holds: group => wanted.every((times, index) => group.state.counts[index]! >= times),
      result({ entries, state }) {
        const last = entries.at(entries.length - 1)!.row
        return { ...last, fields: state.columns, ...gather(entries.length, at => entries.at(at)!.row) }
      },
    },
    from.within ?? Number.POSITIVE_INFINITY,
    true,
    lost,
    options,
  )
  return {
    push(row, key, columns) {
      if (row.branch >= wanted.length) {
        sliding.pass(row)
        sliding.clear(key)
        return nothing
      }
      opening = columns
      return sliding.push(row, key)
    },
    finish: () => nothing,
  }
}

/** A beginning of a match: its latest row and how it came there. */
interface Chain {
  readonly row: Row
  readonly start: Row
  readonly before?: Chain
}

interface Progress {
  readonly key: string
  readonly columns: Readonly<Record<string, Value>>
  /** By length less one: of the chains of that length, the one that began last. It can be continued wherever the others can. */
  readonly chains: (Chain | undefined)[]
}

function inOrder(from: Sequence, lost: Lost, options: OperatorOptions): Machine {
  const size = from.within ?? Number.POSITIVE_INFINITY
  const held = options.held ?? mostHeld
  /** The step (its place) that each link of a chain asks for: a step that repeats is several links. */
  const links = from.steps.flatMap((step, index) => Array<number>(step.times ?? 1).fill(index))
  /** By key, in the order of their latest beginning: what can no longer be completed is in front. */
  const all = new Map<string, Progress>()
  let now: Row | undefined
  /** By key, the chains as they were before the event that is looked at, so that it serves one step only. */
  const before = new Map<string, readonly (Chain | undefined)[]>()
  /** Keys that this event completed: it begins nothing there. */
  const done = new Set<string>()

  /** Another event: what can no longer be completed is given up. */
  function pass(row: Row): void {
    before.clear()
    done.clear()
    for (const [key, { chains }] of all) {
      if (within(chains[0]!.start, row, size)) break
      all.delete(key)
    }
  }

  /** Continues the chains of a key by a row at one link; the rows of the match when that completes it. */
  function advance(row: Row, progress: Progress, link: number): Row[] | undefined {
    const continued = link === 0 ? undefined : before.get(progress.key)![link - 1]
    if (link > 0 && (continued === undefined || !within(continued.start, row, size))) return undefined
    const chain: Chain = { row, start: continued?.start ?? row, before: continued }
    if (link === links.length - 1) {
      const rows: Row[] = []
      for (let at: Chain | undefined = chain; at !== undefined; at = at.before) rows.push(at.row)
      return rows.reverse()
    }
    const other = progress.chains[link]
    if (other !== undefined && sameTime(other.start, chain.start)) return undefined
    progress.chains[link] = chain
    if (link === 0) {
      all.delete(progress.key)
      all.set(progress.key, progress)
    }
    return undefined
  }

  return {
    push(row, key, columns) {
      if (now !== undefined && earlier(row, now)) {
        // It has no place in the order any more: what came after it is already used or given up.
        lost.late++
        return nothing
      }
      if (now === undefined || now.order !== row.order || !sameTime(now, row)) pass(row)
      now = row
      if (row.branch >= from.steps.length) {
        all.delete(key)
        return nothing
      }
      if (done.has(key)) return nothing
      const progress = all.get(key) ?? { key, columns, chains: [] }
      if (!before.has(key)) before.set(key, [...progress.chains])
      for (let link = 0; link < links.length; link++) {
        if (row.branch !== links[link]) continue
        const rows = advance(row, progress, link)
        if (rows === undefined) continue
        all.delete(key)
        done.add(key)
        return [{ ...row, fields: progress.columns, ...gather(rows.length, index => rows[index]!) }]
      }
      if (all.size > held) {
        if (lost.cut++ === 0) reportFull(held, options)
        const oldest = all.keys().next()
        if (!oldest.done) all.delete(oldest.value)
      }
      return nothing
    },
    finish: () => nothing,
  }
}

const sameTime = (a: Row, b: Row): boolean => a.time === b.time && (a.ticks ?? 0) === (b.ticks ?? 0)

const earlier = (a: Row, b: Row): boolean => a.time! < b.time! || (a.time === b.time && (a.ticks ?? 0) < (b.ticks ?? 0))

/** What it reports before anything runs. */
export const codes: Readonly<Record<string, string>> = {
  ENG143: 'a sequence cannot be run',
}

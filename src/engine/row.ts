// What the stateful half of the engine works on: rows that survived the front of a pipeline, their order in time, and the keys that group them.

import { asText, type Event, isRecord, type Value } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { asNumber } from './number.ts'

/** What survives the stateless front of a pipeline, or what a correlation found. */
export interface Row {
  /** Milliseconds UTC, and the 100 ns within; a row without time never joins a window. */
  readonly time?: number
  readonly ticks?: number
  /** The place in arrival (source, index): breaks ties of time. Rows made from one event carry the same. */
  readonly order: number
  /** Under the names of the query: fields of the event and columns that `extend` added, or group columns and measures. */
  readonly fields: Readonly<Record<string, Value>>
  /** The event, or the events that contributed: at most 1,000, the first and the last ones. */
  readonly events: readonly Event[]
  /** How many contributing events `events` leaves out (of a row with several, between the first and the last, it counts one). */
  readonly omitted?: number
  /** The schema through which the event was read. */
  readonly schema: string
  /** Which query of a union, or which step of a sequence, the row came through (from 0). */
  readonly branch: number
}

/** A stage with state: rows go in by time, results come out. */
export interface Operator {
  push(row: Row): readonly Row[]
  /** What is left to say when the input ends; rows are no longer taken. */
  finish(): readonly Row[]
  readonly lost: Readonly<Lost>
}

/** Rows that could not take part, by reason. */
export interface Lost {
  /** Had no time, where a window asks for one. */
  untimed: number
  /** Lacked a column that groups. */
  ungrouped: number
  /** Came when the window they belong to had passed. */
  late: number
  /** Left a window early, or were not taken, because as many rows as allowed are held. */
  cut: number
}

export interface OperatorOptions {
  /** How many rows (or values, where no window lets them go) are held at most. Default 200,000. */
  readonly held?: number
  /** Told at `finish` about rows that could not take part, and once when the bound is met. */
  readonly report?: (finding: Diagnostic) => void
  /** What the finding calls the query, such as the title of its rule. */
  readonly name?: string
  /** The instant that is now in a query over tables, in milliseconds UTC. */
  readonly now?: number
  /** What queries over tables hold together in one run. */
  readonly shared?: { bytes: number; events: number }
}

export const mostHeld = 200_000

export const nothing: readonly Row[] = []

/** Earlier is negative. Rows without time come after those with one, in order of arrival. */
export function compareTimes(a: Row, b: Row): number {
  if (a.time === undefined || b.time === undefined) return a.time === b.time ? 0 : a.time === undefined ? 1 : -1
  return a.time - b.time || (a.ticks ?? 0) - (b.ticks ?? 0)
}

/** The order in which rows are looked at: time, arrival, branch. Total on rows of different events or branches. */
export function compareRows(a: Row, b: Row): number {
  return compareTimes(a, b) || a.order - b.order || a.branch - b.branch
}

/** Whether a row at `end` is still within `size` milliseconds of one at `start`, the edge included, to 100 ns. */
export function within(start: Row, end: Row, size: number): boolean {
  const passed = end.time! - start.time!
  return passed < size || (passed === size && (end.ticks ?? 0) <= (start.ticks ?? 0))
}

/** The row as the matcher looks at it. */
export function asEvent(row: Row): Event {
  return { fields: row.fields, time: row.time, ticks: row.ticks }
}

/** A finite number for arithmetic, as a double: numbers, decimal and `0x` text; what is beyond 10^300 is no measured amount. */
export function asAmount(value: Value | undefined): number | undefined {
  const number = asNumber(value)
  if (number === undefined) return undefined
  const amount = Number(number)
  return amount >= -1e300 && amount <= 1e300 ? amount : undefined
}

const deepest = 32

/**
 * The text by which values are told apart in groups and distinct counts: text exactly, case and all; numbers by their
 * decimal text, so that `5` and `"5"` are one; lists and records by their members. Undefined for an absent value and null.
 */
export function keyOf(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  const text = asText(value)
  return text === undefined ? `\u0000${structure(value, 0)}` : text
}

function structure(value: Value, depth: number): string {
  if (depth > deepest) return '…'
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(member => structure(member, depth + 1)).join(',')}]`
  if (!isRecord(value)) return value === null ? 'null' : JSON.stringify(asText(value))
  const names = Object.keys(value).sort()
  return `{${names.map(name => `${JSON.stringify(name)}:${structure(value[name]!, depth + 1)}`).join(',')}}`
}

/** Several keys as one, in which no two lists of keys look alike. */
export function joinKeys(keys: readonly string[]): string {
  return keys.length === 1 ? keys[0]! : keys.map(key => `${key.length}:${key}`).join('')
}

const half = 500

/** The events of contributing rows, each once: of the first rows up to 500, of the last up to 500, and how many are left out between. */
export function gather(
  count: number,
  at: (index: number) => Row,
): { readonly events: readonly Event[]; readonly omitted?: number } {
  if (count === 1) return { events: at(0).events, omitted: at(0).omitted }
  const first = new Set<Event>()
  let omitted = 0
  let from = 0
  for (; from < count && first.size < half; from++) {
    const row = at(from)
    omitted += row.omitted ?? 0
    for (const event of row.events) {
      if (first.size < half) first.add(event)
      else if (!first.has(event)) omitted++
    }
  }
  const last = new Set<Event>()
  let to = count - 1
  for (; to >= from && last.size < half; to--) {
    const row = at(to)
    omitted += row.omitted ?? 0
    for (let index = row.events.length - 1; index >= 0; index--) {
      const event = row.events[index]!
      if (first.has(event)) continue
      if (last.size < half) last.add(event)
      else if (!last.has(event)) omitted++
    }
  }
  // What lies between is counted by rows, in order that a result costs the same however large its window is.
  omitted += to - from + 1
  return { events: [...first, ...[...last].reverse()], omitted: omitted === 0 ? undefined : omitted }
}

/** The findings of an operator at its end; each speaks of rows that could not take part. */
export function reportLost(lost: Readonly<Lost>, options: OperatorOptions): void {
  const of = options.name === undefined ? '' : ` of "${options.name}"`
  const say = (code: string, count: number, message: string, hint: string): void => {
    if (count > 0)
      options.report?.({ code, severity: 'note', message: `${count} match${count === 1 ? '' : 'es'}${of} ${message}`, hint })
  }
  say('ENG340', lost.untimed, 'had no time and joined no window', 'a correlation needs the time of its events')
  say(
    'ENG341',
    lost.ungrouped,
    'lacked a group-by field and joined no group',
    'group by a field that these events have, or alias it',
  )
  say('ENG342', lost.late, 'came too late for their window', 'sort the logs by time, or let more matches be held')
}

/** The finding when a window is cut short, told once. */
export function reportFull(held: number, options: OperatorOptions): void {
  const of = options.name === undefined ? '' : ` of "${options.name}"`
  options.report?.({
    code: 'ENG343',
    severity: 'warning',
    message: `more than ${held} matches${of} fall into one window; the earliest leave it early and results may be missed`,
    hint: 'make the rules it refers to narrower or the timespan shorter',
  })
}

/** What stateful stages report. */
export const codes: Readonly<Record<string, string>> = {
  ENG340: 'matches without time joined no window',
  ENG341: 'matches without a group-by field joined no group',
  ENG342: 'matches came too late for their window',
  ENG343: 'a window holds as many matches as allowed',
}

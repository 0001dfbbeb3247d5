// Times of ES|QL: milliseconds since 1970 in UTC, from what documents hold.

import type { Value } from '../../../ir/event.ts'
import { parseTime } from '../../../ir/time.ts'
import type { FunctionRow } from '../signature.ts'
import { alone, row, text } from './making.ts'

/** 100 ns ticks from the year 1 to 1970: times that a hunt computes come as such ticks. */
const unixEpoch = 621_355_968_000_000_000n

/** A time in milliseconds: a number as it is, ticks as bigint, a text as ISO 8601. */
export function millisecondsOf(value: Value | undefined): number | undefined {
  const one = alone(value)
  if (typeof one === 'bigint') return one > unixEpoch / 2n ? Number((one - unixEpoch) / 10_000n) : Number(one)
  if (typeof one === 'number') return Number.isFinite(one) ? one : undefined
  return typeof one === 'string' ? parseTime(one)?.time : undefined
}

const most = 8_640_000_000_000_000
const valid = (time: number): number | undefined => (Math.abs(time) <= most ? time : undefined)

/** Adds months to a date; a day that the month lacks is its last. */
function addMonths(time: number, months: number): number {
  const date = new Date(time)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.getTime()
}

const monthsIn: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }

/** A length of time: milliseconds, or a number of months and longer told as text (`-3 month`). */
function added(time: number, span: Value | undefined): number | undefined {
  if (typeof span === 'number') return valid(time + span)
  const found = typeof span === 'string' ? /^(-?\d+(?:\.\d+)?) (month|quarter|year)$/.exec(span) : null
  return found === null ? undefined : valid(addMonths(time, Number(found[1]) * monthsIn[found[2]!]!))
}

const day = 86_400_000

function truncated(time: number, span: Value | undefined): number | undefined {
  if (typeof span === 'number') {
    if (!(span > 0)) return undefined
    // Weeks begin on Monday; 1970 began on a Thursday.
    const shift = span % (7 * day) === 0 ? 4 * day : 0
    return Math.floor((time - shift) / span) * span + shift
  }
  const found = typeof span === 'string' ? /^(\d+) (month|quarter|year)$/.exec(span) : null
  if (found === null) return undefined
  const months = Number(found[1]) * monthsIn[found[2]!]!
  const date = new Date(time)
  const count = date.getUTCFullYear() * 12 + date.getUTCMonth()
  const start = months === 0 ? count : Math.floor(count / months) * months
  const at = new Date(0)
  at.setUTCFullYear(Math.floor(start / 12), ((start % 12) + 12) % 12, 1)
  return valid(at.getTime())
}

const lengths: Readonly<Record<string, number>> = {
  nanosecond: 1e-6,
  nanoseconds: 1e-6,
  ns: 1e-6,
  microsecond: 1e-3,
  microseconds: 1e-3,
  mcs: 1e-3,
  millisecond: 1,
  milliseconds: 1,
  ms: 1,
  second: 1000,
  seconds: 1000,
  ss: 1000,
  s: 1000,
  minute: 60_000,
  minutes: 60_000,
  mi: 60_000,
  n: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  hh: 3_600_000,
  day: day,
  days: day,
  dd: day,
  d: day,
  week: 7 * day,
  weeks: 7 * day,
  wk: 7 * day,
  ww: 7 * day,
}
const months: Readonly<Record<string, number>> = {
  month: 1,
  months: 1,
  mm: 1,
  m: 1,
  quarter: 3,
  quarters: 3,
  qq: 3,
  q: 3,
  year: 12,
  years: 12,
  yyyy: 12,
  yy: 12,
}

function difference(unit: string, from: number, to: number): number | undefined {
  const length = Object.hasOwn(lengths, unit) ? lengths[unit] : undefined
  if (length !== undefined) return Math.trunc((to - from) / length)
  const size = Object.hasOwn(months, unit) ? months[unit] : undefined
  if (size === undefined) return undefined
  const [a, b] = [new Date(from), new Date(to)]
  let whole = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth()
  // A month that is not full yet does not count.
  if (whole > 0 && addMonths(from, whole) > to) whole--
  else if (whole < 0 && addMonths(from, whole) < to) whole++
  return Math.trunc(whole / size)
}

const parts: Readonly<Record<string, (date: Date) => number>> = {
  year: date => date.getUTCFullYear(),
  month_of_year: date => date.getUTCMonth() + 1,
  day_of_month: date => date.getUTCDate(),
  day_of_week: date => ((date.getUTCDay() + 6) % 7) + 1,
  hour_of_day: date => date.getUTCHours(),
  minute_of_hour: date => date.getUTCMinutes(),
  minute_of_day: date => date.getUTCHours() * 60 + date.getUTCMinutes(),
  second_of_minute: date => date.getUTCSeconds(),
  epoch_day: date => Math.floor(date.getTime() / day),
}

/** `yyyy-MM-dd HH:mm:ss` and the like: the letters that are read, each as its text. */
const letters: Readonly<Record<string, (date: Date) => string>> = {
  yyyy: date => String(date.getUTCFullYear()).padStart(4, '0'),
  yy: date => String(date.getUTCFullYear() % 100).padStart(2, '0'),
  MM: date => String(date.getUTCMonth() + 1).padStart(2, '0'),
  dd: date => String(date.getUTCDate()).padStart(2, '0'),
  HH: date => String(date.getUTCHours()).padStart(2, '0'),
  mm: date => String(date.getUTCMinutes()).padStart(2, '0'),
  ss: date => String(date.getUTCSeconds()).padStart(2, '0'),
  SSS: date => String(date.getUTCMilliseconds()).padStart(3, '0'),
  H: date => String(date.getUTCHours()),
  e: date => String(((date.getUTCDay() + 6) % 7) + 1),
  EEEE: date => ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][date.getUTCDay()]!,
  EEE: date => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getUTCDay()]!,
}

function formatted(time: number, format: string): string | undefined {
  const date = new Date(time)
  let out = ''
  for (const found of format.matchAll(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+/g)) {
    const [whole, quoted, letter] = found
    if (quoted !== undefined) out += quoted === '' ? "'" : quoted
    else if (letter === undefined) out += whole
    else if (Object.hasOwn(letters, whole)) out += letters[whole]!(date)
    else return undefined
  }
  return out
}

export const dates: readonly FunctionRow[] = [
  row('date', 1, 1, 'long', ([value]) => millisecondsOf(value)),
  row('date-parse', 1, 2, 'long', args => millisecondsOf(args.at(-1))),
  row('date-add', 2, 2, 'long', ([time, span]) => {
    const from = millisecondsOf(time)
    return from === undefined ? undefined : added(from, span)
  }),
  row('date-trunc', 2, 2, 'long', ([time, span]) => {
    const from = millisecondsOf(time)
    return from === undefined ? undefined : truncated(from, span)
  }),
  row('date-diff', 3, 3, 'long', ([unit, from, to]) => {
    const name = text(unit)
    const [a, b] = [millisecondsOf(from), millisecondsOf(to)]
    return name === undefined || a === undefined || b === undefined ? undefined : difference(name.toLowerCase(), a, b)
  }),
  row('date-extract', 2, 2, 'long', ([part, time]) => {
    const name = text(part)?.toLowerCase()
    const at = millisecondsOf(time)
    if (name === undefined || at === undefined || valid(at) === undefined || !Object.hasOwn(parts, name)) return undefined
    return parts[name]!(new Date(at))
  }),
  row('date-format', 1, 2, 'string', args => {
    const at = millisecondsOf(args.at(-1))
    const format = args.length === 2 ? text(args[0]) : undefined
    if (at === undefined || valid(at) === undefined) return undefined
    return format === undefined ? new Date(at).toISOString() : formatted(at, format)
  }),
]

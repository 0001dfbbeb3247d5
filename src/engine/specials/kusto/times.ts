// Kusto's functions over dates and lengths of time, all in UTC (https://learn.microsoft.com/kusto/query/scalar-functions#datetime-and-timespan-functions).

import type { ValueType } from '../../../ir/predicate.ts'
import { daysInMonth, lastTick, partsOf, ticksOfDate, ticksPerDay, ticksPerSecond, unixEpoch } from '../../../ir/ticks.ts'
import type { FunctionRow } from '../signature.ts'
import { type Arguments, amount, count, type Maybe, page, row } from './values.ts'

const tick = (value: Maybe): bigint | undefined => (typeof value === 'bigint' ? value : undefined)
const inCalendar = (at: bigint | undefined): bigint | undefined => (at === undefined || at < 0n || at > lastTick ? undefined : at)

/** Days since the year 1; 1 January of the year 1 was a Monday. */
const weekday = (days: number): number => (days + 1) % 7

/** A date moved by months; a day that the month does not have is its last. */
function plusMonths(at: bigint, months: number): bigint | undefined {
  const { year, month, day } = partsOf(at)
  const index = year * 12 + (month - 1) + months
  const [newYear, newMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1]
  if (newYear < 1 || newYear > 9999) return undefined
  const date = ticksOfDate(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)))
  return date === undefined ? undefined : date + (at % ticksPerDay)
}

type Period = 'day' | 'week' | 'month' | 'year'

/** The beginning of the period a date is in, moved by a number of periods. Weeks begin on Sunday. */
function startOf(at: bigint, period: Period, offset: number): bigint | undefined {
  const { year, month, days } = partsOf(at)
  switch (period) {
    case 'day':
      return inCalendar(BigInt(days + offset) * ticksPerDay)
    case 'week':
      return inCalendar(BigInt(days - weekday(days) + 7 * offset) * ticksPerDay)
    case 'month': {
      const first = ticksOfDate(year, month, 1)
      return first === undefined ? undefined : plusMonths(first, offset)
    }
    case 'year':
      return ticksOfDate(year + offset, 1, 1)
  }
}

const starts = (period: Period): FunctionRow =>
  row(`startof${period}`, { args: [1, 2], type: 'datetime' }, ([of, offset]) => {
    const at = tick(of)
    return at === undefined ? undefined : startOf(at, period, count(offset) ?? 0)
  })

const ends = (period: Period): FunctionRow =>
  row(`endof${period}`, { args: [1, 2], type: 'datetime' }, ([of, offset]) => {
    const at = tick(of)
    if (at === undefined) return undefined
    const next = startOf(at, period, (count(offset) ?? 0) + 1)
    return next === undefined ? lastTick : next - 1n
  })

/** A part of a date, by its name and its plural. */
function part(at: bigint, name: string): number | undefined {
  const parts = partsOf(at)
  switch (name.toLowerCase().replace(/s$/, '')) {
    case 'year':
      return parts.year
    case 'quarter':
      return Math.ceil(parts.month / 3)
    case 'month':
      return parts.month
    case 'week_of_year':
    case 'week':
    case 'weekofyear':
      return isoWeek(parts.days)
    case 'day':
      return parts.day
    case 'dayofyear':
    case 'day_of_year':
      return dayOfYear(at)
    case 'hour':
      return parts.hour
    case 'minute':
      return parts.minute
    case 'second':
      return parts.second
    case 'millisecond':
      return Math.floor(parts.ticks / 10_000)
    case 'microsecond':
      return Math.floor(parts.ticks / 10)
    case 'nanosecond':
      return parts.ticks * 100
    default:
      return undefined
  }
}

function dayOfYear(at: bigint): number {
  const { year, days } = partsOf(at)
  return days - Number(ticksOfDate(year, 1, 1)! / ticksPerDay) + 1
}

/** The week of ISO 8601: that of the year's first Thursday is the first. */
function isoWeek(days: number): number {
  const thursday = days - ((weekday(days) + 6) % 7) + 3
  const { year } = partsOf(BigInt(thursday) * ticksPerDay)
  const first = Number(ticksOfDate(year, 1, 1)! / ticksPerDay)
  return Math.floor((thursday - first) / 7) + 1
}

const lengths: Readonly<Record<string, bigint>> = {
  week: 7n * ticksPerDay,
  day: ticksPerDay,
  hour: 36_000_000_000n,
  minute: 600_000_000n,
  second: ticksPerSecond,
  millisecond: 10_000n,
  microsecond: 10n,
}

/** Boundaries of a period that lie between two dates, negative when the first is the earlier. */
function difference([name, a, b]: Arguments): Maybe {
  const [x, y] = [tick(a), tick(b)]
  if (typeof name !== 'string' || x === undefined || y === undefined) return undefined
  const period = name.toLowerCase()
  const [first, second] = [partsOf(x), partsOf(y)]
  if (period === 'year') return first.year - second.year
  if (period === 'quarter') return (first.year - second.year) * 4 + Math.ceil(first.month / 3) - Math.ceil(second.month / 3)
  if (period === 'month') return (first.year - second.year) * 12 + first.month - second.month
  if (period === 'week') return Math.floor((first.days - weekday(first.days) - (second.days - weekday(second.days))) / 7)
  if (period === 'nanosecond') return Number((x - y) * 100n)
  if (!Object.hasOwn(lengths, period)) return undefined
  const length = lengths[period]!
  return Number(x / length - y / length)
}

function added([name, amountOf, of]: Arguments): Maybe {
  const at = tick(of)
  const by = count(amountOf)
  if (typeof name !== 'string' || at === undefined || by === undefined) return undefined
  const period = name.toLowerCase()
  if (period === 'year') return plusMonths(at, by * 12)
  if (period === 'quarter') return plusMonths(at, by * 3)
  if (period === 'month') return plusMonths(at, by)
  if (period === 'nanosecond') return inCalendar(at + BigInt(Math.trunc(by / 100)))
  return Object.hasOwn(lengths, period) ? inCalendar(at + BigInt(by) * lengths[period]!) : undefined
}

const padded = (value: number, width: number): string => String(value).padStart(width, '0')

/** A date by a format of letters (https://learn.microsoft.com/kusto/query/format-datetime-function): `yyyy-MM-dd HH:mm:ss.fff tt`. */
function formatted(at: bigint, format: string): string {
  const { year, month, day, hour, minute, second, ticks } = partsOf(at)
  const half = hour % 12 === 0 ? 12 : hour % 12
  const fraction = padded(ticks, 7)
  return format.replace(/y+|M+|d+|H+|h+|m+|s+|f+|F+|t+/g, run => {
    switch (run[0]) {
      case 'y':
        return run.length > 2 ? padded(year, 4) : padded(year % 100, run.length)
      case 'M':
        return padded(month, run.length)
      case 'd':
        return padded(day, run.length)
      case 'H':
        return padded(hour, run.length)
      case 'h':
        return padded(half, run.length)
      case 'm':
        return padded(minute, run.length)
      case 's':
        return padded(second, run.length)
      case 'f':
        return fraction.slice(0, run.length)
      case 'F':
        return fraction.slice(0, run.length).replace(/0+$/, '')
      default:
        return run.length === 1 ? (hour < 12 ? 'A' : 'P') : hour < 12 ? 'AM' : 'PM'
    }
  })
}

/** A length of time by a format of letters: `d.hh:mm:ss.fff` (https://learn.microsoft.com/kusto/query/format-timespan-function). */
function formattedSpan(length: bigint, format: string): string {
  const ticks = length < 0n ? -length : length
  const seconds = Number((ticks % ticksPerDay) / ticksPerSecond)
  const fraction = padded(Number(ticks % ticksPerSecond), 7)
  return format.replace(/d+|H+|h+|m+|s+|f+|F+/g, run => {
    switch (run[0]) {
      case 'd':
        return padded(Number(ticks / ticksPerDay), run.length)
      case 'H':
      case 'h':
        return padded(Math.floor(seconds / 3600), run.length)
      case 'm':
        return padded(Math.floor(seconds / 60) % 60, run.length)
      case 's':
        return padded(seconds % 60, run.length)
      case 'f':
        return fraction.slice(0, run.length)
      default:
        return fraction.slice(0, run.length).replace(/0+$/, '')
    }
  })
}

const partRow = (name: string, type: ValueType, of: (at: bigint) => Maybe): FunctionRow =>
  row(name, { args: [1], type }, ([value]) => {
    const at = tick(value)
    return at === undefined ? undefined : of(at)
  })

const unix = (name: string, ticks: number): FunctionRow =>
  row(`unixtime_${name}_todatetime`, { args: [1], type: 'datetime' }, ([value]) => {
    if (typeof value === 'bigint')
      return inCalendar(unixEpoch + (ticks >= 1 ? value * BigInt(ticks) : value / BigInt(Math.round(1 / ticks))))
    const number = amount(value)
    return number === undefined || !Number.isFinite(number)
      ? undefined
      : inCalendar(unixEpoch + BigInt(Math.round(number * ticks)))
  })

const nowTicks = (millis: number): bigint => BigInt(Math.floor(millis)) * 10_000n + unixEpoch

export const timeFunctions: readonly FunctionRow[] = [
  row('now', { args: [0, 1], type: 'datetime' }, ([offset], site) => inCalendar(nowTicks(site.now()) + (tick(offset) ?? 0n))),
  row('ago', { args: [1], type: 'datetime' }, ([length], site) => {
    const ticks = tick(length)
    return ticks === undefined ? undefined : inCalendar(nowTicks(site.now()) - ticks)
  }),
  {
    name: 'kusto:ingestion_time',
    manual: page('ingestion-time-function'),
    least: 0,
    most: 0,
    type: 'datetime',
    absent: 'seen',
    // Rows that are here came when they happened, as far as anybody knows.
    lazy: () => event => {
      for (const name of ['TimeGenerated', 'Timestamp']) {
        const value = Object.hasOwn(event.fields, name) ? event.fields[name] : undefined
        if (typeof value === 'bigint') return value
      }
      return event.time === undefined ? undefined : nowTicks(event.time) + BigInt(event.ticks ?? 0)
    },
  },
  ...(['day', 'week', 'month', 'year'] as const).flatMap(period => [starts(period), ends(period)]),
  row('datetime_add', { args: [3], type: 'datetime' }, added),
  row('datetime_diff', { args: [3], type: 'long' }, difference),
  row('datetime_part', { args: [2], type: 'int' }, ([name, of]) => {
    const at = tick(of)
    return typeof name === 'string' && at !== undefined ? part(at, name) : undefined
  }),
  partRow('dayofmonth', 'int', at => partsOf(at).day),
  partRow('dayofyear', 'int', dayOfYear),
  partRow('hourofday', 'int', at => partsOf(at).hour),
  partRow('week_of_year', 'int', at => isoWeek(partsOf(at).days)),
  partRow('monthofyear', 'int', at => partsOf(at).month),
  partRow('getmonth', 'int', at => partsOf(at).month),
  partRow('getyear', 'int', at => partsOf(at).year),
  partRow('dayofweek', 'timespan', at => BigInt(weekday(partsOf(at).days)) * ticksPerDay),
  row('make_datetime', { args: [1, 7], type: 'datetime' }, args => {
    const [year, month, day, hour = 0, minute = 0] = args.slice(0, 5).map(value => count(value))
    const date = year === undefined || month === undefined || day === undefined ? undefined : ticksOfDate(year, month, day)
    const seconds = amount(args[5]) ?? 0
    if (date === undefined || hour > 23 || minute > 59 || seconds >= 60) return undefined
    return date + BigInt(hour * 60 + minute) * 600_000_000n + BigInt(Math.round(seconds * 1e7))
  }),
  row('make_timespan', { args: [2, 4], type: 'timespan' }, args => {
    const numbers = args.map(value => amount(value))
    const [days, hours, minutes, seconds] = args.length === 4 ? numbers : [0, ...numbers]
    if (days === undefined || hours === undefined || minutes === undefined) return undefined
    return (
      BigInt(Math.round(((days * 24 + hours) * 60 + minutes) * 60)) * ticksPerSecond + BigInt(Math.round((seconds ?? 0) * 1e7))
    )
  }),
  row('format_datetime', { args: [2], type: 'string' }, ([of, format]) => {
    const at = tick(of)
    return at === undefined ? '' : formatted(at, String(format))
  }),
  row('format_timespan', { args: [2], type: 'string' }, ([of, format]) => {
    const length = tick(of)
    return length === undefined ? '' : formattedSpan(length, String(format))
  }),
  unix('seconds', 10_000_000),
  unix('milliseconds', 10_000),
  unix('microseconds', 10),
  unix('nanoseconds', 0.01),
]

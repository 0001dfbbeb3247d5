// Times as logs write them, read without guessing by the host: the same text is the same instant on every machine, and what is no time is undefined.

import type { Value } from './event.ts'

/** An instant: milliseconds UTC since 1970, and the 100 ns within the millisecond (0 to 9,999). */
export interface Instant {
  readonly time: number
  readonly ticks: number
}

const day = 86_400_000

/** Days from 1970-01-01 to a date of the Gregorian calendar, also before 1970 and for years below 100, which `Date.UTC` moves to 1900. */
function dayNumber(year: number, month: number, date: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** An instant from the parts of a date, or undefined when there is no such date: month 13, 30 February, hour 25. A leap second is the first of the next minute. */
function instant(
  year: number,
  month: number,
  date: number,
  hour: number,
  minute: number,
  second: number,
  fraction: string,
  offset: number,
): Instant | undefined {
  if (month < 1 || month > 12 || date < 1 || date > daysIn(year, month)) return undefined
  if (hour > 24 || minute > 59 || second > 60 || (second === 60 && minute !== 59)) return undefined
  const whole = fraction === '' ? 0 : Number(fraction.slice(0, 7).padEnd(7, '0'))
  if (hour === 24 && (minute !== 0 || second !== 0 || whole !== 0)) return undefined
  const millis = Math.floor(whole / 10_000)
  const time = dayNumber(year, month, date) * day + hour * 3_600_000 + (minute - offset) * 60_000 + second * 1000 + millis
  return { time, ticks: whole - millis * 10_000 }
}

/** Minutes east of UTC that a zone stands for: nothing, Z, UTC, GMT, +02, +0200, +02:00. Undefined for a zone beyond a day. */
function offsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || /^(?:z|utc|gmt)$/i.test(zone)) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || '0')
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

const zonePart = '(?: ?(z|utc|gmt|[+-]\\d\\d(?::?\\d\\d)?))?'
const clockPart = '(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?'
const isoForm = new RegExp(`^(\\d{4})([-/])(\\d\\d)\\2(\\d\\d)(?:[t ]${clockPart}${zonePart})?$`, 'i')
const americanForm = new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})(?:,? ${clockPart}(?: ?([ap])m)?${zonePart})?$`, 'i')
const namedForm = new RegExp(`^([a-z]{3}) (\\d{1,2}), (\\d{4})(?:(?: @|,)? ${clockPart}(?: ?([ap])m)?${zonePart})?$`, 'i')
const epochForm = /^(\d{1,19})(?:\.(\d{1,9})\d*)?$/
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * The instant that a value tells, or undefined when it tells none. Texts without a zone are UTC. Read are
 *
 * - ISO 8601 and RFC 3339, date alone or with time, `T` or a blank, `-` or `/`, up to 9 digits of a second (kept to 100 ns): `2019-05-01T12:00:00.1234567Z`, Sysmon's `2019-05-01 12:00:00.123`;
 * - American exports, month first: `5/1/2019 12:00:00 PM`, `5/1/2019, 12:00:00.123 PM`; Kibana's `May 1, 2019 @ 12:00:00.123`;
 * - `/Date(1556712000000)/`;
 * - numbers and numeric text since 1970, by size: from 10^8 seconds, from 10^11 milliseconds, from 10^14 microseconds, from 10^17 FILETIME
 *   (100 ns since 1601), from 3·10^17 nanoseconds. A number below 10^8 is a count, a year or a date in figures, not a time.
 */
export function parseTime(value: Value): Instant | undefined {
  switch (typeof value) {
    case 'number':
      // The same as below, faster, for the whole numbers that most logs have.
      if (Number.isInteger(value) && value >= 1e8 && value < 1e14) return { time: value < 1e11 ? value * 1000 : value, ticks: 0 }
      return Number.isFinite(value) && value >= 1e8 && value < 1e19
        ? epoch(value < 1e15 ? value.toFixed(7) : value.toFixed(0))
        : undefined
    case 'bigint':
      return epoch(String(value))
    case 'string':
      return value.length <= 64 ? (plainIso(value) ?? timeOfText(value.trim())) : undefined
    default:
      return undefined
  }
}

/** The number in two digits, or NaN. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** `2019-05-01T12:00:00.1234567Z` and the like, which nearly all logs have, without a regular expression; undefined for every other form, valid or not. */
function plainIso(text: string): Instant | undefined {
  if (text.length < 19 || text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return undefined
  if (text[10] !== 'T' && text[10] !== ' ') return undefined
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const date = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  // Not a number is neither above nor below.
  if (
    !(
      month >= 1 &&
      month <= 12 &&
      date >= 1 &&
      date <= daysIn(year, month) &&
      hour <= 23 &&
      minute <= 59 &&
      second <= 59 &&
      year <= 9999
    )
  )
    return undefined
  const end = text.endsWith('Z') ? text.length - 1 : text.length
  let whole = 0
  if (end > 19) {
    if (text[19] !== '.' || end < 21 || end > 29) return undefined
    for (let at = 20; at < 27; at++) {
      const digit = at < end ? text.charCodeAt(at) - 48 : 0
      if (digit < 0 || digit > 9) return undefined
      whole = whole * 10 + digit
    }
    for (let at = 27; at < end; at++) if (text.charCodeAt(at) < 48 || text.charCodeAt(at) > 57) return undefined
  }
  const millis = Math.floor(whole / 10_000)
  const time = dayNumber(year, month, date) * day + hour * 3_600_000 + minute * 60_000 + second * 1000 + millis
  return { time, ticks: whole - millis * 10_000 }
}

/** Whether a text is a time in the form of ISO 8601 with date and clock, as programs write it: `2019-05-01T12:00:00.123Z`. */
export function plainTime(text: string): boolean {
  return plainIso(text) !== undefined
}

function timeOfText(text: string): Instant | undefined {
  const iso = isoForm.exec(text)
  if (iso !== null) {
    const offset = offsetMinutes(iso[9])
    if (offset === undefined) return undefined
    return instant(
      Number(iso[1]),
      Number(iso[3]),
      Number(iso[4]),
      Number(iso[5] ?? 0),
      Number(iso[6] ?? 0),
      Number(iso[7] ?? 0),
      iso[8] ?? '',
      offset,
    )
  }
  if (epochForm.test(text)) return epoch(text)
  const american = americanForm.exec(text)
  if (american !== null) return halfDay(Number(american[1]), american)
  const named = namedForm.exec(text)
  if (named !== null) return halfDay(months.indexOf(named[1]!.toLowerCase()) + 1, named)
  const wrapped = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(text)
  return wrapped === null ? undefined : { time: Number(wrapped[1]), ticks: 0 }
}

/** The parts after the month of the forms that may count hours to twelve: [_, _, date, year, hour, minute, second, fraction, a or p, zone]. */
function halfDay(month: number, parts: RegExpExecArray): Instant | undefined {
  let hour = Number(parts[4] ?? 0)
  const half = parts[8]?.toLowerCase()
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined
    hour = (hour % 12) + (half === 'p' ? 12 : 0)
  }
  const offset = offsetMinutes(parts[9])
  if (offset === undefined) return undefined
  return instant(
    Number(parts[3]),
    month,
    Number(parts[2]),
    hour,
    Number(parts[5] ?? 0),
    Number(parts[6] ?? 0),
    parts[7] ?? '',
    offset,
  )
}

const sinceFiletime = 11_644_473_600_000n

function epoch(text: string): Instant | undefined {
  const parts = epochForm.exec(text)
  if (parts === null) return undefined
  const whole = BigInt(parts[1]!)
  const fraction = (parts[2] ?? '').slice(0, 7).padEnd(7, '0')
  if (whole < 100_000_000n) return undefined
  if (whole < 100_000_000_000n) return ofTicks(whole * 10_000_000n + BigInt(fraction))
  if (whole < 100_000_000_000_000n) return ofTicks(whole * 10_000n + BigInt(fraction.slice(0, 4)))
  if (whole < 100_000_000_000_000_000n) return ofTicks(whole * 10n + BigInt(fraction.slice(0, 1)))
  if (whole < 300_000_000_000_000_000n) return ofTicks(whole - sinceFiletime * 10_000n)
  return whole < 9_300_000_000_000_000_000n ? ofTicks(whole / 100n) : undefined
}

/** From 100 ns since 1970, which may be before it. */
function ofTicks(all: bigint): Instant {
  const ticks = ((all % 10_000n) + 10_000n) % 10_000n
  return { time: Number((all - ticks) / 10_000n), ticks: Number(ticks) }
}

/** An instant as ISO 8601 in UTC: `2019-05-01T12:00:00.123Z`, with `ticks` given `2019-05-01T12:00:00.1234567Z`. Undefined `time` or one beyond the year 9999 is the empty text. */
export function formatTime(time: number | undefined, ticks?: number): string {
  if (time === undefined || !Number.isFinite(time) || time < -62_167_219_200_000 || time >= 253_402_300_800_000) return ''
  const text = new Date(Math.floor(time)).toISOString()
  return ticks === undefined ? text : `${text.slice(0, -1)}${String(ticks).padStart(4, '0')}Z`
}

export const dateParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type DatePart = (typeof dateParts)[number]

/** A part of an instant in UTC (sigma.md §4.6): `day` is the day of the month, `week` that of ISO 8601 (1 to 53, weeks begin on Monday, the first has the year's first Thursday). */
export function datePart(time: number, part: DatePart): number {
  const date = new Date(time)
  switch (part) {
    case 'minute':
      return date.getUTCMinutes()
    case 'hour':
      return date.getUTCHours()
    case 'day':
      return date.getUTCDate()
    case 'month':
      return date.getUTCMonth() + 1
    case 'year':
      return date.getUTCFullYear()
    case 'week': {
      const days = Math.floor(time / day)
      // 1970-01-01 was a Thursday; the Thursday of this week decides the year the week belongs to.
      const thursday = days - ((((days + 3) % 7) + 7) % 7) + 3
      const year = new Date(thursday * day).getUTCFullYear()
      return Math.floor((thursday - dayNumber(year, 1, 1)) / 7) + 1
    }
  }
}

// Splunk's functions over times: seconds since 1970, formats of C with Splunk's additions, time modifiers; all in UTC (Search Reference, "Date and Time functions", "Date and time format variables", "Time modifiers").

import type { Value } from '../../../ir/event.ts'
import type { CallSite, FunctionRow } from '../signature.ts'
import { field, list, number, text } from './values.ts'

const manual = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/DateandTimeFunctions'

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const padded = (value: number, length: number, by = '0'): string => String(Math.abs(value)).padStart(length, by)

const dayOfYear = (date: Date): number =>
  Math.floor(
    (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000,
  ) + 1

/** Week of ISO 8601, and its year. */
function isoWeek(date: Date): { readonly week: number; readonly year: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000)
  return { week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1, year: thursday.getUTCFullYear() }
}

const conversion = /%(-?)(?:(\d)([NQ])|:(z)|([A-Za-z+%]))/g

/** A time in a format; what the format has no meaning for stays as it is. */
export function strftime(seconds: number, format: string): string | undefined {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 253_402_300_800) return undefined
  const micro = Math.round((seconds - Math.floor(seconds)) * 1_000_000)
  const date = new Date((Math.floor(seconds) + Math.floor(micro / 1_000_000)) * 1000)
  const part = micro % 1_000_000
  const plain = (letter: string): string => {
    switch (letter) {
      case 'Y':
        return String(date.getUTCFullYear())
      case 'C':
        return padded(Math.floor(date.getUTCFullYear() / 100), 2)
      case 'y':
        return padded(date.getUTCFullYear() % 100, 2)
      case 'G':
        return String(isoWeek(date).year)
      case 'g':
        return padded(isoWeek(date).year % 100, 2)
      case 'm':
        return padded(date.getUTCMonth() + 1, 2)
      case 'B':
        return months[date.getUTCMonth()]!
      case 'b':
      case 'h':
        return months[date.getUTCMonth()]!.slice(0, 3)
      case 'd':
        return padded(date.getUTCDate(), 2)
      case 'e':
        return padded(date.getUTCDate(), 2, ' ')
      case 'j':
        return padded(dayOfYear(date), 3)
      case 'A':
        return days[date.getUTCDay()]!
      case 'a':
        return days[date.getUTCDay()]!.slice(0, 3)
      case 'w':
        return String(date.getUTCDay())
      case 'u':
        return String(date.getUTCDay() || 7)
      case 'U':
        return padded(Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7), 2)
      case 'W':
        return padded(Math.floor((dayOfYear(date) + 6 - ((date.getUTCDay() + 6) % 7)) / 7), 2)
      case 'V':
        return padded(isoWeek(date).week, 2)
      case 'H':
        return padded(date.getUTCHours(), 2)
      case 'k':
        return padded(date.getUTCHours(), 2, ' ')
      case 'I':
        return padded(date.getUTCHours() % 12 || 12, 2)
      case 'l':
        return padded(date.getUTCHours() % 12 || 12, 2, ' ')
      case 'M':
        return padded(date.getUTCMinutes(), 2)
      case 'S':
        return padded(date.getUTCSeconds(), 2)
      case 'p':
        return date.getUTCHours() < 12 ? 'AM' : 'PM'
      case 'f':
        return padded(part, 6)
      case 'N':
        return `${padded(part, 6)}000`
      case 'Q':
        return padded(Math.floor(part / 1000), 3)
      case 's':
        return String(Math.floor(seconds))
      case 'z':
        return '+0000'
      case 'Z':
        return 'UTC'
      case 'F':
        return `${plain('Y')}-${plain('m')}-${plain('d')}`
      case 'T':
      case 'X':
        return `${plain('H')}:${plain('M')}:${plain('S')}`
      case 'R':
        return `${plain('H')}:${plain('M')}`
      case 'D':
      case 'x':
        return `${plain('m')}/${plain('d')}/${plain('y')}`
      case 'c':
        return `${plain('a')} ${plain('b')} ${plain('e')} ${plain('T')} ${plain('Y')}`
      case '+':
        return `${plain('a')} ${plain('b')} ${plain('e')} ${plain('T')} UTC ${plain('Y')}`
      case 'n':
        return '\n'
      case 't':
        return '\t'
      case '%':
        return '%'
      default:
        return `%${letter}`
    }
  }
  return format.replace(conversion, (_, bare: string, digits: string, fraction: string, zone: string, letter: string) => {
    if (zone === 'z') return '+00:00'
    if (fraction !== undefined) return `${padded(part, 6)}000`.slice(0, Number(digits))
    const told = plain(letter)
    return bare === '-' ? told.replace(/^[0 ]+(?=\d)/, '') : told
  })
}

const escaped = (of: string): string => of.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

interface Format {
  readonly regex: RegExp
  readonly parts: readonly string[]
}

const formats = new Map<string, Format>()
const named = (of: readonly string[]): string => `(${of.flatMap(name => [name, name.slice(0, 3)]).join('|')})`

/** What each letter of a format takes from a text; every form is of bounded length, so that reading one takes little time. */
const takes: Readonly<Record<string, string>> = {
  Y: '(\\d{4})',
  y: '(\\d{2})',
  m: '(\\d{1,2})',
  d: '(\\d{1,2})',
  e: '\\s?(\\d{1,2})',
  j: '(\\d{1,3})',
  H: '(\\d{1,2})',
  k: '\\s?(\\d{1,2})',
  I: '(\\d{1,2})',
  l: '\\s?(\\d{1,2})',
  M: '(\\d{1,2})',
  S: '(\\d{1,2})',
  p: '([AaPp][Mm])',
  B: named(months),
  b: named(months),
  h: named(months),
  A: named(days),
  a: named(days),
  f: '(\\d{1,6})',
  N: '(\\d{1,9})',
  Q: '(\\d{1,9})',
  s: '(\\d{1,12}(?:\\.\\d{1,9})?)',
  z: '(Z|[+-]\\d{2}:?\\d{2})',
  Z: '([A-Za-z]{1,5}|[+-]\\d{2}:?\\d{2})',
  w: '(\\d)',
  u: '(\\d)',
}

function formatOf(format: string): Format {
  const known = formats.get(format)
  if (known !== undefined) return known
  const parts: string[] = []
  const whole = format
    .replace(/%F/g, '%Y-%m-%d')
    .replace(/%[TX]/g, '%H:%M:%S')
    .replace(/%R/g, '%H:%M')
    .replace(/%[Dx]/g, '%m/%d/%y')
    .replace(/%c/g, '%a %b %e %H:%M:%S %Y')
  let source = ''
  let at = 0
  for (const found of whole.matchAll(/%-?(?:(\d)([NQ])|:?([A-Za-z%]))/g)) {
    source += literal(whole.slice(at, found.index))
    at = found.index + found[0].length
    const letter = found[2] ?? found[3]!
    if (letter === '%') source += '%'
    else if (letter === 'n' || letter === 't') source += '\\s+'
    else if (Object.hasOwn(takes, letter)) {
      parts.push(letter)
      source += takes[letter]!
    } else source += escaped(found[0])
  }
  source += literal(whole.slice(at))
  if (formats.size > 500) formats.clear()
  const made = { regex: new RegExp(`^\\s*${source}`, 'i'), parts }
  formats.set(format, made)
  return made
}

/** Text of a format: blanks stand for any blanks. */
const literal = (of: string): string => of.split(/\s+/).map(escaped).join('\\s+')

const monthOf = (of: string): number => months.findIndex(name => name.slice(0, 3).toLowerCase() === of.slice(0, 3).toLowerCase())

function zone(of: string): number | undefined {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(of)
  if (found !== null) return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3600 + Number(found[3]) * 60)
  return /^(?:z|utc|gmt)$/i.test(of) ? 0 : undefined
}

/** Seconds since 1970 of a text in a format; undefined where it does not fit. Without a date it is today's, without a year this year's. */
export function strptime(of: string, format: string, now: number): number | undefined {
  if (of.length > 500) return undefined
  const { regex, parts } = formatOf(format)
  const found = regex.exec(of)
  if (found === null) return undefined
  const today = new Date(now)
  let year = today.getUTCFullYear()
  let month: number | undefined
  let day: number | undefined
  let hour = 0
  let minute = 0
  let second = 0
  let fraction = 0
  let afternoon: boolean | undefined
  let offset = 0
  for (const [index, letter] of parts.entries()) {
    const taken = found[index + 1]!
    switch (letter) {
      case 's':
        return Number(taken)
      case 'Y':
        year = Number(taken)
        break
      case 'y':
        year = Number(taken) + (Number(taken) < 69 ? 2000 : 1900)
        break
      case 'm':
        month = Number(taken) - 1
        break
      case 'B':
      case 'b':
      case 'h':
        month = monthOf(taken)
        break
      case 'd':
      case 'e':
        day = Number(taken)
        break
      case 'j':
        month = 0
        day = Number(taken)
        break
      case 'H':
      case 'k':
      case 'I':
      case 'l':
        hour = Number(taken)
        break
      case 'M':
        minute = Number(taken)
        break
      case 'S':
        second = Number(taken)
        break
      case 'p':
        afternoon = /^p/i.test(taken)
        break
      case 'f':
      case 'N':
      case 'Q':
        fraction = Number(`0.${taken}`)
        break
      case 'z':
      case 'Z': {
        const told = zone(taken)
        if (told === undefined && letter === 'z') return undefined
        offset = told ?? 0
        break
      }
    }
  }
  if (afternoon !== undefined) hour = (hour % 12) + (afternoon ? 12 : 0)
  const dated = month !== undefined || day !== undefined || parts.some(part => part === 'Y' || part === 'y')
  const time = dated
    ? Date.UTC(year, month ?? 0, day ?? 1, hour, minute, second)
    : Date.UTC(year, today.getUTCMonth(), today.getUTCDate(), hour, minute, second)
  if ((month ?? 0) > 11 || (day ?? 1) > 366 || hour > 24 || minute > 59 || second > 60 || !Number.isFinite(time)) return undefined
  return time / 1000 + fraction - offset
}

const lengths: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** The unit of a time modifier under one name: s, m, h, d, w, mon, q, y, w0 … w7. */
function unitOf(written: string): string | undefined {
  const word = written.toLowerCase()
  if (/^w[0-7]$/.test(word)) return word
  for (const [unit, names] of [
    ['s', /^(?:s|secs?|seconds?)$/],
    ['m', /^(?:m|mins?|minutes?)$/],
    ['h', /^(?:h|hrs?|hours?)$/],
    ['d', /^(?:d|days?)$/],
    ['w', /^(?:w|weeks?)$/],
    ['mon', /^(?:mon|months?)$/],
    ['q', /^(?:q|qtrs?|quarters?)$/],
    ['y', /^(?:y|yrs?|years?)$/],
  ] as const)
    if (names.test(word)) return unit
  return undefined
}

/** A time so many months on; a day that the month has not is its last. */
function monthsOn(time: number, amount: number): number {
  const date = new Date(time * 1000)
  const part = time - Math.floor(time)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + amount + 1, 0)).getUTCDate()
  const moved = Date.UTC(
    date.getUTCFullYear(),
    date.getUTCMonth() + amount,
    Math.min(date.getUTCDate(), last),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  )
  return moved / 1000 + part
}

/** Down to the beginning of a unit. */
function snapped(time: number, unit: string): number {
  const date = new Date(time * 1000)
  const fixed = lengths[unit]
  if (unit === 'w' || /^w\d$/.test(unit)) {
    const first = unit === 'w' ? 0 : Number(unit[1]) % 7
    const midnight = Math.floor(time / 86_400) * 86_400
    return midnight - ((date.getUTCDay() - first + 7) % 7) * 86_400
  }
  if (fixed !== undefined) return Math.floor(time / fixed) * fixed
  if (unit === 'mon') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) / 1000
  if (unit === 'q') return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3) * 3) / 1000
  return Date.UTC(date.getUTCFullYear(), 0) / 1000
}

/** A time by a modifier: `-1d@d`, `+2h`, `@w1`, `-70m@m+5s`, `now`; undefined for what is none. */
export function relativeTime(time: number, modifier: string): number | undefined {
  let at = time
  let rest = modifier.trim().replace(/^now/i, '')
  while (rest !== '') {
    const step = /^(?:([+-])(\d{0,9})\s*([a-z]+\d?)|@([a-z]+\d?))/i.exec(rest)
    if (step === null) return undefined
    rest = rest.slice(step[0].length)
    const unit = unitOf(step[3] ?? step[4]!)
    if (unit === undefined) return undefined
    if (step[4] !== undefined) {
      at = snapped(at, unit)
      continue
    }
    const amount = (step[1] === '-' ? -1 : 1) * (step[2] === '' ? 1 : Number(step[2]))
    const fixed = lengths[unit]
    if (fixed !== undefined) at += amount * fixed
    else if (unit === 'mon' || unit === 'q' || unit === 'y')
      at = monthsOn(at, amount * (unit === 'mon' ? 1 : unit === 'q' ? 3 : 12))
    else return undefined
    if (!Number.isFinite(at) || Math.abs(at) > 253_402_300_800) return undefined
  }
  return at
}

const timed = (
  name: string,
  count: number,
  fn: (args: readonly (Value | undefined)[], site: CallSite) => Value | undefined,
  type: FunctionRow['type'],
): FunctionRow => ({ name: `splunk:${name}`, manual, least: count, most: count, type, absent: 'absent', apply: fn })

export const timeFunctions: readonly FunctionRow[] = [
  timed('now', 0, (_, site) => site.now() / 1000, 'real'),
  timed('time', 0, (_, site) => site.now() / 1000, 'real'),
  timed(
    'relative_time',
    2,
    ([time, modifier]) => {
      const at = number(time)
      const by = text(modifier)
      return at === undefined || by === undefined ? undefined : relativeTime(at, by)
    },
    'real',
  ),
  timed(
    'strftime',
    2,
    ([time, format]) => {
      const at = number(time)
      const as = text(format)
      return at === undefined || as === undefined ? undefined : strftime(at, as)
    },
    'string',
  ),
  timed(
    'strptime',
    2,
    ([of, format], site) => {
      const written = text(of)
      const as = text(format)
      return written === undefined || as === undefined ? undefined : strptime(written, as, site.now())
    },
    'real',
  ),
  // `convert`: of several values each.
  timed(
    'ctime',
    2,
    ([time, format]) => {
      const as = text(format) ?? ''
      return field(
        list(time).map(one => {
          const at = number(one)
          return (at === undefined ? undefined : strftime(at, as)) ?? one
        }),
      )
    },
    'string',
  ),
  timed(
    'mktime',
    2,
    ([of, format], site) => {
      const as = text(format) ?? ''
      return field(list(of).flatMap(one => strptime(text(one) ?? '', as, site.now()) ?? []))
    },
    'real',
  ),
  timed(
    'bin_months',
    2,
    ([time, count]) => {
      const at = number(time)
      const size = number(count)
      if (at === undefined || size === undefined || size < 1) return undefined
      const date = new Date(at * 1000)
      const all = date.getUTCFullYear() * 12 + date.getUTCMonth()
      const first = Math.floor(all / size) * size
      return Date.UTC(Math.floor(first / 12), first % 12) / 1000
    },
    'real',
  ),
]

// Times as Kusto and .NET count them: whole ticks of 100 ns, a date since the year 1. Reading and printing, exact to the tick.

export const ticksPerSecond = 10_000_000n
export const ticksPerDay = 864_000_000_000n
/** Ticks from the year 1 to 1970. */
export const unixEpoch = 621_355_968_000_000_000n
/** The last tick of the year 9999. */
export const lastTick = 3_155_378_975_999_999_999n

const months: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
}

/** Days of a month (1 to 12) of the proleptic Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** The first tick of a date (month and day from 1), or undefined for a date that no calendar has. */
export function ticksOfDate(year: number, month: number, day: number): bigint | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  return BigInt(daysBefore(year, month) + day - 1) * ticksPerDay
}

/** Days from the year 1 to the first of a month. */
function daysBefore(year: number, month: number): number {
  const past = year - 1
  let days = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400)
  for (let one = 1; one < month; one++) days += daysInMonth(year, one)
  return days
}

/** A point in time in parts: month and day from 1, `ticks` the rest below a second, `days` since the year 1. */
export interface TimeParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ticks: number
  readonly days: number
}

/** The calendar's parts of a point in time, in UTC. */
export function partsOf(at: bigint): TimeParts {
  const days = Number(at / ticksPerDay)
  const rest = at % ticksPerDay
  let year = Math.floor(days / 365.2425) + 1
  while (daysBefore(year, 1) > days) year--
  while (daysBefore(year + 1, 1) <= days) year++
  let left = days - daysBefore(year, 1)
  let month = 1
  while (left >= daysInMonth(year, month)) left -= daysInMonth(year, month++)
  const seconds = Number(rest / ticksPerSecond)
  return {
    year,
    month,
    day: left + 1,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    ticks: Number(rest % ticksPerSecond),
    days,
  }
}

const clock = String.raw`(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(am|pm)?)?`
const zone = String.raw`\s*(z|gmt|utc|[+-]\d{2}:?\d{2})?`
const weekday = String.raw`(?:[a-z]{3,9},?\s+)?`
/** The forms that `todatetime` takes, with the order of their parts (https://learn.microsoft.com/kusto/query/scalar-data-types/datetime). */
const forms: readonly { readonly pattern: RegExp; readonly order: 'ymd' | 'mdy' | 'dmy' }[] = [
  { pattern: new RegExp(`^(\\d{4})-(\\d{1,2})(?:-(\\d{1,2}))?${clock}${zone}$`, 'i'), order: 'ymd' },
  { pattern: new RegExp(`^(\\d{4})/(\\d{1,2})/(\\d{1,2})${clock}${zone}$`, 'i'), order: 'ymd' },
  { pattern: new RegExp(`^(\\d{4}),\\s*(\\d{1,2}),\\s*(\\d{1,2})${clock}${zone}$`, 'i'), order: 'ymd' },
  { pattern: new RegExp(`^(\\d{4})(\\d{2})(\\d{2})${clock}${zone}$`, 'i'), order: 'ymd' },
  { pattern: new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})${clock}${zone}$`, 'i'), order: 'mdy' },
  { pattern: new RegExp(`^${weekday}(\\d{1,2})[- ]([a-z]{3,9})[- ](\\d{2,4})${clock}${zone}$`, 'i'), order: 'dmy' },
  { pattern: new RegExp(`^${weekday}([a-z]{3,9})\\s+(\\d{1,2}),?\\s+(\\d{4})${clock}${zone}$`, 'i'), order: 'mdy' },
]

/** The point in time that a text names, in ticks since the year 1; what names no zone is UTC. Undefined for any other text. */
export function readDatetime(text: string): bigint | undefined {
  const written = text.trim()
  if (written.length > 64) return undefined
  if (/^\d{4}$/.test(written)) return ticksOfDate(Number(written), 1, 1)
  for (const { pattern, order } of forms) {
    const found = pattern.exec(written)
    if (found === null) continue
    const [, a, b, c = '1', hour = '0', minute = '0', second = '0', fraction = '', half, offset] = found
    const [year, month, day] = order === 'ymd' ? [a!, b!, c] : order === 'mdy' ? [c, a!, b!] : [c, b!, a!]
    const date = ticksOfDate(yearOf(year), monthOf(month), Number(day))
    if (date === undefined) return undefined
    const hours = (Number(hour) % (half === undefined ? 25 : 12)) + (half?.toLowerCase() === 'pm' ? 12 : 0)
    if (hours > 24 || Number(minute) > 59 || Number(second) > 59) return undefined
    const seconds = BigInt((hours * 60 + Number(minute)) * 60 + Number(second))
    const at = date + seconds * ticksPerSecond + BigInt(fraction.slice(0, 7).padEnd(7, '0'))
    const zoned = at - zoneOf(offset)
    return zoned < 0n || zoned > lastTick ? undefined : zoned
  }
  return undefined
}

const yearOf = (text: string): number => (text.length === 2 ? Number(text) + (Number(text) < 50 ? 2000 : 1900) : Number(text))
const monthOf = (text: string): number => (/^\d/.test(text) ? Number(text) : (months[text.slice(0, 3).toLowerCase()] ?? 0))

function zoneOf(text: string | undefined): bigint {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(text ?? '')
  if (found === null) return 0n
  const ticks = BigInt(Number(found[2]) * 60 + Number(found[3])) * 600_000_000n
  return found[1] === '-' ? -ticks : ticks
}

const suffixes: Readonly<Record<string, bigint>> = {
  d: ticksPerDay,
  h: 36_000_000_000n,
  m: 600_000_000n,
  s: ticksPerSecond,
  ms: 10_000n,
  microsecond: 10n,
  microseconds: 10n,
  tick: 1n,
  ticks: 1n,
}

/** The length of time that a text says: `[-][d.]hh:mm[:ss[.fffffff]]`, a number with a unit (`1.5h`), or a number of days. Undefined for any other text. */
export function readTimespan(text: string): bigint | undefined {
  const written = text.trim()
  if (written.length > 40) return undefined
  const colons = /^(-)?(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/.exec(written)
  if (colons !== null) {
    const [, sign, days = '0', hours, minutes, seconds = '0', fraction = ''] = colons
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
    const whole =
      BigInt(days) * ticksPerDay +
      BigInt((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * ticksPerSecond +
      BigInt(fraction.slice(0, 7).padEnd(7, '0'))
    return sign === undefined ? whole : -whole
  }
  const single = /^([+-])?(\d{1,15})(?:\.(\d{1,12}))?\s*([a-z]+)?$/.exec(written)
  if (single === null) return undefined
  const [, sign, whole, rest = '', unit = 'd'] = single
  if (!Object.hasOwn(suffixes, unit)) return undefined
  const ticks = (BigInt(`${whole}${rest}`) * suffixes[unit]!) / 10n ** BigInt(rest.length)
  return sign === '-' ? -ticks : ticks
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `2024-05-01T10:00:00.0000000Z`. */
export function printDatetime(at: bigint): string {
  const { year, month, day, hour, minute, second, ticks } = partsOf(at)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${String(ticks).padStart(7, '0')}Z`
}

/** `[-][d.]hh:mm:ss[.fffffff]`: days and the part below a second only where they are not none. */
export function printTimespan(length: bigint): string {
  const ticks = length < 0n ? -length : length
  const days = ticks / ticksPerDay
  const seconds = Number((ticks % ticksPerDay) / ticksPerSecond)
  const rest = ticks % ticksPerSecond
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${length < 0n ? '-' : ''}${days === 0n ? '' : `${days}.`}${clock}${rest === 0n ? '' : `.${String(rest).padStart(7, '0')}`}`
}

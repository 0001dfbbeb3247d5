// Lengths of time: `5m`, `1d`, `30s`, `1mon` (Search Reference, "bin", span and time modifiers).

const units: Readonly<Record<string, number>> = {
  us: 0.000001,
  ms: 0.001,
  cs: 0.01,
  ds: 0.1,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
}

/** A length of time: seconds, or months, which have no fixed length. A number alone is seconds. */
export interface Length {
  readonly seconds?: number
  readonly months?: number
}

/** The length that a text says; undefined for what says none. */
export function lengthOf(text: string): Length | undefined {
  const found = /^(\d+(?:\.\d+)?)?\s*([a-z]*)(?:@\w+)?$/i.exec(text)
  if (found === null || (found[1] === undefined && found[2] === '')) return undefined
  const amount = found[1] === undefined ? 1 : Number(found[1])
  const unit = found[2]!.toLowerCase()
  if (amount <= 0 || !Number.isFinite(amount)) return undefined
  if (unit === '') return { seconds: amount }
  if (/^mon(?:ths?)?$/.test(unit)) return { months: amount }
  if (/^q(?:tr|trs|uarters?)?$/.test(unit)) return { months: amount * 3 }
  if (/^y(?:r|rs|ears?)?$/.test(unit)) return { months: amount * 12 }
  return Object.hasOwn(units, unit) ? { seconds: amount * units[unit]! } : undefined
}

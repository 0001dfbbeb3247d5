// Splunk's functions over numbers, and those that tell what a value is (Search Reference, "Mathematical functions", "Informational functions", "convert", "bin").

import type { Value } from '../../../ir/event.ts'
import type { FunctionRow } from '../signature.ts'
import { list, number, ordered, text } from './values.ts'

const manual = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/MathematicalFunctions'
const informational = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/InformationalFunctions'
const converting = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Convert'

type Arguments = readonly (Value | undefined)[]

const row = (
  name: string,
  bounds: readonly [number, number | undefined],
  apply: (args: Arguments) => Value | undefined,
  type: FunctionRow['type'] = 'real',
  page = manual,
): FunctionRow => ({
  name: `splunk:${name}`,
  manual: page,
  least: bounds[0],
  ...(bounds[1] === undefined ? {} : { most: bounds[1] }),
  type,
  absent: 'absent',
  apply: args => apply(args),
})

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined)

/** A function of numbers, all of which must be there. */
const numeric = (name: string, count: number, fn: (...args: number[]) => number): FunctionRow =>
  row(name, [count, count], args => {
    const all = args.map(number)
    return all.some(one => one === undefined) ? undefined : finite(fn(...(all as number[])))
  })

/** Half away from zero, to a number of digits. */
function round(value: number, digits: number): number {
  if (digits > 15) return value
  const scale = 10 ** digits
  const scaled = Math.abs(value) * scale
  // What is written as a half in decimal is a half, though its double lies a little below.
  const nearest = Math.floor(Number(scaled.toPrecision(15)) + 0.5)
  return (Math.sign(value) * nearest) / scale
}

/** The least or greatest of values; numbers are less than texts. */
const extreme =
  (sign: 1 | -1) =>
  (args: Arguments): Value | undefined => {
    let best: Value | undefined
    for (const one of args.flatMap(list)) if (best === undefined || ordered(one, best) * sign > 0) best = one
    return best
  }

/** `a-b` for the stretch that a number is in: `bin` of a field that is no time. */
function bucket(args: Arguments): Value | undefined {
  const value = number(args[0])
  const span = number(args[1])
  if (value === undefined || span === undefined || span <= 0) return args[0]
  const from = Math.floor(value / span) * span
  return `${Number(from.toPrecision(12))}-${Number((from + span).toPrecision(12))}`
}

/** Stretches whose borders are powers. */
function logarithmic(args: Arguments): Value | undefined {
  const value = number(args[0])
  const coefficient = number(args[1]) ?? 1
  const base = number(args[2]) ?? 10
  if (value === undefined || value <= 0 || base <= 1 || coefficient <= 0) return args[0]
  const power = Math.floor(Math.log(value / coefficient) / Math.log(base) + 1e-12)
  return `${Number((coefficient * base ** power).toPrecision(12))}-${Number((coefficient * base ** (power + 1)).toPrecision(12))}`
}

function typeOf(value: Value | undefined): string {
  if (value === undefined || value === null) return 'Invalid'
  if (typeof value === 'boolean') return 'Boolean'
  return typeof value === 'number' || number(value) !== undefined ? 'Number' : 'String'
}

/** `[d+]hh:mm:ss` as seconds. */
function seconds(of: string): number | undefined {
  const found = /^\s*(?:(\d+)\+)?(\d{1,9}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?\s*$/.exec(of)
  if (found === null) return number(of)
  const [, days = '0', hours = '0', minutes = '0', rest = '0'] = found
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(rest)
}

const powers: Readonly<Record<string, number>> = { k: 1, m: 1024, g: 1024 * 1024 }

/** A value of `convert`: what cannot be converted is nothing. */
const conversion = (name: string, fn: (of: string) => Value | undefined): FunctionRow =>
  row(
    name,
    [1, 1],
    args => {
      const all = list(args[0]).map(one => fn(text(one) ?? ''))
      return all.length === 1 ? all[0] : all.filter((one): one is Value => one !== undefined)
    },
    undefined,
    converting,
  )

export const numberFunctions: readonly FunctionRow[] = [
  numeric('abs', 1, Math.abs),
  numeric('ceiling', 1, Math.ceil),
  numeric('floor', 1, Math.floor),
  numeric('sqrt', 1, Math.sqrt),
  numeric('exp', 1, Math.exp),
  numeric('ln', 1, Math.log),
  numeric('pow', 2, (a, b) => a ** b),
  numeric('modulo', 2, (a, b) => a % b),
  // The hexadecimal text of another product is no number here.
  numeric('add', 2, (a, b) => a + b),
  numeric('subtract', 2, (a, b) => a - b),
  numeric('multiply', 2, (a, b) => a * b),
  numeric('divide', 2, (a, b) => a / b),
  numeric('pi', 0, () => Math.PI),
  row('exact', [1, 1], args => number(args[0])),
  row('sigfig', [1, 1], args => number(args[0])),
  row('log', [1, 2], args => {
    const value = number(args[0])
    const base = args[1] === undefined ? 10 : number(args[1])
    return value === undefined || base === undefined ? undefined : finite(Math.log(value) / Math.log(base))
  }),
  row('round', [1, 2], args => {
    const value = number(args[0])
    const digits = args[1] === undefined ? 0 : number(args[1])
    return value === undefined || digits === undefined ? undefined : round(value, Math.max(0, Math.trunc(digits)))
  }),
  { ...row('max', [1, undefined], extreme(1), undefined), absent: 'seen' },
  { ...row('min', [1, undefined], extreme(-1), undefined), absent: 'seen' },
  {
    ...row('sum', [1, undefined], args => {
      const all = args.flatMap(list).flatMap(one => number(one) ?? [])
      return all.length === 0 ? undefined : all.reduce((a, b) => a + b, 0)
    }),
    absent: 'seen',
  },
  {
    ...row('avg', [1, undefined], args => {
      const all = args.flatMap(list).flatMap(one => number(one) ?? [])
      return all.length === 0 ? undefined : all.reduce((a, b) => a + b, 0) / all.length
    }),
    absent: 'seen',
  },
  { ...row('typeof', [1, 1], args => typeOf(args[0]), 'string', informational), absent: 'seen' },
  { ...row('isnum', [1, 1], args => typeOf(args[0]) === 'Number', 'bool', informational), absent: 'seen' },
  { ...row('isint', [1, 1], args => Number.isInteger(number(args[0])), 'bool', informational), absent: 'seen' },
  { ...row('isstr', [1, 1], args => typeOf(args[0]) === 'String', 'bool', informational), absent: 'seen' },
  { ...row('isbool', [1, 1], args => typeof args[0] === 'boolean', 'bool', informational), absent: 'seen' },
  row('bucket', [2, 2], bucket, 'string'),
  row('bucket_log', [3, 3], logarithmic, 'string'),
  conversion('auto', of => number(of) ?? of),
  conversion('num', number),
  conversion('rmcomma', of => number(of.replaceAll(',', ''))),
  conversion('rmunit', of => number(/^\s*[+-]?(?:\d+\.?\d*|\.\d+)/.exec(of)?.[0])),
  conversion('memk', of => {
    const found = /^\s*([+-]?[\d.]+)\s*([kmg])?b?\s*$/i.exec(of)
    const value = number(found?.[1])
    return value === undefined ? undefined : value * (powers[(found?.[2] ?? 'k').toLowerCase()] ?? 1)
  }),
  conversion('dur2sec', seconds),
  conversion('mstime', of => {
    const found = /^\s*(?:(\d+):)?(\d+(?:\.\d+)?)\s*$/.exec(of)
    return found === null ? undefined : Number(found[1] ?? 0) * 60 + Number(found[2])
  }),
]

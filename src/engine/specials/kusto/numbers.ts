// Kusto's arithmetic by type, its conversions and its mathematical functions (https://learn.microsoft.com/kusto/query/numerical-operators, /scalar-functions).

import type { Value } from '../../../ir/event.ts'
import type { ValueType } from '../../../ir/predicate.ts'
import { lastTick, readTimespan } from '../../../ir/ticks.ts'
import { asTicks } from '../../cast.ts'
import type { CallSite, FunctionRow } from '../signature.ts'
import { compareDecimals, printDecimal, readDecimal, reckon } from './decimals.ts'
import {
  type Arguments,
  amount,
  bag,
  count,
  isList,
  json,
  list,
  long,
  type Maybe,
  many,
  page,
  parseJson,
  prepared,
  row,
  text,
  whole,
} from './values.ts'

type Operation = 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo'
type Type = ValueType | undefined

const isTime = (type: Type): boolean => type === 'datetime' || type === 'timespan'
const isWhole = (type: Type, value: Maybe): boolean =>
  type === 'long' ||
  type === 'int' ||
  (type !== 'real' && (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))))

/** A date beyond the calendar is none. */
const within = (value: bigint, type: Type): bigint | undefined =>
  type === 'datetime' && (value < 0n || value > lastTick) ? undefined : value

/** The remainder is never negative. */
const remainder = (a: bigint, b: bigint): bigint => {
  const size = b < 0n ? -b : b
  return ((a % size) + size) % size
}

function wholes(operation: Operation, a: bigint, b: bigint): number | bigint | undefined {
  switch (operation) {
    case 'add':
      return whole(a + b)
    case 'subtract':
      return whole(a - b)
    case 'multiply':
      return whole(a * b)
    case 'divide':
      return b === 0n ? undefined : whole(a / b)
    case 'modulo':
      return b === 0n ? undefined : whole(remainder(a, b))
  }
}

function doubles(operation: Operation, a: number, b: number): number {
  switch (operation) {
    case 'add':
      return a + b
    case 'subtract':
      return a - b
    case 'multiply':
      return a * b
    case 'divide':
      return a / b
    case 'modulo':
      return ((a % b) + Math.abs(b)) % Math.abs(b)
  }
}

/** Arithmetic with dates and lengths of time, in ticks. */
function times(operation: Operation, [left, right]: Arguments, types: readonly Type[], result: Type): Maybe {
  const [a, b] = types
  if (isTime(a) && isTime(b)) {
    const [x, y] = [left, right].map((value, index) => (typeof value === 'bigint' ? value : ticksOf(value, types[index])))
    if (x === undefined || y === undefined) return undefined
    if (operation === 'divide') return y === 0n ? undefined : Number(x) / Number(y)
    if (operation === 'modulo') return y === 0n ? undefined : remainder(x, y)
    return within(operation === 'subtract' ? x - y : x + y, result)
  }
  // A length times or divided by a number; or a dynamic, whose text is read as what is wanted.
  const time = isTime(a) ? left : right
  const factor = isTime(a) ? right : left
  if (typeof time !== 'bigint') return undefined
  if (operation === 'add' || operation === 'subtract') {
    const other =
      typeof factor === 'bigint' ? factor : typeof factor === 'string' ? (readTimespan(factor) ?? asTicks(factor)) : undefined
    if (other === undefined) return undefined
    const [x, y] = isTime(a) ? [time, other] : [other, time]
    return within(operation === 'add' ? x + y : x - y, result)
  }
  const number = amount(factor)
  if (number === undefined || (operation !== 'multiply' && number === 0) || !Number.isFinite(number)) return undefined
  if (Number.isInteger(number)) {
    const by = BigInt(number)
    return within(operation === 'multiply' ? time * by : operation === 'divide' ? time / by : remainder(time, by), result)
  }
  const reckoned = doubles(operation, Number(time), number)
  return Number.isFinite(reckoned) ? within(BigInt(Math.trunc(reckoned)), result) : undefined
}

function ticksOf(value: Maybe, type: Type): bigint | undefined {
  if (typeof value !== 'string') return undefined
  return type === 'timespan' ? readTimespan(value) : asTicks(value)
}

const arithmetic = (operation: Operation): FunctionRow =>
  prepared(operation, { args: [2], type: undefined, manual: page('numerical-operators') }, site => {
    const { types, type } = site
    if (types.some(isTime) || isTime(type)) return args => times(operation, args, types, type)
    if (type === 'decimal') {
      return ([a, b]) => {
        const [x, y] = [a, b].map(value =>
          typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? readDecimal(value) : undefined,
        )
        const made = x === undefined || y === undefined ? undefined : reckon(operation, x, y)
        return made === undefined ? undefined : printDecimal(made)
      }
    }
    const real = type === 'real'
    return ([a, b]) => {
      // Small whole numbers, as most are.
      if (!real && typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b)) {
        if (operation === 'divide') return b === 0 ? undefined : Math.trunc(a / b)
        if (operation === 'modulo') return b === 0 ? undefined : ((a % b) + Math.abs(b)) % Math.abs(b)
        const quick = doubles(operation, a, b)
        if (Number.isSafeInteger(quick)) return quick
      }
      if (!real && isWhole(types[0], a) && isWhole(types[1], b)) {
        const [x, y] = [long(a), long(b)]
        return x === undefined || y === undefined ? undefined : wholes(operation, x, y)
      }
      const [x, y] = [amount(a), amount(b)]
      return x === undefined || y === undefined ? undefined : doubles(operation, x, y)
    }
  })

/** The largest multiple of a step that is not above a value (https://learn.microsoft.com/kusto/query/bin-function); `from` shifts the multiples. */
export function binned(value: Maybe, step: Maybe, from: Maybe = undefined): Maybe {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'bigint' || typeof step === 'bigint') {
    const [x, size, base] = [long(value), long(step), from === undefined ? 0n : long(from)]
    if (x === undefined || size === undefined || base === undefined || size <= 0n) return undefined
    const off = x - base
    const floor = off - (((off % size) + size) % size) + base
    return typeof value === 'bigint' ? floor : whole(floor)
  }
  const [x, size, base] = [amount(value), amount(step), from === undefined ? 0 : amount(from)]
  if (x === undefined || size === undefined || base === undefined || size <= 0 || !Number.isFinite(x)) return undefined
  const result = Math.floor((x - base) / size) * size + base
  return Number.isInteger(x) && Number.isInteger(size) && Number.isInteger(base) ? result : Number(result.toPrecision(15))
}

/** A text, number or dynamic as each type (`to…` functions); what cannot be one is nothing. */
export function converted(value: Maybe, type: ValueType, from: Type): Maybe {
  if (value === undefined || value === null) return type === 'string' ? '' : undefined
  switch (type) {
    case 'string':
      return text(value, from)
    case 'long':
    case 'int': {
      const found = from === 'datetime' || from === 'timespan' ? (value as bigint) : long(value)
      if (found === undefined || (type === 'int' && BigInt.asIntN(32, found) !== found) || BigInt.asIntN(64, found) !== found)
        return undefined
      return whole(found)
    }
    case 'real': {
      if (typeof value === 'string' && /^\s*[+-]?(?:inf|infinity|nan)\s*$/i.test(value))
        return /nan/i.test(value) ? Number.NaN : value.trim().startsWith('-') ? -Infinity : Infinity
      return amount(value)
    }
    case 'decimal': {
      const read =
        typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? readDecimal(value) : undefined
      return read === undefined ? undefined : printDecimal(read)
    }
    case 'bool': {
      if (typeof value === 'boolean') return value
      if (typeof value === 'number' || typeof value === 'bigint') return Number(value) !== 0
      const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
      return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : undefined
    }
    case 'datetime':
      if (typeof value === 'number') return undefined
      return typeof value === 'bigint' ? within(value, 'datetime') : asTicks(value)
    case 'timespan':
      if (typeof value === 'bigint') return value
      return typeof value === 'string' ? readTimespan(value) : undefined
    case 'guid': {
      const digits =
        typeof value === 'string'
          ? value
              .trim()
              .replace(/^[({]|[)}]$/g, '')
              .replaceAll('-', '')
          : ''
      return /^[0-9a-f]{32}$/i.test(digits)
        ? digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
        : undefined
    }
    case 'dynamic':
      return typeof value === 'string' && from !== 'dynamic' ? parseJson(value) : value
    default:
      return text(value, from)
  }
}

const conversion = (name: string, type: ValueType): FunctionRow =>
  row(name, { args: [1], type, manual: page(`${name}-function`) }, ([value], site) => converted(value, type, site.types[0]))

const real = (name: string, apply: (value: number) => number): FunctionRow =>
  row(name, { args: [1], type: 'real' }, ([value]) => {
    const number = amount(value)
    const result = number === undefined ? undefined : apply(number)
    return result === undefined || Number.isNaN(result) ? undefined : result
  })

const bits = (name: string, apply: (a: bigint, b: bigint) => bigint): FunctionRow =>
  row(name, { args: [2], type: 'long' }, ([a, b]) => {
    const [x, y] = [long(a), long(b)]
    return x === undefined || y === undefined ? undefined : whole(BigInt.asIntN(64, apply(x, y)))
  })

function round([value, digits]: Arguments): Maybe {
  const number = amount(value)
  if (number === undefined) return undefined
  const places = digits === undefined ? 0 : (count(digits) ?? 0)
  if (Number.isInteger(number) && places >= 0) return value
  // Half goes to the even neighbour, as .NET rounds.
  const scaled = Number(`${number}e${places}`)
  if (!Number.isFinite(scaled)) return number
  const below = Math.floor(scaled)
  const rest = scaled - below
  const rounded = rest === 0.5 ? (below % 2 === 0 ? below : below + 1) : Math.round(scaled)
  return Number(`${rounded}e${-places}`)
}

/** The order of two values of one type. */
export function less(a: Value, b: Value): boolean {
  if ((typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint')) return a < b
  return typeof a === 'string' && typeof b === 'string' ? a < b : json(a) < json(b)
}

const extreme = (name: string, better: (a: Value, b: Value) => boolean): FunctionRow =>
  row(name, { args: [2, many], type: 'same', seen: true }, args =>
    args.reduce<Maybe>(
      (best, value) => (value === undefined || value === null ? best : best === undefined || better(value, best) ? value : best),
      undefined,
    ),
  )

/** What a value's type is called; inside a dynamic what it holds. */
function typeName([value]: Arguments, site: CallSite): string {
  const type = site.types[0]
  if (type !== undefined && type !== 'dynamic') return type
  if (value === undefined || value === null) return type === 'dynamic' ? 'null' : 'string'
  if (isList(value)) return 'array'
  if (bag(value) !== undefined) return 'dictionary'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'long'
    case 'number':
      return Number.isInteger(value) ? 'long' : 'double'
    default:
      return 'string'
  }
}

/** -1, 0 or 1: the order of two numbers of which one is a decimal. */
function decimalOrder([a, b]: Arguments): Maybe {
  const [x, y] = [a, b].map(value =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? readDecimal(value) : undefined,
  )
  return x === undefined || y === undefined ? undefined : compareDecimals(x, y)
}

export const numberFunctions: readonly FunctionRow[] = [
  row('decimal_order', { args: [2], type: 'long', manual: page('scalar-data-types/decimal') }, decimalOrder),
  ...(['add', 'subtract', 'multiply', 'divide', 'modulo'] as const).map(arithmetic),
  row('negate', { args: [1], type: 'same', manual: page('numerical-operators') }, ([value]) =>
    typeof value === 'bigint' ? -value : typeof value === 'number' ? -value : undefined,
  ),
  row('bin', { args: [2], type: 'same' }, ([value, step]) => binned(value, step)),
  row('bin_at', { args: [3], type: 'same' }, ([value, step, from]) => binned(value, step, from)),
  conversion('tolong', 'long'),
  conversion('toint', 'int'),
  conversion('toreal', 'real'),
  conversion('todecimal', 'decimal'),
  conversion('tobool', 'bool'),
  conversion('todatetime', 'datetime'),
  conversion('totimespan', 'timespan'),
  conversion('toguid', 'guid'),
  row('gettype', { args: [1], type: 'string', seen: true }, (args, site) => typeName(args, site)),
  row('abs', { args: [1], type: 'same' }, ([value]) =>
    typeof value === 'bigint' ? (value < 0n ? -value : value) : typeof value === 'number' ? Math.abs(value) : undefined,
  ),
  row('round', { args: [1, 2], type: 'same' }, round),
  row('ceiling', { args: [1], type: 'same' }, ([value]) => (typeof value === 'number' ? Math.ceil(value) : value)),
  row('pow', { args: [2], type: 'real' }, ([a, b]) => {
    const [x, y] = [amount(a), amount(b)]
    return x === undefined || y === undefined ? undefined : x ** y
  }),
  row('atan2', { args: [2], type: 'real' }, ([a, b]) => Math.atan2(amount(a) ?? Number.NaN, amount(b) ?? Number.NaN)),
  real('sqrt', Math.sqrt),
  real('log', Math.log),
  real('log2', Math.log2),
  real('log10', Math.log10),
  real('exp', Math.exp),
  real('exp2', value => 2 ** value),
  real('exp10', value => 10 ** value),
  real('cos', Math.cos),
  real('sin', Math.sin),
  real('tan', Math.tan),
  real('acos', Math.acos),
  real('asin', Math.asin),
  real('atan', Math.atan),
  real('cot', value => 1 / Math.tan(value)),
  real('degrees', value => (value * 180) / Math.PI),
  real('radians', value => (value * Math.PI) / 180),
  row('pi', { args: [0], type: 'real' }, () => Math.PI),
  row('sign', { args: [1], type: 'real' }, ([value]) => {
    const number = amount(value)
    return number === undefined ? undefined : Math.sign(number)
  }),
  row('isnan', { args: [1], type: 'bool' }, ([value]) => Number.isNaN(amount(value) ?? 0)),
  row('isinf', { args: [1], type: 'bool' }, ([value]) => Math.abs(amount(value) ?? 0) === Number.POSITIVE_INFINITY),
  row('isfinite', { args: [1], type: 'bool' }, ([value]) => Number.isFinite(amount(value) ?? 0)),
  row('rand', { args: [0, 1], type: 'real' }, ([most]) => {
    const size = most === undefined ? undefined : count(most)
    return size === undefined || size <= 1 ? Math.random() : Math.floor(Math.random() * size)
  }),
  row('new_guid', { args: [0], type: 'guid' }, () => {
    const digits = Array.from({ length: 32 }, (_, at) =>
      at === 12 ? '4' : at === 16 ? '89ab'[Math.floor(Math.random() * 4)]! : Math.floor(Math.random() * 16).toString(16),
    ).join('')
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }),
  extreme('max_of', (a, b) => less(b, a)),
  extreme('min_of', less),
  bits('binary_and', (a, b) => a & b),
  bits('binary_or', (a, b) => a | b),
  bits('binary_xor', (a, b) => a ^ b),
  bits('binary_shift_left', (a, b) => a << (b & 63n)),
  bits('binary_shift_right', (a, b) => a >> (b & 63n)),
  row('binary_not', { args: [1], type: 'long' }, ([value]) => {
    const found = long(value)
    return found === undefined ? undefined : whole(~found)
  }),
  row('bitset_count_ones', { args: [1], type: 'long' }, ([value]) => {
    const found = long(value)
    return found === undefined ? undefined : BigInt.asUintN(64, found).toString(2).replaceAll('0', '').length
  }),
  row('tohex', { args: [1, 2], type: 'string' }, ([value, width]) => {
    const found = long(value)
    if (found === undefined) return ''
    const digits = BigInt.asUintN(64, found).toString(16)
    return digits.padStart(Math.min(64, count(width) ?? 0), '0')
  }),
  row('array_sum', { args: [1], type: 'real' }, ([of]) => {
    const numbers = (list(of) ?? []).map(amount)
    return numbers.includes(undefined) ? undefined : numbers.reduce<number>((sum, one) => sum + one!, 0)
  }),
]

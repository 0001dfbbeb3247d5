// Values as Kusto has them: how one reads as text, as a number, as JSON, and what a dynamic holds. Rows of functions are made here.

import { asText, isRecord, type Value } from '../../../ir/event.ts'
import type { ValueType } from '../../../ir/predicate.ts'
import { portableRegex } from '../../../ir/regex.ts'
import { printDatetime, printTimespan } from '../../../ir/ticks.ts'
import { type Capturing, captures } from '../../regex/capture.ts'
import type { CallSite, FunctionRow } from '../signature.ts'

export type Maybe = Value | undefined
export type Arguments = readonly Maybe[]

/** Members that one call may make; a list does not grow beyond. */
export const mostMembers = 1_048_576

/** A page of Kusto's manual. */
export const page = (name: string): string => `https://learn.microsoft.com/kusto/query/${name}`

interface Facts {
  readonly args: readonly [least: number, most?: number]
  readonly type: FunctionRow['type']
  /** Also called with absent arguments. */
  readonly seen?: boolean
  readonly manual?: string
}

/** A function of values alone. */
export function row(name: string, facts: Facts, apply: (args: Arguments, site: CallSite) => Maybe): FunctionRow {
  return { ...made(name, facts), apply }
}

/** A function that prepares something for its call: a pattern, a format. */
export function prepared(name: string, facts: Facts, make: (site: CallSite) => (args: Arguments) => Maybe): FunctionRow {
  return { ...made(name, facts), make }
}

function made(name: string, { args, type, seen = false, manual }: Facts): Omit<FunctionRow, 'apply' | 'make' | 'lazy'> {
  const [least, most = least] = args
  return {
    name: `kusto:${name}`,
    manual: manual ?? page(`${name.replaceAll('_', '-')}-function`),
    least,
    ...(most === Number.POSITIVE_INFINITY ? {} : { most }),
    type,
    absent: seen ? 'seen' : 'absent',
  }
}

export const many = Number.POSITIVE_INFINITY

/** A value as JSON, big numbers by their digits. */
export function json(value: Value): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(json).join(',')}]`
  if (isRecord(value))
    return `{${Object.keys(value)
      .map(key => `${JSON.stringify(key)}:${json(value[key]!)}`)
      .join(',')}}`
  return JSON.stringify(value)
}

/** A value as `tostring` makes it: nothing is the empty text, times by their type, what a dynamic holds as JSON unless it is a text. */
export function text(value: Maybe, type: ValueType | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') {
    if (type === 'datetime') return printDatetime(value)
    if (type === 'timespan') return printTimespan(value)
    return String(value)
  }
  if (typeof value === 'number') return real(value)
  return asText(value) ?? json(value)
}

/** A number in its shortest form, as .NET writes it. */
function real(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return 'Infinity'
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity'
  return String(value)
    .replace(/e([+-])(\d)$/, (_, sign: string, digit: string) => `E${sign}0${digit}`)
    .replace('e', 'E')
}

/** A value as a dynamic holds it: a time is its text there. */
export function inDynamic(value: Maybe, type: ValueType | undefined): Value {
  if (value === undefined) return type === 'string' ? '' : null
  if (typeof value === 'bigint' && type === 'datetime') return printDatetime(value)
  if (typeof value === 'bigint' && type === 'timespan') return printTimespan(value)
  return value
}

/** A value as a number for reckoning in doubles. */
export function amount(value: Maybe): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?\s*$/i.test(value) && value.length < 400
    ? Number(value)
    : undefined
}

const most = 2n ** 63n

/** A whole number in 64 bits: beyond them it wraps around, as Kusto's do. */
export function whole(value: bigint): number | bigint {
  const wrapped = value >= -most && value < most ? value : BigInt.asIntN(64, value)
  return wrapped >= -9_007_199_254_740_991n && wrapped <= 9_007_199_254_740_991n ? Number(wrapped) : wrapped
}

/** A whole number, cut off; undefined for what is none. */
export function long(value: Maybe): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined
  if (typeof value !== 'string' || value.length > 100) return undefined
  const written = value.trim()
  return /^[+-]?\d{1,30}$/.test(written) || /^0x[0-9a-f]{1,16}$/i.test(written) ? BigInt(written.replace(/^\+/, '')) : undefined
}

/** A count, an index: a number that is exact. */
export function count(value: Maybe): number | undefined {
  const found = long(value)
  return found === undefined ? undefined : Number(found)
}

export const isList = (value: Maybe): value is readonly Value[] => Array.isArray(value)
export const list = (value: Maybe): readonly Value[] | undefined => (isList(value) ? value : undefined)
export const bag = (value: Maybe): Readonly<Record<string, Value>> | undefined => (isRecord(value) ? value : undefined)

/** By what members of a list are told apart: their type and JSON. */
export const keyOf = (value: Value): string => (typeof value === 'string' ? `s${value}` : `j${json(value)}`)

/** JSON as a dynamic; a text that is no JSON is itself (https://learn.microsoft.com/kusto/query/parse-json-function). */
export function parseJson(written: string): Value | undefined {
  const trimmed = written.trim()
  if (trimmed === '') return undefined
  try {
    const value = JSON.parse(trimmed) as Value
    return value ?? undefined
  } catch {
    return written
  }
}

const read = new Map<string, Capturing | undefined>()

/** A pattern that finds groups; undefined for one that cannot be read. Kept. */
export function pattern(written: string): Capturing | undefined {
  if (read.has(written)) return read.get(written)
  if (read.size > 2000) read.clear()
  const portable = portableRegex(written, { flavour: 'pcre' }).value
  const found = portable === undefined ? undefined : captures(portable)
  read.set(written, found)
  return found
}

// Values as Splunk has them: texts and numbers, a list where a field has several, nothing where it has none.

import { asText, isRecord, type Value } from '../../../ir/event.ts'
import { portableRegex } from '../../../ir/regex.ts'
import { type Capturing, captures } from '../../regex/capture.ts'

const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?\s*$/i

/** The number that a value is or is written as, in decimal. */
export function number(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' && value.length < 400 && decimal.test(value) ? Number(value) : undefined
}

/** A value as text: of a record or list inside one as JSON; of a boolean as Splunk writes it. */
export function text(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) {
    const all = value as readonly Value[]
    return all.length === 1 ? text(all[0]) : undefined
  }
  return isRecord(value) ? json(value) : asText(value)
}

/** A value as JSON text, big numbers by their digits. */
export const json = (value: Value): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)) ?? ''

/** The values of a field: none, one or several. */
export function list(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as readonly Value[]).filter(member => member !== null) : [value]
}

/** Values as a field holds them: nothing, the one, or the list. */
export function field(values: readonly Value[]): Value | undefined {
  return values.length === 0 ? undefined : values.length === 1 ? values[0] : values
}

/** By code unit: Splunk's order of texts. */
export const lexically = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Numbers by size where both are, else texts; numbers before texts. */
export function ordered(a: Value, b: Value): number {
  const x = number(a)
  const y = number(b)
  if (x !== undefined && y !== undefined) return x - y
  if (x !== undefined) return -1
  if (y !== undefined) return 1
  return lexically(text(a) ?? '', text(b) ?? '')
}

const read = new Map<string, Capturing | undefined>()
const mostRead = 2000

/** The captures of a PCRE that is known when the query runs; undefined for one that cannot be used. Kept. */
export function expression(pattern: string): Capturing | undefined {
  if (read.has(pattern)) return read.get(pattern)
  if (read.size >= mostRead) read.clear()
  const portable = portableRegex(pattern, { flavour: 'pcre' }).value
  const made = portable === undefined ? undefined : captures(portable)
  read.set(pattern, made)
  return made
}

/** Values that one call may make; more are left out. */
export const mostValues = 100_000

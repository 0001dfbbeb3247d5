// Values as a column of a type holds them: what a log or file wrote, made into the value that a typed query language computes with.

import { asText, type Value } from '../ir/event.ts'
import type { ValueType } from '../ir/predicate.ts'
import { readDatetime, readTimespan, unixEpoch } from '../ir/ticks.ts'
import { parseTime } from '../ir/time.ts'
import { asNumber } from './number.ts'

const most = 2n ** 63n

/** A whole number: a number where that is exact, a bigint beyond; undefined outside 64 bits. */
function asWhole(value: Value): Value | undefined {
  const number = asNumber(value)
  if (number === undefined) return typeof value === 'boolean' ? Number(value) : undefined
  if (typeof number === 'number') return Number.isFinite(number) ? Math.trunc(number) : undefined
  return number >= -most && number < most ? number : undefined
}

/** Ticks since the year 1. A number is told by its size, as logs write times. */
export function asTicks(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'string') {
    const read = readDatetime(value)
    if (read !== undefined) return read
  }
  const instant = parseTime(value)
  return instant === undefined ? undefined : BigInt(instant.time) * 10_000n + BigInt(instant.ticks) + unixEpoch
}

const longestJson = 4_000_000

/** Exports write records and lists as texts of JSON. */
function parsed(text: string): Value {
  if (!/^\s*[[{]/.test(text) || text.length > longestJson) return text
  try {
    return JSON.parse(text) as Value
  } catch {
    return text
  }
}

/** A value as a column of the type holds it; undefined when it has no such form. Lists and records are held by dynamic columns, and by columns of text as JSON. */
export function castValue(value: Value | undefined, type: ValueType | undefined): Value | undefined {
  if (value === undefined || value === null) return undefined
  switch (type) {
    case undefined:
      return value
    case 'dynamic':
      return typeof value === 'string' ? parsed(value) : value
    case 'string':
    case 'ip':
      return asText(value) ?? JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner))
    case 'guid':
      return asText(value)?.toLowerCase().replace(/[{}]/g, '')
    case 'long':
    case 'int':
      return asWhole(value)
    case 'real': {
      const number = asNumber(value)
      return number === undefined ? (value === 'NaN' ? Number.NaN : undefined) : Number(number)
    }
    case 'decimal':
      return asNumber(value) === undefined ? undefined : asText(value)?.trim()
    case 'bool': {
      if (typeof value === 'boolean') return value
      if (typeof value === 'number') return value !== 0
      const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
      return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : undefined
    }
    case 'datetime':
      return asTicks(value)
    case 'timespan':
      return typeof value === 'bigint' ? value : typeof value === 'string' ? readTimespan(value) : undefined
  }
}

const types: readonly ValueType[] = [
  'string',
  'long',
  'int',
  'real',
  'decimal',
  'bool',
  'datetime',
  'timespan',
  'guid',
  'dynamic',
]

/** `cast:long` and the like, for columns that are computed. */
export const castFunctions: Readonly<Record<string, (args: readonly (Value | undefined)[]) => Value | undefined>> =
  Object.fromEntries(types.map(type => [`cast:${type}`, (args: readonly (Value | undefined)[]) => castValue(args[0], type)]))

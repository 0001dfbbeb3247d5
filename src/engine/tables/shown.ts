// Values of results as people and other programs read them: times and lengths of time as texts, by the type of their column.

import { isRecord, setField, type Value } from '../../ir/event.ts'
import type { ValueType } from '../../ir/predicate.ts'
import { lastTick, printDatetime, printTimespan } from '../../ir/ticks.ts'
import type { Header } from '../specials/signature.ts'

/** A datetime as ISO 8601 with seven digits, a timespan as `[d.]hh:mm:ss[.fffffff]`; other values as they are. */
export function shown(value: Value, type: ValueType | undefined): Value {
  if (typeof value === 'bigint') {
    if (type === 'datetime' && value >= 0n && value <= lastTick) return printDatetime(value)
    if (type === 'timespan') return printTimespan(value)
    return value
  }
  if (typeof value === 'number' && type === 'timespan' && Number.isInteger(value)) return printTimespan(BigInt(value))
  return value
}

/** A row's columns in the order of the header, those that it does not list behind, as they are shown. Records inside are left alone. */
export function shownRow(fields: Readonly<Record<string, Value>>, header: Header): Record<string, Value> {
  const out: Record<string, Value> = {}
  for (const { name, type } of header.columns) if (Object.hasOwn(fields, name)) setField(out, name, shown(fields[name]!, type))
  if (!header.open) return out
  for (const name of Object.keys(fields)) if (!Object.hasOwn(out, name)) setField(out, name, fields[name]!)
  return out
}

/** A value as JSON holds it: whole numbers beyond 2^53 as texts, what is no number as its name. */
export function asJson(value: Value, depth = 0): Value {
  if (typeof value === 'bigint')
    return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (depth > 100) return null
  if (Array.isArray(value)) return (value as readonly Value[]).map(member => asJson(member, depth + 1))
  if (!isRecord(value)) return value
  const out: Record<string, Value> = {}
  for (const name of Object.keys(value)) setField(out, name, asJson(value[name]!, depth + 1))
  return out
}

// The order of values by the rules of a language, for sorting, and the keys by which rows are grouped and joined.

import { asText, type Value } from '../../ir/event.ts'
import { fold } from '../../text/fold.ts'
import { asNumber } from '../number.ts'
import { keyOf } from '../row.ts'
import type { Rules } from '../specials/signature.ts'

/** Negative when `a` comes first. Numbers before texts before other values; Splunk takes text that spells a number for one. */
export function compareValues(a: Value, b: Value, rules: Rules | undefined): number {
  if (typeof a === 'number' && typeof b === 'number' && !Number.isNaN(a) && !Number.isNaN(b)) return a < b ? -1 : a > b ? 1 : 0
  if (rules !== 'splunk' && typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  const first = rank(a, rules)
  const second = rank(b, rules)
  if (first.sort !== second.sort) return first.sort - second.sort
  const [x, y] = [first.value, second.value]
  return x < y ? -1 : x > y ? 1 : 0
}

function rank(value: Value, rules: Rules | undefined): { readonly sort: number; readonly value: number | bigint | string } {
  if (typeof value === 'number') return Number.isNaN(value) ? { sort: 0, value: 0 } : { sort: 1, value }
  if (typeof value === 'bigint') return { sort: 1, value }
  if (typeof value === 'boolean') return { sort: 2, value: Number(value) }
  if (typeof value === 'string') {
    const number = rules === 'splunk' && !/^\s*0x/i.test(value) ? asNumber(value) : undefined
    return number === undefined ? { sort: 3, value } : { sort: 1, value: number }
  }
  if (rules === 'splunk' && Array.isArray(value) && value.length > 0) return rank(value[0] as Value, rules)
  return { sort: 4, value: keyOf(value) ?? '' }
}

/** The key by which a value is joined; undefined for an absent one, which joins nothing. */
export function joinKey(value: Value | undefined, folded: boolean): string | undefined {
  if (value === undefined || value === null) return undefined
  const key = typeof value === 'string' ? value : (asText(value) ?? keyOf(value))
  return key !== undefined && folded ? fold(key) : key
}

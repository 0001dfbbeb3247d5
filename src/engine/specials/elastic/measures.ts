// Aggregations of ES|QL where they differ: every member of a list counts, values keep the order in which they came.

import type { Value } from '../../../ir/event.ts'
import { asAmount, keyOf } from '../../row.ts'
import type { MeasureRow, Meter } from '../signature.ts'
import { ordered } from './lists.ts'
import { asValue, members } from './making.ts'

const manual = 'https://www.elastic.co/docs/reference/query-languages/esql/functions-operators/aggregation-functions'

const measure = (
  name: string,
  type: MeasureRow['type'],
  start: MeasureRow['start'],
  absent: MeasureRow['absent'] = 'skipped',
): MeasureRow => ({
  name: `elastic:${name}`,
  manual,
  type,
  absent,
  start,
})

/** A meter that is given every member by itself. */
const each = (add: (value: Value) => number, value: () => Value | undefined): Meter => ({
  add(values) {
    let held = 0
    for (const one of members(values[0])) held += add(one)
    return held
  },
  value,
})

const key = (value: Value): string => `${typeof value} ${keyOf(value) ?? ''}`

const extreme = (sign: 1 | -1) => (): Meter => {
  let best: Value | undefined
  return each(
    value => {
      if (best === undefined || (ordered([best, value])[0] === value) === (sign === 1)) best = value
      return 0
    },
    () => best,
  )
}

export const measures: readonly MeasureRow[] = [
  measure('count', 'long', () => {
    let count = 0
    return {
      add(values) {
        count += values.length === 0 ? 1 : members(values[0]).length
        return 0
      },
      value: () => count,
    }
  }),
  measure('distinct', 'long', () => {
    const seen = new Set<string>()
    return each(
      value => {
        const before = seen.size
        seen.add(key(value))
        return seen.size - before
      },
      () => seen.size,
    )
  }),
  measure('values', undefined, () => {
    const seen = new Map<string, Value>()
    return each(
      value => {
        const before = seen.size
        if (!seen.has(key(value))) seen.set(key(value), value)
        return seen.size - before
      },
      () => asValue([...seen.values()]),
    )
  }),
  measure('min', 'same', extreme(1)),
  measure('max', 'same', extreme(-1)),
  measure('sum', undefined, () => {
    let sum = 0
    let seen = false
    return each(
      value => {
        const amount = asAmount(value)
        if (amount !== undefined) {
          sum += amount
          seen = true
        }
        return 0
      },
      () => (seen ? sum : undefined),
    )
  }),
  measure('avg', 'real', () => {
    let sum = 0
    let count = 0
    return each(
      value => {
        const amount = asAmount(value)
        if (amount !== undefined) {
          sum += amount
          count++
        }
        return 0
      },
      () => (count === 0 ? undefined : sum / count),
    )
  }),
  measure('top', undefined, site => {
    const most = Number(site.constants[0] ?? 1)
    const descending = String(site.constants[1] ?? 'asc').toLowerCase() === 'desc'
    const kept: Value[] = []
    return each(
      value => {
        kept.push(value)
        return 1
      },
      () => {
        const sorted = ordered(kept)
        if (descending) sorted.reverse()
        return asValue(sorted.slice(0, Math.max(0, most)))
      },
    )
  }),
]

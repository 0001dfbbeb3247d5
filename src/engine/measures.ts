// What a group of rows measures: counts, sums, ranks. Values can be taken out again, and the order in which they came changes no number.

import type { Value } from '../ir/event.ts'
import type { Measure } from '../ir/pipeline.ts'
import { asAmount, keyOf } from './row.ts'

/** One measure of one group, over the values that are in. */
export interface Gauge {
  /** Takes a value in; returns how many more values are held for it. */
  add(value: Value): number
  remove(value: Value): void
  /** Undefined when no value says anything. */
  result(): Value | undefined
}

/** Measures that follow from the values in the group, in any order. */
export const gauges: Readonly<Record<string, (measure: Measure) => Gauge>> = {
  count: () => {
    let count = 0
    return {
      add() {
        count++
        return 0
      },
      remove() {
        count--
      },
      result: () => count,
    }
  },
  distinct: () => {
    const counts = new Map<string, number>()
    return {
      add(value) {
        const key = keyOf(value)
        if (key === undefined) return 0
        const count = counts.get(key) ?? 0
        counts.set(key, count + 1)
        return count === 0 ? 1 : 0
      },
      remove(value) {
        const key = keyOf(value)
        if (key === undefined) return
        const count = counts.get(key)!
        if (count === 1) counts.delete(key)
        else counts.set(key, count - 1)
      },
      result: () => counts.size,
    }
  },
  sum: () => average(sum => sum),
  avg: () => average((sum, count) => sum / count),
  min: () => ranked(compareValues, values => values.at(0)),
  max: () => ranked(compareValues, values => values.at(values.length - 1)),
  median: () => ranked(byAmount, values => percentile(values, 50)),
  percentile: measure => ranked(byAmount, values => percentile(values, Number(measure.args?.[0] ?? 50))),
}

/** Sum and count of the numbers among the values. */
function average(answer: (sum: number, count: number) => number): Gauge {
  const sum = createSum()
  let count = 0
  return {
    add(value) {
      const amount = asAmount(value)
      if (amount === undefined) return 0
      sum.add(amount)
      count++
      return 0
    },
    remove(value) {
      const amount = asAmount(value)
      if (amount === undefined) return
      sum.add(-amount)
      count--
    },
    result: () => (count === 0 ? undefined : answer(sum.value(), count)),
  }
}

interface Sorted<T> {
  readonly length: number
  at(index: number): T | undefined
}

function ranked<T extends Value>(
  rank: { readonly of: (value: Value) => T | undefined; readonly compare: (a: T, b: T) => number },
  answer: (values: Sorted<T>) => Value | undefined,
): Gauge {
  const values = createSorted<T>(rank.compare)
  return {
    add(value) {
      const ranking = rank.of(value)
      if (ranking === undefined) return 0
      values.add(ranking)
      return 1
    },
    remove(value) {
      const ranking = rank.of(value)
      if (ranking !== undefined) values.remove(ranking)
    },
    result: () => (values.length === 0 ? undefined : answer(values)),
  }
}

const byAmount = { of: asAmount, compare: (a: number, b: number): number => a - b }

/** Numbers by size, before texts by code unit. */
const compareValues = {
  of: (value: Value): number | string | undefined => asAmount(value) ?? (value === null ? undefined : keyOf(value)),
  compare: (a: number | string, b: number | string): number => {
    if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
    if (typeof b === 'number') return 1
    return a < b ? -1 : a > b ? 1 : 0
  },
}

/**
 * The value below which `part` per cent of the sorted values lie, interpolated between neighbours as `percentile_cont` of SQL:
 * of 10, 20, 30, 40 the 50th is 25 and the 95th is 38.5.
 */
function percentile(values: Sorted<number>, part: number): number {
  const place = ((values.length - 1) * Math.min(100, Math.max(0, part))) / 100
  const below = Math.floor(place)
  const low = values.at(below)!
  const high = values.at(Math.min(below + 1, values.length - 1))!
  return place === below ? low : low + (high - low) * (place - below)
}

const chunk = 512

/** Values in order. A value goes in and out in about the square root of their number: chunks of at most 1,024, each in order. */
export function createSorted<T>(compare: (a: T, b: T) => number): Sorted<T> & { add(value: T): void; remove(value: T): void } {
  const chunks: T[][] = []
  let length = 0

  /** The first chunk whose last value is not less. */
  function chunkOf(value: T): number {
    let low = 0
    let high = chunks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      const some = chunks[middle]!
      if (compare(some[some.length - 1]!, value) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first place in a chunk whose value is not less. */
  function placeOf(some: readonly T[], value: T): number {
    let low = 0
    let high = some.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(some[middle]!, value) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get length() {
      return length
    },
    at(index) {
      let rest = index
      for (const some of chunks) {
        if (rest < some.length) return some[rest]
        rest -= some.length
      }
      return undefined
    },
    add(value) {
      length++
      if (chunks.length === 0) {
        chunks.push([value])
        return
      }
      const which = chunkOf(value)
      const some = chunks[which]!
      some.splice(placeOf(some, value), 0, value)
      if (some.length > 2 * chunk) chunks.splice(which + 1, 0, some.splice(chunk))
    },
    remove(value) {
      const which = chunkOf(value)
      const some = chunks[which]
      if (some === undefined) return
      const place = placeOf(some, value)
      if (place === some.length || compare(some[place]!, value) !== 0) return
      some.splice(place, 1)
      length--
      if (some.length === 0) chunks.splice(which, 1)
    },
  }
}

/**
 * A sum without rounding on the way (Shewchuk's expansions): taking a number out restores what was before, and the
 * value is the true sum rounded once.
 */
export function createSum(): { add(amount: number): void; value(): number } {
  const parts: number[] = []
  return {
    add(amount) {
      let rest = amount
      let kept = 0
      for (const part of parts) {
        let large = rest
        let small = part
        if (Math.abs(large) < Math.abs(small)) [large, small] = [small, large]
        const high = large + small
        const low = small - (high - large)
        if (low !== 0) parts[kept++] = low
        rest = high
      }
      parts.length = kept
      if (rest !== 0) parts.push(rest)
    },
    value() {
      let at = parts.length - 1
      if (at < 0) return 0
      let high = parts[at]!
      let low = 0
      while (at > 0) {
        const before = high
        const part = parts[--at]!
        high = before + part
        low = part - (high - before)
        if (low !== 0) break
      }
      // Halfway cases round by what is left below.
      if (at > 0 && ((low < 0 && parts[at - 1]! < 0) || (low > 0 && parts[at - 1]! > 0))) {
        const twice = low * 2
        const next = high + twice
        if (twice === next - high) high = next
      }
      return high
    },
  }
}

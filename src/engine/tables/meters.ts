// The measures that every language has, over groups that only grow. What a product does otherwise is a row of its registry.

import type { Value } from '../../ir/event.ts'
import type { Measure } from '../../ir/pipeline.ts'
import { Few } from '../few.ts'
import { createSum } from '../measures.ts'
import { asNumber } from '../number.ts'
import { asAmount, compareTimes, keyOf, type Row } from '../row.ts'
import { measureRow } from '../specials/registry.ts'
import type { CallSite, Meter, Rules } from '../specials/signature.ts'
import { compareValues } from './order.ts'

type Start = (site: CallSite) => Meter

/** A meter of values that are there. */
const over = (add: (value: Value, row: Row) => number, value: () => Value | undefined): Meter => ({
  add: ([first], row) => (first === undefined || first === null ? 0 : add(first, row)),
  value,
})

/** Adds up numbers: whole ones exactly, beyond 2^53 as a bigint, others without rounding on the way. */
class Total {
  count = 0
  #whole = 0n
  #part = 0
  /** Numbers that are not whole; made when the first one comes. */
  #rest: ReturnType<typeof createSum> | undefined
  #beyond = 0

  add(value: Value): void {
    const number = asNumber(value)
    if (number === undefined) return
    this.count++
    if (typeof number === 'bigint') this.#whole += number
    else if (Number.isSafeInteger(number)) {
      if (Number.isSafeInteger(this.#part + number)) this.#part += number
      else {
        this.#whole += BigInt(this.#part)
        this.#part = number
      }
    } else if (Math.abs(number) <= 1e300) {
      this.#rest ??= createSum()
      this.#rest.add(number)
    } else {
      this.#rest ??= createSum()
      this.#beyond += number
    }
  }

  sum(): number | bigint {
    if (this.#rest !== undefined) {
      // The whole ones are taken in last, so that they are rounded once, together with the rest.
      const all = createSum()
      all.add(Number(this.#whole))
      all.add(this.#part)
      all.add(this.#rest.value())
      return all.value() + this.#beyond
    }
    if (this.#whole === 0n) return this.#part
    const all = this.#whole + BigInt(this.#part)
    return all <= BigInt(Number.MAX_SAFE_INTEGER) && all >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(all) : all
  }
}

/** A meter over a total. */
class TotalMeter implements Meter {
  readonly weight = 220
  readonly #total = new Total()
  readonly #answer: (total: Total) => Value | undefined

  constructor(answer: (total: Total) => Value | undefined) {
    this.#answer = answer
  }

  add([value]: readonly (Value | undefined)[]): number {
    if (value !== undefined && value !== null) this.#total.add(value)
    return 0
  }

  value(): Value | undefined {
    return this.#answer(this.#total)
  }
}

const sumOf = (total: Total): Value | undefined => (total.count === 0 ? undefined : total.sum())
const sumOrNone = (total: Total): Value | undefined => total.sum()
const averageOf = (total: Total): Value | undefined => {
  if (total.count === 0) return undefined
  const sum = total.sum()
  return typeof sum === 'bigint' ? sum / BigInt(total.count) : sum / total.count
}

/** Rows, or values that are there. */
class CountMeter implements Meter {
  readonly weight = 100
  #count = 0

  add(values: readonly (Value | undefined)[]): number {
    if (values.length === 0 || (values[0] !== undefined && values[0] !== null)) this.#count++
    return 0
  }

  value(): Value {
    return this.#count
  }
}

/** How many different values there are. */
class DistinctMeter implements Meter {
  readonly weight = 130
  readonly #seen = new Few<true>()

  add([value]: readonly (Value | undefined)[]): number {
    return value === undefined || value === null ? 0 : this.#seen.add(keyOf(value) ?? '', true)
  }

  value(): Value {
    return this.#seen.size
  }
}

/** The least or the greatest value. */
class ExtremeMeter implements Meter {
  readonly weight = 220
  #best: Value | undefined
  readonly #sign: 1 | -1
  readonly #rules: Rules | undefined

  constructor(sign: 1 | -1, rules: Rules | undefined) {
    this.#sign = sign
    this.#rules = rules
  }

  add([value]: readonly (Value | undefined)[]): number {
    if (value === undefined || value === null) return 0
    if (this.#best === undefined || compareValues(value, this.#best, this.#rules) * this.#sign > 0) this.#best = value
    return 0
  }

  value(): Value | undefined {
    return this.#best
  }
}

const extreme =
  (sign: 1 | -1): Start =>
  site =>
    new ExtremeMeter(sign, site.rules)

/** Of the numbers among the values, in order. */
const ranked =
  (answer: (values: readonly number[], site: CallSite) => number | undefined): Start =>
  site => {
    const values: number[] = []
    return over(
      value => {
        const amount = asAmount(value)
        if (amount === undefined) return 0
        values.push(amount)
        return 1
      },
      () =>
        values.length === 0
          ? undefined
          : answer(
              values.sort((a, b) => a - b),
              site,
            ),
    )
  }

/** Interpolated between neighbours, as `percentile_cont` of SQL. */
function percentile(values: readonly number[], part: number): number {
  const place = ((values.length - 1) * Math.min(100, Math.max(0, part))) / 100
  const below = Math.floor(place)
  const low = values[below]!
  const high = values[Math.min(below + 1, values.length - 1)]!
  return place === below ? low : low + (high - low) * (place - below)
}

/** The variance of a sample by Welford's method. */
const spread =
  (answer: (variance: number) => number): Start =>
  () => {
    let count = 0
    let mean = 0
    let squares = 0
    return over(
      value => {
        const amount = asAmount(value)
        if (amount === undefined) return 0
        count++
        const off = amount - mean
        mean += off / count
        squares += off * (amount - mean)
        return 0
      },
      () => (count === 0 ? undefined : count === 1 ? 0 : answer(squares / (count - 1))),
    )
  }

/** The value of one row: which, `better` says of a row and the one before. */
const picked =
  (better: (row: Row, other: Row) => boolean): Start =>
  () => {
    let found: { readonly value: Value; readonly row: Row } | undefined
    return over(
      (value, row) => {
        if (found === undefined || better(row, found.row)) found = { value, row }
        return 0
      },
      () => found?.value,
    )
  }

/** The time of a row: that of its event, else what its column `_time` says, in seconds. */
function timeOf(row: Row): Row {
  if (row.time !== undefined) return row
  const seconds = Object.hasOwn(row.fields, '_time') ? asAmount(row.fields._time) : undefined
  return seconds === undefined ? row : { ...row, time: seconds * 1000 }
}

const meters: Readonly<Record<string, Start>> = {
  count: () => new CountMeter(),
  distinct: () => new DistinctMeter(),
  sum: site => new TotalMeter(site.rules === 'kusto' ? sumOrNone : sumOf),
  avg: () => new TotalMeter(averageOf),
  min: extreme(-1),
  max: extreme(1),
  argmin: extreme(-1),
  argmax: extreme(1),
  median: ranked(values => percentile(values, 50)),
  percentile: ranked((values, site) => percentile(values, Number(site.constants[0] ?? 50))),
  stdev: spread(Math.sqrt),
  variance: spread(variance => variance),
  mode: () => {
    const counts = new Map<string, { readonly value: Value; count: number }>()
    return over(
      value => {
        const key = keyOf(value) ?? ''
        const known = counts.get(key)
        if (known === undefined) counts.set(key, { value, count: 1 })
        else known.count++
        return known === undefined ? 1 : 0
      },
      () => {
        let best: { readonly value: Value; readonly count: number } | undefined
        for (const one of counts.values()) if (best === undefined || one.count > best.count) best = one
        return best?.value
      },
    )
  },
  values: () => {
    const values = new Map<string, Value>()
    return over(
      value => {
        const before = values.size
        const key = keyOf(value) ?? ''
        if (!values.has(key)) values.set(key, value)
        return values.size - before
      },
      () => [...values.values()],
    )
  },
  list: () => {
    const values: Value[] = []
    return over(
      value => {
        values.push(value)
        return 1
      },
      () => values,
    )
  },
  any: picked(() => false),
  first: picked(() => false),
  last: picked(() => true),
  earliest: picked((row, other) => compareTimes(timeOf(row), timeOf(other)) < 0),
  latest: picked((row, other) => compareTimes(timeOf(row), timeOf(other)) > 0),
}

/** A meter that rows without a value do not reach. */
class Skipping implements Meter {
  readonly #inner: Meter

  constructor(inner: Meter) {
    this.#inner = inner
  }

  get weight(): number | undefined {
    return this.#inner.weight === undefined ? undefined : this.#inner.weight + 30
  }

  add(values: readonly (Value | undefined)[], row: Row): number {
    return values.length > 0 && (values[0] === undefined || values[0] === null) ? 0 : this.#inner.add(values, row)
  }

  value(): Value | undefined {
    return this.#inner.value()
  }
}

/** How a measure is computed under these rules; undefined for a measure that nobody has. */
export function meterOf(measure: Measure, rules: Rules | undefined): Start | undefined {
  const row = measureRow(measure.fn, rules)
  if (row !== undefined) {
    if (row.absent === 'seen') return row.start
    return site => new Skipping(row.start(site))
  }
  return Object.hasOwn(meters, measure.fn) ? meters[measure.fn] : undefined
}

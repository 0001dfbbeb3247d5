// Splunk's aggregates where they differ from those that every language has: several values of a field count each, texts are sorted, medians are values that were there (Search Reference, "Statistical and charting functions").

import type { Value } from '../../../ir/event.ts'
import { Few } from '../../few.ts'
import type { Row } from '../../row.ts'
import type { CallSite, MeasureRow, Meter } from '../signature.ts'
import { field, lexically, list, number, text } from './values.ts'

const manual = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/CommonStatsFunctions'

const row = (
  name: string,
  start: (site: CallSite) => Meter,
  type?: MeasureRow['type'],
  absent: MeasureRow['absent'] = 'skipped',
): MeasureRow => ({
  name: `splunk:${name}`,
  manual,
  type,
  absent,
  start,
})

/** A meter that is given every value of a field by itself. */
const each = (add: (value: Value, row: Row) => number, value: () => Value | undefined): Meter => ({
  add(values, of) {
    let held = 0
    for (const one of list(values[0])) held += add(one, of)
    return held
  },
  value,
})

const count = (): Meter => {
  let all = 0
  return {
    add(values) {
      all += values.length === 0 ? 1 : list(values[0]).length
      return 0
    },
    value: () => all,
  }
}

/** Different values of a field; a class, since there is one for each group. */
class Different implements Meter {
  readonly weight = 130
  readonly #seen = new Few<Value>()
  readonly #counts: boolean

  constructor(counts: boolean) {
    this.#counts = counts
  }

  add(values: readonly (Value | undefined)[]): number {
    let held = 0
    for (const one of list(values[0])) held += this.#seen.add(text(one) ?? '', one)
    return held
  }

  value(): Value | undefined {
    if (this.#counts) return this.#seen.size
    return field([...this.#seen.entries()].sort(([a], [b]) => lexically(a, b)).map(([, value]) => value))
  }
}

const distinct = (): Meter => new Different(true)
const values = (): Meter => new Different(false)

/** The manual's bound of `list`. */
const listed = 100

const inOrder = (): Meter => {
  const all: Value[] = []
  return each(
    value => {
      if (all.length >= listed) return 0
      all.push(value)
      return 1
    },
    () => field(all),
  )
}

/** Numbers by size where all are numbers, else texts. */
class Extreme implements Meter {
  readonly weight = 200
  readonly #sign: 1 | -1
  #numeric: number | undefined
  #asNumber: Value | undefined
  #asText: string | undefined
  #mixed = false

  constructor(sign: 1 | -1) {
    this.#sign = sign
  }

  add(values: readonly (Value | undefined)[]): number {
    for (const value of list(values[0])) {
      const amount = number(value)
      if (amount === undefined) this.#mixed = true
      else if (this.#numeric === undefined || (amount - this.#numeric) * this.#sign > 0) {
        this.#numeric = amount
        this.#asNumber = value
      }
      const said = text(value) ?? ''
      if (this.#asText === undefined || lexically(said, this.#asText) * this.#sign > 0) this.#asText = said
    }
    return 0
  }

  value(): Value | undefined {
    return this.#mixed ? this.#asText : this.#asNumber
  }
}

const extreme = (sign: 1 | -1) => (): Meter => new Extreme(sign)

/** Sums are compensated, so that their order does not matter. */
class Sum {
  #sum = 0
  #rest = 0
  count = 0

  add(amount: number): void {
    this.count++
    const next = this.#sum + amount
    this.#rest += Math.abs(this.#sum) >= Math.abs(amount) ? this.#sum - next + amount : amount - next + this.#sum
    this.#sum = next
  }

  value(): number {
    return this.#sum + this.#rest
  }
}

class Numbers implements Meter {
  readonly weight = 260
  readonly #sum = new Sum()
  readonly #squares = new Sum()
  readonly #answer: (of: Sum, squares: Sum) => number | undefined

  constructor(answer: (of: Sum, squares: Sum) => number | undefined) {
    this.#answer = answer
  }

  add(values: readonly (Value | undefined)[]): number {
    for (const value of list(values[0])) {
      const amount = number(value)
      if (amount === undefined) continue
      this.#sum.add(amount)
      this.#squares.add(amount * amount)
    }
    return 0
  }

  value(): Value | undefined {
    return this.#sum.count === 0 ? undefined : this.#answer(this.#sum, this.#squares)
  }
}

const numbers = (answer: (of: Sum, squares: Sum) => number | undefined) => (): Meter => new Numbers(answer)

/** Variance by Welford's method; `least` values are needed for more than nothing. */
const spread = (answer: (squares: number, count: number) => number) => (): Meter => {
  let all = 0
  let mean = 0
  let squares = 0
  return each(
    value => {
      const amount = number(value)
      if (amount === undefined) return 0
      all++
      const off = amount - mean
      mean += off / all
      squares += off * (amount - mean)
      return 0
    },
    () => (all === 0 ? undefined : answer(squares, all)),
  )
}

const sample = (squares: number, all: number): number => (all < 2 ? 0 : squares / (all - 1))

/** By nearest rank (limits.conf, `perc_method`): a value that was there, of an even number the higher of the two in the middle. */
const ranked =
  (part: (site: CallSite) => number) =>
  (site: CallSite): Meter => {
    const all: number[] = []
    return each(
      value => {
        const amount = number(value)
        if (amount === undefined) return 0
        all.push(amount)
        return 1
      },
      () => {
        if (all.length === 0) return undefined
        all.sort((a, b) => a - b)
        const share = Math.min(100, Math.max(0, part(site))) / 100
        return all[Math.min(all.length - 1, Math.floor(share * all.length))]
      },
    )
  }

const mode = (): Meter => {
  const counts = new Map<string, { readonly value: Value; count: number }>()
  return each(
    value => {
      const key = text(value) ?? ''
      const known = counts.get(key)
      if (known !== undefined) {
        known.count++
        return 0
      }
      counts.set(key, { value, count: 1 })
      return 1
    },
    () => {
      let best: { readonly value: Value; readonly count: number } | undefined
      for (const one of counts.values()) if (best === undefined || one.count > best.count) best = one
      return best?.value
    },
  )
}

const range = (): Meter => {
  let low: number | undefined
  let high: number | undefined
  return each(
    value => {
      const amount = number(value)
      if (amount === undefined) return 0
      low = low === undefined ? amount : Math.min(low, amount)
      high = high === undefined ? amount : Math.max(high, amount)
      return 0
    },
    () => (low === undefined || high === undefined ? undefined : high - low),
  )
}

/** The time of a row in seconds: its column, else its event's. */
const timeOf = (of: Row): number | undefined => {
  const own = Object.hasOwn(of.fields, '_time') ? number(of.fields._time) : undefined
  return own ?? (of.time === undefined ? undefined : of.time / 1000)
}

/** The value of the row whose time is the least or greatest. */
const timed = (sign: 1 | -1, answer: (value: Value, time: number) => Value) => (): Meter => {
  let best: number | undefined
  let found: Value | undefined
  return {
    add([value], of) {
      const time = timeOf(of)
      if (time === undefined || value === undefined || value === null) return 0
      if (best === undefined || (time - best) * sign > 0) {
        best = time
        found = answer(value, time)
      }
      return 0
    },
    value: () => found,
  }
}

/** How fast a value grew between the first and the last row that has it. */
const rate = (length: number) => (): Meter => {
  let first: { readonly time: number; readonly value: number } | undefined
  let last: { readonly time: number; readonly value: number } | undefined
  return {
    add([value], of) {
      const time = timeOf(of)
      const amount = number(value)
      if (time === undefined || amount === undefined) return 0
      if (first === undefined || time < first.time) first = { time, value: amount }
      if (last === undefined || time >= last.time) last = { time, value: amount }
      return 0
    },
    value: () =>
      first === undefined || last === undefined || last.time === first.time
        ? undefined
        : ((last.value - first.value) / (last.time - first.time)) * length,
  }
}

export const measures: readonly MeasureRow[] = [
  row('count', count, 'long', 'skipped'),
  row('distinct', distinct, 'long'),
  row('values', values),
  row('list', inOrder),
  row('min', extreme(-1)),
  row('max', extreme(1)),
  row(
    'sum',
    numbers(sum => sum.value()),
    'real',
  ),
  row(
    'avg',
    numbers(sum => sum.value() / sum.count),
    'real',
  ),
  row(
    'sumsq',
    numbers((_, squares) => squares.value()),
    'real',
  ),
  row(
    'stdev',
    spread((squares, all) => Math.sqrt(sample(squares, all))),
    'real',
  ),
  row('variance', spread(sample), 'real'),
  row(
    'stdevp',
    spread((squares, all) => Math.sqrt(squares / all)),
    'real',
  ),
  row(
    'varp',
    spread((squares, all) => squares / all),
    'real',
  ),
  row(
    'median',
    ranked(() => 50),
    'real',
  ),
  row(
    'percentile',
    ranked(site => number(site.constants[0]) ?? 50),
    'real',
  ),
  row('mode', mode),
  row('range', range, 'real'),
  row(
    'earliest',
    timed(-1, value => value),
  ),
  row(
    'latest',
    timed(1, value => value),
  ),
  row(
    'earliest_time',
    timed(-1, (_, time) => time),
    'real',
  ),
  row(
    'latest_time',
    timed(1, (_, time) => time),
    'real',
  ),
  row('rate', rate(1), 'real'),
]

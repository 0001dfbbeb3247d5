// Kusto's aggregates where they differ from those that every language has (https://learn.microsoft.com/kusto/query/aggregation-functions).

import { setField, type Value } from '../../../ir/event.ts'
import { Few } from '../../few.ts'
import type { CallSite, MeasureRow, Meter } from '../signature.ts'
import { amount, bag, inDynamic, keyOf, list, long, type Maybe, mostMembers, whole } from './values.ts'

const row = (
  name: string,
  page: string,
  type: MeasureRow['type'],
  start: (site: CallSite) => Meter,
  absent: MeasureRow['absent'] = 'skipped',
): MeasureRow => ({
  name: `kusto:${name}`,
  manual: `https://learn.microsoft.com/kusto/query/${page}-aggregation-function`,
  type,
  absent,
  start,
})

const isTime = (site: CallSite): boolean => site.types[0] === 'timespan' || site.types[0] === 'datetime'

/** A sum: exact for whole numbers and times, of nothing 0. */
class Total {
  count = 0
  #exact = 0n
  #part = 0
  #real = 0
  #fractions: boolean

  constructor(site: CallSite) {
    this.#fractions = site.types[0] === 'real' || site.types[0] === 'decimal'
  }

  add(value: Maybe): void {
    if (typeof value === 'number' && Number.isInteger(value) && !this.#fractions) {
      this.#part += value
      if (!Number.isSafeInteger(this.#part)) {
        this.#exact += BigInt(this.#part - value) + BigInt(value)
        this.#part = 0
      }
    } else if (typeof value === 'bigint') this.#exact += value
    else {
      const number = amount(value)
      if (number === undefined) return
      this.#fractions = true
      this.#real += number
    }
    this.count++
  }

  whole(): bigint | undefined {
    return this.#fractions ? undefined : this.#exact + BigInt(this.#part)
  }

  real(): number {
    return this.#real + Number(this.#exact) + this.#part
  }
}

/** A sum or an average: one for each group. */
class TotalMeter implements Meter {
  readonly weight = 170
  readonly #all: Total
  readonly #time: boolean
  readonly #average: boolean

  constructor(site: CallSite, average: boolean) {
    this.#all = new Total(site)
    this.#time = isTime(site)
    this.#average = average
  }

  add([value]: readonly Maybe[]): number {
    this.#all.add(value)
    return 0
  }

  value(): Maybe {
    const exact = this.#all.whole()
    if (!this.#average) {
      if (exact === undefined) return this.#all.real()
      return this.#time ? exact : whole(exact)
    }
    if (this.#all.count === 0) return undefined
    return this.#time && exact !== undefined ? exact / BigInt(this.#all.count) : this.#all.real() / this.#all.count
  }
}

const sum = (site: CallSite): Meter => new TotalMeter(site, false)
const average = (site: CallSite): Meter => new TotalMeter(site, true)

/** Members of a list or set: an array brings its own. */
function membersOf(value: Maybe, site: CallSite): readonly Value[] {
  if (value === undefined || value === null) return []
  return list(value) ?? [inDynamic(value, site.types[0])]
}

const mostOf = (site: CallSite): number => {
  const said = site.constants.findLast(one => typeof one === 'number')
  return typeof said === 'number' && said >= 0 ? Math.min(said, mostMembers) : mostMembers
}

/** Different members; a class, since there is one for each group. */
class SetMeter implements Meter {
  readonly weight = 130
  readonly #found = new Few<Value>()
  readonly #site: CallSite
  readonly #most: number

  constructor(site: CallSite) {
    this.#site = site
    this.#most = mostOf(site)
  }

  add([value]: readonly Maybe[]): number {
    let held = 0
    for (const member of membersOf(value, this.#site)) {
      if (this.#found.size >= this.#most) break
      if (member !== null) held += this.#found.add(keyOf(member), member)
    }
    return held
  }

  value(): Value {
    return this.#found.entries().map(([, member]) => member)
  }
}

const set = (site: CallSite): Meter => new SetMeter(site)

const collect =
  (nulls: boolean) =>
  (site: CallSite): Meter => {
    const most = mostOf(site)
    const found: Value[] = []
    return {
      add([value]) {
        const before = found.length
        const members = nulls && (value === undefined || value === null) ? [null] : membersOf(value, site)
        for (const member of members) {
          if (found.length >= most) break
          if (nulls || member !== null) found.push(member)
        }
        return found.length - before
      },
      value: () => found,
    }
  }

const bags = (): Meter => {
  const out: Record<string, Value> = {}
  let size = 0
  return {
    add([value]) {
      const from = bag(value)
      const before = size
      for (const key of Object.keys(from ?? {})) {
        if (size >= mostMembers || Object.hasOwn(out, key)) continue
        setField(out, key, from![key]!)
        size++
      }
      return size - before
    },
    value: () => out,
  }
}

type Ranked = readonly { readonly value: Value; readonly weight: number }[]

/** The smallest value at or below which the asked part of all lies. */
function nearest(values: Ranked, part: number): Maybe {
  const all = values.reduce((sum, one) => sum + one.weight, 0)
  const rank = (Math.min(100, Math.max(0, part)) / 100) * all
  let seen = 0
  for (const one of values) {
    seen += one.weight
    if (seen >= rank && one.weight > 0) return one.value
  }
  return values.at(-1)?.value
}

const percentiles =
  (weighted: boolean, answer: (values: Ranked, parts: readonly number[]) => Maybe) =>
  (site: CallSite): Meter => {
    const values: { readonly value: Value; readonly weight: number }[] = []
    return {
      add([value, weight]) {
        if (value === undefined || value === null || (typeof value !== 'number' && typeof value !== 'bigint')) return 0
        values.push({ value, weight: weighted ? Math.max(0, amount(weight) ?? 0) : 1 })
        return 1
      },
      value() {
        if (values.length === 0) return undefined
        const sorted = values.sort((a, b) => (a.value! < b.value! ? -1 : a.value! > b.value! ? 1 : 0))
        return answer(
          sorted,
          site.constants.filter(one => typeof one === 'number'),
        )
      },
    }
  }

/** Spread around the mean, by Welford's method; of a sample where `sample`. */
const spread = (sample: boolean, answer: (variance: number) => number) => (): Meter => {
  let count = 0
  let mean = 0
  let squares = 0
  return {
    add([value]) {
      const number = amount(value)
      if (number === undefined) return 0
      count++
      const off = number - mean
      mean += off / count
      squares += off * (number - mean)
      return 0
    },
    value: () => (count <= (sample ? 1 : 0) ? 0 : answer(squares / (sample ? count - 1 : count))),
  }
}

const covariance = (sample: boolean) => (): Meter => {
  let count = 0
  let [meanX, meanY, together] = [0, 0, 0]
  return {
    add([first, second]) {
      const [x, y] = [amount(first), amount(second)]
      if (x === undefined || y === undefined) return 0
      count++
      const off = x - meanX
      meanX += off / count
      meanY += (y - meanY) / count
      together += off * (y - meanY)
      return 0
    },
    value: () => (count <= (sample ? 1 : 0) ? 0 : together / (sample ? count - 1 : count)),
  }
}

const bits = (apply: (a: bigint, b: bigint) => bigint) => (): Meter => {
  let found: bigint | undefined
  return {
    add([value]) {
      const number = long(value)
      if (number !== undefined) found = found === undefined ? number : apply(found, number)
      return 0
    },
    value: () => (found === undefined ? undefined : whole(BigInt.asIntN(64, found))),
  }
}

/** Some value, one that says something where there is one. */
const any = (): Meter => {
  let found: Maybe
  return {
    add([value]) {
      if ((found === undefined || found === '') && value !== undefined && value !== null) found = value
      return 0
    },
    value: () => found,
  }
}

/** The running sum of rows in order; a condition beside it starts anew. */
const running = (site: CallSite): Meter => {
  let all = new Total(site)
  return {
    add([value, restart]) {
      if (restart === true) all = new Total(site)
      all.add(value)
      return 0
    },
    value() {
      const exact = all.whole()
      return exact === undefined ? all.real() : isTime(site) ? exact : whole(exact)
    },
  }
}

/** Rows counted from a start; a condition starts anew. */
const numbered = (site: CallSite): Meter => {
  const start = site.constants.find(one => typeof one === 'number')
  const first = typeof start === 'number' ? start : 1
  let next = first
  return {
    add([restart]) {
      next = restart === true ? first : next
      next++
      return 0
    },
    value: () => next - 1,
  }
}

/** Ranks of rows in order: equal neighbours share one. */
const rank = (dense: boolean) => (): Meter => {
  let place = 0
  let seen = 0
  let last: string | undefined
  return {
    add([value, restart]) {
      if (restart === true) [place, seen, last] = [0, 0, undefined]
      seen++
      const key = keyOf(value ?? null)
      if (key !== last) place = dense ? place + 1 : seen
      last = key
      return 0
    },
    value: () => place,
  }
}

/** The first time of the session that a row belongs to: too long since it began, or since the row before, begins another. */
const session = (): Meter => {
  let first: Maybe
  let last: Maybe
  return {
    add([value, longest, gap, restart]) {
      const far = (from: Maybe, most: Maybe): boolean => {
        if (typeof value === 'bigint' && typeof from === 'bigint') return value - from > (typeof most === 'bigint' ? most : 0n)
        return (amount(value) ?? 0) - (amount(from) ?? 0) > (amount(most) ?? 0)
      }
      if (first === undefined || restart === true || far(first, longest) || far(last, gap)) first = value
      last = value
      return 0
    },
    value: () => first,
  }
}

export const measures: readonly MeasureRow[] = [
  row('sum', 'sum', undefined, sum),
  row('avg', 'avg', undefined, average),
  row('values', 'make-set', 'dynamic', set),
  row('list', 'make-list', 'dynamic', collect(false)),
  row('make_list_with_nulls', 'make-list-with-nulls', 'dynamic', collect(true), 'seen'),
  row('make_bag', 'make-bag', 'dynamic', bags),
  row('any', 'take-any', 'same', any),
  row(
    'percentile',
    'percentiles',
    'same',
    percentiles(false, (values, [part]) => nearest(values, part ?? 50)),
  ),
  row(
    'percentilew',
    'percentiles',
    'same',
    percentiles(true, (values, [part]) => nearest(values, part ?? 50)),
  ),
  row(
    'percentiles_array',
    'percentiles',
    'dynamic',
    percentiles(false, (values, parts) => parts.map(part => nearest(values, part) ?? null)),
  ),
  row('stdev', 'stdev', 'real', spread(true, Math.sqrt)),
  row('stdevp', 'stdevp', 'real', spread(false, Math.sqrt)),
  row(
    'variance',
    'variance',
    'real',
    spread(true, value => value),
  ),
  row(
    'variancep',
    'variancep',
    'real',
    spread(false, value => value),
  ),
  row('covariance', 'covariance', 'real', covariance(true)),
  row('covariancep', 'covariancep', 'real', covariance(false)),
  row(
    'binary_all_and',
    'binary-all-and',
    'same',
    bits((a, b) => a & b),
  ),
  row(
    'binary_all_or',
    'binary-all-or',
    'same',
    bits((a, b) => a | b),
  ),
  row(
    'binary_all_xor',
    'binary-all-xor',
    'same',
    bits((a, b) => a ^ b),
  ),
  row('row_cumsum', 'row-cumsum', 'same', running, 'seen'),
  row('row_number', 'row-number', 'long', numbered, 'seen'),
  row('row_rank', 'row-rank', 'long', rank(false), 'seen'),
  row('row_rank_min', 'row-rank-min', 'long', rank(false), 'seen'),
  row('row_rank_dense', 'row-rank-dense', 'long', rank(true), 'seen'),
  row('row_window_session', 'row-window-session', 'same', session, 'seen'),
]

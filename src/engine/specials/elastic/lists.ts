// Lists of ES|QL (multivalues).

import { asText, type Value } from '../../../ir/event.ts'
import { keyOf } from '../../row.ts'
import { compareValues } from '../../tables/order.ts'
import type { FunctionRow } from '../signature.ts'
import { asValue, members, number, row, text } from './making.ts'

const numbers = (value: Value | undefined): readonly number[] =>
  members(value)
    .map(number)
    .filter(one => one !== undefined)

/** Values in their order: numbers by amount, texts by code unit. */
export const ordered = (values: readonly Value[]): Value[] => [...values].sort((a, b) => compareValues(a, b, 'elastic'))

/** Each value once. */
export function once(values: readonly Value[]): readonly Value[] {
  const seen = new Set<string>()
  return values.filter(value => {
    const key = `${typeof value} ${keyOf(value) ?? ''}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const ofList = (name: string, apply: (values: readonly Value[]) => Value | undefined): FunctionRow =>
  row(name, 1, 1, undefined, ([list]) => {
    const values = members(list)
    return values.length === 0 ? undefined : apply(values)
  })

export const lists: readonly FunctionRow[] = [
  ofList('mv-count', values => values.length),
  ofList('mv-first', values => values[0]),
  ofList('mv-last', values => values.at(-1)),
  ofList('mv-min', values => ordered(values)[0]),
  ofList('mv-max', values => ordered(values).at(-1)),
  ofList('mv-dedupe', values => asValue(once(values))),
  ofList('mv-sum', values => numbers(values).reduce((sum, one) => sum + one, 0)),
  ofList('mv-avg', values => {
    const all = numbers(values)
    return all.length === 0 ? undefined : all.reduce((sum, one) => sum + one, 0) / all.length
  }),
  ofList('mv-median', values => {
    const all = [...numbers(values)].sort((a, b) => a - b)
    if (all.length === 0) return undefined
    const middle = all.length >> 1
    return all.length % 2 === 1 ? all[middle] : (all[middle - 1]! + all[middle]!) / 2
  }),
  row('mv-sort', 1, 2, undefined, ([list, order]) => {
    const sorted = ordered(members(list))
    return asValue(text(order)?.toLowerCase() === 'desc' ? sorted.reverse() : sorted)
  }),
  row('mv-concat', 2, 2, 'string', ([list, delimiter]) => {
    const between = text(delimiter)
    const texts = members(list).map(asText)
    return between === undefined || texts.length === 0 || texts.includes(undefined) ? undefined : texts.join(between)
  }),
  row('mv-slice', 2, 3, undefined, ([list, start, end]) => {
    const values = members(list)
    const from = number(start)
    if (from === undefined || values.length === 0) return undefined
    const to = end === undefined || end === null ? from : number(end)
    if (to === undefined) return undefined
    // Both ends belong to it; negative places count from the end.
    const place = (at: number): number => (at < 0 ? values.length + at : at)
    return asValue(values.slice(Math.max(0, place(from)), place(to) + 1))
  }),
  row('mv-append', 2, 2, undefined, ([a, b]) =>
    members(a).length === 0 || members(b).length === 0 ? undefined : [...members(a), ...members(b)],
  ),
  row('mv-union', 2, 2, undefined, ([a, b]) => asValue(once([...members(a), ...members(b)]))),
  row('mv-intersection', 2, 2, undefined, ([a, b]) => {
    const other = new Set(members(b).map(keyOf))
    return asValue(once(members(a).filter(value => other.has(keyOf(value)))))
  }),
  row('mv-zip', 2, 3, undefined, ([a, b, delimiter]) => {
    const [left, right] = [members(a), members(b)]
    const between = delimiter === undefined || delimiter === null ? ',' : text(delimiter)
    if (between === undefined) return undefined
    const count = Math.max(left.length, right.length)
    return asValue(
      Array.from({ length: count }, (_, at) =>
        [left[at], right[at]].flatMap(one => (one === undefined ? [] : [asText(one) ?? ''])).join(between),
      ),
    )
  }),
  row('split', 2, 2, undefined, ([value, delimiter]) => {
    const whole = text(value)
    const by = text(delimiter)
    return whole === undefined || by === undefined || by === '' ? undefined : asValue(whole.split(by, 10_000))
  }),
  row('greatest', 1, 10_000, undefined, args =>
    args.some(one => members(one).length === 0) ? undefined : ordered(args.flatMap(members)).at(-1),
  ),
  row('least', 1, 10_000, undefined, args =>
    args.some(one => members(one).length === 0) ? undefined : ordered(args.flatMap(members))[0],
  ),
]

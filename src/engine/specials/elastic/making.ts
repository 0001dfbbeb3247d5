// How the rows of Elastic's functions are made: a single value in, null where there is none or a list of several.

import { asText, type Value } from '../../../ir/event.ts'
import type { ValueType } from '../../../ir/predicate.ts'
import { asNumber } from '../../number.ts'
import type { CallSite, FunctionRow } from '../signature.ts'

export const manual = 'https://www.elastic.co/docs/reference/query-languages/esql/esql-functions-operators'

/** A value that is alone; a list of several has none (ES|QL: "returns null" with a warning). */
export function alone(value: Value | undefined): Value | undefined {
  if (!Array.isArray(value)) return value ?? undefined
  return value.length === 1 ? ((value[0] as Value | null) ?? undefined) : undefined
}

export const members = (value: Value | undefined): readonly Value[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly Value[]) : [value]

export const text = (value: Value | undefined): string | undefined => {
  const one = alone(value)
  return one === undefined ? undefined : asText(one)
}

/** A number; texts of digits are numbers too, since documents write both. */
export const number = (value: Value | undefined): number | undefined => {
  const one = alone(value)
  const found = one === undefined || typeof one === 'boolean' ? undefined : asNumber(one)
  return found === undefined ? undefined : Number(found)
}

/** A list as a value: none is null, one is itself. */
export const asValue = (list: readonly Value[]): Value | undefined =>
  list.length === 0 ? undefined : list.length === 1 ? list[0] : list

type Apply = (args: readonly (Value | undefined)[], site: CallSite) => Value | undefined

export const row = (
  name: string,
  least: number,
  most: number,
  type: ValueType | 'same' | undefined,
  apply: Apply,
): FunctionRow => ({
  name: `elastic:${name}`,
  manual,
  least,
  most,
  type,
  absent: 'seen',
  apply,
})

/** A function of one text. */
export const ofText = (name: string, apply: (text: string) => Value | undefined): FunctionRow =>
  row(name, 1, 1, 'string', ([first]) => {
    const one = text(first)
    return one === undefined ? undefined : apply(one)
  })

/** A function of one number. */
export const ofNumber = (name: string, apply: (value: number) => number): FunctionRow =>
  row(name, 1, 1, 'same', ([first]) => {
    const one = number(first)
    const result = one === undefined ? undefined : apply(one)
    return result === undefined || Number.isNaN(result) ? undefined : result
  })

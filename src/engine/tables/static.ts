// Rows that a query brings itself: written out, or a range of numbers or times.

import { setField, type Value } from '../../ir/event.ts'
import type { From } from '../../ir/pipeline.ts'
import type { Row } from '../row.ts'
import { type Context, compileScalar } from '../scalar.ts'
import type { Session } from './session.ts'

const mostInRange = 100_000_000
const nobody: Row['events'] = []

/** A row of these fields that comes from no event. */
export const bareRow = (fields: Readonly<Record<string, Value>>, order: number): Row => ({
  order,
  fields,
  events: nobody,
  schema: '',
  branch: 0,
})

/** The rows of a written table or of a range, its end included. */
export function* generate(
  from: Extract<From, { kind: 'rows' | 'range' }>,
  at: { readonly session: Session; readonly context: Context } | undefined,
): Iterable<Row> {
  if (from.kind === 'rows') {
    for (const [order, values] of from.rows.entries()) {
      const fields: Record<string, Value> = {}
      for (const [index, column] of from.columns.entries()) {
        const value = values[index]
        if (value !== undefined && value !== null) setField(fields, column.name, value)
      }
      yield bareRow(fields, order)
    }
    return
  }
  const read = (scalar: typeof from.from): number | bigint | undefined => {
    const value = compileScalar(scalar, at?.context)({ fields: {} })
    return typeof value === 'number' || typeof value === 'bigint' ? value : undefined
  }
  const [first, last, step] = [read(from.from), read(from.to), read(from.step)]
  if (first === undefined || last === undefined || step === undefined) return
  const whole = [first, last, step].some(value => typeof value === 'bigint')
  const rising = step > 0
  if (!rising && !(step < 0)) return
  const distance = Number(last) - Number(first)
  if (Math.abs(distance / Number(step)) > mostInRange)
    at?.session.stop({
      code: 'ENG152',
      message: `a range of more than ${mostInRange} rows`,
      hint: 'use a larger step',
      span: from.span,
    })
  let order = 0
  const row = (value: Value): Row => bareRow({ [from.column]: value }, order++)
  if (whole) {
    const [start, end, by] = [toBig(first), toBig(last), toBig(step)]
    if (start === undefined || end === undefined || by === undefined || by === 0n) return
    for (let value = start; rising ? value <= end : value >= end; value += by) yield row(narrow(value, from))
    return
  }
  const [start, end, by] = [Number(first), Number(last), Number(step)]
  // A product does not gather the roundings of a sum.
  for (let count = 0; ; count++) {
    const value = start + count * by
    if (rising ? value > end : value < end) return
    yield row(value)
  }
}

const toBig = (value: number | bigint): bigint | undefined =>
  typeof value === 'bigint' ? value : Number.isInteger(value) ? BigInt(value) : undefined

/** Times and lengths stay bigints; a whole number is a number where that is exact. */
function narrow(value: bigint, from: Extract<From, { kind: 'range' }>): number | bigint {
  const type = 'type' in from.from ? from.from.type : undefined
  if (type === 'datetime' || type === 'timespan') return value
  return type !== undefined && value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : value
}

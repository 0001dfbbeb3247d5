// Rows for the tests of stateful stages: written by time in seconds, results read as short texts.

import type { AggregateStage } from '../../src/engine/aggregate.ts'
import { Order } from '../../src/engine/order.ts'
import type { Operator, Row } from '../../src/engine/row.ts'
import type { Value } from '../../src/ir/event.ts'
import type { Measure } from '../../src/ir/pipeline.ts'
import type { Predicate, Scalar } from '../../src/ir/predicate.ts'

let next = 0

/** A row at a second; its order is that of making unless said. */
export function row(second: number | undefined, fields: Record<string, Value> = {}, branch = 0, order: number = next++): Row {
  const time = second === undefined ? undefined : second * 1000
  return { time, order, fields, events: [{ time, fields }], schema: 'sigma', branch }
}

export const field = (name: string): Scalar => ({ kind: 'field', name })

export const compare = (name: string, op: '=' | '<' | '<=' | '>' | '>=', to: Value): Predicate => ({
  kind: 'test',
  subject: field(name),
  match: { kind: 'compare', op, to: { kind: 'literal', value: to } },
})

/** A sliding window of seconds, rising, by columns. */
export function sliding(by: readonly string[], measures: readonly Measure[], size: number, having?: Predicate): AggregateStage {
  return {
    kind: 'aggregate',
    by: by.map(name => ({ name, value: field(name) })),
    measures,
    window: { size: size * 1000, kind: 'sliding', report: 'rising' },
    having,
  }
}

/** Rows put in order and through an operator, as the engine does it. */
export function run(operator: Operator, rows: Iterable<Row>, held?: number): Row[] {
  const order = new Order(held)
  const out: Row[] = []
  for (const one of rows) for (const due of order.push(one)) out.push(...operator.push(due))
  for (const due of order.drain()) out.push(...operator.push(due))
  out.push(...operator.finish())
  return out
}

/** Seconds at which results come. */
export const seconds = (rows: readonly Row[]): (number | undefined)[] =>
  rows.map(result => (result.time === undefined ? undefined : result.time / 1000))

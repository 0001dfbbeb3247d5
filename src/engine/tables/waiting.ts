// What waits for other rows: subqueries that are kept until they are complete, stages that start behind them, operators that take rows in order of time.

import type { Pipeline } from '../../ir/pipeline.ts'
import { Order } from '../order.ts'
import type { Operator, Row } from '../row.ts'
import type { Header, Sink } from '../specials/signature.ts'
import { seenHeader } from './header.ts'
import type { Session } from './session.ts'

/** Keeps the rows of a query inside, and says when they are complete. */
export function collector(session: Session, of: Pipeline, header: Header): Sink {
  const rows: Row[] = []
  return {
    push(row) {
      session.hold(row)
      rows.push(row)
    },
    close: () => session.fill(of, { header: seenHeader(header, rows), rows }),
  }
}

/** Holds rows until the queries that a stage refers to are complete, then lets them through it. */
export function gate(session: Session, waits: readonly Pipeline[], make: () => Sink, out: Sink): Sink {
  let inside: Sink | undefined
  let held: Row[] = []
  let closed = false
  session.when(waits, () => {
    inside = make()
    const rows = held
    held = []
    for (const row of rows) {
      session.release(row)
      inside.push(row)
    }
    if (closed) inside.close()
  })
  return {
    push(row) {
      if (inside !== undefined) inside.push(row)
      else {
        session.hold(row)
        held.push(row)
      }
    },
    close() {
      closed = true
      inside?.close()
    },
    get done() {
      return inside === undefined ? out.done === true : inside.done === true
    },
  }
}

/** An operator that takes rows in order of time, fed from several inputs. */
export function inTime(operator: Operator, inputs: number, out: Sink): (branch: number) => Sink {
  const order = new Order()
  let open = inputs
  const give = (rows: Iterable<Row>): void => {
    for (const row of rows) for (const result of operator.push(row)) out.push(result)
  }
  return branch => ({
    push: row => give(order.push({ ...row, branch })),
    close() {
      if (--open > 0) return
      give(order.drain())
      for (const row of operator.finish()) out.push(row)
      out.close()
    },
  })
}

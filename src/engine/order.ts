// Rows that arrive out of order, given in the order of time as far as a bounded buffer reaches. The result depends on the rows alone, not on how they were batched.

import { compareRows, mostHeld, nothing, type Row } from './row.ts'

/**
 * Holds rows and gives them in order of time, 100 ns, arrival and branch. At most `held` rows are held: the one more
 * releases the earliest. A row earlier than what was released is late: it is counted and given at once, and the stage behind decides
 * whether its window still stands. A row without time has no place in the order: it is counted and given at once.
 */
export class Order {
  readonly held: number
  late = 0
  untimed = 0
  readonly #heap: Row[] = []
  #last: Row | undefined

  constructor(held: number = mostHeld) {
    this.held = Math.max(1, held)
  }

  /** Rows waiting. */
  get size(): number {
    return this.#heap.length
  }

  /** Takes a row; returns the rows that are due now: none, or one. */
  push(row: Row): readonly Row[] {
    if (row.time === undefined) {
      this.untimed++
      return [row]
    }
    if (this.#last !== undefined && compareRows(row, this.#last) < 0) {
      this.late++
      return [row]
    }
    const heap = this.#heap
    if (heap.length >= this.held) {
      if (compareRows(row, heap[0]!) <= 0) {
        this.#last = row
        return [row]
      }
      const first = heap[0]!
      heap[0] = row
      sink(heap)
      this.#last = first
      return [first]
    }
    heap.push(row)
    rise(heap)
    return nothing
  }

  /** The rows that wait, in order; the buffer is empty afterwards. */
  *drain(): Iterable<Row> {
    const heap = this.#heap
    while (heap.length > 0) {
      const first = heap[0]!
      const last = heap.pop()!
      if (heap.length > 0) {
        heap[0] = last
        sink(heap)
      }
      this.#last = first
      yield first
    }
  }
}

function rise(heap: Row[]): void {
  let at = heap.length - 1
  const row = heap[at]!
  while (at > 0) {
    const above = (at - 1) >> 1
    if (compareRows(heap[above]!, row) <= 0) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = row
}

function sink(heap: Row[]): void {
  const row = heap[0]!
  const { length } = heap
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= length) break
    if (below + 1 < length && compareRows(heap[below + 1]!, heap[below]!) < 0) below++
    if (compareRows(row, heap[below]!) <= 0) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = row
}

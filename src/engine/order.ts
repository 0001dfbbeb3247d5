// Rows that arrive out of order, given in the order of time as far as a bounded buffer reaches. The result depends on the rows alone, not on how they were batched.

import { compareRows, mostHeld, nothing, type Row } from './row.ts'

/** A row with its place among those that came, which settles what time, arrival and branch leave open. */
interface Item {
  readonly row: Row
  readonly place: number
}

const compare = (a: Item, b: Item): number => compareRows(a.row, b.row) || a.place - b.place

/**
 * Holds rows and gives them in order of time, 100 ns, arrival and branch; rows that agree in all of these keep their order. At
 * most `held` rows are held: the one more releases the earliest. A row earlier than what was released is late: it is counted and
 * given at once, and the stage behind decides whether its window still stands. A row without time has no place in the order: it
 * is counted and given at once.
 */
export class Order {
  readonly held: number
  late = 0
  untimed = 0
  readonly #heap: Item[] = []
  #places = 0
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
    const item = { row, place: this.#places++ }
    if (heap.length < this.held) {
      heap.push(item)
      rise(heap)
      return nothing
    }
    const first = heap[0]!
    if (compare(item, first) < 0) {
      this.#last = row
      return [row]
    }
    heap[0] = item
    sink(heap)
    this.#last = first.row
    return [first.row]
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
      this.#last = first.row
      yield first.row
    }
  }
}

function rise(heap: Item[]): void {
  let at = heap.length - 1
  const item = heap[at]!
  while (at > 0) {
    const above = (at - 1) >> 1
    if (compare(heap[above]!, item) <= 0) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = item
}

function sink(heap: Item[]): void {
  const item = heap[0]!
  const { length } = heap
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= length) break
    if (below + 1 < length && compare(heap[below + 1]!, heap[below]!) < 0) below++
    if (compare(item, heap[below]!) <= 0) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = item
}

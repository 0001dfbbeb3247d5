// A sliding window per group, kept as rows come and go: each row enters once and leaves once, and rows that left are not held.

import { compareRows, type Lost, mostHeld, nothing, type OperatorOptions, type Row, reportFull, within } from './row.ts'

/** One row in the window of its group, with what the group's state took from it. */
export interface Entry<State, Taken> {
  readonly row: Row
  readonly group: Group<State, Taken>
  readonly taken: Taken
}

export interface Group<State, Taken> {
  readonly key: string
  readonly entries: Queue<Entry<State, Taken>>
  readonly state: State
  /** Whether the condition held when last looked at. */
  holds: boolean
}

/** What a window keeps about a group, and what it says. */
export interface Keeper<State, Taken> {
  /** The state of a group whose first row this is. */
  open(row: Row): State
  /** Takes a row in; what it returns is handed to `remove` when the row leaves. */
  add(state: State, row: Row): Taken
  remove(state: State, taken: Taken): void
  holds(group: Group<State, Taken>): boolean
  result(group: Group<State, Taken>): Row
}

/** First in, first out, with a sorted way in for the late. */
export class Queue<T> {
  #items: T[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  at(index: number): T | undefined {
    return this.#items[this.#head + index]
  }

  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#head++
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Puts an item behind every item that `compare` does not call greater. */
  insert(item: T, compare: (a: T, b: T) => number): void {
    const items = this.#items
    if (items.length === this.#head || compare(items[items.length - 1]!, item) <= 0) {
      items.push(item)
      return
    }
    let low = this.#head
    let high = items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(items[middle]!, item) <= 0) low = middle + 1
      else high = middle
    }
    items.splice(low, 0, item)
  }
}

const byRow = (a: { readonly row: Row }, b: { readonly row: Row }): number => compareRows(a.row, b.row)

/**
 * The windows of all groups over one stream. Rows come in order of time; a late one counts in the windows that still stand and is
 * lost to the others. The window of a row at `t` has the rows of its group from `t - size` to `t`, both edges included; of rows
 * with one time, each sees those before it in arrival. `rising` says a result when the condition becomes true and again
 * after it was false, be it at an event or because rows had left; a group whose window ran empty begins anew.
 */
export class Sliding<State, Taken> {
  readonly #groups = new Map<string, Group<State, Taken>>()
  readonly #entries = new Queue<Entry<State, Taken>>()
  readonly #keeper: Keeper<State, Taken>
  readonly #size: number
  readonly #rising: boolean
  readonly #lost: Lost
  readonly #options: OperatorOptions
  #now: Row | undefined

  constructor(keeper: Keeper<State, Taken>, size: number, rising: boolean, lost: Lost, options: OperatorOptions) {
    this.#keeper = keeper
    this.#size = size
    this.#rising = rising
    this.#lost = lost
    this.#options = options
  }

  /** Takes a row with a time. */
  push(row: Row, key: string): readonly Row[] {
    this.pass(row)
    if (!within(row, this.#now!, this.#size)) {
      this.#lost.late++
      return nothing
    }
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = { key, entries: new Queue(), state: this.#keeper.open(row), holds: false }
      this.#groups.set(key, group)
    }
    const entry = { row, group, taken: this.#keeper.add(group.state, row) }
    group.entries.insert(entry, byRow)
    this.#entries.insert(entry, byRow)
    if (this.#entries.length > (this.#options.held ?? mostHeld)) {
      if (this.#lost.cut++ === 0) reportFull(this.#options.held ?? mostHeld, this.#options)
      this.#leave()
      if (group.entries.length === 0) return nothing
    }
    const before = group.holds
    group.holds = this.#keeper.holds(group)
    return group.holds && !(before && this.#rising) ? [this.#keeper.result(group)] : nothing
  }

  /** Lets the time of a row pass: what is no longer within the window leaves. */
  pass(row: Row): void {
    if (this.#now !== undefined && compareRows(row, this.#now) <= 0) return
    this.#now = row
    for (
      let first = this.#entries.at(0);
      first !== undefined && !within(first.row, row, this.#size);
      first = this.#entries.at(0)
    ) {
      this.#leave()
    }
  }

  /** Forgets what a group has gathered. */
  clear(key: string): void {
    const group = this.#groups.get(key)
    if (group === undefined) return
    this.#groups.delete(key)
    // Its entries stay in line until their time; they belong to no group that is looked at.
    group.holds = false
  }

  /** The earliest row leaves, and with it all rows of its group that have the same time. */
  #leave(): void {
    const { group, row } = this.#entries.shift()!
    const entry = group.entries.shift()!
    this.#keeper.remove(group.state, entry.taken)
    if (group.entries.length === 0) {
      if (this.#groups.get(group.key) === group) this.#groups.delete(group.key)
      return
    }
    if (!group.holds || !this.#rising) return
    const next = group.entries.at(0)!.row
    if (next.time !== row.time || (next.ticks ?? 0) !== (row.ticks ?? 0)) group.holds = this.#keeper.holds(group)
  }
}

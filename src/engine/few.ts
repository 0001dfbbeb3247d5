// A map that is mostly small: one entry is kept without a table of its own, since a query may have a million groups with one value each. Entries keep the order in which they came.

/** What a table costs beside its entries, in cells of 40 bytes. */
const tableCells = 8

/** Keys with a value each. */
export class Few<V> {
  #key: string | undefined
  #value: V | undefined
  #more: Map<string, V> | undefined

  get size(): number {
    return this.#more?.size ?? (this.#key === undefined ? 0 : 1)
  }

  /** Adds an entry unless its key is there; says how many cells more are held, 0 where it was there. */
  add(key: string, value: V): number {
    if (this.#more !== undefined) {
      if (this.#more.has(key)) return 0
      this.#more.set(key, value)
      return 1
    }
    if (this.#key === undefined) {
      this.#key = key
      this.#value = value
      return 1
    }
    if (this.#key === key) return 0
    this.#more = new Map([
      [this.#key, this.#value as V],
      [key, value],
    ])
    return tableCells
  }

  entries(): readonly (readonly [string, V])[] {
    if (this.#more !== undefined) return [...this.#more]
    return this.#key === undefined ? [] : [[this.#key, this.#value as V]]
  }
}

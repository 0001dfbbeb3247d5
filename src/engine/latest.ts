// Trees that are cheap to make and dear to keep: the one that was asked for last is kept, others are made again.

/** The last thing that was made, and for whom. */
export class Latest<T> {
  #owner: object | undefined
  #value: T | undefined

  /** What `make` gives for an owner, and gives the same each time. */
  of(owner: object, make: () => T): T {
    if (this.#owner !== owner) {
      this.#value = make()
      this.#owner = owner
    }
    return this.#value as T
  }

  /** Says what `make` would give for an owner, where that is known. */
  is(owner: object, value: T): void {
    this.#owner = owner
    this.#value = value
  }
}

/** A tree that is made each time it is asked for, unless it is the last one that was; `known` is what `make` gave just now. */
export function again<T>(latest: Latest<T>, make: () => T, known: T): () => T {
  const ask = (): T => latest.of(ask, make)
  latest.is(ask, known)
  return ask
}

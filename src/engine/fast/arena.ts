// Memory of a tape that is given back as a whole.

import type { Tape } from '../../wasm/tape.ts'

const chunkSize = 1 << 20

/** Hands out pieces of memory, zeros; `reset` takes all of them back. */
export class Arena {
  private readonly tape: Tape
  private readonly chunks: number[] = []
  private chunk = -1
  private at = 0
  private end = 0
  /** Bytes handed out. */
  used = 0

  constructor(tape: Tape) {
    this.tape = tape
  }

  /** Room for `size` bytes; a multiple of 16. */
  alloc(size: number): number {
    const rounded = (size + 15) & ~15
    this.used += rounded
    if (this.at + rounded > this.end) {
      if (rounded > chunkSize) return this.tape.alloc(rounded)
      this.chunk++
      if (this.chunk === this.chunks.length) this.chunks.push(this.tape.alloc(chunkSize))
      else this.tape.bytes.fill(0, this.chunks[this.chunk]!, this.chunks[this.chunk]! + chunkSize)
      this.at = this.chunks[this.chunk]!
      this.end = this.at + chunkSize
    }
    const at = this.at
    this.at += rounded
    return at
  }

  /** Room with these words in it. */
  words(values: ArrayLike<number>): number {
    const at = this.alloc(values.length * 4)
    this.tape.words.set(values, at >> 2)
    return at
  }

  /** Room with these bytes in it. */
  bytes(values: Uint8Array): number {
    const at = this.alloc(values.length)
    this.tape.bytes.set(values, at)
    return at
  }

  reset(): void {
    this.chunk = -1
    this.at = 0
    this.end = 0
    this.used = 0
  }
}

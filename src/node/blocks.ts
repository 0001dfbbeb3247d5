// Many texts as few bytes: packed in blocks, of which the one is unpacked that holds what is asked for. A text's place is counted in bytes as if nothing were packed.

import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Texts are gathered up to so many bytes before they are packed; a longer one is a block by itself. */
const usualBlock = 32_768
/** Unpacked blocks that are kept for the next text: those asked for one after the other mostly lie side by side, in a few rows. */
const mostKept = 3
/** Higher levels take longer and save next to nothing. */
const level = 3

/** Texts put one behind the other. */
export class BlockWriter {
  readonly #packed: Uint8Array[] = []
  /** For each block, where it ends unpacked and packed. */
  readonly #ends: number[] = []
  #waiting: Uint8Array[] = []
  #waitingSize = 0
  #size = 0
  #packedSize = 0

  /** Adds a text, and says where it ends. */
  add(text: string): number {
    const bytes = Buffer.from(text)
    if (this.#waitingSize > 0 && this.#waitingSize + bytes.length > usualBlock) this.#pack()
    this.#waiting.push(bytes)
    this.#waitingSize += bytes.length
    this.#size += bytes.length
    return this.#size
  }

  /** All of it: a table of blocks as `Blocks` reads it, and the blocks. */
  finish(): { readonly ends: Int32Array; readonly size: number; readonly packed: readonly Uint8Array[] } {
    this.#pack()
    return { ends: Int32Array.from(this.#ends), size: this.#packedSize, packed: this.#packed }
  }

  /** Bytes so far, unpacked. */
  get size(): number {
    return this.#size
  }

  #pack(): void {
    if (this.#waitingSize === 0) return
    const packed = deflateRawSync(Buffer.concat(this.#waiting), { level })
    this.#packed.push(packed)
    this.#packedSize += packed.length
    this.#ends.push(this.#size, this.#packedSize)
    this.#waiting = []
    this.#waitingSize = 0
  }
}

/** Texts that a `BlockWriter` wrote. */
export class Blocks {
  readonly #ends: Int32Array
  readonly #packed: Uint8Array
  #kept: { readonly block: number; readonly bytes: Buffer }[] = []

  /** `ends`: for each block, where it ends unpacked and packed. The bytes are kept and must not change. */
  constructor(ends: Int32Array, packed: Uint8Array) {
    this.#ends = ends
    this.#packed = packed
  }

  /** Whether a table of blocks is one of these packed bytes, so that nothing outside of them is ever looked at. */
  static areSound(ends: Int32Array, packed: number): boolean {
    if (ends.length % 2 !== 0) return false
    for (let at = 0; at < ends.length; at++) if (ends[at]! <= (at < 2 ? 0 : ends[at - 2]!)) return false
    return (ends.length === 0 ? 0 : ends.at(-1)!) === packed
  }

  /** Bytes in all, unpacked. */
  get size(): number {
    return this.#ends.at(-2) ?? 0
  }

  /** Whether a text may have been written from `start` up to before `end`: none lies in two blocks. */
  holds(start: number, end: number): boolean {
    return start === end || (start < end && end <= this.size && end <= this.#ends[this.#blockOf(start) * 2]!)
  }

  /** The text from `start` up to before `end`. Throws a `RangeError`, or what the system says, where the bytes are not what was written. */
  text(start: number, end: number): string {
    if (start === end) return ''
    const block = this.#blockOf(start)
    const from = block === 0 ? 0 : this.#ends[block * 2 - 2]!
    return this.#unpacked(block).toString('utf8', start - from, end - from)
  }

  /** The first block that ends behind a place. */
  #blockOf(place: number): number {
    let low = 0
    let high = this.#ends.length / 2 - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#ends[middle * 2]! > place) high = middle
      else low = middle + 1
    }
    return low
  }

  #unpacked(block: number): Buffer {
    const known = this.#kept.find(one => one.block === block)
    if (known !== undefined) return known.bytes
    const [from, start] = block === 0 ? [0, 0] : [this.#ends[block * 2 - 2]!, this.#ends[block * 2 - 1]!]
    const size = this.#ends[block * 2]! - from
    // What would become more than it says is not unpacked.
    const bytes = inflateRawSync(this.#packed.subarray(start, this.#ends[block * 2 + 1]!), { maxOutputLength: size })
    if (bytes.length !== size) throw new RangeError('a block is shorter than it says')
    this.#kept = [{ block, bytes }, ...this.#kept.slice(0, mostKept - 1)]
    return bytes
  }
}

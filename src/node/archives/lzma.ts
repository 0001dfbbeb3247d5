// LZMA2 undone (LZMA SDK, lzma-specification.txt; the chunks of LZMA2 as in xz): chunks in order, with the window they refer back to. Never reads outside of it.

const top = 2 ** 24
const half = 1024

/** Where a match's bits are decided, by state and length (LZMA SDK, "The LZMA Decoding modes"). */
interface Lengths {
  readonly choice: Uint16Array
  readonly low: Uint16Array
  readonly mid: Uint16Array
  readonly high: Uint16Array
}

const lengths = (): Lengths => ({
  choice: new Uint16Array(2),
  low: new Uint16Array(16 << 3),
  mid: new Uint16Array(16 << 3),
  high: new Uint16Array(256),
})

/** A decoder of LZMA2 chunks whose window is at most `dictionary` bytes. */
export class Lzma2 {
  private window: Uint8Array = new Uint8Array(1 << 16)
  /** Where the next byte goes, and where what may be referred to begins. */
  private at = 0
  private from = 0
  /** From where places are counted for settings that depend on them; only its last four bits matter. */
  private origin = 0
  private readonly dictionary: number

  private lc = 0
  private lp = 0
  private pb = 0
  private hasProperties = false
  private needsState = true
  private needsDictionary = true

  private state = 0
  private readonly reps = new Uint32Array(4)
  private readonly isMatch = new Uint16Array(12 << 4)
  private readonly isRep = new Uint16Array(12)
  private readonly isRep0 = new Uint16Array(12)
  private readonly isRep1 = new Uint16Array(12)
  private readonly isRep2 = new Uint16Array(12)
  private readonly isRep0Long = new Uint16Array(12 << 4)
  private readonly slots = new Uint16Array(4 << 6)
  private readonly special = new Uint16Array(128)
  private readonly align = new Uint16Array(16)
  private readonly matchLengths = lengths()
  private readonly repLengths = lengths()
  private literals = new Uint16Array(0x300)

  private input: Uint8Array = new Uint8Array(0)
  private next = 0
  private range = 0
  private code = 0

  constructor(dictionary: number) {
    this.dictionary = Math.max(4096, dictionary)
  }

  /** A chunk that is stored; returns its bytes. */
  stored(control: number, bytes: Uint8Array): Uint8Array | string {
    if (control === 1) this.resetDictionary()
    else if (this.needsDictionary) return 'a chunk refers to one that is not there'
    this.room(bytes.length)
    this.window.set(bytes, this.at)
    this.at += bytes.length
    return bytes
  }

  /**
   * A chunk that is packed: `control` says what is begun anew, `properties` is the byte that follows the sizes where it says so.
   * Returns its bytes (a copy), or what is wrong; `partial` takes those that were sound before.
   */
  packed(
    control: number,
    size: number,
    properties: number,
    bytes: Uint8Array,
    partial: (bytes: Uint8Array) => void,
  ): Uint8Array | string {
    const reset = (control >> 5) & 3
    if (reset === 3) this.resetDictionary()
    else if (this.needsDictionary) return 'a chunk refers to one that is not there'
    if (reset >= 2) {
      const lc = properties % 9
      const lp = Math.floor(properties / 9) % 5
      const pb = Math.floor(properties / 45)
      if (pb > 4 || lc + lp > 4) return 'a chunk has settings that are none'
      this.lc = lc
      this.lp = lp
      this.pb = pb
      this.literals = new Uint16Array(0x300 << (lc + lp))
      this.hasProperties = true
    }
    if (!this.hasProperties) return 'a chunk has no settings'
    if (reset >= 1) this.resetState()
    else if (this.needsState) return 'a chunk refers to one that is not there'
    this.room(size)
    const start = this.at
    this.input = bytes
    this.next = 5
    this.range = 0xffffffff
    this.code = bytes.length < 5 ? 0 : ((bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!) >>> 0
    const problem = bytes.length < 5 || bytes[0] !== 0 ? 'a chunk is damaged' : this.decode(start + size)
    const made = this.window.slice(start, this.at)
    if (problem !== undefined) {
      partial(made)
      return problem
    }
    return made
  }

  private resetDictionary(): void {
    this.from = this.at
    this.origin = this.at
    this.needsDictionary = false
    this.needsState = true
  }

  private resetState(): void {
    this.needsState = false
    this.state = 0
    this.reps.fill(0)
    for (const bits of [
      this.isMatch,
      this.isRep,
      this.isRep0,
      this.isRep1,
      this.isRep2,
      this.isRep0Long,
      this.slots,
      this.special,
      this.align,
      this.literals,
      ...Object.values(this.matchLengths),
      ...Object.values(this.repLengths),
    ])
      bits.fill(half)
  }

  /** Makes room for so many bytes; what lies farther back than the dictionary is let go. The window grows with what is in it. */
  private room(size: number): void {
    if (this.at + size <= this.window.length) return
    // By a multiple of 16, so that places keep their last four bits.
    const shift = Math.max(0, this.at - Math.min(this.at - this.from, this.dictionary)) & ~15
    const keep = this.at - shift
    const most = this.dictionary * 2 + (2 << 20)
    const wanted = Math.max(keep + size, Math.min(most, this.window.length * 2))
    if (wanted > this.window.length) {
      const window = new Uint8Array(wanted)
      window.set(this.window.subarray(shift, this.at))
      this.window = window
    } else this.window.copyWithin(0, shift, this.at)
    this.from = Math.max(0, this.from - shift)
    this.origin = (this.origin - shift) & 15
    this.at = keep
  }

  private bit(probabilities: Uint16Array, index: number): number {
    const probability = probabilities[index]!
    const bound = (this.range >>> 11) * probability
    let bit: number
    if (this.code < bound) {
      this.range = bound
      probabilities[index] = probability + ((2048 - probability) >> 5)
      bit = 0
    } else {
      this.range -= bound
      this.code -= bound
      probabilities[index] = probability - (probability >> 5)
      bit = 1
    }
    if (this.range < top) {
      this.range = (this.range << 8) >>> 0
      this.code = ((this.code << 8) | (this.input[this.next++] ?? 0)) >>> 0
    }
    return bit
  }

  private direct(count: number): number {
    let value = 0
    for (let left = count; left > 0; left--) {
      this.range >>>= 1
      let bit = 0
      if (this.code >= this.range) {
        this.code -= this.range
        bit = 1
      }
      value = value * 2 + bit
      if (this.range < top) {
        this.range = (this.range << 8) >>> 0
        this.code = ((this.code << 8) | (this.input[this.next++] ?? 0)) >>> 0
      }
    }
    return value
  }

  private tree(probabilities: Uint16Array, base: number, size: number): number {
    let node = 1
    for (let left = size; left > 0; left--) node = (node << 1) | this.bit(probabilities, base + node)
    return node - (1 << size)
  }

  private reverse(probabilities: Uint16Array, base: number, size: number): number {
    let node = 1
    let value = 0
    for (let at = 0; at < size; at++) {
      const bit = this.bit(probabilities, base + node)
      node = (node << 1) | bit
      value |= bit << at
    }
    return value
  }

  private length(of: Lengths, place: number): number {
    if (this.bit(of.choice, 0) === 0) return this.tree(of.low, place << 3, 3)
    if (this.bit(of.choice, 1) === 0) return 8 + this.tree(of.mid, place << 3, 3)
    return 16 + this.tree(of.high, 0, 8)
  }

  private literal(): void {
    const { window, at } = this
    const before = at > this.from ? window[at - 1]! : 0
    const base = 0x300 * ((((at - this.origin) & ((1 << this.lp) - 1)) << this.lc) + (before >> (8 - this.lc)))
    let symbol = 1
    if (this.state >= 7) {
      let matched = window[at - this.reps[0]! - 1]!
      while (symbol < 0x100) {
        const high = (matched >> 7) & 1
        matched <<= 1
        const bit = this.bit(this.literals, base + ((1 + high) << 8) + symbol)
        symbol = (symbol << 1) | bit
        if (high !== bit) break
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.bit(this.literals, base + symbol)
    window[at] = symbol
    this.at++
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6
  }

  private distance(length: number): number {
    const slot = this.tree(this.slots, Math.min(length, 3) << 6, 6)
    if (slot < 4) return slot
    const low = (slot >> 1) - 1
    const base = (2 | (slot & 1)) * 2 ** low
    if (slot < 14) return base + this.reverse(this.special, base - slot, low)
    return base + this.direct(low - 4) * 16 + this.reverse(this.align, 0, 4)
  }

  /** Decodes until the window reaches `end`; says what is wrong, where something is. */
  private decode(end: number): string | undefined {
    const damage = 'a chunk is damaged'
    const { reps } = this
    const mask = (1 << this.pb) - 1
    let before = this.at
    while (this.at < end) {
      // What was decoded from bytes behind the end is none.
      if (this.next > this.input.length) {
        this.at = before
        return damage
      }
      before = this.at
      const place = (this.at - this.origin) & mask
      if (this.bit(this.isMatch, (this.state << 4) + place) === 0) {
        if (this.state >= 7 && reps[0]! >= this.at - this.from) return damage
        this.literal()
        continue
      }
      let length: number
      if (this.bit(this.isRep, this.state) === 1) {
        if (this.at === this.from) return damage
        if (this.bit(this.isRep0, this.state) === 0) {
          if (this.bit(this.isRep0Long, (this.state << 4) + place) === 0) {
            this.state = this.state < 7 ? 9 : 11
            if (reps[0]! >= this.at - this.from) return damage
            this.window[this.at] = this.window[this.at - reps[0]! - 1]!
            this.at++
            continue
          }
        } else {
          let distance: number
          if (this.bit(this.isRep1, this.state) === 0) distance = reps[1]!
          else {
            if (this.bit(this.isRep2, this.state) === 0) distance = reps[2]!
            else {
              distance = reps[3]!
              reps[3] = reps[2]!
            }
            reps[2] = reps[1]!
          }
          reps[1] = reps[0]!
          reps[0] = distance
        }
        length = this.length(this.repLengths, place)
        this.state = this.state < 7 ? 8 : 11
      } else {
        reps[3] = reps[2]!
        reps[2] = reps[1]!
        reps[1] = reps[0]!
        length = this.length(this.matchLengths, place)
        this.state = this.state < 7 ? 7 : 10
        reps[0] = this.distance(length)
      }
      const distance = reps[0]! + 1
      if (distance > this.at - this.from || distance > this.dictionary) return damage
      const until = this.at + length + 2
      if (until > end) return damage
      const { window } = this
      let { at } = this
      if (distance >= length + 2) {
        window.copyWithin(at, at - distance, at - distance + length + 2)
        at = until
      } else for (; at < until; at++) window[at] = window[at - distance]!
      this.at = at
    }
    if (this.next <= this.input.length) return undefined
    this.at = before
    return damage
  }
}

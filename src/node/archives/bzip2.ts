// bzip2 undone (format: https://sourceware.org/bzip2/, micro-bunzip's description of the blocks), block by block: a damaged block is left out and the next one looked for.

import type { Damage } from '../bytes.ts'

const blockMark = [0x314159, 0x265359] as const
const endMark = [0x177245, 0x385090] as const
/** More than any block takes packed: 900,001 symbols of 20 bits, 18,002 selectors of 6, and tables. */
const largestPacked = 2_600_000
const pieceSize = 131_072

/** Bits of a text that grows at its end and is let go at its beginning. */
class Bits {
  private bytes: Uint8Array = new Uint8Array(0)
  private at = 0
  private held = 0
  private count = 0

  /** Bytes not yet read. */
  get left(): number {
    return this.bytes.length - this.at
  }

  add(bytes: Uint8Array): void {
    this.bytes = this.left === 0 ? bytes : Buffer.concat([this.bytes.subarray(this.at), bytes])
    this.at = 0
  }

  /** The next bits, at most 24, as a number; -1 behind the end. */
  read(size: number): number {
    while (this.count < size) {
      if (this.at >= this.bytes.length) return -1
      this.held = (this.held << 8) | this.bytes[this.at++]!
      this.count += 8
    }
    this.count -= size
    return (this.held >>> this.count) & ((1 << size) - 1)
  }

  /** Passes over what is left of a byte. */
  align(): void {
    this.count -= this.count % 8
  }

  /** Where reading stands, to come back to before anything is added. */
  place(): readonly [number, number, number] {
    return [this.at, this.held, this.count]
  }

  back([at, held, count]: readonly [number, number, number]): void {
    this.at = at
    this.held = held
    this.count = count
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})

/** The bytes of bzip2 streams, one behind the other. Damage is told once; what is sound before and behind it is given. */
export async function* bunzipped(
  input: AsyncIterable<Uint8Array>,
  damaged: (damage: Damage) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = input[Symbol.asyncIterator]()
  const bits = new Bits()
  let ended = false
  let given = 0
  let told = false
  const tell = (message: string) => {
    if (!told) damaged({ message, unpacked: given })
    told = true
  }
  const fill = async () => {
    const pieces: Uint8Array[] = []
    if (bits.left >= largestPacked) return
    for (let size = bits.left; size < 2 * largestPacked && !ended; ) {
      const { done, value } = await source.next()
      if (done) ended = true
      else {
        pieces.push(value)
        size += value.length
      }
    }
    if (pieces.length > 0) bits.add(Buffer.concat(pieces))
  }
  try {
    await fill()
    let level = header(bits)
    let sum = 0
    if (level === 0) tell('there is no bzip2 in it')
    let cells = new Uint32Array(0)
    while (level > 0) {
      await fill()
      const place = bits.place()
      const high = bits.read(24)
      const low = bits.read(24)
      if (high === endMark[0] && low === endMark[1]) {
        const stated = (bits.read(16) << 16) | bits.read(16)
        if (stated !== sum && !told) tell('the checksum of the whole differs')
        bits.align()
        sum = 0
        if (bits.left === 0 && ended) return
        await fill()
        const before = bits.left
        level = header(bits)
        if (level === 0 && before > 0) tell('what follows the end is no bzip2')
        continue
      }
      if (high === blockMark[0] && low === blockMark[1]) {
        if (cells.length < level * 100_000) cells = new Uint32Array(level * 100_000)
        const block = decodeBlock(bits, level * 100_000, cells)
        if (typeof block !== 'string') {
          for (const piece of block.pieces()) {
            given += piece.length
            yield piece
          }
          if (block.sum() !== block.stated) tell('the checksum of a block differs')
          sum = ((sum << 1) | (sum >>> 31)) ^ block.stated
          continue
        }
        tell(block)
      } else tell(low < 0 ? 'unexpected end of file' : 'a block does not begin where it should')
      bits.back(place)
      bits.read(1)
      if (!(await seek(bits, fill, () => ended))) return
    }
  } finally {
    await source.return?.()
  }
}

/** `BZh` and the size of blocks, 1 to 9; 0 when it is none. */
function header(bits: Bits): number {
  if (bits.read(24) !== 0x425a68) return 0
  const level = bits.read(8) - 0x30
  return level >= 1 && level <= 9 ? level : 0
}

/** Goes to the next mark of a block or of the end, wherever in a byte it begins. */
async function seek(bits: Bits, fill: () => Promise<void>, ended: () => boolean): Promise<boolean> {
  let high = 0
  let low = 0
  let place = bits.place()
  for (let read = 0; ; read++) {
    const bit = bits.read(1)
    if (bit < 0) {
      if (ended()) return false
      await fill()
      if (bits.left === 0 && ended()) return false
      continue
    }
    high = ((high << 1) | (low >>> 23)) & 0xffffff
    low = ((low << 1) | bit) & 0xffffff
    if (read < 47) continue
    for (const mark of [blockMark, endMark]) {
      if (high !== mark[0] || low !== mark[1]) continue
      // Back to where the mark begins: 48 bits are 6 bytes in front of here.
      place = bits.place()
      bits.back([place[0] - 6 - (place[2] >> 3), 0, 0])
      const within = place[2] % 8
      if (within > 0) {
        bits.back([place[0] - 7 - (place[2] >> 3), 0, 0])
        bits.read(8 - within)
      }
      return true
    }
  }
}

interface Block {
  readonly stated: number
  /** The bytes of the block; its checksum is known behind them. */
  pieces(): Generator<Uint8Array, void, undefined>
  sum(): number
}

interface Code {
  readonly shortest: number
  readonly longest: number
  readonly limit: Int32Array
  readonly base: Int32Array
  readonly symbols: Int32Array
}

/** One block behind its mark, or what is wrong with it; `cells` has room for it and is used until the next one. */
function decodeBlock(bits: Bits, size: number, cells: Uint32Array): Block | string {
  const cut = 'unexpected end of file'
  const stated = (bits.read(16) << 16) | bits.read(16)
  if (bits.read(1) !== 0) return 'a block is of an old form'
  const start = bits.read(24)
  const used = readUsed(bits)
  const codes = readCodes(bits, used.length + 2)
  if (typeof codes === 'string') return codes
  const { tables, selectors } = codes
  const counts = new Int32Array(256)
  const order = Uint8Array.from({ length: 256 }, (_, at) => at)
  const end = used.length + 1
  let count = 0
  let run = 0
  let weight = 1
  for (let group = 0, left = 0; ; left--) {
    if (left === 0) {
      if (group >= selectors.length) return 'a block has too few codes'
      left = 50
      group++
    }
    const table = tables[selectors[group - 1]!]!
    let length = table.shortest
    let code = bits.read(length)
    while (length <= table.longest && code > table.limit[length]!) {
      code = (code << 1) | bits.read(1)
      length++
    }
    if (code < 0) return cut
    if (length > table.longest) return 'a block has a code that is none'
    const symbol = table.symbols[code - table.base[length]!]
    if (symbol === undefined) return 'a block has a code that is none'
    if (symbol <= 1) {
      // Runs are numbers of base 2 with the digits 1 and 2.
      run += weight << symbol
      weight <<= 1
      if (run > size) return 'a block is larger than it may be'
      continue
    }
    if (run > 0) {
      if (count + run > size) return 'a block is larger than it may be'
      const byte = used[order[0]!]!
      cells.fill(byte, count, count + run)
      counts[byte]! += run
      count += run
      run = 0
      weight = 1
    }
    if (symbol === end) break
    if (count >= size) return 'a block is larger than it may be'
    const from = symbol - 1
    const index = order[from]!
    order.copyWithin(1, 0, from)
    order[0] = index
    const byte = used[index]!
    counts[byte]!++
    cells[count++] = byte
  }
  if (start >= count) return 'a block begins outside of itself'
  let before = 0
  for (let byte = 0; byte < 256; byte++) {
    const own = counts[byte]!
    counts[byte] = before
    before += own
  }
  for (let at = 0; at < count; at++) cells[counts[cells[at]! & 255]!++]! |= at << 8
  return unsorted(cells, start, count, stated)
}

/** The bytes in their order, with runs of four and more written out. */
function unsorted(cells: Uint32Array, start: number, count: number, stated: number): Block {
  let sum = -1
  function* pieces(): Generator<Uint8Array, void, undefined> {
    let out = new Uint8Array(pieceSize)
    let size = 0
    let at = cells[start]! >>> 8
    let last = -1
    let same = 0
    for (let left = count; left > 0; left--) {
      const cell = cells[at]!
      const byte = cell & 255
      at = cell >>> 8
      let copies = 1
      let value = byte
      if (same === 4) {
        copies = byte
        value = last
        same = 0
        last = -1
      } else {
        same = byte === last ? same + 1 : 1
        last = byte
      }
      for (; copies > 0; copies--) {
        sum = (sum << 8) ^ crcTable[(sum >>> 24) ^ value]!
        out[size++] = value
        if (size === pieceSize) {
          yield out
          out = new Uint8Array(pieceSize)
          size = 0
        }
      }
    }
    if (size > 0) yield out.subarray(0, size)
  }
  return { stated, pieces, sum: () => ~sum }
}

/** The bytes that a block uses. */
function readUsed(bits: Bits): readonly number[] {
  const rows = bits.read(16)
  const used: number[] = []
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue
    const columns = bits.read(16)
    for (let column = 0; column < 16; column++) if ((columns & (0x8000 >> column)) !== 0) used.push(row * 16 + column)
  }
  return used
}

function readCodes(bits: Bits, symbols: number): { tables: readonly Code[]; selectors: Uint8Array } | string {
  const cut = 'unexpected end of file'
  const groups = bits.read(3)
  const number = bits.read(15)
  if (number < 0) return cut
  if (groups < 2 || groups > 6 || number < 1 || symbols < 3) return 'a block has a head that is none'
  const selectors = new Uint8Array(number)
  const order = [0, 1, 2, 3, 4, 5]
  for (let at = 0; at < number; at++) {
    let place = 0
    for (let bit = bits.read(1); bit !== 0; bit = bits.read(1)) {
      if (bit < 0) return cut
      if (++place >= groups) return 'a block has a head that is none'
    }
    selectors[at] = order[place]!
    order.unshift(...order.splice(place, 1))
  }
  const tables: Code[] = []
  for (let group = 0; group < groups; group++) {
    const lengths = new Uint8Array(symbols)
    let length = bits.read(5)
    for (let symbol = 0; symbol < symbols; symbol++) {
      for (;;) {
        if (length < 1 || length > 20) return 'a block has a head that is none'
        const more = bits.read(1)
        if (more < 0) return cut
        if (more === 0) break
        length += bits.read(1) === 0 ? 1 : -1
      }
      lengths[symbol] = length
    }
    tables.push(codeOf(lengths))
  }
  return { tables, selectors }
}

/** The code (canonical Huffman) of these lengths. */
function codeOf(lengths: Uint8Array): Code {
  const shortest = Math.min(...lengths)
  const longest = Math.max(...lengths)
  const symbols = new Int32Array(lengths.length)
  const limit = new Int32Array(22).fill(-1)
  const base = new Int32Array(22)
  let next = 0
  let code = 0
  for (let length = shortest; length <= longest; length++) {
    base[length] = code - next
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) {
        symbols[next++] = symbol
        code++
      }
    }
    limit[length] = code - 1
    code <<= 1
  }
  return { shortest, longest, limit, base, symbols }
}

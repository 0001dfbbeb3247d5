// The 64 KiB of one chunk, readable as bytes, little-endian numbers and UTF-16 at any offset.

/** Length of a chunk in the file. */
export const chunkSize = 65536
/** Length of a chunk's header; records follow it. */
export const chunkHeaderSize = 512

/** Names of elements and attributes are short; a longer one is damage, and would let a chunk name itself over and over. */
const longestName = 1000

/**
 * The bytes of one chunk. `limit` is how many of them were in the file: a cut off chunk is shorter. Offsets before `first`
 * (the header, where there is one) and from `limit` on are damage.
 */
export class Memory {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly limit: number
  readonly first: number
  private readonly names = new Map<number, Name>()

  constructor(bytes: Uint8Array, limit: number, first: number) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.limit = limit
    this.first = first
  }

  /** `count` UTF-16 code units from `offset`, which the caller has checked to lie inside the chunk. Lone surrogates stay as they are. */
  text(offset: number, count: number): string {
    return decode(this.view, offset, count)
  }

  /** The BinXml name at a chunk offset (MS-EVEN6 2.2.12, Name): link, hash, length, text, NUL. Undefined when it does not lie inside the chunk. */
  name(offset: number): Name | undefined {
    const known = this.names.get(offset)
    if (known !== undefined) return known
    if (offset < this.first || offset + 10 > this.limit) return undefined
    const count = this.view.getUint16(offset + 6, true)
    const size = 10 + count * 2
    if (count === 0 || count > longestName || offset + size > this.limit) return undefined
    const text = this.text(offset + 8, count)
    const name = { text, size, sound: this.view.getUint16(offset + 4, true) === nameHash(text) }
    this.names.set(offset, name)
    return name
  }
}

export interface Name {
  readonly text: string
  /** Bytes it takes where it is stored. */
  readonly size: number
  /** Whether the stored hash is the hash of the text. */
  readonly sound: boolean
}

/** The hash stored with a name: each code unit added to 65,599 times the sum so far, low 16 bits. */
export function nameHash(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 65599) + text.charCodeAt(index)) | 0
  return hash & 0xffff
}

const longest = 128
const slots = 1 << 14
const recent: string[] = new Array(slots).fill('')
const stretch = 4096
const units = new Uint16Array(stretch)

/**
 * Logs repeat themselves: the same image, user and host in every record. A small table of recent texts by hash gives back
 * the string that exists instead of making another, which is as fast and keeps memory and later comparisons small.
 */
function decode(view: DataView, offset: number, count: number): string {
  if (count > longest) return decodeLong(view, offset, count)
  let hash = count
  for (let index = 0; index < count; index++) {
    const unit = view.getUint16(offset + index * 2, true)
    units[index] = unit
    hash = (Math.imul(hash, 31) + unit) | 0
  }
  return recall(count, hash)
}

/** Text of code units below 256, given one by one to the same table: GUIDs repeat as much as names do. */
export function recallCodes(codes: Uint8Array, count: number): string {
  let hash = count
  for (let index = 0; index < count; index++) {
    const unit = codes[index]!
    units[index] = unit
    hash = (Math.imul(hash, 31) + unit) | 0
  }
  return recall(count, hash)
}

/** The string of the first `count` of `units`, the one made before where the table still has it. */
function recall(count: number, hash: number): string {
  const slot = (hash ^ (hash >>> 15)) & (slots - 1)
  const found = recent[slot]!
  if (found.length === count) {
    let index = 0
    while (index < count && found.charCodeAt(index) === units[index]) index++
    if (index === count) return found
  }
  const made = join(units.subarray(0, count))
  recent[slot] = made
  return made
}

function decodeLong(view: DataView, offset: number, count: number): string {
  let text = ''
  for (let done = 0; done < count; done += stretch) {
    const part = Math.min(stretch, count - done)
    for (let index = 0; index < part; index++) units[index] = view.getUint16(offset + (done + index) * 2, true)
    text += join(units.subarray(0, part))
  }
  return text
}

function join(some: Uint16Array): string {
  return Reflect.apply(String.fromCharCode, null, some)
}

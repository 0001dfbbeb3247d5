// The 64 KiB of one chunk, readable as bytes, little-endian numbers and UTF-16 at any offset.

/** Length of a chunk in the file. */
export const chunkSize = 65536
/** Length of a chunk's header; records follow it. */
export const chunkHeaderSize = 512

const littleEndianHost = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** The bytes of one chunk. `limit` is how many of them were in the file: a cut off chunk is shorter, and offsets beyond it are damage. */
export class Memory {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly limit: number
  private even: Uint16Array | undefined
  private odd: Uint16Array | undefined
  private readonly names = new Map<number, Name>()

  constructor(bytes: Uint8Array, limit: number) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.limit = limit
  }

  /** Code units from an offset of the given parity: unit `i` of `units(offset)` lies at byte `2 * i + (offset & 1)`. */
  units(offset: number): Uint16Array {
    if ((offset & 1) === 0) {
      this.even ??= codeUnits(this.bytes, 0)
      return this.even
    }
    this.odd ??= codeUnits(this.bytes, 1)
    return this.odd
  }

  /** `count` UTF-16 code units from `offset`, which the caller has checked to lie inside the chunk. Lone surrogates stay as they are. */
  text(offset: number, count: number): string {
    return decode(this.units(offset), offset >> 1, count)
  }

  /** The BinXml name at a chunk offset (MS-EVEN6 2.2.12, Name): link, hash, length, text, NUL. Undefined when it does not lie inside the chunk. */
  name(offset: number): Name | undefined {
    const known = this.names.get(offset)
    if (known !== undefined) return known
    if (offset < chunkHeaderSize || offset + 10 > this.limit) return undefined
    const count = this.view.getUint16(offset + 6, true)
    const size = 10 + count * 2
    if (count === 0 || offset + size > this.limit) return undefined
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

function codeUnits(bytes: Uint8Array, skip: number): Uint16Array {
  const count = (bytes.length - skip) >> 1
  // A typed array starts at even addresses and speaks the host's byte order, so all but the plain case is a copy.
  if (littleEndianHost && (bytes.byteOffset + skip) % 2 === 0)
    return new Uint16Array(bytes.buffer, bytes.byteOffset + skip, count)
  const units = new Uint16Array(count)
  if (littleEndianHost) new Uint8Array(units.buffer).set(bytes.subarray(skip, skip + count * 2))
  else for (let index = 0; index < count; index++) units[index] = bytes[skip + index * 2]! | (bytes[skip + index * 2 + 1]! << 8)
  return units
}

const longest = 128
const slots = 1 << 14
const recent: string[] = new Array(slots).fill('')

/**
 * Logs repeat themselves: the same image, user and host in every record. A small table of recent texts by hash gives back
 * the string that exists instead of making another, which is as fast and keeps memory and later comparisons small.
 */
function decode(units: Uint16Array, from: number, count: number): string {
  if (count > longest) return decodeLong(units, from, count)
  const to = from + count
  let hash = count
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + units[at]!) | 0
  const slot = (hash ^ (hash >>> 15)) & (slots - 1)
  const found = recent[slot]!
  if (found.length === count) {
    let index = 0
    while (index < count && found.charCodeAt(index) === units[from + index]) index++
    if (index === count) return found
  }
  const made = join(units.subarray(from, to))
  recent[slot] = made
  return made
}

const stretch = 4096

function decodeLong(units: Uint16Array, from: number, count: number): string {
  let text = ''
  for (let at = from, to = from + count; at < to; at += stretch) {
    text += join(units.subarray(at, Math.min(to, at + stretch)))
  }
  return text
}

function join(units: Uint16Array): string {
  return Reflect.apply(String.fromCharCode, null, units)
}

// xz undone (The .xz File Format 1.2.0, https://tukaani.org/xz/xz-file-format.txt): streams one behind the other, blocks of LZMA2, their checks counted again.

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Cursor, type Damage } from '../bytes.ts'
import { Lzma2 } from './lzma.ts'

/** The largest window that is held; `xz -9` uses 64 MB. */
const largestWindow = 128 << 20

interface Check {
  readonly size: number
  add(bytes: Uint8Array): void
  value(): Uint8Array
}

const cut = 'unexpected end of file'

/** The bytes of xz streams. Damage is told and ends it; what came before is given to the last byte that is sound. */
export async function* unxz(
  input: AsyncIterable<Uint8Array>,
  damaged: (damage: Damage) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cursor = new Cursor(input)
  let given = 0
  try {
    for (let first = true; ; first = false) {
      const header = await streamHeader(cursor, first)
      if (header === undefined) return
      if (typeof header === 'string') {
        damaged({ message: header, unpacked: given })
        return
      }
      for (;;) {
        const size = (await cursor.take(1))[0]
        if (size === undefined) {
          damaged({ message: cut, unpacked: given })
          return
        }
        if (size === 0) break
        const problem = yield* counted(block(cursor, (size + 1) * 4, header.check), bytes => {
          given += bytes
        })
        if (problem !== undefined) {
          damaged({ message: problem, unpacked: given })
          return
        }
      }
      const problem = await index(cursor)
      if (problem !== undefined) {
        damaged({ message: problem, unpacked: given })
        return
      }
    }
  } finally {
    await cursor.close()
  }
}

async function* counted(
  of: AsyncGenerator<Uint8Array, string | undefined, undefined>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array, string | undefined, undefined> {
  for (;;) {
    const { done, value } = await of.next()
    if (done) return value
    count(value.length)
    yield value
  }
}

/** 2.1.1: magic, flags, CRC-32. Between streams lie zeros in fours (2.2). Undefined at the end. */
async function streamHeader(cursor: Cursor, first: boolean): Promise<{ check: number } | string | undefined> {
  let start = await cursor.take(4)
  while (!first && start.length === 4 && start.every(byte => byte === 0)) start = await cursor.take(4)
  if (!first && start.length === 0) return undefined
  const bytes = Buffer.concat([start, await cursor.take(8)])
  if (bytes.length < 12) return cut
  if (!bytes.subarray(0, 6).equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])))
    return first ? 'there is no xz in it' : 'what follows the end is no xz'
  if (crc32(bytes.subarray(6, 8)) !== bytes.readUInt32LE(8) || bytes[6] !== 0 || bytes[7]! > 15) return 'the header is damaged'
  return { check: bytes[7]! }
}

/** 3: one block behind the first byte of its header. Returns what is wrong, where something is. */
async function* block(cursor: Cursor, size: number, kind: number): AsyncGenerator<Uint8Array, string | undefined, undefined> {
  const header = Buffer.concat([Uint8Array.of(size / 4 - 1), await cursor.take(size - 1)])
  if (header.length < size) return cut
  if (crc32(header.subarray(0, size - 4)) !== header.readUInt32LE(size - 4)) return 'the header of a block is damaged'
  const window = readFilters(header)
  if (typeof window === 'string') return window
  const check = checkOf(kind)
  const decoder = new Lzma2(window)
  let packed = 0
  for (;;) {
    const control = (await cursor.take(1))[0]
    packed++
    if (control === undefined) return cut
    if (control === 0) break
    if (control > 2 && control < 0x80) return 'a chunk is damaged'
    const extra = control < 0x80 ? 2 : control >= 0xc0 ? 5 : 4
    const sizes = await cursor.take(extra)
    if (sizes.length < extra) return cut
    packed += extra
    const length = sizes[0]! * 256 + sizes[1]! + 1
    let made: Uint8Array | string
    let sound: Uint8Array | undefined
    if (control < 0x80) {
      const bytes = await cursor.take(length)
      packed += bytes.length
      made = bytes.length < length ? cut : decoder.stored(control, bytes)
      if (made === cut && bytes.length > 0) sound = bytes
    } else {
      const wanted = sizes[2]! * 256 + sizes[3]! + 1
      const bytes = await cursor.take(wanted)
      packed += bytes.length
      made = decoder.packed(control, ((control & 31) << 16) + length, sizes[4] ?? 0, bytes, part => {
        sound = part
      })
      if (bytes.length < wanted && typeof made !== 'string') return cut
      if (bytes.length < wanted) made = cut
    }
    if (typeof made === 'string') {
      if (sound !== undefined && sound.length > 0) yield sound
      return made
    }
    check?.add(made)
    yield made
  }
  await cursor.take((4 - (packed % 4)) % 4)
  const stated = await cursor.take(checkSizes[kind]!)
  if (stated.length < checkSizes[kind]!) return cut
  if (check !== undefined && !Buffer.from(check.value()).equals(stated)) return 'the checksum of a block differs'
  return undefined
}

/** The window that the filters of a block ask for (5.3.1), or why they cannot be undone. */
function readFilters(header: Buffer): number | string {
  const wrong = 'the header of a block is damaged'
  const flags = header[1]!
  if ((flags & 0x3c) !== 0) return wrong
  let at = 2
  const number = (): number => {
    let value = 0
    for (let shift = 0; shift < 63 && at < header.length; shift += 7) {
      const byte = header[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    return value
  }
  if ((flags & 0x40) !== 0) number()
  if ((flags & 0x80) !== 0) number()
  if ((flags & 3) !== 0) return 'it was packed with a filter for programs, which is not undone'
  if (number() !== 0x21 || number() !== 1) return 'it was packed with a filter that is not undone'
  const bits = header[at]!
  if (bits > 40) return wrong
  const window = bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11)
  if (window > largestWindow)
    return `it needs a window of ${Math.round(window / 2 ** 20)} MB, and more than ${largestWindow >> 20} MB are not held`
  return window
}

/** 2.1.1.2: sizes of the checks by their number. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]

function checkOf(kind: number): Check | undefined {
  if (kind === 1) {
    let sum = 0
    const value = () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(sum)
      return bytes
    }
    return { size: 4, add: bytes => (sum = crc32(bytes, sum)), value }
  }
  if (kind === 4) return crc64()
  if (kind !== 10) return undefined
  const hash = createHash('sha256')
  return { size: 32, add: bytes => void hash.update(bytes), value: () => hash.digest() }
}

const crcTable = (() => {
  const low = new Uint32Array(256)
  const high = new Uint32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let a = byte
    let b = 0
    for (let bit = 0; bit < 8; bit++) {
      const odd = a & 1
      a = ((a >>> 1) | (b << 31)) >>> 0
      b >>>= 1
      if (odd === 1) {
        a = (a ^ 0xd7870f42) >>> 0
        b = (b ^ 0xc96c5795) >>> 0
      }
    }
    low[byte] = a
    high[byte] = b
  }
  return { low, high }
})()

/** CRC-64 of ECMA-182, in two halves. */
function crc64(): Check {
  const { low, high } = crcTable
  let a = -1
  let b = -1
  return {
    size: 8,
    add(bytes) {
      for (let at = 0; at < bytes.length; at++) {
        const entry = (a ^ bytes[at]!) & 255
        a = ((a >>> 8) | (b << 24)) ^ low[entry]!
        b = (b >>> 8) ^ high[entry]!
      }
    },
    value() {
      const bytes = Buffer.alloc(8)
      bytes.writeInt32LE(~a)
      bytes.writeInt32LE(~b, 4)
      return bytes
    },
  }
}

/** 4 and 2.1.2: the index behind its first byte, and the footer; both are passed over, damage of the index loses nothing that was packed. */
async function index(cursor: Cursor): Promise<string | undefined> {
  let size = 1
  const number = async (): Promise<number> => {
    let value = 0
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = (await cursor.take(1))[0]
      if (byte === undefined) return -1
      size++
      value += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    return value
  }
  const records = await number()
  if (records < 0) return cut
  for (let left = records * 2; left > 0; left--) if ((await number()) < 0) return cut
  const rest = await cursor.take(((4 - (size % 4)) % 4) + 4)
  const footer = await cursor.take(12)
  if (rest.length < 4 || footer.length < 12) return cut
  if (footer[10] !== 0x59 || footer[11] !== 0x5a) return 'the end of a stream is damaged'
  return undefined
}

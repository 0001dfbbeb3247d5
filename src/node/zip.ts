// Zip (PKWARE APPNOTE 6.3): the list of members from the central directory, or, where that is damaged or missing, from the members themselves.

import { Cursor } from './bytes.ts'

/** Any part of the archive. */
export type Range = (start: number, end: number) => AsyncIterable<Uint8Array>

export interface ZipMember {
  /** A label, never a place to write to. */
  readonly path: string
  /** 0 stored, 8 deflate. */
  readonly method: number
  readonly encrypted: boolean
  readonly unpackedSize: number
  /** CRC-32 of the content, where it is known. */
  readonly sum?: number
  /** Where the packed content lies in the archive. */
  readonly from: number
  readonly to: number
}

const localSize = 30
const centralSize = 46
const endSize = 22

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0
}

function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32
}

/**
 * The files in a zip of this size, in the order of its directory; folders are left out. Where the directory is not whole, or does not say
 * where a member is, members are found by their own headers, and `problem` is told.
 */
export async function* readZip(
  range: Range,
  size: number,
  problem: (message: string) => void,
): AsyncGenerator<ZipMember, void, undefined> {
  const directory = await findDirectory(range, size)
  if (directory === undefined) {
    problem('the directory of the zip is damaged or cut off; members are looked for one by one')
    for await (const { member } of scan(range, size)) if (member !== undefined) yield member
    return
  }
  // Members are given at once; those that a damage of the directory hides are looked for behind, by where they begin.
  const given = new Set<number>()
  let whole = true
  const cursor = new Cursor(range(directory.start, directory.end))
  try {
    for (let count = 0; ; count++) {
      const header = await cursor.take(centralSize)
      if (count >= directory.count && (header.length < centralSize || u32(header, 0) !== centralMark)) break
      const lengths = header.length < centralSize ? 0 : u16(header, 28) + u16(header, 30) + u16(header, 32)
      if (
        header.length < centralSize ||
        u32(header, 0) !== centralMark ||
        cursor.at + lengths > directory.end - directory.start
      ) {
        whole = false
        break
      }
      const name = await cursor.take(u16(header, 28))
      const entry = centralEntry(header, name, await cursor.take(u16(header, 30)))
      await cursor.skip(u16(header, 32))
      const found =
        (await locate(range, size, entry, entry.start + directory.shift)) ??
        (directory.shift === 0 ? undefined : await locate(range, size, entry, entry.start))
      if (found === undefined) whole = false
      else {
        given.add(found.start)
        if (found.path !== '' && !found.path.endsWith('/')) yield found
      }
    }
  } finally {
    await cursor.close()
  }
  if (whole) return
  problem('the directory of the zip is damaged; members that it does not show are looked for one by one')
  for await (const { start, member } of scan(range, size)) if (member !== undefined && !given.has(start)) yield member
}

const localMark = 0x04034b50
const centralMark = 0x02014b50

/** Where the directory lies; `shift` is what was put before the archive (a self-extractor's program) or lost from it. */
async function findDirectory(
  range: Range,
  size: number,
): Promise<{ start: number; end: number; shift: number; count: number } | undefined> {
  const from = Math.max(0, size - endSize - 65_535 - 20)
  const cursor = new Cursor(range(from, size))
  const tail = await cursor.take(size - from)
  await cursor.close()
  for (let at = tail.length - endSize; at >= 0; at--) {
    if (tail[at] !== 0x50 || u32(tail, at) !== 0x06054b50 || at + endSize + u16(tail, at + 20) > tail.length) continue
    let length = u32(tail, at + 12)
    let start = u32(tail, at + 16)
    let count = u16(tail, at + 10)
    let end = from + at
    if (at >= 20 && u32(tail, at - 20) === 0x07064b50) {
      const place = u64(tail, at - 12)
      const wide = await part(range, place, 56, size)
      if (wide.length === 56 && u32(wide, 0) === 0x06064b50) {
        count = u64(wide, 32)
        length = u64(wide, 40)
        start = u64(wide, 48)
        end = place
      }
    }
    const shift = end - length - start
    if (length > end) continue
    const first = await part(range, end - length, 4, size)
    if (length > 0 && (first.length < 4 || u32(first, 0) !== centralMark)) continue
    return { start: start + shift, end, shift, count }
  }
  return undefined
}

async function part(range: Range, start: number, length: number, size: number): Promise<Uint8Array> {
  if (start < 0 || start + length > size) return new Uint8Array(0)
  const cursor = new Cursor(range(start, start + length))
  const bytes = await cursor.take(length)
  await cursor.close()
  return bytes
}

interface Entry {
  readonly path: string
  readonly name: Uint8Array
  readonly method: number
  readonly encrypted: boolean
  readonly sum: number
  readonly packedSize: number
  readonly unpackedSize: number
  readonly start: number
}

/** A directory entry; sizes and place from its zip64 extra field where the 32 bits are full. */
function centralEntry(header: Uint8Array, name: Uint8Array, extra: Uint8Array): Entry {
  let packedSize = u32(header, 20)
  let unpackedSize = u32(header, 24)
  let start = u32(header, 42)
  for (let at = 0; at + 4 <= extra.length; at += 4 + u16(extra, at + 2)) {
    if (u16(extra, at) !== 1) continue
    const end = Math.min(extra.length, at + 4 + u16(extra, at + 2))
    let next = at + 4
    const wide = (value: number) => {
      if (value !== 0xffffffff || next + 8 > end) return value
      next += 8
      return u64(extra, next - 8)
    }
    unpackedSize = wide(unpackedSize)
    packedSize = wide(packedSize)
    start = wide(start)
  }
  return {
    path: pathOf(name, u16(header, 8)),
    name,
    method: u16(header, 10),
    encrypted: (u16(header, 8) & 1) !== 0,
    sum: u32(header, 16),
    packedSize,
    unpackedSize,
    start,
  }
}

/** APPNOTE 4.4.4, bit 11: UTF-8. Without it the page is unknown; most tools write UTF-8 all the same. */
function pathOf(name: Uint8Array, flags: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: (flags & 0x800) === 0 }).decode(name)
  } catch {
    return Buffer.from(name).toString('latin1')
  }
}

/**
 * A member of the directory by its own header at `start`; undefined when there is none, or another one's: then the directory is wrong.
 * Where the two disagree on method or size, the header is right if its content ends where another header begins.
 */
async function locate(
  range: Range,
  size: number,
  entry: Entry,
  start: number,
): Promise<(ZipMember & { readonly start: number }) | undefined> {
  const header = await part(range, start, localSize + entry.name.length, size)
  if (header.length < localSize) return undefined
  const marked = u32(header, 0) === localMark
  const own = { method: u16(header, 8), sum: u32(header, 14), packedSize: u32(header, 18), unpackedSize: u32(header, 22) }
  const streamed = (u16(header, 6) & 8) !== 0
  const named = u16(header, 26) === entry.name.length && entry.name.length > 0
  const same = named && entry.name.every((byte, at) => header[localSize + at] === byte)
  if (!(marked && named) && !same) return undefined
  if (!same && (streamed || own.sum !== entry.sum)) return undefined
  const from = start + localSize + entry.name.length + u16(header, 28)
  const wide = own.packedSize === 0xffffffff
  const agree = own.method === entry.method && (streamed || wide || own.packedSize === entry.packedSize)
  const { method, sum, packedSize, unpackedSize } =
    !agree && !streamed && !wide && (await isMark(range, from + own.packedSize, size)) ? own : entry
  const { path } = entry
  // A password is believed when both headers speak of one: content that is not sound says so itself.
  const encrypted = entry.encrypted && (!marked || (u16(header, 6) & 1) !== 0)
  return { start, path, method, encrypted, unpackedSize, sum, from: Math.min(from, size), to: Math.min(from + packedSize, size) }
}

/** Members found by their own headers, from the beginning on. */
async function* scan(
  range: Range,
  size: number,
): AsyncGenerator<{ readonly start: number; readonly member?: ZipMember }, void, undefined> {
  let start = await nextMark(range, 0, size)
  while (start < size) {
    const header = await part(range, start, localSize, size)
    if (header.length < localSize || u32(header, 0) !== localMark) {
      start = await nextMark(range, start + 4, size, true)
      continue
    }
    const flags = u16(header, 6)
    const nameLength = u16(header, 26)
    const from = start + localSize + nameLength + u16(header, 28)
    const stated = u32(header, 18)
    const streamed = (flags & 8) !== 0
    // Bit 3: the sizes follow the content, so the content goes on until the next mark; deflate knows its own end.
    const known = !streamed && stated !== 0xffffffff && (await isMark(range, from + stated, size))
    const end = known ? from + stated : await nextMark(range, start + 4, size)
    const name = await part(range, start + localSize, nameLength, size)
    const path = pathOf(name, flags)
    if (from <= end && name.length === nameLength && path !== '' && !path.endsWith('/')) {
      const sum = streamed || stated === 0xffffffff ? undefined : u32(header, 14)
      const member = {
        path,
        method: u16(header, 8),
        encrypted: (flags & 1) !== 0,
        unpackedSize: u32(header, 22),
        sum,
        from,
        to: end,
      }
      yield { start, member }
    } else yield { start }
    start = known ? end : await nextMark(range, end, size)
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  return bytes.length >= 4 ? bytes : new Uint8Array(4)
}

async function isMark(range: Range, at: number, size: number): Promise<boolean> {
  if (at >= size) return at === size
  const mark = u32(padded(await part(range, at, 4, size)), 0)
  return mark === localMark || mark === centralMark
}

/** The next member's (or, unless `members`, directory entry's) header at or behind a place; the size of the archive when there is none. */
async function nextMark(range: Range, from: number, size: number, members = false): Promise<number> {
  let before: Uint8Array = new Uint8Array(0)
  let at = from
  for await (const bytes of range(Math.min(from, size), size)) {
    const joined = before.length === 0 ? bytes : Buffer.concat([before, bytes])
    const begin = at - before.length
    for (let found = joined.indexOf(0x50); found !== -1 && found + 4 <= joined.length; found = joined.indexOf(0x50, found + 1)) {
      const mark = u32(joined, found)
      if (mark === localMark || (mark === centralMark && !members)) return begin + found
    }
    at += bytes.length
    before = joined.subarray(Math.max(0, joined.length - 3))
  }
  return size
}

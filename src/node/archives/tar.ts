// Tar (POSIX ustar and pax, GNU): its regular files in order; damage is gone around at the next sound header.

import type { Cursor } from '../bytes.ts'

const block = 512

/** What a header says of a member. */
export interface TarHeader {
  readonly path: string
  readonly size: number
  readonly type: string
}

/** A tar header (POSIX ustar, GNU), or undefined when these 512 bytes are none: the checksum says so. */
export function tarHeader(bytes: Uint8Array): TarHeader | undefined {
  if (bytes.length < block || text(bytes, 257, 262) !== 'ustar') return undefined
  let sum = 8 * 32
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += bytes[at]!
  if (octal(bytes, 148, 156) !== sum) return undefined
  const prefix = text(bytes, 345, 500)
  const name = text(bytes, 0, 100)
  const isPosix = bytes[262] === 0
  return {
    path: isPosix && prefix !== '' ? `${prefix}/${name}` : name,
    size: octal(bytes, 124, 136),
    type: text(bytes, 156, 157),
  }
}

function text(bytes: Uint8Array, from: number, to: number): string {
  const end = bytes.indexOf(0, from)
  return Buffer.from(bytes.subarray(from, end === -1 || end > to ? to : end)).toString('utf8')
}

/** A number of a header: octal digits, or (GNU, high bit set) big-endian bytes. */
function octal(bytes: Uint8Array, from: number, to: number): number {
  if ((bytes[from]! & 0x80) !== 0) {
    let value = bytes[from]! & 0x7f
    for (let at = from + 1; at < to; at++) value = value * 256 + bytes[at]!
    return value
  }
  const digits = text(bytes, from, to).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : 0
}

const longestHeader = 1 << 20

/** The regular files of a tar: each is given when the cursor stands at its content. Damage is gone around at the next sound header. */
export async function* tarFiles(
  cursor: Cursor,
  problem: (message: string) => void,
  passed: (others: number) => void,
): AsyncGenerator<{ readonly path: string; readonly size: number }, void, undefined> {
  let longPath = ''
  let longSize: number | undefined
  let lost = 0
  let others = 0
  for (;;) {
    const bytes = await cursor.take(block)
    if (bytes.length === 0) break
    const header = tarHeader(bytes)
    if (header === undefined) {
      // Two blocks of zeros end an archive; more tars may follow.
      if (bytes.some(byte => byte !== 0)) lost += bytes.length
      continue
    }
    if (lost > 0) problem(`${lost} bytes of the tar are damaged and passed over`)
    lost = 0
    const { type, size } = header
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      if (size > longestHeader) {
        problem('an extended header of the tar is larger than 1 MB and is passed over')
        await cursor.skip(size)
      } else {
        const content = Buffer.from(await cursor.take(size)).toString('utf8')
        if (type === 'L') longPath = content.replace(/\0+$/, '')
        else if (type === 'x') {
          const records = paxRecords(content)
          longPath = records.get('path') ?? longPath
          const stated = Number(records.get('size'))
          longSize = Number.isSafeInteger(stated) && records.has('size') ? stated : undefined
        }
      }
      await cursor.skip(padding(size))
      continue
    }
    const path = longPath || header.path
    const length = longSize ?? size
    longPath = ''
    longSize = undefined
    const start = cursor.at
    if (type === '0' || type === '' || type === '7') yield { path, size: length }
    else if (type !== '5') others++
    await cursor.skip(start + length - cursor.at)
    await cursor.skip(padding(length))
  }
  if (lost > 0) problem(`${lost} bytes at the end of the tar are damaged and passed over`)
  if (others > 0) passed(others)
}

function padding(size: number): number {
  return (block - (size % block)) % block
}

/** pax records (POSIX pax, "extended header"): `length key=value\n`, the length counting all of it in bytes. */
function paxRecords(content: string): Map<string, string> {
  const records = new Map<string, string>()
  for (const line of content.split('\n')) {
    const parts = /^\d+ ([^=]+)=(.*)$/.exec(line)
    if (parts !== null) records.set(parts[1]!, parts[2]!)
  }
  return records
}

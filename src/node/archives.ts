// What is packed, unpacked as it is read: gzip, zip and tar, in each other up to a depth. Members are streams with a label; nothing is written to disk, no size is believed.

import { crc32 } from 'node:zlib'
import type { Diagnostic } from '../text/diagnostic.ts'
import { Cursor, type Damage, gather, unpacked } from './bytes.ts'
import { readZip, type ZipMember } from './zip.ts'

/** Bounds of unpacking, for archives made to do harm. */
export interface Limits {
  /** Files in one archive, archives in it included. Default 100,000. */
  readonly members?: number
  /** Bytes unpacked for each byte of the archive, once more than 100 MB were unpacked. Default 1,000. */
  readonly ratio?: number
}

/** Something with bytes: a file, standard input, a member of an archive. */
export interface Body {
  readonly name: string
  readonly member?: string
  readonly size?: number
  /** Whether opening it again is dear or impossible: a stream, or a member that is read in passing. */
  readonly passing: boolean
  open(): AsyncIterable<Uint8Array>
  /** Any part of it, where that is cheap. */
  slice?(start: number, end: number): AsyncIterable<Uint8Array>
}

/** What one archive on the command line may still cost, and what was seen of it. */
export interface Account {
  readonly members: number
  readonly ratio: number
  /** Bytes of the archive itself: its size, or what has been read so far. */
  packed: number
  unpacked: number
  files: number
  refused: boolean
}

export function account(limits: Limits, packed: number): Account {
  return { members: limits.members ?? 100_000, ratio: limits.ratio ?? 1000, packed, unpacked: 0, files: 0, refused: false }
}

type Report = (finding: Diagnostic) => void

const freely = 100_000_000
const deepestArchive = 3
/** A zip inside an archive is read from its end, so it is held in memory; up to this size. */
const largestHeld = 128 << 20
const headSize = 4096

/** The label of a body in messages. */
export function label(body: { readonly name: string; readonly member?: string }): string {
  return body.member === undefined ? body.name : `${body.name} > ${body.member}`
}

const signatures: readonly { readonly kind: string; readonly bytes: readonly number[] }[] = [
  { kind: 'gzip', bytes: [0x1f, 0x8b, 8] },
  { kind: 'zip', bytes: [0x50, 0x4b, 3, 4] },
  { kind: 'zip', bytes: [0x50, 0x4b, 5, 6] },
  { kind: 'zip', bytes: [0x50, 0x4b, 7, 8] },
  { kind: '7-Zip', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { kind: 'RAR', bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 7] },
  { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] },
  { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { kind: 'Zstandard', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'LZ4', bytes: [4, 0x22, 0x4d, 0x18] },
  { kind: 'AppleDouble', bytes: [0, 5, 0x16, 7] },
]

function kindOf(head: Uint8Array): string {
  for (const { kind, bytes } of signatures) if (bytes.every((byte, at) => head[at] === byte)) return kind
  return tarHeader(head) !== undefined ? 'tar' : ''
}

/**
 * The files in a body, each as a body: itself, when it is no archive. `other` is told of files that are no logs by their nature.
 * Members come in the order of the archive; those of a stream must be read before the next is asked for, or are passed over (and found anew when opened later).
 */
export async function* expand(
  body: Body,
  spent: Account,
  report: Report,
  other: (name: string) => boolean,
  depth = 0,
): AsyncGenerator<Body, void, undefined> {
  const { head, whole } = await begun(body)
  const kind = kindOf(head)
  if (head.length === 0) {
    report({ code: 'FIL017', severity: 'note', message: `"${label(body)}" is empty` })
    return
  }
  if (kind === 'AppleDouble') {
    other('._')
    return
  }
  const zipped = kind === 'zip' || (kind === '' && depth === 0 && /\.zip$/i.test(body.name) && body.slice !== undefined)
  if (kind === '' && !zipped) {
    if (depth === 0 || allowed(spent, report, body)) yield whole
    return
  }
  if (kind !== 'gzip' && kind !== 'tar' && !zipped) {
    report({
      code: 'FIL012',
      severity: 'warning',
      message: `"${label(body)}" is packed with ${kind}, which is not read`,
      hint: 'unpack it first',
    })
    return
  }
  // A tar inside gzip is one archive, not two.
  if (depth >= deepestArchive && kind !== 'tar') {
    report({
      code: 'FIL011',
      severity: 'warning',
      message: `"${label(body)}" lies in more than ${deepestArchive} archives and is passed over`,
      hint: 'unpack it first',
    })
    return
  }
  if (kind === 'gzip') yield* expand(ungzipped(whole, spent, report), spent, report, other, depth + 1)
  else if (kind === 'tar') {
    for await (const member of tarMembers(whole, report)) yield* expandMember(member, spent, report, other, Math.max(depth, 1))
  } else {
    let found = false
    for await (const member of zipMembers(whole, spent, report, kind === 'zip')) {
      found = true
      yield* expandMember(member, spent, report, other, depth + 1)
    }
    // Named like a zip, but none: whatever it is, the formats say.
    if (!found && kind === '') yield whole
  }
}

async function* expandMember(
  member: Body,
  spent: Account,
  report: Report,
  other: (name: string) => boolean,
  depth: number,
): AsyncGenerator<Body, void, undefined> {
  if (spent.refused || other(member.member ?? '')) return
  yield* expand(member, spent, report, other, depth)
}

function allowed(spent: Account, report: Report, body: Body): boolean {
  if (spent.refused) return false
  if (++spent.files <= spent.members) return true
  spent.refused = true
  report({
    code: 'FIL010',
    severity: 'warning',
    message: `"${body.name}" holds more than ${spent.members} files; the rest is not read`,
    hint: 'unpack it and name the folder',
  })
  return false
}

/** The first bytes of a body, and the body with them still in it. */
async function begun(body: Body): Promise<{ head: Uint8Array; whole: Body }> {
  const source = body.open()[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let size = 0
  let ended = false
  while (size < headSize && !ended) {
    const { done, value } = await source.next()
    if (done) ended = true
    else {
      pieces.push(value)
      size += value.length
    }
  }
  const head = Buffer.concat(pieces)
  if (!body.passing) {
    await source.return?.()
    return { head, whole: body }
  }
  let used = false
  async function* rest(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* pieces
      while (!ended) {
        const { done, value } = await source.next()
        if (done) return
        yield value
      }
    } finally {
      await source.return?.()
    }
  }
  const open = () => {
    if (used) return body.open()
    used = true
    return rest()
  }
  return { head, whole: { ...body, open } }
}

/** Counts what comes out, and ends it when the archive gives more than any honest one. */
async function* metered(
  body: Body,
  stream: AsyncIterable<Uint8Array>,
  counted: { high: number },
  spent: Account,
  report: Report,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0
  if (spent.refused) return
  for await (const bytes of stream) {
    at += bytes.length
    if (at > counted.high) {
      spent.unpacked += at - counted.high
      counted.high = at
    }
    if (spent.unpacked > freely && spent.unpacked > spent.ratio * spent.packed) {
      if (!spent.refused) {
        spent.refused = true
        report({
          code: 'FIL009',
          severity: 'warning',
          message: `"${body.name}" unpacks to more than ${spent.ratio} times its size and is read no further`,
          hint: 'if it is what it should be, unpack it first',
        })
      }
      return
    }
    yield bytes
  }
}

function ungzipped(body: Body, spent: Account, report: Report): Body {
  const counted = { high: 0 }
  let opened = 0
  let told = false
  const open = () => {
    // What can be read only once is told so by itself, and is not damaged.
    const again = body.passing && opened++ > 0
    const damaged = ({ message, unpacked: size }: Damage) => {
      if (told || again) return
      told = true
      report({
        code: 'FIL005',
        severity: 'warning',
        message: `"${label(body)}" is damaged or cut off (${message}); ${size} bytes unpacked before are read`,
      })
    }
    const stream = unpacked('gzip', () => body.open(), !body.passing, damaged)
    return metered(body, stream, counted, spent, report)
  }
  return { name: body.name, member: body.member?.replace(/\.gz$/i, ''), passing: body.passing, open }
}

async function* zipMembers(body: Body, spent: Account, report: Report, sure: boolean): AsyncGenerator<Body, void, undefined> {
  let slice = body.slice
  let { size } = body
  if (slice === undefined || size === undefined) {
    const held = await gather(body.open(), largestHeld)
    if (held === undefined) {
      report({
        code: 'FIL011',
        severity: 'warning',
        message: `"${label(body)}" is a zip of more than ${largestHeld >> 20} MB inside an archive or a stream and is passed over`,
        hint: 'unpack it first',
      })
      return
    }
    slice = async function* (start, end) {
      yield held.subarray(start, end)
    }
    size = held.length
  }
  const range = slice
  const problem = (message: string) => {
    if (sure) report({ code: 'FIL006', severity: 'warning', message: `"${label(body)}": ${message}` })
  }
  for await (const member of readZip(range, size, problem)) {
    const path = body.member === undefined ? member.path : `${body.member}/${member.path}`
    const named = { name: body.name, member: path }
    if (member.encrypted) {
      report({
        code: 'FIL007',
        severity: 'warning',
        message: `"${label(named)}" is encrypted and is passed over`,
        hint: 'unpack it with its password first',
      })
    } else if (member.method !== 0 && member.method !== 8) {
      report({
        code: 'FIL008',
        severity: 'warning',
        message: `"${label(named)}" is packed with method ${member.method}, which is not read`,
        hint: 'unpack it first, or pack it with deflate',
      })
    } else yield zipMember(named, member, range, spent, report)
  }
}

function zipMember(
  named: { readonly name: string; readonly member: string },
  member: ZipMember,
  range: NonNullable<Body['slice']>,
  spent: Account,
  report: Report,
): Body {
  const counted = { high: 0 }
  let told = false
  const tell = (message: string) => {
    if (told) return
    told = true
    report({ code: 'FIL005', severity: 'warning', message: `"${label(named)}" is damaged or cut off (${message})` })
  }
  const packed = () => range(member.from, member.to)
  async function* checked(): AsyncGenerator<Uint8Array, void, undefined> {
    let sum = 0
    let size = 0
    let broken = false
    const stream =
      member.method === 0
        ? packed()
        : unpacked('raw', packed, true, damage => {
            broken = true
            tell(`${damage.message}; ${damage.unpacked} bytes unpacked before are read`)
          })
    for await (const bytes of stream) {
      sum = crc32(bytes, sum)
      size += bytes.length
      yield bytes
    }
    if (!broken && member.sum !== undefined && (sum !== member.sum || size !== member.unpackedSize))
      tell('its checksum or size differs from what the archive says')
  }
  return {
    ...named,
    size: undefined,
    passing: false,
    open: () => metered({ ...named, passing: false, open: packed }, checked(), counted, spent, report),
  }
}

const block = 512

interface TarHeader {
  readonly path: string
  readonly size: number
  readonly type: string
}

/** A tar header (POSIX ustar, GNU), or undefined when these 512 bytes are none: the checksum says so. */
function tarHeader(bytes: Uint8Array): TarHeader | undefined {
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

/** The files of a tar in order; each is read in passing. */
async function* tarMembers(body: Body, report: Report): AsyncGenerator<Body, void, undefined> {
  const cursor = new Cursor(body.open())
  let number = -1
  try {
    for await (const { path, size } of tarFiles(cursor, message =>
      report({ code: 'FIL018', severity: 'warning', message: `"${label(body)}": ${message}` }),
    )) {
      const index = ++number
      let used = false
      const start = cursor.at
      const again = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
        const other = new Cursor(body.open())
        try {
          let at = 0
          for await (const entry of tarFiles(other, () => undefined)) if (at++ === index) return yield* other.stream(entry.size)
        } finally {
          await other.close()
        }
      }
      yield {
        name: body.name,
        member: body.member === undefined ? path : `${body.member}/${path}`,
        size,
        passing: true,
        open: () => {
          if (used || number !== index || cursor.at !== start) return again()
          used = true
          return cursor.stream(size)
        },
      }
      used = true
      await cursor.skip(start + size - cursor.at)
    }
  } finally {
    await cursor.close()
  }
}

const longestHeader = 1 << 20

/** The regular files of a tar: each is given when the cursor stands at its content. Damage is gone around at the next sound header. */
async function* tarFiles(
  cursor: Cursor,
  problem: (message: string) => void,
): AsyncGenerator<{ readonly path: string; readonly size: number }, void, undefined> {
  let longPath = ''
  let longSize: number | undefined
  let lost = 0
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
    await cursor.skip(start + length - cursor.at)
    await cursor.skip(padding(length))
  }
  if (lost > 0) problem(`${lost} bytes at the end of the tar are damaged and passed over`)
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

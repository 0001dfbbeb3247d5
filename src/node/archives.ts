// What is packed, unpacked as it is read: gzip, bzip2, xz, Zstandard, zip and tar, in each other up to a depth. Members are streams with a label; nothing is written to disk (packed Parquet excepted), no size is believed.

import { crc32 } from 'node:zlib'
import type { LogFormat } from '../logs/logs.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { bunzipped } from './archives/bzip2.ts'
import { parquet } from './archives/parquet.ts'
import { tarFiles, tarHeader } from './archives/tar.ts'
import { unxz } from './archives/xz.ts'
import { unzstd } from './archives/zstd.ts'
import { Cursor, type Damage, gather, unpacked } from './bytes.ts'
import { readZip, type ZipMember } from './zip.ts'

/** Bounds of unpacking, for archives made to do harm. */
export interface Limits {
  /** Files in one archive, archives in it included. Default 100,000. */
  readonly members?: number
  /** Bytes unpacked for each byte of the archive, once more than 100 MB were unpacked. Default 1,000. */
  readonly ratio?: number
  /** Bytes unpacked from one archive in all. Default 1 TB. */
  readonly unpacked?: number
}

/** Something with bytes: a file, standard input, a member of an archive. */
export interface Body {
  readonly name: string
  readonly member?: string
  readonly size?: number
  /** Whether opening it again is dear or impossible: a stream, or a member that is read in passing. */
  readonly passing: boolean
  /** Where the file lies, when it is one by itself. */
  readonly path?: string
  /** The format, where only the host can read it. */
  readonly format?: LogFormat
  /** See `EventSource.open`. */
  open(passing?: () => boolean): AsyncIterable<Uint8Array>
  /** Any part of it, where that is cheap. */
  slice?(start: number, end: number): AsyncIterable<Uint8Array>
}

/** What one archive on the command line may still cost, and what was seen of it. */
export interface Account {
  readonly members: number
  readonly ratio: number
  readonly most: number
  /** Bytes of the archive itself: its size, or what has been read so far. */
  packed: number
  unpacked: number
  files: number
  refused: boolean
}

export function account(limits: Limits, packed: number): Account {
  const { members = 100_000, ratio = 1000, unpacked: most = 1e12 } = limits
  return { members, ratio, most, packed, unpacked: 0, files: 0, refused: false }
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
  { kind: 'Zstandard', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'LZ4', bytes: [4, 0x22, 0x4d, 0x18] },
  { kind: 'lzip', bytes: [0x4c, 0x5a, 0x49, 0x50, 1] },
  { kind: 'compress', bytes: [0x1f, 0x9d, 0x90] },
  { kind: 'Cabinet', bytes: [0x4d, 0x53, 0x43, 0x46, 0, 0, 0, 0] },
  { kind: 'Parquet', bytes: [0x50, 0x41, 0x52, 0x31] },
  { kind: 'encrypted Parquet', bytes: [0x50, 0x41, 0x52, 0x45] },
  { kind: 'AppleDouble', bytes: [0, 5, 0x16, 7] },
]

function kindOf(head: Uint8Array): string {
  for (const { kind, bytes } of signatures) if (bytes.every((byte, at) => head[at] === byte)) return kind
  if (/^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(Buffer.from(head.subarray(0, 10)).toString('latin1'))) return 'bzip2'
  // A skippable frame of Zstandard (RFC 8878, 3.1.2) is one when another frame follows.
  if (head[0]! >= 0x50 && head[0]! <= 0x5f && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'Zstandard'
  return tarHeader(head) !== undefined ? 'tar' : ''
}

/** How a stream of each kind is undone; the text is the ending that its member loses. */
const compressions: Readonly<Record<string, Unpack>> = {
  gzip: (open, again, damaged) => unpacked('gzip', open, again, damaged),
  bzip2: (open, _, damaged) => bunzipped(open(), damaged),
  xz: (open, _, damaged) => unxz(open(), damaged),
  Zstandard: (open, _, damaged) => unzstd(open(), damaged),
}

type Unpack = (
  open: () => AsyncIterable<Uint8Array>,
  again: boolean,
  damaged: (damage: Damage) => void,
) => AsyncIterable<Uint8Array>

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
  compressed = false,
): AsyncGenerator<Body, void, undefined> {
  const { head, whole } = await begun(body)
  const kind = kindOf(head)
  if (head.length === 0) {
    if (!spent.refused) report({ code: 'FIL017', severity: 'note', message: `"${label(body)}" is empty` })
    return
  }
  if (kind === 'AppleDouble') {
    other('._')
    return
  }
  const zipped = kind === 'zip' || (kind === '' && depth === 0 && /\.zip$/i.test(body.name) && body.slice !== undefined)
  if ((kind === '' || kind === 'Parquet') && !zipped) {
    const format = kind === 'Parquet' ? parquet(whole.path) : undefined
    if (depth === 0 || allowed(spent, report, body)) yield format === undefined ? whole : { ...whole, format }
    return
  }
  const unpack = Object.hasOwn(compressions, kind) ? compressions[kind] : undefined
  if (unpack === undefined && kind !== 'tar' && !zipped) {
    report({
      code: 'FIL012',
      severity: 'warning',
      message: `"${label(body)}" is packed with ${kind}, which is not read`,
      hint: 'unpack it first',
    })
    return
  }
  // A tar inside gzip is one archive, not two.
  const inner = kind === 'tar' && compressed ? depth : depth + 1
  if (inner > deepestArchive) {
    report({
      code: 'FIL011',
      severity: 'warning',
      message: `"${label(body)}" lies in more than ${deepestArchive} archives and is passed over`,
      hint: 'unpack it first',
    })
    return
  }
  if (unpack !== undefined) yield* expand(decompressed(whole, unpack, spent, report), spent, report, other, inner, true)
  else if (kind === 'tar') {
    for await (const member of tarMembers(whole, report)) yield* expandMember(member, spent, report, other, inner)
  } else {
    let found = false
    for await (const member of zipMembers(whole, spent, report, kind === 'zip')) {
      found = true
      yield* expandMember(member, spent, report, other, inner)
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
    if (spent.unpacked > spent.most) {
      if (!spent.refused) {
        spent.refused = true
        report({
          code: 'FIL019',
          severity: 'warning',
          message: `"${body.name}" unpacks to more than ${spent.most} bytes and is read no further`,
          hint: 'unpack it and name the folder',
        })
      }
      return
    }
    yield bytes
  }
}

function decompressed(body: Body, unpack: Unpack, spent: Account, report: Report): Body {
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
    const stream = unpack(() => body.open(), !body.passing, damaged)
    return metered(body, stream, counted, spent, report)
  }
  return { name: body.name, member: body.member?.replace(/\.(?:gz|bz2|xz|zst)$/i, ''), passing: body.passing, open }
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
  // What only its name calls a zip is one when a member is found; what was wrong until then is told then.
  let known = sure
  const problems: string[] = []
  const tell = () => {
    for (const message of problems.splice(0))
      report({ code: 'FIL006', severity: 'warning', message: `"${label(body)}": ${message}` })
  }
  const problem = (message: string) => {
    problems.push(message)
    if (known) tell()
  }
  for await (const member of readZip(range, size, problem)) {
    known = true
    tell()
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

/** The files of a tar in order; each is read in passing. */
async function* tarMembers(body: Body, report: Report): AsyncGenerator<Body, void, undefined> {
  const cursor = new Cursor(body.open())
  let number = -1
  try {
    const problem = (message: string) => report({ code: 'FIL018', severity: 'warning', message: `"${label(body)}": ${message}` })
    const passed = (others: number) =>
      report({
        code: 'FIL020',
        severity: 'note',
        message: `"${label(body)}" has ${others} ${others === 1 ? 'link or special file' : 'links and special files'}, which are not followed`,
      })
    for await (const { path, size } of tarFiles(cursor, problem, passed)) {
      const index = ++number
      let used = false
      const start = cursor.at
      const again = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
        const other = new Cursor(body.open())
        try {
          let at = 0
          for await (const entry of tarFiles(
            other,
            () => undefined,
            () => undefined,
          ))
            if (at++ === index) return yield* other.stream(entry.size)
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

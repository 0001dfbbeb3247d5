// Where the records of a chunk lie: found by their own marks and sizes, so that no header has to be believed.

import { chunkHeaderSize, chunkSize, type Memory } from './memory.ts'

/** `ElfChnk`, with its closing NUL. */
export const chunkMark: readonly number[] = [0x45, 0x6c, 0x66, 0x43, 0x68, 0x6e, 0x6b, 0x00]
const recordMark = 0x00002a2a
/** Bytes before a record's BinXML: mark, size, number, time of writing. After it the size stands again. */
export const recordHeaderSize = 24
const smallest = recordHeaderSize + 4
/** Numbers that damage may have taken from the records of a log that was not closed. */
const mostGap = 1000

/** What a chunk's header says, where it can be believed. */
export interface Header {
  /** Offset of the first byte after the last record; undefined when the field makes no sense. */
  readonly free: number | undefined
  readonly first: number
  readonly last: number
  /** Offset of the last record. */
  readonly latest: number
  /** Whether the header's checksum is right; asked only when something is wrong, since a log that was not closed has old ones. */
  sound(): boolean
  /** Whether the checksum of the records is right; asked only when two things in them disagree. */
  intact(): boolean
}

/** Something lost or mended in a chunk; `at` is the offset in the chunk. */
export interface Finding {
  readonly kind: 'record' | 'gap' | 'cut' | 'mended' | 'template'
  readonly at: number
  readonly size: number
  readonly record?: number
  readonly reason: string
}

/** The records of a chunk: offset and size of each, in order. */
export interface Frames {
  readonly starts: readonly number[]
  readonly sizes: readonly number[]
  readonly findings: readonly Finding[]
  /** Offset after the last record. */
  readonly end: number
  /** Number of the last record, or that of the chunk before when there is none. */
  readonly last: number
}

/** The record number, as a number: exact to 2^53, near beyond. */
export function recordNumber(memory: Memory, record: number): number {
  return unsigned64(memory.view, record + 8)
}

function unsigned64(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 4_294_967_296 + view.getUint32(offset, true)
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 as RFC 1952 has it, over one stretch after another. */
function checksum(...stretches: readonly Uint8Array[]): number {
  let crc = -1
  for (const bytes of stretches) for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}

/** The header of a chunk, or undefined when the bytes begin with nothing like one: its mark may be damaged, but then all else must look right. */
export function readHeader(memory: Memory): Header | undefined {
  const { view, bytes, limit } = memory
  if (limit < chunkHeaderSize) return undefined
  const free = view.getUint32(48, true)
  const possible = free >= chunkHeaderSize && free <= chunkSize
  const [first, last, latest] = [unsigned64(view, 24), unsigned64(view, 32), view.getUint32(44, true)]
  if (!chunkMark.every((byte, index) => bytes[index] === byte)) {
    const counted = last >= first && last - first < chunkSize && last > 0
    if (!possible || !counted || view.getUint32(40, true) !== 128 || latest < chunkHeaderSize || latest >= free) return undefined
  }
  return {
    free: possible ? free : undefined,
    first,
    last,
    latest,
    sound: once(() => view.getUint32(124, true) === checksum(bytes.subarray(0, 120), bytes.subarray(128, chunkHeaderSize))),
    intact: once(() => free <= limit && view.getUint32(52, true) === checksum(bytes.subarray(chunkHeaderSize, free))),
  }
}

function once(ask: () => boolean): () => boolean {
  let answer: boolean | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}

/** Whether a whole chunk header with the right checksum begins at an offset. */
export function isSoundHeader(bytes: Uint8Array, at: number): boolean {
  if (at + chunkHeaderSize > bytes.length || !chunkMark.every((byte, index) => bytes[at + index] === byte)) return false
  const sum = checksum(bytes.subarray(at, at + 120), bytes.subarray(at + 128, at + chunkHeaderSize))
  return new DataView(bytes.buffer, bytes.byteOffset + at + 124, 4).getUint32(0, true) === sum
}

/** How many more records than `found` a sound header speaks of. */
export function missingRecords(header: Header | undefined, found: number): number {
  if (header === undefined || !header.sound()) return 0
  const { first, last } = header
  return last >= first && last - first < chunkSize ? Math.max(0, last - first + 1 - found) : 0
}

/** Finds the records of a chunk. `before` is the number of the last record of the chunk before, or -1. */
export function readFrames(memory: Memory, header: Header | undefined, before: number): Frames {
  const { limit } = memory
  const free = header?.free
  let stop = Math.min(free ?? limit, limit)
  const starts: number[] = []
  const sizes: number[] = []
  const findings: Finding[] = []
  let previous = -1
  let stale = false
  let at = memory.first
  while (at + smallest <= limit) {
    let size = isRecord(memory, at) ? memory.view.getUint32(at + 4, true) : 0
    const ended = header !== undefined && previous === header.last && starts.at(-1) === header.latest
    if (at >= stop || (ended && !header.sound())) {
      const goesOn = size > 0 ? follows(header!, recordNumber(memory, at), at, previous, starts.at(-1) ?? -1, before) : stale
      if (!goesOn) {
        stop = Math.min(stop, at)
        break
      }
      // The header of a log that was not closed is older than its records.
      stale = true
      if (size === 0) {
        const next = nextRecord(memory, at + 1, limit, record => record > previous && record - previous <= mostGap)
        if (next === limit) break
        findings.push({ kind: 'gap', at, size: next - at, reason: 'no record where one should begin' })
        at = next
        continue
      }
    } else if (size === 0) {
      const last = previous
      const next = nextRecord(memory, at + 1, stop, record => isCurrent(header, record, last))
      size = mendedSize(memory, at, next, stop)
      if (size > 0) findings.push({ kind: 'mended', at, size, reason: 'its mark or one of its sizes is wrong' })
      else {
        const lost = describeLoss(memory, at, next, free)
        if (lost !== undefined) findings.push(lost)
        at = next
        continue
      }
    }
    starts.push(at)
    sizes.push(size)
    previous = recordNumber(memory, at)
    at += size
  }
  if (at < stop || (at === limit && free !== undefined && free > limit && findings.at(-1)?.kind !== 'cut')) {
    const lost = describeLoss(memory, at, stop, free)
    if (lost !== undefined) findings.push(lost)
  }
  return { starts, sizes, findings, end: at, last: previous >= 0 ? previous : before }
}

/** Whether a record begins here: its mark, and the same size before and after it. */
function isRecord(memory: Memory, at: number): boolean {
  const { view, limit } = memory
  if (at + smallest > limit || view.getUint32(at, true) !== recordMark) return false
  const size = view.getUint32(at + 4, true)
  return size >= smallest && size <= limit - at && view.getUint32(at + size - 4, true) === size
}

/** The next place from `from` on where a record begins whose number is wanted, or `stop`. */
function nextRecord(memory: Memory, from: number, stop: number, wanted: (record: number) => boolean): number {
  const { bytes } = memory
  for (let at = bytes.indexOf(0x2a, from); at !== -1 && at + smallest <= stop; at = bytes.indexOf(0x2a, at + 1)) {
    if (isRecord(memory, at) && wanted(recordNumber(memory, at))) return at
  }
  return stop
}

/** Whether a record found by searching belongs to the chunk's present use and is not left over from an earlier one, which had lower numbers. Without a header all are taken. */
function isCurrent(header: Header | undefined, record: number, previous: number): boolean {
  if (header === undefined) return true
  return header.sound() ? record >= header.first && record <= header.last : record > previous && previous !== header.last
}

/**
 * Whether a record behind what the header calls the end is one of now all the same: it has the next number; or the header
 * is damaged and neither its last number nor its two offsets say that the record before, at `start`, was the last.
 */
function follows(header: Header, record: number, at: number, previous: number, start: number, before: number): boolean {
  if (previous < 0 && before < 0) return true
  if (record === (previous < 0 ? before : previous) + 1) return true
  const ended = previous === header.last || (at === header.free && start === header.latest)
  return record > previous && !ended && !header.sound()
}

/** Size of a record whose mark or one of whose two sizes is damaged while the rest agrees; 0 when too little does. */
function mendedSize(memory: Memory, at: number, next: number, stop: number): number {
  const { view, limit } = memory
  const marked = view.getUint32(at, true) === recordMark
  const size = view.getUint32(at + 4, true)
  if (size >= smallest && at + size <= limit) {
    if (view.getUint32(at + size - 4, true) === size) return size
    if (marked && (at + size === stop || isRecord(memory, at + size))) return size
  }
  const whole = next - at
  return whole >= smallest && marked && view.getUint32(next - 4, true) === whole ? whole : 0
}

/** What was lost between two offsets; nothing when only zeros are there, as after the last record of an archived log. */
function describeLoss(memory: Memory, at: number, next: number, free: number | undefined): Finding | undefined {
  const { bytes, view, limit } = memory
  const marked = at + smallest <= limit && view.getUint32(at, true) === recordMark
  if (next === limit && limit < chunkSize) {
    const end = Math.min(free ?? (marked ? at + view.getUint32(at + 4, true) : limit), chunkSize)
    if (end > limit) return { kind: 'cut', at, size: end - at, reason: '' }
  }
  let end = next
  while (end > at && bytes[end - 1] === 0) end--
  if (end === at) return undefined
  if (!marked) return { kind: 'gap', at, size: next - at, reason: 'no record where one should begin' }
  return { kind: 'record', at, size: next - at, record: recordNumber(memory, at), reason: 'its sizes disagree' }
}

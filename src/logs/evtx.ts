// Windows event logs, EVTX: whole records are read whatever the headers say, and what is lost is counted and told.

import type { Batch } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Tape } from '../wasm/tape.ts'
import { Chunk } from './evtx/chunk.ts'
import {
  chunkMark,
  type Finding,
  type Frames,
  type Header,
  isSoundHeader,
  missingRecords,
  readFrames,
  readHeader,
} from './evtx/frames.ts'
import { chunkHeaderSize, chunkSize, Memory } from './evtx/memory.ts'
import { Store } from './evtx/store.ts'
import { EvtxTape } from './evtx/tape.ts'
import type { LogFormat, ReadOptions } from './logs.ts'

/** `ElfFile`, with its closing NUL. */
const fileMark: readonly number[] = [0x45, 0x6c, 0x66, 0x46, 0x69, 0x6c, 0x65, 0x00]
const fileHeaderSize = 4096

const codes = {
  EVT001: 'the file has no EVTX header',
  EVT002: 'the file holds no event log chunk',
  EVT003: 'a chunk has no usable header',
  EVT004: 'bytes of the file belong to no chunk',
  EVT005: 'a record is damaged and was left out',
  EVT006: 'bytes of a chunk hold no record where there should be one',
  EVT007: 'a chunk is cut off',
  EVT008: 'a record was read although its frame is damaged',
  EVT009: 'a template is damaged',
  EVT010: 'what was lost in the file',
  EVT011: 'further findings are not shown',
} as const

type Code = keyof typeof codes

/** Compiled templates of all files. It only saves time: a template is compared with the bytes of the log before it is used. */
const shared = new Store()

/** What was learnt of templates for a tape. */
const tapes = new WeakMap<Tape, EvtxTape>()

function tapeOf(tape: Tape | undefined): EvtxTape | undefined {
  if (tape === undefined) return undefined
  const known = tapes.get(tape) ?? new EvtxTape(tape)
  tapes.set(tape, known)
  return known
}

const mostFindings = 50

/** The findings of one file: the first of them in full, and sums of all. */
class Ledger {
  bytes = 0
  records = 0
  private shown = 0
  private hidden = 0
  private readonly report: (finding: Diagnostic) => void

  constructor(report: (finding: Diagnostic) => void) {
    this.report = report
  }

  tell(code: Code, severity: 'warning' | 'note', message: string): void {
    if (this.shown === mostFindings) {
      this.hidden++
      return
    }
    this.shown++
    this.report({ code, severity, message })
  }

  finish(read: number): void {
    if (this.hidden > 0) {
      this.report({ code: 'EVT011', severity: 'note', message: `${this.hidden} more findings in this file are not shown` })
    }
    if (this.bytes === 0 && this.records === 0) return
    const message = `lost in this file: ${this.bytes} bytes, records known of: ${this.records}; read: ${read} records`
    this.report({
      code: 'EVT010',
      severity: 'warning',
      message,
      hint: 'the file is damaged or was cut off: copy it again if the original still exists',
    })
  }
}

/** A window on the blocks of a file: at least as many bytes in one piece as asked for, or what is left. Only what lies across two blocks is copied. */
class Input {
  /** Offset in the file of the window's first byte. */
  offset = 0
  private readonly blocks: AsyncIterator<Uint8Array>
  private block: Uint8Array = new Uint8Array(0)
  private at = 0
  /** Where `block` is a copy across blocks: the last of them, and the offset in `block` at which its copy begins. */
  private next: { readonly block: Uint8Array; readonly from: number } | undefined
  private ended = false

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.blocks = bytes[Symbol.asyncIterator]()
  }

  async window(size: number): Promise<Uint8Array> {
    if (this.next !== undefined && this.at >= this.next.from) {
      this.block = this.next.block
      this.at -= this.next.from
      this.next = undefined
    }
    if (this.block.length - this.at < size && !(this.ended && this.next === undefined)) await this.bridge(size)
    return this.block.subarray(this.at, this.at + size)
  }

  private async bridge(size: number): Promise<void> {
    const pieces =
      this.next === undefined ? [this.block.subarray(this.at)] : [this.block.subarray(this.at, this.next.from), this.next.block]
    let have = pieces.reduce((sum, piece) => sum + piece.length, 0)
    // Twice as much as asked for: then small steps through damaged bytes do not copy all of them again each time.
    while (have < size * 2 && !this.ended) {
      const { done, value } = await this.blocks.next()
      if (done === true) this.ended = true
      else {
        pieces.push(value)
        have += value.length
      }
    }
    const last = pieces.at(-1)!
    const from = have - last.length
    this.at = 0
    this.next = undefined
    if (from === 0) {
      this.block = last
      return
    }
    this.block = new Uint8Array(Math.min(have, size * 2))
    let at = 0
    for (const piece of pieces) {
      this.block.set(piece.subarray(0, this.block.length - at), at)
      at += piece.length
    }
    if (have > size * 2) this.next = { block: last, from }
  }

  skip(size: number): void {
    this.at += size
    this.offset += size
  }

  async close(): Promise<void> {
    if (!this.ended) await this.blocks.return?.()
  }
}

function startsWith(bytes: Uint8Array, at: number, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[at + index] === byte)
}

/** The next offset from `from` on where a chunk or a file begins, or the length. */
function nextMark(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x45, from); at !== -1; at = bytes.indexOf(0x45, at + 1)) {
    if (startsWith(bytes, at, fileMark)) return at
    // The header's own size, always 128, tells a chunk from eight bytes of text that look like one.
    if (startsWith(bytes, at, chunkMark) && (at + 40 >= bytes.length || bytes[at + 40] === 128)) return at
  }
  return bytes.length
}

/** Where bytes that are no chunk end: at the next mark, or at what may be the beginning of one that the window cuts. */
function strayEnd(window: Uint8Array): number {
  const next = nextMark(window, 1)
  if (next < window.length || window.length < chunkSize) return next
  for (let length = fileMark.length - 1; length > 0; length--) {
    const at = window.length - length
    if ([fileMark, chunkMark].some(mark => startsWith(window, at, mark.slice(0, length)))) return at
  }
  return next
}

function isZero(bytes: Uint8Array): boolean {
  let at = 0
  if (bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
    // Most of a young log is such space, so four words are looked at in one step.
    const even = words.length & ~3
    for (let word = 0; word < even; word += 4) {
      if ((words[word]! | words[word + 1]! | words[word + 2]! | words[word + 3]!) !== 0) return false
    }
    at = even * 4
  }
  for (; at < bytes.length; at++) if (bytes[at] !== 0) return false
  return true
}

function tellFinding(ledger: Ledger, finding: Finding, base: number): void {
  const where = `at offset ${base + finding.at}`
  const which = finding.record === undefined ? 'a record' : `record ${finding.record}`
  switch (finding.kind) {
    case 'record':
      ledger.tell('EVT005', 'warning', `${which} ${where} (${finding.size} bytes) was left out: ${finding.reason}`)
      ledger.bytes += finding.size
      break
    case 'gap':
      ledger.tell('EVT006', 'warning', `${finding.size} bytes ${where} were left out: ${finding.reason}`)
      ledger.bytes += finding.size
      break
    case 'cut':
      ledger.tell(
        'EVT007',
        'warning',
        `the chunk is cut off ${where}: ${finding.size} bytes of records are missing or incomplete`,
      )
      ledger.bytes += finding.size
      break
    case 'mended':
      ledger.tell('EVT008', 'note', `the record ${where} was read although ${finding.reason}`)
      break
    case 'template':
      ledger.tell('EVT009', 'warning', `the template ${where} is damaged: ${finding.reason}`)
  }
}

/** The bytes of a chunk in a piece of their own: a batch outlives the window. */
function memoryOf(bytes: Uint8Array, first: number): Memory {
  if (bytes.length === chunkSize) return new Memory(new Uint8Array(bytes), chunkSize, first)
  const own = new Uint8Array(chunkSize)
  own.set(bytes)
  return new Memory(own, bytes.length, first)
}

/** A chunk whose records were read and not yet given away. */
interface Held {
  /** Offset in the file. */
  readonly base: number
  /** Whether it begins with the mark of a chunk. */
  readonly marked: boolean
  readonly memory: Memory
  readonly header: Header | undefined
  readonly frames: Frames
  chunk: Chunk
}

/** How many chunks may wait for a template that a later one brings. */
const mostHeld = 4

/** Reads one file. */
class Reading {
  private readonly input: Input
  private readonly options: ReadOptions
  private readonly tape: EvtxTape | undefined
  private readonly ledger: Ledger
  private readonly templates = { sure: new Store(), unsure: new Store(), shared }
  /** Number of the last record so far, as the chunks say it. */
  private last = -1
  private records = 0

  constructor(bytes: AsyncIterable<Uint8Array>, options: ReadOptions, report: (finding: Diagnostic) => void) {
    this.input = new Input(bytes)
    this.options = options
    this.tape = tapeOf(options.tape)
    this.ledger = new Ledger(report)
  }

  async *batches(): AsyncGenerator<Batch> {
    const held: Held[] = []
    let chunks = 0
    try {
      const head = await this.input.window(fileHeaderSize)
      if (!startsWith(head, 0, fileMark) && !startsWith(head, 0, chunkMark)) {
        this.ledger.tell('EVT001', 'warning', 'the file does not begin with "ElfFile": chunks are looked for from its start')
      }
      for (;;) {
        const ahead = await this.input.window(chunkSize + chunkMark.length)
        if (ahead.length === 0) break
        const window = ahead.subarray(0, chunkSize)
        const next = this.next(window, ahead.length <= chunkSize || startsWith(ahead, chunkSize, chunkMark))
        if (next === undefined) continue
        chunks++
        held.push(next)
        const [first] = held
        if (first !== next && first!.chunk.lacks) first!.chunk = this.chunk(first!)
        while (held.length > 0 && (!held[0]!.chunk.lacks || held.length > mostHeld)) yield* this.give(held.shift()!)
      }
      for (const rest of held) yield* this.give(rest)
      if (chunks === 0) this.ledger.tell('EVT002', 'warning', 'the file holds no event log chunk')
      this.ledger.finish(this.records)
    } finally {
      await this.input.close()
    }
  }

  /** Takes what the window begins with: a file header, unused space, a chunk, or bytes that are none of these and may hold records all the same. `inPlace`: the file ends or a chunk begins where the window ends. */
  private next(window: Uint8Array, inPlace: boolean): Held | undefined {
    const base = this.input.offset
    if (startsWith(window, 0, fileMark)) {
      this.input.skip(Math.min(nextMark(window, 1), fileHeaderSize))
      return undefined
    }
    const marked = startsWith(window, 0, chunkMark)
    if (!marked && isZero(window)) {
      // Space that Windows reserved and did not use yet.
      this.input.skip(window.length)
      return undefined
    }
    let memory = memoryOf(window, chunkHeaderSize)
    const header = readHeader(memory)
    const length = marked || header !== undefined ? window.length : strayEnd(window)
    if (header === undefined) memory = new Memory(memory.bytes, length, marked ? chunkHeaderSize : 0)
    let frames = readFrames(memory, header, this.last)
    const broken = frames.findings.length > 0
    if ((marked || header !== undefined) && (broken || !inPlace)) {
      // Where bytes are missing, the next chunk begins before this one should end. Behind whole records only a whole header is taken for one.
      let end = nextMark(window, broken ? chunkHeaderSize : frames.end)
      while (!broken && end < length && !isSoundHeader(window, end)) end = nextMark(window, end + 1)
      if (end < length) {
        memory = new Memory(memory.bytes, end, memory.first)
        frames = readFrames(memory, header, this.last)
      }
    }
    this.input.skip(memory.limit)
    this.last = frames.last
    if (!marked && frames.starts.length === 0) {
      this.ledger.tell('EVT004', 'warning', `${memory.limit} bytes at offset ${base} are neither a chunk nor empty`)
      this.ledger.bytes += memory.limit
      return undefined
    }
    const known = { base, marked, memory, header, frames }
    return { ...known, chunk: this.chunk(known) }
  }

  private chunk(held: Omit<Held, 'chunk'>): Chunk {
    return new Chunk(held.memory, held.header, held.frames, this.templates, this.options, this.tape)
  }

  /** Gives the records of a chunk away, and tells what was lost in it. */
  private *give(held: Held): Generator<Batch> {
    const { base, marked, memory, header, frames, chunk } = held
    const { ledger } = this
    if (memory.limit < chunkHeaderSize && marked) {
      ledger.tell('EVT007', 'warning', `the chunk at offset ${base} is cut off in its header`)
      ledger.bytes += memory.limit
    } else if (!marked || header?.free === undefined) {
      const what = marked || header !== undefined ? 'is damaged' : 'is missing'
      ledger.tell('EVT003', 'warning', `the header of the chunk at offset ${base} ${what}: its records are found by their marks`)
    }
    const left = new Set(chunk.findings.filter(finding => finding.kind === 'record').map(finding => finding.at))
    const findings = [...frames.findings.filter(({ kind, at }) => kind !== 'mended' || !left.has(at)), ...chunk.findings]
    for (const finding of findings) tellFinding(ledger, finding, base)
    const dropped = findings.filter(finding => finding.kind === 'record').length
    if (findings.length > 0) ledger.records += Math.max(missingRecords(header, chunk.length), dropped)
    chunk.before = this.records
    this.records += chunk.length
    if (chunk.length > 0) yield chunk
  }
}

/** Windows event logs of Vista and later (EVTX), also single chunks carved out of one. One batch holds the records of one chunk. */
export const evtx: LogFormat = {
  id: 'evtx',
  title: 'Windows event log (EVTX)',
  detect(head) {
    if (startsWith(head, 0, fileMark)) return 1
    return startsWith(head, 0, chunkMark) ? 0.9 : 0
  },
  read: (bytes, options, report) => new Reading(bytes, options, report).batches(),
  codes,
}

// Lines of JSON onto a tape: runs of lines that are one JSON object each are checked and laid down without making objects. Any other line is left to who reads lines one by one.

import type { Value } from '../../ir/event.ts'
import { flags, kinds, marks, type Tape } from '../../wasm/tape.ts'
import { dynamicColumns, rowMarks } from './dynamic.ts'
import { wrappingKeys } from './envelope.ts'
import { parseJson } from './json.ts'

/** Bytes that one batch lays down: small enough to stay near the processor until they are matched. */
const batchBytes = 262_144
/** The first batches are smaller: what comes first is wanted soonest. */
const firstBytes = 8192
/** New keys in one run of lines; beyond, a line is read another way, for what has new keys without end gains nothing here. */
const mostNew = 2048

/** What the tokeniser answers beside "done": a key without node, no room; see `assembly/json.ts`. */
const answers = { unknown: 2, full: 3 } as const

/** Lines that were taken. */
export interface Taken {
  /** Bytes from where the run began to where the next line begins. */
  readonly bytes: number
  /** Rows on the tape, `end` not included. */
  readonly first: number
  readonly end: number
  /** Line breaks passed, and those before the last row; a row says how many were counted before it since ever, `breaksBefore` of them before the run. */
  readonly breaks: number
  readonly lastBreaks: number
  readonly breaksBefore: number
  /** Where the last row begins and ends, in bytes of the run. */
  readonly last: readonly [number, number]
}

/** Takes lines for one stream. */
export class JsonTape {
  readonly tape: Tape
  private readonly nodeMarks = new Map<string, number>()
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** The bytes that lie in the tape's memory now: a stretch of `bytes` from `from` to `to`. */
  private bytes: Uint8Array | undefined
  private from = 0
  private to = 0
  /** Where the batch's bytes begin in memory, how many there are, and where the stretch above lies. */
  private base = 0
  private used = 0
  private room = 0
  /** Bytes of this batch, twice as many as of the one before it up to the most. */
  private limit = firstBytes

  constructor(tape: Tape) {
    this.tape = tape
    for (const key of wrappingKeys) this.nodeMarks.set(key, marks.wraps)
    for (const key of rowMarks) this.nodeMarks.set(key, (this.nodeMarks.get(key) ?? 0) | marks.dated)
    for (const key of dynamicColumns) this.nodeMarks.set(key, (this.nodeMarks.get(key) ?? 0) | marks.opens)
    this.clear()
  }

  /** A batch begins: rows taken so far are forgotten. */
  clear(): void {
    this.tape.clear()
    this.bytes = undefined
    this.used = 0
    this.limit = Math.min(batchBytes, 2 * this.limit)
  }

  /** Whether the batch has as many rows or bytes as it should. */
  get full(): boolean {
    return this.used >= this.limit
  }

  /**
   * Takes lines of `bytes` from `at` on, as long as each is one JSON object alone on its line, shorter than `longest`, and no wrapper around records
   * (`envelope.ts`, `dynamic.ts`). Lines whose break is not in hand are not taken, but the last one where `ends`.
   */
  take(bytes: Uint8Array, at: number, ends: boolean, longest: number): Taken | undefined {
    if (bytes[at] !== 123) return undefined
    if (this.bytes !== bytes || at < this.from || at >= this.to) {
      if (!this.copy(bytes, at, ends, longest)) return undefined
    }
    const { tape } = this
    const { scanner } = tape
    const start = this.room + at - this.from
    const end = this.room + this.to - this.from
    const first = tape.length
    const breaks = scanner.breaks.value
    let fresh = 0
    let crowded = false
    let from = start
    for (;;) {
      const answer = scanner.takeLines(from, end, longest)
      from = scanner.lineFrom.value
      if (answer === answers.full) crowded = true
      if (answer !== answers.unknown) break
      const keyFrom = scanner.keyFrom.value
      const key = this.decoder.decode(tape.bytes.subarray(keyFrom, scanner.keyEnd.value))
      const parent = scanner.keyIn.value
      fresh++
      if (fresh > mostNew || tape.node(parent, key, parent === 0 ? this.nodeMarks.get(key) : 0) === -1) break
    }
    const { length } = tape
    this.used = crowded ? batchBytes : from - this.base
    if (length === first) return undefined
    const row = (tape.rows >> 2) + (length - 1) * 8
    return {
      bytes: from - start,
      first,
      end: length,
      breaks: scanner.breaks.value - breaks,
      lastBreaks: tape.words[row + 4]! - breaks,
      breaksBefore: breaks,
      last: [tape.words[row]! - start, tape.words[row + 1]! - start],
    }
  }

  /** The record of a row, as `parseJson` reads its line. */
  record(row: number): Readonly<Record<string, Value>> {
    const at = (this.tape.rows >> 2) + row * 8
    return this.parse(this.tape.words[at]!, this.tape.words[at + 1]!) as Readonly<Record<string, Value>>
  }

  /** The line of a row as it stands in the log. */
  text(row: number): string {
    const at = (this.tape.rows >> 2) + row * 8
    return this.decoder.decode(this.tape.bytes.subarray(this.tape.words[at]!, this.tape.words[at + 1]!))
  }

  /** Line breaks that were counted before a row. */
  breaksBefore(row: number): number {
    return this.tape.words[(this.tape.rows >> 2) + row * 8 + 4]!
  }

  /** The value of an entry, as it is in the record. */
  value(entry: number): Value {
    const { words, bytes, entries } = this.tape
    const at = (entries >> 2) + entry * 4
    const form = words[at + 3]!
    const kind = form & 0xff
    const from = words[at + 1]!
    const to = words[at + 2]!
    if (kind === kinds.text)
      return form & (flags.escaped | flags.odd) ? this.parse(from - 1, to + 1) : this.decoder.decode(bytes.subarray(from, to))
    if (kind === kinds.null) return null
    return kind === kinds.true || kind === kinds.false ? kind === kinds.true : this.parse(from, to)
  }

  private parse(from: number, to: number): Value {
    const parsed = parseJson(this.decoder.decode(this.tape.bytes.subarray(from, to)))
    if ('fault' in parsed) throw new Error('the tape and the reader of JSON disagree: this is a bug in Terrier')
    return parsed.value
  }

  /** Brings whole lines into the tape's memory; false when there is none. Rows of this batch that lie there keep their bytes. */
  private copy(bytes: Uint8Array, at: number, ends: boolean, longest: number): boolean {
    const { tape } = this
    let to = Math.min(bytes.length, at + this.limit)
    if (to < bytes.length || !ends) {
      const cut = bytes.lastIndexOf(10, to - 1)
      if (cut >= at) to = cut + 1
      else {
        const later = bytes.indexOf(10, to)
        if (later === -1 || later - at > longest) {
          if (!ends || bytes.length - at > longest) return false
          to = bytes.length
        } else to = later + 1
      }
    }
    const offset = this.used
    const size = offset + to - at + 1
    if (offset > 0 && size > roomSize) {
      // No room behind what this batch has; the reader is told that the batch is full.
      this.used = batchBytes
      return false
    }
    this.base = tape.room(Math.max(size, roomSize))
    this.room = this.base + offset
    tape.bytes.set(to - at === bytes.length ? bytes : bytes.subarray(at, to), this.room)
    // The last line may lack its break.
    tape.bytes[this.room + to - at] = 10
    this.bytes = bytes
    this.from = at
    this.to = bytes[to - 1] === 10 ? to : to + 1
    return true
  }
}

const roomSize = 2 * 1_048_576

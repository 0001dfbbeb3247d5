// JSON logs: lines, lists, concatenated or pretty-printed objects, alone or in the wrappers that exports put around them. Whole records are kept whatever lies between them.

import { type Batch, type Event, isRecord, type Value } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { openTexts } from './parts/dynamic.ts'
import { members, unwrap } from './parts/envelope.ts'
import { deepest, parseJson } from './parts/json.ts'
import { JsonStream, type Place, type Taker, type Trouble } from './parts/json-stream.ts'
import { JsonTape } from './parts/json-tape.ts'
import { encodingOf, textHead } from './parts/lines.ts'

const codes = {
  JSN001: 'a JSON record cannot be read and is passed over',
  JSN002: 'a JSON record is larger than 64 MB or has more than a million values, and is passed over',
  JSN003: 'a JSON value is no object, so no event',
  JSN004: `a JSON record is nested deeper than ${deepest} and is passed over`,
  JSN005: 'bytes that are no UTF-8 or UTF-16 became U+FFFD',
  JSN006: 'a JSON log ends in the middle of a record or list',
  JSN007: 'how many JSON records could not be read in all',
  JSN008: 'keys around a list of JSON records are left out',
} as const

/** JSON logs. Schema '': what the records are is recognised by their fields. */
export const jsonl: LogFormat = {
  id: 'jsonl',
  title: 'JSON (lines, lists, concatenated or pretty-printed objects)',
  detect,
  lines: isLines,
  read: (bytes, options, report) => new Reading(bytes, options, report).batches(),
  codes,
}

function detect(head: Uint8Array, name: string): number {
  const text = textHead(head)
  const named = /\.(?:json|jsonl|ndjson)(?:\.gz)?$/i.test(name) ? 0.05 : 0
  const begun = /^[\s\0\x1e]*(\{\s*(?:"|\}|$)|\[\s*(?:[{\]]|$))/.exec(text)
  if (begun !== null && /\S/.test(begun[1]!.slice(1))) return 0.9 + named
  if (begun !== null && named > 0) return 0.6
  // Something else first: a damaged record, a banner. Whole records must be as many as lines of another kind: pages show records, too.
  let records = 0
  let others = 0
  for (const line of text.split('\n', 200)) {
    const trimmed = line.trim().replace(/,$/, '')
    if (trimmed.startsWith('{') && trimmed.length >= 8) {
      const parsed = parseJson(trimmed)
      if (!('fault' in parsed) && isRecord(parsed.value)) records++
    } else if (/^[^\s{}[\]",]/.test(trimmed)) others++
  }
  if (records > 0 && records >= others) return 0.5 + named
  return 0
}

/** Whether the first line is a whole object, in UTF-8: what is pretty-printed or in a list begins otherwise. */
function isLines(head: Uint8Array): boolean {
  const end = head.indexOf(10)
  if (end === -1 || encodingOf(head).encoding !== 'utf-8') return false
  const text = textHead(head.subarray(0, end)).trim()
  const parsed = text.startsWith('{') ? parseJson(text) : undefined
  return parsed !== undefined && !('fault' in parsed)
}

const batchRecords = 1000
const batchBytes = 4 * 1_048_576
/** Records that could not be read are named one by one up to this number. */
const namedFaults = 20

const codeOf: Readonly<Record<Exclude<Trouble, 'beside'>, keyof typeof codes>> = {
  broken: 'JSN001',
  large: 'JSN002',
  deep: 'JSN004',
  cut: 'JSN006',
}

/**
 * Values made into batches of records. They come parsed, or checked as strictly and laid down on a tape, and not only framed: a broken record
 * must be told and not counted, and nothing else tells.
 */
class Reading implements Taker {
  private readonly stream: JsonStream
  private readonly options: ReadOptions
  private readonly report: (finding: Diagnostic) => void
  private faults = 0
  private index = 0
  /** Records that were parsed, in their order among all; and runs of records on the tape. */
  private records: {
    readonly at: number
    readonly record: Readonly<Record<string, Value>>
    readonly line: number
    readonly text: string | undefined
  }[] = []
  private runs: { readonly at: number; readonly first: number; readonly end: number; readonly line: number }[] = []
  private length = 0
  private size = 0
  private readonly tape: JsonTape | undefined

  constructor(bytes: AsyncIterable<Uint8Array>, options: ReadOptions, report: (finding: Diagnostic) => void) {
    this.tape = options.tape === undefined ? undefined : new JsonTape(options.tape)
    this.stream = new JsonStream(bytes, this, this.tape, options.start?.line)
    this.index = options.start?.index ?? 0
    this.options = options
    this.report = report
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    try {
      this.tape?.clear()
      while (await this.stream.read()) {
        yield this.batch()
        this.tape?.clear()
      }
    } finally {
      await this.stream.close()
    }
    if (this.length > 0) yield this.batch()
    this.sum()
    this.options.ended?.(this.stream.breaks - (this.options.start?.line ?? 0))
  }

  full(): boolean {
    return this.length >= batchRecords || this.size >= batchBytes || this.tape?.full === true
  }

  take(parsed: { readonly value: Value; readonly nested?: boolean }, size: number, line: number, text?: string): void {
    const { value } = parsed
    this.size += size
    if (parsed.nested === false && isRecord(value)) {
      this.add(value, line, text)
      return
    }
    const alone = Array.isArray(value) || unwrap(value) !== value ? undefined : text
    let others = 0
    for (const member of members(value)) {
      const record = unwrap(member)
      if (isRecord(record)) this.add(record, line, alone)
      else others++
    }
    if (others === 0) return
    const what = others === 1 ? 'a value that is no object is no event' : `${others} values that are no objects are no events`
    this.fault('JSN003', { line, column: 1 }, what)
  }

  takeRows(first: number, end: number, line: number): void {
    this.runs.push({ at: this.length, first, end, line })
    this.length += end - first
  }

  tell(trouble: Trouble, at: Place, message: string): void {
    if (trouble === 'beside') this.report({ code: 'JSN008', severity: 'note', message: `line ${at.line}: ${message}` })
    else this.fault(codeOf[trouble], at, message)
  }

  private fault(code: keyof typeof codes, at: Place, message: string): void {
    this.faults++
    if (this.faults <= namedFaults)
      this.report({ code, severity: 'warning', message: `line ${at.line}, column ${at.column}: ${message}` })
  }

  private add(record: Readonly<Record<string, Value>>, line: number, text: string | undefined): void {
    this.records.push({ at: this.length++, record: openTexts(record), line, text })
  }

  private batch(): Batch {
    const { records, runs, length, index, tape } = this
    const { name: source, member } = this.options
    this.index += length
    this.records = []
    this.runs = []
    this.length = 0
    this.size = 0
    const event = (fields: Event['fields'], line: number, at: number): Event => ({
      fields,
      origin: { source, member, line, index: index + at },
    })
    if (tape === undefined || runs.length === 0)
      return { schema: '', length, line: at => records[at]!.text, at: at => event(records[at]!.record, records[at]!.line, at) }
    const rows = new Int32Array(length).fill(-1)
    const parsed = new Map(records.map(one => [one.at, one]))
    for (const { at, first, end } of runs) for (let row = first; row < end; row++) rows[at + row - first] = row
    const at = (at: number): Event => {
      const row = rows[at]!
      if (row === -1) {
        const { record, line } = parsed.get(at)!
        return event(record, line, at)
      }
      const { line } = runs.find(run => at >= run.at && at < run.at + run.end - run.first)!
      return event(tape.record(row), line + tape.breaksBefore(row), at)
    }
    const line = (at: number): string | undefined => (rows[at] === -1 ? parsed.get(at)!.text : tape.text(rows[at]!))
    return { schema: '', length, at, line, slots: { tape: tape.tape, rows, encoding: 'json', value: entry => tape.value(entry) } }
  }

  private sum(): void {
    if (this.faults > namedFaults) {
      this.report({
        code: 'JSN007',
        severity: 'warning',
        message: `${this.faults} records could not be read in all; the first ${namedFaults} are named above`,
      })
    }
    const { replaced } = this.stream
    if (replaced.count > 0) {
      const first = replaced.line > 0 ? `, the first in line ${replaced.line}` : ''
      this.report({
        code: 'JSN005',
        severity: 'warning',
        message: `${replaced.count} characters could not be read and became U+FFFD${first}`,
      })
    }
  }
}

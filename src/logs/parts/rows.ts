// Logs with one record a line: the loop that all of them share. What a line means is the format's; what cannot be read is told, counted and gone around.

import type { Batch, Event, Value } from '../../ir/event.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { ReadOptions } from '../logs.ts'
import { TextLines } from './text-lines.ts'

/** One record: its fields, and its time where the format itself tells it (milliseconds UTC, and the 100 ns within). */
export interface LogRow {
  readonly fields: Readonly<Record<string, Value>>
  readonly time?: number
  readonly ticks?: number
}

/** What a format makes of a line: its record; a text that says why it is none; undefined for what is no record (blank, comment, header, part of a longer record). */
export type Found = LogRow | string | undefined

/** What a format does with lines. */
export interface LineParser {
  /** The schema of the rows it gives now; '' when it does not know. */
  readonly schema: string
  line(text: string, number: number): Found
  /** After each line and at the end: what else came of it, with the line that it begins in. For records that go over several lines. */
  more?(ended: boolean): { readonly found: Found; readonly line: number } | undefined
}

/** The codes under which a format reports what all of them have. */
export interface LineCodes {
  /** A line that is no record. */
  readonly unread: string
  /** A line above `longestLine`. */
  readonly long: string
  /** Bytes that became U+FFFD. */
  readonly replaced: string
  /** How many in all, when not all are named. */
  readonly total: string
}

/** A line above this many bytes is passed over. */
export const longestLine = 1_048_576
const batchRows = 1000
const batchCharacters = 2_000_000
const namedFaults = 20

/** The records of a log in batches of bounded size, in order. */
export async function* rowsOf(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  report: (finding: Diagnostic) => void,
  codes: LineCodes,
  parser: LineParser,
): AsyncGenerator<Batch, void, undefined> {
  const lines = new TextLines(bytes, longestLine)
  const { name: source, member } = options
  let rows: LogRow[] = []
  let texts: (string | undefined)[] = []
  let places: number[] = []
  let schema = parser.schema
  let size = 0
  let index = 0
  let faults = 0
  const batch = (): Batch => {
    const [taken, numbers, own, first] = [rows, places, texts, index]
    index += taken.length
    rows = []
    places = []
    texts = []
    size = 0
    return {
      schema,
      length: taken.length,
      line: at => own[at],
      at: (at): Event => {
        const row = taken[at]!
        const origin = { source, member, line: numbers[at]!, index: first + at }
        return row.time === undefined
          ? { fields: row.fields, origin }
          : { time: row.time, ticks: row.ticks ?? 0, fields: row.fields, origin }
      },
    }
  }
  const fault = (message: string, line: number): void => {
    faults++
    if (faults <= namedFaults) report({ code: codes.unread, severity: 'warning', message: `line ${line}: ${message}` })
  }
  const take = (row: Found, line: number, text?: string): void => {
    if (typeof row === 'string') fault(row, line)
    else if (row !== undefined) {
      rows.push(row)
      places.push(line)
      texts.push(text)
    }
  }
  try {
    for (;;) {
      const text = lines.take()
      if (text === undefined) {
        if (!(await lines.more())) break
        continue
      }
      if (rows.length > 0 && (rows.length >= batchRows || size >= batchCharacters)) yield batch()
      const row = parser.line(text, lines.line)
      size += text.length
      // Records of another schema are another batch.
      if (rows.length > 0 && parser.schema !== schema) yield batch()
      schema = parser.schema
      take(row, lines.line, text)
      if (parser.more !== undefined)
        for (let next = parser.more(false); next; next = parser.more(false)) take(next.found, next.line)
    }
  } finally {
    await lines.close()
  }
  if (parser.more !== undefined) for (let next = parser.more(true); next; next = parser.more(true)) take(next.found, next.line)
  if (rows.length > 0) yield batch()
  if (faults > namedFaults) {
    const message = `${faults} lines could not be read in all; the first ${namedFaults} are named above`
    report({ code: codes.total, severity: 'warning', message })
  }
  if (lines.tooLong > 0) {
    const message = `${lines.tooLong} line${lines.tooLong === 1 ? '' : 's'} of more than 1 MB passed over, the first is line ${lines.firstTooLong}`
    report({ code: codes.long, severity: 'warning', message })
  }
  if (lines.replaced.count > 0) {
    const first = lines.replaced.line > 0 ? `, the first in line ${lines.replaced.line}` : ''
    const message = `${lines.replaced.count} characters could not be read and became U+FFFD${first}`
    report({ code: codes.replaced, severity: 'warning', message })
  }
}

/** The whole lines of a file's beginning without those that are blank, at most `most`; a last line that the beginning cuts off is left out when there are others. */
export function wholeLines(text: string, most = 100): string[] {
  const lines = text.split('\n', most + 1).map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const cut = lines.length > most || !text.endsWith('\n') ? lines.slice(0, -1) : lines
  const whole = cut.filter(line => /\S/.test(line))
  return whole.length > 0 ? whole : lines.filter(line => /\S/.test(line)).slice(0, 1)
}

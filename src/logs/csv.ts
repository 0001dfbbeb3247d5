// Tables as text (RFC 4180 with commas, semicolons, tabs or bars): the first record names the columns, values may be quoted and hold line breaks. Exports of Splunk, Defender, Sentinel and Elastic among them.

import type { LogFormat } from './logs.ts'
import { dynamicColumns, objectOf } from './parts/dynamic.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf } from './parts/rows.ts'
import { Shapes } from './parts/shapes.ts'

const codes = {
  CSV001: 'a record of a table has not as many values as its header has columns, or a broken quotation, and is passed over',
  CSV002: 'a line of a table is longer than 1 MB and is passed over',
  CSV003: 'bytes in a table that are no UTF-8 or UTF-16 became U+FFFD',
  CSV004: 'how many records of a table could not be read in all',
} as const

/** CSV, TSV and their kin with a header. Empty values are left out; columns have the names of the header. */
export const csv: LogFormat = {
  id: 'csv',
  title: 'CSV, TSV (table with a header)',
  detect,
  read: (bytes, options, report) =>
    rowsOf(bytes, options, report, { unread: 'CSV001', long: 'CSV002', replaced: 'CSV003', total: 'CSV004' }, new Parser()),
  codes,
}

const dividers = [',', ';', '\t', '|'] as const
const columnForm = /^[\p{L}_@#$][\p{L}\p{N}_@.\-/#$:{}()[\]% ]{0,199}$/u
/** Words that name a column of some log; a table without one is taken for a log only if its name says so. */
const logWords =
  /time|date|event|host|computer|device|user|account|address|(?:^|[._ -])ip(?:$|[._ -])|ip$|^ip|src|dst|source|dest|process|command|quer|message|level|severity|action|_raw/i

function detect(head: Uint8Array, name: string): number {
  const text = textHead(head)
  const named = /\.(?:csv|tsv)(?:\.gz)?$/i.test(name)
  const first = /^[^\r\n]*/.exec(text.replace(/^(?:sep=.\r?\n|\s+)/, ''))![0]
  if (first === '' || /^[{[<#]/.test(first) || first.length > 20_000) return 0
  const divider = dividerOf(first)
  if (divider === undefined) return 0
  const reader = new Parser()
  let rows = 0
  let faults = 0
  const count = (found: Found): void => {
    if (typeof found === 'string') faults++
    else if (found !== undefined) rows++
  }
  const lines = text.split('\n', 200)
  for (const [at, line] of lines.entries()) {
    if (at === lines.length - 1 && at > 0) break
    count(reader.line(line.endsWith('\r') ? line.slice(0, -1) : line))
    for (let next = reader.more(false); next; next = reader.more(false)) count(next.found)
  }
  const { columns } = reader
  const good = columns.length >= 2 && columns.every(column => columnForm.test(column)) && new Set(columns).size === columns.length
  if (!good || faults > rows) return 0
  const log = columns.some(column => logWords.test(column))
  if (named) return rows > 0 || log ? 0.8 : 0.5
  // A longer file shows whole records; one line alone may be anything.
  return rows > 0 && faults === 0 && columns.length >= 3 && log ? 0.6 : 0
}

/** The character that divides the header into most columns, outside quotation marks. */
function dividerOf(header: string): string | undefined {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '')
  let best: string | undefined
  let most = 0
  for (const divider of dividers) {
    const count = bare.split(divider).length - 1
    if (count > most) {
      best = divider
      most = count
    }
  }
  return best
}

/** A record that goes over more lines or characters is no record: a quotation mark was left open. */
const mostLines = 20_000
const mostCharacters = 4_000_000
/** Lines read again behind broken quotations, before they are passed over instead. */
const mostAgain = 64_000_000

interface Held {
  readonly text: string
  readonly line: number
}

/** Records out of lines. One without a quotation mark is its line; the others are put together, and come by `more`. */
class Parser implements LineParser {
  readonly schema = ''
  columns: readonly string[] = []
  private divider = ','
  private dynamic: readonly boolean[] = []
  private readonly shapes = new Shapes()
  /** Lines of a record whose quotation is still open, and how many characters they have. */
  private open: Held[] = []
  private openSize = 0
  private ready: { readonly found: Found; readonly line: number } | undefined
  /** Lines to be read again behind a broken one, the next last. */
  private readonly waiting: Held[] = []
  private again = 0

  line(text: string, number = 0): Found {
    if (this.open.length === 0 && !text.includes('"')) return this.plain(text)
    this.hold({ text, line: number })
    return undefined
  }

  more(ended: boolean): { readonly found: Found; readonly line: number } | undefined {
    for (;;) {
      const ready = this.ready
      this.ready = undefined
      if (ready !== undefined) return ready
      const held = this.waiting.pop()
      if (held !== undefined) {
        const found = this.line(held.text, held.line)
        if (found !== undefined) return { found, line: held.line }
      } else if (ended && this.open.length > 0) this.broken('a quotation mark is not closed')
      else return undefined
    }
  }

  private plain(text: string): Found {
    if (text === '') return undefined
    if (this.columns.length === 0) {
      const said = /^sep=(.)$/.exec(text)
      if (said !== null) {
        this.divider = said[1]!
        return undefined
      }
      this.divider = dividerOf(text) ?? this.divider
    }
    return this.record(text.split(this.divider))
  }

  /** Adds a line to the record in hand and gives the record when its last quotation is closed. */
  private hold(held: Held): void {
    if (this.open.length === 0) {
      if (this.columns.length === 0) this.divider = dividerOf(held.text) ?? this.divider
      const values = split(held.text, this.divider)
      if (values === 'open') {
        this.open.push(held)
        this.openSize = held.text.length
      } else this.ready = { found: typeof values === 'string' ? values : this.record(values), line: held.line }
      return
    }
    this.open.push(held)
    this.openSize += held.text.length + 1
    if (this.open.length > mostLines || this.openSize > mostCharacters) {
      this.broken('a quotation mark is not closed')
      return
    }
    // Within a quotation, marks that stand for themselves come in pairs: an odd number closes it.
    let marks = 0
    for (let at = held.text.indexOf('"'); at !== -1; at = held.text.indexOf('"', at + 1)) marks++
    if (marks % 2 === 0) return
    const values = split(this.open.map(({ text }) => text).join('\n'), this.divider)
    if (values === 'open') return
    const found = typeof values === 'string' ? values : this.record(values)
    if (typeof found === 'string') {
      this.broken(found)
      return
    }
    this.ready = { found, line: this.open[0]!.line }
    this.open = []
  }

  /** The first of the lines in hand begins no record; the others may be records of their own. */
  private broken(why: string): void {
    const lines = this.open
    this.ready = { found: why, line: lines[0]!.line }
    this.again += this.openSize
    this.open = []
    if (this.again > mostAgain) return
    for (let at = lines.length - 1; at > 0; at--) this.waiting.push(lines[at]!)
  }

  private record(values: readonly string[]): Found {
    if (this.columns.length === 0) {
      this.setColumns(values)
      return undefined
    }
    const { columns } = this
    // Empty values behind the last column are a divider at the end of the line.
    let count = values.length
    while (count > columns.length && values[count - 1] === '') count--
    if (count !== columns.length) return `${values.length} values, and the header names ${columns.length} columns`
    const { shapes } = this
    for (let at = 0; at < count; at++) {
      const value = values[at]!
      if (value === '') continue
      shapes.add(columns[at]!, this.dynamic[at] ? objectOf(value) : value)
    }
    return { fields: shapes.take() }
  }

  private setColumns(values: readonly string[]): void {
    // Log Analytics writes the zone behind the names of time columns.
    this.columns = values.map((name, at) => name.trim().replace(/ \[UTC\]$/, '') || `column${at + 1}`)
    this.dynamic = this.columns.map(name => dynamicColumns.has(name))
  }
}

/** The values of a record (RFC 4180 §2); what is wrong with it; or `open` when its last quotation is not closed. A mark inside an unquoted value is a character. */
function split(text: string, divider: string): string[] | string {
  const values: string[] = []
  let at = 0
  for (;;) {
    if (text.charCodeAt(at) === 34) {
      let value = ''
      let from = at + 1
      for (;;) {
        const end = text.indexOf('"', from)
        if (end === -1) return 'open'
        value += text.slice(from, end)
        at = end + 1
        if (text.charCodeAt(at) !== 34) break
        value += '"'
        from = at + 1
      }
      values.push(value)
      if (at === text.length) return values
      if (text[at] !== divider) return 'something stands behind a closed quotation mark'
      at++
    } else {
      const next = text.indexOf(divider, at)
      if (next === -1) {
        values.push(text.slice(at))
        return values
      }
      values.push(text.slice(at, next))
      at = next + 1
    }
  }
}

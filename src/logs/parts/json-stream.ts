// JSON values out of a stream, whatever they are framed in: lines, lists, concatenated, pretty-printed, in the objects that exports put around lists. Whole values are found again behind damage.

import { isRecord, type Value } from '../../ir/event.ts'
import { standsBeside, wrapsList } from './envelope.ts'
import { type Parsed, parseJson } from './json.ts'
import { Scanner } from './json-scan.ts'
import type { JsonTape, Taken } from './json-tape.ts'
import { Decoder, inUtf8, type Replaced, Window } from './lines.ts'

/** Where something is told: lines and columns from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** What keeps a value from being read. */
export type Trouble = 'broken' | 'large' | 'deep' | 'cut' | 'beside'

type Fields = Readonly<Record<string, Value>>

/** Who takes the values. */
export interface Taker {
  /** A value as it stood in the log, its size in bytes, the line it begins in, and its text where it is on one line. */
  take(parsed: { readonly value: Value; readonly nested?: boolean }, size: number, line: number, text?: string): void
  /** Records on the tape: rows from `first` to before `end`; the line of each is `line` more than it says. Only where a tape was given. */
  takeRows?(first: number, end: number, line: number): void
  tell(trouble: Trouble, at: Place, message: string): void
  /** Whether it wants no more for now. */
  full(): boolean
}

const mebi = 1_048_576
/** A line up to this length is taken whole; what is longer is first looked through for its structure. */
const longLine = mebi
/** How far the end of a list's member is guessed. */
const longMember = 65_536
/** A value above this many bytes, or with more values in it, is passed over: what it is made into would not fit into bounded memory. */
const largest = 64 * mebi
const mostValues = 1_000_000

/**
 * One pass over one log. Two ways through: a line that is one JSON text is parsed at once, the common case at the speed of `JSON.parse`;
 * anything else goes through the scanner, which finds where the value ends or where it stops being JSON. Values are parsed at once,
 * because only parsing tells a record from a broken one.
 */
export class JsonStream {
  /** Characters that became U+FFFD. */
  readonly replaced: Replaced = { count: 0, line: 0 }
  private readonly window: Window
  private readonly decoder: Decoder
  private readonly taker: Taker
  private readonly tape: JsonTape | undefined
  private line = 1
  /** Place in the stream of the first byte of this line; and the blanks before its first value. */
  private lineStart = 0
  private indent = 0
  private scanner = new Scanner()
  /** How well the ends of list members were guessed lately. */
  private luck = 64
  /** This line is known not to be one JSON text. */
  private mixed = false
  /** The line in which the last value ended. */
  private ended = 0
  /** Lists being read member by member; with the scanner of the object around it, where there is one. */
  private readonly lists: { readonly around?: Scanner; readonly at: Place }[] = []
  /** What was parsed last. */
  private text = ''
  /** The last whole record as it stood in the log, and how far its line was indented: where records can no longer be told apart, they begin like this one. */
  private last: (() => Fields) | undefined
  private usual = 0
  /** Values taken so far. */
  private count = 0
  /** Bytes looked at in vain; while small beside what was read, a broken record is searched for whole ones inside. */
  private wasted = 0

  /** With a tape, lines that are one object each are laid down on it and not parsed. `before` lines lie before the first byte. */
  constructor(bytes: AsyncIterable<Uint8Array>, taker: Taker, tape?: JsonTape, before = 0) {
    this.line += before
    this.window = new Window(inUtf8(bytes, this.replaced))
    this.decoder = new Decoder(this.replaced)
    this.taker = taker
    this.tape = tape
  }

  /** Reads on until the taker is full; false when the log has ended. */
  async read(): Promise<boolean> {
    while (!this.taker.full()) {
      const next = this.lines()
      if (next === 'end') {
        for (const { at } of this.lists.splice(0))
          this.taker.tell('cut', at, 'the list that begins here is not closed: the log ends before')
        return false
      }
      if (next === 'more') await this.window.more(false)
      else if (next === 'value') await this.value()
      else if (next === 'listEnd') await this.endList()
    }
    return true
  }

  /** Line breaks passed so far, those before the first byte included. */
  get breaks(): number {
    return this.line - 1
  }

  /** Lets go of the bytes early. */
  async close(): Promise<void> {
    await this.window.close()
  }

  /** The value that these bytes in hand may be. What is none will be looked at again, so its characters do not count yet. */
  private parse(from: number, to: number): Parsed {
    const { count } = this.replaced
    this.text = this.decoder.decode(this.window.bytes.subarray(from, to), this.line)
    const parsed = parseJson(this.text)
    if ('fault' in parsed) this.replaced.count = count
    return parsed
  }

  /** Takes line after line while each is one JSON text. */
  private lines(): 'full' | 'more' | 'end' | 'value' | 'listEnd' {
    const { window } = this
    while (!this.taker.full()) {
      if (!this.passBlanks()) return window.done ? 'end' : 'more'
      const { bytes, at } = window
      const inList = this.lists.length > 0
      if (inList && bytes[at] === 93) return 'listEnd'
      if (this.mixed) {
        if (inList && this.member()) continue
        return 'value'
      }
      if (!inList && this.tape !== undefined) {
        const taken = this.tape.take(bytes, at, window.done, longLine)
        if (taken !== undefined) {
          this.acceptRows(taken)
          continue
        }
      }
      this.indent = window.base + at - this.lineStart
      let end = bytes.indexOf(10, at)
      if (end === -1) {
        if (!window.done && bytes.length - at <= longLine) return 'more'
        end = bytes.length
      }
      if (end - at > longLine) {
        this.mixed = true
        return 'value'
      }
      const parsed = this.parse(at, inList ? beforeComma(bytes, at, end) : end)
      if ('fault' in parsed) {
        this.mixed = true
        return 'value'
      }
      this.accept(parsed, end - at, this.line, this.text)
      window.at = end
    }
    return 'full'
  }

  /**
   * Takes a list's member that another one follows on its line, by a guess: it ends before the next `{` that follows a `}` and a comma.
   * That the text up to there is one JSON text proves the guess, and spares looking through it twice. Where guesses fail, for lists of
   * objects inside the members, they are given up.
   */
  private member(): boolean {
    const { window } = this
    const { bytes, at } = window
    if (this.luck < 0 || bytes[at] !== 123) return false
    this.luck -= 4
    const next = neighbour(bytes, at + 1, Math.min(bytes.length, at + longMember), undefined, true)
    if (next === -1) return false
    let end = next - 1
    while (isBlank(bytes[end]!)) end--
    if (bytes[end] !== 44 || bytes.subarray(at, next).includes(10)) return false
    const parsed = this.parse(at, end)
    if ('fault' in parsed) return false
    this.accept(parsed, end - at, this.line, this.text)
    window.at = end
    this.luck = Math.min(64, this.luck + 5)
    return true
  }

  /** Moves to the next byte that is part of something; false at the end of what is in hand. Between records, NULs, commas and record separators (RFC 7464) are blanks. */
  private passBlanks(): boolean {
    const { window } = this
    const { bytes } = window
    let { at } = window
    for (; at < bytes.length; at++) {
      const code = bytes[at]!
      if (code === 10) this.newLine(window.base + at + 1)
      else if (code === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 2
      else if (code !== 32 && code !== 9 && code !== 13 && code !== 44 && code !== 0 && code !== 0x1e) break
    }
    window.at = Math.min(at, bytes.length)
    return at < bytes.length
  }

  private newLine(start: number): void {
    this.line++
    this.lineStart = start
    this.mixed = false
  }

  private here(): Place {
    return { line: this.line, column: this.window.base + this.window.at - this.lineStart + 1 }
  }

  /** Reads one value whose line is not one JSON text, steps into a list, or goes around what is no JSON. */
  private async value(): Promise<void> {
    const { window } = this
    const code = window.bytes[window.at]
    const start = this.here()
    const outside = this.lists.length === 0
    if (outside && code === 91 && (await this.listBegins(1))) {
      this.lists.push({ at: start })
      window.at++
      return
    }
    if (outside && code !== 123 && code !== 91) {
      this.taker.tell('broken', start, 'this is no JSON')
      window.at++
      return this.resume(false)
    }
    const scanner = this.scanner.begin(outside && code === 123)
    for (;;) {
      const reach = scanner.scan(window.bytes, window.at)
      if (scanner.length > largest || scanner.values > mostValues)
        return this.fault('large', start, scanner, 'the record is too large')
      if (reach === 'end') break
      if (reach === 'fault') return this.fault(scanner.deep ? 'deep' : 'broken', start, scanner, scanner.message)
      if (reach === 'list') {
        const keys = this.keys(scanner)
        if (
          wrapsList(keys, scanner.depth === 3 ? this.key(scanner.inner) : undefined) &&
          (await this.listBegins(scanner.length))
        ) {
          this.advance(scanner)
          this.lists.push({ around: scanner, at: start })
          this.scanner = new Scanner()
          return
        }
      } else if (!(await window.more(true))) {
        if (scanner.wholeAtEnd()) break
        return this.fault('cut', start, scanner, 'the log ends in the middle of a record')
      }
    }
    const text = this.decoder.decode(window.bytes.subarray(window.at, window.at + scanner.length), start.line)
    const parsed = parseJson(text)
    if ('fault' in parsed) {
      this.taker.tell(parsed.fault.deep ? 'deep' : 'broken', placeIn(text, parsed.fault.at, start), parsed.fault.message)
      this.advance(scanner)
      return
    }
    this.advance(scanner)
    if (outside && scanner.breaks === 0 && !(await this.lineGoesOn())) {
      this.taker.tell('broken', this.here(), 'something that is no JSON follows the record on its line')
      // Between two records it is a damaged separator; else the record may have lost its end and is none.
      const next = isRecord(parsed.value) ? begins(window.bytes, window.at, firstKey(parsed.value)) : -1
      if (next === -1) return this.nextLine()
      window.at = next
    }
    this.accept(parsed, scanner.length, start.line, scanner.breaks === 0 ? text : undefined)
  }

  /** Whether the bytes behind `offset` begin a list of records: an object, a list, or the list's end; behind a `[` that begins the log, also a line break. */
  private async listBegins(offset: number): Promise<boolean> {
    const { window } = this
    for (let at = offset; ; ) {
      const code = window.bytes[window.at + at]
      if (code === undefined) {
        if (at > longLine || !(await window.more(true))) return false
      } else if (code === 10 && this.lists.length === 0 && offset === 1) return true
      else if (code === 32 || code === 9 || code === 10 || code === 13) at++
      else return code === 123 || code === 93 || code === 91
    }
  }

  /** Behind a record: whether the rest of the line is empty, begins another record, or ends a list whose beginning was lost. */
  private async lineGoesOn(): Promise<boolean> {
    const { window } = this
    for (let at = 0; ; ) {
      const code = window.bytes[window.at + at]
      if (code === undefined) {
        if (at > longLine || !(await window.more(true))) return true
      } else if (code === 32 || code === 9 || code === 13 || code === 44 || code === 0) at++
      else return code === 10 || code === 123 || code === 91 || code === 93 || code === 0x1e
    }
  }

  /** Passes over what the scanner has seen. */
  private advance(scanner: Scanner): void {
    const { window } = this
    if (scanner.breaks > 0) {
      this.line += scanner.breaks
      this.lineStart = window.base + window.at + scanner.lastBreak
      // Whether the rest of the line the record ends on is one text may be tried again.
      this.mixed = false
    }
    window.at += scanner.length
  }

  private keys(scanner: Scanner): string[] {
    const keys: string[] = []
    for (let at = 0; at < scanner.keys.length; at += 2) keys.push(this.key([scanner.keys[at]!, scanner.keys[at + 1]!]))
    return keys
  }

  private key([from, to]: readonly [number, number]): string {
    return this.decoder.decode(this.window.bytes.subarray(this.window.at + from, this.window.at + to), this.line)
  }

  /** The `]` of a list that was read member by member, and what is left of the object around it. */
  private async endList(): Promise<void> {
    const { window } = this
    const { around } = this.lists.pop()!
    window.at++
    this.ended = this.line
    if (around === undefined) return
    around.passList()
    const start = this.here()
    for (;;) {
      const reach = around.scan(window.bytes, window.at)
      if (around.length > largest) return this.fault('large', start, around, 'what follows the list is too large')
      if (reach === 'end') break
      if (reach === 'fault') return this.fault('broken', start, around, around.message)
      if (!(await window.more(true)))
        return this.fault('cut', start, around, 'the log ends in the middle of the object around a list')
    }
    const lost = this.keys(around).filter(key => !standsBeside(key))
    if (lost.length > 0) {
      const names = lost.map(key => `"${key}"`).join(', ')
      this.taker.tell(
        'beside',
        start,
        `the members of a list were read as records; what stands beside the list is left out: ${names}`,
      )
    }
    this.advance(around)
    this.ended = this.line
  }

  /** A record that is none: told, and gone around. */
  private async fault(trouble: Trouble, start: Place, scanner: Scanner, message: string): Promise<void> {
    const { window } = this
    const lineFrom = scanner.breaks === 0 ? 0 : scanner.lastBreak
    const before = this.decoder.count(window.bytes.subarray(window.at + lineFrom, window.at + scanner.length))
    const where = { line: start.line + scanner.breaks, column: before + (scanner.breaks === 0 ? start.column : 1) }
    this.taker.tell(
      trouble,
      where,
      where.line === start.line ? message : `${message}, in the record that begins in line ${start.line}`,
    )
    this.wasted += scanner.length
    // Whole records may lie inside what was taken for one; looking for them anew must not cost more than a few passes over the log.
    if (this.wasted > largest + 4 * window.base) {
      this.advance(scanner)
      if (window.at >= window.bytes.length && !(await window.more(true))) return
    } else window.at++
    await this.resume(true, scanner.breaks > 0)
  }

  /**
   * Finds where a record may begin again. In this line: at an object that begins with the same key as the last whole record and stands
   * where JSON has no member, or, where records share lines, behind another object; while there are not two records to learn the key from,
   * any object behind another one. Else at the next line; behind a broken record (`broken`), at the next that begins with a bracket and is
   * indented no deeper than records are, for what is indented deeper lay inside the record (`inside`: it went over several lines).
   */
  private async resume(broken: boolean, inside = false): Promise<void> {
    const { window, last } = this
    const listed = this.lists.length > 0
    const key = last === undefined ? undefined : firstKey(last())
    const shared = listed || this.ended === this.line
    const unsure = this.count < 2
    const deepest = last === undefined && (listed || !inside) ? Number.POSITIVE_INFINITY : Math.max(this.indent, this.usual)
    for (;;) {
      const { bytes, at } = window
      const lineEnd = bytes.indexOf(10, at)
      const enough = lineEnd === -1 && (window.done || bytes.length - at >= longLine)
      const end = lineEnd === -1 ? bytes.length : lineEnd
      let found = key === undefined ? -1 : neighbour(bytes, at, end, key, shared)
      if (found === -1 && unsure && enough) found = neighbour(bytes, at, end, undefined, true)
      if (found !== -1) {
        window.at = found
        this.mixed = true
        return
      }
      if (lineEnd === -1) {
        // What is let go must not cut a neighbour's first key in two.
        if (enough || !unsure) window.at = Math.max(at, bytes.length - 4096)
        if (await window.more(true)) continue
        if (enough || !unsure) {
          window.at = window.bytes.length
          return
        }
        continue
      }
      window.at = lineEnd + 1
      this.newLine(window.base + window.at)
      if (!broken) return
      const blanks = await this.blanks()
      const code = window.bytes[window.at + blanks]
      if (blanks <= deepest && (code === 123 || code === 91 || (code === 93 && listed))) {
        window.at += blanks
        return
      }
    }
  }

  /** How many blanks the line here begins with. */
  private async blanks(): Promise<number> {
    const { window } = this
    for (let count = 0; ; count++) {
      const code = window.bytes[window.at + count]
      if (code === undefined && count < longLine && (await window.more(true))) count--
      else if (code !== 32 && code !== 9 && code !== 13) return count
    }
  }

  /** Passes over the rest of this line, however long. */
  private async nextLine(): Promise<void> {
    const { window } = this
    for (;;) {
      const lineEnd = window.bytes.indexOf(10, window.at)
      window.at = lineEnd === -1 ? window.bytes.length : lineEnd
      if (lineEnd !== -1 || !(await window.more(true))) return
    }
  }

  /** Rows on the tape are accepted as the lines are from which they were made. */
  private acceptRows(taken: Taken): void {
    const { window } = this
    const { bytes, at } = window
    const [from, to] = taken.last
    this.taker.takeRows!(taken.first, taken.end, this.line - taken.breaksBefore)
    this.count += taken.end - taken.first
    let start = at + from
    while (start > at && isBlank(bytes[start - 1]!) && bytes[start - 1] !== 10) start--
    this.usual = start === at ? window.base + at + from - this.lineStart : at + from - start
    // Seldom asked for, and the bytes may be gone by then.
    const record = bytes.slice(at + from, at + to)
    this.last = () => JSON.parse(this.decoder.decode(record, 0)) as Fields
    this.ended = this.line + taken.lastBreaks
    window.at = Math.min(bytes.length, at + taken.bytes)
    this.line += taken.breaks
    this.lineStart = window.base + bytes.lastIndexOf(10, window.at - 1) + 1
  }

  private accept(
    parsed: { readonly value: Value; readonly nested?: boolean },
    size: number,
    line: number,
    text: string | undefined,
  ): void {
    const { value } = parsed
    this.ended = this.line
    this.count++
    if (isRecord(value)) {
      this.last = () => value
      this.usual = this.indent
    }
    this.taker.take(parsed, size, line, text)
  }
}

/** The end of a line's value when blanks and one comma behind it are left out. */
function beforeComma(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && isBlank(bytes[end - 1]!)) end--
  return end > from && bytes[end - 1] === 44 ? end - 1 : end
}

/** The place of an offset in a record's text, from where the record begins. */
function placeIn(text: string, offset: number, start: Place): Place {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  if (lastBreak === -1) return { line: start.line, column: start.column + offset }
  return { line: start.line + before.split('\n').length - 1, column: offset - lastBreak }
}

/**
 * The first object in a stretch that may be a record: it begins with `key`, and does not stand behind `:`, `[` or `,`, where JSON has
 * objects inside others; with `shared`, or when any key will do, it may also follow another object with a comma between.
 */
function neighbour(bytes: Uint8Array, from: number, to: number, key: string | undefined, shared: boolean): number {
  for (let at = bytes.indexOf(123, from); at !== -1 && at < to; at = bytes.indexOf(123, at + 1)) {
    let before = at - 1
    while (before >= 0 && isBlank(bytes[before]!)) before--
    let code = bytes[before]
    if (code === 44) {
      if (!shared) continue
      do before--
      while (before >= 0 && isBlank(bytes[before]!))
      code = bytes[before]
      if (code !== 125) continue
    } else if (code === 58 || code === 91 || (key === undefined && code !== 125)) continue
    if (startsWith(bytes, at, key ?? '"')) return at
  }
  return -1
}

/** The next object in this line, as far as it is in hand, that begins with a key; -1: none. */
function begins(bytes: Uint8Array, from: number, key: string): number {
  for (let at = from; at < bytes.length && bytes[at] !== 10; at++) if (bytes[at] === 123 && startsWith(bytes, at, key)) return at
  return -1
}

/** Whether an object's first key is this one (a text in JSON, or only its opening quote). */
function startsWith(bytes: Uint8Array, object: number, key: string): boolean {
  let at = object + 1
  while (isBlank(bytes[at] ?? 0)) at++
  for (let same = 0; same < key.length; same++) if (bytes[at + same] !== key.charCodeAt(same)) return false
  return true
}

/** The first key of a record, in JSON's spelling. */
function firstKey(record: Fields): string {
  for (const key in record) return JSON.stringify(key)
  return '"'
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

// Windows event XML: single events, `<Events>`, one event per line or any number in a row. Flat fields as EVTX gives them; every whole event is kept whatever lies between.

import type { Batch, Event } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { eventNamespace, FlatEvent } from './parts/event-xml.ts'
import { inText, type Replaced, textHead } from './parts/lines.ts'
import { Tags } from './parts/xml.ts'

const codes = {
  WXM001: 'an event in XML is broken and is passed over',
  WXM002: 'an event in XML is larger than 32 million characters and is passed over',
  WXM003: 'a document type declaration is left out: entities it declares are not expanded',
  WXM004: 'an XML log ends in the middle of an event',
  WXM005: 'bytes that are no UTF-8 or UTF-16 became U+FFFD',
  WXM006: 'how many events in XML could not be read in all',
  WXM007: 'text between events in XML is left out',
} as const

/** Windows events in XML, as `wevtutil`, Event Viewer, Splunk (`XmlWinEventLog`) and collectors write them. Schema 'sigma'. */
export const winxml: LogFormat = {
  id: 'winxml',
  title: 'Windows event XML',
  detect,
  read: (bytes, options, report) => new Reading(bytes, options, report).batches(),
  codes,
}

function detect(head: Uint8Array, name: string): number {
  const text = textHead(head)
  const named = /\.xml(?:\.gz)?$/i.test(name) ? 0.05 : 0
  const tag = /<(?:[\w.-]+:)?Event(?=[\s>])/.exec(text)
  if (tag === null) return /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:[\w.-]+:)?Events[\s>]/.test(text) ? 0.7 + named : 0
  // Behind a backquote it is quoted by a program or a page.
  if (text[tag.index - 1] === '`') return 0
  const begun = /^[\s\0]*</.test(text)
  const sure = text.startsWith('>', tag.index + tag[0].length)
    ? /<(?:[\w.-]+:)?System[\s>]/.test(text)
    : text.includes(eventNamespace)
  // Behind a foreign beginning an event stands on a line of its own, or says whose it is: others are quoted in some text.
  const own = begun || /^[\s\0]*<(?:[\w.-]+:)?Event[\s>]/m.test(text) || text.includes(eventNamespace)
  if (sure && own) return begun ? 0.95 + named : 0.6 + named
  return 0
}

/** An event above this many characters is passed over. */
const largest = 32_000_000
const batchEvents = 500
const batchCharacters = 2_000_000
const namedFaults = 20

class Reading {
  private readonly stream: AsyncIterator<string>
  private readonly replaced: Replaced = { count: 0, line: 0 }
  private readonly options: ReadOptions
  private readonly report: (finding: Diagnostic) => void
  private readonly tags = new Tags()
  private readonly flat = new FlatEvent()
  /** Closing tags of the elements that events are, and the last search for one: from where, where found, where it ends. */
  private readonly closes = { name: 'Event', form: /<\/Event\s*>/g, from: -1, found: -1, end: -1 }
  private text = ''
  private at = 0
  private total = 0
  private wasted = 0
  private done = false
  private line = 1
  /** Up to here in `text`, line breaks are counted. */
  private counted = 0
  private faults = 0
  private declarations = 0
  private between = 0
  private betweenLine = 0
  private index = 0
  private events: Event[] = []
  private texts: string[] = []
  private size = 0

  constructor(bytes: AsyncIterable<Uint8Array>, options: ReadOptions, report: (finding: Diagnostic) => void) {
    this.stream = inText(bytes, this.replaced)[Symbol.asyncIterator]()
    this.options = options
    this.report = report
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    try {
      for (;;) {
        if (!this.findEvent()) {
          if (!(await this.more())) break
          continue
        }
        await this.event()
        if (this.events.length >= batchEvents || this.size >= batchCharacters) yield this.batch()
      }
    } finally {
      await this.stream.return?.()
    }
    if (this.events.length > 0) yield this.batch()
    this.sum()
  }

  private batch(): Batch {
    const { events, texts } = this
    this.events = []
    this.texts = []
    this.size = 0
    return { schema: 'sigma', length: events.length, at: at => events[at]!, line: at => onOneLine(texts[at]!) }
  }

  /** Brings more text; at least as much again as is in hand, so that a long event is looked at a few times and not once a chunk. */
  private async more(): Promise<boolean> {
    this.countTo(this.at)
    const rest = this.text.slice(this.at)
    const pieces = [rest]
    const want = Math.max(65_536, rest.length)
    let brought = 0
    while (brought < want && !this.done) {
      const before = this.replaced.count
      const { done, value } = await this.stream.next()
      if (done) {
        this.done = true
        break
      }
      if (this.replaced.count > before && before === 0) this.replaced.line = this.lineOf([...pieces, value])
      brought += value.length
      pieces.push(value)
    }
    this.total += brought
    this.text = pieces.join('')
    this.closes.from = -1
    this.at = 0
    this.counted = 0
    return brought > 0
  }

  /** The line of the first U+FFFD in text that follows what is counted. */
  private lineOf(pieces: readonly string[]): number {
    const text = pieces.join('')
    return this.line + text.slice(0, text.indexOf('\ufffd')).split('\n').length - 1
  }

  private countTo(to: number): void {
    for (let at = this.text.indexOf('\n', this.counted); at !== -1 && at < to; at = this.text.indexOf('\n', at + 1)) this.line++
    this.counted = Math.max(this.counted, to)
  }

  /** Moves to the next start of an event; false when none is in hand. What lies before is let go, and told when it is more than layout. */
  private findEvent(): boolean {
    const { tags } = this
    for (;;) {
      const kind = tags.next(this.text, this.at)
      if (kind === 'none') {
        this.passOver(this.text.length)
        return false
      }
      const { start, end } = tags
      this.passOver(start)
      if (kind === 'more') {
        if (!this.done && this.text.length - start <= largest) return false
        this.tell('WXM001', this.lineAt(start), 'markup that begins here is not closed')
        this.at = this.anew(start)
        continue
      }
      if (kind === 'open' && tags.is(this.text, 'Event')) return true
      if (kind === 'declaration') this.declarations++
      if (kind === 'wrong' || kind === 'section') this.passOver(end)
      this.at = end
    }
  }

  private passOver(to: number): void {
    for (let at = this.at; at < to; at++) {
      const code = this.text.charCodeAt(at)
      if (code === 32 || code === 9 || code === 10 || code === 13 || code === 0 || code === 0xfeff) continue
      if (this.between === 0) {
        this.countTo(at)
        this.betweenLine = this.line
      }
      this.between++
    }
    this.at = to
  }

  private lineAt(at: number): number {
    this.countTo(at)
    return this.line
  }

  /** Reads the event that begins here, or tells why not and goes on behind what is broken. */
  private async event(): Promise<void> {
    const line = this.lineAt(this.at)
    const name = /^[^\s>]*/.exec(this.text.slice(this.at + 1, this.tags.end))![0]
    let looked = 0
    for (;;) {
      const end = this.closing(name, this.at + looked)
      if (end !== -1 || this.done) {
        const read = this.flat.read(this.text, this.at, end === -1 ? this.text.length : end)
        if (read !== undefined) {
          this.take(read, line)
          return
        }
        // That was no end: it stands in a section. To look twice as far each time keeps the work in proportion.
        if (end !== -1) {
          looked = Math.max(end - this.at, 2 * looked)
          continue
        }
      }
      const long = this.text.length - this.at > largest
      if (!long && (await this.more())) continue
      if (!long && !this.done) continue
      if (long) this.tell('WXM002', line, `the event is larger than ${largest} characters`)
      else this.tell('WXM004', line, 'the log ends in the middle of an event')
      this.at = this.anew(this.at)
      return
    }
  }

  /** The end of the first closing tag of an element with this name, at or behind an offset; -1 when none is in hand. */
  private closing(name: string, from: number): number {
    const { closes } = this
    if (closes.name !== name) {
      closes.name = name
      closes.form = new RegExp(`</${name.replace(/[^\w:]/g, '\\$&')}\\s*>`, 'g')
      closes.from = -1
    }
    // What the last search found still holds for every place between, so that no stretch is searched twice.
    if (closes.from === -1 || from < closes.from || (closes.found !== -1 && from > closes.found)) {
      closes.form.lastIndex = from
      const found = closes.form.exec(this.text)
      closes.from = from
      closes.found = found === null ? -1 : found.index
      closes.end = found === null ? -1 : found.index + found[0].length
    }
    return closes.end
  }

  private take(length: number, line: number): void {
    const { flat } = this
    this.declarations += flat.declarations
    if (flat.broken === '') {
      this.add(line)
      this.texts.push(this.text.slice(this.at, this.at + length))
      this.size += length
      this.at += length
    } else {
      this.tell('WXM001', line, flat.broken)
      this.at = this.behind(this.at + length)
    }
  }

  /**
   * Where to look for whole events behind a start that came to nothing: at the next one. When that has been done too often (a log made to
   * be slow), behind everything in hand.
   */
  private anew(start: number): number {
    this.wasted += this.text.length - start
    if (this.wasted > largest + 4 * this.total) return this.text.length
    const form = /<(?:[\w.-]+:)?Event[\s>]/g
    form.lastIndex = start + 1
    return form.exec(this.text)?.index ?? this.text.length
  }

  /** Behind the end of a broken event, or at the start of the next, whichever comes first; else where it broke. */
  private behind(from: number): number {
    const form = /<(\/?)(?:[\w.-]+:)?Event(?:\s[^<>]*)?>/g
    form.lastIndex = from
    const found = form.exec(this.text)
    if (found === null) return from
    return found[1] === '' ? found.index : form.lastIndex
  }

  private add(line: number): void {
    const { name: source, member } = this.options
    const { fields, time, ticks } = this.flat
    const record = Object.hasOwn(fields, 'EventRecordID') ? fields.EventRecordID : undefined
    this.events.push({
      time,
      ticks,
      fields,
      origin: {
        source,
        member,
        record: typeof record === 'number' || typeof record === 'bigint' ? record : undefined,
        line,
        index: this.index++,
      },
    })
  }

  private tell(code: keyof typeof codes, line: number, message: string): void {
    this.faults++
    if (this.faults <= namedFaults) this.report({ code, severity: 'warning', message: `line ${line}: ${message}` })
  }

  private sum(): void {
    if (this.faults > namedFaults) {
      this.report({
        code: 'WXM006',
        severity: 'warning',
        message: `${this.faults} events could not be read in all; the first ${namedFaults} are named above`,
      })
    }
    if (this.declarations > 0) {
      this.report({
        code: 'WXM003',
        severity: 'warning',
        message: `${this.declarations === 1 ? 'a document type declaration is' : `${this.declarations} document type declarations are`} left out; entities declared there stay as they are written`,
      })
    }
    if (this.between > 0) {
      this.report({
        code: 'WXM007',
        severity: 'note',
        message: `${this.between} characters between events are left out, the first in line ${this.betweenLine}`,
      })
    }
    if (this.replaced.count > 0) {
      const first = this.replaced.line > 0 ? `, the first in the event of line ${this.replaced.line}` : ''
      this.report({
        code: 'WXM005',
        severity: 'warning',
        message: `${this.replaced.count} characters could not be read and became U+FFFD${first}`,
      })
    }
  }
}

/** An event on one line: breaks between elements are left out, those in values are character references. */
function onOneLine(text: string): string {
  if (!/[\r\n]/.test(text)) return text
  return text.replace(/(?<=>)\s+(?=<)/g, '').replace(/\r\n?|\n/g, sign => (sign === '\n' ? '&#10;' : '&#13;&#10;'))
}

// Windows event XML: single events, `<Events>`, one event per line or any number in a row. Flat fields as EVTX gives them; every whole event is kept whatever lies between.

import type { Batch, Event, Value } from '../ir/event.ts'
import { formatTime, parseTime } from '../ir/time.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { inText, type Replaced, textHead } from './parts/lines.ts'
import { attributes, decodeReferences, deepestXml, Tags } from './parts/xml.ts'

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

const eventNamespace = 'http://schemas.microsoft.com/win/2004/08/events/event'

function detect(head: Uint8Array, name: string): number {
  const text = textHead(head)
  const named = /\.xml(?:\.gz)?$/i.test(name) ? 0.05 : 0
  const tag = /<(?:[\w.-]+:)?Event(?=[\s>])/.exec(text)
  if (tag === null) return /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:[\w.-]+:)?Events[\s>]/.test(text) ? 0.7 + named : 0
  const begun = /^[\s\0]*</.test(text)
  const sure = text.startsWith('>', tag.index + tag[0].length)
    ? /<(?:[\w.-]+:)?System[\s>]/.test(text)
    : text.includes(eventNamespace)
  if (sure) return begun ? 0.95 + named : 0.6 + named
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
  private closes = { name: 'Event', form: /<\/Event\s*>/g }
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
    const { events } = this
    this.events = []
    this.size = 0
    return { schema: 'sigma', length: events.length, at: at => events[at]! }
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
      if (kind === 'open' && tags.name === 'Event') return true
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
    const closing = this.closing(/^[^\s>]*/.exec(this.text.slice(this.at + 1, this.tags.end))![0])
    let looked = 0
    for (;;) {
      closing.lastIndex = this.at + looked
      const found = closing.test(this.text)
      if (found || this.done) {
        const length = (found ? closing.lastIndex : this.text.length) - this.at
        const flat = new Flat(this.text, this.at, this.at + length)
        const read = flat.read()
        if (read !== undefined) {
          this.take(flat, read, line)
          return
        }
        // That was no end: it stands in a section. To look twice as far each time keeps the work in proportion.
        looked = Math.max(length, 2 * looked)
        if (found && this.at + looked <= this.text.length) continue
      } else looked = Math.max(looked, this.text.length - this.at - 64)
      const long = this.text.length - this.at > largest
      if (!long && (await this.more())) continue
      if (!long && looked < this.text.length - this.at) continue
      if (long) this.tell('WXM002', line, `the event is larger than ${largest} characters`)
      else this.tell('WXM004', line, 'the log ends in the middle of an event')
      this.at = this.anew(this.at)
      return
    }
  }

  /** Finds the closing tag of an element with this name. */
  private closing(name: string): RegExp {
    if (this.closes.name !== name) {
      this.closes = { name, form: new RegExp(`</${name.replace(/[^\w:]/g, '\\$&')}\\s*>`, 'g') }
    }
    return this.closes.form
  }

  private take(flat: Flat, length: number, line: number): void {
    this.declarations += flat.declarations
    if (flat.broken === '') {
      this.add(flat, line)
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

  private add(flat: Flat, line: number): void {
    const { name: source, member } = this.options
    const { fields } = flat
    const record = Object.hasOwn(fields, 'EventRecordID') ? fields.EventRecordID : undefined
    this.events.push({
      time: flat.time,
      ticks: flat.ticks,
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

/** Whose content an element's content is. */
const place = { event: 0, system: 1, systemValue: 2, eventData: 3, item: 4, leaf: 5, ignored: 6 } as const

interface Frame {
  readonly name: string
  readonly place: number
  text: string
  label: string | undefined
  children: boolean
}

const numbers: ReadonlySet<string> = new Set([
  'EventID',
  'EventID_Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'EventRecordID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Execution_ProcessorID',
  'Execution_SessionID',
  'Execution_KernelTime',
  'Execution_UserTime',
  'Execution_ProcessorTime',
])

/** Elements of System that say what they say in attributes: without text they are no field. */
const attributesOnly: ReadonlySet<string> = new Set(['Provider', 'TimeCreated', 'Correlation', 'Execution', 'Security'])

/** Names of System fields: data under such a name is told apart by a prefix. */
const systemNames: ReadonlySet<string> = new Set([
  ...[
    'Provider_Name',
    'Provider_Guid',
    'Provider_EventSourceName',
    'EventID',
    'EventID_Qualifiers',
    'Version',
    'Level',
    'Task',
    'Opcode',
  ],
  ...[
    'Keywords',
    'SystemTime',
    'EventRecordID',
    'Correlation_ActivityID',
    'Correlation_RelatedActivityID',
    'Execution_ProcessID',
  ],
  ...['Execution_ThreadID', 'Channel', 'Computer', 'Security_UserID'],
])

/**
 * One event, flat. System: `Provider_Name`, `EventID` … with integers as numbers; EventData by the names of its Data, those without a name
 * in the list `Data`; every leaf elsewhere by its own name. Blanks in names go, a clash with System gets the prefix `EventData_`, a name
 * seen twice makes a list, RenderingInfo is left out. Line breaks are kept as they are.
 */
class Flat {
  readonly fields: Record<string, Value> = {}
  time: number | undefined
  ticks: number | undefined
  /** Why this is no event; '' when it is one. */
  broken = ''
  declarations = 0
  private readonly frames: Frame[] = []
  private readonly tags = new Tags()
  private readonly text: string

  /**
   * The stretch is made a text of its own: engines keep a whole text alive for as long as a slice of it lives, and an event that is kept
   * must keep no more than itself. Joining makes a new text, the first search in it lays it out.
   */
  constructor(text: string, from: number, to: number) {
    this.text = ` ${text.slice(from, to)}`
  }

  /** Reads the event that the stretch begins with; how long it is, or how far it goes before it breaks; undefined when the stretch ends before. */
  read(): number | undefined {
    const end = this.readFrom(1)
    return end === undefined ? undefined : end - 1
  }

  private readFrom(start: number): number | undefined {
    const { text, tags } = this
    let at = start
    for (;;) {
      const kind = tags.next(text, at)
      if (kind === 'none' || kind === 'more') return undefined
      const top = this.frames[this.frames.length - 1]
      const begin = tags.start
      if (top !== undefined && begin > at && !top.children && top.place !== place.ignored)
        top.text += decodeReferences(text.slice(at, begin))
      at = tags.end
      if (kind === 'open' || kind === 'empty') {
        if (top !== undefined && kind === 'open' && this.beginsEvent())
          return this.breaks(begin, 'the event is not closed before the next begins')
        if (this.frames.length >= deepestXml) return this.breaks(at, `elements are nested deeper than ${deepestXml}`)
        this.open(top)
        if (kind === 'empty') this.close()
      } else if (kind === 'close') {
        if (top?.name !== tags.name) {
          return this.breaks(begin, `"</${tags.name.slice(0, 80)}>" closes "<${(top?.name ?? '').slice(0, 80)}>"`)
        }
        this.close()
        if (this.frames.length === 0) return at
      } else if (top !== undefined && (kind === 'section' || kind === 'wrong')) top.text += text.slice(tags.from, tags.to)
      else if (kind === 'declaration') this.declarations++
    }
  }

  private breaks(at: number, why: string): number {
    this.broken = why
    return at
  }

  /** Whether the tag begins another event: the one before was cut off. */
  private beginsEvent(): boolean {
    const { text, tags } = this
    if (tags.name !== 'Event') return false
    if (text.slice(tags.from, tags.to).includes(eventNamespace)) return true
    systemForm.lastIndex = tags.end
    return systemForm.test(text)
  }

  private open(parent: Frame | undefined): void {
    const { name: element, from, to } = this.tags
    if (parent !== undefined) parent.children = true
    const inside = parent === undefined ? place.event : contentPlace(parent.place, element)
    const frame: Frame = {
      name: element,
      place: inside,
      text: '',
      label: undefined,
      // The children of Event hold fields and are none.
      children: inside <= place.system || inside === place.eventData || parent?.place === place.event,
    }
    this.frames.push(frame)
    if (from === to || inside === place.event || inside === place.system || inside === place.ignored) return
    for (const { name, value } of attributes(this.text, from, to)) {
      if (name === 'xmlns' || name.startsWith('xmlns:') || name.startsWith('xml:')) continue
      const local = name.slice(name.indexOf(':') + 1)
      if (inside === place.item) {
        if (local === 'Name') frame.label = value
      } else if (inside !== place.systemValue) this.add(fieldName(`${element}_${local}`), value)
      else if (element === 'TimeCreated' && local === 'SystemTime') this.addTime(value)
      else this.addSystem(`${element}_${local}`, value)
    }
  }

  private close(): void {
    const frame = this.frames.pop()!
    if (frame.children) return
    if (frame.place === place.systemValue) {
      if (frame.text !== '' || !attributesOnly.has(frame.name)) this.addSystem(frame.name, frame.text)
    } else if (frame.place === place.item) {
      const name = fieldName(frame.label ?? '')
      if (name === '') this.addItem(frame.text)
      else this.add(name, frame.text)
    } else if (frame.place === place.leaf) this.add(fieldName(frame.name), frame.text)
  }

  private addTime(value: string): void {
    const instant = parseTime(value)
    this.time = instant?.time
    this.ticks = instant?.ticks
    const whole = instant === undefined ? '' : formatTime(instant.time, instant.ticks)
    this.add('SystemTime', whole === '' ? value : whole)
  }

  private addSystem(name: string, value: string): void {
    this.add(name, numbers.has(name) && /^\d{1,20}$/.test(value) ? integer(value) : value)
  }

  private add(name: string, value: Value): void {
    if (!Object.hasOwn(this.fields, name)) {
      if (name === '__proto__')
        Object.defineProperty(this.fields, name, { value, writable: true, enumerable: true, configurable: true })
      else this.fields[name] = value
      return
    }
    const before = this.fields[name]!
    if (Array.isArray(before)) before.push(value)
    else this.fields[name] = [before, value]
  }

  private addItem(value: string): void {
    if (Object.hasOwn(this.fields, 'Data')) this.add('Data', value)
    else this.fields.Data = [value]
  }
}

function contentPlace(parent: number, name: string): number {
  switch (parent) {
    case place.event:
      if (name === 'System') return place.system
      if (name === 'EventData') return place.eventData
      return name === 'RenderingInfo' ? place.ignored : place.leaf
    case place.system:
      return place.systemValue
    case place.eventData:
      return name === 'Data' ? place.item : place.leaf
    case place.ignored:
      return place.ignored
    default:
      return place.leaf
  }
}

function fieldName(name: string): string {
  const short = name.includes(' ') ? name.replaceAll(' ', '') : name
  return systemNames.has(short) ? `EventData_${short}` : short
}

function integer(digits: string): Value {
  const rough = Number(digits)
  return Number.isSafeInteger(rough) ? rough : BigInt(digits)
}

const systemForm = /\s*<(?:[\w.-]+:)?System[\s>]/y

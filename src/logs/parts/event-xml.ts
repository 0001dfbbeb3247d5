// A Windows event in XML made flat: the same fields that the event log itself gives.

import type { Value } from '../../ir/event.ts'
import { formatTime, parseTime } from '../../ir/time.ts'
import { attributesOnly, fieldName, systemNumbers } from './windows-names.ts'
import { attributes, decodeReferences, deepestXml, Tags } from './xml.ts'

export const eventNamespace = 'http://schemas.microsoft.com/win/2004/08/events/event'

/** Whose content an element's content is. */
const place = { event: 0, system: 1, systemValue: 2, eventData: 3, item: 4, leaf: 5, ignored: 6 } as const

/** An element that is open. Frames are used again for the next element of their depth. */
interface Frame {
  name: string
  place: number
  text: string
  /** The field that the element's text becomes; '': a member of the list `Data`. */
  field: string
  children: boolean
}

/**
 * Makes events flat, one after the other. System: `Provider_Name`, `EventID` … with integers as numbers; EventData by the names of its Data,
 * those without a name in the list `Data`; every leaf elsewhere by its own name. Blanks in names go, a clash with System gets the prefix
 * `EventData_`, a name seen twice makes a list, RenderingInfo is left out. Line breaks are kept as they are.
 */
export class FlatEvent {
  /** What the last event said. */
  fields: Record<string, Value> = {}
  time: number | undefined
  ticks: number | undefined
  /** Why it is no event; '' when it is one. */
  broken = ''
  declarations = 0
  private readonly frames: Frame[] = []
  private depth = 0
  private readonly tags = new Tags()
  private text = ''
  /** Names of the elements, and of the Data among them, in the event before: events of a log resemble each other, and a name known is a name not made. */
  private readonly names: string[] = []
  private readonly labels: string[] = []
  private readonly fieldsOfLabels: string[] = []
  private element = 0

  /**
   * Reads the event that a stretch of text begins with: how long it is, or how far it goes before it breaks; undefined when the stretch ends
   * before. The event is made a text of its own: engines keep a whole text alive for as long as a slice of it lives, and an event that is
   * kept must keep no more than itself. A long stretch is read where it lies, and copied when it is known to be an event.
   */
  read(text: string, from: number, to: number): number | undefined {
    if (to - from > longStretch) {
      const end = this.begin(text, from)
      if (end === undefined || end > to) return undefined
      if (this.broken !== '') return end - from
      to = end
    }
    // Joining makes a new text, the first search in it lays it out.
    const end = this.begin(` ${text.slice(from, to)}`, 1)
    return end === undefined ? undefined : end - 1
  }

  private begin(text: string, at: number): number | undefined {
    this.text = text
    this.fields = {}
    this.time = undefined
    this.ticks = undefined
    this.broken = ''
    this.declarations = 0
    this.depth = 0
    this.element = 0
    const end = this.readFrom(at)
    this.text = ''
    return end
  }

  private readFrom(start: number): number | undefined {
    const { text, tags, frames } = this
    let at = start
    for (;;) {
      const kind = tags.next(text, at)
      if (kind === 'none' || kind === 'more') return undefined
      const top = this.depth === 0 ? undefined : frames[this.depth - 1]!
      const begin = tags.start
      if (top !== undefined && begin > at && !top.children) {
        const piece = decodeReferences(text.slice(at, begin))
        top.text = top.text === '' ? piece : top.text + piece
      }
      at = tags.end
      if (kind === 'open' || kind === 'empty') {
        if (top !== undefined && kind === 'open' && this.beginsEvent())
          return this.breaks(begin, 'the event is not closed before the next begins')
        if (this.depth >= deepestXml) return this.breaks(at, `elements are nested deeper than ${deepestXml}`)
        this.open(top)
        if (kind === 'empty') this.close()
      } else if (kind === 'close') {
        if (top === undefined || !tags.is(text, top.name)) {
          return this.breaks(begin, `"</${tags.name(text).slice(0, 80)}>" closes "<${(top?.name ?? '').slice(0, 80)}>"`)
        }
        this.close()
        if (this.depth === 0) return at
      } else if (kind === 'section' || kind === 'wrong') {
        if (top !== undefined) top.text += text.slice(tags.from, tags.to)
      } else if (kind === 'declaration') this.declarations++
    }
  }

  private breaks(at: number, why: string): number {
    this.broken = why
    return at
  }

  /** Whether the tag begins another event: the one before was cut off. */
  private beginsEvent(): boolean {
    const { text, tags } = this
    if (!tags.is(text, 'Event')) return false
    if (text.slice(tags.from, tags.to).includes(eventNamespace)) return true
    systemForm.lastIndex = tags.end
    return systemForm.test(text)
  }

  /** The name of the element whose tag was found; the one at the same place in the event before where it is the same. */
  private name(): string {
    const { text, tags, names, element } = this
    const before = names[element]
    if (before !== undefined && tags.is(text, before)) return before
    const name = tags.name(text)
    if (element < mostNames) names[element] = name
    return name
  }

  private open(parent: Frame | undefined): void {
    const name = this.name()
    const inside = parent === undefined ? place.event : contentPlace(parent.place, name)
    if (parent !== undefined) parent.children = true
    let frame = this.frames[this.depth]
    if (frame === undefined) {
      frame = { name, place: inside, text: '', field: '', children: false }
      this.frames.push(frame)
    }
    this.depth++
    frame.name = name
    frame.place = inside
    frame.text = ''
    frame.field = inside === place.leaf ? fieldName(name) : ''
    // The children of Event hold fields and are none.
    frame.children =
      inside <= place.system || inside === place.eventData || inside === place.ignored || parent?.place === place.event
    const element = this.element++
    const { from, to } = this.tags
    if (from === to || inside === place.event || inside === place.system || inside === place.ignored) return
    if (inside === place.item) frame.field = this.label(element, from, to)
    else this.attributes(name, inside, from, to)
  }

  /** The field that a Data element names: `<Data Name="x">`. */
  private label(element: number, from: number, to: number): string {
    const { text, labels, fieldsOfLabels } = this
    const before = labels[element]
    if (before !== undefined && to - from === before.length && text.startsWith(before, from)) return fieldsOfLabels[element]!
    let field = ''
    for (const { name, value } of attributes(text, from, to)) if (localName(name) === 'Name') field = fieldName(value)
    if (element < mostNames) {
      labels[element] = text.slice(from, to)
      fieldsOfLabels[element] = field
    }
    return field
  }

  private attributes(element: string, inside: number, from: number, to: number): void {
    for (const { name, value } of attributes(this.text, from, to)) {
      if (name === 'xmlns' || name.startsWith('xmlns:') || name.startsWith('xml:')) continue
      const local = localName(name)
      if (inside !== place.systemValue) this.add(fieldName(`${element}_${local}`), value)
      else if (element === 'TimeCreated' && local === 'SystemTime') this.addTime(value)
      else this.addSystem(`${element}_${local}`, value)
    }
  }

  private close(): void {
    const frame = this.frames[--this.depth]!
    if (frame.children) return
    // What is empty is closed on a line of its own by some printers.
    const text = layoutForm.test(frame.text) ? '' : frame.text
    if (frame.place === place.systemValue) {
      if (text !== '' || !attributesOnly.has(frame.name)) this.addSystem(frame.name, text)
    } else if (frame.place === place.leaf || frame.field !== '') this.add(frame.field, text)
    else this.addItem(text)
  }

  private addTime(value: string): void {
    const instant = parseTime(value)
    this.time = instant?.time
    this.ticks = instant?.ticks
    const whole = instant === undefined ? '' : formatTime(instant.time, instant.ticks)
    this.add('SystemTime', whole === '' ? value : whole)
  }

  private addSystem(name: string, value: string): void {
    this.add(name, systemNumbers.has(name) && /^\d{1,20}$/.test(value) ? integer(value) : value)
  }

  private add(name: string, value: Value): void {
    const { fields } = this
    if (!Object.hasOwn(fields, name)) {
      if (name === '__proto__')
        Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true })
      else fields[name] = value
      return
    }
    const before = fields[name]!
    if (Array.isArray(before)) before.push(value)
    else fields[name] = [before, value]
  }

  private addItem(value: string): void {
    if (Object.hasOwn(this.fields, 'Data')) this.add('Data', value)
    else this.fields.Data = [value]
  }
}

const layoutForm = /^\r?\n[ \t]+$/

const longStretch = 65_536

/** Names of so many elements are kept from one event to the next. */
const mostNames = 256

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
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

function integer(digits: string): Value {
  const rough = Number(digits)
  return Number.isSafeInteger(rough) ? rough : BigInt(digits)
}

const systemForm = /\s*<(?:[\w.-]+:)?System[\s>]/y

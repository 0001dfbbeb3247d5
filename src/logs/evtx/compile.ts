// BinXML (MS-EVEN6 2.2.12) to a template: one pass over its tokens, bounded by their bytes, that meets any damage with undefined.

import { attributesOnly, fieldName, systemNumbers } from '../parts/windows-names.ts'
import type { Memory, Name } from './memory.ts'
import { type Entry, kind, type Part, place, type Template } from './template.ts'

/** What compiling asks of the chunk: an instance inside the XML, read and numbered. */
export interface Embedder {
  embed(offset: number, end: number, place: number): { readonly instance: number; readonly end: number } | undefined
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1)
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

interface Frame {
  readonly place: number
  readonly name: string
  parts: Part[]
  optional: boolean
  label: Part[] | undefined
  children: boolean
}

const deepest = 64

/** Text and numbers next to each other as few parts as possible: neighbouring texts are joined. */
function addPart(parts: Part[], part: Part): void {
  const last = parts.length - 1
  if (typeof part === 'string' && typeof parts[last] === 'string') parts[last] += part
  else parts.push(part)
}

/** Where a stretch of BinXML is from. */
export interface Setting {
  /** The place its elements lie in. */
  readonly where: number
  /** Offset of the template definition it is in, or -1 for a fragment, whose elements carry no dependency. */
  readonly definition: number
  /** How far the bytes were moved from where their own offsets say they are. */
  readonly shift: number
}

/** Compiles one stretch of BinXML; undefined when it is damaged. */
export function compile(memory: Memory, start: number, end: number, setting: Setting, embedder: Embedder): Template | undefined {
  // A fragment should have no dependency identifiers and a definition should, but writers differ: the other reading is tried when one fails.
  const usual = setting.definition >= 0
  const made = new Compiler(memory, start, end, setting, usual, embedder).run()
  if (made !== undefined && !made.suspect) return made
  const other = new Compiler(memory, start, end, setting, !usual, embedder).run()
  return made === undefined || other?.suspect === false ? other : made
}

/** One compilation; `at` moves over the tokens once, from start to end. */
class Compiler {
  private readonly memory: Memory
  private readonly view: DataView
  private readonly bytes: Uint8Array
  private readonly end: number
  private readonly where: number
  private readonly definition: number
  private readonly shift: number
  private readonly dependencies: boolean
  private readonly embedder: Embedder
  private at: number
  private readonly entries: Entry[] = []
  private readonly places = new Map<number, number>()
  private readonly repeated = new Map<number, number>()
  private readonly frames: Frame[] = []
  private readonly holes: number[] = []
  private readonly names: { at: number; name: string; inside: number }[] = []
  private suspect = false
  private movable = true

  constructor(memory: Memory, start: number, end: number, setting: Setting, dependencies: boolean, embedder: Embedder) {
    this.memory = memory
    this.view = memory.view
    this.bytes = memory.bytes
    this.at = start
    this.end = end
    this.where = setting.where
    this.definition = setting.definition
    this.shift = setting.shift
    this.dependencies = dependencies
    this.embedder = embedder
  }

  run(): Template | undefined {
    // The attribute being read, whose value is the parts that follow.
    let attribute: string | undefined
    let value: Part[] = []
    let optional = false
    while (this.at < this.end) {
      const token = this.bytes[this.at]! & 0xbf
      const frame = this.frames.at(-1)
      if (attribute !== undefined && (token === 0x06 || token === 0x02 || token === 0x03)) {
        this.attribute(frame!, attribute, value, optional)
        attribute = undefined
      }
      // Only its own value may come between an attribute's name and what ends it.
      else if (attribute !== undefined && (token < 0x05 || token === 0x0c || token === 0x0f)) return undefined
      const parts = attribute === undefined ? frame?.parts : value
      switch (token) {
        case 0x00: // end of file
          return this.finish()
        case 0x0f: // fragment header
          this.at += 4
          break
        case 0x01: {
          if (!this.openElement(frame)) return undefined
          break
        }
        case 0x02: // close start element
          if (frame === undefined) return undefined
          this.at++
          break
        case 0x03: // close empty element
        case 0x04: // end element
          if (frame === undefined) return undefined
          this.at++
          this.frames.pop()
          this.close(frame)
          break
        case 0x05: {
          // value text: type, count, UTF-16
          if (parts === undefined || this.at + 4 > this.end || this.bytes[this.at + 1] !== 0x01) return undefined
          this.at += 2
          const text = this.string()
          if (text === undefined) return undefined
          addPart(parts, text)
          break
        }
        case 0x06: {
          if (frame === undefined) return undefined
          this.at++
          const name = this.name()
          if (name === undefined) return undefined
          attribute = name.text
          value = []
          optional = false
          break
        }
        case 0x07: {
          // CDATA section
          if (parts === undefined) return undefined
          this.at++
          const text = this.string()
          if (text === undefined) return undefined
          addPart(parts, text)
          break
        }
        case 0x08: // character reference
          if (parts === undefined || this.at + 3 > this.end) return undefined
          addPart(parts, String.fromCharCode(this.view.getUint16(this.at + 1, true)))
          this.at += 3
          break
        case 0x09: {
          if (parts === undefined) return undefined
          this.at++
          const name = this.name()
          if (name === undefined) return undefined
          addPart(parts, Object.hasOwn(entities, name.text) ? entities[name.text]! : `&${name.text};`)
          break
        }
        case 0x0a: // target of a processing instruction
          this.at++
          if (this.name() === undefined) return undefined
          break
        case 0x0b: // its text
          this.at++
          if (this.string() === undefined) return undefined
          break
        case 0x0c: {
          this.flush(frame)
          const where = frame?.place ?? this.where
          const made = this.embedder.embed(this.at, this.end, where)
          if (made === undefined) return undefined
          this.movable = false
          this.entry(kind.node, '', -1, [], false, [], made.instance)
          this.at = made.end
          break
        }
        case 0x0d:
        case 0x0e: {
          if (this.at + 4 > this.end) return undefined
          const index = this.view.getUint16(this.at + 1, true)
          this.at += 4
          const inside = frame?.place ?? this.where
          if (this.places.has(index)) this.repeated.set(index, (this.repeated.get(index) ?? 0) + 1)
          this.places.set(index, inside === place.item || inside === place.systemValue ? place.leaf : inside)
          if (attribute !== undefined) {
            addPart(value, index)
            optional = token === 0x0e
          } else if (frame === undefined) this.node(index)
          else {
            addPart(frame.parts, index)
            frame.optional = token === 0x0e
          }
          break
        }
        default:
          return undefined
      }
    }
    return this.at === this.end ? this.finish() : undefined
  }

  private finish(): Template | undefined {
    if (this.frames.length > 0) return undefined
    const seen = new Set<string>()
    let distinct = true
    let gives = false
    let nests = false
    for (const entry of this.entries) {
      if (entry.kind === kind.node) nests = true
      else if (entry.kind === kind.field || entry.kind === kind.item || entry.kind === kind.labelled) {
        gives = true
        if (entry.kind !== kind.field || seen.has(entry.name) || entry.name === '__proto__') distinct = false
        seen.add(entry.name)
      }
    }
    const made = {
      entries: this.entries,
      places: this.places,
      ...(this.repeated.size === 0 ? {} : { repeated: this.repeated }),
      place: this.where,
      end: Math.min(this.at + 1, this.end),
      distinct: distinct && !(gives && nests),
      gives,
      suspect: this.suspect,
    }
    if (this.definition < 0 || !this.movable) return made
    const view = new DataView(this.bytes.slice(this.definition, this.end).buffer)
    return { ...made, print: { view, holes: this.holes, names: this.names } }
  }

  /** Element start: dependency, size, name, size of the attribute list when there is one. */
  private openElement(parent: Frame | undefined): boolean {
    const attributes = (this.bytes[this.at]! & 0x40) !== 0
    this.at += this.dependencies ? 7 : 5
    const name = this.name()
    if (name === undefined) return false
    if (attributes) this.at += 4
    if (this.at > this.end || this.frames.length >= deepest) return false
    if (parent !== undefined) {
      this.flush(parent)
      parent.children = true
    }
    const within = parent?.place ?? this.where
    const local = localName(name.text)
    const inside = contentPlace(within, local)
    this.frames.push({
      place: inside,
      name: local,
      parts: [],
      optional: false,
      label: undefined,
      // These hold fields and are none, also when they are empty.
      children: inside <= place.system || inside === place.eventData || (within === place.event && local === 'UserData'),
    })
    return true
  }

  /** A reference to a name: its offset in the chunk, and the name itself where it is stored right here. */
  private name(): Name | undefined {
    if (this.at + 4 > this.end) return undefined
    const written = this.view.getUint32(this.at, true)
    const inside = written + this.shift === this.at + 4
    let name = this.memory.name(inside ? this.at + 4 : written)
    if (this.shift !== 0 && name?.sound !== true) name = this.memory.name(written + this.shift)
    if (name === undefined) return undefined
    if (!name.sound) this.suspect = true
    const here = this.at - this.definition
    this.at += 4
    this.holes.push(here)
    this.names.push({ at: here, name: name.text, inside: inside ? here + 4 : -1 })
    if (!inside) return name
    // The link to the next name with the same hash differs between chunks.
    this.holes.push(this.at - this.definition)
    this.at += name.size
    return this.at <= this.end ? name : undefined
  }

  /** A counted UTF-16 string without NUL. */
  private string(): string | undefined {
    if (this.at + 2 > this.end) return undefined
    const count = this.view.getUint16(this.at, true)
    const from = this.at + 2
    if (from + count * 2 > this.end) return undefined
    this.at = from + count * 2
    return this.memory.text(from, count)
  }

  private node(index: number): void {
    this.entry(kind.node, '', index, [], false, [], -1)
  }

  /** Text beside child elements is layout; a substitution beside them may be nested XML. */
  private flush(frame: Frame | undefined): void {
    if (frame === undefined) return
    for (const part of frame.parts) if (typeof part === 'number') this.node(part)
    frame.parts = []
  }

  private attribute(frame: Frame, name: string, parts: Part[], optional: boolean): void {
    if (frame.place === place.ignored || name === 'xmlns' || name.startsWith('xmlns:')) return
    const local = localName(name)
    if (frame.place === place.systemValue) {
      const time = frame.name === 'TimeCreated' && local === 'SystemTime'
      this.add(time ? kind.time : undefined, time ? 'SystemTime' : `${frame.name}_${local}`, parts, optional)
    } else if (frame.place === place.item) {
      if (local === 'Name') frame.label = parts
    } else if (frame.place === place.leaf || frame.place === place.eventData) {
      this.add(kind.field, fieldName(`${frame.name}_${local}`), parts, optional)
    }
  }

  private close(frame: Frame): void {
    if (frame.children) {
      this.flush(frame)
      return
    }
    if (frame.place === place.systemValue) {
      if (frame.parts.length > 0 || !attributesOnly.has(frame.name)) this.add(undefined, frame.name, frame.parts, frame.optional)
    } else if (frame.place === place.item) {
      const label = frame.label
      if (label === undefined || label.length === 0 || (label.length === 1 && label[0] === '')) {
        this.add(kind.item, 'Data', frame.parts, false)
      } else if (label.length === 1 && typeof label[0] === 'string') {
        const name = fieldName(label[0])
        this.add(name === '' ? kind.item : kind.field, name === '' ? 'Data' : name, frame.parts, false)
      } else this.add(kind.labelled, '', frame.parts, false, label)
    } else if (frame.place === place.leaf) this.add(kind.field, fieldName(frame.name), frame.parts, false)
  }

  private add(how: number | undefined, name: string, parts: Part[], optional: boolean, label: readonly Part[] = []): void {
    const one = parts.length === 1 && typeof parts[0] === 'number' ? parts[0] : -1
    this.entry(how ?? (systemNumbers.has(name) ? kind.number : kind.text), name, one, parts, optional && one >= 0, label, -1)
  }

  /** One literal for all entries, so that reading them meets one shape of object. */
  private entry(
    kind: number,
    name: string,
    value: number,
    parts: readonly Part[],
    optional: boolean,
    label: readonly Part[],
    instance: number,
  ): void {
    this.entries.push({ kind, name, value, parts, optional, label, instance })
  }
}

/** The place that an element's content is, from the place the element is in and its local name. */
function contentPlace(parent: number, name: string): number {
  switch (parent) {
    case place.root:
      return name === 'Event' ? place.event : place.leaf
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

// BinXML to a list of what a record's fields are made of, so that reading a record is one pass over that list and never over its XML.

import type { Memory, Name } from './memory.ts'

/** Where in an event a piece of XML lies; it decides what an element there means. */
export const place = { root: 0, event: 1, system: 2, systemValue: 3, eventData: 4, item: 5, leaf: 6, ignored: 7 } as const

/** What an entry gives. */
export const kind = {
  /** A field with a text value. */
  field: 0,
  /** A System field that is a number where it can be. */
  number: 1,
  /** A System field with a text value. */
  text: 2,
  /** The time of the event. */
  time: 3,
  /** A member of the list `Data`. */
  item: 4,
  /** No field: a place where nested BinXML may be substituted. */
  node: 5,
} as const

/** A stretch of a value: fixed text, or the substitution with that index. */
export type Part = string | number

export interface Entry {
  readonly kind: number
  /** The field's name in the flat event. */
  readonly name: string
  /** Index of the one substitution the value is, or -1 when it is `parts`. */
  readonly value: number
  readonly parts: readonly Part[]
  /** Left out when its one substitution is null. */
  readonly optional: boolean
  /** The name of a Data element whose name is substituted too. */
  readonly label?: readonly Part[]
  /** An instance stored inside the XML itself, by its number in the chunk; -1 for none. */
  readonly instance: number
}

/** Compiled BinXML. */
export interface Template {
  readonly entries: readonly Entry[]
  /** For each substitution the place it lies in: what nested BinXML there means. */
  readonly places: ReadonlyMap<number, number>
  /** Whether its fields can be set without looking whether they exist. */
  readonly distinct: boolean
  /** Whether it gives fields that can meet fields of other templates. */
  readonly gives: boolean
  /** Substitutions named more than once, and how many times more. */
  readonly repeated?: ReadonlyMap<number, number>
  /** The place it was compiled for. */
  readonly place: number
  /** Offset after its closing token. */
  readonly end: number
  /** Names whose stored hash is not theirs: a bit of the name or of the hash is wrong. */
  readonly suspect: boolean
  /** What identifies it in another chunk; absent where it holds offsets of its own chunk. */
  readonly print?: Print
}

/**
 * The bytes of a template definition without what differs between chunks: the offsets of names, and the links of the names
 * stored in it. Two definitions with equal prints and names compile to the same template.
 */
export interface Print {
  readonly bytes: Uint8Array
  /** Offsets in `bytes` of 4 bytes each that are not compared. */
  readonly holes: readonly number[]
  /** Names used, by the offset in `bytes` of their reference; `inside` is where in `bytes` they are stored, or -1. */
  readonly names: readonly { readonly at: number; readonly name: string; readonly inside: number }[]
}

/** Bytes of a template definition before its BinXML: link, GUID, size. */
export const definitionHeaderSize = 24

/** What compiling asks of the chunk: an instance inside the XML, read and numbered. */
export interface Embedder {
  embed(offset: number, end: number, place: number): { readonly instance: number; readonly end: number } | undefined
}

/** Names of System fields: data under such a name is told apart by a prefix. */
const systemNames: ReadonlySet<string> = new Set([
  'Provider_Name',
  'Provider_Guid',
  'Provider_EventSourceName',
  'EventID',
  'EventID_Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'SystemTime',
  'EventRecordID',
  'Correlation_ActivityID',
  'Correlation_RelatedActivityID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Channel',
  'Computer',
  'Security_UserID',
])

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

/** A data field's name in the flat event: without spaces, and with a prefix where a System field has that name. */
export function fieldName(name: string): string {
  const short = name.includes(' ') ? name.replaceAll(' ', '') : name
  return systemNames.has(short) ? `EventData_${short}` : short
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

/** Compiles one stretch of BinXML. `definition` is the offset of the template definition it is in, or -1 for a fragment, whose elements carry no dependency. */
export function compile(
  memory: Memory,
  start: number,
  end: number,
  where: number,
  definition: number,
  embedder: Embedder,
): Template | undefined {
  // A fragment should have no dependency identifiers and a definition should, but writers differ: the other reading is tried when one fails.
  const usual = definition >= 0
  return (
    new Compiler(memory, start, end, where, definition, usual, embedder).run() ??
    new Compiler(memory, start, end, where, definition, !usual, embedder).run()
  )
}

/** One compilation; `at` moves over the tokens once, from start to end. */
class Compiler {
  private readonly memory: Memory
  private readonly view: DataView
  private readonly bytes: Uint8Array
  private readonly end: number
  private readonly where: number
  private readonly definition: number
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

  constructor(
    memory: Memory,
    start: number,
    end: number,
    where: number,
    definition: number,
    dependencies: boolean,
    embedder: Embedder,
  ) {
    this.memory = memory
    this.view = memory.view
    this.bytes = memory.bytes
    this.at = start
    this.end = end
    this.where = where
    this.definition = definition
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
          this.entries.push({ kind: kind.node, name: '', value: -1, parts: [], optional: false, instance: made.instance })
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
      else if (entry.kind === kind.field || entry.kind === kind.item) {
        gives = true
        if (entry.label !== undefined || entry.kind === kind.item || seen.has(entry.name)) distinct = false
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
    const bytes = this.bytes.slice(this.definition, this.end)
    return { ...made, print: { bytes, holes: this.holes, names: this.names } }
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
    const offset = this.view.getUint32(this.at, true)
    const name = this.memory.name(offset)
    if (name === undefined) return undefined
    const here = this.at - this.definition
    this.holes.push(here)
    if (!name.sound) this.suspect = true
    this.at += 4
    const inside = offset === this.at
    this.names.push({ at: here, name: name.text, inside: inside ? offset - this.definition : -1 })
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
    this.entries.push({ kind: kind.node, name: '', value: index, parts: [], optional: false, instance: -1 })
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
      // `<Correlation/>` and `<Security/>` carry attributes only: no value is no field.
      if (frame.parts.length > 0) this.add(undefined, frame.name, frame.parts, frame.optional)
    } else if (frame.place === place.item) {
      const label = frame.label
      if (label === undefined || label.length === 0 || (label.length === 1 && label[0] === '')) {
        this.add(kind.item, 'Data', frame.parts, false)
      } else if (label.length === 1 && typeof label[0] === 'string') {
        const name = fieldName(label[0])
        this.add(name === '' ? kind.item : kind.field, name === '' ? 'Data' : name, frame.parts, false)
      } else this.add(kind.field, '', frame.parts, false, label)
    } else if (frame.place === place.leaf) this.add(kind.field, fieldName(frame.name), frame.parts, false)
  }

  private add(how: number | undefined, name: string, parts: Part[], optional: boolean, label?: readonly Part[]): void {
    const one = parts.length === 1 && typeof parts[0] === 'number' ? parts[0] : -1
    this.entries.push({
      kind: how ?? (numbers.has(name) ? kind.number : kind.text),
      name,
      value: one,
      parts,
      optional: optional && one >= 0,
      instance: -1,
      ...(label === undefined ? {} : { label }),
    })
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

/** Whether the definition at `offset` of another chunk is the one this template was compiled from. */
export function sameTemplate(print: Print, memory: Memory, offset: number): boolean {
  const { bytes, holes } = print
  if (offset + bytes.length > memory.limit) return false
  let hole = 0
  // The first four bytes link definitions of one chunk.
  for (let at = 4; at < bytes.length; at++) {
    if (at === holes[hole]) {
      hole++
      at += 3
      continue
    }
    if (bytes[at] !== memory.bytes[offset + at]) return false
  }
  for (const { at, name, inside } of print.names) {
    const reference = memory.view.getUint32(offset + at, true)
    if (inside >= 0 ? reference !== offset + inside : memory.name(reference)?.text !== name) return false
  }
  return true
}

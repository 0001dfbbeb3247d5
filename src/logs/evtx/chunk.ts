// One chunk of an EVTX file: checks each record so far that making its event cannot fail, and makes events on demand.

import type { Batch, Event, Slots } from '../../ir/event.ts'
import type { ReadOptions } from '../logs.ts'
import { compile, type Embedder } from './compile.ts'
import { addFields, type Build, type Instances, nestedType, type Values } from './event.ts'
import { type Finding, type Frames, type Header, recordHeaderSize, recordNumber } from './frames.ts'
import { chunkSize, type Memory } from './memory.ts'
import type { Templates } from './store.ts'
import type { EvtxTape } from './tape.ts'
import { definitionHeaderSize, place, type Template } from './template.ts'
import { fileTime, valueType } from './values.ts'

const deepest = 32

const scratch: Values = {
  offsets: new Uint32Array(chunkSize),
  sizes: new Uint16Array(chunkSize),
  types: new Uint8Array(chunkSize),
  length: 0,
}

/** What one chunk may cost: bytes of templates compiled or compared, entries of all records, and bytes that values repeated by a template add to a record. Whole logs stay far below. */
const mostCompiled = 1 << 20
const mostEntries = 1 << 18
const mostRepeated = 1 << 18

/** A chunk being read; afterwards a batch of its records. */
export class Chunk implements Batch, Embedder {
  readonly schema = 'sigma'
  /** Records and templates that turned out to be damaged. */
  readonly findings: Finding[] = []
  private readonly memory: Memory
  private readonly header: Header | undefined
  private readonly templates: Templates
  private readonly local = new Map<number, Template | null>()
  private readonly open = new Set<number>()
  private readonly instances: { -readonly [K in keyof Instances]: Instances[K] }
  private readonly starts: number[] = []
  private readonly roots: number[] = []
  private readonly source: string
  private readonly member: string | undefined
  /** How many records of the file come before this chunk's. */
  before = 0
  /** Whether a template it needs is or may be damaged and was not met in an intact chunk so far: a later one may bring it. */
  lacks = false
  private depth = 0
  private compiled = 0
  private entries = 0
  private readonly tape: EvtxTape | undefined
  private laid: Slots | undefined
  /** Where the instance read last ends. */
  private after = 0
  /** Why the record read last could not be. */
  private reason = ''

  /** Reads the records of a chunk. */
  constructor(
    memory: Memory,
    header: Header | undefined,
    frames: Frames,
    templates: Templates,
    options: ReadOptions,
    tape?: EvtxTape,
  ) {
    this.tape = tape
    this.memory = memory
    this.header = header
    this.templates = templates
    this.source = options.name
    this.member = options.member
    this.instances = { templates: [], first: [], count: [], next: [], values: scratch }
    scratch.length = 0
    for (let index = 0; index < frames.starts.length; index++) this.record(frames.starts[index]!, frames.sizes[index]!)
    const { length } = scratch
    this.instances.values = {
      offsets: scratch.offsets.slice(0, length),
      sizes: scratch.sizes.slice(0, length),
      types: scratch.types.slice(0, length),
      length,
    }
  }

  get length(): number {
    return this.starts.length
  }

  /** The records on a tape, laid down when somebody asks: several chunks may be in hand, and a tape holds one. */
  get slots(): Slots | undefined {
    this.laid ??= this.tape?.fill(this.memory, this.instances, this.roots)
    return this.laid
  }

  at(index: number): Event {
    const start = this.starts[index]
    if (start === undefined) throw new RangeError(`no record ${index} in a batch of ${this.length}: this is a bug in Terrier`)
    const build: Build = {
      memory: this.memory,
      instances: this.instances,
      fields: {},
      time: undefined,
      ticks: 0,
      mixed: false,
    }
    addFields(build, this.roots[index]!)
    // An event without a time of its own has the time it was written.
    if (build.time === undefined) {
      const written = fileTime(this.memory, start + 16)
      if (written.time > 0) {
        build.time = written.time
        build.ticks = written.ticks
      }
    }
    const own = build.fields.EventRecordID
    const record = typeof own === 'number' || typeof own === 'bigint' ? own : recordId(this.memory, start)
    return {
      time: build.time,
      ticks: build.ticks,
      fields: build.fields,
      origin: { source: this.source, member: this.member, record, index: this.before + index },
    }
  }

  private record(at: number, size: number): void {
    this.depth = 0
    this.reason = ''
    const root = this.fragments(at + recordHeaderSize, at + size - 4, place.root, false)
    if (root < 0) {
      const record = recordNumber(this.memory, at)
      this.findings.push({ kind: 'record', at, size, record, reason: this.reason })
      return
    }
    this.starts.push(at)
    this.roots.push(root)
  }

  private fail(reason: string): -1 {
    if (this.reason === '') this.reason = reason
    return -1
  }

  /** Reads a fragment, or one after the other; the number of the first instance, or -1. */
  private fragments(start: number, end: number, where: number, several: boolean): number {
    const { bytes } = this.memory
    let first = -1
    let last = -1
    for (let at = start; at < end; at = this.after) {
      const begin = bytes[at] === 0x0f ? at + 4 : at
      const token = begin < end ? bytes[begin]! : 0
      if (token === 0 && first >= 0) break
      const made = token === 0x0c ? this.instance(begin, end, where) : this.fragment(begin, end, where)
      if (made < 0) return -1
      if (first < 0) first = made
      else this.instances.next[last] = made
      last = made
      if (!several) break
      if (bytes[this.after] === 0) this.after++
    }
    return first >= 0 ? first : this.fail('it holds no XML')
  }

  /** BinXML without a template. */
  private fragment(start: number, end: number, where: number): number {
    if (this.depth >= deepest) return this.fail('its XML is nested too deep')
    if (!this.spend(end - start)) return -1
    this.depth++
    const template = compile(this.memory, start, end, { where, definition: -1, shift: 0 }, this)
    this.depth--
    if (template === undefined) return this.fail('its XML is damaged')
    this.after = template.end
    return this.add(template, scratch.length, 0)
  }

  private add(template: Template, first: number, count: number): number {
    this.entries += template.entries.length
    if (this.entries > mostEntries) return this.fail('its chunk unfolds beyond measure')
    const { instances } = this
    instances.templates.push(template)
    instances.first.push(first)
    instances.count.push(count)
    instances.next.push(-1)
    return instances.templates.length - 1
  }

  /** Counts bytes of templates; false when the chunk asks for more than any real one. */
  private spend(size: number): boolean {
    this.compiled += size
    if (this.compiled <= mostCompiled) return true
    this.fail('its chunk has more templates than can be read')
    return false
  }

  embed(offset: number, end: number, where: number): { readonly instance: number; readonly end: number } | undefined {
    const instance = this.instance(offset, end, where)
    return instance < 0 ? undefined : { instance, end: this.after }
  }

  /** A template instance (MS-EVEN6 2.2.12): token, version, id, offset of the definition, the definition if it is new, then types and sizes of the values, then the values. */
  private instance(start: number, end: number, where: number): number {
    const { view, bytes } = this.memory
    if (this.depth >= deepest) return this.fail('its XML is nested too deep')
    if (start + 14 > end) return this.fail('its template instance is cut off')
    const id = view.getUint32(start + 2, true)
    let definition = view.getUint32(start + 6, true)
    let at = start + 10
    // Bytes that were put in or taken out move a record, and a definition that is stored in it with it.
    const shift = definition !== at && !this.isDefinition(definition, id) && this.isDefinition(at, id) ? at - definition : 0
    definition += shift
    const template = this.template(definition, id, where, shift)
    if (template === undefined) return this.fail('its template is damaged')
    const inside = definition === at
    if (inside) at += definitionHeaderSize + view.getUint32(at + 20, true)
    if (at + 4 > end) return this.fail('its values are cut off')
    const count = view.getUint32(at, true)
    if (count > (end - at - 4) >> 2) return this.fail('it has more values than bytes')
    const first = scratch.length
    if (first + count > scratch.offsets.length) return this.fail('its chunk unfolds beyond measure')
    scratch.length += count
    let data = at + 4 + count * 4
    let nests = false
    for (let index = first, spec = at + 4; index < first + count; index++, spec += 4) {
      const size = view.getUint16(spec, true)
      const type = bytes[spec + 2]!
      scratch.offsets[index] = data
      scratch.sizes[index] = size
      scratch.types[index] = type === nestedType ? valueType.null : type
      if (size > 0 && (type & 0x7f) === valueType.binXml) nests = true
      data += size
    }
    if (data > end) return this.fail('its values reach beyond it')
    // Where the size of the definition cannot be trusted, values that end where the record does are the proof that it was right.
    if (inside && this.local.get(definition * 8 + where) !== template && end - data > 16)
      return this.fail('its template is damaged')
    if (template.repeated !== undefined && !this.mayRepeat(template.repeated, first, count)) {
      return this.fail('its template repeats its values beyond measure')
    }
    if (nests) {
      this.depth++
      for (let index = 0; index < count; index++) {
        const at = first + index
        const type = scratch.types[at]!
        if ((type & 0x7f) !== valueType.binXml || scratch.sizes[at] === 0) continue
        const within = template.places.get(index)
        if (within === undefined) continue
        const from = scratch.offsets[at]!
        const nested = this.fragments(from, from + scratch.sizes[at]!, within, type >= valueType.array)
        if (nested < 0) {
          this.depth--
          return -1
        }
        scratch.types[at] = nestedType
        scratch.offsets[at] = nested
      }
      this.depth--
    }
    this.after = data
    return this.add(template, first, count)
  }

  /** Whether values that a template names more than once stay small: else one record could unfold to any size. */
  private mayRepeat(repeated: ReadonlyMap<number, number>, first: number, count: number): boolean {
    let added = 0
    for (const [index, times] of repeated) {
      if (index >= count) continue
      const size = scratch.sizes[first + index]!
      if ((scratch.types[first + index]! & 0x7f) === valueType.binXml && size > 0) return false
      added += times * size
    }
    return added <= mostRepeated
  }

  /** Whether a definition of the template with this id begins at an offset: its GUID begins with the id. */
  private isDefinition(offset: number, id: number): boolean {
    const { view, limit, first } = this.memory
    return offset >= first && offset + definitionHeaderSize <= limit && view.getUint32(offset + 4, true) === id
  }

  /** The template defined at an offset, or, where that is damaged, the one with the same id from elsewhere in the file. */
  private template(definition: number, id: number, where: number, shift: number): Template | undefined {
    let found: Template | undefined
    if (this.isDefinition(definition, id)) {
      const key = definition * 8 + where
      const known = this.local.get(key)
      if (known === undefined) {
        if (this.open.has(key)) return undefined
        this.open.add(key)
        found = this.define(definition, id, where, shift)
        this.open.delete(key)
        this.local.set(key, found ?? null)
      } else found = known ?? undefined
      if (found !== undefined && !found.suspect) return found
    }
    const other = this.templates.sure.latest(id, where) ?? this.templates.unsure.latest(id, where)
    if (other === undefined) this.lacks = true
    if ((found ?? other) !== undefined && !this.findings.some(({ kind, at }) => kind === 'template' && at === definition)) {
      const reason = other === undefined ? 'a name in it may be wrong' : 'the same template from elsewhere in the file is used'
      this.findings.push({ kind: 'template', at: definition, size: 0, reason })
    }
    return other ?? found
  }

  private define(definition: number, id: number, where: number, shift: number): Template | undefined {
    const { memory } = this
    const { sure, unsure, shared } = this.templates
    const size = definitionHeaderSize + memory.view.getUint32(definition + 20, true)
    const end = definition + size
    if (end > memory.limit || !this.spend(size)) return undefined
    const known =
      sure.same(id, where, memory, definition, size) ??
      shared.same(id, where, memory, definition, size) ??
      unsure.same(id, where, memory, definition, size)
    if (known !== undefined) {
      sure.add(id, known)
      return known
    }
    this.depth++
    const made = compile(memory, definition + definitionHeaderSize, end, { where, definition, shift }, this)
    this.depth--
    if (made === undefined) return undefined
    if (this.header?.intact() === true) {
      sure.add(id, made)
      shared.add(id, made)
      return made
    }
    // Something in this chunk is not what it was. A template of the same GUID from a sound chunk says whether it is this template.
    const twins = sure.twins(id, where, memory, definition)
    if (twins.length > 0) {
      const said = JSON.stringify(made.entries)
      return twins.some(twin => JSON.stringify(twin.entries) === said) ? made : undefined
    }
    this.lacks = true
    unsure.add(id, made, memory)
    return made
  }
}

function recordId(memory: Memory, record: number): number | bigint {
  const number = recordNumber(memory, record)
  return Number.isSafeInteger(number) ? number : memory.view.getBigUint64(record + 8, true)
}

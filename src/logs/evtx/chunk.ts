// One chunk of an EVTX file: finds its records, checks each so far that making its event cannot fail, and makes events on demand.

import type { Batch, Event } from '../../ir/event.ts'
import type { ReadOptions } from '../logs.ts'
import { addFields, type Build, type Instances, nestedType, type Values } from './event.ts'
import { chunkHeaderSize, chunkSize, type Memory } from './memory.ts'
import { compile, definitionHeaderSize, type Embedder, place, sameTemplate, type Template } from './template.ts'
import { fileTime, valueType } from './values.ts'

/** `ElfChnk`, with its closing NUL. */
export const chunkMark: readonly number[] = [0x45, 0x6c, 0x66, 0x43, 0x68, 0x6e, 0x6b, 0x00]
const recordMark = 0x00002a2a
const recordHeaderSize = 24
const smallest = 28
const deepest = 32

/** What a chunk's header says, where it can be believed. */
export interface Header {
  /** Offset of the first byte after the last record; `undefined` when the field makes no sense. */
  readonly free: number | undefined
  readonly first: number
  readonly last: number
  /** Whether the header's checksum is right. */
  readonly sound: boolean
}

/** Something lost or mended in a chunk; `at` is the offset in the chunk. */
export interface Finding {
  readonly kind: 'record' | 'gap' | 'mended' | 'template' | 'cut'
  readonly at: number
  readonly size: number
  readonly record?: number
  readonly reason: string
}

/** Templates met in the file, and in all files, by the first four bytes of their GUID. */
export interface Templates {
  /** Found whole in this file: they stand in for the same template where its definition is damaged. */
  readonly file: Map<number, Template[]>
  /** Found in any file, compared byte by byte before they are used: reading does not depend on what was read before. */
  readonly shared: Shared
}

/** A bounded store of compiled templates. */
export interface Shared {
  readonly byId: Map<number, Template[]>
  bytes: number
}

const mostBytes = 16 * 1024 * 1024
const mostVariants = 8

/** Unsigned 64 bits as a number: exact to 2^53, near beyond. */
function unsigned64(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 4_294_967_296 + view.getUint32(offset, true)
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 as RFC 1952 has it, over the first 120 bytes and bytes 128 to 511 of a chunk. */
function headerChecksum(bytes: Uint8Array): number {
  let crc = -1
  for (let at = 0; at < 120; at++) crc = crcTable[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8)
  for (let at = 128; at < 512; at++) crc = crcTable[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}

/** The header of a chunk, or undefined when the bytes do not begin with one. */
export function readHeader(memory: Memory): Header | undefined {
  if (memory.limit < chunkHeaderSize || !chunkMark.every((byte, index) => memory.bytes[index] === byte)) return undefined
  const { view } = memory
  const free = view.getUint32(48, true)
  return {
    free: free >= chunkHeaderSize && free <= chunkSize ? free : undefined,
    first: unsigned64(view, 24),
    last: unsigned64(view, 32),
    sound: view.getUint32(124, true) === headerChecksum(memory.bytes),
  }
}

const scratch: Values = {
  offsets: new Uint32Array(chunkSize),
  sizes: new Uint16Array(chunkSize),
  types: new Uint8Array(chunkSize),
  length: 0,
}

/** What one chunk may cost: bytes of templates compiled or compared, entries of all records, and bytes that values repeated by a template add to a record. Whole logs stay far below. */
const mostCompiled = 1 << 20
const mostEntries = 1 << 20
const mostRepeated = 1 << 18

/** A chunk being read; afterwards a batch of its records. */
export class Chunk implements Batch, Embedder {
  readonly schema = 'sigma'
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
  private readonly before: number
  private depth = 0
  private compiled = 0
  private entries = 0
  /** Where the instance read last ends. */
  private after = 0
  /** Why the instance read last could not be. */
  private reason = ''

  /** Reads the records of a chunk; `before` is how many records of the file came before. */
  constructor(memory: Memory, header: Header | undefined, templates: Templates, options: ReadOptions, before: number) {
    this.memory = memory
    this.header = header
    this.templates = templates
    this.source = options.name
    this.member = options.member
    this.before = before
    this.instances = { templates: [], first: [], count: [], next: [], values: scratch }
    scratch.length = 0
    this.walk()
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
    if (build.time === undefined && unsigned64(this.memory.view, start + 16) > 0) {
      const written = fileTime(this.memory, start + 16)
      build.time = written.time
      build.ticks = written.ticks
    }
    const own = build.fields.EventRecordID
    const record = typeof own === 'number' || typeof own === 'bigint' ? own : recordId(this.memory.view, start)
    return {
      time: build.time,
      ticks: build.ticks,
      fields: build.fields,
      origin: { source: this.source, member: this.member, record, index: this.before + index },
    }
  }

  /** How many records the header speaks of beyond those that were read, where its checksum is right. */
  get missing(): number {
    if (this.header === undefined || !this.header.sound) return 0
    const { first, last } = this.header
    return last >= first && last - first < chunkSize ? Math.max(0, last - first + 1 - this.length) : 0
  }

  private walk(): void {
    const { memory, header } = this
    const { limit } = memory
    const free = header?.free
    const stop = Math.min(free ?? limit, limit)
    let at = chunkHeaderSize
    let previous = -1
    while (at + smallest <= limit) {
      // A log that was not closed has headers of before: a record that follows without a gap is one of now.
      if (at >= stop && !(this.isRecord(at) && unsigned64(memory.view, at + 8) === previous + 1)) break
      let size = this.isRecord(at) ? memory.view.getUint32(at + 4, true) : 0
      if (size === 0) {
        const next = this.nextRecord(at + 1, stop, previous)
        size = this.mend(at, next, stop)
        if (size === 0) {
          this.lose(at, next)
          at = next
          continue
        }
        this.findings.push({ kind: 'mended', at, size, reason: 'its mark or one of its sizes is wrong' })
      }
      this.record(at, size)
      previous = unsigned64(memory.view, at + 8)
      at += size
    }
    if (at < stop && stop - at < smallest) this.lose(at, stop)
    else if (limit < chunkSize && (free ?? 0) > limit) {
      this.findings.push({ kind: 'cut', at: limit, size: Math.max(0, free! - limit), reason: 'the file ends there' })
    }
  }

  /** Whether a record begins here: its mark, and the same size before and after it. */
  private isRecord(at: number): boolean {
    const { view, limit } = this.memory
    if (at + smallest > limit || view.getUint32(at, true) !== recordMark) return false
    const size = view.getUint32(at + 4, true)
    return size >= smallest && size <= limit - at && view.getUint32(at + size - 4, true) === size
  }

  /** The next place from `from` on where a record of now begins, or `stop`. */
  private nextRecord(from: number, stop: number, previous: number): number {
    const { bytes, view } = this.memory
    for (let at = bytes.indexOf(0x2a, from); at !== -1 && at + smallest <= stop; at = bytes.indexOf(0x2a, at + 1)) {
      if (this.isRecord(at) && this.isCurrent(unsigned64(view, at + 8), previous)) return at
    }
    return stop
  }

  /** Whether a record found by searching belongs to the chunk's present use, and is not left over from an earlier one, which has lower numbers. */
  private isCurrent(id: number, previous: number): boolean {
    const { header } = this
    if (header?.free === undefined) return true
    return header.sound ? id >= header.first && id <= header.last : id > previous
  }

  /** Size of a record whose mark or one of whose two sizes is damaged while the rest agrees; 0 when too little does. */
  private mend(at: number, next: number, stop: number): number {
    const { view, limit } = this.memory
    const size = view.getUint32(at + 4, true)
    if (size >= smallest && at + size <= limit) {
      if (view.getUint32(at + size - 4, true) === size) return size
      if (view.getUint32(at, true) === recordMark && (at + size === stop || this.isRecord(at + size))) return size
    }
    const whole = next - at
    return whole >= smallest && view.getUint32(at, true) === recordMark && view.getUint32(next - 4, true) === whole ? whole : 0
  }

  /** Tells of bytes that hold no record, unless they are the zeros after the last one. */
  private lose(at: number, next: number): void {
    const { bytes, view, limit } = this.memory
    let end = next
    while (end > at && bytes[end - 1] === 0) end--
    if (end === at) return
    const marked = at + smallest <= limit && view.getUint32(at, true) === recordMark
    const cut = marked && limit < chunkSize && at + view.getUint32(at + 4, true) > limit
    this.findings.push({
      kind: cut ? 'cut' : marked ? 'record' : 'gap',
      at,
      size: next - at,
      record: marked ? unsigned64(view, at + 8) : undefined,
      reason: cut ? 'the file ends there' : marked ? 'its sizes disagree' : 'no record where one should begin',
    })
  }

  private record(at: number, size: number): void {
    this.depth = 0
    this.reason = ''
    const root = this.fragments(at + recordHeaderSize, at + size - 4, place.root, false)
    if (root < 0) {
      const record = unsigned64(this.memory.view, at + 8)
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
    const template = compile(this.memory, start, end, where, -1, this)
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
    const definition = view.getUint32(start + 6, true)
    let at = start + 10
    const template = this.template(definition, view.getUint32(start + 2, true), where, definition === at)
    if (template === undefined) return this.fail('its template is damaged')
    if (definition === at) at += definitionHeaderSize + view.getUint32(at + 20, true)
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
    if (template.repeated !== undefined && !this.mayRepeat(template.repeated, first, count)) {
      return this.fail('its template repeats its values beyond measure')
    }
    if (nests) {
      this.depth++
      for (let index = 0; index < count; index++) {
        const at = first + index
        const type = scratch.types[at]!
        const inside = template.places.get(index)
        if ((type & 0x7f) !== valueType.binXml || scratch.sizes[at] === 0 || inside === undefined) continue
        const from = scratch.offsets[at]!
        const nested = this.fragments(from, from + scratch.sizes[at]!, inside, type >= valueType.array)
        if (nested < 0) return -1
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

  private template(definition: number, id: number, where: number, inline: boolean): Template | undefined {
    const key = definition * 8 + where
    let found = this.local.get(key)
    if (found === undefined) {
      if (this.open.has(key)) return undefined
      this.open.add(key)
      found = this.define(definition, where) ?? null
      this.open.delete(key)
      this.local.set(key, found)
      if (found !== null && !found.suspect) remember(this.templates.file, this.memory.view.getUint32(definition + 4, true), found)
    }
    const sameId =
      definition + definitionHeaderSize <= this.memory.limit && this.memory.view.getUint32(definition + 4, true) === id
    if (found !== null && sameId && !found.suspect) return found
    // A definition stored right here was damaged together with the record; elsewhere, the same template from another chunk stands in.
    const other = inline ? undefined : this.templates.file.get(id)?.findLast(template => template.place === where)
    if (other !== undefined || (found?.suspect === true && sameId)) {
      const reason = other === undefined ? 'a name in it is damaged' : 'the same template from elsewhere in the file is used'
      if (!this.findings.some(finding => finding.kind === 'template' && finding.at === definition)) {
        this.findings.push({ kind: 'template', at: definition, size: 0, reason })
      }
    }
    return other ?? (found !== null && sameId ? found : undefined)
  }

  /** The template defined at an offset: one that is known and the same, or compiled. */
  private define(definition: number, where: number): Template | undefined {
    const { memory, templates } = this
    const { view, limit } = memory
    if (definition < chunkHeaderSize || definition + definitionHeaderSize > limit) return undefined
    const size = view.getUint32(definition + 20, true)
    const end = definition + definitionHeaderSize + size
    if (end > limit || !this.spend(size)) return undefined
    const { byId } = templates.shared
    const id = view.getUint32(definition + 4, true)
    for (const known of byId.get(id) ?? []) {
      if (
        known.place === where &&
        known.print!.bytes.length === end - definition &&
        sameTemplate(known.print!, memory, definition)
      ) {
        return known
      }
    }
    this.depth++
    const made = compile(memory, definition + definitionHeaderSize, end, where, definition, this)
    this.depth--
    if (made?.print !== undefined && !made.suspect) {
      const { shared } = templates
      shared.bytes += made.print.bytes.length * 4
      if (shared.bytes > mostBytes) {
        byId.clear()
        shared.bytes = made.print.bytes.length * 4
      }
      remember(byId, id, made)
    }
    return made
  }
}

function remember(templates: Map<number, Template[]>, id: number, template: Template): void {
  const variants = templates.get(id)
  if (variants === undefined) templates.set(id, [template])
  else if (!variants.includes(template)) {
    if (variants.length === mostVariants) variants.shift()
    variants.push(template)
  }
}

function recordId(view: DataView, record: number): number | bigint {
  const id = unsigned64(view, record + 8)
  return Number.isSafeInteger(id) ? id : view.getBigUint64(record + 8, true)
}

// Records of a chunk onto a tape: the chunk's bytes as they are, an entry for each field, and text made only of values that are not stored as text. What cannot be said there is left to the event.

import type { Slots, Value } from '../../ir/event.ts'
import { flags, kinds, type Tape } from '../../wasm/tape.ts'
import { type Instances, integer, nestedType } from './event.ts'
import { chunkSize, type Memory, recallCodes } from './memory.ts'
import { type Entry, kind, type Template } from './template.ts'
import { dayText, fileTime, isoTime, valueNumber, valueText, valueType } from './values.ts'

/** What an entry of a template gives on a tape. */
interface Cell {
  /** A kind of `template.ts`, or one of the two below. */
  readonly how: number
  readonly node: number
  /** Index of the value, -1 for none. */
  readonly value: number
  /** Left out when its value is null. */
  readonly optional: boolean
  readonly fixed: Fixed | undefined
  /** An instance stored in the XML itself. */
  readonly instance: number
}

/** The template gives the text itself. */
const fixedText = 7
/** The XML holds an instance. */
const embedded = 8

/** A text that a template gives, and where it lies in memory, for the batch in which it was last written. */
interface Fixed {
  readonly text: string
  readonly digits: boolean
  batch: number
  from: number
  to: number
  form: number
}

/** A template's entries for one tape. */
interface Layout {
  readonly cells: readonly Cell[]
  readonly gives: boolean
}

/** Names are text of the log, and each is kept as long as the tape is: no field of any provider has a longer one. */
const longestName = 255
/** Room for texts that are made. A byte of a value becomes four characters at most; values that a template repeats may need more, which is then not there. */
const textRoom = 4 * chunkSize
/** Bytes from which it is known what texts are like. */
const enoughSampled = 300_000
const halfPair = /\p{Surrogate}/u
/** A GUID, a time, a number: what is written without looking whether there is room. */
const longestMade = 64

/** Writes chunks onto one tape. */
export class EvtxTape {
  readonly tape: Tape
  private readonly layouts = new WeakMap<Template, { readonly layout: Layout | undefined }>()
  private readonly encoder = new TextEncoder()
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** Numbers the chunks. */
  private batch = 0
  /** Address of the chunk's first byte; of the next text that is made, and of the end of the room for such texts. */
  private base = 0
  private to = 0
  private end = 0
  /** Address of the next entry. */
  private entry = 0
  private mixed = false
  private day = Number.NaN
  private sampled = 0

  constructor(tape: Tape) {
    this.tape = tape
  }

  /** Lays down the records that have these root instances. One that cannot be said has row -1: it has lists, values put together of several, or too many of them. */
  fill(memory: Memory, instances: Instances, roots: readonly number[]): Slots {
    const { tape } = this
    tape.clear()
    this.batch++
    this.base = tape.room(chunkSize + textRoom)
    this.to = this.base + chunkSize
    this.end = this.to + textRoom
    this.entry = tape.entries
    tape.bytes.set(memory.bytes.subarray(0, memory.limit), this.base)
    const rows = new Int32Array(roots.length).fill(-1)
    let row = tape.rows
    for (let index = 0; index < roots.length && row < tape.rowsEnd; index++) {
      const first = this.entry
      this.mixed = false
      if (!this.add(memory, instances, roots[index]!)) {
        this.entry = first
        continue
      }
      const { words } = tape
      const word = row >> 2
      words[word] = 0
      words[word + 1] = 0
      words[word + 2] = (first - tape.entries) >>> 4
      words[word + 3] = (this.entry - tape.entries) >>> 4
      words[word + 4] = 0
      rows[index] = (row - tape.rows) >>> 5
      row += 32
    }
    if (this.sampled < enoughSampled && row > tape.rows) this.sample(row)
    tape.scanner.moveTo(this.entry, row)
    const { base } = this
    return { tape, rows, encoding: 'plain', value: entry => this.value(entry, memory, base) }
  }

  /** Gives the matcher the texts of these records in one stretch, from the beginning of the first row to the end of the last: from such it learns which runs of bytes are rare. */
  private sample(rowsEnd: number): void {
    const { bytes, words, entries, rows } = this.tape
    const from = this.to
    for (let word = entries >> 2; word < this.entry >> 2; word += 4) {
      if (words[word + 3] !== kinds.wide) continue
      const last = words[word + 2]!
      for (let at = words[word + 1]!; at < last && this.to < this.end; at += 2) bytes[this.to++] = bytes[at]!
    }
    words[rows >> 2] = from
    words[((rowsEnd - 32) >> 2) + 1] = this.to
    this.sampled += this.to - from
  }

  /** The value of an entry: what the event has there. */
  private value(entry: number, memory: Memory, base: number): Value {
    const { bytes, words, entries } = this.tape
    const word = (entries >> 2) + entry * 4
    const from = words[word + 1]!
    const to = words[word + 2]!
    const form = words[word + 3]!
    if ((form & 0xff) === kinds.wide) return memory.text(from - base, (to - from) >> 1)
    const text = to - from <= 128 && (form & flags.high) === 0 ? recallCodes(bytes.subarray(from, to), to - from) : undefined
    if ((form & 0xff) !== kinds.digits) return text ?? this.decoder.decode(bytes.subarray(from, to))
    const number = Number(text)
    return Number.isSafeInteger(number) ? number : BigInt(text!)
  }

  /** Adds the fields of an instance and of those nested in it, as `addFields` does; false when they cannot be said. */
  private add(memory: Memory, instances: Instances, instance: number): boolean {
    const layout = this.layoutOf(instances.templates[instance]!)
    if (layout === undefined) return false
    if (layout.gives) {
      // Fields of two templates may have the same names and be lists.
      if (this.mixed) return false
      this.mixed = true
    }
    const { values } = instances
    const { cells } = layout
    const first = instances.first[instance]!
    const count = instances.count[instance]!
    if (this.entry + cells.length * 16 > this.tape.entriesEnd) return false
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at]!
      const index = cell.value
      if (index < 0) {
        if (cell.how === embedded) {
          if (!this.add(memory, instances, cell.instance)) return false
          if (this.entry + cells.length * 16 > this.tape.entriesEnd) return false
        } else if (!this.fixed(cell.node, cell.fixed!)) return false
        continue
      }
      const place = first + index
      const type = index < count ? values.types[place]! : valueType.null
      if (type === nestedType) {
        for (let nested = values.offsets[place]!; nested >= 0; nested = instances.next[nested]!)
          if (!this.add(memory, instances, nested)) return false
        if (this.entry + cells.length * 16 > this.tape.entriesEnd) return false
        continue
      }
      if (cell.how === kind.node || (type === valueType.null && cell.optional)) continue
      const size = type === valueType.null ? 0 : values.sizes[place]!
      if (type === valueType.string && cell.how !== kind.number) {
        if (cell.how === kind.time) return false
        this.wide(memory, cell.node, values.offsets[place]!, size)
      } else if (!this.made(memory, cell, type, values.offsets[place]!, size)) return false
    }
    return true
  }

  private put(node: number, form: number, from: number, to: number): void {
    const { words } = this.tape
    const word = this.entry >> 2
    words[word] = node
    words[word + 1] = from
    words[word + 2] = to
    words[word + 3] = form
    this.entry += 16
  }

  /** UTF-16 where it stands, without the NULs that some providers count into its size. */
  private wide(memory: Memory, node: number, offset: number, size: number): void {
    const { bytes } = memory
    let count = size >> 1
    while (count > 0 && bytes[offset + count * 2 - 1] === 0 && bytes[offset + count * 2 - 2] === 0) count--
    this.put(node, kinds.wide, this.base + offset, this.base + offset + count * 2)
  }

  /** A value that is no text where it stands. */
  private made(memory: Memory, { how, node }: Cell, type: number, offset: number, size: number): boolean {
    if (type >= valueType.array || this.to + longestMade > this.end) return false
    const { view } = memory
    let from = this.to
    let form: number = how === kind.number ? kinds.digits : kinds.plain
    if (how === kind.time) {
      if (type !== valueType.fileTime || size !== 8) return false
      this.time(memory, offset)
    } else if (type === 0x0f && size === 16 && how !== kind.number) this.guid(memory, offset)
    else if (type === 0x08 && size === 4) from = this.decimal(view.getUint32(offset, true))
    else if (type === 0x06 && size === 2) from = this.decimal(view.getUint16(offset, true))
    else if (type === 0x04 && size === 1) from = this.decimal(view.getUint8(offset))
    else if (type === 0x0a && size === 8 && view.getUint32(offset + 4, true) === 0)
      from = this.decimal(view.getUint32(offset, true))
    else if (type === 0x11 && size === 8 && how !== kind.number) this.time(memory, offset)
    else if (isHex(type, size) && how !== kind.number) this.hex(memory, offset, size)
    else {
      let text: string
      if (how === kind.number) {
        const value = valueNumber(memory, type, offset, size) ?? integer(valueText(memory, type, offset, size))
        if (typeof value === 'string') form = kinds.plain
        text = String(value)
      } else text = valueText(memory, type, offset, size)
      const high = this.text(text)
      if (high < 0) return false
      form |= high
    }
    this.put(node, form, from, this.to)
    return true
  }

  /** Writes a text: the flag for characters beyond ASCII or 0, or -1 when there is no room or UTF-8 has no form for it. */
  private text(text: string): number {
    const { bytes } = this.tape
    const from = this.to
    if (from + text.length * 3 > this.end) return -1
    let or = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      bytes[from + at] = code
      or |= code
    }
    if (or < 0x80) this.to = from + text.length
    else if (halfPair.test(text)) return -1
    else this.to = from + this.encoder.encodeInto(text, bytes.subarray(from, this.end)).written
    return or < 0x80 ? 0 : flags.high
  }

  private fixed(node: number, fixed: Fixed): boolean {
    if (fixed.batch !== this.batch) {
      const from = this.to
      const high = this.text(fixed.text)
      if (high < 0) return false
      fixed.batch = this.batch
      fixed.from = from
      fixed.to = this.to
      fixed.form = (fixed.digits ? kinds.digits : kinds.plain) | high
    }
    this.put(node, fixed.form, fixed.from, fixed.to)
    return true
  }

  /** Writes an unsigned number of 32 bits; its first digit. */
  private decimal(value: number): number {
    const { bytes } = this.tape
    const end = this.to + 10
    let at = end
    let rest = value
    do {
      const next = (rest / 10) >>> 0
      bytes[--at] = 48 + rest - next * 10
      rest = next
    } while (rest > 0)
    this.to = end
    return at
  }

  /** What `hexNumber` gives: `0x` and small digits without zeros before them. */
  private hex(memory: Memory, offset: number, size: number): void {
    const { bytes } = this.tape
    bytes[this.to++] = 48
    bytes[this.to++] = 120
    let begun = false
    for (let at = offset + size - 1; at >= offset; at--) {
      const byte = memory.bytes[at]!
      if (begun || byte > 15) {
        bytes[this.to++] = small[byte >> 4]!
        begun = true
      }
      if (begun || byte > 0 || at === offset) {
        bytes[this.to++] = small[byte & 15]!
        begun = true
      }
    }
  }

  private guid(memory: Memory, offset: number): void {
    const { bytes } = this.tape
    const from = this.to
    for (let at = 0; at < 38; at++) bytes[from + at] = guidForm[at]!
    for (let index = 0; index < 16; index++) {
      const byte = memory.bytes[offset + index]!
      const place = from + guidPlaces[index]!
      bytes[place] = capital[byte >> 4]!
      bytes[place + 1] = capital[byte & 15]!
    }
    this.to = from + 38
  }

  /** What `isoTime` gives. */
  private time(memory: Memory, offset: number): void {
    const { time, ticks } = fileTime(memory, offset)
    const { bytes } = this.tape
    const day = Math.floor(time / 86_400_000)
    if (day !== this.day) {
      const text = dayText(day)
      if (text.length !== 10) {
        for (const character of isoTime({ time, ticks })) bytes[this.to++] = character.charCodeAt(0)
        return
      }
      for (let at = 0; at < 10; at++) dayCodes[at] = text.charCodeAt(at)
      this.day = day
    }
    let to = this.to
    for (let at = 0; at < 10; at++) bytes[to++] = dayCodes[at]!
    const millis = time - day * 86_400_000
    const seconds = Math.floor(millis / 1000)
    const minutes = Math.floor(seconds / 60)
    const hours = Math.floor(minutes / 60)
    bytes[to++] = 84
    to = this.pair(to, hours)
    bytes[to++] = 58
    to = this.pair(to, minutes - hours * 60)
    bytes[to++] = 58
    to = this.pair(to, seconds - minutes * 60)
    bytes[to++] = 46
    let rest = (millis - seconds * 1000) * 10_000 + ticks
    for (let at = to + 6; at >= to; at--) {
      const next = Math.floor(rest / 10)
      bytes[at] = 48 + rest - next * 10
      rest = next
    }
    bytes[to + 7] = 90
    this.to = to + 8
  }

  private pair(to: number, value: number): number {
    const { bytes } = this.tape
    const tens = Math.floor(value / 10)
    bytes[to] = 48 + tens
    bytes[to + 1] = 48 + value - tens * 10
    return to + 2
  }

  private layoutOf(template: Template): Layout | undefined {
    let known = this.layouts.get(template)
    if (known === undefined) {
      known = { layout: this.lay(template) }
      this.layouts.set(template, known)
    }
    return known.layout
  }

  /** A template's entries on this tape; undefined when they have to be put together, or may be lists. */
  private lay(template: Template): Layout | undefined {
    if (!template.distinct) return undefined
    const cells: Cell[] = []
    for (const entry of template.entries) {
      const cell = this.cellOf(entry)
      if (cell === undefined) return undefined
      cells.push(cell)
    }
    return { cells, gives: template.gives }
  }

  private cellOf({ kind: how, name, value, parts, optional, instance }: Entry): Cell | undefined {
    const cell = (how: number, node: number, fixed?: Fixed): Cell => ({ how, node, value, optional, fixed, instance })
    if (how === kind.node) return cell(value < 0 ? embedded : how, 0)
    if (how === kind.item || how === kind.labelled || name.length > longestName) return undefined
    const node = this.tape.node(0, name)
    if (node < 0) return undefined
    if (value >= 0) return cell(how, node)
    const text = parts.join('')
    if (how === kind.time || !parts.every(part => typeof part === 'string')) return undefined
    const digits = how === kind.number && typeof integer(text) !== 'string'
    return cell(fixedText, node, { text, digits, batch: 0, from: 0, to: 0, form: 0 })
  }
}

/** Numbers that are written in hexadecimal digits: a pointer, of 4 bytes or 8, and the two types that say their size. */
const isHex = (type: number, size: number): boolean =>
  (size === 4 && (type === 0x14 || type === 0x10)) || (size === 8 && (type === 0x15 || type === 0x10))

const codesOf = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0))
const small = codesOf('0123456789abcdef')
const capital = codesOf('0123456789ABCDEF')
const guidForm = codesOf('{00000000-0000-0000-0000-000000000000}')
/** Where in its text each byte of a stored GUID stands: the first three groups are little-endian. */
const guidPlaces = [7, 5, 3, 1, 12, 10, 17, 15, 20, 22, 25, 27, 29, 31, 33, 35]
const dayCodes = new Uint8Array(10)

// Writes EVTX files for the tests, after the published descriptions of the format (libevtx; MS-EVEN6) and apart from the reader: it shares nothing with it.

import { crc32 } from 'node:zlib'

/** A substitution: index, declared value type, and whether the element or attribute around it may go when the value is null. */
export interface Substitution {
  readonly sub: number
  readonly type: number
  readonly optional?: boolean
}

export type Content =
  | string
  | Element
  | Substitution
  | { readonly character: number }
  | { readonly entity: string }
  | { readonly cdata: string }
  | { readonly pi: readonly [target: string, text: string] }
  | Instance

export interface Element {
  readonly name: string
  readonly attributes?: readonly (readonly [name: string, value: readonly Content[]])[]
  /** Absent: `<name/>`. */
  readonly content?: readonly Content[]
}

/** A template: sixteen bytes of GUID and the element it stands for. */
export interface TemplateSource {
  readonly guid: Uint8Array
  readonly root: Element
}

export interface Instance {
  readonly template: TemplateSource
  readonly values: readonly TypedValue[]
}

/** A value as its descriptor and bytes say it; `nested` values are written where they stand. */
export type TypedValue =
  | { readonly type: number; readonly bytes: Uint8Array }
  | { readonly type: number; readonly nested: readonly (Element | Instance)[]; readonly bare?: boolean }

export interface RecordSource {
  readonly id: number | bigint
  /** FILETIME. */
  readonly written: bigint
  readonly body: Element | Instance
}

/** An element: `element('Data', { Name: 'x' }, 'value')`. */
export function element(name: string, attributes: Readonly<Record<string, Content>>, ...content: Content[]): Element {
  return { name, attributes: Object.entries(attributes).map(([key, value]) => [key, [value]] as const), content }
}

/** An element without content: `<name a="b"/>`. */
export function emptyElement(name: string, attributes: Readonly<Record<string, Content>>): Element {
  return { name, attributes: Object.entries(attributes).map(([key, value]) => [key, [value]] as const) }
}

export function sub(index: number, type: number): Substitution {
  return { sub: index, type }
}

export function optional(index: number, type: number): Substitution {
  return { sub: index, type, optional: true }
}

/** Bytes from hexadecimal digits; blanks are skipped. */
export function hex(digits: string): Uint8Array {
  const clean = digits.replaceAll(/\s/g, '')
  return Uint8Array.from({ length: clean.length / 2 }, (_, index) => Number.parseInt(clean.slice(index * 2, index * 2 + 2), 16))
}

export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let index = 0; index < text.length; index++) {
    bytes[index * 2] = text.charCodeAt(index) & 255
    bytes[index * 2 + 1] = text.charCodeAt(index) >> 8
  }
  return bytes
}

function little(size: number, value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(size * 8, BigInt(value))
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(rest & 255n)
    rest >>= 8n
    return byte
  })
}

/** Values by type, encoded little-endian. */
export const value = {
  none: { type: 0x00, bytes: new Uint8Array(0) },
  text: (text: string): TypedValue => ({ type: 0x01, bytes: utf16(text) }),
  int8: (number: number): TypedValue => ({ type: 0x03, bytes: little(1, number) }),
  uint8: (number: number): TypedValue => ({ type: 0x04, bytes: little(1, number) }),
  uint16: (number: number): TypedValue => ({ type: 0x06, bytes: little(2, number) }),
  uint32: (number: number): TypedValue => ({ type: 0x08, bytes: little(4, number) }),
  uint64: (number: number | bigint): TypedValue => ({ type: 0x0a, bytes: little(8, number) }),
  hex64: (number: bigint): TypedValue => ({ type: 0x15, bytes: little(8, number) }),
  fileTime: (ticks: bigint): TypedValue => ({ type: 0x11, bytes: little(8, ticks) }),
  raw: (type: number, digits: string): TypedValue => ({ type, bytes: hex(digits) }),
  nested: (...nested: (Element | Instance)[]): TypedValue => ({ type: 0x21, nested }),
  /** Nested XML without a fragment header before it. */
  bare: (nested: Element | Instance): TypedValue => ({ type: 0x21, nested: [nested], bare: true }),
}

const chunkSize = 65536

class Full extends Error {}

/** A chunk being filled; names and templates are stored once and linked by hash as Windows does. */
class ChunkWriter {
  readonly bytes = new Uint8Array(chunkSize)
  readonly view = new DataView(this.bytes.buffer)
  at = 512
  readonly ids: bigint[] = []
  readonly places: { readonly start: number; readonly end: number }[] = []
  private names = new Map<string, number>()
  private templates = new Map<TemplateSource, number>()

  add(record: RecordSource): void {
    const start = this.at
    const names = new Map(this.names)
    const templates = new Map(this.templates)
    const header = this.bytes.slice(0, 512)
    try {
      this.put32(0x00002a2a)
      this.put32(0)
      this.put64(BigInt(record.id))
      this.put64(record.written)
      this.fragment(record.body, true)
      this.put8(0)
      while ((this.at - start) % 8 !== 4) this.put8(0)
      const size = this.at + 4 - start
      this.put32(size)
      this.view.setUint32(start + 4, size, true)
    } catch (error) {
      if (!(error instanceof Full)) throw error
      this.at = start
      this.bytes.fill(0, start)
      this.bytes.set(header)
      this.names = names
      this.templates = templates
      throw error
    }
    this.ids.push(BigInt(record.id))
    this.places.push({ start, end: this.at })
  }

  finish(firstNumber: bigint): Uint8Array {
    const { view, bytes } = this
    bytes.set([0x45, 0x6c, 0x66, 0x43, 0x68, 0x6e, 0x6b, 0x00])
    view.setBigUint64(8, firstNumber, true)
    view.setBigUint64(16, firstNumber + BigInt(this.ids.length) - 1n, true)
    view.setBigUint64(24, this.ids[0] ?? 0n, true)
    view.setBigUint64(32, this.ids.at(-1) ?? 0n, true)
    view.setUint32(40, 128, true)
    view.setUint32(44, this.places.at(-1)?.start ?? 0, true)
    view.setUint32(48, this.at, true)
    sealChunk(bytes)
    return bytes
  }

  private put8(byte: number): void {
    if (this.at + 1 > chunkSize) throw new Full()
    this.bytes[this.at++] = byte
  }

  private put16(number: number): void {
    this.put8(number & 255)
    this.put8((number >> 8) & 255)
  }

  private put32(number: number): void {
    this.put16(number & 0xffff)
    this.put16(number >>> 16)
  }

  private put64(number: bigint): void {
    this.put(little(8, number))
  }

  private put(bytes: Uint8Array): void {
    if (this.at + bytes.length > chunkSize) throw new Full()
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** The offset of a name, and the name itself where it is the first of its kind. */
  private name(text: string): void {
    const known = this.names.get(text)
    if (known !== undefined) {
      this.put32(known)
      return
    }
    const offset = this.at + 4
    this.put32(offset)
    const hash = [...utf16(text)].reduce(
      (sum, _, index, bytes) => (index % 2 === 1 ? sum : (Math.imul(sum, 65599) + bytes[index]! + (bytes[index + 1]! << 8)) | 0),
      0,
    )
    const bucket = 128 + ((hash & 0xffff) % 64) * 4
    this.put32(this.view.getUint32(bucket, true))
    this.view.setUint32(bucket, offset, true)
    this.put16(hash & 0xffff)
    this.put16(text.length)
    this.put(utf16(text))
    this.put16(0)
    this.names.set(text, offset)
  }

  private fragment(body: Element | Instance, header: boolean): void {
    if (header) this.put(hex('0f 01 01 00'))
    if ('template' in body) this.instance(body)
    else this.element(body, false)
  }

  private instance(instance: Instance): void {
    const { template } = instance
    this.put(hex('0c 01'))
    this.put(template.guid.subarray(0, 4))
    const known = this.templates.get(template)
    if (known === undefined) {
      const definition = this.at + 4
      this.put32(definition)
      this.templates.set(template, definition)
      const bucket = 384 + (new DataView(template.guid.buffer, template.guid.byteOffset).getUint32(0, true) % 32) * 4
      this.put32(this.view.getUint32(bucket, true))
      this.view.setUint32(bucket, definition, true)
      this.put(template.guid)
      const size = this.at
      this.put32(0)
      this.put(hex('0f 01 01 00'))
      this.element(template.root, true)
      this.put8(0)
      this.view.setUint32(size, this.at - size - 4, true)
    } else this.put32(known)
    this.put32(instance.values.length)
    const descriptors = this.at
    for (const _ of instance.values) this.put32(0)
    for (const [index, one] of instance.values.entries()) {
      const start = this.at
      if ('nested' in one) {
        for (const body of one.nested) {
          this.fragment(body, one.bare !== true)
          this.put8(0)
        }
      } else this.put(one.bytes)
      this.view.setUint16(descriptors + index * 4, this.at - start, true)
      this.bytes[descriptors + index * 4 + 2] = one.type
    }
  }

  private element(element: Element, inTemplate: boolean): void {
    const attributes = element.attributes ?? []
    this.put8(attributes.length > 0 ? 0x41 : 0x01)
    if (inTemplate) this.put16(0xffff)
    const size = this.at
    this.put32(0)
    this.name(element.name)
    if (attributes.length > 0) {
      const list = this.at
      this.put32(0)
      for (const [index, [name, parts]] of attributes.entries()) {
        this.put8(index < attributes.length - 1 ? 0x46 : 0x06)
        this.name(name)
        this.contents(parts, inTemplate)
      }
      this.view.setUint32(list, this.at - list - 4, true)
    }
    if (element.content === undefined) this.put8(0x03)
    else {
      this.put8(0x02)
      this.contents(element.content, inTemplate)
      this.put8(0x04)
    }
    this.view.setUint32(size, this.at - size - 4, true)
  }

  private contents(parts: readonly Content[], inTemplate: boolean): void {
    for (const [index, part] of parts.entries()) {
      const more = index < parts.length - 1 ? 0x40 : 0
      if (typeof part === 'string') {
        this.put8(0x05 | more)
        this.put8(0x01)
        this.counted(part)
      } else if ('sub' in part) {
        this.put8(part.optional === true ? 0x0e : 0x0d)
        this.put16(part.sub)
        this.put8(part.type)
      } else if ('character' in part) {
        this.put8(0x08 | more)
        this.put16(part.character)
      } else if ('entity' in part) {
        this.put8(0x09 | more)
        this.name(part.entity)
      } else if ('cdata' in part) {
        this.put8(0x07 | more)
        this.counted(part.cdata)
      } else if ('pi' in part) {
        this.put8(0x0a)
        this.name(part.pi[0])
        this.put8(0x0b)
        this.counted(part.pi[1])
      } else if ('template' in part) this.instance(part)
      else this.element(part, inTemplate)
    }
  }

  private counted(text: string): void {
    this.put16(text.length)
    this.put(utf16(text))
  }
}

/** Writes both checksums of a chunk anew, after a test changed it. */
export function sealChunk(chunk: Uint8Array): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  view.setUint32(52, crc32(chunk.subarray(512, view.getUint32(48, true))), true)
  const header = new Uint8Array(504)
  header.set(chunk.subarray(0, 120))
  header.set(chunk.subarray(128, 512), 120)
  view.setUint32(124, crc32(header), true)
}

export interface Written {
  readonly bytes: Uint8Array
  /** For each record, in order: the offsets in the file at which it begins and ends, and its chunk. */
  readonly places: readonly { readonly start: number; readonly end: number; readonly chunk: number }[]
  /** How many chunks are in use. */
  readonly chunks: number
}

/** An EVTX file of these records; `perChunk` starts a new chunk after that many, `spare` adds unused chunks of zeros. */
export function writeEvtx(
  records: readonly RecordSource[],
  options: { readonly perChunk?: number; readonly spare?: number } = {},
): Written {
  const { perChunk = Number.POSITIVE_INFINITY, spare = 0 } = options
  const chunks: ChunkWriter[] = [new ChunkWriter()]
  for (const record of records) {
    if (chunks.at(-1)!.ids.length >= perChunk) chunks.push(new ChunkWriter())
    try {
      chunks.at(-1)!.add(record)
    } catch (error) {
      if (!(error instanceof Full) || chunks.at(-1)!.ids.length === 0) throw error
      chunks.push(new ChunkWriter())
      chunks.at(-1)!.add(record)
    }
  }
  const bytes = new Uint8Array(4096 + (chunks.length + spare) * chunkSize)
  const view = new DataView(bytes.buffer)
  bytes.set([0x45, 0x6c, 0x66, 0x46, 0x69, 0x6c, 0x65, 0x00])
  view.setBigUint64(16, BigInt(chunks.length - 1), true)
  view.setBigUint64(24, BigInt(records.at(-1)?.id ?? 0) + 1n, true)
  view.setUint32(32, 128, true)
  view.setUint16(36, 1, true)
  view.setUint16(38, 3, true)
  view.setUint16(40, 4096, true)
  view.setUint16(42, chunks.length, true)
  view.setUint32(124, crc32(bytes.subarray(0, 120)), true)
  const places: { start: number; end: number; chunk: number }[] = []
  let number = 1n
  for (const [index, chunk] of chunks.entries()) {
    const base = 4096 + index * chunkSize
    bytes.set(chunk.finish(number), base)
    number += BigInt(chunk.ids.length)
    for (const { start, end } of chunk.places) places.push({ start: base + start, end: base + end, chunk: index })
  }
  return { bytes, places, chunks: chunks.length }
}

// A record's compiled templates and values to a flat event: System, EventData and UserData under the names Windows gives.

import type { Value } from '../../ir/event.ts'
import { parseTime } from '../../ir/time.ts'
import { fieldName } from '../parts/windows-names.ts'
import type { Memory } from './memory.ts'
import { type Entry, kind, type Part, type Template } from './template.ts'
import { fileTime, isoTime, valueList, valueNumber, valueText, valueType } from './values.ts'

/**
 * The template instances of a chunk and their values, as numbers beside each other: value `v` of instance `i` is entry
 * `first[i] + v` of `offsets`, `sizes` and `types`. Positions of raw values can be read from it without making an event.
 */
export interface Instances {
  readonly templates: Template[]
  readonly first: number[]
  readonly count: number[]
  /** The instance that follows in the same value, or -1: an array of fragments. */
  readonly next: number[]
  readonly values: Values
}

export interface Values {
  /** Chunk offset of each value; for nested BinXML that was read, the number of its instance. */
  offsets: Uint32Array
  sizes: Uint16Array
  /** Value type; `nestedType` for nested BinXML that was read. */
  types: Uint8Array
  length: number
}

/** Stands for nested BinXML whose instance is known; no value type of the format has this number. */
export const nestedType = 0x7f

export type Fields = Record<string, Value>

/** What reading a record found beside its fields. */
export interface Build {
  readonly memory: Memory
  readonly instances: Instances
  readonly fields: Fields
  time: number | undefined
  ticks: number
  /** Whether an earlier template gave fields that this one's may meet. */
  mixed: boolean
}

/** Adds the fields of an instance and of the instances nested in it. The instances form a tree, so this ends. */
export function addFields(build: Build, instance: number): void {
  const { memory, instances, fields } = build
  const { values } = instances
  const template = instances.templates[instance]!
  const first = instances.first[instance]!
  const count = instances.count[instance]!
  const apart = template.distinct && !build.mixed
  if (template.gives) build.mixed = true
  for (const entry of template.entries) {
    const index = entry.value
    if (index < 0) {
      addParts(build, instance, entry)
      continue
    }
    const at = first + index
    const type = index < count ? values.types[at]! : valueType.null
    if (type === nestedType) {
      for (let nested = values.offsets[at]!; nested >= 0; nested = instances.next[nested]!) addFields(build, nested)
      continue
    }
    if (type === valueType.null && (entry.optional || entry.kind === kind.node)) continue
    const offset = values.offsets[at]!
    const size = type === valueType.null ? 0 : values.sizes[at]!
    switch (entry.kind) {
      case kind.field:
        if (apart && type < valueType.array) fields[entry.name] = valueText(memory, type, offset, size)
        else if (type < valueType.array) addField(fields, entry.name, valueText(memory, type, offset, size))
        else {
          const list = valueList(memory, type, offset, size)
          if (list.length === 0) addField(fields, entry.name, '')
          for (const text of list) addField(fields, entry.name, text)
        }
        break
      case kind.number: {
        const number = valueNumber(memory, type, offset, size)
        fields[entry.name] = number ?? integer(valueText(memory, type, offset, size))
        break
      }
      case kind.text:
        setField(fields, entry.name, systemText(memory, type, offset, size))
        break
      case kind.time:
        if (type === valueType.fileTime && size === 8) {
          const instant = fileTime(memory, offset)
          build.time = instant.time
          build.ticks = instant.ticks
          fields.SystemTime = isoTime(instant)
        } else setTime(build, systemText(memory, type, offset, size))
        break
      case kind.labelled:
        addLabelled(build, instance, entry, systemText(memory, type, offset, size))
        break
      case kind.item:
        if (type >= valueType.array) for (const text of valueList(memory, type, offset, size)) addItem(fields, text)
        else addItem(fields, valueText(memory, type, offset, size))
        break
    }
  }
}

/** An entry whose value is made of several parts, of none, or of fixed text, or is an instance inside the XML. */
function addParts(build: Build, instance: number, entry: Entry): void {
  if (entry.instance >= 0) {
    addFields(build, entry.instance)
    return
  }
  const text = partsText(build, instance, entry.parts)
  switch (entry.kind) {
    case kind.field:
      addField(build.fields, entry.name, text)
      break
    case kind.labelled:
      addLabelled(build, instance, entry, text)
      break
    case kind.item:
      addItem(build.fields, text)
      break
    case kind.number:
      build.fields[entry.name] = integer(text)
      break
    case kind.text:
      setField(build.fields, entry.name, text)
      break
    case kind.time:
      setTime(build, text)
  }
}

function partsText(build: Build, instance: number, parts: readonly Part[]): string {
  const { memory, instances } = build
  const { values } = instances
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part
      continue
    }
    if (part >= instances.count[instance]!) continue
    const at = instances.first[instance]! + part
    const type = values.types[at]!
    if (type === nestedType) {
      for (let nested = values.offsets[at]!; nested >= 0; nested = instances.next[nested]!) addFields(build, nested)
    } else text += systemText(memory, type, values.offsets[at]!, values.sizes[at]!)
  }
  return text
}

function systemText(memory: Memory, type: number, offset: number, size: number): string {
  return type >= valueType.array ? valueList(memory, type, offset, size).join(', ') : valueText(memory, type, offset, size)
}

/** Text of whole digits as the number it is, where the number says all of it; other text as it is. */
export function integer(text: string): string | number | bigint {
  if (!/^(?:0|[1-9]\d{0,19})$/.test(text)) return text
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/** A time that is text, as in records forwarded from another host; where it is an instant it is written like all others. */
function setTime(build: Build, text: string): void {
  const instant = parseTime(text)
  setField(build.fields, 'SystemTime', instant === undefined ? text : isoTime(instant))
  if (instant === undefined) return
  build.time = instant.time
  build.ticks = instant.ticks
}

function addLabelled(build: Build, instance: number, entry: Entry, text: string): void {
  const name = fieldName(partsText(build, instance, entry.label))
  if (name === '') addItem(build.fields, text)
  else addField(build.fields, name, text)
}

/** Sets a field; a name from a log is any text, and `__proto__` must become a field like others. */
function setField(fields: Fields, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true })
  else fields[name] = value
}

/** Adds a value under a name: a name met again becomes a list. */
function addField(fields: Fields, name: string, text: string): void {
  if (!Object.hasOwn(fields, name)) {
    setField(fields, name, text)
    return
  }
  const before = fields[name]!
  if (Array.isArray(before)) before.push(text)
  else setField(fields, name, [before, text])
}

/** Data without names are a list, also when there is one: the shape of a field must not depend on how many values a record has. */
function addItem(fields: Fields, text: string): void {
  if (!Object.hasOwn(fields, 'Data')) fields.Data = [text]
  else addField(fields, 'Data', text)
}

// What BinXML is compiled to: a list of what a record's fields are made of, so that reading a record never reads its XML again.

import type { Memory } from './memory.ts'

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
  /** A field whose name is substituted, `label`. */
  labelled: 5,
  /** No field: a place where nested BinXML may be substituted. */
  node: 6,
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
  readonly label: readonly Part[]
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
  readonly view: DataView
  /** Offsets in it of 4 bytes each that are not compared. */
  readonly holes: readonly number[]
  /** Names used, by the offset of their reference; `inside` is where among the bytes they are stored, or -1. */
  readonly names: readonly { readonly at: number; readonly name: string; readonly inside: number }[]
}

/** Bytes of a template definition before its BinXML: link, GUID, size. */
export const definitionHeaderSize = 24

/** Whether the definition at `offset` of another chunk is the one this template was compiled from. */
export function sameTemplate(print: Print, memory: Memory, offset: number): boolean {
  const { view, holes } = print
  const size = view.byteLength
  if (offset + size > memory.limit) return false
  const other = memory.view
  // The first four bytes link definitions of one chunk.
  let at = 4
  for (let hole = 0; at < size; hole++) {
    const end = holes[hole] ?? size
    for (; at + 4 <= end; at += 4) if (view.getUint32(at) !== other.getUint32(offset + at)) return false
    for (; at < end; at++) if (view.getUint8(at) !== other.getUint8(offset + at)) return false
    at = end + 4
  }
  for (const { at, name, inside } of print.names) {
    const reference = other.getUint32(offset + at, true)
    if (inside >= 0 ? reference !== offset + inside : memory.name(reference)?.text !== name) return false
  }
  return true
}

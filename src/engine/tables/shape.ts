// Objects with many fields made quickly: copied from one that has them all already, instead of growing field by field.

import type { Value } from '../../ir/event.ts'

type Fields = Readonly<Record<string, Value>>

/** Whether an object has exactly these fields in this order. */
function hasKeys(fields: Fields, keys: readonly string[]): boolean {
  let at = 0
  for (const name in fields) if (keys[at++] !== name) return false
  return at === keys.length
}

/** An object with these fields and room for all of them, each null. */
const roomFor = (names: readonly string[]): Record<string, Value> =>
  // What comes from a text has room for all its fields at once.
  JSON.parse(`{${names.map(name => `${JSON.stringify(name)}:null`).join(',')}}`) as Record<string, Value>

/** Puts one field over those of an object, as `joiner` does with several. */
export function setter(name: string): (fields: Fields, value: Value) => Fields {
  let keys: readonly string[] | undefined
  let all: Record<string, Value> = {}
  return (fields, value) => {
    if (keys === undefined || !hasKeys(fields, keys)) {
      keys = Object.keys(fields)
      all = roomFor([...new Set([...keys, name])])
    }
    const more: Record<string, Value> = { ...all }
    for (let at = 0; at < keys.length; at++) more[keys[at]!] = fields[keys[at]!]!
    more[name] = value
    return more
  }
}

/**
 * Puts the fields of two objects together, those of the second over the first. Rows that come one after the other mostly have the same fields, so the object
 * with all of them is kept and copied; a growing object of forty fields takes ten times as long.
 */
export function joiner(): (first: Fields, second: Fields) => Fields {
  let firstKeys: readonly string[] | undefined
  let secondKeys: readonly string[] = []
  let all: Record<string, Value> = {}
  return (first, second) => {
    if (firstKeys === undefined || !hasKeys(first, firstKeys) || !hasKeys(second, secondKeys)) {
      firstKeys = Object.keys(first)
      secondKeys = Object.keys(second)
      all = roomFor([...new Set([...firstKeys, ...secondKeys])])
    }
    const both: Record<string, Value> = { ...all }
    for (let at = 0; at < firstKeys.length; at++) both[firstKeys[at]!] = first[firstKeys[at]!]!
    for (let at = 0; at < secondKeys.length; at++) both[secondKeys[at]!] = second[secondKeys[at]!]!
    return both
  }
}

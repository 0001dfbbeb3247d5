// Events of the values that are chosen for the fields of a search, as a target's tables hold them.

import { type Event, isRecord, setField, type Value } from '../ir/event.ts'
import { everywhere, joinedMark, rawText, xmlMark } from './atoms.ts'
import type { Reading } from './graph.ts'
import { passes } from './values.ts'

/** What a field holds. */
export type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'null' }
  | { readonly kind: 'values'; readonly values: readonly string[] }

/** The values with those of two columns for one that is asked of both joined, in the ways in which it may be parted; the engine is asked which of them it is. */
export function withParts(values: ReadonlyMap<string, Found>): readonly ReadonlyMap<string, Found>[] {
  let ways: readonly ReadonlyMap<string, Found>[] = [values]
  for (const [field, found] of values) {
    if (!field.startsWith(joinedMark) || found.kind !== 'values') continue
    const [under, column] = field.slice(joinedMark.length).split('\u0000') as [string, string]
    const text = found.values[0]!
    ways = ways
      .flatMap(way => {
        const told = (name: string): string => {
          const value = way.get(name)
          return value?.kind === 'values' ? value.values[0]! : ''
        }
        return partings(text, told(under), told(column)).map(([head, tail]) => {
          const parted = new Map(way)
          for (const [name, value] of [
            [under, head],
            [column, tail],
          ] as const)
            parted.set(name, value === '' ? { kind: 'absent' } : { kind: 'values', values: [value] })
          return parted
        })
      })
      .slice(0, mostWays)
  }
  return ways
}

const mostWays = 16

/** Two texts that are joined to one, or to one that has it at its end or its beginning where the two are asked for texts of their own. */
function partings(text: string, under: string, column: string): readonly (readonly [string, string])[] {
  const trimmed = text.replace(/^\\/, '')
  const last = text.lastIndexOf('\\')
  const ways: (readonly [string, string])[] = []
  if (under === '' && column === '') {
    if (last > 0 && last < text.length - 1) ways.push([text.slice(0, last), text.slice(last + 1)])
    ways.push(['', text], [text, ''])
  } else if (column === '') {
    if (text.startsWith(`${under}\\`)) ways.push([under, text.slice(under.length + 1)])
    ways.push([under, trimmed], [under, ''], [`${under}${text}`, ''], [`${text}${under}`, ''])
  } else if (under === '') {
    if (text.endsWith(`\\${column}`)) ways.push([text.slice(0, -column.length - 1), column])
    ways.push([text.replace(/\\$/, ''), column], ['', column], ['', `${column}${text}`], ['', `${text}${column}`])
  } else {
    ways.push([under, column], [`${text}${under}`, column], [under, `${column}${text}`])
  }
  return ways
}

export function eventOf(values: ReadonlyMap<string, Found>, how: Reading): Event {
  const fields: Record<string, Value> = {}
  let raw: string | undefined
  for (const [field, found] of values) {
    if (field === rawText && found.kind === 'values') raw = found.values[0]
    if (field === everywhere) {
      if (found.kind === 'values') {
        const names = how.keywords ?? found.values.map((_, index) => `Message${index === 0 ? '' : index + 1}`)
        // The last field takes what is left.
        for (const [index, name] of names.slice(0, found.values.length).entries())
          setField(fields, name, (index === names.length - 1 ? found.values.slice(index) : [found.values[index]!]).join(' '))
        if (how.raw === 'same') fields._raw = found.values.join(' ')
      }
      continue
    }
    if (field.startsWith(xmlMark) && found.kind === 'values') {
      const [column, name] = field.slice(xmlMark.length).split('\u0000') as [string, string]
      const before = Object.hasOwn(fields, column) ? String(fields[column]) : ''
      setField(fields, column, `${before}<Data Name="${name}">${escaped(found.values[0]!)}</Data>`)
    }
    if (field.startsWith('\u0000')) continue
    const told = how.laws?.get(field)?.value ?? ((text: string): Value => text)
    let value: Value | undefined
    if (found.kind === 'null') value = null
    else if (found.kind === 'values') value = found.values.length === 1 ? told(found.values[0]!) : found.values.map(told)
    if (value !== undefined) put(fields, how.nested === true ? field.split('.') : [field], value)
  }
  return { fields, ...(raw === undefined ? {} : { raw }) }
}

/** A text as XML holds it. */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

function put(fields: Record<string, Value>, path: readonly string[], value: Value): void {
  const [name, ...rest] = path
  if (rest.length === 0) setField(fields, name!, value)
  else {
    const inner = Object.hasOwn(fields, name!) ? fields[name!] : undefined
    const record: Record<string, Value> = isRecord(inner) ? { ...inner } : {}
    put(record, rest, value)
    setField(fields, name!, record)
  }
}

/** Whether an event is still one that there can be: texts keep the laws of their columns, and none is empty where the empty text is no value. */
export function holdsLaws(event: Event, { laws, empties, nested }: Reading): boolean {
  const textIn = (field: string): Value | undefined =>
    (nested === true ? field.split('.') : [field]).reduce<Value | undefined>(
      (of, key) => (isRecord(of) && Object.hasOwn(of, key) ? of[key] : undefined),
      event.fields,
    )
  for (const [field, { test }] of laws ?? []) {
    const text = textIn(field)
    if (typeof text === 'string' && !passes(test, text)) return false
  }
  for (const field of empties ?? []) if (textIn(field) === '') return false
  return true
}

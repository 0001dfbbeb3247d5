// Which of many predicates can be true of an event at all: each needs one of a few texts in some field, and only predicates whose text is there are asked. Never leaves out one that is true.

import { shape } from '../ir/glob.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { readPortable, requiredLiterals } from '../ir/regex.ts'
import { fold } from '../text/fold.ts'
import { keptName } from './scalar.ts'

/** A folded text that a field (undefined: any field, for keywords) must equal, start with, end with or contain. */
export interface Needed {
  readonly field: string | undefined
  readonly how: 'equals' | 'ends' | 'contains'
  readonly text: string
}

/** Finds the predicates that may be true. */
export interface Index {
  /** Places of the predicates that may be true of the event looked at, in order. Valid until the next call. */
  candidates(): readonly number[]
}

/** What the index reads of the event: the folded texts of a field, and of all fields together. */
export interface Texts {
  field(name: string): string | readonly string[] | undefined
  everything(): string
}

/** Texts of which at least one is there whenever the predicate is true, the rarest such set found; undefined when there is none. */
export function needed(predicate: Predicate): readonly Needed[] | undefined {
  switch (predicate.kind) {
    case 'and': {
      let best: readonly Needed[] | undefined
      let least = Number.POSITIVE_INFINITY
      for (const arg of predicate.args) {
        const group = needed(arg)
        if (group === undefined) continue
        const cost = costOf(group)
        if (cost < least) {
          best = group
          least = cost
        }
      }
      return best
    }
    case 'or': {
      const all: Needed[] = []
      for (const arg of predicate.args) {
        const group = needed(arg)
        if (group === undefined) return undefined
        all.push(...group)
      }
      return all
    }
    case 'const':
      return predicate.value ? undefined : []
    case 'opaque':
      return []
    case 'not':
      return undefined
    case 'test': {
      // Tests are shared between the plans of a hunt; the rest of the tree is cut to each plan.
      if (!known.has(predicate)) known.set(predicate, neededByTest(predicate))
      return known.get(predicate)
    }
  }
}

const known = new WeakMap<Predicate, readonly Needed[] | undefined>()

function neededByTest({ subject, match, each = 'any' }: Predicate & { kind: 'test' }): readonly Needed[] | undefined {
  if (each !== 'any') return undefined
  const fields = fieldsOf(subject)
  if (fields === undefined) return undefined
  const every = (how: Needed['how'], texts: readonly string[]): readonly Needed[] | undefined =>
    texts.some(text => text === '' && how !== 'equals')
      ? undefined
      : fields.flatMap(field => texts.map(text => ({ field, how, text: fold(text) })))
  switch (match.kind) {
    case 'glob': {
      const form = shape(match.glob)
      if (form.kind === 'any') return undefined
      if (!('text' in form)) {
        const longest = match.glob.filter(part => typeof part === 'string').sort((a, b) => b.length - a.length)[0]
        return longest === undefined ? undefined : every('contains', [longest])
      }
      return every(form.kind === 'equals' || form.kind === 'ends' ? form.kind : 'contains', [form.text])
    }
    case 'compare':
      if (match.op !== '=' || match.to.kind !== 'literal') return undefined
      return typeof match.to.value === 'number' || typeof match.to.value === 'bigint'
        ? every('equals', [String(match.to.value)])
        : undefined
    case 'empty':
      return every('equals', [''])
    case 'regex': {
      const regex = readPortable(match.pattern)
      const texts = regex.value === undefined ? undefined : requiredLiterals(regex.value)
      return texts === undefined ? undefined : every('contains', texts)
    }
    default:
      return undefined
  }
}

/** The field that a value is read from, or the name it is kept under when it is computed; undefined when it has none. */
function fieldsOf(subject: Scalar): readonly (string | undefined)[] | undefined {
  if (subject.kind === 'fields') return [undefined]
  const kept = keptName(subject)
  return kept === undefined ? undefined : [kept]
}

/** Texts that most events of some class carry; a predicate is better found by something else. */
const usual = [
  'c:\\windows\\system32\\',
  '.exe',
  '.dll',
  'microsoft',
  'hklm\\software\\',
  '\\currentversion\\',
  'program files',
  'powershell',
  'nt authority\\system',
  '\\users\\',
  'http',
  'true',
  'false',
]

function costOf(group: readonly Needed[]): number {
  let cost = 0
  for (const { how, text, field } of group) {
    const common = text.length < 4 || usual.some(known => known.includes(text)) ? 50 : 1
    cost += ((how === 'contains' ? 8 : 1) * common) / Math.min(text.length + 1, 16) + (field === undefined ? 4 : 0)
  }
  return cost
}

const gram = 4

/** What is looked for in one field. */
interface FieldIndex {
  readonly equals: Map<string, number[]>
  /** By length of the ending. */
  readonly ends: Map<number, Map<string, number[]>>
  /** By the hash of one of the text's runs of four characters. */
  readonly grams: Map<number, { readonly text: string; readonly at: number; readonly places: number[] }[]>
  readonly bits: Uint32Array
  /** Too short for a run. */
  readonly short: Map<string, number[]>
}

const newField = (): FieldIndex => ({
  equals: new Map(),
  ends: new Map(),
  grams: new Map(),
  bits: new Uint32Array(2048),
  short: new Map(),
})

function hash(text: string, at: number): number {
  return (
    (Math.imul(text.charCodeAt(at), 0x01000193) ^
      Math.imul(text.charCodeAt(at + 1), 0x0100f1b5) ^
      Math.imul(text.charCodeAt(at + 2), 0x05d8a3c7) ^
      Math.imul(text.charCodeAt(at + 3), 0x2c1b3c6d)) >>>
    0
  )
}

const bitOf = (value: number): number => (value ^ (value >>> 15)) & 0xffff

function add(map: Map<string, number[]>, key: string, place: number): void {
  const places = map.get(key)
  if (places === undefined) map.set(key, [place])
  else if (places.at(-1) !== place) places.push(place)
}

/** Makes the index of predicates over one kind of event. */
export function createIndex(predicates: readonly Predicate[], texts: Texts): Index {
  const fields = new Map<string | undefined, FieldIndex>()
  const always: number[] = []
  const groups = predicates.map(needed)
  const counts = new Map<number, number>()
  for (const group of groups)
    for (const { how, text } of group ?? []) {
      if (how === 'contains')
        for (let at = 0; at + gram <= text.length; at++) counts.set(hash(text, at), (counts.get(hash(text, at)) ?? 0) + 1)
    }
  for (const [place, group] of groups.entries()) {
    if (group === undefined) {
      always.push(place)
      continue
    }
    for (const need of group) {
      let field = fields.get(need.field)
      if (field === undefined) {
        field = newField()
        fields.set(need.field, field)
      }
      addNeed(field, need, place)
    }
  }

  function addNeed(field: FieldIndex, { how, text, field: name }: Needed, place: number): void {
    if (how === 'equals' && name !== undefined) add(field.equals, text, place)
    else if (how === 'ends' && name !== undefined) {
      const map = field.ends.get(text.length) ?? new Map<string, number[]>()
      field.ends.set(text.length, map)
      add(map, text, place)
    } else if (text.length < gram) add(field.short, text, place)
    else {
      // The run that the fewest other texts share stands for the text.
      let best = 0
      for (let at = 1; at + gram <= text.length; at++) if (counts.get(hash(text, at))! < counts.get(hash(text, best))!) best = at
      const key = hash(text, best)
      const list = field.grams.get(key) ?? []
      field.grams.set(key, list)
      const known = list.find(entry => entry.text === text)
      if (known === undefined) list.push({ text, at: best, places: [place] })
      else if (known.places.at(-1) !== place) known.places.push(place)
      field.bits[bitOf(key) >>> 5]! |= 1 << (bitOf(key) & 31)
    }
  }

  const marks = new Uint8Array(predicates.length)
  let found: number[] = []
  const mark = (places: readonly number[]): void => {
    for (const place of places)
      if (marks[place] === 0) {
        marks[place] = 1
        found.push(place)
      }
  }

  function search(field: FieldIndex, text: string): void {
    const whole = field.equals.get(text)
    if (whole !== undefined) mark(whole)
    for (const [length, map] of field.ends) {
      if (text.length < length) continue
      const places = map.get(text.slice(text.length - length))
      if (places !== undefined) mark(places)
    }
    for (const [short, places] of field.short) if (text.includes(short)) mark(places)
    if (field.grams.size === 0) return
    const { bits } = field
    for (let at = 0; at + gram <= text.length; at++) {
      const key = hash(text, at)
      const bit = bitOf(key)
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) === 0) continue
      const list = field.grams.get(key)
      if (list === undefined) continue
      for (const entry of list) if (text.startsWith(entry.text, at - entry.at)) mark(entry.places)
    }
  }

  return {
    candidates() {
      for (const place of found) marks[place] = 0
      found = []
      mark(always)
      for (const [name, field] of fields) {
        const value = name === undefined ? texts.everything() : texts.field(name)
        if (value === undefined) continue
        if (typeof value === 'string') search(field, value)
        else for (const text of value) search(field, text)
      }
      return found.sort((a, b) => a - b)
    },
  }
}

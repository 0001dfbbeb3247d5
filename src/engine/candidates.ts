// Which of many predicates can be true of an event at all: each needs one of a few texts in some field, and only predicates whose text is there are asked. Never leaves out one that is true.

import { asText, type Value } from '../ir/event.ts'
import type { Predicate } from '../ir/predicate.ts'
import { type Needed, needed } from './needs.ts'
import { leaves } from './scalar.ts'
import { none, TextSet } from './textset.ts'

/** Finds the predicates that may be true. */
export interface Index {
  /** Places of the predicates that may be true of the event looked at, in order. Valid until the next call. */
  candidates(): readonly number[]
}

/** What the index reads of the event that is looked at. */
export interface Texts {
  /** A field of it, by name. */
  field(name: string): () => Value | undefined
  /** Gives every value of it, wherever it stands, and its raw text. */
  all(to: (value: Value) => void): void
}

/** What was found in texts met before, of all fields together: three entries each, the index, the text, the answer. It forgets by overwriting, so it stays small. */
type Memo = (TextSet | string | readonly number[])[]

const memoShift = 32 - 13
/** Shorter texts are looked through as fast; longer ones seldom come again. */
const leastKept = 4
const longestKept = 1024
/** Longer texts anywhere in an event are mostly messages, which do not come again at all. */
const longestUsual = 256

const createMemo = (): Memo => new Array(3 << (32 - memoShift)).fill('')

/** Who in a set seeks something that stands in this text. */
function search(set: TextSet, text: string, memo: Memo): readonly number[] {
  const { length } = text
  if (length < leastKept || length > longestKept) return set.find(text)
  const mixed =
    Math.imul(text.charCodeAt(length - 2), 0x2c1b3c6d) ^
    Math.imul(text.charCodeAt(length >> 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(length - (length >> 2)), 0x297a2d39) ^
    Math.imul(text.charCodeAt(length >> 2), 0x165667b1) ^
    Math.imul(length, 0x01000193) ^
    set.seed
  const slot = (Math.imul(mixed, 0x9e3779b1) >>> memoShift) * 3
  if (memo[slot] === set && memo[slot + 1] === text) return memo[slot + 2] as readonly number[]
  const found = set.find(text)
  memo[slot] = set
  memo[slot + 1] = text
  memo[slot + 2] = found
  return found
}

/**
 * Makes indexes of predicates over kinds of events. They share what they have in common: what is looked for in a field by the same
 * predicates, and what was found in texts met before.
 */
export function createIndexes(texts: Texts): (predicates: readonly Predicate[]) => Index {
  const memo = createMemo()
  const ids = new Map<Predicate, number>()
  const fieldIndexes = new Map<string, TextSet>()
  /** By the number of a predicate: the call that found it last. */
  const stamps: number[] = []
  let stamp = 0

  const idOf = (predicate: Predicate): number => {
    let id = ids.get(predicate)
    if (id === undefined) {
      id = ids.size
      ids.set(predicate, id)
      stamps.push(0)
    }
    return id
  }

  return predicates => {
    const always: number[] = []
    const placesOf = new Map<number, number[]>()
    const wanted = new Map<string | undefined, { readonly need: Needed; readonly id: number }[]>()
    for (const [place, predicate] of predicates.entries()) {
      const needs = needed(predicate)
      if (needs === undefined) {
        always.push(place)
        continue
      }
      const id = idOf(predicate)
      const places = placesOf.get(id)
      if (places !== undefined) {
        places.push(place)
        continue
      }
      placesOf.set(id, [place])
      for (const need of needs) {
        const list = wanted.get(need.field)
        if (list === undefined) wanted.set(need.field, [{ need, id }])
        else list.push({ need, id })
      }
    }
    const fields: { readonly read: () => Value | undefined; readonly index: TextSet }[] = []
    let anywhere: TextSet | undefined
    for (const [name, list] of wanted) {
      const key = `${name === undefined ? '' : `=${name}`} ${[...new Set(list.map(({ id }) => id))].join(' ')}`
      let index = fieldIndexes.get(key)
      if (index === undefined) {
        index = new TextSet(list)
        fieldIndexes.set(key, index)
      }
      if (name === undefined) anywhere = index
      else fields.push({ read: texts.field(name), index })
    }

    let found: number[] = []
    const mark = (some: readonly number[]): void => {
      for (const id of some) {
        if (stamps[id] === stamp) continue
        stamps[id] = stamp
        for (const place of placesOf.get(id)!) found.push(place)
      }
    }

    return {
      candidates() {
        stamp++
        found = always.slice()
        for (const { read, index } of fields) {
          const value = read()
          if (value === undefined) continue
          if (typeof value === 'string') {
            const some = search(index, value, memo)
            if (some !== none) mark(some)
          } else if (value !== null) {
            for (const member of typeof value === 'object' ? leaves({ value }) : [value]) {
              const text = asText(member)
              if (text !== undefined) mark(search(index, text, memo))
            }
          }
        }
        if (anywhere !== undefined) {
          const index = anywhere
          texts.all(value => {
            const text = typeof value === 'string' ? value : asText(value)
            if (text === undefined || text.length < index.shortest) return
            const some = text.length > longestUsual ? index.find(text) : search(index, text, memo)
            if (some !== none) mark(some)
          })
        }
        return found.length < 2 ? found : found.sort((a, b) => a - b)
      },
    }
  }
}

/** Makes the index of predicates over one kind of event. */
export function createIndex(predicates: readonly Predicate[], texts: Texts): Index {
  return createIndexes(texts)(predicates)
}

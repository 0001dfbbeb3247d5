// A line of JSON as an event: what its members look like, as JSON.stringify writes them (ECMA-262 25.5.2.3, RFC 8259), one flat map a line.

import { complement, has, type Ranges } from '../../ir/regex/characters.ts'
import { characterSet, type RegexTree } from '../../ir/regex.ts'
import { budget, Limit } from '../limits.ts'
import { textFor } from '../values.ts'
import type { Lines } from './lines.ts'
import {
  anyText,
  begins,
  either,
  eitherPart,
  isPoint,
  keyOf,
  normal,
  partsInOrder,
  type Spelling,
  testOf,
  valuesOf,
} from './spelled.ts'

const quote = 0x22
const isQuote = (part: RegexTree): boolean => isPoint(part, quote)

/** All that JSON.stringify does not write as itself. Halves of characters are no text of an event. */
const spelled: (readonly [number, string])[] = [...Array(0x20).keys(), quote, 0x5c].map(point => [
  point,
  JSON.stringify(String.fromCodePoint(point)).slice(1, -1),
])

const spelling: Spelling = {
  escape: 0x5c,
  spelled,
  never: [0, 0x1f, quote, quote, 0x5c, 0x5c],
  ends: [quote, quote],
  character: eitherPart('[^"\\\\]|\\\\u[[:xdigit:]]{4}|\\\\[^u]'),
  behind: (parts, from) => {
    const [, second] = parts.slice(from, from + 2)
    if (second?.kind !== 'set') return undefined
    if (!has(characterSet(second), 0x75)) return from + 2
    // Four digits, each a part or together one.
    let digits = 0
    let at = from + 2
    for (; digits < 4 && at < parts.length; at++) {
      const part = parts[at]!
      const times =
        part.kind === 'set' ? 1 : part.kind === 'repeat' && part.min === part.max && part.of.kind === 'set' ? part.min : 5
      digits += times
    }
    return digits === 4 ? at : undefined
  },
}

const spaces = keyOf(normal('\\s*'))
const anything = keyOf(normal('.*'))
const list = keyOf(normal('(?:\\[\\s*(?:(?:"(?:[^"\\\\]|\\\\u[[:xdigit:]]{4}|\\\\[^u])*+"|[^\\]\\[{}",\\s]++)\\s*,\\s*)*)?'))
const present = either('(?!null)(?=["{\\w-])')
/** Behind a value that has no quotes. */
const bareEnd = keyOf(normal('(?=[\\]\\s,}])'))
const bareStart = either('(?!null)(?=[\\w-])')
const bareCharacter = normal('[^\\]\\[{}",\\s]')

const bareNever: Ranges = bareCharacter.kind === 'set' ? complement(characterSet(bareCharacter)) : []

const plain: Spelling = {
  escape: -1,
  spelled: [],
  never: bareNever,
  ends: bareNever,
  character: new Set([keyOf(bareCharacter)]),
  behind: () => undefined,
}

/** Texts of numbers and truth values as JSON has them without quotes. */
const bare = {
  key: 'bare',
  field: '',
  kind: 'automaton',
  tree: normal('-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false'),
} as const
const bareSigns: Ranges = [0x2b, 0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x45, 0x45, 0x61, 0x61, 0x65, 0x66, 0x6c, 0x6c, 0x72, 0x75]

/** Whether no number and no truth value passes; `false` also where that is not found. */
function isTextual(tree: RegexTree): boolean {
  // Some character that must be there is in none of them.
  const needed = (of: RegexTree): boolean => {
    if (of.kind === 'sequence') return of.of.some(needed)
    if (of.kind !== 'set') return false
    const set = characterSet(of)
    const inside = complement(bareSigns)
    return set.every((_, index) => index % 2 === 1 || within(inside, set[index]!, set[index + 1]!))
  }
  if (needed(tree)) return true
  try {
    return (
      textFor([{ key: 'value', field: '', kind: 'automaton', tree }, bare], [], { ...budget(), steps: 200_000 }) === undefined
    )
  } catch (error) {
    if (error instanceof Limit) return false
    throw error
  }
}

const within = (set: Ranges, from: number, to: number): boolean =>
  set.some((start, index) => index % 2 === 0 && start <= from && to <= set[index + 1]!)

/** The texts of a string in quotes, open at its end or closed. */
function inQuotes(parts: readonly RegexTree[]): RegexTree | undefined {
  const told = valuesOf(parts, 1, spelling, isQuote)
  if (told === undefined) return undefined
  if (told.to === parts.length) return { kind: 'sequence', of: [told.tree, anyText] }
  return told.to === parts.length - 1 ? told.tree : undefined
}

/** The texts of a value without quotes. */
function withoutQuotes(parts: readonly RegexTree[]): RegexTree | undefined {
  if (parts.length === 0 || keyOf(parts.at(-1)!) !== bareEnd) return undefined
  const from = bareStart.some(start => begins(parts, start)) ? 2 : 0
  const told = valuesOf(parts.slice(0, -1), from, plain, () => false)
  return told?.tree
}

/** The texts that a value is asked for; undefined where numbers and texts are not asked alike. */
function texts(parts: readonly RegexTree[]): RegexTree | undefined {
  const [first] = parts
  const ways = parts.length === 1 && first?.kind === 'choice' ? first.of.map(partsInOrder) : [parts]
  const quoted = ways.filter(way => way[0] !== undefined && isQuote(way[0])).map(inQuotes)
  const others = ways.filter(way => way[0] === undefined || !isQuote(way[0])).map(withoutQuotes)
  const known = (of: readonly (RegexTree | undefined)[]): of is readonly RegexTree[] => !of.includes(undefined)
  if (quoted.length === 0 || !known(quoted) || !known(others)) return undefined
  const tree: RegexTree = quoted.length === 1 ? quoted[0]! : { kind: 'choice', of: quoted }
  if (others.length === 0) return isTextual(tree) ? tree : undefined
  const other: RegexTree = others.length === 1 ? others[0]! : { kind: 'choice', of: others }
  // An open pattern's star is written out where nothing closes it.
  return keyOf(shortened(tree)) === keyOf(shortened(other)) ? tree : undefined
}

/** An expression without stars behind stars. */
function shortened(tree: RegexTree): RegexTree {
  const parts = tree.kind === 'sequence' ? tree.of.flatMap(part => partsInOrder(part)) : [tree]
  return {
    kind: 'sequence',
    of: parts.filter((part, at) => at === 0 || keyOf(part) !== keyOf(anyText) || keyOf(parts[at - 1]!) !== keyOf(anyText)),
  }
}

/** The name of a field, spelled in quotes; and the place behind it. */
function nameAt(parts: readonly RegexTree[], from: number): { readonly name: string; readonly to: number } | undefined {
  const told = valuesOf(parts, from, spelling, isQuote)
  if (told === undefined || told.to === parts.length) return undefined
  let name = ''
  for (const part of partsInOrder(told.tree)) {
    const set = part.kind === 'set' ? characterSet(part) : []
    if (set.length !== 2 || set[0] !== set[1]) return undefined
    name += String.fromCodePoint(set[0]!)
  }
  return { name, to: told.to + 1 }
}

export const json: Lines = {
  write: event => {
    const fields = Object.entries(event.fields).filter(([name]) => !name.startsWith('$'))
    return JSON.stringify(Object.fromEntries(fields))
  },
  given: 'an event is a line of JSON, one flat map as JSON.stringify writes it, no name in it has a quotation mark',
  nulls: true,
  without: [],
  asks: parts => {
    if (parts[0] === undefined || keyOf(parts[0]) !== anything || parts[1] === undefined || !isQuote(parts[1])) return undefined
    const key = nameAt(parts, 2)
    if (key === undefined || key.name.includes('"')) return undefined
    let at = key.to
    const space = (): void => {
      if (parts[at] !== undefined && keyOf(parts[at]!) === spaces) at++
    }
    space()
    if (!isPoint(parts[at], 0x3a)) return undefined
    at++
    space()
    if (parts[at] !== undefined && keyOf(parts[at]!) === list) at++
    const value = parts.slice(at)
    const state =
      value.length === 0
        ? 'exists'
        : present.some(one => one.length === value.length && begins(value, one))
          ? 'present'
          : undefined
    if (state !== undefined) return { kind: 'test', subject: { kind: 'field', name: key.name }, match: { kind: state } }
    return testOf(key.name, texts(value))
  },
}

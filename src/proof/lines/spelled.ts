// Values as a line of text spells them: an expression over the spelling, told as one over the value. Exact for a writer that spells each character in one way; undefined where it is not understood.

import { never } from '../../ir/logic.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { complement, has, meet, type Ranges, union } from '../../ir/regex/characters.ts'
import { characterSet, printRegex, type RegexTree, readPortable } from '../../ir/regex.ts'
import { Automaton, exceptFor } from '../automaton.ts'
import { normalTree } from '../normal.ts'

/** How values are spelled. */
export interface Spelling {
  /** What begins the spelling of a character by others. */
  readonly escape: number
  /** The characters that are spelled by others, and how. */
  readonly spelled: readonly (readonly [point: number, spelling: string])[]
  /** What is never in a value as itself. */
  readonly never: Ranges
  /** What ends a value. */
  readonly ends: Ranges
  /** Expressions for any character, however it is spelled, in normal form. */
  readonly character: ReadonlySet<string>
  /** The place behind the parts of a spelling that begins at one of them; undefined where it is no such spelling. */
  readonly behind: (of: readonly RegexTree[], from: number) => number | undefined
}

/** The parts of an expression one after the other, in normal form. */
export function partsInOrder(tree: RegexTree): readonly RegexTree[] {
  return tree.kind === 'sequence' ? tree.of : tree.kind === 'empty' ? [] : [tree]
}

/** An expression in normal form, of text that is our own. */
export function normal(pattern: string): RegexTree {
  const { value } = readPortable(pattern)
  if (value === undefined) throw new Error(`this is a bug in Terrier: the expression ${pattern} cannot be read`)
  return normalTree(value, [])
}

const keys = new WeakMap<RegexTree, string>()

/** A part in normal form as a text. */
export function keyOf(part: RegexTree): string {
  let key = keys.get(part)
  if (key === undefined) {
    key = JSON.stringify(part)
    keys.set(part, key)
  }
  return key
}

/** Whether parts in normal form begin with others. */
export const begins = (parts: readonly RegexTree[], head: readonly RegexTree[]): boolean =>
  parts.length >= head.length && head.every((part, at) => part.kind === parts[at]!.kind && keyOf(part) === keyOf(parts[at]!))

/** The parts of an expression in normal form, as it is and where case is ignored around it. */
export const either = (pattern: string): readonly (readonly RegexTree[])[] =>
  [pattern, `(?i:${pattern})`].map(one => partsInOrder(normal(one)))

/** The same of an expression that is one part. */
export const eitherPart = (pattern: string): ReadonlySet<string> =>
  new Set([pattern, `(?i:${pattern})`].map(one => keyOf(normal(one))))

/** Whether a part is just this one character. */
export function isPoint(tree: RegexTree | undefined, point: number): boolean {
  if (tree?.kind !== 'set') return false
  const set = characterSet(tree)
  return set.length === 2 && set[0] === point && set[1] === point
}

const anyOne: RegexTree = { kind: 'any', newline: true }
/** Any value. */
export const anyText: RegexTree = { kind: 'repeat', of: anyOne, min: 0, max: undefined, how: 'greedy' }
const nothing: RegexTree = { kind: 'set', items: [], negated: false, fold: false }

const setOf = (points: readonly number[]): RegexTree =>
  points.length === 0
    ? nothing
    : { kind: 'set', items: points.map(point => ({ from: point, to: point })), negated: false, fold: false }

/** Whether an expression is of no text at all, as far as its parts say. */
export function isNothing(tree: RegexTree): boolean {
  if (tree.kind === 'set') return characterSet(tree).length === 0
  if (tree.kind === 'choice') return tree.of.every(isNothing)
  return tree.kind === 'sequence' ? tree.of.some(isNothing) : tree.kind === 'repeat' && tree.min > 0 && isNothing(tree.of)
}

function choiceOf(ways: readonly RegexTree[]): RegexTree {
  const some = ways.filter(way => !isNothing(way))
  return some.length === 0 ? nothing : some.length === 1 ? some[0]! : { kind: 'choice', of: some }
}

/** A test for the texts of an expression. */
export function testOf(name: string, tree: RegexTree | undefined): Predicate | undefined {
  if (tree === undefined) return undefined
  if (isNothing(tree)) return never
  const pattern = printRegex(tree, 'portable').value
  if (pattern === undefined) return undefined
  return { kind: 'test', subject: { kind: 'field', name }, match: { kind: 'regex', pattern, fold: false, whole: true } }
}

const without = (set: Ranges, other: Ranges): Ranges => complement(union(complement(set), other))

/** The values whose spellings parts in normal form take, up to the end of the list or the first part that `ends`; `to` is the place of that part. */
export function valuesOf(
  parts: readonly RegexTree[],
  from: number,
  how: Spelling,
  ends: (part: RegexTree) => boolean,
): { readonly tree: RegexTree; readonly to: number } | undefined {
  const out: RegexTree[] = []
  let at = from
  while (at < parts.length && !ends(parts[at]!)) {
    const part = parts[at]!
    if (isPoint(part, how.escape)) {
      const behind = how.behind(parts, at)
      if (behind === undefined) return undefined
      out.push(spelledBy(parts.slice(at, behind), how))
      at = behind
      continue
    }
    // An escape that need not be there, as in `\\?/`.
    const next = parts[at + 1]
    if (part.kind === 'repeat' && part.min === 0 && part.max === 1 && isPoint(part.of, how.escape) && next !== undefined) {
      const ways = [[next], [part.of, next]].map(way => valuesOf(way, 0, how, ends))
      if (ways.some((way, index) => way === undefined || way.to !== index + 1)) return undefined
      out.push(choiceOf(ways.map(way => way!.tree)))
      at += 2
      continue
    }
    const told = valuesIn(part, how, ends)
    if (told === undefined) return undefined
    out.push(told)
    at++
  }
  return { tree: out.length === 1 ? out[0]! : { kind: 'sequence', of: out }, to: at }
}

const isCharacter = (tree: RegexTree, { character }: Spelling): boolean =>
  (tree.kind === 'choice' || tree.kind === 'set') && character.has(keyOf(tree))

/** The values of one part. */
function valuesIn(part: RegexTree, how: Spelling, ends: (part: RegexTree) => boolean): RegexTree | undefined {
  if (isCharacter(part, how)) return anyOne
  switch (part.kind) {
    case 'empty':
      return part
    case 'set': {
      const set = characterSet(part)
      // A part of a spelling would be taken for a character, and what stands behind a value for the value.
      if (has(set, how.escape) || meet(set, how.ends)) return undefined
      return exceptFor(complement(without(set, how.never)))
    }
    case 'repeat': {
      const of = within(part.of, how, ends)
      return of === undefined ? undefined : { ...part, of, how: 'greedy' }
    }
    case 'choice': {
      const ways = part.of.map(way => within(way, how, ends))
      return ways.includes(undefined) ? undefined : choiceOf(ways.flatMap(way => (way === undefined ? [] : [way])))
    }
    default:
      return undefined
  }
}

/** The values of an expression that has no end of a value in it. */
function within(tree: RegexTree, how: Spelling, ends: (part: RegexTree) => boolean): RegexTree | undefined {
  if (isCharacter(tree, how)) return anyOne
  const parts = partsInOrder(tree)
  const told = valuesOf(parts, 0, how, ends)
  return told === undefined || told.to < parts.length ? undefined : told.tree
}

/** The characters of which a spelling is taken. */
function spelledBy(parts: readonly RegexTree[], how: Spelling): RegexTree {
  const machine = new Automaton({ kind: 'sequence', of: parts })
  return setOf(how.spelled.filter(([, spelling]) => machine.matches(spelling)).map(([point]) => point))
}

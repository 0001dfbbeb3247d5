// An expression that is no more than a choice of patterns, taken apart into them: the same list then looks the same whether it was written as a list or as an expression.

import { glob } from '../ir/glob.ts'
import type { Glob } from '../ir/predicate.ts'
import { sameIgnoringCase } from '../ir/regex/characters.ts'
import { characterSet, type RegexTree } from '../ir/regex.ts'
import { fold } from '../text/fold.ts'
import { bounds } from './limits.ts'

type Part = Glob[number]

interface Alternative {
  readonly parts: readonly Part[]
  /** Tied to the beginning and to the end of the text. */
  readonly begins: boolean
  readonly ends: boolean
}

interface State {
  /** Whether letters ignore case; undefined until one says so. */
  folds: boolean | undefined
  /** Letters of all cases among letters of one: each doubles what is taken apart. */
  doubled: number
  /** Characters that no text has: a class of all cases need not have them. */
  readonly without: readonly number[]
}

const star: Part = { wild: 'any' }
const one: Part = { wild: 'one' }
const plain: Alternative = { parts: [], begins: false, ends: false }
/** Letters of all cases that are written as two where others are of one case. */
const mostDoubled = 3
/** Members of a class that become alternatives. */
const mostMembers = 12

/** The patterns of which a text must match one; undefined where the expression is more than that. Case is that of all of them. */
export function lift(
  tree: RegexTree,
  whole: boolean,
  ignoreCase: boolean,
  without: readonly number[] = [],
): { readonly globs: readonly Glob[]; readonly fold: boolean } | undefined {
  const state: State = { folds: undefined, doubled: 0, without }
  const found = walk(whole ? tree : withoutVoid(tree), state, ignoreCase)
  if (found === undefined) return undefined
  const globs = found.map(({ parts, begins, ends }) =>
    glob([...(whole || begins ? [] : [star]), ...parts, ...(whole || ends ? [] : [star])]),
  )
  return { globs, fold: state.folds ?? true }
}

/** `.*` at an open side of a search asks nothing. */
function withoutVoid(tree: RegexTree): RegexTree {
  if (tree.kind !== 'sequence') return isVoid(tree) ? { kind: 'empty' } : tree
  let from = 0
  let to = tree.of.length
  while (from < to && isVoid(tree.of[from]!)) from++
  while (to > from && isVoid(tree.of[to - 1]!)) to--
  return { ...tree, of: tree.of.slice(from, to) }
}

const isVoid = (tree: RegexTree): boolean =>
  tree.kind === 'repeat' && tree.of.kind === 'any' && tree.min === 0 && tree.max === undefined

function walk(tree: RegexTree, state: State, ignoreCase: boolean): readonly Alternative[] | undefined {
  switch (tree.kind) {
    case 'empty':
      return [plain]
    case 'char': {
      const character = String.fromCodePoint(tree.point)
      const orbit = sameIgnoringCase(tree.point)
      if (orbit.length > 1 && !agree(state, tree.fold || ignoreCase)) return undefined
      return [{ ...plain, parts: [tree.fold || ignoreCase ? fold(character) : character] }]
    }
    case 'any':
      return tree.newline ? [{ ...plain, parts: [one] }] : undefined
    case 'set': {
      const set = characterSet(ignoreCase ? { ...tree, fold: true } : tree)
      const points: number[] = []
      for (let at = 0; at + 1 < set.length; at += 2)
        for (let point = set[at]!; point <= set[at + 1]!; point++)
          if (points.push(point) > mostMembers * 4) return everything(set)
      return members(points, state)
    }
    case 'edge':
      if (tree.at === 'start') return [{ ...plain, begins: true }]
      return tree.at === 'end' ? [{ ...plain, ends: true }] : undefined
    case 'group':
      return walk(tree.of, state, ignoreCase)
    case 'choice': {
      const out: Alternative[] = []
      for (const branch of tree.of) {
        const found = walk(branch, state, ignoreCase)
        if (found === undefined || out.length + found.length > bounds.alternatives) return undefined
        out.push(...found)
      }
      return out
    }
    case 'sequence': {
      let out: readonly Alternative[] = [plain]
      for (const part of tree.of) {
        const found = walk(part, state, ignoreCase)
        const joined = found === undefined ? undefined : product(out, found)
        if (joined === undefined) return undefined
        out = joined
      }
      return out
    }
    case 'repeat': {
      if (tree.how === 'possessive') return undefined
      const inner = tree.of.kind === 'group' ? tree.of.of : tree.of
      if (wide(inner)) {
        if (tree.min > 64 || (tree.max !== undefined && tree.max !== tree.min)) return undefined
        const ones = Array.from({ length: tree.min }, (): Part => one)
        return [{ ...plain, parts: tree.max === undefined ? [...ones, star] : ones }]
      }
      if (tree.max === undefined || tree.max > 4) return undefined
      const found = walk(inner, state, ignoreCase)
      if (found === undefined) return undefined
      const out: Alternative[] = []
      let times: readonly Alternative[] = [plain]
      for (let count = 0; count <= tree.max; count++) {
        if (count >= tree.min) out.push(...times)
        if (count === tree.max) break
        const next = product(times, found)
        if (next === undefined || out.length + next.length > bounds.alternatives) return undefined
        times = next
      }
      return out
    }
    default:
      return undefined
  }
}

/** Any one character, written in any way. */
function wide(tree: RegexTree): boolean {
  if (tree.kind === 'any') return tree.newline
  if (tree.kind !== 'set') return false
  return everything(characterSet(tree)) !== undefined
}

function everything(set: readonly number[]): readonly Alternative[] | undefined {
  return set.length === 2 && set[0] === 0 && set[1]! >= 0x10ffff ? [{ ...plain, parts: [one] }] : undefined
}

/** A class of few characters: letters in all their cases are one folded letter, the others alternatives. */
function members(points: readonly number[], state: State): readonly Alternative[] | undefined {
  const letter = points.length === 2 ? bothCases(points[0]!, points[1]!) : undefined
  if (letter !== undefined && state.folds !== false) {
    state.folds = true
    return letter
  }
  const here = new Set(points)
  const orbits = new Map<string, number[]>()
  for (const point of points) {
    const key = fold(String.fromCodePoint(point))
    orbits.set(key, [...(orbits.get(key) ?? []), point])
  }
  if (orbits.size > mostMembers) return undefined
  const out: Alternative[] = []
  for (const [folded, found] of orbits) {
    const orbit = sameIgnoringCase(found[0]!)
    const full = orbit.every(point => here.has(point) || state.without.includes(point))
    if (orbit.length === 1) out.push({ ...plain, parts: [String.fromCodePoint(found[0]!)] })
    else if (full && state.folds !== false) {
      if (!agree(state, true)) return undefined
      out.push({ ...plain, parts: [folded] })
    } else {
      if (!agree(state, false) || (full && ++state.doubled > mostDoubled)) return undefined
      for (const point of found) out.push({ ...plain, parts: [String.fromCodePoint(point)] })
    }
  }
  return out
}

const letters = new Map<number, readonly Alternative[] | undefined>()

/** Two characters that are all cases of one letter. */
function bothCases(a: number, b: number): readonly Alternative[] | undefined {
  if (a > 0xffff || b > 0xffff) return undefined
  const key = a * 0x10000 + b
  if (letters.has(key)) return letters.get(key)
  const orbit = sameIgnoringCase(a)
  const found =
    orbit.length === 2 && orbit.includes(a) && orbit.includes(b)
      ? [{ ...plain, parts: [fold(String.fromCodePoint(a))] }]
      : undefined
  if (letters.size < mostLetters) letters.set(key, found)
  return found
}

const mostLetters = 4_000

function agree(state: State, folds: boolean): boolean {
  state.folds ??= folds
  return state.folds === folds
}

function product(left: readonly Alternative[], right: readonly Alternative[]): readonly Alternative[] | undefined {
  if (left.length * right.length > bounds.alternatives) return undefined
  const out: Alternative[] = []
  for (const a of left)
    for (const b of right) {
      if ((a.ends && (b.parts.length > 0 || b.begins)) || (b.begins && a.parts.length > 0)) return undefined
      out.push({ parts: [...a.parts, ...b.parts], begins: a.begins || b.begins, ends: a.ends || b.ends })
    }
  return out
}

// The regular expression as a tree, over code points, with every flag in its place.

import type { At } from '../predicate.ts'
import {
  categorySet,
  complement,
  ignoringCase,
  letterSets,
  posixSets,
  type Ranges,
  sameIgnoringCase,
  union,
} from './characters.ts'

/**
 * Places without length. `start` and `end` are those of the text (`$` without `m` is `end`: a final line break is not passed over), `last` is
 * also before a final line break (`\Z`), `line-start` is after a line feed that does not end the text, `line-end` before any line feed and at
 * the end, `word` between a word character and none, `inside` everywhere else.
 */
export type Edge = 'start' | 'end' | 'last' | 'line-start' | 'line-end' | 'word' | 'inside'

/** A member of a bracketed class: a range of code points, or a set by the names of `characters.ts`. */
export type SetItem = { readonly from: number; readonly to: number } | { readonly named: string; readonly negated: boolean }

/** A regular expression as a tree, over code points. `fold`: case is ignored by Unicode simple case folding; a class is closed under it before it is negated. */
export type RegexTree = At &
  (
    | { readonly kind: 'empty' }
    | { readonly kind: 'char'; readonly point: number; readonly fold: boolean }
    | { readonly kind: 'set'; readonly items: readonly SetItem[]; readonly negated: boolean; readonly fold: boolean }
    /** Any character, line feed only with `newline`. */
    | { readonly kind: 'any'; readonly newline: boolean }
    | { readonly kind: 'edge'; readonly at: Edge }
    | { readonly kind: 'sequence'; readonly of: readonly RegexTree[] }
    /** `reset`: the groups of every branch have the same numbers, `(?|…)`. */
    | { readonly kind: 'choice'; readonly of: readonly RegexTree[]; readonly reset?: boolean }
    | {
        readonly kind: 'repeat'
        readonly of: RegexTree
        readonly min: number
        readonly max: number | undefined
        readonly how: 'greedy' | 'lazy' | 'possessive'
      }
    | { readonly kind: 'group'; readonly of: RegexTree; readonly index: number; readonly name?: string }
    | { readonly kind: 'atomic'; readonly of: RegexTree }
    | { readonly kind: 'look'; readonly of: RegexTree; readonly ahead: boolean; readonly negative: boolean }
    /** What the group of this number took; fails where it took nothing yet. `name` only while reading. */
    | { readonly kind: 'reference'; readonly group: number; readonly fold: boolean; readonly name?: string }
  )

const everything = complement([])
const withoutLines = complement([10, 10])
const sets = new WeakMap<RegexTree, Ranges>()

/** The code points that a part of one character stands for. */
export function characterSet(tree: RegexTree & { kind: 'char' | 'set' | 'any' }): Ranges {
  if (tree.kind === 'any') return tree.newline ? everything : withoutLines
  if (tree.kind === 'char' && !tree.fold) return [tree.point, tree.point]
  let set = sets.get(tree)
  if (set === undefined) {
    set = setOf(tree)
    sets.set(tree, set)
  }
  return set
}

function setOf(tree: RegexTree & { kind: 'char' | 'set' }): Ranges {
  switch (tree.kind) {
    case 'char':
      return union(...sameIgnoringCase(tree.point).map(point => [point, point]))
    case 'set': {
      const few = fewPoints(tree)
      if (few !== undefined) return few
      const plain = union(tree.items.flatMap(item => ('from' in item ? [item.from, item.to] : [])))
      const set = union(
        tree.fold ? ignoringCase(plain) : plain,
        ...tree.items.map(item => ('from' in item ? [] : namedSet(item))),
      )
      return tree.negated ? complement(set) : set
    }
  }
}

/** A class of one or two characters, as a letter in both its cases, without further ado. */
function fewPoints({ items, negated, fold: folds }: RegexTree & { kind: 'set' }): Ranges | undefined {
  if (negated || folds || items.length > 2 || items.length === 0) return undefined
  const [first, second] = items
  if (!('from' in first!) || first.from !== first.to) return undefined
  if (second === undefined) return [first.from, first.to]
  if (!('from' in second) || second.from !== second.to || Math.abs(first.from - second.from) < 2) return undefined
  const [low, high] = first.from < second.from ? [first.from, second.from] : [second.from, first.from]
  return [low, low, high, high]
}

function namedSet(item: { readonly named: string; readonly negated: boolean }): Ranges {
  const set = Object.hasOwn(letterSets, item.named)
    ? letterSets[item.named as keyof typeof letterSets]
    : Object.hasOwn(posixSets, item.named)
      ? posixSets[item.named]!
      : categorySet(item.named)
  return item.negated ? complement(set) : set
}

/** The parts directly inside a part. */
export function partsOf(tree: RegexTree): readonly RegexTree[] {
  switch (tree.kind) {
    case 'sequence':
    case 'choice':
      return tree.of
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return [tree.of]
    default:
      return []
  }
}

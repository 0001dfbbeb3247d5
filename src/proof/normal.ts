// One shape for expressions of one language: classes instead of letters that ignore case, no groups, nothing nested or repeated for nothing.

import { complement, has, type Ranges, union } from '../ir/regex/characters.ts'
import { characterSet, type RegexTree } from '../ir/regex.ts'

/** The expression in its plainest form, without characters that no text has. Laziness is left out: it changes what is taken, not what is matched. */
export function normalTree(tree: RegexTree, without: readonly number[]): RegexTree {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any':
      return ofRanges(minus(characterSet(tree), without))
    case 'group':
      return normalTree(tree.of, without)
    case 'look':
    case 'atomic':
      return { ...bare(tree), of: normalTree(tree.of, without) }
    case 'repeat': {
      const of = normalTree(tree.of, without)
      const { min, max } = tree
      if (min === 1 && max === 1) return of
      if (of.kind === 'empty' || max === 0) return { kind: 'empty' }
      // (x*)* and (x+)* are x*.
      if (of.kind === 'repeat' && of.max === undefined && of.min <= 1 && min <= 1 && (max === undefined || max === 1))
        return { ...of, min: Math.min(of.min, min) }
      return { kind: 'repeat', of, min, max, how: tree.how === 'possessive' ? 'possessive' : 'greedy' }
    }
    case 'sequence': {
      const out: RegexTree[] = []
      for (const part of tree.of) {
        const one = normalTree(part, without)
        for (const inner of one.kind === 'sequence' ? one.of : [one]) add(out, inner)
      }
      return out.length === 0 ? { kind: 'empty' } : out.length === 1 ? out[0]! : { kind: 'sequence', of: out }
    }
    case 'choice': {
      const branches = new Map<string, RegexTree>()
      const sets: Ranges[] = []
      for (const part of tree.of) {
        const one = normalTree(part, without)
        for (const inner of one.kind === 'choice' ? one.of : [one]) {
          if (inner.kind === 'set') {
            sets.push(characterSet(inner))
            continue
          }
          branches.set(JSON.stringify(inner), inner)
        }
      }
      if (sets.length > 0) {
        const set = ofRanges(union(...sets))
        branches.set(JSON.stringify(set), set)
      }
      const of = [...branches].sort(([a], [b]) => compare(a, b)).map(([, branch]) => branch)
      return of.length === 1 ? of[0]! : { kind: 'choice', of }
    }
    default:
      return bare(tree)
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function bare<T extends RegexTree>(tree: T): T {
  const { span: _, ...rest } = tree
  return rest as T
}

/** A set without characters that no text has; any character of those that there are is any character. */
function minus(set: Ranges, without: readonly number[]): Ranges {
  if (!without.some(point => has(set, point))) return set
  const none = union(...without.map(point => [point, point]))
  const left = complement(union(complement(set), none))
  return left.join() === complement(none).join() ? everything : left
}

const everything = complement([])

function ofRanges(set: Ranges): RegexTree {
  const items: { from: number; to: number }[] = []
  for (let at = 0; at + 1 < set.length; at += 2) items.push({ from: set[at]!, to: set[at + 1]! })
  return { kind: 'set', items, negated: false, fold: false }
}

/** Adds a part of a sequence; `x*x*` is `x*`, `x x*` is left as it is written. */
function add(out: RegexTree[], part: RegexTree): void {
  if (part.kind === 'empty') return
  const last = out.at(-1)
  if (last?.kind === 'repeat' && part.kind === 'repeat' && JSON.stringify(last.of) === JSON.stringify(part.of)) {
    const max = last.max === undefined || part.max === undefined ? undefined : last.max + part.max
    // A count of a class is one count, however it is cut.
    if (
      last.how === part.how &&
      (last.max === undefined || last.max === last.min || part.max === undefined || part.max === part.min)
    ) {
      out[out.length - 1] = { ...last, min: last.min + part.min, max }
      return
    }
  }
  out.push(part)
}

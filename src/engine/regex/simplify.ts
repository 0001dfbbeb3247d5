// Regular expressions made simpler for a yes-or-no question: parts that cannot change the answer are dropped. Never changes which texts match.

import { meet, type Ranges, union } from '../../ir/regex/characters.ts'
import { characterSet, partsOf, type RegexTree } from '../../ir/regex.ts'

type Choice = 'yes' | 'no' | 'maybe'

/** What can come next: the characters it may begin with (perhaps more than can), and whether it may be nothing at all; `maybe` where an edge or a look decides. */
interface Next {
  readonly set: Ranges
  readonly empty: Choice
}

const everything: Ranges = [0, 0x10ffff]

/** A tree without references to groups, simplified; `whole`: it must match the whole text. */
export function simplify(tree: RegexTree, whole: boolean): RegexTree {
  const relaxed = relax(ungrouped(tree), whole ? { set: [], empty: 'no' } : { set: [], empty: 'yes' })
  return whole ? relaxed : withoutEnds(relaxed)
}

/** Without groups that only count: no reference asks for them. */
function ungrouped(tree: RegexTree): RegexTree {
  switch (tree.kind) {
    case 'group':
      return ungrouped(tree.of)
    case 'sequence': {
      const parts = tree.of.map(ungrouped).flatMap(part => (part.kind === 'sequence' ? part.of : [part]))
      return { kind: 'sequence', of: parts }
    }
    case 'choice':
      return { kind: 'choice', of: tree.of.map(ungrouped) }
    case 'repeat':
    case 'atomic':
    case 'look':
      return { ...tree, of: ungrouped(tree.of) }
    default:
      return tree
  }
}

/** What a part may begin with, and whether it may take nothing. */
function firstOf(tree: RegexTree): Next {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any':
      return { set: characterSet(tree), empty: 'no' }
    case 'empty':
      return { set: [], empty: 'yes' }
    case 'edge':
      // `relax` asks what may follow where a character of a run follows: the end does not, the end of a line only before a line feed.
      if (tree.at === 'end') return { set: [], empty: 'no' }
      if (tree.at === 'line-end' || tree.at === 'last') return { set: [10, 10], empty: 'no' }
      return { set: [], empty: 'maybe' }
    case 'look':
      return { set: [], empty: 'maybe' }
    case 'reference':
      return { set: everything, empty: 'maybe' }
    case 'group':
      return firstOf(tree.of)
    case 'atomic': {
      const inner = firstOf(tree.of)
      return inner.empty === 'no' ? inner : { ...inner, empty: 'maybe' }
    }
    case 'repeat': {
      const inner = firstOf(tree.of)
      const empty = tree.min === 0 ? 'yes' : inner.empty
      return { set: inner.set, empty: empty !== 'no' && tree.how === 'possessive' ? 'maybe' : empty }
    }
    case 'sequence':
      return tree.of.reduceRight<Next>((after, part) => followed(firstOf(part), after), { set: [], empty: 'yes' })
    case 'choice': {
      const branches = tree.of.map(firstOf)
      const empty = branches.some(branch => branch.empty === 'yes')
        ? 'yes'
        : branches.some(branch => branch.empty === 'maybe')
          ? 'maybe'
          : 'no'
      return { set: union(...branches.map(branch => branch.set)), empty }
    }
  }
}

function followed(first: Next, after: Next): Next {
  if (first.empty === 'no') return first
  const empty = after.empty === 'no' ? 'no' : first.empty === 'yes' ? after.empty : 'maybe'
  return { set: union(first.set, after.set), empty }
}

/**
 * Possessive quantifiers and atomic groups made ordinary where that cannot change the answer: what they took cannot be given back to any use,
 * because what follows cannot begin inside it, or because nothing need follow.
 */
function relax(tree: RegexTree, after: Next): RegexTree {
  switch (tree.kind) {
    case 'sequence': {
      const parts: RegexTree[] = []
      let next = after
      for (const part of [...tree.of].reverse()) {
        parts.unshift(relax(part, next))
        next = followed(firstOf(part), next)
      }
      return { ...tree, of: parts }
    }
    case 'choice':
      return { ...tree, of: tree.of.map(part => relax(part, after)) }
    case 'atomic': {
      if (oneWay(tree.of)) return relax(tree.of, after)
      const { of } = tree
      if (of.kind === 'repeat' && of.how !== 'lazy' && isCharacter(of.of) && givesNothingBack(of, after))
        return { ...of, how: 'greedy' }
      return tree
    }
    case 'repeat': {
      if (tree.how === 'possessive') {
        if (isCharacter(tree.of) && givesNothingBack(tree, after)) return { ...tree, how: 'greedy' }
        return tree
      }
      // Between two rounds the next round may follow as well; that the pattern may end here is true of the last one only.
      const again: Next = {
        set: union(firstOf(tree.of).set, after.set),
        empty: after.empty === 'no' ? 'no' : tree.max === 1 ? after.empty : 'maybe',
      }
      return { ...tree, of: relax(tree.of, again) }
    }
    case 'look':
      return tree.ahead ? { ...tree, of: relax(tree.of, { set: [], empty: 'yes' }) } : tree
    default:
      return tree
  }
}

function isCharacter(tree: RegexTree): tree is RegexTree & { kind: 'char' | 'set' | 'any' } {
  return tree.kind === 'char' || tree.kind === 'set' || tree.kind === 'any'
}

function givesNothingBack(tree: RegexTree & { kind: 'repeat' }, after: Next): boolean {
  if (after.empty === 'maybe' || !isCharacter(tree.of)) return false
  return after.empty === 'yes' || !meet(characterSet(tree.of), after.set)
}

/** Whether a part can match at one place in one way only. */
function oneWay(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'choice':
    case 'reference':
      return false
    case 'repeat':
      return tree.min === tree.max && oneWay(tree.of)
    case 'look':
    case 'atomic':
      return true
    default:
      return partsOf(tree).every(oneWay)
  }
}

/** A search without what may be missing at its ends: `.*plink\s+` finds what `plink\s` finds. */
function withoutEnds(tree: RegexTree): RegexTree {
  const parts = [...(tree.kind === 'sequence' ? tree.of : [tree])]
  while (parts.length > 0 && firstOf(parts[0]!).empty === 'yes') parts.shift()
  while (parts.length > 0 && firstOf(parts.at(-1)!).empty === 'yes') parts.pop()
  const last = parts.at(-1)
  if (last?.kind === 'repeat' && last.min > 0) parts[parts.length - 1] = fewest(last)
  const first = parts[0]
  if (first?.kind === 'repeat' && first.min > 0 && first.how !== 'possessive') parts[0] = fewest(first)
  return parts.length === 1 ? parts[0]! : { kind: 'sequence', of: parts }
}

function fewest(tree: RegexTree & { kind: 'repeat' }): RegexTree {
  return tree.min === 1 ? tree.of : { ...tree, max: tree.min, how: 'greedy' }
}

/** Whether a match begins with a character and not with an edge or a look. (The host's search can find an edge inside a character beyond U+FFFF.) */
export function startsWithCharacter(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any':
      return true
    case 'repeat':
      return tree.min > 0 && startsWithCharacter(tree.of)
    case 'sequence':
      return tree.of.length > 0 && startsWithCharacter(tree.of[0]!)
    case 'choice':
      return tree.of.every(startsWithCharacter)
    case 'group':
      return startsWithCharacter(tree.of)
    default:
      return false
  }
}

/** The most steps that trying every way from one place could take, for the host's backtracking; infinite with a repeat without bound, and where the host has no such construct. */
export function mostSteps(tree: RegexTree): number {
  const { ways, length } = effort(tree)
  return ways * Math.max(1, length)
}

function effort(tree: RegexTree): { readonly ways: number; readonly length: number } {
  switch (tree.kind) {
    case 'reference':
    case 'atomic':
      return { ways: Number.POSITIVE_INFINITY, length: 1 }
    case 'repeat': {
      if (tree.max === undefined || tree.how === 'possessive') return { ways: Number.POSITIVE_INFINITY, length: 1 }
      const inner = effort(tree.of)
      let ways = 0
      for (let count = tree.min; count <= tree.max && ways < 1e6; count++) ways += inner.ways ** count
      return { ways, length: inner.length * tree.max }
    }
    case 'choice': {
      const parts = tree.of.map(effort)
      return {
        ways: parts.reduce((sum, part) => sum + part.ways, 0),
        length: parts.reduce((most, part) => Math.max(most, part.length), 0),
      }
    }
    case 'sequence':
      return tree.of
        .map(effort)
        .reduce((sum, part) => ({ ways: sum.ways * part.ways, length: sum.length + part.length }), { ways: 1, length: 0 })
    case 'group':
      return effort(tree.of)
    case 'look': {
      const inner = effort(tree.of)
      return { ways: inner.ways + 1, length: inner.length }
    }
    default:
      return { ways: 1, length: 1 }
  }
}

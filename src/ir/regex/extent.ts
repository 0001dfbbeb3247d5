// How much a part of a regular expression can take, and how big it is when written out.

import type { RegexTree } from './tree.ts'

/** The greatest number of characters that a part can take, or undefined when there is none. A reference counts as unbounded. */
export function longest(tree: RegexTree): number | undefined {
  switch (tree.kind) {
    case 'empty':
    case 'edge':
    case 'look':
      return 0
    case 'char':
    case 'set':
    case 'any':
      return 1
    case 'reference':
      return undefined
    case 'group':
    case 'atomic':
      return longest(tree.of)
    case 'repeat': {
      const inner = longest(tree.of)
      if (inner === 0) return 0
      return inner === undefined || tree.max === undefined ? undefined : inner * tree.max
    }
    case 'sequence':
    case 'choice': {
      let total = 0
      for (const part of tree.of) {
        const length = longest(part)
        if (length === undefined) return undefined
        total = tree.kind === 'sequence' ? total + length : Math.max(total, length)
      }
      return total
    }
  }
}

/** The least number of characters that a part takes; more than a million count as a million. */
export function shortest(tree: RegexTree): number {
  switch (tree.kind) {
    case 'empty':
    case 'edge':
    case 'look':
    case 'reference':
      return 0
    case 'char':
    case 'set':
    case 'any':
      return 1
    case 'group':
    case 'atomic':
      return shortest(tree.of)
    case 'repeat':
      return Math.min(1_000_000, shortest(tree.of) * tree.min)
    case 'sequence':
      return Math.min(
        1_000_000,
        tree.of.reduce((total, part) => total + shortest(part), 0),
      )
    case 'choice':
      return tree.of.reduce((least, part) => Math.min(least, shortest(part)), 1_000_000)
  }
}

/** How many one-character steps the pattern is when its counted repeats are written out; stops counting far beyond the bound. */
export function unrolledSize(tree: RegexTree): number {
  switch (tree.kind) {
    case 'sequence':
    case 'choice': {
      let total = 1
      for (const part of tree.of) total += part.kind === 'char' || part.kind === 'set' ? 1 : unrolledSize(part)
      return Math.min(1e9, total)
    }
    case 'group':
    case 'atomic':
    case 'look':
      return 1 + unrolledSize(tree.of)
    case 'repeat':
      return Math.min(1e9, unrolledSize(tree.of) * Math.max(1, tree.max ?? tree.min + (tree.min === 0 ? 1 : 0)) + 1)
    default:
      return 1
  }
}

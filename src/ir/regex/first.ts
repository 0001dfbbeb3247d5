// With which characters a regular expression can begin, so that it is not tried where it cannot match.

import { characterSet, type RegexTree } from './tree.ts'

/** Marks in `into` (by code point, as far as it goes) each character that a text of the tree may begin with; true where the tree also matches nothing, or what it begins with is not known. */
export function markFirst(tree: RegexTree, into: Uint8Array): boolean {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any': {
      const set = characterSet(tree)
      for (let i = 0; i < set.length && set[i]! < into.length; i += 2) into.fill(1, set[i]!, set[i + 1]! + 1)
      return false
    }
    case 'sequence':
      for (const part of tree.of) if (!markFirst(part, into)) return false
      return true
    case 'choice': {
      let open = false
      for (const part of tree.of) if (markFirst(part, into)) open = true
      return open
    }
    case 'repeat':
      return markFirst(tree.of, into) || tree.min === 0
    case 'group':
    case 'atomic':
      return markFirst(tree.of, into)
    default:
      // Places and look-around take nothing; what a reference takes is not known.
      if (tree.kind === 'reference') into.fill(1)
      return true
  }
}

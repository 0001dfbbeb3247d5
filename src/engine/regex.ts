// Compiles a portable regular expression to a test of a text. No pattern can stall a hunt: without references to groups a test takes time
// proportional to the text, with them a bounded number of steps.

import { type RegexTree, readPortable } from '../ir/regex.ts'
import type { Outcome } from '../text/diagnostic.ts'
import { automaton } from './automaton.ts'
import { backtracker } from './backtrack.ts'
import { instructions } from './instructions.ts'

/** A compiled regular expression. */
export interface Regex {
  /** Whether the text matches (somewhere, or as a whole if compiled so); undefined when that could not be settled within the bound of steps or memory. */
  test(text: string): boolean | undefined
  /** Whether the time is proportional to the text for every text. */
  readonly linear: boolean
}

export interface RegexOptions {
  /** Case is ignored, as if the pattern began with `(?i)`. */
  readonly fold: boolean
  /** The whole text must match, not a part of it. */
  readonly whole: boolean
}

const compiled = new Map<string, Outcome<Regex>>()
const mostCompiled = 10_000

/** The test that a pattern in the portable form (`ir/regex.ts`) stands for, or what is wrong with the pattern. Compiled patterns are kept. */
export function compileRegex(pattern: string, options: RegexOptions): Outcome<Regex> {
  const key = `${options.fold ? 'i' : '-'}${options.whole ? 'w' : '-'}${pattern}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  const { value, diagnostics } = readPortable(pattern)
  const outcome: Outcome<Regex> =
    value === undefined
      ? { diagnostics }
      : { value: compileTree(options.fold ? ignoreCase(value) : value, options.whole), diagnostics }
  if (compiled.size >= mostCompiled) compiled.clear()
  compiled.set(key, outcome)
  return outcome
}

function compileTree(tree: RegexTree, whole: boolean): Regex {
  const program = instructions(tree, whole)
  if (!program.references && !program.looks) return { test: automaton(program), linear: true }
  return { test: backtracker(program), linear: !program.references }
}

/** A tree in which case is ignored everywhere. */
function ignoreCase(tree: RegexTree): RegexTree {
  switch (tree.kind) {
    case 'char':
    case 'reference':
      return { ...tree, fold: true }
    case 'set':
      return {
        ...tree,
        fold: true,
        items: tree.items.map(item =>
          'named' in item && (item.named === 'upper' || item.named === 'lower') ? { ...item, named: 'alpha' } : item,
        ),
      }
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(ignoreCase) }
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return { ...tree, of: ignoreCase(tree.of) }
    default:
      return tree
  }
}

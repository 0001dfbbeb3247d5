// Compiles a portable regular expression to a test of a text. No pattern can stall a hunt: without references to groups a test takes time
// proportional to the text, with them a bounded number of steps.

import { printRegex, type RegexTree, readPortable, requiredLiterals } from '../ir/regex.ts'
import type { Outcome } from '../text/diagnostic.ts'
import { fold } from '../text/fold.ts'
import { automaton } from './regex/automaton.ts'
import { backtracker } from './regex/backtrack.ts'
import { hasReference, instructions } from './regex/instructions.ts'
import { mostSteps, simplify, startsWithCharacter } from './regex/simplify.ts'

/** A compiled regular expression. */
export interface Regex {
  /**
   * Whether the text matches (somewhere, or as a whole if compiled so); undefined when that could not be settled within the bound of steps or
   * memory. `folded` is the text folded, for who has it already.
   */
  test(text: string, folded?: string): boolean | undefined
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
/** Patterns of many rules written for many targets are long, and what is made of one takes many times its length. */
const mostCharacters = 1 << 19
let characters = 0

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
  if (compiled.size >= mostCompiled || characters > mostCharacters) {
    compiled.clear()
    characters = 0
  }
  characters += pattern.length
  compiled.set(key, outcome)
  return outcome
}

/** Steps from one place up to which the host's own matcher is used: it cannot take more than this for each character. */
const nativeSteps = 64
/** More literals than this take longer to look for than the pattern. */
const mostLiterals = 6

function compileTree(tree: RegexTree, whole: boolean): Regex {
  const references = hasReference(tree)
  // Made when first used: most rules of a collection never see a text that they look at.
  let ready: Test | undefined
  const test: Test = (text, folded) => {
    ready ??= references ? backtracker(instructions(tree, whole)) : fastest(simplify(tree, whole), whole)
    return ready(text, folded)
  }
  return { test, linear: !references }
}

type Test = (text: string, folded?: string) => boolean | undefined

function fastest(tree: RegexTree, whole: boolean): Test {
  const run = native(tree, whole) ?? guarded(tree, inSteps(tree, whole))
  const exact = requiredLiterals(tree, true)
  if (exact?.length === 1) return text => text.includes(exact[0]!) && run(text)
  if (exact !== undefined && exact.length <= mostLiterals)
    return text => exact.some(literal => text.includes(literal)) && run(text)
  const literals = requiredLiterals(tree)
  if (literals === undefined || literals.length > mostLiterals) return run
  return (text, folded = fold(text)) => literals.some(literal => folded.includes(literal)) && run(text)
}

/** How many repetitions of one character a guard asks for. */
const guardRepeats = 8

/** A test that is asked only of texts in which the beginning of the pattern occurs, which the host's own matcher finds sooner. */
function guarded(tree: RegexTree, run: Test): Test {
  const begin: RegexTree[] = []
  for (const part of tree.kind === 'sequence' ? tree.of : []) {
    if (isCharacter(part)) begin.push(part)
    else if (part.kind === 'repeat' && isCharacter(part.of) && part.min > 0) {
      const least = Math.min(part.min, guardRepeats)
      begin.push({ ...part, min: least, max: least })
      // What follows a repetition need not follow its least number.
      if (part.max !== least) break
    } else break
  }
  const guard = begin.length < 2 ? undefined : native({ kind: 'sequence', of: begin }, false)
  return guard === undefined ? run : text => guard(text) === true && run(text)
}

const isCharacter = ({ kind }: RegexTree): boolean => kind === 'char' || kind === 'set' || kind === 'any'

/** The host's own matcher, for patterns that leave it few ways to try; it is given the tree as text, never the rule's text. */
function native(tree: RegexTree, whole: boolean): Test | undefined {
  if (mostSteps(tree) > nativeSteps || !startsWithCharacter(tree)) return undefined
  const text = printRegex(tree, 'javascript').value
  if (text === undefined) return undefined
  const host = new RegExp(whole ? `^(?:${text})$` : text, 'u')
  return value => host.test(value)
}

function inSteps(tree: RegexTree, whole: boolean): Test {
  const program = instructions(tree, whole)
  return program.looks ? backtracker(program) : automaton(program)
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

// What the groups of a regular expression take from a text. Time is proportional to text times pattern, or bounded in steps where the pattern refers to groups or looks around.

import { partsOf, type RegexTree, readPortable } from '../../ir/regex.ts'
import { compileRegex } from '../regex.ts'
import { searcher } from './backtrack.ts'
import { instructions } from './instructions.ts'

/** One match: where it is, and what each group took, by its number; group 0 is the whole. */
export interface Captured {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
}

/** A pattern that captures. */
export interface Capturing {
  /** The numbers of the groups that have names. */
  readonly names: ReadonlyMap<string, number>
  readonly count: number
  /** The first match from a position on; undefined where there is none, or none was found within the bound of steps. */
  first(text: string, from?: number): Captured | undefined
  /** Matches one after the other, up to a number of them. */
  all(text: string, most?: number): readonly Captured[]
}

const compiled = new Map<string, Capturing | undefined>()
const mostCompiled = 2000
const mostMatches = 100_000

/** The captures of a pattern in the portable form; undefined for a pattern that cannot be read. Compiled patterns are kept. */
export function captures(pattern: string): Capturing | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern)
  if (compiled.size >= mostCompiled) compiled.clear()
  const made = make(pattern)
  compiled.set(pattern, made)
  return made
}

function make(pattern: string): Capturing | undefined {
  const tree = readPortable(pattern).value
  const test = compileRegex(pattern, { fold: false, whole: false }).value
  if (tree === undefined || test === undefined) return undefined
  const names = new Map<string, number>()
  let count = 0
  const visit = (node: RegexTree): void => {
    if (node.kind === 'group') {
      count = Math.max(count, node.index)
      if (node.name !== undefined && !names.has(node.name)) names.set(node.name, node.index)
    }
    for (const part of partsOf(node)) visit(part)
  }
  visit(tree)
  const program = instructions(tree, false, true)
  const search = searcher(program)
  const first = (text: string, from = 0): Captured | undefined => {
    // Most texts do not match, which the test says at once.
    if (from === 0 && test.test(text) === false) return undefined
    const found = search(text, from)
    if (found === undefined || found === null) return undefined
    const groups: (string | undefined)[] = [text.slice(found.start, found.end)]
    for (let group = 1; group <= count; group++) {
      const start = found.noted[group * 3]!
      const end = found.noted[group * 3 + 1]!
      groups.push(start < 0 || end < start ? undefined : text.slice(start, end))
    }
    return { start: found.start, end: found.end, groups }
  }
  return {
    names,
    count,
    first,
    all(text, most = mostMatches) {
      const out: Captured[] = []
      for (let from = 0; from <= text.length && out.length < most; ) {
        const found = first(text, from)
        if (found === undefined || (program.anchored && from > 0)) break
        out.push(found)
        from = found.end > found.start ? found.end : found.end + (text.codePointAt(found.end)! > 0xffff ? 2 : 1)
      }
      return out
    },
  }
}

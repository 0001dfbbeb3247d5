// The portable regular expression: a tree that says everything, its text form, and its other flavours. The text form is read by `readPortable` to the same meaning on every machine.

import type { Outcome } from '../text/diagnostic.ts'
import { codes as luceneCodes } from './regex/lucene.ts'
import { codes as readCodes, readPcre } from './regex/pcre.ts'
import { codes as printCodes, printRegex } from './regex/print.ts'
import { codes as readLuceneCodes } from './regex/read-lucene.ts'
import type { PcreOptions } from './regex/reading.ts'
import type { RegexTree } from './regex/tree.ts'

export { shortest } from './regex/extent.ts'
export { markFirst } from './regex/first.ts'
export { requiredGroups, requiredLiterals, requiredRuns } from './regex/literals.ts'
export { printRegex, type RegexFlavour } from './regex/print.ts'
export { readLucene } from './regex/read-lucene.ts'
export { characterSet, type Edge, partsOf, type RegexTree, type SetItem } from './regex/tree.ts'

export const codes: Readonly<Record<string, string>> = { ...readCodes, ...printCodes, ...luceneCodes, ...readLuceneCodes }

/**
 * A pattern of another flavour in the portable form, flags written inside: `Plink.*` with `ignoreCase` becomes `(?i)Plink.*`.
 * Reports what is wrong with the pattern or has no portable form, with spans in the pattern. Rules: docs/decisions/020-regex.md.
 */
export function portableRegex(text: string, options: PcreOptions & { readonly flavour: 'pcre' }): Outcome<string> {
  const { value, diagnostics } = readPcre(text, options)
  if (value === undefined) return { diagnostics }
  return { value: printRegex(value, 'portable').value, diagnostics }
}

const read = new Map<string, Outcome<RegexTree>>()
/** Characters of patterns whose trees are kept; a tree takes a hundred times its pattern. */
const mostKept = 1 << 17
let kept = 0

/** The tree of a pattern in the portable form. The form is itself PCRE dress, without any flag set outside the text. Trees are kept for a while: a pattern is read by whatever prints, proves or runs it. */
export function readPortable(pattern: string): Outcome<RegexTree> {
  const known = read.get(pattern)
  if (known !== undefined) return known
  const outcome = readPcre(pattern, {}, true)
  if (kept > mostKept) {
    read.clear()
    kept = 0
  }
  kept += pattern.length
  read.set(pattern, outcome)
  return outcome
}

/** A pattern in PCRE dress, of which nothing is asked but its portable form; with the groups that it may call by name. */
export function writePortable(pattern: string, calls?: ReadonlyMap<string, RegexTree>): Outcome<string> {
  const { value, diagnostics } = readPcre(pattern, { placeless: true, ...(calls === undefined ? {} : { calls }) }, true)
  if (value === undefined) return { diagnostics }
  return { value: printRegex(value, 'portable', calls === undefined ? undefined : new Set(calls.values())).value, diagnostics }
}

/** A group that patterns call by name, read once for all of them: it may call those that are known. */
export function readCalled(pattern: string, calls: ReadonlyMap<string, RegexTree>): Outcome<RegexTree> {
  return readPcre(pattern, { placeless: true, calls }, true)
}

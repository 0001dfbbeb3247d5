// What a text must contain for a regular expression to match it: literals to look for first, because that is many times faster.

import { fold } from '../../text/fold.ts'
import { ignoringCase, type Ranges, size } from './characters.ts'
import { characterSet, type RegexTree } from './tree.ts'

/** `exact`: every text that the part can take, folded. `best`: texts of which one occurs, folded, wherever the part matches. */
interface Needs {
  readonly exact?: readonly string[]
  readonly best?: readonly string[]
}

const mostTexts = 12
/** A class of more characters than this ends a literal: it would only multiply it. */
const mostOfClass = 3
const longestText = 64

/**
 * Literals of which at least one occurs in every text that the pattern matches, or undefined when there are none to rely on. They are folded, to
 * be looked for in the folded text; with `exactCase` they are as written, to be looked for in the text itself.
 */
export function requiredLiterals(tree: RegexTree, exactCase = false): readonly string[] | undefined {
  const needs = needsOf(tree, exactCase ? text => text : fold)
  const best = better(needs.exact, needs.best)
  return best === undefined || shortest(best) === 0 ? undefined : best
}

const shortest = (texts: readonly string[]) =>
  texts.reduce((least, text) => Math.min(least, text.length), Number.POSITIVE_INFINITY)

/** Long literals are worth more than short ones, few more than many. */
const worth = (texts: readonly string[]) => Math.min(shortest(texts), 8) / (3 + texts.length)

function better(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return worth(a) >= worth(b) ? a : b
}

function crossed(a: readonly string[], b: readonly string[]): readonly string[] | undefined {
  if (a.length * b.length > mostTexts * 4) return undefined
  const out = [...new Set(a.flatMap(first => b.map(second => first + second)))]
  return out.length > mostTexts || out.some(text => text.length > longestText) ? undefined : out
}

const nothing: Needs = { exact: [''] }

function needsOf(tree: RegexTree, same: (text: string) => string): Needs {
  switch (tree.kind) {
    case 'empty':
    case 'edge':
      return nothing
    case 'any':
    case 'reference':
      return {}
    case 'char':
    case 'set': {
      const set = characterSet(tree)
      if (size(set) > mostOfClass * 4) return {}
      const texts = new Set<string>()
      for (let i = 0; i < set.length; i += 2)
        for (let point = set[i]!; point <= set[i + 1]!; point++) texts.add(same(String.fromCodePoint(point)))
      return texts.size > mostOfClass ? {} : { exact: [...texts] }
    }
    case 'group':
    case 'atomic':
      return needsOf(tree.of, same)
    case 'look': {
      if (tree.negative) return nothing
      const inner = needsOf(tree.of, same)
      const best = better(inner.exact, inner.best)
      return best === undefined ? nothing : { exact: [''], best }
    }
    case 'sequence':
      return sequenceNeeds(tree.of.map(part => needsOf(part, same)))
    case 'choice': {
      const branches = tree.of.map(part => needsOf(part, same))
      const exact = joined(branches.map(branch => branch.exact))
      const best = joined(branches.map(branch => better(branch.exact, branch.best)))
      return { ...(exact === undefined ? {} : { exact }), ...(best === undefined ? {} : { best }) }
    }
    case 'repeat': {
      const inner = needsOf(tree.of, same)
      if (tree.min === 0) {
        return tree.max === 1 && inner.exact !== undefined && inner.exact.length < mostTexts
          ? { exact: ['', ...inner.exact] }
          : {}
      }
      if (tree.min === tree.max && tree.min <= longestText) return sequenceNeeds(Array.from({ length: tree.min }, () => inner))
      const best = better(inner.exact, inner.best)
      return best === undefined ? {} : { best }
    }
  }
}

function joined(sets: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const out = new Set<string>()
  for (const set of sets) {
    if (set === undefined) return undefined
    for (const text of set) out.add(text)
    if (out.size > mostTexts) return undefined
  }
  return [...out]
}

function sequenceNeeds(parts: readonly Needs[]): Needs {
  let run: readonly string[] = ['']
  let best: readonly string[] | undefined
  let whole = true
  for (const part of parts) {
    best = better(best, part.best)
    const longer = part.exact === undefined ? undefined : crossed(run, part.exact)
    if (longer !== undefined) {
      run = longer
      continue
    }
    // The run of neighbours ends here, and the next begins with this part.
    whole = false
    best = better(best, run)
    run = part.exact ?? ['']
  }
  if (whole) return { exact: run, ...(best === undefined ? {} : { best }) }
  best = better(best, run)
  return best === undefined ? {} : { best }
}

// Every need ────────────────────────────────────────────────────────────────────

/** What stands side by side in a match: texts of which one is there, folded, or anything, in which one of each of some groups of texts is. */
type Piece = readonly string[] | { readonly inside: readonly (readonly string[])[] }

const mostPieces = 96
/** As many characters as `\s` stands for. */
const mostOfWideClass = 6

/**
 * Groups of folded literals of each of which one occurs in every text that the pattern matches; for who knows how often each comes up, and
 * for who looks for several. A class of a few characters is told twice, written out and as what stands around it.
 */
export function requiredGroups(tree: RegexTree): readonly (readonly string[])[] {
  return distinct([mostOfClass, mostOfWideClass].flatMap(most => groupsIn(piecesOf(tree, most))))
}

/** More groups of one part are not told: what is repeated within what is repeated would double them without end. */
const mostGroups = 32

function distinct(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  for (const group of groups) {
    if (found.size >= mostGroups) break
    if (shortest(group) > 0) found.set(group.join('\u0000'), group)
  }
  return [...found.values()]
}

function groupsIn(pieces: readonly Piece[]): readonly (readonly string[])[] {
  const groups: (readonly string[])[] = []
  let run: readonly string[] = ['']
  for (const piece of pieces) {
    if ('inside' in piece) {
      groups.push(run, ...piece.inside)
      run = ['']
      continue
    }
    const longer = crossed(run, piece)
    if (longer === undefined) groups.push(run)
    run = longer ?? piece
  }
  groups.push(run)
  return distinct(groups)
}

const anything: Piece = { inside: [] }

function piecesOf(tree: RegexTree, most: number): readonly Piece[] {
  switch (tree.kind) {
    case 'empty':
    case 'edge':
      return []
    case 'any':
    case 'reference':
      return [anything]
    case 'char':
    case 'set': {
      const set = characterSet(tree)
      if (size(set) > most * 4) return [anything]
      const texts = new Set<string>()
      for (let i = 0; i < set.length; i += 2)
        for (let point = set[i]!; point <= set[i + 1]!; point++) texts.add(fold(String.fromCodePoint(point)))
      return [texts.size > most ? anything : [...texts]]
    }
    case 'group':
    case 'atomic':
      return piecesOf(tree.of, most)
    case 'look':
      return tree.negative ? [] : [{ inside: groupsIn(piecesOf(tree.of, most)) }]
    case 'sequence': {
      const pieces = tree.of.flatMap(part => piecesOf(part, most))
      return pieces.length > mostPieces ? [{ inside: groupsIn(pieces) }] : pieces
    }
    case 'choice': {
      const branches = tree.of.map(part => piecesOf(part, most))
      const exact = joined(branches.map(exactOf))
      if (exact !== undefined) return [exact]
      // Of each branch the best, so that one of all of them is there.
      const best = joined(
        branches.map(branch => groupsIn(branch).reduce<readonly string[] | undefined>((a, b) => better(a, b), undefined)),
      )
      return [{ inside: best === undefined ? [] : [best] }]
    }
    case 'repeat': {
      const inner = piecesOf(tree.of, most)
      const exact = exactOf(inner)
      if (tree.min === 0) {
        return [tree.max === 1 && exact !== undefined && exact.length < mostTexts ? ['', ...exact] : anything]
      }
      if (inner.length * 2 >= mostPieces) return [{ inside: groupsIn(inner) }]
      if (tree.min === tree.max && inner.length * tree.min < mostPieces)
        return Array.from({ length: tree.min }, () => inner).flat()
      // What stands before it touches the first, what comes behind it the last; they may be the same.
      return [...inner, anything, ...inner]
    }
  }
}

/** The texts that pieces can take as a whole, where they can be told. */
function exactOf(pieces: readonly Piece[]): readonly string[] | undefined {
  let run: readonly string[] | undefined = ['']
  for (const piece of pieces) run = run === undefined || 'inside' in piece ? undefined : crossed(run, piece)
  return run
}

/** Characters of one kind side by side, so many at least: ranges of ASCII, none of them a quotation mark, a backslash or a control character. */
export interface Run {
  readonly least: number
  readonly ranges: readonly number[]
}

const leastRun = 8
const mostRun = 4096
/** Characters beyond ASCII whose folding is ASCII, and that: who looks for runs looks at texts in which they are it already. */
const becoming = [
  [0x212a, 0x6b],
  [0x17f, 0x73],
] as const

/** Runs that are in every text that the pattern matches. `anyCase`: case is ignored whatever the pattern says. */
export function requiredRuns(tree: RegexTree, anyCase: boolean): readonly Run[] {
  switch (tree.kind) {
    case 'group':
    case 'atomic':
      return requiredRuns(tree.of, anyCase)
    case 'sequence':
      return tree.of.flatMap(part => requiredRuns(part, anyCase)).slice(0, mostGroups)
    case 'repeat': {
      if (tree.min === 0) return []
      if (tree.of.kind !== 'char' && tree.of.kind !== 'set') return requiredRuns(tree.of, anyCase)
      if (tree.min < leastRun) return []
      const set = characterSet(tree.of)
      const ranges = asciiOf(anyCase ? ignoringCase(set) : set)
      return ranges === undefined ? [] : [{ least: Math.min(tree.min, mostRun), ranges }]
    }
    default:
      return []
  }
}

function asciiOf(set: Ranges): readonly number[] | undefined {
  const ranges: number[] = []
  const holds = (point: number) => set.some((from, at) => at % 2 === 0 && from <= point && point <= set[at + 1]!)
  for (let at = 0; at < set.length; at += 2) {
    const [from, to] = [set[at]!, set[at + 1]!]
    if (from > 0x7e) {
      // Only what becomes ASCII may stand here, and what it becomes must be there, too.
      if (from !== to || !becoming.some(([point, ascii]) => point === from && holds(ascii))) return undefined
    } else if (from < 0x20 || to > 0x7e || (from <= 0x22 && to >= 0x22) || (from <= 0x5c && to >= 0x5c)) return undefined
    else ranges.push(from, to)
  }
  return ranges.length === 0 ? undefined : ranges
}

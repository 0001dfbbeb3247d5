// What stands in a pattern: the parts of its tree that checks of regular expressions look at.

import { characterSet, printRegex, type RegexTree, readPortable, shortest } from '../ir/regex.ts'
import type { Asked, Question } from './question.ts'

/** A regular expression that a question asks, as a tree. */
export interface Pattern {
  /** Whether another expression of the same list stands before it. */
  readonly later: boolean
  readonly asked: Asked
  readonly text: string
  readonly tree: RegexTree
  readonly whole: boolean
  readonly fold: boolean
}

const longestPattern = 4000
const mostPatterns = 60

/** The regular expressions that a question wants. */
export function patternsOf(question: Question): readonly Pattern[] {
  const out: Pattern[] = []
  const lists = new Set<unknown>()
  for (const asked of question.tests) {
    const { told, negated } = asked
    if (told?.kind !== 'regex' || negated || told.pattern.length > longestPattern || out.length >= mostPatterns) continue
    const tree = readPortable(told.pattern).value
    if (tree !== undefined) {
      out.push({
        asked,
        text: told.pattern,
        tree,
        whole: told.whole,
        fold: told.fold,
        later: asked.above?.kind === 'or' && lists.has(asked.above),
      })
      lists.add(asked.above)
    }
  }
  return out
}

/** A tree without the brackets that only group. */
export function bare(tree: RegexTree): RegexTree {
  let at = tree
  while (at.kind === 'group' || at.kind === 'atomic') at = at.of
  return at
}

/** The alternatives of a pattern at its outermost level. */
export function alternativesOf(tree: RegexTree): readonly RegexTree[] {
  const inner = bare(tree)
  return inner.kind === 'choice' ? inner.of : [tree]
}

/** The parts of an alternative, one after the other; groups that only bracket a run are opened. */
export function runOf(tree: RegexTree): readonly RegexTree[] {
  const inner = bare(tree)
  if (inner.kind !== 'sequence') return [inner]
  return inner.of.flatMap(part => {
    const opened = bare(part)
    return opened.kind === 'sequence' ? runOf(opened) : [opened]
  })
}

/** A tree as a pattern in the portable form. */
export const written = (tree: RegexTree): string | undefined => printRegex(tree, 'portable').value

/** The least text that a part takes. */
export const least = (tree: RegexTree): number => shortest(tree)

/** The one character that a part stands for, in small letters. */
export function letterOf(tree: RegexTree | undefined): string | undefined {
  if (tree === undefined) return undefined
  const part = bare(tree)
  return part.kind === 'char' ? String.fromCodePoint(part.point).toLowerCase() : undefined
}

/** Whether a part is any character, or any but a line break. */
export const isAny = (tree: RegexTree): boolean => bare(tree).kind === 'any'

/** Every part of a tree, the tree first; as many as are worth looking at. */
export function everyPart(tree: RegexTree): readonly RegexTree[] {
  const out: RegexTree[] = []
  const waiting = [tree]
  for (let next = waiting.pop(); next !== undefined && out.length < 4000; next = waiting.pop()) {
    out.push(next)
    if (next.kind === 'sequence' || next.kind === 'choice')
      for (let at = next.of.length - 1; at >= 0; at--) waiting.push(next.of[at]!)
    else if ('of' in next) waiting.push(next.of)
  }
  return out
}

/** Texts of a pattern that are shown at most. */
const mostSamples = 32

/** Short texts that a pattern takes, one or more for each of its alternatives. Look-around and places are passed over, so that who uses them asks the engine. */
export function samples(tree: RegexTree): readonly string[] {
  return alternativesOf(tree)
    .flatMap(alternative => textsOf(alternative, 0))
    .slice(0, mostSamples)
}

const joined = (parts: readonly (readonly string[])[]): readonly string[] => {
  let out: readonly string[] = ['']
  for (const part of parts) {
    const texts = part.slice(0, 3)
    out = out.flatMap(head => texts.map(text => head + text)).slice(0, 6)
  }
  return out
}

function textsOf(tree: RegexTree, depth: number): readonly string[] {
  if (depth > 60) return ['']
  switch (tree.kind) {
    case 'char':
      return [String.fromCodePoint(tree.point)]
    case 'any':
      return [' ', 'x']
    case 'set': {
      const ranges = characterSet(tree)
      const has = (character: string): boolean => {
        const point = character.codePointAt(0)!
        for (let at = 0; at + 1 < ranges.length; at += 2) if (point >= ranges[at]! && point <= ranges[at + 1]!) return true
        return false
      }
      const plain = ['a', '1', ' ', 'A', '-', '.'].filter(has)
      return plain.length > 0 ? plain.slice(0, 1) : ranges.length > 0 ? [String.fromCodePoint(ranges[0]!)] : []
    }
    case 'group':
    case 'atomic':
      return textsOf(tree.of, depth + 1)
    case 'choice':
      return tree.of.flatMap(part => textsOf(part, depth + 1).slice(0, 1)).slice(0, 6)
    case 'sequence':
      return joined(tree.of.map(part => textsOf(part, depth + 1)))
    case 'repeat': {
      const texts = textsOf(tree.of, depth + 1)
      return tree.min > 64 ? [] : texts.slice(0, 2).map(text => text.repeat(tree.min))
    }
    default:
      return ['']
  }
}

// What a text must contain for a regular expression to match it: literals to look for first, because that is many times faster.

import { fold } from '../../text/fold.ts'
import { size } from './characters.ts'
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

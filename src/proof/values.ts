// One field: is there a text that passes these tests and fails those? Answers the text, or that there is none, or throws a limit.

import { any, matchGlob } from '../ir/glob.ts'
import type { Glob } from '../ir/predicate.ts'
import { has } from '../ir/regex/characters.ts'
import { characterSet, type RegexTree } from '../ir/regex.ts'
import { fold } from '../text/fold.ts'
import type { Literal } from './atoms.ts'
import { Automaton } from './automaton.ts'
import { type Budget, budget, hurry, Limit } from './limits.ts'
import { automatonOf } from './machines.ts'
import { alphabet, keptProduct, product, type Textual } from './product.ts'

export type { Textual } from './product.ts'

export function passes(of: Textual, text: string): boolean {
  if (of.kind === 'automaton') return automatonOf(of).matches(text)
  const own = of.fold ? fold(text) : text
  switch (of.shape) {
    case 'equals':
      return own === of.text
    case 'prefix':
      return own.startsWith(of.text)
    case 'suffix':
      return own.endsWith(of.text)
    case 'contains':
      return own.includes(of.text)
  }
}

export const agrees = (text: string, yes: readonly Textual[], no: readonly Textual[]): boolean =>
  yes.every(one => passes(one, text)) && !no.some(one => passes(one, text))

/** A text read off an expression without search; a wide class takes `fill`. Conditions are passed over, so it is only a try. */
function sample(tree: RegexTree, fill: string): string {
  switch (tree.kind) {
    case 'char':
      return String.fromCodePoint(tree.point)
    case 'any':
      return fill
    case 'set': {
      const set = characterSet(tree)
      for (const character of `${fill}xa0 \\_-/A`) if (has(set, character.codePointAt(0)!)) return character
      return set.length === 0 ? '' : String.fromCodePoint(set[0]!)
    }
    case 'sequence':
      return tree.of.map(part => sample(part, fill)).join('')
    case 'choice':
      return tree.of.map(part => sample(part, fill)).reduce((best, one) => (one.length < best.length ? one : best))
    case 'repeat':
      return sample(tree.of, fill).repeat(Math.min(tree.min, 1000))
    case 'group':
    case 'atomic':
      return sample(tree.of, fill)
    default:
      return ''
  }
}

/** Texts of the pieces of an expression: without what it looks for beside them, with that in its place, and each of these alone. */
export function piecesOf(tree: RegexTree): readonly string[] {
  const looks: RegexTree[] = []
  const told = (of: RegexTree, inside: 'none' | 'wanted' | 'all'): RegexTree => {
    switch (of.kind) {
      case 'look':
        looks.push(of.of)
        return inside === 'all' || (inside === 'wanted' && !of.negative) ? told(of.of, inside) : { kind: 'empty' }
      case 'sequence':
      case 'choice':
        return { ...of, of: of.of.map(part => told(part, inside)) }
      case 'repeat':
      case 'group':
      case 'atomic':
        return { ...of, of: told(of.of, inside) }
      default:
        return of
    }
  }
  const out = [sample(told(tree, 'wanted'), 'x'), sample(told(tree, 'wanted'), ' '), sample(told(tree, 'none'), 'x')]
  out.push(sample(told(tree, 'all'), 'x'), ...looks.slice(0, 8).map(look => sample(look, 'x')))
  return [...new Set(out)]
}

const samples = new WeakMap<RegexTree, string>()
/** A text that most often is of an expression, the same one each time. */
export function sampleOf(tree: RegexTree): string {
  let text = samples.get(tree)
  if (text === undefined) {
    text = sample(tree, 'x')
    samples.set(tree, text)
  }
  return text
}

/** Texts made of the tests that must be passed, the plainest first. */
function candidates(yes: readonly Textual[], no: readonly Textual[]): Iterable<string> {
  const equal = yes.find(one => one.kind === 'literal' && one.shape === 'equals') as Literal | undefined
  if (equal !== undefined) return new Set([equal.text, equal.text.toUpperCase()])
  let prefix = ''
  let suffix = ''
  const inner: string[] = []
  const trees: string[] = []
  for (const one of yes) {
    if (one.kind === 'automaton') trees.push(one.sample ?? sampleOf(one.tree))
    else if (one.shape === 'prefix') prefix = one.text.length > prefix.length ? one.text : prefix
    else if (one.shape === 'suffix') suffix = one.text.length > suffix.length ? one.text : suffix
    else inner.push(one.text)
  }
  const all = [...trees, ...inner]
  const kept: string[] = []
  for (const text of [...all].sort((a, b) => b.length - a.length))
    if (![...kept, prefix, suffix].some(other => fold(other).includes(fold(text)))) kept.push(text)
  // The order of the rule reads better than that of length.
  kept.sort((a, b) => all.indexOf(a) - all.indexOf(b))
  const out: string[] = []
  const [only] = yes
  if (yes.length === 1 && only?.kind === 'automaton') for (const fill of ['x', '0', ' ']) out.push(sample(only.tree, fill))
  const used = new Set([...yes, ...no].flatMap(one => (one.kind === 'literal' ? [...one.text] : [])))
  const fresh = [...'qzjkwv~^!'].find(character => !used.has(character))
  for (const between of ['', ' ', 'x', '_', '0', '\u00a6', ...(fresh === undefined ? [] : [fresh])]) {
    const joined = [prefix, ...kept, suffix].filter(part => part !== '').join(between)
    out.push(joined)
    if (between !== '')
      out.push(`${between}${joined}${between}`, `${prefix}${between}${kept.join(between)}${between}${suffix}`, between + between)
  }
  return new Set([...out, ...out.slice(0, 3).map(text => text.toUpperCase())])
}

/** Whether every text that passes one passes the other, as far as that is plain. */
export function implies(one: Textual, other: Textual): boolean {
  if (one === other || one.key === other.key) return true
  if (one.kind === 'automaton' || other.kind === 'automaton') return fits(one, other)
  if (one.fold && !other.fold) return false
  const own = other.fold && !one.fold ? fold(one.text) : one.text
  switch (other.shape) {
    case 'equals':
      return one.shape === 'equals' && own === other.text
    case 'prefix':
      return (one.shape === 'equals' || one.shape === 'prefix') && own.startsWith(other.text)
    case 'suffix':
      return (one.shape === 'equals' || one.shape === 'suffix') && own.endsWith(other.text)
    case 'contains':
      return own.includes(other.text)
  }
}

/** What stands for a run of any characters, and for any one, where a pattern is read as a text: other patterns have them by their stars only. */
const run = '\ue0f1'
const single = '\ue0f2'

const patternOf = (of: Textual): { readonly of: Glob; readonly fold: boolean } | undefined => {
  if (of.kind === 'automaton') return of.glob
  const parts: Glob = [
    ...(of.shape === 'contains' || of.shape === 'suffix' ? [any] : []),
    of.text,
    ...(of.shape === 'contains' || of.shape === 'prefix' ? [any] : []),
  ]
  return { of: parts, fold: of.fold }
}

/** Whether a pattern, read as a text, is taken by another without wildcards for one character. */
function fits(one: Textual, other: Textual): boolean {
  const [a, b] = [patternOf(one), patternOf(other)]
  if (a === undefined || b === undefined || (a.fold && !b.fold)) return false
  if (b.of.some(part => (typeof part === 'string' ? part.includes(run) || part.includes(single) : part.wild === 'one')))
    return false
  const text = a.of.map(part => (typeof part === 'string' ? part : part.wild === 'any' ? run : single)).join('')
  return matchGlob(b.of, b.fold)(text)
}

/** Whether no text passes both, as far as that is plain. */
export function excludes(one: Textual, other: Textual): boolean {
  if (one.kind !== 'literal' || other.kind !== 'literal') return false
  const folds = one.fold || other.fold
  const a = folds ? fold(one.text) : one.text
  const b = folds ? fold(other.text) : other.text
  if (one.shape === 'equals') {
    if (other.shape === 'equals') return a !== b
    return other.shape === 'contains' ? !a.includes(b) : other.shape === 'prefix' ? !a.startsWith(b) : !a.endsWith(b)
  }
  if (other.shape === 'equals') return excludes(other, one)
  if (one.shape === 'prefix' && other.shape === 'prefix') return !a.startsWith(b) && !b.startsWith(a)
  return one.shape === 'suffix' && other.shape === 'suffix' && !a.endsWith(b) && !b.endsWith(a)
}

/** Whether no text that equals this one passes another test; `false` also where that is not found within bounds. */
export function excludesText(equal: Literal, other: Textual): boolean {
  if (!equal.fold) return !passes(other, equal.text)
  if (other.kind === 'literal') return excludes(equal, other)
  if (passes(other, equal.text)) return false
  try {
    return product([equal, other], [], { ...budget(), steps: 20_000 }, []) === undefined
  } catch (error) {
    if (error instanceof Limit) return false
    throw error
  }
}

const compared = new Map<string, boolean>()
const mostCompared = 20_000
/** Steps of pairs of states that are taken to tell two expressions apart. */
const mostSteps = 150_000

/** Whether two expressions have the same language; `false` also where that is not found within bounds. Answers are kept. */
export function sameLanguage(
  one: Textual & { kind: 'automaton' },
  other: Textual & { kind: 'automaton' },
  without: readonly number[] = [],
): boolean {
  const key = `${one.key}\u0003${other.key}\u0003${without.join()}`
  const known = compared.get(key)
  if (known !== undefined) return known
  const text = sampleOf(one.tree)
  let answer = false
  try {
    // The answer is kept, so it must not depend on what automata were asked before.
    const [a, b] = [new Automaton(one.tree), new Automaton(other.tree)]
    answer = (text === sampleOf(other.tree) || a.matches(text) === b.matches(text)) && same(a, b, alphabet([one, other], without))
  } catch (error) {
    if (!(error instanceof Limit)) throw error
  }
  if (compared.size >= mostCompared) compared.clear()
  compared.set(key, answer)
  return answer
}

function same(a: Automaton, b: Automaton, signs: readonly number[]): boolean {
  const wide = 1 << 20
  const seen = new Set<number>([a.start * wide + b.start])
  const waiting = [...seen]
  let steps = mostSteps
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    steps -= signs.length
    if (steps < 0) return false
    const left = Math.floor(pair / wide)
    const right = pair % wide
    if (a.accepts(left) !== b.accepts(right)) return false
    for (const sign of signs) {
      const next = a.step(left, sign) * wide + b.step(right, sign)
      if (seen.has(next)) continue
      seen.add(next)
      waiting.push(next)
    }
  }
  return true
}

/** What it takes to try some texts with one test. */
const stepsPerTest = 20

/** A text that passes all of `yes` and none of `no`; undefined when there is none. Throws `Limit`. */
export function textFor(
  yes: readonly Textual[],
  no: readonly Textual[],
  cost: Budget,
  without: readonly number[] = [],
): string | undefined {
  if (--cost.texts < 0) throw new Limit('too many questions about single fields')
  // What is made of the tests and asked of each takes its time, too.
  cost.steps -= (yes.length + no.length) * stepsPerTest
  if (cost.steps < 0) throw new Limit('too many questions about single fields')
  hurry(cost.late)
  for (const text of candidates(yes, no))
    if (agrees(text, yes, no) && !without.some(point => text.includes(String.fromCodePoint(point)))) return text
  for (const one of yes) {
    if (no.some(other => implies(one, other))) return undefined
    if (yes.some(other => other !== one && excludes(one, other))) return undefined
  }
  return keptProduct(yes, no, cost, without)
}

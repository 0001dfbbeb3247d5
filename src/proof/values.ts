// One field: is there a text that passes these tests and fails those? Answers the text, or that there is none, or throws a limit.

import { any, matchGlob } from '../ir/glob.ts'
import type { Glob } from '../ir/predicate.ts'
import type { Ranges } from '../ir/regex/characters.ts'
import { has, sameIgnoringCase } from '../ir/regex/characters.ts'
import { characterSet, type RegexTree } from '../ir/regex.ts'
import { fold } from '../text/fold.ts'
import type { Atom, Literal } from './atoms.ts'
import { Automaton } from './automaton.ts'
import { type Budget, bounds, budget, Limit } from './limits.ts'

/** Tests that ask a text. */
export type Textual = Extract<Atom, { kind: 'literal' | 'automaton' }>

const automata = new WeakMap<Textual, Automaton>()

function automatonOf(of: Textual & { kind: 'automaton' }): Automaton {
  let made = automata.get(of)
  if (made === undefined) {
    made = new Automaton(of.tree)
    automata.set(of, made)
  }
  return made
}

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

/** Texts made of the tests that must be passed, the plainest first. */
function candidates(yes: readonly Textual[], no: readonly Textual[]): Iterable<string> {
  const equal = yes.find(one => one.kind === 'literal' && one.shape === 'equals') as Literal | undefined
  if (equal !== undefined) return new Set([equal.text, equal.text.toUpperCase()])
  let prefix = ''
  let suffix = ''
  const inner: string[] = []
  const trees: string[] = []
  for (const one of yes) {
    if (one.kind === 'automaton') trees.push(one.sample ?? sample(one.tree, 'x'))
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

const begin = -1
const end = -2

/** Where literals occur in a text, of which beginning and end are characters of their own (Aho and Corasick). */
class Literals {
  /** By node: the literals that end there. */
  readonly out: number[][] = [[]]
  private readonly next: Map<number, number>[] = [new Map()]
  private readonly fall: number[] = [0]
  private readonly known: Map<number, number>[] = [new Map()]

  constructor(literals: readonly Literal[]) {
    for (const [index, { text, shape }] of literals.entries()) {
      const signs = [...text].map(character => character.codePointAt(0)!)
      if (shape === 'equals' || shape === 'prefix') signs.unshift(begin)
      if (shape === 'equals' || shape === 'suffix') signs.push(end)
      let at = 0
      for (const sign of signs) {
        let to = this.next[at]!.get(sign)
        if (to === undefined) {
          to = this.next.push(new Map()) - 1
          this.out.push([])
          this.fall.push(0)
          this.known.push(new Map())
          this.next[at]!.set(sign, to)
        }
        at = to
      }
      this.out[at]!.push(index)
    }
    const waiting = [...this.next[0]!.values()]
    for (let head = 0; head < waiting.length; head++) {
      const at = waiting[head]!
      for (const [sign, to] of this.next[at]!) {
        let back = this.fall[at]!
        while (back !== 0 && !this.next[back]!.has(sign)) back = this.fall[back]!
        const found = this.next[back]!.get(sign)
        this.fall[to] = found !== undefined && found !== to ? found : 0
        this.out[to] = [...this.out[to]!, ...this.out[this.fall[to]!]!]
        waiting.push(to)
      }
    }
  }

  step(from: number, sign: number): number {
    const known = this.known[from]!.get(sign)
    if (known !== undefined) return known
    let at = from
    while (at !== 0 && !this.next[at]!.has(sign)) at = this.fall[at]!
    const to = this.next[at]!.get(sign) ?? 0
    this.known[from]!.set(sign, to)
    return to
  }

  readonly begin = (): number => this.step(0, begin)
  readonly end = (at: number): number => this.step(at, end)
}

/** Characters in order of taste. */
const nice = [...'abcdefghijklmnopqrstuvwxyz0123456789 _.-ABCDEFGHIJKLMNOPQRSTUVWXYZ/:=,;@+!#~%$\'()[]{}<>"&^|`*?\\'].map(
  character => character.codePointAt(0)!,
)

/** One character for each class of characters that no test tells apart. */
function alphabet(tests: readonly Textual[], without: readonly number[]): readonly number[] {
  const folded = new Set<number>()
  const cased = new Set<number>()
  const sets = new Map<string, Ranges>()
  for (const test of tests) {
    if (test.kind === 'literal') for (const character of test.text) (test.fold ? folded : cased).add(character.codePointAt(0)!)
    else for (const set of automatonOf(test).sets) if (set.length !== 2 || set[0] !== 0) sets.set(set.join(), set)
  }
  const cuts = new Set<number>([0, 32, 127, 0xd800, 0xe000])
  const cut = (from: number, to: number): void => {
    cuts.add(from)
    if (to < 0x10ffff) cuts.add(to + 1)
  }
  for (const point of cased) cut(point, point)
  for (const point of folded) for (const other of sameIgnoringCase(point)) cut(other, other)
  const list = [...sets.values()]
  for (const set of list) for (let at = 0; at + 1 < set.length; at += 2) cut(set[at]!, set[at + 1]!)
  const foldedPoint = (point: number): number => fold(String.fromCodePoint(point)).codePointAt(0)!
  const signature = (point: number): string => {
    const small = foldedPoint(point)
    let out = `${folded.has(small) ? small : ''}|${cased.has(point) ? point : ''}|`
    for (const [index, set] of list.entries()) if (has(set, point)) out += `${index},`
    return out
  }
  const classes = new Map<string, number>()
  const put = (point: number): void => {
    if (without.includes(point)) return
    const key = signature(point)
    if (!classes.has(key)) classes.set(key, point)
  }
  for (const point of nice) put(point)
  const sorted = [...cuts].sort((a, b) => a - b)
  for (const [index, point] of sorted.entries()) {
    if ((point >= 0xd800 && point < 0xe000) || (point >= 32 && point <= 126)) continue
    // NUL only where it is a class of its own.
    put(point === 0 && (sorted[index + 1] ?? 2) > 1 ? 1 : point)
  }
  return [...classes.values()]
}

/** The shortest text that passes and fails as asked, or undefined: all automata at once, breadth first. */
function product(yes: readonly Textual[], no: readonly Textual[], cost: Budget, without: readonly number[]): string | undefined {
  const tests = [...yes, ...no]
  const signs = alphabet(tests, without)
  cost.steps -= signs.length * tests.length
  const small = signs.map(point => fold(String.fromCodePoint(point)).codePointAt(0)!)
  interface Wanted {
    readonly test: Literal
    readonly want: boolean
    readonly bit: number
  }
  let bits = 0
  const literals: Wanted[] = []
  const machines: { readonly machine: Automaton; readonly want: boolean }[] = []
  for (const [list, want] of [
    [yes, true],
    [no, false],
  ] as const)
    for (const test of list) {
      if (test.kind === 'literal') literals.push({ test, want, bit: want ? bits++ : -1 })
      else machines.push({ machine: automatonOf(test), want })
    }
  if (bits > bounds.contained) throw new Limit('too many texts must be contained at once')
  const full = bits === 0 ? 0 : 2 ** bits - 1
  const groups = [true, false]
    .map(folds => literals.filter(one => one.test.fold === folds))
    .filter(list => list.length > 0)
    .map(list => ({ folds: list[0]!.test.fold, list, tree: new Literals(list.map(one => one.test)) }))
  const width = groups.length + 1 + machines.length
  /** What is contained so far, after a node was reached; -1 where a text that must not be there is. */
  const enter = (group: (typeof groups)[number], node: number, mask: number): number => {
    let out = mask
    for (const index of group.tree.out[node]!) {
      const one = group.list[index]!
      if (!one.want) return -1
      out |= 1 << one.bit
    }
    return out
  }
  const first = new Array<number>(width).fill(0)
  let mask = 0
  for (const [index, group] of groups.entries()) {
    first[index] = group.tree.begin()
    mask = enter(group, first[index]!, mask)
    if (mask < 0) return undefined
  }
  first[groups.length] = mask
  for (const [index, { machine }] of machines.entries()) first[groups.length + 1 + index] = machine.start
  const states: number[][] = [first]
  const parents = [-1]
  const taken = [0]
  const seen = new Set([first.join()])
  const done = (state: readonly number[]): boolean => {
    let all = state[groups.length]!
    for (const [index, group] of groups.entries()) {
      all = enter(group, group.tree.end(state[index]!), all)
      if (all < 0) return false
    }
    return (
      all === full && machines.every(({ machine, want }, index) => machine.accepts(state[groups.length + 1 + index]!) === want)
    )
  }
  const textAt = (at: number): string => {
    const points: number[] = []
    for (let place = at; parents[place]! >= 0; place = parents[place]!) points.push(taken[place]!)
    return points
      .reverse()
      .map(point => String.fromCodePoint(point))
      .join('')
  }
  if (done(first)) return ''
  for (let head = 0; head < states.length; head++) {
    const state = states[head]!
    cost.steps -= signs.length * width
    if (cost.steps < 0) throw new Limit('the tests on one field multiply into too many states')
    next: for (let sign = 0; sign < signs.length; sign++) {
      const to = new Array<number>(width)
      let all = state[groups.length]!
      for (let index = 0; index < groups.length; index++) {
        const group = groups[index]!
        const node = group.tree.step(state[index]!, group.folds ? small[sign]! : signs[sign]!)
        to[index] = node
        all = enter(group, node, all)
        if (all < 0) continue next
      }
      to[groups.length] = all
      for (let index = 0; index < machines.length; index++) {
        const { machine, want } = machines[index]!
        const after = machine.step(state[groups.length + 1 + index]!, signs[sign]!)
        if (want && machine.dead(after)) continue next
        to[groups.length + 1 + index] = after
      }
      const key = to.join()
      if (seen.has(key)) continue
      seen.add(key)
      parents.push(head)
      taken.push(signs[sign]!)
      states.push(to)
      if (done(to)) return textAt(states.length - 1)
    }
  }
  return undefined
}

const compared = new Map<string, boolean>()
const mostCompared = 20_000
/** Steps of pairs of states that are taken to tell two expressions apart. */
const mostSteps = 600_000

/** Whether two expressions have the same language; `false` also where that is not found within bounds. Answers are kept. */
export function sameLanguage(
  one: Textual & { kind: 'automaton' },
  other: Textual & { kind: 'automaton' },
  without: readonly number[] = [],
): boolean {
  const key = `${one.key}\u0003${other.key}\u0003${without.join()}`
  const known = compared.get(key)
  if (known !== undefined) return known
  let answer = false
  try {
    if (
      sample(one.tree, 'x') === sample(other.tree, 'x') ||
      passes(other, sample(one.tree, 'x')) === passes(one, sample(one.tree, 'x'))
    )
      answer = same(automatonOf(one), automatonOf(other), alphabet([one, other], without))
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

/** A text that passes all of `yes` and none of `no`; undefined when there is none. Throws `Limit`. */
export function textFor(
  yes: readonly Textual[],
  no: readonly Textual[],
  cost: Budget,
  without: readonly number[] = [],
): string | undefined {
  if (--cost.texts < 0) throw new Limit('too many questions about single fields')
  for (const text of candidates(yes, no))
    if (agrees(text, yes, no) && !without.some(point => text.includes(String.fromCodePoint(point)))) return text
  for (const one of yes) {
    if (no.some(other => implies(one, other))) return undefined
    if (yes.some(other => other !== one && excludes(one, other))) return undefined
  }
  return product(yes, no, cost, without)
}

// Many tests on one field at once: the shortest text that passes some and fails others, found by walking all their automata side by side.

import type { Ranges } from '../ir/regex/characters.ts'
import { has, sameIgnoringCase } from '../ir/regex/characters.ts'
import { fold } from '../text/fold.ts'
import type { Atom, Literal } from './atoms.ts'
import type { Automaton } from './automaton.ts'
import { type Budget, bounds, hurry, Limit } from './limits.ts'
import { automatonOf } from './machines.ts'

/** Tests that ask a text. */
export type Textual = Extract<Atom, { kind: 'literal' | 'automaton' }>

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
export function alphabet(tests: readonly Textual[], without: readonly number[]): readonly number[] {
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

interface Group {
  readonly folds: boolean
  readonly list: readonly Wanted[]
  readonly tree: Literals
  /** By node and character: the next node. */
  readonly rows: (Int32Array | undefined)[]
}

interface Wanted {
  readonly test: Literal
  readonly want: boolean
  readonly bit: number
}

interface Machine {
  readonly machine: Automaton
  readonly want: boolean
  /** By state and character: the next state, or `lost`. */
  readonly rows: (Int32Array | undefined)[]
}

/** Not looked at yet; nothing that follows can be as it is wanted. */
const unknown = -1
const lost = -2

/** Rows of numbers of one length, each once, in the order in which they came. */
class Rows {
  count = 0
  private readonly width: number
  private numbers: Int32Array
  private table = new Int32Array(256).fill(-1)

  constructor(width: number) {
    this.width = width
    this.numbers = new Int32Array(64 * width)
  }

  at(row: number, column: number): number {
    return this.numbers[row * this.width + column]!
  }

  /** Adds a row; false where it is there already. */
  add(row: Int32Array): boolean {
    const { width } = this
    let place = this.placeOf(row, 0)
    for (let found = this.table[place]!; found >= 0; found = this.table[place]!) {
      let column = 0
      while (column < width && this.numbers[found * width + column] === row[column]) column++
      if (column === width) return false
      place = (place + 1) & (this.table.length - 1)
    }
    if ((this.count + 1) * width > this.numbers.length) {
      const more = new Int32Array(this.numbers.length * 2)
      more.set(this.numbers)
      this.numbers = more
    }
    this.numbers.set(row, this.count * width)
    this.table[place] = this.count++
    if (this.count * 2 > this.table.length) this.spread()
    return true
  }

  private placeOf(row: Int32Array, from: number): number {
    let hash = 17
    for (let column = 0; column < this.width; column++) hash = Math.imul(hash ^ row[from + column]!, 0x9e3779b1) ^ (hash >>> 15)
    return (hash ^ (hash >>> 13)) & (this.table.length - 1)
  }

  private spread(): void {
    this.table = new Int32Array(this.table.length * 4).fill(-1)
    for (let row = 0; row < this.count; row++) {
      let place = this.placeOf(this.numbers, row * this.width)
      while (this.table[place]! >= 0) place = (place + 1) & (this.table.length - 1)
      this.table[place] = row
    }
  }
}

/** The shortest text that passes and fails as asked, or undefined: all automata at once, breadth first. Throws `Limit`. */
export function product(
  yes: readonly Textual[],
  no: readonly Textual[],
  cost: Budget,
  without: readonly number[],
): string | undefined {
  const tests = [...yes, ...no]
  const signs = alphabet(tests, without)
  cost.steps -= signs.length * tests.length
  const small = signs.map(point => fold(String.fromCodePoint(point)).codePointAt(0)!)
  let bits = 0
  const literals: Wanted[] = []
  const machines: Machine[] = []
  for (const [list, want] of [
    [yes, true],
    [no, false],
  ] as const)
    for (const test of list) {
      if (test.kind === 'literal') literals.push({ test, want, bit: want ? bits++ : -1 })
      else machines.push({ machine: automatonOf(test), want, rows: [] })
    }
  if (bits > bounds.contained) throw new Limit('too many texts must be contained at once')
  const full = bits === 0 ? 0 : 2 ** bits - 1
  const groups: readonly Group[] = [true, false]
    .map(folds => literals.filter(one => one.test.fold === folds))
    .filter(list => list.length > 0)
    .map(list => ({ folds: list[0]!.test.fold, list, tree: new Literals(list.map(one => one.test)), rows: [] }))
  const width = groups.length + 1 + machines.length
  /** What is contained so far, after a node was reached; -1 where a text that must not be there is. */
  const enter = (group: Group, node: number, mask: number): number => {
    let out = mask
    for (const index of group.tree.out[node]!) {
      const one = group.list[index]!
      if (!one.want) return -1
      out |= 1 << one.bit
    }
    return out
  }
  const nodeAfter = (group: Group, node: number, sign: number): number => {
    let row = group.rows[node]
    if (row === undefined) {
      row = new Int32Array(signs.length).fill(unknown)
      group.rows[node] = row
    }
    if (row[sign] === unknown) row[sign] = group.tree.step(node, group.folds ? small[sign]! : signs[sign]!)
    return row[sign]!
  }
  const stateAfter = ({ machine, want, rows }: Machine, state: number, sign: number): number => {
    let row = rows[state]
    if (row === undefined) {
      row = new Int32Array(signs.length).fill(unknown)
      rows[state] = row
    }
    if (row[sign] === unknown) {
      const after = machine.step(state, signs[sign]!)
      row[sign] = (want ? machine.dead(after) : machine.sure(after)) ? lost : after
    }
    return row[sign]!
  }
  const next = new Int32Array(width)
  let mask = 0
  for (const [index, group] of groups.entries()) {
    next[index] = group.tree.begin()
    mask = enter(group, next[index]!, mask)
    if (mask < 0) return undefined
  }
  next[groups.length] = mask
  for (const [index, { machine }] of machines.entries()) next[groups.length + 1 + index] = machine.start
  const states = new Rows(width)
  states.add(next)
  const parents = [-1]
  const taken = [0]
  /** Whether the text may end where `next` is. */
  const done = (): boolean => {
    let all = next[groups.length]!
    for (let index = 0; index < groups.length; index++) {
      const group = groups[index]!
      all = enter(group, group.tree.end(next[index]!), all)
      if (all < 0) return false
    }
    if (all !== full) return false
    for (let index = 0; index < machines.length; index++) {
      const { machine, want } = machines[index]!
      if (machine.accepts(next[groups.length + 1 + index]!) !== want) return false
    }
    return true
  }
  const textAt = (at: number): string => {
    const points: number[] = []
    for (let place = at; parents[place]! >= 0; place = parents[place]!) points.push(taken[place]!)
    return points
      .reverse()
      .map(point => String.fromCodePoint(point))
      .join('')
  }
  if (done()) return ''
  for (let head = 0; head < states.count; head++) {
    cost.steps -= signs.length * width
    if (cost.steps < 0) throw new Limit('the tests on one field multiply into too many states')
    if ((head & 127) === 0) hurry(cost.late)
    nextSign: for (let sign = 0; sign < signs.length; sign++) {
      let all = states.at(head, groups.length)
      for (let index = 0; index < groups.length; index++) {
        const group = groups[index]!
        const node = nodeAfter(group, states.at(head, index), sign)
        next[index] = node
        if (group.tree.out[node]!.length > 0) {
          all = enter(group, node, all)
          if (all < 0) continue nextSign
        }
      }
      next[groups.length] = all
      for (let index = 0; index < machines.length; index++) {
        const column = groups.length + 1 + index
        const after = stateAfter(machines[index]!, states.at(head, column), sign)
        if (after === lost) continue nextSign
        next[column] = after
      }
      if (!states.add(next)) continue
      parents.push(head)
      taken.push(signs[sign]!)
      if (done()) return textAt(states.count - 1)
    }
  }
  return undefined
}

/** What was found of a question about one field: a text, that there is none, or how many steps did not suffice; and what it cost. */
type Answer = { readonly text: string | undefined; readonly cost: number } | { readonly more: number }

const answers = new Map<string, Answer>()
/** Tests by their keys, as numbers. */
const numbered = new Map<string, number>()
function numberOf({ key }: Textual): number {
  let number = numbered.get(key)
  if (number === undefined) {
    number = numbered.size
    numbered.set(key, number)
    kept += key.length + 50
  }
  return number
}
const ascending = (a: number, b: number): number => a - b
/** Characters of the questions whose answers are kept. */
const mostKept = 1 << 21
let kept = 0

/** The same, with answers kept from question to question: it costs what it cost when it was found. */
export function keptProduct(
  yes: readonly Textual[],
  no: readonly Textual[],
  cost: Budget,
  without: readonly number[],
): string | undefined {
  if (kept > mostKept) {
    answers.clear()
    numbered.clear()
    kept = 0
  }
  const numbers = (of: readonly Textual[]): string => of.map(numberOf).sort(ascending).join()
  const key = `${numbers(yes)};${numbers(no)};${without.join()}`
  const known = answers.get(key)
  if (known !== undefined && ('more' in known ? cost.steps <= known.more : true)) {
    cost.steps = 'more' in known ? -1 : cost.steps - known.cost
    if (cost.steps < 0) throw new Limit('the tests on one field multiply into too many states')
    if (!('more' in known)) return known.text
  }
  const keep = (answer: Answer): void => {
    kept += key.length + 100
    answers.set(key, answer)
  }
  const before = cost.steps
  try {
    const text = product(yes, no, cost, without)
    keep({ text, cost: before - cost.steps })
    return text
  } catch (error) {
    if (error instanceof Limit && cost.steps < 0) keep({ more: before })
    throw error
  }
}

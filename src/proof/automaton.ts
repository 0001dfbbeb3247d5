// The language of a test as an automaton over code points, made deterministic as far as it is asked.

import { complement, has, lastPoint, type Ranges } from '../ir/regex/characters.ts'
import { characterSet, type RegexTree } from '../ir/regex.ts'
import { bounds, Limit } from './limits.ts'

/** A condition between two characters. */
type Condition =
  | 'start'
  | 'end'
  | 'line-start'
  | 'line-end'
  | 'word'
  | 'inside'
  | { readonly set: Ranges; readonly ahead: boolean; readonly negative: boolean }

/** The edge of the text, where a character would stand. */
const edge = -1
const isWord = (point: number): boolean =>
  (point >= 48 && point <= 57) || (point >= 65 && point <= 90) || point === 95 || (point >= 97 && point <= 122)
const wordly: Ranges = [48, 57, 65, 90, 95, 95, 97, 122]
const lineFeed: Ranges = [10, 10]

function holds(condition: Condition, previous: number, next: number): boolean {
  switch (condition) {
    case 'start':
      return previous === edge
    case 'end':
      return next === edge
    case 'line-start':
      return previous === edge || (previous === 10 && next !== edge)
    case 'line-end':
      return next === edge || next === 10
    case 'word':
      return (previous !== edge && isWord(previous)) !== (next !== edge && isWord(next))
    case 'inside':
      return (previous !== edge && isWord(previous)) === (next !== edge && isWord(next))
    default: {
      const beside = condition.ahead ? next : previous
      return (beside !== edge && has(condition.set, beside)) !== condition.negative
    }
  }
}

/** Whether an expression can be an automaton here: no references, and no looking around but at single characters. */
export function regular(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'reference':
      return false
    case 'atomic':
      return false
    case 'edge':
      return tree.at !== 'last'
    case 'look':
      return tree.of.kind === 'char' || tree.of.kind === 'set' || tree.of.kind === 'any' || tree.of.kind === 'empty'
    case 'repeat':
      return tree.how !== 'possessive' && regular(tree.of)
    case 'group':
      return regular(tree.of)
    case 'sequence':
    case 'choice':
      return tree.of.every(regular)
    default:
      return true
  }
}

/** Loops at the end of an expression that are looked at. */
const mostLoops = 200

/** Whether one character is asked for, and any will do. */
function isEverything(tree: RegexTree): boolean {
  if (tree.kind !== 'any' && tree.kind !== 'set') return false
  const set = characterSet(tree)
  return set.length === 2 && set[0] === 0 && set[1] === lastPoint
}

const whole: RegexTree = { kind: 'any', newline: true }
export const anything: RegexTree = { kind: 'repeat', of: whole, min: 0, max: undefined, how: 'greedy' }

/** A lazily deterministic automaton of a `regular` tree that takes the whole text. States are numbers; characters code points. */
export class Automaton {
  /** Every set of characters that decides something. */
  readonly sets: Ranges[] = []
  readonly start: number
  private readonly epsilon: number[][] = []
  private readonly conditional: (readonly [Condition, number])[][] = []
  private readonly moves: (readonly [Ranges, number])[][] = []
  /** What following it has cost so far. */
  work = 0
  /** Whether it met a bound. */
  spent = false
  private conditions = false
  private final: number
  /** Where a loop over any character begins. */
  private readonly loops: number[] = []
  /** Nodes from which the end is reached whatever follows, and one that stands for them all. */
  private readonly settled = new Set<number>()
  private goal: number | undefined
  private goalState = -1
  private readonly ids = new Map<string, number>()
  private readonly cores: (readonly number[])[] = []
  private readonly before: number[] = []
  private readonly steps: Map<number, number>[] = []
  private readonly accepting: (boolean | undefined)[] = []
  private readonly closures: (readonly number[] | undefined)[] = []
  /** By node: when it was last met, so that a set needs no clearing. */
  private readonly met: number[] = []
  private meeting = 0

  constructor(tree: RegexTree) {
    const from = this.node()
    this.final = this.node()
    this.build(tree, from, this.final)
    this.settle()
    this.start = this.settled.has(from) ? this.atGoal() : this.intern([from], edge)
  }

  /** Finds the nodes from which the end is reached whatever follows, as behind what is searched for: a state that has one of them is the same as any other such. */
  private settle(): void {
    const reaches = (from: number): boolean => {
      const seen = new Set([from])
      const waiting = [from]
      for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
        if (at === this.final) return true
        for (const to of this.epsilon[at]!)
          if (!seen.has(to)) {
            seen.add(to)
            waiting.push(to)
          }
      }
      return false
    }
    const goals = this.loops.slice(-mostLoops).filter(reaches)
    if (goals.length === 0) return
    this.goal = goals[0]!
    const into = new Map<number, number[]>()
    for (const [from, list] of this.epsilon.entries())
      for (const to of list) {
        const known = into.get(to)
        if (known === undefined) into.set(to, [from])
        else known.push(from)
      }
    const waiting = [...goals]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (this.settled.has(at)) continue
      this.settled.add(at)
      waiting.push(...(into.get(at) ?? []))
    }
  }

  private limit(what: string): Limit {
    this.spent = true
    return new Limit(what)
  }

  private node(): number {
    if (this.epsilon.length > bounds.nodes) throw this.limit('an expression is too large')
    this.epsilon.push([])
    this.conditional.push([])
    this.moves.push([])
    this.met.push(0)
    return this.epsilon.length - 1
  }

  private move(from: number, set: Ranges, to: number): void {
    this.moves[from]!.push([set, to])
    this.sets.push(set)
  }

  private condition(from: number, what: Condition, to: number): void {
    this.conditions = true
    this.conditional[from]!.push([what, to])
    if (typeof what === 'object') this.sets.push(what.set)
    else if (what === 'word' || what === 'inside') this.sets.push(wordly)
    else if (what === 'line-start' || what === 'line-end') this.sets.push(lineFeed)
  }

  private build(tree: RegexTree, from: number, to: number): void {
    switch (tree.kind) {
      case 'empty':
        this.epsilon[from]!.push(to)
        return
      case 'char':
      case 'set':
      case 'any':
        this.move(from, characterSet(tree), to)
        return
      case 'edge':
        this.condition(from, tree.at === 'last' ? 'end' : tree.at, to)
        return
      case 'look': {
        // Nothing is always there.
        const set =
          tree.of.kind === 'char' || tree.of.kind === 'set' || tree.of.kind === 'any' ? characterSet(tree.of) : undefined
        if (set !== undefined) this.condition(from, { set, ahead: tree.ahead, negative: tree.negative }, to)
        else if (!tree.negative) this.epsilon[from]!.push(to)
        return
      }
      case 'group':
      case 'atomic':
        this.build(tree.of, from, to)
        return
      case 'choice':
        for (const branch of tree.of) {
          const inner = this.node()
          this.epsilon[from]!.push(inner)
          this.build(branch, inner, to)
        }
        return
      case 'sequence': {
        let at = from
        for (const [place, part] of tree.of.entries()) {
          const next = place === tree.of.length - 1 ? to : this.node()
          this.build(part, at, next)
          at = next
        }
        if (tree.of.length === 0) this.epsilon[from]!.push(to)
        return
      }
      case 'repeat': {
        let at = from
        for (let count = 0; count < tree.min; count++) {
          const next = this.node()
          this.build(tree.of, at, next)
          at = next
        }
        if (tree.max === undefined) {
          const loop = this.node()
          if (isEverything(tree.of)) this.loops.push(loop)
          this.epsilon[at]!.push(loop)
          this.epsilon[loop]!.push(to)
          const back = this.node()
          this.build(tree.of, loop, back)
          this.epsilon[back]!.push(loop)
          return
        }
        for (let count = tree.min; count < tree.max; count++) {
          this.epsilon[at]!.push(to)
          const next = this.node()
          this.build(tree.of, at, next)
          at = next
        }
        this.epsilon[at]!.push(to)
        return
      }
      case 'reference':
        throw new Limit('an expression refers to one of its groups')
    }
  }

  private intern(core: number[], previous: number): number {
    core.sort((a, b) => a - b)
    const key = `${this.conditions ? previous : 0}:${core.join()}`
    let id = this.ids.get(key)
    if (id === undefined) {
      id = this.cores.length
      if (id > bounds.automaton) throw this.limit('an expression has too many states')
      this.ids.set(key, id)
      this.cores.push(core)
      this.before.push(previous)
      this.steps.push(new Map())
      this.accepting.push(undefined)
      this.closures.push(undefined)
    }
    return id
  }

  private closure(id: number, next: number): readonly number[] {
    this.work += this.cores[id]!.length
    if (!this.conditions) {
      const known = this.closures[id]
      if (known !== undefined) return known
    }
    const stamp = ++this.meeting
    const { met } = this
    const reached = [...this.cores[id]!]
    for (const at of reached) met[at] = stamp
    for (let place = 0; place < reached.length; place++) {
      const at = reached[place]!
      for (const to of this.epsilon[at]!)
        if (met[to] !== stamp) {
          met[to] = stamp
          reached.push(to)
        }
      for (const [what, to] of this.conditional[at]!)
        if (met[to] !== stamp && holds(what, this.before[id]!, next)) {
          met[to] = stamp
          reached.push(to)
        }
    }
    if (!this.conditions) this.closures[id] = reached
    return reached
  }

  step(id: number, point: number): number {
    const known = this.steps[id]!.get(point)
    if (known !== undefined) return known
    const closure = this.closure(id, point)
    this.work += closure.length
    if (this.work > bounds.work) throw this.limit('an expression costs too much to follow')
    const next = this.after(closure, point)
    this.steps[id]!.set(point, next)
    return next
  }

  private after(closure: readonly number[], point: number): number {
    const stamp = ++this.meeting
    const { met } = this
    const core: number[] = []
    for (const at of closure)
      for (const [set, to] of this.moves[at]!) {
        if (met[to] === stamp || !has(set, point)) continue
        if (this.settled.has(to)) return this.atGoal()
        met[to] = stamp
        core.push(to)
      }
    return this.intern(core, this.conditions ? point : 0)
  }

  private atGoal(): number {
    if (this.goalState < 0) this.goalState = this.intern([this.goal!], 0)
    return this.goalState
  }

  accepts(id: number): boolean {
    const known = this.accepting[id]
    if (known !== undefined) return known
    const answer = this.closure(id, edge).includes(this.final)
    this.accepting[id] = answer
    return answer
  }

  /** Whatever follows is accepted. `false` says nothing. */
  sure(id: number): boolean {
    return id === this.goalState
  }

  /** Nothing that follows can be accepted. */
  dead(id: number): boolean {
    return this.cores[id]!.length === 0
  }

  matches(text: string): boolean {
    let at = this.start
    for (const character of text) {
      at = this.step(at, character.codePointAt(0)!)
      if (this.dead(at)) return false
    }
    return this.accepts(at)
  }
}

/**
 * What a text is searched for, as an expression of the whole. What need not be there at its beginning or end, as in `.*cmd`, says nothing and is
 * left out; where it is tied to the beginning or the end of the text, nothing stands there.
 */
export function searched(tree: RegexTree): RegexTree {
  const parts = tree.kind === 'sequence' ? tree.of : [tree]
  let from = 0
  let to = parts.length
  const begins = isEdge(parts[0], 'start')
  while (!begins && from < to && optional(parts[from]!)) from++
  const ends = to > from && isEdge(parts[to - 1], 'end')
  while (!ends && to > from && optional(parts[to - 1]!)) to--
  return tied({ kind: 'sequence', of: [...(begins ? [] : [anything]), ...parts.slice(from, to), ...(ends ? [] : [anything])] })
}

/** An expression of the whole text without what says that it is, and what cannot be anything beyond its edges. */
export function tied(tree: RegexTree): RegexTree {
  if (tree.kind !== 'sequence') return tree
  let from = 0
  let to = tree.of.length
  for (let at = 0; at < to && (isEdge(tree.of[at], 'start') || optional(tree.of[at]!)); at++)
    if (isEdge(tree.of[at], 'start')) from = at + 1
  for (let at = to - 1; at >= from && (isEdge(tree.of[at], 'end') || optional(tree.of[at]!)); at--)
    if (isEdge(tree.of[at], 'end')) to = at
  return from === 0 && to === tree.of.length ? tree : { kind: 'sequence', of: tree.of.slice(from, to) }
}

const isEdge = (tree: RegexTree | undefined, at: 'start' | 'end'): boolean => tree?.kind === 'edge' && tree.at === at
const optional = (tree: RegexTree): boolean => tree.kind === 'repeat' && tree.min === 0 && tree.how !== 'possessive'

export const exceptFor = (set: Ranges): RegexTree => {
  const items: { from: number; to: number }[] = []
  const rest = complement(set)
  for (let at = 0; at + 1 < rest.length; at += 2) items.push({ from: rest[at]!, to: rest[at + 1]! })
  return { kind: 'set', items, negated: false, fold: false }
}

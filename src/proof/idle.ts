// Parts of a question that change nothing: values of lists, and tests beside others, without which the same is asked.

import { type Ask, createMatcher } from '../engine/match.ts'
import { type Event, setField, type Value } from '../ir/event.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import { atomsOf } from './atoms.ts'
import { Cover } from './cover.ts'
import { search } from './decide.ts'
import { Graph, type Ref } from './graph.ts'
import { textOf } from './guess.ts'
import { budget, Limit } from './limits.ts'
import { withMachines } from './machines.ts'
import { askingOptions } from './sides.ts'
import { implies, passes, type Textual } from './values.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** Members of one list that are looked at. */
const mostMembers = 600
/** Events with which a member is tried before it is decided. */
const mostBases = 5
/** Members of one question that are decided; each of a long list counts as several. */
const mostDecided = 60
const longList = 50
/** The share of a usual proof that one member may cost. */
const share = 0.1

/** The members of a question's lists that change nothing, and how many of them were not settled. `bases` are events that it is true of. */
export function idleMembers(where: Predicate, rules: Pipeline['rules'], bases: readonly Event[]): Found {
  return withMachines(() => found(where, rules, bases))
}

interface Found {
  readonly idle: readonly Test[]
  /** Members of which it was not found out. */
  readonly untold: number
}

function found(where: Predicate, rules: Pipeline['rules'], bases: readonly Event[]): Found {
  const tree = new Evaluator(rules)
  const graph = new Graph()
  let whole: Ref | undefined
  const events = [...bases]
  const idle: Test[] = []
  let untold = 0
  let left = mostDecided
  /** Whether the same is asked without a member; an event where not. */
  const decided = (member: Test): Event | boolean => {
    try {
      whole ??= graph.predicate(where)
      const rest = graph.predicate(without(where, member))
      if (rest === whole) return true
      const clauses = [
        [whole, rest],
        [whole ^ 1, rest ^ 1],
      ]
      const searched = search(graph, clauses, event => tree.parts(where, member, event), {}, budget(share))
      return 'event' in searched ? searched.event : 'none' in searched
    } catch (error) {
      if (error instanceof Limit) return false
      throw error
    }
  }
  for (const { node, members } of lists(where)) {
    const told = textual(members)
    const cover = coverOf(told)
    const covered = coveredBy(node.kind, told, cover)
    const places = new Map(told.map(one => [one.member, one]))
    // A list of nothing but texts of one field says at once which of them a text has, however long it is.
    const plain =
      node.kind === 'or' &&
      told.length === node.args.length &&
      told.every(({ atom }) => atom.kind === 'literal' && atom.field === told[0]!.atom.field)
    const alone = (member: Test, event: Event): boolean => {
      const one = places.get(member)!
      const text = member.subject.kind === 'field' ? event.fields[member.subject.name] : undefined
      if (typeof text !== 'string' || !passes(one.atom, text)) return false
      const other = cover.followsFrom(equalTo(one.atom.field, text), one.place)
      return other === undefined && tree.partsAt(where, node, event)
    }
    /** The text of the list that an event has. */
    const standing = (base: Event): string | undefined => {
      const [first] = members
      const text = first?.subject.kind === 'field' ? base.fields[first.subject.name] : undefined
      const place = typeof text === 'string' ? cover.followsFrom(equalTo(told[0]!.atom.field, text), -1) : undefined
      const atom = told.find(one => one.place === place)?.atom
      return atom?.kind === 'literal' ? atom.text : undefined
    }
    let looked = 0
    for (const member of members) {
      if (covered.has(member)) {
        idle.push(member)
        continue
      }
      if (plain && events.some(base => changes(base, member, standing(base)).some(event => alone(member, event)))) continue
      if (++looked > mostMembers) {
        untold++
        continue
      }
      if (events.some(base => changes(base, member).some(event => tree.parts(where, member, event)))) continue
      // A long list takes long to look through.
      left -= 1 + Math.floor(members.length / longList)
      const answer = left < 0 ? false : decided(member)
      if (answer === true) idle.push(member)
      else if (answer === false) untold++
      else {
        // What shows it of one member is near what shows it of those beside it.
        events.unshift(answer)
        events.splice(mostBases)
      }
    }
  }
  return { idle, untold }
}

interface List {
  readonly node: Predicate & { readonly kind: 'and' | 'or' }
  readonly members: readonly Test[]
}

/** A member with what it asks of one text. */
interface Told {
  readonly place: number
  readonly member: Test
  readonly atom: Textual
}

const textual = (members: readonly Test[]): readonly Told[] =>
  members.flatMap((member, place) => {
    const [one, other] = atomsOf(member)
    if (one === undefined || other !== undefined || one.negated || (member.each ?? 'any') !== 'any') return []
    return one.atom.kind === 'literal' || one.atom.kind === 'automaton' ? [{ place, member, atom: one.atom }] : []
  })

function coverOf(told: readonly Told[]): Cover {
  const cover = new Cover()
  for (const { atom, place } of told) cover.add(atom, place)
  return cover
}

const equalTo = (field: string, text: string): Textual => ({
  key: '',
  field,
  kind: 'literal',
  shape: 'equals',
  text,
  fold: false,
})

/** Members that another one makes needless by itself: of alternatives the narrower, of conditions the wider; of two that are alike one. */
function coveredBy(kind: 'and' | 'or', told: readonly Told[], cover: Cover): ReadonlySet<Test> {
  const out = new Set<Test>()
  if (kind === 'and') {
    if (told.length > mostBeside) return out
    for (const one of told)
      for (const other of told)
        if (one !== other && one.atom.field === other.atom.field && implies(other.atom, one.atom))
          if (!implies(one.atom, other.atom) || other.place < one.place) out.add(one.member)
    return out
  }
  for (const { atom, place, member } of told) if (cover.followsFrom(atom, place) !== undefined) out.add(member)
  return out
}

/** Conditions that are compared with each other. */
const mostBeside = 60

/** Tests that stand beside others, by where they stand. */
function lists(where: Predicate): readonly List[] {
  const found: List[] = []
  const seen = new Set<Predicate>()
  const waiting = [where]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.kind === 'not') waiting.push(node.arg)
    if (node.kind !== 'and' && node.kind !== 'or') continue
    waiting.push(...node.args)
    const tests = node.args.filter((arg): arg is Test => arg.kind === 'test' && isMember(arg))
    if (node.args.length > 1 && tests.length > 0) found.push({ node, members: tests })
  }
  return found
}

/** Not what says the log source, and not what only asks that a field is there: a guard says what the author minds, needed or not. */
const isMember = ({ subject, match }: Test): boolean =>
  match.kind !== 'exists' &&
  match.kind !== 'present' &&
  match.kind !== 'empty' &&
  (subject.kind === 'fields' || (subject.kind === 'field' && !subject.name.startsWith('$')))

/** The same question without a member; what has none of it stays the same tree. */
function without(node: Predicate, member: Test): Predicate {
  if (node.kind === 'not') {
    const arg = without(node.arg, member)
    return arg === node.arg ? node : { ...node, arg }
  }
  if (node.kind !== 'and' && node.kind !== 'or') return node
  const args = node.args.filter(arg => arg !== member).map(arg => without(arg, member))
  return args.length === node.args.length && args.every((arg, place) => arg === node.args[place]) ? node : { ...node, args }
}

/** An event in ways that a member may be for; `instead` is a text in it that the member's may take the place of. */
function changes(base: Event, member: Test, instead?: string): readonly Event[] {
  const { subject } = member
  const name = subject.kind === 'field' ? subject.name : 'Message'
  const [told] = atomsOf(member)
  const text = (told === undefined ? undefined : textOf(told.atom)) ?? 'x'
  const known = Object.hasOwn(base.fields, name) ? base.fields[name] : undefined
  const own = typeof known === 'string' ? known : ''
  const cut = (part: string, put: string): readonly string[] => {
    const place = part === '' ? -1 : own.toLowerCase().indexOf(part.toLowerCase())
    return place < 0 ? [] : [own.slice(0, place) + put + own.slice(place + part.length)]
  }
  const values: (Value | undefined)[] = [
    text,
    `x${text}`,
    `${text}x`,
    `${own}${text}`,
    `${text}${own}`,
    undefined,
    'x',
    ...cut(text, ''),
    ...(instead === undefined ? [] : cut(instead, text)),
  ]
  return values.map(value => {
    const fields: Record<string, Value> = { ...base.fields }
    if (value === undefined) delete fields[name]
    else setField(fields, name, value)
    return { ...base, fields }
  })
}

/** A question asked with and without one of its members; each test is compiled once. */
class Evaluator {
  private readonly asks = new Map<Test, Ask>()
  private readonly matcher
  /** A part that is taken to hold, or not to. */
  private settled: { readonly part: Predicate; readonly value: boolean } | undefined

  constructor(rules: Pipeline['rules']) {
    this.matcher = createMatcher(askingOptions(rules))
  }

  /** Whether an event shows that the member changes something. */
  parts(where: Predicate, member: Test, event: Event): boolean {
    this.matcher.look(event)
    try {
      return this.holds(where, undefined) !== this.holds(where, member)
    } catch (error) {
      if (error instanceof Limit) return false
      throw error
    }
  }

  /** Whether it matters for an event whether a part holds. */
  partsAt(where: Predicate, part: Predicate, event: Event): boolean {
    this.matcher.look(event)
    try {
      const answers = [true, false].map(value => {
        this.settled = { part, value }
        return this.holds(where, undefined)
      })
      return answers[0] !== answers[1]
    } catch (error) {
      if (error instanceof Limit) return false
      throw error
    } finally {
      this.settled = undefined
    }
  }

  private holds(node: Predicate, skipped: Test | undefined): boolean {
    if (this.settled?.part === node) return this.settled.value
    switch (node.kind) {
      case 'const':
        return node.value
      case 'and':
        for (const arg of node.args) if (arg !== skipped && !this.holds(arg, skipped)) return false
        return true
      case 'or':
        for (const arg of node.args) if (arg !== skipped && this.holds(arg, skipped)) return true
        return false
      case 'not':
        return !this.holds(node.arg, skipped)
      case 'test': {
        let ask = this.asks.get(node)
        if (ask === undefined) {
          ask = this.matcher.compile(node)
          this.asks.set(node, ask)
        }
        return ask()
      }
      default:
        throw new Limit('a part of the question is not understood')
    }
  }
}

// Two questions about one event: equal, or an event on which they part, or not decided and why. What is found is asked of both originals before it is believed.

import { compilePredicate } from '../engine/match.ts'
import type { Event } from '../ir/event.ts'
import type { Predicate } from '../ir/predicate.ts'
import type { Atom } from './atoms.ts'
import { eventOf, type Found, holdsLaws, withParts } from './events.ts'
import { absentIsEmpty, Graph, no, type Reading, type Ref, withoutIn, yes } from './graph.ts'
import { near } from './guess.ts'
import { type Budget, budget, Limit } from './limits.ts'
import { withMachines } from './machines.ts'
import { Solver } from './sat.ts'
import { shrink } from './shrink.ts'
import { excludes, implies, passes, type Textual, textFor } from './values.ts'

/** Answers a question of an event, independently of everything here: the engine. */
export type Ask = (event: Event) => boolean

/** A question, and how it is asked. */
export interface Side {
  readonly where: Predicate
  readonly ask: Ask
}

export interface DecideOptions extends Reading {
  /** How much it may cost; 1 is the usual budget. */
  readonly factor?: number
  /** Events that are guessed where the search does not decide; a few hundred if nothing is said. */
  readonly guesses?: number
}

export type Decision =
  | { readonly verdict: 'equivalent'; readonly by: 'form' | 'cases'; readonly cases: number }
  | { readonly verdict: 'differs'; readonly event: Event; readonly left: boolean; readonly right: boolean }
  /** `tried`: how many events near what is asked were tried on both, where nothing but a test that is not understood in full is in the way. */
  | { readonly verdict: 'undecided'; readonly why: string; readonly tried?: number }

interface Wanted {
  readonly atom: Atom
  readonly want: boolean
  readonly ref: Ref
}

/** A field's value for chosen answers; undefined when there is none. */
function valueFor(field: string, wanted: readonly Wanted[], lists: boolean, how: Reading, cost: Budget): Found | undefined {
  const empties = absentIsEmpty(field, how)
  const law = how.laws?.get(field)?.test
  let absent = true
  let empty = how.nulls !== false
  let there = true
  const pass: Textual[] = []
  const fail: Textual[] = []
  for (const { atom, want } of wanted) {
    if (atom.kind === 'state') {
      if (atom.state === 'exists') {
        if (want) absent = false
        else {
          empty = false
          there = false
        }
      } else if (want) {
        absent = false
        empty = false
      } else there = false
      continue
    }
    if (atom.kind === 'opaque') continue
    ;(want ? pass : fail).push(atom)
    // Where absent texts are empty ones, an absent field answers as the empty text does.
    if (!empties && want) {
      absent = false
      empty = false
    }
  }
  if (empties) {
    if (pass.every(one => passes(one, '')) && !fail.some(one => passes(one, ''))) return { kind: 'absent' }
    const text = textFor(law === undefined ? pass : [...pass, law], fail, cost, withoutIn(field, how))
    return text === undefined ? undefined : { kind: 'values', values: [text] }
  }
  // A law binds texts; what is absent needs none.
  const bound = law === undefined ? [] : [law]
  const hinted = wanted.find(one => one.atom.kind === 'opaque' && one.want && one.atom.hint !== undefined)
  const opaque = wanted.some(one => one.atom.kind === 'opaque' && one.want)
  if (absent && !opaque) return { kind: 'absent' }
  if (empty && !opaque) return { kind: 'null' }
  // What is not understood may be true of null.
  if (!there) return opaque && empty ? { kind: 'null' } : undefined
  if (hinted?.atom.kind === 'opaque' && hinted.atom.hint !== undefined && pass.length === 0)
    return { kind: 'values', values: [hinted.atom.hint] }
  if (!lists || pass.length <= 1) {
    const text = textFor([...pass, ...bound], fail, cost, withoutIn(field, how))
    return text === undefined ? undefined : { kind: 'values', values: [text] }
  }
  // Each test may be met by a member of its own; every member fails what must be failed.
  const values: string[] = []
  for (const one of pass) {
    const text = textFor([one, ...bound], fail, cost, withoutIn(field, how))
    if (text === undefined) return undefined
    values.push(text)
  }
  return { kind: 'values', values: [...new Set(values)] }
}

/** Events that should show something and do not, until the search gives up. */
const mostRefuted = 60

/** Events that are guessed where the search ends without an answer, and those of the search that they begin with. */
const mostGuesses = 400
const mostBegun = 6

/** How often a conflict is made smaller. */
const mostHalved = 80

/** A small set of answers that already cannot go together. */
function core(wanted: readonly Wanted[], lists: boolean, possible: (of: readonly Wanted[]) => boolean): readonly Wanted[] {
  for (const one of wanted) {
    if (!one.want || (one.atom.kind !== 'literal' && one.atom.kind !== 'automaton')) continue
    for (const other of wanted) {
      if (one === other || (other.atom.kind !== 'literal' && other.atom.kind !== 'automaton')) continue
      if (other.want ? !lists && excludes(one.atom, other.atom) : implies(one.atom, other.atom)) return [one, other]
    }
  }
  let kept = [...wanted]
  let left = mostHalved
  for (let size = kept.length >> 1; size >= 1; size >>= 1)
    for (let at = 0; at < kept.length; ) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (rest.length > 0 && left-- > 0 && !possible(rest)) kept = rest
      else at += size
    }
  return kept
}

type Searched =
  | { readonly event: Event; readonly values?: ReadonlyMap<string, Found> }
  | { readonly none: true; readonly cases: number }
  | { readonly unknown: string }

/** Looks for an event that makes each of the clauses true and that `confirm` takes. The values of events that it does not take are put to `refused`. */
export function search(
  graph: Graph,
  clauses: readonly (readonly Ref[])[],
  confirm: (event: Event) => boolean,
  how: Reading,
  cost: Budget,
  refused: ReadonlyMap<string, Found>[] = [],
): Searched {
  const solver = new Solver(cost)
  const variables = new Map<number, number>()
  const literal = (ref: Ref): number => {
    const known = variables.get(ref >> 1)
    return (known ?? define(ref >> 1)) * 2 + (ref & 1)
  }
  const define = (place: number): number => {
    const variable = solver.variable()
    variables.set(place, variable)
    const node = graph.nodes[place]!
    if (node.kind === 'true') solver.add([variable * 2])
    if (node.kind === 'and') {
      const parts = node.of.map(literal)
      for (const part of parts) solver.add([variable * 2 + 1, part])
      solver.add([variable * 2, ...parts.map(part => part ^ 1)])
    }
    return variable
  }
  for (const clause of clauses) solver.add(clause.map(literal))
  let unknown: string | undefined
  let refuted = 0
  for (let cases = 0; ; cases++) {
    let satisfied: boolean
    try {
      satisfied = solver.solve()
    } catch (error) {
      if (error instanceof Limit) return { unknown: error.what }
      throw error
    }
    if (!satisfied) return unknown === undefined ? { none: true, cases } : { unknown }
    if (--cost.models < 0) return { unknown: 'too many cases' }
    const needed = justified(graph, clauses, ref => solver.value(literal(ref)) === 1, cost)
    const fields = new Map<string, Wanted[]>()
    for (const ref of needed) {
      const node = graph.nodes[ref >> 1]!
      if (node.kind !== 'test') continue
      const list = fields.get(node.atom.field) ?? []
      list.push({ atom: node.atom, want: (ref & 1) === 0, ref })
      fields.set(node.atom.field, list)
    }
    const block = (): void => {
      solver.add([...needed].map(ref => literal(ref) ^ 1))
    }
    const values = new Map<string, Found>()
    let settled = true
    for (const [field, wanted] of fields) {
      const lists = graph.lists.has(field)
      let found: Found | undefined
      try {
        found = valueFor(field, wanted, lists, how, cost)
      } catch (error) {
        if (!(error instanceof Limit)) throw error
        unknown = error.what
        if (cost.steps < 0 || cost.late?.() === true) return { unknown }
        block()
        settled = false
        break
      }
      if (found === undefined) {
        const possible = (of: readonly Wanted[]): boolean => {
          try {
            return valueFor(field, of, lists, how, cost) !== undefined
          } catch (error) {
            if (error instanceof Limit) return true
            throw error
          }
        }
        const conflict = core(wanted, lists, possible)
        solver.add(conflict.map(one => literal(one.ref) ^ 1))
        settled = false
        break
      }
      values.set(field, found)
    }
    if (!settled) continue
    for (const chosen of withParts(values)) {
      const event = eventOf(chosen, how)
      if (confirm(event)) return { event, values }
    }
    unknown = notUnderstood
    refused.push(values)
    if (++refuted > mostRefuted) return { unknown }
    block()
  }
}

const notUnderstood = 'an event that should part them does not: a test is not understood in full'

/** The answers that make the clauses true, and no more than that. */
function justified(
  graph: Graph,
  clauses: readonly (readonly Ref[])[],
  truth: (ref: Ref) => boolean,
  cost: Budget,
): ReadonlySet<Ref> {
  const needed = new Set<Ref>()
  const seen = new Set<Ref>()
  const justify = (ref: Ref): void => {
    const waiting = [ref]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      const node = graph.nodes[next >> 1]!
      if (node.kind === 'test') needed.add(next)
      if (node.kind !== 'and') continue
      cost.steps -= node.of.length
      if ((next & 1) === 0) {
        waiting.push(...node.of)
        continue
      }
      let best: Ref | undefined
      let least = Number.POSITIVE_INFINITY
      for (const part of node.of) {
        if (truth(part)) continue
        const inner = graph.nodes[part >> 1]!
        const cost = seen.has(part ^ 1) ? 0 : inner.kind === 'and' ? inner.size : (part & 1) === 0 ? 1 : 1.5
        if (cost < least) {
          least = cost
          best = part
        }
      }
      if (best !== undefined) waiting.push(best ^ 1)
    }
  }
  for (const clause of clauses) {
    const holding = clause.filter(truth)
    justify(holding.find(ref => seen.has(ref)) ?? holding[0]!)
  }
  return needed
}

/** Whether something holds of an event; what the engine gives up on shows nothing. */
function asks(holds: () => boolean): boolean {
  try {
    return holds()
  } catch (error) {
    if (error instanceof Limit) return false
    throw error
  }
}

/** Events that must be found, and that must not, before it says anything that two questions agree on them. */
const leastAnswered = 5

/** What the search may cost that finds where guessing begins. */
const guessing = 0.1

/** Events that one of two questions is true of, and those that did not part the two, changed in a field or two: whether one of them does. */
function guess(
  graph: Graph,
  sides: readonly Ref[],
  refused: readonly ReadonlyMap<string, Found>[],
  parts: (event: Event) => boolean,
  options: DecideOptions,
): { readonly event?: Event; readonly tried: readonly Tried[] } {
  const tried: Tried[] = []
  const begun: ReadonlyMap<string, Found>[] = [...refused.slice(-mostBegun)]
  for (const side of sides) {
    const found = search(graph, [[side]], () => true, options, budget(guessing, options.late))
    if ('values' in found && found.values !== undefined) begun.push(found.values)
  }
  const tests = graph.nodes.flatMap(node => (node.kind === 'test' ? [node.atom] : []))
  for (const values of near(begun, tests, options.guesses ?? mostGuesses))
    for (const chosen of withParts(values)) {
      if (options.late?.() === true) return { tried }
      if (!possible(chosen, options)) continue
      const event = eventOf(chosen, options)
      if (!holdsLaws(event, options)) continue
      if (parts(event)) return { event, tried }
      tried.push({ event, values: chosen })
    }
  return { tried }
}

interface Tried {
  readonly event: Event
  readonly values: ReadonlyMap<string, Found>
}

/** How many events were tried; none where that shows nothing: what is not understood must be expressions, each answered in both ways, and so must be the question. */
function answered(graph: Graph, side: Side, tried: readonly Tried[]): number {
  const both = (answers: readonly boolean[]): boolean => {
    const yes = answers.filter(answer => answer).length
    return yes >= leastAnswered && answers.length - yes >= leastAnswered
  }
  if (!both(tried.map(({ event }) => asks(() => side.ask(event))))) return 0
  for (const node of graph.nodes) {
    if (node.kind !== 'test') continue
    const { field } = node.atom
    // What is computed has no value that was tried.
    if (field.startsWith('\u0000')) return 0
    if (node.atom.kind !== 'opaque') continue
    const { expression } = node.atom
    if (expression === undefined) return 0
    const test = compilePredicate({ kind: 'test', subject: { kind: 'field', name: 'value' }, match: expression.match })
    const texts = tried.flatMap(({ values }) => {
      const found = values.get(field)
      return found?.kind === 'values' ? found.values : []
    })
    if (!both(texts.map(value => test({ fields: { value } })))) return 0
  }
  return tried.length
}

/** Whether fields can hold such texts at all. */
function possible(values: ReadonlyMap<string, Found>, how: Reading): boolean {
  for (const [field, found] of values) {
    if (found.kind !== 'values') continue
    const law = how.laws?.get(field)?.test
    const none = withoutIn(field, how)
    for (const text of found.values) {
      if (law !== undefined && !passes(law, text)) return false
      if (none.some(point => text.includes(String.fromCodePoint(point)))) return false
    }
  }
  return true
}

/** Whether two questions are the same one. */
export function decide(left: Side, right: Side, options: DecideOptions = {}): Decision {
  return withMachines(() => decided(left, right, options))
}

function decided(left: Side, right: Side, options: DecideOptions): Decision {
  const graph = new Graph(options)
  const cost = budget(options.factor, options.late)
  let refs: readonly [Ref, Ref]
  try {
    refs = [graph.predicate(left.where), graph.predicate(right.where)]
    const [a, b] = refs
    if (a === b) return { verdict: 'equivalent', by: 'form', cases: 0 }
    const refused: ReadonlyMap<string, Found>[] = []
    const parts = (event: Event): boolean => asks(() => left.ask(event) !== right.ask(event))
    const clauses = [
      [a, b],
      [a ^ 1, b ^ 1],
    ]
    const found = search(graph, clauses, parts, options, cost, refused)
    if ('none' in found) return { verdict: 'equivalent', by: 'cases', cases: found.cases }
    const guessed = 'event' in found ? undefined : guess(graph, [a, b], refused, parts, options)
    const shown = 'event' in found ? found.event : guessed?.event
    if (shown === undefined) {
      const why = 'unknown' in found ? found.unknown : ''
      return {
        verdict: 'undecided',
        why,
        ...(why === notUnderstood ? { tried: answered(graph, left, guessed?.tried ?? []) } : {}),
      }
    }
    const event = shrink(shown, smaller => options.late?.() !== true && holdsLaws(smaller, options) && parts(smaller))
    return { verdict: 'differs', event, left: left.ask(event), right: right.ask(event) }
  } catch (error) {
    if (error instanceof Limit) return { verdict: 'undecided', why: error.what }
    throw error
  }
}

/** How two questions relate, with an event for each side of the claim. */
export interface Relation {
  readonly relation: 'equal' | 'narrower' | 'wider' | 'overlapping' | 'disjoint' | 'undecided'
  readonly onlyA?: Event
  readonly onlyB?: Event
  readonly both?: Event
  readonly why?: string
}

export function relate(a: Side, b: Side, options: DecideOptions = {}): Relation {
  return withMachines(() => related(a, b, options))
}

function related(a: Side, b: Side, options: DecideOptions): Relation {
  const graph = new Graph(options)
  const cost = budget(options.factor, options.late)
  try {
    const left = graph.predicate(a.where)
    const right = graph.predicate(b.where)
    const ask = (first: boolean, second: boolean): Searched => {
      const confirm = (event: Event): boolean => asks(() => a.ask(event) === first && b.ask(event) === second)
      const found = search(graph, [[first ? left : left ^ 1], [second ? right : right ^ 1]], confirm, options, cost)
      return 'event' in found ? { event: shrink(found.event, one => holdsLaws(one, options) && confirm(one)) } : found
    }
    const both = ask(true, true)
    if (left === right) return { relation: 'equal', ...('event' in both ? { both: both.event } : {}) }
    const onlyA = ask(true, false)
    const onlyB = ask(false, true)
    const unknown = [onlyA, onlyB, both].find(one => 'unknown' in one)
    const events = {
      ...('event' in onlyA ? { onlyA: onlyA.event } : {}),
      ...('event' in onlyB ? { onlyB: onlyB.event } : {}),
      ...('event' in both ? { both: both.event } : {}),
    }
    if (unknown !== undefined && 'unknown' in unknown) return { relation: 'undecided', why: unknown.unknown, ...events }
    const relation =
      'none' in onlyA
        ? 'none' in onlyB
          ? 'equal'
          : 'narrower'
        : 'none' in onlyB
          ? 'wider'
          : 'none' in both
            ? 'disjoint'
            : 'overlapping'
    return { relation, ...events }
  } catch (error) {
    if (error instanceof Limit) return { relation: 'undecided', why: error.what }
    throw error
  }
}

/** An event that a question is true of; `none` when there can be no such event. */
export function example(side: Side, options: DecideOptions = {}): Searched {
  return withMachines(() => exampled(side, options))
}

function exampled(side: Side, options: DecideOptions): Searched {
  const graph = new Graph(options)
  try {
    const ref = graph.predicate(side.where)
    if (ref === no) return { none: true, cases: 0 }
    const holds = (event: Event): boolean => asks(() => side.ask(event))
    const found = search(graph, [[ref]], holds, options, budget(options.factor, options.late))
    return 'event' in found ? { event: shrink(found.event, one => holdsLaws(one, options) && holds(one)) } : found
  } catch (error) {
    if (error instanceof Limit) return { unknown: error.what }
    throw error
  }
}

export { no, yes }

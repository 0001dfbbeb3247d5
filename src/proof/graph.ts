// Questions as one graph of `and` and `not` over tests: what is the same after order, nesting, De Morgan and repetition is the same node.

import type { Value } from '../ir/event.ts'
import type { Predicate } from '../ir/predicate.ts'
import { type Atom, atomsOf, everywhere, fieldOf, isAddress, joinedMark, rawText, through } from './atoms.ts'
import { Cover } from './cover.ts'
import { languageOf } from './language.ts'
import { hurry, type Late } from './limits.ts'
import { plainly } from './plain.ts'
import { excludesText, sameLanguage } from './values.ts'

/** A node, negated when odd: `2 * place + negated`. */
export type Ref = number

export const yes: Ref = 0
export const no: Ref = 1

export type Node =
  | { readonly kind: 'true' }
  | { readonly kind: 'test'; readonly atom: Atom }
  | { readonly kind: 'and'; readonly of: readonly Ref[]; readonly size: number }

/** What a field can hold: texts that pass a test, and what the event then has for them. */
export interface Law {
  /** What kind of value it is. */
  readonly of: string
  readonly test: Extract<Atom, { kind: 'literal' | 'automaton' }>
  /** Characters that none of its texts has. */
  readonly without?: readonly number[]
  readonly value: (text: string) => Value
}

/** What holds of the events that are looked at. */
export interface Reading {
  /** Fields whose texts are never absent, only empty (Kusto's columns of texts). */
  readonly empties?: ReadonlySet<string>
  readonly laws?: ReadonlyMap<string, Law>
  /** A field that is there has a value: null is not kept. */
  readonly nulls?: boolean
  /** The fields that keywords are put into; without, they are made up. */
  readonly keywords?: readonly string[]
  /** The text of the whole event: `same` holds the values of its fields, and is in a field of its own, `_raw`, too; of `none` there is none. */
  readonly raw?: 'same' | 'none'
  /** A name with dots is a path into a bag. */
  readonly nested?: boolean
  /** Characters that no text has. */
  readonly without?: readonly number[]
  /** Fields that may hold several values. */
  readonly lists?: readonly string[]
  /** Tells whether the time is over that there is for the question. */
  readonly late?: Late
}

/** Tests beside each other that are looked at for whether one text passes them. */
const mostBeside = 60
/** Choices that stand beside each other and are compared. */
const mostChoices = 12

/** Expressions on one field that a further one is compared with. */
const mostAlike = 64

/** Whether an absent text of a field is the empty one; of two that are joined, where it is so of both. */
export function absentIsEmpty(field: string, { empties }: Reading): boolean {
  if (empties === undefined) return false
  if (!field.startsWith(joinedMark)) return empties.has(field)
  return field
    .slice(joinedMark.length)
    .split('\u0000')
    .every(name => empties.has(name))
}

/** Characters that no text of a field has. */
export function withoutIn(field: string, { without, laws }: Reading): readonly number[] {
  const own = laws?.get(field)?.without
  return own === undefined ? (without ?? []) : [...(without ?? []), ...own]
}

type Expression = Extract<Atom, { kind: 'automaton' }>

/** Where the expressions on one field are: those not looked at, those whose language is known, and those whose language is too large to tell. */
interface Expressions {
  /** Whether one of them is no pattern. */
  mixed: boolean
  readonly fresh: number[]
  readonly byLanguage: Map<string, number>
  readonly large: number[]
}

export class Graph {
  readonly nodes: Node[] = [{ kind: 'true' }]
  /** Fields that may hold several values: asked by keywords. */
  readonly lists = new Set<string>([everywhere])
  private readonly ands = new Map<string, number>()
  private readonly tests = new Map<string, number>()
  /** Expressions by the field that they ask. */
  private readonly automata = new Map<string, Expressions>()
  private readonly read = new WeakMap<Predicate, Ref>()
  private readonly how: Reading

  constructor(how: Reading = {}) {
    this.how = how
    for (const name of how.lists ?? []) this.lists.add(name)
  }

  test(atom: Atom): Ref {
    const key = `${atom.field}\u0000${atom.key}`
    let place = this.tests.get(key) ?? (atom.kind === 'automaton' ? this.likeness(atom) : undefined)
    if (place === undefined) {
      place = this.nodes.push({ kind: 'test', atom }) - 1
      if (atom.kind === 'automaton') this.automata.get(atom.field)!.fresh.push(place)
    }
    this.tests.set(key, place)
    return place * 2
  }

  /** An expression that is told already in other words. */
  private likeness(atom: Expression): number | undefined {
    let known = this.automata.get(atom.field)
    if (known === undefined) {
      known = { mixed: false, fresh: [], byLanguage: new Map(), large: [] }
      this.automata.set(atom.field, known)
    }
    const { fresh, byLanguage, large } = known
    known.mixed ||= atom.glob === undefined
    // Patterns that are written alike are one already, and others are others.
    if (!known.mixed || (fresh.length === 0 && byLanguage.size === 0 && large.length === 0)) return undefined
    hurry(this.how.late)
    const without = withoutIn(atom.field, this.how)
    const expressionAt = (place: number): Expression => {
      const node = this.nodes[place]!
      if (node.kind !== 'test' || node.atom.kind !== 'automaton')
        throw new Error('this is a bug in Terrier: no expression is there')
      return node.atom
    }
    // The language of one that stands alone is not needed.
    for (let place = fresh.pop(); place !== undefined; place = fresh.pop()) {
      const language = languageOf(expressionAt(place), without)
      if (language === undefined) large.push(place)
      else byLanguage.set(language, place)
    }
    const language = languageOf(atom, without)
    if (language !== undefined) {
      const found = byLanguage.get(language)
      if (found !== undefined) return found
    }
    return (language === undefined ? [...large, ...byLanguage.values()] : large)
      .slice(0, mostAlike)
      .find(place => sameLanguage(expressionAt(place), atom, without))
  }

  and(refs: readonly Ref[]): Ref {
    const members = new Set<Ref>()
    const waiting = [...refs].reverse()
    for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
      if (ref === yes) continue
      if (ref === no) return no
      const node = this.nodes[ref >> 1]!
      if ((ref & 1) === 0 && node.kind === 'and') for (let at = node.of.length - 1; at >= 0; at--) waiting.push(node.of[at]!)
      else members.add(ref)
    }
    for (const ref of members) if (members.has(ref ^ 1)) return no
    // a and (a or b) is a: a negated `and` is an `or` of negations.
    for (const ref of [...members]) {
      const node = this.nodes[ref >> 1]!
      if ((ref & 1) === 1 && node.kind === 'and' && node.of.some(part => members.has(part ^ 1))) members.delete(ref)
    }
    if (members.size > 1 && !this.reduce(members)) return no
    const of = [...members].sort((a, b) => a - b)
    if (of.length === 0) return yes
    if (of.length === 1) return of[0]!
    const key = of.join()
    let place = this.ands.get(key)
    if (place === undefined) {
      const size = of.reduce((sum, ref) => {
        const node = this.nodes[ref >> 1]!
        return sum + (node.kind === 'and' ? node.size : 1)
      }, 1)
      place = this.nodes.push({ kind: 'and', of, size }) - 1
      this.ands.set(key, place)
    }
    return place * 2
  }

  /** Takes out what follows from the others; false where two of them cannot hold together. */
  private reduce(members: Set<Ref>): boolean {
    const positive = new Cover()
    const negative = new Cover()
    const choices: Ref[] = []
    const tests: (readonly [Ref, Atom])[] = []
    for (const ref of members) {
      const node = this.nodes[ref >> 1]!
      if (node.kind === 'test') {
        ;(ref & 1 ? negative : positive).add(node.atom, ref)
        tests.push([ref, node.atom])
      } else if ((ref & 1) === 1 && node.kind === 'and') choices.push(ref)
    }
    for (const [ref, atom] of tests) {
      if (!members.has(ref)) continue
      if ((ref & 1) === 0) {
        if (negative.followsFrom(atom, -1) !== undefined) return false
        const needless = positive.followsFrom(atom, ref)
        if (needless !== undefined) members.delete(needless)
      } else {
        const wider = negative.followsFrom(atom, ref)
        if ((wider !== undefined && members.has(wider)) || this.excluded(atom, tests)) members.delete(ref)
      }
    }
    if (choices.length > mostChoices) return true
    for (const choice of choices) {
      const cover = new Cover()
      const parts = new Set(this.partsOf(choice))
      for (const part of parts) {
        const node = this.nodes[part >> 1]!
        if ((part & 1) === 0 && node.kind === 'test') cover.add(node.atom, part)
      }
      // A choice follows from a test that one of its parts follows from, and from a choice of such tests.
      const follows = (ref: Ref): boolean => {
        const node = this.nodes[ref >> 1]!
        if ((ref & 1) === 1) return false
        if (node.kind === 'test') return parts.has(ref) || cover.followsFrom(node.atom, -1) !== undefined
        return node.kind === 'and' && node.of.some(follows)
      }
      if (
        [...members].some(ref =>
          ref === choice ? false : choices.includes(ref) ? this.partsOf(ref).every(follows) : follows(ref),
        )
      )
        members.delete(choice)
    }
    return true
  }

  /** Whether a test for one text cannot hold beside tests that do. */
  private excluded(atom: Atom, tests: readonly (readonly [Ref, Atom])[]): boolean {
    if (atom.kind !== 'literal' || atom.shape !== 'equals' || tests.length > mostBeside) return false
    return tests.some(
      ([ref, other]) =>
        (ref & 1) === 0 &&
        other.field === atom.field &&
        (other.kind === 'literal' || other.kind === 'automaton') &&
        excludesText(atom, other),
    )
  }

  /** The alternatives of a negated `and`. */
  private partsOf(choice: Ref): readonly Ref[] {
    const node = this.nodes[choice >> 1]!
    return node.kind === 'and' ? node.of.map(part => part ^ 1) : []
  }

  or(refs: readonly Ref[]): Ref {
    return this.and(refs.map(ref => ref ^ 1)) ^ 1
  }

  /** A question as a node. As deep as the question is, which its reader bounds. */
  predicate(of: Predicate): Ref {
    const known = this.read.get(of)
    if (known !== undefined) return known
    hurry(this.how.late)
    const ref = this.told(of)
    this.read.set(of, ref)
    return ref
  }

  /** Where the text of an event is that of its fields, it is asked as they are; where there is none, nothing is true of it. */
  private placed(atom: Atom): Ref {
    const { raw } = this.how
    const text = atom.field === rawText || (raw === 'same' && atom.field === '_raw')
    if (!text || raw === undefined) return this.settled(atom)
    return raw === 'none' ? no : this.settled({ ...atom, field: everywhere })
  }

  private told(of: Predicate): Ref {
    switch (of.kind) {
      case 'const':
        return of.value ? yes : no
      case 'and':
        return this.and(of.args.map(arg => this.predicate(arg)))
      case 'or':
        return this.or(of.args.map(arg => this.predicate(arg)))
      case 'not':
        return this.predicate(of.arg) ^ 1
      case 'opaque':
        return this.test({ key: `opaque ${of.text}`, field: '\u0000opaque', kind: 'opaque' })
      case 'test': {
        const plain = plainly(of, this.how.laws)
        if (plain !== undefined) return this.predicate(plain)
        const told = this.or(
          atomsOf(of, withoutIn(fieldOf(of.subject).name, this.how)).map(
            ({ atom, negated }) => this.placed(atom) ^ (negated ? 1 : 0),
          ),
        )
        const any = this.and([told, ...this.implied(of)])
        if (of.each !== 'none') return any
        const { name } = fieldOf(of.subject)
        const state = through(of.subject) === undefined ? 'exists' : 'present'
        return this.and([this.placed({ key: state, field: name, kind: 'state', state }), any ^ 1])
      }
    }
  }

  /** What holds wherever a test that is not understood in full does: a network's texts are addresses, and two fields that are compared are there. */
  private implied({ subject, match }: Extract<Predicate, { kind: 'test' }>): readonly Ref[] {
    const { name } = fieldOf(subject)
    if (match.kind === 'cidr') {
      const law = this.how.laws?.get(name)?.of
      return law === 'address' || law === 'address or word' ? [] : [this.placed(isAddress(name))]
    }
    if (match.kind !== 'text') return []
    const other = fieldOf(match.to).name
    const [one, two] = [name, other].map(field => this.placed({ key: 'present', field, kind: 'state', state: 'present' })) as [
      Ref,
      Ref,
    ]
    const [first, second] = [absentIsEmpty(name, this.how), absentIsEmpty(other, this.how)]
    if (!first && !second) return [one, two]
    // Of two equal texts both are empty or none is.
    return first && second && match.how === 'whole' ? [this.or([this.and([one, two]), this.and([one ^ 1, two ^ 1])])] : []
  }

  private settled(atom: Atom): Ref {
    if (atom.kind === 'state' && absentIsEmpty(atom.field, this.how))
      return this.test({ key: 'equals i ', field: atom.field, kind: 'literal', shape: 'equals', text: '', fold: true }) ^ 1
    if (atom.kind === 'state' && this.how.nulls === false) return this.test({ ...atom, key: 'present', state: 'present' })
    return this.test(atom)
  }
}

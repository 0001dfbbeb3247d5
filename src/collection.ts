// A whole collection against itself: rules that are the same, lie within another, share events or can never match, and members of their lists that change nothing.

import { bare, questioned } from './compare.ts'
import { createMatcher, type Matcher } from './engine/match.ts'
import type { Detection } from './ir/detection.ts'
import type { Event } from './ir/event.ts'
import type { Pipeline } from './ir/pipeline.ts'
import type { Predicate } from './ir/predicate.ts'
import { decide, example, type Side } from './proof/decide.ts'
import { idleMembers } from './proof/idle.ts'
import { Limit } from './proof/limits.ts'
import { askingOptions } from './proof/sides.ts'

/** Two rules of a collection of which one is within the other, or that are the same. */
export interface Pair {
  readonly a: Detection
  readonly b: Detection
  readonly relation: 'equal' | 'narrower'
}

/** Two rules that share events, and of which neither lies within the other, as far as an event made for one of them shows. */
export interface Overlap {
  readonly a: Detection
  readonly b: Detection
  readonly both: Event
  /** Events of one alone, where they were found. */
  readonly onlyA?: Event
  readonly onlyB?: Event
}

/** A value of a list, or another test beside others, without which its rule asks the same. */
export interface Idle {
  readonly detection: Detection
  readonly member: Predicate
}

export interface Collection {
  readonly pairs: readonly Pair[]
  readonly overlaps: readonly Overlap[]
  /** Rules that no event can match. */
  readonly never: readonly Detection[]
  /** What changes nothing in its rule, where it was asked for. */
  readonly idle: readonly Idle[]
  /** Members of lists of which it was not found out. */
  readonly untold: number
  /** Rules that are no questions about single events, or could not be decided. */
  readonly left: readonly { readonly detection: Detection; readonly why: string }[]
}

/** An event that a rule of a log source matches, or that there is none, or why none was found. */
export type Witness =
  | { readonly source: string; readonly event: Event }
  | { readonly source: string; readonly none: true }
  | { readonly unknown: string }

/** What one rule is to another: within it, or beside it with an event of both and, where it was found, one of its own alone. */
export type Beside = { readonly within: boolean; readonly both?: Event; readonly only?: Event }

/** What is known from an earlier comparison, so that a collection of which little has changed is compared in little time. Rules are told by their places in the collection. */
export interface Memory {
  /** The witness of a rule as it was found before, else made now. */
  witness(place: number, make: () => Witness): Witness
  /** What the first is to the second as it was found before, else made now. */
  beside(a: number, b: number, make: () => Beside): Beside
}

export interface CollectionOptions {
  /** What is known from before. */
  readonly memory?: Memory
  /** Whether members of lists that change nothing are looked for. */
  readonly idle?: boolean
}

/** A rule as a question, asked together with those of its log source. */
interface Seat {
  readonly side: Side
  readonly source: string
  readonly rules: Pipeline['rules']
  /** Fields without which it is never true. */
  readonly needs: readonly string[]
  /** Whether it is true of the event that its group looks at. */
  readonly ask: () => boolean
}

interface Member {
  readonly detection: Detection
  readonly at: number
  readonly event: Event
}

/** Rules of one log source: a test that many share is asked once of an event. */
class Group {
  readonly members: Member[] = []
  private readonly matchers = new Map<Pipeline['rules'], Matcher>()

  matcher(rules: Pipeline['rules']): Matcher {
    let matcher = this.matchers.get(rules)
    if (matcher === undefined) {
      matcher = createMatcher(askingOptions(rules))
      this.matchers.set(rules, matcher)
    }
    return matcher
  }

  look(event: Event): void {
    for (const matcher of this.matchers.values()) matcher.look(event)
  }
}

/** The rules of a collection as questions, each made when it is first asked for: most of a collection that was compared before are asked nothing. */
class Seats {
  readonly groups = new Map<string, Group>()
  private readonly seats = new Map<number, Seat | { readonly beyond: string }>()
  private readonly detections: readonly Detection[]

  constructor(detections: readonly Detection[]) {
    this.detections = detections
  }

  group(source: string): Group {
    let group = this.groups.get(source)
    if (group === undefined) {
      group = new Group()
      this.groups.set(source, group)
    }
    return group
  }

  told(at: number): Seat | { readonly beyond: string } {
    let seat = this.seats.get(at)
    if (seat === undefined) {
      seat = this.made(this.detections[at]!)
      this.seats.set(at, seat)
    }
    return seat
  }

  at(at: number): Seat {
    const seat = this.told(at)
    if ('beyond' in seat) throw new Error('this is a bug in Terrier: a rule that is no question was compared')
    return seat
  }

  private made(detection: Detection): Seat | { readonly beyond: string } {
    const found = questioned(detection)
    if ('beyond' in found) return found
    const { source, rules, written } = found
    const matcher = this.group(source).matcher(rules)
    let ready: (() => boolean) | undefined
    const ask = (): boolean => {
      ready ??= matcher.compile(written)
      return ready()
    }
    const side: Side = {
      where: found.side.where,
      ask: event => {
        matcher.look(event)
        return ask()
      },
    }
    return { side, source, rules, ask, needs: [...needsOf(written)] }
  }
}

const asksValue: ReadonlySet<string> = new Set(['glob', 'regex', 'word', 'cidr'])
/** What is no path into records. */
const plainName = /^[\w-]+$/

/** The fields that must be there for a question to be true; one may be missed, none is told that is not needed. */
function needsOf(where: Predicate): ReadonlySet<string> {
  switch (where.kind) {
    case 'test': {
      const { subject, match, each = 'any' } = where
      const needed = subject.kind === 'field' && each === 'any' && asksValue.has(match.kind) && plainName.test(subject.name)
      return needed ? new Set([subject.name]) : none
    }
    case 'and':
      return new Set(where.args.flatMap(arg => [...needsOf(arg)]))
    case 'or': {
      const [first, ...rest] = where.args.map(needsOf)
      return first === undefined ? none : new Set([...first].filter(name => rest.every(needs => needs.has(name))))
    }
    default:
      return none
  }
}

const none: ReadonlySet<string> = new Set()

/**
 * A whole collection against itself, log source by log source: a rule lies within another only if the other matches an event made for it, so that
 * few pairs are left to decide. Events are told in Sigma's names.
 */
export function compareAll(detections: readonly Detection[], { memory, idle = false }: CollectionOptions = {}): Collection {
  const seats = new Seats(detections)
  const left: Collection['left'][number][] = []
  const never: Detection[] = []
  const needless: Idle[] = []
  let untold = 0
  for (const [at, detection] of detections.entries()) {
    if (detection.silent) continue
    const make = (): Witness => {
      const seat = seats.told(at)
      if ('beyond' in seat) return { unknown: seat.beyond }
      const { source } = seat
      const searched = example(seat.side)
      if ('unknown' in searched) return { unknown: searched.unknown }
      return 'event' in searched ? { source, event: searched.event } : { source, none: true }
    }
    const witness = memory === undefined ? make() : memory.witness(at, make)
    if ('unknown' in witness) left.push({ detection, why: witness.unknown })
    else if ('none' in witness) never.push(detection)
    else {
      seats.group(witness.source).members.push({ detection, at, event: witness.event })
      if (!idle) continue
      const { side, rules } = seats.at(at)
      const told = idleMembers(side.where, rules, [witness.event])
      untold += told.untold
      for (const member of told.idle) needless.push({ detection, member })
    }
  }
  const pairs: Pair[] = []
  const overlaps: Overlap[] = []
  for (const group of seats.groups.values()) {
    const { members } = group
    const besides = new Map<number, Map<number, Beside>>()
    for (const [place, a] of members.entries()) {
      const row = new Map<number, Beside>()
      let looked = false
      const make = (b: Member): Beside => {
        const seat = seats.at(b.at)
        for (const name of seat.needs) if (!Object.hasOwn(a.event.fields, name)) return nothing
        if (!looked) group.look(a.event)
        looked = true
        if (!holds(seat.ask, true)) return nothing
        looked = false
        return besideOf({ side: seats.at(a.at).side, event: a.event }, seat)
      }
      for (const [other, b] of members.entries()) {
        if (place === other) continue
        const beside = memory === undefined ? make(b) : memory.beside(a.at, b.at, () => make(b))
        if (beside.within || beside.both !== undefined) row.set(other, beside)
      }
      if (row.size > 0) besides.set(place, row)
    }
    for (const [place, row] of besides)
      for (const [other, beside] of row) {
        const back = besides.get(other)?.get(place)
        const a = members[place]!.detection
        const b = members[other]!.detection
        if (beside.within) {
          if (back?.within !== true) pairs.push({ a, b, relation: 'narrower' })
          else if (place < other) pairs.push({ a, b, relation: 'equal' })
        } else if (back?.within !== true && (back === undefined || place < other))
          overlaps.push({
            a,
            b,
            both: bare(beside.both!),
            ...(beside.only === undefined ? {} : { onlyA: bare(beside.only) }),
            ...(back?.only === undefined ? {} : { onlyB: bare(back.only) }),
          })
      }
  }
  return { pairs, overlaps, never, idle: needless, untold, left }
}

const nothing: Beside = { within: false }

/** A lies within B when it is the same as A and B together. */
function besideOf(a: { readonly side: Side; readonly event: Event }, b: { readonly side: Side }): Beside {
  const both: Side = {
    where: { kind: 'and', args: [a.side.where, b.side.where] },
    ask: event => a.side.ask(event) && b.side.ask(event),
  }
  const found = decide(a.side, both)
  if (found.verdict === 'equivalent') return { within: true }
  // The engine may have given up on the event: then it shows nothing.
  if (!holds(() => b.side.ask(a.event), false)) return nothing
  return { within: false, both: a.event, ...(found.verdict === 'differs' ? { only: found.event } : {}) }
}

/** Whether something holds, or what is taken for it where the engine gives up. */
function holds(ask: () => boolean, otherwise: boolean): boolean {
  try {
    return ask()
  } catch (error) {
    if (error instanceof Limit) return otherwise
    throw error
  }
}

// Two detections, in any languages: equal, one within the other, overlapping or disjoint, with an event for each side of the claim.

import { compile } from './engine/engine.ts'
import { overTables } from './engine/tables/tree.ts'
import type { Detection } from './ir/detection.ts'
import type { Event, Value } from './ir/event.ts'
import type { EventClass, Pipeline } from './ir/pipeline.ts'
import type { Predicate } from './ir/predicate.ts'
import { rewrite, visit } from './ir/walk.ts'
import { understood } from './proof/columns.ts'
import { decide, example, type Relation, relate, type Side } from './proof/decide.ts'
import { lawsOf, typesOf } from './proof/laws.ts'
import { Limit } from './proof/limits.ts'
import { asked, classField, sideOf } from './proof/sides.ts'
import { schemas } from './schemas/index.ts'
import { createLift } from './schemas/lift.ts'
import { type Several, type SeveralOptions, severally } from './several.ts'
import { trialSchema } from './trial.ts'

export type { Relation } from './proof/decide.ts'

/** A detection as a question about single events in Sigma's names, or why it is none. */
export type Questioned = { readonly side: Side; readonly source: string } | { readonly beyond: string }

/** What a detection asks; one over a product's tables is told in Sigma's names first. */
export function questioned(detection: Detection): Questioned {
  const { query } = detection
  lift ??= createLift(schemas)
  const hub = readsTables(query) ? lift(query, () => false) : undefined
  if (hub !== undefined && hub.missing.length > 0)
    return { beyond: `reads the table "${hub.missing[0]}", which no log is known to be in` }
  const found = asked(hub === undefined ? query : withoutOwnRows(hub.query), { table: () => [] })
  if ('beyond' in found) return found
  // Of groups there is one when there is an event of it; what is asked of the counts in it is not asked of single events.
  if (found.grouped && asksMeasure(found.where)) return { beyond: 'counts events' }
  const { from } = query
  const source = from.kind === 'class' ? JSON.stringify([from.class.product, from.class.category, from.class.service]) : ''
  // What is understood of computed columns is told as tests of fields; the engine is asked what was written.
  const { ask } = sideOf(found.where, query.rules)
  return { side: { where: hub === undefined ? found.where : understood(found.where), ask }, source }
}

let lift: ReturnType<typeof createLift> | undefined

/** Whether a query starts at a product's tables, anywhere in it. */
function readsTables(query: Pipeline): boolean {
  let found = false
  visit(query, {
    from: of => {
      if (of.kind === 'table') found = true
    },
  })
  return found
}

function asksMeasure(where: Predicate): boolean {
  let found = false
  visit(where, {
    scalar: of => {
      if (of.kind === 'call' && of.fn === 'proof:measure') found = true
    },
  })
  return found
}

/** A table that was told as events of logs; its own rows, as exports have them, are no events of Sigma's. */
function withoutOwnRows(query: Pipeline): Pipeline {
  return rewrite(query, {
    pipeline: of =>
      of.from.kind === 'union' ? { ...of, from: { ...of.from, of: of.from.of.filter(part => part.from.kind !== 'table') } } : of,
  })
}

/** How two detections relate; of those about several events, as far as streams show. */
export interface Compared extends Omit<Relation, 'relation'> {
  /** `agrees` and `differs` are of questions about several events: no stream that was tried parts them, or one does. */
  readonly relation: Relation['relation'] | 'agrees' | 'differs'
  /** Streams of events in the order of their times, where several events are asked about. */
  readonly streams?: {
    readonly onlyA?: readonly Event[]
    readonly onlyB?: readonly Event[]
    readonly both?: readonly Event[]
    /** How many streams were tried. */
    readonly tried: number
  }
}

/** How two detections relate. Events are told in Sigma's names; `logsource.category` and the like is their log source. */
export function compare(a: Detection, b: Detection): Compared {
  const left = questioned(a)
  const right = questioned(b)
  if ('beyond' in left || 'beyond' in right) return together(a, b)
  return plain(relate(left.side, right.side, { laws: lawsOf(typesOf([left.side.where, right.side.where])) }))
}

/** How streams of events in Sigma's names are looked at. */
export const hubOptions: SeveralOptions = {
  table: () => [],
  told: understood,
  reading: (where, other) => ({ where, reading: { laws: lawsOf(typesOf([where, other])), raw: 'none' } }),
}

/** Two detections of which one at least asks several events. */
function together(a: Detection, b: Detection): Compared {
  const [left, right] = [hubRun(a), hubRun(b)]
  for (const side of [left, right]) if ('why' in side) return { relation: 'undecided', why: side.why }
  if ('why' in left || 'why' in right) throw new Error('this is a bug in Terrier: a side that cannot be run was compared')
  const found = severally(left, right, hubOptions)
  if (found.verdict === 'equivalent') return { relation: 'equal' }
  if (found.verdict === 'undecided') return { relation: 'undecided', why: found.why }
  const { onlyLeft, onlyRight, both, streams } = found.parted
  if (onlyLeft === undefined && onlyRight === undefined && both === undefined)
    return { relation: 'undecided', why: `no stream of ${streams} was found in which both find anything` }
  return {
    relation: onlyLeft === undefined && onlyRight === undefined ? 'agrees' : 'differs',
    streams: {
      ...(onlyLeft === undefined ? {} : { onlyA: onlyLeft.map(bare) }),
      ...(onlyRight === undefined ? {} : { onlyB: onlyRight.map(bare) }),
      ...(both === undefined ? {} : { both: both.map(bare) }),
      tried: streams,
    },
  }
}

/** A detection as a question about streams of events that say their log source, run as a hunt runs it; one over a product's tables is told in Sigma's names first. */
export function hubRun(detection: Detection): Several | { readonly why: string } {
  const about = `"${detection.title}"`
  let { query } = detection
  if (overTables(query)) {
    const open = unknownSource(query)
    if (open !== undefined) return { why: `${about} reads rows from a ${open}, which are no events` }
    lift ??= createLift(schemas)
    const hub = lift(query, () => false)
    if (hub.missing.length > 0) return { why: `${about} reads the table "${hub.missing[0]}", which no log is known to be in` }
    query = withoutOwnRows(hub.query)
  }
  const found = new Map<string, EventClass>()
  visit(query, {
    from: of => {
      if (of.kind === 'class') found.set(JSON.stringify(classParts.map(name => of.class[name] ?? null)), of.class)
    },
  })
  // The log source that says most comes first; an event of it is also of those that say less.
  const said = (of: EventClass): number => classParts.filter(name => of[name] !== undefined).length
  const classes = [...found.values()].sort((one, other) => said(other) - said(one))
  const shapes = classes.map((of, place) =>
    trialSchema(
      `class ${place}`,
      classes.filter(other => classParts.every(name => other[name] === undefined || other[name] === of[name])),
      false,
    ),
  )
  const compiled = compile([{ ...detection, query, silent: false }], shapes)
  const wrong = compiled.value?.skipped[0]?.diagnostic ?? compiled.diagnostics.find(({ severity }) => severity === 'error')
  if (compiled.value === undefined || wrong !== undefined)
    return { why: `${about} cannot be run over streams: ${wrong?.message ?? 'it was not compiled'}` }
  const program = compiled.value
  const run = (stream: readonly Event[]): boolean => {
    const pass = program.start({
      report: finding => {
        if (finding.code === 'ENG301') throw new Limit(finding.message)
      },
    })
    let alerts = 0
    for (const event of stream) {
      const place = classes.findIndex(of =>
        classParts.every(name => of[name] === undefined || event.fields[`${classField}${name}`] === of[name]),
      )
      if (place >= 0) alerts += pass.push({ schema: `class ${place}`, length: 1, at: () => unsourced(event) }).length
    }
    return alerts + pass.finish().length > 0
  }
  return { query, run }
}

/** The kind of rows that a query starts at and that are neither events nor brought by a table's own columns. */
function unknownSource(query: Pipeline): string | undefined {
  let found: string | undefined
  visit(query, {
    from: of => {
      if (of.kind === 'rule' || of.kind === 'range') found = of.kind
    },
  })
  return found
}

const classParts = ['product', 'category', 'service'] as const
/** An event without the marks of its log source. */
const unsourced = (event: Event): Event => ({
  ...event,
  fields: Object.fromEntries(Object.entries(event.fields).filter(([name]) => !name.startsWith(classField))),
})

/** Events without the marks of their log source. */
function plain(relation: Relation): Relation {
  const { onlyA, onlyB, both, ...rest } = relation
  return {
    ...rest,
    ...(onlyA === undefined ? {} : { onlyA: bare(onlyA) }),
    ...(onlyB === undefined ? {} : { onlyB: bare(onlyB) }),
    ...(both === undefined ? {} : { both: bare(both) }),
  }
}

/** An event with its log source under names that people read. */
function bare(event: Event): Event {
  const fields = Object.entries(event.fields).map(([name, value]): [string, Value] => [
    name.startsWith(classField) ? `logsource.${name.slice(classField.length)}` : name,
    value,
  ])
  return { ...event, fields: Object.fromEntries(fields) }
}

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

export interface Collection {
  readonly pairs: readonly Pair[]
  readonly overlaps: readonly Overlap[]
  /** Rules that no event can match. */
  readonly never: readonly Detection[]
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

/** Whether a question is true of an event, or the engine gave up on it. */
function mayHold(side: Side, event: Event): boolean {
  try {
    return side.ask(event)
  } catch (error) {
    if (error instanceof Limit) return true
    throw error
  }
}

/**
 * A whole collection against itself, log source by log source: a rule lies within another only if the other matches an event made for it, so that
 * few pairs are left to decide. Events are told in Sigma's names.
 */
export function compareAll(detections: readonly Detection[], memory?: Memory): Collection {
  interface Member {
    readonly detection: Detection
    readonly at: number
    readonly event: Event
  }
  // Most rules of a collection that was compared before are asked nothing.
  const sides = new Map<number, Side>()
  const sideAt = (at: number): Side => {
    let side = sides.get(at)
    if (side === undefined) {
      const found = questioned(detections[at]!)
      if ('beyond' in found) throw new Error('this is a bug in Terrier: a rule that is no question was compared')
      side = found.side
      sides.set(at, side)
    }
    return side
  }
  const groups = new Map<string, Member[]>()
  const left: Collection['left'][number][] = []
  const never: Detection[] = []
  for (const [at, detection] of detections.entries()) {
    if (detection.silent) continue
    const make = (): Witness => {
      const found = questioned(detection)
      if ('beyond' in found) return { unknown: found.beyond }
      sides.set(at, found.side)
      const searched = example(found.side)
      if ('unknown' in searched) return { unknown: searched.unknown }
      return 'event' in searched ? { source: found.source, event: searched.event } : { source: found.source, none: true }
    }
    const witness = memory === undefined ? make() : memory.witness(at, make)
    if ('unknown' in witness) left.push({ detection, why: witness.unknown })
    else if ('none' in witness) never.push(detection)
    else {
      const group = groups.get(witness.source) ?? []
      group.push({ detection, at, event: witness.event })
      groups.set(witness.source, group)
    }
  }
  const pairs: Pair[] = []
  const overlaps: Overlap[] = []
  for (const group of groups.values()) {
    const besides = new Map<number, Map<number, Beside>>()
    for (const [place, a] of group.entries()) {
      const row = new Map<number, Beside>()
      for (const [other, b] of group.entries()) {
        if (place === other) continue
        const make = (): Beside =>
          mayHold(sideAt(b.at), a.event) ? besideOf({ side: sideAt(a.at), event: a.event }, { side: sideAt(b.at) }) : nothing
        const beside = memory === undefined ? make() : memory.beside(a.at, b.at, make)
        if (beside.within || beside.both !== undefined) row.set(other, beside)
      }
      if (row.size > 0) besides.set(place, row)
    }
    for (const [place, row] of besides)
      for (const [other, beside] of row) {
        const back = besides.get(other)?.get(place)
        const a = group[place]!.detection
        const b = group[other]!.detection
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
  return { pairs, overlaps, never, left }
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
  if (!holdsOf(b.side, a.event)) return nothing
  return { within: false, both: a.event, ...(found.verdict === 'differs' ? { only: found.event } : {}) }
}

function holdsOf(side: Side, event: Event): boolean {
  try {
    return side.ask(event)
  } catch (error) {
    if (error instanceof Limit) return false
    throw error
  }
}

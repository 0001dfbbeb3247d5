// Two detections, in any languages: equal, one within the other, overlapping or disjoint, with an event for each side of the claim.

import { compile } from './engine/engine.ts'
import { overTables } from './engine/tables/tree.ts'
import type { Detection } from './ir/detection.ts'
import type { Event, Value } from './ir/event.ts'
import type { EventClass, Pipeline } from './ir/pipeline.ts'
import type { Predicate } from './ir/predicate.ts'
import { rewrite, visit } from './ir/walk.ts'
import { understood } from './proof/columns.ts'
import { type Relation, relate, type Side } from './proof/decide.ts'
import { lawsOf, typesOf } from './proof/laws.ts'
import { Limit } from './proof/limits.ts'
import { asked, classField, sideOf } from './proof/sides.ts'
import { schemas } from './schemas/index.ts'
import { createLift } from './schemas/lift.ts'
import { type Several, type SeveralOptions, severally } from './several.ts'
import { trialSchema } from './trial.ts'

export type { Relation } from './proof/decide.ts'

/** A detection as a question about single events in Sigma's names, or why it is none. */
export type Questioned =
  | {
      readonly side: Side
      /** Its log source as text, and the rules of its language. */
      readonly source: string
      readonly rules: Pipeline['rules']
      /** What was written, where columns are computed; the side's own question where not. */
      readonly written: Predicate
    }
  | { readonly beyond: string }

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
  const where = hub === undefined ? found.where : understood(found.where)
  return { side: { where, ask }, source, rules: query.rules, written: found.where }
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
export function bare(event: Event): Event {
  const fields = Object.entries(event.fields).map(([name, value]): [string, Value] => [
    name.startsWith(classField) ? `logsource.${name.slice(classField.length)}` : name,
    value,
  ])
  return { ...event, fields: Object.fromEntries(fields) }
}

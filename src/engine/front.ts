// The stateless front of a hunt: which rules look at a record, and which of them it satisfies. No event is renamed; rules are told in the names of each schema once.

import { type accessor, type Event, accessor as reader, setField, type Value } from '../ir/event.ts'
import { shape } from '../ir/glob.ts'
import type { Column, EventClass } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { fieldsUsed } from '../ir/walk.ts'
import type { Schema } from '../schemas/schema.ts'
import { translatePredicate, translateScalar, type View, views } from '../schemas/translate.ts'
import { createIndex, createMemo, type Index } from './candidates.ts'
import { type Ask, createMatcher, type Matcher } from './match.ts'
import type { Skipped } from './run.ts'
import { compileScalar } from './scalar.ts'

/** The beginning of one query (or of one branch of a correlation): a log source and a question about each event. */
export interface Front {
  /** The detection's place in the program. */
  readonly index: number
  readonly class: EventClass
  readonly where: Predicate
  /** Columns computed for the rows that go on, and the fields (in Sigma's names) that later stages read. */
  readonly columns: readonly Column[]
  readonly names: readonly string[]
}

/** A front in the names of one schema. */
interface Entry {
  readonly front: number
  readonly schema: string
  readonly predicate: Predicate
  readonly reads: readonly { readonly name: string; readonly compute: (event: Event) => Value | undefined }[]
}

/** Entries that look at the same events. */
interface Group {
  readonly where: readonly Predicate[]
  readonly holds: Ask
  readonly entries: Entry[]
}

/** What is asked of records that agree in channel, event id and the like. */
interface Plan {
  count: number
  readonly fronts: readonly number[]
  readonly asks: readonly Question[]
  /** Which of `asks` can be true of an event; absent when the plan was made for its counts alone. */
  readonly index?: Index
}

/** A rule's question about the records of a plan, compiled when an event first needs it. */
interface Question {
  readonly entry: Entry
  readonly predicate: Predicate
  ask?: Ask
}

/** A front that an event satisfies. */
export interface Hit {
  readonly front: number
  readonly schema: string
  /** The fields and columns that later stages read, in Sigma's names. */
  row(): Record<string, Value>
}

/** The records of one shape, and every rule about them. */
export interface Family {
  match(event: Event): readonly Hit[]
  /** For each front the number of events of its log source so far. */
  asked(into: number[]): void
  readonly skipped: readonly Skipped[]
}

const mostPlans = 4096
const nothing: readonly Hit[] = []

/** Makes the fronts ready for the records of one schema and of those that read beside it. */
export function createFamily(
  fronts: readonly Front[],
  schemas: readonly Schema[],
  gaveUp: (front: number, pattern: string) => void,
): Family {
  let asking = -1
  const matcher = createMatcher({ gaveUp: pattern => gaveUp(asking, pattern) })
  const skipped: Skipped[] = []
  const groups = prepare(fronts, schemas, matcher, skipped)
  const { fields: keyFields, tests: keyTests } = keysOf(groups.flatMap(group => group.where))
  const keyReaders = keyFields.map(reader)
  const keyAsks = keyTests.map(test => matcher.compile(test))
  const fixed = new Set(keyFields)
  const plans = new Map<string, Plan>()
  const dropped: Plan[] = []
  const memo = createMemo()

  /** A question with the tests answered that depend on the key alone. */
  function settle(predicate: Predicate): Predicate {
    switch (predicate.kind) {
      case 'const':
      case 'opaque':
        return predicate
      case 'not': {
        const arg = settle(predicate.arg)
        if (arg === predicate.arg) return predicate
        return arg.kind === 'const' ? { kind: 'const', value: !arg.value } : { kind: 'not', arg }
      }
      case 'and':
      case 'or': {
        const absorbing = predicate.kind === 'or'
        const args: Predicate[] = []
        for (const arg of predicate.args) {
          const settled = settle(arg)
          if (settled.kind !== 'const') args.push(settled)
          else if (settled.value === absorbing) return settled
        }
        if (args.length === 0) return { kind: 'const', value: !absorbing }
        if (args.length === predicate.args.length && args.every((arg, at) => arg === predicate.args[at])) return predicate
        return args.length === 1 ? args[0]! : { kind: predicate.kind, args }
      }
      case 'test': {
        const { subject, match } = predicate
        if (subject.kind !== 'field' || !fixed.has(subject.name)) return predicate
        if (match.kind === 'text' || match.kind === 'among' || (match.kind === 'compare' && match.to.kind !== 'literal'))
          return predicate
        return { kind: 'const', value: matcher.compile(predicate)() }
      }
    }
  }

  function makePlan(): Plan {
    const asks: Question[] = []
    const looked = new Set<number>()
    for (const group of groups) {
      if (!group.holds()) continue
      for (const entry of group.entries) {
        looked.add(entry.front)
        const predicate = settle(entry.predicate)
        if (predicate.kind === 'const' && !predicate.value) continue
        asks.push({ entry, predicate })
      }
    }
    asks.sort((a, b) => a.entry.front - b.entry.front)
    const index = createIndex(
      asks.map(({ predicate }) => predicate),
      matcher.texts,
      memo,
    )
    return { count: 0, fronts: [...looked], asks, index }
  }

  return {
    skipped,
    match(event) {
      matcher.look(event)
      const key = keyOf(event, keyReaders, keyAsks)
      let plan = plans.get(key)
      if (plan === undefined) {
        if (plans.size >= mostPlans) {
          // Records that differ in channel or id without end would fill the memory; their counts are kept.
          dropped.push(...plans.values())
          plans.clear()
          if (dropped.length > mostPlans) compact(dropped)
        }
        plan = makePlan()
        plans.set(key, plan)
      }
      plan.count++
      if (plan.asks.length === 0) return nothing
      let hits: Hit[] | undefined
      let last = -1
      for (const place of plan.index!.candidates()) {
        const question = plan.asks[place]!
        const { entry } = question
        if (entry.front === last) continue
        asking = entry.front
        question.ask ??= matcher.compile(question.predicate)
        if (!question.ask()) continue
        last = entry.front
        hits ??= []
        hits.push({ front: entry.front, schema: entry.schema, row: () => rowOf(entry, event) })
      }
      return hits ?? nothing
    },
    asked(into) {
      for (const plan of [...dropped, ...plans.values()])
        for (const front of plan.fronts) into[front] = (into[front] ?? 0) + plan.count
    },
  }
}

/** Plans that are no longer asked become one count per set of fronts. */
function compact(plans: Plan[]): void {
  const counts = new Map<string, { count: number; fronts: readonly number[] }>()
  for (const plan of plans) {
    const key = plan.fronts.join(' ')
    const sum = counts.get(key) ?? { count: 0, fronts: plan.fronts }
    sum.count += plan.count
    counts.set(key, sum)
  }
  plans.length = 0
  for (const { count, fronts } of counts.values()) plans.push({ count, fronts, asks: [] })
}

/**
 * What the choice of rules depends on. Fields that are compared with whole values (channel, event id, kind of record) count by
 * their value; of fields that are asked otherwise (whether they are there, how they begin) only the answers count, because their
 * values differ from record to record.
 */
function keysOf(wheres: readonly Predicate[]): { readonly fields: readonly string[]; readonly tests: readonly Predicate[] } {
  const fields = new Set<string>()
  const tests: { readonly name: string; readonly test: Predicate }[] = []
  const waiting = [...wheres]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'and' || next.kind === 'or') waiting.push(...next.args)
    else if (next.kind === 'not') waiting.push(next.arg)
    else if (next.kind === 'test') {
      const { subject, match } = next
      const whole = match.kind === 'glob' ? shape(match.glob).kind === 'equals' : match.kind === 'compare' && match.op === '='
      const constant =
        match.kind !== 'text' && match.kind !== 'among' && (match.kind !== 'compare' || match.to.kind === 'literal')
      if (subject.kind === 'field' && constant && !whole) tests.push({ name: subject.name, test: next })
      else for (const name of fieldsUsed(next)) fields.add(name)
    }
  }
  return { fields: [...fields], tests: tests.filter(({ name }) => !fields.has(name)).map(({ test }) => test) }
}

function keyOf(event: Event, readers: readonly ReturnType<typeof accessor>[], asks: readonly Ask[]): string {
  let key = ''
  for (const ask of asks) key += ask() ? '1' : '0'
  for (const read of readers) {
    const value = read(event.fields)
    key += `${typeof value === 'string' ? `"${value}` : typeof value === 'object' ? textOf(value) : String(value)}\u0000`
  }
  return key
}

function textOf(value: Value): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? ''
}

function rowOf(entry: Entry, event: Event): Record<string, Value> {
  const row: Record<string, Value> = {}
  for (const { name, compute } of entry.reads) {
    const value = compute(event)
    if (value !== undefined) setField(row, name, value)
  }
  return row
}

function prepare(fronts: readonly Front[], schemas: readonly Schema[], matcher: Matcher, skipped: Skipped[]): Group[] {
  const groups = new Map<string, Group>()
  const viewsOf = new Map<string, readonly { schema: Schema; view: View; group: Group }[]>()
  const known = (wanted: EventClass) => {
    const key = JSON.stringify([wanted.product, wanted.category, wanted.service])
    let found = viewsOf.get(key)
    if (found === undefined) {
      found = schemas.flatMap(schema =>
        views(schema, wanted).map(view => {
          const text = JSON.stringify(view.where)
          let group = groups.get(text)
          if (group === undefined) {
            const asks = view.where.map(where => matcher.compile(where))
            group = { where: view.where, holds: () => asks.length === 0 || asks.some(ask => ask()), entries: [] }
            groups.set(text, group)
          }
          return { schema, view, group }
        }),
      )
      viewsOf.set(key, found)
    }
    return found
  }
  for (const [place, front] of fronts.entries()) {
    for (const { schema, view, group } of known(front.class)) {
      const predicate = translatePredicate(front.where, view)
      const own = new Set(front.columns.map(column => column.name))
      const reads = [
        ...front.names
          .filter(name => !own.has(name))
          .map(name => ({ name, scalar: translateScalar({ kind: 'field', name }, view) })),
        ...front.columns.map(column => ({ name: column.name, scalar: translateScalar(column.value, view) })),
      ]
      const problem = [...predicate.diagnostics, ...reads.flatMap(read => read.scalar.diagnostics)][0]
      if (predicate.value === undefined || problem !== undefined) {
        if (problem !== undefined) skipped.push({ index: front.index, reason: 'fields', schema: schema.id, diagnostic: problem })
        continue
      }
      group.entries.push({
        front: place,
        schema: schema.id,
        predicate: predicate.value,
        reads: reads.map(read => ({ name: read.name, compute: compileScalar(read.scalar.value as Scalar) })),
      })
    }
  }
  return [...groups.values()]
}

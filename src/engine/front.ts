// The stateless front of a hunt: which rules look at a record, and which of them it satisfies. No event is renamed; rules are told in the names of each schema once.

import { type Event, setField, type Value } from '../ir/event.ts'
import { shape } from '../ir/glob.ts'
import type { Column, EventClass } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { fieldsUsed } from '../ir/walk.ts'
import { anyRecord, documents } from '../schemas/lift.ts'
import type { Schema } from '../schemas/schema.ts'
import { translatePredicate, translateScalar, type View, views } from '../schemas/translate.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { createIndexes, type Index } from './candidates.ts'
import { again, Latest } from './latest.ts'
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
  /** Rows of the product's own table of this name instead of a class of events: its columns are the records' own, all of them go on. */
  readonly table?: string
  /** A column that the records cannot fill is absent, instead of keeping the front from them. */
  readonly lenient?: boolean
}

/** A column and how an event fills it. */
interface Read {
  readonly name: string
  readonly compute: (event: Event) => Value | undefined
}

/** A front in the names of one schema. */
interface Entry {
  readonly front: number
  readonly schema: string
  /** The question; made again each time, because there are many and most are asked for once. */
  readonly predicate: () => Predicate
  /** What goes on of an event; made when the first one does. */
  readonly reads: () => readonly Read[]
  /** Whether all fields of the record go on beside what is read. */
  readonly whole: boolean
}

/** Entries that look at the same events. */
interface Group {
  readonly where: readonly Predicate[]
  readonly holds: Ask
  /** Fronts to be told in the names of their schema when the first event comes. */
  readonly waiting: Waiting[]
  entries(): Iterable<Entry>
}

/** A front and the part of a schema whose names it is to be told in. */
interface Waiting {
  readonly place: number
  readonly front: Front
  readonly schema: Schema
  readonly view: View
}

/** A rule's question about the records of a plan, compiled when an event first needs it. */
export interface Question {
  readonly id: number
  readonly entry: Entry
  /** The entry's question, with the tests answered that depend on the key alone; made again each time. */
  readonly predicate: () => Predicate
  /** Whether no record of the plan can satisfy it. */
  readonly never: boolean
  ask?: Ask
}

/** Questions that are asked together, in the order of their fronts, and which of them can be true of an event. */
export interface Body {
  readonly questions: readonly Question[]
  readonly index: Index
}

/** Fronts to whose log source a record belongs. */
export type Looked = readonly number[]

/** What is asked of records that agree in channel, event id and the like. Plans that ask the same share the body. */
export interface Plan {
  readonly looked: Looked
  readonly body: Body | undefined
}

/** Plans by the values of one field after the other. */
type Key = string | number | bigint | boolean | null | undefined
interface Branch extends Map<Key, Branch | Plan> {}

/** A front that an event satisfies. */
export interface Hit {
  readonly front: number
  readonly schema: string
  /** The fields and columns that later stages read, in Sigma's names; of the event with its time where that is known by now. */
  row(event?: Event): Record<string, Value>
}

/** The records of one shape, and every rule about them. What is learnt from the records of one stream serves all. */
export interface Family {
  /** Begins a stream of records; several may take turns. `gaveUp` is told the front and the pattern when a regular expression gave up. */
  watch(gaveUp: (front: number, pattern: string) => void): Watch
  /** What the plan of a record depends on: values of fields, and answers to tests. */
  readonly keys: { readonly fields: readonly string[]; readonly tests: readonly Predicate[] }
  readonly skipped: readonly Skipped[]
}

/** One stream of records of one shape. */
export interface Watch {
  match(event: Event): readonly Hit[]
  /** The two halves of `match`, for who sifts records otherwise and counts them: the plan of an event, and the answers to its questions, or to those at some places of them. */
  planOf(event: Event, prepare: (question: Question) => void): Plan
  ask(body: Body, event: Event, places?: readonly number[]): readonly Hit[]
  /** Adds to each front the number of events of its log source so far. */
  asked(into: number[]): void
}

/** Records that differ in channel or id without end must not fill the memory: beyond these, plans are made anew. */
const mostPlans = 4096
const mostKeyed = 1 << 23

const nothing: readonly Hit[] = []
const nobody: Looked = []

/** Makes the fronts ready for the records of one schema and of those that read beside it. */
export function createFamily(fronts: readonly Front[], schemas: readonly Schema[]): Family {
  let asking = -1
  let told: ((front: number, pattern: string) => void) | undefined
  const matcher = createMatcher({ gaveUp: pattern => told?.(asking, pattern) })
  const skipped: Skipped[] = []
  const groups = prepare(fronts, schemas, matcher, skipped)
  const { fields: keyFields, tests: keyTests } = keysOf(groups.flatMap(group => group.where))
  const keys = keyFields.map(name => matcher.texts.field(name))
  const keyAsks = keyTests.map(test => matcher.compile(test))
  const fixed = new Set(keyFields)
  let createIndex = createIndexes(matcher.texts)
  const questions = new Map<Entry, { readonly tests: readonly Ask[]; readonly byAnswers: Map<string, Question> }>()
  const plans: Branch = new Map()
  const lookedBy = new Map<string, Looked>()
  const bodies = new Map<string, Body>()
  const latestQuestion = new Latest<Predicate>()
  let questionCount = 0
  let planCount = 0
  let keyed = 0

  /** Whether a test depends on the key alone. */
  function isKeyed({ subject, match }: Predicate & { kind: 'test' }): boolean {
    if (subject.kind !== 'field' || !fixed.has(subject.name)) return false
    return match.kind !== 'text' && match.kind !== 'among' && (match.kind !== 'compare' || match.to.kind === 'literal')
  }

  /** A question with the tests answered that depend on the key alone, `answers` in the order in which they stand. */
  function settle(whole: Predicate, answers: string): Predicate {
    let answered = 0
    const walk = (predicate: Predicate): Predicate => {
      switch (predicate.kind) {
        case 'const':
        case 'opaque':
          return predicate
        case 'not': {
          const arg = walk(predicate.arg)
          if (arg === predicate.arg) return predicate
          return arg.kind === 'const' ? { kind: 'const', value: !arg.value } : { kind: 'not', arg }
        }
        case 'and':
        case 'or': {
          const absorbing = predicate.kind === 'or'
          const settled = predicate.args.map(walk)
          const decided = settled.find(arg => arg.kind === 'const' && arg.value === absorbing)
          if (decided !== undefined) return decided
          const args = settled.filter(arg => arg.kind !== 'const')
          if (args.length === 0) return { kind: 'const', value: !absorbing }
          if (args.length === predicate.args.length && args.every((arg, at) => arg === predicate.args[at])) return predicate
          return args.length === 1 ? args[0]! : { kind: predicate.kind, args }
        }
        case 'test':
          return isKeyed(predicate) ? { kind: 'const', value: answers[answered++] === '1' } : predicate
      }
    }
    return answers === '' ? whole : walk(whole)
  }

  /** The entry's question to records like the one the matcher looks at. Plans in which the tests of the key are answered alike share it. */
  function questionOf(entry: Entry, prepare: ((question: Question) => void) | undefined): Question {
    let known = questions.get(entry)
    if (known === undefined) {
      const tests = keyedTests(entry.predicate()).map(test => matcher.compile(test))
      known = { tests, byAnswers: new Map() }
      questions.set(entry, known)
    }
    let answers = ''
    for (const ask of known.tests) answers += ask() ? '1' : '0'
    let question = known.byAnswers.get(answers)
    if (question === undefined) {
      const predicate = settle(entry.predicate(), answers)
      question = {
        id: questionCount++,
        entry,
        predicate: prepare === undefined ? kept(predicate) : again(latestQuestion, settledOf(entry, answers), predicate),
        never: predicate.kind === 'const' && !predicate.value,
      }
      if (!question.never) prepare?.(question)
      known.byAnswers.set(answers, question)
    }
    return question
  }

  function settledOf(entry: Entry, answers: string): () => Predicate {
    return () => settle(entry.predicate(), answers)
  }

  function keyedTests(predicate: Predicate): Predicate[] {
    switch (predicate.kind) {
      case 'and':
      case 'or':
        return predicate.args.flatMap(keyedTests)
      case 'not':
        return keyedTests(predicate.arg)
      case 'test':
        return isKeyed(predicate) ? [predicate] : []
      default:
        return []
    }
  }

  function makePlan(prepare: ((question: Question) => void) | undefined): Plan {
    const asks: Question[] = []
    const fronts = new Set<number>()
    for (const group of groups) {
      if (!group.holds()) continue
      for (const entry of group.entries()) {
        fronts.add(entry.front)
        const question = questionOf(entry, prepare)
        if (!question.never) asks.push(question)
      }
    }
    const looked = [...fronts]
    const place = looked.join(' ')
    if (!lookedBy.has(place)) lookedBy.set(place, looked)
    return { looked: lookedBy.get(place)!, body: asks.length === 0 ? undefined : bodyOf(asks) }
  }

  function bodyOf(asks: Question[]): Body {
    asks.sort((a, b) => a.entry.front - b.entry.front || a.id - b.id)
    const key = asks.map(({ id }) => id).join(' ')
    let body = bodies.get(key)
    if (body === undefined) {
      // Who sifts records otherwise does not need it.
      let index: Index | undefined
      const make = createIndex
      body = {
        questions: asks,
        get index() {
          index ??= make(asks.map(({ predicate }) => predicate()))
          return index
        },
      }
      bodies.set(key, body)
    }
    return body
  }

  /** The plan for records like the one the matcher looks at. */
  function planOf(prepare?: (question: Question) => void): Plan {
    let key: Key = ''
    for (const ask of keyAsks) key += ask() ? '1' : '0'
    let branch = plans
    for (const read of keys) {
      let next = branch.get(key)
      if (!(next instanceof Map)) {
        next = new Map()
        branch.set(key, next)
      }
      branch = next
      key = keyOf(read())
    }
    const known = branch.get(key)
    if (known !== undefined && !(known instanceof Map)) return known
    const plan = makePlan(prepare)
    branch.set(key, plan)
    planCount++
    for (const read of keys) {
      const value = read()
      keyed += typeof value === 'string' ? value.length : 8
    }
    if (planCount >= mostPlans || keyed >= mostKeyed) {
      for (const map of [plans, lookedBy, bodies, questions]) map.clear()
      createIndex = createIndexes(matcher.texts)
      planCount = 0
      keyed = 0
    }
    return plan
  }

  function askAll({ questions }: Body, places: readonly number[], event: Event): readonly Hit[] {
    let hits: Hit[] | undefined
    let lastFront = -1
    for (const place of places) {
      const question = questions[place]!
      const { entry } = question
      if (entry.front === lastFront) continue
      asking = entry.front
      question.ask ??= matcher.compile(question.predicate())
      if (!question.ask()) continue
      lastFront = entry.front
      hits ??= []
      hits.push({ front: entry.front, schema: entry.schema, row: (timed = event) => rowOf(entry, timed) })
    }
    return hits ?? nothing
  }

  return {
    skipped,
    keys: { fields: keyFields, tests: keyTests },
    watch(gaveUp) {
      const counts = new Map<Looked, number>()
      const sums: number[] = []
      let last: Looked = nobody
      let times = 0
      const settleCounts = (): void => {
        if (times > 0) counts.set(last, (counts.get(last) ?? 0) + times)
        times = 0
        if (counts.size < mostPlans) return
        addCounts(counts, sums)
        counts.clear()
      }
      return {
        match(event) {
          told = gaveUp
          matcher.look(event)
          const { looked, body } = planOf()
          if (looked !== last) {
            settleCounts()
            last = looked
          }
          times++
          return body === undefined ? nothing : askAll(body, body.index.candidates(), event)
        },
        planOf(event, prepare) {
          told = gaveUp
          matcher.look(event)
          return planOf(prepare)
        },
        ask(body, event, places) {
          told = gaveUp
          matcher.look(event)
          return askAll(body, places ?? body.index.candidates(), event)
        },
        asked(into) {
          settleCounts()
          for (const [front, count] of sums.entries()) into[front] = (into[front] ?? 0) + (count ?? 0)
          addCounts(counts, into)
        },
      }
    },
  }
}

function addCounts(counts: ReadonlyMap<Looked, number>, into: number[]): void {
  for (const [fronts, count] of counts) for (const front of fronts) into[front] = (into[front] ?? 0) + count
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

function keyOf(value: Value | undefined): Key {
  if (typeof value === 'object' && value !== null) return `\u0000${textOf(value)}`
  return typeof value === 'string' && value.startsWith('\u0000') ? `\u0000"${value}` : value
}

function textOf(value: Value): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? ''
}

function rowOf(entry: Entry, event: Event): Record<string, Value> {
  const row: Record<string, Value> = entry.whole ? { ...event.fields } : {}
  for (const { name, compute } of entry.reads()) {
    const value = compute(event)
    if (value !== undefined) setField(row, name, value)
  }
  return row
}

function prepare(fronts: readonly Front[], schemas: readonly Schema[], matcher: Matcher, skipped: Skipped[]): Group[] {
  const groups = new Map<string, Group>()
  const groupOf = ({ where }: View): Group => {
    const text = JSON.stringify(where)
    let group = groups.get(text)
    if (group === undefined) {
      const asks = where.map(one => matcher.compile(one))
      const waiting: Waiting[] = []
      const told: Entry[] = []
      let next = 0
      group = {
        where,
        holds: () => asks.length === 0 || asks.some(ask => ask()),
        waiting,
        *entries() {
          // One by one, so that the trees of one can go before those of the next are made.
          yield* told
          for (; next < waiting.length; next++) {
            const entries = tell(waiting[next]!, skipped)
            told.push(...entries)
            yield* entries
          }
        },
      }
      groups.set(text, group)
    }
    return group
  }
  const viewsOf = new Map<string, readonly { schema: Schema; view: View; group: Group }[]>()
  const viewsOfClass = new Map<EventClass, ReturnType<typeof viewsOfKey>>()
  // Rules from one place share their classes, so that most are known without looking into them.
  const known = (of: EventClass) => {
    let found = viewsOfClass.get(of)
    if (found === undefined) {
      found = viewsOfKey(of)
      viewsOfClass.set(of, found)
    }
    return found
  }
  const viewsOfKey = ({ product, category, service }: EventClass) => {
    const key = JSON.stringify([product, category, service])
    let found = viewsOf.get(key)
    if (found === undefined) {
      found = schemas.flatMap(schema =>
        views(schema, { product, category, service }).map(view => ({ schema, view, group: groupOf(view) })),
      )
      viewsOf.set(key, found)
    }
    return found
  }
  for (const [place, front] of fronts.entries()) {
    const held =
      front.table === undefined ? known(front.class) : schemas.flatMap(schema => ownViews(schema, front.table!, groupOf))
    for (const { schema, view, group } of held) group.waiting.push({ place, front, schema, view })
  }
  return [...groups.values()]
}

/** The records of a schema that are rows of a table: those that say so, and those of the kinds that the table holds. */
function ownViews(schema: Schema, name: string, groupOf: (view: View) => Group): { schema: Schema; view: View; group: Group }[] {
  if (name === documents || name === anyRecord) {
    if (name === documents ? schema.documents !== true : schema.beside !== undefined) return []
    const view: View = {
      table: { name, holds: [], fields: {}, otherwise: ['*'] },
      where: [],
      fields: {},
      constants: {},
      remarks: [],
    }
    return [{ schema, view, group: groupOf(view) }]
  }
  return schema.tables.flatMap(table => {
    if (table.name !== name || schema.rows !== true) return []
    const kinds = table.holds.flatMap(holding => holding.where ?? [])
    const said: Predicate = {
      kind: 'test',
      subject: { kind: 'field', name: 'Type' },
      match: { kind: 'glob', glob: [name], fold: true },
    }
    const where = kinds.length === table.holds.length ? [said, ...kinds] : []
    const view: View = { table: { ...table, otherwise: ['*'] }, where, fields: {}, constants: {}, remarks: [] }
    return [{ schema, view, group: groupOf(view) }]
  })
}

/** A front's question in the names of a schema. */
function toldOf({ lenient, where }: Front, view: View): Outcome<Predicate> {
  return lenient === true ? translateLenient(where, view) : translatePredicate(where, view)
}

/** A front in the names of a schema; none, with the reason told, when the schema lacks a column for it. */
function tell({ place, front, schema, view }: Waiting, skipped: Skipped[]): Entry[] {
  if (front.table !== undefined) {
    const reads = later(() => front.columns.map(column => ({ name: column.name, compute: compileScalar(column.value) })))
    return [{ front: place, schema: schema.id, predicate: () => front.where, whole: true, reads }]
  }
  const predicate = toldOf(front, view)
  const own = new Set(front.columns.map(column => column.name))
  const lenient = front.lenient === true
  const reads = [
    ...front.names.filter(name => !own.has(name)).map(name => ({ name, scalar: translateScalar({ kind: 'field', name }, view) })),
    ...(lenient ? [] : front.columns.map(column => ({ name: column.name, scalar: translateScalar(column.value, view) }))),
  ]
  const problem = [...predicate.diagnostics, ...reads.flatMap(read => read.scalar.diagnostics)][0]
  if (predicate.value === undefined || problem !== undefined) {
    if (problem !== undefined) skipped.push({ index: front.index, reason: 'fields', schema: schema.id, diagnostic: problem })
    return []
  }
  const computed =
    reads.length === 0 && !lenient
      ? readsNothing
      : later(() => [
          ...reads.map(read => ({ name: read.name, compute: compileScalar(read.scalar.value as Scalar) })),
          ...(lenient ? front.columns.flatMap(column => columnIn(column, view)) : []),
        ])
  const question = again(latestPredicate, () => toldOf(front, view).value!, predicate.value)
  return [{ front: place, schema: schema.id, predicate: question, whole: false, reads: computed }]
}

const latestPredicate = new Latest<Predicate>()

const kept =
  <T>(value: T) =>
  (): T =>
    value

const readsNothing = (): readonly Read[] => []

/** A value that is made when it is first asked for. */
function later<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const columnsKnown = new WeakMap<View, WeakMap<Column, readonly Read[]>>()

/** A column in the names of a schema, nothing when its records cannot fill it. Tables have many columns, which all rules over them share. */
function columnIn(column: Column, view: View): readonly Read[] {
  let known = columnsKnown.get(view)
  if (known === undefined) {
    known = new WeakMap()
    columnsKnown.set(view, known)
  }
  let read = known.get(column)
  if (read === undefined) {
    const scalar = translateAny(column.value, view)
    read = scalar?.value === undefined ? [] : [{ name: column.name, compute: compileScalar(scalar.value) }]
    known.set(column, read)
  }
  return read
}

/** A question about a table's columns: one that records of the schema cannot fill is absent, and a test of it answers no. */
function translateLenient(of: Predicate, view: View): Outcome<Predicate> {
  const diagnostics: Diagnostic[] = []
  // Not what values are computed from: that is told with them.
  const walk = (part: Predicate): Predicate => {
    if (part.kind === 'and' || part.kind === 'or') return { ...part, args: part.args.map(walk) }
    if (part.kind === 'not') return { ...part, arg: walk(part.arg) }
    if (part.kind !== 'test') return part
    const absent: Predicate = { kind: 'const', value: false, span: part.span }
    if (part.subject.kind === 'call' || part.subject.kind === 'case') {
      const subject = translateAny(part.subject, view)?.value
      return subject === undefined ? absent : { ...part, subject }
    }
    const told = translatePredicate(part, view)
    if (told.value !== undefined) return told.value
    diagnostics.push(...told.diagnostics.filter(finding => finding.code !== 'SCH101'))
    return absent
  }
  const value = walk(of)
  return { value, diagnostics }
}

/** A value in the names of a schema as far as the schema has it: of several that may stand for it those that are there; undefined when there is none. */
function translateAny(of: Scalar, view: View): Outcome<Scalar> | undefined {
  if (of.kind === 'call' && of.args.length > 0) {
    const several = of.fn === 'coalesce'
    if (several || of.args.length === 1) {
      const args = of.args.flatMap(arg => translateAny(arg, view)?.value ?? [])
      return args.length === 0 ? undefined : { value: { ...of, args }, diagnostics: [] }
    }
  }
  const told = translateScalar(of, view)
  return told.value === undefined || told.diagnostics.length > 0 ? undefined : told
}

// Queries and events told in the names of another schema. What has no counterpart is reported, never dropped.

import { readBehind, stateless, withColumns } from '../ir/columns.ts'
import type { Event, Value } from '../ir/event.ts'
import { accessor, asText } from '../ir/event.ts'
import { matchGlob } from '../ir/glob.ts'
import type { Column, EventClass, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Match, Predicate, Scalar } from '../ir/predicate.ts'
import { fieldsUsed, rewrite } from '../ir/walk.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { derived } from './derive.ts'
import { lenses } from './lens.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

export const codes: Readonly<Record<string, string>> = {
  SCH101: 'a field of the rule has no column in these logs',
  SCH102: 'a column keeps too little of the field to answer the test',
  SCH301: 'one of the columns of a field cannot answer the test and is left out',
  SCH103: 'a schema has no table for the log source of the rule',
  SCH104: 'the tables of a schema keep none of the events that a rule asks for',
  SCH302: 'the events of a table are not quite those of the log source of the rule',
}

/** One way in which a schema holds a class of events: the columns of a table, and what picks the events out. */
export interface View {
  readonly table: Table
  /** Any of them; empty: every record of the schema. */
  readonly where: readonly Predicate[]
  readonly fields: Readonly<Record<string, Mapping | readonly Mapping[]>>
  readonly constants: Readonly<Record<string, Value>>
  readonly remarks: readonly string[]
}

/** Whether a rule's log source takes in what a holding names: each attribute of the rule equals the holding's. */
export function fits(wanted: EventClass, held: EventClass): boolean {
  return same(wanted.category, held.category) && same(wanted.product, held.product) && same(wanted.service, held.service)
}

/** Whether a schema holds a class of events: whether it has views of it. */
export function holds(schema: Schema, wanted: EventClass): boolean {
  return schema.tables.some(table => table.holds.some(holding => fits(wanted, holding.class)))
}

const viewsKnown = new WeakMap<Schema, Map<string, readonly View[]>>()
/** Thousands of rules ask for some hundred log sources; a stream of made-up ones does not fill the memory. */
const mostClasses = 10_000

/** Whether an attribute is the one that is wanted, whatever its case; any is when none is wanted. Names of log sources are ASCII: case does not change their length. */
function same(wanted: string | undefined, held: string | undefined): boolean {
  if (wanted === undefined || wanted === held) return true
  return held !== undefined && held.length === wanted.length && held.toLowerCase() === wanted.toLowerCase()
}

/** How a schema holds a class of events; empty when it does not. Holdings with the same columns are one view. */
export function views(schema: Schema, wanted: EventClass): readonly View[] {
  let byClass = viewsKnown.get(schema)
  if (byClass === undefined || byClass.size > mostClasses) {
    byClass = new Map()
    viewsKnown.set(schema, byClass)
  }
  const key = JSON.stringify([wanted.product, wanted.category, wanted.service])
  let found = byClass.get(key)
  if (found === undefined) {
    found = findViews(schema, wanted)
    byClass.set(key, found)
  }
  return found
}

function findViews(schema: Schema, wanted: EventClass): readonly View[] {
  const found: View[] = []
  for (const table of schema.tables) {
    const groups = new Map<string, Holding[]>()
    for (const holding of table.holds) {
      if (!fits(wanted, holding.class)) continue
      const own = holding.fields !== undefined || holding.constants !== undefined
      const key = own ? JSON.stringify([holding.fields ?? null, holding.constants ?? null]) : ''
      groups.set(key, [...(groups.get(key) ?? []), holding])
    }
    for (const holdings of groups.values()) {
      const everything = holdings.some(holding => holding.where === undefined)
      found.push({
        table,
        where: everything ? [] : holdings.map(holding => holding.where!),
        fields: holdings[0]!.fields === undefined ? table.fields : { ...table.fields, ...holdings[0]!.fields },
        constants: holdings[0]!.constants ?? {},
        remarks: [...new Set(holdings.flatMap(holding => holding.remark ?? []))],
      })
    }
  }
  return found
}

/** The column or columns that hold a field (any of them), or undefined when the view has none. */
export function columnsOf(view: View, name: string): readonly Mapping[] | undefined {
  if (Object.hasOwn(view.fields, name)) {
    const mapping = view.fields[name]!
    return (Array.isArray(mapping) ? mapping : [mapping]) as readonly Mapping[]
  }
  return view.table.otherwise?.map(mapping => named(mapping, name))
}

/** A mapping for any field as that of one: the last `*` is the field's name; one before it is any key of that level. */
function named(mapping: Mapping, name: string): Mapping {
  const put = (text: string): string => {
    const at = text.lastIndexOf('*')
    return at === -1 ? text : text.slice(0, at) + name + text.slice(at + 1)
  }
  if (typeof mapping === 'string') return put(mapping)
  if (mapping.computed === undefined) return { ...mapping, column: put(mapping.column) }
  const computed = rewrite(mapping.computed, {
    scalar: of => (of.kind === 'literal' && typeof of.value === 'string' ? { ...of, value: put(of.value) } : of),
  })
  return { ...mapping, computed }
}

/** What a mapping takes from a record, before its lens: a column, two joined, or what is computed from columns. */
function valueIn(mapping: Mapping, span?: Scalar['span']): Scalar {
  if (typeof mapping === 'string') return { kind: 'field', name: mapping, span }
  if (mapping.computed !== undefined) return { ...mapping.computed, span }
  const column: Scalar = { kind: 'field', name: mapping.column, span }
  return mapping.under === undefined
    ? column
    : { kind: 'call', fn: 'derive:joined', args: [{ kind: 'field', name: mapping.under }, column], span }
}

const ownColumn = (mapping: Mapping): boolean => typeof mapping === 'string' || mapping.derived === undefined
const columnName = (mapping: Mapping): string => (typeof mapping === 'string' ? mapping : mapping.column)

/** A predicate in the names of a view. Reports each field that has no column and each test that a lens cannot carry over exactly. */
export function translatePredicate(
  predicate: Predicate,
  view: View,
  options: { readonly loose?: boolean; readonly writing?: boolean } = {},
): Outcome<Predicate> {
  const diagnostics: Diagnostic[] = []
  const missing = new Set<string>()
  const lost = (name: string, span: Predicate['span']): undefined => {
    if (!missing.has(name)) {
      missing.add(name)
      diagnostics.push({
        code: 'SCH101',
        severity: 'error',
        message: `"${view.table.name}" has no column for the field "${name}"`,
        span,
        // A correlation names its fields without a place in the query.
        ...(span === undefined ? { hint: 'a correlation asks for it: group by, count or alias a field that is kept there' } : {}),
      })
    }
    return undefined
  }

  /** A derived field out of the fields it comes from, of which some may be derived as well; those that it can do without may have no column. */
  const derivation = (name: string, span: Predicate['span']): Scalar | undefined => {
    const { from, also = [], optional = [] } = derived[name]!
    const field = (of: string): Scalar | undefined => scalar({ kind: 'field', name: of, span })
    const args = [from, ...also].map(field)
    if (args.includes(undefined)) return undefined
    const may = optional.map((of): Scalar | undefined =>
      columnsOf(view, of) === undefined ? { kind: 'literal', value: null } : field(of),
    )
    return { kind: 'call', fn: `derive:${name}`, args: [...args, ...may] as Scalar[], span }
  }

  const scalar = (of: Scalar): Scalar | undefined => {
    switch (of.kind) {
      case 'field': {
        if (Object.hasOwn(view.constants, of.name)) return { kind: 'literal', value: view.constants[of.name]! }
        const columns = columnsOf(view, of.name)
        const computed = Object.hasOwn(derived, of.name) ? derived[of.name] : undefined
        if (computed !== undefined && (columns === undefined || view.table.otherwise !== undefined)) {
          // A record may carry the derived field itself; where it does not, it is computed.
          const call = derivation(of.name, of.span)
          if (call === undefined || columns === undefined) return call
          return {
            kind: 'call',
            fn: 'coalesce',
            args: [...columns.map(column => valueIn(column)), call],
            span: of.span,
          }
        }
        if (columns === undefined) return lost(of.name, of.span)
        const fields: Scalar[] = []
        for (const column of columns) {
          const own = typeof column === 'string' ? undefined : column.derived
          const value: Scalar | undefined = own === undefined ? valueIn(column, of.span) : derivation(own, of.span)
          if (value === undefined) return undefined
          fields.push(value)
        }
        return fields.length === 1 ? fields[0] : { kind: 'call', fn: 'coalesce', args: fields, span: of.span }
      }
      case 'call': {
        const args = of.args.map(scalar)
        return args.includes(undefined) ? undefined : { ...of, args: args as Scalar[] }
      }
      case 'case': {
        const branches = of.branches.map(branch => ({ when: walk(branch.when), then: scalar(branch.then) }))
        const otherwise = scalar(of.otherwise)
        if (otherwise === undefined || branches.some(branch => branch.when === undefined || branch.then === undefined))
          return undefined
        return { ...of, branches: branches as { when: Predicate; then: Scalar }[], otherwise }
      }
      default:
        return of
    }
  }

  const match = (of: Match): Match | undefined => {
    if (of.kind === 'text' || of.kind === 'compare') {
      const to = scalar(of.to)
      return to === undefined ? undefined : { ...of, to }
    }
    return of
  }

  const test = (of: Predicate & { kind: 'test' }): Predicate | undefined => {
    const known = options.writing === true ? decided(of, view.constants) : undefined
    if (known !== undefined) return { kind: 'const', value: known, span: of.span }
    const inner = match(of.match)
    if (inner === undefined) return undefined
    const { subject } = of
    if (subject.kind === 'field' && !Object.hasOwn(view.constants, subject.name) && !Object.hasOwn(derived, subject.name)) {
      const columns = columnsOf(view, subject.name)
      if (columns === undefined) return lost(subject.name, of.span)
      const tests: Predicate[] = []
      const silent: Diagnostic[] = []
      let elsewhere = 0
      for (const column of columns) {
        const name = columnName(column)
        let here: Match = inner
        if (typeof column !== 'string' && column.derived !== undefined) {
          const computed = derivation(column.derived, of.span)
          if (computed === undefined) return undefined
          tests.push({ ...of, subject: computed, match: here })
          continue
        }
        if (typeof column !== 'string' && column.values !== undefined)
          here = renameValues(here, column.values, options.writing === true && view.table.caseless !== true)
        if (typeof column !== 'string' && column.lens !== undefined) {
          const back = lenses[column.lens].backward(here)
          if (back === undefined || !back.exact) {
            const rough = back !== undefined && options.loose === true
            const told = rough ? diagnostics : silent
            told.push({
              code: 'SCH102',
              severity: rough ? 'warning' : 'error',
              message: `the column "${name}" keeps the ${column.lens} of the field "${subject.name}" only, which ${rough ? 'answers this test roughly' : 'cannot answer this test'}`,
              span: of.span,
            })
            if (!rough) continue
          }
          if (back.elsewhere === true) elsewhere++
          here = back.match
        }
        tests.push({ ...of, subject: valueIn(column, subject.span), match: here })
      }
      // The field may lie in one of several columns; as long as one of them answers, the others are told of and left out.
      if (tests.length === 0) {
        diagnostics.push(...silent)
        return undefined
      }
      // An engine answers no for what no column keeps; a query that asked nothing of it would be another rule.
      if (options.writing === true && elsewhere === columns.length) {
        diagnostics.push({
          code: 'SCH102',
          severity: 'error',
          message: `"${view.table.name}" does not keep this part of the field "${subject.name}"`,
          span: of.span,
          hint: 'name another hash that the table has',
        })
        return undefined
      }
      for (const finding of silent) diagnostics.push({ ...finding, code: 'SCH301', severity: 'note' })
      const all = options.writing === true && view.table.blanks === true && asksEmpty(inner)
      return tests.length === 1 ? tests[0] : { kind: all ? 'and' : 'or', args: tests, span: of.span }
    }
    const inside = scalar(subject)
    return inside === undefined ? undefined : { ...of, subject: inside, match: inner }
  }

  const walk = (of: Predicate): Predicate | undefined => {
    switch (of.kind) {
      case 'and':
      case 'or': {
        const args = of.args.map(walk)
        return args.includes(undefined) ? undefined : withoutConstants(of, args as Predicate[])
      }
      case 'not': {
        const arg = walk(of.arg)
        if (arg?.kind === 'const') return { ...arg, value: !arg.value }
        return arg === undefined ? undefined : { ...of, arg }
      }
      case 'test':
        return test(of)
      default:
        return of
    }
  }

  const value = walk(predicate)
  return value === undefined ? { diagnostics } : { value, diagnostics }
}

/** An `and` or `or` of these parts, those left out that are settled already; one without such parts stays as the rule has it. */
function withoutConstants(of: Predicate & { kind: 'and' | 'or' }, args: readonly Predicate[]): Predicate {
  const decisive = of.kind === 'or'
  const left = args.filter(arg => arg.kind !== 'const')
  if (left.length === args.length) return { ...of, args }
  const whole = args.find(arg => arg.kind === 'const' && arg.value === decisive)
  if (whole !== undefined) return whole
  if (left.length === 0) return { kind: 'const', value: !decisive, span: of.span }
  return left.length === 1 ? left[0]! : { ...of, args: left }
}

/** A scalar in the names of a view. */
export function translateScalar(of: Scalar, view: View): Outcome<Scalar> {
  const probe = translatePredicate(
    { kind: 'test', subject: { kind: 'call', fn: 'coalesce', args: [of] }, match: { kind: 'exists' } },
    view,
  )
  if (probe.value?.kind !== 'test' || probe.value.subject.kind !== 'call') return { diagnostics: probe.diagnostics }
  return { value: probe.value.subject.args[0]!, diagnostics: probe.diagnostics }
}

/** Whether a test is passed by the empty text alone. */
function asksEmpty(match: Match): boolean {
  return match.kind === 'empty' || (match.kind === 'glob' && match.glob.every(part => part === ''))
}

/** Equality with a value that the column spells otherwise; a number or truth value is the text it reads as. */
function renameValues(match: Match, values: Readonly<Record<string, string>>, writing: boolean): Match {
  let asked: string | undefined
  if (match.kind === 'glob' && match.glob.length === 1 && typeof match.glob[0] === 'string') asked = match.glob[0]
  else if (match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal') asked = asText(match.to.value)
  if (asked === undefined) return match
  const key = Object.hasOwn(values, asked) ? asked : asked.toLowerCase()
  const other = Object.hasOwn(values, key) ? values[key] : undefined
  if (other === undefined) return match
  // A query names the column's own spelling; records are read with less trust.
  return { kind: 'glob', glob: [other], fold: !writing && (match.kind !== 'glob' || match.fold) }
}

/** The first of a schema's columns for the time, host or user that an event has a value in. */
export function firstOf(event: Event, columns: readonly string[] | undefined): Value | undefined {
  for (const column of columns ?? []) {
    const value = event.lookup === undefined ? readers(column)(event.fields) : event.lookup(column)
    if (value !== undefined && value !== null && value !== '') return value
  }
  return undefined
}

const known = new Map<string, ReturnType<typeof accessor>>()
function readers(column: string): ReturnType<typeof accessor> {
  let read = known.get(column)
  if (read === undefined) {
    read = accessor(column)
    known.set(column, read)
  }
  return read
}

/** The columns that answer for Sigma's names of the host and the user where a table has no column of that name. */
const general: Readonly<Record<string, 'host' | 'user'>> = { Computer: 'host', User: 'user' }

/** What an event of a class holds for a field in Sigma's names, read through a schema; undefined when it has no such value. */
export function hubValue(event: Event, schema: Schema, wanted: EventClass, name: string): Value | undefined {
  for (const view of views(schema, wanted)) {
    const value = firstOf(event, columnsOf(view, name)?.filter(ownColumn).map(columnName))
    if (value !== undefined) return value
  }
  const kind = Object.hasOwn(general, name) ? general[name] : undefined
  return kind === undefined ? undefined : firstOf(event, schema[kind])
}

/**
 * A query over event classes told as a query over a schema's tables: the log source becomes the table and the conditions that pick
 * its events out, and every field its column. A class that lies in several tables becomes a union. Reports a class that the
 * schema does not hold and each field without a column. With `loose`, a test that a column can only answer roughly is kept and reported as a warning.
 */
export function translate(query: Pipeline, schema: Schema, options: { readonly loose?: boolean } = {}): Outcome<Pipeline> {
  const diagnostics: Diagnostic[] = []
  const value = translatePipeline(query, schema, options, diagnostics)
  return value === undefined || diagnostics.some(finding => finding.severity === 'error')
    ? { diagnostics }
    : { value, diagnostics }
}

function translatePipeline(
  query: Pipeline,
  schema: Schema,
  options: { readonly loose?: boolean },
  diagnostics: Diagnostic[],
): Pipeline | undefined {
  const { from } = query
  const inner = (of: Pipeline): Pipeline | undefined => translatePipeline(of, schema, options, diagnostics)
  if (from.kind === 'union') {
    const names = readBehind(query.stages)
    const of = from.of.map(one => inner(withColumns(one, names)))
    return of.includes(undefined) ? undefined : { ...query, from: { ...from, of: of as Pipeline[] } }
  }
  if (from.kind === 'sequence') {
    const names = readBehind(query.stages)
    const of = from.steps.map(step =>
      inner(withColumns(step.of, [...names, ...step.by.flatMap(key => [...fieldsUsed(key.value)])])),
    )
    if (of.includes(undefined)) return undefined
    return { ...query, from: { ...from, steps: from.steps.map((step, index) => ({ ...step, of: of[index]! })) } }
  }
  if (from.kind !== 'class') return query
  const found = views(schema, from.class)
  if (found.length === 0) {
    const named = (['product', 'category', 'service'] as const).flatMap(key =>
      from.class[key] === undefined ? [] : [`${key} "${from.class[key]}"`],
    )
    diagnostics.push({
      code: 'SCH103',
      severity: 'error',
      message: `${schema.title} has no table for ${named.join(', ') || 'a rule without a log source'}`,
      span: from.span,
      hint: '"terrier schemas" lists what each one holds',
    })
    return undefined
  }
  const left = found.filter(
    view => !query.stages.some(stage => stage.kind === 'filter' && decided(stage.where, view.constants) === false),
  )
  if (left.length === 0) {
    diagnostics.push({
      code: 'SCH104',
      severity: 'error',
      message: `the tables ${[...new Set(found.map(view => `"${view.table.name}"`))].join(', ')} keep no events with these values`,
      span: from.span,
      hint: 'choose a target that keeps them',
    })
    return undefined
  }
  for (const message of new Set(left.flatMap(view => view.remarks)))
    diagnostics.push({ code: 'SCH302', severity: 'note', message, span: from.span })
  const split = left.length === 1 ? -1 : query.stages.findIndex(stage => !stateless(stage))
  if (split !== -1) {
    // What looks at several rows looks at those of all tables together.
    const front: Pipeline = { ...query, stages: query.stages.slice(0, split) }
    return inner({ from: { kind: 'union', of: [front] }, stages: query.stages.slice(split), rules: query.rules })
  }
  const parts = left.map((view): Pipeline | undefined => {
    const stages: Stage[] = []
    const where =
      view.where.length === 0 ? [] : [view.where.length === 1 ? view.where[0]! : ({ kind: 'or', args: view.where } as const)]
    if (where.length > 0) stages.push({ kind: 'filter', where: where[0]! })
    for (const stage of query.stages) {
      const translated = translateStage(stage, view, options, diagnostics)
      if (translated === undefined) return undefined
      stages.push(translated)
    }
    const time = schema.time?.[0]
    const told: Pipeline = {
      ...query,
      from: { kind: 'table', name: view.table.name, ...(time === undefined ? {} : { time }), span: from.span },
      stages: mergeFilters(stages),
    }
    return withTypes(told, view.table)
  })
  if (parts.includes(undefined)) return undefined
  return parts.length === 1 ? parts[0] : { from: { kind: 'union', of: parts as Pipeline[] }, stages: [], rules: query.rules }
}

/** What a question comes to where only some fields are known, each with one value; undefined when that does not settle it. */
function decided(of: Predicate, constants: Readonly<Record<string, Value>>): boolean | undefined {
  switch (of.kind) {
    case 'const':
      return of.value
    case 'not': {
      const inner = decided(of.arg, constants)
      return inner === undefined ? undefined : !inner
    }
    case 'and':
    case 'or': {
      const decisive = of.kind === 'or'
      const answers = of.args.map(arg => decided(arg, constants))
      if (answers.includes(decisive)) return decisive
      return answers.includes(undefined) ? undefined : !decisive
    }
    case 'test': {
      const { subject, match } = of
      if (subject.kind !== 'field' || of.each !== undefined || !Object.hasOwn(constants, subject.name)) return undefined
      const text = asText(constants[subject.name]!)
      if (text === undefined) return undefined
      if (match.kind === 'glob') return matchGlob(match.glob, match.fold)(text)
      const to = match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal' ? asText(match.to.value) : undefined
      return to === undefined ? undefined : text === to
    }
    default:
      return undefined
  }
}

/** A query over one table whose columns say their types. */
function withTypes(query: Pipeline, { columns }: Table): Pipeline {
  if (columns === undefined) return query
  const typed = (scalar: Scalar): Scalar => {
    if (scalar.kind !== 'field') return scalar
    const head = Object.hasOwn(columns, scalar.name) ? scalar.name : scalar.name.split('.', 1)[0]!
    return Object.hasOwn(columns, head) ? { ...scalar, type: columns[head]! } : scalar
  }
  return rewrite(query, { scalar: typed })
}

/** Filters one after the other are one filter: the log source and the rule's own condition. */
function mergeFilters(stages: readonly Stage[]): Stage[] {
  const out: Stage[] = []
  for (const stage of stages) {
    const last = out.at(-1)
    if (stage.kind === 'filter' && last?.kind === 'filter') {
      const args = [last.where, stage.where].flatMap(where => (where.kind === 'and' ? where.args : [where]))
      out[out.length - 1] = { kind: 'filter', where: { kind: 'and', args }, span: stage.span ?? last.span }
    } else out.push(stage)
  }
  return out
}

function translateStage(
  stage: Stage,
  view: View,
  options: { readonly loose?: boolean },
  diagnostics: Diagnostic[],
): Stage | undefined {
  const told = <T>(outcome: Outcome<T>): T | undefined => {
    diagnostics.push(...outcome.diagnostics)
    return outcome.value
  }
  if (stage.kind === 'filter') {
    const where = told(translatePredicate(stage.where, view, { ...options, writing: true }))
    return where === undefined ? undefined : { ...stage, where }
  }
  if (stage.kind === 'extend') {
    const columns = stage.columns.map(column => ({ ...column, value: told(translateScalar(column.value, view)) }))
    return columns.some(column => column.value === undefined) ? undefined : { ...stage, columns: columns as Column[] }
  }
  if (stage.kind === 'aggregate') {
    const by = stage.by.map(column => ({ ...column, value: told(translateScalar(column.value, view)) }))
    const measures = stage.measures.map(measure =>
      measure.of === undefined ? measure : { ...measure, of: told(translateScalar(measure.of, view)) },
    )
    if (
      by.some(column => column.value === undefined) ||
      measures.some((measure, index) => measure.of === undefined && stage.measures[index]!.of !== undefined)
    )
      return undefined
    return { ...stage, by: by as Column[], measures }
  }
  return stage
}

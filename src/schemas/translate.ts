// Queries and events told in the names of another schema. What has no counterpart is reported, never dropped.

import type { Event, Value } from '../ir/event.ts'
import { accessor } from '../ir/event.ts'
import type { EventClass } from '../ir/pipeline.ts'
import type { Match, Predicate, Scalar } from '../ir/predicate.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { derived } from './derive.ts'
import { lenses } from './lens.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

export const codes: Readonly<Record<string, string>> = {
  SCH101: 'a field of the rule has no column in these logs',
  SCH102: 'a column keeps too little of the field to answer the test',
}

/** One way in which a schema holds a class of events: the columns of a table, and what picks the events out. */
export interface View {
  readonly table: Table
  /** Any of them; empty: every record of the schema. */
  readonly where: readonly Predicate[]
  readonly fields: Readonly<Record<string, Mapping | readonly Mapping[]>>
  readonly constants: Readonly<Record<string, Value>>
}

/** Whether a rule's log source takes in what a holding names: each attribute of the rule equals the holding's. */
function fits(wanted: EventClass, held: EventClass): boolean {
  return (['product', 'category', 'service'] as const).every(
    key => wanted[key] === undefined || wanted[key]!.toLowerCase() === held[key]?.toLowerCase(),
  )
}

/** How a schema holds a class of events; empty when it does not. Holdings with the same columns are one view. */
export function views(schema: Schema, wanted: EventClass): readonly View[] {
  const found: View[] = []
  for (const table of schema.tables) {
    const groups = new Map<string, Holding[]>()
    for (const holding of table.holds) {
      if (!fits(wanted, holding.class)) continue
      const key = JSON.stringify([holding.fields ?? null, holding.constants ?? null])
      groups.set(key, [...(groups.get(key) ?? []), holding])
    }
    for (const holdings of groups.values()) {
      const everything = holdings.some(holding => holding.where === undefined)
      found.push({
        table,
        where: everything ? [] : holdings.map(holding => holding.where!),
        fields: { ...table.fields, ...holdings[0]!.fields },
        constants: holdings[0]!.constants ?? {},
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
  return view.table.otherwise?.map(column => column.replace('*', name.replaceAll('$', '$$$$')))
}

const columnName = (mapping: Mapping): string => (typeof mapping === 'string' ? mapping : mapping.column)

/** A predicate in the names of a view. Reports each field that has no column and each test that a lens cannot carry over exactly. */
export function translatePredicate(predicate: Predicate, view: View): Outcome<Predicate> {
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
      })
    }
    return undefined
  }

  const scalar = (of: Scalar): Scalar | undefined => {
    switch (of.kind) {
      case 'field': {
        if (Object.hasOwn(view.constants, of.name)) return { kind: 'literal', value: view.constants[of.name]! }
        const columns = columnsOf(view, of.name)
        const computed = Object.hasOwn(derived, of.name) ? derived[of.name] : undefined
        if (computed !== undefined && (columns === undefined || view.table.otherwise !== undefined)) {
          // A record may carry the derived field itself; where it does not, it is computed.
          const from = scalar({ kind: 'field', name: computed.from, span: of.span })
          const call: Scalar | undefined = from && { kind: 'call', fn: `derive:${of.name}`, args: [from], span: of.span }
          if (call === undefined || columns === undefined) return call
          return {
            kind: 'call',
            fn: 'coalesce',
            args: [...columns.map((column): Scalar => ({ kind: 'field', name: columnName(column) })), call],
            span: of.span,
          }
        }
        if (columns === undefined) return lost(of.name, of.span)
        const fields = columns.map((column): Scalar => ({ kind: 'field', name: columnName(column), span: of.span }))
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
    const inner = match(of.match)
    if (inner === undefined) return undefined
    const { subject } = of
    if (subject.kind === 'field' && !Object.hasOwn(view.constants, subject.name) && !Object.hasOwn(derived, subject.name)) {
      const columns = columnsOf(view, subject.name)
      if (columns === undefined) return lost(subject.name, of.span)
      const tests: Predicate[] = []
      for (const column of columns) {
        const name = columnName(column)
        let here: Match = inner
        if (typeof column !== 'string' && column.values !== undefined) here = renameValues(here, column.values)
        if (typeof column !== 'string' && column.lens !== undefined) {
          const back = lenses[column.lens].backward(here)
          if (back === undefined || !back.exact) {
            diagnostics.push({
              code: 'SCH102',
              severity: 'error',
              message: `the column "${name}" keeps the ${column.lens} of the field "${subject.name}" only, which cannot answer this test`,
              span: of.span,
            })
            return undefined
          }
          here = back.match
        }
        tests.push({ ...of, subject: { kind: 'field', name, span: subject.span }, match: here })
      }
      return tests.length === 1 ? tests[0] : { kind: 'or', args: tests, span: of.span }
    }
    const inside = scalar(subject)
    return inside === undefined ? undefined : { ...of, subject: inside, match: inner }
  }

  const walk = (of: Predicate): Predicate | undefined => {
    switch (of.kind) {
      case 'and':
      case 'or': {
        const args = of.args.map(walk)
        return args.includes(undefined) ? undefined : { ...of, args: args as Predicate[] }
      }
      case 'not': {
        const arg = walk(of.arg)
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

/** A scalar in the names of a view. */
export function translateScalar(of: Scalar, view: View): Outcome<Scalar> {
  const probe = translatePredicate(
    { kind: 'test', subject: { kind: 'call', fn: 'coalesce', args: [of] }, match: { kind: 'exists' } },
    view,
  )
  if (probe.value?.kind !== 'test' || probe.value.subject.kind !== 'call') return { diagnostics: probe.diagnostics }
  return { value: probe.value.subject.args[0]!, diagnostics: probe.diagnostics }
}

/** Equality with a value that the column spells otherwise. */
function renameValues(match: Match, values: Readonly<Record<string, string>>): Match {
  if (match.kind !== 'glob' || match.glob.length !== 1 || typeof match.glob[0] !== 'string') return match
  const other = Object.hasOwn(values, match.glob[0]) ? values[match.glob[0]] : undefined
  return other === undefined ? match : { ...match, glob: [other] }
}

/** The first of a schema's columns for the time, host or user that an event has a value in. */
export function firstOf(event: Event, columns: readonly string[] | undefined): Value | undefined {
  for (const column of columns ?? []) {
    const value = readers(column)(event.fields)
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
    const value = firstOf(event, columnsOf(view, name)?.map(columnName))
    if (value !== undefined) return value
  }
  const kind = Object.hasOwn(general, name) ? general[name] : undefined
  return kind === undefined ? undefined : firstOf(event, schema[kind])
}

// Finding a field of an event for a report: which columns a schema has for it, and which fields a rule asks about.

import type { EventClass, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import type { Mapping, Schema } from '../../schemas/schema.ts'

const known = new WeakMap<Schema, Map<string, readonly string[]>>()

/** The columns in which a schema keeps one of Sigma's fields, in the order of its tables; the name itself last. */
export function columnsOf(schema: Schema | undefined, field: string): readonly string[] {
  if (schema === undefined) return [field]
  let columns = known.get(schema)
  if (columns === undefined) {
    columns = new Map()
    known.set(schema, columns)
  }
  let found = columns.get(field)
  if (found === undefined) {
    const all = new Set<string>()
    for (const table of schema.tables) {
      for (const fields of [...table.holds.map(holding => holding.fields), table.fields]) {
        if (fields !== undefined && Object.hasOwn(fields, field))
          // What is computed from a column is not what stands in it.
          for (const mapping of mappings(fields[field]!))
            if (typeof mapping === 'string' || mapping.derived === undefined) all.add(columnOf(mapping))
      }
      for (const pattern of table.otherwise ?? []) all.add(columnOf(pattern).replace('*', field))
    }
    all.add(field)
    found = [...all]
    columns.set(field, found)
  }
  return found
}

function mappings(mapping: Mapping | readonly Mapping[]): readonly Mapping[] {
  return Array.isArray(mapping) ? mapping : [mapping as Mapping]
}

function columnOf(mapping: Mapping): string {
  return typeof mapping === 'string' ? mapping : mapping.column
}

/** The fields that the tests of a query ask about, in the order of the text, without those that only a `not` asks about. */
export function namesTested(query: Pipeline): readonly string[] {
  const names = new Set<string>()
  const pipelines: Pipeline[] = [query]
  for (let at = 0; at < pipelines.length && at < 1000; at++) {
    const { from, stages } = pipelines[at]!
    if (from.kind === 'union') pipelines.push(...from.of)
    if (from.kind === 'sequence') pipelines.push(...from.steps.map(step => step.of))
    for (const stage of stages) inStage(stage, names)
  }
  return [...names]
}

function inStage(stage: Stage, names: Set<string>): void {
  if (stage.kind !== 'filter') return
  const open: Predicate[] = [stage.where]
  while (open.length > 0) {
    const predicate = open.pop()!
    if (predicate.kind === 'and' || predicate.kind === 'or') open.push(...[...predicate.args].reverse())
    else if (predicate.kind === 'test') inScalar(predicate.subject, names)
  }
}

function inScalar(scalar: Scalar, names: Set<string>): void {
  if (scalar.kind === 'field') names.add(scalar.name)
  else if (scalar.kind === 'call') for (const arg of scalar.args) if (arg.kind === 'field') names.add(arg.name)
}

/** A log source in a few characters: `windows/process_creation`. */
export function logSource(of: EventClass): string {
  return [of.product, of.category, of.service].filter(part => part !== undefined).join('/') || 'any'
}

/** The classes of events that a query reads, as often as it names them. */
export function classesOf(query: Pipeline): readonly EventClass[] {
  const classes: EventClass[] = []
  const open: Pipeline[] = [query]
  for (let at = 0; at < open.length && at < 1000; at++) {
    const { from } = open[at]!
    if (from.kind === 'class') classes.push(from.class)
    else if (from.kind === 'union') open.push(...from.of)
    else if (from.kind === 'sequence') open.push(...from.steps.map(step => step.of))
  }
  return classes
}

/** The log sources that a query reads. */
export function logSources(query: Pipeline): ReadonlySet<string> {
  return new Set(classesOf(query).map(logSource))
}

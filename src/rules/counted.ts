// What a correlation asks, for documents that have a place for counts, windows and several expressions beside the text of a query.

import type { Pipeline } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import type { Span } from '../text/source.ts'

/** A threshold of a count. */
export interface Threshold {
  readonly op: '=' | '<' | '<=' | '>' | '>='
  readonly value: number
}

/** One measure over the events of one or more rules, in a window, by fields. */
export interface Counted {
  readonly kind: 'count'
  /** The question of each rule, without the count. */
  readonly parts: readonly Pipeline[]
  readonly by: readonly string[]
  readonly fn: string
  readonly name: string
  /** The field that is measured; absent: the events are counted. */
  readonly field?: { readonly name: string; readonly type: string | undefined }
  readonly all: readonly Threshold[]
  readonly window: number | undefined
  readonly span: Span | undefined
}

/** Several rules within a window, joined by fields. */
export interface Chained {
  readonly kind: 'chain'
  readonly parts: readonly Pipeline[]
  readonly by: readonly string[]
  readonly ordered: boolean
  readonly window: number | undefined
  readonly span: Span | undefined
}

interface Part {
  readonly query: Pipeline
  readonly columns: ReadonlyMap<string, Scalar>
}

/** The questions that a query asks of single events, table by table, and the columns it gives them; undefined where it does more. */
function partsOf(query: Pipeline): readonly Part[] | undefined {
  const { from } = query
  let parts: readonly Part[]
  if (from.kind === 'table') parts = [{ query: { from, stages: [], rules: query.rules }, columns: new Map() }]
  else if (from.kind === 'union') {
    const inner = from.of.map(partsOf)
    if (inner.includes(undefined)) return undefined
    parts = inner.flatMap(of => of!)
  } else return undefined
  for (const stage of query.stages) {
    if (stage.kind === 'filter')
      parts = parts.map(part => ({ ...part, query: { ...part.query, stages: [...part.query.stages, stage] } }))
    else if (stage.kind === 'extend')
      parts = parts.map(part => ({
        ...part,
        columns: new Map([...part.columns, ...stage.columns.map(one => [one.name, one.value] as const)]),
      }))
    else return undefined
  }
  return parts
}

/** The one field that a value is in all parts; undefined where it is computed or differs. */
function fieldIn(value: Scalar, parts: readonly Part[]): (Scalar & { kind: 'field' }) | undefined {
  const found = parts.map(part => (value.kind === 'field' ? (part.columns.get(value.name) ?? value) : value))
  const [first] = found
  return first?.kind === 'field' && found.every(one => one.kind === 'field' && one.name === first.name) ? first : undefined
}

/** `count >= 3 and count < 9`; undefined for anything else. */
function thresholds(of: Predicate | undefined, name: string): readonly Threshold[] | undefined {
  if (of === undefined) return []
  const all: Threshold[] = []
  for (const test of of.kind === 'and' ? of.args : [of]) {
    if (test.kind !== 'test' || test.subject.kind !== 'field' || test.subject.name !== name) return undefined
    if (test.match.kind !== 'compare' || test.match.to.kind !== 'literal' || typeof test.match.to.value !== 'number')
      return undefined
    all.push({ op: test.match.op, value: test.match.to.value })
  }
  return all
}

/** A correlation that is one measure over events; undefined for every other query. */
export function countedIn(query: Pipeline): Counted | undefined {
  const last = query.stages.at(-1)
  if (last?.kind !== 'aggregate' || last.measures.length !== 1) return undefined
  const parts = partsOf({ ...query, stages: query.stages.slice(0, -1) })
  const measure = last.measures[0]!
  const all = thresholds(last.having, measure.name)
  if (parts === undefined || all === undefined || measure.where !== undefined) return undefined
  const by = last.by.map(column => fieldIn(column.value, parts)?.name)
  const of = measure.of === undefined ? undefined : fieldIn(measure.of, parts)
  if (by.includes(undefined) || (measure.of !== undefined && of === undefined)) return undefined
  return {
    kind: 'count',
    parts: parts.map(part => part.query),
    by: by as readonly string[],
    fn: measure.fn,
    name: measure.name,
    ...(of === undefined ? {} : { field: { name: of.name, type: of.type } }),
    all,
    window: last.window?.size,
    span: last.span ?? query.from.span,
  }
}

/** A correlation that is several rules within a window, all grouped by the same fields; undefined for every other query. */
export function chainedIn(query: Pipeline): Chained | undefined {
  const { from } = query
  if (from.kind !== 'sequence' || query.stages.length > 0 || from.until !== undefined) return undefined
  const parts: Pipeline[] = []
  const keys = new Set<string>()
  let by: readonly string[] = []
  for (const step of from.steps) {
    if (step.absent === true || step.times !== undefined) return undefined
    const of = partsOf(step.of)
    if (of === undefined) return undefined
    const fields = step.by.map(key => fieldIn(key.value, of)?.name)
    if (fields.includes(undefined)) return undefined
    by = fields as readonly string[]
    keys.add(JSON.stringify(by))
    parts.push(of.length === 1 ? of[0]!.query : { from: { kind: 'union', of: of.map(one => one.query) }, stages: [] })
  }
  return keys.size === 1 ? { kind: 'chain', parts, by, ordered: from.ordered, window: from.within, span: from.span } : undefined
}

/** The questions of several rules as one: any of them. */
export const anyOf = (parts: readonly Pipeline[]): Pipeline =>
  parts.length === 1 ? parts[0]! : { from: { kind: 'union', of: parts }, stages: [] }

/** A query for those of its events that have all of the fields. */
export function present(query: Pipeline, fields: readonly string[]): Pipeline {
  const tests = [...new Set(fields)].map(
    (name): Predicate => ({ kind: 'test', subject: { kind: 'field', name }, match: { kind: 'present' } }),
  )
  return tests.length === 0
    ? query
    : { ...query, stages: [...query.stages, { kind: 'filter', where: { kind: 'and', args: tests } }] }
}

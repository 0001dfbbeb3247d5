// Short words for queries over tables, for tests.

import type { Value } from '../../../src/ir/event.ts'
import { parseGlob } from '../../../src/ir/glob.ts'
import type { Column, From, Measure, Pipeline, SortKey, Stage } from '../../../src/ir/pipeline.ts'
import type { Match, Predicate, Scalar, ValueType } from '../../../src/ir/predicate.ts'
import { type QueryOptions, query, type Rows, type Table, tableOf } from '../../../src/query.ts'
import type { Outcome } from '../../../src/text/diagnostic.ts'

export const field = (name: string, type?: ValueType): Scalar => ({
  kind: 'field',
  name,
  ...(type === undefined ? {} : { type }),
})
export const literal = (value: Value, type?: ValueType): Scalar => ({
  kind: 'literal',
  value,
  ...(type === undefined ? {} : { type }),
})
export const call = (fn: Extract<Scalar, { kind: 'call' }>['fn'], ...args: readonly Scalar[]): Scalar => ({
  kind: 'call',
  fn,
  args,
})
export const test = (subject: Scalar | string, match: Match): Predicate => ({
  kind: 'test',
  subject: typeof subject === 'string' ? field(subject) : subject,
  match,
})
export const compare = (subject: string, op: '=' | '<' | '<=' | '>' | '>=', to: Value | Scalar): Predicate =>
  test(subject, { kind: 'compare', op, to: isScalar(to) ? to : literal(to) })
const isScalar = (of: Value | Scalar): of is Scalar => typeof of === 'object' && of !== null && !Array.isArray(of) && 'kind' in of
export const not = (arg: Predicate): Predicate => ({ kind: 'not', arg })
export const where = (predicate: Predicate): Stage => ({ kind: 'filter', where: predicate })
export const extend = (...columns: readonly Column[]): Stage => ({ kind: 'extend', columns })
export const column = (name: string, value: Scalar = field(name), type?: ValueType): Column => ({
  name,
  value,
  ...(type === undefined ? {} : { type }),
})
export const project = (mode: 'keep' | 'drop' | 'reorder', ...names: readonly string[]): Stage => ({
  kind: 'project',
  mode,
  names: names.map(parseGlob),
})
export const rename = (...pairs: readonly (readonly [string, string])[]): Stage => ({
  kind: 'rename',
  names: pairs.map(([from, to]) => ({ from: parseGlob(from), to: parseGlob(to) })),
})
export const measure = (name: string, fn: Measure['fn'], of?: Scalar | string, more: Partial<Measure> = {}): Measure => ({
  name,
  fn,
  ...(of === undefined ? {} : { of: typeof of === 'string' ? field(of) : of }),
  ...more,
})
export const aggregate = (by: readonly string[], ...measures: readonly Measure[]): Stage => ({
  kind: 'aggregate',
  by: by.map(name => column(name)),
  measures,
})
export const key = (by: string, descending = false, nulls: SortKey['nulls'] = 'last'): SortKey => ({
  by: field(by),
  descending,
  nulls,
})
export const sort = (...keys: readonly SortKey[]): Stage => ({ kind: 'sort', keys })
export const limit = (count: number, ...by: readonly string[]): Stage => ({
  kind: 'limit',
  count,
  ...(by.length === 0 ? {} : { by: by.map(name => column(name)) }),
})
export const table = (name: string): From => ({ kind: 'table', name })
export const from = (source: From | string, ...stages: readonly Stage[]): Pipeline => ({
  from: typeof source === 'string' ? table(source) : source,
  stages,
})
export const under = (rules: Pipeline['rules'], pipeline: Pipeline): Pipeline => ({ ...pipeline, rules })

/** A table written with its columns (`k:string v:long`) and rows. */
export function rowsTable(head: string, ...rows: readonly (readonly Value[])[]): Table {
  const columns = columnsOf(head)
  return tableOf(
    columns,
    rows.map(row => Object.fromEntries(row.flatMap((value, at) => (value === null ? [] : [[columns[at]!.name, value]])))),
  )
}

export function columnsOf(head: string): readonly { readonly name: string; readonly type?: ValueType }[] {
  return head
    .split(' ')
    .filter(part => part !== '')
    .map(part => {
      const at = part.lastIndexOf(':')
      return at === -1 ? { name: part } : { name: part.slice(0, at), type: part.slice(at + 1) as ValueType }
    })
}

/** The result as a head and rows; the first finding where there is none. */
export async function answer(
  pipeline: Pipeline,
  tables: Readonly<Record<string, Table>>,
  options: QueryOptions = {},
): Promise<{ head: string; rows: readonly (readonly Value[])[] } | { finding: string }> {
  const { value, diagnostics }: Outcome<Rows> = await query(pipeline, tables, options)
  if (value === undefined) return { finding: diagnostics.map(one => `${one.code} ${one.message}`).join('; ') }
  return {
    head: value.columns.map(one => (one.type === undefined ? one.name : `${one.name}:${one.type}`)).join(' '),
    rows: value.rows,
  }
}

// The tree of a statement to meaning: tables, filters, groups, columns, order.

import { asText } from '../../../ir/event.ts'
import { and } from '../../../ir/logic.ts'
import type { Column, Measure, Pipeline, SortKey, Stage } from '../../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../../ir/predicate.ts'
import type { Cursor } from '../../reading.ts'
import { type Cells, Conditions, same } from './conditions.ts'
import { measures } from './functions.ts'
import type { DialectName, Expression, Item, Select } from './tree.ts'

/** Lowers statements of one text. */
export class Lowering {
  private readonly cursor: Cursor
  private readonly dialect: DialectName
  private readonly values: Conditions

  constructor(cursor: Cursor, dialect: DialectName) {
    this.cursor = cursor
    this.dialect = dialect
    this.values = new Conditions(cursor, dialect)
  }

  query(select: Select, outer: ReadonlyMap<string, Pipeline> = new Map()): Pipeline {
    return this.cursor.deeper(() => {
      const tables = new Map(outer)
      for (const { name, query } of select.with) tables.set(name.toLowerCase(), this.query(query, tables))
      const first = this.branch({ ...select, order: [], limit: undefined }, tables)
      const whole: Pipeline =
        select.others.length === 0
          ? first
          : {
              from: {
                kind: 'union',
                of: [first, ...select.others.map(other => this.query(other, tables))],
                span: select.span,
              },
              stages: [],
              rules: 'sql',
            }
      const stages: Stage[] = [...whole.stages]
      if (select.order.length > 0) {
        const keys = select.order.map(
          ({ by, descending, nulls }): SortKey => ({
            by: this.sortKey(by, select.items),
            descending,
            nulls: nulls ?? this.nulls(descending),
          }),
        )
        stages.push({ kind: 'sort', keys, span: select.span })
      }
      if (select.limit !== undefined) stages.push({ kind: 'limit', count: select.limit, span: select.span })
      return { ...whole, stages }
    })
  }

  /** Where NULL stands unless it is said: first in SQLite (ascending), last in DuckDB and ClickHouse, as the greatest value in PostgreSQL. */
  private nulls(descending: boolean): 'first' | 'last' {
    if (this.dialect === 'sqlite') return descending ? 'last' : 'first'
    return this.dialect === 'postgres' && descending ? 'first' : 'last'
  }

  private sortKey(by: Expression, items: readonly Item[]): Scalar {
    if (by.kind === 'literal' && typeof by.value === 'number') {
      const item = items[by.value - 1]
      if (item !== undefined) return { kind: 'field', name: nameOf(item), span: by.span }
    }
    const named = items.find(item => item.name !== undefined && same(item.value, by))
    return named === undefined ? this.values.scalar(by) : { kind: 'field', name: named.name!, span: by.span }
  }

  private branch(select: Select, tables: ReadonlyMap<string, Pipeline>): Pipeline {
    const { from } = select
    const stages: Stage[] = []
    let start: Pipeline = { from: { kind: 'table', name: '' }, stages: [], rules: 'sql' }
    if (from === undefined) this.cursor.refuse('SQL006', 'a query without a table asks no events', select.span, 'write FROM')
    const before = this.values.cells
    if (from.kind === 'table') {
      const known = tables.get(from.name.toLowerCase())
      start = known ?? { from: { kind: 'table', name: from.name, span: from.span }, stages: [], rules: 'sql' }
    } else if (from.kind === 'query') {
      start = this.query(from.query, tables)
      this.values.cells = this.joinedCells(from.query, before)
    } else if (/^(?:read_|scan_|file$|url$|s3$|parquet_scan|sniff)/.test(from.call.name)) {
      const name = from.call.args[0]
      start = {
        from: {
          kind: 'table',
          name: name?.kind === 'literal' ? (asText(name.value) ?? '') : from.call.name,
          span: from.span,
        },
        stages: [],
        rules: 'sql',
      }
    } else this.cursor.refuse('SQL006', `rows of the function "${from.call.name}" are not read`, from.span, 'name a table')
    stages.push(...start.stages)
    if (select.where !== undefined)
      stages.push({ kind: 'filter', where: this.values.condition(select.where).yes, span: select.where.span })
    this.select(select, stages)
    this.values.cells = before
    return { ...start, stages }
  }

  /** The columns that hold all cells of a row, of a query within. */
  private joinedCells(query: Select, before: Cells): Cells {
    const made = new Map(before)
    for (const { value, name } of query.items) if (name !== undefined && isJoined(value)) made.set(name.toLowerCase(), 'joined')
    return made
  }

  private select(select: Select, stages: Stage[]): void {
    const { items, groups, having, distinct } = select
    if (items.some(item => containsWindow(item.value))) {
      stages.push(this.opaqueStage(select, 'a window function, which looks at other rows, is not read'))
      return
    }
    const found = items.flatMap((item): readonly Measure[] => this.measure(item.value, nameOf(item)) ?? [])
    if (groups.length > 0 || found.length > 0 || having !== undefined) {
      this.aggregate(select, found, stages)
      return
    }
    if (having !== undefined) return
    const columns: Column[] = []
    const names: string[] = []
    let all = items.length === 0
    for (const item of items) {
      if (item.value.kind === 'star') all = true
      else if (isJoined(item.value)) all = true
      else {
        const name = nameOf(item)
        names.push(name)
        if (item.value.kind !== 'column' || item.name !== undefined) {
          const value = this.values.scalar(item.value)
          if (!(value.kind === 'field' && value.name === name)) columns.push({ name, value })
        }
      }
    }
    if (columns.length > 0) stages.push({ kind: 'extend', columns })
    if (!all) stages.push({ kind: 'project', mode: 'keep', names: names.map(name => [name]) })
    if (distinct) {
      if (all) stages.push(this.opaqueStage(select, 'DISTINCT over all columns is not read'))
      else
        stages.push({
          kind: 'aggregate',
          by: names.map(name => ({ name, value: { kind: 'field', name } })),
          measures: [],
          span: select.span,
        })
    }
  }

  private opaqueStage(select: Select, message: string): Stage {
    this.cursor.tell('SQL201', 'warning', message, select.span, 'the rest of the query is read')
    return { kind: 'opaque', text: this.cursor.source.text.slice(select.span.start, select.span.end), span: select.span }
  }

  private aggregate(select: Select, found: readonly Measure[], stages: Stage[]): void {
    const { items, groups, having } = select
    const all = [...found]
    const by = groups.map((group): Column => {
      const item =
        group.kind === 'literal' && typeof group.value === 'number'
          ? items[group.value - 1]
          : items.find(
              one => (one.name !== undefined && group.kind === 'column' && one.name === group.name) || same(one.value, group),
            )
      if (item === undefined)
        return { name: group.kind === 'column' ? group.name : this.values.written(group), value: this.values.scalar(group) }
      return { name: nameOf(item), value: this.values.scalar(item.value) }
    })
    let where: Predicate | undefined
    if (having !== undefined) {
      // What is measured in the condition alone is a column as well.
      const asked = (of: Expression): Expression => {
        if (of.kind === 'call' && Object.hasOwn(measures, of.name)) {
          const item = items.find(one => same(one.value, of))
          if (item !== undefined) return { kind: 'column', name: nameOf(item), span: of.span }
          const name = this.values.written(of)
          if (!all.some(measure => measure.name === name)) all.push(...(this.measure(of, name) ?? []))
          return { kind: 'column', name, span: of.span }
        }
        switch (of.kind) {
          case 'and':
          case 'or':
            return { ...of, args: of.args.map(asked) }
          case 'not':
            return { ...of, arg: asked(of.arg) }
          case 'compare':
            return { ...of, left: asked(of.left), right: asked(of.right) }
          case 'between':
            return { ...of, left: asked(of.left) }
          default:
            return of
        }
      }
      where = this.values.condition(asked(having)).yes
    }
    stages.push({ kind: 'aggregate', by, measures: all, ...(where === undefined ? {} : { having: where }), span: select.span })
    const kept = items.filter(item => item.value.kind !== 'star').map(nameOf)
    if (kept.length > 0) stages.push({ kind: 'project', mode: 'keep', names: kept.map(name => [name]) })
  }

  /** A measure that an item is, or undefined for one that is none. */
  private measure(of: Expression, name: string): readonly Measure[] | undefined {
    if (of.kind !== 'call' || of.over || !Object.hasOwn(measures, of.name)) return undefined
    const fact = measures[of.name]!
    const arg = of.args[0]
    const conditional = of.name.endsWith('if') && of.args.length > 0
    const where = [
      ...(of.filter === undefined ? [] : [this.values.condition(of.filter).yes]),
      ...(conditional ? [this.values.condition(of.args.at(-1)!).yes] : []),
    ]
    const value = conditional ? (of.args.length > 1 ? arg : undefined) : arg
    const fn = of.distinct && fact.fn === 'count' ? 'distinct' : fact.fn
    const part = of.parameters?.[0] ?? (fn === 'percentile' ? of.args[1] : undefined)
    return [
      {
        name,
        fn,
        ...(value === undefined || value.kind === 'star' ? {} : { of: this.values.scalar(value) }),
        ...(fn === 'percentile' && part?.kind === 'literal' ? { args: [Number(part.value) * 100] } : {}),
        ...(where.length === 0 ? {} : { where: and(where) }),
      },
    ]
  }
}

function nameOf(item: Item): string {
  if (item.name !== undefined) return item.name
  if (item.value.kind === 'column') return item.value.name
  return item.value.kind === 'call' ? item.value.name : `column ${item.value.span.start}`
}

/** A column with all cells of the row: concat_ws(…, *COLUMNS(*)). */
const isJoined = (of: Expression): boolean =>
  of.kind === 'call' && of.name === 'concat_ws' && of.args.some(arg => arg.kind === 'star')

/** Whether an expression asks a window; one level of calculation is looked into. */
function containsWindow(of: Expression, depth = 0): boolean {
  if (depth > 20) return false
  if (of.kind === 'call') return of.over || of.args.some(arg => containsWindow(arg, depth + 1))
  if (of.kind === 'case')
    return of.branches.some(({ when, then }) => containsWindow(when, depth + 1) || containsWindow(then, depth + 1))
  if (of.kind === 'arithmetic' || of.kind === 'compare')
    return containsWindow(of.left, depth + 1) || containsWindow(of.right, depth + 1)
  if (of.kind === 'query') return true
  return of.kind === 'cast' && containsWindow(of.arg, depth + 1)
}

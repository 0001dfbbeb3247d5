// Operators that group rows: summarize, distinct, count, make-series, top-nested, top-hitters.

import type { Measure, Stage } from '../../../ir/pipeline.ts'
import type { Scalar, ValueType } from '../../../ir/predicate.ts'
import { ownMeasures } from './functions.ts'
import { computed, type Lowered, literal } from './lowered.ts'
import { defaultName } from './naming.ts'
import { type Column, type Context, fresh, Names, report, type Table } from './scope.ts'
import { countOf, type Made, onward, projection, rowsOf } from './stages.ts'
import type { Expression, Named, Operator } from './tree.ts'
import { call, fieldOf, lower } from './values.ts'

/** Groups, with the names their columns get. */
function groupsOf(by: readonly Named[], table: Table, names: Names, context: Context): Made[] {
  const rows = rowsOf(table, context)
  return by.map(({ names: given, value }) => {
    const made = lower(value, rows)
    const name = given?.[0]?.name ?? defaultName(value, rows)
    return { name: name === undefined ? names.next() : names.add(name), value: made }
  })
}

const groupColumns = (made: readonly Made[]) =>
  made.map(({ name, value }) => ({ name, value: value.scalar(), ...(value.type === undefined ? {} : { type: value.type }) }))

interface Grouping {
  readonly measures: Measure[]
  /** Columns of the result beside the groups, in order, computed from the measures. */
  readonly columns: Made[]
}

/** `summarize a, b by c`: groups first, then measures (https://learn.microsoft.com/kusto/query/summarize-operator). */
export function bindSummarize(of: Table, operator: Operator & { kind: 'summarize' }, context: Context): Table {
  const names = new Names(context.shared)
  const by = groupsOf(operator.by, of, names, context)
  const grouping = measuresOf(operator.measures, of, by, names, context)
  return grouped(of, by, grouping, operator.span)
}

/** Groups and measures as stages. */
function grouped(of: Table, by: readonly Made[], { measures, columns }: Grouping, span: Operator['span']): Table {
  const stages: Stage[] = [{ kind: 'aggregate', by: groupColumns(by), measures, span }]
  const keys = by.map(
    ({ name, value }): Made => ({ name, value: computed(fieldOf({ name, type: value.type }), value.type, { column: name }) }),
  )
  const all = [...keys, ...columns]
  if (columns.some(({ name, value }) => value.column !== name)) stages.push(...projection(all, span))
  return onward(of, stages, {
    columns: all.map(({ name, value }) => ({ name, type: value.type })),
    open: measures.some(measure => measure.with === '*'),
  })
}

/** Measures of a list of expressions; each that is more than one measure is computed of several. */
function measuresOf(items: readonly Named[], of: Table, by: readonly Made[], names: Names, context: Context): Grouping {
  const measures: Measure[] = []
  const columns: Made[] = []
  const rows = rowsOf(of, context)
  for (const item of items) {
    const { value, names: given } = item
    if (value.kind === 'call' && ownMeasures.has(value.name)) {
      ownMeasure(value, item, of, by, names, rows, measures, columns)
      continue
    }
    if (
      value.kind === 'call' &&
      (value.name === 'take_any' || value.name === 'any') &&
      (value.args.length > 1 || value.args[0]?.value.kind === 'star')
    ) {
      anyOf(value, item, of, by, names, rows, measures, columns)
      continue
    }
    const inner: Context = {
      ...rows,
      measures(make, type) {
        const name = fresh(context)
        measures.push(make(name))
        return { name, type }
      },
    }
    const made = lower(value, inner)
    const said = given?.[0]?.name ?? defaultName(value, inner)
    const name = said === undefined ? names.next() : names.add(said)
    if (made.column === undefined && made.constant === undefined && measures.length === 0)
      report(
        context,
        'KQL026',
        'error',
        'this measures nothing',
        item.span,
        'use a measure such as count(), max(…) or make_set(…), or group by it',
      )
    columns.push({ name, value: settle(made, name, measures) })
  }
  return { measures, columns }
}

/** A measure that is a column of its own gets the column's name at once. */
function settle(made: Lowered, name: string, measures: Measure[]): Lowered {
  const scalar = made.scalar()
  const at =
    scalar.kind === 'field' && scalar.name.startsWith('\u0001')
      ? measures.findLastIndex(measure => measure.name === scalar.name)
      : -1
  if (at === -1) return made
  measures[at] = { ...measures[at]!, name }
  return computed(fieldOf({ name, type: made.type }), made.type, { column: name })
}

const columnAs = (name: string, type: ValueType | undefined): Made => ({
  name,
  value: computed(fieldOf({ name, type }), type, { column: name }),
})

/** `arg_max(e, a, *)` and percentiles, which give several columns. */
function ownMeasure(
  of: Expression & { kind: 'call' },
  item: Named,
  table: Table,
  by: readonly Made[],
  names: Names,
  rows: Context,
  measures: Measure[],
  columns: Made[],
): void {
  const given = item.names?.map(one => one.name) ?? []
  const [first, ...rest] = of.args
  if (first === undefined) {
    report(rows, 'KQL023', 'error', `"${of.name}" takes arguments`, of.span)
    return
  }
  const value = lower(first.value, rows)
  if (of.name.startsWith('percentile')) {
    percentiles(of, value, given, names, rows, measures, columns)
    return
  }
  const older = of.name === 'argmax' || of.name === 'argmin'
  const prefix = of.name.endsWith('max') ? 'max' : 'min'
  const said = defaultName(first.value, rows)
  const own = given[0] ?? first.name ?? (older ? `${prefix}_${said ?? ''}` : (said ?? `${prefix}_`))
  const name = names.add(own)
  const withColumns: Made[] = []
  for (const [index, arg] of rest.entries()) {
    if (arg.value.kind === 'star') {
      // The columns that neither group nor are the extreme itself.
      for (const column of table.header.columns) {
        if (by.some(key => key.value.column === column.name) || column.name === value.column) continue
        withColumns.push({
          name: names.add(older ? `${prefix}_${said ?? ''}_${column.name}` : column.name),
          value: computed(fieldOf(column), column.type, { column: column.name }),
        })
      }
      continue
    }
    const other = lower(arg.value, rows)
    const plain = defaultName(arg.value, rows) ?? ''
    const wanted = given[index + 1] ?? arg.name ?? (older ? `${prefix}_${said ?? ''}_${plain}` : plain === '' ? undefined : plain)
    withColumns.push({ name: wanted === undefined ? names.next() : names.add(wanted), value: other })
  }
  const everything = table.header.open && rest.some(arg => arg.value.kind === 'star')
  measures.push({
    name,
    fn: prefix === 'max' ? 'argmax' : 'argmin',
    of: value.scalar(),
    ...(withColumns.length === 0 && !everything
      ? {}
      : { with: everything && withColumns.length === 0 ? '*' : groupColumns(withColumns) }),
  })
  columns.push(columnAs(name, value.type), ...withColumns.map(one => columnAs(one.name, one.value.type)))
}

/** `take_any(a, b)`, `take_any(*)`: of one row. */
function anyOf(
  of: Expression & { kind: 'call' },
  item: Named,
  table: Table,
  by: readonly Made[],
  names: Names,
  rows: Context,
  measures: Measure[],
  columns: Made[],
): void {
  const given = item.names?.map(one => one.name) ?? []
  const prefix = of.name === 'any' ? 'any_' : ''
  const parts: { readonly said: string | undefined; readonly value: Lowered }[] = of.args.flatMap(arg =>
    arg.value.kind === 'star'
      ? table.header.columns
          .filter(column => !by.some(key => key.value.column === column.name))
          .map(column => ({ said: column.name, value: computed(fieldOf(column), column.type, { column: column.name }) }))
      : [{ said: defaultName(arg.value, rows), value: lower(arg.value, rows) }],
  )
  for (const [index, part] of parts.entries()) {
    const wanted = given[index] ?? (part.said === undefined ? undefined : `${prefix}${part.said}`)
    const name = wanted === undefined ? names.next() : names.add(wanted)
    measures.push({ name, fn: 'any', of: part.value.scalar() })
    columns.push(columnAs(name, part.value.type))
  }
}

function percentiles(
  of: Expression & { kind: 'call' },
  value: Lowered,
  given: readonly string[],
  names: Names,
  rows: Context,
  measures: Measure[],
  columns: Made[],
): void {
  const weighted = of.name.startsWith('percentilew') || of.name.startsWith('percentilesw')
  const weight = weighted && of.args[1] !== undefined ? lower(of.args[1].value, rows) : undefined
  const parts = of.args.slice(weighted ? 2 : 1).flatMap((arg): readonly unknown[] => {
    const constant = lower(arg.value, rows).constant?.value
    return Array.isArray(constant) ? (constant as readonly unknown[]) : [constant]
  })
  const numbers = parts.filter(part => typeof part === 'number')
  if (numbers.length !== parts.length || numbers.length === 0) {
    report(rows, 'KQL023', 'error', `the percentiles of "${of.name}" are numbers that are known beforehand`, of.span)
    return
  }
  const type = value.type === 'int' ? 'long' : value.type
  const base = { of: value.scalar(), ...(weight === undefined ? {} : { also: [weight.scalar()] }) }
  if (of.name.endsWith('_array')) {
    const name = names.add(given[0] ?? `percentiles_${defaultName(of.args[0]!.value, rows) ?? ''}`)
    measures.push({ name, fn: 'kusto:percentiles_array', ...base, args: numbers })
    columns.push(columnAs(name, 'dynamic'))
    return
  }
  for (const [index, number] of numbers.entries()) {
    const own = `percentile_${defaultName(of.args[0]!.value, rows) ?? ''}_${String(number).replace('.', '_')}`
    const name = names.add(given[index] ?? own)
    measures.push({ name, fn: weighted ? 'kusto:percentilew' : 'percentile', ...base, args: [number] })
    columns.push(columnAs(name, type))
  }
}

/** `distinct a, b`, `distinct *`. */
export function bindDistinct(of: Table, operator: Operator & { kind: 'distinct' }, context: Context): Table {
  const { span } = operator
  if (operator.columns === 'all' && of.header.open)
    return onward(of, [{ kind: 'special', name: 'kusto:distinct', args: {}, span }])
  const names = new Names(context.shared)
  const by =
    operator.columns === 'all'
      ? of.header.columns.map(
          (column): Made => ({ name: column.name, value: computed(fieldOf(column), column.type, { column: column.name }) }),
        )
      : groupsOf(operator.columns, of, names, context)
  return grouped(of, by, { measures: [], columns: [] }, span)
}

/** `count`: one row, one column. */
export function bindCount(of: Table, operator: Operator & { kind: 'count' }, _context: Context): Table {
  const name = operator.as ?? 'Count'
  return onward(of, [{ kind: 'aggregate', by: [], measures: [{ name, fn: 'count' }], span: operator.span }], {
    columns: [{ name, type: 'long' }],
    open: false,
  })
}

/** `make-series`: measures by group and step, then the lists over all steps (https://learn.microsoft.com/kusto/query/make-series-operator). */
export function bindSeries(of: Table, operator: Operator & { kind: 'make-series' }, context: Context): Table {
  const { span } = operator
  const rows = rowsOf(of, context)
  const names = new Names(context.shared)
  const by = groupsOf(operator.by, of, names, context)
  const grouping = measuresOf(
    operator.measures.map(one => one.measure),
    of,
    by,
    names,
    context,
  )
  const axis = lower(operator.on.value, rows)
  const axisName = names.add(operator.on.names?.[0]?.name ?? defaultName(operator.on.value, rows) ?? 'Column1')
  const plain: Context = { shared: context.shared, scope: context.scope }
  const bound = (one: Expression | undefined): Scalar | undefined => (one === undefined ? undefined : lower(one, plain).scalar())
  const from = bound(operator.from)
  const to = bound(operator.to)
  const step = operator.step === undefined ? literal(1, 'long') : lower(operator.step, plain)
  const at = fresh(context)
  const start = operator.from === undefined ? undefined : lower(operator.from, plain)
  const stage: Stage[] = []
  // Only what lies in the range takes part: from its start, up to and without its end.
  const tests = [
    ...(from === undefined
      ? []
      : [{ kind: 'test' as const, subject: axis.scalar(), match: { kind: 'compare' as const, op: '>=' as const, to: from } }]),
    ...(to === undefined
      ? []
      : [{ kind: 'test' as const, subject: axis.scalar(), match: { kind: 'compare' as const, op: '<' as const, to } }]),
  ]
  if (tests.length > 0) stage.push({ kind: 'filter', where: { kind: 'and', args: tests }, span })
  const place =
    start === undefined ? call('bin', [axis, step], axis.type, span) : call('kusto:bin_at', [axis, step, start], axis.type, span)
  const groups: Made[] = [...by, { name: at, value: place }]
  const steps = grouped(onward(of, stage), groups, grouping, span)
  const defaults = operator.measures.map(one =>
    one.otherwise === undefined ? 0 : (lower(one.otherwise, plain).constant?.value ?? null),
  )
  const keys = by.map(one => one.name)
  const values = grouping.columns.map(one => one.name)
  const header = {
    columns: [
      ...by.map(({ name, value }): Column => ({ name, type: value.type })),
      ...values.map((name): Column => ({ name, type: 'dynamic' })),
      { name: axisName, type: 'dynamic' as const },
    ],
    open: false,
  }
  const kind = operator.parameters?.find(one => one.name === 'kind')?.value
  return onward(
    steps,
    [
      {
        kind: 'special',
        name: 'kusto:make-series',
        args: {
          keys,
          values,
          defaults,
          at,
          axis: axisName,
          step: step.scalar(),
          ...(axis.type === undefined ? {} : { type: axis.type }),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(kind === undefined ? {} : { kind }),
        },
        span,
      },
    ],
    header,
  )
}

/** `top-nested 3 of a by sum(b), top-nested of c by count()` (https://learn.microsoft.com/kusto/query/top-nested-operator). */
export function bindTopNested(of: Table, operator: Operator & { kind: 'top-nested' }, context: Context): Table {
  const { span } = operator
  const rows = rowsOf(of, context)
  const names = new Names(context.shared)
  const keys: Made[] = []
  const levels: {
    readonly key: string
    readonly measure: string
    readonly count: number
    readonly descending: boolean
    readonly others?: string
  }[] = []
  const header: Column[] = []
  const all: Measure[][] = []
  for (const level of operator.levels) {
    const value = lower(level.of.value, rows)
    const key = names.add(level.of.names?.[0]?.name ?? defaultName(level.of.value, rows) ?? 'Column1')
    const measures: Measure[] = []
    const inner: Context = {
      ...rows,
      measures(make, type) {
        const name = fresh(context)
        measures.push(make(name))
        return { name, type }
      },
    }
    const made = lower(level.by.value, inner)
    const measure = names.add(level.by.names?.[0]?.name ?? `aggregated_${key}`)
    settle(made, measure, measures)
    if (measures.length !== 1 || measures[0]!.name !== measure) {
      report(
        context,
        'KQL109',
        'error',
        '"top-nested" by more than one measure is not understood further',
        level.by.span,
        'compute it with summarize, then sort and take',
      )
      return onward(of, [{ kind: 'opaque', text: 'top-nested', span }], { columns: of.header.columns, open: true })
    }
    keys.push({ name: key, value })
    all.push(measures)
    const others = level.others === undefined ? undefined : lower(level.others, rows).constant?.value
    levels.push({
      key,
      measure,
      count: level.count === undefined ? -1 : countOf(level.count, context),
      descending: level.descending,
      ...(typeof others === 'string' ? { others } : {}),
    })
    header.push({ name: key, type: value.type }, { name: measure, type: made.type })
  }
  // A query per level: the groups of all keys so far, with that level's measure.
  const parts = Object.fromEntries(
    levels.map((_, index) => [
      `level${index}`,
      {
        ...of.query,
        stages: [
          ...of.query.stages,
          { kind: 'aggregate' as const, by: groupColumns(keys.slice(0, index + 1)), measures: all[index]!, span },
        ],
      },
    ]),
  )
  const from: Table = {
    query: { from: { kind: 'rows', columns: [], rows: [] }, stages: [], rules: 'kusto' },
    header: { columns: [], open: false },
    depth: of.depth + 1,
  }
  return onward(
    from,
    [{ kind: 'special', name: 'kusto:top-nested', args: { ...parts, levels: levels.map(level => ({ ...level })) }, span }],
    { columns: header, open: false },
  )
}

/** `top-hitters 3 of a by b`: the values that are there most often, or weigh most. */
export function bindTopHitters(of: Table, operator: Operator & { kind: 'top-hitters' }, context: Context): Table {
  const { span } = operator
  const rows = rowsOf(of, context)
  const key: Made = { name: defaultName(operator.of, rows) ?? 'Column1', value: lower(operator.of, rows) }
  const weight = operator.by === undefined ? undefined : lower(operator.by, rows)
  const name = weight === undefined ? `approximate_count_${key.name}` : `approximate_sum_${defaultName(operator.by!, rows) ?? ''}`
  const measure: Measure = weight === undefined ? { name, fn: 'count' } : { name, fn: 'sum', of: weight.scalar() }
  const type = weight === undefined ? 'long' : weight.type
  const found = grouped(of, [key], { measures: [measure], columns: [columnAs(name, type)] }, span)
  return onward(found, [
    { kind: 'sort', keys: [{ by: fieldOf({ name, type }), descending: true, nulls: 'last' }], span },
    { kind: 'limit', count: countOf(operator.count, context), span },
  ])
}

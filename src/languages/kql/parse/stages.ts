// Operators told as stages, with the columns that each leaves.

import { any } from '../../../ir/glob.ts'
import type { Measure, Stage } from '../../../ir/pipeline.ts'
import type { Glob, Scalar, ValueType } from '../../../ir/predicate.ts'
import type { Span } from '../../../text/source.ts'
import { suggest } from '../../../text/suggest.ts'
import { functionFacts } from './functions.ts'
import { computed, type Lowered } from './lowered.ts'
import { defaultName } from './naming.ts'
import { operatorNames } from './operators.ts'
import { type Column, type Context, columnOf, fresh, type Header, lookUp, Names, report, type Table } from './scope.ts'
import { bindApply, bindExpand, bindParse, bindParseKeys } from './stages-expand.ts'
import { bindCount, bindDistinct, bindSeries, bindSummarize, bindTopHitters, bindTopNested } from './stages-group.ts'
import { bindJoin, bindUnion } from './stages-join.ts'
import { bindEvaluate, bindFind, bindPartition, bindScan, bindSearch } from './stages-rare.ts'
import { callFunction } from './tables.ts'
import type { Named, NamePattern, Operator, Ordered } from './tree.ts'
import { fieldOf, lower } from './values.ts'

/** The table with more stages. */
export const onward = (table: Table, stages: readonly Stage[], header: Header = table.header): Table => ({
  query: { ...table.query, stages: [...table.query.stages, ...stages] },
  header,
  depth: table.depth,
})

/** A table after one operator; `table` is absent where the operator begins a query. */
export function applyOperator(table: Table | undefined, operator: Operator, context: Context): Table {
  const empty: Table = {
    query: { from: { kind: 'rows', columns: [], rows: [] }, stages: [], rules: 'kusto' },
    header: { columns: [], open: false },
    depth: 1,
  }
  const of = table ?? empty
  const { span } = operator
  switch (operator.kind) {
    case 'where':
      return bindWhere(of, operator, context)
    case 'extend':
      return bindExtend(of, operator.columns, span, context)
    case 'serialize':
      return operator.columns.length === 0 ? of : bindExtend(of, operator.columns, span, context)
    case 'project':
      return bindProject(of, operator.columns, span, context)
    case 'project-away': {
      const names = picked(operator.names, of.header, context, 'project-away')
      return onward(of, [{ kind: 'project', mode: 'drop', names, span }], without(of.header, operator.names))
    }
    case 'project-keep':
      return bindKeep(of, operator.names, span, context)
    case 'project-reorder':
      return bindReorder(of, operator.names, span, context)
    case 'project-rename':
      return bindRename(of, operator, context)
    case 'distinct':
      return bindDistinct(of, operator, context)
    case 'summarize':
      return bindSummarize(of, operator, context)
    case 'sort':
      return onward(of, [{ kind: 'sort', keys: operator.keys.map(key => sortKey(key, of.header, context)), span }])
    case 'top': {
      const count = countOf(operator.count, context)
      return onward(of, [
        { kind: 'sort', keys: operator.keys.map(key => sortKey(key, of.header, context)), span },
        { kind: 'limit', count, span },
      ])
    }
    case 'take':
    case 'sample':
      return onward(of, [{ kind: 'limit', count: countOf(operator.count, context), span }])
    case 'sample-distinct': {
      const one = bindDistinct(of, { kind: 'distinct', columns: [{ value: operator.of, span: operator.of.span }], span }, context)
      return onward(one, [{ kind: 'limit', count: countOf(operator.count, context), span }])
    }
    case 'count':
      return bindCount(of, operator, context)
    case 'join':
    case 'lookup':
      return bindJoin(of, operator, context)
    case 'union':
      return bindUnion(table, operator, context)
    case 'mv-expand':
      return bindExpand(of, operator, context)
    case 'mv-apply':
      return bindApply(of, operator, context)
    case 'parse':
    case 'parse-where':
      return bindParse(of, operator, context)
    case 'parse-kv':
      return bindParseKeys(of, operator, context)
    case 'make-series':
      return bindSeries(of, operator, context)
    case 'top-nested':
      return bindTopNested(of, operator, context)
    case 'top-hitters':
      return bindTopHitters(of, operator, context)
    case 'render':
    case 'consume':
      return of
    case 'as':
      context.scope.names.set(operator.name, { kind: 'table', table: { ...of, name: operator.name } })
      return of
    case 'getschema':
      return schemaOf(of, span)
    case 'evaluate':
      return bindEvaluate(of, operator, context)
    case 'invoke':
      return bindInvoke(of, operator, context)
    case 'search':
      return bindSearch(table, operator, context)
    case 'find':
      return bindFind(operator, context)
    case 'partition':
      return bindPartition(of, operator, context)
    case 'scan':
      return bindScan(of, operator, context)
    case 'reduce':
      return refused(of, 'reduce', span, context)
    case 'opaque': {
      if (operator.known) return refused(of, operator.name, span, context)
      // A mistake in it was told when it was read.
      return onward(of, [{ kind: 'opaque', text: operator.name, span }], { columns: of.header.columns, open: true })
    }
  }
}

/** An operator that is known and has no meaning here; nothing runs. */
export function refused(of: Table, name: string, span: Span, context: Context): Table {
  const near = operatorNames.includes(name) ? undefined : suggest(name, operatorNames)
  report(
    context,
    'KQL109',
    'error',
    `"${name}" is not understood further`,
    span,
    near === undefined ? 'say it with other operators' : `did you mean "${near}"?`,
  )
  return onward(of, [{ kind: 'opaque', text: name, span }], { columns: of.header.columns, open: true })
}

/** The number that says how many. */
export function countOf(of: Parameters<typeof lower>[0], context: Context): number {
  const value = lower(of, { shared: context.shared, scope: context.scope }).constant?.value
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  report(context, 'KQL029', 'error', 'how many rows is said by a whole number that is known beforehand', of.span)
  return 0
}

/** Where an expression over the rows of a table stands. */
export const rowsOf = (table: Table, context: Context): Context => ({
  shared: context.shared,
  scope: context.scope,
  header: table.header,
})

/** Values of neighbouring rows that expressions ask for: computed before them, taken away after. */
function neighboursOf(
  table: Table,
  context: Context,
): { readonly context: Context; readonly stages: () => Stage[]; readonly drop: () => Stage[] } {
  // What asks for a neighbour's value that is itself asked of neighbours is a stage later.
  const layers: Measure[][] = []
  const inner: Context = {
    ...rowsOf(table, context),
    neighbours(make, type) {
      const name = fresh(context)
      const measure = make(name)
      const last = layers.at(-1)
      if (last === undefined || mentions(measure, new Set(last.map(one => one.name)))) layers.push([measure])
      else last.push(measure)
      return { name, type }
    },
  }
  return {
    context: inner,
    stages: () => layers.map(measures => ({ kind: 'window', by: [], order: [], frame: 'running', measures })),
    drop: () =>
      layers.length === 0 ? [] : [{ kind: 'project', mode: 'drop', names: layers.flat().map(measure => [measure.name]) }],
  }
}

/** Whether a tree has a field of one of some names. */
function mentions(tree: unknown, names: ReadonlySet<string>): boolean {
  const open: unknown[] = [tree]
  while (open.length > 0) {
    const node = open.pop()
    if (typeof node !== 'object' || node === null) continue
    if ('kind' in node && node.kind === 'field' && 'name' in node && names.has(String(node.name))) return true
    open.push(...Object.values(node))
  }
  return false
}

function bindWhere(of: Table, operator: Operator & { kind: 'where' }, context: Context): Table {
  const near = neighboursOf(of, context)
  const value = lower(operator.where, near.context)
  if (value.type !== undefined && value.type !== 'bool' && value.type !== 'dynamic')
    report(context, 'KQL022', 'error', `"where" takes a condition, and this is ${value.type}`, operator.where.span)
  return onward(of, [...near.stages(), { kind: 'filter', where: value.holds(), span: operator.span }, ...near.drop()])
}

/** A computed column. */
export interface Made {
  readonly name: string
  readonly value: Lowered
}

/** Columns that several names take from one expression (`(a, b) = f(x)`) are elements of its list. */
export function namedColumns(named: Named, value: Lowered, name: (given: string | undefined) => string): readonly Made[] {
  const { names } = named
  if (names === undefined || names.length === 1) return [{ name: name(names?.[0]?.name), value }]
  return names.map((one, index): Made => {
    const scalar: Scalar = {
      kind: 'call',
      fn: 'kusto:path',
      args: [value.scalar(), { kind: 'literal', value: index }],
      type: 'dynamic',
      span: named.span,
    }
    return { name: name(one.name), value: computed(scalar, 'dynamic', { depth: value.depth + 1 }) }
  })
}

/** Arrays that are sorted together are a column each, named after what was sorted (https://learn.microsoft.com/kusto/query/array-sort-asc-function). */
export function sortedTogether(named: Named, context: Context): Named {
  const { value } = named
  if (value.kind !== 'call' || !/^array_sort_(?:asc|desc)$/.test(value.name)) return named
  const last = value.args.at(-1)
  const arrays = last !== undefined && lower(last.value, context).type === 'bool' ? value.args.slice(0, -1) : value.args
  if (arrays.length < 2) return named
  const names = arrays.map((arg, index) => ({
    name: `${defaultName(arg.value, context) ?? `array${index}`}_sorted`,
    span: named.span ?? value.span,
  }))
  return { ...named, names: [...(named.names ?? []), ...names.slice(named.names?.length ?? 0)] }
}

const columnStage = (made: readonly Made[], span: Span): Stage => ({
  kind: 'extend',
  columns: made.map(({ name, value }) => ({
    name,
    value: value.scalar(),
    ...(value.type === undefined ? {} : { type: value.type }),
  })),
  span,
})

function bindExtend(of: Table, columns: readonly Named[], span: Span, context: Context): Table {
  const near = neighboursOf(of, context)
  const names = new Names(
    context.shared,
    of.header.columns.map(column => column.name),
  )
  const made: Made[] = []
  const given = new Set<string>()
  for (const one of columns) {
    const named = sortedTogether(one, near.context)
    const value = lower(named.value, near.context)
    made.push(
      ...namedColumns(named, value, said => {
        const name = said ?? defaultName(named.value, near.context)
        if (name === undefined) return names.next()
        // Two expressions that take one name by themselves: the later one counts.
        if (given.has(name) && said !== undefined)
          report(context, 'KQL209', 'warning', `the column "${name}" is made twice`, named.span, 'give one of them another name')
        given.add(name)
        return name
      }),
    )
  }
  const header = withColumns(
    of.header,
    made.map(({ name, value }) => ({ name, type: value.type })),
  )
  const last = new Map(made.map(one => [one.name, one]))
  const kept = made.filter(one => last.get(one.name) === one && one.value.column !== one.name)
  return onward(of, [...near.stages(), ...(kept.length === 0 ? [] : [columnStage(kept, span)]), ...near.drop()], header)
}

/** A header with columns put in: over those of their name, which keep their place, else behind. */
export function withColumns(header: Header, added: readonly Column[]): Header {
  const columns = new Map(header.columns.map(column => [column.name, column]))
  // A name that is there already keeps its place in a map.
  for (const column of added) columns.set(column.name, column)
  return { ...header, columns: [...columns.values()] }
}

function bindProject(of: Table, columns: readonly Named[], span: Span, context: Context): Table {
  const near = neighboursOf(of, context)
  const names = new Names(context.shared)
  const made: Made[] = []
  for (const one of columns) {
    const named = sortedTogether(one, near.context)
    const value = lower(named.value, near.context)
    made.push(
      ...namedColumns(named, value, said => {
        const name = said ?? defaultName(named.value, near.context)
        return name === undefined ? names.next() : names.add(name)
      }),
    )
  }
  return onward(of, [...near.stages(), ...projection(made, span)], {
    columns: made.map(({ name, value }) => ({ name, type: value.type })),
    open: false,
  })
}

/** Exactly these columns, in this order. */
export function projection(made: readonly Made[], span: Span): Stage[] {
  const calculated = made.filter(({ name, value }) => value.column !== name)
  return [
    ...(calculated.length === 0 ? [] : [columnStage(calculated, span)]),
    { kind: 'project', mode: 'keep', names: made.map(({ name }) => [name]), span },
  ]
}

export const globOf = (pattern: NamePattern): Glob =>
  pattern.wild
    ? pattern.text.split(/(\*)/).flatMap((part): Glob => (part === '' ? [] : part === '*' ? [any] : [part]))
    : [pattern.text]

/** Whether a name is one that a pattern means. */
export const fits = (pattern: NamePattern, name: string): boolean => {
  if (!pattern.wild) return pattern.text === name
  const parts = pattern.text.split('*')
  let at = 0
  for (const [index, part] of parts.entries()) {
    if (index === 0) {
      if (!name.startsWith(part)) return false
      at = part.length
    } else if (index === parts.length - 1) return name.length - at >= part.length && name.endsWith(part)
    else {
      const found = name.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
  }
  return true
}

/** The names of a list; one that no column has is told. */
function picked(names: readonly NamePattern[], header: Header, context: Context, where: string): Glob[] {
  for (const name of names) {
    if (name.wild || header.open || header.lax === true || columnOf(header, name.text) !== undefined) continue
    report(
      context,
      'KQL021',
      'error',
      `"${where}" names the column "${name.text}", which is not here`,
      name.span,
      'names of columns heed case',
    )
  }
  return names.map(globOf)
}

const without = (header: Header, names: readonly NamePattern[]): Header => ({
  ...header,
  columns: header.columns.filter(column => !names.some(name => fits(name, column.name))),
})

function bindKeep(of: Table, patterns: readonly NamePattern[], span: Span, context: Context): Table {
  const names = picked(patterns, of.header, context, 'project-keep')
  if (of.header.open) return onward(of, [{ kind: 'project', mode: 'keep', names, span }])
  const columns = of.header.columns.filter(column => patterns.some(name => fits(name, column.name)))
  return onward(of, [{ kind: 'project', mode: 'keep', names: columns.map(column => [column.name]), span }], {
    columns,
    open: false,
  })
}

function bindReorder(of: Table, patterns: readonly NamePattern[], span: Span, context: Context): Table {
  const names = picked(patterns, of.header, context, 'project-reorder')
  const first: Column[] = []
  const taken = new Set<string>()
  for (const pattern of patterns) {
    const found = of.header.columns.filter(column => fits(pattern, column.name) && !taken.has(column.name))
    const sign = pattern.order?.endsWith('desc') === true ? -1 : 1
    if (pattern.order !== undefined) {
      const granny = pattern.order.startsWith('granny')
      found.sort((a, b) => sign * compareNames(a.name, b.name, granny))
    }
    for (const column of found) taken.add(column.name)
    first.push(...found)
  }
  const columns = [...first, ...of.header.columns.filter(column => !taken.has(column.name))]
  const order = of.header.open ? names : first.map(column => [column.name])
  return onward(of, [{ kind: 'project', mode: 'reorder', names: order, span }], { ...of.header, columns })
}

/** Granny order counts the numbers within names. */
function compareNames(a: string, b: string, granny: boolean): number {
  if (!granny) return a < b ? -1 : a > b ? 1 : 0
  const parts = (text: string): string[] => text.match(/\d{1,15}|\D+/g) ?? []
  const [x, y] = [parts(a), parts(b)]
  for (let at = 0; at < Math.min(x.length, y.length); at++) {
    const both = /^\d/.test(x[at]!) && /^\d/.test(y[at]!)
    const order = both ? Number(x[at]) - Number(y[at]) : x[at]! < y[at]! ? -1 : x[at]! > y[at]! ? 1 : 0
    if (order !== 0) return order
  }
  return x.length - y.length
}

function bindRename(of: Table, operator: Operator & { kind: 'project-rename' }, context: Context): Table {
  const renamed = new Map<string, string>()
  for (const { to, from, span } of operator.names) {
    if (!of.header.open && of.header.lax !== true && columnOf(of.header, from) === undefined)
      report(
        context,
        'KQL021',
        'error',
        `"project-rename" names the column "${from}", which is not here`,
        span,
        'names of columns heed case',
      )
    renamed.set(from, to)
  }
  const columns = of.header.columns.map(column => ({ ...column, name: renamed.get(column.name) ?? column.name }))
  const names = operator.names.map(({ to, from }) => ({ from: [from], to: [to] }))
  return onward(of, [{ kind: 'rename', names, span: operator.span }], { ...of.header, columns })
}

/** A key of `sort`: descending and nulls last, unless said (https://learn.microsoft.com/kusto/query/sort-operator). */
export function sortKey(
  key: Ordered,
  header: Header,
  context: Context,
): { by: Scalar; descending: boolean; nulls: 'first' | 'last' } {
  const value = lower(key.value, { shared: context.shared, scope: context.scope, header })
  return { by: value.scalar(), descending: key.descending, nulls: key.nulls ?? (key.descending ? 'last' : 'first') }
}

const dataTypes: Readonly<Record<ValueType, string>> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  guid: 'System.Guid',
  dynamic: 'System.Object',
  string: 'System.String',
  ip: 'System.String',
}

/** The columns of a table, as rows. */
function schemaOf(of: Table, span: Span): Table {
  const columns = [
    { name: 'ColumnName', type: 'string' as const },
    { name: 'ColumnOrdinal', type: 'long' as const },
    { name: 'DataType', type: 'string' as const },
    { name: 'ColumnType', type: 'string' as const },
  ]
  const rows = of.header.columns.map(({ name, type }, index) => [name, index, dataTypes[type ?? 'string'], type ?? 'string'])
  return {
    query: { from: { kind: 'rows', columns, rows, span }, stages: [], rules: 'kusto' },
    header: { columns, open: false },
    depth: 1,
  }
}

/** Columns that Defender's own functions add, which need data that is not here (https://learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function). */
const enriching: Readonly<Record<string, readonly Column[]>> = {
  FileProfile: [
    { name: 'GlobalPrevalence', type: 'long' },
    { name: 'GlobalFirstSeen', type: 'datetime' },
    { name: 'GlobalLastSeen', type: 'datetime' },
    { name: 'Signer', type: 'string' },
    { name: 'Issuer', type: 'string' },
    { name: 'SignerHash', type: 'string' },
    { name: 'IsCertificateValid', type: 'bool' },
    { name: 'IsRootSignerMicrosoft', type: 'bool' },
    { name: 'SignatureState', type: 'string' },
    { name: 'IsExecutable', type: 'bool' },
    { name: 'ThreatName', type: 'string' },
    { name: 'Publisher', type: 'string' },
    { name: 'SoftwareName', type: 'string' },
    { name: 'ProfileAvailability', type: 'string' },
  ],
  SeenBy: [],
  DeviceFromIP: [],
}

/** `invoke f(…)`: the rows are the first argument of a function of the query. */
function bindInvoke(of: Table, operator: Operator & { kind: 'invoke' }, context: Context): Table {
  const { name, at, args, span } = operator
  const bound = lookUp(context.scope, name)
  if (bound?.kind === 'function') {
    const made = callFunction({ kind: 'call', name, at, args, span }, bound, context, of)
    if (made.table !== undefined) return { ...made.table, depth: made.table.depth + 1 }
    report(context, 'KQL020', 'error', `"${name}" gives a value, and "invoke" takes a function that gives a table`, at)
    return of
  }
  if (Object.hasOwn(enriching, name)) {
    const added = enriching[name]!.filter(column => columnOf(of.header, column.name) === undefined)
    report(
      context,
      'KQL305',
      'warning',
      `"${name}" asks Microsoft's cloud, which is not asked here: its columns are empty`,
      span,
      'judge the rows without them',
    )
    if (added.length === 0) return of
    const columns = added.map(column => ({
      name: column.name,
      value: fieldOf({ name: `\u0001${column.name}`, type: column.type }),
      ...(column.type === undefined ? {} : { type: column.type }),
    }))
    return onward(of, [{ kind: 'extend', columns, span }], withColumns(of.header, added))
  }
  const isKnown = functionFacts(name) !== undefined
  report(
    context,
    'KQL024',
    'error',
    `the query has no function "${name}"`,
    at,
    isKnown
      ? 'it gives a value: call it in extend'
      : 'a function stored in the workspace is written before the query: let f = (T:(*)) { … };',
  )
  return onward(of, [{ kind: 'opaque', text: `invoke ${name}`, span }], { columns: of.header.columns, open: true })
}

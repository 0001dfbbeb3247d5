// Tables: what a name, a call or a source is as rows, with the columns it gives; functions of the query's own put in place.

import type { Value } from '../../../ir/event.ts'
import type { From, Pipeline } from '../../../ir/pipeline.ts'
import { readDatetime, readTimespan } from '../../../ir/ticks.ts'
import type { Span } from '../../../text/source.ts'
import { bindStatements } from './bind.ts'
import { convert } from './calls.ts'
import { functionFacts, isMeasure } from './functions.ts'
import { nothing } from './literals.ts'
import { type Lowered, literal } from './lowered.ts'
import {
  type Binding,
  type Column,
  type Context,
  columnOf,
  lookUp,
  Names,
  report,
  type Scope,
  spend,
  type Table,
  weight,
} from './scope.ts'
import { applyOperator, namedColumns, sortedTogether } from './stages.ts'
import type { Argument, Expression, FunctionParameter, Source } from './tree.ts'
import { lower, unknown } from './values.ts'

/** Functions that give a table. */
const tabular: ReadonlySet<string> = new Set([
  'table',
  'materialized_view',
  'external_table',
  'stored_query_result',
  '_GetWatchlist',
  '_GetWatchlistAlias',
  'database',
  'cluster',
  'workspace',
  'app',
  'resource',
  'arg',
  'adx',
])
/** Parts of a place; the table behind them is meant. */
const places: ReadonlySet<string> = new Set(['database', 'cluster', 'workspace', 'app', 'resource', 'arg', 'adx'])

const deepest = 40

/** Whether an expression gives rows. */
export function isTable(of: Expression, context: Context): boolean {
  switch (of.kind) {
    case 'pipe':
    case 'source':
    case 'wildcard':
      return true
    case 'name': {
      if (columnOf(context.header, of.name) !== undefined) return false
      const bound = lookUp(context.scope, of.name)
      if (bound !== undefined) return bound.kind === 'table' || (bound.kind === 'function' && givesTable(bound))
      return Object.hasOwn(context.shared.tables, of.name)
    }
    case 'path':
      return of.of.kind === 'call' && places.has(of.of.name)
    case 'call': {
      if (of.name === 'materialize') return of.args[0] !== undefined && isTable(of.args[0].value, context)
      if (places.has(of.name) || tabular.has(of.name)) return true
      const bound = lookUp(context.scope, of.name)
      if (bound?.kind === 'function') return givesTable(bound)
      return Object.hasOwn(context.shared.tables, of.name) && functionFacts(of.name) === undefined
    }
    default:
      return false
  }
}

/** Whether the body of a function ends in rows. */
function givesTable({ of, scope }: Binding & { kind: 'function' }, depth = 0): boolean {
  const { result } = of.body
  if (result === undefined || depth > 20) return false
  const names = new Map<string, Binding>()
  for (const parameter of of.parameters) {
    if (typeof parameter.type === 'object') names.set(parameter.name, { kind: 'table', table: emptyTable })
    else names.set(parameter.name, { kind: 'value', value: literal(undefined, parameter.type) })
  }
  for (const statement of of.body.statements) {
    if (statement.kind === 'let') {
      const rows = statement.value.kind === 'pipe' || statement.value.kind === 'source'
      names.set(
        statement.name,
        rows ? { kind: 'table', table: emptyTable } : { kind: 'value', value: literal(undefined, undefined) },
      )
    }
  }
  const inner: Scope = { names, above: scope }
  if (result.kind === 'call') {
    const next = lookUp(inner, result.name)
    if (next?.kind === 'function') return givesTable(next, depth + 1)
  }
  if (result.kind === 'name') return lookUp(inner, result.name)?.kind !== 'value'
  return result.kind === 'pipe' || result.kind === 'source' || (result.kind === 'call' && tabular.has(result.name))
}

const emptyTable: Table = {
  query: { from: { kind: 'rows', columns: [], rows: [] }, stages: [], rules: 'kusto' },
  header: { columns: [], open: true },
  depth: 1,
}

/** Rows that something stands for; what is no table is reported, and rows nobody knows stand for it. */
export function tableOf(of: Expression, context: Context): Table {
  if (!spend(context, 1, of.span)) return emptyTable
  const inner: Context = { shared: context.shared, scope: context.scope }
  const made = tableOfOne(of, inner)
  if (made.depth <= deepest) return made
  report(context, 'KQL013', 'error', 'queries nest too deeply', of.span, 'name parts of it with let and materialize')
  return emptyTable
}

function tableOfOne(of: Expression, context: Context): Table {
  switch (of.kind) {
    case 'name':
      return named(of.name, of.span, context)
    case 'path':
      if (of.of.kind === 'call' && places.has(of.of.name)) return named(of.name, of.span, context)
      break
    case 'call':
      return called(of, context)
    case 'source':
      return sourceOf(of.of, of.span, context)
    case 'pipe': {
      let table = tableOf(of.source, context)
      const scope: Scope = context.scope
      for (const operator of of.operators) {
        if (!spend(context, 1 + table.query.stages.length / 8, operator.span)) return table
        table = applyOperator(table, operator, { ...context, scope })
      }
      return table
    }
  }
  report(context, 'KQL020', 'error', 'a table is expected', of.span)
  return emptyTable
}

/** A table by its name: of a let statement, of those that are known, or of those that nobody described. */
function named(name: string, span: Span, context: Context): Table {
  const bound = lookUp(context.scope, name)
  // What a name stands for is put in its place as often as it is named.
  if (bound?.kind === 'table')
    return spend(context, weight(bound.table.query, context.shared.budget + 1), span) ? bound.table : emptyTable
  if (bound?.kind === 'function')
    return callFunction({ kind: 'call', name, at: span, args: [], span }, bound, context).table ?? emptyTable
  if (bound?.kind === 'value') {
    report(context, 'KQL020', 'error', `"${name}" is a value, and a table is expected`, span)
    return emptyTable
  }
  return storedTable(name, span, context)
}

/** A table that the query does not make itself. */
export function storedTable(name: string, span: Span, context: Context): Table {
  const { tables } = context.shared
  const columns = Object.hasOwn(tables, name) ? tables[name]! : undefined
  if (columns === undefined)
    report(
      context,
      'KQL206',
      'note',
      `the columns of the table "${name}" are not known, so names and types in it are not checked`,
      span,
    )
  return {
    query: { from: { kind: 'table', name, span }, stages: [], rules: 'kusto' },
    header: {
      columns: (columns ?? []).map(column => ({ name: column.name, type: column.type })),
      open: columns === undefined,
      ...(columns === undefined ? {} : { lax: true }),
    },
    depth: 1,
    name,
  }
}

function called(of: Expression & { kind: 'call' }, context: Context): Table {
  const bound = lookUp(context.scope, of.name)
  if (bound?.kind === 'function') {
    const made = callFunction(of, bound, context)
    if (made.table !== undefined) return made.table
    report(context, 'KQL020', 'error', `"${of.name}" gives a value, and a table is expected`, of.at)
    return emptyTable
  }
  if (of.name === 'materialize') return of.args[0] === undefined ? emptyTable : tableOf(of.args[0].value, context)
  if (of.name === 'table' || of.name === 'materialized_view' || of.name === 'external_table') {
    const name = constantText(of.args[0], context)
    if (name !== undefined) return of.name === 'table' ? named(name, of.span, context) : storedTable(name, of.span, context)
  }
  if (of.name === '_GetWatchlist' || of.name === '_GetWatchlistAlias') {
    const name = constantText(of.args[0], context) ?? ''
    return storedTable(`lookup:${name}`, of.span, context)
  }
  if (functionFacts(of.name) !== undefined || isMeasure(of.name)) {
    report(context, 'KQL020', 'error', `"${of.name}" gives a value, and a table is expected`, of.at)
    return emptyTable
  }
  // A function stored in the workspace: a parser. Its parameters pick rows, which is told where they are not followed.
  const table = storedTable(of.name, of.at, context)
  return of.args.length === 0 ? table : applyParameters(table, of, context)
}

/** What the optional parameters of Microsoft's parsers ask of their rows (https://learn.microsoft.com/azure/sentinel/normalization-about-parsers). */
function applyParameters(table: Table, of: Expression & { kind: 'call' }, context: Context): Table {
  for (const arg of of.args) {
    lower(arg.value, context)
    if (arg.name === 'pack' || arg.name === 'disabled') continue
    report(
      context,
      'KQL107',
      'error',
      `the parameter ${arg.name === undefined ? '' : `"${arg.name}" `}of "${of.name}" is not known, so which rows it gives is not`,
      arg.span,
      'filter its rows with where',
    )
  }
  return table
}

function constantText(arg: Argument | undefined, context: Context): string | undefined {
  if (arg === undefined) return undefined
  const value = lower(arg.value, context).constant?.value
  return typeof value === 'string' ? value : undefined
}

const asTable = (from: From, columns: readonly Column[], depth = 1): Table => ({
  query: { from, stages: [], rules: 'kusto' },
  header: { columns, open: false },
  depth,
})

/** Rows that a query brings itself. */
function sourceOf(of: Source, span: Span, context: Context): Table {
  switch (of.kind) {
    case 'print': {
      const names = new Names(context.shared)
      const columns: { name: string; value: Lowered }[] = []
      for (const [index, one] of of.columns.entries()) {
        const named = sortedTogether(one, context)
        const made = lower(named.value, context)
        columns.push(...namedColumns(named, made, given => names.add(given ?? `print_${index}`)))
      }
      const query: Pipeline = {
        from: { kind: 'rows', columns: [], rows: [[]], span },
        stages: [
          {
            kind: 'extend',
            columns: columns.map(({ name, value }) => ({
              name,
              value: value.scalar(),
              ...(value.type === undefined ? {} : { type: value.type }),
            })),
            span,
          },
        ],
        rules: 'kusto',
      }
      return {
        query,
        header: { columns: columns.map(({ name, value }) => ({ name, type: value.type })), open: false },
        depth: 1 + Math.max(0, ...columns.map(column => Math.floor(column.value.depth / 50))),
      }
    }
    case 'range': {
      const [from, to, step] = [of.from, of.to, of.step].map(one => lower(one, context))
      const type = from!.type === 'int' ? 'long' : from!.type
      return asTable({ kind: 'range', column: of.column, from: from!.scalar(), to: to!.scalar(), step: step!.scalar(), span }, [
        { name: of.column, type },
      ])
    }
    case 'datatable':
      return written(of, span, context)
    case 'externaldata': {
      const columns = of.columns.map(({ name, type }) => ({ name, type }))
      report(
        context,
        'KQL108',
        'error',
        `externaldata is not fetched: ${of.urls.map(url => `"${url.slice(0, 120)}"`).join(', ')}`,
        span,
        'name it with let, and give the file as a table of that name: --table NAME=FILE',
      )
      return asTable({ kind: 'rows', columns, rows: [], span }, columns)
    }
    case 'operator':
      return applyOperator(undefined, of.operator, context)
  }
}

/** `datatable (columns) [values]`, row by row. */
function written(of: Source & { kind: 'datatable' }, span: Span, context: Context): Table {
  const columns = of.columns.map(({ name, type }) => ({ name, type }))
  if (columns.length === 0) return asTable({ kind: 'rows', columns, rows: [], span }, columns)
  if (of.values.length % columns.length !== 0)
    report(context, 'KQL028', 'error', `${of.values.length} values do not make rows of ${columns.length} columns`, span)
  const rows: (Value | null)[][] = []
  for (const [index, value] of of.values.entries()) {
    const column = columns[index % columns.length]!
    const made = lower(value, context)
    if (made.constant === undefined) {
      report(context, 'KQL028', 'error', 'the values of a datatable are literals', value.span, 'compute others with extend')
    }
    const row = index % columns.length === 0 ? [] : rows.at(-1)!
    if (index % columns.length === 0) rows.push(row)
    row.push(cell(made, column, value.span, context))
  }
  return asTable({ kind: 'rows', columns, rows, span }, columns)
}

/** A written value as its column's type has it. */
function cell(made: Lowered, column: Column, span: Span, context: Context): Value {
  const value = made.constant?.value
  if (value === undefined) return column.type === 'string' ? '' : null
  const numeric = (type: Column['type']): boolean => type === 'int' || type === 'long' || type === 'real' || type === 'decimal'
  if (made.type === column.type || column.type === 'dynamic' || (numeric(made.type) && numeric(column.type))) {
    return column.type === 'decimal' && typeof value === 'number' ? String(value) : value
  }
  if (made.type === 'string' && column.type !== undefined) {
    // A text is read as the column's type.
    const read = readCell(String(value), column.type)
    if (read !== undefined) return read
  }
  if (column.type === 'string') return String(value)
  if (column.type === 'bool' && typeof value === 'number') return value !== 0
  report(
    context,
    'KQL028',
    'error',
    `a ${made.type ?? 'value'} does not fit the column "${column.name}" of type ${column.type}`,
    span,
  )
  return null
}

function readCell(text: string, type: Column['type']): Value | undefined {
  switch (type) {
    case 'bool':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined
    case 'int':
    case 'long':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
    case 'real':
      return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
    case 'guid':
      return text.toLowerCase()
    case 'dynamic':
      return text
    case 'datetime':
      return readDatetime(text)
    case 'timespan':
      return readTimespan(text)
    default:
      return undefined
  }
}

/** What a function of the query gives for its arguments: a value or a table. `first` is the table that `invoke` hands over. */
export function callFunction(
  of: Expression & { kind: 'call' },
  bound: Binding & { kind: 'function' },
  context: Context,
  first?: Table,
): { readonly value?: Lowered; readonly table?: Table } {
  const { shared } = context
  const { parameters, body } = bound.of
  const names = new Map<string, Binding>()
  const scope: Scope = { names, above: bound.scope }
  const given = [...of.args.filter(arg => arg.name === undefined)]
  let position = 0
  for (const [index, parameter] of parameters.entries()) {
    if (index === 0 && first !== undefined) {
      names.set(parameter.name, { kind: 'table', table: first })
      continue
    }
    const arg = of.args.find(one => one.name === parameter.name) ?? given[position]
    if (arg !== undefined && arg.name === undefined) position++
    bindParameter(parameter, arg, names, bound.scope, of, context)
  }
  if (position < given.length)
    report(
      context,
      'KQL023',
      'error',
      `"${of.name}" takes ${parameters.length} arguments, and here are ${of.args.length}`,
      of.span,
    )
  if (shared.calls > 40 || !spend(context, 5, of.span)) return { value: unknown(of.span) }
  shared.calls++
  bindStatements(body.statements, { shared, scope })
  const { result } = body
  const inner: Context = { shared, scope, ...(context.header === undefined ? {} : { outer: context.header }) }
  const made =
    result === undefined
      ? { value: unknown(of.span) }
      : isTable(result, inner) || givesTable(bound)
        ? { table: { ...tableOf(result, inner), name: of.name } }
        : { value: lower(result, inner) }
  shared.calls--
  return made
}

function bindParameter(
  parameter: FunctionParameter,
  arg: Argument | undefined,
  names: Map<string, Binding>,
  scope: Scope,
  of: Expression & { kind: 'call' },
  context: Context,
): void {
  if (typeof parameter.type === 'object') {
    if (arg === undefined) report(context, 'KQL023', 'error', `"${of.name}" needs a table for "${parameter.name}"`, of.span)
    names.set(parameter.name, { kind: 'table', table: arg === undefined ? emptyTable : tableOf(arg.value, context) })
    return
  }
  let value: Lowered
  if (arg !== undefined) value = lower(arg.value, context)
  else if (parameter.otherwise !== undefined) value = lower(parameter.otherwise, { shared: context.shared, scope })
  else {
    report(context, 'KQL023', 'error', `"${of.name}" needs a value for "${parameter.name}"`, of.span)
    value = lower(nothing(parameter.type, of.span), { shared: context.shared, scope })
  }
  const isWider =
    value.type !== parameter.type &&
    value.type !== undefined &&
    /^(?:long|real|decimal)$/.test(parameter.type) &&
    value.constant === undefined
  names.set(parameter.name, {
    kind: 'value',
    value: isWider ? convert(value, parameter.type, of.span) : value,
    ...(value.constant === undefined && context.header !== undefined ? { row: context.header } : {}),
  })
}

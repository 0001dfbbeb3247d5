// Operators that make several rows of one, or columns of a text: mv-expand, mv-apply, parse, parse-kv.

import type { Value } from '../../../ir/event.ts'
import type { Stage } from '../../../ir/pipeline.ts'
import type { Scalar, ValueType } from '../../../ir/predicate.ts'
import { convert } from './calls.ts'
import { computed, type Lowered } from './lowered.ts'
import { defaultName } from './naming.ts'
import { type Column, type Context, Names, report, type Table } from './scope.ts'
import { applyOperator, countOf, onward, rowsOf, withColumns } from './stages.ts'
import type { Expanded, Operator } from './tree.ts'
import { fieldOf, lower } from './values.ts'

interface Item {
  readonly name: string
  readonly value: Lowered
  readonly to: ValueType | undefined
}

/** The columns that are taken apart, with the stages that make and convert them. */
function itemsOf(items: readonly Expanded[], of: Table, context: Context): readonly Item[] {
  const rows = rowsOf(of, context)
  const names = new Names(context.shared)
  return items.map(({ name, value, to }): Item => {
    const made = lower(value, rows)
    const own = name ?? defaultName(value, rows)
    return { name: own === undefined ? names.next() : names.add(own), value: made, to }
  })
}

/** Stages from rows with lists to one row for each member. */
function expansion(
  items: readonly Item[],
  operator: Operator & { kind: 'mv-expand' | 'mv-apply' },
  context: Context,
): { readonly before: Stage[]; readonly after: Stage[] } {
  const { span, parameters = [] } = operator
  const parameter = (name: string): string | undefined => parameters.find(one => one.name === name)?.value
  const calculated = items.filter(item => item.value.column !== item.name)
  const bags = parameter('kind') ?? parameter('bagexpansion')
  const index = parameter('with_itemindex')
  const limit = operator.limit === undefined ? undefined : countOf(operator.limit, context)
  const casts = items.filter(item => item.to !== undefined && item.to !== 'dynamic')
  const before: Stage[] =
    calculated.length === 0
      ? []
      : [
          {
            kind: 'extend',
            columns: calculated.map(item => ({ name: item.name, value: item.value.scalar(), type: 'dynamic' as const })),
            span,
          },
        ]
  const after: Stage[] = [
    {
      kind: 'expand',
      columns: items.map(item => item.name),
      ...(index === undefined ? {} : { index }),
      ...(limit === undefined ? {} : { limit }),
      ...(bags === 'array' ? { bags: 'array' as const } : {}),
      span,
    },
    ...(casts.length === 0
      ? []
      : [
          {
            kind: 'extend' as const,
            columns: casts.map(item => {
              const field = computed(fieldOf({ name: item.name, type: 'dynamic' }), 'dynamic')
              return { name: item.name, value: convert(field, item.to!, span).scalar(), type: item.to! }
            }),
            span,
          },
        ]),
  ]
  return { before, after }
}

const expandedColumns = (items: readonly Item[]): readonly Column[] =>
  items.map(item => ({ name: item.name, type: item.to ?? 'dynamic' }))

function indexColumn(operator: Operator): readonly Column[] {
  const index = operator.parameters?.find(one => one.name === 'with_itemindex')?.value
  return index === undefined ? [] : [{ name: index, type: 'long' }]
}

/** `mv-expand a, b = c to typeof(long) limit 5` (https://learn.microsoft.com/kusto/query/mv-expand-operator). */
export function bindExpand(of: Table, operator: Operator & { kind: 'mv-expand' }, context: Context): Table {
  const items = itemsOf(operator.items, of, context)
  for (const item of items) {
    const { type } = item.value
    if (type !== undefined && type !== 'dynamic')
      report(
        context,
        'KQL203',
        'warning',
        `"mv-expand" takes dynamic values, and "${item.name}" is ${type}`,
        operator.span,
        'read it with parse_json(…) or split(…)',
      )
  }
  const { before, after } = expansion(items, operator, context)
  return onward(of, [...before, ...after], withColumns(of.header, [...expandedColumns(items), ...indexColumn(operator)]))
}

/** `mv-apply a to typeof(long) on (operators)`: the operators run on the members of each row (https://learn.microsoft.com/kusto/query/mv-apply-operator). */
export function bindApply(of: Table, operator: Operator & { kind: 'mv-apply' }, context: Context): Table {
  const { span } = operator
  const items = itemsOf(operator.items, of, context)
  const { before, after } = expansion(items, operator, context)
  const expanded = withColumns(of.header, [...expandedColumns(items), ...indexColumn(operator)])
  let body: Table = {
    query: { from: { kind: 'rows', columns: [], rows: [] }, stages: after, rules: 'kusto' },
    header: expanded,
    depth: 1,
  }
  for (const one of operator.body) body = applyOperator(body, one, context)
  // The members themselves leave unless the operators gave them back; the other columns stay.
  const own = new Set(items.map(item => item.name))
  const stay = of.header.columns.filter(
    column => !own.has(column.name) || body.header.columns.some(column2 => column2.name === column.name),
  )
  const columns = [
    ...stay.map(column => (own.has(column.name) ? body.header.columns.find(one => one.name === column.name)! : column)),
  ]
  for (const column of body.header.columns) if (!columns.some(known => known.name === column.name)) columns.push(column)
  const gone = [...own].filter(name => !body.header.columns.some(column => column.name === name))
  const stages: Stage[] = [
    ...before,
    { kind: 'apply', mode: 'each', body: body.query.stages, span },
    ...(gone.length === 0 ? [] : [{ kind: 'project' as const, mode: 'drop' as const, names: gone.map(name => [name]), span }]),
  ]
  return {
    ...onward(of, stages, { columns, open: of.header.open || body.header.open }),
    depth: Math.max(of.depth, body.depth) + 1,
  }
}

/** `parse text with * "literal" column:type` (https://learn.microsoft.com/kusto/query/parse-operator). */
export function bindParse(of: Table, operator: Operator & { kind: 'parse' | 'parse-where' }, context: Context): Table {
  const { span, parameters = [] } = operator
  const parameter = (name: string): string | undefined => parameters.find(one => one.name === name)?.value
  const rows = rowsOf(of, context)
  const value = lower(operator.value, rows)
  const columns: Column[] = []
  const parts: Value[] = []
  for (const part of operator.parts) {
    if (part.kind === 'star') parts.push({ kind: 'star' })
    else if (part.kind === 'text') {
      const text = lower(part.value, rows).constant?.value
      parts.push({ kind: 'text', text: typeof text === 'string' ? text : '' })
    } else {
      parts.push({ kind: 'column', name: part.name, type: part.type })
      columns.push({ name: part.name, type: part.type })
    }
  }
  const args: Record<string, Value | Scalar> = {
    value: value.scalar(),
    parts,
    mode: parameter('kind') ?? 'simple',
    ...(parameter('flags') === undefined ? {} : { flags: parameter('flags')! }),
    ...(operator.kind === 'parse-where' ? { where: true } : {}),
  }
  return onward(of, [{ kind: 'special', name: 'kusto:parse', args, span }], withColumns(of.header, columns))
}

/** `parse-kv text as (a:string, b:long) with (pair_delimiter=" ", kv_delimiter="=")` (https://learn.microsoft.com/kusto/query/parse-kv-operator). */
export function bindParseKeys(of: Table, operator: Operator & { kind: 'parse-kv' }, context: Context): Table {
  const value = lower(operator.value, rowsOf(of, context))
  const option = (name: string): Value | undefined => {
    const found = operator.options.find(one => one.name === name)
    return found?.expression === undefined
      ? found?.value
      : lower(found.expression, { shared: context.shared, scope: context.scope }).constant?.value
  }
  const columns = operator.columns.map(({ name, type }): Column => ({ name, type }))
  const args: Record<string, Value | Scalar> = {
    value: value.scalar(),
    columns: operator.columns.map(({ name, type }) => ({ name, type })),
  }
  for (const name of ['pair_delimiter', 'kv_delimiter', 'quote', 'escape', 'regex', 'greedy']) {
    const said = option(name)
    if (said !== undefined) args[name] = said
  }
  return onward(of, [{ kind: 'special', name: 'kusto:parse-kv', args, span: operator.span }], withColumns(of.header, columns))
}

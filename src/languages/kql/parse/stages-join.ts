// Operators over several tables: join, lookup and union (https://learn.microsoft.com/kusto/query/join-operator).

import type { JoinKind, Pipeline, Stage } from '../../../ir/pipeline.ts'
import type { Scalar } from '../../../ir/predicate.ts'
import type { Span } from '../../../text/source.ts'
import { remarkUnion } from './remarks.ts'
import { type Column, type Context, columnOf, fresh, type Header, Names, report, type Scope, type Table } from './scope.ts'
import { fits, onward } from './stages.ts'
import { tableOf } from './tables.ts'
import type { Expression, Operator } from './tree.ts'
import { fieldOf, lower } from './values.ts'

const kinds: Readonly<Record<string, JoinKind>> = {
  innerunique: 'innerunique',
  inner: 'inner',
  leftouter: 'left',
  rightouter: 'right',
  fullouter: 'full',
  outer: 'full',
  leftsemi: 'semi',
  rightsemi: 'rightsemi',
  leftanti: 'anti',
  anti: 'anti',
  leftantisemi: 'anti',
  rightanti: 'rightanti',
  rightantisemi: 'rightanti',
}

interface Key {
  readonly left: Scalar
  readonly right: Scalar
  readonly by: 'equal'
}

/** `join kind=inner (table) on key, $left.a == $right.b`; `lookup` leaves the right keys out. */
export function bindJoin(of: Table, operator: Operator & { kind: 'join' | 'lookup' }, context: Context): Table {
  const { span } = operator
  const right = tableOf(operator.right, context)
  const isLookup = operator.kind === 'lookup'
  const said = operator.parameters?.find(one => one.name === 'kind')
  const how =
    said === undefined ? (isLookup ? 'left' : 'innerunique') : Object.hasOwn(kinds, said.value) ? kinds[said.value] : undefined
  if (how === undefined || (isLookup && how !== 'left' && how !== 'inner')) {
    report(
      context,
      'KQL030',
      'error',
      `"${operator.kind}" has no kind "${said?.value}"`,
      said?.span ?? span,
      `kinds: ${isLookup ? 'leftouter, inner' : Object.keys(kinds).join(', ')}`,
    )
    return of
  }
  const on = operator.on.flatMap(one => conditions(one)).map(one => key(one, of.header, right.header, context))
  const keys = on.filter(one => one !== undefined)
  const leftOnly = how === 'semi' || how === 'anti'
  const rightOnly = how === 'rightsemi' || how === 'rightanti'
  const join: Stage = {
    kind: 'join',
    how,
    right: right.query,
    on: keys,
    clash: 'suffix',
    span,
  }
  const depth = Math.max(of.depth, right.depth) + 1
  if (leftOnly) return { ...onward(of, [join]), depth }
  if (rightOnly) return { ...onward(of, [join], right.header), depth }
  const open = of.header.open || right.header.open
  const lax = of.header.lax === true || right.header.lax === true ? { lax: true } : {}
  const added = beside(of.header, right.header.columns)
  if (!isLookup) {
    const columns: Column[] = [...of.header.columns, ...added.map(({ from, name }) => ({ name, type: from.type }))]
    return { ...onward(of, [join], { columns, open, ...lax }), depth }
  }
  // The right keys are not repeated: they are put aside under names that no query writes, and dropped.
  const renamed = keys.map(one => ({ from: nameOf(one.right), to: fresh(context) })).filter(one => one.from !== undefined)
  const query: Pipeline = {
    ...right.query,
    stages: [
      ...right.query.stages,
      { kind: 'extend', columns: renamed.map(({ from, to }) => ({ name: to, value: { kind: 'field', name: from! } })) },
      { kind: 'project', mode: 'drop', names: renamed.map(({ from }) => [from!]) },
    ],
  }
  const rightKeys = new Set(renamed.map(one => one.from))
  const kept = beside(
    of.header,
    right.header.columns.filter(column => !rightKeys.has(column.name)),
  ).map(({ from, name }) => ({ name, type: from.type }))
  const stages: Stage[] = [
    {
      ...join,
      right: query,
      on: keys.map(one => {
        const to = renamed.find(pair => pair.from === nameOf(one.right))?.to
        return to === undefined ? one : { ...one, right: { kind: 'field', name: to } }
      }),
    },
    { kind: 'project', mode: 'drop', names: renamed.map(({ to }) => [to]) },
  ]
  return { ...onward(of, stages, { columns: [...of.header.columns, ...kept], open, ...lax }), depth }
}

/** Right columns beside the left ones: a name that the left has gets a number with which neither side has it. */
function beside(left: Header, columns: readonly Column[]): readonly { readonly from: Column; readonly name: string }[] {
  const names = new Names(
    { unnamed: 0 },
    [...left.columns, ...columns].map(column => column.name),
  )
  return columns.map(from => ({ from, name: columnOf(left, from.name) === undefined ? from.name : names.add(from.name) }))
}

const nameOf = (scalar: Scalar): string | undefined => (scalar.kind === 'field' ? scalar.name : undefined)

/** `a and b` in a list of keys are two. */
const conditions = (of: Expression): readonly Expression[] => (of.kind === 'and' ? of.args.flatMap(conditions) : [of])

/** One pair of keys: a column that both sides have, or an equality of one of each. */
function key(of: Expression, left: Header, right: Header, context: Context): Key | undefined {
  const bad = (): undefined => {
    report(
      context,
      'KQL031',
      'error',
      'rows are joined where columns of both sides are equal',
      of.span,
      'name a column that both have, or write $left.a == $right.b',
    )
    return undefined
  }
  const inner: Context = { shared: context.shared, scope: context.scope, header: left, right }
  if (of.kind === 'name') {
    const missing = [left, right].findIndex(side => !side.open && side.lax !== true && columnOf(side, of.name) === undefined)
    if (missing !== -1) {
      report(
        context,
        'KQL021',
        'error',
        `the ${missing === 0 ? 'left' : 'right'} side has no column "${of.name}"`,
        of.span,
        'names of columns heed case; different names are joined by $left.a == $right.b',
      )
      return undefined
    }
    const side = (header: Header): Scalar => fieldOf(columnOf(header, of.name) ?? { name: of.name, type: undefined }, of.span)
    return { left: side(left), right: side(right), by: 'equal' }
  }
  if (of.kind !== 'binary' || of.word !== '==') return bad()
  const sides = [sideOf(of.left), sideOf(of.right)]
  if (!(sides.includes('left') && sides.includes('right'))) return bad()
  const [first, second] = sides[0] === 'left' ? [of.left, of.right] : [of.right, of.left]
  return {
    left: lower(first, inner).scalar(),
    right: lower(second, { ...inner, header: left }).scalar(),
    by: 'equal',
  }
}

/** The side that an expression of a join condition is about. */
function sideOf(of: Expression): 'left' | 'right' | undefined {
  switch (of.kind) {
    case 'path':
      if (of.of.kind === 'name') return of.of.name === '$left' ? 'left' : of.of.name === '$right' ? 'right' : undefined
      return sideOf(of.of)
    case 'index':
      return sideOf(of.of)
    case 'call':
      return of.args.map(arg => sideOf(arg.value)).find(side => side !== undefined)
    default:
      return undefined
  }
}

/** `union kind=outer withsource=c isfuzzy=true a, (b), c*`: all rows; columns of one name and different types get the type behind their name. */
export function bindUnion(first: Table | undefined, operator: Operator & { kind: 'union' }, context: Context): Table {
  const { span, parameters = [] } = operator
  const parameter = (...names: readonly string[]): string | undefined => parameters.find(one => names.includes(one.name))?.value
  const lenient = parameter('isfuzzy') === 'true'
  const tables = [
    ...(first === undefined ? [] : [first]),
    ...operator.of.flatMap(one =>
      one.kind === 'wildcard' ? fitting(one.text, one.span, lenient, context) : [tableOf(one, context)],
    ),
  ]
  if (!lenient) remarkUnion(tables, span, context)
  const source = parameter('withsource', 'with_source')
  const inner = parameter('kind') === 'inner'
  return united(tables, { ...(source === undefined ? {} : { source }), inner, lenient, span })
}

/** Tables of a name with stars: those that are known, and views of the query. */
export function fitting(text: string, span: Span, lenient: boolean, context: Context): Table[] {
  const pattern = { text, wild: true, span }
  const stored = Object.keys(context.shared.tables).filter(name => fits(pattern, name))
  const out: Table[] = stored.map(name => tableOf({ kind: 'name', name, span }, context))
  const views = new Set<string>()
  for (let at: Scope | undefined = context.scope; at !== undefined; at = at.above)
    for (const [name, bound] of at.names) if (bound.kind === 'function' && bound.of.view) views.add(name)
  for (const name of views) {
    if (fits(pattern, name)) out.push(tableOf({ kind: 'name', name, span }, context))
  }
  if (out.length === 0 && !lenient)
    report(
      context,
      'KQL032',
      'error',
      `no table here is called like "${text}"`,
      span,
      'name the tables, or give them: --table NAME=FILE',
    )
  return out
}

interface Union {
  readonly source?: string
  readonly inner: boolean
  readonly lenient: boolean
  readonly span: Span
}

/** The rows of several tables. */
export function united(tables: readonly Table[], { source, inner, lenient, span }: Union): Table {
  const depth = 1 + Math.max(0, ...tables.map(table => table.depth))
  const types = new Map<string, Set<string>>()
  for (const table of tables) {
    for (const column of table.header.columns) {
      const known = types.get(column.name) ?? new Set()
      types.set(column.name, known.add(column.type ?? 'dynamic'))
    }
  }
  const columns: Column[] = []
  const add = (column: Column): void => {
    if (!columns.some(known => known.name === column.name)) columns.push(column)
  }
  if (source !== undefined) add({ name: source, type: 'string' })
  const branches: Pipeline[] = []
  // A name that another column has already is counted on.
  const spread = (name: string, type: string): string => {
    let free = `${name}_${type}`
    for (let count = 1; types.has(free); count++) free = `${name}_${type}${count}`
    return free
  }
  // Columns in the order in which they appear; a name with several types is spread at its first place.
  for (const table of tables) {
    for (const column of table.header.columns) {
      if (inner && !tables.every(other => other.header.open || columnOf(other.header, column.name) !== undefined)) continue
      const known = types.get(column.name)!
      if (known.size === 1) add(column)
      else for (const type of known) add({ name: spread(column.name, type), type: type as Column['type'] })
    }
  }
  for (const [index, table] of tables.entries()) {
    const renamed = table.header.columns.filter(column => types.get(column.name)!.size > 1)
    const stages: Stage[] = []
    if (renamed.length > 0)
      stages.push({
        kind: 'rename',
        names: renamed.map(column => ({ from: [column.name], to: [spread(column.name, column.type ?? 'dynamic')] })),
      })
    if (source !== undefined)
      stages.push({
        kind: 'extend',
        columns: [
          { name: source, value: { kind: 'literal', value: table.name ?? `union_arg${index}`, type: 'string' }, type: 'string' },
        ],
      })
    branches.push(stages.length === 0 ? table.query : { ...table.query, stages: [...table.query.stages, ...stages] })
  }
  const open = tables.some(table => table.header.open)
  const whole: Table = {
    query: {
      from: { kind: 'union', of: branches, ...(lenient ? { lenient: true } : {}), span },
      stages: open
        ? source === undefined
          ? []
          : [{ kind: 'project', mode: 'reorder', names: [[source]], span }]
        : [{ kind: 'project', mode: 'keep', names: columns.map(column => [column.name]), span }],
      rules: 'kusto',
    },
    header: { columns, open, ...(tables.some(table => table.header.lax === true) ? { lax: true } : {}) },
    depth,
  }
  return whole
}

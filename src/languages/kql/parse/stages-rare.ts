// Operators that are seldom used: search, find, evaluate, partition, scan.

import type { Value } from '../../../ir/event.ts'
import { any } from '../../../ir/glob.ts'
import type { Pipeline, Stage } from '../../../ir/pipeline.ts'
import type { Glob, Predicate, Scalar, ValueType } from '../../../ir/predicate.ts'
import { measureOf } from './calls.ts'
import { measureFacts } from './functions.ts'
import { all, either, negate, test } from './lowered.ts'
import { defaultName } from './naming.ts'
import { type Column, type Context, columnOf, fresh, report, type Table } from './scope.ts'
import { applyOperator, countOf, type Made, onward, projection, refused, rowsOf, sortKey, withColumns } from './stages.ts'
import { fitting, united } from './stages-join.ts'
import { tableOf } from './tables.ts'
import type { Expression, Operator } from './tree.ts'
import { fieldOf, lower } from './values.ts'

/** `search in (tables) "term" and column:"term"`: a text alone is a term of any column (https://learn.microsoft.com/kusto/query/search-operator). */
export function bindSearch(first: Table | undefined, operator: Operator & { kind: 'search' }, context: Context): Table {
  const { span } = operator
  const tables =
    first !== undefined
      ? [first]
      : operator.tables.flatMap(one =>
          one.kind === 'wildcard' ? fitting(one.text, one.span, false, context) : [tableOf(one, context)],
        )
  if (tables.length === 0) {
    const known = fitting('*', span, true, context)
    if (known.length === 0) {
      report(
        context,
        'KQL032',
        'error',
        '"search" without tables looks through all, and none is known here',
        span,
        'name them: search in (T) "term"',
      )
      return refused(
        {
          query: { from: { kind: 'rows', columns: [], rows: [] }, stages: [], rules: 'kusto' },
          header: { columns: [], open: true },
          depth: 1,
        },
        'search',
        span,
        context,
      )
    }
    tables.push(...known)
  }
  const named = tables.map((table): Table => ({ ...table, name: table.name ?? 'T' }))
  const found = united(named, { source: '$table', inner: false, lenient: true, span })
  const where = searched(operator.where, operator.folded, rowsOf(found, context))
  return onward(found, [{ kind: 'filter', where, span }])
}

/** The condition of a search: texts stand for terms. */
function searched(of: Expression, folded: boolean, context: Context): Predicate {
  switch (of.kind) {
    case 'and':
      return all(
        of.args.map(arg => searched(arg, folded, context)),
        of.span,
      )
    case 'or':
      return either(
        of.args.map(arg => searched(arg, folded, context)),
        of.span,
      )
    case 'literal':
      if (of.type === 'string') return term({ kind: 'fields', names: [any] }, of.value ?? '', folded, of.span)
      break
    case 'star':
      return { kind: 'const', value: true }
    case 'call':
      if (of.name === 'not' && of.args.length === 1) return negate(searched(of.args[0]!.value, folded, context), of.span)
      break
    case 'binary': {
      const right = of.right
      if (right.kind !== 'literal' || right.type !== 'string') break
      const text = right.value ?? ''
      if (of.word === ':') {
        const subject: Scalar = of.left.kind === 'star' ? { kind: 'fields', names: [any] } : lower(of.left, context).scalar()
        return term(subject, text, folded, of.span)
      }
      if (of.left.kind === 'star' && !of.word.startsWith('!')) return anywhere(of.word, text, of.span)
    }
  }
  return lower(of, context).holds()
}

const pieces: Readonly<Record<string, (text: string) => readonly (string | typeof any)[]>> = {
  contains: text => [any, text, any],
  startswith: text => [text, any],
  endswith: text => [any, text],
  '=~': text => [text],
}

/** `* contains "x"`: of any column. */
function anywhere(word: string, text: string, span: Expression['span']): Predicate {
  const subject: Scalar = { kind: 'fields', names: [any] }
  const plain = word.replace(/_cs$/, '')
  const fold = !word.endsWith('_cs') && word !== '=='
  if (word === '==') return test(subject, { kind: 'glob', glob: [text], fold: false }, span)
  if (Object.hasOwn(pieces, plain)) return test(subject, { kind: 'glob', glob: pieces[plain]!(text), fold }, span)
  if (word === 'matches regex') return test(subject, { kind: 'regex', pattern: text, fold: false, whole: false }, span)
  const side = plain === 'hasprefix' ? 'start' : plain === 'hassuffix' ? 'end' : 'whole'
  return test(subject, { kind: 'word', text: { kind: 'literal', value: text, type: 'string' }, side, fold, words: 'kusto' }, span)
}

/** `"a"` is a term, `"a*"` begins one, `"*a"` ends one, `"*a*"` is found anywhere. */
function term(subject: Scalar, written: string, fold: boolean, span: Expression['span']): Predicate {
  const starts = written.startsWith('*')
  const ends = written.endsWith('*') && written.length > 1
  const text = written.slice(starts ? 1 : 0, ends ? -1 : undefined)
  if (text === '') return { kind: 'const', value: true }
  if (text.includes('*') || (starts && ends)) {
    const inner = text.split(/(\*)/).flatMap((part): Glob => (part === '' ? [] : part === '*' ? [any] : [part]))
    return test(subject, { kind: 'glob', glob: [any, ...inner, any], fold }, span)
  }
  const side = ends ? 'start' : starts ? 'end' : 'whole'
  return test(subject, { kind: 'word', text: { kind: 'literal', value: text, type: 'string' }, side, fold, words: 'kusto' }, span)
}

/** `find in (tables) where condition project columns` (https://learn.microsoft.com/kusto/query/find-operator). */
export function bindFind(operator: Operator & { kind: 'find' }, context: Context): Table {
  const { span } = operator
  const tables = operator.tables.flatMap(one =>
    one.kind === 'wildcard' ? fitting(one.text, one.span, true, context) : [tableOf(one, context)],
  )
  if (tables.length === 0) tables.push(...fitting('*', span, true, context))
  const source = operator.parameters?.find(one => one.name === 'withsource')?.value ?? 'source_'
  const used = new Set<string>()
  namesIn(operator.where, used, 0)
  const found = united(
    tables.map((table, index): Table => ({ ...table, name: table.name ?? `union_arg${index}` })),
    { source, inner: false, lenient: true, span },
  )
  const rows: Context = { ...rowsOf(found, context) }
  const where = searched(operator.where, true, rows)
  const filtered = onward(found, [{ kind: 'filter', where, span }])
  const chosen =
    operator.columns === 'smart' || operator.columns === undefined
      ? [...used].filter(name => columnOf(found.header, name) !== undefined)
      : operator.columns.flatMap(column => (column.value.kind === 'name' ? [column.value.name] : []))
  const made: Made[] = [source, ...chosen].map(name => {
    const column = columnOf(found.header, name) ?? { name, type: undefined }
    return { name, value: lower({ kind: 'name', name, span }, { ...rows, header: withColumns(found.header, [column]) }) }
  })
  return onward(filtered, projection(made, span), {
    columns: made.map(({ name, value }) => ({ name, type: value.type })),
    open: false,
  })
}

/** The names that an expression has. */
function namesIn(of: Expression, into: Set<string>, depth: number): void {
  if (depth > 200) return
  switch (of.kind) {
    case 'name':
      into.add(of.name)
      return
    case 'path':
    case 'index':
    case 'minus':
      namesIn(of.of, into, depth + 1)
      return
    case 'and':
    case 'or':
      for (const arg of of.args) namesIn(arg, into, depth + 1)
      return
    case 'binary':
      namesIn(of.left, into, depth + 1)
      namesIn(of.right, into, depth + 1)
      return
    case 'list':
    case 'between':
      namesIn(of.left, into, depth + 1)
      return
    case 'call':
      for (const arg of of.args) namesIn(arg.value, into, depth + 1)
  }
}

/** How a slot of a bag becomes a column of a type that is said. */
const conversions: Readonly<Partial<Record<ValueType, Extract<Scalar, { kind: 'call' }>['fn']>>> = {
  string: 'text',
  long: 'kusto:tolong',
  int: 'kusto:toint',
  real: 'kusto:toreal',
  bool: 'kusto:tobool',
  datetime: 'kusto:todatetime',
  timespan: 'kusto:totimespan',
  decimal: 'kusto:todecimal',
  guid: 'kusto:toguid',
}

/** `evaluate plugin(…)` (https://learn.microsoft.com/kusto/query/evaluate-operator): those whose work needs nothing but the rows. */
export function bindEvaluate(of: Table, operator: Operator & { kind: 'evaluate' }, context: Context): Table {
  const { name, args, span } = operator
  const rows = rowsOf(of, context)
  const [first, second, ...others] = args
  const said = operator.columns?.map(({ name: column, type }): Column => ({ name: column, type }))
  const result = (stages: readonly Stage[], columns: readonly Column[], open: boolean): Table =>
    onward(of, stages, said === undefined ? { columns, open } : { columns: said, open: false })
  switch (name) {
    case 'bag_unpack': {
      const column = first === undefined ? undefined : lower(first.value, rows).column
      if (column === undefined) break
      const plain: Record<string, Value> = { column, prefix: '' }
      // By name, or in the order in which the manual has them.
      for (const [index, arg] of args.slice(1).entries()) {
        const key = arg.name ?? ['prefix', 'columnsConflict', 'ignoredProperties'][index]
        const value = lower(arg.value, rows).constant?.value
        if (key === 'OutputColumnPrefix') plain.prefix = typeof value === 'string' ? value : ''
        else if (key !== undefined && (typeof value === 'string' || Array.isArray(value))) plain[key] = value
      }
      const unpacked: Stage = { kind: 'special', name: 'kusto:bag_unpack', args: plain, span }
      const rest = of.header.columns.filter(one => one.name !== column)
      if (said === undefined) return onward(of, [unpacked], { columns: rest, open: true })
      const kept = operator.rest === true ? rest : []
      const columns = [...kept.filter(one => !said.some(other => other.name === one.name)), ...said]
      const typedStages: Stage[] = [
        unpacked,
        {
          kind: 'extend',
          columns: said.map(({ name: made, type }) => {
            const value: Scalar = { kind: 'field', name: made, span }
            const converting = type === undefined ? undefined : conversions[type]
            return {
              name: made,
              value: converting === undefined ? value : { kind: 'call', fn: converting, args: [value], type: type!, span },
              ...(type === undefined ? {} : { type }),
            }
          }),
          span,
        },
        { kind: 'project', mode: 'keep', names: columns.map(one => [one.name]), span },
      ]
      return onward(of, typedStages, { columns, open: false })
    }
    case 'pivot': {
      const column = first === undefined ? undefined : lower(first.value, rows)
      if (first === undefined || column === undefined) break
      const call =
        second?.value.kind === 'call' ? second.value : { kind: 'call' as const, name: 'count', at: span, args: [], span }
      const facts = measureFacts(call.name)
      if (facts === undefined) break
      const inner: Context = { ...rows, measures: undefined }
      const made = measureOf(call, facts, inner)
      const listed = others.map(arg => lower(arg.value, rows).column)
      const measured = call.args[0] === undefined ? undefined : lower(call.args[0].value, rows).column
      const kept =
        listed.length > 0
          ? listed.filter(one => one !== undefined)
          : of.header.columns.map(one => one.name).filter(one => one !== column.column && one !== measured)
      const key = fresh(context)
      const value = fresh(context)
      const keep = kept.map(one => columnOf(of.header, one) ?? { name: one, type: undefined })
      const stages: Stage[] = [
        {
          kind: 'aggregate',
          by: [...keep.map(one => ({ name: one.name, value: fieldOf(one) })), { name: key, value: column.scalar() }],
          measures: [{ ...made.measure, name: value }],
          span,
        },
        {
          kind: 'special',
          name: 'kusto:pivot',
          args: { key, value, others: kept, ...(facts.fn === 'count' || facts.fn === 'sum' ? { otherwise: 0 } : {}) },
          span,
        },
      ]
      return result(stages, keep, true)
    }
    case 'narrow':
      return result(
        [
          {
            kind: 'special',
            name: 'kusto:narrow',
            args: { columns: of.header.columns.map(({ name: column, type }) => ({ name: column, type: type ?? 'dynamic' })) },
            span,
          },
        ],
        [
          { name: 'Row', type: 'long' },
          { name: 'Column', type: 'string' },
          { name: 'Value', type: 'string' },
        ],
        false,
      )
    case 'ipv4_lookup':
    case 'ipv6_lookup': {
      const [table, source, network, ...more] = args
      if (table === undefined || source === undefined || network === undefined) break
      const right = tableOf(table.value, context)
      const address = lower(source.value, rows)
      const rangeColumn = network.value.kind === 'name' ? network.value.name : undefined
      if (rangeColumn === undefined) break
      const keepAll = more.some(arg => arg.name === 'return_unmatched' && lower(arg.value, rows).constant?.value === true)
      const columns = [...of.header.columns]
      for (const column of right.header.columns) {
        let free = column.name
        for (let count = 1; columns.some(known => known.name === free); count++) free = `${column.name}${count}`
        columns.push({ name: free, type: column.type })
      }
      const join: Stage = {
        kind: 'join',
        how: keepAll ? 'left' : 'inner',
        right: right.query,
        on: [
          {
            left: address.scalar(),
            right: fieldOf(columnOf(right.header, rangeColumn) ?? { name: rangeColumn, type: 'string' }),
            by: 'cidr',
          },
        ],
        clash: 'suffix',
        span,
      }
      return {
        ...onward(of, [join], { columns, open: of.header.open || right.header.open }),
        depth: Math.max(of.depth, right.depth) + 1,
      }
    }
  }
  report(
    context,
    'KQL109',
    'error',
    `the plug-in "${name}" is not run here`,
    operator.at,
    'bag_unpack, pivot, narrow and ipv4_lookup are',
  )
  return onward(of, [{ kind: 'opaque', text: `evaluate ${name}`, span }], {
    columns: said ?? of.header.columns,
    open: said === undefined,
  })
}

/** `partition by a (top 1 by b)`: the operators run on the rows of each value; those that keep some rows of each are run. */
export function bindPartition(of: Table, operator: Operator & { kind: 'partition' }, context: Context): Table {
  const { span } = operator
  const rows = rowsOf(of, context)
  const value = lower(operator.by, rows)
  const name = defaultName(operator.by, rows) ?? ''
  let table = of
  if (!('length' in operator.body)) return refused(of, 'partition', span, context)
  // An operator that looks at several rows asks for the value: columns it is made of must not have changed by then.
  const changing = operator.body.findIndex(one => one.kind === 'extend' || one.kind.startsWith('project'))
  const grouping = operator.body.findLastIndex(one => one.kind === 'top' || one.kind === 'take' || one.kind === 'scan')
  if (changing !== -1 && changing < grouping) return refused(of, `partition … (${operator.body[changing]!.kind})`, span, context)
  for (const one of operator.body) {
    const by = [{ name, value: value.scalar() }]
    switch (one.kind) {
      case 'where':
        table = onward(table, [{ kind: 'filter', where: lower(one.where, rowsOf(table, context)).holds(), span: one.span }])
        break
      case 'sort':
        table = onward(table, [{ kind: 'sort', keys: one.keys.map(key => sortKey(key, table.header, context)), span: one.span }])
        break
      case 'top':
        table = onward(table, [
          { kind: 'sort', keys: one.keys.map(key => sortKey(key, table.header, context)), span: one.span },
          { kind: 'limit', count: countOf(one.count, context), by, span: one.span },
        ])
        break
      case 'take':
        table = onward(table, [{ kind: 'limit', count: countOf(one.count, context), by, span: one.span }])
        break
      case 'scan':
        // A scan keeps its steps for each value by itself.
        table = bindScan(table, { ...one, partition: [operator.by, ...(one.partition ?? [])] }, context)
        break
      case 'extend':
      case 'project':
      case 'project-away':
      case 'project-keep':
      case 'project-rename':
      case 'project-reorder': {
        // What looks at one row at a time is the same for each value.
        const before = table.query.stages.length
        table = applyOperator(table, one, context)
        if (table.query.stages.slice(before).some(stage => stage.kind === 'window'))
          return refused(of, `partition … (${one.kind} with neighbouring rows)`, span, context)
        break
      }
      default:
        return refused(of, `partition … (${one.kind})`, span, context)
    }
  }
  return table
}

/** `scan`: rows in order go through steps (https://learn.microsoft.com/kusto/query/scan-operator). */
export function bindScan(of: Table, operator: Operator & { kind: 'scan' }, context: Context): Table {
  const { span } = operator
  const declared = operator.declared.map(({ name, type }): Column => ({ name, type }))
  const whole = withColumns(of.header, declared)
  // What a step remembers is told as columns of its own: `s1.a` is the column a of the row that the step s1 took last.
  const remembered: Column[] = operator.steps.flatMap(one =>
    whole.columns.map(column => ({ name: `${one.name}.${column.name}`, type: column.type })),
  )
  const header = { columns: [...whole.columns, ...remembered], open: of.header.open }
  const inner: Context = { shared: context.shared, scope: context.scope, header }
  const spell = (expression: Expression): Expression => spelled(expression, new Set(operator.steps.map(one => one.name)), 0)
  const args: Record<string, Value | Scalar | Pipeline> = {
    steps: operator.steps.map(one => ({
      name: one.name,
      output: one.output ?? 'all',
      optional: one.optional,
      set: one.set.flatMap(set => set.names?.map(name => name.name) ?? []),
    })),
    declared: declared.map(({ name, type }) => ({ name, type: type ?? 'dynamic' })),
    columns: of.header.columns.map(column => column.name),
  }
  for (const column of operator.declared)
    if (column.value !== undefined) args[`default:${column.name}`] = lower(column.value, inner).scalar()
  for (const [index, step] of operator.steps.entries()) {
    const where = lower(spell(step.where), inner)
    args[`where:${index}`] = {
      kind: 'case',
      branches: [{ when: where.holds(), then: { kind: 'literal', value: true } }],
      otherwise: { kind: 'literal', value: false },
    }
    for (const set of step.set) {
      const name = set.names?.[0]?.name
      if (name !== undefined) args[`set:${index}:${name}`] = lower(spell(set.value), inner).scalar()
    }
  }
  for (const [index, key] of (operator.partition ?? []).entries()) args[`partition:${index}`] = lower(key, inner).scalar()
  const matchId = operator.parameters?.find(one => one.name === 'with_match_id')?.value
  if (matchId !== undefined) args.match = matchId
  const sorted =
    operator.order === undefined
      ? of
      : onward(of, [{ kind: 'sort', keys: operator.order.map(key => sortKey(key, of.header, context)), span }])
  const columns = matchId === undefined ? whole : withColumns(whole, [{ name: matchId, type: 'long' }])
  return onward(sorted, [{ kind: 'special', name: 'kusto:scan', args, span }], columns)
}

/** `step.column` as one name. */
function spelled(of: Expression, steps: ReadonlySet<string>, depth: number): Expression {
  if (depth > 200) return of
  const again = (one: Expression): Expression => spelled(one, steps, depth + 1)
  switch (of.kind) {
    case 'path':
      if (of.of.kind === 'name' && steps.has(of.of.name)) return { kind: 'name', name: `${of.of.name}.${of.name}`, span: of.span }
      return { ...of, of: again(of.of) }
    case 'index':
      return { ...of, of: again(of.of), index: again(of.index) }
    case 'minus':
      return { ...of, of: again(of.of) }
    case 'and':
    case 'or':
      return { ...of, args: of.args.map(again) }
    case 'binary':
      return { ...of, left: again(of.left), right: again(of.right) }
    case 'list':
      return { ...of, left: again(of.left), items: of.items.map(again) }
    case 'between':
      return { ...of, left: again(of.left), from: again(of.from), to: again(of.to) }
    case 'call':
      return { ...of, args: of.args.map(arg => ({ ...arg, value: again(arg.value) })) }
    default:
      return of
  }
}

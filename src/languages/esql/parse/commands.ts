// Commands of ES|QL as stages.

import { any as anyWild, glob } from '../../../ir/glob.ts'
import type { Column, Measure, Pipeline, Stage } from '../../../ir/pipeline.ts'
import type { Glob, Scalar } from '../../../ir/predicate.ts'
import type { Expressions } from './expressions.ts'
import { measures } from './functions.ts'
import { noRows } from './patterns.ts'
import type { Command, Expression, Named, Pattern } from './tree.ts'

/** A query's commands as a pipeline; what is wrong is told to `of`. */
export function lowered(commands: readonly Command[], of: Expressions, text: string): Pipeline {
  let from: Pipeline['from'] = noRows
  const stages: Stage[] = []
  for (const command of commands) {
    switch (command.kind) {
      case 'from':
        from = { kind: 'table', name: command.indices.join(','), time: '@timestamp', span: command.span }
        break
      case 'row':
        stages.push({ kind: 'extend', columns: columns(command.columns, of), span: command.span })
        break
      case 'where':
        stages.push({ kind: 'filter', where: of.yes(command.where), span: command.span })
        break
      case 'eval':
        stages.push({ kind: 'extend', columns: columns(command.columns, of), span: command.span })
        break
      case 'stats':
        stages.push(...grouped(command, of))
        break
      case 'keep':
        stages.push({ kind: 'project', mode: 'keep', names: command.names.map(globOf), span: command.span })
        break
      case 'drop':
        stages.push({ kind: 'project', mode: 'drop', names: command.names.map(globOf), span: command.span })
        break
      case 'rename':
        for (const { from: name, to } of command.names) of.dates.set(to, of.isDate({ kind: 'field', name, span: command.span }))
        stages.push({
          kind: 'rename',
          names: command.names.map(one => ({ from: glob([one.from]), to: glob([one.to]) })),
          span: command.span,
        })
        break
      case 'sort':
        stages.push({
          kind: 'sort',
          keys: command.keys.map(key => ({
            by: of.isDate(key.by) ? dated(key.by, of) : of.scalar(key.by),
            descending: key.descending,
            nulls: key.nulls,
          })),
          span: command.span,
        })
        break
      case 'limit':
        stages.push({ kind: 'limit', count: command.count, span: command.span })
        break
      case 'expand':
        stages.push({ kind: 'expand', columns: [command.name], bags: 'array', span: command.span })
        break
      case 'dissect':
      case 'grok':
        stages.push({
          kind: 'special',
          name: command.kind === 'grok' ? 'elastic:grok' : 'elastic:dissect',
          args: { of: of.scalar(command.of), pattern: command.pattern, separator: command.separator },
          span: command.span,
        })
        break
      case 'lookup':
        stages.push({
          kind: 'join',
          how: 'left',
          right: { from: { kind: 'table', name: command.index }, stages: [], rules: 'elastic' },
          on: command.on.map(name => ({
            left: { kind: 'field', name } as Scalar,
            right: { kind: 'field', name } as Scalar,
            by: 'equal' as const,
          })),
          clash: 'right',
          span: command.span,
        })
        break
      case 'completion':
        stages.push({
          kind: 'special',
          name: 'elastic:completion',
          args: { column: command.column, prompt: of.scalar(command.prompt), model: command.model },
          span: command.span,
        })
        break
      case 'enrich':
        stages.push({
          kind: 'special',
          name: 'elastic:enrich',
          args: {
            policy: command.policy,
            ...(command.on === undefined ? {} : { on: command.on }),
            ...(command.fields === undefined ? {} : { names: command.fields.map(one => [one.name, one.field]) }),
          },
          span: command.span,
        })
        break
      case 'named':
        of.warn(
          'ESQ006',
          `the command "${command.name.toUpperCase()}" asks what no log has`,
          command.span,
          'the query is shown, and cannot be run',
        )
        stages.push({ kind: 'opaque', text: text.slice(command.span.start, command.span.end), span: command.span })
    }
  }
  return { from, stages, rules: 'elastic' }
}

const dated = (value: Expression, of: Expressions): Scalar => ({
  kind: 'call',
  fn: 'elastic:date',
  args: [of.scalar(value)],
  span: value.span,
})

const globOf = (pattern: Pattern): Glob => glob(pattern.parts.map(part => (part === '*' ? anyWild : part)))

function columns(named: readonly Named[], of: Expressions): readonly Column[] {
  return named.map(({ name, value }) => {
    const made: Column = { name, value: of.scalar(value) }
    of.dates.set(name, of.isDate(value))
    return made
  })
}

/** STATS: groups (each value of a list is one of its own), aggregations, and calculations with them. The aggregations' columns come first, then the groups. */
function grouped(command: Command & { kind: 'stats' }, of: Expressions): readonly Stage[] {
  const { span } = command
  const before: Column[] = []
  const by: Column[] = []
  for (const { name, value } of command.by) {
    if (!(value.kind === 'field' && value.name === name)) before.push({ name, value: of.scalar(value) })
    of.dates.set(name, of.isDate(value))
    by.push({ name, value: { kind: 'field', name } })
  }
  const made: Measure[] = []
  const after: Column[] = []
  const hidden: string[] = []
  for (const column of command.measures) {
    const found = measured(column, column.value, column.name, of)
    if (found !== undefined) {
      made.push(found)
      continue
    }
    // ROUND(AVG(x), 2), MAX(a) - MIN(a): aggregations inside get names of their own, then the rest is computed from them.
    const inner = (value: Expression): Expression => {
      if (value.kind === 'call' && Object.hasOwn(measures, value.name)) {
        const name = `$${hidden.length}`
        const one = measured(column, value, name, of)
        if (one !== undefined) {
          made.push(one)
          hidden.push(name)
          return { kind: 'field', name, span: value.span }
        }
      }
      return mapped(value, inner)
    }
    const count = hidden.length
    const rest = inner(column.value)
    if (hidden.length === count && !constant(column.value))
      of.error(
        'ESQ005',
        'STATS takes aggregations such as COUNT(*)',
        column.value.span,
        'group by the column with BY, or aggregate it',
      )
    after.push({ name: column.name, value: of.scalar(rest) })
    of.dates.set(column.name, of.isDate(rest))
  }
  const expanded = by.map(column => column.name)
  const stages: Stage[] = []
  if (before.length > 0) stages.push({ kind: 'extend', columns: before, span })
  if (command.inline) stages.push({ kind: 'window', by, order: [], measures: made, span })
  else {
    for (const name of expanded) stages.push({ kind: 'expand', columns: [name], bags: 'array', span })
    stages.push({ kind: 'aggregate', by, measures: made, span })
  }
  if (after.length > 0) stages.push({ kind: 'extend', columns: after, span })
  if (command.inline) {
    if (hidden.length > 0) stages.push({ kind: 'project', mode: 'drop', names: hidden.map(name => [name]), span })
    return stages
  }
  const names = [...command.measures.map(column => column.name), ...expanded]
  stages.push({ kind: 'project', mode: 'keep', names: names.map(name => [name]), span })
  return stages
}

function measured(column: Named, value: Expression, name: string, of: Expressions): Measure | undefined {
  if (value.kind !== 'call' || !Object.hasOwn(measures, value.name)) return undefined
  const { least, most, fn } = measures[value.name]!
  const { args, span } = value
  if (args.length < least || args.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`
    of.error('ESQ004', `"${value.name.toUpperCase()}" takes ${wanted} arguments, not ${args.length}`, span)
  }
  const [first, ...rest] = args
  const time = value.name === 'min' || value.name === 'max'
  of.dates.set(
    name,
    first !== undefined &&
      of.isDate(first) &&
      (time || value.name === 'values' || value.name === 'first' || value.name === 'last'),
  )
  const constants = rest.flatMap(arg => (arg.kind === 'literal' ? [arg.value] : []))
  const counted =
    first === undefined || first.kind === 'literal' ? undefined : of.isDate(first) && time ? dated(first, of) : of.scalar(first)
  return {
    name,
    fn,
    ...(counted === undefined ? {} : { of: counted }),
    ...(value.name === 'percentile' || value.name === 'top' ? { args: constants } : {}),
    ...(column.where === undefined ? {} : { where: of.yes(column.where) }),
  }
}

function constant(value: Expression): boolean {
  return value.kind === 'literal' || value.kind === 'span'
}

/** An expression with its direct parts changed. */
function mapped(value: Expression, change: (value: Expression) => Expression): Expression {
  switch (value.kind) {
    case 'and':
    case 'or':
    case 'call':
      return { ...value, args: value.args.map(change) } as Expression
    case 'not':
    case 'cast':
    case 'null':
      return { ...value, arg: change(value.arg) }
    case 'compare':
    case 'arithmetic':
    case 'match':
      return { ...value, left: change(value.left), right: change(value.right) } as Expression
    case 'in':
      return { ...value, left: change(value.left), values: value.values.map(change) }
    case 'like':
      return { ...value, left: change(value.left) }
    default:
      return value
  }
}

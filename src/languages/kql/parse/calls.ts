// Calls: functions of the language, measures where rows are grouped, neighbouring rows where they have an order, and functions of the query's own.

import type { Value } from '../../../ir/event.ts'
import type { Measure } from '../../../ir/pipeline.ts'
import type { Scalar, ValueType } from '../../../ir/predicate.ts'
import type { Span } from '../../../text/source.ts'
import { suggest } from '../../../text/suggest.ts'
import {
  type FunctionFacts,
  functionFacts,
  functionNames,
  isMeasure,
  type MeasureFacts,
  measureFacts,
  unanswered,
  uncomputed,
} from './functions.ts'
import { typeOf } from './literals.ts'
import { all, blank, computed, condition, condition3, type Lowered, literal, negate, present } from './lowered.ts'
import { type Context, columnOf, lookUp, report } from './scope.ts'
import { callFunction, isTable, tableOf } from './tables.ts'
import { opposite } from './tests.ts'
import type { Argument, Expression } from './tree.ts'
import { common, ofBranches } from './types.ts'
import { call, choose, deeper, fieldOf, lower, unknown } from './values.ts'

type Call = Expression & { kind: 'call' }

/** Functions that the tree has under a name of its own. */
const core: Readonly<Record<string, (Scalar & { kind: 'call' })['fn']>> = {
  tolower: 'lower',
  toupper: 'upper',
  strlen: 'length',
  strcat: 'concat',
  substring: 'substring',
  replace_string: 'replace',
  split: 'split',
  indexof: 'index',
  tostring: 'text',
  base64_decode_tostring: 'base64decode',
  bin: 'bin',
  coalesce: 'coalesce',
  now: 'now',
}

/** A call as a value. */
export function lowerCall(of: Call, context: Context): Lowered {
  const bound = lookUp(context.scope, of.name)
  if (bound?.kind === 'function') return callFunction(of, bound, context).value ?? notValue(of, context)
  if (context.measures !== undefined && isMeasure(of.name)) return measured(of, context)
  const own = Object.hasOwn(forms, of.name) ? forms[of.name] : undefined
  const facts = functionFacts(of.name)
  if (Object.hasOwn(unanswered, of.name)) {
    for (const arg of of.args) lower(arg.value, context)
    report(
      context,
      'KQL305',
      'warning',
      `"${of.name}" needs to know ${unanswered[of.name]}, which is not known here: it gives nothing`,
      of.span,
      'judge the rows without it',
    )
    return literal(undefined, facts?.result === 'dynamic' ? 'dynamic' : undefined, of.span)
  }
  if (uncomputed.has(of.name)) {
    report(context, 'KQL109', 'error', `"${of.name}" is not computed here`, of.at, 'say it with other functions')
    return unknown(of.span)
  }
  if (own === undefined && facts === undefined) {
    if (isMeasure(of.name))
      report(
        context,
        'KQL024',
        'error',
        `"${of.name}" measures groups of rows`,
        of.at,
        'it stands in "summarize" and "make-series" only',
      )
    else {
      const near = suggest(of.name, functionNames())
      report(
        context,
        'KQL024',
        'error',
        `KQL has no function "${of.name}"`,
        of.at,
        near === undefined ? undefined : `did you mean "${near}"?`,
      )
    }
    for (const arg of of.args) if (arg.value.kind !== 'star' && !isTable(arg.value, context)) lower(arg.value, context)
    return unknown(of.span)
  }
  if (facts !== undefined && (of.args.length < facts.least || of.args.length > facts.most)) {
    const wanted = facts.least === facts.most ? `${facts.least}` : `${facts.least} to ${facts.most}`
    report(
      context,
      'KQL023',
      'error',
      `"${of.name}" takes ${wanted} argument${wanted === '1' ? '' : 's'}, and here are ${of.args.length}`,
      of.span,
    )
    return unknown(of.span)
  }
  return own === undefined ? plain(of, facts!, context) : own(of, context)
}

function notValue(of: Call, context: Context): Lowered {
  report(
    context,
    'KQL020',
    'error',
    `"${of.name}" gives a table, and a value is expected`,
    of.at,
    'take its first cell with toscalar(…)',
  )
  return unknown(of.span)
}

/** A function without rules of its own: its arguments, and the type that the table says. */
function plain(of: Call, facts: FunctionFacts, context: Context): Lowered {
  const said = of.args.map(arg => arg.value).find(arg => arg.kind === 'typeof')
  const args = of.args.filter(arg => arg.value.kind !== 'typeof').map(arg => lower(arg.value, context))
  const type = resultType(facts, args)
  const name = facts.canonical
  const folded = fold(name, args, of.span)
  if (folded !== undefined) return folded
  const fn = Object.hasOwn(core, name) ? core[name]! : (`kusto:${name}` as const)
  const made = call(fn, args, type, of.span, facts.sure)
  const wanted = said?.kind === 'typeof' ? typeOf(said.types[0]?.name ?? '') : undefined
  return wanted === undefined || wanted === type ? made : convert(made, wanted, of.span)
}

function resultType(facts: FunctionFacts, args: readonly Lowered[]): ValueType | undefined {
  const types = args.map(arg => arg.type)
  switch (facts.result) {
    case 'said':
      return 'string'
    case 'first':
      return facts.canonical === 'abs' && types[0] === 'int' ? 'long' : types[0]
    case 'common':
      return common(types)
    case 'values':
      return ofBranches(types)
    case 'widest': {
      const type =
        facts.canonical === 'bin_auto' ? types[0] : types[0] === 'datetime' || types[0] === 'timespan' ? types[0] : common(types)
      return type === 'int' || type === 'dynamic' ? 'long' : type
    }
    default:
      return facts.result
  }
}

const conversions: Readonly<Partial<Record<ValueType, (Scalar & { kind: 'call' })['fn']>>> = {
  string: 'text',
  long: 'kusto:tolong',
  int: 'kusto:toint',
  real: 'kusto:toreal',
  decimal: 'kusto:todecimal',
  bool: 'kusto:tobool',
  datetime: 'kusto:todatetime',
  timespan: 'kusto:totimespan',
  guid: 'kusto:toguid',
  dynamic: 'kusto:todynamic',
}

/** A value as another type. */
export const convert = (of: Lowered, type: ValueType, span: Span): Lowered => call(conversions[type] ?? 'text', [of], type, span)

/** What can be said before any row: texts put together, JSON read. */
function fold(name: string, args: readonly Lowered[], span: Span): Lowered | undefined {
  const constants = args.map(arg => arg.constant)
  if (constants.some(constant => constant === undefined)) return undefined
  const values = constants.map(constant => constant!.value)
  const [first] = values
  switch (name) {
    case 'strcat':
      return values.every(value => typeof value === 'string') ? literal(values.join(''), 'string', span) : undefined
    case 'tolower':
      return typeof first === 'string' ? literal(first.toLowerCase(), 'string', span) : undefined
    case 'toupper':
      return typeof first === 'string' ? literal(first.toUpperCase(), 'string', span) : undefined
    case 'tostring':
      return typeof first === 'string' ? literal(first, 'string', span) : undefined
    case 'pack_array':
      return args.every(arg => arg.type !== 'datetime' && arg.type !== 'timespan' && arg.constant?.value !== undefined)
        ? literal(values as readonly Value[], 'dynamic', span)
        : undefined
    case 'parse_json':
      if (args[0]!.type === 'dynamic') return args[0]
      return undefined
    default:
      return undefined
  }
}

type Form = (of: Call, context: Context) => Lowered

const nullTest =
  (wanted: boolean): Form =>
  (of, context) => {
    const value = lower(of.args[0]!.value, context)
    // Kusto strings are never null, only empty.
    if (value.type === 'string') {
      report(
        context,
        'KQL205',
        'warning',
        `a string is never null, so "${of.name}" is always ${!wanted} here`,
        of.span,
        `use ${wanted ? 'isempty' : 'isnotempty'}(…)`,
      )
      return condition({ kind: 'const', value: !wanted }, 1)
    }
    const there = present(value.scalar(), of.span)
    return condition(wanted ? negate(there, of.span) : there, deeper([value]))
  }

const emptyTest =
  (wanted: boolean): Form =>
  (of, context) => {
    const value = lower(of.args[0]!.value, context)
    const scalar = value.scalar()
    const isText = value.type === 'string' || value.type === undefined || value.type === 'dynamic'
    const empty = isText ? blank(scalar, of.span) : negate(present(scalar, of.span))
    return condition(wanted ? empty : negate(empty, of.span), deeper([value]))
  }

const branch: Form = (of, context) => {
  const [when, then, otherwise] = of.args.map(arg => lower(arg.value, context))
  const type = ofBranches([then!.type, otherwise!.type])
  return choose([{ when: when!, then: then! }], otherwise!, type, of.span)
}

const cases: Form = (of, context) => {
  const args = of.args.map(arg => lower(arg.value, context))
  if (args.length % 2 === 0) {
    report(context, 'KQL023', 'error', '"case" takes pairs of condition and value, then a value for the rest', of.span)
    return unknown(of.span)
  }
  const branches: { when: Lowered; then: Lowered }[] = []
  for (let at = 0; at + 1 < args.length; at += 2) branches.push({ when: args[at]!, then: args[at + 1]! })
  const otherwise = args.at(-1)!
  return choose(branches, otherwise, ofBranches([...branches.map(one => one.then.type), otherwise.type]), of.span)
}

const ifExists: Form = (of, context) => {
  const name = of.args[0]!.value.kind === 'name' ? of.args[0]!.value.name : constantText(of.args[0]!, context)
  const otherwise = lower(of.args[1]!.value, context)
  if (name === undefined) {
    report(context, 'KQL023', 'error', `"${of.name}" takes the name of a column as a text`, of.span)
    return unknown(of.span)
  }
  const column = columnOf(context.header, name)
  if (column !== undefined) return computed(fieldOf(column, of.span), column.type, { column: name })
  if (context.header?.open !== true) return otherwise
  const field = fieldOf({ name, type: undefined }, of.span)
  return choose(
    [{ when: condition({ kind: 'test', subject: field, match: { kind: 'exists' } }, 1), then: computed(field, otherwise.type) }],
    otherwise,
    otherwise.type,
    of.span,
  )
}

function constantText(arg: Argument, context: Context): string | undefined {
  const value = lower(arg.value, context).constant?.value
  return typeof value === 'string' ? value : undefined
}

const packAll: Form = (of, context) => {
  const drop = of.args[0] === undefined ? undefined : lower(of.args[0].value, context)
  const header = context.header
  if (header === undefined) return unknown(of.span)
  if (header.open) return call('kusto:pack_all', drop === undefined ? [] : [drop], 'dynamic', of.span)
  const pairs = header.columns.flatMap(column => [literal(column.name, 'string'), computed(fieldOf(column), column.type)])
  const fn = drop?.constant?.value === true ? 'kusto:bag_pack_present' : 'kusto:bag_pack'
  return call(fn, pairs, 'dynamic', of.span)
}

/** A table's first cell; a value is itself (https://learn.microsoft.com/kusto/query/toscalar-function). */
const single: Form = (of, context) => {
  const [arg] = of.args
  if (arg === undefined) return unknown(of.span)
  if (!isTable(arg.value, context)) return lower(arg.value, context)
  const table = tableOf(arg.value, {
    ...context,
    header: undefined,
    right: undefined,
    measures: undefined,
    neighbours: undefined,
  })
  return computed({ kind: 'single', of: table.query, span: of.span }, table.header.columns[0]?.type, {
    depth: table.depth + 1,
    sure: false,
  })
}

const neighbour =
  (direction: 'previous' | 'next'): Form =>
  (of, context) => {
    const [value, distance, otherwise] = of.args.map(arg => lower(arg.value, context))
    const steps = distance?.constant?.value
    if (value === undefined || context.neighbours === undefined || (distance !== undefined && typeof steps !== 'number')) {
      report(
        context,
        'KQL025',
        'error',
        `"${of.name}" looks at neighbouring rows, which are at hand in extend, project, where and serialize only`,
        of.span,
      )
      return unknown(of.span)
    }
    const column = context.neighbours(
      name => ({
        name,
        fn: `window:${direction}`,
        of: value.scalar(),
        args: [
          typeof steps === 'number' ? steps : 1,
          ...(otherwise?.constant?.value === undefined ? [] : [otherwise.constant.value]),
        ],
      }),
      value.type,
    )
    return computed(fieldOf(column, of.span), value.type)
  }

const rowNumber: Form = (of, context) => {
  const [start, restart] = of.args.map(arg => lower(arg.value, context))
  if (context.neighbours === undefined || (start !== undefined && typeof start.constant?.value !== 'number')) {
    report(
      context,
      'KQL025',
      'error',
      '"row_number" counts rows in order, which are at hand in extend, project, where and serialize only',
      of.span,
    )
    return unknown(of.span)
  }
  const first = typeof start?.constant?.value === 'number' ? start.constant.value : 1
  const column = context.neighbours(
    (name): Measure =>
      restart === undefined
        ? { name, fn: 'window:number', args: [first] }
        : { name, fn: 'kusto:row_number', of: restart.scalar(), args: [first] },
    'long',
  )
  return computed(fieldOf(column, of.span), 'long', { sure: true })
}

/** `row_cumsum`, `row_rank…`, `row_window_session`: what was seen in the rows before decides. */
const running: Form = (of, context) => {
  const args = of.args.map(arg => lower(arg.value, context))
  if (context.neighbours === undefined) {
    report(
      context,
      'KQL025',
      'error',
      `"${of.name}" goes through rows in order, which are at hand in extend, project, where and serialize only`,
      of.span,
    )
    return unknown(of.span)
  }
  const [first, ...also] = args
  const type = of.name.startsWith('row_rank') ? 'long' : first?.type
  const column = context.neighbours(
    name => ({
      name,
      fn: `kusto:${of.name}`,
      of: first!.scalar(),
      ...(also.length === 0 ? {} : { also: also.map(one => one.scalar()) }),
    }),
    type,
  )
  return computed(fieldOf(column, of.span), type)
}

const forms: Readonly<Record<string, Form>> = {
  not: (of, context) => opposite(lower(of.args[0]!.value, context)),
  isnull: nullTest(true),
  isnotnull: nullTest(false),
  notnull: nullTest(false),
  isempty: emptyTest(true),
  isnotempty: emptyTest(false),
  notempty: emptyTest(false),
  iff: branch,
  iif: branch,
  case: cases,
  column_ifexists: ifExists,
  columnifexists: ifExists,
  pack_all: packAll,
  toscalar: single,
  materialize: (of, context) => (of.args[0] === undefined ? unknown(of.span) : lower(of.args[0].value, context)),
  prev: neighbour('previous'),
  next: neighbour('next'),
  row_number: rowNumber,
  row_cumsum: running,
  row_rank: running,
  row_rank_dense: running,
  row_rank_min: running,
  row_window_session: running,
  around: (of, context) => {
    const [value, center, delta] = of.args.map(arg => lower(arg.value, context))
    const from = call('subtract', [center!, delta!], center!.type, of.span)
    const to = call('add', [center!, delta!], center!.type, of.span)
    const test = (op: '>=' | '<=', other: Lowered) => ({
      kind: 'test' as const,
      subject: value!.scalar(),
      match: { kind: 'compare' as const, op, to: other.scalar() },
    })
    const inside = all([test('>=', from), test('<=', to)], of.span)
    return condition3(inside, all([present(value!.scalar()), negate(inside)]), deeper([value!, center!, delta!]))
  },
}

/** A measure in an expression of `summarize`: the group's value. */
function measured(of: Call, context: Context): Lowered {
  const facts = measureFacts(of.name)
  const inner: Context = { ...context, measures: undefined }
  if (facts === undefined) {
    report(context, 'KQL026', 'error', `"${of.name}" gives columns of its own, and stands alone in "summarize"`, of.span)
    return unknown(of.span)
  }
  if (of.args.length < facts.least || of.args.length > facts.most) {
    report(
      context,
      'KQL023',
      'error',
      `"${of.name}" takes ${facts.least} to ${facts.most} arguments, and here are ${of.args.length}`,
      of.span,
    )
    return unknown(of.span)
  }
  const made = measureOf(of, facts, inner)
  const column = context.measures!(name => ({ ...made.measure, name }), made.type)
  return computed(fieldOf(column, of.span), made.type)
}

/** A measure without its name, and its type. */
export function measureOf(
  of: Call,
  facts: MeasureFacts,
  context: Context,
): { readonly measure: Omit<Measure, 'name'>; readonly type: ValueType | undefined } {
  const { condition: at } = facts
  const where = at === undefined || of.args[at] === undefined ? undefined : lower(of.args[at].value, context).holds()
  const rest = of.args.filter((arg, index) => index !== at && arg.value.kind !== 'star').map(arg => lower(arg.value, context))
  const [value, ...more] = rest
  const constants = more.map(one => one.constant)
  // A second value that differs by row (covariance) is measured too; one that does not is an option: the most members of a set.
  const options = constants.every(constant => constant !== undefined)
    ? constants.map(constant => constant?.value ?? null)
    : undefined
  const type = measureType(facts, value?.type)
  return {
    measure: {
      fn: facts.fn as Measure['fn'],
      ...(value === undefined || facts.fn === 'count' ? {} : { of: value.scalar() }),
      ...(more.length === 0 || facts.fn === 'distinct' || facts.fn === 'any'
        ? {}
        : options === undefined
          ? { also: more.map(one => one.scalar()) }
          : { args: options }),
      ...(where === undefined ? {} : { where }),
    },
    type,
  }
}

function measureType(facts: MeasureFacts, type: ValueType | undefined): ValueType | undefined {
  switch (facts.result) {
    case 'first':
      return type
    case 'sum':
      return type === 'int' ? 'long' : type
    case 'average':
      return type === 'timespan' || type === 'datetime' || type === 'decimal' ? type : 'real'
    default:
      return facts.result
  }
}

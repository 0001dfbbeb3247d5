// Expressions of a query told in the tree, with their types; names are looked up in the rows at hand, then in what let statements say.

import type { Value } from '../../../ir/event.ts'
import type { Scalar, ValueType } from '../../../ir/predicate.ts'
import type { Span } from '../../../text/source.ts'
import { lowerCall } from './calls.ts'
import { all, computed, condition, condition3, either, type Lowered, literal, nullOf } from './lowered.ts'
import { remarkTime } from './remarks.ts'
import { type Column, type Context, columnOf, lookUp, report, spend, weight } from './scope.ts'
import { lowerTest } from './tests.ts'
import type { Expression, Json, Literal } from './tree.ts'
import { arithmetic } from './types.ts'

const deepest = 300

/** What an expression means. Whatever is wrong is reported, and a value nobody knows stands for it. */
export function lower(of: Expression, context: Context): Lowered {
  if (!spend(context, 1, of.span)) return unknown(of.span)
  const made = lowerOne(of, context)
  if (made.depth <= deepest) return made
  report(context, 'KQL013', 'error', 'let statements nest values too deeply', of.span, 'compute them in steps with extend')
  return unknown(of.span)
}

/** What stands for a mistake. */
export const unknown = (span: Span): Lowered => literal(undefined, undefined, span)

function lowerOne(of: Expression, context: Context): Lowered {
  switch (of.kind) {
    case 'literal':
      return literal(valueOfLiteral(of), of.type, of.span)
    case 'name':
      return lowerName(of.name, of.span, context)
    case 'path':
      return lowerPath(of, context)
    case 'index': {
      const inner = lower(of.of, context)
      const index = lower(of.index, context)
      return step(inner, index, of.span)
    }
    case 'minus':
      return negated(lower(of.of, context), of.span)
    case 'and':
    case 'or': {
      const args = of.args.map(arg => lower(arg, context))
      const depth = deeper(args)
      const holds = (of.kind === 'and' ? all : either)(
        args.map(arg => arg.holds()),
        of.span,
      )
      if (args.every(arg => arg.sure)) return condition(holds, depth)
      const fails = (of.kind === 'and' ? either : all)(
        args.map(arg => arg.fails()),
        of.span,
      )
      return condition3(holds, fails, depth)
    }
    case 'binary':
      return /^[-+*/%]$/.test(of.word) ? lowerArithmetic(of, context) : lowerTest(of, context)
    case 'list':
    case 'between':
      return lowerTest(of, context)
    case 'call':
      return lowerCall(of, context)
    case 'pipe':
    case 'source':
      report(
        context,
        'KQL020',
        'error',
        'a table stands where a value is expected',
        of.span,
        'take its first cell with toscalar(…)',
      )
      return unknown(of.span)
    case 'star':
    case 'wildcard':
    case 'typeof':
      report(context, 'KQL020', 'error', 'a value is expected', of.span)
      return unknown(of.span)
    case 'refused':
      return unknown(of.span)
  }
}

export const deeper = (args: readonly Lowered[]): number => 1 + args.reduce((most, arg) => Math.max(most, arg.depth), 0)

/** A literal as the engine has it. */
function valueOfLiteral(of: Literal): Value | undefined {
  switch (of.type) {
    case 'long':
    case 'int':
      return of.value === undefined ? undefined : small(of.value)
    case 'dynamic':
      return jsonValue(of.value) ?? undefined
    default:
      return of.value
  }
}

/** A whole number as the engine has it: a number where that is exact. */
export const small = (value: bigint): number | bigint =>
  value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n ? Number(value) : value

const jsonValue = (of: Json): Value => of

/** A column as a scalar. */
export function fieldOf(column: Column, span?: Span): Scalar {
  return {
    kind: 'field',
    name: column.name,
    ...(column.type === undefined ? {} : { type: column.type }),
    ...(span === undefined ? {} : { span }),
  }
}

function lowerName(name: string, span: Span, context: Context): Lowered {
  const column = columnOf(context.header, name)
  if (column !== undefined) {
    remarkTime(name, context.header!, span, context)
    return computed(fieldOf(column, span), column.type, { column: name })
  }
  const bound = lookUp(context.scope, name)
  if (bound?.kind === 'value') {
    if (bound.row === undefined || bound.row === context.header || bound.row === context.outer) {
      // What a name stands for is put in its place as often as it is named.
      if (bound.value.constant === undefined && !spend(context, weight(bound.value.scalar(), context.shared.budget + 1), span))
        return unknown(span)
      return bound.value
    }
    report(
      context,
      'KQL027',
      'error',
      `"${name}" is a value of another table's row, which is not at hand here`,
      span,
      'join the two tables',
    )
    return unknown(span)
  }
  if (bound?.kind === 'table') {
    report(
      context,
      'KQL020',
      'error',
      `"${name}" is a table, and a value is expected`,
      span,
      'take its first cell with toscalar(…)',
    )
    return unknown(span)
  }
  if (context.header?.open === true && bound === undefined)
    return computed(fieldOf({ name, type: undefined }, span), undefined, { column: name })
  if (context.header?.lax === true && bound === undefined) {
    report(context, 'KQL210', 'warning', `the table is not known to have a column "${name}"`, span, suggestion(name, context))
    return computed(fieldOf({ name, type: undefined }, span), undefined, { column: name })
  }
  report(context, 'KQL021', 'error', `nothing here is called "${name}"`, span, suggestion(name, context))
  return unknown(span)
}

function suggestion(name: string, context: Context): string {
  const names = context.header?.columns.map(column => column.name) ?? []
  const near = names.find(other => other.toLowerCase() === name.toLowerCase())
  if (near !== undefined) return `did you mean "${near}"? names heed case`
  return names.length === 0 || names.length > 12 ? 'names of columns heed case' : `columns: ${names.join(', ')}`
}

/** `a.b`, which is a step into a dynamic, or a column of one side of a join. */
function lowerPath(of: Expression & { kind: 'path' }, context: Context): Lowered {
  if (of.of.kind === 'name' && (of.of.name === '$left' || of.of.name === '$right')) {
    const side = of.of.name === '$left' ? context.header : context.right
    const column =
      columnOf(side, of.name) ?? (side?.open === true || side?.lax === true ? { name: of.name, type: undefined } : undefined)
    if (column !== undefined) return computed(fieldOf(column, of.span), column.type, { column: column.name })
    report(context, 'KQL021', 'error', `"${of.of.name}" has no column "${of.name}"`, of.at, 'names of columns heed case')
    return unknown(of.span)
  }
  return step(lower(of.of, context), literal(of.name, 'string', of.at), of.span)
}

/** A step into a dynamic; a path that is constant keeps its constant. */
function step(inner: Lowered, index: Lowered, span: Span): Lowered {
  if (inner.constant !== undefined && index.constant !== undefined) {
    const value = inner.constant.value
    const key = index.constant.value
    if (Array.isArray(value) && typeof key === 'number') {
      const list = value as readonly Value[]
      return literal(list[key < 0 ? list.length + key : key], 'dynamic', span)
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof key === 'string')
      return literal(Object.hasOwn(value, key) ? (value as Readonly<Record<string, Value>>)[key] : undefined, 'dynamic', span)
    return literal(undefined, 'dynamic', span)
  }
  const scalar: Scalar = { kind: 'call', fn: 'kusto:path', args: [inner.scalar(), index.scalar()], type: 'dynamic', span }
  return computed(scalar, 'dynamic', { depth: deeper([inner, index]) })
}

function negated(inner: Lowered, span: Span): Lowered {
  const { constant } = inner
  if (constant !== undefined && (typeof constant.value === 'number' || typeof constant.value === 'bigint'))
    return literal(
      typeof constant.value === 'bigint' && inner.type !== 'timespan' ? small(-constant.value) : -constant.value,
      inner.type,
      span,
    )
  const scalar: Scalar = {
    kind: 'call',
    fn: 'kusto:negate',
    args: [inner.scalar()],
    ...(inner.type === undefined ? {} : { type: inner.type }),
    span,
  }
  return computed(scalar, inner.type, { depth: deeper([inner]) })
}

const operations: Readonly<Record<string, 'add' | 'subtract' | 'multiply' | 'divide' | 'kusto:modulo'>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'kusto:modulo',
}

function lowerArithmetic(of: Expression & { kind: 'binary' }, context: Context): Lowered {
  const left = lower(of.left, context)
  const right = lower(of.right, context)
  const type = arithmetic(of.word, left.type, right.type)
  if (type === undefined) {
    const hint =
      left.type === 'string' || right.type === 'string'
        ? 'join texts with strcat(…), or convert them with tolong(…) or todouble(…)'
        : undefined
    report(
      context,
      'KQL022',
      'error',
      `"${of.word}" takes no ${left.type ?? 'value'} and ${right.type ?? 'value'}`,
      of.span,
      hint,
    )
    return unknown(of.span)
  }
  const result = type === 'unknown' ? undefined : type
  return call(operations[of.word]!, [left, right], result, of.span)
}

/** A call as a value. */
export function call(
  fn: (Scalar & { kind: 'call' })['fn'],
  args: readonly Lowered[],
  type: ValueType | undefined,
  span: Span,
  sure = type === 'string',
): Lowered {
  const scalar: Scalar = { kind: 'call', fn, args: args.map(arg => arg.scalar()), ...(type === undefined ? {} : { type }), span }
  return computed(scalar, type, { sure, depth: deeper(args) })
}

/** A value as text, as `tostring` makes it; a text is itself. */
export function asString(of: Lowered, span: Span): Lowered {
  if (of.type === 'string' || of.type === undefined) return of
  if (of.constant !== undefined && (of.constant.value === undefined || typeof of.constant.value === 'string'))
    return literal(of.constant.value ?? '', 'string', span)
  return call('text', [of], 'string', span, true)
}

/** `case` of conditions and values. */
export function choose(
  branches: readonly { readonly when: Lowered; readonly then: Lowered }[],
  otherwise: Lowered,
  type: ValueType | undefined,
  span: Span,
): Lowered {
  const depth = deeper([...branches.flatMap(branch => [branch.when, branch.then]), otherwise])
  if (type === 'bool') {
    // The first condition that holds decides.
    const part = (pick: (of: Lowered) => ReturnType<Lowered['holds']>) => {
      let rest = pick(otherwise)
      for (const { when, then } of [...branches].reverse()) {
        const holds = when.holds()
        rest = either([all([holds, pick(then)]), all([{ kind: 'not', arg: holds }, rest])], span)
      }
      return rest
    }
    const sure = otherwise.sure && branches.every(branch => branch.then.sure)
    const holds = part(of => of.holds())
    return sure
      ? condition(holds, depth)
      : condition3(
          holds,
          part(of => of.fails()),
          depth,
        )
  }
  const scalar: Scalar = {
    kind: 'case',
    branches: branches.map(({ when, then }) => ({ when: when.holds(), then: then.scalar() })),
    otherwise: otherwise.constant?.value === undefined && otherwise.constant !== undefined ? nullOf(type) : otherwise.scalar(),
    span,
  }
  return computed(scalar, type, { depth, sure: otherwise.sure && branches.every(branch => branch.then.sure) })
}

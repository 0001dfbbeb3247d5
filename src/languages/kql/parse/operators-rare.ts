// Operators with a grammar of their own: mv-expand, mv-apply, parse, parse-kv, make-series, top-nested, scan.

import type { ValueType } from '../../../ir/predicate.ts'
import { nameLength, readExpression, readName, readNamed, readSum, readTypeof } from './expressions.ts'
import { readText, typeOf } from './literals.ts'
import { type Read, readOperator, readOperators } from './operators.ts'
import { readColumns, readLater, readOrdered, readType, readTypedName } from './parts.ts'
import type { Reader } from './reader.ts'
import type { Expanded, Expression, Named, Parameter, ParsePart, TypedName } from './tree.ts'

/** `mv-expand a, b = c to typeof(long) limit 5`, `mv-apply … on (operators)` (https://learn.microsoft.com/kusto/query/mv-expand-operator). */
export const readExpanding =
  (kind: 'mv-expand' | 'mv-apply'): Read =>
  reader => {
    const items = readLater(reader, readExpanded)
    const limit = reader.take('limit') ? { limit: readExpression(reader) } : {}
    if (kind === 'mv-expand') return { kind, items, ...limit }
    if (reader.take('id')) readExpression(reader)
    reader.expect('on', 'behind what "mv-apply" expands')
    reader.expect('(', 'before what is done to the elements')
    const first = readOperator(reader)
    const body = [first, ...readOperators(reader)]
    reader.expect(')', 'at the end of what is done to the elements')
    return { kind, items, ...limit, body }
  }

function readExpanded(reader: Reader): Expanded {
  const { start } = reader.token
  const { names, value } = readNamed(reader)
  let to: ValueType | undefined
  if (reader.take('to')) {
    if (!reader.is('typeof')) reader.fail('"typeof" is expected behind "to"')
    const types = readTypeof(reader).types
    to = typeOf(types[0]?.name ?? '')
    if (to === undefined) reader.fail('a type is expected in "typeof"')
  }
  return {
    value,
    ...(names === undefined ? {} : { name: names[0]!.name }),
    ...(to === undefined ? {} : { to }),
    span: reader.spanFrom(start),
  }
}

/** `parse kind=simple value with "text" column:type *` (https://learn.microsoft.com/kusto/query/parse-operator). */
export const readParse =
  (kind: 'parse' | 'parse-where'): Read =>
  reader => {
    const value = readExpression(reader)
    reader.expect('with', 'behind what is parsed')
    const parts: ParsePart[] = []
    for (;;) {
      const { start } = reader.token
      const text = readText(reader)
      if (text !== undefined) parts.push({ kind: 'text', value: text, span: text.span })
      else if (reader.take('*')) parts.push({ kind: 'star', span: reader.spanFrom(start) })
      else if (reader.token.kind === 'name' || reader.is('[')) {
        const name = readName(reader, '')
        const type = reader.take(':') ? readType(reader) : 'string'
        parts.push({ kind: 'column', name, type, span: reader.spanFrom(start) })
      } else break
    }
    if (parts.length === 0) reader.fail('a pattern is expected behind "with"')
    return { kind, value, parts }
  }

/** `parse-kv text as (a:string, b:long) with (pair_delimiter=" ")`. */
export const readParseKeys: Read = reader => {
  const value = readExpression(reader)
  reader.expect('as', 'behind what is parsed')
  const columns = readColumns(reader)
  const options: Parameter[] = []
  if (reader.take('with')) {
    reader.expect('(', 'behind "with"')
    options.push(
      ...readLater(reader, (): Parameter => {
        const { start } = reader.token
        const name = readName(reader, 'of an option')
        reader.expect('=', 'behind the option')
        const expression = readExpression(reader)
        const value = expression.kind === 'literal' ? String(expression.value ?? '') : ''
        return { name, value, expression, span: reader.spanFrom(start) }
      }),
    )
    reader.expect(')', 'at the end of the options')
  }
  return { kind: 'parse-kv', value, columns, options }
}

/** `make-series n = count() default=0 on t from a to b step c by k` (https://learn.microsoft.com/kusto/query/make-series-operator). */
export const readSeries: Read = reader => {
  const measures = readLater(reader, () => {
    const measure = readNamed(reader)
    if (!reader.is('default')) return { measure }
    reader.next()
    reader.expect('=', 'behind "default"')
    return { measure, otherwise: readExpression(reader) }
  })
  reader.expect('on', 'behind the measures')
  const on = readAxis(reader)
  let from: Expression | undefined
  let to: Expression | undefined
  let step: Expression | undefined
  if (reader.take('in')) {
    const range = readExpression(reader)
    if (range.kind === 'call' && range.name === 'range' && range.args.length === 3) {
      from = range.args[0]!.value
      to = range.args[1]!.value
      step = range.args[2]!.value
    } else reader.fail('"range(from, to, step)" is expected behind "in"')
  } else {
    if (reader.take('from')) from = readExpression(reader)
    if (reader.take('to')) to = readExpression(reader)
    if (reader.expect('step', 'in "make-series"')) step = readExpression(reader)
  }
  const by = reader.take('by') ? readLater(reader, readNamed) : []
  return {
    kind: 'make-series',
    measures,
    on,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(step === undefined ? {} : { step }),
    by,
  }
}

/** The column of a series: `in` behind it is no test. */
function readAxis(reader: Reader): Named {
  const { start } = reader.token
  const length = nameLength(reader)
  if (length === 0 || !reader.is('=', length)) return { value: readSum(reader), span: reader.spanFrom(start) }
  const name = readName(reader, '')
  const names = [{ name, span: reader.spanFrom(start) }]
  reader.next()
  return { names, value: readSum(reader), span: reader.spanFrom(start) }
}

/** `top-nested 3 of a by count(), top-nested of b by sum(c)` (https://learn.microsoft.com/kusto/query/top-nested-operator). */
export const readTopNested: Read = reader => {
  const level = () => {
    const count = reader.is('of') ? undefined : readExpression(reader)
    reader.expect('of', 'in "top-nested"')
    const of = readNamed(reader)
    let others: Expression | undefined
    if (reader.take('with')) {
      reader.expect('others', 'behind "with"')
      reader.expect('=', 'behind "others"')
      others = readExpression(reader)
    }
    reader.expect('by', 'in "top-nested"')
    const by = readNamed(reader)
    const ascending = reader.take('asc')
    if (!ascending) reader.take('desc')
    return {
      ...(count === undefined ? {} : { count }),
      of,
      ...(others === undefined ? {} : { others }),
      by,
      descending: !ascending,
    }
  }
  const levels = [level()]
  while (reader.take(',')) {
    if (!reader.isJoined(['top', '-', 'nested'])) reader.fail('"top-nested" is expected behind the comma')
    reader.skip(3)
    levels.push(level())
  }
  return { kind: 'top-nested', levels }
}

/** `scan declare (…) with (step name: condition => assignments; …)` (https://learn.microsoft.com/kusto/query/scan-operator). */
export const readScan: Read = reader => {
  let order: ReturnType<typeof readOrdered>[] | undefined
  let partition: Expression[] | undefined
  let declared: (TypedName & { readonly value?: Expression })[] = []
  for (;;) {
    if (reader.take('order')) {
      reader.expect('by', 'behind "order"')
      order = readLater(reader, readOrdered)
    } else if (reader.take('partition')) {
      reader.expect('by', 'behind "partition"')
      partition = readLater(reader, readExpression)
    } else if (reader.take('declare')) {
      reader.expect('(', 'behind "declare"')
      declared = readLater(reader, () => {
        const column = readTypedName(reader)
        return reader.take('=') ? { ...column, value: readExpression(reader) } : column
      })
      reader.expect(')', 'at the end of what is declared')
    } else break
  }
  reader.expect('with', 'before the steps')
  reader.expect('(', 'before the steps')
  const steps = []
  do {
    if (reader.is(')')) break
    const { start } = reader.token
    reader.expect('step', 'before its name')
    const name = readName(reader, 'of a step')
    const optional = reader.take('optional')
    let output: string | undefined
    if (reader.take('output')) {
      reader.expect('=', 'behind "output"')
      output = readName(reader, 'behind "output"')
    }
    reader.expect(':', 'before the condition of a step')
    const where = readExpression(reader)
    const set: Named[] = []
    if (reader.take('=>')) set.push(...readLater(reader, readNamed))
    steps.push({ name, optional, ...(output === undefined ? {} : { output }), where, set, span: reader.spanFrom(start) })
  } while (reader.take(';'))
  reader.expect(')', 'at the end of the steps')
  return {
    kind: 'scan',
    declared,
    steps,
    ...(order === undefined ? {} : { order }),
    ...(partition === undefined ? {} : { partition }),
  }
}

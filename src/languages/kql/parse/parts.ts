// What several operators share: parameters, lists, columns with types, orders, and rows written out.

import { nameLength, readArguments, readExpression, readName } from './expressions.ts'
import { literalOf, readText, typeOf } from './literals.ts'
import type { Reader } from './reader.ts'
import type { Expression, NamePattern, Ordered, Parameter, TypedName } from './tree.ts'

/** One or more of something, with commas. `more` may refuse a comma that belongs to somebody else. */
export function readLater<T>(reader: Reader, one: (reader: Reader) => T, more: () => boolean = () => true): T[] {
  const out = [one(reader)]
  while (reader.is(',') && more()) {
    reader.next()
    out.push(one(reader))
  }
  return out
}

/** Words that are parameters of an operator when `=` follows; others would be columns. Hints are taken by all. */
const parameterNames: Readonly<Record<string, readonly string[]>> = {
  join: ['kind'],
  lookup: ['kind'],
  union: ['kind', 'withsource', 'isfuzzy'],
  'mv-expand': ['kind', 'bagexpansion', 'with_itemindex'],
  mvexpand: ['kind', 'bagexpansion', 'with_itemindex'],
  'mv-apply': ['kind', 'bagexpansion', 'with_itemindex'],
  mvapply: ['kind', 'bagexpansion', 'with_itemindex'],
  parse: ['kind', 'flags'],
  'parse-where': ['kind', 'flags'],
  find: ['withsource', 'datascope'],
  search: ['kind'],
  reduce: ['kind'],
  'make-series': ['kind'],
  scan: ['with_match_id'],
}

/** `kind=inner hint.strategy=shuffle`, before what an operator is about. */
export function readParameters(reader: Reader, operator: string): Parameter[] {
  const names = Object.hasOwn(parameterNames, operator) ? parameterNames[operator]! : []
  const out: Parameter[] = []
  for (;;) {
    const { token } = reader
    const { start } = token
    if (token.kind !== 'name') return out
    let length = 1
    while (reader.is('.', length) && reader.ahead(length + 1).kind === 'name') length += 2
    const isHint = token.text === 'hint' && length > 1
    if (!reader.is('=', length) || !(isHint || names.includes(token.text))) return out
    const name = reader.text.slice(start, reader.ahead(length - 1).end)
    reader.skip(length + 1)
    const value = reader.token
    if (nameLength(reader) > 0 && value.kind === 'name') {
      reader.next()
      out.push({ name, value: value.text, span: reader.spanFrom(start) })
    } else {
      const text = readText(reader)
      const expression = text ?? literalOf(reader, value)
      if (expression === undefined && nameLength(reader) > 0) {
        out.push({ name, value: readName(reader, 'of the column'), span: reader.spanFrom(start) })
        continue
      }
      if (expression === undefined) {
        reader.fail(`a value is expected for "${name}"`)
        return out
      }
      if (text === undefined) reader.next()
      const said = expression.kind === 'literal' ? String(expression.value ?? '') : ''
      out.push({ name, value: said, expression, span: reader.spanFrom(start) })
    }
    reader.take(',')
  }
}

/** `(a:string, b:long)`. */
export function readColumns(reader: Reader): TypedName[] {
  reader.expect('(', 'before the columns')
  const out: TypedName[] = []
  if (reader.take(')')) return out
  do {
    if (reader.is(')')) break
    if (reader.take('*')) continue
    out.push(readTypedName(reader))
  } while (reader.take(','))
  reader.expect(')', 'at the end of the columns')
  return out
}

/** `name:type`. */
export function readTypedName(reader: Reader): TypedName {
  const { start } = reader.token
  const name = readName(reader, 'of a column')
  reader.expect(':', 'between a column and its type')
  const type = readType(reader)
  return { name, type, span: reader.spanFrom(start) }
}

/** The word of a type. */
export function readType(reader: Reader): NonNullable<ReturnType<typeof typeOf>> {
  const { token } = reader
  const type = token.kind === 'name' ? typeOf(token.text) : undefined
  if (type === undefined)
    reader.fail('a type is expected', 'types are string, long, int, real, decimal, bool, datetime, timespan, guid and dynamic')
  else reader.next()
  return type ?? 'string'
}

/** `a*, ['b c']`, each with an order where `project-reorder` takes one. */
export function readNames(reader: Reader, ordered: boolean): NamePattern[] {
  return readLater(reader, () => {
    const { start } = reader.token
    const text = readNamePattern(reader)
    const wild = text.wild
    const order = ordered ? readReorder(reader) : undefined
    return { text: text.text, wild, ...(order === undefined ? {} : { order }), span: reader.spanFrom(start) }
  })
}

function readReorder(reader: Reader): NamePattern['order'] | undefined {
  if (reader.take('asc')) return 'asc'
  if (reader.take('desc')) return 'desc'
  for (const end of ['asc', 'desc'] as const) {
    if (reader.isJoined(['granny', '-', end])) {
      reader.skip(3)
      return `granny-${end}`
    }
  }
  return undefined
}

function readNamePattern(reader: Reader): { readonly text: string; readonly wild: boolean } {
  const { token } = reader
  if (token.kind !== 'name' && !reader.is('*')) return { text: readName(reader, 'of a column'), wild: false }
  let text = reader.next().text
  let wild = text === '*'
  while (reader.token.start === reader.last && (reader.token.kind === 'name' || reader.token.kind === 'long' || reader.is('*'))) {
    const part = reader.next()
    if (part.text === '*') wild = true
    text += part.text
  }
  return { text, wild }
}

/** `value [asc|desc] [nulls first|last]`; descending unless said. */
export function readOrdered(reader: Reader): Ordered {
  const { start } = reader.token
  const value = readExpression(reader)
  const ascending = reader.take('asc')
  if (!ascending) reader.take('desc')
  let nulls: 'first' | 'last' | undefined
  if (reader.take('nulls')) {
    if (reader.take('first')) nulls = 'first'
    else if (reader.expect('last', 'behind "nulls"')) nulls = 'last'
  }
  return { value, descending: !ascending, ...(nulls === undefined ? {} : { nulls }), span: reader.spanFrom(start) }
}

/** `datatable (columns) [values]`, `externaldata (columns) [urls] with (…)`. */
export function readRows(reader: Reader): Expression {
  const { start, text } = reader.next()
  const columns = readColumns(reader)
  reader.expect('[', 'before the values')
  const values: Expression[] = []
  if (!reader.is(']')) {
    do {
      if (reader.is(']')) break
      values.push(readExpression(reader))
    } while (reader.take(','))
  }
  reader.expect(']', 'at the end of the values')
  if (text === 'datatable') return { kind: 'source', of: { kind: 'datatable', columns, values }, span: reader.spanFrom(start) }
  if (reader.take('with')) {
    if (reader.is('(')) readArguments(reader)
    else reader.fail('"(" is expected behind "with"')
  }
  const urls = values.flatMap(value => (value.kind === 'literal' && value.type === 'string' ? [value.value ?? ''] : []))
  return { kind: 'source', of: { kind: 'externaldata', columns, urls }, span: reader.spanFrom(start) }
}

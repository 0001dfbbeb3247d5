// Literals: what each token of a value says, and the grammar of `dynamic(…)`.

import type { ValueType } from '../../../ir/predicate.ts'
import { printDatetime, printTimespan, readDatetime, readTimespan } from '../../../ir/ticks.ts'
import type { Span } from '../../../text/source.ts'
import type { Reader } from './reader.ts'
import { type Token, units } from './tokens.ts'
import type { Expression, Json, Literal } from './tree.ts'

/** Types by the names they are written with (https://learn.microsoft.com/kusto/query/scalar-data-types/). */
const typeNames: Readonly<Record<string, ValueType>> = {
  bool: 'bool',
  boolean: 'bool',
  int: 'int',
  int32: 'int',
  long: 'long',
  int64: 'long',
  real: 'real',
  double: 'real',
  decimal: 'decimal',
  string: 'string',
  datetime: 'datetime',
  date: 'datetime',
  timespan: 'timespan',
  time: 'timespan',
  guid: 'guid',
  uuid: 'guid',
  uniqueid: 'guid',
  dynamic: 'dynamic',
}

export const typeOf = (name: string): ValueType | undefined => (Object.hasOwn(typeNames, name) ? typeNames[name] : undefined)

/** The literal a token is, or undefined for any other token. */
export function literalOf(reader: Reader, token: Token): Literal | undefined {
  const span: Span = { start: token.start, end: token.end }
  switch (token.kind) {
    case 'long':
      return integer(token.text, 'long', span, reader)
    case 'real':
      return { kind: 'literal', type: 'real', value: Number(token.text), span }
    case 'timespan': {
      const [, digits, unit] = /^([\d.]+(?:[eE][+-]?\d+)?)(\p{L}+)$/u.exec(token.text) ?? []
      return { kind: 'literal', type: 'timespan', value: timespanOf(digits ?? '0', unit ?? 'd'), span }
    }
    case 'typed':
      return typedLiteral(reader, token, span)
    case 'name':
      if (/^(?:true|TRUE|True)$/.test(token.text)) return { kind: 'literal', type: 'bool', value: true, span }
      if (/^(?:false|FALSE|False)$/.test(token.text)) return { kind: 'literal', type: 'bool', value: false, span }
      return undefined
    default:
      return undefined
  }
}

/** `1.5h` in ticks; decimal places of whole units are counted exactly. */
function timespanOf(digits: string, unit: string): bigint {
  if (unit.startsWith('nano')) return BigInt(Math.trunc(Number(digits) / 100))
  const [whole, rest = ''] = digits.split('.')
  if (/[eE]/.test(digits)) return BigInt(Math.trunc(Number(digits) * Number(units[unit])))
  return (BigInt(`${whole}${rest}`) * units[unit]!) / 10n ** BigInt(rest.length)
}

const longest = { long: 9_223_372_036_854_775_807n, int: 2_147_483_647n }

function integer(text: string, type: 'long' | 'int', span: Span, reader: Reader): Literal {
  const [, sign, digits] = /^([+-]?)\s*(.*)$/.exec(text)!
  const value = BigInt(digits!) * (sign === '-' ? -1n : 1n)
  if (value > longest[type] || value < -longest[type] - 1n) {
    reader.report('KQL014', 'error', `"${text.slice(0, 40)}" is beyond what "${type}" holds`, span, 'write it as real or decimal')
    return { kind: 'literal', type, value: undefined, span }
  }
  return { kind: 'literal', type, value, span }
}

function typedLiteral(reader: Reader, token: Token, span: Span): Literal {
  const type = typeOf(/^\w+/.exec(token.text)![0])!
  let inside = token.value
  const quoted = /^h?@?(["'])(.*)\1$/is.exec(inside)
  if (quoted !== null) inside = quoted[2]!
  const unreadable = (): Literal => {
    reader.report(
      'KQL202',
      'warning',
      `"${inside.slice(0, 40)}" is no ${type} and stands for no value`,
      span,
      `write ${type}(null) if that is meant`,
    )
    return nothing(type, span)
  }
  if (inside === 'null' || (inside === '' && type !== 'datetime')) return nothing(type, span)
  switch (type) {
    case 'bool':
      if (/^(?:true|[1-9]\d*)$/i.test(inside)) return { kind: 'literal', type, value: true, span }
      return /^(?:false|0)$/i.test(inside) ? { kind: 'literal', type, value: false, span } : unreadable()
    case 'int':
    case 'long':
      return /^[+-]?\s*(?:\d{1,40}|0x[0-9a-f]{1,16})$/i.test(inside) ? integer(inside, type, span, reader) : unreadable()
    case 'real': {
      const special = /^([+-]?)(nan|inf)$/i.exec(inside)
      if (special !== null) {
        const value = special[2]!.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity
        return { kind: 'literal', type, value, span }
      }
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(inside)
        ? { kind: 'literal', type, value: Number(inside), span }
        : unreadable()
    }
    case 'decimal':
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(inside)
        ? { kind: 'literal', type, value: inside.replace(/^\+/, ''), span }
        : unreadable()
    case 'guid': {
      const digits = inside.replace(/^[({]|[)}]$/g, '').replaceAll('-', '')
      if (!/^[0-9a-f]{32}$/i.test(digits)) return unreadable()
      const text = digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
      return { kind: 'literal', type, value: text, span }
    }
    case 'datetime': {
      if (inside === '') return nothing(type, span)
      const value = readDatetime(inside)
      return value === undefined ? unreadable() : { kind: 'literal', type, value, span }
    }
    case 'timespan': {
      const value = readTimespan(inside)
      return value === undefined ? unreadable() : { kind: 'literal', type, value, span }
    }
    default:
      return unreadable()
  }
}

/** The null of a type; a string's is the empty text. */
export function nothing(type: ValueType, span: Span): Literal {
  switch (type) {
    case 'bool':
    case 'int':
    case 'long':
    case 'real':
    case 'datetime':
    case 'timespan':
    case 'guid':
    case 'decimal':
      return { kind: 'literal', type, value: undefined, span }
    case 'dynamic':
      return { kind: 'literal', type, value: null, span }
    default:
      return { kind: 'literal', type: 'string', value: '', span }
  }
}

/** One or several strings side by side, which are one text. */
export function readText(reader: Reader): Expression | undefined {
  const start = reader.token.start
  if (reader.token.kind !== 'string') return undefined
  let value = ''
  while (reader.token.kind === 'string') {
    const token = reader.next()
    value += token.value
    for (const fault of token.faults ?? [])
      reader.report('KQL012', 'error', fault.message, fault.span, 'double the backslash, or write the text verbatim: @"…"')
  }
  return { kind: 'literal', type: 'string', value, span: reader.spanFrom(start) }
}

/** `dynamic(value)` behind its name: arrays and bags of literals, as in JSON; texts in single quotes, datetimes and timespans are taken too. */
export function readDynamic(reader: Reader, start: number): Expression {
  reader.expect('(', 'behind "dynamic"')
  const value = reader.is(')') ? null : json(reader)
  reader.expect(')', 'at the end of the dynamic literal')
  return { kind: 'literal', type: 'dynamic', value, span: reader.spanFrom(start) }
}

function json(reader: Reader): Json {
  return reader.nested(() => {
    if (reader.failed) return null
    if (reader.take('[')) return list(reader)
    if (reader.take('{')) return bag(reader)
    if (reader.take('null')) return null
    const text = readText(reader)
    if (text?.kind === 'literal') return text.value as string
    if (reader.is('dynamic')) {
      const { start } = reader.next()
      const inner = readDynamic(reader, start)
      return inner.kind === 'literal' && inner.type === 'dynamic' ? inner.value : null
    }
    const negative = reader.take('-')
    if (!negative) reader.take('+')
    const literal = literalOf(reader, reader.token)
    if (literal === undefined) {
      reader.fail('a dynamic literal holds literals only', 'build other values with pack_array or bag_pack')
      return null
    }
    reader.next()
    switch (literal.type) {
      case 'datetime':
        return literal.value === undefined ? null : printDatetime(literal.value)
      case 'timespan':
        return literal.value === undefined ? null : printTimespan(negative ? -literal.value : literal.value)
      case 'long':
      case 'int': {
        if (literal.value === undefined) return null
        const value = negative ? -literal.value : literal.value
        return value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n ? Number(value) : value
      }
      case 'real':
        return literal.value === undefined ? null : negative ? -literal.value : literal.value
      default:
        return literal.value ?? null
    }
  })
}

function list(reader: Reader): Json {
  const out: Json[] = []
  if (reader.take(']')) return out
  do {
    if (reader.is(']')) break
    out.push(json(reader))
  } while (reader.take(','))
  reader.expect(']', 'at the end of the array')
  return out
}

function bag(reader: Reader): Json {
  const out: Record<string, Json> = {}
  if (reader.take('}')) return out
  do {
    const key = readText(reader)
    if (key?.kind !== 'literal') {
      reader.fail('the keys of a dynamic literal are texts in quotes')
      return out
    }
    reader.expect(':', 'behind the key')
    Object.defineProperty(out, String(key.value), { value: json(reader), enumerable: true, writable: true, configurable: true })
  } while (reader.take(','))
  reader.expect('}', 'at the end of the bag')
  return out
}

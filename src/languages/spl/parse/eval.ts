// Expressions of eval and where → values and conditions: with regard to case, AND before OR, three-valued until it is asked whether one is true (Search Reference, "eval", "where", "Evaluation functions").

import { and, no, not, or, yes } from '../../../ir/logic.ts'
import type { Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import { call } from './calls.ts'
import { deepest, plainText, type Scanner } from './reading.ts'

/** What an expression is: a value, or a condition that is true, false or without an answer. */
export type Expression =
  | { readonly kind: 'value'; readonly scalar: Scalar }
  | { readonly kind: 'truth'; readonly predicate: Predicate; readonly span?: Scalar['span'] }

/** An expression that is a condition: when it is true. */
export function whereExpression(scanner: Scanner): Predicate {
  const found = expression(scanner)
  if (scanner.more()) scanner.unexpected('an operator')
  return yes(truth(found))
}

/** An expression that is a value, up to what cannot be part of it. */
export function valueExpression(scanner: Scanner): Scalar {
  const start = scanner.more() ? scanner.at : scanner.end
  const found = expression(scanner)
  if (found.kind === 'truth' && !scanner.failed)
    scanner.reading.report(
      'SPL208',
      'warning',
      'this is true or false, which no field can hold',
      start,
      scanner.at,
      'write if(…, "true", "false")',
    )
  return value(found)
}

/** An expression up to what cannot be part of it: `xor (XOR xor)*`, binding least. */
export function expression(scanner: Scanner): Expression {
  const { reading } = scanner
  if (++reading.depth > deepest) {
    scanner.fail('SPL010', `expressions are nested deeper than ${deepest}`, scanner.at, scanner.at + 1)
    reading.depth--
    return nothing
  }
  const found = exclusive(scanner)
  reading.depth--
  return found
}

const nothing: Expression = { kind: 'value', scalar: { kind: 'literal', value: null } }

/** The condition of an expression, three-valued; a value is one where it is the value true. */
export function truth(of: Expression): Predicate {
  if (of.kind === 'truth') return of.predicate
  const { scalar } = of
  if (scalar.kind === 'literal') return { kind: 'const', value: scalar.value === true }
  return { kind: 'test', subject: scalar, match: { kind: 'compare', op: '=', to: { kind: 'literal', value: true } } }
}

/** The value of an expression: a condition is true, false, or absent. */
export function value(of: Expression): Scalar {
  if (of.kind === 'value') return of.scalar
  const { predicate } = of
  const literal = (told: boolean | null): Scalar => ({ kind: 'literal', value: told })
  if (predicate.kind === 'const') return literal(predicate.value)
  return {
    kind: 'case',
    branches: [
      { when: yes(predicate), then: literal(true) },
      { when: no(predicate), then: literal(false) },
    ],
    otherwise: literal(null),
    ...(of.span === undefined ? {} : { span: of.span }),
  }
}

/** An operator in words, with which no name goes on. */
const operatorWord = (word: string): RegExp => new RegExp(`${word}(?![\\w.])(?!\\s*\\()`, 'iy')
const orWord = /or(?![\w.])/iy
const andWord = /and(?![\w.])/iy
const xorWord = /xor(?![\w.])/iy
const notWord = /not(?![\w.])/iy
const likeWord = operatorWord('like')

function exclusive(scanner: Scanner): Expression {
  let left = alternatives(scanner)
  while (scanner.match(xorWord) !== undefined) {
    const a = truth(left)
    const b = truth(alternatives(scanner))
    left = { kind: 'truth', predicate: or([and([a, not(b)]), and([not(a), b])]) }
  }
  return left
}

function alternatives(scanner: Scanner): Expression {
  const start = scanner.more() ? scanner.at : scanner.end
  const first = together(scanner)
  const args: Predicate[] = []
  while (scanner.match(orWord) !== undefined) args.push(truth(together(scanner)))
  return args.length === 0 ? first : joined(scanner, start, or([truth(first), ...args]))
}

function together(scanner: Scanner): Expression {
  const start = scanner.more() ? scanner.at : scanner.end
  const first = negation(scanner)
  const args: Predicate[] = []
  while (scanner.match(andWord) !== undefined) args.push(truth(negation(scanner)))
  return args.length === 0 ? first : joined(scanner, start, and([truth(first), ...args]))
}

function joined(scanner: Scanner, start: number, predicate: Predicate): Expression {
  const span = scanner.reading.span(start, scanner.at)
  return {
    kind: 'truth',
    predicate: predicate.kind === 'and' || predicate.kind === 'or' ? { ...predicate, span } : predicate,
    span,
  }
}

function negation(scanner: Scanner): Expression {
  let negated = false
  let found = false
  while (scanner.match(notWord) !== undefined) {
    negated = !negated
    found = true
  }
  const inside = comparison(scanner)
  if (!found) return inside
  const told = truth(inside)
  return { kind: 'truth', predicate: negated ? not(told) : told }
}

function comparison(scanner: Scanner): Expression {
  const start = scanner.more() ? scanner.at : scanner.end
  let left = sum(scanner)
  for (;;) {
    const operator = scanner.match(/==|!=|<>|<=|>=|=|<(?!<FIELD|<MATCH)|>/y)?.[0]
    if (operator !== undefined) {
      const right = sum(scanner)
      if (scanner.failed) return nothing
      left = { kind: 'truth', predicate: compared(scanner, left, operator, right, start) }
      continue
    }
    const negated = scanner.match(/not\s+(?=(?:in\s*\(|like\b))/iy) !== undefined
    const like = scanner.match(likeWord) !== undefined
    if (like) {
      const right = sum(scanner)
      const made = call(scanner, 'like', [left, right], start, scanner.at)
      left = negated ? { kind: 'truth', predicate: not(truth(made)) } : made
      continue
    }
    if (scanner.match(/in\s*(?=\()/iy) !== undefined) {
      const made = call(scanner, 'in', [left, ...callArguments(scanner)], start, scanner.at)
      left = negated ? { kind: 'truth', predicate: not(truth(made)) } : made
      continue
    }
    return left
  }
}

/** One comparison; of several values of a field one is enough, for `!=` one that differs. */
export function compared(scanner: Scanner, left: Expression, operator: string, right: Expression, start: number): Predicate {
  const span = scanner.reading.span(start, scanner.at)
  let a = value(left)
  let b = value(right)
  let op = operator === '==' ? '=' : operator === '<>' ? '!=' : operator
  if (a.kind === 'literal' && b.kind === 'literal' && typeof a.value === 'string')
    scanner.reading.report(
      'SPL207',
      'warning',
      'this compares two texts; a field is written without quotes or in single ones',
      start,
      scanner.at,
      `write '${a.value}' for the field`,
    )
  if (a.kind === 'literal') {
    const turned: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }
    ;[a, b] = [b, a]
    op = turned[op] ?? op
  }
  const match: Match =
    (op === '=' || op === '!=') && b.kind === 'literal' && typeof b.value === 'string'
      ? { kind: 'glob', glob: [b.value], fold: false }
      : { kind: 'compare', op: (op === '!=' ? '=' : op) as '=', to: b }
  const test: Predicate = { kind: 'test', subject: a, match, span }
  return op === '!=' ? not({ ...test, each: 'all' }) : test
}

const literalNumber = (of: Scalar): boolean => of.kind === 'literal' && typeof of.value === 'number'

/** `product (('+' | '-' | '.') product)*`; `.` joins texts. */
function sum(scanner: Scanner): Expression {
  const start = scanner.more() ? scanner.at : scanner.end
  let left = product(scanner)
  for (;;) {
    const operator = scanner.match(/[+.-]/y)?.[0]
    if (operator === undefined) return left
    const a = value(left)
    const b = value(product(scanner))
    if (scanner.failed) return nothing
    const span = scanner.reading.span(start, scanner.at)
    if (operator === '.') {
      const parts = a.kind === 'call' && a.fn === 'concat' ? [...a.args, b] : [a, b]
      left = { kind: 'value', scalar: { kind: 'call', fn: 'concat', args: parts, span } }
      continue
    }
    // Of two texts `+` makes one.
    const fn = operator === '-' ? 'subtract' : literalNumber(a) || literalNumber(b) ? 'add' : 'splunk:plus'
    left = { kind: 'value', scalar: { kind: 'call', fn, args: [a, b], span } }
  }
}

function product(scanner: Scanner): Expression {
  const start = scanner.more() ? scanner.at : scanner.end
  let left = unary(scanner)
  for (;;) {
    const operator = scanner.match(/[*/%]/y)?.[0]
    if (operator === undefined) return left
    const args = [value(left), value(unary(scanner))]
    if (scanner.failed) return nothing
    const fn = operator === '*' ? 'multiply' : operator === '/' ? 'divide' : 'splunk:modulo'
    left = { kind: 'value', scalar: { kind: 'call', fn, args, span: scanner.reading.span(start, scanner.at) } }
  }
}

function unary(scanner: Scanner): Expression {
  const start = scanner.more() ? scanner.at : scanner.end
  let negative = false
  for (let sign = scanner.match(/[+-]/y)?.[0]; sign !== undefined; sign = scanner.match(/[+-]/y)?.[0])
    if (sign === '-') negative = !negative
  const inside = primary(scanner)
  if (!negative) return inside
  const of = value(inside)
  const span = scanner.reading.span(start, scanner.at)
  if (of.kind === 'literal' && typeof of.value === 'number') return { kind: 'value', scalar: { ...of, value: -of.value, span } }
  return { kind: 'value', scalar: { kind: 'call', fn: 'subtract', args: [{ kind: 'literal', value: 0 }, of], span } }
}

function primary(scanner: Scanner): Expression {
  const { reading } = scanner
  if (!scanner.more()) {
    scanner.unexpected('a value')
    return nothing
  }
  const start = scanner.at
  const here = (scalar: Scalar): Expression => ({ kind: 'value', scalar: { ...scalar, span: reading.span(start, scanner.at) } })
  if (scanner.next === '(') {
    scanner.at++
    const inside = expression(scanner)
    if (!scanner.take(')') && !scanner.failed) scanner.fail('SPL002', 'a parenthesis is not closed', start, start + 1, 'close it')
    return inside
  }
  if (scanner.next === '"') {
    const string = scanner.string()
    return string === undefined ? nothing : here({ kind: 'literal', value: plainText(string.raw) })
  }
  if (scanner.next === "'") {
    const found = scanner.match(/'([^']*)'/y)
    if (found === undefined) {
      scanner.fail('SPL002', 'the name of a field is not closed', start, start + 1, 'close it with a single quote')
      return nothing
    }
    return here({ kind: 'field', name: found[1]! })
  }
  if (scanner.next === '`') {
    const close = scanner.text.indexOf('`', start + 1)
    scanner.at = close === -1 ? scanner.end : close + 1
    const span = reading.span(start, scanner.at)
    return { kind: 'truth', predicate: { kind: 'opaque', text: scanner.text.slice(start, scanner.at), span }, span }
  }
  if (scanner.next === '[') return single(scanner, start)
  const number = scanner.match(/(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w])/y)
  if (number !== undefined) return here({ kind: 'literal', value: Number(number[0]) })
  const name = scanner.match(
    /(?:<<\w+>>|\$[\w.:{}@-]+\$|[\p{L}_\d][\p{L}\p{N}_@:]*(?:\{\d*\})?)(?:<<\w+>>|[\p{L}\p{N}_@:]|\{\d*\})*/uy,
  )
  if (name === undefined) {
    scanner.unexpected('a value')
    return nothing
  }
  if (scanner.next === '(' || (scanner.sees(/\(/y) && !/^(?:and|or|xor)$/i.test(name[0])))
    return call(scanner, name[0].toLowerCase(), callArguments(scanner), start, scanner.at)
  return dotted(scanner, name[0], start)
}

/** `a.b` without blanks joins two fields here; the field of that name needs quotes. */
function dotted(scanner: Scanner, first: string, start: number): Expression {
  const { reading } = scanner
  const parts: Scalar[] = [{ kind: 'field', name: first, span: reading.span(start, scanner.at) }]
  for (;;) {
    const at = scanner.at + 1
    const more =
      scanner.next === '.' ? /^\.[\p{L}_][\p{L}\p{N}_@:{}]*(?!\()/u.exec(scanner.text.slice(scanner.at, scanner.at + 300)) : null
    if (more === null) break
    scanner.at += more[0].length
    parts.push({ kind: 'field', name: more[0].slice(1), span: reading.span(at, scanner.at) })
  }
  if (parts.length === 1) return { kind: 'value', scalar: first === '_raw' ? { kind: 'raw', span: parts[0]!.span } : parts[0]! }
  const name = reading.text.slice(start, scanner.at)
  reading.report(
    'SPL206',
    'warning',
    `"${name}" joins ${parts.length} fields here; the field of that name is written '${name}'`,
    start,
    scanner.at,
    'put the name in single quotes',
    `'${name}'`,
  )
  return { kind: 'value', scalar: { kind: 'call', fn: 'concat', args: parts, span: reading.span(start, scanner.at) } }
}

/** A subsearch whose one cell is the value: `[search … | return $field]`. */
function single(scanner: Scanner, start: number): Expression {
  const { reading } = scanner
  let depth = 0
  let at = start
  for (; at < scanner.end; at++) {
    if (scanner.text[at] === '[') depth++
    else if (scanner.text[at] === ']' && --depth === 0) break
  }
  if (at >= scanner.end) {
    scanner.fail('SPL002', 'a bracket is not closed', start, start + 1, 'close the subsearch with "]"')
    return nothing
  }
  scanner.at = at + 1
  const of = reading.subsearch(start + 1, at)
  if (of === undefined) {
    scanner.stop()
    return nothing
  }
  return { kind: 'value', scalar: { kind: 'single', of, span: reading.span(start, scanner.at) } }
}

/** `( expression, … )` */
function callArguments(scanner: Scanner): readonly Expression[] {
  const start = scanner.at
  if (!scanner.take('(')) {
    scanner.unexpected('"("')
    return []
  }
  const out: Expression[] = []
  if (scanner.take(')')) return out
  for (;;) {
    out.push(expression(scanner))
    if (scanner.failed) return out
    if (scanner.take(',')) continue
    if (scanner.take(')')) return out
    if (scanner.more()) scanner.unexpected('"," or ")"')
    else scanner.fail('SPL002', 'a parenthesis is not closed', start, start + 1, 'close it')
    return out
  }
}

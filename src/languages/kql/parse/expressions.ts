// Expressions: from `or`, the loosest, down to paths, calls and literals (https://learn.microsoft.com/kusto/query/scalar-operators).

import type { Span } from '../../../text/source.ts'
import { literalOf, readDynamic, readText } from './literals.ts'
import { readOperators, readSource, startsSource } from './operators.ts'
import type { Reader } from './reader.ts'
import type { Argument, Expression, Named, TypeName } from './tree.ts'

/** Operators on texts, which bind tighter than arithmetic. */
const textWords: ReadonlySet<string> = new Set(
  ['has', 'hasprefix', 'hassuffix', 'contains', 'startswith', 'endswith']
    .flatMap(word => [word, `${word}_cs`])
    .concat(['has_cs', 'like', 'notlike', 'likecs', 'notlikecs', 'containscs', 'notcontains', 'notcontainscs']),
)
const listWords: ReadonlySet<string> = new Set(['in', 'has_any', 'has_all'])

/** A whole expression; `a | b` behind it is for `readPipe`. */
export function readExpression(reader: Reader): Expression {
  return reader.nested(() => joined(reader, 'or', () => joined(reader, 'and', () => readEquality(reader))))
}

/** `a or b or c` as one node, however long. */
function joined(reader: Reader, word: 'and' | 'or', part: () => Expression): Expression {
  const start = reader.token.start
  const first = part()
  if (!reader.is(word)) return first
  const args = [first]
  while (reader.take(word)) args.push(part())
  return { kind: word, args, span: reader.spanFrom(start) }
}

/** `a == b`, `a in (…)`, `a between (b .. c)`: one of them, not a chain. */
function readEquality(reader: Reader): Expression {
  const start = reader.token.start
  const left = readRelation(reader)
  for (const word of ['==', '!=', '<>'])
    if (reader.is(word)) return binary(reader, start, left, word === '<>' ? '!=' : word, 1, readRelation)
  const negated = reader.isJoined(['!'])
  const offset = negated ? 1 : 0
  const word = reader.ahead(offset)
  if (word.kind !== 'name') return left
  if (word.text === 'between') {
    reader.skip(offset + 1)
    return readBetween(reader, start, left, negated)
  }
  if (!listWords.has(word.text)) return left
  reader.skip(offset + 1)
  const folded = reader.token.start === word.end && reader.take('~')
  const full = `${negated ? '!' : ''}${word.text}${folded ? '~' : ''}`
  if ((folded && word.text !== 'in') || (negated && word.text !== 'in'))
    reader.fail(`there is no operator "${full}"`, 'write not(… has_any (…))')
  return readList(reader, start, left, full)
}

function binary(
  reader: Reader,
  start: number,
  left: Expression,
  word: string,
  tokens: number,
  operand: (reader: Reader) => Expression,
): Expression {
  reader.skip(tokens)
  const right = operand(reader)
  return { kind: 'binary', word, left, right, span: reader.spanFrom(start) }
}

/** `between (from .. to)` behind its word. */
function readBetween(reader: Reader, start: number, left: Expression, negated: boolean): Expression {
  reader.expect('(', 'behind "between"')
  const from = readSum(reader)
  reader.expect('..', 'between the ends of the range')
  const to = readSum(reader)
  reader.expect(')', 'at the end of the range')
  return { kind: 'between', negated, left, from, to, span: reader.spanFrom(start) }
}

/** `in (a, b)`, `in (table)` behind the word. */
function readList(reader: Reader, start: number, left: Expression, word: string): Expression {
  const items: Expression[] = []
  reader.expect('(', `behind "${word}"`)
  if (!reader.is(')')) {
    do {
      if (reader.is(')')) break
      items.push(readPipe(reader))
    } while (reader.take(','))
  }
  reader.expect(')', `at the end of the list of "${word}"`)
  return { kind: 'list', word, left, items, span: reader.spanFrom(start) }
}

function readRelation(reader: Reader): Expression {
  const start = reader.token.start
  const left = readSum(reader)
  for (const word of ['<=', '>=', '<', '>']) if (reader.is(word)) return binary(reader, start, left, word, 1, readSum)
  return left
}

/** How many operators of one level may follow each other: what they make is as deep. */
const longestChain = 400

function chain(reader: Reader, words: readonly string[], operand: (reader: Reader) => Expression): Expression {
  const start = reader.token.start
  let left = operand(reader)
  for (let count = 0; ; count++) {
    const word = words.find(one => reader.is(one))
    if (word === undefined) return left
    if (count === longestChain) {
      reader.fail('a chain of operators is too long to be read', 'divide the query with let statements', 'KQL013')
      return left
    }
    left = binary(reader, start, left, word, 1, operand)
  }
}

/** A sum, for those whose next word would be an operator of a looser level. */
export const readSum = (reader: Reader): Expression => chain(reader, ['+', '-'], readProduct)
const readProduct = (reader: Reader): Expression => chain(reader, ['*', '/', '%'], readTextTest)

/** `a has "b"`, `a !contains b`, `a matches regex "b"`, `a =~ b`: one of them, not a chain. */
function readTextTest(reader: Reader): Expression {
  const start = reader.token.start
  const left = readUnary(reader)
  const { token } = reader
  if (reader.is('=~') || reader.is('!~')) return binary(reader, start, left, token.text, 1, readUnary)
  // In a search: the column before the colon has the term.
  if (reader.is(':') && !reader.is('(', 1)) return binary(reader, start, left, ':', 1, readUnary)
  if (reader.is('matches') && reader.is('regex', 1)) return binary(reader, start, left, 'matches regex', 2, readUnary)
  if (token.kind === 'name' && textWords.has(token.text)) return binary(reader, start, left, token.text, 1, readUnary)
  if (reader.is('!')) {
    const word = reader.ahead(1)
    if (word.kind === 'name' && textWords.has(word.text) && !word.text.startsWith('not') && !word.text.includes('like'))
      return binary(reader, start, left, `!${word.text}`, 2, readUnary)
  }
  return left
}

/** A sign, directly before what it is the sign of. */
function readUnary(reader: Reader): Expression {
  const start = reader.token.start
  if (reader.take('-')) {
    const of = readPath(reader)
    return { kind: 'minus', of, span: reader.spanFrom(start) }
  }
  reader.take('+')
  return readPath(reader)
}

/** `a.b["c"][0]`, `f(x).y`. */
function readPath(reader: Reader): Expression {
  const start = reader.token.start
  let of = readPrimary(reader)
  for (let count = 0; ; count++) {
    if (count === longestChain) {
      reader.fail('a path is too long to be read', undefined, 'KQL013')
      return of
    }
    if (reader.is('.') && (reader.ahead(1).kind === 'name' || reader.is('[', 1))) {
      reader.next()
      const { token } = reader
      if (reader.is('[') && !isQuotedName(reader, 0)) continue
      const name = readName(reader, 'behind the dot')
      const at: Span = { start: token.start, end: reader.last }
      if (reader.is('('))
        of = {
          kind: 'call',
          name,
          at,
          args: [{ value: of, span: of.span }, ...readArguments(reader)],
          span: reader.spanFrom(start),
        }
      else of = { kind: 'path', of, name, at, span: reader.spanFrom(start) }
    } else if (reader.is('[')) {
      reader.next()
      const index = readExpression(reader)
      reader.expect(']', 'at the end of the index')
      of = { kind: 'index', of, index, span: reader.spanFrom(start) }
    } else return of
  }
}

/** A name, plain or in brackets and quotes. */
export function readName(reader: Reader, where: string): string {
  const { token } = reader
  if (token.kind === 'name') {
    reader.next()
    return token.text
  }
  if (isQuotedName(reader, 0)) {
    reader.skip(3)
    return reader.ahead(-2).value
  }
  reader.fail(`a name is expected ${where}`)
  return ''
}

export const isQuotedName = (reader: Reader, ahead: number): boolean =>
  reader.is('[', ahead) && reader.ahead(ahead + 1).kind === 'string' && reader.is(']', ahead + 2)

/** How many tokens the name has that stands here or further on; 0 where none does. */
export const nameLength = (reader: Reader, ahead = 0): number =>
  reader.ahead(ahead).kind === 'name' ? 1 : isQuotedName(reader, ahead) ? 3 : 0

function readPrimary(reader: Reader): Expression {
  const { token } = reader
  const { start } = token
  const text = readText(reader)
  if (text !== undefined) return text
  if (token.kind === 'name' && token.text === 'dynamic' && reader.is('(', 1)) {
    reader.next()
    return readDynamic(reader, start)
  }
  if (token.kind === 'name' && token.text === 'typeof' && reader.is('(', 1)) return readTypeof(reader)
  const literal = literalOf(reader, token)
  if (literal !== undefined) {
    reader.next()
    return literal
  }
  if (reader.take('(')) {
    const inner = readPipe(reader)
    reader.expect(')', 'to close the parenthesis')
    return inner
  }
  if (reader.take('*')) return { kind: 'star', span: reader.spanFrom(start) }
  if (token.kind === 'name' || isQuotedName(reader, 0)) {
    const name = readName(reader, '')
    const at = reader.spanFrom(start)
    if (token.kind === 'name' && reader.is('('))
      return { kind: 'call', name, at, args: readArguments(reader), span: reader.spanFrom(start) }
    return { kind: 'name', name, span: at }
  }
  reader.fail('an expression is expected')
  return { kind: 'refused', what: 'a mistake', span: { start, end: start } }
}

/** `typeof(long)`, `typeof(a:long, b:string)`. */
export function readTypeof(reader: Reader): Expression & { kind: 'typeof' } {
  const { start } = reader.next()
  reader.expect('(', 'behind "typeof"')
  const types: TypeName[] = []
  do {
    const at = reader.token.start
    let name = readTypeWord(reader)
    if (reader.take(':')) name = readTypeWord(reader)
    types.push({ name, span: reader.spanFrom(at) })
  } while (reader.take(','))
  reader.expect(')', 'at the end of "typeof"')
  return { kind: 'typeof', types, span: reader.spanFrom(start) }
}

function readTypeWord(reader: Reader): string {
  if (reader.take('*')) return '*'
  return readName(reader, 'in "typeof"')
}

/** `(a, name = b, *)`. */
export function readArguments(reader: Reader): Argument[] {
  const args: Argument[] = []
  reader.expect('(', 'before the arguments')
  if (reader.take(')')) return args
  do {
    const { start } = reader.token
    if (reader.is(')') && args.length > 0) break
    if (reader.token.kind === 'name' && reader.is('=', 1)) {
      const name = reader.next().text
      reader.next()
      args.push({ name, value: readPipe(reader), span: reader.spanFrom(start) })
    } else args.push({ value: readPipe(reader), span: reader.spanFrom(start) })
  } while (reader.take(','))
  reader.expect(')', 'at the end of the arguments')
  return args
}

/** An expression, or a source with what is done to it. */
export function readPipe(reader: Reader): Expression {
  return reader.nested(() => {
    const { start } = reader.token
    const source = startsSource(reader) ? readSource(reader) : readExpression(reader)
    if (!reader.is('|')) return source
    const operators = readOperators(reader)
    return { kind: 'pipe', source, operators, span: reader.spanFrom(start) }
  })
}

/** `name = value`, `(a, b) = value` or a value alone. */
export function readNamed(reader: Reader): Named {
  const { start } = reader.token
  const length = nameLength(reader)
  if (length > 0 && reader.is('=', length)) {
    const name = readName(reader, '')
    const names = [{ name, span: reader.spanFrom(start) }]
    reader.next()
    return { names, value: readExpression(reader), span: reader.spanFrom(start) }
  }
  if (reader.is('(')) {
    const listed = namesAhead(reader)
    if (listed > 0) {
      reader.next()
      const names: { name: string; span: Span }[] = []
      do {
        const at = reader.token.start
        const name = readName(reader, 'in the list of names')
        names.push({ name, span: reader.spanFrom(at) })
      } while (reader.take(','))
      reader.skip(2)
      return { names, value: readExpression(reader), span: reader.spanFrom(start) }
    }
  }
  return { value: readExpression(reader), span: reader.spanFrom(start) }
}

/** How many tokens `(a, b) =` has ahead; 0 when something else stands here. */
function namesAhead(reader: Reader): number {
  let at = 1
  for (;;) {
    const length = nameLength(reader, at)
    if (length === 0) return 0
    at += length
    if (reader.is(',', at)) {
      at++
      continue
    }
    return reader.is(')', at) && reader.is('=', at + 1) ? at + 2 : 0
  }
}

// Expressions of SQL to their tree, in the precedence that the dialects share: OR, AND, NOT, comparisons, sums, products.

import type { Cursor, Token } from '../../reading.ts'
import { bounds, numberOf } from '../../reading.ts'
import type { Call, Expression, LikeWord, Select } from './tree.ts'

/** Words that end an expression or a list, and are no alias. */
export const closing: ReadonlySet<string> = new Set(
  (
    'from where group having order limit offset union intersect except window as and or not in is like ilike glob regexp similar between escape when then else end ' +
    'on join left right full inner cross using asc desc nulls filter over within collate rlike prewhere settings format qualify final with isnull notnull match'
  ).split(' '),
)

const compares: ReadonlyMap<string, '=' | '<>' | '<' | '<=' | '>' | '>='> = new Map([
  ['=', '='],
  ['==', '='],
  ['!=', '<>'],
  ['<>', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
])

const likes: ReadonlyMap<string, LikeWord> = new Map([
  ['like', 'like'],
  ['ilike', 'ilike'],
  ['glob', 'glob'],
  ['regexp', 'regexp'],
  ['rlike', 'regexp'],
  ['similar', 'similar'],
])
const signs: ReadonlyMap<string, { readonly how: LikeWord; readonly negated: boolean }> = new Map([
  ['~', { how: '~', negated: false }],
  ['!~', { how: '~', negated: true }],
  ['~*', { how: '~*', negated: false }],
  ['!~*', { how: '~*', negated: true }],
  ['~~', { how: 'like', negated: false }],
  ['!~~', { how: 'like', negated: true }],
  ['~~*', { how: 'ilike', negated: false }],
  ['!~~*', { how: 'ilike', negated: true }],
])

/** Reads expressions; `query` reads a query within. */
export class Expressions {
  private readonly cursor: Cursor
  private readonly query: () => Select

  constructor(cursor: Cursor, query: () => Select) {
    this.cursor = cursor
    this.query = query
  }

  name(): string {
    const { token } = this.cursor
    if (token.kind !== 'name' && token.kind !== 'quoted') this.cursor.fail('a name')
    return this.cursor.next().value
  }

  /** Parentheses with what is in them, unread. */
  skipped(): void {
    const { cursor } = this
    cursor.expect('(')
    for (let depth = 1; depth > 0; ) {
      const token = cursor.next()
      if (token.kind === 'end') cursor.fail('")"')
      if (token.kind === 'sign' && token.text === '(') depth++
      if (token.kind === 'sign' && token.text === ')') depth--
    }
  }

  expression(): Expression {
    return this.cursor.deeper(() => this.chain('or', () => this.chain('and', () => this.negation())))
  }

  private chain(word: 'and' | 'or', part: () => Expression): Expression {
    const { start } = this.cursor.token
    const args = [part()]
    while (this.cursor.take(word)) args.push(part())
    return args.length === 1 ? args[0]! : { kind: word, args, span: this.cursor.spanFrom(start) }
  }

  private negation(): Expression {
    const { cursor } = this
    const { start } = cursor.token
    let count = 0
    while (cursor.take('not')) count++
    const arg = this.comparison()
    if (count === 0) return arg
    const made: Expression = { kind: 'not', arg, span: cursor.spanFrom(start) }
    return count % 2 === 1 ? made : { ...made, arg: { kind: 'not', arg, span: made.span } }
  }

  /** comparison := sum (operator sum | IS … | [NOT] IN … | [NOT] LIKE … | [NOT] BETWEEN …)* */
  private comparison(): Expression {
    const { cursor } = this
    const { start } = cursor.token
    let left = this.sum()
    for (let count = 0; count < bounds.depth; count++) {
      const span = () => cursor.spanFrom(start)
      const { token } = cursor
      const op = token.kind === 'sign' ? compares.get(token.text) : undefined
      if (op !== undefined) {
        cursor.at++
        left = { kind: 'compare', op, left, right: this.sum(), span: span() }
        continue
      }
      const sign = token.kind === 'sign' ? signs.get(token.text) : undefined
      if (sign !== undefined) {
        cursor.at++
        left = { kind: 'like', ...sign, left, right: this.sum(), span: span() }
        continue
      }
      if (token.kind === 'sign' && (token.text === '<<' || token.text === '<<=')) {
        cursor.at++
        left = { kind: 'within', left, network: this.sum(), span: span() }
        continue
      }
      if (cursor.take('isnull')) {
        left = { kind: 'is', arg: left, what: 'null', negated: false, span: span() }
        continue
      }
      if (cursor.take('notnull')) {
        left = { kind: 'is', arg: left, what: 'null', negated: true, span: span() }
        continue
      }
      if (cursor.take('is')) {
        const negated = cursor.take('not')
        const what = (['null', 'true', 'false'] as const).find(word => cursor.take(word))
        if (what !== undefined) left = { kind: 'is', arg: left, what, negated, span: span() }
        else if (cursor.take('distinct')) {
          cursor.expect('from')
          const right = this.sum()
          left = distinct(left, right, !negated, span())
        } else left = distinct(left, this.sum(), negated, span())
        continue
      }
      const negated = cursor.is('not') && ['in', 'between', ...likes.keys()].some(word => cursor.is(word, 1))
      if (negated) cursor.at++
      if (cursor.take('in')) {
        left = this.membership(left, negated, start)
        continue
      }
      if (cursor.take('between')) {
        const low = this.sum()
        cursor.expect('and')
        left = { kind: 'between', left, low, high: this.sum(), negated, span: span() }
        continue
      }
      const how = cursor.token.kind === 'name' ? likes.get(cursor.token.text.toLowerCase()) : undefined
      if (how === undefined) return left
      cursor.at++
      if (how === 'similar') cursor.expect('to')
      const right = this.sum()
      const escaping = cursor.take('escape') ? this.sum() : undefined
      left = { kind: 'like', how, left, right, negated, ...(escaping === undefined ? {} : { escape: escaping }), span: span() }
    }
    return cursor.fail('fewer comparisons in a row')
  }

  private membership(left: Expression, negated: boolean, start: number): Expression {
    const { cursor } = this
    const close = cursor.is('[') ? ']' : ')'
    if (!cursor.take('[')) cursor.expect('(')
    if (cursor.is('select') || cursor.is('with')) {
      const query = this.query()
      cursor.expect(')')
      return { kind: 'in', left, list: [], query, negated, span: cursor.spanFrom(start) }
    }
    const list: Expression[] = []
    if (!cursor.is(close))
      do list.push(this.expression())
      while (cursor.take(','))
    cursor.expect(close)
    return { kind: 'in', left, list, negated, span: cursor.spanFrom(start) }
  }

  private sum(): Expression {
    return this.arithmetic(['+', '-', '||'], () => this.arithmetic(['*', '/', '%'], () => this.signed()))
  }

  private arithmetic(ops: readonly string[], part: () => Expression): Expression {
    const { cursor } = this
    const { start } = cursor.token
    let left = part()
    for (let count = 0; cursor.token.kind === 'sign' && ops.includes(cursor.token.text); count++) {
      if (count > 2000) cursor.refuse('SQL002', 'a calculation has too many parts', cursor.token)
      const op = cursor.next().text as '+'
      const right = part()
      // A text in pieces is one text.
      const joined = op === ('||' as string) ? joinedTexts(left, right) : undefined
      left = joined ?? { kind: 'arithmetic', op, left, right, span: cursor.spanFrom(start) }
    }
    return left
  }

  private signed(): Expression {
    const { cursor } = this
    const { start } = cursor.token
    let negative = false
    while (cursor.is('-') || cursor.is('+')) negative = (cursor.next().text === '-') !== negative
    let found = this.primary()
    for (let count = 0; count < bounds.depth; count++) {
      if (cursor.take('::')) found = { kind: 'cast', arg: found, type: this.type(), span: cursor.spanFrom(start) }
      else if (cursor.take('collate')) this.name()
      else if (cursor.is('at') && cursor.is('time', 1) && cursor.is('zone', 2)) {
        cursor.at += 3
        this.primary()
      } else break
    }
    if (!negative) return found
    if (found.kind === 'literal' && (typeof found.value === 'number' || typeof found.value === 'bigint'))
      return { ...found, value: -found.value }
    return { kind: 'arithmetic', op: '-', left: { kind: 'literal', value: 0, span: found.span }, right: found, span: found.span }
  }

  private type(): string {
    const { cursor } = this
    let type = this.name()
    while (
      cursor.token.kind === 'name' &&
      ['precision', 'varying', 'with', 'without', 'time', 'zone'].some(word => cursor.is(word))
    )
      type += ` ${cursor.next().text}`
    if (cursor.is('(')) this.skipped()
    return type.toLowerCase()
  }

  private primary(): Expression {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    const span = { start, end: token.end }
    if (token.bad !== undefined) cursor.fail('')
    if (token.kind === 'string') {
      cursor.at++
      return { kind: 'literal', value: token.value, span }
    }
    if (token.kind === 'number') {
      cursor.at++
      const value = /^0[xX]/.test(token.text) ? Number(token.text) : numberOf(token.text)
      return { kind: 'literal', value: value ?? 0, span }
    }
    if (cursor.take('(')) {
      if (cursor.is('select') || cursor.is('with')) {
        const query = this.query()
        cursor.expect(')')
        return { kind: 'query', query, span: cursor.spanFrom(start) }
      }
      const found = this.expression()
      if (cursor.is(',')) {
        const of = [found]
        while (cursor.take(',')) of.push(this.expression())
        cursor.expect(')')
        return { kind: 'list', of, span: cursor.spanFrom(start) }
      }
      cursor.expect(')')
      return found
    }
    if (cursor.take('*')) {
      if (cursor.is('columns') && cursor.is('(', 1)) {
        cursor.at++
        this.skipped()
      }
      return { kind: 'star', span: cursor.spanFrom(start) }
    }
    if (cursor.take('[')) {
      const of: Expression[] = []
      if (!cursor.is(']'))
        do {
          of.push(this.expression())
          while (cursor.take('apply')) this.name()
        } while (cursor.take(','))
      cursor.expect(']')
      return { kind: 'list', of, span: cursor.spanFrom(start) }
    }
    if (token.kind === 'name') return this.word(token)
    if (token.kind === 'quoted') return this.column()
    return cursor.fail('a value')
  }

  private word(token: Token): Expression {
    const { cursor } = this
    const { start } = token
    const span = { start, end: token.end }
    const word = token.text.toLowerCase()
    if (cursor.is('(', 1)) {
      if (word === 'cast' || word === 'try_cast') {
        cursor.at += 2
        const arg = this.expression()
        cursor.expect('as')
        const type = this.type()
        cursor.expect(')')
        return { kind: 'cast', arg, type, span: cursor.spanFrom(start) }
      }
      if (word === 'extract') {
        cursor.at += 2
        const part = this.cursor.token.kind === 'string' ? this.cursor.next().value : this.name()
        cursor.expect('from')
        const arg = this.expression()
        cursor.expect(')')
        const whole = cursor.spanFrom(start)
        return {
          kind: 'call',
          name: 'date_part',
          args: [{ kind: 'literal', value: part, span }, arg],
          distinct: false,
          over: false,
          span: whole,
        }
      }
      if (word === 'exists') {
        cursor.at += 2
        const query = this.query()
        cursor.expect(')')
        return { kind: 'exists', query, span: cursor.spanFrom(start) }
      }
      cursor.at++
      return this.call(token.text, start)
    }
    if (word === 'case') return this.cases()
    if (word === 'null' || word === 'true' || word === 'false') {
      cursor.at++
      return { kind: 'literal', value: word === 'null' ? null : word === 'true', span }
    }
    if (word === 'lambda' && cursor.ahead(1).kind === 'name' && cursor.is(':', 2)) {
      cursor.at += 1
      const name = this.name()
      cursor.expect(':')
      return { kind: 'lambda', name, body: this.expression(), span: cursor.spanFrom(start) }
    }
    if (cursor.is('->', 1) && cursor.ahead(2).kind !== 'string') {
      cursor.at += 2
      return { kind: 'lambda', name: token.value, body: this.expression(), span: cursor.spanFrom(start) }
    }
    if ((word === 'interval' || word === 'timestamp' || word === 'date') && cursor.ahead(1).kind === 'string') {
      cursor.at++
      const { value } = cursor.next()
      if (
        word === 'interval' &&
        cursor.token.kind === 'name' &&
        /^(?:second|minute|hour|day|week|month|year)s?$/i.test(cursor.token.text)
      )
        return { kind: 'literal', value: `${value} ${cursor.next().text}`, span: cursor.spanFrom(start) }
      return { kind: 'literal', value, span: cursor.spanFrom(start) }
    }
    if (closing.has(word)) cursor.fail('a value')
    return this.column()
  }

  private column(): Expression {
    const { cursor } = this
    const { start } = cursor.token
    let name = this.name()
    while (cursor.is('.')) {
      cursor.at++
      if (cursor.take('*')) return { kind: 'star', span: cursor.spanFrom(start) }
      name += `.${this.name()}`
    }
    return { kind: 'column', name, span: cursor.spanFrom(start) }
  }

  call(name: string, start: number): Call {
    const { cursor } = this
    const list = (): Expression[] => {
      cursor.expect('(')
      const args: Expression[] = []
      if (!cursor.is(')'))
        do args.push(this.expression())
        while (cursor.take(','))
      if (cursor.take('order')) {
        cursor.expect('by')
        do {
          this.expression()
          if (!cursor.take('desc')) cursor.take('asc')
        } while (cursor.take(','))
      }
      cursor.expect(')', '")" or ","')
      return args
    }
    let distinct = false
    if (cursor.is('(') && cursor.is('distinct', 1)) {
      distinct = true
      cursor.at++
      // The parenthesis has been passed: what follows is a list without it.
      cursor.at++
      const args: Expression[] = []
      do args.push(this.expression())
      while (cursor.take(','))
      cursor.expect(')')
      return this.afterCall(
        { kind: 'call', name: name.toLowerCase(), args, distinct, over: false, span: cursor.spanFrom(start) },
        start,
      )
    }
    const first = list()
    const second = cursor.is('(') ? list() : undefined
    return this.afterCall(
      {
        kind: 'call',
        name: name.toLowerCase(),
        args: second ?? first,
        ...(second === undefined ? {} : { parameters: first }),
        distinct,
        over: false,
        span: cursor.spanFrom(start),
      },
      start,
    )
  }

  private afterCall(call: Call, start: number): Call {
    const { cursor } = this
    let made = call
    if (cursor.is('within') && cursor.is('group', 1)) {
      cursor.at += 2
      cursor.expect('(')
      cursor.expect('order')
      cursor.expect('by')
      const of = this.expression()
      if (!cursor.take('desc')) cursor.take('asc')
      cursor.expect(')')
      made = { ...made, args: [of], parameters: call.args }
    }
    if (cursor.is('filter') && cursor.is('(', 1)) {
      cursor.at += 2
      cursor.expect('where')
      made = { ...made, filter: this.expression() }
      cursor.expect(')')
    }
    if (cursor.take('over')) {
      if (cursor.is('(')) this.skipped()
      else this.name()
      made = { ...made, over: true }
    }
    return { ...made, span: cursor.spanFrom(start) }
  }

  private cases(): Expression {
    const { cursor } = this
    const { start } = cursor.token
    cursor.at++
    const operand = cursor.is('when') ? undefined : this.expression()
    const branches: { when: Expression; then: Expression }[] = []
    while (cursor.take('when')) {
      const when = this.expression()
      cursor.expect('then')
      branches.push({ when, then: this.expression() })
    }
    if (branches.length === 0) cursor.fail('WHEN')
    const otherwise = cursor.take('else') ? this.expression() : undefined
    cursor.expect('end', 'END')
    return {
      kind: 'case',
      ...(operand === undefined ? {} : { operand }),
      branches,
      ...(otherwise === undefined ? {} : { otherwise }),
      span: cursor.spanFrom(start),
    }
  }
}

function joinedTexts(left: Expression, right: Expression): Expression | undefined {
  const [a, b] = [textOf(left), textOf(right)]
  if (a === undefined || b === undefined) return undefined
  return { kind: 'literal', value: a + b, span: { start: left.span.start, end: right.span.end } }
}

/** The text of a literal, or of the function that gives a character by its code point. */
function textOf(of: Expression): string | undefined {
  if (of.kind === 'literal' && typeof of.value === 'string') return of.value
  if (of.kind !== 'call' || (of.name !== 'chr' && of.name !== 'char') || of.args.length !== 1) return undefined
  const point = of.args[0]!
  const value = point.kind === 'literal' ? point.value : undefined
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x10ffff
    ? String.fromCodePoint(value)
    : undefined
}

/** `a IS DISTINCT FROM b`, or its contrary: NULL is a value like others. */
function distinct(left: Expression, right: Expression, different: boolean, span: Expression['span']): Expression {
  const isNull = (arg: Expression): Expression => ({ kind: 'is', arg, what: 'null', negated: false, span })
  const same: Expression = {
    kind: 'or',
    args: [
      { kind: 'is', arg: { kind: 'compare', op: '=', left, right, span }, what: 'true', negated: false, span },
      { kind: 'and', args: [isNull(left), isNull(right)], span },
    ],
    span,
  }
  return different ? { kind: 'not', arg: same, span } : same
}

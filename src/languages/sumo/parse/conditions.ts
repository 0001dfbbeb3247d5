// Conditions of a log search of Sumo Logic to meaning, and the tokens of searches.

import { contains, glob } from '../../../ir/glob.ts'
import type { Glob, Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import {
  answering,
  anyOf,
  type Cursor,
  certain,
  clip,
  contrary,
  type Form,
  isWord,
  type Joining,
  likeGlob,
  numberOf,
  regexTest,
  starGlob,
  type Token,
  type Truth,
  unanswered,
} from '../../reading.ts'

/** A regular expression begins where a value is wanted. */
const wantsValue = (before: Token | undefined): boolean =>
  before !== undefined && before.kind === 'name' && /^(?:matches|regex)$/i.test(before.text)

const inner = (text: string): string => text.slice(1, -1)

export const forms: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'regex', form: /\/(?:[^/\\]|\\[\s\S])*\//y, value: text => inner(text).replaceAll('\\/', '/'), after: wantsValue },
  { kind: 'string', form: /'(?:[^'\\]|\\[\s\S])*'/y, value: inner },
  { kind: 'string', form: /"(?:[^"\\]|\\[\s\S])*"/y, value: inner },
  { kind: 'string', form: /['"][\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'number', form: /-?\d+(?:\.\d+)?(?![\p{L}\p{N}_.*:/\\-])/uy },
  { kind: 'name', form: /[\p{L}\p{N}_*%][\p{L}\p{N}_.*@:/\\-]*/uy },
  { kind: 'sign', form: /<=|>=|<>|!=|==|&&|\|\|/y },
]

const joining: Joining = {
  and: token => isWord(token, 'and') || (token.kind === 'sign' && token.text === '&&'),
  or: token => isWord(token, 'or') || (token.kind === 'sign' && token.text === '||'),
  not: token => isWord(token, 'not') || (token.kind === 'sign' && token.text === '!'),
  tighter: 'and',
}

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

/** A number as Java writes one: decimal with a fraction, an exponent or the letter of a type, hexadecimal, octal. */
const javaNumber =
  '-?(0[xX][0-9a-fA-F]+|0[0-7]*[lL]?|[1-9][0-9]*[lL]?|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[fFdD]|([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)'

/** Conditions of `where`. */
export class Conditions {
  private readonly cursor: Cursor

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  condition(): Truth {
    return this.cursor.joined(joining, () => this.primary())
  }

  private primary(): Truth {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    if (cursor.take('(')) {
      const found = this.condition()
      cursor.expect(')')
      return found
    }
    if (token.kind === 'name' && cursor.is('(', 1)) {
      const found = this.call(token.text.toLowerCase(), start)
      if (found !== undefined) return found
    }
    if ((cursor.is('true') || cursor.is('false')) && !compares.has(cursor.ahead(1).text)) {
      cursor.at++
      return certain({ kind: 'const', value: token.text.toLowerCase() === 'true' })
    }
    return this.comparison(start)
  }

  /** A function that answers yes or no; undefined for those that give a value. */
  private call(name: string, start: number): Truth | undefined {
    const { cursor } = this
    const one = (): Scalar => {
      cursor.at += 2
      const value = this.value()
      return value
    }
    const asked = (subject: Scalar, match: Match): Predicate => ({ kind: 'test', subject, match, span: cursor.spanFrom(start) })
    if (name === 'isnull' || name === 'isempty' || name === 'isblank') {
      const subject = one()
      cursor.expect(')')
      const absent = contrary(certain(asked(subject, { kind: 'present' })))
      if (name === 'isnull') return absent
      const empty = certain(
        name === 'isempty'
          ? asked(subject, { kind: 'empty' })
          : asked(subject, { kind: 'regex', pattern: '[\\t-\\r ]*', fold: false, whole: true }),
      )
      if (name === 'isempty' && this.cursor.settled('sumo.isEmpty') === 'text') return empty
      return anyOf([absent, empty])
    }
    if (name === 'isnumeric') {
      const subject = one()
      cursor.expect(')')
      return certain(asked(subject, { kind: 'regex', pattern: javaNumber, fold: false, whole: true }))
    }
    if (name === 'contains' || name === 'startswith' || name === 'endswith') {
      const subject = one()
      cursor.expect(',')
      const to = this.value()
      cursor.expect(')')
      const how = name === 'contains' ? 'anywhere' : name === 'startswith' ? 'start' : 'end'
      const test: Match =
        to.kind === 'literal' && typeof to.value === 'string' && how === 'anywhere'
          ? { kind: 'glob', glob: contains(to.value), fold: false }
          : { kind: 'text', how, to, fold: false }
      return certain(asked(subject, test))
    }
    if (name === 'array_contains') {
      const subject = one()
      cursor.expect(',')
      const to = this.value()
      cursor.expect(')')
      if (to.kind === 'literal' && typeof to.value === 'string')
        return certain(asked(subject, { kind: 'glob', glob: glob([to.value]), fold: false }))
      return this.opaque(start, 'a member of a list that is not written out is not read')
    }
    if (name === 'comparecidrprefix') {
      const subject = one()
      cursor.expect(',')
      const network = this.value()
      cursor.expect(',')
      const bits = this.value()
      cursor.expect(')')
      cursor.take('=')
      const wanted = !cursor.is('false')
      if (cursor.is('true') || cursor.is('false')) cursor.at++
      const size = bits.kind === 'literal' ? String(bits.value) : ''
      if (network.kind !== 'literal' || typeof network.value !== 'string' || !/^\d{1,3}$/.test(size))
        return this.opaque(start, 'a network that is not written out is not read')
      const found = certain(asked(subject, { kind: 'cidr', network: `${network.value}/${size}` }))
      return wanted ? found : contrary(found)
    }
    return undefined
  }

  opaque(start: number, message: string): Truth {
    const span = this.cursor.spanFrom(start)
    this.cursor.tell('SUM201', 'warning', message, span, 'compare the field with a value')
    return certain({ kind: 'opaque', text: this.cursor.source.text.slice(span.start, span.end), span })
  }

  private comparison(start: number): Truth {
    const { cursor } = this
    const subject = this.value()
    const test = (match: Match): Truth => certain({ kind: 'test', subject, match, span: cursor.spanFrom(start) })
    const op = compares.get(cursor.token.text)
    if (op !== undefined) {
      cursor.at++
      const to = this.value()
      if (to.kind === 'literal' && to.value === null) return unanswered
      if (op === '<>') return contrary(this.compared(subject, '=', to, start))
      return this.compared(subject, op, to, start)
    }
    if (cursor.take('is')) {
      const negated = cursor.take('not')
      cursor.expect('null')
      return negated ? test({ kind: 'present' }) : contrary(test({ kind: 'present' }))
    }
    const negated = cursor.take('not')
    const settle = (found: Truth): Truth => (negated ? contrary(found) : found)
    if (cursor.take('in')) {
      cursor.expect('(')
      const parts: Truth[] = []
      do parts.push(this.compared(subject, '=', this.value(), start))
      while (cursor.take(','))
      cursor.expect(')', '")" or ","')
      return settle(anyOf(parts))
    }
    if (cursor.take('like')) {
      const { token } = cursor
      if (token.kind !== 'string') cursor.fail('a pattern in quotes')
      cursor.next()
      return settle(this.pattern(subject, likeGlob(token.value, '\\'), start))
    }
    if (cursor.take('matches') || cursor.take('rlike')) {
      const { token } = cursor
      const isGlob = token.kind === 'string' && !isWord(cursor.list[cursor.at - 1]!, 'rlike')
      if (token.kind !== 'regex' && token.kind !== 'string') cursor.fail('a regular expression between slashes')
      cursor.next()
      if (isGlob) return settle(this.pattern(subject, starGlob(token.value), start))
      const whole = cursor.settled('sumo.matches') === 'whole'
      const asked = subject.kind === 'call' && subject.fn === 'lower' ? subject.args[0]! : subject
      // In small letters, a pattern that has none but such is one without regard to case.
      const fold = asked !== subject && !/[A-Z]/.test(token.value.replace(/\\./g, ''))
      return settle(
        this.answered(regexTest(cursor, 'SUM003', fold ? asked : subject, token.value, { whole, fold }, token), [asked]),
      )
    }
    return cursor.fail('a comparison', 'write =, in, like or matches')
  }

  /** `lower(f)` compared with a text in small letters is the field without regard to case. */
  private pattern(subject: Scalar, asked: Glob, start: number): Truth {
    const span = this.cursor.spanFrom(start)
    if (subject.kind !== 'call' || (subject.fn !== 'lower' && subject.fn !== 'upper'))
      return this.answered({ kind: 'test', subject, match: { kind: 'glob', glob: asked, fold: false }, span }, [subject])
    const letters = asked.filter(part => typeof part === 'string').join('')
    const fits = letters === (subject.fn === 'lower' ? letters.toLowerCase() : letters.toUpperCase())
    const [of] = subject.args
    if (!fits) return this.answered({ kind: 'const', value: false, span }, [of!])
    return this.answered({ kind: 'test', subject: of!, match: { kind: 'glob', glob: asked, fold: true }, span }, [of!])
  }

  private compared(subject: Scalar, op: '=' | '<' | '<=' | '>' | '>=', to: Scalar, start: number): Truth {
    if (op === '=' && to.kind === 'literal' && typeof to.value === 'string') return this.pattern(subject, glob([to.value]), start)
    const span = this.cursor.spanFrom(start)
    const match: Match =
      op === '=' && to.kind !== 'literal' ? { kind: 'text', how: 'whole', to, fold: false } : { kind: 'compare', op, to }
    return this.answered({ kind: 'test', subject, match, span }, [subject, to])
  }

  /** What is asked of a field that is not there. */
  private answered(yes: Predicate, values: readonly Scalar[]): Truth {
    return this.cursor.settled('sumo.null') === 'false' ? certain(yes) : answering(yes, values)
  }

  value(): Scalar {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const { token } = cursor
      const { start } = token
      const span = { start, end: token.end }
      if (token.kind === 'string') {
        cursor.next()
        const quote = token.text[0]!
        return {
          kind: 'literal',
          value: token.value.replaceAll(quote === "'" ? "''" : '\\"', quote).replaceAll("\\'", "'"),
          span,
        }
      }
      if (token.kind === 'number') {
        cursor.at++
        return { kind: 'literal', value: numberOf(token.text) ?? 0, span }
      }
      if (token.kind !== 'name') return cursor.fail('a field or a value')
      if (!cursor.is('(', 1)) {
        cursor.at++
        const word = token.text.toLowerCase()
        if (word === 'true' || word === 'false' || word === 'null')
          return { kind: 'literal', value: word === 'null' ? null : word === 'true', span }
        if (['and', 'or', 'not', 'in', 'like', 'matches', 'rlike'].includes(word)) {
          cursor.at--
          cursor.fail('a field or a value')
        }
        return token.value === '_raw' ? { kind: 'raw', span } : { kind: 'field', name: token.value, span }
      }
      cursor.at += 2
      const args: Scalar[] = []
      if (!cursor.is(')'))
        do args.push(this.value())
        while (cursor.take(','))
      cursor.expect(')', '")" or ","')
      const name = token.text.toLowerCase()
      const whole = cursor.spanFrom(start)
      if (name === 'lower' || name === 'upper' || name === 'length' || name === 'concat' || name === 'coalesce')
        return { kind: 'call', fn: name, args, span: whole }
      if (name === 'tolowercase' || name === 'touppercase')
        return { kind: 'call', fn: name === 'tolowercase' ? 'lower' : 'upper', args, span: whole }
      cursor.tell('SUM201', 'warning', `the function "${clip(token.text)}" is not known`, whole, 'ask for the field itself')
      return { kind: 'call', fn: `sumo:${name}`, args, span: whole }
    })
  }
}

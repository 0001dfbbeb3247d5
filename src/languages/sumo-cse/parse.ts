// Rule expressions of Sumo Logic's Cloud SIEM to meaning. Written from its page on the syntax of rules (https://help.sumologic.com/docs/cse/rules/cse-rules-syntax/).

import { contains, glob, shape } from '../../ir/glob.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
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
  reading,
  regexTest,
  starGlob,
  type Token,
  type Truth,
  unanswered,
} from '../reading.ts'

export const codes: Readonly<Record<string, string>> = {
  CSE001: 'a text that is no expression of Cloud SIEM',
  CSE002: 'an expression that is nested too deeply or too long',
  CSE003: 'a regular expression of an expression that cannot be read',
  CSE201: 'a part of an expression that is not understood',
}

/** A regular expression begins where a value is wanted. */
const wantsValue = (before: Token | undefined): boolean =>
  before !== undefined && before.kind === 'name' && /^(?:matches|rlike)$/i.test(before.text)

const inner = (text: string): string => text.slice(1, -1)

const forms: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'regex', form: /\/(?:[^/\\]|\\[\s\S])*\//y, value: text => inner(text).replaceAll('\\/', '/'), after: wantsValue },
  { kind: 'string', form: /'(?:[^'\\]|\\[\s\S]|'')*'/y, value: inner },
  { kind: 'string', form: /"(?:[^"\\]|\\[\s\S])*"/y, value: inner },
  { kind: 'string', form: /['"][\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'number', form: /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y },
  { kind: 'name', form: /[\p{L}_][\p{L}\p{N}_.]*/uy },
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

/**
 * An expression, `from` the table `records`. Texts heed case. A comparison with a field that is not there is false, and its negation true. `matches`
 * and `rlike` are about the whole value by the examples of the manual, and no sentence says so: `sumo.matches` is `whole` or `search`.
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  return reading(source, forms, { text: 'CSE001', depth: 'CSE002' }, context, cursor => {
    const where = new Reader(cursor).condition().yes
    return { from: { kind: 'table', name: 'records' }, stages: [{ kind: 'filter', where }] }
  })
}

class Reader {
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
      return anyOf([absent, empty])
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

  private opaque(start: number, message: string): Truth {
    const span = this.cursor.spanFrom(start)
    this.cursor.tell('CSE201', 'warning', message, span, 'compare the field with a value')
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
      // `= null` is false of every event; `!=` too.
      if (to.kind === 'literal' && to.value === null) return unanswered
      if (op === '<>') return this.different(subject, to, start)
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
      return settle(certain(regexTest(cursor, 'CSE003', fold ? asked : subject, token.value, { whole, fold }, token)))
    }
    return cursor.fail('a comparison', 'write =, in, like or matches')
  }

  /** `lower(f)` compared with a text in small letters is the field without regard to case. */
  private pattern(subject: Scalar, asked: Glob, start: number): Truth {
    const span = this.cursor.spanFrom(start)
    if (subject.kind !== 'call' || (subject.fn !== 'lower' && subject.fn !== 'upper'))
      return certain({
        kind: 'test',
        subject,
        match: shape(asked).kind === 'any' ? { kind: 'present' } : { kind: 'glob', glob: asked, fold: false },
        span,
      })
    const letters = asked.filter(part => typeof part === 'string').join('')
    const fits = letters === (subject.fn === 'lower' ? letters.toLowerCase() : letters.toUpperCase())
    if (!fits) return certain({ kind: 'const', value: false, span })
    return certain({ kind: 'test', subject: subject.args[0]!, match: { kind: 'glob', glob: asked, fold: true }, span })
  }

  private compared(subject: Scalar, op: '=' | '<' | '<=' | '>' | '>=', to: Scalar, start: number): Truth {
    if (op === '=' && to.kind === 'literal' && typeof to.value === 'string') return this.pattern(subject, glob([to.value]), start)
    const span = this.cursor.spanFrom(start)
    const match: Match =
      op === '=' && to.kind !== 'literal' ? { kind: 'text', how: 'whole', to, fold: false } : { kind: 'compare', op, to }
    return certain({ kind: 'test', subject, match, span })
  }

  /** `!=` with a field that is not there is false as well: only what is there differs. */
  private different(subject: Scalar, to: Scalar, start: number): Truth {
    const same = this.compared(subject, '=', to, start)
    return certain(answering(same.yes, [subject, to]).no)
  }

  private value(): Scalar {
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
      // fields['EventData.Image']: a field of the record as it came.
      if (cursor.is('[', 1)) {
        cursor.at += 2
        if (cursor.token.kind !== 'string') cursor.fail('a name in quotes')
        const name = cursor.next().value
        cursor.expect(']')
        return { kind: 'field', name: `${token.text}['${name}']`, span: cursor.spanFrom(start) }
      }
      if (!cursor.is('(', 1)) {
        cursor.at++
        const word = token.text.toLowerCase()
        if (word === 'true' || word === 'false' || word === 'null')
          return { kind: 'literal', value: word === 'null' ? null : word === 'true', span }
        if (['and', 'or', 'not', 'in', 'like', 'matches', 'rlike'].includes(word)) {
          cursor.at--
          cursor.fail('a field or a value')
        }
        return { kind: 'field', name: token.value, span }
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
      cursor.tell('CSE201', 'warning', `the function "${clip(token.text)}" is not known`, whole, 'ask for the field itself')
      return { kind: 'call', fn: `sumo:${name}`, args, span: whole }
    })
  }
}

// Rules in YARA-L 2.0 and searches of UDM to meaning. Written from Google's manual (https://cloud.google.com/chronicle/docs/detection/yara-l-2-0-syntax): absent fields have the empty or zero value.

import { contains, endsWith, glob, startsWith } from '../../ir/glob.ts'
import { or } from '../../ir/logic.ts'
import type { Column, Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Match, Predicate, Scalar } from '../../ir/predicate.ts'
import { search } from '../../ir/regex/search.ts'
import { readPortable } from '../../ir/regex.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import {
  allOf,
  anyOf,
  type Cursor,
  certain,
  clip,
  contrary,
  type Form,
  isWord,
  type Joining,
  numberOf,
  reading,
  regexTest,
  type Token,
  type Truth,
} from '../reading.ts'

export const codes: Readonly<Record<string, string>> = {
  YRL001: 'a text that is no rule of YARA-L',
  YRL002: 'a rule that is nested too deeply or too long',
  YRL003: 'a regular expression of a rule that cannot be read',
  YRL201: 'a part of a rule that is not understood',
}

const wantsValue = (before: Token | undefined): boolean =>
  before === undefined || (before.kind === 'sign' && before.text !== ')' && before.text !== ']')

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

const forms: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'blank', form: /\/\/[^\n]*/y },
  { kind: 'blank', form: /\/\*[\s\S]*?\*\//y },
  {
    kind: 'regex',
    form: /\/(?:[^/\\\n]|\\[^\n])+\//y,
    value: text => text.slice(1, -1).replaceAll('\\/', '/'),
    after: wantsValue,
  },
  { kind: 'string', form: /`[^`]*`/y, value: text => text.slice(1, -1) },
  {
    kind: 'string',
    form: /"(?:[^"\\]|\\[\s\S])*"/y,
    value: text => text.slice(1, -1).replace(/\\([\s\S])/g, (_, letter: string) => escapes[letter] ?? letter),
  },
  { kind: 'string', form: /["`][\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'number', form: /-?\d+(?:\.\d+)?(?![\p{L}\p{N}_])/uy },
  { kind: 'name', form: /[$#%@]?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*/uy },
  { kind: 'name', form: /\d+[smhd]\b/y },
  { kind: 'sign', form: /<=|>=|!=/y },
]

/** Explicit words; conditions on lines of their own are joined by AND around whatever they say. */
const joining: Joining = {
  and: token => isWord(token, 'and'),
  or: token => isWord(token, 'or'),
  not: token => isWord(token, 'not'),
  tighter: 'and',
}

const sections = ['meta', 'events', 'match', 'outcome', 'condition', 'options']
const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const measures: Readonly<Record<string, Measure['fn']>> = {
  count: 'count',
  count_distinct: 'distinct',
  sum: 'sum',
  min: 'min',
  max: 'max',
  avg: 'avg',
  stddev: 'stdev',
  array: 'list',
  array_distinct: 'values',
}

/**
 * A rule, its sections without name and meta, or the bare condition of a search, `from` the table `udm`. `=` and expressions heed case unless `nocase`
 * follows; an expression is searched for. A field that is not there has the empty text or zero. Only rules about one event, or one kind of event counted, are read in full.
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  return reading(source, forms, { text: 'YRL001', depth: 'YRL002' }, context, cursor => new Reader(cursor, context).rule())
}

class Reader {
  private readonly cursor: Cursor
  private readonly context: ParseContext | undefined
  /** What placeholders stand for. */
  private readonly placeholders = new Map<string, Scalar>()
  private readonly events = new Set<string>()

  constructor(cursor: Cursor, context: ParseContext | undefined) {
    this.cursor = cursor
    this.context = context
  }

  private section(): string | undefined {
    const { cursor } = this
    return cursor.is(':', 1) ? sections.find(name => cursor.is(name)) : undefined
  }

  private over(): boolean {
    return this.cursor.token.kind === 'end' || this.cursor.is('}') || this.section() !== undefined
  }

  rule(): Pipeline {
    const { cursor } = this
    const stages: Stage[] = []
    const whole = cursor.take('rule')
    if (whole) {
      if (cursor.token.kind !== 'name') cursor.fail('the name of the rule')
      cursor.next()
      cursor.expect('{')
    }
    const start = cursor.token.start
    let filter: Truth | undefined
    const by: Column[] = []
    let window: number | undefined
    const outcome: Measure[] = []
    if (!whole && this.section() === undefined) filter = this.lines()
    for (let name = this.section(); name !== undefined; name = this.section()) {
      cursor.at += 2
      if (name === 'events') filter = this.lines()
      else if (name === 'match') window = this.match(by)
      else if (name === 'outcome') this.outcome(outcome)
      else if (name === 'condition') this.condition(by, window, outcome, stages)
      else while (!this.over()) cursor.at++
    }
    if (whole) cursor.expect('}')
    if (this.events.size > 1) {
      const span = { start, end: cursor.spanFrom(start).end }
      cursor.tell('YRL201', 'warning', 'a rule about several events is not read in full', span, 'ask for one event')
      stages.unshift({ kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span })
    }
    const where = filter?.yes
    return {
      from: { kind: 'table', name: 'udm', time: 'metadata.event_timestamp' },
      stages: [...(where === undefined ? [] : [{ kind: 'filter', where } satisfies Stage]), ...stages],
    }
  }

  private lines(): Truth {
    const parts: Truth[] = []
    while (!this.over()) {
      const before = this.cursor.at
      parts.push(this.where())
      if (this.cursor.at === before) this.cursor.fail('a condition')
    }
    return allOf(parts)
  }

  private where(): Truth {
    return this.cursor.joined(joining, () => this.primary())
  }

  private match(by: Column[]): number | undefined {
    const { cursor } = this
    do {
      const { value } = cursor.next()
      by.push({
        name: value.replace('$', ''),
        value: this.placeholders.get(value) ?? { kind: 'field', name: value.replace('$', '') },
      })
    } while (cursor.take(','))
    cursor.expect('over')
    const length = /^(\d+)([smhd])$/.exec(cursor.token.text)
    if (length === null) return cursor.fail('a length of time such as 5m')
    cursor.next()
    if (cursor.take('after') || cursor.take('before')) cursor.next()
    return Number(length[1]) * units[length[2]!]!
  }

  private outcome(found: Measure[]): void {
    const { cursor } = this
    while (!this.over()) {
      const { start, value } = cursor.next()
      cursor.expect('=')
      const fn = cursor.token.text.toLowerCase()
      if (Object.hasOwn(measures, fn) && cursor.is('(', 1)) {
        cursor.at += 2
        const of = this.value()
        cursor.expect(')')
        found.push({ name: value, fn: measures[fn]!, of })
        continue
      }
      // What a detection shows beside, up to the next assignment, asks nothing.
      while (!this.over() && !(cursor.token.text.startsWith('$') && cursor.is('=', 1) && !cursor.token.text.includes('.')))
        cursor.at++
      if (cursor.at === start) break
    }
  }

  /** condition := parts joined by words: `$e` is the event, `#e` how many there are, `$n` a value of the outcome. */
  private condition(by: readonly Column[], window: number | undefined, outcome: readonly Measure[], stages: Stage[]): void {
    const { cursor } = this
    const { start } = cursor.token
    const counted: Measure[] = [...outcome]
    const having = cursor.joined(joining, () => {
      const { token } = cursor
      if (cursor.take('(')) {
        // Parentheses in a condition hold the same parts.
        const inner = this.having(counted)
        cursor.expect(')')
        return inner
      }
      if (token.kind !== 'name' && !cursor.is('!')) return cursor.fail('an event or a count')
      return this.having(counted)
    }).yes
    if (having.kind === 'const' && having.value && window === undefined) return
    const span = cursor.spanFrom(start)
    stages.push({
      kind: 'aggregate',
      by,
      measures: counted.length === 0 ? [{ name: '#e', fn: 'count' }] : counted,
      ...(window === undefined ? {} : { window: { size: window, kind: 'tumbling' } }),
      ...(having.kind === 'const' && having.value ? {} : { having }),
      span,
    })
  }

  private having(counted: Measure[]): Truth {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    if (cursor.take('!')) {
      cursor.next()
      cursor.tell('YRL201', 'warning', 'an event that must not be there is not read', cursor.spanFrom(start), 'ask for one event')
      return certain({
        kind: 'opaque',
        text: cursor.source.text.slice(start, cursor.spanFrom(start).end),
        span: cursor.spanFrom(start),
      })
    }
    const name = cursor.next().value
    const { text: op } = cursor.token
    if (!['=', '!=', '<', '<=', '>', '>='].includes(op)) return certain({ kind: 'const', value: true })
    cursor.next()
    const to = numberOf(cursor.next().text)
    if (to === undefined) return cursor.refuse('YRL001', `"${clip(name)}" is compared with a number`, token)
    if (name.startsWith('#') && !counted.some(measure => measure.name === name)) counted.push({ name, fn: 'count' })
    const match: Match = { kind: 'compare', op: op === '!=' ? '=' : (op as '='), to: { kind: 'literal', value: to } }
    const found = certain({ kind: 'test', subject: { kind: 'field', name }, match, span: cursor.spanFrom(start) })
    return op === '!=' ? contrary(found) : found
  }

  private primary(): Truth {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    if (cursor.take('(')) {
      const parts = [this.where()]
      while (!cursor.is(')') && cursor.token.kind !== 'end') parts.push(this.where())
      cursor.expect(')')
      return allOf(parts)
    }
    const name = token.text.toLowerCase()
    if (name === 're.regex' && cursor.is('(', 1)) {
      cursor.at += 2
      const { subject, each } = this.field()
      cursor.expect(',')
      const pattern = cursor.token
      if (pattern.kind !== 'string' && pattern.kind !== 'regex') cursor.fail('an expression in backquotes')
      cursor.next()
      cursor.expect(')')
      return this.regex(subject, each, pattern, cursor.take('nocase'))
    }
    if (name === 'net.ip_in_range_cidr' && cursor.is('(', 1)) {
      cursor.at += 2
      const { subject, each } = this.field()
      cursor.expect(',')
      const network = cursor.next().value
      cursor.expect(')')
      return this.asked(subject, each, { kind: 'cidr', network }, false, start)
    }
    const text = /^strings\.(contains|starts_with|ends_with)$/.exec(name)?.[1]
    if (text !== undefined && cursor.is('(', 1)) {
      cursor.at += 2
      const { subject, each } = this.field()
      cursor.expect(',')
      if (cursor.token.kind !== 'string') {
        const to = this.value()
        cursor.expect(')')
        return this.textual(subject, each, text as 'contains' | 'starts_with' | 'ends_with', to, start)
      }
      const part = cursor.next()
      cursor.expect(')')
      const made = { contains, starts_with: startsWith, ends_with: endsWith }[text as 'contains'](part.value)
      return this.asked(subject, each, { kind: 'glob', glob: made, fold: false }, part.value === '', start)
    }
    return this.comparison(start)
  }

  /** A test that an absent field answers as the empty text does. */
  private asked(subject: Scalar, each: 'any' | 'all', match: Match, ofNothing: boolean, start: number): Truth {
    const span = this.cursor.spanFrom(start)
    const test: Predicate = { kind: 'test', subject, match, span, ...(each === 'all' ? { each } : {}) }
    if (!ofNothing) return certain(test)
    const absent: Predicate = { kind: 'not', arg: { kind: 'test', subject, match: { kind: 'present' }, span } }
    return certain(or([absent, test]))
  }

  /** A text within another that is no literal: nothing is the empty text, which is in every other. */
  private textual(
    subject: Scalar,
    each: 'any' | 'all',
    text: 'contains' | 'starts_with' | 'ends_with',
    to: Scalar,
    start: number,
  ): Truth {
    const span = this.cursor.spanFrom(start)
    const how = ({ contains: 'anywhere', starts_with: 'start', ends_with: 'end' } as const)[text]
    const [a, b] = [loweredOf(subject), loweredOf(to)]
    const fold = a !== undefined && b !== undefined
    const match: Match = { kind: 'text', how, to: fold ? b : to, fold }
    const test: Predicate = { kind: 'test', subject: fold ? a : subject, match, span, ...(each === 'all' ? { each } : {}) }
    const nothing: Predicate = { kind: 'test', subject: to, match: { kind: 'empty' }, span }
    const absent: Predicate = { kind: 'not', arg: { kind: 'test', subject: to, match: { kind: 'present' }, span } }
    return certain(or([absent, nothing, test]))
  }

  private regex(subject: Scalar, each: 'any' | 'all', token: Token, fold: boolean): Truth {
    const test = regexTest(this.cursor, 'YRL003', subject, token.value, { fold }, token)
    if (test.kind !== 'test' || test.match.kind !== 'regex') return certain(test)
    const tree = readPortable(test.match.pattern).value
    const found = tree === undefined ? undefined : search(tree, '')
    return this.asked(subject, each, test.match, typeof found === 'object', token.start)
  }

  private comparison(start: number): Truth {
    const { cursor } = this
    const { token } = cursor
    // $user = $e.principal.user.userid: a name for a value.
    if (
      token.kind === 'name' &&
      token.text.startsWith('$') &&
      !token.text.includes('.') &&
      cursor.is('=', 1) &&
      cursor.ahead(2).kind === 'name'
    ) {
      cursor.at += 2
      const value = this.value()
      return this.placed(token.text, value)
    }
    const { subject, each } = this.field()
    if (cursor.take('in')) return this.list(subject, each, start)
    if (cursor.is('not') && cursor.is('in', 1)) {
      cursor.at += 2
      return contrary(this.list(subject, each, start))
    }
    const { text: op } = cursor.token
    if (!['=', '!=', '<', '<=', '>', '>='].includes(op)) cursor.fail('a comparison')
    cursor.next()
    const value = cursor.token
    const settle = (found: Truth): Truth => (op === '!=' ? contrary(found) : found)
    // `all $f != x` asks every member, as does `not any`.
    const how = op === '!=' ? 'any' : each
    if (value.kind === 'regex') {
      cursor.at++
      return settle(this.regex(subject, how, value, cursor.take('nocase')))
    }
    if (value.kind === 'string') {
      cursor.next()
      const fold = cursor.take('nocase')
      if (op !== '=' && op !== '!=') cursor.refuse('YRL001', `"${op}" compares numbers`, value)
      const match: Match = value.value === '' ? { kind: 'empty' } : { kind: 'glob', glob: glob([value.value]), fold }
      return settle(this.asked(subject, how, match, value.value === '', start))
    }
    if (value.kind === 'number') {
      cursor.at++
      const to = numberOf(value.text) ?? 0
      const match: Match = { kind: 'compare', op: op === '!=' ? '=' : (op as '='), to: { kind: 'literal', value: to } }
      const zero = { '=': 0 === to, '!=': 0 === to, '<': 0 < to, '<=': 0 <= to, '>': 0 > to, '>=': 0 >= to }[op as '=']
      return settle(this.asked(subject, how, match, zero, start))
    }
    if (cursor.is('true') || cursor.is('false')) {
      const wanted = cursor.next().text.toLowerCase() === 'true'
      const match: Match = { kind: 'compare', op: '=', to: { kind: 'literal', value: wanted } }
      return settle(this.asked(subject, how, match, !wanted, start))
    }
    const to = this.value()
    if (subject.kind === 'field' && to.kind === 'field' && to.name.startsWith('$')) return this.placed(to.name, subject)
    const fold = cursor.take('nocase')
    const match: Match =
      op === '=' || op === '!=' ? { kind: 'text', how: 'whole', to, fold } : { kind: 'compare', op: op as '<', to }
    return settle(this.asked(subject, how, match, false, start))
  }

  /** A second name for a value asks that both are the same. */
  private placed(name: string, value: Scalar): Truth {
    const before = this.placeholders.get(name)
    this.placeholders.set(name, before ?? value)
    if (before === undefined || this.events.size > 1) return certain({ kind: 'const', value: true })
    return certain({ kind: 'test', subject: value, match: { kind: 'text', how: 'whole', to: before, fold: false } })
  }

  /** in %list, in regex %list, in cidr %list: lists are given by name. */
  private list(subject: Scalar, each: 'any' | 'all', start: number): Truth {
    const { cursor } = this
    const how = cursor.take('regex') ? 'regex' : cursor.take('cidr') ? 'cidr' : 'text'
    const token = cursor.next()
    const fold = cursor.take('nocase')
    const name = token.value.replace(/^%/, '')
    const names = this.context?.names
    const given = names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined
    if (!token.value.startsWith('%')) cursor.refuse('YRL001', 'a list is named %list', token)
    if (!Array.isArray(given)) {
      const span = cursor.spanFrom(start)
      cursor.tell('YRL201', 'warning', `the list "${clip(token.value)}" is not at hand`, span, 'give its values')
      return certain({ kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span })
    }
    return anyOf(
      (given as readonly string[]).map(value => {
        if (how === 'cidr') return this.asked(subject, each, { kind: 'cidr', network: value }, false, start)
        if (how === 'regex') return this.regex(subject, each, { ...token, value }, fold)
        return this.asked(subject, each, { kind: 'glob', glob: glob([value]), fold }, value === '', start)
      }),
    )
  }

  private field(): { readonly subject: Scalar; readonly each: 'any' | 'all' } {
    const { cursor } = this
    const each = cursor.is('all') && cursor.ahead(1).kind === 'name' ? 'all' : 'any'
    if ((cursor.is('any') || cursor.is('all')) && cursor.ahead(1).kind === 'name') cursor.at++
    return { subject: this.value(), each }
  }

  private value(): Scalar {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const { token } = cursor
      const { start } = token
      const span = { start, end: token.end }
      if (token.kind === 'string') return { kind: 'literal', value: cursor.next().value, span }
      if (token.kind === 'number') {
        cursor.at++
        return { kind: 'literal', value: numberOf(token.text) ?? 0, span }
      }
      if (token.kind !== 'name' || joiningWord(token)) return cursor.fail('a field or a value')
      if (cursor.is('(', 1)) {
        cursor.at += 2
        const args: Scalar[] = []
        if (!cursor.is(')'))
          do args.push(this.value())
          while (cursor.take(','))
        cursor.expect(')', '")" or ","')
        const name = token.text.toLowerCase()
        const fn =
          name === 'strings.to_lower'
            ? 'lower'
            : name === 'strings.to_upper'
              ? 'upper'
              : name === 'strings.concat'
                ? 'concat'
                : name === 'strings.coalesce'
                  ? 'coalesce'
                  : undefined
        if (fn !== undefined) return { kind: 'call', fn, args, span: cursor.spanFrom(start) }
        cursor.tell(
          'YRL201',
          'warning',
          `the function "${clip(token.text)}" is not known`,
          cursor.spanFrom(start),
          'ask for the field itself',
        )
        return { kind: 'call', fn: `udm:${name}`, args, span: cursor.spanFrom(start) }
      }
      cursor.at++
      let name = token.value
      while (cursor.is('[') && cursor.token.start === cursor.list[cursor.at - 1]!.end) {
        cursor.at++
        const key = cursor.next()
        cursor.expect(']')
        name += `[${key.text}]`
        if (cursor.is('.') && cursor.ahead(1).kind === 'name') {
          cursor.at++
          name += `.${cursor.next().value}`
        }
      }
      if (!name.startsWith('$')) return { kind: 'field', name, span: cursor.spanFrom(start) }
      const dot = name.indexOf('.')
      if (dot === -1) return this.placeholders.get(name) ?? { kind: 'field', name, span }
      this.events.add(name.slice(0, dot))
      return { kind: 'field', name: name.slice(dot + 1), span: cursor.spanFrom(start) }
    })
  }
}

/** What a text in small letters is made of; undefined for other values. */
const loweredOf = (of: Scalar): Scalar | undefined => (of.kind === 'call' && of.fn === 'lower' ? of.args[0] : undefined)

const joiningWord = (token: Token): boolean => ['and', 'or', 'not', 'nocase', 'in'].some(word => isWord(token, word))

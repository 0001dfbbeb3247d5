// Searches of QRadar's Ariel Query Language to meaning, and the bare filters of its rules. Written from IBM's AQL reference (https://www.ibm.com/docs/en/qsip/7.5?topic=aql-overview).

import { glob } from '../../ir/glob.ts'
import type { Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Match, Predicate, Scalar } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import {
  allOf,
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
  type Truth,
} from '../reading.ts'

export const codes: Readonly<Record<string, string>> = {
  AQL001: 'a text that is no search of AQL',
  AQL002: 'a search that is nested too deeply or too long',
  AQL003: 'a regular expression of a search that cannot be read',
  AQL201: 'a part of a search that is not understood',
}

/** A backslash is a character like others; a quote is doubled. */
const forms: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'string', form: /'(?:[^']|'')*'/y, value: text => text.slice(1, -1).replaceAll("''", "'") },
  { kind: 'string', form: /'[\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'quoted', form: /"(?:[^"]|"")*"/y, value: text => text.slice(1, -1).replaceAll('""', '"') },
  { kind: 'quoted', form: /"[\s\S]*/y, bad: 'this name is not closed' },
  { kind: 'number', form: /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y },
  { kind: 'name', form: /[\p{L}_][\p{L}\p{N}_:.]*/uy },
  { kind: 'sign', form: /<=|>=|<>|!=|==/y },
]

const joining: Joining = {
  and: token => isWord(token, 'and'),
  or: token => isWord(token, 'or'),
  not: token => isWord(token, 'not'),
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

const measures: Readonly<Record<string, Measure['fn']>> = {
  count: 'count',
  uniquecount: 'distinct',
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
  first: 'first',
  last: 'last',
  stdev: 'stdev',
}
const ending = ['from', 'where', 'group', 'having', 'order', 'limit', 'last', 'start', 'stop', 'parameters', 'as']

/**
 * A search, or the condition of one, `from` the table that it names (`events`). LIKE, `=` and MATCHES heed case, ILIKE and IMATCHES do not; nothing
 * escapes in a pattern. Whether MATCHES is about the whole value IBM does not say: `aql.matches` is `search` or `whole`.
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  return reading(source, forms, { text: 'AQL001', depth: 'AQL002' }, context, cursor => new Reader(cursor).search())
}

interface Item {
  readonly name: string
  readonly value?: Scalar
  readonly measure?: Measure
}

class Reader {
  private readonly cursor: Cursor

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  search(): Pipeline {
    const { cursor } = this
    if (!cursor.take('select')) {
      const where = this.condition().yes
      return { from: { kind: 'table', name: 'events', time: 'starttime' }, stages: [{ kind: 'filter', where }], rules: 'sql' }
    }
    const { start } = cursor.token
    const items: Item[] = []
    let all = false
    cursor.take('distinct')
    do {
      if (cursor.take('*')) all = true
      else items.push(this.item())
    } while (cursor.take(','))
    cursor.expect('from', 'FROM')
    const from = cursor.next()
    if (from.kind !== 'name' && from.kind !== 'quoted') cursor.fail('events or flows')
    const stages: Stage[] = []
    if (cursor.take('where')) stages.push({ kind: 'filter', where: this.condition().yes })
    const groups: Item[] = []
    if (cursor.take('group')) {
      cursor.expect('by')
      do groups.push(this.item())
      while (cursor.take(','))
    }
    const found = items.flatMap(({ measure }) => (measure === undefined ? [] : [measure]))
    if (groups.length > 0 || found.length > 0) {
      const having = cursor.take('having') ? this.condition().yes : undefined
      const by = groups.map(({ name, value }) => ({ name, value: value ?? ({ kind: 'field', name } satisfies Scalar) }))
      stages.push({
        kind: 'aggregate',
        by,
        measures: found,
        ...(having === undefined ? {} : { having }),
        span: cursor.spanFrom(start),
      })
    } else if (!all && items.length > 0) {
      const columns = items.flatMap(({ name, value }) =>
        value === undefined || (value.kind === 'field' && value.name === name) ? [] : [{ name, value }],
      )
      if (columns.length > 0) stages.push({ kind: 'extend', columns })
      stages.push({ kind: 'project', mode: 'keep', names: items.map(({ name }) => [name]) })
    }
    if (cursor.take('order')) {
      cursor.expect('by')
      const by = this.value()
      const descending = cursor.take('desc')
      if (!descending) cursor.take('asc')
      stages.push({ kind: 'sort', keys: [{ by, descending, nulls: 'last' }] })
    }
    if (cursor.take('limit')) {
      const count = numberOf(cursor.token.text)
      if (typeof count !== 'number') cursor.fail('a number')
      else stages.push({ kind: 'limit', count })
      cursor.at++
    }
    // The time range is the search's own and asks nothing of the events that are given.
    if (cursor.take('last')) {
      cursor.next()
      cursor.next()
    } else
      while (cursor.is('start') || cursor.is('stop')) {
        cursor.at++
        cursor.next()
      }
    if (cursor.take('parameters')) while (cursor.token.kind !== 'end') cursor.at++
    cursor.take(';')
    return {
      from: { kind: 'table', name: from.value, time: 'starttime', span: { start: from.start, end: from.end } },
      stages,
      rules: 'sql',
    }
  }

  private item(): Item {
    const { cursor } = this
    const { start, text } = cursor.token
    const fn = cursor.is('(', 1) ? text.toLowerCase() : ''
    if (Object.hasOwn(measures, fn)) {
      cursor.at += 2
      cursor.take('distinct')
      const of = cursor.take('*') || cursor.is(')') ? undefined : this.value()
      cursor.expect(')')
      const written = cursor.source.text.slice(start, cursor.spanFrom(start).end)
      const name = cursor.take('as') ? cursor.next().value : written
      // Events that are alike are one row that says how many they are.
      const counted = fn === 'sum' && of?.kind === 'field' && of.name.toLowerCase() === 'eventcount'
      const measure: Measure = counted ? { name, fn: 'count' } : { name, fn: measures[fn]!, ...(of === undefined ? {} : { of }) }
      return { name, measure }
    }
    const value = this.value()
    const written = cursor.source.text.slice(start, cursor.spanFrom(start).end)
    const own = value.kind === 'field' ? value.name : written
    if (cursor.take('as')) return { name: cursor.next().value, value }
    const { token } = cursor
    const alias = (token.kind === 'name' && !ending.includes(token.text.toLowerCase())) || token.kind === 'quoted'
    return { name: alias ? cursor.next().value : own, value }
  }

  private condition(): Truth {
    return this.cursor.joined(joining, () => this.primary())
  }

  private primary(): Truth {
    const { cursor } = this
    const { start } = cursor.token
    if (cursor.take('(')) {
      const found = this.condition()
      cursor.expect(')')
      return found
    }
    if (cursor.is('text') && cursor.is('search', 1)) {
      cursor.at += 2
      cursor.next()
      return this.opaque(start, 'TEXT SEARCH has a language of its own, which is not read', 'write UTF8(payload) ILIKE')
    }
    if (cursor.is('incidr') && cursor.is('(', 1)) {
      cursor.at += 2
      const network = cursor.next().value
      cursor.expect(',')
      const subject = this.value()
      cursor.expect(')')
      return answering({ kind: 'test', subject, match: { kind: 'cidr', network }, span: cursor.spanFrom(start) }, [subject])
    }
    if ((cursor.is('true') || cursor.is('false')) && !compares.has(cursor.ahead(1).text)) {
      const value = cursor.is('true')
      cursor.at++
      return certain({ kind: 'const', value })
    }
    return this.comparison(start)
  }

  private opaque(start: number, message: string, hint: string): Truth {
    const span = this.cursor.spanFrom(start)
    this.cursor.tell('AQL201', 'warning', message, span, hint)
    return certain({ kind: 'opaque', text: this.cursor.source.text.slice(span.start, span.end), span })
  }

  private comparison(start: number): Truth {
    const { cursor } = this
    const subject = this.value()
    const test = (match: Match): Truth =>
      answering({ kind: 'test', subject, match, span: cursor.spanFrom(start) }, subject.kind === 'raw' ? [] : [subject])
    if (cursor.take('is')) {
      const negated = cursor.take('not')
      cursor.expect('null')
      const present = certain({ kind: 'test', subject, match: { kind: 'present' }, span: cursor.spanFrom(start) })
      return negated ? present : contrary(present)
    }
    const op = compares.get(cursor.token.text)
    if (op !== undefined) {
      cursor.at++
      const found = this.compared(subject, op === '<>' ? '=' : op, this.value(), start)
      return op === '<>' ? contrary(found) : found
    }
    const negated = cursor.take('not')
    const settle = (found: Truth): Truth => (negated ? contrary(found) : found)
    if (cursor.take('between')) {
      const low = this.value()
      cursor.expect('and')
      return settle(allOf([this.compared(subject, '>=', low, start), this.compared(subject, '<=', this.value(), start)]))
    }
    if (cursor.take('in')) {
      cursor.expect('(')
      const parts: Truth[] = []
      do parts.push(this.compared(subject, '=', this.value(), start))
      while (cursor.take(','))
      cursor.expect(')', '")" or ","')
      return settle(anyOf(parts))
    }
    for (const word of ['like', 'ilike', 'matches', 'imatches'] as const)
      if (cursor.take(word)) {
        const { token } = cursor
        if (token.kind !== 'string') cursor.fail('a pattern in quotes')
        cursor.next()
        const fold = word.startsWith('i')
        if (word.endsWith('like')) return settle(this.like(subject, token.value, fold, start, test))
        const whole = cursor.settled('aql.matches') === 'whole'
        // QRadar's expressions are Java's; `d` says that lines end at line feeds alone, as they do here.
        const pattern = token.value.replace(/^\(\?([a-ce-z]*)d([a-z]*)\)/, (_, before: string, behind: string) =>
          before + behind === '' ? '' : `(?${before}${behind})`,
        )
        const asked = regexTest(cursor, 'AQL003', subject, pattern, { fold, whole }, token)
        return settle(answering(asked, subject.kind === 'raw' ? [] : [subject]))
      }
    return cursor.fail('a comparison', 'write =, LIKE, ILIKE, MATCHES, IN or IS NULL')
  }

  /** IBM's own converter puts both sides in small letters: LOWER(f) LIKE LOWER('…'). */
  private like(subject: Scalar, pattern: string, fold: boolean, start: number, test: (match: Match) => Truth): Truth {
    const asked = likeGlob(pattern, undefined)
    if (subject.kind !== 'call' || (subject.fn !== 'lower' && subject.fn !== 'upper'))
      return test({ kind: 'glob', glob: asked, fold })
    const inner = subject.args[0]!
    const same = subject.fn === 'lower' ? pattern === pattern.toLowerCase() : pattern === pattern.toUpperCase()
    const span = this.cursor.spanFrom(start)
    const yes: Predicate =
      same || fold
        ? { kind: 'test', subject: inner, match: { kind: 'glob', glob: asked, fold: true }, span }
        : { kind: 'const', value: false, span }
    return answering(yes, [inner])
  }

  private compared(subject: Scalar, op: '=' | '<' | '<=' | '>' | '>=', to: Scalar, start: number): Truth {
    const span = this.cursor.spanFrom(start)
    if (op === '=' && to.kind === 'literal' && typeof to.value === 'string') {
      if (subject.kind === 'call' && (subject.fn === 'lower' || subject.fn === 'upper'))
        return this.folded(subject, to.value, start)
      const match: Match = { kind: 'glob', glob: glob([to.value]), fold: false }
      return answering({ kind: 'test', subject, match, span }, [subject])
    }
    const match: Match =
      op === '=' && to.kind !== 'literal' ? { kind: 'text', how: 'whole', to, fold: false } : { kind: 'compare', op, to }
    return answering({ kind: 'test', subject, match, span }, [subject, to])
  }

  private folded(subject: Scalar & { kind: 'call' }, text: string, start: number): Truth {
    const inner = subject.args[0]!
    const same = subject.fn === 'lower' ? text === text.toLowerCase() : text === text.toUpperCase()
    const span = this.cursor.spanFrom(start)
    const yes: Predicate = same
      ? { kind: 'test', subject: inner, match: { kind: 'glob', glob: glob([text]), fold: true }, span }
      : { kind: 'const', value: false, span }
    return answering(yes, [inner])
  }

  /** value := literal | column | function '(' value, … ')' */
  private value(): Scalar {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const { token } = cursor
      const { start } = token
      const span = { start, end: token.end }
      if (cursor.take('-')) {
        const value = numberOf(`-${cursor.token.text}`)
        if (value === undefined) cursor.fail('a number')
        cursor.next()
        return { kind: 'literal', value: value ?? 0, span: cursor.spanFrom(start) }
      }
      if (token.kind === 'string') return { kind: 'literal', value: cursor.next().value, span }
      if (token.kind === 'number') {
        cursor.at++
        return { kind: 'literal', value: numberOf(token.text) ?? 0, span }
      }
      if (token.kind === 'quoted') return { kind: 'field', name: cursor.next().value, span }
      if (token.kind !== 'name') return cursor.fail('a column or a value')
      if (!cursor.is('(', 1)) {
        cursor.at++
        if (/^(?:true|false|null)$/i.test(token.text)) {
          const word = token.text.toLowerCase()
          return { kind: 'literal', value: word === 'null' ? null : word === 'true', span }
        }
        if (ending.includes(token.text.toLowerCase())) {
          cursor.at--
          cursor.fail('a column or a value')
        }
        return token.text.toLowerCase() === 'payload' ? { kind: 'raw', span } : { kind: 'field', name: token.value, span }
      }
      cursor.at += 2
      const args: Scalar[] = []
      if (!cursor.is(')'))
        do args.push(this.value())
        while (cursor.take(','))
      cursor.expect(')', '")" or ","')
      const whole = cursor.spanFrom(start)
      const name = token.text.toLowerCase()
      const first = args[0]
      if (name === 'utf8' && first?.kind === 'raw') return { kind: 'raw', span: whole }
      // What only changes how a value is held.
      if ((name === 'str' || name === 'long' || name === 'double' || name === 'utf8') && args.length === 1) return first!
      if (name === 'lower' || name === 'upper' || name === 'strlen' || name === 'concat' || name === 'replace')
        return { kind: 'call', fn: name === 'strlen' ? 'length' : name, args, span: whole }
      cursor.tell('AQL201', 'warning', `the function "${clip(token.text)}" is not known`, whole, 'ask for the column itself')
      return { kind: 'call', fn: `qradar:${name}`, args, span: whole }
    })
  }
}

// Searches of Logpoint to meaning. Written from its manual (https://docs.logpoint.com/docs/search-query-language) and the guide to the same language by another name that its case file links to.

import { any, glob, one, shape } from '../../ir/glob.ts'
import type { Column, Measure, Pipeline, Stage, Step } from '../../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import {
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
  LGP001: 'a text that is no search of Logpoint',
  LGP002: 'a search that is nested too deeply or too long',
  LGP003: 'a regular expression of a search that cannot be read',
  LGP201: 'a part of a search that is not understood',
}

const forms: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'string', form: /"(?:[^"\\]|\\[\s\S])*"/y, value: text => text.slice(1, -1) },
  { kind: 'string', form: /'(?:[^'\\]|\\[\s\S])*'/y, value: text => text.slice(1, -1) },
  { kind: 'string', form: /"[^"]*"|'[^']*'/y, value: text => text.slice(1, -1) },
  { kind: 'string', form: /["'][\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'number', form: /-?\d+(?:\.\d+)?(?![\p{L}\p{N}_.*:\\/-])/uy },
  { kind: 'name', form: /[\p{L}\p{N}_*?][\p{L}\p{N}_.*?@:\\/%$-]*/uy },
  { kind: 'sign', form: /<=|>=|!=/y },
]

/** OR binds tighter than AND, and than a blank. */
const joining: Joining = {
  and: token => isWord(token, 'and'),
  or: token => isWord(token, 'or'),
  not: token => isWord(token, 'not') || (token.kind === 'sign' && token.text === '-'),
  tighter: 'or',
  silent: cursor => (cursor.token.kind === 'sign' ? cursor.is('(') || cursor.is('-') : cursor.token.kind !== 'end'),
}

/** Operators of one field with a value. */
const compares: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>='])

/**
 * A search, `from` the table `logs`. Texts ignore case, `*` and `?` are wildcards, in quotes too, and a backslash before one of them makes it plain;
 * elsewhere it is a character. A test of a field that is not there fails, and its negation holds.
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  return reading(source, forms, { text: 'LGP001', depth: 'LGP002' }, context, cursor => new Reader(cursor).search())
}

/** One bracket of a pattern. */
interface Stream {
  readonly where: Predicate
  readonly by: readonly Column[]
  readonly count: number | bigint
  /** It asks for a number of events, or for events that share a field. */
  readonly counts: boolean
  readonly window: number | undefined
  readonly name: string | undefined
}

const lengths: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }

class Reader {
  private readonly cursor: Cursor
  /** Fields that a match makes: what must hold of them is what was asked. */
  private readonly made = new Map<string, Truth>()

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  search(): Pipeline {
    const { cursor } = this
    const stages: Stage[] = []
    if (cursor.is('[')) return this.patterns()
    if (!cursor.is('|') && cursor.token.kind !== 'end') stages.push({ kind: 'filter', where: this.condition().yes })
    while (cursor.take('|')) stages.push(...this.stage())
    return { from: { kind: 'table', name: 'logs', time: 'log_ts' }, stages }
  }

  /**
   * Streams of events: one that is counted (`[10 search having same user within 5 minutes]`), or two in order (`[a] as s1 followed by [b] as s2
   * within 1 hour on s1.user=s2.user`), the later one any time after the earlier within that time.
   */
  private patterns(): Pipeline {
    const { cursor } = this
    const { start } = cursor.token
    const first = this.stream()
    const from = { kind: 'table', name: 'logs', time: 'log_ts' } as const
    if (!cursor.is('followed') && !cursor.is('join')) {
      if (first.window === undefined) cursor.fail('"within"')
      const stages: Stage[] = [{ kind: 'filter', where: first.where }, this.counted(first, start)]
      while (cursor.take('|')) stages.push(...this.stage())
      return { from, stages }
    }
    const joined = cursor.next().text.toLowerCase() === 'join'
    if (!joined) cursor.expect('by')
    const second = this.stream()
    const within = cursor.take('within') ? this.duration() : undefined
    const keys = cursor.take('on') ? this.keys(first, second) : []
    const span = cursor.spanFrom(start)
    const beyond = joined
      ? 'streams joined without an order'
      : [first, second].some(one => one.counts)
        ? 'streams that are counted and follow each other'
        : undefined
    if (beyond !== undefined || within === undefined || keys === undefined) {
      cursor.tell(
        'LGP201',
        'warning',
        `${beyond ?? 'streams compared otherwise than by equal fields within a time'} are not read`,
        span,
        'ask for one stream',
      )
      const stages: Stage[] = [{ kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span }]
      while (cursor.take('|')) stages.push(...this.stage())
      return { from, stages }
    }
    const step = (stream: Stream, side: 0 | 1): Step => ({
      of: { from, stages: [{ kind: 'filter', where: stream.where }] },
      by: keys.map(pair => ({ value: { kind: 'field', name: pair[side] } })),
    })
    const stages: Stage[] = []
    while (cursor.take('|')) stages.push(...this.stage())
    return {
      from: { kind: 'sequence', steps: [step(first, 0), step(second, 1)], ordered: true, match: 'first', within, span },
      stages,
    }
  }

  /** stream := "[" count? search ("having same" fields)? ("within" time)? "]" ("as" name)? */
  private stream(): Stream {
    const { cursor } = this
    cursor.expect('[')
    const written = cursor.token.kind === 'number' ? numberOf(cursor.token.text) : undefined
    if (typeof written === 'number') cursor.at++
    const where = cursor.joined(
      { ...joining, silent: of => !of.is('having') && !of.is('within') && !of.is(']') && joining.silent!(of) },
      () => this.primary(),
    ).yes
    const by: Column[] = []
    if (cursor.take('having')) {
      cursor.expect('same')
      do {
        const name = cursor.next().value
        by.push({ name, value: { kind: 'field', name } })
      } while (cursor.take(','))
    }
    const window = cursor.take('within') ? this.duration() : undefined
    cursor.expect(']')
    const name = cursor.take('as') ? cursor.next().value : undefined
    return { where, by, count: written ?? 1, counts: written !== undefined || by.length > 0, window, name }
  }

  private duration(): number {
    const { cursor } = this
    const amount = numberOf(cursor.next().text)
    const unit = cursor.next().text.toLowerCase().replace(/s$/, '')
    const size = Object.hasOwn(lengths, unit) ? lengths[unit] : undefined
    if (typeof amount !== 'number' || size === undefined) return cursor.fail('a length of time such as 5 minutes')
    return amount * size
  }

  /** `s1.user=s2.user AND …` as pairs of fields, the first stream's first; undefined where something else is asked. */
  private keys(first: Stream, second: Stream): (readonly [string, string])[] | undefined {
    const { cursor } = this
    const pairs: (readonly [string, string])[] = []
    let plain = true
    const side = (): { readonly stream: Stream | undefined; readonly field: string } => {
      const { value } = cursor.next()
      const dot = value.indexOf('.')
      const stream = [first, second].find(one => one.name !== undefined && one.name === value.slice(0, dot))
      return { stream, field: value.slice(dot + 1) }
    }
    do {
      const left = side()
      cursor.expect('=', '"=" between fields of two streams')
      const right = side()
      if (left.stream === first && right.stream === second) pairs.push([left.field, right.field])
      else if (left.stream === second && right.stream === first) pairs.push([right.field, left.field])
      else plain = false
    } while (cursor.take('and') || cursor.take(','))
    return plain ? pairs : undefined
  }

  private counted({ by, count, window }: Stream, start: number): Stage {
    const name = 'count'
    return {
      kind: 'aggregate',
      by,
      measures: [{ name, fn: 'count' }],
      window: { size: window!, kind: 'sliding', report: 'rising' },
      having: {
        kind: 'test',
        subject: { kind: 'field', name },
        match: { kind: 'compare', op: '>=', to: { kind: 'literal', value: count } },
      },
      span: this.cursor.spanFrom(start),
    }
  }

  private condition(): Truth {
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
    if (token.kind === 'sign' || token.kind === 'end') return cursor.fail('a condition')
    const next = cursor.ahead(1)
    const asksField =
      (next.kind === 'sign' && compares.has(next.text)) || isWord(next, 'in') || (isWord(next, 'not') && cursor.is('in', 2))
    cursor.next()
    if (!asksField) {
      const pattern = wild(token.value)
      const match: Match = { kind: 'glob', glob: glob([any, ...pattern, any]), fold: true }
      return certain({ kind: 'test', subject: { kind: 'raw' }, match, span: cursor.spanFrom(start) })
    }
    const subject: Scalar = { kind: 'field', name: token.value, span: { start, end: token.end } }
    const negated = cursor.take('not')
    if (cursor.take('in')) {
      cursor.expect('[')
      const parts: Truth[] = []
      do parts.push(this.value(subject, '=', start))
      while (cursor.take(','))
      cursor.expect(']', '"]" or ","')
      return negated ? contrary(anyOf(parts)) : anyOf(parts)
    }
    const op = cursor.next().text
    if (op !== '!=') return this.value(subject, op, start)
    return contrary(this.value(subject, '=', start))
  }

  private value(subject: Scalar & { kind: 'field' }, op: string, start: number): Truth {
    const { cursor } = this
    const { token } = cursor
    if (token.kind === 'sign' || token.kind === 'end') cursor.fail('a value')
    cursor.next()
    const span = cursor.spanFrom(start)
    if (op !== '=') {
      const to = numberOf(token.value)
      if (to === undefined) return cursor.refuse('LGP001', `"${op}" compares numbers`, token, 'write a number')
      return certain({
        kind: 'test',
        subject,
        match: { kind: 'compare', op: op as '<', to: { kind: 'literal', value: to } },
        span,
      })
    }
    if (token.value === '') return certain({ kind: 'test', subject, match: { kind: 'empty' }, span })
    const pattern = wild(token.value)
    const present = shape(pattern).kind === 'any'
    const made = this.made.get(subject.name)
    if (present && made !== undefined) return made
    const match: Match = present ? { kind: 'present' } : { kind: 'glob', glob: pattern, fold: true }
    return certain({ kind: 'test', subject, match, span })
  }

  private unread(start: number, message: string): readonly Stage[] {
    const { cursor } = this
    let open = 0
    while (cursor.token.kind !== 'end' && !(open <= 0 && cursor.is('|'))) {
      const { kind, text } = cursor.next()
      if (kind === 'sign' && '(['.includes(text)) open++
      if (kind === 'sign' && ')]'.includes(text)) open--
    }
    const span = cursor.spanFrom(start)
    cursor.tell('LGP201', 'warning', message, span, 'the rest of the search is read')
    return [{ kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span }]
  }

  private stage(): readonly Stage[] {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    if (cursor.take('search') || cursor.take('filter'))
      return [{ kind: 'filter', where: this.condition().yes, span: cursor.spanFrom(start) }]
    if (cursor.is('process') && cursor.is('regex', 1) && cursor.is('(', 2)) return this.regex(start)
    if (cursor.is('chart') || cursor.is('timechart')) return this.chart(start)
    if (cursor.take('fields')) {
      const names: string[] = []
      do names.push(cursor.next().value)
      while (cursor.take(','))
      return [{ kind: 'project', mode: 'keep', names: names.map(name => [name]) }]
    }
    return this.unread(start, `the command "${clip(token.text)}" is not read`)
  }

  /** process regex("…(?P<name>…)…", field, "filter=true"): makes fields of what it finds; with the filter, what it does not find goes. */
  private regex(start: number): readonly Stage[] {
    const { cursor } = this
    cursor.at += 3
    const pattern: Token = cursor.token
    if (pattern.kind !== 'string') cursor.fail('an expression in quotes')
    cursor.next()
    cursor.expect(',')
    const field = cursor.next()
    const subject: Scalar = { kind: 'field', name: field.value, span: field }
    let filters = false
    while (cursor.take(',')) filters = /filter\s*=\s*true/i.test(cursor.next().value) || filters
    cursor.expect(')')
    const found = certain(regexTest(cursor, 'LGP003', subject, pattern.value, {}, pattern))
    if (filters) return [{ kind: 'filter', where: found.yes, span: cursor.spanFrom(start) }]
    for (const name of pattern.value.matchAll(/\(\?P?<(\w+)>/g)) this.made.set(name[1]!, found)
    return []
  }

  private chart(start: number): readonly Stage[] {
    const { cursor } = this
    const { text } = cursor.next()
    if (text.toLowerCase() === 'timechart') return this.unread(start, 'a chart over time is not read')
    const found: Measure[] = []
    do {
      const name = cursor.next().text.toLowerCase()
      const fn = Object.hasOwn(measures, name) ? measures[name]! : cursor.fail('a measure')
      cursor.expect('(')
      let of: Scalar | undefined
      if (!cursor.is(')')) of = { kind: 'field', name: cursor.next().value }
      if (cursor.is('=') || cursor.is(',')) return this.unread(start, 'a measure with a condition is not read')
      cursor.expect(')')
      const as = cursor.take('as') ? cursor.next().value : `${name}(${of?.kind === 'field' ? of.name : ''})`
      found.push({ name: as, fn, ...(of === undefined ? {} : { of }) })
    } while (cursor.take(','))
    const by: Column[] = []
    if (cursor.take('by'))
      do {
        const name = cursor.next().value
        by.push({ name, value: { kind: 'field', name } })
      } while (cursor.take(','))
    return [{ kind: 'aggregate', by, measures: found, span: cursor.spanFrom(start) }]
  }
}

const measures: Readonly<Record<string, Measure['fn']>> = {
  count: 'count',
  distinct_count: 'distinct',
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
}

/** `*` and `?` are wild unless a backslash stands before them. */
function wild(text: string): Glob {
  const parts: Glob[number][] = []
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\' && (text[at + 1] === '*' || text[at + 1] === '?')) plain += text[++at]
    else if (character === '*' || character === '?') {
      parts.push(plain, character === '*' ? any : one)
      plain = ''
    } else plain += character
  }
  return glob([...parts, plain])
}

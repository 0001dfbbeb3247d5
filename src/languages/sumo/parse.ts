// Log searches of Sumo Logic to meaning: scope, parsing of JSON, conditions, groups. Written from the pages on its operators (https://help.sumologic.com/docs/search/search-query-language/).

import { any, glob } from '../../ir/glob.ts'
import { and } from '../../ir/logic.ts'
import type { Column, Measure, Pipeline, SortKey, Stage } from '../../ir/pipeline.ts'
import type { Match, Predicate, Scalar } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import {
  type Cursor,
  certain,
  clip,
  contrary,
  isWord,
  type Joining,
  numberOf,
  reading,
  starGlob,
  type Truth,
} from '../reading.ts'
import { Conditions, forms } from './parse/conditions.ts'

export const codes: Readonly<Record<string, string>> = {
  SUM001: 'a text that is no log search of Sumo Logic',
  SUM002: 'a search that is nested too deeply or too long',
  SUM003: 'a regular expression of a search that cannot be read',
  SUM201: 'a part of a search that is not understood',
}

/**
 * A log search, `from` the table that its source metadata name (`_sourceCategory=*windows*`), or `messages`. Keywords ignore case; `where` heeds it, and is about NULL what SQL is
 * unless `sumo.null` is `false`: a comparison with a field that is not there is neither true nor false. `matches` is about the whole value, or with `sumo.matches` as `search` about a part.
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  return reading(source, forms, { text: 'SUM001', depth: 'SUM002' }, context, cursor => new Search(cursor).read())
}

class Search {
  private readonly cursor: Cursor
  private readonly conditions: Conditions

  constructor(cursor: Cursor) {
    this.cursor = cursor
    this.conditions = new Conditions(cursor)
  }

  read(): Pipeline {
    const { cursor } = this
    const { start } = cursor.token
    const stages: Stage[] = []
    let name = ''
    let end = start
    // Metadata at the front name the messages that are looked at, as a table does.
    while (cursor.token.kind === 'name' && /^_\w+$/.test(cursor.token.text) && cursor.is('=', 1)) {
      const from = cursor.token.start
      cursor.at += 2
      while (this.goesOn()) cursor.at++
      if (cursor.is('or')) while (!cursor.is('|') && !this.ended()) cursor.at++
      end = cursor.spanFrom(from).end
      name += `${name === '' ? '' : ' '}${cursor.source.text.slice(from, end)}`
      cursor.take('and')
    }
    if (cursor.token.kind !== 'end' && !cursor.is('|')) {
      const where = cursor.joined(scope, () => this.term()).yes
      if (where.kind !== 'const' || !where.value) stages.push({ kind: 'filter', where })
    }
    let window: number | undefined
    while (cursor.take('|')) {
      if (cursor.is('timeslice')) window = this.timeslice()
      else stages.push(...this.stage(window))
    }
    return {
      from: { kind: 'table', name: name === '' ? 'messages' : name, time: '_messagetime', span: { start, end } },
      stages,
      rules: 'sql',
    }
  }

  private ended(): boolean {
    return this.cursor.token.kind === 'end'
  }

  /** Whether the next token is written together with the last: a value such as `prod/*`. */
  private goesOn(): boolean {
    const { cursor } = this
    return !this.ended() && cursor.token.start === cursor.list[cursor.at - 1]!.end && !cursor.is(')')
  }

  /** term := '(' scope ')' | field=value | keyword; keywords ignore case, and lie in the message as it came. */
  private term(): Truth {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    if (cursor.take('(')) {
      const found = cursor.joined(scope, () => this.term())
      cursor.expect(')')
      return found
    }
    if (token.kind === 'sign' || token.kind === 'end') return cursor.fail('a keyword')
    cursor.next()
    const span = () => cursor.spanFrom(start)
    if (cursor.is('=') || cursor.is('!=')) {
      const negated = cursor.next().text === '!='
      const value = cursor.next()
      if (value.kind === 'sign' || value.kind === 'end') cursor.fail('a value')
      const match: Match = { kind: 'glob', glob: value.kind === 'string' ? [value.value] : starGlob(value.value), fold: true }
      const found = certain({ kind: 'test', subject: { kind: 'field', name: token.value }, match, span: span() })
      return negated ? contrary(found) : found
    }
    if (token.text === '*') return certain({ kind: 'const', value: true, span: span() })
    // A keyword is a token of the message, between signs that part words.
    const text = token.kind === 'string' ? token.value.replaceAll('\\"', '"') : token.value
    if (/[*]/.test(text) || token.kind === 'string')
      return certain({
        kind: 'test',
        subject: { kind: 'raw' },
        match: { kind: 'glob', glob: glob([any, ...(token.kind === 'string' ? [text] : starGlob(text)), any]), fold: true },
        span: span(),
      })
    const word: Match = { kind: 'word', text: { kind: 'literal', value: text }, side: 'whole', fold: true, words: 'kusto' }
    return certain({ kind: 'test', subject: { kind: 'raw' }, match: word, span: span() })
  }

  private timeslice(): number | undefined {
    const { cursor } = this
    cursor.at++
    const length = /^(\d+)([smhdw])$/.exec(cursor.token.text)
    if (length === null) cursor.fail('a length of time such as 5m')
    cursor.next()
    if (cursor.take('as')) cursor.next()
    return length === null ? undefined : Number(length[1]) * units[length[2]!]!
  }

  private unread(start: number, message: string): readonly Stage[] {
    const { cursor } = this
    let open = 0
    while (cursor.token.kind !== 'end' && !(open <= 0 && cursor.is('|'))) {
      const { kind, text } = cursor.next()
      if (kind === 'sign' && text === '(') open++
      if (kind === 'sign' && text === ')') open--
    }
    const span = cursor.spanFrom(start)
    cursor.tell('SUM201', 'warning', message, span, 'the rest of the search is read')
    return [{ kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span }]
  }

  private stage(window: number | undefined): readonly Stage[] {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    const name = token.text.toLowerCase()
    if (name === 'where') {
      cursor.at++
      return [{ kind: 'filter', where: this.conditions.condition().yes, span: cursor.spanFrom(start) }]
    }
    if (name === 'json') return this.json(start)
    if (
      Object.hasOwn(measures, name) &&
      (cursor.is('(', 1) || cursor.is('by', 1) || cursor.is('as', 1) || cursor.is('|', 1) || cursor.ahead(1).kind === 'end')
    )
      return this.group(window, start)
    if (name === 'fields') {
      cursor.at++
      const drop = cursor.take('-')
      const names: string[] = []
      do names.push(cursor.next().value)
      while (cursor.take(','))
      return [{ kind: 'project', mode: drop ? 'drop' : 'keep', names: names.map(one => [one]) }]
    }
    if (name === 'limit' || name === 'head') {
      cursor.at++
      const count = numberOf(cursor.next().text)
      return [{ kind: 'limit', count: typeof count === 'number' ? count : 0 }]
    }
    if ((name === 'sort' || name === 'order') && cursor.is('by', 1)) {
      cursor.at += 2
      const keys: SortKey[] = []
      do {
        const by = this.conditions.value()
        const ascending = cursor.take('asc')
        if (!ascending) cursor.take('desc')
        keys.push({ by, descending: !ascending, nulls: 'last' })
      } while (cursor.take(','))
      return [{ kind: 'sort', keys }]
    }
    if (name === 'if' && cursor.is('(', 1)) {
      cursor.at += 2
      const when = this.conditions.condition().yes
      cursor.expect(',')
      const then = this.conditions.value()
      cursor.expect(',')
      const otherwise = this.conditions.value()
      cursor.expect(')')
      return this.named({ kind: 'case', branches: [{ when, then }], otherwise, span: cursor.spanFrom(start) })
    }
    if (name === 'parse' || token.kind !== 'name' || !(cursor.is('(', 1) || cursor.is('as', 1)))
      return this.unread(start, `the operator "${clip(token.text)}" is not read`)
    return this.named(this.conditions.value())
  }

  private named(value: Scalar): readonly Stage[] {
    this.cursor.expect('as')
    const { token } = this.cursor
    if (token.kind !== 'name') this.cursor.fail('a name')
    this.cursor.at++
    return [{ kind: 'extend', columns: [{ name: token.value, value }] }]
  }

  /** json (field=_raw)? "path", … (as name, …)? nodrop?; without nodrop a message that has not all of them is dropped. */
  private json(start: number): readonly Stage[] {
    const { cursor } = this
    cursor.at++
    const named = cursor.take('field')
    if (named) cursor.expect('=')
    const from = named ? cursor.next().value : '_raw'
    if (cursor.is('auto') || from !== '_raw') return this.unread(start, 'JSON of another field is not read')
    const paths: string[] = []
    do {
      if (cursor.token.kind !== 'string') cursor.fail('a path in quotes')
      paths.push(cursor.next().value)
    } while (cursor.take(','))
    const names: string[] = []
    if (cursor.take('as'))
      do names.push(cursor.next().value)
      while (cursor.take(','))
    const kept = cursor.take('nodrop')
    const span = cursor.spanFrom(start)
    const columns = paths.map((path, index): Column => ({ name: names[index] ?? path, value: { kind: 'field', name: path } }))
    const there = columns.map(({ value }): Predicate => ({ kind: 'test', subject: value, match: { kind: 'exists' }, span }))
    return [...(kept ? [] : [{ kind: 'filter', where: and(there) } satisfies Stage]), { kind: 'extend', columns, span }]
  }

  private group(window: number | undefined, start: number): readonly Stage[] {
    const { cursor } = this
    const found: Measure[] = []
    do {
      const name = cursor.next().text.toLowerCase()
      const fn = Object.hasOwn(measures, name) ? measures[name]! : cursor.fail('a measure')
      let of: Scalar | undefined
      let part: number | undefined
      if (cursor.take('(')) {
        if (!cursor.is(')') && !cursor.take('*')) of = this.conditions.value()
        if (cursor.take(',')) part = Number(cursor.next().text)
        cursor.expect(')')
      }
      const as = cursor.take('as') ? cursor.next().value : `_${name}`
      found.push({ name: as, fn, ...(of === undefined ? {} : { of }), ...(part === undefined ? {} : { args: [part] }) })
    } while (cursor.take(','))
    const by: Column[] = []
    if (cursor.take('by'))
      do {
        const name = cursor.next().value
        if (name !== '_timeslice') by.push({ name, value: { kind: 'field', name } })
      } while (cursor.take(','))
    const span = cursor.spanFrom(start)
    return [
      {
        kind: 'aggregate',
        by,
        measures: found,
        ...(window === undefined ? {} : { window: { size: window, kind: 'tumbling' } }),
        span,
      },
    ]
  }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

const measures: Readonly<Record<string, Measure['fn']>> = {
  count: 'count',
  count_distinct: 'distinct',
  count_frequent: 'count',
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
  median: 'median',
  pct: 'percentile',
  first: 'first',
  last: 'last',
  values: 'values',
  stddev: 'stdev',
}

/** Keywords side by side are joined by AND. */
const scope: Joining = {
  and: token => isWord(token, 'and'),
  or: token => isWord(token, 'or'),
  not: token => isWord(token, 'not') || (token.kind === 'sign' && token.text === '!'),
  tighter: 'and',
  silent: cursor => (cursor.token.kind === 'sign' ? cursor.is('(') || cursor.is('!') : cursor.token.kind !== 'end'),
}

// Searches in CrowdStrike's query language to meaning: filters, and groups behind them. Written from the grammar and the pages on filters and functions (https://library.humio.com/lql-grammar/syntax-grammar-guide.html).

import { any, contains, glob, shape } from '../../ir/glob.ts'
import type { Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
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
  numberOf,
  reading,
  regexTest,
  starGlob,
  type Token,
  type Truth,
} from '../reading.ts'

export const codes: Readonly<Record<string, string>> = {
  LGS001: 'a text that is no search of LogScale',
  LGS002: 'a search that is nested too deeply or too long',
  LGS003: 'a regular expression of a search that cannot be read',
  LGS201: 'a part of a search that is not understood',
}

/** A slash begins a regular expression where a condition or a value is wanted. */
const wantsValue = (before: Token | undefined): boolean =>
  before === undefined ||
  (before.kind === 'sign' && !')]}'.includes(before.text)) ||
  (before.kind === 'name' && /^(?:and|or|not|like)$/i.test(before.text))

const unescaped = (text: string): string => text.slice(1, -1).replace(/\\(["\\])/g, '$1')

const forms: readonly Form[] = [
  { kind: 'blank', form: /\s+/y },
  { kind: 'blank', form: /\/\/[^\n]*/y },
  { kind: 'blank', form: /\/\*[\s\S]*?\*\//y },
  { kind: 'regex', form: /\/(?:[^/\\\n]|\\[^\n])+\/[a-zA-Z]*/y, after: wantsValue },
  { kind: 'string', form: /"(?:[^"\\]|\\[\s\S])*"/y, value: unescaped },
  { kind: 'string', form: /"[\s\S]*/y, bad: 'this text is not closed' },
  { kind: 'number', form: /-?\d+(?:\.\d+)?(?![\p{L}\p{N}_.*:\\-])/uy },
  { kind: 'name', form: /[#@%$]?[\p{L}\p{N}_*][\p{L}\p{N}_.*:\\@#$%-]*(?:\[\d+\][\p{L}\p{N}_.*]*)*/uy },
  { kind: 'sign', form: /<=>|<=|>=|!=|==|:=|=~|<>/y },
]

const joining: Joining = {
  and: token => isWord(token, 'and'),
  or: token => isWord(token, 'or'),
  not: token => isWord(token, 'not') || (token.kind === 'sign' && token.text === '!'),
  // "OR binds tighter than AND", said or not.
  tighter: 'or',
  silent: cursor => {
    const { token } = cursor
    if (token.kind === 'sign') return token.text === '(' || token.text === '!'
    return token.kind !== 'end'
  },
}

/** Functions that make rows of their own, as stages. */
const measures: Readonly<Record<string, Measure['fn']>> = {
  count: 'count',
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
  collect: 'values',
  stddev: 'stdev',
  selectlast: 'last',
}

interface Arguments {
  readonly plain: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
}
type Value =
  | { readonly kind: 'text'; readonly text: string; readonly token: Token }
  | { readonly kind: 'list'; readonly of: readonly Value[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: Arguments; readonly start: number; readonly end: number }

/**
 * A search, `from` the table `events`. `=` is about the whole value and heeds case, only `*` is wild, an expression is searched for. A comparison
 * with a field that is not there fails, but for `!=`. Whether a free text heeds case the manual leaves open: `logscale.freeText` is `sensitive` or `insensitive`.
 */
export function parse(source: Source, context?: ParseContext): Outcome<Pipeline> {
  return reading(source, forms, { text: 'LGS001', depth: 'LGS002' }, context, cursor => new Reader(cursor).search())
}

class Reader {
  private readonly cursor: Cursor

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  search(): Pipeline {
    const { cursor } = this
    const stages: Stage[] = []
    cursor.take('|')
    do {
      if (cursor.token.kind === 'end' || cursor.is('|')) continue
      stages.push(...this.stage())
    } while (cursor.take('|'))
    return { from: { kind: 'table', name: 'events', time: '@timestamp' }, stages }
  }

  private stage(): readonly Stage[] {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    const name = token.text.toLowerCase()
    if (token.kind === 'name' && cursor.is(':=', 1)) {
      cursor.at += 2
      return [this.unread(start, `"${clip(token.text)}" is computed, which is not read`)]
    }
    if (token.kind === 'name' && cursor.is('(', 1) && !joins.has(name)) {
      if (name === 'groupby' || Object.hasOwn(measures, name)) return this.group()
      if (name === 'select' || name === 'table' || name === 'drop') {
        const { args } = this.call()
        const list = args.plain[0] ?? args.named.get('fields')
        return [{ kind: 'project', mode: name === 'drop' ? 'drop' : 'keep', names: textsOf(list).map(text => [text]) }]
      }
      if (name === 'head' || name === 'tail' || name === 'limit') {
        const { args } = this.call()
        const count = numberOf(textsOf(args.plain[0] ?? args.named.get('limit'))[0] ?? '200')
        return [{ kind: 'limit', count: typeof count === 'number' ? count : 200 }]
      }
      if (name === 'sort') {
        const { args } = this.call()
        const fields = textsOf(args.plain[0] ?? args.named.get('field'))
        const descending = textsOf(args.named.get('order'))[0] !== 'asc'
        return [{ kind: 'sort', keys: fields.map(field => ({ by: { kind: 'field', name: field }, descending, nulls: 'last' })) }]
      }
      if (!tests.has(name)) {
        this.call()
        return [this.unread(start, `the function "${clip(token.text)}" is not read`)]
      }
    }
    if (token.kind === 'name' && cursor.is('{', 1)) return [this.unread(start, `"${clip(token.text)} { … }" is not read`)]
    return [{ kind: 'filter', where: this.condition().yes, span: cursor.spanFrom(start) }]
  }

  /** A stage as it is written, up to the next bar. */
  private unread(start: number, message: string): Stage {
    const { cursor } = this
    let open = 0
    while (cursor.token.kind !== 'end' && !(open <= 0 && cursor.is('|'))) {
      const { kind, text } = cursor.next()
      if (kind === 'sign' && '([{'.includes(text)) open++
      if (kind === 'sign' && ')]}'.includes(text)) open--
    }
    const span = cursor.spanFrom(start)
    cursor.tell('LGS201', 'warning', message, span, 'the rest of the search is read')
    return { kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span }
  }

  private group(): readonly Stage[] {
    const { start, args, name } = this.call()
    const grouped = name === 'groupby'
    const list = args.plain[0] ?? args.named.get('field')
    const by = grouped
      ? textsOf(list).map(field => ({ name: field, value: { kind: 'field', name: field } satisfies Scalar }))
      : []
    const given = grouped ? (args.named.get('function') ?? args.plain[1]) : undefined
    const functions: readonly Value[] = grouped
      ? given === undefined
        ? []
        : given.kind === 'list'
          ? given.of
          : [given]
      : [{ kind: 'call', name, args, start, end: start }]
    const found = functions.flatMap((of): Measure[] => {
      if (of.kind !== 'call' || !Object.hasOwn(measures, of.name)) {
        this.cursor.tell('LGS201', 'warning', 'a measure of a group is not read', this.cursor.spanFrom(start), 'count the events')
        return []
      }
      const field = textsOf(of.args.named.get('field') ?? of.args.plain[0])[0]
      const fn = of.name === 'count' && truthOf(of.args.named.get('distinct')) ? 'distinct' : measures[of.name]!
      const as = textsOf(of.args.named.get('as'))[0] ?? (of.name === 'count' ? '_count' : `_${of.name}`)
      return [{ name: as, fn, ...(field === undefined ? {} : { of: { kind: 'field', name: field } }) }]
    })
    const counted: readonly Measure[] = functions.length === 0 ? [{ name: '_count', fn: 'count' }] : found
    return [{ kind: 'aggregate', by, measures: counted, span: this.cursor.spanFrom(start) }]
  }

  private call(): { readonly name: string; readonly start: number; readonly args: Arguments } {
    const { cursor } = this
    const { token } = cursor
    cursor.at++
    return { name: token.text.toLowerCase(), start: token.start, args: this.args() }
  }

  private args(): Arguments {
    return this.cursor.deeper(() => {
      const { cursor } = this
      cursor.expect('(')
      const plain: Value[] = []
      const given = new Map<string, Value>()
      while (!cursor.is(')')) {
        if (cursor.token.kind === 'name' && cursor.is('=', 1)) {
          const key = cursor.next().text.toLowerCase()
          cursor.at++
          given.set(key, this.value())
        } else plain.push(this.value())
        if (!cursor.take(',')) break
      }
      cursor.expect(')', '")" or ","')
      return { plain, named: given }
    })
  }

  private value(): Value {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const { token } = cursor
      if (cursor.take('[')) {
        const of: Value[] = []
        while (!cursor.is(']')) {
          of.push(this.value())
          if (!cursor.take(',')) break
        }
        cursor.expect(']')
        return { kind: 'list', of }
      }
      if (token.kind === 'name' && cursor.is('(', 1)) {
        const { name, start, args } = this.call()
        return { kind: 'call', name, args, start, end: cursor.spanFrom(start).end }
      }
      if (token.kind === 'sign' || token.kind === 'end') return cursor.fail('a value')
      return { kind: 'text', text: cursor.next().value, token }
    })
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
    if (token.kind === 'regex') {
      cursor.at++
      return this.expression({ kind: 'fields', names: [any] }, token)
    }
    if (token.kind === 'name' && cursor.is('(', 1)) return this.test(undefined)
    const next = cursor.ahead(1)
    const fieldLike = token.kind === 'name' || token.kind === 'string'
    if (
      fieldLike &&
      (next.kind === 'sign' ? ['=', '!=', '<>', '<', '<=', '>', '>=', '=~', '=='].includes(next.text) : isWord(next, 'like'))
    )
      return this.comparison()
    if (token.kind === 'name' || token.kind === 'string' || token.kind === 'number') {
      cursor.next()
      const fold = cursor.settled('logscale.freeText') === 'insensitive'
      return this.matching({ kind: 'fields', names: [any] }, glob([any, ...starGlob(token.value), any]), fold, start)
    }
    return cursor.fail('a condition')
  }

  private matching(subject: Scalar, pattern: Glob, fold: boolean, start: number): Truth {
    const match: Match = shape(pattern).kind === 'any' ? { kind: 'present' } : { kind: 'glob', glob: pattern, fold }
    return certain({ kind: 'test', subject, match, span: this.cursor.spanFrom(start) })
  }

  private expression(subject: Scalar, token: Token): Truth {
    const slash = token.text.lastIndexOf('/')
    const pattern = token.text.slice(1, slash).replaceAll('\\/', '/')
    return this.flagged(subject, pattern, token.text.slice(slash + 1), token)
  }

  private flagged(subject: Scalar, pattern: string, flags: string, token: Token): Truth {
    const odd = /[^igmdF]/.exec(flags)
    if (odd !== null)
      this.cursor.refuse('LGS003', `an expression has no flag "${odd[0]}"`, token, 'i ignores case, d lets dots take line breaks')
    const options = { fold: flags.includes('i'), dotAll: flags.includes('d'), multiline: flags.includes('m') }
    return certain(regexTest(this.cursor, 'LGS003', subject, pattern, options, token))
  }

  /** field op pattern; the right side is always a value. */
  private comparison(): Truth {
    const { cursor } = this
    const { token } = cursor
    const { start } = token
    const subject: Scalar = { kind: 'field', name: token.value, span: { start, end: token.end } }
    cursor.next()
    const op = cursor.next().text.toLowerCase()
    if (op === '=~') return this.test(subject)
    const value = cursor.token
    if (value.kind === 'regex') {
      cursor.at++
      const found = this.expression(subject, value)
      return op === '!=' || op === '<>' ? contrary(found) : found
    }
    if (value.kind === 'sign' && value.text === '?')
      cursor.refuse('LGS001', 'a parameter has no value here', value, 'write the value')
    if (value.kind === 'sign' || value.kind === 'end') cursor.fail('a value')
    cursor.next()
    if (op === '=' || op === '==' || op === '!=' || op === '<>') {
      const found =
        value.value === ''
          ? certain({ kind: 'test', subject, match: { kind: 'empty' }, span: cursor.spanFrom(start) })
          : this.matching(subject, starGlob(value.value), false, start)
      return op === '!=' || op === '<>' ? contrary(found) : found
    }
    if (op === 'like') return this.matching(subject, glob([any, ...starGlob(value.value), any]), false, start)
    const to = numberOf(value.value)
    if (to === undefined) cursor.refuse('LGS001', `"${op}" compares numbers`, value, 'write a number')
    const match: Match = { kind: 'compare', op: op as '<', to: { kind: 'literal', value: to ?? 0 } }
    return certain({ kind: 'test', subject, match, span: cursor.spanFrom(start) })
  }

  /** A function that lets events through. `given`: the field before `=~`. */
  private test(given: Scalar | undefined): Truth {
    const { cursor } = this
    if (cursor.token.kind !== 'name' || !cursor.is('(', 1)) cursor.fail('a function')
    if (cursor.is('test')) return this.tested()
    const { name, start, args } = this.call()
    const span = cursor.spanFrom(start)
    const named = (key: string): string | undefined => textsOf(args.named.get(key))[0]
    const first = textsOf(args.plain[0])[0]
    const ownFirst = name === 'regex' || name === 'wildcard' ? undefined : first
    const field = named('field') ?? (given === undefined ? ownFirst : undefined)
    const subject: Scalar | undefined = given ?? (field === undefined ? undefined : { kind: 'field', name: field, span })
    const fold = truthOf(args.named.get('ignorecase'))
    if (name === 'in' && subject !== undefined) {
      const values = textsOf(args.named.get('values') ?? args.plain[given === undefined ? 1 : 0])
      return anyOf(values.map(value => this.matching(subject, starGlob(value), fold, start)))
    }
    if (name === 'wildcard' && subject !== undefined) {
      const pattern = named('pattern') ?? textsOf(args.plain.at(-1))[0] ?? ''
      return this.matching(subject, starGlob(pattern), fold, start)
    }
    if (name === 'regex') {
      const pattern = named('regex') ?? first ?? ''
      return this.flagged(subject ?? { kind: 'raw' }, pattern, named('flags') ?? '', {
        kind: 'string',
        text: '',
        value: '',
        lower: '',
        ...span,
      })
    }
    if (name === 'cidr' && subject !== undefined) {
      const networks = textsOf(args.named.get('subnet') ?? args.plain[1])
      const found = anyOf(networks.map(network => certain({ kind: 'test', subject, match: { kind: 'cidr', network }, span })))
      return truthOf(args.named.get('negate')) ? contrary(found) : found
    }
    if (name === 'text:contains') {
      const [text, part] = [args.named.get('string') ?? args.plain[0], args.named.get('substring') ?? args.plain[1]]
      const asked = textsOf(part)[0]
      const of = textsOf(text)[0]
      if (of !== undefined && asked !== undefined && part?.kind === 'text' && part.token.kind === 'string')
        return certain({
          kind: 'test',
          subject: { kind: 'field', name: of },
          match: { kind: 'glob', glob: contains(asked), fold: false },
          span,
        })
    }
    cursor.tell(
      'LGS201',
      'warning',
      `the function "${clip(name)}" is not read as a condition`,
      span,
      'say it with = or a regular expression',
    )
    return certain({ kind: 'opaque', text: cursor.source.text.slice(span.start, span.end), span })
  }

  /** test(a == b), and with < <= > >= !=: fields and numbers. */
  private tested(): Truth {
    const { cursor } = this
    const { start } = cursor.token
    cursor.at += 2
    const left = this.operand()
    const { text: op } = cursor.token
    if (!['==', '=', '!=', '<', '<=', '>', '>='].includes(op)) cursor.fail('a comparison')
    cursor.next()
    const right = this.operand()
    cursor.expect(')')
    const span = cursor.spanFrom(start)
    const equal = op === '==' || op === '=' || op === '!='
    const folds = isLower(left) && isLower(right)
    const a = folds ? left.args[0]! : left
    const b = folds ? right.args[0]! : right
    const match: Match =
      equal && b.kind !== 'literal'
        ? { kind: 'text', how: 'whole', to: b, fold: folds }
        : { kind: 'compare', op: equal ? '=' : (op as '<'), to: b }
    const test: Predicate = { kind: 'test', subject: a, match, span }
    return op === '!=' ? contrary(answering(test, [a, b])) : certain(test)
  }

  private operand(): Scalar {
    const { cursor } = this
    const { token } = cursor
    const span = { start: token.start, end: token.end }
    if (token.kind === 'number') {
      cursor.at++
      return { kind: 'literal', value: numberOf(token.text) ?? 0, span }
    }
    if (token.kind === 'string') return { kind: 'literal', value: cursor.next().value, span }
    if (token.kind !== 'name') return cursor.fail('a field or a value')
    if (cursor.is('(', 1) && /^(?:lower|upper|length)$/i.test(token.text)) {
      cursor.at += 2
      const arg = this.cursor.deeper(() => this.operand())
      cursor.expect(')')
      return { kind: 'call', fn: token.text.toLowerCase() as 'lower', args: [arg], span }
    }
    cursor.at++
    return { kind: 'field', name: token.value, span }
  }
}

const joins: ReadonlySet<string> = new Set(['and', 'or', 'not'])
const tests: ReadonlySet<string> = new Set([
  'in',
  'wildcard',
  'regex',
  'cidr',
  'test',
  'text:contains',
  'array:contains',
  'subnet',
])

const isLower = (of: Scalar): of is Scalar & { kind: 'call' } => of.kind === 'call' && (of.fn === 'lower' || of.fn === 'upper')

function textsOf(of: Value | undefined): readonly string[] {
  if (of === undefined) return []
  if (of.kind === 'text') return [of.text]
  return of.kind === 'list' ? of.of.flatMap(one => (one.kind === 'text' ? [one.text] : [])) : []
}

const truthOf = (of: Value | undefined): boolean => textsOf(of)[0]?.toLowerCase() === 'true'

// Lucene's query string to meaning, as Elasticsearch and OpenSearch read it; written from the grammar of the classic query parser and the manual of `query_string`.

import { anyWord, type FieldKind, fieldKind, phrase, wholeValue, wordPattern } from '../../ir/elastic.ts'
import { any as anyWild, glob, one as oneWild } from '../../ir/glob.ts'
import { and, never, not, or } from '../../ir/logic.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../../ir/predicate.ts'
import { readLucene } from '../../ir/regex.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source, Span } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { dialects } from './dialects.ts'

export const codes: Readonly<Record<string, string>> = {
  LUC001: 'a text that is no query string of Lucene',
  LUC002: 'a query that is nested too deeply or too long',
  LUC003: 'a fuzzy term or a phrase with slop, which find what is merely near',
  LUC004: 'a regular expression in a query string that cannot be read',
  LUC201: 'OR and AND side by side without parentheses, which Lucene does not order',
  LUC202: 'a boost, which changes the order of results and not which are found',
  LUC203: 'a wildcard at the beginning of a term, where the product does not allow it unless it is told to',
}

/** Whether a group of nothing but negations is the complement (`complement`, Elasticsearch and OpenSearch) or finds nothing (`nothing`, Lucene alone). */
const negativeGroup = 'lucene.negativeGroup'
/** How terms are joined that have no word between them: `or`, or `and` where the search says so (`default_operator`). */
const defaultOperator = 'lucene.operator'
/** Whose query string it is: Elasticsearch's and OpenSearch's, or `graylog`. */
const dialectName = 'lucene.dialect'

const longest = 1_000_000
const deepest = 200

interface Clause {
  occur: 'must' | 'should' | 'not'
  readonly of: Predicate
}

class Fault extends Error {}

/** Characters that end a term unless they are escaped (QueryParser.jj, TERM_CHAR). */
const special = /[\s+\-!():^[\]"{}~*?\\/]/

class Parser {
  readonly diagnostics: Diagnostic[] = []
  readonly assumed = new Set<string>()
  private at = 0
  private depth = 0
  private readonly text: string
  private readonly assume: Readonly<Record<string, string>>

  constructor(text: string, assume: Readonly<Record<string, string>>) {
    this.text = text
    this.assume = assume
  }

  read(): Predicate | undefined {
    try {
      this.blanks()
      // "Matching no documents because no terms present"
      if (this.at === this.text.length) return never
      const found = this.query(undefined, true)
      if (this.at < this.text.length) this.fail('the end of the query')
      return found
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return undefined
    }
  }

  private setting(name: string): string | undefined {
    return Object.hasOwn(this.assume, name) ? this.assume[name] : undefined
  }

  private requiresAll(): boolean {
    return this.setting(defaultOperator) === 'and'
  }

  private tell(code: string, severity: 'error' | 'warning', message: string, span: Span, hint?: string): void {
    this.diagnostics.push({ code, severity, message, span, ...(hint === undefined ? {} : { hint }) })
  }

  private fail(wanted: string, hint?: string): never {
    const { text, at } = this
    const message =
      at >= text.length
        ? `the query ends where ${wanted} should stand`
        : `"${String.fromCodePoint(text.codePointAt(at)!)}" stands where ${wanted} should`
    this.tell('LUC001', 'error', message, { start: Math.min(at, text.length), end: Math.min(at + 1, text.length) }, hint)
    throw new Fault()
  }

  private take(form: RegExp): string | undefined {
    form.lastIndex = this.at
    const found = form.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private blanks(): void {
    this.take(/[\s\u3000]+/y)
  }

  /** query := (conjunction? modifier? clause)+, joined as the classic parser does: no operator binds tighter than another. */
  private query(field: Field | undefined, outermost = false): Predicate {
    if (++this.depth > deepest) {
      this.tell('LUC002', 'error', `the query is nested deeper than ${deepest}`, { start: this.at, end: this.at })
      throw new Fault()
    }
    const start = this.at
    const clauses: Clause[] = []
    let words = 0
    for (;;) {
      this.blanks()
      if (this.at >= this.text.length || this.text[this.at] === ')') break
      const word = clauses.length === 0 ? undefined : this.take(/(?:AND(?![^\s()])|&&|OR(?![^\s()])|\|\|)/y)
      this.blanks()
      const conjunction = word === undefined ? undefined : word === 'AND' || word === '&&' ? 'and' : 'or'
      if (conjunction !== undefined) words |= conjunction === 'and' ? 1 : 2
      const sign = this.take(/(?:NOT(?![^\s()])|[+\-!])/y)
      this.blanks()
      const before = clauses.at(-1)
      const silent = before !== undefined && conjunction === undefined && sign === undefined
      const all = this.requiresAll()
      if (silent) this.assumed.add(`${defaultOperator}=${all ? 'and' : 'or'}`)
      if (before !== undefined && before.occur !== 'not') {
        if (conjunction === 'and') before.occur = 'must'
        // Where all are required unless it is said, OR takes that from both its neighbours.
        else if (conjunction === 'or' && all) before.occur = 'should'
      }
      const of = this.clause(field)
      const required = conjunction === 'and' || (all && conjunction !== 'or')
      const occur = sign === 'NOT' || sign === '-' || sign === '!' ? 'not' : sign === '+' || required ? 'must' : 'should'
      clauses.push({ occur, of })
    }
    if (clauses.length === 0) this.fail('a term')
    if (words === 3)
      this.tell(
        'LUC201',
        'warning',
        'AND and OR stand side by side: AND makes its neighbours required, and OR beside a required term finds nothing more',
        { start, end: this.at },
        'put parentheses around each of them',
      )
    this.depth--
    return this.joined(clauses, outermost)
  }

  private joined(clauses: readonly Clause[], outermost: boolean): Predicate {
    const parts = (occur: Clause['occur']) => clauses.filter(clause => clause.occur === occur).map(clause => clause.of)
    const must = parts('must')
    const banned = parts('not')
    const should = parts('should')
    if (must.length > 0) return and([...must, ...banned.map(not)])
    if (should.length > 0) return and([or(should), ...banned.map(not)])
    if (!outermost) {
      const taken = this.setting(negativeGroup) === 'nothing' ? 'nothing' : 'complement'
      this.assumed.add(`${negativeGroup}=${taken}`)
      if (taken === 'nothing') return never
    }
    return and(banned.map(not))
  }

  /** clause := (field ':')? (term | '(' query ')') */
  private clause(outer: Field | undefined): Predicate {
    const start = this.at
    const field = this.field() ?? outer
    this.blanks()
    if (this.text[this.at] === '(') {
      this.at++
      const found = this.query(field)
      if (this.text[this.at] !== ')') this.fail('")"')
      this.at++
      this.boost()
      return found
    }
    return this.value(field, start)
  }

  /** A name with its colon; a star and a star is everything. */
  private field(): Field | undefined {
    const start = this.at
    const parts = this.parts()
    if (parts !== undefined && this.text[this.at] === ':') {
      const span = { start, end: this.at }
      this.at++
      return { parts, span }
    }
    this.at = start
    return undefined
  }

  /** A term without quotes: its text with wildcards; undefined where none begins. */
  private parts(): Glob | undefined {
    const start = this.at
    const parts: (string | typeof anyWild | typeof oneWild)[] = []
    let run = ''
    while (this.at < this.text.length) {
      const character = this.text[this.at]!
      if (character === '\\') {
        if (this.at + 1 >= this.text.length) this.fail('a character behind "\\"')
        const unicode = /\\u([0-9a-fA-F]{4})/y
        unicode.lastIndex = this.at
        const point = unicode.exec(this.text)
        if (point !== null) {
          run += String.fromCharCode(Number.parseInt(point[1]!, 16))
          this.at += 6
          continue
        }
        const next = String.fromCodePoint(this.text.codePointAt(this.at + 1)!)
        run += next
        this.at += 1 + next.length
        continue
      }
      if (character === '*' || character === '?') {
        parts.push(run, character === '*' ? anyWild : oneWild)
        run = ''
      } else if (special.test(character) && !((character === '-' || character === '+') && this.at > start)) break
      else run += character
      this.at++
    }
    return this.at === start ? undefined : glob([...parts, run])
  }

  private boost(): void {
    const { at } = this
    const found = this.take(/\^\d+(?:\.\d+)?/y)
    if (found !== undefined)
      this.tell(
        'LUC202',
        'warning',
        `the boost "${found}" changes the order of what is found and nothing else`,
        { start: at, end: this.at },
        'leave it out',
      )
  }

  private fuzzy(what: string): void {
    const { at } = this
    const found = this.take(/~\d*(?:\.\d+)?/y)
    if (found !== undefined)
      this.tell(
        'LUC003',
        'error',
        `${what} with "${found}" finds what is merely near, which cannot be decided here`,
        { start: at, end: this.at },
        'write the values',
      )
  }

  /** In Graylog three fields are text and all others are compared whole; in Elasticsearch and OpenSearch ECS says. */
  private kindOf(name: string): FieldKind {
    if (this.setting(dialectName) === 'graylog') return dialects.graylog!.analysed.includes(name) ? 'text' : 'keyword'
    return fieldKind(name, this.setting('elastic.text'))
  }

  private value(field: Field | undefined, start: number): Predicate {
    const subject = subjectOf(field)
    const named = subject.kind === 'field' ? subject.name : undefined
    const kind = named === undefined ? 'keyword' : this.kindOf(named)
    const span = () => ({ start, end: this.at })
    const test = (match: Match): Predicate => ({ kind: 'test', subject, match, span: span() })
    const character = this.text[this.at]
    if (character === '"') {
      const text = this.quoted()
      this.fuzzy('a phrase')
      this.boost()
      if (named === '_exists_')
        return { kind: 'test', subject: { kind: 'field', name: text }, match: { kind: 'present' }, span: span() }
      return kind === 'text' ? phrase(subject, text, span()) : test(wholeValue(kind, text))
    }
    if (character === '/') {
      const from = this.at + 1
      const pattern = this.expression()
      const read = readLucene(pattern)
      for (const finding of read.diagnostics)
        this.tell('LUC004', 'error', finding.message, { start: from, end: this.at - 1 }, finding.hint)
      this.boost()
      if (read.value === undefined) return never
      // About a word of a text, about the whole of a keyword.
      return test({ kind: 'regex', pattern: read.value, fold: false, whole: kind !== 'text' })
    }
    if (character === '[' || character === '{') return this.range(subject, start)
    const order = field === undefined ? undefined : this.take(/[<>]=?/y)
    if (order !== undefined) {
      this.blanks()
      const to = this.text[this.at] === '"' ? this.quoted() : textOf(this.parts() ?? this.fail('a value'))
      return test({ kind: 'compare', op: order as '<', to: { kind: 'literal', value: asNumber(to) } })
    }
    const parts = this.parts()
    if (parts === undefined)
      return this.fail(
        field === undefined ? 'a term' : `a value of "${textOf(field.parts)}"`,
        'escape a sign that is meant as it is',
      )
    this.fuzzy('a term')
    this.boost()
    if (named === '_exists_')
      return { kind: 'test', subject: { kind: 'field', name: textOf(parts) }, match: { kind: 'present' }, span: span() }
    const wild = parts.some(part => typeof part !== 'string')
    if (wild && parts.length === 1 && (parts[0] as { wild: string }).wild === 'any') {
      // `*:*` and `*` are everything, `field:*` asks whether the field is there.
      if (field === undefined || (field.parts.length === 1 && typeof field.parts[0] !== 'string'))
        return { kind: 'const', value: true }
      return test({ kind: 'present' })
    }
    if (typeof parts[0] !== 'string' && this.setting(dialectName) === 'graylog')
      this.tell(
        'LUC203',
        'warning',
        'a term that begins with a wildcard is refused by Graylog unless the server allows it',
        span(),
        'set "allow_leading_wildcard_searches" in server.conf, or ask with an expression: field:/.*x/',
      )
    if (kind === 'text') return wild ? wordPattern(subject, lowered(parts), span()) : anyWord(subject, textOf(parts), span())
    return test(wild ? { kind: 'glob', glob: parts, fold: false } : wholeValue(kind, textOf(parts)))
  }

  /** range := ('[' | '{') value 'TO' value (']' | '}') */
  private range(subject: Scalar, start: number): Predicate {
    const open = this.text[this.at++]
    this.blanks()
    const from = this.limit()
    this.blanks()
    if (this.take(/TO(?=\s)/y) === undefined) this.fail('"TO"')
    this.blanks()
    const to = this.limit()
    this.blanks()
    const close = this.take(/[\]}]/y)
    if (close === undefined) this.fail('"]" or "}"')
    this.boost()
    const span = { start, end: this.at }
    const test = (op: '<' | '<=' | '>' | '>=', value: string): Predicate => ({
      kind: 'test',
      subject,
      match: { kind: 'compare', op, to: { kind: 'literal', value: asNumber(value) } },
      span,
    })
    const parts = [
      ...(from === undefined ? [] : [test(open === '[' ? '>=' : '>', from)]),
      ...(to === undefined ? [] : [test(close === ']' ? '<=' : '<', to)]),
    ]
    return parts.length === 0 ? { kind: 'test', subject, match: { kind: 'present' }, span } : and(parts)
  }

  private limit(): string | undefined {
    if (this.text[this.at] === '"') return this.quoted()
    const found = this.take(/[^\s\]}]+/y)
    if (found === undefined) return this.fail('a value or "*"')
    return found === '*' ? undefined : found.replace(/\\(.)/gs, '$1')
  }

  private quoted(): string {
    let text = ''
    for (this.at++; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]!
      if (character === '"') {
        this.at++
        return text
      }
      if (character === '\\' && this.at + 1 < this.text.length) {
        const unicode = /\\u([0-9a-fA-F]{4})/y
        unicode.lastIndex = this.at
        const point = unicode.exec(this.text)
        this.at += point === null ? 1 : 5
        text += point === null ? this.text[this.at]! : String.fromCharCode(Number.parseInt(point[1]!, 16))
      } else text += character
    }
    return this.fail('the closing quote')
  }

  /** What stands between slashes; `\/` is a slash, every other escape belongs to the expression. */
  private expression(): string {
    const from = ++this.at
    this.take(/(?:[^/\\]|\\[\s\S])*/y)
    const text = this.text.slice(from, this.at)
    // What is left is a slash, or a back-slash with nothing behind it.
    if (this.text[this.at] !== '/') {
      this.at = this.text.length
      return this.fail('the closing slash')
    }
    this.at++
    return text.includes('\\/') ? text.replace(/\\([\s\S])/g, (found, next) => (next === '/' ? '/' : found)) : text
  }
}

interface Field {
  readonly parts: Glob
  readonly span: Span
}

function subjectOf(field: Field | undefined): Scalar {
  if (field === undefined) return { kind: 'fields', names: [anyWild] }
  if (field.parts.some(part => typeof part !== 'string')) return { kind: 'fields', names: field.parts, span: field.span }
  return { kind: 'field', name: textOf(field.parts), span: field.span }
}

const textOf = (parts: Glob): string =>
  parts.map(part => (typeof part === 'string' ? part : part.wild === 'any' ? '*' : '?')).join('')

/** The wildcards of a text field are normalised, so letters in them are small. */
const lowered = (parts: Glob): Glob => parts.map(part => (typeof part === 'string' ? part.toLowerCase() : part))

const asNumber = (text: string): string | number => (/^-?\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : text)

/**
 * A query over documents (`from` the table `logs-*`), blanks between terms being OR unless `lucene.operator` is `and`. Keywords heed case; which fields are text follows ECS, and
 * `elastic.text` names others; with `lucene.dialect` as `graylog` the messages of Graylog are asked. Assumes `lucene.negativeGroup` where a group holds nothing but negations.
 */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  if (source.text.length > longest)
    return {
      diagnostics: [{ code: 'LUC002', severity: 'error', message: `a query of more than ${longest} characters is not read` }],
    }
  const parser = new Parser(source.text, context.assume ?? {})
  const where = parser.read()
  const { diagnostics } = parser
  if (where === undefined || diagnostics.some(finding => finding.severity === 'error')) return { diagnostics }
  const all = where.kind === 'const' && where.value
  return {
    value: {
      from:
        context.assume?.[dialectName] === 'graylog'
          ? { kind: 'table', name: 'messages', time: 'timestamp' }
          : { kind: 'table', name: 'logs-*', time: '@timestamp' },
      stages: all ? [] : [{ kind: 'filter', where, span: { start: 0, end: source.text.length } }],
      rules: 'elastic',
    },
    diagnostics,
    ...(parser.assumed.size === 0 ? {} : { assumed: [...parser.assumed] }),
  }
}

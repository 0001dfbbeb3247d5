// Kibana's query language to meaning; written from its grammar (kbn-es-query) and manual.

import { anyWord, fieldKind, phrase, wholeValue, wordPattern } from '../../ir/elastic.ts'
import { any as anyWild, glob } from '../../ir/glob.ts'
import { and, never, not, or } from '../../ir/logic.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Predicate, Scalar } from '../../ir/predicate.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source, Span } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'

export const codes: Readonly<Record<string, string>> = {
  KUE001: 'a text that is no kuery',
  KUE002: 'a query that is nested too deeply or too long',
  KUE003: 'a nested document, whose fields must lie in the same element',
  KUE201: 'a star in quotes, which is a star and no wildcard',
}

const longest = 1_000_000
const deepest = 200

/** A field or value as written: wildcards only where it is not quoted. */
interface Literal extends Span {
  readonly parts: Glob
  readonly quoted: boolean
}

/** What a field is asked for: one value, or several joined. */
type Values =
  | { readonly kind: 'value'; readonly value: Literal }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Values[] }
  | { readonly kind: 'not'; readonly of: Values }

class Fault extends Error {}

const special = /[\\():<>"*{}]/
const space = /[ \t\r\n\u00a0]/

class Parser {
  readonly diagnostics: Diagnostic[] = []
  private at = 0
  private depth = 0
  private readonly text: string
  private readonly texts: string | undefined

  constructor(text: string, texts: string | undefined) {
    this.text = text
    this.texts = texts
  }

  read(): Predicate | undefined {
    try {
      this.blanks()
      // An empty query finds everything.
      if (this.at === this.text.length) return { kind: 'const', value: true }
      const found = this.or()
      this.blanks()
      if (this.at < this.text.length) this.fail('the end of the query')
      return found
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return undefined
    }
  }

  private fail(wanted: string, hint?: string): never {
    const { text, at } = this
    const what =
      at >= text.length
        ? `the query ends where ${wanted} should stand`
        : `"${String.fromCodePoint(text.codePointAt(at)!)}" stands where ${wanted} should`
    const span = { start: Math.min(at, text.length), end: Math.min(at + 1, text.length) }
    this.diagnostics.push({ code: 'KUE001', severity: 'error', message: what, span, ...(hint === undefined ? {} : { hint }) })
    throw new Fault()
  }

  private deeper<T>(read: () => T): T {
    if (++this.depth > deepest) {
      const span = { start: this.at, end: this.at }
      this.diagnostics.push({ code: 'KUE002', severity: 'error', message: `the query is nested deeper than ${deepest}`, span })
      throw new Fault()
    }
    const found = read()
    this.depth--
    return found
  }

  private blanks(): void {
    while (this.at < this.text.length && space.test(this.text[this.at]!)) this.at++
  }

  /** A word between blanks; nothing is taken where it does not stand. */
  private word(word: 'and' | 'or'): boolean {
    const form = word === 'and' ? /[ \t\r\n\u00a0]+and[ \t\r\n\u00a0]+/iy : /[ \t\r\n\u00a0]+or[ \t\r\n\u00a0]+/iy
    form.lastIndex = this.at
    const found = form.exec(this.text)
    if (found === null) return false
    this.at += found[0].length
    return true
  }

  private not(): boolean {
    const form = /not[ \t\r\n\u00a0]+/iy
    form.lastIndex = this.at
    const found = form.exec(this.text)
    if (found === null) return false
    this.at += found[0].length
    return true
  }

  /** or := and (' or ' and)* */
  private or(): Predicate {
    return this.deeper(() => {
      const args = [this.and()]
      while (this.word('or')) args.push(this.and())
      return or(args)
    })
  }

  private and(): Predicate {
    const args = [this.negation()]
    while (this.word('and')) args.push(this.negation())
    return and(args)
  }

  private negation(): Predicate {
    return this.not() ? not(this.part()) : this.part()
  }

  /** part := '(' or ')' | field ':' '{' or '}' | field ':' values | field ('<' | …) value | value */
  private part(): Predicate {
    const start = this.at
    if (this.text[this.at] === '(') {
      this.at++
      this.blanks()
      const found = this.or()
      this.blanks()
      if (this.text[this.at] !== ')') this.fail('")"')
      this.at++
      return found
    }
    const field = this.literal('a field or a value')
    const end = this.at
    this.blanks()
    const operator = /(?:<=|>=|<|>|:)/y
    operator.lastIndex = this.at
    const found = operator.exec(this.text)?.[0]
    if (found === undefined) {
      this.at = end
      return this.everywhere(field)
    }
    this.at += found.length
    this.blanks()
    if (found !== ':') {
      const value = this.literal('a value')
      const to = textOf(value)
      const match = { kind: 'compare', op: found as '<', to: { kind: 'literal', value: asNumber(to) } } as const
      return { kind: 'test', subject: this.subject(field), match, span: { start, end: this.at } }
    }
    if (this.text[this.at] === '{') {
      this.at++
      this.blanks()
      this.or()
      this.blanks()
      if (this.text[this.at] !== '}') this.fail('"}"')
      this.at++
      const span = { start, end: this.at }
      const message = `"${textOf(field)}" is asked for one element that has all of these values, which is not understood here`
      this.diagnostics.push({
        code: 'KUE003',
        severity: 'warning',
        message,
        span,
        hint: `ask each field as ${textOf(field)}.name`,
      })
      return { kind: 'opaque', text: this.text.slice(start, this.at), span }
    }
    const values = this.values()
    return values.kind === 'value' ? this.asked(field, values.value, { start, end: this.at }) : this.told(field, values)
  }

  /** values := '(' values (' or ' values)* ')' | value */
  private values(): Values {
    if (this.text[this.at] !== '(') return { kind: 'value', value: this.literal('a value') }
    return this.deeper(() => {
      this.at++
      this.blanks()
      const joined = (word: 'and' | 'or', one: () => Values): Values => {
        const of = [one()]
        while (this.word(word)) of.push(one())
        return of.length === 1 ? of[0]! : { kind: word, of }
      }
      const found = joined('or', () =>
        joined('and', (): Values => (this.not() ? { kind: 'not', of: this.values() } : this.values())),
      )
      this.blanks()
      if (this.text[this.at] !== ')') this.fail('")", "and" or "or"', 'join the values of a list with "or"')
      this.at++
      return found
    })
  }

  private told(field: Literal, values: Values): Predicate {
    switch (values.kind) {
      case 'value':
        return this.asked(field, values.value, { start: values.value.start, end: values.value.end })
      case 'not':
        return not(this.told(field, values.of))
      case 'and':
        return and(values.of.map(one => this.told(field, one)))
      case 'or':
        return or(values.of.map(one => this.told(field, one)))
    }
  }

  private subject(field: Literal): Scalar {
    const span = { start: field.start, end: field.end }
    if (field.parts.every(part => typeof part === 'string')) return { kind: 'field', name: textOf(field), span }
    return { kind: 'fields', names: field.parts, span }
  }

  /** `field : value`. */
  private asked(field: Literal, value: Literal, span: Span): Predicate {
    const subject = this.subject(field)
    const wild = value.parts.some(part => typeof part !== 'string')
    if (wild && value.parts.length === 1) {
      // `*` asks whether the field is there.
      return { kind: 'test', subject, match: { kind: 'present' }, span }
    }
    const kind = subject.kind === 'field' ? fieldKind(subject.name, this.texts) : 'keyword'
    const text = textOf(value)
    if (value.quoted && text.includes('*') && subject.kind === 'field') {
      const message = `the star in "${text}" stands in quotes and is compared as it is`
      this.diagnostics.push({
        code: 'KUE201',
        severity: 'warning',
        message,
        span: { start: value.start, end: value.end },
        hint: 'take the quotes away for a wildcard',
      })
    }
    if (kind === 'text') {
      if (wild) return wordPattern(subject, value.parts, span)
      return value.quoted ? phrase(subject, text, span) : anyWord(subject, text, span)
    }
    if (wild) return { kind: 'test', subject, match: { kind: 'glob', glob: value.parts, fold: false }, span }
    return { kind: 'test', subject, match: wholeValue(kind, text), span }
  }

  /** A value without a field is asked of all fields. */
  private everywhere(value: Literal): Predicate {
    const subject: Scalar = { kind: 'fields', names: [anyWild] }
    const span = { start: value.start, end: value.end }
    if (value.parts.length === 1 && typeof value.parts[0] !== 'string') return { kind: 'const', value: true }
    return { kind: 'test', subject, match: { kind: 'glob', glob: value.parts, fold: false }, span }
  }

  /** literal := '"' … '"' | characters, blanks and wildcards up to a word or sign of the grammar. */
  private literal(wanted: string): Literal {
    const start = this.at
    if (this.text[start] === '"') return this.quoted()
    const parts: (string | typeof anyWild)[] = []
    let run = ''
    let end = start
    while (this.at < this.text.length) {
      const character = this.text[this.at]!
      if (character === '*') {
        parts.push(run, anyWild)
        run = ''
        end = ++this.at
        continue
      }
      if (character === '\\') {
        run += this.escaped()
        end = this.at
        continue
      }
      if (special.test(character)) break
      if (space.test(character)) {
        // Blanks belong to the value, but for those around a word of the grammar and at its end.
        const joint = /[ \t\r\n\u00a0]+(?:(?:and|or)[ \t\r\n\u00a0]|not[ \t\r\n\u00a0])/iy
        joint.lastIndex = this.at
        if (joint.test(this.text)) break
      }
      run += character
      this.at++
      if (!space.test(character)) end = this.at
    }
    this.at = end
    if (start === end) this.fail(wanted)
    const trimmed = glob([...parts, run.slice(0, run.trimEnd().length)])
    return { parts: trimmed, quoted: false, start, end }
  }

  private escaped(): string {
    const next = this.text[this.at + 1] ?? ''
    const unicode = /\\u([0-9a-fA-F]{4})/y
    unicode.lastIndex = this.at
    const point = unicode.exec(this.text)
    if (point !== null) {
      this.at += 6
      return String.fromCharCode(Number.parseInt(point[1]!, 16))
    }
    const word = /\\(and|or|not)/iy
    word.lastIndex = this.at
    const found = word.exec(this.text)
    if (found !== null) {
      this.at += found[0].length
      return found[1]!
    }
    const blank = { t: '\t', r: '\r', n: '\n' }[next]
    if (blank !== undefined) {
      this.at += 2
      return blank
    }
    if (!special.test(next)) {
      this.at++
      this.fail('a character that a back-slash escapes', 'write \\\\ for a back-slash')
    }
    this.at += 2
    return next
  }

  private quoted(): Literal {
    const start = this.at++
    let text = ''
    while (this.at < this.text.length) {
      const character = this.text[this.at]!
      if (character === '"') {
        this.at++
        return { parts: glob([text]), quoted: true, start, end: this.at }
      }
      if (character !== '\\') {
        text += character
        this.at++
        continue
      }
      const next = this.text[this.at + 1] ?? ''
      const unicode = /\\u([0-9a-fA-F]{4})/y
      unicode.lastIndex = this.at
      const point = unicode.exec(this.text)
      const blank = { t: '\t', r: '\r', n: '\n', '"': '"', '\\': '\\' }[next]
      if (point !== null) {
        text += String.fromCharCode(Number.parseInt(point[1]!, 16))
        this.at += 6
      } else if (blank !== undefined) {
        text += blank
        this.at += 2
      } else {
        // Any other back-slash is itself.
        text += character
        this.at++
      }
    }
    return this.fail('the closing quote')
  }
}

const textOf = (literal: Literal): string => literal.parts.map(part => (typeof part === 'string' ? part : '*')).join('')

const asNumber = (text: string): string | number => (/^-?\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : text)

/**
 * A query over documents (`from` the table `logs-*`). Keywords heed case; which fields are text follows ECS, and `elastic.text` names others.
 * Assumes `kuery.wildcardCase=sensitive`.
 */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  if (source.text.length > longest)
    return {
      diagnostics: [{ code: 'KUE002', severity: 'error', message: `a query of more than ${longest} characters is not read` }],
    }
  const { assume } = context
  const texts = assume !== undefined && Object.hasOwn(assume, 'elastic.text') ? assume['elastic.text'] : undefined
  const parser = new Parser(source.text, texts)
  const where = parser.read()
  if (where === undefined) return { diagnostics: parser.diagnostics }
  const all = where.kind === 'const' && where.value
  return {
    value: {
      from: { kind: 'table', name: 'logs-*', time: '@timestamp' },
      stages: all
        ? []
        : [{ kind: 'filter', where: where.kind === 'const' ? never : where, span: { start: 0, end: source.text.length } }],
      rules: 'elastic',
    },
    diagnostics: parser.diagnostics,
    ...(/\*/.test(source.text) ? { assumed: ['kuery.wildcardCase=sensitive'] } : {}),
  }
}

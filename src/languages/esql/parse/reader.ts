// Reads the grammar of ES|QL into its tree (EsqlBaseParser.g4 of Elasticsearch; https://www.elastic.co/docs/reference/query-languages/esql/esql-syntax). Goes on at the next command after a fault.

import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Span } from '../../../text/source.ts'
import { suggest } from '../../../text/suggest.ts'
import { type Token, tokens } from '../../reading.ts'
import { forms, indexAt } from './tokens.ts'
import type { Command, Expression, Named, Pattern } from './tree.ts'
import { commands, namedCommands, units, words } from './words.ts'

const deepest = 200
const mostFaults = 20

/** A fault that ends the reading of a command. */
class Fault extends Error {}

export class Reader {
  readonly diagnostics: Diagnostic[] = []
  private readonly text: string
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
    this.tokens = tokens(text, forms)
  }

  private get token(): Token {
    return this.tokens[this.at]!
  }

  private ahead(by: number): Token {
    return this.tokens[Math.min(this.tokens.length - 1, this.at + by)]!
  }

  /** Whether the next token is a sign, or a word in any case. */
  private is(text: string, by = 0): boolean {
    const token = this.ahead(by)
    return token.kind === 'sign' ? token.text === text : token.kind === 'name' && token.lower === text
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  private spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.tokens[this.at - 1]?.end ?? start) }
  }

  private report(code: string, message: string, span: Span, hint?: string): void {
    if (this.diagnostics.length < mostFaults)
      this.diagnostics.push({
        code,
        severity: 'error',
        message,
        span: { start: span.start, end: span.end },
        ...(hint === undefined ? {} : { hint }),
      })
  }

  private fail(wanted: string, hint?: string): never {
    const { kind, text, bad, start, end } = this.token
    if (bad !== undefined) this.report('ESQ001', bad, { start, end })
    else if (kind === 'end') this.report('ESQ001', `the query ends where ${wanted} should stand`, { start, end }, hint)
    else this.report('ESQ001', `"${text.slice(0, 60)}" stands where ${wanted} should`, { start, end }, hint)
    throw new Fault()
  }

  private expect(text: string, wanted = `"${text}"`): void {
    if (!this.take(text)) this.fail(wanted)
  }

  /** query := source ('|' command)*; the commands that could be read. */
  read(): readonly Command[] {
    const found: Command[] = []
    for (let first = true; ; first = false) {
      try {
        found.push(first ? this.source() : this.command())
        if (this.token.kind !== 'end' && !this.is('|')) this.fail('"|" or the end of the query')
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        let open = 0
        while (this.token.kind !== 'end' && !(this.is('|') && open <= 0)) {
          if (this.is('(')) open++
          else if (this.is(')')) open--
          this.at++
        }
        this.depth = 0
      }
      if (!this.take('|')) break
    }
    return found
  }

  private source(): Command {
    const { start } = this.token
    // SET a = b; comes before and changes nothing that is found here.
    while (this.take('set')) {
      while (this.token.kind !== 'end' && this.text[this.token.start] !== ';') this.at++
      this.at++
    }
    if (this.take('row')) return { kind: 'row', columns: this.columns(), span: this.spanFrom(start) }
    if (!this.is('from') && !this.is('ts')) {
      const near = this.token.kind === 'name' ? suggest(this.token.text.toLowerCase(), ['from', 'row']) : undefined
      this.fail(
        '"FROM" or "ROW"',
        near === undefined ? 'a query begins with FROM and an index' : `did you mean "${near.toUpperCase()}"?`,
      )
    }
    this.at++
    const indices: string[] = []
    do indices.push(this.index())
    while (this.take(','))
    const metadata: string[] = []
    const bracket = this.is('[')
    if (bracket) this.at++
    if (this.take('metadata')) {
      do metadata.push(this.name('a metadata field'))
      while (this.take(','))
    }
    if (bracket) this.expect(']')
    return { kind: 'from', indices, metadata, span: this.spanFrom(start) }
  }

  /** An index pattern, of which not every character is one of a token. */
  private index(): string {
    if (this.token.kind === 'string') {
      this.at++
      return this.tokens[this.at - 1]!.value
    }
    const found = this.token.kind === 'end' || this.is('|') ? undefined : indexAt(this.text, this.token.start)
    if (found === undefined) return this.fail('an index')
    const end = this.token.start + found.length
    while (this.token.kind !== 'end' && this.token.start < end) this.at++
    return found
  }

  private command(): Command {
    const { start, text, kind } = this.token
    const word = kind === 'name' ? text.toLowerCase() : ''
    const told = (command: object): Command => ({ ...command, span: this.spanFrom(start) }) as Command
    if (kind !== 'name') return this.fail('a command')
    this.at++
    switch (word) {
      case 'where':
        return told({ kind: 'where', where: this.expression() })
      case 'eval':
        return told({ kind: 'eval', columns: this.columns() })
      case 'stats':
      case 'inlinestats':
      case 'inline': {
        if (word === 'inline') this.expect('stats')
        return this.stats(start, word !== 'stats')
      }
      case 'keep':
      case 'drop':
        return told({ kind: word, names: this.patterns() })
      case 'rename': {
        const names: { from: string; to: string }[] = []
        do {
          const left = this.path('a column')
          if (this.take('as')) names.push({ from: left, to: this.path('a new name') })
          else {
            this.expect('=', '"AS"')
            names.push({ from: this.path('a column'), to: left })
          }
        } while (this.take(','))
        return told({ kind: 'rename', names })
      }
      case 'sort': {
        const keys: { by: Expression; descending: boolean; nulls: 'first' | 'last' }[] = []
        do {
          const by = this.expression()
          const descending = this.take('desc') || (this.take('asc') && false)
          let nulls: 'first' | 'last' = descending ? 'first' : 'last'
          if (this.take('nulls')) {
            if (this.take('first')) nulls = 'first'
            else {
              this.expect('last', '"FIRST" or "LAST"')
              nulls = 'last'
            }
          }
          keys.push({ by, descending, nulls })
        } while (this.take(','))
        return told({ kind: 'sort', keys })
      }
      case 'limit': {
        const count = Number(this.token.text)
        if (this.token.kind !== 'number' || !Number.isInteger(count)) this.fail('a whole number')
        this.at++
        return told({ kind: 'limit', count })
      }
      case 'mv_expand':
        return told({ kind: 'expand', name: this.path('a column') })
      case 'dissect':
      case 'grok': {
        const of = this.primary()
        if (this.token.kind !== 'string') this.fail('a pattern in quotes')
        const pattern = this.token.value
        this.at++
        // GROK takes several patterns, of which the first that fits counts; the grammar lists them.
        let separator = ''
        if (word === 'dissect' && this.is('append_separator')) {
          this.at++
          this.expect('=')
          if (this.token.kind !== 'string') this.fail('a text')
          separator = this.token.value
          this.at++
        }
        return told({ kind: word, of, pattern, separator })
      }
      case 'lookup': {
        this.expect('join')
        const index = this.index()
        if (this.take('as')) this.name('a name')
        this.expect('on')
        const on: string[] = []
        do on.push(this.path('a column'))
        while (this.take(','))
        return told({ kind: 'lookup', index, on })
      }
      case 'enrich':
        return told(this.enrich())
      case 'completion':
        return told(this.completion())
      default: {
        if (!namedCommands.has(word)) {
          this.at--
          const near = suggest(word, commands)
          this.report(
            'ESQ002',
            `ES|QL has no command "${text}"`,
            this.token,
            near === undefined ? undefined : `did you mean "${near.toUpperCase()}"?`,
          )
          throw new Fault()
        }
        let open = 0
        while (this.token.kind !== 'end' && !(this.is('|') && open <= 0)) {
          if (this.is('(')) open++
          else if (this.is(')')) open--
          this.at++
        }
        return told({ kind: 'named', name: word })
      }
    }
  }

  /** enrich := policy ('ON' column)? ('WITH' (name '=')? field (',' …)*)? (https://www.elastic.co/docs/reference/query-languages/esql/commands/enrich) */
  private enrich(): object {
    // Before the policy's name may stand in which cluster it is looked for.
    const policy = this.index().replace(/^_(?:any|coordinator|remote):/, '')
    const on = this.take('on') ? this.path('a column') : undefined
    if (!this.take('with')) return { kind: 'enrich', policy, on, fields: undefined }
    const fields: { name: string; field: string }[] = []
    do {
      const name = this.path('a field of the policy')
      fields.push({ name, field: this.take('=') ? this.path('a field of the policy') : name })
    } while (this.take(','))
    return { kind: 'enrich', policy, on, fields }
  }

  /** completion := (column '=')? prompt 'WITH' ('{' text ':' text (',' …)* '}' | name) (https://www.elastic.co/docs/reference/query-languages/esql/commands/completion) */
  private completion(): object {
    let column = 'completion'
    const { at } = this
    if (this.token.kind === 'name' || this.token.kind === 'quoted') {
      const name = this.path('a column')
      if (this.take('=')) column = name
      else this.at = at
    }
    const prompt = this.expression()
    this.expect('with')
    let model = ''
    if (this.take('{')) {
      do {
        const key = this.quotedText()
        this.expect(':')
        const value = this.quotedText()
        if (key === 'inference_id') model = value
      } while (this.take(','))
      this.expect('}')
    } else model = this.index()
    if (this.take('as')) column = this.path('a column')
    return { kind: 'completion', column, prompt, model }
  }

  private quotedText(): string {
    if (this.token.kind !== 'string') return this.fail('a text')
    this.at++
    return this.tokens[this.at - 1]!.value
  }

  private stats(start: number, inline: boolean): Command {
    const measures = this.is('by') ? [] : this.columns(true)
    const by = this.take('by') ? this.columns() : []
    if (measures.length === 0 && by.length === 0) this.fail('an aggregation')
    return { kind: 'stats', inline, measures, by, span: this.spanFrom(start) }
  }

  /** columns := (name '=')? expression ('WHERE' expression)? (',' …)* */
  private columns(filtered = false): readonly Named[] {
    const columns: Named[] = []
    do {
      const { start } = this.token
      let name: string | undefined
      const from = this.at
      if (this.token.kind === 'name' || this.token.kind === 'quoted') {
        const path = this.path('a name')
        if (this.is('=')) {
          this.at++
          name = path
        } else this.at = from
      }
      const begin = this.token.start
      const value = this.expression()
      const text = this.text.slice(begin, this.tokens[this.at - 1]!.end)
      const where = filtered && this.take('where') ? this.expression() : undefined
      columns.push({
        name: name ?? (value.kind === 'field' ? value.name : text),
        value,
        ...(where === undefined ? {} : { where }),
        span: this.spanFrom(start),
      })
    } while (this.take(','))
    return columns
  }

  private patterns(): readonly Pattern[] {
    const patterns: Pattern[] = []
    do {
      const { start } = this.token
      const parts: string[] = []
      let end = start
      while (
        (this.token.kind === 'name' ||
          this.token.kind === 'quoted' ||
          this.is('*') ||
          this.is('.') ||
          this.token.kind === 'number') &&
        this.token.start === end
      ) {
        parts.push(this.is('*') ? '*' : this.token.value)
        end = this.token.end
        this.at++
      }
      if (parts.length === 0) this.fail('a column')
      patterns.push({ parts: parts.map(part => part), span: this.spanFrom(start) })
    } while (this.take(','))
    return patterns
  }

  private name(wanted: string): string {
    const { kind, value } = this.token
    if (kind !== 'name' && kind !== 'quoted') this.fail(wanted)
    this.at++
    return value
  }

  /** A dotted name, parts of which may be quoted. */
  private path(wanted: string): string {
    let path = this.name(wanted)
    while (
      this.is('.') &&
      (this.ahead(1).kind === 'name' || this.ahead(1).kind === 'quoted' || this.ahead(1).kind === 'number')
    ) {
      path += `.${this.ahead(1).value}`
      this.at += 2
    }
    return path
  }

  private expression(): Expression {
    if (++this.depth > deepest) {
      this.report('ESQ003', `expressions are nested deeper than ${deepest}`, this.token)
      throw new Fault()
    }
    const found = this.joined('or', () => this.joined('and', () => this.negation()))
    this.depth--
    return found
  }

  private joined(word: 'and' | 'or', part: () => Expression): Expression {
    const { start } = this.token
    const first = part()
    if (!this.is(word)) return first
    const args = [first]
    while (this.take(word)) args.push(part())
    return { kind: word, args, span: this.spanFrom(start) }
  }

  private negation(): Expression {
    const { start } = this.token
    let negations = 0
    while (this.take('not')) negations++
    let found = this.predicate()
    for (; negations > 0; negations--) found = { kind: 'not', arg: found, span: this.spanFrom(start) }
    return found
  }

  private predicate(): Expression {
    const { start } = this.token
    const left = this.sum()
    const told = (of: object): Expression => ({ ...of, span: this.spanFrom(start) }) as Expression
    for (const op of ['==', '=~', '!=', '<=', '>=', '<', '>'] as const)
      if (this.token.kind === 'sign' && this.token.text === op) {
        this.at++
        return told({ kind: 'compare', op, left, right: this.sum() })
      }
    if (this.is('=')) {
      this.report('ESQ001', '"=" stands where an operator should', this.token, 'compare with "=="')
      throw new Fault()
    }
    if (this.is(':')) {
      this.at++
      return told({ kind: 'match', left, right: this.primary() })
    }
    if (this.is('is')) {
      this.at++
      const negated = this.take('not')
      this.expect('null')
      return told({ kind: 'null', arg: left, negated })
    }
    const negated = this.is('not') && (this.is('in', 1) || this.is('like', 1) || this.is('rlike', 1))
    if (negated) this.at++
    let found: Expression | undefined
    if (this.take('in')) {
      this.expect('(')
      found = told({ kind: 'in', left, values: this.list(')') })
    } else if (this.is('like') || this.is('rlike')) {
      const how = this.token.text.toLowerCase()
      this.at++
      const patterns = this.take('(') ? this.list(')') : [this.primary()]
      found = told({ kind: 'like', how, left, patterns })
    }
    if (found === undefined) return left
    return negated ? { kind: 'not', arg: found, span: found.span } : found
  }

  /** list := (expression (',' expression)*)? close; `open` is taken. */
  private list(close: string): readonly Expression[] {
    const items: Expression[] = []
    if (!this.is(close)) {
      do items.push(this.expression())
      while (this.take(','))
    }
    this.expect(close, `"${close}" or ","`)
    return items
  }

  private sum(): Expression {
    return this.arithmetic(['+', '-'], () => this.arithmetic(['*', '/', '%'], () => this.signed()))
  }

  private arithmetic(signs: readonly string[], part: () => Expression): Expression {
    const { start } = this.token
    let left = part()
    for (let count = 0; this.token.kind === 'sign' && signs.includes(this.token.text); count++) {
      if (count > deepest * 5) {
        this.report('ESQ003', 'a calculation has too many parts', this.token)
        throw new Fault()
      }
      const op = this.token.text as '+'
      this.at++
      left = { kind: 'arithmetic', op, left, right: part(), span: this.spanFrom(start) }
    }
    return left
  }

  private signed(): Expression {
    const { start } = this.token
    if (!this.is('-') && !this.is('+')) return this.cast()
    const negative = this.is('-')
    this.at++
    if (++this.depth > deepest) this.fail('fewer signs')
    const arg = this.signed()
    this.depth--
    const span = this.spanFrom(start)
    if (arg.kind === 'literal' && typeof arg.value === 'number') return { ...arg, value: negative ? -arg.value : arg.value, span }
    if (arg.kind === 'span') return { ...arg, amount: negative ? -arg.amount : arg.amount, span }
    if (!negative) return arg
    return { kind: 'arithmetic', op: '-', left: { kind: 'literal', value: 0, span: arg.span }, right: arg, span }
  }

  private cast(): Expression {
    const { start } = this.token
    let found = this.primary()
    while (this.take('::'))
      found = { kind: 'cast', arg: found, type: this.name('a type').toLowerCase(), span: this.spanFrom(start) }
    return found
  }

  /** primary := literal | number unit | call | field | '[' list ']' | '(' expression ')' */
  private primary(): Expression {
    const { kind, text, value, start, end } = this.token
    const span = { start, end }
    switch (kind) {
      case 'string':
        this.at++
        return { kind: 'literal', value, span }
      case 'number': {
        this.at++
        const unit = this.token.kind === 'name' ? units[this.token.text.toLowerCase()] : undefined
        if (unit !== undefined && Object.hasOwn(units, this.token.text.toLowerCase()) && !this.is('.', 1)) {
          this.at++
          return { kind: 'span', amount: Number(text), unit, span: this.spanFrom(start) }
        }
        const number = Number(text)
        const whole = /^\d+$/.test(text) && !Number.isSafeInteger(number)
        return { kind: 'literal', value: whole ? BigInt(text) : number, span }
      }
      case 'parameter':
        this.at++
        return { kind: 'parameter', name: text, span }
      case 'name': {
        const word = text.toLowerCase()
        if (word === 'true' || word === 'false' || word === 'null') {
          this.at++
          return { kind: 'literal', value: word === 'null' ? null : word === 'true', span }
        }
        if (this.is('(', 1)) return this.call()
        if (words.has(word)) this.fail('a field or a value')
        return { kind: 'field', name: this.path('a field'), span: this.spanFrom(start) }
      }
      case 'quoted':
        return { kind: 'field', name: this.path('a field'), span: this.spanFrom(start) }
      default:
        break
    }
    if (this.take('(')) {
      const found = this.expression()
      this.expect(')')
      return found
    }
    if (this.take('[')) return { kind: 'list', items: this.list(']'), span: this.spanFrom(start) }
    return this.fail('a field or a value')
  }

  private call(): Expression {
    const { start, text } = this.token
    this.at += 2
    const name = text.toLowerCase()
    // COUNT(*) counts rows.
    if (this.is('*') && this.is(')', 1)) {
      this.at += 2
      return { kind: 'call', name, args: [], span: this.spanFrom(start) }
    }
    // Options of the search functions stand in braces: MATCH(f, "x", {"operator": "AND"}).
    const args: Expression[] = []
    if (!this.is(')')) {
      do {
        if (this.is('{')) {
          while (this.token.kind !== 'end' && !this.take('}')) this.at++
        } else args.push(this.expression())
      } while (this.take(','))
    }
    this.expect(')', '")" or ","')
    return { kind: 'call', name, args, span: this.spanFrom(start) }
  }
}

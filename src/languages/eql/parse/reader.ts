// Reads the grammar of EQL into its tree (EqlBase.g4 of Elasticsearch; https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax). Goes on at the next step after a fault.

import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Span } from '../../../text/source.ts'
import { suggest } from '../../../text/suggest.ts'
import { type Token, tokens } from '../../reading.ts'
import { forms } from './tokens.ts'
import type { EventQuery, Expression, MatchWord, Statement, StepQuery } from './tree.ts'

const deepest = 200
const mostFaults = 20
const matchWords: ReadonlySet<string> = new Set(['like', 'like~', 'regex', 'regex~', 'in', 'in~'])
/** Words of the dialect that Elastic Endpoint and Endgame had and Elasticsearch has not. */
const foreign: ReadonlySet<string> = new Set([
  'join',
  'child',
  'descendant',
  'arraySearch',
  'arrayCount',
  'arrayContains',
  'match',
  'wildcard',
])
const foreignPipes: ReadonlySet<string> = new Set(['count', 'unique', 'filter', 'sort', 'unique_count'])
const reserved: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'like', 'regex', 'where', 'null', 'true', 'false'])

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A fault that ends the reading of a step. */
class Fault extends Error {}

export class Reader {
  readonly diagnostics: Diagnostic[] = []
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0

  constructor(text: string) {
    this.tokens = tokens(text, forms)
  }

  private get token(): Token {
    return this.tokens[this.at]!
  }

  private ahead(by: number): Token {
    return this.tokens[Math.min(this.tokens.length - 1, this.at + by)]!
  }

  private is(text: string): boolean {
    const { kind } = this.token
    return (kind === 'name' || kind === 'sign') && this.token.text === text
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
      this.diagnostics.push({ code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) })
  }

  /** Tells what was asked for instead of the next token, and ends the step. */
  private fail(wanted: string, hint?: string): never {
    const { kind, text, bad, start, end } = this.token
    if (bad !== undefined)
      this.report('EQL001', bad, { start, end }, text.startsWith("'") ? 'write "…" instead of \'…\'' : undefined)
    else if (kind === 'end') this.report('EQL001', `the query ends where ${wanted} should stand`, { start, end }, hint)
    else this.report('EQL001', `"${text.slice(0, 60)}" stands where ${wanted} should`, { start, end }, hint)
    throw new Fault()
  }

  private expect(text: string, wanted = `"${text}"`): void {
    if (!this.take(text)) this.fail(wanted)
  }

  /** statement := (event | sequence | sample) pipe* */
  read(): Statement | undefined {
    let statement: Statement | undefined
    try {
      const start = this.token.start
      if (this.is('sequence') && this.ahead(1).text !== 'where') statement = this.sequence(start)
      else if (this.is('sample') && this.ahead(1).text !== 'where') statement = this.sample(start)
      else if (this.is('join') && this.ahead(1).text !== 'where') {
        this.report('EQL005', '"join" belongs to the dialect of the endpoint', this.token, 'write a sequence or a sample')
        return undefined
      } else statement = { kind: 'event', event: this.event(), pipes: [] }
      statement = { ...statement, pipes: this.pipes() }
      if (this.token.kind !== 'end') this.fail('the end of the query')
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      statement = undefined
    }
    return this.diagnostics.length === 0 ? statement : undefined
  }

  private pipes(): Statement['pipes'] {
    const pipes: { kind: 'head' | 'tail'; count: number; span: Span }[] = []
    while (this.is('|')) {
      const { start } = this.token
      this.at++
      const { text: kind } = this.token
      if (kind !== 'head' && kind !== 'tail') {
        if (foreignPipes.has(kind)) {
          this.report(
            'EQL005',
            `the pipe "${kind}" belongs to the dialect of the endpoint`,
            this.token,
            'Elasticsearch has head and tail',
          )
          throw new Fault()
        }
        this.fail('"head" or "tail"')
      }
      this.at++
      const count = this.token.kind === 'number' ? Number(this.token.text) : 10
      if (this.token.kind === 'number') this.at++
      pipes.push({ kind, count, span: this.spanFrom(start) })
    }
    return pipes
  }

  /** sequence := 'sequence' ('by' keys)? ('with' 'maxspan' '=' time)? step step* ('until' step)?; the first two in either order. */
  private sequence(start: number): Statement {
    this.at++
    let by: readonly (Expression & { kind: 'field' })[] = []
    let within: number | undefined
    for (;;) {
      if (this.take('by')) by = this.keys()
      else if (this.is('with') && this.ahead(1).text === 'maxspan') {
        this.at += 2
        this.expect('=')
        within = this.time()
      } else break
    }
    const { steps, until } = this.steps()
    const span = this.spanFrom(start)
    const counts = new Set([...steps, ...(until === undefined ? [] : [until])].map(step => step.by.length))
    if (counts.size > 1)
      this.report('EQL006', 'the steps have different numbers of keys', span, 'give every step as many keys in "by"')
    if (steps.length + steps.reduce((sum, step) => sum + (step.runs ?? 1) - 1, 0) < 2)
      this.report(
        'EQL006',
        'a sequence needs two events',
        span,
        'ask for a single event without "sequence", or repeat it "with runs"',
      )
    if (steps.some(step => step.absent) && (within === undefined || steps.every(step => step.absent)))
      this.report('EQL006', 'a missing event needs a maxspan and one step that is there', span, 'write with maxspan=5m')
    return { kind: 'sequence', by, within, steps, until, span, pipes: [] }
  }

  /** sample := 'sample' 'by' keys step step+ */
  private sample(start: number): Statement {
    this.at++
    const by = this.take('by') ? this.keys() : []
    const { steps } = this.steps()
    return { kind: 'sample', by, steps, span: this.spanFrom(start), pipes: [] }
  }

  private steps(): { readonly steps: readonly StepQuery[]; readonly until: StepQuery | undefined } {
    const steps: StepQuery[] = []
    let until: StepQuery | undefined
    let faulty = false
    if (!this.is('[') && !(this.is('!') && this.ahead(1).text === '[')) this.fail('"[" of a step')
    while (this.is('[') || this.is('!') || this.is('until')) {
      const last = this.take('until')
      const at = this.at
      try {
        const step = this.step()
        if (last) until = step
        else steps.push(step)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        this.at = Math.max(this.at, at)
        // On to the next step: what follows may have faults of its own to tell.
        faulty = true
        while (this.token.kind !== 'end' && !this.take(']')) this.at++
        while (this.token.kind !== 'end' && !this.is('[') && !this.is('!') && !this.is('until') && !this.is('|')) this.at++
      }
      if (last) break
    }
    // What a sequence lacks is asked of one whose steps could be read.
    if (faulty) throw new Fault()
    return { steps, until }
  }

  /** step := '!'? '[' event ']' ('by' keys)? ('with' 'runs' '=' number)? */
  private step(): StepQuery {
    const { start } = this.token
    const absent = this.take('!')
    this.expect('[')
    const event = this.event()
    this.expect(']')
    let by: readonly (Expression & { kind: 'field' })[] = []
    let runs: number | undefined
    for (;;) {
      if (this.take('by')) by = this.keys()
      else if (this.is('with')) {
        this.at++
        this.expect('runs')
        this.expect('=')
        const count = Number(this.token.text)
        if (this.token.kind !== 'number' || !Number.isInteger(count) || count < 1 || count > 100)
          this.fail('a number from 1 to 100')
        this.at++
        runs = count
      } else break
    }
    return { event, by, absent, runs, span: this.spanFrom(start) }
  }

  private keys(): readonly (Expression & { kind: 'field' })[] {
    const keys: (Expression & { kind: 'field' })[] = []
    do {
      const key = this.primary()
      if (key.kind !== 'field') {
        this.report('EQL006', 'a key is a field', key.span)
        throw new Fault()
      }
      keys.push(key)
    } while (this.take(','))
    return keys
  }

  /** time := number unit, without a blank between; also a bare number of seconds is refused. */
  private time(): number {
    const amount = this.token
    if (amount.kind !== 'number') this.fail('a length of time such as 5m')
    this.at++
    const unit = this.token
    if (unit.kind !== 'name' || !Object.hasOwn(units, unit.text) || unit.start !== amount.end)
      this.fail('a unit: ms, s, m, h or d', 'write maxspan=5m')
    this.at++
    return Number(amount.text) * units[unit.text]!
  }

  /** event := (category | string | 'any') 'where' condition */
  private event(): EventQuery {
    const { kind, value, start } = this.token
    if (kind !== 'name' && kind !== 'string' && kind !== 'quoted')
      this.fail('an event category or "any"', 'write process where …')
    if (this.ahead(1).text !== 'where') {
      this.at++
      this.fail('"where"', 'write any where …, or a category before it')
    }
    this.at += 2
    return {
      category: kind === 'name' && value === 'any' ? undefined : value,
      where: this.condition(),
      span: this.spanFrom(start),
    }
  }

  private condition(): Expression {
    if (++this.depth > deepest) {
      this.report('EQL007', `conditions are nested deeper than ${deepest}`, this.token)
      throw new Fault()
    }
    const found = this.joined('or', () => this.joined('and', () => this.negation()))
    this.depth--
    return found
  }

  private joined(word: 'and' | 'or', part: () => Expression): Expression {
    const { start } = this.token
    const first = part()
    if (!this.is(word)) {
      const { text } = this.token
      if (text !== word && text.toLowerCase() === word && this.token.kind === 'name')
        this.fail('the end of the condition', `EQL writes "${word}" in small letters`)
      return first
    }
    const args = [first]
    while (this.take(word)) args.push(part())
    return { kind: word, args, span: this.spanFrom(start) }
  }

  /** negation := 'not' negation | comparison; it binds tighter than `and`. */
  private negation(): Expression {
    const { start } = this.token
    let negations = 0
    while (this.take('not')) negations++
    let found = this.comparison()
    for (; negations > 0; negations--) found = { kind: 'not', arg: found, span: this.spanFrom(start) }
    return found
  }

  private comparison(): Expression {
    const { start } = this.token
    const left = this.sum()
    const { kind, text } = this.token
    if (kind === 'sign') {
      if (text === '=') {
        this.report('EQL004', '"=" is no operator', this.token, 'write == for the exact value, : to ignore case')
        throw new Fault()
      }
      if (text === '==' || text === '!=' || text === '<' || text === '<=' || text === '>' || text === '>=') {
        this.at++
        const right = this.sum()
        return { kind: 'compare', op: text, left, right, span: this.spanFrom(start) }
      }
      if (text === ':') return this.matching(':', left, start)
    }
    const negated = this.is('not') && matchWords.has(this.ahead(1).text)
    const word = negated ? this.ahead(1).text : text
    if (!matchWords.has(word) || (kind !== 'name' && !negated)) return left
    if (negated) {
      this.at++
      if (!word.startsWith('in')) this.fail('"in"', 'write not f like …')
      const found = this.matching(word as MatchWord, left, start)
      return { kind: 'not', arg: found, span: found.span }
    }
    return this.matching(word as MatchWord, left, start)
  }

  private matching(op: MatchWord, left: Expression, start: number): Expression {
    this.at++
    const values: Expression[] = []
    if (this.take('(')) {
      do values.push(this.sum())
      while (this.take(','))
      this.expect(')', '")" or ","')
    } else if (op === 'in' || op === 'in~') this.fail('"(" of a list')
    else values.push(this.primary())
    return { kind: 'match', op, left, values, span: this.spanFrom(start) }
  }

  private sum(): Expression {
    return this.arithmetic(['+', '-'], () => this.arithmetic(['*', '/', '%'], () => this.signed()))
  }

  private arithmetic(signs: readonly string[], part: () => Expression): Expression {
    const { start } = this.token
    let left = part()
    for (let count = 0; this.token.kind === 'sign' && signs.includes(this.token.text); count++) {
      if (count > deepest) {
        this.report('EQL007', `a calculation has more than ${deepest} parts`, this.token)
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
    if (!this.is('-') && !this.is('+')) return this.primary()
    const negative = this.is('-')
    this.at++
    const arg = this.primary()
    if (arg.kind === 'literal' && typeof arg.value === 'number')
      return { ...arg, value: negative ? -arg.value : arg.value, span: this.spanFrom(start) }
    const zero: Expression = { kind: 'literal', value: 0, span: arg.span }
    return { kind: 'arithmetic', op: negative ? '-' : '+', left: zero, right: arg, span: this.spanFrom(start) }
  }

  /** primary := literal | call | '?'? field | '(' condition ')' */
  private primary(): Expression {
    const { kind, text, value, start, end } = this.token
    const span = { start, end }
    if (kind === 'string') {
      this.at++
      return { kind: 'literal', value, span }
    }
    if (kind === 'number') {
      this.at++
      return { kind: 'literal', value: Number(text), span }
    }
    if (this.take('(')) {
      const found = this.condition()
      this.expect(')')
      return found
    }
    if (this.take('?')) {
      const next = this.token
      if (next.kind === 'string' || next.text.startsWith("'")) {
        this.report(
          'EQL005',
          'a raw text after "?" belongs to the dialect of the endpoint',
          { start, end: next.end },
          'write """…"""',
        )
        throw new Fault()
      }
      if (next.kind !== 'name' && next.kind !== 'quoted') this.fail('a field')
      return { ...this.field(), optional: true, span: this.spanFrom(start) }
    }
    if (kind === 'name' && !text.includes('.') && !text.endsWith('~')) {
      if (text === 'true' || text === 'false' || text === 'null') {
        this.at++
        return { kind: 'literal', value: text === 'null' ? null : text === 'true', span }
      }
      if (reserved.has(text)) this.fail('a field or a value')
    }
    if (kind === 'name' && this.ahead(1).text === '(' && this.ahead(1).kind === 'sign') return this.call()
    if (
      (text === 'child' || text === 'descendant' || text === 'event') &&
      this.ahead(1).text === 'of' &&
      this.ahead(2).text === '['
    ) {
      this.report(
        'EQL005',
        `"${text} of" belongs to the dialect of the endpoint`,
        { start, end: this.ahead(1).end },
        'write a sequence by process.entity_id',
      )
      throw new Fault()
    }
    if ((kind === 'name' && !text.endsWith('~')) || kind === 'quoted') return this.field()
    if (kind === 'name') this.fail('a field or a value', `did you mean "${text.slice(0, -1)}"?`)
    return this.fail('a field or a value')
  }

  /** A dotted name, parts of which may be quoted: `process.\`my-field\``. */
  private field(): Expression & { kind: 'field' } {
    const { start, value } = this.token
    this.at++
    let name = value
    while (this.is('.') && (this.ahead(1).kind === 'name' || this.ahead(1).kind === 'quoted')) {
      name += `.${this.ahead(1).value}`
      this.at += 2
    }
    if (this.is('[') && this.token.start === this.tokens[this.at - 1]!.end) {
      this.report('EQL005', 'a place in a list cannot be asked in Elasticsearch', this.token, 'ask any member, without "[…]"')
      throw new Fault()
    }
    return { kind: 'field', name, optional: false, span: this.spanFrom(start) }
  }

  private call(): Expression {
    const { start, end, text } = this.token
    const fold = text.endsWith('~')
    const name = fold ? text.slice(0, -1) : text
    // Published rules write `cidrmatch` as well: case does not count.
    const named = spelling.get(name.toLowerCase()) ?? name
    this.at += 2
    const args: Expression[] = []
    if (!this.is(')')) {
      do args.push(this.sum())
      while (this.take(','))
    }
    this.expect(')', '")" or ","')
    const known = functions[named]
    const span = this.spanFrom(start)
    if (!Object.hasOwn(functions, named) || known === undefined) {
      if (foreign.has(name)) this.report('EQL005', `"${name}" belongs to the dialect of the endpoint`, { start, end })
      else {
        const near = suggest(name, Object.keys(functions))
        this.report(
          'EQL002',
          `EQL has no function "${name}"`,
          { start, end },
          near === undefined ? undefined : `did you mean "${near}"?`,
        )
      }
      throw new Fault()
    }
    const [least, most] = known
    if (args.length < least || args.length > most)
      this.report(
        'EQL003',
        `"${name}" takes ${least === most ? least : most === many ? `${least} or more` : `${least} to ${most}`} arguments, not ${args.length}`,
        span,
      )
    return { kind: 'call', name: named, fold, args, span }
  }
}

const many = 10_000

/** How many arguments each function takes (EQL function reference). */
export const functions: Readonly<Record<string, readonly [least: number, most: number]>> = {
  add: [2, 2],
  between: [3, 4],
  cidrMatch: [2, many],
  concat: [1, many],
  divide: [2, 2],
  endsWith: [2, many],
  indexOf: [2, 3],
  length: [1, 1],
  modulo: [2, 2],
  multiply: [2, 2],
  number: [1, 2],
  startsWith: [2, many],
  string: [1, 1],
  stringContains: [2, 2],
  substring: [2, 3],
  subtract: [2, 2],
}

const spelling: ReadonlyMap<string, string> = new Map(Object.keys(functions).map(name => [name.toLowerCase(), name]))

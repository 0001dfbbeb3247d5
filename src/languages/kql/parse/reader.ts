// Walks the tokens of a query. After a mistake it stands at the end for everybody, so that all productions finish by themselves, until somebody recovers.

import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Span } from '../../../text/source.ts'
import { type Token, tokenize } from './tokens.ts'

const deepest = 120
const most = 40

/** Where a parser stands in a query, and what it found wrong so far. */
export class Reader {
  readonly text: string
  readonly diagnostics: Diagnostic[] = []
  private readonly tokens: readonly Token[]
  private readonly end: Token
  private index = 0
  private depth = 0
  failed = false

  constructor(text: string) {
    this.text = text
    this.tokens = tokenize(text)
    this.end = this.tokens.at(-1)!
  }

  /** The token looked at; the end after a mistake. */
  get token(): Token {
    return this.failed ? this.end : this.tokens[this.index]!
  }

  /** A token further on. */
  ahead(count: number): Token {
    return this.failed ? this.end : (this.tokens[this.index + count] ?? this.end)
  }

  /** The end of what was read last. */
  get last(): number {
    return this.index === 0 ? 0 : this.tokens[this.index - 1]!.end
  }

  get ended(): boolean {
    return this.token.kind === 'end'
  }

  next(): Token {
    const { token } = this
    if (token.kind !== 'end') this.index++
    return token
  }

  /** Whether a punctuation mark or word stands here, or further on. */
  is(text: string, ahead = 0): boolean {
    const token = this.ahead(ahead)
    return (token.kind === 'punct' || token.kind === 'name') && token.text === text
  }

  /** Takes a punctuation mark or word if it stands here. */
  take(text: string): boolean {
    if (!this.is(text)) return false
    this.index++
    return true
  }

  /** Takes what must stand here, or tells that it does not. */
  expect(text: string, where: string): boolean {
    if (this.take(text)) return true
    this.fail(`"${text}" is expected ${where}`)
    return false
  }

  /** Several tokens written without a blank between them: `project-away`. */
  isJoined(parts: readonly string[], ahead = 0): boolean {
    return parts.every(
      (part, index) =>
        this.is(part, ahead + index) && (index === 0 || this.ahead(ahead + index).start === this.ahead(ahead + index - 1).end),
    )
  }

  skip(count: number): void {
    for (let done = 0; done < count; done++) this.next()
  }

  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.last) }
  }

  report(code: string, severity: Diagnostic['severity'], message: string, span: Span, hint?: string): void {
    if (this.diagnostics.length < most)
      this.diagnostics.push({ code, severity, message, span, ...(hint === undefined ? {} : { hint }) })
  }

  /** Tells a mistake at the token looked at, once until somebody recovers. */
  fail(message: string, hint?: string, code = 'KQL010'): void {
    if (this.failed) return
    const { token } = this
    const found =
      token.kind === 'end' ? 'the query ends' : token.kind === 'bad' ? token.value : `"${token.text.slice(0, 40)}" stands here`
    this.report(code, 'error', `${message}: ${found}`, { start: token.start, end: token.end }, hint)
    this.failed = true
  }

  /** Ends the mistake: goes on to the next of these marks that stands outside of parentheses, or to the parenthesis that closes around here. */
  recover(marks: readonly string[]): void {
    this.failed = false
    let open = 0
    while (!this.ended) {
      const { kind, text } = this.token
      if (kind === 'punct') {
        if (open === 0 && (marks.includes(text) || text === ')' || text === '}' || text === ']')) return
        if (text === '(' || text === '{' || text === '[') open++
        else if ((text === ')' || text === '}' || text === ']') && open > 0) open--
      }
      this.index++
    }
  }

  /** Runs a production that may hold itself; deeper than anybody writes is a mistake. */
  nested<T>(production: () => T): T {
    this.depth++
    if (this.depth > deepest) this.fail('this is nested too deeply to be read', 'divide the query with let statements', 'KQL013')
    const made = production()
    this.depth--
    return made
  }
}

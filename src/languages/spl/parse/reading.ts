// The reading of one search: its text, what was found wrong, and a scanner that stands at a place of it. After its first error a scanner stands at its end, so that every loop stops.

import type { Pipeline } from '../../../ir/pipeline.ts'
import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Source, Span } from '../../../text/source.ts'
import type { ParseContext } from '../../language.ts'
import { stringEnd } from './expand.ts'
import type { Written } from './written.ts'

/** Parentheses, brackets and calls within each other; more is refused. */
export const deepest = 150

/** Findings of one search; further ones are counted, not kept. */
const mostFindings = 200

/** One search, while it is read. */
export class Reading {
  readonly source: Source
  readonly written: Written
  readonly context: ParseContext
  readonly diagnostics: Diagnostic[]
  readonly assumed = new Set<string>()
  depth = 0
  /** Reads a pipeline within brackets: from after the bracket to before its close. */
  readonly subsearch: (start: number, end: number) => Pipeline | undefined

  constructor(
    source: Source,
    written: Written,
    context: ParseContext,
    diagnostics: Diagnostic[],
    subsearch: (reading: Reading, start: number, end: number) => Pipeline | undefined,
  ) {
    this.source = source
    this.written = written
    this.context = context
    this.diagnostics = diagnostics
    this.subsearch = (start, end) => subsearch(this, start, end)
  }

  get text(): string {
    return this.written.text
  }

  span(start: number, end: number): Span {
    return this.written.span(start, end)
  }

  report(
    code: string,
    severity: Diagnostic['severity'],
    message: string,
    start: number,
    end: number,
    hint?: string,
    fix?: string,
  ): void {
    if (this.diagnostics.length >= mostFindings) return
    let from = start
    while (from < end && isBlank(this.text.charCodeAt(from))) from++
    const span = this.span(from < end ? from : start, end)
    const known = this.diagnostics.some(
      one => one.code === code && one.message === message && one.span?.start === span.start && one.span.end === span.end,
    )
    if (known) return
    const mends = fix === undefined || this.written.expanded(from) ? {} : { fix: [{ span, text: fix }] }
    this.diagnostics.push({ code, severity, message, span, ...(hint === undefined ? {} : { hint }), ...mends })
  }
}

/** A stretch of a search, read from left to right. */
export class Scanner {
  readonly reading: Reading
  /** The text up to the end of the stretch; offsets are those of the whole. */
  readonly text: string
  readonly start: number
  at: number
  readonly end: number
  failed = false

  constructor(reading: Reading, start: number, end: number) {
    this.reading = reading
    this.text = reading.text.slice(0, end)
    this.start = start
    this.at = start
    this.end = end
  }

  /** Passes over blanks; whether something is left. */
  more(): boolean {
    while (this.at < this.end && isBlank(this.text.charCodeAt(this.at))) this.at++
    return this.at < this.end
  }

  /** Passes over blanks and commas; whether something is left. */
  listed(): boolean {
    while (this.at < this.end && (isBlank(this.text.charCodeAt(this.at)) || this.text[this.at] === ',')) this.at++
    return this.at < this.end
  }

  get next(): string {
    return this.at < this.end ? this.text[this.at]! : ''
  }

  /** Takes a piece of punctuation, blanks before it passed over. */
  take(piece: string): boolean {
    if (!this.more() || !this.text.startsWith(piece, this.at)) return false
    this.at += piece.length
    return true
  }

  /** What a sticky expression finds here, blanks before it passed over; taken. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    this.more()
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null || found.index !== this.at) return undefined
    this.at += found[0].length
    return found
  }

  /** Whether a sticky expression fits here; nothing but blanks is passed. */
  sees(pattern: RegExp): boolean {
    const before = this.at
    const found = this.match(pattern) !== undefined
    if (found) this.at = before
    return found
  }

  /** A word in any case, as a whole. */
  word(word: string): boolean {
    this.more()
    const to = this.at + word.length
    if (this.text.slice(this.at, to).toLowerCase() !== word || isNameCharacter(this.text.charCodeAt(to))) return false
    this.at = to
    return true
  }

  /** A string in double quotes, as written between them; undefined when none begins here. */
  string(): { readonly raw: string; readonly start: number; readonly end: number } | undefined {
    if (!this.more() || this.next !== '"') return undefined
    const start = this.at
    const end = stringEnd(this.text, start)
    if (end > this.end || this.text[end - 1] !== '"' || end === start + 1) {
      this.fail('SPL002', 'a string is not closed', start, this.end, 'close it with a quote; a quote inside it is written "\\""')
      return undefined
    }
    this.at = end
    return { raw: this.text.slice(start + 1, end - 1), start, end }
  }

  /** Ends the reading of this stretch with an error. */
  fail(code: string, message: string, start: number, end: number, hint?: string): undefined {
    if (!this.failed) this.reading.report(code, 'error', message, start, Math.max(end, start), hint)
    return this.stop()
  }

  /** Ends the reading of this stretch: what is there was told elsewhere or cannot be known. */
  stop(): undefined {
    this.failed = true
    this.at = this.end
    return undefined
  }

  /** Fails on what stands here, with what was expected. */
  unexpected(expected: string, hint?: string): undefined {
    this.more()
    if (this.at >= this.end) return this.fail('SPL001', `${expected} is missing at the end`, this.end, this.end, hint)
    const found = /^(?:"[^"]{0,40}"?|[\w.*]{1,40}|.)/su.exec(this.text.slice(this.at, this.at + 60))![0]
    return this.fail('SPL001', `expected ${expected}, not "${found.replace(/"/g, '')}"`, this.at, this.at + found.length, hint)
  }
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff

/** Whether a character may be in a bare name. */
function isNameCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127
}

/** The layer of strings: a backslash before a backslash, a quote or a pipe makes it plain, before anything else it is itself (Search Manual, "Backslashes"). */
export const plainText = (raw: string): string => raw.replace(/\\([\\"|])/g, '$1')

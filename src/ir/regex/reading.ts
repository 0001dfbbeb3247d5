// The reading of one pattern: where it is, which flags hold, what was found wrong. After the first error it stands at the end, so that every loop stops.

import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Span } from '../../text/source.ts'
import type { RegexTree } from './tree.ts'

export interface PcreOptions {
  readonly ignoreCase?: boolean
  readonly multiline?: boolean
  readonly dotAll?: boolean
  /** Groups that are defined elsewhere and may be called by name: `(?&name)`. A tree may stand in several places. */
  readonly calls?: ReadonlyMap<string, RegexTree>
  /** Characters need not say where they stand: what is read is written again at once. */
  readonly placeless?: boolean
}

/** Characters of ASCII without a place, with case and without regard to it: most parts of most patterns, made once. */
const usual = [false, true].map(fold => Array.from({ length: 128 }, (_, point): RegexTree => ({ kind: 'char', point, fold })))

export interface Flags {
  ignoreCase: boolean
  multiline: boolean
  dotAll: boolean
  extended: boolean
  extendedMore: boolean
  ungreedy: boolean
  noCapture: boolean
}

/** One reading of one pattern. */
export class Reading {
  readonly text: string
  /** Where the reading is. */
  at = 0
  depth = 0
  readonly deepest: number
  /** Groups opened so far. */
  groups = 0
  /** Whether a reference was met that may be an octal number. */
  doubtful = false
  flags: Flags
  failed = false
  readonly names = new Map<string, number>()
  readonly diagnostics: Diagnostic[] = []
  /** References to be checked when all groups are known. */
  readonly references: { readonly to: number | string; readonly span: Span }[] = []
  /** How many groups there are, when an earlier reading has counted them. */
  readonly groupCount: number | undefined
  readonly calls: ReadonlyMap<string, RegexTree> | undefined
  private readonly placeless: boolean

  constructor(text: string, options: PcreOptions, deepest: number, groupCount?: number) {
    this.text = text
    this.deepest = deepest
    this.groupCount = groupCount
    this.calls = options.calls
    this.placeless = options.placeless === true
    this.flags = {
      ignoreCase: options.ignoreCase ?? false,
      multiline: options.multiline ?? false,
      dotAll: options.dotAll ?? false,
      extended: false,
      extendedMore: false,
      ungreedy: false,
      noCapture: false,
    }
  }

  /** Ends the reading: everything that loops looks at the end of the text. */
  fail(code: string, message: string, start: number, end: number, hint?: string): RegexTree {
    if (!this.failed) {
      const span = { start: Math.min(start, this.text.length), end: Math.min(end, this.text.length) }
      this.diagnostics.push({ code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) })
    }
    this.failed = true
    this.at = this.text.length
    return { kind: 'empty' }
  }

  warn(code: string, message: string, start: number, end: number, hint: string): void {
    this.diagnostics.push({ code, severity: 'warning', message, span: { start, end }, hint })
  }

  unsupported(what: string, start: number, end: number): RegexTree {
    return this.fail(
      'REX020',
      `${what} in a regular expression is not supported`,
      start,
      end,
      'say it with groups, look-around or several tests',
    )
  }

  looking(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text) ?? undefined
    if (found !== undefined) this.at += found[0].length
    return found
  }

  /** Whether a character follows that begins quantifiers: `*`, `+`, `?`, `{`. */
  mayRepeat(): boolean {
    const next = this.text.charCodeAt(this.at)
    return next === 0x2a || next === 0x2b || next === 0x3f || next === 0x7b
  }

  /** Whether a quantifier follows. */
  repeats(): boolean {
    if (!this.mayRepeat()) return false
    return /^(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})/.test(this.text.slice(this.at, this.at + 24))
  }

  character(point: number, start: number): RegexTree {
    if (this.placeless && point < 128) return usual[this.flags.ignoreCase ? 1 : 0]![point]!
    return { kind: 'char', point, fold: this.flags.ignoreCase, span: { start, end: this.at } }
  }
}

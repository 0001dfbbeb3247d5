// Reads a regular expression of Lucene into a tree: always about the whole value, `.` is any character, no anchors, and operators of its own.

import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import { unrolledSize } from './extent.ts'
import { bounds } from './pcre.ts'
import { printRegex } from './print.ts'
import type { RegexTree, SetItem } from './tree.ts'

export const codes: Readonly<Record<string, string>> = {
  REX021: 'regular expression of Lucene that is not well formed',
  REX022: 'operator of Lucene that no other expression has (complement, intersection, interval of numbers)',
}

const digits: SetItem = { from: 0x30, to: 0x39 }
/** What `\d`, `\w` and `\s` are: of ASCII characters (RegExp.java, "expandPredefined"). */
const classes: Readonly<Record<string, readonly SetItem[]>> = {
  d: [digits],
  w: [digits, { from: 0x41, to: 0x5a }, { from: 0x61, to: 0x7a }, { from: 0x5f, to: 0x5f }],
  s: [0x09, 0x0a, 0x0d, 0x20].map(point => ({ from: point, to: point })),
}

/**
 * The expression in the portable form. Facts: org.apache.lucene.util.automaton.RegExp with all its syntax flags, as Elasticsearch sets them
 * (https://www.elastic.co/docs/reference/query-languages/query-dsl/regexp-syntax). `fold` ignores case throughout. Spans lie in the given text.
 */
export function readLucene(text: string, options: { readonly fold?: boolean } = {}): Outcome<string> {
  const reader = new Reader(text, options.fold ?? false)
  const tree = reader.read()
  if (reader.finding !== undefined) return { diagnostics: [reader.finding] }
  const printed = printRegex(tree, 'portable')
  return printed.value === undefined ? { diagnostics: printed.diagnostics } : { value: printed.value, diagnostics: [] }
}

/** Characters that end a sequence: "|", ")", "&"; and those that begin a repetition: "?", "*", "+", "{". */
const ends: ReadonlySet<number> = new Set([0x7c, 0x29, 0x26])
const repeating: ReadonlySet<number> = new Set([0x3f, 0x2a, 0x2b, 0x7b])

class Reader {
  finding: Diagnostic | undefined
  private at = 0
  private depth = 0
  private readonly text: string
  private readonly fold: boolean

  constructor(text: string, fold: boolean) {
    this.text = text
    this.fold = fold
  }

  read(): RegexTree {
    if (this.text.length > bounds.length) this.fail(0, `it is longer than the ${bounds.length} characters that are read`)
    const tree = this.choice()
    if (this.at < this.text.length) this.fail(this.at, 'this ")" closes nothing')
    if (this.finding === undefined && unrolledSize(tree) > bounds.unrolled)
      this.fail(0, `written out, its repeats are more than ${bounds.unrolled} characters long`)
    return tree
  }

  private fail(at: number, message: string, code = 'REX021', hint?: string): RegexTree {
    this.finding ??= {
      code,
      severity: 'error',
      message: `in this regular expression, ${message}`,
      span: { start: at, end: Math.min(this.text.length, at + 1) },
      ...(hint === undefined ? {} : { hint }),
    }
    this.at = this.text.length
    return { kind: 'empty' }
  }

  private beyond(what: string): RegexTree {
    return this.fail(this.at, `${what} has no counterpart elsewhere`, 'REX022', 'say it with several tests')
  }

  /** choice := both ('|' both)* */
  private choice(): RegexTree {
    if (++this.depth > bounds.depth) return this.fail(this.at, `groups are nested deeper than ${bounds.depth}`)
    const branches = [this.both()]
    while (this.text[this.at] === '|') {
      this.at++
      branches.push(this.both())
    }
    this.depth--
    return branches.length === 1 ? branches[0]! : { kind: 'choice', of: branches }
  }

  /** both := sequence ('&' sequence)*: what all of them match, which at the outermost level is a look ahead to the end. */
  private both(): RegexTree {
    const { at } = this
    const parts = [this.sequence()]
    while (this.text[this.at] === '&') {
      if (this.depth > 1) return this.beyond('the intersection "&" inside parentheses')
      this.at++
      parts.push(this.sequence())
    }
    if (parts.length === 1) return parts[0]!
    if (parts.some(part => part.kind === 'empty')) return this.fail(at, 'nothing stands on one side of "&"')
    const end: RegexTree = { kind: 'edge', at: 'end' }
    const looks = parts
      .slice(0, -1)
      .map((of): RegexTree => ({ kind: 'look', of: { kind: 'sequence', of: [of, end] }, ahead: true, negative: false }))
    return { kind: 'sequence', of: [...looks, parts.at(-1)!] }
  }

  /** sequence := (atom repeat*)* */
  private sequence(): RegexTree {
    const parts: RegexTree[] = []
    while (this.at < this.text.length && !ends.has(this.text.charCodeAt(this.at))) {
      let part = this.atom()
      for (let again = 0; ; again++) {
        const repeated = this.repeat(part)
        if (repeated === undefined) break
        if (again > 8) return this.fail(this.at, 'too many repetitions follow each other')
        part = repeated
      }
      parts.push(part)
    }
    if (parts.length === 0) return { kind: 'empty' }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', of: parts }
  }

  /** repeat := '?' | '*' | '+' | '{n}' | '{n,}' | '{n,m}' */
  private repeat(of: RegexTree): RegexTree | undefined {
    if (!repeating.has(this.text.charCodeAt(this.at))) return undefined
    const found = /^(?:([?*+])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})/.exec(this.text.slice(this.at, this.at + 12))
    if (found === null)
      return this.text[this.at] === '{' ? this.fail(this.at, 'a repetition is written {2}, {2,} or {2,5}') : undefined
    const at = this.at
    this.at += found[0].length
    const min = found[1] === undefined ? Number(found[2]) : found[1] === '+' ? 1 : 0
    const upper = found[4] === undefined || found[4] === '' ? undefined : Number(found[4])
    const max = found[1] === undefined ? (found[3] === undefined ? min : upper) : found[1] === '?' ? 1 : undefined
    if (min > bounds.count || (max ?? 0) > bounds.count || (max !== undefined && max < min))
      return this.fail(at, 'the bounds of a repetition are out of order or too large')
    return { kind: 'repeat', of, min, max, how: 'greedy' }
  }

  private atom(): RegexTree {
    const start = this.at
    const character = String.fromCodePoint(this.text.codePointAt(start)!)
    this.at += character.length
    switch (character) {
      case '.':
        return { kind: 'any', newline: true }
      case '@':
        return { kind: 'repeat', of: { kind: 'any', newline: true }, min: 0, max: undefined, how: 'greedy' }
      case '#':
        return { kind: 'look', of: { kind: 'empty' }, ahead: true, negative: true }
      case '"': {
        const end = this.text.indexOf('"', this.at)
        if (end === -1) return this.fail(start, 'a quoted text has no end')
        const of = [...this.text.slice(this.at, end)].map(one => this.plain(one))
        this.at = end + 1
        return { kind: 'sequence', of }
      }
      case '(': {
        const of = this.choice()
        if (this.text[this.at] !== ')') return this.fail(start, 'this "(" is not closed')
        this.at++
        return of.kind === 'char' || of.kind === 'set' ? of : { kind: 'sequence', of: [of] }
      }
      case '[':
        return this.set(start)
      case '\\': {
        if (this.at >= this.text.length) return this.fail(start, 'nothing stands behind the last "\\"')
        const after = this.character()
        return this.named(after) ?? this.plain(after)
      }
      case '~':
        return this.beyond('the complement "~"')
      case '<':
        return this.beyond('the interval of numbers "<"')
      default:
        return this.plain(character)
    }
  }

  private character(): string {
    const character = String.fromCodePoint(this.text.codePointAt(this.at)!)
    this.at += character.length
    return character
  }

  private plain(character: string): RegexTree {
    return { kind: 'char', point: character.codePointAt(0)!, fold: this.fold }
  }

  private named(letter: string): RegexTree | undefined {
    const lower = letter.toLowerCase()
    if (!Object.hasOwn(classes, lower)) return undefined
    return { kind: 'set', items: classes[lower]!, negated: lower !== letter, fold: false }
  }

  /** set := '[' '^'? (character | character '-' character | '\' class)+ ']' */
  private set(start: number): RegexTree {
    const negated = this.text[this.at] === '^'
    if (negated) this.at++
    const items: SetItem[] = []
    for (let first = true; first || this.text[this.at] !== ']'; first = false) {
      if (this.at >= this.text.length) return this.fail(start, 'this "[" is not closed')
      const from = this.at
      let character = this.character()
      if (character === '\\') {
        if (this.at >= this.text.length) return this.fail(start, 'this "[" is not closed')
        character = this.character()
        if (Object.hasOwn(classes, character)) {
          items.push(...classes[character]!)
          continue
        }
        if (/[DWS]/.test(character)) return this.fail(from, `"\\${character}" cannot stand in brackets`, 'REX022')
      }
      const low = character.codePointAt(0)!
      if (this.text[this.at] !== '-' || this.text[this.at + 1] === ']' || this.at + 1 >= this.text.length) {
        items.push({ from: low, to: low })
        continue
      }
      this.at++
      let last = this.character()
      if (last === '\\' && this.at < this.text.length) last = this.character()
      const high = last.codePointAt(0)!
      if (high < low) return this.fail(from, 'a range runs backwards')
      items.push({ from: low, to: high })
    }
    this.at++
    return { kind: 'set', items, negated, fold: this.fold }
  }
}

// Reads regular expressions in PCRE dress (pcre2pattern) into a tree: what every part means is in the tree, flags included, and what has no meaning here is named.

import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Span } from '../text/source.ts'
import { categories, lastPoint, posixSets } from './characters.ts'
import type { Edge, RegexTree, SetItem } from './regex.ts'

export interface PcreOptions {
  readonly ignoreCase?: boolean
  readonly multiline?: boolean
  readonly dotAll?: boolean
}

/** Bounds on what is read; a longer, deeper or bigger pattern is refused. `unrolled` counts characters after counted repeats are written out. */
export const bounds = { length: 10_000, depth: 200, count: 1_000, unrolled: 20_000 } as const

export const codes: Readonly<Record<string, string>> = {
  REX001: 'regular expression with an unclosed group',
  REX002: 'regular expression with a closing parenthesis too many',
  REX003: 'regular expression with an unclosed class',
  REX004: 'range of characters that runs backwards',
  REX005: 'quantifier with nothing to repeat',
  REX006: 'quantifier whose bounds are out of order or too large',
  REX007: 'escape that means nothing',
  REX008: 'unfinished or impossible escape',
  REX009: 'regular expression longer than the bound',
  REX010: 'groups nested deeper than the bound',
  REX011: 'counted repeats that multiply beyond the bound',
  REX012: 'unknown POSIX class',
  REX013: 'unknown Unicode property',
  REX014: 'reference to a group that does not exist',
  REX015: 'unknown group syntax or flag',
  REX016: 'two groups of one name',
  REX020: 'construct of PCRE that is not regular matching and not supported',
  REX201: 'look-behind without a bound, which PCRE refuses',
  REX202: 'hyphen beside a class inside brackets, which PCRE refuses',
  REX203: '{,n}, which older PCRE reads as plain text',
}

interface Flags {
  ignoreCase: boolean
  multiline: boolean
  dotAll: boolean
  extended: boolean
  extendedMore: boolean
  ungreedy: boolean
  noCapture: boolean
}

const letterEscapes: Readonly<Record<string, { readonly named: string; readonly negated: boolean }>> = {
  d: { named: 'digit', negated: false },
  D: { named: 'digit', negated: true },
  w: { named: 'word', negated: false },
  W: { named: 'word', negated: true },
  s: { named: 'space', negated: false },
  S: { named: 'space', negated: true },
  h: { named: 'horizontal', negated: false },
  H: { named: 'horizontal', negated: true },
  v: { named: 'vertical', negated: false },
  V: { named: 'vertical', negated: true },
}

const edgeEscapes: Readonly<Record<string, Edge>> = { b: 'word', B: 'inside', A: 'start', G: 'start', z: 'end', Z: 'last' }
const controlEscapes: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 }

/** A pattern as a tree, or what is wrong with it; spans are offsets in the pattern. */
export function readPcre(text: string, options: PcreOptions = {}): Outcome<RegexTree> {
  if (text.length > bounds.length) {
    return {
      diagnostics: [
        {
          code: 'REX009',
          severity: 'error',
          message: `a regular expression of ${text.length} characters is longer than the ${bounds.length} that are read`,
          hint: 'split it into several tests',
        },
      ],
    }
  }
  const reader = new Reader(text, options)
  const first = reader.read()
  // `\10` is a reference only when there are ten groups, which the first reading has counted.
  return reader.doubtful ? new Reader(text, options, reader.groups).read() : first
}

class Reader {
  private readonly text: string
  private at = 0
  private depth = 0
  groups = 0
  doubtful = false
  private flags: Flags
  private failed = false
  private readonly names = new Map<string, number>()
  private readonly diagnostics: Diagnostic[] = []
  /** References to be checked when all groups are known. */
  private readonly references: { readonly to: number | string; readonly span: Span }[] = []
  private readonly groupCount: number | undefined

  constructor(text: string, options: PcreOptions, groupCount?: number) {
    this.text = text
    this.groupCount = groupCount
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

  read(): Outcome<RegexTree> {
    this.verbs()
    let tree = this.choice()
    if (!this.failed && this.at < this.text.length) {
      this.fail('REX002', 'this ")" closes nothing', this.at, this.at + 1, 'write "\\)" for the character, or open the group')
    }
    if (!this.failed) tree = this.settle(tree)
    if (!this.failed) {
      const total = unrolledSize(tree)
      if (total > bounds.unrolled) {
        this.fail(
          'REX011',
          `written out, the repeats of this regular expression are more than ${bounds.unrolled} characters long`,
          0,
          this.text.length,
          'lower the counts, or the count around them',
        )
      }
    }
    return this.failed ? { diagnostics: this.diagnostics } : { value: tree, diagnostics: this.diagnostics }
  }

  /** Ends the reading: everything that loops looks at the end of the text. */
  private fail(code: string, message: string, start: number, end: number, hint?: string): RegexTree {
    if (!this.failed) {
      const span = { start: Math.min(start, this.text.length), end: Math.min(end, this.text.length) }
      this.diagnostics.push({ code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) })
    }
    this.failed = true
    this.at = this.text.length
    return { kind: 'empty' }
  }

  private warn(code: string, message: string, start: number, end: number, hint: string): void {
    this.diagnostics.push({ code, severity: 'warning', message, span: { start, end }, hint })
  }

  private unsupported(what: string, start: number, end: number): RegexTree {
    return this.fail(
      'REX020',
      `${what} in a regular expression is not supported`,
      start,
      end,
      'say it with groups, look-around or several tests',
    )
  }

  private looking(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text) ?? undefined
    if (found !== undefined) this.at += found[0].length
    return found
  }

  /** `(*UTF)` and `(*UCP)` and the like at the start of a pattern. UTF is what we do anyway. */
  private verbs(): void {
    while (this.take(/\(\*UTF(?:8)?\)/y) !== undefined);
  }

  /** choice := sequence ('|' sequence)*. Flags set inside hold until the group's end, in later branches too. */
  private choice(): RegexTree {
    const start = this.at
    const branches = [this.sequence()]
    while (this.looking('|')) {
      this.at++
      branches.push(this.sequence())
    }
    return branches.length === 1 ? branches[0]! : { kind: 'choice', of: branches, span: { start, end: this.at } }
  }

  /** sequence := (atom quantifier*)* */
  private sequence(): RegexTree {
    const start = this.at
    const parts: RegexTree[] = []
    for (;;) {
      this.skip()
      if (this.at >= this.text.length || this.looking('|') || this.looking(')')) break
      const from = this.at
      const found = this.atom()
      if (found === undefined) continue
      for (const part of found.slice(0, -1)) parts.push(part)
      parts.push(this.quantified(found.at(-1)!, from))
    }
    if (this.failed || parts.length === 0) return { kind: 'empty' }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', of: parts, span: { start, end: this.at } }
  }

  /** Comments, and under `(?x)` blanks and `# …`. */
  private skip(): void {
    for (;;) {
      const start = this.at
      if (this.looking('(?#')) {
        const end = this.text.indexOf(')', this.at)
        if (end === -1) {
          this.fail('REX001', 'the comment "(?#" is not closed', this.at, this.at + 3, 'end it with ")"')
          return
        }
        this.at = end + 1
      } else if (this.looking('\\E')) this.at += 2
      else if (this.looking('\\Q\\E')) this.at += 4
      else if (this.flags.extended) this.take(/(?:[\t-\r \u0085\u200e\u200f\u2028\u2029]+|#[^\n]*\n?)/y)
      if (this.at === start) return
    }
  }

  private quantified(atom: RegexTree, start: number): RegexTree {
    this.skip()
    const open = this.at
    const found = this.take(/(?:([*+?])|\{(\d+)(,?)(\d*)\}|\{,(\d+)\})([+?]?)/y)
    if (found === undefined) return atom
    const span = { start, end: this.at }
    if (atom.kind === 'edge' && this.text[start] !== '(') return this.nothing(open)
    let min: number
    let max: number | undefined
    if (found[1] !== undefined) {
      min = found[1] === '+' ? 1 : 0
      max = found[1] === '?' ? 1 : undefined
    } else if (found[5] !== undefined) {
      min = 0
      max = Number(found[5])
      this.warn(
        'REX203',
        `"${found[0]}" is read as at most ${max}; PCRE before 10.43 reads it as plain text`,
        open,
        this.at,
        `write {0,${max}}`,
      )
    } else {
      min = Number(found[2])
      max = found[3] === '' ? min : found[4] === '' ? undefined : Number(found[4])
    }
    if (min > bounds.count || (max ?? 0) > bounds.count) {
      return this.fail(
        'REX006',
        `"${found[0]}" repeats more than ${bounds.count} times`,
        open,
        this.at,
        'lower the count, or leave the upper bound out',
      )
    }
    if (max !== undefined && max < min)
      return this.fail('REX006', `the bounds of "${found[0]}" are out of order`, open, this.at, 'write the smaller number first')
    const lazy = (found[6] === '?') !== this.flags.ungreedy
    // pcre2pattern, comments: under (?x) a blank may stand before the + of a possessive quantifier.
    const possessive = found[6] === '+' || (found[6] === '' && this.flags.extended && this.take(/[\t-\r ]+\+/y) !== undefined)
    const how = possessive ? 'possessive' : lazy ? 'lazy' : 'greedy'
    this.skip()
    if (this.repeats()) return this.nothing(this.at)
    // pcre2pattern, assertions: repeated, one is asked once, or once or not at all.
    if (atom.kind === 'look') return min > 0 ? { ...atom, span } : { kind: 'repeat', of: atom, min: 0, max: 1, how, span }
    return { kind: 'repeat', of: atom, min, max, how, span }
  }

  /** Whether a quantifier follows. */
  private repeats(): boolean {
    return /^(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})/.test(this.text.slice(this.at, this.at + 24))
  }

  private nothing(at: number): RegexTree {
    return this.fail(
      'REX005',
      `"${this.text[at]}" has nothing to repeat`,
      at,
      at + 1,
      'put a character or a group before it, or escape it with a backslash',
    )
  }

  /** atom := '.' | '^' | '$' | '[' class | '(' group | '\' escape | character. Several for `\Q…\E`; undefined for flags, which stand for nothing. */
  private atom(): readonly RegexTree[] | undefined {
    const start = this.at
    const character = this.text[start]!
    const span = { start, end: start + 1 }
    switch (character) {
      case '.':
        this.at++
        return [{ kind: 'any', newline: this.flags.dotAll, span }]
      case '^':
        this.at++
        return [{ kind: 'edge', at: this.flags.multiline ? 'line-start' : 'start', span }]
      case '$':
        this.at++
        return [{ kind: 'edge', at: this.flags.multiline ? 'line-end' : 'end', span }]
      case '[':
        return [this.set()]
      case '(': {
        const group = this.group()
        return group === undefined ? undefined : [group]
      }
      case '\\':
        return this.escape()
      default: {
        if (this.repeats()) return [this.nothing(start)]
        const point = this.text.codePointAt(start)!
        this.at += point > 0xffff ? 2 : 1
        return [this.character(point, start)]
      }
    }
  }

  private character(point: number, start: number): RegexTree {
    return { kind: 'char', point, fold: this.flags.ignoreCase, span: { start, end: this.at } }
  }

  /** A backslash and what follows it, outside brackets. */
  private escape(): readonly RegexTree[] {
    const start = this.at
    const letter = this.text[start + 1]
    if (letter === undefined)
      return [
        this.fail('REX008', 'the regular expression ends in a backslash', start, start + 1, 'write "\\\\" for the character'),
      ]
    const span = { start, end: start + 2 }
    const named = Object.hasOwn(letterEscapes, letter) ? letterEscapes[letter] : undefined
    if (named !== undefined) {
      this.at += 2
      return [{ kind: 'set', items: [named], negated: false, fold: false, span }]
    }
    if (Object.hasOwn(edgeEscapes, letter)) {
      this.at += 2
      return [{ kind: 'edge', at: edgeEscapes[letter]!, span }]
    }
    switch (letter) {
      case 'Q':
        return this.quoted()
      case 'N':
        if (this.looking('\\N{U+')) break
        this.at += 2
        return [{ kind: 'any', newline: false, span }]
      case 'R':
        this.at += 2
        return [lineBreak(span)]
      case 'p':
      case 'P':
        return [{ kind: 'set', items: [this.property()], negated: false, fold: false, span: { start, end: this.at } }]
      case 'X':
      case 'C':
      case 'K':
        return [this.unsupported(`"\\${letter}"`, start, start + 2)]
      case 'g':
      case 'k':
        return [this.namedReference()]
    }
    const digits = this.take(/\\([1-9]\d*)/y)
    if (digits !== undefined) {
      const group = Number(digits[1])
      // From 10 on it is a reference only when there are so many groups; otherwise the digits are octal.
      if (group >= 10 && this.groupCount === undefined) this.doubtful = true
      if (group < 10 || /^[89]/.test(digits[1]!) || group <= (this.groupCount ?? group)) return [this.reference(group, start)]
      this.at = start
    }
    const point = this.point(start)
    return [point === undefined ? { kind: 'empty' } : this.character(point, start)]
  }

  /** An escape that stands for one character: \n \x41 \x{1F600} \u0041 \N{U+41} \o{101} \012 \cA \. and the like. Undefined after a failure. */
  private point(start: number): number | undefined {
    const letter = this.text[start + 1]!
    if (Object.hasOwn(controlEscapes, letter)) {
      this.at += 2
      return controlEscapes[letter]
    }
    const number =
      this.take(/\\x\{([0-9A-Fa-f]{1,8})\}/y) ??
      this.take(/\\N\{U\+([0-9A-Fa-f]{1,8})\}/y) ??
      this.take(/\\u([0-9A-Fa-f]{4})/y) ??
      this.take(/\\x([0-9A-Fa-f]{1,2})/y)
    const octal =
      number === undefined ? (this.take(/\\o\{([0-7]{1,11})\}/y) ?? this.take(/\\(0[0-7]{0,2}|[1-7][0-7]{0,2})/y)) : undefined
    if (number !== undefined || octal !== undefined) {
      const point = number !== undefined ? Number.parseInt(number[1]!, 16) : Number.parseInt(octal![1]!, 8)
      if (point <= lastPoint) return point
      this.fail(
        'REX008',
        `"${this.text.slice(start, this.at)}" is beyond the last character of Unicode`,
        start,
        this.at,
        'the last one is \\x{10FFFF}',
      )
      return undefined
    }
    if (letter === 'c') {
      const control = this.text.charCodeAt(start + 2)
      if (control >= 32 && control < 127) {
        this.at += 3
        return this.text[start + 2]!.toUpperCase().charCodeAt(0) ^ 64
      }
    }
    if (letter === 'c' || letter === 'x' || letter === 'o' || letter === 'u' || letter === 'N') {
      this.fail(
        'REX008',
        `"\\${letter}" is not followed by what it needs`,
        start,
        start + 2,
        'write \\x41 or \\x{1F600}, \\o{101}, \\cA',
      )
      return undefined
    }
    if (/[0-9A-Za-z]/.test(letter)) {
      this.fail(
        'REX007',
        `"\\${letter}" means nothing in a regular expression`,
        start,
        start + 2,
        `write "\\\\${letter}" for a backslash before "${letter}", or "${letter}" alone`,
      )
      return undefined
    }
    const point = this.text.codePointAt(start + 1)!
    this.at = start + 1 + (point > 0xffff ? 2 : 1)
    return point
  }

  /** \Q…\E: everything between is plain. */
  private quoted(): readonly RegexTree[] {
    const end = this.text.indexOf('\\E', this.at)
    const stop = end === -1 ? this.text.length : end
    const out: RegexTree[] = []
    for (this.at += 2; this.at < stop; ) {
      const start = this.at
      const point = this.text.codePointAt(start)!
      this.at += point > 0xffff ? 2 : 1
      out.push(this.character(point, start))
    }
    if (end !== -1) this.at = end + 2
    return out.length === 0 ? [{ kind: 'empty' }] : out
  }

  /** \p{Lu}, \pL, \P{…}, \p{^…}. */
  private property(): SetItem {
    const start = this.at
    const found = this.take(/\\([pP])(?:\{ *(\^?) *([A-Za-z&]+) *\}|([A-Z]))/y)
    const name = found?.[3] ?? found?.[4] ?? ''
    if (found === undefined || !categories.has(name)) {
      this.fail(
        'REX013',
        `"${this.text.slice(start, Math.max(this.at, start + 2))}" is no Unicode property that is known here`,
        start,
        Math.max(this.at, start + 2),
        'the general categories are known: \\p{L}, \\p{Lu}, \\p{Nd}, \\p{P} …',
      )
      return { named: 'Any', negated: false }
    }
    return { named: name, negated: (found[1] === 'P') !== (found[2] === '^') }
  }

  private reference(to: number | string, start: number): RegexTree {
    const span = { start, end: this.at }
    this.references.push({ to, span })
    // A name is exchanged for its number in `settle`, when all groups are known.
    return {
      kind: 'reference',
      group: typeof to === 'number' ? to : 0,
      fold: this.flags.ignoreCase,
      span,
      ...(typeof to === 'string' ? { name: to } : {}),
    }
  }

  /** \g{1} \g1 \g{-1} \g{name} \k<name> \k'name' \k{name}; \g<…> calls a group. */
  private namedReference(): RegexTree {
    const start = this.at
    const numbered = this.take(/\\g(?:\{(-?\d{1,5})\}|(-?\d{1,5}))/y)
    if (numbered !== undefined) {
      const number = Number(numbered[1] ?? numbered[2])
      return this.reference(number < 0 ? this.groups + 1 + number : number, start)
    }
    const named = this.take(/\\(?:g\{(\w+)\}|k(?:<(\w+)>|'(\w+)'|\{(\w+)\}))/y)
    if (named !== undefined) return this.reference((named[1] ?? named[2] ?? named[3] ?? named[4])!, start)
    if (this.take(/\\g[<']/y) !== undefined) return this.unsupported('calling a group (recursion)', start, this.at)
    return this.fail(
      'REX008',
      `"${this.text.slice(start, start + 2)}" is not followed by a group`,
      start,
      start + 2,
      'write \\k<name> or \\g{1}',
    )
  }

  /** '(' … ')'. Undefined for `(?i)`, which changes flags and stands for nothing. */
  private group(): RegexTree | undefined {
    const start = this.at
    if (this.depth >= bounds.depth)
      return this.fail(
        'REX010',
        `groups are nested deeper than ${bounds.depth}`,
        start,
        start + 1,
        'take some of the parentheses away',
      )
    if (this.take(/\(\*/y) !== undefined) return this.unsupported(`"${this.text.slice(start, start + 12)}"`, start, this.at)
    if (this.take(/\(\?(?:R|[+-]?\d+|&\w*|P>\w*)\)/y) !== undefined)
      return this.unsupported('calling a group (recursion)', start, this.at)
    if (this.take(/\(\?\(/y) !== undefined) return this.unsupported('a condition "(?("', start, this.at)
    if (this.take(/\(\?C/y) !== undefined) return this.unsupported('a callout "(?C"', start, this.at)
    if (this.take(/\(\?<?\*/y) !== undefined) return this.unsupported('non-atomic look-around', start, this.at)
    const back = this.take(/\(\?P=(\w+)\)/y)
    if (back !== undefined) return this.reference(back[1]!, start)

    const saved = { ...this.flags }
    const look = this.take(/\(\?(<?)([=!])/y)
    if (look !== undefined) {
      const tree: RegexTree = {
        kind: 'look',
        of: this.body(start, saved),
        ahead: look[1] === '',
        negative: look[2] === '!',
        span: { start, end: this.at },
      }
      if (!tree.ahead && !this.failed && longest(tree.of) === undefined) {
        this.warn('REX201', 'this look-behind has no greatest length; PCRE refuses it', start, this.at, 'bound its repeats')
      }
      return tree
    }
    if (this.take(/\(\?>/y) !== undefined) return { kind: 'atomic', of: this.body(start, saved), span: { start, end: this.at } }
    if (this.take(/\(\?\|/y) !== undefined) return this.reset(start, saved)
    const named = this.take(/\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y)
    const flags = named === undefined ? this.take(/\(\?(\^?)([imsxnUJ]*)(?:-([imsxnUJ]*))?([:)])/y) : undefined
    if (flags !== undefined) {
      this.changeFlags(flags[1] === '^', flags[2]!, flags[3] ?? '')
      return flags[4] === ')' ? undefined : this.body(start, saved)
    }
    if (named === undefined && this.looking('(?')) {
      return this.fail(
        'REX015',
        `"${this.text.slice(start, start + 4)}" begins no group that is known`,
        start,
        Math.min(start + 4, this.text.length),
        'groups begin with (?: (?= (?! (?<= (?<! (?> (?<name> or flags such as (?i)',
      )
    }
    const name = named?.[1] ?? named?.[2]
    if (name === undefined) {
      this.at++
      if (this.flags.noCapture) return this.body(start, saved)
    }
    const index = ++this.groups
    if (name !== undefined) {
      if (this.names.has(name))
        return this.fail('REX016', `two groups are called "${name}"`, start, this.at, 'rename one of them')
      this.names.set(name, index)
    }
    return {
      kind: 'group',
      of: this.body(start, saved),
      index,
      ...(name === undefined ? {} : { name }),
      span: { start, end: this.at },
    }
  }

  /** What is inside a group, and its closing parenthesis; flags set inside end here. */
  private body(start: number, saved: Flags): RegexTree {
    this.depth++
    const tree = this.choice()
    this.depth--
    this.flags = saved
    if (!this.looking(')'))
      return this.fail(
        'REX001',
        'this group is not closed',
        start,
        start + 1,
        'close it with ")", or write "\\(" for the character',
      )
    this.at++
    return tree
  }

  /** (?|…|…): the groups of every branch have the same numbers. */
  private reset(start: number, saved: Flags): RegexTree {
    const first = this.groups
    let most = first
    const branches: RegexTree[] = []
    this.depth++
    do {
      if (branches.length > 0) this.at++
      this.groups = first
      branches.push(this.sequence())
      most = Math.max(most, this.groups)
    } while (this.looking('|'))
    this.depth--
    this.groups = most
    this.flags = saved
    if (!this.looking(')')) return this.fail('REX001', 'this group is not closed', start, start + 1, 'close it with ")"')
    this.at++
    return { kind: 'choice', of: branches, reset: true, span: { start, end: this.at } }
  }

  private changeFlags(reset: boolean, on: string, off: string): void {
    const flags = this.flags
    if (reset) flags.ignoreCase = flags.multiline = flags.dotAll = flags.extended = flags.extendedMore = flags.noCapture = false
    const change = (letters: string, value: boolean) => {
      for (const letter of letters) {
        if (letter === 'i') flags.ignoreCase = value
        else if (letter === 'm') flags.multiline = value
        else if (letter === 's') flags.dotAll = value
        else if (letter === 'x') flags.extended = value
        else if (letter === 'n') flags.noCapture = value
        else if (letter === 'U') flags.ungreedy = value
      }
    }
    change(on, true)
    flags.extendedMore = (flags.extendedMore || on.includes('xx')) && !off.includes('x')
    change(off, false)
  }

  /** '[' '^'? (character | range | escape | '[:name:]')* ']'. A ']' that comes first is plain. */
  private set(): RegexTree {
    const start = this.at
    this.at++
    const negated = this.take(/\^/y) !== undefined
    const items: SetItem[] = []
    let first = true
    for (;;) {
      this.take(/(?:\\E|\\Q\\E)+/y)
      if (this.flags.extendedMore) this.take(/[ \t]+/y)
      if (this.at >= this.text.length) {
        return this.fail(
          'REX003',
          'this "[" is not closed',
          start,
          start + 1,
          'close it with "]", or write "\\[" for the character',
        )
      }
      if (this.looking(']') && !first) break
      first = false
      const from = this.at
      const item = this.member()
      if (item === undefined) return { kind: 'empty' }
      const dash = this.at
      if (!this.rangeFollows()) {
        items.push(...item)
        continue
      }
      const low = item.length === 1 && 'from' in item[0]! && item[0].from === item[0].to ? item[0].from : undefined
      if (low === undefined) {
        this.hyphen(dash)
        items.push(...item, { from: 0x2d, to: 0x2d })
        this.at = dash + 1
        continue
      }
      this.at++
      const last = this.member()
      if (last === undefined) return { kind: 'empty' }
      const high = last[0]
      if (last.length !== 1 || high === undefined || !('from' in high)) {
        this.hyphen(dash)
        items.push(...item, { from: 0x2d, to: 0x2d }, ...last)
      } else if (high.from < low) {
        return this.fail(
          'REX004',
          `the range "${this.text.slice(from, this.at)}" runs backwards`,
          from,
          this.at,
          'write the smaller character first, or escape the hyphen',
        )
      } else items.push({ from: low, to: high.from })
    }
    this.at++
    return { kind: 'set', items, negated, fold: this.flags.ignoreCase, span: { start, end: this.at } }
  }

  private rangeFollows(): boolean {
    this.take(/(?:\\E|\\Q\\E)+/y)
    if (this.flags.extendedMore) this.take(/[ \t]+/y)
    return this.looking('-') && this.at + 1 < this.text.length && this.text[this.at + 1] !== ']'
  }

  private hyphen(at: number): void {
    this.warn(
      'REX202',
      'the hyphen beside a class is read as a plain character; PCRE refuses it',
      at,
      at + 1,
      'write "\\-", or put the hyphen last',
    )
  }

  /** One member of a bracketed class; several for `\Q…\E`. Undefined after a failure. */
  private member(): SetItem[] | undefined {
    const start = this.at
    const posix = this.take(/\[:(\^?)([a-z]*):\]/y)
    if (posix !== undefined) {
      const name = posix[2]!
      if (!Object.hasOwn(posixSets, name)) {
        this.fail(
          'REX012',
          `there is no class "[:${name}:]"`,
          start,
          this.at,
          `the classes are ${Object.keys(posixSets).join(' ')}`,
        )
        return undefined
      }
      // pcre2pattern, POSIX character classes: under (?i), upper and lower mean any letter.
      const named = this.flags.ignoreCase && (name === 'upper' || name === 'lower') ? 'alpha' : name
      return [{ named, negated: posix[1] === '^' }]
    }
    if (this.take(/\[[.=]/y) !== undefined) {
      this.unsupported('a collating element', start, this.at)
      return undefined
    }
    if (!this.looking('\\')) {
      const point = this.text.codePointAt(start)!
      this.at += point > 0xffff ? 2 : 1
      return [{ from: point, to: point }]
    }
    const letter = this.text[start + 1]
    if (letter === undefined) {
      this.fail('REX008', 'the regular expression ends in a backslash', start, start + 1, 'write "\\\\" for the character')
      return undefined
    }
    if (letter === 'Q') {
      return this.quoted().flatMap(tree => (tree.kind === 'char' ? [{ from: tree.point, to: tree.point }] : []))
    }
    if (Object.hasOwn(letterEscapes, letter)) {
      this.at += 2
      return [letterEscapes[letter]!]
    }
    if (letter === 'b') {
      this.at += 2
      return [{ from: 8, to: 8 }]
    }
    if (letter === 'p' || letter === 'P') {
      const item = this.property()
      return this.failed ? undefined : [item]
    }
    if (/[BRXNAZzGKCgk]/.test(letter) && !this.looking('\\N{U+')) {
      this.fail('REX007', `"\\${letter}" means nothing inside brackets`, start, start + 2, 'take it out of the brackets')
      return undefined
    }
    if (letter === '8' || letter === '9') {
      this.at += 2
      return [{ from: letter.charCodeAt(0), to: letter.charCodeAt(0) }]
    }
    const point = this.point(start)
    return point === undefined ? undefined : [{ from: point, to: point }]
  }

  /** Names of references exchanged for numbers, and every reference checked. */
  private settle(tree: RegexTree): RegexTree {
    for (const { to, span } of this.references) {
      const known = typeof to === 'number' ? to >= 1 && to <= this.groups : this.names.has(to)
      if (!known)
        return this.fail(
          'REX014',
          `there is no group "${to}"`,
          span.start,
          span.end,
          'groups are counted from 1, by their opening parenthesis',
        )
    }
    return this.references.some(({ to }) => typeof to === 'string') ? named(tree, this.names) : tree
  }
}

/** \R: a line break of any kind, and CR LF is never taken apart. */
function lineBreak(span: Span): RegexTree {
  const char = (point: number): RegexTree => ({ kind: 'char', point, fold: false, span })
  return {
    kind: 'atomic',
    of: {
      kind: 'choice',
      of: [
        { kind: 'sequence', of: [char(13), char(10)], span },
        { kind: 'set', items: [{ named: 'vertical', negated: false }], negated: false, fold: false, span },
      ],
      span,
    },
    span,
  }
}

function named(tree: RegexTree, names: ReadonlyMap<string, number>): RegexTree {
  switch (tree.kind) {
    case 'reference': {
      const { name, ...rest } = tree
      return name === undefined ? tree : { ...rest, group: names.get(name)! }
    }
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(part => named(part, names)) }
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return { ...tree, of: named(tree.of, names) }
    default:
      return tree
  }
}

/** The greatest number of characters that a part can take, or undefined when there is none. A reference counts as unbounded. */
export function longest(tree: RegexTree): number | undefined {
  switch (tree.kind) {
    case 'empty':
    case 'edge':
    case 'look':
      return 0
    case 'char':
    case 'set':
    case 'any':
      return 1
    case 'reference':
      return undefined
    case 'group':
    case 'atomic':
      return longest(tree.of)
    case 'repeat': {
      const inner = longest(tree.of)
      if (inner === 0) return 0
      return inner === undefined || tree.max === undefined ? undefined : inner * tree.max
    }
    case 'sequence':
    case 'choice': {
      let total = 0
      for (const part of tree.of) {
        const length = longest(part)
        if (length === undefined) return undefined
        total = tree.kind === 'sequence' ? total + length : Math.max(total, length)
      }
      return total
    }
  }
}

/** How many one-character steps the pattern is when its counted repeats are written out; stops counting far beyond the bound. */
export function unrolledSize(tree: RegexTree): number {
  switch (tree.kind) {
    case 'sequence':
    case 'choice':
      return tree.of.reduce((total, part) => Math.min(1e9, total + unrolledSize(part)), 1)
    case 'group':
    case 'atomic':
    case 'look':
      return 1 + unrolledSize(tree.of)
    case 'repeat':
      return Math.min(1e9, unrolledSize(tree.of) * Math.max(1, tree.max ?? tree.min + (tree.min === 0 ? 1 : 0)) + 1)
    default:
      return 1
  }
}

// What every reader shares: tokens with their places, a cursor that reports and never throws to its caller, conditions of three-valued logic as two questions, LIKE patterns and regular expressions.

import { any, glob, one } from '../ir/glob.ts'
import { and, not, or } from '../ir/logic.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../ir/predicate.ts'
import { markFirst, type RegexTree, readPortable, writePortable } from '../ir/regex.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'
import type { ParseContext } from './language.ts'
import { type SwitchName, switches } from './switches.ts'

/** Ends the reading of a clause; what was wrong is already told. */
export class Fault extends Error {}

/** A piece of a text. `value` is what it says (a literal without quotes and escapes); `bad` what is wrong with it. */
export interface Token {
  readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'regex' | 'parameter' | 'sign' | 'bad' | 'end'
  readonly text: string
  readonly value: string
  /** The text of a name in small letters, of others as it is. */
  readonly lower: string
  readonly start: number
  readonly end: number
  readonly bad?: string
}

/** A form of token: a sticky expression, what the text found says, and whether it may stand after the token before it. */
export interface Form {
  readonly kind: Token['kind'] | 'blank'
  readonly form: RegExp
  readonly value?: (text: string) => string
  readonly bad?: string
  /** What is wrong with the text found, which is then a bad token; undefined where nothing is. */
  readonly check?: (text: string) => string | undefined
  readonly after?: (before: Token | undefined) => boolean
}

export const bounds = { length: 1_000_000, depth: 200, found: 50 } as const

/** For each character of ASCII the forms that can begin with it; made when a language is first read. */
const firsts = new WeakMap<readonly Form[], readonly (readonly Form[])[]>()

function byFirst(forms: readonly Form[]): readonly (readonly Form[])[] {
  const known = firsts.get(forms)
  if (known !== undefined) return known
  const marks = forms.map(({ form }) => {
    const into = new Uint8Array(128)
    const tree = readPortable(form.source).value
    // What is not read, or matches nothing, is tried everywhere.
    if (tree === undefined || form.ignoreCase || markFirst(tree, into)) into.fill(1)
    return into
  })
  const made = Array.from({ length: 128 }, (_, point) => forms.filter((_, index) => marks[index]![point] === 1))
  firsts.set(forms, made)
  return made
}

/** A text as tokens, the last of kind `end`; a character that no form takes is a sign. */
export function tokens(text: string, forms: readonly Form[]): readonly Token[] {
  const out: Token[] = []
  const places = byFirst(forms)
  let at = 0
  outer: while (at < text.length) {
    for (const { kind, form, value, bad, check, after } of places[text.charCodeAt(at)] ?? forms) {
      if (after !== undefined && !after(out.at(-1))) continue
      form.lastIndex = at
      if (!form.test(text) || form.lastIndex === at) continue
      const end = form.lastIndex
      if (kind !== 'blank') {
        const found = text.slice(at, end)
        const lower = kind === 'name' ? found.toLowerCase() : found
        const token: Token = { kind, text: found, value: value === undefined ? found : value(found), lower, start: at, end }
        const wrong = bad ?? check?.(found)
        out.push(wrong === undefined ? token : { ...token, ...(bad === undefined ? { kind: 'bad' } : {}), bad: wrong })
      }
      at = end
      continue outer
    }
    const character = String.fromCodePoint(text.codePointAt(at)!)
    out.push({ kind: 'sign', text: character, value: character, lower: character, start: at, end: at + character.length })
    at += character.length
  }
  out.push({ kind: 'end', text: '', value: '', lower: '', start: text.length, end: text.length })
  return out
}

/** Reads escapes: the text between quotes without them, and the first one that means nothing. */
export interface Unescaping {
  readonly value: (text: string) => string
  readonly wrong: (text: string) => string | undefined
}

/** Escapes by an expression with the groups `hex`, a code point, and `letter`, which `named` has or has not. */
export function unescaping(escaped: RegExp, named: Readonly<Record<string, string>>): Unescaping {
  const meant = ({ hex, letter }: Readonly<Record<string, string | undefined>>): string | undefined => {
    if (letter !== undefined) return Object.hasOwn(named, letter) ? named[letter] : undefined
    const point = Number.parseInt(hex ?? '', 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
  }
  return {
    value: text => (text.includes('\\') ? text.replace(escaped, (found, ...rest) => meant(rest.at(-1)) ?? found) : text),
    wrong: text => {
      if (!text.includes('\\')) return undefined
      for (const { groups = {} } of text.matchAll(escaped)) if (meant(groups) === undefined) return groups.letter ?? 'u'
      return undefined
    },
  }
}

/** Texts in double quotes on one line, with escapes, or in three of them without; names in back-quotes; what of that does not end. EQL and ES|QL have them alike. */
export const quotedForms = ({ value, wrong }: Unescaping, noEscape: (letter: string) => string): readonly Form[] => [
  // One or two quotes before the closing three belong to the text.
  { kind: 'string', form: /"""[\s\S]*?""""{0,2}/y, value: text => text.slice(3, -3) },
  { kind: 'bad', form: /"""[\s\S]*/y, bad: 'the text that """ opens has no end' },
  {
    kind: 'string',
    form: /"(?:[^"\\\n\r]|\\[\s\S])*"/y,
    value: text => value(text.slice(1, -1)),
    check: text => {
      const letter = wrong(text.slice(1, -1))
      return letter === undefined ? undefined : noEscape(letter)
    },
  },
  { kind: 'bad', form: /"(?:[^"\\\n\r]|\\[^\n\r])*(?=[\n\r])/y, bad: 'the text has no closing quote on its line' },
  { kind: 'bad', form: /"[^\n\r]*/y, bad: 'the text has no closing quote' },
  { kind: 'bad', form: /'[^']*'?/y, bad: 'texts stand between double quotes' },
  { kind: 'quoted', form: /`(?:[^`]|``)*`/y, value: text => text.slice(1, -1).replaceAll('``', '`') },
  { kind: 'bad', form: /`[\s\S]*/y, bad: 'the name that ` opens has no end' },
]

/** A condition as two questions: when it is true, and when it is false. In a three-valued language an event may answer neither. */
export interface Truth {
  readonly yes: Predicate
  readonly no: Predicate
}

/** A question that is always answered. */
export const certain = (yes: Predicate): Truth => ({ yes, no: not(yes) })
export const yesAlways: Truth = { yes: { kind: 'const', value: true }, no: { kind: 'const', value: false } }
export const unanswered: Truth = { yes: { kind: 'const', value: false }, no: { kind: 'const', value: false } }

/** A question that has an answer only where all these values are there. */
export function answering(yes: Predicate, values: readonly Scalar[]): Truth {
  const there = values.flatMap((subject): Predicate[] =>
    subject.kind === 'literal'
      ? subject.value === null
        ? [{ kind: 'const', value: false }]
        : []
      : [{ kind: 'test', subject, match: { kind: 'present' } }],
  )
  return { yes: and([...there.filter(part => part.kind === 'const'), yes]), no: and([...there, not(yes)]) }
}

export const allOf = (parts: readonly Truth[]): Truth =>
  parts.length === 1 ? parts[0]! : { yes: and(parts.map(part => part.yes)), no: or(parts.map(part => part.no)) }
export const anyOf = (parts: readonly Truth[]): Truth =>
  parts.length === 1 ? parts[0]! : { yes: or(parts.map(part => part.yes)), no: and(parts.map(part => part.no)) }
export const contrary = ({ yes, no }: Truth): Truth => ({ yes: no, no: yes })

/** How conditions are joined: which words do it, and which binds tighter. `silent`: conditions side by side are joined by `and`. */
export interface Joining {
  readonly and: (token: Token) => boolean
  readonly or: (token: Token) => boolean
  readonly not: (token: Token) => boolean
  readonly tighter: 'and' | 'or' | 'neither'
  readonly silent?: (cursor: Cursor) => boolean
}

/** Reads the tokens of one text. */
export class Cursor {
  readonly source: Source
  readonly list: readonly Token[]
  readonly diagnostics: Diagnostic[] = []
  readonly assumed = new Set<string>()
  at = 0
  private readonly settlements = new Map<string, string>()
  private depth = 0
  /** Nested too deeply: what follows is not read for more. */
  private over = false
  private readonly codes: { readonly text: string; readonly depth: string }
  private readonly assume: Readonly<Record<string, string>>

  /** `codes`: what is reported of a text that cannot be read, and of one nested too deeply. */
  constructor(
    source: Source,
    list: readonly Token[],
    codes: { readonly text: string; readonly depth: string },
    context: ParseContext | undefined,
  ) {
    this.source = source
    this.list = list
    this.codes = codes
    this.assume = context?.assume ?? {}
  }

  get token(): Token {
    return this.list[this.at]!
  }

  ahead(count: number): Token {
    return this.list[Math.min(this.at + count, this.list.length - 1)]!
  }

  /** How an open question of a manual is settled: as the user says, or by the first of its choices. */
  settled(name: SwitchName): string {
    const choices = switches[name].choices ?? ['']
    const known = this.settlements.get(name)
    if (known !== undefined) return known
    const wanted = Object.hasOwn(this.assume, name) ? this.assume[name]! : choices[0]
    const taken = choices.includes(wanted) ? wanted : choices[0]
    this.settlements.set(name, taken)
    this.assumed.add(`${name}=${taken}`)
    return taken
  }

  tell(code: string, severity: Diagnostic['severity'], message: string, span: Span, hint?: string): void {
    if (this.diagnostics.length >= bounds.found) return
    this.diagnostics.push({
      code,
      severity,
      message,
      span: { start: span.start, end: span.end },
      ...(hint === undefined ? {} : { hint }),
      source: this.source,
    })
  }

  refuse(code: string, message: string, span: Span, hint?: string): never {
    this.tell(code, 'error', message, span, hint)
    throw new Fault()
  }

  fail(wanted: string, hint?: string): never {
    const { token } = this
    const message =
      token.bad ??
      (token.kind === 'end'
        ? `the text ends where ${wanted} should stand`
        : `"${clip(token.text)}" stands where ${wanted} should`)
    return this.refuse(this.codes.text, message, token, hint)
  }

  /** Whether the token is this sign, or this word in any case. */
  is(text: string, ahead = 0): boolean {
    const token = this.ahead(ahead)
    return isWord(token, text)
  }

  take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  expect(text: string, wanted = `"${text}"`): void {
    if (!this.take(text)) this.fail(wanted)
  }

  next(): Token {
    const { token } = this
    if (token.bad !== undefined) this.fail('')
    if (token.kind !== 'end') this.at++
    return token
  }

  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.list[this.at - 1]?.end ?? start) }
  }

  /** Reads what is nested, as deep as is bearable. */
  deeper<T>(read: () => T): T {
    if (++this.depth > bounds.depth) {
      this.over = true
      this.refuse(this.codes.depth, `this is nested deeper than ${bounds.depth}`, this.token)
    }
    const found = read()
    this.depth--
    return found
  }

  /** Reads one condition; after a fault the reading goes on behind the next word that joins, so that what is wrong there is told as well. */
  private recovering(joining: Joining, primary: () => Truth): Truth {
    const { at, depth } = this
    try {
      return primary()
    } catch (error) {
      if (!(error instanceof Fault) || this.over || this.diagnostics.length >= bounds.found) throw error
      this.depth = depth
      let open = 0
      if (this.at === at && this.token.kind === 'end') throw error
      for (; this.token.kind !== 'end'; this.at++) {
        const { token } = this
        if (open === 0 && (joining.and(token) || joining.or(token) || this.is(')') || this.is('|'))) break
        if (token.kind !== 'sign') continue
        if (token.text === '(') open++
        else if (token.text === ')') open--
      }
      return unanswered
    }
  }

  /** Reads the parts of a condition and joins them by the language's precedence. */
  joined(joining: Joining, primary: () => Truth): Truth {
    const negation = (): Truth => {
      let negations = 0
      while (joining.not(this.token)) {
        this.at++
        negations++
      }
      const found = this.recovering(joining, primary)
      return negations % 2 === 1 ? contrary(found) : negations > 0 ? { ...found } : found
    }
    const chain = (kind: 'and' | 'or', part: () => Truth): Truth => {
      const parts = [part()]
      for (;;) {
        if (joining[kind](this.token)) this.at++
        else if (kind !== 'and' || joining.silent?.(this) !== true) break
        parts.push(part())
      }
      return kind === 'and' ? allOf(parts) : anyOf(parts)
    }
    if (joining.tighter === 'and') return this.deeper(() => chain('or', () => chain('and', negation)))
    if (joining.tighter === 'or') return this.deeper(() => chain('and', () => chain('or', negation)))
    return this.deeper(() => {
      let found = negation()
      let parts: Truth[] = [found]
      let kind: 'and' | 'or' | undefined
      for (;;) {
        const next = joining.and(this.token) ? 'and' : joining.or(this.token) ? 'or' : undefined
        if (next === undefined) return kind === 'or' ? anyOf(parts) : allOf(parts)
        this.at++
        if (kind !== undefined && kind !== next) {
          found = kind === 'and' ? allOf(parts) : anyOf(parts)
          parts = [found]
        }
        kind = next
        parts.push(negation())
      }
    })
  }

  outcome(value: Pipeline | undefined): Outcome<Pipeline> {
    const failed = this.diagnostics.some(finding => finding.severity === 'error')
    return {
      ...(failed || value === undefined ? {} : { value }),
      diagnostics: this.diagnostics,
      ...(this.assumed.size === 0 ? {} : { assumed: [...this.assumed].sort() }),
    }
  }
}

/** Reads a whole text with `read`; what ends it early is told, and nothing is thrown. Texts beyond the bound are refused unread. */
export function reading(
  source: Source,
  forms: readonly Form[],
  codes: { readonly text: string; readonly depth: string },
  context: ParseContext | undefined,
  read: (cursor: Cursor) => Pipeline,
): Outcome<Pipeline> {
  if (source.text.length > bounds.length)
    return {
      diagnostics: [
        {
          code: codes.depth,
          severity: 'error',
          message: `the text is longer than the ${bounds.length} characters that are read`,
          span: { start: 0, end: 0 },
          source,
          hint: 'split it',
        },
      ],
    }
  const cursor = new Cursor(source, tokens(source.text, forms), codes, context)
  let value: Pipeline | undefined
  try {
    value = read(cursor)
    if (cursor.token.kind !== 'end') cursor.fail('the end of the query')
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    value = undefined
  }
  return cursor.outcome(value)
}

/** A text short enough for a message. */
export const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** Whether a token is this sign, or this bare word (given in small letters) in any case. */
export function isWord(token: Token, text: string): boolean {
  return token.lower === text && (token.kind === 'sign' || token.kind === 'name')
}

/** A pattern of LIKE: `%` any run, `_` one character, `escaping` makes the next character plain. What an escape at the end makes of it is the pattern without it. */
export function likeGlob(pattern: string, escaping: string | undefined): Glob {
  const parts: Glob[number][] = []
  let plain = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    if (character === escaping) {
      at++
      plain += pattern[at] ?? ''
    } else if (character === '%' || character === '_') {
      parts.push(plain, character === '%' ? any : one)
      plain = ''
    } else plain += character
  }
  return glob([...parts, plain])
}

/** A pattern in which only stars are wild. */
export function starGlob(pattern: string): Glob {
  return glob(pattern.split('*').flatMap((part, index): Glob[number][] => (index === 0 ? [part] : [any, part])))
}

export interface RegexOptions {
  readonly fold?: boolean
  readonly dotAll?: boolean
  readonly multiline?: boolean
  readonly whole?: boolean
  /** Groups that it may call by name. */
  readonly calls?: ReadonlyMap<string, RegexTree>
}

/** A regular expression in PCRE's or RE2's dress as a match: searched for, or with `whole` about all of the value. */
export function regexMatch(pattern: string, options: RegexOptions = {}): Outcome<Match & { kind: 'regex' }> {
  const flags = `${options.dotAll === true ? 's' : ''}${options.multiline === true ? 'm' : ''}${options.fold === true ? 'i' : ''}`
  const { value: text, diagnostics } = writePortable(flags === '' ? pattern : `(?${flags})${pattern}`, options.calls)
  if (text === undefined) return { diagnostics }
  return { value: { kind: 'regex', pattern: text, fold: false, whole: options.whole === true }, diagnostics: [] }
}

/** A regular expression asked of a value; one that cannot be read is reported under `code`, at its place. */
export function regexTest(
  cursor: Cursor,
  code: string,
  subject: Scalar,
  pattern: string,
  options: RegexOptions,
  span: Span,
): Predicate {
  const { value, diagnostics } = regexMatch(pattern, options)
  if (value === undefined)
    cursor.refuse(code, diagnostics[0]?.message ?? 'the regular expression cannot be read', span, diagnostics[0]?.hint)
  return { kind: 'test', subject, match: value, span }
}

/** A whole text, with or without regard to case. */
export const wholeText = (text: string, fold: boolean): Match => ({ kind: 'glob', glob: glob([text]), fold })

/** A number as it is written, or undefined for what is none. */
export function numberOf(text: string): number | bigint | undefined {
  if (/^[+-]?\d+$/.test(text)) {
    const value = Number(text)
    return Number.isSafeInteger(value) ? value : BigInt(text)
  }
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined
}

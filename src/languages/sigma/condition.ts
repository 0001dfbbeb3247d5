// The condition of a detection: `or`, `and`, `not`, parentheses, `1 of`, `all of`, names → a predicate over the search identifiers.

import type { Predicate } from '../../ir/predicate.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { fail, type Reader, warn } from './codes.ts'

/** The search identifiers of one detection. */
export interface Selections {
  readonly names: readonly string[]
  predicate(name: string): Predicate
  /** How many tests it makes, counted each time it is named. */
  size(name: string): number
  /** Told of each name that the condition uses. */
  used(name: string): void
}

interface Token {
  readonly kind: 'word' | '(' | ')' | '|' | 'end' | 'other'
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Parentheses inside each other. */
const deepest = 64
/** Words of one condition. */
const longest = 10_000
/** Tests of one condition, those of a search identifier counted each time it is named. */
const widest = 1_000_000

/** A condition's text, where its characters stand in the document, and the scalar it was written in. */
export interface ConditionText {
  readonly text: string
  place(offset: number): number
  readonly span: Span
}

/** What stands behind a `|`: the aggregation of Sigma 1, still unread. */
export interface Tail {
  readonly text: string
  readonly start: number
}

function tokens(text: string): Token[] {
  const found: Token[] = []
  for (const match of text.matchAll(/[\p{L}\p{N}_*.?-]+|[()|]|[^\s]/gu)) {
    const start = match.index
    const end = start + match[0].length
    const first = match[0]
    const kind = first === '(' || first === ')' || first === '|' ? first : /^[\p{L}\p{N}_*.?-]/u.test(first) ? 'word' : 'other'
    found.push({ kind, text: first, start, end })
    if (kind === '|' || found.length > longest) break
  }
  found.push({ kind: 'end', text: '', start: text.length, end: text.length })
  return found
}

const operators = new Set(['and', 'or', 'not', 'of'])

class ConditionParser {
  readonly reader: Reader
  readonly condition: ConditionText
  readonly selections: Selections
  readonly tokens: readonly Token[]
  at = 0
  depth = 0
  negated = false
  size = 0
  readonly known: ReadonlySet<string>
  refused: Predicate | undefined

  constructor(reader: Reader, condition: ConditionText, selections: Selections) {
    this.reader = reader
    this.condition = condition
    this.selections = selections
    this.tokens = tokens(condition.text)
    this.known = new Set(selections.names)
  }

  /** The predicate of a search identifier, as long as the whole stays within bounds. */
  use(name: string, token: Token): Predicate {
    this.selections.used(name)
    this.size += this.selections.size(name)
    if (this.size > widest) return this.fail('SIG027', `the condition makes more than ${widest} tests`, token)
    return this.selections.predicate(name)
  }

  get token(): Token {
    return this.tokens[this.at]!
  }

  span(start: number, end: number): Span {
    return { start: this.condition.place(start), end: this.condition.place(end) }
  }

  /** Notes the first fault and goes to the end: a broken condition has no parts that could be used. */
  fail(
    code: 'SIG022' | 'SIG023' | 'SIG024' | 'SIG025' | 'SIG026' | 'SIG027',
    message: string,
    from: Token,
    hint?: string,
  ): Predicate {
    this.refused ??= fail(this.reader, code, message, this.span(from.start, from.end), hint === undefined ? {} : { hint })
    this.at = this.tokens.length - 1
    return this.refused
  }

  /** The keyword at this place, also in the wrong case, which is an error. */
  keyword(word: string): boolean {
    const { token } = this
    if (token.kind !== 'word') return false
    if (token.text === word) return true
    if (token.text.toLowerCase() === word && !this.known.has(token.text)) {
      this.fail('SIG025', `"${token.text}" is written in lower case in a condition`, token, `write "${word}"`)
    }
    return false
  }

  /** or = and { "or" and } */
  or(): Predicate {
    return this.chain('or', () => this.and())
  }

  /** and = not { "and" not } */
  and(): Predicate {
    return this.chain('and', () => this.not())
  }

  chain(kind: 'or' | 'and', operand: () => Predicate): Predicate {
    const start = this.token.start
    const args = [operand()]
    while (this.keyword(kind)) {
      this.at++
      args.push(operand())
    }
    if (args.length === 1) return args[0]!
    return { kind, args, span: this.span(start, this.tokens[Math.max(0, this.at - 1)]!.end) }
  }

  /** not = { "not" } primary */
  not(): Predicate {
    const starts: number[] = []
    while (this.keyword('not')) {
      starts.push(this.token.start)
      this.at++
      this.negated = !this.negated
    }
    let found = this.primary()
    const { end } = this.tokens[Math.max(0, this.at - 1)]!
    // Doubled negations say the same as none; written as they are, hostile input could pile them up.
    for (const start of starts.slice(starts.length > deepest ? starts.length - 2 + (starts.length % 2) : 0).reverse()) {
      found = { kind: 'not', arg: found, span: this.span(start, end) }
    }
    if (starts.length % 2 === 1) this.negated = !this.negated
    return found
  }

  /** primary = "(" or ")" | selector | identifier */
  primary(): Predicate {
    const { token } = this
    if (token.kind === '(') {
      if (++this.depth > deepest)
        return this.fail('SIG027', `the condition has more than ${deepest} parentheses inside each other`, token)
      this.at++
      const inner = this.or()
      if (this.token.kind !== ')') return this.fail('SIG022', `a ")" is missing for this "("`, token)
      this.at++
      this.depth--
      return inner
    }
    if (token.kind !== 'word') {
      if (token.kind === 'end' || token.kind === '|') {
        const before = this.tokens[this.at - 1]
        return this.fail(
          'SIG022',
          before === undefined ? 'the condition is empty' : `a name is missing after "${before.text}"`,
          before ?? token,
        )
      }
      return this.fail('SIG022', `"${token.text}" has no place in a condition`, token)
    }
    const next = this.tokens[this.at + 1]!
    if (next.kind === 'word' && next.text.toLowerCase() === 'of' && !operators.has(token.text)) return this.selector()
    if (operators.has(token.text)) return this.fail('SIG022', `a name is missing before "${token.text}"`, token)
    this.at++
    return this.identifier(token)
  }

  identifier(token: Token): Predicate {
    const { names } = this.selections
    if (this.known.has(token.text)) return this.use(token.text, token)
    if (token.text.includes('*')) {
      return this.fail(
        'SIG022',
        `the pattern "${token.text}" needs a count before it`,
        token,
        `write "1 of ${token.text}" or "all of ${token.text}"`,
      )
    }
    const lower = token.text.toLowerCase()
    if (operators.has(lower))
      return this.fail('SIG025', `"${token.text}" is written in lower case in a condition`, token, `write "${lower}"`)
    const near = suggest(token.text, names)
    return this.fail(
      'SIG023',
      `"${token.text}" is not defined in this detection`,
      token,
      near === undefined ? `it defines ${list(names)}` : `did you mean "${near}"?`,
    )
  }

  /** selector = ("1" | "any" | "all") "of" ("them" | pattern) */
  selector(): Predicate {
    const count = this.token
    this.at++
    this.keyword('of')
    const word = this.token
    this.at++
    const target = this.token
    const quantity = count.text.toLowerCase()
    if (quantity !== '1' && quantity !== 'any' && quantity !== 'all') {
      return this.fail('SIG026', `"${count.text} of" cannot be said`, count, 'write "1 of" or "all of"')
    }
    if (count.text !== quantity)
      return this.fail('SIG025', `"${count.text}" is written in lower case in a condition`, count, `write "${quantity}"`)
    if (target.kind !== 'word' || operators.has(target.text)) {
      return this.fail(
        'SIG022',
        `a pattern or "them" is missing after "${count.text} of"`,
        word,
        'patterns are names with "*": "selection_*"',
      )
    }
    this.at++
    const { names } = this.selections
    const fits =
      target.text === 'them' && !this.known.has('them')
        ? names.filter(name => !name.startsWith('_'))
        : matching(target.text, names)
    const span = this.span(count.start, target.end)
    if (fits.length === 0) {
      const message = `"${count.text} of ${target.text}" fits none of the search identifiers`
      if (!this.negated) {
        return this.fail('SIG024', message, { ...target, start: count.start }, `this detection defines ${list(names)}`)
      }
      warn(this.reader, 'SIG204', `${message}, so that its negation is always true`, span)
      return { kind: 'const', value: false, span }
    }
    const args: Predicate[] = []
    for (const name of fits) {
      if (this.refused !== undefined) return this.refused
      args.push(this.use(name, count))
    }
    return args.length === 1 ? args[0]! : { kind: quantity === 'all' ? 'and' : 'or', args, span }
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(name => `"${name}"`)
  return names.length === 0 ? 'no search identifier' : shown.join(', ') + (names.length > 8 ? ' …' : '')
}

/** The names that fit a pattern; those that begin with `_` only when the pattern does. */
function matching(pattern: string, names: readonly string[]): string[] {
  const parts = pattern.split('*')
  return names.filter(name => {
    if (name.startsWith('_') && !pattern.startsWith('_')) return false
    if (parts.length === 1) return name === pattern
    let at = parts[0]!.length
    if (!name.startsWith(parts[0]!)) return false
    for (const part of parts.slice(1, -1)) {
      const next = name.indexOf(part, at)
      if (next === -1) return false
      at = next + part.length
    }
    const last = parts.at(-1)!
    return name.length - last.length >= at && name.endsWith(last)
  })
}

/** Reads one condition. What stands behind `|` is left to the reader of aggregations. */
export function readCondition(
  condition: ConditionText,
  selections: Selections,
  reader: Reader,
): { readonly predicate: Predicate; readonly tail?: Tail } {
  const parser = new ConditionParser(reader, condition, selections)
  if (parser.tokens.length > longest) {
    return { predicate: parser.fail('SIG027', `the condition has more than ${longest} words`, parser.tokens[longest]!) }
  }
  const predicate = parser.or()
  const { token } = parser
  if (token.kind === '|') return { predicate, tail: { text: condition.text.slice(token.end), start: token.end } }
  if (token.kind !== 'end') {
    parser.fail(
      'SIG022',
      token.kind === ')' ? 'there is no "(" for this ")"' : `"and" or "or" is missing before "${token.text}"`,
      token,
    )
  }
  return { predicate: parser.refused ?? predicate }
}

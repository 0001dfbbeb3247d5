// Writes a regular expression as Lucene has it: always about the whole value, by code point, without anchors, flags, look-around or escapes for characters.

import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Span } from '../../text/source.ts'
import { complement, type Ranges, sameIgnoringCase } from './characters.ts'
import { characterSet, partsOf, type RegexTree } from './tree.ts'

export const codes: Readonly<Record<string, string>> = {
  REX102: 'part of a regular expression that Lucene cannot say',
  REX302: 'a regular expression that may need more states than Elasticsearch gives it',
}

/**
 * What a place means at one side of a part: `open` anything may stand there (a search), `edge` the text begins or ends there, `inside` other
 * parts of the expression stand there.
 */
type Side = 'open' | 'edge' | 'inside'

export interface LuceneOptions {
  /** The expression is about the whole value; otherwise it is searched for, and `.*` takes in what is around it. */
  readonly whole: boolean
  /** Case is ignored everywhere. */
  readonly fold?: boolean
  /** A slash ends the expression (`/…/` in a query string), so it is escaped. */
  readonly slash?: boolean
  /** The place ignores the case of single letters by itself (`regex~`), so these are written as they are. */
  readonly folded?: boolean
}

/**
 * A tree as Lucene's `RegExp` reads it (https://www.elastic.co/docs/reference/query-languages/query-dsl/regexp-syntax). Case is spelt out
 * (`[pP]`), without the Kelvin sign and the long s, which Windows and Lucene do not fold with k and s. Control characters stand as they are.
 * Look-around, references, atomic and possessive parts, word edges and anchors in the middle are refused by name.
 */
export function printLucene(tree: RegexTree, options: LuceneOptions): Outcome<string> {
  const printer = new Printer(options)
  const side: Side = options.whole ? 'edge' : 'open'
  const text = printer.print(tree, side, side)
  if (printer.refused.length === 0) {
    const many = printer.counted.map(
      ({ count, span }): Diagnostic => ({
        code: 'REX302',
        severity: 'warning',
        message: `a run of up to ${count} of almost any characters may need more states than Elasticsearch gives an expression, and the query then fails`,
        ...(span === undefined ? {} : { span }),
        hint: 'shorten the run, or leave its length out',
      }),
    )
    return { value: text, diagnostics: many }
  }
  return {
    diagnostics: printer.refused.map(({ what, span }) => ({
      code: 'REX102',
      severity: 'error',
      message: `${what} cannot be said in a regular expression of Lucene`,
      ...(span === undefined ? {} : { span }),
      hint: 'say it with several tests, or convert to a language with fuller expressions',
    })),
  }
}

/** Whether every letter of an expression ignores case, so that `regex~` says the same. */
export function foldsThroughout(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'char':
      return tree.fold || sameIgnoringCase(tree.point).length === 1
    case 'set':
      return tree.fold || !mindsCase(tree)
    case 'reference':
      return tree.fold
    default:
      return partsOf(tree).every(foldsThroughout)
  }
}

function mindsCase(tree: RegexTree & { kind: 'set' }): boolean {
  const plain = characterSet(tree)
  const closed = characterSet({ ...tree, fold: true })
  return plain.length !== closed.length || plain.some((point, index) => point !== closed[index])
}

const hasEdges = (tree: RegexTree): boolean => tree.kind === 'edge' || partsOf(tree).some(hasEdges)

/** A part that may take nothing, at a side where anything may stand, says nothing. */
const idle = (tree: RegexTree): boolean =>
  tree.kind === 'repeat' && tree.min === 0 && tree.how !== 'possessive' && !hasEdges(tree)

const reserved = /[.?+*|{}[\]()"\\#@&<>~]/
const reservedInside = /[\\\][^-]/

/** From here on, a search for a counted run of almost any characters may need more than the 10,000 steps that Elasticsearch gives an expression (`max_determinized_states`). */
const mostRepeats = 48

/** Whether a part takes almost any character, so that a run of it may begin anywhere. */
const broad = (tree: RegexTree): boolean =>
  tree.kind === 'any' || (tree.kind === 'set' && tree.negated) || (tree.kind === 'group' && broad(tree.of))

class Printer {
  readonly refused: { what: string; span: Span | undefined }[] = []
  readonly counted: { count: number; span: Span | undefined }[] = []
  private readonly options: LuceneOptions

  constructor(options: LuceneOptions) {
    this.options = options
  }

  private refuse(what: string, tree: RegexTree): string {
    this.refused.push({ what, span: tree.span })
    return ''
  }

  print(tree: RegexTree, left: Side, right: Side): string {
    if (!hasEdges(tree) && tree.kind !== 'sequence') {
      const before = left === 'open' ? '.*' : ''
      const after = right === 'open' ? '.*' : ''
      if (tree.kind === 'empty' || (idle(tree) && (before !== '' || after !== ''))) return before === '' ? after : before
      const text = this.plain(tree)
      return `${before}${tree.kind === 'choice' && before + after !== '' ? `(${text})` : text}${after}`
    }
    switch (tree.kind) {
      case 'sequence':
        return this.sequence(tree.of, left, right)
      case 'choice':
        return tree.of.map(part => this.print(part, left, right) || '()').join('|')
      case 'group':
        return `(${this.print(tree.of, left, right)})`
      case 'edge':
        return this.sequence([tree], left, right)
      case 'look':
        return this.refuse(tree.ahead ? 'look-ahead' : 'look-behind', tree)
      case 'atomic':
        return this.refuse('an atomic group', tree)
      default:
        return this.refuse('an anchor that is repeated', tree)
    }
  }

  private sequence(parts: readonly RegexTree[], left: Side, right: Side): string {
    let of = parts.filter(part => part.kind !== 'empty')
    const startsAt = of.findIndex(part => part.kind !== 'edge' || part.at !== 'start')
    const starts = startsAt === -1 ? of.length : startsAt
    let from = left
    if (starts > 0) {
      if (left === 'inside') return this.refuse('an anchor in the middle', of[0]!)
      from = 'edge'
      of = of.slice(starts)
    }
    let to = right
    while (of.at(-1)?.kind === 'edge') {
      const last = of.at(-1) as RegexTree & { kind: 'edge' }
      if (last.at !== 'end') break
      if (right === 'inside') return this.refuse('an anchor in the middle', last)
      to = 'edge'
      of = of.slice(0, -1)
    }
    // At an open side, what may take nothing is taken in by what stands there anyway.
    while (from === 'open' && of[0] !== undefined && idle(of[0])) of = of.slice(1)
    while (to === 'open' && of.length > 0 && idle(of.at(-1)!)) of = of.slice(0, -1)
    if (of.length === 0) return from === 'open' || to === 'open' ? '.*' : ''
    return of
      .map((part, index) => {
        const before: Side = index === 0 ? from : 'inside'
        const after: Side = index === of.length - 1 ? to : 'inside'
        if (part.kind === 'edge') return this.edge(part)
        const text = this.print(part, before, after)
        const alone = of.length === 1 && before === 'edge' && after === 'edge'
        return part.kind === 'choice' && !alone && !(text.startsWith('.*(') || text.endsWith(').*')) ? `(${text})` : text
      })
      .join('')
  }

  private edge(tree: RegexTree & { kind: 'edge' }): string {
    switch (tree.at) {
      case 'word':
      case 'inside':
        return this.refuse('the edge of a word', tree)
      case 'line-start':
      case 'line-end':
        return this.refuse('the edge of a line', tree)
      case 'last':
        return this.refuse('"\\Z"', tree)
      default:
        return this.refuse('an anchor in the middle', tree)
    }
  }

  /** A part without anchors, with nothing around it. */
  private plain(tree: RegexTree): string {
    switch (tree.kind) {
      case 'empty':
        return ''
      case 'char':
        return this.char(tree)
      case 'set':
        return this.set(tree)
      case 'any':
        return tree.newline ? '.' : '[^\n]'
      case 'sequence':
        return tree.of.map(part => (part.kind === 'choice' ? `(${this.plain(part)})` : this.plain(part))).join('')
      case 'choice':
        // Nothing at all is written as an empty group.
        return tree.of.map(part => this.plain(part) || '()').join('|')
      case 'group':
        return `(${this.plain(tree.of)})`
      case 'repeat': {
        if (tree.how === 'possessive') return this.refuse('a possessive quantifier', tree)
        if (!this.options.whole && (tree.max ?? tree.min) >= mostRepeats && broad(tree.of))
          this.counted.push({ count: tree.max ?? tree.min, span: tree.span })
        const inner = this.plain(tree.of)
        const single = tree.of.kind === 'char' || tree.of.kind === 'set' || tree.of.kind === 'any' || tree.of.kind === 'group'
        return `${single ? inner : `(${inner})`}${quantifier(tree.min, tree.max)}`
      }
      case 'atomic':
        return this.refuse('an atomic group', tree)
      case 'look':
        return this.refuse(tree.ahead ? 'look-ahead' : 'look-behind', tree)
      case 'reference':
        return this.refuse('a reference to a group', tree)
      case 'edge':
        return this.edge(tree)
    }
  }

  private char(tree: RegexTree & { kind: 'char' }): string {
    const { fold = false, folded = false } = this.options
    if (folded || !(tree.fold || fold)) return this.point(tree.point, false)
    return spelt(tree.point, point => this.point(point, true)) ?? this.point(tree.point, false)
  }

  private set(tree: RegexTree & { kind: 'set' }): string {
    // Lucene itself folds single letters only, not the ends of a range.
    const folds = tree.fold || this.options.fold === true
    let set = characterSet({ ...tree, fold: folds, negated: false })
    if (folds) {
      const own = characterSet({ ...tree, fold: false, negated: false })
      for (const point of [0x17f, 0x212a]) if (!inRanges(own, point)) set = without(set, point)
    }
    // What reaches to the last character is shorter told by what it leaves out.
    const turned = set.at(-1) === 0x10ffff
    const told = turned ? complement(set) : set
    const negated = turned !== tree.negated
    if (told.length === 0) return negated ? '.' : this.refuse('a class of no characters', tree)
    let text = ''
    for (let i = 0; i < told.length; i += 2) {
      const [low, high] = [told[i]!, told[i + 1]!]
      text += this.point(low, true)
      if (high > low) text += `${high > low + 1 ? '-' : ''}${this.point(high, true)}`
    }
    return `[${negated ? '^' : ''}${text}]`
  }

  private point(point: number, bracketed: boolean): string {
    if (point >= 0xd800 && point <= 0xdfff) {
      this.refused.push({ what: 'half of a character', span: undefined })
      return ''
    }
    const character = String.fromCodePoint(point)
    if (character === '/') return this.options.slash === true ? '\\/' : '/'
    return (bracketed ? reservedInside : reserved).test(character) ? `\\${character}` : character
  }
}

function inRanges(set: Ranges, point: number): boolean {
  for (let i = 0; i < set.length; i += 2) if (point >= set[i]! && point <= set[i + 1]!) return true
  return false
}

function without(set: Ranges, point: number): Ranges {
  const out: number[] = []
  for (let i = 0; i < set.length; i += 2) {
    const [low, high] = [set[i]!, set[i + 1]!]
    if (point < low || point > high) out.push(low, high)
    else {
      if (low < point) out.push(low, point - 1)
      if (point < high) out.push(point + 1, high)
    }
  }
  return out
}

function quantifier(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}

/** A letter in all its cases (`[pP]`), small ones first; undefined for a character without case. */
function spelt(point: number, write: (point: number) => string): string | undefined {
  const same = sameIgnoringCase(point).filter(other => point > 0x7f || other <= 0x7f)
  if (same.length < 2) return undefined
  return `[${[...same]
    .sort((a, b) => b - a)
    .map(write)
    .join('')}]`
}

/** Whether ignoring case makes a difference to a text. */
export function hasCase(text: string): boolean {
  for (const character of text) if (sameIgnoringCase(character.codePointAt(0)!).length > 1) return true
  return false
}

/** A literal text within an expression of Lucene; with `fold` in all its cases. */
export function luceneLiteral(text: string, options: { readonly fold: boolean; readonly slash?: boolean }): string {
  let out = ''
  const write = (point: number, bracketed: boolean): string => {
    const character = String.fromCodePoint(point)
    if (character === '/') return options.slash === true ? '\\/' : '/'
    return (bracketed ? reservedInside : reserved).test(character) ? `\\${character}` : character
  }
  for (const character of text) {
    const point = character.codePointAt(0)!
    out += (options.fold ? spelt(point, other => write(other, true)) : undefined) ?? write(point, false)
  }
  return out
}

// Writes a regular expression in the portable form and in other flavours; what a flavour cannot say is refused by name.

import type { Outcome } from '../../text/diagnostic.ts'
import type { Span } from '../../text/source.ts'
import { ignoringCase, posixSets, sameIgnoringCase, union } from './characters.ts'
import { forDotnet } from './dotnet.ts'
import { characterSet, partsOf, type RegexTree } from './tree.ts'

export type RegexFlavour = 'portable' | 're2' | 'javascript' | 'postgres' | 'pcre' | 'dotnet'

export const codes: Readonly<Record<string, string>> = {
  REX101: 'part of a regular expression that the other flavour cannot say',
}

/** What people call a flavour, and how often it lets a part repeat: in RE2 also all counts around a part together (re2/parse.cc), in PostgreSQL each (manual, §9.7.3.1). */
const dress: Readonly<Record<RegexFlavour, { readonly title: string; readonly repeats?: number; readonly product?: boolean }>> = {
  portable: { title: 'the portable form' },
  re2: { title: 'RE2', repeats: 1000, product: true },
  javascript: { title: 'JavaScript' },
  postgres: { title: 'PostgreSQL', repeats: 255 },
  pcre: { title: 'PCRE' },
  dotnet: { title: '.NET' },
}

/**
 * A tree as text. `portable` says everything; `re2`, `javascript` (for the flags `u` or `v`, and no others) and `postgres` (advanced regular
 * expressions, case-sensitive and without further options) refuse by name what they cannot say: look-around and references in RE2, atomic
 * groups in all three. Parts of `shared` stand in several places, and are written once. `pcre` is the portable form as PCRE itself reads it, `dotnet` is for .NET's expressions without options.
 */
export function printRegex(tree: RegexTree, flavour: RegexFlavour, shared?: ReadonlySet<RegexTree>): Outcome<string> {
  const refused: { what: string; span: Span | undefined }[] = []
  // RE2 would ignore the case of [[:alpha:]] and \w too, so there a class is what it holds and no more.
  const plain = flavour === 're2' ? spelledOut(tree) : flavour === 'dotnet' ? forDotnet(tree) : tree
  const flags = flagless(flavour) ? '' : rootFlags(plain)
  const text = new Printer(flavour, flags, refused, flavour === 'postgres' && looksAround(plain), shared).print(plain, 0)
  if (refused.length > 0) {
    return {
      diagnostics: refused.map(({ what, span }) => ({
        code: 'REX101',
        severity: 'error',
        message: `${what} cannot be said in ${dress[flavour].title}`,
        ...(span === undefined ? {} : { span }),
        hint: 'say it with several tests',
      })),
    }
  }
  return { value: `${flags === '' ? '' : `(?${flags})`}${text}`, diagnostics: [] }
}

/** Whether a flavour has no flags inside the text, so that case and line breaks are spelled out. */
const flagless = (flavour: RegexFlavour): boolean => flavour === 'javascript' || flavour === 'postgres'

/** The portable form is PCRE's but for the end of the text, which PCRE calls `\z`. */
const perl = (flavour: RegexFlavour): boolean => flavour === 'portable' || flavour === 'pcre'

function spelledOut(tree: RegexTree): RegexTree {
  switch (tree.kind) {
    case 'set': {
      const set = characterSet({ ...tree, negated: false })
      const items = Array.from({ length: set.length / 2 }, (_, index) => ({ from: set[index * 2]!, to: set[index * 2 + 1]! }))
      return { ...tree, items, fold: false }
    }
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(spelledOut) }
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return { ...tree, of: spelledOut(tree.of) }
    default:
      return tree
  }
}

function looksAround(tree: RegexTree): boolean {
  if (tree.kind === 'look') return true
  for (const part of partsOf(tree)) if (looksAround(part)) return true
  return false
}

/** Flags that hold for the whole tree, so that they can be said once. */
function rootFlags(root: RegexTree): string {
  const seen = { folded: false, all: false, line: false, lines: false, texts: false }
  const walk = (tree: RegexTree): void => {
    if (tree.kind === 'char' || tree.kind === 'set' || tree.kind === 'reference') {
      if (tree.fold) seen.folded = true
    } else if (tree.kind === 'any') {
      if (tree.newline) seen.all = true
      else seen.line = true
    } else if (tree.kind === 'edge') {
      if (tree.at === 'line-start' || tree.at === 'line-end') seen.lines = true
      else if (tree.at === 'start' || tree.at === 'end') seen.texts = true
    } else for (const part of partsOf(tree)) walk(part)
  }
  walk(root)
  return `${seen.folded && !mindsSomewhere(root) ? 'i' : ''}${seen.lines && !seen.texts ? 'm' : ''}${seen.all && !seen.line ? 's' : ''}`
}

/** Whether a part that heeds case, within a tree, would mean something else without. */
function mindsSomewhere(tree: RegexTree): boolean {
  if (tree.kind === 'char' || tree.kind === 'set' || tree.kind === 'reference') return !tree.fold && minds(tree)
  for (const part of partsOf(tree)) if (mindsSomewhere(part)) return true
  return false
}

/** Whether a part would mean something else if case were ignored. */
function minds(tree: RegexTree): boolean {
  if (tree.kind === 'reference') return true
  if (tree.kind === 'char') return sameIgnoringCase(tree.point).length > 1
  if (tree.kind !== 'set') return false
  if (tree.items.some(item => !('from' in item) && (item.named === 'upper' || item.named === 'lower'))) return true
  const plain = union(tree.items.flatMap(item => ('from' in item ? [item.from, item.to] : [])))
  const closed = ignoringCase(plain)
  return closed.length !== plain.length || closed.some((point, index) => point !== plain[index])
}

const letterNames: Readonly<Record<string, string>> = { digit: 'd', word: 'w', space: 's', horizontal: 'h', vertical: 'v' }

/** How tightly the place binds that a part is printed into: 0 a whole pattern, 1 in a sequence, 2 before a quantifier. */
type Tightness = 0 | 1 | 2

type Character = RegexTree & { kind: 'char' | 'set' }

class Printer {
  private readonly flavour: RegexFlavour
  private readonly flags: string
  private readonly refused: { what: string; span: Span | undefined }[]
  private readonly looks: boolean
  /** The counts around the part that is printed, multiplied. */
  private repeats = 1
  private readonly shared: ReadonlySet<RegexTree> | undefined
  private readonly known = new Map<RegexTree, string>()

  constructor(
    flavour: RegexFlavour,
    flags: string,
    refused: { what: string; span: Span | undefined }[],
    looks = false,
    shared?: ReadonlySet<RegexTree>,
  ) {
    this.shared = shared
    this.flavour = flavour
    this.flags = flags
    this.refused = refused
    this.looks = looks
  }

  private refuse(what: string, tree: RegexTree): string {
    this.refused.push({ what, span: tree.span })
    return ''
  }

  /** Flags said around one part, where the whole pattern has them otherwise. */
  private flagged(letter: 'i' | 'm' | 's', wanted: boolean, text: string): string {
    if (this.flags.includes(letter) === wanted) return text
    return wanted ? `(?${letter}:${text})` : `(?-${letter}:${text})`
  }

  print(tree: RegexTree, tightness: Tightness): string {
    if (this.shared?.has(tree) !== true) return this.whole(tree, tightness)
    // As what is in a group of its own, whatever stands beside it.
    let text = this.known.get(tree)
    if (text === undefined) {
      text = this.whole(tree, 2)
      this.known.set(tree, text)
    }
    return text
  }

  private whole(tree: RegexTree, tightness: Tightness): string {
    switch (tree.kind) {
      case 'empty':
        return tightness === 0 ? '' : '(?:)'
      case 'char':
      case 'set':
        return this.characters([tree], 0, 1)
      case 'any':
        if (this.flavour === 'javascript') return tree.newline ? '[^]' : '[^\\n]'
        if (this.flavour === 'postgres') return tree.newline ? '.' : '[^\\n]'
        return this.flagged('s', tree.newline, '.')
      case 'edge':
        return tightness === 2 ? `(?:${this.edge(tree)})` : this.edge(tree)
      case 'sequence': {
        const text = this.sequence(tree.of)
        return tightness === 2 ? `(?:${text})` : text
      }
      case 'choice': {
        const text = tree.of.map(part => this.print(part, part.kind === 'choice' ? 1 : 0)).join('|')
        if (tree.reset === true && perl(this.flavour)) return `(?|${text})`
        return tightness === 0 ? text : `(?:${text})`
      }
      case 'repeat': {
        const most = dress[this.flavour].repeats
        if (most !== undefined) {
          const times = Math.max(1, tree.max ?? tree.min)
          const all = dress[this.flavour].product === true ? times * this.repeats : times
          if (all > most) return this.refuse(`a repetition of more than ${most} times`, tree)
        }
        const before = this.repeats
        this.repeats *= Math.max(1, tree.max ?? tree.min)
        const text = `${this.print(tree.of, 2)}${this.quantifier(tree)}`
        this.repeats = before
        return tightness === 2 ? `(?:${text})` : text
      }
      case 'group': {
        const inner = this.print(tree.of, 0)
        if (tree.name === undefined || this.flavour === 'postgres') return `(${inner})`
        return this.flavour === 're2' ? `(?P<${tree.name}>${inner})` : `(?<${tree.name}>${inner})`
      }
      case 'atomic':
        if (!perl(this.flavour) && this.flavour !== 'dotnet') return this.refuse('an atomic group', tree)
        return `(?>${this.print(tree.of, 0)})`
      case 'look':
        if (this.flavour === 're2') return this.refuse(tree.ahead ? 'look-ahead' : 'look-behind', tree)
        {
          const text = `(?${tree.ahead ? '' : '<'}${tree.negative ? '!' : '='}${this.print(tree.of, 0)})`
          return tightness === 2 && flagless(this.flavour) ? `(?:${text})` : text
        }
      case 'reference':
        if (this.flavour === 're2') return this.refuse('a reference to a group', tree)
        // PostgreSQL does not number the groups inside look-around.
        if (this.flavour === 'postgres' && this.looks) return this.refuse('a reference to a group beside look-around', tree)
        if (flagless(this.flavour)) return tree.fold ? this.refuse('a reference that ignores case', tree) : `(?:\\${tree.group})`
        return this.flagged('i', tree.fold, this.flavour === 'dotnet' ? `(?:\\${tree.group})` : `\\g{${tree.group}}`)
    }
  }

  /** Runs of characters with the same rule of case share one `(?i:…)`. */
  private sequence(parts: readonly RegexTree[]): string {
    let out = ''
    for (let at = 0; at < parts.length; ) {
      const part = parts[at]!
      if (part.kind !== 'char' && part.kind !== 'set') {
        out += this.print(part, 1)
        at++
        continue
      }
      let end = at + 1
      for (; end < parts.length; end++) {
        const next = parts[end]!
        if ((next.kind !== 'char' && next.kind !== 'set') || next.fold !== part.fold) break
      }
      out += this.characters(parts as readonly Character[], at, end)
      at = end
    }
    return out
  }

  /** The characters from one place to before another, all with one rule of case. */
  private characters(parts: readonly Character[], from: number, to: number): string {
    // Joined at once: a long text that grows piece by piece is a tree of its pieces until it is read.
    const pieces: string[] = []
    for (let at = from; at < to; at++) {
      const part = parts[at]!
      pieces.push(part.kind === 'char' ? this.char(part) : this.set(part))
    }
    const text = pieces.join('')
    if (flagless(this.flavour)) return text
    if (parts[from]!.fold) return this.flagged('i', true, text)
    return this.flags.includes('i') && parts.slice(from, to).some(minds) ? `(?-i:${text})` : text
  }

  private char(tree: RegexTree & { kind: 'char' }): string {
    if (!flagless(this.flavour) || !tree.fold) return escaped(tree.point, this.flavour, false)
    const same = sameIgnoringCase(tree.point)
    const all = same.map(point => escaped(point, this.flavour, true)).join('')
    return same.length === 1 ? escaped(tree.point, this.flavour, false) : `[${all}]`
  }

  private set(tree: RegexTree & { kind: 'set' }): string {
    const { items } = tree
    const only = items[0]
    if (perl(this.flavour)) {
      if (items.length === 1 && only !== undefined && !('from' in only)) {
        const item = { ...only, negated: only.negated !== tree.negated }
        if (Object.hasOwn(letterNames, item.named) || !Object.hasOwn(posixSets, item.named)) return name(item)
      }
      let text = tree.negated ? '[^' : '['
      for (const item of items) text += 'from' in item ? range(item.from, item.to, this.flavour) : name(item)
      return `${text}]`
    }
    // The other flavours have other ideas of \s and [:alpha:], so what is meant is written out.
    const set = characterSet({ ...tree, negated: false })
    const negated = tree.negated
    if (set.length === 0 && negated) return this.print({ kind: 'any', newline: true }, 0)
    if (set.length === 0) return this.nothing(tree)
    let text = ''
    for (let i = 0; i < set.length; i += 2) text += range(set[i]!, set[i + 1]!, this.flavour)
    return `[${negated ? '^' : ''}${text}]`
  }

  private nothing(tree: RegexTree): string {
    if (this.flavour === 'dotnet') return '(?!)'
    return this.flavour === 'javascript' ? '[]' : this.refuse('a class of no characters', tree)
  }

  private quantifier(tree: RegexTree & { kind: 'repeat' }): string {
    const { min, max } = tree
    const count =
      max === undefined
        ? min === 0
          ? '*'
          : min === 1
            ? '+'
            : `{${min},}`
        : min === 0 && max === 1
          ? '?'
          : min === max
            ? `{${min}}`
            : `{${min},${max}}`
    if (tree.how === 'possessive') return perl(this.flavour) ? `${count}+` : this.refuse('a possessive quantifier', tree)
    // In PostgreSQL the first quantifier decides for all; a yes or no does not depend on it.
    return `${count}${tree.how === 'lazy' && this.flavour !== 'postgres' ? '?' : ''}`
  }

  private edge(tree: RegexTree & { kind: 'edge' }): string {
    const javascript = flagless(this.flavour)
    switch (tree.at) {
      case 'start':
        return javascript || !this.flags.includes('m') ? '^' : '\\A'
      case 'end':
        if (this.flavour === 'pcre' || this.flavour === 'dotnet') return '\\z'
        return javascript || !this.flags.includes('m') ? '$' : '\\z'
      case 'word':
        return this.flavour === 'postgres' ? postgresEdges.word : '\\b'
      case 'inside':
        return this.flavour === 'postgres' ? postgresEdges.inside : '\\B'
      case 'last':
        return perl(this.flavour) || this.flavour === 'dotnet' ? '\\Z' : javascript ? '(?=\\n?$)' : this.refuse('"\\Z"', tree)
      case 'line-start':
        if (javascript) return '(?<![^\\n])(?:^|(?!$))'
        // RE2's ^ is also true after a line feed that ends the text.
        return this.flavour === 're2' ? this.refuse('the start of a line as PCRE has it', tree) : this.flagged('m', true, '^')
      case 'line-end':
        return javascript ? '(?![^\\n])' : this.flagged('m', true, '$')
    }
  }
}

/** Its own \\y has the locale's idea of a word. */
const postgresEdges = {
  word: '(?:(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z]))',
  inside: '(?:(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z]))',
} as const

function name(item: { readonly named: string; readonly negated: boolean }): string {
  const letter = letterNames[item.named]
  if (letter !== undefined) return `\\${item.negated ? letter.toUpperCase() : letter}`
  if (Object.hasOwn(posixSets, item.named)) return `[:${item.negated ? '^' : ''}${item.named}:]`
  return `\\${item.negated ? 'P' : 'p'}{${item.named}}`
}

function range(from: number, to: number, flavour: RegexFlavour): string {
  if (from === to) return escaped(from, flavour, true)
  return `${escaped(from, flavour, true)}${to === from + 1 ? '' : '-'}${escaped(to, flavour, true)}`
}

const outside = /[\\^$.|?*+()[\]{}/]/
const inside = /[\\\]^[-]/
/** Under `v` these double or mean something inside brackets, so they are escaped there as well; `u` allows only some escapes, hence \x. */
const inJavascript = /[\\\]^[\-&!#$%*+,.:;<=>?@`~{}()|/]/
const controls: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 12: '\\f' }

/** The characters of ASCII as they are written, by flavour and place. */
const written = new Map<string, string[]>()

function escaped(point: number, flavour: RegexFlavour, bracketed: boolean): string {
  if (point > 0x7f) return escapedCharacter(point, flavour, bracketed)
  const place = bracketed ? `${flavour} [` : flavour
  let known = written.get(place)
  if (known === undefined) {
    known = Array.from({ length: 128 }, (_, one) => escapedCharacter(one, flavour, bracketed))
    written.set(place, known)
  }
  return known[point]!
}

function escapedCharacter(point: number, flavour: RegexFlavour, bracketed: boolean): string {
  const control = controls[point]
  if (control !== undefined) return control
  const character = String.fromCodePoint(point)
  // Invisible, unpaired and direction-changing characters are written by number, so that a person sees them.
  const visible = point > 0x7e ? /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character) : point >= 32
  if (flavour === 'javascript') {
    if (bracketed ? inJavascript.test(character) : false) return `\\u{${point.toString(16)}}`
    if (!visible) return `\\u{${point.toString(16)}}`
    return !bracketed && outside.test(character) ? `\\${character}` : character
  }
  if (!visible && flavour === 'postgres') {
    const digits = point.toString(16).toUpperCase()
    return point > 0xffff ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`
  }
  // In .NET the letters of a pair are apart, and scripts are often saved in a code page.
  if (flavour === 'dotnet' && (!visible || point > 0x7e)) return `\\u${point.toString(16).toUpperCase().padStart(4, '0')}`
  if (!visible) return `\\x{${point.toString(16).toUpperCase()}}`
  if (bracketed) return inside.test(character) ? `\\${character}` : character
  if (point === 0x2f || point === 0x5d || point === 0x7d) return character
  return outside.test(character) ? `\\${character}` : character
}

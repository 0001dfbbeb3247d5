// Texts and expressions for products whose expressions are RE2's: case beyond ASCII spelt out, every dot by itself, and what would end a literal by its code.

import type { Outcome } from '../../text/diagnostic.ts'
import type { Glob, Match } from '../predicate.ts'
import { sameIgnoringCase } from './characters.ts'
import { readPcre } from './pcre.ts'
import { printRegex } from './print.ts'
import type { RegexTree } from './tree.ts'

/** What does not stand for itself on a line that people read. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufeff]/u

const byCode = (character: string): string => `\\x{${character.codePointAt(0)!.toString(16)}}`

/** A literal text; `ends` are the characters that would end the literal around it. Letters beyond ASCII are spelt out where case is ignored. */
function plain(text: string, fold: boolean, ends: string): string {
  let out = ''
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (ends.includes(character) || unseen.test(character)) out += byCode(character)
    else if (/[\\^$.*+?()[\]{}|]/.test(character)) out += `\\${character}`
    else if (fold && point > 127) {
      const same = sameIgnoringCase(point).filter(one => one > 127)
      out += same.length > 1 ? `[${String.fromCodePoint(...same)}]` : character
    } else out += character
  }
  return out
}

/**
 * A text with wildcards as an expression with dots that take line feeds (`s`). It is searched for and anchored where the text is; `whole`: it is right
 * also where an expression must fit the whole value.
 */
export function re2Glob(glob: Glob, fold: boolean, ends: string, whole = false): string {
  const isAny = (part: Glob[number] | undefined): boolean => !whole && typeof part === 'object' && part.wild === 'any'
  const inner = glob.slice(isAny(glob[0]) ? 1 : 0, glob.length > 1 && isAny(glob.at(-1)) ? -1 : undefined)
  const body = inner.map(part => (typeof part === 'string' ? plain(part, fold, ends) : part.wild === 'any' ? '.*' : '.')).join('')
  return `${isAny(glob[0]) ? '' : '^'}${body}${isAny(glob.at(-1)) ? '' : '$'}`
}

/**
 * Every dot that leaves out line feeds as a class that does, so that the flag `s` may be set around it; and a set that says only what it leaves out (`\S`)
 * as one that begins with `^`.
 */
function dotted(tree: RegexTree): RegexTree {
  switch (tree.kind) {
    case 'set': {
      const [only] = tree.items
      return tree.items.length === 1 && only !== undefined && 'named' in only && only.negated
        ? { ...tree, items: [{ ...only, negated: false }], negated: !tree.negated }
        : tree
    }
    case 'any':
      return tree.newline ? tree : { kind: 'set', items: [{ from: 10, to: 10 }], negated: true, fold: false, span: tree.span }
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(dotted) }
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return { ...tree, of: dotted(tree.of) }
    default:
      return tree
  }
}

/** Whether an expression is found in the empty text; where that is not certain, yes. */
function takesNothing(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any':
      return false
    case 'sequence':
      return tree.of.every(takesNothing)
    case 'choice':
      return tree.of.some(takesNothing)
    case 'group':
    case 'atomic':
      return takesNothing(tree.of)
    case 'repeat':
      return tree.min === 0 || takesNothing(tree.of)
    default:
      return true
  }
}

/** An expression and the flags that it is read with, `s` always; and whether it is found in the empty text. */
export interface Re2 {
  readonly flags: string
  readonly text: string
  readonly empty: boolean
}

/** The regular expression of a test, its case and anchoring said inside, with the flag `s`; what RE2 lacks is reported. */
export function re2Expression(match: Match & { kind: 'regex' }, ends: string): Outcome<Re2> {
  const inside = match.fold ? `(?i:${match.pattern})` : match.pattern
  const { value, diagnostics } = readPcre(match.whole ? `^(?:${inside})$` : inside, {}, true)
  if (value === undefined) return { diagnostics }
  const printed = printRegex(dotted(value), 're2')
  if (printed.value === undefined) return { diagnostics: printed.diagnostics }
  const flags = /^\(\?([ims]+)\)/.exec(printed.value)
  const text = printed.value
    .slice(flags?.[0].length ?? 0)
    .replace(/\\([\s\S])|[\s\S]/gu, (token, escaped: string | undefined) => {
      const character = escaped ?? token
      return ends.includes(character) || unseen.test(character) ? byCode(character) : token
    })
  return { value: { flags: `${(flags?.[1] ?? '').replace('s', '')}s`, text, empty: takesNothing(value) }, diagnostics: [] }
}

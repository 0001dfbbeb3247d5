// Texts, names and patterns in PowerShell: literals that nothing in them can end, wildcards of `-like`, expressions of .NET.

import type { Glob, Match } from '../../ir/predicate.ts'
import { partsOf, printRegex, type RegexTree, readPortable } from '../../ir/regex.ts'

/** A text as an expression: in single quotes, where a quote is doubled and nothing else is special. What is not printed ASCII is written by its code: Windows PowerShell reads a script without a mark in a code page, and takes curly quotes for straight ones. */
export function literal(text: string): string {
  const parts: string[] = []
  for (const [piece] of text.matchAll(/[ -~]+|[^ -~]/g)) {
    if (/^[ -~]/.test(piece)) parts.push(`'${piece.replaceAll("'", "''")}'`)
    else parts.push(`[char]0x${piece.charCodeAt(0).toString(16).padStart(4, '0')}`)
  }
  if (parts.length === 0) return "''"
  if (parts.length === 1 && parts[0]!.startsWith("'")) return parts[0]!
  // Only a text in front makes `+` join texts.
  return `(${[...(parts[0]!.startsWith("'") ? [] : ["''"]), ...parts].join(' + ')})`
}

/** A field of the event, by its name. */
export const fieldValue = (name: string): string => `$d[${literal(name)}]`

/** A glob as a pattern of `-like`: a backtick makes the next character stand for itself. */
export const wildcards = (glob: Glob): string =>
  literal(glob.map(part => (typeof part === 'string' ? part.replace(/[`*?[\]]/g, '`$&') : '*')).join(''))

/** `?` of -like takes one UTF-16 unit; a character may be two. */
const oneCharacter = '(?:[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[^\\uD800-\\uDFFF])'

/** A glob with single wildcards as an expression for the whole value. */
export function globExpression(glob: Glob): string {
  const plain = (text: string): string =>
    text
      .replace(/[\\^$.*+?()[\]{}|#]/g, '\\$&')
      .replace(/[^ -~]/g, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const body = glob.map(part => (typeof part === 'string' ? plain(part) : part.wild === 'any' ? '[\\s\\S]*' : oneCharacter))
  return `^${body.join('')}\\z`
}

/** An expression of .NET: its text, the operator that asks it, and whether the empty text may have it. */
export interface Expression {
  readonly operator: '-match' | '-cmatch'
  readonly text: string
  readonly nullable: boolean
}

/** A regular expression as PowerShell asks it, or what .NET cannot say of it. */
export function expression(match: Match & { kind: 'regex' }): Expression | { readonly cannot: string } {
  const inside = match.fold ? `(?i:${match.pattern})` : match.pattern
  const tree = readPortable(match.whole ? `^(?:${inside})$` : inside)
  if (tree.value === undefined) return { cannot: tree.diagnostics[0]?.message ?? 'it cannot be read' }
  const { value, diagnostics } = printRegex(tree.value, 'dotnet')
  if (value === undefined) return { cannot: diagnostics[0]?.message ?? 'it cannot be said in .NET' }
  const flags = /^\(\?([ims]+)\)/.exec(value)
  const folds = flags?.[1]?.includes('i') === true
  const rest = flags === null ? '' : flags[1]!.replace('i', '')
  const text = `${rest === '' ? '' : `(?${rest})`}${value.slice(flags?.[0].length ?? 0)}`
  return { operator: folds ? '-match' : '-cmatch', text, nullable: mayBeEmpty(tree.value) }
}

/** Whether a part may take nothing; yes where that is not plain to see. */
function mayBeEmpty(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any':
      return false
    case 'repeat':
      return tree.min === 0 || mayBeEmpty(tree.of)
    case 'sequence':
      return tree.of.every(mayBeEmpty)
    case 'choice':
      return tree.of.some(mayBeEmpty)
    case 'group':
    case 'atomic':
      return partsOf(tree).every(mayBeEmpty)
    default:
      return true
  }
}

// Strings, names and patterns of SPL.

import { glob, shape } from '../../ir/glob.ts'
import type { Glob } from '../../ir/predicate.ts'
import { printRegex } from '../../ir/regex/print.ts'
import { readPortable } from '../../ir/regex.ts'
import { hasCase } from '../printing.ts'

/** A string: a backslash before each backslash and quote. */
export const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

/** A name that may stand bare in every command. */
export const isPlain = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/** A field of the search language, where a dot is part of a name. */
export const searchField = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name) ? name : quoted(name))

/** A field of eval and where, where a dot joins texts. */
export const evalField = (name: string): string => (isPlain(name) && !words.has(name.toLowerCase()) ? name : `'${name}'`)

const words = new Set(['and', 'or', 'not', 'xor', 'in', 'like', 'as', 'by', 'null', 'true', 'false'])

/** Names that quotes can hold. */
export const isName = (name: string): boolean => /^[^"'`\\|[\]\p{C}]+$/u.test(name)

/** Those of them that a search does not take for the time it looks at. */
export const isSearchName = (name: string): boolean => isName(name) && !/^(?:_index_)?(?:earliest|latest)$/.test(name)

/** What a quoted value of a search cannot hold: a star that is one, a macro's quote, what no person sees. */
const unsearchable = /[*`]|[^\x20\p{L}\p{M}\p{N}\p{P}\p{S}]/u

/** A pattern as a value of the search language, without regard to case; undefined where it has no such form. */
export function searchPattern(pattern: Glob): string | undefined {
  let out = ''
  for (const part of glob(pattern)) {
    if (typeof part !== 'string') {
      if (part.wild === 'one') return undefined
      out += '*'
    } else if (unsearchable.test(part)) return undefined
    else out += part
  }
  // A network would be taken for all its addresses, and these words for a search of indexed terms.
  return /^[0-9a-f.:]+\/\d+$/i.test(out) || /^(?:CASE|TERM)\(/i.test(out) ? undefined : out
}

/** A pattern of the search language that fits whatever this one does, and more. */
export function widerPattern(pattern: Glob): Glob {
  return glob(
    pattern.flatMap((part): Glob => {
      if (typeof part !== 'string') return [{ wild: 'any' }]
      return part.split(new RegExp(unsearchable, 'u')).flatMap((text, at): Glob => (at === 0 ? [text] : [{ wild: 'any' }, text]))
    }),
  )
}

/** A pattern as a PCRE that is searched for in a text. */
export function patternRegex(pattern: Glob, fold: boolean): string {
  const parts = glob(pattern)
  const form = shape(parts)
  const texts = parts.filter(part => typeof part === 'string').join('')
  const open = form.kind === 'contains' || form.kind === 'ends'
  const close = form.kind === 'contains' || form.kind === 'starts'
  const body = (open || close ? parts.filter(part => typeof part === 'string') : parts)
    .map(part => (typeof part === 'string' ? literalRegex(part) : part.wild === 'any' ? '.*' : '.'))
    .join('')
  const dots = !(open || close) && parts.some(part => typeof part !== 'string')
  const flags = `${fold && hasCase(texts) ? 'i' : ''}${dots ? 's' : ''}`
  return `${flags === '' ? '' : `(?${flags})`}${open ? '' : '^'}${body}${close ? '' : '\\z'}`
}

/** A text as a PCRE. Only what a regular expression treats as such is escaped, and what no person sees is written by number. */
export function literalRegex(text: string): string {
  let out = ''
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (/[\\^$.|?*+()[\]{}]/.test(character)) out += `\\${character}`
    else if (character === '`' || !/^[\x20\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character))
      out += `\\x{${point.toString(16).toUpperCase().padStart(2, '0')}}`
    else out += character
  }
  return out
}

/** A portable expression in PCRE, with no quote of a macro in it; what is wrong with it otherwise. */
export function pcre(pattern: string): { readonly text?: string; readonly wrong?: string } {
  const tree = readPortable(pattern)
  if (tree.value === undefined) return { wrong: tree.diagnostics[0]?.message ?? 'it cannot be read' }
  const { value, diagnostics } = printRegex(tree.value, 'pcre')
  if (value === undefined) return { wrong: diagnostics[0]?.message ?? 'it cannot be said' }
  if (/\\x\{D[89A-F][0-9A-F]{2}\}/.test(value)) return { wrong: 'it asks for half of a character' }
  return { text: value.replaceAll('`', '\\x60') }
}

/** A length of time as `time_window` takes it: whole seconds. */
export function seconds(millis: number): string {
  const all = Math.max(1, Math.ceil(millis / 1000))
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const)
    if (all % size === 0) return `${all / size}${unit}`
  return `${all}s`
}

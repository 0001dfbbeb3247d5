// Regular expressions between slashes for Cloud SIEM: what RE2 and Java read alike, right whether a value must match as a whole or in part. None has a slash or a character that is not seen.

import type { Glob, Match } from '../../ir/predicate.ts'
import { sameIgnoringCase } from '../../ir/regex/characters.ts'
import { hasCase, regexText } from '../printing.ts'

/** What does not stand for itself in an expression of one line: a slash would end it. */
const unseen = /[/\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufeff]/u

const byCode = (character: string): string => `\\x{${character.codePointAt(0)!.toString(16)}}`

function plain(text: string, fold: boolean): string {
  let out = ''
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (/[\\^$.*+?()[\]{}|]/.test(character)) out += `\\${character}`
    else if (unseen.test(character)) out += byCode(character)
    else if (fold && point > 127) {
      // The flag `i` knows the letters of ASCII only.
      const same = sameIgnoringCase(point).filter(one => one > 127)
      out += same.length > 1 ? `[${String.fromCodePoint(...same)}]` : character
    } else out += character
  }
  return out
}

/** A text with wildcards as an expression for the whole value. */
export function globExpression(glob: Glob, fold: boolean): string {
  const body = glob.map(part => (typeof part === 'string' ? plain(part, fold) : part.wild === 'any' ? '.*' : '.')).join('')
  return `(?${fold ? 'i' : ''}s)^${body}\\z`
}

/** A regular expression that is searched for, or what cannot be said of it. */
export function expression(match: Match & { kind: 'regex' }): { readonly text: string } | { readonly cannot: string } {
  const { value, diagnostics } = regexText(match, 're2')
  if (value === undefined) return { cannot: diagnostics[0]?.message.replace('RE2', 'Cloud SIEM') ?? 'it cannot be read' }
  const flags = /^\(\?([is]+)\)/.exec(value)
  let out = ''
  let set = false
  // A set has all its letters in both cases already; one that stands alone would need the flag `i` to know it.
  let beyond = false
  // Java's dot leaves out more ends of lines than RE2's.
  const dot = flags?.[1]?.includes('s') === true ? '.' : '[^\\n]'
  for (const [token, escaped, group, named] of value
    .slice(flags?.[0].length ?? 0)
    .matchAll(/\\(x\{[0-9a-fA-F]+\}|[\s\S])|(\(\?(?:P?<[A-Za-z_]\w*>|[a-z-]+[:)]|.))|(\[:)|[\s\S]/gu)) {
    if (escaped !== undefined) {
      if (escaped === 's') out += set ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]'
      else if (/^x\{/.test(escaped)) out += token
      else if (unseen.test(escaped)) out += byCode(escaped)
      else if (/^(?:[dDwWnrtfa]|[^A-Za-z0-9])$/u.test(escaped)) out += token
      else return { cannot: `"${token}" cannot be said alike in Cloud SIEM` }
    } else if (named !== undefined && set) return { cannot: 'a named set of characters cannot be said in Cloud SIEM' }
    else if (group !== undefined && set) return { cannot: `"${token}" in a set of characters cannot be said in Cloud SIEM` }
    else if (group !== undefined) {
      if (group === '(?:' || (group.endsWith('>') && group.length > 3)) out += '(?:'
      else if (group === '(?i:') out += group
      else return { cannot: 'this group or flag of a regular expression cannot be said in Cloud SIEM' }
    } else if (unseen.test(token)) out += byCode(token)
    else if (set) {
      // Java has sets within sets, and `&&` for what two have in common.
      if (token === ']') set = false
      out += token === '[' || token === '&' ? `\\${token}` : token
    } else if (named !== undefined) return { cannot: `"${token}" cannot be said in Cloud SIEM` }
    else if (token === '[') {
      set = true
      out += token
    } else {
      if (token > '\x7f' && hasCase(token)) beyond = true
      out += token === '$' ? '\\z' : token === '.' ? dot : token
    }
  }
  if (/[\u{10000}-\u{10ffff}]/u.test(out))
    return { cannot: 'a character beyond the first 65,536 cannot be in an expression of Cloud SIEM' }
  const folds = flags?.[1]?.includes('i') === true || /\(\?i/.test(out)
  if (folds && beyond) return { cannot: 'letters beyond ASCII in any case: Cloud SIEM does not say which are alike' }
  const leading = flags === null ? '' : `(?${flags[1]})`
  return { text: `${leading}(?s:.*)(?:${out})(?s:.*)` }
}

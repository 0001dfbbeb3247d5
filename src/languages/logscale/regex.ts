// Regular expressions as LogScale reads them between slashes, in what its two engines have in common.

import type { Glob, Match } from '../../ir/predicate.ts'
import { sameIgnoringCase } from '../../ir/regex/characters.ts'
import { hasCase, regexText } from '../printing.ts'

/** A control character or another that does not stand for itself in a text of one line. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\ufeff]/u

/** A character by its code: four digits are read by both engines. */
const byCode = (point: number): string => `\\u${point.toString(16).padStart(4, '0')}`

function plain(text: string, fold: boolean): string {
  let out = ''
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (/[\\^$.*+?()[\]{}|/]/.test(character)) out += `\\${character}`
    else if (unseen.test(character)) out += byCode(point)
    else if (fold && point > 127 && point < 0x10000) {
      // What the flag `i` does beyond ASCII is not documented.
      const same = sameIgnoringCase(point).filter(one => one > 127 && one < 0x10000)
      out += same.length > 1 ? `[${String.fromCodePoint(...same)}]` : character
    } else out += character
  }
  return out
}

/** A text with wildcards as an expression. The dot is any character where the flag `d` is set. */
export function globExpression(glob: Glob, fold: boolean): string {
  const isAny = (part: Glob[number] | undefined): boolean => typeof part === 'object' && part.wild === 'any'
  const inner = glob.slice(isAny(glob[0]) ? 1 : 0, isAny(glob.at(-1)) ? -1 : undefined)
  const body = inner.map(part => (typeof part === 'string' ? plain(part, fold) : part.wild === 'any' ? '.*' : '.')).join('')
  const texts = glob.flatMap(part => (typeof part === 'string' ? [part] : []))
  const flags = `${fold && hasCase(texts.join('')) ? 'i' : ''}${inner.some(part => typeof part !== 'string') ? 'd' : ''}`
  return `/${isAny(glob[0]) ? '' : '^'}${body}${isAny(glob.at(-1)) ? '' : '$'}/${flags}`
}

/** A regular expression between slashes, or what LogScale cannot say of it. */
export function expression(match: Match & { kind: 'regex' }): { readonly text: string } | { readonly cannot: string } {
  const { value, diagnostics } = regexText(match, 're2')
  if (value === undefined) return { cannot: diagnostics[0]?.message.replace('RE2', 'LogScale') ?? 'it cannot be read' }
  const flags = /^\(\?([ims]+)\)/.exec(value)
  let out = ''
  for (const [token, escaped, code, group, set] of value
    .slice(flags?.[0].length ?? 0)
    .matchAll(/\\(x\{([0-9a-fA-F]+)\}|[\s\S])|(\(\?(?:P?<[A-Za-z_]\w*>|.))|(\[:)|[\s\S]/gu)) {
    if (code !== undefined) {
      const point = Number.parseInt(code, 16)
      if (point > 0xffff) return { cannot: 'a character beyond the first 65,536 by its code cannot be said in LogScale' }
      out += byCode(point)
    } else if (escaped !== undefined) {
      if (!/^(?:[dDwWsSbBnrtfa]|[^A-Za-z0-9])$/u.test(escaped)) return { cannot: `"${token}" cannot be said in LogScale` }
      out += token
    } else if (set !== undefined) return { cannot: 'a named set of characters cannot be said in LogScale' }
    else if (group !== undefined) {
      // A group with a name would make a field.
      if (group.endsWith('>') && group.length > 3) out += '(?:'
      else if (group === '(?:') out += group
      else return { cannot: 'flags for a part of a regular expression cannot be said in LogScale' }
    } else if (token === '/') out += '\\/'
    else out += unseen.test(token) ? byCode(token.codePointAt(0)!) : token
  }
  // Half of such a character would be a member of a set.
  if (/[\u{10000}-\u{10ffff}]/u.test(out))
    return { cannot: 'a character beyond the first 65,536 cannot be in an expression of LogScale' }
  if (flags?.[1]?.includes('i') === true && [...out].some(character => character > '\x7f' && hasCase(character)))
    return { cannot: 'letters beyond ASCII in any case: LogScale does not say which are alike' }
  return { text: `/${out}/${(flags?.[1] ?? '').replace('s', 'd')}` }
}

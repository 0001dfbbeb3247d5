// Names, literals and patterns of a dialect: whatever a text holds, it stays inside its quotes.

import { any, glob as simplest } from '../../../ir/glob.ts'
import type { Glob } from '../../../ir/predicate.ts'
import { sameIgnoringCase } from '../../../ir/regex/characters.ts'
import type { RegexTree } from '../../../ir/regex.ts'
import type { Dialect } from '../dialects.ts'

/** A template with its values in their places. */
export const fill = (template: string, first: string, second = ''): string =>
  template.replace(/\{(?:other)?\}/g, place => (place === '{}' ? first : second))

/** A column's name in quotes. */
export function quoted(dialect: Dialect, name: string): string {
  const { quote } = dialect
  const inside = dialect.backslash ? name.replace(/\\/g, '\\\\') : name
  return quote + inside.replaceAll(quote, quote + quote) + quote
}

/** A table's or column's name, without quotes where it is plain in every dialect. */
export const plainName = (dialect: Dialect, name: string): string =>
  /^[a-z][a-z0-9_]*$/.test(name) ? name : quoted(dialect, name)

const invisible = /[\p{C}\p{Zl}\p{Zp}]/u

/** A text as a literal. Line breaks and invisible characters are told by number, so that a reader sees them and a line stays one. */
export function literal(dialect: Dialect, text: string): string {
  if (dialect.backslash) {
    let out = ''
    for (const character of text) {
      if (character === '\\' || character === "'") out += `\\${character}`
      else if (invisible.test(character))
        for (const byte of new TextEncoder().encode(character)) out += `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`
      else out += character
    }
    return `'${out}'`
  }
  const parts: string[] = []
  let run = ''
  const flush = () => {
    if (run !== '') parts.push(`'${run.replaceAll("'", "''")}'`)
    run = ''
  }
  for (const character of text) {
    if (!invisible.test(character)) run += character
    else {
      flush()
      parts.push(fill(dialect.character!, String(character.codePointAt(0))))
    }
  }
  flush()
  if (parts.length === 0) return "''"
  return parts.length === 1 && parts[0]!.startsWith("'") ? parts[0]! : `(${parts.join(' || ')})`
}

/** Characters for ESCAPE, the first that the pattern has no use for. */
const escapes = ['!', '^', '~', '#', '|', '@']

/** A glob as what stands behind LIKE: the pattern and, where it needs one, its escape character. */
export function likePattern(dialect: Dialect, parts: Glob): string {
  const texts = parts.filter(part => typeof part === 'string').join('')
  let shield = ''
  let special = /[\\%_]/g
  if (dialect.escape === 'backslash') shield = '\\'
  else if (/[%_]/.test(texts)) {
    shield = escapes.find(character => !texts.includes(character)) ?? '!'
    special = new RegExp(`[%_${shield === '^' ? '\\^' : shield}]`, 'g')
  }
  const pattern = parts
    .map(part =>
      typeof part === 'string'
        ? shield === ''
          ? part
          : part.replace(special, found => shield + found)
        : part.wild === 'any'
          ? '%'
          : '_',
    )
    .join('')
  return literal(dialect, pattern) + (shield === '' || shield === '\\' ? '' : ` ESCAPE '${shield}'`)
}

/** A glob as what stands behind GLOB; without regard to case, each letter is a class of its forms. */
export function globPattern(parts: Glob, fold: boolean): string {
  const one = (character: string): string => {
    const same = fold ? sameIgnoringCase(character.codePointAt(0)!) : []
    if (same.length > 1) return `[${same.map(point => String.fromCodePoint(point)).join('')}]`
    return /[*?[]/.test(character) ? `[${character}]` : character
  }
  return parts.map(part => (typeof part === 'string' ? [...part].map(one).join('') : part.wild === 'any' ? '*' : '?')).join('')
}

/** A glob as a regular expression. */
export function globRegex(pattern: Glob, fold: boolean): RegexTree {
  const parts = simplest(pattern)
  const of: RegexTree[] = []
  const dot: RegexTree = { kind: 'any', newline: true }
  parts.forEach((part, index) => {
    const many = typeof part !== 'string' && part.wild === any.wild
    if (index === 0 && !many) of.push({ kind: 'edge', at: 'start' })
    if (typeof part === 'string') {
      for (const character of part) of.push({ kind: 'char', point: character.codePointAt(0)!, fold })
    } else if (!many) of.push(dot)
    else if (index > 0 && index < parts.length - 1) of.push({ kind: 'repeat', of: dot, min: 0, max: undefined, how: 'greedy' })
    if (index === parts.length - 1 && !many) of.push({ kind: 'edge', at: 'end' })
  })
  return { kind: 'sequence', of }
}

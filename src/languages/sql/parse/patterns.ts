// What patterns and regular expressions of each dialect mean: LIKE, GLOB, RE2 and PostgreSQL's own.

import { any, glob, one, shape } from '../../../ir/glob.ts'
import type { Glob, Match } from '../../../ir/predicate.ts'
import { printRegex, type RegexTree, type SetItem } from '../../../ir/regex.ts'
import type { RegexOptions } from '../../reading.ts'

/** A pattern of SQLite's GLOB (https://www.sqlite.org/lang_expr.html#like): `*`, `?` and classes in brackets; nothing escapes. Case counts. */
export function globMatch(pattern: string): Match {
  if (!pattern.includes('[')) {
    const parts = [...pattern].map((character): Glob[number] => (character === '*' ? any : character === '?' ? one : character))
    return { kind: 'glob', glob: glob(parts), fold: false }
  }
  const of: RegexTree[] = []
  const characters = [...pattern]
  const plain: Glob[number][] = []
  let only = true
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!
    if (character === '*' || character === '?') {
      const dot: RegexTree = { kind: 'any', newline: true }
      of.push(character === '?' ? dot : { kind: 'repeat', of: dot, min: 0, max: undefined, how: 'greedy' })
      plain.push(character === '*' ? any : one)
      continue
    }
    if (character !== '[') {
      of.push({ kind: 'char', point: character.codePointAt(0)!, fold: false })
      plain.push(character)
      continue
    }
    let inner = at + 1
    const negated = characters[inner] === '^'
    if (negated) inner++
    const items: SetItem[] = []
    const first = inner
    while (inner < characters.length && (characters[inner] !== ']' || inner === first)) {
      const from = characters[inner]!.codePointAt(0)!
      if (characters[inner + 1] === '-' && characters[inner + 2] !== undefined && characters[inner + 2] !== ']') {
        items.push({ from, to: characters[inner + 2]!.codePointAt(0)! })
        inner += 3
      } else {
        items.push({ from, to: from })
        inner++
      }
    }
    // A class that is not closed matches nothing.
    if (inner >= characters.length) return { kind: 'regex', pattern: '(?!)', fold: false, whole: false }
    at = inner
    const single = items[0]
    if (!negated && items.length === 1 && single !== undefined && 'from' in single && single.from === single.to)
      plain.push(String.fromCodePoint(single.from))
    else only = false
    of.push({ kind: 'set', items: items.filter(item => !('from' in item) || item.from <= item.to), negated, fold: false })
  }
  if (only) return { kind: 'glob', glob: glob(plain), fold: false }
  const printed = printRegex({ kind: 'sequence', of }, 'portable').value
  return { kind: 'regex', pattern: printed ?? '(?!)', fold: false, whole: true }
}

/** A pattern without regard to case. SQLite folds the letters of ASCII only (https://www.sqlite.org/lang_expr.html#like): others are compared as they are. */
export function foldedMatch(pattern: Glob, asciiOnly: boolean): Match {
  const letters = pattern.filter(part => typeof part === 'string').join('')
  const foreign = [...letters].some(
    character => character > '\u007f' && (character.toLowerCase() !== character || character.toUpperCase() !== character),
  )
  if (!asciiOnly || !foreign) return { kind: 'glob', glob: pattern, fold: true }
  const of = pattern.flatMap((part): RegexTree[] => {
    if (typeof part !== 'string') {
      const dot: RegexTree = { kind: 'any', newline: true }
      return [part.wild === 'one' ? dot : { kind: 'repeat', of: dot, min: 0, max: undefined, how: 'greedy' }]
    }
    return [...part].map(character => ({ kind: 'char', point: character.codePointAt(0)!, fold: character <= '\u007f' }))
  })
  const printed = printRegex({ kind: 'sequence', of }, 'portable').value
  return printed === undefined
    ? { kind: 'glob', glob: pattern, fold: true }
    : { kind: 'regex', pattern: printed, fold: false, whole: true }
}

/** PostgreSQL's advanced regular expressions in PCRE's dress (https://www.postgresql.org/docs/15/functions-matching.html#POSIX-EMBEDDED-OPTIONS-TABLE): a dot takes line breaks, `\y \m \M` are edges of words. Undefined for the forms of other days (`***=`, basic ones). */
export function postgresRegex(text: string): { readonly pattern: string; readonly options: RegexOptions } | undefined {
  let pattern = text
  if (pattern.startsWith('***=')) return undefined
  if (pattern.startsWith('***:')) pattern = pattern.slice(4)
  let fold = false
  let newline = false
  const options = /^\(\?([a-z]+)\)/.exec(pattern)
  if (options !== null) {
    pattern = pattern.slice(options[0].length)
    for (const letter of options[1]!) {
      if (letter === 'i') fold = true
      else if (letter === 'c') fold = false
      else if (letter === 'n' || letter === 'm') newline = true
      else if (letter === 's' || letter === 't') newline = false
      else return undefined
    }
  }
  const edges: Readonly<Record<string, string>> = {
    y: '\\b',
    Y: '\\B',
    m: '\\b(?=\\w)',
    M: '\\b(?<=\\w)',
    Z: '\\z',
    B: '\\\\',
  }
  const made = pattern.replace(
    /\\(?:U([0-9a-fA-F]{8})|u([0-9a-fA-F]{4})|([\s\S]))/g,
    (found, eight?: string, four?: string, letter?: string) => {
      const point = eight ?? four
      if (point !== undefined) return `\\x{${point}}`
      return letter !== undefined && Object.hasOwn(edges, letter) ? edges[letter]! : found
    },
  )
  return { pattern: made, options: { fold, dotAll: !newline, multiline: newline } }
}

/** The options that DuckDB's functions of regular expressions take (https://duckdb.org/docs/stable/sql/functions/regular_expressions). */
export function duckdbOptions(letters: string): RegexOptions & { readonly literal?: boolean } {
  return {
    fold: letters.includes('i') && !letters.endsWith('c'),
    dotAll: letters.includes('s'),
    multiline: /[mnp]/.test(letters),
    literal: letters.includes('l'),
  }
}

/** Whether a pattern asks for a part of the value, and for what. */
export const partOf = (pattern: Glob): string | undefined => {
  const form = shape(pattern)
  return form.kind === 'contains' ? form.text : undefined
}

// Kusto's functions over texts (https://learn.microsoft.com/kusto/query/scalar-functions#string-functions).

import type { Value } from '../../../ir/event.ts'
import { matchGlob } from '../../../ir/glob.ts'
import type { Glob } from '../../../ir/predicate.ts'
import { hasWord } from '../../../ir/words.ts'
import { fold } from '../../../text/fold.ts'
import type { CallSite, FunctionRow } from '../signature.ts'
import {
  type Arguments,
  amount,
  count,
  inDynamic,
  json,
  list,
  type Maybe,
  many,
  mostMembers,
  page,
  pattern,
  prepared,
  row,
  text,
} from './values.ts'

const string = (value: Maybe): string => (typeof value === 'string' ? value : text(value, undefined))
const textOf = (args: Arguments, site: CallSite, at: number): string => text(args[at], site.types[at])

/** Longest text that a function makes. */
const longest = 4_000_000

/** Characters, where some take two code units. */
const characters = (of: string): readonly string[] | string => (/[\ud800-\udfff]/.test(of) ? [...of] : of)

function cut(of: string, from: number, length: number | undefined): string {
  const all = characters(of)
  const start = from < 0 ? Math.max(0, all.length + from) : from
  const end = length === undefined ? all.length : Math.max(start, start + length)
  const part = all.slice(start, end)
  return typeof part === 'string' ? part : part.join('')
}

/** The place of a text in another, from 0; -1 where it is not. The start may be negative: from the end. */
function indexOf([of, part, from, length, occurrence]: Arguments): Maybe {
  const whole = string(of)
  const looked = string(part)
  const start = count(from) ?? 0
  const begin = start < 0 ? Math.max(0, whole.length + start) : start
  const most = count(length)
  if (most !== undefined && most < -1) return undefined
  const wanted = count(occurrence) ?? 1
  if (wanted <= 0) return undefined
  // The length counts anew from each place where the search goes on.
  let at = begin - 1
  for (let found = 0; found < wanted; found++) {
    const from = at + 1
    const end = most === undefined || most === -1 ? whole.length : Math.min(whole.length, from + most)
    at = whole.indexOf(looked, from)
    if (at === -1 || at + looked.length > end) return -1
  }
  return at
}

/** Texts between delimiters; one of them as a list where an index asks for it. */
function split([of, by, index]: Arguments): Maybe {
  const whole = string(of)
  const delimiter = string(by)
  const parts = delimiter === '' ? [whole] : whole.split(delimiter, mostMembers)
  const at = index === undefined ? undefined : count(index)
  if (at === undefined) return parts
  const part = parts[at < 0 ? parts.length + at : at]
  return part === undefined ? undefined : [part]
}

/** What a replacement says: `\1` a group, `\0` the whole match. */
const filled = (replacement: string, groups: readonly (string | undefined)[]): string =>
  replacement.includes('\\')
    ? replacement.replace(/\\(\d|\\)/g, (_, digit: string) => (digit === '\\' ? '\\' : (groups[Number(digit)] ?? '')))
    : replacement

function replaceRegex([of, re, by]: Arguments): Maybe {
  const whole = string(of)
  const found = pattern(string(re))
  if (found === undefined) return whole
  let out = ''
  let at = 0
  for (const match of found.all(whole, mostMembers)) {
    out += whole.slice(at, match.start) + filled(string(by), match.groups)
    at = match.end
  }
  return out + whole.slice(at)
}

const trims =
  (left: boolean, right: boolean) =>
  ([re, of]: Arguments): Maybe => {
    const whole = string(of)
    const written = string(re)
    let start = 0
    let end = whole.length
    if (left) {
      const found = pattern(`^(?:${written})`)?.first(whole, 0)
      if (found !== undefined && found.start === 0) start = found.end
    }
    if (right) {
      const found = pattern(`(?:${written})$`)?.first(whole.slice(start), 0)
      if (found !== undefined) end = start + found.start
    }
    return whole.slice(start, Math.max(start, end))
  }

/** How often a text, or a pattern, is in another. Occurrences of a plain text may overlap. */
function countOf([of, part, kind]: Arguments): Maybe {
  const whole = string(of)
  const looked = string(part)
  if (kind !== undefined && string(kind) === 'regex') return pattern(looked)?.all(whole, mostMembers).length
  if (looked === '') return 0
  let found = 0
  for (let at = whole.indexOf(looked); at !== -1; at = whole.indexOf(looked, at + 1)) found++
  return found
}

/** `extract(pattern, group, text)`: the first match's group. */
function extract([re, group, of]: Arguments): Maybe {
  const found = pattern(string(re))?.first(string(of), 0)
  return found?.groups[count(group) ?? 0] ?? ''
}

/** All matches: the one group of each, or a list of the groups. */
function extractAll(args: Arguments): Maybe {
  const re = pattern(string(args[0]))
  const of = string(args.at(-1))
  if (re === undefined) return undefined
  const chosen =
    args.length === 3
      ? (list(args[1]) ?? []).map(group => (typeof group === 'string' ? re.names.get(group) : count(group)))
      : undefined
  const wanted = chosen?.filter(group => group !== undefined) ?? Array.from({ length: re.count }, (_, index) => index + 1)
  const found = re.all(of, mostMembers)
  if (found.length === 0) return undefined
  return found.map((match): Value => {
    if (wanted.length === 0) return match.groups[0] ?? ''
    const groups = wanted.map(group => match.groups[group] ?? '')
    return groups.length === 1 && chosen === undefined ? groups[0]! : groups
  })
}

/** `$.a.b[0]`, `$['a']` in JSON. */
function extractJson([path, of]: Arguments): Maybe {
  const [first, second] = [string(path), string(of)]
  // An older order of the arguments had the text first.
  const [steps, written] = first.startsWith('$') ? [first, second] : [second, first]
  let value: Maybe
  try {
    value = JSON.parse(written) as Value
  } catch {
    return ''
  }
  for (const [, name, quoted, index] of steps.slice(1).matchAll(/\.([^.[\]]+)|\[["']([^"']*)["']\]|\[(\d{1,9})\]/g)) {
    const key = name ?? quoted
    if (key !== undefined)
      value =
        typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
          ? (value as Readonly<Record<string, Value>>)[key]
          : undefined
    else value = list(value)?.[Number(index)]
  }
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : json(value)
}

const hasTerm = (of: string, term: string): boolean => hasWord(fold(of), fold(term), 'whole', 'kusto')

/** Values of a list, texts among them; lists in it are taken apart. */
function spread(args: Arguments, site: CallSite): readonly string[] {
  return args.slice(1).flatMap((value, index): readonly string[] => {
    if (value === undefined || value === null) return []
    const members = list(value)
    return members === undefined ? [text(value, site.types[index + 1])] : members.map(member => text(member, undefined))
  })
}

const isIn =
  (folded: boolean) =>
  (args: Arguments, site: CallSite): Maybe => {
    const form = folded ? fold : (of: string) => of
    const of = form(textOf(args, site, 0))
    return spread(args, site).some(item => form(item) === of)
  }

const like = (folded: boolean): FunctionRow =>
  prepared(
    folded ? 'like' : 'likecs',
    { args: [2], type: 'bool', seen: true, manual: page('datatypes-string-operators') },
    () =>
      ([of, written]) => {
        const glob: Glob = string(written)
          .split(/([*%])/)
          .flatMap((part): Glob => (part === '' ? [] : part === '*' || part === '%' ? [{ wild: 'any' }] : [part]))
        return matchGlob(glob, folded)(string(of))
      },
  )

const sizes = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB']

/** `1564` → `1.53 KB`; digits behind the point and the unit may be said. */
function formatBytes([of, digits, unit]: Arguments): Maybe {
  const bytes = amount(of)
  if (bytes === undefined) return ''
  let power = 0
  const wanted = unit === undefined ? -1 : sizes.findIndex(size => size.toLowerCase() === string(unit).toLowerCase())
  if (wanted >= 0) power = wanted
  else while (Math.abs(bytes) / 1024 ** (power + 1) >= 1 && power < sizes.length - 1) power++
  const places = digits === undefined ? 0 : (count(digits) ?? 0)
  const value = Math.round((bytes / 1024 ** power) * 10 ** places) / 10 ** places
  return `${value} ${sizes[power]}`
}

const stringRow = { args: [1] as const, type: 'string' as const }

export const textFunctions: readonly FunctionRow[] = [
  row('text', { args: [1], type: 'string', seen: true, manual: page('tostring-function') }, (args, site) =>
    textOf(args, site, 0),
  ),
  row('concat', { args: [1, many], type: 'string', seen: true, manual: page('strcat-function') }, (args, site) => {
    let out = ''
    for (let at = 0; at < args.length; at++) out += textOf(args, site, at)
    return out.length > longest ? out.slice(0, longest) : out
  }),
  row('strcat_delim', { args: [2, many], type: 'string', seen: true }, (args, site) =>
    args
      .slice(1)
      .map((_, index) => textOf(args, site, index + 1))
      .join(textOf(args, site, 0)),
  ),
  row('strcat_array', { args: [2], type: 'string' }, ([of, by]) =>
    (list(of) ?? []).map(member => text(member, undefined)).join(string(by)),
  ),
  row('strrep', { args: [2, 3], type: 'string' }, ([of, times, by]) => {
    const repeated = Math.max(0, Math.min(1024, count(times) ?? 0))
    return Array.from({ length: repeated }, () => string(of)).join(by === undefined ? '' : string(by))
  }),
  row('substring', { args: [2, 3], type: 'string' }, ([of, from, length]) =>
    cut(string(of), count(from) ?? 0, length === undefined ? undefined : count(length)),
  ),
  row('reverse', stringRow, ([of]) => [...string(of)].reverse().join('')),
  row('regex_quote', stringRow, ([of]) => string(of).replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')),
  row('replace_regex', { args: [3], type: 'string' }, replaceRegex),
  row('replace_strings', { args: [3], type: 'string' }, ([of, what, by]) => {
    const from = (list(what) ?? []).map(string)
    const to = list(by)
    return from.reduce(
      (done, part, index) => (part === '' ? done : done.split(part).join(to === undefined ? string(by) : string(to[index]))),
      string(of),
    )
  }),
  row('trim', { args: [2], type: 'string' }, trims(true, true)),
  row('trim_start', { args: [2], type: 'string' }, trims(true, false)),
  row('trim_end', { args: [2], type: 'string' }, trims(false, true)),
  row('translate', { args: [3], type: 'string' }, ([from, to, of]) => {
    const [old, fresh] = [[...string(from)], [...string(to)]]
    if (fresh.length === 0) return [...string(of)].filter(letter => !old.includes(letter)).join('')
    return [...string(of)].map(letter => (old.includes(letter) ? (fresh[old.indexOf(letter)] ?? fresh.at(-1)!) : letter)).join('')
  }),
  ...['make_string', 'unicode_codepoints_to_string'].map(name =>
    row(name, { args: [1, many], type: 'string' }, args =>
      args
        .flatMap(value => list(value) ?? [value ?? null])
        .map(value => count(value ?? undefined) ?? -1)
        .map(point => (point >= 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ''))
        .join(''),
    ),
  ),
  row('unicode_codepoints_from_string', { args: [1], type: 'dynamic' }, ([of]) =>
    [...string(of)].map(letter => letter.codePointAt(0)!),
  ),
  row('to_utf8', { args: [1], type: 'dynamic' }, ([of]) => [...new TextEncoder().encode(string(of))]),
  row('strcmp', { args: [2], type: 'long' }, ([a, b]) => {
    const [x, y] = [string(a), string(b)]
    return x < y ? -1 : x > y ? 1 : 0
  }),
  row('index', { args: [2, 5], type: 'long', manual: page('indexof-function') }, indexOf),
  row('indexof_regex', { args: [2, 5], type: 'long' }, ([of, re, from, length, occurrence]) => {
    const start = count(from) ?? 0
    const most = count(length)
    const whole = string(of)
    const within = most === undefined || most === -1 ? whole : whole.slice(0, start + most)
    const wanted = count(occurrence) ?? 1
    const found = pattern(string(re))
      ?.all(within, mostMembers)
      .filter(match => match.start >= start)
    return found?.[wanted - 1]?.start ?? -1
  }),
  row('has_any_index', { args: [2], type: 'long' }, ([of, terms]) =>
    (list(terms) ?? []).findIndex(term => hasTerm(string(of), string(term))),
  ),
  row('countof', { args: [2, 3], type: 'long' }, countOf),
  row('split', { args: [2, 3], type: 'dynamic' }, split),
  row('extract', { args: [3], type: 'string' }, extract),
  row('extract_all', { args: [2, 3], type: 'dynamic' }, extractAll),
  row('extract_json', { args: [2], type: 'string', manual: page('extract-json-function') }, extractJson),
  row(
    'matches_regex',
    { args: [2], type: 'bool', manual: page('matches-regex-operator') },
    ([of, re]) => pattern(string(re))?.first(string(of), 0) !== undefined,
  ),
  like(true),
  like(false),
  row('in', { args: [2, many], type: 'bool', seen: true, manual: page('in-cs-operator') }, isIn(false)),
  row('in_folded', { args: [2, many], type: 'bool', seen: true, manual: page('in-operator') }, isIn(true)),
  row('has_any', { args: [2, many], type: 'bool', seen: true, manual: page('has-any-operator') }, (args, site) => {
    const of = textOf(args, site, 0)
    return spread(args, site).some(term => hasTerm(of, term))
  }),
  row('has_all', { args: [2, many], type: 'bool', seen: true, manual: page('has-all-operator') }, (args, site) => {
    const of = textOf(args, site, 0)
    return spread(args, site).every(term => hasTerm(of, term))
  }),
  row('string_size', { args: [1], type: 'long' }, ([of]) => new TextEncoder().encode(string(of)).length),
  row('isascii', { args: [1], type: 'bool' }, ([of]) => /^[\u0000-\u007f]*$/.test(string(of))),
  row('isutf8', { args: [1], type: 'bool' }, ([of]) => !/\p{Surrogate}/u.test(string(of))),
  row('format_bytes', { args: [1, 3], type: 'string' }, formatBytes),
  row('coalesce', { args: [2, many], type: 'same', seen: true }, (args, site) =>
    args.find((value, index) => value !== undefined && value !== null && !(site.types[index] === 'string' && value === '')),
  ),
  row('estimate_data_size', { args: [1, many], type: 'long', seen: true }, (args, site) =>
    args.reduce<number>(
      (sum, value, index) => sum + new TextEncoder().encode(text(inDynamic(value, site.types[index]), undefined)).length,
      0,
    ),
  ),
]

// Tests as items of a Sigma search identifier: a key with its modifiers, and a value as YAML reads it everywhere.

import { globText } from '../../ir/glob.ts'
import type { Glob, Match, Predicate, Scalar } from '../../ir/predicate.ts'
import { type Doc, mark } from '../../text/layout.ts'

type Test = Predicate & { kind: 'test' }

/** `Field|modifiers` with its values. The key of keywords has no field; without modifiers it is empty. `all`: every value must match. */
export interface Item {
  readonly key: string
  readonly all: boolean
  readonly values: readonly Doc[]
}

/** A key of a map longer than this needs a form that nobody writes. */
const longestKey = 900

/** A text in quotes on one line: single ones, or double ones where something must be escaped. */
export function quoted(text: string): string {
  if (!/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\ufeff\ufffe\uffff]/u.test(text)) return `'${text.replaceAll("'", "''")}'`
  const escaped = text.replace(/["\\]|[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\ufeff\ufffe\uffff]/gu, character => {
    if (character === '"' || character === '\\') return `\\${character}`
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `"${escaped}"`
}

/** A key of a map, in quotes where a plain one could be read as something else. */
export function keyText(key: string): string {
  return /^[A-Za-z_][\w.@-]*(?:\|[a-z\d]+)*$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key)
    ? key
    : quoted(key)
}

/** Whether Sigma can write the name of a field: `|` begins a modifier, and blanks around it are not kept. */
export function canName(field: string): boolean {
  return field !== '' && field === field.trim() && !field.includes('|') && field !== '<<' && field.length <= longestKey
}

/** A number as every YAML reads it back; undefined for one that has no such form. */
function numberText(value: number | bigint): string | undefined {
  if (typeof value === 'bigint') return value.toString().length <= 60 ? value.toString() : undefined
  if (!Number.isFinite(value)) return undefined
  if (Number.isInteger(value)) {
    // Beyond 2^53 the digits are another number.
    return Number.isSafeInteger(value) ? (Object.is(value, -0) ? '-0' : String(value)) : undefined
  }
  const text = String(value)
  if (!text.includes('e')) return text
  const [digits, exponent] = text.split('e')
  return `${digits!.includes('.') ? digits : `${digits}.0`}e${exponent}`
}

interface Written {
  readonly modifiers: readonly string[]
  readonly value: string
}

const isAny = (part: Glob[number] | undefined): boolean => typeof part === 'object' && part.wild === 'any'

/** A text with wildcards as a modifier and what is left of the value. */
function globValue(pattern: Glob): Written {
  const start = isAny(pattern[0])
  const end = isAny(pattern.at(-1))
  const inner = pattern.slice(start ? 1 : 0, end ? -1 : undefined)
  if (inner.length === 0 || (!start && !end)) return { modifiers: [], value: quoted(globText(pattern)) }
  return { modifiers: [start && end ? 'contains' : end ? 'startswith' : 'endswith'], value: quoted(globText(inner)) }
}

/** What is asked of a field; undefined for what Sigma has no words for. */
function fieldValue(match: Match): Written | undefined {
  switch (match.kind) {
    case 'exists':
      return { modifiers: ['exists'], value: 'true' }
    case 'present':
      return { modifiers: [], value: quoted('*') }
    case 'empty':
      return { modifiers: [], value: quoted('') }
    case 'glob': {
      // The two texts that ask for something else than a glob.
      if (match.glob.length === 0 || (match.glob.length === 1 && isAny(match.glob[0]))) return undefined
      const { modifiers, value } = globValue(match.glob)
      return { modifiers: match.fold ? modifiers : [...modifiers, 'cased'], value }
    }
    case 'regex':
      return regexValue(match)
    case 'cidr':
      return { modifiers: ['cidr'], value: quoted(match.network) }
    case 'text': {
      if (match.to.kind !== 'field' || !canName(match.to.name)) return undefined
      const position = { whole: [], start: ['startswith'], end: ['endswith'], anywhere: ['contains'] }[match.how]
      return {
        modifiers: ['fieldref', ...position, ...(match.fold ? [] : ['cased'])],
        value: quoted(globText([match.to.name])),
      }
    }
    case 'compare':
      return compared(match)
    case 'word':
    case 'among':
      return undefined
  }
}

function regexValue(match: Match & { kind: 'regex' }): Written {
  const pattern = match.whole ? `\\A(?:${match.pattern})\\z` : match.pattern
  return { modifiers: match.fold ? ['re', 'i'] : ['re'], value: quoted(pattern) }
}

const comparisons = { '=': [], '<': ['lt'], '<=': ['lte'], '>': ['gt'], '>=': ['gte'] } as const

function compared(match: Match & { kind: 'compare' }): Written | undefined {
  if (match.to.kind !== 'literal') return undefined
  const { value } = match.to
  if (typeof value === 'boolean') return match.op === '=' ? { modifiers: [], value: String(value) } : undefined
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const text = numberText(value)
  return text === undefined ? undefined : { modifiers: comparisons[match.op], value: text }
}

const dateParts = new Set(['minute', 'hour', 'day', 'week', 'month', 'year'])

/** The field of a test, with the modifier for a part of its date. */
function fieldOf(subject: Scalar): { readonly name: string; readonly part?: string } | undefined {
  if (subject.kind === 'field') return { name: subject.name }
  if (subject.kind !== 'call' || subject.fn !== 'datepart') return undefined
  const [field, part] = subject.args
  if (field?.kind !== 'field' || part?.kind !== 'literal' || typeof part.value !== 'string') return undefined
  return dateParts.has(part.value) ? { name: field.name, part: part.value } : undefined
}

/** One test of a field as an item; undefined for what Sigma has no words for. */
export function testItem(test: Test): Item | undefined {
  if (test.each !== undefined && test.each !== 'any') return undefined
  const field = fieldOf(test.subject)
  if (field === undefined || !canName(field.name)) return undefined
  if (field.part !== undefined && test.match.kind !== 'compare') return undefined
  const written = fieldValue(test.match)
  if (written === undefined) return undefined
  const key = [field.name, ...(field.part === undefined ? [] : [field.part]), ...written.modifiers].join('|')
  return { key, all: false, values: [mark(written.value, test.span === undefined ? [] : [test.span])] }
}

/** A keyword: the test of every field and of the text of the event, which are the two arguments. */
export function keywordItem(fields: Predicate | undefined, raw: Predicate | undefined): Item | undefined {
  if (fields?.kind !== 'test' || raw?.kind !== 'test' || raw.subject.kind !== 'raw') return undefined
  const { subject, match, span } = fields
  if (subject.kind !== 'fields' || subject.names.length !== 1 || !isAny(subject.names[0])) return undefined
  if (fields.each !== undefined || raw.each !== undefined || !sameMatch(match, raw.match)) return undefined
  let written: Written | undefined
  if (match.kind === 'glob') {
    const start = isAny(match.glob[0])
    const end = isAny(match.glob.at(-1))
    if ((!start && !end) || match.glob.length < (start && end ? 3 : 2)) return undefined
    const { modifiers, value } = globValue(match.glob)
    // A keyword stands anywhere without being told to.
    const position = start && end ? [] : modifiers
    written = { modifiers: match.fold ? position : [...position, 'cased'], value }
  } else if (match.kind === 'regex') written = regexValue(match)
  else if (match.kind === 'cidr') written = fieldValue(match)
  if (written === undefined) return undefined
  const key = written.modifiers.length === 0 ? '' : `|${written.modifiers.join('|')}`
  return { key, all: false, values: [mark(written.value, span === undefined ? [] : [span])] }
}

function sameMatch(a: Match, b: Match): boolean {
  if (a.kind === 'glob' && b.kind === 'glob') return a.fold === b.fold && JSON.stringify(a.glob) === JSON.stringify(b.glob)
  if (a.kind === 'regex' && b.kind === 'regex') return a.fold === b.fold && a.whole === b.whole && a.pattern === b.pattern
  return a.kind === 'cidr' && b.kind === 'cidr' && a.network === b.network
}

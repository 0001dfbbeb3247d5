// The value modifiers of Sigma 2.1, a table: each takes the value that the ones before it made and returns the next, or says why it cannot.

import type { Reading } from './scalar.ts'
import {
  base64,
  base64Offsets,
  countDashes,
  literalText,
  markDashes,
  type Piece,
  parseText,
  spellDashes,
  utf8,
  utf16,
  widen,
} from './text.ts'

export type DatePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'
export type Comparison = '=' | '<' | '<=' | '>' | '>='

/** A value on its way through the modifiers. */
export type Operand =
  /** `bytes`: one character per byte. `exact`: Base64, where upper and lower case differ. */
  | { readonly kind: 'text'; readonly pieces: readonly Piece[]; readonly bytes: boolean; readonly exact: boolean }
  | {
      readonly kind: 'regex'
      readonly pattern: string
      readonly flags: string
      readonly start: boolean
      readonly end: boolean
    }
  | { readonly kind: 'field'; readonly name: string; readonly how: 'whole' | 'start' | 'end' | 'anywhere' }
  | { readonly kind: 'scalar'; readonly reading: Reading }
  | { readonly kind: 'network'; readonly text: string }
  | { readonly kind: 'compare'; readonly op: Comparison; readonly to: number | bigint; readonly part?: DatePart }
  | { readonly kind: 'exists'; readonly value: boolean }
  | { readonly kind: 'either'; readonly of: readonly Operand[] }
  /** A placeholder that nobody gave a value. */
  | { readonly kind: 'unknown'; readonly name: string }

/** What a modifier may ask about the place it is used in. */
export interface Use {
  /** The value is the first thing this modifier sees. */
  readonly first: boolean
  /** `expand` is among the modifiers, so that `%name%` is a placeholder. */
  readonly placeholders: boolean
  /** The number the written value means where only a number makes sense. */
  number(): number | bigint | undefined
  /** True or false, also in quotes; undefined when it is neither. */
  boolean(): boolean | undefined
  /** The values of a placeholder. */
  names(name: string): readonly string[] | undefined
  /** A number or boolean was taken as the text it is written as. */
  tookAsText(): void
}

/** Why a modifier does not apply: the code it is reported under, and the reason. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly code: 'SIG011' | 'SIG012' | 'SIG016' | 'SIG017' | 'SIG018' | 'SIG019'
  readonly why: string
  readonly hint?: string
}

export interface Modifier {
  /** What it does, in a few words. */
  readonly title: string
  /** Absent for the three that concern the whole item: all, neq, cased. */
  readonly apply?: (operand: Operand, use: Use) => Operand | Refusal
}

const refuse = (code: Refusal['code'], why: string, hint?: string): Refusal =>
  hint === undefined ? { kind: 'refusal', code, why } : { kind: 'refusal', code, why, hint }

export function isRefusal(result: Operand | Refusal): result is Refusal {
  return result.kind === 'refusal'
}

/** Values that one value may become by placeholders, dashes and offsets. */
const mostValues = 10_000
/** Dashes of one value that are spelled out, five to the power of this. */
export const mostDashes = 4

type Text = Operand & { kind: 'text' }

const plainText = (text: string): Text => ({ kind: 'text', pieces: text === '' ? [] : [text], bytes: false, exact: false })

/** A text operand, or what else the modifier can work on; numbers and booleans become the text they are written as. */
function asText(operand: Operand, use: Use): Operand | Refusal {
  if (operand.kind !== 'scalar') return operand
  const { reading } = operand
  if (reading.type === 'null')
    return refuse('SIG017', 'null has no text', 'write null without a modifier: the field is absent or null')
  if (reading.type !== 'text') use.tookAsText()
  return { kind: 'text', pieces: parseText(reading.text, use.placeholders), bytes: false, exact: false }
}

function each(operand: Operand, apply: (one: Operand) => Operand | Refusal): Operand | Refusal {
  if (operand.kind !== 'either') return apply(operand)
  const of: Operand[] = []
  for (const one of operand.of) {
    const next = apply(one)
    if (isRefusal(next)) return next
    of.push(next)
  }
  return { kind: 'either', of }
}

/** contains, startswith, endswith on text, on a regular expression or on another field. */
function position(start: boolean, end: boolean): Modifier['apply'] {
  return (operand, use) =>
    each(operand, one => {
      const value = asText(one, use)
      switch (value.kind) {
        case 'text':
          return { ...value, pieces: widen(value.pieces, start, end) }
        case 'regex':
          return { ...value, start: value.start || !start, end: value.end || !end }
        case 'field':
          return { ...value, how: start && end ? 'anywhere' : end ? 'start' : 'end' }
        case 'refusal':
        case 'unknown':
          return value
        default:
          return refuse('SIG011', 'it works on text, a regular expression or a field')
      }
    })
}

/** An encoding of the whole text; wildcards have no place in it. */
function encode(form: (text: Text, literal: string) => Operand | Refusal): Modifier['apply'] {
  return (operand, use) =>
    each(operand, one => {
      const value = asText(one, use)
      if (value.kind === 'refusal' || value.kind === 'unknown') return value
      if (value.kind !== 'text') return refuse('SIG011', 'it works on text')
      const dashes = countDashes(value.pieces)
      if (dashes > mostDashes)
        return refuse('SIG011', `the value has ${dashes} dashes for "windash", more than ${mostDashes} cannot be encoded`)
      const of: Operand[] = []
      for (const pieces of dashes === 0 ? [value.pieces] : spellDashes(value.pieces)) {
        const literal = literalText(pieces)
        if (literal === undefined) {
          return refuse(
            'SIG019',
            'the value has a wildcard, which cannot be encoded',
            'write the encoding before "contains", and a literal star or question mark as "\\*", "\\?"',
          )
        }
        const next = form(value, literal)
        if (isRefusal(next)) return next
        of.push(next)
      }
      return of.length === 1 ? of[0]! : { kind: 'either', of }
    })
}

function wide(form: 'le' | 'be' | 'bom'): Modifier['apply'] {
  return encode((text, literal) =>
    text.bytes
      ? refuse('SIG011', 'the value is encoded as UTF-16 already')
      : { kind: 'text', pieces: literal === '' ? [] : [utf16(literal, form)], bytes: true, exact: true },
  )
}

const bytesOf = (text: Text, literal: string): string => (text.bytes ? literal : utf8(literal))

function compare(op: Comparison): Modifier['apply'] {
  return (operand, use) => {
    if (operand.kind === 'compare' && operand.part !== undefined && operand.op === '=') return { ...operand, op }
    const to = operand.kind === 'scalar' ? use.number() : undefined
    if (to === undefined) return refuse('SIG018', 'it compares with a number')
    return { kind: 'compare', op, to }
  }
}

const ranges: Readonly<Record<DatePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
}

function datePart(part: DatePart): Modifier['apply'] {
  return (operand, use) => {
    const before = operand.kind === 'compare' && operand.part === undefined ? operand : undefined
    const to = before?.to ?? (operand.kind === 'scalar' ? use.number() : undefined)
    if (to === undefined) return refuse('SIG018', 'it compares a part of a date with a number')
    const [least, most] = ranges[part]
    if (typeof to === 'bigint' || !Number.isInteger(to) || to < least || to > most) {
      return refuse('SIG016', `${String(to)} is no ${part}: it goes from ${least} to ${most}`)
    }
    return { kind: 'compare', op: before?.op ?? '=', to, part }
  }
}

function flag(letter: string): Modifier['apply'] {
  return operand =>
    each(operand, one =>
      one.kind === 'regex'
        ? { ...one, flags: one.flags.includes(letter) ? one.flags : one.flags + letter }
        : one.kind === 'unknown'
          ? one
          : refuse('SIG011', 'it is a flag of a regular expression', 'write it after "re"'),
    )
}

/** Every combination of the values of the placeholders in a text. */
function expandText(text: Text, use: Use): Operand | Refusal {
  let texts: Piece[][] = [[]]
  for (const piece of text.pieces) {
    if (typeof piece !== 'object' || !('name' in piece)) {
      for (const done of texts) done.push(piece)
      continue
    }
    const values = use.names(piece.name)
    if (values === undefined) return { kind: 'unknown', name: piece.name }
    if (values.length * texts.length > mostValues)
      return refuse('SIG012', `its placeholders have more than ${mostValues} values together`)
    const parsed = values.map(value => parseText(value))
    texts = texts.flatMap(done => parsed.map(value => [...done, ...value]))
  }
  const of = texts.map((pieces): Operand => ({ ...text, pieces }))
  return of.length === 1 ? of[0]! : { kind: 'either', of }
}

function expandPattern(
  pattern: string,
  use: Use,
): { readonly patterns: readonly string[] } | { readonly unknown: string } | Refusal {
  let patterns = ['']
  const parts = pattern.split(/(\\.|%[^%\\*?\n]{1,120}%)/s)
  for (const part of parts) {
    let values: readonly string[] = [part === '\\%' ? '%' : part]
    if (part.length > 2 && part.startsWith('%') && part.endsWith('%')) {
      const found = use.names(part.slice(1, -1))
      if (found === undefined) return { unknown: part.slice(1, -1) }
      values = found
    }
    if (values.length * patterns.length > mostValues)
      return refuse('SIG012', `its placeholders have more than ${mostValues} values together`)
    patterns = patterns.flatMap(done => values.map(value => done + value))
  }
  return { patterns }
}

const expand: Modifier['apply'] = (operand, use) =>
  each(operand, one => {
    if (one.kind === 'regex') {
      const expanded = expandPattern(one.pattern, use)
      if ('unknown' in expanded) return { kind: 'unknown', name: expanded.unknown }
      if ('kind' in expanded) return expanded
      const of = expanded.patterns.map((pattern): Operand => ({ ...one, pattern }))
      return of.length === 1 ? of[0]! : { kind: 'either', of }
    }
    if (one.kind === 'network') {
      const name = /^%([^%]+)%$/.exec(one.text)?.[1]
      if (name === undefined) return one
      const found = use.names(name)
      return found === undefined
        ? { kind: 'unknown', name }
        : { kind: 'either', of: found.map(text => ({ kind: 'network', text })) }
    }
    const value = asText(one, use)
    if (value.kind === 'refusal' || value.kind === 'unknown') return value
    return value.kind === 'text' ? expandText(value, use) : refuse('SIG011', 'it works on text or a regular expression')
  })

const ignoreCase: Modifier = { title: 'the regular expression ignores case', apply: flag('i') }
const multiline: Modifier = { title: 'the anchors of the regular expression stand at every line', apply: flag('m') }
const dotAll: Modifier = { title: 'the dot of the regular expression matches line breaks', apply: flag('s') }
const utf16le: Modifier = { title: 'UTF-16, little endian', apply: wide('le') }

/** Sigma specification 2.1, "Modifiers"; each name there is, with pySigma's long names of the flags. */
export const modifiers: Readonly<Record<string, Modifier>> = {
  all: { title: 'every value of the list must match' },
  neq: { title: 'the item must not match' },
  cased: { title: 'upper and lower case differ' },
  contains: { title: 'the value stands anywhere in the field', apply: position(true, true) },
  startswith: { title: 'the field starts with the value', apply: position(false, true) },
  endswith: { title: 'the field ends with the value', apply: position(true, false) },
  exists: {
    title: 'the field is there, whatever its value',
    apply: (operand, use) => {
      const value = operand.kind === 'scalar' && use.first ? use.boolean() : undefined
      return value === undefined
        ? refuse('SIG018', 'it takes true or false, and no other modifier before it')
        : { kind: 'exists', value }
    },
  },
  re: {
    title: 'the value is a regular expression',
    apply: (operand, use) => {
      if (operand.kind !== 'scalar' || !use.first) {
        return refuse('SIG011', 'it reads the value as it is written', 'write "re" first')
      }
      if (operand.reading.type === 'null') return refuse('SIG017', 'null is no regular expression')
      return { kind: 'regex', pattern: operand.reading.text, flags: '', start: false, end: false }
    },
  },
  i: ignoreCase,
  ignorecase: ignoreCase,
  m: multiline,
  multiline,
  s: dotAll,
  dotall: dotAll,
  cidr: {
    title: 'the address lies in a network',
    apply: (operand, use) => {
      if (operand.kind === 'unknown') return operand
      if (operand.kind !== 'scalar' || !use.first)
        return refuse('SIG011', 'it reads the value as it is written', 'write "cidr" first')
      if (operand.reading.type === 'null') return refuse('SIG017', 'null is no network')
      return { kind: 'network', text: operand.reading.text }
    },
  },
  lt: { title: 'less than', apply: compare('<') },
  lte: { title: 'at most', apply: compare('<=') },
  gt: { title: 'greater than', apply: compare('>') },
  gte: { title: 'at least', apply: compare('>=') },
  minute: { title: 'the minute of a time', apply: datePart('minute') },
  hour: { title: 'the hour of a time', apply: datePart('hour') },
  day: { title: 'the day of the month of a time', apply: datePart('day') },
  week: { title: 'the week of a time (ISO 8601)', apply: datePart('week') },
  month: { title: 'the month of a time', apply: datePart('month') },
  year: { title: 'the year of a time', apply: datePart('year') },
  windash: {
    title: 'a dash or slash before an option may be any of five',
    apply: (operand, use) =>
      each(operand, one => {
        const value = asText(one, use)
        if (value.kind === 'refusal' || value.kind === 'unknown') return value
        if (value.kind !== 'text' || value.bytes || value.exact) return refuse('SIG011', 'it works on text that is not encoded')
        return { ...value, pieces: markDashes(value.pieces) }
      }),
  },
  base64: {
    title: 'the value in Base64',
    apply: encode((text, literal) => ({ ...plainText(base64(bytesOf(text, literal))), exact: true })),
  },
  base64offset: {
    title: 'the value in Base64 at any of three offsets',
    apply: encode((text, literal) => ({
      kind: 'either',
      of: base64Offsets(bytesOf(text, literal)).map(fragment => ({ ...plainText(fragment), exact: true })),
    })),
  },
  utf16le,
  wide: utf16le,
  utf16be: { title: 'UTF-16, big endian', apply: wide('be') },
  utf16: { title: 'UTF-16 with its byte order mark', apply: wide('bom') },
  expand: { title: 'placeholders are replaced', apply: expand },
  fieldref: {
    title: 'the value names another field',
    apply: (operand, use) => {
      if (operand.kind !== 'scalar' || !use.first) {
        return refuse('SIG011', 'it reads the value as the name of a field', 'write "fieldref" first: "fieldref|contains"')
      }
      const text = asText(operand, use)
      if (text.kind !== 'text') return isRefusal(text) ? text : refuse('SIG011', 'it names a field')
      const name = literalText(text.pieces)
      if (name === undefined) return refuse('SIG019', 'the name of a field has no wildcard')
      return name === '' ? refuse('SIG012', 'the name of the field is empty') : { kind: 'field', name, how: 'whole' }
    },
  },
}

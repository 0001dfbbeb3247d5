// Values at the edges of a test: what is changed about a value that a test asks, and why that is worth a look. Whether the answer turns is for others to say.

import type { Value } from '../ir/event.ts'
import type { Glob, Predicate } from '../ir/predicate.ts'
import { fold } from '../text/fold.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** A value beside another one. `kind` groups edits of which one that turns the answer is enough. */
export interface Edge {
  readonly value: Value | undefined
  readonly kind: 'case' | 'before' | 'after' | 'inside' | 'number' | 'missing'
  /** What was done, as a clause: `with another character before it`. */
  readonly why: string
}

/** The texts that a test names, as they are written. */
export function textsOf(test: Test): readonly string[] {
  const { match } = test
  switch (match.kind) {
    case 'glob':
      return match.glob.filter((part): part is string => typeof part === 'string')
    case 'word':
    case 'text': {
      const of = match.kind === 'word' ? match.text : match.to
      return of.kind === 'literal' && typeof of.value === 'string' ? [of.value] : []
    }
    default:
      return []
  }
}

/** Values beside one that a test is true of, the nearest first. */
export function edges(test: Test, value: Value): readonly Edge[] {
  const { match } = test
  const missing: Edge = { value: undefined, kind: 'missing', why: 'is missing' }
  if (match.kind === 'compare' && match.to.kind === 'literal') {
    const bound = Number(match.to.value)
    if (!Number.isSafeInteger(bound)) return [missing]
    return [
      ...[bound - 1, bound, bound + 1].map((number): Edge => ({ value: number, kind: 'number', why: `is ${number}` })),
      missing,
    ]
  }
  if (match.kind === 'cidr') return [...networkEdges(match.network), missing]
  if (typeof value !== 'string') return [missing]
  const own = textsOf(test).filter(text => text !== '')
  return [
    ...(match.kind === 'regex' || own.length === 0
      ? wholeEdges(value)
      : own.flatMap((text, place) => textEdges(value, text, place, own.length, match.kind === 'glob' ? match.glob : []))),
    missing,
  ]
}

/** A text with the letters of a stretch in the other case; undefined where they have none. */
function flipped(text: string, from: number, to: number): string | undefined {
  const part = text.slice(from, to)
  const other = [...part]
    .map(letter => {
      const upper = letter.toUpperCase()
      const turned = letter === upper ? letter.toLowerCase() : upper
      // A letter that becomes two is another text.
      return turned.length === letter.length ? turned : letter
    })
    .join('')
  return other === part ? undefined : text.slice(0, from) + other + text.slice(to)
}

const quoted = (text: string): string => `"${text.length > 40 ? `${text.slice(0, 39)}…` : text}"`

/** Edits of a value around one text that it holds. */
function textEdges(value: string, text: string, place: number, count: number, pattern: Glob): readonly Edge[] {
  const at =
    count === 1 && pattern.length > 0 && typeof pattern.at(-1) === 'string' ? foldedLast(value, text) : foldedFirst(value, text)
  if (at < 0) return []
  const end = at + text.length
  const out: Edge[] = []
  const about = count === 1 ? 'it' : quoted(text)
  const add = (kind: Edge['kind'], edited: string | undefined, why: string): void => {
    if (edited !== undefined && edited !== value) out.push({ value: edited, kind, why })
  }
  add('case', flipped(value, at, end), `has ${count === 1 ? 'its letters' : `the letters of ${quoted(text)}`} in the other case`)
  const digits = (character: string | undefined): boolean => character !== undefined && character >= '0' && character <= '9'
  // Behind a number, one more digit is another number.
  if (digits(text.at(-1))) add('after', `${value.slice(0, end)}0${value.slice(end)}`, `has one more digit behind ${about}`)
  else add('after', `${value.slice(0, end)}x${value.slice(end)}`, `has a letter directly behind ${about}`)
  if (digits(text[0])) add('before', `${value.slice(0, at)}1${value.slice(at)}`, `has one more digit before ${about}`)
  else add('before', `${value.slice(0, at)}x${value.slice(at)}`, `has a letter directly before ${about}`)
  const [first = ''] = text
  const last = [...text].at(-1) ?? ''
  add('before', value.slice(0, at) + value.slice(at + first.length), `lacks the first character of ${quoted(text)}`)
  add('after', value.slice(0, end - last.length) + value.slice(end), `lacks the last character of ${quoted(text)}`)
  const blank = text.slice(1, -1).indexOf(' ')
  if (blank >= 0) {
    const inside = at + 1 + blank
    add('inside', `${value.slice(0, inside)}  ${value.slice(inside + 1)}`, `has two blanks for one in ${quoted(text)}`)
  }
  for (const [sign, other, name] of [
    ['\\', '/', 'a slash for a backslash'],
    ['/', '-', 'a hyphen for a slash'],
    ['-', '/', 'a slash for a hyphen'],
  ] as const) {
    const inside = text.indexOf(sign)
    if (inside >= 0 && place === 0) {
      add('inside', value.slice(0, at + inside) + other + value.slice(at + inside + 1), `has ${name} in ${quoted(text)}`)
      break
    }
  }
  return out
}

/** Where a text stands in another whatever its case; -1 where it does not, or where folding changes lengths. */
function foldedFirst(value: string, text: string): number {
  const folded = fold(value)
  return folded.length === value.length && fold(text).length === text.length ? folded.indexOf(fold(text)) : -1
}
function foldedLast(value: string, text: string): number {
  const folded = fold(value)
  return folded.length === value.length && fold(text).length === text.length ? folded.lastIndexOf(fold(text)) : -1
}

/** Edits of a value of which only the whole is known. */
function wholeEdges(value: string): readonly Edge[] {
  const out: Edge[] = []
  const other = flipped(value, 0, value.length)
  if (other !== undefined) out.push({ value: other, kind: 'case', why: 'is in the other case' })
  const signs = [...value]
  if (signs.length > 1) {
    out.push({ value: signs.slice(1).join(''), kind: 'before', why: 'lacks its first character' })
    out.push({ value: signs.slice(0, -1).join(''), kind: 'after', why: 'lacks its last character' })
  }
  out.push({ value: `x${value}`, kind: 'before', why: 'has a letter before it' })
  out.push({ value: `${value}x`, kind: 'after', why: 'has a letter behind it' })
  return out
}

/** The addresses inside and outside an IPv4 network at both its ends. */
function networkEdges(network: string): readonly Edge[] {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(network)
  if (found === null) return []
  const octets = found.slice(1, 5).map(Number)
  const size = 2 ** (32 - Number(found[5]))
  if (octets.some(octet => octet > 255) || size > 2 ** 32) return []
  const start = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const low = start - (start % size)
  const address = (of: number): string => [2 ** 24, 2 ** 16, 256, 1].map(unit => Math.floor(of / unit) % 256).join('.')
  const edge = (of: number, why: string): readonly Edge[] =>
    of < 0 || of >= 2 ** 32 ? [] : [{ value: address(of), kind: 'number', why: `is ${address(of)}, ${why}` }]
  return [
    ...edge(low, 'the first address of the network'),
    ...edge(low + size - 1, 'the last address of the network'),
    ...edge(low - 1, 'one below the network'),
    ...edge(low + size, 'one above the network'),
  ]
}

// Globs: their shapes, matching in time proportional to the text, and their written form. Wildcards take code points, and newlines too.

import { fold } from '../text/fold.ts'
import type { Glob } from './predicate.ts'

type Part = Glob[number]

export const any: { readonly wild: 'any' } = { wild: 'any' }
export const one: { readonly wild: 'one' } = { wild: 'one' }

/** A glob in its simplest form: neighbouring texts joined, empty ones gone, in a run of wildcards the single ones first and at most one `any`. */
export function glob(parts: readonly Part[]): Glob {
  if (isSimple(parts)) return parts
  const out: Part[] = []
  let ones = 0
  let many = false
  const flush = () => {
    for (; ones > 0; ones--) out.push(one)
    if (many) out.push(any)
    many = false
  }
  for (const part of parts) {
    if (typeof part !== 'string') {
      if (part.wild === 'any') many = true
      else ones++
    } else if (part !== '') {
      flush()
      const last = out.at(-1)
      if (typeof last === 'string') out[out.length - 1] = last + part
      else out.push(part)
    }
  }
  flush()
  return out
}

/** Whether a glob is in its simplest form already. */
function isSimple(parts: readonly Part[]): boolean {
  let before: Part | undefined
  for (const part of parts) {
    if (
      typeof part === 'string' ? part === '' || typeof before === 'string' : typeof before === 'object' && before.wild === 'any'
    )
      return false
    before = part
  }
  return true
}

/** The glob that only this text fits. */
export function literal(text: string): Glob {
  return glob([text])
}

/** The glob of texts that start with this one. */
export function startsWith(text: string): Glob {
  return glob([text, any])
}

/** The glob of texts that end with this one. */
export function endsWith(text: string): Glob {
  return glob([any, text])
}

/** The glob of texts that have this one somewhere. */
export function contains(text: string): Glob {
  return glob([any, text, any])
}

/** What a glob asks, for those who can answer some shapes faster: the whole text, its start, its end, a part, nothing at all (`any`), or something else. */
export type Shape =
  | { readonly kind: 'equals' | 'starts' | 'ends' | 'contains'; readonly text: string }
  | { readonly kind: 'any' | 'other' }

/** The shape of a glob; `*` and `**` are `any`, the empty glob is equality with the empty text. */
export function shape(pattern: Glob): Shape {
  const parts = glob(pattern)
  const [first, second, third] = parts
  if (first === undefined) return { kind: 'equals', text: '' }
  if (typeof first === 'string') {
    if (second === undefined) return { kind: 'equals', text: first }
    if (parts.length === 2 && typeof second !== 'string' && second.wild === 'any') return { kind: 'starts', text: first }
    return { kind: 'other' }
  }
  if (first.wild === 'one') return { kind: 'other' }
  if (second === undefined) return { kind: 'any' }
  if (typeof second !== 'string') return { kind: 'other' }
  if (third === undefined) return { kind: 'ends', text: second }
  if (parts.length === 3 && typeof third !== 'string' && third.wild === 'any') return { kind: 'contains', text: second }
  return { kind: 'other' }
}

/** A glob whose texts are folded, for texts that are folded once and asked many times. */
export function foldGlob(pattern: Glob): Glob {
  return pattern.map(part => (typeof part === 'string' ? fold(part) : part))
}

/**
 * Whether a text fits a glob, as a function. Takes time proportional to the text (times the longest stretch between two `*`), never
 * exponential: a stretch between two `*` is settled where it first fits. With `ignoreCase` both sides are folded.
 */
export function matchGlob(pattern: Glob, ignoreCase: boolean): (text: string) => boolean {
  const parts = glob(ignoreCase ? foldGlob(pattern) : pattern)
  const fits = matcher(parts)
  return ignoreCase ? text => fits(fold(text)) : fits
}

function matcher(parts: Glob): (text: string) => boolean {
  // Half a surrogate pair in the glob must not fit half a character of the text.
  if (parts.some(part => typeof part === 'string' && /\p{Surrogate}/u.test(part))) return general(parts)
  const form = shape(parts)
  switch (form.kind) {
    case 'any':
      return () => true
    case 'equals':
      return text => text === form.text
    case 'starts':
      return text => text.startsWith(form.text)
    case 'ends':
      return text => text.endsWith(form.text)
    case 'contains':
      return text => text.includes(form.text)
    case 'other':
      return parts.some(part => part === one || (typeof part !== 'string' && part.wild === 'one')) ? general(parts) : runs(parts)
  }
}

/** Texts with `*` between them and no `?`: `a*b*c`. */
function runs(parts: Glob): (text: string) => boolean {
  const texts = parts.filter(part => typeof part === 'string')
  const head = typeof parts[0] === 'string' ? texts.shift()! : ''
  const tail = typeof parts.at(-1) === 'string' ? texts.pop()! : ''
  return text => {
    const end = text.length - tail.length
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false
    let at = head.length
    for (const part of texts) {
      const found = text.indexOf(part, at)
      if (found === -1 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

const wildOne = -1

/** Any glob, over code points. */
function general(parts: Glob): (text: string) => boolean {
  const stretches: number[][] = [[]]
  for (const part of parts) {
    if (typeof part === 'string') for (const character of part) stretches.at(-1)!.push(character.codePointAt(0)!)
    else if (part.wild === 'one') stretches.at(-1)!.push(wildOne)
    else stretches.push([])
  }
  const head = stretches[0]!
  const tail = stretches.length > 1 ? stretches.at(-1)! : undefined
  const middle = stretches.slice(1, -1)
  return text => {
    const points = codePoints(text)
    if (tail === undefined) return points.length === head.length && fitsAt(head, points, 0)
    const end = points.length - tail.length
    if (end < head.length || !fitsAt(head, points, 0) || !fitsAt(tail, points, end)) return false
    let at = head.length
    for (const stretch of middle) {
      while (at + stretch.length <= end && !fitsAt(stretch, points, at)) at++
      at += stretch.length
      if (at > end) return false
    }
    return true
  }
}

function codePoints(text: string): Uint32Array {
  const out = new Uint32Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at)!
    if (point > 0xffff) at++
    out[length++] = point
  }
  return out.subarray(0, length)
}

function fitsAt(stretch: readonly number[], points: Uint32Array, at: number): boolean {
  for (let i = 0; i < stretch.length; i++) {
    const wanted = stretch[i]!
    if (wanted !== wildOne && wanted !== points[at + i]) return false
  }
  return at + stretch.length <= points.length
}

/** A glob as people write it, and as Sigma does: `*` any run, `?` one character; a backslash makes a following `*`, `?` or backslash plain and is itself elsewhere. */
export function globText(pattern: Glob): string {
  const parts = glob(pattern)
  let out = ''
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!
    if (typeof part !== 'string') {
      out += part.wild === 'any' ? '*' : '?'
      continue
    }
    const wildNext = index + 1 < parts.length
    out += part.replace(/\\+|[*?]/g, (found, at: number) => {
      if (found === '*' || found === '?') return `\\${found}`
      const next = part[at + found.length]
      const plain = found.length === 1 && next !== '*' && next !== '?' && !(next === undefined && wildNext)
      return plain ? found : found + found
    })
  }
  return out
}

/** The glob that a text in the form of `globText` stands for. Every text stands for one. */
export function parseGlob(text: string): Glob {
  const parts: Part[] = []
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\' && at + 1 < text.length && '*?\\'.includes(text[at + 1]!)) plain += text[++at]
    else if (character === '*' || character === '?') {
      parts.push(plain, character === '*' ? any : one)
      plain = ''
    } else plain += character
  }
  return glob([...parts, plain])
}

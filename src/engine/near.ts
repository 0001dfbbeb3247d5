// How near a value came to what a test asks: the part of the text that is there, what stands in the way, how far a number is away.

import { asText, type Value } from '../ir/event.ts'
import { shape } from '../ir/glob.ts'
import type { Match } from '../ir/predicate.ts'
import { fold } from '../text/fold.ts'
import { asAmount } from './row.ts'

export const shown = 120

/** A value as it is shown: text in quotes, cut to 120 characters around `at`. */
export function show(value: Value, at = 0): string {
  if (typeof value !== 'string') {
    const text = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? ''
    return text.length > shown ? `${text.slice(0, shown)}…` : text
  }
  if (value.length <= shown) return `"${value}"`
  const start = Math.max(0, Math.min(at - 30, value.length - shown))
  const end = Math.min(value.length, start + shown)
  return `"${start > 0 ? '…' : ''}${value.slice(start, end)}${end < value.length ? '…' : ''}"`
}

/** How near, from 0 to 1, and in words. */
export interface Near {
  readonly near: number
  readonly text?: string
}

/** How near a value came to what a test asks of it. */
export function nearTo(match: Match, value: Value): Near {
  if (match.kind === 'compare') {
    const to = match.to.kind === 'literal' ? asAmount(match.to.value) : undefined
    const amount = asAmount(value)
    if (to === undefined || amount === undefined) return { near: 0.2 }
    const away = Math.abs(amount - to)
    return { near: 1 / (1 + away / Math.max(1, Math.abs(to))), text: `${away} away from ${to}` }
  }
  const text = asText(value)
  if (text === undefined || match.kind !== 'glob') return { near: 0.2 }
  const form = shape(match.glob)
  if (form.kind === 'any') return { near: 0.2 }
  if (!('text' in form)) return nearToPieces(match, text)
  return nearToText(form.kind, form.text, text, match.fold)
}

const longestCompared = 4096

/** How near a text came to one that it should be, begin with, end with or contain. */
function nearToText(kind: 'equals' | 'starts' | 'ends' | 'contains', wanted: string, value: string, folded: boolean): Near {
  const text = value.slice(0, longestCompared)
  const low = fold(text)
  const lowWanted = fold(wanted)
  const fits = {
    equals: low === lowWanted,
    starts: low.startsWith(lowWanted),
    ends: low.endsWith(lowWanted),
    contains: low.includes(lowWanted),
  }
  if (!folded && fits[kind]) return { near: 0.95, text: 'only the case differs' }
  const place = kind === 'ends' ? low.lastIndexOf(lowWanted) : low.indexOf(lowWanted)
  if (place !== -1 && kind !== 'contains' && wanted.length > 0) {
    const before = text.slice(0, place)
    const after = text.slice(place + wanted.length)
    const extra = [
      ...(before !== '' && kind !== 'ends' ? [`${show(before)} stands before it`] : []),
      ...(after !== '' && kind !== 'starts' ? [`${show(after)} stands behind it`] : []),
    ]
    return { near: 0.9, text: `it has ${show(wanted)}, but ${extra.join(' and ')}` }
  }
  const common = longestCommon(kind, lowWanted, low)
  if (common.length < 3 && common.length < wanted.length / 2)
    return { near: 0.2 + (0.3 * common.length) / Math.max(1, wanted.length) }
  const part = wanted.slice(common.start, common.start + common.length)
  return { near: 0.2 + (0.7 * common.length) / wanted.length, text: `it has ${show(part)} of ${show(wanted)}` }
}

/** The longest part of what is wanted that the value has: at its start, at its end, or anywhere. */
function longestCommon(
  kind: 'equals' | 'starts' | 'ends' | 'contains',
  wanted: string,
  text: string,
): { start: number; length: number } {
  let length = 0
  if (kind === 'equals' || kind === 'starts') {
    while (length < wanted.length && length < text.length && wanted[length] === text[length]) length++
    return { start: 0, length }
  }
  if (kind === 'ends') {
    while (length < wanted.length && length < text.length && wanted.at(-1 - length) === text.at(-1 - length)) length++
    return { start: wanted.length - length, length }
  }
  let start = 0
  for (let from = 0; from + length < Math.min(wanted.length, 512); from++) {
    while (from + length < wanted.length && text.includes(wanted.slice(from, from + length + 1))) {
      length++
      start = from
    }
  }
  return { start, length }
}

/** How many of the pieces between wildcards a text has, in order, and which is the first that it lacks. */
function nearToPieces(match: Match & { kind: 'glob' }, value: string): Near {
  const low = fold(value.slice(0, longestCompared))
  const pieces = match.glob.filter((part): part is string => typeof part === 'string')
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    const place = low.indexOf(fold(piece), at)
    if (place === -1) return { near: 0.2 + (0.6 * index) / pieces.length, text: `it lacks ${show(piece)}` }
    at = place + piece.length
  }
  return { near: 0.85, text: 'it has every piece, but not where the wildcards let it' }
}

// Values of events as JSON that every reader can take: whole numbers beyond 2^53 as strings, bounded depth, nothing that steers a terminal.

import type { Value } from '../../ir/event.ts'
import { formatTime } from '../../ir/time.ts'

/** What `JSON.stringify` writes without surprise. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

const deepest = 64

/** A value as plain JSON: whole numbers beyond 2^53 become strings of their digits, what lies deeper than 64 levels becomes the text `…`. */
export function json(value: Value, depth = 0): Json {
  if (typeof value === 'bigint') return whole(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return '…'
  if (Array.isArray(value)) return (value as readonly Value[]).map(member => json(member, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, json(member, depth + 1)]))
}

/** A whole number as a JSON number, or as a string of its digits where a number would lose some. */
export function whole(value: number | bigint): number | string {
  if (typeof value === 'number') return value
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)
}

const steering = /[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

/** JSON text on one line (or indented); characters that could steer a terminal are written as escapes, which changes no value. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    steering,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A value on one line for people: text as it is, lists joined by commas, records as JSON. */
export function plain(value: Value): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every(member => typeof member !== 'object' || member === null))
    return value.map(String).join(', ')
  if (typeof value === 'object' && value !== null) return jsonText(json(value))
  return String(value)
}

/** A time as ISO 8601 in UTC with 7 digits of the second where it has ticks, 3 where it has not; null without a time. */
export function isoTime(time: number | undefined, ticks: number | undefined): string | null {
  return time === undefined ? null : formatTime(time, ticks)
}

/** A time as people read it: `2026-11-20 10:02:11Z`. */
export function clock(time: number | undefined): string {
  return time === undefined ? '(no time)' : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}Z`
}

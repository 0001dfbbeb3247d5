// Values and findings as JSON, the same on every run.

import type { Event, Value } from '../ir/event.ts'
import { type Diagnostic, place } from '../text/diagnostic.ts'
import type { Span } from '../text/source.ts'
import type { EventFact, FindingFact, Json, Stretch } from './entry.ts'

/** Deeper values are cut off: YAML may nest as deep as it likes. */
const deepest = 40

/** Any value as JSON: whole numbers beyond 2^53 as texts, what JSON has no word for as null. */
export function plain(value: unknown, depth = 0): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value === null || value === undefined || typeof value !== 'object' || depth > deepest) return null
  if (Array.isArray(value)) return value.map(one => plain(one, depth + 1))
  if (value instanceof Date) return value.toISOString()
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, depth + 1)]))
}

/** The fields of an event, in the order in which it has them. */
export function plainEvent(event: Event): EventFact {
  return Object.fromEntries(Object.entries(event.fields).map(([name, value]: [string, Value]) => [name, plain(value)]))
}

/** A place in a document; `file` only where it is another than the given one. */
export function stretch(span: Span, document: string): Stretch {
  const elsewhere = span.source !== undefined && span.source !== document
  return { start: span.start, end: span.end, ...(elsewhere ? { file: span.source! } : {}) }
}

/** A finding with its line and column. */
export function findingOf(finding: Diagnostic): FindingFact {
  const { code, severity, message, hint, span } = finding
  const at = place(finding)
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined || span === undefined ? {} : { line: at.line, column: at.column }),
    ...(span === undefined ? {} : { at: stretch(span, finding.source?.name ?? '') }),
  }
}

/** Shorter than so many characters, with a mark where it was cut; no character is cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const end = /[\ud800-\udbff]/.test(text[most - 1]!) ? most - 1 : most
  return `${text.slice(0, end)}…`
}

/** Order by code units: the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

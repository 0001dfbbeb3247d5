// A rule: what it looks for, and what a reader needs in order to trust it.

import type { Source } from '../text/source.ts'
import type { Event } from './event.ts'
import type { Pipeline } from './pipeline.ts'

export const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Level = (typeof levels)[number]
export const statuses = ['experimental', 'test', 'stable', 'deprecated', 'unsupported'] as const
export type Status = (typeof statuses)[number]

/** A rule. What the document leaves out (id, level, status) gets a stated default: id `file:title` hashed by the reader, level `informational`, status `test`. */
export interface Detection {
  readonly id: string
  /** The name that correlations use beside the id. */
  readonly name?: string
  readonly title: string
  readonly description: string
  readonly level: Level
  readonly status: Status
  readonly query: Pipeline
  /** The schema whose names `query` uses. */
  readonly schema: string
  /** Feeds a correlation only; raises no alert of its own. */
  readonly silent?: boolean
  /** ATT&CK technique ids, upper case: `T1572`, `T1021.001`. */
  readonly attack: readonly string[]
  readonly authors: readonly string[]
  readonly references: readonly string[]
  readonly falsePositives: readonly string[]
  readonly created?: string
  readonly modified?: string
  readonly risk?: Risk
  readonly tests: readonly Trial[]
  /** Where it was written, for spans to point into. */
  readonly written: { readonly document: Source; readonly rules: string; readonly language: string; readonly query: Source }
  /** What the document said that nothing above stands for. */
  readonly rest: Readonly<Record<string, unknown>>
}

export interface Risk {
  readonly score: number
  readonly impact?: number
  readonly confidence?: number
  readonly message: string
  readonly entities: readonly { readonly field: string; readonly kind: 'user' | 'system' | 'other'; readonly score?: number }[]
  readonly threats: readonly { readonly field: string; readonly kind: string }[]
}

export interface Trial {
  readonly name: string
  /** Why it must be so, in the author's words. */
  readonly note?: string
  readonly events: readonly Event[] | { readonly dataset: string }
  readonly expect: 'alert' | 'silence'
}

// Questions about one event and values computed from one. Two-valued, and everything said: case, wildcards, words, missing fields.

import type { Span } from '../text/source.ts'
import type { Value } from './event.ts'
import type { Pipeline } from './pipeline.ts'

export interface At {
  readonly span?: Span
}

/**
 * A question about one event. Two-valued: the answer is yes or no, and a test of a missing
 * field answers no. A language with three-valued logic says so in what it parses to.
 */
export type Predicate = At &
  (
    | { readonly kind: 'and' | 'or'; readonly args: readonly Predicate[] }
    | { readonly kind: 'not'; readonly arg: Predicate }
    | { readonly kind: 'const'; readonly value: boolean }
    /** On a list, `each` says whether any, all or none of its members must match (default any; an empty list has no member), or `one`: it has a single member, which matches. */
    | { readonly kind: 'test'; readonly subject: Scalar; readonly match: Match; readonly each?: 'any' | 'all' | 'none' | 'one' }
    | { readonly kind: 'opaque'; readonly text: string }
  )

/**
 * What a value must satisfy. Case is always said (`fold`), never assumed. `exists` is true of null; `present` is not;
 * `empty` is true of the present empty text. Regular expressions are in the portable form of `ir/regex.ts`; `whole` anchors both ends.
 */
export type Match =
  | { readonly kind: 'exists' | 'present' | 'empty' }
  | { readonly kind: 'glob'; readonly glob: Glob; readonly fold: boolean }
  | { readonly kind: 'text'; readonly how: 'whole' | 'start' | 'end' | 'anywhere'; readonly to: Scalar; readonly fold: boolean }
  | {
      readonly kind: 'word'
      readonly text: Scalar
      readonly side: 'whole' | 'start' | 'end'
      readonly fold: boolean
      readonly words: WordRule
    }
  | { readonly kind: 'regex'; readonly pattern: string; readonly fold: boolean; readonly whole: boolean }
  | { readonly kind: 'compare'; readonly op: '=' | '<' | '<=' | '>' | '>='; readonly to: Scalar; readonly fold?: boolean }
  | { readonly kind: 'cidr'; readonly network: string }
  | { readonly kind: 'among'; readonly rows: Pipeline; readonly column: string; readonly fold: boolean }

/** Literal runs and wildcards. Equality, prefix, suffix and contains are shapes of it (`shape(glob)`). */
export type Glob = readonly (string | { readonly wild: 'any' | 'one' })[]

/** What counts as a word differs by product, so the rule is part of the meaning. */
export type WordRule = 'kusto' | 'splunk' | 'lucene'

/** A value computed from one event. */
export type Scalar = At &
  /** `type`: the column's own, where a schema states it (of its first step, for a path). */
  (
    | { readonly kind: 'field'; readonly name: string; readonly type?: ValueType }
    /** Every field whose name fits, at any depth: keyword search, `process_*`. */
    | { readonly kind: 'fields'; readonly names: Glob }
    | { readonly kind: 'raw' }
    | { readonly kind: 'literal'; readonly value: Value; readonly type?: ValueType }
    | {
        readonly kind: 'call'
        readonly fn: ScalarFunction | Special
        readonly args: readonly Scalar[]
        readonly type?: ValueType
      }
    | {
        readonly kind: 'case'
        readonly branches: readonly { readonly when: Predicate; readonly then: Scalar }[]
        readonly otherwise: Scalar
      }
    /** The one cell of a query's result (toscalar, a subsearch that returns one value). */
    | { readonly kind: 'single'; readonly of: Pipeline }
  )

export type ScalarFunction =
  | 'now'
  | 'lower'
  | 'upper'
  | 'length'
  | 'concat'
  | 'substring'
  | 'replace'
  | 'extract'
  | 'split'
  | 'index'
  | 'basename'
  | 'dirname'
  | 'base64decode'
  | 'number'
  | 'text'
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'bin'
  | 'coalesce'
  /** A part of a date, in UTC: arguments are the value and one of the literals minute, hour, day, week (ISO 8601), month, year. */
  | 'datepart'

/** What one product alone has, under its own name: `kusto:datetime_diff`, `splunk:mvindex`. */
export type Special = `${string}:${string}`

export type ValueType =
  | 'string'
  | 'long'
  | 'int'
  | 'real'
  | 'decimal'
  | 'bool'
  | 'datetime'
  | 'timespan'
  | 'dynamic'
  | 'guid'
  | 'ip'

// The contract of a query language: text to meaning, and meaning to text.

import type { Pipeline } from '../ir/pipeline.ts'
import type { ValueType } from '../ir/predicate.ts'
import type { Outcome } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'

/**
 * A query language. The contract: `parse(print(q))` means what `q` means, and either function
 * says in a diagnostic what it cannot do. Neither knows of schemas, rules, files or other languages.
 */
export interface Language {
  readonly id: string
  readonly title: string
  readonly extension: string
  /** Text to meaning. What the language leaves unsaid (case, wildcards, missing fields) is said here. */
  parse(source: Source, context?: ParseContext): Outcome<Pipeline>
  /** Meaning to text. Absent for a language that is only read. */
  print?(query: Pipeline, style?: Style): Outcome<Printed>
  /** What a query calls by name and is defined elsewhere (macros), with what those call in turn: each once, in the order in which it is met. */
  references?(source: Source, context?: ParseContext): readonly Reference[]
  /** Every code it reports, with a one-line title; the reference pages are made from it. */
  readonly codes: Readonly<Record<string, string>>
}

/** A definition that a query calls. */
export interface Reference {
  /** Its name, with the number of its arguments where it has any: `security_content_ctime(1)`. */
  readonly name: string
  /** Whether somebody defined it, it is known without a definition, it is a hook that lets everything through until it is filled, or nobody knows it. */
  readonly known: 'defined' | 'usual' | 'hook' | 'unknown'
  /** The definition that calls it first, where the query does not call it itself. */
  readonly through?: string
  readonly span: Span
}

/** What a query refers to by name (macros, placeholders, lists), and how to settle what the manual leaves open. A name not given becomes `opaque`, with a warning. */
export interface ParseContext {
  readonly names?: Readonly<
    Record<string, string | readonly string[] | { readonly args: readonly string[]; readonly body: Source }>
  >
  readonly assume?: Readonly<Record<string, string>>
  /** Reads a query that another language holds inside (`KQL("…")` in ES|QL); languages do not know each other. */
  readonly embedded?: (language: string, source: Source) => Outcome<Pipeline>
  /** Tables whose columns are known, with their types where those are. */
  readonly tables?: Readonly<Record<string, readonly { readonly name: string; readonly type?: ValueType }[]>>
  /** How the keys of lookup tables are compared, where their definitions say so; their rows, where these are not given with them, are tables of their own (`lookup:NAME`). */
  readonly lookups?: Readonly<Record<string, LookupRules>>
}

/** The definition of a lookup table as far as it decides which rows are found (Splunk's transforms.conf). */
export interface LookupRules {
  /** Columns that are patterns with stars, or networks. */
  readonly matches?: Readonly<Record<string, 'wildcard' | 'cidr'>>
  /** Whether case counts; it does unless said otherwise. */
  readonly cased?: boolean
  /** What is put in where fewer than `least` rows are found. */
  readonly otherwise?: string
  readonly least?: number
  /** How many rows are taken at most. */
  readonly most?: number
  /** The rows themselves, where they are at hand. */
  readonly table?: {
    readonly columns: readonly string[]
    readonly rows: readonly (readonly (string | null)[])[]
  }
}

export interface Style {
  readonly layout?: 'line' | 'block'
  readonly form?: string
  /** Named approximations are written, each with a warning, instead of refused. */
  readonly loose?: boolean
}

/** Text, and for each stretch of it the places of the rule that it says, and how exactly. */
export interface Printed {
  readonly text: string
  readonly marks: readonly {
    readonly start: number
    readonly end: number
    readonly from: readonly Span[]
    readonly how: 'exact' | 'widened' | 'narrowed' | 'added'
  }[]
}

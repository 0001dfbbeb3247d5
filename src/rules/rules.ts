// The contract of a document that holds rules.

import type { Detection } from '../ir/detection.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { ParseContext, Printed } from '../languages/language.ts'
import type { Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'

/** What a document is written for: the target, its language, and the tables that the query reads. */
export interface Place {
  readonly target: string
  readonly language: string
  readonly tables: readonly string[]
  /** The query in the names of the target's schema. */
  readonly query?: Pipeline
  /** The text of each of the format's `parts`, where it has any. */
  readonly texts?: readonly string[]
}

/** A document that holds rules: Sigma YAML, ESCU YAML, Sentinel YAML, Elastic TOML, an Elasticsearch watch. */
export interface RuleFormat {
  readonly id: string
  readonly title: string
  /** How sure, from 0 to 1, that this text is one. */
  detect(source: Source): number
  read?(source: Source, context?: ParseContext): Outcome<readonly Detection[]>
  /** What of a translated query is text, where the document itself says the rest (counts, windows, several rules); undefined: the whole query. */
  parts?(query: Pipeline): readonly Pipeline[] | undefined
  write?(
    detection: Detection,
    printed: Printed,
    columns: readonly string[],
    place?: Place,
  ): Outcome<readonly { readonly name: string; readonly text: string }[]>
  /** Every code it reports, with a one-line title. */
  readonly codes: Readonly<Record<string, string>>
}

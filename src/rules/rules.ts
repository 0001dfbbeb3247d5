// The contract of a document that holds rules.

import type { Detection } from '../ir/detection.ts'
import type { ParseContext, Printed } from '../languages/language.ts'
import type { Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'

/** What a document is written for: the target, its language, and the tables that the query reads. */
export interface Place {
  readonly target: string
  readonly language: string
  readonly tables: readonly string[]
}

/** A document that holds rules: Sigma YAML, ESCU YAML, Sentinel YAML, Elastic TOML, an Elasticsearch watch. */
export interface RuleFormat {
  readonly id: string
  readonly title: string
  /** How sure, from 0 to 1, that this text is one. */
  detect(source: Source): number
  read?(source: Source, context?: ParseContext): Outcome<readonly Detection[]>
  write?(
    detection: Detection,
    printed: Printed,
    columns: readonly string[],
    place?: Place,
  ): Outcome<readonly { readonly name: string; readonly text: string }[]>
  /** Every code it reports, with a one-line title. */
  readonly codes: Readonly<Record<string, string>>
}

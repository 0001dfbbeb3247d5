// EQL to meaning, as Elasticsearch reads it; written from its manual and grammar.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { Lowering } from './parse/lower.ts'
import { Reader } from './parse/reader.ts'

const longest = 1_000_000

export const codes: Readonly<Record<string, string>> = {
  EQL001: 'a text that is no EQL',
  EQL002: 'a function that EQL does not have',
  EQL003: 'a function with too few or too many arguments',
  EQL004: 'an operator that EQL does not have',
  EQL005: 'a word of the dialect of Elastic Endpoint or Endgame, which Elasticsearch does not read',
  EQL006: 'a sequence that cannot be',
  EQL007: 'a query that is nested too deeply or too long',
  EQL008: 'a comparison that Elasticsearch refuses',
  EQL009: 'a regular expression in EQL that cannot be read',
}

/**
 * A query over documents (`from` the table `logs-*`; which indices is said beside the query). Assumes `eql.negationOfMissing`
 * (`matched` or `unmatched`): whether `not f == "x"` is true of a document without `f`.
 */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  if (source.text.length > longest)
    return {
      diagnostics: [{ code: 'EQL007', severity: 'error', message: `a query of more than ${longest} characters is not read` }],
    }
  const reader = new Reader(source.text)
  const statement = reader.read()
  if (statement === undefined) return { diagnostics: reader.diagnostics }
  const lowering = new Lowering(context.assume ?? {})
  const value = lowering.statement(statement)
  const diagnostics = [...reader.diagnostics, ...lowering.diagnostics]
  const assumed = [...lowering.assumed]
  if (diagnostics.some(finding => finding.severity === 'error')) return { diagnostics, assumed }
  return { value, diagnostics, assumed }
}

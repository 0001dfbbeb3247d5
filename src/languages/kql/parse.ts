// KQL text → pipeline: tokens, the syntax tree, then names, types and what Kusto leaves unsaid put in place.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { ValueType } from '../../ir/predicate.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { bind } from './parse/bind.ts'
import { Reader } from './parse/reader.ts'
import { readStatements } from './parse/statements.ts'

/** A query with the columns that its rows have: a type where one is known; `open` when there may be more columns. */
export interface Bound {
  readonly query: Pipeline
  readonly columns: readonly { readonly name: string; readonly type: ValueType | undefined }[]
  readonly open: boolean
}

const longest = 1_000_000

/** Reads a query and works out its columns. Tables that the context describes are checked by name and type; others are taken as they come. */
export function analyse(source: Source, context: ParseContext = {}): Outcome<Bound> {
  const { text } = source
  if (text.length > longest)
    return {
      diagnostics: [
        {
          code: 'KQL013',
          severity: 'error',
          message: `a query of ${text.length} characters is too long to be read`,
          hint: `at most ${longest} are`,
        },
      ],
    }
  const reader = new Reader(text)
  const statements = readStatements(reader)
  const diagnostics: Diagnostic[] = [...reader.diagnostics]
  const bound = bind(statements, context.tables ?? {}, diagnostics)
  if (bound === undefined) {
    if (!diagnostics.some(finding => finding.severity === 'error'))
      diagnostics.push({
        code: 'KQL016',
        severity: 'error',
        message: 'there is no query here',
        span: { start: 0, end: text.length },
        hint: 'behind the let statements a table is named, with what is done to it',
      })
    return { diagnostics }
  }
  return { value: { query: bound.query, columns: bound.header.columns, open: bound.header.open }, diagnostics }
}

/** Reads a query. Whatever is wrong is reported with its place, and what was understood is given; nothing is thrown. */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  const { value, diagnostics } = analyse(source, context)
  return value === undefined ? { diagnostics } : { value: value.query, diagnostics }
}

// ES|QL to meaning; written from its manual and grammar.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { lowered } from './parse/commands.ts'
import { Expressions } from './parse/expressions.ts'
import { Reader } from './parse/reader.ts'

const longest = 1_000_000

export const codes: Readonly<Record<string, string>> = {
  ESQ001: 'a text that is no ES|QL',
  ESQ002: 'a command that ES|QL does not have',
  ESQ003: 'a query that is nested too deeply or too long',
  ESQ004: 'a function with too few or too many arguments',
  ESQ005: 'a value where a condition should stand, or what Elasticsearch refuses otherwise',
  ESQ006: 'a part of a query that is understood by name and cannot be run: models, policies, places, parameters',
  ESQ007: 'a regular expression in ES|QL that cannot be read',
  ESQ008: 'a function that ES|QL does not have',
  ESQ201: 'a text in one case compared with one that is in the other',
}

/** A query over documents. Every condition says what becomes of absent values and of lists: neither has an answer. No limit of rows is added. */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  if (source.text.length > longest)
    return {
      diagnostics: [{ code: 'ESQ003', severity: 'error', message: `a query of more than ${longest} characters is not read` }],
    }
  const reader = new Reader(source.text)
  const commands = reader.read()
  const expressions = new Expressions(source, context)
  const value = lowered(commands, expressions, source.text)
  const diagnostics = [...reader.diagnostics, ...expressions.diagnostics]
  const assumed = [...expressions.assumed]
  if (diagnostics.some(finding => finding.severity === 'error')) return { diagnostics, assumed }
  return { value, diagnostics, ...(assumed.length === 0 ? {} : { assumed }) }
}

// What the reading of Sigma detections reports, and the notebook its parts write into.

import type { Predicate } from '../../ir/predicate.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Source, Span } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { yamlCodes } from './yaml.ts'

export const codes = {
  ...yamlCodes,
  SIG010: 'a modifier does not exist',
  SIG011: 'a modifier cannot be used here',
  SIG012: 'a value has the wrong form',
  SIG013: 'a placeholder has no value',
  SIG014: 'a value is not a network',
  SIG015: 'a regular expression cannot be used',
  SIG016: 'a part of a date is out of its range',
  SIG017: 'null has no text that a modifier could work on',
  SIG018: 'a value must be a number, true or false',
  SIG019: 'a wildcard stands where only plain text can',
  SIG020: 'a search identifier says nothing',
  SIG021: 'the condition is missing',
  SIG022: 'the condition cannot be read',
  SIG023: 'the condition names something that is not defined',
  SIG024: 'a selector fits no search identifier',
  SIG025: 'the words of a condition are lower case',
  SIG026: 'only "1 of", "any of" and "all of" exist',
  SIG027: 'the condition is nested too deeply or too long',
  SIG028: 'an aggregation cannot be read',
  SIG029: 'there is no detection',
  SIG101: 'a query does more than ask single events of one log source',
  SIG102: 'a test that Sigma has no words for',
  SIG103: 'a field whose name Sigma cannot write',
  SIG104: 'a condition is nested too deeply to be written',
  SIG105: 'a question about several events that no correlation of Sigma asks',
  SIG201: 'an unquoted value reads differently in YAML 1.1 and 1.2',
  SIG202: 'a number or boolean is used as text',
  SIG203: 'a search identifier is not used',
  SIG204: 'a selector behind "not" fits no search identifier',
  SIG205: 'aggregations in conditions are gone since Sigma 2',
  SIG206: '"timeframe" has no effect',
  SIG207: 'bytes are compared with text',
  SIG208: 'an empty list is read as null',
  SIG209: 'a quoted number or boolean is read as one',
  SIG210: 'an empty keyword is in every event',
  SIG212: 'a regular expression may be read differently elsewhere',
  SIG211: 'an aggregation has no "timeframe"',
} as const

export type Code = keyof typeof codes

/** Where one document's parts are read: its text, the names it may use, and what was found. */
export interface Reader {
  readonly source: Source
  readonly context: ParseContext
  readonly diagnostics: Diagnostic[]
}

type More = Pick<Diagnostic, 'hint' | 'related' | 'fix'>

/** Notes an error and gives the predicate that stands for what could not be read. */
export function fail(reader: Reader, code: Code, message: string, span: Span, more: More = {}): Predicate {
  reader.diagnostics.push({ code, severity: 'error', message, span, source: reader.source, ...more })
  return { kind: 'opaque', text: message, span }
}

export function warn(reader: Reader, code: Code, message: string, span: Span, more: More = {}): void {
  reader.diagnostics.push({ code, severity: 'warning', message, span, source: reader.source, ...more })
}

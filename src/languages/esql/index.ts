// ES|QL as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  ESQ101: 'a query does what ES|QL has no form for',
  ESQ102: 'a test that ES|QL has no words for',
  ESQ103: 'a comparison of two values that are no single columns',
  ESQ104: 'a test that does not fit the type of the column',
  ESQ105: 'a regular expression that Lucene, and so ES|QL, cannot say',
  ESQ106: 'a value that no document can hold',
  ESQ107: 'a regular expression that is too long for the index',
  ESQ108: 'a group or measure that is no column',
  ESQ301: 'windows lie side by side instead of sliding',
  ESQ302: 'a keyword is searched in the default fields of an index',
  ESQ303: 'rules keep one field in different columns',
}

/** The Elasticsearch Query Language (https://www.elastic.co/docs/reference/query-languages/esql). */
export const esql: Language = {
  id: 'esql',
  title: 'ES|QL',
  extension: 'esql',
  parse,
  print,
  codes,
}

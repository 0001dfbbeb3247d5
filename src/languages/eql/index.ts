// EQL as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  EQL101: 'a query does what EQL has no form for',
  EQL102: 'a test that EQL has no words for',
  EQL103: 'two fields are compared',
  EQL104: 'a test that does not fit the type of the column',
  EQL105: 'a regular expression that Lucene, and so EQL, cannot say',
  EQL106: 'a value that no document can hold',
  EQL107: 'a regular expression that is too long for the index',
  EQL108: 'a group that is no single column',
}

/** Event Query Language of Elasticsearch (https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax). */
export const eql: Language = {
  id: 'eql',
  title: 'EQL',
  extension: 'eql',
  parse,
  print,
  codes,
}

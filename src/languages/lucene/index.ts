// Lucene's query string as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  LUC101: 'a query does more than ask single events',
  LUC102: 'a test that Lucene has no words for',
  LUC103: 'two fields are compared',
  LUC104: 'a test that does not fit the type of the column',
  LUC105: 'a regular expression that Lucene cannot say',
  LUC106: 'a value that no document can hold',
  LUC107: 'a regular expression that is too long for the index',
  LUC301: 'a keyword is searched word by word in analysed text',
  LUC302: 'an empty text is asked as an absent field where none is kept',
}

/** Lucene's query string (https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query). */
export const lucene: Language = {
  id: 'lucene',
  title: 'Lucene query string',
  extension: 'lucene',
  parse,
  print,
  codes,
}

// Kibana's query language as a language: id, title, extension, codes. It is called kuery here, because KQL is also Kusto's name.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  KUE101: 'a query does more than ask single events',
  KUE102: 'a test that kuery has no words for',
  KUE103: 'two fields are compared',
  KUE104: 'a test that does not fit the type of the column',
  KUE105: 'kuery heeds case where the rule does not',
  KUE106: 'a pattern that kuery cannot say',
  KUE107: 'a value that no document can hold',
}

/** Kibana Query Language (https://www.elastic.co/docs/reference/query-languages/kql). */
export const kuery: Language = {
  id: 'kuery',
  title: 'Kibana Query Language',
  extension: 'kuery',
  parse,
  print,
  codes,
}

// QRadar's query language as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  AQL101: 'a query does more than ask single events or count them by group',
  AQL102: 'a test that AQL has no words for',
  AQL103: 'two fields are compared',
  AQL104: 'a column does not hold what is asked of it',
  AQL105: 'a regular expression that AQL cannot say',
  AQL106: 'a value or name that no event can hold',
  AQL303: 'a window slides in the rule, and the search has one, the last',
}

/** Ariel Query Language, searches of events (https://www.ibm.com/docs/en/qsip/7.5?topic=aql-overview). */
export const aql: Language = {
  id: 'aql',
  title: 'Ariel Query Language (QRadar)',
  extension: 'aql',
  parse,
  print,
  codes,
}

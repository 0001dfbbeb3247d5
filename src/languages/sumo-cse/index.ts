// Sumo Logic's Cloud SIEM rule expressions as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  CSE101: 'a query does more than ask single events',
  CSE102: 'a test that Cloud SIEM has no words for',
  CSE103: 'two fields are compared',
  CSE105: 'a regular expression that Cloud SIEM cannot say',
  CSE106: 'a value or name that no event can hold',
}

/** Expressions of Cloud SIEM rules (https://help.sumologic.com/docs/cse/rules/cse-rules-syntax/). */
export const sumoCse: Language = {
  id: 'sumo-cse',
  title: 'Sumo Logic Cloud SIEM rule expression',
  extension: 'cse',
  parse,
  print,
  codes,
}

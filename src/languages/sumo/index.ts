// Sumo Logic's log search as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  SUM101: 'what a query does beyond asking events has no form in a log search',
  SUM102: 'a test that a log search has no words for',
  SUM103: 'two fields are compared in a way that a log search has no words for',
  SUM105: 'a regular expression that a log search cannot say',
  SUM106: 'a value or name that no event can hold',
  SUM301: 'a keyword is searched in the message as it was collected',
  SUM302: 'many distinct values, and percentiles, are estimated',
  SUM303: 'windows slide in the rule and lie side by side in the search',
}

/** Log searches of Sumo Logic (https://help.sumologic.com/docs/search/search-query-language/). */
export const sumo: Language = {
  id: 'sumo',
  title: 'Sumo Logic log search',
  extension: 'sumo',
  parse,
  print,
  codes,
}

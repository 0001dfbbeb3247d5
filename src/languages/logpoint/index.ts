// Logpoint's search language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  LGP101: 'what a query does beyond asking events has no form in a search of Logpoint',
  LGP102: 'a test that a search of Logpoint has no words for',
  LGP103: 'two fields are compared',
  LGP104: 'a test that does not fit the type of the field',
  LGP105: 'a test that Logpoint takes only behind a search has none before it, or finds the empty text where it need not hold',
  LGP106: 'a value or name that no event can hold',
  LGP107: 'a regular expression that Logpoint cannot say',
  LGP108: 'a text without a certain spelling is asked of a whole message',
  LGP301: 'a character that has no certain spelling is asked as any one character',
  LGP302: 'a search has no window of its own',
}

/** Searches of Logpoint (https://docs.logpoint.com/docs/search-query-language), as its own converter of Sigma rules writes them. */
export const logpoint: Language = {
  id: 'logpoint',
  title: 'Logpoint search',
  extension: 'logpoint',
  parse,
  print,
  codes,
}

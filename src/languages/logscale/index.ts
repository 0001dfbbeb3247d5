// CrowdStrike's query language as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  LGS101: 'a query does more than ask single events or count them by group',
  LGS102: 'a test that LogScale has no words for',
  LGS103: 'two fields are compared',
  LGS104: 'a keyword is searched in all of an event',
  LGS105: 'a number that LogScale cannot be given',
  LGS106: 'a value that no event can hold',
  LGS107: 'a regular expression that LogScale cannot say',
  LGS303: 'windows slide in the rule and lie side by side in the query',
  LGS304: 'many distinct values are estimated',
}

/** CrowdStrike Query Language, filters (https://library.humio.com/lql-grammar/syntax-grammar-guide.html). */
export const logscale: Language = {
  id: 'logscale',
  title: 'LogScale (CrowdStrike Query Language)',
  extension: 'cql',
  parse,
  print,
  codes,
}

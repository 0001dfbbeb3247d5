// grep as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  GRP101: 'a query does more than ask single events',
  GRP102: 'a test that an expression cannot make',
  GRP103: 'a keyword is searched in all of an event',
  GRP104: 'a regular expression of a rule is not carried over to text with escapes',
  GRP105: 'a value that no line can hold',
  GRP106: 'an expression is too long for grep',
}

/** GNU grep with Perl-compatible expressions (https://www.gnu.org/software/grep/manual/, PCRE2's pcre2pattern). */
export const grep: Language = {
  id: 'grep',
  title: 'GNU grep over JSON lines or event XML',
  extension: 'sh',
  parse,
  print,
  codes,
}

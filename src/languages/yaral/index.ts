// YARA-L 2.0 as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  YRL101: 'what a query does beyond asking events has no form in YARA-L',
  YRL102: 'a test that YARA-L has no words for',
  YRL103: 'two fields are compared in a way that YARA-L has no words for',
  YRL104: 'a test that does not fit the type of the UDM field',
  YRL105: 'a regular expression that YARA-L cannot say',
  YRL106: 'a value or name that no event can hold',
  YRL107: 'a time window that a match section does not take',
  YRL301: 'UDM does not tell an empty or zero value from an absent one',
  YRL302: 'the windows of a match section begin at fixed intervals',
  YRL303: 'an event that several rules of a correlation find is counted once',
}

/** YARA-L 2.0 (https://cloud.google.com/chronicle/docs/detection/yara-l-2-0-syntax): the sections of a rule without its name and meta, which the document adds. */
export const yaral: Language = {
  id: 'yaral',
  title: 'YARA-L 2.0',
  extension: 'yaral',
  parse,
  print,
  codes,
}

// Splunk's Search Processing Language as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes } from './codes.ts'
import { references } from './parse/expand.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'

/** SPL (https://docs.splunk.com/Documentation/Splunk/latest/SearchReference). `style.form` `datamodel`: tables are datasets of data models, read by tstats. */
export const spl: Language = { id: 'spl', title: 'Splunk SPL', extension: 'spl', parse, print, references, codes }

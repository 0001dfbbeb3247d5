// KQL, the Kusto query language of Microsoft Sentinel, Defender and Azure Data Explorer, read and written.

import type { Language } from '../language.ts'
import { codes } from './codes.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'

export const kql: Language = { id: 'kql', title: 'KQL (Microsoft Sentinel, Defender)', extension: 'kql', codes, parse, print }

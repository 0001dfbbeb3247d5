// What only Splunk has: the lists of its functions, measures and stages.

import type { Specials } from '../signature.ts'
import { fieldStages } from './fields.ts'
import { groupStages, splunkGroupCodes } from './groups.ts'
import { jsonFunctions } from './json.ts'
import { listFunctions } from './lists.ts'
import { lookupStages } from './lookups.ts'
import { measures } from './measures.ts'
import { numberFunctions } from './numbers.ts'
import { rowStages, splunkRowCodes } from './stages.ts'
import { textFunctions } from './text.ts'
import { timeFunctions } from './times.ts'

/** What Splunk's stages report. */
export const splunkCodes: Readonly<Record<string, string>> = { ...splunkRowCodes, ...splunkGroupCodes }

export const splunk: Specials = {
  functions: [...textFunctions, ...numberFunctions, ...listFunctions, ...timeFunctions, ...jsonFunctions],
  measures,
  stages: [...rowStages, ...fieldStages, ...lookupStages, ...groupStages],
  codes: { ...splunkRowCodes, ...splunkGroupCodes },
}

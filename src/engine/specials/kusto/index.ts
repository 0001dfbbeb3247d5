// What only Kusto has: the lists of its functions, measures and stages.

import type { Specials } from '../signature.ts'
import { addressFunctions } from './addresses.ts'
import { dynamicFunctions } from './dynamics.ts'
import { measures } from './measures.ts'
import { numberFunctions } from './numbers.ts'
import { parseStages } from './parse.ts'
import { parsingFunctions } from './parsing.ts'
import { scan } from './scan.ts'
import { codes, tableStages } from './tables.ts'
import { textFunctions } from './texts.ts'
import { timeFunctions } from './times.ts'

export const kusto: Specials = {
  functions: [
    ...textFunctions,
    ...numberFunctions,
    ...timeFunctions,
    ...dynamicFunctions,
    ...parsingFunctions,
    ...addressFunctions,
  ],
  measures,
  stages: [...parseStages, ...tableStages, scan],
  codes,
}

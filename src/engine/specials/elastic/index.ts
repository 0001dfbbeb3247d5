// What only Elastic has: the lists of its functions, measures and stages.

import type { Specials } from '../signature.ts'
import { dates } from './dates.ts'
import { esqlFunctions } from './esql.ts'
import { functions } from './functions.ts'
import { lists } from './lists.ts'
import { measures } from './measures.ts'
import { patterns } from './patterns.ts'
import { stages } from './stages.ts'

export const elastic: Specials = {
  functions: [...functions, ...esqlFunctions, ...lists, ...dates],
  measures,
  stages: [...stages, ...patterns],
}

// What only Kusto has: the lists of its functions, measures and stages.

import type { Specials } from '../signature.ts'

export const kusto: Specials = {
  functions: [],
  measures: [],
  stages: [],
}

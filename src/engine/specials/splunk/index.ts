// What only Splunk has: the lists of its functions, measures and stages.

import type { Specials } from '../signature.ts'

export const splunk: Specials = {
  functions: [],
  measures: [],
  stages: [],
}

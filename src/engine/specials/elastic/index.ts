// What only Elastic has: the lists of its functions, measures and stages.

import type { Specials } from '../signature.ts'
import { functions } from './functions.ts'
import { stages } from './stages.ts'

export const elastic: Specials = { functions, measures: [], stages }

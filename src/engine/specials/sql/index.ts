// What only SQL has: the list of its functions.

import type { Specials } from '../signature.ts'
import { functions } from './functions.ts'

export const sql: Specials = { functions, measures: [], stages: [] }

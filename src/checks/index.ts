// The list of checks.

import type { Check } from './check.ts'
import { condition } from './condition.ts'
import { fields } from './fields.ts'
import { logsource } from './logsource.ts'
import { metadata } from './metadata.ts'
import { modifierUse } from './modifiers.ts'
import { pages } from './pages.ts'
import { paths } from './paths.ts'
import { values } from './values.ts'

export type { Check } from './check.ts'

/** Every check, in the order in which findings are told. */
export const checks: readonly Check[] = [metadata, logsource, fields, modifierUse, values, paths, condition, pages]

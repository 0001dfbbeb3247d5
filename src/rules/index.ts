// The list of rule formats.

import type { RuleFormat } from './rules.ts'
import { sigmaRules } from './sigma.ts'

export { readRules } from './read.ts'

export const ruleFormats: readonly RuleFormat[] = [sigmaRules]

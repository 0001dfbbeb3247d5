// The list of languages.

import { kql } from './kql/index.ts'
import type { Language } from './language.ts'
import { sigma } from './sigma/index.ts'

/** Every language, in the order that people see them. */
export const languages: readonly Language[] = [sigma, kql]

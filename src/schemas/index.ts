// The list of schemas, in the order in which records are recognised.

import type { Schema } from './schema.ts'
import { security, securityFull } from './security.ts'
import { plain, sigma } from './sigma.ts'

export const schemas: readonly Schema[] = [sigma, security, securityFull, plain]

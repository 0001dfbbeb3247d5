// The list of products that bring functions, measures and stages of their own.

import { elastic } from './elastic/index.ts'
import { kusto } from './kusto/index.ts'
import type { Specials } from './signature.ts'
import { splunk } from './splunk/index.ts'
import { sql } from './sql/index.ts'

export const products: readonly Specials[] = [splunk, kusto, elastic, sql]

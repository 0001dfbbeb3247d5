// The list of checks.

import { artefacts } from './artefacts.ts'
import { attack } from './attack.ts'
import { boundary } from './boundary.ts'
import { breadth } from './breadth.ts'
import { letterCase } from './case.ts'
import type { Check } from './check.ts'
import { claims } from './claims.ts'
import { columns } from './columns.ts'
import { condition } from './condition.ts'
import { dataflow } from './dataflow.ts'
import { dialect } from './dialect.ts'
import { escapes } from './escapes.ts'
import { fields } from './fields.ts'
import { kinds } from './kinds.ts'
import { lists } from './lists.ts'
import { logsource } from './logsource.ts'
import { metadata } from './metadata.ts'
import { modifierUse } from './modifiers.ts'
import { names } from './names.ts'
import { overlap } from './overlap.ts'
import { pages } from './pages.ts'
import { paths } from './paths.ts'
import { precedence } from './precedence.ts'
import { spellings } from './spellings.ts'
import { subsumed } from './subsumed.ts'
import { trials } from './trials.ts'
import { values } from './values.ts'

export type { Check, Example, Page } from './check.ts'
export { sigmaPages } from './explained.ts'

/** Every check, in the order in which findings are told: of documents first, then of what they ask. */
export const checks: readonly Check[] = [
  metadata,
  logsource,
  fields,
  modifierUse,
  values,
  paths,
  condition,
  attack,
  claims,
  trials,
  artefacts,
  kinds,
  columns,
  precedence,
  escapes,
  dialect,
  breadth,
  boundary,
  letterCase,
  spellings,
  lists,
  names,
  dataflow,
  subsumed,
  overlap,
  pages,
]

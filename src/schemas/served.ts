// Which log sources can be read, and why those of public rule collections that cannot be are not.

import type { EventClass } from '../ir/pipeline.ts'
import { schemas } from './index.ts'
import type { Schema } from './schema.ts'
import { fits } from './translate.ts'

/** The schemas that hold events of a rule's log source, in the order in which records are recognised; those that are only used when asked for by name are left out. */
export function servedBy(wanted: EventClass): readonly Schema[] {
  return schemas.filter(
    schema => schema.optIn !== true && schema.tables.some(table => table.holds.some(holding => fits(wanted, holding.class))),
  )
}

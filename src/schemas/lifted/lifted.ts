// What is known of a product's table beside its schema, as data.

import type { EventClass } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'

/** A class of events that a table holds, beside what schemas write queries for: what picks its events out and its columns, in Sigma's names. */
export interface Held {
  readonly class: EventClass
  readonly where?: Predicate
  readonly columns: Readonly<Record<string, Scalar>>
}

/** What is known of a table beside its schema. */
export interface Lifted {
  /** A column as a value in Sigma's names; over that of the schema. */
  readonly columns?: Readonly<Record<string, Scalar>>
  /** Classes of events that the table holds beside those that the schema writes queries for; their fields are those of the holding of the same category, else of the table. */
  readonly also?: readonly EventClass[]
  /** The classes whose events are its rows where no schema writes queries for it; a column that is not listed has the field of its own name. */
  readonly of?: readonly EventClass[]
  readonly holds?: readonly Held[]
}

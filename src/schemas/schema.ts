// Field taxonomies as plain data: a product's tables and columns told in Sigma's names.

import type { Value } from '../ir/event.ts'
import type { EventClass } from '../ir/pipeline.ts'
import type { Predicate, Scalar, ValueType } from '../ir/predicate.ts'

/** A field taxonomy: a product's tables and columns told in Sigma's names. Plain data. */
export interface Schema {
  readonly id: string
  readonly title: string
  readonly tables: readonly Table[]
  /** Which raw records are of this shape. */
  readonly recognise?: Predicate
  /** Also reads the records that this other schema recognises: 4688 as process creation beside the Windows event log. */
  readonly beside?: string
  /** How a record reads as text where the product searches text; `pairs`: `name=value`, values as they are. */
  readonly render?: 'json' | 'xml' | 'message' | 'pairs'
  /** Columns that hold the event's time, the first present one counts. */
  readonly time?: readonly string[]
  /** Columns that name the host and the user, the first present one counts. */
  readonly host?: readonly string[]
  readonly user?: readonly string[]
  /** Channel and event id, for people who look for the record. */
  readonly channel?: readonly string[]
  readonly eventId?: readonly string[]
  /** Its records are rows of the product's own tables, under the columns that queries for the product name. */
  readonly rows?: boolean
  /** Its records are documents of Elastic in ECS, whatever index they lie in. */
  readonly documents?: boolean
  /** Only used when asked for by name (`security-full`). */
  readonly optIn?: boolean
}

export interface Table {
  readonly name: string
  /** The product compares texts without regard to case, so that a query need not heed the spelling of `values`. */
  readonly caseless?: boolean
  /** Its texts are never absent, only empty: a field that may lie in several columns is empty where all of them are. */
  readonly blanks?: boolean
  /** The event classes it holds, what picks each of them out, and what holds for it alone. */
  readonly holds: readonly Holding[]
  /** Sigma's field to this table's column or columns (several: any of them). */
  readonly fields: Readonly<Record<string, Mapping | readonly Mapping[]>>
  /** Where a field that `fields` leaves out is found: `*` stands for its name (`winlog.event_data.*`), also in a literal of what is computed. Several: any of them. Absent: such a field has no column here. */
  readonly otherwise?: readonly Mapping[]
  readonly columns?: Readonly<Record<string, ValueType>>
}

export interface Holding {
  /** A rule's log source fits when each attribute it names equals the one here; an attribute left out here fits none. */
  readonly class: EventClass
  /** In the columns of this table. */
  readonly where?: Predicate
  readonly constants?: Readonly<Record<string, Value>>
  /** In what these events are not quite the class, told whenever a query is written for them: one parser for all operating systems. */
  readonly remark?: string
  readonly fields?: Readonly<Record<string, Mapping | readonly Mapping[]>>
}

export type Mapping =
  | string
  | {
      readonly column: string
      /** The column that holds what comes before, joined with a backslash: domain and account, registry key and value name. Where one of the two is absent or empty, the other alone is the value. */
      readonly under?: string
      readonly lens?: Lens
      readonly values?: Readonly<Record<string, string>>
      /** The value is not the column's own but this derived field (`schemas/derive.ts`), computed from the table's columns; `column` is the one it mainly comes from. */
      readonly derived?: string
      /** What is asked instead of the column where the field lies in parts or further in, told in columns: a list of arguments as one line. */
      readonly computed?: Scalar
    }

/** How a column's value follows from the field's. Closed: every lens maps values forward and tests both ways. */
export type Lens =
  | 'basename'
  | 'dirname'
  | 'lower'
  | 'hex'
  | 'md5'
  | 'sha1'
  | 'sha256'
  | 'imphash'
  | 'integrity'
  | 'hive'
  | 'controlset'
  | 'account'
  | 'sid'
  | 'protocol'
  | 'boolean'
  | 'devicepath'
  | 'dword'
  | 'dworddigits'
  | 'words'
  | 'part'
  | 'within'

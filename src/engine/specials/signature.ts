// What one product alone has, as rows of data: functions, measures and stages, each under its own name with its manual page. The executor finds them by name and knows nothing else of them.

import type { Event, Value } from '../../ir/event.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Scalar, Special, ValueType } from '../../ir/predicate.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Row } from '../row.ts'

/** Whose arithmetic, comparison and naming hold. */
export type Rules = NonNullable<Pipeline['rules']>

/** The columns of rows, in their order. `open`: rows may have more than these, in the order in which they appear. */
export interface Header {
  readonly columns: readonly { readonly name: string; readonly type?: ValueType }[]
  readonly open: boolean
}

/** Where a function is called: what is known before any row comes. */
export interface CallSite {
  /** Static types of the arguments, where known. */
  readonly types: readonly (ValueType | undefined)[]
  /** The type that the query's own language gave to the call. */
  readonly type?: ValueType
  /** The values of arguments that are literals; undefined for the others. */
  readonly constants: readonly (Value | undefined)[]
  readonly rules: Rules | undefined
  /** The one instant of the query, in milliseconds UTC. */
  now(): number
}

/** A value of a row; undefined is absent. */
export type Compute = (row: Event) => Value | undefined

/**
 * A scalar function. `absent`: `absent` answers absent when an argument is absent (undefined or null) without calling; `seen` is given undefined.
 * Nothing here throws on data; a value that has no answer is undefined. Exactly one of `apply`, `make`, `lazy` is given.
 */
export interface FunctionRow {
  readonly name: Special
  readonly manual: string
  /** How many arguments, at least and at most (absent: any number). */
  readonly least: number
  readonly most?: number
  /** The type of the result; `same` is that of the first argument. A call that states its own type has that. */
  readonly type: ValueType | 'same' | undefined
  readonly absent: 'absent' | 'seen'
  readonly apply?: (args: readonly (Value | undefined)[], site: CallSite) => Value | undefined
  /** Prepared once for a call: patterns compiled, formats read. */
  readonly make?: (site: CallSite) => (args: readonly (Value | undefined)[]) => Value | undefined
  /** Arguments that are asked for as needed, or more than once with another row (a lambda). */
  readonly lazy?: (site: CallSite, args: readonly Compute[]) => Compute
}

/** The measure of one group. */
export interface Meter {
  /** About how many bytes an empty one takes; what does not say is taken for a large one. */
  readonly weight?: number | undefined
  /** Takes what one row brings: the measured value, then the values of `also`. Returns how many more values are held for it (0 for a sum). */
  add(values: readonly (Value | undefined)[], row: Row): number
  /** Undefined is absent. A list is a list; several columns come from `Measure.with`, not from here. */
  value(): Value | undefined
}

/** An aggregate function. `absent`: whether a row whose measured value is absent takes part. A measure without `of` is given an empty list. */
export interface MeasureRow {
  readonly name: Special
  readonly manual: string
  readonly type: ValueType | 'same' | undefined
  readonly absent: 'skipped' | 'seen'
  /** `constants` are the measure's `args`. */
  readonly start: (site: CallSite) => Meter
}

/** Where rows go. `done`: no further row is wanted (a limit is reached); pushing more is allowed and does nothing. */
export interface Sink {
  push(row: Row): void
  /** No more rows come. Called once. */
  close(): void
  readonly done?: boolean
}

/** Rows of a sub-query that were collected before the stage starts. */
export interface Input {
  readonly header: Header
  readonly rows: readonly Row[]
}

/** Where a stage runs. */
export interface StageSite {
  readonly args: Readonly<Record<string, Value | Scalar | Pipeline>>
  /** Columns of the rows that come. */
  readonly header: Header
  /** The rows of each argument that is a query, complete. */
  readonly inputs: Readonly<Record<string, Input>>
  readonly rules: Rules | undefined
  now(): number
  /** An argument that is a scalar, as a function of a row. */
  compute(scalar: Scalar): (row: Row) => Value | undefined
  /** Counts a row that is kept; ends the query with a diagnostic when more are kept than allowed. `release` when it is let go. */
  hold(row: Row): void
  release(row: Row): void
  report(finding: Diagnostic): void
  /** A side effect that the query asks for (outputlookup, collect): recorded and counted, never done. */
  effect(kind: string, target: string, row: Row): void
}

/**
 * A stage. It makes a sink before the given one: a streaming stage pushes on at once, a blocking one holds rows (`site.hold`) and pushes at `close`,
 * and every stage closes `out` when it is closed. Arguments that are queries are run first; the stage starts when their rows are complete.
 */
export interface StageRow {
  readonly name: Special
  readonly manual: string
  /** Columns that leave; absent: those that came. */
  readonly header?: (
    site: Pick<StageSite, 'args' | 'header'> & { readonly inputHeaders: Readonly<Record<string, Header>> },
  ) => Header
  /** Why these arguments cannot run; undefined when they can. */
  readonly check?: (args: StageSite['args']) => string | undefined
  readonly start: (site: StageSite, out: Sink) => Sink
}

/** What one product brings. */
export interface Specials {
  readonly functions: readonly FunctionRow[]
  readonly measures: readonly MeasureRow[]
  readonly stages: readonly StageRow[]
  /** Every code that its rows report, with a one-line title. */
  readonly codes?: Readonly<Record<string, string>>
}

/** A row with other columns, of the same events and time. */
export function withFields(row: Row, fields: Readonly<Record<string, Value>>): Row {
  return { ...row, fields }
}

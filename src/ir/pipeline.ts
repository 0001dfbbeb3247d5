// Queries: where rows come from and what is done to them, in order.

import type { Value } from './event.ts'
import type { At, Glob, Predicate, Scalar, Special, ValueType } from './predicate.ts'

/** A query. `rules` names whose arithmetic, comparison and naming rules hold. */
export interface Pipeline {
  readonly from: From
  readonly stages: readonly Stage[]
  readonly rules?: 'sigma' | 'kusto' | 'splunk' | 'elastic' | 'sql'
}

export type From = At &
  (
    | { readonly kind: 'class'; readonly class: EventClass }
    /** `time` is the column of a row's time, for those who print windows. */
    | { readonly kind: 'table'; readonly name: string; readonly time?: string }
    /** A reference from a correlation to another rule, by id or name; `rules/link.ts` replaces it before anything runs. */
    | { readonly kind: 'rule'; readonly id: string }
    | {
        readonly kind: 'rows'
        readonly columns: readonly { readonly name: string; readonly type?: ValueType }[]
        readonly rows: readonly (readonly Value[])[]
      }
    | { readonly kind: 'range'; readonly column: string; readonly from: Scalar; readonly to: Scalar; readonly step: Scalar }
    /**
     * `source` is the column that says which of the queries a row came from (its id, or its place from 0). `lenient`: a query over a table that
     * is not there is left out. `once`: the queries look at the same events, and an event is taken by the first that lets it through.
     */
    | {
        readonly kind: 'union'
        readonly of: readonly Pipeline[]
        readonly source?: string
        readonly lenient?: boolean
        readonly once?: boolean
        /** The table that the queries stand for together. */
        readonly as?: string
      }
    | {
        readonly kind: 'sequence'
        readonly steps: readonly Step[]
        readonly ordered: boolean
        readonly match: 'first' | 'every'
        readonly within?: Millis
        readonly until?: Step
      }
  )

export type Stage = At &
  (
    | { readonly kind: 'filter'; readonly where: Predicate }
    | { readonly kind: 'extend'; readonly columns: readonly Column[] }
    | { readonly kind: 'project'; readonly mode: 'keep' | 'drop' | 'reorder'; readonly names: readonly Glob[] }
    | { readonly kind: 'rename'; readonly names: readonly { readonly from: Glob; readonly to: Glob }[] }
    | {
        readonly kind: 'aggregate'
        readonly by: readonly Column[]
        readonly measures: readonly Measure[]
        /**
         * Sliding: for each row the rows of its group from `size` before it up to it. `report` says which of the results
         * that `having` lets through are rows: every one, or only the first until `having` was false again for that group.
         */
        readonly window?: { readonly size: Millis; readonly kind: 'sliding' | 'tumbling'; readonly report?: 'every' | 'rising' }
        /** A question about the group columns and measures. */
        readonly having?: Predicate
      }
    /**
     * Values from neighbouring rows added to each row, which keeps its place: eventstats, streamstats, prev, next, row_number. `frame`: over all rows of
     * the group (the default), or `running`, the rows from the first up to this one; `rows` and `reach` (in milliseconds) bound how far back a running
     * one reaches, this row included; with `current: false` this row is left out.
     */
    | {
        readonly kind: 'window'
        readonly by: readonly Column[]
        readonly order: readonly SortKey[]
        readonly frame?: 'group' | 'running'
        readonly current?: boolean
        readonly rows?: number
        readonly reach?: Millis
        readonly measures: readonly Measure[]
      }
    | {
        readonly kind: 'join'
        readonly how: JoinKind
        readonly right: Pipeline
        readonly on: readonly {
          readonly left: Scalar
          readonly right: Scalar
          readonly by: 'equal' | 'glob' | 'cidr'
          readonly fold?: boolean
        }[]
        readonly take?: number
        readonly clash: 'left' | 'right' | 'suffix' | 'fill'
        readonly within?: Millis
      }
    | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
    | { readonly kind: 'limit'; readonly count: number; readonly by?: readonly Column[] }
    /**
     * A row for each member of a list, of several columns side by side; `index` is the column for the place, from 0. A record falls apart into records of
     * one entry each, or with `bags: 'array'` into lists of name and value.
     */
    | {
        readonly kind: 'expand'
        readonly columns: readonly string[]
        readonly index?: string
        readonly limit?: number
        readonly bags?: 'bag' | 'array'
      }
    /** A sub-pipeline run for each row, its columns added to those of the row (mv-apply), or run on all rows and added behind them (appendpipe). */
    | { readonly kind: 'apply'; readonly mode: 'each' | 'append'; readonly body: readonly Stage[] }
    | { readonly kind: 'special'; readonly name: Special; readonly args: Readonly<Record<string, Value | Scalar | Pipeline>> }
    | { readonly kind: 'opaque'; readonly text: string }
  )

/** The kind of log a rule reads, in Sigma's terms. */
export interface EventClass {
  readonly product?: string
  readonly category?: string
  readonly service?: string
}

export interface Step {
  readonly name?: string
  readonly of: Pipeline
  readonly by: readonly { readonly value: Scalar; readonly optional?: boolean }[]
  readonly absent?: boolean
  readonly times?: number
  readonly until?: Predicate
}

export interface Column {
  readonly name: string
  readonly value: Scalar
  readonly type?: ValueType
}

export interface SortKey {
  readonly by: Scalar
  readonly descending: boolean
  readonly nulls: 'first' | 'last'
}

export interface Measure {
  /** May be a glob: `stats values(*) as *`, where `of` is the `fields` that fit: one measure for each, named by what the star stood for. */
  readonly name: string
  readonly fn:
    | 'count'
    | 'distinct'
    | 'sum'
    | 'min'
    | 'max'
    | 'avg'
    | 'median'
    | 'percentile'
    | 'stdev'
    | 'variance'
    | 'mode'
    | 'values'
    | 'list'
    | 'first'
    | 'last'
    | 'earliest'
    | 'latest'
    | 'argmin'
    | 'argmax'
    | 'any'
    | Special
  readonly of?: Scalar
  /** Further values of the row that the measure takes. */
  readonly also?: readonly Scalar[]
  /** Of `argmin` and `argmax`: what else of the row that has the extreme becomes a column; `*` is every other column that is not grouped by. */
  readonly with?: readonly Column[] | '*'
  readonly args?: readonly Value[]
  readonly where?: Predicate
}

export type JoinKind = 'inner' | 'innerunique' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'rightsemi' | 'rightanti'

/** A length of time in milliseconds. */
export type Millis = number

// The types of a running hunt: programs, runs, alerts.

import type { Detection } from '../ir/detection.ts'
import type { Batch, Event, Value } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'

/** Detections made ready to run together over events of several schemas. Immutable. */
export interface Program {
  readonly detections: readonly Detection[]
  /** Detections that raise nothing here, whatever the events are, and why. */
  readonly skipped: readonly Skipped[]
  start(options?: RunOptions): Run
}

/**
 * Why a detection (by its place in the program) is not evaluated. `unsupported`: it has a part that the engine cannot run;
 * `source`: no schema serves its log source; `fields`: the records of one schema lack a column it asks for (others may serve it).
 */
export interface Skipped {
  readonly index: number
  readonly reason: 'unsupported' | 'source' | 'fields'
  /** The schema, for `fields`. */
  readonly schema?: string
  readonly diagnostic: Diagnostic
}

export interface RunOptions {
  /** Told what a user must know while events pass: a regular expression that gave up, a window that ran full. */
  readonly report?: (finding: Diagnostic) => void
  /** How many matches of correlated rules are held in order to put them in the order of time. Default 200,000. */
  readonly held?: number
  /** Events before or after are not looked at (milliseconds UTC, both inclusive); an event without time is looked at. */
  readonly since?: number
  readonly until?: number
}

/**
 * One pass over one stream. The front of every pipeline (from, filter, extend) needs no state and runs in workers;
 * what survives goes, in order of source and index, to one Run. `merge` is for measures that merge; it is all that
 * distribution inside one machine adds.
 */
export interface Run {
  /** Alerts of single events come at once; alerts of correlations when the time has passed that they wait for, or at the end. */
  push(batch: Batch): readonly Alert[]
  finish(): readonly Alert[]
  /** What was seen so far. */
  seen(): Seen
}

/** Counts of one run. */
export interface Seen {
  readonly events: number
  /** Events outside `since` and `until`. */
  readonly outside: number
  /** Events of a shape that no schema knows. */
  readonly unknown: number
  /** Matches of correlated rules without a time, or that came too late to be put in order. */
  readonly untimed: number
  readonly late: number
  /** Matches of correlated rules that lack a field of the group. */
  readonly ungrouped: number
  /** Events by schema. */
  readonly schemas: ReadonlyMap<string, number>
  /** Earliest and latest time of the events looked at in full (those that a rule matched, all when `since` or `until` is given). */
  readonly from?: number
  readonly to?: number
  /** For each detection, by its place: events of its log source, and alerts. */
  readonly asked: readonly number[]
  readonly alerts: readonly number[]
  /** What came up while events passed: columns that records of a schema lack. */
  readonly skipped: readonly Skipped[]
}

export interface Alert {
  /** The detection's id, and its place in the program (ids may repeat in a collection). */
  readonly detection: string
  readonly index: number
  /** In milliseconds UTC; of a correlation, the time of the event that completed it. */
  readonly time?: number
  readonly ticks?: number
  readonly events: readonly Event[]
  /** How many contributing events `events` leaves out (it has the first and the last 500). */
  readonly omitted?: number
  /** The schema through which the events were read. */
  readonly schema: string
  /** Columns of the result: the group and the measures of a correlation; empty for a rule on single events. */
  readonly row: Readonly<Record<string, Value>>
  readonly risk?: AlertRisk
}

/** The detection's risk with this row's values in it. */
export interface AlertRisk {
  readonly score: number
  readonly message: string
  readonly entities: readonly { readonly kind: 'user' | 'system' | 'other'; readonly value: string; readonly score: number }[]
  readonly threats: readonly { readonly kind: string; readonly value: string }[]
}

/** Risk of one entity that passed a threshold. */
export interface Incident {
  readonly entity: { readonly kind: string; readonly value: string }
  readonly score: number
  readonly alerts: readonly Alert[]
}

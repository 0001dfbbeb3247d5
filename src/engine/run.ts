// The types of a running hunt: programs, runs, alerts.

import type { Detection } from '../ir/detection.ts'
import type { Batch, Event, Value } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'

/** Detections made ready to run together over events of several schemas. Immutable. */
export interface Program {
  readonly detections: readonly Detection[]
  start(options?: RunOptions): Run
}

export interface RunOptions {
  /** Told what a user must know while events pass: a regular expression that gave up, a window that ran full. */
  readonly report?: (finding: Diagnostic) => void
  /** How many matches of correlated rules are held in order to put them in the order of time. Default 1,000,000. */
  readonly held?: number
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
  readonly seen: Seen
}

/** Counts of one run: events, those without a time, those of a shape no schema knows, matches per detection (by place in the program), the classes and channels met. */
export interface Seen {
  events: number
  untimed: number
  unknown: number
  late: number
  readonly matches: number[]
  readonly schemas: Map<string, number>
}

export interface Alert {
  /** The detection's id, and its place in the program (ids may repeat in a collection). */
  readonly detection: string
  readonly index: number
  /** In milliseconds UTC; of a correlation, the time of the event that completed it. */
  readonly time?: number
  readonly ticks?: number
  readonly events: readonly Event[]
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

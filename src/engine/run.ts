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
  /** The stateless half alone, for work that is shared: what it lets through goes to `Run.take`. */
  scout(options?: Pick<RunOptions, 'since' | 'until'>): Scout
}

/** Looks at events one by one; what passes may be sent to another thread. */
export interface Scout {
  look(batch: Batch): readonly Passed[]
  /** The part of `seen` that costs nothing: what came up so far, in the order in which it did. */
  outline(): Pick<ScoutSeen, 'events' | 'skipped' | 'gaveUp'> & { readonly schemas: readonly string[] }
  /** What was seen so far. */
  seen(): ScoutSeen
}

/** An event that satisfies fronts, and what each of them reads of it in Sigma's names. */
export interface Passed {
  readonly event: Event
  /** Its place among the events of the scout, from 0. */
  readonly place: number
  readonly hits: readonly {
    readonly front: number
    readonly schema: string
    readonly fields: Readonly<Record<string, Value>>
  }[]
}

/** Counts of a scout, as in `Seen`; those of several add up. */
export interface ScoutSeen extends Pick<Seen, 'events' | 'outside' | 'unknown' | 'schemas' | 'from' | 'to'> {
  /** For each front of the program: events of its log source. */
  readonly asked: readonly number[]
  /** For each schema that came up, the rules that ask for columns its records lack. */
  readonly skipped: readonly { readonly schema: string; readonly rules: readonly Skipped[] }[]
  /** Regular expressions that gave up, by the detection's place in the program. */
  readonly gaveUp: readonly { readonly index: number; readonly pattern: string; readonly times: number }[]
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
  /** `fast` (the default) looks at the bytes of records that lie on a tape and asks the reference about candidates; `reference` is the definition, record by record. */
  readonly matcher?: 'fast' | 'reference'
}

/**
 * One pass over one stream. The front of every pipeline (from, filter, extend) needs no state: `push` looks itself; where others
 * looked, what they let through comes in order of source and index to `take`.
 */
export interface Run {
  /** Alerts of single events come at once; alerts of correlations when the time has passed that they wait for, or at the end. */
  push(batch: Batch): readonly Alert[]
  /** What a scout let through. `base` is how many events lie before the scout's first one. */
  take(passed: readonly Passed[], base: number): readonly Alert[]
  /** Adds what scouts saw, in this order, to what `seen` and `finish` tell. */
  add(seen: readonly ScoutSeen[]): void
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

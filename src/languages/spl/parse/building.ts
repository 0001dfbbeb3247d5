// The pipeline that is being put together, command by command.

import { glob as normalised } from '../../../ir/glob.ts'
import type { Column, From, Pipeline, Stage } from '../../../ir/pipeline.ts'
import type { Glob, Scalar, Special } from '../../../ir/predicate.ts'
import type { Scanner } from './reading.ts'

/** A query so far; commands that bring rows of their own put their own beginning in. */
export interface Building {
  from: From
  stages: Stage[]
  /** Whether nothing stands before this command. */
  first: boolean
  /** Of tstats with prestats: the fields that the following aggregation reads are already filtered and bucketed. */
}

/** What a command does: reads its arguments and adds to the query. A scanner that failed leaves the stage opaque. */
export type Command = (scanner: Scanner, building: Building) => void

/** The events that raw searches look at. */
export const events: From = { kind: 'table', name: 'search', time: '_time' }

/** No rows: where a template begins, and what was not understood. */
export const noRows: From = { kind: 'rows', columns: [], rows: [] }

/** The query so far, as a query. */
export const sofar = (building: Building): Pipeline => ({ from: building.from, stages: building.stages, rules: 'splunk' })

/** Rows of another query behind those of this one. */
export function appended(building: Building, other: Pipeline): void {
  building.from = { kind: 'union', of: [sofar(building), other], lenient: true }
  building.stages = []
}

export const fieldOf = (name: string): Scalar => ({ kind: 'field', name })
export const literal = (value: string | number | boolean | null): Scalar => ({ kind: 'literal', value })
export const plain = (name: string): Glob => normalised([name])
export const call = (fn: Special | 'coalesce' | 'bin' | 'concat' | 'text', ...args: readonly Scalar[]): Scalar => ({
  kind: 'call',
  fn,
  args,
})

/** The text of an event, which is the field `_raw` where a command put something into it. */
export const rawText: Scalar = { kind: 'raw' }

/** A field as commands read it: `_raw` is the text of the event. */
export const readField = (name: string): Scalar => (name === '_raw' ? rawText : fieldOf(name))

/** Columns made one after the other: each sees those before it. */
export function extend(building: Building, columns: readonly Column[]): void {
  if (columns.length > 0) building.stages.push({ kind: 'extend', columns })
}

type Argument = (Stage & { kind: 'special' })['args'][string]

/** A stage that Splunk alone has. `reads` are the fields that its arguments name as texts, so that whoever looks for fields finds them. */
export function special(
  building: Building,
  name: string,
  args: Readonly<Record<string, Argument | undefined>> = {},
  reads: readonly string[] = [],
): void {
  const given = Object.entries(args).filter((entry): entry is [string, Argument] => entry[1] !== undefined)
  const plain = reads.filter(read => !read.includes('*'))
  const read: Readonly<Record<string, Argument>> =
    plain.length === 0 ? {} : { reads: call('splunk:tuple', ...plain.map(fieldOf)) }
  building.stages.push({ kind: 'special', name: `splunk:${name}`, args: { ...Object.fromEntries(given), ...read } })
}

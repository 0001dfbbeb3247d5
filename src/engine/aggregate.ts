// The aggregate stage: rows in groups, measured over a window or over the whole input. Memory is bounded, and the order of equal inputs changes no result.

import type { Value } from '../ir/event.ts'
import type { Measure, Stage } from '../ir/pipeline.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { compilePredicate } from './match.ts'
import { type Gauge, gauges } from './measures.ts'
import {
  asEvent,
  compareRows,
  compareTimes,
  gather,
  joinKeys,
  keyOf,
  type Lost,
  mostHeld,
  nothing,
  type Operator,
  type OperatorOptions,
  type Row,
  reportFull,
  reportLost,
} from './row.ts'
import { compileScalar, unknownScalars } from './scalar.ts'
import { type Entry, type Group, type Queue, Sliding } from './sliding.ts'

export type AggregateStage = Extract<Stage, { kind: 'aggregate' }>

export interface AggregateOptions extends OperatorOptions {
  /** Whose rules hold for groups: SQL, Kusto and ES|QL make a group of the absent, Sigma and Splunk leave such rows out; all but Sigma say one row about no rows when nothing groups. */
  readonly rules?: 'sigma' | 'kusto' | 'splunk' | 'elastic' | 'sql'
}

/** Measures that show values of rows, in the order of the rows. */
const shown: ReadonlySet<string> = new Set(['values', 'list', 'first', 'last', 'earliest', 'latest'])

/** How many values `values` and `list` show at most. */
const mostShown = 10_000

/** Why a stage cannot run here; empty when it can. `createAggregate` asks for an empty answer. */
export function checkAggregate(stage: AggregateStage): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  for (const measure of stage.measures) {
    const known = Object.hasOwn(gauges, measure.fn) || shown.has(measure.fn)
    const why = !known
      ? `the measure "${measure.fn}" cannot be computed`
      : measure.name.includes('*')
        ? `measures of all fields that fit "${measure.name}" cannot be computed`
        : measure.of === undefined && measure.fn !== 'count'
          ? `the measure "${measure.name}" does not say of which field`
          : undefined
    if (why !== undefined) found.push({ code: 'ENG140', severity: 'error', message: why, span: stage.span })
  }
  const scalars = [...stage.by.map(column => column.value), ...stage.measures.flatMap(({ of }) => (of === undefined ? [] : [of]))]
  for (const name of scalars.flatMap(scalar => unknownScalars(scalar))) {
    found.push({ code: 'ENG141', severity: 'error', message: `${name} cannot be computed in an aggregation`, span: stage.span })
  }
  if (stage.window !== undefined && !(stage.window.size > 0)) {
    found.push({
      code: 'ENG142',
      severity: 'error',
      message: `a window of ${stage.window.size} ms holds nothing`,
      span: stage.span,
    })
  }
  return found
}

type Columns = Readonly<Record<string, Value>>
type Taken = readonly (Value | undefined)[]

/** Reads what a stage needs from a row. */
interface Reader {
  /** The key of the row's group and its columns; undefined when a grouping column is absent. */
  groupOf(row: Row): { readonly key: string; readonly columns: Columns } | undefined
  /** A value for each measure, undefined where it does not take part. */
  take(row: Row): Taken
}

function createReader(stage: AggregateStage, absentGroups: boolean): Reader {
  const by = stage.by.map(column => ({ name: column.name, read: compileScalar(column.value) }))
  const measures = stage.measures.map(measure => ({
    read: measure.of === undefined ? undefined : compileScalar(measure.of),
    where: measure.where === undefined ? undefined : compilePredicate(measure.where),
  }))
  const all: Taken = measures.map(() => true)
  const plain = measures.every(measure => measure.read === undefined && measure.where === undefined)
  return {
    groupOf(row) {
      const event = asEvent(row)
      const keys: string[] = []
      const columns: Record<string, Value> = {}
      for (const { name, read } of by) {
        const value = read(event)
        const key = keyOf(value)
        if (key !== undefined) define(columns, name, value!)
        else if (!absentGroups) return undefined
        else define(columns, name, null)
        keys.push(key ?? '\u0000absent')
      }
      return { key: joinKeys(keys), columns }
    },
    take(row) {
      if (plain) return all
      const event = asEvent(row)
      return measures.map(({ read, where }) => {
        if (where !== undefined && !where(event)) return undefined
        return read === undefined ? true : (read(event) ?? undefined)
      })
    },
  }
}

/** Sets a column whatever its name; `__proto__` is a column like another. */
export function define(columns: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(columns, name, { value, enumerable: true, configurable: true, writable: true })
  else columns[name] = value
}

/** A group as `having` and the result look at it: columns are there, a measure is computed when it is asked for. */
interface View {
  holds(columns: Columns, measure: (index: number) => Value | undefined): boolean
  fields(columns: Columns, measure: (index: number) => Value | undefined): Columns
}

function createView(stage: AggregateStage): View {
  const having = stage.having === undefined ? undefined : compilePredicate(stage.having)
  let columns: Columns = {}
  let measure: (index: number) => Value | undefined = () => undefined
  const look: Record<string, Value> = {}
  for (const { name } of stage.by)
    Object.defineProperty(look, name, { enumerable: true, configurable: true, get: () => columns[name] })
  stage.measures.forEach(({ name }, index) => {
    Object.defineProperty(look, name, { enumerable: true, configurable: true, get: () => measure(index) })
  })
  return {
    holds(nextColumns, nextMeasure) {
      if (having === undefined) return true
      columns = nextColumns
      measure = nextMeasure
      return having({ fields: look })
    },
    fields(ofColumns, ofMeasure) {
      const fields: Record<string, Value> = { ...ofColumns }
      stage.measures.forEach(({ name }, index) => {
        const value = ofMeasure(index)
        if (value !== undefined) define(fields, name, value)
      })
      return fields
    },
  }
}

/**
 * Runs an aggregate stage over rows in order of time. A sliding window says its results after each row; a tumbling window
 * (aligned to 1970-01-01T00:00Z) when a row of a later window comes; no window when the input ends, in order of first appearance.
 * A result has the time of the row that completed it and the events that contributed.
 */
export function createAggregate(stage: AggregateStage, options: AggregateOptions = {}): Operator {
  const lost: Lost = { untimed: 0, ungrouped: 0, late: 0, cut: 0 }
  const reader = createReader(stage, options.rules === 'kusto' || options.rules === 'sql' || options.rules === 'elastic')
  const view = createView(stage)
  const windows =
    stage.window?.kind === 'sliding' ? slide(stage, reader, view, lost, options) : collect(stage, reader, view, lost, options)
  return {
    lost,
    push(row) {
      if (row.time === undefined && stage.window !== undefined) {
        lost.untimed++
        return nothing
      }
      const group = reader.groupOf(row)
      if (group === undefined) {
        lost.ungrouped++
        return nothing
      }
      return windows.push(row, group.key, group.columns)
    },
    finish() {
      const last = windows.finish()
      reportLost(lost, options)
      return last
    },
  }
}

interface Windows {
  push(row: Row, key: string, columns: Columns): readonly Row[]
  finish(): readonly Row[]
}

interface SlidingState {
  readonly columns: Columns
  readonly gauges: readonly (Gauge | undefined)[]
}

function slide(stage: AggregateStage, reader: Reader, view: View, lost: Lost, options: AggregateOptions): Windows {
  const { measures } = stage
  let opening: Columns = {}
  const measureOf = (group: Group<SlidingState, Taken>) => (index: number) =>
    group.state.gauges[index]?.result() ?? show(measures[index]!, group.entries, index)
  const sliding = new Sliding<SlidingState, Taken>(
    {
      open: () => ({ columns: opening, gauges: measures.map(measure => gauges[measure.fn]?.(measure)) }),
      add(state, row) {
        const taken = reader.take(row)
        for (let index = 0; index < taken.length; index++) {
          const value = taken[index]
          if (value !== undefined) state.gauges[index]?.add(value)
        }
        return taken
      },
      remove(state, taken) {
        for (let index = 0; index < taken.length; index++) {
          const value = taken[index]
          if (value !== undefined) state.gauges[index]?.remove(value)
        }
      },
      holds: group => view.holds(group.state.columns, measureOf(group)),
      result(group) {
        const { entries, state } = group
        const last = entries.at(entries.length - 1)!.row
        return {
          ...last,
          fields: view.fields(state.columns, measureOf(group)),
          ...gather(entries.length, at => entries.at(at)!.row),
        }
      },
    },
    stage.window!.size,
    stage.window!.report === 'rising',
    lost,
    options,
  )
  return {
    push(row, key, columns) {
      opening = columns
      return sliding.push(row, key)
    },
    finish: () => nothing,
  }
}

/** A measure that shows values of the rows in a window. */
function show(measure: Measure, entries: Queue<Entry<SlidingState, Taken>>, index: number): Value | undefined {
  if (!shown.has(measure.fn)) return undefined
  const { length } = entries
  if (measure.fn === 'last' || measure.fn === 'latest') {
    for (let at = length - 1; at >= 0; at--) {
      const value = entries.at(at)!.taken[index]
      if (value !== undefined) return value
    }
    return undefined
  }
  const gallery = createGallery(measure)
  for (let at = 0; at < length; at++) {
    const { row, taken } = entries.at(at)!
    if (taken[index] !== undefined) gallery.add(taken[index], row)
    if (measure.fn === 'first' || measure.fn === 'earliest') if (gallery.result() !== undefined) break
  }
  return gallery.result()
}

interface Gallery {
  add(value: Value, row: Row): number
  result(): Value | undefined
}

/** The values that rows brought: the first in arrival or by time, the last, each distinct one, or all; null is no value. */
function createGallery(measure: Measure): Gallery {
  if (measure.fn === 'values' || measure.fn === 'list') {
    const values: Value[] = []
    const seen = measure.fn === 'values' ? new Set<string>() : undefined
    return {
      add(value) {
        const key = keyOf(value)
        if (key === undefined || values.length >= mostShown || seen?.has(key)) return 0
        seen?.add(key)
        values.push(value)
        return 1
      },
      result: () => values,
    }
  }
  let found: { readonly value: Value; readonly row: Row } | undefined
  const better = {
    first: () => false,
    last: () => true,
    earliest: (row: Row, other: Row) => compareRows(row, other) < 0,
    latest: (row: Row, other: Row) => row.time !== undefined && (other.time === undefined || compareRows(row, other) > 0),
  }[measure.fn as 'first' | 'last' | 'earliest' | 'latest']
  return {
    add(value, row) {
      if (value !== null && (found === undefined || better(row, found.row))) found = { value, row }
      return 0
    },
    result: () => found?.value,
  }
}

/** A group that only grows: of the whole input, or of a tumbling window. */
interface Pile {
  readonly columns: Columns
  readonly gauges: readonly Gallery[]
  readonly first: Row[]
  /** The last 500 rows as a ring; the next one goes to `count` modulo its size. */
  readonly last: Row[]
  count: number
  later: number
  latest: Row
}

const half = 500

function collect(stage: AggregateStage, reader: Reader, view: View, lost: Lost, options: AggregateOptions): Windows {
  const { measures, window } = stage
  const most = options.held ?? mostHeld
  const holding = measures.some(measure => !['count', 'sum', 'avg', 'first', 'last', 'earliest', 'latest'].includes(measure.fn))
  let piles = new Map<string, Pile>()
  let values = 0
  let rows = 0
  let seen = 0
  let bucket = Number.NEGATIVE_INFINITY

  function say(): readonly Row[] {
    const results: Row[] = []
    for (const pile of piles.values()) {
      const measureOf = (index: number): Value | undefined => pile.gauges[index]!.result()
      if (!view.holds(pile.columns, measureOf)) continue
      const kept =
        pile.later <= half ? pile.last : [...pile.last.slice(pile.later % half), ...pile.last.slice(0, pile.later % half)]
      const from = [...pile.first, ...kept]
      const { events, omitted } = gather(from.length, at => from[at]!)
      const unseen = (omitted ?? 0) + pile.count - from.length
      const fields = view.fields(pile.columns, measureOf)
      results.push({ ...pile.latest, fields, events, omitted: unseen === 0 ? undefined : unseen })
    }
    piles = new Map()
    values = 0
    rows = 0
    return window === undefined ? results : results.sort(compareRows)
  }

  function add(row: Row, key: string, columns: Columns, nobody = false): void {
    let pile = piles.get(key)
    if (values >= most && (pile === undefined || holding)) {
      if (lost.cut++ === 0) reportFull(most, options)
      return
    }
    if (pile === undefined) {
      pile = {
        columns,
        gauges: measures.map(measure => gauges[measure.fn]?.(measure) ?? createGallery(measure)),
        first: [],
        last: [],
        count: 0,
        later: 0,
        latest: row,
      }
      piles.set(key, pile)
      values++
    }
    if (nobody) return
    const taken = reader.take(row)
    for (let index = 0; index < taken.length; index++) {
      const value = taken[index]
      if (value !== undefined) values += pile.gauges[index]!.add(value, row)
    }
    pile.count++
    if (row.time !== undefined && (pile.latest.time === undefined || compareTimes(row, pile.latest) >= 0)) pile.latest = row
    if (pile.first.length < half) {
      if (rows < most) {
        pile.first.push(row)
        rows++
      }
    } else if (pile.last.length < half) {
      if (rows < most) {
        pile.last.push(row)
        pile.later++
        rows++
      }
    } else pile.last[pile.later++ % half] = row
  }

  return {
    push(row, key, columns) {
      let due = nothing
      if (window !== undefined) {
        const place = Math.floor(row.time! / window.size)
        if (place < bucket) {
          lost.late++
          return nothing
        }
        if (place > bucket) due = say()
        bucket = place
      }
      seen++
      add(row, key, columns)
      return due
    },
    finish() {
      const none =
        seen === 0 && window === undefined && stage.by.length === 0 && options.rules !== undefined && options.rules !== 'sigma'
      if (none) add({ order: 0, fields: {}, events: [], schema: '', branch: 0 }, '', {}, true)
      return say()
    },
  }
}

/** What it reports before anything runs. */
export const codes: Readonly<Record<string, string>> = {
  ENG140: 'a measure cannot be computed',
  ENG141: 'a value in an aggregation cannot be computed',
  ENG142: 'a window holds nothing',
}

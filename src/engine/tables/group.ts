// The aggregate of a table query: rows in groups, measured over the whole input. Exact, or given up with a diagnostic; the order of rows changes no measure that does not ask for order.

import { setField, type Value } from '../../ir/event.ts'
import type { Measure, Stage } from '../../ir/pipeline.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { joinKeys, keyOf, type Row } from '../row.ts'
import { typeSaid } from '../scalar.ts'
import type { CallSite, Compute, Header, Meter, Rules, Sink } from '../specials/signature.ts'
import { columnsOf, type HeaderColumn, measureType, starReader, typeOf } from './header.ts'
import { meterOf } from './meters.ts'
import { compareValues } from './order.ts'
import type { Session } from './session.ts'
import { bare, leavesTrail, Trail } from './trail.ts'

type AggregateStage = Extract<Stage, { kind: 'aggregate' }>

/** Why measures cannot be computed. */
export function unknownMeasures(
  measures: readonly Measure[],
  rules: Rules | undefined,
  span: Stage['span'],
): readonly Diagnostic[] {
  return measures.flatMap(measure =>
    meterOf(measure, rules) === undefined
      ? [{ code: 'ENG101', severity: 'error' as const, message: `cannot run the measure "${measure.fn}"`, span }]
      : [],
  )
}

/** A measure of all fields that fit a glob, as one measure for each of these fields. */
function spread(measure: Measure, names: readonly string[], grouped: ReadonlySet<string>): readonly Measure[] {
  if (measure.of?.kind !== 'fields') return [measure]
  const read = starReader(measure.of.names)
  return names.flatMap((name): Measure[] => {
    const stars = grouped.has(name) ? undefined : read(name)
    if (stars === undefined) return []
    return [{ ...measure, name: measure.name.replace('*', stars.length === 1 ? stars[0]! : name), of: { kind: 'field', name } }]
  })
}

/** Measures with what they read, made ready once. */
interface Prepared {
  readonly measure: Measure
  readonly start: () => Meter
  /** Whether a row without a value may be the extreme one, where there is no other. */
  readonly any: boolean
  readonly reads: readonly Compute[]
  readonly where: ((row: Row) => boolean) | undefined
  readonly others: readonly { readonly name: string; readonly read: Compute }[] | '*' | undefined
}

/** Measures over the rows of a header, ready to be started for each group. */
export function prepareMeasures(
  measures: readonly Measure[],
  header: Header,
  rules: Rules | undefined,
  session: Session,
): readonly Prepared[] {
  return measures.map(measure => {
    const reads = [...(measure.of === undefined ? [] : [measure.of]), ...(measure.also ?? [])]
    const site: CallSite = {
      types: reads.map(scalar => typeOf(scalar, header, rules)),
      ...(measure.of === undefined ? {} : { type: typeSaid(measure.of) }),
      constants: measure.args ?? [],
      rules,
      now: session.now,
    }
    const start = meterOf(measure, rules)!
    return {
      measure,
      start: () => start(site),
      any: rules === 'kusto',
      reads: reads.map(scalar => session.read(scalar, rules)),
      where: measure.where === undefined ? undefined : session.ask(measure.where, rules),
      others:
        measure.with === undefined || measure.with === '*'
          ? measure.with
          : measure.with.map(column => ({ name: column.name, read: session.read(column.value, rules) })),
    }
  })
}

/** About how many bytes a meter takes that does not say it: its functions and what they share. */
const unweighed = 700

/** One measure of one group, and the row of its extreme where other columns of that row are asked for. */
interface Running {
  readonly prepared: Prepared
  readonly meter: Meter
  best: Row | undefined
  extreme: Value | undefined
}

const run = (prepared: Prepared): Running => ({ prepared, meter: prepared.start(), best: undefined, extreme: undefined })

function take(running: Running, row: Row, session: Session): void {
  const { prepared, meter } = running
  if (prepared.where !== undefined && !prepared.where(row)) return
  const values = prepared.reads.map(read => read(row) ?? undefined)
  const more = meter.add(values, row)
  if (more > 0) session.holdCells(more, 40)
  if (prepared.others === undefined) return
  const now = meter.value()
  // Where no row has a value, Kusto shows the first one.
  if (now !== running.extreme || (running.best === undefined && (values[0] !== undefined || prepared.any))) {
    running.extreme = now
    running.best = row
  }
}

function put(running: Running, fields: Record<string, Value>, grouped: ReadonlySet<string>): void {
  const { prepared, meter, best } = running
  const value = meter.value()
  if (value !== undefined) setField(fields, prepared.measure.name, value)
  if (best === undefined || prepared.others === undefined) return
  if (prepared.others === '*') {
    for (const name of Object.keys(best.fields))
      if (!grouped.has(name) && name !== prepared.measure.name) setField(fields, name, best.fields[name]!)
    return
  }
  for (const { name, read } of prepared.others) {
    const other = read(best)
    if (other !== undefined) setField(fields, name, other)
  }
}

/** The columns that measures make. */
export function measureColumns(
  measures: readonly Measure[],
  header: Header,
  rules: Rules | undefined,
  grouped: ReadonlySet<string>,
): readonly HeaderColumn[] {
  const names = header.columns.map(column => column.name)
  return measures
    .flatMap(measure => spread(measure, names, grouped))
    .flatMap((measure): readonly HeaderColumn[] => {
      const own = { name: measure.name, type: measureType(measure, header, rules) }
      if (measure.with === undefined) return [own]
      if (measure.with === '*')
        return [own, ...header.columns.filter(column => column.name !== measure.name && !grouped.has(column.name))]
      return [own, ...columnsOf(measure.with, header, rules)]
    })
}

/** The columns of groups and their measures. */
export function aggregateHeader(stage: AggregateStage, header: Header, rules: Rules | undefined): Header {
  const grouped = new Set(stage.by.map(column => column.name))
  const columns: HeaderColumn[] = []
  for (const column of [...columnsOf(stage.by, header, rules), ...measureColumns(stage.measures, header, rules, grouped)])
    if (!columns.some(known => known.name === column.name)) columns.push(column)
  const open = header.open && stage.measures.some(measure => measure.of?.kind === 'fields' || measure.with === '*')
  return { columns, open }
}

interface Group {
  readonly keys: readonly (Value | undefined)[]
  readonly measures: Running[]
  /** Measures of fields that only rows name. */
  spread: Map<string, Running> | undefined
  trail: Trail | undefined
}

/** Groups rows and says one row for each group when the input ends: in order of first appearance, under Splunk's rules in order of the keys. */
export function aggregate(stage: AggregateStage, header: Header, rules: Rules | undefined, session: Session, out: Sink): Sink {
  const by = stage.by.map(column => ({ name: column.name, read: session.read(column.value, rules) }))
  const grouped = new Set(by.map(column => column.name))
  const names = header.columns.map(column => column.name)
  const open = header.open ? stage.measures.filter(measure => measure.of?.kind === 'fields') : []
  const settled = stage.measures.filter(measure => !open.includes(measure)).flatMap(measure => spread(measure, names, grouped))
  const measures = prepareMeasures(settled, header, rules, session)
  const having = stage.having === undefined ? undefined : session.ask(stage.having, rules)
  const dropsAbsent = rules === undefined || rules === 'sigma' || rules === 'splunk'
  const groups = new Map<string, Group>()
  const spreads = new Map<string, readonly Prepared[]>()

  function spreadOf(name: string): readonly Prepared[] {
    let found = spreads.get(name)
    if (found === undefined) {
      found = prepareMeasures(
        open.flatMap(measure => spread(measure, [name], grouped)),
        header,
        rules,
        session,
      )
      spreads.set(name, found)
    }
    return found
  }

  function groupOf(keys: readonly (Value | undefined)[]): Group {
    const key = joinKeys(keys.map(value => keyOf(value) ?? '\u0000absent'))
    let group = groups.get(key)
    if (group === undefined) {
      group = { keys, measures: measures.map(run), spread: undefined, trail: undefined }
      groups.set(key, group)
      const weight = group.measures.reduce((sum, { meter }) => sum + (meter.weight ?? unweighed), 0)
      session.holdCells(1, 200 + weight + key.length)
    }
    return group
  }

  function add(row: Row, keys: readonly (Value | undefined)[]): void {
    const group = groupOf(keys)
    for (const running of group.measures) take(running, row, session)
    if (open.length > 0) {
      group.spread ??= new Map()
      for (const name of Object.keys(row.fields))
        for (const prepared of spreadOf(name)) {
          const place = prepared.measure.name
          let running = group.spread.get(place)
          if (running === undefined) {
            running = run(prepared)
            group.spread.set(place, running)
            session.holdCells(1, 100 + (running.meter.weight ?? unweighed))
          }
          take(running, row, session)
        }
    }
    if (!leavesTrail(row)) return
    if (group.trail === undefined) group.trail = new Trail(row, session)
    else group.trail.add(row, session)
  }

  function say(group: Group): void {
    const fields: Record<string, Value> = {}
    for (const [index, { name }] of by.entries()) {
      const value = group.keys[index]
      if (value !== undefined) setField(fields, name, value)
    }
    for (const running of group.measures) put(running, fields, grouped)
    for (const running of group.spread?.values() ?? []) put(running, fields, grouped)
    const row = group.trail?.row(fields) ?? bare(fields)
    if (having === undefined || having(row)) out.push(row)
  }

  return {
    push(row) {
      const keys = by.map(({ read }) => read(row) ?? undefined)
      if (dropsAbsent && keys.includes(undefined)) return
      if (rules === 'splunk' && keys.some(key => Array.isArray(key))) for (const one of combinations(keys, session)) add(row, one)
      else add(row, keys)
    },
    close() {
      if (by.length === 0 && groups.size === 0 && rules !== undefined && rules !== 'sigma' && stage.measures.length > 0)
        groupOf([])
      const all = [...groups.values()]
      groups.clear()
      if (rules === 'splunk') all.sort((a, b) => compareKeys(a.keys, b.keys, rules))
      for (const group of all) {
        if (out.done) break
        say(group)
      }
      out.close()
    },
  }
}

function compareKeys(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[], rules: Rules): number {
  for (const [index, value] of a.entries()) {
    const order = compareValues(value ?? null, b[index] ?? null, rules)
    if (order !== 0) return order
  }
  return 0
}

const mostCombinations = 100_000

/** A row with several values in a grouping column is in a group for each of them. */
function combinations(keys: readonly (Value | undefined)[], session: Session): readonly (readonly (Value | undefined)[])[] {
  let all: (Value | undefined)[][] = [[]]
  for (const key of keys) {
    const members = Array.isArray(key) ? [...new Set(key as readonly Value[])] : [key]
    if (all.length * members.length > mostCombinations)
      session.stop({
        code: 'ENG150',
        message: `one row falls into more than ${mostCombinations} groups by the values of its columns`,
        hint: 'group by fewer columns with several values',
      })
    all = all.flatMap(head => members.map(member => [...head, member]))
  }
  return all
}

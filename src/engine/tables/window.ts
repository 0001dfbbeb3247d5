// Values from neighbouring rows added to each row: over its group, over the rows so far, or from a row before or behind. Rows keep their order.

import { setField, type Value } from '../../ir/event.ts'
import type { Measure, Stage } from '../../ir/pipeline.ts'
import { asAmount, type Row } from '../row.ts'
import type { Compute, Header, Meter, Rules, Sink } from '../specials/signature.ts'
import { prepareMeasures } from './group.ts'
import { type HeaderColumn, measureType, typeOf } from './header.ts'
import { meterOf } from './meters.ts'
import type { Session } from './session.ts'
import { blocking, comparison, keyReader, passing } from './stages.ts'

type WindowStage = Extract<Stage, { kind: 'window' }>

/** Measures that follow from a row's place alone. */
const placed: ReadonlySet<string> = new Set(['window:previous', 'window:next', 'window:number'])

/** Whether a measure of a window can be computed. */
export const knownInWindow = (measure: Measure, rules: Rules | undefined): boolean =>
  placed.has(measure.fn) || meterOf(measure, rules) !== undefined

/** The columns that a window adds. */
export function windowColumns(stage: WindowStage, header: Header, rules: Rules | undefined): readonly HeaderColumn[] {
  return stage.measures.map(measure => ({
    name: measure.name,
    type:
      measure.fn === 'window:number'
        ? 'long'
        : placed.has(measure.fn)
          ? measure.of && typeOf(measure.of, header, rules)
          : measureType(measure, header, rules),
  }))
}

/** A column of one group, told row by row. */
interface Teller {
  /** What the column is for this row, given the rows of its group before it (latest last), and takes the row in. */
  tell(row: Row, before: readonly Row[]): Value | undefined
}

export function window(stage: WindowStage, header: Header, rules: Rules | undefined, session: Session, out: Sink): Sink {
  const keyOf = keyReader(stage.by.map(column => session.read(column.value, rules)))
  const looksAhead = stage.measures.some(measure => measure.fn === 'window:next')
  const running = stage.frame === 'running' || stage.measures.every(measure => placed.has(measure.fn))
  const put = (row: Row, values: readonly (Value | undefined)[]): Row => {
    const fields: Record<string, Value> = { ...row.fields }
    for (const [index, measure] of stage.measures.entries()) {
      const value = values[index]
      if (value !== undefined) setField(fields, measure.name, value)
      else if (Object.hasOwn(fields, measure.name)) delete fields[measure.name]
    }
    return { ...row, fields }
  }
  if (!running) return wholeGroups(stage, header, rules, session, out, keyOf, put)

  const reach = reachOf(stage)
  const groups = new Map<string, { readonly tellers: readonly Teller[]; readonly before: Row[] }>()
  const tellers = createTellers(stage, header, rules, session)
  function tell(row: Row): Row {
    const key = keyOf(row)
    let group = groups.get(key)
    if (group === undefined) {
      group = { tellers: tellers(), before: [] }
      groups.set(key, group)
      session.holdCells(1, 200)
    }
    const { before } = group
    const values = group.tellers.map(teller => teller.tell(row, before))
    if (reach > 0) {
      before.push(row)
      session.hold(row)
      if (stage.reach === undefined) {
        if (before.length > reach * 2) for (const gone of before.splice(0, before.length - reach)) session.release(gone)
      } else {
        let first = 0
        while (first < before.length - 1 && passed(before[first]!, row) > stage.reach) first++
        if (first > 64) for (const gone of before.splice(0, first)) session.release(gone)
      }
    }
    return put(row, values)
  }
  if (stage.order.length === 0 && !looksAhead) return passing(out, row => out.push(tell(row)))

  // The rows are told in the order asked for, and pushed in the order in which they came.
  const reads = stage.order.map(key => session.read(key.by, rules))
  const compare = comparison(stage.order, rules)
  const held: Row[] = []
  return blocking(
    out,
    row => {
      session.hold(row)
      held.push(row)
    },
    () => {
      const keys = reads.map(read => held.map(row => read(row) ?? undefined))
      const places = held.map((_, index) => index).sort((a, b) => compare(keys, a, b) || a - b)
      const told: Row[] = new Array<Row>(held.length)
      for (const place of places) told[place] = tell(held[place]!)
      if (looksAhead) addFollowing(stage, held, places, told, rules, session, keyOf)
      for (const row of told) {
        if (out.done) break
        out.push(row)
      }
    },
  )
}

const mostReach = 100_000

/** How many rows back anything looks. */
function reachOf(stage: WindowStage): number {
  const back = stage.measures.map(measure =>
    measure.fn === 'window:previous'
      ? distance(measure)
      : placed.has(measure.fn)
        ? 0
        : stage.rows !== undefined
          ? stage.rows
          : stage.reach !== undefined
            ? mostReach
            : 0,
  )
  return Math.min(mostReach, Math.max(0, ...back))
}

const distance = (measure: Measure): number => Math.max(0, Math.trunc(asAmount(measure.args?.[0]) ?? 1))

/** Milliseconds from one row to another, by their time or their column `_time`; not known: none. */
function passed(from: Row, to: Row): number {
  const at = (row: Row): number | undefined =>
    row.time ?? (Object.hasOwn(row.fields, '_time') ? seconds(row.fields._time) : undefined)
  const seconds = (value: Value | undefined): number | undefined => {
    const amount = asAmount(value)
    return amount === undefined ? undefined : amount * 1000
  }
  const [a, b] = [at(from), at(to)]
  return a === undefined || b === undefined ? 0 : Math.abs(b - a)
}

function createTellers(stage: WindowStage, header: Header, rules: Rules | undefined, session: Session): () => readonly Teller[] {
  const bounded = stage.rows !== undefined || stage.reach !== undefined
  const makers = stage.measures.map((measure): (() => Teller) => {
    if (measure.fn === 'window:number') {
      const start = asAmount(measure.args?.[0]) ?? 1
      return () => {
        let number = start
        return { tell: () => number++ }
      }
    }
    if (measure.fn === 'window:next') return () => ({ tell: () => undefined })
    if (measure.fn === 'window:previous') {
      const read = measure.of === undefined ? () => undefined : session.read(measure.of, rules)
      const back = distance(measure)
      const otherwise = measure.args?.[1] ?? undefined
      return () => ({
        tell(row, before) {
          const other = back === 0 ? row : before[before.length - back]
          return other === undefined ? otherwise : (read(other) ?? undefined)
        },
      })
    }
    const prepared = prepareMeasures([measure], header, rules, session)[0]!
    const feed = (meter: Meter, row: Row): void => {
      if (prepared.where !== undefined && !prepared.where(row)) return
      const more = meter.add(
        prepared.reads.map((read: Compute) => read(row) ?? undefined),
        row,
      )
      if (more > 0 && !bounded) session.holdCells(more, 40)
    }
    if (!bounded)
      return () => {
        const meter = prepared.start()
        return {
          tell(row) {
            if (stage.current === false) {
              const value = meter.value()
              feed(meter, row)
              return value
            }
            feed(meter, row)
            return meter.value()
          },
        }
      }
    return () => ({
      tell(row, before) {
        const meter = prepared.start()
        const most = stage.rows ?? Number.POSITIVE_INFINITY
        const back = stage.current === false ? most : most - 1
        for (let at = Math.max(0, before.length - back); at < before.length; at++)
          if (stage.reach === undefined || passed(before[at]!, row) <= stage.reach) feed(meter, before[at]!)
        if (stage.current !== false) feed(meter, row)
        return meter.value()
      },
    })
  })
  return () => makers.map(make => make())
}

/** Values of rows that come later in the group. */
function addFollowing(
  stage: WindowStage,
  rows: readonly Row[],
  places: readonly number[],
  told: Row[],
  rules: Rules | undefined,
  session: Session,
  keyOf: (row: Row) => string,
): void {
  const groups = new Map<string, number[]>()
  for (const place of places) {
    const key = keyOf(rows[place]!)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [place])
    else group.push(place)
  }
  for (const measure of stage.measures) {
    if (measure.fn !== 'window:next') continue
    const read = measure.of === undefined ? () => undefined : session.read(measure.of, rules)
    const ahead = distance(measure)
    for (const group of groups.values())
      for (const [at, place] of group.entries()) {
        const other = group[at + ahead]
        const value = other === undefined ? measure.args?.[1] : read(rows[other]!)
        if (value === undefined || value === null) continue
        const fields = { ...told[place]!.fields }
        setField(fields, measure.name, value)
        told[place] = { ...told[place]!, fields }
      }
  }
}

/** Every row with the measures of its whole group. */
function wholeGroups(
  stage: WindowStage,
  header: Header,
  rules: Rules | undefined,
  session: Session,
  out: Sink,
  keyOf: (row: Row) => string,
  put: (row: Row, values: readonly (Value | undefined)[]) => Row,
): Sink {
  const prepared = prepareMeasures(stage.measures, header, rules, session)
  const groups = new Map<string, { readonly meters: readonly Meter[]; values?: readonly (Value | undefined)[] }>()
  const held: { readonly row: Row; readonly key: string }[] = []
  return blocking(
    out,
    row => {
      const key = keyOf(row)
      session.hold(row)
      held.push({ row, key })
      let group = groups.get(key)
      if (group === undefined) {
        group = { meters: prepared.map(one => one.start()) }
        groups.set(key, group)
      }
      for (const [index, one] of prepared.entries()) {
        if (one.where !== undefined && !one.where(row)) continue
        const more = group.meters[index]!.add(
          one.reads.map(read => read(row) ?? undefined),
          row,
        )
        if (more > 0) session.holdCells(more, 40)
      }
    },
    () => {
      for (const { row, key } of held) {
        if (out.done) break
        const group = groups.get(key)!
        group.values ??= group.meters.map(meter => meter.value())
        out.push(put(row, group.values))
        session.release(row)
      }
    },
  )
}

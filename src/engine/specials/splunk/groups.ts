// Splunk's stages over groups of rows: transaction, timechart and chart as tables, streamstats with windows over all groups (Search Reference).

import { setField, type Value } from '../../../ir/event.ts'
import type { Pipeline } from '../../../ir/pipeline.ts'
import type { Scalar } from '../../../ir/predicate.ts'
import type { Row } from '../../row.ts'
import type { StageRow, StageSite } from '../signature.ts'
import { measures as meters } from './measures.ts'
import { adding, amount, blocking, keyIn, opened, own, said, texts, withFields } from './stages.ts'
import { field, lexically, list, number, ordered, text } from './values.ts'

const manual = (command: string): string => `https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/${command}`

const timeOf = (row: Row): number => number(own(row, '_time')) ?? (row.time === undefined ? Number.NaN : row.time / 1000)

/** A group of events that belong together, the newest first. */
interface Open {
  readonly rows: Row[]
  readonly values: Map<string, string>
  ended: boolean
  begun: boolean
}

/** `transaction`: events, the newest first, put together as long as they fit; what is not complete is left out unless it is asked for. */
const transaction: StageRow['start'] = blocking(site => {
  const fields = texts(site.args.fields)
  const maxspan = amount(site.args.maxspan)
  const maxpause = amount(site.args.maxpause)
  const maxevents = amount(site.args.maxevents) ?? 1000
  const begins = site.args.startswith === undefined ? undefined : site.compute(site.args.startswith as Scalar)
  const ends = site.args.endswith === undefined ? undefined : site.compute(site.args.endswith as Scalar)
  return rows => {
    const sorted = [...rows].filter(row => !Number.isNaN(timeOf(row))).sort((a, b) => timeOf(b) - timeOf(a) || b.order - a.order)
    const done: { readonly open: Open; readonly evicted: boolean }[] = []
    let open: Open[] = []
    const keys = new Map<string, Open>()
    const finish = (one: Open, evicted: boolean): void => {
      done.push({ open: one, evicted })
      for (const [name, value] of one.values) if (keys.get(`${name}\u0000${value}`) === one) keys.delete(`${name}\u0000${value}`)
      open = open.filter(other => other !== one)
    }
    const fits = (one: Open, row: Row): boolean => {
      const time = timeOf(row)
      if (maxspan !== undefined && timeOf(one.rows[0]!) - time > maxspan) return false
      if (maxpause !== undefined && timeOf(one.rows.at(-1)!) - time > maxpause) return false
      return one.rows.length < maxevents
    }
    for (const row of sorted) {
      const values = fields.flatMap((name): (readonly [string, string])[] => {
        const value = text(list(own(row, name))[0])
        return value === undefined ? [] : [[name, value]]
      })
      if (fields.length > 0 && values.length === 0) continue
      const isStart = begins?.(row) === true
      const isEnd = ends?.(row) === true
      let found: Open | undefined
      if (fields.length === 0) found = open[0]
      else
        for (const [name, value] of values) {
          const candidate = keys.get(`${name}\u0000${value}`)
          if (
            candidate !== undefined &&
            values.every(([key, told]) => !candidate.values.has(key) || candidate.values.get(key) === told)
          ) {
            found = candidate
            break
          }
        }
      // An end begins a group here, since the newest events come first.
      if (found !== undefined && (isEnd || !fits(found, row))) {
        finish(found, ends !== undefined || begins !== undefined)
        found = undefined
      }
      if (found === undefined) {
        if (ends !== undefined && !isEnd) {
          if (begins === undefined || !isStart) continue
          continue
        }
        found = { rows: [], values: new Map(), ended: isEnd, begun: false }
        open.push(found)
      }
      found.rows.push(row)
      for (const [name, value] of values) {
        found.values.set(name, value)
        keys.set(`${name}\u0000${value}`, found)
      }
      if (isStart) {
        found.begun = true
        finish(found, false)
      }
    }
    for (const one of [...open]) finish(one, begins !== undefined)
    const keep = site.args.keepevicted === true
    return done
      .filter(({ evicted }) => keep || !evicted)
      .map(({ open: one, evicted }) => together(one.rows, evicted ? 0 : 1, site.args.mvlist === true))
      .sort((a, b) => timeOf(b) - timeOf(a))
  }
})

const mostEvents = 1000

/** Events as one: values of each field once, in order of time where lists are wanted; how long it took, and how many there are. */
function together(rows: readonly Row[], closed: 0 | 1, lists: boolean): Row {
  const oldest = rows.at(-1)!
  const fields: Record<string, Value> = {}
  const names = new Set(rows.flatMap(row => Object.keys(row.fields)))
  for (const name of names) {
    if (name.startsWith('_')) continue
    const all = [...rows].reverse().flatMap(row => list(own(row, name)))
    const told = lists
      ? all
      : [...new Map(all.map(value => [text(value) ?? '', value])).entries()]
          .sort(([a], [b]) => lexically(a, b))
          .map(([, value]) => value)
    const value = field(told)
    if (value !== undefined) setField(fields, name, value)
  }
  fields._time = timeOf(oldest)
  fields.duration = Number((timeOf(rows[0]!) - timeOf(oldest)).toFixed(6))
  fields.eventcount = rows.length
  fields.closed_txn = closed
  const events = rows.flatMap(row => row.events)
  return {
    ...oldest,
    fields,
    events: events.slice(0, mostEvents),
    ...(events.length > mostEvents ? { omitted: events.length - mostEvents } : {}),
  }
}

/** A table with a row for each value of one field and a column for each of another. */
function pivot(site: StageSite, rows: readonly Row[], grid: readonly Value[] | undefined): readonly Row[] {
  const over = said(site.args.over) ?? '_time'
  const by = said(site.args.by)
  const measures = texts(site.args.measures)
  const functions = texts(site.args.functions)
  const empty = (measure: number): Value | undefined => (/^(?:count|distinct)$/.test(functions[measure] ?? '') ? 0 : undefined)
  const lines = new Map<string, { readonly value: Value; readonly fields: Map<string, Value>; readonly events: Row }>()
  const line = (value: Value, row: Row | undefined) => {
    const key = text(value) ?? ''
    let known = lines.get(key)
    if (known === undefined) {
      known = { value, fields: new Map(), events: row ?? { order: 0, fields: {}, events: [], schema: '', branch: 0 } }
      lines.set(key, known)
    }
    return known
  }
  for (const value of grid ?? []) line(value, undefined)
  const series = by === undefined ? undefined : ranked(site, rows, by, measures, functions)
  const columns: string[] = []
  const column = (name: string): string => {
    if (!columns.includes(name)) columns.push(name)
    return name
  }
  if (by === undefined) for (const measure of measures) column(measure)
  else
    for (const measure of measures) {
      for (const name of series!.kept) column(measures.length === 1 ? name : `${measure}: ${name}`)
      if (series!.other !== undefined) column(measures.length === 1 ? series!.other : `${measure}: ${series!.other}`)
    }
  for (const row of rows) {
    const value = own(row, over)
    if (value === undefined) continue
    const here = line(value, row)
    const name = by === undefined ? undefined : (text(own(row, by)) ?? '')
    const told = name === undefined || series!.kept.includes(name) ? name : series!.other
    if (by !== undefined && told === undefined) continue
    for (const [index, measure] of measures.entries()) {
      const cell = own(row, measure)
      if (cell === undefined) continue
      const target = by === undefined ? measure : measures.length === 1 ? told! : `${measure}: ${told!}`
      const before = here.fields.get(target)
      here.fields.set(target, before === undefined ? cell : merged(functions[index] ?? '', before, cell))
    }
  }
  return [...lines.values()]
    .sort((a, b) => ordered(a.value, b.value))
    .map(({ value, fields: cells, events }) => {
      const fields: Record<string, Value> = { [over]: value }
      for (const name of columns) {
        const measure =
          by === undefined
            ? measures.indexOf(name)
            : measures.length === 1
              ? 0
              : measures.findIndex(one => name.startsWith(`${one}: `))
        const cell = cells.get(name) ?? empty(measure)
        if (cell !== undefined) setField(fields, name, cell)
      }
      return { ...events, fields }
    })
}

/** What several series are together: added, or the lesser or greater one. */
function merged(fn: string, a: Value, b: Value): Value {
  const x = number(a)
  const y = number(b)
  if (x === undefined || y === undefined) return a
  return fn === 'min' ? Math.min(x, y) : fn === 'max' ? Math.max(x, y) : x + y
}

/** The series with the greatest sums, and the name of the others together. */
function ranked(site: StageSite, rows: readonly Row[], by: string, measures: readonly string[], functions: readonly string[]) {
  const sums = new Map<string, number>()
  for (const row of rows) {
    const name = text(own(row, by)) ?? ''
    const value = number(own(row, measures[0] ?? '')) ?? 0
    const before = sums.get(name)
    sums.set(
      name,
      before === undefined ? value : /^(?:max|min)$/.test(functions[0] ?? '') ? Math.max(before, value) : before + value,
    )
  }
  const most = amount(site.args.limit) ?? 10
  const order = [...sums]
    .sort(([a, x], [b, y]) => (site.args.bottom === true ? x - y : y - x) || lexically(a, b))
    .map(([name]) => name)
  const kept = most === 0 ? order : order.slice(0, most)
  const other = order.length > kept.length && site.args.useother !== false ? (said(site.args.otherstr) ?? 'OTHER') : undefined
  return { kept: [...kept].sort(lexically), other }
}

const mostBuckets = 50_000

const timechart: StageRow['start'] = blocking(site => rows => {
  const times = rows.flatMap(row => number(own(row, '_time')) ?? []).sort((a, b) => a - b)
  const seconds = lengthOf(said(site.args.span), times)
  const [first] = times
  if (first === undefined || seconds === undefined || site.args.cont === false) return pivot(site, rows, undefined)
  const grid: number[] = []
  for (let at = first; at <= times.at(-1)!; at += seconds) {
    if (grid.length >= mostBuckets) {
      site.report({
        code: 'ENG354',
        severity: 'warning',
        message: `a chart over time has more than ${mostBuckets} stretches; empty ones are left out`,
        hint: 'make the span longer',
      })
      return pivot(site, rows, undefined)
    }
    grid.push(at)
  }
  return pivot(site, rows, grid)
})

/** The length of the stretches: as written, else the least distance between two of them. */
function lengthOf(span: string | undefined, times: readonly number[]): number | undefined {
  const found = /^(\d+(?:\.\d+)?)?(s|sec\w*|m|min\w*|h|hr\w*|hour\w*|d|day\w*|w|week\w*)$/.exec(span ?? '')
  if (found !== null) {
    const unit = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[found[2]![0] as 's' | 'm' | 'h' | 'd' | 'w']
    return Number(found[1] ?? 1) * unit
  }
  if (span !== undefined) return undefined
  let least: number | undefined
  for (let at = 1; at < times.length; at++) {
    const step = times[at]! - times[at - 1]!
    if (step > 0 && (least === undefined || step < least)) least = step
  }
  return least
}

/** Running measures over the last rows of all groups, counted for each row's own group; a change of the group starts anew where that is asked for. */
const streamstats: StageRow['start'] = (site, out) => {
  const [stage] = (site.args.body as Pipeline).stages
  const aggregate = stage?.kind === 'aggregate' ? stage : undefined
  const size = amount(site.args.rows) || Number.POSITIVE_INFINITY
  const by = aggregate?.by.map(column => column.name) ?? []
  const measures = (aggregate?.measures ?? []).map(measure => ({
    name: measure.name,
    row: meters.find(meter => meter.name === `splunk:${measure.fn}` || meter.name === measure.fn),
    of: measure.of === undefined ? undefined : site.compute(measure.of),
    args: measure.args ?? [],
  }))
  let held: { readonly row: Row; readonly key: string | undefined }[] = []
  let before: string | undefined
  return {
    push(row) {
      const key = by.length === 0 ? '' : keyIn(row, by)
      if (site.args.reset === true && key !== before) {
        for (const one of held) site.release(one.row)
        held = []
      }
      before = key
      const entry = { row, key }
      const window = site.args.current === false ? held.slice(-size) : [...held, entry].slice(-size)
      const fields: Record<string, Value> = { ...row.fields }
      for (const { name, row: meter, of, args } of measures) {
        if (meter === undefined || key === undefined) continue
        const running = meter.start({ types: [], constants: args, rules: 'splunk', now: () => site.now() })
        for (const one of window) {
          if (one.key !== key) continue
          const value = of?.(one.row)
          if (of === undefined) running.add([], one.row)
          else if (value !== undefined) running.add([value], one.row)
        }
        const value = running.value()
        if (value !== undefined) setField(fields, name, value)
      }
      site.hold(row)
      held.push(entry)
      while (held.length > Math.min(size, mostWindow)) site.release(held.shift()!.row)
      out.push(withFields(row, fields))
    },
    close: () => out.close(),
  }
}

/** limits.conf, `max_stream_window`. */
const mostWindow = 10_000

export const groupStages: readonly StageRow[] = [
  {
    name: 'splunk:transaction',
    manual: manual('Transaction'),
    header: ({ header }) => adding(header, ['_time', 'duration', 'eventcount', 'closed_txn']),
    start: transaction,
  },
  {
    name: 'splunk:timechart',
    manual: manual('Timechart'),
    header: ({ args }) => ({
      columns: ['_time', ...(args.by === undefined ? texts(args.measures) : [])].map(name => ({ name })),
      open: args.by !== undefined,
    }),
    start: timechart,
  },
  {
    name: 'splunk:pivot',
    manual: manual('Chart'),
    header: ({ args }) => ({
      columns: [said(args.over) ?? '', ...(args.by === undefined ? texts(args.measures) : [])].map(name => ({ name })),
      open: args.by !== undefined,
    }),
    start: blocking(site => rows => pivot(site, rows, undefined)),
  },
  {
    name: 'splunk:streamstats',
    manual: manual('Streamstats'),
    header: ({ header, args }) => {
      const [stage] = (args.body as Pipeline).stages
      return stage?.kind === 'aggregate'
        ? adding(
            header,
            stage.measures.map(measure => measure.name),
          )
        : opened(header)
    },
    check: args => {
      const [stage] = (args.body as Pipeline).stages
      if (stage?.kind !== 'aggregate') return 'streamstats without aggregates'
      const unknown = stage.measures.find(
        measure =>
          !meters.some(meter => meter.name === `splunk:${measure.fn}` || meter.name === measure.fn) ||
          measure.of?.kind === 'fields',
      )
      return unknown === undefined ? undefined : `streamstats with "${unknown.fn}"`
    },
    start: streamstats,
  },
]

export const splunkGroupCodes: Readonly<Record<string, string>> = {
  ENG354: 'a chart over time has more stretches than are written',
}

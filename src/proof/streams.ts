// Two questions about several events: what they stand on is read off both, streams are made around it, and the engine is asked whether each finds anything. Nothing here can say "equivalent".

import type { Event, Value } from '../ir/event.ts'
import { setField } from '../ir/event.ts'
import type { Column, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { fieldsUsed, visit } from '../ir/walk.ts'
import { Limit } from './limits.ts'
import { shrink } from './shrink.ts'

/** Whether a question finds anything in a stream. */
export type Run = (stream: readonly Event[]) => boolean

/** A query for single events, and which step of a sequence it is of (0: of none). */
export interface Source {
  readonly query: Pipeline
  readonly step: number
}

/** What a question about several events stands on. */
export interface Plot {
  /** The queries for single events that it starts with, as far as they ask no others. */
  readonly sources: readonly Source[]
  /** Fields that tell groups apart. */
  readonly keys: ReadonlySet<string>
  /** Fields whose values are counted or added up. */
  readonly values: ReadonlySet<string>
  /** Numbers that results are compared with. */
  readonly bounds: ReadonlySet<number>
  /** Lengths of time, in milliseconds. */
  readonly spans: ReadonlySet<number>
  /** Whether the order of events is asked about. */
  readonly ordered: boolean
}

interface Draft {
  readonly sources: Source[]
  step: number
  steps: number
  readonly keys: Set<string>
  readonly values: Set<string>
  readonly bounds: Set<number>
  readonly spans: Set<number>
  ordered: boolean
}

/** Whether a stage asks several rows. */
const several: ReadonlySet<Stage['kind']> = new Set([
  'aggregate',
  'window',
  'join',
  'limit',
  'expand',
  'apply',
  'special',
  'opaque',
])

/** What columns come from: their names to fields of the events. */
type Columns = ReadonlyMap<string, ReadonlySet<string>>

/** What a query stands on. */
export function plotOf(queries: readonly Pipeline[]): Plot {
  const draft: Draft = {
    step: 0,
    steps: 0,
    sources: [],
    keys: new Set(),
    values: new Set(),
    bounds: new Set(),
    spans: new Set(),
    ordered: false,
  }
  for (const query of queries) study(query, draft)
  return draft
}

const addAll = (to: Set<string>, from: Iterable<string>): void => {
  for (const one of from) to.add(one)
}

function fieldsOf(of: Scalar | Predicate, columns: Columns): ReadonlySet<string> {
  const out = new Set<string>()
  for (const name of fieldsUsed(of)) addAll(out, columns.get(name) ?? [name])
  return out
}

function study(query: Pipeline, draft: Draft): Columns {
  const { from } = query
  const columns = new Map<string, ReadonlySet<string>>()
  const merge = (inner: Columns): void => {
    for (const [name, fields] of inner) columns.set(name, new Set([...(columns.get(name) ?? []), ...fields]))
  }
  if (from.kind === 'union') for (const part of from.of) merge(study(part, draft))
  if (from.kind === 'sequence') {
    draft.ordered ||= from.ordered
    if (from.within !== undefined) draft.spans.add(from.within)
    draft.bounds.add(from.steps.length)
    for (const step of [...from.steps, ...(from.until === undefined ? [] : [from.until])]) {
      const before = draft.step
      draft.step = ++draft.steps
      const inner = study(step.of, draft)
      draft.step = before
      for (const { value } of step.by) addAll(draft.keys, fieldsOf(value, inner))
      if (step.times !== undefined) draft.bounds.add(step.times)
      merge(inner)
    }
  }
  let leading = from.kind === 'class' || from.kind === 'table'
  const first: Stage[] = []
  for (const stage of query.stages) {
    if (leading && several.has(stage.kind)) {
      leading = false
      draft.sources.push({ query: { ...query, stages: first }, step: draft.step })
    }
    if (leading) first.push(stage)
    studyStage(stage, columns, draft, leading)
  }
  if (leading) draft.sources.push({ query: { ...query, stages: first }, step: draft.step })
  return columns
}

function studyStage(stage: Stage, columns: Map<string, ReadonlySet<string>>, draft: Draft, leading: boolean): void {
  const compute = (list: readonly Column[]): void => {
    for (const { name, value } of list) columns.set(name, fieldsOf(value, columns))
  }
  switch (stage.kind) {
    case 'filter':
      if (!leading) bounds(stage.where, draft)
      return
    case 'extend':
      compute(stage.columns)
      for (const { value } of stage.columns) if (!leading) bounds(value, draft)
      for (const { value } of stage.columns) if (leading) times(value, draft)
      return
    case 'rename':
      for (const { from, to } of stage.names) {
        const [old, now] = [from[0], to[0]]
        if (from.length === 1 && to.length === 1 && typeof old === 'string' && typeof now === 'string')
          columns.set(now, columns.get(old) ?? new Set([old]))
      }
      return
    case 'aggregate':
      if (stage.window !== undefined) draft.spans.add(stage.window.size)
      for (const { value } of stage.by) addAll(draft.keys, fieldsOf(value, columns))
      for (const { of } of stage.measures) if (of !== undefined) addAll(draft.values, fieldsOf(of, columns))
      compute(stage.by)
      if (stage.having !== undefined) bounds(stage.having, draft)
      return
    case 'window':
      if (stage.reach !== undefined) draft.spans.add(stage.reach)
      draft.ordered ||= stage.order.length > 0
      for (const { value } of stage.by) addAll(draft.keys, fieldsOf(value, columns))
      for (const measure of stage.measures) {
        const { of } = measure
        if (measure.fn.startsWith('window:') && measure.also?.[0]?.kind === 'literal') {
          const back = Number(measure.also[0].value)
          if (Number.isSafeInteger(back)) draft.bounds.add(back + 1)
        }
        if (of !== undefined) addAll(measure.fn.startsWith('window:') ? draft.keys : draft.values, fieldsOf(of, columns))
      }
      return
    case 'join': {
      if (stage.within !== undefined) draft.spans.add(stage.within)
      const inner = study(stage.right, draft)
      for (const { left, right } of stage.on) {
        addAll(draft.keys, fieldsOf(left, columns))
        addAll(draft.keys, fieldsOf(right, inner))
      }
      return
    }
    default:
      return
  }
}

/** The numbers and lengths of time that results are compared with. */
function bounds(of: Predicate | Scalar, draft: Draft): void {
  const note = (scalar: Scalar): void => {
    if (scalar.kind !== 'literal' || scalar.type === 'datetime') return
    const number = Number(scalar.value)
    if (typeof scalar.value === 'string' && scalar.value.trim() === '') return
    if (scalar.type === 'timespan') draft.spans.add(Math.round(number / 10_000))
    else if (Number.isFinite(number) && typeof scalar.value !== 'boolean' && scalar.value !== null) draft.bounds.add(number)
  }
  visit(of, {
    scalar: note,
    predicate: part => {
      if (part.kind === 'test' && part.match.kind === 'compare') note(part.match.to)
    },
  })
}

/** Lengths of time in what is computed before rows are grouped: buckets. */
function times(of: Scalar, draft: Draft): void {
  visit(of, {
    scalar: scalar => {
      if (scalar.kind !== 'literal' || typeof scalar.value === 'string') return
      const number = Number(scalar.value)
      if (scalar.type === 'timespan') draft.spans.add(Math.round(number / 10_000))
      else if (Number.isSafeInteger(number) && number >= 1_000) draft.spans.add(number)
    },
  })
}

/** One kind of event that a stream may have. */
export interface Kind {
  readonly event: Event
  /** The step of a sequence that it is for; 0: for none. */
  readonly step: number
}

export interface StreamOptions {
  /** Gives an event its time in the fields that hold one. */
  readonly timed?: (event: Event) => Event
  /** Whether an event may be in a stream: it is one that the tables can hold. */
  readonly possible?: (event: Event) => boolean
  readonly seed?: number
  /** How many streams are drawn beside those that are made on purpose. */
  readonly drawn?: number
}

/** How often a stream may be asked for, by how many sources that costs. */
export const asksFor = (plot: Plot): number =>
  Math.max(60, Math.min(mostAsked, Math.floor(mostWork / 4 / Math.max(1, plot.sources.length))))

/** How often an event is put before a source, for all streams together: what a rule of very many sources may cost. */
const mostWork = 30_000
/** Events of one stream at most. */
const mostEvents = 120
const mostKinds = 8
const second = 1_000
const hour = 3_600_000
/** A day in winter on which nothing is special. */
const start = Date.UTC(2026, 0, 14, 12)

interface Beat {
  readonly kind: number
  /** Milliseconds after the beat before it. */
  readonly gap: number
  readonly key?: 'one' | 'other' | 'upper' | 'none' | 'null'
  /** The one field of the key that `key` is about; the others are `one`. Without, all of them. */
  readonly only?: number
  readonly value?: string | number | null
  /** The one measured field that has the value; without, all of them. */
  readonly at?: number
}

/** Streams around what questions stand on: thresholds, edges of windows, keys, order, equal times; then some that are drawn. */
export function streamsOf(plot: Plot, kinds: readonly Kind[], options: StreamOptions = {}): readonly (readonly Event[])[] {
  const spans = [...plot.spans].filter(span => span > 0 && span <= 400 * 24 * hour).sort((a, b) => a - b)
  const lengths = spans.length === 0 ? [undefined] : spans.slice(0, 3)
  const counts = [...new Set([...plot.bounds].filter(bound => bound >= 1 && bound <= mostEvents - 2).map(Math.ceil))]
    .sort((a, b) => a - b)
    .slice(0, 5)
  if (counts.length === 0) counts.push(2)
  const numbers = [...plot.bounds].sort((a, b) => a - b).slice(0, 5)
  // All fields of the key at once, and each by itself.
  const fields: readonly (number | undefined)[] = [
    undefined,
    ...(plot.keys.size > 1 ? [...plot.keys.keys()].slice(0, 4).map((_, at) => at) : []),
  ]
  const measured: readonly (number | undefined)[] = [
    undefined,
    ...(plot.values.size > 1 ? [...plot.values].slice(0, 4).map((_, at) => at) : []),
  ]
  const used = inTurn(kinds).slice(0, mostKinds)
  const steps = new Set(used.map(kind => kind.step)).size
  const out: (readonly Event[])[] = []
  const seen = new Set<string>()
  let events = Math.max(200, Math.floor(mostWork / Math.max(1, plot.sources.length)))
  const add = (base: number, beats: readonly Beat[]): void => {
    const stream = play(base, beats, used, plot, options)
    if (stream === undefined) return
    const key = JSON.stringify(stream, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
    if (seen.has(key) || events < stream.length) return
    seen.add(key)
    events -= stream.length
    out.push(stream)
  }
  const run = (count: number, gap: number, more: Partial<Beat> = {}, first = 0): Beat[] =>
    Array.from({ length: count }, (_, place) => ({ kind: 0, gap: place === 0 ? first : gap, ...more }))
  if (steps > 1) for (const span of lengths) ordersOf(steps, span ?? hour, beats => add(start - (start % (span ?? hour)), beats))
  for (const span of lengths) {
    const even = span ?? hour
    const bases = [start - (start % even), start - (start % even) + Math.floor(even / 3), start - (start % even) + even - 1]
    for (const [place, base] of bases.entries())
      for (const count of counts) {
        const gap = Math.max(1, Math.min(second, Math.floor(even / (count + 1))))
        for (const [kind] of used.entries()) {
          for (const size of [count - 1, count, count + 1]) if (size > 0) add(base, run(size, gap, { kind }))
          if (place > 0) continue
          add(base, run(count, 0, { kind }))
          for (const key of ['none', 'null', 'upper'] as const) add(base, run(count, gap, { kind, key }))
        }
        if (place > 0 && count < 2) continue
        // The last one at the edge of the window, just inside it, just outside.
        for (const last of [even - 1, even, even + 1]) {
          const rest = run(count - 1, 0)
          if (rest.length > 0) add(base, [...rest, { kind: 0, gap: last }])
          const step = count > 2 ? [{ kind: 0, gap: 0 }, ...run(count - 2, 0, {}, last - 1), { kind: 0, gap: 1 }] : undefined
          if (step !== undefined) add(base, step)
        }
        // Groups: the last in another one, or in one whose name differs in case, or without any.
        for (const only of fields)
          for (const key of ['other', 'upper', 'none'] as const)
            add(base, [...run(count - 1, gap, { key: 'one' }), { kind: 0, gap, key, only }])
        add(
          base,
          Array.from({ length: 2 * count }, (_, at): Beat => ({ kind: 0, gap, key: at % 2 === 0 ? 'one' : 'other' })),
        )
        add(
          base,
          Array.from({ length: count }, (_, at): Beat => ({ kind: at % used.length, gap })),
        )
        // A second burst, long after the first.
        add(base, [...run(count, gap), ...run(count, gap, {}, even * 3)])
        if (plot.values.size > 0) {
          for (const at of measured) {
            const values = (list: readonly (string | null)[]): Beat[] => list.map(value => ({ kind: 0, gap, value, at }))
            const names = Array.from({ length: count + 1 }, (_, at) => `value-${at + 1}`)
            add(base, values(names))
            add(base, values(names.slice(0, count)))
            add(base, values(names.slice(0, count - 1)))
            add(base, values([...names.slice(0, count - 1), ...names.slice(0, count - 1), names[0]!]))
            add(base, values([...names.slice(0, count - 1), (names[0] ?? 'value').toUpperCase()]))
            add(base, values([...names.slice(0, count - 1), null]))
          }
        }
      }
    if (plot.values.size > 0)
      for (const number of numbers)
        for (const base of bases.slice(0, 1)) {
          for (const value of [number - 1, number, number + 1]) add(base, [{ kind: 0, gap: 0, value }])
          add(
            base,
            [number - 1, 1].map(value => ({ kind: 0, gap: second, value })),
          )
          add(
            base,
            [number + 2, number - 4, number].map(value => ({ kind: 0, gap: second, value })),
          )
          add(
            base,
            [Math.floor(number / 2), number].map(value => ({ kind: 0, gap: second, value })),
          )
          // Two that make it together, on both sides of an edge.
          add(
            bases.at(-1)!,
            [0, second].map(gap => ({ kind: 0, gap, value: Math.ceil(number * 0.6) })),
          )
        }
    if (steps <= 1) ordersOf(used.length, even, beats => add(bases[0]!, beats))
  }
  const draw = drawing(options.seed ?? 1)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)]!
  for (let left = options.drawn ?? 160; left > 0; left--) {
    const span = pick(lengths) ?? hour
    const length = 1 + Math.floor(draw() * Math.min(9, Math.max(...counts, used.length) + 2))
    const gaps = [0, 1, second, Math.floor(span / 2), span - 1, span, span + 1, Math.floor(span / Math.max(1, length))]
    const base = start - (start % span) + pick([0, 1, Math.floor(span / 2), span - 1])
    add(
      base,
      Array.from(
        { length },
        (_, at): Beat => ({
          kind: Math.floor(draw() * used.length),
          gap: at === 0 ? 0 : pick(gaps),
          key: pick(['one', 'one', 'one', 'one', 'other', 'none'] as const),
          only: pick(fields),
          ...(plot.values.size === 0
            ? {}
            : { at: pick(measured), value: pick(['value-1', 'value-1', 'value-2', 'value-3', null, ...numbers]) }),
        }),
      ),
    )
  }
  return out
}

/** One kind of each step, then another one of each. */
function inTurn(kinds: readonly Kind[]): readonly Kind[] {
  const lists = new Map<number, Kind[]>()
  for (const kind of kinds) lists.set(kind.step, [...(lists.get(kind.step) ?? []), kind])
  const out: Kind[] = []
  for (let round = 0; out.length < kinds.length; round++)
    for (const list of lists.values()) if (list[round] !== undefined) out.push(list[round]!)
  return out
}

/** Kinds of events one after the other: in each order, one left out, one in another group, at one time, across the window. */
function ordersOf(kinds: number, span: number, add: (beats: readonly Beat[]) => void): void {
  if (kinds < 2) return
  const places = Array.from({ length: Math.min(kinds, 4) }, (_, place) => place)
  for (const order of permutations(places)) {
    add(order.map(kind => ({ kind, gap: second })))
    add(order.map(kind => ({ kind, gap: 0 })))
  }
  const inOrder = (change: (beat: Beat, place: number) => Beat | readonly Beat[]): void =>
    add(places.flatMap((kind, place) => change({ kind, gap: place === 0 ? 0 : second }, place)))
  const last = places.length - 1
  for (const edge of [span - 1, span, span + 1]) {
    add(places.map((kind, place) => ({ kind, gap: place === last ? edge : 0 })))
    add(places.map((kind, place) => ({ kind, gap: place === 1 ? edge : 0 })))
    add(places.map((kind, place) => ({ kind, gap: place === 0 ? 0 : Math.floor(edge / last) })))
  }
  for (const at of places) {
    inOrder((beat, place) => (place === at ? [] : beat))
    inOrder((beat, place) => (place === at ? [beat, { ...beat, gap: second }] : beat))
    for (const key of ['other', 'none', 'null', 'upper'] as const)
      inOrder((beat, place) => (place === at ? { ...beat, key } : beat))
    inOrder((beat, place) =>
      place === at
        ? [
            { ...beat, key: 'other' },
            { ...beat, gap: second },
          ]
        : beat,
    )
    for (const extra of places) inOrder((beat, place) => (place === at ? [beat, { kind: extra, gap: second }] : beat))
  }
}

function permutations(of: readonly number[]): readonly (readonly number[])[] {
  if (of.length <= 1) return [of]
  return of.flatMap(first => permutations(of.filter(one => one !== first)).map(rest => [first, ...rest]))
}

/** Numbers from 0 to 1 that follow from a seed (a linear congruence of 32 bits, mixed). */
function drawing(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0
    return mixed / 2 ** 32
  }
}

const keyNames = { one: 'host-one', other: 'host-two', upper: 'HOST-ONE', none: undefined, null: null } as const

/** Beats as events; undefined where one of them is none that could be. */
function play(
  base: number,
  beats: readonly Beat[],
  kinds: readonly Kind[],
  plot: Plot,
  { timed, possible }: StreamOptions,
): readonly Event[] | undefined {
  if (beats.length === 0 || beats.length > mostEvents) return undefined
  let time = base
  const out: Event[] = []
  const keyed = [...plot.keys].filter(name => !plot.values.has(name))
  for (const { kind, gap, key = 'one', only, value, at } of beats) {
    time += gap
    const of = kinds[kind]
    if (of === undefined) return undefined
    let event: Event = { ...of.event, time }
    const put = (names: Iterable<string>, to: Value | undefined): void => {
      for (const name of names) {
        const changed = { ...event, fields: withField(event.fields, name, to) }
        // What the question itself asks of a field stays as it is.
        if (possible === undefined || possible(changed)) event = changed
      }
    }
    for (const [place, name] of keyed.entries()) put([name], keyNames[only === undefined || only === place ? key : 'one'])
    if (plot.values.size > 0 && value !== undefined)
      put(
        [...plot.values].filter((_, place) => at === undefined || at === place),
        value ?? undefined,
      )
    out.push(timed === undefined ? event : timed(event))
  }
  return out
}

function withField(fields: Event['fields'], name: string, value: Value | undefined): Event['fields'] {
  const out: Record<string, Value> = {}
  for (const [key, own] of Object.entries(fields)) if (key !== name) setField(out, key, own)
  if (value !== undefined) setField(out, name, value)
  return out
}

/** What came of putting streams before two questions. */
export interface Parted {
  readonly streams: number
  readonly events: number
  /** Streams in which both find something: without any, agreement says little. */
  readonly found: number
  /** The smallest stream of each sort that was met. */
  readonly onlyLeft?: readonly Event[]
  readonly onlyRight?: readonly Event[]
  readonly both?: readonly Event[]
}

/** Streams that are looked at once a difference is known, before the smallest is taken. */
const enough = 3

export interface PartOptions {
  /** Writes the time of an event into its fields. */
  readonly timed?: (event: Event) => Event
  /** A store keeps no order of reading: what hangs on it among events of one time is not looked at. */
  readonly unordered?: boolean
  /** How often a stream may be asked for while it is made smaller. */
  readonly asked?: number
}

/** Puts streams before two questions. Each stream on which they part is made as small as can be. What the engine gives up on throws `Limit`. */
export function part(left: Run, right: Run, streams: readonly (readonly Event[])[], options: PartOptions = {}): Parted {
  let events = 0
  let found = 0
  const onlyLeft: (readonly Event[])[] = []
  const onlyRight: (readonly Event[])[] = []
  let both: readonly Event[] | undefined
  const steady = (stream: readonly Event[]): boolean => {
    if (options.unordered !== true) return true
    const other = tiesTurned(stream)
    return other === undefined || (left(stream) === left(other) && right(stream) === right(other))
  }
  for (const stream of streams) {
    events += stream.length
    const [a, b] = [left(stream), right(stream)]
    if (a && b) {
      found++
      if (both === undefined || stream.length < both.length) both = stream
    } else if (a !== b && steady(stream)) (a ? onlyLeft : onlyRight).push(stream)
  }
  const smallest = (of: (readonly Event[])[], want: boolean): readonly Event[] | undefined =>
    [...of]
      .sort((a, b) => a.length - b.length)
      .slice(0, enough)
      .map(stream => smaller(stream, some => left(some) === want && right(some) !== want && steady(some), options))
      .sort((a, b) => a.length - b.length || JSON.stringify(a).length - JSON.stringify(b).length)[0]
  const [l, r] = [smallest(onlyLeft, true), smallest(onlyRight, false)]
  return {
    streams: streams.length,
    events,
    found,
    ...(l === undefined ? {} : { onlyLeft: l }),
    ...(r === undefined ? {} : { onlyRight: r }),
    ...(both === undefined ? {} : { both }),
  }
}

/** The stream with events of one time in the other order; undefined where there are none. */
function tiesTurned(stream: readonly Event[]): readonly Event[] | undefined {
  if (stream.every((event, at) => at === 0 || event.time !== stream[at - 1]!.time)) return undefined
  return stream
    .map((event, at) => ({ event, at }))
    .sort((a, b) => (a.event.time ?? 0) - (b.event.time ?? 0) || b.at - a.at)
    .map(({ event }) => event)
}

/** How often a stream is asked for while it is made smaller. */
const mostAsked = 600

/** The smallest stream of which something still holds: fewer events, rounder gaps, smaller events. */
function smaller(
  stream: readonly Event[],
  still: (stream: readonly Event[]) => boolean,
  { timed: retime = event => event, asked = mostAsked }: PartOptions,
): readonly Event[] {
  let left = asked
  const holds = (of: readonly Event[]): boolean => {
    if (left-- <= 0) return false
    try {
      return still(of)
    } catch (error) {
      if (error instanceof Limit) return false
      throw error
    }
  }
  let kept = stream
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = kept.length - size; at >= 0; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (fewer.length > 0 && holds(fewer)) {
        kept = fewer
        at = Math.min(at, kept.length - size)
      } else at -= size
    }
  for (let at = 1; at < kept.length; at++) {
    const gap = kept[at]!.time! - kept[at - 1]!.time!
    for (const other of [0, second]) {
      if (other >= gap) break
      const moved = kept.map((event, place) => (place < at ? event : retime({ ...event, time: event.time! - gap + other })))
      if (!holds(moved)) continue
      kept = moved
      break
    }
  }
  for (let at = 0; at < kept.length; at++) {
    // The time of an event stays in its fields.
    const one = shrink(kept[at]!, event => holds(kept.with(at, retime(event))))
    kept = kept.with(at, retime(one))
  }
  return kept
}

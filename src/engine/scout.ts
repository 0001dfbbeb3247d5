// The half of a run that looks at each event by itself: which schema it has, whether it is in time, which fronts it satisfies. Needs no state of other events, so several may share the work.

import type { Detection } from '../ir/detection.ts'
import type { Batch, Event } from '../ir/event.ts'
import type { Scalar } from '../ir/predicate.ts'
import { parseTime } from '../ir/time.ts'
import { visit } from '../ir/walk.ts'
import type { Schema } from '../schemas/schema.ts'
import { firstOf } from '../schemas/translate.ts'
import { Tape } from '../wasm/tape.ts'
import { Sifter } from './fast/sift.ts'
import { createFamily, type Family, type Front, type Hit, type Watch } from './front.ts'
import { createMatcher } from './match.ts'
import type { Passed, RunOptions, Scout, ScoutSeen } from './run.ts'

/** What a scout goes by: rules' fronts, and the schemas in the order in which records are recognised. */
export interface ScoutParts {
  readonly detections: readonly Detection[]
  readonly schemas: readonly Schema[]
  readonly fronts: readonly Front[]
}

/** Families of fronts by schema: what one scout learns of records serves the next. */
const familiesOf = new WeakMap<readonly Front[], Map<string, Family>>()

/** Who sifted the records of a tape last: a scout of the same program takes over what it learnt. */
const siftersOf = new WeakMap<
  Tape,
  { readonly fronts: readonly Front[]; readonly schemas: readonly Schema[]; readonly sifter: Sifter }
>()

/** A scout over the fronts of a program. */
export function createScout(parts: ScoutParts, options: Pick<RunOptions, 'since' | 'until' | 'matcher'>): Scout {
  const { schemas, fronts } = parts
  const families = familiesOf.get(fronts) ?? new Map<string, Family>()
  familiesOf.set(fronts, families)
  const watches = new Map<string, { readonly family: Family; readonly watch: Watch }>()
  const byId = new Map(schemas.map(schema => [schema.id, schema]))
  const recognisers = createMatcher()
  const shapes = schemas
    .filter(schema => schema.beside === undefined && schema.recognise !== undefined)
    .map(schema => ({ schema, ask: recognisers.compile(schema.recognise!) }))
  const bySchema = new Map<string, number>()
  const gaveUp = new Map<string, { readonly index: number; readonly pattern: string; times: number }>()
  const windowed = options.since !== undefined || options.until !== undefined
  const { since = -Infinity, until = Infinity } = options
  let events = 0
  let outside = 0
  let unknown = 0
  let from: number | undefined
  let to: number | undefined

  function watchOf(schema: Schema): { readonly family: Family; readonly watch: Watch } {
    let known = watches.get(schema.id)
    if (known === undefined) {
      let family = families.get(schema.id)
      if (family === undefined) {
        family = createFamily(fronts, [schema, ...schemas.filter(other => other.beside === schema.id)])
        families.set(schema.id, family)
      }
      const watch = family.watch((front, pattern) => {
        const index = fronts[front]?.index ?? 0
        const key = `${index} ${pattern}`
        const before = gaveUp.get(key)
        if (before === undefined) gaveUp.set(key, { index, pattern, times: 1 })
        else before.times++
      })
      known = { family, watch }
      watches.set(schema.id, known)
    }
    return known
  }

  function shapeOf(batch: Batch, event: Event): Schema | undefined {
    const claimed = byId.get(batch.schema)
    return claimed ?? recognise(event)
  }

  function recognise(event: Event): Schema | undefined {
    recognisers.look(event)
    return shapes.find(shape => shape.ask())?.schema
  }

  function span(event: Event): void {
    if (event.time === undefined) return
    if (from === undefined || event.time < from) from = event.time
    if (to === undefined || event.time > to) to = event.time
  }

  // A rule that hands no columns on is not asked for any: that would read all of it out of the cache.
  const handsOn = (front: Front): boolean => front.names.length > 0 || front.table !== undefined || front.lenient === true
  const wantsText = fronts.some(front => handsOn(front) && front.columns.some(column => readsText(column.value)))
  /** The event of a batch, with its line where that is asked for. */
  function eventAt(batch: Batch, at: number): Event {
    const event = batch.at(at)
    return wantsText && batch.line !== undefined ? { ...event, line: () => batch.line!(at) } : event
  }

  function lookAt(batch: Batch, at: number, place: number, passed: Passed[]): void {
    let event = eventAt(batch, at)
    const schema = shapeOf(batch, event)
    if (schema === undefined) {
      unknown++
      return
    }
    bySchema.set(schema.id, (bySchema.get(schema.id) ?? 0) + 1)
    if (windowed) {
      event = timed(event, schema)
      if (event.time !== undefined && (event.time < since || event.time > until)) {
        outside++
        return
      }
      span(event)
    }
    const hits = watchOf(schema).watch.match(event)
    if (hits.length > 0) pass(event, place, schema, hits, passed)
  }

  function pass(event: Event, place: number, schema: Schema, hits: readonly Hit[], passed: Passed[]): void {
    const whole = timed(event, schema)
    span(whole)
    const fields = hits.map(hit => ({ front: hit.front, schema: hit.schema, fields: hit.row(whole) }))
    passed.push({ event: wantsText ? { ...whole, line: undefined } : whole, place, hits: fields })
  }

  const sifters = new Map<Tape, Sifter>()

  /** Counts a record that is not in the time that is hunted. */
  function inTime(event: Event, schema: Schema): boolean {
    const time = event.time ?? timeIn(event, schema)?.time
    if (time !== undefined && (time < since || time > until)) {
      bySchema.set(schema.id, (bySchema.get(schema.id) ?? 0) + 1)
      outside++
      return false
    }
    span({ fields: {}, time })
    return true
  }

  /** Who sifts the records of a batch by their bytes. */
  function sifterOf({ slots }: Batch): Sifter | undefined {
    if (options.matcher === 'reference' || !(slots?.tape instanceof Tape)) return undefined
    const { tape } = slots
    let sifter = sifters.get(tape)
    if (sifter !== undefined) return sifter
    const knowledge = { recognise: shapes.map(({ schema }) => schema.recognise!), shapeOf: recognise, watchOf }
    const before = siftersOf.get(tape)
    if (before?.fronts === fronts && before.schemas === schemas) {
      sifter = before.sifter
      sifter.begin(knowledge)
    } else {
      sifter = new Sifter(tape, knowledge)
      siftersOf.set(tape, { fronts, schemas, sifter })
    }
    sifters.set(tape, sifter)
    return sifter
  }

  return {
    look(batch) {
      const passed: Passed[] = []
      const first = events
      events += batch.length
      const sifter = sifterOf(batch)
      if (sifter === undefined) for (let at = 0; at < batch.length; at++) lookAt(batch, at, first + at, passed)
      else
        sifter.look(batch, batch.slots!, byId.get(batch.schema), {
          found: (at, schema, hits) => pass(eventAt(batch, at), first + at, schema, hits, passed),
          apart: at => lookAt(batch, at, first + at, passed),
          ...(windowed ? { inTime } : {}),
        })
      return passed
    },
    outline: () => ({
      events,
      schemas: [...watches.keys()],
      skipped: [...watches].map(([schema, { family }]) => ({ schema, rules: family.skipped })),
      gaveUp: [...gaveUp.values()],
    }),
    seen(): ScoutSeen {
      const asked: number[] = fronts.map(() => 0)
      for (const { watch } of watches.values()) watch.asked(asked)
      // In the order in which they came up, whoever sifted their records.
      const perSchema = new Map([...watches.keys()].map(id => [id, 0]))
      for (const [id, count] of bySchema) perSchema.set(id, count)
      let strangers = unknown
      for (const sifter of sifters.values()) {
        for (const [id, count] of sifter.asked(asked)) perSchema.set(id, (perSchema.get(id) ?? 0) + count)
        strangers += sifter.strangers
      }
      return {
        events,
        outside,
        unknown: strangers,
        schemas: perSchema,
        from,
        to,
        asked,
        skipped: [...watches].map(([schema, { family }]) => ({ schema, rules: family.skipped })),
        gaveUp: [...gaveUp.values()],
      }
    },
  }
}

/** Whether a value is made of the text of an event. */
function readsText(value: Scalar): boolean {
  let found = false
  visit(value, {
    scalar: of => {
      if (of.kind === 'call' && of.fn === 'event:text') found = true
    },
  })
  return found
}

/** The event with its time, which some shapes keep in a column. */
function timed(event: Event, schema: Schema): Event {
  if (event.time !== undefined) return event
  const time = timeIn(event, schema)
  return time === undefined ? event : { ...event, time: time.time, ticks: time.ticks }
}

function timeIn(event: Event, schema: Schema): ReturnType<typeof parseTime> {
  const value = firstOf(event, schema.time)
  return value === undefined ? undefined : parseTime(value)
}

/** The sum of what several scouts saw, in this order. */
export function sumSeen(all: readonly ScoutSeen[]): ScoutSeen {
  if (all.length === 1) return all[0]!
  const schemas = new Map<string, number>()
  const skipped = new Map<string, ScoutSeen['skipped'][number]>()
  const gaveUp = new Map<string, { readonly index: number; readonly pattern: string; times: number }>()
  const asked: number[] = []
  const sum = { events: 0, outside: 0, unknown: 0 }
  let from: number | undefined
  let to: number | undefined
  for (const seen of all) {
    sum.events += seen.events
    sum.outside += seen.outside
    sum.unknown += seen.unknown
    for (const [id, count] of seen.schemas) schemas.set(id, (schemas.get(id) ?? 0) + count)
    for (const one of seen.skipped) if (!skipped.has(one.schema)) skipped.set(one.schema, one)
    for (const one of seen.gaveUp) {
      const key = `${one.index} ${one.pattern}`
      const known = gaveUp.get(key)
      if (known === undefined) gaveUp.set(key, { ...one })
      else known.times += one.times
    }
    for (const [front, count] of seen.asked.entries()) asked[front] = (asked[front] ?? 0) + count
    if (seen.from !== undefined) from = Math.min(from ?? seen.from, seen.from)
    if (seen.to !== undefined) to = Math.max(to ?? seen.to, seen.to)
  }
  return { ...sum, schemas, from, to, asked, skipped: [...skipped.values()], gaveUp: [...gaveUp.values()] }
}

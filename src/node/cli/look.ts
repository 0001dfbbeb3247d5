// What one log holds: read once, with a rule without a test for every log source, so that the engine itself says which log sources its events are of.

import { compile, describeEvent } from '../../engine/engine.ts'
import type { Program } from '../../engine/run.ts'
import { readSource } from '../../hunt.ts'
import type { Detection } from '../../ir/detection.ts'
import { asText, isRecord, type Value } from '../../ir/event.ts'
import type { EventClass } from '../../ir/pipeline.ts'
import type { EventSource, LogFormat } from '../../logs/logs.ts'
import { schemas } from '../../schemas/index.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { logSource } from '../report/field.ts'
import { isoTime } from '../report/value.ts'
import type { Reading } from './reading.ts'
import { recogniser, timeOf } from './shape.ts'

/** One file as JSON. Keys that do not apply are null. */
export interface LogRow {
  readonly file: string
  readonly member: string | null
  readonly format: string | null
  /** From 0 to 1. */
  readonly sure: number | null
  readonly encoding: string | null
  readonly bytes: number
  readonly events: number
  readonly from: string | null
  readonly to: string | null
  readonly untimed: number
  /** Events by the shape of their records; `unknown` are those no schema knows. */
  readonly schemas: Readonly<Record<string, number>>
  /** Log sources in Sigma's terms, most events first. An event may belong to several. */
  readonly classes: readonly { readonly logSource: string; readonly events: number }[]
  readonly channels: readonly {
    readonly channel: string
    readonly events: number
    readonly ids: Readonly<Record<string, number>>
  }[]
  readonly hosts: Readonly<Record<string, number>>
  /** The names of fields, and in how many events they are; the most frequent first. */
  readonly fields: Readonly<Record<string, number>>
  /** With --rules: rules whose log source has events here, and those whose has not. */
  readonly rules: {
    readonly applicable: readonly string[]
    readonly idle: readonly string[]
    readonly unsupported: readonly string[]
  } | null
  readonly problems: readonly { readonly code: string; readonly severity: string; readonly message: string }[]
}

/** How many different names are counted of each kind; the others are left out of the counts. */
const mostNames = 2000

function bump(counts: Map<string, number>, key: string, by = 1): void {
  const before = counts.get(key)
  if (before !== undefined || counts.size < mostNames) counts.set(key, (before ?? 0) + by)
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

/** Log sources to be counted: `shown` of them are those that a schema knows, the others were asked for. */
export interface Probe {
  readonly program: Program
  readonly names: readonly string[]
  readonly shown: number
}

/** A rule without a test for every log source that a schema knows, and for those asked for: how many events it asks for is how many there are. */
export function probe(asked: readonly EventClass[] = []): Probe {
  const classes = new Map<string, EventClass>()
  for (const schema of schemas) {
    for (const table of schema.tables) {
      for (const { class: held } of table.holds) {
        const { product, category, service } = held
        for (const wanted of [
          category === undefined ? undefined : { product, category },
          service === undefined ? undefined : { product, service },
        ]) {
          if (wanted !== undefined) classes.set(logSource(wanted), wanted)
        }
      }
    }
  }
  const shown = classes.size
  for (const wanted of asked) if (!classes.has(logSource(wanted))) classes.set(logSource(wanted), wanted)
  const nothing = { name: '', text: '' }
  const detections = [...classes].map(
    ([name, held]): Detection => ({
      id: name,
      title: name,
      description: '',
      level: 'informational',
      status: 'stable',
      query: { from: { kind: 'class', class: held }, stages: [{ kind: 'filter', where: { kind: 'const', value: false } }] },
      schema: 'sigma',
      attack: [],
      authors: [],
      references: [],
      falsePositives: [],
      tests: [],
      written: { document: nothing, rules: 'sigma', language: 'sigma', query: nothing },
      rest: {},
    }),
  )
  const used = schemas.filter(schema => schema.optIn !== true)
  return { program: compile(detections, used).value!, names: [...classes.keys()], shown }
}

/** The encoding that the first bytes of a text tell. */
function encodingOf(head: Uint8Array, format: LogFormat): string {
  if (format.id === 'evtx') return 'binary'
  const [a, b, c, d] = head
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8 with byte order mark'
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le without byte order mark'
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return 'utf-16be without byte order mark'
  return 'utf-8'
}

/** Names of fields at any depth, down to 8 levels: `process.name`. */
function fieldNames(fields: Readonly<Record<string, Value>>, counts: Map<string, number>): void {
  const open: { readonly prefix: string; readonly value: Readonly<Record<string, Value>>; readonly depth: number }[] = [
    { prefix: '', value: fields, depth: 0 },
  ]
  for (let at = 0; at < open.length; at++) {
    const { prefix, value, depth } = open[at]!
    for (const [key, inner] of Object.entries(value)) {
      if (isRecord(inner) && depth < 8) open.push({ prefix: `${prefix}${key}.`, value: inner, depth: depth + 1 })
      else bump(counts, prefix + key)
    }
  }
}

/** Reads a log to its end and tells what it holds; `rules` are asked which of them have events of their log source here. */
export async function look(source: EventSource, probing: Probe, rules: Program | undefined, how: Reading, signal?: AbortSignal) {
  const problems: Diagnostic[] = []
  let head: Uint8Array | undefined
  let size = 0
  const watched: EventSource = {
    ...source,
    async *open() {
      for await (const chunk of source.open()) {
        head ??= chunk.slice(0, 4)
        size += chunk.length
        yield chunk
      }
    },
  }
  const shapeOf = recogniser()
  const run = probing.program.start()
  const asking = rules?.start()
  const shapesSeen = new Map<string, number>()
  const channels = new Map<string, { events: number; readonly ids: Map<string, number> }>()
  const hosts = new Map<string, number>()
  const fields = new Map<string, number>()
  let format: LogFormat | undefined
  let sure: number | undefined
  let events = 0
  let untimed = 0
  let from: { time: number; ticks?: number } | undefined
  let to: { time: number; ticks?: number } | undefined
  for await (const { batch, ...found } of readSource(watched, finding => problems.push(finding), how)) {
    format = found.format
    sure = found.sure
    events += batch.length
    run.push(batch)
    asking?.push(batch)
    for (let index = 0; index < batch.length; index++) {
      const event = batch.at(index)
      const schema = shapeOf(event, batch.schema)
      bump(shapesSeen, schema?.id ?? 'unknown')
      const time = timeOf(event, schema)
      if (time === undefined) untimed++
      else {
        if (from === undefined || time.time < from.time) from = time
        if (to === undefined || time.time > to.time) to = time
      }
      const about = describeEvent(event, schema)
      const text = (value: Value | undefined) => (value === undefined ? undefined : asText(value))
      const host = text(about.host)
      if (host !== undefined) bump(hosts, host)
      const name = text(about.channel)
      if (name !== undefined) {
        let channel = channels.get(name)
        if (channel === undefined && channels.size < mostNames) {
          channel = { events: 0, ids: new Map() }
          channels.set(name, channel)
        }
        if (channel !== undefined) {
          channel.events++
          bump(channel.ids, text(about.eventId) ?? '-')
        }
      }
      fieldNames(event.fields, fields)
    }
    if (signal?.aborted) break
  }
  const { asked } = run.seen()
  const counts = probing.names.map((name, index) => [name, asked[index] ?? 0] as const)
  const classes = counts
    .slice(0, probing.shown)
    .filter(([, number]) => number > 0)
    .map(([name, number]) => ({ logSource: name, events: number }))
    .sort((a, b) => b.events - a.events)
  const askedFor = asking?.seen().asked
  const outside = new Set(rules?.skipped.map(one => one.index))
  const named = (wanted: (index: number) => boolean) =>
    rules!.detections.filter((detection, index) => !detection.silent && wanted(index)).map(detection => detection.id)
  const row: LogRow = {
    file: source.name,
    member: source.member ?? null,
    format: format?.id ?? null,
    sure: sure ?? null,
    encoding: format === undefined || head === undefined ? null : encodingOf(head, format),
    bytes: size,
    events,
    from: isoTime(from?.time, from?.ticks),
    to: isoTime(to?.time, to?.ticks),
    untimed,
    schemas: Object.fromEntries(sorted(shapesSeen)),
    classes,
    channels: [...channels]
      .sort((a, b) => b[1].events - a[1].events)
      .map(([channel, seen]) => ({ channel, events: seen.events, ids: Object.fromEntries(sorted(seen.ids)) })),
    hosts: Object.fromEntries(sorted(hosts)),
    fields: Object.fromEntries(sorted(fields)),
    rules:
      askedFor === undefined
        ? null
        : {
            applicable: named(index => !outside.has(index) && (askedFor[index] ?? 0) > 0),
            idle: named(index => !outside.has(index) && (askedFor[index] ?? 0) === 0),
            unsupported: named(index => outside.has(index)),
          },
    problems: problems.map(({ code, severity, message }) => ({ code, severity, message })),
  }
  return { row, problems, format, from, to, counts }
}

/** A log with what drawing it needs. */
export type Looked = Awaited<ReturnType<typeof look>>

// `terrier logs`: what log files hold — format, encoding, events, time range, log sources, channels and, on request, fields.

import { Command } from 'commander'
import { compile, describeEvent } from '../../engine/engine.ts'
import { createMatcher } from '../../engine/match.ts'
import type { Program } from '../../engine/run.ts'
import { readSource } from '../../hunt.ts'
import type { Detection } from '../../ir/detection.ts'
import { asText, type Event, isRecord, type Value } from '../../ir/event.ts'
import type { EventClass } from '../../ir/pipeline.ts'
import { parseTime } from '../../ir/time.ts'
import type { EventSource, LogFormat } from '../../logs/logs.ts'
import { schemas } from '../../schemas/index.ts'
import type { Schema } from '../../schemas/schema.ts'
import { firstOf } from '../../schemas/translate.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { eventSources } from '../files.ts'
import { logSource } from '../report/field.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { type Paper, signs } from '../report/paper.ts'
import { bytes, clip, count, counted, oneLine, pad } from '../report/text.ts'
import { clock, isoTime } from '../report/value.ts'
import { exitCode } from './exit.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { loadRules } from './load.ts'
import {
  type CommonOptions,
  collect,
  colorSettings,
  common,
  desk,
  type Format,
  misuse,
  refuse,
  refuseAddresses,
  show,
} from './options.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']

interface LogsArguments extends CommonOptions {
  readonly fields?: boolean
  readonly rules?: readonly string[]
  readonly strict?: boolean
}

/** One file as JSON. Keys that do not apply are null. */
interface LogRow {
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
  /** With --fields: the names of fields and in how many events they are. */
  readonly fields: Readonly<Record<string, number>> | null
  /** With --rules: rules whose log source has events here, and those whose has not. */
  readonly rules: {
    readonly applicable: readonly string[]
    readonly idle: readonly string[]
    readonly unsupported: readonly string[]
  } | null
  readonly problems: readonly { readonly code: string; readonly severity: string; readonly message: string }[]
}

const examples = `
Examples:
  terrier logs Security.evtx               what it is, when, which channels and log sources
  terrier logs evtx/ --fields              also the fields of its events
  terrier logs export.json.gz -r rules/    also how many of the rules have events of their log source here

Exit codes: 0 done, 2 wrong usage, 4 none of the logs could be read, 5 something was not read and --strict was given, 130 interrupted.`

function command(): Command {
  const looking = new Command('logs')
    .argument('[log...]', 'log files, folders, globs, archives, or - for standard input')
    .option('--fields', 'list the fields that events have')
    .option('-r, --rules <path>', 'tell which of these rules have events of their log source; may be repeated', collect)
    .option('--strict', 'exit code 5 when something was not read')
  return common(looking, served).addHelpText('after', examples)
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

/** A rule without a test for every log source that a schema knows: how many events it asks for is how many there are. */
function probe(): { readonly program: Program; readonly names: readonly string[] } {
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
  return { program: compile(detections, used).value!, names: [...classes.keys()] }
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

async function look(
  source: EventSource,
  probing: ReturnType<typeof probe>,
  rules: Program | undefined,
  withFields: boolean,
  signal?: AbortSignal,
) {
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
  const matcher = createMatcher()
  const shapes = schemas
    .filter(schema => schema.beside === undefined && schema.recognise !== undefined && schema.optIn !== true)
    .map(schema => ({ schema, ask: matcher.compile(schema.recognise!) }))
  const shapeOf = (event: Event, claimed: string): Schema | undefined => {
    const known = schemas.find(schema => schema.id === claimed)
    if (known !== undefined) return known
    matcher.look(event)
    return shapes.find(shape => shape.ask())?.schema
  }
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
  for await (const { batch, ...found } of readSource(watched, finding => problems.push(finding))) {
    format = found.format
    sure = found.sure
    events += batch.length
    run.push(batch)
    asking?.push(batch)
    for (let index = 0; index < batch.length; index++) {
      const event = batch.at(index)
      const schema = shapeOf(event, batch.schema)
      bump(shapesSeen, schema?.id ?? 'unknown')
      const written = event.time === undefined && schema !== undefined ? firstOf(event, schema.time) : undefined
      const time =
        event.time !== undefined
          ? { time: event.time, ticks: event.ticks }
          : written === undefined
            ? undefined
            : parseTime(written)
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
      if (withFields) fieldNames(event.fields, fields)
    }
    if (signal?.aborted) break
  }
  const classes = probing.names
    .map((logSource, index) => ({ logSource, events: run.seen().asked[index] ?? 0 }))
    .filter(one => one.events > 0)
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
    fields: withFields ? Object.fromEntries(sorted(fields)) : null,
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
  return { row, problems, format, from, to }
}

type Looked = Awaited<ReturnType<typeof look>>

function write(on: Paper, { row, format, from, to }: Looked, verbose: boolean): void {
  const { colors } = on
  const cut = signs(on, '…')
  const most = verbose ? Number.POSITIVE_INFINITY : 6
  const line = (label: string, text: string) => on.write(`  ${colors.dim(pad(label, 11))} ${clip(text, on.columns - 14, cut)}\n`)
  const listed = (items: readonly (readonly [string, number])[], some = most) => {
    const shown = items.slice(0, some).map(([name, number]) => `${oneLine(name)} ${count(number)}`)
    return shown.join(', ') + (items.length > some ? `, ${count(items.length - some)} more` : '')
  }
  on.write(`${colors.bold(oneLine(row.member === null ? row.file : `${row.file}!${row.member}`))}\n`)
  if (format === undefined) line('format', row.bytes === 0 ? 'empty' : 'not a log that can be read')
  else {
    const size = row.encoding === 'binary' ? bytes(row.bytes) : `${bytes(row.bytes)}, ${row.encoding}`
    line('format', `${format.title} (${row.format}, ${Math.round((row.sure ?? 0) * 100)}% sure), ${size}`)
    line('events', `${count(row.events)}${row.untimed > 0 ? `, ${count(row.untimed)} without a time` : ''}`)
    if (from !== undefined && to !== undefined) line('time', `${clock(from.time)} to ${clock(to.time)}`)
    line('shape', listed(Object.entries(row.schemas)))
    if (row.classes.length > 0) line('log sources', listed(row.classes.map(one => [one.logSource, one.events])))
    for (const [index, channel] of row.channels.slice(0, most).entries()) {
      line(
        index === 0 ? 'channels' : '',
        `${oneLine(channel.channel)} ${count(channel.events)} (${listed(Object.entries(channel.ids))})`,
      )
    }
    if (row.channels.length > most) line('', `${count(row.channels.length - most)} more`)
    const hosts = Object.entries(row.hosts)
    if (hosts.length > 0) line('hosts', listed(hosts))
    if (row.rules !== null) {
      const { applicable, idle, unsupported } = row.rules
      line(
        'rules',
        `${count(applicable.length)} have events of their log source, ${count(idle.length)} have none, ${count(unsupported.length)} cannot be evaluated`,
      )
    }
    for (const [index, [name, number]] of Object.entries(row.fields ?? {}).entries()) {
      line(index === 0 ? 'fields' : '', `${oneLine(name)} ${count(number)}`)
    }
  }
  for (const problem of row.problems.slice(0, most)) line(problem.severity, `${problem.code} ${oneLine(problem.message)}`)
  if (row.problems.length > most) line('', `${counted(row.problems.length - most, 'more problem')}: -v`)
  on.write('\n')
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<LogsArguments>()
  if (parsed.args.length === 0)
    return refuse(io, [misuse('CLI001', 'no log named', 'name a file, a folder, or - for standard input')], 'logs')
  const addresses = refuseAddresses(parsed.args)
  if (addresses.length > 0) return refuse(io, addresses, 'logs')
  const sat = desk(given, served, 'logs', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'logs')
  const at = sat.value
  try {
    let rules: Program | undefined
    if (given.rules !== undefined) {
      const loaded = await loadRules(given.rules, io)
      if (loaded.detections.length === 0) {
        show(at.talk, loaded.findings.slice(0, 20))
        show(at.talk, [misuse('CLI013', 'no rule could be read', 'name a file or folder of rules with -r')])
        return 3
      }
      rules = compile(
        loaded.detections,
        schemas.filter(schema => schema.optIn !== true),
      ).value
    }
    const probing = probe()
    const absent: Diagnostic[] = []
    const output = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
    let read = 0
    let broken = 0
    for await (const source of interruptible(
      eventSources(parsed.args, finding => absent.push(finding)),
      io.signal,
    )) {
      const looked = await look(source, probing, rules, given.fields === true, io.signal)
      if (looked.format !== undefined) read++
      broken += looked.problems.filter(finding => finding.severity !== 'note').length
      if (at.format === 'table') write(at.out, looked, at.verbose)
      else output.row(looked.row)
      if (io.signal?.aborted) break
    }
    if (at.format !== 'table') output.end()
    show(at.talk, absent)
    broken += absent.filter(finding => finding.severity !== 'note').length
    const codes: number[] = []
    if (io.signal?.aborted) codes.push(130)
    if (read === 0 && broken > 0) {
      show(at.talk, [misuse('CLI014', 'no log could be read')])
      codes.push(4)
    }
    if (given.strict && broken > 0) codes.push(5)
    return exitCode(codes)
  } finally {
    at.close()
  }
}

export const verb: Verb = { command, run, values: { format: served, color: colorSettings } }

// `terrier search`: the records of logs in which a text stands, or a field is what is asked for.

import { Command } from 'commander'
import type { Value } from '../../ir/event.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { sourceRow } from '../report/alert.ts'
import { record } from '../report/csv.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { signs } from '../report/paper.ts'
import { clip, count, counted, oneLine, pad, width } from '../report/text.ts'
import { clock, isoTime, json, jsonText, plain } from '../report/value.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import {
  type CommonOptions,
  collect,
  colorSettings,
  common,
  type Desk,
  desk,
  type Format,
  misuse,
  refuse,
  show,
} from './options.ts'
import { formatNames, type ReadingArguments, reading, readReading } from './reading.ts'
import { ending, readAll, readNumber, readSpan, wrongLogs } from './records.ts'
import { type Known, knownNames, valueReader } from './shape.ts'
import { readTerm } from './terms.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json', 'csv']

interface SearchArguments extends CommonOptions, ReadingArguments {
  readonly and?: readonly string[]
  readonly or?: readonly string[]
  readonly not?: readonly string[]
  readonly cased?: boolean
  readonly fixed?: boolean
  readonly fields?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly limit?: string
  readonly count?: boolean
  readonly strict?: boolean
}

const examples = `
Terms:
  plink                      the text, in any field (case is ignored; * any run, ? one character)
  Image=*\\plink.exe          a field and its whole value; != for all others, also those without the field
  CommandLine~'-[LR] \\d+:'   a regular expression, anywhere in the field; !~ for all others
  DestinationPort>=1024      a number, or a time: TimeCreated<2026-03-11T12:00Z
  -- -R                      a text that begins with a dash goes behind two of them
Fields are named as the log names them (also paths: process.name), or as Sigma does. Everywhere:
${[0, 1]
  .map(
    half =>
      `  ${knownNames
        .map(([name]) => name)
        .slice(half * 7, half * 7 + 7)
        .join(', ')}`,
  )
  .join(',\n')}

Examples:
  terrier search plink evtx/                                 every event in which plink stands
  terrier search eid=4688 evtx/ --and CommandLine=*ssh*-R*   and more to be so
  terrier search 10.0.0.5 logs.zip --or 10.0.0.6 --not eid=5156 --fields host,Image,DestinationIp
  terrier search -F 'a=b*' app.jsonl --count                 the text as it stands, counted by file

An event is shown when TERM and every --and hold, or one of the --or, and none of the --not.
Exit codes: 0 done (also when nothing was found), 2 wrong usage, 4 none of the logs could be read,
5 something was not read and --strict was given, 130 interrupted.`

function command(): Command {
  const searching = new Command('search')
    .argument('[term]', 'a text, or FIELD=VALUE, FIELD~REGEX, FIELD>NUMBER')
    .argument('[log...]', 'log files, folders, globs, archives, or - for standard input')
    .option('--and <term>', 'must hold as well; may be repeated', collect)
    .option('--or <term>', 'is enough by itself; may be repeated', collect)
    .option('--not <term>', 'must not hold; may be repeated', collect)
    .option('--cased', 'case counts')
    .option('-F, --fixed', 'terms are texts as they stand: no fields, no wildcards')
    .option('--fields <names>', 'show these fields, parted by commas; may be repeated', collect)
    .option('--since <time>', 'only events from that time on: 2026-11-20, 2026-11-20T10:00Z, or -2h before now')
    .option('--until <time>', 'only events up to that time')
    .option('--limit <number>', 'end after so many events')
    .option('--count', 'only count, by file')
    .option('--strict', 'exit code 5 when something was not read')
  return common(reading(searching), served).addHelpText('after', examples)
}

/** One event as JSON. */
function rowOf(of: Known, chosen: readonly Column[] | undefined) {
  const { event, time } = of
  return {
    time: isoTime(time?.time, time?.ticks),
    source: event.origin === undefined ? null : sourceRow(event.origin),
    host: textOf(host(of)),
    user: textOf(user(of)),
    fields:
      chosen === undefined
        ? json(event.fields)
        : Object.fromEntries(chosen.map(({ name, read }) => [name, json(read(of) ?? null)])),
    ...(event.raw === undefined || chosen !== undefined ? {} : { raw: event.raw }),
  }
}

interface Column {
  readonly name: string
  readonly read: (of: Known) => Value | undefined
}

const host = valueReader('host')
const user = valueReader('user')
const channel = valueReader('channel')
const eventId = valueReader('eid')

function textOf(value: Value | undefined): string | null {
  return value === undefined || value === null ? null : plain(value)
}

/** The fields in which a text stands, for people: those first, then the usual ones. */
const usual = [
  'Image',
  'CommandLine',
  'User',
  'TargetFilename',
  'TargetObject',
  'DestinationIp',
  'DestinationPort',
  'QueryName',
  'Message',
  'message',
]
const telling: readonly Column[] = usual.map(name => ({ name, read: valueReader(name) }))

function writeTable(at: Desk, of: Known, chosen: readonly Column[] | undefined): void {
  const { out } = at
  const { colors } = out
  const cut = signs(out, '…')
  const shown = (chosen ?? telling)
    .map(({ name, read }) => [name, textOf(read(of))] as const)
    .filter((pair): pair is readonly [string, string] => pair[1] !== null && pair[1] !== '')
    .slice(0, at.verbose || chosen !== undefined ? undefined : 4)
  const log = [textOf(channel(of)), textOf(eventId(of))].filter(part => part !== null).join(' ')
  const { origin } = of.event
  const where =
    origin === undefined
      ? ''
      : `${origin.member === undefined ? origin.source : `${origin.source}!${origin.member}`} ${origin.record !== undefined ? `record ${origin.record}` : origin.line !== undefined ? `line ${origin.line}` : `event ${origin.index}`}`
  out.write(
    clip(`${pad(clock(of.time?.time), 20)}  ${oneLine(textOf(host(of)) ?? '-')}  ${oneLine(log)}`, out.columns, cut).trimEnd(),
  )
  out.write('\n')
  const names = Math.min(24, Math.max(0, ...shown.map(([name]) => width(oneLine(name)))))
  const text = shown.length === 0 && chosen === undefined ? [['', of.event.raw ?? plain(json(of.event.fields))] as const] : shown
  for (const [name, value] of text) {
    const label = name === '' ? '' : `${colors.dim(pad(clip(oneLine(name), names, cut), names))}  `
    out.write(`    ${label}${clip(oneLine(value.slice(0, 4000)), out.columns - 6 - names, cut)}\n`)
  }
  out.write(`    ${colors.dim(clip(oneLine(where), out.columns - 4, cut))}\n`)
}

/** Where rows go, by format. */
function writer(at: Desk, chosen: readonly Column[] | undefined): { row(of: Known): void; end(): void } {
  if (at.format === 'table') return { row: of => writeTable(at, of, chosen), end: () => undefined }
  if (at.format !== 'csv') {
    const output = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
    return { row: of => output.row(rowOf(of, chosen)), end: () => output.end() }
  }
  const columns = ['time', 'file', 'member', 'record', 'line', 'host', 'user', ...(chosen?.map(({ name }) => name) ?? ['fields'])]
  at.out.write(record(columns))
  return {
    row(of) {
      const { time, source, fields } = rowOf(of, chosen)
      const values = chosen?.map(({ read }) => textOf(read(of))) ?? [jsonText(fields)]
      at.out.write(
        record([
          time,
          source?.file ?? null,
          source?.member ?? null,
          source?.record ?? null,
          source?.line ?? null,
          textOf(host(of)),
          textOf(user(of)),
          ...values,
        ]),
      )
    },
    end: () => undefined,
  }
}

/** Names of fields from an option that may be repeated and has commas. */
export function readNames(texts: readonly string[] | undefined): readonly string[] | undefined {
  const names = texts
    ?.flatMap(text => text.split(','))
    .map(name => name.trim())
    .filter(name => name !== '')
  return names === undefined || names.length === 0 ? undefined : names
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<SearchArguments>()
  const [term, ...logs] = parsed.args
  if (term === undefined)
    return refuse(io, [misuse('CLI001', 'nothing to search for', 'terrier search TEXT LOG…, or FIELD=VALUE for TEXT')], 'search')
  const read = (texts: readonly string[]) => texts.map(text => readTerm(text, given))
  const main = read([term, ...(given.and ?? [])])
  const or = read(given.or ?? [])
  const not = read(given.not ?? [])
  const span = readSpan(given, io.now())
  const how = readReading(given)
  const limit = readNumber('--limit', given.limit, Number.POSITIVE_INFINITY)
  const wrong = [...wrongLogs(logs), ...[...main, ...or, ...not, span, how, limit].flatMap(one => one.diagnostics)]
  const errors = wrong.filter(finding => finding.severity === 'error')
  if (errors.length > 0) return refuse(io, errors, 'search')
  const sat = desk(given, served, 'search', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'search')
  const at = sat.value
  try {
    const chosen = readNames(given.fields)?.map((name): Column => ({ name, read: valueReader(name) }))
    const asks = (of: readonly (typeof main)[number][]) => of.map(one => one.value!.ask)
    const [all, some, none] = [asks(main), asks(or), asks(not)]
    const found: Diagnostic[] = []
    const files = new Map<string, number>()
    const output = given.count === true ? undefined : writer(at, chosen)
    let hits = 0
    const done = await readAll(
      logs,
      io,
      span.value!,
      how.value!,
      of => {
        if (hits >= limit.value!) return false
        if (!(all.every(ask => ask(of)) || some.some(ask => ask(of))) || none.some(ask => ask(of))) return true
        hits++
        const { origin } = of.event
        const file =
          origin === undefined ? '-' : origin.member === undefined ? origin.source : `${origin.source}!${origin.member}`
        if (given.count === true) files.set(file, (files.get(file) ?? 0) + 1)
        output?.row(of)
        return hits < limit.value!
      },
      finding => found.push(finding),
    )
    output?.end()
    if (given.count === true) writeCounts(at, files)
    const codes = ending(at, done, found, given.strict === true)
    const unsettled = [...main, ...or, ...not].reduce((sum, one) => sum + one.value!.unsettled(), 0)
    if (unsettled > 0)
      show(at.talk, [
        {
          code: 'CLI202',
          severity: 'warning',
          message: `a regular expression gave up on ${counted(unsettled, 'value')}, which were taken for no match`,
        },
      ])
    if (!at.quiet)
      at.talk.write(
        `${counted(hits, 'event')} of ${count(done.events)} in ${counted(done.files, 'file')}${hits >= limit.value! ? ' (--limit)' : ''}\n`,
      )
    return exitCode(codes)
  } finally {
    at.close()
  }
}

function writeCounts(at: Desk, files: ReadonlyMap<string, number>): void {
  const rows = [...files].map(([file, events]) => ({ file, events }))
  if (at.format === 'csv') {
    at.out.write(record(['file', 'events']))
    for (const { file, events } of rows) at.out.write(record([file, events]))
  } else if (at.format === 'table')
    for (const { file, events } of rows) at.out.write(`${pad(count(events), 9, 'right')}  ${oneLine(file)}\n`)
  else {
    const output = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
    for (const row of rows) output.row(row)
    output.end()
  }
}

export const verb: Verb = { command, run, values: { format: served, color: colorSettings, 'read-as': formatNames } }

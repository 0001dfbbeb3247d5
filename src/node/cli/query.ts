// `terrier query`: one query in any language that is read, over tables in files and over logs.

import { Command } from 'commander'
import { asJson, shown } from '../../engine/tables/shown.ts'
import { readSource } from '../../hunt.ts'
import type { Batch, Value } from '../../ir/event.ts'
import { isRecord } from '../../ir/event.ts'
import { languages } from '../../languages/index.ts'
import { query, type Rows, type Table } from '../../query.ts'
import { schemas } from '../../schemas/index.ts'
import { kustoTables } from '../../schemas/kusto/tables.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { eventSources } from '../files.ts'
import { record } from '../report/csv.ts'
import { count, counted } from '../report/text.ts'
import { exitCode } from './exit.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { writeTable } from './listing.ts'
import {
  type CommonOptions,
  collect,
  colorSettings,
  common,
  type Desk,
  desk,
  type Format,
  misuse,
  readMoment,
  refuse,
  show,
} from './options.ts'
import { readNumber } from './records.ts'
import { openTable, readTableArgument } from './tables.ts'
import { textOf } from './texts.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json', 'csv']

interface QueryArguments extends CommonOptions {
  readonly language?: string
  readonly table?: readonly string[]
  readonly events?: readonly string[]
  readonly now?: string
  readonly held?: string
}

const examples = `
Examples:
  terrier query -l kql 'print bin(5, 2)'
  terrier query -l kql --table Logons=logons.csv 'Logons | summarize count() by Account | top 5 by count_'
  terrier query -l kql --events evtx/ 'DeviceProcessEvents | where FileName =~ "plink.exe" | project Timestamp, ProcessCommandLine'
  terrier query -l spl --events evtx/ 'search EventCode=1 | stats count by process_name'
  terrier query -l kql --table 'T(a:long,b:string)=rows.jsonl' - < query.kql

Columns get their types from the product's own tables of that name, else from the values of all rows.
Exit codes: 0 done, 2 wrong usage, 3 the query cannot be read or run, 4 none of the tables or logs could be read,
130 interrupted.`

function command(): Command {
  const asking = new Command('query')
    .argument('[text]', 'the query, or - to read it from standard input')
    .option('-l, --language <language>', 'the language it is written in: terrier languages')
    .option('--table <name=file>', 'a table and the file with its rows (JSON, CSV, any log); may be repeated', collect)
    .option('--events <log>', 'logs whose events are the tables that are not given; may be repeated', collect)
    .option('--now <time>', 'the time that is now in the query (default: the time it is)')
    .option('--held <rows>', 'how many rows may be held in memory')
  return common(asking, served).addHelpText('after', examples)
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<QueryArguments>()
  const [written, ...more] = parsed.args
  const ids = languages.map(language => language.id)
  const asked = given.language?.toLowerCase()
  const language = languages.find(known => known.id === asked)
  const wrong: Diagnostic[] = []
  if (written === undefined) wrong.push(misuse('CLI001', 'no query', 'terrier query -l kql "print 1"'))
  if (more.length > 0)
    wrong.push(misuse('CLI001', `one query at a time, and "${more[0]}" is another`, 'quote the query for the shell'))
  if (asked === undefined) wrong.push(misuse('CLI020', 'no language named', `name it with -l: ${ids.join(', ')}`))
  else if (language === undefined) {
    const near = suggest(asked, ids)
    wrong.push(
      misuse(
        'CLI020',
        `no language "${given.language}"`,
        near === undefined ? `the languages are ${ids.join(', ')}` : `did you mean "${near}"?`,
      ),
    )
  }
  const tables = (given.table ?? []).map(readTableArgument)
  wrong.push(...tables.flatMap(table => table.diagnostics))
  const held = readNumber('--held', given.held, 0)
  const now = given.now === undefined ? undefined : readMoment(given.now, io.now())
  wrong.push(...held.diagnostics, ...(now?.diagnostics ?? []))
  if (wrong.length > 0) return refuse(io, wrong, 'query')
  const sat = desk(given, served, 'query', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'query')
  const at = sat.value
  try {
    const found: Diagnostic[] = []
    const report = (finding: Diagnostic) => void found.push(finding)
    const typed = language!.id === 'kql'
    const opened: Record<string, Table> = {}
    for (const one of tables) {
      const table = await openTable(one.value!, typed, io, report)
      if (table === undefined) {
        show(at.talk, [...found, misuse('CLI024', `the table "${one.value!.name}" could not be read from "${one.value!.file}"`)])
        return 4
      }
      opened[one.value!.name] = table
      // Lookups of Splunk and watchlists of Sentinel are named by what they are.
      opened[`lookup:${one.value!.name}`] = table
    }
    const source: Source = { name: 'query', text: await textOf(written!, io) }
    const read = language!.parse(source, {
      tables: {
        ...(typed ? kustoTables : {}),
        ...Object.fromEntries(Object.entries(opened).map(([name, table]) => [name, table.columns])),
      },
    })
    const placed = (finding: Diagnostic): Diagnostic => ({ ...finding, source: finding.source ?? source })
    if (read.value === undefined || read.diagnostics.some(finding => finding.severity === 'error')) {
      show(at.talk, read.diagnostics.map(placed))
      return 3
    }
    if (!at.quiet) show(at.talk, read.diagnostics.map(placed))
    const logs = given.events ?? []
    const outcome = await query(read.value, opened, {
      now: now?.value ?? io.now(),
      ...(held.value! > 0 ? { held: held.value! } : {}),
      ...(logs.length === 0
        ? {}
        : {
            events: {
              batches: eventBatches(logs, io, report),
              schemas: schemas.filter(schema => schema.optIn !== true),
              timed: now !== undefined,
            },
          }),
    })
    if (!at.quiet) show(at.talk, found.slice(0, at.verbose ? undefined : 5))
    const told = outcome.diagnostics.map(placed)
    show(at.talk, outcome.value === undefined || !at.quiet ? told : told.filter(finding => finding.severity === 'error'))
    if (io.signal?.aborted) return 130
    if (outcome.value === undefined) return 3
    write(at, outcome.value)
    if (!at.quiet && at.format === 'table') at.talk.write(`${counted(outcome.value.rows.length, 'row')}\n`)
    return exitCode(logs.length > 0 && read.value !== undefined && found.some(finding => finding.code === 'FIL001') ? [4] : [])
  } finally {
    at.close()
  }
}

async function* eventBatches(logs: readonly string[], io: Io, report: (finding: Diagnostic) => void): AsyncGenerator<Batch> {
  for await (const source of interruptible(eventSources(logs, report, { stdin: io.stdin }), io.signal))
    for await (const { batch } of readSource(source, report)) yield batch
}

function write(at: Desk, { columns, rows }: Rows): void {
  const typed = columns.map(({ name, type }) => ({ name, type: type ?? 'dynamic' }))
  const cells = (row: readonly Value[]): Value[] => row.map((value, index) => asJson(shown(value, columns[index]?.type)))
  if (at.format === 'json' || at.format === 'jsonl') {
    // Written row by row: a result may be larger than one text can be.
    at.out.write(`{"columns":${JSON.stringify(typed)},"rows":[`)
    for (const [index, row] of rows.entries()) at.out.write(`${index === 0 ? '' : ','}${JSON.stringify(cells(row))}`)
    at.out.write(']}\n')
    return
  }
  const texts = (row: readonly Value[]): (string | null)[] => cells(row).map(textOfCell)
  if (at.format === 'csv') {
    at.out.write(record(columns.map(column => column.name)))
    for (const row of rows) at.out.write(record(texts(row)))
    return
  }
  const most = at.verbose ? rows.length : 200
  writeTable(
    at.out,
    columns.map(column => column.name),
    rows.slice(0, most).map(row => texts(row).map(text => text ?? '')),
  )
  if (rows.length > most) at.out.write(`${count(rows.length - most)} more rows: -v\n`)
}

function textOfCell(value: Value): string | null {
  if (value === null) return null
  return Array.isArray(value) || isRecord(value) ? JSON.stringify(value) : String(value)
}

export const verb: Verb = {
  command,
  run,
  values: { format: served, color: colorSettings, language: languages.map(one => one.id) },
}

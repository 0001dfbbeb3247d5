// Files as the tables of a query: `NAME=FILE`, their columns and types found by looking at all rows first.

import { asNumber } from '../../engine/number.ts'
import { readSource } from '../../hunt.ts'
import type { Value } from '../../ir/event.ts'
import type { ValueType } from '../../ir/predicate.ts'
import { plainTime } from '../../ir/time.ts'
import { logFormats } from '../../logs/index.ts'
import type { EventSource, LogFormat } from '../../logs/logs.ts'
import type { Table } from '../../query.ts'
import { schemas } from '../../schemas/index.ts'
import { columnTypes } from '../../schemas/lift.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import { eventSources } from '../files.ts'
import type { Io } from './io.ts'
import { misuse } from './options.ts'

/** A table as the command line names it: the columns it says, and where its rows are. */
export interface TableArgument {
  readonly name: string
  readonly columns?: readonly { readonly name: string; readonly type?: ValueType }[]
  readonly file: string
}

const types: readonly ValueType[] = [
  'string',
  'long',
  'int',
  'real',
  'decimal',
  'bool',
  'datetime',
  'timespan',
  'dynamic',
  'guid',
]

/** `Logons=logons.csv`, or with the columns said: `Logons(TimeGenerated:datetime,Account:string)=logons.csv`. */
export function readTableArgument(text: string): Outcome<TableArgument> {
  const parts = /^\s*([^=(]{1,200}?)\s*(?:\(([^)]{0,20000})\))?\s*=(.+)$/s.exec(text)
  if (parts === null)
    return {
      diagnostics: [misuse('CLI023', `"${text}" is no table`, 'write --table NAME=FILE, or --table "NAME(column:type,…)=FILE"')],
    }
  const [, name, written, file] = parts
  if (written === undefined) return { value: { name: name!, file: file! }, diagnostics: [] }
  const columns: { name: string; type?: ValueType }[] = []
  for (const one of written
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')) {
    const at = one.lastIndexOf(':')
    const type = at === -1 ? undefined : types.find(known => known === one.slice(at + 1).trim())
    if (at !== -1 && type === undefined)
      return {
        diagnostics: [misuse('CLI023', `no type of columns "${one.slice(at + 1).trim()}"`, `the types are ${types.join(', ')}`)],
      }
    columns.push(type === undefined ? { name: one } : { name: one.slice(0, at).trim(), type })
  }
  return { value: { name: name!, columns, file: file! }, diagnostics: [] }
}

/** What is known of a column's values so far. */
interface Seen {
  readonly kinds: Set<ValueType>
}

/** The type of one value. What is written in a table of text is read as what it looks like. */
function kindOf(value: Value, textual: boolean): ValueType | undefined {
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'long'
    case 'number':
      return Number.isInteger(value) ? 'long' : 'real'
    case 'string':
      if (plainTime(value)) return 'datetime'
      if (!textual) return 'string'
      if (value === '') return undefined
      if (/^(?:true|false)$/i.test(value)) return 'bool'
      if (/^-?(?:0|[1-9]\d{0,18})$/.test(value)) return 'long'
      return /^-?\d{1,300}\.\d{1,300}$/.test(value) && asNumber(value) !== undefined ? 'real' : 'string'
    default:
      return value === null ? undefined : 'dynamic'
  }
}

/** The type that holds all of a column's values. */
function typeOfAll({ kinds }: Seen): ValueType {
  if (kinds.size === 1) return [...kinds][0]!
  if (kinds.size === 2 && kinds.has('long') && kinds.has('real')) return 'real'
  return kinds.has('dynamic') ? 'dynamic' : 'string'
}

/** A table whose rows lie in a file, or in several below a folder. `typed`: the query's language has types, so that columns get them. */
export async function openTable(
  of: TableArgument,
  typed: boolean,
  io: Io,
  report: (finding: Diagnostic) => void,
): Promise<Table | undefined> {
  const sources: EventSource[] = []
  let broken = 0
  const tell = (finding: Diagnostic): void => {
    if (finding.severity === 'error') broken++
    report(finding)
  }
  for await (const source of eventSources([of.file], tell, { stdin: io.stdin })) sources.push(source)
  if (sources.length === 0) return undefined
  const seen = new Map<string, Seen>()
  let rows = 0
  let textual = false
  const looked: Diagnostic[] = []
  for (const source of sources) {
    const format = formatOf(source)
    for await (const { batch, format: found } of readSource(source, finding => looked.push(finding), { format })) {
      textual = ['csv', 'zeek', 'w3c'].includes(found.id)
      for (let at = 0; at < batch.length; at++) {
        rows++
        const { fields } = batch.at(at)
        for (const name of Object.keys(fields)) {
          let column = seen.get(name)
          if (column === undefined) {
            column = { kinds: new Set() }
            seen.set(name, column)
          }
          const kind = typed ? kindOf(fields[name]!, textual) : undefined
          if (kind !== undefined) column.kinds.add(kind)
        }
      }
    }
  }
  for (const finding of looked) tell(finding)
  if (rows === 0 && broken > 0) return undefined
  const known = typed ? columnTypes(of.name, schemas) : new Map<string, ValueType>()
  const found = [...seen].map(([name, column]) => (typed ? { name, type: known.get(name) ?? typeOfAll(column) } : { name }))
  const said = of.columns
  // Of a table whose columns are said, there are no others.
  const columns = said ?? [...found, ...[...known].filter(([name]) => !seen.has(name)).map(([name, type]) => ({ name, type }))]
  const wanted = said === undefined ? undefined : new Set(said.map(column => column.name))
  async function* batches() {
    for (const source of sources)
      for await (const { batch } of readSource(source, () => undefined, { format: formatOf(source) }))
        yield wanted === undefined
          ? batch
          : {
              schema: batch.schema,
              length: batch.length,
              at(index: number) {
                const event = batch.at(index)
                return { ...event, fields: Object.fromEntries(Object.entries(event.fields).filter(([name]) => wanted.has(name))) }
              },
            }
  }
  return { columns, open: false, rows: batches() }
}

/** What a file is by its ending: tables need not look like logs. */
function formatOf(source: EventSource): LogFormat | undefined {
  const name = (source.member ?? source.name).replace(/\.(?:gz|zst|xz|bz2)$/i, '')
  const id = /\.(?:csv|tsv)$/i.test(name) ? 'csv' : /\.(?:jsonl?|ndjson)$/i.test(name) ? 'jsonl' : undefined
  return id === undefined ? undefined : (source.format ?? logFormats.find(format => format.id === id))
}

// `terrier schemas`: the field taxonomies, which of them are recognised in logs and which written for; of one, its tables with their log sources and columns.

import { Command } from 'commander'
import { schemas } from '../../schemas/index.ts'
import type { Mapping, Schema, Table } from '../../schemas/schema.ts'
import { targets } from '../../targets.ts'
import { logSource } from '../report/field.ts'
import type { Io } from './io.ts'
import { listing, writeSheet, writeTable } from './listing.ts'
import { usedSchemas } from './load.ts'
import { common, desk, type Format, refuse } from './options.ts'
import { logSources } from './targets.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']

const examples = `
Examples:
  terrier schemas                  every schema, which are recognised in logs and which are written for
  terrier schemas defender         its tables: log sources, and the column of each field of Sigma`

function command(): Command {
  const list = new Command('schemas').argument('[name...]', 'tell everything about these schemas')
  return common(list, served).addHelpText('after', examples)
}

/** A table of a schema as JSON: each field with the columns that hold it. */
interface TableRow {
  readonly table: string
  readonly logSources: readonly string[]
  readonly fields: Readonly<Record<string, readonly string[]>>
  /** Where every other field lies (`*` is its name); empty when it has no column. */
  readonly otherwise: readonly string[]
}

/** A schema as JSON. */
export interface SchemaRow {
  readonly schema: string
  readonly title: string
  /** Records of logs are recognised as it, or it can be asked for with `--schema`. */
  readonly reads: 'recognised' | 'on request'
  readonly targets: readonly string[]
  readonly logSources: readonly string[]
  readonly tables: readonly TableRow[]
}

const columnText = (mapping: Mapping): string => {
  if (typeof mapping === 'string') return mapping
  const under = mapping.under === undefined ? '' : `${mapping.under}\\`
  const how = mapping.derived ?? mapping.lens
  return `${under}${mapping.column}${how === undefined ? '' : ` (${how})`}`
}

const listed = (mapping: Mapping | readonly Mapping[]): readonly Mapping[] =>
  (Array.isArray(mapping) ? mapping : [mapping]) as readonly Mapping[]

function tableRow(table: Table): TableRow {
  const fields = new Map<string, Set<string>>()
  for (const from of [table.fields, ...table.holds.map(holding => holding.fields ?? {})])
    for (const [name, mapping] of Object.entries(from)) {
      const columns = fields.get(name) ?? new Set()
      for (const column of listed(mapping)) columns.add(columnText(column))
      fields.set(name, columns)
    }
  return {
    table: table.name,
    logSources: [...new Set(table.holds.map(holding => logSource(holding.class)))],
    fields: Object.fromEntries([...fields].map(([name, columns]) => [name, [...columns]])),
    otherwise: table.otherwise?.map(columnText) ?? [],
  }
}

function rowOf(schema: Schema): SchemaRow {
  return {
    schema: schema.id,
    title: schema.title,
    reads: schema.optIn === true ? 'on request' : 'recognised',
    targets: targets.filter(target => target.schema === schema.id).map(target => target.id),
    logSources: logSources(schema),
    tables: schema.tables.map(tableRow),
  }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const known = usedSchemas(parsed.args)
  if (known.value === undefined) return refuse(io, known.diagnostics, 'schemas')
  const sat = desk(parsed.opts(), served, 'schemas', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'schemas')
  const chosen = parsed.args.length === 0 ? schemas : parsed.args.map(id => schemas.find(schema => schema.id === id)!)
  return listing(sat.value, chosen.map(rowOf), (at, rows) => {
    if (parsed.args.length === 0)
      writeTable(
        at.out,
        ['schema', 'in logs', 'targets', 'sources', 'title'],
        rows.map(row => [row.schema, row.reads, String(row.targets.length), String(row.logSources.length), row.title]),
      )
    else
      for (const row of rows)
        writeSheet(at.out, {
          title: `${row.schema}: ${row.title}`,
          lines: [
            ['in logs', row.reads],
            ['targets', row.targets.join(', ')],
          ],
          lists: row.tables.flatMap(table => [
            [
              `${table.table}: ${table.logSources.join(', ')}`,
              [
                ...Object.entries(table.fields).map(([name, columns]) => `${name}: ${columns.join(', ')}`),
                ...(table.otherwise.length === 0 ? [] : [`any other field: ${table.otherwise.join(', ')}`]),
              ],
            ] as const,
          ]),
        })
  })
}

export const verb: Verb = { command, run, values: { format: served, '': schemas.map(schema => schema.id) } }

// Microsoft Sentinel's ASIM parsers as queries name them. Facts: Microsoft's ASIM schema reference (https://learn.microsoft.com/azure/sentinel/normalization-schema-process-event and its siblings) and list of parsers; the columns for fields are those of `asim.ts`.

import type { Predicate } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import { asimTables, type Held } from './asim.ts'
import { and, begins, is, or } from './ask.ts'
import type { Mapping, Schema, Table } from './schema.ts'
import { event, security } from './sentinel-security.ts'

/** Event types are enumerated and have one spelling. */
const spelled = (where: Predicate): Predicate =>
  rewrite(where, {
    predicate: of => (of.kind === 'test' && of.match.kind === 'glob' ? { ...of, match: { ...of.match, fold: false } } : of),
  })

/** The parser of each kind of event, the types that a category narrows it to (none: everything it returns), and its columns of paths. */
const parsers: Readonly<Record<string, { readonly name: string; readonly types: boolean; readonly paths: readonly string[] }>> = {
  imProcessCreate: { name: '_Im_ProcessCreate', types: false, paths: ['TargetProcessName', 'ActingProcessName'] },
  imProcessTerminate: { name: '_Im_ProcessTerminate', types: false, paths: ['TargetProcessName', 'ActingProcessName'] },
  imNetworkSession: { name: '_Im_NetworkSession', types: false, paths: ['SrcProcessName', 'DstProcessName'] },
  imDns: { name: '_Im_Dns', types: false, paths: ['SrcProcessName'] },
  imRegistry: { name: '_Im_RegistryEvent', types: true, paths: ['ActingProcessName'] },
  imFileEvent: { name: '_Im_FileEvent', types: true, paths: ['TargetFilePath', 'ActingProcessName'] },
}

const held: Held = (category, where, fields) => [
  { class: { product: 'windows', category }, where, ...(fields === undefined ? {} : { fields }) },
  ...(category.startsWith('registry_')
    ? []
    : (['linux', 'macos'] as const).map(product => ({
        class: { product, category },
        where,
        ...(fields === undefined ? {} : { fields }),
      }))),
]

/** ASIM's acting process is who started the target; its parent is one generation further up (schema reference, "The acting process"). */
const process: Readonly<Record<string, Mapping>> = {
  ParentImage: 'ActingProcessName',
  ParentProcessId: 'ActingProcessId',
  ParentProcessGuid: 'ActingProcessGuid',
}

const texts = ['SrcPortNumber', 'DstPortNumber']

function written(table: Table): Table {
  const { name, types, paths } = parsers[table.name]!
  const systems: Readonly<Record<string, Predicate>> = {
    linux: or(is('DvcOs', 'Linux'), and(is('DvcOs', ''), or(...paths.map(path => begins(path, '/'))))),
    macos: or(is('DvcOs', 'macOS', 'Mac'), and(is('DvcOs', ''), or(...paths.map(path => begins(path, '/'))))),
  }
  const fields = name.startsWith('_Im_Process') ? { ...table.fields, ...process } : table.fields
  return {
    name,
    blanks: true,
    holds: table.holds.map(holding => {
      const kind = types && holding.where !== undefined ? [spelled(holding.where)] : []
      const system = systems[holding.class.product ?? '']
      const where = system === undefined ? kind : [...kind, system]
      return {
        class: holding.class,
        ...(where.length === 0 ? {} : { where: and(...where) }),
        ...(holding.class.category === 'file_access'
          ? // The kernel's own name for the path.
            { fields: { FileName: 'TargetFilePath' } }
          : holding.fields === undefined
            ? {}
            : { fields: holding.fields }),
        ...(system === undefined && !holding.class.category!.startsWith('registry_')
          ? { remark: `${name} returns the events of all systems, and sources may leave out which, so the query asks none` }
          : {}),
      }
    }),
    fields: { ...fields, Computer: 'DvcHostname' },
    columns: {
      ...table.columns,
      ...Object.fromEntries(texts.map(column => [column, 'int' as const])),
      TargetFileCreationTime: 'datetime',
    },
  }
}

const normalised = asimTables(held).map(written)
const known = new Set(normalised.flatMap(table => table.holds.map(holding => holding.class.category)))

/** Event logs that no parser of ASIM reads are asked where the agents collect them. */
const others = [security, event].map(
  (table): Table => ({
    ...table,
    holds: table.holds
      .filter(holding => holding.class.category === undefined || !known.has(holding.class.category))
      .map(holding => ({
        ...holding,
        remark: `ASIM has no parser for these events; the query asks the table "${table.name}", which they are collected in`,
      })),
  }),
)

export const sentinelAsim: Schema = {
  id: 'sentinel-asim',
  title: 'Microsoft Sentinel, ASIM parsers',
  optIn: true,
  tables: [...normalised, ...others],
  time: ['TimeGenerated'],
  host: ['DvcHostname'],
  user: ['TargetUsername', 'ActorUsername', 'SrcUsername'],
}

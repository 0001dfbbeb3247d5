// Microsoft Defender's advanced hunting tables as queries name them. Facts: Microsoft's schema reference per table (https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables); the columns for fields are those of `mde.ts`.

import type { Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import { and, begins, is, or } from './ask.ts'
import { deviceTables, type Held, initiating, isWindowsOnly } from './mde.ts'
import type { Mapping, Schema, Table } from './schema.ts'

/** Names of actions are Defender's own and have one spelling. */
const spelled = (where: Predicate): Predicate =>
  rewrite(where, {
    predicate: of => (of.kind === 'test' && of.match.kind === 'glob' ? { ...of, match: { ...of.match, fold: false } } : of),
  })

/** Paths of the other systems begin with a slash; these tables have one for the file only where one is acted on. */
const slash = (category: string): Predicate =>
  /^(?:network_connection|dns_query)$/.test(category)
    ? begins('InitiatingProcessFolderPath', '/')
    : or(begins('FolderPath', '/'), begins('InitiatingProcessFolderPath', '/'))

const held: Held = (category, where, more) => [
  {
    class: { product: 'windows', category },
    where: spelled(where),
    ...(isWindowsOnly(category)
      ? {}
      : {
          remark:
            'the tables of Defender hold the devices of all systems and have no column for the system, so the query asks none',
        }),
    ...more,
  },
  ...(isWindowsOnly(category)
    ? []
    : (['linux', 'macos'] as const).map(product => ({
        class: { product, category },
        where: and(spelled(where), slash(category)),
        remark: 'the tables of Defender do not tell Linux from macOS; the query finds paths that begin with "/"',
        ...more,
      }))),
]

/** The record in AdditionalFields, a text of JSON here. */
const additional = (name: string): Scalar => ({ kind: 'field', name: `AdditionalFields.${name}` })

/** `\Device\NamedPipe\name` without the device, as Sysmon has it. */
const pipeName: Mapping = {
  column: 'AdditionalFields',
  computed: { kind: 'call', fn: 'substring', args: [additional('PipeName'), { kind: 'literal', value: 17 }] },
}

const pipes: Table = {
  name: 'DeviceEvents',
  holds: held('pipe_created', is('ActionType', 'NamedPipeEvent')),
  fields: { ...initiating, Computer: 'DeviceName', PipeName: pipeName },
}

/** The texts of scripts: what AMSI was shown, of every host of scripts. */
const scripts: Table = {
  name: 'DeviceEvents',
  holds: [
    {
      class: { product: 'windows', category: 'ps_script' },
      where: is('ActionType', 'AmsiScriptContent'),
      remark:
        'Defender keeps the script texts that AMSI was shown, those of other hosts than PowerShell among them, and may collect them only where that is set up',
    },
  ],
  fields: { ...initiating, Computer: 'DeviceName', ScriptBlockText: 'AdditionalFields.ScriptContent' },
}

/** Types as advanced hunting has them; addresses are texts. */
const columns: Table['columns'] = {
  AdditionalFields: 'string',
  RemoteIP: 'string',
  LocalIP: 'string',
  RemotePort: 'int',
  LocalPort: 'int',
  ProcessId: 'long',
  InitiatingProcessId: 'long',
  InitiatingProcessParentId: 'long',
  LogonId: 'long',
}

export const defender: Schema = {
  id: 'defender',
  title: 'Tables of Microsoft Defender advanced hunting',
  optIn: true,
  tables: [...deviceTables(held), pipes, scripts].map(table => ({
    ...table,
    blanks: true,
    holds: table.holds.map(holding => ({
      ...holding,
      ...(holding.where === undefined ? {} : { where: spelled(holding.where) }),
    })),
    fields:
      table.name === 'DeviceProcessEvents'
        ? // https://learn.microsoft.com/defender-xdr/advanced-hunting-deviceprocessevents-table
          { ...table.fields, LogonId: 'LogonId' }
        : table.fields,
    columns: { ...table.columns, ...columns },
  })),
  time: ['Timestamp'],
  host: ['DeviceName'],
  user: ['AccountName', 'InitiatingProcessAccountName'],
}

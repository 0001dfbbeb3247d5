// Security 4688 (and 4689) as process events beside the flat Windows names. Facts: Microsoft's description of event 4688; the mapping of two names is the one SigmaHQ's own tests use.

import type { Holding, Schema, Table } from './schema.ts'
import { windowsWhere } from './windows.ts'

/** Sigma's fields of process creation under the names of event 4688; the token's label tells the integrity level. */
export const creationFields = {
  Image: 'NewProcessName',
  CommandLine: 'CommandLine',
  ParentImage: 'ParentProcessName',
  User: { column: 'SubjectUserName', under: 'SubjectDomainName' },
  ProcessId: { column: 'NewProcessId', lens: 'hex' },
  ParentProcessId: { column: 'ProcessId', lens: 'hex' },
  LogonId: 'SubjectLogonId',
  IntegrityLevel: { column: 'MandatoryLabel', lens: 'integrity' },
  Computer: 'Computer',
  NewProcessName: 'NewProcessName',
  ParentProcessName: 'ParentProcessName',
  SubjectUserName: 'SubjectUserName',
  TargetUserName: 'TargetUserName',
  TokenElevationType: 'TokenElevationType',
} as const satisfies Table['fields']

const names = { channel: 'Channel', id: 'EventID', field: (name: string) => name }
const holds: Holding[] = [
  {
    class: { product: 'windows', category: 'process_creation', service: 'security' },
    where: windowsWhere({ channels: ['Security'], ids: [4688] }, names),
  },
]

const columns: Table['columns'] = {
  NewProcessName: 'string',
  ParentProcessName: 'string',
  CommandLine: 'string',
  NewProcessId: 'string',
}

/** What a hunt uses: only the image names are told in Sigma's words; every other field keeps its 4688 name, and is absent when the rule asks for Sysmon's. */
export const security: Schema = {
  id: 'security',
  title: 'Security 4688 as process creation',
  beside: 'sigma',
  tables: [
    {
      name: 'SecurityEvent',
      holds,
      fields: { Image: ['Image', 'NewProcessName'], ParentImage: ['ParentImage', 'ParentProcessName'] },
      otherwise: ['*'],
      columns,
    },
  ],
  time: ['SystemTime', '@timestamp', 'TimeCreated', 'EventTime'],
  host: ['Computer', 'Hostname'],
  user: ['SubjectUserName', 'TargetUserName'],
  channel: ['Channel'],
  eventId: ['EventID'],
  render: 'xml',
}

/** Every 4688 field that has a counterpart; the values differ in form (hexadecimal ids, a label SID), so it is used only when asked for. */
export const securityFull: Schema = {
  ...security,
  id: 'security-full',
  title: 'Security 4688 as process creation, all fields that have a counterpart',
  optIn: true,
  tables: [
    {
      ...security.tables[0]!,
      fields: {
        Image: ['Image', 'NewProcessName'],
        ParentImage: ['ParentImage', 'ParentProcessName'],
        ProcessId: { column: 'NewProcessId', lens: 'hex' },
        ParentProcessId: { column: 'ProcessId', lens: 'hex' },
        User: { column: 'SubjectUserName', lens: 'account' },
        LogonId: 'SubjectLogonId',
        IntegrityLevel: { column: 'MandatoryLabel', lens: 'integrity' },
      },
    },
  ],
}

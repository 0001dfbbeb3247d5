// Windows events in QRadar, for writing queries. Facts: the custom properties of IBM's Properties Dictionary content pack as IBM's pySigma-backend-QRadar-aql maps them; the normalised columns of IBM's AQL reference (sourceport, destinationip, devicetype).

import type { Predicate } from '../ir/predicate.ts'
import { and, or } from './ask.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

/** Log source type 12 is the Windows security event log, which Sysmon's events come with. */
const windows: Predicate = {
  kind: 'test',
  subject: { kind: 'field', name: 'devicetype', type: 'long' },
  match: { kind: 'compare', op: '=', to: { kind: 'literal', value: 12 } },
}

/** Ids are told apart by their provider, which only the payload names. */
const from = (provider: string): Predicate => ({
  kind: 'test',
  subject: { kind: 'raw' },
  match: { kind: 'glob', glob: [{ wild: 'any' }, provider, { wild: 'any' }], fold: true },
})
const sysmon = from('Microsoft-Windows-Sysmon')

const id = (text: string): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name: 'Event ID', type: 'string' },
  match: { kind: 'glob', glob: [text], fold: false },
})

const held = (category: string, ids: readonly string[], remark?: string): Holding => ({
  class: { product: 'windows', category },
  where: and(windows, or(...ids.map(id)), sysmon),
  ...(remark === undefined ? {} : { remark }),
})

/** A file's path lies in two properties, its folder and its name. */
const filePath: Mapping = { column: 'Filename', under: 'File Directory' }
const twoProperties =
  'a path is asked of the properties "File Directory" and "Filename", see that they are filled for events of Sysmon'

const texts = [
  ...['Process Path', 'Command', 'Parent Process Path', 'Parent Command', 'Source Process Path', 'Target Process Path'],
  ...['Integrity Level', 'MD5 Hash', 'SHA1 Hash', 'SHA256 Hash', 'IMP Hash', 'Initiated', 'Destination Hostname', 'Pipe Name'],
  ...[
    'Event ID',
    'Granted Access',
    'Call Trace',
    'Start Address',
    'File Directory',
    'Filename',
    'Signed',
    'Message',
    'File Path',
  ],
  ...[
    'Service Name',
    'Service Filename',
    'Logon Type',
    'Object Name',
    'Object Type',
    'Share Name',
    'Access Mask',
    'Process Name',
  ],
  ...['Target Username', 'Task Name', 'Ticket Encryption Type', 'Status', 'SAM Account Name', 'username'],
]

/** Columns that mean the same in every event. */
const shared: Table['fields'] = {
  Image: 'Process Path',
  CommandLine: 'Command',
  ParentImage: 'Parent Process Path',
  ParentCommandLine: 'Parent Command',
  IntegrityLevel: 'Integrity Level',
  User: { column: 'username', lens: 'account' },
  md5: 'MD5 Hash',
  sha1: 'SHA1 Hash',
  sha256: 'SHA256 Hash',
  Imphash: 'IMP Hash',
  Hashes: [
    { column: 'MD5 Hash', lens: 'md5' },
    { column: 'SHA1 Hash', lens: 'sha1' },
    { column: 'SHA256 Hash', lens: 'sha256' },
    { column: 'IMP Hash', lens: 'imphash' },
  ],
  Initiated: 'Initiated',
  SourcePort: 'sourceport',
  DestinationIp: 'destinationip',
  DestinationPort: 'destinationport',
  DestinationHostname: 'Destination Hostname',
  PipeName: 'Pipe Name',
  SourceImage: 'Source Process Path',
  TargetImage: 'Target Process Path',
  GrantedAccess: 'Granted Access',
  CallTrace: 'Call Trace',
  StartAddress: 'Start Address',
}

const columns: Table['columns'] = {
  ...Object.fromEntries(texts.map(name => [name, 'string'])),
  sourceport: 'long',
  destinationip: 'ip',
  destinationport: 'long',
  devicetype: 'long',
}

/**
 * Windows events with the Properties Dictionary and Sysmon. Left out is what IBM's own mapping takes from columns of another meaning
 * (registry keys, the original name of a program, which Sysmon tells beside its file name) or has no column for (the names of DNS queries).
 */
export const qradar: Schema = {
  id: 'qradar',
  title: 'IBM QRadar, Windows events with Sysmon',
  render: 'pairs',
  optIn: true,
  tables: [
    {
      name: 'events',
      holds: [
        held('process_creation', ['1']),
        held(
          'network_connection',
          ['3'],
          'sourceip and destinationip hold IPv4 addresses only, connections over IPv6 are not found by them',
        ),
        held('pipe_created', ['17', '18']),
        held('create_remote_thread', ['8']),
        held('process_access', ['10']),
        {
          ...held('image_load', ['7'], twoProperties),
          fields: { ImageLoaded: filePath, Signed: 'Signed' },
        },
        { ...held('file_event', ['11'], twoProperties), fields: { TargetFilename: filePath } },
        { ...held('file_delete', ['23'], twoProperties), fields: { TargetFilename: filePath } },
        {
          class: { product: 'windows', category: 'ps_script' },
          where: and(windows, id('4104'), from('PowerShell')),
          remark: 'the property "Message" holds the whole text of the event, in which the script block stands',
          fields: { ScriptBlockText: { column: 'Message', lens: 'within' }, Path: 'File Path' },
        },
        {
          class: { product: 'windows', service: 'security' },
          where: and(windows, from('Microsoft-Windows-Security-Auditing')),
          constants: { Provider_Name: 'Microsoft-Windows-Security-Auditing', Channel: 'Security' },
          fields: {
            EventID: 'Event ID',
            LogonType: 'Logon Type',
            DestPort: 'destinationport',
            ObjectName: 'Object Name',
            ObjectType: 'Object Type',
            ShareName: 'Share Name',
            AccessMask: 'Access Mask',
            ProcessName: 'Process Name',
            TargetUserName: 'Target Username',
            TaskName: 'Task Name',
            TicketEncryptionType: 'Ticket Encryption Type',
            Status: 'Status',
            SamAccountName: 'SAM Account Name',
            ServiceName: 'Service Name',
            ServiceFileName: 'Service Filename',
          },
        },
        {
          class: { product: 'windows', service: 'system' },
          where: and(windows, id('7045'), from('Service Control Manager')),
          constants: { EventID: 7045, Provider_Name: 'Service Control Manager', Channel: 'System' },
          fields: { ServiceName: 'Service Name', ImagePath: 'Service Filename' },
        },
      ],
      fields: shared,
      columns,
    },
  ],
  time: ['starttime'],
}

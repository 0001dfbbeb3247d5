// Windows events in Logpoint's taxonomy, for writing searches. Facts: labels, names of normalisers and fields of Logpoint's own converter of Sigma rules (pySigma-backend-logpoint, pipeline logpoint_windows).

import type { Predicate } from '../ir/predicate.ts'
import { and, is, or } from './ask.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

/** A normalised event has several labels. */
const labelled = (...labels: readonly string[]): Predicate => and(...labels.map(label => is('label', label)))

const id = (value: number): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name: 'event_id' },
  match: { kind: 'compare', op: '=', to: { kind: 'literal', value } },
})

const sysmon = (...ids: readonly number[]): Predicate => and(is('norm_id', 'WindowsSysmon'), or(...ids.map(id)))

const held = (category: string, where: Predicate, fields?: Holding['fields']): Holding => ({
  class: { product: 'windows', category },
  where,
  ...(fields === undefined ? {} : { fields }),
})

const hashes: readonly Mapping[] = [
  { column: 'hash', lens: 'md5' },
  { column: 'hash_sha1', lens: 'sha1' },
  { column: 'hash_sha256', lens: 'sha256' },
  { column: 'hash_import', lens: 'imphash' },
]

const envelope: Table['fields'] = {
  EventID: 'event_id',
  Computer: 'host',
  Channel: 'channel',
  Provider_Name: 'event_source',
}

/** What the events of Sysmon share. */
const common: Table['fields'] = {
  ...envelope,
  Image: 'process',
  User: 'user',
  ProcessId: 'process_id',
  ProcessGuid: 'process_guid',
  RuleName: 'rule',
  EventType: 'event_type',
  Hashes: hashes,
  md5: 'hash',
  sha1: 'hash_sha1',
  sha256: 'hash_sha256',
  Imphash: 'hash_import',
}

/** What the taxonomy says of a file's own description. */
const described: Table['fields'] = {
  FileVersion: 'file_version',
  Description: 'message',
  Product: 'application',
  Company: 'vendor',
  OriginalFileName: 'file',
}

const numbers: NonNullable<Table['columns']> = {
  event_id: 'long',
  source_port: 'long',
  destination_port: 'long',
  source_address: 'string',
  destination_address: 'string',
}

const processes: Table['fields'] = {
  ...common,
  ...described,
  CommandLine: 'command',
  CurrentDirectory: 'path',
  IntegrityLevel: 'integrity_level',
  LogonGuid: 'logon_guid',
  LogonId: 'logon_id',
  TerminalSessionId: 'session_id',
  ParentImage: 'parent_process',
  ParentCommandLine: 'parent_command',
  ParentProcessId: 'parent_process_id',
  ParentProcessGuid: 'parent_process_guid',
  ParentUser: 'parent_user',
}

/** The labels are those of Sysmon and of the Security log alike, where both have the event. */
export const logpoint: Schema = {
  id: 'logpoint',
  title: 'Logpoint, Windows events in its taxonomy',
  render: 'pairs',
  optIn: true,
  tables: [
    { name: 'logs', holds: [held('process_creation', labelled('Process', 'Create'))], fields: processes, columns: numbers },
    {
      name: 'logs',
      holds: [held('network_connection', labelled('Network', 'Connection', 'Detect'))],
      fields: {
        ...common,
        Protocol: 'protocol',
        Initiated: 'is_initiated',
        SourceIp: 'source_address',
        SourceHostname: 'source_host',
        SourcePort: 'source_port',
        SourcePortName: 'source_service',
        SourceIsIpv6: 'is_source_ipv6',
        DestinationIp: 'destination_address',
        DestinationHostname: 'destination_host',
        DestinationPort: 'destination_port',
        DestinationPortName: 'destination_service',
        DestinationIsIpv6: 'is_destination_ipv6',
      },
      columns: { ...numbers, source_address: 'ip', destination_address: 'ip' },
    },
    {
      name: 'logs',
      holds: [
        held('dns_query', labelled('DNS', 'Query', 'Execute')),
        held('registry_set', labelled('Registry', 'Value', 'Set')),
        held('registry_event', sysmon(12, 13, 14)),
        held('registry_add', and(sysmon(12), is('event_type', 'CreateKey'))),
        held('registry_delete', and(sysmon(12), is('event_type', 'DeleteKey', 'DeleteValue'))),
        held('registry_rename', sysmon(14)),
        held('file_event', labelled('File', 'Create', 'Overwrite')),
        held('file_delete', labelled('File', 'Delete')),
        held('file_change', labelled('File', 'Create', 'Time', 'Change'), { Image: 'source_image' }),
        held('create_stream_hash', labelled('File', 'Create', 'Stream', 'Hash'), { Image: 'source_image' }),
        held('image_load', labelled('Image', 'Load')),
        held('driver_load', labelled('Driver', 'Load')),
        held('pipe_created', sysmon(17, 18), { Image: 'source_image' }),
        held('process_access', labelled('Process', 'Access')),
        held('create_remote_thread', labelled('Remote', 'Thread', 'Create')),
        held('process_termination', labelled('Process', 'Terminate')),
        held('process_tampering', labelled('Process', 'Tamper')),
        held('raw_access_thread', labelled('Raw', 'Access', 'Read')),
      ],
      fields: {
        ...common,
        ...described,
        QueryName: 'query',
        QueryResults: 'result',
        TargetObject: 'target_object',
        Details: 'detail',
        TargetFilename: 'target_file',
        CreationUtcTime: 'creation_ts',
        ImageLoaded: 'image',
        SourceImage: 'process',
        TargetImage: 'image',
        GrantedAccess: 'access',
        PipeName: 'pipe',
      },
      columns: numbers,
    },
    {
      name: 'logs',
      holds: [
        held(
          'ps_script',
          and(is('channel', 'Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'), id(4104)),
          {
            ...envelope,
            ScriptBlockText: 'script_block',
            ScriptBlockId: 'script_block_id',
          },
        ),
        {
          class: { product: 'windows', service: 'security' },
          where: is('norm_id', 'WinServer'),
          remark:
            'of the events of the Security log only the id, the channel, the provider and the host have one field whatever the event is',
        },
      ],
      fields: envelope,
      columns: numbers,
    },
  ],
  time: ['log_ts'],
  host: ['host'],
  user: ['user'],
}

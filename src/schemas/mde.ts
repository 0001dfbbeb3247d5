// Microsoft Defender's advanced hunting tables (Device*Events), exported from the portal, the API or Sentinel. Facts: Microsoft's schema reference per table, SigmaHQ's mapping for Defender, columns of public exports.

import type { Predicate } from '../ir/predicate.ts'
import { and, begins, exists, is, not, or } from './ask.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

type Fields = Readonly<Record<string, Mapping | readonly Mapping[]>>

const action = (...types: readonly string[]): Predicate => is('ActionType', ...types)

/** The tables say no operating system; paths do. A record without a path may be any. */
const slash = or(begins('FolderPath', '/'), begins('InitiatingProcessFolderPath', '/'))
const systems = [
  ['windows', not(slash)],
  ['linux', slash],
  ['macos', slash],
] as const

/** The holdings of one category, for each system that has it: what picks its events out, and what holds for them alone. */
export type Held = (category: string, where: Predicate, more?: Pick<Holding, 'fields' | 'constants'>) => readonly Holding[]

/** Registry and drivers are those of Windows. */
export const isWindowsOnly = (category: string): boolean => /^(?:registry_|driver_load)/.test(category)

const held: Held = (category, where, more) =>
  systems
    .filter(([product]) => product === 'windows' || !isWindowsOnly(category))
    .map(([product, system]) => ({ class: { product, category }, where: and(where, system), ...more }))

const hashes: Fields = {
  Hashes: [
    { column: 'MD5', lens: 'md5' },
    { column: 'SHA1', lens: 'sha1' },
    { column: 'SHA256', lens: 'sha256' },
  ],
  md5: 'MD5',
  sha1: 'SHA1',
  sha256: 'SHA256',
}

/** The process that acted. FolderPath columns hold the whole path, file name included. */
export const initiating: Fields = {
  Image: 'InitiatingProcessFolderPath',
  ProcessId: 'InitiatingProcessId',
  CommandLine: 'InitiatingProcessCommandLine',
  OriginalFileName: 'InitiatingProcessVersionInfoOriginalFileName',
  // Of the process that started it only the file name is kept.
  ParentImage: { column: 'InitiatingProcessParentFileName', lens: 'basename' },
  ParentProcessId: 'InitiatingProcessParentId',
  User: { column: 'InitiatingProcessAccountName', under: 'InitiatingProcessAccountDomain' },
  IntegrityLevel: 'InitiatingProcessIntegrityLevel',
}

const everywhere: Fields = { Computer: 'DeviceName' }
const sharedColumns: Table['columns'] = {
  Timestamp: 'datetime',
  TimeGenerated: 'datetime',
  DeviceName: 'string',
  ActionType: 'string',
  InitiatingProcessId: 'long',
  InitiatingProcessFolderPath: 'string',
  InitiatingProcessCommandLine: 'string',
  AdditionalFields: 'dynamic',
}

const table = (name: string, holds: readonly Holding[], fields: Fields, columns: Table['columns'] = {}): Table => ({
  name,
  holds,
  fields: { ...everywhere, ...fields },
  columns: { ...sharedColumns, ...columns },
})

const registry: Fields = {
  // The value's name is a column of its own, and the hive is written out.
  TargetObject: { column: 'RegistryValueName', under: 'RegistryKey', lens: 'hive' },
  Details: { column: 'RegistryValueData', lens: 'dword' },
}
const keyOnly: Fields = { ...registry, TargetObject: { column: 'RegistryKey', lens: 'hive' } }
const eventTypes = {
  SetValue: 'RegistryValueSet',
  CreateKey: 'RegistryKeyCreated',
  DeleteKey: 'RegistryKeyDeleted',
  DeleteValue: 'RegistryValueDeleted',
  RenameKey: 'RegistryKeyRenamed',
}
const eventType: Fields = { EventType: { column: 'ActionType', values: eventTypes } }

const outbound: Fields = {
  SourceIp: 'LocalIP',
  SourcePort: 'LocalPort',
  SourceHostname: 'DeviceName',
  DestinationIp: 'RemoteIP',
  DestinationPort: 'RemotePort',
  // The name asked for, or a whole URL where the sensor saw one.
  DestinationHostname: 'RemoteUrl',
}
/** Sysmon's source is who opened the connection: for an accepted one, the other side. */
const inbound: Fields = {
  SourceIp: 'RemoteIP',
  SourcePort: 'RemotePort',
  DestinationIp: 'LocalIP',
  DestinationPort: 'LocalPort',
  DestinationHostname: 'DeviceName',
}

const logonTypes = {
  2: 'Interactive',
  3: 'Network',
  4: 'Batch',
  5: 'Service',
  7: 'Unlock',
  8: 'NetworkCleartext',
  9: 'NewCredentials',
  10: 'RemoteInteractive',
  11: 'CachedInteractive',
}

/** The tables, whatever tells the systems apart. */
export const deviceTables = (held: Held): readonly Table[] => [
  table(
    'DeviceProcessEvents',
    held('process_creation', action('ProcessCreated')),
    {
      Image: 'FolderPath',
      CommandLine: 'ProcessCommandLine',
      ProcessId: 'ProcessId',
      // The file's version resource: Defender keeps the product version, Sysmon's FileVersion is the file's.
      FileVersion: 'ProcessVersionInfoProductVersion',
      Description: 'ProcessVersionInfoFileDescription',
      Product: 'ProcessVersionInfoProductName',
      Company: 'ProcessVersionInfoCompanyName',
      OriginalFileName: 'ProcessVersionInfoOriginalFileName',
      User: { column: 'AccountName', under: 'AccountDomain' },
      IntegrityLevel: 'ProcessIntegrityLevel',
      // Who called for the process; Sysmon's parent is who it was given to, and the two differ when the parent is spoofed.
      ParentImage: 'InitiatingProcessFolderPath',
      ParentCommandLine: 'InitiatingProcessCommandLine',
      ParentProcessId: 'InitiatingProcessId',
      ParentUser: { column: 'InitiatingProcessAccountName', under: 'InitiatingProcessAccountDomain' },
      ...hashes,
    },
    { FolderPath: 'string', ProcessCommandLine: 'string', ProcessId: 'long' },
  ),
  table(
    'DeviceNetworkEvents',
    [
      // Sysmon reports connections that came about; Defender also those that were tried and failed.
      ...held(
        'network_connection',
        action('ConnectionSuccess', 'ConnectionFound', 'ConnectionRequest', 'ConnectionAttempt', 'ConnectionFailed'),
        {
          fields: outbound,
          constants: { Initiated: 'true' },
        },
      ),
      ...held('network_connection', action('InboundConnectionAccepted'), { fields: inbound, constants: { Initiated: 'false' } }),
      ...held('dns_query', action('DnsConnectionInspected'), {
        fields: {
          QueryName: 'AdditionalFields.query',
          record_type: 'AdditionalFields.qtype_name',
          QueryResults: 'AdditionalFields.answers',
        },
      }),
    ],
    { ...initiating, Protocol: 'Protocol' },
    { RemoteIP: 'ip', RemotePort: 'int', LocalIP: 'ip', LocalPort: 'int' },
  ),
  table(
    'DeviceFileEvents',
    [
      // Sysmon 11 is creation or overwriting; Defender tells the second as modification.
      ...held('file_event', action('FileCreated', 'FileModified')),
      ...held('file_delete', action('FileDeleted')),
      ...held('file_rename', action('FileRenamed')),
    ],
    {
      ...initiating,
      TargetFilename: 'FolderPath',
      SourceFilename: { column: 'PreviousFileName', under: 'PreviousFolderPath' },
      ...hashes,
    },
    { FolderPath: 'string' },
  ),
  table(
    'DeviceRegistryEvents',
    [
      ...held('registry_event', action(...Object.values(eventTypes)), { fields: eventType }),
      ...held('registry_set', action('RegistryValueSet'), { fields: eventType }),
      ...held('registry_add', action('RegistryKeyCreated'), { fields: { ...keyOnly, ...eventType } }),
      ...held('registry_delete', action('RegistryKeyDeleted', 'RegistryValueDeleted'), { fields: eventType }),
      ...held('registry_rename', action('RegistryKeyRenamed'), {
        fields: {
          ...eventType,
          TargetObject: { column: 'PreviousRegistryKey', lens: 'hive' },
          NewName: { column: 'RegistryKey', lens: 'hive' },
        },
      }),
    ],
    { ...initiating, ...registry },
    { RegistryKey: 'string', RegistryValueName: 'string', RegistryValueData: 'string' },
  ),
  table('DeviceImageLoadEvents', held('image_load', action('ImageLoaded')), {
    ...initiating,
    ImageLoaded: 'FolderPath',
    ...hashes,
  }),
  table(
    'DeviceEvents',
    [
      ...held('driver_load', action('DriverLoad'), { fields: { ImageLoaded: 'FolderPath', ...hashes } }),
      ...held('create_remote_thread', action('CreateRemoteThreadApiCall'), {
        fields: {
          SourceImage: 'InitiatingProcessFolderPath',
          SourceProcessId: 'InitiatingProcessId',
          TargetImage: 'FolderPath',
          TargetProcessId: 'ProcessId',
        },
      }),
      ...held('process_access', action('OpenProcessApiCall'), {
        fields: {
          SourceImage: 'InitiatingProcessFolderPath',
          SourceProcessId: 'InitiatingProcessId',
          TargetImage: 'FolderPath',
          TargetProcessId: 'ProcessId',
        },
      }),
      // AdditionalFields is a record in exports of the API and a text in those of the portal; only the first can be asked.
      ...held('dns_query', action('DnsQueryResponse'), {
        fields: { QueryName: 'AdditionalFields.DnsQueryString', QueryResults: 'AdditionalFields.DnsQueryResult' },
      }),
    ],
    initiating,
  ),
  table(
    'DeviceLogonEvents',
    (['LogonSuccess', 'LogonFailed'] as const).map(
      (type): Holding => ({
        class: { product: 'windows', service: 'security' },
        where: action(type),
        constants: { EventID: type === 'LogonSuccess' ? 4624 : 4625 },
      }),
    ),
    {
      TargetUserName: 'AccountName',
      TargetDomainName: 'AccountDomain',
      TargetUserSid: 'AccountSid',
      LogonType: { column: 'LogonType', values: logonTypes },
      IpAddress: 'RemoteIP',
      IpPort: 'RemotePort',
      WorkstationName: 'RemoteDeviceName',
      ProcessName: 'InitiatingProcessFolderPath',
    },
  ),
]

/**
 * Known by its columns, since an export may leave the table's name out; `ActionType` picks the class. A field that has no column here (CurrentDirectory, GrantedAccess,
 * CallTrace …) is reported, not taken for absent. There is no import hash: a test for one is answered no.
 */
export const mde: Schema = {
  id: 'mde',
  title: 'Microsoft Defender advanced hunting',
  recognise: and(
    exists('ActionType'),
    or(exists('DeviceName'), exists('DeviceId')),
    or(exists('Timestamp'), exists('TimeGenerated')),
  ),
  render: 'json',
  rows: true,
  tables: deviceTables(held),
  time: ['Timestamp', 'TimeGenerated'],
  host: ['DeviceName'],
  user: ['AccountName', 'InitiatingProcessAccountName'],
  eventId: ['ActionType'],
}

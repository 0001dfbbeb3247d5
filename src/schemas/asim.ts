// Microsoft Sentinel's normalised tables (ASIM): process, network session, DNS, registry and file events. Facts: Microsoft's ASIM schema reference per table, SigmaHQ's mapping for Sentinel ASIM.

import type { Predicate } from '../ir/predicate.ts'
import { and, begins, exists, is, not, or } from './ask.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

type Fields = Readonly<Record<string, Mapping | readonly Mapping[]>>

const type = (...types: readonly string[]): Predicate => is('EventType', ...types)

const paths = ['TargetProcessName', 'ActingProcessName', 'SrcProcessName', 'DstProcessName', 'TargetFilePath']
const slash = or(...paths.map(name => begins(name, '/')))

/** The reporting device says its system; where it does not, paths do. */
const systems: readonly (readonly [string, Predicate])[] = [
  ['windows', or(is('DvcOs', 'Windows'), and(not(exists('DvcOs')), not(slash)))],
  ['linux', or(is('DvcOs', 'Linux'), and(not(exists('DvcOs')), slash))],
  ['macos', or(is('DvcOs', 'macOS', 'Mac'), and(not(exists('DvcOs')), slash))],
]

/** The holdings of one category, for each system that has it: what picks its events out, and what holds for them alone. */
export type Held = (category: string, where: Predicate, fields?: Fields) => readonly Holding[]

const held: Held = (category, where, fields) =>
  systems
    .filter(([product]) => product === 'windows' || !category.startsWith('registry_'))
    .map(([product, system]) => ({ class: { product, category }, where: and(where, system), fields }))

const columns: Table['columns'] = { TimeGenerated: 'datetime', EventStartTime: 'datetime', EventCount: 'int', Dvc: 'string' }

const everywhere: Fields = { Computer: ['DvcHostname', 'Dvc', 'DvcFQDN'], Message: 'EventMessage' }

/** The process that acted, in file and registry events. */
const acting: Fields = {
  ProcessGuid: 'ActingProcessGuid',
  ProcessId: 'ActingProcessId',
  Image: 'ActingProcessName',
  CommandLine: 'ActingProcessCommandLine',
  User: 'ActorUsername',
}

const eventTypes = {
  SetValue: 'RegistryValueSet',
  CreateKey: 'RegistryKeyCreated',
  DeleteKey: 'RegistryKeyDeleted',
  DeleteValue: 'RegistryValueDeleted',
  RenameKey: 'RegistryKeyRenamed',
}

const started: Fields = {
  ProcessGuid: 'TargetProcessGuid',
  ProcessId: 'TargetProcessId',
  Image: 'TargetProcessName',
  FileVersion: 'TargetProcessFileVersion',
  Description: 'TargetProcessFileDescription',
  Product: 'TargetProcessFileProduct',
  Company: 'TargetProcessFileCompany',
  OriginalFileName: 'TargetProcessFileOriginalName',
  CommandLine: 'TargetProcessCommandLine',
  CurrentDirectory: 'TargetProcessCurrentDirectory',
  User: 'TargetUsername',
  LogonGuid: 'TargetUserSessionGuid',
  LogonId: 'TargetUserSessionId',
  IntegrityLevel: 'TargetProcessIntegrityLevel',
  Hashes: [
    { column: 'TargetProcessMD5', lens: 'md5' },
    { column: 'TargetProcessSHA1', lens: 'sha1' },
    { column: 'TargetProcessSHA256', lens: 'sha256' },
    { column: 'TargetProcessIMPHASH', lens: 'imphash' },
  ],
  md5: 'TargetProcessMD5',
  sha1: 'TargetProcessSHA1',
  sha256: 'TargetProcessSHA256',
  Imphash: 'TargetProcessIMPHASH',
  // The acting process asked for the new one; the parent is who it was given to. Sources that know one of them fill that one.
  ParentProcessGuid: ['ParentProcessGuid', 'ActingProcessGuid'],
  ParentProcessId: ['ParentProcessId', 'ActingProcessId'],
  ParentImage: ['ParentProcessName', 'ActingProcessName'],
  ParentCommandLine: 'ActingProcessCommandLine',
  ParentUser: 'ActorUsername',
}

/** The tables, whatever tells the systems apart. */
export const asimTables = (held: Held): readonly Table[] => [
  {
    name: 'imProcessCreate',
    holds: held('process_creation', type('ProcessCreated')),
    fields: { ...everywhere, ...started },
    columns: { ...columns, TargetProcessName: 'string', TargetProcessCommandLine: 'string', TargetProcessId: 'string' },
  },
  {
    name: 'imProcessTerminate',
    holds: held('process_termination', type('ProcessTerminated')),
    fields: { ...everywhere, ...started },
    columns,
  },
  {
    name: 'imNetworkSession',
    holds: held('network_connection', or(is('EventSchema', 'NetworkSession'), type('NetworkSession', 'EndpointNetworkSession'))),
    fields: {
      ...everywhere,
      ProcessGuid: ['SrcProcessGuid', 'DstProcessGuid'],
      ProcessId: ['SrcProcessId', 'DstProcessId'],
      Image: ['SrcProcessName', 'DstProcessName'],
      User: ['SrcUsername', 'DstUsername'],
      Protocol: 'NetworkProtocol',
      Initiated: { column: 'NetworkDirection', values: { true: 'Outbound', false: 'Inbound' } },
      SourceIp: 'SrcIpAddr',
      SourceHostname: 'SrcHostname',
      SourcePort: 'SrcPortNumber',
      SourcePortName: 'SrcAppName',
      DestinationIp: 'DstIpAddr',
      DestinationHostname: ['DstHostname', 'DstFQDN'],
      DestinationPort: 'DstPortNumber',
      DestinationPortName: 'DstAppName',
    },
    columns: { ...columns, SrcIpAddr: 'string', SrcPortNumber: 'int', DstIpAddr: 'string', DstPortNumber: 'int' },
  },
  {
    name: 'imDns',
    holds: held('dns_query', or(is('EventSchema', 'Dns'), exists('DnsQuery'))),
    fields: {
      ...everywhere,
      ProcessId: 'SrcProcessId',
      ProcessGuid: 'SrcProcessGuid',
      Image: 'SrcProcessName',
      User: 'SrcUsername',
      QueryName: 'DnsQuery',
      // Sysmon's Windows error as the DNS response it stands for.
      QueryStatus: {
        column: 'EventResultDetails',
        values: { 0: 'NOERROR', 9001: 'FORMERR', 9002: 'SERVFAIL', 9003: 'NXDOMAIN', 9004: 'NOTIMP', 9005: 'REFUSED' },
      },
      QueryResults: 'DnsResponseName',
      record_type: 'DnsQueryTypeName',
    },
    columns: { ...columns, DnsQuery: 'string', DnsQueryTypeName: 'string' },
  },
  {
    name: 'imRegistry',
    holds: [
      ...held('registry_event', type(...Object.values(eventTypes))),
      ...held('registry_set', type('RegistryValueSet')),
      ...held('registry_add', type('RegistryKeyCreated')),
      ...held('registry_delete', type('RegistryKeyDeleted', 'RegistryValueDeleted')),
      ...held('registry_rename', type('RegistryKeyRenamed'), {
        TargetObject: { column: 'RegistryPreviousKey', lens: 'hive' },
        NewName: { column: 'RegistryKey', lens: 'hive' },
      }),
    ],
    fields: {
      ...everywhere,
      ...acting,
      EventType: { column: 'EventType', values: eventTypes },
      // Key and value name are two columns, and the hive is written out.
      TargetObject: { column: 'RegistryValue', under: 'RegistryKey', lens: 'hive' },
      Details: { column: 'RegistryValueData', lens: 'dword' },
    },
    columns: { ...columns, RegistryKey: 'string', RegistryValue: 'string', RegistryValueData: 'string' },
  },
  {
    name: 'imFileEvent',
    holds: [
      ...held('file_event', type('FileCreated', 'FileModified')),
      ...held('file_delete', type('FileDeleted')),
      ...held('file_rename', type('FileRenamed')),
      ...held('file_access', type('FileAccessed')),
    ],
    fields: {
      ...everywhere,
      ...acting,
      TargetFilename: 'TargetFilePath',
      SourceFilename: 'SrcFilePath',
      CreationUtcTime: 'TargetFileCreationTime',
      Hashes: [
        { column: 'TargetFileMD5', lens: 'md5' },
        { column: 'TargetFileSHA1', lens: 'sha1' },
        { column: 'TargetFileSHA256', lens: 'sha256' },
      ],
      md5: 'TargetFileMD5',
      sha1: 'TargetFileSHA1',
      sha256: 'TargetFileSHA256',
    },
    columns: { ...columns, TargetFilePath: 'string', TargetFileName: 'string' },
  },
]

/** Rows that a parser of ASIM made; `EventSchema` says which table, and older parsers are known by a column that only it has. */
export const asim: Schema = {
  id: 'asim',
  title: 'Microsoft Sentinel ASIM',
  recognise: and(
    or(exists('EventVendor'), exists('EventProduct'), exists('EventSchemaVersion')),
    or(exists('EventSchema'), exists('EventType')),
    not(exists('ActionType')),
  ),
  render: 'json',
  rows: true,
  tables: asimTables(held),
  time: ['EventStartTime', 'TimeGenerated'],
  host: ['DvcHostname', 'Dvc', 'DvcFQDN'],
  user: ['TargetUsername', 'ActorUsername', 'SrcUsername', 'User'],
  eventId: ['EventOriginalType', 'EventType'],
}

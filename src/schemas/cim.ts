// Splunk's Common Information Model: the datasets of its data models, a field under `Dataset.field`. Facts: https://docs.splunk.com/Documentation/CIM/latest/User (Endpoint, Network_Traffic, Network_Resolution) and what the add-on for Sysmon puts into them. Only written to.

import { exists, is } from './ask.ts'
import type { Mapping, Schema, Table } from './schema.ts'

const windows = (category: string) => ({ product: 'windows', category })
const everyHost = (what: string): string => `the data model holds ${what} of every operating system and product that feeds it`

/** The fields of a dataset under its name. */
function dataset(name: string, fields: Readonly<Record<string, string>>): Table['fields'] {
  return Object.fromEntries(Object.entries(fields).map(([field, column]): [string, Mapping] => [field, `${name}.${column}`]))
}

/** Hives are abbreviated in some events of the add-on and written out in others. */
const registryPath: readonly Mapping[] = ['Registry.registry_path', { column: 'Registry.registry_path', lens: 'hive' }]

const processes: Table = {
  name: 'Endpoint.Processes',
  holds: [{ class: windows('process_creation'), remark: everyHost('processes') }],
  fields: {
    ...dataset('Processes', {
      Image: 'process_path',
      CommandLine: 'process',
      ProcessId: 'process_id',
      ProcessGuid: 'process_guid',
      OriginalFileName: 'original_file_name',
      CurrentDirectory: 'process_current_directory',
      ParentImage: 'parent_process_path',
      ParentCommandLine: 'parent_process',
      ParentProcessId: 'parent_process_id',
      ParentProcessGuid: 'parent_process_guid',
      Hashes: 'process_hash',
      Computer: 'dest',
    }),
    IntegrityLevel: { column: 'Processes.process_integrity_level', lens: 'lower' },
    User: { column: 'Processes.user', lens: 'account' },
  },
}

/** The add-on for Sysmon puts event 7 into this dataset too: `loaded_file` is the module's file name, `process_path` the program that loads it. */
const modules: Table = {
  name: 'Endpoint.Processes',
  holds: [
    {
      class: windows('image_load'),
      where: exists('Processes.loaded_file'),
      remark: 'loaded modules are in the data model where the add-on for Sysmon puts them, from version 5 of the model',
    },
  ],
  fields: {
    ...dataset('Processes', {
      Image: 'process_path',
      OriginalFileName: 'original_file_name',
      ProcessId: 'process_id',
      ProcessGuid: 'process_guid',
      Hashes: 'process_hash',
      Computer: 'dest',
    }),
    ImageLoaded: { column: 'Processes.loaded_file', lens: 'basename' },
    User: { column: 'Processes.user', lens: 'account' },
  },
}

/** Installed services: event 7045 of the system log and 4697 of the security log. */
const services: Table = {
  name: 'Endpoint.Services',
  holds: [
    {
      class: { product: 'windows', service: 'system' },
      constants: { EventID: 7045, Provider_Name: 'Service Control Manager', Channel: 'System' },
      remark: 'the data model holds services of every operating system, when they are installed and when they start',
    },
    {
      class: { product: 'windows', service: 'security' },
      constants: { EventID: 4697, Provider_Name: 'Microsoft-Windows-Security-Auditing', Channel: 'Security' },
      remark: 'the data model holds services of every operating system, when they are installed and when they start',
    },
  ],
  fields: dataset('Services', {
    ServiceName: 'service_name',
    ImagePath: 'service_path',
    ServiceFileName: 'service_path',
    Computer: 'dest',
  }),
}

const actions = {
  CreateKey: 'created',
  DeleteKey: 'deleted',
  DeleteValue: 'deleted',
  SetValue: 'modified',
  RenameKey: 'modified',
}

const registry: Table = {
  name: 'Endpoint.Registry',
  caseless: true,
  holds: [
    { class: windows('registry_event'), remark: everyHost('changes to the registry') },
    { class: windows('registry_set'), where: is('Registry.action', 'modified'), remark: everyHost('changes to the registry') },
    { class: windows('registry_add'), where: is('Registry.action', 'created'), remark: everyHost('changes to the registry') },
    { class: windows('registry_delete'), where: is('Registry.action', 'deleted'), remark: everyHost('changes to the registry') },
  ],
  fields: {
    ...dataset('Registry', { ProcessId: 'process_id', ProcessGuid: 'process_guid', Computer: 'dest' }),
    TargetObject: registryPath,
    // The add-on for Sysmon leaves a number its digits; other products write it as Sysmon does.
    Details: ['Registry.registry_value_data', { column: 'Registry.registry_value_data', lens: 'dworddigits' }],
    EventType: { column: 'Registry.action', values: actions },
    User: { column: 'Registry.user', lens: 'account' },
  },
}

const files: Table = {
  name: 'Endpoint.Filesystem',
  holds: [
    { class: windows('file_event'), where: is('Filesystem.action', 'created'), remark: everyHost('changes to files') },
    { class: windows('file_delete'), where: is('Filesystem.action', 'deleted'), remark: everyHost('changes to files') },
  ],
  fields: {
    ...dataset('Filesystem', {
      TargetFilename: 'file_path',
      CreationUtcTime: 'file_create_time',
      ProcessId: 'process_id',
      ProcessGuid: 'process_guid',
      Computer: 'dest',
    }),
    User: { column: 'Filesystem.user', lens: 'account' },
  },
}

const traffic: Table = {
  name: 'Network_Traffic.All_Traffic',
  caseless: true,
  holds: [{ class: windows('network_connection'), remark: everyHost('network traffic') }],
  fields: {
    ...dataset('All_Traffic', {
      Image: 'app',
      ProcessId: 'process_id',
      Protocol: 'transport',
      SourceIp: 'src_ip',
      SourcePort: 'src_port',
      DestinationIp: 'dest_ip',
      DestinationPort: 'dest_port',
      Computer: 'dvc',
    }),
    SourceHostname: 'All_Traffic.src',
    DestinationHostname: 'All_Traffic.dest',
    Initiated: { column: 'All_Traffic.direction', values: { true: 'outbound', false: 'inbound' } },
    User: { column: 'All_Traffic.user', lens: 'account' },
  },
  columns: { 'All_Traffic.src_port': 'int', 'All_Traffic.dest_port': 'int' },
}

const names: Table = {
  name: 'Network_Resolution.DNS',
  holds: [{ class: windows('dns_query'), remark: everyHost('name resolution') }],
  fields: dataset('DNS', { QueryName: 'query', QueryResults: 'answer', QueryStatus: 'reply_code_id', Computer: 'src' }),
}

export const cim: Schema = {
  id: 'splunk-cim',
  title: 'Splunk Common Information Model',
  optIn: true,
  tables: [processes, modules, services, registry, files, traffic, names],
  time: ['_time'],
  host: ['Processes.dest', 'Services.dest', 'Registry.dest', 'Filesystem.dest', 'All_Traffic.dvc', 'DNS.src'],
  user: ['Processes.user'],
}

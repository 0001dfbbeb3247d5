// Where Elastic keeps events that queries are written for: ECS documents of Elastic Agent, Winlogbeat and Elastic Defend, and Windows events under `winlog.event_data` as Winlogbeat ships them without ingest pipelines. Only written for; `winlogbeat.ts` and `ecs.ts` read. Facts: the ingest pipelines of elastic/beats and elastic/integrations (sysmon, security, powershell) with their test results, ECS 8 field types and allowed values, Winlogbeat's exported fields, the event lists of elastic/endpoint-package.

import type { Predicate, ValueType } from '../ir/predicate.ts'
import { and, exists, not, or } from './ask.ts'
import { withoutBlanks } from './blanks.ts'
import { acting, ends, type Fields, hashes } from './ecs-names.ts'
import type { Holding, Mapping, Schema } from './schema.ts'
import { type WindowsClass, windowsClasses } from './windows.ts'

const raw = (name: string): string => `winlog.event_data.${name}`

/** These columns have one spelling of each value, so they are compared as they are. */
const exactly = (name: string, ...values: readonly string[]): Predicate =>
  or(
    ...values.map(
      (value): Predicate => ({
        kind: 'test',
        subject: { kind: 'field', name },
        match: { kind: 'glob', glob: [value], fold: false },
      }),
    ),
  )

/** The records of a Windows log source, by channel and id. */
function windowsRecords(source: Omit<WindowsClass, 'class'>): Predicate {
  // Winlogbeat names the channel as its configuration does, and some write `security`.
  const channels = source.channels.flatMap(name => [name, name.toLowerCase()])
  const tests = [exactly('winlog.channel', ...channels)]
  if (source.ids !== undefined) tests.push(exactly('event.code', ...source.ids.map(String)))
  if (source.also !== undefined) tests.push(exactly(raw(source.also.field), ...source.also.values))
  return and(...tests)
}

/** The Windows event itself. */
const envelope: Fields = {
  EventID: 'event.code',
  Channel: 'winlog.channel',
  Provider_Name: 'winlog.provider_name',
  Provider_Guid: 'winlog.provider_guid',
  Computer: 'winlog.computer_name',
  EventRecordID: 'winlog.record_id',
  Execution_ProcessID: 'winlog.process.pid',
  Execution_ThreadID: 'winlog.process.thread.id',
  Correlation_ActivityID: 'winlog.activity_id',
  Security_UserID: 'winlog.user.identifier',
  Keywords: {
    column: 'winlog.keywords',
    values: { '0x8010000000000000': 'Audit Failure', '0x8020000000000000': 'Audit Success' },
  },
  Data: [raw('Data'), ...Array.from({ length: 12 }, (_, index) => raw(`param${index + 1}`))],
  ...withoutBlanks(raw),
}

const domainUser: Mapping = { column: 'user.name', under: 'user.domain' }

const network: Fields = {
  ...ends,
  Initiated: { column: 'network.direction', values: { true: 'egress', false: 'ingress' } },
}

const dns: Fields = {
  QueryName: 'dns.question.name',
  QueryStatus: [
    {
      column: 'sysmon.dns.status',
      values: { 0: 'SUCCESS', 9003: 'DNS_ERROR_RCODE_NAME_ERROR', 9501: 'DNS_INFO_NO_RECORDS' },
    },
  ],
  QueryResults: 'dns.answers.data',
  record_type: 'dns.question.type',
}

/** Sysmon abbreviates the hive and names the current control set; Elastic Defend numbers it. */
const registry: Fields = {
  TargetObject: ['registry.path', { column: 'registry.path', lens: 'controlset' }],
  // Numbers are decimal here, and their type says so.
  Details: [
    { column: 'registry.data.strings', lens: 'dword' },
    {
      column: 'registry.data.strings',
      lens: 'words',
      computed: {
        kind: 'case',
        branches: [{ when: exactly('registry.data.type', 'SZ_DWORD', 'SZ_QWORD'), then: { kind: 'literal', value: null } }],
        otherwise: { kind: 'field', name: 'registry.data.strings' },
      },
    },
  ],
  NewName: raw('NewName'),
  EventType: raw('EventType'),
}

const file: Fields = { TargetFilename: 'file.path', CreationUtcTime: raw('CreationUtcTime') }

/** A library or driver: `dll.*` of Elastic Defend, `file.*` of Sysmon's pipeline. */
const loaded: Fields = {
  ImageLoaded: ['dll.path', 'file.path'],
  Hashes: (['md5', 'sha1', 'sha256', 'imphash'] as const).flatMap(lens =>
    ['dll', 'file'].map(at => ({ column: lens === 'imphash' ? `${at}.pe.imphash` : `${at}.hash.${lens}`, lens })),
  ),
  md5: ['dll.hash.md5', 'file.hash.md5'],
  sha1: ['dll.hash.sha1', 'file.hash.sha1'],
  sha256: ['dll.hash.sha256', 'file.hash.sha256'],
  Imphash: ['dll.pe.imphash', 'file.pe.imphash'],
  OriginalFileName: ['dll.pe.original_file_name', 'file.pe.original_file_name'],
  FileVersion: ['dll.pe.file_version', 'file.pe.file_version'],
  Description: ['dll.pe.description', 'file.pe.description'],
  Product: ['dll.pe.product', 'file.pe.product'],
  Company: ['dll.pe.company', 'file.pe.company'],
  Signature: ['dll.code_signature.subject_name', 'file.code_signature.subject_name'],
  SignatureStatus: ['dll.code_signature.status', 'file.code_signature.status'],
  Signed: [
    { column: 'dll.code_signature.exists', lens: 'boolean' },
    { column: 'file.code_signature.signed', lens: 'boolean' },
  ],
}

const of = (category: string): Predicate => exactly('event.category', category)
const type = (...types: readonly string[]): Predicate => exactly('event.type', ...types)
const action = (...actions: readonly string[]): Predicate => exactly('event.action', ...actions)
const code = (...ids: readonly string[]): Predicate => exactly('event.code', ...ids)
const sysmon = (...ids: readonly number[]): Predicate =>
  windowsRecords({ channels: ['Microsoft-Windows-Sysmon/Operational'], ids })

type Class = readonly [category: string, where: readonly Predicate[], fields: Fields]

/** Sigma's categories that ECS has words for, with every sensor's events. */
const everywhere: readonly Class[] = [
  ['process_creation', [of('process'), type('start')], hashes('process')],
  ['process_termination', [of('process'), type('end')], {}],
  ['network_connection', [of('network'), type('start'), not(exists('dns.question.name'))], network],
  ['dns_query', [of('network'), exists('dns.question.name')], dns],
  ['file_event', [of('file'), or(type('creation'), action('overwrite'))], file],
  ['file_delete', [of('file'), type('deletion')], file],
  ['file_access', [of('file'), or(type('access'), action('open')), not(code('15', '18'))], { ...file, FileName: 'file.path' }],
  ['file_rename', [of('file'), action('rename')], { TargetFilename: 'file.path', SourceFilename: 'file.Ext.original.path' }],
]

const windowsOnly: readonly Class[] = [
  // A new named pipe is a file's creation too.
  ['file_event', [of('file'), or(type('creation'), action('overwrite')), not(code('17'))], file],
  ['registry_event', [of('registry'), not(type('access')), not(action('query'))], registry],
  ['registry_set', [of('registry'), or(code('13'), action('modification'))], registry],
  ['registry_add', [of('registry'), or(and(code('12'), exactly(raw('EventType'), 'CreateKey')), action('creation'))], registry],
  [
    'registry_delete',
    [of('registry'), or(and(code('12'), exactly(raw('EventType'), 'DeleteKey', 'DeleteValue')), action('deletion'))],
    registry,
  ],
  ['registry_rename', [of('registry'), or(code('14'), action('rename'))], registry],
  ['image_load', [or(of('library'), sysmon(7))], loaded],
  ['driver_load', [of('driver')], loaded],
]

/** What Sysmon's pipeline makes of the fields of events that ECS has no category for. */
const sysmonFields: Readonly<Record<string, Fields>> = {
  file_change: file,
  file_delete_detected: { ...file, ...hashes('process') },
  file_block_executable: { ...file, ...hashes('process') },
  file_block_shredding: { ...file, ...hashes('process') },
  file_executable_detected: { ...file, ...hashes('file') },
  create_stream_hash: { ...file, ...hashes('file'), Contents: raw('Contents') },
  pipe_created: { PipeName: 'file.name' },
  raw_access_thread: { Device: 'file.path' },
  process_access: { SourceImage: 'process.executable', SourceProcessId: 'process.pid', SourceProcessGUID: 'process.entity_id' },
  create_remote_thread: {
    SourceImage: 'process.executable',
    SourceProcessId: 'process.pid',
    SourceProcessGuid: 'process.entity_id',
  },
}

/** The Security log and the other logs of Windows keep their own names, beside or instead of what their pipelines add. */
const service: Fields = {
  User: raw('User'),
  ProcessId: [raw('ProcessId'), 'process.pid'],
  NewProcessId: 'process.pid',
  NewProcessName: 'process.executable',
  ParentProcessName: 'process.parent.executable',
  ProcessName: [raw('ProcessName'), 'process.executable'],
  Image: [raw('Image'), 'process.executable'],
  CommandLine: [raw('CommandLine'), 'process.command_line'],
  IpAddress: [raw('IpAddress'), 'source.ip'],
  IpPort: [raw('IpPort'), 'source.port'],
  WorkstationName: [raw('WorkstationName'), 'source.domain'],
  ServiceName: [raw('ServiceName'), 'service.name'],
  Protocol: raw('Protocol'),
  Description: raw('Description'),
  Product: raw('Product'),
}

const parts = (...columns: readonly string[]): readonly Mapping[] => columns.map(column => ({ column, lens: 'part' }))

/** PowerShell's pipeline takes the texts of its records apart and drops them. */
const powershell: Fields = {
  ScriptBlockText: 'powershell.file.script_block_text',
  ScriptBlockId: 'powershell.file.script_block_id',
  Path: 'file.path',
  Payload: parts(
    'powershell.command.invocation_details.value',
    'powershell.command.invocation_details.name',
    'powershell.command.invocation_details.related_command',
  ),
  HostApplication: 'process.command_line',
  HostName: 'process.title',
  HostVersion: 'powershell.process.executable_version',
  EngineVersion: 'powershell.engine.version',
  CommandName: 'powershell.command.name',
  CommandPath: 'powershell.command.path',
  CommandType: 'powershell.command.type',
  ...Object.fromEntries(
    ['ContextInfo', 'Data'].map(name => [
      name,
      parts(
        'process.command_line',
        'process.title',
        'process.entity_id',
        'file.path',
        'powershell.command.name',
        'powershell.command.path',
        'powershell.command.type',
        'powershell.command.value',
        'powershell.command.invocation_details.value',
        'powershell.engine.version',
        'powershell.process.executable_version',
        'powershell.provider.name',
        'powershell.id',
        'powershell.pipeline_id',
        'powershell.runspace_id',
        'user.name',
      ),
    ]),
  ),
}

const told = new Set([...everywhere, ...windowsOnly].map(([category]) => category))

const system = (name: string): Predicate => exactly('host.os.type', name)

const holds = (name: 'windows' | 'linux' | 'macos', classes: readonly Class[], more: Fields): readonly Holding[] =>
  classes.map(([category, where, fields]) => ({
    class: { product: name, category },
    where: and(system(name), ...where),
    fields: { ...more, ...fields },
  }))

const windowsHolds: readonly Holding[] = [
  ...holds('windows', [...everywhere.filter(([category]) => category !== 'file_event'), ...windowsOnly], {
    User: domainUser,
    IntegrityLevel: [raw('IntegrityLevel'), 'process.Ext.token.integrity_level_name'],
  }),
  ...windowsClasses
    .filter(({ class: one }) => one.category === undefined || !told.has(one.category))
    .map((source): Holding => {
      const { category } = source.class
      const shell = category?.startsWith('ps_') === true || source.class.service?.startsWith('powershell') === true
      const fields = shell
        ? { ...service, ...powershell }
        : category === undefined
          ? source.class.service === 'sysmon'
            ? { User: domainUser, ...network, ...dns, ...hashes('process'), ...file, TargetObject: 'registry.path' }
            : service
          : { User: domainUser, ...sysmonFields[category] }
      return { class: source.class, where: windowsRecords(source), fields }
    }),
  { class: { product: 'windows' }, where: system('windows'), fields: service },
]

/** Types that differ from keyword. `dynamic`: several values are usual. `string`: numbers are decimal here. */
const columns: Readonly<Record<string, ValueType>> = {
  '@timestamp': 'datetime',
  'event.category': 'dynamic',
  'event.type': 'dynamic',
  'event.code': 'string',
  'winlog.keywords': 'dynamic',
  'winlog.process.pid': 'long',
  'winlog.process.thread.id': 'long',
  'winlog.event_data.LogonType': 'string',
  'winlog.event_data.KeyLength': 'string',
  'winlog.event_data.IpPort': 'string',
  'winlog.event_data.DestPort': 'string',
  'winlog.event_data.SourcePort': 'string',
  'process.pid': 'long',
  'process.parent.pid': 'long',
  'source.ip': 'ip',
  'source.port': 'long',
  'destination.ip': 'ip',
  'destination.port': 'long',
  'dns.answers.data': 'dynamic',
  'powershell.command.invocation_details.value': 'dynamic',
  'powershell.command.invocation_details.name': 'dynamic',
  'powershell.command.invocation_details.related_command': 'dynamic',
  'dll.code_signature.exists': 'bool',
  'file.code_signature.signed': 'bool',
}

/** Behind the pipelines, "-" is all that is left in the raw column of an address. */
const ecsColumns: typeof columns = { ...columns, 'winlog.event_data.IpAddress': 'string' }

/** ECS documents. A field that ECS has no name for lies under `winlog.event_data` in records that come from Windows. */
export const elastic: Schema = {
  id: 'elastic',
  title: 'ECS documents of Elastic Agent, Winlogbeat and Elastic Defend',
  documents: true,
  optIn: true,
  tables: [
    {
      name: 'logs-*,winlogbeat-*',
      holds: windowsHolds,
      fields: { ...envelope, ...acting },
      otherwise: [raw('*')],
      columns: ecsColumns,
    },
    {
      name: 'logs-*',
      holds: (['linux', 'macos'] as const).flatMap(name =>
        holds(
          name,
          // A fork has its parent's image and command line; Sigma's class is about programs that start.
          everywhere.map(
            ([category, where, fields]): Class =>
              category === 'process_creation' ? [category, [...where, not(action('fork'))], fields] : [category, where, fields],
          ),
          { User: 'user.name', Computer: 'host.hostname' },
        ),
      ),
      fields: acting,
      columns: ecsColumns,
    },
  ],
}

/** Winlogbeat's own names: nothing is renamed. Process creation is Sysmon's. */
export const winlogbeatRaw: Schema = {
  id: 'winlogbeat-raw',
  title: 'Windows events from Winlogbeat without ingest pipelines',
  optIn: true,
  tables: [
    {
      name: 'winlogbeat-*',
      holds: [
        ...windowsClasses.map(source => ({ class: source.class, where: windowsRecords(source) })),
        { class: { product: 'windows' } },
      ],
      fields: envelope,
      otherwise: [raw('*')],
      columns,
    },
  ],
}

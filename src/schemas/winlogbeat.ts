// Windows events as Winlogbeat and Elastic Agent ship them: raw under `winlog.event_data`, or renamed by the ingest pipelines of the sysmon, security and powershell modules. Facts: those pipelines and their test results in elastic/beats; Winlogbeat's field reference; SigmaHQ's mapping for 6.x.

import { and, exists, not, or } from './ask.ts'
import { auditHolding } from './audit.ts'
import { withoutBlanks } from './blanks.ts'
import type { Holding, Mapping, Schema } from './schema.ts'
import { type WindowsNames, windowsHoldings } from './windows.ts'

type Fields = Readonly<Record<string, readonly Mapping[]>>

const raw = (name: string): string => `winlog.event_data.${name}`
const names: WindowsNames = { channel: 'winlog.channel', id: ['winlog.event_id', 'event.code'], field: raw }

/** The raw name, then what the pipelines make of it. */
const renamed = (fields: Readonly<Record<string, Mapping | readonly Mapping[]>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, more]) => [name, [raw(name), ...((Array.isArray(more) ? more : [more]) as Mapping[])]]),
  )

/** The sysmon pipeline splits the list of hashes and drops it. */
const hashes = (at: string, imphash: string): Fields => ({
  Hashes: [
    raw('Hashes'),
    { column: `${at}.hash.md5`, lens: 'md5' },
    { column: `${at}.hash.sha1`, lens: 'sha1' },
    { column: `${at}.hash.sha256`, lens: 'sha256' },
    { column: imphash, lens: 'imphash' },
  ],
  md5: [`${at}.hash.md5`],
  sha1: [`${at}.hash.sha1`],
  sha256: [`${at}.hash.sha256`],
  Imphash: [imphash],
})

/** `User` is split into domain and name and dropped. */
const user: Mapping = { column: 'user.name', under: 'user.domain' }

/** What the pipelines rename alike in every event. */
const everywhere: Fields = {
  ...withoutBlanks(raw),
  EventID: ['winlog.event_id', 'event.code'],
  Channel: ['winlog.channel'],
  Provider_Name: ['winlog.provider_name'],
  Provider_Guid: ['winlog.provider_guid'],
  Computer: ['winlog.computer_name'],
  EventRecordID: ['winlog.record_id'],
  Execution_ProcessID: ['winlog.process.pid'],
  Execution_ThreadID: ['winlog.process.thread.id'],
  Correlation_ActivityID: ['winlog.activity_id'],
  Security_UserID: ['winlog.user.identifier'],
  // Winlogbeat renders the two keywords of the Security log.
  Keywords: [
    {
      column: 'winlog.keywords',
      values: { '0x8010000000000000': 'Audit Failure', '0x8020000000000000': 'Audit Success' },
    },
  ],
  Message: ['message'],
  // Values without a name are numbered.
  Data: [raw('Data'), ...Array.from({ length: 12 }, (_, index) => raw(`param${index + 1}`))],
  ...renamed({
    RuleName: 'rule.name',
    ProcessGuid: 'process.entity_id',
    ProcessId: 'process.pid',
    Image: 'process.executable',
    CommandLine: ['process.command_line', 'powershell.command.value'],
    CurrentDirectory: 'process.working_directory',
    ParentProcessGuid: 'process.parent.entity_id',
    ParentProcessId: 'process.parent.pid',
    ParentImage: 'process.parent.executable',
    ParentCommandLine: 'process.parent.command_line',
    OriginalFileName: ['process.pe.original_file_name', 'file.pe.original_file_name'],
    User: user,
    Protocol: 'network.transport',
    Initiated: { column: 'network.direction', values: { true: 'egress', false: 'ingress' } },
    SourceIp: 'source.ip',
    SourceHostname: 'source.domain',
    SourcePort: 'source.port',
    DestinationIp: 'destination.ip',
    DestinationHostname: 'destination.domain',
    DestinationPort: 'destination.port',
    DestinationPortName: 'network.protocol',
    QueryName: 'dns.question.name',
    QueryStatus: {
      column: 'sysmon.dns.status',
      values: { 0: 'SUCCESS', 9003: 'DNS_ERROR_RCODE_NAME_ERROR', 9501: 'DNS_INFO_NO_RECORDS' },
    },
    QueryResults: ['dns.answers.data', 'dns.resolved_ip'],
    TargetObject: 'registry.path',
    Details: { column: 'registry.data.strings', lens: 'dword' },
    NewProcessName: 'process.executable',
    ParentProcessName: 'process.parent.executable',
    NewProcessId: 'process.pid',
    ProcessName: ['process.executable', raw('Process Name')],
    IpAddress: 'source.ip',
    IpPort: 'source.port',
    WorkstationName: 'source.domain',
    ScriptBlockText: 'powershell.file.script_block_text',
    ScriptBlockId: 'powershell.file.script_block_id',
    Path: 'file.path',
    MessageNumber: 'powershell.sequence',
    MessageTotal: 'powershell.total',
    HostApplication: 'process.command_line',
    HostName: 'process.title',
    HostVersion: 'powershell.process.executable_version',
    EngineVersion: 'powershell.engine.version',
    CommandName: 'powershell.command.name',
    CommandPath: 'powershell.command.path',
    CommandType: 'powershell.command.type',
    Payload: 'powershell.command.invocation_details.value',
  }),
  ...hashes('process', 'process.pe.imphash'),
}

/** What a renamed column means depends on the event: `file.path` is the file written, the library loaded or the raw device. */
const byCategory: Readonly<Record<string, Fields>> = {
  file_event: renamed({ TargetFilename: 'file.path' }),
  file_change: renamed({ TargetFilename: 'file.path' }),
  file_delete: renamed({ TargetFilename: 'file.path' }),
  file_delete_detected: renamed({ TargetFilename: 'file.path' }),
  file_block_executable: renamed({ TargetFilename: 'file.path' }),
  file_block_shredding: renamed({ TargetFilename: 'file.path' }),
  file_executable_detected: { ...renamed({ TargetFilename: 'file.path' }), ...hashes('file', 'file.pe.imphash') },
  create_stream_hash: { ...renamed({ TargetFilename: 'file.path' }), ...hashes('file', 'file.pe.imphash') },
  image_load: {
    ...renamed({
      ImageLoaded: 'file.path',
      Signature: 'file.code_signature.subject_name',
      SignatureStatus: 'file.code_signature.status',
      Signed: { column: 'file.code_signature.signed', lens: 'boolean' },
    }),
    ...hashes('file', 'file.pe.imphash'),
  },
  driver_load: {
    ...renamed({
      ImageLoaded: 'file.path',
      Signature: 'file.code_signature.subject_name',
      SignatureStatus: 'file.code_signature.status',
      Signed: { column: 'file.code_signature.signed', lens: 'boolean' },
    }),
    ...hashes('file', 'file.pe.imphash'),
  },
  pipe_created: renamed({ PipeName: 'file.name' }),
  raw_access_thread: renamed({ Device: 'file.path' }),
  process_access: renamed({
    SourceImage: 'process.executable',
    SourceProcessId: 'process.pid',
    SourceProcessGUID: 'process.entity_id',
  }),
  create_remote_thread: renamed({
    SourceImage: 'process.executable',
    SourceProcessId: 'process.pid',
    SourceProcessGuid: 'process.entity_id',
  }),
}

/** 4688 keeps its own names beside the two images, as everywhere: its ProcessId is the creator's, and it has no User. */
const event4688 = auditHolding(names, { image: ['process.executable'], parent: ['process.parent.executable'] })
const audit: Holding = {
  ...event4688,
  fields: {
    ...event4688.fields,
    ...Object.fromEntries(['User', 'ProcessId', 'ParentProcessId', 'ProcessGuid'].map(name => [name, raw(name)])),
  },
}

const holds: readonly Holding[] = [
  ...windowsHoldings(names).map(holding => {
    const fields = byCategory[holding.class.category ?? '']
    return fields === undefined ? holding : { ...holding, fields }
  }),
  audit,
]

/** 7.x and 8.x, and Elastic Agent's system and windows integrations, which use the same pipelines. */
export const winlogbeat: Schema = {
  id: 'winlogbeat',
  title: 'Windows events from Winlogbeat or Elastic Agent',
  recognise: or(exists('winlog.event_id'), exists('winlog.channel')),
  render: 'message',
  tables: [
    {
      name: 'winlogbeat',
      holds,
      fields: everywhere,
      otherwise: [raw('*'), 'winlog.user_data.*'],
      columns: {
        'process.pid': 'long',
        'process.parent.pid': 'long',
        'source.port': 'long',
        'destination.port': 'long',
        'source.ip': 'ip',
        'destination.ip': 'ip',
        '@timestamp': 'datetime',
      },
    },
  ],
  // The pipelines put the event's own UtcTime or creation time into @timestamp.
  time: ['@timestamp', 'event.created'],
  host: ['winlog.computer_name', 'host.name', 'host.hostname'],
  user: ['user.name', raw('User'), raw('SubjectUserName'), raw('TargetUserName'), 'winlog.user.name'],
  channel: ['winlog.channel'],
  eventId: ['winlog.event_id', 'event.code'],
}

const oldNames: WindowsNames = { channel: 'log_name', id: 'event_id', field: name => `event_data.${name}` }

/** 6.x and earlier: nothing is renamed, and what is under `winlog` since stands at the top. */
export const winlogbeat6: Schema = {
  id: 'winlogbeat-6',
  title: 'Windows events from Winlogbeat 6 and earlier',
  recognise: and(exists('log_name'), exists('event_id'), not(exists('winlog'))),
  render: 'message',
  tables: [
    {
      name: 'winlogbeat',
      holds: [...windowsHoldings(oldNames), auditHolding(oldNames)],
      fields: {
        ...withoutBlanks(oldNames.field),
        EventID: 'event_id',
        Channel: 'log_name',
        Provider_Name: 'source_name',
        Provider_Guid: 'provider_guid',
        Computer: 'computer_name',
        EventRecordID: 'record_number',
        Keywords: everywhere.Keywords!.map(mapping => ({ ...(mapping as Exclude<Mapping, string>), column: 'keywords' })),
        Message: 'message',
        Data: ['event_data.Data', ...Array.from({ length: 12 }, (_, index) => `event_data.param${index + 1}`)],
      },
      otherwise: ['event_data.*', 'user_data.*'],
    },
  ],
  time: ['@timestamp'],
  host: ['computer_name'],
  user: ['event_data.User', 'event_data.SubjectUserName', 'event_data.TargetUserName', 'user.name'],
  channel: ['log_name'],
  eventId: ['event_id'],
}

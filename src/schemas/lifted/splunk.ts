// Fields that Splunk's add-ons give to events, in raw searches and in data models. Facts: https://docs.splunk.com/Documentation/CIM/latest/User and what the add-ons for Microsoft Windows and Sysmon document.

import type { EventClass } from '../../ir/pipeline.ts'
import type { Scalar } from '../../ir/predicate.ts'
import type { Lifted } from './lifted.ts'
import { modelHolds, searchHolds } from './splunk-models.ts'
import { accountOf, baseOf, call, domainOf, field, firstOf, hashOf, literal } from './words.ts'

const time: Scalar = { kind: 'call', fn: 'event:seconds', args: [] }
const host = field('Computer')

/** What every dataset has without its prefix. */
const everywhere: Readonly<Record<string, Scalar>> = {
  _time: time,
  host,
  source: call('concat', literal('XmlWinEventLog:'), field('Channel')),
  sourcetype: literal('XmlWinEventLog'),
}

/** A dataset's columns under its name, and those without one. */
const dataset = (name: string, columns: Readonly<Record<string, Scalar>>): Readonly<Record<string, Scalar>> => ({
  ...everywhere,
  ...Object.fromEntries(Object.entries(columns).map(([column, value]) => [`${name}.${column}`, value])),
})

/** What a field of 4688 says where the event is one; Sysmon's events have no new process by that name. */
const audited = (name: string): Scalar => ({
  kind: 'case',
  branches: [{ when: { kind: 'test', subject: field('NewProcessId'), match: { kind: 'present' } }, then: field(name) }],
  otherwise: literal(null),
})

/** A name unless it is the hyphen that Windows writes for none. */
const named = (name: string): Scalar => ({
  kind: 'case',
  branches: [
    { when: { kind: 'test', subject: field(name), match: { kind: 'glob', glob: ['-'], fold: false } }, then: literal(null) },
  ],
  otherwise: field(name),
})

/** The user of a process: of 4688 the one that it runs as, or where it says none the one that started it. */
const processUser = firstOf(accountOf('User'), named('TargetUserName'), named('SubjectUserName'))

const product = literal('Microsoft Sysmon')
const systems = (category: string): readonly EventClass[] => ['linux', 'macos'].map(name => ({ product: name, category }))

export const splunkColumns: Readonly<Record<string, Lifted>> = {
  'Endpoint.Processes': {
    also: systems('process_creation'),
    columns: dataset('Processes', {
      action: literal('allowed'),
      dest: host,
      user: processUser,
      process: firstOf(field('CommandLine'), field('Image')),
      process_name: baseOf('Image'),
      process_path: field('Image'),
      process_exec: baseOf('Image'),
      process_id: firstOf(field('NewProcessId'), field('ProcessId')),
      process_guid: field('ProcessGuid'),
      process_hash: field('Hashes'),
      process_integrity_level: call('lens:lower', field('IntegrityLevel')),
      process_current_directory: field('CurrentDirectory'),
      original_file_name: field('OriginalFileName'),
      parent_process: firstOf(field('ParentCommandLine'), audited('ParentProcessName')),
      parent_process_name: baseOf('ParentImage'),
      parent_process_path: field('ParentImage'),
      parent_process_exec: baseOf('ParentImage'),
      parent_process_id: firstOf(field('ParentProcessId'), audited('ProcessId')),
      parent_process_guid: field('ParentProcessGuid'),
      user_id: field('LogonId'),
      vendor_product: product,
    }),
  },
  'Endpoint.Registry': {
    columns: dataset('Registry', {
      dest: host,
      user: accountOf('User'),
      process_id: field('ProcessId'),
      process_guid: field('ProcessGuid'),
      process_path: field('Image'),
      process_name: baseOf('Image'),
      registry_path: field('TargetObject'),
      registry_key_name: field('TargetObject'),
      registry_value_name: baseOf('TargetObject'),
      registry_value_data: call('lens:dworddigits', field('Details')),
      vendor_product: product,
    }),
  },
  'Endpoint.Filesystem': {
    also: systems('file_event'),
    columns: dataset('Filesystem', {
      dest: host,
      user: accountOf('User'),
      file_path: field('TargetFilename'),
      file_name: baseOf('TargetFilename'),
      file_hash: field('Hashes'),
      file_create_time: field('CreationUtcTime'),
      process_id: field('ProcessId'),
      process_guid: field('ProcessGuid'),
      process_path: field('Image'),
      process_name: baseOf('Image'),
      vendor_product: product,
    }),
  },
  'Network_Traffic.All_Traffic': {
    holds: modelHolds['Network_Traffic.All_Traffic'],
    also: systems('network_connection'),
    columns: dataset('All_Traffic', {
      action: literal('allowed'),
      app: field('Image'),
      process_name: baseOf('Image'),
      process_id: field('ProcessId'),
      dest: firstOf(field('DestinationHostname'), field('DestinationIp')),
      dest_ip: field('DestinationIp'),
      dest_port: field('DestinationPort'),
      src: firstOf(field('SourceHostname'), field('SourceIp')),
      src_ip: field('SourceIp'),
      src_port: field('SourcePort'),
      transport: field('Protocol'),
      user: accountOf('User'),
      dvc: host,
      vendor_product: product,
    }),
  },
  'Network_Resolution.DNS': {
    holds: modelHolds['Network_Resolution.DNS'],
    columns: dataset('DNS', {
      query: field('QueryName'),
      answer: field('QueryResults'),
      reply_code_id: field('QueryStatus'),
      src: host,
      dest: host,
      process_name: baseOf('Image'),
      vendor_product: product,
    }),
  },
  'Web.Web': { holds: modelHolds['Web.Web'] },
  'Authentication.Authentication': { holds: modelHolds['Authentication.Authentication'] },
  'Change.All_Changes': { holds: modelHolds['Change.All_Changes'] },
  /** Events as a raw search sees them: every field under its own name, and those that the add-ons make of them. */
  search: {
    holds: searchHolds,
    columns: {
      ...everywhere,
      EventCode: field('EventID'),
      EventID: field('EventID'),
      Name: field('Provider_Name'),
      UserID: field('Security_UserID'),
      RecordID: field('EventRecordID'),
      signature_id: field('EventID'),
      dest: host,
      dvc: host,
      ComputerName: host,
      user: firstOf(accountOf('User'), field('TargetUserName'), field('SubjectUserName')),
      user_domain: domainOf('User'),
      process: field('CommandLine'),
      process_name: call('lens:basename', firstOf(field('Image'), field('NewProcessName'))),
      process_path: firstOf(field('Image'), field('NewProcessName')),
      process_exec: call('lens:basename', firstOf(field('Image'), field('NewProcessName'))),
      process_id: firstOf(field('NewProcessId'), field('ProcessId')),
      process_guid: field('ProcessGuid'),
      process_hash: field('Hashes'),
      parent_process: field('ParentCommandLine'),
      parent_process_name: call('lens:basename', firstOf(field('ParentImage'), field('ParentProcessName'))),
      parent_process_path: firstOf(field('ParentImage'), field('ParentProcessName')),
      parent_process_exec: call('lens:basename', firstOf(field('ParentImage'), field('ParentProcessName'))),
      parent_process_id: firstOf(field('ParentProcessId'), audited('ProcessId')),
      parent_process_guid: field('ParentProcessGuid'),
      original_file_name: field('OriginalFileName'),
      file_path: field('TargetFilename'),
      file_name: baseOf('TargetFilename'),
      registry_path: field('TargetObject'),
      registry_value_data: field('Details'),
      registry_value_name: baseOf('TargetObject'),
      loaded_file: baseOf('ImageLoaded'),
      loaded_file_path: field('ImageLoaded'),
      query: field('QueryName'),
      answer: field('QueryResults'),
      dest_ip: field('DestinationIp'),
      dest_port: field('DestinationPort'),
      src_ip: firstOf(field('SourceIp'), field('IpAddress')),
      src_port: field('SourcePort'),
      src: firstOf(field('SourceHostname'), field('SourceIp'), field('IpAddress'), field('WorkstationName')),
      transport: field('Protocol'),
      MD5: hashOf('md5'),
      SHA256: hashOf('sha256'),
      IMPHASH: hashOf('imphash'),
      RecordNumber: field('EventRecordID'),
    },
  },
}

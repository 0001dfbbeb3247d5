// Events of Google Security Operations in the Unified Data Model, for writing rules. Facts: Google's UDM field list and usage guide; the log of changes to its parser of Sysmon; fields that Google's public detection rules ask and public converters map Sysmon's to.

import type { Predicate } from '../ir/predicate.ts'
import { and, or } from './ask.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

/** Words of UDM have one spelling. */
const spelled = (name: string, ...texts: readonly string[]): Predicate =>
  or(
    ...texts.map(
      (text): Predicate => ({
        kind: 'test',
        subject: { kind: 'field', name },
        match: { kind: 'glob', glob: [text], fold: false },
      }),
    ),
  )

const held = (category: string, ...types: readonly string[]): Holding => ({
  class: { product: 'windows', category },
  where: spelled('metadata.event_type', ...types),
  remark: `events of the type ${types.join(', ')} come from all systems and sources, and which fields are filled is up to each source`,
})

/** Windows's integrity levels by their last number (Microsoft, "Well-known SIDs"). */
const integrity = { untrusted: '0', low: '4096', medium: '8192', high: '12288', system: '16384' }

/** A user is kept without the domain. */
const user = (column: string): Mapping => ({ column, lens: 'account' })

const hashes = (file: string): Readonly<Record<string, Mapping | readonly Mapping[]>> => ({
  Hashes: (['md5', 'sha1', 'sha256'] as const).map(kind => ({ column: `${file}.${kind}`, lens: kind })),
  md5: `${file}.md5`,
  sha1: `${file}.sha1`,
  sha256: `${file}.sha256`,
})

const texts = (...names: readonly string[]): NonNullable<Table['columns']> =>
  Object.fromEntries(names.map(name => [name, 'string']))

/** The process that acts, in every type of event but the one that starts a process. */
const acting: Readonly<Record<string, Mapping | readonly Mapping[]>> = {
  Computer: 'principal.hostname',
  ProcessId: 'principal.process.pid',
  Image: 'principal.process.file.full_path',
  User: user('principal.user.userid'),
}

const common = texts(
  'metadata.event_type',
  'metadata.product_event_type',
  'metadata.product_name',
  'principal.hostname',
  'principal.process.pid',
  'principal.process.file.full_path',
  'principal.process.command_line',
  'principal.user.userid',
)

/** What UDM has no field for, or Google's rules none: original names of files, working directories, signatures, hashes of imports. */
export const secops: Schema = {
  id: 'secops',
  title: 'Google Security Operations, Unified Data Model',
  optIn: true,
  tables: [
    {
      name: 'udm',
      holds: [held('process_creation', 'PROCESS_LAUNCH')],
      fields: {
        Computer: 'principal.hostname',
        ProcessId: 'target.process.pid',
        Image: 'target.process.file.full_path',
        CommandLine: 'target.process.command_line',
        User: user('principal.user.userid'),
        IntegrityLevel: { column: 'target.process.integrity_level_rid', values: integrity },
        ParentProcessId: 'principal.process.pid',
        ParentImage: 'principal.process.file.full_path',
        ParentCommandLine: 'principal.process.command_line',
        Company: 'target.asset.software.vendor_name',
        Description: 'target.asset.software.description',
        Product: 'target.asset.software.name',
        FileVersion: 'target.asset.software.version',
        ...hashes('target.process.file'),
      },
      columns: {
        ...common,
        ...texts('target.process.pid', 'target.process.file.full_path', 'target.process.command_line'),
        ...texts('target.process.file.md5', 'target.process.file.sha1', 'target.process.file.sha256'),
        'target.process.integrity_level_rid': 'long',
        'target.asset.software.vendor_name': 'dynamic',
        'target.asset.software.description': 'dynamic',
        'target.asset.software.name': 'dynamic',
        'target.asset.software.version': 'dynamic',
      },
    },
    {
      name: 'udm',
      holds: [held('network_connection', 'NETWORK_CONNECTION')],
      fields: {
        ...acting,
        Protocol: { column: 'network.ip_protocol', values: { tcp: 'TCP', udp: 'UDP' } },
        Initiated: { column: 'network.direction', values: { true: 'OUTBOUND', false: 'INBOUND' } },
        SourceIp: 'principal.ip',
        SourceHostname: 'principal.hostname',
        SourcePort: 'principal.port',
        DestinationIp: 'target.ip',
        DestinationHostname: 'target.hostname',
        DestinationPort: 'target.port',
      },
      columns: {
        ...common,
        ...texts('target.hostname', 'network.ip_protocol', 'network.direction'),
        'principal.ip': 'ip',
        'principal.port': 'long',
        'target.ip': 'ip',
        'target.port': 'long',
      },
    },
    {
      name: 'udm',
      holds: [held('dns_query', 'NETWORK_DNS')],
      fields: {
        ...acting,
        QueryName: 'network.dns.questions.name',
        QueryStatus: 'network.dns.response_code',
        QueryResults: 'network.dns.answers.data',
      },
      columns: {
        ...common,
        'network.dns.questions.name': 'dynamic',
        'network.dns.response_code': 'long',
        'network.dns.answers.data': 'dynamic',
      },
    },
    {
      name: 'udm',
      holds: [
        held('registry_event', 'REGISTRY_CREATION', 'REGISTRY_MODIFICATION', 'REGISTRY_DELETION'),
        held('registry_set', 'REGISTRY_MODIFICATION'),
        held('registry_add', 'REGISTRY_CREATION'),
        held('registry_delete', 'REGISTRY_DELETION'),
      ],
      fields: {
        ...acting,
        TargetObject: 'target.registry.registry_key',
        Details: 'target.registry.registry_value_data',
      },
      columns: { ...common, ...texts('target.registry.registry_key', 'target.registry.registry_value_data') },
    },
    {
      name: 'udm',
      holds: [held('file_event', 'FILE_CREATION'), held('file_delete', 'FILE_DELETION')],
      fields: { ...acting, TargetFilename: 'target.file.full_path', ...hashes('target.file') },
      columns: { ...common, ...texts('target.file.full_path', 'target.file.md5', 'target.file.sha1', 'target.file.sha256') },
    },
    {
      name: 'udm',
      holds: [held('image_load', 'PROCESS_MODULE_LOAD')],
      fields: { ...acting, ImageLoaded: 'target.process.file.full_path', ...hashes('target.process.file') },
      columns: {
        ...common,
        ...texts(
          'target.process.file.full_path',
          'target.process.file.md5',
          'target.process.file.sha1',
          'target.process.file.sha256',
        ),
      },
    },
    {
      name: 'udm',
      holds: [
        {
          class: { product: 'windows', service: 'security' },
          where: and(spelled('metadata.product_name', 'Microsoft-Windows-Security-Auditing')),
          remark:
            'of the events of the Security log only the id, the provider and the host are told by one field whatever the event is',
        },
      ],
      fields: {
        EventID: 'metadata.product_event_type',
        Provider_Name: 'metadata.product_name',
        Computer: 'principal.hostname',
      },
      columns: common,
    },
  ],
  time: ['metadata.event_timestamp'],
  host: ['principal.hostname'],
  user: ['principal.user.userid'],
}

// CrowdStrike Falcon's sensor events in LogScale, for writing queries. Facts: CrowdStrike's event data dictionary as public rules and converters use it (logscale-community-content on GitHub; SigmaHQ’s CrowdStrike pipeline).

import type { Predicate } from '../ir/predicate.ts'
import { and, or } from './ask.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

/** Tags and platforms have one spelling. */
const spelled = (name: string, ...texts: readonly string[]): Predicate => {
  const tests = texts.map(
    (text): Predicate => ({ kind: 'test', subject: { kind: 'field', name }, match: { kind: 'glob', glob: [text], fold: false } }),
  )
  return or(...tests)
}

/** A process that started, or that ran before the sensor did. */
const processes: readonly string[] = ['ProcessRollup2', 'SyntheticProcessRollup2']

const held = (
  category: string,
  product: string,
  platform: string,
  events: readonly string[],
  more: Pick<Holding, 'fields' | 'constants' | 'remark'> = {},
): Holding => ({
  class: { product, category },
  where: and(spelled('#event_simpleName', ...events), spelled('event_platform', platform)),
  ...more,
})

/** Paths begin with the volume's device instead of its letter. */
const path = (column: string): Mapping => ({ column, lens: 'devicepath' })
/** The program that acts, without its folder. */
const context: Mapping = { column: 'ContextBaseFileName', lens: 'basename' }

/** A mandatory label is the number at the end of its SID; rules have its name or the whole SID. */
const integrity = Object.fromEntries(
  Object.entries({ untrusted: 0, low: 4096, medium: 8192, high: 12_288, system: 16_384 }).flatMap(([name, id]) => [
    [name, String(id)],
    [`s-1-16-${id}`, String(id)],
  ]),
)

const registryRemark =
  'Falcon tells changes of the registry values that it watches, autostarts and settings of the system, not of all'
const outbound: Holding['fields'] = {
  SourceIp: ['LocalAddressIP4', 'LocalAddressIP6'],
  SourcePort: 'LocalPort',
  DestinationIp: ['RemoteAddressIP4', 'RemoteAddressIP6'],
  DestinationPort: 'RemotePort',
}
const inbound: Holding['fields'] = {
  SourceIp: ['RemoteAddressIP4', 'RemoteAddressIP6'],
  SourcePort: 'RemotePort',
  DestinationIp: ['LocalAddressIP4', 'LocalAddressIP6'],
  DestinationPort: 'LocalPort',
}

const tables: readonly Table[] = [
  {
    name: 'ProcessRollup2',
    holds: [
      held('process_creation', 'windows', 'Win', processes, { fields: { Image: path('ImageFileName') } }),
      held('process_creation', 'linux', 'Lin', processes, { fields: { Image: 'ImageFileName' } }),
      held('process_creation', 'macos', 'Mac', processes, { fields: { Image: 'ImageFileName' } }),
    ],
    fields: {
      CommandLine: 'CommandLine',
      ParentImage: { column: 'ParentBaseFileName', lens: 'basename' },
      OriginalFileName: 'OriginalFilename',
      IntegrityLevel: { column: 'IntegrityLevel', values: integrity },
      User: { column: 'UserName', lens: 'account' },
      ProcessId: 'RawProcessId',
      sha256: 'SHA256HashData',
      Hashes: { column: 'SHA256HashData', lens: 'sha256' },
      Computer: 'ComputerName',
    },
  },
  {
    name: 'DnsRequest',
    holds: [held('dns_query', 'windows', 'Win', ['DnsRequest'])],
    fields: { QueryName: 'DomainName', Image: context, Computer: 'ComputerName' },
  },
  {
    name: 'NetworkConnect',
    holds: [
      held('network_connection', 'windows', 'Win', ['NetworkConnectIP4', 'NetworkConnectIP6'], {
        fields: outbound,
        constants: { Initiated: 'true' },
      }),
      held('network_connection', 'windows', 'Win', ['NetworkReceiveAcceptIP4', 'NetworkReceiveAcceptIP6'], {
        fields: inbound,
        constants: { Initiated: 'false' },
      }),
    ],
    fields: { Image: context, Protocol: { column: 'Protocol', lens: 'protocol' }, Computer: 'ComputerName' },
    columns: { LocalPort: 'long', RemotePort: 'long' },
  },
  {
    name: 'FileWritten',
    holds: [
      {
        class: { product: 'windows', category: 'file_event' },
        where: and(
          {
            kind: 'test',
            subject: { kind: 'field', name: '#event_simpleName' },
            match: { kind: 'glob', glob: [{ wild: 'any' }, 'Written'], fold: false },
          },
          spelled('event_platform', 'Win'),
        ),
        remark:
          'Falcon tells of written programs, scripts, documents and archives that it knows by their content, not of every file',
      },
    ],
    fields: { TargetFilename: path('TargetFileName'), Image: context, Computer: 'ComputerName' },
  },
  {
    name: 'RegValueUpdate',
    holds: ['registry_set', 'registry_event'].map(category =>
      held(category, 'windows', 'Win', ['AsepValueUpdate', 'RegGenericValueUpdate', 'RegSystemConfigValueUpdate'], {
        constants: { EventType: 'SetValue' },
        remark: registryRemark,
      }),
    ),
    fields: {
      TargetObject: { column: 'RegValueName', under: 'RegObjectName', lens: 'hive' },
      Details: ['RegStringValue', { column: 'RegNumericValue', lens: 'dword' }],
      Image: context,
      Computer: 'ComputerName',
    },
  },
  {
    name: 'ClassifiedModuleLoad',
    holds: [
      held('image_load', 'windows', 'Win', ['ClassifiedModuleLoad'], {
        remark: 'Falcon tells of the loaded modules that it classifies, not of all',
      }),
    ],
    fields: {
      ImageLoaded: path('ImageFileName'),
      Image: path('TargetImageFileName'),
      sha256: 'SHA256HashData',
      Hashes: { column: 'SHA256HashData', lens: 'sha256' },
      Computer: 'ComputerName',
    },
  },
  {
    name: 'DriverLoad',
    holds: [held('driver_load', 'windows', 'Win', ['DriverLoad'])],
    fields: {
      ImageLoaded: path('ImageFileName'),
      sha256: 'SHA256HashData',
      Hashes: { column: 'SHA256HashData', lens: 'sha256' },
      Computer: 'ComputerName',
    },
  },
  {
    name: 'ScriptControlScanTelemetry',
    holds: [
      held('ps_script', 'windows', 'Win', ['CommandHistory', 'ScriptControlScanTelemetry'], {
        remark:
          'Falcon tells of scripts as they are handed to it for a scan, and of commands that were typed, not of every script block',
      }),
    ],
    fields: { ScriptBlockText: ['ScriptContent', 'CommandHistory'], Computer: 'ComputerName' },
  },
]

/**
 * Falcon's events. Left out is what they do not have or have in another form: the parent's path and command line, names of hosts that are
 * connected to, changes to the registry beyond values.
 */
export const logscale: Schema = {
  id: 'logscale',
  title: 'CrowdStrike Falcon in LogScale',
  optIn: true,
  tables,
  time: ['@timestamp'],
  host: ['ComputerName'],
}

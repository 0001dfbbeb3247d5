// Windows events in QRadar, for writing queries. Facts: the custom properties of IBM's Properties Dictionary content pack as IBM's pySigma-backend-QRadar-aql maps them; the normalised columns of IBM's AQL reference (sourceport, destinationip, devicetype).

import type { Predicate } from '../ir/predicate.ts'
import { and, or } from './ask.ts'
import type { Holding, Schema } from './schema.ts'

/** Log source type 12 is the Windows security event log, which Sysmon's events come with. */
const windows: Predicate = {
  kind: 'test',
  subject: { kind: 'field', name: 'devicetype', type: 'long' },
  match: { kind: 'compare', op: '=', to: { kind: 'literal', value: 12 } },
}

/** Ids are told apart by their provider, which only the payload names. */
const sysmon: Predicate = {
  kind: 'test',
  subject: { kind: 'raw' },
  match: { kind: 'glob', glob: [{ wild: 'any' }, 'Microsoft-Windows-Sysmon', { wild: 'any' }], fold: true },
}

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

/**
 * Sysmon's events with the Properties Dictionary. Left out is what IBM's own mapping takes from columns of another meaning (names of files,
 * registry keys and loaded modules, the user with its domain) or has no column for (the names of DNS queries).
 */
export const qradar: Schema = {
  id: 'qradar',
  title: 'IBM QRadar, Windows events with Sysmon',
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
      ],
      fields: {
        Image: 'Process Path',
        CommandLine: 'Command',
        ParentImage: 'Parent Process Path',
        ParentCommandLine: 'Parent Command',
        IntegrityLevel: 'Integrity Level',
        md5: 'MD5 Hash',
        sha1: 'SHA1 Hash',
        sha256: 'SHA256 Hash',
        Imphash: 'IMP Hash',
        Initiated: 'Initiated',
        SourcePort: 'sourceport',
        DestinationIp: 'destinationip',
        DestinationPort: 'destinationport',
        DestinationHostname: 'Destination Hostname',
        PipeName: 'Pipe Name',
      },
      columns: {
        'Process Path': 'string',
        Command: 'string',
        'Parent Process Path': 'string',
        'Parent Command': 'string',
        'Integrity Level': 'string',
        'MD5 Hash': 'string',
        'SHA1 Hash': 'string',
        'SHA256 Hash': 'string',
        'IMP Hash': 'string',
        Initiated: 'string',
        sourceport: 'long',
        destinationip: 'ip',
        destinationport: 'long',
        'Destination Hostname': 'string',
        'Pipe Name': 'string',
        'Event ID': 'string',
        devicetype: 'long',
      },
    },
  ],
  time: ['starttime'],
}

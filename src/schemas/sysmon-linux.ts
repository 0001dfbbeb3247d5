// Sysmon for Linux: the fields of Sysmon under its own channel, out of syslog, the journal, or any export of its XML. Facts: the event list and the README of Sysinternals/SysmonForLinux, its manifest (Linux-Sysmon/Operational).

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, not, or } from './ask.ts'
import type { Holding, Schema } from './schema.ts'

const id = (...ids: readonly number[]): Predicate =>
  or(
    ...ids.map(
      (value): Predicate => ({
        kind: 'test',
        subject: { kind: 'field', name: 'EventID' },
        match: { kind: 'compare', op: '=', to: { kind: 'literal', value } },
      }),
    ),
  )

/** The channel, or where an export has none the provider. */
const itself = or(is('Channel', 'Linux-Sysmon/Operational'), and(not(exists('Channel')), is('Provider_Name', 'Linux-Sysmon')))

const classes: Readonly<Record<string, readonly number[]>> = {
  process_creation: [1],
  network_connection: [3],
  sysmon_status: [4, 16],
  process_termination: [5],
  raw_access_thread: [9],
  process_access: [10],
  file_event: [11],
  file_delete: [23],
}

/** Reads beside the flat Windows records, whose shape it shares. */
export const sysmonLinux: Schema = {
  id: 'sysmon-linux',
  title: 'Sysmon for Linux',
  beside: 'sigma',
  tables: [
    {
      name: 'events',
      holds: [
        ...Object.entries(classes).map(
          ([category, ids]): Holding => ({
            class: { product: 'linux', category, service: 'sysmon' },
            where: and(itself, id(...ids)),
          }),
        ),
        { class: { product: 'linux', service: 'sysmon' }, where: itself },
      ],
      fields: {},
      otherwise: ['*'],
    },
  ],
  time: ['SystemTime', 'UtcTime'],
  host: ['Computer'],
  user: ['User'],
  channel: ['Channel'],
  eventId: ['EventID'],
  render: 'xml',
}

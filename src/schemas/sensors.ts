// Smaller sources that write JSON with names of their own: decoys, RPC firewall, appliances. Facts: each product's documentation as linked, SigmaHQ's rules.

import { and, exists, is, not, or } from './ask.ts'
import type { Schema } from './schema.ts'

/** OpenCanary's log (https://opencanary.readthedocs.io/en/latest/): one object an event, `logtype` says which. */
export const opencanary: Schema = {
  id: 'opencanary',
  title: 'OpenCanary',
  recognise: and(exists('logtype'), exists('node_id'), exists('logdata')),
  tables: [
    {
      name: 'events',
      holds: [{ class: { category: 'application', product: 'opencanary' } }],
      fields: { src_ip: 'src_host', dst_ip: 'dst_host' },
      otherwise: ['*'],
    },
  ],
  time: ['utc_time', 'local_time', 'local_time_adjusted'],
  host: ['node_id'],
  eventId: ['logtype'],
  render: 'json',
}

/** RPC Firewall's events (https://github.com/zeronetworks/rpcfirewall) where a collector has named their values; the event log itself numbers them. */
export const rpcFirewall: Schema = {
  id: 'rpc-firewall',
  title: 'RPC Firewall events with named fields',
  beside: 'sigma',
  tables: [
    {
      name: 'events',
      holds: [
        {
          class: { category: 'application', product: 'rpc_firewall' },
          where: and(
            exists('InterfaceUuid'),
            or(is('Channel', 'RPCFW'), is('Provider_Name', 'RPCFW'), is('SourceName', 'RPCFW')),
          ),
          constants: { EventLog: 'RPCFW' },
        },
      ],
      fields: {},
      otherwise: ['*'],
    },
  ],
}

/** PAN-OS's GlobalProtect service log gpsvc.log: JSON lines of level, task, time, message. */
export const globalprotect: Schema = {
  id: 'globalprotect',
  title: 'Palo Alto GlobalProtect service log (gpsvc.log)',
  recognise: and(exists('level'), exists('task'), exists('time'), exists('message'), not(exists('event'))),
  tables: [
    {
      name: 'gpsvc',
      holds: [{ class: { category: 'appliance', product: 'paloalto', service: 'globalprotect' } }],
      fields: {},
      otherwise: ['*'],
    },
  ],
  time: ['time'],
  eventId: ['level'],
  render: 'json',
}

/** Duo's authentication log (https://duo.com/docs/adminapi#authentication-logs). */
export const duo: Schema = {
  id: 'duo',
  title: 'Cisco Duo authentication log',
  recognise: and(exists('event_type'), exists('txid'), exists('reason'), exists('result')),
  tables: [
    {
      name: 'authentication',
      holds: [{ class: { product: 'cisco', service: 'duo' } }],
      fields: {},
      otherwise: ['*'],
    },
  ],
  time: ['isotimestamp', 'timestamp'],
  host: ['access_device.hostname'],
  user: ['user.name', 'username'],
  eventId: ['event_type'],
  render: 'json',
}

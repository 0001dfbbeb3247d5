// Firewalls under Sigma's names: FortiGate's own log, Windows Firewall's, and what devices send as CEF and LEEF. Facts: FortiOS log message reference (https://docs.fortinet.com/document/fortigate/7.4.0/fortios-log-message-reference), ArcSight's CEF guide, IBM's LEEF attributes, SigmaHQ's rules.

import { and, begins, exists, is, not, or } from './ask.ts'
import type { Holding, Schema } from './schema.ts'

/** FortiOS's `type`; SigmaHQ's service. */
const fortinetTypes = ['event', 'traffic', 'utm', 'dns', 'anomaly'] as const

/** FortiGate's `key=value` log. Rules for any firewall read its traffic. */
export const fortigate: Schema = {
  id: 'fortigate',
  title: 'FortiGate log',
  recognise: and(
    or(exists('logid'), exists('log_id')),
    exists('type'),
    exists('subtype'),
    or(exists('devname'), exists('devid'), exists('vd')),
  ),
  tables: [
    {
      name: 'log',
      holds: fortinetTypes.map((type): Holding => ({ class: { product: 'fortigate', service: type }, where: is('type', type) })),
      fields: { src_ip: 'srcip', dst_ip: 'dstip', src_port: 'srcport', dst_port: 'dstport' },
      otherwise: ['*'],
    },
    {
      name: 'traffic',
      holds: [{ class: { category: 'firewall' }, where: is('type', 'traffic') }],
      fields: {
        src_ip: 'srcip',
        dst_ip: 'dstip',
        src_port: 'srcport',
        dst_port: 'dstport',
        action: 'action',
        blocked: 'blocked',
        protocol: 'proto',
        service: 'service',
      },
    },
    {
      name: 'webfilter',
      holds: [{ class: { category: 'proxy' }, where: and(is('type', 'utm'), is('subtype', 'webfilter')) }],
      fields: {
        'c-uri': 'url',
        'cs-uri': 'url',
        'cs-host': 'hostname',
        'c-useragent': 'agent',
        'cs-user-agent': 'agent',
        'cs-referer': 'referralurl',
        src_ip: 'srcip',
        dst_ip: 'dstip',
        dst_port: 'dstport',
      },
    },
  ],
  time: ['eventtime', '@timestamp'],
  host: ['devname', 'devid'],
  user: ['user'],
  channel: ['type'],
  eventId: ['logid', 'log_id'],
  render: 'message',
}

/** `%systemroot%\\System32\\LogFiles\\Firewall\\pfirewall.log`, a W3C extended log (https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall/configure-logging). */
export const windowsFirewall: Schema = {
  id: 'windows-firewall',
  title: 'Windows Firewall log',
  recognise: and(exists('action'), exists('protocol'), exists('src-ip'), exists('dst-ip')),
  tables: [
    {
      name: 'pfirewall',
      holds: [{ class: { category: 'firewall' } }],
      fields: {
        src_ip: 'src-ip',
        dst_ip: 'dst-ip',
        src_port: 'src-port',
        dst_port: 'dst-port',
        // SigmaHQ's rules say accept and forward, the log ALLOW; denied, the log DROP.
        action: [
          {
            column: 'action',
            values: { accept: 'ALLOW', allow: 'ALLOW', denied: 'DROP', deny: 'DROP', drop: 'DROP', blocked: 'DROP' },
          },
        ],
        blocked: { column: 'action', values: { false: 'ALLOW', true: 'DROP' } },
        protocol: 'protocol',
      },
    },
  ],
  time: ['timestamp'],
  render: 'message',
}

/** Vendors whose CEF and LEEF records with a destination are a firewall's. */
const vendors = [
  'Palo Alto',
  'Fortinet',
  'Check Point',
  'CISCO',
  'SonicWall',
  'Sophos',
  'Juniper',
  'Barracuda',
  'WatchGuard',
  'Forcepoint',
  'Stormshield',
  'Huawei',
  'Hillstone',
] as const
const vendor = (column: string) => or(...vendors.map(name => begins(column, name)))

/** CEF records. Their vendor says what kind of device sent them; their keys are the same for all. */
export const cef: Schema = {
  id: 'cef',
  title: 'CEF (ArcSight Common Event Format)',
  recognise: and(exists('cefVersion'), exists('deviceVendor')),
  tables: [
    {
      name: 'firewall',
      holds: [{ class: { category: 'firewall' }, where: and(vendor('deviceVendor'), exists('dst'), exists('dpt')) }],
      fields: {
        src_ip: 'src',
        dst_ip: 'dst',
        src_port: 'spt',
        dst_port: 'dpt',
        action: 'act',
        blocked: 'blocked',
        protocol: 'proto',
      },
    },
    {
      name: 'proxy',
      holds: [
        {
          class: { category: 'proxy' },
          where: and(exists('request'), or(exists('requestMethod'), exists('requestClientApplication'))),
        },
      ],
      fields: {
        'c-uri': 'request',
        'cs-uri': 'request',
        'cs-uri-stem': { column: 'request', derived: 'c-uri-stem' },
        'cs-uri-query': { column: 'request', derived: 'c-uri-query' },
        'cs-host': ['dhost', 'destinationHostName', { column: 'request', derived: 'c-uri-host' }],
        'cs-method': 'requestMethod',
        'c-useragent': 'requestClientApplication',
        'cs-user-agent': 'requestClientApplication',
        'cs-referer': ['requestContext', 'reqContext'],
        'cs-cookie': 'requestCookies',
        'cs-username': 'suser',
        src_ip: 'src',
        dst_ip: 'dst',
        dst_port: 'dpt',
      },
    },
    {
      name: 'fortigate',
      // FortiOS's CEF: its own keys have a prefix (https://docs.fortinet.com/document/fortigate/7.4.0/fortios-log-message-reference/604144/cef-support).
      holds: (['event', 'traffic', 'utm'] as const).map(
        (service): Holding => ({
          class: { product: 'fortigate', service },
          where: and(begins('deviceVendor', 'Fortinet'), begins('deviceProduct', 'Fortigate'), begins('cat', service)),
        }),
      ),
      fields: {
        action: ['act', 'FTNTFGTaction'],
        src_ip: 'src',
        dst_ip: 'dst',
        src_port: 'spt',
        dst_port: 'dpt',
        user: ['duser', 'suser'],
      },
      otherwise: ['FTNTFGT*', '*'],
    },
  ],
  time: ['rt', 'end', 'start', 'syslogTime'],
  host: ['dvchost', 'deviceHostName', 'dvc', 'syslogHost'],
  user: ['suser', 'duser'],
  channel: ['deviceProduct'],
  eventId: ['deviceEventClassId'],
  render: 'message',
}

/** LEEF records (https://www.ibm.com/docs/en/dsm?topic=overview-predefined-leef-event-attributes). */
export const leef: Schema = {
  id: 'leef',
  title: 'LEEF (QRadar Log Event Extended Format)',
  recognise: and(exists('leefVersion'), exists('Vendor')),
  tables: [
    {
      name: 'firewall',
      holds: [{ class: { category: 'firewall' }, where: and(vendor('Vendor'), exists('dst'), exists('dstPort')) }],
      fields: {
        src_ip: 'src',
        dst_ip: 'dst',
        src_port: 'srcPort',
        dst_port: 'dstPort',
        action: ['action', 'act', 'Action'],
        blocked: 'blocked',
        protocol: 'proto',
      },
    },
    {
      name: 'proxy',
      holds: [{ class: { category: 'proxy' }, where: and(not(vendor('Vendor')), exists('url')) }],
      fields: {
        'c-uri': 'url',
        'cs-uri': 'url',
        'cs-method': ['method', 'requestMethod', 'httpMethod'],
        'c-useragent': ['userAgent', 'useragent', 'agent'],
        'cs-host': ['host', 'hostname', { column: 'url', derived: 'c-uri-host' }],
        'sc-status': ['status', 'responseCode', 'respcode'],
        src_ip: 'src',
        dst_ip: 'dst',
      },
    },
  ],
  time: ['devTime', 'syslogTime'],
  host: ['identHostName', 'syslogHost'],
  user: ['usrName'],
  channel: ['Product'],
  eventId: ['EventID'],
  render: 'message',
}

// Suricata's EVE JSON under Sigma's names. Facts: https://docs.suricata.io/en/latest/output/eve/eve-json-format.html (DNS records of versions 1 to 3 differ).

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, or } from './ask.ts'
import type { Holding, Schema, Table } from './schema.ts'

const type = (name: string): Predicate => is('event_type', name)
/** Kinds of events; rules of product suricata name them as service. */
const kinds = [
  'alert',
  'anomaly',
  'bittorrent_dht',
  'dcerpc',
  'dhcp',
  'dnp3',
  'dns',
  'drop',
  'fileinfo',
  'flow',
  'ftp',
  'ftp_data',
  'http',
  'http2',
  'ike',
  'krb5',
  'ldap',
  'modbus',
  'mqtt',
  'netflow',
  'nfs',
  'pgsql',
  'quic',
  'rdp',
  'rfb',
  'sip',
  'smb',
  'smtp',
  'snmp',
  'ssh',
  'stats',
  'tftp',
  'tls',
  'websocket',
] as const

const own: Table = {
  name: 'eve',
  holds: kinds.map((kind): Holding => ({ class: { product: 'suricata', service: kind }, where: type(kind) })),
  fields: { dst_ip: 'dest_ip', dst_port: 'dest_port' },
  otherwise: ['*'],
}

const names = ['dns.rrname', 'dns.queries.rrname', 'dns.query.rrname', 'dns.answer.rrname']
const types = ['dns.rrtype', 'dns.queries.rrtype', 'dns.query.rrtype', 'dns.answer.rrtype']
const results = ['dns.rdata', 'dns.answers.rdata', 'dns.answer.answers.rdata']
const ends = { src_ip: 'src_ip', src_port: 'src_port', dst_ip: 'dest_ip', dst_port: 'dest_port' } as const

const generic: readonly Table[] = [
  {
    name: 'dns',
    holds: [
      ...([{ category: 'dns' }, { category: 'network', service: 'dns' }] as const).map(
        (of): Holding => ({ class: of, where: type('dns') }),
      ),
      // One record a query: answers name it again. Version 1 and 2 say `query`, version 3 `request`.
      {
        class: { category: 'dns_query' },
        where: and(type('dns'), or(is('dns.type', 'query', 'request'), exists('dns.query'))),
      },
    ],
    fields: {
      ...ends,
      query: names,
      record_type: types,
      answer: results,
      answers: results,
      response_code: ['dns.rcode', 'dns.answer.rcode'],
      QueryName: names,
      QueryType: types,
      QueryResults: results,
      Computer: 'src_ip',
    },
  },
  {
    name: 'flow',
    holds: (
      [
        { category: 'network', service: 'connection' },
        { category: 'network_connection' },
        { category: 'firewall' },
        { service: 'netflow' },
      ] as const
    ).map((of): Holding => ({ class: of, where: type('flow') })),
    fields: {
      ...ends,
      SourceIp: 'src_ip',
      SourcePort: 'src_port',
      DestinationIp: 'dest_ip',
      DestinationPort: 'dest_port',
      Protocol: 'proto',
      Computer: 'src_ip',
      'source.ip': 'src_ip',
      'source.port': 'src_port',
      'source.packets': 'flow.pkts_toserver',
      'source.bytes': 'flow.bytes_toserver',
      // Suricata counts whole frames; the payload of ICMP follows from them.
      'source.frame_bytes': 'flow.bytes_toserver',
      'destination.ip': 'dest_ip',
      'destination.port': 'dest_port',
      'destination.packets': 'flow.pkts_toclient',
      'destination.bytes': 'flow.bytes_toclient',
      'network.transport': 'proto',
      'network.protocol': 'app_proto',
      'icmp.type': 'icmp_type',
      'icmp.code': 'icmp_code',
    },
  },
  {
    name: 'http',
    holds: ['proxy', 'webserver'].map((category): Holding => ({ class: { category }, where: type('http') })),
    fields: {
      ...ends,
      'cs-method': 'http.http_method',
      'cs-host': 'http.hostname',
      'cs-uri': 'http.url',
      'cs-uri-query': 'http.url',
      'cs-uri-stem': { column: 'http.url', derived: 'c-uri-stem' },
      'c-uri-query': { column: 'http.url', derived: 'c-uri-query' },
      'c-uri': ['http.url', { column: 'http.url', derived: 'url.whole' }],
      'c-useragent': 'http.http_user_agent',
      'cs-user-agent': 'http.http_user_agent',
      'cs-referer': 'http.http_refer',
      'cs-referrer': 'http.http_refer',
      'cs-version': 'http.protocol',
      'sc-status': 'http.status',
      'sc-content-type': 'http.http_content_type',
      'c-ip': 'src_ip',
      's-ip': 'dest_ip',
      'r-ip': 'dest_ip',
      'url.path': 'http.url',
      'url.host': 'http.hostname',
    },
  },
]

/** EVE records: alerts, protocols, flows. */
export const suricata: Schema = {
  id: 'suricata',
  title: 'Suricata EVE',
  recognise: and(
    exists('event_type'),
    exists('timestamp'),
    or(exists('flow_id'), and(exists('src_ip'), exists('dest_ip')), exists('stats')),
  ),
  tables: [own, ...generic],
  time: ['timestamp'],
  host: ['src_ip'],
  channel: ['event_type'],
  render: 'json',
}

// Zeek's logs under Sigma's names, from its tab-separated files and its JSON alike. Facts: the log references of https://docs.zeek.org/en/master/logs/ and the `record Info` of each log's script, SigmaHQ's rules and its Zeek mapping.

import type { Predicate } from '../ir/predicate.ts'
import { and, begins, exists, is, not, or } from './ask.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

type Fields = Readonly<Record<string, Mapping | readonly Mapping[]>>

/** Zeek's connection 4-tuple; senders to Kafka (ROCK, Corelight's export) write an underscore for the dot. */
const tuple = (name: string): readonly string[] => [`id.${name}`, `id_${name}`]
const origHost = tuple('orig_h')
const origPort = tuple('orig_p')
const respHost = tuple('resp_h')
const respPort = tuple('resp_p')

/** Names in SigmaHQ's Zeek rules that JSON writers spell otherwise. */
const native: Fields = {
  'id.orig_h': origHost,
  'id.orig_p': origPort,
  'id.resp_h': respHost,
  'id.resp_p': respPort,
  src_ip: origHost,
  src_port: origPort,
  dst_ip: respHost,
  dst_port: respPort,
}

const path = or(exists('_path'), exists('@stream'))
const named = (log: string): Predicate => or(is('_path', log), is('@stream', log))

interface Log {
  readonly name: string
  /** What shows that a JSON record without the name of its log is of this one; undefined: nothing does. */
  readonly shape?: Predicate
  readonly fields?: Fields
}

const logs: readonly Log[] = [
  { name: 'conn', shape: exists('conn_state') },
  // https://docs.zeek.org/en/master/scripts/base/protocols/dns/main.zeek.html: `rejected` has a default, so it is always there.
  { name: 'dns', shape: and(exists('rejected'), exists('trans_id')) },
  {
    name: 'http',
    shape: and(exists('trans_depth'), exists('request_body_len')),
    fields: {
      'c-uri': 'uri',
      'c-useragent': 'user_agent',
      'cs-method': 'method',
      'cs-host': 'host',
      // SigmaHQ's rules also write the names of an Elastic mapping.
      'http.method': 'method',
      mime_types: 'resp_mime_types',
    },
  },
  { name: 'ssl', shape: and(exists('established'), exists('resumed')) },
  {
    name: 'x509',
    shape: or(exists('certificate.serial'), exists('certificate_serial')),
    fields: {
      'certificate.version': ['certificate.version', 'certificate_version'],
      'certificate.serial': ['certificate.serial', 'certificate_serial'],
      'certificate.subject': ['certificate.subject', 'certificate_subject'],
      'certificate.issuer': ['certificate.issuer', 'certificate_issuer'],
    },
  },
  { name: 'smb_files', shape: begins('action', 'SMB::') },
  { name: 'smb_mapping', shape: exists('share_type') },
  { name: 'dce_rpc', shape: and(exists('operation'), exists('endpoint')) },
  { name: 'rdp', shape: or(exists('security_protocol'), exists('cert_permanent')) },
  { name: 'kerberos', shape: and(exists('request_type'), or(exists('client'), exists('service'))) },
  { name: 'ssh', shape: exists('auth_attempts') },
  { name: 'files', shape: and(exists('fuid'), exists('seen_bytes')) },
  { name: 'ntlm', shape: or(exists('domainname'), exists('server_nb_computer_name')) },
  { name: 'notice', shape: and(exists('note'), exists('suppress_for')) },
  { name: 'weird', shape: and(exists('notice'), exists('peer')) },
  { name: 'smtp', shape: and(exists('trans_depth'), or(exists('helo'), exists('mailfrom'))) },
  { name: 'ftp', shape: and(exists('command'), exists('reply_code')) },
  { name: 'dhcp', shape: exists('msg_types') },
  { name: 'pe', shape: exists('uses_code_integrity') },
  { name: 'tunnel', shape: and(exists('tunnel_type'), exists('action')) },
  { name: 'snmp', shape: and(exists('community'), exists('get_requests')) },
  { name: 'software', shape: exists('unparsed_version') },
  ...['irc', 'socks', 'sip', 'mysql', 'radius', 'syslog', 'ldap', 'ldap_search', 'quic', 'dpd', 'intel', 'signatures'].map(
    (name): Log => ({ name }),
  ),
]

const whereOf = ({ name, shape }: Log): Predicate => (shape === undefined ? named(name) : or(named(name), and(not(path), shape)))
const where = (name: string): Predicate => whereOf(logs.find(log => log.name === name)!)

/** A log under its own names: every column is found, one that a record lacks is absent. */
const own = (log: Log): Table => ({
  name: log.name,
  holds: [{ class: { product: 'zeek', service: log.name }, where: whereOf(log) }],
  fields: { ...native, ...log.fields },
  otherwise: ['*'],
})

const holding = (name: string, ...classes: readonly Holding['class'][]): readonly Holding[] =>
  classes.map(of => ({ class: of, where: where(name) }))

/** Rules for any sensor; a field that Zeek has nothing for (the program, an action) is reported and not taken for absent. */
const generic: readonly Table[] = [
  {
    name: 'dns',
    holds: holding('dns', { category: 'dns' }, { category: 'network', service: 'dns' }, { category: 'dns_query' }),
    fields: {
      query: 'query',
      record_type: 'qtype_name',
      answer: 'answers',
      answers: 'answers',
      response_code: 'rcode_name',
      src_ip: origHost,
      src_port: origPort,
      dst_ip: respHost,
      dst_port: respPort,
      QueryName: 'query',
      // Zeek writes the name of a type that it knows, else `query-65399`; the number stands beside.
      QueryType: ['qtype_name', 'qtype'],
      QueryResults: 'answers',
      // Sigma's host of a query is the one that asks.
      Computer: origHost,
    },
  },
  {
    name: 'conn',
    holds: holding(
      'conn',
      { category: 'network', service: 'connection' },
      { category: 'network_connection' },
      { category: 'firewall' },
      { service: 'netflow' },
    ),
    fields: {
      SourceIp: origHost,
      SourcePort: origPort,
      DestinationIp: respHost,
      DestinationPort: respPort,
      Protocol: 'proto',
      Computer: origHost,
      src_ip: origHost,
      src_port: origPort,
      dst_ip: respHost,
      dst_port: respPort,
      'source.ip': origHost,
      'source.port': origPort,
      'source.packets': 'orig_pkts',
      'source.bytes': 'orig_ip_bytes',
      // https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html: payload, without IP and ICMP headers.
      'source.payload_bytes': 'orig_bytes',
      'destination.ip': respHost,
      'destination.port': respPort,
      'destination.packets': 'resp_pkts',
      'destination.bytes': 'resp_ip_bytes',
      'network.transport': 'proto',
      'network.protocol': 'service',
      // Of ICMP, the originator's port is the type and the responder's the code (same page).
      'icmp.type': origPort,
      'icmp.code': respPort,
    },
  },
  {
    name: 'http',
    // A sensor sees requests that go out and requests that come in: rules for proxies and for web servers.
    holds: holding('http', { category: 'proxy' }, { category: 'webserver' }),
    fields: {
      'cs-method': 'method',
      'cs-host': 'host',
      'cs-uri': 'uri',
      'cs-uri-query': 'uri',
      'cs-uri-stem': { column: 'uri', derived: 'c-uri-stem' },
      'c-uri-query': { column: 'uri', derived: 'c-uri-query' },
      'c-uri': ['uri', { column: 'uri', derived: 'url.whole' }],
      'c-useragent': 'user_agent',
      'cs-user-agent': 'user_agent',
      'cs-referer': 'referrer',
      'cs-referrer': 'referrer',
      'cs-version': 'version',
      'sc-status': 'status_code',
      'cs-username': 'username',
      'cs-content-type': 'orig_mime_types',
      'sc-content-type': 'resp_mime_types',
      'c-ip': origHost,
      's-ip': respHost,
      'r-ip': respHost,
      src_ip: origHost,
      src_port: origPort,
      dst_ip: respHost,
      dst_port: respPort,
      'url.path': 'uri',
      'url.host': 'host',
    },
  },
]

/** Zeek logs. TSV names its log in a header, JSON in `_path` (Zeek's streaming logs, Corelight) or `@stream` (Kafka), or not at all. */
export const zeek: Schema = {
  id: 'zeek',
  title: 'Zeek',
  recognise: or(
    // Records without a time are known by their sender alone.
    and(exists('@stream'), exists('@proc')),
    and(
      exists('ts'),
      or(
        path,
        exists('uid'),
        exists('fuid'),
        exists('conn_uids'),
        exists('certificate.serial'),
        exists('certificate_serial'),
        exists('uses_code_integrity'),
      ),
    ),
  ),
  tables: [...logs.map(own), ...generic],
  time: ['ts'],
  host: origHost,
  user: ['username', 'client', 'user'],
  channel: ['_path', '@stream'],
  render: 'json',
}

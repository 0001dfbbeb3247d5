// Records of network sensors, web servers, proxies, firewalls and small sensors: which schema knows them, and what rules for their log sources find in them.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Event, Value } from '../../src/ir/event.ts'
import { detectFormat } from '../../src/logs/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { readLog } from '../logs/reading.ts'

const known = schemas.filter(schema => schema.optIn !== true)

/** How many alerts a rule of one condition raises on a record, and through which schema it was read. */
function ask(
  logsource: string,
  condition: string,
  events: readonly Event[],
  schema = '',
): { alerts: number; schema?: string; skipped: number } {
  const text = `title: t\nstatus: test\nlevel: low\nlogsource: { ${logsource} }\ndetection:\n  s:\n    ${condition}\n  condition: s\n`
  const read = readRules([{ name: 'r.yml', text }])
  expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  const run = compile(read.value!, known).value!.start()
  const alerts = run.push({ schema, length: events.length, at: at => events[at]! }).length
  const seen = run.seen()
  return { alerts, schema: [...seen.schemas.keys()][0], skipped: seen.skipped.length }
}

interface Case {
  readonly name: string
  /** What the format says, where it does. */
  readonly claims?: string
  readonly schema: string
  readonly record: Readonly<Record<string, Value>>
  /** Log source and condition: what is found, and what is not. */
  readonly finds: readonly (readonly [logsource: string, condition: string])[]
  readonly not?: readonly (readonly [logsource: string, condition: string])[]
}

const tuple = { uid: 'C1', 'id.orig_h': '10.1.7.21', 'id.orig_p': 50123, 'id.resp_h': '203.0.113.20', 'id.resp_p': 443 }
const under = { uid: 'C1', id_orig_h: '10.1.7.21', id_orig_p: 8, id_resp_h: '203.0.113.9', id_resp_p: 0 }

const cases: readonly Case[] = [
  {
    name: 'Zeek conn, JSON without the name of the log',
    schema: 'zeek',
    record: { ts: 1773219600.5, ...tuple, proto: 'tcp', conn_state: 'SF', orig_bytes: 900, orig_pkts: 3, orig_ip_bytes: 1020 },
    finds: [
      ['product: zeek, service: conn', "id.orig_h|cidr: '10.0.0.0/8'"],
      ['product: zeek, service: conn', 'conn_state: SF'],
      ['category: network_connection', "DestinationIp: '203.0.113.20'"],
      ['category: network, service: connection', 'source.payload_mean: 300'],
      ['category: network, service: connection', 'source.payload_mean|gte: 300'],
      ['category: firewall', 'dst_port: 443'],
      ['service: netflow', 'destination.port: 443'],
    ],
    not: [
      ['product: zeek, service: dns', 'uid: C1'],
      ['category: network, service: connection', 'source.payload_mean|gt: 300'],
      ['product: windows, category: network_connection', "DestinationIp: '203.0.113.20'"],
    ],
  },
  {
    name: 'Zeek conn of ICMP by Kafka',
    schema: 'zeek',
    record: {
      '@stream': 'conn',
      '@proc': 'zeek',
      ts: 1773219600.5,
      ...under,
      proto: 'icmp',
      conn_state: 'OTH',
      orig_bytes: 0,
      orig_pkts: 0,
    },
    finds: [
      ['product: zeek, service: conn', "id.orig_h: '10.1.7.21'"],
      ['category: network, service: connection', 'icmp.type: 8'],
      ['category: network, service: connection', 'network.transport: icmp'],
    ],
    // No packet, no mean.
    not: [['category: network, service: connection', 'source.payload_mean|gte: 0']],
  },
  {
    name: 'Zeek dns, TSV',
    claims: 'zeek',
    schema: 'zeek',
    record: {
      _path: 'dns',
      ts: 1773219600.5,
      ...tuple,
      proto: 'udp',
      trans_id: 7,
      query: 'a.b.example.co.uk',
      qtype: 16,
      qtype_name: 'TXT',
      answers: ['x', 'y'],
      rejected: false,
    },
    finds: [
      ['product: zeek, service: dns', 'qtype_name: TXT'],
      ['category: dns', 'query|endswith: .co.uk'],
      ['category: dns', 'record_type: TXT'],
      ['category: dns', 'answer: y'],
      ['category: dns', 'query_etld_plus_one: example.co.uk'],
      ['category: dns', 'parent_domain: b.example.co.uk'],
      ['category: dns', 'query_length: 17'],
      ['category: dns_query', 'QueryZone: example.co.uk'],
      ['category: dns_query', 'QueryPrefixLength: 2'],
      ['category: dns_query', 'QueryType: TXT'],
      ['category: dns_query', "QueryType: '16'"],
      ['category: dns_query', "Computer: '10.1.7.21'"],
    ],
    not: [['product: zeek, service: conn', 'uid: C1']],
  },
  {
    name: 'Zeek http, JSON',
    schema: 'zeek',
    record: {
      ts: 1773219600.5,
      ...tuple,
      trans_depth: 1,
      method: 'POST',
      host: 'shop.example.com',
      uri: '/a/b.php?x=1',
      referrer: 'r',
      user_agent: 'curl/8',
      request_body_len: 3,
      status_code: 200,
      resp_mime_types: ['text/html'],
    },
    finds: [
      ['product: zeek, service: http', 'uri|contains: b.php'],
      ['product: zeek, service: http', 'c-uri|contains: b.php'],
      ['product: zeek, service: http', 'status_code: 200'],
      ['category: proxy', 'c-uri: http://shop.example.com/a/b.php?x=1'],
      ['category: proxy', 'c-uri|startswith: /a/'],
      ['category: proxy', 'c-uri-extension: php'],
      ['category: proxy', 'c-uri-query: x=1'],
      ['category: proxy', 'cs-host|endswith: .example.com'],
      ['category: webserver', 'cs-uri-stem|endswith: /b.php'],
      ['category: webserver', 'cs-uri-query|contains: /a/b.php'],
      ['category: webserver', 'sc-status: 200'],
      ['category: webserver', 'cs-referer: r'],
    ],
  },
  {
    name: 'Zeek ssl, x509, smb_files, dce_rpc, kerberos by their fields: ssl',
    schema: 'zeek',
    record: { ts: 1773219600.5, ...tuple, version: 'TLSv12', established: true, resumed: false, server_name: 'a.example.com' },
    finds: [['product: zeek, service: ssl', 'server_name|endswith: .example.com']],
    not: [['product: zeek, service: http', 'uid: C1']],
  },
  {
    name: 'x509',
    schema: 'zeek',
    record: { ts: 1773219600.5, fingerprint: 'f', 'certificate.serial': '0A', 'certificate.subject': 'CN=a' },
    finds: [['product: zeek, service: x509', 'certificate.serial: 0A']],
  },
  {
    name: 'x509 by Kafka',
    schema: 'zeek',
    record: { '@stream': 'x509', '@proc': 'zeek', ts: 1773219600.5, id: 'F', certificate_serial: '0A' },
    finds: [['product: zeek, service: x509', 'certificate.serial: 0A']],
  },
  {
    name: 'smb_files',
    schema: 'zeek',
    record: { ts: 1773219600.5, ...tuple, action: 'SMB::FILE_OPEN', path: '\\\\FS1\\C$', name: 'Temp\\x.exe' },
    finds: [['product: zeek, service: smb_files', "path|contains: 'C$'"]],
  },
  {
    name: 'dce_rpc',
    schema: 'zeek',
    record: { ts: 1773219600.5, ...tuple, endpoint: 'samr', operation: 'SamrGetGroupsForUser' },
    finds: [['product: zeek, service: dce_rpc', 'operation|startswith: Samr']],
  },
  {
    name: 'kerberos',
    schema: 'zeek',
    record: { ts: 1773219600.5, ...tuple, request_type: 'TGS', client: 'ana/CORP', service: 'krbtgt/CORP', cipher: 'rc4-hmac' },
    finds: [['product: zeek, service: kerberos', 'cipher: rc4-hmac']],
  },
  {
    name: 'Suricata dns, version 2',
    schema: 'suricata',
    record: {
      timestamp: '2026-03-11T09:00:00.5+0000',
      flow_id: 7,
      event_type: 'dns',
      src_ip: '10.1.7.21',
      src_port: 5,
      dest_ip: '10.1.1.53',
      dest_port: 53,
      proto: 'UDP',
      dns: { type: 'query', rrname: 'x.y.example.com', rrtype: 'NULL' },
    },
    finds: [
      ['product: suricata, service: dns', 'dns.rrtype: "NULL"'],
      ['category: dns', 'query|endswith: example.com'],
      ['category: dns_query', 'QueryZone: example.com'],
      ['category: dns_query', 'QueryType: "NULL"'],
      ['category: dns_query', "Computer: '10.1.7.21'"],
    ],
  },
  {
    name: 'Suricata dns, version 3, an answer',
    schema: 'suricata',
    record: {
      timestamp: '2026-03-11T09:00:00.5+0000',
      flow_id: 7,
      event_type: 'dns',
      src_ip: '10.1.1.53',
      src_port: 53,
      dest_ip: '10.1.7.21',
      dest_port: 5,
      proto: 'UDP',
      dns: {
        version: 3,
        type: 'response',
        rcode: 'NOERROR',
        queries: [{ rrname: 'x.example.com', rrtype: 'A' }],
        answers: [{ rrname: 'x.example.com', rrtype: 'A', rdata: '192.0.2.1' }],
      },
    },
    finds: [
      ['category: dns', 'query: x.example.com'],
      ['category: dns', "answer: '192.0.2.1'"],
    ],
    not: [['category: dns_query', 'QueryName: x.example.com']],
  },
  {
    name: 'Suricata flow of ICMP',
    schema: 'suricata',
    record: {
      timestamp: '2026-03-11T09:00:00.5+0000',
      flow_id: 7,
      event_type: 'flow',
      src_ip: '10.1.7.21',
      dest_ip: '203.0.113.9',
      proto: 'ICMP',
      icmp_type: 8,
      icmp_code: 0,
      flow: { pkts_toserver: 10, bytes_toserver: 10_420, pkts_toclient: 10, bytes_toclient: 10_420 },
    },
    finds: [
      ['category: network, service: connection', 'source.payload_mean: 1000'],
      ['category: network, service: connection', 'icmp.type: 8'],
      ['category: network, service: connection', 'source.packets: 10'],
      ['category: network_connection', "DestinationIp: '203.0.113.9'"],
    ],
  },
  {
    name: 'Suricata http, tls, alert: http',
    schema: 'suricata',
    record: {
      timestamp: '2026-03-11T09:00:00.5+0000',
      flow_id: 7,
      event_type: 'http',
      src_ip: '10.1.7.21',
      dest_ip: '203.0.113.9',
      proto: 'TCP',
      http: { hostname: 'a.example.com', url: '/x.exe', http_user_agent: 'curl/8', http_method: 'GET', status: 200 },
    },
    finds: [
      ['category: proxy', 'c-uri: http://a.example.com/x.exe'],
      ['category: proxy', 'c-uri-extension: exe'],
      ['category: proxy', 'c-useragent|startswith: curl/'],
      ['category: webserver', 'sc-status: 200'],
    ],
  },
  {
    name: 'Suricata alert',
    schema: 'suricata',
    record: {
      timestamp: '2026-03-11T09:00:00.5+0000',
      flow_id: 7,
      event_type: 'alert',
      src_ip: '10.1.7.21',
      dest_ip: '203.0.113.9',
      alert: { signature_id: 2, signature: 'ET X' },
    },
    finds: [['product: suricata, service: alert', 'alert.signature|startswith: ET']],
    not: [['category: proxy', 'src_ip: 10.1.7.21']],
  },
  {
    name: 'IIS',
    schema: 'webserver',
    record: {
      'cs-method': 'GET',
      'cs-uri-stem': '/owa/auth/x.aspx',
      'cs-uri-query': 'a=1',
      'c-ip': '198.51.100.9',
      'cs(User-Agent)': 'curl/8 (x)',
      'sc-status': '200',
      's-ip': '10.1.20.5',
    },
    finds: [
      ['category: webserver', 'cs-uri-query|contains: /owa/auth/'],
      ['category: webserver', 'cs-uri-query: a=1'],
      ['category: webserver', 'cs-uri-query|contains: x.aspx?a='],
      ['category: webserver', 'c-uri|endswith: x.aspx?a=1'],
      ['category: webserver', 'cs-user-agent|contains: (x)'],
      ['category: webserver', "'|contains': owa"],
      ['category: webserver', "src_ip: '198.51.100.9'"],
    ],
    not: [
      ['category: proxy', 'cs-method: GET'],
      ['category: webserver', 'cs-uri-query: a=2'],
    ],
  },
  {
    name: 'Apache error',
    claims: 'webserver-error',
    schema: 'webserver-error',
    record: { service: 'apache', level: 'notice', message: 'child pid 9 exit signal Segmentation Fault (11)' },
    finds: [
      ['service: apache', 'message|contains: exit signal Segmentation Fault'],
      ['service: apache', "'|contains': exit signal Segmentation Fault"],
    ],
    not: [
      ['service: nginx', 'message|contains: exit signal'],
      ['product: modsecurity', 'message|contains: exit signal'],
    ],
  },
  {
    name: 'ModSecurity in it',
    claims: 'webserver-error',
    schema: 'webserver-error',
    record: { service: 'nginx', level: 'error', message: 'ModSecurity: Access denied with code 403' },
    finds: [
      ['product: modsecurity', "'|contains': 'ModSecurity: Access denied'"],
      ['service: nginx', 'level: error'],
    ],
  },
  {
    name: 'Squid',
    claims: 'proxy',
    schema: 'proxy',
    record: {
      'c-ip': '10.1.7.21',
      's-action': 'TCP_MISS',
      'sc-status': '200',
      'cs-method': 'GET',
      'c-uri': 'http://files.example.net/a/b.zip?x=1',
      's-hierarchy': 'HIER_DIRECT',
      'r-ip': '203.0.113.20',
    },
    finds: [
      ['category: proxy', 'cs-host: files.example.net'],
      ['category: proxy', 'c-uri-extension: zip'],
      ['category: proxy', 'cs-uri-stem: /a/b.zip'],
      ['category: proxy', 'cs-uri-query: x=1'],
      ['category: proxy', "dst_ip: '203.0.113.20'"],
    ],
  },
  {
    name: 'CONNECT through Squid',
    claims: 'proxy',
    schema: 'proxy',
    record: {
      'c-ip': '10.1.7.21',
      's-action': 'TCP_TUNNEL',
      'cs-method': 'CONNECT',
      'c-uri': 'c2.example.org:443',
      's-hierarchy': 'HIER_DIRECT',
    },
    finds: [['category: proxy', 'cs-host: c2.example.org']],
    not: [['category: proxy', 'c-uri-extension: org']],
  },
  {
    name: 'a proxy with the parts of the URL',
    schema: 'proxy',
    record: {
      'cs-method': 'GET',
      'cs-uri-scheme': 'https',
      'cs-host': 'a.example.net',
      'cs-uri-path': '/x/y.hta',
      'cs-uri-query': '?d=1',
      's-action': 'TCP_MISS',
      'cs(User-Agent)': 'x',
    },
    finds: [
      ['category: proxy', 'c-uri: https://a.example.net/x/y.hta?d=1'],
      ['category: proxy', 'c-uri-extension: hta'],
      ['category: proxy', 'c-useragent: x'],
    ],
    not: [['category: webserver', 'cs-method: GET']],
  },
  {
    name: 'FortiGate event',
    schema: 'fortigate',
    record: { devname: 'fw1', logid: '0100044547', type: 'event', subtype: 'system', action: 'Add', cfgpath: 'firewall.policy' },
    finds: [['product: fortigate, service: event', 'cfgpath: firewall.policy']],
    not: [['category: firewall', 'action: Add']],
  },
  {
    name: 'FortiGate traffic',
    schema: 'fortigate',
    record: {
      devname: 'fw1',
      logid: '0000000013',
      type: 'traffic',
      subtype: 'forward',
      srcip: '10.1.7.21',
      dstip: '203.0.113.20',
      dstport: '23',
      action: 'accept',
    },
    finds: [
      ['category: firewall', 'dst_port: 23'],
      ['category: firewall', 'action: accept'],
      ['product: fortigate, service: traffic', "dst_ip: '203.0.113.20'"],
    ],
  },
  {
    name: 'Windows Firewall',
    schema: 'windows-firewall',
    record: {
      date: '2026-03-11',
      time: '10:00:00',
      action: 'ALLOW',
      protocol: 'TCP',
      'src-ip': '10.1.7.21',
      'dst-ip': '203.0.113.20',
      'dst-port': '21',
    },
    finds: [
      ['category: firewall', 'dst_port: 21'],
      ['category: firewall', 'action: accept'],
      ['category: firewall', 'blocked: "false"'],
    ],
    not: [['category: firewall', 'action: denied']],
  },
  {
    name: 'CEF of a firewall',
    schema: 'cef',
    record: {
      cefVersion: '0',
      deviceVendor: 'Palo Alto Networks',
      deviceProduct: 'PAN-OS',
      deviceEventClassId: 'end',
      src: '10.1.7.21',
      dst: '203.0.113.20',
      dpt: '23',
      act: 'allow',
    },
    finds: [
      ['category: firewall', 'dst_port: 23'],
      ['category: firewall', 'action: allow'],
    ],
  },
  {
    name: 'CEF of another device',
    schema: 'cef',
    record: { cefVersion: '0', deviceVendor: 'Example', deviceProduct: 'Mail', src: '10.1.7.21', dst: '203.0.113.20', dpt: '25' },
    finds: [],
    not: [['category: firewall', 'dst_port: 25']],
  },
  {
    name: 'CEF of FortiGate',
    schema: 'cef',
    record: {
      cefVersion: '0',
      deviceVendor: 'Fortinet',
      deviceProduct: 'Fortigate',
      cat: 'event:system',
      act: 'Add',
      FTNTFGTcfgpath: 'user.local',
    },
    finds: [
      ['product: fortigate, service: event', 'cfgpath: user.local'],
      ['product: fortigate, service: event', 'action: Add'],
    ],
  },
  {
    name: 'CEF of a proxy',
    schema: 'cef',
    record: {
      cefVersion: '0',
      deviceVendor: 'Zscaler',
      deviceProduct: 'NSSWeblog',
      request: 'a.example.net/x.hta',
      requestMethod: 'GET',
      requestClientApplication: 'curl/8',
    },
    finds: [
      ['category: proxy', 'c-uri|endswith: .hta'],
      ['category: proxy', 'c-uri-extension: hta'],
      ['category: proxy', 'c-useragent: curl/8'],
    ],
  },
  {
    name: 'LEEF of a firewall',
    schema: 'leef',
    record: {
      leefVersion: '2.0',
      Vendor: 'Cisco',
      Product: 'ASA',
      EventID: '106023',
      src: '10.1.7.21',
      dst: '203.0.113.20',
      dstPort: '23',
      action: 'denied',
    },
    finds: [
      ['category: firewall', 'action: denied'],
      ['category: firewall', "src_ip: '10.1.7.21'"],
    ],
  },
  {
    name: 'OpenCanary',
    schema: 'opencanary',
    record: {
      node_id: 'canary1',
      logtype: 4002,
      logdata: { USERNAME: 'root' },
      src_host: '10.1.7.21',
      utc_time: '2026-03-11 09:00:00.000000',
    },
    finds: [['category: application, product: opencanary', 'logtype: 4002']],
  },
  {
    name: 'RPC Firewall',
    schema: 'sigma',
    record: {
      Channel: 'RPCFW',
      EventID: 3,
      Provider_Name: 'RPCFW',
      InterfaceUuid: '1ff70682-0a51-30e8-076d-740be8cee98b',
      OpNum: 0,
    },
    finds: [
      ['category: application, product: rpc_firewall', 'EventLog: RPCFW'],
      ['category: application, product: rpc_firewall', 'OpNum: 0'],
    ],
  },
  {
    name: 'GlobalProtect',
    schema: 'globalprotect',
    record: { level: 'error', task: '9-1', time: '2026-03-11T09:00:00Z', message: 'failed to unmarshal session(../../x)' },
    finds: [['category: appliance, product: paloalto, service: globalprotect', "'|contains': 'failed to unmarshal session(../'"]],
  },
  {
    name: 'Duo',
    schema: 'duo',
    record: {
      event_type: 'authentication',
      txid: 't',
      result: 'success',
      reason: 'bypass_user',
      factor: 'x',
      timestamp: 1773219600,
      user: { name: 'ana' },
    },
    finds: [['product: cisco, service: duo', 'reason: bypass_user']],
  },
]

describe.each(cases.map(one => [one.name, one] as const))('%s', (_, { claims, schema, record, finds, not }) => {
  it('is known', () => {
    expect(ask('category: process_creation', 'Image: x', [{ fields: record }], claims).schema).toBe(schema)
  })
  it.each(finds)('%s: %s', (logsource, condition) => {
    expect(ask(logsource, condition, [{ fields: record }], claims)).toMatchObject({ alerts: 1 })
  })
  if (not !== undefined)
    it.each(not)('not %s: %s', (logsource, condition) => {
      expect(ask(logsource, condition, [{ fields: record }], claims).alerts).toBe(0)
    })
})

describe('what a sensor cannot know', () => {
  const dns = { fields: cases.find(one => one.name === 'Zeek dns, TSV')!.record }
  it('is reported, not taken for absent', () => {
    const rule =
      'title: t\nlogsource: { category: dns_query }\ndetection:\n  s:\n    QueryName|contains: .\n  f:\n    Image: x\n  condition: s and not f\n'
    const run = compile(readRules([{ name: 'r', text: rule }]).value!, known).value!.start()
    expect(run.push({ schema: 'zeek', length: 1, at: () => dns })).toEqual([])
    expect(run.seen().skipped.map(({ diagnostic, schema }) => [schema, diagnostic.code])).toEqual([['zeek', 'SCH101']])
  })
})

describe('many different values', () => {
  it('do not make a plan of rules for each of them', () => {
    const events = Array.from(
      { length: 20_000 },
      (_, at): Event => ({
        fields: {
          ts: 1773219600 + at,
          uid: `C${at}`,
          'id.orig_h': '10.1.7.21',
          trans_id: at,
          query: `q${at}.example.com`,
          rejected: at % 2 === 0,
        },
      }),
    )
    const from = performance.now()
    expect(ask('category: dns_query', 'QueryName|endswith: .example.com', events).alerts).toBe(20_000)
    expect(performance.now() - from).toBeLessThan(5000)
  })
})

const archives = fileURLToPath(new URL('../../../shared/data/security-datasets/', import.meta.url))
const present = existsSync(archives)
if (!present) console.warn('skipped: Zeek archives of security-datasets (needs ../shared/data)')

describe('public Zeek archives', () => {
  it.skipIf(!present)(
    'give a record for each line that is no header, all known (needs ../shared/data)',
    { timeout: 120_000 },
    async () => {
      const paths = readdirSync(archives, { recursive: true })
        .map(String)
        .filter(path => path.endsWith('zeek_logs.zip'))
      expect(paths).toHaveLength(7)
      const counts: Record<string, number> = {}
      const run = compile([], known).value!.start()
      for (const path of paths) {
        for (const [name, bytes] of Object.entries(unzipSync(new Uint8Array(readFileSync(`${archives}${path}`))))) {
          const lines = new TextDecoder().decode(bytes).split('\n')
          const wanted = lines.filter(line => line.trim() !== '' && !line.startsWith('#')).length
          const found = detectFormat(bytes.subarray(0, 65_536), name)!
          expect([name, found.format.id]).toEqual([name, lines[0]!.startsWith('#separator') ? 'zeek' : 'jsonl'])
          const { events, findings } = await readLog(found.format, bytes)
          expect([name, findings, events.length]).toEqual([name, [], wanted])
          counts[name] = (counts[name] ?? 0) + events.length
          run.push({ schema: found.format.id === 'zeek' ? 'zeek' : '', length: events.length, at: at => events[at]! })
        }
      }
      expect(counts).toMatchObject({
        'conn.log': 2154,
        'dns.log': 5484,
        'http.log': 74,
        'files.log': 110,
        'kerberos.log': 53,
        'dce_rpc.log': 101,
      })
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(9217)
      expect(run.seen()).toMatchObject({ events: 9217, unknown: 0 })
      expect(run.seen().schemas.get('zeek')).toBe(9217)
    },
  )
})

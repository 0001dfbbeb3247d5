// Makes what sensors beside the hosts saw of the made-up day: Zeek and Suricata at the gateway, the web server's own log; and the longer events of the web tests. The same bytes on every run.

type Field = string | number
type Fields = Readonly<Record<string, Field>>

/** Numbers from 0 to 1, and the day of the story in milliseconds. */
export interface Making {
  readonly next: () => number
  readonly day: number
}

const clock = (text: string): number => {
  const [hour = 0, minute = 0, second = 0] = text.split(':').map(Number)
  return ((hour * 60 + minute) * 60 + second) * 1000
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const pick = <T>(next: () => number, list: readonly T[]): T => list[Math.floor(next() * list.length)]!
const uid = (next: () => number): string => `C${Array.from({ length: 17 }, () => pick(next, [...letters])).join('')}`
const label = (next: () => number, length: number): string =>
  Array.from({ length }, () => Math.floor(next() * 36).toString(36)).join('')

const hosts = { WS7: '10.1.7.21', WS8: '10.1.8.22', WS12: '10.1.12.9', LNX3: '10.1.30.3', WEB1: '10.1.20.5' } as const
const resolver = '10.1.1.53'

interface Query {
  readonly at: number
  readonly from: string
  readonly name: string
  readonly type: string
}

const types: Readonly<Record<string, number>> = { A: 1, NULL: 10, TXT: 16, AAAA: 28 }

/** Everyday names, a mail host that checks senders, and a tunnel: names that carry data, in the types that carry most. */
function queries({ next }: Making, tunnel: { readonly from: string; readonly at: string; readonly zone: string }): Query[] {
  const made: Query[] = []
  const everyday = [
    'www.example.com',
    'mail.example.com',
    'cdn.example.net',
    'update.example.net',
    'intranet.corp.example',
    'time.example.org',
  ]
  for (let index = 0; index < 160; index++) {
    made.push({
      at: clock('08:00:00') + Math.floor(next() * 9 * 3600_000),
      from: pick(next, Object.values(hosts)),
      name: pick(next, everyday),
      type: next() < 0.7 ? 'A' : 'AAAA',
    })
  }
  for (let index = 0; index < 40; index++)
    made.push({ at: clock('10:00:00') + index * 9000, from: '10.1.1.25', name: `_spf${index % 5}.example.com`, type: 'TXT' })
  for (let index = 0; index < 130; index++) {
    const name = `${label(next, 40 + Math.floor(next() * 14))}.${tunnel.zone}`
    made.push({ at: clock(tunnel.at) + index * 3100, from: tunnel.from, name, type: 'NULL' })
  }
  return made.sort((a, b) => a.at - b.at)
}

const seconds = ({ day }: Making, at: number): string => ((day + at) / 1000).toFixed(6)

function zeekLog(path: string, fields: readonly string[], kinds: readonly string[], rows: readonly (readonly Field[])[]): string {
  const head = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${path}`,
    '#open\t2026-03-11-00-00-00',
    `#fields\t${fields.join('\t')}`,
    `#types\t${kinds.join('\t')}`,
  ]
  return `${[...head, ...rows.map(row => row.join('\t')), '#close\t2026-03-12-00-00-00'].join('\n')}\n`
}

const tupleFields = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto']
const tupleTypes = ['time', 'string', 'addr', 'port', 'addr', 'port', 'enum']

function zeekDns(making: Making): string {
  const { next } = making
  const rows = queries(making, { from: hosts.WS8, at: '11:14:00', zone: 't.example.org' }).map(({ at, from, name, type }) => [
    seconds(making, at),
    uid(next),
    from,
    20_000 + Math.floor(next() * 40_000),
    resolver,
    53,
    'udp',
    Math.floor(next() * 65_536),
    name,
    1,
    'C_INTERNET',
    types[type]!,
    type,
    0,
    'NOERROR',
    'F',
    'F',
    'T',
    'T',
    0,
    '-',
    '-',
    'F',
  ])
  return zeekLog(
    'dns',
    [
      ...tupleFields,
      ...['trans_id', 'query', 'qclass', 'qclass_name', 'qtype', 'qtype_name', 'rcode', 'rcode_name'],
      ...['AA', 'TC', 'RD', 'RA', 'Z', 'answers', 'TTLs', 'rejected'],
    ],
    [
      ...tupleTypes,
      ...['count', 'string', 'count', 'string', 'count', 'string', 'count', 'string'],
      ...['bool', 'bool', 'bool', 'bool', 'count', 'vector[string]', 'vector[interval]', 'bool'],
    ],
    rows,
  )
}

interface Flow {
  readonly at: number
  readonly from: string
  readonly to: string
  readonly transport: 'tcp' | 'udp' | 'icmp'
  /** Ports; of ICMP, type and code. */
  readonly ports: readonly [number, number]
  readonly packets: number
  /** Payload bytes that the originator sent. */
  readonly bytes: number
  readonly minutes: number
}

/** Web traffic and pings of every day, and echoes that carry a session. */
function flows({ next }: Making, tunnel: { readonly from: string; readonly to: string; readonly at: string }): Flow[] {
  const made: Flow[] = []
  for (let index = 0; index < 120; index++) {
    const packets = 4 + Math.floor(next() * 60)
    made.push({
      at: clock('08:00:00') + Math.floor(next() * 9 * 3600_000),
      from: pick(next, Object.values(hosts)),
      to: `203.0.113.${20 + Math.floor(next() * 60)}`,
      transport: next() < 0.8 ? 'tcp' : 'udp',
      ports: [49_152 + Math.floor(next() * 9000), 443],
      packets,
      bytes: packets * (40 + Math.floor(next() * 900)),
      minutes: 1,
    })
  }
  // Monitoring inside, and a few large pings outside: both stay below.
  for (let index = 0; index < 30; index++)
    made.push({
      at: clock('09:00:00') + index * 600_000,
      from: hosts.LNX3,
      to: hosts.WEB1,
      transport: 'icmp',
      ports: [8, 0],
      packets: 400,
      bytes: 400 * 1000,
      minutes: 5,
    })
  made.push({
    at: clock('13:20:00'),
    from: hosts.WS7,
    to: '203.0.113.1',
    transport: 'icmp',
    ports: [8, 0],
    packets: 4,
    bytes: 5600,
    minutes: 1,
  })
  for (let index = 0; index < 5; index++)
    made.push({
      at: clock(tunnel.at) + index * 55_000,
      from: tunnel.from,
      to: tunnel.to,
      transport: 'icmp',
      ports: [8, 0],
      packets: 800,
      bytes: 800 * 1024,
      minutes: 1,
    })
  return made.sort((a, b) => a.at - b.at)
}

function zeekConn(making: Making): string {
  const { next } = making
  const rows = flows(making, { from: hosts.LNX3, to: '203.0.113.9', at: '16:41:50' }).map(flow => {
    const header = flow.transport === 'icmp' ? 28 : flow.transport === 'udp' ? 28 : 40
    return [
      seconds(making, flow.at),
      uid(next),
      flow.from,
      flow.ports[0],
      flow.to,
      flow.ports[1],
      flow.transport,
      flow.transport === 'tcp' ? 'ssl' : '-',
      (flow.minutes * 54.5).toFixed(6),
      flow.bytes,
      flow.bytes,
      flow.transport === 'tcp' ? 'SF' : 'OTH',
      0,
      flow.transport === 'tcp' ? 'ShADadFf' : '-',
      flow.packets,
      flow.bytes + flow.packets * header,
      flow.packets,
      flow.bytes + flow.packets * header,
      '-',
    ]
  })
  return zeekLog(
    'conn',
    [
      ...tupleFields,
      ...['service', 'duration', 'orig_bytes', 'resp_bytes', 'conn_state', 'missed_bytes', 'history'],
      ...['orig_pkts', 'orig_ip_bytes', 'resp_pkts', 'resp_ip_bytes', 'tunnel_parents'],
    ],
    [
      ...tupleTypes,
      ...['string', 'interval', 'count', 'count', 'string', 'count', 'string'],
      ...['count', 'count', 'count', 'count', 'set[string]'],
    ],
    rows,
  )
}

/** The other gateway has Suricata: another host's tunnels, in EVE's version 2 of DNS records. */
function suricataEve(making: Making): string {
  const { next, day } = making
  const lines: { readonly at: number; readonly record: object }[] = []
  const stamp = (at: number): string => new Date(day + at).toISOString().replace('Z', '000+0000')
  for (const { at, from, name, type } of queries(making, { from: hosts.WS12, at: '15:10:00', zone: 'd.example.net' })) {
    const id = Math.floor(next() * 65_536)
    const flow = Math.floor(next() * 2 ** 48)
    const port = 20_000 + Math.floor(next() * 40_000)
    const head = { flow_id: flow, event_type: 'dns' }
    lines.push({
      at,
      record: {
        timestamp: stamp(at),
        ...head,
        src_ip: from,
        src_port: port,
        dest_ip: resolver,
        dest_port: 53,
        proto: 'UDP',
        dns: { type: 'query', id, rrname: name, rrtype: type, tx_id: 0, opcode: 0 },
      },
    })
    // Answers to the everyday names are left out.
    if (type !== 'NULL' || next() < 0.7) continue
    lines.push({
      at: at + 12,
      record: {
        timestamp: stamp(at + 12),
        ...head,
        src_ip: resolver,
        src_port: 53,
        dest_ip: from,
        dest_port: port,
        proto: 'UDP',
        dns: {
          version: 2,
          type: 'answer',
          id,
          flags: '8180',
          qr: true,
          rd: true,
          ra: true,
          rrname: name,
          rrtype: type,
          rcode: 'NOERROR',
        },
      },
    })
  }
  for (const flow of flows(making, { from: hosts.WS12, to: '198.51.100.40', at: '15:30:00' })) {
    const header = flow.transport === 'icmp' ? 42 : flow.transport === 'udp' ? 42 : 54
    const end = flow.at + flow.minutes * 54_500
    const frames = flow.bytes + flow.packets * header
    lines.push({
      at: end,
      record: {
        timestamp: stamp(end),
        flow_id: Math.floor(next() * 2 ** 48),
        event_type: 'flow',
        src_ip: flow.from,
        ...(flow.transport === 'icmp' ? {} : { src_port: flow.ports[0] }),
        dest_ip: flow.to,
        ...(flow.transport === 'icmp' ? {} : { dest_port: flow.ports[1] }),
        proto: flow.transport.toUpperCase(),
        ...(flow.transport === 'icmp' ? { icmp_type: flow.ports[0], icmp_code: flow.ports[1] } : { app_proto: 'tls' }),
        flow: {
          pkts_toserver: flow.packets,
          pkts_toclient: flow.packets,
          bytes_toserver: frames,
          bytes_toclient: frames,
          start: stamp(flow.at),
          end: stamp(end),
          age: flow.minutes * 54,
          state: 'established',
          reason: 'timeout',
          alerted: false,
        },
      },
    })
  }
  lines.sort((a, b) => a.at - b.at)
  return `${lines.map(({ record }) => JSON.stringify(record)).join('\n')}\n`
}

/** WEB1's own log: visitors, and the page that carries RDP from 10:47 on. */
function iisLog({ next, day }: Making): string {
  const requests: { readonly at: number; readonly text: string }[] = []
  const agent = 'Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/133.0.0.0+Safari/537.36'
  const pages = ['/', '/shop/list.aspx', '/shop/view.aspx', '/css/site.css', '/images/logo.png', '/contact.aspx']
  const request = (at: number, client: string, method: string, page: string, query: string, who: string, took: number): void => {
    const [date, time] = new Date(day + at).toISOString().slice(0, 19).split('T')
    requests.push({
      at,
      text: `${date} ${time} ${hosts.WEB1} ${method} ${page} ${query} 443 - ${client} ${who} - 200 0 0 ${took}`,
    })
  }
  for (let index = 0; index < 200; index++) {
    const page = pick(next, pages)
    const query = page === '/shop/view.aspx' ? `id=${Math.floor(next() * 900)}` : '-'
    const client = `198.51.100.${60 + Math.floor(next() * 90)}`
    request(
      clock('08:00:00') + Math.floor(next() * 9 * 3600_000),
      client,
      'GET',
      page,
      query,
      agent,
      15 + Math.floor(next() * 200),
    )
  }
  request(clock('10:47:40'), '198.51.100.7', 'GET', '/shop/upload/note.aspx', 'proxy&port=3389&ip=127.0.0.1', '-', 7)
  for (let index = 0; index < 180; index++) {
    const at = clock('10:47:44') + Math.floor(index * 900 + next() * 500)
    request(at, '198.51.100.7', next() < 0.6 ? 'GET' : 'POST', '/shop/upload/note.aspx', 'proxy', '-', 1 + Math.floor(next() * 6))
  }
  requests.sort((a, b) => a.at - b.at)
  const head = [
    '#Software: Microsoft Internet Information Services 10.0',
    '#Version: 1.0',
    '#Date: 2026-03-11 00:00:00',
    '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
  ]
  return `${[...head, ...requests.map(({ text }) => text)].join('\r\n')}\r\n`
}

/** The windows of requests that the web tests name: how many, how far apart, and what is asked for. */
function webWindows({ day }: Making): Record<string, string> {
  const window = (count: number, step: number, page: string, query: string): string => {
    const line = (index: number): Fields => ({
      '@timestamp': new Date(day + clock('10:47:44') + index * step).toISOString(),
      'cs-method': index % 3 === 0 ? 'POST' : 'GET',
      'cs-uri-stem': page,
      'cs-uri-query': query,
      'c-ip': '198.51.100.7',
      's-ip': hosts.WEB1,
      'sc-status': '200',
    })
    return `${Array.from({ length: count }, (_, index) => JSON.stringify(line(index))).join('\n')}\n`
  }
  return {
    'trials/tun-021-web-desktop.jsonl': window(90, 1300, '/shop/upload/note.aspx', 'proxy'),
    'trials/tun-021-web-boundary.jsonl': window(59, 2000, '/images/t.jsp', 'cmd=read'),
    'trials/tun-021-web-refresh.jsonl': window(120, 900, '/status.aspx', 'cmd=refresh'),
  }
}

/** Sample logs of network sensors and of the web server, by path below the pack's folder. */
export function makeNetworkSamples(day: number, random: (seed: number) => () => number): Readonly<Record<string, string>> {
  return {
    'samples/zeek-dns.log': zeekDns({ next: random(53), day }),
    'samples/zeek-conn.log': zeekConn({ next: random(1), day }),
    'samples/suricata-eve.json': suricataEve({ next: random(67), day }),
    'samples/iis-u_ex260311.log': iisLog({ next: random(443), day }),
    ...webWindows({ next: random(21), day }),
  }
}

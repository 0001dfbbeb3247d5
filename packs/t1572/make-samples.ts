// Makes the pack's sample logs and the longer events of its tests: a made-up day on a made-up network, the same bytes on every run.

import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync, strToU8 } from 'fflate'
import { parseAllDocuments } from 'yaml'
import { makeLinuxSamples } from './make-samples-linux.ts'
import { makeNetworkSamples } from './make-samples-network.ts'
import { background } from './samples-background.ts'

type Field = string | number
type Fields = Readonly<Record<string, Field>>

/** One record before it is written: when (milliseconds since midnight), where, who, and its fields under Sigma's names. */
export interface Happening {
  readonly at: number
  readonly host: string
  readonly user: string
  readonly fields: Fields
}

/** Numbers from 0 to 1 that follow from the seed alone (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const day = Date.UTC(2026, 2, 11)
const iso = (at: number): string => new Date(day + at).toISOString()
/** Sysmon's own time: 2026-03-11 09:14:02.120 */
const utc = (at: number): string => iso(at).replace('T', ' ').replace('Z', '')
const clock = (text: string): number => {
  const [hour = 0, minute = 0, second = 0] = text.split(':').map(Number)
  return ((hour * 60 + minute) * 60 + second) * 1000
}

interface Example {
  readonly rule: string
  readonly name: string
  readonly expect: string
  readonly events: readonly Fields[]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The tests of the rules that give their events in place, in the order of the files. */
function examples(folder: URL): Example[] {
  const found: Example[] = []
  for (const file of readdirSync(folder).sort()) {
    for (const document of parseAllDocuments(readFileSync(new URL(file, folder), 'utf8'))) {
      const rule: unknown = document.toJS()
      if (!isRecord(rule) || !Array.isArray(rule.tests)) continue
      for (const test of rule.tests as unknown[]) {
        if (!isRecord(test) || !Array.isArray(test.events)) continue
        const events = (test.events as unknown[]).filter(isRecord).map(event => event as Fields)
        found.push({ rule: file.slice(0, 7), name: String(test.name), expect: String(test.expect), events })
      }
    }
  }
  return found
}

const windowsPath = /^(?:[A-Za-z]:\\|\\device\\)/i

/** The intrusion: when, where, who, and which example of which detection happened then. */
const story: readonly (readonly [time: string, host: string, user: string, rule: string, name: string])[] = [
  // WS7: RDP is pulled out through plink and used four minutes later.
  ['09:14:02', 'WS7', 'CORP\\ana', 'tun-001', 'reverse forward of RDP over the default SSH port'],
  ['09:18:00', 'WS7', 'CORP\\ana', 'tun-021', 'plink to another loopback address, device path'],
  ['09:18:02', 'WS7', 'CORP\\adm1', 'tun-020', 'client address 127.0.0.2'],
  ['09:18:04', 'WS7', 'CORP\\adm1', 'tun-020', 'IPv4 loopback'],
  ['09:41:30', 'WS7', 'CORP\\ana', 'tun-002', 'a file name known from an intrusion set'],
  ['09:52:11', 'WS7', 'CORP\\ana', 'tun-019', 'PowerShell to the address of a resolver'],
  // FS1: a port proxy, then the way back in.
  ['10:05:40', 'FS1', 'CORP\\adm1', 'tun-017', 'every word shortened'],
  ['10:05:41', 'FS1', 'CORP\\adm1', 'tun-018', 'netsh, to RDP'],
  ['10:22:13', 'FS1', 'CORP\\adm1', 'tun-004', 'reverse SOCKS with the port attached'],
  // WEB1: a web shell carries RDP.
  ['10:48:07', 'WEB1', 'IIS APPPOOL\\DefaultAppPool', 'tun-021', 'web server process to RDP'],
  ['10:55:20', 'WEB1', 'IIS APPPOOL\\DefaultAppPool', 'tun-006', 'reverse SOCKS under a system name'],
  ['10:58:44', 'WEB1', 'NT AUTHORITY\\SYSTEM', 'tun-007', 'agent under a plain name'],
  // WS8: names carry data.
  ['11:12:30', 'WS8', 'CORP\\ben', 'tun-012', 'dnscat2 under another name'],
  // WS9: one relay after the other until one gets out.
  ['12:31:05', 'WS9', 'CORP\\dora', 'tun-008', 'RDP published under its own name'],
  ['12:31:07', 'WS9', 'CORP\\dora', 'tun-008', 'agent domain asked for by an unknown program'],
  ['12:38:40', 'WS9', 'CORP\\dora', 'tun-009', 'quick tunnel to RDP'],
  ['12:44:19', 'WS9', 'CORP\\dora', 'tun-010', 'another name with a TOML configuration'],
  ['12:47:52', 'WS9', 'CORP\\dora', 'tun-011', 'a chain of gost under one letter'],
  ['12:55:00', 'WS9', 'CORP\\dora', 'tun-016', 'portable stunnel started by a shell'],
  ['13:02:33', 'WS9', 'CORP\\dora', 'tun-015', 'small letters, TLS to the outside'],
  // WS12: a developer's machine, taken over.
  ['14:10:10', 'WS12', 'CORP\\cara', 'tun-023', 'RDP published to anyone'],
  ['14:10:12', 'WS12', 'CORP\\cara', 'tun-023', 'a system process asks for a published port'],
  ['14:16:45', 'WS12', 'CORP\\cara', 'tun-024', 'reverse forward in a quoted shell'],
  ['14:25:31', 'WS12', 'CORP\\cara', 'tun-022', 'joins by key and routes the inside'],
  ['14:31:08', 'WS12', 'CORP\\cara', 'tun-005', 'script host behind ProxyCommand'],
  ['14:40:59', 'WS12', 'CORP\\cara', 'tun-019', 'a false browser to the name of a resolver'],
  // SRV2 keeps only its Security log.
  ['15:05:26', 'SRV2', 'CORP\\svc_deploy', 'tun-003', 'OpenSSH under another name, reverse to RDP'],
  ['15:09:14', 'SRV2', 'CORP\\svc_deploy', 'tun-017', 'context as one quoted word, IPv6 to IPv4'],
  // LNX3: a web server of another kind.
  ['16:20:02', 'LNX3', 'www-data', 'tun-025', 'started by a web server'],
  ['16:24:37', 'LNX3', 'www-data', 'tun-025', 'key in shared memory, checks off'],
  ['16:33:15', 'LNX3', 'root', 'tun-026', 'GRE to the outside'],
  ['16:41:50', 'LNX3', 'root', 'tun-014', 'values attached to their flags'],
  ['16:52:08', 'LNX3', 'root', 'tun-015', 'TCP relay to RDP'],
  ['17:01:44', 'LNX3', 'root', 'tun-006', 'server that accepts reverse tunnels'],
]

/** What belongs to the story and is no example: the tunnel's inner ends, and names that carry data. */
function between(): Happening[] {
  const next = random(13)
  const made: Happening[] = [
    {
      at: clock('09:18:00') + 40,
      host: 'WS7',
      user: 'NT AUTHORITY\\NETWORK SERVICE',
      fields: {
        Image: 'C:\\Windows\\System32\\svchost.exe',
        Initiated: 'false',
        SourceIp: '127.0.0.1',
        SourcePort: '49271',
        DestinationIp: '127.0.0.2',
        DestinationPort: '3389',
      },
    },
    {
      at: clock('10:30:20'),
      host: 'FS1',
      user: 'CORP\\adm1',
      fields: {
        Image: 'C:\\Windows\\System32\\OpenSSH\\ssh.exe',
        Initiated: 'true',
        SourceIp: '127.0.0.1',
        SourcePort: '50611',
        DestinationIp: '127.0.0.1',
        DestinationPort: '3389',
      },
    },
  ]
  for (let index = 0; index < 150; index++) {
    made.push({
      at: clock('11:14:00') + index * 3100 + Math.floor(next() * 900),
      host: 'WS8',
      user: 'CORP\\ben',
      fields: {
        Image: 'C:\\Users\\Public\\dns.exe',
        QueryName: `${label(next, 38 + Math.floor(next() * 18))}.t.example.org`,
        QueryStatus: '0',
        QueryResults: '-',
      },
    })
  }
  return made
}

function label(next: () => number, length: number): string {
  let text = ''
  while (text.length < length) text += Math.floor(next() * 36).toString(36)
  return text
}

/** Quiet examples that belong to the story. */
const placed: Readonly<Record<string, readonly [time: string, host: string, user: string]>> = {
  "the service's side": ['10:48:08', 'WEB1', 'NT AUTHORITY\\NETWORK SERVICE'],
}

/** Where and by whom the other quiet examples happen, in turn. */
const windowsPlaces = [
  ['WS12', 'CORP\\cara'],
  ['WS8', 'CORP\\ben'],
  ['WS7', 'CORP\\ana'],
  ['SRV2', 'CORP\\ops'],
  ['FS1', 'CORP\\ops'],
] as const
const unixPlaces = [
  ['LNX5', 'ops'],
  ['LNX3', 'root'],
] as const

function happenings(list: readonly Example[]): Happening[] {
  const made = between()
  for (const [time, host, user, rule, name] of story) {
    const found = list.find(example => example.rule === rule && example.name === name && example.expect === 'alert')
    if (found === undefined) throw new Error(`the story names an example that ${rule} does not have: ${name}`)
    found.events.forEach((fields, index) => {
      made.push({ at: clock(time) + index * 1000, host, user, fields })
    })
  }
  const next = random(1572)
  let place = 0
  for (const example of list) {
    if (example.expect !== 'silence' || ['tun-013', 'tun-014', 'tun-027'].includes(example.rule)) continue
    for (const fields of example.events) {
      // Correlated commands and requests to a web server are of no host's log.
      if ('type' in fields || 'cs-method' in fields) continue
      const own = placed[example.name]
      if (own !== undefined) {
        made.push({ at: clock(own[0]), host: own[1], user: own[2], fields })
        continue
      }
      const paths = [fields.Image, fields.ParentImage].map(String)
      const unix = paths.some(path => path.startsWith('/'))
      const [host, user] = unix ? unixPlaces[place % 2]! : windowsPlaces[place % 5]!
      place++
      made.push({ at: clock('08:00:00') + Math.floor(next() * 9.5 * 3600_000), host, user, fields })
    }
  }
  made.push(...background(next))
  return made.sort((a, b) => a.at - b.at)
}

const sysmon = 'Microsoft-Windows-Sysmon/Operational'

/** The Sysmon event id that the fields of an example speak of. */
function sysmonId(fields: Fields): number {
  if ('CommandLine' in fields) return 1
  if ('QueryName' in fields) return 22
  if ('TargetObject' in fields) return fields.EventType === 'SetValue' ? 13 : 12
  return 3
}

const hex = (next: () => number, length: number): string => {
  let text = ''
  while (text.length < length) text += Math.floor(next() * 16).toString(16)
  return text.toUpperCase()
}
const guid = (next: () => number): string => `{${hex(next, 8)}-${hex(next, 4)}-${hex(next, 4)}-${hex(next, 4)}-${hex(next, 12)}}`

/** What Sysmon says beside the fields that matter. */
function sysmonFields(happening: Happening, id: number, next: () => number): Fields {
  const { fields, user, at } = happening
  const head = { RuleName: '-', UtcTime: utc(at), ProcessGuid: guid(next), ProcessId: String(1000 + Math.floor(next() * 8000)) }
  const parent = String(fields.ParentImage ?? 'C:\\Windows\\System32\\cmd.exe')
  switch (id) {
    case 1:
      return {
        ...head,
        Image: '-',
        Description: '-',
        OriginalFileName: '-',
        ...fields,
        User: user,
        IntegrityLevel: user.startsWith('NT AUTHORITY') ? 'System' : 'Medium',
        Hashes: `SHA256=${hex(next, 64)}`,
        ParentImage: parent,
        ParentCommandLine: fields.ParentCommandLine ?? parent.slice(parent.lastIndexOf('\\') + 1),
      }
    case 3:
      return {
        ...head,
        Protocol: 'tcp',
        User: user,
        SourceIp: '10.1.7.21',
        SourcePort: String(49152 + Math.floor(next() * 9000)),
        ...fields,
      }
    case 22:
      return { ...head, QueryStatus: '0', QueryResults: '-', ...fields, User: user }
    default:
      return { ...head, ...fields, User: user }
  }
}

const xml = (text: Field): string =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function sysmonXml(happening: Happening, id: number, record: number, next: () => number): string {
  const rows = Object.entries(sysmonFields(happening, id, next)).map(
    ([name, value]) => `<Data Name="${name}">${xml(value)}</Data>`,
  )
  return (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>' +
    '<Provider Name="Microsoft-Windows-Sysmon" Guid="{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"/>' +
    `<EventID>${id}</EventID><Version>5</Version><Level>4</Level><Task>${id}</Task><Opcode>0</Opcode>` +
    `<Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime="${iso(happening.at)}"/><EventRecordID>${record}</EventRecordID>` +
    `<Correlation/><Execution ProcessID="2288" ThreadID="3120"/><Channel>${sysmon}</Channel><Computer>${happening.host}</Computer>` +
    `<Security UserID="S-1-5-18"/></System><EventData>${rows.join('')}</EventData></Event>`
  )
}

/** Security 4688: other names for the image and its parent, the account in two fields, no version resource. */
function security4688(happening: Happening, record: number, next: () => number): Fields {
  const { fields, user } = happening
  const cut = user.lastIndexOf('\\')
  return {
    SystemTime: iso(happening.at),
    Provider_Name: 'Microsoft-Windows-Security-Auditing',
    Channel: 'Security',
    EventID: 4688,
    EventRecordID: record,
    Computer: happening.host,
    SubjectDomainName: user.slice(0, Math.max(0, cut)),
    SubjectUserName: user.slice(cut + 1),
    NewProcessId: `0x${hex(next, 4).toLowerCase()}`,
    NewProcessName: fields.Image ?? '-',
    CommandLine: fields.CommandLine ?? '',
    ParentProcessName: fields.ParentImage ?? 'C:\\Windows\\System32\\cmd.exe',
  }
}

/** Sample logs and the events of longer tests, by path below the pack's folder. */
export function makeSamples(): Readonly<Record<string, string | Uint8Array>> {
  const next = random(20260311)
  const xmlLines: string[] = []
  const securityLines: string[] = []
  const eventLines: string[] = []
  const write = (lines: string[], fields: Fields): void => {
    lines.push(JSON.stringify(fields))
  }
  for (const happening of happenings(examples(new URL('./rules/', import.meta.url)))) {
    const { fields, host, user, at } = happening
    const image = String(fields.Image ?? fields.ParentImage ?? '')
    if ('EventID' in fields) {
      const security = fields.Channel === 'Security'
      const lines = security ? securityLines : eventLines
      const given = { SystemTime: iso(at), EventRecordID: 61_000 + lines.length, Computer: host, ...fields }
      // The example's account is that of a public sample; here it is the one of the story.
      const account: Fields = fields.TargetUserName === 'IEUser' ? { TargetUserName: user.slice(user.lastIndexOf('\\') + 1) } : {}
      write(lines, { ...given, ...account })
    } else if (image.startsWith('/')) {
      write(eventLines, { timestamp: iso(at), Computer: host, User: user, ParentImage: '/bin/bash', ...fields })
    } else if (host === 'SRV2' && 'CommandLine' in fields) {
      write(securityLines, security4688(happening, 61_000 + securityLines.length, next))
    } else if (windowsPath.test(image) || image === 'System' || image === '') {
      const id = sysmonId(fields)
      if (['WS7', 'FS1', 'WEB1'].includes(host)) xmlLines.push(sysmonXml(happening, id, 4_000 + xmlLines.length, next))
      else
        write(eventLines, {
          SystemTime: iso(at),
          Provider_Name: 'Microsoft-Windows-Sysmon',
          Channel: sysmon,
          EventID: id,
          EventRecordID: 7_000 + eventLines.length,
          Computer: host,
          ...sysmonFields(happening, id, next),
        })
    } else throw new Error(`no log for ${JSON.stringify(fields)}`)
  }
  return {
    'samples/sysmon.xml': `<?xml version="1.0" encoding="utf-8"?>\n<Events>\n${xmlLines.join('\n')}\n</Events>\n`,
    'samples/events.jsonl': `${eventLines.join('\n')}\n`,
    'samples/security-4688.jsonl': `${securityLines.join('\n')}\n`,
    ...dnsWindows(),
    ...makeLinuxSamples(examples(new URL('./rules/', import.meta.url)), day, random),
    ...makeNetworkSamples(day, random),
  }
}

/** One DNS window of a test: how many queries of which type, over how many names with how many characters before the zone. */
interface DnsWindow {
  readonly host: string
  readonly zone: string
  readonly type: string
  readonly queries: number
  readonly names: number
  readonly length: number
}

const windows: Readonly<Record<string, DnsWindow>> = {
  'null-records': { host: 'WS7', zone: 'example.org', type: 'NULL', queries: 640, names: 640, length: 58 },
  'text-records': { host: 'WS7', zone: 't-cdn.example', type: 'TXT', queries: 75, names: 45, length: 24 },
  'content-network': { host: 'WS7', zone: 'cloudfront.example', type: 'A', queries: 400, names: 400, length: 14 },
  'mail-checks': { host: 'MX1', zone: 'example.com', type: 'TXT', queries: 90, names: 8, length: 20 },
  boundary: { host: 'WS7', zone: 'example.org', type: 'A', queries: 99, names: 99, length: 60 },
  'retry-storm': { host: 'WS7', zone: 'example.org', type: 'TXT', queries: 5000, names: 1, length: 63 },
}

/** Each window as the queries it sums up, spread over nine and a half minutes; the lengths vary around their mean and sum up to it. */
function dnsWindows(): Record<string, string | Uint8Array> {
  const made: Record<string, string | Uint8Array> = {}
  for (const [name, window] of Object.entries(windows)) {
    const next = random(name.length * 7919)
    const names = Array.from({ length: window.names }, (_, index) => {
      const swing = window.names - (window.names % 2) > index && window.length < 60 ? (index % 2 === 0 ? 4 : -4) : 0
      const text = label(next, window.length + swing)
      return `${text}.${window.zone}`
    })
    const lines = Array.from({ length: window.queries }, (_, index) =>
      JSON.stringify({
        SystemTime: iso(clock('09:00:00') + Math.floor((index * 570_000) / window.queries)),
        Channel: sysmon,
        EventID: 22,
        Computer: window.host,
        Image: 'C:\\ProgramData\\svc.exe',
        QueryName: names[index % names.length]!,
        QueryType: window.type,
      }),
    )
    const text = `${lines.join('\n')}\n`
    if (text.length > 300_000)
      made[`trials/tun-013-${name}.jsonl.gz`] = gzipSync(strToU8(text), { mtime: new Date(day), level: 9 })
    else made[`trials/tun-013-${name}.jsonl`] = text
  }
  return made
}

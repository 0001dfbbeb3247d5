// The same Sigma rules over the same happenings in every shape: what a rule finds in Sysmon's own record it finds wherever the shape carries what it asks for.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { accessor, type Batch, type Event } from '../../src/ir/event.ts'
import { contains } from '../../src/ir/glob.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { translatePredicate, views } from '../../src/schemas/translate.ts'

const folder = 'test/events/schemas'
const samples = readdirSync(folder)
  .filter(file => file.endsWith('.jsonl'))
  .flatMap(file =>
    readFileSync(`${folder}/${file}`, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const { _name: name, _expect: _, ...fields } = JSON.parse(line)
        return { name: `${file.replace('.jsonl', '')}/${name}`, event: { fields } as Event }
      }),
  )

interface Case {
  readonly title: string
  readonly rule: string
  /** By file of the samples. */
  readonly hits: Readonly<Record<string, readonly string[]>>
}

const shapes = (logsource: string, detection: string): string =>
  [
    'title: t',
    'id: 0b1f2a34-0000-4000-8000-000000000001',
    'status: test',
    'level: low',
    `logsource: { product: windows, ${logsource} }`,
    'detection:',
    detection,
  ].join('\n')

const plinks = {
  sigma: ['plink'],
  'winevent-json': ['plink', 'plink-separate-attributes'],
  'winevent-bare': ['plink'],
  'winevent-pairs': ['plink-at', 'plink-attributes', 'plink-name'],
  winlogbeat: ['plink-raw', 'plink-module', 'plink-dotted', 'plink-fields'],
  'winlogbeat-6': ['plink'],
  ecs: ['plink', 'plink-dotted'],
  mde: ['plink'],
  sentinel: ['plink'],
  asim: ['plink'],
  splunk: ['plink', 'plink-channel'],
} as const

const cases: readonly Case[] = [
  {
    title: 'a process by the end of its path, its command line and its parent, Sysmon or 4688',
    rule: shapes(
      'category: process_creation',
      `  selection:
    Image|endswith: '\\PLINK.exe'
    CommandLine|contains: ' -R 4444:'
    ParentImage|endswith: '\\cmd.exe'
  condition: selection`,
    ),
    hits: {
      ...plinks,
      plain: ['plink'],
      'winevent-json': [...plinks['winevent-json'], 'plink-audit'],
      winlogbeat: [...plinks.winlogbeat, 'plink-audit', 'plink-audit-module'],
      'winlogbeat-6': ['plink', 'plink-audit'],
      mde: ['plink', 'plink-wide'],
      asim: ['plink', 'plink-short'],
      sentinel: ['plink', 'plink-audit', 'plink-audit-untyped', 'plink-audit-windowsevent'],
      splunk: ['plink', 'plink-channel', 'plink-audit', 'plink-audit-classic'],
    },
  },
  {
    title: 'a user by domain and name, where the shape has them in two columns',
    rule: shapes(
      'category: process_creation',
      `  selection:
    User|startswith: 'CORP\\'
    User|contains: 'p\\jan'
  condition: selection`,
    ),
    hits: { ...plinks, plain: ['plink'], asim: ['plink', 'plink-short'] },
  },
  {
    title: 'a hash by its algorithm, where the shape has one column for each',
    rule: shapes(
      'category: process_creation',
      `  selection:
    Hashes|contains:
      - 'MD5=0F343B0931126A20F133D67C2B018A3B'
      - 'IMPHASH=00000000000000000000000000000000'
  condition: selection`,
    ),
    hits: { ...plinks, ecs: ['plink'], mde: ['plink', 'plink-wide'] },
  },
  {
    title: 'a file name that differs from the original one',
    rule: shapes(
      'category: process_creation',
      `  selection:
    OriginalFileName: plink
    IntegrityLevel: [High, System]
  filter:
    Image|endswith: '\\putty.exe'
  condition: selection and not filter`,
    ),
    hits: { ...plinks, ecs: ['plink'] },
  },
  {
    title: 'an outgoing connection',
    rule: shapes(
      'category: network_connection',
      `  selection:
    Initiated: 'true'
    DestinationPort: 443
    DestinationIp|cidr: 203.0.113.0/24
    Image|endswith: '\\plink.exe'
    Protocol: tcp
  condition: selection`,
    ),
    hits: {
      sigma: ['connection'],
      'winevent-json': ['connection'],
      winlogbeat: ['connection-module'],
      ecs: ['connection'],
      mde: ['connection'],
      asim: ['connection'],
      splunk: ['connection'],
    },
  },
  {
    title: 'an accepted connection',
    rule: shapes(
      'category: network_connection',
      "  selection:\n    Initiated: 'false'\n    DestinationPort: 3389\n  condition: selection",
    ),
    hits: { mde: ['accepted'] },
  },
  {
    title: 'a DNS name, and its zone',
    rule: shapes(
      'category: dns_query',
      `  selection:
    QueryName|endswith: '.t1.example.net'
    QueryZone: example.net
    QueryPrefixLength: 8
  condition: selection`,
    ),
    hits: {
      sigma: ['query', 'nxlog-query'],
      'winevent-json': ['query'],
      winlogbeat: ['query-module'],
      ecs: ['query'],
      mde: ['query', 'query-response'],
      asim: ['query'],
    },
  },
  {
    title: 'a registry value below the current control set',
    rule: shapes(
      'category: registry_set',
      `  selection:
    EventType: SetValue
    TargetObject|contains: '\\CurrentControlSet\\Services\\PortProxy\\v4tov4\\tcp\\'
    Details|endswith: '/3389'
  condition: selection`,
    ),
    hits: {
      sigma: ['portproxy'],
      'winevent-json': ['portproxy'],
      winlogbeat: ['registry-module'],
      ecs: ['portproxy'],
      mde: ['portproxy'],
      asim: ['portproxy'],
    },
  },
  {
    title: 'a registry number, by the hive',
    rule: shapes(
      'category: registry_set',
      `  selection:
    TargetObject: 'HKLM\\SOFTWARE\\Policies\\Example\\Enabled'
    Details: 'DWORD (0x00000001)'
  condition: selection`,
    ),
    hits: { winlogbeat: ['policy-module'], ecs: ['policy'], mde: ['policy'] },
  },
  {
    title: 'a file that is written',
    rule: shapes(
      'category: file_event',
      "  selection:\n    TargetFilename|endswith: '\\Temp\\chisel.exe'\n    Image|endswith: '\\curl.exe'\n  condition: selection",
    ),
    hits: { sigma: ['chisel-file'], winlogbeat: ['file-module'], ecs: ['file'], mde: ['file'], asim: ['file'] },
  },
  {
    title: 'a library and its signer',
    rule: shapes(
      'category: image_load',
      "  selection:\n    ImageLoaded|endswith: '\\wintun.dll'\n    Signed: 'true'\n    Signature: WireGuard LLC\n    SignatureStatus: Valid\n  condition: selection",
    ),
    hits: { winlogbeat: ['library-module'], ecs: ['library'] },
  },
  {
    title: 'a logon of the Security log',
    rule: shapes(
      'service: security',
      "  selection:\n    EventID: 4624\n    IpAddress: '127.0.0.1'\n    TargetUserName: jane\n  condition: selection",
    ),
    hits: { winlogbeat: ['logon-module'], ecs: ['logon'], mde: ['logon'], sentinel: ['logon'] },
  },
  {
    title: 'a service by its event, whose id has attributes',
    rule: shapes(
      'service: system',
      '  selection:\n    EventID: 7045\n    Provider_Name: Service Control Manager\n    ImagePath|contains: chisel\n  condition: selection',
    ),
    hits: { 'winevent-json': ['service'] },
  },
  {
    title: 'values below UserData',
    rule: shapes('service: security', '  selection:\n    EventID: 1102\n    SubjectUserName: jane\n  condition: selection'),
    hits: { 'winevent-json': ['log-cleared'] },
  },
  {
    title: 'a name that has blanks in the event',
    rule: shapes(
      'service: windefend',
      '  selection:\n    EventID: 1116\n    ThreatName|contains: Chisel\n  condition: selection',
    ),
    hits: { 'winevent-json': ['defender'] },
  },
  {
    title: 'a script',
    rule: shapes(
      'category: ps_script',
      '  selection:\n    ScriptBlockText|contains: Net.Sockets.TcpClient\n  condition: selection',
    ),
    hits: { winlogbeat: ['script-module'] },
  },
]

const batch = (event: Event): Batch => ({ schema: '', length: 1, at: () => event })

describe('one rule over all shapes', () => {
  it.each(cases.map(one => [one.title, one] as const))('%s', (_, { rule, hits }) => {
    const read = readRules([{ name: 'rule.yml', text: rule }])
    expect(read.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    const program = compile(read.value!, schemas).value!
    const found = samples.filter(({ event }) => program.start().push(batch(event)).length > 0).map(({ name }) => name)
    const wanted = Object.entries(hits).flatMap(([file, names]) => names.map(name => `${file}/${name}`))
    expect([...found].sort()).toEqual([...wanted].sort())
  })

  it('raises one alert for one event', () => {
    for (const { title, rule } of cases) {
      const program = compile(readRules([{ name: 'rule.yml', text: rule }]).value!, schemas).value!
      for (const { name, event } of samples)
        expect([title, name, program.start().push(batch(event)).length]).toEqual([
          title,
          name,
          expect.toSatisfy((count: number) => count <= 1),
        ])
    }
  })
})

describe('a test that a column cannot answer', () => {
  const oddly = {
    kind: 'test',
    subject: { kind: 'field', name: 'Hashes' },
    match: { kind: 'glob', glob: contains('not a hash'), fold: true },
  } as const
  const asked = (id: string) =>
    translatePredicate(
      oddly,
      views(schemas.find(schema => schema.id === id)!, { product: 'windows', category: 'process_creation' })[0]!,
    )

  it('is left out where another column answers, and told of', () => {
    const { value, diagnostics } = asked('winlogbeat')
    expect(diagnostics.map(({ code, severity }) => `${code} ${severity}`)).toEqual(Array(4).fill('SCH301 note'))
    expect(value).toEqual({ ...oddly, subject: { kind: 'field', name: 'winlog.event_data.Hashes' } })
  })

  it('makes the rule not evaluable where none does', () => {
    const { value, diagnostics } = asked('mde')
    expect(value).toBeUndefined()
    expect(diagnostics.map(({ code, severity }) => `${code} ${severity}`)).toEqual(Array(3).fill('SCH102 error'))
  })
})

describe('paths that records of events need', () => {
  const read = (name: string, fields: Event['fields']) => accessor(name)(fields)

  it('a star is any key of a level', () => {
    expect(read('UserData.*.Name', { UserData: { Cleared: { Name: 'jane' } } })).toBe('jane')
    expect(read('UserData.*.Name', { UserData: { a: { Name: 'jane' }, b: { Name: 'joe' }, c: 'x' } })).toEqual(['jane', 'joe'])
    expect(read('UserData.*.Name', { UserData: { '*': { Name: 'star' }, b: { Name: 'joe' } } })).toBe('star')
    expect(read('UserData.*.constructor', { UserData: { a: {} } })).toBeUndefined()
  })

  it('a selection is the members of a list that have a value', () => {
    const list = { Data: [{ '@Name': 'A', '#text': '1' }, { '@Name': 'B', '#text': '2' }, { '@Name': 'B', '#text': '3' }, 'x'] }
    expect(read('Data[@Name=A].#text', list)).toBe('1')
    expect(read('Data[@Name=B].#text', list)).toEqual(['2', '3'])
    expect(read('Data[@Name=C].#text', list)).toBeUndefined()
    expect(read('Data[@Name=A].#text', { Data: { '@Name': 'A', '#text': '1' } })).toBe('1')
    expect(read('E.Data[a.b=A].t', { E: { Data: [{ a: { b: 'A' }, t: 5 }] } })).toBe(5)
    expect(read('a[b=c]', { a: [{ b: 'c', d: 1 }] })).toEqual({ b: 'c', d: 1 })
    expect(read('a[b=c]', { 'a[b=c]': 'whole' })).toBe('whole')
  })
})

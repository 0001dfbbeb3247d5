// What `terrier catalog` counts: how often rules fire in a million events of named logs, and how many rules of four formats look for the same value. Every number is typed from the events and rules below.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { terrier } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'terrier-corpus-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const put = (path: string, text: string): string => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
  return join(root, path)
}

const sigma = (id: number, title: string, detection: string, source = '{ category: process_creation, product: windows }') =>
  `title: ${title}\nid: 5f1c7e0a-0000-4000-8000-00000000000${id}\nstatus: test\ndescription: x\nauthor: Ana Example\ndate: 2026-01-02\ntags: [attack.t1572]\nlogsource: ${source}\ndetection:\n${detection}\nlevel: high\n`

// Four rules in four languages ask whether the program is called plink.exe; a fifth lets it pass.
put(
  'corpus/sigma/plink.yml',
  sigma(1, 'Plink by its path', "  selection: { Image|endswith: '\\plink.exe' }\n  condition: selection"),
)
put(
  'corpus/sigma/quiet.yml',
  sigma(
    2,
    'Forwards of others',
    "  selection: { CommandLine|contains: ' -R ' }\n  plink: { Image|endswith: '\\PLINK.EXE' }\n  condition: selection and not plink",
  ),
)
put(
  'corpus/sigma/image.yml',
  sigma(
    3,
    'A library is loaded',
    "  selection: { ImageLoaded|endswith: '\\plink.dll' }\n  condition: selection",
    '{ category: image_load, product: windows }',
  ),
)
put('corpus/kql/plink-in-defender.kql', '// Plink in Defender\nDeviceProcessEvents\n| where FolderPath endswith @"\\plink.exe"\n')
put(
  'corpus/elastic/plink.toml',
  `[metadata]
creation_date = "2026/01/02"
integration = ["endpoint"]
maturity = "production"
updated_date = "2026/01/02"

[rule]
author = ["Ana Example"]
description = "x"
index = ["logs-endpoint.events.process-*"]
language = "eql"
license = "Elastic License v2"
name = "Plink in Elastic"
risk_score = 47
rule_id = "5f1c7e0a-0000-4000-8000-000000000011"
severity = "medium"
type = "eql"
query = '''
process where host.os.type == "windows" and event.type == "start" and process.executable : "*\\\\plink.exe"
'''
`,
)
put(
  'corpus/escu/detections/endpoint/plink.yml',
  `name: Plink in Splunk
id: 5f1c7e0a-0000-4000-8000-000000000012
version: 1
date: '2026-01-02'
author: Ana Example
status: production
type: TTP
description: x
data_source: [Sysmon EventID 1]
search: 'source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1 Image="*\\\\plink.exe" | table _time Computer Image'
how_to_implement: x
known_false_positives: none
references: []
tags: { analytic_story: [Tunnels], asset_type: Endpoint, mitre_attack_id: [T1572], product: [Splunk Enterprise], security_domain: endpoint }
`,
)

// A quiet day: eight process starts of which two are plink, and two libraries.
const start = (image: string, command: string) =>
  JSON.stringify({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Image: image, CommandLine: command })
const load = (image: string) =>
  JSON.stringify({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 7, ImageLoaded: image })
const day = put(
  'a-quiet-day/sysmon.jsonl',
  `${[
    start('C:\\t\\plink.exe', 'plink -R 1:h:2 x'),
    start('C:\\t\\Plink.exe', 'plink -V'),
    start('C:\\t\\ssh.exe', 'ssh -R 1:h:2 x'),
    ...Array.from({ length: 5 }, () => start('C:\\Windows\\explorer.exe', 'explorer.exe')),
    load('C:\\t\\a.dll'),
    load('C:\\t\\b.dll'),
  ].join('\n')}\n`,
)

const spoken = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('\u2009', '')
    .replace(/\s+/g, ' ')

describe('what a catalog counts', () => {
  const site = join(root, 'site')
  beforeAll(async () => {
    const done = await terrier(
      ['catalog', join(root, 'corpus'), '-t', 'sigma', '-o', site, '--events', join(root, 'a-quiet-day'), '--no-cache'],
      {},
    )
    expect(done.err).toBe('')
    expect(done.code).toBe(0)
  }, 60_000)
  const page = (path: string): string => spoken(readFileSync(join(site, path, 'index.html'), 'utf8'))
  const noise = (slug: string): string | undefined =>
    /Hits in a million (.*?) (?:False positives|Tuning|Risk|What the checks say|Respond|Relations)/.exec(page(`d/${slug}/`))?.[1]

  it('hits in a million events, by the name of the logs', () => {
    // Name, events, those of the rule's log source, hits, hits in a million.
    expect(noise('plink-by-its-path')).toBe('a-quiet-day 10 8 2 200000')
    expect(noise('forwards-of-others')).toBe('a-quiet-day 10 8 1 100000')
    expect(noise('a-library-is-loaded')).toBe('a-quiet-day 10 2 0 0')
    expect(day).toContain('a-quiet-day')
  })

  it('the rules of all formats that look for a value, and apart from them those that let it pass', () => {
    const entry = JSON.parse(readFileSync(join(site, 'd/plink-by-its-path/entry.json'), 'utf8'))
    const [value] = entry.indicators[0].values
    expect(value).toMatchObject({ value: '\\plink.exe', corpus: 3 })
    const indicator = page(`indicator/${value.key}/`)
    for (const title of ['Plink by its path', 'plink-in-defender', 'Plink in Elastic', 'Plink in Splunk', 'Forwards of others'])
      expect(indicator, title).toContain(title)
    expect(indicator).not.toContain('A library is loaded')
    const passing = JSON.parse(readFileSync(join(site, 'd/forwards-of-others/entry.json'), 'utf8'))
    expect(
      passing.indicators.map((one: { negated: boolean; values: { corpus: number }[] }) => [one.negated, one.values[0]!.corpus]),
    ).toEqual([
      [false, 0],
      [true, 0],
    ])
    const loaded = page('about/').split('in everything that was loaded:')[1]!
    for (const [format, rules] of Object.entries({ elastic: '1 rule', escu: '1 rule', sigma: '3 rules' }))
      expect(loaded).toContain(`${rules} of ${format}`)
    expect(loaded).toMatch(/1 rule of kql/)
  })
})

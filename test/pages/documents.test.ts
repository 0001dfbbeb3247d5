// The five documents the project started from, rebuilt: for a rule of the same kind, every item that the original shows is on our page, and none of the defects of its page. Rules are in our own words.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Shelf } from '../../src/catalog/collection.ts'
import { catalog } from '../../src/catalog.ts'
import { check, detectionPage, draw, knownOf, policy } from '../../src/pages/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import type { Source } from '../../src/text/source.ts'

const targets =
  'defender sentinel-asim elastic-lucene xpack-watcher splunk splunk-cim graylog logpoint qradar sumo secops logscale grep powershell elastic-eql'
    .split(' ')
    .map(id => targetOf(id)!)

const security = `name: Plink carries a tunnel
id: 5f1c7e0a-0000-4000-8000-000000000001
version: 5
date: '2026-03-01'
author: Ana Example
status: production
type: TTP
description: PuTTY's plink is started so that it forwards ports. An intruder may leave the network this way.
data_source: [Sysmon EventID 1]
search: '| tstats \`summaries\` count min(_time) as firstTime max(_time) as lastTime from datamodel=Endpoint.Processes where (Processes.process_name=plink.exe OR Processes.original_file_name=Plink) AND Processes.process IN ("*-R *", "*-L *") by Processes.dest Processes.user Processes.process_name Processes.process | \`plink_carries_a_tunnel_filter\`'
how_to_implement: Send process creations **with command lines** to the model Endpoint.
known_false_positives: Administrators who forward ports on purpose.
references: ['https://attack.mitre.org/techniques/T1572/']
drilldown_searches:
- name: What else happened on $dest$
  search: '%original_detection_search% | search dest = $dest$'
  earliest_offset: $info_min_time$
  latest_offset: $info_max_time$
tags:
  analytic_story: [Tunnels out]
  asset_type: Endpoint
  confidence: 80
  impact: 70
  message: $process_name$ forwards ports on $dest$
  mitre_attack_id: [T1572, T1021.004]
  observable:
  - { name: user, type: User, role: [Victim] }
  - { name: dest, type: Hostname, role: [Victim] }
  - { name: process_name, type: Process, role: [Attacker] }
  product: [Splunk Enterprise Security]
  risk_score: 56
  security_domain: endpoint
tests:
- name: True positive
  attack_data:
  - data: https://data.example/plink.log
    source: XmlWinEventLog:Microsoft-Windows-Sysmon/Operational
    sourcetype: XmlWinEventLog
`

const sigma = `title: Plink forwards RDP
id: 5f1c7e0a-0000-4000-8000-000000000002
related: [{ id: 5f1c7e0a-0000-4000-8000-000000000009, type: similar }]
status: test
description: Plink with an argument that carries RDP. A login alone is no such thing.
references: [https://attack.mitre.org/techniques/T1572/]
author: Ana Example
date: 2026-01-02
modified: 2026-02-03
tags: [attack.command-and-control, attack.t1572]
logsource: { category: process_creation, product: windows }
detection:
  path:
    Image|endswith: '\\plink.exe'
    CommandLine|contains: ':127.0.0.1:3389'
  port:
    Image|endswith: '\\plink.exe'
    CommandLine|contains: ':3389'
  options:
    CommandLine|contains: [' -P 443', ' -P 22']
  condition: path or all of (port, options)
falsepositives: [Unknown]
level: high
`.replace('all of (port, options)', '(port and options)')

const tools = `title: A tunnelling tool runs
id: 5f1c7e0a-0000-4000-8000-000000000003
status: experimental
description: Programs that are made for tunnels.
author: Ana Example
date: 2026-01-02
tags: [attack.exfiltration, attack.command-and-control, attack.t1043, attack.t1041, attack.t1572]
logsource: { category: process_creation, product: windows }
detection:
  selection:
    Image|endswith: ['\\plink.exe', '\\socat.exe', '\\stunnel.exe', '\\httptunnel.exe']
  condition: selection
falsepositives: [Legitimate administrator using tools]
level: medium
tests:
  - { name: plink, expect: alert, events: [{ Image: 'C:\\t\\plink.exe' }] }
  - { name: another, expect: silence, events: [{ Image: 'C:\\t\\blink.exe' }] }
`

const search =
  'index=win EventCode=1 | regex CommandLine="(?i)-[LR]\\s*\\d{1,5}:" | table _time, host, user, CommandLine | bin _time span=1s | stats values(*) as * by _time, host'

const pack = 'packs/t1572/rules/tun-001-plink-forward.yml'
const guides = ['playbook', 'investigation', 'hunts', 'tuning'].map(name => {
  const markdown = readFileSync(`packs/t1572/${name}.md`, 'utf8')
  return { folder: 'packs/t1572', title: /^# (.*)$/m.exec(markdown)![1]!, markdown }
})

const atomics: readonly Source[] = [
  {
    name: 'T1572/T1572.yaml',
    text: 'attack_technique: T1572\ndisplay_name: Protocol Tunneling\natomic_tests:\n- name: A forward with plink\n  auto_generated_guid: 9a000000-0000-4000-8000-000000000001\n  description: Opens a forward.\n  supported_platforms: [windows]\n  executor:\n    name: command_prompt\n    command: C:\\t\\plink.exe -R 33389:127.0.0.1:3389 user@host.example -P 443\n    cleanup_command: taskkill /im plink.exe\n',
  },
]

/** The text of each section of a page, by its id; `head` for what is above them, `side` for the side. */
function sections(html: string): ReadonlyMap<string, string> {
  const plain = (text: string) =>
    text
      .replace(/<[^>]*>/g, ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replace(/\s+/g, ' ')
  const found = new Map<string, string>()
  const body = html.slice(html.indexOf('<main'))
  found.set('head', plain(body.slice(0, body.indexOf('<div class="cols">'))))
  found.set('side', plain(body.slice(body.indexOf('<aside'), body.indexOf('</aside>'))))
  for (const part of body.split('<section class="part"><h3 id="').slice(1))
    found.set(
      part.slice(0, part.indexOf('"')),
      plain(`<h3 "${part.slice(0, part.indexOf('</main>') < 0 ? undefined : part.indexOf('</main>'))}`),
    )
  return found
}

/** What lies beside security content and is needed to read it. */
const macros = { summaries: 'summariesonly=false allow_old_summaries=true', plink_carries_a_tunnel_filter: 'search *' }

async function pageOf(source: Source): Promise<{ html: string; at: (id: string) => string }> {
  const read = readRules([source], { names: macros })
  const shelf: Shelf = await catalog(read.value!, {
    targets,
    documents: [source],
    atomics,
    texts: source.name.startsWith('packs/') ? guides : [],
  })
  const slug = shelf.catalog.briefs[0]!.slug
  const site = { name: 'Rules', attack: shelf.catalog.attack, build: 'test' }
  const html = draw(detectionPage(await shelf.entry(slug), { path: `d/${slug}/`, known: knownOf(shelf.catalog) }, site, {}), site)
  const by = sections(html)
  return { html, at: id => by.get(id) ?? '' }
}

type Item = readonly [what: string, section: string, text: string | RegExp]

const documents: readonly { readonly title: string; readonly source: Source; readonly items: readonly Item[] }[] = [
  {
    title: '000: a page of security content',
    source: { name: 'detections/endpoint/plink.yml', text: security },
    items: [
      ['title', 'head', 'Plink carries a tunnel'],
      ['description', 'about', 'An intruder may leave the network this way'],
      ['type', 'head', 'TTP'],
      ['product', 'provenance', 'Splunk Enterprise Security'],
      ['data model', 'stages', 'Endpoint'],
      ['date', 'head', '2026-03-01'],
      ['author', 'head', 'Ana Example'],
      ['id', 'provenance', '5f1c7e0a-0000-4000-8000-000000000001'],
      ['source file', 'provenance', 'detections/endpoint/plink.yml'],
      ['version', 'head', /Version\s*5/],
      ['technique and sub-technique', 'attack', /T1572 Protocol Tunneling[\s\S]*T1021\.004 SSH/],
      ['tactics', 'attack', 'Command and Control'],
      ['kill chain', 'frameworks', /Kill Chain/i],
      ['NIST', 'frameworks', /NIST[\s\S]*DE\.CM/],
      ['CIS', 'frameworks', /CIS/],
      ['the search', 'rule', 'tstats'],
      ['macros', 'names', 'plink_carries_a_tunnel_filter'],
      ['required fields', 'fields', 'process_name'],
      ['how to implement', 'implementation', 'Send process creations with command lines'],
      ['false positives', 'false-positives', 'Administrators who forward ports on purpose'],
      ['story', 'stories', 'Tunnels out'],
      ['references', 'references', 'attack.mitre.org'],
      ['risk score, impact, confidence', 'risk', /56[\s\S]*70[\s\S]*80/],
      ['risk message', 'risk', '$process_name$ forwards ports on $dest$'],
      ['risk objects and threat objects', 'risk', /risk object[\s\S]*threat object/],
      ['data set', 'own-tests', 'True positive'],
      ['drilldown', 'drilldowns', 'What else happened on $dest$'],
      ['asset type and domain', 'provenance', /Endpoint[\s\S]*endpoint/],
    ],
  },
  {
    title: '001: a feed of hunts',
    source: { name: 'rules/windows/plink_rdp.yml', text: sigma },
    items: [
      ['severity', 'head', 'high'],
      ['status', 'head', 'test'],
      ['technique', 'head', 'T1572'],
      ['hypothesis', 'head', 'Plink with an argument that carries RDP.'],
      ['the original rule', 'rule', "'\\plink.exe'"],
      ['the query for ASIM', 'targets', '_Im_ProcessCreate'],
      ['required data', 'sources', /Sysmon|4688/],
      ['which log has which field', 'fields', 'CommandLine'],
      ['false positives', 'false-positives', 'Unknown'],
      ['ATT&CK context', 'attack', 'Protocol Tunneling'],
      ['references', 'references', 'attack.mitre.org'],
      ['similar rule', 'related', '5f1c7e0a-0000-4000-8000-000000000009'],
      ['dates', 'head', /2026-01-02[\s\S]*2026-02-03/],
      ['branches', 'branches', 'path'],
      ['provenance', 'provenance', /Sigma[\s\S]*plink_rdp\.yml[\s\S]*[0-9a-f]{64}/],
    ],
  },
  {
    title: '002: a page of Atomic Threat Coverage',
    source: { name: 'rules/windows/tools.yml', text: tools },
    items: [
      ['title and description', 'about', ''],
      ['tactics', 'attack', /Exfiltration|Command and Control/],
      ['techniques', 'attack', /T1041[\s\S]*T1572|T1572[\s\S]*T1041/],
      ['the retired technique is told', 'attack', /T1043[\s\S]*(?:revoked|deprecated)/],
      ['data needed', 'sources', /Security|Sysmon/],
      ['logging policy', 'sources', /audit|Sysmon/i],
      ['log sample', 'sample', 'plink.exe'],
      ['trigger', 'atomics', 'A forward with plink'],
      ['severity', 'head', 'medium'],
      ['false positives', 'false-positives', 'Legitimate administrator'],
      ['development status', 'head', 'experimental'],
      ['author', 'head', 'Ana Example'],
      ['powershell', 'targets', 'Get-WinEvent'],
      ['es-qs', 'targets', 'process.executable'],
      ['xpack-watcher', 'targets', '"trigger"'],
      ['graylog', 'targets', /graylog/i],
      ['splunk', 'targets', 'XmlWinEventLog'],
      ['logpoint', 'targets', /logpoint/i],
      ['grep', 'targets', 'grep'],
    ],
  },
  {
    title: '003: a catalog of parsed searches',
    source: { name: 'tunnel.spl', text: search },
    items: [
      ['event id', 'tests', 'EventCode'],
      ['stages by kind', 'stages', /search[\s\S]*regex[\s\S]*table[\s\S]*bin[\s\S]*stats/],
      ['stage: table', 'stages', 'CommandLine'],
      ['predicates with values', 'tests', /EventCode[\s\S]*1/],
      ['the expression in parts', 'tests', /Read the expression[\s\S]*1 to 5 times/],
      ['indicators with counts', 'indicators', /EventCode[\s\S]*0/],
    ],
  },
  {
    title: '004: a page for many products',
    source: { name: pack, text: readFileSync(pack, 'utf8') },
    items: [
      ['technique and tactic', 'attack', /T1572 Protocol Tunneling[\s\S]*Command and Control/],
      ['severity', 'head', 'high'],
      ['KQL', 'targets', 'DeviceProcessEvents'],
      ['SPL', 'targets', 'XmlWinEventLog'],
      ['EQL', 'targets', 'process where'],
      ['AQL, or why not', 'targets', /QRadar[\s\S]*(?:SELECT|refused)/],
      ['Sumo Logic', 'targets', /Sumo Logic/],
      ['YARA-L, or why not', 'targets', /Google Security Operations|Chronicle|SecOps/i],
      ['LogScale, or why not', 'targets', /LogScale/],
      ['required tables', 'targets', 'Reads DeviceProcessEvents'],
      ['false positives', 'false-positives', 'Administrators who tunnel through a jump host'],
      ['tests with what is expected', 'own-tests', /reverse forward of RDP over the default SSH port[\s\S]*alert[\s\S]*passed/],
      ['near misses', 'own-tests', /login name given with -l[\s\S]*silence[\s\S]*passed/],
      ['atomic command', 'atomics', 'plink.exe -R 33389'],
      ['clean-up', 'atomics', 'taskkill /im plink.exe'],
      ['expected signal', 'atomics', 'Expected signal: this rule fires on it'],
      ['response', 'response', 'Read both ends from the command line'],
      ['playbook', 'guides', 'First ten minutes'],
      ['investigation guide', 'guides', 'Investigation'],
      ['hunting queries', 'guides', 'Hunts'],
      ['tuning guidance', 'guides', 'allow a far end'],
      ['mitigations', 'attack', 'M1037'],
      ['plain words', 'reading', 'plink.exe'],
      ['risk', 'risk', '56'],
    ],
  },
]

for (const { title, source, items } of documents)
  describe(title, async () => {
    const page = await pageOf(source)
    for (const [what, section, text] of items)
      it(`shows ${what}`, () => {
        if (text === '') expect(page.html).toContain('<h1>')
        else if (typeof text === 'string') expect(page.at(section), section).toContain(text)
        else expect(page.at(section), section).toMatch(text)
      })
    it('has none of the defects of pages', () => {
      const slug = /d\/([a-z0-9-]+)\//.exec(page.html)?.[1] ?? ''
      // Empty sections, broken tables, markup in texts, links to nowhere within the page.
      expect(check(`d/${slug}/`, page.html, policy).faults).toEqual([])
      const words = page.html.replace(/<figure class="code"[\s\S]*?<\/figure>/g, '')
      // Queries may hold entities of their own.
      expect(/&amp;(?:amp|lt|gt|quot);/.test(words)).toBe(false)
      expect(/>\s*(?:undefined|null|NaN|\[object Object\])\s*</.exec(words)?.[0]).toBeUndefined()
    })
  })

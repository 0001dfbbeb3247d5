// The facts of a small collection: what each says, typed from the rules below; that they are the same on every run, that they are JSON, and that what is kept is used.

import { describe, expect, it } from 'vitest'
import { partsOfPattern } from '../../src/catalog/pattern.ts'
import { slugOf, slugsOf } from '../../src/catalog/slug.ts'
import { catalog, type Store } from '../../src/catalog.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

const plink = `title: Plink forwards a port
id: 11111111-1111-4111-8111-111111111111
name: plink_forward
status: test
description: The client of PuTTY is started with a forward. It may be an administrator.
references:
  - https://www.example.org/plink
  - a talk of 2019
author: A. Writer
date: 2026-01-02
tags: [attack.command-and-control, attack.t1572, attack.t1043, cve.2021-44228]
logsource: { category: process_creation, product: windows }
detection:
  client:
    - Image|endswith: '\\plink.exe'
    - OriginalFileName: Plink
  forward:
    CommandLine|contains: [' -R ', ' -L ']
  ticket:
    CommandLine|contains: jump.example.org
  condition: client and forward and not ticket
falsepositives: [Administrators]
level: high
risk:
  impact: 70
  confidence: 80
  message: $Image$ on $Computer$
  entities: [{ field: Image, kind: other }]
tests:
  - { name: forward, expect: alert, events: [{ Image: 'C:\\t\\plink.exe', CommandLine: 'plink -R 1:a:2 h' }] }
  - { name: login, expect: silence, note: no forward, events: [{ Image: 'C:\\t\\plink.exe', CommandLine: 'plink h' }] }
`
const narrow = `title: Plink forwards RDP
id: 22222222-2222-4222-8222-222222222222
related: [{ id: 11111111-1111-4111-8111-111111111111, type: similar }]
tags: [attack.t1572]
logsource: { category: process_creation, product: windows }
detection:
  all:
    Image|endswith: '\\plink.exe'
    CommandLine|contains|all: [' -R ', ':3389']
  ticket:
    CommandLine|contains: jump.example.org
  condition: all and not ticket
level: high
`
const search = `name: Plink by its name
id: 33333333-3333-4333-8333-333333333333
date: '2024-09-30'
author: Somebody, Somewhere
status: production
type: TTP
description: Searches for the client.
search: '| tstats \`security_content_summariesonly\` count from datamodel=Endpoint.Processes where Processes.process="*plink*" by Processes.dest Processes.user'
how_to_implement: Fill the data model.
known_false_positives: Some.
tags:
  analytic_story: [Tunnels]
  asset_type: Endpoint
  mitre_attack_id: [T1572]
  security_domain: endpoint
tests:
  - name: True Positive Test
    attack_data: [{ data: https://example.org/plink.log }]
`
const logon = `title: Logon from loopback
id: 44444444-4444-4444-8444-444444444444
tags: [attack.t1021.001]
logsource: { product: windows, service: security }
detection:
  s: { EventID: 4624, LogonType: 10, IpAddress|startswith: '127.' }
  condition: s
level: medium
`
const both = `title: Tunnel and then a logon
id: 55555555-5555-4555-8555-555555555555
correlation:
  type: temporal_ordered
  rules: [plink_forward, 44444444-4444-4444-8444-444444444444]
  group-by: [Computer]
  timespan: 30m
  generate: true
tags: [attack.t1572]
level: critical
`
const atomic = `attack_technique: T1572
display_name: Protocol Tunneling
atomic_tests:
  - name: forward with plink
    auto_generated_guid: 66666666-6666-4666-8666-666666666666
    description: Forwards a port.
    supported_platforms: [windows]
    input_arguments:
      port: { description: the port, type: integer, default: 3389 }
    executor:
      name: command_prompt
      elevation_required: true
      command: |
        plink.exe -R 8080:localhost:#{port} me@host
      cleanup_command: taskkill /im plink.exe
`

const documents = Object.entries({ plink, narrow, search, logon, both }).map(([name, text]) => ({ name: `${name}.yml`, text }))
const detections = readRules(documents).value!
const targets = ['splunk', 'defender', 'kibana-kql'].map(name => targetOf(name)!)
const options = { documents, targets, atomics: [{ name: 'T1572.yaml', text: atomic }] }
const shelf = catalog(detections, options)
const entry = async (slug: string) => (await shelf).entry(slug)

describe('an entry', () => {
  it('says what the document says', async () => {
    const { rule, source, slug, aliases } = await entry('plink-forwards-a-port')
    expect([slug, aliases]).toEqual(['plink-forwards-a-port', ['11111111-1111-4111-8111-111111111111']])
    expect(rule.hypothesis).toBe('The client of PuTTY is started with a forward.')
    expect(rule.references).toEqual([
      { text: 'https://www.example.org/plink', url: 'https://www.example.org/plink', host: 'example.org' },
      { text: 'a talk of 2019' },
    ])
    expect([rule.level, rule.created, rule.authors, rule.vulnerabilities]).toEqual([
      'high',
      '2026-01-02',
      ['A. Writer'],
      ['CVE-2021-44228'],
    ])
    expect(source.text).toBe(plink)
    expect(source.format).toBe('sigma')
    const escu = (await entry('plink-by-its-name')).rule
    expect([escu.type, escu.stories, escu.assetType, escu.implementation]).toEqual([
      'TTP',
      ['Tunnels'],
      'Endpoint',
      'Fill the data model.',
    ])
    expect((await entry('tunnel-and-then-a-logon')).rule.type).toBe('Correlation')
  })

  it('has every test with its value and place, and none is blank', async () => {
    const { predicates, condition } = await entry('plink-forwards-a-port')
    expect(predicates.map(({ field, op, value, negated }) => [field, op, value, negated])).toEqual([
      ['Image', 'endswith', '\\plink.exe', false],
      ['OriginalFileName', 'equals', 'Plink', false],
      ['CommandLine', 'contains', ' -R ', false],
      ['CommandLine', 'contains', ' -L ', false],
      ['CommandLine', 'contains', 'jump.example.org', true],
    ])
    for (const { at } of predicates) expect(plink.slice(at!.start, at!.end)).toMatch(/plink|Plink|-R|-L|jump/)
    expect(condition!.kind).toBe('and')
    expect(condition!.children.map(child => child.kind)).toEqual(['or', 'or', 'not'])
  })

  it('reads the logic in sentences', async () => {
    const { reading } = await entry('plink-forwards-a-port')
    const texts = reading.map(({ text }) => text)
    expect(texts[0]).toBe('Reads events of process_creation / windows, and fires when:')
    expect(texts).toContain('Image ends with "\\plink.exe"')
    expect(texts).toContain('CommandLine contains any of " -R " or " -L "')
    expect(texts.at(-1)).toBe('not: CommandLine contains "jump.example.org"')
  })

  it('has a conversion for each target, with its verdict or why it is refused', async () => {
    const { conversions } = await entry('plink-forwards-a-port')
    expect(conversions.map(({ target, verdict }) => [target, verdict])).toEqual([
      ['splunk', 'equivalent'],
      ['defender', 'equivalent'],
      ['kibana-kql', 'refused'],
    ])
    const [splunk, , kibana] = conversions
    expect(splunk!.query).toContain('plink.exe')
    for (const { start, end, from } of splunk!.marks) {
      expect(splunk!.query!.slice(start, end)).not.toBe('')
      for (const place of from) expect(plink.slice(place.start, place.end)).not.toBe('')
    }
    expect(splunk!.mapping.find(({ field }) => field === 'Image')!.columns.length).toBeGreaterThan(0)
    expect(kibana!.query).toBeUndefined()
    expect(kibana!.findings.length).toBeGreaterThan(0)
  })

  it('tells which fields Sysmon 1 and Security 4688 have', async () => {
    const { sources, fields } = await entry('plink-forwards-a-port')
    expect(sources.map(({ key, events }) => [key, events.map(one => [one.channel, one.id, one.title])])).toEqual([
      [
        'windows-process_creation',
        [
          ['Microsoft-Windows-Sysmon/Operational', 1, 'Process creation'],
          ['Security', 4688, 'A process was created'],
        ],
      ],
    ])
    const has = (field: string, shape: string) =>
      fields.find(one => one.field === field)!.presence.find(one => one.shape === shape)!
    expect(has('OriginalFileName', 'Security 4688').has).toBe('absent')
    expect(has('Image', 'Security 4688')).toMatchObject({ has: 'derived', columns: ['NewProcessName'] })
    expect(has('CommandLine', 'Security 4688').has).toBe('column')
    expect(has('Image', 'Microsoft-Windows-Sysmon/Operational 1').has).toBe('column')
    const security = (await entry('logon-from-loopback')).sources[0]!
    expect(security.events).toEqual([
      { provider: 'Microsoft-Windows-Security-Auditing', channel: 'Security', id: 4624, title: 'An account was logged on' },
    ])
  })

  it('fills the message of the risk, and tells what is missing', async () => {
    const { risk, completeness, sample } = await entry('plink-forwards-a-port')
    expect(risk).toMatchObject({ score: 56, formula: '70 × 80 / 100', resolved: 'C:\\t\\plink.exe on $Computer$' })
    expect(sample!.test).toBe('forward')
    expect(sample!.matched.map(one => one.field)).toEqual(['Image', 'CommandLine'])
    expect(completeness.missing).toContain('noise')
    expect(completeness.present).toContain('atomic tests')
    const made = (await entry('plink-forwards-rdp')).sample!
    expect(made.test).toBeUndefined()
    expect(String(made.event.CommandLine)).toContain(':3389')
  })

  it('has the tests with what came of them, and says when their events are not at hand', async () => {
    const { tests } = await entry('plink-forwards-a-port')
    expect(tests.map(({ name, expect: wanted, results, note }) => [name, wanted, results[0]!.outcome, note])).toEqual([
      ['forward', 'alert', 'passed', undefined],
      ['login', 'silence', 'passed', 'no forward'],
    ])
    const [absent] = (await entry('plink-by-its-name')).tests
    expect([absent!.dataset, absent!.results[0]!.outcome]).toEqual(['https://example.org/plink.log', 'absent'])
  })

  it('counts who looks for the same, and flags retired techniques', async () => {
    const { indicators, attack, frameworks } = await entry('plink-forwards-a-port')
    expect(indicators[0]!).toMatchObject({ field: 'Image', kind: 'endswith', values: [{ value: '\\plink.exe', corpus: 1 }] })
    expect(indicators[1]!.values[0]!.corpus).toBe(0)
    expect(attack.map(({ technique, state }) => [technique, state])).toEqual([
      ['T1572', 'live'],
      ['T1043', 'deprecated'],
    ])
    expect(frameworks).toContainEqual({
      framework: 'Kill chain',
      id: 'Command and Control',
      name: 'Command and Control',
      by: 'tactic',
    })
  })

  it('knows the rules within it, those that stand on it and those the author names', async () => {
    const wide = (await entry('plink-forwards-a-port')).related.map(({ slug, relation, by }) => [slug, relation, by])
    expect(wide).toContainEqual(['plink-forwards-rdp', 'wider', 'proof'])
    expect(wide).toContainEqual(['tunnel-and-then-a-logon', 'used by', 'document'])
    const within = (await entry('plink-forwards-rdp')).related.map(({ slug, relation, by }) => [slug, relation, by])
    expect(within).toContainEqual(['plink-forwards-a-port', 'narrower', 'proof'])
    expect(within).toContainEqual(['plink-forwards-a-port', 'similar', 'document'])
  })

  it('joins atomic tests by technique, filled in, with what the rule does on their events', async () => {
    const [one] = (await entry('plink-forwards-a-port')).atomics
    expect(one).toMatchObject({
      name: 'forward with plink',
      command: 'plink.exe -R 8080:localhost:3389 me@host',
      cleanup: 'taskkill /im plink.exe',
      elevated: true,
    })
    expect(one!.signal.some(({ fires, event }) => fires && String(event.Image).endsWith('plink.exe'))).toBe(true)
    expect((await entry('logon-from-loopback')).atomics).toEqual([])
  })
})

describe('a collection', () => {
  it('has who names what', async () => {
    const { catalog: whole } = await shelf
    expect(whole.attack.version).toBe('18.1')
    expect(whole.briefs.map(brief => brief.title)).toEqual([
      'Logon from loopback',
      'Plink by its name',
      'Plink forwards RDP',
      'Plink forwards a port',
      'Tunnel and then a logon',
    ])
    const tunnelling = whole.techniques.find(one => one.id === 'T1572')!
    expect(tunnelling.coverage).toEqual({ rules: 4, proven: 2, tested: 1 })
    expect(tunnelling.atomics[0]!.rules.filter(one => one.fires).map(one => one.slug)).toEqual([
      'plink-by-its-name',
      'plink-forwards-a-port',
      'plink-forwards-rdp',
    ])
    expect(whole.techniques.find(one => one.id === 'T1021')!.coverage.rules).toBe(0)
    expect(whole.techniques.find(one => one.id === 'T1043')!.state).toBe('deprecated')
    expect(whole.indicators.find(one => one.value === '\\plink.exe')!.rules).toEqual([
      'plink-forwards-a-port',
      'plink-forwards-rdp',
    ])
    const kibana = whole.targets.find(one => one.id === 'kibana-kql')!
    expect(kibana.verdicts.refused).toBe(4)
    expect(kibana.reasons[0]!.title).not.toBe(kibana.reasons[0]!.code)
    expect(whole.stories.map(story => [story.name, story.rules])).toEqual([['Tunnels', ['plink-by-its-name']]])
    expect(whole.names.map(name => name.name)).toContain('security_content_summariesonly')
  })

  it('is JSON, and the same on a second run and in another order of files', async () => {
    const first = await shelf
    const texts = async (of: typeof first) =>
      JSON.stringify([of.catalog, ...(await Promise.all(of.catalog.briefs.map(brief => of.entry(brief.slug))))])
    const told = await texts(first)
    expect(JSON.stringify(JSON.parse(told))).toBe(told)
    expect(await texts(await catalog(detections, options))).toBe(told)
    const turned = [...documents].reverse()
    expect((await catalog(readRules(turned).value!, { ...options, documents: turned })).catalog.briefs).toEqual(
      first.catalog.briefs,
    )
  })

  it('makes again only what changed', async () => {
    const texts = new Map<string, string>()
    const written: string[] = []
    const store: Store = {
      read: key => texts.get(key),
      write(key, text) {
        written.push(key)
        texts.set(key, text)
      },
    }
    const before = await catalog(detections, { ...options, store })
    expect(written.filter(key => key.startsWith('own-'))).toHaveLength(5)
    written.length = 0
    const again = await catalog(detections, { ...options, store })
    expect(written.filter(key => key.startsWith('own-'))).toEqual([])
    expect(again.catalog).toEqual(before.catalog)
    const changed = documents.map(one => (one.name === 'narrow.yml' ? { ...one, text: narrow.replace(':3389', ':445') } : one))
    written.length = 0
    const next = await catalog(readRules(changed).value!, { ...options, documents: changed, store })
    expect(written.filter(key => key.startsWith('own-'))).toHaveLength(1)
    const digests = new Map(before.catalog.briefs.map(brief => [brief.slug, brief.digest]))
    const moved = next.catalog.briefs.filter(brief => digests.get(brief.slug) !== brief.digest).map(brief => brief.slug)
    expect(moved).toEqual(['plink-forwards-rdp'])
    const fresh = await catalog(readRules(changed).value!, { ...options, documents: changed })
    expect(next.catalog).toEqual(fresh.catalog)
  })

  it('throws for a slug that is not there, and tells of files without atomic tests', async () => {
    await expect((await shelf).entry('no-such-rule')).rejects.toThrow(RangeError)
    const { catalog: whole } = await catalog([], { atomics: [{ name: 'x.yaml', text: 'a: b' }] })
    expect(whole.problems.map(finding => finding.code)).toEqual(['ATM001'])
  })
})

describe('names of pages', () => {
  it('are plain, and the same title twice gives two', () => {
    expect(slugOf('Überraschung: Plink & Co. (RDP)')).toBe('uberraschung-plink-co-rdp')
    const [one] = detections
    const two = slugsOf([one!, { ...one!, id: 'abcdefgh-0000' }])
    expect(two.map(({ slug }) => slug)).toEqual(['plink-forwards-a-port-11111111', 'plink-forwards-a-port-abcdefgh'])
    expect(two[0]!.aliases).toContain('plink-forwards-a-port')
  })
})

describe('patterns', () => {
  it('are told part by part', () => {
    expect(
      partsOfPattern('^-[LR]\\s*\\d{1,5}:(a|b)$').map(({ text, meaning, depth }) => `${' '.repeat(depth)}${text} ${meaning}`),
    ).toEqual([
      '^ at the start of the text',
      '- the text "-"',
      '[…] one of L, R',
      '* any number of times:',
      ' \\s a blank',
      '{1,5} 1 to 5 times:',
      ' \\d a digit',
      ': the text ":"',
      '( ) group 1',
      ' | one of 2 alternatives',
      '  1 alternative 1',
      '   a the text "a"',
      '  2 alternative 2',
      '   b the text "b"',
      '$ at the end of the text',
    ])
    expect(partsOfPattern('(unclosed')).toEqual([])
  })
})

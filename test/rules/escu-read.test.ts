// Detections of Splunk's security content and what lies beside them: both generations of the schema, macros, lookups, saved searches, risk from result rows.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { constructsOf } from '../../src/constructs.ts'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import { explain } from '../../src/explain.ts'
import type { Value } from '../../src/ir/event.ts'
import { besideRules } from '../../src/node/beside.ts'
import { readCsv } from '../../src/rules/csv.ts'
import { readRules } from '../../src/rules/index.ts'
import { lenient } from '../../src/rules/lenient.ts'
import { readDefinitions, stanzas } from '../../src/rules/macros.ts'
import { schemas } from '../../src/schemas/index.ts'
import { targetOf } from '../../src/targets.ts'
import { position } from '../../src/text/source.ts'
import { terrier } from '../cli/run.ts'

const older = `name: Tunnel By Plink
id: 11111111-2222-4333-8444-555555555555
version: 2
date: '2024-01-02'
author: A. Person, B. Other
status: production
type: TTP
description: Looks for tunnels.
data_source:
- Sysmon EventID 1
search: '| tstats \`security_content_summariesonly\` count from datamodel=Endpoint.Processes
  where Processes.process_name=plink.exe by Processes.dest Processes.user Processes.process
  | \`drop_dm_object_name(Processes)\` | \`tunnel_by_plink_filter\`'
how_to_implement: Collect processes.
known_false_positives: Admins.
references:
- https://example.com/plink
drilldown_searches:
- name: View
  search: '%original_detection_search%'
tags:
  analytic_story:
  - Tunnels
  confidence: 80
  impact: 70
  message: $process$ on $dest$ by $user$
  mitre_attack_id:
  - T1572
  observable:
  - name: user
    type: User
    role: [Victim]
  - name: dest
    type: Hostname
    role: [Victim]
  - name: process
    type: Process
    role: [Attacker]
  required_fields: [_time, Processes.dest, Processes.parent_process]
tests:
- name: True Positive Test
  attack_data:
  - data: plink.log
    source: XmlWinEventLog:Microsoft-Windows-Sysmon/Operational
`

const newer = `name: Tunnel Again
id: 21111111-2222-4333-8444-555555555555
type: Anomaly
status: experimental
search: index=w EventCode=1 process_name=plink.exe | table dest user process
rba:
  message: seen $process$
  risk_objects:
  - field: dest
    type: system
    score: 40
  - field: user
    type: user
    score: 25
  threat_objects:
  - field: process
    type: process_name
tags:
  mitre_attack_id: [T1572]
`

const read = (text: string, name = 'detections/endpoint/x.yml') => readRules([{ name, text }])

describe('a detection of the older schema', () => {
  const { value, diagnostics } = read(older)
  const detection = value![0]!

  it('is read with everything that it says', () => {
    expect(detection).toMatchObject({
      id: '11111111-2222-4333-8444-555555555555',
      title: 'Tunnel By Plink',
      level: 'high',
      status: 'stable',
      attack: ['T1572'],
      authors: ['A. Person', 'B. Other'],
      references: ['https://example.com/plink'],
      falsePositives: ['Admins.'],
      modified: '2024-01-02',
      tests: [{ name: 'True Positive Test', events: { dataset: 'plink.log' }, expect: 'alert' }],
      risk: {
        score: 56,
        impact: 70,
        confidence: 80,
        entities: [
          { field: 'user', kind: 'user' },
          { field: 'dest', kind: 'system' },
        ],
        threats: [{ field: 'process', kind: 'process' }],
      },
    })
    expect(detection.rest).toMatchObject({
      type: 'TTP',
      data_source: ['Sysmon EventID 1'],
      drilldown_searches: [{ name: 'View' }],
    })
    expect(detection.written).toMatchObject({ rules: 'escu', language: 'spl' })
  })

  it('is told which required fields the search does not use, at their place', () => {
    const [finding, ...others] = diagnostics
    expect(others).toEqual([])
    expect(finding).toMatchObject({ code: 'ESC201', severity: 'note' })
    expect(finding!.message).toContain('"Processes.parent_process"')
    expect(older.slice(finding!.span!.start, finding!.span!.end)).toBe('required_fields')
  })

  it('keeps places of a search that is folded over several lines', () => {
    const [first] = detection.query.stages
    expect(older.slice(first!.span!.start, first!.span!.end)).toMatch(/^tstats `security[\s\S]*Processes\.process$/)
    const wrong = read(older.replace('| `drop_dm_object_name(Processes)`', '| stats foo(x)'))
    const { span } = wrong.diagnostics.find(one => one.code.startsWith('SPL'))!
    expect(position({ name: '', text: older }, span!.start).line).toBe(13)
  })

  it('gives risk to the entities of each result row', () => {
    const program = compile(
      [detection],
      schemas.filter(schema => schema.optIn !== true),
    ).value!
    const event: Readonly<Record<string, Value>> = {
      SystemTime: '2024-05-01T10:00:00.000Z',
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Provider_Name: 'Microsoft-Windows-Sysmon',
      EventID: 1,
      Computer: 'h1',
      User: 'LAB\\al',
      Image: 'C:\\T\\plink.exe',
      CommandLine: 'plink -R 1:2:3 x',
    }
    const run = program.start()
    run.push({ schema: '', length: 1, at: () => ({ fields: event }) })
    const [alert] = run.finish()
    expect(alert!.row).toEqual({ dest: 'h1', user: 'al', process: 'plink -R 1:2:3 x', count: 1 })
    expect(alert!.risk).toEqual({
      score: 56,
      message: 'plink -R 1:2:3 x on h1 by al',
      entities: [
        { kind: 'user', value: 'al', score: 56 },
        { kind: 'system', value: 'h1', score: 56 },
      ],
      threats: [{ kind: 'process', value: 'plink -R 1:2:3 x' }],
    })
  })
})

describe('other documents of the content', () => {
  it('of the newer schema have a score for each object', () => {
    const { value } = read(newer)
    expect(value![0]).toMatchObject({
      level: 'medium',
      status: 'experimental',
      risk: {
        score: 40,
        message: 'seen $process$',
        entities: [
          { field: 'dest', kind: 'system', score: 40 },
          { field: 'user', kind: 'user', score: 25 },
        ],
        threats: [{ field: 'process', kind: 'process_name' }],
      },
    })
  })

  it('for hunting give no risk, and what is deprecated says so', () => {
    expect(read(newer.replace('Anomaly', 'Hunting')).value![0]!.risk).toBeUndefined()
    expect(read(newer, 'detections/deprecated/x.yml').value![0]!.status).toBe('deprecated')
  })

  it('that hold no detection are passed over', () => {
    const macro = 'name: m\ndefinition: a=1\ndescription: x\n'
    const story = 'name: s\nid: x\nnarrative: long\ntags: {category: [A]}\n'
    const { value, diagnostics } = readRules([
      { name: 'macros/m.yml', text: macro },
      { name: 'stories/s.yml', text: story },
    ])
    expect(value).toEqual([])
    expect(diagnostics).toEqual([])
  })

  it('without a search are told', () => {
    expect(read('name: x\ntype: TTP\nsearch: ""\nhow_to_implement: y\n').diagnostics.map(one => one.code)).toEqual(['ESC001'])
  })

  it('whose quoted text goes on in the first column are read all the same, with their places', () => {
    const text = "name: x\nsearch: 'index=w a=\"it''s\"\n| stats foo(a)'\nhow_to_implement: y\n"
    expect(lenient({ name: 'x', text }).source.text).toBe(text.replace('\n| stats', '\n | stats'))
    const { value, diagnostics } = read(text)
    expect(value).toHaveLength(1)
    expect(diagnostics.map(one => one.code)).toEqual(['SPL011'])
    expect(text.slice(diagnostics[0]!.span!.start, diagnostics[0]!.span!.end)).toBe('foo')
    const plain = 'name: x\nsearch: index=w\n'
    expect(lenient({ name: 'x', text: plain }).source.text).toBe(plain)
  })
})

describe('what is written for Splunk', () => {
  const rule = readRules([
    {
      name: 'r.yml',
      text: "title: A tunnel\nid: 41111111-2222-4333-8444-555555555555\ndate: 2024-01-02\nlevel: high\ntags: [attack.t1572]\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s:\n    Image|endswith: '\\plink.exe'\n    CommandLine|contains: ' -R '\n  condition: s\nrisk: {score: 60, message: $CommandLine$, entities: [{field: Computer, kind: system}]}\n",
    },
  ]).value![0]!

  it.each(['escu', 'savedsearches'])('is read back: %s', document => {
    const out = convert(rule, targetOf('splunk-cim')!, { document })
    const [written] = out.value!.documents
    const { value, diagnostics } = readRules([{ name: written!.name, text: written!.text }])
    expect(diagnostics.filter(one => one.severity !== 'note')).toEqual([])
    expect(value![0]).toMatchObject({ title: 'A tunnel', level: 'high', attack: ['T1572'] })
    const { stages } = explain(value![0]!)
    expect(stages[0]!.kind).toBe('tstats')
  })
})

describe('definitions beside rules', () => {
  it('come from the content and from .conf files', () => {
    const { names, lookups } = readDefinitions([
      { name: 'm.yml', text: 'name: ctime\narguments: [field]\ndefinition: convert ctime($field$)\n' },
      { name: 'n.yml', text: 'name: events\ndefinition: index=w\n' },
      {
        name: 'l.yml',
        text: 'name: tools\nfilename: tools.csv\nmatch_type: WILDCARD(a),CIDR(b), EXACT(c)\ncase_sensitive_match: "false"\nmin_matches: 1\nmax_matches: 3\ndefault_match: "no"\n',
      },
      { name: 'k.yml', text: 'name: seen\ncollection: seen\nfields_list: _key, user, host\n' },
      {
        name: 'macros.conf',
        text: '[pick(2)]\nargs = a, b\ndefinition = x=$a$ \\\n  y=$b$\n# comment\n[plain]\ndefinition = z=1\n',
      },
      { name: 'transforms.conf', text: '[t]\nfilename = t.csv\ncase_sensitive_match = true\n' },
      { name: 'other.txt', text: '[' },
    ])
    expect(Object.keys(names).sort()).toEqual(['ctime(1)', 'events', 'pick(2)', 'plain'])
    expect(names['pick(2)']).toEqual({ args: ['a', 'b'], body: { name: 'macros.conf', text: 'x=$a$ \n  y=$b$' } })
    expect(lookups).toEqual([
      {
        name: 'tools',
        file: 'tools.csv',
        matches: { a: 'wildcard', b: 'cidr' },
        cased: false,
        otherwise: 'no',
        least: 1,
        most: 3,
      },
      { name: 'seen', columns: ['_key', 'user', 'host'] },
      { name: 't', file: 't.csv', cased: true },
    ])
  })

  it('of tables are CSV', () => {
    expect(readCsv('\ufeffa,b\r\n1,"x ""y"", z"\n\n,"two\nlines"\n3\n')).toEqual({
      columns: ['a', 'b'],
      rows: [
        ['1', 'x "y", z'],
        [null, 'two\nlines'],
        ['3', null],
      ],
    })
    expect(readCsv('')).toEqual({ columns: [], rows: [] })
    expect(readCsv('a\n"open')).toEqual({ columns: ['a'], rows: [['open']] })
  })

  it('of saved searches keep their places over continued lines', () => {
    const text =
      '[One]\ndescription = d\nsearch = index=w \\\n  | stats foo(x)\nalert.severity = 5\naction.correlationsearch.annotations = {"mitre_attack": ["t1572"]}\naction.risk.param._risk = [{"risk_object_field":"dest","risk_object_type":"system","risk_score":30},{"threat_object_field":"process","threat_object_type":"process"}]\naction.risk.param._risk_message = on $dest$\n[Two]\nsearch = a=1\ndisabled = 1\n[default]\ncron = x\n'
    const { value, diagnostics } = readRules([{ name: 'savedsearches.conf', text }])
    expect(value!.map(one => [one.title, one.level, one.status, one.attack])).toEqual([
      ['One', 'high', 'test', ['T1572']],
      ['Two', 'medium', 'deprecated', []],
    ])
    expect(value![0]!.risk).toMatchObject({ score: 30, message: 'on $dest$', threats: [{ field: 'process', kind: 'process' }] })
    expect(diagnostics.map(one => text.slice(one.span!.start, one.span!.end))).toEqual(['foo'])
    expect(stanzas({ name: 'x', text }).map(one => one.name)).toEqual(['One', 'Two', 'default'])
    expect(readRules([{ name: 'a.conf', text: 'no stanza' }]).diagnostics.map(one => one.code)).toEqual(['RUL090'])
  })
})

describe('a content tree on disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'terrier-escu-'))
  afterAll(() => rmSync(root, { recursive: true }))
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  put('macros/mine.yml', 'name: mine\ndefinition: source=XmlWinEventLog:Microsoft-Windows-Sysmon/Operational EventCode=1\n')
  put('lookups/tools.yml', 'name: tools\nfilename: tools.csv\nmatch_type: WILDCARD(path)\ncase_sensitive_match: "false"\n')
  put('lookups/tools.csv', 'path,kind\n*\\PLINK.exe,tunnel\n')
  put('lookups/gone.yml', 'name: gone\nfilename: gone.csv\n')
  put('lookups/seen.yml', 'name: seen\ncollection: seen\nfields_list: user\n')
  put(
    'detections/endpoint/plink.yml',
    "name: By Lookup\nid: 31111111-2222-4333-8444-555555555555\ntype: TTP\nstatus: production\nsearch: '`mine` | lookup tools path as Image OUTPUT kind | search kind=tunnel | lookup seen user OUTPUT user as known | where isnull(known) | table dest user kind | outputlookup seen append=t'\nhow_to_implement: x\ntests:\n- name: t\n  attack_data:\n  - data: plink.log\n- name: u\n  attack_data:\n  - data: https://example.com/x.log\n- name: p\n  attack_data:\n  - data: pointer.log\n",
  )
  const xml = (image: string): string =>
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><TimeCreated SystemTime='2024-05-01T10:00:00.000Z'/><EventRecordID>1</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>h1</Computer></System><EventData><Data Name='Image'>${image}</Data><Data Name='User'>LAB\\al</Data></EventData></Event>\n`
  put('detections/endpoint/plink.log', xml('C:\\T\\plink.exe') + xml('C:\\T\\x.exe'))
  put('detections/endpoint/pointer.log', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')

  it('gives macros and lookups to what reads its detections', async () => {
    const { names, lookups, key } = await besideRules([join(root, 'detections/endpoint/*.yml')], '/', () => undefined)
    expect(Object.keys(names)).toEqual(['mine'])
    expect(Object.keys(lookups).sort()).toEqual(['gone', 'seen', 'tools', 'tools.csv'])
    expect(lookups.tools!.table!.rows).toEqual([['*\\PLINK.exe', 'tunnel']])
    expect(lookups.seen!.table).toEqual({ columns: ['user'], rows: [] })
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect((await besideRules(['-', 'https://example.com/x'], '/', () => undefined)).key).toBe('')
  })

  it('says what it cannot read', async () => {
    mkdirSync(join(root, 'broken/lookups'), { recursive: true })
    mkdirSync(join(root, 'broken/macros/folder.yml'), { recursive: true })
    const found: string[] = []
    await besideRules([join(root, 'broken')], '/', finding => found.push(finding.code))
    expect(found).toEqual(['FIL024'])
  })

  it('is hunted with, and what would be written is recorded', async () => {
    const log = join(root, 'detections/endpoint/plink.log')
    const { code, out, err } = await terrier(['hunt', '-r', join(root, 'detections'), log, '-f', 'jsonl'])
    expect(code, err).toBe(0)
    expect(out, err).not.toBe('')
    const alerts = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(alerts.map(alert => alert.fields)).toEqual([{ dest: 'h1', user: 'al', kind: 'tunnel' }])
    expect(err).toContain('"outputlookup" of "By Lookup" would write 1 row to "seen"')
  })

  it('is tested with its data sets; what is not at hand is not passed', async () => {
    const { code, out } = await terrier(['test', join(root, 'detections'), '-f', 'jsonl'])
    const rows = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(rows.map(row => [row.trial, row.outcome])).toEqual([
      ['t', 'passed'],
      ['u', 'skipped'],
      ['p', 'skipped'],
    ])
    expect(rows[2].reason).toContain('Git LFS pointer')
    expect(code).toBe(0)
  })

  it('says what it is made of', async () => {
    const { out } = await terrier(['explain', join(root, 'detections'), '--constructs', '-f', 'jsonl'])
    const rows = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(rows).toContainEqual({ kind: 'stage', name: 'splunk:lookup', rules: 1, runs: 1 })
    const text = await terrier(['explain', join(root, 'detections'), '--constructs', '-f', 'text'])
    expect(text.out).toContain('1 rules: 1 (100 %) understood in every stage, 1 (100 %) run')
    const broken = readRules([{ name: 'x.spl', text: 'a=1 | frobnicate | apply m' }]).value!
    const found = constructsOf(broken, schemas)
    expect([found.rules, found.runs, found.understood]).toEqual([1, 0, 0])
  })
})

// Documents around queries in KQL: bare files, Markdown, rules of Sentinel and Defender, read with their places and written again.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import { ruleText } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { kqlFile, kqlMarkdown } from '../../src/rules/kql.ts'
import { schemas } from '../../src/schemas/index.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'
import { targetOf } from '../../src/targets.ts'
import { dataRoot } from '../acceptance/shared.ts'

const read = (name: string, text: string) => readRules([{ name, text }], { tables: kustoTables })
const errors = (outcome: ReturnType<typeof read>) =>
  outcome.diagnostics.filter(finding => finding.severity === 'error').map(finding => finding.code)

const analytic = `id: 11111111-2222-3333-4444-555555555555
name: Plink started
description: |
  Finds plink.
severity: High
requiredDataConnectors:
  - connectorId: MicrosoftThreatProtection
    dataTypes: [DeviceProcessEvents]
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 1
tactics: [CommandAndControl]
relevantTechniques: [T1572, T1021.001]
query: |
  DeviceProcessEvents
  | where FileName =~ "plink.exe"
  | project Timestamp, DeviceName, FileName
entityMappings:
  - entityType: Host
    fieldMappings: [{identifier: FullName, columnName: DeviceName}]
version: 1.0.0
kind: Scheduled
`

const custom = JSON.stringify({
  displayName: 'Plink custom',
  queryCondition: { queryText: 'DeviceProcessEvents\n| where FileName =~ "plink.exe"' },
  schedule: { period: '1H' },
  detectionAction: {
    alertTemplate: { title: 't', description: 'd', severity: 'low', category: 'CommandAndControl', mitreTechniques: ['T1572'] },
  },
})

describe('a rule of Sentinel', () => {
  it('is read with what it says of itself', () => {
    const outcome = read('rule.yaml', analytic)
    expect(errors(outcome)).toEqual([])
    const [rule] = outcome.value!
    expect(rule).toMatchObject({
      id: '11111111-2222-3333-4444-555555555555',
      title: 'Plink started',
      level: 'high',
      attack: ['T1572', 'T1021.001'],
      written: { rules: 'sentinel', language: 'kql' },
      rest: { queryFrequency: '1h', tactics: ['CommandAndControl'], kind: 'Scheduled' },
    })
  })

  it('raises alerts when there are more results than its threshold', () => {
    const event = (second: number) => ({
      fields: { Timestamp: `2026-05-01T10:00:0${second}Z`, DeviceName: 'a', ActionType: 'ProcessCreated', FileName: 'plink.exe' },
    })
    const alerts = (count: number): number => {
      const program = compile(
        read('rule.yaml', analytic).value!,
        schemas.filter(schema => schema.optIn !== true),
      ).value!
      expect(program.skipped).toEqual([])
      const run = program.start()
      run.push({ schema: '', length: count, at: index => event(index) })
      return run.finish().length
    }
    expect([alerts(1), alerts(2)]).toEqual([0, 2])
  })

  it('is told of at the place in its document', () => {
    const { diagnostics } = read('rule.yaml', analytic.replace('where FileName =~', 'where FileName ~~'))
    const [finding] = diagnostics.filter(one => one.code === 'KQL010')
    expect(analytic.slice(finding!.span!.start - 9, finding!.span!.start)).toBe('FileName ')
  })

  it('without a query is told', () => {
    expect(errors(read('rule.yaml', analytic.replace(/query: \|[\s\S]*?entityMappings/, 'query: ""\nentityMappings')))).toEqual([
      'SNT001',
    ])
  })

  it('is written again as it was, and as a custom detection of Defender', () => {
    const [rule] = read('rule.yaml', analytic).value!
    const sentinel = convert(rule!, targetOf('sentinel-security')!)
    const [again] = read('again.yaml', sentinel.value!.documents[0]!.text).value!
    expect(again).toMatchObject({
      id: rule!.id,
      title: rule!.title,
      level: 'high',
      attack: rule!.attack,
      rest: { triggerThreshold: 1, queryFrequency: '1h', kind: 'Scheduled' },
    })
    expect(again!.written.query.text.trim()).toBe(rule!.written.query.text.trim())
    const converted = convert(rule!, targetOf('defender')!)
    expect(converted.diagnostics.map(finding => finding.code)).toContain('DFD301')
    const defender = converted.value!.documents[0]!
    expect(read(defender.name, defender.text).value).toMatchObject([
      { title: 'Plink started', level: 'high', attack: ['T1572', 'T1021.001'] },
    ])
  })

  it('asks for no count where any result is enough', () => {
    const [rule] = read('rule.yaml', analytic.replace('triggerThreshold: 1', 'triggerThreshold: 0')).value!
    expect(rule!.query.stages.some(stage => stage.kind === 'special')).toBe(false)
  })
})

describe('a custom detection of Defender', () => {
  it('is read from JSON', () => {
    const outcome = read('rule.json', custom)
    expect(errors(outcome)).toEqual([])
    expect(outcome.value).toMatchObject([
      {
        title: 'Plink custom',
        level: 'low',
        attack: ['T1572'],
        description: 'd',
        schema: 'defender',
        rest: { tactics: ['CommandAndControl'] },
      },
    ])
  })
})

const file = `// First: plink
// T1572
DeviceProcessEvents
| where FileName =~ "plink.exe"

| project Timestamp, FileName

// Second
let n = 1;

SecurityEvent
| where EventID == 4688
| sort by TimeGenerated
`

describe('a bare file', () => {
  it('is one query, or several parted by blank lines', () => {
    const outcome = read('both.kql', file)
    expect(errors(outcome)).toEqual([])
    expect(outcome.value!.map(one => [one.title, one.attack, one.query.stages.length])).toEqual([
      ['both (1: First: plink)', ['T1572'], 2],
      ['both (2: Second)', [], 2],
    ])
    expect(outcome.diagnostics.map(finding => finding.code)).toContain('KQD302')
    expect(read('one.csl', 'print 1').value!.map(one => one.title)).toEqual(['one'])
  })

  it('tells what is no query, and goes on', () => {
    const outcome = read('some.kql', `${file}\nTechnique: T1518 - something ( else\n`)
    expect(outcome.value).toHaveLength(2)
    expect(outcome.diagnostics.filter(finding => finding.code === 'KQD201')).toHaveLength(1)
  })

  it('in which nothing reads tells what is wrong', () => {
    expect(errors(read('bad.kql', 'DeviceEvents | where a == "C:\\Users"'))).toEqual(['KQL012'])
  })
})

const page = `# Plink
## Description
Finds plink, T1572.
## Defender
\`\`\`KQL
DeviceProcessEvents
| where Timestamp > ago(1d) and FileName =~ "plink.exe"
\`\`\`
## Sentinel
\`\`\`KQL
DeviceProcessEvents
| where TimeGenerated > ago(1d) and FileName =~ "plink.exe"
\`\`\`
## Other
\`\`\`C#
SecurityEvent
| where EventID == 4624
\`\`\`
\`\`\`powershell
Get-Process | where Name -eq "x"
\`\`\`
`

describe('Markdown', () => {
  it('has its queries in fences; one for both portals is one', () => {
    const outcome = read('plink.md', page)
    expect(errors(outcome)).toEqual([])
    expect(outcome.value!.map(one => [one.title, one.attack, one.description])).toEqual([
      ['Plink: Defender', ['T1572'], 'Finds plink, T1572.'],
      ['Plink: Other', ['T1572'], 'Finds plink, T1572.'],
    ])
    expect(outcome.diagnostics.map(finding => finding.code)).toContain('KQD301')
  })

  it('without a query holds no rule', () => {
    expect(read('README.md', '# Rules\nSee the folders.')).toEqual({ value: [], diagnostics: [] })
  })
})

describe('what is written', () => {
  const rule = readRules([
    {
      name: 'rule.yml',
      text: 'title: Plink\ndescription: finds plink\ntags: [attack.t1572]\nlogsource: {product: windows, category: process_creation}\ndetection:\n  selection:\n    Image|endswith: \\plink.exe\n  condition: selection\n',
    },
  ]).value![0]!
  const printed = convert(rule, targetOf('defender')!, { document: 'none' }).value!.printed
  const place = { target: 'defender', language: 'kql', tables: ['DeviceProcessEvents'] }

  it.each([
    ['a bare file', kqlFile, 'plink.kql'],
    ['Markdown', kqlMarkdown, 'plink.md'],
  ])('as %s is read again', (_, format, name) => {
    const [document] = format.write!(rule, printed, [], place).value!
    expect(document!.name).toBe(name)
    const [again] = read(document!.name, document!.text).value!
    expect(again!.attack).toEqual(['T1572'])
    expect(again!.written.query.text).toContain('plink.exe')
    expect(format.write!(rule, printed, [], { ...place, language: 'spl' }).diagnostics.map(finding => finding.code)).toEqual([
      'KQD101',
    ])
  })
})

const corpus = join(dataRoot, 'kql')
describe.skipIf(!existsSync(corpus))('published documents', () => {
  it('are read: nearly all give rules, in UTF-16 too', () => {
    const { files } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as {
      files: readonly { path: string; queries: number; encoding: string }[]
    }
    let queries = 0
    let rules = 0
    let twice = 0
    const sixteen: number[] = []
    for (const one of files) {
      const outcome = readRules([ruleText(one.path, readFileSync(join(corpus, one.path)), () => {})], { tables: kustoTables })
      queries += one.queries
      rules += outcome.value!.length
      twice += outcome.diagnostics.filter(finding => finding.code === 'KQD301').length
      if (one.encoding === 'utf-16') sixteen.push(outcome.value!.length)
    }
    console.log(`${queries} published queries in ${files.length} documents: ${rules} rules, ${twice} of them written twice`)
    expect(rules + twice).toBeGreaterThan(queries)
    expect(sixteen.filter(count => count > 0).length).toBeGreaterThan(30)
  }, 60_000)
})

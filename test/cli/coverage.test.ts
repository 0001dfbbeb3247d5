// `terrier coverage`: counts by technique typed from the rules below, layers as Navigator 4.5 wants them, baselines, exit codes.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { terrier } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-coverage-'))
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const rule = (title: string, tags: string, more = ''): string =>
  `title: ${title}\nid: ${title}\ntags: [${tags}]\nlogsource: { product: windows, category: process_creation }\ndetection:\n  s: { Image|endswith: '\\${title}.exe' }\n  condition: s\n${more}`
const tests = (expected: string): string => `tests:\n  - { name: t, expect: ${expected}, events: [{ Image: 'C:\\one.exe' }] }\n`
const rules = [
  file('one.yml', rule('one', 'attack.t1572, attack.t1021.004', tests('alert'))),
  file('two.yml', rule('two', 'attack.t1572', tests('alert'))),
  // PowerShell of before 2020, which is T1059.001 today; and one that was given up.
  file('three.yml', rule('three', 'attack.t1086, attack.t1043')),
  file('four.yml', rule('four', 'attack.execution')),
]
const log = file(
  'log.jsonl',
  `${JSON.stringify({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Image: 'C:\\one.exe', Computer: 'h' })}\n`,
)

interface Row {
  readonly technique: string
  readonly rules: number
  readonly proven: number
  readonly tested: number
  readonly visible?: number
  readonly change?: string | null
  readonly before?: number
}

const run = async (...args: readonly string[]) => {
  const { code, out, err } = await terrier(['coverage', ...args])
  return { code, out, err }
}
const rowsOf = (out: string) =>
  new Map(
    out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Row)
      .map(row => [row.technique, row]),
  )

describe('terrier coverage', () => {
  it('counts rules, tests that fire, proofs and data for each technique', async () => {
    const { code, out, err } = await run(...rules, '-t', 'splunk', '--events', log, '-f', 'jsonl')
    expect(code, err).toBe(0)
    const rows = rowsOf(out)
    expect([...rows.keys()]).toEqual(['T1021.004', 'T1059.001', 'T1572'])
    // The test of "two" fails: its event is of "one".
    expect(rows.get('T1572')).toMatchObject({ rules: 2, proven: 2, tested: 1, visible: 2 })
    expect(rows.get('T1021.004')).toMatchObject({ rules: 1, proven: 1, tested: 1, visible: 1 })
    expect(rows.get('T1059.001')).toMatchObject({ rules: 1, tested: 0 })
    expect(err).toContain('"T1086", which is revoked')
    expect(err).toContain('it is "T1059.001" today')
    expect(err).toContain('"T1043", which is deprecated')
    expect(err).toContain('COV201')
    expect(err).toContain('4 rules for 3 of 691 techniques of ATT&CK 18.1, 1 name none')
  })

  it('never gives a technique the rules of its sub-techniques, but says that the tactic is reached', async () => {
    const { out } = await run(...rules, '-f', 'json')
    const report = JSON.parse(out) as {
      techniques: Row[]
      tactics: { shortname: string; covered: number; of: number; rules: number }[]
      retired: unknown
    }
    expect(report.techniques.find(row => row.technique === 'T1021')!.rules).toBe(0)
    expect(report.tactics.find(tactic => tactic.shortname === 'lateral-movement')).toMatchObject({ covered: 1, of: 9, rules: 1 })
    expect(report.retired).toEqual([
      { technique: 'T1043', state: 'deprecated', successor: null, rules: 1 },
      { technique: 'T1086', state: 'revoked', successor: 'T1059.001', rules: 1 },
    ])
  })

  it('writes layers for Navigator 4.5, also when nothing scores', async () => {
    const path = join(folder, 'layers.json')
    expect((await run(...rules, '-t', 'splunk', '--events', log, '--layer', path)).code).toBe(0)
    const layers = JSON.parse(readFileSync(path, 'utf8')) as {
      name: string
      domain: string
      versions: unknown
      techniques: { techniqueID: string; score: number; metadata: unknown }[]
      gradient: { minValue: number; maxValue: number; colors: string[] }
    }[]
    expect(layers.map(layer => layer.name.split(': ')[1])).toEqual(['rules', 'proven', 'tested', 'visible'])
    for (const { domain, versions, gradient } of layers) {
      expect([domain, versions]).toEqual(['enterprise-attack', { attack: '18', navigator: '5.1.0', layer: '4.5' }])
      expect(gradient.maxValue).toBeGreaterThan(gradient.minValue)
      expect(gradient.colors.length).toBeGreaterThan(1)
    }
    expect(layers[0]!.techniques.map(one => [one.techniqueID, one.score])).toEqual([
      ['T1021.004', 1],
      ['T1059.001', 1],
      ['T1572', 2],
    ])
    expect(layers[0]!.techniques[2]!.metadata).toEqual([
      { name: 'rule', value: 'one' },
      { name: 'rule', value: 'two' },
    ])
    expect((await run(rules[3]!, '--layer', path)).code).toBe(0)
    const none = JSON.parse(readFileSync(path, 'utf8')) as typeof layers
    expect(none.map(layer => layer.techniques.length)).toEqual([0, 0, 0])
    for (const { gradient } of none) expect(gradient.maxValue).toBeGreaterThan(gradient.minValue)
  })

  it('tells what has changed since a layer, or since a report of its own', async () => {
    const layer = file(
      'old.json',
      JSON.stringify({
        techniques: [
          { techniqueID: 'T1572', score: 3 },
          { techniqueID: 'T1105', score: 2 },
          { techniqueID: 'T1090', score: 1, enabled: false },
        ],
      }),
    )
    const { code, out } = await run(...rules, '--baseline', layer, '-f', 'jsonl')
    expect(code).toBe(0)
    const rows = rowsOf(out)
    expect([...rows].map(([id, row]) => [id, row.before, row.rules, row.change])).toEqual([
      ['T1021.004', 0, 1, 'gained'],
      ['T1059.001', 0, 1, 'gained'],
      ['T1105', 2, 0, 'lost'],
      ['T1572', 3, 2, 'fewer'],
    ])
    expect((await run(...rules, '--baseline', layer, '--fail-on', 'lost')).code).toBe(1)
    const own = file('report.json', (await run(...rules, '-f', 'json')).out)
    const same = await run(...rules, '--baseline', own, '-f', 'table', '--fail-on', 'lost')
    expect([same.code, same.out.includes('the baseline has the same')]).toEqual([0, true])
  })

  it('writes CSV with a line for every live technique', async () => {
    const { out } = await run(...rules, '-f', 'csv')
    const [head, ...rows] = out.trimEnd().split(/\r?\n/)
    expect(head).toBe('technique,name,parent,tactics,rules,proven,tested,visible')
    expect(rows).toHaveLength(691)
    expect(rows).toContain('T1572,Protocol Tunneling,,command-and-control,2,0,1,')
  })

  it('refuses what it cannot use', async () => {
    const broken = file('broken.json', '{')
    const other = file('other.json', '{"a": 1}')
    for (const [args, code, said] of [
      [['--baseline', broken], 2, 'COV001'],
      [['--baseline', other], 2, 'COV001'],
      [['--baseline', join(folder, 'none')], 2, 'CLI001'],
      [['--fail-on', 'lost'], 2, 'CLI001'],
      [['--fail-on', 'what'], 2, 'CLI006'],
      [['-t', 'nowhere'], 2, 'CLI019'],
      [['--layer', join(folder, 'no', 'such', 'folder.json')], 2, 'CLI005'],
      [['--events', join(folder, 'no.log')], 4, 'CLI014'],
    ] as const) {
      const done = await run(...rules, ...args)
      expect([done.code, done.err.includes(said)], `${args.join(' ')}: ${done.err}`).toEqual([code, true])
    }
    expect((await run(join(folder, 'none.yml'))).code).toBe(3)
  })
})

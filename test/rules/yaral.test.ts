// Rules of Google Security Operations: what a detection says of itself stays in its quotes, and a score stands where its kind of rule has it.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { readRules } from '../../src/rules/index.ts'
import { yaralRule } from '../../src/rules/yaral.ts'
import { targetOf } from '../../src/targets.ts'

const base = (head: string) =>
  `${head}\nlogsource: {product: windows, category: process_creation}\ndetection:\n  selection: {CommandLine|contains: whoami}\n  condition: selection\n`

const read = (text: string) => readRules([{ name: 'rule.yml', text }]).value!.at(-1)!

function written(text: string): { name: string; lines: readonly string[] } {
  const [document] = convert(read(text), targetOf('secops')!).value!.documents
  return { name: document!.name, lines: document!.text.split('\n') }
}

const section = (lines: readonly string[], name: string): readonly string[] => {
  const from = lines.indexOf(`  ${name}:`)
  const rest = lines.slice(from + 1)
  return rest.slice(
    0,
    rest.findIndex(line => line === '' || line === '}'),
  )
}

describe('a rule of Google Security Operations', () => {
  it('holds the query in the sections of a rule', () => {
    const { name, lines } = written(
      base(
        'title: Who "am" I\\\nid: 5f0bd1a3-7c5f-4b77-9b4a-0c9f4fb8a9d1\nstatus: test\nlevel: high\nauthor: Ann, Bob\ndate: 2024-01-02\nreferences: [https://example.org/a]\ntags: [attack.t1033]\ndescription: "two\\nlines */ //"',
      ),
    )
    expect(name).toBe('who_am_i.yaral')
    expect(lines[0]).toBe('rule who_am_i {')
    expect(section(lines, 'meta')).toEqual([
      '    author = "Ann, Bob"',
      '    title = "Who \\"am\\" I\\\\"',
      '    description = "two lines */ //"',
      '    id = "5f0bd1a3-7c5f-4b77-9b4a-0c9f4fb8a9d1"',
      '    status = "test"',
      '    created = "2024-01-02"',
      '    reference = "https://example.org/a"',
      '    mitre_attack_technique = "T1033"',
      '    severity = "High"',
      '    priority = "High"',
    ])
    expect(section(lines, 'outcome')).toEqual(['    $risk_score = 85'])
    expect(section(lines, 'condition')).toEqual(['    $e'])
    expect(lines.at(-2)).toBe('}')
  })

  it('has a name of letters', () => {
    expect(written(base('title: 7zip')).lines[0]).toBe('rule rule_7zip {')
  })

  it('has an aggregated score where events are grouped', () => {
    const counted = (condition: string) =>
      written(
        `${base('title: one\nname: one')}---\ntitle: Many\nlevel: low\ncorrelation: {type: event_count, rules: [one], group-by: [Computer], timespan: 10m, condition: {${condition}}}\n`,
      ).lines
    expect(section(counted('gte: 3'), 'outcome')[0]).toBe('    $risk_score = max(35)')
    expect(section(counted('gte: 3'), 'match')).toHaveLength(1)
  })

  it('holds YARA-L only', () => {
    const { diagnostics } = convert(read(base('title: one')), targetOf('sumo')!, { document: yaralRule.id })
    expect(diagnostics.map(({ code }) => code)).toContain('YRD101')
  })
})

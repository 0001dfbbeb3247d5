// Rules of Elastic as they are read: kinds, filters, hunts, exports, and what is wrong with them.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dumpPipeline } from '../../src/ir/dump.ts'
import { readRules } from '../../src/rules/index.ts'

const read = (text: string, name = 'rule.toml') => readRules([{ name, text }])

const rule = (more: string, query = 'query = \'process.name : "plink.exe"\'') => `[metadata]
creation_date = "2026/01/02"
maturity = "production"
updated_date = "2026/03/04"

[rule]
author = ["A. Nalyst"]
description = """
Tunnels of plink.
"""
name = "Plink"
risk_score = 47
rule_id = "00000000-0000-4000-8000-000000000001"
severity = "high"
${more}
${query}

[[rule.threat]]
framework = "MITRE ATT&CK"
[[rule.threat.technique]]
id = "T1572"
[[rule.threat.technique.subtechnique]]
id = "T1572.001"
[rule.threat.tactic]
id = "TA0011"
`

describe('one rule', () => {
  it('says what its document says', () => {
    const { value, diagnostics } = read(rule('language = "kuery"\ntype = "query"\nindex = ["logs-endpoint.*", "winlogbeat-*"]'))
    expect(diagnostics).toEqual([])
    const [found] = value!
    expect(found).toMatchObject({
      id: '00000000-0000-4000-8000-000000000001',
      title: 'Plink',
      description: 'Tunnels of plink.',
      level: 'high',
      status: 'stable',
      schema: 'elastic',
      attack: ['T1572', 'T1572.001'],
      authors: ['A. Nalyst'],
      created: '2026-01-02',
      modified: '2026-03-04',
      risk: { score: 47 },
      written: { rules: 'elastic-toml', language: 'kuery' },
    })
    expect(found!.query.from).toMatchObject({ kind: 'table', name: 'logs-endpoint.*,winlogbeat-*' })
    // The query knows where in the document it stands.
    expect(found!.written.query.inside!.at).toBe(found!.written.document.text.indexOf('process.name'))
  })

  it('a threshold counts, by fields and by how many values another has', () => {
    const { value } = read(
      `${rule('language = "kuery"\ntype = "threshold"\nfrom = "now-9m"')}
[rule.threshold]
field = ["host.id"]
value = 10
[[rule.threshold.cardinality]]
field = "user.name"
value = 3
`,
    )
    const stage = value![0]!.query.stages.at(-1)
    expect(stage).toMatchObject({ kind: 'aggregate', window: { size: 540_000 }, by: [{ name: 'host.id' }] })
    expect(dumpPipeline(value![0]!.query)).toContain('distinct user.name')
  })

  it('new terms name their fields and their history', () => {
    const { value } = read(
      `${rule('language = "kuery"\ntype = "new_terms"')}
[rule.new_terms]
field = "new_terms_fields"
value = ["host.id", "process.name"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"
`,
    )
    expect(value![0]!.query.stages.at(-1)).toMatchObject({
      kind: 'special',
      name: 'elastic:new-terms',
      args: { fields: ['host.id', 'process.name'], history: 14 * 86_400_000 },
    })
  })

  it('indicators are joined', () => {
    const { value, diagnostics } = read(
      `${rule('language = "kuery"\ntype = "threat_match"\nthreat_index = ["logs-ti_*"]\nthreat_language = "kuery"\nthreat_query = "threat.indicator.ip : *"')}
[[rule.threat_mapping]]
[[rule.threat_mapping.entries]]
field = "source.ip"
type = "mapping"
value = "threat.indicator.ip"
`,
    )
    expect(diagnostics).toEqual([])
    expect(value![0]!.query.stages.at(-1)).toMatchObject({ kind: 'join', how: 'semi', right: { from: { name: 'logs-ti_*' } } })
  })

  it('filters beside the query belong to it, negated where they say so', () => {
    const { value, diagnostics } = read(
      `${rule('language = "kuery"\ntype = "query"')}
[[rule.filters]]
[rule.filters.meta]
negate = true
[rule.filters.query.wildcard."file.path"]
case_insensitive = true
value = '?:\\\\Temp\\\\*.ps1'
[[rule.filters]]
[rule.filters.query.exists]
field = "user.id"
`,
    )
    expect(diagnostics).toEqual([])
    const dump = dumpPipeline(value![0]!.query)
    expect(dump).toContain('user.id')
    expect(dump).toMatch(/not file\.path/)
  })

  it.each([
    ['language = "kuery"\ntype = "machine_learning"', 'ELR003'],
    ['language = "painless"\ntype = "query"', 'ELR003'],
    ['language = "kuery"\ntype = "query"\n[rule', 'ELR001'],
  ])('%s is told', (more, code) => {
    const { diagnostics } = read(rule(more))
    expect(diagnostics.map(finding => finding.code)).toEqual([code])
  })

  it('a rule without a query is told', () => {
    const { diagnostics } = read(rule('language = "kuery"\ntype = "query"', 'query = ""'))
    expect(diagnostics.map(finding => finding.code)).toEqual(['ELR002'])
  })

  it('a filter that is not understood keeps the rule from running', () => {
    const { value, diagnostics } = read(`${rule('language = "kuery"\ntype = "query"')}
[[rule.filters]]
[rule.filters.query.script]
source = "return true"
`)
    expect(diagnostics.map(finding => finding.code)).toEqual(['ELR004'])
    expect(dumpPipeline(value![0]!.query)).toContain('opaque')
  })

  it('a fault in the query is drawn in the document', () => {
    const { diagnostics } = read(rule('language = "eql"\ntype = "eql"', "query = 'process where name = 1'"))
    expect(diagnostics[0]).toMatchObject({ code: 'EQL004' })
    expect(diagnostics[0]!.source!.inside!.source.name).toBe('rule.toml')
  })
})

describe('several in one text', () => {
  it('an export holds a rule a line, and a summary that is none', () => {
    const line = JSON.stringify({
      rule_id: 'r1',
      name: 'A',
      type: 'eql',
      language: 'eql',
      query: 'any where a == 1',
      severity: 'low',
    })
    const { value, diagnostics } = read(`${line}\n{"exported_count":1}\nno json\n`, 'export.ndjson')
    expect(value!.map(found => [found.id, found.level])).toEqual([['r1', 'low']])
    expect(diagnostics.map(finding => finding.code)).toEqual(['ELR001'])
  })

  it('a hunt holds queries, of which those of osquery are not over logs', () => {
    const { value, diagnostics } = read(
      `[hunt]
author = "A"
description = "d"
uuid = "u1"
name = "Hunt"
language = ["EQL", "SQL"]
mitre = ["T1572"]
query = ['process where process.name == "ssh"', 'sequence by host.id [process where true] [network where true]', 'SELECT * FROM processes']
`,
    )
    expect(value!.map(found => found.id)).toEqual(['u1', 'u1-2'])
    expect(diagnostics.map(finding => finding.code)).toEqual(['ELR003'])
  })
})

const data = '../shared/data/elastic'
const present = existsSync(data)
if (!present) console.warn('skipped: the rules of Elastic are read (needs ../shared/data)')

describe('the rules of the detection-rules repository', () => {
  it.skipIf(!present)(
    'EQL, kuery and Lucene are read but for one nested document; what is not read is named (needs ../shared/data)',
    () => {
      const sources: { name: string; text: string }[] = []
      const walk = (folder: string): void => {
        for (const name of readdirSync(folder).sort()) {
          const path = join(folder, name)
          if (statSync(path).isDirectory()) walk(path)
          else if (name.endsWith('.toml')) sources.push({ name: path, text: readFileSync(path, 'utf8') })
        }
      }
      walk(data)
      const { value, diagnostics } = readRules(sources)
      const read = value!.filter(found => ['eql', 'kuery', 'lucene'].includes(found.written.language))
      const opaque = read.filter(found => dumpPipeline(found.query).includes('opaque'))
      // 527 rules and 6 hunts in EQL, 397 rules in kuery, one in Lucene.
      expect(read.length).toBe(931)
      expect(opaque.length).toBeLessThanOrEqual(1)
      const told = new Map<string, number>()
      for (const { code, severity } of diagnostics) if (severity === 'error') told.set(code, (told.get(code) ?? 0) + 1)
      // 59 jobs of machine learning, and queries of osquery in hunts; one query in ES|QL that is none, and one with an intersection inside parentheses.
      expect(told.get('ELR003')).toBe(103)
      expect([...told.keys()].filter(code => !['ELR003', 'ESQ001', 'ESQ007'].includes(code))).toEqual([])
    },
  )
})

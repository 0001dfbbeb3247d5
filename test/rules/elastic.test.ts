// Documents of Elastic: what Kibana imports, the TOML of the detection-rules repository, and watches, decoded again layer by layer.

import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { elasticToml, kibanaRule } from '../../src/rules/elastic.ts'
import { readRules } from '../../src/rules/index.ts'
import { watcher, watcherCurl } from '../../src/rules/watcher.ts'
import { targetOf } from '../../src/targets.ts'

const rule = `title: Tunnel {{ctx}} tools
id: 7d5a2c16-1f0e-4a53-9c7e-9a1f0f6a8b01
description: Says 'so' and "so"
status: stable
level: high
author: One, Two
date: 2025-03-01
references: [https://example.org/a]
falsepositives: [Admins]
tags: [attack.command_and_control, attack.t1572, other.tag]
logsource: {category: process_creation, product: windows}
detection:
  selection:
    Image|endswith: '\\plink.exe'
    CommandLine|contains|cased: '{{x}} $HOME \`id\` \\'
  condition: selection
`
const detection = readRules([{ name: 'rule.yml', text: rule }]).value![0]!

function document(target: string, format: string) {
  const { value, diagnostics } = convert(detection, targetOf(target)!, { document: format })
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return { text: value!.documents[0]!.text, name: value!.documents[0]!.name, query: value!.printed.text }
}

describe('a Kibana rule', () => {
  it('is one line of JSON with what Kibana requires', () => {
    const { text, name, query } = document('elastic-eql', 'kibana')
    expect(name).toBe('tunnel_ctx_tools.ndjson')
    expect(text.split('\n').length).toBe(2)
    expect(JSON.parse(text)).toMatchObject({
      name: 'Tunnel {{ctx}} tools',
      rule_id: '7d5a2c16-1f0e-4a53-9c7e-9a1f0f6a8b01',
      type: 'eql',
      language: 'eql',
      query,
      index: ['logs-*', 'winlogbeat-*'],
      severity: 'high',
      risk_score: 73,
      // Five minutes between runs, and four for what is indexed late.
      from: 'now-9m',
      interval: '5m',
      author: ['One', 'Two'],
      false_positives: ['Admins'],
      tags: ['attack.command_and_control', 'attack.t1572', 'other.tag', 'T1572'],
      threat: [
        {
          framework: 'MITRE ATT&CK',
          tactic: { id: 'TA0011', name: 'Command and Control', reference: 'https://attack.mitre.org/tactics/TA0011/' },
          technique: [],
        },
      ],
      enabled: false,
    })
  })
  it('of ES|QL names its indices in the query alone', () => {
    const made = JSON.parse(document('elastic-esql', 'kibana').text)
    expect([made.type, made.language, made.index]).toEqual(['esql', 'esql', undefined])
    expect(made.query.startsWith('FROM logs-*, winlogbeat-* METADATA _id')).toBe(true)
  })
  it('looks back over the window of a correlation', () => {
    const correlation = `title: Logon
name: logon
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4625}
  condition: selection
---
title: Many
correlation:
  type: event_count
  rules: [logon]
  group-by: [TargetUserName]
  timespan: 30m
  condition: {gte: 10}
`
    const many = readRules([{ name: 'many.yml', text: correlation }]).value!.at(-1)!
    const { value } = convert(many, targetOf('elastic-eql')!, { document: 'kibana' })
    expect(JSON.parse(value!.documents[0]!.text).from).toBe('now-39m')
  })
  it('is refused for a language that Elastic Security does not run', () => {
    const place = { target: 'x', language: 'sql', tables: [] }
    for (const format of [kibanaRule, elasticToml]) {
      const { value, diagnostics } = format.write!(detection, { text: 'x', marks: [] }, [], place)
      expect(value).toBeUndefined()
      expect(diagnostics.map(finding => finding.code)).toEqual(['ELR101'])
    }
    expect(kibanaRule.detect({ name: 'a', text: 'b' }) + elasticToml.detect({ name: 'a', text: 'b' })).toBe(0)
  })
})

describe('a rule in TOML', () => {
  it('has the query as it is, in a literal string', () => {
    const { text, query } = document('elastic-lucene', 'elastic-toml')
    expect(text).toContain(`query = '''\n${query}\n'''\n`)
    expect(text).toContain('name = "Tunnel {{ctx}} tools"\n')
    expect(text).toContain('description = "Says \'so\' and \\"so\\""\n')
    expect(text).toContain('creation_date = "2025/03/01"\n')
    expect(text).toContain('maturity = "production"\n')
    expect(text).toContain('[[rule.threat]]\nframework = "MITRE ATT&CK"\n\n[rule.threat.tactic]\nid = "TA0011"\n')
  })
  it('escapes what a literal string cannot hold', () => {
    const place = { target: 'x', language: 'eql', tables: ['a'] }
    const { value } = elasticToml.write!(detection, { text: "a\n'''b\u0001\\", marks: [] }, [], place)
    expect(value![0]!.text).toContain("query = \"a\\n'''b\\u0001\\\\\"\n")
  })
})

describe('a watch', () => {
  it('finds hits by event time, more than it has between two runs, and shows what it found', () => {
    const { text, query } = document('xpack-watcher', 'watcher')
    const watch = JSON.parse(text)
    const { request } = watch.input.search
    expect(request.indices).toEqual(['logs-*', 'winlogbeat-*'])
    expect(request.body.size).toBe(50)
    expect(request.body.query.bool.filter[0]).toEqual({ range: { '@timestamp': { gte: 'now-35m' } } })
    // A term escapes both braces already.
    expect(request.body.query.bool.filter[1].query_string.query).toBe(query)
    expect(watch.trigger).toEqual({ schedule: { interval: '30m' } })
    expect(watch.condition).toEqual({ compare: { 'ctx.payload.hits.total': { gt: 0 } } })
    expect(watch.metadata.query).toBe(query)
    // The search and the text are templates: nothing of the rule opens one.
    expect(JSON.stringify(watch.input)).not.toContain('{{')
    expect(watch.actions.log.logging.text).not.toContain('Tunnel')
  })
  it('keeps two braces of a phrase apart', () => {
    const place = { target: 'x', language: 'lucene', tables: ['logs-*'] }
    const { value } = watcher.write!(detection, { text: 'a:"{{{x}}"', marks: [] }, [], place)
    const watch = JSON.parse(value![0]!.text)
    expect(watch.input.search.request.body.query.bool.filter[1].query_string.query).toBe('a:"{\\{\\{x}}"')
  })
  it('survives the shell: here-document, JSON and query string give the query back', () => {
    const { text, name, query } = document('xpack-watcher', 'watcher-curl')
    expect(name).toBe('tunnel_ctx_tools.watch.sh')
    // The shell runs the command, with a curl that only repeats what it is given.
    const script = `curl() { printf '%s\\n' "$*" >&2; cat; }\n${text}`
    const body = execFileSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { ELASTICSEARCH_URL: 'http://es' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    expect(JSON.parse(body).input.search.request.body.query.bool.filter[1].query_string.query).toBe(query)
    expect(text).toContain('/_watcher/watch/7d5a2c16-1f0e-4a53-9c7e-9a1f0f6a8b01"')
  })
  it('holds Lucene only', () => {
    const place = { target: 'x', language: 'eql', tables: [] }
    for (const format of [watcher, watcherCurl]) {
      expect(format.write!(detection, { text: 'x', marks: [] }, [], place).diagnostics.map(finding => finding.code)).toEqual([
        'WAT101',
      ])
      expect(format.detect({ name: 'a', text: 'b' })).toBe(0)
    }
  })
})

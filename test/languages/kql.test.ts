// KQL beyond its cases: texts that try to leave their literal, what is refused of queries no rule makes, and the documents around a query.

import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { convert } from '../../src/convert.ts'
import { any, contains, one } from '../../src/ir/glob.ts'
import type { Glob, Pipeline, Predicate } from '../../src/ir/index.ts'
import { kql } from '../../src/languages/kql/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { link } from '../../src/rules/link.ts'
import { targetOf } from '../../src/targets.ts'

const rule = (glob: Glob, fold = true): Pipeline => ({
  from: { kind: 'table', name: 'SecurityEvent' },
  stages: [
    {
      kind: 'filter',
      where: { kind: 'test', subject: { kind: 'field', name: 'CommandLine' }, match: { kind: 'glob', glob, fold } },
    },
  ],
})

describe('a negation of a negation', () => {
  it('is the test itself, in one operator', () => {
    const present: Predicate = { kind: 'test', subject: { kind: 'field', name: 'A' }, match: { kind: 'present' } }
    const not = (arg: Predicate): Predicate => ({ kind: 'not', arg })
    const printed = (where: Predicate): string =>
      kql.print!({ from: { kind: 'table', name: 'T' }, stages: [{ kind: 'filter', where }] }).value!.text
    expect(printed(not(present))).toContain('| where isempty(A)')
    expect(printed(not(not(present)))).toContain('| where isnotempty(A)')
    expect(printed(not(not(not(present))))).toContain('| where isempty(A)')
  })
})

describe('a field of several columns', () => {
  it('is empty where all of them are, since a text is never absent', () => {
    const yaml = [
      'title: Connections of nobody',
      'id: 6f3b6a52-4c1e-4a53-9d6b-1d2f2a0d7c11',
      'status: test',
      'logsource: { category: network_connection, product: windows }',
      'detection:',
      '  selection: { DestinationPort: 3389 }',
      "  nobody: { Image: '' }",
      '  condition: selection and not nobody',
      'level: low',
    ].join('\n')
    const [detection] = readRules([{ name: 'rule.yml', text: yaml }]).value!
    const query = convert(detection!, targetOf('sentinel-asim')!, { document: 'none' }).value!.printed.text
    expect(query).toContain('not(isempty(SrcProcessName) and isempty(DstProcessName))')
  })
})

const text = (glob: Glob): string => kql.print!(rule(glob)).value!.text

/** A query apart from its literals, and what those say (https://learn.microsoft.com/kusto/query/scalar-data-types/string). */
function lex(query: string): { readonly bare: string; readonly literals: readonly string[] } {
  let bare = ''
  const literals: string[] = []
  for (let at = 0; at < query.length; ) {
    if (query[at] === '@' && query[at + 1] === '"') {
      let value = ''
      for (at += 2; ; at++) {
        if (at >= query.length) throw new Error('a verbatim literal does not end')
        if (query[at] !== '"') value += query[at]
        else if (query[at + 1] === '"') {
          value += '"'
          at++
        } else break
      }
      at++
      literals.push(value)
      bare += '@'
      continue
    }
    if (query[at] !== '"') {
      bare += query[at++]
      continue
    }
    let value = ''
    for (at++; query[at] !== '"'; at++) {
      if (at >= query.length || query[at] === '\n') throw new Error('a literal does not end')
      if (query[at] !== '\\') {
        value += query[at]
        continue
      }
      const letter = query[++at]!
      if (letter === 'u') {
        value += String.fromCharCode(Number.parseInt(query.slice(at + 1, at + 5), 16))
        at += 4
      } else {
        const found = { '\\': '\\', '"': '"', n: '\n', r: '\r', t: '\t' }[letter]
        if (found === undefined) throw new Error(`no such escape: \\${letter}`)
        value += found
      }
    }
    at++
    literals.push(value)
    bare += '"'
  }
  return { bare, literals }
}

const torture = [
  '"',
  '\\',
  'a\\',
  '\\"',
  '" or true //',
  "'",
  "@'",
  '@"',
  '""',
  '*',
  '?',
  '%_$',
  '{{x}}',
  '\n',
  '\r\n',
  '\u0000',
  '\u2028',
  '\u202e',
  '\ufeff',
  '```',
  '// comment',
  '| project x',
  '😀',
  'x'.repeat(65_536),
  '\\'.repeat(4097),
]

describe('texts stay in their literals', () => {
  const plain = lex(text(contains('plain')))
  it.each(torture.map(value => [JSON.stringify(value).slice(0, 40), value] as const))('%s', (_, value) => {
    expect(lex(text(contains(value)))).toEqual({ bare: plain.bare, literals: [value] })
  })
  it('of any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), value => {
        const { bare, literals } = lex(text(contains(value)))
        if (bare === plain.bare) expect(literals).toEqual([value])
        else expect(RE2JS.compile(literals[0]!).matcher(value).find()).toBe(true)
      }),
      { seed: 4, numRuns: 500 },
    )
  })
  it('and mean themselves in regular expressions', () => {
    for (const value of torture) {
      const { bare, literals } = lex(text(['x', one, value, any]))
      expect(bare).toBe('SecurityEvent\n| where CommandLine matches regex @')
      const fits = (of: string): boolean => RE2JS.compile(literals[0]!).matcher(of).find()
      expect(fits(`x!${value}.`)).toBe(true)
      expect(fits(`X\n${value}`)).toBe(true)
      expect(fits(`ax!${value}`)).toBe(false)
    }
  })
  it('and half a surrogate pair is refused', () => {
    expect(kql.print!(rule(contains('a\ud800'))).diagnostics.map(finding => finding.code)).toEqual(['KQL104'])
    expect(kql.print!(rule(['a', one, '\udc00'])).diagnostics.map(finding => finding.code)).toEqual(['KQL104'])
  })
})

describe('what is refused', () => {
  const codes = (query: Pipeline): readonly string[] => kql.print!(query).diagnostics.map(finding => finding.code)
  const where = (of: Extract<Pipeline['stages'][number], { kind: 'filter' }>['where']): Pipeline => ({
    from: { kind: 'table', name: 'T' },
    stages: [{ kind: 'filter', where: of }],
  })
  it('names the construct', () => {
    const field = { kind: 'field', name: 'A' } as const
    expect(codes(where({ kind: 'test', subject: field, match: { kind: 'exists' }, each: 'all' }))).toEqual(['KQL101'])
    expect(
      codes(where({ kind: 'test', subject: { kind: 'call', fn: 'derive:QueryZone', args: [field] }, match: { kind: 'exists' } })),
    ).toEqual(['KQL103'])
    expect(codes({ from: { kind: 'rows', columns: [], rows: [] }, stages: [] })).toEqual(['KQL105'])
    expect(codes({ from: { kind: 'table', name: 'T' }, stages: [{ kind: 'opaque', text: 'x' }] })).toEqual(['KQL105'])
    expect(codes(where({ kind: 'const', value: false }))).toEqual(['KQL106'])
  })
})

const read = (document: string) => link(readRules([{ name: 'rule.yml', text: document }]).value!).value!.at(-1)!
const plink = `title: "Plink: \\"tunnel\\""
id: 6a1f3c52-5d0e-4b59-9d2f-0a4b8a1f7c01
description: Plink, started.
level: critical
tags: [attack.command-and-control, attack.t1572]
logsource: {category: process_creation, product: windows}
detection:
  selection: {Image|endswith: '\\plink.exe'}
  condition: selection
`
const failed = `title: Failed
name: failed
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4625}
  condition: selection
---
title: Many
level: medium
correlation:
  type: value_count
  rules: [failed]
  group-by: [TargetUserName]
  timespan: 6h
  condition: {field: IpAddress, gte: 10}
`
const codesOf = (found: { readonly diagnostics: readonly { readonly code: string }[] }) =>
  found.diagnostics.map(({ code }) => code)

describe('an analytics rule of Sentinel', () => {
  it('has schedule, look-back, entities and technique', () => {
    const made = convert(read(plink), targetOf('sentinel-asim')!)
    const [document] = made.value!.documents
    expect(document!.name).toBe('plink_tunnel.yaml')
    expect(codesOf(made)).toEqual(['SCH302'])
    expect(parseYaml(document!.text)).toEqual({
      id: '6a1f3c52-5d0e-4b59-9d2f-0a4b8a1f7c01',
      name: 'Plink: "tunnel"',
      description: 'Plink, started.',
      severity: 'High',
      requiredDataConnectors: [],
      queryFrequency: '1h',
      queryPeriod: '70m',
      triggerOperator: 'gt',
      triggerThreshold: 0,
      tactics: ['CommandAndControl'],
      relevantTechniques: ['T1572'],
      query: '_Im_ProcessCreate\n| where TargetProcessName endswith "\\\\plink.exe"\n',
      entityMappings: [
        { entityType: 'Host', fieldMappings: [{ identifier: 'HostName', columnName: 'DvcHostname' }] },
        { entityType: 'Account', fieldMappings: [{ identifier: 'FullName', columnName: 'ActorUsername' }] },
        { entityType: 'Process', fieldMappings: [{ identifier: 'CommandLine', columnName: 'TargetProcessCommandLine' }] },
      ],
      version: '1.0.0',
      kind: 'Scheduled',
    })
  })
  it('looks back as far as a correlation does, and names the columns that it returns', () => {
    const made = convert(read(failed), targetOf('sentinel-security')!)
    const document = parseYaml(made.value!.documents[0]!.text) as Record<string, unknown>
    expect(document.queryPeriod).toBe('430m')
    expect(document.requiredDataConnectors).toEqual([
      { connectorId: 'SecurityEvents', dataTypes: ['SecurityEvent'] },
      { connectorId: 'WindowsSecurityEvents', dataTypes: ['SecurityEvent'] },
    ])
    expect(document.entityMappings).toEqual([
      { entityType: 'Account', fieldMappings: [{ identifier: 'Name', columnName: 'TargetUserName' }] },
    ])
    expect(codesOf(made)).toEqual(['KQL302'])
  })
  it('is warned of a query that is too long, and takes no other language', () => {
    const many = Array.from({ length: 900 }, (_, index) => `      - 'word number ${index}'`).join('\n')
    const long = read(plink.replace("{Image|endswith: '\\plink.exe'}", `\n    CommandLine|contains:\n${many}`))
    expect(codesOf(convert(long, targetOf('sentinel-security')!))).toContain('SNT301')
    const other = { ...targetOf('sentinel-security')!, language: 'kql' }
    expect(codesOf(convert(read(plink), { ...other, language: 'lucene' }, { document: 'sentinel' }))).toContain('SNT101')
  })
})

describe('a custom detection of Defender', () => {
  it('has title, schedule, technique and device', () => {
    const made = convert(read(plink), targetOf('defender')!)
    expect(JSON.parse(made.value!.documents[0]!.text)).toEqual({
      displayName: 'Plink: "tunnel"',
      isEnabled: true,
      queryCondition: {
        queryText: 'DeviceProcessEvents\n| where ActionType == "ProcessCreated" and FolderPath endswith "\\\\plink.exe"',
      },
      schedule: { period: '1H' },
      detectionAction: {
        alertTemplate: {
          title: 'Plink: "tunnel"',
          description: 'Plink, started.',
          severity: 'high',
          category: 'CommandAndControl',
          recommendedActions: null,
          mitreTechniques: ['T1572'],
          impactedAssets: [{ '@odata.type': '#microsoft.graph.security.impactedDeviceAsset', identifier: 'deviceId' }],
        },
        organizationalScope: null,
        responseActions: [],
      },
    })
  })
  it('needs events and KQL', () => {
    const made = convert(read(failed), targetOf('defender')!)
    expect(made.value!.documents).toEqual([])
    expect(codesOf(made)).toContain('DFD102')
    const other = { ...targetOf('sentinel-security')!, language: 'lucene' }
    expect(codesOf(convert(read(plink), other, { document: 'defender' }))).toContain('DFD101')
  })
})

describe('a rule for some targets', () => {
  it('is told of events that the tables do not keep', () => {
    const document = plink
      .replace('category: process_creation', 'service: security')
      .replace('Image|endswith', 'EventID: 5145, Image|endswith')
    expect(codesOf(convert(read(document), targetOf('defender')!))).toEqual(['SCH104'])
  })
  it('is the same text on every run, with the places of the rule', () => {
    const [first, second] = [0, 1].map(() => convert(read(plink), targetOf('defender')!).value!.printed)
    expect(second).toEqual(first)
    const place = plink.indexOf("'\\plink.exe'")
    const marked = first!.marks.filter(mark => mark.from.some(span => span.start === place))
    expect(marked.map(mark => first!.text.slice(mark.start, mark.end))).toContain('FolderPath endswith "\\\\plink.exe"')
  })
})

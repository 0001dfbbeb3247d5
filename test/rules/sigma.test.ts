// Sigma documents as detections: metadata, several documents, collection actions, tests, risk, and what is said of broken ones.

import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import { type Diagnostic, draw, place } from '../../src/text/diagnostic.ts'

function read(text: string, name = 'rule.yml'): { rules: readonly Detection[]; findings: readonly Diagnostic[] } {
  const { value, diagnostics } = sigmaRules.read!({ name, text })
  return { rules: value ?? [], findings: diagnostics }
}

/** `CODE line:column "marked text"` of each finding. */
function told(findings: readonly Diagnostic[]): string[] {
  return findings.map(finding => {
    const where = place(finding)!
    const { source, span } = finding
    return `${finding.code} ${where.line}:${where.column} ${JSON.stringify(source!.text.slice(span?.start ?? 0, span?.end ?? 0))}`
  })
}

const full = `title: Plink port forward
id: 0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f111
name: plink_forward
related:
    - id: 1d6c2b1e-2f6a-4a2d-8a0e-6d1f1b3f9c10
      type: similar
status: stable
description: Finds a forward.
references:
    - https://example.org/a
    - https://example.org/b
author: A. Author, B. Author (Example, Inc.)
date: 2024/1/5
modified: 2024-02-10
tags:
    - attack.command-and-control
    - attack.t1572
    - attack.T1021.001
    - cve.2024-1
logsource:
    category: process_creation
    product: windows
    definition: needs Sysmon
    vendor: example
detection:
    selection:
        Image|endswith: '\\plink.exe'
    condition: selection
fields:
    - Image
falsepositives:
    - Administrators
level: high
regression_tests_path: regression/plink
custom: {count: 010, when: 12:30, ok: yes, big: 5, flag: true}
`

describe('a rule', () => {
  const { rules, findings } = read(full)
  const rule = rules[0]!

  it('has its metadata where the tree has a place for it', () => {
    expect(findings).toEqual([])
    expect(rule).toMatchObject({
      id: '0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f111',
      name: 'plink_forward',
      title: 'Plink port forward',
      description: 'Finds a forward.',
      level: 'high',
      status: 'stable',
      schema: 'sigma',
      attack: ['T1572', 'T1021.001'],
      authors: ['A. Author', 'B. Author (Example, Inc.)'],
      references: ['https://example.org/a', 'https://example.org/b'],
      falsePositives: ['Administrators'],
      created: '2024-01-05',
      modified: '2024-02-10',
      tests: [],
    })
    expect(rule.silent).toBeUndefined()
  })

  it('keeps the rest as it stands, and numbers only where every YAML agrees', () => {
    expect(rule.rest).toEqual({
      related: [{ id: '1d6c2b1e-2f6a-4a2d-8a0e-6d1f1b3f9c10', type: 'similar' }],
      tags: ['attack.command-and-control', 'attack.t1572', 'attack.T1021.001', 'cve.2024-1'],
      logsource: { category: 'process_creation', product: 'windows', definition: 'needs Sysmon', vendor: 'example' },
      fields: ['Image'],
      regression_tests_path: 'regression/plink',
      custom: { count: '010', when: '12:30', ok: 'yes', big: 5, flag: true },
    })
  })

  it('has a query over its log source, with places in the whole file', () => {
    const stage = rule.query.stages[0]!
    expect(rule.query.from).toEqual({ kind: 'class', class: { category: 'process_creation', product: 'windows' } })
    expect(stage).toMatchObject({
      kind: 'filter',
      where: {
        kind: 'test',
        subject: { kind: 'field', name: 'Image' },
        match: { kind: 'glob', glob: [{ wild: 'any' }, '\\plink.exe'], fold: true },
      },
    })
    if (stage.kind !== 'filter' || stage.where.kind !== 'test') throw new Error('not a test')
    const { document, query } = rule.written
    const { span, subject } = stage.where
    expect(document.text.slice(span!.start, span!.end)).toBe("'\\plink.exe'")
    expect(document.text.slice(subject.span!.start, subject.span!.end)).toBe('Image')
    expect(query.inside!.source).toBe(document)
    expect(document.text.slice(query.inside!.at, query.inside!.at + query.text.length)).toBe(query.text)
    expect(query.text).toMatch(/^selection:/)
  })

  it('has stated defaults for what it leaves out, and an id that depends on its text alone', () => {
    const text = 'title: Short\nlogsource: {product: windows}\ndetection: {a: {B: c}, condition: a}\n'
    const first = read(text).rules[0]!
    expect(first).toMatchObject({
      level: 'informational',
      status: 'test',
      description: '',
      attack: [],
      authors: [],
      references: [],
    })
    expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(read(text).rules[0]!.id).toBe(first.id)
    expect(read(text, 'other.yml').rules[0]!.id).not.toBe(first.id)
    expect(read(`${text}---\n${text}`).rules.map(rule => rule.id)).toHaveLength(
      new Set(read(`${text}---\n${text}`).rules.map(rule => rule.id)).size,
    )
  })
})

const body = 'logsource: {product: windows}\ndetection: {a: {B: c}, condition: a}\n'

describe('several documents', () => {
  it('are several rules, and a broken one does not stop the others', () => {
    const { rules, findings } = read(`title: One\n${body}---\ntitle: 'Two\n${body}---\ntitle: Three\n${body}`)
    expect(rules.map(rule => rule.title)).toContain('One')
    expect(findings.map(finding => finding.code)).toContain('SIG001')
  })

  it('a document that is broken inside leaves the next alone', () => {
    const { rules, findings } = read(`title: One\n${body}---\n${body}x: [\n---\ntitle: Three\n${body}`)
    expect(rules.map(rule => rule.title)).toEqual(['One', 'Three'])
    expect(new Set(findings.map(finding => finding.code))).toEqual(new Set(['SIG001']))
  })

  it('global parts are laid over each rule that follows, until reset', () => {
    const { rules, findings } = read(
      `action: global\ntitle: Shared\nid: 5f113a8f-8b61-41ca-b90f-d374fa7e4a01\ndetection: {condition: 1 of selection*}\n---\nlogsource: {service: security}\ndetection: {selection1: {EventID: 1}}\n---\nlogsource: {service: system}\ndetection: {selection2: {EventID: 2}}\n---\naction: reset\n---\ntitle: Own\n${body}`,
    )
    expect(findings).toEqual([])
    expect(rules.map(rule => [rule.title, rule.query.from])).toEqual([
      ['Shared', { kind: 'class', class: { service: 'security' } }],
      ['Shared', { kind: 'class', class: { service: 'system' } }],
      ['Own', { kind: 'class', class: { product: 'windows' } }],
    ])
    expect(rules[1]!.query.stages[0]).toMatchObject({ where: { subject: { name: 'EventID' }, match: { to: { value: 2 } } } })
  })

  it('repeat lays a document over the rule before it', () => {
    const { rules } = read(`title: First\n${body}---\naction: repeat\ntitle: Second\nlogsource: {product: linux}\n`)
    expect(rules.map(rule => [rule.title, rule.query.from])).toEqual([
      ['First', { kind: 'class', class: { product: 'windows' } }],
      ['Second', { kind: 'class', class: { product: 'linux' } }],
    ])
    expect(rules[1]!.query.stages).toMatchObject([{ where: { subject: { name: 'B' } } }])
  })

  it.each([
    ['action: repeat\ntitle: a\n', ['RUL002 1:1 "action"']],
    ['action: gobal\ntitle: a\n', ['RUL002 1:9 "gobal"']],
    ['action: global\ntitle: a\n', ['RUL001 1:1 "action"']],
    ['- a\n- b\n', ['RUL001 1:1 "- a\\n- b"']],
    ['just text\n', ['RUL001 1:1 "just text"']],
    ['title: nothing else\nlevel: low\n', ['RUL001 1:1 "t"']],
    ['', []],
    ['---\n---\n# nothing\n', []],
  ])('%j is told', (text, expected) => {
    const { rules, findings } = read(text)
    expect(rules).toEqual([])
    expect(told(findings)).toEqual(expected)
  })
})

describe('what is wrong is told, and the rule stays in the list with the reason', () => {
  const opaque = (rule: Detection): unknown => {
    const stage = rule.query.stages[0]
    return stage?.kind === 'filter' ? stage.where : undefined
  }

  it.each([
    [
      'a modifier',
      `title: t\nlogsource: {product: windows}\ndetection: {a: {B|contian: c}, condition: a}\n`,
      'SIG010 3:19 "contian"',
      'there is no modifier "contian"',
    ],
    [
      'a name',
      `title: t\nlogsource: {product: windows}\ndetection: {a: {B: c}, condition: b}\n`,
      'SIG023 3:35 "b"',
      '"b" is not defined in this detection',
    ],
    [
      'a taxonomy',
      `title: t\ntaxonomy: ecs\n${body}`,
      'RUL005 2:11 "ecs"',
      'the rule is written in the taxonomy "ecs", whose fields are not known',
    ],
    ['a detection', 'title: t\nlogsource: {product: windows}\ndetection: a\n', 'RUL003 3:12 "a"', '"detection" is a map'],
    [
      'a placeholder',
      `title: t\nlogsource: {product: windows}\ndetection: {a: {B|expand: '%c%'}, condition: a}\n`,
      `SIG013 3:27 "'%c%'"`,
      'the placeholder "%c%" has no value',
    ],
    [
      'a key twice',
      `title: t\nlogsource: {product: windows}\ndetection:\n  a:\n    B: c\n    B: d\n  condition: a\n`,
      'SIG003 6:5 "B"',
      '"B" is written twice',
    ],
    [
      'a condition twice',
      `title: t\nlogsource: {product: windows}\ndetection:\n  a: {B: c}\n  condition: a\n  condition: not a\n`,
      'SIG003 6:3 "condition"',
      '"condition" is written twice',
    ],
    [
      'a filter',
      `title: t\nlogsource: {product: windows}\nfilter: {a: {B: c}, condition: not a}\n`,
      'RUL011 3:9 "{a: {B: c}, condition: not a}"',
      'the filter does not say which rules it is for',
    ],
  ])('%s', (_, text, finding, reason) => {
    const { rules, findings } = read(text)
    expect(told(findings)).toEqual([finding])
    expect(rules).toHaveLength(1)
    expect(opaque(rules[0]!)).toMatchObject({ kind: 'opaque', text: reason })
  })

  it.each([
    ['no title', body, 'RUL201 1:1 "l"'],
    ['no log source', 'title: t\ndetection: {a: {B: c}, condition: a}\n', 'RUL202 2:1 "detection"'],
    [
      'an empty log source',
      'title: t\nlogsource: {definition: x}\ndetection: {a: {B: c}, condition: a}\n',
      'RUL202 2:12 "{definition: x}"',
    ],
    ['a level', `title: t\nlevel: hgih\n${body}`, 'RUL203 2:8 "hgih"'],
    ['a status', `title: t\nstatus: ready\n${body}`, 'RUL203 2:9 "ready"'],
  ])('%s is a warning, and the rule can be used', (_, text, finding) => {
    const { rules, findings } = read(text)
    expect(told(findings)).toEqual([finding])
    expect(findings[0]!.severity).toBe('warning')
    expect(opaque(rules[0]!)).toMatchObject({ kind: 'test' })
  })

  it('a key written twice shows both places', () => {
    const { findings } = read(`title: t\ntitle: u\n${body}`, 'twice.yml')
    expect(draw(findings[0]!)).toBe(
      [
        'error[SIG003]: the key "title" is written twice in one map, and all but one would be lost',
        ' ┌─ twice.yml:2:1',
        '2│ title: u',
        ' │ ^^^^^',
        ' = note: first written here (1:1)',
        ' = hint: put the values into one list, or the tests into two selections',
      ].join('\n'),
    )
  })
})

describe('tests of a rule', () => {
  it('carry events with times', () => {
    const { rules, findings } = read(
      `title: t\n${body}tests:\n  - name: fires\n    expect: alert\n    events:\n      - {Image: 'C:\\x', EventID: 1, Access: 0x1410, _time: 2026-01-01T00:00:01.5Z}\n      - {Image: y, _class: {category: process_creation}}\n  - expect: silence\n    event: {Image: z}\n  - name: real\n    expect: alert\n    dataset: samples/a.evtx\n`,
    )
    expect(findings).toEqual([])
    expect(rules[0]!.tests).toEqual([
      {
        name: 'fires',
        expect: 'alert',
        events: [
          { time: Date.UTC(2026, 0, 1, 0, 0, 1, 500), ticks: 0, fields: { Image: 'C:\\x', EventID: 1, Access: '0x1410' } },
          { fields: { Image: 'y', _class: { category: 'process_creation' } } },
        ],
      },
      { name: 'test 2', expect: 'silence', events: [{ fields: { Image: 'z' } }] },
      { name: 'real', expect: 'alert', events: { dataset: 'samples/a.evtx' } },
    ])
  })

  it.each([
    ['tests: {a: b}\n', 'RUL009 4:8 "{a: b}"'],
    ['tests: [a]\n', 'RUL009 4:9 "a"'],
    ['tests: [{events: []}]\n', 'RUL009 4:9 "{events: []}"'],
    ['tests: [{expect: maybe, events: []}]\n', 'RUL009 4:18 "maybe"'],
    ['tests: [{expect: alert}]\n', 'RUL009 4:9 "{expect: alert}"'],
    ['tests: [{expect: alert, events: [1]}]\n', 'RUL009 4:34 "1"'],
    ['tests: [{expect: alert, event: {_time: noon}}]\n', 'RUL009 4:40 "noon"'],
  ])('%j is told', (text, expected) => {
    const { rules, findings } = read(`title: t\n${body}${text}`)
    expect(told(findings)).toEqual([expected])
    expect(rules[0]!.tests).toEqual([])
  })
})

describe('risk of a rule', () => {
  it('is a score, or impact and confidence', () => {
    const { rules, findings } = read(
      `title: t\n${body}risk:\n  impact: 70\n  confidence: 80\n  message: seen on {Computer}\n  entities:\n    - {field: Computer, kind: system}\n    - {field: User, kind: user, score: 20}\n    - {field: Other}\n  threats:\n    - {field: Image, kind: process}\n`,
    )
    expect(findings).toEqual([])
    expect(rules[0]!.risk).toEqual({
      score: 56,
      impact: 70,
      confidence: 80,
      message: 'seen on {Computer}',
      entities: [
        { field: 'Computer', kind: 'system' },
        { field: 'User', kind: 'user', score: 20 },
        { field: 'Other', kind: 'other' },
      ],
      threats: [{ field: 'Image', kind: 'process' }],
    })
  })

  it.each([
    ['risk: high\n', ['RUL010 4:7 "high"']],
    ['risk: {message: m}\n', ['RUL010 4:7 "{message: m}"']],
    ['risk: {score: 400}\n', ['RUL010 4:15 "400"', 'RUL010 4:7 "{score: 400}"']],
    ['risk: {score: 40, entities: User}\n', ['RUL010 4:29 "User"']],
    ['risk: {score: 40, entities: [User]}\n', ['RUL010 4:30 "User"']],
  ])('%j is told', (text, expected) => {
    expect(told(read(`title: t\n${body}${text}`).findings)).toEqual(expected)
  })
})

describe('which texts look like Sigma', () => {
  const sure = (text: string, name = 'a.yml'): number => sigmaRules.detect({ name, text })
  it('rules, correlations, filters and global parts', () => {
    expect(sure(full)).toBeGreaterThan(0.9)
    expect(sure('title: a\ncorrelation:\n  type: event_count\n')).toBeGreaterThan(0.9)
    expect(sure('title: a\nlogsource: {}\nfilter:\n  rules: any\n')).toBeGreaterThan(0.9)
    expect(sure('action: global\ntitle: a\n')).toBeGreaterThan(0.5)
  })
  it('not other documents', () => {
    expect(sure('name: a\nsearch: index=x\ntags: {}\n')).toBe(0)
    expect(sure('{"a": 1}', 'a.json')).toBe(0)
    expect(sure('', 'a.txt')).toBe(0)
  })
})

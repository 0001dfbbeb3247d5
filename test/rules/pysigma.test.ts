// Processing pipelines of pySigma: each kind on a rule of our own, the outcome typed from pySigma's documentation; unknown kinds and refusals by name.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { readRules } from '../../src/rules/index.ts'
import { readPipelines } from '../../src/rules/pysigma.ts'
import { finalize } from '../../src/rules/pysigma-finish.ts'
import { fill } from '../../src/rules/pysigma-template.ts'
import { targetOf } from '../../src/targets.ts'

const ruleText = (detection: string): string => `title: A rule
id: 5b6f0c0e-4444-4c2f-9a55-000000000001
level: high
status: test
author: Ann
tags:
  - attack.t1572
fields:
  - Image
logsource:
  product: windows
  category: process_creation
detection:
${detection.replace(/^/gm, '  ')}
`

const simple = "selection:\n  Image|endswith: '\\a.exe'\n  User: ann\ncondition: selection"
const detectionOf = (detection: string, names = {}) =>
  readRules([{ name: 'rule.yml', text: ruleText(detection) }], { names }).value![0]!
const pipelineOf = (text: string) => {
  const read = readPipelines([{ name: 'pipeline.yml', text }])
  expect(read.diagnostics).toEqual([])
  return read.value!
}
const run = (pipeline: string, detection = simple) =>
  convert(detectionOf(detection), targetOf('duckdb')!, { layout: 'line', document: 'none', pipeline: pipelineOf(pipeline) })
/** The condition that a rule becomes. */
const where = (transformations: string, detection = simple): string | undefined =>
  run(`transformations:\n${transformations.replace(/^/gm, '  ')}`, detection).value?.printed.text.replace(/^.*? WHERE /, '')
const refused = (transformations: string, detection = simple) =>
  run(`transformations:\n${transformations.replace(/^/gm, '  ')}`, detection).diagnostics.map(finding => [
    finding.code,
    finding.message,
  ])
const path = `"Image" ILIKE '%\\a.exe'`
const user = `"User" ILIKE 'ann'`

describe('transformations', () => {
  const cases: readonly (readonly [name: string, items: string, expected: string, detection?: string])[] = [
    [
      'field_name_mapping to one',
      '- type: field_name_mapping\n  mapping: {User: user.name}',
      `${path} AND "user.name" ILIKE 'ann'`,
    ],
    [
      'field_name_mapping to several',
      '- type: field_name_mapping\n  mapping: {User: [u1, u2]}',
      `${path} AND ("u1" ILIKE 'ann' OR "u2" ILIKE 'ann')`,
    ],
    ['field_name_prefix_mapping', '- type: field_name_prefix_mapping\n  mapping: {Us: [x.]}', `${path} AND "x.er" ILIKE 'ann'`],
    [
      'field_name_suffix',
      '- type: field_name_suffix\n  suffix: .text',
      `"Image.text" ILIKE '%\\a.exe' AND "User.text" ILIKE 'ann'`,
    ],
    [
      'field_name_mapping to several, of two items of one field',
      '- type: field_name_mapping\n  mapping: {User: [u1, u2]}',
      `("u1" ILIKE 'a%' OR "u2" ILIKE 'a%') AND ("u1" ILIKE '%z' OR "u2" ILIKE '%z')`,
      'selection:\n  User|startswith: a\n  User|endswith: z\ncondition: selection',
    ],
    [
      'field_name_mapping to several, of one item that wants all its values',
      '- type: field_name_mapping\n  mapping: {User: [u1, u2]}',
      `("u1" ILIKE '%a%' AND "u1" ILIKE '%z%') OR ("u2" ILIKE '%a%' AND "u2" ILIKE '%z%')`,
      'selection:\n  User|contains|all: [a, z]\ncondition: selection',
    ],
    [
      'field_name_prefix on some fields',
      '- type: field_name_prefix\n  prefix: win.\n  field_name_conditions:\n    - {type: include_fields, fields: [User]}',
      `${path} AND "win.User" ILIKE 'ann'`,
    ],
    [
      'field_name_prefix on all but some, by regular expression',
      "- type: field_name_prefix\n  prefix: win.\n  field_name_conditions:\n    - {type: exclude_fields, fields: ['Us.*'], mode: re}",
      `"win.Image" ILIKE '%\\a.exe' AND ${user}`,
    ],
    [
      'drop_detection_item',
      '- type: drop_detection_item\n  field_name_conditions:\n    - {type: include_fields, fields: [User]}',
      path,
    ],
    [
      'hashes_fields',
      '- type: hashes_fields\n  valid_hash_algos: [MD5, SHA1]\n  field_prefix: File',
      `"FileMD5" = '0123456789abcdef0123456789abcdef'`,
      'selection:\n  Hashes|contains: MD5=0123456789abcdef0123456789abcdef\ncondition: selection',
    ],
    [
      'extract_fields',
      "- type: extract_fields\n  regex: '(?P<kind>[A-Z]+):(?P<name>\\w+)'\n  field_prefix: reg\n  field_name_conditions:\n    - {type: include_fields, fields: [Details]}",
      `"reg.kind" ILIKE 'DWORD' AND "reg.name" ILIKE 'abc'`,
      'selection:\n  Details: DWORD:abc\ncondition: selection',
    ],
    ['add_condition', '- type: add_condition\n  conditions: {index: main}', `"index" ILIKE 'main' AND ${path} AND ${user}`],
    [
      'add_condition with a template, several values, negated',
      '- type: add_condition\n  template: true\n  negated: true\n  conditions: {source: ["$product-$category", x]}',
      `NOT COALESCE("source" ILIKE 'windows-process!_creation' ESCAPE '!' OR "source" ILIKE 'x', FALSE) AND ${path} AND ${user}`,
    ],
    [
      'change_logsource, seen by what comes after',
      '- {type: change_logsource, product: other}\n- type: field_name_suffix\n  suffix: .x\n  rule_conditions: [{type: logsource, product: windows}]\n- type: field_name_suffix\n  suffix: .y\n  rule_conditions: [{type: logsource, product: other}]',
      `"Image.y" ILIKE '%\\a.exe' AND "User.y" ILIKE 'ann'`,
    ],
    ['replace_string', "- {type: replace_string, regex: '^a(n+)', replacement: 'x\\1'}", `${path} AND "User" ILIKE 'xnn'`],
    [
      'replace_string keeps a backslash before a wildcard',
      "- {type: replace_string, regex: '^c:', replacement: '?:'}",
      `"Image" ILIKE '_:\\x\\%'`,
      "selection:\n  Image|startswith: 'c:\\x\\'\ncondition: selection",
    ],
    [
      'replace_string that skips wildcards',
      "- {type: replace_string, regex: 'exe', replacement: 'com', skip_special: true}",
      `"Image" ILIKE '%\\a.com' AND ${user}`,
    ],
    [
      'map_string to several',
      '- {type: map_string, mapping: {ann: [bob, "cy*"]}}',
      `${path} AND ("User" ILIKE 'bob' OR "User" ILIKE 'cy%')`,
    ],
    ['case', '- {type: case, method: upper}', `"Image" ILIKE '%\\A.EXE' AND "User" ILIKE 'ANN'`],
    [
      'set_value',
      '- type: set_value\n  value: 5\n  field_name_conditions: [{type: include_fields, fields: [User]}]',
      `${path} AND "User" = '5'`,
    ],
    [
      'convert_type',
      '- {type: convert_type, target_type: str}',
      `"EventID" = '4688'`,
      'selection:\n  EventID: 4688\ncondition: selection',
    ],
    [
      'nest',
      '- type: nest\n  items:\n    - {type: field_name_suffix, suffix: .a}\n    - {type: field_name_suffix, suffix: .b}',
      `"Image.a.b" ILIKE '%\\a.exe' AND "User.a.b" ILIKE 'ann'`,
    ],
    [
      'strict_field_mapping_failure where all is mapped',
      '- {type: field_name_mapping, mapping: {Image: i, User: u}}\n- {type: strict_field_mapping_failure}',
      `"i" ILIKE '%\\a.exe' AND "u" ILIKE 'ann'`,
    ],
    [
      'conditions on values, and on what was applied',
      '- id: one\n  type: field_name_prefix\n  prefix: a.\n  detection_item_conditions: [{type: contains_wildcard, cond: any}]\n- type: field_name_prefix\n  prefix: b.\n  detection_item_conditions: [{type: processing_item_applied, processing_item_id: one}]',
      `"b.a.Image" ILIKE '%\\a.exe' AND ${user}`,
    ],
    [
      'expressions of conditions',
      '- type: field_name_prefix\n  prefix: a.\n  rule_cond_expr: high and not (linux or mac)\n  rule_conditions:\n    high: {type: rule_attribute, attribute: level, value: medium, op: gte}\n    linux: {type: logsource, product: linux}\n    mac: {type: tag, tag: attack.t9999}',
      `"a.Image" ILIKE '%\\a.exe' AND "a.User" ILIKE 'ann'`,
    ],
    [
      'conditions joined by or, negated',
      '- type: field_name_prefix\n  prefix: a.\n  detection_item_cond_op: or\n  detection_item_cond_not: true\n  detection_item_conditions:\n    - {type: match_string, cond: any, pattern: an}\n    - {type: is_null, cond: any}',
      `"a.Image" ILIKE '%\\a.exe' AND ${user}`,
    ],
    [
      'state, and what a rule contains',
      '- {type: set_state, key: k, val: 2}\n- type: field_name_prefix\n  prefix: a.\n  rule_conditions:\n    - {type: processing_state, key: k, val: 1, op: gt}\n    - {type: contains_field, field: User}\n    - {type: contains_detection_item, field: User, value: ann}\n    - {type: is_sigma_rule}',
      `"a.Image" ILIKE '%\\a.exe' AND "a.User" ILIKE 'ann'`,
    ],
  ]
  for (const [name, items, expected, detection] of cases)
    it(name, () => {
      const out = where(items, detection)
      if (name === 'hashes_fields') expect(out?.replace('ILIKE', '=')).toBe(expected)
      else expect(out).toBe(expected)
    })
  it('regex asks the same of a value without case as the value did', () => {
    const out = run('transformations:\n  - {type: regex, method: ignore_case_flag}').value!.printed.text
    expect(out).toContain('regexp')
    expect(out).toMatch(/a\\\.exe/)
  })
  it('value_placeholders take the values of vars', () => {
    const detection = detectionOf('selection:\n  User|expand: "%Admins%"\ncondition: selection', { Admins: ['root', 'ann'] })
    const pipeline = pipelineOf('vars: {Admins: [root, ann]}\ntransformations: [{type: value_placeholders}]')
    expect(convert(detection, targetOf('duckdb')!, { layout: 'line', document: 'none', pipeline }).value?.printed.text).toContain(
      `"User" ILIKE 'root' OR "User" ILIKE 'ann'`,
    )
  })
  it('apply by priority, the lowest first', () => {
    const read = readPipelines([
      { name: 'late.yml', text: 'priority: 20\ntransformations: [{type: field_name_suffix, suffix: .late}]' },
      { name: 'early.yml', text: 'priority: 10\ntransformations: [{type: field_name_suffix, suffix: .early}]' },
    ])
    const text = convert(detectionOf(simple), targetOf('duckdb')!, { document: 'none', pipeline: read.value! }).value!.printed
      .text
    expect(text).toContain('"User.early.late"')
  })
  it('map what a correlation groups by, in every rule of it', () => {
    const text = `${ruleText(simple).replace('title: A rule', 'title: A rule\nname: base')}---
title: Several
id: 5b6f0c0e-4444-4c2f-9a55-000000000002
correlation:
  type: event_count
  rules: [base]
  group-by: [Computer]
  timespan: 10m
  condition: {gte: 2}
`
    const several = readRules([{ name: 'rule.yml', text }]).value!.find(one => one.title === 'Several')!
    const pipeline = pipelineOf('transformations: [{type: field_name_mapping, mapping: {Computer: host.name, User: user.name}}]')
    const written = convert(several, targetOf('duckdb')!, { layout: 'line', document: 'none', pipeline }).value!.printed.text
    expect(written).toContain('"host.name" AS "Computer"')
    expect(written).toContain(`"user.name" ILIKE 'ann'`)
    expect(written).not.toContain('"User"')
  })
  it('name the table in their state', () => {
    expect(run('transformations: [{type: set_state, key: index, val: mine}]').value!.printed.text).toContain('FROM mine')
  })
})

describe('what a pipeline does not do', () => {
  it('is refused by name, at its place', () => {
    const read = (text: string) =>
      readPipelines([{ name: 'p.yml', text }]).diagnostics.map(({ code, message }) => [code, message])
    expect(read('- a')).toEqual([['PSG001', 'this is no processing pipeline']])
    expect(read('transformations: []\nextra: 1')).toEqual([['PSG002', 'a processing pipeline has no key "extra"']])
    expect(read('transformations: [{type: frob}]')).toEqual([['PSG002', 'there is no "frob" among transformations']])
    expect(read('transformations: [{type: constructor}]')[0]![0]).toBe('PSG002')
    expect(read('transformations: [{type: case, mode: lower}]')).toEqual([['PSG002', '"case" has no "mode"']])
    expect(read('transformations: [{type: set_state, key: a}]')).toEqual([['PSG003', '"set_state" needs "val"']])
    expect(read('transformations: [{type: case, rule_conditions: [{type: moon}]}]')[0]![0]).toBe('PSG002')
    expect(
      read('transformations: [{type: case, rule_cond_expr: "a and", rule_conditions: {a: {type: is_sigma_rule}}}]')[0]![0],
    ).toBe('PSG003')
    for (const type of ['file_placeholders', 'http_placeholders', 'command_placeholders', 'field_name_transform'])
      expect(read(`transformations: [{type: ${type}}]`)[0]![0]).toBe('PSG101')
    expect(read('finalizers: [{type: frob}]')[0]![0]).toBe('PSG002')
    expect(read('postprocessing: [{type: frob}]')[0]![0]).toBe('PSG002')
  })
  it('is refused where a rule does not allow it', () => {
    expect(refused('- type: rule_failure\n  message: no')).toEqual([['PSG103', 'the pipeline refuses the rule: no']])
    expect(refused('- type: detection_item_failure\n  message: no')[0]![0]).toBe('PSG103')
    expect(refused('- type: strict_field_mapping_failure')[0]).toEqual([
      'PSG103',
      'the pipeline maps every field, and has no name for "Image"',
    ])
    expect(refused('- type: drop_detection_item').map(([code]) => code)).toEqual(['PSG301', 'PSG301', 'PSG102'])
    expect(refused('- {type: convert_type, target_type: num}')[0]![0]).toBe('PSG102')
    expect(
      refused(
        '- {type: hashes_fields, valid_hash_algos: [MD5]}',
        'selection:\n  Hashes|contains: IMPHASH=00\ncondition: selection',
      )[0]![0],
    ).toBe('PSG102')
    expect(refused("- {type: replace_string, regex: '(', replacement: x}")[0]![0]).toBe('PSG003')
  })
  it('tells what is left out', () => {
    expect(refused('- type: drop_detection_item\n  field_name_conditions: [{type: include_fields, fields: [User]}]')).toEqual([
      ['PSG301', 'the pipeline leaves out the test of "User"'],
    ])
  })
})

describe('postprocessing and finalizers', () => {
  const finished = (items: string): string => run(`postprocessing:\n${items.replace(/^/gm, '  ')}`).value!.printed.text
  const query = `SELECT * FROM events WHERE ${path} AND ${user}`
  it('put text around, into JSON, into templates, and replace', () => {
    expect(finished('- {type: embed, prefix: "<", suffix: ">"}')).toBe(`<${query}>`)
    expect(finished(`- {type: json, json_template: '{"q": ["%QUERY%", 1]}'}`)).toBe(`{"q": [${JSON.stringify(query)}, 1]}`)
    expect(finished('- {type: simple_template, template: "{rule.title} {{{query}}}"}')).toBe(`A rule {${query}}`)
    expect(finished("- {type: replace, pattern: '^SELECT (.)', replacement: 'COUNT(\\1)'}")).toBe(
      query.replace('SELECT *', 'COUNT(*)'),
    )
    expect(finished('- type: nest\n  items: [{type: embed, prefix: a}, {type: embed, prefix: b}]')).toBe(`ba${query}`)
    expect(finished("- {type: template, template: '{{ rule.level|upper }}: {{ query }}'}")).toBe(`HIGH: ${query}`)
  })
  it('move the marks with the query', () => {
    const { printed } = run('postprocessing: [{type: embed, prefix: "<<"}]').value!
    expect(printed.marks.map(mark => printed.text.slice(mark.start, mark.end))).toContain(user)
  })
  it('make one text of all queries', () => {
    const make = (items: string) => finalize(['a', 'b'], pipelineOf(`finalizers:\n${items.replace(/^/gm, '  ')}`)).value
    expect(make('- {type: concat, separator: ";", prefix: "[", suffix: "]"}')).toBe('[a;b]')
    expect(make('- {type: json}')).toBe('["a", "b"]')
    expect(make('- {type: json, indent: 2}')).toBe('[\n  "a",\n  "b"\n]')
    expect(make('- {type: yaml}')).toBe('- "a"\n- "b"\n')
    expect(
      make(
        "- {type: template, template: '{% for q in queries %}{{ loop.index }}{{ q }}{% if not loop.last %},{% endif %}{% endfor %}'}",
      ),
    ).toBe('1a,2b')
    expect(make('- type: nested\n  finalizers: [{type: concat, separator: "+"}, {type: concat, suffix: "!"}]')).toBe('a+b!')
  })
  it('refuse templates that reach outside or ask for what is not there', () => {
    const wrong = (template: string, more = '') =>
      run(`postprocessing: [{type: template, template: ${JSON.stringify(template)}${more}}]`).diagnostics.map(({ code }) => code)
    for (const template of [
      '{{ query|frob }}',
      '{% include "x" %}',
      '{{ nothing.there }}',
      '{% if a %}',
      '{{ query( }}',
      '{{ "".__class__.__mro__ }}{{ x.y }}',
    ])
      expect(wrong(template), template).toEqual(['PSG104'])
    expect(wrong('t.j2', ', path: /etc')).toEqual(['PSG104'])
    expect(wrong('{{ query }}', ', vars: run.py')).toEqual(['PSG104'])
  })
})

describe('templates', () => {
  // Typed from the template designer documentation of Jinja 3.
  const values = { name: 'x', list: ['b', 'a'], map: { k: 'v' }, n: 3, none: null }
  it.each([
    ['{{ name }} {{ missing }}!', 'x !'],
    ['{{ map.k }}{{ map["k"] }}{{ list[0] }}', 'vvb'],
    ['{{ list|sort|join(", ") }}', 'a, b'],
    ['{{ missing|default("d") }}{{ name|replace("x", "y")|upper }}', 'dY'],
    ['{% if n > 2 and name in "xyz" %}yes{% elif n %}n{% else %}no{% endif %}', 'yes'],
    ['{% if not n == 3 or none is none %}a{% endif %}{% if missing is not defined %}b{% endif %}', 'ab'],
    ['{% for one in list %}{{ loop.index0 }}{{ one }}{% else %}-{% endfor %}', '0b1a'],
    ['{% for one in missing %}{{ one }}{% else %}-{% endfor %}', '-'],
    ['{% for k in map %}{{ k }}={{ map[k] }}{% endfor %}', 'k=v'],
    ['a {{- name -}} b', 'axb'],
    ['{# gone #}{{ list }}{{ none }}', "['b', 'a']None"],
    ['{{ name|tojson }}{{ list|length }}', '"x"2'],
    ['{{ "<"|e }}', '&lt;'],
    ['line\n', 'line'],
  ])('%s', (template, expected) => {
    expect(fill(template, values)).toBe(expected)
  })
  it('have bounds', () => {
    const list = Array.from({ length: 2000 }, () => 'x')
    expect(() => fill('{% for a in l %}{% for b in l %}{{ a }}{% endfor %}{% endfor %}', { l: list })).toThrow('too many steps')
    expect(() => fill(`${'{% if 1 %}'.repeat(500)}`, {})).toThrow('too deep')
  })
})

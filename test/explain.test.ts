import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../src/engine/match.ts'
import { tracePredicate } from '../src/engine/trace.ts'
import { explain, type Trace, trace } from '../src/explain.ts'
import type { Detection } from '../src/ir/detection.ts'
import type { Event } from '../src/ir/event.ts'
import type { Predicate } from '../src/ir/predicate.ts'
import { readRules } from '../src/rules/index.ts'
import { schemas } from '../src/schemas/index.ts'

const text = `title: Plink forwards RDP
name: plink
logsource: {product: windows, category: process_creation}
detection:
  selection_tool:
    - Image|endswith: '\\plink.exe'
    - OriginalFileName: Plink
  selection_forward:
    CommandLine|contains|all:
      - ':3389'
      - ' -R '
  filter:
    User|cased: SYSTEM
    ParentImage|endswith:
      - '\\agent.exe'
      - '\\updater.exe'
  condition: all of selection_* and not filter
`

function read(yaml: string): readonly Detection[] {
  const rules = readRules([{ name: 'plink.yml', text: yaml }])
  expect(rules.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return rules.value!
}

const plink = read(text)[0]!

/** A Sysmon process creation. */
const sysmon = (fields: Record<string, string>): Event => ({
  fields: { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, ...fields },
})

/** A trace as lines: truth, text, reason. */
function lines(of: Trace, depth = 0): string[] {
  const reason = of.reason === undefined ? '' : ` — ${of.reason}`
  return [`${'  '.repeat(depth)}${of.truth} ${of.text}${reason}`, ...of.children.flatMap(child => lines(child, depth + 1))]
}

/** The part of a trace with this text. */
function part(of: Trace, wanted: string): Trace {
  const found =
    [of, ...of.children].find(one => one.text === wanted) ??
    of.children.map(child => maybe(child, wanted)).find(one => one !== undefined)
  if (found === undefined) throw new Error(`no part "${wanted}" in\n${lines(of).join('\n')}`)
  return found
}

function maybe(of: Trace, wanted: string): Trace | undefined {
  if (of.text === wanted) return of
  return of.children.map(child => maybe(child, wanted)).find(one => one !== undefined)
}

describe('explain', () => {
  it('tells the stages, with what the author wrote', () => {
    expect(explain(plink).stages.map(({ kind, text: said }) => [kind, said])).toEqual([
      ['class', 'process_creation / windows'],
      ['filter', 'all of selection_* and not filter'],
    ])
    const span = explain(plink).stages[1]!.span!
    expect(text.slice(span.start, span.end)).toBe('all of selection_* and not filter')
  })

  it('tells every test with its stage, and which the rule wants not to hold', () => {
    expect(
      explain(plink).predicates.map(({ stage, field, op, value, fold, negated }) => [stage, field, op, value, fold, negated]),
    ).toEqual([
      [1, 'Image', 'endswith', '\\plink.exe', true, false],
      [1, 'OriginalFileName', 'equals', 'Plink', true, false],
      [1, 'CommandLine', 'contains', ':3389', true, false],
      [1, 'CommandLine', 'contains', ' -R ', true, false],
      [1, 'User', 'equals', 'SYSTEM', false, true],
      [1, 'ParentImage', 'endswith', '\\agent.exe', true, true],
      [1, 'ParentImage', 'endswith', '\\updater.exe', true, true],
    ])
    for (const { span, value } of explain(plink).predicates)
      expect(text.slice(span!.start, span!.end).replace(/^'|'$/g, '')).toBe(value)
  })

  it('folds tests of one field and kind into indicators', () => {
    expect(explain(plink).indicators).toEqual([
      { field: 'Image', kind: 'endswith', values: ['\\plink.exe'] },
      { field: 'OriginalFileName', kind: 'equals', values: ['Plink'] },
      { field: 'CommandLine', kind: 'contains', values: [':3389', ' -R '] },
      { field: 'User', kind: 'equals', values: ['SYSTEM'], negated: true },
      { field: 'ParentImage', kind: 'endswith', values: ['\\agent.exe', '\\updater.exe'], negated: true },
    ])
  })

  it('tells the log sources and fields it needs', () => {
    expect(explain(plink).needs).toEqual([
      {
        class: { product: 'windows', category: 'process_creation' },
        fields: ['Image', 'OriginalFileName', 'CommandLine', 'User', 'ParentImage'],
      },
    ])
  })

  it('names every kind of test', () => {
    const [rule] = read(`title: Kinds
logsource: {product: windows, service: security}
detection:
  selection:
    A: a*b
    B|re: ^x+$
    C|cidr: 10.0.0.0/8
    D|gte: 5
    E|exists: true
    F: ''
    G: '*'
    H|fieldref: Other
    I|startswith|cased: S
    J: 7
    K: null
  keywords: [mimikatz]
  condition: selection or keywords
`)
    expect(
      explain(rule!).predicates.map(({ field, op, value, negated }) => `${negated ? 'not ' : ''}${field} ${op} ${value}`.trim()),
    ).toEqual([
      'A like a*b',
      'B re ^x+$',
      'C cidr 10.0.0.0/8',
      'D >= 5',
      'E exists',
      'F empty',
      'G present',
      'H equals Other',
      'I startswith S',
      'J = 7',
      'not K present',
      'any field contains mimikatz',
      'the record contains mimikatz',
    ])
  })

  it('explains the rules a correlation refers to, then the correlation', () => {
    const rules = read(`${text}---
title: Many tunnels
correlation:
  type: value_count
  rules: [plink]
  group-by: [Computer]
  timespan: 90m
  condition: {gte: 3, field: User}
`)
    const explained = explain(rules[1]!)
    expect(explained.stages.map(({ kind, text: said, rule }) => [kind, said, rule])).toEqual([
      ['class', 'process_creation / windows', 'plink'],
      ['filter', 'all of selection_* and not filter', 'plink'],
      ['union', 'matches of plink', undefined],
      ['aggregate', 'value_count = distinct(User) by Computer within 90m, where value_count >= 3', undefined],
    ])
    expect(explained.needs[0]!.fields).toEqual(['Image', 'OriginalFileName', 'CommandLine', 'User', 'ParentImage', 'Computer'])
  })

  it('shows the parts of rules in other files when their documents are at hand', () => {
    const base = { name: 'base.yml', text }
    const other = {
      name: 'two.yml',
      text: 'title: Two\ncorrelation: {type: event_count, rules: [plink], timespan: 1m, condition: {gte: 2}}\n',
    }
    const rule = readRules([base, other]).value!.find(one => one.title === 'Two')!
    expect(explain(rule, { documents: [base] }).stages[1]!.text).toBe('all of selection_* and not filter')
    expect(explain(rule).stages[1]!.text).toBe(
      '((Image ends with "\\plink.exe" or OriginalFileName is "Plink") and (CommandLine contains ":3389" and CommandLine contains " -R ")) and not (User is "SYSTEM" and (ParentImage ends with "\\agent.exe" or ParentImage ends with "\\updater.exe"))',
    )
  })
})

describe('trace', () => {
  it('follows the condition: each part true, false or absent, with what the event has', () => {
    const event = sysmon({ Image: 'C:\\Temp\\PLINK.EXE', CommandLine: 'plink -R 1:localhost:3389 u@h', User: 'ada' })
    expect(lines(trace(plink, event))).toEqual([
      'true Plink forwards RDP',
      '  true log source process_creation / windows — Windows event log under Sigma’s names: Channel is "Microsoft-Windows-Sysmon/Operational", EventID is 1',
      '  true all of selection_* and not filter',
      '    true all of selection_*',
      '      true selection_tool',
      '        true Image|endswith: \'\\plink.exe\' — Image is "C:\\Temp\\PLINK.EXE"',
      '        absent OriginalFileName: Plink — the event has no OriginalFileName',
      '      true CommandLine|contains|all: all of 2 values',
      '        true CommandLine|contains|all: \':3389\' — CommandLine is "plink -R 1:localhost:3389 u@h"',
      '        true CommandLine|contains|all: \' -R \' — CommandLine is "plink -R 1:localhost:3389 u@h"',
      '    true not filter',
      '      false filter',
      '        false User|cased: SYSTEM — User is "ada"',
      '        absent ParentImage|endswith: any of 2 values',
      "          absent ParentImage|endswith: '\\agent.exe' — the event has no ParentImage",
      "          absent ParentImage|endswith: '\\updater.exe' — the event has no ParentImage",
    ])
  })

  it('says which one test keeps it from matching, and how near that came', () => {
    const event = sysmon({ Image: 'C:\\plink.exe', CommandLine: 'plink -R 1:localhost:338 u@h' })
    const found = trace(plink, event)
    expect(found.truth).toBe('false')
    expect(found.nearest).toBe(`one test from matching: CommandLine|contains|all: ':3389' (it has ":338" of ":3389")`)
  })

  it('says how many tests keep it from matching, along the shortest way', () => {
    const found = trace(plink, sysmon({ Image: 'C:\\plink.exe.bak', CommandLine: 'x' }))
    expect(found.nearest).toBe(
      `3 tests from matching: Image|endswith: '\\plink.exe' (it has "\\plink.exe", but ".bak" stands behind it); ` +
        `CommandLine|contains|all: ':3389' (CommandLine is "x"); CommandLine|contains|all: ' -R ' (CommandLine is "x")`,
    )
  })

  it('says that a filter keeps it from matching', () => {
    const event = sysmon({
      Image: 'C:\\plink.exe',
      CommandLine: 'plink -R 1:localhost:3389',
      User: 'SYSTEM',
      ParentImage: 'C:\\agent.exe',
    })
    expect(trace(plink, event).nearest).toBe('one test from matching: without User|cased: SYSTEM')
  })

  it('says what holds a match up', () => {
    const event = sysmon({
      Image: 'C:\\plink.exe',
      CommandLine: 'plink -R 1:localhost:3389',
      User: 'system',
      ParentImage: 'C:\\agent.exe',
    })
    const found = trace(plink, event)
    expect(found.truth).toBe('true')
    expect(part(found, 'User|cased: SYSTEM').nearest).toBe('only the case differs')
    expect(part(found, 'not filter').nearest).toBe('one test from not matching: with User|cased: SYSTEM (only the case differs)')
  })

  it('is absent where only missing fields keep a part from being true', () => {
    const found = trace(plink, sysmon({ image: 'C:\\plink.exe' }))
    expect(found.truth).toBe('absent')
    expect(part(found, "Image|endswith: '\\plink.exe'").reason).toBe('the event has no Image; it has image')
  })

  it('says that the event is of another log source', () => {
    const event: Event = { fields: { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 3, Image: 'C:\\plink.exe' } }
    const source = part(trace(plink, event), 'log source process_creation / windows')
    expect(source.truth).toBe('false')
    expect(source.reason).toBe(
      'the event is of another log source: Channel is "Microsoft-Windows-Sysmon/Operational", EventID is 3',
    )
  })

  it('takes an event that says no log source for one of the rule', () => {
    const found = trace(plink, { fields: { CommandLine: 'x -R 1:localhost:3389' } })
    expect(found.children[0]).toMatchObject({
      truth: 'absent',
      reason: 'nothing in the event says its log source; it is taken for this one',
    })
    expect(found.truth).toBe('absent')
  })

  it('asks a record of another shape under its own names', () => {
    const event: Event = {
      fields: { Channel: 'Security', EventID: 4688, NewProcessName: 'C:\\plink.exe', CommandLine: 'plink -R 1:localhost:3389' },
    }
    const found = trace(plink, event)
    expect(found.truth).toBe('true')
    expect(part(found, "Image|endswith: '\\plink.exe'").reason).toBe('NewProcessName (Image) is "C:\\plink.exe"')
  })

  it('cuts long values around what was looked for', () => {
    const event = sysmon({ Image: 'C:\\plink.exe', CommandLine: `${'a'.repeat(500)}:3389 -R ${'b'.repeat(500)}` })
    const { reason } = part(trace(plink, event), "CommandLine|contains|all: ':3389'")
    expect(reason).toMatch(/^CommandLine is "…a+:3389 -R b+…"$/)
    expect(reason!.length).toBeLessThan(150)
  })

  it('tells of numbers how far they are away, of keywords where they are', () => {
    const [rule] = read(`title: Numbers
logsource: {product: windows, service: security}
detection:
  selection: {Port|gte: 1024}
  keywords: [secret]
  condition: selection or keywords
`)
    const found = trace(rule!, { fields: { Channel: 'Security', EventID: 1, Port: '1000', Note: 'a SECRET word' } })
    expect(part(found, 'Port|gte: 1024').nearest).toBe('24 away from 1024')
    expect(lines(found)).toContainEqual(expect.stringMatching(/true secret — in Note$/))
  })

  it('of a correlation says for which rules the event counts', () => {
    const rules = read(`${text}---
title: Tunnel, then logon
correlation: {type: temporal_ordered, rules: [plink, logon], group-by: [Computer], timespan: 30m}
---
title: Logon
name: logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4624}, condition: selection}
`)
    const rule = rules.find(one => one.title === 'Tunnel, then logon')!
    const counts = trace(rule, { fields: { Channel: 'Security', EventID: 4624 } })
    expect(counts.truth).toBe('absent')
    expect(counts.reason).toBe('the event is one that counts, as a match of logon; whether the rule fires depends on the others')
    expect(counts.children.map(child => [child.text, child.truth])).toEqual([
      ['plink: process_creation / windows', 'false'],
      ['logon: windows / security', 'true'],
    ])
    expect(trace(rule, sysmon({ Image: 'C:\\x.exe' })).truth).toBe('false')
  })
})

/** A question about fields of its own: every test on another field, so that each can be turned alone. */
function predicates(): fc.Arbitrary<Predicate> {
  let next = 0
  const test = fc.constant(undefined).map((): Predicate => {
    const name = `f${next++}`
    return { kind: 'test', subject: { kind: 'field', name }, match: { kind: 'glob', glob: ['yes'], fold: false } }
  })
  const { tree } = fc.letrec<{ tree: Predicate }>(tie => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      test,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        args: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), arg: tie('tree') }),
    ),
  }))
  return tree
}

function fieldsOf(predicate: Predicate): string[] {
  if (predicate.kind === 'test') return predicate.subject.kind === 'field' ? [predicate.subject.name] : []
  if (predicate.kind === 'not') return fieldsOf(predicate.arg)
  return predicate.kind === 'and' || predicate.kind === 'or' ? predicate.args.flatMap(fieldsOf) : []
}

describe('the bundled rules', () => {
  const folder = new URL('../packs/t1572/rules/', import.meta.url)
  const files = readdirSync(folder).filter(name => name.endsWith('.yml'))
  const rules = readRules(files.map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))).value!

  it('are traced to the verdict that their own tests give', () => {
    let asked = 0
    for (const rule of rules) {
      if (rule.query.from.kind !== 'class' || rule.query.stages.some(stage => stage.kind === 'aggregate')) continue
      for (const { name, events, expect: outcome } of rule.tests) {
        if ('dataset' in events || events.length !== 1 || Object.hasOwn(events[0]!.fields, '_class')) continue
        asked++
        // Without a log source the fields would tell it; here it is the rule's, as in its tests.
        const { truth } = trace(rule, events[0]!, { schemas: schemas.filter(schema => !schema.optIn && schema.id !== 'plain') })
        expect([rule.title, name, truth === 'true']).toEqual([rule.title, name, outcome === 'alert'])
      }
    }
    expect(asked).toBeGreaterThan(50)
  })
})

describe('laws', () => {
  it('a trace is true exactly when the rule matches, and the tests it counts are the fewest that turn it', () => {
    fc.assert(
      fc.property(
        predicates(),
        fc.array(fc.constantFrom('yes', 'no', undefined), { minLength: 40, maxLength: 40 }),
        (predicate, values) => {
          const names = [...new Set(fieldsOf(predicate))]
          fc.pre(names.length <= 10 && names.length === fieldsOf(predicate).length)
          const answers = names.map((_, index) => values[index])
          const eventOf = (given: readonly (string | undefined)[]): Event => ({
            fields: Object.fromEntries(
              names.flatMap((name, index) => (given[index] === undefined ? [] : [[name, given[index]!]])),
            ),
          })
          const matches = compilePredicate(predicate)
          const here = matches(eventOf(answers))
          const traced = tracePredicate(predicate, eventOf(answers))
          expect(traced.trace.truth === 'true').toBe(here)
          let fewest = Number.POSITIVE_INFINITY
          for (let mask = 0; mask < 1 << names.length; mask++) {
            const turned = answers.map((answer, index) => ((mask >> index) & 1 ? (answer === 'yes' ? 'no' : 'yes') : answer))
            const count = mask.toString(2).replaceAll('0', '').length
            if (count < fewest && matches(eventOf(turned)) !== here) fewest = count
          }
          expect((here ? traced.no : traced.yes).cost).toBe(fewest)
        },
      ),
      { seed: 1572, numRuns: 300 },
    )
  })
})

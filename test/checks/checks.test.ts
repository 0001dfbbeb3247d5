// Checks of Sigma rules: for each code what is told and where, beside what is left alone; and that safe changes are safe.

import { describe, expect, it } from 'vitest'
import { checks } from '../../src/checks/index.ts'
import { codes, lint } from '../../src/lint.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

const head = {
  title: 'Some rule',
  id: '0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f111',
  status: 'test',
  description: 'Finds something.',
  author: 'A. Author',
  date: '2024-01-05',
  level: 'high',
  falsepositives: '[Unknown]',
  logsource: '{category: process_creation, product: windows}',
  detection: '{s: {CommandLine: x}, condition: s}',
}

/** A rule with some of its keys given another value, or left out (undefined). */
function rule(changes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries({ ...head, ...changes })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => (value!.startsWith('\n') ? `${key}:${value}\n` : `${key}: ${value}\n`))
    .join('')
}

/** Codes of checks of what a rule asks, which meaning.test.ts shows. */
const meaning: ReadonlySet<string> = new Set(checks.flatMap(check => Object.keys(check.pages ?? {})))

/** What checks of the document find. */
function findings(text: string): readonly Diagnostic[] {
  return lint(sigmaRules.read!({ name: 'rule.yml', text }).value ?? []).filter(({ code }) => !meaning.has(code))
}

/** `CODE marked text` of each finding. */
function told(text: string): string[] {
  return findings(text).map(({ code, span }) => `${code} ${text.slice(span!.start, span!.end)}`)
}

const detection = (items: string, condition = 's'): string =>
  rule({ detection: `\n  s:\n    ${items}\n  condition: ${condition}` })

it('a rule with everything in place is left alone', () => {
  expect(told(rule({}))).toEqual([])
})

it('every code of every check is shown here, or where pages are', () => {
  const text = [...positive.map(([code]) => code), 'DOC202']
  expect(Object.keys(codes).filter(code => !text.includes(code) && !meaning.has(code))).toEqual([])
  expect(Object.keys(codes)).toHaveLength(checks.reduce((sum, check) => sum + Object.keys(check.codes).length, 0))
})

const positive: readonly (readonly [code: string, text: string, marked: string])[] = [
  ['LNT201', rule({ title: 'x'.repeat(257) }), 'x'.repeat(257)],
  ['LNT201', rule({ name: 'x'.repeat(300) }), 'x'.repeat(300)],
  ['LNT202', rule({ id: undefined }), 't'],
  ['LNT202', rule({ description: '""' }), 'description'],
  ['LNT202', rule({ falsepositives: '[]' }), 'falsepositives'],
  ['LNT203', rule({ id: 'my-rule-1' }), 'my-rule-1'],
  ['LNT204', rule({ date: '2024/01/05' }), '2024/01/05'],
  ['LNT204', rule({ modified: '2024-02-30' }), '2024-02-30'],
  ['LNT205', rule({ modified: '2023-12-31' }), '2023-12-31'],
  ['LNT206', rule({ tags: '[attack.T1572]' }), 'attack.T1572'],
  ['LNT206', rule({ tags: '[t1572]' }), 't1572'],
  ['LNT206', rule({ tags: '[attack.t15721]' }), 'attack.t15721'],
  ['LNT206', rule({ tags: '[attack.command_and_control]' }), 'attack.command_and_control'],
  ['LNT206', rule({ tags: 'attack.t1572' }), 'attack.t1572'],
  ['LNT207', rule({ related: '[{id: 0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f112, type: derivd}]' }), 'derivd'],
  ['LNT207', rule({ related: '[{id: other, type: similar}]' }), 'other'],
  ['LNT207', rule({ related: '[{type: similar}]' }), '{type: similar}'],
  ['LNT207', rule({ related: '{id: a, type: similar}' }), '{id: a, type: similar}'],
  ['LNT208', rule({ falsepositives: '[none]' }), 'none'],
  ['LNT208', rule({ falsepositives: '["?"]' }), '"?"'],
  ['LNT209', rule({ tags: '[attack.t1572, cve.2024-1, attack.t1572]' }), 'attack.t1572'],
  ['LNT210', rule({ reference: '[a]' }), 'reference'],
  ['LNT220', rule({ logsource: '{category: Process Creation, product: windows}' }), 'Process Creation'],
  ['LNT221', rule({ detection: '{s: {EventID: 1, CommandLine: x}, condition: s}' }), '1'],
  ['LNT221', rule({ detection: '{s: {EventID: 4688, CommandLine: x}, condition: s}' }), '4688'],
  [
    'LNT222',
    rule({ logsource: '{product: windows, service: sysmon}', detection: '{s: {EventID: 10, CallTrace: x}, condition: s}' }),
    '10',
  ],
  ['LNT223', rule({ logsource: '{catgory: process_creation, product: windows}' }), 'catgory'],
  ['LNT270', detection('Commandline: x'), 'Commandline'],
  ['LNT270', detection('ParentImag|endswith: \\x.exe'), 'ParentImag'],
  ['LNT230', detection('CommandLine|contains|all: x'), 'all'],
  ['LNT230', detection('CommandLine|contains|all: [x]'), 'all'],
  ['LNT231', detection('CommandLine|contains|contains: x'), 'CommandLine|contains|contains'],
  ['LNT232', detection('CommandLine|base64offset: foobar'), 'base64offset'],
  ['LNT233', detection('CommandLine|all: [x, y]'), 'all'],
  ['LNT234', detection('CommandLine|re: plink'), 'plink'],
  ['LNT235', detection('CommandLine|re: (a|b)link.exe'), '(a|b)link.exe'],
  ['LNT236', detection('CommandLine|windash|contains: plink'), 'windash'],
  ['LNT237', detection("CommandLine|re: '.*pl[io]nk'"), "'.*pl[io]nk'"],
  ['LNT240', detection('CommandLine: [Plink, PLINK]'), 'PLINK'],
  ['LNT241', detection('CommandLine|contains: [plink, plink.exe]'), 'plink.exe'],
  ['LNT241', detection('CommandLine|contains|all: [plink, plink.exe]'), 'plink'],
  ['LNT241', detection("Image|endswith: ['\\plink.exe', '.exe']"), "'\\plink.exe'"],
  ['LNT242', detection("CommandLine: '*plink*'"), "'*plink*'"],
  ['LNT243', detection("CommandLine|contains: '*plink'"), "'*plink'"],
  ['LNT244', detection("CommandLine: 'a**b'"), "'a**b'"],
  ['LNT247', detection('CommandLine|contains: "pl\u200bink"'), '"pl\u200bink"'],
  ['LNT248', detection('CommandLine|contains: " –R"'), '" –R"'],
  ['LNT252', detection("CommandLine: ['', null]"), "['', null]"],
  ['LNT245', detection("CommandLine|contains: '\\\\server\\share'"), "'\\\\server\\share'"],
  ['LNT245', detection("CommandLine|contains: '\\\\.\\pipe\\x'"), "'\\\\.\\pipe\\x'"],
  ['LNT246', detection("CommandLine|contains: 'C:\\Temp\\*.exe'"), "'C:\\Temp\\*.exe'"],
  ['LNT249', detection('Image|endswith: plink.exe'), 'plink.exe'],
  ['LNT250', detection('Image: plink.exe'), 'plink.exe'],
  ['LNT260', detection('CommandLine: x', 'all of them'), 'all of them'],
  [
    'LNT261',
    rule({ detection: '{a: {CommandLine: x}, b: {CommandLine: y}, c: {CommandLine: z}, condition: a or b and c}' }),
    'a or b and c',
  ],
  ['LNT262', rule({ detection: '{a: {CommandLine: x, Image: y}, b: {Image: y, CommandLine: x}, condition: a or b}' }), 'b'],
  ['LNT263', rule({ detection: '{a: {CommandLine: x}, condition: a and not a}' }), 'a and not a'],
  [
    'LNT264',
    `title: t\nid: ${head.id}\ndescription: d\nlevel: high\ncorrelation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 3}}\n`,
    'correlation',
  ],
]

describe('what is told', () => {
  it.each(positive.map(([code, text, marked], index) => [`${code} ${index}`, code, text, marked] as const))(
    '%s',
    (_, code, text, marked) => {
      expect(told(text)).toEqual([`${code} ${marked}`])
    },
  )
})

describe('what is left alone', () => {
  it.each([
    ['a list under all', detection('CommandLine|contains|all: [x, y]')],
    ['a number twice in two types', detection("CommandLine: [1, '1']")],
    ['cased values', detection('CommandLine|cased: [Plink, PLINK]')],
    ['regular expressions that only look alike', detection("CommandLine|re: ['a.+', 'A.+']")],
    ['a share with four backslashes', detection("CommandLine|contains: '\\\\\\\\server\\share'")],
    ['an escaped backslash before a wildcard', detection("CommandLine|contains: 'C:\\\\Temp\\\\*.exe'")],
    ['a star inside', detection("CommandLine|contains: 'a*b'")],
    ['a star that the modifier does not add', detection("CommandLine|startswith: '*a'")],
    ['an escaped star at the end', detection("CommandLine|contains: 'a\\*'")],
    ['a name with its backslash', detection("Image|endswith: '\\plink.exe'")],
    ['a joined picture', detection('CommandLine|contains: "👩🏿‍🦳"')],
    ['an escaped dot', detection("CommandLine|re: 'pl[io]nk\\.exe'")],
    ['a dash for windash', detection("CommandLine|windash|contains: [' -R', plink]")],
    [
      'parentheses',
      rule({ detection: '{a: {CommandLine: x}, b: {CommandLine: y}, c: {CommandLine: z}, condition: a or (b and c)}' }),
    ],
    ['a field that is not of Sysmon at all', detection('Whatever: x')],
    [
      'a field of another log source',
      rule({ logsource: '{product: windows, service: security}', detection: '{s: {Commandline: x}, condition: s}' }),
    ],
    ['keys of one’s own', rule({ playbook: 'x', owner: 'y' })],
    [
      'an event id of a category with several',
      rule({
        logsource: '{category: registry_event, product: windows}',
        detection: '{s: {EventID: 13, TargetObject: x}, condition: s}',
      }),
    ],
    [
      'a filter',
      `title: t\nid: ${head.id}\nlogsource: {product: windows}\nfilter: {rules: [], s: {User: x}, condition: not s}\n`,
    ],
  ])('%s', (_, text) => {
    expect(told(text)).toEqual([])
  })
})

describe('safe changes', () => {
  function mend(text: string): string {
    let mended = text
    const changes = findings(text).flatMap(finding => finding.fix ?? [])
    for (const { span, text: replacement } of [...changes].sort((a, b) => b.span.start - a.span.start)) {
      mended = mended.slice(0, span.start) + replacement + mended.slice(span.end)
    }
    return mended
  }

  it.each([
    [rule({ date: '2024/1/5' }), rule({ date: '2024-01-05' })],
    [rule({ tags: '[attack.T1572, attack.defense_evasion]' }), rule({ tags: '[attack.t1572, attack.defense-evasion]' })],
    [rule({ logsource: '{category: process_creation, product: Windows}' }), rule({})],
    [detection('Commandline|contains: x'), detection('CommandLine|contains: x')],
    [detection('CommandLine|contains|all: x'), detection('CommandLine|contains: x')],
    [detection("CommandLine|contains: '*plink*'"), detection("CommandLine|contains: 'plink'")],
    [detection("Image|endswith: '*\\plink.exe'"), detection("Image|endswith: '\\plink.exe'")],
    [detection("CommandLine|startswith: 'plink*'"), detection("CommandLine|startswith: 'plink'")],
    [detection("CommandLine: '*plink*'"), detection("CommandLine|contains: 'plink'")],
    [detection("Image: ['*\\a.exe', '*\\b.exe']"), detection("Image|endswith: ['\\a.exe', '\\b.exe']")],
    [detection("CommandLine: 'a**b***c'"), detection("CommandLine: 'a*b*c'")],
    [detection('CommandLine|windash|contains: plink'), detection('CommandLine|contains: plink')],
    [detection("CommandLine|re: '.*pl[io]nk.*'"), detection("CommandLine|re: 'pl[io]nk'")],
    [
      detection("CommandLine|contains:\n      - 'a'\n      - 'B' # kept\n      - 'A'\n      - 'c'"),
      detection("CommandLine|contains:\n      - 'a'\n      - 'B' # kept\n      - 'c'"),
    ],
    [
      rule({ tags: '\n  - attack.t1572\n  - attack.t1090\n  - attack.t1572' }),
      rule({ tags: '\n  - attack.t1572\n  - attack.t1090' }),
    ],
  ])('%#', (before, after) => {
    expect(mend(before)).toBe(after)
    expect(told(after)).toEqual([])
  })

  it('keep what the rule means', () => {
    // What a change leaves alone: a backslash before a star, a star that is escaped, a comment beside a value.
    for (const text of [
      detection("CommandLine: '*C:\\Temp\\*'"),
      detection("CommandLine: 'a\\**b'"),
      detection("CommandLine|re: '.*.*'"),
      detection("CommandLine|contains:\n      - 'a'\n      - 'A' # why"),
    ])
      expect(findings(text).flatMap(finding => finding.fix ?? [])).toEqual([])
    for (const [before] of [["'*plink*'"], ["'*C:\\\\*'"]]) {
      const query = (text: string): unknown =>
        JSON.parse(
          JSON.stringify(sigmaRules.read!({ name: 'a.yml', text }).value![0]!.query, (key, value) =>
            key === 'span' ? undefined : value,
          ),
        )
      const text = detection(`CommandLine|contains: ${before}`)
      expect(query(mend(text))).toEqual(query(text))
    }
  })
})

it('a rule that cannot be read gives what can be said of it', () => {
  expect(told('title: t\ndetection: nothing\n')).toEqual([])
  expect(told(rule({ detection: '{s: {CommandLine|nope: x}, condition: t}' }))).toEqual([])
})

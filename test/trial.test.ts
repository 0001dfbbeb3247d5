import { describe, expect, it } from 'vitest'
import type { Detection } from '../src/ir/detection.ts'
import { readRules } from '../src/rules/index.ts'
import { test } from '../src/trial.ts'

function read(yaml: string): readonly Detection[] {
  const rules = readRules([{ name: 'rules.yml', text: yaml }])
  expect(rules.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return rules.value!
}

const rule = `title: Plink
name: plink
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '\\plink.exe'}
  condition: selection
tests:
`

/** What the tests below \`tests\` come to: name, outcome and how many alerts. */
async function outcomes(tests: string): Promise<unknown[]> {
  const results = await test(read(rule + tests)[0]!)
  return results.map(({ trial, outcome, passed, alerts, expected }) => {
    expect(passed).toBe(outcome === 'passed')
    return [trial, expected, outcome, alerts]
  })
}

describe('the tests of a rule', () => {
  it('pass and fail by what the rule says', async () => {
    expect(
      await outcomes(`
  - {name: fires, expect: alert, events: [{Image: 'C:\\plink.exe'}]}
  - {name: quiet, expect: silence, events: [{Image: 'C:\\putty.exe'}]}
  - {name: should fire, expect: alert, events: [{Image: 'C:\\putty.exe'}]}
  - {name: should be quiet, expect: silence, events: [{Image: 'C:\\plink.exe'}, {Image: 'D:\\plink.exe'}]}
`),
    ).toEqual([
      ['fires', 'alert', 'passed', 1],
      ['quiet', 'silence', 'passed', 0],
      ['should fire', 'alert', 'failed', 0],
      ['should be quiet', 'silence', 'failed', 2],
    ])
  })

  it('take events without a log source for the rule’s, whatever fields they have', async () => {
    // On its own, a record with a QueryName would be taken for a DNS query.
    expect(
      await outcomes(`\n  - {name: bare, expect: alert, events: [{Image: 'C:\\plink.exe', QueryName: a.example}]}\n`),
    ).toEqual([['bare', 'alert', 'passed', 1]])
  })

  it('take an event at its word where it says its log source', async () => {
    expect(
      await outcomes(`
  - {name: sysmon 1, expect: alert, events: [{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, Image: 'C:\\plink.exe'}]}
  - {name: sysmon 3, expect: silence, events: [{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 3, Image: 'C:\\plink.exe'}]}
  - {name: "4688", expect: alert, events: [{Channel: Security, EventID: 4688, NewProcessName: 'C:\\plink.exe'}]}
  - {name: same class, expect: alert, events: [{_class: {product: windows, category: process_creation}, Image: 'C:\\plink.exe'}]}
  - {name: other class, expect: silence, events: [{_class: {product: linux, category: process_creation}, Image: 'C:\\plink.exe'}]}
`),
    ).toEqual([
      ['sysmon 1', 'alert', 'passed', 1],
      ['sysmon 3', 'silence', 'passed', 0],
      ['4688', 'alert', 'passed', 1],
      ['same class', 'alert', 'passed', 1],
      ['other class', 'silence', 'passed', 0],
    ])
  })

  it('are absent, never passed, when their events are not at hand', async () => {
    const [detection] = read(`${rule}\n  - {name: far, expect: silence, dataset: logs/far.evtx}\n`)
    expect(await test(detection!)).toEqual([
      {
        trial: 'far',
        expected: 'silence',
        outcome: 'absent',
        passed: false,
        alerts: 0,
        reason: 'the data set "logs/far.evtx" is not at hand',
        diagnostics: [],
      },
    ])
    const dataset = async (name: string) => (name === 'logs/far.evtx' ? [{ fields: { Image: 'C:\\plink.exe' } }] : undefined)
    expect((await test(detection!, { dataset }))[0]).toMatchObject({
      outcome: 'failed',
      alerts: 1,
      reason: '1 alert, and there should be none',
    })
  })

  it('are absent, never passed, when the rule cannot run', async () => {
    const [detection] = readRules([
      {
        name: 'open.yml',
        text: `title: Open\nlogsource: {product: windows, category: process_creation}\ndetection: {selection: {Image|expand: '%tools%'}, condition: selection}\ntests:\n  - {name: quiet, expect: silence, events: [{Image: x}]}\n`,
      },
    ]).value!
    expect((await test(detection!))[0]).toMatchObject({ outcome: 'absent', passed: false })
    expect((await test(detection!))[0]!.reason).toMatch(/^the rule cannot run: /)
  })

  it('run correlations over events of several log sources, by their times', async () => {
    const rules = read(`${rule}
  - {name: own, expect: alert, events: [{Image: 'C:\\plink.exe'}]}
---
title: Logon
name: logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4624}, condition: selection}
---
title: Both
name: both
correlation: {type: temporal_ordered, rules: [plink, logon], group-by: [Computer], timespan: 30m}
tests:
  - name: in time
    expect: alert
    events:
      - {_time: '2026-03-11T09:00:00Z', Image: 'C:\\plink.exe', Computer: WS7}
      - {_time: '2026-03-11T09:30:00Z', EventID: 4624, Computer: WS7}
  - name: too late
    expect: silence
    events:
      - {_time: '2026-03-11T09:00:00Z', Image: 'C:\\plink.exe', Computer: WS7}
      - {_time: '2026-03-11T09:30:01Z', EventID: 4624, Computer: WS7}
  - name: without times
    expect: silence
    events:
      - {Image: 'C:\\plink.exe', Computer: WS7}
      - {EventID: 4624, Computer: WS7}
`)
    const both = await test(rules.find(one => one.name === 'both')!)
    expect(both.map(({ trial, outcome }) => [trial, outcome])).toEqual([
      ['in time', 'passed'],
      ['too late', 'passed'],
      ['without times', 'passed'],
    ])
    expect(both[2]!.diagnostics.map(finding => finding.code)).toContain('ENG340')
    // A rule that only feeds a correlation raises no alert in a hunt, and its own tests run all the same.
    const silent = rules.find(one => one.name === 'plink')!
    expect(silent.silent).toBe(true)
    expect((await test(silent)).map(({ outcome }) => outcome)).toEqual(['passed'])
  })
})

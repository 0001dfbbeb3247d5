// Correlations and filters from text to alert: each document carries its own tests, typed from the specification, and they are run.

import { describe, expect, it } from 'vitest'
import { readRules } from '../../src/rules/read.ts'
import { test } from '../../src/trial.ts'

const logon = `title: Failed logon
name: failed
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: Logon
name: logon
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
---
`

/** `4625 User=a +30` → an event of the first minute of 2026 and thirty seconds. */
function event(text: string): string {
  const [id, ...rest] = text.split(' ')
  const fields = rest.filter(part => part.includes('=')).map(part => part.replace('=', ': '))
  const seconds = Number(rest.find(part => part.startsWith('+'))?.slice(1) ?? 0)
  const time = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
  return `{EventID: ${id}, ${fields.join(', ')}${fields.length > 0 ? ', ' : ''}_time: '${time}'}`
}

/** Runs a correlation's tests: per line what is expected and the events, separated by `;`. */
async function run(correlation: string, trials: string, around = ''): Promise<void> {
  const tests = trials
    .trim()
    .split('\n')
    .map(line => {
      const [expected, events] = line.trim().split(/: (.*)/s) as [string, string]
      return `  - {name: ${JSON.stringify(line.trim())}, expect: ${expected}, events: [${events.split('; ').map(event).join(', ')}]}`
    })
  const text = `${logon}${around}title: Under test\nid: under-test\n${correlation}tests:\n${tests.join('\n')}\n`
  const { value, diagnostics } = readRules([{ name: 'rules.yml', text }])
  expect(diagnostics.filter(finding => finding.severity === 'error').map(finding => finding.message)).toEqual([])
  const results = await test(value!.find(detection => detection.id === 'under-test')!)
  expect(results).toHaveLength(tests.length)
  expect(results.filter(result => !result.passed)).toEqual([])
}

describe('correlations', () => {
  it('event_count', () =>
    run(
      'correlation: {type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: {gte: 3}}\n',
      `alert: 4625 User=a; 4625 User=a +30; 4625 User=a +60
       silence: 4625 User=a; 4625 User=a +30; 4625 User=a +61
       silence: 4625 User=a; 4625 User=b +1; 4625 User=a +2
       silence: 4625 User=a; 4624 User=a +1; 4625 User=a +2
       silence: 4625; 4625 +1; 4625 +2`,
    ))

  it('a range', () =>
    run(
      'correlation: {type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: {gt: 1, lt: 3}}\n',
      `alert: 4625 User=a; 4625 User=a +1
       silence: 4625 User=a`,
    ))

  it('value_count', () =>
    run(
      'correlation: {type: value_count, rules: [failed], group-by: [Host], timespan: 1m, condition: {gte: 3, field: User}}\n',
      `alert: 4625 Host=h User=a; 4625 Host=h User=b +1; 4625 Host=h User=c +2
       silence: 4625 Host=h User=a; 4625 Host=h User=b +1; 4625 Host=h User=a +2`,
    ))

  it('value_count of two fields', () =>
    run(
      'correlation: {type: value_count, rules: [failed], timespan: 1m, condition: {gte: 3, field: [User, Host]}}\n',
      `alert: 4625 Host=h User=a; 4625 Host=g User=a +1; 4625 Host=h User=b +2
       silence: 4625 Host=h User=a; 4625 Host=g User=a +1; 4625 Host=h User=a +2`,
    ))

  it.each([
    ['value_sum', '{gt: 9, field: Bytes}', '4; 5; 1', '4; 5'],
    ['value_avg', '{gte: 4.5, field: Bytes}', '4; 5', '4; 4'],
    ['value_median', '{gte: 5, field: Bytes}', '1; 9', '1; 2'],
    ['value_percentile', '{gte: 9, field: Bytes, percentile: 100}', '1; 2; 9', '1; 2; 8'],
  ])('%s', (type, condition, fires, rests) => {
    const events = (list: string): string =>
      list
        .split('; ')
        .map((bytes, index) => `4625 Bytes=${bytes} +${index}`)
        .join('; ')
    return run(
      `correlation: {type: ${type}, rules: [failed], timespan: 1m, condition: ${condition}}\n`,
      `alert: ${events(fires)}\nsilence: ${events(rests)}`,
    )
  })

  it('temporal', () =>
    run(
      'correlation: {type: temporal, rules: [failed, logon], group-by: [User], timespan: 1m}\n',
      `alert: 4625 User=a; 4624 User=a +60
       alert: 4624 User=a; 4625 User=a +60
       silence: 4625 User=a; 4624 User=a +61
       silence: 4625 User=a; 4624 User=b +1`,
    ))

  it('temporal_ordered', () =>
    run(
      'correlation: {type: temporal_ordered, rules: [failed, logon], group-by: [User], timespan: 1m}\n',
      `alert: 4625 User=a; 4624 User=a +60
       silence: 4624 User=a; 4625 User=a +30
       silence: 4625 User=a; 4624 User=a +61`,
    ))

  it('a condition in words', () =>
    run(
      'correlation: {type: temporal, rules: [failed, logon], group-by: [User], timespan: 1m, condition: failed and not logon}\n',
      `alert: 4625 User=a
       silence: 4624 User=a; 4625 User=a +30
       silence: 4624 User=a`,
    ))

  it('aliases', () =>
    run(
      'correlation: {type: temporal, rules: [failed, logon], aliases: {who: {failed: User, logon: Account}}, group-by: [who], timespan: 1m}\n',
      `alert: 4625 User=a; 4624 Account=a +1
       silence: 4625 User=a; 4624 User=a +1
       silence: 4625 User=a; 4624 Account=b +1`,
    ))

  it('a chain whose outer group the inner one does not have', () =>
    run(
      'correlation: {type: temporal_ordered, rules: [many, logon], group-by: [User], timespan: 5m}\n',
      `alert: 4625 Host=h User=a; 4625 Host=h User=a +1; 4624 User=a +60
       silence: 4625 Host=h User=a; 4624 User=a +60
       silence: 4625 Host=h User=a; 4625 Host=h User=a +1; 4624 User=b +60
       silence: 4625 Host=h User=a; 4625 Host=g User=a +1; 4624 User=a +60`,
      'title: Many\nname: many\ncorrelation: {type: event_count, rules: [failed], group-by: [Host], timespan: 1m, condition: {gte: 2}}\n---\n',
    ))
})

describe('rules', () => {
  it('with a filter', () =>
    run(
      'logsource: {product: windows, service: security}\ndetection: {s: {EventID: 4625}, condition: s}\n',
      `alert: 4625 User=a
       silence: 4625 User=svc_backup
       alert: 4625`,
      'title: Filter\nlogsource: {product: windows}\nfilter: {rules: [under-test], s: {User|startswith: svc_}, condition: not s}\n---\n',
    ))

  it('with an aggregation of Sigma 1', () =>
    run(
      'logsource: {product: windows, service: security}\ndetection: {s: {EventID: 4625}, timeframe: 1m, condition: s | count(User) by Host > 1}\n',
      `alert: 4625 Host=h User=a; 4625 Host=h User=b +30
       silence: 4625 Host=h User=a; 4625 Host=h User=a +30
       silence: 4625 Host=h User=a; 4625 Host=h User=b +61`,
    ))

  it('with near', () =>
    run(
      'logsource: {product: windows, service: security}\ndetection: {s: {EventID: 4625}, t: {EventID: 4624}, timeframe: 1m, condition: s | near t}\n',
      `alert: 4625; 4624 +30
       silence: 4625; 4624 +61`,
    ))

  it('with near and without something', () =>
    run(
      'logsource: {product: windows, service: security}\ndetection: {s: {EventID: 4625}, t: {EventID: 4624}, u: {EventID: 4634}, timeframe: 1m, condition: s | near t and not u}\n',
      `alert: 4625; 4624 +30
       silence: 4634; 4625 +1; 4624 +30`,
    ))
})

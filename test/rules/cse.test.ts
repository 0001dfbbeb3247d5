// Rules of Cloud SIEM: each kind is the body of a request that its API takes, with what it counts and groups in its own places.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { cseRule } from '../../src/rules/cse.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

const base = (name: string, event: number, more = '') =>
  `title: ${name}\nname: ${name}\n${more}logsource: {product: windows, service: security}\ndetection:\n  selection: {EventID: ${event}}\n  condition: selection\n---\n`
const correlation = (type: string, more: string, by = 'Computer') =>
  `title: Many\ndescription: Too many\nlevel: high\ncorrelation: {type: ${type}, rules: [one], group-by: [${by}], ${more}}\n`

const last = (text: string) => readRules([{ name: 'rule.yml', text: text.replace(/\n---\n$/, '\n') }]).value!.at(-1)!

function written(text: string) {
  const { value, diagnostics } = convert(last(text), targetOf('sumo-cse')!)
  const [document] = value?.documents ?? []
  return {
    name: document?.name,
    fields: document === undefined ? undefined : JSON.parse(document.text).fields,
    codes: diagnostics.filter(finding => finding.severity !== 'note').map(finding => finding.code),
  }
}

const asks = (event: number) =>
  `metadata_vendor = 'Microsoft'\nAND metadata_product = 'Windows'\nAND metadata_deviceEventId matches /(?s)^Security-.*\\z/\nAND fields['EventID'] = '${event}'`

describe('a rule of Cloud SIEM', () => {
  it('is a match rule for a rule that looks at single records', () => {
    const { name, fields, codes } = written(base('one', 4625, 'level: critical\ntags: [attack.t1110.001]\n'))
    expect(codes).toEqual([])
    expect(name).toBe('one.match.json')
    expect(fields).toEqual({
      name: 'one',
      nameExpression: 'one',
      summaryExpression: 'one',
      descriptionExpression: 'one',
      scoreMapping: { type: 'constant', default: 9, field: null, mapping: [] },
      enabled: true,
      isPrototype: false,
      stream: 'record',
      tags: ['_mitreAttackTechnique:T1110.001'],
      tuningExpressionIds: [],
      entitySelectors: [
        { entityType: '_hostname', expression: 'device_hostname' },
        { entityType: '_username', expression: 'user_username' },
      ],
      expression: asks(4625),
    })
  })

  it('has no field of a record in its texts', () => {
    const { fields } = written(base('one', 1).replace('title: one', "title: 'a {{{user}}} b'"))
    expect(fields).toMatchObject({ name: 'a {{{user}}} b', nameExpression: 'a { { {user} } } b' })
  })

  it('is an aggregation rule for a count', () => {
    const { name, fields, codes } = written(base('one', 4625) + correlation('event_count', 'timespan: 10m, condition: {gte: 3}'))
    expect(codes).toEqual([])
    expect(name).toBe('many.aggregation.json')
    expect(fields).toMatchObject({
      nameExpression: 'Many',
      descriptionExpression: 'Too many',
      scoreMapping: { default: 7 },
      matchExpression: `${asks(4625)}\nAND !isNull(device_hostname)`,
      groupByAsset: false,
      groupByFields: ['device_hostname'],
      entitySelectors: [{ entityType: '_hostname', expression: 'device_hostname' }],
      aggregationFunctions: [{ name: 'event_count', function: 'count', arguments: ['!isNull(metadata_deviceEventId)'] }],
      triggerExpression: 'event_count >= 3',
      windowSize: 'T10M',
    })
  })

  it('counts a record for each rule that it is of', () => {
    const { fields, codes } = written(
      base('one', 4625) +
        base('two', 4776) +
        correlation('event_count', 'timespan: 7m, condition: {gt: 3}').replace('[one]', '[one, two]'),
    )
    expect(codes).toEqual([])
    expect(fields).toMatchObject({
      aggregationFunctions: [
        { name: 'event_count_1', function: 'count', arguments: [asks(4625)] },
        { name: 'event_count_2', function: 'count', arguments: [asks(4776)] },
      ],
      triggerExpression: '(event_count_1 + event_count_2) > 3',
      windowSize: 'CUSTOM',
      windowSizeMilliseconds: '420000',
    })
  })

  it('counts different values', () => {
    const { fields, codes } = written(
      base('one', 4625) + correlation('value_count', 'timespan: 60m, condition: {gte: 3, field: IpAddress}', 'TargetUserName'),
    )
    expect(codes).toEqual([])
    expect(fields).toMatchObject({
      matchExpression: `${asks(4625)}\nAND !isNull(fields['EventData.TargetUserName'])\nAND !isNull(fields['EventData.IpAddress'])`,
      groupByFields: ["fields['EventData.TargetUserName']"],
      entitySelectors: [{ entityType: '_hostname', expression: 'device_hostname' }],
      aggregationFunctions: [{ name: 'value_count', function: 'count_distinct', arguments: ["fields['EventData.IpAddress']"] }],
      triggerExpression: 'value_count >= 3',
      windowSize: 'T60M',
    })
  })

  it('is a chain rule for several rules', () => {
    const both = base('one', 4625) + base('two', 4624)
    const chained = (type: string) =>
      written(both + correlation(type, 'timespan: 1d', 'Computer, TargetUserName').replace('[one]', '[one, two]'))
    const present = "AND !isNull(device_hostname)\nAND !isNull(fields['EventData.TargetUserName'])"
    const { name, fields, codes } = chained('temporal_ordered')
    expect(codes).toEqual([])
    expect(name).toBe('many.chain.json')
    expect(fields).toMatchObject({
      name: 'Many',
      description: 'Too many',
      summaryExpression: 'Many',
      score: 7,
      entitySelectors: [{ entityType: '_hostname', expression: 'device_hostname' }],
      expressionsAndLimits: [
        { expression: `${asks(4625)}\n${present}`, limit: 1 },
        { expression: `${asks(4624)}\n${present}`, limit: 1 },
      ],
      groupByFields: ["fields['EventData.TargetUserName']"],
      ordered: true,
      windowSize: 'T24H',
    })
    expect(chained('temporal').fields).toMatchObject({ ordered: false })
  })

  it('refuses what a kind of rule has no place for', () => {
    const one = base('one', 4625)
    const two = one + base('two', 4624)
    const three = two + base('three', 4634)
    const told = (text: string) => written(text).codes
    expect(told(one + correlation('value_sum', 'timespan: 10m, condition: {gte: 3, field: KeyLength}'))).toEqual(['CSR102'])
    expect(told(one + correlation('event_count', 'timespan: 10m, condition: {gte: 3, lt: 9}'))).toEqual(['CSR102'])
    expect(told(one + correlation('event_count', 'timespan: 1m, condition: {gte: 3}'))).toEqual(['CSR104'])
    expect(told(one + correlation('event_count', 'timespan: 6d, condition: {gte: 3}'))).toEqual(['CSR104'])
    expect(told(two + correlation('temporal', 'timespan: 1m').replace('[one]', '[one, two]'))).toEqual(['CSR104'])
    expect(told(two + correlation('temporal', 'timespan: 10m', 'TargetUserName').replace('[one]', '[one, two]'))).toEqual([
      'CSR103',
    ])
    expect(told(three + correlation('temporal_ordered', 'timespan: 10m').replace('[one]', '[one, two, three]'))).toEqual([
      'CSR103',
    ])
    expect(told(three + correlation('temporal', 'timespan: 10m').replace('[one]', '[one, two, three]'))).toEqual([])
    const elsewhere = convert(last(one), targetOf('sumo')!, { document: cseRule.id })
    expect(elsewhere.diagnostics.map(finding => finding.code)).toContain('CSR101')
  })

  it('is needed for a correlation, which an expression does not hold', () => {
    const rule = last(base('one', 4625) + correlation('event_count', 'timespan: 10m, condition: {gte: 3}'))
    const { diagnostics } = convert(rule, targetOf('sumo-cse')!, { document: 'none' })
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(['CSE101'])
  })
})

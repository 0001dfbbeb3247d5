// Correlations: every type and form as the pipeline it stands for, and what is said of those that cannot be read.

import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import { type Diagnostic, place } from '../../src/text/diagnostic.ts'

function read(correlation: string, around = ''): { rule: Detection; findings: readonly Diagnostic[] } {
  const text = `title: c\n${around}correlation:\n${correlation.replace(/^/gm, '  ')}\n`
  const { value, diagnostics } = sigmaRules.read!({ name: 'c.yml', text })
  return { rule: value![0]!, findings: diagnostics }
}

function told(findings: readonly Diagnostic[]): string[] {
  return findings.map(finding => {
    const where = place(finding)!
    return `${finding.code} ${where.line}:${where.column} ${JSON.stringify(finding.source!.text.slice(finding.span!.start, finding.span!.end))}`
  })
}

/** A tree without its places. */
function bare(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'span' ? undefined : inner)))
}

const minute = 60_000
const field = (name: string): unknown => ({ kind: 'field', name })
const column = (name: string): unknown => ({ name, value: field(name) })
const ruleBranch = (id: string, columns?: readonly unknown[]): unknown => ({
  from: { kind: 'rule', id },
  stages: columns === undefined ? [] : [{ kind: 'extend', columns }],
  rules: 'sigma',
})
const compare = (name: string, op: string, value: number): unknown => ({
  kind: 'test',
  subject: field(name),
  match: { kind: 'compare', op, to: { kind: 'literal', value } },
})

describe('counting', () => {
  const common = 'rules: [a, b]\ngroup-by: [User, Host]\ntimespan: 5m\n'
  const measured = (measure: unknown, having: unknown): unknown => ({
    from: { kind: 'union', of: [ruleBranch('a'), ruleBranch('b')] },
    stages: [
      {
        kind: 'aggregate',
        by: [column('User'), column('Host')],
        measures: [measure],
        window: { size: 5 * minute, kind: 'sliding', report: 'rising' },
        having,
      },
    ],
    rules: 'sigma',
  })

  it.each([
    ['event_count', '{gte: 10}', { name: 'event_count', fn: 'count' }],
    ['value_count', '{gte: 10, field: Port}', { name: 'value_count', fn: 'distinct', of: field('Port') }],
    [
      'value_count',
      '{gte: 10, field: [Port, Ip]}',
      { name: 'value_count', fn: 'distinct', of: { kind: 'call', fn: 'sigma:tuple', args: [field('Port'), field('Ip')] } },
    ],
    ['value_sum', '{gte: 10, field: Bytes}', { name: 'value_sum', fn: 'sum', of: field('Bytes') }],
    ['value_avg', '{gte: 10, field: Bytes}', { name: 'value_avg', fn: 'avg', of: field('Bytes') }],
    ['value_median', '{gte: 10, field: Bytes}', { name: 'value_median', fn: 'median', of: field('Bytes') }],
    [
      'value_percentile',
      '{gte: 10, field: Bytes, percentile: 95}',
      { name: 'value_percentile', fn: 'percentile', of: field('Bytes'), args: [95] },
    ],
  ])('%s %s', (type, condition, measure) => {
    const { rule, findings } = read(`type: ${type}\n${common}condition: ${condition}`)
    expect(findings).toEqual([])
    expect(bare(rule.query)).toEqual(measured(measure, compare(type, '>=', 10)))
    expect(rule.rest.correlation).toEqual({ type, rules: ['a', 'b'], generate: false })
  })

  it.each([
    ['{gt: 3}', compare('event_count', '>', 3)],
    ['{eq: 3}', compare('event_count', '=', 3)],
    ['{gte: 0.5}', compare('event_count', '>=', 0.5)],
    ['{gte: 10, lt: 20}', { kind: 'and', args: [compare('event_count', '>=', 10), compare('event_count', '<', 20)] }],
    ['{neq: 0}', { kind: 'not', arg: compare('event_count', '=', 0) }],
  ])('the condition %s', (condition, having) => {
    const { rule, findings } = read(`type: event_count\n${common}condition: ${condition}`)
    expect(findings).toEqual([])
    expect(bare(rule.query)).toEqual(measured({ name: 'event_count', fn: 'count' }, having))
  })

  it.each(['{lt: 3}', '{lte: 0}', '{eq: 0}', '{neq: 5}'])('%s would also hold without events, which is told', condition => {
    const { findings } = read(`type: event_count\n${common}condition: ${condition}`)
    expect(findings.map(finding => finding.code)).toEqual(['RUL204'])
  })

  it('without groups all events are one', () => {
    const { rule } = read('type: event_count\nrules: a\ntimespan: 5m\ncondition: {gte: 2}')
    expect(rule.query).toMatchObject({ from: { of: [{ from: { id: 'a' } }] }, stages: [{ by: [] }] })
  })

  it('the threshold has its place', () => {
    const { rule } = read(`type: event_count\n${common}condition: {gte: 10}`)
    const stage = rule.query.stages[0]!
    if (stage.kind !== 'aggregate') throw new Error('no aggregate')
    const { start, end } = stage.having!.span!
    expect(rule.written.document.text.slice(start, end)).toBe('gte: 10')
  })
})

describe('timespan', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1M', 2_629_746_000],
    ['1y', 31_556_952_000],
  ])('%s', (written, millis) => {
    const { rule, findings } = read(`type: event_count\nrules: a\ntimespan: ${written}\ncondition: {gte: 2}`)
    expect(findings).toEqual([])
    expect(rule.query.stages[0]).toMatchObject({ window: { size: millis } })
  })

  it.each(['1h30m', '5', '0m', '5 minutes', '[5m]'])('%s is none', written => {
    const { findings } = read(`type: event_count\nrules: a\ntimespan: ${written}\ncondition: {gte: 2}`)
    expect(findings.map(finding => finding.code)).toEqual(['RUL008'])
  })
})

describe('temporal', () => {
  const sequence = (ordered: boolean): unknown => ({
    from: {
      kind: 'sequence',
      steps: [
        { name: 'a', of: ruleBranch('a'), by: [{ value: field('User') }] },
        { name: 'b', of: ruleBranch('b'), by: [{ value: field('User') }] },
      ],
      ordered,
      match: 'first',
      within: minute,
    },
    stages: [],
    rules: 'sigma',
  })
  const common = 'rules: [a, b]\ngroup-by: [User]\ntimespan: 1m\n'

  it.each([
    ['temporal', '', false],
    ['temporal_ordered', '', true],
    ['temporal', 'condition: {gte: 2}', false],
    ['temporal_ordered', 'condition: {gte: 2}', true],
    ['temporal', 'condition: {eq: 2}', false],
    ['temporal_ordered', 'condition: a and b', true],
    ['temporal_ordered', 'condition: a AND b', true],
  ])('%s %s', (type, condition, ordered) => {
    const { rule, findings } = read(`type: ${type}\n${common}${condition}`)
    expect(findings).toEqual([])
    expect(bare(rule.query)).toEqual(sequence(ordered))
  })

  it('with fewer rules than listed counts the different ones', () => {
    const { rule } = read('type: temporal\nrules: [a, b, c]\ntimespan: 1m\ncondition: {gte: 2}')
    const named = (name: string): unknown => [{ name: 'rule', value: { kind: 'literal', value: name, type: 'string' } }]
    expect(bare(rule.query)).toEqual({
      from: { kind: 'union', of: ['a', 'b', 'c'].map(name => ruleBranch(name, named(name) as unknown[])) },
      stages: [
        {
          kind: 'aggregate',
          by: [],
          measures: [{ name: 'rules', fn: 'distinct', of: field('rule') }],
          window: { size: minute, kind: 'sliding', report: 'rising' },
          having: compare('rules', '>=', 2),
        },
      ],
      rules: 'sigma',
    })
  })

  it('a condition in words counts each rule', () => {
    const { rule, findings } = read(`type: temporal\n${common}condition: a and not b`)
    expect(findings).toEqual([])
    const count = (name: string): unknown => ({
      name,
      fn: 'count',
      where: { kind: 'test', subject: field('rule'), match: { kind: 'glob', glob: [name], fold: false } },
    })
    expect(bare(rule.query)).toMatchObject({
      from: { kind: 'union', of: [{ from: { id: 'a' } }, { from: { id: 'b' } }] },
      stages: [
        {
          by: [column('User')],
          measures: [count('a'), count('b')],
          having: { kind: 'and', args: [compare('a', '>', 0), { kind: 'not', arg: compare('b', '>', 0) }] },
        },
      ],
    })
  })

  it('a condition in words may name the rules by itself', () => {
    const { rule, findings } = read('type: temporal\ntimespan: 1m\ncondition: (a or b) and c')
    expect(findings).toEqual([])
    expect(rule.rest.correlation).toMatchObject({ rules: ['a', 'b', 'c'] })
  })

  it('an unused rule is told', () => {
    const { findings } = read(`type: temporal\n${common}condition: a`)
    expect(told(findings)).toEqual(['RUL207 4:14 "b"'])
  })
})

describe('aliases', () => {
  it('give each rule its own field for one column', () => {
    const { rule, findings } = read(
      'type: temporal\nrules: [a, b]\ngroup-by: [ip, User]\ntimespan: 1m\naliases:\n  ip: {a: SourceIp, b: DestinationIp}',
    )
    expect(findings).toEqual([])
    expect(bare(rule.query)).toMatchObject({
      from: {
        steps: [
          {
            of: ruleBranch('a', [{ name: 'ip', value: field('SourceIp') }]),
            by: [{ value: field('ip') }, { value: field('User') }],
          },
          {
            of: ruleBranch('b', [{ name: 'ip', value: field('DestinationIp') }]),
            by: [{ value: field('ip') }, { value: field('User') }],
          },
        ],
      },
    })
  })

  it('of a rule that is not listed are told', () => {
    const { findings } = read('type: temporal\nrules: [alpha, b]\ngroup-by: [ip]\ntimespan: 1m\naliases:\n  ip: {alhpa: X, b: Y}')
    expect(told(findings)).toEqual(['RUL206 8:10 "alhpa"'])
    expect(findings[0]!.hint).toBe('did you mean "alpha"?')
  })
})

describe('generate', () => {
  it.each([
    ['generate: true\n', '', true],
    ['', '\ngenerate: true', true],
    ['generate: false\n', '', false],
    ['', '', false],
  ])('%j outside and %j inside', (around, inside, expected) => {
    const { rule, findings } = read(`type: event_count\nrules: a\ntimespan: 5m\ncondition: {gte: 2}${inside}`, around)
    expect(findings).toEqual([])
    expect(rule.rest.correlation).toMatchObject({ generate: expected })
  })
})

describe('what is wrong is told, and the correlation stays in the list with the reason', () => {
  const rest = 'rules: a\ntimespan: 5m\n'
  it.each([
    ['rules: a\ntimespan: 5m', ['RUL006 3:3 "r"']],
    ['type: event_cuont\nrules: a\ntimespan: 5m', ['RUL006 3:9 "event_cuont"']],
    ['type: event_count\ntimespan: 5m\ncondition: {gte: 1}', ['RUL006 3:3 "t"']],
    ['type: event_count\nrules: {a: b}\ntimespan: 5m\ncondition: {gte: 1}', ['RUL006 4:10 "{a: b}"']],
    ['type: event_count\nrules: a\ncondition: {gte: 1}', ['RUL008 3:3 "t"']],
    [`type: event_count\n${rest}`, ['RUL007 4:10 "a"']],
    [`type: event_count\n${rest}condition: {}`, ['RUL007 6:14 "{}"']],
    [`type: event_count\n${rest}condition: {gte: ten}`, ['RUL007 6:20 "ten"']],
    [`type: event_count\n${rest}condition: {gtee: 10}`, ['RUL007 6:15 "gtee"']],
    [`type: event_count\n${rest}condition: {gte: 10, field: a}`, ['RUL007 6:24 "field"']],
    [`type: value_count\n${rest}condition: {gte: 10}`, ['RUL007 6:14 "{gte: 10}"']],
    [`type: value_sum\n${rest}condition: {gte: 10, field: [a, b]}`, ['RUL007 6:31 "[a, b]"']],
    [`type: value_percentile\n${rest}condition: {gte: 10, field: a}`, ['RUL007 6:14 "{gte: 10, field: a}"']],
    [`type: value_percentile\n${rest}condition: {gte: 10, field: a, percentile: 101}`, ['RUL007 6:46 "101"']],
    ['type: temporal_ordered\nrules: [a, b, c]\ntimespan: 5m\ncondition: {gte: 2}', ['RUL007 6:14 "{gte: 2}"']],
    ['type: temporal_ordered\nrules: [a, b]\ntimespan: 5m\ncondition: a or b', ['RUL007 6:14 "a or b"']],
    ['type: event_count\nrules: [a, b]\ntimespan: 5m\ncondition: a and b', ['RUL007 6:14 "a and b"']],
    ['type: temporal\nrules: [alpha, b]\ntimespan: 5m\ncondition: alhpa and b', ['SIG023 6:14 "alhpa"']],
    ['type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: [a]', ['RUL007 6:14 "[a]"']],
    [`type: event_count\n${rest}condition: {gte: 1}\ngroup-by: {a: b}`, ['RUL006 7:13 "{a: b}"']],
    [`type: event_count\n${rest}condition: {gte: 1}\naliases: [a]`, ['RUL006 7:12 "[a]"']],
  ])('%j', (correlation, expected) => {
    const { rule, findings } = read(correlation)
    expect(told(findings)).toEqual(expected)
    expect(rule.query.stages[0]).toMatchObject({ kind: 'filter', where: { kind: 'opaque', text: findings[0]!.message } })
  })

  it('a key that means nothing is a warning', () => {
    const { findings } = read(`type: event_count\n${rest}condition: {gte: 1}\ngroupby: [a]`)
    expect(told(findings)).toEqual(['RUL205 7:3 "groupby"'])
    expect(findings[0]!.hint).toBe('did you mean "group-by"?')
  })
})

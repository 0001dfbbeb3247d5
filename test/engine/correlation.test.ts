import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Seen } from '../../src/engine/run.ts'
import type { Event, Value } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'

const failedLogon = `
title: Failed logon
name: failed
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
---
title: Logon
name: logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4624}, condition: selection}
---
title: Account made
name: made
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4720}, condition: selection}
`

/** A correlation, with the keys below `correlation` as given. */
const correlation = (body: string, name = 'found', more = ''): string =>
  `${failedLogon}---\ntitle: ${name}\nname: ${name}\n${more}correlation:\n${body.replace(/^\n/, '').replace(/^/gm, '  ')}\n`

/** A Security event at a second. */
function event(second: number | undefined, id: number, fields: Record<string, Value> = {}): Event {
  return { time: second === undefined ? undefined : second * 1000, fields: { Channel: 'Security', EventID: id, ...fields } }
}

interface Found {
  readonly alerts: readonly (readonly [string, number | undefined])[]
  readonly rows: readonly Readonly<Record<string, Value>>[]
  readonly events: readonly (readonly (number | undefined)[])[]
  readonly seen: Seen
  readonly told: readonly string[]
}

/** Hunts events with rules; alerts are the rule's name and the second, in the order in which they come. */
function hunt(yaml: string, events: readonly Event[], held?: number): Found {
  const rules = readRules([{ name: 'rules.yml', text: yaml }])
  expect(rules.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  const program = compile(rules.value!, schemas).value!
  expect(program.skipped).toEqual([])
  const told: string[] = []
  const run = program.start({ held, report: finding => told.push(finding.code) })
  const alerts = [...run.push({ schema: '', length: events.length, at: index => events[index]! }), ...run.finish()]
  const nameOf = (index: number): string => program.detections[index]!.name ?? program.detections[index]!.title
  return {
    alerts: alerts.map(alert => [nameOf(alert.index), alert.time === undefined ? undefined : alert.time / 1000]),
    rows: alerts.map(alert => alert.row),
    events: alerts.map(alert => alert.events.map(one => (one.time === undefined ? undefined : one.time / 1000))),
    seen: run.seen(),
    told,
  }
}

const at = (seconds: readonly number[], id: number, fields: Record<string, Value> = {}): Event[] =>
  seconds.map(second => event(second, id, fields))

describe('event_count', () => {
  const brute = correlation(`
type: event_count
rules: [failed]
group-by: [TargetUserName]
timespan: 5m
condition: {gte: 3}`)

  it('counts the events of a group within the timespan, and the rule it refers to is silent', () => {
    const found = hunt(brute, [
      ...at([0, 100, 200], 4625, { TargetUserName: 'ada' }),
      ...at([10, 110, 411], 4625, { TargetUserName: 'bob' }),
      event(205, 4625, { TargetUserName: 'ada' }),
    ])
    expect(found.alerts).toEqual([['found', 200]])
    expect(found.rows).toEqual([{ TargetUserName: 'ada', event_count: 3 }])
    expect(found.events).toEqual([[0, 100, 200]])
  })

  it('includes the edge of the timespan', () => {
    expect(hunt(brute, at([0, 100, 300], 4625, { TargetUserName: 'ada' })).alerts).toEqual([['found', 300]])
    expect(hunt(brute, at([0, 100, 301], 4625, { TargetUserName: 'ada' })).alerts).toEqual([])
  })

  it('fires again when the rate stays at the threshold: between two events the window has one less', () => {
    expect(hunt(brute, at([0, 150, 300, 450], 4625, { TargetUserName: 'ada' })).alerts).toEqual([
      ['found', 300],
      ['found', 450],
    ])
  })

  it('fires again only after it fell below the threshold', () => {
    // In the window at each event: 1 2 3! 4 | 1 2 3!
    expect(hunt(brute, at([0, 1, 2, 3, 1000, 1001, 1002], 4625, { TargetUserName: 'ada' })).alerts).toEqual([
      ['found', 2],
      ['found', 1002],
    ])
  })

  it('keeps the alerts of the rule it refers to where "generate" says so', () => {
    const kept = correlation('type: event_count\nrules: [failed]\ntimespan: 5m\ncondition: {gte: 2}', 'found', 'generate: true\n')
    expect(hunt(kept, at([0, 1], 4625)).alerts).toEqual([
      ['failed', 0],
      ['failed', 1],
      ['found', 1],
    ])
  })

  it('counts events of several rules together', () => {
    const both = correlation('type: event_count\nrules: [failed, made]\ntimespan: 1m\ncondition: {gt: 2}')
    expect(hunt(both, [event(0, 4625), event(1, 4720), event(2, 4688), event(3, 4720)]).alerts).toEqual([['found', 3]])
  })

  it.each([
    ['{gte: 2, lte: 3}', [1], 'true at 2 and 3 events, false at 4 and more'],
    ['{eq: 2}', [1], 'true at the second alone'],
    ['{gt: 2.5}', [2], 'a threshold between two numbers'],
    ['{gte: 0.5}', [0], 'a threshold below one'],
    ['{neq: 1}', [1], 'true from the second on'],
    ['{lt: 3}', [0], 'true at the first two'],
    ['{lte: 1}', [0], 'true at the first alone'],
  ])('compares with %s', (condition, expected, _why) => {
    const rule = correlation(`type: event_count\nrules: [failed]\ntimespan: 10s\ncondition: ${condition}`)
    expect(hunt(rule, at([0, 1, 2, 3], 4625)).alerts).toEqual(expected.map(second => ['found', second]))
  })

  it('is true again when a range is entered from above', () => {
    // 10 s and 2 or 3 events: 2! 3 4 | at 11.5 the first two have left: 3 again, a new report.
    const rule = correlation('type: event_count\nrules: [failed]\ntimespan: 10s\ncondition: {gte: 2, lte: 3}')
    expect(hunt(rule, at([0, 1, 2, 3, 11.5], 4625)).alerts).toEqual([
      ['found', 1],
      ['found', 11.5],
    ])
  })

  it('leaves events without the group field or without time out, and counts them', () => {
    const found = hunt(brute, [
      event(0, 4625),
      event(1, 4625, { TargetUserName: 'ada' }),
      event(undefined, 4625, { TargetUserName: 'ada' }),
      event(2, 4625, { TargetUserName: 'ada' }),
      event(3, 4625),
    ])
    expect(found.alerts).toEqual([])
    expect(found.seen.ungrouped).toBe(2)
    expect(found.told).toContain('ENG340')
    expect(found.told).toContain('ENG341')
  })

  it('needs no group', () => {
    expect(
      hunt(correlation('type: event_count\nrules: [failed]\ntimespan: 5m\ncondition: {gte: 2}'), at([7, 8], 4625)).rows,
    ).toEqual([{ event_count: 2 }])
  })

  it('finds the pair at 00:04 and 00:06 that buckets of five minutes part', () => {
    const rule = correlation('type: event_count\nrules: [failed]\ntimespan: 5m\ncondition: {gte: 2}')
    expect(hunt(rule, at([240, 360], 4625)).alerts).toEqual([['found', 360]])
  })
})

describe('value_count', () => {
  it('counts distinct values', () => {
    const spray = correlation(`
type: value_count
rules: [failed]
group-by: [IpAddress]
timespan: 1m
condition: {gte: 3, field: TargetUserName}`)
    const from = (second: number, user: string | undefined): Event =>
      event(second, 4625, { IpAddress: '10.0.0.7', ...(user === undefined ? {} : { TargetUserName: user }) })
    const found = hunt(spray, [from(0, 'ada'), from(1, 'ada'), from(2, 'bob'), from(3, undefined), from(4, 'eve')])
    expect(found.alerts).toEqual([['found', 4]])
    expect(found.rows).toEqual([{ IpAddress: '10.0.0.7', value_count: 3 }])
    // The first is out of the window when the third name comes.
    expect(hunt(spray, [from(0, 'ada'), from(30, 'bob'), from(61, 'eve')]).alerts).toEqual([])
  })

  it('counts distinct tuples of several fields', () => {
    const rule = correlation(`
type: value_count
rules: [failed]
timespan: 1m
condition: {gte: 3, field: [TargetUserName, WorkstationName]}`)
    const pair = (second: number, user: string, host: string): Event =>
      event(second, 4625, { TargetUserName: user, WorkstationName: host })
    expect(hunt(rule, [pair(0, 'a', 'x'), pair(1, 'b', 'x'), pair(2, 'a', 'x'), pair(3, 'a', 'y')]).alerts).toEqual([
      ['found', 3],
    ])
  })
})

describe('value_sum, value_avg, value_percentile, value_median', () => {
  const values = (numbers: readonly Value[]): Event[] => numbers.map((value, index) => event(index, 4625, { Size: value }))
  const rule = (type: string, condition: string): string =>
    correlation(`type: ${type}\nrules: [failed]\ntimespan: 10s\ncondition: {field: Size, ${condition}}`)

  it.each([
    // Sums: 0.1, 0.3, 0.6 (exactly 0.6 when rounded once)
    ['value_sum', 'gte: 0.6', [0.1, '0.2', 0.3], [2], 0.6],
    // Texts that are no numbers do not take part: 5, 5, 12
    ['value_sum', 'gt: 10', ['5', 'many', 7], [2], 12],
    // Averages: 10, 6, 4
    ['value_avg', 'lte: 4', [10, 2, 0], [2], 4],
    // Medians: 1, 5, 2, 5.5 (of 1 2 9 9)
    ['value_median', 'gt: 5', [1, 9, 2, 9], [3], 5.5],
    // The 95th of 10, 20, 30, 40 is 38.5; before: 10, 19.5, 29
    ['value_percentile', 'percentile: 95, gt: 38', [10, 20, 30, 40], [3], 38.5],
  ])('%s with %s', (type, condition, numbers, expected, result) => {
    const found = hunt(rule(type, condition), values(numbers as Value[]))
    expect(found.alerts).toEqual(expected.map(second => ['found', second]))
    expect(found.rows[0]![type]).toBeCloseTo(result as number, 12)
  })

  it('take values out as they leave the window', () => {
    // 10 s: at 0 the sum is 100 (true), at 5 it is 101; at 11 the 100 has left: 1 + 1; at 12: 1 + 1 + 99 = 101.
    const events = [[0, 100] as const, [5, 1] as const, [11, 1] as const, [12, 99] as const].map(([second, value]) =>
      event(second, 4625, { Size: value }),
    )
    expect(hunt(rule('value_sum', 'gte: 100'), events).alerts).toEqual([
      ['found', 0],
      ['found', 12],
    ])
  })

  it('are silent about groups without a number', () => {
    expect(hunt(rule('value_sum', 'lt: 5'), values(['none', 'few'])).alerts).toEqual([])
  })
})

describe('temporal', () => {
  const rule = correlation(`
type: temporal
rules: [failed, logon, made]
group-by: [TargetUserName]
timespan: 10m`)
  const of = (second: number, id: number, user = 'ada'): Event => event(second, id, { TargetUserName: user })

  it('asks for every rule, in any order', () => {
    const found = hunt(rule, [of(0, 4720), of(60, 4625), of(90, 4624, 'bob'), of(600, 4624)])
    expect(found.alerts).toEqual([['found', 600]])
    expect(found.rows).toEqual([{ TargetUserName: 'ada' }])
    expect(found.events).toEqual([[0, 60, 600]])
    expect(hunt(rule, [of(0, 4720), of(60, 4625), of(601, 4624)]).alerts).toEqual([])
  })

  it('is reported once while it lasts', () => {
    expect(hunt(rule, [of(0, 4720), of(1, 4625), of(2, 4624), of(3, 4720), of(4, 4625)]).alerts).toEqual([['found', 2]])
  })

  it('asks for some of the rules with a condition', () => {
    const some = correlation('type: temporal\nrules: [failed, logon, made]\ntimespan: 10m\ncondition: {gte: 2}')
    expect(hunt(some, [of(0, 4625), of(1, 4625), of(2, 4720)]).alerts).toEqual([['found', 2]])
  })

  it('asks for what a condition in words says', () => {
    const words = correlation('type: temporal\nrules: [failed, logon]\ntimespan: 1m\ncondition: failed and not logon')
    expect(hunt(words, [of(0, 4624), of(30, 4625), of(61, 4625), of(62, 4624), of(63, 4625)]).alerts).toEqual([['found', 61]])
  })

  it('joins groups by aliases, each rule with its own field', () => {
    const aliased = correlation(`
type: temporal
rules: [failed, made]
group-by: [user]
timespan: 10m
aliases:
  user: {failed: TargetUserName, made: SubjectUserName}`)
    const events = [
      event(0, 4625, { TargetUserName: 'ada', SubjectUserName: 'SYSTEM' }),
      event(5, 4720, { TargetUserName: 'new', SubjectUserName: 'bob' }),
      event(9, 4720, { TargetUserName: 'new', SubjectUserName: 'ada' }),
    ]
    const found = hunt(aliased, events)
    expect(found.alerts).toEqual([['found', 9]])
    expect(found.rows).toEqual([{ user: 'ada' }])
  })
})

describe('temporal_ordered', () => {
  const rule = correlation('type: temporal_ordered\nrules: [failed, logon]\ngroup-by: [Computer]\ntimespan: 30m')
  const of = (second: number, id: number, Computer = 'WS7'): Event => event(second, id, { Computer })

  it.each([
    ['in order', [of(0, 4625), of(240, 4624)], [240]],
    ['at the edge', [of(0, 4625), of(1800, 4624)], [1800]],
    ['too late', [of(0, 4625), of(1801, 4624)], []],
    ['in the wrong order', [of(0, 4624), of(60, 4625)], []],
    ['on two hosts', [of(0, 4625), of(60, 4624, 'WS8')], []],
    ['at one time, in the order of the log', [of(5, 4625), of(5, 4624)], [5]],
    ['at one time, against the order of the log', [of(5, 4624), of(5, 4625)], []],
    ['twice', [of(0, 4625), of(1, 4625), of(2, 4624), of(3, 4624), of(4, 4625), of(5, 4624)], [2, 5]],
  ] as const)('%s', (_, events, expected) => {
    expect(hunt(rule, events).alerts).toEqual(expected.map(second => ['found', second]))
  })

  it('does not take one event for two steps', () => {
    const same = `${failedLogon}---
title: Failed network logon
name: network
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625, LogonType: 3}, condition: selection}
---
title: found
name: found
correlation: {type: temporal_ordered, rules: [failed, network], timespan: 1m}
`
    expect(hunt(same, [event(0, 4625, { LogonType: 3 })]).alerts).toEqual([])
    expect(hunt(same, [event(0, 4625, { LogonType: 3 }), event(1, 4625, { LogonType: 3 })]).alerts).toEqual([['found', 1]])
  })
})

describe('chains', () => {
  // Three failed logons of a user within a minute, then a logon of that user within five.
  const chain = `${correlation('type: event_count\nrules: [failed]\ngroup-by: [TargetUserName]\ntimespan: 1m\ncondition: {gte: 3}', 'burst')}---
title: Burst, then logon
name: found
correlation: {type: temporal_ordered, rules: [burst, logon], group-by: [TargetUserName], timespan: 5m}
`
  const of = (second: number, id: number, user = 'ada'): Event => event(second, id, { TargetUserName: user })

  it('take a correlation for a rule of another: its time is that of the event that completed it', () => {
    const found = hunt(chain, [of(0, 4625), of(10, 4625), of(20, 4625), of(25, 4624, 'bob'), of(320, 4624)])
    expect(found.alerts).toEqual([['found', 320]])
    expect(found.rows).toEqual([{ TargetUserName: 'ada' }])
    expect(found.events).toEqual([[0, 10, 20, 320]])
    expect(hunt(chain, [of(0, 4625), of(10, 4625), of(20, 4625), of(321, 4624)]).alerts).toEqual([])
    expect(hunt(chain, [of(0, 4625), of(10, 4625), of(15, 4624), of(20, 4625)]).alerts).toEqual([])
  })

  it('of ordered correlations stay in order', () => {
    const deep = `${correlation('type: temporal_ordered\nrules: [failed, logon]\ntimespan: 1m', 'first')}---
title: found
name: found
correlation: {type: temporal_ordered, rules: [first, made], timespan: 1m}
`
    expect(hunt(deep, [of(0, 4625), of(1, 4624), of(2, 4720)]).alerts).toEqual([['found', 2]])
    expect(hunt(deep, [of(0, 4625), of(1, 4720), of(2, 4624)]).alerts).toEqual([])
  })
})

describe('aggregations of Sigma 1', () => {
  const old = (condition: string): string => `
title: found
name: found
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4625}
  other: {EventID: 4624}
  timeframe: 1m
  condition: ${condition}
`

  it('count within the timeframe', () => {
    const rule = old('selection | count() by TargetUserName > 2')
    expect(hunt(rule, at([0, 30, 60], 4625, { TargetUserName: 'ada' })).alerts).toEqual([['found', 60]])
  })

  it('count distinct values of a field', () => {
    const rule = old('selection | count(TargetUserName) by Computer >= 2')
    const of = (second: number, user: string): Event => event(second, 4625, { TargetUserName: user, Computer: 'DC' })
    expect(hunt(rule, [of(0, 'ada'), of(1, 'ada'), of(2, 'bob')]).alerts).toEqual([['found', 2]])
  })

  it('find one selection near another', () => {
    expect(hunt(old('selection | near other'), [event(0, 4624), event(60, 4625)]).alerts).toEqual([['found', 60]])
    expect(hunt(old('selection | near other'), [event(0, 4624), event(61, 4625)]).alerts).toEqual([])
  })
})

describe('the order of arrival', () => {
  const everything = ['event_count', 'value_count', 'temporal', 'temporal_ordered']
    .map(type => {
      const condition = { event_count: 'condition: {gte: 3}', value_count: 'condition: {gte: 2, field: LogonType}' }[type] ?? ''
      return `---\ntitle: ${type}\nname: ${type}\ncorrelation:\n  type: ${type}\n  rules: [failed, logon]\n  group-by: [TargetUserName]\n  timespan: 10s\n  ${condition}\n`
    })
    .join('')

  it('changes no alert while everything fits the buffer', () => {
    const one = fc.record({
      second: fc.integer({ min: 0, max: 60 }),
      id: fc.constantFrom(4624, 4625),
      user: fc.constantFrom('ada', 'bob'),
      type: fc.constantFrom(2, 3),
      key: fc.integer(),
    })
    fc.assert(
      fc.property(fc.uniqueArray(one, { maxLength: 30, selector: shape => shape.second }), shapes => {
        // Distinct times: events of one time keep the order of arrival, which is what shuffling changes.
        const events = shapes.map(({ second, id, user, type }) => event(second, id, { TargetUserName: user, LogonType: type }))
        const shuffled = shapes
          .map((shape, index) => ({ key: shape.key, event: events[index]! }))
          .sort((a, b) => a.key - b.key)
          .map(shape => shape.event)
        const sorted = [...events].sort((a, b) => a.time! - b.time!)
        const rules = failedLogon + everything
        const expected = hunt(rules, sorted)
        const found = hunt(rules, shuffled)
        expect(found.alerts).toEqual(expected.alerts)
        expect(found.rows).toEqual(expected.rows)
        expect(found.events).toEqual(expected.events)
      }),
      { seed: 1572, numRuns: 60 },
    )
  })

  it('beyond the buffer is told', () => {
    const rule = correlation('type: event_count\nrules: [failed]\ntimespan: 1m\ncondition: {gte: 99}')
    const found = hunt(rule, at([10, 11, 12, 1], 4625), 2)
    expect(found.seen.late).toBe(1)
    expect(found.told).toContain('ENG302')
  })
})

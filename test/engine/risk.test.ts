import { describe, expect, it } from 'vitest'
import { alertRisk, riskByEntity } from '../../src/engine/risk.ts'
import type { Alert } from '../../src/engine/run.ts'
import type { Risk } from '../../src/ir/detection.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

const risk: Risk = {
  score: 56,
  message: '$User$ on $Computer$ started $Image$ for $missing$, $5 at most',
  entities: [
    { field: 'Computer', kind: 'system' },
    { field: 'User', kind: 'user', score: 40 },
    { field: 'SourceUser', kind: 'user', score: 60 },
    { field: 'missing', kind: 'other' },
  ],
  threats: [{ field: 'Image', kind: 'process' }],
}

describe('the risk of an alert', () => {
  it('has the values of the event in it, and leaves and tells what has none', () => {
    const told: Diagnostic[] = []
    const fields = { User: 'ada', SourceUser: 'ADA', Computer: ['WS7', 'WS8'], Image: 'C:\\plink.exe' }
    expect(alertRisk(risk, fields, finding => told.push(finding))).toEqual({
      score: 56,
      message: 'ada on WS7, WS8 started C:\\plink.exe for $missing$, $5 at most',
      entities: [
        { kind: 'system', value: 'WS7', score: 56 },
        { kind: 'system', value: 'WS8', score: 56 },
        { kind: 'user', value: 'ada', score: 60 },
      ],
      threats: [{ kind: 'process', value: 'C:\\plink.exe' }],
    })
    expect(told.map(finding => finding.code)).toEqual(['ENG350'])
  })

  it('takes names that replacement patterns or prototypes could mean for nothing else', () => {
    expect(alertRisk({ ...risk, message: '$a$ $constructor$' }, { a: "$& $' $$" }).message).toBe("$& $' $$ $constructor$")
  })
})

const hour = 3_600_000

function alert(detection: string, hours: number, score: number, host = 'WS7'): Alert {
  const entities = [{ kind: 'system' as const, value: host, score }]
  return {
    detection,
    index: 0,
    time: hours * hour,
    events: [],
    schema: 'sigma',
    row: {},
    risk: { score, message: '', entities, threats: [] },
  }
}

describe('risk by entity', () => {
  const found = (alerts: readonly Alert[], options = { threshold: 100 }): unknown[] =>
    riskByEntity(alerts, options).map(({ entity, score, alerts: of }) => [entity.value, score, of.map(one => one.time! / hour)])

  it('asks for the sum and for two rules', () => {
    expect(found([alert('a', 0, 60), alert('a', 1, 60)])).toEqual([])
    expect(found([alert('a', 0, 60), alert('b', 1, 39)])).toEqual([])
    expect(found([alert('a', 0, 60), alert('b', 1, 40)])).toEqual([['WS7', 100, [0, 1]]])
    expect(found([alert('a', 0, 60), alert('b', 1, 60, 'WS8')])).toEqual([])
    expect(found([alert('a', 0, 60), alert('b', 1, 60, 'ws7')])).toEqual([['WS7', 120, [0, 1]]])
  })

  it('sums over 24 hours, the edge included', () => {
    expect(found([alert('a', 0, 60), alert('b', 24, 60)])).toEqual([['WS7', 120, [0, 24]]])
    expect(found([alert('a', 0, 60), alert('b', 24.01, 60)])).toEqual([])
  })

  it('is one incident as long as it lasts, and another one afterwards', () => {
    // Sums at each: 60, 120!, 180, then (0 and 1 have left) 130, then only 70: over. Later again 150.
    const alerts = [
      alert('a', 0, 60),
      alert('b', 1, 60),
      alert('a', 2, 60),
      alert('b', 25.5, 70),
      alert('a', 50, 80),
      alert('b', 51, 70),
    ]
    expect(found(alerts)).toEqual([
      ['WS7', 180, [0, 1, 2, 25.5]],
      ['WS7', 150, [50, 51]],
    ])
  })

  it('is in the order of beginning, whatever the order of the alerts; those without time or risk take no part', () => {
    const alerts = [
      alert('b', 9, 60, 'B'),
      alert('a', 8, 60, 'B'),
      alert('a', 1, 90),
      alert('b', 3, 90),
      { ...alert('c', 2, 500), time: undefined },
      { ...alert('c', 2, 9), risk: undefined },
    ]
    expect(found(alerts)).toEqual([
      ['WS7', 180, [1, 3]],
      ['B', 120, [8, 9]],
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from '../../src/engine/row.ts'
import { checkSequence, createSequence, type Sequence } from '../../src/engine/sequence.ts'
import type { Step } from '../../src/ir/pipeline.ts'
import { field, row, run, seconds } from './rows.ts'

const step = (name: string, ...by: string[]): Step => ({
  name,
  of: { from: { kind: 'class', class: {} }, stages: [] },
  by: by.map(one => ({ value: field(one) })),
})

/** Steps by host, within seconds. */
function sequence(steps: number, within: number | undefined, ordered: boolean, by: readonly string[] = ['host']): Sequence {
  return {
    kind: 'sequence',
    steps: Array.from({ length: steps }, (_, index) => step(`step${index}`, ...by)),
    ordered,
    match: 'first',
    within: within === undefined ? undefined : within * 1000,
  }
}

const at = (second: number, branch: number, host = 'WS7', order?: number): Row => row(second, { host }, branch, order)
const out = (from: Sequence, rows: readonly Row[]): (number | undefined)[] => seconds(run(createSequence(from), rows))

describe('temporal: every step, in any order', () => {
  it('is complete at the last of them, in whatever order they came', () => {
    expect(out(sequence(3, 60, false), [at(0, 2), at(5, 0), at(9, 1)])).toEqual([9])
    expect(out(sequence(3, 60, false), [at(0, 2), at(5, 0), at(9, 2)])).toEqual([])
  })

  it('includes the edge of the time', () => {
    expect(out(sequence(2, 1800, false), [at(0, 1), at(1800, 0)])).toEqual([1800])
    expect(out(sequence(2, 1800, false), [at(0, 1), at(1801, 0)])).toEqual([])
  })

  it('is reported once until it is no longer complete', () => {
    // Complete at 1; still at 5 and 8; at 20 step 0 (of 8) has left within 10 s; complete again at 21.
    const rows = [at(0, 0), at(1, 1), at(5, 1), at(8, 0), at(20, 1), at(21, 0)]
    expect(out(sequence(2, 10, false), rows)).toEqual([1, 21])
  })

  it('keeps groups apart and has the group as a column, under the name of the first step', () => {
    const from: Sequence = { ...sequence(2, 60, false), steps: [step('a', 'host'), step('b', 'Computer')] }
    const rows = [row(0, { host: 'WS7' }, 0), row(1, { Computer: 'WS8' }, 1), row(2, { Computer: 'WS7' }, 1)]
    const results = run(createSequence(from), rows)
    expect(results.map(({ time, fields, events }) => [time, fields, events.length])).toEqual([[2000, { host: 'WS7' }, 2]])
  })

  it('lets one event serve several steps', () => {
    expect(out(sequence(2, 60, false), [at(3, 0, 'WS7', 1), at(3, 1, 'WS7', 1)])).toEqual([3])
    const [result] = run(createSequence(sequence(2, 60, false)), [{ ...at(3, 0, 'WS7', 1) }, { ...at(3, 1, 'WS7', 1) }])
    expect(result!.events).toHaveLength(2)
    const one = at(3, 0, 'WS7', 1)
    expect(run(createSequence(sequence(2, 60, false)), [one, { ...one, branch: 1 }])[0]!.events).toEqual(one.events)
  })

  it('asks for repeated steps as often as said', () => {
    const from: Sequence = { ...sequence(2, 60, false), steps: [{ ...step('a', 'host'), times: 2 }, step('b', 'host')] }
    expect(out(from, [at(0, 0), at(1, 1), at(2, 0)])).toEqual([2])
  })

  it('begins anew after its end', () => {
    const from: Sequence = { ...sequence(2, 60, false), until: step('end', 'host') }
    expect(out(from, [at(0, 0), at(1, 2), at(2, 1), at(3, 0)])).toEqual([3])
    expect(out(from, [at(0, 0), at(1, 2, 'WS8'), at(2, 1)])).toEqual([2])
  })

  it('leaves rows without key or time out, and says how many', () => {
    const told: string[] = []
    const operator = createSequence(sequence(2, 60, false), { report: finding => told.push(finding.code) })
    expect(run(operator, [row(0, {}, 0), row(undefined, { host: 'WS7' }, 1), row(2, {}, 1)])).toEqual([])
    expect(operator.lost).toEqual({ untimed: 1, ungrouped: 2, late: 0, cut: 0 })
    expect(told).toEqual(['ENG340', 'ENG341'])
  })
})

describe('temporal_ordered: one step after the other', () => {
  // The examples of a tunnel start followed by a loopback logon within 30 minutes on one host.
  it.each([
    ['plink, then RDP 240 s later', [at(0, 0), at(240, 1)], [240]],
    ['port proxy, then loopback 1700 s later', [at(0, 0, 'FS1'), at(1700, 1, 'FS1')], [1700]],
    ['the edge of 1800 s', [at(0, 0), at(1800, 1)], [1800]],
    ['too late by a second', [at(0, 0), at(1801, 1)], []],
    ['the wrong order', [at(0, 1), at(60, 0)], []],
    ['another host', [at(0, 0), at(60, 1, 'WS8')], []],
    ['the first step twice', [at(0, 0), at(5, 0)], []],
  ] as const)('%s', (_, rows, expected) => {
    expect(out(sequence(2, 1800, true), rows)).toEqual(expected)
  })

  it('begins with the latest row that could begin it', () => {
    const results = run(createSequence(sequence(3, 100, true)), [at(0, 0), at(60, 0), at(70, 1), at(120, 2)])
    expect(results.map(result => result.events.map(event => event.time! / 1000))).toEqual([[60, 70, 120]])
  })

  it('goes on from the earliest row that continues it', () => {
    const results = run(createSequence(sequence(3, 100, true)), [at(0, 0), at(1, 1), at(2, 1), at(3, 2)])
    expect(results.map(result => result.events.map(event => event.time! / 1000))).toEqual([[0, 1, 3]])
  })

  it('begins nothing with the event that completed it, whichever of its steps is told first', () => {
    const operator = createSequence(sequence(2, 100, true))
    const results = [at(0, 0, 'WS7', 1), at(1, 1, 'WS7', 2), at(1, 0, 'WS7', 2), at(2, 1, 'WS7', 3)].flatMap(one =>
      operator.push(one),
    )
    expect(seconds(results)).toEqual([1])
  })

  it('keeps a longer beginning beside a later one', () => {
    // 0 then 1 are on their way when another 0 comes; the step 2 completes the older.
    expect(out(sequence(3, 100, true), [at(0, 0), at(10, 1), at(20, 0), at(30, 2)])).toEqual([30])
  })

  it('begins the next match after the one before', () => {
    expect(out(sequence(2, 100, true), [at(0, 0), at(1, 0), at(2, 1), at(3, 1), at(4, 0), at(5, 1)])).toEqual([2, 5])
  })

  it('takes equal times in the order of arrival', () => {
    expect(out(sequence(2, 100, true), [at(5, 0, 'WS7', 1), at(5, 1, 'WS7', 2)])).toEqual([5])
    expect(out(sequence(2, 100, true), [at(5, 0, 'WS7', 2), at(5, 1, 'WS7', 1)])).toEqual([])
  })

  it('does not let one event serve two steps', () => {
    expect(out(sequence(2, 100, true), [at(5, 0, 'WS7', 1), at(5, 1, 'WS7', 1)])).toEqual([])
    // But the event may end a match that an earlier one began, and begin one that a later one ends.
    const both = (second: number, order: number): Row[] => [at(second, 0, 'WS7', order), at(second, 1, 'WS7', order)]
    expect(out(sequence(2, 100, true), [...both(5, 1), ...both(6, 2), ...both(7, 3), ...both(8, 4)])).toEqual([6, 8])
  })

  it('asks for repeated steps as often as said, each by another event', () => {
    const from: Sequence = { ...sequence(2, 60, true), steps: [{ ...step('a', 'host'), times: 3 }, step('b', 'host')] }
    expect(out(from, [at(0, 0), at(1, 0), at(2, 1), at(3, 0), at(4, 1)])).toEqual([4])
    expect(out(from, [at(0, 0, 'WS7', 1), at(0, 0, 'WS7', 1), at(0, 0, 'WS7', 1), at(4, 1, 'WS7', 9)])).toEqual([])
  })

  it('forgets its beginnings at its end; an event that completes does so before', () => {
    const from: Sequence = { ...sequence(2, 60, true), until: step('end', 'host') }
    expect(out(from, [at(0, 0), at(1, 2), at(2, 1)])).toEqual([])
    expect(out(from, [at(0, 0), at(1, 2, 'WS8'), at(2, 1)])).toEqual([2])
    expect(out(from, [at(0, 0, 'WS7', 1), at(1, 1, 'WS7', 2), at(1, 2, 'WS7', 2)])).toEqual([1])
  })

  it('without a time waits as long as it takes', () => {
    expect(out(sequence(2, undefined, true), [at(0, 0), at(1_000_000, 1)])).toEqual([1_000_000])
  })

  it('matches an absent key where it is optional', () => {
    const optional = (name: string): Step => ({
      ...step(name),
      by: [{ value: field('host') }, { value: field('user'), optional: true }],
    })
    const from: Sequence = { ...sequence(2, 60, true), steps: [optional('a'), optional('b')] }
    const results = run(createSequence(from), [at(0, 0), row(1, { host: 'WS7', user: 'x' }, 1), at(2, 1)])
    expect(results.map(({ time, fields }) => [time, fields])).toEqual([[2000, { host: 'WS7' }]])
  })

  it('counts a row that is too late to take its place', () => {
    const operator = createSequence(sequence(2, 60, true))
    expect([
      ...operator.push(at(10, 0)),
      ...operator.push(at(9, 1)),
      ...operator.push(at(11, 1)),
      ...operator.finish(),
    ]).toHaveLength(1)
    expect(operator.lost.late).toBe(1)
  })

  it('holds no more beginnings than allowed, and tells it', () => {
    const told: string[] = []
    const operator = createSequence(sequence(2, 1000, true), { held: 2, report: finding => told.push(finding.code) })
    expect(seconds(run(operator, [at(0, 0, 'a'), at(1, 0, 'b'), at(2, 0, 'c'), at(3, 1, 'a'), at(4, 1, 'c')]))).toEqual([4])
    expect(operator.lost.cut).toBe(1)
    expect(told).toEqual(['ENG343'])
  })

  it('says what it cannot run', () => {
    const from: Sequence = {
      ...sequence(2, -1, true),
      match: 'every',
      steps: [
        { ...step('a'), absent: true },
        { ...step('b'), times: 0 },
        { ...step('c'), until: { kind: 'const', value: true } },
        { ...step('d'), by: [{ value: { kind: 'call', fn: 'kusto:nothing', args: [] } }] },
      ],
    }
    expect(checkSequence(from).map(({ message }) => message)).toEqual([
      'a sequence that reports every combination cannot be run',
      'a step with an end of its own cannot be run',
      'a step must repeat from 1 to 1000 times',
      'a sequence within -1000 ms holds nothing',
      'the function "kusto:nothing" cannot be computed as a key',
    ])
    expect(checkSequence({ ...sequence(2, 5, true), steps: [] }).map(({ code }) => code)).toEqual(['ENG143'])
    expect(checkSequence(sequence(2, 5, true))).toEqual([])
  })
})

interface Seen {
  readonly time: number
  readonly order: number
  /** Which steps the event satisfies. */
  readonly steps: readonly number[]
}

/** The definition: the earliest event at which some chain of distinct events completes, then on from there. */
function naiveOrdered(events: readonly Seen[], steps: number, size: number): number[] {
  const sorted = [...events].sort((a, b) => a.time - b.time || a.order - b.order)
  const alerts: number[] = []
  let from = 0
  for (let end = 0; end < sorted.length; end++) {
    const complete = (index: number, need: number, last: number): boolean => {
      const event = sorted[index]!
      if (last - event.time > size || !event.steps.includes(need)) return false
      if (need === 0) return true
      for (let before = index - 1; before >= from; before--) if (complete(before, need - 1, last)) return true
      return false
    }
    if (complete(end, steps - 1, sorted[end]!.time)) {
      alerts.push(sorted[end]!.order)
      from = end + 1
    }
  }
  return alerts
}

function naiveTogether(events: readonly Seen[], steps: number, size: number): number[] {
  const sorted = [...events].sort((a, b) => a.time - b.time || a.order - b.order)
  const alerts: number[] = []
  let up = false
  const complete = (window: readonly Seen[]): boolean =>
    Array.from({ length: steps }, (_, need) => need).every(need => window.some(event => event.steps.includes(need)))
  sorted.forEach((event, index) => {
    const before = sorted.slice(0, index)
    // Just before this event: what is still there of the rows before, had none of this moment come.
    if (up && !before.some(other => other.time === event.time)) {
      const left = before.filter(other => other.time >= event.time - size)
      if (!complete(left)) up = false
    }
    const now = complete(sorted.slice(0, index + 1).filter(other => other.time >= event.time - size))
    if (now && !up) alerts.push(event.order)
    up = now
  })
  return alerts
}

describe('laws', () => {
  const stream = fc.array(
    fc.record({
      time: fc.integer({ min: 0, max: 40 }),
      steps: fc.subarray([0, 1, 2]),
      host: fc.constantFrom('a', 'b'),
      key: fc.integer(),
    }),
    { maxLength: 25 },
  )

  function rowsOf(shape: readonly { time: number; steps: number[]; host: string; key: number }[]): {
    rows: Row[]
    shuffled: Row[]
  } {
    const rows = shape.flatMap(({ time, steps, host, key }, index) =>
      steps.map(branch => ({ key, one: at(time, branch, host, index) })),
    )
    return { rows: rows.map(({ one }) => one), shuffled: [...rows].sort((a, b) => a.key - b.key).map(({ one }) => one) }
  }

  it.each([
    ['in order', true, naiveOrdered],
    ['in any order', false, naiveTogether],
  ] as const)('%s the matches are those of the definition, in any order of arrival', (_, ordered, naive) => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 0, max: 20 }), (shape, size) => {
        const { rows, shuffled } = rowsOf(shape)
        const expected = ['a', 'b'].flatMap(host =>
          naive(
            shape.map((event, order) => ({ ...event, order })).filter(event => event.host === host),
            3,
            size,
          ),
        )
        const found = run(createSequence(sequence(3, size, ordered)), rows)
        expect(found.map(result => result.order).sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b))
        expect(run(createSequence(sequence(3, size, ordered)), shuffled)).toEqual(found)
      }),
      { seed: 1572, numRuns: 1000 },
    )
  })
})

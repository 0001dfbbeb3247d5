import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AggregateStage, checkAggregate, createAggregate } from '../../src/engine/aggregate.ts'
import { createSorted, createSum } from '../../src/engine/measures.ts'
import { keyOf, type Row } from '../../src/engine/row.ts'
import type { Value } from '../../src/ir/event.ts'
import type { Measure } from '../../src/ir/pipeline.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'
import { compare, field, row, run, seconds, sliding } from './rows.ts'

const count: Measure = { name: 'n', fn: 'count' }
const of = (name: string, fn: Measure['fn'], of: string, args?: readonly Value[]): Measure => ({ name, fn, of: field(of), args })

/** What one group measures over the values of `v`, without a window. */
function measured(fn: Measure['fn'], values: readonly (Value | undefined)[], args?: readonly Value[]): Value | undefined {
  const stage: AggregateStage = { kind: 'aggregate', by: [], measures: [of('m', fn, 'v', args)] }
  const rows = values.map((value, index) => row(index, value === undefined ? {} : { v: value }))
  return run(createAggregate(stage), rows)[0]?.fields.m
}

describe('sliding windows', () => {
  it('finds the pair at 00:04 and 00:06 that five-minute buckets part', () => {
    const rows = [row(240, { User: 'a' }), row(360, { User: 'a' })]
    expect(seconds(run(createAggregate(sliding(['User'], [count], 300, compare('n', '>=', 2))), rows))).toEqual([360])
    const buckets: AggregateStage = {
      ...sliding(['User'], [count], 300, compare('n', '>=', 2)),
      window: { size: 300_000, kind: 'tumbling' },
    }
    expect(run(createAggregate(buckets), rows)).toEqual([])
  })

  it('includes the edge: 300 s apart is within 5 m, 301 s is not', () => {
    const stage = sliding([], [count], 300, compare('n', '>=', 2))
    expect(seconds(run(createAggregate(stage), [row(0), row(300)]))).toEqual([300])
    expect(seconds(run(createAggregate(stage), [row(0), row(301)]))).toEqual([])
  })

  it('tells the edge to 100 ns', () => {
    const stage = sliding([], [count], 300, compare('n', '>=', 2))
    const at = (second: number, ticks: number): Row => ({ ...row(second), ticks })
    expect(run(createAggregate(stage), [at(0, 5), at(300, 5)])).toHaveLength(1)
    expect(run(createAggregate(stage), [at(0, 5), at(300, 6)])).toHaveLength(0)
  })

  it('reports once while the condition stays true, and again after it fell', () => {
    // Window 10 s, at least 3. In the window at each second: 1, 2, 3!, 4, 4 (0 left), 1, 2, 3!
    const rows = [0, 1, 2, 3, 11, 30, 31, 32].map(second => row(second))
    expect(seconds(run(createAggregate(sliding([], [count], 10, compare('n', '>=', 3))), rows))).toEqual([2, 32])
  })

  it('reports again after a silence in which the window ran empty', () => {
    const rows = [row(0), row(5), row(100)]
    expect(seconds(run(createAggregate(sliding([], [count], 10, compare('n', '>=', 1))), rows))).toEqual([0, 100])
  })

  it('reports again when rows that left made the condition false between two events', () => {
    // 0 1 2 is true at 2; at 11.5 only 2 is left, so it fell; 12 and 12.5 make three again with 2 (12 - 2 = 10 is the edge) then without.
    const rows = [0, 1, 2, 11.5, 12].map(second => row(second))
    expect(seconds(run(createAggregate(sliding([], [count], 10, compare('n', '>=', 3))), rows))).toEqual([2, 12])
  })

  it('lets rows of one moment leave together', () => {
    // Average at most 4: true at 0 (0), false (0 and 9), true at 5 (0, 9, 3). Then 0 and 9 leave at once, which leaves 3: it never fell.
    const rows = [row(0, { v: 0 }), row(0, { v: 9 }), row(5, { v: 3 }), row(12, { v: 3 })]
    expect(seconds(run(createAggregate(sliding([], [of('n', 'avg', 'v')], 10, compare('n', '<=', 4))), rows))).toEqual([0, 5])
  })

  it('says every result when asked for every one', () => {
    const stage: AggregateStage = {
      ...sliding([], [count], 10, compare('n', '>=', 2)),
      window: { size: 10_000, kind: 'sliding', report: 'every' },
    }
    const out = run(createAggregate(stage), [row(0), row(1), row(2), row(20)])
    expect(out.map(result => [result.time! / 1000, result.fields.n])).toEqual([
      [1, 2],
      [2, 3],
    ])
  })

  it('keeps groups apart, and has the group and the measures as columns', () => {
    const rows = [row(0, { User: 'a' }), row(1, { User: 'b' }), row(2, { User: 'a' }), row(3, { User: 'B' })]
    const out = run(createAggregate(sliding(['User'], [count], 60, compare('n', '>=', 2))), rows)
    expect(out.map(result => result.fields)).toEqual([{ User: 'a', n: 2 }])
    expect(out[0]!.events.map(event => event.time)).toEqual([0, 2000])
  })

  it('takes a number and its decimal text for one group, text of another case for another', () => {
    const rows = [row(0, { p: 22 }), row(1, { p: '22' }), row(2, { p: '022' }), row(3, { p: 22n })]
    const out = run(createAggregate(sliding(['p'], [count], 60, compare('n', '>=', 3))), rows)
    expect(seconds(out)).toEqual([3])
  })

  it('does not take ("a", "b:c") and ("a:b", "c") for one group', () => {
    const rows = [row(0, { x: 'a', y: 'b:c' }), row(1, { x: 'a:b', y: 'c' })]
    expect(run(createAggregate(sliding(['x', 'y'], [count], 60, compare('n', '>=', 2))), rows)).toEqual([])
  })

  it('leaves rows without the group column or without time out, and says how many', () => {
    const told: Diagnostic[] = []
    const operator = createAggregate(sliding(['User'], [count], 60, compare('n', '>=', 1)), {
      report: finding => told.push(finding),
      name: 'Many logons',
    })
    const out = run(operator, [row(0, {}), row(1, { User: null }), row(undefined, { User: 'a' }), row(3, { User: 'a' })])
    expect(seconds(out)).toEqual([3])
    expect(operator.lost).toEqual({ untimed: 1, ungrouped: 2, late: 0, cut: 0 })
    expect(told.map(finding => [finding.code, finding.message])).toEqual([
      ['ENG340', '1 match of "Many logons" had no time and joined no window'],
      ['ENG341', '2 matches of "Many logons" lacked a group-by field and joined no group'],
    ])
  })

  it('looks at rows of one time one after the other', () => {
    const out = run(
      createAggregate({ ...sliding([], [count], 10), window: { size: 10_000, kind: 'sliding', report: 'every' } }),
      [row(5, {}, 0, 2), row(5, {}, 0, 1), row(5, {}, 1, 1)],
    )
    expect(out.map(result => [result.order, result.branch, result.fields.n])).toEqual([
      [1, 0, 1],
      [1, 1, 2],
      [2, 0, 3],
    ])
  })

  it('counts a late row in the windows that still stand, and tells of one whose window has passed', () => {
    const told: string[] = []
    const operator = createAggregate(sliding(['User'], [count], 10, compare('n', '>=', 3)), {
      report: finding => told.push(finding.code),
    })
    const out: Row[] = []
    for (const second of [10, 11, 9, 30, 12]) out.push(...operator.push(row(second, { User: 'a' })))
    operator.finish()
    expect(seconds(out)).toEqual([11])
    expect(out[0]!.events.map(event => event.time! / 1000)).toEqual([9, 10, 11])
    expect(operator.lost.late).toBe(1)
    expect(told).toEqual(['ENG342'])
  })

  it('holds no more rows than allowed, tells it once and counts what left early', () => {
    const told: string[] = []
    const operator = createAggregate(sliding([], [count], 1000, compare('n', '>=', 4)), {
      held: 3,
      report: finding => told.push(finding.code),
    })
    expect(
      run(
        operator,
        [0, 1, 2, 3, 4].map(second => row(second)),
      ),
    ).toEqual([])
    expect(operator.lost.cut).toBe(2)
    expect(told).toEqual(['ENG343'])
  })

  it('keeps the first and last 500 events of a large window and says how many it leaves out', () => {
    const rows = Array.from({ length: 1203 }, (_, index) => row(index))
    const out = run(createAggregate(sliding([], [count], 5000, compare('n', '>=', 1203))), rows)
    expect(out).toHaveLength(1)
    expect(out[0]!.events).toHaveLength(1000)
    expect(out[0]!.events[499]!.time).toBe(499_000)
    expect(out[0]!.events[500]!.time).toBe(703_000)
    expect(out[0]!.omitted).toBe(203)
  })
})

describe('measures', () => {
  it('counts rows, values and rows that satisfy a question', () => {
    expect(measured('count', ['a', undefined, null, '', 'b'])).toBe(3)
    const stage: AggregateStage = {
      kind: 'aggregate',
      by: [],
      measures: [count, { name: 'ok', fn: 'count', where: compare('v', '>=', 5) }],
    }
    expect(run(createAggregate(stage), [row(0, { v: 4 }), row(1, { v: '5' }), row(2, { v: '0x10' }), row(3)])[0]!.fields).toEqual(
      { n: 4, ok: 2 },
    )
  })

  it('counts distinct values and tuples, absent ones aside', () => {
    expect(measured('distinct', ['a', 'A', 'a', 5, '5', null, undefined, ''])).toBe(4)
    const tuple: Measure = { name: 'm', fn: 'distinct', of: { kind: 'call', fn: 'sigma:tuple', args: [field('a'), field('b')] } }
    const rows = [
      row(0, { a: 1, b: 2 }),
      row(1, { a: 1, b: 2 }),
      row(2, { a: 1, b: 3 }),
      row(3, { a: 1 }),
      row(4, { a: '1,2', b: '' }),
    ]
    expect(run(createAggregate({ kind: 'aggregate', by: [], measures: [tuple] }), rows)[0]!.fields.m).toBe(3)
  })

  it('sums and averages what is a number or spells one, and is silent where nothing does', () => {
    expect(measured('sum', [1, '2', '0x10', 'three', null, undefined, true, 0.5])).toBe(19.5)
    expect(measured('avg', [1, '2', 'x', 6n])).toBe(3)
    expect(measured('sum', ['x', undefined])).toBeUndefined()
    expect(measured('avg', [])).toBeUndefined()
    expect(measured('sum', Array<number>(10).fill(0.1))).toBe(1)
    expect(measured('sum', [1e16, 1, -1e16, '1e999'])).toBe(1)
  })

  it('finds the smallest and largest, numbers before texts', () => {
    expect(measured('min', [3, '10', 7])).toBe(3)
    expect(measured('max', [3, '10', 7])).toBe(10)
    expect(measured('min', ['b', 'a', 5])).toBe(5)
    expect(measured('max', ['b', 'a', 5])).toBe('b')
  })

  it('ranks as percentile_cont of SQL does', () => {
    // https://www.postgresql.org/docs/current/functions-aggregate.html: percentile_cont interpolates between adjacent values.
    expect(measured('median', [30, 10, 20])).toBe(20)
    expect(measured('median', [40, 10, 20, 30])).toBe(25)
    expect(measured('percentile', [10, 20, 30, 40], [95])).toBeCloseTo(38.5, 12)
    expect(measured('percentile', [10, 20, 30, 40], [0])).toBe(10)
    expect(measured('percentile', [10, 20, 30, 40], [100])).toBe(40)
    expect(
      measured(
        'percentile',
        Array.from({ length: 21 }, (_, index) => index),
        [95],
      ),
    ).toBe(19)
    expect(measured('percentile', ['x'], [95])).toBeUndefined()
  })

  it('shows values', () => {
    const values = ['b', undefined, 'a', 'b', null]
    expect(measured('values', values)).toEqual(['b', 'a'])
    expect(measured('list', values)).toEqual(['b', 'a', 'b'])
    expect(measured('first', [undefined, 'x', 'y'])).toBe('x')
    expect(measured('last', ['x', 'y', undefined])).toBe('y')
    const stage: AggregateStage = { kind: 'aggregate', by: [], measures: [of('e', 'earliest', 'v'), of('l', 'latest', 'v')] }
    const operator = createAggregate(stage)
    for (const [second, v] of [
      [5, 'five'],
      [9, 'nine'],
      [1, 'one'],
    ] as const) {
      operator.push(row(second, { v }))
    }
    expect(operator.finish()[0]!.fields).toEqual({ e: 'one', l: 'nine' })
  })

  it('shows values of a sliding window', () => {
    const measures = [of('all', 'list', 'v'), of('set', 'values', 'v'), of('first', 'first', 'v'), of('last', 'last', 'v')]
    const stage: AggregateStage = { ...sliding([], measures, 10), window: { size: 10_000, kind: 'sliding', report: 'every' } }
    const out = run(createAggregate(stage), [row(0, { v: 'a' }), row(4, { v: 'b' }), row(8, { v: 'b' }), row(12)])
    expect(out.at(-1)!.fields).toEqual({ all: ['b', 'b'], set: ['b'], first: 'b', last: 'b' })
  })

  it('says which measures it cannot compute', () => {
    const stage: AggregateStage = {
      kind: 'aggregate',
      by: [{ name: 'x', value: { kind: 'call', fn: 'kusto:nothing', args: [] } }],
      measures: [{ name: 's', fn: 'stdev', of: field('v') }, of('values_*', 'values', 'v'), { name: 'm', fn: 'sum' }],
      window: { size: 0, kind: 'sliding' },
    }
    expect(checkAggregate(stage).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'ENG140 the measure "stdev" cannot be computed',
      'ENG140 measures of all fields that fit "values_*" cannot be computed',
      'ENG140 the measure "m" does not say of which field',
      'ENG141 the function "kusto:nothing" cannot be computed in an aggregation',
      'ENG142 a window of 0 ms holds nothing',
    ])
    expect(checkAggregate(sliding(['x'], [count], 5))).toEqual([])
  })
})

describe('tumbling windows and whole inputs', () => {
  const buckets: AggregateStage = { ...sliding(['User'], [count], 60), window: { size: 60_000, kind: 'tumbling' } }

  it('are aligned to the epoch and said when the next one begins', () => {
    const operator = createAggregate(buckets)
    const at = (second: number, User: string): Row => row(second, { User })
    expect(operator.push(at(59, 'a'))).toEqual([])
    expect(operator.push(at(60, 'a')).map(result => [result.time! / 1000, result.fields])).toEqual([[59, { User: 'a', n: 1 }]])
    expect(operator.push(at(61, 'b'))).toEqual([])
    expect(operator.push(at(62, 'a'))).toEqual([])
    expect(operator.push(at(59, 'a'))).toEqual([])
    expect(operator.lost.late).toBe(1)
    expect(operator.finish().map(result => [result.time! / 1000, result.fields])).toEqual([
      [61, { User: 'b', n: 1 }],
      [62, { User: 'a', n: 2 }],
    ])
  })

  it('without a window say their results at the end, rows without time too', () => {
    const stage: AggregateStage = {
      kind: 'aggregate',
      by: [{ name: 'User', value: field('User') }],
      measures: [count],
      having: compare('n', '>', 1),
    }
    const out = run(createAggregate(stage), [
      row(9, { User: 'a' }),
      row(undefined, { User: 'a' }),
      row(3, { User: 'b' }),
      row(5, { User: 'a' }),
    ])
    expect(out.map(result => [result.time, result.fields])).toEqual([[9000, { User: 'a', n: 3 }]])
  })

  it('of nothing say one row where the language does, none for Sigma', () => {
    const stage: AggregateStage = { kind: 'aggregate', by: [], measures: [count] }
    expect(run(createAggregate(stage, { rules: 'sigma' }), [])).toEqual([])
    expect(run(createAggregate(stage, { rules: 'kusto' }), []).map(result => result.fields)).toEqual([{ n: 0 }])
  })

  it('make a group of the absent where the language does', () => {
    const stage: AggregateStage = { kind: 'aggregate', by: [{ name: 'User', value: field('User') }], measures: [count] }
    expect(
      run(createAggregate(stage, { rules: 'kusto' }), [row(0), row(1, { User: null })]).map(result => result.fields),
    ).toEqual([{ User: null, n: 2 }])
    expect(run(createAggregate(stage, { rules: 'splunk' }), [row(0)])).toEqual([])
  })

  it('take no more groups than allowed, tell it and count the rows', () => {
    const told: string[] = []
    const stage: AggregateStage = { kind: 'aggregate', by: [{ name: 'User', value: field('User') }], measures: [count] }
    const operator = createAggregate(stage, { held: 2, report: finding => told.push(finding.code) })
    const out = run(
      operator,
      ['a', 'b', 'c', 'a', 'd'].map((User, index) => row(index, { User })),
    )
    expect(out.map(result => result.fields)).toEqual([
      { User: 'a', n: 2 },
      { User: 'b', n: 1 },
    ])
    expect(operator.lost.cut).toBe(2)
    expect(told).toEqual(['ENG343'])
  })

  it('keep the first and last 500 events of a large group', () => {
    const rows = Array.from({ length: 1700 }, (_, index) => row(index))
    const [result] = run(createAggregate({ kind: 'aggregate', by: [], measures: [count] }), rows)
    expect(result!.events).toHaveLength(1000)
    expect(result!.events[500]!.time).toBe(1_200_000)
    expect(result!.events[999]!.time).toBe(1_699_000)
    expect(result!.omitted).toBe(700)
    expect(result!.fields.n).toBe(1700)
  })
})

/** The definition, computed anew at each row: quadratic, and without anything kept. */
function naive(rows: readonly Row[], size: number, holds: (values: readonly Value[]) => boolean): number[] {
  const sorted = [...rows].sort((a, b) => a.time! - b.time! || a.order - b.order)
  const alerts: number[] = []
  const groups = new Set(sorted.map(one => keyOf(one.fields.g)))
  for (const group of groups) {
    if (group === undefined) continue
    const mine = sorted.filter(one => keyOf(one.fields.g) === group)
    let up = false
    mine.forEach((one, index) => {
      // Between the row before and this one, rows leave one moment after the other.
      const earlier = mine.slice(0, index)
      const leaving = [...new Set(earlier.map(other => other.time!))].filter(time => time + size < one.time!)
      for (const time of leaving) {
        const before = earlier.at(-1)!
        if (time + size < before.time!) continue
        const left = earlier.filter(other => other.time! > time)
        if (left.length === 0 || !holds(left.map(other => other.fields.v!))) up = false
      }
      const window = mine.slice(0, index + 1).filter(other => other.time! + size >= one.time!)
      const now = holds(window.map(other => other.fields.v!))
      if (now && !up) alerts.push(one.order)
      up = now
    })
  }
  return alerts.sort((a, b) => a - b)
}

const percentileOf = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const place = ((sorted.length - 1) * part) / 100
  const low = Math.floor(place)
  return sorted[low]! + (sorted[Math.min(low + 1, sorted.length - 1)]! - sorted[low]!) * (place - low)
}

const total = (values: readonly Value[]): number => values.reduce<number>((sum, value) => sum + Number(value), 0)

describe('laws', () => {
  const conditions: readonly {
    readonly name: string
    readonly measure: Measure
    readonly op: '=' | '<' | '<=' | '>' | '>='
    readonly to: number
    readonly naive: (values: readonly Value[]) => number
  }[] = [
    { name: 'count >=', measure: count, op: '>=', to: 3, naive: values => values.length },
    { name: 'count <', measure: count, op: '<', to: 3, naive: values => values.length },
    { name: 'count =', measure: count, op: '=', to: 2, naive: values => values.length },
    { name: 'distinct >', measure: of('n', 'distinct', 'v'), op: '>', to: 2, naive: values => new Set(values).size },
    { name: 'sum >=', measure: of('n', 'sum', 'v'), op: '>=', to: 12, naive: total },
    { name: 'avg <=', measure: of('n', 'avg', 'v'), op: '<=', to: 4, naive: values => total(values) / values.length },
    { name: 'median >', measure: of('n', 'median', 'v'), op: '>', to: 5, naive: values => percentileOf(values as number[], 50) },
    {
      name: 'percentile >',
      measure: of('n', 'percentile', 'v', [75]),
      op: '>',
      to: 6,
      naive: values => percentileOf(values as number[], 75),
    },
    { name: 'min >=', measure: of('n', 'min', 'v'), op: '>=', to: 3, naive: values => Math.min(...(values as number[])) },
    { name: 'max <', measure: of('n', 'max', 'v'), op: '<', to: 7, naive: values => Math.max(...(values as number[])) },
  ]
  const compares = {
    '=': (a: number, b: number) => a === b,
    '<': (a: number, b: number) => a < b,
    '<=': (a: number, b: number) => a <= b,
    '>': (a: number, b: number) => a > b,
    '>=': (a: number, b: number) => a >= b,
  }
  const stream = fc.array(
    fc.record({
      time: fc.integer({ min: 0, max: 60 }),
      g: fc.constantFrom('a', 'b', undefined),
      v: fc.integer({ min: 0, max: 9 }),
      shuffle: fc.integer(),
    }),
    { maxLength: 60 },
  )

  it.each(conditions)(
    'the windows of "$name" are those of the definition, in any order of arrival',
    ({ measure, op, to, naive: compute }) => {
      fc.assert(
        fc.property(stream, fc.integer({ min: 1, max: 15 }), (shape, size) => {
          const rows = shape.map(({ time, g, v }, index) => row(time, g === undefined ? { v } : { g, v }, 0, index))
          const shuffled = rows
            .map((one, index) => ({ one, key: shape[index]!.shuffle }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one)
          const stage = sliding(['g'], [measure], size, compare('n', op, to))
          const expected = naive(rows, size * 1000, values => compares[op](compute(values), to))
          const found = run(createAggregate(stage), rows)
          expect(found.map(result => result.order).sort((a, b) => a - b)).toEqual(expected)
          expect(run(createAggregate(stage), shuffled)).toEqual(found)
        }),
        { seed: 1572, numRuns: 300 },
      )
    },
  )

  it('a sorted list with values taken out is the list sorted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3000, minLength: 1000 }), values => {
        const sorted = createSorted<number>((a, b) => a - b)
        for (const value of values) sorted.add(value)
        const kept = values.filter((_, index) => index % 3 !== 0)
        values.forEach((value, index) => {
          if (index % 3 === 0) sorted.remove(value)
        })
        expect(Array.from({ length: sorted.length }, (_, index) => sorted.at(index))).toEqual(kept.sort((a, b) => a - b))
      }),
      { seed: 1572, numRuns: 30 },
    )
  })

  it('a sum is the exact sum rounded once, whatever was put in and taken out', () => {
    // Dyadic numbers: their sums are exact as integers of 2^-40.
    const dyadic = fc.tuple(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), fc.integer({ min: -40, max: 60 }))
    fc.assert(
      fc.property(fc.array(dyadic, { maxLength: 60 }), fc.array(dyadic, { maxLength: 60 }), (kept, gone) => {
        const sum = createSum()
        const number = ([mantissa, exponent]: [number, number]): number => mantissa * 2 ** exponent
        for (const one of gone) sum.add(number(one))
        for (const one of kept) sum.add(number(one))
        for (const one of gone) sum.add(-number(one))
        const exact = kept.reduce((all, [mantissa, exponent]) => all + BigInt(mantissa) * 2n ** BigInt(exponent + 40), 0n)
        expect(sum.value()).toBe(kept.length === 0 ? 0 : Number(exact) / 2 ** 40)
      }),
      { seed: 1572, numRuns: 500 },
    )
  })
})

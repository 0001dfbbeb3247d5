// Every kind of stage and source against results typed by hand, and what cannot be run is refused by name.

import { describe, expect, it } from 'vitest'
import type { Pipeline } from '../../../src/ir/pipeline.ts'
import { cases, tables } from './cases.ts'
import { joinCases } from './cases-join.ts'
import { answer, extend, field, from, literal, measure, where } from './make.ts'

describe('stages over tables', () => {
  it.each([...cases, ...joinCases].map(one => [one.name, one] as const))('%s', async (_, one) => {
    const found = await answer(one.query, tables())
    // Splunk's fields have no types.
    const bare = (head: string) => (one.query.rules === 'splunk' ? head.replace(/:\w+/g, '') : head)
    expect('head' in found ? { ...found, head: bare(found.head) } : found).toEqual({ head: bare(one.head), rows: one.rows })
  })
})

describe('what cannot be run', () => {
  const refused: readonly (readonly [string, Pipeline, string])[] = [
    ['an unknown table', from('Nowhere'), 'ENG101 cannot run a query over the table "Nowhere", which is not at hand'],
    [
      'a function that nobody has',
      from('T', extend({ name: 'x', value: { kind: 'call', fn: 'kusto:nonsense', args: [field('k')] } })),
      'ENG101 cannot run the function "kusto:nonsense"',
    ],
    [
      'a measure that nobody has',
      from('T', { kind: 'aggregate', by: [], measures: [measure('x', 'splunk:nonsense', 'v')] }),
      'ENG101 cannot run the measure "splunk:nonsense"',
    ],
    [
      'a stage that nobody has',
      from('T', { kind: 'special', name: 'splunk:nonsense', args: {} }),
      'ENG101 cannot run the stage "splunk:nonsense"',
    ],
    ['what was not understood', from('T', { kind: 'opaque', text: 'frobnicate' }), 'ENG101 cannot run "frobnicate"'],
    ['a question that was not understood', from('T', where({ kind: 'opaque', text: 'perhaps' })), 'ENG101 cannot run "perhaps"'],
    [
      'a pattern that is none',
      from('T', where({ kind: 'test', subject: field('k'), match: { kind: 'regex', pattern: '(', fold: false, whole: false } })),
      'ENG101 cannot run the regular expression "("',
    ],
    [
      'the same inside a subquery',
      from(
        'T',
        where({ kind: 'test', subject: field('k'), match: { kind: 'among', rows: from('Nowhere'), column: '', fold: false } }),
      ),
      'ENG101 cannot run a query over the table "Nowhere", which is not at hand',
    ],
  ]
  it.each(refused)('%s', async (_, query, finding) => {
    const found = await answer(query, tables())
    expect('finding' in found ? found.finding : found).toContain(finding)
  })
})

describe('bounds', () => {
  const numbers = (to: number): Pipeline => ({
    from: { kind: 'range', column: 'x', from: literal(1), to: literal(to), step: literal(1) },
    stages: [],
    rules: 'kusto',
  })
  const one: Pipeline['stages'] = [extend({ name: 'k', value: literal(1) })]

  it('gives up, in words, when more rows would be held than allowed', async () => {
    const sorted: Pipeline = {
      ...numbers(2000),
      stages: [{ kind: 'sort', keys: [{ by: field('x'), descending: true, nulls: 'last' }] }],
    }
    expect(await answer(sorted, {}, { held: 1000 })).toEqual({
      finding: 'ENG150 the query would hold more than 1000 rows in memory and was given up',
    })
    expect(await answer(sorted, {}, { bytes: 100_000, name: 'Sorting' })).toEqual({
      finding: 'ENG150 "Sorting" would hold more than 0 MB in memory and was given up',
    })
  })

  it('keeps what is asked for and no more: a range of a hundred million is not made for its first rows', async () => {
    const found = await answer({ ...numbers(90_000_000), stages: [{ kind: 'limit', count: 2 }] }, {})
    expect(found).toEqual({ head: 'x:long', rows: [[1], [2]] })
  })

  it('refuses a range without an end in sight', async () => {
    expect(await answer(numbers(1e12), {})).toEqual({ finding: 'ENG152 a range of more than 100000000 rows' })
  })

  it('refuses a join that multiplies without end', async () => {
    const cartesian: Pipeline = {
      ...numbers(20_000),
      stages: [
        ...one,
        {
          kind: 'join',
          how: 'inner',
          right: { ...numbers(20_000), stages: one },
          on: [{ left: field('k'), right: field('k'), by: 'equal' }],
          clash: 'suffix',
        },
        { kind: 'aggregate', by: [], measures: [measure('c', 'count')] },
      ],
    }
    const found = await answer(cartesian, {})
    expect('finding' in found ? found.finding : found).toMatch(/^ENG151 a join makes more than 50 rows for each row that goes in/)
  })

  it('bounds queries inside queries', async () => {
    let deep: Pipeline = from('T')
    for (let at = 0; at < 200; at++) deep = { from: { kind: 'union', of: [deep] }, stages: [] }
    const found = await answer(deep, tables())
    expect('finding' in found ? found.finding : found).toContain('a query with so many queries inside it')
  })
})

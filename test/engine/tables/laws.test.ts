// Laws of stages over made-up tables: parts put together are the whole, order does not count where it should not, and joins are what their slow definition says.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Value } from '../../../src/ir/event.ts'
import { any } from '../../../src/ir/glob.ts'
import type { JoinKind, Pipeline, Stage } from '../../../src/ir/pipeline.ts'
import type { Predicate } from '../../../src/ir/predicate.ts'
import { query, tableOf } from '../../../src/query.ts'
import { aggregate, compare, field, from, key, limit, literal, measure, not, sort, test, under, where } from './make.ts'

type Row = Readonly<Record<string, Value>>
const seed = 20_261_124
const runs = { numRuns: 200, seed }
const columns = [
  { name: 'id', type: 'long' as const },
  // Without a type: a text of Kusto would be empty where it is absent.
  { name: 'k' },
  { name: 'v', type: 'long' as const },
]

/** Rows with few keys, some of them absent; `id` tells them apart. */
const rows = fc
  .array(
    fc.record({
      k: fc.option(fc.constantFrom('a', 'b', 'B', ''), { nil: null }),
      v: fc.option(fc.integer({ min: -3, max: 3 }), { nil: null }),
    }),
    { maxLength: 12 },
  )
  .map(all => all.map((row, id): Row => Object.fromEntries(Object.entries({ id, ...row }).filter(([, value]) => value !== null))))

async function run(of: Pipeline, tables: Readonly<Record<string, readonly Row[]>>): Promise<readonly Row[]> {
  const { value, diagnostics } = await query(
    of,
    Object.fromEntries(Object.entries(tables).map(([name, own]) => [name, tableOf(columns, own)])),
  )
  expect(diagnostics).toEqual([])
  return value!.rows.map(row =>
    Object.fromEntries(value!.columns.flatMap(({ name }, at) => (row[at] === null ? [] : [[name, row[at]!]]))),
  )
}

const sorted = (all: readonly Row[]): readonly string[] => all.map(row => JSON.stringify(Object.entries(row).sort())).sort()

const asked: fc.Arbitrary<Predicate> = fc.letrec<{ of: Predicate }>(tie => ({
  of: fc.oneof(
    { depthSize: 'small' },
    fc
      .record({
        name: fc.constantFrom('v', 'id'),
        op: fc.constantFrom('=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
        to: fc.integer({ min: -2, max: 4 }),
      })
      .map(({ name, op, to }) => compare(name, op, to)),
    fc
      .record({ text: fc.constantFrom('a', 'b', ''), fold: fc.boolean() })
      .map(({ text, fold }) => test('k', { kind: 'glob', glob: [text, any], fold })),
    fc.constantFrom('exists' as const, 'present' as const, 'empty' as const).map(kind => test('k', { kind })),
    fc
      .record({ fold: fc.boolean() })
      .map(({ fold }) => test('k', { kind: 'among', rows: from('T', where(compare('v', '>', 0))), column: 'k', fold })),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      args: fc.array(tie('of'), { minLength: 1, maxLength: 3 }),
    }),
    tie('of').map(not),
  ),
})).of

describe('filters', () => {
  it('where p together with where not p is the table', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        asked,
        fc.constantFrom('kusto' as const, 'splunk' as const, 'elastic' as const, undefined),
        async (table, p, rules) => {
          const split = under(rules, from({ kind: 'union', of: [from('T', where(p)), from('T', where(not(p)))] }))
          expect(sorted(await run(split, { T: table }))).toEqual(sorted(table))
        },
      ),
      runs,
    )
  })
})

describe('groups', () => {
  const measures = [
    measure('n', 'count'),
    measure('s', 'sum', 'v'),
    measure('a', 'avg', 'v'),
    measure('lo', 'min', 'v'),
    measure('hi', 'max', 'v'),
    measure('d', 'distinct', 'v'),
    measure('p', 'median', 'v'),
    measure('e', 'stdev', 'v'),
    measure('c', 'count', undefined, { where: compare('v', '>', 0) }),
  ]

  it('measures do not depend on the order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows.chain(table => fc.tuple(fc.constant(table), fc.shuffledSubarray([...table], { minLength: table.length }))),
        fc.constantFrom('kusto' as const, 'elastic' as const, 'sql' as const),
        async ([table, shuffled], rules) => {
          const of = under(rules, from('T', aggregate(['k'], ...measures)))
          const near = (all: readonly Row[]) =>
            all.map(row => ({ ...row, ...(typeof row.e === 'number' ? { e: Math.round(row.e * 1e9) } : {}) }))
          expect(sorted(near(await run(of, { T: shuffled })))).toEqual(sorted(near(await run(of, { T: table }))))
        },
      ),
      runs,
    )
  })

  it('counts and sums of groups come to those of the table', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async table => {
        const whole = await run(under('kusto', from('T', aggregate([], measure('n', 'count'), measure('s', 'sum', 'v')))), {
          T: table,
        })
        const parts = await run(
          under(
            'kusto',
            from(
              'T',
              aggregate(['k'], measure('n', 'count'), measure('s', 'sum', 'v')),
              aggregate([], measure('n', 'sum', 'n'), measure('s', 'sum', 's')),
            ),
          ),
          { T: table },
        )
        expect(parts).toEqual(whole)
      }),
      runs,
    )
  })

  it('what a window gives each row of a group is the measure of the group', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async table => {
        const windowed: Stage = {
          kind: 'window',
          by: [{ name: 'k', value: field('k') }],
          order: [],
          measures: [measure('n', 'count'), measure('s', 'sum', 'v')],
        }
        const found = await run(under('kusto', from('T', windowed)), { T: table })
        expect(found.map(row => row.id)).toEqual(table.map(row => row.id))
        for (const row of found) {
          const group = table.filter(other => other.k === row.k)
          expect([row.n, row.s]).toEqual([group.length, group.reduce((sum, other) => sum + Number(other.v ?? 0), 0)])
        }
      }),
      runs,
    )
  })

  it('a running sum is the sum of the rows so far, one of the last n that of these', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), fc.boolean(), async (table, size, current) => {
        const bounded: Stage = {
          kind: 'window',
          frame: 'running',
          rows: size,
          current,
          by: [],
          order: [],
          measures: [measure('s', 'sum', 'v')],
        }
        const found = await run(under('kusto', from('T', bounded)), { T: table })
        const end = current ? 1 : 0
        const expected = table.map((_, at) =>
          table.slice(Math.max(0, at + end - size), at + end).reduce((sum, row) => sum + Number(row.v ?? 0), 0),
        )
        expect(found.map(row => row.s)).toEqual(expected)
      }),
      runs,
    )
  })
})

describe('order', () => {
  it('sort is the stable sort of its keys, and with a limit its beginning', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.boolean(),
        fc.constantFrom('first' as const, 'last' as const),
        fc.integer({ min: 0, max: 5 }),
        async (table, descending, nulls, count) => {
          const order = sort(key('v', descending, nulls))
          const slow = [...table].sort((a, b) => {
            if (a.v === undefined || b.v === undefined)
              return a.v === b.v ? 0 : (a.v === undefined) === (nulls === 'first') ? -1 : 1
            return (Number(a.v) - Number(b.v)) * (descending ? -1 : 1)
          })
          expect((await run(under('kusto', from('T', order)), { T: table })).map(row => row.id)).toEqual(slow.map(row => row.id))
          expect((await run(under('kusto', from('T', order, limit(count))), { T: table })).map(row => row.id)).toEqual(
            slow.slice(0, count).map(row => row.id),
          )
        },
      ),
      runs,
    )
  })

  it('dedup keeps the first row of each key', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 2 }), async (table, count) => {
        const found = await run(under('splunk', from('T', limit(count, 'k'))), { T: table })
        const slow = table.filter(
          (row, at) => row.k !== undefined && table.slice(0, at).filter(other => other.k === row.k).length < count,
        )
        expect(found.map(row => row.id)).toEqual(slow.map(row => row.id))
      }),
      runs,
    )
  })
})

describe('joins', () => {
  const kinds: readonly JoinKind[] = ['inner', 'innerunique', 'left', 'right', 'full', 'semi', 'anti', 'rightsemi', 'rightanti']

  /** By every pair, as the manuals tell it. */
  function slow(how: JoinKind, left: readonly Row[], right: readonly Row[]): readonly Row[] {
    const fits = (a: Row, b: Row) => a.k !== undefined && a.k === b.k
    const both = (a: Row, b: Row): Row => ({
      ...a,
      ...Object.fromEntries(Object.entries(b).map(([name, value]) => [`${name}1`, value])),
    })
    const lefts =
      how === 'innerunique'
        ? left.filter((row, at) => row.k !== undefined && left.findIndex(other => other.k === row.k) === at)
        : left
    const pairs = lefts.flatMap(a => right.filter(b => fits(a, b)).map(b => both(a, b)))
    const alone = left.filter(a => !right.some(b => fits(a, b)))
    const rightAlone = right.filter(b => !left.some(a => fits(a, b)))
    switch (how) {
      case 'inner':
      case 'innerunique':
        return pairs
      case 'left':
        return [...pairs, ...alone]
      case 'right':
        return [...pairs, ...rightAlone.map(b => both({}, b))]
      case 'full':
        return [...pairs, ...alone, ...rightAlone.map(b => both({}, b))]
      case 'semi':
        return left.filter(a => !alone.includes(a))
      case 'anti':
        return alone
      case 'rightsemi':
        return right.filter(b => !rightAlone.includes(b))
      case 'rightanti':
        return rightAlone
    }
  }

  it.each(kinds)('%s is what its definition says', async how => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (left, right) => {
        const joined: Stage = {
          kind: 'join',
          how,
          right: from('R'),
          on: [{ left: field('k'), right: field('k'), by: 'equal' }],
          clash: 'suffix',
        }
        expect(sorted(await run(from('L', joined), { L: left, R: right }))).toEqual(sorted(slow(how, left, right)))
      }),
      { ...runs, numRuns: 100 },
    )
  })

  it('a join on two keys asks both', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (left, right) => {
        const joined: Stage = {
          kind: 'join',
          how: 'inner',
          right: from('R'),
          on: [
            { left: field('k'), right: field('k'), by: 'equal', fold: true },
            { left: field('v'), right: field('v'), by: 'equal' },
          ],
          clash: 'suffix',
        }
        const found = await run(from('L', joined), { L: left, R: right })
        const pairs = left.flatMap(a =>
          right
            .filter(
              b =>
                a.k !== undefined &&
                b.k !== undefined &&
                String(a.k).toLowerCase() === String(b.k).toLowerCase() &&
                a.v !== undefined &&
                a.v === b.v,
            )
            .map(b => [a.id, b.id]),
        )
        expect(found.map(row => [row.id, row.id1])).toEqual(pairs)
      }),
      runs,
    )
  })
})

describe('columns', () => {
  it('of a typed table are all known before any row comes', async () => {
    const stages: fc.Arbitrary<Stage> = fc.constantFrom<Stage>(
      where(compare('v', '>', 0)),
      { kind: 'extend', columns: [{ name: 'w', value: literal(1) }] },
      { kind: 'project', mode: 'drop', names: [['id']] },
      { kind: 'rename', names: [{ from: ['v'], to: ['u'] }] },
      aggregate(['k'], measure('n', 'count')),
      {
        kind: 'join',
        how: 'left',
        right: from('T'),
        on: [{ left: field('k'), right: field('k'), by: 'equal' }],
        clash: 'suffix',
      },
      { kind: 'expand', columns: ['k'], index: 'at' },
      { kind: 'window', by: [], order: [], measures: [measure('r', 'window:number')] },
      { kind: 'apply', mode: 'append', body: [aggregate([], measure('n', 'count'))] },
    )
    await fc.assert(
      fc.asyncProperty(rows, fc.array(stages, { maxLength: 5 }), async (table, all) => {
        const of = under('kusto', from('T', ...all))
        const known = await query(of, { T: tableOf(columns, []) })
        const found = await query(of, { T: tableOf(columns, table) })
        expect(found.value!.columns).toEqual(known.value!.columns)
      }),
      runs,
    )
  })
})

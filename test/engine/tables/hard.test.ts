// Large tables in a process of their own, with the memory it took: a million rows joined, grouped, sorted. With TERRIER_LONG set; without it, a tenth of the rows.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Pipeline, Stage } from '../../../src/ir/pipeline.ts'
import { call, extend, field, literal, measure } from './make.ts'

const long = process.env.TERRIER_LONG !== undefined
const million = long ? 1_000_000 : 100_000
const tenth = million / 10
// The whole of a process: the engine, its heap with what is not collected yet, and Node itself.
const mostMegabytes = 512

const range = (to: number, ...stages: readonly Stage[]): Pipeline => ({
  from: { kind: 'range', column: 'x', from: literal(1), to: literal(to), step: literal(1) },
  stages,
  rules: 'kusto',
})
const keyed = (of: number): Stage =>
  extend({ name: 'k', value: call('subtract', field('x'), call('bin', field('x'), literal(of))) })
const text = extend({ name: 'z', value: call('concat', literal('row '), field('x')) })
const count: Stage = { kind: 'aggregate', by: [], measures: [measure('c', 'count')] }
const joined = (right: Pipeline): Stage => ({
  kind: 'join',
  how: 'inner',
  right,
  on: [{ left: field('k'), right: field('k'), by: 'equal' }],
  clash: 'suffix',
})

const cases: readonly (readonly [string, Pipeline, number])[] = [
  // The multiples of `tenth` have the key 0, which the right side (1, 2, …) has not.
  [
    'a large side past a hash of a small one',
    range(million, keyed(tenth), joined(range(tenth, extend({ name: 'k', value: field('x') }), text)), count),
    million - 10,
  ],
  [
    'a small side past a hash of a large one',
    range(
      tenth,
      extend({ name: 'k', value: field('x') }),
      joined(range(million, extend({ name: 'k', value: field('x') }), text)),
      count,
    ),
    tenth,
  ],
  [
    'as many groups as a tenth of the rows',
    range(
      million,
      keyed(tenth),
      {
        kind: 'aggregate',
        by: [{ name: 'k', value: field('k') }],
        measures: [measure('n', 'count'), measure('s', 'sum', 'x'), measure('m', 'max', 'x')],
      },
      count,
    ),
    tenth,
  ],
  [
    'a sort of all rows',
    range(million, text, { kind: 'sort', keys: [{ by: field('z'), descending: false, nulls: 'last' }] }, count),
    million,
  ],
  [
    'measures of groups beside all rows',
    range(
      million,
      keyed(1000),
      { kind: 'window', by: [{ name: 'k', value: field('k') }], order: [], measures: [measure('n', 'count')] },
      count,
    ),
    million,
  ],
]

/** More groups than fit: given up in time, with the memory it took so far. */
const refused: readonly (readonly [string, Pipeline])[] = [
  [
    'a set for each row',
    range(
      million * 3,
      text,
      {
        kind: 'aggregate',
        by: [{ name: 'z', value: field('z') }],
        measures: [measure('v', 'values', 'x'), measure('s', 'sum', 'x')],
      },
      count,
    ),
  ],
]

const program = `
import { query } from ${JSON.stringify(new URL('../../../dist/query.js', import.meta.url).href)}
let text = ''
for await (const bytes of process.stdin) text += bytes
const { value, diagnostics } = await query(JSON.parse(text), {})
console.log(JSON.stringify({ rows: value?.rows, diagnostics, megabytes: process.resourceUsage().maxRSS / 1024 }))
`

const built = existsSync('dist/query.js')
if (!built) console.warn('skipped: large tables (npm run build makes dist/query.js)')

describe.skipIf(!built)(`${million} rows`, () => {
  it.each(cases)('%s', { timeout: 300_000 }, (_, query, expected) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      input: JSON.stringify(query),
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const { rows, diagnostics, megabytes } = JSON.parse(stdout)
    expect({ rows, diagnostics }).toEqual({ rows: [[expected]], diagnostics: [] })
    expect(megabytes).toBeLessThan(mostMegabytes)
  })

  it.skipIf(!long).each(refused)('%s', { timeout: 300_000 }, (_, query) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      input: JSON.stringify(query),
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const { rows, diagnostics, megabytes } = JSON.parse(stdout)
    expect(rows).toBeUndefined()
    expect(diagnostics.map((finding: { readonly code: string }) => finding.code)).toEqual(['ENG150'])
    expect(megabytes).toBeLessThan(mostMegabytes)
  })
})

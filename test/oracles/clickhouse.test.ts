// The ClickHouse text of rules, run in chdb: exactly the engine's hits. `npm run oracles` installs chdb; elsewhere this is skipped aloud.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { engineHits, realEvents, realRules } from './hits.ts'
import { columnsOf, queryOf, rowsOf } from './table.ts'

const folder = fileURLToPath(new URL('../../node_modules/.oracles', import.meta.url))

function installed(): boolean {
  if (!existsSync(folder)) return false
  try {
    execFileSync('python3', ['-c', 'import chdb'], { env: { ...process.env, PYTHONPATH: folder }, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const present = installed()
if (!present) console.warn('SKIPPED: chdb is not installed (npm run oracles does), so no SQL is run in ClickHouse')

function compareAll(rules: readonly Detection[], events: readonly Event[]): { wrong: string[]; run: number; hits: number } {
  const columns = columnsOf(events, rules, true)
  const expected = engineHits(rules, events)
  const asked = rules.flatMap((rule, index) => {
    const sql = queryOf(rule, 'clickhouse')
    return sql === undefined ? [] : [{ rule, sql, hits: expected[index]! }]
  })
  const queries = asked.map(({ sql }) => `${sql.replace(/^SELECT \*/, 'SELECT _row')} ORDER BY _row`)
  const run = spawnSync('python3', [fileURLToPath(new URL('clickhouse.py', import.meta.url))], {
    env: { ...process.env, PYTHONPATH: folder },
    input: JSON.stringify({ columns, rows: rowsOf(events, columns), queries }),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  const answers = run.stdout.split('\n').filter(line => line !== '')
  expect(answers.length, run.stderr).toBe(asked.length)
  const wrong: string[] = []
  let hits = 0
  for (const [index, { rule, sql, hits: wanted }] of asked.entries()) {
    const answer = JSON.parse(answers[index]!) as [string][] | { error: string }
    const told = `${rule.title} (${rule.written.document.name})`
    if (!Array.isArray(answer)) {
      wrong.push(`${told}: ${answer.error}\n${sql.slice(0, 2000)}`)
      continue
    }
    const found = answer.map(([row]) => Number(row))
    hits += found.length
    if (found.join() !== [...wanted].sort((a, b) => a - b).join())
      wrong.push(`${told}: ${found.join(' ')}, not ${[...wanted].join(' ')}`)
  }
  return { wrong, run: asked.length, hits }
}

describe.skipIf(!present)('rules run in ClickHouse (needs chdb)', () => {
  it('find what the engine finds in events of our own', { timeout: 120_000 }, () => {
    const values = [
      'plink',
      'PLINK',
      'C:\\plink.exe',
      'xplink.exe',
      'a%b',
      'a_b',
      "it's",
      'a\nb',
      'É',
      'é',
      '',
      '12',
      '0x10',
      '1e3',
      '10.1.2.3',
      '::ffff:10.1.2.3',
      'fe80::1',
      '-',
      '\u0000x',
      '{{x}}',
      '--',
      '/*',
    ]
    const events = values.flatMap((value): Event[] => [
      { fields: { Channel: 'System', EventID: 1, F: value } },
      { fields: { Channel: 'System', EventID: 2, G: value, F: 'plink' } },
    ])
    const tests = [
      'F: plink',
      'F|cased: plink',
      "F|endswith: '\\plink.exe'",
      'F|contains: [a%b, a_b]',
      "F: 'a?b'",
      "F: 'a*b'",
      'F: É',
      'F: 12',
      "F: ''",
      'F|gt: 11',
      'F|lte: 16',
      'F|cidr: 10.0.0.0/8',
      'F|cidr: fe80::/10',
      "F|re: 'a.b'",
      "F|re|s: 'a.b'",
      "F|re|i: 'PLINK\\.'",
      'F|contains: "\\0X"',
      'F: null',
      'F|exists: false',
      'F|fieldref: G',
      'F|fieldref|contains: G',
      'F|contains: ["it\'s", "{{", "--", "/*"]',
    ]
    const { value } = readRules([
      {
        name: 'rules.yml',
        text: [
          ...tests.flatMap(test =>
            [`s: {}\n    ${test}\n  condition: s`, `s: {}\n    ${test}\n  condition: not s`].map(text =>
              text.replace('s: {}\n', 's:\n'),
            ),
          ),
          's: [plink]\n  condition: s',
          's: ["p*k"]\n  condition: not s',
        ]
          .map((text, index) => `title: rule ${index}\nlogsource: {product: windows, service: system}\ndetection:\n  ${text}`)
          .join('\n---\n'),
      },
    ])
    const { wrong, run, hits } = compareAll(value!, events)
    expect(wrong).toEqual([])
    expect(run).toBe(tests.length * 2 + 2)
    expect(hits).toBeGreaterThan(200)
  })

  it.skipIf(!dataPresent)(
    'find what the engine finds in real Windows logs, 300 rules (needs ../shared/data)',
    { timeout: 600_000 },
    async () => {
      const rules = await realRules()
      const step = Math.floor(rules.length / 300)
      const { wrong, run, hits } = compareAll(
        rules.filter((_, index) => index % step === 0),
        await realEvents(),
      )
      console.log(`ClickHouse: ${run} rules, ${hits} hits`)
      expect(wrong).toEqual([])
      expect(run).toBeGreaterThan(290)
    },
  )
})

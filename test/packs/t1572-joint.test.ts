// Conditions of a correlation asked of one window: the cases in which "each at some time" answers otherwise.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { test } from '../../src/trial.ts'

const folder = new URL('../../packs/t1572/rules/', import.meta.url)
const read = readRules(readdirSync(folder).map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') })))
const rule = read.value!.find(detection => detection.name === 'tun_013_dns_traffic')!

const query = (second: number, name: string, type = 'A'): Event => ({
  time: Date.UTC(2026, 2, 11, 9) + second * 1000,
  fields: { Computer: 'WS7', QueryName: `${name}.example.org`, QueryType: type },
})
const long = (length: number, index: number): string => String(index).padStart(length, 'a')
const many = (count: number, make: (index: number) => Event): Event[] => Array.from({ length: count }, (_, index) => make(index))

describe('a DNS window is asked as a whole', () => {
  it.each([
    ['one long name, then many short ones', 'silence', [query(0, long(40, 0)), ...many(150, i => query(1 + i, long(10, i)))]],
    [
      'long names slowly, then fast',
      'alert',
      [...many(120, i => query(i * 30, long(40, i))), ...many(120, i => query(3600 + i, long(40, 1000 + i)))],
    ],
    [
      'mail checks all the time, then a tunnel',
      'alert',
      [...many(900, i => query(i * 6, `s${i % 8}.k`, 'TXT')), ...many(60, i => query(5400 + i * 2, long(24, i), 'TXT'))],
    ],
  ] as const)('%s', async (name, expected, events) => {
    expect(await test({ ...rule, tests: [{ name, expect: expected, events }] })).toMatchObject([{ outcome: 'passed' }])
  })

  it('is not for conditions over other windows', () => {
    const count = (name: string, timespan: string): string =>
      `title: ${name}\nname: ${name}\ncorrelation:\n  type: event_count\n  rules: [base]\n  group-by: [Computer]\n  timespan: ${timespan}\n  condition: { gte: 2 }\n`
    const text = [
      'title: base\nname: base\nlogsource: { category: dns_query }\ndetection:\n  s: { QueryName: x }\n  condition: s\n',
      count('a', '5m'),
      count('b', '10m'),
      'title: both\njoint: true\ncorrelation:\n  type: temporal\n  rules: [a, b]\n  group-by: [Computer]\n  timespan: 10m\n  condition: a and b\n',
    ].join('---\n')
    expect(readRules([{ name: 'x', text }]).diagnostics.map(finding => finding.code)).toEqual(['LNK205'])
  })
})

// Questions about several events: what the specification of correlations says to be another question is told apart by a stream, what it says to be the same is not; and nothing is called equal but by form.

import { describe, expect, it } from 'vitest'
import { compare } from '../../src/compare.ts'
import { convert } from '../../src/convert.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { prove, replay } from '../../src/prove.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

const base = (name: string, test: string): string =>
  `title: ${name}\nname: ${name}\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n  selection:\n    ${test}\n  condition: selection\n`
const bases = [
  base('forward', "CommandLine|contains: ' -R '"),
  base('plink', "Image|endswith: '\\plink.exe'"),
  base('netsh', "Image|endswith: '\\netsh.exe'"),
]
const read = (correlation: string, rules: readonly string[] = bases): Detection => {
  const text = [
    ...rules,
    `title: many\ncorrelation:\n${correlation
      .split('\n')
      .map(line => `  ${line}\n`)
      .join('')}`,
  ].join('---\n')
  const { value, diagnostics } = readRules([{ name: 'many.yml', text }])
  const found = value?.find(one => one.title === 'many')
  if (found === undefined) throw new Error(JSON.stringify(diagnostics))
  return found
}
const count = (condition: string, more = 'group-by: [Computer]', span = '5m'): string =>
  `type: event_count\nrules: forward\n${more}\ntimespan: ${span}\ncondition:\n  ${condition}`
const measured = (type: string, condition: string, field = 'User'): string =>
  `type: ${type}\nrules: forward\ngroup-by: [Computer]\ntimespan: 5m\ncondition:\n  ${condition}\n  field: ${field}`
const order = (type: string, rules: string, span = '5m', by = 'Computer'): string =>
  `type: ${type}\nrules: [${rules}]\ngroup-by: [${by}]\ntimespan: ${span}`

describe('questions that are others', () => {
  const pairs: Readonly<Record<string, readonly [string, string]>> = {
    'a threshold one higher': [count('gte: 5'), count('gte: 6')],
    'at least, and more than': [count('gte: 5'), count('gt: 5')],
    'a window one second longer': [count('gte: 3'), count('gte: 3', undefined, '301s')],
    'a window of days': [count('gte: 3', undefined, '1d'), count('gte: 3', undefined, '2d')],
    'another key': [count('gte: 3'), count('gte: 3', 'group-by: [User]')],
    'a key more': [count('gte: 3'), count('gte: 3', 'group-by: [Computer, User]')],
    'no key': [count('gte: 3'), count('gte: 3', '')],
    'events, and their values': [count('gte: 3'), measured('value_count', 'gte: 3')],
    'values of another field': [measured('value_count', 'gte: 3'), measured('value_count', 'gte: 3', 'Image')],
    'a sum one higher': [measured('value_sum', 'gte: 100', 'Size'), measured('value_sum', 'gte: 101', 'Size')],
    'a sum, and a mean': [measured('value_sum', 'gte: 100', 'Size'), measured('value_avg', 'gte: 100', 'Size')],
    'any order, and the one written': [order('temporal', 'forward, plink'), order('temporal_ordered', 'forward, plink')],
    'the other order': [order('temporal_ordered', 'forward, plink'), order('temporal_ordered', 'plink, forward')],
    'a rule more': [order('temporal', 'forward, plink'), order('temporal', 'forward, plink, netsh')],
    'another rule': [order('temporal_ordered', 'forward, plink'), order('temporal_ordered', 'forward, netsh')],
    'a longer sequence of time': [order('temporal_ordered', 'forward, plink'), order('temporal_ordered', 'forward, plink', '6m')],
    'a sequence by another key': [order('temporal', 'forward, plink'), order('temporal', 'forward, plink', '5m', 'User')],
  }
  for (const [name, [a, b]] of Object.entries(pairs))
    it(name, () => {
      const found = compare(read(a), read(b))
      expect(found.relation, found.why).toBe('differs')
      expect((found.streams?.onlyA ?? found.streams?.onlyB)?.length).toBeGreaterThan(0)
    })

  it('are shown by the smallest stream, of which each side is asked', () => {
    const found = compare(read(count('gte: 5')), read(count('gte: 4')))
    expect(found.streams?.onlyA).toBeUndefined()
    expect(found.streams?.onlyB).toHaveLength(4)
    const apart = compare(read(count('gte: 2')), read(count('gte: 2', undefined, '6m')))
    expect(apart.streams?.onlyB).toHaveLength(2)
    const [first, second] = apart.streams!.onlyB!
    expect(second!.time! - first!.time!).toBeGreaterThan(300_000)
    expect(second!.time! - first!.time!).toBeLessThanOrEqual(360_000)
  })

  it('also where only what is counted is another', () => {
    const wider = [base('forward', "CommandLine|contains: '-R'"), ...bases.slice(1)]
    const found = compare(read(count('gte: 3')), read(count('gte: 3'), wider))
    expect(found.relation).toBe('differs')
    expect(found.streams?.onlyA).toBeUndefined()
    for (const { fields } of found.streams!.onlyB!) expect(fields.CommandLine).toMatch(/-r/i)
    // A question about one event is another than that it happens twice.
    expect(compare(readRules([{ name: 'one.yml', text: bases[0]! }]).value![0]!, read(count('gte: 2'))).relation).toBe('differs')
  })
})

describe('questions that are the same', () => {
  it('are equal when they have one form', () => {
    for (const [a, b] of [
      [read(count('gte: 5')), read(count('gte: 5', undefined, '300s'))],
      [
        read(count('gte: 3')),
        read(count('gte: 3'), [base('forward', "CommandLine|contains:\n      - ' -R '\n      - ' -R ' "), ...bases.slice(1)]),
      ],
    ] as const)
      expect(compare(a, b).relation).toBe('equal')
  })

  it('are never more than agreed on otherwise', () => {
    for (const [a, b] of [
      [count('gte: 5'), count('gt: 4')],
      [count('gte: 1'), count('gt: 0')],
      // Who reaches three passes three: events of one time are counted one after the other.
      [count('gte: 3'), count('eq: 3')],
      [measured('value_count', 'gte: 3'), measured('value_count', 'gt: 2')],
    ] as const) {
      const found = compare(read(a), read(b))
      expect(found.relation, JSON.stringify(found.streams)).toBe('agrees')
      expect(found.streams!.tried).toBeGreaterThan(100)
      expect(found.streams!.both!.length).toBeGreaterThan(0)
    }
  })

  it('give the same streams and the same answer each time', () => {
    const once = (): unknown => compare(read(count('gte: 5')), read(count('gte: 6')))
    expect(once()).toEqual(once())
  })
})

describe('bounds', () => {
  it('are named: rules that stand on very many queries are undecided', () => {
    const many = Array.from({ length: 60 }, (_, at) => base(`rule${at}`, `Image|endswith: '\\tool${at}.exe'`))
    const names = many.map((_, at) => `rule${at}`).join(', ')
    const found = compare(read(order('temporal', names), many), read(order('temporal', names, '6m'), many))
    expect(found).toMatchObject({
      relation: 'undecided',
      why: 'the two stand on 120 queries, and at most 96 are put before streams',
    })
  })
})

describe('queries of targets', () => {
  const rule = read(count('gte: 2', 'group-by: [Computer]', '10m'))
  const told = (id: string, edit: (query: string) => string = query => query) => {
    const target = targetOf(id)!
    const { value } = convert(rule, target, { document: 'none' })
    if (value === undefined) throw new Error(`${id} refuses the rule`)
    const text = edit(value.printed.text)
    if (text === value.printed.text) return { target, proof: prove(rule, target) }
    return { target, proof: prove(rule, target, { query: { name: 'edited', text } }) }
  }

  it('with sliding windows agree', () => {
    for (const id of ['defender', 'sentinel-asim', 'sentinel-security', 'splunk', 'splunk-security', 'elastic-eql', 'logpoint']) {
      const { proof } = told(id)
      expect(proof.verdict, `${id}: ${JSON.stringify(proof)}`).toBe('agrees')
      if (proof.verdict === 'agrees') expect(proof.streams).toBeGreaterThan(100)
    }
  })

  it('with fixed buckets of time differ, by events that are near in time and in two buckets', () => {
    for (const id of ['elastic-esql', 'sumo']) {
      const { target, proof } = told(id)
      if (proof.verdict !== 'differs') throw new Error(`${id}: ${proof.verdict}`)
      const { events, original, translated } = proof.counterexample
      expect([original, translated]).toEqual([true, false])
      expect(events).toHaveLength(2)
      const [first, second] = events.map(event => event.time!)
      expect(second! - first!).toBeLessThanOrEqual(600_000)
      expect(Math.floor(first! / 600_000)).not.toBe(Math.floor(second! / 600_000))
      expect(replay(rule, target, events)).toEqual({ original: true, translated: false })
    }
  })

  const edits: readonly (readonly [string, string, string])[] = [
    ['splunk', 'event_count>=2', 'event_count>=3'],
    ['splunk', 'event_count>=2', 'event_count>2'],
    ['splunk', 'time_window=10m count as event_count by', 'time_window=9m count as event_count by'],
    ['splunk', 'by Computer', 'by User'],
    ['splunk', 'CommandLine="* -R *"', 'CommandLine="*-R*"'],
    ['defender', 'Timestamp - prev(Timestamp, 1) <= 10m', 'Timestamp - prev(Timestamp, 1) <= 11m'],
    ['defender', 'prev(DeviceName, 1) == DeviceName', 'prev(DeviceName, 2) == DeviceName'],
    ['defender', 'contains', 'contains_cs'],
    ['elastic-eql', 'with runs=2', 'with runs=3'],
    ['elastic-eql', 'maxspan=10m', 'maxspan=1m'],
    ['logpoint', 'within 10 minutes', 'within 20 minutes'],
  ]
  for (const [id, old, now] of edits)
    it(`of ${id} with "${now}" for "${old}" differ`, () => {
      const { proof } = told(id, query => {
        const column = query.includes(old) ? old : old.replaceAll('DeviceName', 'Computer')
        if (!query.includes(column)) throw new Error(`the query has no "${old}": ${query}`)
        return query.replaceAll(column, column === old ? now : now.replaceAll('DeviceName', 'Computer'))
      })
      expect(proof.verdict, JSON.stringify(proof)).toBe('differs')
    })
})

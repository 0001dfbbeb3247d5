// Sequences of EQL in which events must be missing, over documents, as Elastic's manual has them ("Missing events", https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax).

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import type { Event } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { targets } from '../../src/targets.ts'

/** `b12:jane` is a document with the tag "b" 12 seconds after the beginning, of the user jane. */
function document(text: string): Event {
  const [, tag, second, user] = /^([a-z]+)([\d.]+)(?::(\w+))?$/.exec(text)!
  const time = new Date(Date.UTC(2026, 2, 2) + Number(second) * 1000).toISOString()
  const fields = {
    '@timestamp': time,
    event: { kind: 'event', category: ['process'], type: ['start'], module: 'endpoint' },
    agent: { type: 'endpoint' },
    tag: [...tag!],
    ...(user === undefined ? {} : { user: { name: user } }),
  }
  return { fields }
}

/** What a sequence finds: each match as the documents that are there. `[a]` and `![b]` stand for conditions on the tag. */
function found(query: string, log: string): readonly string[] {
  const text = query.replace(/\[(\w)\]/g, '[any where tag == "$1"]')
  const { value, diagnostics } = readRules([{ name: 'q.eql', text }])
  expect(diagnostics).toEqual([])
  const program = compile(
    value!,
    schemas.filter(schema => schema.optIn !== true),
  ).value!
  expect(program.skipped.map(one => one.diagnostic.message)).toEqual([])
  const names = log.split(' ')
  const events = names.map(document)
  const run = program.start()
  const alerts = [...run.push({ schema: '', length: events.length, at: index => events[index]! }), ...run.finish()]
  return alerts
    .map(alert => alert.events.map(event => names[events.findIndex(one => one.fields === event.fields)]).join(' '))
    .sort()
}

describe('an event that must be missing', () => {
  it.each([
    ['in the middle: not between its neighbours', 'sequence with maxspan=10s [a] ![m] [b]', 'a0 b5', ['a0 b5']],
    ['found there', 'sequence with maxspan=10s [a] ![m] [b]', 'a0 m3 b5', []],
    ['found before and behind', 'sequence with maxspan=10s [a] ![m] [b]', 'm0 a1 b5 m6', ['a1 b5']],
    ['a later beginning behind it', 'sequence with maxspan=10s [a] ![m] [b]', 'a0 m1 a2 b5', ['a2 b5']],
    ['out of time', 'sequence with maxspan=10s [a] ![m] [b]', 'a0 b11', []],
    ['a logon without a logoff within five seconds', 'sequence with maxspan=5s [a] ![m]', 'a0 m3 a20 m26', ['a20']],
    ['at the end: the edge belongs to the time', 'sequence with maxspan=5s [a] ![m]', 'a0 m5', []],
    ['at the end: just behind the time', 'sequence with maxspan=5s [a] ![m]', 'a0 m5.001', ['a0']],
    ['at the end: the log ends before the time does', 'sequence with maxspan=5s [a] ![m]', 'a0 b1', ['a0']],
    ['at the end: the time begins with the first', 'sequence with maxspan=5s [a] [b] ![m]', 'a0 b4 m6 a20 b21 m24', ['a0 b4']],
    ['at the beginning', 'sequence with maxspan=5s ![m] [a]', 'm0 a3 a9', ['a9']],
    ['at the beginning: the edge belongs to the time', 'sequence with maxspan=5s ![m] [a]', 'm0 a5 a5.001', ['a5.001']],
    ['at the beginning: the time ends with the last', 'sequence with maxspan=5s ![m] [a] [b]', 'm0 a4 b6 m20 a21 b24', ['a4 b6']],
    ['at the beginning: behind the first it may be', 'sequence with maxspan=5s ![m] [a] [b]', 'a0 m1 b2', ['a0 b2']],
    ['at both ends', 'sequence with maxspan=5s ![m] [a] ![m]', 'a0 m9 a12 a20 m23 a40', ['a0', 'a40']],
    ['several', 'sequence with maxspan=9s [a] ![m] [b] ![n] [c]', 'a0 n1 b2 m3 c4 a20 m21 b22 c23 a40 b41 n42 c43', ['a0 b2 c4']],
    ['two missing side by side', 'sequence with maxspan=9s [a] ![m] ![n] [b]', 'a0 m1 b2 a20 n21 b22 a40 b41', ['a40 b41']],
    ['at one time: order of arrival', 'sequence with maxspan=9s [a] ![m] [b]', 'a0 m5 b5 a20 b25 m25', ['a20 b25']],
    ['an event that is there is not between itself', 'sequence with maxspan=9s [a] ![m] [b]', 'am0 bm5', ['am0 bm5']],
    ['by key', 'sequence by user.name with maxspan=9s [a] ![m] [b]', 'a0:x a1:y m2:x b3:x b4:y', ['a1:y b4:y']],
    ['an event without the key is of no key', 'sequence by user.name with maxspan=9s [a] ![m]', 'a0:x m1 a20', ['a0:x']],
    [
      'by a key of each step',
      'sequence with maxspan=9s [a] by user.name ![m] by user.name [b] by user.name',
      'a0:x m1:y b2:x',
      ['a0:x b2:x'],
    ],
    [
      'with runs: between the last of them and the next',
      'sequence with maxspan=9s [a] with runs=2 ![m] [b]',
      'a0 m1 a2 b3 a20 a21 m22 b23',
      ['a0 a2 b3'],
    ],
    [
      'until ends what has begun and not what is complete',
      'sequence with maxspan=9s [a] [b] ![m] until [u]',
      'a0 u1 b2 a20 b21 u22',
      ['a20 b21'],
    ],
    [
      'an event may complete one match and begin the next (Elasticsearch)',
      'sequence with maxspan=9s [a] ![m] [a]',
      'a0 a1 m2 a3 a4',
      ['a0 a1', 'a3 a4'],
    ],
    ['a pipe takes matches in order', 'sequence with maxspan=5s [a] ![m] | head 1', 'a0 a20', ['a0']],
  ] as const)('%s', (_, query, log, matches) => {
    expect(found(query, log)).toEqual([...matches])
  })

  it('needs a greatest length and one that is there', () => {
    for (const text of ['sequence [a where true] ![b where true]', 'sequence with maxspan=5m ![a where true] ![b where true]'])
      expect(readRules([{ name: 'q.eql', text }]).diagnostics.map(finding => finding.code)).toEqual(['EQL006'])
  })

  it('is written in EQL, and refused where it cannot be said', () => {
    const text = `sequence by user.name with maxspan=5m
  [process where process.name == "a.exe"]
  ![process where process.name == "b.exe"]
  [process where process.name == "c.exe"] with runs=2
until [process where process.name == "d.exe"]`
    const rule = readRules([{ name: 'q.eql', text }]).value![0]!
    for (const target of targets) {
      const { value, diagnostics } = convert(rule, target, { document: 'none' })
      if (value !== undefined) expect([target.language, value.printed.text]).toEqual(['eql', text])
      else expect([target.id, diagnostics.some(finding => finding.severity === 'error')]).toEqual([target.id, true])
    }
    expect(convert(rule, targets.find(target => target.id === 'elastic-eql')!, { document: 'none' }).value).toBeDefined()
  })
})

// What is asked of events before they are rows of a table changes no answer.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event, Value } from '../../../src/ir/event.ts'
import { any } from '../../../src/ir/glob.ts'
import type { Predicate } from '../../../src/ir/predicate.ts'
import { query, tableOf } from '../../../src/query.ts'
import { field, from, literal, not, project, test, under, where } from './make.ts'
import { hunted, usual } from './shapes.ts'

describe('questions asked of events early', () => {
  const events = readFileSync('test/events/process.jsonl', 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map((line): Event => {
      const fields = JSON.parse(line) as Record<string, Value>
      return { fields: { Channel: 'Microsoft-Windows-Sysmon/Operational', Provider_Name: 'Microsoft-Windows-Sysmon', ...fields } }
    })
  const batches = async function* () {
    yield { schema: '', length: events.length, at: (index: number) => events[index]! }
  }
  const whole = query(under('kusto', from('DeviceProcessEvents')), {}, { events: { batches: batches(), schemas: usual } })
  const columns = [
    'FileName',
    'FolderPath',
    'ProcessCommandLine',
    'AccountName',
    'InitiatingProcessFileName',
    'SHA256',
    'ActionType',
    'DeviceName',
    'NoSuchColumn',
  ]
  const words = ['plink', 'plink.exe', '-R', 'cmd', 'ProcessCreated', 'C:\\Tools\\', '', 'ssh', 'amina', 'LAB']
  const tested = fc
    .record({
      name: fc.constantFrom(...columns),
      word: fc.constantFrom(...words),
      fold: fc.boolean(),
      how: fc.constantFrom('is', 'starts', 'ends', 'contains', 'has', 'regex', 'empty', 'text'),
    })
    .map(({ name, word, fold, how }): Predicate => {
      const subject = field(name, 'string')
      switch (how) {
        case 'is':
          return test(subject, { kind: 'glob', glob: [word], fold })
        case 'starts':
          return test(subject, { kind: 'glob', glob: [word, any], fold })
        case 'ends':
          return test(subject, { kind: 'glob', glob: [any, word], fold })
        case 'contains':
          return test(subject, { kind: 'glob', glob: [any, word, any], fold })
        case 'has':
          return test(subject, { kind: 'word', text: literal(word), side: 'whole', fold, words: 'kusto' })
        case 'regex':
          return test(subject, { kind: 'regex', pattern: 'p[a-z]+k|^$', fold, whole: false })
        case 'empty':
          return test(subject, { kind: 'empty' })
        case 'text':
          return test(subject, { kind: 'text', how: 'anywhere', to: literal(word), fold })
        default:
          return test(subject, { kind: 'exists' })
      }
    })
  const question: fc.Arbitrary<Predicate> = fc.letrec<{ of: Predicate }>(tie => ({
    of: fc.oneof(
      { depthSize: 'small' },
      tested,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        args: fc.array(tie('of'), { minLength: 1, maxLength: 3 }),
      }),
      tie('of').map(not),
    ),
  })).of

  it('change no answer: the hunt returns the rows of the whole table for which the question is true', async () => {
    const { columns: all, rows } = (await whole).value!
    expect(rows.length).toBe(events.length)
    const table = rows.map(row =>
      Object.fromEntries(row.flatMap((value, at) => (value === null || value === '' ? [] : [[all[at]!.name, value]]))),
    )
    const shown = project('keep', 'Timestamp', 'FolderPath', 'ProcessCommandLine')
    await fc.assert(
      fc.asyncProperty(question, async asked => {
        const early = hunted(under('kusto', from('DeviceProcessEvents', where(asked), shown)), events)
        const late = await query(under('kusto', from('T', where(asked), shown)), { T: tableOf(all, table) })
        expect(early.rows.map(row => row.ProcessCommandLine ?? '')).toEqual(late.value!.rows.map(row => row[2]))
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})

// EQL as it is read: sequences and pipes, the queries of the data pack, and texts that are no query at all.

import { describe, expect, it } from 'vitest'
import { dumpPipeline } from '../../src/ir/dump.ts'
import { eql } from '../../src/languages/eql/index.ts'

const read = (text: string) => eql.parse({ name: 'query.eql', text })

describe('sequences', () => {
  it('keys, span, runs, missing events and the end are kept', () => {
    const { value, diagnostics } = read(
      `sequence by host.id, ?user.id with maxspan=5m
         [process where process.name == "a"] by process.entity_id with runs=3
         ![file where true] by process.entity_id
         [network where destination.port == 443] by process.parent.entity_id
       until [process where event.type == "end"] by process.entity_id`,
    )
    expect(diagnostics).toEqual([])
    const from = value?.from
    if (from?.kind !== 'sequence') throw new Error('no sequence')
    expect(from.ordered).toBe(true)
    expect(from.within).toBe(300_000)
    expect(from.steps.map(step => [step.times, step.absent])).toEqual([
      [3, undefined],
      [undefined, true],
      [undefined, undefined],
    ])
    expect(from.steps[0]!.by.map(by => [by.value.kind === 'field' && by.value.name, by.optional])).toEqual([
      ['host.id', undefined],
      ['user.id', true],
      ['process.entity_id', undefined],
    ])
    expect(from.until?.by).toHaveLength(3)
  })

  it('a sample has no order and no span', () => {
    const { value } = read('sample by host.id [process where true] [network where true]')
    expect(value?.from.kind === 'sequence' && [value.from.ordered, value.from.within]).toEqual([false, undefined])
  })

  it('pipes', () => {
    const { value } = read('any where true | head 3 | tail')
    expect(value?.stages.map(stage => stage.kind)).toEqual(['limit', 'special'])
  })

  it.each([
    ['sequence [a where true]', 'EQL006'],
    ['sequence by x ![a where true] [b where true]', 'EQL006'],
    ['sequence with maxspan=5 [a where true] [b where true]', 'EQL001'],
    ['sequence [a where true] with runs=101', 'EQL001'],
    ['any where true | count', 'EQL005'],
    ['any where a[0] == 1', 'EQL005'],
    ['any where length(a, b) > 1', 'EQL003'],
    ['any where x == "a', 'EQL001'],
    ['any where x AND y', 'EQL001'],
    ['any where "x"', 'EQL008'],
    ['any where length(x)', 'EQL008'],
    ['', 'EQL001'],
  ])('%s is told as %s', (text, code) => {
    const { value, diagnostics } = read(text)
    expect(value).toBeUndefined()
    expect(diagnostics.map(finding => finding.code)).toContain(code)
    for (const { span } of diagnostics)
      expect(span === undefined || (span.start <= span.end && span.end <= text.length)).toBe(true)
  })

  it('a missing field under a negation is an assumption that can be changed', () => {
    const text = 'any where not user == "bob"'
    expect(read(text).assumed).toEqual(['eql.negationOfMissing=matched'])
    const strict = eql.parse({ name: 'q', text }, { assume: { 'eql.negationOfMissing': 'unmatched' } })
    expect(dumpPipeline(strict.value!)).not.toBe(dumpPipeline(read(text).value!))
  })
})

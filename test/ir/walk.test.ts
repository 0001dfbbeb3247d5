import { describe, expect, it } from 'vitest'
import { contains, literal } from '../../src/ir/glob.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { Predicate, Scalar } from '../../src/ir/predicate.ts'
import { fieldsUsed, opaqueParts, rewrite, skip, visit } from '../../src/ir/walk.ts'

const field = (name: string): Scalar => ({ kind: 'field', name })
const has = (name: string, text = 'x'): Predicate => ({
  kind: 'test',
  subject: field(name),
  match: { kind: 'glob', glob: contains(text), fold: true },
})

const lookup: Pipeline = { from: { kind: 'table', name: 'Known' }, stages: [{ kind: 'filter', where: has('L') }] }

const query: Pipeline = {
  from: {
    kind: 'sequence',
    ordered: true,
    match: 'first',
    steps: [
      {
        of: { from: { kind: 'class', class: {} }, stages: [{ kind: 'filter', where: has('A') }] },
        by: [{ value: field('K') }],
        until: has('U'),
      },
      { of: { from: { kind: 'union', of: [lookup], source: 'rule' }, stages: [] }, by: [{ value: field('K') }] },
    ],
    until: { of: { from: { kind: 'class', class: {} }, stages: [{ kind: 'filter', where: has('V') }] }, by: [] },
  },
  stages: [
    { kind: 'filter', where: { kind: 'and', args: [has('B'), { kind: 'not', arg: { kind: 'opaque', text: 'near' } }] } },
    {
      kind: 'extend',
      columns: [
        {
          name: 'made',
          value: {
            kind: 'case',
            branches: [{ when: has('C'), then: { kind: 'call', fn: 'lower', args: [field('D')] } }],
            otherwise: { kind: 'single', of: lookup },
          },
        },
      ],
    },
    { kind: 'filter', where: { kind: 'test', subject: field('made'), match: { kind: 'compare', op: '=', to: field('E') } } },
    {
      kind: 'filter',
      where: { kind: 'test', subject: field('F'), match: { kind: 'text', how: 'start', to: field('G'), fold: true } },
    },
    {
      kind: 'filter',
      where: {
        kind: 'test',
        subject: field('W'),
        match: { kind: 'word', text: field('X'), side: 'whole', fold: true, words: 'kusto' },
      },
    },
    {
      kind: 'filter',
      where: { kind: 'test', subject: field('H'), match: { kind: 'among', rows: lookup, column: 'c', fold: true } },
    },
    { kind: 'rename', names: [{ from: literal('H'), to: literal('renamed') }] },
    {
      kind: 'window',
      by: [{ name: 'I', value: field('I') }],
      order: [{ by: field('J'), descending: false, nulls: 'last' }],
      measures: [{ name: 'n', fn: 'count', where: has('M') }],
    },
    { kind: 'join', how: 'inner', right: lookup, on: [{ left: field('N'), right: field('R'), by: 'equal' }], clash: 'left' },
    { kind: 'limit', count: 3, by: [{ name: 'O', value: field('O') }] },
    { kind: 'apply', mode: 'each', body: [{ kind: 'filter', where: has('P') }] },
    { kind: 'special', name: 'splunk:transaction', args: { by: field('Q'), rows: lookup, maxspan: 5, words: ['a'] } },
    {
      kind: 'aggregate',
      by: [{ name: 'S', value: field('S') }],
      measures: [{ name: 'sum', fn: 'sum', of: field('T') }],
      having: has('sum'),
    },
    { kind: 'sort', keys: [{ by: field('sum'), descending: true, nulls: 'last' }] },
    { kind: 'opaque', text: '| unheard of' },
  ],
}

describe('visit', () => {
  it('meets every part once, in the order of the text', () => {
    const names: string[] = []
    const kinds = { pipeline: 0, from: 0, stage: 0, predicate: 0 }
    visit(query, {
      scalar: node => {
        if (node.kind === 'field') names.push(node.name)
      },
      pipeline: () => kinds.pipeline++,
      from: () => kinds.from++,
      stage: () => kinds.stage++,
      predicate: () => kinds.predicate++,
    })
    expect(names.join(' ')).toBe('A K U L K V B C D L made E F G W X H L I J M L N R O P Q L S T sum sum')
    expect(kinds.pipeline).toBe(9)
    expect(kinds.from).toBe(9)
  })
  it('stays out where it is told to', () => {
    let stages = 0
    visit(query, { pipeline: node => (node === query ? undefined : skip), stage: () => stages++ })
    expect(stages).toBe(query.stages.length + 1)
  })
})

describe('rewrite', () => {
  it('shares what does not change', () => {
    expect(rewrite(query, {})).toBe(query)
    expect(rewrite(query, { scalar: node => node, predicate: node => node })).toBe(query)
    const changed = rewrite(query, { scalar: node => (node.kind === 'field' && node.name === 'B' ? field('b') : node) })
    expect(changed).not.toBe(query)
    expect(changed.from).toBe(query.from)
    expect(changed.stages[1]).toBe(query.stages[1])
    expect(changed.stages[0]).toEqual({
      kind: 'filter',
      where: { kind: 'and', args: [has('b'), { kind: 'not', arg: { kind: 'opaque', text: 'near' } }] },
    })
  })
  it('reaches every field', () => {
    const changed = rewrite(query, { scalar: node => (node.kind === 'field' ? field(`${node.name}!`) : node) })
    const names: string[] = []
    visit(changed, {
      scalar: node => {
        if (node.kind === 'field') names.push(node.name)
      },
    })
    expect(names).toHaveLength(32)
    expect(names.every(name => name.endsWith('!'))).toBe(true)
  })
  it('goes from the inside out', () => {
    const order: string[] = []
    rewrite({ kind: 'not', arg: { kind: 'and', args: [has('a'), has('b')] } } satisfies Predicate as Predicate, {
      predicate: node => {
        order.push(node.kind)
        return node
      },
    })
    expect(order).toEqual(['test', 'test', 'and', 'not'])
  })
})

describe('fieldsUsed', () => {
  it('names what a query reads from its events, not what it makes', () => {
    expect([...fieldsUsed(query)].sort().join(' ')).toBe('A B C D E F G H I J K L M N O P Q R S T U V W X')
  })
  it('leaves out the rows that a question looks up', () => {
    expect([
      ...fieldsUsed({ kind: 'test', subject: field('H'), match: { kind: 'among', rows: lookup, column: 'c', fold: true } }),
    ]).toEqual(['H'])
    expect([...fieldsUsed(field('a'))]).toEqual(['a'])
  })
})

it('opaqueParts finds what was not understood', () => {
  expect(opaqueParts(query).map(part => part.text)).toEqual(['near', '| unheard of'])
})

it('trees may be deeper than any stack', () => {
  let deep: Predicate = has('a')
  for (let depth = 0; depth < 200_000; depth++)
    deep = depth % 2 === 0 ? { kind: 'not', arg: deep } : { kind: 'and', args: [deep] }
  expect([...fieldsUsed(deep)]).toEqual(['a'])
  expect(rewrite(deep, {}) === deep).toBe(true)
  let value: Scalar = field('a')
  for (let depth = 0; depth < 100_000; depth++) value = { kind: 'call', fn: 'lower', args: [value] }
  const changed = rewrite(value, { scalar: node => (node.kind === 'field' ? field('b') : node) })
  expect([...fieldsUsed(changed)]).toEqual(['b'])
})

import { describe, expect, it } from 'vitest'
import { dumpPipeline, dumpPredicate, dumpScalar } from '../../src/ir/dump.ts'
import { any, contains, literal, one } from '../../src/ir/glob.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { Predicate, Scalar } from '../../src/ir/predicate.ts'

const field = (name: string): Scalar => ({ kind: 'field', name })
const test = (name: string, match: Extract<Predicate, { kind: 'test' }>['match'], each?: 'all'): Predicate => ({
  kind: 'test',
  subject: field(name),
  match,
  ...(each ? { each } : {}),
})

describe('dumpPipeline', () => {
  it('says one test a line', () => {
    const query: Pipeline = {
      from: { kind: 'class', class: { product: 'windows', category: 'process_creation' } },
      stages: [
        {
          kind: 'filter',
          where: {
            kind: 'and',
            args: [
              test('CommandLine', { kind: 'glob', glob: contains('plink'), fold: true }),
              {
                kind: 'or',
                args: [
                  test('User', { kind: 'exists' }),
                  { kind: 'not', arg: test('Image', { kind: 'glob', glob: literal('a b*'), fold: false }) },
                ],
              },
              test('Hashes', { kind: 'regex', pattern: '^[A-F0-9]+\n', fold: false, whole: true }, 'all'),
              test('Port', { kind: 'compare', op: '>=', to: { kind: 'literal', value: 1024 } }),
              test('Ip', { kind: 'cidr', network: '10.0.0.0/8' }),
              test('A', { kind: 'text', how: 'anywhere', to: field('B'), fold: true }),
              test('A', { kind: 'word', side: 'start', text: { kind: 'literal', value: 'plink' }, fold: true, words: 'kusto' }),
              test('A', { kind: 'among', rows: { from: { kind: 'table', name: 'T' }, stages: [] }, column: 'c', fold: true }),
              { kind: 'const', value: true },
              { kind: 'opaque', text: 'x "y"' },
            ],
          },
        },
      ],
    }
    expect(dumpPipeline(query)).toBe(
      [
        'from product windows category process_creation',
        'filter all',
        '  CommandLine ~ *plink* fold',
        '  any',
        '    User exists',
        '    not Image ~ "a b\\*"',
        '  all of Hashes =~ /^[A-F0-9]+\\n/ whole',
        '  Port >= 1024',
        '  Ip in 10.0.0.0/8',
        '  A contains B fold',
        '  A has word start "plink" kusto fold',
        '  A among c fold of',
        '    from table T',
        '  true',
        '  opaque "x \\"y\\""',
      ].join('\n'),
    )
  })

  it('shows every stage', () => {
    const branch: Pipeline = { from: { kind: 'rule', id: 'one rule' }, stages: [] }
    const query: Pipeline = {
      from: {
        kind: 'union',
        of: [branch, { from: { kind: 'class', class: {} }, stages: [{ kind: 'limit', count: 1 }] }],
        source: 'rule',
      },
      stages: [
        { kind: 'extend', columns: [{ name: 'a', type: 'long', value: { kind: 'call', fn: 'length', args: [field('b c')] } }] },
        { kind: 'project', mode: 'keep', names: [literal('a'), [any, '_x', one]] },
        { kind: 'rename', names: [{ from: literal('a'), to: literal('b') }] },
        {
          kind: 'aggregate',
          by: [
            { name: 'host', value: field('host') },
            { name: 'user', value: field('User') },
          ],
          measures: [
            {
              name: 'count',
              fn: 'count',
              where: {
                kind: 'and',
                args: [
                  test('r', { kind: 'present' }),
                  { kind: 'or', args: [test('s', { kind: 'empty' }), test('t', { kind: 'exists' })] },
                ],
              },
            },
          ],
          window: { size: 60_000, kind: 'sliding', report: 'rising' },
          having: test('count', { kind: 'compare', op: '>', to: { kind: 'literal', value: 5 } }),
        },
        {
          kind: 'window',
          by: [],
          order: [{ by: field('t'), descending: true, nulls: 'last' }],
          rows: 2,
          measures: [{ name: 'p', fn: 'percentile', of: field('x'), args: [95] }],
        },
        {
          kind: 'join',
          how: 'semi',
          right: branch,
          on: [{ left: field('a'), right: field('b'), by: 'equal', fold: true }],
          clash: 'suffix',
        },
        { kind: 'sort', keys: [{ by: field('a'), descending: false, nulls: 'first' }] },
        { kind: 'limit', count: 10, by: [{ name: 'a', value: field('a') }] },
        { kind: 'expand', columns: ['a'], index: 'i' },
        { kind: 'apply', mode: 'append', body: [{ kind: 'limit', count: 1 }] },
        { kind: 'special', name: 'splunk:transaction', args: { by: field('a'), span: 5, of: branch } },
        { kind: 'opaque', text: '| odd' },
      ],
      rules: 'sigma',
    }
    expect(dumpPipeline(query)).toBe(
      [
        'from union source rule',
        '  0:',
        '    from rule `one rule`',
        '  1:',
        '    limit 1',
        'extend a:long = length(`b c`)',
        'project keep a, *_x?',
        'rename a to b',
        'aggregate by host, user = User over 60000 ms sliding report rising',
        '  count = count() where r present and (s empty or t exists)',
        '  having count > 5',
        'window order t descending nulls last rows 2',
        '  p = percentile(x, 95)',
        'join semi clash suffix',
        '  on a equal b fold',
        '  from rule `one rule`',
        'sort a ascending nulls first',
        'limit 10 by a',
        'expand a index i',
        'apply append',
        '  limit 1',
        'special splunk:transaction',
        '  by: a',
        '  span: 5',
        '  of:',
        '    from rule `one rule`',
        'opaque "| odd"',
      ].join('\n'),
    )
  })

  it('shows sources of rows and sequences', () => {
    expect(
      dumpPipeline({
        from: {
          kind: 'rows',
          columns: [{ name: 'a', type: 'long' }, { name: 'b' }],
          rows: [
            [1n, 'x'],
            [null, ['y']],
          ],
        },
        stages: [],
      }),
    ).toBe('from rows a:long, b\n  1, "x"\n  null, ["y"]')
    expect(
      dumpPipeline({
        from: {
          kind: 'range',
          column: 'n',
          from: { kind: 'literal', value: 0 },
          to: { kind: 'literal', value: 9 },
          step: { kind: 'literal', value: 1 },
        },
        stages: [],
      }),
    ).toBe('from range n 0 to 9 step 1')
    const of: Pipeline = {
      from: { kind: 'class', class: {} },
      stages: [{ kind: 'filter', where: test('a', { kind: 'exists' }) }],
    }
    expect(
      dumpPipeline({
        from: {
          kind: 'sequence',
          ordered: true,
          match: 'first',
          within: 1000,
          steps: [
            {
              name: 'one',
              of,
              by: [{ value: field('k'), optional: true }],
              absent: true,
              times: 2,
              until: test('u', { kind: 'exists' }),
            },
          ],
          until: { of, by: [] },
        },
        stages: [],
      }),
    ).toBe(
      [
        'from sequence ordered match first within 1000 ms',
        '  one: by k? absent times 2',
        '    filter a exists',
        '    until u exists',
        '  until:',
        '    filter a exists',
      ].join('\n'),
    )
  })
})

describe('dumpScalar', () => {
  it('fits on one line', () => {
    const value: Scalar = {
      kind: 'case',
      branches: [{ when: test('a', { kind: 'exists' }), then: { kind: 'raw' } }],
      otherwise: { kind: 'single', of: { from: { kind: 'table', name: 'T' }, stages: [{ kind: 'limit', count: 1 }] } },
    }
    expect(dumpScalar(value)).toBe('case(a exists → raw(); otherwise single(from table T | limit 1))')
    expect(dumpScalar({ kind: 'fields', names: [any] })).toBe('fields(*)')
    expect(dumpScalar({ kind: 'literal', value: 'a\n\u202e"', type: 'string' })).toBe('"a\\n\\u{202e}\\"":string')
  })
})

it('cuts what is too deep and says so', () => {
  let deep: Predicate = test('a', { kind: 'exists' })
  for (let depth = 0; depth < 100_000; depth++) deep = { kind: 'and', args: [deep] }
  const lines = dumpPredicate(deep).split('\n')
  expect(lines.length).toBeLessThan(300)
  expect(lines.at(-1)!.trim()).toBe('…')
  let value: Scalar = field('a')
  for (let depth = 0; depth < 100_000; depth++) value = { kind: 'call', fn: 'lower', args: [value] }
  expect(dumpScalar(value)).toContain('…')
})

// What each kind of stage and source returns: a long list, data only, typed by hand from the manuals that the names of the cases point to.

import type { Value } from '../../../src/ir/event.ts'
import type { Pipeline } from '../../../src/ir/pipeline.ts'
import type { Table } from '../../../src/query.ts'
import {
  aggregate,
  call,
  column,
  compare,
  extend,
  field,
  from,
  key,
  limit,
  literal,
  measure,
  not,
  project,
  rename,
  rowsTable,
  sort,
  table,
  test,
  under,
  where,
} from './make.ts'

export interface Case {
  readonly name: string
  readonly query: Pipeline
  /** Columns with types, and rows in their order. */
  readonly head: string
  readonly rows: readonly (readonly Value[])[]
}

/** The tables of all cases. */
export const tables = (): Readonly<Record<string, Table>> => ({
  T: rowsTable('k:string v:long', ['a', 1], ['b', 2], ['a', 3], ['b', null], ['c', 5]),
  // Kusto's join page has tables of this form: https://learn.microsoft.com/kusto/query/join-operator
  L: rowsTable('k:string v:long', ['p', 1], ['q', 5], ['q', 6], ['r', 8]),
  R: rowsTable('k:string w:long', ['q', 70], ['r', 71], ['r', 72], ['s', 73]),
  M: rowsTable(
    'id:long tags:dynamic more:dynamic',
    [1, ['x', 'y'], [10]],
    [2, [], []],
    [3, null, null],
    [4, { a: 1, b: 2 }, null],
  ),
  Patterns: rowsTable('pattern:string name:string', ['*\\plink.exe', 'plink'], ['C:\\Windows\\*', 'windows']),
  Networks: rowsTable('network:string zone:string', ['10.0.0.0/8', 'inside'], ['10.1.0.0/16', 'branch']),
  Hosts: rowsTable('ip:string', ['10.1.2.3'], ['192.0.2.1'], ['10.9.9.9']),
  Paths: rowsTable('path:string', ['C:\\Tools\\PLINK.EXE'], ['C:\\Windows\\x.exe']),
  Wide: rowsTable('p.a p.b q', [1, 2, 3], [4, 5, 6]),
  Typed: rowsTable('x:string y:long', ['t', 1]),
  Other: rowsTable('x:long z:string', [7, 'u']),
})

export const cases: readonly Case[] = [
  {
    name: 'filter keeps rows of which the question is true; a comparison with an absent value is not',
    query: from('T', where(compare('v', '>', 1))),
    head: 'k:string v:long',
    rows: [
      ['b', 2],
      ['a', 3],
      ['c', 5],
    ],
  },
  {
    name: 'a negated comparison keeps rows without the value',
    query: from('T', where(not(compare('v', '>', 1)))),
    head: 'k:string v:long',
    rows: [
      ['a', 1],
      ['b', null],
    ],
  },
  {
    name: 'Kusto’s texts are empty and never absent',
    query: under('kusto', from('T', where(test(field('none', 'string'), { kind: 'empty' })), limit(1))),
    head: 'k:string v:long',
    rows: [['a', 1]],
  },
  {
    name: 'extend of Kusto computes every column from the row that came',
    query: under('kusto', from('T', limit(1), extend(column('v', literal(10)), column('w', field('v'))))),
    head: 'k:string v:long w:long',
    rows: [['a', 10, 1]],
  },
  {
    name: 'eval of Splunk sees what stands before: https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Eval',
    query: under('splunk', from('T', limit(1), extend(column('v', literal(10)), column('w', field('v'))))),
    head: 'k:string v:long w:long',
    rows: [['a', 10, 10]],
  },
  {
    name: 'a column whose value is absent goes away',
    query: from('T', limit(1), extend(column('v', field('nothing')))),
    head: 'k:string v',
    rows: [['a', null]],
  },
  {
    name: 'project keeps columns in the order of the names, a glob those that fit in theirs',
    query: from('Wide', limit(1), project('keep', 'q', 'p.*')),
    head: 'q p.a p.b',
    rows: [[3, 1, 2]],
  },
  { name: 'project drops', query: from('Wide', limit(1), project('drop', 'p.*')), head: 'q', rows: [[3]] },
  {
    name: 'project reorders: named ones first, the rest behind',
    query: from('Wide', limit(1), project('reorder', 'q')),
    head: 'q p.a p.b',
    rows: [[3, 1, 2]],
  },
  {
    name: 'rename takes what the star stood for: rename p.* as *',
    query: from('Wide', limit(1), rename(['p.*', '*'])),
    head: 'a b q',
    rows: [[1, 2, 3]],
  },
  {
    name: 'rename onto a column that is there takes its place',
    query: from('T', limit(1), rename(['v', 'k'])),
    head: 'k:long',
    rows: [[1]],
  },
  {
    name: 'rename swaps',
    query: from('T', limit(1), rename(['v', 'k'], ['k', 'v'])),
    head: 'v:string k:long',
    rows: [['a', 1]],
  },
  {
    name: 'summarize of Kusto: keys, then measures; nulls are ignored, counted rows are not',
    query: under(
      'kusto',
      from(
        'T',
        aggregate(
          ['k'],
          measure('count_', 'count'),
          measure('sum_v', 'sum', 'v'),
          measure('avg_v', 'avg', 'v'),
          measure('min_v', 'min', 'v'),
          measure('max_v', 'max', 'v'),
          measure('dcount_v', 'distinct', 'v'),
        ),
      ),
    ),
    head: 'k:string count_:long sum_v:long avg_v:real min_v:long max_v:long dcount_v:long',
    rows: [
      ['a', 2, 4, 2, 1, 3, 2],
      ['b', 2, 2, 2, 2, 2, 1],
      ['c', 1, 5, 5, 5, 5, 1],
    ],
  },
  {
    name: 'stats of Splunk leaves out rows without the key and orders by it',
    query: under('splunk', from('T', sort(key('v', true)), aggregate(['v'], measure('count', 'count')))),
    head: 'v:long count:long',
    rows: [
      [1, 1],
      [2, 1],
      [3, 1],
      [5, 1],
    ],
  },
  {
    name: 'Kusto makes a group of the absent',
    query: under('kusto', from('T', aggregate(['v'], measure('count_', 'count')), sort(key('v', false, 'first')))),
    head: 'v:long count_:long',
    rows: [
      [null, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [5, 1],
    ],
  },
  {
    name: 'measures of no rows: one row when nothing groups',
    query: under(
      'kusto',
      from(
        'T',
        where({ kind: 'const', value: false }),
        aggregate([], measure('c', 'count'), measure('s', 'sum', 'v'), measure('m', 'max', 'v')),
      ),
    ),
    head: 'c:long s:long m:long',
    rows: [[0, 0, null]],
  },
  {
    name: 'measures of no rows: no row when something groups',
    query: under('kusto', from('T', where({ kind: 'const', value: false }), aggregate(['k'], measure('c', 'count')))),
    head: 'k:string c:long',
    rows: [],
  },
  {
    name: 'a measure over some rows only (countif)',
    query: under('kusto', from('T', aggregate([], measure('c', 'count', undefined, { where: compare('v', '>', 1) })))),
    head: 'c:long',
    rows: [[3]],
  },
  {
    name: 'arg_max(v, *) is the row of the extreme',
    query: under('kusto', from('L', aggregate([], measure('v', 'argmax', 'v', { with: '*' })))),
    head: 'v:long k:string',
    rows: [[8, 'r']],
  },
  {
    name: 'arg_min with columns of its own',
    query: under(
      'kusto',
      from('L', aggregate(['k'], measure('v', 'argmin', 'v', { with: [column('w', call('add', field('v'), literal(1)))] }))),
    ),
    head: 'k:string v:long w:long',
    rows: [
      ['p', 1, 2],
      ['q', 5, 6],
      ['r', 8, 9],
    ],
  },
  {
    name: 'list(*) as * of Splunk measures each field that is not grouped by; one value is no list',
    query: under('splunk', from('L', aggregate(['k'], measure('*', 'list', { kind: 'fields', names: [{ wild: 'any' }] })))),
    head: 'k:string v:dynamic',
    rows: [
      ['p', 1],
      ['q', [5, 6]],
      ['r', 8],
    ],
  },
  {
    name: 'aggregate without measures is distinct',
    query: under('kusto', from('T', aggregate(['k']))),
    head: 'k:string',
    rows: [['a'], ['b'], ['c']],
  },
  {
    name: 'having asks of groups',
    query: under(
      'kusto',
      from('T', { kind: 'aggregate', by: [column('k')], measures: [measure('c', 'count')], having: compare('c', '=', 1) }),
    ),
    head: 'k:string c:long',
    rows: [['c', 1]],
  },
  {
    name: 'eventstats gives every row the measures of its group',
    query: under(
      'splunk',
      from('L', { kind: 'window', by: [column('k')], order: [], measures: [measure('n', 'count'), measure('m', 'max', 'v')] }),
    ),
    head: 'k:string v:long n:long m:long',
    rows: [
      ['p', 1, 1, 1],
      ['q', 5, 2, 6],
      ['q', 6, 2, 6],
      ['r', 8, 1, 8],
    ],
  },
  {
    name: 'streamstats: over the rows so far, this one included',
    query: under(
      'splunk',
      from('L', { kind: 'window', frame: 'running', by: [], order: [], measures: [measure('s', 'sum', 'v')] }),
    ),
    head: 'k:string v:long s:long',
    rows: [
      ['p', 1, 1],
      ['q', 5, 6],
      ['q', 6, 12],
      ['r', 8, 20],
    ],
  },
  {
    name: 'streamstats current=f window=2: the two rows before',
    query: under(
      'splunk',
      from('L', {
        kind: 'window',
        frame: 'running',
        current: false,
        rows: 2,
        by: [],
        order: [],
        measures: [measure('s', 'sum', 'v'), measure('c', 'count')],
      }),
    ),
    head: 'k:string v:long s:long c:long',
    rows: [
      ['p', 1, null, 0],
      ['q', 5, 1, 1],
      ['q', 6, 6, 2],
      ['r', 8, 11, 2],
    ],
  },
  {
    name: 'streamstats by a field counts in each group',
    query: under(
      'splunk',
      from('L', { kind: 'window', frame: 'running', by: [column('k')], order: [], measures: [measure('n', 'count')] }),
    ),
    head: 'k:string v:long n:long',
    rows: [
      ['p', 1, 1],
      ['q', 5, 1],
      ['q', 6, 2],
      ['r', 8, 1],
    ],
  },
  {
    name: 'prev, next and row_number: https://learn.microsoft.com/kusto/query/prev-function',
    query: under(
      'kusto',
      from('L', {
        kind: 'window',
        by: [],
        order: [],
        measures: [
          measure('before', 'window:previous', 'v'),
          measure('after', 'window:next', 'v', { args: [1, 0] }),
          measure('n', 'window:number', undefined, { args: [1] }),
        ],
      }),
    ),
    head: 'k:string v:long before:long after:long n:long',
    rows: [
      ['p', 1, null, 5, 1],
      ['q', 5, 1, 6, 2],
      ['q', 6, 5, 8, 3],
      ['r', 8, 6, 0, 4],
    ],
  },
  {
    name: 'a window in an order of its own leaves rows where they are',
    query: under(
      'kusto',
      from('L', {
        kind: 'window',
        by: [],
        order: [key('v', true)],
        measures: [measure('n', 'window:number', undefined, { args: [0] })],
      }),
    ),
    head: 'k:string v:long n:long',
    rows: [
      ['p', 1, 3],
      ['q', 5, 2],
      ['q', 6, 1],
      ['r', 8, 0],
    ],
  },
  {
    name: 'sort: absent values where the key says, rows that agree keep their order',
    query: from('T', sort(key('v', true, 'first'))),
    head: 'k:string v:long',
    rows: [
      ['b', null],
      ['c', 5],
      ['a', 3],
      ['b', 2],
      ['a', 1],
    ],
  },
  {
    name: 'sort and limit: the first rows of the order',
    query: from('T', sort(key('k'), key('v', true)), limit(2)),
    head: 'k:string v:long',
    rows: [
      ['a', 3],
      ['a', 1],
    ],
  },
  {
    name: 'dedup: the first row of each combination',
    query: under('splunk', from('T', limit(1, 'k'))),
    head: 'k:string v:long',
    rows: [
      ['a', 1],
      ['b', 2],
      ['c', 5],
    ],
  },
  {
    name: 'mv-expand: a row for each member, of several columns side by side: https://learn.microsoft.com/kusto/query/mv-expand-operator',
    query: under('kusto', from('M', where(compare('id', '<', 4)), { kind: 'expand', columns: ['tags', 'more'], index: 'i' })),
    head: 'id:long tags:dynamic more:dynamic i:long',
    rows: [
      [1, 'x', 10, 0],
      [1, 'y', null, 1],
      [3, null, null, null],
    ],
  },
  {
    name: 'mv-expand of a bag: one entry a row',
    query: under(
      'kusto',
      from('M', where(compare('id', '=', 4)), { kind: 'expand', columns: ['tags'] }, project('keep', 'tags')),
    ),
    head: 'tags:dynamic',
    rows: [[{ a: 1 }], [{ b: 2 }]],
  },
  {
    name: 'mv-expand kind=array of a bag: name and value',
    query: under(
      'kusto',
      from(
        'M',
        where(compare('id', '=', 4)),
        { kind: 'expand', columns: ['tags'], bags: 'array', limit: 1 },
        project('keep', 'tags'),
      ),
    ),
    head: 'tags:dynamic',
    rows: [[['a', 1]]],
  },
  {
    name: 'mv-apply: a query over the members of one row, joined with the row',
    query: under(
      'kusto',
      from(
        'M',
        where(compare('id', '=', 1)),
        {
          kind: 'apply',
          mode: 'each',
          body: [{ kind: 'expand', columns: ['tags'] }, aggregate([], measure('n', 'count'))],
        },
        project('keep', 'id', 'n'),
      ),
    ),
    head: 'id:long n:long',
    rows: [[1, 2]],
  },
  {
    name: 'mv-apply without a result drops the row',
    query: under(
      'kusto',
      from('M', { kind: 'apply', mode: 'each', body: [where(compare('id', '=', 3))] }, project('keep', 'id')),
    ),
    head: 'id:long',
    rows: [[3]],
  },
  {
    name: 'appendpipe: what a query over the rows returns behind them',
    query: under('splunk', from('L', { kind: 'apply', mode: 'append', body: [aggregate([], measure('v', 'sum', 'v'))] })),
    head: 'k:string v:long',
    rows: [
      ['p', 1],
      ['q', 5],
      ['q', 6],
      ['r', 8],
      [null, 20],
    ],
  },
  {
    name: 'union puts columns of one name together, those of several types apart: https://learn.microsoft.com/kusto/query/union-operator',
    query: under('kusto', from({ kind: 'union', of: [from('Typed'), from('Other')], source: 'from' })),
    head: 'from:string x_string:string x_long:long y:long z:string',
    rows: [
      ['Typed', 't', null, 1, ''],
      ['Other', '', 7, null, 'u'],
    ],
  },
  {
    name: 'a lenient union leaves out tables that are not there',
    query: under('kusto', from({ kind: 'union', of: [from('Typed'), from('Nowhere')], lenient: true })),
    head: 'x:string y:long',
    rows: [['t', 1]],
  },
  {
    name: 'append: the rows of the other search behind',
    query: under('splunk', from({ kind: 'union', of: [from('T', aggregate([], measure('n', 'count'))), from('L', limit(1))] })),
    head: 'n:long k:string v:long',
    rows: [
      [5, null, null],
      [null, 'p', 1],
    ],
  },
  {
    name: 'rows written in the query',
    query: from({
      kind: 'rows',
      columns: [
        { name: 'a', type: 'long' },
        { name: 'b', type: 'string' },
      ],
      rows: [
        [1, 'x'],
        [2, null],
      ],
    }),
    head: 'a:long b:string',
    rows: [
      [1, 'x'],
      [2, null],
    ],
  },
  {
    name: 'range, its end included: https://learn.microsoft.com/kusto/query/range-operator',
    query: under('kusto', from({ kind: 'range', column: 'x', from: literal(1), to: literal(8), step: literal(3) })),
    head: 'x:long',
    rows: [[1], [4], [7]],
  },
  {
    name: 'range of days',
    query: under(
      'kusto',
      from({
        kind: 'range',
        column: 'd',
        from: literal(638_396_640_000_000_000n, 'datetime'),
        to: literal(638_397_504_000_000_000n, 'datetime'),
        step: literal(864_000_000_000n, 'timespan'),
      }),
    ),
    head: 'd:datetime',
    rows: [[638_396_640_000_000_000n], [638_397_504_000_000_000n]],
  },
  {
    name: 'a falling range',
    query: under('kusto', from({ kind: 'range', column: 'x', from: literal(3), to: literal(1), step: literal(-1) })),
    head: 'x:long',
    rows: [[3], [2], [1]],
  },
  {
    name: 'a test against the rows of a query (in, a subsearch)',
    query: under(
      'kusto',
      from('L', where(test('k', { kind: 'among', rows: from('R', where(compare('w', '>', 70))), column: 'k', fold: false }))),
    ),
    head: 'k:string v:long',
    rows: [['r', 8]],
  },
  {
    name: 'and its opposite, the first column where none is named',
    query: under('kusto', from('L', where(not(test('k', { kind: 'among', rows: from('R'), column: '', fold: false }))))),
    head: 'k:string v:long',
    rows: [['p', 1]],
  },
  {
    name: 'toscalar: the first cell of a query',
    query: under(
      'kusto',
      from('L', where(compare('v', '=', { kind: 'single', of: from('L', aggregate([], measure('m', 'max', 'v'))) }))),
    ),
    head: 'k:string v:long',
    rows: [['r', 8]],
  },
  {
    name: 'toscalar of nothing is absent',
    query: under(
      'kusto',
      from('L', limit(1), extend(column('x', { kind: 'single', of: from('L', where({ kind: 'const', value: false })) }))),
    ),
    head: 'k:string v:long x',
    rows: [['p', 1, null]],
  },
  {
    name: 'has of Kusto: a whole term: https://learn.microsoft.com/kusto/query/datatypes-string-operators',
    query: under(
      'kusto',
      from(
        {
          kind: 'rows',
          columns: [{ name: 's', type: 'string' }],
          rows: [['KustoExplorerQueryRun'], ['Kusto Explorer'], ['a-explorer.b']],
        },
        where(test('s', { kind: 'word', text: literal('explorer'), side: 'whole', fold: true, words: 'kusto' })),
      ),
    ),
    head: 's:string',
    rows: [['Kusto Explorer'], ['a-explorer.b']],
  },
  {
    name: 'a query may join a table with itself',
    query: under(
      'kusto',
      from(
        'L',
        {
          kind: 'join',
          how: 'inner',
          right: from('L', aggregate(['k'], measure('n', 'count'))),
          on: [{ left: field('k'), right: field('k'), by: 'equal' }],
          clash: 'suffix',
        },
        project('keep', 'v', 'n'),
      ),
    ),
    head: 'v:long n:long',
    rows: [
      [1, 1],
      [5, 2],
      [6, 2],
      [8, 1],
    ],
  },
  {
    name: 'columns of the first table that are not in the rows are there all the same',
    query: from(table('T'), where({ kind: 'const', value: false })),
    head: 'k:string v:long',
    rows: [],
  },
]

// What joins and lookups return, typed by hand from the manuals: https://learn.microsoft.com/kusto/query/join-operator and Splunk's Join and Lookup.

import type { JoinKind, Stage } from '../../../src/ir/pipeline.ts'
import type { Case } from './cases.ts'
import { compare, field, from, project, rename, under, where } from './make.ts'

const joined = (how: JoinKind, clash: 'left' | 'right' | 'suffix' | 'fill' = 'suffix', more: object = {}): Stage => ({
  kind: 'join',
  how,
  right: from('R'),
  on: [{ left: field('k'), right: field('k'), by: 'equal' }],
  clash,
  ...more,
})
const both = 'k:string v:long k1:string w:long'

export const joinCases: readonly Case[] = [
  {
    name: 'the default kind of Kusto takes one left row for each key',
    query: under('kusto', from('L', joined('innerunique'))),
    head: both,
    rows: [
      ['q', 5, 'q', 70],
      ['r', 8, 'r', 71],
      ['r', 8, 'r', 72],
    ],
  },
  {
    name: 'inner join: every pair',
    query: under('kusto', from('L', joined('inner'))),
    head: both,
    rows: [
      ['q', 5, 'q', 70],
      ['q', 6, 'q', 70],
      ['r', 8, 'r', 71],
      ['r', 8, 'r', 72],
    ],
  },
  {
    name: 'left outer join: left rows without a pair as well',
    query: from('L', joined('left')),
    head: both,
    rows: [
      ['p', 1, null, null],
      ['q', 5, 'q', 70],
      ['q', 6, 'q', 70],
      ['r', 8, 'r', 71],
      ['r', 8, 'r', 72],
    ],
  },
  {
    name: 'right outer join',
    query: from('L', joined('right')),
    head: both,
    rows: [
      ['q', 5, 'q', 70],
      ['q', 6, 'q', 70],
      ['r', 8, 'r', 71],
      ['r', 8, 'r', 72],
      [null, null, 's', 73],
    ],
  },
  {
    name: 'full outer join has six rows',
    query: from('L', joined('full')),
    head: both,
    rows: [
      ['p', 1, null, null],
      ['q', 5, 'q', 70],
      ['q', 6, 'q', 70],
      ['r', 8, 'r', 71],
      ['r', 8, 'r', 72],
      [null, null, 's', 73],
    ],
  },
  {
    name: 'left semi join',
    query: from('L', joined('semi')),
    head: 'k:string v:long',
    rows: [
      ['q', 5],
      ['q', 6],
      ['r', 8],
    ],
  },
  { name: 'left anti join', query: from('L', joined('anti')), head: 'k:string v:long', rows: [['p', 1]] },
  {
    name: 'right semi join',
    query: from('L', joined('rightsemi')),
    head: 'k:string w:long',
    rows: [
      ['q', 70],
      ['r', 71],
      ['r', 72],
    ],
  },
  { name: 'right anti join', query: from('L', joined('rightanti')), head: 'k:string w:long', rows: [['s', 73]] },
  {
    name: 'join of Splunk: the first right row, whose values win: https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Join',
    query: under('splunk', from('L', joined('inner', 'right', { take: 1 }))),
    head: 'k:string v:long w:long',
    rows: [
      ['q', 5, 70],
      ['q', 6, 70],
      ['r', 8, 71],
    ],
  },
  {
    name: 'OUTPUTNEW of a lookup fills what is absent only',
    query: under(
      'splunk',
      from('T', where(compare('k', '=', 'b')), rename(['v', 'w']), {
        kind: 'join',
        how: 'left',
        right: from({ kind: 'rows', columns: [{ name: 'k' }, { name: 'w' }], rows: [['b', 99]] }),
        on: [{ left: field('k'), right: field('k'), by: 'equal' }],
        clash: 'fill',
        take: 1,
      }),
    ),
    head: 'k:string w:long',
    rows: [
      ['b', 2],
      ['b', 99],
    ],
  },
  {
    name: 'a lookup by wildcards, without regard to case',
    query: under(
      'splunk',
      from(
        'Paths',
        {
          kind: 'join',
          how: 'left',
          right: from('Patterns'),
          on: [{ left: field('path'), right: field('pattern'), by: 'glob', fold: true }],
          clash: 'left',
          take: 1,
        },
        project('keep', 'path', 'name'),
      ),
    ),
    head: 'path:string name:string',
    rows: [
      ['C:\\Tools\\PLINK.EXE', 'plink'],
      ['C:\\Windows\\x.exe', 'windows'],
    ],
  },
  {
    name: 'a lookup by network',
    query: from(
      'Hosts',
      {
        kind: 'join',
        how: 'inner',
        right: from('Networks'),
        on: [{ left: field('ip'), right: field('network'), by: 'cidr' }],
        clash: 'left',
      },
      project('keep', 'ip', 'zone'),
    ),
    head: 'ip:string zone:string',
    rows: [
      ['10.1.2.3', 'inside'],
      ['10.1.2.3', 'branch'],
      ['10.9.9.9', 'inside'],
    ],
  },
]

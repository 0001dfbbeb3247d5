// `terrier query`: tables from files with the types of their columns, queries over logs, the forms of results, and what is refused.

import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { terrier } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-query-'))
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const csv = file(
  'rows.csv',
  'n,ratio,name,when,flag,mixed,code\n1,0.5,plain,2026-03-01T10:00:00Z,true,1,007\n2,1.5,"with, comma",2026-03-02T10:00:00.5Z,false,x,010\n',
)
const jsonl = file(
  'rows.jsonl',
  '{"n":1,"x":1.5,"s":"12","b":true,"d":{"k":[1]},"big":9007199254740993}\n{"n":2,"x":2,"s":"13","extra":"only here"}\n{"n":null}\n',
)
const log = 'test/cli/samples/logs/sysmon.jsonl'

async function kql(text: string, ...args: string[]) {
  const { code, out, err } = await terrier(['query', '-l', 'kql', ...args, text])
  expect(code, err).toBe(0)
  return JSON.parse(out)
}
const types = (result: Awaited<ReturnType<typeof kql>>) =>
  Object.fromEntries(result.columns.map((column: { name: string; type: string }) => [column.name, column.type]))

describe('tables in files', () => {
  it('get the types that all values of a column have', async () => {
    const found = await kql('T', '--table', `T=${csv}`)
    // A number with leading zeros is a text, and so is a column of which one value is none.
    expect(types(found)).toEqual({
      n: 'long',
      ratio: 'real',
      name: 'string',
      when: 'datetime',
      flag: 'bool',
      mixed: 'string',
      code: 'string',
    })
    expect(found.rows).toEqual([
      [1, 0.5, 'plain', '2026-03-01T10:00:00.0000000Z', true, '1', '007'],
      [2, 1.5, 'with, comma', '2026-03-02T10:00:00.5000000Z', false, 'x', '010'],
    ])
  })

  it('of JSON keep texts texts, and numbers exact', async () => {
    const found = await kql('T', '--table', `T=${jsonl}`)
    expect(types(found)).toEqual({ n: 'long', x: 'real', s: 'string', b: 'bool', d: 'dynamic', big: 'long', extra: 'string' })
    expect(found.rows).toEqual([
      [1, 1.5, '12', true, { k: [1] }, '9007199254740993', ''],
      [2, 2, '13', null, null, null, 'only here'],
      [null, null, '', null, null, null, ''],
    ])
  })

  it('have the columns that are said, and no others', async () => {
    const found = await kql('T | where n == 2', '--table', `T(n:long,s:long)=${jsonl}`)
    expect(found).toEqual({
      columns: [
        { name: 'n', type: 'long' },
        { name: 's', type: 'long' },
      ],
      rows: [[2, 13]],
    })
  })

  it('are joined with each other and with themselves', async () => {
    const found = await kql(
      'A | join kind=inner (B | project n, name) on n | join kind=leftsemi (A | where n > 1) on n | project n, name',
      '--table',
      `A=${jsonl}`,
      '--table',
      `B=${csv}`,
    )
    expect(found.rows).toEqual([[2, 'with, comma']])
  })

  it('compare times as times', async () => {
    expect((await kql('T | where when > datetime(2026-03-01T12:00Z) | project n', '--table', `T=${csv}`)).rows).toEqual([[2]])
    expect(
      (
        await terrier([
          'query',
          '-l',
          'kql',
          '--now',
          '2026-03-02T11:00:00Z',
          '--table',
          `T=${csv}`,
          'T | where when > ago(2h) | count',
        ])
      ).out,
    ).toContain('[[1]]')
  })
})

describe('over logs', () => {
  it('fills the tables of products', async () => {
    const found = await kql(
      'DeviceProcessEvents | where FileName =~ "plink.exe" | summarize count() by DeviceName',
      '--events',
      log,
    )
    expect(found.columns).toEqual([
      { name: 'DeviceName', type: 'string' },
      { name: 'count_', type: 'long' },
    ])
    expect(found.rows.length).toBeGreaterThan(0)
  })

  it('joins them with tables in files', async () => {
    const list = file('list.csv', 'tool,kind\nplink.exe,tunnel\n')
    const found = await kql(
      'DeviceProcessEvents | extend tool = tolower(FileName) | join kind=inner Tools on tool | summarize count() by kind',
      '--events',
      log,
      '--table',
      `Tools=${list}`,
    )
    expect(found.rows.map((row: unknown[]) => row[0])).toEqual(['tunnel'])
  })

  it('says that times told from now are left out, unless now is said', async () => {
    const text = 'DeviceProcessEvents | where Timestamp > ago(1d) | count'
    const left = await terrier(['query', '-l', 'kql', '--events', log, text])
    expect(left.err).toContain('SCH304')
    expect(left.out).not.toContain('[[0]]')
    const asked = await terrier(['query', '-l', 'kql', '--events', log, '--now', '2001-01-01', text.replace('>', '<')])
    expect(asked.err).not.toContain('SCH304')
    expect(asked.out).toContain('[[0]]')
  })
})

describe('results', () => {
  it('are tables for people and CSV for spreadsheets', async () => {
    const text = 'print a=1, b="x, y", c=dynamic({"k":1}), d=int(null)'
    expect((await terrier(['query', '-l', 'kql', '-f', 'csv', text])).out).toBe('a,b,c,d\r\n1,"x, y","{""k"":1}",\r\n')
    expect((await terrier(['query', '-l', 'kql', '-f', 'table', text])).out.split('\n').slice(0, 2)).toEqual([
      'a  b     c        d',
      '1  x, y  {"k":1}',
    ])
  })

  it('come from a query on standard input as well', async () => {
    expect((await terrier(['query', '-l', 'kql', '-'], { stdin: 'print 1+1' })).out).toBe(
      '{"columns":[{"name":"print_0","type":"long"}],"rows":[[2]]}\n',
    )
  })
})

describe('side effects', () => {
  it('are told and not done', async () => {
    const target = join(folder, 'written.csv')
    const { code, out, err } = await terrier([
      'query',
      '-l',
      'spl',
      '--table',
      `T=${csv}`,
      `| inputlookup T | outputlookup ${target}`,
    ])
    expect({ code, rows: JSON.parse(out).rows.length }).toEqual({ code: 0, rows: 2 })
    expect(err).toContain(`note[ENG355]: "outputlookup" would write 2 rows to "${target}"; nothing was written`)
    expect(existsSync(target)).toBe(false)
  })
})

describe('what is wrong', () => {
  it.each([
    [['query', 'T'], 2, 'CLI020'],
    [['query', '-l', 'kqll', 'T'], 2, 'did you mean "kql"?'],
    [['query', '-l', 'kql'], 2, 'no query'],
    [['query', '-l', 'kql', '--table', 'nonsense', 'T'], 2, 'CLI023'],
    [['query', '-l', 'kql', '--table', `T(a:number)=${csv}`, 'T'], 2, 'no type of columns "number"'],
    [['query', '-l', 'kql', '--table', `T=${join(folder, 'none.csv')}`, 'T'], 4, 'CLI024'],
    [['query', '-l', 'kql', '--now', 'yesterday', 'print 1'], 2, 'CLI007'],
    [['query', '-l', 'kql', 'print 1 +'], 3, 'error[KQL'],
    [['query', '-l', 'kql', '--events', log, 'union isfuzzy=false Nowhere_CL'], 3, 'SCH105'],
    [['query', '-l', 'kql', '--held', '10', 'range x from 1 to 100 step 1 | sort by x'], 3, 'ENG150'],
    [['query', '-l', 'aql', 'SELECT 1'], 3, 'error[AQL'],
  ])('%j', async (args, exit, says) => {
    const { code, out, err } = await terrier(args)
    expect({ code, out }).toEqual({ code: exit, out: '' })
    expect(err).toContain(says)
  })
})

// `terrier compare`: how two rules relate, in any languages; collections; exit codes.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lines, terrier } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-compare-'))
const rule = (name: string, selection: string, category = 'process_creation'): string => {
  const path = join(folder, `${name}.yml`)
  writeFileSync(
    path,
    `title: ${name}\nlogsource:\n  product: windows\n  category: ${category}\ndetection:\n  selection:\n${selection
      .split('\n')
      .map(line => `    ${line}\n`)
      .join('')}  condition: selection\n`,
  )
  return path
}

const wide = rule('wide', "CommandLine|contains: ' -R '")
const same = rule('same', "CommandLine|re: '(?is).* -r .*'")
const narrow = rule('narrow', "CommandLine|contains|all:\n  - ' -R '\n  - ':3389'")
const other = rule('other', "Image|endswith: '\\plink.exe'")
const apart = rule('apart', "CommandLine: 'x'")
const never = rule(
  'never',
  "CommandLine|contains: 'x'\nCommandLine|endswith: 'y'\nCommandLine|startswith: 'z'\nImage|re: '^$'\nImage|contains: 'x'",
)
const elsewhere = rule('elsewhere', "CommandLine|contains: ' -R '", 'ps_script')

const related = async (a: string, b: string) => {
  const { code, out, err } = await terrier(['compare', a, b, '-f', 'jsonl'])
  expect(code, err).toBe(0)
  const rows = lines(out)
  expect(rows).toHaveLength(1)
  return rows[0]
}

describe('two rules', () => {
  it('are equal, narrower, wider, overlapping or disjoint, with an event for each side', async () => {
    expect(await related(wide, same)).toMatchObject({ relation: 'equal', onlyA: null, onlyB: null })
    const within = await related(narrow, wide)
    expect(within).toMatchObject({ relation: 'narrower', onlyA: null })
    expect(within.onlyB.CommandLine).toMatch(/ -r /i)
    expect(within.onlyB.CommandLine).not.toContain(':3389')
    expect(await related(wide, narrow)).toMatchObject({ relation: 'wider', onlyB: null })
    const crossing = await related(wide, other)
    expect(crossing.relation).toBe('overlapping')
    expect(crossing.both.Image).toMatch(/\\plink\.exe$/i)
    expect(await related(wide, apart)).toMatchObject({ relation: 'disjoint', both: null })
    expect(await related(wide, elsewhere)).toMatchObject({ relation: 'disjoint' })
  })

  it('of two languages are told in the same names', async () => {
    const query = join(folder, 'query.kql')
    writeFileSync(
      query,
      'DeviceProcessEvents | where ActionType == "ProcessCreated" and ProcessCommandLine contains " -R " and FolderPath endswith @"\\plink.exe"\n',
    )
    const { code, out, err } = await terrier(['compare', wide, query, '-f', 'table'])
    expect(code, err).toBe(0)
    expect(out).toMatch(/^(wider|overlapping): wide → /)
    expect(out).toContain('both: {')
  })

  it('of which one counts are put before streams, and differ by the smallest of them', async () => {
    const base = (count: number): string =>
      `title: base\nname: base\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n  selection:\n    CommandLine|contains: ' -R '\n  condition: selection\n---\ntitle: many\ncorrelation:\n  type: event_count\n  rules: base\n  group-by: [Computer]\n  timespan: 5m\n  condition:\n    gte: ${count}\n`
    const written = (name: string, count: number): string => {
      writeFileSync(join(folder, name), base(count))
      return join(folder, name)
    }
    const [two, three, again] = [written('two.yml', 2), written('three.yml', 3), written('again.yml', 2)]
    const differs = await related(two, three)
    expect(differs).toMatchObject({ relation: 'differs', onlyA: null, onlyB: null, both: null })
    expect(differs.streams.onlyA).toHaveLength(2)
    expect(differs.streams.onlyA[0]).toMatchObject({ _time: expect.stringMatching(/^2026-/), Computer: 'host-one' })
    expect(differs.streams.onlyB).toBeNull()
    expect(await related(two, again)).toMatchObject({ relation: 'equal', streams: null })
    expect(await related(wide, two)).toMatchObject({ relation: 'differs' })
    const table = await terrier(['compare', two, three, '-f', 'table'])
    expect(table.out).toContain('differs: many → many\n  only the first finds something in\n    2026-')
    const changed = await terrier(['diff', two, three, '-f', 'jsonl'])
    expect(lines(changed.out)[0]).toMatchObject({ change: 'differs', relation: 'differs' })
    expect(lines(changed.out)[0].streams.onlyA).toHaveLength(2)
    expect((await terrier(['diff', two, three, '--fail-on', 'lost'])).code).toBe(1)
    expect((await terrier(['diff', two, three, '-f', 'table'])).out).toContain('  loses the stream\n    2026-')
  })
})

describe('a collection', () => {
  it('tells what is the same, lies within another, or can never match', async () => {
    const { code, out, err } = await terrier(['compare', '--all', wide, same, narrow, other, never, elsewhere, '-f', 'jsonl'])
    expect(code, err).toBe(0)
    const rows = lines(out).map(row => [row.a.title, row.relation, row.b?.title ?? null])
    expect(rows).toContainEqual(['never', 'never', null])
    expect(rows.filter(row => row[1] === 'equal').map(row => [row[0], row[2]].sort())).toEqual([['same', 'wide']])
    expect(
      rows
        .filter(row => row[1] === 'narrower')
        .map(row => `${row[0]} < ${row[2]}`)
        .sort(),
    ).toEqual(['narrow < same', 'narrow < wide'])
    expect(err).toContain(
      '6 rules: 1 pairs are the same, 2 lie within another, 0 overlap, 1 can never match, 0 were not compared; 0 values of lists change nothing',
    )
  })
})

describe('values of lists', () => {
  const list = rule('list', "CommandLine|contains:\n  - ' -R '\n  - 'x -R y'\n  - ':3389'")

  it('that change nothing are told with their place', async () => {
    const rows = lines((await terrier(['compare', '--all', list, '-f', 'jsonl'])).out)
    expect(rows).toEqual([
      {
        a: expect.objectContaining({ title: 'list' }),
        b: null,
        relation: 'idle',
        member: { field: 'CommandLine', text: "'x -R y'", line: 9 },
        onlyA: null,
        onlyB: null,
        both: null,
      },
    ])
    const table = await terrier(['compare', '--all', list, '-f', 'table'])
    expect(table.out).toContain("changes nothing: CommandLine: 'x -R y' in list (")
    expect(table.err).toContain('; 1 value of lists changes nothing')
  })

  it('are told beside overlaps, which a table has with -v', async () => {
    const rows = lines((await terrier(['compare', '--all', wide, other, '-f', 'jsonl'])).out)
    expect(rows.map(row => row.relation)).toEqual([])
    const crossing = rule('crossing', "Image|endswith: '\\plink.exe'\nCommandLine|contains: 'plink'")
    const longer = rule('longer', "Image|endswith: '\\plink.exe'\nCommandLine|contains: 'plink.exe -ssh'\nUser: 'x'")
    const also = rule('also', "CommandLine|contains: 'plink.exe -ssh'\nUser: 'x'")
    const told = lines((await terrier(['compare', '--all', crossing, longer, also, '-f', 'jsonl'])).out)
    expect(told.filter(row => row.relation === 'narrower').map(row => [row.a.title, row.b.title])).toEqual([
      ['longer', 'crossing'],
      ['longer', 'also'],
    ])
    for (const row of told.filter(one => one.relation === 'overlapping')) expect(row.both).not.toBeNull()
  })
})

describe('misuse', () => {
  it('takes two rules: exit code 2', async () => {
    for (const args of [[wide], [wide, same, narrow]]) {
      const { code, err } = await terrier(['compare', ...args])
      expect(code).toBe(2)
      expect(err).toContain('compare takes two rules')
    }
  })

  it('a rule that cannot be read: exit code 3', async () => {
    const empty = join(folder, 'empty.yml')
    writeFileSync(empty, '')
    expect((await terrier(['compare', wide, empty])).code).toBe(3)
    expect((await terrier(['compare', '--all', empty])).code).toBe(3)
  })
})

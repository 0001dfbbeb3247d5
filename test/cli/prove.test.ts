// `terrier prove`: verdicts for rules and targets, queries of others, the forms of results, exit codes, and what is refused.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lines, terrier } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-prove-'))
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const shell = file(
  'shell.yml',
  `title: Shell started by a web server
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    ParentImage|endswith: \\w3wp.exe
    Image|endswith: \\cmd.exe
  condition: selection
`,
)
const counting = ['test/cli/samples/rules/burst.yml', 'test/cli/samples/rules/forward.yml'] as const
const judge = (target: string, text: string, ...more: string[]) =>
  terrier(['prove', shell, '-t', target, '--query', file(`query-${target}.txt`, text), '-f', 'jsonl', ...more])

describe('verdicts', () => {
  it('are a row for each rule and target', async () => {
    const { code, out, err } = await terrier(['prove', shell, '-t', 'defender,elastic-eql', '-t', 'splunk', '-f', 'jsonl'])
    expect(code, err).toBe(0)
    const rows = lines(out)
    expect(rows.map(row => `${row.target} ${row.verdict}`).sort()).toEqual([
      'defender equivalent',
      'elastic-eql equivalent',
      'splunk equivalent',
    ])
    for (const row of rows) {
      expect(row.title).toBe('Shell started by a web server')
      expect(row.query).toContain('cmd.exe')
      expect(row.by).toMatch(/^(form|cases)$/)
      expect(row.counterexample).toBeNull()
    }
    expect(rows.find(row => row.target === 'elastic-eql').given.join()).toContain('long s')
  })

  it('are counted by target with --summary, as a table and as JSON', async () => {
    const table = await terrier(['prove', shell, '-t', 'defender', '--summary', '-f', 'table'])
    expect(table.out).toBe('defender  equivalent     1  differs     0  undecided     0  refused     0\n')
    const json = await terrier(['prove', shell, '-t', 'defender', '--summary', '-f', 'json'])
    expect(JSON.parse(json.out)).toEqual([{ target: 'defender', equivalent: 1, differs: 0, undecided: 0, refused: 0 }])
  })

  it('of rules about several events are agreement or a stream, in a table of their own', async () => {
    const { code, out } = await terrier([
      'prove',
      ...counting,
      '-t',
      'splunk,sumo,duckdb,grep',
      '-f',
      'jsonl',
      '--rule',
      'Several*',
    ])
    expect(code).toBe(1)
    const rows = lines(out)
    expect(rows.map(row => `${row.target} ${row.verdict}`)).toEqual([
      'splunk agrees',
      'sumo differs',
      'duckdb undecided',
      'grep refused',
    ])
    const [splunk, sumo, duckdb, grep] = rows
    expect(splunk.tried.streams).toBeGreaterThan(100)
    expect(splunk.given.join()).toContain('not how often')
    expect(sumo.counterexample).toMatchObject({ original: true, translated: false })
    expect(sumo.counterexample.times).toHaveLength(2)
    expect(duckdb.why[0].code).toBe('PRV001')
    expect(grep.why.length).toBeGreaterThan(0)
    const table = await terrier(['prove', ...counting, '-t', 'splunk,sumo', '-f', 'table'])
    expect(table.out).toContain(
      'splunk  equivalent     1  differs     0  undecided     0  refused     0\nsumo    equivalent     1  differs     0  undecided     0  refused     0\nrules about several events:\nsplunk  equivalent     0  agrees     1  differs     0  undecided     0  refused     0\nsumo    equivalent     0  agrees     0  differs     1  undecided     0  refused     0\n',
    )
    const summary = await terrier(['prove', ...counting, '-t', 'splunk', '--summary', '-f', 'json'])
    expect(JSON.parse(summary.out)[0]).toMatchObject({ equivalent: 1, several: { agrees: 1, undecided: 0 } })
    expect((await terrier(['prove', ...counting, '-t', 'duckdb', '--fail-on', 'undecided'])).code).toBe(1)
  })
})

describe('a query of another', () => {
  const start = 'process where host.os.type == "windows" and event.type == "start" and '

  it('that means the same is told so', async () => {
    const { code, out, err } = await judge(
      'elastic-eql',
      `${start}process.executable : "*\\\\cmd.exe" and process.parent.executable like~ "*\\\\w3wp.exe"`,
    )
    expect(code, err).toBe(0)
    expect(lines(out)[0].verdict).toBe('equivalent')
  })

  it('with the wrong boundary differs, by an event on which the two part', async () => {
    const { code, out } = await judge(
      'elastic-eql',
      `${start}process.executable : "*cmd.exe" and process.parent.executable : "*\\\\w3wp.exe"`,
    )
    expect(code).toBe(1)
    const [row] = lines(out)
    expect(row.verdict).toBe('differs')
    expect(row.counterexample).toMatchObject({ original: false, translated: true })
    const [event] = row.counterexample.events
    expect(event['process.executable']).toMatch(/cmd\.exe$/i)
    expect(event['process.executable']).not.toMatch(/\\cmd\.exe$/i)
    expect((await judge('elastic-eql', `${start}process.executable : "*cmd.exe"`, '--fail-on', 'never')).code).toBe(0)
  })

  it('that heeds case, or a word for a part, is found', async () => {
    const cased = await judge(
      'elastic-esql',
      'FROM logs-*, winlogbeat-*\n| WHERE host.os.type == "windows" AND event.category : "process" AND event.type : "start" AND process.executable LIKE "*\\\\\\\\cmd.exe" AND process.parent.executable LIKE "*\\\\\\\\w3wp.exe"',
    )
    expect(cased.code).toBe(1)
    expect(lines(cased.out)[0].counterexample).toMatchObject({ original: true, translated: false })
    const word = await judge(
      'defender',
      'DeviceProcessEvents | where ActionType == "ProcessCreated" and FolderPath has "cmd.exe" and InitiatingProcessFolderPath endswith @"\\w3wp.exe"',
    )
    expect(word.code).toBe(1)
  })

  it('that lost the log source is found', async () => {
    const { code, out } = await judge(
      'elastic-eql',
      'any where process.executable : "*\\\\cmd.exe" and process.parent.executable : "*\\\\w3wp.exe"',
    )
    expect(code).toBe(1)
    expect(lines(out)[0].counterexample).toMatchObject({ original: false, translated: true })
  })

  it('that compares two columns beside is found', async () => {
    const { code, out } = await judge(
      'defender',
      'DeviceProcessEvents | where ActionType == "ProcessCreated" and ((FolderPath endswith @"\\cmd.exe" and InitiatingProcessFolderPath endswith @"\\w3wp.exe") or (isnotempty(FolderPath) and FolderPath == ProcessCommandLine))',
    )
    const [row] = lines(out)
    expect([code, row.verdict]).toEqual([1, 'differs'])
    expect(row.counterexample).toMatchObject({ original: false, translated: true })
  })

  it('that asks for a length beside is not decided, and says so', async () => {
    const { code, out } = await judge(
      'defender',
      'DeviceProcessEvents | where ActionType == "ProcessCreated" and ((FolderPath endswith @"\\cmd.exe" and InitiatingProcessFolderPath endswith @"\\w3wp.exe") or (strlen(FolderPath) == 300))',
    )
    const [row] = lines(out)
    expect([code, row.verdict, row.why[0]?.code]).toEqual([0, 'undecided', 'PRV002'])
  })

  it('that cannot be read is undecided, with the reason', async () => {
    const { code, out } = await judge('elastic-eql', 'process where (')
    expect(code).toBe(0)
    const [row] = lines(out)
    expect(row.verdict).toBe('undecided')
    expect(row.why[0].code).toBe('PRV003')
  })
})

describe('misuse', () => {
  for (const [name, args, said] of [
    ['no target', ['prove', shell], 'no target is named'],
    ['an unknown target', ['prove', shell, '-t', 'defendre'], 'defendre'],
    ['a query for two targets', ['prove', shell, '-t', 'splunk,defender', '--query', shell], 'in the language of one target'],
    ['a query that is not there', ['prove', shell, '-t', 'splunk', '--query', 'no/such.kql'], 'cannot read'],
    ['an assumption without a value', ['prove', shell, '-t', 'splunk', '--assume', 'x'], 'NAME=VALUE'],
    ['a verdict that there is not', ['prove', shell, '-t', 'splunk', '--fail-on', 'x'], 'no verdict'],
    ['no rule named', ['prove', '-t', 'splunk'], 'rule'],
  ] as const)
    it(`${name}: exit code 2`, async () => {
      const { code, err } = await terrier(args)
      expect(code).toBe(2)
      expect(err).toContain(said)
    })

  it('rules that cannot be read: exit code 3', async () => {
    expect((await terrier(['prove', file('empty.yml', ''), '-t', 'splunk'])).code).toBe(3)
  })

  it('an interrupted run: exit code 130', async () => {
    const { code } = await terrier(['prove', shell, '-t', 'all'], { signal: AbortSignal.abort() })
    expect(code).toBe(130)
  })
})

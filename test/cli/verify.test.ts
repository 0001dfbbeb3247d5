// Records of proofs: what is in them, that they are the same byte for byte, and that --verify tells which hold, which are stale and which are false.

import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { languages } from '../../src/languages/index.ts'
import { manuals } from '../../src/languages/manuals.ts'
import { lines, terrier } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-verify-'))
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const hash = (text: string): string => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`

const shellText = `title: Shell started by a web server
id: 3a0f2a54-5d5e-4f1c-9f2e-6f0a4a6f0d11
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    ParentImage|endswith: \\w3wp.exe
    Image|endswith: \\cmd.exe
  condition: selection
`
const shell = file('shell.yml', shellText)
const word = file(
  'word.kql',
  'DeviceProcessEvents | where ActionType == "ProcessCreated" and FolderPath has "cmd.exe" and InitiatingProcessFolderPath endswith @"\\w3wp.exe"',
)

async function records(name: string, ...args: string[]): Promise<string> {
  const path = join(folder, name)
  await terrier(['prove', ...args, '-o', path])
  return path
}
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const check = async (path: string, ...more: string[]) => {
  const { code, out, err } = await terrier(['prove', ...more, '--verify', path, '-f', 'jsonl'])
  return { code, err, rows: lines(out) }
}

describe('a record', () => {
  it('names its texts by their hashes, the manuals and days it rests on, and what it took', async () => {
    const [record] = read(
      await records(
        'one.json',
        shell,
        '-t',
        'elastic-eql',
        '--assume',
        'eql.negationOfMissing=unmatched',
        '--assume',
        'spl.star=nonempty',
      ),
    )
    expect(record).toMatchObject({ record: 1, rule: '3a0f2a54-5d5e-4f1c-9f2e-6f0a4a6f0d11', verdict: 'equivalent', own: true })
    expect(record.hashes).toEqual({ rule: hash(shellText), query: hash(record.query) })
    expect(record.rests.map((one: { language: string }) => one.language)).toEqual(['sigma', 'eql'])
    for (const { manual, read: day } of record.rests) {
      expect(manual).toMatch(/^https:\/\//)
      expect(day).toMatch(/^\d{4}-\d\d-\d\d$/)
    }
    expect(Object.entries(record.switches)).toEqual([
      ['eql.negationOfMissing', 'unmatched'],
      ['spl.star', 'nonempty'],
    ])
  })

  it('is the same byte for byte each time, also with --json', async () => {
    const first = await records('first.json', shell, '-t', 'defender,splunk')
    const second = await records('second.json', shell, '-t', 'defender,splunk')
    expect(readFileSync(first, 'utf8')).toBe(readFileSync(second, 'utf8'))
    const { out } = await terrier(['prove', shell, '-t', 'defender,splunk', '--json'])
    expect(out).toBe(readFileSync(first, 'utf8'))
  })

  it('can rest on a manual for every language', () => {
    expect(Object.keys(manuals).sort()).toEqual(languages.map(language => language.id).sort())
  })
})

describe('--verify', () => {
  it('says of each record that it holds: equivalent, differs by its witness, refused', async () => {
    const own = await records('own.jsonl', shell, 'test/cli/samples/rules/burst.yml', '-t', 'defender,splunk,grep-text')
    const verdicts = new Set(lines(readFileSync(own, 'utf8')).map(one => one.verdict))
    expect(verdicts).toContain('equivalent')
    expect(verdicts).toContain('refused')
    const result = await check(own)
    expect(result.rows.map(row => row.outcome)).toEqual(result.rows.map(() => 'holds'))
    expect(result.code, result.err).toBe(0)
    expect(result.err).toContain('records: ')
    const other = await records('other.json', shell, '-t', 'defender', '--query', word)
    expect(read(other)[0]).toMatchObject({ verdict: 'differs', own: false })
    expect((await check(other)).rows[0]).toMatchObject({ outcome: 'holds', why: [] })
  })

  it('asks streams again: agreement, and those on which the two part', async () => {
    const kept = await records('several.json', 'test/cli/samples/rules', '--rule', 'Several*', '-t', 'splunk,sumo')
    expect(read(kept).map((one: { verdict: string }) => one.verdict)).toEqual(['agrees', 'differs'])
    const { rows, code, err } = await check(kept, 'test/cli/samples/rules')
    expect(rows.map(row => row.outcome)).toEqual(['holds', 'holds'])
    expect(code, err).toBe(0)
    const [, differs] = read(kept)
    const { counterexample } = differs
    const near = {
      ...counterexample,
      times: counterexample.times.map((time: number) => time - (time % 60_000)),
      events: counterexample.events.slice(0, 1),
    }
    const tampered = await check(
      file('near.json', JSON.stringify([{ ...differs, counterexample: near }])),
      'test/cli/samples/rules',
    )
    expect(tampered.rows[0]).toMatchObject({ outcome: 'false' })
  })

  it('calls a record stale when the rule has changed or is gone', async () => {
    const path = file('changing.yml', shellText)
    const kept = await records('changing.json', path, '-t', 'splunk')
    writeFileSync(path, shellText.replace('cmd.exe', 'powershell.exe'))
    const changed = await check(kept)
    expect(changed.code).toBe(1)
    expect(changed.rows[0]).toMatchObject({
      outcome: 'stale',
      why: [{ code: 'PRV005', message: 'the rule is another text now' }],
    })
    expect((await check(kept, '--fail-on', 'never')).code).toBe(0)
    const gone = await check(kept, 'test/cli/samples/rules/forward.yml')
    expect(gone.rows[0]).toMatchObject({ outcome: 'stale', why: [{ message: 'the rule is not there' }] })
    // The rule in another place is the same rule.
    const moved = file('moved.yml', shellText)
    expect((await check(kept, moved)).rows[0].outcome).toBe('holds')
  })

  it('calls a record stale when another query would be written', async () => {
    const kept = await records('written.json', shell, '-t', 'splunk')
    const [record] = read(kept)
    const query = `${record.query} `
    const older = file('older.json', JSON.stringify([{ ...record, query, hashes: { ...record.hashes, query: hash(query) } }]))
    expect((await check(older)).rows[0]).toMatchObject({
      outcome: 'stale',
      why: [{ message: 'another query is written for the rule now' }],
    })
  })

  it('calls a record false when its query is not the one of its hash, its verdict is not borne out, or its witness parts nothing', async () => {
    const [differs] = read(await records('differs.json', shell, '-t', 'defender', '--query', word))
    const tampered = [
      { ...differs, query: `${differs.query} and 1 == 1` },
      { ...differs, verdict: 'equivalent', by: 'cases', counterexample: null },
      { ...differs, counterexample: { ...differs.counterexample, events: [{ FolderPath: 'nothing' }] } },
      {
        ...differs,
        counterexample: {
          ...differs.counterexample,
          original: !differs.counterexample.original,
          translated: !differs.counterexample.translated,
        },
      },
      { ...differs, counterexample: null },
      { ...differs, hashes: undefined },
      'no record',
    ]
    const { code, rows, err } = await check(file('tampered.json', JSON.stringify(tampered)))
    expect(code, err).toBe(1)
    expect(rows.map(row => [row.outcome, row.why[0].code, row.why[0].message])).toEqual([
      ['false', 'PRV006', 'the query is not the one that its hash names'],
      ['false', 'PRV006', 'the verdict is "differs", not "equivalent"'],
      ['false', 'PRV006', 'both say no of the event on which they should part'],
      ['false', 'PRV006', 'the two answer the other way round'],
      ['false', 'PRV006', 'there is no event on which the two part'],
      ['false', 'PRV004', 'this is no record of a proof: "hashes" is missing, or is no such value'],
      ['false', 'PRV004', 'this is no record of a proof'],
    ])
    const table = await terrier(['prove', '--verify', file('tampered.json', JSON.stringify(tampered)), '-f', 'table'])
    expect(table.out).toContain('7 records: 0 hold, 0 stale, 7 false')
    expect(table.out).toContain('PRV006')
  })

  it('refuses a file that holds no records: exit code 2', async () => {
    for (const path of [file('text.json', '{"a":'), file('empty.json', ''), join(folder, 'absent.json')]) {
      const { code, err } = await check(path)
      expect(code).toBe(2)
      expect(err).toContain('CLI025')
    }
    expect((await terrier(['prove'])).err).toContain('no rule is named')
  })
})

// `terrier diff`: how rules are known again, what each kind of change is called, the events of it, and a git revision as the old side.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lines, terrier } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-diff-'))

interface Written {
  readonly id?: string
  readonly title?: string
  readonly test?: string
  readonly level?: string
  readonly more?: string
}
const text = ({
  id,
  title = 'Remote forward',
  test = "CommandLine|contains: ' -R '",
  level = 'medium',
  more = '',
}: Written): string =>
  `title: ${title}\n${id === undefined ? '' : `id: ${id}\n`}level: ${level}\n${more}logsource:\n  product: windows\n  category: process_creation\ndetection:\n  selection:\n    ${test}\n  condition: selection\n`
let count = 0
function file(of: Written, name = `rule-${++count}.yml`): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text(of))
  return path
}
async function changes(...args: string[]) {
  const { code, out, err } = await terrier(['diff', ...args, '-f', 'jsonl'])
  return { code, err, rows: lines(out) }
}
const id = '0d5c9d3e-3b0e-4a33-9d10-000000000001'
const before = file({ id })

describe('one rule', () => {
  it('that is wider gains an event, that is narrower loses one', async () => {
    const wide = await changes(before, file({ id, test: "CommandLine|contains: '-R'" }))
    expect(wide.code, wide.err).toBe(0)
    expect(wide.rows).toHaveLength(1)
    expect(wide.rows[0]).toMatchObject({ change: 'widened', relation: 'narrower', onlyA: null })
    expect(wide.rows[0].onlyB.CommandLine).toMatch(/-r/i)
    expect(wide.rows[0].onlyB.CommandLine).not.toMatch(/ -r /i)
    const narrow = (await changes(before, file({ id, test: "CommandLine|contains|cased: ' -R '" }))).rows[0]
    expect(narrow).toMatchObject({ change: 'narrowed', onlyB: null })
    expect(narrow.onlyA.CommandLine).toContain(' -r ')
    const moved = (await changes(before, file({ id, test: "Image|endswith: '\\plink.exe'" }))).rows[0]
    expect(moved).toMatchObject({ change: 'moved', relation: 'overlapping' })
    expect(moved.onlyA.CommandLine).toMatch(/ -r /i)
    expect(moved.onlyB.Image).toMatch(/\\plink\.exe$/i)
  })

  it('in other words is rewritten, with other words around it metadata, and else the same', async () => {
    expect((await changes(before, file({ id, test: "CommandLine|re: '(?is).* -r .*'" }))).rows[0]).toMatchObject({
      change: 'rewritten',
      relation: 'equal',
    })
    const around = (
      await changes(before, file({ id, level: 'high', more: 'falsepositives:\n  - Administrators\ntags:\n  - attack.t1572\n' }))
    ).rows[0]
    expect(around).toMatchObject({ change: 'metadata', relation: null, metadata: ['level', 'attack', 'falsePositives', 'tags'] })
    expect((await changes(before, file({ id }))).rows).toEqual([])
    expect((await changes(before, file({ id }), '-v')).rows[0]).toMatchObject({ change: 'same' })
  })

  it('has a new title, or a new id, and is the same one still', async () => {
    expect((await changes(before, file({ id, title: 'Port forward' }))).rows[0]).toMatchObject({
      change: 'metadata',
      renamed: { id: null, title: ['Remote forward', 'Port forward'], file: null },
    })
    const other = '0d5c9d3e-3b0e-4a33-9d10-000000000002'
    expect((await changes(before, file({ id: other }))).rows[0]).toMatchObject({
      change: 'metadata',
      renamed: { id: [id, other] },
    })
  })

  it('in another log source is another one', async () => {
    const { rows } = await changes(before, file({ id, more: '' }))
    expect(rows).toEqual([])
    const elsewhere = join(folder, 'elsewhere.yml')
    writeFileSync(elsewhere, text({ id }).replace('process_creation', 'ps_script'))
    expect((await changes(before, elsewhere)).rows[0]).toMatchObject({ change: 'moved', relation: 'disjoint' })
  })
})

describe('folders', () => {
  it('are matched by id, file and title: added, removed, renamed', async () => {
    file({ id, title: 'Kept' }, 'old/a.yml')
    file({ title: 'Without id' }, 'old/sub/b.yml')
    file({ title: 'Gone', id: '0d5c9d3e-3b0e-4a33-9d10-000000000003' }, 'old/c.yml')
    file({ id, title: 'Kept' }, 'new/elsewhere/a.yml')
    file({ title: 'Without id', test: "CommandLine|contains: '-R'" }, 'new/sub/b.yml')
    file({ title: 'Come', test: "Image|endswith: '\\ngrok.exe'", id: '0d5c9d3e-3b0e-4a33-9d10-000000000004' }, 'new/d.yml')
    const { code, rows, err } = await changes(join(folder, 'old'), join(folder, 'new'))
    expect(code, err).toBe(0)
    expect(rows.map(row => [row.change, row.a?.title ?? null, row.b?.title ?? null])).toEqual([
      ['removed', 'Gone', null],
      ['widened', 'Without id', 'Without id'],
      ['added', null, 'Come'],
      ['metadata', 'Kept', 'Kept'],
    ])
    expect(rows[0].onlyA.CommandLine).toMatch(/ -r /i)
    expect(rows[2].onlyB.Image).toMatch(/\\ngrok\.exe$/i)
    expect(rows[3].renamed).toEqual({ id: null, title: null, file: ['a.yml', join('elsewhere', 'a.yml')] })
    expect(err).toContain('4 rules: 1 removed, 1 widened, 1 added, 1 metadata')
    const table = await terrier(['diff', join(folder, 'old'), join(folder, 'new'), '-f', 'table'])
    expect(table.out).toContain('widened: Without id')
    expect(table.out).toContain('  gains: {')
    expect(table.out).toContain('  loses: {')
  })

  it('of one id in several rules match those that are where they were', async () => {
    for (const side of ['first', 'second'] as const)
      for (const name of side === 'first' ? ['x', 'y'] : ['y', 'x'])
        file({ id, title: name, test: `Image|endswith: '\\${name}.exe'` }, `${side}/${name}.yml`)
    expect((await changes(join(folder, 'first'), join(folder, 'second'))).rows).toEqual([])
  })
})

describe('--fail-on', () => {
  it('makes exit code 1 of what is lost, or of any change of meaning', async () => {
    const wider = file({ id, test: "CommandLine|contains: '-R'" })
    expect((await changes(before, wider, '--fail-on', 'lost')).code).toBe(0)
    expect((await changes(wider, before, '--fail-on', 'lost')).code).toBe(1)
    expect((await changes(before, wider, '--fail-on', 'changed')).code).toBe(1)
    expect((await changes(before, file({ id, level: 'low' }), '--fail-on', 'changed')).code).toBe(0)
  })
})

const gitThere = (() => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('there is no git here: what reads revisions is not run')
    return false
  }
})()

describe.skipIf(!gitThere)('--git', () => {
  it('compares what is there with a revision: changed, removed and new files', async () => {
    const repository = join(folder, 'repository')
    const rules = join(repository, 'rules')
    const git = (...args: string[]): void => {
      const author = {
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.org',
      }
      execFileSync('git', args, { cwd: repository, stdio: 'ignore', env: { ...process.env, ...author } })
    }
    file({ id }, 'repository/rules/a.yml')
    file({ title: 'Grüße', id: '0d5c9d3e-3b0e-4a33-9d10-000000000005' }, 'repository/rules/ä b.yml')
    writeFileSync(join(rules, 'notes.txt'), 'no rule')
    git('init', '-q')
    git('add', '.')
    git('commit', '-q', '-m', 'first')
    expect((await changes('--git', 'HEAD', rules)).rows).toEqual([])
    file({ id, test: "CommandLine|contains: '-R'" }, 'repository/rules/a.yml')
    rmSync(join(rules, 'ä b.yml'))
    file({ title: 'Come', id: '0d5c9d3e-3b0e-4a33-9d10-000000000006' }, 'repository/rules/deep/c.yml')
    const { code, rows, err } = await changes('--git', 'HEAD', rules, '--fail-on', 'lost')
    expect(rows.map(row => [row.change, (row.b ?? row.a).title])).toEqual([
      ['removed', 'Grüße'],
      ['widened', 'Remote forward'],
      ['added', 'Come'],
    ])
    expect(code, err).toBe(1)
    const one = await changes('--git', 'HEAD', join(rules, 'a.yml'))
    expect(one.rows.map(row => row.change)).toEqual(['widened'])
  })

  it('a revision that is none, or would be an option of git, is refused', async () => {
    const repository = join(folder, 'repository', 'rules')
    const unknown = await changes('--git', 'no-such-branch', repository)
    expect(unknown.code).toBe(3)
    expect(unknown.err).toContain('FIL025')
    for (const revision of ['--output=x', '-h']) {
      const { code, err } = await changes(`--git=${revision}`, repository)
      expect(code).toBe(2)
      expect(err).toContain('is no revision')
    }
    const outside = await changes('--git', 'HEAD', folder)
    expect(outside.code).toBe(3)
    expect(outside.err).toContain('FIL025')
  })
})

describe('misuse', () => {
  it('takes two paths, and something to read: exit codes 2 and 3', async () => {
    expect((await changes(before)).code).toBe(2)
    expect((await changes(before, before, before)).err).toContain('diff takes two files or folders, not 3')
    expect((await changes(before, before, '--fail-on', 'never-mind')).code).toBe(2)
    const empty = join(folder, 'empty.yml')
    writeFileSync(empty, '')
    expect((await changes(empty, empty)).code).toBe(3)
  })
})

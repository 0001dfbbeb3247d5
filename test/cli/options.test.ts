// Options that verbs share: formats, levels, times, colours, exit codes.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitCode } from '../../src/node/cli/exit.ts'
import type { Io } from '../../src/node/cli/io.ts'
import {
  type CommonOptions,
  desk,
  type Format,
  isUtf8,
  readFailOn,
  readLevels,
  readMoment,
  wantsColor,
} from '../../src/node/cli/options.ts'

const now = Date.UTC(2026, 10, 21, 12)

function world(terminal: boolean, env: Io['env'] = {}): Io {
  return {
    stdout: { write: () => true, isTTY: terminal, columns: 80 },
    stderr: { write: () => true, isTTY: terminal },
    stdin: (async function* () {})(),
    env,
    cwd: process.cwd(),
    now: () => now,
  }
}

describe('exit codes', () => {
  it('take precedence 130, 2, 3, 4, 5, 1', () => {
    expect(exitCode([])).toBe(0)
    expect(exitCode([1, 5, 4, 3, 2, 130])).toBe(130)
    expect(exitCode([1, 5, 4, 3, 2])).toBe(2)
    expect(exitCode([1, 5, 4, 3])).toBe(3)
    expect(exitCode([1, 5, 4])).toBe(4)
    expect(exitCode([1, 5])).toBe(5)
    expect(exitCode([1])).toBe(1)
  })
})

describe('levels', () => {
  it('are exact, or with + that and above; several are joined', () => {
    expect([...readLevels(['high']).value!]).toEqual(['high'])
    expect([...readLevels(['high+']).value!]).toEqual(['high', 'critical'])
    expect([...readLevels(['low', 'CRIT']).value!]).toEqual(['low', 'critical'])
    expect([...readLevels(['info+']).value!]).toHaveLength(5)
  })
  it('that do not exist are told with the nearest one', () => {
    const [finding] = readLevels(['hgih+']).diagnostics
    expect(finding?.code).toBe('CLI006')
    expect(finding?.message).toBe('no level "hgih+"')
    expect(finding?.hint).toContain('did you mean "high"?')
  })
  it('of --fail-on mean that level and above', () => {
    expect([...readFailOn('medium').value!]).toEqual(['medium', 'high', 'critical'])
    expect([...readFailOn('high+').value!]).toEqual(['high', 'critical'])
    expect([...readFailOn('any').value!]).toHaveLength(5)
    expect([...readFailOn('never').value!]).toEqual([])
    expect(readFailOn('sometimes').diagnostics[0]?.code).toBe('CLI006')
  })
})

describe('times', () => {
  it('are ISO 8601 in UTC, or before now', () => {
    expect(readMoment('2026-11-20', now).value).toBe(Date.UTC(2026, 10, 20))
    expect(readMoment('2026-11-20T10:00Z', now).value).toBe(Date.UTC(2026, 10, 20, 10))
    expect(readMoment('2026-11-20T10:00:00+02:00', now).value).toBe(Date.UTC(2026, 10, 20, 8))
    expect(readMoment('-2h', now).value).toBe(now - 7_200_000)
    expect(readMoment('-90m', now).value).toBe(now - 5_400_000)
    expect(readMoment('-7d', now).value).toBe(now - 604_800_000)
  })
  it('that are none are told', () => {
    for (const text of ['yesterday', '2026-13-01', '-2 h', '2h', '', '12']) {
      expect(readMoment(text, now).diagnostics[0]?.code).toBe('CLI007')
    }
  })
})

describe('formats', () => {
  const served: readonly Format[] = ['table', 'jsonl', 'json', 'csv', 'sarif']
  const format = (options: CommonOptions, terminal: boolean) => desk(options, served, 'hunt', world(terminal))
  it('are a table on a terminal and JSON Lines in a pipe', () => {
    expect(format({}, true).value?.format).toBe('table')
    expect(format({}, false).value?.format).toBe('jsonl')
    expect(format({ format: 'CSV' }, true).value?.format).toBe('csv')
  })
  it('follow the ending of the output file, unless -f says another', () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-'))
    for (const [name, expected] of [
      ['a.csv', 'csv'],
      ['a.json', 'json'],
      ['a.sarif', 'sarif'],
      ['a.sarif.json', 'sarif'],
      ['a.ndjson', 'jsonl'],
      ['a.txt', 'table'],
      ['a', 'jsonl'],
    ] as const) {
      const at = format({ output: join(folder, name) }, true).value
      expect(at?.format, name).toBe(expected)
      at?.close()
    }
    const at = format({ output: join(folder, 'b.csv'), format: 'json' }, true).value!
    expect(at.format).toBe('json')
    at.out.write('x'.repeat(100_000))
    at.out.write('é')
    at.close()
    expect(readFileSync(join(folder, 'b.csv'), 'utf8')).toBe(`${'x'.repeat(100_000)}é`)
  })
  it('that a verb does not write are refused with those that it does', () => {
    const [unserved] = format({ format: 'html' }, true).diagnostics
    expect(unserved?.code).toBe('CLI003')
    expect(unserved?.message).toBe('hunt does not write the format "html"')
    expect(unserved?.hint).toBe('hunt has table, jsonl, json, csv, sarif')
    const [unknown] = format({ format: 'cvs' }, true).diagnostics
    expect(unknown?.message).toBe('no format "cvs"')
    expect(unknown?.hint).toContain('did you mean "csv"?')
    expect(format({ output: 'report.md' }, true).diagnostics[0]?.code).toBe('CLI003')
  })
  it('need an output file that can be written', () => {
    const [finding] = format({ output: join(tmpdir(), 'no', 'such', 'folder', 'a.csv') }, true).diagnostics
    expect(finding?.code).toBe('CLI005')
    expect(finding?.message).toContain('no such file or folder')
    const file = join(mkdtempSync(join(tmpdir(), 'terrier-')), 'file')
    writeFileSync(file, '')
    expect(format({ output: join(file, 'a.csv') }, true).diagnostics[0]?.message).toContain('not a folder')
  })
})

describe('colours', () => {
  it('follow the flag, then NO_COLOR, FORCE_COLOR, CLICOLOR, then the terminal', () => {
    expect(wantsColor('auto', {}, true)).toBe(true)
    expect(wantsColor('auto', {}, false)).toBe(false)
    expect(wantsColor('always', { NO_COLOR: '1' }, false)).toBe(true)
    expect(wantsColor('never', { FORCE_COLOR: '1' }, true)).toBe(false)
    expect(wantsColor('auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false)
    expect(wantsColor('auto', { NO_COLOR: '' }, true)).toBe(true)
    expect(wantsColor('auto', { FORCE_COLOR: '1' }, false)).toBe(true)
    expect(wantsColor('auto', { FORCE_COLOR: '0' }, true)).toBe(false)
    expect(wantsColor('auto', { CLICOLOR: '0' }, true)).toBe(false)
    expect(wantsColor('auto', { CLICOLOR_FORCE: '1' }, false)).toBe(true)
    expect(wantsColor('auto', { TERM: 'dumb' }, true)).toBe(false)
  })
  it('have a setting of three words', () => {
    const [finding] = desk({ color: 'blue' }, ['table'], 'hunt', world(true)).diagnostics
    expect(finding?.code).toBe('CLI004')
  })
})

describe('signs beyond ASCII', () => {
  it('need a terminal that says UTF-8', () => {
    expect(isUtf8({ LANG: 'en_US.UTF-8' }, 'linux')).toBe(true)
    expect(isUtf8({ LANG: 'C' }, 'linux')).toBe(false)
    expect(isUtf8({ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'linux')).toBe(false)
    expect(isUtf8({}, 'linux')).toBe(false)
    expect(isUtf8({ WT_SESSION: 'x' }, 'win32')).toBe(true)
    const at = desk({}, ['table'], 'hunt', world(false, { LANG: 'en_US.UTF-8' })).value
    expect(at?.out.unicode).toBe(false)
  })
})

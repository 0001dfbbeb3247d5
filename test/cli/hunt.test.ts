// `terrier hunt` on small rules and logs of our own: the contract of alerts, selection, formats, exit codes, interruption.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lines, terrier } from './run.ts'

const logs = 'test/cli/samples/logs'
const log = `${logs}/sysmon.jsonl`
const rules = 'test/cli/samples/rules'
const forward = `${rules}/forward.yml`

describe('an alert', () => {
  it('is the object of the contract', async () => {
    const { code, out } = await terrier(['hunt', logs, '-r', forward])
    expect(code).toBe(0)
    const [first] = lines(out)
    expect(first).toEqual({
      time: '2026-11-20T10:02:11.1234567Z',
      rule: {
        id: '5b6f0c0e-1111-4c2f-9a55-000000000001',
        title: 'Remote forward on the command line',
        level: 'high',
        file: 'test/cli/samples/rules/forward.yml',
      },
      attack: ['T1572'],
      source: { file: log, member: null, record: null, line: 1, index: 0 },
      sources: [first.source],
      host: 'WS7',
      user: 'CORP\\ann',
      fields: {
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Provider_Name: 'Microsoft-Windows-Sysmon',
        EventID: 1,
        EventRecordID: 101,
        SystemTime: '2026-11-20T10:02:11.1234567Z',
        Computer: 'WS7',
        User: 'CORP\\ann',
        Image: 'C:\\Temp\\plink.exe',
        CommandLine: 'plink.exe -ssh -N -R 33389:localhost:3389 ann@192.0.2.7',
        ParentImage: 'C:\\Windows\\System32\\cmd.exe',
      },
      risk: {
        score: 40,
        message: 'C:\\Temp\\plink.exe on WS7 forwards a port',
        entities: [
          { kind: 'system', value: 'WS7', score: 40 },
          { kind: 'user', value: 'CORP\\ann', score: 40 },
        ],
      },
    })
  })
  it('of a correlation has every event as a source', async () => {
    const { out } = await terrier(['hunt', log, '-r', rules, '--rule', 'Several forwards*'])
    const [alert, ...more] = lines(out)
    expect(more).toEqual([])
    expect(alert.time).toBe('2026-11-20T10:05:30.5000000Z')
    expect(alert.sources.map((source: { line: number }) => source.line)).toEqual([1, 3])
    expect(alert.source).toEqual(alert.sources[0])
    expect(alert.fields.Computer).toBe('WS7')
    expect(alert.host).toBe('WS7')
  })
  it('comes in a pipe as JSON Lines, the talk on the other stream', async () => {
    const { out, err } = await terrier(['hunt', log, '-r', rules])
    expect(lines(out).map(alert => [alert.rule.title, alert.source.line])).toEqual([
      ['Remote forward on the command line', 1],
      ['Remote forward on the command line', 3],
      ['Shell started by a web server', 5],
      ['Several forwards on one host', 1],
    ])
    expect(err).toContain('4 rules, 1 not evaluated; 6 events in 1 file; 4 alerts (--show-skipped says why)')
    expect((await terrier(['hunt', log, '-r', rules, '-q'])).err).toBe('')
  })
})

describe('spellings', () => {
  it('of other tools mean the same', async () => {
    const { out } = await terrier(['hunt', log, '-r', rules])
    expect((await terrier(['scan', log, '-r', rules])).out).toBe(out)
    expect((await terrier(['hunt', log, '-s', rules])).out).toBe(out)
    expect((await terrier(['hunt', log, '--sigma', rules])).out).toBe(out)
    expect((await terrier(['hunt', log, '--rules', rules])).out).toBe(out)
    expect((await terrier(['hunt', '-d', logs, '--rules', rules])).out).toBe(out)
    const mapped = await terrier(['hunt', log, '-s', rules, '--mapping', 'mappings/sigma.yml'])
    expect(mapped.out).toBe(out)
    expect(mapped.err).toContain('note[CLI201]: --mapping is not needed')
    expect((await terrier(['hunt', log, '-r', rules, '-j', '4'])).out).toBe(out)
  })
  it('without rules use the bundled pack', async () => {
    const { code, out } = await terrier(['hunt', log])
    expect(code).toBe(0)
    expect(lines(out).every(alert => alert.rule.file.startsWith('packs/t1572/rules/'))).toBe(true)
    expect(lines(out).length).toBeGreaterThan(0)
  })
})

describe('selection', () => {
  const titles = async (...options: string[]) => {
    const { out } = await terrier(['hunt', log, '-r', rules, ...options])
    return [...new Set(lines(out).map(alert => alert.rule.title.split(' ')[0]))]
  }
  it('by level, exact or from one on', async () => {
    expect(await titles('--level', 'high')).toEqual(['Remote'])
    expect(await titles('--level', 'high+')).toEqual(['Remote', 'Shell'])
    expect(await titles('--min-level', 'high')).toEqual(['Remote', 'Shell'])
    expect(await titles('--level', 'critical', '--level', 'medium')).toEqual(['Shell', 'Several'])
  })
  it('by technique or tag', async () => {
    expect(await titles('--tag', 'T1505')).toEqual(['Shell'])
    expect(await titles('--tag', 'attack.t1505.003')).toEqual(['Shell'])
    expect(await titles('--tag', 'attack.command*')).toEqual(['Remote'])
  })
  it('by id, title or file', async () => {
    expect(await titles('--rule', '5b6f0c0e-1111-4c2f-9a55-000000000002')).toEqual(['Shell'])
    expect(await titles('--rule', 'remote*')).toEqual(['Remote'])
    expect(await titles('--rule', 'burst', '--rule', 'shell.yml')).toEqual(['Shell', 'Several'])
  })
  it('that leaves no rule is wrong usage', async () => {
    const { code, err } = await terrier(['hunt', log, '-r', rules, '--tag', 'T9999'])
    expect(code).toBe(2)
    expect(err).toContain('error[CLI017]: none of 5 rules passes --level, --tag and --rule')
  })
  it('by time, from and up to, both included', async () => {
    const at = async (...options: string[]) =>
      lines((await terrier(['hunt', log, '-r', forward, ...options])).out).map(alert => alert.source.line)
    expect(await at('--since', '2026-11-20T10:03Z')).toEqual([3])
    expect(await at('--until', '2026-11-20T10:03:00Z')).toEqual([1])
    // Now is 2026-11-21T00:00Z in these tests.
    expect(await at('--since', '-14h')).toEqual([1, 3])
    expect(await at('--since', '-13h')).toEqual([])
    const wrong = await terrier(['hunt', log, '--since', '2026-11-21', '--until', '2026-11-20'])
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('error[CLI007]: --since lies after --until')
  })
})

describe('wrong usage', () => {
  it.each([
    [['hunt'], 'error[CLI001]: no log named'],
    [['hunt', log, '--levle', 'high'], 'unknown option "--levle"'],
    [['hunt', log, '--level', 'hihg'], 'error[CLI006]: no level "hihg"'],
    [['hunt', log, '--fail-on', 'big'], 'error[CLI006]: no level "big'],
    [['hunt', log, '-f', 'junit'], 'error[CLI003]: hunt does not write the format "junit"'],
    [['hunt', log, '-f', 'html'], 'hunt has table, jsonl, json, csv, timeline, md, sarif, github'],
    [['hunt', log, '-f', 'xml'], 'error[CLI003]: no format "xml"'],
    [['hunt', log, '--since', 'noon'], 'error[CLI007]: not a time: "noon"'],
    [['hunt', log, '--color', 'red'], 'error[CLI004]'],
    [['hunt', log, '-j', '0'], 'error[CLI009]'],
    [['hunt', log, '--var', 'no-such.yml'], 'error[CLI008]: cannot read variables from "no-such.yml": no such file or folder'],
    [['hunt', log, '--schema', 'securty-full'], 'error[CLI016]: no schema "securty-full"'],
    [['hunt', log, '-o', 'no/such/folder/x.csv'], 'error[CLI005]'],
    [['hunt', log, '-r'], 'error[CLI001]'],
    [['hunt', 'https://example.org/a.evtx'], '"https://example.org/a.evtx" is an address, and nothing is fetched'],
  ])('%j', async (args, expected) => {
    const { code, out, err } = await terrier(args)
    expect(err).toContain(expected)
    expect(code).toBe(2)
    expect(out).toBe('')
  })
})

describe('exit codes', () => {
  it('1 when a rule of that level or above fires', async () => {
    expect((await terrier(['hunt', log, '-r', rules, '--fail-on', 'critical'])).code).toBe(1)
    expect((await terrier(['hunt', log, '-r', forward, '--fail-on', 'critical'])).code).toBe(0)
    expect((await terrier(['hunt', log, '-r', forward, '--fail-on', 'any'])).code).toBe(1)
    expect((await terrier(['hunt', log, '-r', forward, '--fail-on', 'never'])).code).toBe(0)
  })
  it('3 when no rule could be read', async () => {
    const absent = await terrier(['hunt', log, '-r', 'no/such/rules'])
    expect(absent.code).toBe(3)
    expect(absent.err).toContain('error[CLI013]: no rule could be read')
    expect(absent.err).toContain('no/such/rules')
    expect((await terrier(['hunt', log, '-r', `${logs}`])).code).toBe(3)
    const other = await terrier(['hunt', log, '-r', '.github/none.yml', '-r', 'test/cli/samples/logs/sysmon.jsonl'])
    expect(other.code).toBe(3)
    expect(other.err).toContain('error[RUL090]')
  })
  it('4 when no log could be read, before 5 and 1', async () => {
    const { code, err } = await terrier(['hunt', 'no-such.evtx', '-r', rules, '--strict', '--fail-on', 'any'])
    expect(code).toBe(4)
    expect(err).toContain('error[CLI014]: no log could be read')
    expect(err).toContain('no-such.evtx')
    const other = await terrier(['hunt', 'test/cli/samples/broken/notes.bin', '-r', rules])
    expect(other.code).toBe(4)
    expect(other.err).toContain('warning[HNT001]: "test/cli/samples/broken/notes.bin" is in no log format')
  })
  it('5 when something was skipped and --strict was given, before 1', async () => {
    expect((await terrier(['hunt', log, '-r', rules, '--strict', '--fail-on', 'any'])).code).toBe(5)
    expect((await terrier(['hunt', log, '-r', forward, '--strict'])).code).toBe(0)
    expect((await terrier(['hunt', log, 'no-such.evtx', '-r', forward, '--strict'])).code).toBe(5)
    expect((await terrier(['hunt', log, 'no-such.evtx', '-r', forward])).code).toBe(0)
  })
  it('130 when interrupted, with what was found so far', async () => {
    const abort = new AbortController()
    abort.abort()
    for (const format of ['json', 'sarif']) {
      const { code, out } = await terrier(['hunt', log, '-r', rules, '-f', format, '--fail-on', 'any'], { signal: abort.signal })
      expect(code).toBe(130)
      expect(() => JSON.parse(out)).not.toThrow()
    }
  })
})

describe('what was not checked', () => {
  it('is listed with its reason', async () => {
    const { err } = await terrier(['hunt', log, '-r', rules, '--show-skipped'])
    expect(err).toMatch(/not evaluated: Policy is changed .* \(test\/cli\/samples\/rules\/shell\.yml\): .*telescope/)
    expect(err).toContain('no events of windows/dns_query: 1 rule')
  })
  it('names rules that cannot be read, and runs the others', async () => {
    const { code, out, err } = await terrier(['hunt', log, '-r', forward, '-r', 'test/cli/samples/broken', '--show-skipped'])
    expect(code).toBe(0)
    expect(lines(out)).toHaveLength(2)
    expect(err).toContain('broken/syntax.yml')
    expect(err).toContain('Condition names what is not there')
    expect(err).toContain('filter')
  })
  it('names placeholders without a value, and takes values from files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-'))
    const rule = join(folder, 'admins.yml')
    writeFileSync(
      rule,
      'title: Admin starts a shell\nlogsource: {product: windows, category: process_creation}\ndetection:\n  sel:\n    User|expand: "%admins%"\n  condition: sel\n',
    )
    const without = await terrier(['hunt', log, '-r', rule, '--show-skipped'])
    expect(lines(without.out)).toEqual([])
    expect(without.code).toBe(3)
    expect(without.err).toContain('admins')
    const variables = join(folder, 'vars.yml')
    writeFileSync(variables, 'admins:\n  - CORP\\backup\n  - CORP\\root\n')
    const given = await terrier(['hunt', log, '-r', rule, '--var', variables])
    expect(lines(given.out).map(alert => alert.source.line)).toEqual([4])
    writeFileSync(variables, '{"vars": {"admins": "CORP\\\\ann"}}')
    expect(lines((await terrier(['hunt', log, '-r', rule, '--var', variables])).out).map(alert => alert.source.line)).toEqual([
      1, 2, 3,
    ])
    writeFileSync(variables, '- admins\n')
    expect((await terrier(['hunt', log, '-r', rule, '--var', variables])).err).toContain('error[CLI008]')
  })
})

describe('formats', () => {
  const run = async (format: string) => (await terrier(['hunt', log, '-r', rules, '-f', format])).out
  it('json is one array of the same objects', async () => {
    expect(JSON.parse(await run('json'))).toEqual(lines(await run('jsonl')))
  })
  it('csv and timeline have one line an alert', async () => {
    expect((await run('csv')).trimEnd().split('\r\n')).toHaveLength(5)
    const timeline = (await run('timeline')).trimEnd().split('\r\n').slice(1)
    expect(timeline.map(line => line.slice(0, 28))).toEqual([
      '2026-11-20T10:02:11.1234567Z',
      '2026-11-20T10:05:30.5000000Z',
      '2026-11-20T10:05:30.5000000Z',
      '2026-11-20T11:00:00.0000000Z',
    ])
  })
  it('sarif, md and github are written', async () => {
    expect(JSON.parse(await run('sarif')).runs[0].results).toHaveLength(4)
    expect(await run('md')).toContain('### Shell started by a web server')
    expect(await run('github')).toContain('::error file=test/cli/samples/logs/sysmon.jsonl,line=5')
  })
  it('go to a file whose ending names them, whole also on a terminal', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'terrier-')), 'out.csv')
    const { code, out } = await terrier(['hunt', log, '-r', rules, '-o', file], { terminal: true })
    expect(code).toBe(0)
    expect(out).toBe('')
    expect(readFileSync(file, 'utf8')).toBe(await run('csv'))
  })
})

describe('on a terminal', () => {
  it('a table tells what was loaded, found, skipped and what to do next', async () => {
    const { out } = await terrier(['hunt', log, '-r', rules], { terminal: true, env: { LANG: 'C.UTF-8', NO_COLOR: '1' } })
    expect(out).toContain('4 loaded, 1 not evaluable here, 1 without events of their log source')
    expect(out).toMatch(/2026-11-20 10:02:11Z {2}HIGH {6}Remote forward on the command line +WS7 +T1572 ×2/)
    expect(out).toContain('hosts       WS7 3 · WEB1 1')
    expect(out).toMatch(/critical +1 +1\n/)
    expect(out).toContain('time        2026-11-20 10:02:11Z to 2026-11-20 11:00:00Z')
    expect(out).toContain(
      'next: terrier explain 5b6f0c0e-1111-4c2f-9a55-000000000002 -r test/cli/samples/rules --event test/cli/samples/logs/sysmon.jsonl --index 4',
    )
    expect(out).not.toContain('\u001b')
  })
  it('has colours unless NO_COLOR is set', async () => {
    const { out } = await terrier(['hunt', log, '-r', rules], { terminal: true })
    expect(out).toContain('\u001b[')
  })
  it('adds up risk on request', async () => {
    const { out } = await terrier(['hunt', log, '-r', rules, '--risk', '-f', 'table'])
    expect(out).toMatch(/80 {2}system WS7 {2}2 alerts of 1 rule/)
    expect(out).toMatch(/80 {2}user CORP\\ann {2}2 alerts of 1 rule/)
    expect((await terrier(['hunt', log, '-r', rules, '--risk'])).err).toContain('risk 80  system WS7: 2 alerts of 1 rule')
  })
  it('tells counts on request', async () => {
    const { err } = await terrier(['hunt', log, '-r', rules, '--stats'])
    expect(err).toContain('events     6 as sigma')
    expect(err).toContain('rule       2 Remote forward on the command line')
  })
})

// `terrier explain`, `test`, `lint` and `logs` on small rules and logs of our own.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lines, terrier } from './run.ts'

const log = 'test/cli/samples/logs/sysmon.jsonl'
const rules = 'test/cli/samples/rules'
const forward = `${rules}/forward.yml`
const forwardId = '5b6f0c0e-1111-4c2f-9a55-000000000001'

describe('explain', () => {
  it('gives stages, predicates, indicators and needs', async () => {
    const { code, out } = await terrier(['explain', forward])
    expect(code).toBe(0)
    const [row, ...more] = lines(out)
    expect(more).toEqual([])
    expect(row.file).toBe(forward)
    expect(row.rule).toBe(forwardId)
    expect(row.stages.map((stage: { kind: string }) => stage.kind)).toEqual(['class', 'filter'])
    expect(row.predicates).toContainEqual(
      expect.objectContaining({ stage: 1, field: 'CommandLine', op: 'contains', value: ' -R ', fold: true, negated: false }),
    )
    expect(row.predicates).toContainEqual(
      expect.objectContaining({ field: 'User', op: 'equals', value: 'CORP\\backup', negated: true }),
    )
    expect(row.indicators).toContainEqual({
      field: 'CommandLine',
      kind: 'contains',
      values: [' -R '],
      negated: false,
      corpus: null,
    })
    expect(row.needs).toEqual([
      { class: { product: 'windows', category: 'process_creation' }, fields: expect.arrayContaining(['CommandLine', 'User']) },
    ])
    expect(row.diagnostics).toEqual([])
    const text = readFileSync(forward, 'utf8')
    const { span } = row.predicates[0]
    expect(text.slice(span.start, span.end)).toContain(' -R ')
  })
  it('reads folders, standard input, and ids of the bundled pack', async () => {
    expect(lines((await terrier(['explain', rules])).out)).toHaveLength(5)
    const known = await terrier(['explain', 'tun-001*', '-f', 'json'])
    expect(JSON.parse(known.out)[0].attack).toContain('T1572')
    const byId = await terrier(['explain', forwardId, '-r', rules])
    expect(lines(byId.out)[0].file).toBe(forward)
  })
  it('counts the other rules of a corpus that look for the same', async () => {
    const { out } = await terrier(['explain', forward, '--corpus', rules])
    const [row] = lines(out)
    const at = (field: string) => row.indicators.find((indicator: { field: string }) => indicator.field === field).corpus
    // The correlation looks for the same as the rule it refers to.
    expect(at('CommandLine')).toBe(1)
  })
  it('traces an event: true, false, absent, and the nearest miss', async () => {
    const match = lines((await terrier(['explain', forward, '--event', log])).out)[0]
    expect(match.rule).toBe(forwardId)
    expect(match.verdict).toBe('match')
    expect(match.event.source.line).toBe(1)
    expect(match.event.fields.Computer).toBe('WS7')
    expect(match.trace.truth).toBe('true')
    const filtered = lines((await terrier(['explain', forward, '--event', log, '--index', '3'])).out)[0]
    expect(filtered.verdict).toBe('no match')
    expect(filtered.event.source.line).toBe(4)
    expect(filtered.trace.truth).toBe('false')
    expect(typeof filtered.trace.nearest).toBe('string')
    const truths = new Set<string>()
    const walk = (part: { truth: string; children: never[] }): void => {
      truths.add(part.truth)
      part.children.forEach(walk)
    }
    walk(lines((await terrier(['explain', forward, '--event', log, '--index', '5'])).out)[0].trace)
    expect(truths).toContain('absent')
  })
  it('traces every event on request, and says when there are more', async () => {
    const all = await terrier(['explain', forward, '--event', log, '--all'])
    expect(lines(all.out).map(row => row.verdict)).toEqual(['match', 'no match', 'match', 'no match', 'no match', 'no match'])
    expect((await terrier(['explain', forward, '--event', log])).err).toContain('only the first event')
  })
  it('leaves a correlation open when its event counts', async () => {
    const { out } = await terrier(['explain', 'Several*', '-r', rules, '--event', log])
    expect(lines(out)[0].verdict).toBe('undecided')
    expect(lines((await terrier(['explain', 'Several*', '-r', rules, '--event', log, '--index', '1'])).out)[0].verdict).toBe(
      'no match',
    )
  })
  it('draws a tree with marks', async () => {
    const terminal = { terminal: true, env: { LANG: 'C.UTF-8', NO_COLOR: '1' } }
    const { out } = await terrier(['explain', forward, '--event', log, '--index', '5'], terminal)
    expect(out).toMatch(/✗ Remote forward on the command line/)
    expect(out).toMatch(/· .*CommandLine/)
    expect(out).toContain('the rule does not match this event')
    expect(out).toContain('nearest: ')
    const piped = await terrier(['explain', forward, '--event', log, '-f', 'text'])
    expect(piped.out).toContain('+ Remote forward on the command line')
    expect(piped.out).toContain('the rule matches this event')
    const rule = await terrier(['explain', forward], terminal)
    for (const part of ['reads', 'stages', 'looks for', 'lets pass', 'false positives', '2 tests'])
      expect(rule.out).toContain(part)
  })
  it.each([
    [['explain'], 2, 'CLI001'],
    [['explain', 'no-such-rule'], 2, 'error[CLI012]: no file and no rule "no-such-rule" in the bundled rules'],
    [['explain', 'Remote forward on the comand line', '-r', rules], 2, 'did you mean "Remote forward on the command line"?'],
    [['explain', 'no-such.yml'], 3, 'error[CLI013]'],
    [['explain', forward, '--index', '1'], 2, 'error[CLI001]'],
    [['explain', forward, '--event', log, '--index', 'x'], 2, 'error[CLI009]'],
    [['explain', forward, '--event', log, '--index', '99'], 2, 'error[CLI015]: there is no event 99 in'],
    [['explain', forward, '--event', 'no-such.json'], 4, 'error[CLI014]'],
    [['explain', forward, '-f', 'csv'], 2, 'explain has text, jsonl, json'],
  ])('%j', async (args, code, expected) => {
    const ran = await terrier(args)
    expect(ran.err).toContain(expected)
    expect(ran.code).toBe(code)
  })
})

describe('test', () => {
  it('runs the tests that rules bring', async () => {
    const { code, out, err } = await terrier(['test', rules])
    expect(code).toBe(0)
    expect(lines(out)).toEqual([
      {
        rule: forwardId,
        title: 'Remote forward on the command line',
        level: 'high',
        file: forward,
        trial: 'forwards a port',
        expect: 'alert',
        outcome: 'passed',
        alerts: 1,
        reason: null,
      },
      expect.objectContaining({ trial: 'small r is another thing', expect: 'silence', outcome: 'passed', alerts: 0 }),
    ])
    expect(err).toContain('2 passed, 0 failed, 0 skipped')
  })
  it('runs those of the bundled pack', async () => {
    const { code, out } = await terrier(['test', '-f', 'table'])
    expect(out).toMatch(/^\d+ passed, 0 failed, 0 skipped$/m)
    expect(code).toBe(0)
  })
  const folder = mkdtempSync(join(tmpdir(), 'terrier-'))
  const pack = join(folder, 'pack')
  mkdirSync(join(pack, 'rules'), { recursive: true })
  mkdirSync(join(pack, 'data'))
  cpSync(log, join(pack, 'data', 'log.jsonl'))
  cpSync(log, join(folder, 'outside.jsonl'))
  symlinkSync(join(folder, 'outside.jsonl'), join(pack, 'data', 'link.jsonl'))
  writeFileSync(
    join(pack, 'data', 'pointer.jsonl'),
    'version https://git-lfs.github.com/spec/v1\noid sha256:0000000000000000000000000000000000000000000000000000000000000000\nsize 12345\n',
  )
  const trial = (name: string, dataset: string, expected = 'alert') =>
    `  - {name: ${name}, expect: ${expected}, dataset: ${dataset}}\n`
  const own = readFileSync(forward, 'utf8').split('tests:')[0]
  writeFileSync(
    join(pack, 'rules', 'forward.yml'),
    `${own}tests:\n${trial('beside', '../data/log.jsonl')}${trial('wrong', '../data/log.jsonl', 'silence')}${trial('absent', '../data/none.jsonl')}${trial('pointer', '../data/pointer.jsonl')}${trial('outside', '../../outside.jsonl')}${trial('link', '../data/link.jsonl')}${trial('network', 'https://example.org/log.jsonl')}`,
  )
  it('takes data sets from the folder of the rules only, and tells what is absent', async () => {
    const { code, out } = await terrier(['test', join(pack, 'rules')])
    expect(code).toBe(1)
    const told = new Map(lines(out).map(row => [row.trial, row]))
    expect(told.get('beside').outcome).toBe('passed')
    expect(told.get('wrong')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('there should be none') })
    for (const [name, why] of [
      ['absent', 'is not there'],
      ['pointer', 'Git LFS pointer'],
      ['outside', 'lies outside the folder of the rules'],
      ['link', 'lies outside the folder of the rules'],
      ['network', 'nothing is fetched'],
    ]) {
      expect(told.get(name), name).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining(why!) })
    }
  })
  it('fails a strict run that skipped something', async () => {
    expect((await terrier(['test', rules, '--strict'])).code).toBe(0)
    writeFileSync(join(pack, 'rules', 'other.yml'), `${own}tests:\n${trial('absent', '../data/none.jsonl')}`)
    expect((await terrier(['test', join(pack, 'rules', 'other.yml'), '--strict'])).code).toBe(5)
    expect((await terrier(['test', join(pack, 'rules', 'other.yml')])).code).toBe(0)
  })
  it('writes for people and for build servers', async () => {
    const table = await terrier(['test', join(pack, 'rules', 'forward.yml'), '-f', 'table'])
    expect(table.out).toContain('x failed  Remote forward on the command line / wrong: ')
    expect(table.out).toContain('1 passed, 1 failed, 5 skipped')
    expect((await terrier(['test', join(pack, 'rules', 'forward.yml'), '-f', 'junit'])).out).toContain(
      'tests="7" failures="1" errors="0" skipped="5"',
    )
    expect((await terrier(['test', join(pack, 'rules', 'forward.yml'), '-f', 'md'])).out).toContain(
      '| failed | Remote forward on the command line | wrong |',
    )
    expect((await terrier(['test', join(pack, 'rules', 'forward.yml'), '-f', 'github'])).out).toContain('::error file=')
  })
  it.each([
    [['test', 'no/such/rules'], 3, 'error[CLI013]'],
    [['test', rules, '--rule', 'nothing'], 2, 'error[CLI017]'],
    [['test', rules, '-f', 'sarif'], 2, 'test has table, jsonl, json, junit, md, github'],
  ])('%j', async (args, code, expected) => {
    const ran = await terrier(args)
    expect(ran.err).toContain(expected)
    expect(ran.code).toBe(code)
  })
})

describe('lint', () => {
  it('finds nothing in good rules, and no more than notes where an author may have weighed it', async () => {
    const good = join(mkdtempSync(join(tmpdir(), 'terrier-')), 'good.yml')
    writeFileSync(good, readFileSync(forward, 'utf8').replace("' -R '", "':3389:'"))
    const { code, out } = await terrier(['lint', good, '-f', 'table'])
    expect(out).toBe('0 errors, 0 warnings, 0 notes in 1 rule of 1 file\n')
    expect(code).toBe(0)
    const weighed = await terrier(['lint', forward, '-f', 'table'])
    expect(weighed.out).toMatch(/^note\[LNT303\][\s\S]*\n0 errors, 0 warnings, 2 notes in 1 rule of 1 file\n$/)
    expect(weighed.code).toBe(0)
  })
  it('gives findings with place and hint, and fails on errors', async () => {
    const { code, out } = await terrier(['lint', 'test/cli/samples/broken'])
    expect(code).toBe(1)
    const found = lines(out)
    expect(found.length).toBeGreaterThanOrEqual(2)
    for (const finding of found) {
      expect(Object.keys(finding)).toEqual(
        'code,severity,message,rule,file,line,column,endLine,endColumn,hint,fix,witness'.split(','),
      )
      expect(finding.code).toMatch(/^[A-Z]{3}\d{3}$/)
    }
    expect(found.find(finding => finding.message.includes('hgih'))).toMatchObject({
      file: 'test/cli/samples/broken/condition.yml',
      line: 4,
      column: 8,
      hint: expect.stringContaining('high'),
      rule: '5b6f0c0e-1111-4c2f-9a55-000000000009',
    })
    expect(found.some(finding => finding.file === 'test/cli/samples/broken/syntax.yml' && finding.severity === 'error')).toBe(
      true,
    )
  })
  it('draws them with a caret', async () => {
    const { out } = await terrier(['lint', 'test/cli/samples/broken/condition.yml', '-f', 'table'])
    expect(out).toContain('level: hgih')
    expect(out).toMatch(/^ +\| {8}\^\^\^\^$/m)
    expect(out).toMatch(/\d+ errors?, \d+ warnings?, \d+ notes? in 1 rule of 1 file/)
  })
  it('mends what is safe, and leaves the rest of the file as it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-'))
    const file = join(folder, 'rule.yml')
    const text = (value: string) =>
      `\ufefftitle: Star too many\r\nid: 5b6f0c0e-1111-4c2f-9a55-000000000010\r\nlogsource:\r\n  product: windows\r\n  category: process_creation\r\ndetection:\r\n  sel:\r\n    CommandLine|startswith: '${value}' # kept\r\n  condition: sel\r\n`
    writeFileSync(file, text('plink*'))
    const [star] = lines((await terrier(['lint', file])).out).filter(finding => finding.fix !== null)
    expect(star).toMatchObject({ code: 'LNT243', line: 8 })
    const { out, err } = await terrier(['lint', file, '--fix', '-f', 'table'])
    expect(err).toBe('')
    expect(out).toContain('; 1 file mended')
    expect(readFileSync(file, 'utf8').replace(/['"]/g, '')).toBe(text('plink').replace(/['"]/g, ''))
    expect(lines((await terrier(['lint', file])).out).filter(finding => finding.fix !== null)).toEqual([])
    expect((await terrier(['lint', file, '--fix', '-f', 'table'])).out).not.toContain('mended')
  })
  it('shows what it would mend as a diff, and writes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-'))
    const file = join(folder, 'rule.yml')
    const text = `title: Star too many
id: 5b6f0c0e-1111-4c2f-9a55-000000000010
date: 2024/01/05 # kept
logsource:
  product: windows
  category: process_creation
detection:
  sel:
    CommandLine|startswith: 'plink*'
  condition: sel`
    writeFileSync(file, text)
    const { out } = await terrier(['lint', file, '--fix', '--dry-run'])
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(out).toBe(`--- ${file}
+++ ${file}
@@ -1,10 +1,10 @@
 title: Star too many
 id: 5b6f0c0e-1111-4c2f-9a55-000000000010
-date: 2024/01/05 # kept
+date: 2024-01-05 # kept
 logsource:
   product: windows
   category: process_creation
 detection:
   sel:
-    CommandLine|startswith: 'plink*'
+    CommandLine|startswith: 'plink'
   condition: sel
\\ No newline at end of file
`)
    expect((await terrier(['lint', file, '--dry-run'])).code).toBe(2)
  })
  it('leaves a file alone that would be read less well', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'terrier-')), 'rule.yml')
    const text = `title: Two spellings of one field
logsource: {product: windows, category: process_creation}
detection:
  sel:
    CommandLine|contains: plink
    Commandline|contains: tunnel
  condition: sel
`
    writeFileSync(file, text)
    const { err } = await terrier(['lint', file, '--fix'])
    expect(err).toContain('CLI026')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
  it('tells with an event what a finding of meaning means', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-'))
    const file = join(folder, 'rule.kql')
    writeFileSync(
      file,
      'DeviceProcessEvents | where Timestamp > ago(1h) | where FileName == "plink.exe" | project Timestamp, DeviceName',
    )
    const [finding] = lines((await terrier(['lint', file])).out).filter(one => one.code === 'LNT305')
    expect(finding).toMatchObject({ line: 1, witness: { event: { FileName: 'PLINK.EXE' }, matches: false } })
    expect((await terrier(['lint', file, '-f', 'table'])).out).toContain('event: does not match {"FileName":"PLINK.EXE"}')
    const { out } = await terrier(['help', 'LNT305'])
    for (const part of ['What: ', 'Why:  ', 'With it:', 'Without it:', 'FileName =~ "plink.exe"']) expect(out).toContain(part)
  })
  it('serves code scanning, pull requests and build servers', async () => {
    const sarif = JSON.parse((await terrier(['lint', 'test/cli/samples/broken', '-f', 'sarif'])).out)
    expect(sarif.runs[0].results.length).toBeGreaterThanOrEqual(2)
    expect((await terrier(['lint', 'test/cli/samples/broken', '-f', 'github'])).out).toContain(
      '::error file=test/cli/samples/broken/',
    )
    expect((await terrier(['lint', 'test/cli/samples/broken', '-f', 'junit'])).out).toContain(
      '<testsuite name="test/cli/samples/broken/',
    )
  })
  it.each([
    [['lint'], 2, 'CLI001'],
    [['lint', 'no/such'], 3, 'error[CLI013]'],
    [['lint', rules, '-f', 'csv'], 2, 'lint has table, jsonl, json, sarif, github, junit'],
    [['lint', rules, '--fail-on', 'fatal'], 2, 'error[CLI006]: no severity "fatal"'],
  ])('%j', async (args, code, expected) => {
    const ran = await terrier(args)
    expect(ran.err).toContain(expected)
    expect(ran.code).toBe(code)
  })
})

describe('logs', () => {
  it('tells what a file holds', async () => {
    const { code, out } = await terrier(['logs', log, '--fields', '-r', rules])
    expect(code).toBe(0)
    const [row] = lines(out)
    expect(row).toMatchObject({
      file: log,
      member: null,
      format: 'jsonl',
      encoding: 'utf-8',
      events: 6,
      from: '2026-11-20T10:02:11.1234567Z',
      to: '2026-11-20T11:05:00.0000000Z',
      untimed: 0,
      schemas: { sigma: 6 },
      hosts: { WS7: 5, WEB1: 1 },
      problems: [],
    })
    expect(row.sure).toBeGreaterThan(0.5)
    expect(row.classes).toContainEqual({ logSource: 'windows/process_creation', events: 5 })
    expect(row.classes).toContainEqual({ logSource: 'windows/network_connection', events: 1 })
    expect(row.channels).toEqual([{ channel: 'Microsoft-Windows-Sysmon/Operational', events: 6, ids: { '1': 5, '3': 1 } }])
    expect(row.fields.Image).toBe(6)
    expect(row.fields.CommandLine).toBe(5)
    expect(row.rules.applicable).toContain(forwardId)
    expect(row.rules.idle).toEqual(['5b6f0c0e-1111-4c2f-9a55-000000000003'])
    expect(row.rules.unsupported).toEqual(['5b6f0c0e-1111-4c2f-9a55-000000000004'])
  })
  it('draws it for people', async () => {
    const { out } = await terrier(['logs', log, '-f', 'table'])
    expect(out).toContain('events      6')
    expect(out).toContain('time        2026-11-20 10:02:11Z to 2026-11-20 11:05:00Z')
    expect(out).toContain('windows/process_creation 5')
  })
  it.each([
    [['logs'], 2, 'error[CLI001]: no log named'],
    [['logs', 'no-such.evtx'], 4, 'error[CLI014]'],
    [['logs', 'test/cli/samples/broken/notes.bin'], 4, 'error[CLI014]'],
    [['logs', log, 'no-such.evtx', '--strict'], 5, 'no-such.evtx'],
    [['logs', log, '-r', 'no-such'], 3, 'error[CLI013]'],
    [['logs', log, '-f', 'csv'], 2, 'logs has table, jsonl, json'],
  ])('%j', async (args, code, expected) => {
    const ran = await terrier(args)
    expect(ran.err).toContain(expected)
    expect(ran.code).toBe(code)
  })
})

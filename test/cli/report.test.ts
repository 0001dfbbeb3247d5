// Reports of alerts, findings and trials: what each format must hold whatever a log says. Expected texts are typed from the formats' specifications.

import { describe, expect, it } from 'vitest'
import { cell, huntCsv, record, timelineColumns } from '../../src/node/report/csv.ts'
import { huntGithub, lintGithub, testGithub } from '../../src/node/report/github.ts'
import { jsonArray } from '../../src/node/report/json.ts'
import { jsonl } from '../../src/node/report/jsonl.ts'
import { lintJunit, testJunit, xml } from '../../src/node/report/junit.ts'
import { code, huntMarkdown, prose, testMarkdown } from '../../src/node/report/markdown.ts'
import type { Finding, TrialRow } from '../../src/node/report/report.ts'
import { fingerprint, huntSarif, lintSarif, uri } from '../../src/node/report/sarif.ts'
import { huntTable } from '../../src/node/report/table.ts'
import { bytes, clip, count, duration, oneLine, pad, width } from '../../src/node/report/text.ts'
import { huntTimeline } from '../../src/node/report/timeline.ts'
import { json, jsonText } from '../../src/node/report/value.ts'
import { event, found, rule, sheet, summary } from './made.ts'

describe('text for people', () => {
  it('counts wide characters as two columns and combining ones as none', () => {
    expect(width('abc')).toBe(3)
    expect(width('日本')).toBe(4)
    expect(width('한')).toBe(2)
    expect(width('e\u0301')).toBe(1)
    expect(width('😀')).toBe(2)
  })
  it('cuts at columns, not at characters, and marks the cut', () => {
    expect(clip('abcdef', 6)).toBe('abcdef')
    expect(clip('abcdefg', 6)).toBe('abcde…')
    expect(clip('日本語文', 5)).toBe('日本…')
    expect(clip('abcdefg', 6, '...')).toBe('abc...')
    expect(width(clip('日本語文字列', 6))).toBeLessThanOrEqual(6)
  })
  it('fills to columns', () => {
    expect(pad('日', 4)).toBe('日  ')
    expect(pad('7', 3, 'right')).toBe('  7')
  })
  it('says sizes, counts and times', () => {
    expect(count(1234567)).toBe('1,234,567')
    expect(bytes(999)).toBe('999 B')
    expect(bytes(3_400_000)).toBe('3.4 MB')
    expect(duration(400)).toBe('0.4 s')
    expect(duration(200_000)).toBe('3 min 20 s')
  })
  it('makes control and direction characters, tabs and line breaks visible', () => {
    expect(oneLine('a\u001b[31mb\u202ec\td\ne')).toBe('a\\u001b[31mb\\u202ec\\td\\ne')
  })
})

describe('the object of an alert', () => {
  it('is the contract, key by key', () => {
    expect(JSON.parse(JSON.stringify(found().row))).toEqual({
      time: '2026-11-20T10:02:11.1234567Z',
      rule: { id: '11111111-2222-4333-8444-555555555555', title: 'Plink port forward', level: 'high', file: 'rules/plink.yml' },
      attack: ['T1572'],
      source: { file: 'logs/ws7.evtx', member: null, record: 4711, line: null, index: 12 },
      sources: [{ file: 'logs/ws7.evtx', member: null, record: 4711, line: null, index: 12 }],
      host: 'WS7',
      user: 'CORP\\ann',
      fields: event().fields,
      risk: null,
    })
  })
  it('keeps the digits of whole numbers beyond 2^53, as strings', () => {
    const row = found([
      event({ LogonId: 18446744073709551615n, Small: 7n }, { origin: { source: 'x', record: 2n ** 60n, index: 0 } }),
    ]).row
    expect(row.fields.LogonId).toBe('18446744073709551615')
    expect(row.fields.Small).toBe(7)
    expect(row.source?.record).toBe('1152921504606846976')
  })
  it('of a correlation has the group and measures as fields and every event as a source', () => {
    const events = [event(), event({}, { origin: { source: 'logs/dc1.evtx', record: 5n, index: 4 } })]
    const { row } = found(events, rule(), { row: { Computer: 'WS7', count: 2 } })
    expect(row.fields).toEqual({ Computer: 'WS7', count: 2 })
    expect(row.source).toEqual({ file: 'logs/ws7.evtx', member: null, record: 4711, line: null, index: 12 })
    expect(row.sources.map(source => source.file)).toEqual(['logs/ws7.evtx', 'logs/dc1.evtx'])
  })
  it('has the risk where the rule says one', () => {
    const risk = {
      score: 64,
      message: 'plink on WS7',
      entities: [{ kind: 'system' as const, value: 'WS7', score: 64 }],
      threats: [],
    }
    expect(found([event()], rule(), { risk }).row.risk).toEqual({
      score: 64,
      message: 'plink on WS7',
      entities: [{ kind: 'system', value: 'WS7', score: 64 }],
    })
  })
  it('without a time and an origin says null', () => {
    const { row } = found([{ fields: { CommandLine: 'x -R 1' } }], rule(), { time: undefined, ticks: undefined })
    expect(row.time).toBeNull()
    expect(row.source).toBeNull()
    expect(row.sources).toEqual([])
  })
  it('shows first what the rule asks about', () => {
    expect(found().telling[0]).toEqual(['CommandLine', 'plink.exe -ssh -N -R 33389:localhost:3389 ann@192.0.2.7'])
  })
})

describe('JSON', () => {
  it('writes one object a line, and one array', () => {
    const lines = sheet()
    const writer = jsonl(lines.on)
    writer.row({ a: 1 })
    writer.row({ a: 2 })
    writer.end()
    expect(lines.text()).toBe('{"a":1}\n{"a":2}\n')
    const array = sheet()
    const all = jsonArray(array.on)
    all.row({ a: 1 })
    all.row({ a: 'x\ny' })
    all.end()
    expect(JSON.parse(array.text())).toEqual([{ a: 1 }, { a: 'x\ny' }])
  })
  it('is an empty array when nothing came', () => {
    const { on, text } = sheet()
    jsonArray(on).end()
    expect(JSON.parse(text())).toEqual([])
  })
  it('escapes what could steer a terminal without changing the value', () => {
    const text = jsonText({ a: '\u009b31m\u202e\u001b\u007f' })
    expect(text).toBe('{"a":"\\u009b31m\\u202e\\u001b\\u007f"}')
    expect(JSON.parse(text)).toEqual({ a: '\u009b31m\u202e\u001b\u007f' })
  })
  it('takes deep values and names like __proto__ as they are', () => {
    let deep: { [key: string]: unknown } = { end: 1 }
    for (let depth = 0; depth < 20_000; depth++) deep = { in: deep }
    const shallow = jsonText(json(deep as never))
    expect(shallow).toContain('…')
    const fields = JSON.parse('{"__proto__":{"x":1},"constructor":"y"}')
    expect(jsonText(json(fields))).toBe('{"__proto__":{"x":1},"constructor":"y"}')
  })
})

describe('CSV', () => {
  it('quotes as RFC 4180 says', () => {
    expect(cell('plain')).toBe('plain')
    expect(cell('a,b')).toBe('"a,b"')
    expect(cell('say "hi"')).toBe('"say ""hi"""')
    expect(cell('two\nlines')).toBe('"two\nlines"')
    expect(cell(null)).toBe('')
    expect(record(['a', 1, null])).toBe('a,1,\r\n')
  })
  it('keeps a spreadsheet from taking a text for a formula, and leaves numbers alone', () => {
    expect(cell('=cmd|calc')).toBe("'=cmd|calc")
    expect(cell('+1')).toBe("'+1")
    expect(cell('-R 3389')).toBe("'-R 3389")
    expect(cell('@SUM(A1)')).toBe("'@SUM(A1)")
    expect(cell('=1,2')).toBe('"\'=1,2"')
    expect(cell(-5)).toBe('-5')
  })
  it('makes control characters visible', () => {
    expect(cell('a\u001b[2Jb')).toBe('a\\u001b[2Jb')
  })
  it('has the columns of the timeline, version 1, in their order', () => {
    expect(timelineColumns).toEqual(
      'timestamp,level,rule,technique,host,channel,event_id,record_id,user,message,rule_id,file,risk'.split(','),
    )
    const { on, text } = sheet()
    const out = huntCsv(on)
    out.row(found())
    out.end(summary())
    const [head, line, rest] = text().split('\r\n')
    expect(head).toBe(`${timelineColumns.join(',')},fields`)
    expect(line).toContain(
      '2026-11-20T10:02:11.1234567Z,high,Plink port forward,T1572,WS7,Microsoft-Windows-Sysmon/Operational,1,4711,CORP\\ann,',
    )
    expect(rest).toBe('')
  })
  it('as a timeline is in the order of time, without a time last', () => {
    const { on, text } = sheet()
    const out = huntTimeline(on)
    const at = (time: number | undefined, ticks: number, title: string) => found([event()], rule({ title }), { time, ticks })
    out.row(at(undefined, 0, 'none'))
    out.row(at(2000, 5, 'second'))
    out.row(at(2000, 9, 'third'))
    out.row(at(1000, 0, 'first'))
    out.end(summary())
    const titles = text()
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map(line => line.split(',')[2])
    expect(titles).toEqual(['first', 'second', 'third', 'none'])
  })
})

describe('SARIF', () => {
  const write = (...alerts: ReturnType<typeof found>[]) => {
    const { on, text } = sheet()
    const out = huntSarif(on, '0.1.0')
    for (const alert of alerts) out.row(alert)
    out.end(
      summary({
        skipped: [
          {
            id: 'x',
            title: 'Other',
            file: 'o.yml',
            reason: 'cannot run a join',
            finding: { code: 'ENG101', severity: 'error', message: 'cannot run a join' },
          },
        ],
      }),
    )
    return JSON.parse(text())
  }
  it('has the parts that SARIF 2.1.0 demands', () => {
    const log = write(found())
    expect(log.version).toBe('2.1.0')
    const [run] = log.runs
    expect(run.tool.driver.name).toBe('Terrier')
    expect(run.tool.driver.rules[0].id).toBe(run.results[0].ruleId)
    expect(run.tool.driver.rules[0].help.text).toContain('A forwarded port')
    expect(run.results[0].ruleIndex).toBe(0)
    expect(run.results[0].level).toBe('error')
    expect(run.results[0].message.text).toContain('Plink port forward')
    expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('logs/ws7.evtx')
    expect(run.results[0].locations[0].logicalLocations[0].name).toBe('record 4711')
    expect(run.results[0].partialFingerprints['terrierAlert/v1']).toMatch(/^[0-9a-f]{64}$/)
    expect(run.invocations[0].executionSuccessful).toBe(true)
    expect(run.invocations[0].toolExecutionNotifications[0].descriptor.id).toBe('ENG101')
  })
  it('is whole when nothing fired', () => {
    expect(write().runs[0].results).toEqual([])
  })
  it('has a fingerprint that stays when the logs move and changes with the event', () => {
    const here = found().row
    const moved = found([event({}, { origin: { source: 'other/folder/ws7.evtx', record: 4711n, index: 12 } })]).row
    const next = found([event({}, { origin: { source: 'logs/ws7.evtx', record: 4712n, index: 13 } })]).row
    expect(fingerprint(moved)).toBe(fingerprint(here))
    expect(fingerprint(next)).not.toBe(fingerprint(here))
  })
  it('writes paths as URI references', () => {
    expect(uri('logs/my log #1.evtx')).toBe('logs/my%20log%20%231.evtx')
    expect(uri('C:evil%.txt')).toBe('C%3Aevil%25.txt')
    expect(uri('half \ud800')).toBe('half%20%EF%BF%BD')
  })
  it('gives findings their region and fix', () => {
    const { on, text } = sheet()
    const out = lintSarif(on, '0.1.0', { SIG012: 'a title' })
    out.row(finding())
    out.end({ files: 1, rules: 1, errors: 1, warnings: 0, notes: 0, fixed: 0 })
    const [run] = JSON.parse(text()).runs
    expect(run.tool.driver.rules[0].shortDescription.text).toBe('a title')
    expect(run.results[0].locations[0].physicalLocation.region).toEqual({
      startLine: 3,
      startColumn: 5,
      endLine: 3,
      endColumn: 9,
    })
    expect(run.results[0].fixes[0].artifactChanges[0].replacements[0]).toEqual({
      deletedRegion: { charOffset: 20, charLength: 4 },
      insertedContent: { text: 'high' },
    })
  })
  it('gives findings the event that shows them, and codes their page', () => {
    const { on, text } = sheet()
    const out = lintSarif(on, '0.1.0', { LNT301: 'a title' }, { LNT301: { what: 'What is found.', why: 'Why it matters.' } })
    const witness = { event: { CommandLine: ' -P 2222' }, matches: true }
    out.row(finding({ code: 'LNT301', witness, fix: null }))
    out.end({ files: 1, rules: 1, errors: 0, warnings: 0, notes: 1, fixed: 0 })
    const [run] = JSON.parse(text()).runs
    expect(run.results[0].properties).toEqual({ witness })
    expect(run.results[0].message.text).toContain('event: matches {"CommandLine":" -P 2222"}')
    expect(run.tool.driver.rules[0].fullDescription.text).toBe('What is found.')
    expect(run.tool.driver.rules[0].help.text).toContain('Why it matters.')
  })
})

function finding(parts: Partial<Finding['row']> = {}): Finding {
  const row: Finding['row'] = {
    code: 'SIG012',
    severity: 'error',
    message: 'no level "hgih"',
    rule: 'r1',
    file: 'rules/a,b.yml',
    line: 3,
    column: 5,
    endLine: 3,
    endColumn: 9,
    hint: 'did you mean "high"?',
    fix: [{ start: 20, end: 24, text: 'high' }],
    witness: null,
    ...parts,
  }
  return { row, diagnostic: { code: row.code, severity: row.severity, message: row.message } }
}

function trial(parts: Partial<TrialRow> = {}): TrialRow {
  return {
    rule: 'r1',
    title: 'Plink',
    level: 'high',
    file: 'rules/plink.yml',
    trial: 'fires on -R',
    expect: 'alert',
    outcome: 'passed',
    alerts: 1,
    reason: null,
    ...parts,
  }
}

describe('Markdown', () => {
  it('lets nothing become markup, a link or HTML', () => {
    expect(prose('a|b `c` <img src=x> [x](http://e)')).toBe('a\\|b \\`c\\` &lt;img src=x&gt; \\[x\\](http\\://e)')
    expect(code('a`b')).toBe('``a`b``')
    expect(code('`a`')).toBe('`` `a` ``')
    expect(code('a|b', true)).toBe('`a\\|b`')
    expect(code('x\ny')).toBe('`x\\ny`')
  })
  it('tells levels, hosts and what was not checked', () => {
    const { on, text } = sheet()
    const out = huntMarkdown(on)
    out.row(found([event({ Computer: 'evil`|host' })]))
    out.end(summary({ idle: [{ logSource: 'windows/dns_query', rules: 3 }] }))
    expect(text()).toContain('| high | 1 | 1 |')
    expect(text()).toContain('| ``evil`\\|host`` | 1 |')
    expect(text()).toContain('3 rules met no event of their log source `windows/dns_query`')
  })
  it('lists trials that failed', () => {
    const { on, text } = sheet()
    const out = testMarkdown(on)
    out.row(trial())
    out.row(trial({ outcome: 'failed', trial: 'a|b', reason: 'no alert' }))
    out.end({ rules: 1, passed: 1, failed: 1, skipped: 0, untested: 0, milliseconds: 10 })
    expect(text()).toContain('1 passed, 1 failed, 0 skipped')
    expect(text()).toContain('| failed | Plink | a\\|b | alert | no alert |')
  })
})

describe('GitHub annotations', () => {
  it('escape data and properties', () => {
    const { on, text } = sheet()
    const out = lintGithub(on)
    out.row(finding({ message: 'bad 100%\nthing' }))
    out.end({ files: 1, rules: 1, errors: 1, warnings: 0, notes: 0, fixed: 0 })
    expect(text()).toContain(
      '::error file=rules/a%2Cb.yml,line=3,endLine=3,col=5,endColumn=9,title=SIG012::bad 100%25%0Athing%0Adid you mean "high"?\n',
    )
  })
  it('are at most ten a level, the highest first, and count the rest', () => {
    const { on, text } = sheet()
    const out = huntGithub(on)
    for (let index = 0; index < 12; index++) out.row(found([event()], rule({ title: `High ${index}` })))
    out.row(found([event()], rule({ title: 'Worst', level: 'critical' })))
    out.end(summary())
    const lines = text().trimEnd().split('\n')
    expect(lines.filter(line => line.startsWith('::error'))).toHaveLength(10)
    expect(lines[0]).toContain('title=critical%3A Worst')
    expect(text()).toContain('3 more errors not annotated')
  })
  it('name failed and skipped trials', () => {
    const { on, text } = sheet()
    const out = testGithub(on)
    out.row(trial())
    out.row(trial({ outcome: 'failed', reason: 'no alert' }))
    out.row(trial({ outcome: 'skipped', reason: 'absent' }))
    out.end({ rules: 1, passed: 1, failed: 1, skipped: 1, untested: 0, milliseconds: 10 })
    expect(text()).toBe(
      '::error file=rules/plink.yml,title=Plink%3A fires on -R::no alert\n::warning file=rules/plink.yml,title=Plink%3A fires on -R::absent\n1 passed, 1 failed, 1 skipped\n',
    )
  })
})

describe('JUnit', () => {
  it('escapes what XML 1.0 cannot hold', () => {
    expect(xml('<a b="c">&\u0001\u001b\ufffe')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;\\u0001\\u001b\\ufffe')
    expect(xml('😀\ud800')).toBe('😀\\ud800')
  })
  it('has one suite a file and counts outcomes', () => {
    const { on, text } = sheet()
    const out = testJunit(on)
    out.row(trial())
    out.row(trial({ outcome: 'failed', reason: 'no "alert"' }))
    out.row(trial({ file: 'rules/b.yml', outcome: 'skipped', reason: 'absent' }))
    out.end({ rules: 2, passed: 1, failed: 1, skipped: 1, untested: 0, milliseconds: 1500 })
    expect(text()).toContain('<testsuites name="terrier" tests="3" failures="1" errors="0" skipped="1" time="1.500">')
    expect(text()).toContain('<testsuite name="rules/plink.yml" tests="2" failures="1" errors="0" skipped="0">')
    expect(text()).toContain('<failure type="missed" message="no &quot;alert&quot;">no &quot;alert&quot;</failure>')
    expect(text()).toContain('<skipped message="absent"/>')
  })
  it('takes errors of lint as failures', () => {
    const { on, text } = sheet()
    const out = lintJunit(on)
    out.row(finding())
    out.row(finding({ severity: 'note', code: 'SIG301' }))
    out.end({ files: 1, rules: 1, errors: 1, warnings: 0, notes: 1, fixed: 0 })
    expect(text()).toContain('tests="2" failures="1"')
  })
})

describe('the table', () => {
  const draw = (alerts: ReturnType<typeof found>[], parts = {}, options = {}) => {
    const { on, text } = sheet({ columns: 100, ...options })
    const out = huntTable(on, { groups: 25, skipped: false })
    for (const alert of alerts) out.row(alert)
    out.end(summary(parts))
    return text()
  }
  it('tells rules, events, groups, counts, hosts, techniques and times', () => {
    const text = draw([found(), found(), found([event({ Computer: 'DC1' })])])
    expect(text).toContain('rules   27 loaded\n')
    expect(text).toContain('events  412,880 in 1 file, 68.0 MB in 11 s, 6.0 MB/s')
    expect(text).toMatch(/2026-11-20 10:02:11Z {2}HIGH {6}Plink port forward {2}WS7 {2}T1572 x2/)
    expect(text).toContain('CommandLine  plink.exe -ssh -N -R 33389:localhost:3389 ann@192.0.2.7')
    expect(text).toContain('logs/ws7.evtx record 4711, Microsoft-Windows-Sysmon/Operational 1\n')
    expect(text).toMatch(/high +1 +3\n/)
    expect(text).toContain('hosts       WS7 2 - DC1 1')
    expect(text).toContain('techniques  T1572 3')
    expect(text).toContain('3 alerts on 2 hosts')
  })
  it('says why rules were not evaluated, in short', () => {
    const skip = (reason: string) => ({
      id: 'x',
      title: 'Rule X',
      file: 'x.yml',
      reason,
      finding: { code: 'ENG102', severity: 'note' as const, message: reason },
    })
    const parts = {
      skipped: [skip('no macOS'), skip('no macOS'), skip('no AWS')],
      idle: [{ logSource: 'windows/dns_query', rules: 4 }],
    }
    const text = draw([], parts)
    expect(text).toContain('27 loaded, 3 not evaluable here, 4 without events of their log source')
    expect(text).toMatch(/2 {2}ENG102 no macOS/)
    expect(text).toMatch(/4 {2}windows\/dns_query/)
    expect(text).toContain('0 alerts')
    const { on, text: all } = sheet()
    const out = huntTable(on, { groups: 25, skipped: true })
    out.end(summary(parts))
    expect(all()).toContain('Rule X (x.yml): no AWS')
  })
  it('never lets a log steer the terminal', () => {
    const hostile = event({ Computer: '\u001b]0;owned\u0007', CommandLine: 'x -R \u001b[2J\u202e\r\n\u009b31m' })
    const text = draw([found([hostile])], {}, { terminal: true, color: true })
    // Only the colours of the house: ESC [ digits m.
    expect(text.replaceAll(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(text).toContain('\\u001b]0;owned')
  })
  it('stays within the width of the terminal', () => {
    const wide = event({ CommandLine: `日本語 -R ${'長'.repeat(300)}`, Computer: 'ホスト名前'.repeat(10) })
    const text = draw([found([wide], rule({ title: 'ルール'.repeat(40) }))], {}, { columns: 80, terminal: true })
    const [, ...lines] = text.split('\n')
    for (const line of lines.filter(one => one.includes('CommandLine'))) expect(width(line)).toBeLessThanOrEqual(80)
    expect(text).toContain('…')
  })
  it('is ASCII where the terminal is not UTF-8', () => {
    const text = draw([found([event({ CommandLine: 'é -R 1' })]), found()], {}, { terminal: true, utf8: false })
    expect(text).not.toMatch(/[^\x00-\x7f]/)
    expect(text).toContain('\\u{e9} -R 1')
  })
  it('counts the groups it leaves out', () => {
    const { on, text } = sheet()
    const out = huntTable(on, { groups: 2, skipped: false })
    for (let index = 0; index < 5; index++) out.row(found([event({ Computer: `WS${index}` })]))
    out.end(summary())
    expect(text()).toContain('3 more alerts in 3 groups')
  })
})

// The readers of the languages that are written: what each reports, what one fault does not hide, and grep beside our reading of its commands.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../src/engine/match.ts'
import { aql } from '../../src/languages/aql/index.ts'
import { grep } from '../../src/languages/grep/index.ts'
import type { Language } from '../../src/languages/language.ts'
import { logpoint } from '../../src/languages/logpoint/index.ts'
import { logscale } from '../../src/languages/logscale/index.ts'
import { lucene } from '../../src/languages/lucene/index.ts'
import { powershell } from '../../src/languages/powershell/index.ts'
import { clickhouse, duckdb, postgres, sqlite } from '../../src/languages/sql/index.ts'
import { sumo } from '../../src/languages/sumo/index.ts'
import { sumoCse } from '../../src/languages/sumo-cse/index.ts'
import { yaral } from '../../src/languages/yaral/index.ts'
import { questionOf } from '../cases.ts'

const codesOf = (language: Language, text: string): readonly string[] => [
  ...new Set(language.parse({ name: 'q', text }).diagnostics.map(finding => finding.code)),
]

describe('what readers report', () => {
  const deep = '('.repeat(300)
  it.each<[string, Language, string]>([
    ['SQL001', duckdb, 'SELECT * FROM events WHERE'],
    ['SQL001', sqlite, "SELECT * FROM events WHERE a = 'x"],
    ['SQL002', duckdb, `SELECT * FROM events WHERE ${deep}`],
    ['SQL004', duckdb, "SELECT * FROM events WHERE regexp_matches(a, '(')"],
    ['SQL005', postgres, 'SELECT * FROM events WHERE a % 2 = 1'],
    ['SQL006', clickhouse, 'SELECT * FROM events JOIN others ON 1 = 1'],
    ['SQL201', duckdb, 'SELECT count(*) OVER (ORDER BY a) AS n FROM events'],
    ['SQL202', duckdb, 'SELECT a FROM events UNION SELECT b FROM events'],
    ['AQL001', aql, 'SELECT * FROM events WHERE a LIKE'],
    ['AQL002', aql, deep],
    ['AQL003', aql, "a MATCHES '('"],
    ['AQL201', aql, "TEXT SEARCH 'plink'"],
    ['CSE001', sumoCse, "baseImage ~ 'x'"],
    ['CSE002', sumoCse, deep],
    ['CSE003', sumoCse, 'baseImage matches /(/'],
    ['CSE201', sumoCse, "geohash(a) = 'x'"],
    ['SUM001', sumo, '* | where a like'],
    ['SUM002', sumo, `* | where ${deep}`],
    ['SUM003', sumo, '* | where a matches /(/'],
    ['SUM201', sumo, '* | parse "a=*" as a'],
    ['LGS001', logscale, 'a < b'],
    ['LGS002', logscale, deep],
    ['LGS003', logscale, 'a = /(/'],
    ['LGS201', logscale, 'x := a + 1'],
    ['YRL001', yaral, 'events: $e.a = '],
    ['YRL002', yaral, `events: ${deep}`],
    ['YRL003', yaral, 'events: re.regex($e.a, `(`)'],
    ['YRL201', yaral, 'events: $a.x = "1" $b.x = "2" condition: $a and $b'],
    ['LGP001', logpoint, 'a <'],
    ['LGP002', logpoint, deep],
    ['LGP003', logpoint, 'a=b | process regex("(", c)'],
    ['LGP201', logpoint, 'a=b | timechart count()'],
    ['PWS001', powershell, 'Get-Process'],
    ['PWS002', powershell, `Get-WinEvent x | Where-Object { ${deep}`],
    ['PWS003', powershell, "Get-WinEvent x | Where-Object { $_.Message -match '(' }"],
    ['PWS201', powershell, 'Get-WinEvent x | Group-Object Id'],
    ['GRP001', grep, "grep 'x"],
    ['GRP002', grep, `grep ${'x'.repeat(1_000_001)}`],
    ['GRP003', grep, "grep -P '('"],
    ['GRP201', grep, 'grep x events.log | awk 1'],
  ])('%s: %s', (code, language, text) => {
    expect(codesOf(language, text)).toContain(code)
  })

  it.each<[Language, string, number]>([
    [duckdb, "SELECT * FROM events WHERE regexp_matches(a, '(') OR regexp_matches(b, '[')", 2],
    [aql, "a MATCHES '(' AND b LIKE 5 AND c MATCHES '['", 3],
    [sumoCse, 'a matches /(/ OR b ~ 5 OR c matches /[/', 3],
    [logscale, 'a=/(/ and b<x and c=/[/', 3],
    [powershell, "Get-WinEvent x | Where-Object { ($_.Id -xor 1) -or ($_.Message -match '(') }", 2],
  ])('several faults are told in one reading: $id', (language, text, count) => {
    const { value, diagnostics } = language.parse({ name: 'q', text })
    expect(value).toBeUndefined()
    expect(diagnostics.filter(finding => finding.severity === 'error').length).toBeGreaterThanOrEqual(count)
  })

  it('a settled question of a manual is told', () => {
    expect(aql.parse({ name: 'q', text: "a MATCHES 'x'" }).assumed).toEqual(['aql.matches=search'])
    const whole = aql.parse({ name: 'q', text: "a MATCHES 'x'" }, { assume: { 'aql.matches': 'whole' } })
    expect(whole.assumed).toEqual(['aql.matches=whole'])
    expect(JSON.stringify(whole.value)).toContain('"whole":true')
    const graylog = lucene.parse({ name: 'q', text: 'message:Plink' }, { assume: { 'lucene.dialect': 'graylog' } })
    expect(graylog.value?.from).toMatchObject({ name: 'messages' })
    expect(JSON.stringify(graylog.value)).toContain('"words":"lucene"')
  })
})

/** Lines on which expressions differ: case, bounds, other letters, back-slashes. */
const lines = [
  '{"Image":"C:\\\\Tools\\\\plink.exe"}',
  '{"Image":"C:\\\\TOOLS\\\\PLINK.EXE"}',
  '{"Image":"C:\\\\Tools\\\\xplink.exe"}',
  'C:\\Tools\\plink.exe -N',
  'C:\\Tools\\socat.exe',
  ' ocat.exe',
  'blink.exe',
  'plink exe',
  'a+b (c) [d] {e}',
  'tab\there',
  '',
]
const commands = [
  'grep plink.exe',
  "grep -F 'plink.exe'",
  "grep -i 'TOOLS.*plink\\.exe'",
  'grep -v plink',
  'grep -vi plink',
  'grep -w plink',
  "grep -x 'blink.exe'",
  "grep -E 'plink|socat'",
  "grep 'plink\\|socat'",
  "grep -E '\\\\plink'",
  'grep "\\\\\\\\plink"',
  "grep 'a+b'",
  "grep -E 'a\\+b'",
  "grep '(c)'",
  "grep -E '[[:space:]]here'",
  "grep '[d]'",
  'grep -e plink -e socat',
  "grep -P '^(?:.*.*\\plink\\.exe|.*.*\\socat\\.exe)'",
  "grep -P '(?i)\\\\{2}plink'",
  "grep -P '(?(DEFINE)(?<c>[a-z]))^(?&c)link'",
  'grep exe | grep -v plink',
  "grep '^{' | grep -i -F 'TOOLS\\\\plink'",
  "grep -E '^$'",
  "grep '\\<exe\\>'",
  "grep $'b\\x6cink'",
]

const hasGrep = spawnSync('grep', ['-P', 'x'], { input: 'x\n' }).status === 0

describe.skipIf(!hasGrep)(hasGrep ? 'grep' : 'grep (SKIPPED: there is no grep with -P here)', () => {
  it.each(commands)('%s', command => {
    const run = spawnSync('bash', ['-c', command], {
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    expect(run.stderr).toBe('')
    const found = run.stdout.split('\n').slice(0, -1)
    const { value, diagnostics } = grep.parse({ name: 'q', text: command })
    expect(diagnostics).toEqual([])
    const asks = compilePredicate(questionOf(value!)!)
    expect(lines.filter(raw => asks({ fields: {}, raw }))).toEqual(found)
  })
})

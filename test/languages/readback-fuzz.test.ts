// Texts that are no queries: no reader of the languages that are written throws or takes long, and every place that is told lies inside the text. 2,000 texts each from a fixed seed.

import { describe, expect, it } from 'vitest'
import { aql } from '../../src/languages/aql/index.ts'
import { grep } from '../../src/languages/grep/index.ts'
import type { Language } from '../../src/languages/language.ts'
import { logpoint } from '../../src/languages/logpoint/index.ts'
import { logscale } from '../../src/languages/logscale/index.ts'
import { powershell } from '../../src/languages/powershell/index.ts'
import { clickhouse, duckdb, postgres, sqlite } from '../../src/languages/sql/index.ts'
import { sumo } from '../../src/languages/sumo/index.ts'
import { sumoCse } from '../../src/languages/sumo-cse/index.ts'
import { yaral } from '../../src/languages/yaral/index.ts'
import { random } from '../logs/reading.ts'

const shared = ' \t\n"\'`()[]{}:<>=!~*?\\/|,.&+-^%@#$_;é😀\u0000\ud800'
const split = (text: string): readonly string[] => text.split(' ')
const sql = split(
  `SELECT * , FROM events WHERE AND OR NOT ( ) a "b" 'c%' = <> < <= LIKE ILIKE GLOB ESCAPE '!' IN BETWEEN IS NULL TRUE CASE WHEN THEN ELSE END COALESCE( lower( regexp_matches( match( ~ ~* || :: CAST( AS WITH x GROUP BY HAVING count(*) ORDER LIMIT 5 UNION ALL ; -- /* */ [ ] -> '(a' 1 .5 0x1f`,
)
const words: Readonly<Record<string, readonly string[]>> = {
  duckdb: sql,
  clickhouse: sql,
  sqlite: sql,
  postgres: sql,
  aql: split(
    `SELECT * FROM events WHERE a "b c" = != < 'x%' LIKE ILIKE MATCHES IMATCHES '(' IN ( ) NOT AND OR IS NULL INCIDR( UTF8(payload) LOWER( , 12 GROUP BY HAVING COUNT(*) AS n LAST 24 HOURS TEXT SEARCH`,
  ),
  'sumo-cse': split(
    `a = != 'x' "y" in ( ) like '%a' matches /(?i)a/ /(/ rlike isNull( isEmpty( contains( lower( , AND OR ! NOT fields['a.b'] null 5 && || array_contains(`,
  ),
  sumo: split(
    `_sourceCategory=a/b plink "x y" * ( ) AND OR NOT | where a = "x" matches /a/ "*a" in ( ) isNull( ! json field=_raw "p" as b nodrop count by _timeslice timeslice 5m if( , parse sort by limit 5`,
  ),
  logscale: split(
    `a = != * "x*" /a/i /(/ and or not ( ) | in( field=a, values=["x"] ignoreCase=true wildcard( regex( cidr( test( a==b groupBy([a], function=count()) := { } like 5 < case sort( #t @x`,
  ),
  yaral: split(
    `rule r { } events: condition: match: outcome: $e.a $e #e = != "x" /a/ nocase re.regex( \`(\` ) and or not ( any all in %list over 5m >= 3 , 5 net.ip_in_range_cidr( $u = $n count(`,
  ),
  logpoint: split(
    `a="x*" b=c IN ["x", "y"] AND OR - NOT ( ) | process regex("(?P<r>a)", b, "filter=true") search r=* chart count() by x "p"=* < 5 [ 5 having same within minutes ]`,
  ),
  powershell: split(
    `Get-WinEvent -FilterHashtable @{ LogName='x'; Id=1 } | Where-Object { $d = @{} ; $d['a'] -like '*b' -and -or -not ( ) -match 'x(' -in @('a','b') $_.Message -eq $null [int] .Contains('x') } -FilterXPath "*[System[EventID=1]]" function f { -gt 0 , +`,
  ),
  grep: split(
    `grep -P -E -F -i -v -w -x -e '(a|b)' "x" a\\.b \\ ' " | ; > < && -- $x \`a\` -m 5 head [[:alpha:] (?(DEFINE)(?<c>a)) (?&c) LC_ALL=C # -z -f $'\\x41'`,
  ),
}
const begun: Readonly<Record<string, string>> = {
  duckdb: 'SELECT * FROM events WHERE ',
  clickhouse: 'SELECT * FROM events WHERE ',
  sqlite: 'SELECT * FROM events WHERE ',
  postgres: 'SELECT * FROM events WHERE ',
  aql: 'SELECT * FROM events WHERE ',
  sumo: '* | where ',
  'sumo-cse': "a = 'x' and b ",
  yaral: 'events: ',
  powershell: "Get-WinEvent -LogName 'x' | Where-Object { $d = Read $_\n",
  grep: 'grep ',
}

function text(language: Language, next: () => number): string {
  const parts = words[language.id]!
  let out = next() < 0.6 ? (begun[language.id] ?? '') : ''
  for (let count = 1 + Math.floor(next() * 25); count > 0; count--)
    out +=
      next() < 0.8
        ? `${parts[Math.floor(next() * parts.length)]!}${next() < 0.75 ? ' ' : ''}`
        : shared[Math.floor(next() * shared.length)]!
  return out
}

const all = [duckdb, clickhouse, sqlite, postgres, aql, sumoCse, sumo, logscale, yaral, logpoint, powershell, grep]

describe.each(all)('$id', language => {
  it('reads or refuses any text', () => {
    const next = random(20_261_124)
    let read = 0
    for (let round = 0; round < Number(process.env.TERRIER_FUZZ ?? 2000); round++) {
      const query = text(language, next)
      const { value, diagnostics } = language.parse({ name: 'q', text: query })
      if (value !== undefined) read++
      else
        expect(
          diagnostics.some(finding => finding.severity === 'error'),
          query,
        ).toBe(true)
      for (const { span } of diagnostics)
        expect(span === undefined || (span.start >= 0 && span.start <= span.end && span.end <= query.length), query).toBe(true)
    }
    expect(read).toBeGreaterThan(0)
  })

  it('ends soon whatever is repeated', () => {
    const from = performance.now()
    for (const [piece, times] of [
      ['(', 20_000],
      ['not ', 20_000],
      ['a = 1 and ', 10_000],
      ["a = 'x' or (", 10_000],
      ['-', 20_000],
      ['"', 20_001],
      ["'", 20_001],
      ['[', 20_000],
      ['a.', 20_000],
      ['a + ', 10_000],
      ['{', 20_000],
      ['/a', 20_000],
    ] as const) {
      language.parse({ name: 'q', text: piece.repeat(times) })
      language.parse({ name: 'q', text: `${begun[language.id] ?? ''}${piece.repeat(times)}` })
    }
    expect(performance.now() - from).toBeLessThan(20_000)
  })
})

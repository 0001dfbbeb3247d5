// Conditions of SQL read by us and run on events, beside DuckDB and SQLite on the same rows: exactly the same ones.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../src/engine/match.ts'
import type { Language } from '../../src/languages/language.ts'
import { duckdb, sqlite } from '../../src/languages/sql/index.ts'
import { questionOf, readBench } from '../cases.ts'
import { duckdbModule, openTable } from './duckdb.ts'

const module = await duckdbModule()
const hasSqlite = spawnSync('python3', ['-c', 'import sqlite3']).status === 0
const columns = ['Image', 'CommandLine', 'User', 'IntegrityLevel', 'Company', 'EventID']
const rows = readBench(['process']).map(({ event }) =>
  columns.map(name => {
    const value = event.fields[name]
    return value === undefined || value === null ? null : String(value)
  }),
)

const both = [
  String.raw`Image LIKE '%\plink.exe'`,
  String.raw`Image NOT LIKE '%\plink.exe'`,
  String.raw`NOT (Image LIKE '%plink%' AND CommandLine LIKE '%ssh%')`,
  String.raw`NOT (Image LIKE '%plink%' OR Company LIKE '%a%')`,
  String.raw`CommandLine LIKE '%100!%!_%' ESCAPE '!'`,
  String.raw`CommandLine LIKE '%echo one_echo two'`,
  `CommandLine = '' OR CommandLine IS NULL`,
  `CommandLine <> ''`,
  `Company IS NOT NULL AND Company <> 'x'`,
  `Company IS NOT DISTINCT FROM NULL`,
  `IntegrityLevel IN ('High', 'System')`,
  `IntegrityLevel NOT IN ('High', 'Medium')`,
  `IntegrityLevel NOT IN ('High', NULL)`,
  `IntegrityLevel BETWEEN 'High' AND 'Low'`,
  `COALESCE(Company = 'Simon Tatham', FALSE) = FALSE AND Image LIKE '%svchost%'`,
  `NOT COALESCE(Company LIKE 'S%', CommandLine LIKE '%ssh%', TRUE)`,
  `(Company = 'x') IS NULL`,
  `(Company LIKE 'Simon%') IS TRUE`,
  `(Company LIKE 'Simon%') IS NOT TRUE`,
  `CASE WHEN Company IS NULL THEN Image LIKE '%ssh%' ELSE CommandLine LIKE '%svchost%' END`,
  `CASE IntegrityLevel WHEN 'High' THEN 1 WHEN 'System' THEN 2 ELSE 0 END >= 1`,
  `lower(Image) = 'c:\\tools\\plink.exe' OR lower(Image) LIKE '%\\chisel.exe'`,
  `lower(IntegrityLevel) = 'High'`,
  `NOT (lower(Company) = 'X')`,
  `NULLIF(CommandLine, '') IS NULL`,
  `length(CommandLine) < 10`,
  `Image = CommandLine OR CommandLine = NULL`,
  `IntegrityLevel || '-' || User = 'Medium-LAB\\amina'`,
  `CAST(EventID AS INTEGER) = 1 AND Company IS NOT NULL`,
  `TRUE AND NOT FALSE AND Company IS NOT NULL`,
  `Image > 'C:\\Users'`,
  `-- a comment\n Image /* and one more */ LIKE 'c:\\tools%'`,
]
const ducks = [
  String.raw`Image ILIKE '%\PLINK.EXE'`,
  String.raw`User ILIKE 'lab\ÖZNUR'`,
  String.raw`User LIKE 'LAB\Öznur'`,
  String.raw`regexp_matches(Image, '\\plink\.exe$')`,
  String.raw`regexp_matches(Image, 'PLINK', 'i')`,
  String.raw`regexp_full_match(Image, '.*plink\.exe')`,
  String.raw`Image ~ 'C:.*' AND NOT Image ~ 'C:'`,
  String.raw`regexp_matches(CommandLine, 'one.echo')`,
  String.raw`regexp_matches(CommandLine, 'one.echo', 's')`,
  String.raw`NOT regexp_matches(CommandLine, 'ssh')`,
  `contains(CommandLine, 'ssh') AND starts_with(CommandLine, 'plink') AND ends_with(CommandLine, '24')`,
  `CommandLine GLOB '*[[]ok[]]*'`,
  `CommandLine ~~ '%ssh%' AND CommandLine !~~* '%PLINK%'`,
  `EventID::INTEGER = 1 AND Company IS NOT NULL`,
  `strpos(CommandLine, 'ssh') > 0`,
  `TRY_CAST(CommandLine AS INTEGER) IS NULL AND Company IS NOT NULL`,
]
const lites = [
  String.raw`Image LIKE '%\PLINK.EXE'`,
  String.raw`User LIKE 'lab\ÖZNUR' OR User LIKE 'lab\öZNUR'`,
  String.raw`Image GLOB 'C:\Tools\*'`,
  String.raw`Image GLOB '*\[a-p]link.exe'`,
  String.raw`Image GLOB '*\[^p]*.exe'`,
  `instr(CommandLine, 'ssh') > 0`,
  `NOT instr(CommandLine, 'ssh') > 0`,
  `substr(CommandLine, 1, length('plink')) = 'plink'`,
  `like('%SSH%', CommandLine)`,
  `glob('*ssh*', CommandLine)`,
  `iif(Company IS NULL, 0, 1) = 1`,
  `\`IntegrityLevel\` = 'High' AND [User] IS NOT NULL`,
  `Company NOTNULL`,
]

const ours = (language: Language, condition: string): readonly number[] => {
  const { value, diagnostics } = language.parse({ name: 'q', text: `SELECT * FROM events WHERE ${condition}` })
  expect(diagnostics, condition).toEqual([])
  const asks = compilePredicate(questionOf(value!)!, { context: { rules: 'sql', now: () => 0, rowsOf: () => undefined } })
  return rows.flatMap((row, index) => {
    const fields = Object.fromEntries(columns.flatMap((name, at) => (row[at] === null ? [] : [[name, row[at]!]])))
    return asks({ fields }) ? [index] : []
  })
}

describe.skipIf(module === undefined)('conditions in DuckDB (needs @duckdb/node-api)', () => {
  it('are read as DuckDB runs them', async () => {
    const database = await openTable(module!, columns, rows)
    for (const condition of [...both, ...ducks]) {
      const found = await database.rows(`SELECT rowid FROM events WHERE ${condition}`)
      expect.soft(ours(duckdb, condition), condition).toEqual(found.map(([row]) => Number(row)).sort((a, b) => a - b))
    }
    database.close()
  })
})

/** Reads columns, rows and conditions as JSON and writes the places of the rows that each condition lets through. */
const script = `
import json, sqlite3, sys
given = json.load(sys.stdin)
base = sqlite3.connect(':memory:')
base.execute('CREATE TABLE events (' + ', '.join('"%s" TEXT' % name for name in given['columns']) + ')')
for row in given['rows']: base.execute('INSERT INTO events VALUES (' + ', '.join('?' * len(row)) + ')', row)
json.dump([sorted(at - 1 for (at,) in base.execute('SELECT rowid FROM events WHERE ' + one)) for one in given['conditions']], sys.stdout)
`

describe.skipIf(!hasSqlite)('conditions in SQLite (needs python3)', () => {
  it('are read as SQLite runs them', () => {
    const conditions = [...both, ...lites]
    const run = spawnSync('python3', ['-c', script], { input: JSON.stringify({ columns, rows, conditions }), encoding: 'utf8' })
    expect(run.stderr).toBe('')
    for (const [index, found] of (JSON.parse(run.stdout) as number[][]).entries())
      expect.soft(ours(sqlite, conditions[index]!), conditions[index]).toEqual(found)
  })
})

// Rules asked of events in every reading that runs here: our engine, PowerShell's comparisons, GNU grep and DuckDB.

import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compilePredicate } from '../../src/engine/match.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Value } from '../../src/ir/event.ts'
import { targetOf } from '../../src/targets.ts'
import { questionOf } from '../cases.ts'
import { conditionOf } from '../languages/powershell.ts'
import { duckdbModule, openTable } from '../oracles/duckdb.ts'
import { columnsOf, queryOf, rowsOf } from '../oracles/table.ts'
import type { Shown } from './traps.ts'

export const grepThere = spawnSync('sh', ['-c', 'echo a | grep -P "(?=a)"']).status === 0
const duckdb = await duckdbModule()

/** How many rules each reading answered. */
export const ran = { powershell: 0, grep: 0, duckdb: 0 }

type Fields = Readonly<Record<string, Value>>

export const shows = (rule: Detection, { target: id, has = [], lacks = [], refused, document }: Shown): void => {
  const { value, diagnostics } = convert(rule, targetOf(id)!, { document: document ?? 'none' })
  const errors = diagnostics.filter(finding => finding.severity === 'error').map(finding => finding.code)
  if (refused !== undefined) {
    expect([id, value], id).toEqual([id, undefined])
    expect(
      errors.some(code => code.startsWith(refused)),
      `${id}: ${errors}`,
    ).toBe(true)
    return
  }
  expect(errors, id).toEqual([])
  const text = document === undefined ? value!.printed.text : value!.documents.map(one => one.text).join('\n')
  for (const part of has) expect(text, id).toContain(part)
  for (const part of lacks) expect(text, id).not.toContain(part)
}

async function readings(rule: Detection, events: readonly Fields[]) {
  const out: Record<string, readonly boolean[]> = {}
  const powershell = convert(rule, targetOf('powershell')!, { document: 'none' }).value
  if (powershell !== undefined) {
    const asks = conditionOf(powershell.printed.text)
    const log = /LogName = '([^']*)'; Id = (\d+)/.exec(powershell.printed.text)!
    out.PowerShell = events.map(event => event.Channel === log[1] && String(event.EventID) === log[2] && asks(event))
    ran.powershell++
  }
  for (const [name, target] of grepThere ? [['grep', 'grep'] as const] : []) {
    const said = queryOf(rule, target)
    if (said === undefined) continue
    const input = `${events.map(event => JSON.stringify(event)).join('\n')}\n`
    const { stdout } = spawnSync('sh', ['-c', said.replace(/ events\.jsonl$/, ' -n')], { input, encoding: 'utf8' })
    const found = new Set(stdout.split('\n').map(line => Number.parseInt(line, 10) - 1))
    out[name] = events.map((_, index) => found.has(index))
    ran.grep++
  }
  const sql = queryOf(rule, 'duckdb')
  if (duckdb !== undefined && sql !== undefined) {
    const told = events.map((fields, index) => ({ fields: { ...fields, Place: String(index) } }))
    const columns = columnsOf(told, [rule])
    const database = await openTable(duckdb, columns, rowsOf(told, columns))
    const rows = await database.rows(`SELECT "Place" FROM (${sql})`)
    database.close()
    const found = new Set(rows.map(([place]) => Number(place)))
    out.DuckDB = events.map((_, index) => found.has(index))
    ran.duckdb++
  }
  return out
}

/** Holds every reading to what must be found and what not; `there` tells the events that are of the rule's class. */
export async function holds(
  rule: Detection,
  find: readonly Fields[] = [],
  quiet: readonly Fields[] = [],
  there: (event: Fields) => boolean = () => true,
): Promise<void> {
  const events = [...find, ...quiet]
  if (events.length === 0) return
  const wanted = events.map((_, index) => index < find.length)
  const asks = compilePredicate(questionOf(rule.query)!)
  const engine = events.map(event => there(event) && asks({ fields: event }))
  const all = { engine, ...(await readings(rule, events)) }
  for (const [name, answers] of Object.entries(all)) expect([name, answers]).toEqual([name, wanted])
}

// Every trap once: our translations find and pass over what the rule does, in every reading that runs here, say what they must, or refuse by name.

import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compilePredicate } from '../../src/engine/match.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { questionOf } from '../cases.ts'
import { conditionOf } from '../languages/powershell.ts'
import { duckdbModule, openTable } from '../oracles/duckdb.ts'
import { columnsOf, queryOf, rowsOf } from '../oracles/table.ts'
import { conversions, type Shown, type Trap } from './traps.ts'

const grepThere = spawnSync('sh', ['-c', 'echo a | grep -P "(?=a)"']).status === 0
const duckdb = await duckdbModule()
const ran = { powershell: 0, grep: 0, duckdb: 0 }

const ruleOf = (trap: Trap): Detection => {
  const rule = trap.rule as string
  const text = /^(?:title|detection):/m.test(rule)
    ? rule
    : `title: ${trap.id}\nlogsource: {product: windows, category: process_creation}\ndetection:\n${rule.replace(/^/gm, '  ')}\n`
  const read = readRules([{ name: 'trap.yml', text }])
  expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return read.value![0]!
}

const shows = (rule: Detection, { target: id, has = [], lacks = [], refused, document }: Shown): void => {
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

/** Where a flat event of process creation comes from. */
const adorned = (fields: Readonly<Record<string, string>>) => ({
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  EventID: '1',
  ...fields,
})

async function readings(rule: Detection, events: readonly Readonly<Record<string, string>>[]) {
  const out: Record<string, readonly boolean[]> = {}
  const powershell = convert(rule, targetOf('powershell')!, { document: 'none' }).value
  if (powershell !== undefined) {
    const asks = conditionOf(powershell.printed.text)
    const log = /LogName = '([^']*)'; Id = (\d+)/.exec(powershell.printed.text)!
    out.PowerShell = events.map(event => event.Channel === log[1] && event.EventID === log[2] && asks(event))
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

/** Holds every reading to what must be found and what not. */
async function holds(rule: Detection, find: Trap['find'] = [], quiet: Trap['quiet'] = []): Promise<void> {
  const events = [...find, ...quiet].map(adorned)
  if (events.length === 0) return
  const wanted = events.map((_, index) => index < find.length)
  const asks = compilePredicate(questionOf(rule.query)!)
  const engine = events.map(event => event.EventID === '1' && asks({ fields: event }))
  const all = { engine, ...(await readings(rule, events)) }
  for (const [name, answers] of Object.entries(all)) expect([name, answers]).toEqual([name, wanted])
}

describe('traps of conversions', () => {
  it.each(conversions.map(trap => [trap.id, trap] as const))('%s', async (_, trap) => {
    const rule = ruleOf(trap)
    for (const one of trap.shown ?? []) shows(rule, one)
    await holds(rule, trap.find, trap.quiet)
    expect((trap.shown ?? []).length + (trap.find ?? []).length + (trap.quiet ?? []).length).toBeGreaterThan(0)
  })

  it('are all there, each once', () => {
    const ids = conversions.map(trap => trap.id)
    const range = (prefix: string, to: number) => Array.from({ length: to }, (_, at) => `${prefix}${at + 1}`)
    const rest = ['splunk', 'cim', 'defender', 'asim', 'azure', 'lucene', 'eql', 'esql', 'cased'].map(name => `C-${name}`)
    expect(ids).toEqual([...range('S1-', 10), ...range('S2-', 16), ...rest])
  })
})

afterAll(() => {
  console.info('traps: readings run', ran)
  if (!grepThere) console.info('skipped: traps in GNU grep (no grep -P here)')
})

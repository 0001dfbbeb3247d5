// The DuckDB text of rules, run in DuckDB: exactly the engine's hits, row for row.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { readSource } from '../../src/hunt.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { eventSources, ruleSources } from '../../src/node/files.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { duckdbModule, openTable } from './duckdb.ts'
import { columnsOf, queryOf, rowsOf } from './table.ts'

const module = await duckdbModule()

/** The query for the places of rows instead of the rows. */
const placed = (sql: string): string =>
  sql
    .replace(/^SELECT \*(?: EXCLUDE \(_text\))?/, 'SELECT _row')
    .replace(/\bFROM (\(SELECT )?(\*, |events\b)/, (_, inner, what) =>
      inner === undefined ? 'FROM (SELECT rowid AS _row, * FROM events)' : `FROM (SELECT rowid AS _row, ${what}`,
    )

/** For each rule, the places of the events that the engine finds. */
function engineHits(rules: readonly Detection[], events: readonly Event[]): readonly ReadonlySet<number>[] {
  const run = compile(
    rules,
    schemas.filter(schema => schema.id === 'sigma' || schema.id === 'security'),
  ).value!.start()
  const hits = rules.map(() => new Set<number>())
  const placed = events.map((event, index) => ({ ...event, origin: { source: 'table', index } }))
  const batch = { schema: '', length: placed.length, at: (index: number) => placed[index]! }
  for (const alert of [...run.push(batch), ...run.finish()]) hits[alert.index]!.add(alert.events[0]!.origin!.index)
  return hits
}

async function compareAll(
  rules: readonly Detection[],
  events: readonly Event[],
): Promise<{ wrong: string[]; hits: number; run: number; refused: string[] }> {
  const columns = columnsOf(events, rules)
  const database = await openTable(module!, columns, rowsOf(events, columns))
  const expected = engineHits(rules, events)
  const wrong: string[] = []
  const refused: string[] = []
  let hits = 0
  let run = 0
  for (const [index, rule] of rules.entries()) {
    const sql = queryOf(rule, 'duckdb')
    if (sql === undefined) {
      refused.push(rule.title)
      continue
    }
    run++
    const told = `${rule.title} (${rule.written.document.name})`
    try {
      const found = new Set((await database.rows(placed(sql))).map(([row]) => Number(row)))
      hits += found.size
      const missing = [...expected[index]!].filter(row => !found.has(row))
      const extra = [...found].filter(row => !expected[index]!.has(row))
      if (missing.length > 0 || extra.length > 0) wrong.push(`${told}: missing ${missing.join(' ')}, extra ${extra.join(' ')}`)
    } catch (error) {
      wrong.push(`${told}: ${String(error).slice(0, 300)}\n${sql.slice(0, 2000)}`)
    }
  }
  database.close()
  return { wrong, hits, run, refused }
}

describe.skipIf(module === undefined)('rules run in DuckDB (needs @duckdb/node-api)', () => {
  it.skipIf(!dataPresent)(
    'find what the engine finds in real Windows logs (needs ../shared/data)',
    { timeout: 600_000 },
    async () => {
      const root = `${dataRoot}evtx/`
      const { files } = JSON.parse(readFileSync(`${root}manifest.json`, 'utf8')) as { files: { path: string }[] }
      const events: Event[] = []
      for await (const source of eventSources(
        files.map(file => root + file.path),
        finding => console.warn(finding.message),
      ))
        for await (const { batch } of readSource(source, () => {}))
          for (let index = 0; index < batch.length; index++) events.push(batch.at(index))
      const sources = await ruleSources([`${dataRoot}sigma-rules`], finding => console.warn(finding.message))
      const rules = (readRules(sources).value ?? []).filter(
        ({ query: { from, stages } }) =>
          from.kind === 'class' && from.class.product === 'windows' && stages.every(stage => stage.kind === 'filter'),
      )
      const { wrong, hits, run, refused } = await compareAll(rules, events)
      console.log(`DuckDB: ${run} rules over ${events.length} events, ${hits} hits, ${refused.length} refused`)
      expect(wrong).toEqual([])
      expect(hits).toBeGreaterThan(6000)
    },
  )
})

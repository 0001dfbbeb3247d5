// Verdicts on SQL and grep, replayed in the products themselves: on events made around rule and query, DuckDB, SQLite and GNU grep find what a rule that is called equivalent finds, and a witness parts them.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { example, type Side } from '../../src/proof/decide.ts'
import { Limit } from '../../src/proof/limits.ts'
import { linesOf } from '../../src/proof/lines/lines.ts'
import { asksSeveral } from '../../src/proof/sides.ts'
import { judge, type Posed, pose } from '../../src/prove.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { randomOf } from '../engine/mutate.ts'
import { attacks } from '../proof/events.ts'
import { duckdbModule, openTable } from './duckdb.ts'
import { columnsOf, rowsOf } from './table.ts'

const module = await duckdbModule()
const hasSqlite = spawnSync('sqlite3', ['--version']).status === 0
const hasGrep = spawnSync('grep', ['-P', '(?=x)'], { input: 'x\n' }).status === 0
if (!hasSqlite) console.warn('SKIPPED: there is no sqlite3 here, so no SQL is run in SQLite')
if (!hasGrep) console.warn('SKIPPED: there is no grep with -P here, so no command is run by grep')

/** The places of the events that a product finds with a query. */
type Product = (query: string, events: readonly Event[], rule: Detection) => Promise<ReadonlySet<number>>

const inDuckdb: Product = async (query, events, rule) => {
  const columns = columnsOf(events, [rule])
  const database = await openTable(module!, columns, rowsOf(events, columns))
  const sql = query
    .replace(/^SELECT \*(?: EXCLUDE \(_text\))?/, 'SELECT _row')
    .replace(/\bFROM (\(SELECT )?(\*, |events\b)/, (_, inner, what) =>
      inner === undefined ? 'FROM (SELECT rowid AS _row, * FROM events)' : `FROM (SELECT rowid AS _row, ${what}`,
    )
  const found = await database.rows(sql)
  database.close()
  return new Set(found.map(([row]) => Number(row)))
}

const inSqlite: Product = async (query, events, rule) => {
  const columns = columnsOf(events, [rule])
  const cell = (text: string | null): string => (text === null ? 'NULL' : `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)`)
  const names = columns.map(name => `"${name.replaceAll('"', '""')}" TEXT`)
  const rows = rowsOf(events, columns).map(
    (row, place) => `INSERT INTO events VALUES (${[String(place), ...row.map(cell)].join(', ')});`,
  )
  const script = ['CREATE TABLE events (_row INTEGER, ', names.join(', '), ');\nBEGIN;\n', rows.join('\n'), '\nCOMMIT;\n']
  const { stdout, stderr, status } = spawnSync('sqlite3', ['-batch', ':memory:'], {
    input: `${script.join('')}${query.replace(/^SELECT \*/, 'SELECT _row')};\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0 || stderr !== '') throw new Error(`${stderr.slice(0, 300)}\n${query.slice(0, 1500)}`)
  return new Set(stdout.split('\n').flatMap(line => (line === '' ? [] : [Number(line)])))
}

const byGrep =
  (form: string): Product =>
  async (query, events) => {
    const lines = events.map(linesOf(form).write)
    const command = query.replace(/ events\.(?:jsonl|xml)$/, ' -n')
    const { stdout, stderr, status } = spawnSync('bash', ['-c', command], {
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    if (status !== 0 && status !== 1) throw new Error(`${stderr.slice(0, 300)}\n${query.slice(0, 1500)}`)
    return new Set(stdout.split('\n').flatMap(line => (line === '' ? [] : [Number.parseInt(line, 10) - 1])))
  }

/** Edits of a query, each of one place. */
const sqlEdits: readonly (readonly [RegExp, string])[] = [
  [/ AND /, ' OR '],
  [/ILIKE/, 'LIKE'],
  [/LIKE '%/, "LIKE '"],
  [/%'/, "'"],
  [/NOT /, ''],
]
const grepEdits: readonly (readonly [RegExp, string])[] = [
  [/\(\?=\.\*\?/, '(?!.*?'],
  [/\(\?i:/, '(?:'],
  [/\(\?!\.\*\?/, '(?=.*?'],
  [/"\(\?&c\)\*\?/, '"'],
]

const products: readonly {
  readonly target: string
  readonly product: Product
  readonly there: boolean
  readonly edits: typeof sqlEdits
}[] = [
  { target: 'duckdb', product: inDuckdb, there: module !== undefined, edits: sqlEdits },
  { target: 'sqlite', product: inSqlite, there: hasSqlite, edits: sqlEdits },
  { target: 'grep', product: byGrep('json'), there: hasGrep, edits: grepEdits },
  { target: 'grep-text', product: byGrep('xml'), there: hasGrep, edits: grepEdits },
]

/** What a side says of an event; undefined where the engine gives up. */
function said(side: Side, event: Event): boolean | undefined {
  try {
    return side.ask(event)
  } catch (error) {
    if (error instanceof Limit) return undefined
    throw error
  }
}

/** Texts that a table or a line can hold: a NUL ends a text in some stores, and half of a character is none. */
const storable = (event: Event, form: string | undefined): boolean => {
  const { without } = linesOf(form)
  return Object.values(event.fields).every(
    value =>
      typeof value !== 'string' ||
      (!/[\0\ud800-\udfff]/.test(value) &&
        ![...value].some(character => form !== undefined && without.includes(character.codePointAt(0)!))),
  )
}

/** Events around both sides: what each finds, and what is beside it. */
function around(posed: Posed, random: () => number, count: number, form: string | undefined): readonly Event[] {
  const bases = [posed.left, posed.right].flatMap(side => {
    const found = example(side, posed.reading)
    return 'event' in found ? [found.event] : []
  })
  return [...attacks(random, [posed.left, posed.right], posed.reading, count, bases)].filter(event => storable(event, form))
}

async function replayed(
  rules: readonly Detection[],
  seed: number,
  target: string,
  product: Product,
): Promise<{ wrong: string[]; equivalent: number; differs: number; events: number; found: number }> {
  const random = randomOf(seed)
  const row = targetOf(target)!
  const out = { wrong: [] as string[], equivalent: 0, differs: 0, events: 0, found: 0 }
  for (const rule of rules) {
    const posed = pose(rule, row)
    if ('verdict' in posed || 'several' in posed) continue
    const proof = judge(posed)
    if (proof.verdict !== 'equivalent' && proof.verdict !== 'differs') continue
    const form = row.language === 'grep' ? (row.form ?? 'json') : undefined
    const events = proof.verdict === 'differs' ? proof.counterexample.events : around(posed, random, 60, form)
    const hits = await product(proof.query!, events, rule)
    out[proof.verdict]++
    for (const [place, event] of events.entries()) {
      const told = said(posed.left, event)
      if (told === undefined) continue
      out.events++
      if (hits.has(place)) out.found++
      const wanted = proof.verdict === 'differs' ? proof.counterexample.translated : told
      if (hits.has(place) !== wanted)
        out.wrong.push(
          `${proof.verdict}: ${rule.title}: the ${target} says ${hits.has(place)}: ${JSON.stringify(event.fields).slice(0, 600)}`,
        )
    }
  }
  return out
}

/** Edited queries that are called different, and whose witness the product answers as the judge says that it does. */
async function parted(
  rules: readonly Detection[],
  target: string,
  product: Product,
  edits: typeof sqlEdits,
): Promise<{ wrong: string[]; differs: number; equivalent: number; undecided: number }> {
  const row = targetOf(target)!
  const form = row.language === 'grep' ? (row.form ?? 'json') : undefined
  const out = { wrong: [] as string[], differs: 0, equivalent: 0, undecided: 0 }
  for (const rule of rules) {
    const written = pose(rule, row)
    if ('verdict' in written || 'several' in written) continue
    for (const [from, to] of edits) {
      const text = written.grounds.query!.replace(from, to)
      if (text === written.grounds.query) continue
      const posed = pose(rule, row, { query: { name: 'query', text } })
      const proof = 'left' in posed ? judge(posed) : undefined
      if (proof?.verdict !== 'differs') {
        if (proof?.verdict === 'equivalent') out.equivalent++
        else out.undecided++
        continue
      }
      const { events, original, translated } = proof.counterexample
      if (original === translated) out.wrong.push(`${rule.title}: a witness that parts nothing`)
      if (!events.every(event => storable(event, form))) continue
      out.differs++
      const hits = await product(text, events, rule)
      if (hits.has(0) !== translated) out.wrong.push(`${rule.title}: ${JSON.stringify(events[0]!.fields)}: ${text.slice(0, 600)}`)
    }
  }
  return out
}

const singles = (detections: readonly Detection[]): readonly Detection[] =>
  detections.filter(({ query, silent }) => silent !== true && !asksSeveral(query))

async function pack(): Promise<readonly Detection[]> {
  const sources = await ruleSources(['packs/t1572/rules'], finding => console.warn(finding.message))
  return singles(readRules(sources).value ?? [])
}

/** A seeded sample of SigmaHQ's rules for Windows. */
async function sample(count: number): Promise<readonly Detection[]> {
  const sources = await ruleSources([`${dataRoot}sigma-rules/rules/windows`], finding => console.warn(finding.message))
  const all = [...singles(readRules(sources).value ?? [])]
  const random = randomOf(20260131)
  return Array.from({ length: count }, () => all.splice(Math.floor(random() * all.length), 1)[0]!)
}

describe('verdicts hold in the products', () => {
  for (const { target, product, there, edits } of products) {
    it.skipIf(!there)(`${target}: witnesses against edited queries of the pack`, { timeout: 300_000 }, async () => {
      const { wrong, differs, equivalent, undecided } = await parted((await pack()).slice(0, 40), target, product, edits)
      console.log(`${target}: ${differs} edited queries differ, ${equivalent} mean the same, ${undecided} undecided`)
      expect(wrong).toEqual([])
      expect(differs).toBeGreaterThan(target === 'duckdb' ? 60 : 5)
    })

    it.skipIf(!there)(`${target}: the pack (seed 20260201)`, { timeout: 300_000 }, async () => {
      const { wrong, equivalent, differs, events, found } = await replayed(await pack(), 20260201, target, product)
      console.log(`${target}: ${equivalent} equivalent, ${differs} differ, ${events} events, ${found} found`)
      expect(wrong).toEqual([])
      // Regular expressions are refused by grep and SQLite, so few rules of the pack are left there.
      expect(equivalent).toBeGreaterThan(target === 'duckdb' ? 30 : 2)
      expect(found).toBeGreaterThan(equivalent * 3)
    })

    it.skipIf(!there || !dataPresent)(
      `${target}: a sample of SigmaHQ's rules for Windows (needs ../shared/data; seed 20260202)`,
      { timeout: 600_000 },
      async () => {
        const { wrong, equivalent, differs, events, found } = await replayed(await sample(80), 20260202, target, product)
        console.log(`${target}: ${equivalent} equivalent, ${differs} differ, ${events} events, ${found} found`)
        expect(wrong).toEqual([])
        expect(equivalent).toBeGreaterThan(60)
        expect(found).toBeGreaterThan(equivalent * 3)
      },
    )
  }
})

// Splunk's security content: all searches read, run over events of every data model, hunted over the developers' logs; and every SigmaHQ rule written for Splunk, read back and asked the same.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { constructsOf } from '../../src/constructs.ts'
import { convert } from '../../src/convert.ts'
import { compilePredicate } from '../../src/engine/match.ts'
import type { Event, Value } from '../../src/ir/event.ts'
import { and } from '../../src/ir/logic.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import { visit } from '../../src/ir/walk.ts'
import { spl } from '../../src/languages/spl/index.ts'
import { besideRules } from '../../src/node/beside.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { query, type Table } from '../../src/query.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { translate } from '../../src/schemas/translate.ts'
import { targetOf } from '../../src/targets.ts'
import { terrier } from '../cli/run.ts'
import { dataPresent, dataRoot, jsonLines } from './shared.ts'

/** What needs machine learning, a metrics store, a third party's command or a database of places. */
const beyond = /"splunk:(?:mstats|apply|summary|anomalydetection|outlier|cyberchef|iplocation)"/

/** Every fourth rule, unless the whole is asked for. */
const long = process.env.TERRIER_LONG === '1'
if (dataPresent && !long) console.warn('SKIPPED: hunts with every rule as SPL; TERRIER_LONG=1 runs them')

const wanted = schemas.filter(schema => schema.optIn !== true)

async function detections() {
  const paths = [`${dataRoot}escu/detections`]
  const beside = await besideRules(paths, '/', () => undefined)
  const read = readRules(await ruleSources(paths, () => undefined), beside)
  return { read, beside }
}

/** One value that a test is true of, where that is easy to say. */
function witness(node: Predicate & { kind: 'test' }): Value | undefined {
  const { match } = node
  if (match.kind === 'glob') return match.glob.map(part => (typeof part === 'string' ? part : 'x')).join('')
  if (match.kind === 'compare' && match.to.kind === 'literal')
    return match.op === '>'
      ? Number(match.to.value) + 1
      : match.op === '<'
        ? Number(match.to.value) - 1
        : (match.to.value ?? undefined)
  if (match.kind === 'cidr') return match.network.split('/')[0]
  return match.kind === 'present' ? 'x' : undefined
}

/** Rows for each table of a query: the first makes the tests of its filters true as far as possible, the others have plain values. */
function benchOf(pipeline: Pipeline): Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>> {
  const fields: Record<string, Value> = {}
  const names = new Set<string>()
  const tables = new Set<string>()
  visit(pipeline, {
    from: of => {
      if (of.kind === 'table') tables.add(of.name)
    },
    scalar: of => {
      if (of.kind === 'field') names.add(of.name)
    },
    predicate: of => {
      if (of.kind !== 'test' || of.subject.kind !== 'field') return
      const value = witness(of)
      if (value !== undefined) fields[of.subject.name] ??= value
    },
  })
  const plain = Object.fromEntries([...names].map((name, at): [string, Value] => [name, at % 3 === 0 ? '7' : `v${at}`]))
  const rows = [
    { ...plain, ...fields, _time: 1_699_990_000, _raw: '{"a":1} <x>2</x> k=v' },
    { ...plain, ...fields, _time: 1_699_990_100 },
    { ...plain, _time: 1_699_993_600 },
    { _time: 1_699_993_700 },
  ]
  return Object.fromEntries([...tables].map(name => [name, name.startsWith('lookup:') ? [plain] : rows]))
}

function table(rows: readonly Readonly<Record<string, Value>>[]): Table {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  async function* batches() {
    yield { schema: '', length: rows.length, at: (index: number): Event => ({ fields: rows[index]! }) }
  }
  return { columns: names.map(name => ({ name })), open: true, rows: batches() }
}

describe.skipIf(!dataPresent)('the security content (needs ../shared/data)', () => {
  it('is read: every stage understood or named, in 99 of 100 searches and more', { timeout: 120_000 }, async () => {
    const { read } = await detections()
    expect(read.value!.length).toBe(1711)
    const found = constructsOf(read.value!, wanted)
    expect(found.understood).toBeGreaterThanOrEqual(1700)
    expect(found.runs).toBeGreaterThanOrEqual(1580)
    const errors = new Set(read.diagnostics.filter(one => one.severity === 'error').map(one => one.source?.name))
    expect(errors.size).toBeLessThanOrEqual(2)
  })

  it('runs over events of every data model, in 95 of 100 of what can run and more', { timeout: 180_000 }, async () => {
    const { read } = await detections()
    const able = read.value!.filter(
      ({ query: of }) => !beyond.test(JSON.stringify(of, (_, value) => (typeof value === 'bigint' ? 0 : value))),
    )
    const failed: string[] = []
    let hits = 0
    for (const detection of able) {
      const tables = Object.fromEntries(Object.entries(benchOf(detection.query)).map(([name, rows]) => [name, table(rows)]))
      const { value, diagnostics } = await query(detection.query, tables, { now: 1_700_000_000_000 })
      if (value === undefined) failed.push(`${detection.title}: ${diagnostics[0]?.message}`)
      else if (value.rows.length > 0) hits++
    }
    console.warn(
      `${able.length - failed.length} of ${able.length} run, ${hits} with rows; not: ${failed.slice(0, 40).join('; ')}`,
    )
    expect(able.length).toBeGreaterThanOrEqual(1640)
    expect((able.length - failed.length) / able.length).toBeGreaterThanOrEqual(0.95)
    // Rows come out of most of them, so that what runs also does something.
    expect(hits).toBeGreaterThanOrEqual(900)
  })
})

/** Events of every data model, and raw ones of the source types, in the fields that the Common Information Model and the add-ons document. */
const bench = jsonLines<Readonly<Record<string, Value>>>(fileURLToPath(new URL('../events/cim.jsonl', import.meta.url)))

describe.skipIf(!dataPresent)('the security content over typed events of the data models (needs ../shared/data)', () => {
  it('runs, in 95 of 100 of what can run and more; a table says what of each data model', { timeout: 180_000 }, async () => {
    const { read } = await detections()
    const datasets = new Set(bench.map(row => String(row._dataset)))
    const counts = new Map<string, { all: number; run: number; hit: number }>()
    const failed: string[] = []
    const asked = new Set<string>()
    for (const detection of read.value!) {
      if (beyond.test(JSON.stringify(detection.query, (_, value) => (typeof value === 'bigint' ? 0 : value)))) continue
      const names = new Set<string>()
      visit(detection.query, {
        from: of => {
          if (of.kind === 'table') names.add(of.name)
        },
      })
      for (const name of names) asked.add(name)
      const tables = Object.fromEntries(
        [...names].map(name => [
          name,
          table(bench.filter(row => row._dataset === name).map(({ _name, _dataset, ...row }) => row)),
        ]),
      )
      const { value, diagnostics } = await query(detection.query, tables, { now: 1_700_000_000_000 })
      if (value === undefined) failed.push(`${detection.title}: ${diagnostics[0]?.message}`)
      const first = [...names].find(name => datasets.has(name)) ?? 'other'
      const count = counts.get(first) ?? { all: 0, run: 0, hit: 0 }
      count.all++
      if (value !== undefined) count.run++
      if (value !== undefined && value.rows.length > 0) count.hit++
      counts.set(first, count)
    }
    const sum = (part: 'all' | 'run' | 'hit'): number => [...counts.values()].reduce((total, count) => total + count[part], 0)
    console.warn(
      [
        '| data model | searches | run | with results |',
        '| --- | --- | --- | --- |',
        ...[...counts]
          .sort((a, b) => b[1].all - a[1].all)
          .map(([name, { all, run, hit }]) => `| ${name} | ${all} | ${run} | ${hit} |`),
        `not: ${failed.join('; ')}`,
        `| all | ${sum('all')} | ${sum('run')} | ${sum('hit')} |`,
      ].join('\n'),
    )
    expect(failed.length / sum('all')).toBeLessThanOrEqual(0.05)
    expect(sum('all')).toBeGreaterThanOrEqual(1640)
    // Every dataset of a data model that a search reads has events here.
    expect([...asked].filter(name => name.includes('.') && !name.startsWith('lookup:') && !datasets.has(name))).toEqual([])
  })
})

/** Numbers between 0 and 1, the same in every run. */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

describe.skipIf(!dataPresent)('SigmaHQ rules written for Splunk (needs ../shared/data)', () => {
  it('are read back to the same question', { timeout: 180_000 }, async () => {
    const sources = await ruleSources([`${dataRoot}sigma-rules/rules/windows`], () => undefined)
    const rules = readRules(sources).value!.filter((_, at) => long || at % 4 === 0)
    const draw = drawing(7)
    const pick = <T>(all: readonly T[]): T => all[Math.floor(draw() * all.length) % all.length]!
    let asked = 0
    let hits = 0
    const wrong: string[] = []
    for (const id of ['splunk', 'splunk-security']) {
      const target = targetOf(id)!
      const schema = schemas.find(one => one.id === target.schema)!
      for (const rule of rules) {
        const text = convert(rule, target, { document: 'none' }).value?.printed.text
        if (text === undefined) continue
        const again = spl.parse({ name: rule.title, text })
        const told = translate(rule.query, schema).value
        const filters = (of: Pipeline | undefined): Predicate | undefined =>
          of?.from.kind === 'table' && of.stages.every(stage => stage.kind === 'filter')
            ? and(of.stages.flatMap(stage => (stage.kind === 'filter' ? [stage.where] : [])))
            : undefined
        const before = filters(told)
        const after = filters(again.value)
        if (before === undefined) continue
        asked++
        if (after === undefined || again.diagnostics.some(one => one.severity === 'error')) {
          wrong.push(`${rule.title}: ${again.diagnostics[0]?.message}`)
          continue
        }
        const values = new Map<string, Value[]>()
        for (const tree of [before, after])
          visit(tree, {
            predicate: node => {
              if (node.kind !== 'test' || node.subject.kind !== 'field') return
              const list = values.get(node.subject.name) ?? []
              const value = witness(node)
              // A number in hexadecimal is written beside the decimal one on purpose.
              if (value === undefined || list.length > 300 || /^0x/i.test(String(value))) return
              list.push(value, String(value).toUpperCase(), `${value}z`, `z${value}`)
              values.set(node.subject.name, list)
            },
          })
        const a = compilePredicate(before)
        const b = compilePredicate(after, { context: { rules: 'splunk', now: () => 0, rowsOf: () => undefined } })
        for (let round = 0; round < 25; round++) {
          const fields: Record<string, Value> = {}
          for (const [name, list] of values) if (draw() < 0.9) fields[name] = pick(list)
          const [left, right] = [a({ fields }), b({ fields })]
          if (left) hits++
          if (left === right) continue
          wrong.push(`${rule.title}: ${left} ${right} of ${JSON.stringify(fields).slice(0, 200)}`)
          break
        }
      }
    }
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(long ? 3400 : 850)
    expect(hits).toBeGreaterThan(long ? 2000 : 400)
  })

  it.skipIf(!long)('find what an independent oracle finds (TERRIER_LONG=1)', { timeout: 400_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-spl-'))
    try {
      const target = targetOf('splunk')!
      const written = new Set<string>()
      for (const rule of readRules(await ruleSources([`${dataRoot}sigma-rules/rules/windows`], () => undefined)).value!) {
        const text = convert(rule, target, { document: 'none' }).value?.printed.text
        if (text === undefined) continue
        written.add(rule.id)
        writeFileSync(join(folder, `${rule.id}.spl`), text)
      }
      const evtx = `${dataRoot}evtx/`
      const { out } = await terrier(['hunt', '-r', folder, `${evtx}samples`, `${evtx}regression`, '-f', 'jsonl', '--no-cache'])
      const found = new Set<string>()
      for (const line of out.trim().split('\n')) {
        const alert = JSON.parse(line) as { rule: { file: string }; sources: { file: string; record: number | null }[] }
        const rule = basename(alert.rule.file, '.spl')
        // The regression cases have their events as JSON beside the logs, too.
        for (const { file, record } of alert.sources)
          if (record !== null) found.add(`${rule} ${file.slice(evtx.length).replace(/\.gz$/, '')} ${record}`)
      }
      interface Hit {
        readonly rule: string
        readonly file: string
        readonly record: number
        readonly event_id: number
      }
      const wanted = new Set<string>()
      const other = new Set<string>()
      // Process creation by event 4688 is what another target asks; a rule for a whole log may find it here, too.
      for (const { rule, file, record, event_id } of jsonLines<Hit>(`${dataRoot}expected/dev-hits.jsonl.gz`))
        if (written.has(rule)) (event_id === 4688 ? other : wanted).add(`${rule} ${file.replace(/\.gz$/, '')} ${record}`)
      expect([...wanted].filter(hit => !found.has(hit))).toEqual([])
      expect([...found].filter(hit => !wanted.has(hit) && !other.has(hit))).toEqual([])
      expect(wanted.size).toBeGreaterThan(4700)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

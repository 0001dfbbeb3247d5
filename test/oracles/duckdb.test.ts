// The DuckDB text of rules, run in DuckDB: exactly the engine's hits, row for row.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { duckdbModule, openTable } from './duckdb.ts'
import { engineHits, realEvents, realRules } from './hits.ts'
import { columnsOf, queryOf, rowsOf } from './table.ts'

const module = await duckdbModule()

/** The query for the places of rows instead of the rows. */
const placed = (sql: string): string =>
  sql
    .replace(/^SELECT \*(?: EXCLUDE \(_text\))?/, 'SELECT _row')
    .replace(/\bFROM (\(SELECT )?(\*, |events\b)/, (_, inner, what) =>
      inner === undefined ? 'FROM (SELECT rowid AS _row, * FROM events)' : `FROM (SELECT rowid AS _row, ${what}`,
    )

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
      const events = await realEvents()
      const rules = await realRules()
      const { wrong, hits, run, refused } = await compareAll(rules, events)
      console.log(`DuckDB: ${run} rules over ${events.length} events, ${hits} hits, ${refused.length} refused`)
      expect(wrong).toEqual([])
      expect(hits).toBeGreaterThan(6000)
    },
  )

  const read = (yaml: string): readonly Detection[] => {
    const { value, diagnostics } = readRules([{ name: 'rules.yml', text: yaml }])
    expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    return value!
  }
  const event = (fields: Event['fields'], second = 0): Event => ({
    time: second * 1000,
    fields: { Channel: 'System', EventID: 1, SystemTime: new Date(second * 1000).toISOString(), ...fields },
  })
  const rule = (detection: string): string =>
    `title: ${JSON.stringify(detection)}\nlogsource: {product: windows, service: system}\ndetection:\n  s:\n    ${detection.replaceAll('\n', '\n    ')}\n  condition: s`

  it('find what the engine finds in events of our own', async () => {
    const texts = [
      'plink',
      'PLINK',
      'C:\\plink.exe',
      'xplink.exe',
      'a%b',
      'a_b',
      'axb',
      'É',
      'é',
      '',
      'K',
      '12',
      '012',
      '0x10',
      '1e3',
      '10.1.2.3',
      '::ffff:10.1.2.3',
      'fe80::1',
      '-',
      'a\nb',
      "it's",
      'µ',
      'μ',
      '2024-05-06T23:01:02Z',
    ]
    const events = [
      ...texts.flatMap(value => [event({ F: value }), event({ F: value, G: 'plink' }), event({ G: value, EventID: 2 })]),
      event({ F: 12 }),
      event({ F: 'x', Channel: 'Security' }),
    ]
    const values = [
      'F: plink',
      'F|cased: plink',
      "F|endswith: '\\plink.exe'",
      'F|contains: [a%b, a_b]',
      "F: 'a?b'",
      "F: 'a*b'",
      'F: É',
      'F: µ',
      "F: ''",
      'F: k',
      'F: 12',
      "F: '012'",
      'F|gt: 11',
      'F|lte: 16',
      'F|cidr: 10.0.0.0/8',
      'F|cidr: fe80::/10',
      "F|re: '^p.ink$'",
      "F|re|i: 'PLINK\\.'",
      "F|re: 'a.b'",
      "F|re|s: 'a.b'",
      'F: null',
      'F|exists: false',
      'F|fieldref: G',
      'F|fieldref|contains: G',
      'F|hour: 23',
      "F: '*'",
      "'|all': [plink, system]",
    ].filter(value => !value.startsWith("'|all'"))
    const rules = read(
      [
        ...values.flatMap(value => [rule(value), rule(value).replace('condition: s', 'condition: not s')]),
        rule('F: x').replace('s:\n    F: x', 's: [plink, "1*k"]'),
        rule('F: x').replace('s:\n    F: x', 's: [plink]').replace('condition: s', 'condition: not s'),
      ].join('\n---\n'),
    )
    const { wrong, run, hits, refused } = await compareAll(rules, events)
    expect(wrong).toEqual([])
    expect(refused).toEqual([])
    expect(run).toBe(rules.length)
    expect(hits).toBeGreaterThan(500)
  })

  it('run over exported events as the case file says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrier-view-'))
    const path = join(folder, 'events.jsonl')
    const lines = [
      { Channel: 'System', EventID: 7045, F: 'Plink', Size: 12, SystemTime: '2024-05-06T01:02:03.4567891Z' },
      { Channel: 'System', EventID: 7045, F: 'other', Size: 3, SystemTime: '2024-05-06T01:02:04.4567891Z' },
      { Channel: 'System', EventID: 7036, F: 'plink', SystemTime: '2024-05-06T01:02:05.4567891Z' },
    ]
    writeFileSync(path, lines.map(line => JSON.stringify(line)).join('\n'))
    const connection = await (await module!.DuckDBInstance.create(':memory:')).connect()
    await connection.run(`CREATE VIEW events AS SELECT COLUMNS(*)::VARCHAR FROM read_json('${path}', sample_size = -1)`)
    const places = async (detection: string) => {
      const sql = queryOf(read(rule(detection))[0]!, 'duckdb')!
      const found = (await connection.runAndReadAll(sql.replace('SELECT *', 'SELECT "SystemTime"'))).getRowsJS()
      return found.map(([time]) => Number(String(time).slice(17, 19)))
    }
    expect(await places('EventID: 7045')).toEqual([3, 4])
    expect(await places('F: plink')).toEqual([3, 5])
    expect(await places('Size|gte: 12')).toEqual([3])
    expect(await places("F: null\nSize: '3'")).toEqual([])
    connection.closeSync()
    rmSync(folder, { recursive: true })
  })

  it('keep every text inside its quotes', async () => {
    const texts = [
      "'",
      "''",
      '"',
      '\\',
      "\\'",
      'x\\',
      '%',
      '_',
      '%%',
      'a%_\\b',
      '!^~#|@%',
      '$1',
      '{{x}}',
      '{}',
      '{other}',
      '*',
      '?',
      '\\*',
      '\n',
      '\r\n',
      '\t',
      '\u0000',
      'a\u0000b',
      '\u202e',
      '\u2028',
      '😀',
      '--',
      '/*',
      '*/',
      '; DROP TABLE events; --',
      "' OR 1=1 --",
      'chr(10)',
      '`',
      '[x]',
      ')',
    ]
    const events = texts.flatMap(text => [
      event({ F: text }),
      event({ F: `a${text}` }),
      event({ F: `${text}b` }),
      event({ F: text.replaceAll(/[%_]/g, 'x') }),
    ])
    const sigma = (text: string) => text.replace(/[\\*?]/g, '\\$&')
    const rules = read(
      texts
        .flatMap(text =>
          ['F', 'F|contains', 'F|startswith', 'F|endswith', 'F|cased|contains'].map(field =>
            rule(`${field}: ${JSON.stringify(sigma(text))}`).replace(/^title: .*$/m, 'title: torture'),
          ),
        )
        .join('\n---\n'),
    )
    const { wrong, run, refused } = await compareAll(rules, events)
    expect(wrong).toEqual([])
    expect(refused).toEqual([])
    expect(run).toBe(texts.length * 5)
  })

  it('take a text of 64 KiB', async () => {
    const long = `${'x'.repeat(65_535)}'`
    const { wrong, run, refused } = await compareAll(
      read(
        [rule(`F|endswith: "${long}"`), rule(`F|cased: "${long}"`)]
          .map(one => one.replace(/^title: .*$/m, 'title: long'))
          .join('\n---\n'),
      ),
      [event({ F: long }), event({ F: `a${long}` }), event({ F: long.slice(1) })],
    )
    expect(wrong).toEqual([])
    expect([run, refused]).toEqual([2, []])
  })

  it('count in windows as the engine does (seed 20250312)', async () => {
    const base = (name: string, id: number) =>
      `title: ${name}\nname: ${name}\nlogsource: {product: windows, service: security}\ndetection: {s: {EventID: ${id}}, condition: s}`
    const correlation = (body: string) =>
      `${base('failed', 4625)}\n---\n${base('logon', 4624)}\n---\n${base('made', 4720)}\n---\ntitle: c\ncorrelation: ${body}`
    const bodies = [
      '{type: event_count, rules: [failed], group-by: [User], timespan: 60s, condition: {gte: 3}}',
      '{type: event_count, rules: [failed, logon], timespan: 30s, condition: {gt: 4}}',
      '{type: value_count, rules: [failed], group-by: [User], timespan: 90s, condition: {gte: 3, field: Computer}}',
      '{type: value_count, rules: [failed], group-by: [User], timespan: 90s, condition: {gte: 4, field: [Computer, Size]}}',
      '{type: temporal, rules: [failed, logon, made], group-by: [User], timespan: 40s}',
      '{type: temporal, rules: [failed, logon], group-by: [who], aliases: {who: {failed: User, logon: Computer}}, timespan: 40s}',
      '{type: temporal, rules: [failed, logon, made], group-by: [User], timespan: 60s, condition: failed and (logon or made)}',
      '{type: value_sum, rules: [failed], group-by: [User], timespan: 60s, condition: {gte: 14, field: Size}}',
      '{type: temporal_ordered, rules: [failed, logon, made], group-by: [User], timespan: 60s}',
    ]
    let seed = 20250312
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      return (seed >>> 8) % below
    }
    let second = 1_700_000_000
    const events = Array.from({ length: 600 }, () => {
      second += 1 + random(15)
      const user: Record<string, string> = random(10) === 0 ? {} : { User: `u${random(3)}` }
      return event(
        { Channel: 'Security', EventID: [4625, 4624, 4720][random(3)]!, Computer: `u${random(5)}`, Size: random(9), ...user },
        second,
      )
    })
    const columns = columnsOf(events, [])
    const database = await openTable(module!, columns, rowsOf(events, columns))
    let total = 0
    for (const body of bodies) {
      const rules = read(correlation(body))
      const last = rules.at(-1)!
      const run = compile(
        rules,
        schemas.filter(schema => schema.id === 'sigma'),
      ).value!.start()
      const found = [...run.push({ schema: '', length: events.length, at: index => events[index]! }), ...run.finish()]
      const group = (row: readonly unknown[]) => row.join(' ')
      const expected = found
        .filter(alert => rules[alert.index] === last)
        .map(alert =>
          group([
            alert.time,
            ...['User', 'who'].flatMap(name => (alert.row[name] === undefined ? [] : [String(alert.row[name])])),
          ]),
        )
        .sort()
      const rows = await database.rows(queryOf(last, 'duckdb')!)
      const grouped = body.includes('group-by') ? 1 : 0
      const actual = rows.map(row => group([Number(row[0]), ...row.slice(1, 1 + grouped).map(String)])).sort()
      total += expected.length
      // In order, a query also returns matches that share rows with an earlier one.
      if (body.includes('temporal_ordered')) expect([body, expected.filter(one => !actual.includes(one))]).toEqual([body, []])
      else expect([body, actual]).toEqual([body, expected])
      expect(expected.length, body).toBeGreaterThan(3)
    }
    database.close()
    expect(total).toBeGreaterThan(100)
  })
})

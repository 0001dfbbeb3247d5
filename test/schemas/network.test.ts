// Records of network sensors, web servers, proxies, firewalls and small sensors: which schema knows them, and what rules for their log sources find in them.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Event } from '../../src/ir/event.ts'
import { detectFormat } from '../../src/logs/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { readLog } from '../logs/reading.ts'
import { cases } from './network-cases.ts'

const known = schemas.filter(schema => schema.optIn !== true)

/** How many alerts a rule of one condition raises on a record, and through which schema it was read. */
function ask(
  logsource: string,
  condition: string,
  events: readonly Event[],
  schema = '',
): { alerts: number; schema?: string; skipped: number } {
  const text = `title: t\nstatus: test\nlevel: low\nlogsource: { ${logsource} }\ndetection:\n  s:\n    ${condition}\n  condition: s\n`
  const read = readRules([{ name: 'r.yml', text }])
  expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  const run = compile(read.value!, known).value!.start()
  const alerts = run.push({ schema, length: events.length, at: at => events[at]! }).length
  const seen = run.seen()
  return { alerts, schema: [...seen.schemas.keys()][0], skipped: seen.skipped.length }
}

describe.each(cases.map(one => [one.name, one] as const))('%s', (_, { claims, schema, record, finds, not }) => {
  it('is known', () => {
    expect(ask('category: process_creation', 'Image: x', [{ fields: record }], claims).schema).toBe(schema)
  })
  it.each(finds)('%s: %s', (logsource, condition) => {
    expect(ask(logsource, condition, [{ fields: record }], claims)).toMatchObject({ alerts: 1 })
  })
  if (not !== undefined)
    it.each(not)('not %s: %s', (logsource, condition) => {
      expect(ask(logsource, condition, [{ fields: record }], claims).alerts).toBe(0)
    })
})

describe('what a sensor cannot know', () => {
  const dns = { fields: cases.find(one => one.name === 'Zeek dns, TSV')!.record }
  it('is reported, not taken for absent', () => {
    const rule =
      'title: t\nlogsource: { category: dns_query }\ndetection:\n  s:\n    QueryName|contains: .\n  f:\n    Image: x\n  condition: s and not f\n'
    const run = compile(readRules([{ name: 'r', text: rule }]).value!, known).value!.start()
    expect(run.push({ schema: 'zeek', length: 1, at: () => dns })).toEqual([])
    expect(run.seen().skipped.map(({ diagnostic, schema }) => [schema, diagnostic.code])).toEqual([['zeek', 'SCH101']])
  })
})

describe('computed values', () => {
  it('find the same rules as fields of that name do, however many rules share them', () => {
    const paths = ['/a/b.php', '/A/B.PHP', '/c', '/a/b.phpx']
    const rules = [
      'cs-uri-query|contains: a/b.php?x',
      'cs-uri-query|endswith: b.php?x=1',
      'c-uri: /c?x=1',
      'c-uri|cased: /a/b.php?x=1',
    ].map(
      (condition, at) =>
        `title: r${at}\nlogsource: { category: webserver }\ndetection:\n  s:\n    ${condition}\n  condition: s\n`,
    )
    const program = compile(readRules(rules.map((text, at) => ({ name: `${at}`, text }))).value!, known).value!
    const found = (make: (path: string) => Event['fields']): string[] => {
      const run = program.start()
      return paths.map(path =>
        run
          .push({ schema: '', length: 1, at: () => ({ fields: make(path) }) })
          .map(alert => alert.index)
          .join(' '),
      )
    }
    const whole = found(path => ({
      'cs-method': 'GET',
      'cs-uri': `${path}?x=1`,
      'cs-uri-stem': path,
      'cs-uri-query': `${path}?x=1`,
    }))
    expect(whole).toEqual(['0 1 3', '0 1', '2', ''])
    expect(found(path => ({ 'cs-method': 'GET', 'cs-uri-stem': path, 'cs-uri-query': 'x=1' }))).toEqual(whole)
  })
})

describe('many different values', () => {
  it('do not make a plan of rules for each of them', () => {
    const events = Array.from(
      { length: 20_000 },
      (_, at): Event => ({
        fields: {
          ts: 1773219600 + at,
          uid: `C${at}`,
          'id.orig_h': '10.1.7.21',
          trans_id: at,
          query: `q${at}.example.com`,
          rejected: at % 2 === 0,
        },
      }),
    )
    const from = performance.now()
    expect(ask('category: dns_query', 'QueryName|endswith: .example.com', events).alerts).toBe(20_000)
    expect(performance.now() - from).toBeLessThan(5000)
  })
})

const archives = fileURLToPath(new URL('../../../shared/data/security-datasets/', import.meta.url))
const present = existsSync(archives)
if (!present) console.warn('skipped: Zeek archives of security-datasets (needs ../shared/data)')

describe('public Zeek archives', () => {
  it.skipIf(!present)(
    'give a record for each line that is no header, all known (needs ../shared/data)',
    { timeout: 120_000 },
    async () => {
      const paths = readdirSync(archives, { recursive: true })
        .map(String)
        .filter(path => path.endsWith('zeek_logs.zip'))
      expect(paths).toHaveLength(7)
      const counts: Record<string, number> = {}
      const run = compile([], known).value!.start()
      for (const path of paths) {
        for (const [name, bytes] of Object.entries(unzipSync(new Uint8Array(readFileSync(`${archives}${path}`))))) {
          const lines = new TextDecoder().decode(bytes).split('\n')
          const wanted = lines.filter(line => line.trim() !== '' && !line.startsWith('#')).length
          const found = detectFormat(bytes.subarray(0, 65_536), name)!
          expect([name, found.format.id]).toEqual([name, lines[0]!.startsWith('#separator') ? 'zeek' : 'jsonl'])
          const { events, findings } = await readLog(found.format, bytes)
          expect([name, findings, events.length]).toEqual([name, [], wanted])
          counts[name] = (counts[name] ?? 0) + events.length
          run.push({ schema: found.format.id === 'zeek' ? 'zeek' : '', length: events.length, at: at => events[at]! })
        }
      }
      expect(counts).toMatchObject({
        'conn.log': 2154,
        'dns.log': 5484,
        'http.log': 74,
        'files.log': 110,
        'kerberos.log': 53,
        'dce_rpc.log': 101,
      })
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(9217)
      expect(run.seen()).toMatchObject({ events: 9217, unknown: 0 })
      expect(run.seen().schemas.get('zeek')).toBe(9217)
    },
  )
})

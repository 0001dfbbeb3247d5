// The T1572 pack: every example of every rule, what its further documents must and must not see, its facts (ids, tags, lists), and the public tunnels.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, strFromU8 } from 'fflate'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { type Event, isRecord, type Value } from '../../src/ir/event.ts'
import { evtx } from '../../src/logs/evtx.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { test } from '../../src/trial.ts'
import { more } from './t1572-more.ts'

const pack = fileURLToPath(new URL('../../packs/t1572/', import.meta.url))
const folder = join(pack, 'rules')
const files = readdirSync(folder).sort()
const read = readRules(files.map(name => ({ name: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })))
const detections = read.value ?? []
const fileOf = (detection: Detection): string => detection.written.document.name.slice(folder.length + 1)
const named = (name: string): Detection => detections.find(detection => detection.name === name)!

/** The events of a test's data set, a file by its path from the rule. */
const dataset = (detection: Detection) => async (name: string) => {
  const path = join(dirname(detection.written.document.name), name)
  const bytes = new Uint8Array(readFileSync(path))
  const text = strFromU8(path.endsWith('.gz') ? gunzipSync(bytes) : bytes)
  return text
    .trim()
    .split('\n')
    .map((line): Event => ({ fields: JSON.parse(line) as Record<string, Value> }))
}

const run = (detection: Detection, tests: Detection['tests']) => test({ ...detection, tests }, { dataset: dataset(detection) })

describe('rules of the T1572 pack', () => {
  it('are read without a finding, one file a detection', () => {
    expect(read.diagnostics.map(finding => `${finding.code} ${finding.message}`)).toEqual([])
    expect(files.map(file => file.slice(0, 7))).toEqual(
      Array.from({ length: 27 }, (_, index) => `tun-${String(index + 1).padStart(3, '0')}`),
    )
  })

  it('carry 85 tests that must fire and 114 that must stay quiet', () => {
    const trials = detections.flatMap(detection => detection.tests)
    expect(trials.filter(trial => trial.expect === 'alert')).toHaveLength(85)
    expect(trials.filter(trial => trial.expect === 'silence')).toHaveLength(114)
  })

  const tried = detections.filter(detection => detection.tests.length > 0)
  describe.each(tried.map(detection => [detection.name!, detection] as const))('%s', (_, detection) => {
    it.each(detection.tests.map(trial => [`${trial.expect}: ${trial.name}`, trial] as const))('%s', async (_, trial) => {
      expect(await run(detection, [trial])).toMatchObject([{ outcome: 'passed' }])
    })
  })

  it.each(more)('$rule, $expect: $name', async ({ rule, expect: expected, name, events }) => {
    const list = events.map((fields): Event => ({ fields }))
    expect(await run(named(rule), [{ name, expect: expected, events: list }])).toMatchObject([{ outcome: 'passed' }])
  })

  it('stay quiet on the quiet tests of the other documents in their file', async () => {
    const wrong: string[] = []
    for (const file of files) {
      const here = detections.filter(detection => fileOf(detection) === file && detection.silent !== true)
      const quiet = here.flatMap(detection => detection.tests).filter(trial => trial.expect === 'silence')
      for (const detection of here) {
        for (const result of await run(detection, quiet)) {
          if (result.outcome !== 'passed') wrong.push(`${detection.name}: ${result.trial} (${result.reason})`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('raise one alert for one command where a detection has two strengths', async () => {
    for (const file of ['tun-004', 'tun-015', 'tun-017', 'tun-018', 'tun-023']) {
      const here = detections.filter(detection => fileOf(detection).startsWith(file))
      for (const trial of here.flatMap(detection => detection.tests).filter(trial => trial.expect === 'alert')) {
        const results = await Promise.all(here.map(detection => run(detection, [trial])))
        expect([trial.name, results.filter(([result]) => result!.alerts > 0).length]).toEqual([trial.name, 1])
      }
    }
  })
})

/** RFC 9562 §5.5: the name after the namespace, SHA-1, version and variant set. */
function nameId(path: string): string {
  const space = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex')
  const bytes = createHash('sha1').update(space).update(`https://terrier.invalid/t1572/${path}`).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

describe('facts of the T1572 pack', () => {
  it('has one document of each file under the id of its slug', () => {
    for (const file of files) {
      const ids = detections.filter(detection => fileOf(detection) === file).map(detection => detection.id)
      expect(ids, file).toContain(nameId(file.slice(8, -4)))
    }
    expect(new Set(detections.map(detection => detection.id)).size).toBe(detections.length)
    expect(new Set(detections.map(detection => detection.name)).size).toBe(detections.length)
  })

  it('scores every alert as impact by confidence, and says what it needs and what to do', () => {
    for (const detection of detections.filter(one => one.silent !== true)) {
      const { risk } = detection
      expect(risk, detection.name).toBeDefined()
      expect(risk!.score, detection.name).toBeCloseTo((risk!.impact! * risk!.confidence!) / 100)
      expect(detection.falsePositives.length, detection.name).toBeGreaterThan(0)
      for (const key of ['needs', 'response', 'evidence']) expect(detection.rest[key], `${detection.name} ${key}`).toBeDefined()
      expect(detection.attack, detection.name).toContain('T1572')
    }
  })

  it('never shows the command line of iodine, which holds a password', () => {
    const shown = JSON.stringify(named('tun_012_dns_tools').risk)
    expect(shown).not.toContain('CommandLine')
  })

  it('has the values of its lists in its rules', () => {
    const list = (name: string): string[] =>
      readFileSync(join(pack, 'lists', `${name}.txt`), 'utf8')
        .split('\n')
        .filter(line => line !== '' && !line.startsWith('#'))
    const values = (name: string): string => JSON.stringify(named(name).query)
    for (const zone of list('dns-busy-zones'))
      for (const name of ['dns_tunnel_any', 'dns_tunnel_data']) expect(values(name)).toContain(`"${zone}"`)
    for (const name of list('doh-names')) expect(values('tun_019_doh_connection')).toContain(`"${name}"`)
    for (const network of list('doh-addresses')) expect(values('tun_019_doh_connection')).toContain(`"${network}"`)
  })

  it('names each detection in the tuning notes', () => {
    const notes = readFileSync(join(pack, 'tuning.md'), 'utf8')
    for (const file of files) expect(notes).toContain(`| ${file.slice(4, 7)} ${file.slice(8, -4)} |`)
  })

  it('has hunts that are rules', () => {
    const snippets = [...readFileSync(join(pack, 'hunts.md'), 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(match => match[1]!)
    expect(snippets.length).toBeGreaterThanOrEqual(5)
    const found = readRules(snippets.map((text, index) => ({ name: `hunt ${index + 1}`, text })))
    expect(found.diagnostics).toEqual([])
    expect(found.value).toHaveLength(snippets.length)
  })
})

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const present = existsSync(join(shared, 't1572-truth-dev.json'))
if (!present) console.warn('skipped: tags against ATT&CK and the public tunnels (need ../shared/data)')

interface Truth {
  readonly file: string
  readonly record: number
  readonly label: string
  readonly tool: string
}

describe('the T1572 pack and public data', () => {
  it.skipIf(!present)('has tags that ATT&CK knows (needs ../shared/data)', () => {
    const attack: unknown = JSON.parse(readFileSync(join(shared, 'attack/enterprise-attack.json'), 'utf8'))
    if (!isRecord(attack as Value)) throw new Error('unreadable')
    const { techniques, tactics } = attack as {
      techniques: readonly { id: string; tactics?: readonly string[]; revoked?: boolean; deprecated?: boolean }[]
      tactics: readonly { shortname: string }[]
    }
    const known = new Map(techniques.filter(one => !one.revoked && !one.deprecated).map(one => [one.id, one.tactics ?? []]))
    for (const detection of detections) {
      for (const technique of detection.attack) expect(known.has(technique), `${detection.name} ${technique}`).toBe(true)
      const tags = ((detection.rest.tags ?? []) as string[]).map(tag => tag.replace('attack.', ''))
      const allowed = new Set(detection.attack.flatMap(technique => known.get(technique)!))
      for (const tag of tags.filter(tag => !/^t\d/.test(tag))) {
        expect(
          tactics.some(tactic => tactic.shortname === tag),
          `${detection.name} ${tag}`,
        ).toBe(true)
        expect(allowed.has(tag), `${detection.name} ${tag}`).toBe(true)
      }
    }
  })

  it.skipIf(!present)('sees every public tunnel and no look-alike (needs ../shared/data)', async () => {
    const truth = (JSON.parse(readFileSync(join(shared, 't1572-truth-dev.json'), 'utf8')) as { events: readonly Truth[] }).events
    const program = compile(
      detections,
      schemas.filter(schema => schema.optIn !== true),
    ).value!
    const raised = new Map<string, string>()
    for (const file of new Set(truth.map(event => event.file))) {
      if (!/\.evtx(\.gz)?$/.test(file)) continue
      const bytes = new Uint8Array(readFileSync(join(shared, file)))
      const plain = file.endsWith('.gz') ? gunzipSync(bytes) : bytes
      const running = program.start()
      const alerts = []
      const source = (async function* () {
        yield plain
      })()
      for await (const batch of evtx.read(source, { name: file }, () => {})) alerts.push(...running.push(batch))
      alerts.push(...running.finish())
      for (const alert of alerts) {
        for (const event of alert.events) raised.set(`${file} ${event.fields.EventRecordID}`, detections[alert.index]!.title)
      }
    }
    const tunnels = truth.filter(event => event.label === 'tunnel' || event.label === 'tunnel-effect')
    const seen = (event: Truth): boolean => raised.has(`${event.file} ${event.record}`)
    const tools = (events: readonly Truth[]): Set<string> => new Set(events.map(event => `${event.file} ${event.tool}`))
    expect(tunnels).toHaveLength(12)
    expect(tools(tunnels.filter(seen))).toEqual(tools(tunnels))
    expect(tunnels.filter(seen).length).toBeGreaterThanOrEqual(10)
    expect(truth.filter(event => !tunnels.includes(event) && seen(event))).toEqual([])
  })
})

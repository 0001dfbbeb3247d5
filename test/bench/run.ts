// How fast and in how much memory: every measure in a process of its own, so that its peak is its own. `npm run bench` prints the table; `-- NAME…` runs some.

import { spawnSync } from 'node:child_process'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import type { EventSource } from '../../src/logs/logs.ts'
import { eventSources } from '../../src/node/files.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { targets } from '../../src/targets.ts'
import { corpusOf, present, rulePaths } from './corpus.ts'
import { benchPlain, benchSpeed, benchTwice } from './speed.ts'

interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const data = join(root, '..', 'shared', 'data')

async function load(): Promise<{ rows: Row[]; program: NonNullable<ReturnType<typeof compile>['value']> }> {
  const from = performance.now()
  const sources = await ruleSources(rulePaths, () => {})
  const read = readRules(sources)
  const loaded = performance.now()
  const program = compile(
    read.value ?? [],
    schemas.filter(schema => !schema.optIn),
  ).value!
  return {
    program,
    rows: [
      { name: `rules read (${program.detections.length} of ${sources.length} files)`, value: loaded - from, unit: 'ms' },
      { name: 'rules compiled', value: performance.now() - loaded, unit: 'ms' },
    ],
  }
}

async function huntOver(
  label: string,
  sources: Iterable<EventSource> | AsyncIterable<EventSource>,
  bytes: number,
): Promise<Row[]> {
  const { rows, program } = await load()
  const from = performance.now()
  let events = 0
  let alerts = 0
  for await (const item of hunt(program, sources)) {
    if (isAlert(item)) alerts++
    else if (item.kind === 'end') events = item.counts.events
  }
  const seconds = (performance.now() - from) / 1000
  return [
    ...rows,
    { name: `${label}: all rules`, value: bytes / 1e6 / seconds, unit: 'MB/s' },
    { name: `${label}: all rules`, value: events / seconds, unit: 'events/s' },
    { name: `${label}: events, alerts`, value: events, unit: `events, ${alerts} alerts` },
  ]
}

const measures: Readonly<Record<string, () => Promise<Row[]>>> = {
  async mixed() {
    return benchSpeed('mixed')
  },
  async processes() {
    return benchSpeed('processes')
  },
  async plain() {
    return benchPlain('mixed')
  },
  async 'plain-processes'() {
    return benchPlain('processes')
  },
  async twice() {
    return benchTwice()
  },
  async start() {
    return (await import('./start.ts')).benchStart()
  },
  async 'threads-1'() {
    return (await import('./start.ts')).benchThreads(1)
  },
  async 'threads-2'() {
    return (await import('./start.ts')).benchThreads(2)
  },
  async 'threads-3'() {
    return (await import('./start.ts')).benchThreads(3)
  },
  async 'threads-together'() {
    return (await import('./start.ts')).benchTogether(fileURLToPath(import.meta.url))
  },
  async memory() {
    return (await import('./start.ts')).benchMemory()
  },
  async jsonl() {
    const corpus = corpusOf('mixed')
    const source: EventSource = { name: corpus, open: () => createReadStream(corpus, { highWaterMark: 1 << 18 }) }
    return huntOver('JSON Lines, one pass', [source], statSync(corpus).size)
  },
  async evtx() {
    if (!present) return [{ name: 'EVTX (SKIPPED: needs ../shared/data)', value: 0, unit: '' }]
    let bytes = 0
    const files: { name: string; bytes: Buffer }[] = []
    const { files: listed } = JSON.parse(readFileSync(join(data, 'evtx', 'manifest.json'), 'utf8')) as {
      files: { path: string }[]
    }
    for (const { path } of listed) {
      const at = join(data, 'evtx', path)
      if (!existsSync(at) && !existsSync(`${at}.gz`)) continue
      const raw = existsSync(at) ? readFileSync(at) : readFileSync(`${at}.gz`)
      const whole = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw
      bytes += whole.length
      files.push({ name: path, bytes: whole })
    }
    const sources = files.map(
      (file): EventSource => ({
        name: file.name,
        async *open() {
          yield file.bytes
        },
      }),
    )
    return huntOver('EVTX (file bytes, unpacked)', sources, bytes)
  },
  async 'evtx-dense'() {
    return (await import('./dense.ts')).benchDense()
  },
  async catalog() {
    if (!present) return [{ name: 'catalog (SKIPPED: needs ../shared/data)', value: 0, unit: '' }]
    return (await import('./catalog.ts')).benchCatalog(data)
  },
  // Reading alone, format by format; each file of measures is loaded when it is asked for, so that peaks are its own.
  async readers() {
    return (await import('./logs.ts')).benchLogs()
  },
  async 'readers-evtx'() {
    return (await import('./evtx.ts')).benchEvtx()
  },
  async 'readers-linux'() {
    return (await import('./logs-linux.ts')).benchLinuxLogs()
  },
  async 'readers-network'() {
    return (await import('./logs-network.ts')).benchNetworkLogs()
  },
  async 'readers-cloud'() {
    return (await import('./logs-cloud.ts')).benchCloudLogs()
  },
  async parse() {
    return (await import('./parse.ts')).benchParse()
  },
  async convert() {
    const from = performance.now()
    const rules = readRules(await ruleSources(rulePaths, () => {})).value ?? []
    const read = performance.now() - from
    const rows: Row[] = []
    let all = read
    let written = 0
    for (const target of targets) {
      const started = performance.now()
      const here = rules.filter(rule => !rule.silent && convert(rule, target, { document: 'none' }).value !== undefined).length
      const took = performance.now() - started
      written += here
      all += took
      rows.push({
        name: `${rules.length} rules read and written for ${target.id} (${here} written)`,
        value: read + took,
        unit: 'ms',
      })
    }
    return [...rows, { name: `all ${targets.length} targets, rules read once (${written} written)`, value: all, unit: 'ms' }]
  },
  async packed() {
    return [...(await (await import('./packed.ts')).measurePacked())]
  },
  async pack() {
    const from = performance.now()
    const program = compile(
      readRules(await ruleSources([join(root, 'packs', 't1572', 'rules')], () => {})).value ?? [],
      schemas.filter(schema => !schema.optIn),
    ).value!
    let alerts = 0
    for await (const item of hunt(
      program,
      eventSources([join(root, 'packs', 't1572', 'samples')], () => {}),
    ))
      if (isAlert(item)) alerts++
    return [{ name: `bundled pack over its samples, whole run (${alerts} alerts)`, value: performance.now() - from, unit: 'ms' }]
  },
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2)
  if (wanted[0] === '--measure') {
    const rows = await measures[wanted[1]!]!()
    process.stdout.write(
      JSON.stringify([...rows, { name: `${wanted[1]}: peak memory`, value: process.resourceUsage().maxRSS / 1024, unit: 'MiB' }]),
    )
    return
  }
  if (!present) console.log('../shared/data is absent: the rules and samples of the bundled pack are measured instead')
  for (const name of Object.keys(measures)) {
    // What takes half an hour is measured when it is named.
    if (wanted.length === 0 ? name === 'catalog' : !wanted.includes(name)) continue
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--measure', name], {
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    })
    if (child.status !== 0) {
      console.error(child.stderr)
      process.exitCode = 1
      continue
    }
    const rows = JSON.parse(child.stdout) as Row[]
    for (const row of rows)
      console.log(
        `${row.name.padEnd(52)} ${row.value.toFixed(row.value < 10 ? 2 : row.value < 100 ? 1 : 0).padStart(10)} ${row.unit}`,
      )
  }
}

await main()

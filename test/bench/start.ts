// How soon a hunt begins, cold and with the rules in the cache, and what more threads bring: best of several, each beside what it is compared with.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from '../../src/engine/engine.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import { eventSources } from '../../src/node/files.ts'
import { writeImage } from '../../src/node/image.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
// Named for its own sake: the workers run what becomes of it.
import '../../src/node/worker.ts'
import { Company } from '../../src/node/workers.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { corpusOf, rulePaths } from './corpus.ts'

interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const passes = Number(process.env.TERRIER_PASSES ?? 5)
const command = fileURLToPath(new URL('../../../../dist/bin/terrier.js', import.meta.url))
const rules = rulePaths.flatMap(path => ['-r', path])

/** Milliseconds of the processor, and of its main thread alone where the system tells. */
interface First {
  readonly processor: number
  readonly main: number
}

/** Put before the command: tells at its first alert what it took until then, and ends. */
const firstly = `data:text/javascript,${encodeURIComponent(`
import { readFileSync } from 'node:fs'
const { stdout } = process
const write = stdout.write
stdout.write = function (...all) {
  if (all[0].length === 0) return write.apply(this, all)
  const { user, system } = process.cpuUsage()
  let main = 0
  try { main = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6 } catch {}
  process._rawDebug('first ' + (user + system) / 1000 + ' ' + main)
  process.exit(0)
}`)}`

/** A run of the command until it writes its first alert. */
function firstAlert(args: readonly string[], cache: string): First {
  const { stderr } = spawnSync(process.execPath, ['--import', firstly, command, 'hunt', ...args, ...rules, '-f', 'jsonl', '-q'], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
    encoding: 'utf8',
  })
  const found = /first ([\d.]+) ([\d.]+)/.exec(stderr)
  if (found === null) throw new Error(stderr)
  return { processor: Number(found[1]), main: Number(found[2]) }
}

function least(times: number, work: () => First): First {
  const all = Array.from({ length: times }, work)
  return { processor: Math.min(...all.map(one => one.processor)), main: Math.min(...all.map(one => one.main)) }
}

async function best(times: number, work: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let time = 0; time < times; time++) least = Math.min(least, await work())
  return least
}

/** From the command's start to the first alert, and what the parts of loading rules take in a process of their own. */
export async function benchStart(): Promise<Row[]> {
  const corpus = corpusOf('mixed')
  const cache = mkdtempSync(join(tmpdir(), 'terrier-bench-cache-'))
  try {
    const clock = () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    }
    const from = clock()
    const sources = await ruleSources(rulePaths, () => {})
    const texts = clock()
    const read = readRules(sources)
    const ready = clock()
    const used = schemas.filter(schema => !schema.optIn)
    const program = compile(read.value ?? [], used).value!
    const whole = clock()
    const version = () => {
      const began = performance.now()
      spawnSync(process.execPath, [command, '--version'])
      return Promise.resolve(performance.now() - began)
    }
    const started = await best(passes, version)
    const cold = least(3, () => firstAlert([corpus, '-j', '1', '--no-cache'], cache))
    // The first run keeps the rules for the others.
    spawnSync(process.execPath, [command, 'hunt', join(rulePaths[0]!, 'none.jsonl'), ...rules, '-q'], {
      env: { ...process.env, XDG_CACHE_HOME: cache },
    })
    const cached = least(passes, () => firstAlert([corpus, '-j', '1'], cache))
    const size = Math.round(statSync(corpus).size / 1e6)
    return [
      { name: `rules, cold: ${sources.length} files found and read`, value: texts - from, unit: 'ms of the processor' },
      { name: `rules, cold: ${program.detections.length} read`, value: ready - texts, unit: 'ms of the processor' },
      { name: 'rules, cold: compiled', value: whole - ready, unit: 'ms of the processor' },
      { name: 'rules, cold: in all', value: whole - from, unit: 'ms of the processor' },
      { name: 'the command alone (--version)', value: started, unit: 'ms' },
      { name: `first alert in ${size} MB, cold`, value: cold.processor, unit: 'ms of the processor' },
      { name: `first alert in ${size} MB, rules in the cache`, value: cached.processor, unit: 'ms of the processor' },
      { name: `first alert in ${size} MB, rules in the cache`, value: cached.main, unit: 'ms of its main thread' },
    ]
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

/** The same log again and again, by one thread or shared out: what a pass takes once all is warm. */
export async function benchThreads(jobs: number): Promise<Row[]> {
  const corpus = corpusOf('mixed')
  const sources = await ruleSources(rulePaths, () => {})
  const detections = readRules(sources).value ?? []
  const all = schemas.filter(schema => !schema.optIn)
  const program = compile(detections, all).value!
  const crew =
    jobs === 1
      ? undefined
      : new Company({
          jobs,
          program,
          image: writeImage({ detections, findings: [], sources })!,
          chosen: Int32Array.from(detections, (_, place) => place),
          schemas: all.map(schema => schema.id),
          report: finding => console.error(finding.message),
        })
  const done: number[] = []
  let began = process.cpuUsage()
  let alerts = 0
  const logs = Array.from({ length: passes + 2 }, () => corpus)
  for await (const found of hunt(
    program,
    eventSources(logs, () => {}),
    { crew },
  )) {
    if (isAlert(found)) alerts++
    else if (found.kind === 'file' && found.state === 'done') {
      done.push(performance.now())
      if (done.length === 2) began = process.cpuUsage()
    }
  }
  const used = process.cpuUsage(began)
  // The first two passes warm up.
  const seconds = (done.at(-1)! - done[1]!) / 1000
  const bytes = statSync(corpus).size * passes
  const label = jobs === 1 ? 'one thread' : `${jobs} workers`
  return [
    { name: `mixed events, ${label}`, value: bytes / 1e6 / seconds, unit: 'MB/s' },
    { name: `mixed events, ${label}: processor time of a pass`, value: (used.user + used.system) / 1000 / passes, unit: 'ms' },
    { name: `mixed events, ${label}: alerts of a pass`, value: alerts / logs.length, unit: '' },
  ]
}

/** Says at the end of a process what memory it took at most, in KB. */
const telling = "data:text/javascript,process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))"

/** The most memory that the command takes for a hunt with one, two and three threads: with the rules in the cache, and reading them. */
export function benchMemory(): Row[] {
  const corpus = corpusOf('mixed')
  const cache = mkdtempSync(join(tmpdir(), 'terrier-bench-cache-'))
  const peak = (...more: string[]): number => {
    const args = [
      '--import',
      telling,
      command,
      'hunt',
      corpus,
      ...rules,
      '-f',
      'jsonl',
      '-q',
      '-o',
      join(cache, 'alerts.jsonl'),
      ...more,
    ]
    const { stderr } = spawnSync(process.execPath, args, { env: { ...process.env, XDG_CACHE_HOME: cache }, encoding: 'utf8' })
    const found = /peak (\d+)/.exec(stderr)
    if (found === null) throw new Error(stderr)
    return Number(found[1]) / 1024
  }
  try {
    const read = peak('-j', '1')
    return [
      { name: 'one thread, the rules read', value: read, unit: 'MiB at most' },
      ...['1', '2', '3'].map(jobs => ({
        name: `${jobs} ${jobs === '1' ? 'thread' : 'threads'}, rules in the cache`,
        value: peak('-j', jobs),
        unit: 'MiB at most',
      })),
    ]
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

/** Two threads beside one by the wall clock: they take turns, each time in a process of their own, and the best time of each counts. Of use on a machine that does nothing else. */
export function benchTogether(script: string): Row[] {
  const speed = (jobs: number): number => {
    const { stdout, stderr } = spawnSync(process.execPath, [script, '--measure', `threads-${jobs}`], { encoding: 'utf8' })
    const row = stdout === '' ? undefined : (JSON.parse(stdout) as Row[]).find(({ unit }) => unit === 'MB/s')
    if (row === undefined) throw new Error(stderr)
    return row.value
  }
  let [one, two] = [0, 0]
  for (let turn = 0; turn < 3; turn++) {
    one = Math.max(one, speed(1))
    two = Math.max(two, speed(2))
  }
  return [
    { name: 'mixed events, one thread, by the wall', value: one, unit: 'MB/s' },
    { name: 'mixed events, two threads, by the wall', value: two, unit: 'MB/s' },
    { name: 'two threads ÷ one, by the wall', value: two / one, unit: '' },
  ]
}

// The fast matcher beside its floor, which is reading a file and parsing each line: the two take turns in one process, the best pass of each counts.

import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { compile } from '../../src/engine/engine.ts'
import type { Program } from '../../src/engine/run.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { type Corpus, corpusOf, rulePaths } from './corpus.ts'

interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const passes = Number(process.env.TERRIER_PASSES ?? 5)

/** Reads a file and parses every line: how many there were. */
function parseAll(path: string, size = Number.POSITIVE_INFINITY): number {
  const file = openSync(path, 'r')
  const block = Buffer.allocUnsafe(4 << 20)
  let kept = 0
  let lines = 0
  let done = 0
  for (;;) {
    const read = readSync(file, block, kept, block.length - kept, null)
    const end = kept + read
    let at = 0
    for (;;) {
      const cut = block.indexOf(10, at)
      if (cut === -1 || cut >= end) break
      if (cut > at) {
        JSON.parse(block.toString('utf8', at, cut))
        lines++
      }
      at = cut + 1
    }
    block.copyWithin(0, at, end)
    kept = end - at
    done += read
    if (read === 0 || done >= size) break
  }
  closeSync(file)
  return lines
}

async function huntAll(path: string, program: Program, matcher: 'fast' | 'reference', size?: number): Promise<number> {
  let alerts = 0
  const open = () => createReadStream(path, { highWaterMark: 1 << 18, ...(size === undefined ? {} : { end: size - 1 }) })
  for await (const item of hunt(program, [{ name: path, open }], { matcher })) if (isAlert(item)) alerts++
  return alerts
}

/** What some work took, in milliseconds: by the clock, and of the processor (user and system, all threads of the process). */
interface Taken {
  readonly clock: number
  readonly processor: number
}

async function timed(work: () => unknown): Promise<Taken> {
  const from = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { clock: performance.now() - from, processor: (user + system) / 1000 }
}

const least = (all: readonly Taken[], of: keyof Taken): number => Math.min(...all.map(taken => taken[of]))

const programOf = (detections: readonly Detection[]): Program =>
  compile(
    detections,
    schemas.filter(schema => !schema.optIn),
  ).value!

/** Floor, fast and reference on one corpus, and their ratios. */
export async function benchSpeed(kind: Corpus): Promise<Row[]> {
  const path = corpusOf(kind)
  const { size } = statSync(path)
  const detections = readRules(await ruleSources(rulePaths, () => {})).value ?? []
  const program = programOf(detections)
  const speed = (bytes: number, ms: number): number => bytes / 1000 / ms
  let lines = 0
  let alerts = 0
  const floors: Taken[] = []
  const fasts: Taken[] = []
  for (let pass = 0; pass < passes; pass++) {
    floors.push(await timed(() => (lines = parseAll(path))))
    fasts.push(await timed(async () => (alerts = await huntAll(path, program, 'fast'))))
  }
  const memory = process.memoryUsage().rss
  const slice = Math.min(size, 40_000_000)
  const reference: Taken[] = []
  for (let pass = 0; pass < 2; pass++) reference.push(await timed(() => huntAll(path, program, 'reference', slice)))
  const floor = speed(size, least(floors, 'clock'))
  const fast = speed(size, least(fasts, 'clock'))
  return [
    { name: `${kind}: JSON.parse floor`, value: floor, unit: 'MB/s' },
    { name: `${kind}: all rules, fast`, value: fast, unit: 'MB/s' },
    { name: `${kind}: all rules, fast, first pass`, value: speed(size, fasts[0]!.clock), unit: 'MB/s' },
    { name: `${kind}: all rules, reference (40 MB)`, value: speed(slice, least(reference, 'clock')), unit: 'MB/s' },
    { name: `${kind}: events, alerts`, value: lines, unit: `events, ${alerts} alerts, ${detections.length} rules` },
    { name: `${kind}: fast ÷ floor`, value: fast / floor, unit: '' },
    {
      name: `${kind}: fast ÷ floor, by processor time`,
      value: least(floors, 'processor') / least(fasts, 'processor'),
      unit: '',
    },
    { name: `${kind}: memory while hunting`, value: memory / 1_048_576, unit: 'MiB' },
  ]
}

/**
 * The plain way, where there are no vectors: objects of `JSON.parse`, an index of literals, the reference for candidates. Beside the floor, on
 * the first 120 MB.
 */
export async function benchPlain(kind: Corpus): Promise<Row[]> {
  const path = corpusOf(kind)
  const size = Math.min(statSync(path).size, 120_000_000)
  const program = programOf(readRules(await ruleSources(rulePaths, () => {})).value ?? [])
  const floors: Taken[] = []
  const plains: Taken[] = []
  for (let pass = 0; pass < passes; pass++) {
    floors.push(await timed(() => parseAll(path, size)))
    plains.push(await timed(() => huntAll(path, program, 'reference', size)))
  }
  const [floor, plain] = [floors, plains].map(times => size / 1000 / least(times, 'clock')) as [number, number]
  return [
    { name: `${kind}: JSON.parse floor`, value: floor, unit: 'MB/s' },
    { name: `${kind}: all rules, plain JavaScript`, value: plain, unit: 'MB/s' },
    { name: `${kind}: plain JavaScript, first pass`, value: size / 1000 / plains[0]!.clock, unit: 'MB/s' },
    { name: `${kind}: plain JavaScript ÷ floor`, value: plain / floor, unit: '' },
    {
      name: `${kind}: plain JavaScript ÷ floor, by processor time`,
      value: least(floors, 'processor') / least(plains, 'processor'),
      unit: '',
    },
  ]
}

/** What twice the rules cost: the second half with other values and ids, so that nothing is shared. */
export async function benchTwice(): Promise<Row[]> {
  const path = corpusOf('mixed')
  const sources = await ruleSources(rulePaths, () => {})
  const once = readRules(sources).value ?? []
  const others = readRules(
    sources.map(source => ({
      ...source,
      text: source.text
        .replace(/^id: /m, 'id: 0')
        .replace(/([a-z])([a-z]{2,})(['"]?\s*)$/gm, (whole, first: string, rest: string, end: string) =>
          /^\s*(?:product|category|service|condition|status|level|author|date|modified)\b/.test(whole)
            ? whole
            : `${rest}${first}q${end}`,
        ),
    })),
  ).value
  const both = [...once, ...(others ?? [])]
  const [one, two] = [programOf(once), programOf(both)]
  const times: [Taken[], Taken[]] = [[], []]
  for (let pass = 0; pass < passes; pass++) {
    times[0].push(await timed(() => huntAll(path, one, 'fast')))
    times[1].push(await timed(() => huntAll(path, two, 'fast')))
  }
  return [
    {
      name: `mixed: cost of ${both.length} rules ÷ cost of ${once.length}`,
      value: least(times[1], 'processor') / least(times[0], 'processor'),
      unit: '×',
    },
  ]
}

// How often rules fire on logs that are known: a hunt with all of them at once, and what it counted kept by rule and corpus.

import { compile } from '../engine/engine.ts'
import { hunt, isAlert } from '../hunt.ts'
import type { Detection } from '../ir/detection.ts'
import type { EventSource } from '../logs/logs.ts'
import { schemas } from '../schemas/index.ts'

/** Logs with a name. `digest` tells one state of them from another; without it nothing is kept. */
export interface Corpus {
  readonly name: string
  readonly digest?: string
  sources(): Iterable<EventSource> | AsyncIterable<EventSource>
  /** Told how many events there were, each time they were read. */
  seen?(events: number): void
}

/** What a hunt over a corpus counted: for each detection, by place, the events of its log source and its alerts; undefined for one that cannot run there. */
export interface Measured {
  readonly corpus: string
  readonly events: number
  readonly alerts: number
  readonly rules: readonly ({ readonly asked: number; readonly hits: number } | undefined)[]
}

/** What work that was called off ends with. */
export class Aborted extends Error {}

/** Throws `Aborted` when the signal says so. */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Aborted('the work was called off')
}

interface Store {
  read(key: string): string | undefined
  write(key: string, text: string): void
}

interface Kept {
  readonly events: number
  readonly rules: Readonly<Record<string, readonly [number, number] | null>>
}

function keptOf(text: string | undefined): Kept | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Kept)
  } catch {
    return undefined
  }
}

/** Counts alerts of detections over a corpus; those whose count is kept are not run again. */
export async function measure(
  detections: readonly Detection[],
  keys: readonly string[],
  corpus: Corpus,
  store: Store,
  signal?: AbortSignal,
): Promise<Measured> {
  const name = corpus.digest === undefined ? undefined : `noise-${corpus.digest}`
  const before = name === undefined ? undefined : keptOf(store.read(name))
  const rules: Record<string, readonly [number, number] | null> = {}
  const wanted: number[] = []
  for (const [place, key] of keys.entries()) {
    const known = before !== undefined && Object.hasOwn(before.rules, key) ? before.rules[key] : undefined
    if (known === undefined) wanted.push(place)
    else rules[key] = known
  }
  let events = before?.events ?? 0
  if (wanted.length > 0) {
    const used = schemas.filter(schema => schema.optIn !== true)
    const program = compile(
      wanted.map(place => detections[place]!),
      used,
    ).value
    if (program === undefined) throw new Error('this is a bug in Terrier: rules were not compiled')
    const cannot = new Set(program.skipped.map(one => one.index))
    for await (const found of hunt(program, corpus.sources(), signal === undefined ? {} : { signal })) {
      if (isAlert(found) || found.kind !== 'end') continue
      const { seen } = found
      events = seen.events
      corpus.seen?.(events)
      const columns = new Set(seen.skipped.map(one => one.index))
      for (const [at, place] of wanted.entries()) {
        const hits = seen.alerts[at] ?? 0
        // A rule that no record could be asked is not quiet: it is not known.
        const unknown = cannot.has(at) || (columns.has(at) && hits === 0)
        rules[keys[place]!] = unknown ? null : [seen.asked[at] ?? 0, hits]
      }
    }
    stopIfAborted(signal)
    if (name !== undefined) store.write(name, JSON.stringify({ events, rules } satisfies Kept))
  }
  const list = keys.map(key => {
    const one = rules[key]
    return one === undefined || one === null ? undefined : { asked: one[0], hits: one[1] }
  })
  return { corpus: corpus.name, events, alerts: list.reduce((sum, one) => sum + (one?.hits ?? 0), 0), rules: list }
}

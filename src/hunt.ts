// Program and logs to alerts: each source is recognised by its content, read in order, and pushed through one run.

import type { Alert, Passed, Program, Run, RunOptions, ScoutSeen, Seen } from './engine/run.ts'
import type { Batch } from './ir/event.ts'
import { detectFormat } from './logs/index.ts'
import type { EventSource, LogFormat } from './logs/logs.ts'
import type { Diagnostic } from './text/diagnostic.ts'
import { createTape, type Tape } from './wasm/tape.ts'

export const codes: Readonly<Record<string, string>> = {
  HNT001: 'a file is in no log format that can be read',
  HNT002: 'a file could not be read to its end',
}

/** What a user must know beside the alerts: a file begun or done, something that could not be read, something skipped, progress. */
export type Notice =
  /** A source was recognised, or is done (`counts` has events and bytes), or is not a log (`format` absent). */
  | {
      readonly kind: 'file'
      readonly state: 'begun' | 'done'
      readonly source: EventSource
      readonly format?: LogFormat
      readonly sure?: number
      readonly counts: Counts
    }
  | { readonly kind: 'unread' | 'skipped'; readonly diagnostic: Diagnostic; readonly source?: EventSource }
  /** After each batch: counts of the whole hunt so far. */
  | { readonly kind: 'progress'; readonly source: EventSource; readonly counts: Counts }
  /** The last one: what the run saw. */
  | { readonly kind: 'end'; readonly seen: Seen; readonly counts: Counts }

export interface Counts {
  readonly files: number
  readonly bytes: number
  readonly events: number
  readonly alerts: number
}

export interface HuntOptions extends Omit<RunOptions, 'report'> {
  /** Reads every source in this format, without looking at its content. */
  readonly format?: LogFormat
  readonly signal?: AbortSignal
  /** The year of logs that leave it out, and the zone of times that do. */
  readonly year?: number
  readonly zone?: string
  /** Who reads the sources and looks at their events, where that is shared out; what comes of it is the same. */
  readonly crew?: Crew
}

/** Several that read sources and look at their events by scouts of their own. */
export interface Crew {
  /** The sources in order, with what was let through of each in the order of its records. */
  read(sources: Iterable<EventSource> | AsyncIterable<EventSource>, options: HuntOptions): AsyncIterable<Reading>
  /** What all scouts saw, as one would have. */
  seen(): ScoutSeen
}

/** A source that others read. */
export interface Reading {
  readonly source: EventSource
  readonly opened: Recognised | { readonly problem: Diagnostic }
  readonly shares: AsyncIterable<Share>
}

/** What comes of some records that follow each other. */
export interface Share {
  readonly events: number
  readonly bytes: number
  /** Places are from the first event of the share. */
  readonly passed: readonly Passed[]
  readonly found: readonly Diagnostic[]
}

/** The format of a source, and how sure. */
export interface Recognised {
  readonly format: LogFormat
  readonly sure: number
}

/** Whether what a hunt gives is an alert. */
export function isAlert(found: Alert | Notice): found is Alert {
  return !('kind' in found)
}

const headSize = 65_536

/**
 * Hunts through sources in the order given. Alerts of single events come in the order of source and record; alerts of
 * correlations when their time has come, at the latest at the end. Ends early, with what was found so far, when `signal` is aborted.
 */
export async function* hunt(
  program: Program,
  sources: Iterable<EventSource> | AsyncIterable<EventSource>,
  options: HuntOptions = {},
): AsyncGenerator<Alert | Notice, void, undefined> {
  const told: Notice[] = []
  const run = program.start({ ...options, report: diagnostic => told.push({ kind: 'skipped', diagnostic }) })
  const counts = { files: 0, bytes: 0, events: 0, alerts: 0 }
  const { crew } = options
  if (crew === undefined) {
    const tape = options.matcher === 'reference' ? undefined : (idle.get(program) ?? createTape())
    if (tape !== undefined) idle.delete(program)
    try {
      for await (const source of sources) {
        if (options.signal?.aborted) break
        yield* read(run, source, options, counts, tape)
        yield* told.splice(0)
      }
    } finally {
      if (tape !== undefined) idle.set(program, tape)
    }
  } else {
    for await (const reading of crew.read(sources, options)) {
      yield* follow(run, reading, counts)
      yield* told.splice(0)
      if (options.signal?.aborted) break
    }
    run.add([crew.seen()])
  }
  for (const alert of run.finish()) {
    counts.alerts++
    yield alert
  }
  yield* told.splice(0)
  yield { kind: 'end', seen: run.seen(), counts: { ...counts } }
}

/** Where formats lay records down for the fast matcher; none where the reference is asked for. */
export function tapeFor(options: Pick<HuntOptions, 'matcher'>): Tape | undefined {
  return options.matcher === 'reference' ? undefined : createTape()
}

/** The tape of the program's last hunt, on which the next one finds the tables that were made. */
const idle = new WeakMap<Program, Tape>()

type Counting = { -readonly [key in keyof Counts]: Counts[key] }

/** What others read of a source. */
async function* follow(run: Run, { source, opened, shares }: Reading, counts: Counting): AsyncGenerator<Alert | Notice> {
  const before = { ...counts }
  const ofFile = (): Counts => ({
    files: 1,
    bytes: counts.bytes - before.bytes,
    events: counts.events - before.events,
    alerts: counts.alerts,
  })
  counts.files++
  if ('problem' in opened) {
    yield { kind: 'unread', diagnostic: opened.problem, source }
    yield { kind: 'file', state: 'done', source, counts: ofFile() }
    return
  }
  const { format, sure } = opened
  yield { kind: 'file', state: 'begun', source, format, sure, counts: ofFile() }
  for await (const share of shares) {
    const base = counts.events
    counts.events += share.events
    counts.bytes += share.bytes
    for (const alert of run.take(share.passed, base)) {
      counts.alerts++
      yield alert
    }
    for (const diagnostic of share.found) yield { kind: 'unread', diagnostic, source }
    yield { kind: 'progress', source, counts: { ...counts } }
  }
  yield { kind: 'file', state: 'done', source, format, sure, counts: ofFile() }
}

async function* read(
  run: Run,
  source: EventSource,
  options: HuntOptions,
  counts: Counting,
  tape: Tape | undefined,
): AsyncGenerator<Alert | Notice> {
  const found: Diagnostic[] = []
  const before = counts.events
  const bytesBefore = counts.bytes
  const ofFile = (): Counts => ({
    files: 1,
    bytes: counts.bytes - bytesBefore,
    events: counts.events - before,
    alerts: counts.alerts,
  })
  const unread = function* (): Generator<Notice> {
    for (const diagnostic of found.splice(0)) yield { kind: 'unread', diagnostic, source }
  }
  const opened = await openSource(source, options, bytes => {
    counts.bytes += bytes
  })
  counts.files++
  if ('problem' in opened) {
    yield { kind: 'unread', diagnostic: opened.problem, source }
    yield { kind: 'file', state: 'done', source, counts: ofFile() }
    return
  }
  const { format, sure, bytes } = opened
  yield { kind: 'file', state: 'begun', source, format, sure, counts: ofFile() }
  const settings = { name: source.name, member: source.member, year: options.year, zone: options.zone, tape }
  try {
    for await (const batch of format.read(bytes, settings, finding => found.push(finding))) {
      counts.events += batch.length
      for (const part of partsOf(batch))
        for (const alert of run.push(part)) {
          counts.alerts++
          yield alert
        }
      yield* unread()
      yield { kind: 'progress', source, counts: { ...counts } }
      if (options.signal?.aborted) break
    }
  } catch (error) {
    found.push(broken(source, error))
  }
  yield* unread()
  yield { kind: 'file', state: 'done', source, format, sure, counts: ofFile() }
}

/** Alerts are handed on after so many records at most: what is handed on at once need not be kept. */
const mostAtOnce = 128

/** A batch in parts. */
function* partsOf(batch: Batch): Generator<Batch> {
  const { schema, length, slots } = batch
  for (let from = 0; from < length; from += mostAtOnce) {
    const end = Math.min(length, from + mostAtOnce)
    const start = from
    const rows = slots?.rows.subarray(start, end)
    yield {
      schema,
      length: end - start,
      at: place => batch.at(start + place),
      ...(rows === undefined ? {} : { slots: { ...slots!, rows } }),
    }
  }
}

/** A source that was opened. `head` is its beginning; `close` is for who does not read on. */
export interface Opened extends Recognised {
  readonly head: Uint8Array
  readonly bytes: AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** The bytes of a source with its format, or what kept it from being read. `count` is told of the bytes that are taken. */
export async function openSource(
  source: EventSource,
  options: HuntOptions,
  count: (bytes: number) => void,
): Promise<Opened | { readonly problem: Diagnostic }> {
  // Readers of lines are done with a block when they ask for the next but one.
  let inPassing = false
  const iterator = source.open(() => inPassing)[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let size = 0
  let ended = false
  try {
    while (size < headSize && !ended) {
      const next = await iterator.next()
      if (next.done) ended = true
      else {
        head.push(next.value)
        size += next.value.length
      }
    }
  } catch (error) {
    return { problem: broken(source, error) }
  }
  const first = join(head)
  const format = source.format ?? options.format
  const detected = format === undefined ? detectFormat(first, source.member ?? source.name) : { format, sure: 1 }
  if (detected === undefined) {
    await iterator.return?.()
    return {
      problem: {
        code: 'HNT001',
        severity: size === 0 ? 'note' : 'warning',
        message: size === 0 ? `"${label(source)}" is empty` : `"${label(source)}" is in no log format that can be read`,
        hint: size === 0 ? undefined : '"terrier help formats" lists the formats',
      },
    }
  }
  inPassing = detected.format.lines?.(first) === true
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      count(first.length)
      yield first
      while (!ended) {
        const next = await iterator.next()
        if (next.done) return
        count(next.value.length)
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return {
    ...detected,
    head: first,
    bytes: bytes(),
    async close() {
      await iterator.return?.()
    },
  }
}

const label = (source: Pick<EventSource, 'name' | 'member'>): string =>
  source.member === undefined ? source.name : `${source.name}!${source.member}`

/** The finding for a source that a reader could not finish. */
export function broken(source: Pick<EventSource, 'name' | 'member'>, error: unknown): Diagnostic {
  return {
    code: 'HNT002',
    severity: 'error',
    message: `"${label(source)}" could not be read to its end: ${error instanceof Error ? error.message : String(error)}`,
  }
}

function join(blocks: readonly Uint8Array[]): Uint8Array {
  if (blocks.length === 1) return blocks[0]!
  const all = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0))
  let at = 0
  for (const block of blocks) {
    all.set(block, at)
    at += block.length
  }
  return all
}

/** Reads one source without any rule: its batches, for counts and first looks. Reports to `report`; gives nothing when the format is unknown. */
export async function* readSource(
  source: EventSource,
  report: (finding: Diagnostic) => void,
  options: HuntOptions = {},
): AsyncGenerator<{ readonly batch: Batch; readonly format: LogFormat; readonly sure: number }> {
  const opened = await openSource(source, options, () => {})
  if ('problem' in opened) {
    report(opened.problem)
    return
  }
  try {
    for await (const batch of opened.format.read(
      opened.bytes,
      { name: source.name, member: source.member, year: options.year, zone: options.zone },
      report,
    )) {
      yield { batch, format: opened.format, sure: opened.sure }
    }
  } catch (error) {
    report(broken(source, error))
  }
}

// The work that threads share: a part of a source read and its events looked at. The same code runs in a worker and, where there is none, beside the rest.

import { closeSync, openSync, readSync } from 'node:fs'
import type { Program, RunOptions, ScoutSeen, Skipped } from '../engine/run.ts'
import { broken, type Share, tapeFor } from '../hunt.ts'
import type { Batch, Event } from '../ir/event.ts'
import { logFormats } from '../logs/index.ts'
import type { LogFormat, ReadOptions } from '../logs/logs.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { blocksInTurn, fileBytes } from './bytes.ts'

/** A source or a part of one. Without a path its bytes come as messages. */
export interface Task {
  readonly id: number
  readonly name: string
  readonly member?: string
  readonly format: string
  readonly path?: string
  /** Only the lines that begin from `start` up to before `end`. */
  readonly lines?: { readonly start: number; readonly end: number }
  /** What lies before the first line. Without it, lines are read as if nothing did, and are one of several blocks. */
  readonly start?: NonNullable<ReadOptions['start']>
  /** Events and findings that are known already: from a worker that broke off. */
  readonly skip: { readonly events: number; readonly found: number }
}

/** What is said to a worker. `go`: a share was taken, so another may be made. */
export type Order =
  | { readonly kind: 'task'; readonly task: Task }
  /** The next bytes of a task without a path; null for its end, with the fault that ended it. */
  | { readonly kind: 'bytes'; readonly id: number; readonly bytes: Uint8Array | null; readonly fault?: string }
  | { readonly kind: 'go' | 'stop'; readonly id: number }

/** What a worker says. `more`: a block of bytes was used. */
export type Answer =
  | { readonly kind: 'ready'; readonly fronts: number }
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'share'; readonly id: number; readonly share: Share; readonly news: News; readonly sums: Sums }
  /** The task is done; so many lines its bytes have, where it is a block of lines. */
  | { readonly kind: 'done'; readonly id: number; readonly lines: number }

/** What came up for the first time in the worker, in the order in which it did. */
export interface News {
  readonly schemas: readonly string[]
  /** `own`: the finding is about the text of the rule. */
  readonly skipped: readonly { readonly schema: string; readonly rule: Skipped; readonly own: boolean }[]
  readonly gaveUp: readonly { readonly index: number; readonly pattern: string }[]
}

/** What was seen in one share; `asked` by front. */
export interface Sums extends Omit<ScoutSeen, 'skipped' | 'asked'> {
  readonly asked: Float64Array
}

/** Shares made ahead of their being taken. */
const mostAhead = 4
/** A share is closed at so many events that passed, or so many bytes. */
const mostPassed = 1000
const mostBytes = 4 << 20

export interface HandOptions extends Pick<RunOptions, 'since' | 'until' | 'matcher'>, Pick<ReadOptions, 'year' | 'zone'> {}

/** Somebody who does one task after the other. */
export interface Hand {
  take(order: Order): void
}

/** A hand in this thread. Answers come while its orders are worked on, never while they are given. */
export function createHand(
  program: Program,
  options: HandOptions,
  answer: (answer: Answer) => void,
  formats: { find(id: string): LogFormat | undefined } = { find: id => logFormats.find(one => one.id === id) },
): Hand {
  const scout = program.scout(options)
  const tape = tapeFor(options)
  // Readers of lines copy what they keep of a block before they ask for the one after the next.
  const file = new PartedFile()
  const known = { schemas: 0, gaveUp: 0, skipped: new Map<string, number>() }
  const orders = new Map<number, Running>()
  const waiting: Running[] = []
  let busy = false
  let last: ScoutSeen | undefined

  /** What the scout saw since it was last asked. */
  function news(): News {
    const { schemas, gaveUp, skipped } = scout.outline()
    const found: News = {
      schemas: [...schemas].slice(known.schemas),
      gaveUp: gaveUp.slice(known.gaveUp).map(({ index, pattern }) => ({ index, pattern })),
      skipped: skipped.flatMap(({ schema, rules }) => {
        const before = known.skipped.get(schema) ?? 0
        known.skipped.set(schema, rules.length)
        return rules.slice(before).map(({ diagnostic, ...rule }) => {
          // The text of a rule need not travel: it is known by the rule's place.
          const { source, ...finding } = diagnostic
          return { schema, rule: { ...rule, diagnostic: finding }, own: source !== undefined }
        })
      }),
    }
    known.schemas = schemas.length
    known.gaveUp = gaveUp.length
    return found
  }

  /** What the scout counted since it was last asked. */
  function sums(): Sums {
    const now = scout.seen()
    const before = last
    last = now
    const times = new Map(before?.gaveUp.map(one => [`${one.index} ${one.pattern}`, one.times]))
    return {
      events: now.events - (before?.events ?? 0),
      outside: now.outside - (before?.outside ?? 0),
      unknown: now.unknown - (before?.unknown ?? 0),
      schemas: new Map([...now.schemas].map(([id, count]) => [id, count - (before?.schemas.get(id) ?? 0)])),
      from: now.from,
      to: now.to,
      asked: Float64Array.from(now.asked, (count, front) => count - (before?.asked[front] ?? 0)),
      gaveUp: now.gaveUp.map(one => ({ ...one, times: one.times - (times.get(`${one.index} ${one.pattern}`) ?? 0) })),
    }
  }

  async function run(running: Running): Promise<void> {
    const { task } = running
    const format = formats.find(task.format)
    const isBlock = task.lines !== undefined && task.start === undefined
    let { events: toSkip, found: foundToSkip } = task.skip
    let lines = 0
    let bytes = 0
    let events = 0
    let passed: Share['passed'][number][] = []
    let found: Diagnostic[] = []
    const count = (block: Uint8Array): void => {
      bytes += block.length
    }
    const hand = async (): Promise<void> => {
      if (running.stopped || (events === 0 && bytes === 0 && passed.length === 0 && found.length === 0)) return
      while (!isBlock && running.ahead >= mostAhead) await running.wake()
      running.ahead++
      answer({ kind: 'share', id: task.id, share: { events, bytes, passed, found }, news: news(), sums: sums() })
      events = 0
      bytes = 0
      passed = []
      found = []
    }
    const report = (finding: Diagnostic): void => {
      if (foundToSkip > 0) foundToSkip--
      else found.push(finding)
    }
    const ended = (breaks: number): void => {
      lines = breaks
    }
    const { name, member } = task
    const settings: ReadOptions = { name, member, year: options.year, zone: options.zone, tape, start: task.start, ended }
    try {
      if (format === undefined) throw new Error(`there is no format "${task.format}"`)
      for await (const batch of format.read(running.bytes(count), settings, report)) {
        if (running.stopped) break
        const fresh = batch.length <= toSkip ? undefined : toSkip === 0 ? batch : rest(batch, toSkip)
        toSkip = Math.max(0, toSkip - batch.length)
        if (fresh === undefined) continue
        const before = scout.outline().events
        for (const one of scout.look(fresh)) passed.push({ ...one, event: plain(one.event), place: one.place - before + events })
        events += fresh.length
        // A block is of use only as a whole.
        if (!isBlock && (passed.length >= mostPassed || bytes >= mostBytes || found.length > 0)) await hand()
      }
    } catch (error) {
      report(broken(task, error))
    }
    await hand()
    orders.delete(task.id)
    answer({ kind: 'done', id: task.id, lines })
  }

  async function work(): Promise<void> {
    if (busy) return
    busy = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await run(next)
      // Whoever else has something to say in this thread has a turn.
      await new Promise(done => setImmediate(done))
    }
    file.close()
    busy = false
  }

  return {
    take(order) {
      if (order.kind === 'task') {
        const running = new Running(order.task, answer, file)
        orders.set(order.task.id, running)
        waiting.push(running)
        // What is told of the first task must not come before it was given.
        queueMicrotask(() => void work())
      } else orders.get(order.id)?.hear(order)
    },
  }
}

/** A task on its way. */
class Running {
  readonly task: Task
  ahead = 0
  stopped = false
  readonly #answer: (answer: Answer) => void
  readonly #file: PartedFile
  readonly #blocks: (Order & { readonly kind: 'bytes' })[] = []
  #woken: (() => void) | undefined

  constructor(task: Task, answer: (answer: Answer) => void, file: PartedFile) {
    this.#file = file
    this.task = task
    this.#answer = answer
  }

  hear(order: Exclude<Order, { kind: 'task' }>): void {
    if (order.kind === 'bytes') this.#blocks.push(order)
    else if (order.kind === 'go') this.ahead--
    else {
      this.stopped = true
      this.ahead = Number.NEGATIVE_INFINITY
    }
    this.#woken?.()
  }

  /** Waits for the next thing that is said. */
  async wake(): Promise<void> {
    await new Promise<void>(done => {
      this.#woken = done
    })
    this.#woken = undefined
  }

  /** The bytes of the task, from the file or from whoever sends them. */
  async *bytes(count: (block: Uint8Array) => void): AsyncGenerator<Uint8Array, void, undefined> {
    const { path, lines } = this.task
    const blocks =
      path === undefined
        ? this.#sent()
        : lines === undefined
          ? fileBytes(path)
          : linesOf(this.#file, path, lines.start, lines.end)
    for await (const block of blocks) {
      if (this.stopped) return
      count(block)
      yield block
    }
  }

  async *#sent(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.stopped) return
      const block = this.#blocks.shift()
      if (block === undefined) await this.wake()
      else if (block.bytes === null) {
        if (block.fault !== undefined) throw new Error(block.fault)
        return
      } else {
        yield block.bytes
        this.#answer({ kind: 'more', id: this.task.id })
      }
    }
  }
}

/** What is read behind the end of a part at once: most lines end there. */
const beyond = 65_536

/** The file that parts are read from, kept open from one part to the next; blocks lie in memory that is used in turn. */
export class PartedFile {
  readonly #turns = blocksInTurn()
  #turn = 0
  #path: string | undefined
  #file = -1

  /** Bytes of a file from `at` on, at most up to `end` and as many as there are in a block; none at its end. They last until two more are read. */
  read(path: string, at: number, end: number): Uint8Array {
    if (path !== this.#path) {
      this.close()
      this.#file = openSync(path, 'r')
      this.#path = path
    }
    const room = this.#turns[this.#turn++ % this.#turns.length]!
    const size = Math.min(room.length, end - at)
    return room.subarray(0, readSync(this.#file, room, 0, size, at))
  }

  close(): void {
    if (this.#path !== undefined) closeSync(this.#file)
    this.#path = undefined
  }
}

/** The lines of a file that begin from `start` up to before `end`: a line begins at 0 and behind each line feed. */
export function* linesOf(file: PartedFile, path: string, start: number, end: number): Generator<Uint8Array, void, undefined> {
  // The line feed before the first line may be the last byte before `start`.
  let at = Math.max(0, start - 1)
  let begun = start === 0
  for (;;) {
    const block = file.read(path, at, at < end + beyond ? end + beyond : Number.POSITIVE_INFINITY)
    if (block.length === 0) return
    let from = 0
    if (!begun) {
      const feed = block.indexOf(10)
      // No line begins before `end`.
      if ((feed === -1 ? at + block.length : at + feed) >= end - 1) return
      begun = feed !== -1
      from = feed === -1 ? block.length : feed + 1
    }
    // The last line goes on to its line feed, which lies at `end - 1` or behind it.
    const feed = end - 1 - at >= block.length ? -1 : block.indexOf(10, Math.max(end - 1 - at, 0))
    if (feed !== -1) {
      yield block.subarray(from, feed + 1)
      return
    }
    if (from < block.length) yield block.subarray(from)
    at += block.length
  }
}

/** A batch without its first records. */
function rest(batch: Batch, from: number): Batch {
  return { schema: batch.schema, length: batch.length - from, at: place => batch.at(from + place) }
}

/** An event as data alone; where it is from is known by its task. */
function plain({ time, ticks, fields, raw, origin }: Event): Event {
  const { record, line, index = 0 } = origin ?? {}
  return { time, ticks, fields, raw, origin: { source: '', record, line, index } }
}

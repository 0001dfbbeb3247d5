// A hunt shared out among threads: each reads sources, or blocks of lines of one, and looks at their events; what passes is put back in order, so that the result is that of one thread. A thread that breaks off is replaced and its part read again.

import { Worker } from 'node:worker_threads'
import type { Program } from '../engine/run.ts'
import { type Crew, type HuntOptions, type Opened, openSource, type Reading, type Share } from '../hunt.ts'
import type { Event } from '../ir/event.ts'
import { logFormats } from '../logs/index.ts'
import type { EventSource, LogFormat } from '../logs/logs.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { FileSource } from './files.ts'
import type { ImageBytes } from './image.ts'
import { Ledger } from './ledger.ts'
import { threadScript } from './package.ts'
import { type Answer, createHand, type Hand, type HandOptions, type Task } from './tasks.ts'
import type { Setup } from './worker.ts'

export const codes: Readonly<Record<string, string>> = {
  WRK001: 'a worker broke off, and what was left of its log was not hunted',
  WRK201: 'a worker broke off, and its part of a log was read again by another',
  WRK202: 'workers cannot be used, and one thread does it all',
}

/** What a crew is made of. */
export interface CrewOptions {
  readonly jobs: number
  readonly program: Program
  /** All rules that were read, and which of them are the program's, by place. */
  readonly image: ImageBytes
  readonly chosen: Int32Array
  /** The schemas that the program was compiled with, by id. */
  readonly schemas: readonly string[]
  /** Told what befell workers. */
  readonly report: (finding: Diagnostic) => void
  /** Whether this thread leaves all that threads can do to them; otherwise it is one of the `jobs`. */
  readonly apart?: boolean
  /** The script that a worker runs, where it is not the usual one. */
  readonly entry?: URL
  /** Bytes of one block of lines. Default 4 MB. */
  readonly block?: number
}

const usualBlock = 4 << 20
/** The first block is so much smaller, and each is twice as large as the one before it: what comes first is wanted soonest. */
const firstBlocks = 32
/** Blocks of bytes on their way to a worker that cannot read them itself. */
const mostSent = 4
/** Tasks that one worker has before it, so that it need not wait for the next. */
const mostGiven = 2
/** Sources that are opened ahead of being taken. */
const mostOpened = 64

/** Where one task is done. */
interface Seat {
  readonly number: number
  readonly hand: Hand
  /** Tasks given and not done. */
  readonly parts: Part[]
  /** Whether it has done anything yet. */
  ready: boolean
  end(): void
}

/** A task and what has come of it. */
interface Part {
  readonly task: Task
  readonly log: Log
  readonly inbox: (Answer & { readonly kind: 'share' })[]
  number: number
  seat?: Seat
  done: boolean
  /** Nobody wants it any more. */
  dropped: boolean
  lines: number
  lost?: string
  tries: number
  /** Blocks of bytes sent, and used. */
  sent: number
  used: number
  /** Bytes that were counted before and are read again. */
  surplus: number
  /** What was handed on of it. */
  delivered: { events: number; found: number; bytes: number }
}

/** A source on its way. */
interface Log {
  readonly source: FileSource
  readonly opened: Opened | { readonly problem: Diagnostic }
  readonly parts: Part[]
  /** Tasks that were not given yet. */
  readonly tasks: Iterator<Omit<Task, 'id'>>
  /** All tasks are among the parts. */
  planned: boolean
}

const nothingKnown = { events: 0, found: 0 }

/** Threads for one hunt. They start when there is something to read, and end with it. */
export class Company implements Crew {
  readonly #options: CrewOptions
  readonly #ledger: Ledger
  readonly #threads: Seat[] = []
  readonly #own: Seat
  readonly #parts = new Map<number, Part>()
  /** Logs in order: those to be taken, and those with tasks to give. */
  readonly #opened: Log[] = []
  readonly #unplanned: Log[] = []
  /** What must be done before anything else: it stands first in order. */
  readonly #again: Part[] = []
  readonly #hostFormats = new Map<string, LogFormat>()
  #handOptions: HandOptions = {}
  #seatCount = 0
  #taskCount = 0
  #failures = 0
  #image: ImageBytes | undefined
  readonly #fronts: number
  #alone = false
  #closed = false
  #feeding = true
  #fault: { readonly error: unknown } | undefined
  #waiting: (() => void)[] = []

  constructor(options: CrewOptions) {
    this.#options = options
    this.#own = this.#ownSeat()
    const { detections } = options.program
    this.#fronts = options.program.scout().seen().asked.length
    this.#ledger = new Ledger(this.#fronts, rule => {
      const source = detections[rule.index]!.written.document
      return { ...rule, diagnostic: { ...rule.diagnostic, source } }
    })
  }

  async *read(
    sources: Iterable<EventSource> | AsyncIterable<EventSource>,
    options: HuntOptions,
  ): AsyncGenerator<Reading, void, undefined> {
    const { since, until, matcher, year, zone, signal } = options
    this.#handOptions = { since, until, matcher, year, zone }
    const stop = () => this.close()
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    void this.#feed(sources, options)
    try {
      for (;;) {
        while (this.#opened.length === 0 && this.#feeding && !this.#closed) await this.#change()
        const log = this.#closed ? undefined : this.#opened.shift()
        if (log === undefined) break
        this.#happened()
        const { source, opened } = log
        yield { source, opened, shares: this.#shares(log) }
      }
      if (this.#fault !== undefined && !this.#closed) throw this.#fault.error
    } finally {
      signal?.removeEventListener('abort', stop)
      this.close()
    }
  }

  seen() {
    return this.#ledger.seen()
  }

  /** Ends all threads; what they were at is lost. */
  close(): void {
    this.#closed = true
    for (const seat of this.#threads.splice(0)) seat.end()
    this.#happened()
  }

  /** Something happened that somebody may wait for. */
  #happened(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #change(): Promise<void> {
    return new Promise(done => this.#waiting.push(done))
  }

  /** Opens one source after the other, ahead of their being taken. */
  async #feed(sources: Iterable<EventSource> | AsyncIterable<EventSource>, options: HuntOptions): Promise<void> {
    try {
      for await (const source of sources) {
        if (this.#closed) return
        const opened = await openSource(source, options, () => undefined)
        const log = this.#logOf(source, opened)
        this.#opened.push(log)
        if (!log.planned) this.#unplanned.push(log)
        this.#give()
        this.#happened()
        if ('problem' in opened) continue
        // What is read in passing must be read before the next source is asked for.
        if (isPassing(log)) while (!this.#closed && !(log.planned && log.parts.every(isOver))) await this.#change()
        while (!this.#closed && (this.#unplanned.length > this.#options.jobs || this.#opened.length > mostOpened))
          await this.#change()
      }
    } catch (error) {
      this.#fault = { error }
    } finally {
      this.#feeding = false
      this.#happened()
    }
  }

  #logOf(source: FileSource, opened: Log['opened']): Log {
    if ('problem' in opened) return { source, opened, parts: [], tasks: [].values(), planned: true }
    const { name, member, path, size } = source
    const { format, head } = opened
    if (!logFormats.includes(format)) this.#hostFormats.set(format.id, format)
    const task = { name, member, format: format.id, skip: nothingKnown }
    const log: Log = { source, opened, parts: [], tasks: [task].values(), planned: false }
    if (isPassing(log)) return log
    void opened.close()
    const { block = usualBlock } = this.#options
    if (path === undefined || size === undefined || size < 2 * block || format.lines?.(head) !== true)
      return { ...log, tasks: [{ ...task, path }].values() }
    function* blocks() {
      let length = Math.ceil(block / firstBlocks)
      for (let start = 0; start < size!; start += length, length = Math.min(block, 2 * length))
        yield { ...task, path, lines: { start, end: start + length } }
    }
    return { ...log, tasks: blocks() }
  }

  /** Gives tasks to those who have few; where all have something to do, one more thread is started. */
  #give(): void {
    const { jobs, apart = false } = this.#options
    const most = this.#alone ? 0 : apart ? jobs : jobs - 1
    while (!this.#closed) {
      if (this.#again.length === 0 && this.#parts.size >= 2 * mostGiven * jobs) return
      const part = this.#again.shift() ?? this.#nextPart()
      if (part === undefined) return
      if (part.dropped) continue
      const seats = this.#seatsFor(part.task, most)
      const idle = seats.find(seat => seat.parts.length === 0)
      if (idle === undefined && this.#threads.length < most) this.#threads.push(this.#newSeat())
      const seat = idle ?? seats.filter(one => one.parts.length < mostGiven).sort((a, b) => a.parts.length - b.parts.length)[0]
      if (seat === undefined) {
        this.#again.unshift(part)
        return
      }
      this.#giveTo(seat, part)
    }
  }

  /** Who may do a task: this thread first. What only this thread can read is looked at by another, unless only this one knows the format. */
  #seatsFor(task: Task, most: number): readonly Seat[] {
    if (this.#hostFormats.has(task.format)) return [this.#own]
    const threads = this.#threads.filter(seat => seat.ready)
    return most > 0 && (this.#options.apart || task.path === undefined) ? threads : [this.#own, ...threads]
  }

  #nextPart(): Part | undefined {
    for (;;) {
      const log = this.#unplanned[0]
      if (log === undefined) return undefined
      const next = log.planned ? undefined : log.tasks.next()
      if (next !== undefined && next.done !== true) {
        const part = this.#partOf(log, next.value)
        log.parts.push(part)
        return part
      }
      log.planned = true
      this.#unplanned.shift()
      this.#happened()
    }
  }

  #partOf(log: Log, task: Omit<Task, 'id'>): Part {
    const id = this.#taskCount++
    const delivered = { events: 0, found: 0, bytes: 0 }
    const part: Part = {
      task: { ...task, id },
      log,
      inbox: [],
      number: -1,
      done: false,
      dropped: false,
      lines: 0,
      tries: 0,
      sent: 0,
      used: 0,
      surplus: 0,
      delivered,
    }
    this.#parts.set(id, part)
    return part
  }

  #giveTo(seat: Seat, part: Part): void {
    seat.parts.push(part)
    part.seat = seat
    part.number = seat.number
    part.tries++
    seat.hand.take({ kind: 'task', task: part.task })
    if (part.task.path === undefined) void this.#send(part, seat)
  }

  /** Sends the bytes of a source that only this thread can read. */
  async #send(part: Part, seat: Seat): Promise<void> {
    const { opened } = part.log
    if ('problem' in opened) return
    const { id } = part.task
    try {
      for await (const bytes of opened.bytes) {
        while (part.sent - part.used >= mostSent && !isOver(part) && !this.#closed) await this.#change()
        if (isOver(part) || this.#closed) return
        part.sent++
        // A copy: what lies around the bytes is not theirs.
        seat.hand.take({ kind: 'bytes', id, bytes: new Uint8Array(bytes) })
      }
      seat.hand.take({ kind: 'bytes', id, bytes: null })
    } catch (error) {
      seat.hand.take({ kind: 'bytes', id, bytes: null, fault: error instanceof Error ? error.message : String(error) })
    }
  }

  #newSeat(): Seat {
    const number = this.#seatCount++
    const { image, chosen, schemas, entry } = this.#options
    this.#image ??= image.buffer instanceof SharedArrayBuffer ? image : shared(image)
    const setup: Setup = { image: this.#image, chosen, schemas, options: this.#handOptions }
    const thread = new Worker(entry ?? threadScript('worker'), {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    })
    let over = false
    const seat: Seat = {
      number,
      parts: [],
      ready: false,
      hand: {
        take(order) {
          const sent = order.kind === 'bytes' && order.bytes?.buffer instanceof ArrayBuffer ? [order.bytes.buffer] : []
          thread.postMessage(order, sent)
        },
      },
      end() {
        over = true
        void thread.terminate()
      },
    }
    const fail = (reason: string): void => {
      if (over) return
      seat.end()
      this.#lose(seat, reason)
    }
    thread.on('message', (answer: Answer) => {
      if (over) return
      if (answer.kind === 'ready') {
        if (answer.fronts === this.#fronts) {
          seat.ready = true
          this.#give()
        } else fail('its rules are not the same')
      } else this.#hear(seat, answer)
    })
    thread.on('error', error => fail(error instanceof Error ? error.message : String(error)))
    thread.on('exit', code => fail(`it ended with code ${code}`))
    return seat
  }

  /** The seat in this thread: one more that works, and the only one where threads cannot be used. */
  #ownSeat(): Seat {
    let hand: Hand | undefined
    const seat: Seat = {
      number: -1,
      parts: [],
      ready: true,
      hand: {
        take: order => {
          const formats = { find: (id: string) => this.#hostFormats.get(id) ?? logFormats.find(one => one.id === id) }
          hand ??= createHand(this.#options.program, this.#handOptions, answer => this.#hear(seat, answer), formats)
          hand.take(order)
        },
      },
      end: () => undefined,
    }
    return seat
  }

  #hear(seat: Seat, answer: Answer): void {
    if (answer.kind === 'ready') return
    const part = this.#parts.get(answer.id) ?? seat.parts.find(one => one.task.id === answer.id)
    if (part === undefined) return
    if (answer.kind === 'share') {
      if (part.dropped) this.#ledger.note(seat.number, answer.news)
      else part.inbox.push(answer)
    } else if (answer.kind === 'more') part.used++
    else {
      part.done = true
      part.lines = answer.lines
      seat.parts.splice(seat.parts.indexOf(part), 1)
      this.#give()
    }
    this.#happened()
  }

  /** A worker broke off: what it was at is done again, once; what it had before it as well. */
  #lose(seat: Seat, reason: string): void {
    this.#threads.splice(this.#threads.indexOf(seat), 1)
    if (this.#closed) return
    const { report, jobs } = this.#options
    this.#failures++
    const why = reason.split('\n')[0]!.slice(0, 200)
    if (!this.#alone && (!seat.ready || this.#failures > 2 * jobs)) {
      this.#alone = true
      report({ code: 'WRK202', severity: 'note', message: `workers are not used: ${why}`, hint: '-j 1 does without them' })
    }
    for (const [place, part] of seat.parts.entries()) {
      if (part.dropped) continue
      // Bytes that were sent cannot be had again.
      if (part.task.path === undefined || (place === 0 && part.tries > 1)) {
        part.lost = why
        continue
      }
      if (place === 0) {
        const { name } = part.log.source
        report({ code: 'WRK201', severity: 'note', message: `a worker broke off in "${name}" (${why}); its part was read again` })
      } else part.tries--
      // What it had made and nobody took yet is of a whole only with its end.
      const { events, found, bytes } = part.delivered
      const skip = { events: part.task.skip.events + events, found: part.task.skip.found + found }
      const again = this.#partOf(part.log, { ...part.task, skip })
      again.tries = part.tries
      again.surplus = part.surplus + bytes
      this.#drop(part)
      part.log.parts.splice(part.log.parts.indexOf(part), 1, again)
      this.#again.push(again)
    }
    this.#again.sort((a, b) => a.task.id - b.task.id)
    this.#give()
    this.#happened()
  }

  /** What comes of a log, in the order of its records. */
  async *#shares(log: Log): AsyncGenerator<Share, void, undefined> {
    const { source } = log
    const base = { lines: 0, events: 0 }
    for (let at = 0; ; at++) {
      while (at >= log.parts.length && !log.planned && !this.#closed) await this.#change()
      let events = 0
      for (;;) {
        if (this.#closed) return
        const part = log.parts[at]
        if (part === undefined) return
        const isBlock = part.task.lines !== undefined && part.task.start === undefined
        if (isBlock && !part.done && part.lost === undefined) {
          await this.#change()
          continue
        }
        if (isBlock && part.inbox.some(({ share }) => share.found.length > 0)) {
          this.#readOn(log, at, base)
          continue
        }
        const answer = part.inbox.shift()
        if (answer !== undefined) {
          if (!isBlock) part.seat?.hand.take({ kind: 'go', id: part.task.id })
          const { share } = answer
          this.#ledger.note(part.number, answer.news)
          this.#ledger.add(answer.sums)
          part.delivered.events += share.events
          part.delivered.found += share.found.length
          part.delivered.bytes += share.bytes
          events += share.events
          // What a worker that broke off had read is not counted again.
          const bytes = Math.max(0, share.bytes - part.surplus)
          part.surplus = Math.max(0, part.surplus - share.bytes)
          const passed = share.passed.map(one => ({ ...one, event: placed(one.event, source, isBlock ? base : undefined) }))
          yield { ...share, bytes, passed }
          continue
        }
        if (part.lost !== undefined) {
          yield { events: 0, bytes: 0, passed: [], found: [notHunted(source, part.lost)] }
          this.#over(part)
          break
        }
        if (part.done) {
          base.lines += part.lines
          this.#over(part)
          break
        }
        await this.#change()
      }
      base.events += events
    }
  }

  /** From a block on that cannot be read by itself, one worker reads to the end of the log, knowing what lies before. */
  #readOn(log: Log, at: number, base: { readonly lines: number; readonly events: number }): void {
    const { task } = log.parts[at]!
    for (const part of log.parts.splice(at)) {
      for (const { news } of part.inbox.splice(0)) this.#ledger.note(part.number, news)
      this.#drop(part)
    }
    log.planned = true
    const lines = { start: task.lines!.start, end: Number.POSITIVE_INFINITY }
    const part = this.#partOf(log, { ...task, lines, start: { line: base.lines, index: base.events } })
    log.parts.push(part)
    this.#again.push(part)
    this.#give()
  }

  #drop(part: Part): void {
    part.dropped = true
    this.#parts.delete(part.task.id)
    part.seat?.hand.take({ kind: 'stop', id: part.task.id })
  }

  #over(part: Part): void {
    this.#parts.delete(part.task.id)
    this.#give()
    this.#happened()
  }
}

const isOver = (part: Part): boolean => part.done || part.dropped || part.lost !== undefined

/** Whether the bytes of a log must be read in this thread, once. */
function isPassing({ source, opened }: Log): boolean {
  return source.path === undefined || ('format' in opened && !logFormats.includes(opened.format))
}

/** The same bytes where all threads see them. */
function shared(image: ImageBytes): ImageBytes {
  const bytes = new Uint8Array(new SharedArrayBuffer(image.length))
  bytes.set(image)
  return bytes
}

/** An event with its place in its log; `base` is what lies before the block that it is told of. */
function placed(
  event: Event,
  { name, member }: EventSource,
  base: { readonly lines: number; readonly events: number } | undefined,
): Event {
  const { record, line, index } = event.origin!
  const { lines, events } = base ?? { lines: 0, events: 0 }
  const origin = { source: name, member, record, line: line === undefined ? undefined : line + lines, index: index + events }
  return { ...event, origin }
}

function notHunted({ name, member }: EventSource, why: string): Diagnostic {
  const label = member === undefined ? name : `${name}!${member}`
  return {
    code: 'WRK001',
    severity: 'error',
    message: `"${label}" was not hunted to its end: the worker that read it broke off (${why})`,
    hint: 'hunt it alone, with -j 1',
  }
}

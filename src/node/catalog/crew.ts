// The facts of many rules shared out among threads, which write them into the store as they are made. What a thread does not finish is left to the caller, who makes it himself.

import { Worker } from 'node:worker_threads'
import { documentsOf } from '../../catalog/own.ts'
import type { CatalogOptions, Work } from '../../catalog.ts'
import type { Detection } from '../../ir/detection.ts'
import type { Source } from '../../text/source.ts'
import { isSource, threadScript } from '../package.ts'

/** What a thread is given when it starts. */
export interface Setup {
  readonly folder: string
  /** Ids of targets. */
  readonly targets: readonly string[]
}

/** One rule for a thread. */
export interface Order {
  readonly key: string
  readonly detection: Detection
  readonly documents: readonly Source[]
}

export interface CrewOptions {
  readonly detections: readonly Detection[]
  readonly documents: readonly Source[]
  readonly jobs: number
  readonly folder: string
  readonly targets: readonly string[]
  readonly signal?: AbortSignal
  /** The script that a thread runs, where it is not the usual one. */
  readonly entry?: URL
}

/** A thread that may take more memory does: what it no longer needs is let go of only when this is reached. */
const resourceLimits = { maxOldGenerationSizeMb: 450, maxYoungGenerationSizeMb: 24 }
/** Threads that may break off before the rest is left to the caller. */
const mostEnded = 20
/** Rules that one thread has before it. */
const mostGiven = 2
/** Fewer rules than this are made as fast by one. */
const leastWork = 24

/** A crew for `catalog`. */
export function factCrew(options: CrewOptions): NonNullable<CatalogOptions['crew']> {
  return async (work, progress) => {
    if (options.jobs < 2 || work.length < leastWork || (options.entry === undefined && isSource)) return
    const byName = new Map(options.documents.map(document => [document.name, document]))
    const waiting: Work[] = [...work].reverse()
    const setup: Setup = { folder: options.folder, targets: options.targets }
    let ended = 0
    const begin = (): Worker => new Worker(options.entry ?? threadScript('catalog/worker'), { workerData: setup, resourceLimits })
    await Promise.all(Array.from({ length: Math.min(options.jobs, work.length) }, () => serve(begin())))

    /** Gives a thread rules until there are none; one that breaks off takes the rules that it has with it, and another takes its place. */
    function serve(thread: Worker): Promise<void> {
      let given = 0
      const give = (): void => {
        while (given < mostGiven && waiting.length > 0 && options.signal?.aborted !== true) {
          const { place, key } = waiting.pop()!
          const detection = options.detections[place]!
          const order: Order = { key, detection, documents: documentsOf(detection, byName) }
          given++
          thread.postMessage(order)
        }
        if (given === 0) void thread.terminate()
      }
      return new Promise<void>(resolve => {
        thread.on('message', (done: boolean) => {
          given--
          if (done) progress()
          give()
        })
        thread.on('error', () => void thread.terminate())
        thread.on('exit', () => {
          if (waiting.length > 0 && options.signal?.aborted !== true && ended++ < mostEnded) resolve(serve(begin()))
          else resolve()
        })
        give()
      })
    }
  }
}

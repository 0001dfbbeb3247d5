// Rules shared out among threads that judge them, and their verdicts in the order of the rules: the result is that of one thread.

import { Worker } from 'node:worker_threads'
import type { Detection } from '../../ir/detection.ts'
import type { Proof } from '../../proof/proof.ts'
import type { Target } from '../../targets.ts'
import { isSource, threadScript } from '../package.ts'
import { type JudgeOptions, judgeRule } from './judge.ts'
import type { Answer, Order, Setup } from './worker.ts'

export interface CrewOptions extends JudgeOptions {
  readonly targets: readonly Target[]
  /** Threads; unasked, as many as pay. */
  readonly jobs: number
  readonly signal?: AbortSignal
  /** The script that a thread runs, where it is not the usual one. */
  readonly entry?: URL
}

/** Fewer verdicts than this are reached as fast by one thread. */
export const worthwhile = 2_000
/** Rules that one thread has before it. */
const mostGiven = 3
/** Rules that may be judged ahead of the one that is waited for, for each thread. */
const mostAhead = 40
/** Threads that may break off before the rest is judged here. */
const mostEnded = 8
const resourceLimits = { maxOldGenerationSizeMb: 700 }

/** The verdicts for each rule, in the order of the rules. Ends early where the signal says so. */
export async function* judgeAll(
  detections: readonly Detection[],
  options: CrewOptions,
): AsyncGenerator<{ readonly detection: Detection; readonly proofs: readonly Proof[] }> {
  if (options.jobs < 2 || (options.entry === undefined && isSource)) {
    for (const detection of detections) {
      // The signal is told between rules.
      await new Promise(done => setImmediate(done))
      if (options.signal?.aborted) return
      yield { detection, proofs: judgeRule(detection, options.targets, options) }
    }
    return
  }
  const crew = new Crew(detections, options)
  try {
    for (const [place, detection] of detections.entries()) {
      const proofs = await crew.proofs(place)
      if (options.signal?.aborted) return
      yield { detection, proofs: proofs ?? judgeRule(detection, options.targets, options) }
    }
  } finally {
    crew.end()
  }
}

/** Threads at work, and what they have found that was not taken yet. */
class Crew {
  private readonly detections: readonly Detection[]
  private readonly options: CrewOptions
  private readonly found = new Map<number, readonly Proof[] | undefined>()
  private readonly threads = new Map<Worker, Set<number>>()
  /** The next rule to be given, and the one that is waited for. */
  private next = 0
  private taken = 0
  private ended = 0
  private wake: () => void = () => {}

  constructor(detections: readonly Detection[], options: CrewOptions) {
    this.detections = detections
    this.options = options
    options.signal?.addEventListener('abort', () => this.wake(), { once: true })
    for (let count = Math.min(options.jobs, detections.length); count > 0; count--) this.begin()
  }

  /** The verdicts for one rule; undefined where a thread broke off over it and it is to be judged here. */
  async proofs(place: number): Promise<readonly Proof[] | undefined> {
    this.taken = place
    for (const thread of this.threads.keys()) this.give(thread)
    while (!this.found.has(place) && this.options.signal?.aborted !== true) {
      if (this.threads.size === 0) return undefined
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    const proofs = this.found.get(place)
    this.found.delete(place)
    return proofs
  }

  end(): void {
    this.ended = mostEnded
    for (const thread of this.threads.keys()) void thread.terminate()
  }

  private begin(): void {
    const { query, assume, targets, entry } = this.options
    const setup: Setup = { ...(query === undefined ? {} : { query }), assume, targets: targets.map(target => target.id) }
    const thread = new Worker(entry ?? threadScript('prove/worker'), { workerData: setup, resourceLimits })
    this.threads.set(thread, new Set())
    thread.on('message', ({ place, proofs }: Answer) => {
      this.threads.get(thread)?.delete(place)
      this.found.set(place, proofs)
      this.give(thread)
      this.wake()
    })
    thread.on('error', () => void thread.terminate())
    thread.on('exit', () => {
      // What it had before it is judged by whoever waits for it.
      for (const place of this.threads.get(thread) ?? []) this.found.set(place, undefined)
      this.threads.delete(thread)
      if (this.ended++ < mostEnded && this.next < this.detections.length) this.begin()
      this.wake()
    })
    this.give(thread)
  }

  private give(thread: Worker): void {
    const given = this.threads.get(thread)
    while (
      given !== undefined &&
      given.size < mostGiven &&
      this.next < this.detections.length &&
      this.next < this.taken + mostAhead * this.options.jobs
    ) {
      const place = this.next++
      given.add(place)
      thread.postMessage({ place, detection: this.detections[place]! } satisfies Order)
    }
  }
}

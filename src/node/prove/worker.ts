// A thread that judges rules: each order is answered with the verdicts for all targets.

import { parentPort, workerData } from 'node:worker_threads'
import type { Detection } from '../../ir/detection.ts'
import type { Proof } from '../../proof/proof.ts'
import { targets } from '../../targets.ts'
import { type JudgeOptions, judgeRule } from './judge.ts'

/** What a thread is given when it starts. */
export interface Setup extends JudgeOptions {
  /** Ids of targets. */
  readonly targets: readonly string[]
}

export interface Order {
  readonly place: number
  readonly detection: Detection
}

export interface Answer {
  readonly place: number
  readonly proofs: readonly Proof[]
}

function start(setup: Setup, port: NonNullable<typeof parentPort>): void {
  const wanted = setup.targets.flatMap(id => targets.find(target => target.id === id) ?? [])
  port.on('message', ({ place, detection }: Order) => {
    port.postMessage({ place, proofs: judgeRule(detection, wanted, setup) } satisfies Answer)
  })
}

if (parentPort !== null) start(workerData, parentPort)

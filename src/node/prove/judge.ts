// One rule for some targets, within the time that somebody waits for a verdict.

import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { Detection } from '../../ir/detection.ts'
import type { Proof } from '../../proof/proof.ts'
import { prove } from '../../prove.ts'
import type { Target } from '../../targets.ts'
import type { Source } from '../../text/source.ts'

export interface JudgeOptions {
  readonly query?: Source
  readonly assume: Readonly<Record<string, string>>
}

/**
 * Milliseconds for one rule and one target. The bounds of a proof count steps, and are met much sooner; this is a last resort. It is the thread's own
 * time where the system tells it, so that the verdicts of a busy machine are those of an idle one, and up to five times as much by the clock.
 */
const patience = 1_000
const mostPatience = 5 * patience

/** Milliseconds that this thread has run; undefined where the system does not tell. */
function ownTime(): number | undefined {
  try {
    const told = Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0])
    return Number.isFinite(told) && told > 0 ? told / 1e6 : undefined
  } catch {
    return undefined
  }
}

/** Tells, from now on, whether the time for one verdict is over. */
function stopwatch(): () => boolean {
  const begun = performance.now()
  const own = ownTime()
  let next = begun + patience
  return () => {
    const now = performance.now()
    if (now < next) return false
    const ran = own === undefined ? undefined : ownTime()
    if (ran === undefined || own === undefined || now > begun + mostPatience) return true
    // It cannot have run longer than the clock went on.
    next = now + patience - (ran - own)
    return ran - own >= patience
  }
}

/** The verdicts for the targets, in their order. */
export function judgeRule(detection: Detection, targets: readonly Target[], { query, assume }: JudgeOptions): readonly Proof[] {
  return targets.map(target => prove(detection, target, { ...(query === undefined ? {} : { query }), assume, late: stopwatch() }))
}

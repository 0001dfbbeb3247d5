// A rule's tests and what came of them, and an event that makes it fire.

import { questioned } from '../compare.ts'
import { compilePredicate } from '../engine/match.ts'
import { alertRisk } from '../engine/risk.ts'
import type { Explanation } from '../explain.ts'
import type { Detection } from '../ir/detection.ts'
import type { Event } from '../ir/event.ts'
import { example } from '../proof/decide.ts'
import { test } from '../trial.ts'
import type { BranchFact, ConditionFact, RiskFact, SampleFact, TestFact } from './entry.ts'
import { plainEvent } from './plain.ts'

/** Events of one test that are shown; their number is told. */
const mostEvents = 5

/** The tests with the engine's results. */
export async function testsOf(detection: Detection): Promise<readonly TestFact[]> {
  const results = await test(detection)
  return detection.tests.map(({ name, note, expect, events }, place) => {
    const result = results[place]!
    const own = 'dataset' in events ? [] : events
    return {
      name,
      expect,
      ...(note === undefined ? {} : { note }),
      ...('dataset' in events ? { dataset: events.dataset } : {}),
      events: own.slice(0, mostEvents).map(plainEvent),
      count: own.length,
      results: [
        {
          engine: 'terrier',
          outcome: result.outcome,
          alerts: result.alerts,
          ...(result.reason === undefined ? {} : { reason: result.reason }),
        },
      ],
    }
  })
}

interface Sampled {
  readonly fact: SampleFact
  readonly event: Event
}

/** An event of a test that fired, or one made from the rule's logic; undefined where neither is to be had. */
export function sampleOf(detection: Detection, explanation: Explanation, tests: readonly TestFact[]): Sampled | undefined {
  for (const [place, { name, expect, events }] of detection.tests.entries()) {
    const fired = tests[place]!.results[0]?.outcome === 'passed'
    if (expect === 'alert' && fired && !('dataset' in events) && events.length === 1)
      return sampled(events[0]!, explanation, name)
  }
  const side = questioned(detection)
  if ('beyond' in side) return undefined
  const found = example(side.side)
  if (!('event' in found)) return undefined
  const fields = Object.fromEntries(Object.entries(found.event.fields).filter(([name]) => !name.startsWith('$')))
  return Object.keys(fields).length === 0 ? undefined : sampled({ fields }, explanation, undefined)
}

function sampled(event: Event, explanation: Explanation, name: string | undefined): Sampled {
  const matched = new Map<string, number[]>()
  for (const [place, { field, negated, predicate }] of explanation.predicates.entries()) {
    if (negated || !Object.hasOwn(event.fields, field) || !compilePredicate(predicate)(event)) continue
    matched.set(field, [...(matched.get(field) ?? []), place])
  }
  return {
    event,
    fact: {
      ...(name === undefined ? {} : { test: name }),
      event: plainEvent(event),
      matched: [...matched].map(([field, predicates]) => ({ field, predicates })),
    },
  }
}

/** Which tests each branch answers: those with an event of which every needed part of the branch holds. */
export function answered(
  branches: readonly BranchFact[],
  condition: ConditionFact | undefined,
  detection: Detection,
  explanation: Explanation,
): readonly BranchFact[] {
  if (branches.length === 0 || condition === undefined) return branches
  let top = condition
  while (top.kind === 'and' && top.children.length === 1) top = top.children[0]!
  const asks = explanation.predicates.map(({ predicate }) => compilePredicate(predicate))
  const holds = (of: ConditionFact, event: Event): boolean => {
    switch (of.kind) {
      case 'test':
        return of.predicate !== undefined && asks[of.predicate]!(event)
      case 'and':
        return of.children.every(child => holds(child, event))
      case 'or':
        return of.children.some(child => holds(child, event))
      case 'not':
        return !holds(of.children[0]!, event)
      case 'other':
        return of.text === 'always'
    }
  }
  return branches.map((branch, place) => ({
    ...branch,
    tests: detection.tests.flatMap(({ name, expect, events }) =>
      expect === 'alert' && !('dataset' in events) && events.some(event => holds(top.children[place]!, event)) ? [name] : [],
    ),
  }))
}

/** The risk with its message filled from the example. */
export function riskOf(detection: Detection, sample: Event | undefined): RiskFact | undefined {
  const { risk } = detection
  if (risk === undefined) return undefined
  const { score, impact, confidence, message } = risk
  const filled = sample === undefined ? undefined : alertRisk(risk, sample.fields)
  const given = impact !== undefined && confidence !== undefined && Math.abs((impact * confidence) / 100 - score) < 0.51
  const valueIn = (field: string): { readonly value?: string } => {
    const value = sample?.fields[field]
    return typeof value === 'string' || typeof value === 'number' ? { value: String(value) } : {}
  }
  return {
    score,
    ...(impact === undefined ? {} : { impact }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(given ? { formula: `${impact} × ${confidence} / 100` } : {}),
    message,
    ...(filled === undefined || filled.message === message ? {} : { resolved: filled.message }),
    entities: risk.entities.map(({ field, kind, score: own = score }) => ({ field, kind, score: own, ...valueIn(field) })),
    threats: risk.threats.map(one => ({ ...one, ...valueIn(one.field) })),
  }
}

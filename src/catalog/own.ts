// The facts of one detection that rest on the detection alone: what can be kept as long as neither it nor the code changes.

import { type ExplainSettings, explain } from '../explain.ts'
import type { Detection } from '../ir/detection.ts'
import { lint } from '../lint.ts'
import type { Target } from '../targets.ts'
import type { Source } from '../text/source.ts'
import { conversionOf } from './conversions.ts'
import type { Entry } from './entry.ts'
import { type Looked, lookedFor } from './indicators.ts'
import { conditionOf, predicatesOf, stagesOf } from './logic.ts'
import { fieldsOf, logSourcesOf } from './needed.ts'
import { findingOf } from './plain.ts'
import { attackOf, frameworksOf, guidanceOf, namesOf, ruleOf, sourceOf, tacticTags } from './rule.ts'
import { answered, riskOf, sampleOf, testsOf } from './trials.ts'

/** What the rest of the collection adds to an entry. */
export type Joined = 'digest' | 'slug' | 'aliases' | 'indicators' | 'noise' | 'related' | 'atomics' | 'completeness'

/** An entry without what the rest of the collection adds; `looked` becomes its indicators. */
export interface OwnFacts extends Omit<Entry, Joined> {
  readonly looked: readonly Looked[]
  /** Short names of the tactics of its techniques and tags. */
  readonly tactics: readonly string[]
}

export interface OwnSettings extends ExplainSettings {
  readonly targets: readonly Target[]
  /** A digest of a text, hexadecimal. */
  readonly hash: (of: string) => string
}

const mostFindings = 100

/** Every fact that the detection alone gives. */
export async function ownFacts(detection: Detection, settings: OwnSettings): Promise<OwnFacts> {
  const explanation = explain(detection, settings)
  const plainFacts = predicatesOf(detection, explanation)
  const { condition, branches, reading } = conditionOf(detection, explanation, plainFacts, settings)
  const sources = logSourcesOf(explanation)
  const tests = await testsOf(detection)
  const sample = sampleOf(detection, explanation, tests)
  const attack = attackOf(detection)
  const tactics = [
    ...new Set([
      ...attack.flatMap(one => one.tactics.map(tactic => tactic.shortname)),
      ...tacticTags(detection).map(tactic => tactic.shortname),
    ]),
  ]
  const risk = riskOf(detection, sample?.event)
  return {
    rule: ruleOf(detection),
    source: sourceOf(detection, settings.hash),
    reading,
    stages: stagesOf(detection, explanation),
    predicates: plainFacts,
    ...(condition === undefined ? {} : { condition }),
    branches: answered(branches, condition, detection, explanation),
    looked: lookedFor(detection, explanation),
    conversions: settings.targets.map(target => conversionOf(detection, target, explanation)),
    sources,
    fields: fieldsOf(explanation, sources),
    attack,
    tactics,
    frameworks: frameworksOf(
      detection,
      tactics,
      sources.map(source => source.key),
    ),
    ...(risk === undefined ? {} : { risk }),
    tests,
    ...(sample === undefined ? {} : { sample: sample.fact }),
    guidance: guidanceOf(detection),
    names: namesOf(detection),
    findings: lint([detection])
      .slice(0, mostFindings)
      .map(finding => findingOf(finding.source === undefined ? { ...finding, source: detection.written.document } : finding)),
  }
}

/** The documents that places of a detection lie in, its own among them. */
export function documentsOf(detection: Detection, documents: ReadonlyMap<string, Source>): readonly Source[] {
  const named = new Set<string>()
  const waiting: unknown[] = [detection.query]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null) continue
    for (const [key, value] of Object.entries(one)) {
      if (key === 'source' && typeof value === 'string' && documents.has(value)) named.add(value)
      else if (typeof value === 'object' && value !== null) waiting.push(value)
    }
  }
  named.delete(detection.written.document.name)
  return [detection.written.document, ...[...named].sort().map(name => documents.get(name)!)]
}

// What the pages of a collection need of each entry, small enough to hold thousands of them at once.

import type { EventClass } from '../ir/pipeline.ts'
import type { Brief } from './collection.ts'
import type { Entry, NameFact, VerdictWord } from './entry.ts'
import type { Looked } from './indicators.ts'
import type { OwnFacts } from './own.ts'
import { byText } from './plain.ts'

/** Entries in brief, without what the collection gives them. */
export interface Gist {
  readonly brief: Omit<Brief, 'slug' | 'digest' | 'aliases' | 'complete' | 'perMillion'>
  readonly looked: readonly Looked[]
  /** The log sources that it reads. */
  readonly classes: readonly EventClass[]
  /** Fields with the operators of the tests that ask them. */
  readonly fields: readonly { readonly name: string; readonly ops: readonly string[] }[]
  /** Codes of refusals and open verdicts by target. */
  readonly reasons: Readonly<Record<string, readonly string[]>>
  readonly codes: readonly string[]
  readonly names: readonly NameFact[]
  /** Sections that have content by the entry alone. */
  readonly present: readonly string[]
  /** What the document says of other rules. */
  readonly declared: readonly { readonly id: string; readonly relation: Declared }[]
}

export const declaredWords = ['similar', 'derived', 'obsolete', 'merged', 'renamed'] as const
type Declared = (typeof declaredWords)[number]

/** The sections of a page, in the order of the page; each with whether an entry has it. */
const sections: readonly (readonly [string, (of: OwnFacts) => boolean])[] = [
  ['description', of => of.rule.description !== ''],
  ['reading', of => of.reading.length > 0],
  ['stages', of => of.stages.length > 0],
  ['predicates', of => of.predicates.length > 0],
  ['indicators', of => of.looked.length > 0],
  ['targets', of => of.conversions.some(one => one.verdict !== 'refused')],
  ['proofs', of => of.conversions.some(one => one.verdict === 'equivalent')],
  ['log sources', of => of.sources.length > 0],
  ['fields', of => of.fields.length > 0],
  ['sample event', of => of.sample !== undefined],
  ['attack', of => of.attack.some(one => one.state === 'live')],
  ['frameworks', of => of.frameworks.length > 0],
  ['false positives', of => of.rule.falsePositives.some(one => !/^(?:unknown|none)\.?$/i.test(one))],
  ['tests that fire', of => of.tests.some(one => one.expect === 'alert')],
  ['near misses', of => of.tests.some(one => one.expect === 'silence')],
  ['risk', of => of.risk !== undefined],
  ['triage', of => of.guidance.triage.length + of.guidance.texts.length + of.guidance.drilldowns.length > 0],
  ['response', of => of.guidance.response.length > 0 || of.guidance.texts.some(one => /playbook|response/i.test(one.title))],
  ['tuning', of => of.guidance.tuning.length > 0 || of.guidance.texts.some(one => /tuning/i.test(one.title))],
  ['references', of => of.rule.references.length > 0],
  ['author', of => of.rule.authors.length > 0],
  ['dates', of => of.rule.created !== undefined || of.rule.modified !== undefined],
]

/** Sections that only a collection gives. */
export const joinedSections = ['related rules', 'atomic tests', 'noise'] as const

/** Every section that is counted. */
export const allSections: readonly string[] = [...sections.map(([name]) => name), ...joinedSections]

/** An entry's facts in brief; `declared` is what its document says of others. */
export function gistOf(own: OwnFacts, declared: Gist['declared']): Gist {
  const { rule, source, conversions, tests } = own
  const verdicts: Record<string, VerdictWord> = {}
  const reasons: Record<string, readonly string[]> = {}
  for (const { target, verdict, findings } of conversions) {
    verdicts[target] = verdict
    const codes = findings.filter(finding => finding.severity === 'error').map(finding => finding.code)
    if (verdict === 'refused') reasons[target] = [...new Set(codes)]
    else if (verdict === 'undecided') reasons[target] = ['undecided']
  }
  const ran = tests.flatMap(one => one.results.filter(result => result.engine === 'terrier'))
  const fields = new Map<string, Set<string>>()
  for (const { field } of own.fields) fields.set(field, new Set())
  for (const { field, op } of own.predicates) fields.get(field)?.add(op)
  return {
    brief: {
      id: rule.id,
      title: rule.title,
      hypothesis: rule.hypothesis,
      level: rule.level,
      status: rule.status,
      ...(rule.type === undefined ? {} : { type: rule.type }),
      silent: rule.silent,
      file: source.file,
      format: source.format,
      language: source.language,
      authors: rule.authors,
      ...(rule.created === undefined ? {} : { created: rule.created }),
      ...(rule.modified === undefined ? {} : { modified: rule.modified }),
      techniques: own.attack.map(one => one.technique),
      tactics: own.tactics,
      sources: own.sources.map(one => one.key),
      fields: [...fields.keys()].sort(byText),
      stories: rule.stories,
      verdicts,
      tests: {
        alert: tests.filter(one => one.expect === 'alert').length,
        silence: tests.filter(one => one.expect === 'silence').length,
        passed: ran.filter(one => one.outcome === 'passed').length,
        failed: ran.filter(one => one.outcome === 'failed').length,
      },
      findings: own.findings.length,
      ...(own.risk === undefined ? {} : { risk: own.risk.score }),
    },
    looked: own.looked,
    classes: own.sources.map(({ product, category, service }) => ({
      ...(product === undefined ? {} : { product }),
      ...(category === undefined ? {} : { category }),
      ...(service === undefined ? {} : { service }),
    })),
    fields: [...fields].map(([name, ops]) => ({ name, ops: [...ops] })),
    reasons,
    codes: own.findings.map(finding => finding.code),
    names: own.names,
    present: sections.filter(([, has]) => has(own)).map(([name]) => name),
    declared,
  }
}

/** What a document says of other rules: Sigma's `related`. */
export function declaredOf(rest: Readonly<Record<string, unknown>>): Gist['declared'] {
  const { related } = rest
  return (Array.isArray(related) ? (related as readonly unknown[]) : []).flatMap(one => {
    if (typeof one !== 'object' || one === null) return []
    const { id, type } = one as { readonly id?: unknown; readonly type?: unknown }
    const relation = declaredWords.find(word => word === type)
    return typeof id === 'string' && relation !== undefined ? [{ id, relation }] : []
  })
}

/** Which sections have content. */
export function completenessOf(
  present: readonly string[],
  joined: Pick<Entry, 'related' | 'atomics' | 'noise'>,
): Entry['completeness'] {
  const has = new Set(present)
  if (joined.related.length > 0) has.add('related rules')
  if (joined.atomics.length > 0) has.add('atomic tests')
  if (joined.noise.length > 0) has.add('noise')
  return { present: allSections.filter(name => has.has(name)), missing: allSections.filter(name => !has.has(name)) }
}

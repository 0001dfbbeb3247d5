// What the queries of a collection are made of: every kind of stage, special command, function, aggregate and test, how many rules use it, and how many of these can run here.

import { compile } from './engine/engine.ts'
import { overTables } from './engine/tables/tree.ts'
import type { Detection } from './ir/detection.ts'
import { visit } from './ir/walk.ts'
import type { Schema } from './schemas/schema.ts'

/** One construct: `runs` of the `rules` that use it can run. */
export interface Construct {
  readonly kind: 'source' | 'stage' | 'function' | 'aggregate' | 'test' | 'not understood'
  readonly name: string
  readonly rules: number
  readonly runs: number
}

/** The constructs of a collection, and why rules of it cannot run. */
export interface Constructs {
  readonly rules: number
  readonly runs: number
  /** Rules whose every stage is understood. */
  readonly understood: number
  /** Rules with stages that are known by name and cannot run. */
  readonly named: number
  readonly constructs: readonly Construct[]
  /** By what is said of them, how many rules cannot run. */
  readonly reasons: ReadonlyMap<string, number>
}

const order = ['source', 'stage', 'function', 'aggregate', 'test', 'not understood'] as const

/** Counts constructs. A rule that cannot run for want of events (`source`) is understood all the same. */
export function constructsOf(detections: readonly Detection[], schemas: readonly Schema[]): Constructs {
  const program = compile(detections, schemas).value
  const skipped = new Map<number, { readonly reason: string; readonly message: string }>()
  for (const { index, reason, diagnostic } of program?.skipped ?? [])
    if (!skipped.has(index)) skipped.set(index, { reason, message: general(diagnostic.message) })
  const rules = new Map<string, { readonly kind: Construct['kind']; readonly name: string; rules: number; runs: number }>()
  let understood = 0
  let named = 0
  for (const [index, detection] of detections.entries()) {
    const found = constructsIn(detection)
    if (![...found].some(key => key.startsWith('not understood'))) understood++
    if (skipped.get(index)?.reason === 'unsupported' && ![...found].some(key => key.startsWith('not understood'))) named++
    for (const key of found) {
      const [kind, name] = key.split('\u0000') as [Construct['kind'], string]
      const known = rules.get(key) ?? { kind, name, rules: 0, runs: 0 }
      rules.set(key, known)
      known.rules++
      if (!skipped.has(index)) known.runs++
    }
  }
  const reasons = new Map<string, number>()
  for (const { message } of skipped.values()) reasons.set(message, (reasons.get(message) ?? 0) + 1)
  return {
    rules: detections.length,
    runs: detections.length - skipped.size,
    understood,
    named,
    constructs: [...rules.values()].sort(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.rules - a.rules || (a.name < b.name ? -1 : 1),
    ),
    reasons: new Map([...reasons].sort(([, a], [, b]) => b - a)),
  }
}

/** A message without what is one rule's own, so that equal reasons are counted together. */
const general = (message: string): string =>
  message.replace(/^cannot run "[\s\S]*"$/, 'cannot run a part that was not understood').replace(/lookup:[^"]+/, 'lookup:…')

function constructsIn({ query }: Detection): ReadonlySet<string> {
  const found = new Set<string>()
  const put = (kind: Construct['kind'], name: string): void => void found.add(`${kind}\u0000${name}`)
  const tables = overTables(query)
  visit(query, {
    from(of) {
      if (of.kind === 'table') put('source', of.name.startsWith('lookup:') ? 'lookup' : of.name)
      else if (of.kind !== 'rows' || of.columns.length > 0) put('source', of.kind === 'rows' ? 'lookup' : of.kind)
    },
    stage(of) {
      if (of.kind === 'opaque') put('not understood', 'stage')
      else put('stage', of.kind === 'special' ? of.name : of.kind)
      if (of.kind === 'aggregate' || of.kind === 'window') for (const measure of of.measures) put('aggregate', measure.fn)
    },
    predicate(of) {
      if (of.kind === 'opaque') put('not understood', 'condition')
      if (of.kind === 'test') put('test', of.match.kind)
    },
    scalar(of) {
      if (of.kind === 'call' && tables) put('function', of.fn)
      if (of.kind === 'case' || of.kind === 'single') put('function', of.kind)
    },
  })
  return found
}

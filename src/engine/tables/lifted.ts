// A query over products' tables as a plan over events: tables that are not at hand are lifted, and leaves say which events they take.

import type { Pipeline } from '../../ir/pipeline.ts'
import { schemas as everySchema } from '../../schemas/index.ts'
import { createLift, type LiftOptions } from '../../schemas/lift.ts'
import type { Schema } from '../../schemas/schema.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Leaf } from '../tree.ts'
import { buildPlan, type Plan, type Tables } from './build.ts'
import { openHeader } from './header.ts'

/** A plan whose leaves are fed with events. */
export interface LiftedPlan {
  readonly plan: Plan
  /** For each leaf of the plan the front that feeds it; an idle one takes no events. */
  readonly fronts: readonly Leaf[]
  /** What keeps the query from running; empty when it can. */
  readonly problems: readonly Diagnostic[]
  /** Whether no event is known to be in one of its tables. */
  readonly missing: boolean
  /** What is noted of columns and times. */
  readonly notes: readonly Diagnostic[]
}

const never = { kind: 'const', value: false } as const

const lifts = new WeakMap<readonly Schema[], ReturnType<typeof createLift>>()

/** What tables hold in events of these schemas, found once for all rules of a program. */
function liftOver(schemas: readonly Schema[]): ReturnType<typeof createLift> {
  let known = lifts.get(schemas)
  if (known === undefined) {
    const readable = new Set(schemas.map(schema => schema.id))
    // What queries are written for says what a table holds; its own rows are read where records of it are recognised.
    const all = everySchema.map(schema =>
      readable.has(schema.id) || schema.optIn === true ? schema : { ...schema, optIn: true },
    )
    known = createLift([...all, ...schemas.filter(schema => !everySchema.includes(schema))])
    lifts.set(schemas, known)
  }
  return known
}

/** A query over tables at hand and over events of the given schemas. */
export function liftedPlan(query: Pipeline, schemas: readonly Schema[], atHand: Tables, options: LiftOptions = {}): LiftedPlan {
  const lifted = liftOver(schemas)(query, name => atHand.header(name) !== undefined, options)
  const lacking = lifted.diagnostics.filter(finding => finding.severity === 'error')
  const plan = buildPlan(lifted.query, {
    header: name => atHand.header(name) ?? (lifted.missing.includes(name) ? undefined : openHeader),
    rows: name => atHand.rows?.(name),
    fronts: name => atHand.header(name) === undefined,
  })
  const fronts = plan.leaves.map((leaf): Leaf => {
    if (leaf.kind === 'class')
      return { class: leaf.class, where: leaf.where, columns: leaf.columns, names: leaf.names, lenient: true }
    if (leaf.kind === 'table' && atHand.header(leaf.name) === undefined)
      return { class: {}, where: leaf.where, columns: leaf.columns, names: [], table: leaf.name, lenient: true }
    return { class: {}, where: never, columns: [], names: [], lenient: true, idle: true }
  })
  return {
    plan,
    fronts,
    // A table that is not at hand is said once, in the words of what it would need.
    problems: lacking.length > 0 ? lacking : plan.problems,
    missing: lacking.length > 0,
    notes: lifted.diagnostics.filter(finding => finding.severity !== 'error'),
  }
}

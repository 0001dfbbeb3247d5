// Queries that refer to other rules by name: the references, what stands in their places, and the columns that are passed on.

import type { From, Measure, Pipeline, Stage } from './pipeline.ts'
import type { Scalar } from './predicate.ts'

/** Every reference in a query as it is read; those of a correlation stand one level below it. */
export function references(query: Pipeline): readonly (From & { kind: 'rule' })[] {
  const { from } = query
  if (from.kind === 'rule') return [from]
  if (from.kind === 'union') return from.of.flatMap(references)
  return from.kind === 'sequence' ? from.steps.flatMap(step => references(step.of)) : []
}

/** A query with each reference replaced by the stages of what it names, its own stages behind them. */
export function replace(
  query: Pipeline,
  resolve: (from: From & { kind: 'rule' }, own: readonly Stage[]) => Pipeline | undefined,
): Pipeline {
  const { from } = query
  if (from.kind === 'rule') {
    const found = resolve(from, query.stages)
    return found === undefined ? query : { ...query, from: found.from, stages: [...found.stages, ...query.stages] }
  }
  if (from.kind === 'union') return { ...query, from: { ...from, of: from.of.map(one => replace(one, resolve)) } }
  if (from.kind === 'sequence') {
    return { ...query, from: { ...from, steps: from.steps.map(step => ({ ...step, of: replace(step.of, resolve) })) } }
  }
  return query
}

function fieldsOf(scalar: Scalar): string[] {
  if (scalar.kind === 'field') return [scalar.name]
  return scalar.kind === 'call' ? scalar.args.flatMap(fieldsOf) : []
}

/** The columns that a correlation groups by and measures. */
export function columnsOf(query: Pipeline): Set<string> {
  const names = new Set<string>()
  if (query.from.kind === 'sequence') {
    for (const step of query.from.steps) for (const { value } of step.by) for (const name of fieldsOf(value)) names.add(name)
  }
  for (const stage of query.stages) {
    if (stage.kind !== 'aggregate') continue
    for (const { value } of stage.by) for (const name of fieldsOf(value)) names.add(name)
    for (const { of } of stage.measures) if (of !== undefined) for (const name of fieldsOf(of)) names.add(name)
  }
  return names
}

/** The same columns as one branch has them before its own stages give them other names. */
export function sourcesOf(names: ReadonlySet<string>, stages: readonly Stage[]): Set<string> {
  const sources = new Set(names)
  for (const stage of stages) {
    if (stage.kind !== 'extend') continue
    for (const column of stage.columns) {
      if (!sources.delete(column.name)) continue
      for (const name of fieldsOf(column.value)) sources.add(name)
    }
  }
  return sources
}

/**
 * A query whose rows also have these columns. Events have all their fields; the rows of a correlation have its groups and measures, and
 * of anything else what its latest event says (the specification groups a chain by fields that the inner correlation does not have).
 * A sequence passes on its keys only: what it would lose is told.
 */
export function carry(query: Pipeline, names: ReadonlySet<string>, lost: string[]): Pipeline {
  const at = query.stages.findLastIndex(stage => stage.kind === 'aggregate')
  const stage = query.stages[at]
  if (stage?.kind === 'aggregate') {
    const has = new Set([...stage.by.map(column => column.name), ...stage.measures.map(measure => measure.name)])
    const missing = [...names].filter(name => !has.has(name))
    if (missing.length === 0) return query
    const latest = missing.map((name): Measure => ({ name, fn: 'latest', of: { kind: 'field', name } }))
    const stages = query.stages.with(at, { ...stage, measures: [...stage.measures, ...latest] })
    const { from } = query
    if (from.kind !== 'union') return { ...query, stages }
    return {
      ...query,
      stages,
      from: { ...from, of: from.of.map(one => carry(one, sourcesOf(new Set(missing), one.stages), lost)) },
    }
  }
  if (query.from.kind === 'sequence') {
    const has = new Set(query.from.steps[0]?.by.flatMap(({ value }) => fieldsOf(value)) ?? [])
    for (const name of names) if (!has.has(name) && !lost.includes(name)) lost.push(name)
  }
  return query
}

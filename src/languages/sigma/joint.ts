// A correlation over counting correlations that asks all their questions of one window, instead of whether each was answered yes at some time in it.

import type { Column, Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'

type Aggregate = Extract<Stage, { kind: 'aggregate' }>

/** The column that says which rows a measure speaks of. */
const column = 'rule'

/**
 * The key `joint: true` beside an extended temporal correlation (`a and b`) whose rules all count over the same fields and the same
 * time as itself. `names ≥ 100 at some time and mean ≥ 30 at some time` becomes `names ≥ 100 and mean ≥ 30` of the same rows: one
 * aggregate with the measures of all and their conditions in the places of their names. Undefined when the rules do not allow it.
 */
export function joint(query: Pipeline): Pipeline | undefined {
  const outer = query.stages[0]
  if (query.from.kind !== 'union' || query.stages.length !== 1 || outer?.kind !== 'aggregate') return undefined
  const branches: { readonly label: string; readonly query: Pipeline }[] = []
  const known = new Map<string, string>()
  const measures: Measure[] = []
  const conditions = new Map<string, Predicate>()
  for (const [place, part] of query.from.of.entries()) {
    const inner = part.stages[0]
    const name = outer.measures[place]?.name
    if (part.from.kind !== 'union' || inner?.kind !== 'aggregate' || name === undefined || !sameWindow(inner, outer))
      return undefined
    const having = inner.having
    if (having === undefined || inner.measures.length !== 1) return undefined
    const labels = part.from.of.map(base => {
      const key = JSON.stringify(base, (field, value) => (field === 'span' ? undefined : value))
      const label = known.get(key) ?? String(known.size)
      if (!known.has(key)) branches.push({ label, query: base })
      known.set(key, label)
      return label
    })
    const of = inner.measures[0]!
    measures.push({ ...of, name, where: oneOf(labels) })
    conditions.set(name, renamed(having, of.name, name))
  }
  return {
    ...query,
    from: { ...query.from, of: branches.map(({ label, query }) => withColumn(query, label)) },
    stages: [{ ...outer, measures, having: placed(outer.having!, conditions) }],
  }
}

function sameWindow(a: Aggregate, b: Aggregate): boolean {
  const names = (columns: readonly Column[]): string => JSON.stringify(columns.map(({ name }) => name))
  return a.window?.size === b.window?.size && a.window?.kind === 'sliding' && names(a.by) === names(b.by)
}

function oneOf(labels: readonly string[]): Predicate {
  const tests = labels.map(
    (label): Predicate => ({
      kind: 'test',
      subject: { kind: 'field', name: column },
      match: { kind: 'glob', glob: [label], fold: false },
    }),
  )
  return tests.length === 1 ? tests[0]! : { kind: 'or', args: tests }
}

function withColumn(query: Pipeline, label: string): Pipeline {
  const value = { kind: 'literal', value: label, type: 'string' } as const
  return { ...query, stages: [...query.stages, { kind: 'extend', columns: [{ name: column, value }] }] }
}

/** A question about a measure, asked of the measure's other name. */
function renamed(having: Predicate, from: string, to: string): Predicate {
  switch (having.kind) {
    case 'and':
    case 'or':
      return { ...having, args: having.args.map(arg => renamed(arg, from, to)) }
    case 'not':
      return { ...having, arg: renamed(having.arg, from, to) }
    case 'test':
      return having.subject.kind === 'field' && having.subject.name === from
        ? { ...having, subject: { ...having.subject, name: to } }
        : having
    default:
      return having
  }
}

/** The condition in words with each name's own condition in its place. */
function placed(having: Predicate, conditions: ReadonlyMap<string, Predicate>): Predicate {
  switch (having.kind) {
    case 'and':
    case 'or':
      return { ...having, args: having.args.map(arg => placed(arg, conditions)) }
    case 'not':
      return { ...having, arg: placed(having.arg, conditions) }
    case 'test':
      return having.subject.kind === 'field' ? (conditions.get(having.subject.name) ?? having) : having
    default:
      return having
  }
}

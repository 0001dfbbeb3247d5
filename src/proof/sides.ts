// What two queries ask of single events, told so that they can be compared: tables are a field, computed columns are what they are computed from.

import { compilePredicate } from '../engine/match.ts'
import { and, or } from '../ir/logic.ts'
import type { Column, Pipeline } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import type { Side } from './decide.ts'

/** The field that stands for the table a row is in. */
export const tableField = '$table'

/** A question, or what a query does beyond asking single events. */
export type Asked = { readonly where: Predicate } | { readonly beyond: string }

export interface AskedOptions {
  /** A table's own name, or undefined where tables do not matter. */
  readonly table: (name: string) => readonly string[]
}

const beyond: Readonly<Record<string, string>> = {
  aggregate: 'counts events',
  sequence: 'asks several events in a time window',
  join: 'joins rows',
  window: 'looks at neighbouring rows',
  expand: 'makes a row of each member of a list',
  opaque: 'has a part that is not understood',
  special: 'has a stage that only one product has',
  limit: 'takes some of the rows',
  rows: 'has rows of its own',
  range: 'has rows of its own',
  apply: 'runs a query for each row',
}

/** The one question that a query asks of the rows of its tables. A choice of columns and an order of rows ask nothing. */
export function asked(query: Pipeline, options: AskedOptions): Asked {
  const { from } = query
  let where: Predicate
  let columns = new Map<string, Scalar>()
  if (from.kind === 'table') {
    const names = options.table(from.name)
    where =
      names.length === 0
        ? and([])
        : or(
            names.map(
              (name): Predicate => ({
                kind: 'test',
                subject: { kind: 'field', name: tableField },
                match: { kind: 'glob', glob: [name], fold: false },
              }),
            ),
          )
  } else if (from.kind === 'union') {
    const parts: Predicate[] = []
    for (const of of from.of) {
      const inner = asked(of, options)
      if ('beyond' in inner) return inner
      parts.push(inner.where)
    }
    where = or(parts)
  } else return { beyond: beyond[from.kind] ?? `reads a ${from.kind}` }
  for (const stage of query.stages) {
    switch (stage.kind) {
      case 'filter':
        where = and([where, columns.size === 0 ? stage.where : replaced(stage.where, columns)])
        break
      case 'extend':
        columns = extended(columns, stage.columns)
        break
      case 'project':
      case 'sort':
        break
      default:
        return { beyond: beyond[stage.kind] ?? `has the stage "${stage.kind}"` }
    }
  }
  return { where }
}

function extended(columns: ReadonlyMap<string, Scalar>, added: readonly Column[]): Map<string, Scalar> {
  const out = new Map(columns)
  for (const { name, value } of added) out.set(name, columns.size === 0 ? value : replacedScalar(value, columns))
  return out
}

const swap =
  (columns: ReadonlyMap<string, Scalar>) =>
  (of: Scalar): Scalar =>
    of.kind === 'field' ? (columns.get(of.name) ?? of) : of

const replaced = (of: Predicate, columns: ReadonlyMap<string, Scalar>): Predicate => rewrite(of, { scalar: swap(columns) })
const replacedScalar = (of: Scalar, columns: ReadonlyMap<string, Scalar>): Scalar => rewrite(of, { scalar: swap(columns) })

/** A question with the engine behind it, under the rules of its language. */
export function sideOf(where: Predicate, rules: Pipeline['rules']): Side {
  const ask = compilePredicate(where, {
    context: { ...(rules === undefined ? {} : { rules }), now: () => 0, rowsOf: () => undefined },
  })
  return { where, ask }
}

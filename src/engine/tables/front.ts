// What of a query is asked where its rows come from, and which queries and names its parts refer to.

import type { Value } from '../../ir/event.ts'
import type { Column, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { fieldsUsed, skip, visit } from '../../ir/walk.ts'
import type { Tables } from './build.ts'

/** What of a query's beginning is asked where its rows come from. */
export interface Taken {
  readonly where: Predicate
  readonly columns: readonly Column[]
  readonly rest: readonly Stage[]
}

const yes: Predicate = { kind: 'const', value: true }

/** Leading filters and, behind them, computed columns; of a table only in a hunt, where its rows are events. */
export function takeFront(query: Pipeline, tables: Tables): Taken {
  const { from, stages } = query
  if (
    from.kind !== 'class' &&
    !(from.kind === 'table' && tables.fronts?.(from.name) === true && tables.rows?.(from.name) === undefined)
  )
    return { where: yes, columns: [], rest: stages }
  const where: Predicate[] = []
  const columns: Column[] = []
  let at = 0
  for (let stage = stages[at]; stage?.kind === 'filter' && queriesIn([stage]).length === 0; stage = stages[++at])
    where.push(stage.where)
  for (let stage = stages[at]; stage?.kind === 'extend' && queriesIn([stage]).length === 0; stage = stages[++at])
    columns.push(...stage.columns)
  return {
    where: where.length === 1 ? where[0]! : where.length === 0 ? yes : { kind: 'and', args: where },
    columns,
    rest: stages.slice(at),
  }
}

/** The fields that stages read of the rows that come. */
export function namesRead(stages: readonly Stage[]): ReadonlySet<string> {
  return fieldsUsed({ from: { kind: 'table', name: '' }, stages } satisfies Pipeline)
}

/** Whether a query starts at a table that is not at hand. */
export function lacksTable(query: Pipeline, tables: Tables): boolean {
  return query.from.kind === 'table' && tables.header(query.from.name) === undefined
}

/** The queries directly inside questions and values. */
export function queriesIn(trees: readonly (Stage | Scalar)[]): readonly Pipeline[] {
  const found: Pipeline[] = []
  for (const tree of trees)
    visit(tree, {
      pipeline: query => {
        found.push(query)
        return skip
      },
    })
  return [...new Set(found)]
}

export const queriesInside = (stage: Stage): readonly Pipeline[] => queriesIn([stage])

export function isQuery(value: Value | Scalar | Pipeline): value is Pipeline {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.hasOwn(value, 'from') &&
    Object.hasOwn(value, 'stages')
  )
}

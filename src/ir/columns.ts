// The columns that a correlation reads of the events it joins: what is read behind, and not made by then, becomes a column of each branch.

import type { Column, Pipeline, Stage } from './pipeline.ts'
import { fieldsUsed } from './walk.ts'

/** Whether a stage looks at one row alone. */
export const stateless = (stage: Stage): boolean => stage.kind === 'filter' || stage.kind === 'extend'

/** The columns, in Sigma's names, that stages read of the rows before them. */
export function readBehind(stages: readonly Stage[]): readonly string[] {
  return [...fieldsUsed({ from: { kind: 'table', name: '' }, stages } satisfies Pipeline)]
}

/** Rows of events carry the fields that a correlation reads under Sigma's names: what is read and not made by then becomes a column. Results of another correlation have their own columns. */
export function withColumns(query: Pipeline, names: readonly string[]): Pipeline {
  if (names.length === 0 || !query.stages.every(stateless)) return query
  const made = new Set(query.stages.flatMap(stage => (stage.kind === 'extend' ? stage.columns.map(column => column.name) : [])))
  const missing = [...new Set(names)].filter(name => !made.has(name))
  if (missing.length === 0) return query
  if (query.from.kind === 'union')
    return { ...query, from: { ...query.from, of: query.from.of.map(one => withColumns(one, missing)) } }
  if (query.from.kind !== 'class') return query
  const columns = missing.map((name): Column => ({ name, value: { kind: 'field', name } }))
  return { ...query, stages: [...query.stages, { kind: 'extend', columns }] }
}

// Columns of products' tables by Sigma's names for them, so that rules of several languages can be counted together.

import type { Pipeline } from '../ir/pipeline.ts'
import { visit } from '../ir/walk.ts'
import { aliases, lifted } from './lifted/index.ts'
import type { Mapping, Schema } from './schema.ts'

/** Sigma's name of a column of the tables that a query reads; a name that no table gives another one for is itself. */
export function hubNames(query: Pipeline, schemas: readonly Schema[]): (column: string) => string {
  const tables = new Set<string>()
  visit(query, {
    from: of => {
      if (of.kind === 'table') tables.add(Object.hasOwn(aliases, of.name) ? aliases[of.name]! : of.name)
    },
  })
  if (tables.size === 0) return column => column
  const names = new Map<string, string>()
  const put = (column: string, field: string): void => {
    if (!names.has(column)) names.set(column, field)
    // Behind a rename of tstats' rows the dataset is no part of the name.
    const bare = column.slice(column.lastIndexOf('.') + 1)
    if (!names.has(bare)) names.set(bare, field)
  }
  for (const schema of schemas)
    for (const table of schema.tables) {
      if (!tables.has(table.name)) continue
      for (const of of [table.fields, ...table.holds.map(holding => holding.fields ?? {})])
        for (const [field, mappings] of Object.entries(of))
          for (const mapping of (Array.isArray(mappings) ? mappings : [mappings]) as readonly Mapping[])
            put(typeof mapping === 'string' ? mapping : mapping.column, field)
    }
  for (const name of tables) {
    const columns = Object.hasOwn(lifted, name) ? lifted[name]!.columns : undefined
    for (const [column, value] of Object.entries(columns ?? {})) {
      if (value.kind === 'field') put(column, value.name)
      // A path's last part, an account's name: asked of the same field.
      else if (value.kind === 'call' && value.fn.startsWith('lens:') && value.args[0]?.kind === 'field')
        put(column, value.args[0].name)
      else if (value.kind === 'call' && value.fn === 'coalesce' && value.args[0]?.kind === 'field')
        put(column, value.args[0].name)
    }
  }
  return column => names.get(column) ?? column
}

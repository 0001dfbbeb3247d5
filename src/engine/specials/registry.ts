// Finds functions, measures and stages that one product alone has. A core function or measure under a product's rules is the product's own row of that name where there is one.

import type { Special } from '../../ir/predicate.ts'
import { products } from './index.ts'
import type { FunctionRow, MeasureRow, Rules, StageRow } from './signature.ts'

const byName = <T extends { readonly name: Special }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map(row => [row.name, row]))

const functions = byName(products.flatMap(product => product.functions))
const measures = byName(products.flatMap(product => product.measures))
const stages = byName(products.flatMap(product => product.stages))

/** The row of a function: of `lower` under the rules of Kusto that of `kusto:lower` where there is one; undefined when the registry has none. */
export function functionRow(fn: string, rules: Rules | undefined): FunctionRow | undefined {
  return functions.get(fn) ?? (rules === undefined ? undefined : functions.get(`${rules}:${fn}`))
}

/** The row of a measure, found as that of a function. */
export function measureRow(fn: string, rules: Rules | undefined): MeasureRow | undefined {
  return measures.get(fn) ?? (rules === undefined ? undefined : measures.get(`${rules}:${fn}`))
}

/** The row of a stage. */
export function stageRow(name: Special): StageRow | undefined {
  return stages.get(name)
}

/** What the products' rows report. */
export const codes: Readonly<Record<string, string>> = Object.assign({}, ...products.map(product => product.codes ?? {}))

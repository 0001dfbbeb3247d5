// What two queries ask of single events, told so that they can be compared: tables are a field, computed columns are what they are computed from.

import { compilePredicate, type MatcherOptions } from '../engine/match.ts'
import { isRecord, type Value } from '../ir/event.ts'
import { and, never, or } from '../ir/logic.ts'
import type { Column, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Glob, Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite, visit } from '../ir/walk.ts'
import { fieldOf } from './atoms.ts'
import type { Side } from './decide.ts'
import { Limit } from './limits.ts'

/** The field that stands for the table a row is in. */
export const tableField = '$table'

/** The fields that stand for the log source of an event: `$class.product` and the like. */
export const classField = '$class.'

const equalTo = (name: string, value: string): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name },
  match: { kind: 'glob', glob: [value], fold: false },
})

/** A question, or what a query does beyond asking single events. */
export type Asked =
  | {
      readonly where: Predicate
      /** Its rows are groups of events. */
      readonly grouped: boolean
    }
  | { readonly beyond: string }

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
  const renames: Renaming[] = []
  let grouped = false
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
  } else if (from.kind === 'class') {
    where = and(
      (['product', 'category', 'service'] as const).flatMap(key => {
        const value = from.class[key]
        return value === undefined ? [] : [equalTo(`${classField}${key}`, value)]
      }),
    )
  } else if (from.kind === 'union') {
    const parts: Predicate[] = []
    // Columns that a member computes are its own: what is asked of them later is asked of each member by itself.
    if (from.source === undefined && query.stages.length > 0 && from.of.some(computes)) {
      for (const of of from.of) {
        const inner = asked({ ...of, stages: [...of.stages, ...query.stages] }, options)
        if ('beyond' in inner) return inner
        parts.push(inner.where)
        grouped ||= inner.grouped
      }
      return { where: or(parts), grouped }
    }
    for (const of of from.of) {
      const inner = asked(of, options)
      if ('beyond' in inner) return inner
      parts.push(inner.where)
    }
    where = or(parts)
  } else if (from.kind === 'rows' && from.rows.length === 0) where = never
  else return { beyond: beyond[from.kind] ?? `reads a ${from.kind}` }
  for (const stage of query.stages) {
    switch (stage.kind) {
      case 'filter':
        where = and([where, columns.size === 0 && renames.length === 0 ? stage.where : replaced(stage.where, columns, renames)])
        break
      case 'extend':
        columns = extended(columns, stage.columns)
        break
      case 'project':
      case 'sort':
        break
      case 'rename':
        renames.push(...stage.names)
        break
      case 'aggregate': {
        // Groups of events, each with a row: there is one when there is an event of it.
        if (stage.window !== undefined || stage.having !== undefined || stage.by.length === 0)
          return { beyond: beyond.aggregate! }
        grouped = true
        const keys = new Map<string, Scalar>()
        for (const { name, value } of stage.by) keys.set(name, columns.size === 0 ? value : replacedScalar(value, columns))
        for (const { name } of stage.measures)
          keys.set(name, { kind: 'call', fn: 'proof:measure', args: [{ kind: 'literal', value: name }] })
        columns = keys
        break
      }
      case 'special': {
        const taken = fromKeys(stage)
        if (taken === undefined) return { beyond: beyond.special! }
        columns = extended(columns, taken)
        break
      }
      default:
        return { beyond: beyond[stage.kind] ?? `has the stage "${stage.kind}"` }
    }
  }
  return { where, grouped }
}

/** The expression by which parse-kv takes values out of the XML that Windows writes. */
const dataPattern = '<Data Name="([^"]+)">([^<]*)</Data>'

/** The columns of a parse-kv over XML: of each name the first value, as a text. */
function fromKeys(stage: Extract<Stage, { kind: 'special' }>): readonly Column[] | undefined {
  const { value, columns, regex } = stage.args
  if (stage.name !== 'kusto:parse-kv' || regex !== dataPattern || !isScalar(value) || !Array.isArray(columns)) return undefined
  const out: Column[] = []
  for (const column of columns as readonly Value[]) {
    if (!isRecord(column) || typeof column.name !== 'string' || column.type !== 'string' || !/^[\w -]+$/.test(column.name))
      return undefined
    const pattern = `<Data Name="${column.name}">([^<]*)</Data>`
    out.push({
      name: column.name,
      value: {
        kind: 'call',
        fn: 'kusto:extract',
        args: [{ kind: 'literal', value: pattern, type: 'string' }, { kind: 'literal', value: 1, type: 'long' }, value],
        type: 'string',
      },
    })
  }
  return out
}

const isScalar = (of: unknown): of is Scalar => typeof of === 'object' && of !== null && 'kind' in of

/** Whether a query gives its rows columns of its own. */
function computes(of: Pipeline): boolean {
  return (
    of.stages.some(({ kind }) => kind === 'extend' || kind === 'rename') ||
    (of.from.kind === 'union' && of.from.of.some(computes))
  )
}

/** Whether a query does more than ask single events. */
export function asksSeveral(query: Pipeline): boolean {
  return 'beyond' in asked(query, { table: () => [] })
}

function extended(columns: ReadonlyMap<string, Scalar>, added: readonly Column[]): Map<string, Scalar> {
  const out = new Map(columns)
  for (const { name, value } of added) out.set(name, columns.size === 0 ? value : replacedScalar(value, columns))
  return out
}

interface Renaming {
  readonly from: Glob
  readonly to: Glob
}

/** What a column was called before: names change whole, or in what a star stands for. */
function before(name: string, renames: readonly Renaming[]): string {
  let own = name
  for (const { from, to } of [...renames].reverse()) {
    const [oldHead, newHead] = [head(from), head(to)]
    if (from.length === 1 && to.length === 1) {
      if (own === newHead) own = oldHead
    } else if (from.length <= 2 && to.length <= 2 && own.startsWith(newHead)) own = oldHead + own.slice(newHead.length)
  }
  return own
}

const head = (of: Glob): string => (typeof of[0] === 'string' ? of[0] : '')

const swap =
  (columns: ReadonlyMap<string, Scalar>, renames: readonly Renaming[]) =>
  (of: Scalar): Scalar => {
    if (of.kind !== 'field') return of
    const name = renames.length === 0 ? of.name : before(of.name, renames)
    return columns.get(name) ?? columns.get(of.name) ?? (name === of.name ? of : { ...of, name })
  }

const replaced = (of: Predicate, columns: ReadonlyMap<string, Scalar>, renames: readonly Renaming[]): Predicate =>
  rewrite(of, { scalar: swap(columns, renames) })
const replacedScalar = (of: Scalar, columns: ReadonlyMap<string, Scalar>): Scalar => rewrite(of, { scalar: swap(columns, []) })

/** How the engine is asked: under the rules of a language, and what it gives up on throws `Limit`. */
export const askingOptions = (rules: Pipeline['rules']): MatcherOptions => ({
  gaveUp: () => {
    throw new Limit('an expression costs more than the engine spends on it')
  },
  context: { ...(rules === undefined ? {} : { rules }), now: () => 0, rowsOf: () => undefined },
})

/** A question with the engine behind it, under the rules of its language. What the engine gives up on throws `Limit`: its answer is none. */
export function sideOf(where: Predicate, rules: Pipeline['rules']): Side {
  // Most questions are told to be the same by their form, and never asked.
  let ready: Side['ask'] | undefined
  const ask: Side['ask'] = event => {
    ready ??= compilePredicate(where, askingOptions(rules))
    return ready(event)
  }
  return { where, ask }
}

/** The fields of the search that questions ask: those of events, and values that are taken out of them. */
export function fieldsAsked(questions: readonly Predicate[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const question of questions)
    visit(question, {
      predicate: of => {
        if (of.kind === 'test') names.add(fieldOf(of.subject).name)
      },
      scalar: of => {
        if (of.kind === 'field') names.add(of.name)
      },
    })
  return names
}

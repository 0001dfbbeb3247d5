// Rows of several queries as one stream: which columns it has, in which order the rows come, and which query each came from.

import { setField, type Value } from '../../ir/event.ts'
import type { From, Pipeline } from '../../ir/pipeline.ts'
import type { ValueType } from '../../ir/predicate.ts'
import type { Row } from '../row.ts'
import type { Header, Rules, Sink } from '../specials/signature.ts'
import type { HeaderColumn } from './header.ts'
import type { Session } from './session.ts'

/** The types that a column is known to have in several tables, in the order in which they come. */
function typesOf(headers: readonly Header[]): ReadonlyMap<string, readonly ValueType[]> {
  const types = new Map<string, ValueType[]>()
  for (const { columns } of headers)
    for (const { name, type } of columns) {
      const known = types.get(name) ?? []
      types.set(name, known)
      if (type !== undefined && !known.includes(type)) known.push(type)
    }
  return types
}

/** Kusto parts columns of one name and several types: `x_long`, `x_string`. */
const parted = (name: string, type: ValueType): string => `${name}_${type}`

/** All columns of all queries in order of first appearance, after the one that says which query it was. */
export function unionHeader(
  headers: readonly Header[],
  source: string | undefined,
  rules: Rules | undefined,
  once = false,
): Header {
  const types = typesOf(headers)
  const columns: HeaderColumn[] = source === undefined ? [] : [{ name: source, type: 'string' }]
  for (const [name, all] of types) {
    if (rules === 'kusto' && all.length > 1 && !once) for (const type of all) columns.push({ name: parted(name, type), type })
    else if (name !== source) columns.push({ name, type: all[0] })
  }
  return { columns, open: headers.some(header => header.open) }
}

/** What a union calls one of its queries. */
function labelOf(query: Pipeline, index: number, rules: Rules | undefined): Value {
  if (rules !== 'kusto') return index
  const { from, stages } = query
  const name = from.kind === 'table' ? from.name : from.kind === 'union' ? from.as : undefined
  return name !== undefined && stages.length === 0 ? name : `union_arg${index}`
}

/**
 * A sink for each query. Under Splunk's rules rows keep the order of the queries: those of a later one wait until the earlier are closed. With `once`, a
 * row of the same event as the one before it is left out.
 */
export function createUnion(
  from: Extract<From, { kind: 'union' }>,
  queries: readonly Pipeline[],
  headers: readonly Header[],
  rules: Rules | undefined,
  session: Session,
  out: Sink,
): readonly Sink[] {
  const types = typesOf(headers)
  const ordered = rules === 'splunk' && from.once !== true
  const held: Row[][] = queries.map(() => [])
  const closed: boolean[] = queries.map(() => false)
  let turn = 0
  let last = -1
  let open = queries.length
  if (open === 0) out.close()

  function advance(): void {
    while (turn < queries.length && closed[turn] === true) {
      turn++
      for (const row of held[turn] ?? []) {
        session.release(row)
        out.push(row)
      }
      if (held[turn] !== undefined) held[turn] = []
    }
  }

  return queries.map((query, index): Sink => {
    const label = from.source === undefined ? undefined : labelOf(query, index, rules)
    const renames = new Map(
      rules !== 'kusto' || from.once === true
        ? []
        : headers[index]!.columns.flatMap(({ name, type }) =>
            type !== undefined && (types.get(name)?.length ?? 0) > 1 ? [[name, parted(name, type)] as const] : [],
          ),
    )
    const tell = (row: Row): Row => {
      if (renames.size === 0 && label === undefined) return row
      const fields: Record<string, Value> = {}
      if (label !== undefined && from.source !== undefined)
        setField(fields, from.source, rules === 'kusto' ? label : (row.fields[from.source] ?? label))
      for (const name of Object.keys(row.fields))
        if (label === undefined || name !== from.source) setField(fields, renames.get(name) ?? name, row.fields[name]!)
      return { ...row, fields }
    }
    return {
      push(row) {
        if (from.once === true) {
          if (row.order === last) return
          last = row.order
        }
        const told = tell(row)
        if (!ordered || index === turn) out.push(told)
        else {
          session.hold(told)
          held[index]!.push(told)
        }
      },
      close() {
        closed[index] = true
        if (ordered) advance()
        if (--open === 0) out.close()
      },
      get done() {
        return out.done === true
      },
    }
  })
}

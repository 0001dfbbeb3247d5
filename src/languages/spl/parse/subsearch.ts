// A subsearch as a condition: the rows it returns become `((a="1" AND b="2") OR …)` (Search Manual, "About subsearches"; Search Reference, "format").

import { globText, shape } from '../../../ir/glob.ts'
import type { Pipeline } from '../../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../../ir/predicate.ts'
import type { Reading } from './reading.ts'

/** The columns that rows have at the end of a query; undefined where only a run can tell. */
export function columnsOf(query: Pipeline): readonly string[] | undefined {
  let columns: readonly string[] | undefined =
    query.from.kind === 'rows' ? query.from.columns.map(column => column.name) : undefined
  for (const stage of query.stages) {
    switch (stage.kind) {
      case 'aggregate':
        if (stage.measures.some(measure => measure.name.includes('*'))) return undefined
        columns = [...stage.by.map(column => column.name), ...stage.measures.map(measure => measure.name)]
        break
      case 'project': {
        // Internal fields are kept beside the others, and are no part of what a subsearch returns.
        const named = stage.names.filter(([first]) => typeof first !== 'string' || !first.startsWith('_'))
        const plain = named.map(name => (shape(name).kind === 'equals' ? globText(name) : undefined))
        if (stage.mode === 'keep') columns = plain.includes(undefined) ? undefined : (plain as readonly string[])
        else if (stage.mode === 'drop')
          columns = plain.includes(undefined) ? undefined : columns?.filter(name => !plain.includes(name))
        break
      }
      case 'rename': {
        if (columns === undefined) break
        const names = new Map<string, string>()
        for (const { from, to } of stage.names) {
          if (shape(from).kind !== 'equals') return undefined
          names.set(globText(from), globText(to))
        }
        columns = columns.map(name => names.get(name) ?? name)
        break
      }
      case 'extend':
        columns = columns === undefined ? undefined : [...new Set([...columns, ...stage.columns.map(column => column.name)])]
        break
      case 'window':
        columns = columns === undefined ? undefined : [...new Set([...columns, ...stage.measures.map(measure => measure.name)])]
        break
      case 'filter':
      case 'sort':
      case 'limit':
      case 'expand':
        break
      default:
        columns = undefined
    }
  }
  return columns
}

/** The condition that the subsearch between two brackets stands for. */
export function subsearchFilter(reading: Reading, start: number, close: number): Predicate {
  const span = reading.span(start, close + 1)
  const opaque: Predicate = { kind: 'opaque', text: reading.text.slice(start, close + 1), span }
  const rows = reading.subsearch(start + 1, close)
  if (rows === undefined) return opaque
  const columns = columnsOf(rows)?.filter(name => !name.startsWith('_'))
  if (columns === undefined || columns.length === 0) {
    reading.report(
      'SPL112',
      'warning',
      'which fields this subsearch asks for is only known when it runs',
      start,
      close + 1,
      'end it with "| fields …", naming them',
    )
    return opaque
  }
  const [first] = columns
  if (columns.length === 1) {
    if (first === 'search' || first === 'query') {
      reading.report(
        'SPL112',
        'warning',
        `a subsearch that returns conditions in "${first}" cannot be asked here`,
        start,
        close + 1,
        'return fields',
      )
      return opaque
    }
    return {
      kind: 'test',
      subject: { kind: 'field', name: first!, span },
      match: { kind: 'among', rows, column: first!, fold: true },
      span,
    }
  }
  const tuple: Scalar = { kind: 'call', fn: 'splunk:tuple', args: columns.map((name): Scalar => ({ kind: 'field', name })), span }
  const column = '(tuple)'
  return {
    kind: 'test',
    subject: tuple,
    match: {
      kind: 'among',
      rows: { ...rows, stages: [...rows.stages, { kind: 'extend', columns: [{ name: column, value: tuple }], span }] },
      column,
      fold: true,
    },
    span,
  }
}

// Tabular operators: one function for each, by name; a mistake in one leaves the others readable (https://learn.microsoft.com/kusto/query/tabular-operators).

import { nameLength, readArguments, readExpression, readName, readNamed, readPipe } from './expressions.ts'
import { readExpanding, readParse, readParseKeys, readScan, readSeries, readTopNested } from './operators-rare.ts'
import { readColumns, readLater, readNames, readOrdered, readParameters, readRows } from './parts.ts'
import type { Reader } from './reader.ts'
import type { Argument, Expression, Named, Operator, Parameter } from './tree.ts'

/** What an operator is without its place and its parameters, which `readOperator` adds. */
type Bare = Operator extends infer O ? (O extends Operator ? Omit<O, 'span' | 'parameters'> : never) : never

type Read = (reader: Reader, parameters: readonly Parameter[]) => Bare

/** Operators that start a query by themselves, and what must follow for the word not to be a name. */
const sources: ReadonlySet<string> = new Set([
  'print',
  'range',
  'search',
  'find',
  'union',
  'evaluate',
  'datatable',
  'externaldata',
  'external_data',
])

/** Whether a source that is no expression stands here. */
export function startsSource(reader: Reader): boolean {
  const { token } = reader
  if (token.kind !== 'name' || !sources.has(token.text)) return false
  const follows = reader.ahead(1)
  switch (token.text) {
    case 'range':
      return follows.kind === 'name' && reader.is('from', 2)
    case 'datatable':
    case 'externaldata':
    case 'external_data':
      return reader.is('(', 1)
    case 'print':
    case 'evaluate':
      return follows.kind !== 'end' && !(follows.kind === 'punct' && /^[|;),=.]$|^==$/.test(follows.text))
    default:
      return (
        follows.kind === 'string' ||
        (follows.kind === 'name' &&
          (!/^(?:and|or|has|in|contains|startswith|endswith|matches|between|has_any|has_all|asc|desc)$/.test(follows.text) ||
            (follows.text === 'in' && token.text !== 'union'))) ||
        (follows.kind === 'punct' && /^[(*[]$/.test(follows.text))
      )
  }
}

/** A source that is no expression. */
export function readSource(reader: Reader): Expression {
  const { token } = reader
  const { start } = token
  switch (token.text) {
    case 'print': {
      reader.next()
      const columns = readLater(reader, readNamed)
      return { kind: 'source', of: { kind: 'print', columns }, span: reader.spanFrom(start) }
    }
    case 'range': {
      reader.next()
      const column = readName(reader, 'behind "range"')
      reader.expect('from', 'behind the column')
      const from = readExpression(reader)
      reader.expect('to', 'behind the start')
      const to = readExpression(reader)
      reader.expect('step', 'behind the end')
      const step = readExpression(reader)
      return { kind: 'source', of: { kind: 'range', column, from, to, step }, span: reader.spanFrom(start) }
    }
    case 'datatable':
    case 'externaldata':
    case 'external_data':
      return readRows(reader)
    default:
      return { kind: 'source', of: { kind: 'operator', operator: readOperator(reader) }, span: reader.spanFrom(start) }
  }
}

/** What follows a source: `| operator` as often as there is a bar. */
export function readOperators(reader: Reader): Operator[] {
  const out: Operator[] = []
  while (reader.take('|')) out.push(readOperator(reader))
  return out
}

/** Names with hyphens, which are several tokens, longest first. */
const hyphenated = [
  'project-away',
  'project-keep',
  'project-rename',
  'project-reorder',
  'project-smart',
  'project-by-names',
  'mv-expand',
  'mv-apply',
  'parse-where',
  'parse-kv',
  'make-series',
  'make-graph',
  'graph-match',
  'graph-shortest-paths',
  'graph-to-table',
  'graph-mark-components',
  'graph-where-edges',
  'graph-where-nodes',
  'top-nested',
  'top-hitters',
  'sample-distinct',
  'assert-schema',
  'execute-and-cache',
  'macro-expand',
  'partition-by',
]

/** One operator with its name. After a mistake in it: an opaque one, and the next bar is looked for. */
export function readOperator(reader: Reader): Operator {
  const { start } = reader.token
  const name = operatorName(reader)
  if (name === undefined) reader.fail('an operator is expected behind the bar')
  else {
    const read = Object.hasOwn(operators, name) ? operators[name] : undefined
    if (read !== undefined) {
      const parameters = readParameters(reader, name)
      const bare = read(reader, parameters)
      if (!reader.failed && (reader.ended || isEnd(reader))) return { ...bare, parameters, span: reader.spanFrom(start) }
      reader.fail(`"${name}" ends here or goes on with a bar`)
    } else if (known.has(name)) {
      reader.recover(['|', ';'])
      return { kind: 'opaque', name, known: true, span: reader.spanFrom(start) }
    } else reader.fail(`there is no operator "${name}"`, undefined, 'KQL011')
  }
  reader.recover(['|', ';'])
  return { kind: 'opaque', name: name ?? '', known: false, span: reader.spanFrom(start) }
}

const isEnd = (reader: Reader): boolean => ['|', ';', ')', '}', ','].some(mark => reader.is(mark))

/** Known and not understood any further. */
const known: ReadonlySet<string> = new Set([
  'fork',
  'facet',
  'macro-expand',
  'make-graph',
  'graph-match',
  'graph-shortest-paths',
  'graph-to-table',
  'graph-mark-components',
  'graph-where-edges',
  'graph-where-nodes',
  'project-by-names',
  'execute-and-cache',
  'assert-schema',
])

/** Names with hyphens as tokens, by their first word. */
const byFirstWord: ReadonlyMap<string, readonly { readonly name: string; readonly parts: readonly string[] }[]> = (() => {
  const out = new Map<string, { readonly name: string; readonly parts: readonly string[] }[]>()
  for (const name of hyphenated) {
    const parts = name.split('-').flatMap((part, index) => (index === 0 ? [part] : ['-', part]))
    out.set(parts[0]!, [...(out.get(parts[0]!) ?? []), { name, parts }])
  }
  return out
})()

function operatorName(reader: Reader): string | undefined {
  if (reader.token.kind !== 'name') return undefined
  for (const { name, parts } of byFirstWord.get(reader.token.text) ?? [])
    if (reader.isJoined(parts)) {
      reader.skip(parts.length)
      return name
    }
  return reader.next().text
}

const columnList =
  (kind: 'extend' | 'project'): Read =>
  reader => ({ kind, columns: readLater(reader, readNamed) })
const nameList =
  (kind: 'project-away' | 'project-keep' | 'project-reorder'): Read =>
  reader => ({ kind, names: readNames(reader, kind === 'project-reorder') })

const readWhere: Read = reader => ({ kind: 'where', where: readExpression(reader) })
const readTake: Read = reader => ({ kind: 'take', count: readExpression(reader) })
const readSort: Read = reader => {
  reader.expect('by', 'behind "sort"')
  return { kind: 'sort', keys: readLater(reader, readOrdered) }
}

const readJoin =
  (kind: 'join' | 'lookup'): Read =>
  reader => {
    const right = readTableOperand(reader)
    const on: Expression[] = []
    if (reader.take('on')) on.push(...readLater(reader, readExpression))
    else if (!reader.failed) reader.fail(`"on" is expected behind the other table of "${kind}"`)
    return { kind, right, on }
  }

/** A table as an operand: a name, a call, or a query in parentheses. */
function readTableOperand(reader: Reader): Expression {
  const { start } = reader.token
  if (reader.take('(')) {
    const inner = readPipe(reader)
    reader.expect(')', 'to close the parenthesis')
    return inner
  }
  const wildcard = readWildcard(reader)
  if (wildcard !== undefined) return wildcard
  if (startsSource(reader)) return readSource(reader)
  // No operator of an expression may follow: `on` and commas do.
  const name = readExpression(reader)
  return name.kind === 'star' ? { kind: 'wildcard', text: '*', span: reader.spanFrom(start) } : name
}

/** `Device*Events` where names of tables may have stars. */
function readWildcard(reader: Reader): Expression | undefined {
  const { token } = reader
  if (token.kind !== 'name' && !reader.is('*')) return undefined
  let count = 1
  let stars = token.kind === 'punct'
  for (; ; count++) {
    const next = reader.ahead(count)
    if (next.start !== reader.ahead(count - 1).end || !(next.kind === 'name' || (next.kind === 'punct' && next.text === '*')))
      break
    if (next.kind === 'punct') stars = true
  }
  if (!stars) return undefined
  const text = reader.text.slice(token.start, reader.ahead(count - 1).end)
  reader.skip(count)
  return { kind: 'wildcard', text, span: reader.spanFrom(token.start) }
}

const readTables = (reader: Reader): Expression[] => readLater(reader, readTableOperand)

/** Tables in parentheses behind `in`, of `search` and `find`. */
function readScope(reader: Reader): Expression[] {
  if (!reader.take('in')) return []
  reader.expect('(', 'behind "in"')
  const tables = readTables(reader)
  reader.expect(')', 'at the end of the tables')
  return tables
}

const readSummarize: Read = reader => {
  const measures = reader.is('by') ? [] : readLater(reader, readNamed)
  const by = reader.take('by') ? readLater(reader, readNamed) : []
  return { kind: 'summarize', measures, by }
}

function readCallee(reader: Reader): {
  readonly name: string
  readonly at: { start: number; end: number }
  readonly args: readonly Argument[]
} {
  const { start } = reader.token
  let name = readName(reader, 'of a function')
  while (reader.take('.')) name = `${name}.${readName(reader, 'behind the dot')}`
  const at = { start, end: reader.last }
  return { name, at, args: readArguments(reader) }
}

const readEvaluate: Read = reader => {
  const callee = readCallee(reader)
  if (!reader.take(':')) return { kind: 'evaluate', ...callee }
  const rest = reader.is('(') && reader.is('*', 1)
  return { kind: 'evaluate', ...callee, columns: readColumns(reader), ...(rest ? { rest } : {}) }
}

const readRender: Read = reader => {
  const chart = readName(reader, 'behind "render"')
  const properties = (closed: boolean): void => {
    while (!reader.ended && !(closed && reader.is(')')) && nameLength(reader) > 0 && reader.is('=', 1)) {
      reader.skip(2)
      if (reader.is('(')) readArguments(reader)
      else readLater(reader, readExpression, () => !(reader.ahead(1).kind === 'name' && reader.is('=', 2)))
      reader.take(',')
    }
  }
  if (reader.take('with')) {
    reader.expect('(', 'behind "with"')
    properties(true)
    reader.expect(')', 'at the end of the properties')
  } else properties(false)
  return { kind: 'render', chart }
}

const readSearch: Read = (reader, parameters) => {
  const folded = !parameters.some(one => one.name === 'kind' && one.value === 'case_sensitive')
  const tables = readScope(reader)
  const where = readExpression(reader)
  return { kind: 'search', tables, where, folded }
}

const readFind: Read = reader => {
  const tables = readScope(reader)
  reader.take('where')
  const where = readExpression(reader)
  let columns: readonly Named[] | 'smart' | undefined
  if (reader.isJoined(['project', '-', 'smart'])) {
    reader.skip(3)
    columns = 'smart'
  } else if (reader.is('project') && !reader.isJoined(['project', '-'])) {
    reader.next()
    columns = readLater(reader, () => {
      const { start } = reader.token
      const value = readColumn(reader)
      if (reader.take(':')) reader.next()
      return { value, span: reader.spanFrom(start) }
    })
  }
  let away: ReturnType<typeof readNames> | undefined
  if (reader.isJoined(['project', '-', 'away'])) {
    reader.skip(3)
    away = readNames(reader, false)
  }
  return { kind: 'find', tables, where, ...(columns === undefined ? {} : { columns }), ...(away === undefined ? {} : { away }) }
}

/** A column, with its path: no call, since a query in parentheses follows. */
function readColumn(reader: Reader): Expression {
  const { start } = reader.token
  const name = readName(reader, 'of a column')
  let of: Expression = { kind: 'name', name, span: reader.spanFrom(start) }
  while (reader.take('.')) {
    const at = reader.token.start
    const step = readName(reader, 'behind the dot')
    of = { kind: 'path', of, name: step, at: reader.spanFrom(at), span: reader.spanFrom(start) }
  }
  return of
}

const readPartition: Read = reader => {
  reader.expect('by', 'behind "partition"')
  const by = readColumn(reader)
  if (reader.take('{')) {
    const body = readPipe(reader)
    reader.expect('}', 'at the end of the query')
    return { kind: 'partition', by, body }
  }
  reader.take('in')
  reader.expect('(', 'before the query of each part')
  const first = readOperator(reader)
  const body = [first, ...readOperators(reader)]
  reader.expect(')', 'at the end of the query of each part')
  return { kind: 'partition', by, body }
}

const operators: Readonly<Record<string, Read>> = {
  where: readWhere,
  filter: readWhere,
  extend: columnList('extend'),
  project: columnList('project'),
  'project-away': nameList('project-away'),
  'project-keep': nameList('project-keep'),
  'project-reorder': nameList('project-reorder'),
  'project-rename': reader => ({
    kind: 'project-rename',
    names: readLater(reader, () => {
      const { start } = reader.token
      const to = readName(reader, 'of the new column')
      reader.expect('=', 'behind the new name')
      const from = readName(reader, 'of the column')
      return { to, from, span: reader.spanFrom(start) }
    }),
  }),
  serialize: reader => ({ kind: 'serialize', columns: nameLength(reader) > 0 ? readLater(reader, readNamed) : [] }),
  distinct: reader => {
    if (!reader.is('*')) return { kind: 'distinct', columns: readLater(reader, readNamed) }
    reader.next()
    return { kind: 'distinct', columns: 'all' }
  },
  summarize: readSummarize,
  sort: readSort,
  order: readSort,
  top: reader => {
    const count = readExpression(reader)
    reader.expect('by', 'behind the count')
    return { kind: 'top', count, keys: readLater(reader, readOrdered) }
  },
  'top-nested': readTopNested,
  'top-hitters': reader => {
    const count = readExpression(reader)
    reader.expect('of', 'behind the count')
    const of = readExpression(reader)
    return reader.take('by') ? { kind: 'top-hitters', count, of, by: readExpression(reader) } : { kind: 'top-hitters', count, of }
  },
  take: readTake,
  limit: readTake,
  sample: reader => ({ kind: 'sample', count: readExpression(reader) }),
  'sample-distinct': reader => {
    const count = readExpression(reader)
    reader.expect('of', 'behind the count')
    return { kind: 'sample-distinct', count, of: readExpression(reader) }
  },
  count: reader => (reader.take('as') ? { kind: 'count', as: readName(reader, 'behind "as"') } : { kind: 'count' }),
  join: readJoin('join'),
  lookup: readJoin('lookup'),
  union: reader => ({ kind: 'union', of: readTables(reader) }),
  'mv-expand': readExpanding('mv-expand'),
  mvexpand: readExpanding('mv-expand'),
  'mv-apply': readExpanding('mv-apply'),
  mvapply: readExpanding('mv-apply'),
  parse: readParse('parse'),
  'parse-where': readParse('parse-where'),
  'parse-kv': readParseKeys,
  'make-series': readSeries,
  render: readRender,
  evaluate: readEvaluate,
  invoke: reader => ({ kind: 'invoke', ...readCallee(reader) }),
  search: readSearch,
  find: readFind,
  as: reader => ({ kind: 'as', name: readName(reader, 'behind "as"') }),
  getschema: () => ({ kind: 'getschema' }),
  consume: () => ({ kind: 'consume' }),
  partition: readPartition,
  reduce: reader => {
    reader.expect('by', 'behind "reduce"')
    const by = readExpression(reader)
    if (reader.take('with')) {
      readLater(reader, () => {
        readName(reader, 'of an option')
        reader.expect('=', 'behind the option')
        readExpression(reader)
      })
    }
    return { kind: 'reduce', by }
  },
  scan: readScan,
}

/** Every operator, for those who suggest one. */
export const operatorNames: readonly string[] = [...Object.keys(operators), ...known]
export type { Bare, Read }

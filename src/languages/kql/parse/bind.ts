// A whole query bound: statement by statement, names put in place, until one pipeline is left.

import type { Diagnostic } from '../../../text/diagnostic.ts'
import { literal } from './lowered.ts'
import { type Context, frozen, lookUp, report, type Scope, type Shared, type Table } from './scope.ts'
import { isTable, storedTable, tableOf } from './tables.ts'
import type { Expression, Statement } from './tree.ts'
import { lower } from './values.ts'

/** How many nodes a query may come to once its let statements are put in place. */
const largest = 400_000
const mostFunctions = 1000

/** The query of a text's statements; undefined when there is none. */
export function bind(statements: readonly Statement[], tables: Shared['tables'], diagnostics: Diagnostic[]): Table | undefined {
  const shared: Shared = {
    diagnostics,
    tables,
    budget: largest,
    exhausted: false,
    unnamed: 0,
    counter: 0,
    calls: 0,
    remarkedTime: false,
    functions: 0,
  }
  const scope: Scope = { names: new Map() }
  const context: Context = { shared, scope }
  bindStatements(
    statements.filter(statement => statement.kind !== 'query' || hasName(statement.value)),
    context,
  )
  const queries = statements.filter(statement => statement.kind === 'query')
  const last = queries.at(-1)
  if (queries.length > 1)
    report(
      context,
      'KQL207',
      'warning',
      `there are ${queries.length} queries here, and the last one counts`,
      queries[0]!.span,
      'part them by blank lines to have each as a rule of its own',
    )
  if (last === undefined) return undefined
  return isTable(last.value, context) || isSource(last.value, context)
    ? tableOf(last.value, context)
    : valueAsTable(last.value, context)
}

/** `| as name` names rows for the statements behind it. */
const hasName = (of: Expression): boolean => of.kind === 'pipe' && of.operators.some(operator => operator.kind === 'as')

/** A name that is nothing else is a table that nobody described. */
const isSource = (of: Expression, context: Context): boolean =>
  (of.kind === 'name' || of.kind === 'call' || of.kind === 'path') && !isValue(of, context)

function isValue(of: Expression, context: Context): boolean {
  if (of.kind === 'name') {
    return lookUp(context.scope, of.name)?.kind === 'value'
  }
  if (of.kind !== 'call') return false
  return lookUp(context.scope, of.name)?.kind === 'function'
}

/** A lone value is a table of one cell. */
function valueAsTable(of: Expression, context: Context): Table {
  return tableOf({ kind: 'source', of: { kind: 'print', columns: [{ value: of, span: of.span }] }, span: of.span }, context)
}

/** What let statements and declared parameters say, put into the scope. */
export function bindStatements(statements: readonly Statement[], context: Context): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case 'let':
        bindLet(statement, context)
        break
      case 'function':
        // A function knows what stands before it.
        if (++context.shared.functions > mostFunctions) {
          report(
            context,
            'KQL013',
            'error',
            `a query has more than ${mostFunctions} functions`,
            statement.at,
            'take out those that it does not call',
          )
          return
        }
        context.scope.names.set(statement.name, { kind: 'function', of: statement, scope: frozen(context.scope) })
        break
      case 'parameters':
        for (const parameter of statement.parameters) {
          if (typeof parameter.type === 'object') continue
          const value =
            parameter.otherwise === undefined
              ? literal(undefined, parameter.type, parameter.span)
              : lower(parameter.otherwise, context)
          if (parameter.otherwise === undefined)
            report(
              context,
              'KQL208',
              'warning',
              `the query's parameter "${parameter.name}" has no value, and stands for null`,
              parameter.span,
            )
          context.scope.names.set(parameter.name, { kind: 'value', value })
        }
        break
      case 'query':
        // Bound for the names that it gives to its rows.
        tableOf(statement.value, context)
        break
      case 'other':
        break
    }
  }
}

function bindLet(statement: Statement & { kind: 'let' }, context: Context): void {
  const { names } = context.scope
  const { name, value } = statement
  if (value.kind === 'source' && value.of.kind === 'externaldata' && Object.hasOwn(context.shared.tables, name)) {
    names.set(name, { kind: 'table', table: storedTable(name, value.span, context) })
    return
  }
  if (isTable(value, context) || (value.kind === 'name' && !isKnownValue(value.name, context)))
    names.set(name, { kind: 'table', table: tableOf(value, context) })
  else if (value.kind === 'call' && isUnknownCall(value.name, context))
    names.set(name, { kind: 'table', table: tableOf(value, context) })
  else names.set(name, { kind: 'value', value: lower(value, context) })
}

const isKnownValue = (name: string, context: Context): boolean => lookUp(context.scope, name) !== undefined

/** A call of nothing that is known gives rows: a parser of the workspace. */
function isUnknownCall(name: string, context: Context): boolean {
  return !isKnownValue(name, context) && /^_?[A-Z]\w*|^_?im[A-Z]/.test(name)
}

// Statements of a query: let, functions, declared parameters, and the query itself (https://learn.microsoft.com/kusto/query/statements).

import { readExpression, readName, readPipe } from './expressions.ts'
import { readColumns, readType } from './parts.ts'
import type { Reader } from './reader.ts'
import type { Body, Expression, FunctionParameter, Statement } from './tree.ts'

/** All statements of a text; a mistake in one leaves the others readable. */
export function readStatements(reader: Reader): Statement[] {
  const out: Statement[] = []
  for (;;) {
    while (reader.take(';'));
    if (reader.ended && !reader.failed) return out
    const statement = readStatement(reader)
    if (!reader.failed && !reader.ended && !reader.is(';')) {
      reader.fail('a statement ends with ";"', 'queries that stand behind each other are parted by ";" or by a blank line')
    }
    if (statement !== undefined) out.push(statement)
    if (reader.failed) {
      reader.recover([';'])
      // A parenthesis that closes nothing.
      if (!reader.ended && !reader.is(';')) reader.next()
      if (!reader.ended && !reader.is(';')) reader.recover([';'])
    }
    if (!reader.ended && !reader.take(';')) reader.next()
  }
}

function readStatement(reader: Reader): Statement | undefined {
  const { start } = reader.token
  const { token } = reader
  if (token.kind === 'name') {
    if (token.text === 'let' && (reader.is('=', 2) || reader.is('[', 1))) return readLet(reader)
    if (token.text === 'declare' && (reader.is('query_parameters', 1) || reader.is('pattern', 1))) return readDeclare(reader)
    if (
      (token.text === 'set' && reader.ahead(1).kind === 'name') ||
      (token.text === 'alias' && reader.is('database', 1)) ||
      (token.text === 'restrict' && reader.is('access', 1))
    ) {
      reader.recover([';'])
      return { kind: 'other', word: token.text, span: reader.spanFrom(start) }
    }
  }
  if (reader.is('|')) {
    reader.fail(
      'a query begins with a table',
      'this is a part of a query: write the table it goes on from before the bar',
      'KQL015',
    )
    return undefined
  }
  const value = readPipe(reader)
  return { kind: 'query', value, span: reader.spanFrom(start) }
}

function readLet(reader: Reader): Statement {
  const { start } = reader.next()
  const nameStart = reader.token.start
  const name = readName(reader, 'behind "let"')
  const at = reader.spanFrom(nameStart)
  reader.expect('=', 'behind the name')
  const view = reader.is('view') && reader.is('(', 1)
  if (view) reader.next()
  if (view || isFunction(reader)) {
    const parameters = readFunctionParameters(reader)
    const body = readBody(reader)
    return { kind: 'function', name, at, view, parameters, body, span: reader.spanFrom(start) }
  }
  const value = readPipe(reader)
  return { kind: 'let', name, at, value, span: reader.spanFrom(start) }
}

/** Whether parentheses stand here with a brace behind them. */
function isFunction(reader: Reader): boolean {
  if (!reader.is('(')) return false
  let open = 0
  for (let at = 0; ; at++) {
    const token = reader.ahead(at)
    if (token.kind === 'end') return false
    if (token.kind !== 'punct') continue
    if (token.text === '(') open++
    else if (token.text === ')' && --open === 0) return reader.is('{', at + 1)
  }
}

function readFunctionParameters(reader: Reader): FunctionParameter[] {
  const out: FunctionParameter[] = []
  reader.expect('(', 'before the parameters')
  if (reader.take(')')) return out
  do {
    if (reader.is(')')) break
    const { start } = reader.token
    const name = readName(reader, 'of a parameter')
    reader.expect(':', 'between a parameter and its type')
    if (reader.is('(')) {
      const from = reader.token.start
      const columns = readColumns(reader)
      const open = /\*/.test(reader.text.slice(from, reader.last))
      out.push({ name, type: { columns, open }, span: reader.spanFrom(start) })
      continue
    }
    const type = readType(reader)
    const otherwise = reader.take('=') ? readExpression(reader) : undefined
    out.push({ name, type, ...(otherwise === undefined ? {} : { otherwise }), span: reader.spanFrom(start) })
  } while (reader.take(','))
  reader.expect(')', 'at the end of the parameters')
  return out
}

/** `{ let …; query }`. */
function readBody(reader: Reader): Body {
  return reader.nested(() => {
    const statements: Statement[] = []
    let result: Expression | undefined
    reader.expect('{', 'before the body of a function')
    while (!reader.failed && !reader.ended && !reader.is('}')) {
      if (reader.take(';')) continue
      const statement = readStatement(reader)
      if (statement?.kind === 'query') result = statement.value
      else if (statement !== undefined) statements.push(statement)
      if (!reader.is('}') && !reader.is(';')) reader.fail('a statement ends with ";"')
    }
    reader.expect('}', 'at the end of the function')
    return { statements, ...(result === undefined ? {} : { result }) }
  })
}

function readDeclare(reader: Reader): Statement {
  const { start } = reader.next()
  const word = reader.next().text
  if (word === 'pattern') {
    reader.recover([';'])
    return { kind: 'other', word: 'declare pattern', span: reader.spanFrom(start) }
  }
  return { kind: 'parameters', parameters: readFunctionParameters(reader), span: reader.spanFrom(start) }
}

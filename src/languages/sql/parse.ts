// Statements of SQL to meaning, one reader for each dialect: SELECT over one table, with views and queries within; NULL made explicit.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { reading } from '../reading.ts'
import { Lowering } from './parse/lower.ts'
import { Reader } from './parse/reader.ts'
import { formsOf } from './parse/tokens.ts'
import type { DialectName } from './parse/tree.ts'

/**
 * The reader of a dialect: a query `from` the table that is named, under the rules `sql`. ILIKE, and LIKE in SQLite, fold case; all other texts
 * heed it. A comparison with NULL answers neither yes nor no.
 */
export function reader(dialect: DialectName): (source: Source, context?: ParseContext) => Outcome<Pipeline> {
  const forms = formsOf(dialect)
  return (source, context) =>
    reading(source, forms, { text: 'SQL001', depth: 'SQL002' }, context, cursor => {
      const statement = new Reader(cursor).statement()
      return new Lowering(cursor, dialect).query(statement)
    })
}

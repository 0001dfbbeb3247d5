// The dialects of SQL as languages: ids, titles, codes.

import type { Language } from '../language.ts'
import { codes } from './codes.ts'
import { clickhouseDialect, duckdbDialect, postgresDialect, sqliteDialect } from './dialects.ts'
import { reader } from './parse.ts'
import { printer } from './print.ts'

/** DuckDB 1.1 and later; 1.3 for keywords (`*COLUMNS(*)`, `lambda`). */
export const duckdb: Language = {
  id: 'duckdb',
  title: 'DuckDB SQL',
  extension: 'sql',
  parse: reader('duckdb'),
  print: printer(duckdbDialect),
  codes,
}
/** ClickHouse 23.8 and later. */
export const clickhouse: Language = {
  id: 'clickhouse',
  title: 'ClickHouse SQL',
  extension: 'sql',
  parse: reader('clickhouse'),
  print: printer(clickhouseDialect),
  codes,
}
/** SQLite 3.38 and later. */
export const sqlite: Language = {
  id: 'sqlite',
  title: 'SQLite SQL',
  extension: 'sql',
  parse: reader('sqlite'),
  print: printer(sqliteDialect),
  codes,
}
/** PostgreSQL 12 and later, encoded as UTF-8. */
export const postgres: Language = {
  id: 'postgres',
  title: 'PostgreSQL SQL',
  extension: 'sql',
  parse: reader('postgres'),
  print: printer(postgresDialect),
  codes,
}

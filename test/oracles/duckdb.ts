// DuckDB where it is installed: a table of texts, and queries over it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Module = typeof import('@duckdb/node-api')

/** The module, or undefined (said aloud) where the optional dependency is not installed. */
export async function duckdbModule(): Promise<Module | undefined> {
  try {
    return await import('@duckdb/node-api')
  } catch {
    console.warn('SKIPPED: @duckdb/node-api is not installed, so no SQL is run in DuckDB')
    return undefined
  }
}

export interface Database {
  /** The rows of a query, values as JavaScript has them. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>
  close(): void
}

/** A database with the table `events`, all of text. */
export async function openTable(
  module: Module,
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): Promise<Database> {
  const connection = await (await module.DuckDBInstance.create(':memory:')).connect()
  const folder = mkdtempSync(join(tmpdir(), 'terrier-duckdb-'))
  try {
    const path = join(folder, 'events.jsonl')
    writeFileSync(
      path,
      rows.map(row => JSON.stringify(Object.fromEntries(row.map((value, index) => [`c${index}`, value])))).join('\n'),
    )
    const types = columns.map((_, index) => `c${index}: 'VARCHAR'`).join(', ')
    const names = columns.map((name, index) => `c${index} AS "${name.replaceAll('"', '""')}"`).join(', ')
    await connection.run(
      `CREATE TABLE events AS SELECT ${names} FROM read_json('${path.replaceAll("'", "''")}', format = 'newline_delimited', columns = {${types}}, maximum_object_size = 67108864)`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
  return {
    async rows(sql) {
      return (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][]
    },
    close: () => connection.closeSync(),
  }
}

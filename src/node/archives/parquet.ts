// Parquet through DuckDB, an optional package that is loaded when the first such file is met: rows as records, in order; nothing but that one file can be opened.

import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { type Batch, type Event, setField, type Value } from '../../ir/event.ts'
import { formatTime } from '../../ir/time.ts'
import type { LogFormat } from '../../logs/logs.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'

const codes = {
  PQT001: 'Parquet needs a package that is not installed',
  PQT002: 'a Parquet file is damaged or cannot be read',
} as const

/** DuckDB may hold so much; it never writes to disk. */
const memory = '1GB'
const deepest = 64

type DuckDB = typeof import('@duckdb/node-api')

/**
 * Parquet, read from `path`, or, where there is no such file (a member of an archive, a stream) or its name would be a pattern to
 * DuckDB, from a copy of the bytes in a temporary file that is removed behind it. `load` brings the package.
 */
export function parquet(file?: string, load: () => Promise<DuckDB> = () => import('@duckdb/node-api')): LogFormat {
  const path = file === undefined || /[*?[\]{}]/.test(file) ? undefined : file
  return {
    id: 'parquet',
    title: 'Parquet',
    codes,
    // Only the host can read it, so the host says which files are.
    detect: () => 0,
    async *read(bytes, options, report) {
      let duck: DuckDB
      try {
        duck = await load()
      } catch {
        report({
          code: 'PQT001',
          severity: 'error',
          message: `"${options.member ?? options.name}" is Parquet, and the package that reads it is not installed`,
          hint: 'npm install @duckdb/node-api@1.5.5-r.5, or export the table as JSON Lines or CSV',
        })
        return
      }
      const copied = path === undefined ? await copy(bytes) : undefined
      try {
        yield* rows(duck, copied?.file ?? path!, options, report)
        // What is counted as read is what was there to read.
        if (path !== undefined) for await (const _ of bytes);
      } finally {
        await copied?.remove()
      }
    },
  }
}

async function copy(bytes: AsyncIterable<Uint8Array>): Promise<{ file: string; remove(): Promise<void> }> {
  const [{ mkdtemp, open, rm }, { tmpdir }, { join }] = await Promise.all([
    import('node:fs/promises'),
    import('node:os'),
    import('node:path'),
  ])
  const folder = await mkdtemp(join(tmpdir(), 'terrier-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const file = join(folder, 'table.parquet')
  try {
    const handle = await open(file, 'w', 0o600)
    try {
      for await (const piece of bytes) await handle.write(piece)
    } finally {
      await handle.close()
    }
  } catch (error) {
    await remove()
    throw error
  }
  return { file, remove }
}

async function* rows(
  duck: DuckDB,
  file: string,
  options: { readonly name: string; readonly member?: string },
  report: (finding: Diagnostic) => void,
): AsyncGenerator<Batch, void, undefined> {
  let instance: Awaited<ReturnType<DuckDB['DuckDBInstance']['create']>> | undefined
  let connection: DuckDBConnection | undefined
  let index = 0
  try {
    instance = await duck.DuckDBInstance.create(':memory:', { threads: '2', memory_limit: memory, temp_directory: '' })
    connection = await instance.connect()
    const name = `'${file.replaceAll("'", "''")}'`
    for (const setting of [
      'autoinstall_known_extensions = false',
      'autoload_known_extensions = false',
      `allowed_paths = [${name}]`,
      'enable_external_access = false',
      'lock_configuration = true',
    ])
      await connection.run(`SET ${setting}`)
    const result = await connection.stream(`SELECT * FROM read_parquet(${name}, hive_partitioning = false)`)
    const columns = result.deduplicatedColumnNames()
    const hostile = columns.includes('__proto__')
    const convert = converter(duck)
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const events: Event[] = chunk.getRows().map(row => {
        const fields: Record<string, Value> = {}
        for (const [at, column] of columns.entries()) {
          const value = row[at]
          if (value === null || value === undefined) continue
          if (hostile) setField(fields, column, convert(value, 0))
          else fields[column] = convert(value, 0)
        }
        return { fields, origin: { source: options.name, member: options.member, index: index++ } }
      })
      yield { schema: '', length: events.length, at: at => events[at]! }
    }
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    report({
      code: 'PQT002',
      severity: 'error',
      message: `row ${index} and those behind it cannot be read: ${first.replaceAll(file, options.member ?? options.name)}`,
    })
  } finally {
    connection?.closeSync()
    instance?.closeSync()
  }
}

/** DuckDB's values as ours: times as ISO 8601 in UTC, decimals exact (a number where a number holds them, else text), bytes as text where they are UTF-8, else in hexadecimal. */
function converter(duck: DuckDB): (value: DuckDBValue, depth: number) => Value {
  const whole = (value: bigint): number | bigint =>
    value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
  const record = (entries: readonly (readonly [string, DuckDBValue])[], depth: number): Value => {
    const made: Record<string, Value> = {}
    for (const [key, value] of entries) if (value !== null) setField(made, key, convert(value, depth + 1))
    return made
  }
  const convert = (value: DuckDBValue, depth: number): Value => {
    if (typeof value === 'bigint') return whole(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth >= deepest) return '…'
    if (value instanceof duck.DuckDBTimestampValue || value instanceof duck.DuckDBTimestampTZValue)
      return time(value.micros * 10n)
    if (value instanceof duck.DuckDBTimestampNanosecondsValue) return time(value.nanos / 100n)
    if (value instanceof duck.DuckDBTimestampMillisecondsValue) return time(value.millis * 10_000n)
    if (value instanceof duck.DuckDBTimestampSecondsValue) return time(value.seconds * 10_000_000n)
    if (value instanceof duck.DuckDBDecimalValue) {
      const text = value.toString()
      return value.scale === 0 ? whole(value.value) : String(Number(text)) === text ? Number(text) : text
    }
    if (value instanceof duck.DuckDBBlobValue) return bytes(value.bytes)
    if (value instanceof duck.DuckDBListValue || value instanceof duck.DuckDBArrayValue)
      return value.items.map(item => convert(item, depth + 1))
    if (value instanceof duck.DuckDBStructValue) return record(Object.entries(value.entries), depth)
    if (value instanceof duck.DuckDBMapValue)
      return record(
        value.entries.map(entry => [String(entry.key), entry.value] as const),
        depth,
      )
    if (value instanceof duck.DuckDBUnionValue) return convert(value.value, depth + 1)
    return String(value)
  }
  return convert
}

/** A number of 100 ns since 1970 as text; what lies outside of what a date can be stays a number. */
function time(ticks: bigint): Value {
  const within = ((ticks % 10_000n) + 10_000n) % 10_000n
  const milliseconds = Number((ticks - within) / 10_000n)
  return formatTime(milliseconds, within === 0n ? undefined : Number(within)) || ticks
}

function bytes(value: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value)
  } catch {
    return `0x${Buffer.from(value).toString('hex')}`
  }
}

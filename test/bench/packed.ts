// How fast packed logs are unpacked, and Parquet read, in bytes that come out; on lines made here and packed by the tools that are installed. What is not installed is left out and said so.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bunzipped } from '../../src/node/archives/bzip2.ts'
import { parquet } from '../../src/node/archives/parquet.ts'
import { unxz } from '../../src/node/archives/xz.ts'
import { unzstd } from '../../src/node/archives/zstd.ts'
import { unpacked } from '../../src/node/bytes.ts'
import { pieces, random } from '../logs/reading.ts'

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const rows = 150_000

function made(): Buffer {
  const next = random(3)
  const lines = Array.from(
    { length: rows },
    (_, at) =>
      `{"EventID":${[1, 3, 22][at % 3]},"Computer":"ws${at % 40}","ProcessId":${Math.floor(next() * 20_000)},"Image":"C:\\\\Windows\\\\System32\\\\svchost.exe","CommandLine":"svchost.exe -k netsvcs -p -s ${next().toString(36).slice(2)}"}\n`,
  )
  return Buffer.from(lines.join(''))
}

const ignore = () => undefined

const kinds: readonly (readonly [
  name: string,
  command: readonly string[] | undefined,
  undo: (open: () => AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
])[] = [
  ['gzip', undefined, open => unpacked('gzip', open, true, ignore)],
  ['bzip2', ['bzip2', '-9'], open => bunzipped(open(), ignore)],
  ['xz', ['xz', '-6'], open => unxz(open(), ignore)],
  ['Zstandard', ['zstd', '-3'], open => unzstd(open(), ignore)],
]

/** Megabytes a second of each kind that is there to be measured. */
export async function measurePacked(): Promise<readonly Row[]> {
  const found: Row[] = []
  const whole = made()
  for (const [name, command, undo] of kinds) {
    const packed =
      command === undefined
        ? gzipSync(whole)
        : spawnSync(command[0]!, [...command.slice(1), '-c'], { input: whole, maxBuffer: 1 << 28 }).stdout
    if (packed === null || packed.length === 0) {
      console.log(`left out: ${name}, because ${command?.[0]} is not installed`)
      continue
    }
    let best = 0
    for (let pass = 0; pass < 3; pass++) {
      const from = performance.now()
      let size = 0
      for await (const bytes of undo(() => pieces(packed, 1 << 20))) size += bytes.length
      if (size !== whole.length) throw new Error(`${name} gave ${size} of ${whole.length} bytes`)
      best = Math.max(best, size / 1000 / (performance.now() - from))
    }
    found.push({ name: `unpack ${name}`, value: best, unit: 'MB/s' })
  }
  return [...found, ...(await measureParquet(whole.length))]
}

async function measureParquet(size: number): Promise<readonly Row[]> {
  const duck = await import('@duckdb/node-api').catch(() => undefined)
  if (duck === undefined) {
    console.log('left out: Parquet, because @duckdb/node-api is not installed')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'terrier-bench-'))
  try {
    const file = join(folder, 't.parquet')
    const instance = await duck.DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(
      `COPY (SELECT range % 30 AS EventID, 'ws' || range % 40 AS Computer, range % 20011 AS ProcessId, 'C:\\Windows\\System32\\svchost.exe' AS Image,
        'svchost.exe -k netsvcs -p -s ' || hash(range) AS CommandLine FROM range(${rows})) TO '${file}' (FORMAT parquet)`,
    )
    connection.closeSync()
    instance.closeSync()
    const from = performance.now()
    let events = 0
    for await (const batch of parquet(file).read(pieces(new Uint8Array(0), 1), { name: file }, ignore))
      for (let at = 0; at < batch.length; at++) if (batch.at(at).fields.EventID !== undefined) events++
    if (events !== rows) throw new Error(`Parquet gave ${events} of ${rows} rows`)
    const seconds = (performance.now() - from) / 1000
    return [
      { name: 'parquet', value: events / seconds, unit: 'events/s' },
      { name: 'parquet, as JSON lines of the same', value: size / 1e6 / seconds, unit: 'MB/s' },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

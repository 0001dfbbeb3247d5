// How fast EVTX is read: offsets only (every record found, its templates and values checked) and an event for every record. A log of its own making, and the real ones where they are.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Event } from '../../src/ir/event.ts'
import { evtx } from '../../src/logs/evtx.ts'
import { blocks } from '../logs/read-evtx.ts'
import { processRecord } from '../logs/sample-evtx.ts'
import { writeEvtx } from '../logs/write-evtx.ts'

export interface EvtxRow {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** Bytes of chunks up to their free space: what was written, without what Windows reserved. */
export function usedBytes(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let used = 0
  for (let at = 4096; at + 65536 <= file.length; at += 65536)
    if (view.getUint32(at, true) === 0x43666c45) used += view.getUint32(at + 48, true)
  return used
}

/** A full log of process creations, about 20 MB: images and users repeat, command lines and process ids do not. */
function ownLog(): Uint8Array {
  const images = ['cmd', 'powershell', 'svchost', 'rundll32', 'conhost', 'plink', 'net', 'whoami'].map(
    name => `C:\\Windows\\System32\\${name}.exe`,
  )
  const records = Array.from({ length: 25_000 }, (_, index) =>
    processRecord(
      index + 1,
      images[index % images.length]!,
      `"${images[index % images.length]}" /c ${index.toString(36).repeat(1 + (index % 9))} ${'argument '.repeat(index % 12)}`,
    ),
  )
  return writeEvtx(records).bytes
}

/** The sample files, unpacked. */
export function realLogs(): Uint8Array[] {
  const root = fileURLToPath(new URL('../../../shared/data/evtx/', import.meta.url))
  if (!existsSync(`${root}manifest.json`)) return []
  const { files } = JSON.parse(readFileSync(`${root}manifest.json`, 'utf8')) as { files: { path: string }[] }
  return files.map(
    ({ path }) => new Uint8Array(path.endsWith('.gz') ? gunzipSync(readFileSync(root + path)) : readFileSync(root + path)),
  )
}

let last: Event | undefined

async function pass(files: readonly Uint8Array[], events: boolean): Promise<number> {
  let records = 0
  for (const file of files) {
    for await (const batch of evtx.read(blocks(file, 1 << 20), { name: 'bench' }, () => {})) {
      records += batch.length
      if (events) for (let index = 0; index < batch.length; index++) last = batch.at(index)
    }
  }
  return records
}

/** The best of some passes over each log: records and megabytes of used chunk space a second. */
export async function benchEvtx(passes = 8): Promise<EvtxRow[]> {
  const rows: EvtxRow[] = []
  const real = realLogs()
  if (real.length === 0) console.warn('SKIPPED: reading speed of real EVTX files (needs ../shared/data)')
  const logs: readonly (readonly [name: string, files: readonly Uint8Array[]])[] = [
    ['own log', [ownLog()]],
    ['real logs', real],
  ]
  for (const [name, files] of logs) {
    if (files.length === 0) continue
    const used = files.reduce((sum, file) => sum + usedBytes(file), 0)
    for (const events of [false, true]) {
      let best = Number.POSITIVE_INFINITY
      let records = 0
      for (let round = 0; round < passes; round++) {
        const start = performance.now()
        records = await pass(files, events)
        best = Math.min(best, performance.now() - start)
      }
      const what = `EVTX ${events ? 'events' : 'offsets'}, ${name}`
      rows.push({ name: what, value: Math.round((records / best) * 1000), unit: 'records/s' })
      rows.push({ name: what, value: Math.round(used / best / 1000), unit: 'MB/s' })
    }
  }
  if (last === undefined) throw new Error('no event was made: this is a bug in Terrier')
  return rows
}

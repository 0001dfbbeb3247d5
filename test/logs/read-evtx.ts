// Reads whole EVTX files for the tests: every event, every finding.

import type { Batch, Event } from '../../src/ir/event.ts'
import { evtx } from '../../src/logs/evtx.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

export interface Reading {
  readonly events: readonly Event[]
  readonly findings: readonly Diagnostic[]
  readonly batches: number
  readonly batchList: readonly Batch[]
}

export async function* blocks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Everything a file says. */
export async function readAll(
  bytes: Uint8Array,
  options: { readonly block?: number; readonly name?: string; readonly member?: string } = {},
): Promise<Reading> {
  const { block = 1 << 20, name = 'log.evtx', member } = options
  const events: Event[] = []
  const findings: Diagnostic[] = []
  const batchList: Batch[] = []
  for await (const batch of evtx.read(blocks(bytes, block), { name, member }, finding => findings.push(finding))) {
    batchList.push(batch)
    for (let index = 0; index < batch.length; index++) events.push(batch.at(index))
  }
  return { events, findings, batches: batchList.length, batchList }
}

/** A value as JSON has it: bigints as their digits, nothing for undefined. */
export function withoutBigints(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)))
}

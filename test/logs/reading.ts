// Reads logs for the tests: everything a format says of some bytes, however they are cut.

import type { Event } from '../../src/ir/event.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

export interface Reading {
  readonly events: readonly Event[]
  readonly findings: readonly Diagnostic[]
}

export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  if (bytes.length === 0) yield bytes
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Every event and every finding of a log given as bytes or text, in pieces of `size` bytes. */
export async function readLog(format: LogFormat, log: Uint8Array | string, size = 1 << 20): Promise<Reading> {
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log
  const events: Event[] = []
  const findings: Diagnostic[] = []
  for await (const batch of format.read(pieces(bytes, size), { name: 'log', member: 'part' }, finding =>
    findings.push(finding),
  )) {
    for (let at = 0; at < batch.length; at++) events.push(batch.at(at))
  }
  return { events, findings }
}

/** A text in UTF-16, with or without its byte order mark. */
export function utf16(text: string, order: 'le' | 'be', mark: boolean): Uint8Array {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

/** A value as JSON writes it, bigints as their digits and an `n`. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)))
}

/** The same numbers for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

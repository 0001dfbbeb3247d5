// Linux logs that are damaged: 1,000 of each form with fixed seeds. Nothing crashes or takes long, what was not touched is kept, and what is lost is told.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/ir/event.ts'
import { auditd } from '../../src/logs/auditd.ts'
import { ausearch } from '../../src/logs/ausearch.ts'
import { journal } from '../../src/logs/journal.ts'
import { laurel } from '../../src/logs/laurel.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { syslog } from '../../src/logs/syslog.ts'
import { random, readLog } from './reading.ts'

const sample = (path: string): Uint8Array => new Uint8Array(readFileSync(`test/events/${path}`))

/** Damage of a kind that files suffer: bits, cuts, stretches lost, doubled, moved or overwritten. */
function damage(
  bytes: Uint8Array,
  next: () => number,
): { readonly bytes: Uint8Array; readonly from: number; readonly to: number } {
  const place = (below: number): number => Math.floor(next() * below)
  const from = place(bytes.length)
  const to = Math.min(bytes.length, from + 1 + place(200))
  const head = bytes.subarray(0, from)
  const tail = bytes.subarray(to)
  const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
  switch (place(6)) {
    case 0: {
      const copy = bytes.slice()
      copy[from] = copy[from]! ^ (1 << place(8))
      return { bytes: copy, from, to: from + 1 }
    }
    case 1:
      return { bytes: head, from, to: bytes.length }
    case 2:
      return { bytes: join(head, tail), from, to }
    case 3:
      return { bytes: join(head, bytes.subarray(from, to), bytes.subarray(from, to), tail), from, to }
    case 4:
      return {
        bytes: join(
          head,
          Uint8Array.from({ length: to - from }, () => place(256)),
          tail,
        ),
        from,
        to,
      }
    default:
      return { bytes: join(head, new Uint8Array(to - from), tail), from, to }
  }
}

const forms: readonly (readonly [LogFormat, string])[] = [
  [auditd, 'auditd/enriched.log'],
  [ausearch, 'ausearch/interpreted.log'],
  [laurel, 'laurel/audit.json'],
  [syslog, 'syslog/rsyslog.log'],
  [syslog, 'syslog/rfc5424.log'],
  [journal, 'journal/journal.json'],
]

describe('damaged Linux logs', () => {
  it.each(forms.map(([format, path]) => [path, format] as const))(
    '%s',
    async (path, format) => {
      // Three times over under other numbers, so that whole records lie before and behind any damage.
      const one = new TextDecoder().decode(sample(path))
      const bytes = new TextEncoder().encode([1, 2, 3].map(copy => one.replaceAll(':90', `:${copy}90`)).join(''))
      const lines = new TextDecoder().decode(bytes).split('\n')
      const starts: number[] = []
      let at = 0
      for (const line of lines) {
        starts.push(at)
        at += new TextEncoder().encode(line).length + 1
      }
      /** A record in its own words: a line that is whole gives the same type, program or message wherever it stands. */
      const said = (fields: Readonly<Record<string, unknown>>): string =>
        JSON.stringify([fields.type, fields.serial, fields.message, fields.MESSAGE, fields.EventRecordID])
      const intact = (await readLog(format, bytes)).events
      const next = random(1572)
      const started = performance.now()
      for (let round = 0; round < 1000; round++) {
        const harmed = damage(bytes, next)
        const { events, findings } = await readLog(format, harmed.bytes, 1000)
        for (const finding of findings) expect(Object.hasOwn(format.codes, finding.code)).toBe(true)
        expect(findings.length).toBeLessThan(40)
        expect(events.map(event => event.origin!.index)).toEqual([...events.keys()])
        // What lies wholly before the line of the damage is all there.
        const line = starts.filter(start => start <= harmed.from).length
        const before = intact.filter(event => event.origin!.line! < line)
        const kept = events.filter(event => event.origin!.line! < line)
        expect(kept.length).toBe(before.length)
        // Parts of one argument list may lie on both sides.
        expect(kept.filter(event => event.fields.type !== 'EXECVE').map(event => said(event.fields))).toEqual(
          before.filter(event => event.fields.type !== 'EXECVE').map(event => said(event.fields)),
        )
        // And so is what lies behind it, from the next line on.
        const behind = starts.findIndex(start => start > harmed.to)
        if (behind !== -1 && harmed.bytes.length > harmed.from) {
          const single = (event: Event): boolean => event.fields.type !== 'EXECVE'
          const whole = intact.filter(event => event.origin!.line! > behind + 1 && single(event)).map(event => said(event.fields))
          const all = events.filter(single).map(event => said(event.fields))
          expect(all.slice(all.length - whole.length)).toEqual(whole)
        }
      }
      expect(performance.now() - started).toBeLessThan(60_000)
    },
    120_000,
  )

  it('holds a bounded part of a log made to be held', async () => {
    // A million argument lists of events that never end: the window of open events lets them go.
    async function* endless() {
      for (let block = 0; block < 200; block++) {
        const lines = Array.from(
          { length: 1000 },
          (_, at) => `type=EXECVE msg=audit(10.000:${block * 1000 + at}): argc=2 a0="${'x'.repeat(40)}" a1="y"\n`,
        )
        yield new TextEncoder().encode(lines.join(''))
      }
    }
    let count = 0
    let most = 0
    const seen: number[] = []
    for await (const batch of auditd.read(endless(), { name: 'x' }, () => {})) {
      count += batch.length
      most = Math.max(most, batch.length)
      seen.push(batch.at(0).origin!.line!)
    }
    expect(count).toBe(200_000)
    expect(most).toBeLessThan(6000)
    expect(seen.length).toBeGreaterThan(30)
  })

  it('reads a line of a million fields, and names that a prototype has', async () => {
    const wide = `type=X msg=audit(1.000:1): ${'a=b '.repeat(200_000)}\ntype=X msg=audit(1.000:2): __proto__=1 constructor=2 a=b\n`
    const { events } = await readLog(auditd, wide)
    expect(events).toHaveLength(2)
    expect(Object.hasOwn(events[1]!.fields, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(events[1]!.fields)).toBe(Object.prototype)
    expect(events[1]!.fields.constructor).toBe('2')
  })
})

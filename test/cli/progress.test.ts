// The progress line, with a clock of our own.

import { expect, it } from 'vitest'
import type { EventSource } from '../../src/logs/logs.ts'
import { progressLine, totalOf } from '../../src/node/report/progress.ts'
import { sheet } from './made.ts'

const source = (name: string, size: number): EventSource => ({ name, size, open: async function* () {} })

async function* sources(...all: EventSource[]): AsyncGenerator<EventSource> {
  yield* all
}

it('tells files, bytes, rates, alerts and the time left, at most ten times a second, and is wiped at the end', () => {
  const { on, text } = sheet({ terminal: true, columns: 120 })
  let now = 0
  const progress = progressLine(on, () => now, { files: 2, bytes: 100_000_000 })
  for (const [place, name] of ['a\u001b[2J.evtx', 'b.evtx'].entries()) {
    progress.reading(name)
    for (let step = 1; step <= 100; step++) {
      now += 10
      progress.update({ files: place + 1, bytes: 500_000 * (place * 100 + step), events: 1000 * (place * 100 + step), alerts: 3 })
    }
    progress.done(source(name, 50_000_000))
  }
  progress.clear()
  const drawn = text().split('\r\u001b[2K').slice(1)
  expect(drawn.at(-1)).toBe('')
  // 200 updates in 2 seconds.
  expect(drawn.length - 1).toBeLessThanOrEqual(20)
  expect(drawn.length - 1).toBeGreaterThan(10)
  expect(drawn[0]).toBe('0/2 files, 5.0 MB, 50.0 MB/s, 100,000 events/s, 3 alerts  a\\u001b[2J.evtx')
  // Half of the bytes took one second and are done; at 2 seconds the other half is foretold from that share.
  expect(drawn.at(-2)).toBe('1/2 files, 100 MB, 50.0 MB/s, 100,000 events/s, 3 alerts, 2.0 s left  b.evtx')
})

it('counts ahead what can be counted ahead', async () => {
  const clock = () => 0
  expect(await totalOf(sources(source('a', 5), source('b', 6)), clock)).toEqual({ files: 2, bytes: 11 })
  expect(await totalOf(sources(source('a', 5), { ...source('b', 6), size: undefined }), clock)).toEqual({
    files: 2,
    bytes: undefined,
  })
  expect(await totalOf(sources(source('a', 5), { ...source('z.zip', 6), member: 'b' }), clock)).toBeUndefined()
  let late = 0
  expect(await totalOf(sources(source('a', 5)), () => (late += 2000))).toBeUndefined()
})

it('draws nothing when it is over before the first tenth of a second', () => {
  const { on, text } = sheet({ terminal: true })
  const progress = progressLine(on, () => 0)
  progress.update({ files: 1, bytes: 1, events: 1, alerts: 0 })
  progress.clear()
  expect(text()).toBe('')
})

// The progress line, with a clock of our own.

import { expect, it } from 'vitest'
import type { EventSource } from '../../src/logs/logs.ts'
import { progressLine } from '../../src/node/report/progress.ts'
import { sheet } from './made.ts'

const source = (name: string, size: number): EventSource => ({ name, size, open: async function* () {} })

it('tells files, bytes, rates, alerts and the time left, at most ten times a second, and is wiped at the end', async () => {
  const { on, text } = sheet({ terminal: true, columns: 120 })
  let now = 0
  const progress = progressLine(on, () => now)
  const sources = progress.watch(
    (async function* () {
      yield source('a\u001b[2J.evtx', 50_000_000)
      yield source('b.evtx', 50_000_000)
    })(),
  )
  const order: string[] = []
  for await (const { name } of sources) {
    order.push(name)
    for (let step = 0; step < 100; step++) {
      now += 10
      progress.update({ files: order.length, bytes: 500_000 * (order.length * 100 - 99 + step), events: 1000 * step, alerts: 3 })
    }
    progress.done(source(name, 50_000_000))
  }
  progress.clear()
  const drawn = text().split('\r\u001b[2K').slice(1)
  expect(drawn.at(-1)).toBe('')
  // 200 updates in 2 seconds.
  expect(drawn.length - 1).toBeLessThanOrEqual(20)
  expect(drawn.length - 1).toBeGreaterThan(10)
  expect(drawn[0]).toMatch(/^0\/2 files, \d+\.\d MB, 50\.0 MB\/s, [\d,]+ events\/s, 3 alerts {2}a\\u001b\[2J\.evtx$/)
  expect(drawn.at(-2)).toMatch(/^1\/2 files, .* left {2}b\.evtx$/)
})

it('draws nothing when it is over before the first tenth of a second', () => {
  const { on, text } = sheet({ terminal: true })
  const progress = progressLine(on, () => 0)
  progress.update({ files: 1, bytes: 1, events: 1, alerts: 0 })
  progress.clear()
  expect(text()).toBe('')
})

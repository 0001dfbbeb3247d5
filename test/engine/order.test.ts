import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Order } from '../../src/engine/order.ts'
import { compareRows, type Row } from '../../src/engine/row.ts'
import { row } from './rows.ts'

function through(order: Order, rows: readonly Row[]): Row[] {
  const out: Row[] = []
  for (const one of rows) out.push(...order.push(one))
  out.push(...order.drain())
  return out
}

const labels = (rows: readonly Row[]): unknown[] => rows.map(one => one.fields.name)

describe('order', () => {
  it('gives rows by time, then 100 ns, then arrival, then branch', () => {
    const at = (name: string, time: number, ticks: number | undefined, order: number, branch: number): Row => ({
      ...row(time, { name }, branch, order),
      ticks,
    })
    const rows = [
      at('e', 2, 0, 1, 0),
      at('d', 1, 5, 9, 1),
      at('c', 1, 5, 9, 0),
      at('b', 1, 5, 8, 3),
      at('a', 1, undefined, 10, 0),
    ]
    expect(labels(through(new Order(), rows))).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('keeps the order of rows that nothing tells apart', () => {
    const rows = Array.from({ length: 20 }, (_, name) => row(name < 10 ? 2 : 1, { name }, 0, 7))
    expect(labels(through(new Order(), rows))).toEqual([...rows.slice(10), ...rows.slice(0, 10)].map(one => one.fields.name))
  })

  it('releases the earliest when it is full, and gives the late at once, counted', () => {
    const order = new Order(2)
    expect(labels(order.push(row(10, { name: 'ten' })))).toEqual([])
    expect(labels(order.push(row(12, { name: 'twelve' })))).toEqual([])
    expect(labels(order.push(row(11, { name: 'eleven' })))).toEqual(['ten'])
    expect(labels(order.push(row(9, { name: 'nine' })))).toEqual(['nine'])
    expect(order.late).toBe(1)
    expect(labels(order.push(row(10.5, { name: 'between' })))).toEqual(['between'])
    expect(order.late).toBe(1)
    expect(labels([...order.drain()])).toEqual(['eleven', 'twelve'])
    expect(order.size).toBe(0)
  })

  it('gives rows without time at once, counted', () => {
    const order = new Order()
    expect(labels(order.push(row(undefined, { name: 'never' })))).toEqual(['never'])
    expect(order.untimed).toBe(1)
    expect(order.size).toBe(0)
  })

  it('gives any arrival in sorted order while it fits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 2 })), { maxLength: 200 }),
        shape => {
          const rows = shape.map(([time, branch], index) => row(time, {}, branch, index))
          const expected = [...rows].sort(compareRows)
          expect(through(new Order(), rows)).toEqual(expected)
        },
      ),
      { seed: 1572, numRuns: 200 },
    )
  })

  it('sorts what is displaced by less than what it holds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 150 }),
        (held, keys) => {
          // Each row is displaced by fewer than `held` places: blocks of that many rows are shuffled in themselves.
          const rows: Row[] = []
          for (let start = 0; start < keys.length; start += held) {
            const block = keys
              .slice(start, start + held)
              .map((key, index) => ({ key, one: row(start + index, {}, 0, start + index) }))
            rows.push(...block.sort((a, b) => a.key - b.key).map(({ one }) => one))
          }
          const order = new Order(held)
          const out = through(order, rows)
          expect(out.map(one => one.time)).toEqual([...rows].sort(compareRows).map(one => one.time))
          expect(order.late).toBe(0)
        },
      ),
      { seed: 1572, numRuns: 200 },
    )
  })
})

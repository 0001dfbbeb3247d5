// What a long run says of its steps: drawn over on a terminal, now and then a line elsewhere.

import { expect, it } from 'vitest'
import { stepsOf } from '../../src/node/report/steps.ts'

function said(terminal: boolean, wanted: boolean, at: readonly (readonly [seconds: number, text: string])[]): string {
  let time = 0
  const out: string[] = []
  const stderr = { isTTY: terminal, write: (text: string) => out.push(text) > 0 }
  const steps = stepsOf('catalog', wanted, { stderr, now: () => time * 1000 })
  for (const [seconds, text] of at) {
    time = seconds
    steps(text)
  }
  return out.join('')
}

const rules = [0, 5, 10, 11, 39, 40, 71].map(second => [second, `${second} rules`] as const)

it('a pipe gets its first line after ten seconds, and one each thirty', () => {
  expect(said(false, true, [...rules, [72, '']])).toBe('catalog: 10 rules\ncatalog: 40 rules\ncatalog: 71 rules\n')
})
it('a short run says nothing on a pipe', () => {
  expect(
    said(false, true, [
      [1, 'a'],
      [2, 'b'],
      [3, ''],
    ]),
  ).toBe('')
})
it('a terminal has one line, which the end takes away', () => {
  expect(
    said(true, true, [
      [1, 'a'],
      [1.05, 'b'],
      [2, 'c'],
      [3, ''],
    ]),
  ).toBe('\r\u001b[Ka\r\u001b[Kc\r\u001b[K')
})
it('nobody is told who did not want it', () => {
  for (const terminal of [true, false]) expect(said(terminal, false, rules)).toBe('')
})

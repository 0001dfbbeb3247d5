// Changes of findings put together: never half of one, never two in one place, and a diff that makes them again.

import { describe, expect, it } from 'vitest'
import { type Change, mended, together, unified } from '../../src/node/cli/mending.ts'

describe('changes', () => {
  it('of findings that overlap are those of the first, whole', () => {
    const first: Change[] = [
      { start: 0, end: 2, text: 'x' },
      { start: 8, end: 9, text: 'y' },
    ]
    const second: Change[] = [
      { start: 4, end: 5, text: 'z' },
      { start: 8, end: 10, text: 'w' },
    ]
    expect(together([second, first])).toEqual(first)
    expect(mended('0123456789', together([second, first]))).toBe('x234567y9')
  })
  it('that several findings bring are made once', () => {
    const one: Change[] = [{ start: 1, end: 2, text: 'b' }]
    expect(together([one, one])).toEqual(one)
  })
})

/** What `patch` makes of a text and a diff: each hunk's old lines must stand where it says. */
function patched(text: string, diff: string): string {
  const old = text.split(/(?<=\n)/)
  const out: string[] = []
  let at = 0
  const lines = diff.split(/(?<=\n)/).slice(2)
  for (let index = 0; index < lines.length; ) {
    const head = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n$/.exec(lines[index]!)!
    index++
    while (at < Number(head[1]) - 1) out.push(old[at++]!)
    expect(out.length).toBe(Number(head[3]) - 1)
    const [before, began] = [at, out.length]
    for (; index < lines.length && !lines[index]!.startsWith('@@'); index++) {
      const open = lines[index + 1]?.startsWith('\\') === true
      const line = open ? lines[index]!.slice(1, -1) : lines[index]!.slice(1)
      if (lines[index]!.startsWith('+')) out.push(line)
      else {
        expect(old[at]).toBe(line)
        at++
        if (lines[index]!.startsWith(' ')) out.push(line)
      }
      if (open) index++
    }
    expect([at - before, out.length - began]).toEqual([Number(head[2]), Number(head[4])])
  }
  return [...out, ...old.slice(at)].join('')
}

describe('a diff', () => {
  it('makes the changes again', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    for (let round = 0; round < 300; round++) {
      const lines = Array.from({ length: 1 + random(40) }, (_, at) => `line ${at} ${'x'.repeat(random(6))}`)
      const text = lines.join('\n') + (random(2) === 0 ? '\n' : '')
      const changes: Change[] = []
      for (let at = random(30); at < text.length; at += 5 + random(120)) {
        const end = Math.min(text.length, at + random(5))
        changes.push({ start: at, end, text: ['', 'new', 'a\nb', '\n'][random(4)]! })
        at = end
      }
      if (changes.length === 0) continue
      expect(patched(text, unified('f', text, changes)), `round ${round}`).toBe(mended(text, changes))
    }
  })
})

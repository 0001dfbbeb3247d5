// Memory of the host: texts packed in blocks are what was packed, and blocks of a file that are used in turn are the file.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Blocks, BlockWriter } from '../../src/node/blocks.ts'
import { fileBytes } from '../../src/node/bytes.ts'

const home = mkdtempSync(join(tmpdir(), 'terrier-blocks-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const packed = (texts: readonly string[]) => {
  const writer = new BlockWriter()
  const ends = texts.map(text => writer.add(text))
  const { ends: table, packed: parts } = writer.finish()
  return { ends, table, bytes: Buffer.concat(parts) }
}

describe('packed texts', () => {
  it('are read back, in whatever order they are asked for', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant(''),
      fc.nat({ max: 90_000 }).map(length => 'ab\u00e9'.repeat(length / 3)),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (texts, order) => {
        const { ends, table, bytes } = packed(texts)
        expect(Blocks.areSound(table, bytes.length)).toBe(true)
        const blocks = new Blocks(table, bytes)
        expect(blocks.size).toBe(ends.at(-1) ?? 0)
        for (const [, number] of [...texts.keys(), ...texts.keys()].map((_, at) => [at, order.next().value] as const)) {
          const place = number % texts.length
          const start = place === 0 ? 0 : ends[place - 1]!
          expect(blocks.holds(start, ends[place]!)).toBe(true)
          // Half of a pair of surrogates is no text that bytes could say.
          expect(blocks.text(start, ends[place]!)).toBe(Buffer.from(texts[place]!).toString())
        }
      }),
      { seed: 20261124, numRuns: 60 },
    )
  })

  it('say that no text lies in two blocks, or behind the last', () => {
    const { ends, table, bytes } = packed(['a'.repeat(30_000), 'b'.repeat(30_000), 'c'])
    const blocks = new Blocks(table, bytes)
    expect(table.length).toBe(4)
    expect(blocks.holds(0, ends[0]!)).toBe(true)
    expect(blocks.holds(0, ends[0]! + 1)).toBe(false)
    expect(blocks.holds(ends[0]!, ends[2]!)).toBe(true)
    expect(blocks.holds(ends[0]!, ends[2]! + 1)).toBe(false)
    expect(blocks.holds(5, 4)).toBe(false)
  })

  it('are none when their table leads elsewhere, and do not become more than it says', () => {
    const { table, bytes } = packed(['a'.repeat(40_000), 'b'.repeat(40_000)])
    for (const [at, to] of [
      [1, bytes.length + 1],
      [1, 0],
      [3, bytes.length - 1],
      [0, -1],
      [2, 40_000],
    ] as const) {
      const other = table.slice()
      other[at] = to
      expect(Blocks.areSound(other, bytes.length), `${at} ${to}`).toBe(false)
    }
    expect(Blocks.areSound(table.slice(0, 3), bytes.length)).toBe(false)
    const small = table.slice()
    small[0] = 39_999
    expect(Blocks.areSound(small, bytes.length)).toBe(true)
    expect(() => new Blocks(small, bytes).text(0, 10)).toThrow()
    const large = table.slice()
    large[0] = 40_001
    expect(() => new Blocks(large, bytes).text(0, 10)).toThrow()
  })
})

describe('a file read in memory that is used in turn', () => {
  it('is the file, and the block before the one at hand is still there', async () => {
    const path = join(home, 'log')
    writeFileSync(path, Buffer.from(Array.from({ length: 5_500_000 }, (_, at) => (at * 2_654_435_761) >>> 24)))
    const whole = readFileSync(path)
    const memory = new Set<ArrayBufferLike>()
    const last: { readonly bytes: Uint8Array; readonly copy: Buffer }[] = []
    const pieces: Buffer[] = []
    let passing = false
    for await (const bytes of fileBytes(path, 0, Number.POSITIVE_INFINITY, () => passing)) {
      passing = true
      memory.add(bytes.buffer)
      const copy = Buffer.from(bytes)
      pieces.push(copy)
      last.push({ bytes, copy })
      if (last.length > 2) last.shift()
      for (const one of last) expect(one.copy.equals(one.bytes)).toBe(true)
    }
    expect(Buffer.concat(pieces).equals(whole)).toBe(true)
    expect(pieces.length).toBe(6)
    // The first two were read before anybody said that they pass.
    expect(memory.size).toBe(5)
  })
})

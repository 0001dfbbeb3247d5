// Texts that are no queries: no parser of Elastic's languages throws or takes long, and every place that is told lies inside the text. 2,000 texts each from a fixed seed.

import { describe, expect, it } from 'vitest'
import { eql } from '../../src/languages/eql/index.ts'
import { esql } from '../../src/languages/esql/index.ts'
import { kuery } from '../../src/languages/kuery/index.ts'
import type { Language } from '../../src/languages/language.ts'
import { lucene } from '../../src/languages/lucene/index.ts'
import { random } from '../logs/reading.ts'

const shared = ' \t\n"\'`()[]{}:<>=!~*?\\/|,.&+-^%@#$_é😀\u0000\ud800'
const words: Readonly<Record<string, readonly string[]>> = {
  eql: 'process where any sequence by with maxspan=5m runs=3 until [ ] ( ) and or not in in~ like~ regex : == != <= "a*" """x""" `a` f.g ?f null true 1 1.5 length( cidrMatch( , ! | head tail'.split(
    ' ',
  ),
  esql: 'FROM logs-* | WHERE EVAL STATS BY KEEP SORT LIMIT MV_EXPAND GROK DISSECT ROW INLINE a = == ( ) , and or not IS NULL IN LIKE RLIKE "x" """y""" `z` 1 minute :: COUNT(*) LENGTH( CASE( ? [ ]'.split(
    ' ',
  ),
  kuery: 'a : "b" * and or not ( ) { } < >= \\( \\ \\and \\u0041 x.y:z and'.split(' '),
  lucene: 'a : b AND OR NOT && || + - ! ( ) [1 TO 2] {a TO *} "c d"~2 e~ f^2 /g.h/ \\: \\ * ? _exists_:x >=5'.split(' '),
}

const begun: Readonly<Record<string, string>> = { eql: 'any where ', esql: 'FROM a | WHERE ' }

function text(language: Language, next: () => number): string {
  const parts = words[language.id]!
  let out = next() < 0.5 ? (begun[language.id] ?? '') : ''
  for (let count = 1 + Math.floor(next() * 30); count > 0; count--)
    out +=
      next() < 0.75
        ? `${parts[Math.floor(next() * parts.length)]!}${next() < 0.7 ? ' ' : ''}`
        : shared[Math.floor(next() * shared.length)]!
  return out
}

describe.each([eql, esql, kuery, lucene])('$id', language => {
  it('reads or refuses any text', () => {
    const next = random(20_261_124)
    let read = 0
    for (let round = 0; round < Number(process.env.TERRIER_FUZZ ?? 2000); round++) {
      const query = text(language, next)
      const { value, diagnostics } = language.parse({ name: 'q', text: query })
      if (value !== undefined) read++
      // What is not read is told.
      if (value === undefined)
        expect(
          diagnostics.some(finding => finding.severity === 'error'),
          query,
        ).toBe(true)
      for (const { span } of diagnostics)
        expect(span === undefined || (span.start >= 0 && span.start <= span.end && span.end <= query.length), query).toBe(true)
    }
    expect(read).toBeGreaterThan(0)
  })

  it.each([
    ['(', 100_000],
    ['not ', 100_000],
    ['a:b and ', 20_000],
    ['-', 100_000],
    ['"', 100_001],
    ['a.', 50_000],
    ['[', 50_000],
  ])('%s many times ends soon', (piece, times) => {
    const from = performance.now()
    language.parse({ name: 'q', text: piece.repeat(times) })
    language.parse({ name: 'q', text: `FROM a | WHERE ${piece.repeat(times)}` })
    language.parse({ name: 'q', text: `any where ${piece.repeat(times)}` })
    expect(performance.now() - from).toBeLessThan(20_000)
  })
})

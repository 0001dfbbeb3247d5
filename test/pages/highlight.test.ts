// Colour never changes a text: the pieces joined are the text, in every language, and hostile texts are cut in linear time.

import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alike, grammars } from '../../src/pages/grammar.ts'
import { pieces } from '../../src/pages/highlight.ts'

const languages = [...Object.keys(grammars), ...Object.keys(alike), 'yaml', 'none']
const joined = (text: string, language: string) =>
  pieces(text, language)
    .map(piece => piece.text)
    .join('')

describe('pieces', () => {
  it('joined are the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab1 \n\t"\'`@#/*-|:>\\(){}[]$é\u2028'), maxLength: 60 }),
        fc.constantFrom(...languages),
        (text, language) => {
          expect(joined(text, language)).toBe(text)
        },
      ),
      { numRuns: 5000 },
    )
  })
  it('joined are the rules of the pack', () => {
    for (const name of readdirSync('packs/t1572/rules')) {
      const text = readFileSync(`packs/t1572/rules/${name}`, 'utf8')
      expect(joined(text, 'yaml')).toBe(text)
    }
  })

  const kinds = (text: string, language: string) =>
    pieces(text, language).flatMap(({ text: part, kind }) => (kind === undefined ? [] : [`${kind} ${part}`]))
  for (const [language, text, expected] of [
    ['kql', 'T | where a =~ @"\\" // c', ['o |', 'k where', 'o =~', 's @"\\"', 'c // c']],
    ['kql', 'ago(1d)', ['f ago', 'n 1d']],
    ['spl', 'index=a "b\\"c" | stats count by d', ['o =', 's "b\\"c"', 'o |', 'k stats', 'k count', 'k by']],
    ['duckdb', "a = 'it''s' -- x", ['o =', "s 'it''s'", 'c -- x']],
    ['yaml', "a|b: 'c' # d\n", ['y a|b', 'o :', "s 'c'", 'c  # d']],
    ['yaml', 'a: >-\n  # text\nb: 1', ['y a', 'o :', 's   # text\n', 'y b', 'o :', 'n 1']],
    ['eql', 'process where /* x */ true', ['k process', 'k where', 'c /* x */', 'k true']],
  ] as const)
    it(`${language}: ${text}`, () => {
      expect(kinds(text, language)).toEqual(expected)
    })
})

describe('hostile texts', () => {
  for (const language of new Set([...Object.keys(grammars), 'yaml']))
    it(`take no time in ${language}`, () => {
      const began = process.cpuUsage().user
      for (const part of ['"', "'", '\\', '/*', '<#', '--', '`', '@"', 'a', ' ', '- ', ': ', '| ', '1', '#', '|>', 'a:'])
        for (const end of ['', 'x', '\n']) pieces(part.repeat(Math.floor(20_000 / part.length)) + end, language)
      expect((process.cpuUsage().user - began) / 1e6).toBeLessThan(8)
    })
})

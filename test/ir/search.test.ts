// The search with groups finds what JavaScript finds, and gives up instead of stalling.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { search } from '../../src/ir/regex/search.ts'
import { readPortable } from '../../src/ir/regex.ts'

const pieces = [
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '(a)',
  '(a|b)',
  '(?:ab)',
  'a*',
  'b+?',
  '(ab)*',
  '(a|ab)(c|bcd)?',
  '^',
  '$',
  '\\b',
  '(?=a)',
  '(?!b)',
  '(?<=a)',
  '(?<n>b)',
  'a{1,2}',
  '(?:a|b){2}',
]
const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ' ', '\n'), { maxLength: 8 }).map(parts => parts.join(''))

describe('a search with groups', () => {
  it('finds what JavaScript finds', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 }), texts, (parts, text) => {
        if (parts.filter(part => part.includes('?<n>')).length > 1) return
        const pattern = parts.join('')
        const wanted = new RegExp(pattern).exec(text)
        const tree = readPortable(pattern).value
        if (tree === undefined) return
        const found = search(tree, text)
        if (wanted === null) expect([pattern, text, found]).toEqual([pattern, text, undefined])
        else
          expect([pattern, text, found]).toEqual([
            pattern,
            text,
            {
              start: wanted.index,
              end: wanted.index + wanted[0].length,
              groups: expect.anything(),
              names: wanted.groups?.n === undefined && !pattern.includes('<n>') ? {} : { n: wanted.groups?.n },
            },
          ])
      }),
      { numRuns: 3000 },
    )
  })

  it('tells groups by number, references, atomic groups and possessive runs', () => {
    const groups = (pattern: string, text: string) => {
      const found = search(readPortable(pattern).value!, text)
      return typeof found === 'object' ? found.groups : found
    }
    expect(groups('(a)(b)?c', 'ac')).toEqual(['a', undefined])
    expect(groups('(a|ab)(c|bcd)(d*)', 'abcd')).toEqual(['a', 'bcd', ''])
    expect(groups('(.)\\1', 'abba')).toEqual(['b'])
    expect(groups('(?i)(a)\\1', 'aA')).toEqual(['a'])
    expect(groups('a++a', 'aaa')).toBeUndefined()
    expect(groups('(?>a|ab)c', 'abc')).toBeUndefined()
  })

  it('gives up where it would take too long', () => {
    const began = performance.now()
    expect(search(readPortable('(?:a+)+b').value!, 'a'.repeat(60))).toBe('gave up')
    expect(search(readPortable('(?:a|a)*b').value!, 'a'.repeat(60))).toBe('gave up')
    expect(search(readPortable('.*x').value!, 'a'.repeat(100_000))).toBe('gave up')
    expect(search(readPortable('a.*b').value!, `a${'c'.repeat(200_000)}b`)).toMatchObject({ start: 0 })
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

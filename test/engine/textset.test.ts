// Many texts at once are found where each alone is, whatever the letters; and folding is what Unicode says of every character.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { none, type Sought, TextSet } from '../../src/engine/textset.ts'
import { fold } from '../../src/text/fold.ts'

/** Who of them is found, looked for one by one. */
function oneByOne(sought: readonly Sought[], text: string): number[] {
  const folded = fold(text)
  return sought.flatMap(({ how, text: part }, id) => {
    const holds =
      how === 'equals'
        ? folded === part
        : how === 'starts'
          ? folded.startsWith(part)
          : how === 'ends'
            ? folded.endsWith(part)
            : folded.includes(part)
    return holds ? [id] : []
  })
}

function together(sought: readonly Sought[]): (text: string) => number[] {
  const set = new TextSet(sought.map((need, id) => ({ need, id })))
  return text => [...new Set(set.find(text))].sort((a, b) => a - b)
}

const letter = fc.constantFrom(
  'a',
  'A',
  'k',
  'K',
  '\u212a',
  's',
  'ſ',
  'İ',
  'i',
  'é',
  'É',
  'µ',
  '\\',
  '|',
  ' ',
  '.',
  '0',
  '@',
  '`',
  '😀',
)
const plain = fc.constantFrom('a', 'b', 'k', 's', 'A', '\\', '.')
const how = fc.constantFrom<Sought['how']>('equals', 'starts', 'ends', 'contains')
const soughtOf = (unit: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(fc.record({ how, text: fc.string({ unit, minLength: 1, maxLength }).map(fold) }), { minLength: 1, maxLength: 24 })

describe('many texts at once', () => {
  it.each([
    ['short texts of odd letters', soughtOf(letter, 6), fc.string({ unit: letter, maxLength: 30 })],
    ['long texts of odd letters', soughtOf(letter, 14), fc.string({ unit: letter, maxLength: 300 })],
    ['texts of few letters, in long ones', soughtOf(plain, 12), fc.string({ unit: plain, maxLength: 600 })],
    [
      'mixed',
      soughtOf(fc.oneof(plain, letter), 20),
      fc.string({ unit: fc.oneof({ weight: 30, arbitrary: plain }, letter), maxLength: 250 }),
    ],
  ] as const)('are found where each alone is: %s', (_, sought, text) => {
    let found = 0
    fc.assert(
      fc.property(sought, fc.array(text, { minLength: 1, maxLength: 8 }), fc.nat(), (needs, texts, at) => {
        const find = together(needs)
        // A text with one of those sought in it, in capitals.
        const { text: part } = needs[at % needs.length]!
        for (const one of [...texts, part, part.toUpperCase(), `${texts[0]}${part.toUpperCase()}${texts.at(-1)}`, `x${part}`]) {
          const expected = oneByOne(needs, one)
          found += expected.length
          expect(find(one)).toEqual(expected)
        }
      }),
      { numRuns: 300 },
    )
    expect(found).toBeGreaterThan(300)
  })

  it('are found in texts of a megabyte, however often they stand there', () => {
    const sought: Sought[] = ['aaaa', 'aaaaaaaaaaaa', 'needle', 'b'].map(text => ({ how: 'contains', text }))
    const find = together(sought)
    const from = performance.now()
    expect(find('a'.repeat(1 << 20))).toEqual([0, 1])
    expect(find(`${'x'.repeat(1 << 20)}NEEDLE`)).toEqual([2])
    expect(find(`${'é'.repeat(1 << 20)}NEEDLE`)).toEqual([2])
    expect(performance.now() - from).toBeLessThan(5000)
  })

  it('give the same list where nothing is found', () => {
    expect(new TextSet([{ need: { how: 'contains', text: 'abc' }, id: 3 }]).find('xyz')).toBe(none)
  })
})

describe('folding', () => {
  /** CaseFolding.txt, statuses C and S, where they are not the lower case of one character. */
  const simple = (character: string): string => {
    const other: Readonly<Record<string, string>> = { µ: 'μ', ſ: 's', '\u212a': 'k', '\u212b': 'å', İ: 'İ' }
    if (Object.hasOwn(other, character)) return other[character]!
    const lower = character.toLowerCase()
    return lower.length === character.length ? lower : character
  }

  it('of a character is the same wherever it stands', () => {
    for (let code = 0; code < 0x250; code++) {
      const character = String.fromCharCode(code)
      expect(fold(`x${character}Y`)).toBe(`x${simple(character)}y`)
      expect(fold(`${character}\u4e2d`)).toBe(`${simple(character)}\u4e2d`)
    }
    expect(fold('\u212aİ\u212b')).toBe('kİå')
  })

  it('makes ASCII of two characters only', () => {
    const made: string[] = []
    const longer: string[] = []
    for (let code = 0x80; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const character = String.fromCodePoint(code)
      const folded = fold(character)
      if (folded.length !== character.length) longer.push(character)
      if (/[\x00-\x7f]/.test(folded)) made.push(character)
    }
    expect(made).toEqual(['ſ', '\u212a'])
    expect(longer).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import {
  any,
  contains,
  endsWith,
  glob,
  globText,
  literal,
  matchGlob,
  one,
  parseGlob,
  shape,
  startsWith,
} from '../../src/ir/glob.ts'

describe('shape', () => {
  it('knows the common ones', () => {
    expect(shape([])).toEqual({ kind: 'equals', text: '' })
    expect(shape(literal('a'))).toEqual({ kind: 'equals', text: 'a' })
    expect(shape(startsWith('a'))).toEqual({ kind: 'starts', text: 'a' })
    expect(shape(endsWith('a'))).toEqual({ kind: 'ends', text: 'a' })
    expect(shape(contains('a'))).toEqual({ kind: 'contains', text: 'a' })
    expect(shape(contains(''))).toEqual({ kind: 'any' })
    expect(shape([any, 'a', '', 'b', any, any])).toEqual({ kind: 'contains', text: 'ab' })
    for (const text of ['?', 'a?', 'a*b', '?*', '*a*b', '*a?', '*a*?'])
      expect(shape(parseGlob(text)), text).toEqual({ kind: 'other' })
  })
  it('simplifies runs of wildcards', () => {
    expect(glob([any, one, any, one])).toEqual([one, one, any])
  })
})

describe('matchGlob', () => {
  it.each<[string, string, boolean]>([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a\nb', true],
    ['a*b', 'a\nb', true],
    ['a?b', 'a\nb', true],
    ['a*b', 'ab', true],
    ['a*b', 'a', false],
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['*a*b*', 'xbxaxbx', true],
    ['*a*b*', 'xbxax', false],
    ['*ab*ab', 'ab', false],
    ['*ab*ab', 'abab', true],
    ['a?c', 'a😀c', true],
    ['a??c', 'a😀c', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*?', '😀', true],
    ['*?x?*', 'axb', true],
    ['*?x?*', 'xb', false],
    ['*\ude00', '😀', false],
    ['\ud83d*', '😀', false],
    ['*\ude00', 'a\ude00', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['C:\\Windows\\\\*', 'C:\\Windows\\notepad.exe', true],
    ['C:\\Windows\\*', 'C:\\Windows*', true],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matchGlob(parseGlob(pattern), false)(text)).toBe(expected)
  })
  it('folds by simple case folding', () => {
    const fits = (pattern: string, text: string) => matchGlob(parseGlob(pattern), true)(text)
    expect(fits('*PLINK*', 'C:\\plink.exe')).toBe(true)
    expect(fits('?LINK', 'plink')).toBe(true)
    expect(fits('\u212a', 'k')).toBe(true)
    expect(fits('ſ*', 'Systeminfo')).toBe(true)
    expect(fits('straße', 'STRASSE')).toBe(false)
    expect(matchGlob(parseGlob('*PLINK*'), false)('plink')).toBe(false)
  })
  it('takes no more than linear time', () => {
    const fits = matchGlob(parseGlob('*a*a*a*a*a*a*a*a*a*a*a*a*?b'), false)
    const began = performance.now()
    expect(fits('a'.repeat(200_000))).toBe(false)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

describe('globText', () => {
  it.each([
    ['C:\\Windows\\\\*', ['C:\\Windows\\', any]],
    ['*\\plink.exe', [any, '\\plink.exe']],
    ['\\\\\\\\host\\share', ['\\\\host\\share']],
    ['a\\*\\?', ['a*?']],
    ['a\\\\\\*', ['a\\*']],
    ['a\\\\*', ['a\\', any]],
    ['a\\', ['a\\']],
  ])('%s', (text, parts) => {
    const pattern = glob(parts)
    expect(globText(pattern)).toBe(text)
    expect(parseGlob(globText(pattern))).toEqual(pattern)
  })
})

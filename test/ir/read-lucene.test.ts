// Regular expressions of Lucene in the portable form: what they match, typed from the manual, and what is refused.

import { describe, expect, it } from 'vitest'
import { compileRegex } from '../../src/engine/regex.ts'
import { readLucene } from '../../src/ir/regex.ts'

/** Each: the expression, texts that it is about, texts that it is not. */
const truths: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['ab.', ['abc', 'ab\n', 'ab😀'], ['xabc', 'abcd', 'ab']],
  ['abc?', ['ab', 'abc'], ['abcc']],
  ['ab+', ['ab', 'abb'], ['a']],
  ['ab*', ['a', 'abb'], ['b']],
  ['a{2}', ['aa'], ['a', 'aaa']],
  ['a{2,4}', ['aa', 'aaaa'], ['a', 'aaaaa']],
  ['a{2,}', ['aa', 'aaaaa'], ['a']],
  ['abc|xyz', ['abc', 'xyz'], ['abcxyz']],
  ['abc(def)?', ['abc', 'abcdef'], ['abcd']],
  ['[abc]', ['a', 'c'], ['d', 'ab']],
  ['[a-c]', ['b'], ['d', '-']],
  ['[-abc]', ['-', 'a'], ['d']],
  ['[abc\\-]', ['-', 'a'], ['\\']],
  ['[^abc]', ['d', '-', '\n'], ['a']],
  ['[^-abc]', ['d'], ['-', 'a']],
  ['a\\.b', ['a.b'], ['axb']],
  ['a"b.c"', ['ab.c'], ['abxc']],
  ['a@', ['a', 'a\nb'], ['b']],
  ['\\d+\\w\\s', ['12a '], ['12a', 'xa ']],
  ['^a$', ['^a$'], ['a']],
  ['C:\\\\x', ['C:\\x'], ['C:x']],
  ['#|a', ['a'], ['', '#']],
  // A repetition with nothing before it is a plain character (RegExp.java, parseCharExp).
  ['*a', ['*a'], ['a', 'aa']],
  ['.*a.*&.*b', ['ab', 'xaxb'], ['ba', 'bb']],
]

describe('Lucene', () => {
  it.each(truths)('%s', (text, yes, no) => {
    const { value } = readLucene(text)
    const regex = compileRegex(value!, { fold: false, whole: true }).value!
    for (const one of yes) expect(regex.test(one), one).toBe(true)
    for (const one of no) expect(regex.test(one), one).toBe(false)
  })

  it('case is ignored where it is asked', () => {
    const regex = compileRegex(readLucene('pl[I]nk', { fold: true }).value!, { fold: false, whole: true }).value!
    expect([regex.test('PLink'), regex.test('plonk')]).toEqual([true, false])
  })

  it.each([
    ['(a', 'REX021'],
    ['a)', 'REX021'],
    ['a{x}', 'REX021'],
    ['a{9,2}', 'REX021'],
    ['[a', 'REX021'],
    ['[z-a]', 'REX021'],
    ['"a', 'REX021'],
    ['a\\', 'REX021'],
    ['('.repeat(300), 'REX021'],
    ['(a{1000}){1000}', 'REX021'],
    ['~(a)', 'REX022'],
    ['(a&b)', 'REX022'],
    ['a&', 'REX021'],
    ['<1-9>', 'REX022'],
    ['[\\W]', 'REX022'],
  ])('%s is refused as %s', (text, code) => {
    const { value, diagnostics } = readLucene(text)
    expect(value).toBeUndefined()
    expect(diagnostics[0]!.code).toBe(code)
  })
})

// Regular expressions as Lucene has them, typed from Elasticsearch's page on their syntax and from Lucene's RegExp.

import { describe, expect, it } from 'vitest'
import { luceneLiteral, printLucene } from '../../src/ir/regex/lucene.ts'
import { portableRegex, readPortable } from '../../src/ir/regex.ts'

function lucene(pattern: string, options: Partial<Parameters<typeof printLucene>[1]> = {}) {
  const portable = portableRegex(pattern, { flavour: 'pcre' })
  return printLucene(readPortable(portable.value!).value!, { whole: false, ...options })
}

describe('a search takes in what is around it', () => {
  it.each([
    ['abc', '.*abc.*'],
    ['^abc', 'abc.*'],
    ['abc$', '.*abc'],
    ['^abc$', 'abc'],
    ['^a|b$|c', 'a.*|.*b|.*c.*'],
    ['(^|x)a', '(|.*x)a.*'.replace('(|', '(()|')],
    ['a|b', '.*(a|b).*'],
    ['.*a.*', '.*a.*'],
    ['x?a', '.*a.*'],
    ['', '.*'],
    ['^$', ''],
    ['(?s)a.b', '.*a.b.*'],
    ['a.b', '.*a[^\n]b.*'],
    ['a+?b{2,3}', '.*a+b{2,3}.*'],
    ['(?:ab){2}', '.*(ab){2}.*'],
    ['(a|)b', '.*(a|())b.*'],
    ['[^a-c\\]]', '.*[^\\]a-c].*'],
    ['\\W', '.*[^0-9A-Z_a-z].*'],
    ['\\s', '.*[\t-\r ].*'],
    ['a"#@&<>~', '.*a\\"\\#\\@\\&\\<\\>\\~.*'],
  ])('%j', (pattern, expected) => {
    expect(lucene(pattern).value).toBe(expected)
  })
})

describe('case', () => {
  it('is spelt out, without the Kelvin sign and the long s', () => {
    expect(lucene('(?i)ks[k-l]').value).toBe('.*[kK][sS][KLkl].*')
    expect(lucene('é', { fold: true }).value).toBe('.*[éÉ].*')
  })
  it('is left to the place where that folds single letters, and never in ranges', () => {
    expect(lucene('(?i)ab[c-d]', { folded: true }).value).toBe('.*ab[CDcd].*')
  })
  it('of a literal', () => {
    expect(luceneLiteral('a.b/', { fold: true, slash: true })).toBe('[aA]\\.[bB]\\/')
    expect(luceneLiteral('a.b/', { fold: false })).toBe('a\\.b/')
  })
})

it('tells of counted runs that may need too many states', () => {
  const { value, diagnostics } = lucene('a.{0,64}b')
  expect(value).toBe('.*a[^\n]{0,64}b.*')
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['REX302', 'warning']])
})

describe('what Lucene lacks is refused by name', () => {
  it.each([
    ['a(?=b)', 'look-ahead'],
    ['(?<!a)b', 'look-behind'],
    ['(a)\\1', 'a reference to a group'],
    ['(?>a)b', 'an atomic group'],
    ['a++b', 'a possessive quantifier'],
    ['a\\bb', 'the edge of a word'],
    ['(?m)^a', 'the edge of a line'],
    ['a\\Z', '"\\Z"'],
    ['a^b', 'an anchor in the middle'],
    ['(^a)+', 'an anchor that is repeated'],
  ])('%j', (pattern, what) => {
    const { value, diagnostics } = lucene(pattern)
    expect(value).toBeUndefined()
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['REX102', `${what} cannot be said in a regular expression of Lucene`],
    ])
  })
})

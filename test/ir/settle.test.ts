// Questions settled for columns of known types, and joined columns that fall apart: the settled question has the answers of the first one.

import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../src/engine/match.ts'
import { parseGlob } from '../../src/ir/glob.ts'
import { splitJoined } from '../../src/ir/joined.ts'
import type { Predicate, Scalar, ValueType } from '../../src/ir/predicate.ts'
import { settle } from '../../src/ir/settle.ts'

const field = (name: string, type?: ValueType): Scalar =>
  type === undefined ? { kind: 'field', name } : { kind: 'field', name, type }
const like = (subject: Scalar, pattern: string, fold = true): Predicate & { kind: 'test' } => ({
  kind: 'test',
  subject,
  match: { kind: 'glob', glob: parseGlob(pattern), fold },
})
const equals = (subject: Scalar, value: number | bigint | boolean): Predicate => ({
  kind: 'test',
  subject,
  match: { kind: 'compare', op: '=', to: { kind: 'literal', value } },
})
const never: Predicate = { kind: 'const', value: false }

describe('joined columns', () => {
  const joined: Scalar = { kind: 'call', fn: 'derive:joined', args: [field('domain'), field('name')] }
  const values = [undefined, 'NT AUTHORITY', 'CORP', 'a', 'AUTHORI'] as const
  const names = [undefined, 'SYSTEM', 'bob', 'a', 'AUTHORI', 'xAUTHORIy'] as const
  const patterns = [
    'NT AUTHORITY\\\\SYSTEM',
    '*AUTHORI*',
    '*\\\\bob',
    'CORP\\\\*',
    'SYSTEM',
    'a*',
    '*a',
    '*C*b*',
    'a*a',
    '*',
    '\\\\*',
    '*\\\\',
    'a\\\\b\\\\c',
    '?*',
  ]
  it.each(patterns)('%s is the same question of two columns', pattern => {
    const whole = like(field('both'), pattern)
    const split = splitJoined(like(joined, pattern))
    if (split === undefined) {
      // A single character may be the backslash between the two.
      expect(pattern).toContain('?')
      return
    }
    for (const domain of values)
      for (const name of names) {
        const both = domain === undefined ? name : name === undefined ? domain : `${domain}\\${name}`
        const fields = {
          ...(domain === undefined ? {} : { domain }),
          ...(name === undefined ? {} : { name }),
          ...(both === undefined ? {} : { both }),
        }
        const expected = compilePredicate(whole)({ fields })
        expect([pattern, fields, compilePredicate(split)({ fields })]).toEqual([pattern, fields, expected])
      }
  })
  it('leaves other questions alone', () => {
    expect(
      splitJoined({ kind: 'test', subject: joined, match: { kind: 'regex', pattern: 'a', fold: false, whole: false } }),
    ).toBeUndefined()
    expect(splitJoined(like(field('a'), 'b'))).toBeUndefined()
    expect(splitJoined(like(joined, `${'*a'.repeat(40)}`))).toBeUndefined()
  })
})

describe('columns of a type', () => {
  it('a number asked of text is its texts, in decimal and hexadecimal; of declared text in decimal', () => {
    expect(settle(equals(field('a'), 256))).toEqual({
      kind: 'or',
      args: [like(field('a'), '256', false), like(field('a'), '0x100', false)],
    })
    expect(settle(equals(field('a', 'string'), 256))).toEqual(like(field('a', 'string'), '256', false))
    expect(settle(equals(field('a'), -1))).toEqual(like(field('a'), '-1', false))
    expect(settle(equals(field('a', 'long'), 256))).toEqual(equals(field('a', 'long'), 256))
  })
  it('a truth value is its word', () => {
    expect(settle(equals(field('a'), true))).toEqual(like(field('a'), 'true'))
    expect(settle(equals(field('a', 'bool'), true))).toEqual(like(field('a', 'bool'), 'true', false))
  })
  it('a text asked of numbers is the number, or nothing', () => {
    expect(settle(like(field('a', 'long'), '80'))).toEqual(equals(field('a', 'long'), 80))
    expect(settle(like(field('a', 'long'), '-'))).toEqual(never)
  })
  it('the beginning of an address is a network, and what is no address is in no column of them', () => {
    const network = (text: string) => ({ kind: 'test', subject: field('a', 'ip'), match: { kind: 'cidr', network: text } })
    expect(settle(like(field('a', 'ip'), '10.*'))).toEqual(network('10.0.0.0/8'))
    expect(settle(like(field('a', 'ip'), '172.16.*'))).toEqual(network('172.16.0.0/16'))
    expect(settle(like(field('a', 'ip'), 'fe80:*'))).toEqual(network('fe80::/16'))
    expect(settle(like(field('a', 'ip'), '-'))).toEqual(never)
    expect(settle(like(field('a', 'ip'), '*-*'))).toEqual(never)
    expect(settle(like(field('a', 'ip'), '1.2*'))).toEqual(like(field('a', 'ip'), '1.2*'))
    expect(settle({ kind: 'test', subject: field('a', 'string'), match: { kind: 'cidr', network: '10.0.0.0/8' } })).toEqual(never)
  })
  it('settles constants, double negations and repetitions', () => {
    const a = like(field('a'), 'x')
    const not = (arg: Predicate): Predicate => ({ kind: 'not', arg })
    expect(settle({ kind: 'or', args: [a, a, never] })).toEqual(a)
    expect(settle({ kind: 'and', args: [a, not(never)] })).toEqual(a)
    expect(settle({ kind: 'and', args: [a, never] })).toEqual(never)
    expect(settle(not(not(a)))).toEqual(a)
  })
  it('asks a keyword of the fields only, where they are all there is', () => {
    const every: Scalar = { kind: 'fields', names: [{ wild: 'any' }] }
    expect(settle({ kind: 'or', args: [like(every, '*x*'), like({ kind: 'raw' }, '*x*')] })).toEqual(like(every, '*x*'))
    expect(settle(like({ kind: 'raw' }, '*x*'))).toEqual(like({ kind: 'raw' }, '*x*'))
  })
})

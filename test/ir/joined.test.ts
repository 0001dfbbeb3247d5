// A test on a key and a name joined, asked of each of the two, answers as the joined text does.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../src/engine/match.ts'
import { splitPath } from '../../src/ir/joined.ts'
import type { Glob, Predicate } from '../../src/ir/predicate.ts'

const pieces = ['\\', 'a', 'A', 'b', 'a\\b', '\\a', 'b\\']
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 3 }).map(parts => parts.join(''))
const globs: fc.Arbitrary<Glob> = fc.array(
  fc.oneof(fc.constantFrom(...pieces), fc.constantFrom({ wild: 'any' } as const, { wild: 'one' } as const)),
  { minLength: 1, maxLength: 5 },
)

describe('a path in two columns', () => {
  it('is asked apart as it is together', () => {
    fc.assert(
      fc.property(globs, fc.boolean(), fc.option(texts), fc.option(texts), (glob, fold, key, name) => {
        const field = (of: string) => ({ kind: 'field' as const, name: of })
        const test: Predicate & { kind: 'test' } = {
          kind: 'test',
          subject: { kind: 'call', fn: 'derive:joined', args: [field('K'), field('N')] },
          match: { kind: 'glob', glob, fold },
        }
        const split = splitPath(test)
        if (split === undefined) return
        // Products that keep a path in two columns have no empty ones.
        const fields = { ...(key === null || key === '' ? {} : { K: key }), ...(name === null || name === '' ? {} : { N: name }) }
        expect(compilePredicate(split)({ fields })).toBe(compilePredicate(test)({ fields }))
      }),
      { numRuns: 5000 },
    )
  })

  it('leaves other tests, and those with very many places, as they are', () => {
    const test: Predicate & { kind: 'test' } = {
      kind: 'test',
      subject: { kind: 'field', name: 'K' },
      match: { kind: 'glob', glob: ['a'], fold: true },
    }
    expect(splitPath(test)).toBeUndefined()
    const many: Predicate & { kind: 'test' } = {
      ...test,
      subject: { kind: 'call', fn: 'derive:joined', args: [test.subject, test.subject] },
      match: { kind: 'glob', glob: ['a\\'.repeat(18)], fold: true },
    }
    expect(splitPath(many)).toBeUndefined()
  })
})

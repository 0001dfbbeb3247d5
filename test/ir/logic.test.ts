import { describe, expect, it } from 'vitest'
import { dumpPredicate } from '../../src/ir/dump.ts'
import { contains, endsWith, literal } from '../../src/ir/glob.ts'
import { always, and, never, no, normal, not, or, yes } from '../../src/ir/logic.ts'
import type { Predicate } from '../../src/ir/predicate.ts'

const test = (name: string, text = 'x'): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name },
  match: { kind: 'glob', glob: literal(text), fold: false },
})
const [a, b, c] = [test('a'), test('b'), test('c')]

describe('and, or, not', () => {
  it('flatten, settle constants and keep a single part as it is', () => {
    expect(and([and([a, b]), c])).toEqual({ kind: 'and', args: [a, b, c] })
    expect(or([a, or([b, c])])).toEqual({ kind: 'or', args: [a, b, c] })
    expect(and([a])).toBe(a)
    expect(and([])).toEqual(always)
    expect(or([])).toEqual(never)
    expect(and([a, never])).toEqual(never)
    expect(and([a, always])).toBe(a)
    expect(or([a, always])).toEqual(always)
    expect(not(not(a))).toBe(a)
    expect(not(always)).toEqual(never)
  })
})

describe('normal', () => {
  it('makes questions that differ in dress alike', () => {
    const forms: Predicate[] = [
      and([a, or([b, c])]),
      { kind: 'and', args: [{ kind: 'or', args: [c, b, c] }, a, a] },
      { kind: 'not', arg: { kind: 'or', args: [not(a), { kind: 'and', args: [not(b), not(c)] }] } },
      { kind: 'and', args: [{ kind: 'and', args: [a] }, { kind: 'not', arg: { kind: 'not', arg: or([b, c]) } }, always] },
    ]
    const first = JSON.stringify(normal(forms[0]!))
    for (const form of forms) expect(JSON.stringify(normal(form))).toBe(first)
  })
  it('forgets places, and settles contradictions', () => {
    expect(normal({ ...a, span: { start: 1, end: 2 } })).toEqual(a)
    expect(normal({ kind: 'and', args: [a, b, { kind: 'not', arg: a }] })).toEqual(never)
    expect(normal({ kind: 'or', args: [a, b, { kind: 'not', arg: a }] })).toEqual(always)
    expect(normal({ kind: 'and', args: [] })).toEqual(always)
  })
  it('simplifies globs, and case where there is none', () => {
    const folded = (text: string): Predicate => ({
      kind: 'test',
      subject: { kind: 'field', name: 'a' },
      match: { kind: 'glob', glob: contains(text), fold: true },
    })
    expect(dumpPredicate(normal(folded('PLINK')))).toBe('a ~ *plink* fold')
    expect(dumpPredicate(normal(folded('10.0')))).toBe('a ~ *10.0*')
  })
  it('keeps what is not understood, with and without its negation', () => {
    const opaque: Predicate = { kind: 'opaque', text: 'near' }
    expect(normal({ kind: 'not', arg: opaque })).toEqual({ kind: 'not', arg: opaque })
    expect(normal(or([a, opaque])).kind).toBe('or')
  })
  it('survives trees as deep and as broad as they come', () => {
    let deep: Predicate = a
    for (let depth = 0; depth < 100_000; depth++) deep = { kind: 'not', arg: deep }
    expect(normal(deep)).toEqual(a)
    let nested: Predicate = a
    for (let depth = 0; depth < 20_000; depth++)
      nested = { kind: depth % 2 === 0 ? 'and' : 'or', args: [nested, test(`f${depth % 7}`)] }
    const began = performance.now()
    expect(['and', 'or']).toContain(normal(nested).kind)
    const broad: Predicate = {
      kind: 'or',
      args: Array.from({ length: 50_000 }, (_, index) => test('a', `value ${index % 40_000}`)),
    }
    const result = normal(broad)
    expect(result.kind === 'or' && result.args.length).toBe(40_000)
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('yes and no', () => {
  it('say when a three-valued question is true and when it is false', () => {
    expect(dumpPredicate(yes(not(a)))).toBe('all\n  a present\n  not a ~ x')
    expect(dumpPredicate(no(a))).toBe('all\n  a present\n  not a ~ x')
    expect(no(not(a))).toEqual(a)
    expect(dumpPredicate(no(or([a, not(b)])))).toBe('all\n  a present\n  not a ~ x\n  b ~ x')
    const against: Predicate = {
      kind: 'test',
      subject: { kind: 'field', name: 'a' },
      match: { kind: 'compare', op: '<', to: { kind: 'field', name: 'b' } },
    }
    expect(dumpPredicate(no(against))).toBe('all\n  a present\n  b present\n  not a < b')
    const present: Predicate = { kind: 'test', subject: { kind: 'field', name: 'a' }, match: { kind: 'present' } }
    expect(dumpPredicate(no(present))).toBe('not a present')
    const nothing: Predicate = {
      kind: 'test',
      subject: { kind: 'field', name: 'a' },
      match: { kind: 'compare', op: '=', to: { kind: 'literal', value: null } },
    }
    expect(no(nothing)).toEqual(never)
    expect(
      dumpPredicate(
        yes(
          not({ kind: 'test', subject: { kind: 'field', name: 'a' }, match: { kind: 'glob', glob: endsWith('x'), fold: true } }),
          () => always,
        ),
      ),
    ).toBe('not a ~ *x fold')
  })
})

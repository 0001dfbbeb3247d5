// Expressions that look around or back: the same by form, told apart by an event, or tried and no more than that.

import { describe, expect, it } from 'vitest'
import { decide } from '../../src/proof/decide.ts'
import { prove } from '../../src/prove.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { every, has, regex, side, some } from './made.ts'

const verdict = (a: Parameters<typeof side>[0], b: Parameters<typeof side>[0]) => decide(side(a), side(b))

describe('expressions that look around', () => {
  it.each([
    ['a(?=b)', 'a(?:(?=b))'],
    ['(?i)^(?!.*x)y', '^(?!.*[Xx])[Yy]'],
    ['(a)(?!b)', 'a(?!b)'],
  ])('%s is %s by form', (one, other) => {
    expect(verdict(regex('A', one), regex('A', other)).verdict).toBe('equivalent')
  })

  it.each([
    ['foo(?=\\s+bar\\d)', 'foo(?=\\s+bar\\w)'],
    ['^(?!.*--help).*run', '^(?!.*-help).*run'],
    ['(?<!no-)proxy', '(?<!not-)proxy'],
    ['(a+)-\\1', '(a+)-b'],
    ['(?=.*x)(?=.*y)', '(?=.*x)'],
    // A possessive run gives nothing back.
    ['a*+a', 'a*a'],
  ])('%s is not %s', (one, other) => {
    const found = verdict(regex('A', one), regex('A', other))
    expect(found.verdict).toBe('differs')
  })

  it.each([
    ['foo(?=bar)', 'foobar'],
    ['(?=.*x)(?=.*y)', '(?=.*y)(?=.*x)'],
    ['(a)\\1', 'aa'],
  ])('%s and %s are the same, which is tried and not proved', (one, other) => {
    const found = verdict(regex('A', one), regex('A', other))
    expect(found.verdict).toBe('undecided')
    expect(found.verdict === 'undecided' && found.tried).toBeGreaterThan(100)
  })

  it('is not said to be tried where all events are answered alike', () => {
    const never = every(regex('A', '(?=x)y'), has('B', 'z'))
    const found = verdict(never, some(every(never, has('B', 'z')), every(never, has('C', 'c'))))
    expect(found.verdict === 'undecided' && (found.tried ?? 0) > 0).toBe(false)
  })

  it('is a verdict of its own, of which the record says how much it rests on', () => {
    const text =
      'title: t\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s: {CommandLine|re: "(a+)-\\\\1"}\n  condition: s'
    const [rule] = readRules([{ name: 'r.yml', text }]).value!
    expect(prove(rule!, targetOf('splunk')!).verdict).toBe('equivalent')
    const proof = prove(rule!, targetOf('splunk-cim')!)
    expect(proof.verdict).toBe('agrees')
    expect(proof.verdict === 'agrees' && proof.events).toBeGreaterThan(100)
    expect(proof.given.join()).toContain('were tried')
  })
})

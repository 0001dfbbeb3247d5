// The search against enumeration: tests over a few letters, every text up to four of them, the engine as the judge.

import { describe, expect, it } from 'vitest'
import type { Event, Value } from '../../src/ir/event.ts'
import type { Predicate, WordRule } from '../../src/ir/predicate.ts'
import { atomsOf } from '../../src/proof/atoms.ts'
import { decide, example, relate } from '../../src/proof/decide.ts'
import { budget } from '../../src/proof/limits.ts'
import { textFor } from '../../src/proof/values.ts'
import { randomOf } from '../engine/mutate.ts'
import {
  basename,
  every,
  exists,
  like,
  network,
  no,
  number,
  pick,
  present,
  type Random,
  regex,
  side,
  some,
  type Test,
  word,
} from './made.ts'

/** Every text over some letters up to a length. */
function texts(letters: string, most: number): string[] {
  const out = ['']
  for (let from = 0, length = 0; length < most; length++) {
    const to = out.length
    for (; from < to; from++) for (const letter of letters) out.push(out[from]! + letter)
  }
  return out
}

const eventOf = (value: Value | undefined): Event => ({ fields: value === undefined ? {} : { f: value } })

interface World {
  readonly name: string
  /** The share of questions that are asked, where they are dear. */
  readonly share?: number
  readonly values: readonly Value[]
  readonly test: (random: Random) => Test
}

const letters = ['a', 'b', 'A', '\\', 'ab', 'a\\', '\\b', 'aA', 'bA', 'ba', '']
const rules: readonly WordRule[] = ['kusto', 'splunk', 'lucene']
const each = ['any', 'all', 'none', 'one'] as const

const worlds: readonly World[] = [
  {
    name: 'letters and separators',
    values: texts('abA\\', 4),
    test: random => {
      const text = pick(random, letters)
      const fold = random() < 0.5
      switch (Math.floor(random() * 9)) {
        case 0:
          return { ...like('f', '', fold), match: { kind: 'glob', glob: text === '' ? [] : [text], fold } }
        case 1:
          return { ...like('f', '', fold), match: { kind: 'glob', glob: [text === '' ? 'a' : text, { wild: 'any' }], fold } }
        case 2:
          return { ...like('f', '', fold), match: { kind: 'glob', glob: [{ wild: 'any' }, text === '' ? 'b' : text], fold } }
        case 3:
          return {
            ...like('f', '', fold),
            match: { kind: 'glob', glob: [{ wild: 'any' }, text === '' ? 'A' : text, { wild: 'any' }], fold },
          }
        case 4:
          return like('f', pick(random, ['a*b', '?', '??', '?a*', '*a?', 'a*a*', '*a*b*', '*', 'b?*a', '?*']), fold)
        case 5:
          return regex(
            'f',
            pick(random, [
              'a|b',
              '^a',
              'b$',
              '^a*$',
              'a.b',
              '[^a]',
              '^(?:a|bA)+$',
              'a{2}',
              '\\bA',
              'a\\b',
              '^$',
              '(?:ab)?A',
              '^[^b]*$',
            ]),
            fold,
            random() < 0.3,
          )
        case 6:
          return word(
            'f',
            pick(random, ['a', 'ab', 'A', '\\a', 'b\\', '\\', 'bA']),
            pick(random, rules),
            pick(random, ['whole', 'start', 'end']),
            fold,
          )
        case 7: {
          const own = like('f', pick(random, ['a', 'ab*', '*b', '*A*', 'a\\\\*', '*']), fold)
          return basename('f', own.match)
        }
        default:
          return pick(random, [exists('f'), present('f'), { ...present('f'), match: { kind: 'empty' } }])
      }
    },
  },
  {
    name: 'addresses',
    share: 0.2,
    values: [
      ...texts(':1f.', 5),
      ...['10.0.0.1', '10.255.0.1', '010.0.0.1', '10.0.0', '::ffff:10.0.0.1', '::FFFF:a00:1', '::10.0.0.1', '1::10.0.0.1'],
      ...[
        '1:2:3:4:5:6:7:8',
        '1:2:3:4:5:6:7:8:9',
        '1:2:3:4:5:6:7',
        '1::2::3',
        'fe80::1%eth0',
        'fe80::1%',
        'FE80::1',
        'f::1.1.1.1',
      ],
    ],
    test: random => {
      if (random() < 0.4)
        return like('f', pick(random, ['1*', '*:*', '*.*', '*1', '::*', '*::', '*%*', 'f*', '1', '*f*', '10.*']))
      return network(
        'f',
        pick(random, [
          '::/0',
          '::1/128',
          '100::/8',
          '::f/125',
          'f::/16',
          '0.0.0.0/0',
          '10.0.0.0/8',
          '1:2::/32',
          'fe80::/10',
          '::/96',
        ]),
      )
    },
  },
  {
    name: 'digits',
    values: [...texts('019.-', 4), 0, 1, 9, 10, 19, 1.5, -1, 90.1, true],
    test: random => {
      if (random() < 0.3) return like('f', pick(random, ['1', '9*', '*0', '*.*', '-*', '01', '1.0', '?']))
      return number('f', pick(random, ['=', '<', '<=', '>', '>=']), pick(random, [0, 1, 9, 10, 11, 19, 90, 100]))
    },
  },
]

for (const { name, values, test, share = 1 } of worlds)
  describe(`a world of ${name}`, () => {
    const events = [undefined, null, ...values].map(eventOf)
    const random = randomOf(17)
    const tests = Array.from({ length: 200 }, () => test(random)).map((one, index) =>
      index % 5 === 0 ? { ...one, each: each[(index / 5) % 4]! } : one,
    )

    it('finds a text for two tests exactly where there is one', () => {
      let found = 0
      let none = 0
      for (const p of tests)
        for (const q of tests) {
          if (random() > 0.04 * share) continue
          const question = every(present('f'), p, no(q))
          const { ask, where } = side(question)
          const answer = example({ ask, where })
          const real = events.find(ask)
          expect('unknown' in answer ? answer.unknown : '', JSON.stringify([p, q])).toBe('')
          if ('event' in answer) {
            found++
            expect(ask(answer.event)).toBe(true)
          } else {
            none++
            expect(real, JSON.stringify([p, q])).toBeUndefined()
          }
          // The test for a network is told apart from that for an address.
          if (p.match.kind === 'cidr' || q.match.kind === 'cidr') continue
          const [a, b] = [atomsOf(p), atomsOf(q)]
          if (a.length !== 1 || b.length !== 1 || (p.each ?? 'any') !== 'any' || (q.each ?? 'any') !== 'any') continue
          const [{ atom: yes }, { atom: not }] = [a[0]!, b[0]!]
          if (yes.kind === 'state' || yes.kind === 'opaque' || not.kind === 'state' || not.kind === 'opaque') continue
          const text = textFor([yes], [not], budget())
          expect(text !== undefined && ask(eventOf(text)), JSON.stringify([p, q, text])).toBe(text !== undefined)
          if (text === undefined) expect(real, JSON.stringify([p, q])).toBeUndefined()
        }
      expect(found).toBeGreaterThan(200 * share)
      expect(none).toBeGreaterThan(40 * share)
    })

    it('relates questions as all values do, and mirrors itself', () => {
      const grown = (depth: number): Predicate => {
        const kind = random()
        if (depth === 0 || kind < 0.25) return pick(random, tests)
        if (kind < 0.4) return no(grown(depth - 1))
        return (kind < 0.7 ? every : some)(grown(depth - 1), grown(depth - 1))
      }
      const counts = new Map<string, number>()
      for (let round = 0; round < 300 * share; round++) {
        const [a, b] = [side(grown(2)), side(grown(2))]
        const told = JSON.stringify([a.where, b.where])
        const { relation, onlyA, onlyB, both, why } = relate(a, b)
        counts.set(relation, (counts.get(relation) ?? 0) + 1)
        expect(relation === 'undecided' ? why : '', told).toBe('')
        expect(onlyA === undefined || (a.ask(onlyA) && !b.ask(onlyA)), told).toBe(true)
        expect(onlyB === undefined || (!a.ask(onlyB) && b.ask(onlyB)), told).toBe(true)
        expect(both === undefined || (a.ask(both) && b.ask(both)), told).toBe(true)
        // What the values show must have been found.
        expect(onlyA !== undefined || !events.some(event => a.ask(event) && !b.ask(event)), told).toBe(true)
        expect(onlyB !== undefined || !events.some(event => !a.ask(event) && b.ask(event)), told).toBe(true)
        expect(both !== undefined || !events.some(event => a.ask(event) && b.ask(event)), told).toBe(true)
        const mirror = { narrower: 'wider', wider: 'narrower' } as const
        const back = relate(b, a).relation
        expect(back, told).toBe(relation === 'narrower' || relation === 'wider' ? mirror[relation] : relation)
        const decision = decide(a, b)
        expect(decision.verdict, told).toBe(relation === 'equal' ? 'equivalent' : 'differs')
        expect(decide(b, a).verdict, told).toBe(decision.verdict)
      }
      for (const relation of ['equal', 'narrower', 'overlapping', 'disjoint'])
        if (share === 1) expect(counts.get(relation), relation).toBeGreaterThan(2)
    })
  })

// What holds of every proof: a question is never told apart from itself in another dress, events part both originals, edges that bite, bounds that end.

import { describe, expect, it } from 'vitest'
import type { Event, Value } from '../../src/ir/event.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import { decide, example, relate } from '../../src/proof/decide.ts'
import { lawsOf } from '../../src/proof/laws.ts'
import { shrink } from '../../src/proof/shrink.ts'
import { asked } from '../../src/proof/sides.ts'
import { randomOf } from '../engine/mutate.ts'
import {
  basename,
  every,
  exists,
  has,
  is,
  isNull,
  keyword,
  like,
  network,
  no,
  number,
  pick,
  present,
  type Random,
  regex,
  rewritten,
  side,
  some,
  type Test,
  test,
  word,
} from './made.ts'

interface Edge {
  readonly name: string
  readonly a: Predicate
  readonly b: Predicate
  readonly verdict: 'equivalent' | 'differs' | 'undecided'
  /** An event on which they part, where one is known. */
  readonly event?: Readonly<Record<string, Value>>
}

const image = (text: string) => like('Image', text)
const last = (text: string) => basename('Image', like('Image', text).match)

/** The edges of two-valued questions, each typed by hand. */
/** A test of two columns joined with a backslash. */
const joinedHas = (pattern: string): Test => ({
  kind: 'test',
  subject: {
    kind: 'call',
    fn: 'derive:joined',
    args: [
      { kind: 'field', name: 'Key' },
      { kind: 'field', name: 'Name' },
    ],
  },
  match: like('', pattern).match,
})
const sameAs = (field: string, other: string): Test =>
  test(field, { kind: 'text', how: 'whole', to: { kind: 'field', name: other }, fold: true })

const edges: readonly Edge[] = [
  { name: 'null is there', a: isNull('f'), b: no(exists('f')), verdict: 'differs', event: { f: null } },
  { name: 'a star asks for a value', a: like('f', '*'), b: exists('f'), verdict: 'differs', event: { f: null } },
  { name: 'a star is presence', a: like('f', '*'), b: present('f'), verdict: 'equivalent' },
  {
    name: 'not empty is true of nothing',
    a: no(is('f', '')),
    b: every(present('f'), no(is('f', ''))),
    verdict: 'differs',
    event: {},
  },
  {
    name: 'not of a test holds where the field is absent',
    a: no(has('f', 'x')),
    b: every(exists('f'), no(has('f', 'x'))),
    verdict: 'differs',
    event: {},
  },
  {
    name: 'two values of one field',
    a: every(is('f', 'x'), is('f', 'y')),
    b: { kind: 'const', value: false },
    verdict: 'equivalent',
  },
  {
    name: 'keywords in two fields',
    a: every(keyword('plink'), keyword('ssh')),
    b: keyword('plink ssh'),
    verdict: 'differs',
    event: { a: 'plink', b: 'ssh' },
  },
  {
    name: 'two whole keywords are no contradiction',
    a: every(keyword('x'), no(keyword('xy'))),
    b: { kind: 'const', value: false },
    verdict: 'differs',
    event: { a: 'x' },
  },
  { name: 'a keyword within another', a: every(keyword('plink'), keyword('lin')), b: keyword('plink'), verdict: 'equivalent' },
  { name: 'a number is its text', a: number('n', '=', 4688), b: is('n', '4688'), verdict: 'equivalent' },
  {
    name: 'a leading zero is another text',
    a: number('n', '=', 4688),
    b: some(is('n', '4688'), is('n', '04688')),
    verdict: 'differs',
    event: { n: '04688' },
  },
  {
    name: 'a leading zero is no other number',
    a: number('n', '>', 9),
    b: every(number('n', '>', 9), no(is('n', '010'))),
    verdict: 'differs',
    event: { n: '010' },
  },
  {
    name: 'from ten is not above nine',
    a: number('n', '>=', 10),
    b: number('n', '>', 9),
    verdict: 'differs',
    event: { n: '9.1' },
  },
  {
    name: 'hexadecimal texts are numbers',
    a: number('n', '>', 255),
    b: every(number('n', '>', 255), no(is('n', '0x100'))),
    verdict: 'differs',
    event: { n: '0x100' },
  },
  {
    name: 'a prefix is no network',
    a: network('ip', '10.0.0.0/8'),
    b: like('ip', '10.*'),
    verdict: 'differs',
    event: { ip: '10.' },
  },
  {
    name: 'a network in two halves',
    a: network('ip', '10.0.0.0/8'),
    b: some(network('ip', '10.0.0.0/9'), network('ip', '10.128.0.0/9')),
    verdict: 'equivalent',
  },
  {
    name: 'a network of IPv6 in two halves',
    a: network('ip', 'fe80::/10'),
    b: some(network('ip', 'fe80::/11'), network('ip', 'fea0::/11')),
    verdict: 'equivalent',
  },
  {
    name: 'a network of IPv6 against its beginning',
    a: network('ip', 'fe80::/16'),
    b: like('ip', 'fe80:*'),
    verdict: 'differs',
    event: { ip: 'fe80:' },
  },
  {
    name: 'a mapped address lies in the network of IPv4',
    a: network('ip', '10.0.0.0/8'),
    b: every(network('ip', '10.0.0.0/8'), no(like('ip', '*:*'))),
    verdict: 'differs',
    event: { ip: '::ffff:10.0.0.1' },
  },
  {
    name: 'an address with its zone',
    a: network('ip', 'fe80::/10'),
    b: every(network('ip', 'fe80::/10'), no(has('ip', '%'))),
    verdict: 'differs',
    event: { ip: 'fe80::1%eth0' },
  },
  {
    name: 'no network holds what is no address',
    a: every(network('ip', '::/0'), like('ip', '*:::*'), no(has('ip', '%'))),
    b: { kind: 'const', value: false },
    verdict: 'equivalent',
  },
  { name: 'networks of IPv6 of one text', a: network('ip', 'fe80::/10'), b: network('ip', 'fe80::/10'), verdict: 'equivalent' },
  { name: 'a dot takes no line break', a: like('f', 'a*b'), b: regex('f', '^a.*b$'), verdict: 'differs', event: { f: 'a\nb' } },
  { name: 'a star takes it', a: like('f', 'a*b', false), b: regex('f', '^a[\\s\\S]*b$'), verdict: 'equivalent' },
  {
    name: 'an unanchored expression',
    a: regex('f', 'plink'),
    b: regex('f', 'plink', false, true),
    verdict: 'differs',
    event: { f: 'xplink' },
  },
  { name: 'case', a: has('f', 'Plink'), b: has('f', 'Plink', false), verdict: 'differs', event: { f: 'plink' } },
  { name: 'no case in digits and signs', a: has('f', ':3389'), b: has('f', ':3389', false), verdict: 'equivalent' },
  { name: 'the Kelvin sign is a k', a: is('f', 'k'), b: regex('f', '^[kK]$'), verdict: 'differs', event: { f: '\u212a' } },
  {
    name: 'the last part of a path',
    a: image('*\\\\plink.exe'),
    b: last('plink.exe'),
    verdict: 'differs',
    event: { Image: 'plink.exe' },
  },
  {
    name: 'the last part of a full path',
    a: every(image('*\\\\*'), no(image('*/*')), image('*\\\\plink.exe')),
    b: every(image('*\\\\*'), no(image('*/*')), last('plink.exe')),
    verdict: 'equivalent',
  },
  {
    name: 'a folder of that name',
    a: every(image('*\\\\*'), no(image('*/*')), image('*\\\\plink*')),
    b: every(image('*\\\\*'), no(image('*/*')), last('plink*')),
    verdict: 'differs',
    event: { Image: '\\plink\\' },
  },
  { name: 'the end of a path', a: image('*plink.exe'), b: last('*plink.exe'), verdict: 'equivalent' },
  {
    name: 'a word is no part of one',
    a: word('f', 'ssh', 'kusto'),
    b: has('f', 'ssh'),
    verdict: 'differs',
    event: { f: 'sshd' },
  },
  { name: 'a word with signs at its edges', a: word('f', '\\Temp\\', 'kusto'), b: has('f', '\\Temp\\'), verdict: 'equivalent' },
  {
    name: 'a dot parts words for Splunk',
    a: word('f', 'plink', 'splunk'),
    b: every(word('f', 'plink', 'splunk'), no(has('f', 'plink.exe'))),
    verdict: 'differs',
    event: { f: 'plink.exe' },
  },
  {
    name: 'an underscore is of a word for Lucene, not for Kusto',
    a: word('f', 'a', 'lucene'),
    b: word('f', 'a', 'kusto'),
    verdict: 'differs',
    event: { f: 'a_' },
  },
  {
    name: 'control characters are characters',
    a: is('f', 'a'),
    b: every(is('f', 'a'), has('f', '\u0001a')),
    verdict: 'differs',
    event: { f: 'a' },
  },
  {
    name: 'a list that covers itself',
    a: some(has('f', 'plink'), has('f', 'plink.exe')),
    b: has('f', 'plink'),
    verdict: 'equivalent',
  },
  {
    name: 'fields of one text',
    a: test('f', { kind: 'text', how: 'whole', to: { kind: 'field', name: 'g' }, fold: true }),
    b: test('f', { kind: 'text', how: 'whole', to: { kind: 'field', name: 'g' }, fold: true }),
    verdict: 'equivalent',
  },
  {
    name: 'fields of two texts',
    a: test('f', { kind: 'text', how: 'whole', to: { kind: 'field', name: 'g' }, fold: true }),
    b: { kind: 'const', value: false },
    verdict: 'differs',
    event: { f: 'x', g: 'x' },
  },
  {
    name: 'what is asked of null',
    a: every(test('f', { kind: 'compare', op: '=', to: { kind: 'literal', value: null } }), no(present('f'))),
    b: every(test('f', { kind: 'compare', op: '=', to: { kind: 'literal', value: null } }), no(exists('f'))),
    verdict: 'undecided',
  },
  {
    name: 'one letter of one case among letters of both',
    a: is('f', 'pssuspend.exe'),
    b: regex('f', '[P][sS][sS][uU][sS][pP][eE][nN][dD]\\.[eE][xX][eE]', false, true),
    verdict: 'differs',
    event: { f: 'pssuspend.exe' },
  },
  {
    name: 'the end of a text is said where nothing follows anyway',
    a: regex('f', '[Ll]ocal\\\\[^\\\\]{1,256}$'),
    b: regex('f', '[\\s\\S]*[Ll]ocal\\\\[^\\\\]{1,256}$[\\s\\S]*', false, true),
    verdict: 'equivalent',
  },
  {
    name: 'two columns joined have a value of either',
    a: joinedHas('*\\\\IsCredGuardEnabled'),
    b: { kind: 'const', value: false },
    verdict: 'differs',
    event: { Name: '\\IsCredGuardEnabled' },
  },
  {
    name: 'two columns joined, and one of them asked for itself',
    a: every(joinedHas('*\\\\Policies\\\\Off'), has('Key', 'Software')),
    b: every(joinedHas('*\\\\Policies\\\\Off'), has('Key', 'Software'), has('Key', 'x')),
    verdict: 'differs',
    event: { Key: 'Software\\Policies', Name: 'Off' },
  },
  {
    name: 'one field as another has it',
    a: every(sameAs('User', 'ParentUser'), has('Image', 'a')),
    b: every(sameAs('User', 'ParentUser'), has('Image', 'ab')),
    verdict: 'differs',
    event: { User: 'x', ParentUser: 'x', Image: 'a' },
  },
  { name: 'a back-reference is not decided', a: regex('f', '(a|b)\\1'), b: regex('f', 'aa|bb'), verdict: 'undecided' },
]

describe('edges that bite', () => {
  for (const { name, a, b, verdict, event } of edges)
    it(name, () => {
      const [left, right] = [side(a), side(b)]
      const decision = decide(left, right)
      expect(decision.verdict, JSON.stringify(decision)).toBe(verdict)
      expect(decide(right, left).verdict).toBe(verdict)
      if (event !== undefined) expect(left.ask({ fields: event })).not.toBe(right.ask({ fields: event }))
      if (decision.verdict === 'differs') {
        expect(decision.left).not.toBe(decision.right)
        expect(left.ask(decision.event)).toBe(decision.left)
        expect(right.ask(decision.event)).toBe(decision.right)
      }
    })

  it('the text of an event is not that of its fields, but where it is said so', () => {
    const raw: Predicate = { kind: 'test', subject: { kind: 'raw' }, match: has('f', 'x').match }
    const [both, either] = [side(every(keyword('x'), raw)), side(some(keyword('x'), raw))]
    const found = decide(both, either)
    expect(found.verdict).toBe('differs')
    expect(both.ask({ fields: {}, raw: 'x' })).not.toBe(either.ask({ fields: {}, raw: 'x' }))
    expect(decide(both, either, { raw: 'same' }).verdict).toBe('equivalent')
    expect(decide(either, side(keyword('x')), { raw: 'none' }).verdict).toBe('equivalent')
  })

  it('a law of a column is kept by the event', () => {
    const laws = lawsOf(new Map([['n', 'long']]))
    expect(decide(side(number('n', '>=', 10)), side(number('n', '>', 9)), { laws }).verdict).toBe('equivalent')
    expect(decide(side(has('n', 'x')), side({ kind: 'const', value: false }), { laws }).verdict).toBe('equivalent')
  })

  it('where an absent text is the empty one, an expression that takes it takes both', () => {
    const empties = new Set(['f'])
    expect(decide(side(no(has('f', 'x'))), side(exists('f')), { empties }).verdict).toBe('differs')
    const found = decide(side(no(regex('f', '^y*$'))), side(present('f')), { empties })
    expect(found.verdict).toBe('differs')
  })
})

/** A question of a rule's kind, drawn by a seed. */
function drawn(random: Random, depth = 3): Predicate {
  const kind = random()
  if (depth === 0 || kind < 0.2) {
    const field = pick(random, ['Image', 'CommandLine', 'User', 'n'])
    const text = pick(random, [
      '\\plink.exe',
      'ssh',
      ':3389',
      ' -R ',
      'Straße',
      'kiosk',
      'C:\\Temp\\',
      '127.0.0.1',
      '',
      'a.b',
      '(x)',
    ])
    const fold = random() < 0.8
    switch (Math.floor(random() * 7)) {
      case 0:
        return is(field, text, fold)
      case 1:
        return test(field, { kind: 'glob', glob: text === '' ? [{ wild: 'any' }] : [text, { wild: 'any' }], fold })
      case 2:
        return test(field, { kind: 'glob', glob: text === '' ? [{ wild: 'any' }] : [{ wild: 'any' }, text], fold })
      case 3:
        return test(field, { kind: 'glob', glob: [{ wild: 'any' }, 'port', { wild: 'one' }, { wild: 'any' }, '33'], fold })
      case 4:
        return pick(random, [exists(field), present(field), isNull(field), number('n', '>', 1024)])
      default:
        return has(field, text === '' ? 'x' : text, fold)
    }
  }
  if (kind < 0.35) return no(drawn(random, depth - 1))
  if (kind < 0.5) {
    const fold = random() < 0.7
    return some(...Array.from({ length: 5 }, (_, index) => has('CommandLine', `tool${index}.exe`, fold)))
  }
  return (kind < 0.75 ? every : some)(...Array.from({ length: 2 + Math.floor(random() * 2) }, () => drawn(random, depth - 1)))
}

describe('laws', () => {
  it('a question in another dress is the same one, both ways round', () => {
    const random = randomOf(5)
    let byForm = 0
    for (let round = 0; round < 500; round++) {
      const where = drawn(random)
      const other = rewritten(random, where)
      const decision = decide(side(where), side(other))
      expect(decision.verdict, JSON.stringify([where, other, decision])).toBe('equivalent')
      expect(decide(side(other), side(where)).verdict).toBe('equivalent')
      if (decision.verdict === 'equivalent' && decision.by === 'form') byForm++
    }
    expect(byForm).toBeGreaterThan(300)
  })

  it('two questions relate one way round as the other, and their events are asked of both', () => {
    const random = randomOf(6)
    const mirror: Readonly<Record<string, string>> = { narrower: 'wider', wider: 'narrower' }
    const seen = new Set<string>()
    for (let round = 0; round < 300; round++) {
      const a = side(drawn(random))
      const b = side(round % 3 === 0 ? every(a.where, drawn(random, 1)) : drawn(random))
      const told = relate(a, b)
      seen.add(told.relation)
      expect(relate(b, a).relation).toBe(mirror[told.relation] ?? told.relation)
      const is_ = (event: Event | undefined, left: boolean, right: boolean) =>
        event === undefined || (a.ask(event) === left && b.ask(event) === right)
      expect(is_(told.onlyA, true, false) && is_(told.onlyB, false, true) && is_(told.both, true, true)).toBe(true)
      if (told.relation === 'narrower') expect(told.onlyB).toBeDefined()
    }
    expect(seen.size).toBeGreaterThan(3)
  })

  it('an event is made smaller and still shows it', () => {
    const ask = side(every(has('CommandLine', 'ssh'), no(has('User', 'x')))).ask
    const big: Event = { fields: { CommandLine: `C:\\${'a'.repeat(300)} ssh \u0001 -R`, User: 'ann', Other: ['p', 'q'] } }
    const small = shrink(big, ask)
    expect(small.fields).toEqual({ CommandLine: 'ssh' })
  })

  it('what counts, joins or looks around is not a question of one event', () => {
    const from = { kind: 'class', class: { product: 'windows' } } as const
    const filter = { kind: 'filter', where: has('f', 'x') } as const
    const plain = asked({ from, stages: [filter] }, { table: () => [] })
    expect('where' in plain && !plain.grouped).toBe(true)
    expect(asked({ from, stages: [filter, { kind: 'limit', count: 3 }] }, { table: () => [] })).toEqual({
      beyond: 'takes some of the rows',
    })
  })

  it('a question that nothing can match has no example', () => {
    expect(example(side(every(is('f', 'RunWizard'), has('f', '{7940acf8'))))).toEqual({ none: true, cases: expect.any(Number) })
  })
})

describe('bounds', () => {
  const soon = (name: string, a: Predicate, b: Predicate, verdicts: readonly string[]) =>
    it(name, { timeout: 120_000 }, () => {
      const from = process.cpuUsage()
      const decision = decide(side(a), side(b))
      expect(verdicts, JSON.stringify(decision)).toContain(decision.verdict)
      if (decision.verdict === 'undecided') expect(decision.why).not.toBe('')
      // Bounds count steps; this only tells a bound that is none.
      expect(process.cpuUsage(from).user / 1000).toBeLessThan(15_000)
    })

  soon('a long count after a search', regex('f', 'a.{40}b'), regex('f', 'a.{40}b|a.{41}b'), ['differs', 'undecided'])
  soon('counts in each other', regex('f', '(?:a[^b]{5,30}){4,20}c'), regex('f', '(?:a[^b]{5,29}){4,20}c'), [
    'differs',
    'undecided',
  ])
  soon(
    'forty texts that must all be there',
    every(...Array.from({ length: 40 }, (_, at) => has('f', `t${at}x`)), no(like('f', '*t1x*t0x*'))),
    every(...Array.from({ length: 40 }, (_, at) => has('f', `t${at}x`)), no(like('f', '*t0x*t1x*'))),
    ['differs', 'undecided'],
  )
  const names = Array.from({ length: 5000 }, (_, at) => `tool-${at}-end`)
  soon(
    'a choice of five thousand against the list',
    regex('f', names.join('|'), true),
    some(...names.map(name => has('f', name))),
    ['equivalent', 'undecided'],
  )
  soon(
    'a list of five thousand less one',
    some(...names.map(name => is('f', name))),
    some(...names.slice(1).map(name => is('f', name))),
    ['differs', 'undecided'],
  )
  soon(
    'two choices that are no lists',
    regex('f', `(?:${names.slice(0, 1500).join('|')})[a-z]{3,9}$`),
    regex('f', `(?:${names.slice(1, 1500).join('|')})[a-z]{3,9}$`),
    ['differs', 'undecided'],
  )
})

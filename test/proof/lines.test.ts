// Questions about lines told as questions about fields: what JSON and XML spell is what a field holds, what is not understood is left alone, and no line made of an event is answered otherwise than its fields.

import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../src/engine/match.ts'
import type { Event, Value } from '../../src/ir/event.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import { grep } from '../../src/languages/grep/index.ts'
import { decide } from '../../src/proof/decide.ts'
import { linesOf, ofFields } from '../../src/proof/lines/lines.ts'
import { asked, sideOf } from '../../src/proof/sides.ts'
import { randomOf } from '../engine/mutate.ts'
import { pick, type Random } from './made.ts'

const test = (name: string, match: Extract<Predicate, { kind: 'test' }>['match']): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name },
  match,
})
const any = { wild: 'any' } as const
const one = { wild: 'one' } as const
const names: Predicate = {
  kind: 'and',
  args: ['A', 'B', 'Level', 'Provider_Name', 'Data'].map(name => test(name, { kind: 'exists' })),
}

/** What an expression asks of the fields of a line. */
const told = (pattern: string, form: 'json' | 'xml'): Predicate | undefined =>
  ofFields(
    { kind: 'test', subject: { kind: 'raw' }, match: { kind: 'regex', pattern, fold: false, whole: false } },
    linesOf(form),
    names,
  )

const whole = (text: string, fold = false) => test('A', { kind: 'glob', glob: [text], fold })
const ending = (text: string, fold = false) => test('A', { kind: 'glob', glob: [any, text], fold })
const beginning = (text: string) => test('A', { kind: 'glob', glob: [text, any], fold: false })

describe('a line told by its fields', () => {
  const c = '(?:[^"\\\\]|\\\\u[[:xdigit:]]{4}|\\\\[^u])'
  it.each<readonly [pattern: string, asks: Predicate]>([
    ['^(?=.*?"A":"x")', whole('x')],
    ['^(?=.*"A"\\s*:\\s*"x")', whole('x')],
    ['^(?=.*?"A":"x)', beginning('x')],
    ['^(?=.*?"A":(?i:"x\\\\\\\\y"))', whole('x\\y', true)],
    ['^(?=.*?"A":"x\\\\"")', whole('x"')],
    ['^(?=.*?"A":"a\\\\?/b")', whole('a/b')],
    ['^(?=.*?"A":"a(?:\\\\u0009|\\\\t)b")', whole('a\tb')],
    // Written so by nobody who writes each character in one way.
    ['^(?=.*?"A":"\\\\u0041")', { kind: 'const', value: false }],
    ['^(?=.*?"A":"(?:A|\\\\u0041)b")', whole('Ab')],
    [`^(?=.*?"A":"${c}*?x")`, ending('x')],
    [`^(?=.*?"A":(?i:"${c}*?x"))`, ending('x', true)],
    [`^(?=.*?"A":"a${c}b")`, test('A', { kind: 'glob', glob: ['a', one, 'b'], fold: false })],
    ['^(?=.*?"A":(?:"7"|7(?=[\\]\\s,}])))', whole('7')],
    ['^(?=.*?"A":)', test('A', { kind: 'exists' })],
    ['^(?!.*?"A":"x")', { kind: 'not', arg: whole('x') }],
    ['^(?:(?=.*?"A":"x")|(?!.*?"B":))', { kind: 'or', args: [whole('x'), { kind: 'not', arg: test('B', { kind: 'exists' }) }] }],
    ['^(?!(?=.*?"A":"x")(?=.*?"B":))', { kind: 'not', arg: { kind: 'and', args: [whole('x'), test('B', { kind: 'exists' })] } }],
    ['^(?!)', { kind: 'const', value: false }],
  ])('JSON: %s', (pattern, asks) => {
    const found = told(pattern, 'json')
    expect(found && decide(sideOf(found, undefined), sideOf(asks, undefined)).verdict).toBe('equivalent')
  })

  const data = (name: string): string => `.*?<(?:Data (?:[^<>]* )?Name=(?:"${name}"|'${name}')|${name}(?![\\w.:-]))[^<>]*?`
  it.each<readonly [pattern: string, asks: Predicate]>([
    [`^(?=${data('A')}(?<!/)>x</)`, whole('x')],
    [`^(?=${data('A')}(?<!/)>x)`, beginning('x')],
    [`^(?=${data('A')}(?<!/)>a(?:&lt;|&#60;)b</)`, whole('a<b')],
    [`^(?=${data('A')}(?<!/)>a(?:\\n|&#(?:0*10|(?i:x0*a));)b</)`, whole('a\nb')],
    [`^(?=${data('A')}(?<!/)>(?i:(?:[^<&]|&(?:\\w++|#\\d++|#x[[:xdigit:]]++);)*?x)</)`, ending('x', true)],
    [`^(?=${data('A')}(?:/>|(?<!/)></))`, whole('')],
    [`^(?=${data('A')})`, test('A', { kind: 'exists' })],
    [`^(?=.*?<Provider (?:[^<>]* )?Name=(?:"x"|'x'))`, test('Provider_Name', { kind: 'glob', glob: ['x'], fold: false })],
  ])('XML: %s', (pattern, asks) => {
    const found = told(pattern, 'xml')
    const reading = { nulls: false, without: linesOf('xml').without }
    expect(found && decide(sideOf(found, undefined), sideOf(asks, undefined), reading).verdict).toBe('equivalent')
  })

  it.each([
    // A dot takes quotes and what stands behind the value.
    ['json', '^(?=.*?"A":"x.*y")'],
    ['json', '^(?=.*?"A":"[^x]")'],
    // Half of an escape may stand before it.
    ['json', '^(?=.*?"A":"[^"]*x")'],
    ['json', '^(?=.*?"A":"[x"]y")'],
    ['json', '^(?=.*?"A" +:"x")'],
    ['json', '^(?=.*?A":"x")'],
    ['json', '^(?=.*?x)'],
    ['json', '(?=.*?"A":"x")'],
    ['json', '^.*"A":"x"'],
    // A number is not asked as a text is.
    ['json', '^(?=.*?"A":"[0-9]*")'],
    ['json', '^(?=.*?"A":(?:"7"|8(?=[\\]\\s,}])))'],
    ['xml', '^(?=.*?<Data Name="A">x</)'],
    ['xml', `^(?=${data('A')}(?<!/)>[^&]*x</)`],
    ['xml', `^(?=${data('C')}(?<!/)>x</)`],
  ] as const)('leaves alone what it does not understand: %s %s', (form, pattern) => {
    expect(told(pattern, form)).toBeUndefined()
  })

  const texts = [
    '',
    'a',
    'A',
    '\\',
    '"',
    '/',
    '\t',
    '\n',
    '\u0001',
    'é',
    'É',
    '<',
    '>',
    '&',
    "'",
    'k',
    'ſ',
    '7',
    '-',
    '.',
    'true',
    'x',
    'nb',
  ]

  it.each(['json', 'xml'] as const)('is answered as the line of %s is (seed 20260114)', form => {
    const random: Random = randomOf(20260114)
    const lines = linesOf(form)
    const text = (): string => Array.from({ length: Math.floor(random() * 4) }, () => pick(random, texts)).join('')
    const allowed = (of: string): boolean => ![...of].some(character => lines.without.includes(character.codePointAt(0)!))
    let understood = 0
    let hits = 0
    for (let round = 0; round < 1500; round++) {
      const literals = [text(), text()].filter(allowed)
      const glob = [
        ...(random() < 0.5 ? [any] : []),
        ...literals.flatMap((literal, at) => (at === 0 ? [literal] : [pick(random, [any, one]), literal])),
      ]
        .concat(random() < 0.5 ? [any] : [])
        .filter(part => part !== '')
      const name = pick(random, ['A', 'Level', 'Provider_Name', 'EventID'])
      const asks: Predicate = test(
        name,
        pick(random, [{ kind: 'glob', glob, fold: random() < 0.5 }, { kind: 'glob', glob, fold: true }, { kind: 'present' }]),
      )
      const where: Predicate = random() < 0.3 ? { kind: 'not', arg: asks } : asks
      const query = { from: { kind: 'table', name: 'events' }, stages: [{ kind: 'filter', where }] } as const
      const printed = grep.print!(query, { form }).value?.text
      if (printed === undefined) continue
      const back = asked(grep.parse({ name: 'q', text: printed }, {}).value!, { table: () => [] })
      if ('beyond' in back) throw new Error(back.beyond)
      const found = ofFields(back.where, lines, where)
      // A number and a text that looks like one may be asked apart.
      if (found === undefined) continue
      understood++
      const [byLine, byFields] = [compilePredicate(back.where), compilePredicate(found)]
      for (let time = 0; time < 12; time++) {
        const own = random() < 0.5 ? literals.join(pick(random, ['', 'q', '\\'])) : text()
        const value: Value = form === 'json' && random() < 0.2 ? pick<Value>(random, [null, 7, -7, 77, true, false, 1.5]) : own
        if (typeof value === 'string' && !allowed(value)) continue
        const event: Event = { fields: { Z: 'x', [name]: value, Y: text().replaceAll(/[\n\u0001]/g, '') } }
        const answer = byFields(event)
        if (answer) hits++
        expect([printed, event.fields, byLine({ ...event, raw: lines.write(event) })]).toEqual([printed, event.fields, answer])
      }
    }
    expect(understood).toBeGreaterThan(1200)
    expect(hits).toBeGreaterThan(3000)
  })
})

// What is written as a log search of Sumo Logic: values stay in their literals (told by a reader of its own), ask for just that value, and every public rule is converted or refused for a reason.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import type { Match, Predicate } from '../../src/ir/predicate.ts'
import { sumo } from '../../src/languages/sumo/index.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { countConversions, reasonsOf, tellSkipped } from './counted.ts'
import { globsAround, holdToGlob, rowsOf, test as testOf, tokensBy } from './literals.ts'
import { asRegExp } from './re2.ts'
import { torture } from './torture.ts'

const rows = (where: Predicate) => rowsOf('_sourceCategory=*windows*', where)

const test = (match: Match, name = 'a') => testOf(match, name)

const print = (where: Predicate): string => sumo.print!(rows(where), { layout: 'line' }).value!.text

/** The tokens of a search: names, operators, texts in quotes in which a backslash stands before a quote only, expressions between slashes that have none. */
const tokens = tokensBy(
  /^(?:([ \n]+)|"(?:[^"\\\p{Cc}]|\\")*"|\/[^/\p{Cc}]+\/|_sourceCategory=\*windows\*|[A-Za-z_]\w*|\d+[smhd]?|[<>]=?|!=|[=!(),|+])/u,
)

function asks(how: string, literal: string): (text: string) => boolean {
  if (how === '=') return text => text === literal.slice(1, -1).replaceAll('\\"', '"')
  const pattern = asRegExp(literal.slice(1, -1))
  return text => pattern.test(text)
}

describe('Sumo Logic log search', () => {
  it('keeps every value in its literal, and asks for that value', () => {
    for (const asked of globsAround([
      ...torture,
      '/',
      '\\/',
      '/ or a matches /.*',
      '| where',
      '/'.repeat(65_536),
      '"'.repeat(65_536),
    ])) {
      const { text, glob, fold } = asked
      const printed = print({ kind: 'and', args: [test({ kind: 'glob', glob, fold }), test({ kind: 'exists' }, 'b')] })
      const read = tokens(printed)
      const first = read.indexOf('where')
      const [name, how, literal, ...rest] = read.slice(first + 1)
      expect([name, ...rest]).toEqual(['a', '|', 'where', '!', 'isNull', '(', 'b', ')'])
      // JavaScript's own engine gives up on the longest.
      if (text.length > 1000) continue
      holdToGlob(asked, printed, asks(how!, literal!))
    }
  })

  it('asks beneath a negation first whether there is a value', () => {
    const end = (where: Predicate): string => print(where).slice(print(where).lastIndexOf('| where ') + 8)
    const a = test({ kind: 'glob', glob: ['1'], fold: true })
    expect(end({ kind: 'not', arg: a })).toBe('!(!isNull(a) and a = "1")')
    expect(end({ kind: 'not', arg: test({ kind: 'present' }) })).toBe('isNull(a)')
    expect(end(test({ kind: 'cidr', network: '10.0.0.0/8' }))).toMatch(/^a matches \/.*10/)
  })

  it('says what it cannot say, and where', () => {
    const told = (where: Predicate): readonly string[] =>
      sumo.print!(rows(where)).diagnostics.map(finding => `${finding.code} ${finding.span?.start}`)
    expect(told(test({ kind: 'glob', glob: ['\ud800'], fold: true }))).toEqual(['SUM106 1'])
    expect(told(test({ kind: 'exists' }, 'a" as b | count "'))).toEqual(['SUM106 1'])
    expect(told(test({ kind: 'regex', pattern: '(?=a)b', fold: false, whole: false }))).toEqual(['SUM105 1'])
    expect(told(test({ kind: 'text', how: 'start', to: { kind: 'field', name: 'b' }, fold: true }))).toEqual(['SUM103 1'])
    expect(told({ kind: 'test', subject: { kind: 'raw' }, match: { kind: 'exists' }, span: { start: 1, end: 2 } })).toEqual([
      'SUM102 1',
    ])
    expect(
      sumo.print!({ ...rows(test({ kind: 'exists' })), stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(of => of.code),
    ).toEqual(['SUM101'])
  })

  it('counts an event for every rule that finds it', () => {
    const base = (name: string, id: number) =>
      `title: ${name}\nname: ${name}\nlogsource: {product: windows, service: security}\ndetection:\n  selection: {EventID: ${id}}\n  condition: selection\n---\n`
    const text = `${base('one', 1)}${base('two', 2)}title: Both\ncorrelation: {type: event_count, rules: [one, two], timespan: 90s, condition: {gte: 3}}\n`
    const detection = readRules([{ name: 'rule.yml', text }]).value!.at(-1)!
    const { value } = convert(detection, targetOf('sumo')!, { document: 'none' })
    expect(value!.printed.text.split('\n').slice(-6)).toEqual([
      '| if(channel = "Security" and event_id = "1", 1, 0) as found',
      '| if(channel = "Security" and event_id = "2", 1, 0) as found_2',
      '| found + found_2 as found_3',
      '| timeslice 90s',
      '| sum(found_3) as event_count by _timeslice',
      '| where event_count >= 3',
    ])
  })

  it.skipIf(!dataPresent)('converts every rule of SigmaHQ for Windows, or refuses it for a reason (needs ../shared/data)', () => {
    const { all, converted, reasons } = countConversions('sumo', text =>
      expect(tokens(text)[0]).toBe('_sourceCategory=*windows*'),
    )
    console.info(`sumo: ${converted} of ${all} rules converted`, reasonsOf(reasons))
    expect(converted).toBeGreaterThan(2300)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|SUM10[1-6]|PRN10[12]) /.test(reason))).toEqual([])
  })
  if (!dataPresent) tellSkipped('sumo')
})

// What is written for Sumo Logic's Cloud SIEM: values stay in their literals (told by a reader of its own), expressions ask for just that value, and every public rule is converted or refused for a reason.

import { describe, expect, it } from 'vitest'
import type { Match, Predicate } from '../../src/ir/predicate.ts'
import { sumoCse } from '../../src/languages/sumo-cse/index.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { countConversions, reasonsOf, tellSkipped } from './counted.ts'
import { globsAround, holdToGlob, rowsOf, test as testOf, tokensBy } from './literals.ts'
import { torture } from './torture.ts'

const rows = (where: Predicate) => rowsOf('records', where)

const test = (match: Match, name = 'A') => testOf(match, name)

const print = (where: Predicate): string => sumoCse.print!(rows(where), { layout: 'line' }).value!.text

/** The tokens of an expression: names, operators, texts in quotes and expressions between slashes. A slash or a quote ends its literal, whatever stands before it. */
const tokens = tokensBy(/^(?:([ \n]+)|'[^'\\\p{Cc}]*'|\/[^/\p{Cc}]+\/|fields\['[\w.-]+'\]|[A-Za-z]\w*|[=!(),])/u)

/** What a test of one text asks: JavaScript reads what is written here alike, but for characters by their code and the end of a text. */
function asks(how: string, literal: string): (text: string) => boolean {
  const inner = literal.slice(1, -1)
  if (how === '=') return text => text === inner
  const [, flags, body] = /^\(\?(i?s)\)(\^.*)\\z$/.exec(inner)!
  const pattern = new RegExp(`${body!.replace(/\\x\{/g, '\\u{')}$`, `u${flags}`)
  return text => pattern.test(text)
}

describe('Cloud SIEM', () => {
  it('keeps every value in its literal, and asks for that value', () => {
    for (const asked of globsAround([...torture, '/', '\\/', '/ OR A matches /.*', '/'.repeat(65_536)])) {
      const { text, glob, fold } = asked
      const printed = print({ kind: 'and', args: [test({ kind: 'glob', glob, fold }), test({ kind: 'exists' }, 'B')] })
      const [name, how, literal, ...rest] = tokens(printed)
      expect([name, ...rest]).toEqual(['A', 'AND', '!', 'isNull', '(', 'B', ')'])
      // JavaScript's own engine gives up on the longest.
      if (text.length > 1000) continue
      holdToGlob(asked, printed, asks(how!, literal!))
    }
  })

  it('asks beneath a negation first whether there is a value', () => {
    const a = test({ kind: 'glob', glob: ['1'], fold: true })
    expect(print({ kind: 'not', arg: a })).toBe("!(!isNull(A) AND A = '1')")
    expect(print({ kind: 'not', arg: test({ kind: 'present' }) })).toBe('isNull(A)')
    expect(print(test({ kind: 'empty' }))).toBe("A = ''")
    expect(print(test({ kind: 'cidr', network: '10.0.0.0/8' }))).toMatch(/^A matches \/.*10/)
  })

  it('says what it cannot say, and where', () => {
    const told = (where: Predicate): readonly string[] =>
      sumoCse.print!(rows(where)).diagnostics.map(finding => `${finding.code} ${finding.span?.start}`)
    expect(told(test({ kind: 'glob', glob: ['\ud800'], fold: true }))).toEqual(['CSE106 1'])
    expect(told(test({ kind: 'exists' }, "fields['a'] or fields['b']"))).toEqual(['CSE106 1'])
    expect(told(test({ kind: 'regex', pattern: '(?=a)b', fold: false, whole: false }))).toEqual(['CSE105 1'])
    expect(told(test({ kind: 'regex', pattern: '\\p{Lu}', fold: false, whole: false }))).toEqual(['CSE105 1'])
    expect(told(test({ kind: 'compare', op: '<', to: { kind: 'literal', value: 5 } }))).toEqual(['CSE102 1'])
    expect(told(test({ kind: 'compare', op: '=', to: { kind: 'field', name: 'B' } }))).toEqual(['CSE103 1'])
    expect(told({ kind: 'test', subject: { kind: 'raw' }, match: { kind: 'exists' }, span: { start: 1, end: 2 } })).toEqual([
      'CSE102 1',
    ])
    expect(
      sumoCse.print!({ ...rows(test({ kind: 'exists' })), stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(of => of.code),
    ).toEqual(['CSE101'])
  })

  it.skipIf(!dataPresent)('converts every rule of SigmaHQ for Windows, or refuses it for a reason (needs ../shared/data)', () => {
    const { all, converted, reasons } = countConversions('sumo-cse', text => {
      const found = tokens(text)
      const first = found.findIndex(token => token !== '(')
      expect(found.slice(first, first + 3)).toEqual(['metadata_vendor', '=', "'Microsoft'"])
    })
    console.info(`sumo-cse: ${converted} of ${all} rules converted`, reasonsOf(reasons))
    expect(converted).toBeGreaterThan(2300)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|CSE10[1-6]|PRN102) /.test(reason))).toEqual([])
  })
  if (!dataPresent) tellSkipped('sumo-cse')
})

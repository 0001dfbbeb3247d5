// What is written as a search of Logpoint: values stay in their literals (told by a reader of its own), ask for just that value or what a warning says, and every public rule is converted or refused for a reason.

import { describe, expect, it } from 'vitest'
import { matchGlob } from '../../src/ir/glob.ts'
import type { Glob, Match, Predicate } from '../../src/ir/predicate.ts'
import { logpoint } from '../../src/languages/logpoint/index.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { countConversions, reasonsOf, tellSkipped } from './counted.ts'
import { any, globsAround, holdToGlob, rowsOf, test as testOf, tokensBy } from './literals.ts'
import { asRegExp } from './re2.ts'
import { torture } from './torture.ts'

const rows = (where: Predicate) => rowsOf('logs', where)

const test = (match: Match, name = 'a') => testOf(match, name)

/** The tokens of a search: names, operators, texts in either kind of quotes, in which nothing is escaped but stars and question marks. */
const tokens = tokensBy(/^(?:([ \n]+)|"[^"\p{Cc}]*"|'[^'\p{Cc}]*'|[A-Za-z_][\w.]*|\d+|[<>]=?|[-=()[\],|*])/u)

/** What a text in quotes asks: a backslash before a star or question mark makes it plain, elsewhere it is itself. */
function asks(literal: string): (text: string) => boolean {
  const glob: Glob = [...literal.slice(1, -1).matchAll(/\\([*?])|([*?])|([\s\S])/gu)].map(([, plain, wild, other]) =>
    wild === undefined ? (plain ?? other!) : { wild: wild === '*' ? 'any' : 'one' },
  )
  return matchGlob(glob, true)
}

describe('Logpoint', () => {
  it('keeps every value in its literal, and asks for just that value', () => {
    for (const asked of globsAround([...torture, '" OR a="', `"'`, "' OR a=*", '| search', '\\*', 'a\\'])) {
      const { text, glob, fold } = asked
      const where: Predicate = { kind: 'and', args: [test({ kind: 'glob', glob, fold }), test({ kind: 'exists' }, 'b')] }
      const { value, diagnostics } = logpoint.print!(rows(where), { layout: 'line' })
      const codes = diagnostics.map(finding => finding.code)
      if (value === undefined) {
        expect([text, codes.every(code => code === 'LGP102' || code === 'LGP106' || code === 'LGP107')]).toEqual([text, true])
        continue
      }
      const read = tokens(value.text)
      const late = read.includes('regex')
      if (late) expect(read.slice(0, 5)).toEqual(['b', '=', '*', '|', 'process'])
      else expect([read[0], read[1], ...read.slice(3)]).toEqual(['a', '=', 'AND', 'b', '=', '*'])
      // JavaScript's own engine gives up on the longest.
      if (text.length > 1000) continue
      const literal = read[late ? 7 : 2]!
      holdToGlob(asked, value.text, late ? (of: string) => asRegExp(literal.slice(1, -1)).test(of) : asks(literal), false)
    }
  })

  it('asks the beginnings of the addresses of a network', () => {
    const print = (network: string) => logpoint.print!(rows(test({ kind: 'cidr', network }))).value!.text
    expect(print('192.168.0.0/22')).toBe('a IN ["192.168.0.*", "192.168.1.*", "192.168.2.*", "192.168.3.*"]')
    expect(print('127.0.0.1/32')).toBe('a="127.0.0.1"')
    expect(print('fe80::/10')).toBe('a IN ["fe8?:*", "fe9?:*", "fea?:*", "feb?:*"]')
    expect(print('fc00::/7')).toBe('a IN ["fc??:*", "fd??:*"]')
    expect(print('::1/128')).toBe('a="::1"')
    const read = tokens(print('2001:db8::/32'))
    expect(read.slice(0, 6)).toEqual(['a', '=', '*', '|', 'process', 'regex'])
    const asked = asRegExp(read[7]!.slice(1, -1))
    for (const [address, wanted] of [
      ['2001:db8::1', true],
      ['2001:DB8:1::', true],
      ['2001:db9::1', false],
      ['x2001:db8::1', false],
    ] as const)
      expect([address, asked.test(address)]).toEqual([address, wanted])
  })

  it('asks beneath or the field that a match makes', () => {
    for (const text of [...torture, '" OR a="', `"'`, '| search', '\\*', 'a\\'].filter(one => one.length < 1000)) {
      const glob: Glob = [any, text, any]
      const where: Predicate = {
        kind: 'and',
        args: [
          test({ kind: 'exists' }, 'c'),
          { kind: 'or', args: [test({ kind: 'glob', glob: ['A', ...glob], fold: false }), test({ kind: 'exists' }, 'b')] },
        ],
      }
      const { value, diagnostics } = logpoint.print!(rows(where), { layout: 'line' })
      if (value === undefined) {
        expect([text, diagnostics.every(({ code }) => code === 'LGP106' || code === 'LGP107')]).toEqual([text, true])
        continue
      }
      const read = tokens(value.text)
      expect(read.slice(0, 7)).toEqual(['c', '=', '*', '|', 'process', 'regex', '('])
      expect(read.slice(8)).toEqual([',', 'a', ')', '|', 'search', 're1', '=', '*', 'OR', 'b', '=', '*'])
      const asked = asRegExp(read[7]!.slice(1, -1).replace('(?P<re1>', '('))
      for (const other of [text, `A${text}`, `Ax${text}x`, `a${text}`, `A${text}\n`, 'A', ''])
        expect([value.text, other, asked.test(other)]).toEqual([value.text, other, matchGlob(['A', ...glob], false)(other)])
    }
  })

  it('asks a whole message with any one character where a text has no certain spelling, and only where that is wanted', () => {
    const where: Predicate = {
      kind: 'test',
      subject: { kind: 'raw' },
      match: { kind: 'glob', glob: [any, 'C:\\', any], fold: true },
    }
    expect(logpoint.print!(rows(where)).diagnostics.map(({ code }) => code)).toEqual(['LGP108'])
    const loose = logpoint.print!(rows(where), { loose: true })
    expect([loose.value?.text, loose.diagnostics.map(({ code }) => code)]).toEqual(['"*C:?*"', ['LGP301']])
  })

  it('says what it cannot say, and where', () => {
    const told = (where: Predicate): readonly string[] =>
      logpoint.print!(rows(where)).diagnostics.map(finding => `${finding.code} ${finding.span?.start}`)
    expect(told(test({ kind: 'glob', glob: ['\ud800'], fold: true }))).toEqual(['LGP106 1'])
    expect(told(test({ kind: 'exists' }, 'a" OR "b'))).toEqual(['LGP106 1'])
    expect(told(test({ kind: 'regex', pattern: '(?=a)b', fold: false, whole: false }))).toEqual(['LGP107 1'])
    expect(told(test({ kind: 'cidr', network: 'fe80' }))).toEqual(['LGP104 1'])
    const late = test({ kind: 'regex', pattern: 'a', fold: false, whole: false })
    expect(told({ kind: 'or', args: [late, test({ kind: 'exists' }, 'b')] })).toEqual(['LGP105 1'])
    expect(told(test({ kind: 'compare', op: '<', to: { kind: 'literal', value: 5 } }))).toEqual(['LGP104 1'])
    expect(told({ kind: 'test', subject: { kind: 'raw' }, match: { kind: 'exists' }, span: { start: 1, end: 2 } })).toEqual([
      'LGP102 1',
    ])
    expect(
      logpoint.print!({ ...rows(test({ kind: 'exists' })), stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(
        of => of.code,
      ),
    ).toEqual(['LGP101'])
  })

  it.skipIf(!dataPresent)('converts every rule of SigmaHQ for Windows, or refuses it for a reason (needs ../shared/data)', () => {
    const { all, converted, reasons } = countConversions('logpoint', text => expect(tokens(text).length).toBeGreaterThan(5))
    console.info(`logpoint: ${converted} of ${all} rules converted`, reasonsOf(reasons))
    expect(converted).toBeGreaterThan(1900)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|LGP10[1-7]|PRN10[12]) /.test(reason))).toEqual([])
  })
  if (!dataPresent) tellSkipped('logpoint')
})

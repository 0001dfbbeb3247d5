// What is written for QRadar: values stay in their literals (told by a reader of its own), expressions ask for just that value, and every public rule is converted or refused for a reason.

import { describe, expect, it } from 'vitest'
import type { Match, Predicate, ValueType } from '../../src/ir/predicate.ts'
import { aql } from '../../src/languages/aql/index.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { countConversions, reasonsOf, tellSkipped } from './counted.ts'
import { any, globsAround, holdToGlob, rowsOf, test as testOf, tokensBy } from './literals.ts'
import { torture } from './torture.ts'

const rows = (where: Predicate) => rowsOf('events', where)

const test = (match: Match, name = 'A', type?: ValueType) => testOf(match, name, type)

const print = (where: Predicate): string => aql.print!(rows(where), { layout: 'line' }).value!.text

/** The tokens of a search: words, numbers and operators, `"…"`, and literals as `'…`. A quote ends a literal, whatever stands before it. */
const read = tokensBy(/^(?:([ \n]+)|'[^'\p{Cc}]*'|"[^"\p{Cc}]*"|[A-Za-z]\w*|\d+|[<>]?=|[<>(),*])/u)
const tokens = (text: string): readonly string[] => read(text).map(token => (token.startsWith("'") ? token.slice(0, -1) : token))

/** What a test of one text asks, by the manual: LIKE's wildcards are always wildcards, and MATCHES is Java's. */
function asks(how: string, literal: string): (text: string) => boolean {
  if (how === '=') return text => text === literal
  if (how === 'LIKE' || how === 'ILIKE') {
    const source = literal
      .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      .replaceAll('%', '.*')
      .replaceAll('_', '.')
    const pattern = new RegExp(`^${source}$`, how === 'ILIKE' ? 'isu' : 'su')
    return text => pattern.test(text)
  }
  const [, flags, body] = /^\(\?(i?s)\)(\^.*\\z)$/.exec(literal)!
  const pattern = new RegExp(body!.replace(/\\z$/, '$'), `u${flags}`)
  return text => pattern.test(text)
}

describe('AQL', () => {
  it('keeps every value in its literal, and asks for that value', () => {
    for (const asked of globsAround(torture)) {
      const { text, glob, fold } = asked
      const printed = print({ kind: 'and', args: [test({ kind: 'glob', glob, fold }), test({ kind: 'exists' }, 'B')] })
      const [, , , , , name, how, literal, ...rest] = tokens(printed)
      expect([name, ...rest]).toEqual(['A', 'AND', 'B', 'IS', 'NOT', 'NULL', 'LAST', '24', 'HOURS'])
      expect(literal!.startsWith("'")).toBe(true)
      // No literal ends in a backslash, so that it would end all the same where one escaped the quote.
      expect(/\\$/.test(literal!)).toBe(false)
      // JavaScript's own engine gives up on the longest.
      if (text.length > 1000) continue
      holdToGlob(asked, printed, asks(how!, literal!.slice(1)))
    }
  })

  it('asks beneath a negation first whether there is a value', () => {
    const a = test({ kind: 'glob', glob: ['1'], fold: true })
    const b = test({ kind: 'glob', glob: ['2'], fold: true }, 'B b')
    const where = (of: Predicate): string => /WHERE (.*) LAST 24 HOURS$/.exec(print(of))![1]!
    expect(where({ kind: 'not', arg: a })).toBe("NOT (A IS NOT NULL AND A = '1')")
    expect(where({ kind: 'not', arg: { kind: 'and', args: [a, b] } })).toBe(
      'NOT (A IS NOT NULL AND A = \'1\' AND "B b" IS NOT NULL AND "B b" = \'2\')',
    )
    expect(where({ kind: 'not', arg: { kind: 'or', args: [a, b] } })).toBe(
      'NOT ((A IS NOT NULL AND A = \'1\') OR ("B b" IS NOT NULL AND "B b" = \'2\'))',
    )
    expect(where({ kind: 'not', arg: test({ kind: 'present' }) })).toBe('A IS NULL')
    expect(where(test({ kind: 'empty' }))).toBe("A = ''")
  })

  it('says numbers and addresses of columns that hold them', () => {
    const where = (of: Predicate): string => /WHERE (.*) LAST 24 HOURS$/.exec(print(of))![1]!
    expect(where(test({ kind: 'compare', op: '>=', to: { kind: 'literal', value: 1024 } }, 'sourceport', 'long'))).toBe(
      'sourceport >= 1024',
    )
    expect(where(test({ kind: 'cidr', network: '10.0.0.0/8' }, 'destinationip', 'ip'))).toBe(
      "INCIDR('10.0.0.0/8', destinationip)",
    )
    expect(where(test({ kind: 'glob', glob: ['10.1.2.3'], fold: true }, 'destinationip', 'ip'))).toBe(
      "destinationip = '10.1.2.3'",
    )
  })

  it('writes expressions as Java reads them, whether they are searched for or compared with a whole value', () => {
    const regex = (pattern: string, fold = false): string =>
      tokens(print(test({ kind: 'regex', pattern, fold, whole: false })))[7]!.slice(1)
    expect(regex("a'b")).toBe('(?d)(?s:.*)(?:a\\u0027b)(?s:.*)')
    expect(regex('a|b', true)).toBe('(?di)(?s:.*)(?:a|b)(?s:.*)')
    expect(regex('x[a&&[b]$')).toBe('(?d)(?s:.*)(?:x[\\&\\[ab]\\z)(?s:.*)')
  })

  it('says what it cannot say, and where', () => {
    const told = (where: Predicate): readonly string[] =>
      aql.print!(rows(where)).diagnostics.map(finding => `${finding.code} ${finding.span?.start}`)
    const field = { kind: 'field', name: 'B' } as const
    expect(told(test({ kind: 'glob', glob: ['\ud800'], fold: true }))).toEqual(['AQL106 1'])
    expect(told(test({ kind: 'exists' }, 'a"b'))).toEqual(['AQL106 1'])
    expect(told(test({ kind: 'regex', pattern: '(?=a)b', fold: false, whole: false }))).toEqual(['AQL105 1'])
    expect(told(test({ kind: 'regex', pattern: '\\p{Lu}', fold: false, whole: false }))).toEqual(['AQL105 1'])
    expect(told(test({ kind: 'regex', pattern: 'é', fold: true, whole: false }))).toEqual(['AQL105 1'])
    expect(told(test({ kind: 'compare', op: '<', to: { kind: 'literal', value: 5 } }))).toEqual(['AQL104 1'])
    expect(told(test({ kind: 'compare', op: '<', to: { kind: 'literal', value: 1.5 } }, 'sourceport', 'long'))).toEqual([
      'AQL104 1',
    ])
    expect(told(test({ kind: 'exists' }, 'sourceport', 'long'))).toEqual(['AQL104 1'])
    expect(told(test({ kind: 'cidr', network: '10.0.0.0/8' }))).toEqual(['AQL104 1'])
    expect(told(test({ kind: 'cidr', network: 'fe80::/10' }, 'destinationip', 'ip'))).toEqual(['AQL104 1'])
    expect(told(test({ kind: 'compare', op: '=', to: field }))).toEqual(['AQL103 1'])
    expect(
      told({ kind: 'test', subject: { kind: 'fields', names: [any] }, match: { kind: 'exists' }, span: { start: 1, end: 2 } }),
    ).toEqual(['AQL102 1'])
    expect(
      aql.print!({ ...rows(test({ kind: 'exists' })), stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(of => of.code),
    ).toEqual(['AQL101'])
  })

  it.skipIf(!dataPresent)('converts every rule of SigmaHQ for Windows, or refuses it for a reason (needs ../shared/data)', () => {
    const { all, converted, reasons } = countConversions('qradar', text =>
      expect(tokens(text).slice(0, 8).join(' ')).toBe('SELECT * FROM events WHERE devicetype = 12'),
    )
    console.info(`qradar: ${converted} of ${all} rules converted`, reasonsOf(reasons))
    expect(converted).toBeGreaterThan(400)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|AQL10[1-6]|PRN102) /.test(reason))).toEqual([])
  })
  if (!dataPresent) tellSkipped('qradar')
})

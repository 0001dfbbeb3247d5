// What is written for LogScale: values stay in their literals (told by a reader of its own), and every public rule is converted or refused for a reason.

import { describe, expect, it } from 'vitest'
import type { Match, Predicate } from '../../src/ir/predicate.ts'
import { logscale } from '../../src/languages/logscale/index.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { countConversions, reasonsOf, tellSkipped } from './counted.ts'
import { globsAround, holdToGlob, rowsOf, test } from './literals.ts'
import { torture } from './torture.ts'

const query = (...matches: Match[]) => rowsOf('events', { kind: 'and', args: matches.map(match => test(match, 'A')) })

type Token = { readonly kind: 'word' | 'text' | 'regex'; readonly text: string; readonly flags?: string }

/** The tokens of a filter as the grammar has them: words and operators, `"…"` and `/…/flags`. Comments would swallow a line, and are an error here. */
function tokens(text: string): readonly Token[] {
  const found: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^[ \n]+/.exec(rest)
    const word = /^(?:[#@]?[A-Za-z_]\w*|[<>]?=|[<>()*]|-?\d[\d.]*)/.exec(rest)
    const literal = /^"((?:[^"\\\n]|\\["\\])*)"/.exec(rest)
    const regex = /^\/((?:[^/\\\n]|\\[^\n])+)\/([idm]*)(?=[ \n)]|$)/.exec(rest)
    if (blank !== null) at += blank[0].length
    else if (literal !== null) found.push({ kind: 'text', text: literal[1]!.replace(/\\(.)/g, '$1') })
    else if (regex !== null) found.push({ kind: 'regex', text: regex[1]!, flags: regex[2]! })
    else if (word !== null) found.push({ kind: 'word', text: word[0] })
    else throw new Error(`no token at ${JSON.stringify(rest.slice(0, 40))}`)
    at += blank === null ? (literal ?? regex ?? word)![0].length : 0
  }
  return found
}

/** The expression as JavaScript has it, which reads what is written here alike. */
const asRegExp = ({ text, flags }: Token): RegExp => new RegExp(text, `u${flags!.replace('d', 's')}`)

const nasty = [
  ...torture,
  '\\*',
  '/',
  '//',
  '*/',
  '\\/',
  '/ or A=* or A=/',
  '" or A=* or A="',
  '| drop()',
  'K',
  '/'.repeat(65_536),
]

describe('LogScale', () => {
  it('keeps every value in its literal, and asks for that value', () => {
    for (const asked of globsAround(nasty)) {
      const { text, glob, fold } = asked
      const printed = logscale.print!(query({ kind: 'glob', glob, fold }, { kind: 'exists' }), { layout: 'line' }).value!.text
      const [name, equals, value, ...rest] = tokens(printed)
      expect([name!.text, equals!.text, ...rest.map(token => token.text)]).toEqual(['A', '=', 'and', 'A', '=', '*'])
      if (value!.kind === 'text') {
        // The only wildcard of a text is a star, which would not be escaped.
        expect([value!.text, glob]).toEqual([text, [text]])
        expect(text).not.toContain('*')
        continue
      }
      // JavaScript's own engine gives up on the longest.
      if (text.length > 1000) continue
      const pattern = asRegExp(value!)
      holdToGlob(asked, printed, other => pattern.test(other))
    }
  })

  it('says what it cannot say, and where', () => {
    const told = (where: Match | Predicate): readonly string[] =>
      logscale.print!(
        where.kind === 'test' ? { ...query(), stages: [{ kind: 'filter', where }] } : query(where as Match),
      ).diagnostics.map(finding => `${finding.code} ${finding.span?.start}`)
    expect(told({ kind: 'glob', glob: ['\ud800'], fold: true })).toEqual(['LGS106 1'])
    expect(told({ kind: 'regex', pattern: '(?=a)b', fold: false, whole: false })).toEqual(['LGS107 1'])
    expect(told({ kind: 'regex', pattern: 'a(?i:b)', fold: false, whole: false })).toEqual(['LGS107 1'])
    expect(told({ kind: 'regex', pattern: '\\p{Lu}', fold: false, whole: false })).toEqual(['LGS107 1'])
    expect(told({ kind: 'compare', op: '<', to: { kind: 'literal', value: 1e300 } })).toEqual(['LGS105 1'])
    expect(told({ kind: 'compare', op: '=', to: { kind: 'field', name: 'B' } })).toEqual(['LGS103 1'])
    expect(told({ kind: 'word', text: { kind: 'literal', value: 'a' }, side: 'whole', fold: true, words: 'kusto' })).toEqual([
      'LGS102 1',
    ])
    expect(logscale.print!({ ...query(), stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(one => one.code)).toEqual([
      'LGS101',
    ])
  })

  it.skipIf(!dataPresent)('converts every rule of SigmaHQ for Windows, or refuses it for a reason (needs ../shared/data)', () => {
    const { all, converted, reasons } = countConversions('logscale', text => expect(tokens(text).length).toBeGreaterThan(3))
    console.info(`logscale: ${converted} of ${all} rules converted`, reasonsOf(reasons))
    expect(converted).toBeGreaterThan(400)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|LGS10[1-7]|PRN102) /.test(reason))).toEqual([])
  })
  if (!dataPresent) tellSkipped('logscale')
})

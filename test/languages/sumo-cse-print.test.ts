// What is written for Sumo Logic's Cloud SIEM: values stay in their literals (told by a reader of its own), expressions ask for just that value, and every public rule is converted or refused for a reason.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { matchGlob } from '../../src/ir/glob.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { Glob, Match, Predicate } from '../../src/ir/predicate.ts'
import { sumoCse } from '../../src/languages/sumo-cse/index.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { torture } from './torture.ts'

const rows = (where: Predicate): Pipeline => ({
  from: { kind: 'table', name: 'records' },
  stages: [{ kind: 'filter', where }],
})

const test = (match: Match, name = 'A'): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name },
  match,
  span: { start: 1, end: 2 },
})

const print = (where: Predicate): string => sumoCse.print!(rows(where), { layout: 'line' }).value!.text

/** The tokens of an expression: names, operators, texts in quotes and expressions between slashes. A slash or a quote ends its literal, whatever stands before it. */
function tokens(text: string): readonly string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; ) {
    const [whole, blank] =
      /^(?:([ \n]+)|'[^'\\\p{Cc}]*'|\/[^/\p{Cc}]+\/|fields\['[\w.-]+'\]|[A-Za-z]\w*|[=!(),])/u.exec(text.slice(at)) ?? []
    if (whole === undefined) throw new Error(`no token at ${JSON.stringify(text.slice(at, at + 40))}`)
    if (blank === undefined) found.push(whole)
    at += whole.length
  }
  return found
}

/** What a test of one text asks: JavaScript reads what is written here alike, but for characters by their code and the end of a text. */
function asks(how: string, literal: string): (text: string) => boolean {
  const inner = literal.slice(1, -1)
  if (how === '=') return text => text === inner
  const [, flags, body] = /^\(\?(i?s)\)(\^.*)\\z$/.exec(inner)!
  const pattern = new RegExp(`${body!.replace(/\\x\{/g, '\\u{')}$`, `u${flags}`)
  return text => pattern.test(text)
}

const any = { wild: 'any' } as const
const one = { wild: 'one' } as const

describe('Cloud SIEM', () => {
  it('keeps every value in its literal, and asks for that value', () => {
    for (const text of [...torture, '/', '\\/', '/ OR A matches /.*', '/'.repeat(65_536)]) {
      for (const glob of [[text], [any, text], [text, any], [any, text, any], [text, one], [text, any, text]] as Glob[]) {
        for (const fold of [true, false]) {
          const printed = print({ kind: 'and', args: [test({ kind: 'glob', glob, fold }), test({ kind: 'exists' }, 'B')] })
          const [name, how, literal, ...rest] = tokens(printed)
          expect([name, ...rest]).toEqual(['A', 'AND', '!', 'isNull', '(', 'B', ')'])
          // JavaScript's own engine gives up on the longest.
          if (text.length > 1000) continue
          const asked = asks(how!, literal!)
          for (const other of [
            text,
            `${text}x`,
            `x${text}`,
            `${text}\n`,
            text + text,
            text.toUpperCase(),
            text.toLowerCase(),
            '',
            'x',
          ])
            expect([printed, other, asked(other)]).toEqual([printed, other, matchGlob(glob, fold)(other)])
        }
      }
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
    const root = join(dataRoot, 'sigma-rules', 'rules', 'windows')
    const reasons = new Map<string, number>()
    let converted = 0
    let all = 0
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!name.endsWith('.yml')) continue
      for (const detection of sigmaRules.read!({ name, text: readFileSync(join(root, name), 'utf8') }).value ?? []) {
        all++
        const { value, diagnostics } = convert(detection, targetOf('sumo-cse')!)
        if (value !== undefined) {
          converted++
          const found = tokens(value.printed.text)
          const first = found.findIndex(token => token !== '(')
          expect(found.slice(first, first + 3)).toEqual(['metadata_vendor', '=', "'Microsoft'"])
          continue
        }
        const [first] = diagnostics.filter(finding => finding.severity === 'error')
        const reason = `${first?.code} ${first?.message.replace(/the field "[^"]*"/, 'the field …')}`
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      }
    }
    console.info(
      `sumo-cse: ${converted} of ${all} rules converted`,
      Object.fromEntries([...reasons].sort((a, b) => b[1] - a[1]).slice(0, 30)),
    )
    expect(converted).toBeGreaterThan(2300)
    expect([...reasons.keys()].filter(reason => !/^(?:SCH10[1-4]|CSE10[1-6]|PRN102) /.test(reason))).toEqual([])
  })
  if (!dataPresent) console.info('skipped: converting the rules of SigmaHQ for Cloud SIEM (../shared/data is absent)')
})

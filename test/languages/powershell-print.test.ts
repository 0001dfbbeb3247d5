// What is written for PowerShell, read by the rules of its manual: over made events it finds what the engine finds, no text ends its literal, and it goes through all of SigmaHQ's Windows rules.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compilePredicate } from '../../src/engine/match.ts'
import type { Value } from '../../src/ir/event.ts'
import type { Glob, Match, Predicate } from '../../src/ir/predicate.ts'
import { powershell } from '../../src/languages/powershell/index.ts'
import { readRules, ruleFormats } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { engineHits, realEvents, realRules } from '../oracles/hits.ts'
import { conditionOf } from './powershell.ts'
import { torture } from './torture.ts'

const print = (where: Predicate) =>
  powershell.print!({ from: { kind: 'table', name: 'events' }, stages: [{ kind: 'filter', where }] })
const field = (name: string) => ({ kind: 'field' as const, name })

const short = torture.filter(text => text.length < 100)
const texts = fc.oneof(
  fc.constantFrom(...short, '‘', '’x', '`', '`*', '[a]', '10', '0x10', '-5', 'A', 'true'),
  fc.string({ maxLength: 4 }),
)
const values: fc.Arbitrary<Value> = fc.oneof(texts, texts, fc.array(texts, { minLength: 2, maxLength: 3 }))
const names = ['A', 'B', 'a', "o'k", 'C.d', 'é']
const events = fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 4, noNullPrototype: true })
const globs: fc.Arbitrary<Glob> = fc.array(
  fc.oneof(
    texts.filter(text => text !== ''),
    fc.constantFrom({ wild: 'any' } as const, { wild: 'one' } as const),
  ),
  { maxLength: 3 },
)
const matches: fc.Arbitrary<Match> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('glob' as const), glob: globs, fold: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constantFrom<Match>({ kind: 'exists' }, { kind: 'present' }, { kind: 'empty' }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('^a', 'a*', 'a.b', '[^a]\\b', '\\d{2}$', '(a|b)\\1', '(?<=x)\\\\', '(?m)^b$', '(?s)a.b', '^[^/]$')
      .chain(pattern =>
        fc.record({
          kind: fc.constant('regex' as const),
          pattern: fc.constant(pattern),
          fold: fc.boolean(),
          whole: fc.boolean(),
        }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('=', '<', '<=', '>', '>=' as const), fc.constantFrom<Value>(1, 10, -5, 1.5))
      .map(([op, value]): Match => ({ kind: 'compare', op: op as '=', to: { kind: 'literal', value } })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('whole', 'start', 'end', 'anywhere' as const), fc.boolean())
      .map(([how, fold]): Match => ({ kind: 'text', how: how as 'whole', to: field('B'), fold })),
  },
)
const predicates = fc.letrec<{ tree: Predicate }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc
      .tuple(fc.constantFrom(...names), matches)
      .map(([name, match]): Predicate => ({ kind: 'test', subject: field(name), match })),
    tie('tree').map((arg): Predicate => ({ kind: 'not', arg })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }))
      .map(([kind, args]): Predicate => ({ kind, args })),
  ),
})).tree

/** A number asked of text is also its hexadecimal spelling in the event log; letters of other alphabets have cases of their own in each engine. */
const alike = (fields: Readonly<Record<string, Value>>): boolean => !/[ßſ\u212a\u0130]|0x/.test(JSON.stringify(fields))

describe('PowerShell', () => {
  it('asks what the engine asks', () => {
    fc.assert(
      fc.property(predicates, fc.array(events.filter(alike), { minLength: 15, maxLength: 30 }), (where, records) => {
        const { value, diagnostics } = print(where)
        expect(diagnostics).toEqual([])
        if (!value!.text.includes('$d = Read-Event')) return
        const [asks, wanted] = [conditionOf(value!.text), compilePredicate(where)]
        for (const fields of records)
          expect([asks(fields), JSON.stringify(fields)]).toEqual([wanted({ fields }), JSON.stringify(fields)])
      }),
      { numRuns: 1500 },
    )
  })

  it('keeps every text within its literal, in printed ASCII', () => {
    for (const text of torture) {
      const where: Predicate = {
        kind: 'test',
        subject: field(text.slice(0, 50)),
        match: { kind: 'glob', glob: [{ wild: 'any' }, text], fold: false },
      }
      const { value } = print(where)
      expect(/^[ -~\n]*$/.test(value!.text)).toBe(true)
      const asks = conditionOf(value!.text)
      expect(asks({ [text.slice(0, 50)]: `x${text}` })).toBe(true)
      expect(asks({ [text.slice(0, 50)]: `x${text}\u0001` })).toBe(false)
      expect(asks({})).toBe(false)
    }
  })

  it('says what it cannot say, and where', () => {
    const told = (of: Predicate): readonly string[] => print(of).diagnostics.map(one => `${one.code} ${one.span?.start}`)
    const span = { start: 3, end: 4 }
    const test = (match: Match): Predicate => ({ kind: 'test', subject: field('A'), match, span })
    expect(told({ ...test({ kind: 'exists' }), each: 'all' } as Predicate)).toEqual(['PWS102 3'])
    expect(told({ kind: 'test', subject: { kind: 'raw' }, match: { kind: 'exists' }, span })).toEqual(['PWS102 3'])
    expect(told(test({ kind: 'compare', op: '>', to: field('B') }))).toEqual(['PWS103 3'])
    expect(told(test({ kind: 'regex', pattern: '(', fold: false, whole: false }))).toEqual(['PWS104 3'])
    expect(
      powershell.print!({ from: { kind: 'table', name: 'events' }, stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(
        one => one.code,
      ),
    ).toEqual(['PWS101'])
    expect(powershell.parse({ name: 'a.ps1', text: '$_' }).diagnostics.map(one => one.code)).toEqual(['PWS001'])
  })

  it('is delivered as a script whose help no text of the rule ends', () => {
    const rule = readRules([
      {
        name: 'rule.yml',
        text: 'title: "a #> Remove-Item x ’é"\nid: 5b6f0c0e-3333-4c2f-9a55-000000000009\nlogsource: {product: windows, service: system}\ndetection:\n  selection:\n    EventID: 7045\n  condition: selection\nlevel: high\nreferences: ["https://example.org/#>"]\n',
      },
    ]).value![0]!
    const { value } = convert(rule, targetOf('powershell')!)
    const [script] = value!.documents
    expect(script!.name).toMatch(/\.ps1$/)
    expect(script!.text).toBe(
      [
        '<#',
        '.SYNOPSIS',
        '    a # > Remove-Item x \\u{2019}\\u{e9}',
        '.NOTES',
        '    Rule: 5b6f0c0e-3333-4c2f-9a55-000000000009',
        '    Level: high, status: test',
        '.LINK',
        '    https://example.org/# >',
        '#>',
        '#Requires -Version 5.1',
        '#Requires -RunAsAdministrator',
        '',
        "Get-WinEvent -FilterHashtable @{ LogName = 'System'; Id = 7045 }",
        '',
      ].join('\n'),
    )
    const format = ruleFormats.find(one => one.id === 'ps1')!
    const refused = format.write!(rule, value!.printed, [], { target: 'x', language: 'spl', tables: [] })
    expect(refused.diagnostics.map(one => one.code)).toEqual(['PWD101'])
  })

  it.skipIf(!dataPresent)('finds what the engine finds in real Windows logs (needs ../shared/data)', async () => {
    const records = await realEvents()
    const rules = await realRules()
    const some = rules.filter((_, index) => index % 3 === 0)
    const hits = engineHits(some, records)
    const counts: Record<string, number> = {}
    const wrong: string[] = []
    let found = 0
    for (const [index, rule] of rules.entries()) {
      for (const id of index % 4 === 0 ? ['powershell', 'powershell-security'] : ['powershell']) {
        const { value, diagnostics } = convert(rule, targetOf(id)!, { document: 'none' })
        const key = value === undefined ? `${id} ${diagnostics.find(one => one.severity === 'error')!.code}` : `${id} written`
        counts[key] = (counts[key] ?? 0) + 1
        if (value === undefined || id !== 'powershell' || !value.printed.text.includes('$d = Read-Event')) continue
        const asks = conditionOf(value.printed.text)
        // The filter of the log itself is left to the engine: only events that hit are held to the condition, and a few others.
        for (const hit of [...(index % 3 === 0 ? hits[index / 3]! : [])].slice(0, 20)) {
          const { fields } = records[hit]!
          if (fields.EventID === 4688 || fields.EventID === '4688') continue
          found++
          const flat = Object.fromEntries(
            Object.entries(fields).flatMap(([name, of]) =>
              of === null ? [] : [[name, typeof of === 'number' ? String(of) : of]],
            ),
          )
          if (!asks(flat)) wrong.push(`${rule.title}: ${hit}`)
        }
      }
    }
    console.info(`PowerShell: of ${rules.length} rules`, counts, `${found} hits asked again`)
    expect(wrong).toEqual([])
    expect(found).toBeGreaterThan(300)
  })
  if (!dataPresent) console.info('skipped: PowerShell over real logs (../shared/data is absent)')
})

// What is written for grep, run by GNU grep itself: over made events it finds the lines that the engine finds.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compilePredicate } from '../../src/engine/match.ts'
import type { Value } from '../../src/ir/event.ts'
import type { Glob, Match, Predicate } from '../../src/ir/predicate.ts'
import { grep } from '../../src/languages/grep/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent } from '../acceptance/shared.ts'
import { engineHits, realEvents, realRules } from '../oracles/hits.ts'

const there = spawnSync('sh', ['-c', 'echo a | grep -P "(?=a)"']).status === 0

/** The same in the form of writers that escape more than they must. */
const careful = (json: string): string =>
  /[\u{10000}-\u{10ffff}]/u.test(json)
    ? json
    : json
        .replace(/[\u007f-\uffff<>&']/g, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`)
        .replaceAll('/', '\\/')

/** The numbers of the lines that a command finds. */
function run(command: string, lines: readonly string[]): readonly number[] {
  const shell = command.replace(/ events\.jsonl$/, ' -n')
  const { status, stdout, stderr } = spawnSync('sh', ['-c', shell], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0 && status !== 1) throw new Error(`grep: ${stderr.slice(0, 300)}\n${command.slice(0, 2000)}`)
  return stdout.split('\n').flatMap(line => (line === '' ? [] : [Number.parseInt(line, 10) - 1]))
}

const print = (where: Predicate) => grep.print!({ from: { kind: 'table', name: 'events' }, stages: [{ kind: 'filter', where }] })

const torture = [
  '',
  ' ',
  'a',
  'A',
  "'",
  '"',
  '\\',
  '\\\\',
  'x\\',
  '*',
  '?',
  '/',
  'a/b',
  '\\/',
  '<&>',
  "it's",
  "'; rm -rf x; '",
  '$(id)',
  '`id`',
  '%',
  '_',
  '$',
  '^',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '|',
  '.',
  '#',
  '-',
  '\n',
  'a\nb',
  '\r',
  '\t',
  '\b',
  '\f',
  '\0',
  '\x1b',
  '\x7f',
  '\u2028',
  '\u{1f600}',
  'é',
  'É',
  'ß',
  'ſ',
  'K',
  'k',
  's',
  '10',
  '1',
  '-5',
  '1.5',
  'true',
  'null',
  '"A":"a"',
  '","A":"a',
  'A":',
  'a'.repeat(2000),
]
const texts = fc.oneof(fc.constantFrom(...torture), fc.constantFrom(...torture), fc.string({ maxLength: 4 }))
const values: fc.Arbitrary<Value> = fc.oneof(
  texts,
  texts,
  fc.constantFrom<Value>(null, true, false, 1, 10, -5, 1.5),
  fc.array(texts, { maxLength: 3 }),
)
const events = fc.dictionary(fc.constantFrom('A', 'B', 'a', 'C.d', "o'k", 'é'), values, { maxKeys: 4, noNullPrototype: true })
const globs: fc.Arbitrary<Glob> = fc.array(
  fc.oneof(
    texts.filter(text => text !== ''),
    fc.constantFrom({ wild: 'any' } as const, { wild: 'one' } as const),
  ),
  { minLength: 1, maxLength: 3 },
)
const matches: fc.Arbitrary<Match> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('glob' as const), glob: globs, fold: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constantFrom<Match>({ kind: 'exists' }, { kind: 'present' }, { kind: 'empty' }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Value>(1, 10, -5, 1.5, true)
      .map((value): Match => ({ kind: 'compare', op: '=', to: { kind: 'literal', value } })),
  },
)
const predicates = fc.letrec<{ tree: Predicate }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc
      .tuple(fc.constantFrom('A', 'B', 'C.d', "o'k", 'é'), matches)
      .map(([name, match]): Predicate => ({ kind: 'test', subject: { kind: 'field', name }, match })),
    tie('tree').map((arg): Predicate => ({ kind: 'not', arg })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { maxLength: 3 }))
      .map(([kind, args]): Predicate => ({ kind, args })),
  ),
})).tree

describe('grep', () => {
  it.skipIf(!there)(
    'finds the lines that the engine finds (needs GNU grep with -P)',
    () => {
      fc.assert(
        fc.property(predicates, fc.array(events, { minLength: 20, maxLength: 40 }), (where, records) => {
          const printed = print(where)
          if (printed.value === undefined) {
            expect(printed.diagnostics.every(finding => finding.code === 'GRP106' || finding.code === 'GRP105')).toBe(true)
            return
          }
          const asks = compilePredicate(where)
          const wanted = records.flatMap((fields, index) => (asks({ fields }) ? [index] : []))
          const lines = records.map(record => JSON.stringify(record))
          expect(run(printed.value.text, lines)).toEqual(wanted)
          expect(run(printed.value.text, lines.map(careful))).toEqual(wanted)
        }),
        { numRuns: 400 },
      )
    },
    60_000,
  )

  it('says what it cannot say, and where', () => {
    const told = (match: Match): readonly string[] =>
      print({ kind: 'test', subject: { kind: 'field', name: 'A' }, match, span: { start: 1, end: 2 } }).diagnostics.map(
        finding => `${finding.code} ${finding.span?.start}`,
      )
    expect(told({ kind: 'glob', glob: ['\ud800'], fold: true })).toEqual(['GRP105 1'])
    expect(told({ kind: 'regex', pattern: 'a', fold: false, whole: false })).toEqual(['GRP104 1'])
    expect(told({ kind: 'compare', op: '<', to: { kind: 'literal', value: 1 } })).toEqual(['GRP102 1'])
    expect(told({ kind: 'glob', glob: ['a'.repeat(65_536)], fold: true })).toEqual(['GRP106 1'])
    expect(print({ kind: 'test', subject: { kind: 'raw' }, match: { kind: 'exists' } }).diagnostics.map(one => one.code)).toEqual(
      ['GRP103'],
    )
    expect(
      grep.print!({ from: { kind: 'table', name: 'events' }, stages: [{ kind: 'limit', count: 1 }] }).diagnostics.map(
        one => one.code,
      ),
    ).toEqual(['GRP101'])
    expect(grep.parse({ name: 'a.sh', text: 'grep' }).diagnostics.map(one => one.code)).toEqual(['GRP001'])
  })

  it.skipIf(!there || !dataPresent)(
    'finds what the engine finds in real Windows logs (needs ../shared/data and GNU grep with -P)',
    async () => {
      const events = await realEvents()
      const rules = await realRules()
      const expected = engineHits(rules, events)
      const folder = mkdtempSync(join(tmpdir(), 'grep-'))
      const file = join(folder, 'events.jsonl')
      writeFileSync(file, events.map(({ fields }) => `${JSON.stringify(fields)}\n`).join(''))
      const reasons = new Map<string, number>()
      const wrong: string[] = []
      let found = 0
      let converted = 0
      for (const [index, rule] of rules.entries()) {
        const { value, diagnostics } = convert(rule, targetOf('grep')!)
        if (value === undefined) {
          const first = diagnostics.find(finding => finding.severity === 'error')!
          reasons.set(first.code, (reasons.get(first.code) ?? 0) + 1)
          continue
        }
        converted++
        // Every rule that finds something, and some of the others.
        if (expected[index]!.size === 0 && index % 40 !== 0) continue
        const hits = run(value.printed.text.replace(/events\.jsonl$/, `${file} events.jsonl`), [])
        found += hits.length
        if (hits.join() !== [...expected[index]!].sort((a, b) => a - b).join()) wrong.push(rule.title)
      }
      rmSync(folder, { recursive: true })
      console.info(
        `grep: ${converted} of ${rules.length} rules converted, ${found} hits in ${events.length} events`,
        Object.fromEntries(reasons),
      )
      expect(wrong).toEqual([])
      expect(found).toBeGreaterThan(2500)
    },
    300_000,
  )
  if (!there) console.info('skipped: running grep (no GNU grep with -P here)')
  if (!dataPresent) console.info('skipped: grep over real logs (../shared/data is absent)')
})

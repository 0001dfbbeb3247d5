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
  const shell = command.replace(/ events\.(?:jsonl|xml)$/, ' -n')
  const { status, stdout, stderr } = spawnSync('sh', ['-c', shell], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0 && status !== 1) throw new Error(`grep: ${stderr.slice(0, 300)}\n${command.slice(0, 2000)}`)
  return stdout.split('\n').flatMap(line => (line === '' ? [] : [Number.parseInt(line, 10) - 1]))
}

const print = (where: Predicate, form?: string) =>
  grep.print!(
    { from: { kind: 'table', name: 'events' }, stages: [{ kind: 'filter', where }] },
    form === undefined ? {} : { form },
  )

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

/** A text in an element or, within quotes, in an attribute; `care` makes references of more than must be. */
function inXml(text: string, care: boolean): string {
  const must = care ? /[^ !#-%(-;=?-~]/gu : /[&<>\x00-\x1f]/gu
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
  return text.replace(must, found => {
    const point = found.codePointAt(0)!
    return named[found] ?? (care ? `&#x${point.toString(16).toUpperCase()};` : `&#${point};`)
  })
}

const quoted = (text: string): string => inXml(text, false).replaceAll("'", '&apos;')

/** Fields as an event in XML: System's own elements and attributes, the rest as data with names. */
function eventXml(fields: Readonly<Record<string, Value>>, care: boolean): string {
  const system: string[] = ["<Provider Name='P' Guid='{1}'/>"]
  const data: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      const text = inXml(String(one), care)
      if (name === 'EventID') system.push(`<EventID Qualifiers='0'>${text}</EventID>`)
      else if (name === 'Channel') system.push(`<Channel>${text}</Channel>`)
      else if (name === 'Provider_Name') system[0] = `<Provider Guid="{1}" Name='${quoted(String(one))}'/>`
      else if (name === 'Data') data.push(`<Data>${text}</Data>`)
      else data.push(text === '' ? `<Data Name='${quoted(name)}'/>` : `<Data Name='${quoted(name)}'>${text}</Data>`)
    }
  }
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>${system.join('')}</System><EventData>${data.join('')}</EventData><RenderingInfo Culture='en-US'><Channel>a</Channel><Level>b</Level></RenderingInfo></Event>`
}

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
          // The long s and the Kelvin sign fold with s and k, and are not looked for in their escaped form: every s and k would need it.
          if (!lines.some(line => /[\u017f\u212a]/.test(line)))
            expect(run(printed.value.text, lines.map(careful))).toEqual(wanted)
        }),
        { numRuns: 400 },
      )
    },
    60_000,
  )

  const xmlNames = ['A', 'a', 'EventID', 'Channel', 'Provider_Name', 'Level', "o'k", 'é', 'Data', 'B <&']
  const xmlEvents = fc.dictionary(
    fc.constantFrom(...xmlNames),
    fc.oneof(texts, texts, fc.array(texts, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4, noNullPrototype: true },
  )
  const xmlPredicates = fc.letrec<{ tree: Predicate }>(tie => ({
    tree: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      fc
        .tuple(fc.constantFrom(...xmlNames), matches)
        .map(([name, match]): Predicate => ({ kind: 'test', subject: { kind: 'field', name }, match })),
      tie('tree').map((arg): Predicate => ({ kind: 'not', arg })),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { maxLength: 3 }))
        .map(([kind, args]): Predicate => ({ kind, args })),
    ),
  })).tree

  it.skipIf(!there)(
    'finds the events in XML that the engine finds (needs GNU grep with -P)',
    () => {
      fc.assert(
        fc.property(xmlPredicates, fc.array(xmlEvents, { minLength: 20, maxLength: 40 }), (where, made) => {
          const printed = print(where, 'xml')
          if (printed.value === undefined) {
            expect(printed.diagnostics.every(finding => finding.code === 'GRP106' || finding.code === 'GRP105')).toBe(true)
            return
          }
          // A provider has one name, in every event.
          const records = made.map(({ Provider_Name: given, ...fields }) => ({
            ...fields,
            Provider_Name: typeof given === 'string' ? given : 'P',
          }))
          const asks = compilePredicate(where)
          const wanted = records.flatMap((fields, index) => (asks({ fields }) ? [index] : []))
          for (const care of [false, true])
            expect(
              run(
                printed.value.text,
                records.map(record => eventXml(record, care)),
              ),
            ).toEqual(wanted)
        }),
        { numRuns: 300 },
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

// The engine as a whole: rules over events of several shapes, what is skipped and why, and that looking up candidates changes no answer.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIndex } from '../../src/engine/candidates.ts'
import { compile } from '../../src/engine/engine.ts'
import { compilePredicate, createMatcher } from '../../src/engine/match.ts'
import type { RunOptions } from '../../src/engine/run.ts'
import { hunt, isAlert, readSource } from '../../src/hunt.ts'
import type { Event, Value } from '../../src/ir/event.ts'
import { any, one } from '../../src/ir/glob.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import type { EventSource } from '../../src/logs/logs.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { mde } from '../../src/schemas/mde.ts'
import { translate } from '../../src/schemas/translate.ts'

const usual = schemas.filter(schema => !schema.optIn)

/** A program from rules in YAML, which must read without an error. */
function programOf(...rules: string[]) {
  const read = readRules(rules.map((text, index) => ({ name: `rule-${index}.yml`, text })))
  expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return compile(read.value!, usual).value!
}

const batch = (events: readonly Event[], schema = '') => ({
  schema,
  length: events.length,
  at: (index: number) => events[index]!,
})

/** Which rules raise how many alerts over events, with the findings. */
function run(program: ReturnType<typeof programOf>, events: readonly Event[], options: RunOptions = {}) {
  const findings: string[] = []
  const started = program.start({ ...options, report: finding => findings.push(finding.code) })
  const alerts = [...started.push(batch(events)), ...started.finish()]
  return { alerts, findings, seen: started.seen() }
}

const process = (detection: string, more = '') => `
title: A process
id: 8f5e1c2a-0000-4000-8000-000000000001
logsource: { product: windows, category: process_creation }
level: high
${more}
detection:
${detection}
  condition: selection
`

const sysmon = (fields: Record<string, Value>): Event => ({
  fields: { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, UtcTime: '2026-03-02 10:00:00.000', ...fields },
})
const audit = (fields: Record<string, Value>): Event => ({ fields: { Channel: 'Security', EventID: 4688, ...fields } })

describe('a log source', () => {
  const program = programOf(process("  selection: { Image|endswith: '\\plink.exe' }"))

  it('lets only its own events through', () => {
    const events = [
      sysmon({ Image: 'C:\\plink.exe' }),
      sysmon({ EventID: 3, Image: 'C:\\plink.exe' }),
      { fields: { Channel: 'Application', EventID: 1, Image: 'C:\\plink.exe' } },
      sysmon({ EventID: '1', Image: 'C:\\PLINK.EXE' }),
    ]
    const { alerts, seen } = run(program, events)
    expect(alerts.map(alert => events.indexOf(alert.events[0]!) === -1)).toEqual([true, true])
    expect(alerts.map(alert => alert.events[0]!.fields.Image)).toEqual(['C:\\plink.exe', 'C:\\PLINK.EXE'])
    expect(seen.asked).toEqual([2])
    expect(seen.events).toBe(4)
  })

  it('is served by Sysmon and by Security 4688, once for each event', () => {
    const { alerts } = run(program, [
      audit({ NewProcessName: 'C:\\plink.exe' }),
      audit({ NewProcessName: 'C:\\a.exe', Image: 'C:\\plink.exe' }),
    ])
    expect(alerts.map(alert => alert.schema)).toEqual(['security', 'security'])
  })

  it('is known by the provider where a record has no channel', () => {
    const { alerts } = run(program, [{ fields: { SourceName: 'Microsoft-Windows-Sysmon', EventID: 1, Image: 'C:\\plink.exe' } }])
    expect(alerts.length).toBe(1)
  })

  it('that nobody holds is a reason to skip the rule', () => {
    const other = programOf(process('  selection: { a: b }').replace('process_creation', 'market_data'))
    expect(other.skipped.map(({ reason, diagnostic }) => [reason, diagnostic.code])).toEqual([['source', 'ENG102']])
  })
})

describe('what cannot run', () => {
  it('is skipped by name', () => {
    const read = readRules([{ name: 'r.yml', text: process('  selection: { User|expand: "%admins%" }') }])
    const program = compile(read.value!, usual).value!
    expect(program.skipped.map(({ reason, diagnostic }) => [reason, diagnostic.code])).toEqual([['unsupported', 'ENG101']])
  })

  it('for lack of a column is told with the schema', () => {
    const program = programOf(process('  selection: { Image: "*", Nonsense: x }'))
    const { seen } = run(program, [
      {
        fields: {
          DeviceName: 'ws1',
          ActionType: 'ProcessCreated',
          FolderPath: 'C:\\a.exe',
          ProcessCommandLine: 'a',
          Timestamp: '2026-03-02T10:00:00Z',
          FileName: 'a.exe',
        },
      },
    ])
    expect(seen.skipped.map(({ reason, schema, diagnostic }) => [reason, schema, diagnostic.code])).toEqual([
      ['fields', 'mde', 'SCH101'],
    ])
  })

  it('a class without a table is refused in conversion', () => {
    const translated = translate({ from: { kind: 'class', class: { product: 'aws', service: 'cloudtrail' } }, stages: [] }, mde)
    expect(translated.value).toBeUndefined()
    expect(translated.diagnostics.map(finding => finding.code)).toEqual(['SCH103'])
  })

  it('a regular expression that gives up is told once, with its rule', () => {
    const program = programOf(process(`  selection: { CommandLine|re: '^(?:(a+)+\\1)+$' }`))
    const { findings, alerts } = run(program, [
      sysmon({ CommandLine: `${'a'.repeat(3000)}b` }),
      sysmon({ CommandLine: `${'a'.repeat(2999)}c` }),
    ])
    expect(alerts).toEqual([])
    expect(findings).toEqual(['ENG301'])
  })
})

const burst = `
title: Base
name: base
logsource: { product: windows, category: process_creation }
detection: { selection: { Image|endswith: '\\a.exe' }, condition: selection }
---
title: Three in a minute
correlation: { type: event_count, rules: [base], group-by: [Computer], timespan: 1m, condition: { gte: 3 } }
`

describe('matches of correlated rules', () => {
  const at = (second: number) =>
    sysmon({ Image: 'C:\\a.exe', Computer: 'ws1', UtcTime: `2026-03-02 10:00:${String(second).padStart(2, '0')}.000` })

  it('are put in order of time, whatever order they come in', () => {
    const program = programOf(burst)
    expect(run(program, [at(1), at(2), at(3)]).alerts.map(alert => alert.time)).toEqual([Date.UTC(2026, 2, 2, 10, 0, 3)])
    expect(run(program, [at(3), at(1), at(2)]).alerts.map(alert => alert.time)).toEqual([Date.UTC(2026, 2, 2, 10, 0, 3)])
  })

  it('that come after their order is gone are counted and told', () => {
    const { findings, seen } = run(programOf(burst), [at(5), at(6), at(1), at(0)], { held: 1 })
    expect(seen.late).toBeGreaterThan(0)
    expect(findings).toContain('ENG302')
  })

  it('are looked at only from since to until', () => {
    const { seen, alerts } = run(programOf(burst), [at(1), at(2), at(3)], { since: Date.UTC(2026, 2, 2, 10, 0, 2) })
    expect([alerts.length, seen.outside]).toEqual([0, 1])
  })
})

it('a risk message reads its fields through the schema', () => {
  const program = programOf(
    process(
      "  selection: { Image|endswith: '\\a.exe' }",
      "risk: { score: 50, message: '$Image$ on $Computer$ for $User$', entities: [{ field: User, kind: user }] }",
    ),
  )
  const { alerts } = run(program, [audit({ NewProcessName: 'C:\\a.exe', SubjectUserName: 'ana', Computer: 'ws1' })])
  expect(alerts[0]!.risk).toEqual({
    score: 50,
    message: 'C:\\a.exe on ws1 for ana',
    entities: [{ kind: 'user', value: 'ana', score: 50 }],
    threats: [],
  })
})

describe('hunting a source', () => {
  const program = programOf(process("  selection: { Image|endswith: '\\a.exe' }"))
  const sourceOf = (open: () => AsyncIterable<Uint8Array>): EventSource => ({ name: 'x', open })
  async function notices(source: EventSource): Promise<string[]> {
    const codes: string[] = []
    for await (const item of hunt(program, [source]))
      if (!isAlert(item) && item.kind === 'unread') codes.push(item.diagnostic.code)
    return codes
  }

  it('in no known format is told', async () => {
    expect(
      await notices(
        sourceOf(async function* () {
          yield new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        }),
      ),
    ).toEqual(['HNT001'])
  })

  it('that breaks off is told, and what came before is hunted', async () => {
    const line = new TextEncoder().encode(`${JSON.stringify(sysmon({ Image: 'C:\\a.exe' }).fields)}\n`.repeat(3000))
    const source = sourceOf(async function* () {
      yield line
      throw new Error('the disk is gone')
    })
    expect(await notices(source)).toEqual(['HNT002'])
    let events = 0
    const told: string[] = []
    for await (const { batch: part } of readSource(source, finding => told.push(finding.code))) events += part.length
    expect(told).toEqual(['HNT002'])
    expect(events).toBeGreaterThan(0)
  })
})

describe('candidates', () => {
  const words = fc.constantFrom('a', 'B', 'ab', 'abcd', 'abcdef', 'bcde', 'ſk', 'ABCD', 'cd', 'xyzabcdxyz', '')
  const value: fc.Arbitrary<Value> = fc.oneof(
    words,
    fc.array(words, { maxLength: 6 }).map(parts => parts.join('')),
    fc.integer({ min: 0, max: 3 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(words, { maxLength: 3 }),
  )
  const event = fc.dictionary(fc.constantFrom('f', 'g', 'h'), value).map((fields): Event => ({ fields }))
  const subject = fc.oneof(
    fc.constantFrom('f', 'g', 'h').map(name => ({ kind: 'field', name }) as const),
    fc.constant({ kind: 'fields', names: [any] } as const),
  )
  const glob = fc.array(fc.oneof(words, fc.constantFrom(any, one)), { minLength: 1, maxLength: 4 })
  const test: fc.Arbitrary<Predicate> = fc.oneof(
    fc.record({ subject, glob, fold: fc.boolean() }).map(
      ({ subject: of, glob: pattern, fold }): Predicate => ({
        kind: 'test',
        subject: of,
        match: { kind: 'glob', glob: pattern, fold },
      }),
    ),
    fc.record({ subject, number: fc.integer({ min: 0, max: 3 }) }).map(
      ({ subject: of, number }): Predicate => ({
        kind: 'test',
        subject: of,
        match: { kind: 'compare', op: '=', to: { kind: 'literal', value: number } },
      }),
    ),
    subject.map((of): Predicate => ({ kind: 'test', subject: of, match: { kind: 'empty' } })),
    fc.record({ subject, pattern: fc.constantFrom('ab+c', '(?:ab|cd)cd', '^a', 'b.d', 'z?'), fold: fc.boolean() }).map(
      ({ subject: of, pattern, fold }): Predicate => ({
        kind: 'test',
        subject: of,
        match: { kind: 'regex', pattern, fold, whole: false },
      }),
    ),
  )
  const { predicate } = fc.letrec<{ predicate: Predicate }>(tie => ({
    predicate: fc.oneof(
      { depthSize: 'small' },
      test,
      fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), args: fc.array(tie('predicate'), { maxLength: 5 }) }),
      tie('predicate').map((arg): Predicate => ({ kind: 'not', arg })),
      fc.boolean().map((truth): Predicate => ({ kind: 'const', value: truth })),
    ),
  }))

  it('never leave out a predicate that is true, and a shared matcher answers as a lone one', () => {
    fc.assert(
      fc.property(
        fc.array(predicate, { minLength: 1, maxLength: 8 }),
        fc.array(event, { minLength: 1, maxLength: 4 }),
        (predicates, events) => {
          const matcher = createMatcher()
          const asks = predicates.map(matcher.compile)
          const index = createIndex(predicates, matcher.texts)
          const alone = predicates.map(of => compilePredicate(of))
          for (const here of events) {
            matcher.look(here)
            const candidates = new Set(index.candidates())
            for (const [place, ask] of asks.entries()) {
              expect(ask()).toBe(alone[place]!(here))
              if (ask()) expect(candidates.has(place)).toBe(true)
            }
          }
        },
      ),
      { seed: 20261124, numRuns: 3000 },
    )
  })
})

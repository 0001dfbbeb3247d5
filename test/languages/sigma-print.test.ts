// What is written as Sigma reads back as the same question: rules typed here, predicates made at random, and every public rule.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { dumpPredicate } from '../../src/ir/dump.ts'
import { and, normal } from '../../src/ir/logic.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { Glob, Match, Predicate, Scalar } from '../../src/ir/predicate.ts'
import { sigma } from '../../src/languages/sigma/index.ts'
import { prove } from '../../src/prove.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'

const whereOf = (query: Pipeline): Predicate =>
  and(query.stages.map(stage => (stage.kind === 'filter' ? stage.where : { kind: 'opaque', text: stage.kind })))

/** Equal questions look equal. */
const meaning = (query: Pipeline): string => `${JSON.stringify(query.from.kind === 'class' ? query.from.class : query.from)}
${dumpPredicate(normal(whereOf(query)))}`

/** A value as text, whatever the order of its keys. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort())
      : inner,
  )

/** Written and read again; what is reported on the way. */
function again(query: Pipeline): { text: string; meaning: string } | { refused: readonly string[] } {
  const printed = sigma.print!(query)
  if (printed.value === undefined) return { refused: printed.diagnostics.map(finding => `${finding.code} ${finding.message}`) }
  const read = sigma.parse({ name: 'printed.yml', text: printed.value.text })
  const errors = read.diagnostics.filter(finding => finding.severity === 'error')
  if (read.value === undefined || errors.length > 0)
    throw new Error(`cannot be read again: ${errors.map(finding => finding.message).join('; ')}\n${printed.value.text}`)
  return { text: printed.value.text, meaning: meaning(read.value) }
}

const rule = (detection: string): Pipeline => {
  const { value, diagnostics } = sigma.parse({ name: 'typed.yml', text: detection })
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return value!
}

const field = (name: string): Scalar => ({ kind: 'field', name })
const test = (subject: Scalar, match: Match): Predicate => ({ kind: 'test', subject, match })
const query = (...where: Predicate[]): Pipeline => ({
  from: { kind: 'class', class: { product: 'windows', category: 'process_creation' } },
  stages: where.map(one => ({ kind: 'filter', where: one })),
})

describe('all rules of SigmaHQ', () => {
  const root = join(dataRoot, 'sigma-rules')
  it.skipIf(!dataPresent)('mean the same after they are written (needs ../shared/data)', () => {
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => /\.ya?ml$/.test(name))
    const reasons = new Map<string, number>()
    const different: string[] = []
    /** Rules that count or order events, by what the judge says of them as correlations. */
    const several = new Map<string, number>()
    let same = 0
    for (const name of names.sort()) {
      const { value } = sigmaRules.read!({ name, text: readFileSync(join(root, name), 'utf8') })
      for (const detection of value ?? []) {
        if (detection.query.stages.at(-1)?.kind === 'aggregate' || detection.query.from.kind === 'sequence') {
          const { verdict } = prove(detection, targetOf('sigma')!)
          several.set(verdict, (several.get(verdict) ?? 0) + 1)
          continue
        }
        const found = again(detection.query)
        const document = convert(detection, targetOf('sigma')!).value?.documents[0]?.text
        expect(document === undefined).toBe('refused' in found)
        if (document !== undefined) {
          const read = sigmaRules.read!({ name, text: document }).value![0]!
          const about = (of: typeof read) => inOrder({ ...of, query: null, written: null })
          const asked = read.query
          if (about(read) !== about(detection) || meaning(asked) !== meaning(detection.query))
            different.push(`document of ${name}`)
        }
        if ('refused' in found) {
          for (const reason of new Set(found.refused.map(text => text.replace(/".*"/s, '…'))))
            reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
        } else if (found.meaning === meaning(detection.query)) same++
        else different.push(name)
      }
    }
    console.info(`sigma: ${same} rules written and read again`, Object.fromEntries(reasons), different.slice(0, 5))
    expect(different).toEqual([])
    expect(same).toBeGreaterThan(3900)
    console.info('sigma: rules about several events as correlations', Object.fromEntries(several))
    expect(several.get('differs')).toBeUndefined()
    expect((several.get('agrees') ?? 0) + (several.get('equivalent') ?? 0)).toBeGreaterThan(30)
  })
  if (!dataPresent) console.info('skipped: writing all rules of SigmaHQ (../shared/data is absent)')
})

/** A detection, and what is written of it, both typed by hand from the specification. */
const typed: readonly { readonly name: string; readonly rule: string; readonly written: string }[] = [
  {
    name: 'wildcards are modifiers, values of one key are a list, what must all hold is one map',
    rule: `
logsource: {product: windows, category: process_creation}
detection:
  image: {Image: ['*\\plink.exe', '*\\putty.exe']}
  line: {CommandLine: '*-R *'}
  condition: image and line`,
    written: `logsource:
    category: process_creation
    product: windows
detection:
    selection:
        Image|endswith:
            - '\\plink.exe'
            - '\\putty.exe'
        CommandLine|contains: '-R '
    condition: selection`,
  },
  {
    name: 'alternatives over fields, exclusions, absent and empty fields, all of a list',
    rule: `
logsource: {service: it's}
detection:
  a:
    - Image|endswith: \\x.exe
    - OriginalFileName|cased: X.EXE
      Company: ''
  b: {CommandLine|contains|all: ['-a', '-b']}
  c: {User: null}
  d: {Hash|exists: false, Port: 8080, Signed: true, Any: '*'}
  condition: a and b and not (c or 1 of d*)`,
    written: `logsource:
    service: 'it''s'
detection:
    selection_1:
        CommandLine|contains|all:
            - '-a'
            - '-b'
    selection_2:
        - Image|endswith: '\\x.exe'
        - OriginalFileName|cased: 'X.EXE'
          Company: ''
    filter:
        - User: null
        - Hash|exists: false
          Port: 8080
          Signed: true
          Any: '*'
    condition: selection_1 and selection_2 and not filter`,
  },
  {
    name: 'escapes, line breaks and quotes',
    rule: `
logsource: {product: windows}
detection:
  a: {A: 'C:\\\\x\\*\\\\*', B: "line\\nbreak '\\"", C|contains: 'x\\', D|re|i: '^a\\.b$'}
  condition: a`,
    written: `logsource:
    product: windows
detection:
    selection:
        A|startswith: 'C:\\x\\*\\'
        B: "line\\nbreak '\\""
        C|contains: 'x\\'
        D|re|i: '^a\\.b$'
    condition: selection`,
  },
  {
    name: 'keywords, fields compared, networks, numbers and parts of a date',
    rule: `
logsource: {product: linux}
detection:
  keywords: [one, 'two*three']
  a: {A|fieldref|startswith: B, C|cidr: 10.0.0.0/8, D|gte: 5, E|hour|lt: 6}
  condition: keywords or a`,
    written: `logsource:
    product: linux
detection:
    selection:
        - 'one'
        - 'two*three'
        - A|fieldref|startswith: 'B'
          C|cidr: '10.0.0.0/8'
          D|gte: 5
          E|hour|lt: 6
    condition: selection`,
  },
]

describe('Sigma', () => {
  it.each(typed)('$name', ({ rule: text, written }) => {
    const read = rule(text)
    const found = again(read)
    expect(found).toEqual({ text: written, meaning: meaning(read) })
  })

  it('says what it cannot say, and where', () => {
    const span = { start: 3, end: 9 }
    const told = (where: Predicate): readonly string[] =>
      sigma.print!(query({ ...where, span })).diagnostics.map(one => `${one.code} ${one.message} ${one.span?.start}`)
    expect(told({ ...test(field('A'), { kind: 'exists' }), each: 'all' } as Predicate)).toEqual([
      'SIG102 a question about all members of a list cannot be said in Sigma 3',
    ])
    expect(
      told(
        test({ kind: 'call', fn: 'length', args: [field('A')] }, { kind: 'compare', op: '>', to: { kind: 'literal', value: 5 } }),
      ),
    ).toEqual(['SIG102 the function "length" cannot be said in Sigma 3'])
    expect(told(test({ kind: 'raw' }, { kind: 'glob', glob: ['a'], fold: true }))).toEqual([
      'SIG102 this test of all fields cannot be said in Sigma 3',
    ])
    expect(
      told(test(field('A'), { kind: 'word', text: { kind: 'literal', value: 'a' }, side: 'whole', fold: true, words: 'kusto' })),
    ).toEqual(['SIG102 this test ("word") cannot be said in Sigma 3'])
    expect(told(test(field('A|contains'), { kind: 'exists' }))).toEqual([
      'SIG103 Sigma cannot write the name of the field "A|contains" 3',
    ])
    expect(told({ kind: 'opaque', text: 'what' })).toEqual([
      'PRN102 "what" was read and not understood, so it cannot be said in another language 3',
    ])
    let deep: Predicate = test(field('A'), { kind: 'empty' })
    for (let level = 0; level < 200; level++)
      deep = {
        kind: 'not',
        arg: { kind: level % 2 === 0 ? 'and' : 'or', args: [deep, test(field(`F${level}`), { kind: 'exists' })] },
      }
    expect(told(deep)[0]).toMatch(/^SIG104 a condition has more than 60 levels/)
    const counted: Pipeline = { ...query(), stages: [{ kind: 'limit', count: 5 }] }
    expect(sigma.print!(counted).diagnostics.map(one => one.code)).toEqual(['SIG101'])
  })

  it('writes lines whatever the layout, and the same bytes each time', () => {
    const read = rule(typed[1]!.rule)
    expect(sigma.print!(read, { layout: 'line' }).value).toEqual(sigma.print!(read, { layout: 'block' }).value)
  })

  it('keeps the places of the rule', () => {
    const text = typed[0]!.rule
    const { value } = sigma.print!(rule(text))
    const mark = value!.marks.find(one => value!.text.slice(one.start, one.end) === "'\\putty.exe'")!
    expect(mark.from.map(span => text.slice(span.start, span.end))).toEqual(["'*\\putty.exe'"])
  })
})

/** Texts that break out of quotes, YAML or conditions where anything is left open. */
const torture = [
  '',
  ' ',
  'a',
  "'",
  '"',
  '\\',
  '\\\\',
  'x\\',
  '*',
  '?',
  '\\*',
  '\\?',
  '\\\\*',
  'a*b?c',
  '%',
  '%name%',
  '_',
  '$',
  `$${'{x}'}`,
  '{{x}}',
  '# a',
  'a # b',
  ': ',
  'a: b',
  '- a',
  '---',
  '...',
  '|',
  '>',
  '&a',
  '*a',
  '!!str',
  '[',
  ']',
  '{',
  '}',
  ',',
  '~',
  'null',
  'true',
  'no',
  '0x10',
  '1e3',
  '12:30',
  '2020-01-01',
  '\n',
  'a\nb',
  '\r\n',
  '\t',
  '\0',
  '\x07',
  '\x1b[0m',
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ufffe',
  '\ud800',
  '\udc00',
  '\ud83d\ude00',
  'é',
  'ſ',
  'K',
  ' a ',
  'a\\\n',
  'x'.repeat(65_536),
  "'".repeat(65_536),
  '\\'.repeat(65_536),
]

const texts = fc.oneof(fc.constantFrom(...torture), fc.string(), fc.string({ unit: 'binary' }))
const globs: fc.Arbitrary<Glob> = fc.array(fc.oneof(texts, fc.constantFrom({ wild: 'any' } as const, { wild: 'one' } as const)), {
  minLength: 1,
  maxLength: 4,
})
const matches: fc.Arbitrary<Match> = fc.oneof(
  fc.constantFrom<Match>({ kind: 'exists' }, { kind: 'present' }, { kind: 'empty' }),
  fc.record({ kind: fc.constant('glob' as const), glob: globs, fold: fc.boolean() }),
  fc.record({
    kind: fc.constant('regex' as const),
    pattern: fc.constantFrom('a', '^a|b$', 'a\\\\b', "it's", '[^\\n]x', '\\d+'),
    fold: fc.boolean(),
    whole: fc.constant(false),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    op: fc.constantFrom('=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    to: fc
      .oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }))
      .map((value): Scalar => ({ kind: 'literal', value })),
  }),
  fc.constantFrom<Match>({ kind: 'cidr', network: '10.0.0.0/8' }, { kind: 'cidr', network: '2001:db8::/32' }),
  fc.record({
    kind: fc.constant('text' as const),
    how: fc.constantFrom('whole' as const, 'start' as const, 'end' as const, 'anywhere' as const),
    to: fc.constantFrom('B', 'a*b', 'x\\').map(field),
    fold: fc.boolean(),
  }),
)
const names = fc.constantFrom(
  'A',
  'B',
  'C.d',
  'with blank',
  'ünï',
  "o'clock",
  'yes',
  'condition',
  '# x',
  'a: b',
  '*',
  'a\nb',
  '5',
)
const keywords = fc.record({ glob: globs, fold: fc.boolean() }).map(({ glob, fold }): Predicate => {
  const match: Match = { kind: 'glob', glob: [{ wild: 'any' }, 'k', ...glob, 'k', { wild: 'any' }], fold }
  return { kind: 'or', args: [test({ kind: 'fields', names: [{ wild: 'any' }] }, match), test({ kind: 'raw' }, match)] }
})
const predicates = fc.letrec<{ tree: Predicate }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.tuple(names.map(field), matches).map(([subject, match]) => test(subject, match)),
    keywords,
    fc.boolean().map((value): Predicate => ({ kind: 'const', value })),
    tie('tree').map((arg): Predicate => ({ kind: 'not', arg })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { maxLength: 4 }))
      .map(([kind, args]): Predicate => ({ kind, args })),
  ),
})).tree

/** Sigma’s own words for two globs: the empty text, and any text, which only a present field has. */
const told = (of: Predicate): Predicate => {
  if (of.kind === 'not') return { ...of, arg: told(of.arg) }
  if (of.kind === 'and' || of.kind === 'or') return { ...of, args: of.args.map(told) }
  if (of.kind !== 'test' || of.match.kind !== 'glob') return of
  const { match } = normal(of) as Predicate & { kind: 'test' } as { match: Match & { kind: 'glob' } }
  if (match.glob.length === 0) return { ...of, match: { kind: 'empty' } }
  return match.glob.length === 1 && typeof match.glob[0] === 'object' && match.glob[0].wild === 'any'
    ? { ...of, match: { kind: 'present' } }
    : of
}

describe('any question', () => {
  it('means the same after it is written', () => {
    fc.assert(
      fc.property(predicates, where => {
        const asked = query(told(where))
        const found = again(asked)
        expect(found).toHaveProperty('meaning', meaning(asked))
      }),
      { numRuns: 1500 },
    )
  })
  it('stays in its quotes, whatever is asked for', () => {
    for (const text of torture) {
      if (text === '') continue
      for (const glob of [[text], [{ wild: 'any' }, text], [text, { wild: 'any' }], [text, { wild: 'one' }, text]] as Glob[]) {
        const asked = query(test(field('A'), { kind: 'glob', glob, fold: true }), test(field('B'), { kind: 'exists' }))
        expect(again(asked)).toHaveProperty('meaning', meaning(asked))
      }
    }
  })
})

describe('the document', () => {
  it('says what the rule said of itself', () => {
    const text = `title: "Shell: 'odd' # name"
id: 5b0cd1a2-0a3b-4c0e-9d55-0d1c1b2a3c4d
status: experimental
description: |
  Two lines,
  of which one is the last.
references:
  - https://example.org/?a=b#c
author: Ann, Bob (Company, Inc.)
date: 2024/5/3
tags: [attack.execution, attack.t1059.001]
logsource: {product: windows, category: process_creation, definition: "audit 'it'"}
detection:
  selection: {Image|endswith: \\powershell.exe}
  condition: selection
fields: [Image, CommandLine]
falsepositives: [Admins]
level: high
custom: {a: [1, "2", true, null]}
tests:
  - {name: hit, expect: alert, events: [{Image: 'C:\\powershell.exe', _time: '2024-05-03T10:00:00Z'}]}
`
    const detection = sigmaRules.read!({ name: 'shell.yml', text }).value![0]!
    const { value, diagnostics } = convert(detection, targetOf('sigma')!)
    expect(diagnostics).toEqual([])
    expect(value!.documents).toEqual([
      {
        name: 'shell_odd_name.yml',
        text: `title: "Shell: 'odd' # name"
id: 5b0cd1a2-0a3b-4c0e-9d55-0d1c1b2a3c4d
status: experimental
description: |-
    Two lines,
    of which one is the last.
references:
    - https://example.org/?a=b#c
author: Ann, Bob (Company, Inc.)
date: "2024-05-03"
tags:
    - attack.execution
    - attack.t1059.001
logsource:
    category: process_creation
    product: windows
    definition: audit 'it'
detection:
    selection:
        Image|endswith: '\\powershell.exe'
    condition: selection
falsepositives:
    - Admins
level: high
tests:
    - name: hit
      expect: alert
      events:
          - _time: "2024-05-03T10:00:00.0000000Z"
            Image: C:\\powershell.exe
fields:
    - Image
    - CommandLine
custom:
    a:
        - 1
        - "2"
        - true
        - null
`,
      },
    ])
    const again = sigmaRules.read!({ name: 'shell.yml', text: value!.documents[0]!.text }).value![0]!
    expect({ ...again, written: null, query: null }).toEqual({ ...detection, written: null, query: null })
  })
})

// Laws that hold of everything generated, with a seed that is printed: meaning survives the normal form, no reader throws, places lie in their text.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../src/engine/match.ts'
import type { Event, Value } from '../src/ir/event.ts'
import { globText, matchGlob, parseGlob } from '../src/ir/glob.ts'
import { no, normal, yes } from '../src/ir/logic.ts'
import type { Glob, Match, Predicate, Scalar } from '../src/ir/predicate.ts'
import { portableRegex, printRegex, readPortable } from '../src/ir/regex.ts'
import { datePart, dateParts, formatTime, parseTime } from '../src/ir/time.ts'
import { rewrite } from '../src/ir/walk.ts'
import { languages } from '../src/languages/index.ts'
import { readRules } from '../src/rules/index.ts'
import { type Diagnostic, draw } from '../src/text/diagnostic.ts'
import { fold } from '../src/text/fold.ts'
import type { Source } from '../src/text/source.ts'
import { caseFiles, questionOf, readBench, readCases, sharedBench } from './cases.ts'

const seed = Number(process.env.TERRIER_SEED ?? 20_250_304)
console.log(`laws are drawn with seed ${seed} (TERRIER_SEED)`)
const runs = (numRuns: number) => ({ seed, numRuns, endOnFailure: false })

// Few letters, so that tests and values meet; among them those that fold in an odd way.
const letter = fc.constantFrom('a', 'A', 'b', 'k', '\u212a', 's', 'ſ', 'İ', '*', '?', '\\', ' ', '\n', '😀', '1')
const word = fc.string({ unit: letter, maxLength: 5 })
const globs: fc.Arbitrary<Glob> = fc.array(fc.oneof(word, fc.constantFrom({ wild: 'any' as const }, { wild: 'one' as const })), {
  maxLength: 5,
})

const fields: fc.Arbitrary<Scalar> = fc.constantFrom('A', 'B', 'C', 'D').map(name => ({ kind: 'field', name }))
const values: fc.Arbitrary<Value> = fc.oneof(
  word,
  fc.constantFrom<Value>(null, '', 0, 1, 12n, true, 'a', 'AB', [], ['a', 'b'], [null], ['1', 12]),
)
const events: fc.Arbitrary<Event> = fc
  .record({ A: values, B: values, C: values, D: values }, { requiredKeys: [] })
  .map(found => ({ fields: found as Record<string, Value> }))

/** Records of a table: no value is a list. */
const rows: fc.Arbitrary<Event> = events.map(({ fields: found }) => ({
  fields: Object.fromEntries(Object.entries(found).filter(([, value]) => !Array.isArray(value))),
}))

const matches: fc.Arbitrary<Match> = fc.oneof(
  fc.constantFrom<Match>({ kind: 'exists' }, { kind: 'present' }, { kind: 'empty' }),
  fc.record({ kind: fc.constant('glob' as const), glob: globs, fold: fc.boolean() }),
  fc.record({
    kind: fc.constant('text' as const),
    how: fc.constantFrom('whole' as const, 'start' as const, 'end' as const, 'anywhere' as const),
    to: fields,
    fold: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('regex' as const),
    pattern: fc.constantFrom('a+', '^\\w*$', '(?i)k', '[^ab]', '(.)\\g{1}', '(?!a)b'),
    fold: fc.boolean(),
    whole: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    op: fc.constantFrom('=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    to: fc.oneof(
      fields,
      fc.constantFrom<Value>(1, 12, 'a').map(value => ({ kind: 'literal' as const, value })),
    ),
  }),
)

const predicates: fc.Arbitrary<Predicate> = fc.letrec<{ node: Predicate }>(tie => ({
  node: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'predicate' },
    fc.record({
      kind: fc.constant('test' as const),
      subject: fields,
      match: matches,
      each: fc.constantFrom('any' as const, 'all' as const, 'none' as const, undefined),
    }),
    fc.boolean().map(value => ({ kind: 'const' as const, value })),
    tie('node').map(arg => ({ kind: 'not' as const, arg })),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), args: fc.array(tie('node'), { maxLength: 4 }) }),
  ),
})).node

describe('questions', () => {
  it('mean the same in normal form, which is its own normal form', () => {
    fc.assert(
      fc.property(predicates, fc.array(events, { minLength: 5, maxLength: 15 }), (predicate, records) => {
        const settled = normal(predicate)
        const [asGiven, asSettled] = [compilePredicate(predicate), compilePredicate(settled)]
        for (const event of records) expect(asSettled(event)).toBe(asGiven(event))
        expect(normal(settled)).toEqual(settled)
      }),
      runs(1500),
    )
  })

  it('have one normal form however they are nested, ordered and negated', () => {
    const turned = (predicate: Predicate): Predicate =>
      rewrite(predicate, {
        predicate: node => {
          if (node.kind === 'and' || node.kind === 'or') {
            const args = [...node.args].reverse()
            const other = node.kind === 'and' ? 'or' : 'and'
            const nested: Predicate = { kind: node.kind, args: [{ kind: node.kind, args }, ...args.slice(0, 1)] }
            return args.length % 2 === 0
              ? nested
              : { kind: 'not', arg: { kind: other, args: args.map(arg => ({ kind: 'not', arg })) } }
          }
          return node
        },
      })
    fc.assert(
      fc.property(predicates, predicate => {
        expect(normal(turned(predicate))).toEqual(normal(predicate))
      }),
      runs(1000),
    )
  })

  it('of a three-valued language are true, false or unanswered as its tables say', () => {
    // SQL's tables by the book: a comparison with nothing is unanswered.
    const truth = (predicate: Predicate, event: Event): boolean | undefined => {
      switch (predicate.kind) {
        case 'const':
          return predicate.value
        case 'not': {
          const inner = truth(predicate.arg, event)
          return inner === undefined ? undefined : !inner
        }
        case 'and':
        case 'or': {
          const decisive = predicate.kind === 'or'
          const parts = predicate.args.map(arg => truth(arg, event))
          return parts.includes(decisive) ? decisive : parts.includes(undefined) ? undefined : !decisive
        }
        case 'test': {
          const asked = [predicate.subject, ...('to' in predicate.match ? [predicate.match.to] : [])]
          const there = asked.every(scalar => scalar.kind !== 'field' || (event.fields[scalar.name] ?? null) !== null)
          const always = predicate.match.kind === 'exists' || predicate.match.kind === 'present'
          return there || always ? compilePredicate(predicate)(event) : undefined
        }
        default:
          return undefined
      }
    }
    fc.assert(
      fc.property(predicates, fc.array(rows, { minLength: 5, maxLength: 10 }), (predicate, records) => {
        const [isTrue, isFalse] = [compilePredicate(yes(predicate)), compilePredicate(no(predicate))]
        for (const event of records) {
          const answer = truth(predicate, event)
          expect([isTrue(event), isFalse(event)]).toEqual([answer === true, answer === false])
        }
      }),
      runs(1000),
    )
  })

  it('of every case mean the same in normal form', () => {
    let seen = 0
    for (const { file } of caseFiles()) {
      const { cases, bench } = readCases(
        readFileSync(file, 'utf8'),
        languages.map(language => language.id),
      )
      const records = readBench(bench.length > 0 ? bench : sharedBench)
      for (const one of cases) {
        const language = languages.find(({ id }) => one.blocks.has(id))!
        const query = language.parse({ name: 'query', text: one.blocks.get(language.id)!.text }).value
        const question = query === undefined ? undefined : questionOf(query)
        if (question === undefined) continue
        const [given, settled] = [compilePredicate(question), compilePredicate(normal(question))]
        for (const { event, name } of records) expect(settled(event), `${one.name} on ${name}`).toBe(given(event))
        seen++
      }
    }
    expect(seen).toBeGreaterThan(100)
  })
})

describe('globs', () => {
  /** By definition and slowly: each wildcard tries every length. */
  const fits = (pattern: readonly (string | { wild: 'any' | 'one' })[], text: readonly string[]): boolean => {
    const [first, ...rest] = pattern
    if (first === undefined) return text.length === 0
    if (typeof first === 'string') {
      const points = [...first]
      return points.every((point, index) => text[index] === point) && fits(rest, text.slice(points.length))
    }
    if (first.wild === 'one') return text.length > 0 && fits(rest, text.slice(1))
    return Array.from({ length: text.length + 1 }, (_, length) => length).some(length => fits(rest, text.slice(length)))
  }
  it('match as they are defined', () => {
    fc.assert(
      fc.property(globs, fc.string({ unit: letter, maxLength: 8 }), (pattern, text) => {
        expect(matchGlob(pattern, false)(text)).toBe(fits(pattern, [...text]))
        const folded = pattern.map(part => (typeof part === 'string' ? fold(part) : part))
        expect(matchGlob(pattern, true)(text)).toBe(fits(folded, [...fold(text)]))
      }),
      runs(5000),
    )
  })
  it('are read back as they are written', () => {
    fc.assert(
      fc.property(globs, pattern => {
        const text = globText(pattern)
        expect(globText(parseGlob(text))).toBe(text)
        for (const value of ['', 'a', 'ab', '*', '\\', 'a\\*b'])
          expect(matchGlob(parseGlob(text), false)(value)).toBe(matchGlob(pattern, false)(value))
      }),
      runs(2000),
    )
  })
})

describe('times', () => {
  const earliest = Date.UTC(1601, 0, 1)
  const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
  it('are read back as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: earliest, max: latest }), fc.integer({ min: 0, max: 9999 }), (time, ticks) => {
        expect(parseTime(formatTime(time, ticks))).toEqual({ time, ticks })
        expect(parseTime(formatTime(time))).toEqual({ time, ticks: 0 })
        expect(parseTime(formatTime(time))!.time).toBe(new Date(formatTime(time)).getTime())
      }),
      runs(3000),
    )
  })
  it('have parts that put them together', () => {
    fc.assert(
      fc.property(fc.integer({ min: earliest, max: latest }), time => {
        const [minute, hour, day, , month, year] = dateParts.map(part => datePart(time, part))
        expect(Date.UTC(year!, month! - 1, day!, hour!, minute!)).toBe(Math.floor(time / 60_000) * 60_000)
      }),
      runs(1000),
    )
  })
  it('are read alike by the quick way and the thorough one, which a blank before the text leads to', () => {
    const form = fc.integer({ min: earliest, max: latest }).map(time => formatTime(time, time % 10_000))
    const edit = fc.record({ at: fc.nat(27), with: fc.constantFrom('', '0', '9', ' ', '-', ':', '.', 'T', 'Z', 'x', '00') })
    fc.assert(
      fc.property(form, fc.array(edit, { maxLength: 2 }), (text, edits) => {
        const changed = edits.reduce((out, { at, with: put }) => out.slice(0, at) + put + out.slice(at + 1), text).trim()
        expect(parseTime(changed)).toEqual(parseTime(` ${changed}`))
      }),
      runs(10_000),
    )
  })
  it('of no text make anything throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789-:/TZ .,+PM@') })), text => {
        const found = parseTime(text)
        if (found !== undefined) expect(Number.isInteger(found.time) && found.ticks >= 0 && found.ticks <= 9999).toBe(true)
      }),
      runs(5000),
    )
  })
})

describe('folding', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 20 })
  it('is settled at once, keeps the count of characters, and goes character by character', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(fold(fold(a))).toBe(fold(a))
        expect([...fold(a)].length).toBe([...a].length)
        expect(fold(a) + fold(b)).toBe(fold(a + b))
      }),
      runs(3000),
    )
  })
  // Truth: CaseFolding.txt, statuses C and S.
  it.each([
    ['\u1fbe', 'ι'],
    ['\u0345', 'ι'],
    ['\u1c80', 'в'],
    ['\u1c88', 'ꙋ'],
    ['ſ', 's'],
    ['\u212a', 'k'],
    ['\u212b', 'å'],
    ['\u1e9e', 'ß'],
    ['Σ', 'ς'],
    ['µ', 'Μ'],
    ['Ǆ', 'ǅ'],
    ['\u13a0', '\uab70'],
    ['\u{10400}', '\u{10428}'],
  ])('makes %s and %s one', (a, b) => {
    expect(fold(a)).toBe(fold(b))
  })
  it.each([
    ['İ', 'i'],
    ['ı', 'i'],
    ['ß', 'ss'],
    ['ŉ', 'n'],
  ])('keeps %s and %s apart', (a, b) => {
    expect(fold(a)).not.toBe(fold(b))
  })
  it('ignores which case a letter of one other case has', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcXYZéÉßÄöЖж') }), text => {
        const simple = [...text].every(character => character.toUpperCase().length === 1)
        if (simple) expect(fold(text.toUpperCase())).toBe(fold(text.toLowerCase()))
      }),
      runs(1000),
    )
  })
})

/** What a parser must not choke on, put together from what its grammar is made of. */
const torture = [
  '',
  '\0',
  '\ud800',
  '\udc00\ud800',
  '\u202eabc',
  '\\',
  '\'"`',
  '%_*?',
  '$${{',
  '\r\n\r',
  '\u2028',
  '-'.repeat(1000),
  '('.repeat(5000),
  '['.repeat(5000),
  '{'.repeat(5000),
  'a: '.repeat(1000),
  '- '.repeat(3000),
  'x'.repeat(65_536),
  '&a [*a]',
  '!!js/function a',
  '\t',
]

const sigmaParts = fc.array(
  fc.constantFrom(
    ...[
      'title',
      'id',
      'detection',
      'selection',
      'condition',
      'logsource',
      'category',
      'correlation',
      'type',
      'event_count',
      'group-by',
      'timespan',
      'generate',
      'filter',
    ],
    ...[
      'rules',
      'level',
      'high',
      'all',
      'of',
      'them',
      'and',
      'or',
      'not',
      '1',
      'Image',
      '|endswith',
      '|re',
      '|contains|all',
      '|cidr',
      '|expand',
      '|base64offset',
      '|windash',
    ],
    ...[
      ': ',
      ':\n  ',
      '\n',
      '\n  ',
      '\n    ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '|\n',
      '>\n',
      '#',
      '&a',
      '*a',
      '---\n',
      '*',
      '\\',
      '%x%',
      '10.0.0.0/8',
      '(',
      ')',
      'null',
      '~',
      '5m',
    ],
  ),
  { maxLength: 40 },
)
const hostile = fc.oneof(
  fc.constantFrom(...torture),
  fc.string({ unit: 'binary', maxLength: 60 }),
  sigmaParts.map(parts => parts.join('')),
  sigmaParts.map(parts => `detection:\n  selection:\n    ${parts.join('')}\n  condition: selection`),
  sigmaParts.map(parts => `detection:\n  selection:\n    Image: x\n  condition: ${parts.join(' ')}`),
)

function checkPlaces(diagnostics: readonly Diagnostic[], source: Source): void {
  for (const finding of diagnostics) {
    const { text } = finding.source ?? source
    for (const span of [
      finding.span,
      ...(finding.related ?? []).map(other => other.span),
      ...(finding.fix ?? []).map(fix => fix.span),
    ]) {
      if (span === undefined) continue
      expect(span.start, finding.code).toBeGreaterThanOrEqual(0)
      expect(span.end, finding.code).toBeGreaterThanOrEqual(span.start)
      expect(span.end, finding.code).toBeLessThanOrEqual(text.length)
    }
    expect(finding.message, finding.code).not.toMatch(/^[A-Z][a-z]+ [a-z]+.*\.$/)
    draw({ ...finding, source: finding.source ?? source })
  }
}

describe('readers', () => {
  it.each(languages.map(language => [language.id, language] as const))(
    'of %s throw at no text, and point into it',
    (_, language) => {
      fc.assert(
        fc.property(hostile, text => {
          const source = { name: 'query', text }
          checkPlaces(language.parse(source).diagnostics, source)
        }),
        runs(1500),
      )
    },
  )
  it('of rules throw at no text, and point into it', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('rule.yml', 'rule.txt', ''), (text, name) => {
        const source = { name, text }
        checkPlaces(readRules([source]).diagnostics, source)
      }),
      runs(1500),
    )
  })
  it('of regular expressions throw at no text, point into it, and read back what they write', () => {
    const pieces = fc.array(
      fc.constantFrom(
        ..."abk1_ .^$|()[]{}?*+\\-,:=!<>#PQERxubBdDwWsSGZpnikg'é😀".match(/./gu)!,
        '(?',
        '(?i)',
        '[[:',
        ':]]',
        '{2,3}',
        '\\x{',
        '(?<n>',
        '\\k<n>',
        '(?=',
        '\\p{L}',
      ),
      { maxLength: 16 },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map(parts => parts.join('')),
          fc.constantFrom(...torture),
          fc.string({ unit: 'binary' }),
        ),
        text => {
          const source = { name: 'pattern', text }
          const { value, diagnostics } = portableRegex(text, { flavour: 'pcre' })
          checkPlaces(diagnostics, source)
          expect(value === undefined).toBe(diagnostics.some(finding => finding.severity === 'error'))
          if (value === undefined) return
          const again = readPortable(value).value
          expect(again).toBeDefined()
          expect(printRegex(again!, 'portable').value).toBe(value)
        },
      ),
      runs(5000),
    )
  })
})

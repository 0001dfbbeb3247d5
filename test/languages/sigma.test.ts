// Sigma as a language: what cases cannot show (values given by name, places, the trees of aggregations) and hostile input.

import { describe, expect, it } from 'vitest'
import type { Predicate } from '../../src/ir/predicate.ts'
import type { ParseContext } from '../../src/languages/language.ts'
import { sigma } from '../../src/languages/sigma/index.ts'
import { modifiers } from '../../src/languages/sigma/modifiers.ts'
import { documents } from '../../src/languages/sigma/yaml.ts'
import { lint } from '../../src/lint.ts'
import { readRules } from '../../src/rules/read.ts'
import { sigmaRules } from '../../src/rules/sigma.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

function parse(text: string, context?: ParseContext): { where: Predicate; findings: readonly Diagnostic[] } {
  const { value, diagnostics } = sigma.parse({ name: 'a.yml', text }, context)
  const stage = value?.stages[0]
  if (stage?.kind !== 'filter') throw new Error(`no filter: ${JSON.stringify(diagnostics)}`)
  return { where: stage.where, findings: diagnostics }
}

/** The globs and patterns of the tests in a predicate, `*` for a run. */
function values(predicate: Predicate): string[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.args.flatMap(values)
    case 'not':
      return values(predicate.arg)
    case 'test':
      if (predicate.match.kind === 'glob') {
        return [predicate.match.glob.map(part => (typeof part === 'string' ? part : part.wild === 'any' ? '*' : '?')).join('')]
      }
      return [predicate.match.kind === 'regex' ? predicate.match.pattern : predicate.match.kind]
    default:
      return [predicate.kind]
  }
}

describe('placeholders', () => {
  const names = { admins: ['alice', 'b*b'], domain: 'corp', word: ['a.c', 'x'], nets: ['10.0.0.0/8', '192.168.0.0/16'], none: [] }
  const item = (line: string): ReturnType<typeof parse> => parse(`s:\n  ${line}\ncondition: s\n`, { names })

  it.each([
    [`F|expand: '%admins%'`, ['alice', 'b*b']],
    [`F|expand: '%domain%\\\\%admins%'`, ['corp\\alice', 'corp\\b*b']],
    [`F|contains|expand: '%admins%'`, ['*alice*', '*b*b*']],
    [`F|expand|startswith: '%domain%\\\\'`, ['corp\\*']],
    [`F|expand: ['%domain%', 'x']`, ['corp', 'x']],
    [`F|expand: '\\%admins\\% 100%'`, ['%admins% 100%']],
    [`F|expand|base64: '%domain%'`, ['Y29ycA==']],
    [`F|re|expand: '^%word%$'`, ['^a.c$', '^x$']],
    [`F|re|expand: '^\\%word\\%$'`, ['^%word%$']],
    [`F|cidr|expand: '%nets%'`, ['cidr', 'cidr']],
    [`F: '%admins%'`, ['%admins%']],
  ])('%s', (line, expected) => {
    const { where, findings } = item(line)
    expect(findings).toEqual([])
    expect(values(where)).toEqual(expected)
  })

  it('that nobody gave a value leave the rest to be read, and say which', () => {
    const { where, findings } = parse(`s:\n  F|expand: '%nobody%'\n  G: x\ncondition: s\n`, { names })
    expect(findings.map(finding => [finding.code, finding.severity, finding.message])).toEqual([
      ['SIG013', 'warning', 'the placeholder "%nobody%" has no value'],
    ])
    expect(where).toMatchObject({
      kind: 'and',
      args: [{ kind: 'opaque', text: 'the placeholder "%nobody%" has no value' }, { kind: 'test' }],
    })
  })

  it('are looked up among their own names only', () => {
    expect(item(`F|expand: '%constructor%'`).findings[0]!.code).toBe('SIG013')
    expect(item(`F|expand: '%__proto__%'`).findings[0]!.code).toBe('SIG013')
  })

  it('with too many values together are refused', () => {
    const many = { a: Array.from({ length: 200 }, (_, index) => `v${index}`) }
    const { findings } = parse(`s:\n  F|expand: '%a%%a%%a%'\ncondition: s\n`, { names: many })
    expect(findings.map(finding => finding.code)).toEqual(['SIG012'])
  })
})

describe('trees', () => {
  const bare = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, inner) => (key === 'span' ? undefined : inner)))

  it('a rule is a filter over its class of events, by the rules of Sigma', () => {
    const { value } = sigma.parse({
      name: 'a',
      text: 'logsource: {product: windows, service: system, definition: x}\ns: {F: a}\ncondition: s\n',
    })
    expect(bare(value)).toEqual({
      from: { kind: 'class', class: { product: 'windows', service: 'system' } },
      stages: [
        {
          kind: 'filter',
          where: { kind: 'test', subject: { kind: 'field', name: 'F' }, match: { kind: 'glob', glob: ['a'], fold: true } },
        },
      ],
      rules: 'sigma',
    })
  })

  it('lists are flat', () => {
    const { where } = parse(`s:\n  F|windash|contains: [' -a', ' -b', c]\ncondition: s\n`)
    expect(where.kind).toBe('or')
    expect(where.kind === 'or' && where.args.every(arg => arg.kind === 'test')).toBe(true)
    expect(values(where)).toHaveLength(11)
  })

  it('a keyword is asked of every field and of the raw text', () => {
    const { where } = parse('k: [word]\ncondition: k\n')
    const match = { kind: 'glob', glob: [{ wild: 'any' }, 'word', { wild: 'any' }], fold: true }
    expect(bare(where)).toEqual({
      kind: 'or',
      args: [
        { kind: 'test', subject: { kind: 'fields', names: [{ wild: 'any' }] }, match },
        { kind: 'test', subject: { kind: 'raw' }, match },
      ],
    })
  })

  it.each([
    ['count() by Host > 5', { name: 'event_count', fn: 'count' }, ['Host'], '>', 5],
    [
      'count(User) by Host, Domain >= 2',
      { name: 'value_count', fn: 'distinct', of: { kind: 'field', name: 'User' } },
      ['Host', 'Domain'],
      '>=',
      2,
    ],
    ['sum(Bytes) < 1.5', { name: 'value_sum', fn: 'sum', of: { kind: 'field', name: 'Bytes' } }, [], '<', 1.5],
    ['min(Bytes) by a <= 3', { name: 'value_min', fn: 'min', of: { kind: 'field', name: 'Bytes' } }, ['a'], '<=', 3],
    ['max(Bytes) by a = 3', { name: 'value_max', fn: 'max', of: { kind: 'field', name: 'Bytes' } }, ['a'], '=', 3],
    ['avg(Bytes) by a > 3', { name: 'value_avg', fn: 'avg', of: { kind: 'field', name: 'Bytes' } }, ['a'], '>', 3],
  ])('s | %s', (text, measure, by, op, value) => {
    const { value: query } = sigma.parse({ name: 'a', text: `s: {F: a}\ntimeframe: 90m\ncondition: s | ${text}\n` })
    expect(bare(query!.stages[1])).toEqual({
      kind: 'aggregate',
      by: by.map(name => ({ name, value: { kind: 'field', name } })),
      measures: [measure],
      window: { size: 5_400_000, kind: 'sliding', report: 'rising' },
      having: {
        kind: 'test',
        subject: { kind: 'field', name: measure.name },
        match: { kind: 'compare', op, to: { kind: 'literal', value } },
      },
    })
  })

  it('near is a sequence in any order', () => {
    const { value } = sigma.parse({ name: 'a', text: 'a: {F: a}\nb: {F: b}\ntimeframe: 30s\ncondition: a | near b\n' })
    expect(bare(value)).toMatchObject({
      from: {
        kind: 'sequence',
        ordered: false,
        match: 'first',
        within: 30_000,
        steps: [
          { name: 'condition', by: [] },
          { name: 'b', by: [] },
        ],
      },
      stages: [],
    })
  })

  it('near without something counts each', () => {
    const { value } = sigma.parse({
      name: 'a',
      text: 'a: {F: a}\nb: {F: b}\nc: {F: c}\ntimeframe: 30s\ncondition: a | near b and not c\n',
    })
    expect(bare(value)).toMatchObject({
      from: { kind: 'union', of: [{}, {}, {}] },
      stages: [
        {
          kind: 'aggregate',
          measures: [{ name: 'condition' }, { name: 'b' }, { name: 'c' }],
          having: { kind: 'and', args: [{}, {}, { match: { op: '=' } }] },
        },
      ],
    })
  })
})

describe('places', () => {
  function marked(text: string): string[] {
    const found: string[] = []
    const visit = (predicate: Predicate): void => {
      if (predicate.span !== undefined) found.push(text.slice(predicate.span.start, predicate.span.end))
      if (predicate.kind === 'and' || predicate.kind === 'or') predicate.args.forEach(visit)
      if (predicate.kind === 'not') visit(predicate.arg)
    }
    visit(parse(text).where)
    return found
  }

  it('are those of values, selections and parts of the condition', () => {
    expect(marked(`a:\n  F: 'x'\n  G|contains: y\nb: {H: z}\ncondition: a and not b\n`)).toEqual([
      'a and not b',
      `F: 'x'\n  G|contains: y`,
      `'x'`,
      'y',
      'not b',
      'z',
    ])
  })

  it.each([
    ['plain', 'condition: one and nobody\n'],
    ['single quotes', `condition: 'one and nobody'\n`],
    ['double quotes', `condition: "one and nobody"\n`],
    ['escapes', `condition: "one\\tand \\x6eobody"\n`, '\\x6eobody'],
    ['folded', 'condition: >\n  one\n  and\n  nobody\n'],
    ['literal', 'condition: |-\n  one and\n    nobody\n'],
    ['several lines', 'condition: one\n  and\n\n  nobody\n'],
  ])('of a condition in %s are where the word stands', (_, condition, expected = 'nobody') => {
    const text = `one: {F: a}\n${condition}`
    const { findings } = parse(text)
    expect(findings.map(finding => finding.code)).toEqual(['SIG023'])
    const { start, end } = findings[0]!.span!
    // Escaped characters have no place of their own; the word must at least be met.
    const found = text.slice(start, end)
    expect(expected === 'nobody' ? found : expected.includes(found.slice(-5))).toBe(expected === 'nobody' ? 'nobody' : true)
  })

  it('of a modifier are exact', () => {
    const text = `s:\n  "Field|contains|aall": x\ncondition: s\n`
    const { start, end } = parse(text).findings[0]!.span!
    expect(text.slice(start, end)).toBe('aall')
  })
})

describe('hostile input', () => {
  /** Everything that was found lies inside its text. */
  function sound(findings: readonly Diagnostic[], text: string): void {
    for (const finding of findings) {
      expect(finding.code).toMatch(/^(SIG|RUL)\d{3}$/)
      for (const span of [finding.span, ...(finding.related ?? []).map(other => other.span)]) {
        if (span === undefined) continue
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeGreaterThanOrEqual(span.start)
        expect(span.end).toBeLessThanOrEqual(text.length)
      }
    }
  }

  function quick<T>(run: () => T, most = 5000): T {
    const start = performance.now()
    const result = run()
    expect(performance.now() - start).toBeLessThan(most)
    return result
  }

  it('aliases that grow without end are refused', () => {
    let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n'
    for (let level = 1; level < 12; level++)
      text += `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]\n`
    const { diagnostics } = quick(() =>
      sigmaRules.read!({ name: 'bomb.yml', text: `${text}title: t\ndetection: {s: *a11, condition: s}\n` }),
    )
    expect(diagnostics.map(finding => finding.code)).toEqual(['SIG002'])
    sound(diagnostics, text)
  })

  it.each([
    ['flow lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['open flow lists', '['.repeat(10_000)],
    ['flow maps', '{a: '.repeat(10_000) + '}'.repeat(10_000)],
    ['block lists on one line', `${'- '.repeat(10_000)}x\n`],
    ['explicit keys', `${'? '.repeat(10_000)}x\n`],
    ['block maps', Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
  ])('%s, thousands deep', (_, text) => {
    const found = quick(
      () =>
        sigmaRules.read!({
          name: 'deep.yml',
          text: `title: t\ndetection:\n  s: ${text}\n  condition: s\n---\ntitle: next\nlogsource: {product: windows}\ndetection: {s: {F: a}, condition: s}\n`,
        }),
      20_000,
    )
    expect(found.diagnostics.length).toBeGreaterThan(0)
    expect(found.diagnostics.every(finding => /^SIG00[12]$/.test(finding.code))).toBe(true)
    // The next document is read, unless the quote or bracket that is open swallows it.
    if (found.diagnostics.some(finding => finding.code === 'SIG002'))
      expect(found.value!.map(rule => rule.title)).toEqual(['next'])
  })

  it('five megabytes of rules are read', () => {
    const one = `title: t\nlogsource: {product: windows}\ndetection:\n  s:\n    F|contains:\n${Array.from({ length: 2000 }, (_, index) => `      - value ${index}\n`).join('')}  condition: s\n`
    const text = Array.from({ length: Math.ceil((5 * 1024 * 1024) / one.length) }, () => one).join('---\n')
    const { value, diagnostics } = quick(() => sigmaRules.read!({ name: 'big.yml', text }), 20_000)
    expect(diagnostics).toEqual([])
    expect(value!.length).toBeGreaterThan(100)
  })

  it('five megabytes of one scalar, one line, one key', () => {
    const long = 'x'.repeat(5 * 1024 * 1024)
    for (const text of [
      long,
      `title: ${long}\n`,
      `detection: {s: {F: '${long}'}, condition: s}\n`,
      `${long}: a\n`,
      `# ${long}\n`,
      `'${long}`,
      `|\n ${long}`,
    ]) {
      const { diagnostics } = quick(() => sigmaRules.read!({ name: 'long.yml', text }), 20_000)
      sound(diagnostics, text)
    }
  })

  it('a file that is too large is refused by its size', () => {
    const { diagnostics } = quick(() => sigmaRules.read!({ name: 'huge.yml', text: ' '.repeat(17 * 1024 * 1024) }))
    expect(diagnostics.map(finding => finding.code)).toEqual(['SIG002'])
  })

  it.each([
    ['parentheses', `${'('.repeat(100_000)}s${')'.repeat(100_000)}`, 'SIG027'],
    ['a few parentheses too many', `${'('.repeat(65)}s${')'.repeat(65)}`, 'SIG027'],
    ['words', Array.from({ length: 20_000 }, () => 's').join(' or '), 'SIG027'],
    ['characters', '&'.repeat(100_000), 'SIG027'],
  ])('a condition of many %s', (_, condition, code) => {
    const { findings } = quick(() => parse(`s: {F: a}\ncondition: ${JSON.stringify(condition)}\n`))
    expect(findings.map(finding => finding.code)).toEqual([code])
  })

  it.each([
    [
      'names and selectors',
      `${Array.from({ length: 20_000 }, (_, index) => `s${index}: {F: a}\n`).join('')}condition: ${Array.from({ length: 1000 }, (_, index) => `1 of s${index % 9}*`).join(' or ')}\n`,
      'SIG027',
    ],
    [
      'uses of one long list',
      `s:\n  F: [${Array.from({ length: 5000 }, (_, index) => index).join(', ')}]\ncondition: ${Array.from({ length: 2000 }, () => 's').join(' or ')}\n`,
      'SIG027',
    ],
    ['modifiers', `s:\n  "F${'|contains'.repeat(100_000)}": a\ncondition: s\n`, 'SIG011'],
    ['bars', `s:\n  "F${'|'.repeat(1_000_000)}": a\ncondition: s\n`, 'SIG011'],
    ['dashes', `s:\n  F|windash: ${JSON.stringify(' -a'.repeat(100_000))}\ncondition: s\n`, 'SIG012'],
    ['blanks in an aggregation', `s: {F: a}\ncondition: "s | count(${' '.repeat(1_000_000)}"\n`, 'SIG028'],
    ['placeholders', `s:\n  F|expand: ${JSON.stringify('%a%'.repeat(20_000))}\ncondition: s\n`, 'SIG013'],
  ])('many %s', (_, text, code) => {
    const findings = quick(() => sigma.parse({ name: 'many.yml', text }).diagnostics, 10_000)
    expect(findings.map(finding => finding.code)).toContain(code)
    sound(findings, text)
  })

  it.each([
    ['authors', `author: ${JSON.stringify(','.repeat(2_000_000))}\n`],
    [
      'rules of a correlation',
      `correlation: {type: event_count, timespan: 5m, condition: {gte: 1}, rules: [${Array.from({ length: 50_000 }, (_, index) => `r${index}`).join(', ')}]}\n`,
    ],
    [
      'names in a condition',
      `correlation: {type: temporal, timespan: 5m, condition: "${Array.from({ length: 50_000 }, (_, index) => `r${index}`).join(' and ')}"}\n`,
    ],
    [
      'values that repeat',
      `logsource: {product: x}\ndetection: {s: {F|contains: [${Array.from({ length: 20_000 }, () => "'aaaaaaaa'").join(', ')}]}, condition: s}\n`,
    ],
    ['backslashes', `logsource: {product: x}\ndetection: {s: {F|contains: '${'\\'.repeat(500_000)}a'}, condition: s}\n`],
    ['blanks in a condition', `logsource: {product: x}\ndetection: {s: {F: a}, condition: "s ${' '.repeat(1_000_000)}"}\n`],
    [
      'documents of one id',
      Array.from({ length: 5000 }, () => 'id: same\nlogsource: {product: x}\ndetection: {s: {F: a}, condition: s}\n').join(
        '---\n',
      ),
    ],
  ])('a rule with many %s is read and checked', (_, text) => {
    quick(() => {
      const { value, diagnostics } = readRules([{ name: 'many.yml', text: `title: t\n${text}` }])
      lint(value ?? [])
      expect(diagnostics.length + (value ?? []).length).toBeGreaterThan(0)
    }, 15_000)
  })

  it('negations on negations', () => {
    const even = quick(() => parse(`s: {F: a}\ncondition: ${'not '.repeat(4000)}s\n`)).where
    const odd = parse(`s: {F: a}\ncondition: ${'not '.repeat(4001)}s\n`).where
    expect(even.kind === 'not' && even.arg.kind === 'not' ? even.arg.arg.kind : even.kind).toBe('test')
    expect(odd.kind === 'not' ? odd.arg.kind : odd.kind).toBe('test')
  })

  it('names of JavaScript are names like any other', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const { where, findings } = parse(`${name}:\n  ${name}: a\ncondition: ${name}\n`)
      expect(findings).toEqual([])
      expect(where).toMatchObject({ kind: 'test', subject: { kind: 'field', name } })
      expect(parse(`s:\n  F|${name}: a\ncondition: s\n`).findings[0]!.code).toBe('SIG010')
    }
    const { value } = sigmaRules.read!({
      name: 'a.yml',
      text: 'title: t\nlogsource: {product: x}\n__proto__: {polluted: 1}\ndetection: {s: {F: a}, condition: s}\n',
    })
    expect(Object.hasOwn(value![0]!.rest, '__proto__')).toBe(true)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('values with control characters, lone surrogates and directions', () => {
    for (const value of ['\\0', '\\ud800', '\\u202e', '\\n', '\\"', '\\\\']) {
      const { findings } = parse(`s:\n  F|contains: "a${value}b"\ncondition: s\n`)
      expect(findings).toEqual([])
    }
  })

  it('two thousand broken rules: no throw, and every place lies in the text', () => {
    const seeds = [
      `title: Rule of our own\nid: 3f0f2a2b-4cf7-4e8f-9d0e-ff7f5b3d0a11\nstatus: test\nlogsource:\n    category: process_creation\n    product: windows\ndetection:\n    selection_img:\n        - Image|endswith: '\\plink.exe'\n        - OriginalFileName: Plink\n    selection_cli:\n        CommandLine|windash|contains|all:\n            - ' -R'\n            - ':3389'\n    filter_main:\n        ParentImage|re|i: '^c:\\\\windows\\\\(a|b)+$'\n    condition: all of selection_* and not 1 of filter_*\nlevel: high\n`,
      `title: Many logons\nname: many\ncorrelation:\n    type: value_count\n    rules: [failed]\n    group-by: [User, ip]\n    timespan: 15m\n    aliases:\n        ip: {failed: IpAddress}\n    condition: {gte: 10, field: [Host, Port]}\n---\ntitle: Failed\nname: failed\nlogsource: {product: windows, service: security}\ndetection:\n    sel: {EventID: 4625, Time|hour|gte: 22}\n    keywords: ['|all': [a, b]]\n    condition: sel | count() by Host > 5\n    timeframe: 5m\n`,
      `title: Filter\nlogsource: &l {product: windows}\nfilter:\n    rules: [many, failed]\n    sel: {User|expand: '%admins%', A|fieldref|contains: B, P|wide|base64offset|contains: "x\\u00e9"}\n    condition: not sel\ntests:\n    - {expect: alert, events: [{Image: x, _time: 2026-01-01T00:00:00Z}]}\nrisk: {score: 50, entities: [{field: User, kind: user}]}\nmore: *l\n`,
    ]
    const pieces = [
      '|',
      ':',
      '- ',
      '\n',
      "'",
      '"',
      '*',
      '&a ',
      '*a',
      '{',
      '}',
      '[',
      ']',
      '\t',
      '  ',
      '%',
      '\\',
      '(',
      ')',
      ' and ',
      ' not ',
      'null',
      '|all',
      '|re',
      '0x',
      '---\n',
      '<<: ',
      '!!int ',
      '? ',
      '>\n',
      '\u0000',
      '\ud800',
      '🙂',
      '#',
      ',',
    ]
    let state = 20260105
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    for (let round = 0; round < 2000; round++) {
      let text = seeds[round % seeds.length]!
      for (let change = 0; change <= random(6); change++) {
        const at = random(text.length)
        const kind = random(4)
        const piece = pieces[random(pieces.length)]!
        if (kind === 0) text = text.slice(0, at) + piece + text.slice(at)
        else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random(12))
        else if (kind === 2) text = text.slice(0, at) + piece + text.slice(at + piece.length)
        else text = text.slice(0, at) + text.slice(random(text.length), random(text.length)) + text.slice(at)
      }
      const { value, diagnostics } = sigmaRules.read!({ name: 'mutant.yml', text })
      sound(diagnostics, text)
      for (const rule of value ?? [])
        JSON.stringify(rule.query, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner))
      sound(sigma.parse({ name: 'mutant.yml', text }).diagnostics, text)
    }
  })
})

it('every modifier of the specification is there', () => {
  const specified =
    'all base64 base64offset cased cidr contains day endswith exists expand fieldref gt gte hour i lt lte m minute month neq re s startswith utf16 utf16be utf16le week wide windash year'
  expect(Object.keys(modifiers).sort()).toEqual([...specified.split(' '), 'dotall', 'ignorecase', 'multiline'].sort())
})

it('documents keep their order and places', () => {
  const text = '# first\na: 1\n---\nb: 2\n...\n---\nc: 3\n'
  const read = documents({ name: 'a', text })
  expect(read.diagnostics).toEqual([])
  expect(read.documents.map(({ root }) => text.slice(root!.span.start, root!.span.end).trim())).toEqual(['a: 1', 'b: 2', 'c: 3'])
})

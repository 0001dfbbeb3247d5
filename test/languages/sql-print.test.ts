// SQL as text: whatever a rule holds stays inside its quotes, the same rule is the same text, every code has its reason, and SigmaHQ's rules are counted.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import type { Match, Predicate, Scalar } from '../../src/ir/predicate.ts'
import { languages } from '../../src/languages/index.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'

const dialects = ['duckdb', 'clickhouse', 'sqlite', 'postgres'] as const
type Id = (typeof dialects)[number]

const print = (id: Id, query: Pipeline, layout: 'line' | 'block' = 'block') =>
  languages.find(language => language.id === id)!.print!(query, { layout })

const rows = (where: Predicate): Pipeline => ({
  from: { kind: 'table', name: 'events', time: 'SystemTime' },
  stages: [{ kind: 'filter', where }],
})
const field = (name: string): Scalar => ({ kind: 'field', name })
const test = (match: Match, subject: Scalar = field('F')): Predicate => ({ kind: 'test', subject, match })

/**
 * What a text of SQL is made of, by the rules of the manuals and nothing of the printer: literals and names become one letter each. ClickHouse
 * knows backslash escapes in literals and names; in the others a quote is doubled.
 */
function outline(id: Id, sql: string): string {
  let out = ''
  for (let at = 0; at < sql.length; ) {
    const character = sql[at]!
    if (sql.startsWith('--', at)) return `${out}COMMENT`
    if (sql.startsWith('/*', at)) {
      at = sql.indexOf('*/', at) + 2
      if (at === 1) return `${out}UNCLOSED`
      continue
    }
    if (character === "'" || character === '"' || character === '`') {
      let end = at + 1
      for (;;) {
        if (end >= sql.length) return `${out}UNCLOSED`
        if (id === 'clickhouse' && sql[end] === '\\') end += 2
        else if (sql[end] !== character) end++
        else if (sql[end + 1] === character) end += 2
        else break
      }
      out += character === "'" ? 'L' : 'N'
      at = end + 1
      continue
    }
    out += character
    at++
  }
  return out
}

const torture = [
  "'",
  "''",
  '"',
  '`',
  '\\',
  "\\'",
  '\\\\',
  'x\\',
  "'\\",
  '%',
  '_',
  '\\%',
  '!^~#|@%_',
  '$1',
  '$$',
  '{{x}}',
  '{}',
  '{other}',
  '*',
  '?',
  '[x]',
  '\n',
  '\r\n',
  '\t',
  '\u0001',
  '\u007f',
  '\u202e',
  '\u2028',
  '\ufeff',
  '😀',
  'é',
  '--',
  '/*',
  '*/',
  ';',
  "' OR 1=1 --",
  `${'x'.repeat(65_535)}'`,
  'chr(10)',
  "'||'",
  "E'",
  "x'y'z",
]

describe.each(dialects)('%s', id => {
  it('keeps every text inside its quotes', () => {
    const shapes: readonly ((text: string) => Predicate)[] = [
      text => test({ kind: 'glob', glob: [text], fold: true }),
      text => test({ kind: 'glob', glob: [{ wild: 'any' }, text], fold: true }),
      text => test({ kind: 'glob', glob: [text, { wild: 'one' }, text], fold: false }),
      text => test({ kind: 'text', how: 'anywhere', to: { kind: 'literal', value: text }, fold: true }),
      text => test({ kind: 'glob', glob: ['x'], fold: true }, field(text)),
    ]
    for (const shape of shapes) {
      const forms = new Set(
        torture.map(text => {
          const { value, diagnostics } = print(id, rows(shape(text)))
          // SQLite bounds patterns, and says so.
          if (id === 'sqlite' && value === undefined && text.length > 50_000) {
            expect(diagnostics.map(finding => finding.code)).toEqual(['SQL101'])
            return 'SELECT * FROM events WHERE N = L'
          }
          expect(diagnostics).toEqual([])
          const form = outline(id, value!.text)
          // How a text is asked for differs; that it is one condition of one column does not.
          return form
            .replace(/\s+/g, ' ')
            .replace(/(?:chr|char)\(\d+\)/g, 'L')
            .replace(/\(?L(?: \|\| L)*\)?/g, 'L')
            .replace(/ ESCAPE L/, '')
            .replace(/regexp_matches\(N, L\)|match\(N, L\)/, 'N = L')
            .replace(/I?LIKE|GLOB|~/, '=')
        }),
      )
      expect(
        [...forms].every(form => form === 'SELECT * FROM events WHERE N = L'),
        [...forms].join('\n'),
      ).toBe(true)
    }
  })

  it('keeps a regular expression inside its quotes', () => {
    for (const text of torture) {
      const pattern = [...text]
        .map(character => (/[\w ]/.test(character) ? character : `\\x{${character.codePointAt(0)!.toString(16)}}`))
        .join('')
        .slice(0, 5000)
      const { value, diagnostics } = print(id, rows(test({ kind: 'regex', pattern, fold: false, whole: false })))
      if (id === 'sqlite') expect(diagnostics.map(finding => finding.code)).toEqual(['SQL103'])
      else expect(outline(id, value!.text).replace(/\s+/g, ' ')).toMatch(/^SELECT \* FROM events WHERE (?:N ~ L|\w+\(N, L\))$/)
    }
  })

  it('has one line when asked for one', () => {
    const { value } = print(
      id,
      rows({ kind: 'and', args: [test({ kind: 'glob', glob: ['a\nb'], fold: true }), test({ kind: 'present' })] }),
      'line',
    )
    expect(value!.text).not.toContain('\n')
  })

  it('marks where each condition comes from', () => {
    const { value } = print(
      id,
      rows({
        kind: 'and',
        args: [
          { ...test({ kind: 'glob', glob: ['a'], fold: true }), span: { start: 3, end: 7 } },
          { kind: 'not', arg: { ...test({ kind: 'empty' }), span: { start: 9, end: 12 } } },
        ],
      }),
    )
    const marked = value!.marks.map(mark => [mark.from[0]!.start, value!.text.slice(mark.start, mark.end).replace(/[`"]/g, '')])
    expect(marked).toEqual([
      [3, id === 'sqlite' ? "F LIKE 'a'" : "F ILIKE 'a'"],
      [9, "F = ''"],
    ])
  })

  it('is the same text each time', () => {
    const query = rows({
      kind: 'or',
      args: [
        test({ kind: 'cidr', network: '10.0.0.0/8' }),
        { kind: 'not', arg: test({ kind: 'glob', glob: ['É%'], fold: true }) },
      ],
    })
    expect(print(id, query)).toEqual(print(id, query))
  })

  it.each<[string, Pipeline]>([
    ['SQL101', rows(test({ kind: 'glob', glob: ['\ud800'], fold: true }))],
    ['SQL101', rows(test({ kind: 'glob', glob: ['x'], fold: true }, field('a\u0000')))],
    ['SQL105', rows(test({ kind: 'present' }, { kind: 'call', fn: 'split', args: [field('F')] }))],
    ['SQL105', rows(test({ kind: 'present' }, { kind: 'fields', names: ['a', { wild: 'any' }] }))],
    ['SQL104', rows(test({ kind: 'present' }, { kind: 'raw' }))],
    ['SQL106', { from: { kind: 'table', name: 'events' }, stages: [{ kind: 'limit', count: 3 }] }],
    [
      'SQL106',
      {
        from: {
          kind: 'union',
          of: [rows(test({ kind: 'present' })), { ...rows(test({ kind: 'present' })), from: { kind: 'table', name: 'other' } }],
        },
        stages: [],
      },
    ],
    ['SQL107', rows(test({ kind: 'word', text: { kind: 'literal', value: 'x' }, side: 'whole', fold: true, words: 'kusto' }))],
    ['SQL107', rows(test({ kind: 'cidr', network: '10.0.0.0/99' }))],
    ['PRN102', rows({ kind: 'opaque', text: 'odd' })],
  ])('refuses with %s', (code, query) => {
    const { value, diagnostics } = print(id, query)
    expect(value).toBeUndefined()
    expect(diagnostics.map(finding => finding.code)).toEqual([code])
    expect(diagnostics.every(finding => finding.hint !== undefined)).toBe(true)
  })

  it('says that NULL is both missing and empty where a rule asks', () => {
    const where = { ...test({ kind: 'exists' }), span: { start: 0, end: 1 } }
    expect(print(id, rows({ kind: 'not', arg: where })).value!.text).toMatch(/WHERE .F. IS NULL$/)
    expect(print(id, rows(where)).diagnostics.map(finding => finding.code)).toEqual(['SQL301'])
  })

  it('marks what it says less exactly, and warns', () => {
    const { value, diagnostics } = print(id, rows(test({ kind: 'compare', op: '>', to: { kind: 'literal', value: 5 } })))
    expect(value!.marks.map(mark => mark.how)).toEqual(id === 'sqlite' ? ['narrowed'] : [])
    expect(diagnostics.map(finding => finding.code)).toEqual(id === 'sqlite' ? ['SQL304'] : [])
  })

  it('nests long chains where the parser would', () => {
    const args = Array.from({ length: 1200 }, (_, index) => test({ kind: 'glob', glob: [`a${index}`], fold: true }))
    const text = print(id, rows({ kind: 'or', args })).value!.text
    expect(text.split(/\bOR\b/)).toHaveLength(1200)
    expect(text.includes('(')).toBe(id === 'sqlite')
  })
})

describe('a computed value', () => {
  it.each<[Scalar, string]>([
    [{ kind: 'call', fn: 'coalesce', args: [field('A'), field('B')] }, 'COALESCE("A", "B")'],
    [
      { kind: 'call', fn: 'derive:joined', args: [field('A'), field('B')] },
      `COALESCE(NULLIF("A", '') || '\\' || NULLIF("B", ''), NULLIF("A", ''), "B")`,
    ],
    [{ kind: 'call', fn: 'lower', args: [field('A')] }, 'lower("A")'],
    [{ kind: 'call', fn: 'concat', args: [field('A'), { kind: 'literal', value: '-' }, field('B')] }, `("A" || '-' || "B")`],
    [
      {
        kind: 'case',
        branches: [{ when: test({ kind: 'empty' }, field('A')), then: field('B') }],
        otherwise: { kind: 'literal', value: null },
      },
      `CASE WHEN "A" = '' THEN "B" ELSE NULL END`,
    ],
  ])('%j', (value, text) => {
    expect(print('duckdb', rows(test({ kind: 'empty' }, value))).value!.text).toBe(`SELECT *\nFROM events\nWHERE ${text} = ''`)
  })
})

describe('CREATE VIEW', () => {
  const read = (title: string) =>
    readRules([
      {
        name: 'a.yml',
        text: `title: ${JSON.stringify(title)}\nid: 11111111-1111-4111-8111-111111111111\nlevel: high\ntags: [attack.t1572]\nlogsource: {product: windows, service: system}\ndetection: {s: {F: x}, condition: s}\n`,
      },
    ]).value![0]!

  it('holds the query under the name of the rule', () => {
    expect(convert(read('Plink: a "tunnel"'), targetOf('postgres')!).value!.documents).toEqual([
      {
        name: 'plink_a_tunnel.sql',
        text: '-- Plink: a "tunnel"\n-- 11111111-1111-4111-8111-111111111111, high\n-- T1572\nCREATE VIEW plink_a_tunnel AS\nSELECT *\nFROM events\nWHERE "Channel" ILIKE \'System\'\n  AND "F" ILIKE \'x\';\n',
      },
    ])
  })
  it.each([
    ['a\n; DROP TABLE x; --', 'a_drop_table_x'],
    ['a\u2028b\rc', 'a_b_c'],
    ['7 tools', 'rule_7_tools'],
    ['工具', '11111111_1111_4111_8111_111111111111'],
    ['x'.repeat(200), 'x'.repeat(63)],
  ])('stays in its comment and name: %j', (title, name) => {
    const { text } = convert(read(title), targetOf('duckdb')!).value!.documents[0]!
    const lines = text.split('\n')
    expect(lines.slice(0, 3).every(line => line.startsWith('-- '))).toBe(true)
    expect(lines[3]).toMatch(/^CREATE VIEW \w+ AS$/)
    if (/^[a-z]/.test(name)) expect(lines[3]).toBe(`CREATE VIEW ${name} AS`)
    expect(text.match(/[\r\u2028]/)).toBeNull()
  })
})

describe.skipIf(!dataPresent)('all SigmaHQ rules for Windows (needs ../shared/data)', () => {
  /** The reasons that are true: what a dialect lacks. */
  const reasons: Readonly<Record<Id, readonly string[]>> = {
    duckdb: [],
    clickhouse: [],
    sqlite: ['SQL103', 'SQL104', 'SQL108'],
    postgres: ['SQL102'],
  }
  const least: Readonly<Record<Id, number>> = { duckdb: 2404, clickhouse: 2404, sqlite: 2290, postgres: 2402 }
  it.each(dialects)('%s', async id => {
    const sources = await ruleSources([`${dataRoot}sigma-rules/rules/windows`], finding => console.warn(finding.message))
    const rules = readRules(sources).value!
    const target = targetOf(id)!
    const counts = new Map<string, number>()
    let converted = 0
    for (const rule of rules) {
      const { value, diagnostics } = convert(rule, target)
      if (value !== undefined) {
        converted++
        continue
      }
      const errors = diagnostics.filter(finding => finding.severity === 'error')
      expect(errors.length, rule.title).toBeGreaterThan(0)
      for (const key of new Set(errors.map(finding => `${finding.code} ${finding.message}`)))
        counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    console.log(
      `${id}: ${converted} of ${rules.length} rules; refused: ${[...counts].map(([reason, count]) => `${count} × ${reason}`).join('; ') || 'none'}`,
    )
    expect(rules.length).toBe(2406)
    expect(converted).toBeGreaterThanOrEqual(least[id])
    expect([...counts.keys()].map(key => key.slice(0, 6)).filter(code => !reasons[id].includes(code))).toEqual([])
  })
})

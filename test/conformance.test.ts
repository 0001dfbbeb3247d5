// What each target can write of Sigma, construct by construct: docs/guide/matrix.md is made here; `npm run record` rewrites it.

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convert } from '../src/convert.ts'
import type { Detection } from '../src/ir/detection.ts'
import type { Printed } from '../src/languages/language.ts'
import { allCodes } from '../src/node/cli/codes.ts'
import { ruleFormats } from '../src/rules/index.ts'
import { type Target, targets } from '../src/targets.ts'
import type { Diagnostic } from '../src/text/diagnostic.ts'
import { type Construct, constructs, detectionOf } from './constructs.ts'

const path = 'docs/guide/matrix.md'

interface Cell {
  readonly verdict: 'written' | 'warned' | 'refused'
  readonly codes: readonly string[]
  /** Where a law is broken: what was found instead. */
  readonly broken: readonly string[]
  /** Where a query alone is refused: the document that can say it around queries. */
  readonly inside?: { readonly document: string; readonly codes: readonly string[] }
}

type Answer = ReturnType<typeof convert>

/** One row for one target. */
function cellOf(detection: Detection, target: Target): Cell {
  const { length } = detection.written.document.text
  const judged = (document: string) => {
    const ask = () => convert(detection, target, { document })
    return judge(ask(), ask(), length)
  }
  const alone = judged('none')
  const [document] = target.documents ?? []
  if (alone.verdict !== 'refused' || document === undefined) return alone
  const { verdict, codes, broken } = judged(document)
  return verdict === 'refused' ? alone : { ...alone, broken: [...alone.broken, ...broken], inside: { document, codes } }
}

/** Holds an answer, given twice, to what every answer must be. `length`: of the rule's document. */
function judge(once: Answer, twice: Answer, length: number): Cell {
  const broken: string[] = []
  if (JSON.stringify(said(once.diagnostics)) !== JSON.stringify(said(twice.diagnostics)))
    broken.push('two runs say different things')
  const codes = (severity: Diagnostic['severity']) =>
    [...new Set(once.diagnostics.filter(finding => finding.severity === severity).map(finding => finding.code))].sort()
  const errors = once.diagnostics.filter(finding => finding.severity === 'error')
  for (const finding of once.diagnostics) {
    if (!/^[A-Z]{3}\d{3}$/.test(finding.code) || !allCodes().has(finding.code)) broken.push(`"${finding.code}" is no code`)
    if (finding.message === '') broken.push(`${finding.code} says nothing`)
  }
  if (once.value === undefined) {
    if (errors.length === 0) broken.push('refused without an error')
    for (const finding of errors)
      if (finding.span === undefined && finding.hint === undefined) broken.push(`${finding.code} has neither place nor hint`)
    return { verdict: 'refused', codes: codes('error'), broken }
  }
  const { text, marks } = once.value.printed
  const warned = codes('warning')
  if (errors.length > 0) broken.push('written with an error')
  if (text.trim() === '') broken.push('written without a text')
  if (JSON.stringify(twice.value?.printed) !== JSON.stringify({ text, marks })) broken.push('two runs write different things')
  if (marks.length === 0) broken.push('no mark says where the text comes from')
  for (const { start, end, from, how } of marks) {
    if (start < 0 || end < start || end > text.length) broken.push(`mark ${start} to ${end} in ${text.length} characters`)
    if (from.some(span => span.start < 0 || span.end < span.start || span.end > length))
      broken.push(`mark ${start} to ${end} comes from outside the rule`)
    if ((how === 'widened' || how === 'narrowed') && warned.length === 0) broken.push(`${how} without a warning`)
  }
  return { verdict: warned.length > 0 ? 'warned' : 'written', codes: warned, broken }
}

const said = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ code, severity, message, hint, span }) => ({ code, severity, message, hint, span }))

/** The tables of the page. A target that no line fits stands in the last one. */
const tables: readonly { readonly title: string; readonly fits: (target: Target) => boolean }[] = [
  { title: 'Microsoft', fits: target => target.language === 'kql' },
  { title: 'Elastic and OpenSearch, Elastic Common Schema', fits: target => target.schema === 'elastic' },
  { title: 'Elastic and OpenSearch, raw Winlogbeat', fits: target => target.schema === 'winlogbeat-raw' },
  { title: 'Splunk', fits: target => target.language === 'spl' },
  { title: 'Databases', fits: target => target.schema === 'table' && target.language !== 'grep' },
  { title: 'Others', fits: () => true },
]

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** What a rule shows, on one line: a list after its key, lines of a map parted by `and`. */
function oneLine(shown: string): string {
  return shown
    .replace(/:\n((?: *- .*\n?)+)/g, (_, items: string) => {
      const list = items
        .split('\n')
        .map(item => item.trim().slice(2))
        .filter(item => item !== '')
      return `: [${list.join(', ')}]\n`
    })
    .trim()
    .split('\n')
    .join(' and ')
}

const sign: Readonly<Record<Cell['verdict'], string>> = { written: '✓', warned: '⚠', refused: '✗' }
const cellText = ({ verdict, codes, inside }: Cell) =>
  inside === undefined
    ? [sign[verdict], ...codes].join(' ')
    : [sign[inside.codes.length > 0 ? 'warned' : 'written'], ...inside.codes, `in \`${inside.document}\``].join(' ')

/** Whose a code is, for who looks for its page. */
function whose(one: string): string {
  if (one.startsWith('SCH')) return 'schema'
  return ruleFormats.some(({ codes }) => Object.hasOwn(codes, one)) ? 'document' : 'language'
}

const isWritten = ({ verdict, inside }: Cell) => verdict !== 'refused' || inside !== undefined

function page(cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>): string {
  const cell = (construct: Construct, target: Target) => cells.get(construct.name)!.get(target.id)!
  const lines = [
    '# What each target can write',
    '',
    'A line for each construct of Sigma, a column for each target of [`terrier convert`](convert.md). Written means printed, not yet proved: that a query',
    'of its kind finds what the rule finds in the product is a matter for tests that run it.',
    '',
    '* `✓` written, without a warning.',
    '* `⚠` and a code: written, with a warning that says what is different or needed.',
    '* `✗` and a code: refused. `--loose` is off here; some refusals become warnings with it.',
    '* `in` and a name: a query alone cannot say it, and the document of that name around queries can.',
    '',
    "A code that begins with `SCH` is the schema's: the product keeps no such events or no such column, or too little of it. Another target in the same",
    "language may write it. The other codes are the language's, some of them over the type that a column has in that schema. `terrier help CODE`",
    'explains one.',
    '',
    'This page is made by `test/conformance.test.ts`.',
  ]
  const placed = new Set<string>()
  for (const { title, fits } of tables) {
    const here = targets.filter(target => !placed.has(target.id) && fits(target))
    for (const target of here) placed.add(target.id)
    for (let at = 0; at < here.length; at += 8) {
      const columns = here.slice(at, at + 8)
      lines.push('', `## ${title}${at === 0 ? '' : ` (${at / 8 + 1})`}`, '')
      lines.push(row(['', ...columns.map(target => `\`${target.id}\``)]), row(['---', ...columns.map(() => '---')]))
      for (const construct of constructs)
        lines.push(row([construct.name, ...columns.map(target => cellText(cell(construct, target)))]))
      const count = (target: Target) => constructs.filter(construct => isWritten(cell(construct, target))).length
      lines.push(row([`**written, of ${constructs.length}**`, ...columns.map(target => String(count(target)))]))
    }
  }
  lines.push('', '## The constructs', '', row(['construct', 'in the rule']), row(['---', '---']))
  for (const construct of constructs) lines.push(row([construct.name, code(oneLine(construct.shown))]))
  const seen = new Set([...cells.values()].flatMap(line => [...line.values()].flatMap(one => one.inside?.codes ?? one.codes)))
  lines.push('', '## The codes', '', row(['code', 'says', 'whose']), row(['---', '---', '---']))
  for (const one of [...seen].sort()) lines.push(row([one, allCodes().get(one)!.replaceAll('|', '\\|'), whose(one)]))
  return `${lines.join('\n')}\n`
}

const cells = new Map<string, Map<string, Cell>>()
for (const construct of constructs) {
  const detection = detectionOf(construct)
  cells.set(construct.name, new Map(targets.map(target => [target.id, cellOf(detection, target)])))
}

describe.each(targets.map(target => target.id))('%s', id => {
  it('answers every construct as an answer must be', () => {
    const wrong = constructs.flatMap(({ name }) =>
      cells
        .get(name)!
        .get(id)!
        .broken.map(what => `${name}: ${what}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('what every answer must be', () => {
  const good: Answer = {
    value: {
      printed: { text: 'a = 1', marks: [{ start: 0, end: 5, from: [{ start: 2, end: 9 }], how: 'exact' }] },
      documents: [],
    },
    diagnostics: [],
  }
  const marked = (change: Partial<Printed['marks'][number]>): Answer => {
    const { text, marks } = good.value!.printed
    return { ...good, value: { printed: { text, marks: [{ ...marks[0]!, ...change }] }, documents: [] } }
  }
  const empty: Answer = { ...good, value: { printed: { text: ' ', marks: [] }, documents: [] } }
  const refusal: Diagnostic = { code: 'SCH103', severity: 'error', message: 'no table', hint: 'another target' }
  const refused = (change: Partial<Diagnostic>): Answer => ({ diagnostics: [{ ...refusal, ...change }] })
  const lost: Answer = { diagnostics: [{ code: 'SCH101', severity: 'error', message: 'no column' }] }

  it('lets good answers pass', () => {
    expect(judge(good, good, 9)).toEqual({ verdict: 'written', codes: [], broken: [] })
    expect(judge(refused({}), refused({}), 9)).toEqual({ verdict: 'refused', codes: ['SCH103'], broken: [] })
  })

  it.each<[string, Answer, Answer]>([
    ['refused without an error', { diagnostics: [] }, { diagnostics: [] }],
    ['refused without an error', refused({ severity: 'warning' }), refused({ severity: 'warning' })],
    ['"XYZ999" is no code', refused({ code: 'XYZ999' }), refused({ code: 'XYZ999' })],
    ['SCH103 says nothing', refused({ message: '' }), refused({ message: '' })],
    ['SCH101 has neither place nor hint', lost, lost],
    ['two runs say different things', refused({}), refused({ message: 'other' })],
    ['two runs write different things', good, marked({ end: 4 })],
    ['written with an error', { ...good, ...refused({}) }, { ...good, ...refused({}) }],
    ['written without a text', empty, empty],
    ['mark 0 to 6 in 5 characters', marked({ end: 6 }), marked({ end: 6 })],
    [
      'mark 0 to 5 comes from outside the rule',
      marked({ from: [{ start: 2, end: 10 }] }),
      marked({ from: [{ start: 2, end: 10 }] }),
    ],
    ['widened without a warning', marked({ how: 'widened' }), marked({ how: 'widened' })],
  ])('finds: %s', (what, once, twice) => {
    expect(judge(once, twice, 9).broken).toContain(what)
  })
})

describe('what manuals say', () => {
  const verdicts = (name: string, language: string) => [
    ...new Set(targets.filter(target => target.language === language).map(target => cells.get(name)!.get(target.id)!.verdict)),
  ]

  it.each([
    // Kusto, DuckDB and ClickHouse use RE2, Lucene has automata: none of them looks ahead. Splunk has PCRE2, PostgreSQL its own engine with lookahead.
    ['expression, looking ahead', ['kql', 'duckdb', 'clickhouse', 'lucene', 'eql', 'esql'], 'refused'],
    ['expression, looking ahead', ['spl', 'postgres'], 'written'],
    // SQLite brings no function for its REGEXP, and Kibana's language has wildcards only.
    ['expression', ['sqlite', 'kuery'], 'refused'],
    ['expression', ['spl', 'kql', 'duckdb', 'clickhouse', 'postgres', 'lucene', 'eql', 'esql'], 'written'],
    // A query string names a field and a value, never two fields.
    ['another field', ['lucene', 'kuery'], 'refused'],
    ['another field', ['spl', 'kql', 'duckdb', 'clickhouse', 'postgres', 'esql'], 'written'],
    // Kusto holds no null in a string.
    ['empty text', ['kql'], 'warned'],
    ['correlation: event_count', ['lucene', 'kuery', 'grep'], 'refused'],
    ['correlation: event_count', ['kql', 'duckdb', 'clickhouse', 'sqlite', 'postgres'], 'written'],
  ] as const)('%s in %j: %s', (name, languages, verdict) => {
    for (const language of languages) expect(verdicts(name, language), language).toEqual([verdict])
  })
})

describe(path, () => {
  const made = page(cells)
  if (process.env.TERRIER_RECORD === '1') writeFileSync(path, made)

  it('has every row and every column once', () => {
    expect(cells.size).toBe(constructs.length)
    for (const { id } of targets)
      expect(
        made.split(/[|\n]/).filter(one => one.trim() === `\`${id}\``),
        id,
      ).toHaveLength(1)
  })

  it('is what the targets say (npm run record rewrites it)', () => {
    expect(readFileSync(path, 'utf8')).toBe(made)
  })

  it('is found from the page about converting', () => {
    expect(readFileSync('docs/guide/convert.md', 'utf8')).toContain('](matrix.md)')
  })
})

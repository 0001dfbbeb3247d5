// `terrier convert`, `targets`, `languages` and `schemas` on small rules of our own: what is written where, what is refused, and what the exit code says.

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { createPrinting, printPredicate } from '../../src/languages/printing.ts'
import { readRules } from '../../src/rules/index.ts'
import { type Target, targets } from '../../src/targets.ts'
import { lines, terrier } from './run.ts'

const rules = 'test/cli/samples/rules'
const shell = `${rules}/shell.yml`
const forward = `${rules}/forward.yml`
const folder = () => mkdtempSync(join(tmpdir(), 'terrier-convert-'))

/** A rule of one item over Windows process creations. */
const ruleOf = (item: string): string => `title: One item
id: 5b6f0c0e-2222-4c2f-9a55-000000000001
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    ${item}
  condition: selection
`

// Typed by hand from Microsoft's table reference: DeviceProcessEvents, ActionType ProcessCreated; endswith ignores case and a backslash is doubled.
const shellInDefender = `DeviceProcessEvents
| where ActionType == "ProcessCreated"
    and InitiatingProcessFolderPath endswith "\\\\w3wp.exe"
    and FolderPath endswith "\\\\cmd.exe"
`

describe('convert', () => {
  it('writes a query alone as it is to be pasted', async () => {
    const { code, out, err } = await terrier(['convert', shell, '-t', 'defender', '--rule', 'Shell started*'])
    expect({ code, out, err }).toEqual({ code: 0, out: shellInDefender, err: '' })
  })
  it('takes a rule from standard input', async () => {
    const given = { stdin: ruleOf("Image|endswith: '\\\\a.exe'") }
    const { code, out } = await terrier(['convert', '-', '-t', 'splunk'], given)
    expect({ code, out }).toEqual({
      code: 0,
      out: 'source="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" AND EventCode=1 AND Image="*\\\\a.exe"\n',
    })
  })
  it('takes aliases, lists and repeats of targets, and writes each query under a header that names its rule', async () => {
    const { code, out } = await terrier(['convert', shell, '-t', 'KQL', '-t', 'duckdb,mde', '--rule', 'Shell started*'])
    expect(code).toBe(0)
    expect(out.startsWith(`// Shell started by a web server (${shell}) for defender\n${shellInDefender}\n-- Shell started`)).toBe(
      true,
    )
    expect(out.match(/for defender/g)).toHaveLength(1)
  })
  it('says everything of a conversion in JSON, and marks lead to the places in the rule', async () => {
    const { code, out } = await terrier(['convert', forward, '-t', 'defender', '-f', 'jsonl'])
    expect(code).toBe(0)
    const [row, ...more] = lines(out)
    expect(more).toEqual([])
    expect(Object.keys(row)).toEqual(['rule', 'file', 'target', 'query', 'documents', 'marks', 'diagnostics'])
    expect(row).toMatchObject({
      rule: '5b6f0c0e-1111-4c2f-9a55-000000000001',
      file: forward,
      target: 'defender',
      documents: [],
    })
    const text = readFileSync(forward, 'utf8')
    const said = row.marks.map((mark: { start: number; end: number; from: { start: number; end: number }[] }) => [
      row.query.slice(mark.start, mark.end),
      mark.from.map(span => text.slice(span.start, span.end)),
    ])
    expect(said).toContainEqual(['ProcessCommandLine contains " -R "', ["' -R '"]])
  })
  it('refuses by name and place, and says so on the other stream', async () => {
    const { code, out, err } = await terrier(['convert', shell, '-t', 'defender', '-f', 'jsonl'])
    expect(code).toBe(0)
    const refused = lines(out).find(row => row.query === null)
    expect(refused).toMatchObject({ rule: '5b6f0c0e-1111-4c2f-9a55-000000000004', marks: [], documents: [] })
    expect(refused.diagnostics).toMatchObject([{ code: 'SCH103', severity: 'error', file: shell }])
    expect(err).toContain('error[SCH103]')
    expect(err).toContain('2 queries, 1 refusal')
  })
  it('fails for refusals only when asked to', async () => {
    expect((await terrier(['convert', shell, '-t', 'defender', '-q', '--fail-on', 'refused'])).code).toBe(1)
    expect((await terrier(['convert', shell, '-t', 'defender', '-q', '--strict'])).code).toBe(5)
    expect((await terrier(['convert', forward, '-t', 'defender', '--fail-on', 'refused', '--strict'])).code).toBe(0)
    expect((await terrier(['convert', forward, '-t', 'defender', '--fail-on', 'high'])).code).toBe(2)
  })
  it('refuses a rule that could not be read for what is wrong with it', async () => {
    const { code, out, err } = await terrier(['convert', 'test/cli/samples/broken/condition.yml', '-t', 'defender', '-f', 'json'])
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject([{ query: null, diagnostics: [{ code: 'SIG023' }] }])
    expect(err).toContain('"filter" is not defined')
    expect((await terrier(['convert', 'test/cli/samples/broken/notes.bin', '-t', 'defender'])).code).toBe(3)
  })
  it('writes a file for each rule and target, never one over another, and no path of a rule leads outside', async () => {
    const out = folder()
    const many = await terrier(['convert', rules, '-t', 'defender,duckdb', '-o', `${out}/new/`])
    expect(many.code).toBe(0)
    expect(many.out).toBe('')
    expect(readdirSync(join(out, 'new')).sort()).toEqual(['defender', 'duckdb'])
    expect(readdirSync(join(out, 'new/defender')).sort()).toEqual(['burst.kql', 'forward.kql', 'shell-2.kql', 'shell.kql'])
    expect(readFileSync(join(out, 'new/defender/shell.kql'), 'utf8')).toBe(shellInDefender)
    expect(many.err).toContain('8 queries')
    const one = folder()
    await terrier(['convert', shell, '-t', 'defender', '-o', one])
    expect(readdirSync(one).sort()).toEqual(['shell-2.kql', 'shell.kql'])
  })
  it('writes all queries to one document', async () => {
    const file = join(folder(), 'all.kql')
    expect((await terrier(['convert', shell, '-t', 'defender', '-o', file])).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain(`for defender\n${shellInDefender}`)
    const json = join(folder(), 'all.json')
    await terrier(['convert', shell, '-t', 'defender', '-o', json])
    expect(JSON.parse(readFileSync(json, 'utf8'))).toHaveLength(3)
  })
  it('is the same bytes on every run', async () => {
    const run = () => terrier(['convert', rules, '-t', 'all', '-f', 'jsonl'])
    expect((await run()).out).toBe((await run()).out)
  })
  it('writes on one line when asked to', async () => {
    const { out } = await terrier(['convert', shell, '-t', 'defender', '--line', '--rule', 'Shell started*'])
    expect(out).toBe(`${shellInDefender.trim().replace(/\n */g, ' ')}\n`)
  })
  it('takes approximations with --loose, and says them in the output', async () => {
    const rule = join(folder(), 'rough.yml')
    // Kibana's language folds the case of keyword fields or does not, by their mapping; it cannot say which.
    writeFileSync(rule, ruleOf("Image: 'C:\\a.exe'"))
    const run = (...more: string[]) => terrier(['convert', rule, '-t', 'kibana-kql', '-q', ...more])
    const [exact] = lines((await run('-f', 'jsonl')).out)
    const [rough] = lines((await run('-f', 'jsonl', '--loose')).out)
    expect(exact.query).toBeNull()
    expect(exact.diagnostics[0].severity).toBe('error')
    const warned = rough.diagnostics.find((one: { severity: string }) => one.severity === 'warning')
    expect((await run()).out).toBe('')
    expect((await run('--loose')).out).toBe(`# approximate: ${warned.message}\n${rough.query}\n`)
  })
  it('takes pySigma’s pipelines instead of our names with -p', async () => {
    const file = join(folder(), 'pipeline.yml')
    writeFileSync(
      file,
      'transformations:\n  - {type: field_name_mapping, mapping: {Image: img, ParentImage: parent}}\n  - {type: add_condition, conditions: {EventID: 1}}\nfinalizers:\n  - {type: concat, prefix: "[", suffix: "]"}\n',
    )
    const one = [shell, '-t', 'duckdb', '--rule', 'Shell started*', '--line']
    const { code, out } = await terrier(['convert', ...one, '-p', file])
    expect(code).toBe(0)
    expect(out).toBe(
      `[SELECT * FROM events WHERE "EventID" = '1' AND "parent" ILIKE '%\\w3wp.exe' AND "img" ILIKE '%\\cmd.exe']\n`,
    )
    // What those of sigma-cli do for a product, our schemas do.
    expect((await terrier(['convert', ...one, '-p', 'sysmon'])).out).toBe((await terrier(['convert', ...one])).out)
    const cim = await terrier(['convert', shell, '-t', 'splunk', '-p', 'splunk_cim', '-f', 'jsonl', '-q'])
    expect(new Set(lines(cim.out).map(row => row.target))).toEqual(new Set(['splunk-cim']))
    expect((await terrier(['convert', ...one, '-p', 'splunk_cim'])).err).toContain('error[CLI022]')
    const bare = await terrier(['convert', ...one, '--without-pipeline'])
    expect(bare.out).toBe(
      `-- approximate: without a pipeline the query does not ask for the log source of the rule\nSELECT * FROM events WHERE "ParentImage" ILIKE '%\\w3wp.exe' AND "Image" ILIKE '%\\cmd.exe'\n`,
    )
    expect(bare.err).toContain('warning[CNV301]')
    expect((await terrier(['convert', ...one, '-p', 'none.yml'])).err).toContain('error[CLI021]')
    expect((await terrier(['convert', ...one, '-p', file, '--without-pipeline'])).code).toBe(2)
    expect((await terrier(['convert', ...one, '-p', file, '-p', 'sysmon'])).code).toBe(2)
    expect((await terrier(['convert', ...one, '-p', shell])).err).toContain('error[PSG001]')
  })
  it('counts instead of writing with --report, refusals by reason', async () => {
    const { code, out } = await terrier(['convert', rules, '-t', 'defender,duckdb', '--report'])
    expect(code).toBe(0)
    expect(out).toMatch(/^target +rules +converted +warned +refused$/m)
    expect(out).toMatch(/^defender +5 +4 +80\.0 % +\d+ +1$/m)
    expect(out).toMatch(/^ +1 {2}SCH103 {2}a schema has no table/m)
    const rows = lines((await terrier(['convert', rules, '-t', 'defender', '--report', '-f', 'jsonl'])).out)
    expect(rows).toMatchObject([
      {
        target: 'defender',
        rules: 5,
        converted: 4,
        refused: 1,
        reasons: [{ code: 'SCH103', rules: 1, messages: [{ rules: 1 }] }],
      },
    ])
  })
  it('tells wrong usage before reading anything', async () => {
    const near = await terrier(['convert', rules, '-t', 'defendr'])
    expect(near.code).toBe(2)
    expect(near.err).toContain('error[CLI019]: no target "defendr"')
    expect(near.err).toContain('did you mean "defender"?')
    expect((await terrier(['convert', rules])).code).toBe(2)
    expect((await terrier(['convert', rules, '-t', ''])).code).toBe(2)
    expect((await terrier(['convert', rules, '-t', 'constructor'])).code).toBe(2)
    expect((await terrier(['convert', rules, '-t', 'defender', '--document=scroll'])).err).toContain(
      'error[CLI003]: no document "scroll"',
    )
    expect((await terrier(['convert', 'https://example.org/r.yml', '-t', 'defender'])).err).toContain('error[CLI001]')
    expect((await terrier(['convert', rules, '-t', 'defender', '--rule', 'nothing'])).err).toContain('error[CLI017]')
    expect((await terrier(['convert', rules, '-t', 'defender', '-o', '/dev/null/x/'])).err).toContain('error[CLI005]')
  })
})

describe('what cannot be written', () => {
  const made: Target = { id: 'made', title: 'made up', language: 'sigma', schema: 'defender' }
  const detection = (text: string) => readRules([{ name: 'made.yml', text }]).value![0]!
  const one = detection(ruleOf('Image: a.exe'))
  const codesOf = (target: Target, options?: Parameters<typeof convert>[2], of = one) =>
    convert(of, target, options).diagnostics.map(finding => finding.code)
  const defender = targets.find(target => target.id === 'defender')!

  it('is a language that is only read, a schema or a document that is not there', () => {
    expect(codesOf({ ...made, language: 'none' })).toEqual(['CNV001'])
    expect(codesOf({ ...defender, schema: 'none' })).toEqual(['CNV002'])
    expect(codesOf(defender, { document: 'scroll' })).toContain('CNV002')
    expect(convert(one, defender, { document: 'scroll' }).value).toBeUndefined()
  })
  it('is a condition that is always true, where the language has no word for it', () => {
    const printing = createPrinting()
    const words = { and: 'and', or: 'or', not: () => '' }
    printPredicate({ kind: 'const', value: true, span: { start: 3, end: 5 } }, words, () => '', printing)
    expect(printing.diagnostics).toMatchObject([{ code: 'PRN101', severity: 'error', span: { start: 3, end: 5 } }])
  })
  it('is what was not understood', () => {
    const broken = detection(ruleOf('Image|re: "("'))
    expect(codesOf(defender, { document: 'none' }, broken)).toContain('PRN102')
  })
})

describe('the lists', () => {
  it('of targets have every target, and say of one what it cannot', async () => {
    const all = lines((await terrier(['targets'])).out)
    expect(all.map(row => row.target)).toEqual(targets.map(target => target.id))
    const [one] = lines((await terrier(['targets', 'kql'])).out)
    expect(one).toMatchObject({ target: 'defender', language: 'kql', schema: 'defender' })
    expect(one.logSources).toContain('windows/process_creation')
    expect(one.cannot).toContainEqual(expect.objectContaining({ code: 'KQL101' }))
    const table = await terrier(['targets'], { terminal: true, env: { NO_COLOR: '1' } })
    expect(table.out).toMatch(/^target +language +schema +sources +what it is$/m)
    const sheet = await terrier(['targets', 'defender', '-f', 'table'])
    expect(sheet.out).toContain('also called kql')
    expect((await terrier(['targets', 'defendr'])).err).toContain('error[CLI019]')
  })
  it('of languages say which are read and which are written', async () => {
    const all = lines((await terrier(['languages'])).out)
    expect(all.find(row => row.language === 'sigma')).toMatchObject({ reads: true })
    expect(all.find(row => row.language === 'kql')).toMatchObject({ writes: true, extension: 'kql' })
    expect((await terrier(['languages', 'kql'], { terminal: true, env: { NO_COLOR: '1' } })).out).toContain('KQL101')
    expect((await terrier(['languages'], { terminal: true, env: { NO_COLOR: '1' } })).out).toMatch(
      /^language +is +targets +title$/m,
    )
    expect((await terrier(['languages', 'kqll'])).err).toContain('error[CLI020]: no language "kqll"')
  })
  it('of schemas say which are for reading and which for writing, and the column of each field', async () => {
    const all = lines((await terrier(['schemas'])).out)
    expect(all.find(row => row.schema === 'defender')).toMatchObject({ targets: ['defender'] })
    const [one] = lines((await terrier(['schemas', 'defender'])).out)
    const table = one.tables.find((found: { table: string }) => found.table === 'DeviceProcessEvents')
    expect(table.fields.CommandLine).toEqual(['ProcessCommandLine'])
    const sheet = await terrier(['schemas', 'defender'], { terminal: true, env: { NO_COLOR: '1' } })
    expect(sheet.out).toContain('CommandLine: ProcessCommandLine')
    expect((await terrier(['schemas'], { terminal: true, env: { NO_COLOR: '1' } })).out).toMatch(
      /^schema +in logs +targets +sources +title$/m,
    )
    expect((await terrier(['schemas', 'none'])).err).toContain('error[CLI016]')
  })
})

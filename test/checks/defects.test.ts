// Every known defect of the five published pages by its id: a query defect is found by linting the page's own query block, with an event where one can show it; a page defect is on a second list and belongs to the catalog.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import { languages } from '../../src/languages/index.ts'
import type { ParseContext } from '../../src/languages/language.ts'
import { illustrate, lint } from '../../src/lint.ts'
import { prove } from '../../src/prove.ts'
import { readRules } from '../../src/rules/index.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'
import { targets } from '../../src/targets.ts'
import type { Diagnostic } from '../../src/text/diagnostic.ts'

const folder = fileURLToPath(new URL('../../../shared/starting-documents/', import.meta.url))
const there = existsSync(folder)
if (!there)
  console.warn(
    'SKIPPED: the published pages of ../shared/starting-documents are absent, so that their defects are not looked for',
  )

function page(beginning: string): string {
  const name = readdirSync(folder).find(one => one.startsWith(beginning))!
  return readFileSync(folder + name, 'utf8')
}

function cut(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`no block ${pattern}`)
  return `${found.trim()}\n`
}

/** One of the conversions of the third page, by its heading. */
const conversion = (heading: string): string => cut(page('002'), new RegExp(`### ${heading}\\s+\`\`\`\\n([\\s\\S]*?)\`\`\``))

/** The description of the fourth page's rule, whose lines lost their indentation on the page. */
const described = (text: string): string =>
  cut(text, /^description: '([\s\S]*?)'\nlogic_format/m)
    .replace(/\s*\n\s*/g, ' ')
    .trim()

interface Block {
  readonly name: string
  readonly text: () => string
  /** Of a query whose language has no rule format of its own: it is lent one. */
  readonly language?: string
  readonly schema?: string
  readonly context?: ParseContext
  readonly lend?: () => Partial<Detection>
}

const blocks: Readonly<Record<string, Block>> = {
  spl: { name: 'search.spl', text: () => cut(page('000'), /#### Search\s+```\n([\s\S]*?)```/) },
  // The macro of a site that does not fill empty fields.
  unfilled: {
    name: 'search.spl',
    text: () =>
      cut(page('000'), /#### Search\s+```\n([\s\S]*?)```/).replace('`security_content_summariesonly`', 'summariesonly=false'),
  },
  plinkPage: { name: 'page.md', text: () => page('000') },
  sigma: { name: 'rule.yml', text: () => cut(page('001'), /Sigma \(Original\)\n\n([\s\S]*?)\n\nKQL/) },
  kql: { name: 'rule.kql', text: () => cut(page('001'), /KQL \(Azure Sentinel\)\n\n([\s\S]*?)\n\nRequired/) },
  tools: { name: 'rule.yml', text: () => conversion('Sigma rule') },
  powershell: { name: 'query.ps1', text: () => conversion('powershell') },
  lucene: { name: 'query.lucene', text: () => conversion('es-qs') },
  watcher: { name: 'watch.sh', text: () => conversion('xpack-watcher') },
  graylog: {
    name: 'query.graylog',
    text: () => conversion('graylog'),
    language: 'lucene',
    schema: 'graylog',
    context: { assume: { 'lucene.dialect': 'graylog' } },
  },
  splunk: { name: 'query.spl', text: () => conversion('splunk') },
  logpoint: { name: 'query.logpoint', text: () => conversion('logpoint'), language: 'logpoint', schema: 'logpoint' },
  grep: { name: 'query.grep', text: () => conversion('grep'), language: 'grep', schema: 'winevent-json' },
  stages: { name: 'query.spl', text: () => cut(page('003'), /^logic: '([\s\S]*?)'\ntechniques/m) },
  // The same query with what the page's rule says of itself.
  claimed: {
    name: 'query.spl',
    text: () => cut(page('003'), /^logic: '([\s\S]*?)'\ntechniques/m),
    lend: () => ({ title: 'Tunneling Process Created', description: described(page('003')), attack: ['T1572', 'T1095'] }),
  },
  union: { name: 'query.kql', text: () => cut(page('004'), /^kusto\n(let [\s\S]*?)\n\n/m) },
  techniquePage: {
    name: 'page.md',
    text: () => page('004').replace(/^kusto\n(let [\s\S]*?)\n\n/m, '```kusto\n$1\n```\n\n'),
  },
}

const read = new Map<string, readonly Diagnostic[]>()

/** What `terrier lint` finds in a block. */
function findings(id: string): readonly Diagnostic[] {
  const before = read.get(id)
  if (before !== undefined) return before
  const { name, text, language, schema, context, lend } = blocks[id]!
  const source = { name, text: text() }
  let detections: readonly Detection[]
  let diagnostics: readonly Diagnostic[]
  if (language === undefined) {
    const found = readRules([source], { tables: kustoTables, ...context })
    detections = found.value!
    diagnostics = found.diagnostics
  } else {
    const found = languages.find(known => known.id === language)!.parse(source, context)
    diagnostics = found.diagnostics.map(finding => ({ ...finding, source }))
    detections = [
      {
        id: name,
        title: name,
        description: '',
        level: 'medium',
        status: 'test',
        query: found.value!,
        schema: schema!,
        attack: [],
        authors: [],
        references: [],
        falsePositives: [],
        tests: [],
        written: { document: source, rules: 'plain', language, query: source },
        rest: {},
      },
    ]
  }
  if (lend !== undefined) detections = detections.map(detection => ({ ...detection, ...lend() }))
  const all = [...illustrate(diagnostics, detections), ...lint(detections)]
  read.set(id, all)
  return all
}

type Shown =
  /** A finding of this code in this block whose message says this; `hit` and `miss` are what the event does, and a part of it. */
  { readonly in: string; readonly code: string; readonly says?: RegExp; readonly hit?: RegExp; readonly miss?: RegExp }

const queryDefects: Readonly<Record<string, readonly Shown[]>> = {
  'S0-1': [
    { in: 'spl', code: 'SPL202' },
    { in: 'spl', code: 'LNT265', miss: /"Processes\.process_name":"plink\.exe"\}$/ },
  ],
  'S0-2': [
    { in: 'spl', code: 'SPL203', says: /"\*-l \*" is the same as "\*-L \*"/ },
    { in: 'spl', code: 'LNT304', hit: /-r / },
  ],
  'S0-3': [{ in: 'spl', code: 'LNT302', hit: /[^\s]-r /i }],
  'S0-4': [{ in: 'spl', code: 'LNT303', miss: /-r['"\\]/i }],
  'S0-5': [{ in: 'plinkPage', code: 'DOC204', says: /parent_process.*process_path/ }],
  'S0-6': [{ in: 'plinkPage', code: 'DOC203', says: /drop_dm_object_name/ }],
  'S0-7': [{ in: 'unfilled', code: 'SPL304', says: /original_file_name/ }],
  'S0-10': [{ in: 'spl', code: 'LNT329', says: /zone/ }],
  'S0-11': [{ in: 'spl', code: 'LNT319', miss: /renamed\.exe/ }],
  'S1-1': [
    { in: 'sigma', code: 'LNT301', says: /":3389"/, hit: /:3389\d/ },
    { in: 'sigma', code: 'LNT301', says: /"-P 443"/, hit: /-p (?:443|22)\d/i },
    { in: 'kql', code: 'LNT301', says: /":3389"/, hit: /:3389\d/ },
  ],
  'S1-2': [
    { in: 'sigma', code: 'LNT304', hit: / -p (?:443|22)/ },
    { in: 'kql', code: 'LNT304', hit: / -p (?:443|22)/ },
  ],
  'S1-3': [
    { in: 'sigma', code: 'LNT317', miss: /:3389/ },
    { in: 'sigma', code: 'LNT318', miss: /localhost:3389/ },
  ],
  'S1-4': [
    { in: 'sigma', code: 'LNT315', miss: /renamed\.exe/ },
    { in: 'kql', code: 'LNT315', miss: /renamed\.exe/ },
  ],
  'S1-5': [{ in: 'kql', code: 'LNT316', miss: /"TargetProcessName":"plink\.exe"/ }],
  'S1-6': [{ in: 'kql', code: 'LNT321', says: /"imProcessCreate" is a function/ }],
  'S1-7': [{ in: 'kql', code: 'LNT320', says: /no time, no choice of columns/ }],
  'S1-8': [{ in: 'kql', code: 'LNT320', says: /no id, severity, tactic or entity/ }],
  'S1-9': [{ in: 'sigma', code: 'LNT291', says: /exfiltration/ }],
  'S1-10': [
    { in: 'sigma', code: 'LNT269' },
    { in: 'kql', code: 'LNT269' },
  ],
  'S2-1': [
    ...['powershell', 'lucene', 'watcher', 'graylog', 'splunk', 'logpoint', 'grep'].map(id => ({ in: id, code: 'LNT224' })),
    { in: 'splunk', code: 'LNT224', hit: /"EventCode":3/ },
    { in: 'lucene', code: 'LNT224', hit: /"winlog\.event_id":3/ },
  ],
  'S2-2': [{ in: 'grep', code: 'LNT280', says: /"\\s" before "ocat"/, hit: /ocat\.exe/i }],
  'S2-3': [
    { in: 'grep', code: 'LNT309', says: /side by side/ },
    { in: 'grep', code: 'LNT305', miss: /[A-Z]{3}/ },
  ],
  'S2-4': [
    { in: 'powershell', code: 'LNT281', hit: /plink[^.]exe/i },
    { in: 'powershell', code: 'LNT284', hit: /parentimage/i },
  ],
  'S2-5': [{ in: 'powershell', code: 'PWS202' }],
  'S2-6': [
    { in: 'lucene', code: 'LNT271', says: /Image\.keyword/ },
    { in: 'watcher', code: 'LNT271', says: /Image\.keyword/ },
  ],
  'S2-7': [
    { in: 'lucene', code: 'LNT305', miss: /PLINK\.EXE/ },
    { in: 'watcher', code: 'LNT305', miss: /PLINK\.EXE/ },
  ],
  'S2-8': [
    { in: 'watcher', code: 'WAT202' },
    { in: 'watcher', code: 'LNT256', hit: /notplink\.exe/ },
  ],
  'S2-9': [{ in: 'watcher', code: 'WAT203' }],
  'S2-10': [{ in: 'watcher', code: 'WAT204' }],
  'S2-11': [
    { in: 'watcher', code: 'WAT205' },
    { in: 'watcher', code: 'LNT325' },
    { in: 'watcher', code: 'LNT327' },
  ],
  'S2-12': [
    { in: 'graylog', code: 'LNT328' },
    { in: 'graylog', code: 'LUC203' },
    { in: 'graylog', code: 'LNT271', says: /Image\.keyword/ },
  ],
  'S2-13': [
    { in: 'logpoint', code: 'LNT272', says: /"Image"/ },
    { in: 'splunk', code: 'LNT224' },
  ],
  'S2-15': [{ in: 'tools', code: 'LNT292', says: /T1043/ }],
  'S2-16': [{ in: 'tools', code: 'LNT314', miss: /renamed\.exe/ }],
  'S3-1': [
    { in: 'stages', code: 'LNT306', hit: /"process":/ },
    { in: 'stages', code: 'LNT307', hit: /"process":"ping example\.com"/ },
  ],
  'S3-2': [{ in: 'stages', code: 'LNT307', hit: /proxy\.example\.net:8080/ }],
  'S3-3': [{ in: 'stages', code: 'LNT307', hit: / 5 10\.0\.0\.1:80/ }],
  'S3-4': [{ in: 'stages', code: 'LNT304', hit: /-[rdl]/ }],
  'S3-5': [{ in: 'stages', code: 'LNT310', miss: /process/ }],
  'S3-6': [{ in: 'stages', code: 'SPL004', says: /"bin" needs a field/ }],
  'S3-7': [{ in: 'stages', code: 'LNT296', says: /_time/ }],
  'S3-8': [
    { in: 'stages', code: 'SPL209', says: /"user" twice/ },
    { in: 'stages', code: 'LNT295', says: /"process"/ },
  ],
  'S3-9': [
    { in: 'stages', code: 'SPL110', says: /get_endpoint_data"/ },
    { in: 'stages', code: 'SPL110', says: /get_endpoint_data_sysmon"/ },
  ],
  'S3-10': [{ in: 'stages', code: 'LNT309' }],
  'S3-11': [{ in: 'stages', code: 'LNT283', says: /"\\-", "\\=".*"\\@"/ }],
  'S3-12': [{ in: 'claimed', code: 'LNT290', says: /"iodine", "dnscat", "plink"/ }],
  'S4-1': ['-l ', '-r ', '-d ', '-W '].map(option => ({ in: 'union', code: 'KQL204', hit: new RegExp(option) })),
  'S4-2': [{ in: 'union', code: 'KQL304' }],
  'S4-3': [{ in: 'union', code: 'LNT303', miss: /-L["'\d]/i }],
  'S4-4': [{ in: 'union', code: 'LNT311', says: /LocalForward/, miss: /-olocalforward=/i }],
  'S4-5': [{ in: 'union', code: 'KQL211', miss: /"FileName":"dns2tcp\.exe"/ }],
  'S4-6': [{ in: 'union', code: 'LNT313', hit: /plink/ }],
  'S4-7': [{ in: 'union', code: 'KQL212' }],
  'S4-8': [{ in: 'union', code: 'KQL213', says: /mozilla\.cloudflare-dns\.com/ }],
  'S4-9': [
    { in: 'union', code: 'KQL306', says: /chrome\.exe/, miss: /chrome\.exe/ },
    { in: 'union', code: 'KQL306', says: /svchost\.exe/, miss: /svchost\.exe/ },
  ],
  'S4-10': [{ in: 'union', code: 'LNT312', miss: /portp / }],
  'S4-11': [
    { in: 'union', code: 'KQL307' },
    { in: 'union', code: 'KQD302' },
  ],
  'S4-12': [{ in: 'techniquePage', code: 'DOC202' }],
  'S4-13': [{ in: 'techniquePage', code: 'DOC201', says: /7 languages/ }],
  'S4-14': [{ in: 'union', code: 'LNT297', says: /as it was before this statement/ }],
}

/** What a page around a query gets wrong, and who shows it: the catalog's own pages and the checks of its build. */
const pageDefects: Readonly<Record<string, string>> = {
  'S0-8': 'one data set that must fire and none that must not: the catalog counts both kinds beside a rule',
  'S0-9':
    'a broken table, a sign escaped twice, an empty section, a phase that is missing: the build of the catalog checks what it draws',
  'S2-14': 'data that is claimed to be enough and has no such field: the catalog holds fields against sources',
  'S3-13': 'a page that lost the values of its indicators: the catalog draws them from the query',
  'S3-14': 'an id that is no UUID, in a format of the page alone: the catalog makes addresses of ids',
}

const range = (prefix: string, to: number): readonly string[] => Array.from({ length: to }, (_, at) => `${prefix}-${at + 1}`)

describe('known defects', () => {
  it('are each on one of the two lists', () => {
    const all = [...range('S0', 11), ...range('S1', 10), ...range('S2', 16), ...range('S3', 14), ...range('S4', 14)]
    expect(all.length).toBe(65)
    const listed = [...Object.keys(queryDefects), ...Object.keys(pageDefects)]
    expect(new Set(listed).size).toBe(listed.length)
    expect([...listed].sort()).toEqual([...all].sort())
  })

  describe.skipIf(!there)('of queries', () => {
    it.each(Object.entries(queryDefects))('%s', (_, shown) => {
      for (const { in: block, code, says, hit, miss } of shown) {
        const found = findings(block).filter(
          finding => finding.code === code && (says === undefined || says.test(finding.message)),
        )
        expect(
          found.map(finding => finding.message),
          `${code} in ${block}`,
        ).not.toEqual([])
        if (hit === undefined && miss === undefined) continue
        const events = found.flatMap(({ witness }) =>
          witness?.matches === (hit !== undefined) ? [JSON.stringify(witness.event)] : [],
        )
        expect(
          events.some(event => (hit ?? miss)!.test(event)),
          `${code} in ${block}: ${events.join(' ')}`,
        ).toBe(true)
      }
    })
  })

  describe.skipIf(!there)('of conversions', () => {
    const rule = () => readRules([{ name: 'rule.yml', text: conversion('Sigma rule') }]).value![0]!
    /** `terrier prove RULE -t TARGET --query BLOCK` */
    const judged = (target: string, block: string) =>
      prove(rule(), targets.find(known => known.id === target)!, {
        query: { name: blocks[block]!.name, text: blocks[block]!.text() },
      })

    it.each([
      ['S2-1 splunk', 'splunk', 'splunk'],
      ['S2-2 grep', 'grep', 'grep'],
      ['S2-4 powershell', 'powershell', 'powershell'],
      ['S2-1 and S2-6 lucene', 'winlogbeat-lucene', 'lucene'],
    ])('%s is not what the rule means, as an event shows', (_, target, block) => {
      const proof = judged(target, block)
      expect(proof.verdict).toBe('differs')
      expect(proof.verdict === 'differs' && proof.counterexample.original !== proof.counterexample.translated).toBe(true)
    })
  })
})

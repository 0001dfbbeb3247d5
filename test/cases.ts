// The one harness for every language: reads case files, runs them over the bench events, and records what we say, never what is true.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convert } from '../src/convert.ts'
import { compilePredicate } from '../src/engine/match.ts'
import { shown } from '../src/engine/tables/shown.ts'
import { dumpPipeline } from '../src/ir/dump.ts'
import type { Event, Value } from '../src/ir/event.ts'
import { and } from '../src/ir/logic.ts'
import type { EventClass, Pipeline } from '../src/ir/pipeline.ts'
import type { Predicate } from '../src/ir/predicate.ts'
import type { Language } from '../src/languages/language.ts'
import { query as runQuery, type Table } from '../src/query.ts'
import { readRules } from '../src/rules/index.ts'
import { targetOf } from '../src/targets.ts'
import { type Diagnostic, draw } from '../src/text/diagnostic.ts'
import type { Source } from '../src/text/source.ts'

/** One fenced block: its text, and the lines (from 0) of its opening and closing fence. */
export interface Block {
  readonly text: string
  readonly open: number
  readonly close: number
}

export interface Case {
  readonly name: string
  readonly line: number
  /** By info string: the language's id, hits, rows, `table:NAME`, ir, print, errors, `print:TARGET`, `told:TARGET`. */
  readonly blocks: ReadonlyMap<string, Block>
}

export interface CaseFile {
  readonly cases: readonly Case[]
  /** The bench files that the text before the first case names (`test/events/sigma.jsonl`), or none. */
  readonly bench: readonly string[]
  /** What is wrong with the file itself, as `line: problem`. */
  readonly problems: readonly string[]
}

/** Blocks that a person writes, and that recording never touches. */
const truths = ['hits', 'rows', 'errors'] as const
const recorded = ['ir', 'print', 'errors'] as const
/** What a rule is in a target's words, and what is told beside it (errors and warnings, `CODE message` a line); a person types both. */
const written = /^(print|told):([a-z0-9-]+)$/
/** The rows of a table that a query reads, a JSON object a line; a person types them. */
const given = /^table:([\w.:-]+)$/

/** Whether a case shows what a rule becomes for targets: a detection of a Windows process creation, or whole documents of which the last counts. */
export const isWritten = (found: Case): boolean => [...found.blocks.keys()].some(kind => written.test(kind))

/** Reads a case file: `### name`, then blocks. `ids` are the languages that a query may be in. */
export function readCases(text: string, ids: readonly string[]): CaseFile {
  const lines = text.split('\n')
  const cases: { name: string; line: number; blocks: Map<string, Block> }[] = []
  const problems: string[] = []
  const seen = new Map<string, number>()
  let bench: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const fence = /^(`{3,})(.*)$/.exec(line)
    if (fence !== null) {
      const info = fence[2]!.trim()
      let close = at + 1
      while (close < lines.length && lines[close]!.trimEnd() !== fence[1]) close++
      if (close === lines.length) problems.push(`${at + 1}: block "${info}" is not closed`)
      const block: Block = { text: lines.slice(at + 1, close).join('\n'), open: at, close }
      const owner = cases.at(-1)
      if (owner === undefined) problems.push(`${at + 1}: block "${info}" belongs to no case`)
      else if (
        !ids.includes(info) &&
        !written.test(info) &&
        info !== 'hits' &&
        info !== 'rows' &&
        !given.test(info) &&
        !(recorded as readonly string[]).includes(info)
      ) {
        problems.push(`${at + 1}: nobody reads a block "${info}"`)
      } else if (owner.blocks.has(info)) problems.push(`${at + 1}: "${owner.name}" has two blocks "${info}"`)
      else owner.blocks.set(info, block)
      at = close
      continue
    }
    const heading = /^(#{1,6}) +(.*?)\s*$/.exec(line)
    if (heading === null) {
      if (cases.length === 0) bench = [...bench, ...[...line.matchAll(/test\/events\/([\w-]+)\.jsonl/g)].map(found => found[1]!)]
    } else if (heading[1]!.length === 3) {
      const name = heading[2]!
      if (seen.has(name)) problems.push(`${at + 1}: another case is called "${name}" (line ${seen.get(name)})`)
      seen.set(name, at + 1)
      cases.push({ name, line: at + 1, blocks: new Map() })
    }
  }
  for (const found of cases) {
    const queries = ids.filter(id => found.blocks.has(id))
    if (queries.length !== 1)
      problems.push(`${found.line}: "${found.name}" has ${queries.length === 0 ? 'no query' : 'several queries'}`)
    if (!truths.some(truth => found.blocks.has(truth)) && !isWritten(found))
      problems.push(`${found.line}: "${found.name}" says nothing that is true: no hits, rows or errors`)
  }
  return { cases, bench, problems }
}

/** An event of the bench, by name. */
export interface BenchEvent {
  readonly name: string
  readonly class: EventClass
  readonly event: Event
}

const eventsFolder = fileURLToPath(new URL('events/', import.meta.url))
/** The bench that every language shares. */
export const sharedBench = ['process', 'network', 'registry', 'dns'] as const

/** Events of the bench: each line of `test/events/NAME.jsonl` is one, with `_name`, and `_class` where it is not a Windows process creation. */
export function readBench(names: readonly string[] = sharedBench): readonly BenchEvent[] {
  const out: BenchEvent[] = []
  const seen = new Set<string>()
  for (const file of names) {
    readFileSync(join(eventsFolder, `${file}.jsonl`), 'utf8')
      .split('\n')
      .forEach((line, index) => {
        if (line.trim() === '') return
        const record = JSON.parse(line) as Record<string, Value>
        const { _name: name, _class, ...fields } = record
        if (typeof name !== 'string' || name === '' || /\s/.test(name))
          throw new Error(`${file}.jsonl:${index + 1}: an event needs a _name without blanks`)
        if (seen.has(name)) throw new Error(`${file}.jsonl:${index + 1}: another event is called ${name}`)
        seen.add(name)
        const eventClass = _class === undefined ? { product: 'windows', category: 'process_creation' } : (_class as EventClass)
        out.push({ name, class: eventClass, event: { fields, origin: { source: `${file}.jsonl`, line: index + 1, index } } })
      })
  }
  return out
}

/** What we say of one query. */
export interface Said {
  readonly ir: string
  readonly errors: string
  /** What we write back; absent when the language does not write or writes the query as it was. */
  readonly print?: string
  readonly query?: Pipeline
  /** What is read from what we write back. */
  readonly again?: Pipeline
}

/** Parses, dumps, prints and draws one query. */
export function say(language: Language, text: string): Said {
  const source: Source = { name: `query.${language.extension}`, text }
  const { value, diagnostics } = language.parse(source)
  const findings: Diagnostic[] = diagnostics.map(finding => ({ ...finding, source: finding.source ?? source }))
  let print: string | undefined
  let again: Pipeline | undefined
  if (value !== undefined && language.print !== undefined) {
    const printed = language.print(value)
    if (printed.value !== undefined) {
      if (printed.value.text !== text) print = printed.value.text
      again = language.parse({ name: source.name, text: printed.value.text }).value
    }
  }
  return {
    ir: value === undefined ? '' : dumpPipeline(value),
    errors: findings.map(finding => draw(finding)).join('\n'),
    ...(print === undefined ? {} : { print }),
    ...(value === undefined ? {} : { query: value }),
    ...(again === undefined ? {} : { again }),
  }
}

/** The question that a query asks of single events, when it asks nothing else. */
export function questionOf(query: Pipeline): Predicate | undefined {
  const tests: Predicate[] = []
  for (const stage of query.stages) {
    if (stage.kind !== 'filter') return undefined
    tests.push(stage.where)
  }
  return query.from.kind === 'class' || query.from.kind === 'table' ? and(tests) : undefined
}

/** The names of the events that a query returns, in the order of the bench; undefined for queries that do more than filter. A class in the query picks events of that class. */
export function hitsOf(query: Pipeline, bench: readonly BenchEvent[]): readonly string[] | undefined {
  const question = questionOf(query)
  if (question === undefined) return undefined
  const wanted = query.from.kind === 'class' ? query.from.class : {}
  const asks = compilePredicate(question, {
    context: { ...(query.rules === undefined ? {} : { rules: query.rules }), now: () => instant, rowsOf: () => undefined },
  })
  return bench
    .filter(({ class: own }) =>
      (['product', 'category', 'service'] as const).every(key => wanted[key] === undefined || wanted[key] === own[key]),
    )
    .filter(({ event }) => asks(event))
    .map(({ name }) => name)
}

/** What is wrong with a case: its truths that we do not meet, and what was recorded and is said otherwise now. Empty when it holds. */
export function checkCase(found: Case, said: Said, bench: readonly BenchEvent[]): readonly string[] {
  const wrong: string[] = []
  const hits = found.blocks.get('hits')
  if (hits !== undefined) {
    const wanted = hits.text.split(/\s+/).filter(name => name !== '')
    const known = new Set(bench.map(({ name }) => name))
    for (const name of wanted) if (!known.has(name)) wrong.push(`hits: no event of the bench is called "${name}"`)
    if (new Set(wanted).size !== wanted.length) wrong.push('hits: a name is there twice')
    const got = said.query === undefined ? undefined : hitsOf(said.query, bench)
    if (said.query === undefined) wrong.push(`hits: the query was not understood\n${said.errors}`)
    else if (got === undefined) wrong.push('hits: the query does more than filter, which this harness cannot evaluate')
    else {
      const missing = wanted.filter(name => !got.includes(name))
      const extra = got.filter(name => !wanted.includes(name))
      if (missing.length > 0) wrong.push(`hits: missing ${missing.join(' ')}`)
      if (extra.length > 0) wrong.push(`hits: not among them ${extra.join(' ')}`)
      const back = said.again === undefined ? got : hitsOf(said.again, bench)
      if (back?.join(' ') !== got.join(' ')) wrong.push(`print: written back as\n${said.print}\nit finds ${back?.join(' ')}`)
    }
  }
  for (const kind of recorded) {
    const block = found.blocks.get(kind)
    const now = said[kind] ?? ''
    if (block === undefined ? now !== '' && kind === 'errors' : block.text !== now) {
      wrong.push(
        `${kind}: recorded is\n${block?.text ?? '(nothing)'}\nand we say\n${now === '' ? '(nothing)' : now}\n(npm run record, if that is right)`,
      )
    }
  }
  if (
    !found.blocks.has('hits') &&
    !found.blocks.has('rows') &&
    said.errors === '' &&
    (found.blocks.get('ir')?.text ?? '') === ''
  ) {
    wrong.push('errors: nothing was reported, so the case shows nothing')
  }
  return wrong
}

/** The instant that `now` is in cases: 2023-11-14T22:13:20Z. */
const instant = 1_700_000_000_000

/** A block of rows as a table, its columns in the order in which they appear. */
function tableOf(text: string): Table {
  const rows = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as Record<string, Value>)
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  async function* batches() {
    yield { schema: '', length: rows.length, at: (index: number): Event => ({ fields: rows[index]! }) }
  }
  return { columns: names.map(name => ({ name })), open: true, rows: batches() }
}

const told = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))

/**
 * What is wrong with the rows of a case: the first line of the block names the columns, in order, and each further one is a row as a JSON array. The
 * query reads the tables of the case (`table:NAME`); numbers are compared as numbers are written, times as `terrier query` shows them.
 */
export async function checkRows(found: Case, said: Said): Promise<readonly string[]> {
  const block = found.blocks.get('rows')
  if (block === undefined) return []
  if (said.query === undefined) return [`rows: the query was not understood\n${said.errors}`]
  const tables = Object.fromEntries(
    [...found.blocks].flatMap(([kind, { text }]) => {
      const name = given.exec(kind)?.[1]
      return name === undefined ? [] : [[name, tableOf(text)]]
    }),
  )
  const [head = '', ...lines] = block.text.split('\n').filter(line => line.trim() !== '')
  const { value, diagnostics } = await runQuery(said.query, tables, { now: instant })
  if (value === undefined) return [`rows: it did not run\n${diagnostics.map(finding => draw(finding)).join('\n')}`]
  const columns = value.columns.map(column => column.name).join(', ')
  const now = value.rows.map(row => told(row.map((cell, index) => shown(cell, value.columns[index]!.type))))
  const wanted = lines.map(line => told(JSON.parse(line)))
  if (columns === head.trim() && now.join('\n') === wanted.join('\n')) return []
  return [`rows: typed is\n${head}\n${wanted.join('\n')}\nand the query gives\n${columns}\n${now.join('\n')}`]
}

/** What is wrong with a case of targets: other texts, or other findings, than a person typed. */
export function checkWritten(found: Case): readonly string[] {
  const text = found.blocks.get('sigma')?.text
  if (text === undefined) return ['print: what is printed for targets is a rule in Sigma']
  const whole = /^(?:title|logsource|detection|correlation):/m.test(text)
  const rule = whole
    ? text
    : `title: Case\nlogsource: {category: process_creation, product: windows}\ndetection:\n${text.replace(/^/gm, '  ')}`
  const read = readRules([{ name: 'case.yml', text: rule }])
  const detection = read.value?.at(-1)
  const unread = read.diagnostics.filter(finding => finding.severity === 'error').map(finding => draw(finding))
  if (detection === undefined || unread.length > 0) return [`print: the rule was not read\n${unread.join('\n')}`]
  const wrong: string[] = []
  for (const name of new Set([...found.blocks.keys()].flatMap(kind => written.exec(kind)?.[2] ?? []))) {
    const target = targetOf(name)
    if (target === undefined) {
      wrong.push(`print: there is no target "${name}"`)
      continue
    }
    const { value, diagnostics } = convert(detection, target, { document: 'none' })
    const told = diagnostics.filter(({ severity }) => severity !== 'note').map(({ code, message }) => `${code} ${message}`)
    const compare = (kind: string, now: string | undefined): void => {
      const typed = found.blocks.get(`${kind}:${name}`)?.text
      if (typed !== now) wrong.push(`${kind}:${name}: typed is\n${typed ?? '(nothing)'}\nand we say\n${now ?? '(nothing)'}`)
    }
    compare('print', value?.printed.text)
    compare('told', told.length === 0 ? undefined : [...new Set(told)].join('\n'))
  }
  return wrong
}

/**
 * The text of a case file with the recorder's blocks (ir, print, errors) as we say them now. A missing `errors` block is added where
 * there is something to say. Throws if anything that a person writes would change.
 */
export function record(text: string, ids: readonly string[], sayOf: (found: Case) => Said): string {
  const before = readCases(text, ids)
  const lines = text.split('\n')
  for (const found of [...before.cases].reverse()) {
    if (isWritten(found)) continue
    const said = sayOf(found)
    const edits: { readonly from: number; readonly to: number; readonly lines: readonly string[] }[] = []
    const last = Math.max(...[...found.blocks.values()].map(block => block.close))
    for (const kind of recorded) {
      const now = said[kind] ?? ''
      const block = found.blocks.get(kind)
      const fence = '`'.repeat(Math.max(3, ...[...now.matchAll(/^`+/gm)].map(run => run[0].length + 1)))
      const made = [`${fence}${kind}`, ...(now === '' ? [] : now.split('\n')), fence]
      if (block !== undefined) edits.push({ from: block.open, to: block.close + 1, lines: made })
      else if (now !== '' && kind === 'errors') edits.push({ from: last + 1, to: last + 1, lines: made })
    }
    for (const edit of edits.sort((a, b) => b.from - a.from || recorded.length))
      lines.splice(edit.from, edit.to - edit.from, ...edit.lines)
  }
  const out = lines.join('\n')
  const after = readCases(out, ids)
  const typed = (file: CaseFile) =>
    JSON.stringify(
      file.cases.map(({ name, blocks }) => [
        name,
        ...[...blocks]
          .filter(([kind]) => !(recorded as readonly string[]).includes(kind))
          .map(([kind, block]) => [kind, block.text]),
      ]),
    )
  if (typed(before) !== typed(after))
    throw new Error('this is a bug in Terrier: recording would have changed what a person wrote')
  return out
}

/** The case files of all languages, as [file, folder]. */
export function caseFiles(): readonly { readonly file: string; readonly folder: string }[] {
  const languagesFolder = fileURLToPath(new URL('../src/languages/', import.meta.url))
  return readdirSync(languagesFolder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(entry => [
      { file: join(languagesFolder, entry.name, 'cases.md'), folder: entry.name },
      { file: join(languagesFolder, entry.name, 'manual.md'), folder: `${entry.name}, the manual's own examples` },
    ])
    .filter(({ file }) => existsSync(file))
}

// Commands that bring rows: tstats, from, datamodel, inputlookup, makeresults, union, multisearch, append, appendcols, appendpipe, join, lookup, foreach, map.

import type { Value } from '../../../../ir/event.ts'
import { and } from '../../../../ir/logic.ts'
import type { Column, Measure, Pipeline } from '../../../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../../../ir/predicate.ts'
import { fieldsUsed } from '../../../../ir/walk.ts'
import { aggregates } from '../aggregates.ts'
import {
  appended,
  type Building,
  type Command,
  call,
  events,
  extend,
  fieldOf,
  literal,
  noRows,
  sofar,
  special,
} from '../building.ts'
import { datasetOf, prefixOf } from '../models.ts'
import { count, fieldName, isTrue, type Name, type Option, option, options } from '../names.ts'
import { plainText, Scanner } from '../reading.ts'
import { searchExpression } from '../search.ts'
import { bracketEnd } from '../split.ts'
import { groups } from './groups.ts'

/** What stands between brackets, as a query; undefined and told where there are none. */
function bracketed(scanner: Scanner, command: string): Pipeline | undefined {
  if (!scanner.more() || scanner.next !== '[')
    return scanner.fail(
      'SPL004',
      `"${command}" needs a subsearch in brackets`,
      scanner.at,
      scanner.end,
      `write ${command} [ search … ]`,
    )
  const start = scanner.at
  const close = bracketEnd(scanner.text, start, scanner.end)
  if (close === undefined)
    return scanner.fail('SPL002', 'a bracket is not closed', start, start + 1, 'close the subsearch with "]"')
  scanner.at = close + 1
  return scanner.reading.subsearch(start + 1, close) ?? scanner.stop()
}

/** A model or dataset as written: `X.Y`, `"X.Y"`, `datamodel:"X.Y"`. */
function dataset(scanner: Scanner): string | undefined {
  scanner.more()
  const string = scanner.next === '"' ? scanner.string() : undefined
  if (scanner.failed) return undefined
  const text = string === undefined ? scanner.match(/[\w.]+/y)?.[0] : plainText(string.raw).trim()
  if (text === undefined) scanner.unexpected('the name of a data model', 'for example datamodel=Endpoint.Processes')
  return text
}

const tstatsOptions = [
  'prestats',
  'append',
  'summariesonly',
  'allow_old_summaries',
  'fillnull_value',
  'chunk_size',
  'local',
  'include_reduced_buckets',
  'use_summary_index_values',
]
const nextClause = /(?:from|where|by|groupby)(?![\w.=])/iy

/** `tstats [options] aggregates [from datamodel=X.Y] [where search] [by fields [span=]]` (Search Reference, "tstats"). */
export const tstats: Command = (scanner, building) => {
  const { reading } = scanner
  const given = new Map(options(scanner, tstatsOptions))
  const measures: Measure[] = []
  while (scanner.listed() && !scanner.sees(nextClause) && !scanner.failed) {
    const before = scanner.at
    for (const [name, found] of options(scanner, tstatsOptions)) given.set(name, found)
    if (scanner.at === before) measures.push(...aggregates(scanner, /(?:(?:from|where|by|groupby)(?![\w.=])|\w+\s*=)/iy))
    if (scanner.at === before) break
  }
  if (scanner.failed) return
  if (measures.length === 0) {
    scanner.fail('SPL004', '"tstats" needs an aggregate', scanner.start, scanner.end, 'write for example tstats count from …')
    return
  }
  let model: string | undefined
  if (scanner.word('from')) {
    scanner.match(/datamodel\s*[=:]?/iy)
    model = dataset(scanner)
    if (model === undefined) return
  }
  let condition: Predicate | undefined
  if (scanner.word('where')) {
    const from = scanner.at
    const end = clauseEnd(scanner)
    const inside = new Scanner(reading, from, end)
    condition = searchExpression(inside)
    if (inside.failed) {
      scanner.stop()
      return
    }
    scanner.at = end
  }
  const start = scanner.at
  if (scanner.match(/group(?=by(?![\w.=]))/iy) !== undefined) scanner.more()
  const keys = groups(scanner)
  if (keys === undefined || scanner.failed) return
  if (scanner.more()) {
    scanner.unexpected('"where", "by" or the end of "tstats"')
    return
  }
  tabulated(scanner, building, { given, measures, model, condition, keys, start })
}

/** The end of a search expression within tstats: the word "by" outside of strings and parentheses. */
function clauseEnd(scanner: Scanner): number {
  let depth = 0
  for (let at = scanner.at; at < scanner.end; at++) {
    const character = scanner.text[at]
    if (character === '"') {
      const rest = /"(?:[^"\\]|\\.)*"/sy
      rest.lastIndex = at
      at += (rest.exec(scanner.text)?.[0].length ?? 1) - 1
    } else if (character === '\\') at++
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === '[') at = bracketEnd(scanner.text, at, scanner.end) ?? scanner.end
    else if (depth <= 0 && /\s|\)/.test(scanner.text[at - 1] ?? ' ') && /^(?:group)?by\s/i.test(scanner.text.slice(at, at + 9)))
      return at
  }
  return scanner.end
}

interface Tabulated {
  readonly given: ReadonlyMap<string, Option>
  readonly measures: readonly Measure[]
  readonly model: string | undefined
  readonly condition: Predicate | undefined
  readonly keys: readonly Column[]
  readonly start: number
}

function tabulated(scanner: Scanner, building: Building, told: Tabulated): void {
  const { given, measures, condition, keys } = told
  const settled = condition === undefined ? { where: undefined, node: undefined } : withoutNode(condition)
  const { where } = settled
  const fill = given.get('fillnull_value')?.value
  const read: Predicate[] = [
    ...(where === undefined ? [] : [where]),
    ...measures.flatMap((measure): Predicate[] =>
      measure.of === undefined ? [] : [{ kind: 'test', subject: measure.of, match: { kind: 'present' } }],
    ),
    ...keys.map((key): Predicate => ({ kind: 'test', subject: key.value, match: { kind: 'present' } })),
  ]
  const name = told.model === undefined ? 'search' : datasetOf(told.model, settled.node, fieldsUsed(and(read)))
  const source: Pipeline = {
    from: told.model === undefined ? events : { kind: 'table', name, time: '_time' },
    stages: where === undefined ? [] : [{ kind: 'filter', where }],
    rules: 'splunk',
  }
  if (isTrue(given.get('append')) && !building.first) appended(building, source)
  else {
    building.from = source.from
    building.stages = [...source.stages]
  }
  const filled = keys.map(
    (key): Column => (fill === undefined || key.name === '_time' ? key : { name: key.name, value: filledWith(key.value, fill) }),
  )
  if (fill === undefined) nullable(scanner, keys, told)
  if (isTrue(given.get('prestats'))) {
    // What a following aggregation takes are these rows, counted there.
    extend(
      building,
      filled.filter((key, at) => key !== keys[at] || key.value.kind !== 'field'),
    )
    const present = keys.map((key): Predicate => ({ kind: 'test', subject: fieldOf(key.name), match: { kind: 'present' } }))
    if (fill === undefined && present.length > 0) building.stages.push({ kind: 'filter', where: and(present) })
    return
  }
  building.stages.push({ kind: 'aggregate', by: filled, measures })
}

const filledWith = (of: Scalar, fill: string): Scalar => ({ ...call('coalesce', of, literal(fill)), span: of.span })

/** Fields that a data model of the add-on may leave out, so that rows without them vanish from a grouping. */
const optional =
  /\.(?:original_file_name|parent_process|parent_process_\w+|process_hash|process_guid|process_integrity_level|process_current_directory|registry_value_data|registry_value_name|answer|user)$/

function nullable(scanner: Scanner, keys: readonly Column[], { given, start }: Tabulated): void {
  if (given.has('summariesonly') && given.size > 0 && given.has('fillnull_value')) return
  const lost = keys.filter(key => optional.test(key.name)).map(key => `"${key.name}"`)
  if (lost.length === 0) return
  scanner.reading.report(
    'SPL304',
    'note',
    `rows without ${lost.slice(0, 3).join(', ')}${lost.length > 3 ? ', …' : ''} are in no group and are lost`,
    start,
    scanner.at,
    'add fillnull_value=null to tstats',
  )
}

/** `nodename=X` says which dataset is read; it is no condition of its own. */
function withoutNode(of: Predicate): { readonly where: Predicate | undefined; readonly node: string | undefined } {
  const args = of.kind === 'and' ? of.args : [of]
  let node: string | undefined
  const rest = args.filter(arg => {
    if (arg.kind !== 'test' || arg.subject.kind !== 'field' || arg.subject.name !== 'nodename' || arg.match.kind !== 'glob')
      return true
    const [text] = arg.match.glob
    if (arg.match.glob.length === 1 && typeof text === 'string') node = text
    return node === undefined
  })
  if (node === undefined) return { where: of, node }
  return {
    where: rest.length === 0 ? undefined : rest.length === 1 ? rest[0] : ({ ...of, kind: 'and', args: rest } as Predicate),
    node,
  }
}

/** Rows of a dataset under the names of its fields alone. */
function model(building: Building, name: string): void {
  const whole = datasetOf(name, undefined, [])
  building.from = { kind: 'table', name: whole, time: '_time' }
  building.stages = [{ kind: 'rename', names: [{ from: [`${prefixOf(whole)}.`, { wild: 'any' }], to: [{ wild: 'any' }] }] }]
}

/** Rows of a lookup table: those that came with its definition, else those of a table that the host may know. */
function lookupTable(scanner: Scanner, name: Name): Pipeline {
  const all = scanner.reading.context.lookups ?? {}
  const table = Object.hasOwn(all, name.text) ? all[name.text]!.table : undefined
  const span = scanner.reading.span(name.start, name.end)
  if (table === undefined) return { from: { kind: 'table', name: `lookup:${name.text}`, span }, stages: [], rules: 'splunk' }
  if (table.rows.length === 0)
    scanner.reading.report(
      'SPL305',
      'note',
      `the table "${name.text}" is kept by the product alone and is empty here`,
      name.start,
      name.end,
      'put its rows into a CSV file of that name beside the rules',
    )
  return {
    from: { kind: 'rows', columns: table.columns.map(column => ({ name: column })), rows: table.rows, span },
    stages: [],
    rules: 'splunk',
  }
}

/** `from datamodel:"X.Y"`, `from lookup:name` */
export const from: Command = (scanner, building) => {
  const kind = scanner.match(/(datamodel|lookup|inputlookup|savedsearch)\s*[:=]?\s*/iy)?.[1]?.toLowerCase()
  if (kind === undefined) {
    scanner.unexpected('"datamodel:", "lookup:" or "savedsearch:"')
    return
  }
  if (kind === 'savedsearch') {
    scanner.fail('SPL114', 'the result of a saved search is not at hand', scanner.start, scanner.end, 'read the search itself')
    return
  }
  if (kind === 'datamodel') {
    const name = dataset(scanner)
    if (name !== undefined) model(building, name)
    if (scanner.more() && !scanner.failed) scanner.unexpected('the end of "from"')
    return
  }
  const name = fieldName(scanner, 'as')
  if (name === undefined) scanner.unexpected('the name of a lookup')
  else building.from = lookupTable(scanner, name).from
}

/** `datamodel X Y search|flat` */
export const datamodel: Command = (scanner, building) => {
  const name = dataset(scanner)
  const node = scanner.match(/(?!search\b|flat\b|acceleration_search\b)[\w.]+/y)?.[0]
  const mode = scanner.match(/search|flat|acceleration_search/iy)?.[0].toLowerCase()
  options(scanner, ['summariesonly', 'allow_old_summaries', 'strict_fields'])
  if (name === undefined || scanner.failed) return
  if (node === undefined || mode === undefined || scanner.more()) {
    scanner.fail('SPL005', '"datamodel" is read as "datamodel Model Dataset search"', scanner.start, scanner.end)
    return
  }
  if (mode === 'flat') model(building, `${name}.${node}`)
  else building.from = { kind: 'table', name: `${name}.${node}`, time: '_time' }
}

/** `inputlookup [append=] [start=] [max=] name [where search]` */
export const inputlookup: Command = (scanner, building) => {
  const given = new Map(options(scanner, ['append', 'start', 'max', 'strict']))
  const name = scanner.failed ? undefined : fieldName(scanner, 'as')
  for (const [key, found] of options(scanner, ['append', 'start', 'max', 'strict'])) given.set(key, found)
  if (name === undefined) {
    if (!scanner.failed)
      scanner.fail('SPL004', '"inputlookup" needs the name of a table', scanner.start, scanner.end, 'write inputlookup name')
    return
  }
  const stages: Pipeline['stages'][number][] = []
  if (scanner.word('where')) {
    const inside = new Scanner(scanner.reading, scanner.at, scanner.end)
    stages.push({ kind: 'filter', where: searchExpression(inside) })
    if (inside.failed) {
      scanner.stop()
      return
    }
    scanner.at = scanner.end
  }
  const most = count(scanner, given.get('max'), 0)
  if (most > 0) stages.push({ kind: 'limit', count: most })
  const rows: Pipeline = { ...lookupTable(scanner, name), stages }
  if (isTrue(given.get('append')) && !building.first) appended(building, rows)
  else {
    building.from = rows.from
    building.stages = [...stages]
  }
}

const mostMade = 10_000

/** `makeresults [count=n] [annotate=]`: rows with nothing but the time. */
export const makeresults: Command = (scanner, building) => {
  const given = options(scanner, ['count', 'annotate', 'splunk_server', 'splunk_server_group', 'format', 'data'])
  const amount = count(scanner, given.get('count'), 1)
  if (scanner.failed) return
  if (amount > mostMade || given.has('format')) {
    scanner.fail(
      'SPL114',
      amount > mostMade ? `"makeresults" makes at most ${mostMade} rows here` : '"makeresults" with data cannot run here',
      scanner.start,
      scanner.end,
      'give rows with "inputlookup"',
    )
    return
  }
  building.from = { kind: 'rows', columns: [], rows: Array.from({ length: amount }, () => []) }
  extend(building, [{ name: '_time', value: call('splunk:now') }])
}

/** All subsearches that stand beside each other. */
function several(scanner: Scanner, command: string): readonly Pipeline[] {
  const of: Pipeline[] = []
  while (scanner.listed()) {
    const found = bracketed(scanner, command)
    if (found === undefined) return []
    of.push(found)
  }
  return of
}

/** `union [options] [subsearch] …`, with the rows before it where there are some. */
export const union: Command = (scanner, building) => {
  options(scanner, ['maxtime', 'maxout', 'timeout'])
  const of = scanner.failed ? [] : several(scanner, 'union')
  if (scanner.failed) return
  building.from = { kind: 'union', of: building.first ? of : [sofar(building), ...of], lenient: true }
  building.stages = []
}

/** `multisearch [search …] [search …]`: events of several searches, the newest first. */
export const multisearch: Command = (scanner, building) => {
  const of = several(scanner, 'multisearch')
  if (scanner.failed) return
  if (of.length < 2) {
    scanner.fail(
      'SPL004',
      '"multisearch" needs two subsearches',
      scanner.start,
      scanner.end,
      'write multisearch [search …] [search …]',
    )
    return
  }
  building.from = { kind: 'union', of, lenient: true }
  building.stages = []
}

/** `append [options] [subsearch]`: rows at the end. */
export const append: Command = (scanner, building) => {
  options(scanner, ['extendtimerange', 'maxtime', 'maxout', 'timeout'])
  const found = scanner.failed ? undefined : bracketed(scanner, 'append')
  if (found !== undefined) appended(building, found)
}

/** `appendcols [override=] [subsearch]`: columns of the rows of another search, row by row. */
export const appendcols: Command = (scanner, building) => {
  const given = options(scanner, ['override', 'maxtime', 'maxout', 'timeout'])
  const found = scanner.failed ? undefined : bracketed(scanner, 'appendcols')
  if (found !== undefined) special(building, 'appendcols', { rows: found, override: isTrue(given.get('override')) })
}

/** `appendpipe [run_in_preview=] [commands]`: what the commands make of the rows, behind them. */
export const appendpipe: Command = (scanner, building) => {
  options(scanner, ['run_in_preview'])
  const found = scanner.failed ? undefined : bracketed(scanner, 'appendpipe')
  if (found !== undefined) building.stages.push({ kind: 'apply', mode: 'append', body: found.stages })
}

/** `join [type=] [max=] [overwrite=] fields [subsearch]` (Search Reference, "join"). */
export const join: Command = (scanner, building) => {
  const known = ['type', 'usetime', 'earlier', 'overwrite', 'max', 'left', 'right']
  const given = new Map(options(scanner, known))
  const keys: Name[] = []
  while (scanner.listed() && scanner.next !== '[') {
    const found = option(scanner, known)
    if (found !== undefined) {
      given.set(found.name, found)
      continue
    }
    if (scanner.failed) return
    const name = fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return
    }
    keys.push(name)
  }
  const right = scanner.failed ? undefined : bracketed(scanner, 'join')
  if (right === undefined) return
  const type = given.get('type')?.value.toLowerCase() ?? 'inner'
  if (!['inner', 'left', 'outer'].includes(type)) {
    const written = given.get('type')!
    scanner.fail('SPL005', `"join" has no type "${written.value}"`, written.start, written.end, 'types are inner, left and outer')
    return
  }
  if (given.has('left') || given.has('right') || isTrue(given.get('usetime'))) {
    scanner.fail('SPL114', 'this form of "join" cannot run here', scanner.start, scanner.end, 'join by fields of one name')
    return
  }
  const most = count(scanner, given.get('max'), 1)
  if (scanner.failed) return
  const overwrite = isTrue(given.get('overwrite'), true)
  if (keys.length === 0) {
    special(building, 'join', { rows: right, how: type === 'inner' ? 'inner' : 'left', max: most, overwrite })
    return
  }
  building.stages.push({
    kind: 'join',
    how: type === 'inner' ? 'inner' : 'left',
    right,
    on: keys.map(name => ({
      left: { kind: 'field', name: name.text, span: scanner.reading.span(name.start, name.end) },
      right: fieldOf(name.text),
      by: 'equal',
    })),
    clash: overwrite ? 'right' : 'left',
    ...(most === 0 ? {} : { take: most }),
  })
}

/** `name [as other]` pairs up to a word. */
function pairs(scanner: Scanner, stop: RegExp): readonly (readonly [string, string])[] | undefined {
  const out: (readonly [string, string])[] = []
  while (scanner.listed() && !scanner.sees(stop)) {
    const name = fieldName(scanner)
    const as = name !== undefined && scanner.word('as') ? fieldName(scanner, 'as') : name
    if (name === undefined || as === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return undefined
    }
    out.push([name.text, as.text])
  }
  return out
}

/** `lookup [local=] [update=] table key [as field] … [OUTPUT|OUTPUTNEW name [as field] …]` */
export const lookup: Command = (scanner, building) => {
  options(scanner, ['local', 'update', 'event_time_field'])
  const name = scanner.failed ? undefined : fieldName(scanner, 'as')
  if (name === undefined) {
    if (!scanner.failed)
      scanner.fail('SPL004', '"lookup" needs the name of a table', scanner.start, scanner.end, 'write lookup table key')
    return
  }
  const stop = /output(?:new)?(?![\w.=])/iy
  const keys = pairs(scanner, stop)
  if (keys === undefined) return
  if (keys.length === 0) {
    scanner.fail('SPL004', '"lookup" needs a key', name.start, scanner.end, 'name the field by which rows are found')
    return
  }
  const word = scanner.match(stop)?.[0].toLowerCase()
  const outputs = word === undefined ? undefined : pairs(scanner, /(?!)/y)
  if (scanner.failed) return
  special(
    building,
    'lookup',
    {
      name: name.text,
      ...tableArguments(scanner, name),
      keys: keys.map(([key]) => key),
      fields: keys.map(([, as]) => as),
      columns: outputs?.map(([column]) => column),
      outputs: outputs?.map(([, as]) => as),
      keep: word === 'outputnew',
      ...definition(scanner, name.text),
    },
    keys.map(([, as]) => as),
  )
}

/** The rows of a lookup as they came with its definition, which may be many; else the table that the host may know. */
function tableArguments(scanner: Scanner, name: Name): Readonly<Record<string, Pipeline | Value>> {
  const all = scanner.reading.context.lookups ?? {}
  const table = Object.hasOwn(all, name.text) ? all[name.text]!.table : undefined
  return table === undefined || table.rows.length === 0
    ? { table: lookupTable(scanner, name) }
    : { header: table.columns, rows: table.rows }
}

/** What the definition of a lookup says of how its keys are compared. */
function definition(scanner: Scanner, name: string): Readonly<Record<string, string | number | boolean | readonly string[]>> {
  const all = scanner.reading.context.lookups ?? {}
  if (!Object.hasOwn(all, name)) return {}
  const found = all[name]!
  return {
    ...(found.matches === undefined ? {} : { patterns: Object.keys(found.matches), kinds: Object.values(found.matches) }),
    ...(found.cased === undefined ? {} : { cased: found.cased }),
    ...(found.otherwise === undefined ? {} : { otherwise: found.otherwise }),
    ...(found.least === undefined ? {} : { least: found.least }),
    ...(found.most === undefined ? {} : { most: found.most }),
  }
}

/** `foreach fields [commands]`, `foreach mode=multivalue field [commands]`: a template, in which `<<FIELD>>` is the name. */
export const foreach: Command = (scanner, building) => {
  const given = options(scanner, ['mode', 'fieldstr', 'matchstr', 'matchseg1', 'matchseg2', 'matchseg3', 'itemstr', 'iterstr'])
  const all: string[] = []
  while (scanner.listed() && scanner.next !== '[') {
    const name = scanner.failed ? undefined : fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      return
    }
    all.push(name.text)
  }
  const body = scanner.failed ? undefined : bracketed(scanner, 'foreach')
  if (body === undefined) return
  if (all.length === 0) {
    scanner.fail('SPL004', '"foreach" needs a field', scanner.start, scanner.end, 'write foreach a* [eval …]')
    return
  }
  special(
    building,
    'foreach',
    {
      names: all,
      mode: given.get('mode')?.value ?? 'multifield',
      body: { from: noRows, stages: body.stages, rules: 'splunk' },
      field: given.get('fieldstr')?.value ?? '<<FIELD>>',
      match: given.get('matchstr')?.value ?? '<<MATCHSTR>>',
      item: given.get('itemstr')?.value ?? '<<ITEM>>',
    },
    all,
  )
}

/** `map search="…" | [subsearch] [maxsearches=]`: a search for each row, with its values in `$field$`. */
export const map: Command = (scanner, building) => {
  const given = new Map(options(scanner, ['search', 'maxsearches']))
  const body = scanner.more() && scanner.next === '[' ? bracketed(scanner, 'map') : undefined
  for (const [key, found] of options(scanner, ['search', 'maxsearches'])) given.set(key, found)
  if (scanner.failed) return
  special(building, 'map', {
    search: given.get('search')?.value,
    rows: body,
    maxsearches: count(scanner, given.get('maxsearches'), 10),
  })
  scanner.reading.report(
    'SPL114',
    'warning',
    '"map" runs a search for each row, which cannot run here',
    scanner.start,
    scanner.end,
    'say it with "join" or a subsearch',
  )
}

// A query over a product's tables told as a query over events: where it names a table, the classes of events that the table holds, each with the table's columns computed from Sigma's fields.

import type { Column, From, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate, Scalar, ValueType } from '../ir/predicate.ts'
import { rewrite, visit } from '../ir/walk.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { anyTime, asKept, asksRecord, conjunction, conjuncts, pushed, tellPredicate, withoutParts } from './lifted/asked.ts'
import { columnOf, type Holder, holdersIn, holdersOf, typesOf } from './lifted/holders.ts'
import { aliases } from './lifted/index.ts'
import type { Schema } from './schema.ts'

export const codes: Readonly<Record<string, string>> = {
  SCH105: 'no events that can be read are known to be in a table',
  SCH303: 'a column of a table is not known to hold anything of the events that can be read',
  SCH304: 'a query asks for events of a time before now, and a hunt looks at all events that it is given',
}

/** A query with its tables told, and which tables could not be. */
export interface Lift {
  readonly query: Pipeline
  readonly diagnostics: readonly Diagnostic[]
  /** Tables that no event is known to be in. */
  readonly missing: readonly string[]
}

export interface LiftOptions {
  /** Rows need only the columns that the query names, these, and those that say when, where and who: an alert has its events beside. */
  readonly narrow?: readonly string[]
  /** The schema whose names the query is in, where its language has one table or none: all that the schema holds may be meant. */
  readonly schema?: string
  /** Times told from now are asked, because it was said what now is. */
  readonly timed?: boolean
}

type Rules = Pipeline['rules']

/** Products whose queries name one table for all events, or a scope: what they ask of is said by their conditions. */
const tableless: ReadonlySet<string> = new Set('logscale sumo sumo-cse secops qradar logpoint graylog event-log table'.split(' '))

/** The table of all records of any shape, for queries that ask for lines of text (`lines`, `lines:json`, `lines:xml`: in which form). */
export const anyRecord = 'any:record'
const ofLines = /^lines(?::(json|xml))?$/

/** The column in which the text of an event lies, where a query asks for it. */
const textColumn = '(text)'

/** What is known of a table, found once. */
interface Known {
  readonly holders: readonly Holder[]
  /** The columns that each holder makes, by its place. */
  readonly columns: readonly (readonly Column[])[]
  /** How its own rows get the columns that the table has, where they can be read. */
  readonly own: readonly Stage[] | undefined
  readonly types: ReadonlyMap<string, ValueType>
}

/** The types of the columns of a product's table, as far as they are known. */
export function columnTypes(table: string, schemas: readonly Schema[]): ReadonlyMap<string, ValueType> {
  return typesOf(aliases[table] ?? table, schemas, 'kusto')
}

/**
 * Tells every table of a query that is not at hand (`atHand`). `schemas` are all that are known: those that queries are written for say what a table
 * holds, those whose records are rows of tables say that its own rows may be read. Leading filters are asked of the events as well, in Sigma's
 * names, as far as they mean the same there.
 */
export function createLift(
  schemas: readonly Schema[],
): (query: Pipeline, atHand: (name: string) => boolean, options?: LiftOptions) => Lift {
  const tables = new Map<string, Known>()

  function knownOf(name: string, rules: Rules, only: Schema | undefined): Known {
    const key = only === undefined ? `${rules ?? ''} ${name}` : `${rules ?? ''} in ${only.id}`
    let known = tables.get(key)
    if (known === undefined) {
      const types = typesOf(name, schemas, rules)
      const holders = only === undefined ? holdersOf(name, schemas, rules) : holdersIn(only)
      const own = schemas.some(schema =>
        rules === 'elastic' && only === undefined
          ? schema.documents === true && schema.optIn !== true
          : schema.rows === true && schema.optIn !== true && schema.tables.some(table => table.name === name),
      )
      const made = holders.map(holder => {
        const names = Object.keys(holder.columns)
        const all = holder.otherwise === '' && types.size > 0 ? [...new Set([...types.keys(), ...names])] : names
        return madeOf(holder, types.size === 0 ? all : all.filter(column => types.has(column)), types, rules)
      })
      known = { holders, columns: made, own: own ? ownStages(types, rules) : undefined, types }
      tables.set(key, known)
    }
    return known
  }

  return (query, atHand, options = {}) => {
    const diagnostics: Diagnostic[] = []
    const missing = new Set<string>()
    const told = new Set<string>()
    const asked = namesAsked(query)
    const named = namesIn(query, asked)
    const narrow = options.narrow !== undefined && !readsWholeRows(query)
    const kept = new Set([...named, ...(options.narrow ?? []), ...describing])

    function tell(of: Pipeline, rules: Rules): Pipeline {
      const { from } = of
      if (from.kind !== 'table' || atHand(from.name)) return of
      const lines = ofLines.exec(from.name)
      if (lines !== null) {
        const text: Scalar = { kind: 'call', fn: 'event:text', args: [{ kind: 'literal', value: lines[1] ?? 'line' }] }
        const stages: readonly Stage[] = [{ kind: 'extend', columns: [{ name: textColumn, value: text }] }]
        const asked: readonly Stage[] = [...of.stages.map(withText), { kind: 'project', mode: 'drop', names: [[textColumn]] }]
        const any: Pipeline = { from: { ...from, name: anyRecord }, stages, rules: 'sigma' }
        return { ...of, from: { kind: 'union', of: [any], once: true, as: from.name, span: from.span }, stages: asked }
      }
      const only = tableless.has(options.schema ?? '') ? schemas.find(schema => schema.id === options.schema) : undefined
      const name =
        rules === 'elastic' && only === undefined && !from.name.startsWith('lookup:')
          ? documents
          : (aliases[from.name] ?? from.name)
      const { holders, columns, own, types } = knownOf(name, rules, only)
      if (holders.length === 0 && own === undefined) {
        if (!missing.has(from.name)) diagnostics.push(noTable(from))
        missing.add(from.name)
        return of
      }
      const stages = rules === 'splunk' ? of.stages.map(stage => asKept(stage)) : of.stages
      const open = rules === 'splunk' && name === 'search' && asksAnyField(stages)
      const filters: Predicate[] = []
      for (const stage of stages) {
        if (stage.kind !== 'filter') break
        filters.push(stage.where)
      }
      // A keyword is asked of the whole record, which rows do not have.
      const words = rules === 'splunk' ? filters.flatMap(conjuncts).filter(asksRecord) : []
      const answered = (part: Predicate): boolean =>
        words.includes(part) && holders.every(holder => tellPredicate(part, holder, rules) !== undefined)
      const absent = [...types.keys()].filter(
        column => asked.has(column) && holders.every(holder => columnOf(holder, column) === undefined),
      )
      if (absent.length > 0 && holders.length > 0 && !told.has(from.name)) diagnostics.push(unfilled(absent, from))
      told.add(from.name)
      const asksText = stages.some(readsText)
      const parts: Pipeline[] = []
      // No row, but all the columns that the table has, in their order.
      if (types.size > 0)
        parts.push({
          from: { kind: 'rows', columns: [...types].map(([column, type]) => ({ name: column, type })), rows: [] },
          stages: [],
        })
      if (own !== undefined) {
        const where = words.filter(answered)
        const asks: readonly Stage[] = where.length === 0 ? [] : [{ kind: 'filter', where: conjunction(where) }]
        // A field of a document lies further in; behind, it is a column of its whole name.
        const flat: readonly Stage[] =
          name === documents
            ? [{ kind: 'extend', columns: [...named].map(column => ({ name: column, value: { kind: 'field', name: column } })) }]
            : own
        parts.push({ from: { ...from, name }, stages: [...asks, ...flat], rules: 'sigma' })
      }
      for (const [place, holder] of holders.entries()) {
        const where = [...holder.where, ...filters.flatMap(filter => pushed(filter, holder, rules))]
        if (where.some(part => part.kind === 'const' && !part.value)) continue
        const made = narrow ? columns[place]!.filter(column => kept.has(column.name)) : columns[place]!
        const more = types.size > 0 ? [] : [...named].filter(column => !made.some(known => known.name === column))
        const whole: readonly Column[] = open && holder.otherwise === '' ? [{ name: wholeEvent, value: eventFields }] : []
        const text: readonly Column[] = only !== undefined && asksText ? [{ name: textColumn, value: textOf(only, holder) }] : []
        const stages: Stage[] = [
          ...(where.length === 0 ? [] : [{ kind: 'filter' as const, where: conjunction(where) }]),
          { kind: 'extend', columns: [...made, ...madeOf(holder, more, types, rules), ...text, ...whole] },
        ]
        parts.push({ from: { kind: 'class', class: holder.class, span: from.span }, stages, rules: 'sigma' })
      }
      const rest =
        words.length === 0 ? stages : stages.map((stage, at) => (at < filters.length ? withoutParts(stage, answered) : stage))
      const spread: readonly Stage[] = open ? [{ kind: 'special', name: 'splunk:event_fields', args: { from: wholeEvent } }] : []
      // Splunk gives events newest first, which commands that count rows rely on.
      const newest: readonly Stage[] = rules === 'splunk' && heedsOrder(rest) ? [newestFirst] : []
      const at = newest.length === 0 ? 0 : filters.length
      const left = only !== undefined && asksText ? rest.map(withText) : rest
      return {
        ...of,
        from: { kind: 'union', of: parts, once: true, as: from.name, span: from.span },
        stages: [...spread, ...left.slice(0, at), ...newest, ...left.slice(at)],
      }
    }

    // Queries inside say their own rules or have those of the outermost, which is all that a language gives them.
    const timeless = options.timed === true ? query : anyTime(query, diagnostics)
    const value = rewrite(timeless, { pipeline: of => tell(of, of.rules ?? query.rules) })
    return { query: value, diagnostics, missing: [...missing] }
  }
}

const newestFirst: Stage = { kind: 'sort', keys: [{ by: { kind: 'field', name: '_time' }, descending: true, nulls: 'last' }] }
const ordered: ReadonlySet<string> = new Set(['first', 'last', 'list', 'splunk:first', 'splunk:last', 'splunk:list'])
const orderedStages: ReadonlySet<string> = new Set(
  ['dedup', 'head', 'tail', 'reverse', 'streamstats', 'transaction', 'autoregress', 'delta', 'accum'].map(
    name => `splunk:${name}`,
  ),
)

/** Whether what comes out depends on the order in which rows come. */
function heedsOrder(stages: readonly Stage[]): boolean {
  for (const stage of stages) {
    if (stage.kind === 'sort') return false
    if (stage.kind === 'limit' || (stage.kind === 'window' && stage.frame === 'running')) return true
    if (stage.kind === 'special' && orderedStages.has(stage.name)) return true
    if (stage.kind === 'aggregate') return stage.measures.some(measure => ordered.has(measure.fn))
  }
  return false
}

/** Whether a stage looks at the text of an event. */
function readsText(stage: Stage): boolean {
  let found = false
  visit(
    { from: { kind: 'rows', columns: [], rows: [] }, stages: [stage] },
    {
      scalar: of => {
        if (of.kind === 'raw') found = true
      },
    },
  )
  return found
}

/** A stage that looks at the column in which the text of an event lies. */
const withText = (stage: Stage): Stage =>
  rewrite(stage, {
    scalar: of =>
      of.kind === 'raw' ? { kind: 'field', name: textColumn, ...(of.span === undefined ? {} : { span: of.span }) } : of,
  })

/** The text of a class of events as a product has it; where the record does not say what wrote it, with the words that the product has there. */
function textOf({ render = 'json' }: Schema, { words = [] }: Holder): Scalar {
  const text = (...more: readonly string[]): Scalar => ({
    kind: 'call',
    fn: 'event:text',
    args: [render, ...more].map(value => ({ kind: 'literal', value })),
  })
  if (words.length === 0) return text()
  const told: Predicate = { kind: 'test', subject: { kind: 'field', name: 'Provider_Name' }, match: { kind: 'present' } }
  const own: Scalar = { kind: 'case', branches: [{ when: told, then: text() }], otherwise: { kind: 'literal', value: null } }
  return { kind: 'call', fn: 'coalesce', args: [own, text(...words)] }
}

/** The one table of all documents of Elastic. */
export const documents = 'elastic:documents'

/** Columns of a class of events as values of the types that the table has. */
function madeOf(
  holder: Holder,
  columns: readonly string[],
  types: ReadonlyMap<string, ValueType>,
  rules: Rules,
): readonly Column[] {
  return columns.flatMap((name): Column[] => {
    const value = columnOf(holder, name)
    const type = types.get(name)
    if (value === undefined) return []
    if (type === undefined) return [{ name, value }]
    return [{ name, value: rules === 'kusto' ? cast(value, type) : value, type }]
  })
}

function noTable(from: Extract<From, { kind: 'table' }>): Diagnostic {
  return {
    code: 'SCH105',
    severity: 'error',
    message: `no events that can be read are known to be in the table "${from.name}"`,
    span: from.span,
    hint: 'give its rows with "--table NAME=FILE" to "terrier query", or convert the rule for where the table is',
  }
}

function unfilled(columns: readonly string[], from: Extract<From, { kind: 'table' }>): Diagnostic {
  const shown = columns.slice(0, 6).map(column => `"${column}"`)
  const more = columns.length > shown.length ? ` and ${columns.length - shown.length} more` : ''
  return {
    code: 'SCH303',
    severity: 'note',
    message: `of "${from.name}", ${shown.join(', ')}${more} ${columns.length === 1 ? 'is' : 'are'} absent from every event that is no row of that table itself`,
    span: from.span,
    hint: 'no field of other logs is known to hold it',
  }
}

/** Every name that a query computes or asks with. */
function namesAsked(query: Pipeline): ReadonlySet<string> {
  const names = new Set<string>()
  visit(query, {
    scalar: of => {
      if (of.kind === 'field') names.add(of.name)
    },
  })
  return names
}

/** The column in which all fields of an event lie until they are spread. */
const wholeEvent = '(event)'
const eventFields: Scalar = { kind: 'call', fn: 'event:fields', args: [] }

/** Whether stages ask for fields by patterns, or keep all of them, before anything makes rows of its own. */
function asksAnyField(stages: readonly Stage[]): boolean {
  for (const stage of stages) {
    if (stage.kind === 'aggregate') return stage.measures.some(measure => measure.of?.kind === 'fields')
    if (stage.kind === 'project' && stage.mode === 'keep')
      return stage.names.some(glob => glob.some(part => typeof part !== 'string') && glob[0] !== '_')
    if (stage.kind === 'rename' && stage.names.some(({ from }) => from.some(part => typeof part !== 'string'))) return true
    if (stage.kind === 'special' && /^splunk:(?:foreach|fillnull|addtotals|timechart|pivot)$/.test(stage.name)) return true
  }
  return false
}

/** Columns that say when, where, who and what it was, in the words of any product. */
const describing: readonly string[] = [
  ...['Timestamp', 'TimeGenerated', 'DeviceName', 'Computer', 'Dvc', 'AccountName', 'Account', 'ActionType', 'EventID', 'Type'],
  ...[
    '_time',
    'host',
    'dest',
    'user',
    'source',
    'sourcetype',
    'EventCode',
    '@timestamp',
    'host.name',
    'user.name',
    'event.category',
    'event.code',
  ],
]

/** Stages of products that look at the columns they name and no others. */
const naming: ReadonlySet<string> = new Set(
  [
    'rex',
    'convert',
    'bin',
    'dedup',
    'head',
    'tail',
    'lookup',
    'spath',
    'sed',
    'streamstats',
    'timechart',
    'reverse',
    'replace_value',
  ].map(name => `splunk:${name}`),
)

/** Whether a query may look at columns that it does not name. */
function readsWholeRows(query: Pipeline): boolean {
  let found = false
  visit(query, {
    stage: stage => {
      if (stage.kind === 'special' && !naming.has(stage.name)) found = true
      if (
        stage.kind === 'project' &&
        stage.mode === 'keep' &&
        stage.names.some(name => name.some(part => typeof part !== 'string'))
      )
        found = true
      if (
        (stage.kind === 'aggregate' || stage.kind === 'window') &&
        stage.measures.some(measure => measure.of?.kind === 'fields')
      )
        found = true
      if (stage.kind === 'extend' && stage.columns.some(column => column.value.kind === 'fields')) found = true
    },
    scalar: of => {
      if (of.kind === 'call' && of.fn === 'kusto:pack_all') found = true
    },
  })
  return found
}

/** The texts in an argument of a special stage, which may be names of columns. */
function textsIn(value: Extract<Stage, { kind: 'special' }>['args'][string]): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((member): member is string => typeof member === 'string') : []
}

/** Every name that a query reads anywhere. */
function namesIn(query: Pipeline, asked: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set(asked)
  visit(query, {
    stage: stage => {
      if (stage.kind === 'project')
        for (const name of stage.names) if (name.length === 1 && typeof name[0] === 'string') names.add(name[0])
      if (stage.kind === 'rename')
        for (const { from } of stage.names) if (from.length === 1 && typeof from[0] === 'string') names.add(from[0])
      if (stage.kind === 'expand') for (const name of stage.columns) names.add(name)
      if (stage.kind === 'special')
        for (const value of Object.values(stage.args)) for (const name of textsIn(value)) names.add(name)
    },
  })
  return names
}

/** The rows of the table itself, as exports have them: their own columns, by type where it is known. */
function ownStages(types: ReadonlyMap<string, ValueType>, rules: Rules): readonly Stage[] {
  if (rules !== 'kusto' || types.size === 0) return []
  const columns = [...types].map(([name, type]): Column => ({ name, value: cast({ kind: 'field', name }, type), type }))
  return [
    { kind: 'extend', columns },
    { kind: 'project', mode: 'keep', names: [...types.keys()].map(column => [column]) },
  ]
}

const cast = (value: Scalar, type: ValueType): Scalar =>
  value.kind === 'literal' ? value : { kind: 'call', fn: `cast:${type}`, args: [value], type }

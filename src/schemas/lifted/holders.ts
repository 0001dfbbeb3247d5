// What a product's table holds, told in Sigma's fields: the classes of events, and each column as a value of them.

import { asText, type Value } from '../../ir/event.ts'
import { shape } from '../../ir/glob.ts'
import type { EventClass, Pipeline } from '../../ir/pipeline.ts'
import type { Predicate, Scalar, ValueType } from '../../ir/predicate.ts'
import { kustoTables } from '../kusto/tables.ts'
import type { Holding, Mapping, Schema, Table } from '../schema.ts'
import { lifted } from './index.ts'
import { siemColumns } from './siem.ts'

type Rules = Pipeline['rules']

/** One class of events as rows of a table. */
export interface Holder {
  readonly class: EventClass
  /** What must be true of the event, in Sigma's names. */
  readonly where: readonly Predicate[]
  /** Each column as a value in Sigma's names. */
  readonly columns: Readonly<Record<string, Scalar>>
  /** How a column that is not listed is found: the field's name in front of which this stands; undefined: it has none. */
  readonly otherwise: string | undefined
  /** What stands behind the field's name there. */
  readonly suffix?: string
  /** Words that the product has in the text of these events, whatever shape they are read in. */
  readonly words?: readonly string[]
  readonly rank: number
}

/** The types of a table's columns, as far as schemas say them. */
export function typesOf(name: string, schemas: readonly Schema[], rules: Rules): ReadonlyMap<string, ValueType> {
  const types = new Map<string, ValueType>()
  if (rules !== 'kusto') return types
  if (Object.hasOwn(kustoTables, name)) return new Map(kustoTables[name]!.map(({ name: column, type }) => [column, type]))
  for (const schema of schemas)
    for (const table of schema.tables) {
      if (table.name !== name) continue
      for (const [column, type] of Object.entries(table.columns ?? {})) types.set(column, type === 'ip' ? 'string' : type)
      for (const column of schema.time ?? []) if (!types.has(column)) types.set(column, 'datetime')
    }
  return types
}

/** Every class that a table holds, the best known first: an event is a row of the first that takes it. */
export function holdersOf(name: string, schemas: readonly Schema[], rules: Rules): readonly Holder[] {
  const extra = Object.hasOwn(lifted, name) ? lifted[name] : undefined
  const holders: Holder[] = []
  const seen = new Set<string>()
  const add = (holder: Holder): void => {
    const key = JSON.stringify(
      [holder.class, holder.where, Object.entries(holder.columns).filter(([, value]) => value.kind === 'literal')],
      big,
    )
    if (seen.has(key)) return
    seen.add(key)
    holders.push(holder)
  }
  if (rules === 'splunk' && name === 'search') {
    for (const product of ['windows', 'linux', 'macos'])
      add({ class: { product }, where: [], columns: extra?.columns ?? {}, otherwise: '', rank: 0 })
    for (const { class: of, where, columns } of extra?.holds ?? [])
      add({
        class: of,
        where: where === undefined ? [] : [where],
        columns: { _time: { kind: 'call', fn: 'event:seconds', args: [] }, ...columns },
        otherwise: '',
        rank: 0,
      })
    return holders
  }
  for (const of of extra?.of ?? []) {
    const time: Scalar = { kind: 'call', fn: rules === 'splunk' ? 'event:seconds' : 'event:ticks', args: [] }
    const stamped: Readonly<Record<string, Scalar>> =
      rules === 'splunk' ? { _time: time } : { TimeGenerated: time, Timestamp: time, Type: literal(name) }
    add({ class: of, where: [], columns: { ...stamped, ...extra?.columns }, otherwise: '', rank: 0 })
  }
  if (holders.length > 0) return holders
  if (rules === 'elastic') return documentHolders(schemas)
  // What queries are written for says what a table holds; a shape of records says how exports of any kind of event are read.
  const having = schemas.filter(schema => schema.tables.some(table => table.name === name) && schema.beside === undefined)
  const written = having.filter(schema => schema.optIn === true)
  for (const schema of written.length > 0 ? written : having)
    for (const table of schema.tables) {
      if (table.name !== name) continue
      for (const holding of table.holds) add(holderOf(schema, table, holding, holding.class, rules))
      for (const more of extra?.also ?? []) {
        const like = table.holds.find(holding => holding.class.category === more.category) ?? table.holds[0]
        if (like !== undefined) add(holderOf(schema, table, like, more, rules))
      }
    }
  const time: Scalar = { kind: 'call', fn: rules === 'splunk' ? 'event:seconds' : 'event:ticks', args: [] }
  for (const { class: of, where, columns } of extra?.holds ?? [])
    add({
      class: of,
      where: where === undefined ? [] : [where],
      columns: { ...(rules === 'splunk' ? { _time: time } : {}), ...columns },
      otherwise: undefined,
      rank: 0,
    })
  return holders.sort((a, b) => b.rank - a.rank)
}

/** All that a schema holds, for products whose queries name no table; what it says of a kind of event goes before what it says of a log. */
export function holdersIn(schema: Schema): readonly Holder[] {
  const holders = schema.tables.flatMap(table =>
    table.holds.map(holding => {
      const { category, service, product } = holding.class
      // Other sensors tell what Sysmon tells, and the record's own id says which it is.
      const of = category !== undefined && service === 'sysmon' ? { product, category } : holding.class
      return holderOf(schema, table, holding, of, undefined, true)
    }),
  )
  const [kinds, logs] = [true, false].map(kind => holders.filter(holder => (holder.class.category !== undefined) === kind))
  return [...kinds!, ...logs!]
}

/** Events as documents in ECS: a query may name any index, and its conditions say what it looks for. */
function documentHolders(schemas: readonly Schema[]): readonly Holder[] {
  const found = schemas
    .filter(schema => schema.documents === true && schema.optIn === true)
    .flatMap(schema =>
      schema.tables.flatMap(table =>
        table.holds.map((holding): Holder => {
          const holder = holderOf(schema, table, holding, holding.class, 'elastic')
          const system = holding.class.product
          const time: Scalar = { kind: 'call', fn: 'event:ticks', args: [] }
          const always = {
            '@timestamp': time,
            ...(system === undefined ? {} : { 'host.os.type': literal(system), 'host.os.family': literal(system) }),
          }
          // A class of its own says more than a log, and a log more than all of a system.
          const rank = holding.class.category !== undefined ? 2 : holding.class.service !== undefined ? 1 : 0
          // Some of these fields have several sources; the class knows its own best.
          const columns: Record<string, Scalar> = { ...holder.columns }
          for (const [column, value] of Object.entries(lifted['elastic:documents']?.columns ?? {})) {
            const own = Object.hasOwn(columns, column) ? columns[column]! : undefined
            columns[column] =
              own === undefined || own.kind === 'literal' ? (own ?? value) : { kind: 'call', fn: 'coalesce', args: [own, value] }
          }
          return { ...holder, columns: { ...columns, ...always }, rank }
        }),
      ),
    )
  return found.sort((a, b) => b.rank - a.rank)
}

const big = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

function holderOf(schema: Schema, table: Table, holding: Holding, of: EventClass, rules: Rules, ownFirst = false): Holder {
  const columns: Record<string, Scalar> = {}
  const constants = said(holding.where)
  const general = (ownFirst ? siemColumns[schema.id] : undefined) ?? {}
  for (const [field, mappings] of Object.entries({ ...table.fields, ...holding.fields }))
    for (const mapping of (Array.isArray(mappings) ? mappings : [mappings]) as readonly Mapping[])
      for (const [column, value] of forward(field, mapping)) {
        const before = Object.hasOwn(columns, column) ? columns[column] : undefined
        columns[column] = before === undefined ? value : { kind: 'call', fn: 'coalesce', args: [before, value] }
      }
  // A column that must equal several texts at once holds a list of them.
  for (const [column, value] of constants.values) {
    const own = Object.hasOwn(columns, column) ? columns[column]! : ownFirst ? general[column] : undefined
    if (own !== undefined && ownFirst) columns[column] = { kind: 'call', fn: 'coalesce', args: [own, literal(value)] }
    else if (own === undefined || !constants.open.has(column)) columns[column] = literal(value)
  }
  const time: Scalar = { kind: 'call', fn: rules === 'splunk' ? 'event:seconds' : 'event:ticks', args: [] }
  for (const column of schema.time ?? []) columns[column] = time
  if (rules === 'kusto') columns.Type = literal(table.name)
  const extra = Object.hasOwn(lifted, table.name) ? lifted[table.name]!.columns : undefined
  // A kind of event has what the schema maps for it, and whatever else its record says.
  const open = table.otherwise ?? (ownFirst ? schema.tables.flatMap(other => other.otherwise ?? []) : [])
  const starred = open.find(mapping => typeof mapping === 'string')
  const star = typeof starred === 'string' ? starred.indexOf('*') : -1
  const prefix = star === -1 ? undefined : starred!.slice(0, star)
  const suffix = star === -1 ? '' : starred!.slice(star + 1)
  return {
    class: of,
    where: Object.entries(holding.constants ?? {}).map(([name, value]) => equals({ kind: 'field', name }, value)),
    columns: { ...general, ...columns, ...extra },
    otherwise: prefix,
    ...(suffix === '' ? {} : { suffix }),
    words: constants.words,
    // A log under its own names is known best; then what the table's own conditions say most of.
    rank: (of.service !== undefined && of.category === undefined ? 100 : 0) + constants.values.size * 2 - constants.open.size * 3,
  }
}

const literal = (value: Value): Scalar => ({ kind: 'literal', value })

const equals = (subject: Scalar, value: Value): Predicate =>
  typeof value === 'number'
    ? { kind: 'test', subject, match: { kind: 'compare', op: '=', to: literal(value) } }
    : { kind: 'test', subject, match: { kind: 'glob', glob: [asText(value) ?? ''], fold: true } }

/** What a table's condition says of its columns: those that equal a value, or several at once; `open` are those that may equal one of several, of which the first is told. And the words that the text must have. */
function said(where: Predicate | undefined): {
  readonly values: ReadonlyMap<string, Value>
  readonly open: ReadonlySet<string>
  readonly words: readonly string[]
} {
  const values = new Map<string, Value>()
  const open = new Set<string>()
  const words: string[] = []
  const one = (of: Predicate): readonly [string, Value] | undefined => {
    if (of.kind !== 'test' || of.subject.kind !== 'field') return undefined
    const { match } = of
    if (match.kind === 'glob') {
      const form = shape(match.glob)
      return form.kind === 'equals' ? [of.subject.name, form.text] : undefined
    }
    return match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal'
      ? [of.subject.name, match.to.value]
      : undefined
  }
  for (const part of where === undefined ? [] : where.kind === 'and' ? where.args : [where]) {
    if (part.kind === 'test' && part.subject.kind === 'raw' && part.match.kind === 'glob')
      words.push(...part.match.glob.filter(piece => typeof piece === 'string'))
    const options = part.kind === 'or' ? part.args.map(one) : [one(part)]
    const first = options[0]
    if (first === undefined || options.some(option => option === undefined || option[0] !== first[0])) continue
    const before = values.get(first[0])
    values.set(
      first[0],
      before === undefined ? first[1] : [...(Array.isArray(before) ? (before as readonly Value[]) : [before]), first[1]],
    )
    if (options.length > 1) open.add(first[0])
  }
  return { values, open, words }
}

/** The columns that a mapping fills from a field, as values of it. */
function forward(field: string, mapping: Mapping): readonly (readonly [string, Scalar])[] {
  const read: Scalar = { kind: 'field', name: field }
  if (typeof mapping === 'string') return [[mapping, read]]
  if (mapping.computed !== undefined || mapping.derived !== undefined) return []
  const through = (value: Scalar): Scalar =>
    mapping.lens === undefined ? value : { kind: 'call', fn: `lens:${mapping.lens}`, args: [value] }
  if (mapping.under !== undefined) {
    const whole = through(read)
    return [
      [mapping.column, { kind: 'call', fn: 'lens:account', args: [whole] }],
      [mapping.under, { kind: 'call', fn: 'lens:under', args: [whole] }],
    ]
  }
  if (mapping.values === undefined) return [[mapping.column, through(read)]]
  const branches = Object.entries(mapping.values).map(([value, told]) => ({ when: equals(read, value), then: literal(told) }))
  return [[mapping.column, { kind: 'case', branches, otherwise: read }]]
}

/** A column of a class of events as a value in Sigma's names; undefined when it holds none. */
export function columnOf(holder: Holder, column: string): Scalar | undefined {
  if (Object.hasOwn(holder.columns, column)) return holder.columns[column]
  const { otherwise, suffix = '' } = holder
  if (otherwise === undefined || !column.startsWith(otherwise) || !column.endsWith(suffix)) return undefined
  if (column.length < otherwise.length + suffix.length) return undefined
  // Splunk's "{}" is the step into a list, which a path takes by itself.
  return { kind: 'field', name: column.slice(otherwise.length, column.length - suffix.length).replaceAll('{}', '') }
}

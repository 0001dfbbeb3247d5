// A query over a product's tables told as a query over events: where it names a table, the classes of events that the table holds, each with the table's columns computed from Sigma's fields.

import { asText, type Value } from '../ir/event.ts'
import { shape } from '../ir/glob.ts'
import type { Column, EventClass, From, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate, Scalar, ValueType } from '../ir/predicate.ts'
import { rewrite, skip, visit } from '../ir/walk.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { kustoTables } from './kusto/index.ts'
import { aliases, lifted } from './lifted/index.ts'
import type { Holding, Mapping, Schema, Table } from './schema.ts'

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

type Rules = Pipeline['rules']

/** One class of events as rows of a table. */
interface Holder {
  readonly class: EventClass
  /** What must be true of the event, in Sigma's names. */
  readonly where: readonly Predicate[]
  /** Each column as a value in Sigma's names. */
  readonly columns: Readonly<Record<string, Scalar>>
  /** How a column that is not listed is found: the field's name in front of which this stands; undefined: it has none. */
  readonly otherwise: string | undefined
  readonly rank: number
}

/**
 * Tells every table of a query that is not at hand. `schemas` are all that are known: those that queries are written for say what a table holds, those
 * that records are recognised by say that its own rows may be read. Leading filters are asked of the events as well, in Sigma's names, as far as
 * they mean the same there.
 */
export function lift(query: Pipeline, schemas: readonly Schema[], known: (name: string) => boolean): Lift {
  const diagnostics: Diagnostic[] = []
  const missing = new Set<string>()
  const named = namesIn(query)
  const asked = namesAsked(query)
  const told = new Map<string, readonly Holder[]>()

  function tell(of: Pipeline, outer: Rules): Pipeline {
    const rules = of.rules ?? outer
    const { from } = of
    if (from.kind !== 'table' || known(from.name)) return of
    const name = aliases[from.name] ?? from.name
    let holders = told.get(name)
    if (holders === undefined) {
      holders = holdersOf(name, schemas, rules)
      told.set(name, holders)
    }
    const own = schemas.filter(
      schema =>
        schema.optIn !== true &&
        schema.beside === undefined &&
        schema.tables.some(table => table.name === name || table.name === from.name),
    )
    if (holders.length === 0 && own.length === 0) {
      if (!missing.has(from.name))
        diagnostics.push({
          code: 'SCH105',
          severity: 'error',
          message: `no events that can be read are known to be in the table "${from.name}"`,
          span: from.span,
          hint: 'give its rows with "--table NAME=FILE" to "terrier query", or convert the rule for where the table is',
        })
      missing.add(from.name)
      return of
    }
    const stages = rules === 'splunk' ? of.stages.map(anyIndex) : of.stages
    const filters: Predicate[] = []
    for (const stage of stages) {
      if (stage.kind !== 'filter') break
      filters.push(stage.where)
    }
    // A keyword is asked of the whole record, which rows do not have.
    const words = rules === 'splunk' ? filters.flatMap(conjuncts).filter(asksRecord) : []
    const answered = (part: Predicate): boolean =>
      words.includes(part) && holders!.every(holder => tellPredicate(part, holder, rules) !== undefined)
    const types = typesOf(name, schemas, rules)
    const columns = [...new Set([...holders.flatMap(holder => Object.keys(holder.columns)), ...named])]
    for (const column of types.keys()) {
      if (!asked.has(column) || holders.some(holder => columnOf(holder, column) !== undefined)) continue
      diagnostics.push({
        code: 'SCH303',
        severity: 'note',
        message: `the column "${column}" of "${from.name}" is absent from every event that is no row of that table itself`,
        span: from.span,
        hint: 'no field of other logs is known to hold it',
      })
    }
    const parts: Pipeline[] = []
    // No row, but all the columns that the table has, in their order.
    if (types.size > 0)
      parts.push({
        from: { kind: 'rows', columns: [...types].map(([column, type]) => ({ name: column, type })), rows: [] },
        stages: [],
      })
    if (own.length > 0) parts.push(ownRows(from, name, types, rules, words.filter(answered)))
    for (const holder of holders) {
      const where = [...holder.where, ...filters.flatMap(filter => pushed(filter, holder, rules))]
      const made = columns.flatMap((column): Column[] => {
        const value = columnOf(holder, column)
        const type = types.get(column)
        if (value === undefined) return []
        return [
          {
            name: column,
            value: rules === 'kusto' && type !== undefined ? cast(value, type) : value,
            ...(type === undefined ? {} : { type }),
          },
        ]
      })
      const stages: Stage[] = [
        ...(where.length === 0 ? [] : [{ kind: 'filter' as const, where: conjunction(where) }]),
        { kind: 'extend', columns: made },
      ]
      parts.push({ from: { kind: 'class', class: holder.class, span: from.span }, stages, rules: 'sigma' })
    }
    const rest =
      words.length === 0 ? stages : stages.map((stage, at) => (at < filters.length ? withoutParts(stage, answered) : stage))
    return { ...of, from: { kind: 'union', of: parts, once: true, span: from.span }, stages: rest }
  }

  const value = deep(anyTime(query, diagnostics), undefined, tell)
  return { query: value, diagnostics, missing: [...missing] }
}

/** A query and every query in it, changed from the inside out, each with the rules that hold in it. */
function deep(query: Pipeline, outer: Rules, tell: (of: Pipeline, outer: Rules) => Pipeline): Pipeline {
  // Queries inside say their own rules or have those of the outermost, which is all that a language gives them.
  const rules = query.rules ?? outer
  return rewrite(query, { pipeline: of => tell(of, rules) })
}

const conjunction = (args: readonly Predicate[]): Predicate => (args.length === 1 ? args[0]! : { kind: 'and', args })

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

/** Every name that a query reads anywhere. */
function namesIn(query: Pipeline): ReadonlySet<string> {
  const names = new Set(namesAsked(query))
  visit(query, {
    stage: stage => {
      if (stage.kind === 'project')
        for (const name of stage.names) if (name.length === 1 && typeof name[0] === 'string') names.add(name[0])
      if (stage.kind === 'rename')
        for (const { from } of stage.names) if (from.length === 1 && typeof from[0] === 'string') names.add(from[0])
      if (stage.kind === 'expand') for (const name of stage.columns) names.add(name)
    },
  })
  return names
}

/** The rows of the table itself, as exports have them: their own columns, by type where it is known. */
function ownRows(
  from: Extract<From, { kind: 'table' }>,
  name: string,
  types: ReadonlyMap<string, ValueType>,
  rules: Rules,
  where: readonly Predicate[],
): Pipeline {
  const columns =
    rules === 'kusto'
      ? [...types].map(([column, type]): Column => ({ name: column, value: cast({ kind: 'field', name: column }, type), type }))
      : []
  return {
    from: { ...from, name },
    stages: [
      ...(where.length === 0 ? [] : [{ kind: 'filter' as const, where: conjunction(where) }]),
      ...(columns.length === 0 ? [] : [{ kind: 'extend' as const, columns }]),
      ...(types.size === 0
        ? []
        : [{ kind: 'project' as const, mode: 'keep' as const, names: [...types.keys()].map(column => [column]) }]),
    ],
    rules: 'sigma',
  }
}

const cast = (value: Scalar, type: ValueType): Scalar =>
  type === 'string' || type === 'ip' ? value : { kind: 'call', fn: `cast:${type}`, args: [value], type }

/** The types of a table's columns, as far as schemas say them. */
function typesOf(name: string, schemas: readonly Schema[], rules: Rules): ReadonlyMap<string, ValueType> {
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

/** The types of the columns of a product's table, as far as they are known. */
export function columnTypes(table: string, schemas: readonly Schema[]): ReadonlyMap<string, ValueType> {
  return typesOf(aliases[table] ?? table, schemas, 'kusto')
}

/** Every class that a table holds, the best known first: an event is a row of the first that takes it. */
function holdersOf(name: string, schemas: readonly Schema[], rules: Rules): readonly Holder[] {
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
    return holders
  }
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
  return holders.sort((a, b) => b.rank - a.rank)
}

const big = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

function holderOf(schema: Schema, table: Table, holding: Holding, of: EventClass, rules: Rules): Holder {
  const columns: Record<string, Scalar> = {}
  const constants = said(holding.where)
  for (const [field, mappings] of Object.entries({ ...table.fields, ...holding.fields }))
    for (const mapping of (Array.isArray(mappings) ? mappings : [mappings]) as readonly Mapping[])
      for (const [column, value] of forward(field, mapping)) {
        const before = Object.hasOwn(columns, column) ? columns[column] : undefined
        columns[column] = before === undefined ? value : { kind: 'call', fn: 'coalesce', args: [before, value] }
      }
  for (const [column, value] of constants.values)
    if (!Object.hasOwn(columns, column) || !constants.open.has(column)) columns[column] = literal(value)
  const time: Scalar = { kind: 'call', fn: rules === 'splunk' ? 'event:seconds' : 'event:ticks', args: [] }
  for (const column of schema.time ?? []) columns[column] = time
  if (rules === 'kusto') columns.Type = literal(table.name)
  const extra = Object.hasOwn(lifted, table.name) ? lifted[table.name]!.columns : undefined
  const starred = table.otherwise?.find(mapping => typeof mapping === 'string')
  const prefix = typeof starred === 'string' && starred.endsWith('*') ? starred.slice(0, -1) : undefined
  return {
    class: of,
    where: Object.entries(holding.constants ?? {}).map(([name, value]) => equals({ kind: 'field', name }, value)),
    columns: { ...columns, ...extra },
    otherwise: prefix,
    // A log under its own names is known best; then what the table's own conditions say most of.
    rank: (of.service !== undefined && of.category === undefined ? 100 : 0) + constants.values.size * 2 - constants.open.size * 3,
  }
}

const literal = (value: Value): Scalar => ({ kind: 'literal', value })

const equals = (subject: Scalar, value: Value): Predicate =>
  typeof value === 'number'
    ? { kind: 'test', subject, match: { kind: 'compare', op: '=', to: literal(value) } }
    : { kind: 'test', subject, match: { kind: 'glob', glob: [asText(value) ?? ''], fold: true } }

/** What a table's condition says of its columns: those that equal a value; `open` are those that may equal one of several, of which the first is told. */
function said(where: Predicate | undefined): { readonly values: ReadonlyMap<string, Value>; readonly open: ReadonlySet<string> } {
  const values = new Map<string, Value>()
  const open = new Set<string>()
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
    const options = part.kind === 'or' ? part.args.map(one) : [one(part)]
    const first = options[0]
    if (first === undefined || options.some(option => option === undefined || option[0] !== first[0])) continue
    values.set(first[0], first[1])
    if (options.length > 1) open.add(first[0])
  }
  return { values, open }
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
function columnOf(holder: Holder, column: string): Scalar | undefined {
  if (Object.hasOwn(holder.columns, column)) return holder.columns[column]
  if (holder.otherwise === undefined || !column.startsWith(holder.otherwise)) return undefined
  return { kind: 'field', name: column.slice(holder.otherwise.length) }
}

/** What of a filter can be asked of the events: the parts that mean the same in Sigma's names; each must be true wherever the filter is. */
function pushed(filter: Predicate, holder: Holder, rules: Rules): readonly Predicate[] {
  if (filter.kind === 'and') return filter.args.flatMap(arg => pushed(arg, holder, rules))
  const told = tellPredicate(filter, holder, rules)
  return told === undefined || (told.kind === 'const' && told.value) ? [] : [told]
}

function tellPredicate(of: Predicate, holder: Holder, rules: Rules): Predicate | undefined {
  switch (of.kind) {
    case 'const':
      return of
    case 'not': {
      const arg = tellPredicate(of.arg, holder, rules)
      return arg === undefined ? undefined : { ...of, arg }
    }
    case 'and':
    case 'or': {
      const args = of.args.map(arg => tellPredicate(arg, holder, rules))
      return args.includes(undefined) ? undefined : { ...of, args: args as Predicate[] }
    }
    case 'opaque':
      return undefined
    case 'test': {
      const { subject, match } = of
      if (subject.kind === 'fields' || subject.kind === 'raw')
        return rules === 'splunk' && sameThere(match, rules) ? of : undefined
      if (subject.kind !== 'field') return undefined
      if (!sameThere(match, rules)) return undefined
      const value = columnOf(holder, subject.name)
      if (value === undefined) return undefined
      if (value.kind === 'literal') return decided(value.value, of)
      if (mentionsTime(value)) return undefined
      return { ...of, subject: withSpan(value, subject.span) }
    }
  }
}

const withSpan = (value: Scalar, span: Scalar['span']): Scalar => (span === undefined ? value : { ...value, span })

/** A test of a column that holds one value for all these events. */
function decided(value: Value, test: Extract<Predicate, { kind: 'test' }>): Predicate | undefined {
  const { match } = test
  const text = asText(value)
  if (match.kind !== 'glob' || text === undefined) return undefined
  const form = shape(match.glob)
  if (form.kind !== 'equals') return undefined
  const same = match.fold ? form.text.toLowerCase() === text.toLowerCase() : form.text === text
  return { kind: 'const', value: same === (test.each !== 'none') }
}

function mentionsTime(value: Scalar): boolean {
  let found = false
  visit(value, {
    scalar: of => {
      if (of.kind === 'call' && of.fn.startsWith('event:')) found = true
      return found ? skip : undefined
    },
  })
  return found
}

/** Whether a test answers the same of an event's own text as of the column: not where an absent text counts as an empty one, or values have types of their own. */
function sameThere(match: Extract<Predicate, { kind: 'test' }>['match'], rules: Rules): boolean {
  switch (match.kind) {
    case 'glob': {
      const form = shape(match.glob)
      return form.kind !== 'any' && !(form.kind === 'equals' && form.text === '')
    }
    case 'word':
      return match.text.kind === 'literal' && match.text.value !== ''
    case 'text':
      return match.to.kind === 'literal' && match.to.value !== ''
    case 'compare':
      // Dates are ticks in Kusto's columns; numbers are told as logs write them.
      return match.op === '=' && match.to.kind === 'literal' && typeof match.to.value === 'number'
    case 'present':
    case 'exists':
      return rules === 'splunk'
    case 'cidr':
      return true
    default:
      return false
  }
}

const conjuncts = (of: Predicate): readonly Predicate[] => (of.kind === 'and' ? of.args.flatMap(conjuncts) : [of])

/** Whether a question looks at the whole record. */
function asksRecord(of: Predicate): boolean {
  let found = false
  visit(of, {
    scalar: inner => {
      if (inner.kind === 'fields' || inner.kind === 'raw') found = true
    },
  })
  return found
}

/** A filter without the parts that have been asked. */
function withoutParts(stage: Stage, gone: (part: Predicate) => boolean): Stage {
  if (stage.kind !== 'filter') return stage
  const left = conjuncts(stage.where).filter(part => !gone(part))
  return { ...stage, where: left.length === 0 ? { kind: 'const', value: true } : conjunction(left) }
}

const times: ReadonlySet<string> = new Set(['TimeGenerated', 'Timestamp', '_time', 'EventStartTime', 'StartTime', 'EventTime'])
const fromNow = /^(?:now|(?:kusto|splunk):(?:ago|now|time|relative_time))$/

/** Times told from now are left out: logs that are hunted are rarely of today. */
function anyTime(query: Pipeline, diagnostics: Diagnostic[]): Pipeline {
  let told = false
  const tells = (of: Scalar): boolean => {
    let found = false
    visit(of, {
      scalar: inner => {
        if (inner.kind === 'call' && fromNow.test(inner.fn)) found = true
      },
    })
    return found
  }
  const walk = (of: Predicate, wanted: boolean): Predicate => {
    if (of.kind === 'and' || of.kind === 'or') return { ...of, args: of.args.map(arg => walk(arg, wanted)) }
    if (of.kind === 'not') return { ...of, arg: walk(of.arg, !wanted) }
    if (of.kind !== 'test' || of.match.kind !== 'compare' || of.subject.kind !== 'field' || !times.has(of.subject.name)) return of
    if (!tells(of.match.to)) return of
    if (!told)
      diagnostics.push({
        code: 'SCH304',
        severity: 'note',
        message: `the query asks for events by "${of.subject.name}" as told from now; the hunt looks at all events that it is given`,
        span: of.span,
        hint: 'name a time with --since and --until',
      })
    told = true
    return { kind: 'const', value: wanted, span: of.span }
  }
  return rewrite(query, { stage: stage => (stage.kind === 'filter' ? { ...stage, where: walk(stage.where, true) } : stage) })
}

/** Which index events lie in is not known here: a test of it is left out. */
function anyIndex(stage: Stage): Stage {
  if (stage.kind !== 'filter') return stage
  return { ...stage, where: known(stage.where, true) }
}

function known(of: Predicate, wanted: boolean): Predicate {
  switch (of.kind) {
    case 'and':
    case 'or':
      return { ...of, args: of.args.map(arg => known(arg, wanted)) }
    case 'not':
      return { ...of, arg: known(of.arg, !wanted) }
    case 'test':
      return of.subject.kind === 'field' && of.subject.name === 'index' ? { kind: 'const', value: wanted, span: of.span } : of
    default:
      return of
  }
}

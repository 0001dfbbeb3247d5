// Detection and target to a verdict: what was written is read back by the language's own reader, and the two are the same, or an event shows that they are not.

import { hubOptions, hubRun, questioned } from './compare.ts'
import { convert } from './convert.ts'
import type { Detection } from './ir/detection.ts'
import type { Event } from './ir/event.ts'
import { splitPath } from './ir/joined.ts'
import type { Pipeline } from './ir/pipeline.ts'
import type { Predicate, Scalar, ValueType } from './ir/predicate.ts'
import { settle } from './ir/settle.ts'
import { fieldsUsed, rewrite, visit } from './ir/walk.ts'
import { languages } from './languages/index.ts'
import type { Language, ParseContext } from './languages/language.ts'
import { askedForNone, blankIsNone } from './proof/blank.ts'
import { type DecideOptions, decide, type Side } from './proof/decide.ts'
import { lawsOf, networkFields, typesOf } from './proof/laws.ts'
import { type Lines, linesOf, ofFields } from './proof/lines/lines.ts'
import type { Proof } from './proof/proof.ts'
import { rowsRun } from './proof/rows.ts'
import { asked, fieldsAsked, sideOf } from './proof/sides.ts'
import { periodOf } from './rules/period.ts'
import { schemas } from './schemas/index.ts'
import { kustoTables } from './schemas/kusto/tables.ts'
import { aliases } from './schemas/lifted/index.ts'
import { reachOf } from './schemas/recount.ts'
import { readsTables } from './schemas/retell.ts'
import type { Schema } from './schemas/schema.ts'
import { translate } from './schemas/translate.ts'
import { type Several, type SeveralOptions, severally } from './several.ts'
import type { Target } from './targets.ts'
import type { Diagnostic } from './text/diagnostic.ts'
import type { Source } from './text/source.ts'

export const codes: Readonly<Record<string, string>> = {
  PRV001: 'a query does more than ask single events, which is not decided',
  PRV002: 'a question could not be decided within its bounds, or asks what is not understood in full',
  PRV003: 'a query that was written cannot be read back',
}

export interface ProveOptions {
  /** A query to judge instead of the one that would be written. */
  readonly query?: Source
  /** How open questions of a manual are settled. */
  readonly assume?: Readonly<Record<string, string>>
  /** How much it may cost; 1 is the usual budget. */
  readonly factor?: number
  /** Tells whether the time is over that there is for it: then it is not decided. */
  readonly late?: () => boolean
}

/** Languages whose queries do not say which tables they read. */
const tableless: ReadonlySet<string> = new Set(
  'eql lucene kuery aql sumo sumo-cse grep logscale logpoint powershell yaral'.split(' '),
)

/** Whether a rule's query for a target means what the rule means there. The rule is told in the target's names, by the mapping that conversion uses. */
export function prove(detection: Detection, target: Target, options: ProveOptions = {}): Proof {
  const posed = pose(detection, target, options)
  if ('verdict' in posed) return posed
  return 'several' in posed ? judgedTogether(posed) : judge(posed, options)
}

/** Whether rule and query find anything in events under the names of the target, asked of the engine; undefined where one of them cannot be asked. */
export function replay(
  detection: Detection,
  target: Target,
  events: readonly Event[],
  options: ProveOptions = {},
): { readonly original: boolean; readonly translated: boolean } | undefined {
  const posed = pose(detection, target, options)
  if ('verdict' in posed) return undefined
  if ('several' in posed) return { original: posed.several.left.run(events), translated: posed.several.right.run(events) }
  return { original: events.some(posed.left.ask), translated: events.some(posed.right.ask) }
}

/** Both sides of a proof, ready to be asked, and how events are looked at. */
export interface Posed {
  readonly left: Side
  readonly right: Side
  readonly reading: DecideOptions
  readonly grounds: Told
}

/** Both sides of a proof of which one at least asks several events. */
export interface PosedTogether {
  readonly several: { readonly left: Several; readonly right: Several; readonly options: SeveralOptions }
  readonly grounds: Told
}

/** Both sides of a proof, or the verdict where there is nothing to be asked. */
export function pose(detection: Detection, target: Target, options: ProveOptions = {}): Posed | PosedTogether | Proof {
  const grounds = {
    rule: detection.id,
    target: target.id,
    query: undefined as string | undefined,
    assumed: [] as readonly string[],
    given: [] as readonly string[],
  }
  const schema = schemas.find(known => known.id === target.schema)
  const language = languages.find(known => known.id === target.language)
  if (schema === undefined || language === undefined) return { ...grounds, verdict: 'refused', why: [] }
  const own = target.language === detection.written.language && target.schema === detection.schema
  // A rule over tables is judged in Sigma's names as it is hunted with.
  const told = target.language === 'sigma' && schema.id === 'sigma' && readsTables(detection.query)
  const original = own || told ? { value: detection.query, diagnostics: [] } : translate(detection.query, schema, {})
  let source = options.query
  if (source === undefined) {
    const converted = convert(detection, target, { document: 'none' })
    if (converted.value === undefined) return { ...grounds, verdict: 'refused', why: converted.diagnostics.filter(isError) }
    source = { name: `${target.id}.${language.extension}`, text: converted.value.printed.text }
  }
  if (original.value === undefined)
    return { ...grounds, query: source.text, verdict: 'refused', why: original.diagnostics.filter(isError) }
  const back = language.parse(source, contextOf(language, schema, options.assume))
  const known = { ...grounds, query: source.text, assumed: back.assumed ?? [] }
  if (back.value === undefined || back.diagnostics.some(isError))
    return {
      ...known,
      verdict: 'undecided',
      why: [
        { code: 'PRV003', severity: 'error', message: 'what was written cannot be read back', source },
        ...back.diagnostics.map(finding => ({ ...finding, source: finding.source ?? source })),
      ],
    }
  if (target.schema === 'sigma' && language.id === 'sigma') {
    const posed = inSigma(detection, back.value, known)
    if (posed !== undefined) return posed
  }
  return both(original.value, back.value, language, schema, known, target.form)
}

/** Both sides in Sigma's own names, where the rule is one over tables or asks several events; undefined for a rule of Sigma's about single events. */
function inSigma(detection: Detection, query: Pipeline, grounds: Told): Posed | PosedTogether | Proof | undefined {
  const written: Detection = { ...detection, query, schema: 'sigma' }
  const [a, b] = [questioned(detection), questioned(written)]
  if (!('beyond' in a) && !('beyond' in b))
    return readsTables(detection.query)
      ? { left: a.side, right: b.side, reading: { laws: lawsOf(typesOf([a.side.where, b.side.where])) }, grounds }
      : undefined
  const [left, right] = [hubRun(detection), hubRun(written)]
  for (const side of [left, right])
    if ('why' in side)
      return {
        ...grounds,
        verdict: 'undecided',
        why: [{ code: 'PRV001', severity: 'note', message: side.why, hint: 'run both over events that you have' }],
      }
  if ('why' in left || 'why' in right) throw new Error('this is a bug in Terrier: a side that cannot be run was compared')
  // A query that says no time of its own is asked of what its search looks back at.
  const back = reachOf(detection.query) ?? periodOf(detection)
  const given = [
    ...grounds.given,
    'events of one time have no order',
    ...(back === undefined ? [] : [`the search looks back ${back.length / 60_000} minutes, as ${back.by} says`]),
  ]
  return {
    several: { left, right, options: back === undefined ? hubOptions : { ...hubOptions, longest: back.length } },
    grounds: { ...grounds, given },
  }
}

const isError = (finding: Diagnostic): boolean => finding.severity === 'error'

export type Told = Pick<Proof, 'rule' | 'target' | 'query' | 'assumed' | 'given'>

/** The columns of texts that all tables of a query have. */
function textColumns(query: Pipeline, schema: Schema): readonly string[] {
  const names = new Set<string>()
  const visited = [query]
  for (let of = visited.pop(); of !== undefined; of = visited.pop()) {
    if (of.from.kind === 'table') names.add(aliases[of.from.name] ?? of.from.name)
    if (of.from.kind === 'union') visited.push(...of.from.of)
  }
  const tables = schema.tables.filter(table => names.has(aliases[table.name] ?? table.name))
  const texts = tables.map(table =>
    (Object.hasOwn(kustoTables, table.name)
      ? kustoTables[table.name]!
      : Object.entries(table.columns ?? {}).map(([name, type]) => ({ name, type }))
    ).flatMap(({ name, type }) => (type === 'string' ? [name] : [])),
  )
  return (texts[0] ?? []).filter(name => texts.every(list => list.includes(name)))
}

function both(
  left: Pipeline,
  right: Pipeline,
  language: Language,
  schema: Schema,
  grounds: Told,
  form: string | undefined,
): Posed | PosedTogether | Proof {
  const merged = language.id === 'esql' && mergesIndices(left, right)
  const table = (name: string): readonly string[] => (merged || tableless.has(language.id) ? [] : tablesOf(name, language))
  const a = asked(left, { table })
  const b = asked(right, { table })
  if ('beyond' in a || 'beyond' in b) return together(left, right, language, schema, grounds)
  // What a typed store makes of values belongs to the names and types of the target, not to the language.
  const model = language.id === 'spl' && right.from.kind === 'table' && right.from.name.includes('.')
  const said = model ? withoutUnknown(blankIsNone(a.where, of => of.kind === 'field' && !of.name.startsWith('$'))) : a.where
  const parted = paths.has(language.id) ? withParts(said) : said
  const kept = settled.has(language.id) ? settle(parted) : parted
  const plain = language.id === 'sumo' ? withEscapes(kept) : kept
  const xml = language.id === 'spl' && !model
  const cased = language.id === 'spl' ? withoutCase(xml ? withEntities(plain) : plain, 'source') : plain
  const query = model ? withoutCase(b.where, undefined, 'unknown') : b.where
  const lines = language.id === 'grep' ? linesOf(form) : undefined
  const told = lines === undefined ? undefined : ofFields(query, lines, cased)
  const { reading, given, where } = readingOf(cased, told ?? query, right.rules, language, schema, textColumns(right, schema))
  return {
    left: sideOf(where, left.rules),
    right: lines === undefined ? sideOf(query, right.rules) : ofLines(sideOf(query, right.rules), lines, told),
    reading: lines === undefined ? reading : { ...reading, nulls: lines.nulls, without: lines.without },
    grounds: {
      ...grounds,
      given: [
        ...given,
        ...(lines === undefined ? [] : [lines.given]),
        ...(merged ? ['an event is found in whichever of the indices it is kept'] : []),
        ...(plain === kept ? [] : ['the text of an event is JSON, in which " and \\ have a backslash before them']),
        ...(parted === said ? [] : ['of two columns that are joined none is there and empty']),
        ...(model ? ['a data model writes "unknown" where there is no value, in small letters'] : []),
        ...(xml && asksSigns(plain) ? ['the text of an event is XML, which may write <, >, &, " and \' as entities'] : []),
      ],
    },
  }
}

/** The verdict on two sides. */
export function judge({ left, right, reading, grounds: base }: Posed, options: ProveOptions = {}): Proof {
  const decision = decide(left, right, {
    ...reading,
    factor: options.factor,
    ...(options.late === undefined ? {} : { late: options.late }),
  })
  switch (decision.verdict) {
    case 'equivalent':
      return { ...base, verdict: 'equivalent', by: decision.by, cases: decision.cases }
    case 'differs':
      return {
        ...base,
        verdict: 'differs',
        counterexample: { events: [decision.event], original: decision.left, translated: decision.right },
      }
    case 'undecided':
      if ((decision.tried ?? 0) > 0)
        return {
          ...base,
          given: [
            ...base.given,
            'events near what is asked were tried: an expression that looks around is not understood in full',
          ],
          verdict: 'agrees',
          streams: decision.tried!,
          events: decision.tried!,
        }
      return {
        ...base,
        verdict: 'undecided',
        why: [{ code: 'PRV002', severity: 'note', message: `not decided: ${decision.why}` }],
      }
  }
}

/** The fields of time that a language goes by itself, beside those that a schema names. */
const timeOf: Readonly<Record<string, readonly string[]>> = {
  eql: ['@timestamp'],
  esql: ['@timestamp'],
  kql: ['TimeGenerated'],
  spl: ['_time'],
}

/** Both sides as questions about streams, or why one of them cannot be run. */
function together(left: Pipeline, right: Pipeline, language: Language, schema: Schema, grounds: Told): PosedTogether | Proof {
  const known = contextOf(language, schema, undefined).tables ?? {}
  const columns = (table: string) => (Object.hasOwn(known, table) ? known[table]! : [])
  const tables = (name: string): readonly string[] => (tableless.has(language.id) ? [] : tablesOf(name, language))
  const [a, b] = [rowsRun(left, { columns, tables }), rowsRun(right, { columns, tables })]
  for (const [side, whose] of [
    [a, 'rule'],
    [b, 'query'],
  ] as const)
    if ('beyond' in side)
      return {
        ...grounds,
        verdict: 'undecided',
        why: [
          {
            code: 'PRV001',
            severity: 'note',
            message: `the ${whose} asks several events and cannot be run here: ${side.beyond}`,
            hint: 'run both over events that you have',
          },
        ],
      }
  if ('beyond' in a || 'beyond' in b) throw new Error('this is a bug in Terrier: a side that cannot be run was compared')
  const timeFields = new Set([...(schema.time ?? []), ...(timeOf[language.id] ?? [])])
  const form = language.id === 'spl' ? 'seconds' : 'text'
  const times = [...timeFields].map(field => ({ field, form }) as const)
  return {
    several: {
      left: { query: left, run: a.run },
      right: { query: right, run: b.run },
      options: {
        table: tables,
        reading: (of, other) => {
          const found = readingOf(of, other, right.rules, language, schema, textColumns(right, schema))
          // Logpoint gives an event several labels.
          return language.id === 'logpoint' ? { ...found, reading: { ...found.reading, lists: ['label'] } } : found
        },
        times,
        unordered: true,
      },
    },
    grounds: { ...grounds, given: [...grounds.given, 'events of one time have no order'] },
  }
}

function judgedTogether({ several: { left, right, options }, grounds }: PosedTogether): Proof {
  const found = severally(left, right, options)
  const undecided = (message: string): Proof => ({
    ...grounds,
    verdict: 'undecided',
    why: [{ code: 'PRV002', severity: 'note', message, hint: 'run both over events that you have' }],
  })
  if (found.verdict === 'equivalent') return { ...grounds, verdict: 'equivalent', by: 'form', cases: 0 }
  if (found.verdict === 'undecided') return undecided(`not decided: ${found.why}`)
  const { onlyLeft, onlyRight, streams, events, found: both } = found.parted
  const witness =
    onlyRight === undefined || (onlyLeft !== undefined && onlyLeft.length <= onlyRight.length) ? onlyLeft : onlyRight
  if (witness !== undefined)
    return {
      ...grounds,
      verdict: 'differs',
      counterexample: { events: witness, original: witness === onlyLeft, translated: witness !== onlyLeft },
    }
  if (both === 0) return undecided(`not decided: no stream of ${streams} was found in which both find anything`)
  return {
    ...grounds,
    given: [...grounds.given, 'of a stream it is asked whether anything is found in it, not how often'],
    verdict: 'agrees',
    streams,
    events,
  }
}

/** A field whose values are spelled in one way, and hexadecimal numbers, are compared without case where the product does so. */
function withoutCase(of: Predicate, field: string | undefined, word?: string): Predicate {
  const fits = ({ subject, match }: Extract<Predicate, { kind: 'test' }>): boolean => {
    if (match.kind !== 'glob') return false
    const only = match.glob.length === 1 ? match.glob[0] : undefined
    if (word !== undefined && only === word) return true
    return subject.kind === 'field' && (subject.name === field || /^0x[0-9a-f]+$/.test(String(only)))
  }
  return rewrite(of, {
    predicate: part =>
      part.kind === 'test' && part.match.kind === 'glob' && fits(part) ? { ...part, match: { ...part.match, fold: true } } : part,
  })
}

/** A question about lines of text, asked of an event as the line that it is. `told` says of the event's fields what it asks, where that is understood. */
function ofLines({ where, ask }: Side, lines: Lines, told: Predicate | undefined): Side {
  return { where: told ?? where, ask: event => ask({ ...event, raw: lines.write(event) }) }
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }
const anywhere = (of: Scalar): boolean => of.kind === 'raw' || of.kind === 'fields'

/** A text that is looked for in an event of XML, in which some signs have two spellings. */
function withEntities(of: Predicate): Predicate {
  return rewrite(of, {
    predicate: part => {
      if (part.kind !== 'test' || !anywhere(part.subject) || part.match.kind !== 'glob') return part
      const { glob, fold } = part.match
      if (!glob.some(piece => typeof piece === 'string' && /[<>&"']/.test(piece))) return part
      const pattern = glob
        .map(piece =>
          typeof piece !== 'string'
            ? piece.wild === 'any'
              ? '[\\s\\S]*'
              : '[\\s\\S]'
            : piece.replace(/[\\^$.*+?()[\]{}|<>&"']/g, sign =>
                Object.hasOwn(entities, sign) ? `(?:${sign}|${entities[sign]})` : `\\${sign}`,
              ),
        )
        .join('')
      return { ...part, match: { kind: 'regex', pattern, fold, whole: true } }
    },
  })
}

/** A text that is looked for in an event of JSON, as it is written there. */
function withEscapes(of: Predicate): Predicate {
  let found = false
  const told = rewrite(of, {
    predicate: part => {
      if (part.kind !== 'test' || !anywhere(part.subject) || part.match.kind !== 'glob') return part
      const { glob } = part.match
      const written = glob.map(piece => (typeof piece === 'string' ? JSON.stringify(piece).slice(1, -1) : piece))
      if (written.every((piece, at) => piece === glob[at])) return part
      found = true
      return { ...part, match: { ...part.match, glob: written } }
    },
  })
  return found ? told : of
}

/** Whether a text with such a sign is looked for in whole events. */
function asksSigns(question: Predicate): boolean {
  let found = false
  visit(question, {
    predicate: of => {
      if (of.kind !== 'test' || !anywhere(of.subject) || of.match.kind !== 'glob') return
      if (of.match.glob.some(piece => typeof piece === 'string' && /[<>&"']/.test(piece))) found = true
    },
  })
  return found
}

/** A test of a data model's field: the text "unknown" stands there for no value. */
function withoutUnknown(of: Predicate): Predicate {
  return rewrite(of, {
    predicate: part => {
      if (part.kind !== 'test' || part.subject.kind !== 'field' || part.subject.name.startsWith('$')) return part
      const none: Predicate = { kind: 'test', subject: part.subject, match: { kind: 'glob', glob: ['unknown'], fold: true } }
      return { kind: 'and', args: [part, { kind: 'not', arg: none }] }
    },
  })
}

/** Whether parts of a rule are kept in different indices, and a query reads just these, all together: FROM has no place for which part is in which. */
function mergesIndices(left: Pipeline, right: Pipeline): boolean {
  const read = (of: Pipeline): readonly string[] =>
    of.from.kind === 'table'
      ? of.from.name.split(',').map(part => part.trim())
      : of.from.kind === 'union'
        ? of.from.of.flatMap(read)
        : []
  const [told, written] = [new Set(read(left)), new Set(read(right))]
  return (
    left.from.kind === 'union' &&
    right.from.kind === 'table' &&
    told.size === written.size &&
    [...told].every(one => written.has(one))
  )
}

/** The tables that a name stands for: patterns of indices each, a parser by any of its names. */
function tablesOf(name: string, language: Language): readonly string[] {
  if (language.id === 'esql') return name.split(',').map(part => part.trim())
  // A search over events names its source in the search, a dataset of a data model is a table.
  if (language.id === 'spl' && !name.includes('.')) return []
  return [aliases[name] ?? name]
}

/** Languages whose columns hold numbers as texts, in decimal or hexadecimal, where their types do not say otherwise. */
const settled: ReadonlySet<string> = new Set([
  'aql',
  'eql',
  'esql',
  'kuery',
  'logpoint',
  'logscale',
  'lucene',
  'powershell',
  'spl',
  'sumo',
  'sumo-cse',
  'yaral',
])
/** Languages that ask two columns joined with a backslash by their parts, which may have backslashes of their own. */
const paths: ReadonlySet<string> = new Set(['aql', 'logscale'])

/** Tests of two columns that are joined as tests of the two; the same question where there is none. */
function withParts(of: Predicate): Predicate {
  let found = false
  const told = rewrite(of, {
    predicate: part => {
      const split = part.kind === 'test' ? splitPath(part) : undefined
      if (split !== undefined) found = true
      return split ?? part
    },
  })
  return found ? told : of
}

/** Languages in which the Kelvin sign and the long s are no letters k and s. */
const ascii: ReadonlySet<string> = new Set(['eql', 'esql', 'kuery', 'lucene'])

function asksText(question: Predicate): boolean {
  let found = false
  visit(question, {
    scalar: of => {
      if (of.kind === 'raw') found = true
    },
  })
  return found
}

/** What the events of a product's tables are like, by the types of their columns, and what the rule asks of them. */
function readingOf(
  rule: Predicate,
  query: Predicate,
  rules: Pipeline['rules'],
  language: Language,
  schema: Schema,
  columns: readonly string[],
): { readonly reading: DecideOptions; readonly given: readonly string[]; readonly where: Predicate } {
  const questions = [rule, query]
  const types = typesOf(questions)
  const networks = networkFields(rule)
  const laws = lawsOf(types, networks)
  const empties = new Set<string>()
  const given: string[] = []
  let where = rule
  if (rules === 'kusto' || language.id === 'yaral' || schema.id === 'graylog') {
    const isText = (of: Scalar): boolean => {
      if (of.kind !== 'field') return of.kind === 'call'
      const type = types.get(of.name)
      return type === undefined || type === 'string' || (type === 'dynamic' && of.name.includes('.'))
    }
    // Texts of Kusto are never absent, an unset text of UDM is the empty one, and Graylog leaves empty values of a message out.
    where = blankIsNone(rule, isText)
    for (const name of fieldsAsked(questions)) if (isText({ kind: 'field', name }) && !name.startsWith('$')) empties.add(name)
    const told = askedForNone(rule).filter(name => empties.has(name))
    if (told.length > 0)
      given.push(`absent, null and empty are one in columns of texts, and the rule asks for it: ${told.join(', ')}`)
  }
  if (language.id === 'spl') {
    for (const question of questions) for (const name of fieldsUsed(question)) empties.add(name)
    given.push('the source of an event is spelled in one way')
  }
  const without = ascii.has(language.id) ? [0x17f, 0x212a] : []
  if (without.length > 0) given.push('no text has the long s or the Kelvin sign, which Windows does not fold')
  // A keyword is looked for in the columns that a table has.
  const named = fieldsUsed(rule)
  const keywords = rules === 'kusto' ? columns.filter(name => !named.has(name)) : []
  // Rows of tables have no text of their own, but where a query asks it.
  const raw = language.id === 'spl' || asksText(query) ? 'same' : 'none'
  const typed = [...laws.keys()].filter(name => !networks.has(name) || types.has(name)).sort()
  if (typed.length > 0) given.push(`columns of numbers, addresses and truth values hold such: ${typed.join(', ')}`)
  if (networks.size > 0)
    given.push(
      `columns that are asked for networks hold addresses, or texts that are plainly none: ${[...networks].sort().join(', ')}`,
    )
  if (empties.size > 0) given.push('an absent text and an empty one are the same')
  return {
    where,
    reading: {
      laws,
      empties,
      without,
      nulls: false,
      nested: rules === 'kusto',
      raw,
      ...(keywords.length === 0 ? {} : { keywords }),
    },
    given,
  }
}

/** What a reader of a target's language is told: the columns of its tables with their types, and the readers of other languages. */
function contextOf(language: Language, schema: Schema, assume: ProveOptions['assume']): ParseContext {
  if (assume !== undefined) return contextMade(language, schema, assume)
  const key = `${language.id} ${schema.id}`
  let made = contexts.get(key)
  if (made === undefined) {
    made = contextMade(language, schema, undefined)
    contexts.set(key, made)
  }
  return made
}

const contexts = new Map<string, ParseContext>()

function contextMade(language: Language, schema: Schema, assume: ProveOptions['assume']): ParseContext {
  const tables: Record<string, readonly { readonly name: string; readonly type?: ValueType }[]> = {}
  for (const { name, columns = {} } of schema.tables) {
    const known = Object.hasOwn(kustoTables, name) ? kustoTables[name]! : []
    const named = new Set(known.map(column => column.name))
    const others = Object.entries(columns).filter(([column]) => !named.has(column))
    tables[name] = [...known, ...others.map(([column, type]) => ({ name: column, type }))]
  }
  for (const [other, name] of Object.entries(aliases)) if (Object.hasOwn(tables, name)) tables[other] = tables[name]!
  return {
    ...(assume === undefined ? {} : { assume }),
    ...(language.id === 'kql' ? { tables } : {}),
    embedded: (id, source) =>
      languages.find(known => known.id === id)?.parse(source, assume === undefined ? {} : { assume }) ?? { diagnostics: [] },
  }
}

// Detection rules of Elastic Security and the hunts of the detection-rules repository: TOML, and the NDJSON that Kibana exports. Facts: the repository's rule schema; Elastic Security, "Create a detection rule".

import { parse as parseToml, TomlDate, TomlError } from 'smol-toml'
import type { Detection, Level, Risk, Status } from '../ir/detection.ts'
import { isRecord, type Value } from '../ir/event.ts'
import { any as anyWild, glob, one as oneWild } from '../ir/glob.ts'
import { and, not } from '../ir/logic.ts'
import type { Measure, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import { languages } from '../languages/index.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { stableId } from './metadata.ts'

export const elasticReadCodes: Readonly<Record<string, string>> = {
  ELR001: 'a text that is no TOML, or a line that is no JSON',
  ELR002: 'a rule of Elastic without a query',
  ELR003: 'a rule of Elastic whose kind cannot be run: machine learning, or a language that is not read',
  ELR004: 'a filter beside a query that is not understood',
}

type Fields = Readonly<Record<string, Value>>

/** How sure a text is a rule or hunt of the repository. */
export function detectElasticToml({ text }: Source): number {
  if (/^\[rule\]/m.test(text) && /^(?:query|rule_id|machine_learning_job_id)\s*=/m.test(text)) return 0.95
  return /^\[hunt\]/m.test(text) && /^query\s*=/m.test(text) ? 0.95 : 0
}

/** How sure a text is what Kibana exports: a rule a line. */
export function detectKibana({ text }: Source): number {
  const first = text.slice(0, 200_000).trimStart().split('\n', 1)[0]!
  return first.startsWith('{') && /"rule_id"\s*:/.test(first) && /"type"\s*:/.test(first) ? 0.95 : 0
}

/** Reads one TOML document. */
export function readElasticToml(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  let document: Fields
  try {
    document = toValues(parseToml(source.text, { maxDepth: 100 })) as Fields
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const at = offsetOf(source.text, error.line, error.column)
    const message = `this is no TOML: ${error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')}`
    return { value: [], diagnostics: [{ code: 'ELR001', severity: 'error', message, span: { start: at, end: at }, source }] }
  }
  const diagnostics: Diagnostic[] = []
  const { rule, metadata, hunt } = document
  const detections: Detection[] = []
  if (isRecord(rule)) {
    const found = detectionOf(rule, isRecord(metadata) ? metadata : {}, source, context, diagnostics)
    if (found !== undefined) detections.push(found)
  }
  if (isRecord(hunt)) detections.push(...huntsOf(hunt, source, context, diagnostics))
  return { value: detections, diagnostics }
}

/** Reads rules, one a line; the summary that ends an export is passed over. */
export function readKibana(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  const diagnostics: Diagnostic[] = []
  const detections: Detection[] = []
  let at = 0
  for (const line of source.text.split('\n')) {
    const start = at
    at += line.length + 1
    if (line.trim() === '') continue
    let rule: Value
    try {
      rule = JSON.parse(line) as Value
    } catch {
      diagnostics.push({
        code: 'ELR001',
        severity: 'error',
        message: 'this line is no JSON',
        span: { start, end: start + line.length },
        source,
        hint: 'an export holds one rule a line',
      })
      continue
    }
    if (!isRecord(rule) || !('rule_id' in rule)) continue
    const found = detectionOf(rule, {}, source, context, diagnostics)
    if (found !== undefined) detections.push(found)
  }
  return { value: detections, diagnostics }
}

function offsetOf(text: string, line: number, column: number): number {
  let at = 0
  for (let passed = 1; passed < line; passed++) {
    const next = text.indexOf('\n', at)
    if (next === -1) return text.length
    at = next + 1
  }
  return Math.min(text.length, at + Math.max(0, column - 1))
}

/** TOML's values as ours; dates are texts. */
function toValues(value: unknown): Value {
  if (value instanceof TomlDate) return value.toISOString()
  if (Array.isArray(value)) return value.map(toValues)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toValues(member)]))
  return value as Value
}

const textOf = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
const textsOf = (value: Value | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter(one => typeof one === 'string') : []
const recordsOf = (value: Value | undefined): readonly Fields[] => (Array.isArray(value) ? value.filter(isRecord) : [])

const levels: Readonly<Record<string, Level>> = { low: 'low', medium: 'medium', high: 'high', critical: 'critical' }
const statuses: Readonly<Record<string, Status>> = {
  production: 'stable',
  development: 'experimental',
  beta: 'test',
  deprecated: 'deprecated',
}
const taken: ReadonlySet<string> = new Set(
  'author description false_positives language name query references rule_id severity risk_score threat threshold new_terms threat_query'.split(
    ' ',
  ),
)

function detectionOf(
  rule: Fields,
  metadata: Fields,
  source: Source,
  context: ParseContext | undefined,
  diagnostics: Diagnostic[],
): Detection | undefined {
  const title = textOf(rule.name) ?? source.name
  const type = textOf(rule.type) ?? 'query'
  const refuse = (code: string, message: string, hint: string): undefined => {
    diagnostics.push({
      code,
      severity: 'error',
      message,
      source,
      ...placeOf(source, type === 'machine_learning' ? 'type' : 'query'),
      hint,
    })
    return undefined
  }
  if (type === 'machine_learning')
    return refuse('ELR003', `"${title}" asks a job of machine learning, which cannot be run`, 'run it in Elastic Security')
  const text = textOf(rule.query)
  if (text === undefined || text.trim() === '') return refuse('ELR002', `"${title}" has no query`, 'add "query = …"')
  const id = textOf(rule.language) ?? 'kuery'
  const query = inside(source, text)
  const read = readQuery(id, query, source, context, diagnostics)
  if (read === 'foreign')
    return refuse(
      'ELR003',
      `"${title}" is in the language "${id}", which is not read`,
      'languages are eql, esql, kuery and lucene',
    )
  if (read === undefined) return undefined
  const filters = filtersOf(rule.filters, title, source, diagnostics)
  const stages = furtherStages(type, rule, context, source, diagnostics)
  const from: Pipeline['from'] =
    read.from.kind === 'table' && id !== 'esql'
      ? { ...read.from, name: textsOf(rule.index).join(',') || read.from.name }
      : read.from
  const where = and(filters)
  const filter: readonly Stage[] = where.kind === 'const' ? [] : [{ kind: 'filter', where }]
  const created = textOf(metadata.creation_date) ?? textOf(rule.created_at)
  const modified = textOf(metadata.updated_date) ?? textOf(rule.updated_at)
  const risk = riskOf(rule, title)
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(rule)) if (!taken.has(key)) rest[key] = value
  const maturity = textOf(metadata.maturity) ?? 'production'
  return {
    id: textOf(rule.rule_id) ?? stableId(`${source.name}:${title}`),
    title,
    description: textOf(rule.description)?.trim() ?? '',
    level: levelOf(rule.severity),
    status: Object.hasOwn(statuses, maturity) ? statuses[maturity]! : 'test',
    query: { ...read, from, stages: [...read.stages, ...filter, ...stages] },
    schema: 'elastic',
    attack: attackOf(rule.threat),
    authors: textsOf(rule.author),
    references: textsOf(rule.references),
    falsePositives: textsOf(rule.false_positives),
    ...(created === undefined ? {} : { created: created.replaceAll('/', '-').slice(0, 10) }),
    ...(modified === undefined ? {} : { modified: modified.replaceAll('/', '-').slice(0, 10) }),
    ...(risk === undefined ? {} : { risk }),
    tests: [],
    written: { document: source, rules: detectKibana(source) > 0 ? 'kibana' : 'elastic-toml', language: id, query },
    rest,
  }
}

const levelOf = (value: Value | undefined): Level => {
  const text = textOf(value) ?? ''
  return Object.hasOwn(levels, text) ? levels[text]! : 'medium'
}

/** Where a key stands in the document. */
function placeOf({ text }: Source, key: string): { readonly span?: { start: number; end: number } } {
  const found = new RegExp(`^${key}\\s*=`, 'm').exec(text)
  return found === null ? {} : { span: { start: found.index, end: found.index + key.length } }
}

/** The query as a text of its own that knows where in the document it stands, when it stands there as it is. */
function inside(source: Source, text: string): Source {
  const at = source.text.indexOf(text)
  return at === -1 || text === '' ? { name: source.name, text } : { name: source.name, text, inside: { source, at } }
}

function readQuery(
  id: string,
  query: Source,
  source: Source,
  context: ParseContext | undefined,
  diagnostics: Diagnostic[],
): Pipeline | 'foreign' | undefined {
  const language = ['eql', 'esql', 'kuery', 'lucene'].includes(id) ? languages.find(known => known.id === id) : undefined
  if (language === undefined) return 'foreign'
  const embedded: ParseContext['embedded'] = (other, inner) =>
    languages.find(known => known.id === other)?.parse(inner, context) ?? { diagnostics: [] }
  const read = language.parse(query, { ...context, embedded })
  for (const finding of read.diagnostics)
    diagnostics.push(
      query.inside === undefined
        ? { ...finding, span: undefined, source: finding.source ?? source }
        : { ...finding, source: finding.source ?? query },
    )
  return read.value
}

function attackOf(threat: Value | undefined): readonly string[] {
  const ids = new Set<string>()
  for (const one of recordsOf(threat))
    for (const technique of recordsOf(one.technique)) {
      const id = textOf(technique.id)
      if (id !== undefined) ids.add(id)
      for (const sub of recordsOf(technique.subtechnique)) {
        const inner = textOf(sub.id)
        if (inner !== undefined) ids.add(inner)
      }
    }
  return [...ids]
}

/** Elastic's entity risk is that of hosts and users. */
function riskOf(rule: Fields, title: string): Risk | undefined {
  if (typeof rule.risk_score !== 'number') return undefined
  return {
    score: rule.risk_score,
    message: title,
    entities: [
      { field: 'host.name', kind: 'system' },
      { field: 'user.name', kind: 'user' },
    ],
    threats: [],
  }
}

/** `[[rule.filters]]`: queries of the search API, each for itself, negated where its `meta` says so. */
function filtersOf(value: Value | undefined, title: string, source: Source, diagnostics: Diagnostic[]): readonly Predicate[] {
  return recordsOf(value).map((filter): Predicate => {
    const meta = isRecord(filter.meta) ? filter.meta : {}
    const found = meta.disabled === true ? ({ kind: 'const', value: true } as const) : predicateOf(filter.query ?? filter)
    if (found === undefined) {
      const text = JSON.stringify(filter).slice(0, 200)
      diagnostics.push({
        code: 'ELR004',
        severity: 'warning',
        message: `a filter of "${title}" is not understood: ${text}`,
        source,
        hint: 'say it in the query',
      })
      return { kind: 'opaque', text }
    }
    return meta.negate === true && found.kind !== 'const' ? not(found) : found
  })
}

/** The forms that filters of Kibana have: wildcard, match_phrase, match, term, exists. */
function predicateOf(query: Value): Predicate | undefined {
  if (!isRecord(query)) return undefined
  const [kind] = Object.keys(query)
  const body = kind === undefined ? undefined : query[kind]
  if (!isRecord(body)) return undefined
  if (kind === 'exists') {
    const name = textOf(body.field)
    return name === undefined ? undefined : { kind: 'test', subject: { kind: 'field', name }, match: { kind: 'present' } }
  }
  const [name] = Object.keys(body)
  const asked = name === undefined ? undefined : body[name]
  if (name === undefined || Object.keys(body).length !== 1) return undefined
  const options: Fields = isRecord(asked) ? asked : {}
  const text = isRecord(asked)
    ? textOf(asked.value ?? asked.query ?? asked.wildcard)
    : asked === undefined
      ? undefined
      : String(asked)
  if (text === undefined) return undefined
  const fold = options.case_insensitive === true
  const subject = { kind: 'field', name } as const
  if (kind === 'wildcard') {
    // A back-slash escapes the wildcards and itself (Query DSL, "wildcard").
    const parts = text
      .split(/(\\.|[*?])/s)
      .map(part =>
        part === '*' ? anyWild : part === '?' ? oneWild : part.length === 2 && part.startsWith('\\') ? part.slice(1) : part,
      )
    return { kind: 'test', subject, match: { kind: 'glob', glob: glob(parts), fold } }
  }
  if (kind !== 'match_phrase' && kind !== 'match' && kind !== 'term') return undefined
  return { kind: 'test', subject, match: { kind: 'glob', glob: glob([text]), fold } }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `now-9m` as a length of time. */
function ago(value: Value | undefined, otherwise: number): number {
  const found = /^now-(\d{1,6})([smhdw])(?:\/[smhdw])?$/.exec(textOf(value) ?? '')
  return found === null ? otherwise : Number(found[1]) * units[found[2]!]!
}

/** What a rule does beyond its query (Elastic Security, rule types). */
function furtherStages(
  type: string,
  rule: Fields,
  context: ParseContext | undefined,
  source: Source,
  diagnostics: Diagnostic[],
): readonly Stage[] {
  const lookBack = ago(rule.from, 6 * 60_000)
  if (type === 'threshold' && isRecord(rule.threshold)) return [thresholdStage(rule.threshold, lookBack)]
  if (type === 'new_terms') {
    const terms = isRecord(rule.new_terms) ? rule.new_terms : rule
    const fields = textsOf(terms.value ?? terms.new_terms_fields)
    const [start] = recordsOf(terms.history_window_start)
    const history = ago(start?.value ?? terms.history_window_start, 7 * units.d!)
    return [{ kind: 'special', name: 'elastic:new-terms', args: { fields, history } }]
  }
  if (type === 'threat_match') return threatStages(rule, context, source, diagnostics)
  return []
}

function thresholdStage(threshold: Fields, within: number): Stage {
  const by = textsOf(threshold.field)
  const measures: Measure[] = [{ name: 'count', fn: 'count' }]
  const having: Predicate[] = [reaches('count', Number(threshold.value ?? 1))]
  for (const cardinality of recordsOf(threshold.cardinality)) {
    const name = textOf(cardinality.field)
    if (name === undefined) continue
    measures.push({ name: `distinct ${name}`, fn: 'distinct', of: { kind: 'field', name } })
    having.push(reaches(`distinct ${name}`, Number(cardinality.value ?? 1)))
  }
  return {
    kind: 'aggregate',
    by: by.map(name => ({ name, value: { kind: 'field', name } })),
    measures,
    window: { size: within, kind: 'sliding', report: 'rising' },
    having: and(having),
  }
}

const reaches = (name: string, least: number): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name },
  match: { kind: 'compare', op: '>=', to: { kind: 'literal', value: Number.isFinite(least) ? least : 1 } },
})

/** Indicators are a table of their own; an event is kept whose fields are those of one of them. */
function threatStages(
  rule: Fields,
  context: ParseContext | undefined,
  source: Source,
  diagnostics: Diagnostic[],
): readonly Stage[] {
  const text = textOf(rule.threat_query) ?? ''
  const read = readQuery(textOf(rule.threat_language) ?? 'kuery', inside(source, text), source, context, diagnostics)
  const table = textsOf(rule.threat_index).join(',') || 'logs-ti_*'
  const stages = read === undefined || read === 'foreign' ? [] : read.stages
  const right: Pipeline = { from: { kind: 'table', name: table }, stages, rules: 'elastic' }
  // Each member of the mapping is enough; the entries of one must all hold.
  const alternatives = recordsOf(rule.threat_mapping).map(one =>
    recordsOf(one.entries).map(({ field, value }) => ({
      left: { kind: 'field', name: textOf(field) ?? '' } as const,
      right: { kind: 'field', name: textOf(value) ?? '' } as const,
      by: 'equal' as const,
    })),
  )
  const [only] = alternatives
  if (alternatives.length === 1 && only !== undefined)
    return [{ kind: 'join', how: 'semi', right, on: only, clash: 'left', take: 1 }]
  return [
    {
      kind: 'special',
      name: 'elastic:threat-match',
      args: { right, mapping: alternatives.map(one => one.map(pair => [pair.left.name, pair.right.name])) },
    },
  ]
}

/** A hunt holds several queries, each a rule of its own; queries of osquery are none over logs. */
function huntsOf(
  hunt: Fields,
  source: Source,
  context: ParseContext | undefined,
  diagnostics: Diagnostic[],
): readonly Detection[] {
  const title = textOf(hunt.name) ?? source.name
  const detections: Detection[] = []
  const id = textOf(hunt.uuid) ?? stableId(`${source.name}:${title}`)
  for (const [place, text] of textsOf(hunt.query).entries()) {
    const query = inside(source, text)
    const language = huntLanguage(text)
    const read = language === undefined ? 'foreign' : readQuery(language, query, source, context, diagnostics)
    if (read === 'foreign')
      diagnostics.push({
        code: 'ELR003',
        severity: 'error',
        message: `query ${place + 1} of "${title}" is in a language that is not read`,
        source,
        ...(query.inside === undefined ? {} : { span: { start: query.inside.at, end: query.inside.at } }),
        hint: 'languages are eql and esql; SQL here asks osquery, not logs',
      })
    if (read === undefined || read === 'foreign') continue
    detections.push({
      id: place === 0 ? id : `${id}-${place + 1}`,
      title: place === 0 ? title : `${title} (${place + 1})`,
      description: textOf(hunt.description)?.trim() ?? '',
      level: 'informational',
      status: 'test',
      query: read,
      schema: 'elastic',
      attack: textsOf(hunt.mitre),
      authors: textsOf(hunt.author),
      references: textsOf(hunt.references),
      falsePositives: [],
      tests: [],
      written: { document: source, rules: 'elastic-toml', language: language!, query },
      rest: { notes: hunt.notes ?? [], integration: hunt.integration ?? [] },
    })
  }
  return detections
}

/** ES|QL begins with a source command, EQL with a category or a sequence, SQL with SELECT or WITH. */
function huntLanguage(text: string): 'esql' | 'eql' | undefined {
  const plain = text.replace(/^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '')
  if (/^(?:from|row)\s/i.test(plain)) return 'esql'
  if (/^(?:select|with)\s/i.test(plain)) return undefined
  return /^(?:sequence|sample|[\w"]+\s+where)\b/.test(plain) ? 'eql' : undefined
}

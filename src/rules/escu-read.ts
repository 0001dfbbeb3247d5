// Detections of Splunk's security content, both generations of their schema: search, risk (`tags` or `rba`), tests, and the rest as it stands. Facts: the schema of contentctl, and the content itself.

import type { Detection, Level, Risk, Status, Trial } from '../ir/detection.ts'
import { fieldsUsed } from '../ir/walk.ts'
import { languages } from '../languages/index.ts'
import type { ParseContext } from '../languages/language.ts'
import { documents, entry, locator, type MapNode, type ScalarNode, type YamlNode } from '../languages/sigma/yaml.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'
import { lenient } from './lenient.ts'
import { stableId, textOf, textsOf, toValue } from './metadata.ts'
import { relocate, relocated } from './relocate.ts'

export const escuReadCodes: Readonly<Record<string, string>> = {
  ESC001: 'a detection of ESCU without a search',
  ESC201: 'a detection requires fields that its search does not use',
}

/** Documents of the content that hold no detection: macros, lookups, stories, data sources, deployments. */
const companions =
  /^(?:definition|filename|collection|narrative|supported_TA|scheduling|alert_action|example_log|mitre_components):/m

/** How sure a text is a detection or baseline of the content; its companions are recognised too, so that a whole folder can be given. */
export function detectEscu(source: Source): number {
  const { text } = source
  if (!/^name:/m.test(text)) return 0
  if (
    /^search:/m.test(text) &&
    /^(?:how_to_implement|data_source|known_false_positives|rba|drilldown_searches|tags):/m.test(text)
  )
    return 0.9
  return /^search:/m.test(text) ? 0.4 : companions.test(text) && !/^(?:logsource|detection|correlation):/m.test(text) ? 0.6 : 0
}

const levels: Readonly<Record<string, Level>> = {
  TTP: 'high',
  Correlation: 'high',
  Anomaly: 'medium',
  Hunting: 'low',
  Baseline: 'informational',
}

const statuses: Readonly<Record<string, Status>> = {
  production: 'stable',
  experimental: 'experimental',
  deprecated: 'deprecated',
  validation: 'test',
}

/** Reads one document. Its places are those of the YAML; macros and lookups come with the context. */
export function readEscu(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  const told = lenient(source)
  const read = documents(told.source)
  const back = (span: Span): Span => ({ ...span, start: told.back(span.start), end: told.back(span.end) })
  const diagnostics: Diagnostic[] = relocated(read.diagnostics, back, true).map(finding => ({ ...finding, source }))
  const detections: Detection[] = []
  for (const { root } of read.documents) {
    if (root?.kind !== 'map') continue
    const found = detection(root, { source, told: told.source, back, context, diagnostics })
    if (found !== undefined) detections.push(found)
  }
  return { value: detections, diagnostics }
}

interface Around {
  readonly source: Source
  /** The text that the nodes' places are of, and the way back to the one the user wrote. */
  readonly told: Source
  readonly back: (span: Span) => Span
  readonly context: ParseContext | undefined
  readonly diagnostics: Diagnostic[]
}

function detection(root: MapNode, around: Around): Detection | undefined {
  const search = entry(root, 'search')?.value
  if (search === undefined && companions.test(around.source.text)) return undefined
  const name = textOf(entry(root, 'name')?.value) ?? around.source.name
  if (search?.kind !== 'scalar' || search.text.trim() === '') {
    around.diagnostics.push({
      code: 'ESC001',
      severity: 'error',
      message: `"${name}" has no search`,
      ...(search === undefined ? {} : { span: around.back(search.span) }),
      source: around.source,
      hint: 'add "search: …"',
    })
    return undefined
  }
  const query = searched(search, around)
  if (query === undefined) return undefined
  const tags = mapOf(entry(root, 'tags')?.value)
  const type = textOf(entry(root, 'type')?.value) ?? ''
  required(tags, query, around)
  const date = textOf(entry(root, 'date')?.value)
  const id = textOf(entry(root, 'id')?.value)
  const rest: Record<string, unknown> = {}
  for (const { key, value } of root.entries) if (!taken.has(key.text)) rest[key.text] = toValue(value)
  if (type !== '') rest.type = type
  const risk = type === 'Hunting' || type === 'Baseline' ? undefined : riskOf(root, tags)
  return {
    id: id ?? stableId(`${around.source.name}:${name}`),
    title: name,
    description: textOf(entry(root, 'description')?.value) ?? '',
    level: Object.hasOwn(levels, type) ? levels[type]! : 'medium',
    status: statusOf(textOf(entry(root, 'status')?.value), around.source.name),
    query: query.pipeline,
    schema: 'splunk-cim',
    attack: textsOf(entry(tags, 'mitre_attack_id')?.value).map(one => one.toUpperCase()),
    authors: (textOf(entry(root, 'author')?.value) ?? '')
      .split(',')
      .map(author => author.trim())
      .filter(author => author !== ''),
    references: textsOf(entry(root, 'references')?.value),
    falsePositives: textsOf(entry(root, 'known_false_positives')?.value),
    ...(date === undefined ? {} : { modified: date }),
    ...(risk === undefined ? {} : { risk }),
    tests: testsOf(entry(root, 'tests')?.value),
    written: {
      document: around.source,
      rules: 'escu',
      language: 'spl',
      query: { name: around.source.name, text: search.text },
    },
    rest,
  }
}

/** Keys that have a place of their own in a detection. */
const taken = new Set([
  'name',
  'id',
  'description',
  'status',
  'search',
  'author',
  'references',
  'known_false_positives',
  'date',
  'tests',
  'type',
])

const empty: MapNode = { kind: 'map', entries: [], span: { start: 0, end: 0 } }
const mapOf = (node: YamlNode | undefined): MapNode => (node?.kind === 'map' ? node : empty)

function statusOf(said: string | undefined, file: string): Status {
  if (/(?:^|[\\/])deprecated[\\/]/.test(file)) return 'deprecated'
  return said !== undefined && Object.hasOwn(statuses, said) ? statuses[said]! : 'test'
}

/** The search as a query, its places told in the document. */
function searched(node: ScalarNode, around: Around): { readonly pipeline: Detection['query'] } | undefined {
  const spl = languages.find(language => language.id === 'spl')!
  const { value, diagnostics } = spl.parse({ name: around.source.name, text: node.text }, around.context)
  const at = locator(node, around.told)
  const place = (span: Span): Span => around.back({ start: at(span.start), end: Math.max(at(span.start), at(span.end - 1) + 1) })
  const exact = around.source.text.includes(node.text)
  for (const finding of relocated(diagnostics, place, exact)) around.diagnostics.push({ ...finding, source: around.source })
  return value === undefined ? undefined : { pipeline: relocate(value, place) }
}

/** `required_fields` that nothing of the search reads. */
function required(tags: MapNode, query: { readonly pipeline: Detection['query'] }, around: Around): void {
  const list = entry(tags, 'required_fields')
  const names = textsOf(list?.value).filter(name => !name.startsWith('_'))
  if (list === undefined || names.length === 0) return
  const used = fieldsUsed(query.pipeline)
  const unused = names.filter(name => !used.has(name))
  if (unused.length === 0) return
  around.diagnostics.push({
    code: 'ESC201',
    severity: 'note',
    message: `the search does not use ${unused
      .slice(0, 5)
      .map(name => `"${name}"`)
      .join(', ')}${unused.length > 5 ? ` and ${unused.length - 5} more` : ''}, which "required_fields" names`,
    span: around.back(list.key.span),
    source: around.source,
    hint: 'name the fields that the search reads',
  })
}

const number = (node: YamlNode | undefined): number | undefined => {
  const text = textOf(node)
  return text !== undefined && /^\d{1,6}(?:\.\d+)?$/.test(text) ? Number(text) : undefined
}

type Kind = Risk['entities'][number]['kind']

/** What an observable or risk object is: a person, a machine, or something else. */
function kindOf(type: string): Kind {
  if (/^(?:user|user name|email|email address|account)$/i.test(type)) return 'user'
  return /^(?:system|hostname|host|endpoint|device|ip address|resource uid|asset)$/i.test(type) ? 'system' : 'other'
}

/** Impact × confidence / 100 with the observables of the older schema, or the scores of each object of the newer. */
function riskOf(root: MapNode, tags: MapNode): Risk | undefined {
  const rba = entry(root, 'rba')?.value
  if (rba?.kind === 'map') {
    const objects = maps(entry(rba, 'risk_objects')?.value)
    const entities = objects.flatMap(object => {
      const field = textOf(entry(object, 'field')?.value)
      const score = number(entry(object, 'score')?.value)
      return field === undefined
        ? []
        : [{ field, kind: kindOf(textOf(entry(object, 'type')?.value) ?? ''), ...(score === undefined ? {} : { score }) }]
    })
    return {
      score: Math.max(0, ...entities.map(entity => entity.score ?? 0)),
      message: textOf(entry(rba, 'message')?.value) ?? '',
      entities,
      threats: maps(entry(rba, 'threat_objects')?.value).flatMap(object => {
        const field = textOf(entry(object, 'field')?.value)
        return field === undefined ? [] : [{ field, kind: textOf(entry(object, 'type')?.value) ?? 'other' }]
      }),
    }
  }
  const impact = number(entry(tags, 'impact')?.value)
  const confidence = number(entry(tags, 'confidence')?.value)
  const said = number(entry(tags, 'risk_score')?.value)
  const score = impact === undefined || confidence === undefined ? said : (impact * confidence) / 100
  if (score === undefined) return undefined
  const entities: Risk['entities'][number][] = []
  const threats: Risk['threats'][number][] = []
  for (const observable of maps(entry(tags, 'observable')?.value)) {
    const field = textOf(entry(observable, 'name')?.value)
    const type = textOf(entry(observable, 'type')?.value) ?? 'Other'
    if (field === undefined) continue
    const roles = textsOf(entry(observable, 'role')?.value)
    if (roles.some(role => /^victim$/i.test(role))) entities.push({ field, kind: kindOf(type) })
    if (roles.some(role => /^attacker$/i.test(role))) threats.push({ field, kind: type.toLowerCase().replace(/\s+/g, '_') })
  }
  return {
    score,
    ...(impact === undefined ? {} : { impact }),
    ...(confidence === undefined ? {} : { confidence }),
    message: textOf(entry(tags, 'message')?.value) ?? '',
    entities,
    threats,
  }
}

const maps = (node: YamlNode | undefined): readonly MapNode[] =>
  node?.kind === 'list' ? node.items.filter(item => item.kind === 'map') : []

/** A test for each data set: a path beside the detection, or an address, which is not fetched. */
function testsOf(node: YamlNode | undefined): readonly Trial[] {
  return maps(node).flatMap((test, index) => {
    const name = textOf(entry(test, 'name')?.value) ?? `test ${index + 1}`
    const data = maps(entry(test, 'attack_data')?.value)
    return data.flatMap((one, at): Trial[] => {
      const dataset = textOf(entry(one, 'data')?.value)
      if (dataset === undefined) return []
      // How the data set is to be replayed.
      const replay = ['source', 'sourcetype', 'custom_index'].flatMap(key => {
        const value = textOf(entry(one, key)?.value)
        return value === undefined ? [] : [`${key}=${value}`]
      })
      return [
        {
          name: data.length === 1 ? name : `${name} (${at + 1} of ${data.length})`,
          ...(replay.length === 0 ? {} : { note: replay.join(', ') }),
          events: { dataset },
          expect: 'alert',
        },
      ]
    })
  })
}

// Analytics rules and hunting queries of Microsoft Sentinel, and custom detections of Defender, read: YAML or JSON around a query in KQL. Facts: the schemas of Microsoft's Azure-Sentinel repository; Microsoft Graph, resource type detectionRule.

import type { Detection } from '../ir/detection.ts'
import type { ParseContext } from '../languages/language.ts'
import { documents, entry, locator, type MapNode, type ScalarNode, type YamlNode } from '../languages/sigma/yaml.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { type Around, detectionOf, levelOf } from './kql-detection.ts'
import { textOf, textsOf, toValue } from './metadata.ts'

export const sentinelReadCodes: Readonly<Record<string, string>> = {
  SNT001: 'a rule of Sentinel or Defender without a query',
}

const marks =
  /^(?:queryFrequency|queryPeriod|triggerOperator|triggerThreshold|entityMappings|requiredDataConnectors|relevantTechniques|tactics|kind:\s*(?:Scheduled|NRT)|query)\b/m

/** How sure a text is a rule or hunt of Sentinel in YAML. */
export function detectSentinel({ text, name }: Source): number {
  if (/^\s*[{[]/.test(text) || /^(?:logsource|detection|correlation|search):/m.test(text) || /\.(?:kql|csl|md)$/i.test(name))
    return 0
  if (!/^query:/m.test(text) || !/^(?:id|name|description):/m.test(text)) return 0
  return /^(?:queryFrequency|triggerOperator|entityMappings|requiredDataConnectors|relevantTechniques|tactics|severity|kind):/m.test(
    text,
  )
    ? 0.92
    : marks.test(text)
      ? 0.5
      : 0
}

/** How sure a text is a custom detection of Defender, as its API has it or as YAML of the same names. */
export function detectDefender({ text }: Source): number {
  return /(?:^|[\s{,])"?queryCondition"?\s*:/.test(text) &&
    /"?queryText"?\s*:/.test(text) &&
    /"?(?:detectionAction|displayName)"?\s*:/.test(text)
    ? 0.93
    : 0
}

const empty: MapNode = { kind: 'map', entries: [], span: { start: 0, end: 0 } }
const mapOf = (node: YamlNode | undefined): MapNode => (node?.kind === 'map' ? node : empty)

type Make = (root: MapNode, around: Around) => Detection | undefined

/** JSON is YAML: both are read by one reader, so that places are known. */
function reader(make: Make) {
  return (source: Source, context?: ParseContext): Outcome<readonly Detection[]> => {
    const read = documents(source)
    const diagnostics: Diagnostic[] = read.diagnostics.map(finding => ({ ...finding, source: finding.source ?? source }))
    const around: Around = { source, context, diagnostics }
    const detections = read.documents.flatMap(({ root }): Detection[] => {
      const roots = root?.kind === 'list' ? root.items.filter(item => item.kind === 'map') : root?.kind === 'map' ? [root] : []
      return roots.flatMap(one => make(one, around) ?? [])
    })
    return { value: detections, diagnostics }
  }
}

function queryOf(node: YamlNode | undefined, title: string, root: MapNode, around: Around): ScalarNode | undefined {
  if (node?.kind === 'scalar' && node.text.trim() !== '') return node
  around.diagnostics.push({
    code: 'SNT001',
    severity: 'error',
    message: `"${title}" has no query`,
    span: node?.span ?? root.span,
    source: around.source,
    hint: 'give its KQL',
  })
  return undefined
}

const number = (node: YamlNode | undefined): number | undefined => {
  const text = textOf(node)
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined
}

/** Keys that have a place of their own in a detection. */
const taken = new Set(['id', 'name', 'displayName', 'description', 'severity', 'query', 'queryCondition', 'relevantTechniques'])

const restOf = (root: MapNode): Record<string, unknown> => {
  const rest: Record<string, unknown> = {}
  for (const { key, value } of root.entries) if (!taken.has(key.text)) rest[key.text] = toValue(value)
  return rest
}

/** `gt`, or the operator spelled out. */
const operators: Readonly<Record<string, string>> = {
  greaterthan: 'gt',
  lessthan: 'lt',
  equal: 'eq',
  notequal: 'ne',
  gt: 'gt',
  lt: 'lt',
  eq: 'eq',
  ne: 'ne',
}

/** Rules and hunts: schedule and entities stay in `rest` as written, the threshold is a stage of its own. */
export const readSentinel = reader((root, around) => {
  const title = textOf(entry(root, 'name')?.value) ?? textOf(entry(root, 'displayName')?.value) ?? around.source.name
  const query = queryOf(entry(root, 'query')?.value, title, root, around)
  if (query === undefined) return undefined
  const threshold = number(entry(root, 'triggerThreshold')?.value)
  const operator = operators[(textOf(entry(root, 'triggerOperator')?.value) ?? 'gt').toLowerCase()]
  const severity = levelOf(textOf(entry(root, 'severity')?.value))
  const id = textOf(entry(root, 'id')?.value)
  const hunt = entry(root, 'queryFrequency') === undefined && severity === undefined
  const techniques = [...textsOf(entry(root, 'relevantTechniques')?.value), ...textsOf(entry(root, 'subTechniques')?.value)]
  return detectionOf(
    query.text,
    locator(query, around.source),
    {
      ...(id === undefined ? {} : { id }),
      title,
      description: textOf(entry(root, 'description')?.value) ?? '',
      level: severity ?? (hunt ? 'low' : 'medium'),
      status: statusOf(textOf(entry(root, 'status')?.value)),
      attack: [...new Set(techniques.map(one => one.toUpperCase().trim()).filter(one => /^T\d{4}/.test(one)))],
      rules: 'sentinel',
      rest: restOf(root),
      ...(threshold === undefined || operator === undefined ? {} : { trigger: { operator, threshold } }),
    },
    around,
  )
})

function statusOf(word: string | undefined): Detection['status'] {
  switch (word?.toLowerCase()) {
    case 'available':
    case 'production':
    case 'stable':
      return 'stable'
    case 'deprecated':
      return 'deprecated'
    case 'experimental':
    case 'preview':
      return 'experimental'
    default:
      return 'test'
  }
}

/** Custom detections: the alert's template says what it is about. */
export const readDefender = reader((root, around) => {
  const template = mapOf(entry(mapOf(entry(root, 'detectionAction')?.value), 'alertTemplate')?.value)
  const title = textOf(entry(root, 'displayName')?.value) ?? textOf(entry(template, 'title')?.value) ?? around.source.name
  const query = queryOf(entry(mapOf(entry(root, 'queryCondition')?.value), 'queryText')?.value, title, root, around)
  if (query === undefined) return undefined
  const id = textOf(entry(root, 'id')?.value)
  const category = textOf(entry(template, 'category')?.value)
  return detectionOf(
    query.text,
    locator(query, around.source),
    {
      ...(id === undefined ? {} : { id }),
      title,
      description: textOf(entry(template, 'description')?.value) ?? '',
      level: levelOf(textOf(entry(template, 'severity')?.value)) ?? 'medium',
      attack: textsOf(entry(template, 'mitreTechniques')?.value).filter(one => /^T\d{4}/.test(one)),
      rules: 'defender',
      rest: { ...restOf(root), ...(category === undefined ? {} : { tactics: [category] }) },
    },
    around,
  )
})

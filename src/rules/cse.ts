// Rules of Sumo Logic's Cloud SIEM around its rule expressions: match rules, aggregation rules for counts, chain rules for several rules. Written only. Facts: Sumo Logic's manual on writing rules, and the requests of its Terraform provider (POST /sec/v1/rules/templated, …/aggregation, …/chain).

import type { Detection, Level } from '../ir/detection.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Span } from '../text/source.ts'
import { anyOf, type Chained, type Counted, chainedIn, countedIn, present } from './counted.ts'
import { fileName } from './elastic.ts'
import type { Place, RuleFormat } from './rules.ts'

export const codes: Readonly<Record<string, string>> = {
  CSR101: 'a rule of Cloud SIEM holds an expression of Cloud SIEM only',
  CSR102: 'a measure that an aggregation rule of Cloud SIEM cannot take, or a bound from above',
  CSR103: 'a chain rule of Cloud SIEM groups by an entity, and keeps the order of two rules only',
  CSR104: 'a time window that Cloud SIEM has not',
}

/** From 1 to 10. */
const scores: Readonly<Record<Level, number>> = { informational: 1, low: 3, medium: 5, high: 7, critical: 9 }

/** Fields that hold an entity, and its type (content catalog, entity fields). */
const entities: Readonly<Record<string, string>> = {
  device_hostname: '_hostname',
  user_username: '_username',
  srcDevice_ip: '_ip',
  dstDevice_ip: '_ip',
}

interface Selector {
  readonly entityType: string
  readonly expression: string
}

const selector = (field: string): readonly Selector[] =>
  Object.hasOwn(entities, field) ? [{ entityType: entities[field]!, expression: field }] : []

/** Lengths of windows that have a name, and the bounds of any (manual, aggregation rules). */
const named: Readonly<Record<string, number>> = {
  T05M: 300_000,
  T10M: 600_000,
  T30M: 1_800_000,
  T60M: 3_600_000,
  T12H: 43_200_000,
  T24H: 86_400_000,
  T05D: 432_000_000,
}
const bounds = { least: 300_000, most: 432_000_000 }

function windowOf(size: number | undefined): Readonly<Record<string, string>> | undefined {
  if (size === undefined || size < bounds.least || size > bounds.most) return undefined
  const name = Object.keys(named).find(key => named[key] === size)
  return name === undefined ? { windowSize: 'CUSTOM', windowSizeMilliseconds: String(size) } : { windowSize: name }
}

/** Two braces would be a field of the record in the texts of a signal. */
const plain = (text: string): string => text.replace(/\{(?=\{)/g, '{ ').replace(/\}(?=\})/g, '} ')

const tagsOf = ({ attack }: Detection): readonly string[] => attack.map(technique => `_mitreAttackTechnique:${technique}`)

const scoreOf = (detection: Detection): number =>
  detection.risk === undefined ? scores[detection.level] : Math.min(10, Math.max(1, Math.round(detection.risk.score / 10)))

/** The texts of a rule whose signals have texts of their own. */
function told(detection: Detection): Readonly<Record<string, unknown>> {
  return {
    name: detection.title,
    nameExpression: plain(detection.title),
    summaryExpression: plain(detection.title),
    descriptionExpression: plain(detection.description || detection.title),
    scoreMapping: { type: 'constant', default: scoreOf(detection), field: null, mapping: [] },
  }
}

const common = (detection: Detection): Readonly<Record<string, unknown>> => ({
  enabled: true,
  isPrototype: false,
  stream: 'record',
  tags: tagsOf(detection),
  tuningExpressionIds: [],
})

type Written = Outcome<readonly { readonly name: string; readonly text: string }[]>

function document(detection: Detection, kind: string, fields: Readonly<Record<string, unknown>>): Written {
  const text = `${JSON.stringify({ fields }, null, 2)}\n`
  return { value: [{ name: `${fileName(detection)}.${kind}.json`, text }], diagnostics: [] }
}

function refused(code: string, message: string, span: Span | undefined, hint: string): Written {
  const finding: Diagnostic = { code, severity: 'error', message, span, hint }
  return { diagnostics: [finding] }
}

const late = (span: Span | undefined): Written =>
  refused('CSR104', 'windows of Cloud SIEM last from 5 minutes to 5 days', span, 'choose another timespan')

/** Counts over windows that slide by overlapping; each rule of several counts for itself, so that a record of two is counted twice. */
function aggregation(detection: Detection, counted: Counted, texts: readonly string[]): Written {
  const { span, fn, field, name, by, all } = counted
  const window = windowOf(counted.window)
  if (window === undefined) return late(span)
  if (field === undefined ? fn !== 'count' : fn !== 'distinct')
    return refused(
      'CSR102',
      `the measure "${fn}" is taken of numbers, and the record holds texts here`,
      span,
      'count records or different values',
    )
  const above = all.find(({ op }) => op !== '>' && op !== '>=')
  if (above !== undefined)
    return refused(
      'CSR102',
      `Cloud SIEM checks "${above.op} ${above.value}" while records still arrive, when it may hold for the time being`,
      span,
      'ask for a least number only',
    )
  const [match = '', ...each] = texts
  // Every record that matches has a device event id.
  const counts = (each.length === 0 ? ['!isNull(metadata_deviceEventId)'] : each).map((expression, at) => ({
    name: each.length === 0 ? name : `${name}_${at + 1}`,
    function: 'count',
    arguments: [expression],
  }))
  const functions = field === undefined ? counts : [{ name, function: 'count_distinct', arguments: [field.name] }]
  const sum = functions.map(one => one.name).join(' + ')
  const trigger = all.map(({ op, value }) => `${functions.length === 1 ? sum : `(${sum})`} ${op} ${value}`).join(' AND ')
  const selected = by.flatMap(selector)
  return document(detection, 'aggregation', {
    ...told(detection),
    ...common(detection),
    entitySelectors: selected.length === 0 ? selector('device_hostname') : selected,
    matchExpression: match,
    groupByAsset: false,
    groupByFields: by,
    aggregationFunctions: functions,
    triggerExpression: trigger === '' ? `${sum} > 0` : trigger,
    ...window,
  })
}

/** Several expressions within a window; signals and groups are about the entities that the rules share. */
function chain(detection: Detection, chained: Chained, texts: readonly string[]): Written {
  const { span, by, ordered } = chained
  const window = windowOf(chained.window)
  if (window === undefined) return late(span)
  const selected = by.flatMap(selector)
  if (selected.length === 0)
    return refused(
      'CSR103',
      'a chain rule groups by the entity of its signal, and the rules share none',
      span,
      'group by Computer',
    )
  if (ordered && texts.length > 2)
    return refused('CSR103', 'a chain rule keeps the order of two rules only', span, 'convert pairs of the rules')
  return document(detection, 'chain', {
    name: detection.title,
    description: detection.description || detection.title,
    summaryExpression: plain(detection.title),
    score: scoreOf(detection),
    ...common(detection),
    entitySelectors: selected.slice(0, 1),
    expressionsAndLimits: texts.map(expression => ({ expression, limit: 1 })),
    groupByFields: by.filter(field => field !== selected[0]!.expression),
    ordered,
    ...window,
  })
}

function correlated(place: Place | undefined): Counted | Chained | undefined {
  if (place?.query === undefined || place.texts === undefined) return undefined
  return countedIn(place.query) ?? chainedIn(place.query)
}

/** The body of a request that makes the rule. */
export const cseRule: RuleFormat = {
  id: 'cse-rule',
  title: 'Sumo Logic Cloud SIEM rule (JSON)',
  detect: () => 0,
  parts(query) {
    const counted = countedIn(query)
    if (counted !== undefined) {
      const fields = [...counted.by, ...(counted.field === undefined ? [] : [counted.field.name])]
      const { parts } = counted
      return [present(anyOf(parts), fields), ...(parts.length > 1 && counted.field === undefined ? parts : [])]
    }
    const chained = chainedIn(query)
    return chained?.parts.map(part => present(part, chained.by))
  },
  write(detection, printed, _columns, place) {
    if (place !== undefined && place.language !== 'sumo-cse') {
      return refused(
        'CSR101',
        `a rule of Cloud SIEM holds an expression of its own, not "${place.language}"`,
        undefined,
        'convert to sumo-cse',
      )
    }
    const asked = correlated(place)
    if (asked?.kind === 'count') return aggregation(detection, asked, place!.texts!)
    if (asked?.kind === 'chain') return chain(detection, asked, place!.texts!)
    return document(detection, 'match', {
      ...told(detection),
      ...common(detection),
      entitySelectors: [...selector('device_hostname'), ...selector('user_username')],
      expression: printed.text,
    })
  },
  codes,
}

// Event definitions of Graylog around a Lucene query: a filter, or an aggregation for a correlation that counts. Written only. Facts: Graylog's server (EventDefinitionDto, AggregationEventProcessorConfig, Expr).

import type { Detection, Level } from '../ir/detection.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { anyOf, type Counted, countedIn, present, type Threshold } from './counted.ts'
import { fileName } from './elastic.ts'
import type { RuleFormat } from './rules.ts'

export const codes: Readonly<Record<string, string>> = {
  GLE101: 'an event definition of Graylog holds a Lucene query for Graylog only',
  GLE102: 'a measure that an event definition of Graylog cannot take',
  GLE301: 'the windows of an aggregation begin at fixed intervals',
  GLE302: 'a number of distinct values that Graylog estimates',
  GLE303: 'an event that several rules of a correlation find is counted once',
}

const priorities: Readonly<Record<Level, number>> = { informational: 1, low: 1, medium: 2, high: 3, critical: 3 }

/** Milliseconds between two runs of a filter, and how much later than it happened a message may be indexed and still be seen. What both runs see is reported twice rather than never. */
const interval = 300_000
const late = 60_000

/** Windows of an aggregation begin every minute. */
const hop = 60_000

/** Messages that a filter reports at most in one run. */
const most = 100

/** Up to so many distinct values are counted exactly (`precision_threshold` of the cardinality aggregation). */
const exactly = 3000

type Expression = Readonly<Record<string, unknown>>

const compared = (id: string, { op, value }: Threshold): Expression => ({
  expr: op === '=' ? '==' : op,
  left: { expr: 'number-ref', ref: id },
  right: { expr: 'number', value },
})

/** A count as the configuration of an aggregation, or what it cannot take. */
function aggregation(counted: Counted): { readonly config: Expression } | { readonly cannot: string } {
  const { field, fn, name, by, all } = counted
  if (field === undefined ? fn !== 'count' : fn !== 'distinct')
    return { cannot: `the measure "${fn}" is taken of numbers, and Graylog keeps the values of these fields as texts` }
  const series = field === undefined ? { id: name, type: 'count', field: null } : { id: name, type: 'card', field: field.name }
  const [first, ...others] = all.map(one => compared(name, one))
  const expression = others.reduce((left, right): Expression => ({ expr: '&&', left, right }), first ?? { expr: 'true' })
  return { config: { group_by: by, series: [series], conditions: { expression } } }
}

function remarks(counted: Counted): readonly Diagnostic[] {
  const { span } = counted
  const found: Diagnostic[] = [
    {
      code: 'GLE301',
      severity: 'warning',
      message: `windows begin every ${hop / 1000} seconds: events that lie almost the whole time apart may be in no window together, and one finding may be told several times`,
      span,
      hint: 'set "execute_every_ms" as often as the server bears',
    },
  ]
  if (counted.fn === 'distinct' && counted.all.some(({ value }) => value > exactly)) {
    found.push({
      code: 'GLE302',
      severity: 'warning',
      message: `more than ${exactly} distinct values are estimated`,
      span,
      hint: 'take a margin into account',
    })
  }
  if (counted.parts.length > 1) {
    found.push({
      code: 'GLE303',
      severity: 'warning',
      message: 'an event that two of the rules find is counted once',
      span,
      hint: 'correlate rules that find different events',
    })
  }
  return found
}

/** The fields that a correlation groups by, as the event's key. */
function keySpec(by: readonly string[]): { readonly fields: Expression; readonly keys: readonly string[] } {
  const fields = by.map(
    name =>
      [
        name,
        { data_type: 'string', providers: [{ type: 'template-v1', template: `\${source.${name}}`, require_values: false }] },
      ] as const,
  )
  return { fields: Object.fromEntries(fields), keys: by }
}

/** The body of `POST /api/events/definitions`. */
export const graylogEvent: RuleFormat = {
  id: 'graylog-event',
  title: 'Graylog event definition (JSON)',
  detect: () => 0,
  parts(query) {
    const counted = countedIn(query)
    if (counted === undefined) return undefined
    // A message without the field would be in a group of its own, and counted as a value.
    const fields = [...counted.by, ...(counted.field === undefined ? [] : [counted.field.name])]
    return [present(anyOf(counted.parts), fields)]
  },
  write(detection: Detection, printed, _columns, place) {
    const refuse = (code: string, message: string, hint: string) => ({
      diagnostics: [{ code, severity: 'error', message, hint, span: counted?.span } as const],
    })
    const counted = place?.query === undefined || place.texts === undefined ? undefined : countedIn(place.query)
    if (place !== undefined && place.target !== 'graylog')
      return refuse(
        'GLE101',
        `an event definition of Graylog holds a query for Graylog, not for "${place.target}"`,
        'convert to graylog',
      )
    const told = counted === undefined ? undefined : aggregation(counted)
    if (told !== undefined && 'cannot' in told) return refuse('GLE102', told.cannot, 'count events or different values')
    const window = counted?.window
    const { fields, keys } = keySpec(counted?.by ?? [])
    const definition = {
      title: detection.title,
      description: [detection.description, detection.id, ...detection.attack].filter(text => text !== '').join('\n'),
      priority: priorities[detection.level],
      alert: true,
      config: {
        type: 'aggregation-v1',
        query: printed.text,
        query_parameters: [],
        filters: [],
        streams: [],
        ...(told?.config ?? { group_by: [], series: [], conditions: { expression: null } }),
        search_within_ms: window ?? interval + late,
        execute_every_ms: counted === undefined ? interval : Math.min(hop, window ?? hop),
        use_cron_scheduling: false,
        event_limit: counted === undefined ? most : 0,
      },
      field_spec: fields,
      key_spec: keys,
      notification_settings: { grace_period_ms: 0, backlog_size: counted === undefined ? 0 : 10 },
      notifications: [],
      storage: [],
    }
    return {
      value: [{ name: `${fileName(detection)}.event.json`, text: `${JSON.stringify(definition, null, 2)}\n` }],
      diagnostics: counted === undefined ? [] : remarks(counted),
    }
  },
  codes,
}

// Wrappers that exports put around JSON records, as data: where the record is, and what may stand beside it. Unwrapping is framing; field names stay.

import { isRecord, type Value } from '../../ir/event.ts'

interface Wrapper {
  /** The keys that lead to the record or to the list of records. */
  readonly path: readonly [string] | readonly [string, string]
  /** Keys that may stand beside the first of them; any other key makes the object a record of its own. */
  readonly beside: ReadonlySet<string>
}

const lists: readonly Wrapper[] = [
  // AWS CloudTrail, files in S3.
  { path: ['Records'], beside: new Set() },
  // Azure diagnostic settings, Event Hubs.
  { path: ['records'], beside: new Set(['nextLink']) },
  // Microsoft Graph and Azure Resource Manager (OData); PowerShell's ConvertTo-Json of a list.
  { path: ['value'], beside: new Set(['nextLink', 'count', 'Count', 'totalCount']) },
  // Splunk's `output_mode=json`; Microsoft Graph's hunting queries.
  {
    path: ['results'],
    beside: new Set(['preview', 'init_offset', 'post_process_count', 'messages', 'fields', 'highlighted', 'stats', 'schema']),
  },
  // Defender's advanced hunting API.
  { path: ['Results'], beside: new Set(['Stats', 'Schema']) },
  // OTLP: what is inside is taken apart by the format that knows it.
  { path: ['resourceLogs'], beside: new Set() },
  // Elasticsearch and OpenSearch search responses.
  {
    path: ['hits', 'hits'],
    beside: new Set([
      'took',
      'timed_out',
      'terminated_early',
      'num_reduce_phases',
      '_scroll_id',
      'pit_id',
      '_shards',
      '_clusters',
      'aggregations',
      'suggest',
      'profile',
      'status',
    ]),
  },
]

const isOData = (key: string) => key.startsWith('@') || key.startsWith('odata.')

/** Whether an object whose keys so far are `keys` holds, under the last of them (and `inner` in it), the list of records that it is around. */
export function wrapsList(keys: readonly string[], inner: string | undefined): boolean {
  const last = keys[keys.length - 1]
  return lists.some(
    ({ path, beside }) =>
      path[0] === last && path[1] === inner && keys.every((key, at) => at === keys.length - 1 || beside.has(key) || isOData(key)),
  )
}

/** Whether a key may stand beside a list of records without being part of them. */
export function standsBeside(key: string): boolean {
  return isOData(key) || lists.some(({ beside }) => beside.has(key))
}

/** The records in a value: the members of a list, or of the list that an object is around; else the value itself. */
export function members(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[]
  if (!isRecord(value)) return [value]
  for (const { path, beside } of lists) {
    const list = Object.hasOwn(value, path[0]) ? inside(value[path[0]], path[1]) : undefined
    if (list === undefined) continue
    if (Object.keys(value).every(key => key === path[0] || beside.has(key) || isOData(key))) return list
  }
  return [value]
}

/** A list of objects, possibly empty, at a value or under a key in it. */
function inside(value: Value | undefined, key: string | undefined): readonly Value[] | undefined {
  let found = value
  if (key !== undefined) found = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return Array.isArray(found) && (found.length === 0 || isRecord(found[0] as Value)) ? (found as readonly Value[]) : undefined
}

const splunkResult: ReadonlySet<string> = new Set(['result', 'preview', 'offset', 'lastrow', 'init_offset', 'messages'])
const elasticHit: ReadonlySet<string> = new Set([
  'sort',
  'fields',
  'highlight',
  'found',
  'matched_queries',
  'inner_hits',
  'ignored_field_values',
])

/** A record out of what Splunk (`{"preview":…, "result":{…}}`) or Elasticsearch (`{"_index":…, "_source":{…}}`) puts around each; any other value as it is. */
export function unwrap(value: Value): Value {
  if (!isRecord(value)) return value
  if (Object.hasOwn(value, '_source') && isRecord(value._source)) {
    const { _source: source } = value
    return Object.keys(value).every(key => key.startsWith('_') || elasticHit.has(key)) ? source : value
  }
  if (Object.hasOwn(value, 'result') && isRecord(value.result)) {
    const { result } = value
    return Object.keys(value).every(key => splunkResult.has(key)) ? result : value
  }
  return value
}

/** Keys that make an object a wrapper when an object or a list stands under them: an object without any of them is its own record. */
export const wrappingKeys: ReadonlySet<string> = new Set([...lists.map(({ path }) => path[0]), '_source', 'result'])

// Events come newest first (Search Manual, "About the search language"): said where a stage depends on it, so that it holds whatever the order of a log.

import type { Pipeline, Stage } from '../../../ir/pipeline.ts'

const sensitive: ReadonlySet<string> = new Set([
  'splunk:dedup',
  'splunk:head',
  'splunk:tail',
  'splunk:reverse',
  'splunk:streamstats',
  'splunk:appendcols',
])
const ordered: ReadonlySet<string> = new Set(['first', 'last', 'list'])

/** Whether what a stage gives depends on the order of its rows. */
function depends(stage: Stage): boolean {
  if (stage.kind === 'limit') return true
  if (stage.kind === 'window') return stage.frame === 'running' || stage.measures.some(measure => ordered.has(measure.fn))
  if (stage.kind === 'aggregate') return stage.measures.some(measure => ordered.has(measure.fn))
  return stage.kind === 'special' && sensitive.has(stage.name)
}

/** The query with its events in order of time, the newest first, where a stage before any other order asks for one. */
export function newestFirst(query: Pipeline): Pipeline {
  if (query.from.kind !== 'table' || query.from.time === undefined) return query
  for (const stage of query.stages) {
    if (depends(stage)) break
    if (stage.kind === 'sort' || stage.kind === 'aggregate' || stage === query.stages.at(-1)) return query
  }
  if (query.stages.length === 0) return query
  const filters = query.stages.findIndex(stage => stage.kind !== 'filter')
  const at = filters === -1 ? query.stages.length : filters
  const span = query.stages[at - 1]?.span ?? query.from.span
  const sort: Stage = {
    kind: 'sort',
    keys: [{ by: { kind: 'field', name: query.from.time }, descending: true, nulls: 'last' }],
    ...(span === undefined ? {} : { span }),
  }
  return { ...query, stages: [...query.stages.slice(0, at), sort, ...query.stages.slice(at)] }
}

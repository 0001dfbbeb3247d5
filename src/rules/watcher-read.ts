// Watches of Elasticsearch as they are read: the JSON body, and the shell command that delivers it, through the layers of the shell, JSON and the query string.

import { type Detection, type Level, levels } from '../ir/detection.ts'
import { isRecord, type Value } from '../ir/event.ts'
import type { Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate } from '../ir/predicate.ts'
import { languages } from '../languages/index.ts'
import type { ParseContext } from '../languages/language.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { stableId } from './metadata.ts'

export const watcherReadCodes: Readonly<Record<string, string>> = {
  WAT001: 'a watch that is no JSON',
  WAT002: 'a watch without a query string',
  WAT003: 'a part of a watch that is not understood',
  WAT201: 'a watch whose metadata holds another query than its search',
  WAT202: 'a shell would change the text of a watch before it is sent',
  WAT203: 'a watch whose search returns no hits, and whose action shows them',
  WAT204: 'a watch that looks back by a column that its events do not have',
  WAT205: 'times of a watch that do not fit each other',
}

type Fields = Readonly<Record<string, Value>>

/** A command with a here-document, and whether the shell leaves its text as it is. */
const command = /\bcurl\b[^\n]*_watcher\/watch\/([^\s'"?]+)[^\n]*<<-?\s*(?:(['"\\])?)([A-Za-z_][A-Za-z0-9_]*)['"]?[^\n]*\n/

/** How sure a text is a watch. */
export function detectWatch({ text }: Source): number {
  const start = text.slice(0, 400_000).trimStart()
  return start.startsWith('{') && /"trigger"\s*:/.test(start) && /"input"\s*:/.test(start) && /"query_string"\s*:/.test(start)
    ? 0.9
    : 0
}

/** How sure a text is a command that delivers one. */
export const detectWatchCommand = ({ text }: Source): number => (command.test(text) ? 0.95 : 0)

/** Reads the body of a watch. */
export function readWatch(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  return watchOf(source, source.text, undefined, 'watcher', context, [])
}

/** Reads the command: what the shell would send. */
export function readWatchCommand(source: Source, context?: ParseContext): Outcome<readonly Detection[]> {
  const found = command.exec(source.text)
  if (found === null) return { value: [], diagnostics: [] }
  const [whole, id, quote, end] = found
  const from = found.index + whole.length
  const close = new RegExp(`^\\t*${end}\\s*$`, 'm').exec(source.text.slice(from))
  const written = source.text.slice(from, close === null ? undefined : from + close.index)
  const diagnostics: Diagnostic[] = []
  const sent = quote === undefined || quote === '' ? expanded(written, from, source, diagnostics) : written
  return watchOf(source, sent, decoded(id!), 'watcher-curl', context, diagnostics)
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

/** What a shell makes of an unquoted here-document (POSIX, 2.7.4): a back-slash before `\`, `$`, a back-quote or a line break goes. */
function expanded(text: string, at: number, source: Source, diagnostics: Diagnostic[]): string {
  const opens = /(?<!\\)(?:\\\\)*(\$[A-Za-z_{(]|`)/.exec(text)
  if (opens !== null) {
    const start = at + opens.index + opens[0].length - opens[1]!.length
    diagnostics.push({
      code: 'WAT202',
      severity: 'warning',
      message: `the shell would put something in for "${opens[1]}" before the watch is sent`,
      span: { start, end: start + opens[1]!.length },
      source,
      hint: "quote the end of the document: <<'EOF'",
    })
  }
  let halved = false
  const sent = text.replace(/\\([\\$`\n])/g, (_, kept: string) => {
    if (kept === '\\') halved = true
    return kept === '\n' ? '' : kept
  })
  if (halved)
    diagnostics.push({
      code: 'WAT202',
      severity: 'warning',
      message: 'the shell takes one of every two back-slashes away before the watch is sent',
      span: { start: at, end: at + text.length },
      source,
      hint: "quote the end of the document: <<'EOF'",
    })
  return sent
}

function watchOf(
  source: Source,
  text: string,
  id: string | undefined,
  rules: string,
  context: ParseContext | undefined,
  diagnostics: Diagnostic[],
): Outcome<readonly Detection[]> {
  const fail = (code: string, message: string, hint: string): Outcome<readonly Detection[]> => ({
    value: [],
    diagnostics: [...diagnostics, { code, severity: 'error', message, source, hint }],
  })
  let watch: Value
  try {
    watch = JSON.parse(text) as Value
  } catch (error) {
    return fail(
      'WAT001',
      `what is sent is no JSON: ${String((error as Error).message).slice(0, 120)}`,
      'look at the back-slashes',
    )
  }
  if (!isRecord(watch)) return fail('WAT001', 'a watch is an object', 'write {"trigger": …, "input": …}')
  const metadata = isRecord(watch.metadata) ? watch.metadata : {}
  const request = at(watch, ['input', 'search', 'request'])
  const body = at(request, ['body', 'query']) ?? at(request, ['template', 'source', 'query'])
  const parts: Predicate[] = []
  const texts: string[] = []
  const told = (part: Value): void => {
    diagnostics.push({
      code: 'WAT003',
      severity: 'warning',
      message: `a part of the search is not understood: ${JSON.stringify(part).slice(0, 120)}`,
      source,
      hint: 'say it in the query string',
    })
    parts.push({ kind: 'opaque', text: JSON.stringify(part).slice(0, 1000) })
  }
  const lucene = languages.find(language => language.id === 'lucene')!
  let written: Source | undefined
  const looking: Looking[] = []
  const take = (part: Value, depth: number): void => {
    if (!isRecord(part) || depth > 20) {
      told(part)
      return
    }
    const asked = part.query_string
    if (isRecord(asked) && typeof asked.query === 'string') {
      // The search is a template, in which two braces are written apart; Lucene reads an escaped brace as a brace.
      const query: Source = { name: source.name, text: asked.query }
      written ??= query
      texts.push(asked.query)
      const read = lucene.parse(query, context)
      diagnostics.push(...read.diagnostics.map(finding => ({ ...finding, source: query })))
      for (const stage of read.value?.stages ?? []) if (stage.kind === 'filter') parts.push(stage.where)
      if (read.value === undefined) parts.push({ kind: 'opaque', text: asked.query })
      return
    }
    if (isRecord(part.bool)) {
      for (const [kind, list] of Object.entries(part.bool)) {
        if (kind !== 'must' && kind !== 'filter') told({ [kind]: list } as Value)
        else for (const member of Array.isArray(list) ? (list as readonly Value[]) : [list]) take(member, depth + 1)
      }
      return
    }
    // The time that a run looks back over is not asked of a log that is hunted whole.
    if (isRecord(part.range)) {
      for (const [column, range] of Object.entries(part.range))
        looking.push({ column, since: isRecord(range) ? (range.gte ?? range.gt) : undefined })
      return
    }
    if (part.match_all !== undefined) return
    told(part)
  }
  if (body !== undefined) take(body, 0)
  diagnostics.push(...misfits(watch, request, looking).map(finding => ({ ...finding, source })))
  if (written === undefined)
    return fail('WAT002', 'the search of this watch has no query string', 'add "query_string": {"query": …}')
  if (typeof metadata.query === 'string' && metadata.query !== texts[0])
    diagnostics.push({
      code: 'WAT201',
      severity: 'warning',
      message: 'the query of the metadata is not the one that is searched',
      source,
      hint: 'people read the metadata: write the same text in both places',
    })
  const stages: Stage[] = parts.map(where => ({ kind: 'filter', where }))
  const count = least(watch, told)
  if (count > 1) stages.push(counted(count, at(watch, ['trigger', 'schedule', 'interval'])))
  const indices = at(request, ['indices'])
  const query: Pipeline = {
    from: {
      kind: 'table',
      name: Array.isArray(indices) ? indices.filter(one => typeof one === 'string').join(',') : 'logs-*',
      time: '@timestamp',
    },
    stages,
    rules: 'elastic',
  }
  const title = typeof metadata.title === 'string' ? metadata.title : (id ?? source.name)
  const level = levels.find(known => known === metadata.level) ?? ('medium' satisfies Level)
  const tags = Array.isArray(metadata.tags) ? metadata.tags : Array.isArray(metadata.attack) ? metadata.attack : []
  const detection: Detection = {
    id: (typeof metadata.rule_id === 'string' ? metadata.rule_id : id) ?? stableId(`${source.name}:${title}`),
    title,
    description: typeof metadata.description === 'string' ? metadata.description : '',
    level,
    status: 'test',
    query,
    schema: 'elastic',
    attack: tags.flatMap(tag =>
      typeof tag === 'string' ? (/^(?:attack\.)?(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []) : [],
    ),
    authors: [],
    references: [],
    falsePositives: [],
    tests: [],
    written: { document: source, rules, language: 'lucene', query: written },
    rest: { actions: watch.actions ?? {} },
  }
  return { value: [detection], diagnostics }
}

/** By which column, and how far, a search looks back. */
interface Looking {
  readonly column: string
  readonly since: Value | undefined
}

/** Columns of time that events in the indices of Elastic have (ECS: base and event fields). */
const times: ReadonlySet<string> = new Set(['@timestamp', 'event.created', 'event.ingested', 'event.start', 'event.end'])

/** Parts of a watch that are right by themselves and wrong together. */
function misfits(watch: Fields, request: Value | undefined, looking: readonly Looking[]): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  const tell = (code: string, message: string, hint: string): void => {
    found.push({ code, severity: 'warning', message, hint })
  }
  const size = at(request, ['body', 'size']) ?? at(request, ['template', 'source', 'size'])
  if (size === 0 && JSON.stringify(watch.actions ?? {}).includes('ctx.payload.hits.hits'))
    tell(
      'WAT203',
      'the search returns no hits ("size": 0), and an action shows "ctx.payload.hits.hits", which is then empty',
      'set "size"',
    )
  const interval = lengthOf(at(watch, ['trigger', 'schedule', 'interval']))
  for (const { column, since } of looking) {
    if (!times.has(column))
      tell(
        'WAT204',
        `the search looks back by the column "${column.slice(0, 80)}", which events of Beats and of ECS do not have, so that nothing is found`,
        'write "@timestamp"',
      )
    const back = typeof since === 'string' ? lengthOf(/^now-(\d{1,6}[smhd])/.exec(since)?.[1]) : undefined
    if (back !== undefined && interval !== undefined && back <= interval)
      tell(
        'WAT205',
        'a run looks back no further than to the run before, so that what is indexed late is never seen',
        'look back further than the interval',
      )
  }
  for (const [name, action] of Object.entries(isRecord(watch.actions) ? watch.actions : {})) {
    const throttle = isRecord(action) ? lengthOf(action.throttle_period) : undefined
    if (throttle !== undefined && interval !== undefined && throttle < interval)
      tell(
        'WAT205',
        `the action "${name.slice(0, 80)}" is throttled for less time than lies between two runs, which never holds it back`,
        'throttle for longer than the interval',
      )
  }
  return found
}

/** A length of time such as 30m in milliseconds. */
function lengthOf(of: Value | undefined): number | undefined {
  const found = /^(\d{1,6})([smhd])$/.exec(typeof of === 'string' ? of : '')
  return found === null ? undefined : Number(found[1]) * units[found[2]!]!
}

function at(of: Value | undefined, path: readonly string[]): Value | undefined {
  let found = of
  for (const key of path) found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined
  return found
}

/** How many hits make the watch act. */
function least(watch: Fields, told: (part: Value) => void): number {
  const compare = at(watch, ['condition', 'compare'])
  if (!isRecord(compare)) return 1
  for (const [path, test] of Object.entries(compare)) {
    if (!/^ctx\.payload\.hits\.total(?:\.value)?$/.test(path) || !isRecord(test)) {
      told({ [path]: test } as Value)
      continue
    }
    const [op, to] = Object.entries(test)[0] ?? []
    const number = Number(to)
    if (op === 'gt' && Number.isInteger(number)) return number + 1
    if (op === 'gte' && Number.isInteger(number)) return number
    if (op === 'not_eq' && number === 0) return 1
    told({ [path]: test } as Value)
  }
  return 1
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function counted(count: number, interval: Value | undefined): Stage {
  const size = lengthOf(interval) ?? 1_800_000
  return {
    kind: 'aggregate',
    by: [],
    measures: [{ name: 'count', fn: 'count' }],
    window: { size, kind: 'sliding', report: 'rising' },
    having: {
      kind: 'test',
      subject: { kind: 'field', name: 'count' },
      match: { kind: 'compare', op: '>=', to: { kind: 'literal', value: count } },
    },
  }
}

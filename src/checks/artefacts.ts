// What a query or document lacks in order to run where it is meant to: a table that is a function, a time, a zone, a watch for one machine or version.

import type { Detection } from '../ir/detection.ts'
import type { Pipeline } from '../ir/pipeline.ts'
import type { At, Scalar } from '../ir/predicate.ts'
import { visit } from '../ir/walk.ts'
import { type InDocument, inDocument, meaningCheck } from './meaning.ts'

const pages = {
  LNT320: {
    title: 'a query alone that is no rule yet',
    what: 'A file holds a condition over a table and nothing else: no time, no choice of columns, no id, severity, tactic or entity.',
    why: 'It is pasted into a portal and works there. Deployed on a schedule it reads all that the table keeps, and its alerts say neither how bad they are nor whom they are about.',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where FileName =~ "plink.exe"' },
    good: {
      language: 'kql',
      text: 'DeviceProcessEvents | where Timestamp > ago(1h) | where FileName =~ "plink.exe" | project Timestamp, DeviceName, AccountName, ProcessCommandLine',
    },
  },
  LNT321: {
    title: 'a table that is a function',
    what: 'A query begins with a parser of the Advanced Security Information Model in its deployed form.',
    why: 'It is no table and no connector fills it: where the parser was not deployed, the query fails. The built-in parsers begin with "_Im_" or "_ASim_".',
    bad: {
      language: 'kql',
      text: 'imProcessCreate | where TargetProcessCommandLine contains "3389" | project TimeGenerated, Dvc',
    },
    good: {
      language: 'kql',
      text: '_Im_ProcessCreate | where TargetProcessCommandLine contains "3389" | project TimeGenerated, Dvc',
    },
  },
  LNT325: {
    title: 'a watch whose condition depends on the version',
    what: 'A watch compares "ctx.payload.hits.total" with a number.',
    why: 'Since Elasticsearch 7 it is an object, unless the search asks for the total as a number: the comparison is true always or never.',
    bad: { language: 'watch', text: '"compare": {"ctx.payload.hits.total": {"not_eq": 0}}' },
    good: { language: 'watch', text: '"compare": {"ctx.payload.hits.total.value": {"not_eq": 0}}' },
  },
  LNT327: {
    title: 'a watch for one machine',
    what: 'Addresses of the machine it was written on are in a watch: localhost, root@localhost.',
    why: 'It is sent and mails to where nobody is.',
    bad: { language: 'watch', text: 'curl -XPUT localhost:9200/_watcher/watch/x … "to": "root@localhost"' },
    good: { language: 'watch', text: 'curl -XPUT "$ELASTICSEARCH/_watcher/watch/x" … "to": "soc@example.com"' },
  },
  LNT328: {
    title: 'alternatives without a word between them',
    what: 'A query of Lucene lists values in parentheses without OR.',
    why: 'What stands between them is the default operator of whoever runs the query, Elasticsearch or Graylog: where it is AND, no event has all of the values.',
    bad: { language: 'lucene', text: 'event.code:1 AND process.name:(plink.exe socat.exe)' },
    good: { language: 'lucene', text: 'event.code:1 AND process.name:(plink.exe OR socat.exe)' },
  },
  LNT329: {
    title: 'a rule without a time zone in its times',
    what: 'A search writes times as text without saying their zone.',
    why: 'Who reads the alert cannot tell which time it was.',
    bad: {
      language: 'spl',
      text: 'index=x | stats min(_time) as firstTime by host | convert timeformat="%Y-%m-%dT%H:%M:%S" ctime(firstTime)',
    },
    good: {
      language: 'spl',
      text: 'index=x | stats min(_time) as firstTime by host | convert timeformat="%Y-%m-%dT%H:%M:%S%z" ctime(firstTime)',
    },
  },
} as const

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

export const artefacts = meaningCheck('artefacts', pages, (detection, _, tell) => {
  const { rules, language } = detection.written
  if (language === 'kql') kusto(detection, tell)
  if (rules.startsWith('watcher')) watch(detection, tell)
  if (language === 'lucene') listed(detection, tell)
  if (language === 'spl') zones(detection, tell)
})

function kusto(detection: Detection, tell: Tell): void {
  const { query, written } = detection
  const waiting: Pipeline[] = [query]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { from } = next
    if (from.kind === 'union') waiting.push(...from.of)
    if (from.kind === 'table' && /^(?:im|vim|ASim)[A-Z]/.test(from.name))
      tell('LNT321', 'note', `"${from.name}" is a function that must be deployed, and no table`, from, {
        hint: 'deploy the parsers, or call the built-in ones ("_Im_…", "_ASim_…")',
      })
  }
  if (
    written.rules !== 'kql' ||
    query.from.kind !== 'table' ||
    query.stages.length === 0 ||
    !query.stages.every(({ kind }) => kind === 'filter')
  )
    return
  let timed = false
  visit(query, {
    scalar: node => {
      timed ||=
        (node.kind === 'field' && /^(?:TimeGenerated|Timestamp|EventStartTime)$/.test(node.name)) ||
        (node.kind === 'call' && /ago|now/.test(node.fn))
    },
  })
  if (!timed)
    tell(
      'LNT320',
      'note',
      'a condition alone: there is no time, no choice of columns, no id, severity, tactic or entity',
      query.from,
      {
        hint: 'keep it in a rule (an analytics rule of Sentinel, a Sigma rule), or bound it by time and project what an alert shows',
      },
    )
}

/** What the reader of watches does not tell. Its parts are found as text, so that they have places below a shell and JSON. */
function watch({ written }: Detection, tell: Tell): void {
  const { text } = written.document
  const find = (pattern: RegExp): { readonly at: InDocument; readonly value: string } | undefined => {
    const found = pattern.exec(text)
    return found === null ? undefined : { at: inDocument(found.index, found.index + found[0].length), value: found[1] ?? '' }
  }
  const total = find(/"ctx\.payload\.hits\.total"\s*:/)
  if (total !== undefined && !/rest_total_hits_as_int"\s*:\s*true/.test(text))
    tell('LNT325', 'warning', '"hits.total" is an object since Elasticsearch 7', total.at, {
      hint: 'compare "ctx.payload.hits.total.value"',
    })
  const here = find(/\blocalhost(?::\d+)?\/_watcher|"(?:from|to)"\s*:\s*"[^"@]*@localhost"/)
  if (here !== undefined)
    tell('LNT327', 'note', 'this is for the machine that it was written on', here.at, {
      hint: 'name the cluster and who is to be told',
    })
}

function listed({ written }: Detection, tell: Tell): void {
  const { text } = written.query
  const found = /\b[\w.]+:\(\s*((?:[^\s()"]+\s+)+[^\s()"]+)\s*\)/.exec(text)
  if (found === null || /\b(?:OR|AND|NOT)\b|\|\||&&/.test(found[1]!)) return
  const at = written.document === written.query ? inDocument(found.index, found.index + found[0].length) : undefined
  tell('LNT328', 'warning', 'there is no OR between these values, so that the default operator decides', at, { hint: 'write OR' })
}

/** A format of times that tells the time of day and no zone. In Splunk's security content it is one macro of the site that says so, and no rule of its own. */
function zones({ written, query }: Detection, tell: Tell): void {
  if (written.rules === 'escu') return
  let first: At | undefined
  let format = ''
  visit(query, {
    stage: stage => {
      if (first === undefined) visit(stage, { scalar: node => note(node, stage) })
    },
  })
  function note(node: Scalar, stage: At): void {
    if (first !== undefined || node.kind !== 'call' || (node.fn !== 'splunk:ctime' && node.fn !== 'splunk:strftime')) return
    const said = node.args[1]
    if (said?.kind !== 'literal' || typeof said.value !== 'string') return
    if (!/%(?:H|I|T|X|c)/.test(said.value) || /%(?:z|Z|:|s|E|\+)|Z$/.test(said.value)) return
    first = node.span === undefined ? stage : node
    format = said.value
  }
  if (first !== undefined) tell('LNT329', 'note', `"${format}" does not say in which zone a time is`, first, { hint: 'add "%z"' })
}

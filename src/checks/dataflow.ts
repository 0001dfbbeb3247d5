// Columns on their way through the stages of a query: asked after they were left out, grouped so finely that nothing is grouped.

import { matchGlob } from '../ir/glob.ts'
import type { Pipeline, Stage } from '../ir/pipeline.ts'
import type { Glob } from '../ir/predicate.ts'
import { fieldsUsed, visit } from '../ir/walk.ts'
import { meaningCheck } from './meaning.ts'

const pages = {
  LNT295: {
    title: 'a column that was left out before it is asked',
    what: 'A stage asks a column that an earlier stage did not keep.',
    why: 'After "table", "fields" or a summary there are only the columns that these name. What is asked of others is empty: rows are lost, or the test is never true.',
    bad: { language: 'spl', text: 'index=x | table _time, host, user | stats count by process' },
    good: { language: 'spl', text: 'index=x | table _time, host, user, process | stats count by process' },
  },
  LNT296: {
    title: 'groups of single events',
    what: 'Rows are grouped by their exact time.',
    why: 'Nearly every event has a time of its own, so nothing is grouped; and "values" sorts what it collects and drops repetitions, so that values that belonged together are parted.',
    bad: { language: 'spl', text: 'index=x | stats values(process) by _time, host' },
    good: { language: 'spl', text: 'index=x | bin _time span=5m | stats values(process) by _time, host' },
  },
  LNT297: {
    title: 'a column that one statement reads and makes',
    what: 'A statement makes a column anew and reads it for another one.',
    why: 'KQL reads the row as it was before the statement; other languages, and converters that write one statement a column, read what was made a moment ago.',
    bad: {
      language: 'kql',
      text: 'DeviceProcessEvents | extend FileName = InitiatingProcessFileName, InitiatingProcessFileName = "" | where Timestamp > ago(1h)',
    },
    good: {
      language: 'kql',
      text: 'DeviceProcessEvents | extend FileName = InitiatingProcessFileName | extend InitiatingProcessFileName = "" | where Timestamp > ago(1h)',
    },
  },
} as const

/** Languages whose readers know the columns of every stage themselves. */
const typed: ReadonlySet<string> = new Set(['kql', 'esql', 'sigma', 'duckdb', 'clickhouse'])

export const dataflow = meaningCheck('dataflow', pages, (detection, _, tell) => {
  if (detection.written.language === 'kql') atOnce(detection.query, tell)
  if (typed.has(detection.written.language)) return
  const waiting: Pipeline[] = [detection.query]
  for (let query = waiting.pop(), count = 0; query !== undefined && count < 100; query = waiting.pop(), count++) {
    if (query.from.kind === 'union') waiting.push(...query.from.of)
    follow(query, tell)
  }
})

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

const names = (glob: Glob): string | undefined => (glob.length === 1 && typeof glob[0] === 'string' ? glob[0] : undefined)

function follow(query: Pipeline, tell: Tell): void {
  /** The columns there are, once a stage has said so. */
  let kept: Glob[] | undefined
  let binned = false
  const has = (name: string): boolean =>
    name.startsWith('_') || kept!.some(glob => matchGlob(glob, false)(name) || matchGlob(glob, false)(name.split(/[.{]/)[0]!))
  for (const stage of query.stages) {
    if (kept !== undefined) {
      const missing = readOf(stage).filter(name => !has(name) && !/^(?:null|true|false)$/i.test(name))
      const [first] = missing
      if (first !== undefined)
        tell('LNT295', 'warning', `"${first}" was left out before it is asked here`, stage, {
          hint: 'keep it in the stage before',
        })
      for (const name of missing) kept.push([name])
    }
    switch (stage.kind) {
      case 'project':
        if (stage.mode === 'keep') kept = [...stage.names]
        else if (stage.mode === 'drop' && kept !== undefined) {
          const dropped = stage.names.map(names)
          kept = kept.filter(glob => !dropped.includes(names(glob)))
        }
        break
      case 'aggregate': {
        const time = stage.by.find(({ value }) => value.kind === 'field' && /^(?:_time|@timestamp|timestamp)$/i.test(value.name))
        const collects = stage.measures.find(({ fn }) => fn === 'values' || fn === 'list')
        if (time !== undefined && !binned && collects !== undefined && stage.window === undefined)
          tell(
            'LNT296',
            'note',
            `rows are grouped by their exact "${time.name}", so that nearly every one is a group of its own`,
            stage,
            {
              hint: 'put times into stretches first: bin _time span=5m',
            },
          )
        const globs = stage.measures.map(({ name }): Glob => (name.includes('*') ? [{ wild: 'any' }] : [name]))
        kept = [...stage.by.map(({ name }): Glob => [name]), ...globs]
        break
      }
      case 'extend':
        for (const { name } of stage.columns) {
          kept?.push([name])
          if (/^_time$/.test(name)) binned = true
        }
        break
      case 'rename':
        for (const { to } of stage.names) kept?.push(to)
        break
      case 'filter':
      case 'sort':
      case 'limit':
        break
      case 'opaque':
        // What was not understood may make columns; these commands make none.
        if (!/^\|?\s*(?:bin|bucket|sort|dedup|head|tail|search|where|regex|rename|fields)\b/i.test(stage.text)) kept = undefined
        break
      default:
        kept = undefined
    }
  }
}

/** Statements of KQL that make a column which they read for another one. */
function atOnce(query: Pipeline, tell: Tell): void {
  visit(query, {
    stage: stage => {
      if (stage.kind !== 'extend' || stage.columns.length < 2 || stage.columns.length > 100) return
      const made = new Set(stage.columns.map(({ name }) => name))
      const found = stage.columns.flatMap(({ name, value }) =>
        [...fieldsUsed(value)].filter(read => read !== name && made.has(read)),
      )
      const [first] = found
      if (first !== undefined)
        tell('LNT297', 'note', `"${first}" is read here as it was before this statement, which makes it anew`, stage, {
          hint: 'make it in a statement of its own',
        })
    },
  })
}

/** The columns that a stage asks. What a stage leaves out or renames is no question; what it computes may ask what it computed before. */
function readOf(stage: Stage): readonly string[] {
  if (
    stage.kind === 'project' ||
    stage.kind === 'rename' ||
    stage.kind === 'join' ||
    stage.kind === 'special' ||
    stage.kind === 'apply'
  )
    return []
  if (stage.kind === 'extend') {
    const made = new Set<string>()
    return stage.columns.flatMap(({ name, value }) => {
      const read = [...fieldsUsed(value)].filter(one => one !== name && !made.has(one))
      made.add(name)
      return read
    })
  }
  if (stage.kind !== 'aggregate') return [...fieldsUsed(stage)]
  const { having: _, ...rest } = stage
  return [...fieldsUsed(rest)]
}

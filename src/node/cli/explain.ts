// `terrier explain`: what a rule looks for; with an event, why it matched or not.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { explain, type Trace, trace } from '../../explain.ts'
import { readSource } from '../../hunt.ts'
import type { Detection } from '../../ir/detection.ts'
import type { Event } from '../../ir/event.ts'
import { hubNames } from '../../schemas/hubnames.ts'
import { schemas } from '../../schemas/index.ts'
import type { Schema } from '../../schemas/schema.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { suggest } from '../../text/suggest.ts'
import { eventSources } from '../files.ts'
import {
  type CorpusCount,
  eventJson,
  explanationRow,
  traceJson,
  type Verdict,
  writeExplanation,
  writeTrace,
} from '../report/explanation.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { counted } from '../report/text.ts'
import { exitCode } from './exit.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { inLanguage, languageNames, readLanguage } from './language.ts'
import { loadRules, noRules, type Rules, ruleTest, usedSchemas } from './load.ts'
import {
  type CommonOptions,
  collect,
  colorSettings,
  common,
  type Desk,
  desk,
  type Format,
  misuse,
  refuse,
  refuseAddresses,
  show,
} from './options.ts'
import { queriesOf } from './texts.ts'
import { readVariables } from './variables.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['text', 'jsonl', 'json']
/** How many events `--all` explains. */
const mostEvents = 20

interface ExplainArguments extends CommonOptions {
  readonly rules?: readonly string[]
  readonly event?: string
  readonly index?: string
  readonly all?: boolean
  readonly corpus?: readonly string[]
  readonly constructs?: boolean
  readonly language?: string
  readonly var?: readonly string[]
  readonly schema?: readonly string[]
}

const examples = `
Examples:
  terrier explain rule.yml                            stages, what it looks for, the data it needs
  terrier explain rule.yml --event event.json         why it matched the event or not: a tree
  terrier explain 'Plink*' --event log.jsonl --index 92   a bundled rule, by id, title or file name, on the 93rd event
  terrier explain rules/ -f jsonl                     one object a rule
  terrier explain -l spl 'index=w EventCode=1 | stats count by Image'   a query
  terrier explain detections/ --constructs            what a collection is made of, and how much of it runs
  cat rule.yml | terrier explain - --corpus rules/    how many other rules look for the same

In a tree + (or a check mark) is true, x is false, - could not be asked because the event has no such field.
Exit codes: 0 done, 2 wrong usage, 3 no rule could be read, 4 the events could not be read, 130 interrupted.`

function command(): Command {
  const explaining = new Command('explain')
    .argument('<rule...>', 'rules: files, folders, - for standard input; or an id or title among the rules of -r')
    .option(
      '-r, --rules <path>',
      'where named rules, and those that a correlation refers to, are (default: the bundled pack); may be repeated',
      collect,
    )
    .option('--event <log>', 'explain why the rule matches the first event of this log, or not')
    .option('--index <number>', 'which event of the log, from 0')
    .option('--all', `every event of the log, at most ${mostEvents}`)
    .option('--corpus <path>', 'count how many other rules look for the same; may be repeated', collect)
    .option('--constructs', 'instead: which constructs the rules use, how many use each, and how many of these run')
    .option('--var <file>', 'values of placeholders, YAML or JSON; may be repeated', collect)
    .option('--schema <id>', 'also read records through a schema that is not used unasked; may be repeated', collect)
  return common(
    inLanguage(explaining, 'the arguments are queries in this language, or files that hold one; - for one on standard input'),
    served,
  ).addHelpText('after', examples)
}

/** The rules that arguments name: paths first, then ids, titles and file names among the rules of `-r`. */
async function named(
  args: readonly string[],
  given: ExplainArguments,
  names: NonNullable<Parameters<typeof loadRules>[2]>,
  io: Io,
) {
  const paths = args.filter(
    arg => arg === '-' || existsSync(resolve(io.cwd, arg)) || (/[*?[{]/.test(arg) === false && /\.ya?ml$/i.test(arg)),
  )
  const patterns = args.filter(arg => !paths.includes(arg))
  const others = given.rules ?? []
  const own = paths.length === 0 ? undefined : await loadRules(paths, io, names)
  // A correlation finds the rules it refers to among all that are at hand; standard input can be read only once.
  const library =
    patterns.length > 0 || (others.length > 0 && !paths.includes('-'))
      ? await loadRules([...paths.filter(path => path !== '-'), ...others], io, names)
      : undefined
  const chosen: Detection[] = []
  const missing: Diagnostic[] = []
  if (own !== undefined) {
    const files = new Set(own.sources.map(source => source.name))
    const from = library !== undefined && !paths.includes('-') ? library : own
    chosen.push(...from.detections.filter(detection => files.has(detection.written.document.name)))
  }
  for (const pattern of patterns) {
    const test = ruleTest(pattern)
    const found = library!.detections.filter(test)
    if (found.length === 0) {
      const known = library!.detections.flatMap(detection => [
        detection.id,
        detection.title,
        ...(detection.name === undefined ? [] : [detection.name]),
      ])
      const near = suggest(pattern, known)
      const where = others.length === 0 ? 'the bundled rules' : others.join(', ')
      missing.push(
        misuse(
          'CLI012',
          `no file and no rule "${pattern}" in ${where}`,
          near === undefined ? 'name a file, or where the rules are with -r' : `did you mean "${near}"?`,
        ),
      )
    }
    for (const detection of found) if (!chosen.includes(detection)) chosen.push(detection)
  }
  const findings: Rules['findings'] = [...(own?.findings ?? []), ...(library?.findings ?? [])]
  return { chosen, missing, findings }
}

/** Arguments that are queries themselves, or files that hold one. */
async function asked(
  args: readonly string[],
  language: string,
  names: NonNullable<Parameters<typeof loadRules>[2]>,
  io: Io,
): Promise<Awaited<ReturnType<typeof named>>> {
  const isFile = (arg: string): boolean => arg !== '-' && arg.length < 4096 && existsSync(resolve(io.cwd, arg))
  const files = args.filter(isFile)
  const queries = await queriesOf(
    args.filter(arg => !isFile(arg)),
    'query',
    io,
  )
  const own = files.length === 0 ? undefined : await loadRules(files, io, { ...names, language })
  const { readRules } = await import('../../rules/index.ts')
  const read = readRules(queries, { ...names, language })
  return {
    chosen: [...(own?.detections ?? []), ...(read.value ?? [])],
    missing: [],
    findings: [...(own?.findings ?? []), ...read.diagnostics],
  }
}

/** How many rules of a corpus look for a field, operator and value. */
function corpusCounts(corpus: readonly Detection[]): CorpusCount {
  const rules = new Map<string, Set<string>>()
  const key = (field: string, kind: string, value: string) => JSON.stringify([field, kind, value.toLowerCase()])
  for (const detection of corpus) {
    // Rules of other languages are counted under Sigma's names.
    const hub = hubNames(detection.query, schemas)
    for (const { field, kind, values } of explain(detection).indicators) {
      for (const value of values) {
        const at = key(hub(field), kind, value)
        const ids = rules.get(at)
        if (ids === undefined) rules.set(at, new Set([detection.id]))
        else ids.add(detection.id)
      }
    }
  }
  return (own, field, kind, values) => {
    const name = hubNames(own.query, schemas)(field)
    const others = new Set(values.flatMap(value => [...(rules.get(key(name, kind, value)) ?? [])]))
    others.delete(own.id)
    return others.size
  }
}

/** What the trace of a whole rule comes to. Only a correlation can stay open: one event alone does not decide it. */
function verdictOf(detection: Detection, of: Trace): Verdict {
  if (of.truth === 'true') return 'match'
  const alone =
    detection.query.from.kind === 'class' &&
    detection.query.stages.every(stage => stage.kind === 'filter' || stage.kind === 'extend')
  return of.truth === 'absent' && !alone ? 'undecided' : 'no match'
}

/** The events that `--event`, `--index` and `--all` name. */
async function events(
  given: ExplainArguments,
  index: number | undefined,
  findings: Diagnostic[],
  signal: AbortSignal | undefined,
) {
  const found: Event[] = []
  let at = 0
  let more = false
  const wanted = index !== undefined ? 1 : given.all ? mostEvents : 1
  for await (const source of interruptible(
    eventSources([given.event!], finding => findings.push(finding)),
    signal,
  )) {
    for await (const { batch } of readSource(source, finding => findings.push(finding))) {
      for (let place = 0; place < batch.length && !more; place++) {
        if (index === undefined || at === index) {
          if (found.length === wanted) more = true
          else found.push(batch.at(place))
        }
        at++
      }
      if (more || (index !== undefined && found.length === 1)) break
    }
    if (more || (index !== undefined && found.length === 1)) break
  }
  return { found, more, count: at }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<ExplainArguments>()
  const wrong: Diagnostic[] = []
  const names = readVariables(given.var ?? [], io)
  wrong.push(...names.diagnostics)
  const used = usedSchemas(given.schema ?? [])
  wrong.push(...used.diagnostics)
  if (given.index !== undefined && !/^\d{1,12}$/.test(given.index)) {
    wrong.push(misuse('CLI009', `not the number of an event: "${given.index}"`, 'write a whole number from 0 on'))
  }
  if ((given.index !== undefined || given.all) && given.event === undefined) {
    wrong.push(misuse('CLI001', '--index and --all say which event of --event', 'name a log with --event'))
  }
  const { language, wrong: wrongLanguage } = readLanguage(given)
  wrong.push(...wrongLanguage)
  if (wrong.length > 0) return refuse(io, wrong, 'explain')
  const addresses = language === undefined ? refuseAddresses(parsed.args) : []
  if (addresses.length > 0) return refuse(io, addresses, 'explain')
  const sat = desk(given, served, 'explain', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'explain')
  const at = sat.value
  try {
    const { chosen, missing, findings } =
      language === undefined
        ? await named(parsed.args, given, { names: names.value }, io)
        : await asked(parsed.args, language, { names: names.value }, io)
    if (missing.length > 0) return refuse(io, missing, 'explain')
    if (chosen.length === 0) {
      show(at.talk, findings.filter(finding => finding.severity === 'error').slice(0, 20))
      show(at.talk, [noRules({ findings, sources: [] }, parsed.args, io)])
      return 3
    }
    if (given.constructs) return (await import('./constructs.ts')).tellConstructs(chosen, at)
    return given.event === undefined
      ? await tellRules(chosen, findings, given, at)
      : await tellTraces(chosen, given, used.value!, at)
  } finally {
    at.close()
  }
}

async function tellRules(
  chosen: readonly Detection[],
  findings: readonly Diagnostic[],
  given: ExplainArguments,
  at: Desk,
): Promise<number> {
  const corpus = given.corpus === undefined ? undefined : corpusCounts((await loadRules(given.corpus, at.io)).detections)
  const rows = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
  for (const detection of chosen) {
    if (at.io.signal?.aborted) break
    const told = explain(detection)
    const row = explanationRow(detection, told, findings, corpus)
    if (at.format === 'text') writeExplanation(at.out, detection, told, row, at.verbose)
    else rows.row(row)
  }
  if (at.format !== 'text') rows.end()
  return exitCode(at.io.signal?.aborted ? [130] : [])
}

async function tellTraces(
  chosen: readonly Detection[],
  given: ExplainArguments,
  known: readonly Schema[],
  at: Desk,
): Promise<number> {
  const problems: Diagnostic[] = []
  const index = given.index === undefined ? undefined : Number(given.index)
  const { found, more, count } = await events(given, index, problems, at.io.signal)
  if (found.length === 0) {
    show(at.talk, problems.slice(0, 20))
    if (count > 0) {
      show(at.talk, [
        misuse(
          'CLI015',
          `there is no event ${index} in "${given.event}"`,
          `it has ${counted(count, 'event')}, from 0 to ${count - 1}`,
        ),
      ])
      return 2
    }
    show(at.talk, [misuse('CLI014', 'no log could be read')])
    return 4
  }
  const rows = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
  for (const detection of chosen) {
    for (const event of found) {
      if (at.io.signal?.aborted) break
      const told = trace(detection, event, { schemas: known })
      const verdict = verdictOf(detection, told)
      if (at.format === 'text') writeTrace(at.out, detection, event, told, verdict)
      else rows.row({ rule: detection.id, event: eventJson(event), verdict, trace: traceJson(told) })
    }
  }
  if (at.format !== 'text') rows.end()
  if (more && !at.quiet)
    at.talk.write(
      given.all ? `only the first ${mostEvents} events\n` : 'only the first event; --index N takes another, --all the first 20\n',
    )
  return exitCode(at.io.signal?.aborted ? [130] : [])
}

export const verb: Verb = {
  command,
  run,
  values: { format: served, color: colorSettings, language: languageNames, schema: schemas.map(schema => schema.id) },
}

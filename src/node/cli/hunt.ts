// `terrier hunt`: rules over logs, alerts out.

import { Command, Option } from 'commander'
import { compile } from '../../engine/engine.ts'
import { hunt, isAlert, type Notice } from '../../hunt.ts'
import { type Detection, type Level, levels } from '../../ir/detection.ts'
import type { ParseContext } from '../../languages/language.ts'
import { schemas } from '../../schemas/index.ts'
import type { Schema } from '../../schemas/schema.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import { eventSources } from '../files.ts'
import { version } from '../package.ts'
import { describe, type Found } from '../report/alert.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { progressLine, totalOf } from '../report/progress.ts'
import type { HuntSummary, Report } from '../report/report.ts'
import { counted } from '../report/text.ts'
import { account, riskTally, tell, tellStats } from './account.ts'
import { exitCode } from './exit.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { noRules, readyRules, ruleTest, tagTest, usedSchemas } from './load.ts'
import {
  type CommonOptions,
  collect,
  colorSettings,
  common,
  type Desk,
  desk,
  type Format,
  misuse,
  readFailOn,
  readLevels,
  readMoment,
  refuse,
  refuseAddresses,
  show,
} from './options.ts'
import { formatNames, type Reading, type ReadingArguments, reading, readReading } from './reading.ts'
import { shareOut } from './share.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json', 'csv', 'timeline', 'md', 'sarif', 'github']

interface HuntArguments extends CommonOptions, ReadingArguments, LanguageArguments {
  readonly rules?: readonly string[]
  readonly sigma?: readonly string[]
  readonly directory?: readonly string[]
  readonly mapping?: readonly string[]
  readonly var?: readonly string[]
  readonly schema?: readonly string[]
  readonly level?: readonly string[]
  readonly minLevel?: string
  readonly tag?: readonly string[]
  readonly rule?: readonly string[]
  readonly since?: string
  readonly reference?: boolean
  readonly until?: string
  readonly jobs?: string
  readonly showSkipped?: boolean
  readonly stats?: boolean
  readonly risk?: boolean
  readonly failOn?: string
  readonly strict?: boolean
  readonly cache?: boolean
}

const examples = `
Examples:
  terrier hunt Security.evtx                         the bundled rules on one log
  terrier hunt evtx/ -r sigma/rules --level high+    a folder of rules on a folder of logs
  terrier hunt logs.jsonl.gz -o timeline.csv         a timeline for a spreadsheet
  terrier hunt evtx/ -f jsonl | jq .rule.title       JSON Lines, which a pipe gets anyway
  cat events.jsonl | terrier hunt - --since -24h     from standard input, the last day
  terrier hunt evtx/ --fail-on high -f github        in a pipeline: exit code 1 when something is high

Without LOG a usage error; without -r the bundled rules for protocol tunneling (T1572).
Accepted habits: scan for hunt, -s or --sigma for -r, -d for a folder of logs, --min-level, --mapping (not needed, ignored).
Cells of CSV that a spreadsheet would take for a formula start with an apostrophe.
Exit codes: 0 done, 1 alerts that --fail-on names, 2 wrong usage, 3 no rule could be read, 4 no log could be read,
5 something was skipped and --strict was given, 130 interrupted (what was found is written).`

function command(): Command {
  const hunting = new Command('hunt')
    .argument('[log...]', 'log files, folders, globs, archives (.gz, .zip), or - for standard input')
    .option('-r, --rules <path>', 'rules: a file, folder or glob; may be repeated (default: the bundled pack)', collect)
    .addOption(new Option('-s, --sigma <path>', 'the same as -r').argParser(collect).hideHelp())
    .addOption(new Option('-d, --directory <path>', 'the same as a LOG').argParser(collect).hideHelp())
    .addOption(new Option('--mapping <file>', 'not needed').argParser(collect).hideHelp())
    .option('--var <file>', 'values of placeholders, YAML or JSON: name to a value or a list; may be repeated', collect)
    .option('--level <level>', 'only rules of that level, or of that and above: high+; may be repeated', collect)
    .addOption(new Option('--min-level <level>', 'the same as --level LEVEL+').hideHelp())
    .addOption(new Option('--reference', 'ask every rule about every event, as rules are defined: slow').hideHelp())
    .option('--tag <tag>', 'only rules with that technique or tag: T1572, attack.execution, cve.*; may be repeated', collect)
    .option('--rule <name>', 'only rules of that id, title or file name; * stands for any text; may be repeated', collect)
    .option('--since <time>', 'only events from that time on: 2026-11-20, 2026-11-20T10:00Z, or -2h before now')
    .option('--until <time>', 'only events up to that time')
    .option(
      '--schema <id>',
      'also read records through a schema that is not used unasked: security-full; may be repeated',
      collect,
    )
    .option('--risk', 'add up the risk of each host and user')
    .option('--stats', 'tell counts of events and rules at the end')
    .option('--show-skipped', 'list every rule and record that was not checked, and why')
    .option('--fail-on <level>', 'exit code 1 when a rule of that level or above fires: high, any, never', 'never')
    .option('--strict', 'exit code 5 when a rule or a record was skipped')
    .option('--no-cache', 'read the rules anew, and do not keep them for the next time')
    .option(
      '-j, --jobs <number>',
      'threads that read and look at events (default: for much to read as many as processors, up to 4)',
    )
  return common(inLanguage(reading(hunting)), served).addHelpText('after', examples)
}

/** More threads than this only take memory. */
const mostJobs = 64

/** What the arguments ask for, checked. */
interface Plan {
  readonly logs: readonly string[]
  readonly rules: readonly string[]
  readonly names: NonNullable<ParseContext['names']>
  readonly language?: string
  readonly schemas: readonly Schema[]
  readonly levels: ReadonlySet<Level> | undefined
  readonly since?: number
  readonly until?: number
  readonly matcher: 'fast' | 'reference'
  readonly how: Reading
  readonly failOn: ReadonlySet<Level>
  /** Undefined: as many as pay. */
  readonly jobs?: number
  readonly warnings: readonly Diagnostic[]
}

async function plan(given: HuntArguments, args: readonly string[], io: Io): Promise<Outcome<Plan>> {
  const diagnostics: Diagnostic[] = []
  const warnings: Diagnostic[] = []
  const take = <T>(outcome: Outcome<T>): T | undefined => {
    diagnostics.push(...outcome.diagnostics)
    return outcome.value
  }
  const logs = [...args, ...(given.directory ?? [])]
  if (logs.length === 0) diagnostics.push(misuse('CLI001', 'no log named', 'name a file, a folder, or - for standard input'))
  diagnostics.push(...refuseAddresses([...logs, ...(given.rules ?? []), ...(given.sigma ?? [])]))
  const texts = [...(given.level ?? []), ...(given.minLevel === undefined ? [] : [`${given.minLevel.replace(/\+$/, '')}+`])]
  const levels = texts.length === 0 ? undefined : take(readLevels(texts))
  const since = given.since === undefined ? undefined : take(readMoment(given.since, io.now()))
  const until = given.until === undefined ? undefined : take(readMoment(given.until, io.now()))
  if (since !== undefined && until !== undefined && since > until) {
    diagnostics.push(misuse('CLI007', '--since lies after --until', 'swap them'))
  }
  const how = take(readReading(given))
  const failOn = take(readFailOn(given.failOn))
  const names = given.var === undefined ? {} : take((await import('./variables.ts')).readVariables(given.var, io))
  if (given.jobs !== undefined && !/^[1-9]\d{0,3}$/.test(given.jobs)) {
    diagnostics.push(misuse('CLI009', `not a number of workers: "${given.jobs}"`, 'write a whole number from 1 on'))
  }
  if (given.mapping !== undefined)
    warnings.push({ code: 'CLI201', severity: 'note', message: '--mapping is not needed and was ignored' })
  const used = take(usedSchemas(given.schema ?? []))
  const { language, wrong } = readLanguage(given)
  diagnostics.push(...wrong)
  if (diagnostics.length > 0 || how === undefined || failOn === undefined || names === undefined || used === undefined)
    return { diagnostics }
  const rules = [...(given.rules ?? []), ...(given.sigma ?? [])]
  const jobs = given.jobs === undefined ? undefined : Math.min(mostJobs, Number(given.jobs))
  const matcher = given.reference === true ? 'reference' : 'fast'
  return {
    value: { logs, rules, names, language, schemas: used, levels, since, until, matcher, how, failOn, jobs, warnings },
    diagnostics,
  }
}

/** The rules that the options select; those that only feed a correlation stay. */
function select(
  detections: readonly Detection[],
  given: HuntArguments,
  levels: ReadonlySet<Level> | undefined,
): readonly Detection[] {
  const byTag = (given.tag ?? []).map(tagTest)
  const byRule = (given.rule ?? []).map(ruleTest)
  return detections.filter(
    detection =>
      !detection.silent &&
      (levels === undefined || levels.has(detection.level)) &&
      (byTag.length === 0 || byTag.some(test => test(detection))) &&
      (byRule.length === 0 || byRule.some(test => test(detection))),
  )
}

/** The report of a format; the code of the others is not loaded. `titles` are known by its end. */
async function report(at: Desk, given: HuntArguments, titles: ReadonlyMap<string, string>): Promise<Report<Found, HuntSummary>> {
  const on = at.out
  switch (at.format) {
    case 'table':
      return (await import('../report/table.ts')).huntTable(on, {
        groups: at.verbose ? Number.POSITIVE_INFINITY : 25,
        skipped: given.showSkipped === true,
        titles,
        hint: found => explainCommand(found, given),
      })
    case 'csv':
      return (await import('../report/csv.ts')).huntCsv(on)
    case 'timeline':
      return (await import('../report/timeline.ts')).huntTimeline(on)
    case 'md':
      return (await import('../report/markdown.ts')).huntMarkdown(on)
    case 'sarif':
      return (await import('../report/sarif.ts')).huntSarif(on, version())
    case 'github':
      return (await import('../report/github.ts')).huntGithub(on)
    default: {
      const rows = at.format === 'json' ? jsonArray(on) : jsonl(on)
      return { row: found => rows.row(found.row), end: () => rows.end() }
    }
  }
}

/** A word of a command line, quoted where a shell would take it apart. */
const word = (text: string): string => (/^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** The command that explains an alert. */
function explainCommand({ row }: Found, given: HuntArguments): string {
  const rules = [...(given.rules ?? []), ...(given.sigma ?? [])].map(path => ` -r ${word(path)}`).join('')
  const { source } = row
  const event =
    source === null || source.file === '-' || source.member !== null
      ? ''
      : ` --event ${word(source.file)} --index ${source.index}`
  return `terrier explain ${word(row.rule.id)}${rules}${event}`
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<HuntArguments>()
  const planned = await plan(given, parsed.args, io)
  if (planned.value === undefined) return refuse(io, planned.diagnostics, 'hunt')
  const sat = desk(given, served, 'hunt', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'hunt')
  const at = sat.value
  try {
    return await work(given, planned.value, at)
  } finally {
    at.close()
  }
}

async function work(given: HuntArguments, asked: Plan, at: Desk): Promise<number> {
  const { io, talk } = at
  if (!at.quiet) show(talk, asked.warnings)
  const rules = await readyRules(asked.rules, io, { names: asked.names, language: asked.language, cache: given.cache !== false })
  if (!at.quiet) show(talk, rules.notes)
  if (rules.detections.length === 0) {
    show(talk, rules.findings.slice(0, at.verbose ? undefined : 20))
    show(talk, [noRules(rules, asked.rules, io)])
    return 3
  }
  const chosen = select(rules.detections, given, asked.levels)
  if (chosen.length === 0) {
    return refuse(
      io,
      [misuse('CLI017', `none of ${counted(rules.detections.length, 'rule')} passes --level, --tag and --rule`)],
      'hunt',
    )
  }
  const compiled = compile(chosen, asked.schemas, rules)
  const program = compiled.value
  if (program === undefined) {
    show(talk, compiled.diagnostics)
    return 3
  }

  const wrong = rules.findings.filter(finding => finding.severity === 'error')
  if (!at.quiet) showErrors(at, wrong)
  // What rules over products' tables do not find in other logs.
  if (at.verbose) show(talk, compiled.diagnostics)
  else if (!at.quiet && compiled.diagnostics.length > 0)
    talk.write(`${counted(compiled.diagnostics.length, 'note')} on the tables that rules name: -v\n`)
  if (chosen.every((_, index) => program.skipped.some(skip => skip.index === index && skip.reason === 'unsupported'))) {
    show(talk, wrong.length === 0 ? program.skipped.map(skip => skip.diagnostic).slice(0, 20) : [])
    show(talk, [misuse('CLI013', 'no rule could be read', 'correct the rules, or name others with -r')])
    return 3
  }

  const started = performance.now()
  const titles = new Map<string, string>()
  const output = await report(at, given, titles)
  const now = () => performance.now()
  // Standard input cannot be looked at twice.
  const total =
    at.progress && !asked.logs.includes('-')
      ? await totalOf(
          eventSources(asked.logs, () => undefined),
          now,
        )
      : undefined
  const progress = at.progress ? progressLine(talk, now, total) : undefined
  const unread: Diagnostic[] = []
  const notes: Diagnostic[] = []
  const tally = riskTally()
  const byId = new Map(asked.schemas.map(schema => [schema.id, schema]))
  const firedLevels = new Set<Level>()
  let alerts = 0
  let readFiles = 0
  let end: (Notice & { kind: 'end' }) | undefined
  const listed = interruptible(
    eventSources(asked.logs, finding => unread.push(finding)),
    io.signal,
  )
  const { sources, crew } = await shareOut(asked, listed, { program, rules, chosen, report: finding => notes.push(finding) })
  const { since, until, matcher } = asked
  const options = { ...asked.how, since, until, matcher, signal: io.signal, crew }
  for await (const found of hunt(program, sources, options)) {
    if (isAlert(found)) {
      const detection = program.detections[found.index]!
      const described = describe(found, detection, byId.get(found.schema))
      alerts++
      firedLevels.add(detection.level)
      if (given.risk) tally.add(described)
      output.row(described)
    } else if (found.kind === 'unread') {
      // What ends early because of an interruption is not damaged.
      if (io.signal?.aborted) continue
      const { source, diagnostic } = found
      // A message that names the file already needs no second mention of it.
      const named = source === undefined || diagnostic.source !== undefined || diagnostic.message.includes(label(source))
      unread.push(named ? diagnostic : { ...diagnostic, source: { name: label(source), text: '' } })
    } else if (found.kind === 'skipped') notes.push(found.diagnostic)
    else if (found.kind === 'end') end = found
    else if (found.kind === 'progress') progress?.update(found.counts)
    else if (found.kind === 'file' && found.state === 'begun') progress?.reading(label(found.source))
    else if (found.kind === 'file') {
      if (found.format !== undefined) readFiles++
      progress?.done(found.source)
    }
  }
  progress?.clear()
  const summary = account({
    program,
    rules,
    end: end!,
    unread,
    notes,
    started,
    readFiles,
    interrupted: io.signal?.aborted === true,
    risk: tally.list(),
  })
  if (at.format === 'table') for (const [code, title] of (await import('./codes.ts')).allCodes()) titles.set(code, title)
  output.end(summary)
  tell(at, given, summary, alerts)
  if (!summary.interrupted) rules.keep()
  if (given.stats) tellStats(at, summary, end!, chosen)

  const codes: number[] = []
  if (summary.interrupted) codes.push(130)
  if (readFiles === 0 && unread.some(finding => finding.severity !== 'note')) {
    show(talk, [misuse('CLI014', 'no log could be read')])
    codes.push(4)
  }
  const skipped =
    summary.skipped.length + unread.filter(finding => finding.severity !== 'note').length + notes.length + summary.unknown
  if (given.strict && skipped > 0) codes.push(5)
  if ([...firedLevels].some(level => asked.failOn.has(level))) codes.push(1)
  return exitCode(codes)
}

const mostShown = 3

/** The first errors of the rules with their places; the rest by number, so that the alerts are not lost among them. */
function showErrors(at: Desk, errors: readonly Diagnostic[]): void {
  const most = at.verbose ? errors.length : mostShown
  show(at.talk, errors.slice(0, most))
  if (errors.length > most) at.talk.write(`${errors.length - most} more errors in rules: terrier lint, or -v, shows them\n`)
}

const label = (source: { readonly name: string; readonly member?: string }) =>
  source.member === undefined ? source.name : `${source.name}!${source.member}`

export const verb: Verb = {
  command,
  run,
  values: {
    format: served,
    color: colorSettings,
    'read-as': formatNames,
    language: languageNames,
    level: [...levels, ...levels.map(level => `${level}+`)],
    'fail-on': [...levels, 'any', 'never'],
    schema: schemas.map(schema => schema.id),
  },
}

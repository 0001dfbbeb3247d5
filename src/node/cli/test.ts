// `terrier test`: the tests that rules bring with them. What could not be run is told as skipped, never as passed.

import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { Command } from 'commander'
import { readSource } from '../../hunt.ts'
import type { Detection, Trial } from '../../ir/detection.ts'
import type { Event } from '../../ir/event.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { test } from '../../trial.ts'
import { eventSources } from '../files.ts'
import { testGithub } from '../report/github.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { testJunit } from '../report/junit.ts'
import { testMarkdown } from '../report/markdown.ts'
import { signs } from '../report/paper.ts'
import type { Report, TrialRow, TrialSummary } from '../report/report.ts'
import { counted, duration, oneLine } from '../report/text.ts'
import { exitCode } from './exit.ts'
import { generateTests } from './generate.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { loadRules, noRules, ruleTest } from './load.ts'
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
import { readVariables } from './variables.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json', 'junit', 'md', 'github']

interface TestArguments extends CommonOptions, LanguageArguments {
  readonly rule?: readonly string[]
  readonly var?: readonly string[]
  readonly strict?: boolean
  readonly generate?: string
  readonly most?: string
}

const examples = `
Examples:
  terrier test                          the bundled rules
  terrier test rules/ --rule 'Plink*'   some of them
  terrier test rules/ -o tests.xml      JUnit for a build server
  terrier test rules/ -f github         annotations in a pull request
  terrier test --generate rule.yml      make tests of a rule: what each part decides, near misses, edges

A data set that a test names is looked for beside its rule, at most up to the folder that holds "rules"; nothing is fetched.
Exit codes: 0 done, 1 a test failed or none could be made,
2 wrong usage, 3 no rule could be read, 5 a test was skipped and --strict was given, 130 interrupted.`

function command(): Command {
  const testing = new Command('test')
    .argument('[path...]', 'rules: files, folders or globs (default: the bundled pack)')
    .option('--rule <name>', 'only rules of that id, title or file name; * stands for any text; may be repeated', collect)
    .option('--var <file>', 'values of placeholders, YAML or JSON; may be repeated', collect)
    .option('--strict', 'exit code 5 when a test was skipped')
    .option('--generate <rule>', 'write tests of the rules of a file, ready to be kept in them (YAML; -f jsonl, json)')
    .option('--most <number>', 'with --generate: how many tests of a rule (default 60)')
  return common(inLanguage(testing), served).addHelpText('after', examples)
}

/** The folder a rule's data sets may lie in: the one that holds the nearest folder `rules` above the rule, else the rule's own. */
function packRoot(ruleFile: string): string {
  for (let folder = dirname(ruleFile); ; folder = dirname(folder)) {
    if (basename(folder) === 'rules') return dirname(folder)
    if (folder === dirname(folder)) return dirname(ruleFile)
  }
}

const within = (folder: string, path: string): boolean => {
  const way = relative(folder, path)
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`))
}

/** Events of a data set, or why there are none. At most so many events are held. */
async function dataset(
  name: string,
  ruleFile: string,
): Promise<{ readonly events: readonly Event[] } | { readonly absent: string }> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(name)) return { absent: `the data set "${name}" is on a network, and nothing is fetched` }
  let path: string
  try {
    const root = realpathSync(packRoot(ruleFile))
    path = realpathSync(resolve(dirname(ruleFile), name))
    if (!within(root, path)) return { absent: `the data set "${name}" lies outside the folder of the rules` }
    if (!statSync(path).isFile()) return { absent: `the data set "${name}" is no file` }
  } catch {
    return { absent: `the data set "${name}" is not there` }
  }
  const problems: Diagnostic[] = []
  const events: Event[] = []
  let pointer = false
  let sources = 0
  for await (const source of eventSources([path], finding => problems.push(finding))) {
    sources++
    const watched = {
      ...source,
      async *open() {
        for await (const chunk of source.open()) {
          pointer ||= new TextDecoder().decode(chunk.subarray(0, 60)).startsWith('version https://git-lfs.github.com/spec/')
          yield chunk
        }
      },
    }
    for await (const { batch } of readSource(watched, finding => problems.push(finding))) {
      for (let index = 0; index < batch.length && events.length < mostEvents; index++) events.push(batch.at(index))
      if (events.length >= mostEvents) return { absent: `the data set "${name}" has more than ${mostEvents} events` }
    }
    if (pointer) return { absent: `the data set "${name}" is only a Git LFS pointer` }
  }
  if (sources === 0 || events.length === 0) {
    const why = problems[0]?.message.replaceAll(path, name)
    return { absent: `the data set "${name}" has no events that can be read${why === undefined ? '' : `: ${why}`}` }
  }
  return { events }
}

const mostEvents = 500_000

function report(at: Desk): Report<TrialRow, TrialSummary> {
  const on = at.out
  const { colors } = on
  switch (at.format) {
    case 'table': {
      const marks = {
        passed: colors.green(signs(on, '✓')),
        failed: colors.red(signs(on, '✗')),
        skipped: colors.yellow(signs(on, '·')),
      }
      return {
        row(row) {
          if (row.outcome === 'passed' && !at.verbose) return
          const why = row.reason === null ? '' : `: ${row.reason}`
          on.write(`  ${marks[row.outcome]} ${row.outcome.padEnd(7)} ${oneLine(`${row.title} / ${row.trial}${why}`)}\n`)
          if (row.outcome === 'failed') on.write(`      ${colors.dim(oneLine(row.file))}\n`)
        },
        end({ passed, failed, skipped, rules, untested, milliseconds }) {
          const none = untested > 0 ? `, ${untested} without tests` : ''
          on.write(`  ${counted(rules, 'rule')}${none}, ${duration(milliseconds)}\n`)
          const line = `${passed} passed, ${failed} failed, ${skipped} skipped`
          on.write(`${failed > 0 ? colors.red(line) : colors.green(line)}\n`)
        },
      }
    }
    case 'junit':
      return testJunit(on)
    case 'md':
      return testMarkdown(on)
    case 'github':
      return testGithub(on)
    default: {
      const rows = at.format === 'json' ? jsonArray(on) : jsonl(on)
      return { row: row => rows.row(row), end: () => rows.end() }
    }
  }
}

/** Runs the trials of one rule, each by itself so that results show as they come. */
async function trialRow(detection: Detection, trial: Trial, io: Io): Promise<TrialRow> {
  const file = detection.written.document.name
  const about = {
    rule: detection.id,
    title: detection.title,
    level: detection.level,
    file,
    trial: trial.name,
    expect: trial.expect,
  }
  let ready = trial
  if ('dataset' in trial.events) {
    const found = await dataset(trial.events.dataset, resolve(io.cwd, file))
    if ('absent' in found) return { ...about, outcome: 'skipped', alerts: 0, reason: found.absent }
    ready = { ...trial, events: found.events }
  }
  const [result] = await test({ ...detection, tests: [ready] })
  if (result === undefined) return { ...about, outcome: 'skipped', alerts: 0, reason: 'the test was not run' }
  const outcome = result.outcome === 'absent' ? 'skipped' : result.outcome
  return { ...about, outcome, alerts: result.alerts, reason: result.reason ?? null }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<TestArguments>()
  if (given.generate !== undefined) {
    if (parsed.args.length > 0)
      return refuse(io, [misuse('CLI001', 'tests are made or run, not both', 'leave out the paths, or --generate')], 'test')
    return generateTests(given.generate, given, io)
  }
  const { language, wrong: wrongLanguage } = readLanguage(given)
  if (wrongLanguage.length > 0) return refuse(io, wrongLanguage, 'test')
  const names = readVariables(given.var ?? [], io)
  if (names.value === undefined) return refuse(io, names.diagnostics, 'test')
  const addresses = refuseAddresses(parsed.args)
  if (addresses.length > 0) return refuse(io, addresses, 'test')
  const sat = desk(given, served, 'test', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'test')
  const at = sat.value
  try {
    const rules = await loadRules(parsed.args, io, { names: names.value, language })
    const wrong = rules.findings.filter(finding => finding.severity === 'error')
    show(at.talk, wrong.slice(0, at.verbose ? undefined : 20))
    if (rules.detections.length === 0) {
      show(at.talk, [noRules(rules, parsed.args, io)])
      return 3
    }
    const wanted = (given.rule ?? []).map(ruleTest)
    const chosen = rules.detections.filter(detection => wanted.length === 0 || wanted.some(fits => fits(detection)))
    if (chosen.length === 0) {
      return refuse(io, [misuse('CLI017', `none of ${counted(rules.detections.length, 'rule')} passes --rule`)], 'test')
    }
    const started = performance.now()
    const output = report(at)
    const counts = { passed: 0, failed: 0, skipped: 0 }
    let untested = 0
    for (const detection of chosen) {
      if (io.signal?.aborted) break
      if (detection.tests.length === 0 && !detection.silent) untested++
      for (const trial of detection.tests) {
        const row = await trialRow(detection, trial, io)
        counts[row.outcome]++
        output.row(row)
      }
    }
    output.end({
      rules: chosen.filter(detection => !detection.silent).length,
      ...counts,
      untested,
      milliseconds: performance.now() - started,
    })
    if (!at.quiet && at.format !== 'table') {
      at.talk.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
    }
    const codes: number[] = []
    if (io.signal?.aborted) codes.push(130)
    if (given.strict && (counts.skipped > 0 || wrong.length > 0)) codes.push(5)
    if (counts.failed > 0) codes.push(1)
    return exitCode(codes)
  } finally {
    at.close()
  }
}

export const verb: Verb = { command, run, values: { format: served, color: colorSettings, language: languageNames } }

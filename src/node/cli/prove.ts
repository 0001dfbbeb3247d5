// `terrier prove`: whether what is written for a target means what the rule means, with an event where it does not.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Detection } from '../../ir/detection.ts'
import { formatTime } from '../../ir/time.ts'
import { type Switch, type SwitchName, switches } from '../../languages/switches.ts'
import type { Proof } from '../../proof/proof.ts'
import { asksSeveral } from '../../proof/sides.ts'
import { recordOf } from '../../record.ts'
import { type Target, targetOf, targets } from '../../targets.ts'
import { type Diagnostic, draw } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { version } from '../package.ts'
import { judgeAll, worthwhile } from '../prove/crew.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { ink } from '../report/paper.ts'
import { counted } from '../report/text.ts'
import { usualJobs } from '../weigh.ts'
import { unknownTarget } from './convert.ts'
import { exitCode } from './exit.ts'
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
  reason,
  refuse,
  refuseAddresses,
  show,
} from './options.ts'
import type { Verb } from './verb.ts'
import { sha256, verifyRecords } from './verify.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']
const failSettings = ['differs', 'undecided', 'never'] as const

interface ProveArguments extends CommonOptions, LanguageArguments {
  readonly target?: readonly string[]
  readonly query?: string
  readonly assume?: readonly string[]
  readonly rule?: readonly string[]
  readonly summary?: boolean
  readonly failOn?: string
  readonly verify?: string
  readonly json?: boolean
  readonly jobs?: string
}

const examples = `
Examples:
  terrier prove rule.yml -t splunk                      read back what is written for Splunk, and decide
  terrier prove rules/ -t all --summary                 a line for each target
  terrier prove rule.yml -t defender --query other.kql  judge a query that something else wrote
  terrier prove rule.yml -t elastic-eql --assume eql.negationOfMissing=unmatched
  terrier prove rules/ -t all -o proofs.json            keep what was proved as records
  terrier prove --verify proofs.json                    check them again

A verdict is about the events that the target's tables can hold, under the target's names: equivalent (by form, or because no event
parts the two in any case), differs (with the smallest event found on which they part, which the engine has asked of both sides),
undecided (with the reason), agrees (rules about several events, and expressions that look around: nothing that was tried parts them),
refused (the target cannot say the rule). A record has hashes of its texts, manuals and witness.
Exit codes: 0 done, 1 something differs (--fail-on), or a record is stale or false,
2 wrong usage, 3 none of the rules could be read, 130 interrupted.`

function command(): Command {
  const proving = new Command('prove')
    .argument('[rule...]', 'rules: files, folders, globs, or - for standard input')
    .option('-t, --target <name>', 'a target, several with commas between them, or all; may be repeated', collect)
    .option('--query <file>', 'judge this query instead of the one that would be written')
    .option(
      '--assume <name=value>',
      'settle a question that a manual leaves open (list: tell which there are); may be repeated',
      collect,
    )
    .option('--rule <pattern>', 'only rules of this id, name, title or file name (* any text); may be repeated', collect)
    .option('--summary', 'no rows: verdicts counted by target')
    .option('--json', 'records as one array: the same as -f json')
    .option('--verify <file>', 'check the records of an earlier run: which hold, which are stale, which are false')
    .option('-j, --jobs <number>', 'threads (default: as many as processors, up to 4, where there are many rules)')
    .option('--fail-on <what>', 'exit code 1 when a verdict is: differs, undecided (or differs), never', 'differs')
  return common(inLanguage(proving), served).addHelpText('after', examples)
}

const verdicts = ['equivalent', 'differs', 'undecided', 'refused'] as const
/** Of rules about several events, which have a table of their own. */
const severalVerdicts = ['equivalent', 'agrees', 'differs', 'undecided', 'refused'] as const
type Counts = Record<(typeof severalVerdicts)[number], number>
const noneYet = (): Counts => ({ equivalent: 0, agrees: 0, differs: 0, undecided: 0, refused: 0 })

/** A line of counts for each target. */
function countLines(counts: ReadonlyMap<string, Counts>, columns: readonly (keyof Counts)[]): string {
  const width = Math.max(...[...counts.keys()].map(target => target.length))
  return [...counts]
    .map(
      ([target, count]) =>
        `${target.padEnd(width)}  ${columns.map(verdict => `${verdict} ${String(count[verdict]).padStart(5)}`).join('  ')}\n`,
    )
    .join('')
}

function chosen(names: readonly string[]): { readonly targets: readonly Target[]; readonly wrong: readonly Diagnostic[] } {
  const found = new Set<Target>()
  const wrong: Diagnostic[] = []
  for (const name of names
    .flatMap(list => list.split(','))
    .map(one => one.trim())
    .filter(one => one !== '')) {
    if (name.toLowerCase() === 'all') for (const target of targets) found.add(target)
    else {
      const target = targetOf(name)
      if (target === undefined) wrong.push(unknownTarget(name))
      else found.add(target)
    }
  }
  if (found.size === 0 && wrong.length === 0) wrong.push(misuse('CLI019', 'no target is named', 'name one with -t, or all'))
  return { targets: [...found], wrong }
}

function assumptions(given: readonly string[]): {
  readonly assume: Readonly<Record<string, string>>
  readonly wrong: readonly Diagnostic[]
} {
  const assume: Record<string, string> = {}
  const wrong: Diagnostic[] = []
  for (const one of given) {
    const at = one.indexOf('=')
    if (at < 1)
      wrong.push(
        misuse('CLI001', `--assume takes NAME=VALUE, and "${one}" is none`, 'write --assume eql.negationOfMissing=unmatched'),
      )
    else {
      const [name, value] = [one.slice(0, at), one.slice(at + 1)]
      const found: Switch | undefined = Object.hasOwn(switches, name) ? switches[name as SwitchName] : undefined
      if (found === undefined) {
        const near = suggest(name, Object.keys(switches))
        const hint = near === undefined ? '--assume list tells which there are' : `did you mean "${near}"?`
        wrong.push(misuse('CLI001', `no question "${name}" is left open`, hint))
      } else if (found.choices !== undefined && !found.choices.includes(value))
        wrong.push(misuse('CLI001', `"${name}" is not settled by "${value}"`, `write ${found.choices.join(' or ')}`))
      else assume[name] = value
    }
  }
  return { assume, wrong }
}

function readQuery(path: string | undefined, io: Io): { readonly query?: Source; readonly wrong: readonly Diagnostic[] } {
  if (path === undefined) return { wrong: [] }
  try {
    return { query: { name: path, text: readFileSync(resolve(io.cwd, path), 'utf8') }, wrong: [] }
  } catch (error) {
    return { wrong: [misuse('CLI001', `cannot read "${path}": ${reason(error)}`)] }
  }
}

/** Draws one verdict for people; those that need no look are told in the counts. */
function drawn(at: Desk, proof: Proof, detection: Detection): void {
  const { out } = at
  const colors = out.colors
  if (['equivalent', 'agrees', 'refused'].includes(proof.verdict) && !at.verbose) return
  out.write(`${colors.bold(proof.verdict)} ${proof.target}: ${detection.title}\n`)
  if (proof.verdict === 'differs') {
    const { events, original, translated } = proof.counterexample
    for (const event of events)
      out.write(`  ${event.time === undefined ? '' : `${formatTime(event.time, event.ticks)} `}${JSON.stringify(event.fields)}\n`)
    out.write(`  the rule says ${original ? 'yes' : 'no'}, the query ${translated ? 'yes' : 'no'}\n`)
  }
  if (proof.verdict === 'agrees' && !asksSeveral(detection.query))
    out.write(`  both say the same of ${proof.events} events that were tried\n`)
  else if (proof.verdict === 'agrees')
    out.write(`  in ${proof.streams} streams of ${proof.events} events together, both find something or neither does\n`)
  if (proof.verdict === 'undecided' || proof.verdict === 'refused')
    for (const finding of proof.why)
      out.write(`  ${draw({ ...finding, span: undefined, source: undefined }, ink(out)).trimEnd()}\n`)
}

async function run(parsed: Command, io: Io): Promise<number> {
  const opts = parsed.opts<ProveArguments>()
  const given = opts.json === true && opts.format === undefined ? { ...opts, format: 'json' } : opts
  if (given.assume?.includes('list') === true) {
    for (const [name, { about, choices, value }] of Object.entries(switches) as [SwitchName, Switch][])
      io.stdout.write(`${name.padEnd(22)} ${(choices?.join(' | ') ?? `(${value})`).padEnd(26)} ${about}\n`)
    return 0
  }
  if (given.verify !== undefined) return verifyRecords(given.verify, parsed.args, given, io)
  const failOn = failSettings.find(setting => setting === given.failOn)
  const { targets: wanted, wrong: wrongTargets } = chosen(given.target ?? [])
  const { assume, wrong: wrongAssumptions } = assumptions(given.assume ?? [])
  const { language, wrong: wrongLanguage } = readLanguage(given)
  const { query, wrong: wrongQuery } = readQuery(given.query, io)
  const wrongJobs =
    given.jobs === undefined || /^[1-9]\d{0,3}$/.test(given.jobs)
      ? []
      : [misuse('CLI009', `not a number of workers: "${given.jobs}"`, 'write a whole number from 1 on')]
  const jobs = given.jobs === undefined ? undefined : Math.min(64, Number(given.jobs))
  const wrong = [
    ...(failOn === undefined ? [misuse('CLI006', `no verdict "${given.failOn}"`, `use ${failSettings.join(', ')}`)] : []),
    ...wrongTargets,
    ...wrongAssumptions,
    ...wrongQuery,
    ...wrongLanguage,
    ...wrongJobs,
    ...refuseAddresses(parsed.args),
    ...(parsed.args.length === 0 ? [misuse('CLI001', 'no rule is named', 'name files or folders of rules')] : []),
    ...(query !== undefined && wanted.length > 1
      ? [misuse('CLI001', 'a query is in the language of one target', 'name one target with -t')]
      : []),
  ]
  if (wrong.length > 0) return refuse(io, wrong, 'prove')
  const sat = desk(given, served, 'prove', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'prove')
  const at = sat.value
  try {
    const rules = await loadRules(parsed.args, io, { language })
    const tests = (given.rule ?? []).map(ruleTest)
    const chosenRule = (detection: Detection): boolean => tests.length === 0 || tests.some(test => test(detection))
    const detections = rules.detections.filter(detection => !detection.silent && chosenRule(detection))
    show(
      at.talk,
      rules.findings.filter(finding => finding.severity === 'error'),
    )
    const rows = at.format === 'json' ? jsonArray(at.out) : at.format === 'jsonl' ? jsonl(at.out) : undefined
    const counts = new Map(wanted.map(target => [target.id, noneYet()]))
    const together = new Map(wanted.map(target => [target.id, noneYet()]))
    const keeping = { digest: sha256, version: version(), switches: assume, given: query !== undefined }
    const judging = {
      ...(query === undefined ? {} : { query }),
      assume,
      targets: wanted,
      jobs: jobs ?? (detections.length * wanted.length < worthwhile ? 1 : usualJobs()),
      ...(io.signal === undefined ? {} : { signal: io.signal }),
    }
    for await (const { detection, proofs } of judgeAll(detections, judging)) {
      const counting = asksSeveral(detection.query) ? together : counts
      for (const [place, proof] of proofs.entries()) {
        const target = wanted[place]!
        counting.get(target.id)![proof.verdict]++
        if (given.summary === true) continue
        if (rows !== undefined) rows.row(recordOf(proof, detection, target, keeping))
        else drawn(at, proof, detection)
      }
    }
    const stopped = io.signal?.aborted === true
    const singles = detections.some(detection => !asksSeveral(detection.query))
    const anySeveral = detections.some(detection => asksSeveral(detection.query))
    if (rows !== undefined) {
      if (given.summary === true)
        for (const [target, { agrees, ...count }] of counts)
          rows.row({
            target,
            ...count,
            ...(agrees === 0 ? {} : { agrees }),
            ...(anySeveral ? { several: together.get(target) } : {}),
          })
      rows.end()
    } else {
      const anyAgrees = [...counts.values()].some(({ agrees }) => agrees > 0)
      if (singles || !anySeveral) at.out.write(countLines(counts, anyAgrees ? severalVerdicts : verdicts))
      if (anySeveral) at.out.write(`rules about several events:\n${countLines(together, severalVerdicts)}`)
    }
    const codes: number[] = []
    if (stopped) codes.push(130)
    if (detections.length === 0) {
      const chosenNone = rules.detections.some(detection => !detection.silent)
      show(at.talk, [
        chosenNone
          ? misuse('CLI017', `none of ${counted(rules.detections.length, 'rule')} passes --rule`)
          : noRules(rules, parsed.args, io),
      ])
      codes.push(chosenNone ? 2 : 3)
    }
    const all = [...counts.values(), ...together.values()]
    if (failOn !== 'never' && all.some(count => count.differs > 0 || (failOn === 'undecided' && count.undecided > 0)))
      codes.push(1)
    return exitCode(codes)
  } finally {
    at.close()
  }
}

export const verb: Verb = {
  command,
  run,
  values: {
    format: served,
    color: colorSettings,
    language: languageNames,
    'fail-on': failSettings,
    target: targets.map(target => target.id),
  },
}

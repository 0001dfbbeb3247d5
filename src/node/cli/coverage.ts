// `terrier coverage`: which techniques of ATT&CK rules name, are proven and tested for, as a table, JSON, CSV or layers for ATT&CK Navigator, and what has changed since a baseline.

import { readFileSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { Command } from 'commander'
import { Aborted } from '../../catalog.ts'
import {
  type Baseline,
  type CoverageReport,
  type CoverageRow,
  coverage,
  type Difference,
  differences,
  layersOf,
  readBaseline,
  retiredFindings,
} from '../../coverage.ts'
import { targets as allTargets, type Target, targetOf } from '../../targets.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { eventSources } from '../files.ts'
import { record } from '../report/csv.ts'
import { jsonl } from '../report/jsonl.ts'
import { counted } from '../report/text.ts'
import { unknownTarget } from './convert.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { writeTable } from './listing.ts'
import { loadRules, noRules } from './load.ts'
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

const served: readonly Format[] = ['table', 'jsonl', 'json', 'csv']
const failSettings = ['lost', 'never'] as const

interface CoverageArguments extends CommonOptions, LanguageArguments {
  readonly target?: readonly string[]
  readonly events?: readonly string[]
  readonly baseline?: string
  readonly layer?: string
  readonly failOn?: string
}

const examples = `
Examples:
  terrier coverage rules/                             techniques and tactics with their rules
  terrier coverage rules/ -t splunk,defender          and for how many of them a query is proven
  terrier coverage rules/ --events logs/              and how many find their log source in these logs
  terrier coverage rules/ --layer layers.json         for ATT&CK Navigator: rules, proven, tested, visible
  terrier coverage rules/ --baseline old.json --fail-on lost

A rule counts for the techniques that it names; a technique does not have the rules of its sub-techniques. Retired ids count for
what has taken their place. A baseline is a layer of Navigator, or what -f json has written.
Exit codes: 0 done, 1 a technique has lost all its rules since the baseline (--fail-on lost), 2 wrong usage, 3 no rule could
be read, 4 no log could be read, 130 interrupted.`

function command(): Command {
  const covering = new Command('coverage')
    .argument('[rule...]', 'rules: files, folders, globs, or - for standard input (default: the bundled pack)')
    .option('-t, --target <name>', 'prove rules for these, with commas between them, or all; may be repeated', collect)
    .option('--events <log>', 'tell for how many rules these logs have events; may be repeated', collect)
    .option('--baseline <file>', 'tell what has changed since this layer or report')
    .option('--layer <file>', 'write layers for ATT&CK Navigator 4.5')
    .option('--fail-on <what>', 'exit code 1 when: lost, never', 'never')
  return common(inLanguage(covering), served).addHelpText('after', examples)
}

interface Plan {
  readonly targets: readonly Target[]
  readonly baseline?: Baseline
  readonly wrong: readonly Diagnostic[]
}

function plan(given: CoverageArguments, io: Io): Plan {
  const wrong: Diagnostic[] = []
  const targets = new Set<Target>()
  for (const name of given.target?.flatMap(list => list.split(',')).map(one => one.trim()) ?? []) {
    if (name.toLowerCase() === 'all') for (const target of allTargets) targets.add(target)
    else {
      const target = targetOf(name)
      if (target === undefined) wrong.push(unknownTarget(name))
      else targets.add(target)
    }
  }
  if (!failSettings.some(setting => setting === given.failOn))
    wrong.push(misuse('CLI006', `nothing to fail on is called "${given.failOn}"`, `use ${failSettings.join(', ')}`))
  if (given.failOn === 'lost' && given.baseline === undefined)
    wrong.push(misuse('CLI001', '--fail-on lost compares with a baseline', 'name one with --baseline'))
  let baseline: Baseline | undefined
  if (given.baseline !== undefined) {
    try {
      const read = readBaseline({ name: given.baseline, text: readFileSync(resolve(io.cwd, given.baseline), 'utf8') })
      baseline = read.value
      wrong.push(...read.diagnostics)
    } catch (error) {
      wrong.push(misuse('CLI001', `cannot read "${given.baseline}": ${reason(error)}`))
    }
  }
  return { targets: [...targets], ...(baseline === undefined ? {} : { baseline }), wrong }
}

/** The columns that a report has: proven where targets were named, visible where logs were. */
function columns(report: CoverageReport): readonly ('rules' | 'proven' | 'tested' | 'visible')[] {
  return [
    'rules',
    ...(report.targets.length > 0 ? (['proven'] as const) : []),
    'tested',
    ...(report.techniques[0]?.visible === undefined ? [] : (['visible'] as const)),
  ]
}

function writePeople(at: Desk, report: CoverageReport, changes: readonly Difference[] | undefined): void {
  const { out, verbose } = at
  const counts = columns(report)
  const cells = (of: Partial<Record<(typeof counts)[number], number>>): string[] => counts.map(name => String(of[name] ?? 0))
  writeTable(
    out,
    ['techniques', ...counts, 'tactic'],
    report.tactics
      .filter(tactic => verbose || tactic.rules > 0)
      .map(tactic => [`${tactic.covered} of ${tactic.of}`, ...cells(tactic), tactic.name]),
  )
  out.write('\n')
  const rows = report.techniques.filter(row => verbose || row.rules > 0)
  const named = new Map(report.techniques.map(row => [row.technique, row.name]))
  const title = (row: CoverageRow): string =>
    row.parent === null ? row.name : `${named.get(row.parent) ?? row.parent}: ${row.name}`
  writeTable(
    out,
    ['technique', ...counts, 'name'],
    rows.map(row => [row.technique, ...cells(row), title(row)]),
  )
  if (changes === undefined) return
  out.write('\n')
  if (changes.length === 0) out.write('the baseline has the same\n')
  else
    writeTable(
      out,
      ['change', 'before', 'now', 'technique', 'name'],
      changes.map(one => [one.change, String(one.before), String(one.now), one.technique, one.name]),
    )
}

function writeMachine(at: Desk, report: CoverageReport, changes: readonly Difference[] | undefined): void {
  const { out } = at
  if (at.format === 'json') {
    out.write(`${JSON.stringify({ ...report, ...(changes === undefined ? {} : { changes }) }, undefined, 1)}\n`)
    return
  }
  const changed = new Map(changes?.map(one => [one.technique, one]))
  const live = new Set(report.techniques.map(row => row.technique))
  // What only the baseline has, under an id that is not live here.
  const gone = (changes ?? []).filter(one => !live.has(one.technique))
  if (at.format === 'csv') {
    const more = changes === undefined ? [] : ['before', 'change']
    const counts = ['rules', 'proven', 'tested', 'visible'] as const
    out.write(record(['technique', 'name', 'parent', 'tactics', ...counts, ...more]))
    for (const row of report.techniques) {
      const one = changed.get(row.technique)
      const told = changes === undefined ? [] : [String(one?.before ?? row.rules), one?.change ?? '']
      out.write(
        record([
          row.technique,
          row.name,
          row.parent ?? '',
          row.tactics.join(' '),
          ...counts.map(name => String(row[name] ?? '')),
          ...told,
        ]),
      )
    }
    for (const one of gone)
      out.write(record([one.technique, one.name, '', '', '0', '0', '0', '', String(one.before), one.change]))
    return
  }
  const rows = jsonl(out)
  for (const row of report.techniques) {
    const one = changed.get(row.technique)
    if (row.rules > 0 || one !== undefined || at.verbose)
      rows.row({ ...row, ...(changes === undefined ? {} : { before: one?.before ?? row.rules, change: one?.change ?? null }) })
  }
  for (const one of gone) rows.row({ technique: one.technique, name: one.name, rules: 0, before: one.before, change: one.change })
  rows.end()
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<CoverageArguments>()
  const { targets, baseline, wrong } = plan(given, io)
  const { language, wrong: wrongLanguage } = readLanguage(given)
  const misused = [...wrong, ...wrongLanguage, ...refuseAddresses([...parsed.args, ...(given.events ?? [])])]
  if (misused.length > 0) return refuse(io, misused, 'coverage')
  const sat = desk(given, served, 'coverage', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'coverage')
  const at = sat.value
  try {
    const rules = await loadRules(parsed.args, io, { language })
    show(at.talk, rules.findings.filter(finding => finding.severity === 'error').slice(0, at.verbose ? undefined : 20))
    if (rules.detections.length === 0) {
      show(at.talk, [noRules(rules, parsed.args, io)])
      return exitCode([3])
    }
    const unread: Diagnostic[] = []
    let events = 0
    const report = await coverage(rules.detections, {
      targets,
      ...(given.events === undefined
        ? {}
        : {
            events: [
              {
                name: given.events.join(' '),
                sources: () => eventSources(given.events!, finding => void unread.push(finding), { stdin: io.stdin }),
                seen: count => {
                  events += count
                },
              },
            ],
          }),
      ...(io.signal === undefined ? {} : { signal: io.signal }),
    })
    if (given.events !== undefined && events === 0) {
      show(at.talk, [...unread.slice(0, 20), misuse('CLI014', 'no log could be read', 'name a file or folder of logs')])
      return exitCode([4])
    }
    const changes = baseline === undefined ? undefined : differences(report, baseline)
    if (given.layer !== undefined) {
      const name = parsed.args.length === 0 ? 'T1572 pack' : parsed.args.map(path => basename(path)).join(' ')
      try {
        writeFileSync(resolve(io.cwd, given.layer), `${JSON.stringify(layersOf(report, name), undefined, 1)}\n`)
      } catch (error) {
        return refuse(io, [misuse('CLI005', `cannot write to "${given.layer}": ${reason(error)}`)], 'coverage')
      }
    }
    if (at.format === 'table') writePeople(at, report, changes)
    else writeMachine(at, report, changes)
    if (!at.quiet) {
      show(at.talk, retiredFindings(report).slice(0, at.verbose ? undefined : 10))
      const covered = report.techniques.filter(row => row.rules > 0).length
      at.talk.write(
        `${counted(report.rules, 'rule')} for ${covered} of ${counted(report.techniques.length, 'technique')} of ATT&CK ${report.attack}${report.untagged === 0 ? '' : `, ${report.untagged} name none`}${given.layer === undefined ? '' : `; layers in ${given.layer}`}\n`,
      )
    }
    const lost = changes?.some(one => one.change === 'lost') === true
    return exitCode(given.failOn === 'lost' && lost ? [1] : [])
  } catch (error) {
    if (error instanceof Aborted) return exitCode([130])
    throw error
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
    target: [...allTargets.map(target => target.id), 'all'],
    'fail-on': failSettings,
  },
}

// `terrier lint`: rules against the specification; what is safe to mend is mended on request.

import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { illustrate, lint, pages } from '../../lint.ts'
import { readRules } from '../../rules/index.ts'
import { draw, type Severity, visible } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { version } from '../package.ts'
import { lintGithub } from '../report/github.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { lintJunit } from '../report/junit.ts'
import { ink } from '../report/paper.ts'
import type { Finding, LintSummary, Report } from '../report/report.ts'
import { lintSarif } from '../report/sarif.ts'
import { counted } from '../report/text.ts'
import { allCodes } from './codes.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { loadRules, noRules, type Rules } from './load.ts'
import { type Change, mended, together, unified } from './mending.ts'
import {
  type CommonOptions,
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
import { documents, findingRow, ruleAt } from './placing.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json', 'sarif', 'github', 'junit']
const failSettings = ['error', 'warning', 'note', 'never'] as const

interface LintArguments extends CommonOptions, LanguageArguments {
  readonly fix?: boolean
  readonly dryRun?: boolean
  readonly failOn?: string
}

const examples = `
Examples:
  terrier lint rules/                     every problem, drawn where it is
  terrier lint rules/ --fix               mend what is safe to mend, show the rest
  terrier lint rules/ --fix --dry-run     the same as a diff, nothing is written
  terrier lint rules/ -f github           annotations in a pull request
  terrier lint rules/ -o lint.sarif       for code scanning
  terrier help CODE                       what a code means

Exit codes: 0 done, 1 findings that --fail-on names, 2 wrong usage, 3 none of the files could be read, 130 interrupted.`

function command(): Command {
  const linting = new Command('lint')
    .argument('<path...>', 'rules: files, folders, globs, or - for standard input')
    .option('--fix', 'write the changes that are safe into the files')
    .option('--dry-run', 'with --fix: show the changes as a diff and write nothing')
    .option('--fail-on <severity>', 'exit code 1 from that severity on: error, warning, note, never', 'error')
  return common(inLanguage(linting), served).addHelpText('after', examples)
}

const order: readonly Severity[] = ['error', 'warning', 'note']

async function findings(
  paths: readonly string[],
  language: string | undefined,
  io: Io,
): Promise<{ readonly rules: Rules; readonly found: readonly Finding[] }> {
  const rules = await loadRules(paths, io, { language })
  const all = [...illustrate(rules.findings, rules.detections), ...lint(rules.detections)]
  const byDocument = documents(rules.detections)
  const places = new Map(rules.sources.map((source, index) => [source.name, index]))
  const seen = new Set<string>()
  const found: (Finding & { readonly at: number })[] = []
  for (const diagnostic of all) {
    const row = findingRow(diagnostic, ruleAt(diagnostic, byDocument)?.id ?? null)
    const key = JSON.stringify([row.code, row.file, row.line, row.column, row.message])
    if (seen.has(key)) continue
    seen.add(key)
    found.push({ row, diagnostic, at: row.file === null ? -1 : (places.get(row.file) ?? -1) })
  }
  found.sort((a, b) => a.at - b.at || (a.row.line ?? 0) - (b.row.line ?? 0) || (a.row.column ?? 0) - (b.row.column ?? 0))
  return { rules, found }
}

/** The safe changes of each file that findings bring. */
function changesOf(found: readonly Finding[], sources: readonly Source[]): readonly Mending[] {
  const out: Mending[] = []
  for (const source of sources) {
    if (source.name === '-') continue
    const fixes = found.flatMap(({ row }) => (row.file === source.name && row.fix !== null ? [row.fix] : []))
    const changes = together(fixes)
    if (changes.length > 0) out.push({ source, changes })
  }
  return out
}

interface Mending {
  readonly source: Source
  readonly changes: readonly Change[]
}

/** Errors of reading one text, without their places. */
const errorsOf = (source: Source, language: string | undefined): number =>
  readRules([source], { language }).diagnostics.filter(({ severity }) => severity === 'error').length

/** Writes changes into their files, those left out after which a file can be read less well than before. Returns the names of the files changed. */
function mend(mendings: readonly Mending[], language: string | undefined, at: Desk): readonly string[] {
  const changed: string[] = []
  for (const { source, changes } of mendings) {
    const text = mended(source.text, changes)
    const path = resolve(at.io.cwd, source.name)
    if (errorsOf({ name: source.name, text }, language) > errorsOf({ name: source.name, text: source.text }, language)) {
      show(at.talk, [misuse('CLI026', `"${source.name}" was not changed: the changes together would break a rule`)])
      continue
    }
    try {
      const bytes = readFileSync(path, 'utf8')
      const mark = bytes.startsWith('\ufeff') && !source.text.startsWith('\ufeff') ? '\ufeff' : ''
      if (bytes !== mark + source.text) {
        show(at.talk, [misuse('CLI005', `"${source.name}" was not changed: it is not plain UTF-8 text on disk`)])
        continue
      }
      writeFileSync(path, mark + text)
      changed.push(source.name)
    } catch (error) {
      show(at.talk, [misuse('CLI005', `cannot write to "${source.name}": ${reason(error)}`)])
    }
  }
  return changed
}

/** A diff as it is, for who keeps it; on a terminal with what would steer it made visible. */
function drawn(diff: string, at: Desk, output: string | undefined): void {
  const terminal = output === undefined && at.io.stdout.isTTY === true
  at.out.write(terminal ? diff.split('\n').map(visible).join('\n') : diff)
}

function report(at: Desk): Report<Finding, LintSummary> {
  const on = at.out
  switch (at.format) {
    case 'table': {
      const colored = ink(on)
      return {
        row: ({ diagnostic }) => on.write(`${draw(diagnostic, colored)}\n\n`),
        end({ errors, warnings, notes, files, rules, fixed }) {
          const mended = fixed > 0 ? `; ${counted(fixed, 'file')} mended` : ''
          const all = `${counted(errors, 'error')}, ${counted(warnings, 'warning')}, ${counted(notes, 'note')}`
          on.write(`${on.colors.bold(all)} in ${counted(rules, 'rule')} of ${counted(files, 'file')}${mended}\n`)
        },
      }
    }
    case 'sarif':
      return lintSarif(on, version(), Object.fromEntries(allCodes()), pages)
    case 'github':
      return lintGithub(on)
    case 'junit':
      return lintJunit(on)
    default: {
      const rows = at.format === 'json' ? jsonArray(on) : jsonl(on)
      return { row: ({ row }) => rows.row(row), end: () => rows.end() }
    }
  }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<LintArguments>()
  const failOn = failSettings.find(setting => setting === given.failOn)
  if (failOn === undefined)
    return refuse(io, [misuse('CLI006', `no severity "${given.failOn}"`, `use ${failSettings.join(', ')}`)], 'lint')
  if (given.dryRun === true && given.fix !== true)
    return refuse(io, [misuse('CLI001', '--dry-run shows what --fix would do', 'give both')], 'lint')
  const { language, wrong } = readLanguage(given)
  const addresses = [...wrong, ...refuseAddresses(parsed.args)]
  if (addresses.length > 0) return refuse(io, addresses, 'lint')
  const sat = desk(given, served, 'lint', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'lint')
  const at = sat.value
  try {
    let { rules, found } = await findings(parsed.args, language, io)
    let fixed = 0
    const number = (severity: Severity) => found.filter(({ row }) => row.severity === severity).length
    if (given.fix === true && given.dryRun === true)
      for (const { source, changes } of changesOf(found, rules.sources))
        drawn(unified(source.name, source.text, changes), at, given.output)
    else {
      if (given.fix === true) {
        fixed = mend(changesOf(found, rules.sources), language, at).length
        if (fixed > 0) ({ rules, found } = await findings(parsed.args, language, io))
      }
      const output = report(at)
      const shown = at.quiet ? found.filter(({ row }) => row.severity === 'error') : found
      for (const finding of shown) {
        if (io.signal?.aborted) break
        output.row(finding)
      }
      output.end({
        files: rules.sources.length,
        rules: rules.detections.length,
        errors: number('error'),
        warnings: number('warning'),
        notes: number('note'),
        fixed,
      })
    }
    const codes: number[] = []
    if (io.signal?.aborted) codes.push(130)
    if (rules.sources.length === 0) {
      show(at.talk, [noRules(rules, parsed.args, io)])
      codes.push(3)
    }
    if (failOn !== 'never' && order.slice(0, order.indexOf(failOn) + 1).some(severity => number(severity) > 0)) codes.push(1)
    return exitCode(codes)
  } finally {
    at.close()
  }
}

export const verb: Verb = {
  command,
  run,
  values: { format: served, color: colorSettings, language: languageNames, 'fail-on': failSettings },
}

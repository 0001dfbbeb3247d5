// `terrier convert`: rules as queries of other products. What cannot be said is refused by name, never dropped.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { Command } from 'commander'
import { convert } from '../../convert.ts'
import type { Detection } from '../../ir/detection.ts'
import { languages } from '../../languages/index.ts'
import { ruleFormats } from '../../rules/index.ts'
import { type ProcessingPipeline, readPipelines } from '../../rules/pysigma.ts'
import { finalize } from '../../rules/pysigma-finish.ts'
import { type Target, targetOf, targets } from '../../targets.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { accounts, approximations, type ConversionRow, comment, writeAccounts } from '../report/conversion.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { counted } from '../report/text.ts'
import { allCodes } from './codes.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { loadRules, noRules, type Rules, ruleTest } from './load.ts'
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
import { documents, findingRow, ruleAt } from './placing.ts'
import { readVariables } from './variables.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['text', 'jsonl', 'json']
const failSettings = ['refused', 'never'] as const
/** How many findings are drawn without `-v`. */
const mostShown = 20

interface ConvertArguments extends CommonOptions, LanguageArguments {
  readonly target?: readonly string[]
  readonly pipeline?: readonly string[]
  readonly withoutPipeline?: boolean
  readonly loose?: boolean
  readonly document?: string | true
  readonly report?: boolean
  readonly line?: boolean
  readonly rule?: readonly string[]
  readonly var?: readonly string[]
  readonly failOn?: string
  readonly strict?: boolean
}

const examples = `
Examples:
  terrier convert rule.yml -t splunk                   the query, on standard output
  terrier convert rules/ -t splunk,defender -o out/    a file for each rule and target
  terrier convert rules/ -t all --report               how much each target can say, and why not the rest
  terrier convert rule.yml -t sentinel-asim -f json    with the place in the rule of every part of the query
  terrier targets                                      the targets, terrier targets NAME what one of them cannot say

A rule that a target cannot say exactly is refused: the message names the part and its place in the rule. --loose allows approximations
that have a name, and marks them in the output.
Exit codes: 0 done, 1 refusals when --fail-on refused is given, 2 wrong usage, 3 none of the rules could be read,
5 something was refused or not read and --strict was given, 130 interrupted.`

function command(): Command {
  const converting = new Command('convert')
    .argument('<rule...>', 'rules: files, folders, globs, or - for standard input')
    .option('-t, --target <name>', 'a target, several with commas between them, or all; may be repeated', collect)
    .option(
      '-p, --pipeline <file>',
      'a pySigma processing pipeline: its names and conditions instead of ours; may be repeated',
      collect,
    )
    .option('--without-pipeline', 'the names of the rule as they are, and no test of its log source')
    .option('--loose', 'write approximations that have a name, each with a warning, instead of refusing')
    .option('--document [format]', 'the document that the target takes the query in, or another of its formats')
    .option('--report', 'no queries: how many rules each target can say, and refusals by reason')
    .option('--line', 'each query on one line')
    .option('--rule <pattern>', 'only rules of this id, name, title or file name (* any text); may be repeated', collect)
    .option('--var <file>', 'values of placeholders, YAML or JSON; may be repeated', collect)
    .option('--fail-on <what>', 'exit code 1 when a rule was refused: refused, never', 'never')
    .option('--strict', 'exit code 5 when something was refused or not read')
  return common(inLanguage(converting), served, 'text').addHelpText('after', examples)
}

/** The targets of `-t`, each once, in the order in which they were asked for. */
function chosenTargets(names: readonly string[]): Outcome<readonly Target[]> {
  const found = new Set<Target>()
  const diagnostics: Diagnostic[] = []
  for (const name of names.flatMap(list => list.split(',')).map(one => one.trim())) {
    if (name === '') continue
    if (name.toLowerCase() === 'all') for (const target of targets) found.add(target)
    else {
      const target = targetOf(name)
      if (target === undefined) diagnostics.push(unknownTarget(name))
      else found.add(target)
    }
  }
  if (found.size === 0 && diagnostics.length === 0)
    diagnostics.push(misuse('CLI019', 'no target is named', `name one with -t: ${targets.map(target => target.id).join(', ')}`))
  return diagnostics.length > 0 ? { diagnostics } : { value: [...found], diagnostics }
}

/** A target that does not exist, with the one that may have been meant. */
export function unknownTarget(name: string): Diagnostic {
  const near = suggest(
    name,
    targets.flatMap(target => [target.id, ...(target.aliases ?? [])]),
  )
  const list = `the targets are ${targets.map(target => target.id).join(', ')}`
  return misuse('CLI019', `no target "${name}"`, near === undefined ? list : `did you mean "${near}"? ${list}`)
}

/** What a conversion came to, with its findings for drawing. */
interface Conversion {
  readonly row: ConversionRow
  readonly target: Target
  readonly detection: Detection
  readonly findings: readonly Diagnostic[]
}

interface Plan {
  readonly targets: readonly Target[]
  readonly folder: string | undefined
  readonly pipeline: ProcessingPipeline | 'none' | undefined
  readonly given: ConvertArguments
}

/** Every conversion of some rules, rule by rule. A rule that could not be read is refused for the reason it could not be. */
function* conversions(
  rules: Rules,
  chosen: readonly Detection[],
  { targets: wanted, given, pipeline }: Plan,
): Generator<Conversion> {
  const byDocument = documents(rules.detections)
  const broken = new Map<Detection, Diagnostic[]>()
  for (const finding of rules.findings) {
    const detection = finding.severity === 'error' ? ruleAt(finding, byDocument) : undefined
    if (detection !== undefined) broken.set(detection, [...(broken.get(detection) ?? []), finding])
  }
  for (const detection of chosen) {
    for (const target of wanted) {
      const unread = broken.get(detection)
      const outcome =
        unread !== undefined
          ? { value: undefined, diagnostics: unread }
          : convert(detection, target, {
              layout: given.line === true ? 'line' : 'block',
              ...(given.loose === true ? { loose: true } : {}),
              ...(pipeline === undefined ? {} : { pipeline }),
              ...(given.document === undefined
                ? { document: 'none' }
                : given.document === true
                  ? {}
                  : { document: given.document }),
            })
      yield {
        target,
        detection,
        findings: outcome.diagnostics,
        row: {
          rule: detection.id,
          file: detection.written.document.name,
          target: target.id,
          query: outcome.value?.printed.text ?? null,
          documents: outcome.value?.documents ?? [],
          marks: outcome.value?.printed.marks ?? [],
          diagnostics: outcome.diagnostics.map(finding => findingRow(finding, detection.id)),
        },
      }
    }
  }
}

/** Names for files below a folder, none of them given twice, whatever the rules are called. */
function fileNames(folder: string, perTarget: boolean) {
  const taken = new Set<string>()
  return (target: Target, name: string): string => {
    const safe = basename(name.replaceAll('\\', '/')).replace(/[^\p{L}\p{N}._ @+=-]/gu, '_')
    const within = perTarget ? join(folder, target.id) : folder
    const [, stem = safe, ending = ''] = /^(.+?)(\.[^.]*)?$/.exec(safe) ?? []
    for (let number = 1; ; number++) {
      const path = join(within, number === 1 ? safe : `${stem}-${number}${ending}`)
      if (taken.has(path.toLowerCase())) continue
      taken.add(path.toLowerCase())
      return path
    }
  }
}

/** The texts of a conversion with the names of files for them: the documents, or the query under the name of the rule's file. */
function textsOf({ row, detection, target }: Conversion): readonly { readonly name: string; readonly text: string }[] {
  if (row.query === null) return []
  if (row.documents.length > 0) return row.documents
  const language = languages.find(known => known.id === target.language)
  const file = detection.written.document.name
  const stem = file === '-' ? detection.title : basename(file.replaceAll('\\', '/')).replace(/\.ya?ml$/i, '')
  const rough = approximations(row).map(text => comment(text, target.language))
  return [{ name: `${stem}.${target.extension ?? language?.extension ?? 'txt'}`, text: `${rough.join('')}${row.query}\n` }]
}

/** The end of what a writer wrote. */
interface Writer {
  write(conversion: Conversion): void
  end(): void
}

/** Writes each conversion into files of a folder. */
function folderWriter(folder: string, plan: Plan, at: Desk): Writer & { readonly failed: () => boolean } {
  const nameOf = fileNames(folder, plan.targets.length > 1)
  let failed = false
  return {
    write(conversion) {
      for (const { name, text } of textsOf(conversion)) {
        const path = nameOf(conversion.target, name)
        try {
          mkdirSync(resolve(at.io.cwd, join(path, '..')), { recursive: true })
          writeFileSync(resolve(at.io.cwd, path), text)
        } catch (error) {
          failed = true
          show(at.talk, [misuse('CLI005', `cannot write to "${path}": ${reason(error)}`)])
        }
      }
    },
    end: () => undefined,
    failed: () => failed,
  }
}

/** Writes each conversion under a header that names its rule; one alone has none, so that it can be pasted as it is. */
function textWriter(at: Desk, alone: boolean): Writer {
  let first = true
  return {
    write({ row, detection, target }) {
      if (row.query === null) return
      const header = alone ? [] : [comment(`${detection.title} (${row.file}) for ${target.id}`, target.language)]
      const rough = row.documents.length > 0 ? [] : approximations(row).map(text => comment(text, target.language))
      const texts = row.documents.length > 0 ? row.documents.map(({ text }) => text) : [row.query]
      const body = texts.map(text => (text.endsWith('\n') ? text : `${text}\n`)).join('\n')
      at.out.write(`${first ? '' : '\n'}${header.join('')}${rough.join('')}${body}`)
      first = false
    },
    end: () => undefined,
  }
}

/** Collects the queries of each target, and writes what the finalizers of a pipeline make of them. */
function finalWriter(at: Desk, pipeline: ProcessingPipeline): Writer {
  const queries = new Map<string, string[]>()
  return {
    write({ row }) {
      if (row.query !== null) queries.set(row.target, [...(queries.get(row.target) ?? []), row.query])
    },
    end() {
      for (const list of queries.values()) {
        const { value, diagnostics } = finalize(list, pipeline)
        show(at.talk, diagnostics)
        if (value !== undefined) at.out.write(value.endsWith('\n') ? value : `${value}\n`)
      }
    },
  }
}

function writer(at: Desk, plan: Plan, alone: boolean): Writer {
  if (plan.given.report === true) return { write: () => undefined, end: () => undefined }
  const { pipeline } = plan
  if (at.format === 'text' && pipeline !== undefined && pipeline !== 'none' && pipeline.finalizers.length > 0)
    return finalWriter(at, pipeline)
  if (at.format === 'text') return textWriter(at, alone)
  const rows = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
  return { write: ({ row }) => rows.row(row), end: () => rows.end() }
}

/** The names that sigma-cli knows its own pipelines by, and the schemas that do the work of each; none: the schema of any target does. */
const known: Readonly<Record<string, readonly string[]>> = {
  sysmon: [],
  'windows-logsources': [],
  'windows-audit': ['splunk-security', 'sentinel-security'],
  ecs_windows: ['elastic'],
  ecs_windows_old: ['winlogbeat-raw'],
  splunk_windows: ['splunk-sysmon', 'splunk-security'],
  splunk_cim: ['splunk-cim'],
  microsoft_xdr: ['defender'],
  microsoft_365_defender: ['defender'],
  sentinel_asim: ['sentinel-asim'],
  azure_monitor: ['sentinel-security'],
}

/** The targets with the schemas that pipelines of ours ask for: the same language over another schema, where that is a target. */
function withSchemas(wanted: readonly Target[], names: readonly string[]): Outcome<readonly Target[]> {
  const diagnostics: Diagnostic[] = []
  const value = wanted.map(target => {
    let now = target
    for (const name of names) {
      const schemas = Object.hasOwn(known, name) ? known[name]! : []
      if (schemas.length === 0 || schemas.includes(now.schema)) continue
      const other = targets.find(one => one.language === now.language && schemas.includes(one.schema))
      if (other === undefined)
        diagnostics.push(
          misuse(
            'CLI022',
            `the pipeline "${name}" is not for the target "${target.id}"`,
            `its columns are ${schemas.join(', ')}`,
          ),
        )
      else now = other
    }
    return now
  })
  return diagnostics.length > 0 ? { diagnostics } : { value: [...new Set(value)], diagnostics }
}

/** The pipelines of `-p` as one; undefined where there is none, or all of them are what our schemas do. */
function readPipelineFiles(given: ConvertArguments, io: Io): Outcome<ProcessingPipeline | 'none'> {
  const files = (given.pipeline ?? []).filter(name => !Object.hasOwn(known, name))
  if (given.withoutPipeline === true && given.pipeline !== undefined)
    return { diagnostics: [misuse('CLI001', '--pipeline and --without-pipeline exclude each other')] }
  if (given.withoutPipeline === true) return { value: 'none', diagnostics: [] }
  if (files.length === 0) return { diagnostics: [] }
  if (files.length < given.pipeline!.length)
    return {
      diagnostics: [
        misuse(
          'CLI001',
          'a pipeline of a file and one of ours are not mixed',
          `with files alone; ours are ${Object.keys(known).join(', ')}`,
        ),
      ],
    }
  const sources: Source[] = []
  const diagnostics: Diagnostic[] = []
  for (const file of files) {
    try {
      sources.push({ name: file, text: readFileSync(resolve(io.cwd, file), 'utf8') })
    } catch (error) {
      const hint = `name a file, or one of ${Object.keys(known).join(', ')}`
      diagnostics.push(misuse('CLI021', `cannot read the pipeline "${file}": ${reason(error)}`, hint))
    }
  }
  return diagnostics.length > 0 ? { diagnostics } : readPipelines(sources)
}

/** What a pipeline gives placeholders. */
function variables(pipeline: ProcessingPipeline | 'none' | undefined): Readonly<Record<string, string | readonly string[]>> {
  if (pipeline === undefined || pipeline === 'none' || !pipeline.items.some(item => item.type === 'value_placeholders')) return {}
  return Object.fromEntries(
    Object.entries(pipeline.vars).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  )
}

/** Whether `-o` names a folder: it ends as one, or it is there as one. */
function namesFolder(output: string | undefined, io: Io): boolean {
  if (output === undefined) return false
  if (/[\\/]$/.test(output)) return true
  return statSync(resolve(io.cwd, output), { throwIfNoEntry: false })?.isDirectory() === true
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<ConvertArguments>()
  const wrong: Diagnostic[] = [...refuseAddresses(parsed.args)]
  const wanted = chosenTargets(given.target ?? [])
  wrong.push(...wanted.diagnostics)
  const over = withSchemas(wanted.value ?? [], given.pipeline ?? [])
  wrong.push(...over.diagnostics)
  const names = readVariables(given.var ?? [], io)
  const pipeline = readPipelineFiles(given, io)
  wrong.push(...pipeline.diagnostics)
  wrong.push(...names.diagnostics)
  if (!failSettings.some(setting => setting === given.failOn))
    wrong.push(misuse('CLI006', `no setting "${given.failOn}" of --fail-on`, `use ${failSettings.join(', ')}`))
  const writable = ruleFormats.filter(format => format.write !== undefined).map(format => format.id)
  if (typeof given.document === 'string' && !writable.includes(given.document)) {
    const list = writable.length === 0 ? 'no document can be written' : `the documents are ${writable.join(', ')}`
    wrong.push(misuse('CLI003', `no document "${given.document}"`, list))
  }
  wrong.push(...readLanguage(given).wrong)
  if (wrong.length > 0) return refuse(io, wrong, 'convert')
  const folder = given.report !== true && namesFolder(given.output, io) ? given.output : undefined
  const { output: _, ...others } = given
  const sat = desk(folder === undefined ? given : others, served, 'convert', io, 'text')
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'convert')
  try {
    return await work(
      parsed.args,
      { targets: over.value!, folder, given, pipeline: pipeline.value },
      { ...variables(pipeline.value), ...names.value },
      sat.value,
    )
  } finally {
    sat.value.close()
  }
}

async function work(
  paths: readonly string[],
  plan: Plan,
  names: NonNullable<Parameters<typeof loadRules>[2]>['names'],
  at: Desk,
): Promise<number> {
  const { given } = plan
  const { io, talk } = at
  const rules = await loadRules(paths, io, { names, language: readLanguage(given).language })
  const tests = (given.rule ?? []).map(ruleTest)
  const spoken = rules.detections.filter(detection => detection.silent !== true)
  const chosen = tests.length === 0 ? spoken : spoken.filter(detection => tests.some(test => test(detection)))
  if (rules.detections.length === 0) {
    show(talk, rules.findings.slice(0, at.verbose ? undefined : mostShown))
    show(talk, [noRules(rules, paths, io)])
    return 3
  }
  if (chosen.length === 0) {
    const why = tests.length === 0 ? 'the files hold only rules that feed others' : 'no rule passes --rule'
    return refuse(io, [misuse('CLI017', why, 'name the rules, and the correlations that refer to them')], 'convert')
  }
  const byDocument = documents(rules.detections)
  const stray = rules.findings.filter(finding => finding.severity === 'error' && ruleAt(finding, byDocument) === undefined)
  if (!at.quiet) show(talk, stray.slice(0, at.verbose ? undefined : mostShown))

  const account = accounts(
    plan.targets.map(target => target.id),
    allCodes(),
  )
  const files = plan.folder === undefined ? undefined : folderWriter(plan.folder, plan, at)
  const output = files ?? writer(at, plan, chosen.length * plan.targets.length === 1)
  let refused = 0
  let shown = 0
  let hidden = 0
  for (const conversion of conversions(rules, chosen, plan)) {
    if (io.signal?.aborted) break
    account.add(conversion.row)
    output.write(conversion)
    if (conversion.row.query === null) refused++
    if (given.report === true || at.quiet) continue
    const told = conversion.findings.filter(finding => at.verbose || finding.severity !== 'note')
    for (const finding of told) {
      if (at.verbose || shown < mostShown) {
        const about = chosen.length * plan.targets.length > 1 ? ` (for ${conversion.target.id})` : ''
        show(talk, [{ ...finding, message: finding.message + about }])
        shown++
      } else hidden++
    }
  }
  output.end()
  const list = account.list()
  if (given.report === true) {
    if (at.format === 'text') writeAccounts(at.out, list, at.verbose)
    else {
      const rows = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
      for (const one of list) rows.row(one)
      rows.end()
    }
  } else if (!at.quiet) {
    if (hidden > 0) talk.write(`${counted(hidden, 'more finding')} (-v shows all, --report counts them)\n`)
    if (refused > 0 || plan.folder !== undefined) {
      const total = list.reduce((sum, one) => sum + one.converted, 0)
      const kept = plan.folder === undefined ? '' : ` to ${plan.folder}`
      talk.write(`${counted(total, 'query', 'queries')}${kept}, ${counted(refused, 'refusal')}\n`)
    }
  }
  const codes: number[] = []
  if (io.signal?.aborted) codes.push(130)
  if (files?.failed() === true) codes.push(2)
  const readable = chosen.some(
    detection => !rules.findings.some(one => one.severity === 'error' && ruleAt(one, byDocument) === detection),
  )
  if (!readable) codes.push(3)
  if (given.strict === true && (refused > 0 || stray.length > 0)) codes.push(5)
  if (given.failOn === 'refused' && refused > 0) codes.push(1)
  return exitCode(codes)
}

export const verb: Verb = {
  command,
  run,
  values: {
    format: served,
    color: colorSettings,
    language: languageNames,
    target: ['all', ...targets.map(target => target.id)],
    'fail-on': failSettings,
    document: ruleFormats.filter(format => format.write !== undefined).map(format => format.id),
  },
}

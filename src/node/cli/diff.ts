// `terrier diff`: what a change of rules gains and loses, as events; between two files or folders, or a git revision and the files that are there.

import { relative, resolve } from 'node:path'
import { Command } from 'commander'
import { type Change, type ChangeKind, changeKinds, diff } from '../../diff.ts'
import type { Detection } from '../../ir/detection.ts'
import type { Event } from '../../ir/event.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { counted, oneLine } from '../report/text.ts'
import { jsonText } from '../report/value.ts'
import { revisionSources } from '../revision.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { loadRules, noRules, type Rules, rulesOf } from './load.ts'
import {
  type CommonOptions,
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
import { streamLines, streamsRow } from './streams.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']
const failSettings = ['lost', 'changed', 'never'] as const

interface DiffArguments extends CommonOptions, LanguageArguments {
  readonly git?: string
  readonly failOn?: string
}

const examples = `
Examples:
  terrier diff old.yml new.yml               what a rule gains and loses, as events
  terrier diff rules-2025/ rules-2026/       rules matched by id: added, removed, renamed, narrowed, widened, ...
  terrier diff --git main rules/             the files that are there against the branch main
  terrier diff --git HEAD rules/ --fail-on lost

Changes: removed, narrowed (the new rule lies within the old one), moved (each matches what the other does not), undecided (with the
reason), widened, added, rewritten (the same question in other words), metadata (only what stands around it), same (shown with -v).
Exit codes: 0 done, 1 something that --fail-on names (lost: removed, narrowed, moved or undecided; changed: also widened or added),
2 wrong usage, 3 no rule could be read, 130 interrupted.`

function command(): Command {
  const differing = new Command('diff')
    .argument('<path...>', 'the old and the new rules: two files or folders; with --git any number of paths')
    .option('--git <revision>', 'the old rules are those of a commit, branch or tag; nothing is fetched')
    .option('--fail-on <what>', 'exit code 1 when: lost, changed, never', 'never')
  return common(inLanguage(differing), served).addHelpText('after', examples)
}

const failing: Readonly<Record<(typeof failSettings)[number], readonly ChangeKind[]>> = {
  lost: ['removed', 'narrowed', 'moved', 'differs', 'undecided'],
  changed: ['removed', 'narrowed', 'moved', 'differs', 'undecided', 'widened', 'added'],
  never: [],
}

const nameOf = (detection: Detection | undefined) =>
  detection === undefined ? null : { id: detection.id, title: detection.title, file: detection.written.document.name }
const eventOf = (event: Event | undefined) => (event === undefined ? null : event.fields)

function rowOf(change: Change): Readonly<Record<string, unknown>> {
  const { id, title, file } = change.renamed
  return {
    change: change.kind,
    a: nameOf(change.old),
    b: nameOf(change.now),
    relation: change.relation ?? null,
    onlyA: eventOf(change.lost),
    onlyB: eventOf(change.gained),
    both: eventOf(change.both),
    renamed: { id: id ?? null, title: title ?? null, file: file ?? null },
    metadata: change.metadata,
    why: change.why ?? null,
    streams: streamsRow(change.streams),
  }
}

function draw({ out, verbose }: Desk, change: Change): void {
  if (change.kind === 'same' && !verbose) return
  const one = (change.now ?? change.old)!
  out.write(`${out.colors.bold(change.kind)}: ${oneLine(one.title)} (${oneLine(one.written.document.name)})\n`)
  for (const [what, names] of Object.entries(change.renamed))
    if (names !== undefined) out.write(`  ${what}: ${oneLine(names[0])} → ${oneLine(names[1])}\n`)
  if (change.metadata.length > 0) out.write(`  changed around it: ${change.metadata.map(oneLine).join(', ')}\n`)
  if (change.why !== undefined) out.write(`  ${oneLine(change.why)}\n`)
  for (const [label, event] of [
    ['loses', change.lost],
    ['gains', change.gained],
  ] as const)
    if (event !== undefined) out.write(`  ${label}: ${jsonText(event.fields)}\n`)
  for (const [label, stream] of [
    ['loses', change.streams?.onlyA],
    ['gains', change.streams?.onlyB],
  ] as const)
    if (stream !== undefined) out.write(`  ${label} the stream\n${streamLines(stream)}`)
}

interface Sides {
  readonly old: Rules
  readonly now: Rules
  fileOf(detection: Detection, side: 'old' | 'now'): string
}

async function sidesOf(
  paths: readonly string[],
  revision: string | undefined,
  language: string | undefined,
  io: Io,
): Promise<Sides> {
  if (revision === undefined) {
    const [a, b] = paths as readonly [string, string]
    const [old, now] = [await loadRules([a], io, { language }), await loadRules([b], io, { language })]
    const roots = { old: resolve(io.cwd, a), now: resolve(io.cwd, b) }
    // Two files that are compared are one under two names.
    const fileOf = (of: Detection, side: 'old' | 'now') => relative(roots[side], resolve(io.cwd, of.written.document.name))
    return { old, now, fileOf }
  }
  const now = await loadRules(paths, io, { language })
  const findings: Rules['findings'][number][] = []
  const sources = revisionSources(revision, paths, io.cwd, finding => findings.push(finding))
  const old = await rulesOf(sources, findings, paths, io, { language })
  return { old, now, fileOf: of => relative(io.cwd, resolve(io.cwd, of.written.document.name)) }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<DiffArguments>()
  const { args } = parsed
  const failOn = failSettings.find(setting => setting === given.failOn)
  const wrong = [
    ...refuseAddresses(args),
    ...(failOn === undefined ? [misuse('CLI006', `no change "${given.failOn}"`, `use ${failSettings.join(', ')}`)] : []),
    ...(given.git !== undefined || args.length === 2
      ? []
      : [
          misuse(
            'CLI001',
            `diff takes two files or folders, not ${args.length}`,
            'against a git revision: terrier diff --git main rules/',
          ),
        ]),
    ...(given.git?.startsWith('-') ? [misuse('CLI001', `"${given.git}" is no revision`, 'name a commit, branch or tag')] : []),
  ]
  const { language, wrong: wrongLanguage } = readLanguage(given)
  if (wrong.length > 0 || wrongLanguage.length > 0 || failOn === undefined)
    return refuse(io, [...wrong, ...wrongLanguage], 'diff')
  const sat = desk(given, served, 'diff', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'diff')
  const at = sat.value
  try {
    const { old, now, fileOf } = await sidesOf(args, given.git, language, io)
    const findings = [...old.findings, ...now.findings].filter(finding => finding.severity === 'error')
    show(at.talk, findings)
    // A revision that cannot be read is not one without rules.
    if (findings.some(finding => finding.code === 'FIL025') || old.detections.length + now.detections.length === 0) {
      if (old.detections.length + now.detections.length === 0)
        show(at.talk, [
          noRules({ findings: [...old.findings, ...now.findings], sources: [...old.sources, ...now.sources] }, args, io),
        ])
      return exitCode([3])
    }
    const rows = at.format === 'json' ? jsonArray(at.out) : at.format === 'jsonl' ? jsonl(at.out) : undefined
    const changes = [...diff(old.detections, now.detections, { fileOf })].sort(
      (a, b) => changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind),
    )
    for (const change of changes) {
      if (rows === undefined) draw(at, change)
      else if (change.kind !== 'same' || at.verbose) rows.row(rowOf(change))
    }
    rows?.end()
    const counts = changeKinds
      .map(kind => [kind, changes.filter(change => change.kind === kind).length] as const)
      .filter(([, count]) => count > 0)
    const line = `${counted(changes.length, 'rule')}: ${counts.map(([kind, count]) => `${count} ${kind}`).join(', ')}\n`
    if (rows === undefined) at.out.write(line)
    else if (!at.quiet) at.talk.write(line)
    const failed = changes.some(change => failing[failOn].includes(change.kind))
    return exitCode([...(io.signal?.aborted ? [130] : []), ...(failed ? [1] : [])])
  } finally {
    at.close()
  }
}

export const verb: Verb = {
  command,
  run,
  values: { format: served, color: colorSettings, language: languageNames, 'fail-on': failSettings },
}

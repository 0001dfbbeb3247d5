// `terrier compare`: how two rules relate, in any languages; or which rules of a collection are the same or within each other.

import { Command } from 'commander'
import { placeOf, textAt } from '../../checks/meaning.ts'
import { compareAll } from '../../collection.ts'
import { compare } from '../../compare.ts'
import type { Detection } from '../../ir/detection.ts'
import { dumpPredicate } from '../../ir/dump.ts'
import type { Event } from '../../ir/event.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { position } from '../../text/source.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { counted } from '../report/text.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { loadRules, noRules } from './load.ts'
import { type CommonOptions, colorSettings, common, desk, type Format, misuse, refuse, refuseAddresses, show } from './options.ts'
import { streamLines, streamsRow } from './streams.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']

interface CompareArguments extends CommonOptions, LanguageArguments {
  readonly all?: boolean
}

const examples = `
Examples:
  terrier compare old.yml new.yml       what each of two rules matches that the other does not, as events
  terrier compare rule.yml query.kql    across languages: both are told in Sigma's names
  terrier compare --all rules/          rules that are the same, lie within another, overlap or can never match, and values of
                                        lists that change nothing (overlaps as a table: with -v)

Relations: equal, narrower (A lies within B), wider, overlapping, disjoint, undecided (with the reason). Rules about several events are put
before streams made around their thresholds, windows, keys and order: agrees (no stream parts them) or differs (with the smallest one).
Exit codes: 0 done, 2 wrong usage, 3 a rule could not be read, 130 interrupted.`

function command(): Command {
  const comparing = new Command('compare')
    .argument('<rule...>', 'two rules, or with --all any number of files and folders')
    .option('--all', 'every rule against every other of its log source')
  return common(inLanguage(comparing), served).addHelpText('after', examples)
}

const nameOf = (detection: Detection) => ({ id: detection.id, title: detection.title, file: detection.written.document.name })
const eventOf = (event: Event | undefined) => (event === undefined ? null : event.fields)

/** A test as its rule writes it, with the line on which it stands. */
function memberOf(
  detection: Detection,
  member: Predicate,
): { readonly field: string; readonly text: string; readonly line: number | null } {
  const span = placeOf(detection, member)
  const field = member.kind === 'test' && member.subject.kind === 'field' ? member.subject.name : 'any field'
  const text = textAt(detection, member)?.replace(/\s+/g, ' ').trim() ?? dumpPredicate(member)
  return { field, text, line: span === undefined ? null : position(detection.written.document, span.start).line }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<CompareArguments>()
  const { args } = parsed
  const { language, wrong: wrongLanguage } = readLanguage(given)
  const wrong = [
    ...wrongLanguage,
    ...refuseAddresses(args),
    ...(given.all === true || args.length === 2
      ? []
      : [misuse('CLI001', `compare takes two rules, not ${args.length}`, 'for a collection: terrier compare --all rules/')]),
  ]
  if (wrong.length > 0) return refuse(io, wrong, 'compare')
  const sat = desk(given, served, 'compare', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'compare')
  const at = sat.value
  try {
    const rows = at.format === 'json' ? jsonArray(at.out) : at.format === 'jsonl' ? jsonl(at.out) : undefined
    if (given.all === true) {
      const rules = await loadRules(args, io, { language })
      show(
        at.talk,
        rules.findings.filter(finding => finding.severity === 'error'),
      )
      const { pairs, overlaps, never, idle, untold, left } = compareAll(rules.detections, { idle: true })
      for (const { a, b, relation } of pairs) {
        if (rows === undefined) at.out.write(`${relation === 'equal' ? 'the same as' : 'lies within'}: ${a.title} → ${b.title}\n`)
        else rows.row({ a: nameOf(a), b: nameOf(b), relation, onlyA: null, onlyB: null, both: null })
      }
      for (const detection of never) {
        if (rows === undefined) at.out.write(`can never match: ${detection.title} (${detection.written.document.name})\n`)
        else rows.row({ a: nameOf(detection), b: null, relation: 'never', onlyA: null, onlyB: null, both: null })
      }
      for (const { a, b, both, onlyA, onlyB } of overlaps) {
        if (rows !== undefined)
          rows.row({
            a: nameOf(a),
            b: nameOf(b),
            relation: 'overlapping',
            onlyA: eventOf(onlyA),
            onlyB: eventOf(onlyB),
            both: eventOf(both),
          })
        else if (at.verbose) at.out.write(`overlaps with: ${a.title} → ${b.title}\n  both: ${JSON.stringify(both.fields)}\n`)
      }
      for (const { detection, member } of idle) {
        const told = memberOf(detection, member)
        if (rows === undefined)
          at.out.write(
            `changes nothing: ${told.field}: ${told.text} in ${detection.title} (${detection.written.document.name}${told.line === null ? '' : `:${told.line}`})\n`,
          )
        else rows.row({ a: nameOf(detection), b: null, relation: 'idle', member: told, onlyA: null, onlyB: null, both: null })
      }
      rows?.end()
      const equal = pairs.filter(pair => pair.relation === 'equal').length
      at.talk.write(
        `${counted(rules.detections.length, 'rule')}: ${equal} pairs are the same, ${pairs.length - equal} lie within another, ${overlaps.length} overlap, ${never.length} can never match, ${left.length} were not compared; ${counted(idle.length, 'value')} of lists ${idle.length === 1 ? 'changes' : 'change'} nothing${untold === 0 ? '' : `, of ${untold} it is not known`}\n`,
      )
      return exitCode(rules.detections.length === 0 ? [3] : [])
    }
    const [first, second] = [await loadRules([args[0]!], io, { language }), await loadRules([args[1]!], io, { language })]
    show(
      at.talk,
      [...first.findings, ...second.findings].filter(finding => finding.severity === 'error'),
    )
    if (first.detections.length === 0 || second.detections.length === 0) {
      show(at.talk, [first.detections.length === 0 ? noRules(first, [args[0]!], io) : noRules(second, [args[1]!], io)])
      return exitCode([3])
    }
    // What only feeds a correlation is compared with it.
    const alone = (of: readonly Detection[]): readonly Detection[] =>
      of.every(one => one.silent) ? of : of.filter(one => !one.silent)
    for (const a of alone(first.detections))
      for (const b of alone(second.detections)) {
        const { relation, onlyA, onlyB, both, why, streams } = compare(a, b)
        if (rows !== undefined) {
          rows.row({
            a: nameOf(a),
            b: nameOf(b),
            relation,
            onlyA: eventOf(onlyA),
            onlyB: eventOf(onlyB),
            both: eventOf(both),
            streams: streamsRow(streams),
            ...(why === undefined ? {} : { why }),
          })
          continue
        }
        at.out.write(`${at.out.colors.bold(relation)}: ${a.title} → ${b.title}${why === undefined ? '' : ` (${why})`}\n`)
        for (const [label, event] of [
          ['only the first', onlyA],
          ['only the second', onlyB],
          ['both', both],
        ] as const)
          if (event !== undefined) at.out.write(`  ${label}: ${JSON.stringify(event.fields)}\n`)
        for (const [label, stream] of [
          ['only the first', streams?.onlyA],
          ['only the second', streams?.onlyB],
        ] as const)
          if (stream !== undefined) at.out.write(`  ${label} finds something in\n${streamLines(stream)}`)
        if (relation === 'agrees') at.out.write(`  no stream of ${streams?.tried} parts them\n`)
      }
    rows?.end()
    return exitCode(io.signal?.aborted ? [130] : [])
  } finally {
    at.close()
  }
}

export const verb: Verb = { command, run, values: { format: served, color: colorSettings, language: languageNames } }

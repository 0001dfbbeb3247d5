// `terrier logs`: what log files hold — format, encoding, events, time range, log sources, channels and, on request, fields.

import { Command } from 'commander'
import { compile } from '../../engine/engine.ts'
import type { Program } from '../../engine/run.ts'
import { schemas } from '../../schemas/index.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { eventSources } from '../files.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { type Paper, signs } from '../report/paper.ts'
import { bytes, clip, count, counted, oneLine, pad, wrap } from '../report/text.ts'
import { clock } from '../report/value.ts'
import { exitCode } from './exit.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { inLanguage, type LanguageArguments, languageNames, readLanguage } from './language.ts'
import { loadRules, noRules } from './load.ts'
import { type Looked, look, probe } from './look.ts'
import {
  type CommonOptions,
  collect,
  colorSettings,
  common,
  desk,
  type Format,
  misuse,
  refuse,
  refuseAddresses,
  show,
} from './options.ts'
import { formatNames, type ReadingArguments, reading, readReading } from './reading.ts'
import { askedSources, writeAsked } from './sources.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json']

interface LogsArguments extends CommonOptions, ReadingArguments, LanguageArguments {
  readonly fields?: boolean
  readonly rules?: readonly string[]
  readonly strict?: boolean
}

const examples = `
Examples:
  terrier logs Security.evtx               what it is, when, which channels and log sources
  terrier logs evtx/ --fields              in how many events each field is
  terrier logs export.json.gz -r rules/    also which log sources of the rules are here, what the others need,
                                           and which cannot be read

Exit codes: 0 done, 2 wrong usage, 4 none of the logs could be read, 5 something was not read and --strict was given, 130 interrupted.`

function command(): Command {
  const looking = new Command('logs')
    .argument('[log...]', 'log files, folders, globs, archives, or - for standard input')
    .option('--fields', 'a line for each field: in how many events it is')
    .option(
      '-r, --rules <path>',
      'tell which of these rules have events of their log source, and what the others need; may be repeated',
      collect,
    )
    .option('--strict', 'exit code 5 when something was not read')
  return common(inLanguage(reading(looking)), served).addHelpText('after', examples)
}

function write(on: Paper, { row, format, from, to }: Looked, verbose: boolean, allFields: boolean): void {
  const { colors } = on
  const cut = signs(on, '…')
  const most = verbose ? Number.POSITIVE_INFINITY : 6
  const line = (label: string, text: string) => on.write(`  ${colors.dim(pad(label, 11))} ${clip(text, on.columns - 14, cut)}\n`)
  const listed = (items: readonly (readonly [string, number])[], some = most) => {
    const shown = items.slice(0, some).map(([name, number]) => `${oneLine(name)} ${count(number)}`)
    return shown.join(', ') + (items.length > some ? `, ${count(items.length - some)} more` : '')
  }
  on.write(`${colors.bold(oneLine(row.member === null ? row.file : `${row.file}!${row.member}`))}\n`)
  if (format === undefined) line('format', row.bytes === 0 ? 'empty' : 'not a log that can be read')
  else {
    const size = row.encoding === 'binary' ? bytes(row.bytes) : `${bytes(row.bytes)}, ${row.encoding}`
    line('format', `${row.format}, ${Math.round((row.sure ?? 0) * 100)}% sure, ${size}: ${format.title}`)
    line('events', `${count(row.events)}${row.untimed > 0 ? `, ${count(row.untimed)} without a time` : ''}`)
    if (from !== undefined && to !== undefined) line('time', `${clock(from.time)} to ${clock(to.time)}`)
    line('shape', listed(Object.entries(row.schemas)))
    if (row.classes.length > 0) line('log sources', listed(row.classes.map(one => [one.logSource, one.events])))
    for (const [index, channel] of row.channels.slice(0, most).entries()) {
      line(
        index === 0 ? 'channels' : '',
        `${oneLine(channel.channel)} ${count(channel.events)} (${listed(Object.entries(channel.ids))})`,
      )
    }
    if (row.channels.length > most) line('', `${count(row.channels.length - most)} more`)
    const hosts = Object.entries(row.hosts)
    if (hosts.length > 0) line('hosts', listed(hosts))
    if (row.rules !== null) {
      const { applicable, idle, unsupported } = row.rules
      line(
        'rules',
        `${count(applicable.length)} have events of their log source, ${count(idle.length)} have none, ${count(unsupported.length)} cannot be evaluated`,
      )
    }
    const fields = Object.entries(row.fields)
    if (allFields)
      for (const [index, [name, number]] of fields.entries())
        line(index === 0 ? 'fields' : '', `${oneLine(name)} ${count(number)}`)
    else if (fields.length > 0) {
      const names = fields.slice(0, verbose ? fields.length : 24).map(([name]) => oneLine(name))
      const rest = fields.length - names.length
      const texts = wrap(
        `${count(fields.length)}: ${names.join(', ')}${rest > 0 ? `, ${count(rest)} more: --fields` : ''}`,
        on.columns - 14,
      )
      for (const [index, text] of texts.entries()) line(index === 0 ? 'fields' : '', text)
    }
  }
  for (const problem of row.problems.slice(0, most)) line(problem.severity, `${problem.code} ${oneLine(problem.message)}`)
  if (row.problems.length > most) line('', `${counted(row.problems.length - most, 'more problem')}: -v`)
  on.write('\n')
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<LogsArguments>()
  if (parsed.args.length === 0)
    return refuse(io, [misuse('CLI001', 'no log named', 'name a file, a folder, or - for standard input')], 'logs')
  const { language, wrong: wrongLanguage } = readLanguage(given)
  const addresses = [...wrongLanguage, ...refuseAddresses(parsed.args)]
  if (addresses.length > 0) return refuse(io, addresses, 'logs')
  const how = readReading(given)
  if (how.value === undefined) return refuse(io, how.diagnostics, 'logs')
  const sat = desk(given, served, 'logs', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'logs')
  const at = sat.value
  try {
    let rules: Program | undefined
    if (given.rules !== undefined) {
      const loaded = await loadRules(given.rules, io, { language })
      if (loaded.detections.length === 0) {
        show(at.talk, loaded.findings.slice(0, 20))
        show(at.talk, [noRules(loaded, given.rules, io)])
        return 3
      }
      rules = compile(
        loaded.detections,
        schemas.filter(schema => schema.optIn !== true),
      ).value
    }
    const asked = rules === undefined ? undefined : askedSources(rules.detections)
    const probing = probe(asked?.classes)
    const absent: Diagnostic[] = []
    const output = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
    let read = 0
    let broken = 0
    for await (const source of interruptible(
      eventSources(parsed.args, finding => absent.push(finding), { stdin: io.stdin }),
      io.signal,
    )) {
      const looked = await look(source, probing, rules, how.value, io.signal)
      if (looked.format !== undefined) read++
      broken += looked.problems.filter(finding => finding.severity !== 'note').length
      asked?.add(looked.counts)
      if (at.format === 'table') write(at.out, looked, at.verbose, given.fields === true)
      else output.row(looked.row)
      if (io.signal?.aborted) break
    }
    if (asked !== undefined) {
      if (at.format === 'table') writeAsked(at.out, asked.rows(), at.verbose)
      else output.row({ file: null, logSources: asked.rows() })
    }
    if (at.format !== 'table') output.end()
    show(at.talk, absent)
    broken += absent.filter(finding => finding.severity !== 'note').length
    const codes: number[] = []
    if (io.signal?.aborted) codes.push(130)
    if (read === 0 && broken > 0) {
      show(at.talk, [misuse('CLI014', 'no log could be read')])
      codes.push(4)
    }
    if (given.strict && broken > 0) codes.push(5)
    return exitCode(codes)
  } finally {
    at.close()
  }
}

export const verb: Verb = {
  command,
  run,
  values: { format: served, color: colorSettings, language: languageNames, 'read-as': formatNames },
}

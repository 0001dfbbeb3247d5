// `terrier stats`: how often each value of a field comes in some logs, from when to when.

import { Command } from 'commander'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { record } from '../report/csv.ts'
import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { signs } from '../report/paper.ts'
import { clip, count, counted, oneLine, pad, width } from '../report/text.ts'
import { clock, isoTime, plain } from '../report/value.ts'
import { exitCode } from './exit.ts'
import type { Io } from './io.ts'
import { type CommonOptions, collect, colorSettings, common, type Desk, desk, type Format, misuse, refuse } from './options.ts'
import { formatNames, type ReadingArguments, reading, readReading } from './reading.ts'
import { ending, readAll, readNumber, readSpan, wrongLogs } from './records.ts'
import { readNames } from './search.ts'
import { knownNames, valueReader } from './shape.ts'
import { readTerm } from './terms.ts'
import type { Verb } from './verb.ts'

const served: readonly Format[] = ['table', 'jsonl', 'json', 'csv']

interface StatsArguments extends CommonOptions, ReadingArguments {
  readonly by?: readonly string[]
  readonly where?: readonly string[]
  readonly cased?: boolean
  readonly top?: string
  readonly rare?: boolean
  readonly since?: string
  readonly until?: string
  readonly strict?: boolean
}

const examples = `
Names for --by: a field as the log names it (also a path: process.name), one of Sigma's, or
${knownNames.map(([name, about]) => `  ${name.padEnd(8)}  ${about}`).join('\n')}

Examples:
  terrier stats evtx/ --by channel,eid               which events there are
  terrier stats Security.evtx --by user,logon --where eid=4624
  terrier stats evtx/ --by Image --rare              the programs seen least
  terrier stats logs/ --by hour -f csv -o hours.csv

Values are told apart by case. Up to 200,000 different ones are counted by themselves, the others together.
Exit codes: 0 done, 2 wrong usage, 4 none of the logs could be read, 5 something was not read and --strict was given,
130 interrupted.`

function command(): Command {
  const counting = new Command('stats')
    .argument('[log...]', 'log files, folders, globs, archives, or - for standard input')
    .option('--by <names>', 'count by these fields, parted by commas; may be repeated (default: channel,eid)', collect)
    .option('--where <term>', 'only events for which this holds (see terrier search --help); may be repeated', collect)
    .option('--cased', 'case counts in --where')
    .option('--top <number>', 'how many rows; 0 for all (default: 20 in a table, all of hours and days and elsewhere)')
    .option('--rare', 'the rarest first')
    .option('--since <time>', 'only events from that time on: 2026-11-20, 2026-11-20T10:00Z, or -2h before now')
    .option('--until <time>', 'only events up to that time')
    .option('--strict', 'exit code 5 when something was not read')
  return common(reading(counting), served).addHelpText('after', examples)
}

const mostGroups = 200_000
const longestValue = 1000

interface Group {
  readonly values: readonly (string | null)[]
  events: number
  first: number | undefined
  last: number | undefined
}

const isTime = (names: readonly string[]) => names.length === 1 && ['hour', 'day', 'clock'].includes(names[0]!)

/** Adds up records by some of their values. */
function tally(names: readonly string[]) {
  const groups = new Map<string, Group>()
  const rest: Group = { values: [], events: 0, first: undefined, last: undefined }
  return {
    rest,
    add(values: readonly (string | null)[], time: number | undefined) {
      const key = JSON.stringify(values)
      let group = groups.get(key)
      if (group === undefined) {
        group = groups.size < mostGroups ? { values, events: 0, first: undefined, last: undefined } : rest
        if (group !== rest) groups.set(key, group)
      }
      group.events++
      if (time === undefined) return
      if (group.first === undefined || time < group.first) group.first = time
      if (group.last === undefined || time > group.last) group.last = time
    },
    /** Most events first, or least; equals in the order of their values, and times in their own order. */
    sorted(rare: boolean): readonly Group[] {
      const inTime = isTime(names)
      const byValue = (a: Group, b: Group) => {
        for (let at = 0; at < names.length; at++) {
          const [one, other] = [a.values[at] ?? '', b.values[at] ?? '']
          if (one !== other) return one < other ? -1 : 1
        }
        return 0
      }
      const sign = rare ? 1 : -1
      return [...groups.values()].sort((a, b) => (inTime && !rare ? 0 : sign * (a.events - b.events)) || byValue(a, b))
    },
  }
}

async function run(parsed: Command, io: Io): Promise<number> {
  const given = parsed.opts<StatsArguments>()
  const names = readNames(given.by) ?? ['channel', 'eid']
  const terms = (given.where ?? []).map(text => readTerm(text, { cased: given.cased }))
  const span = readSpan(given, io.now())
  const how = readReading(given)
  const top = readNumber('--top', given.top, -1)
  const wrong = [...wrongLogs(parsed.args), ...[...terms, span, how, top].flatMap(one => one.diagnostics)]
  if (names.length > 8) wrong.push(misuse('CLI001', '--by takes at most 8 names'))
  const errors = wrong.filter(finding => finding.severity === 'error')
  if (errors.length > 0) return refuse(io, errors, 'stats')
  const sat = desk(given, served, 'stats', io)
  if (sat.value === undefined) return refuse(io, sat.diagnostics, 'stats')
  const at = sat.value
  try {
    const readers = names.map(valueReader)
    const asks = terms.map(term => term.value!.ask)
    const counts = tally(names)
    const found: Diagnostic[] = []
    let total = 0
    const done = await readAll(
      parsed.args,
      io,
      span.value!,
      how.value!,
      of => {
        if (!asks.every(ask => ask(of))) return true
        total++
        counts.add(
          readers.map(read => {
            const value = read(of)
            return value === undefined || value === null ? null : plain(value).slice(0, longestValue)
          }),
          of.time?.time,
        )
        return true
      },
      finding => found.push(finding),
    )
    const groups = counts.sorted(given.rare === true)
    const most =
      top.value! === 0
        ? groups.length
        : top.value! > 0
          ? top.value!
          : at.format === 'table' && !at.verbose && !isTime(names)
            ? 20
            : groups.length
    write(at, names, groups.slice(0, most), total)
    const codes = ending(at, done, found, given.strict === true)
    if (!at.quiet) {
      const left = groups.slice(most).reduce((sum, group) => sum + group.events, 0)
      if (left > 0)
        at.talk.write(`${counted(groups.length - most, 'more row')} with ${counted(left, 'event')}: --top 0 shows all\n`)
      if (counts.rest.events > 0)
        at.talk.write(`${counted(counts.rest.events, 'event')} with values beyond the first ${count(mostGroups)}\n`)
      at.talk.write(
        `${counted(total, 'event')}${total === done.events ? '' : ` of ${count(done.events)}`} in ${counted(done.files, 'file')}\n`,
      )
    }
    return exitCode(codes)
  } finally {
    at.close()
  }
}

function write(at: Desk, names: readonly string[], groups: readonly Group[], total: number): void {
  const { out } = at
  if (at.format === 'csv') {
    out.write(record([...names, 'events', 'first', 'last']))
    for (const { values, events, first, last } of groups)
      out.write(record([...values, events, isoTime(first, undefined), isoTime(last, undefined)]))
  } else if (at.format !== 'table') {
    const output = at.format === 'json' ? jsonArray(out) : jsonl(out)
    for (const { values, events, first, last } of groups)
      output.row({
        by: Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])),
        events,
        first: isoTime(first, undefined),
        last: isoTime(last, undefined),
      })
    output.end()
  } else {
    const { colors } = out
    const cut = signs(out, '…')
    const shown = (value: string | null | undefined) =>
      value === null || value === undefined ? '(absent)' : oneLine(value) || '(empty)'
    const widths = names.map((name, index) => Math.max(width(name), ...groups.map(group => width(shown(group.values[index])))))
    // The widest give way until a row fits.
    const room = Math.max(names.length * 12, out.columns - 61 - 2 * names.length)
    for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; ) {
      const widest = widths.indexOf(Math.max(...widths))
      const rest = Math.max(12, ...widths.filter((_, index) => index !== widest))
      const less = Math.min(over, Math.max(1, widths[widest]! - rest))
      widths[widest]! -= less
      over -= less
    }
    const line = (cells: readonly string[], events: string, share: string, first: string, last: string) =>
      `${cells.map((text, index) => pad(clip(text, widths[index]!, cut), widths[index]!)).join('  ')}  ${pad(events, 11, 'right')}  ${pad(share, 6, 'right')}  ${pad(first, 20)}  ${last}`.trimEnd()
    out.write(`${colors.dim(line(names, 'events', 'share', 'first', 'last'))}\n`)
    for (const { values, events, first, last } of groups) {
      const time = (moment: number | undefined) => (moment === undefined ? '' : clock(moment))
      out.write(
        `${line(
          names.map((_, index) => shown(values[index])),
          count(events),
          `${((events / Math.max(1, total)) * 100).toFixed(1)}%`,
          time(first),
          time(last),
        )}\n`,
      )
    }
  }
}

export const verb: Verb = {
  command,
  run,
  values: { format: served, color: colorSettings, 'read-as': formatNames, by: knownNames.map(([name]) => name) },
}

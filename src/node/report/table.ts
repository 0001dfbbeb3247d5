// Alerts as people read them on a terminal: what was loaded and read, what fired, how much, where, when, what was not checked, and what to do next.

import { type Level, levels } from '../../ir/detection.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Found } from './alert.ts'
import { type Group, groups } from './groups.ts'
import { type Paper, signs } from './paper.ts'
import type { HuntSummary, Report } from './report.ts'
import { bytes, clip, clipStart, count, counted, duration, oneLine, pad, width } from './text.ts'
import { clock } from './value.ts'

export interface TableOptions {
  /** How many groups of alerts are shown; the others are counted. */
  readonly groups: number
  /** Whether every rule that was not evaluated is listed. */
  readonly skipped: boolean
  /** What codes mean, in a line each. */
  readonly titles?: ReadonlyMap<string, string>
  /** The command that tells more about an alert. */
  readonly hint?: (found: Found) => string
}

const short: Readonly<Record<Level, string>> = {
  informational: 'INFO',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
}

/** A level as a word in its colour. */
export function levelWord(on: Paper, level: Level, text = short[level]): string {
  const { colors } = on
  switch (level) {
    case 'critical':
      return colors.bold(colors.magenta(text))
    case 'high':
      return colors.red(text)
    case 'medium':
      return colors.yellow(text)
    case 'low':
      return colors.cyan(text)
    default:
      return colors.dim(text)
  }
}

function writeGroup(on: Paper, group: Group, titles: number, hosts: number): void {
  const { colors } = on
  const cut = signs(on, '…')
  const { first } = group
  const { row } = first
  const title = pad(clip(oneLine(row.rule.title), titles, cut), titles)
  const host = pad(clip(oneLine(row.host ?? '-'), hosts, cut), hosts)
  const level = levelWord(on, row.rule.level, pad(short[row.rule.level], 8))
  const times = group.alerts > 1 ? colors.dim(signs(on, ` ×${count(group.alerts)}`)) : ''
  const techniques = `${row.attack[0] ?? ''}${row.attack.length > 1 ? ` +${row.attack.length - 1}` : ''}`
  on.write(`  ${pad(clock(group.from), 20)}  ${level}  ${colors.bold(title)}  ${host}  ${oneLine(techniques)}${times}\n`)
  const telling = first.telling.filter(([, value]) => value !== '-' && value !== row.host).slice(0, 3)
  const names = Math.min(24, Math.max(0, ...telling.map(([name]) => width(oneLine(name)))))
  for (const [name, value] of telling) {
    const label = pad(clip(oneLine(name), names, cut), names)
    on.write(`      ${colors.dim(label)}  ${clip(oneLine(value.slice(0, 2000)), on.columns - 8 - names, cut)}\n`)
  }
  if (row.source !== null) {
    const { file, member, record, line, index } = row.source
    const where = record !== null ? `record ${record}` : line !== null ? `line ${line}` : `event ${index}`
    const more = row.sources.length > 1 ? ` and ${counted(row.sources.length - 1, 'more event')}` : ''
    const log = first.channel === null ? '' : `, ${first.channel}${first.eventId === null ? '' : ` ${first.eventId}`}`
    const end = oneLine(` ${where}${more}${log}`)
    const path = oneLine(member === null ? file : `${file}!${member}`)
    // The end of a path says more than its beginning, and the record must not be cut off by it.
    const room = Math.max(24, on.columns - 6 - width(end))
    on.write(`      ${colors.dim(clip(clipStart(path, room, cut) + end, on.columns - 6, cut))}\n`)
  }
}

function writeCounts(on: Paper, seen: ReturnType<typeof groups>): void {
  const { colors } = on
  const middle = signs(on, ' · ')
  on.write(`\n  ${colors.dim(`${pad('level', 13)}  ${pad('rules', 7, 'right')}  ${pad('alerts', 9, 'right')}`)}\n`)
  for (const level of [...levels].reverse()) {
    const at = seen.levels.get(level)
    if (at === undefined) continue
    const word = levelWord(on, level, pad(level, 13))
    on.write(`  ${word}  ${pad(count(at.rules.size), 7, 'right')}  ${pad(count(at.alerts), 9, 'right')}\n`)
  }
  const line = (label: string, text: string) =>
    on.write(`  ${colors.dim(pad(label, 10))}  ${clip(text, on.columns - 14, signs(on, '…'))}\n`)
  const listed = (counts: ReadonlyMap<string, number>, most: number) => {
    const top = seen.top(counts, most).map(([name, number]) => `${oneLine(name)} ${count(number)}`)
    return top.join(middle) + (counts.size > most ? `${middle}${count(counts.size - most)} more` : '')
  }
  on.write('\n')
  line('hosts', listed(seen.hosts, 8))
  if (seen.techniques.size > 0) line('techniques', listed(seen.techniques, 8))
  if (seen.from !== undefined) line('time', `${clock(seen.from)} to ${clock(seen.to)}`)
}

function writeRisk(on: Paper, summary: HuntSummary): void {
  if (summary.risk.length === 0) return
  on.write(`\n  ${on.colors.dim('   risk  entity')}\n`)
  for (const entity of summary.risk.slice(0, 20)) {
    const facts = `${counted(entity.alerts, 'alert')} of ${counted(entity.rules, 'rule')}`
    on.write(
      `  ${pad(String(entity.score), 7, 'right')}  ${clip(oneLine(`${entity.kind} ${entity.value}`), 60, signs(on, '…'))}  ${facts}\n`,
    )
  }
}

function writeUnchecked(on: Paper, summary: HuntSummary, all: boolean, titles: ReadonlyMap<string, string>): void {
  const { colors } = on
  const cut = signs(on, '…')
  if (summary.skipped.length > 0) {
    on.write(`\n  ${colors.yellow(`not evaluated: ${counted(summary.skipped.length, 'rule')}`)}\n`)
    if (all) {
      for (const rule of summary.skipped) {
        const name = `${rule.title ?? '(unread)'}${rule.file === null ? '' : ` (${rule.file})`}`
        on.write(`      ${oneLine(name)}: ${oneLine(rule.reason)}\n`)
      }
    } else {
      const reasons = new Map<string, number>()
      for (const rule of summary.skipped) {
        const key = `${rule.finding.code} ${rule.reason}`
        reasons.set(key, (reasons.get(key) ?? 0) + 1)
      }
      const sorted = [...reasons].sort((a, b) => b[1] - a[1])
      for (const [reason, rules] of sorted.slice(0, 5)) {
        on.write(`  ${pad(count(rules), 7, 'right')}  ${clip(oneLine(reason), on.columns - 11, cut)}\n`)
      }
      if (sorted.length > 5)
        on.write(`  ${colors.dim(`         ${counted(sorted.length - 5, 'more reason')}: --show-skipped`)}\n`)
    }
  }
  if (summary.idle.length > 0) {
    const rules = summary.idle.reduce((sum, idle) => sum + idle.rules, 0)
    on.write(`\n  no events of their log source: ${counted(rules, 'rule')}\n`)
    for (const idle of summary.idle.slice(0, all ? undefined : 5)) {
      on.write(`  ${pad(count(idle.rules), 7, 'right')}  ${clip(oneLine(idle.logSource), on.columns - 11, cut)}\n`)
    }
    if (!all && summary.idle.length > 5) {
      on.write(`  ${colors.dim(`         ${counted(summary.idle.length - 5, 'more log source')}: --show-skipped`)}\n`)
    }
  }
  const lost = summary.unread.filter(finding => finding.severity !== 'note')
  if (lost.length > 0) {
    on.write(`\n  ${colors.yellow(`not read: ${counted(lost.length, 'part')} of the logs`)}\n`)
    if (all) for (const finding of lost) on.write(`      ${oneLine(placed(finding))}\n`)
    else {
      const codes = new Map<string, number>()
      for (const { code } of lost) codes.set(code, (codes.get(code) ?? 0) + 1)
      for (const [code, parts] of [...codes].sort((a, b) => b[1] - a[1])) {
        on.write(`  ${pad(count(parts), 7, 'right')}  ${clip(`${code} ${titles.get(code) ?? ''}`, on.columns - 11, cut)}\n`)
      }
      on.write(`  ${colors.dim('         which: --show-skipped')}\n`)
    }
  }
  const notes = summary.unread.filter(finding => finding.severity === 'note')
  if (notes.length > 0) on.write('\n')
  for (const note of notes.slice(0, all ? undefined : 3))
    on.write(`  ${clip(oneLine(`note: ${note.message}`), on.columns - 2, cut)}\n`)
  if (!all && notes.length > 3) on.write(`  ${colors.dim(`${counted(notes.length - 3, 'more note')}: --show-skipped`)}\n`)
}

const placed = (finding: Diagnostic): string =>
  `${finding.code} ${finding.source === undefined ? '' : `${finding.source.name}: `}${finding.message}`

/** Alerts as a table; nothing is written before the end, because the head says what was loaded and read. */
export function huntTable(on: Paper, options: TableOptions): Report<Found, HuntSummary> {
  const seen = groups()
  return {
    row: found => seen.add(found),
    end(summary) {
      const { colors } = on
      const loaded = [`${count(summary.rules)} loaded`]
      if (summary.skipped.length > 0) loaded.push(`${count(summary.skipped.length)} not evaluable here`)
      const idle = summary.idle.reduce((sum, one) => sum + one.rules, 0)
      if (idle > 0) loaded.push(`${count(idle)} without events of their log source`)
      const rate = summary.milliseconds > 0 ? `, ${bytes((summary.bytes / summary.milliseconds) * 1000)}/s` : ''
      on.write(`  ${colors.dim('rules ')}  ${loaded.join(', ')}\n`)
      on.write(
        `  ${colors.dim('events')}  ${count(summary.events)} in ${counted(summary.files, 'file')}, ${bytes(summary.bytes)} in ${duration(summary.milliseconds)}${rate}\n`,
      )
      if (summary.unknown > 0) on.write(`          ${count(summary.unknown)} of a shape no schema knows\n`)
      if (summary.untimed > 0) on.write(`          ${count(summary.untimed)} without a time\n`)
      if (summary.interrupted) on.write(`  ${colors.yellow('interrupted: what was found so far')}\n`)
      const list = seen.sorted()
      const shown = list.slice(0, options.groups)
      if (shown.length > 0) {
        on.write('\n')
        const widest = (texts: readonly string[], most: number) =>
          Math.min(most, Math.max(1, ...texts.map(text => width(oneLine(text)))))
        const hosts = widest(
          shown.map(group => group.first.row.host ?? '-'),
          16,
        )
        const titles = widest(
          shown.map(group => group.first.row.rule.title),
          Math.max(20, on.columns - 54 - hosts),
        )
        for (const group of shown) writeGroup(on, group, titles, hosts)
        if (list.length > shown.length) {
          const rest = list.slice(shown.length).reduce((sum, group) => sum + group.alerts, 0)
          const hint = `${counted(rest, 'more alert')} in ${counted(list.length - shown.length, 'group')} of rule and host: -v shows all, -f jsonl every alert`
          on.write(`  ${colors.dim(hint)}\n`)
        }
        writeCounts(on, seen)
      }
      writeRisk(on, summary)
      writeUnchecked(on, summary, options.skipped, options.titles ?? new Map())
      const total = `${counted(seen.alerts, 'alert')}${seen.alerts > 0 ? ` on ${counted(seen.hosts.size, 'host')}` : ''}`
      on.write(`\n  ${colors.bold(total)}\n`)
      const [top] = list
      if (top !== undefined && options.hint !== undefined)
        on.write(`  ${colors.dim(`next: ${oneLine(options.hint(top.first))}`)}\n`)
    },
  }
}

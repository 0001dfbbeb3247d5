// The account of a hunt: what ran, what was left out and why, and what the talk stream says of it at the end.

import type { Notice } from '../../hunt.ts'
import type { Detection } from '../../ir/detection.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import type { Found } from '../report/alert.ts'
import { logSources } from '../report/field.ts'
import type { EntityRisk, HuntSummary, SkippedRule } from '../report/report.ts'
import { bytes, count, counted, duration, oneLine } from '../report/text.ts'
import type { Rules } from './load.ts'
import { type Desk, show } from './options.ts'

/** Adds up risk by entity. */
export function riskTally() {
  const entities = new Map<string, { kind: string; value: string; score: number; alerts: number; rules: Set<string> }>()
  return {
    add({ alert, detection }: Found) {
      for (const { kind, value, score } of alert.risk?.entities ?? []) {
        const key = `${kind}\u0000${value}`
        let entity = entities.get(key)
        if (entity === undefined) {
          entity = { kind, value, score: 0, alerts: 0, rules: new Set() }
          entities.set(key, entity)
        }
        entity.score += score
        entity.alerts++
        entity.rules.add(detection.id)
      }
    },
    list: (): readonly EntityRisk[] =>
      [...entities.values()]
        .sort((a, b) => b.score - a.score || (a.value < b.value ? -1 : 1))
        .map(entity => ({ ...entity, rules: entity.rules.size })),
  }
}

/** Files of rules from which no rule came, one line each: the first error says why. */
function unreadRules({ findings, detections }: Rules): readonly SkippedRule[] {
  const known = new Set(detections.map(detection => detection.written.document.name))
  const byFile = new Map<string, SkippedRule>()
  for (const finding of findings) {
    const file = finding.source?.name ?? null
    if (finding.severity !== 'error' || (file !== null && known.has(file))) continue
    const key = file ?? finding.message
    if (!byFile.has(key)) byFile.set(key, { id: null, title: null, file, reason: finding.message, finding })
  }
  return [...byFile.values()]
}

/** What a hunt left behind. */
export interface Happened {
  readonly program: {
    readonly detections: readonly Detection[]
    readonly skipped: readonly { readonly index: number; readonly diagnostic: Diagnostic }[]
  }
  readonly rules: Rules
  readonly end: Notice & { kind: 'end' }
  readonly unread: readonly Diagnostic[]
  readonly notes: readonly Diagnostic[]
  readonly started: number
  readonly readFiles: number
  readonly interrupted: boolean
  readonly risk: readonly EntityRisk[]
}

/** Adds up what happened. */
export function account(happened: Happened): HuntSummary {
  const { program, end } = happened
  const { seen, counts } = end
  const skipped: SkippedRule[] = [...unreadRules(happened.rules)]
  const out = new Set<number>()
  for (const { index, diagnostic, ...more } of [...program.skipped, ...seen.skipped]) {
    const detection = program.detections[index]!
    const schema = 'schema' in more && more.schema !== undefined ? ` (in records of ${more.schema})` : ''
    // One line a rule is enough, except where records of several shapes lack different columns.
    if (out.has(index) && schema === '') continue
    out.add(index)
    skipped.push({
      id: detection.id,
      title: detection.title,
      file: detection.written.document.name,
      reason: diagnostic.message + schema,
      finding: diagnostic,
    })
  }
  const idle = new Map<string, number>()
  for (const [index, detection] of program.detections.entries()) {
    if (out.has(index) || (seen.asked[index] ?? 0) > 0) continue
    const named = [...logSources(detection.query)].join(' and ')
    idle.set(named, (idle.get(named) ?? 0) + 1)
  }
  return {
    rules: program.detections.length - new Set(program.skipped.map(one => one.index)).size,
    skipped,
    idle: [...idle].sort((a, b) => b[1] - a[1]).map(([logSource, rules]) => ({ logSource, rules })),
    files: happened.readFiles,
    unread: happened.unread,
    notes: happened.notes,
    events: counts.events,
    untimed: seen.untimed,
    unknown: seen.unknown,
    bytes: counts.bytes,
    milliseconds: performance.now() - happened.started,
    interrupted: happened.interrupted,
    risk: happened.risk,
  }
}

/** Which parts of the account are told. */
export interface TellOptions {
  readonly showSkipped?: boolean
  readonly risk?: boolean
}

/** What the talk stream says at the end; the table has most of it already. */
export function tell(at: Desk, given: TellOptions, summary: HuntSummary, alerts: number): void {
  const { talk } = at
  if (at.quiet) return
  show(talk, summary.notes.slice(0, at.verbose || given.showSkipped ? undefined : 5))
  if (at.format === 'table') return
  const most = at.verbose || given.showSkipped ? undefined : 5
  show(talk, summary.unread.slice(0, most))
  if (given.showSkipped) {
    for (const rule of summary.skipped)
      talk.write(`not evaluated: ${oneLine(`${rule.title ?? ''} (${rule.file ?? 'no file'}): ${rule.reason}`)}\n`)
    for (const idle of summary.idle) talk.write(`no events of ${oneLine(idle.logSource)}: ${counted(idle.rules, 'rule')}\n`)
  }
  const lost = summary.unread.filter(finding => finding.severity !== 'note').length
  const parts = [
    `${counted(summary.rules, 'rule')}${summary.skipped.length === 0 ? '' : `, ${count(summary.skipped.length)} not evaluated`}`,
    `${counted(summary.events, 'event')} in ${counted(summary.files, 'file')}${lost === 0 ? '' : `, ${counted(lost, 'part')} not read`}`,
    counted(alerts, 'alert'),
  ]
  talk.write(`${parts.join('; ')}${summary.skipped.length > 0 && !given.showSkipped ? ' (--show-skipped says why)' : ''}\n`)
  for (const entity of given.risk ? summary.risk.slice(0, 20) : []) {
    talk.write(
      `risk ${entity.score}  ${entity.kind} ${oneLine(entity.value)}: ${counted(entity.alerts, 'alert')} of ${counted(entity.rules, 'rule')}\n`,
    )
  }
}

/** Counts of the run on the talk stream. */
export function tellStats(at: Desk, summary: HuntSummary, end: Notice & { kind: 'end' }, chosen: readonly Detection[]): void {
  const { talk } = at
  const seconds = Math.max(0.001, summary.milliseconds / 1000)
  talk.write(
    `time       ${duration(summary.milliseconds)}, ${count(Math.round(summary.events / seconds))} events/s, ${bytes(summary.bytes / seconds)}/s\n`,
  )
  talk.write(`memory     ${bytes(process.resourceUsage().maxRSS * 1024)} at most\n`)
  for (const [schema, events] of [...end.seen.schemas].sort((a, b) => b[1] - a[1]))
    talk.write(`events     ${count(events)} as ${schema}\n`)
  for (const [what, number] of [
    ['outside --since and --until', end.seen.outside],
    ['of a shape no schema knows', end.seen.unknown],
    ['without a time, in correlations', end.seen.untimed],
    ['too late to be put in order', end.seen.late],
    ['without a field of the group', end.seen.ungrouped],
  ] as const) {
    if (number > 0) talk.write(`events     ${count(number)} ${what}\n`)
  }
  const fired = chosen
    .map((detection, index) => ({ detection, alerts: end.seen.alerts[index] ?? 0 }))
    .filter(one => one.alerts > 0)
  fired.sort((a, b) => b.alerts - a.alerts)
  for (const { detection, alerts } of fired.slice(0, 20)) talk.write(`rule       ${count(alerts)} ${oneLine(detection.title)}\n`)
}

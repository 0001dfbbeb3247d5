// CSV (RFC 4180) with stable columns: the timeline's columns in the order of the alerts as they come, and all fields as JSON in the last.

import { visible } from '../../text/diagnostic.ts'
import type { Found } from './alert.ts'
import type { Paper } from './paper.ts'
import type { HuntSummary, Report } from './report.ts'
import { jsonText } from './value.ts'

/** Columns of the timeline, version 1. The order is fixed; additions come at the end. */
export const timelineColumns = [
  'timestamp',
  'level',
  'rule',
  'technique',
  'host',
  'channel',
  'event_id',
  'record_id',
  'user',
  'message',
  'rule_id',
  'file',
  'risk',
] as const

/**
 * One cell. Control characters are made visible. A text that a spreadsheet would take for a formula (it starts with `=`, `+`, `-`, `@`,
 * a tab or a line break) gets an apostrophe in front. Quoted when it holds a comma, a quote or a line break.
 */
export function cell(value: string | number | null): string {
  if (value === null) return ''
  const shown = visible(String(value))
  const safe = typeof value === 'string' && /^[=+\-@\t\n]/.test(value) ? `'${shown}` : shown
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One record, with the line break that RFC 4180 asks for. */
export function record(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/** The cells of the timeline's columns for one alert. */
export function timelineCells(found: Found): readonly (string | number | null)[] {
  const { row } = found
  return [
    row.time,
    row.rule.level,
    row.rule.title,
    row.attack.join(' '),
    row.host,
    found.channel,
    found.eventId,
    row.source?.record ?? null,
    row.user,
    found.message.slice(0, 4000),
    row.rule.id,
    row.source === null ? null : row.source.member === null ? row.source.file : `${row.source.file}:${row.source.member}`,
    row.risk?.score ?? null,
  ]
}

/** Alerts as CSV, in the order in which they come. */
export function huntCsv(on: Paper): Report<Found, HuntSummary> {
  on.write(record([...timelineColumns, 'fields']))
  return {
    row: found => on.write(record([...timelineCells(found), jsonText(found.row.fields)])),
    end: () => undefined,
  }
}

// GitHub workflow commands: annotations on files, at most ten a level because the service shows no more; the rest is counted.

import { levels } from '../../ir/detection.ts'
import { visible } from '../../text/diagnostic.ts'
import type { Found } from './alert.ts'
import type { Paper } from './paper.ts'
import type { Finding, HuntSummary, LintSummary, Report, TrialRow, TrialSummary } from './report.ts'
import { counted } from './text.ts'

type Level = 'error' | 'warning' | 'notice'

interface Annotation {
  readonly level: Level
  /** What is kept when there are more than ten: the highest. */
  readonly weight: number
  readonly title: string
  readonly message: string
  readonly file?: string | null
  readonly line?: number | null
  readonly column?: number | null
  readonly endLine?: number | null
  readonly endColumn?: number | null
}

const most = 10

/** Data of a command: percent and line breaks escaped. */
function data(text: string): string {
  return visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** A property of a command: colon and comma escaped as well. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function annotation(note: Annotation): string {
  const properties = [
    note.file == null ? undefined : `file=${property(note.file)}`,
    note.line == null ? undefined : `line=${note.line}`,
    note.endLine == null ? undefined : `endLine=${note.endLine}`,
    // GitHub takes columns only within one line.
    note.column == null || note.line !== note.endLine ? undefined : `col=${note.column}`,
    note.endColumn == null || note.line !== note.endLine ? undefined : `endColumn=${note.endColumn}`,
    `title=${property(note.title)}`,
  ].filter(part => part !== undefined)
  return `::${note.level} ${properties.join(',')}::${data(note.message)}\n`
}

/** Keeps the ten heaviest annotations of each level and counts the rest. */
function board(on: Paper) {
  const kept: Record<Level, Annotation[]> = { error: [], warning: [], notice: [] }
  const left: Record<Level, number> = { error: 0, warning: 0, notice: 0 }
  return {
    add(note: Annotation) {
      const notes = kept[note.level]
      const lighter = notes.findIndex(other => other.weight < note.weight)
      notes.splice(lighter === -1 ? notes.length : lighter, 0, note)
      if (notes.length > most) {
        notes.pop()
        left[note.level]++
      }
    },
    end(summary: string) {
      for (const level of ['error', 'warning', 'notice'] as const) {
        for (const note of kept[level]) on.write(annotation(note))
        if (left[level] > 0) on.write(`${counted(left[level], `more ${level}`)} not annotated\n`)
      }
      on.write(`${summary}\n`)
    },
  }
}

/** Alerts as annotations of the log files. */
export function huntGithub(on: Paper): Report<Found, HuntSummary> {
  const notes = board(on)
  let alerts = 0
  return {
    row({ row, message }) {
      alerts++
      const weight = levels.indexOf(row.rule.level)
      notes.add({
        level: weight >= levels.indexOf('high') ? 'error' : weight >= levels.indexOf('medium') ? 'warning' : 'notice',
        weight,
        title: `${row.rule.level}: ${row.rule.title}`,
        message: `${row.time ?? 'no time'}${row.host === null ? '' : ` on ${row.host}`}: ${message.slice(0, 1000)}`,
        file: row.source?.file,
        line: row.source?.line,
        endLine: row.source?.line,
      })
    },
    end: summary =>
      notes.end(`${counted(alerts, 'alert')} of ${counted(summary.rules, 'rule')} on ${counted(summary.events, 'event')}`),
  }
}

/** Findings as annotations of the rule files. */
export function lintGithub(on: Paper): Report<Finding, LintSummary> {
  const notes = board(on)
  return {
    row: ({ row }) =>
      notes.add({
        level: row.severity === 'note' ? 'notice' : row.severity,
        weight: 0,
        title: row.code,
        message: row.hint === null ? row.message : `${row.message}\n${row.hint}`,
        file: row.file,
        line: row.line,
        column: row.column,
        endLine: row.endLine,
        endColumn: row.endColumn,
      }),
    end: ({ errors, warnings, files }) =>
      notes.end(`${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${counted(files, 'file')}`),
  }
}

/** Failed trials as annotations of the rule files. */
export function testGithub(on: Paper): Report<TrialRow, TrialSummary> {
  const notes = board(on)
  return {
    row(row) {
      if (row.outcome === 'passed') return
      notes.add({
        level: row.outcome === 'failed' ? 'error' : 'warning',
        weight: 0,
        title: `${row.title}: ${row.trial}`,
        message: row.reason ?? row.outcome,
        file: row.file,
      })
    },
    end: ({ passed, failed, skipped }) => notes.end(`${passed} passed, ${failed} failed, ${skipped} skipped`),
  }
}

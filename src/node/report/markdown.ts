// Reports in Markdown for tickets and pull requests; nothing a log or a rule says can become markup, a link or HTML.

import { levels } from '../../ir/detection.ts'
import type { Found } from './alert.ts'
import { type Group, groups } from './groups.ts'
import type { Paper } from './paper.ts'
import type { HuntSummary, Report, TrialRow, TrialSummary } from './report.ts'
import { count, counted, duration, oneLine } from './text.ts'
import { clock } from './value.ts'

/** Text of ours or of a rule, with everything that Markdown or HTML would take for markup escaped. */
export function prose(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|#~:$]/g, '\\$&')
    .replace(/\bwww\./gi, found => `${found.slice(0, 3)}\\.`)
}

/** A value of a log as a code span, inside which nothing is markup; `table` escapes the bars that would part cells. */
export function code(text: string, table = false): string {
  const shown = oneLine(text)
  if (shown === '') return ''
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(run => run[0].length))
  const fence = '`'.repeat(longest + 1)
  const padded = /^[`\s]|[`\s]$/.test(shown) ? ` ${shown} ` : shown
  return `${fence}${table ? padded.replaceAll('|', '\\|') : padded}${fence}`
}

const shownGroups = 50

function section(on: Paper, group: Group): void {
  const { first, alerts } = group
  const { row } = first
  on.write(`\n### ${prose(row.rule.title)}\n\n`)
  on.write(`${row.rule.level}${row.attack.length === 0 ? '' : `, ${row.attack.map(prose).join(', ')}`}, `)
  on.write(`${counted(alerts, 'alert')} on ${row.host === null ? 'an unnamed host' : code(row.host)}, `)
  on.write(`${clock(group.from)}${group.to !== group.from ? ` to ${clock(group.to)}` : ''}\n\n`)
  for (const [name, value] of first.telling) on.write(`- ${prose(name)}: ${code(value.slice(0, 2000))}\n`)
  if (row.source !== null) {
    const { file, member, record, line } = row.source
    const where = record !== null ? `, record ${record}` : line !== null ? `, line ${line}` : ''
    on.write(`- found in ${code(member === null ? file : `${file}:${member}`)}${where}\n`)
  }
  on.write(`- rule ${code(row.rule.id)} in ${code(row.rule.file)}\n`)
}

/** Alerts as a report: counts, hosts, techniques, then one section for each rule and host. */
export function huntMarkdown(on: Paper): Report<Found, HuntSummary> {
  const seen = groups()
  return {
    row: found => seen.add(found),
    end(summary) {
      on.write('# Hunt\n\n')
      on.write(`${counted(seen.alerts, 'alert')} from ${counted(summary.rules, 'rule')} on ${counted(summary.events, 'event')} `)
      on.write(
        `in ${counted(summary.files, 'file')}, ${duration(summary.milliseconds)}${summary.interrupted ? ', interrupted' : ''}.\n`,
      )
      if (seen.alerts > 0) {
        on.write('\n| level | rules | alerts |\n| --- | ---: | ---: |\n')
        for (const level of [...levels].reverse()) {
          const at = seen.levels.get(level)
          if (at !== undefined) on.write(`| ${level} | ${count(at.rules.size)} | ${count(at.alerts)} |\n`)
        }
        on.write('\n| host | alerts |\n| --- | ---: |\n')
        for (const [host, alerts] of seen.top(seen.hosts, 10)) on.write(`| ${code(host, true)} | ${count(alerts)} |\n`)
        if (seen.techniques.size > 0) {
          on.write('\n| technique | alerts |\n| --- | ---: |\n')
          for (const [id, alerts] of seen.top(seen.techniques, 10)) on.write(`| ${prose(id)} | ${count(alerts)} |\n`)
        }
      }
      if (summary.risk.length > 0) {
        on.write('\n| risk | entity | alerts | rules |\n| ---: | --- | ---: | ---: |\n')
        for (const entity of summary.risk.slice(0, 20)) {
          on.write(
            `| ${entity.score} | ${prose(entity.kind)} ${code(entity.value, true)} | ${entity.alerts} | ${entity.rules} |\n`,
          )
        }
      }
      const list = seen.sorted()
      if (list.length > 0) on.write('\n## Alerts\n')
      for (const group of list.slice(0, shownGroups)) section(on, group)
      if (list.length > shownGroups) on.write(`\n${counted(list.length - shownGroups, 'more group')} of alerts not shown.\n`)
      if (summary.skipped.length + summary.idle.length + summary.unread.length > 0) on.write('\n## Not checked\n\n')
      for (const rule of summary.skipped) on.write(`- ${prose(rule.title ?? rule.file ?? 'a rule')}: ${prose(rule.reason)}\n`)
      for (const idle of summary.idle) {
        on.write(`- ${counted(idle.rules, 'rule')} met no event of their log source ${code(idle.logSource)}\n`)
      }
      for (const finding of summary.unread) {
        on.write(`- ${finding.source === undefined ? '' : `${code(finding.source.name)}: `}${prose(finding.message)}\n`)
      }
    },
  }
}

/** Trials as a table of what failed or was skipped, and the count of what passed. */
export function testMarkdown(on: Paper): Report<TrialRow, TrialSummary> {
  const rows: TrialRow[] = []
  return {
    row(row) {
      if (row.outcome !== 'passed') rows.push(row)
    },
    end({ passed, failed, skipped }) {
      on.write(`# Tests\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`)
      if (rows.length === 0) return
      on.write('\n| outcome | rule | test | expected | why |\n| --- | --- | --- | --- | --- |\n')
      for (const row of rows) {
        on.write(`| ${row.outcome} | ${prose(row.title)} | ${prose(row.trial)} | ${row.expect} | ${prose(row.reason ?? '')} |\n`)
      }
    },
  }
}

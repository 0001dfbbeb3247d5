// The timeline: CSV with the stable columns alone, in the order of time; alerts without a time come last.

import type { Found } from './alert.ts'
import { record, timelineCells, timelineColumns } from './csv.ts'
import type { Paper } from './paper.ts'
import type { HuntSummary, Report } from './report.ts'

/** Alerts as a timeline. Lines are held until the end, because the order of files is not the order of time. */
export function huntTimeline(on: Paper): Report<Found, HuntSummary> {
  const lines: { readonly time: number; readonly ticks: number; readonly text: string }[] = []
  return {
    row({ alert, ...found }) {
      lines.push({
        time: alert.time ?? Number.POSITIVE_INFINITY,
        ticks: alert.ticks ?? 0,
        text: record(timelineCells({ alert, ...found })),
      })
    },
    end() {
      on.write(record(timelineColumns))
      // Infinity minus infinity is no number, so times are compared, not subtracted.
      lines.sort((a, b) => (a.time === b.time ? a.ticks - b.ticks : a.time < b.time ? -1 : 1))
      for (const line of lines) on.write(line.text)
    },
  }
}

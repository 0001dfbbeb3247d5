// Any text, one record a line: for logs of applications, which have no form of their own. Only read so when asked for: nothing in a text says that it is one.

import type { Value } from '../ir/event.ts'
import { parseTime } from '../ir/time.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { type Found, type LineParser, rowsOf } from './parts/rows.ts'
import { WallClock } from './parts/wall-clock.ts'

const codes = {
  TXT001: 'a line of text is longer than 1 MB and is passed over',
  TXT002: 'bytes in a text that are no UTF-8 or UTF-16 became U+FFFD',
} as const

/** Lines of text. Schema 'lines'. */
export const lines: LogFormat = {
  id: 'lines',
  title: 'Text, one record a line (only when asked for by name)',
  // A wrong guess would hide that a log could not be read.
  detect: () => 0,
  // Every line is a record: none is unread.
  read: (bytes, options, report) =>
    rowsOf(
      bytes,
      options,
      report,
      { unread: 'TXT001', long: 'TXT001', replaced: 'TXT002', total: 'TXT001' },
      new TextParser(options),
    ),
  codes,
}

/** A date and a time in ISO's order, near the beginning: `2026-03-02 08:15:04,112 ERROR …`, `[2026-03-02T08:15:04.112+01:00] …`. */
const timeForm = /^[^\d]{0,40}?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?/

class TextParser implements LineParser {
  readonly schema = 'lines'
  private readonly clock: WallClock

  constructor(options: ReadOptions) {
    this.clock = new WallClock(options.zone)
  }

  line(text: string): Found {
    if (!/\S/.test(text)) return undefined
    const fields: Record<string, Value> = { message: text }
    const found = timeForm.exec(text.slice(0, 120))
    if (found === null) return { fields }
    const [, date, clock, fraction, zone] = found
    const instant = parseTime(`${date}T${clock}${fraction === undefined ? '' : `.${fraction}`}${zone ?? ''}`)
    if (instant === undefined) return { fields }
    return { time: zone === undefined ? this.clock.toUtc(instant.time) : instant.time, ticks: instant.ticks, fields }
  }
}

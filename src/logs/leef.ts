// IBM QRadar's Log Event Extended Format, bare or behind a syslog header: a header and attributes divided by a tab or a character of the sender's choice.

import { setField, type Value } from '../ir/event.ts'
import type { LogFormat } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf, wholeLines } from './parts/rows.ts'
import { syslogHead } from './parts/syslog-head.ts'

const codes = {
  LEF001: 'a line is no LEEF record and is passed over',
  LEF002: 'a LEEF record is longer than 1 MB and is passed over',
  LEF003: 'bytes in a LEEF log that are no UTF-8 became U+FFFD',
  LEF004: 'how many lines of a LEEF log could not be read in all',
} as const

/** LEEF 1.0 and 2.0 (https://www.ibm.com/docs/en/dsm?topic=overview-leef-event-components). Header fields have the names `Vendor`, `Product`, `Version`, `EventID`; attributes stay as they are. */
export const leef: LogFormat = {
  id: 'leef',
  title: 'LEEF (QRadar Log Event Extended Format)',
  detect(bytes) {
    const lines = wholeLines(textHead(bytes, 32_768), 20)
    const found = lines.filter(line =>
      /^(?:[^|]{0,300}[\s:\]])?LEEF:[12](?:\.\d)?\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|/.test(line),
    ).length
    return found > 0 && found * 2 > lines.length ? 0.96 : 0
  },
  read: (bytes, options, report) =>
    rowsOf(bytes, options, report, { unread: 'LEF001', long: 'LEF002', replaced: 'LEF003', total: 'LEF004' }, parser),
  codes,
}

const parser: LineParser = {
  schema: '',
  line(text): Found {
    const found = /(?:^|[\s:\]])LEEF:([12](?:\.\d)?)\|/.exec(text.slice(0, 420))
    if (found === null) return text.trim() === '' ? undefined : 'no "LEEF:" begins in it'
    const fields: Record<string, Value> = {}
    const mark = text.indexOf('LEEF:', found.index)
    if (mark > 0) syslogHead(text.slice(0, mark), fields)
    let at = found.index + found[0].length
    fields.leefVersion = found[1]!
    for (const name of ['Vendor', 'Product', 'Version', 'EventID']) {
      const end = text.indexOf('|', at)
      if (end === -1) return 'its header ends before the event id'
      fields[name] = text.slice(at, end)
      at = end + 1
    }
    let divider = '\t'
    if (found[1]!.startsWith('2')) {
      // The delimiter is a character or its code (`x5E`, `0x09`); a sender may leave it out, with or without its bar.
      const said = /^(?:(0?x[0-9a-fA-F]{1,4})|([^|=\s]))?\|/.exec(text.slice(at, at + 8))
      if (said !== null) {
        at += said[0].length
        if (said[1] !== undefined) divider = String.fromCharCode(Number.parseInt(said[1].replace(/^0?x/, ''), 16))
        else if (said[2] !== undefined) divider = said[2]
      }
    }
    const rest = text.slice(at)
    for (const pair of rest.includes(divider) ? rest.split(divider) : spaced(rest)) {
      const equals = pair.indexOf('=')
      if (equals < 1) continue
      const value = pair.slice(equals + 1).trim()
      if (value !== '') setField(fields, pair.slice(0, equals).trim(), value)
    }
    return { fields }
  },
}

/** Relays make tabs blanks: then a key is a word before an equals sign. */
function spaced(text: string): readonly string[] {
  return text.split(/ (?=[A-Za-z][\w.-]{0,60}=)/)
}

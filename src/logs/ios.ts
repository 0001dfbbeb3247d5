// Logs of Cisco devices (IOS, IOS XE, NX-OS, ASA): lines with a message of the form `%FACILITY-SEVERITY-MNEMONIC: text`, whatever sequence numbers, times and relays put before it.

import type { Value } from '../ir/event.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf, wholeLines } from './parts/rows.ts'
import { moment, monthNames, WallClock } from './parts/wall-clock.ts'

const codes = {
  IOS001: 'a line is no message of a Cisco device and is passed over',
  IOS002: 'a message of a Cisco device is longer than 1 MB and is passed over',
  IOS003: 'bytes in a log of a Cisco device that are no UTF-8 or UTF-16 became U+FFFD',
  IOS004: 'how many lines of a log of a Cisco device could not be read in all',
  IOS005: 'times of a log of a Cisco device have no year',
} as const

/** `%SYS-5-CONFIG_I:`, `%IP-TCP-3-BADAUTH:`, `%ASA-6-302013:`; some releases put a blank before the colon. */
const messageForm = /%([A-Z][A-Z0-9_]{0,39}(?:-[A-Z][A-Z0-9_]{0,39}){0,3})-([0-7])-([A-Z0-9_]{1,60}) ?: ?/g
/** What stands before a message is looked at so far. */
const longestHead = 400

/** Cisco's system messages. Facts: "System Message Format" in the guides of IOS, NX-OS and ASA. Schema 'cisco'. */
export const ios: LogFormat = {
  id: 'ios',
  title: 'Cisco devices (IOS, IOS XE, NX-OS, ASA)',
  detect(head) {
    const lines = wholeLines(textHead(head, 32_768), 50)
    const found = lines.filter(line => message(line) !== undefined).length
    return found > 0 && found * 10 >= lines.length * 9 ? 0.98 : 0
  },
  async *read(bytes, options, report) {
    const parser = new Messages(options)
    yield* rowsOf(bytes, options, report, { unread: 'IOS001', long: 'IOS002', replaced: 'IOS003', total: 'IOS004' }, parser)
    if (parser.withoutYear > 0)
      report({
        code: 'IOS005',
        severity: 'note',
        message: `${parser.withoutYear} times have no year and are not known`,
        hint: 'give the year in which the log begins',
      })
  },
  codes,
}

function message(line: string): RegExpExecArray | undefined {
  messageForm.lastIndex = 0
  return messageForm.exec(line.slice(0, longestHead)) ?? undefined
}

/** `Feb 17 13:40:03.673`, `Feb 17 2026 13:40:03`, `2026 Feb 17 13:40:03`; a star or a dot before it says that the clock was not set. */
const timeForm =
  /([*.]?)(?:(\d{4}) )?\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{1,2}(\d{1,2})(?: (\d{4}))?,? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?: (UTC|GMT|MSK|[A-Z]{1,3}T)(?=[\s:]|$))?/g
const isoForm = /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/
const addressForm = /^(?:<\d{1,3}>)?(?:1 )?(\d{1,3}(?:\.\d{1,3}){3})\b/
/** The name behind the time, before the message's colon or before the message itself. */
const hostForm = /^\s{0,2}:?\s{1,2}([A-Za-z][\w.-]{0,254})(?:\s|:|$)/

class Messages implements LineParser {
  readonly schema = 'cisco'
  withoutYear = 0
  private readonly clock: WallClock
  private year: number | undefined
  private month = 0

  constructor(options: ReadOptions) {
    this.clock = new WallClock(options.zone)
    this.year = options.year
  }

  line(text: string): Found {
    if (!/\S/.test(text)) return undefined
    const found = message(text)
    if (found === undefined) return 'no message begins in it'
    const before = text.slice(0, found.index)
    const fields: Record<string, Value> = {
      facility: found[1]!,
      severity: found[2]!,
      mnemonic: found[3]!,
      message: text.slice(found.index),
    }
    const host = this.host(before)
    if (host !== undefined) fields.host = host
    const time = this.time(before)
    return time === undefined ? { fields } : { time, fields }
  }

  private host(before: string): string | undefined {
    const address = addressForm.exec(before)
    if (address !== null) return address[1]!
    let end = -1
    const iso = isoForm.exec(before)
    if (iso !== null) end = iso.index + iso[0].length
    else {
      timeForm.lastIndex = 0
      const first = timeForm.exec(before)
      if (first !== null) end = first.index + first[0].length
    }
    return end === -1 ? undefined : hostForm.exec(before.slice(end))?.[1]
  }

  /** The device's own time, the last before the message, unless its clock was not set; else the relay's. */
  private time(before: string): number | undefined {
    let best: RegExpExecArray | undefined
    timeForm.lastIndex = 0
    for (let found = timeForm.exec(before); found !== null; found = timeForm.exec(before))
      if (best === undefined || found[1] === '') best = found
    const iso = isoForm.exec(before)
    if (best === undefined || (best[1] !== '' && iso !== null)) return iso === null ? undefined : this.isoTime(iso)
    const month = monthNames.indexOf(best[3]!) + 1
    const written = best[2] ?? best[5]
    if (written === undefined && this.year !== undefined && month + 6 < this.month) this.year++
    if (written === undefined) this.month = month
    const year = written === undefined ? this.year : Number(written)
    if (year === undefined) {
      this.withoutYear++
      return undefined
    }
    const millis = Number((best[9] ?? '').slice(0, 3).padEnd(3, '0'))
    const shown = moment(year, month, Number(best[4]), Number(best[6]), Number(best[7]), Number(best[8]), millis)
    return shown === undefined ? undefined : best[10] === 'UTC' || best[10] === 'GMT' ? shown : this.clock.toUtc(shown)
  }

  private isoTime(found: RegExpExecArray): number | undefined {
    const [year, month, day, hours, minutes, seconds] = found.slice(1, 7).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const millis = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'))
    const shown = moment(year, month, day, hours, minutes, seconds, millis)
    if (shown === undefined) return undefined
    const zone = found[8]
    if (zone === undefined) return this.clock.toUtc(shown)
    if (zone === 'Z') return shown
    const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
    return shown - (zone.startsWith('-') ? -1 : 1) * offset * 60_000
  }
}

// W3C extended logs: directives name the fields, which may change in the middle of a file. IIS, HTTP.sys, Windows Firewall, Exchange, proxies and content networks write them.

import { parseTime } from '../ir/time.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf } from './parts/rows.ts'
import { Shapes } from './parts/shapes.ts'
import { WallClock } from './parts/wall-clock.ts'

const codes = {
  WEX001: 'a line of a W3C extended log has not the fields that its directive names, and is passed over',
  WEX002: 'a line of a W3C extended log is longer than 1 MB and is passed over',
  WEX003: 'bytes in a W3C extended log that are no UTF-8 became U+FFFD',
  WEX004: 'how many lines of a W3C extended log could not be read in all',
} as const

/** W3C extended log files (https://www.w3.org/TR/WD-logfile). Fields keep their identifiers: `cs-uri-stem`, `cs(User-Agent)`. */
export const w3c: LogFormat = {
  id: 'w3c',
  title: 'W3C extended log (IIS, Windows Firewall, proxies)',
  detect(head) {
    const text = textHead(head)
    if (!/^\s*#(?:Version|Software|Fields|Date|Remark|Start-Date|Log-type)\s*:/i.test(text)) return 0
    return /^#Fields:[ \t]*\S/im.test(text) ? 0.97 : 0
  },
  read: (bytes, options, report) =>
    rowsOf(
      bytes,
      options,
      report,
      { unread: 'WEX001', long: 'WEX002', replaced: 'WEX003', total: 'WEX004' },
      new Parser(options),
    ),
  codes,
}

/** Fields in which IIS writes a blank as `+` (https://learn.microsoft.com/windows/win32/http/w3c-logging). In a query, `+` is the client's own. */
const plusFields = new Set(['cs(user-agent)', 'cs(cookie)'])

type Split = (line: string) => string[] | undefined

class Parser implements LineParser {
  readonly schema = ''
  private readonly clock: WallClock
  private names: readonly string[] = []
  private split: Split = words
  private plus: readonly boolean[] = []
  private iis = false
  private local = false
  /** The day that `#Date` gives, for logs whose lines have the time alone. */
  private date = ''
  private dateAt = -1
  private timeAt = -1
  private readonly shapes = new Shapes()

  constructor(options: ReadOptions) {
    this.clock = new WallClock(options.zone)
  }

  line(text: string): Found {
    const first = text.charCodeAt(0)
    if (first === 35) {
      this.directive(text)
      return undefined
    }
    if (text.trim() === '') return undefined
    const { names } = this
    if (names.length === 0) return 'no "#Fields" directive stands before it'
    const values = this.split(text)
    if (values === undefined) return 'a quoted value is not closed'
    if (values.length !== names.length) return `${values.length} fields, and the directive names ${names.length}`
    const { shapes } = this
    for (let at = 0; at < names.length; at++) {
      let value = values[at]!
      if (value === '-' || value === '') continue
      if (this.plus[at] && value.includes('+')) value = value.replaceAll('+', ' ')
      shapes.add(names[at]!, value)
    }
    const fields = shapes.take()
    const time = this.timeOf(values)
    return time === undefined ? { fields } : { fields, time }
  }

  /** Milliseconds UTC: the specification has times in GMT; a log that says its times are local is read in the zone given. */
  private timeOf(values: readonly string[]): number | undefined {
    if (this.timeAt < 0) return undefined
    const date = this.dateAt < 0 ? this.date : values[this.dateAt]!
    const instant = date === '' ? undefined : parseTime(`${date} ${values[this.timeAt]!}`)
    if (instant === undefined) return undefined
    return this.local ? this.clock.toUtc(instant.time) : instant.time
  }

  private directive(text: string): void {
    const found = /^#([\w-]+(?: [\w-]+)?)\s*:[ \t]*(.*)$/.exec(text)
    if (found === null) return
    const rest = found[2]!.trim()
    switch (found[1]!.toLowerCase()) {
      case 'software':
        this.iis = /internet information services|microsoft http api/i.test(rest)
        break
      case 'time format':
        this.local = /local/i.test(rest)
        break
      case 'date':
        this.date = /^\d{4}-\d\d-\d\d/.exec(rest)?.[0] ?? ''
        break
      case 'fields':
        this.setFields(rest)
        break
    }
  }

  private setFields(rest: string): void {
    const commas = !/\s/.test(rest) && rest.includes(',')
    this.names = rest === '' ? [] : rest.split(commas ? ',' : /[ \t]+/)
    this.split = commas ? quotedBy(',') : this.iis ? words : tabsOrWords
    const lower = this.names.map(name => name.toLowerCase())
    this.plus = lower.map(name => this.iis && plusFields.has(name))
    this.dateAt = lower.indexOf('date')
    this.timeAt = lower.indexOf('time')
  }
}

/** IIS quotes nothing: a blank always ends a value. */
function words(line: string): string[] {
  const values = line.split(' ')
  // HTTP.sys leaves a blank behind the last value.
  if (values.at(-1) === '') values.pop()
  return values
}

const blanks = quotedBy(' ')
function tabsOrWords(line: string): string[] | undefined {
  if (line.includes('\t')) return quotedBy('\t')(line)
  if (line.includes('"')) return blanks(line)
  return words(line)
}

/** Values divided by one character; a value that begins with a quotation mark ends with one, two of them stand for one (§ "string"). */
function quotedBy(divider: string): Split {
  return line => {
    if (!line.includes('"')) {
      const values = line.split(divider)
      if (divider === ' ' && values.at(-1) === '') values.pop()
      return values
    }
    const values: string[] = []
    let at = 0
    for (;;) {
      if (line[at] === '"') {
        let value = ''
        let from = at + 1
        for (;;) {
          const end = line.indexOf('"', from)
          if (end === -1) return undefined
          value += line.slice(from, end)
          at = end + 1
          if (line[at] !== '"') break
          value += '"'
          from = at + 1
        }
        const next = line.indexOf(divider, at)
        values.push(next === at || at === line.length ? value : value + line.slice(at, next === -1 ? undefined : next))
        at = next
      } else {
        const next = line.indexOf(divider, at)
        values.push(line.slice(at, next === -1 ? undefined : next))
        at = next
      }
      if (at === -1 || at >= line.length) return values
      at++
      if (at === line.length) {
        if (divider !== ' ') values.push('')
        return values
      }
    }
  }
}

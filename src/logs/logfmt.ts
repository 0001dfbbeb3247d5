// Logs of `key=value` pairs: logfmt as services write it, and the form of Fortinet's and other firewalls, with or without a syslog header before.

import { setField, type Value } from '../ir/event.ts'
import { parseTime } from '../ir/time.ts'
import type { LogFormat } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf, wholeLines } from './parts/rows.ts'
import { syslogHead } from './parts/syslog-head.ts'

const codes = {
  LGF001: 'a line has no key=value pairs and is passed over',
  LGF002: 'a line of key=value pairs is longer than 1 MB and is passed over',
  LGF003: 'bytes in a log of key=value pairs that are no UTF-8 became U+FFFD',
  LGF004: 'how many lines of a log of key=value pairs could not be read in all',
} as const

const key = '[A-Za-z_@][\\w.@/-]{0,99}'
const value = '(?:"(?:[^"\\\\]|\\\\.)*"|[^\\s"]*)'
/** Nothing but pairs, three or more. */
const pairs = new RegExp(`^(?:<\\d{1,3}>)?${key}=${value}(?: +${key}=${value}){2,} *$`)
/** A firewall's pairs, wherever in the line they begin. */
const fortinet = /\bdate=\d{4}-\d\d-\d\d[ ,]{1,2}time=\d\d:\d\d:\d\d\b.*[ ,](?:devname|devid|logid|device_id)=/

/** logfmt (https://pkg.go.dev/github.com/go-logfmt/logfmt) and FortiOS's log format. Keys stay as they are; a repeated key becomes a list. */
export const logfmt: LogFormat = {
  id: 'logfmt',
  title: 'key=value pairs (logfmt, FortiGate)',
  detect(bytes) {
    const lines = wholeLines(textHead(bytes, 32_768), 40)
    if (lines.length === 0) return 0
    const firewall = lines.filter(line => fortinet.test(line.slice(0, 2048))).length
    if (firewall * 2 > lines.length) return 0.95
    // The audit daemon's records are pairs too, and have a format of their own.
    const others = lines.some(line => /\bmsg=audit\(\d/.test(line.slice(0, 200)) || line.length > 16_384)
    return !others && lines.every(line => pairs.test(line)) ? (lines.length > 1 ? 0.8 : 0.7) : 0
  },
  read: (bytes, options, report) =>
    rowsOf(bytes, options, report, { unread: 'LGF001', long: 'LGF002', replaced: 'LGF003', total: 'LGF004' }, parser),
  codes,
}

const parser: LineParser = {
  schema: '',
  line(text): Found {
    const fields: Record<string, Value> = {}
    let count = 0
    let begin = 0
    // FortiOS can divide its pairs by commas; the first value shows it.
    let commas = false
    if (text.startsWith('<')) begin = /^<\d{1,3}>/.exec(text)?.[0].length ?? 0
    for (let at = begin; at < text.length; ) {
      const code = text.charCodeAt(at)
      if (code === 32 || code === 9 || code === 44) {
        at++
        continue
      }
      const equals = text.indexOf('=', at)
      if (equals === -1) break
      let from = at
      // Words before a key belong to nothing: what a relay put before the pairs, a stray word.
      for (let space = text.indexOf(' ', from); space !== -1 && space < equals; space = text.indexOf(' ', from)) from = space + 1
      if (count === 0 && from > begin) syslogHead(text.slice(0, from), fields)
      const name = text.slice(from, equals)
      at = equals + 1
      let content: string
      if (text.charCodeAt(at) === 34) {
        const end = closing(text, at + 1)
        content = text.slice(at + 1, end === -1 ? undefined : end)
        if (content.includes('\\')) content = content.replace(/\\(["\\nrt])/g, unescaped)
        at = end === -1 ? text.length : end + 1
      } else {
        let end = at
        while (end < text.length && text.charCodeAt(end) > 32) end++
        content = text.slice(at, end)
        if (count === 0) commas = /,[\w.]+=/.test(content)
        if (commas && content.includes(',')) {
          content = content.slice(0, content.indexOf(','))
          end = at + content.length
        }
        if (content.endsWith(',')) content = content.slice(0, -1)
        at = end
      }
      if (name === '') continue
      count++
      put(fields, name, content)
    }
    if (count === 0) return text.trim() === '' ? undefined : 'it has no "key=value"'
    const time = timeOf(fields)
    return time === undefined ? { fields } : { fields, time }
  },
}

/** Fortinet writes date and time in two fields, its clock's zone in a third. */
function timeOf(fields: Readonly<Record<string, Value>>): number | undefined {
  const { date, time, tz } = fields
  if (typeof date !== 'string' || typeof time !== 'string' || fields.eventtime !== undefined) return undefined
  return parseTime(`${date} ${time}${typeof tz === 'string' && /^[+-]\d{4}$/.test(tz) ? tz : ''}`)?.time
}

function put(fields: Record<string, Value>, name: string, content: string): void {
  const before = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (before === undefined) setField(fields, name, content)
  else setField(fields, name, Array.isArray(before) ? [...(before as readonly Value[]), content] : [before, content])
}

/** The quotation mark that ends a value. */
function closing(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (at - slashes > from && text.charCodeAt(at - slashes - 1) === 92) slashes++
    if (slashes % 2 === 0) return at
  }
  return -1
}

function unescaped(_: string, what: string): string {
  return what === 'n' ? '\n' : what === 'r' ? '\r' : what === 't' ? '\t' : what
}

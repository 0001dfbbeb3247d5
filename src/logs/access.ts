// What web servers and proxies write without a header: Apache's and nginx's access logs (common, combined, with the virtual host before), their error logs, Squid's own log.

import type { Value } from '../ir/event.ts'
import { parseTime } from '../ir/time.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, type LogRow, rowsOf, wholeLines } from './parts/rows.ts'
import { moment, monthNames, WallClock } from './parts/wall-clock.ts'

const codes = {
  ACC001: 'a line is no request and no error of a web server, and is passed over',
  ACC002: 'a line of a web server log is longer than 1 MB and is passed over',
  ACC003: 'bytes in a web server log that are no UTF-8 became U+FFFD',
  ACC004: 'how many lines of a web server log could not be read in all',
} as const

/** Access and error logs. Fields have the identifiers of the W3C extended log format, so that one schema serves both; schemas 'webserver', 'webserver-error' and 'proxy'. */
export const access: LogFormat = {
  id: 'access',
  title: 'web server log (Apache, nginx, Squid)',
  detect(bytes) {
    const lines = wholeLines(textHead(bytes, 32_768), 40)
    const fits = (form: RegExp): boolean => {
      const found = lines.filter(line => form.test(line.slice(0, 8192))).length
      return found > 0 && found * 10 >= lines.length * 8
    }
    if (fits(requestForm)) return 0.93
    return fits(squidForm) || fits(nginxErrorForm) || fits(apacheErrorForm) || fits(apacheOldErrorForm) ? 0.9 : 0
  },
  read: (bytes, options, report) =>
    rowsOf(
      bytes,
      options,
      report,
      { unread: 'ACC001', long: 'ACC002', replaced: 'ACC003', total: 'ACC004' },
      new Parser(options),
    ),
  codes,
}

const quoted = '"((?:[^"\\\\]|\\\\.)*)"'
/** `[vhost[:port] ]client ident user [time] "request" status bytes[ "referer" "agent"][ more]` (https://httpd.apache.org/docs/2.4/logs.html). */
const requestForm = new RegExp(
  `^(?:(\\S{1,300}) )?(?!- )(\\S{1,300}) (\\S{1,100}) (.{1,300}?) \\[(\\d\\d)/([A-Z][a-z]{2})/(\\d{4}):(\\d\\d):(\\d\\d):(\\d\\d) ([+-]\\d{4})\\] ${quoted} (\\d{3}|-) (\\d+|-)(?: ${quoted} ${quoted})?(?: (.*))?$`,
)
/** `time elapsed client action/status bytes method URL user hierarchy/host type` (https://wiki.squid-cache.org/Features/LogFormat). */
const squidForm =
  /^(\d{9,11}\.\d{3}) +(-?\d+) (\S+) ([A-Z_]+)\/(\d{3}) (\d+) ([A-Z_]+) (\S+) (\S+) ([A-Z_]+)\/(\S+)(?: (\S+))?(?: (.*))?$/
/** `2024/01/31 12:00:00 [error] 12#34: *5 message, client: …` (https://nginx.org/en/docs/ngx_core_module.html#error_log). */
const nginxErrorForm =
  /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d) \[(debug|info|notice|warn|error|crit|alert|emerg)\] (\d+)#(\d+): (?:\*(\d+) )?(.*)$/
/** `[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 1:tid 2] [client 192.0.2.1:3] message` (https://httpd.apache.org/docs/2.4/logs.html#errorlog). */
const apacheErrorForm =
  /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))? (\d{4})\] \[([\w-]*):([a-z]+\d?)\] (?:\[pid (\d+)(?::tid (\d+))?\] )?(.*)$/
const apacheOldErrorForm =
  /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))? (\d{4})\] \[([a-z]+)\] (.*)$/

class Parser implements LineParser {
  schema = 'webserver'
  private readonly clock: WallClock
  private second = ''
  private time = 0

  constructor(options: ReadOptions) {
    this.clock = new WallClock(options.zone)
  }

  line(text: string): Found {
    const request = requestForm.exec(text)
    if (request !== null) {
      this.schema = 'webserver'
      return this.request(request)
    }
    if (text.trim() === '') return undefined
    const squid = squidForm.exec(text)
    if (squid !== null) {
      this.schema = 'proxy'
      return squidRow(squid)
    }
    const row = this.nginxError(text) ?? this.apacheError(text)
    if (row === undefined) return 'it has the form of no web server log'
    this.schema = 'webserver-error'
    return row
  }

  private request(found: RegExpExecArray): LogRow {
    const fields: Record<string, Value> = {}
    if (found[1] !== undefined) {
      const host = /^(.*?)(?::(\d{1,5}))?$/.exec(found[1])!
      fields['cs-host'] = host[1]!
      if (host[2] !== undefined) fields['s-port'] = host[2]
    }
    fields['c-ip'] = found[2]!
    if (found[4] !== '-') fields['cs-username'] = found[4]!
    requestLine(unescaped(found[12]!), fields)
    if (found[13] !== '-') fields['sc-status'] = found[13]!
    if (found[14] !== '-') fields['sc-bytes'] = found[14]!
    if (found[15] !== undefined && found[15] !== '-') fields['cs(Referer)'] = unescaped(found[15])
    if (found[16] !== undefined && found[16] !== '-') fields['cs(User-Agent)'] = unescaped(found[16])
    if (found[17] !== undefined) fields.more = found[17]
    const time = this.timeOf(found)
    return time === undefined ? { fields } : { fields, time }
  }

  /** Requests come many a second. */
  private timeOf(found: RegExpExecArray): number | undefined {
    const [day, month, year, hours, minutes, seconds, zone] = found.slice(5, 12) as string[]
    const second = `${year}${month}${day}${hours}${minutes}${seconds}${zone}`
    if (second !== this.second) {
      const place = monthNames.indexOf(month!) + 1
      this.second = second
      this.time =
        parseTime(`${year}-${String(place).padStart(2, '0')}-${day}T${hours}:${minutes}:${seconds}${zone}`)?.time ?? Number.NaN
    }
    return Number.isNaN(this.time) ? undefined : this.time
  }

  private nginxError(text: string): LogRow | undefined {
    const found = nginxErrorForm.exec(text)
    if (found === null) return undefined
    const [year, month, day, hours, minutes, seconds] = found.slice(1, 7).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const fields: Record<string, Value> = { service: 'nginx', level: found[7]!, pid: found[8]!, tid: found[9]! }
    if (found[10] !== undefined) fields.connection = found[10]
    fields.message = found[11]!
    for (const part of found[11]!.matchAll(
      /, (client|server|request|upstream|host|referrer): (?:"((?:[^"\\]|\\.)*)"|([^,\s]+))/g,
    ))
      fields[part[1]!] = part[2] ?? part[3]!
    return this.row(fields, moment(year, month, day, hours, minutes, seconds))
  }

  private apacheError(text: string): LogRow | undefined {
    const found = apacheErrorForm.exec(text)
    const old = found === null ? apacheOldErrorForm.exec(text) : null
    const both = found ?? old
    if (both === null) return undefined
    const fields: Record<string, Value> = { service: 'apache' }
    if (found !== null) {
      if (found[8] !== '') fields.module = found[8]!
      fields.level = found[9]!
      if (found[10] !== undefined) fields.pid = found[10]
      if (found[11] !== undefined) fields.tid = found[11]
    } else fields.level = old![8]!
    const rest = found === null ? old![9]! : found[12]!
    const client = /^(?:\[[^\]]{1,40}\] )?\[(?:client|remote) ([^\]\s]+?)(?::(\d{1,5}))?\] /.exec(rest)
    if (client !== null) fields.client = client[1]!
    fields.message = client === null ? rest : rest.slice(client[0].length)
    const shown = moment(
      Number(both[7]),
      monthNames.indexOf(both[1]!) + 1,
      Number(both[2]),
      Number(both[3]),
      Number(both[4]),
      Number(both[5]),
      Number((both[6] ?? '').padEnd(3, '0').slice(0, 3)),
    )
    return this.row(fields, shown)
  }

  private row(fields: Record<string, Value>, shown: number | undefined): LogRow {
    return shown === undefined ? { fields } : { fields, time: this.clock.toUtc(shown) }
  }
}

/** The request line: method, target, version. What a client sent instead of one stays whole. */
function requestLine(request: string, fields: Record<string, Value>): void {
  const first = request.indexOf(' ')
  const last = request.lastIndexOf(' ')
  const method = first === -1 ? '' : request.slice(0, first)
  if (!/^[A-Za-z][\w-]{0,30}$/.test(method)) {
    if (request !== '' && request !== '-') fields.request = request
    return
  }
  const versioned = last > first && request.startsWith('HTTP/', last + 1)
  const target = request.slice(first + 1, versioned ? last : undefined)
  fields['cs-method'] = method
  fields['cs-uri'] = target
  const mark = target.indexOf('?')
  fields['cs-uri-stem'] = mark === -1 ? target : target.slice(0, mark)
  if (mark !== -1) fields['cs-uri-query'] = target.slice(mark + 1)
  if (versioned) fields['cs-version'] = request.slice(last + 1)
}

/** Apache writes quotation marks and backslashes behind a backslash, other bytes as `\xHH`; nginx writes all of them as `\xHH`. Printable ones become what they were. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:(["\\])|x([2-7][0-9A-Fa-f]))/g, (whole, plain: string | undefined, digits: string | undefined) => {
    if (plain !== undefined) return plain
    return digits!.toLowerCase() === '7f' ? whole : String.fromCharCode(Number.parseInt(digits!, 16))
  })
}

function squidRow(found: RegExpExecArray): LogRow {
  const fields: Record<string, Value> = {
    'time-taken': found[2]!,
    'c-ip': found[3]!,
    's-action': found[4]!,
    'sc-status': found[5]!,
    'sc-bytes': found[6]!,
    'cs-method': found[7]!,
    'c-uri': found[8]!,
    's-hierarchy': found[10]!,
  }
  if (found[9] !== '-') fields['cs-username'] = found[9]!
  if (found[11] !== '-') fields['r-ip'] = found[11]!
  if (found[12] !== undefined && found[12] !== '-') fields['rs(Content-Type)'] = found[12]
  if (found[13] !== undefined) fields.more = found[13]
  const instant = parseTime(found[1]!)
  return instant === undefined ? { fields } : { fields, time: instant.time, ticks: instant.ticks }
}

// System logs in lines: RFC 3164 and 5424 from a collector, the files under /var/log, and events of Sysmon for Linux inside either.

import type { Batch, Event, Value } from '../ir/event.ts'
import type { LogFormat } from './logs.ts'
import { AuditTrail, auditCodes, tellAlone } from './parts/audit.ts'
import { auditHead } from './parts/audit-record.ts'
import { textHead } from './parts/lines.ts'
import { SyslogReader, SyslogYears, surelySyslog } from './parts/syslog-line.ts'
import { isSysmon, readSysmon } from './parts/sysmon-xml.ts'
import { TextLines } from './parts/text-lines.ts'
import { knownZone, WallClock } from './parts/wall-clock.ts'

const codes = {
  SLG001: 'a line of a system log does not begin like one and is passed over',
  SLG002: 'a line of a system log is longer than 1 MB and is passed over',
  SLG003: 'how many lines of a system log could not be read in all',
  SLG004: 'times of a system log have no year',
  SLG005: 'an event of Sysmon for Linux is cut off and is kept as the message it stands in',
  SLG006: 'bytes that are no UTF-8 or UTF-16 became U+FFFD',
  SLG007: 'times of a system log have no zone and are read as UTC',
  SLG008: 'the zone given for a system log is not known',
} as const

/** System logs. A message is recognised by the schema 'syslog'; an event of Sysmon in it takes its place, and so does an audit record that audispd forwards. A line that begins with a blank goes on with the message before. */
export const syslog: LogFormat = {
  id: 'syslog',
  title: 'Syslog (RFC 3164, RFC 5424, files under /var/log)',
  detect,
  read,
  codes: { ...codes, AUD003: auditCodes.AUD003 },
}

const wellKnown =
  /^(?:syslog|messages|auth\.log|secure|kern\.log|daemon\.log|user\.log|cron(?:\.log)?|mail(?:log|\.log)|boot\.log|sudo\.log|vsftpd\.log|cl?amd?v?\.log|sysmon\.log)$/

function detect(head: Uint8Array, name: string): number {
  const text = textHead(head)
  const reader = new SyslogReader('', new SyslogYears(undefined), new WallClock(undefined))
  const lines = text.split('\n', 200)
  if (lines.length > 1) lines.pop()
  let [sure, others, processes, sysmon] = [0, 0, 0, 0]
  for (const one of lines) {
    const line = one.endsWith('\r') ? one.slice(0, -1) : one
    if (line.trim() === '' || /^\s/.test(line)) continue
    const found = reader.read(line)
    if (found === undefined || !surelySyslog(found)) {
      others++
      continue
    }
    sure++
    if (found.form !== 'iso' || Object.hasOwn(found.fields, 'pid') || found.program === 'kernel') processes++
    if (found.message.startsWith('<Event>')) sysmon++
  }
  if (sure === 0 || others > sure / 10) return 0
  const named = wellKnown.test(logName(name)) ? 0.05 : 0
  // A file in which an event of Sysmon stands is XML to who looks for tags alone.
  if (sysmon > 0) return 0.99
  if (processes === 0) return named > 0 ? 0.6 : 0
  return 0.85 + named
}

/** The name of a log file without folder, compression and the number or date that rotation adds. */
export function logName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  return base.replace(/\.(?:gz|xz|bz2|zst)$/i, '').replace(/(?:\.\d{1,3}|-\d{8}(?:-\d+)?)$/, '')
}

const longest = 1_048_576
const mostContinued = 65_536
const batchRecords = 512
const batchCharacters = 1_000_000
const namedFaults = 20

/** Whether a message is an audit record, as audispd and its syslog plug-in forward them. */
function isAudit(message: string): boolean {
  return (message.startsWith('type=') || message.startsWith('node=')) && message.includes(' msg=audit(')
}

async function* read(...[bytes, options, report]: Parameters<LogFormat['read']>): AsyncGenerator<Batch, void, undefined> {
  const { name: source, member } = options
  const lines = new TextLines(bytes, longest)
  const reader = new SyslogReader(logName(member ?? source), new SyslogYears(options.year), new WallClock(options.zone))
  const trail = new AuditTrail(options, () => index++)
  let events: Event[] = []
  let texts: (string | undefined)[] = []
  let size = 0
  let index = 0
  let faults = 0
  let cutOff = 0
  let firstCutOff = 0
  let last: { fields: Record<string, Value>; message: string } | undefined
  const batch = (): Batch => {
    const [ready, own] = [events, texts]
    events = []
    texts = []
    size = 0
    return { schema: '', length: ready.length, at: at => ready[at]!, line: at => own[at] }
  }
  try {
    for (;;) {
      const line = lines.take()
      if (line === undefined) {
        if (await lines.more()) continue
        break
      }
      const first = line.charCodeAt(0)
      if (first === 32 || first === 9) {
        // A message over several lines: what follows is indented.
        if (last !== undefined && last.message.length + line.length < mostContinued) {
          last.message += `\n${line}`
          last.fields.message = last.message
          if (texts.length > 0) texts[texts.length - 1] = undefined
          size += line.length
        } else if (line.trim() !== '') tell(lines.line, line)
        continue
      }
      if (line === '') continue
      const found = reader.read(line)
      if (found === undefined) {
        tell(lines.line, line)
        last = undefined
        continue
      }
      if (isAudit(found.message)) {
        const head = auditHead(found.message)
        if (head !== undefined && !head.interpreted) {
          last = undefined
          const { hostname } = found.fields
          const node = head.node ?? (typeof hostname === 'string' ? hostname : undefined)
          trail.add({ ...head, node }, found.message, lines.line)
          if (trail.full()) {
            if (events.length > 0) yield batch()
            yield trail.batch()!
          }
          continue
        }
      }
      if (events.length >= batchRecords || size >= batchCharacters) {
        yield batch()
        const records = trail.batch()
        if (records !== undefined) yield records
      }
      size += line.length
      const origin = { source, member, line: lines.line, index: index++ }
      if (isSysmon(found.message)) {
        const event = readSysmon(found.message)
        if (event !== undefined) {
          last = undefined
          events.push({ time: event.time, ticks: event.ticks, fields: event.fields, origin })
          texts.push(line)
          continue
        }
        if (cutOff++ === 0) firstCutOff = lines.line
      }
      const { time, fields, message } = found
      last = { fields, message }
      events.push({ time, ticks: time === undefined ? undefined : found.ticks, fields, origin })
      texts.push(line)
    }
  } finally {
    await lines.close()
  }
  if (events.length > 0) yield batch()
  trail.finish()
  const records = trail.batch()
  if (records !== undefined) yield records
  end()

  function tell(line: number, text: string): void {
    if (++faults <= namedFaults)
      report({
        code: 'SLG001',
        severity: 'warning',
        message: `line ${line}: this does not begin like a system log: "${text.slice(0, 60)}"`,
      })
  }

  function end(): void {
    tellAlone(trail, report)
    if (faults > namedFaults)
      report({
        code: 'SLG003',
        severity: 'warning',
        message: `${faults} lines do not begin like a system log in all; the first ${namedFaults} are named above`,
      })
    if (lines.tooLong > 0)
      report({
        code: 'SLG002',
        severity: 'warning',
        message: `${lines.tooLong === 1 ? 'a line is' : `${lines.tooLong} lines are`} longer than 1 MB and passed over, the first is line ${lines.firstTooLong}`,
      })
    if (reader.withoutYear > 0)
      report({
        code: 'SLG004',
        severity: 'note',
        message: `${reader.withoutYear} times have no year and are not known`,
        hint: 'give the year in which the log begins',
      })
    if (cutOff > 0)
      report({
        code: 'SLG005',
        severity: 'warning',
        message: `${cutOff} events of Sysmon are cut off and kept as messages, the first in line ${firstCutOff}`,
        hint: 'syslog daemons cut long messages: rsyslog has $MaxMessageSize for it',
      })
    if (!knownZone(options.zone))
      report({
        code: 'SLG008',
        severity: 'warning',
        message: `the zone "${options.zone}" is not known; times without a zone are read as UTC`,
        hint: 'give an offset like +02:00 or a name like Europe/Berlin',
      })
    else if (reader.withoutZone > reader.withoutYear && options.zone === undefined)
      report({
        code: 'SLG007',
        severity: 'note',
        message: 'times have no zone and are read as UTC',
        hint: 'give the zone of the host that wrote the log',
      })
    if (lines.replaced.count > 0)
      report({
        code: 'SLG006',
        severity: 'warning',
        message: `${lines.replaced.count} characters could not be read and became U+FFFD, the first in line ${lines.replaced.line}`,
      })
  }
}

// The systemd journal as `journalctl -o json`, `json-seq` and `json-sse` write it: one entry a line. Messages that came as bytes become text; events of Sysmon for Linux take the place of the entry they stand in.

import { type Batch, type Event, isRecord, type Value } from '../ir/event.ts'
import type { LogFormat } from './logs.ts'
import { parseJson } from './parts/json.ts'
import { textHead } from './parts/lines.ts'
import { addMessageFields } from './parts/syslog-line.ts'
import { isSysmon, readSysmon } from './parts/sysmon-xml.ts'
import { TextLines } from './parts/text-lines.ts'

const codes = {
  JNL001: 'a line of a journal is no entry and is passed over',
  JNL002: 'a line of a journal is longer than 16 MB and is passed over',
  JNL003: 'how many lines of a journal could not be read in all',
  JNL004: 'an event of Sysmon for Linux is cut off and is kept as the entry it stands in',
  JNL005: 'bytes that are no UTF-8 or UTF-16 became U+FFFD',
} as const

/** Journal entries. Recognised by the schema 'journal'. Facts: systemd.journal-fields(7), journalctl(1), the Journal Export Formats page. */
export const journal: LogFormat = {
  id: 'journal',
  title: 'systemd journal (journalctl -o json)',
  detect(head) {
    const text = textHead(head)
    const end = text.indexOf('\n')
    const first = bare(end === -1 ? text : text.slice(0, end))
    if (!first.startsWith('{"')) return 0
    // One line holds all: the names that the journal itself adds are in it.
    return /"__(?:CURSOR|REALTIME_TIMESTAMP|MONOTONIC_TIMESTAMP)" ?:/.test(first) && /"_BOOT_ID" ?:/.test(first) ? 0.99 : 0
  },
  read,
  codes,
}

/** A line without what `json-seq` and `json-sse` put around it. */
function bare(line: string): string {
  let at = 0
  while (line.charCodeAt(at) === 0x1e || line.charCodeAt(at) === 32) at++
  const rest = at === 0 ? line : line.slice(at)
  return rest.startsWith('data: ') ? rest.slice(6) : rest
}

const longest = 16_777_216
const batchRecords = 512
const batchCharacters = 2_000_000
const namedFaults = 20

async function* read(...[bytes, options, report]: Parameters<LogFormat['read']>): AsyncGenerator<Batch, void, undefined> {
  const { name: source, member } = options
  const lines = new TextLines(bytes, longest)
  let events: Event[] = []
  let size = 0
  let index = 0
  let faults = 0
  let cutOff = 0
  let firstCutOff = 0
  const batch = (): Batch => {
    const ready = events
    events = []
    size = 0
    return { schema: '', length: ready.length, at: at => ready[at]! }
  }
  try {
    for (;;) {
      const line = lines.take()
      if (line === undefined) {
        if (await lines.more()) continue
        break
      }
      const text = bare(line)
      if (text === '' || text.trim() === '') continue
      const parsed = parseJson(text)
      if ('fault' in parsed || !isRecord(parsed.value)) {
        if (++faults <= namedFaults)
          report({
            code: 'JNL001',
            severity: 'warning',
            message: `line ${lines.line}: ${'fault' in parsed ? parsed.fault.message : 'this is no journal entry'}`,
          })
        continue
      }
      if (events.length >= batchRecords || size >= batchCharacters) yield batch()
      size += line.length
      const origin = { source, member, line: lines.line, index: index++ }
      const fields = parsed.value as Record<string, Value>
      const message = messageOf(fields)
      if (message !== undefined) {
        if (isSysmon(message)) {
          const event = readSysmon(message)
          if (event !== undefined) {
            events.push({ time: event.time, ticks: event.ticks, fields: event.fields, origin })
            continue
          }
          if (cutOff++ === 0) firstCutOff = lines.line
        }
        const program = fields.SYSLOG_IDENTIFIER ?? fields._COMM
        if (typeof program === 'string') addMessageFields(program, message, fields)
      }
      const micros = fields.__REALTIME_TIMESTAMP
      const known = typeof micros === 'string' && /^\d{1,16}$/.test(micros) ? Number(micros) : undefined
      const time = known === undefined ? undefined : Math.floor(known / 1000)
      events.push({ time, ticks: time === undefined ? undefined : (known! - time * 1000) * 10, fields, origin })
    }
  } finally {
    await lines.close()
  }
  if (events.length > 0) yield batch()
  if (faults > namedFaults)
    report({
      code: 'JNL003',
      severity: 'warning',
      message: `${faults} lines are no journal entries in all; the first ${namedFaults} are named above`,
    })
  if (lines.tooLong > 0)
    report({
      code: 'JNL002',
      severity: 'warning',
      message: `${lines.tooLong === 1 ? 'a line is' : `${lines.tooLong} lines are`} longer than 16 MB and passed over, the first is line ${lines.firstTooLong}`,
    })
  if (cutOff > 0)
    report({
      code: 'JNL004',
      severity: 'warning',
      message: `${cutOff} events of Sysmon are cut off and kept as entries, the first in line ${firstCutOff}`,
    })
  if (lines.replaced.count > 0)
    report({
      code: 'JNL005',
      severity: 'warning',
      message: `${lines.replaced.count} characters could not be read and became U+FFFD, the first in line ${lines.replaced.line}`,
    })
}

const utf8 = new TextDecoder()

/** The message as text, brought into the entry: one that is no plain text is written as a list of its bytes. */
function messageOf(fields: Record<string, Value>): string | undefined {
  if (!Object.hasOwn(fields, 'MESSAGE')) return undefined
  const { MESSAGE: message } = fields
  if (typeof message === 'string') return message
  if (!Array.isArray(message) || message.length === 0) return undefined
  if (!message.every(byte => typeof byte === 'number' && byte >= 0 && byte < 256 && Number.isInteger(byte))) return undefined
  const text = utf8.decode(Uint8Array.from(message as number[]))
  fields.MESSAGE = text
  return text
}

// Laurel's JSON lines: one audit event a line, its records by type. Each record becomes an event again, so that rules on records hold here as in the raw log.

import { isRecord, type Value } from '../ir/event.ts'
import type { LogFormat } from './logs.ts'
import { AuditFaults, AuditTrail, auditCodes } from './parts/audit.ts'
import type { AuditRecord } from './parts/audit-join.ts'
import { type AuditFields, anyText, argumentName, put } from './parts/audit-record.ts'
import { parseJson } from './parts/json.ts'
import { textHead } from './parts/lines.ts'
import { TextLines } from './parts/text-lines.ts'

const longest = 4_194_304
const idForm = /^(\d{1,11})\.(\d{3}):(\d{1,20})$/
/** A record type of the audit trail, and nothing that Laurel says beside the records. */
const typeForm = /^(?:[A-Z][A-Z0-9_]*|UNKNOWN\[\d+\])$/
const beside: ReadonlySet<string> = new Set([
  'ID',
  'NODE',
  'PARENT_INFO',
  'PID',
  'PPID',
  'CONTAINER_INFO',
  'SYSTEMD_CGROUP',
  'LABELS',
])

/** Laurel. Facts: laurel-about(7) and the configuration reference. Schema 'auditd'. */
export const laurel: LogFormat = {
  id: 'laurel',
  title: 'Linux audit events as Laurel writes them (JSON)',
  detect(head) {
    const text = textHead(head)
    const first = text.slice(0, text.indexOf('\n') === -1 ? text.length : text.indexOf('\n'))
    const begun = /^\s*(?:@cee: ?)?\{"(?:ID":"\d{1,11}\.\d{3}:\d{1,20}"|NODE":"[^"]*","ID":"\d{1,11}\.\d{3}:\d{1,20}")/.test(
      first,
    )
    return begun && /"(?:SYSCALL|EXECVE|PROCTITLE|PATH|CWD|USER_\w+|[A-Z_]{4,})":[{[]/.test(first) ? 0.99 : 0
  },
  async *read(bytes, options, report) {
    const lines = new TextLines(bytes, longest)
    const trail = new AuditTrail(options)
    const faults = new AuditFaults(report)
    try {
      for (;;) {
        const line = lines.take()
        if (line === undefined) {
          if (await lines.more()) continue
          break
        }
        const text = line.startsWith('@cee:') ? line.slice(5) : line
        if (text.trim() === '') continue
        const parsed = parseJson(text)
        const event = 'fault' in parsed ? undefined : parsed.value
        if (!isRecord(event) || !takeEvent(event, lines.line, trail))
          faults.tell(lines.line, 'fault' in parsed ? `this is no JSON: ${parsed.fault.message}` : 'this is no event of Laurel')
        if (trail.full()) yield trail.batch()!
      }
    } finally {
      await lines.close()
    }
    trail.finish()
    const last = trail.batch()
    if (last !== undefined) yield last
    faults.end(trail, lines, options)
  },
  codes: auditCodes,
}

type Json = Readonly<Record<string, Value>>

const types = new Map<string, boolean>()
const mostTypes = 1_000

function isRecordType(name: string): boolean {
  let known = types.get(name)
  if (known === undefined) {
    known = !beside.has(name) && typeForm.test(name)
    if (types.size < mostTypes && name.length < 64) types.set(name, known)
  }
  return known
}

function takeEvent(event: Json, line: number, trail: AuditTrail): boolean {
  const id = typeof event.ID === 'string' ? idForm.exec(event.ID) : null
  if (id === null) return false
  const node = typeof event.NODE === 'string' ? event.NODE : undefined
  const serial = id[3]!
  const records: AuditRecord[] = []
  let more: AuditFields | undefined
  for (const type in event) {
    const value = event[type]!
    if (isRecordType(type)) {
      if (isRecord(value)) {
        records.push({ type, fields: recordFields(type, node, serial, value as AuditFields) })
        continue
      }
      if (Array.isArray(value) && value.every(isRecord)) {
        for (const member of value) records.push({ type, fields: recordFields(type, node, serial, member as AuditFields) })
        continue
      }
    } else if (type === 'ID' || type === 'NODE') continue
    more ??= {}
    put(more, type, value)
  }
  if (records.length === 0) return false
  const carrier = (records.find(record => record.type === 'SYSCALL') ?? records[0]!).fields
  for (const name in more) if (!Object.hasOwn(carrier, name)) put(carrier, name, more[name]!)
  addParent(carrier, event)
  trail.addWhole(records, node, Number(id[1]) * 1000 + Number(id[2]), line)
  return true
}

/** Who started the program, as Laurel keeps it: `PPID` since 0.4, `PARENT_INFO` before. */
function addParent(fields: AuditFields, event: Json): void {
  const parent = isRecord(event.PPID) ? event.PPID : undefined
  const image = parent?.EXE ?? parent?.exe
  if (typeof image === 'string') fields.ParentImage = image
  const info = isRecord(event.PARENT_INFO) ? event.PARENT_INFO : undefined
  const list = info?.ARGV
  if (Array.isArray(list)) fields.ParentCommandLine = list.map(anyText).join(' ')
}

const percent = /%([0-9a-fA-F]{2})/g

/** The record as the raw log has it. The parsed object is kept and changed where it differs: one that is made anew name by name costs several times as much. */
function recordFields(type: string, node: string | undefined, serial: string, fields: AuditFields): AuditFields {
  let plain = true
  for (const name in fields) {
    const value = fields[name]!
    if (typeof value === 'number') put(fields, name, String(value))
    else if (typeof value === 'string' ? name === 'ARGV_STR' || name === 'saddr' : typeof value === 'object' && value !== null)
      plain = false
  }
  if (!plain) translate(type, fields)
  else if (typeof fields.arch === 'string' && fields.arch.startsWith('0x')) fields.arch = fields.arch.slice(2)
  fields.type = type
  fields.serial = serial
  if (node !== undefined) fields.node = node
  return fields
}

/** Puts what Laurel writes otherwise than the raw log under the raw log's names, in the raw log's form. */
function translate(type: string, fields: AuditFields): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name]!
    if (name === 'ARGV' && Array.isArray(value)) addList(type, fields, value as readonly Value[])
    else if (name === 'ARGV_STR' && typeof value === 'string') put(fields, type === 'PROCTITLE' ? 'proctitle' : 'cmdline', value)
    else if (name === 'arch' && typeof value === 'string' && value.startsWith('0x')) fields.arch = value.slice(2)
    else if (name === 'saddr' && typeof value === 'string') fields.saddr = digitsOf(value)
    else if (name === 'SADDR' && isRecord(value)) addAddress(fields, value)
  }
}

function addList(type: string, fields: AuditFields, list: readonly Value[]): void {
  if (type === 'EXECVE' && list.every(one => typeof one === 'string')) {
    for (let place = 0; place < list.length; place++) fields[argumentName(place)] = list[place]!
    return
  }
  const texts = list.map(one => (Array.isArray(one) ? one.map(anyText).join('') : anyText(one)))
  if (type === 'PROCTITLE') fields.proctitle = texts.join(' ')
  else if (type === 'SYSCALL' && texts.length === 4) {
    const [a0, a1, a2, a3] = texts.map(text => (text.startsWith('0x') ? text.slice(2) : text))
    fields.a0 = a0!
    fields.a1 = a1!
    fields.a2 = a2!
    fields.a3 = a3!
  } else for (const [place, text] of texts.entries()) fields[`a${place}`] = type === 'SYSCALL' ? text.replace(/^0x/, '') : text
}

function addAddress(fields: AuditFields, address: Json): void {
  const names: Readonly<Record<string, string>> = {
    saddr_fam: 'saddr_fam',
    family: 'saddr_fam',
    laddr: 'laddr',
    addr: 'laddr',
    lport: 'lport',
    port: 'lport',
    path: 'path',
  }
  for (const name of Object.keys(address)) {
    const own = Object.hasOwn(names, name) ? names[name]! : name
    const value = address[name]!
    put(fields, own, typeof value === 'number' ? String(value) : value)
  }
}

/** Laurel writes bytes that are no text with percent signs; the raw log has all in hexadecimal. */
function digitsOf(text: string): string {
  if (/^[0-9a-fA-F]*$/.test(text)) return text
  let digits = ''
  let from = 0
  const encoder = new TextEncoder()
  const plain = (part: string): void => {
    for (const byte of encoder.encode(part)) digits += byte.toString(16).padStart(2, '0')
  }
  for (const found of text.matchAll(percent)) {
    plain(text.slice(from, found.index))
    digits += found[1]!.toLowerCase()
    from = found.index + 3
  }
  plain(text.slice(from))
  return digits
}

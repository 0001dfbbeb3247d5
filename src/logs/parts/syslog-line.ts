// One line of a system log taken apart: RFC 3164, RFC 5424, and the forms in which rsyslog, vsftpd and clamd write files. Names are those of RFC 5424 in words.

import type { Value } from '../../ir/event.ts'
import { moment, monthNames, type WallClock } from './wall-clock.ts'

const facilities = (
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console solaris-cron local0 local1 local2 local3 local4 local5 ' +
  'local6 local7'
).split(' ')
const severities = 'emerg alert crit err warning notice info debug'.split(' ')

/** Which form a line has: `old` and `new` are the two RFCs, `iso` is rsyslog's file format, `named` a program's own log file. */
export type SyslogForm = 'old' | 'new' | 'iso' | 'named'

export interface SyslogLine {
  readonly form: SyslogForm
  /** Milliseconds UTC; absent where the line has no time or no year is known. */
  readonly time: number | undefined
  readonly ticks: number
  readonly fields: Record<string, Value>
  readonly message: string
  readonly program: string
}

const priorityForm = /(?:\d{1,6} )?<(\d{1,3})>/y
const newForm =
  /1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (\S{1,255}) (\S{1,128}) (\S{1,128}) (\S{1,128}) /y
const oldForm = /([A-Z][a-z]{2}) ([ \d]\d) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))? /y
const isoForm = /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d)) /y
const namedForm = /[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4}) (?:\[pid (\d+)\] |-> )/y
const tagForm = /(\S{1,255}) ([A-Za-z_(/.-][^\s:[\]]{0,127})(?:\[([^\]\s]{0,40})\])?: ?/y
const hostForm = /(\S{1,255}) /y
const levelWords: ReadonlySet<string> = new Set('trace debug info notice warn warning error err fatal critical crit'.split(' '))

/** The months of times without a year, on their way through a log that begins in a given year. */
export class SyslogYears {
  private year: number | undefined
  private month = 0

  constructor(year: number | undefined) {
    this.year = year
  }

  /** The year of a time in this month: the next one once the months have begun anew. */
  of(month: number): number | undefined {
    if (this.year !== undefined && month + 6 < this.month) this.year++
    this.month = month
    return this.year
  }
}

/** Reads lines; keeps the last time read, since many lines share it. */
export class SyslogReader {
  /** Times without a year, where none was given. */
  withoutYear = 0
  /** Times without a zone. */
  withoutZone = 0
  private readonly years: SyslogYears
  private readonly clock: WallClock
  private readonly log: string
  private stamp = ''
  private stampTime: number | undefined

  constructor(log: string, years: SyslogYears, clock: WallClock) {
    this.log = log
    this.years = years
    this.clock = clock
  }

  /** The line taken apart, or undefined when it begins like none. */
  read(line: string): SyslogLine | undefined {
    const fields: Record<string, Value> = {}
    let at = 0
    const first = line.charCodeAt(0)
    let priority = false
    if (first === 60 || (first >= 48 && first <= 57)) {
      priorityForm.lastIndex = 0
      const found = priorityForm.exec(line)
      if (found !== null) {
        const number = Number(found[1])
        if (number > 191) return undefined
        fields.facility = facilities[number >> 3]!
        fields.severity = severities[number & 7]!
        at = priorityForm.lastIndex
        priority = true
      }
    }
    const code = line.charCodeAt(at)
    if (priority && code === 49 && line.charCodeAt(at + 1) === 32) return this.readNew(line, at, fields)
    if (code >= 48 && code <= 57) return this.readIso(line, at, fields)
    if (code < 65 || code > 90) return undefined
    return this.readOld(line, at, fields) ?? (priority ? undefined : this.readNamed(line, fields))
  }

  private readOld(line: string, at: number, fields: Record<string, Value>): SyslogLine | undefined {
    oldForm.lastIndex = at
    const found = oldForm.exec(line)
    if (found === null) return undefined
    const rest = oldForm.lastIndex
    const stamp = found[0]
    if (stamp !== this.stamp) {
      const month = monthNames.indexOf(found[1]!) + 1
      if (month === 0) return undefined
      const year = found[3] !== undefined ? Number(found[3]) : this.years.of(month)
      // 29 February is asked of a year that has one, where none is known.
      const millis = found[7] === undefined ? 0 : Number(found[7].padEnd(3, '0').slice(0, 3))
      const shown = moment(year ?? 2024, month, Number(found[2]), Number(found[4]), Number(found[5]), Number(found[6]), millis)
      if (shown === undefined && year === undefined) return undefined
      this.stamp = stamp
      this.stampTime = year === undefined || shown === undefined ? undefined : this.clock.toUtc(shown)
    }
    if (this.stampTime === undefined) this.withoutYear++
    this.withoutZone++
    return this.readTag(line, rest, 'old', this.stampTime, 0, fields)
  }

  private readIso(line: string, at: number, fields: Record<string, Value>): SyslogLine | undefined {
    isoForm.lastIndex = at
    const found = isoForm.exec(line)
    if (found === null) return undefined
    const read = isoTime(found)
    return read === undefined ? undefined : this.readTag(line, isoForm.lastIndex, 'iso', read.time, read.ticks, fields)
  }

  /** `host program[pid]: message`; where there is no program, the message begins behind the host. */
  private readTag(
    line: string,
    at: number,
    form: SyslogForm,
    time: number | undefined,
    ticks: number,
    fields: Record<string, Value>,
  ): SyslogLine | undefined {
    tagForm.lastIndex = at
    const tag = tagForm.exec(line)
    let program = ''
    let rest: number
    if (tag !== null) {
      fields.hostname = tag[1]!
      program = tag[2]!
      if (program.startsWith('/')) program = program.slice(program.lastIndexOf('/') + 1)
      fields.program = program
      if (tag[3] !== undefined && tag[3] !== '') fields.pid = tag[3]
      rest = tagForm.lastIndex
    } else {
      hostForm.lastIndex = at
      const host = hostForm.exec(line)
      if (host === null) return undefined
      fields.hostname = host[1]!
      fields.program = ''
      rest = hostForm.lastIndex
    }
    return this.done(line.slice(rest), form, time, ticks, program, fields)
  }

  private readNamed(line: string, fields: Record<string, Value>): SyslogLine | undefined {
    namedForm.lastIndex = 0
    const found = namedForm.exec(line)
    if (found === null) return undefined
    const month = monthNames.indexOf(found[1]!) + 1
    const shown = moment(Number(found[6]), month, Number(found[2]), Number(found[3]), Number(found[4]), Number(found[5]))
    if (shown === undefined) return undefined
    const program = found[7] !== undefined ? 'vsftpd' : 'clamd'
    fields.program = program
    if (found[7] !== undefined) fields.pid = found[7]
    this.withoutZone++
    return this.done(line.slice(namedForm.lastIndex), 'named', this.clock.toUtc(shown), 0, program, fields)
  }

  private readNew(line: string, at: number, fields: Record<string, Value>): SyslogLine | undefined {
    newForm.lastIndex = at
    const found = newForm.exec(line)
    if (found === null) return undefined
    const [, stamp, hostname, program, pid, msgid] = found
    let time: number | undefined
    let ticks = 0
    if (stamp !== '-') {
      isoForm.lastIndex = 0
      const read = isoTime(isoForm.exec(`${stamp} `)!)
      time = read?.time
      ticks = read?.ticks ?? 0
    }
    if (hostname !== '-') fields.hostname = hostname!
    fields.program = program === '-' ? '' : program!
    if (pid !== '-') fields.pid = pid!
    if (msgid !== '-') fields.msgid = msgid!
    const data = structuredData(line, newForm.lastIndex)
    if (data === undefined) return undefined
    if (data.value !== undefined) fields.structured_data = data.value
    let rest = data.end
    if (line.charCodeAt(rest) === 32) rest++
    // MSG-UTF8 begins with a byte order mark.
    if (line.charCodeAt(rest) === 0xfeff) rest++
    return this.done(line.slice(rest), 'new', time, ticks, program === '-' ? '' : program!, fields)
  }

  private done(
    message: string,
    form: SyslogForm,
    time: number | undefined,
    ticks: number,
    program: string,
    fields: Record<string, Value>,
  ): SyslogLine {
    fields.message = message
    fields.log = this.log
    addMessageFields(program, message, fields)
    return { form, time, ticks, fields, message, program }
  }
}

/** The instant of a time in the form of RFC 3339, taken apart by `isoForm`. */
function isoTime(found: RegExpExecArray): { readonly time: number; readonly ticks: number } | undefined {
  const digits = found[7] === undefined ? 0 : Number(found[7].padEnd(7, '0').slice(0, 7))
  const millis = Math.floor(digits / 10_000)
  const shown = moment(+found[1]!, +found[2]!, +found[3]!, +found[4]!, +found[5]!, +found[6]!, millis)
  if (shown === undefined) return undefined
  const offset = found[8] === undefined ? 0 : (found[8] === '-' ? -60_000 : 60_000) * (+found[9]! * 60 + +found[10]!)
  return { time: shown - offset, ticks: digits - millis * 10_000 }
}

const elementForm = /\[([^\s=\]"]{1,64})/y
const parameterForm = / +([^\s=\]"]{1,64})="((?:[^"\\]|\\[\s\S])*)"/y

function set(fields: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true })
  else fields[name] = value
}

/** STRUCTURED-DATA of RFC 5424, section 6.3: elements with their parameters; `-` is none. */
function structuredData(line: string, from: number): { readonly value?: Value; readonly end: number } | undefined {
  if (line.charCodeAt(from) === 45) return { end: from + 1 }
  const elements: Record<string, Record<string, Value>> = {}
  let at = from
  while (line.charCodeAt(at) === 91) {
    elementForm.lastIndex = at
    const found = elementForm.exec(line)
    if (found === null) return undefined
    at = elementForm.lastIndex
    const element: Record<string, Value> = {}
    for (;;) {
      if (line.charCodeAt(at) === 93) break
      parameterForm.lastIndex = at
      const pair = parameterForm.exec(line)
      if (pair === null) return undefined
      set(element, pair[1]!, pair[2]!.includes('\\') ? pair[2]!.replace(/\\(["\\\]])/g, '$1') : pair[2]!)
      at = parameterForm.lastIndex
    }
    set(elements, found[1]!, element)
    at++
  }
  return at === from ? undefined : { value: elements, end: at }
}

const sudoPart = /(?:^|: | ; )(TTY|PWD|USER|GROUP|TSID|ENV|CHROOT|HOST)=(.*?)(?= ; [A-Z]+=|$)/g
const pamForm = /\bpam_\w+\(([^():\s]+):(\w+)\): (.*)$/

/** Fields that rules ask for and programs write into their message: what sudo says of a command, and PAM of an attempt. */
export function addMessageFields(program: string, message: string, fields: Record<string, Value>): void {
  if (program === 'sudo' && message.includes(' ; ')) {
    // `ana : TTY=pts/0 ; PWD=/home/ana ; USER=root ; COMMAND=/usr/bin/id`: the command is last and may hold anything.
    const command = message.indexOf(' ; COMMAND=')
    const head = command === -1 ? message : message.slice(0, command)
    const user = /^\s*(\S+) : /.exec(head)
    if (user !== null) fields.user = user[1]!
    for (const found of head.matchAll(sudoPart)) if (!Object.hasOwn(fields, found[1]!)) fields[found[1]!] = found[2]!
    if (command !== -1) fields.COMMAND = message.slice(command + 11)
  }
  if (message.includes('pam_')) {
    const found = pamForm.exec(message)
    if (found === null) return
    fields.pam_service = found[1]!
    fields.pam_type = found[2]!
    const said = found[3]!
    const cut = said.indexOf(';')
    fields.pam_message = (cut === -1 ? said : said.slice(0, cut)).trim()
    for (const [, name, value] of said.matchAll(/\b(user|ruser|rhost|tty)=(\S+)/g)) fields[`pam_${name}`] = value!
  }
}

/** Whether a line is a message of syslog beyond doubt: how it begins, and that a program is named that no other log would have there. */
export function surelySyslog(found: SyslogLine): boolean {
  if (found.form === 'new' || found.form === 'named') return true
  if (found.program === '' || found.program === 'CEF' || found.program === 'LEEF') return false
  const host = found.fields.hostname
  return !(typeof host === 'string' && levelWords.has(host.toLowerCase()))
}

// One record of the Linux audit trail: its head, and the fields of its raw or enriched form with quotes and hexadecimal taken off.

import type { Value } from '../../ir/event.ts'

/** A record's fields under its own names. */
export type AuditFields = Record<string, Value>

/** Sets an own property, also one that an assignment would not make. */
export function put(fields: AuditFields, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true })
  else fields[name] = value
}

/** Text of a field, or undefined when it has none. */
export function textIn(fields: AuditFields, name: string): string | undefined {
  return textOf(Object.hasOwn(fields, name) ? fields[name] : undefined)
}

/** Text of a value, or undefined when it is none. */
export function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value === '(null)' || value === '?' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}

/**
 * Fields that the kernel and its tools write with `audit_log_untrustedstring`: in quotes, or all in hexadecimal when a blank, a quote or a
 * byte outside ASCII is in them. Facts: audit.c of the kernel, the field dictionary of linux-audit/audit-documentation.
 */
const untrusted: ReadonlySet<string> = new Set(
  (
    'acct cgroup cmd comm cwd data device dir exe file grp key name new-acct new-chardev new-disk new-fs new-mem new-net new-rng ' +
    'obj_comm ocomm old-chardev old-disk old-fs old-rng path proctitle root_dir sw vm watch'
  ).split(' '),
)

const nibble = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 70) return code - 55
  return code >= 97 && code <= 102 ? code - 87 : -1
}

const utf8 = new TextDecoder()

/** Bytes that hexadecimal digits stand for; undefined when the text is not all digits in pairs. */
export function hexBytes(text: string): Uint8Array | undefined {
  if (text.length === 0 || text.length % 2 === 1) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) {
    const high = nibble(text.charCodeAt(2 * at))
    const low = nibble(text.charCodeAt(2 * at + 1))
    if (high < 0 || low < 0) return undefined
    bytes[at] = high * 16 + low
  }
  return bytes
}

/**
 * The text that hexadecimal stands for. Only what could not stand in quotes is ever written so: digits that give nothing but plain characters
 * are no hexadecimal (a user `6162` in a log whose quotes were taken off).
 */
function hexText(text: string): string | undefined {
  const first = nibble(text.charCodeAt(0))
  if (first < 0) return undefined
  const bytes = hexBytes(text)
  if (bytes === undefined) return undefined
  for (const byte of bytes) if (byte < 0x21 || byte > 0x7e || byte === 0x22) return utf8.decode(bytes)
  return undefined
}

/** The bytes of a piece of an argument, one character each: a character of several bytes may lie in two pieces. */
function hexPiece(text: string): string | undefined {
  const bytes = hexBytes(text)
  if (bytes === undefined) return undefined
  let piece = ''
  for (const byte of bytes) piece += String.fromCharCode(byte)
  return piece
}

const gluedForm = /^(.*?)(?:ARCH|SYSCALL|[AEFSO]?[FS]?[UG]ID|ID|SADDR)=/

/** NULs between arguments become blanks; those at the end go. */
export function withoutNuls(text: string): string {
  if (!text.includes('\0')) return text
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--
  return text.slice(0, end).replaceAll('\0', ' ')
}

/** Where the records of an event belong: the host that wrote it, when, and the number it gave. */
export interface AuditHead {
  readonly type: string
  readonly node: string | undefined
  /** Milliseconds; UTC in raw records, else as the wall clock shows them. */
  readonly time: number | undefined
  readonly serial: string
  /** Where the fields begin. */
  readonly at: number
  readonly interpreted: boolean
}

const rawForm = /(?:node=(\S+) )?type=([A-Za-z][\w-]*|UNKNOWN\[\d+\]) msg=audit\((\d{1,11})\.(\d{3}):(\d{1,20})\): ?/y
const clockForm =
  /(?:node=(\S+) )?type=([A-Za-z][\w-]*|UNKNOWN\[\d+\]) msg=audit\((\d{1,4})([-/.])(\d{1,2})\4(\d{1,4}) (\d\d):(\d\d):(\d\d)\.(\d{3}):(\d{1,20})\) ?: ?/y

/** The head of a record that the line begins with, or undefined when it begins with none. */
export function auditHead(line: string): AuditHead | undefined {
  rawForm.lastIndex = 0
  const raw = rawForm.exec(line)
  if (raw !== null) {
    const time = Number(raw[3]) * 1000 + Number(raw[4])
    return { node: raw[1], type: raw[2]!, time, serial: raw[5]!, at: rawForm.lastIndex, interpreted: false }
  }
  clockForm.lastIndex = 0
  const clock = clockForm.exec(line)
  if (clock === null) return undefined
  const day = calendar(clock[3]!, clock[5]!, clock[6]!)
  const [hours, minutes, seconds, millis] = [7, 8, 9, 10].map(place => Number(clock[place]))
  const valid = day !== undefined && hours! < 24 && minutes! < 60 && seconds! <= 60
  return {
    node: clock[1],
    type: clock[2]!,
    time: valid ? day + ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 + millis! : undefined,
    serial: clock[11]!,
    at: clockForm.lastIndex,
    interpreted: true,
  }
}

/** A date as the C and American locales print it, month first; where that cannot be, day first; with a year of four digits in front, year first. */
function calendar(first: string, second: string, third: string): number | undefined {
  let [year, month, day] = first.length === 4 ? [first, second, third].map(Number) : [third, first, second].map(Number)
  if (first.length !== 4 && third.length === 3) return undefined
  if (year! < 100) year = year! + 2000
  if (month! > 12) [month, day] = [day, month]
  if (month! < 1 || month! > 12 || day! < 1 || day! > 31) return undefined
  return Date.UTC(year!, month! - 1, day)
}

/** The names of a record that was read before, and an object that has them all. */
interface Form {
  readonly names: readonly string[]
  readonly empty: AuditFields
}

/** By type the forms its records had, the last one first. */
const forms = new Map<string, Form[]>()
const names = new Map<string, string>()
const mostNames = 10_000
const mostForms = 24
const mostTypes = 300
/** Fields of one record, at most; what follows is left out. */
export const mostFields = 2_000

/** A copy: engines keep a whole line alive for as long as a stretch of it lives. */
export function ownText(text: string): string {
  return ` ${text}`.slice(1)
}

function nameOf(text: string, from: number, to: number): string {
  const name = text.slice(from, to)
  const known = names.get(name)
  if (known !== undefined) return known
  if (names.size >= mostNames || name.length > 64) return name
  const own = ownText(name)
  names.set(own, own)
  return own
}

const isNameCode = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 45 ||
  code === 91 ||
  code === 93

/**
 * The fields of one raw record behind its type, host and number; what enriching added follows the character 0x1D (or, where that was lost,
 * the last value). A record whose names are those of the one before is made as a copy of it: an object that grows name by name costs several times as much.
 */
export function readRawFields(type: string, node: string | undefined, serial: string, line: string, from: number): AuditFields {
  let known = forms.get(type)
  if (known === undefined) {
    known = []
    if (forms.size < mostTypes) forms.set(ownText(type), known)
  }
  const making = new Making(known)
  making.add('type', type)
  if (node !== undefined) making.add('node', node)
  making.add('serial', serial)
  scan(line, from, line.length, making, type === 'EXECVE')
  return making.done()
}

const none: never[] = []

/** A record in the making: as long as names come in the order of the form before, its fields are filled in; else names and values are gathered. */
class Making {
  count = 0
  private fields: AuditFields | undefined
  private form: Form | undefined
  /** Where names came in another order: all of them. */
  private names: string[] = none
  private values: Value[] = none
  private readonly forms: Form[]

  constructor(forms: Form[]) {
    this.forms = forms
    this.form = forms[0]
    if (this.form !== undefined) this.fields = { ...this.form.empty }
    else this.gather()
  }

  private gather(): void {
    this.names = []
    this.values = []
  }

  /** The name that most likely comes next. */
  next(): string | undefined {
    return this.form?.names[this.count]
  }

  add(name: string, value: Value): void {
    if (this.form !== undefined) {
      if (this.form.names[this.count] === name) {
        this.fields![name] = value
        this.count++
        return
      }
      this.leave()
    }
    this.names.push(name)
    this.values.push(value)
    this.count++
  }

  /** A word that belongs to no field: to the value before it when that can have blanks, else to `message`. */
  word(word: string, open: boolean): void {
    if (this.form !== undefined) this.leave()
    const last = this.values.length - 1
    const before = this.values[last]
    if (typeof before === 'string' && (open || this.names[last] === 'message')) this.values[last] = `${before} ${word}`
    else this.add('message', word)
  }

  private leave(): void {
    this.gather()
    for (let at = 0; at < this.count; at++) {
      const name = this.form!.names[at]!
      this.names.push(name)
      this.values.push(this.fields![name]!)
    }
    this.form = undefined
  }

  done(): AuditFields {
    if (this.form !== undefined) {
      if (this.count === this.form.names.length) return this.fields!
      this.leave()
    }
    const { names: found, values } = this
    const place = this.forms.findIndex(
      form => form.names.length === found.length && form.names.every((name, at) => name === found[at]),
    )
    if (place !== -1) {
      const form = this.forms[place]!
      // The last one used is tried first.
      this.forms[place] = this.forms[0]!
      this.forms[0] = form
      const fields = { ...form.empty }
      for (let at = 0; at < found.length; at++) fields[found[at]!] = values[at]!
      return fields
    }
    const fields: AuditFields = {}
    let whole = true
    for (const [at, name] of found.entries()) {
      const value = values[at]!
      if (!Object.hasOwn(fields, name)) {
        put(fields, name, value)
        if (name === '__proto__') whole = false
        continue
      }
      // A program may name a field twice.
      whole = false
      const before = fields[name]!
      if (Array.isArray(before)) before.push(value)
      else if (before !== value) put(fields, name, [before, value])
    }
    if (whole && found.length < 120) {
      // Engines keep an object that JSON made in a compact form, and one that grew by computed names in a table.
      const empty = JSON.parse(`{${found.map(name => `${JSON.stringify(name)}:""`).join()}}`) as AuditFields
      if (this.forms.length < mostForms) this.forms.unshift({ names: found, empty })
      else this.forms[mostForms - 1] = { names: found, empty }
    }
    return fields
  }
}

function scan(text: string, from: number, to: number, making: Making, list: boolean): void {
  let at = from
  let open = false
  while (at < to && making.count < mostFields) {
    const code = text.charCodeAt(at)
    if (code === 32 || code === 0x1d || code === 44) {
      at++
      continue
    }
    let name: string | undefined
    const guess = making.next()
    if (guess !== undefined && text.charCodeAt(at + guess.length) === 61 && text.startsWith(guess, at)) {
      name = guess
      at += guess.length + 1
    } else {
      let end = at
      while (end < to && isNameCode(text.charCodeAt(end))) end++
      if (end > at && end < to && text.charCodeAt(end) === 61) {
        name = nameOf(text, at, end)
        at = end + 1
      }
    }
    if (name === undefined) {
      // Words that belong to no field: `avc: denied { read } for`, the rest of a value with blanks in it.
      let end = text.indexOf(' ', at)
      if (end === -1 || end > to) end = to
      const word = text.slice(at, end)
      at = end
      if (word === ':' || word === '') continue
      making.word(word, open)
      continue
    }
    const first = text.charCodeAt(at)
    let value: string
    open = first !== 34 && first !== 39
    if (first === 34) {
      let end = text.indexOf('"', at + 1)
      if (end === -1 || end >= to) end = to
      value = text.slice(at + 1, end)
      at = end + 1
    } else if (first === 39) {
      if (name === 'msg') {
        // What enriching added holds no quote of this kind: the last one closes.
        let end = text.lastIndexOf("'", to - 1)
        if (end <= at) end = to
        scan(text, at + 1, end, making, false)
        at = end + 1
        open = false
        continue
      }
      const close = text.indexOf("'", at + 1)
      const end = close === -1 || close > to ? to : close
      value = text.slice(at + 1, end)
      at = end + 1
    } else {
      let end = at
      for (; end < to; end++) {
        const next = text.charCodeAt(end)
        if (next === 32 || next === 0x1d) break
      }
      value = text.slice(at, end)
      at = end
      const last = value.charCodeAt(value.length - 1)
      if (last === 44 || (last === 41 && value.charCodeAt(0) !== 40)) value = value.slice(0, -1)
      else if (value === '{') {
        // SADDR={ saddr_fam=inet laddr=192.0.2.7 lport=53 }
        const close = text.indexOf('}', at)
        if (close !== -1 && close < to) {
          value += text.slice(at, close + 1)
          at = close + 1
        }
      } else if (value.includes('=')) {
        // Where the separator 0x1D was lost, what enriching added stands directly behind the last value.
        const glued = gluedForm.exec(value)
        if (glued !== null) {
          at -= value.length - glued[1]!.length
          value = glued[1]!
        }
      }
      if (list && isArgument(name)) value = (name.endsWith(']') ? hexPiece(value) : hexText(value)) ?? value
      else if (untrusted.has(name)) value = hexText(value) ?? value
    }
    if (name === 'proctitle') value = withoutNuls(value)
    making.add(name, name === 'key' && value.includes('\u0001') ? value.split('\u0001') : value)
  }
}

/** `a0`, `a12`, `a1[0]`. */
function isArgument(name: string): boolean {
  return name.charCodeAt(0) === 97 && name.length > 1 && name.charCodeAt(1) >= 48 && name.charCodeAt(1) <= 57
}

const bareArgument = /^a(\d{1,7})(?:\[(\d{1,7})\])?$/

/**
 * Argument lists put together: an argument too long for one record comes in pieces (`a1[0]`, `a1[1]`), and a list too long for one record in
 * several, which are one here. Each piece is quoted or hexadecimal on its own.
 */
export function joinArguments(records: readonly AuditFields[]): AuditFields {
  const [first] = records
  if (records.length === 1 && !inPieces(first!)) return first!
  const joined: AuditFields = {}
  const pieces = new Map<string, string[]>()
  for (const fields of records) {
    for (const name in fields) {
      if (!Object.hasOwn(fields, name)) continue
      const value = fields[name]!
      const found = bareArgument.exec(name)
      if (found?.[2] !== undefined) {
        const list = pieces.get(found[1]!) ?? []
        pieces.set(found[1]!, list)
        // Records of one event may come in any order.
        if (Number(found[2]) < mostFields) list[Number(found[2])] = String(value)
      } else if (!/^a\d+_len$/.test(name) && !Object.hasOwn(joined, name)) put(joined, name, value)
    }
  }
  for (const [place, list] of pieces) {
    const whole = Array.from(list, piece => piece ?? '').join('')
    joined[`a${place}`] = /[\u0080-\u00ff]/.test(whole) ? piecedText(whole) : whole
  }
  return joined
}

function inPieces(fields: AuditFields): boolean {
  for (const name in fields) if (name.endsWith(']') || name.endsWith('_len')) return true
  return false
}

/** Text whose bytes lie in it one character each; text that has other characters is what it is. */
function piecedText(text: string): string {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return text
  return utf8.decode(Uint8Array.from(text, character => character.charCodeAt(0)))
}

/** A value as `String` has it, also one that has a `toString` of its own, which would be called and is no function. */
export function anyText(value: Value): string {
  if (Array.isArray(value)) return value.map((one: Value) => (one === null ? '' : anyText(one))).join()
  return typeof value === 'object' && value !== null ? '[object Object]' : String(value)
}

const argumentNames = Array.from({ length: 64 }, (_, place) => `a${place}`)

/** The name of an argument. Those of usual numbers are at hand: making a name and finding its like costs more than the rest of an argument. */
export function argumentName(place: number): string {
  return argumentNames[place] ?? `a${place}`
}

/** The arguments with blanks between, in order and as far as they follow each other; undefined when there is none. */
export function commandLineOf(fields: AuditFields): string | undefined {
  let line: string | undefined
  for (let place = 0; ; place++) {
    const value = fields[argumentName(place)]
    if (value === undefined) return line
    const text = typeof value === 'string' ? value : anyText(value)
    line = line === undefined ? text : `${line} ${text}`
  }
}

// Zeek's tab-separated logs: a header names the fields and their types, each line is a record. Values become what Zeek's own JSON writer makes of them, so that both read alike.

import { setField, type Value } from '../ir/event.ts'
import type { LogFormat } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf } from './parts/rows.ts'

const codes = {
  ZEK001: 'a line of a Zeek log has not the fields that its header names, and is passed over',
  ZEK002: 'a line of a Zeek log is longer than 1 MB and is passed over',
  ZEK003: 'bytes in a Zeek log that are no UTF-8 became U+FFFD',
  ZEK004: 'how many lines of a Zeek log could not be read in all',
} as const

/** Zeek logs as the ASCII writer writes them (https://docs.zeek.org/en/master/log-formats.html). Schema 'zeek'; `_path` has the name of the log, as Zeek's JSON streaming calls it. */
export const zeek: LogFormat = {
  id: 'zeek',
  title: 'Zeek log (tab-separated)',
  detect: head => (/^\s*#separator (?:\\x[0-9a-f]{2}|\S)/i.test(textHead(head, 4096)) ? 0.99 : 0),
  read: (bytes, options, report) =>
    rowsOf(bytes, options, report, { unread: 'ZEK001', long: 'ZEK002', replaced: 'ZEK003', total: 'ZEK004' }, new Parser()),
  codes,
}

/** One value of a type; undefined: the text is none. */
type Reader = (text: string) => Value | undefined

const asNumber: Reader = text => {
  const value = Number(text)
  if (!Number.isFinite(value) || text === '') return text
  // Counts beyond 2^53 keep their digits, as in JSON.
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? BigInt(text) : value
}
const readers: Readonly<Record<string, Reader>> = {
  bool: text => (text === 'T' ? true : text === 'F' ? false : text),
  count: asNumber,
  int: asNumber,
  double: asNumber,
  time: asNumber,
  interval: asNumber,
  port: asNumber,
}

/** The ASCII writer writes separators and what is no text as `\xHH`, byte by byte, and a backslash as two; a value with a lone backslash is from a writer that does not. */
function unescaped(text: string): string {
  if (!text.includes('\\') || !/^(?:[^\\]|\\\\|\\x[0-9a-fA-F]{2})*$/.test(text)) return text
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+|\\\\/g, run => {
    if (run === '\\\\') return '\\'
    const bytes = new Uint8Array(run.length / 4)
    for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(run.slice(at * 4 + 2, at * 4 + 4), 16)
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      // Bytes that are no text stay as Zeek wrote them.
      return run
    }
  })
}

const plainText: Reader = unescaped

/** `\x09` or a character. */
function separatorOf(text: string): string {
  return text.replace(/\\x([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

class Parser implements LineParser {
  readonly schema = 'zeek'
  private separator = '\t'
  private setSeparator = ','
  private empty = '(empty)'
  private unset = '-'
  private path = ''
  private fields: readonly string[] = []
  private read: readonly Reader[] = []
  private hostile = false

  line(text: string): Found {
    if (text.charCodeAt(0) === 35) {
      this.header(text)
      return undefined
    }
    if (text === '') return undefined
    const values = text.split(this.separator)
    const { fields: names, read, unset } = this
    if (names.length === 0) return 'no "#fields" line stands before it'
    if (values.length !== names.length) return `${values.length} fields, and the header names ${names.length}`
    const fields: Record<string, Value> = {}
    if (this.path !== '') fields._path = this.path
    for (let at = 0; at < names.length; at++) {
      const value = values[at]!
      if (value === unset) continue
      const made = read[at]!(value)
      if (made === undefined) continue
      if (this.hostile) setField(fields, names[at]!, made)
      else fields[names[at]!] = made
    }
    return { fields }
  }

  private header(text: string): void {
    const found = /^#(separator|set_separator|empty_field|unset_field|path|fields|types)(.)(.*)$/s.exec(text)
    if (found === null) return
    const rest = found[3]!
    switch (found[1]) {
      case 'separator':
        // The one line that a blank divides: the separator is not known before.
        this.separator = separatorOf(rest) || '\t'
        // A log that begins anew, several files joined.
        this.fields = []
        this.path = ''
        break
      case 'set_separator':
        this.setSeparator = separatorOf(rest) || ','
        break
      case 'empty_field':
        this.empty = rest
        break
      case 'unset_field':
        this.unset = rest
        break
      case 'path':
        this.path = rest
        break
      case 'fields':
        this.fields = rest.split(this.separator)
        this.read = this.fields.map(() => this.readerOf('string'))
        this.hostile = this.fields.includes('__proto__')
        break
      case 'types': {
        const types = rest.split(this.separator)
        if (types.length === this.fields.length) this.read = types.map(type => this.readerOf(type))
        break
      }
    }
  }

  private readerOf(type: string): Reader {
    const inner = /^(?:set|vector)\[(.+)\]$/.exec(type)?.[1]
    const { empty } = this
    if (inner === undefined) {
      const number = Object.hasOwn(readers, type) ? readers[type] : undefined
      return number ?? (text => (text === empty ? '' : plainText(text)))
    }
    const each = Object.hasOwn(readers, inner) ? readers[inner]! : plainText
    const { setSeparator, unset } = this
    return text => (text === empty ? [] : text.split(setSeparator).map(part => (part === unset ? null : (each(part) ?? null))))
  }
}

// Zeek's tab-separated logs: a header names the fields and their types, each line is a record. Values become what Zeek's own JSON writer makes of them, so that both read alike.

import type { Value } from '../ir/event.ts'
import type { LogFormat } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf } from './parts/rows.ts'
import { Shapes } from './parts/shapes.ts'

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

/** One value of a type, out of a line; undefined: it is none. */
type Reader = (line: string, from: number, to: number) => Value | undefined

const asNumber: Reader = (line, from, to) => {
  // Digits with at most one dot, the common case: a whole number up to 2^53 divided by a power of ten is what `Number` would give.
  let digits = 0
  let scale = 0
  let at = from
  if (to - from < 18) {
    for (; at < to; at++) {
      const code = line.charCodeAt(at)
      if (code >= 48 && code <= 57) {
        digits = digits * 10 + code - 48
        if (scale > 0) scale *= 10
      } else if (code === 46 && scale === 0) scale = 1
      else break
    }
    if (at === to && to > from && digits <= Number.MAX_SAFE_INTEGER && scale !== 1) return scale === 0 ? digits : digits / scale
  }
  const text = line.slice(from, to)
  const value = Number(text)
  if (!Number.isFinite(value) || text === '') return text
  // Counts beyond 2^53 keep their digits, as in JSON.
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? BigInt(text) : value
}
const asText: Reader = (line, from, to) => unescaped(line.slice(from, to))
const readers: Readonly<Record<string, Reader>> = {
  bool: (line, from, to) => {
    const text = line.slice(from, to)
    return text === 'T' ? true : text === 'F' ? false : text
  },
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
  private readonly shapes = new Shapes()

  line(text: string): Found {
    if (text.charCodeAt(0) === 35) {
      this.header(text)
      return undefined
    }
    if (text === '') return undefined
    const { fields: names, read, unset, shapes, separator } = this
    if (names.length === 0) return 'no "#fields" line stands before it'
    if (this.path !== '') shapes.add('_path', this.path)
    let at = 0
    let count = 0
    for (;;) {
      const found = text.indexOf(separator, at)
      const end = found === -1 ? text.length : found
      if (count < names.length && !(end - at === unset.length && text.startsWith(unset, at))) {
        const made = read[count]!(text, at, end)
        if (made !== undefined) shapes.add(names[count]!, made)
      }
      count++
      if (found === -1) break
      at = found + separator.length
    }
    if (count !== names.length) {
      shapes.drop()
      return `${count} fields, and the header names ${names.length}`
    }
    return { fields: shapes.take() }
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
    const { empty, setSeparator, unset } = this
    if (inner === undefined) {
      const number = Object.hasOwn(readers, type) ? readers[type] : undefined
      return (
        number ?? ((line, from, to) => (to - from === empty.length && line.startsWith(empty, from) ? '' : asText(line, from, to)))
      )
    }
    const each = Object.hasOwn(readers, inner) ? readers[inner]! : asText
    return (line, from, to) => {
      const text = line.slice(from, to)
      if (text === empty) return []
      return text.split(setSeparator).map(part => (part === unset ? null : (each(part, 0, part.length) ?? null)))
    }
  }
}

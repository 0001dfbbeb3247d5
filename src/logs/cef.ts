// ArcSight's Common Event Format, bare or behind a syslog header: seven header fields and an extension of pairs.

import type { Value } from '../ir/event.ts'
import type { LogFormat } from './logs.ts'
import { textHead } from './parts/lines.ts'
import { type Found, type LineParser, rowsOf, wholeLines } from './parts/rows.ts'
import { Shapes } from './parts/shapes.ts'
import { syslogHead } from './parts/syslog-head.ts'

const codes = {
  CEF001: 'a line is no CEF record and is passed over',
  CEF002: 'a CEF record is longer than 1 MB and is passed over',
  CEF003: 'bytes in a CEF log that are no UTF-8 became U+FFFD',
  CEF004: 'how many lines of a CEF log could not be read in all',
} as const

const head =
  /^(?:[^|]{0,300}[\s:\]])?CEF:\s?[0-9]{1,2}(?:\.[0-9])?\|(?:[^|\\]|\\.)*\|(?:[^|\\]|\\.)*\|(?:[^|\\]|\\.)*\|(?:[^|\\]|\\.)*\|(?:[^|\\]|\\.)*\|/

/** CEF (ArcSight Common Event Format, version 0 and 1). Header fields have the names of ArcSight's schema; extension keys stay as they are. */
export const cef: LogFormat = {
  id: 'cef',
  title: 'CEF (ArcSight Common Event Format)',
  detect(bytes) {
    const lines = wholeLines(textHead(bytes, 32_768), 20)
    const found = lines.filter(line => head.test(line.slice(0, 4096))).length
    return found > 0 && found * 2 > lines.length ? 0.96 : 0
  },
  read: (bytes, options, report) =>
    rowsOf(bytes, options, report, { unread: 'CEF001', long: 'CEF002', replaced: 'CEF003', total: 'CEF004' }, new Parser()),
  codes,
}

/** The header in its order, under the names that ArcSight's event schema has for it. */
const header = ['cefVersion', 'deviceVendor', 'deviceProduct', 'deviceVersion', 'deviceEventClassId', 'name', 'severity'] as const

class Parser implements LineParser {
  readonly schema = ''
  private readonly shapes = new Shapes()

  line(text: string): Found {
    const { shapes } = this
    const start = text.startsWith('CEF:') ? 0 : /(?:^|[\s:\]])CEF:/.exec(text.slice(0, 400))?.index
    if (start === undefined) return text.trim() === '' ? undefined : 'no "CEF:" begins in it'
    const head: Record<string, Value> = {}
    let at = start === 0 && text.startsWith('CEF:') ? 4 : text.indexOf('CEF:', start) + 4
    if (at > 4) syslogHead(text.slice(0, at - 4), head)
    for (const name in head) shapes.add(name, head[name]!)
    for (const name of header) {
      const end = bar(text, at)
      if (end === -1 && name !== 'severity') {
        shapes.drop()
        return 'its header ends before the seventh field'
      }
      const value = text.slice(at, end === -1 ? undefined : end).trim()
      shapes.add(name, value.includes('\\') ? value.replace(/\\([|\\])/g, '$1') : value)
      at = end === -1 ? text.length : end + 1
    }
    extension(text, at, shapes)
    return { fields: shapes.take() }
  }
}

/** The next bar that no backslash stands before. */
function bar(text: string, from: number): number {
  for (let at = text.indexOf('|', from); at !== -1; at = text.indexOf('|', at + 1)) if (!escaped(text, at, from)) return at
  return -1
}

function escaped(text: string, at: number, from: number): boolean {
  let count = 0
  while (at - count > from && text.charCodeAt(at - count - 1) === 92) count++
  return count % 2 === 1
}

const keyForm = /^[A-Za-z0-9_.[\]-]{1,100}$/

/** `key=value key=value`: a value may hold blanks and ends where the next key begins; an equals sign in it is escaped. */
function extension(text: string, from: number, shapes: Shapes): void {
  let key = ''
  let valueFrom = from
  const put = (to: number): void => {
    if (key === '') return
    const value = text.slice(valueFrom, to).trimEnd()
    if (value !== '') shapes.add(key, value.includes('\\') ? value.replace(/\\([=\\|nr])/g, unescaped) : value)
  }
  for (let at = text.indexOf('=', from); at !== -1; at = text.indexOf('=', at + 1)) {
    const begin = Math.max(text.lastIndexOf(' ', at) + 1, from)
    if (begin < valueFrom && key !== '') continue
    const name = text.slice(begin, at)
    // Many senders leave an equals sign in a value unescaped; what stands before it is then rarely a key.
    if (!keyForm.test(name) || escaped(text, at, from)) continue
    put(begin)
    key = name
    valueFrom = at + 1
  }
  put(text.length)
}

function unescaped(_: string, what: string): string {
  return what === 'n' ? '\n' : what === 'r' ? '\r' : what
}

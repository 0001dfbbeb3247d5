// The YAML that most rules are written in (block maps and lists, scalars of one line, `|` texts), read in one pass; whatever is anything else is left to the library.

import { deepest, type MapEntry, type ScalarNode, type YamlNode } from './nodes.ts'

/**
 * The documents of a text, or undefined when any part of it is not of the plain form: then the library reads it. What is
 * returned is what the library would have returned (`test/languages/sigma-yaml.test.ts` holds it to that).
 */
export function readBlocks(text: string): YamlNode[] | undefined {
  // Tabs, carriage returns and control characters are the library's business, and so are directives and document ends.
  if (/[\0-\t\v-\x1f\ufeff]|^(?:%|\.\.\.)/m.test(text)) return undefined
  const reader = new BlockReader(text)
  const roots: YamlNode[] = []
  // A document begins at the start or behind a line of three dashes. One that is empty is left to the library too.
  if (!reader.nextLine()) return undefined
  if (reader.marker && !reader.skipMarker()) return undefined
  for (;;) {
    const root = reader.block(-1, 0)
    if (root === undefined) return undefined
    roots.push(root)
    if (!reader.nextLine()) return roots
    if (!reader.marker || !reader.skipMarker()) return undefined
  }
}

const plainStart = /[^\s\-?:,[\]{}#&*!|>'"%@`]/

class BlockReader {
  readonly text: string
  /** Where the next line that says something begins, its indentation, and its end. */
  line = 0
  at = 0
  indent = 0
  end = 0
  marker = false
  private looked = false

  constructor(text: string) {
    this.text = text
  }

  /** Goes to the next line with content, or stays at the one that was not used yet; false at the end. */
  nextLine(): boolean {
    if (this.looked) return true
    const { text } = this
    while (this.line < text.length) {
      let end = text.indexOf('\n', this.line)
      if (end === -1) end = text.length
      let at = this.line
      while (at < end && text.charCodeAt(at) === 32) at++
      if (at < end && text.charCodeAt(at) !== 35) {
        this.at = at
        this.indent = at - this.line
        this.end = end
        this.marker = this.indent === 0 && text.startsWith('---', at) && (at + 3 === end || text.charCodeAt(at + 3) === 32)
        this.looked = true
        return true
      }
      this.line = end + 1
    }
    return false
  }

  /** The line is read to its end. */
  used(): void {
    this.line = this.end + 1
    this.looked = false
  }

  /** Past a `---` line; false when anything but a comment stands behind the dashes. */
  skipMarker(): boolean {
    if (!/^ *(?: #.*)?$/.test(this.text.slice(this.at + 3, this.end))) return false
    this.used()
    return true
  }

  /** A map or list that is indented deeper than its parent. */
  block(parent: number, depth: number): YamlNode | undefined {
    if (!this.nextLine() || this.marker || this.indent <= parent || depth >= deepest) return undefined
    return this.isDash(this.at) ? this.list(this.indent, depth) : this.map(this.indent, this.at, depth)
  }

  isDash(at: number): boolean {
    return this.text.charCodeAt(at) === 45 && (at + 1 === this.end || this.text.charCodeAt(at + 1) === 32)
  }

  /** A list whose dashes stand at this indentation. */
  list(indent: number, depth: number): YamlNode | undefined {
    const items: YamlNode[] = []
    const start = this.at
    let end = start
    while (this.nextLine() && !this.marker && this.indent === indent && this.isDash(this.at)) {
      let at = this.at + 1
      while (at < this.end && this.text.charCodeAt(at) === 32) at++
      let item: YamlNode | undefined
      if (at === this.end || this.text.charCodeAt(at) === 35) {
        this.used()
        item = this.block(indent, depth + 1)
      } else {
        const column = indent + at - this.at
        item = this.keyAt(at) !== undefined ? this.map(column, at, depth + 1) : this.scalar(at, indent)
      }
      if (item === undefined) return undefined
      items.push(item)
      end = item.span.end
    }
    return { kind: 'list', items, span: { start, end } }
  }

  /** A map whose keys stand at this column; the first one at an offset of the line that is looked at. */
  map(indent: number, first: number, depth: number): YamlNode | undefined {
    if (depth >= deepest) return undefined
    const entries: MapEntry[] = []
    const names = new Set<string>()
    let at = first
    let end = first
    for (;;) {
      const found = this.keyAt(at)
      if (found === undefined) return undefined
      const { key, after } = found
      if (names.has(key.text) || key.text === '<<') return undefined
      names.add(key.text)
      const value = this.value(after, indent, depth)
      if (value === undefined) return undefined
      entries.push({ key, value })
      end = value.span.end
      if (!this.nextLine() || this.marker || this.indent < indent) break
      if (this.indent > indent || this.isDash(this.at)) return undefined
      at = this.at
    }
    return { kind: 'map', entries, span: { start: first, end } }
  }

  /** What stands behind the colon of a key: on its line, or on the lines below. */
  value(after: number, indent: number, depth: number): YamlNode | undefined {
    const { text } = this
    let at = after
    while (at < this.end && text.charCodeAt(at) === 32) at++
    if (at < this.end && text.charCodeAt(at) !== 35) {
      return text.charCodeAt(at) === 124 ? this.literal(at, indent) : this.scalar(at, indent)
    }
    this.used()
    if (!this.nextLine() || this.marker) return undefined
    // A list may stand at the indentation of its key.
    if (this.indent === indent && this.isDash(this.at)) return this.list(indent, depth + 1)
    return this.block(indent, depth + 1)
  }

  /** A key at an offset: plain or quoted, with a colon and a blank or the end of the line behind it. */
  keyAt(at: number): { readonly key: ScalarNode; readonly after: number } | undefined {
    const { text } = this
    const quote = text[at]
    if (quote === "'" || quote === '"') {
      const close = this.quoteEnd(at)
      if (close === undefined || text.charCodeAt(close) !== 58) return undefined
      if (close + 1 < this.end && text.charCodeAt(close + 1) !== 32) return undefined
      return { key: this.quoted(at, close), after: close + 1 }
    }
    if (quote === undefined || !plainStart.test(quote)) return undefined
    for (let colon = text.indexOf(':', at); colon !== -1 && colon < this.end; colon = text.indexOf(':', colon + 1)) {
      if (colon + 1 < this.end && text.charCodeAt(colon + 1) !== 32) continue
      const name = text.slice(at, colon)
      if (name.length > 500 || name.includes(' #') || name.endsWith(' ')) return undefined
      return { key: { kind: 'scalar', text: name, style: 'plain', span: { start: at, end: colon } }, after: colon + 1 }
    }
    return undefined
  }

  /** Behind the closing quote of a text that ends on its line; undefined for one with escapes or more lines. */
  quoteEnd(at: number): number | undefined {
    const { text } = this
    const quote = text[at]!
    let close = at
    for (;;) {
      close = text.indexOf(quote, close + 1)
      if (close === -1 || close >= this.end) return undefined
      if (quote === "'" && text[close + 1] === "'") {
        close++
        continue
      }
      break
    }
    if (quote === '"' && text.slice(at, close).includes('\\')) return undefined
    return close + 1
  }

  quoted(at: number, after: number): ScalarNode {
    const inner = this.text.slice(at + 1, after - 1)
    const text = this.text[at] === "'" && inner.includes("'") ? inner.replaceAll("''", "'") : inner
    return { kind: 'scalar', text, style: 'quoted', span: { start: at, end: after } }
  }

  /** A scalar that ends on its line, in a block of this indentation: a deeper line below would belong to it. */
  scalar(at: number, indent: number): ScalarNode | undefined {
    const { text } = this
    let found: ScalarNode
    const first = text[at]!
    if (first === "'" || first === '"') {
      const after = this.quoteEnd(at)
      if (after === undefined) return undefined
      // Behind it only blanks and a comment.
      let rest = after
      while (rest < this.end && text.charCodeAt(rest) === 32) rest++
      if (rest < this.end && (rest === after || text.charCodeAt(rest) !== 35)) return undefined
      found = this.quoted(at, after)
    } else {
      // A sign or a dash may begin a plain scalar when no blank follows.
      if (first === '-' ? !/[^\s,[\]{}]/.test(text[at + 1] ?? ' ') || at + 1 >= this.end : !plainStart.test(first))
        return undefined
      let stop = this.end
      const comment = text.slice(at, stop).indexOf(' #')
      if (comment !== -1) stop = at + comment
      while (stop > at && text.charCodeAt(stop - 1) === 32) stop--
      const value = text.slice(at, stop)
      if (value.includes(': ') || value.endsWith(':')) return undefined
      found = { kind: 'scalar', text: value, style: 'plain', span: { start: at, end: stop } }
    }
    this.used()
    if (this.nextLine() && !this.marker && this.indent > indent) return undefined
    return found
  }

  /** A text behind `|` or `|-`: the lines below that are indented deeper, as they are. */
  literal(at: number, indent: number): ScalarNode | undefined {
    const { text } = this
    const header = text.slice(at, this.end)
    if (header !== '|' && header !== '|-') return undefined
    const lines: string[] = []
    let own = -1
    let line = this.end + 1
    let end = line
    // The place of a text ends with the last character that is no blank.
    while (line < text.length) {
      const stop = text.indexOf('\n', line)
      if (stop === -1) return undefined
      let first = line
      while (first < stop && text.charCodeAt(first) === 32) first++
      if (first === stop) {
        // Blanks on an empty line count once the indentation is known, which is for the library to decide.
        if (first > line && (own === -1 || first - line > own)) return undefined
        lines.push('')
      } else {
        if (own === -1) own = first - line
        if (first - line < own) {
          if (first - line > indent) return undefined
          break
        }
        if (own <= indent) return undefined
        lines.push(text.slice(line + own, stop))
        end = stop
        while (text.charCodeAt(end - 1) === 32) end--
      }
      line = stop + 1
    }
    if (own === -1) return undefined
    let kept = lines.length
    while (kept > 0 && lines[kept - 1] === '') kept--
    const value = lines.slice(0, kept).join('\n') + (header === '|' ? '\n' : '')
    this.line = line
    this.looked = false
    return { kind: 'scalar', text: value, style: 'block', span: { start: at, end } }
  }
}

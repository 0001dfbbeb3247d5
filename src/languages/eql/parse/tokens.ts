// The text of an EQL query as tokens: every character belongs to one or lies between two, and no text makes it fail.

import type { Span } from '../../../text/source.ts'

/** A token. `value` is what a string says or a quoted name names; `bad` begins no token or does not end, and `value` says what is wrong. */
export interface Token extends Span {
  readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'punct' | 'bad' | 'end'
  readonly text: string
  readonly value: string
}

const blank = /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/y
const name = /[A-Za-z_@][A-Za-z0-9_@]*(?:\.[A-Za-z_@][A-Za-z0-9_@]*)*/y
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const punct = /==|!=|<=|>=|[=<>:()[\],?!|+\-*/%.]/y

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', "'": "'", '\\': '\\' }

/** The tokens of a text; the last is `end`. Facts: EqlBase.g4 of Elasticsearch, EQL syntax reference ("Strings", "Escape a field name"). */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const put = (kind: Token['kind'], end: number, value: string): void => {
    tokens.push({ kind, text: text.slice(at, end), value, start: at, end })
    at = end
  }
  const match = (form: RegExp): string | undefined => {
    form.lastIndex = at
    return form.exec(text)?.[0]
  }
  for (;;) {
    at += match(blank)?.length ?? 0
    if (at >= text.length) break
    if (text.startsWith('"""', at)) {
      const close = text.indexOf('"""', at + 3)
      if (close === -1) put('bad', text.length, 'the text that """ opens has no end')
      else {
        // Quotes before the closing three belong to the text.
        let end = close + 3
        while (text[end] === '"' && end < close + 5) end++
        put('string', end, text.slice(at + 3, end - 3))
      }
      continue
    }
    const first = text[at]!
    if (first === '"') {
      readString(text, at, put)
      continue
    }
    if (first === "'") {
      const end = text.indexOf("'", at + 1)
      put('bad', end === -1 ? text.length : end + 1, 'texts stand between double quotes')
      continue
    }
    if (first === '`') {
      const end = /(?:[^`]|``)*`/y
      end.lastIndex = at + 1
      const found = end.exec(text)
      if (found === null) put('bad', text.length, 'the name that ` opens has no end')
      else put('quoted', at + 1 + found[0].length, found[0].slice(0, -1).replaceAll('``', '`'))
      continue
    }
    const word = match(name)
    if (word !== undefined) {
      // A function that ignores case ends in `~`, as do like~, in~ and regex~.
      const end = at + word.length
      put('name', text[end] === '~' ? end + 1 : end, text[end] === '~' ? `${word}~` : word)
      continue
    }
    const amount = match(number)
    if (amount !== undefined) {
      put('number', at + amount.length, amount)
      continue
    }
    const sign = match(punct)
    if (sign !== undefined) put('punct', at + sign.length, sign)
    else put('bad', at + String.fromCodePoint(text.codePointAt(at)!).length, 'this character begins nothing')
  }
  tokens.push({ kind: 'end', text: '', value: '', start: text.length, end: text.length })
  return tokens
}

function readString(text: string, start: number, put: (kind: Token['kind'], end: number, value: string) => void): void {
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!
    if (character === '"') {
      put('string', at + 1, value)
      return
    }
    if (character === '\n' || character === '\r') {
      put('bad', at, 'the text has no closing quote on its line')
      return
    }
    if (character !== '\\') {
      value += character
      continue
    }
    const next = text[++at] ?? ''
    const unicode = next === 'u' ? /^\{([0-9a-fA-F]{2,8})\}/.exec(text.slice(at + 1, at + 11)) : null
    const point = unicode === null ? undefined : Number.parseInt(unicode[1]!, 16)
    if (point !== undefined && point <= 0x10ffff) {
      value += String.fromCodePoint(point)
      at += unicode![0].length
    } else if (Object.hasOwn(escapes, next)) value += escapes[next]!
    else {
      let end = at + 1
      while (end < text.length && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
      put('bad', Math.min(text.length, end + 1), `"\\${next}" is no escape`)
      return
    }
  }
  put('bad', text.length, 'the text has no closing quote')
}

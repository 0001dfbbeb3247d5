// The text of an ES|QL query as tokens: every character belongs to one or lies between two, and no text makes it fail.

import type { Span } from '../../../text/source.ts'

/** A token. `value` is what a string says or a quoted name names; `bad` begins no token or does not end, and `value` says what is wrong. */
export interface Token extends Span {
  readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'parameter' | 'punct' | 'bad' | 'end'
  readonly text: string
  readonly value: string
}

const blank = /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/y
const name = /[A-Za-z_@][A-Za-z0-9_@]*/y
/** Index names stand without quotes in FROM, and may hold hyphens, stars, dots, colons, dates. */
const index = /[^\s"`|,()[\]=]+/y
const number = /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y
const parameter = /\?{1,2}[A-Za-z0-9_]*/y
const punct = /==|=~|!=|<=|>=|::|[=<>:()[\],|+\-*/%.{}]/y

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' }

/** The tokens of a text; the last is `end`. Facts: EsqlBaseLexer.g4 of Elasticsearch; ES|QL syntax reference ("Identifiers", "Literals"). */
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
      const form = /`((?:[^`]|``)*)`/y
      form.lastIndex = at
      const found = form.exec(text)
      if (found === null) put('bad', text.length, 'the name that ` opens has no end')
      else put('quoted', at + found[0].length, found[1]!.replaceAll('``', '`'))
      continue
    }
    const word = match(name)
    if (word !== undefined) {
      put('name', at + word.length, word)
      continue
    }
    const amount = match(number)
    if (amount !== undefined) {
      put('number', at + amount.length, amount)
      continue
    }
    const given = match(parameter)
    if (given !== undefined) {
      put('parameter', at + given.length, given)
      continue
    }
    const sign = match(punct)
    if (sign !== undefined) put('punct', at + sign.length, sign)
    else put('bad', at + String.fromCodePoint(text.codePointAt(at)!).length, 'this character begins nothing')
  }
  tokens.push({ kind: 'end', text: '', value: '', start: text.length, end: text.length })
  return tokens
}

/** The index pattern that begins at a place; undefined where none does. */
export function indexAt(text: string, at: number): string | undefined {
  index.lastIndex = at
  return index.exec(text)?.[0]
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
    if (!Object.hasOwn(escapes, next)) {
      let end = at + 1
      while (end < text.length && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
      put('bad', Math.min(text.length, end + 1), `"\\${next}" is no escape; write """…""" for a text without escapes`)
      return
    }
    value += escapes[next]!
  }
  put('bad', text.length, 'the text has no closing quote')
}

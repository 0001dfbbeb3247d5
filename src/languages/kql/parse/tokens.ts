// The text of a query as tokens: every character belongs to one or lies between two, and no text makes it fail.

import type { Span } from '../../../text/source.ts'

/**
 * A token. `text` is what was written, `value` what a string says. `typed` is a literal with its type before parentheses (`datetime(2024-05-01)`),
 * whose text between them is `value`; `bad` is what begins no token, or a string that does not end (`value` says what is wrong).
 */
export interface Token extends Span {
  readonly kind: 'name' | 'string' | 'long' | 'real' | 'timespan' | 'typed' | 'punct' | 'bad' | 'end'
  readonly text: string
  readonly value: string
  /** What is wrong inside a string: each place with its message. */
  readonly faults?: readonly { readonly span: Span; readonly message: string }[]
}

/** Types whose literals are written `type(text)` (https://learn.microsoft.com/kusto/query/scalar-data-types/); `dynamic` is read by its own grammar. */
const typed: ReadonlySet<string> = new Set([
  'bool',
  'boolean',
  'int',
  'long',
  'real',
  'double',
  'decimal',
  'datetime',
  'date',
  'time',
  'timespan',
  'guid',
])

/** Units of a timespan and their length in ticks of 100 ns; a nanosecond is less than one. */
export const units: Readonly<Record<string, bigint>> = (() => {
  const out: Record<string, bigint> = {}
  const put = (names: string, ticks: bigint): void => {
    for (const name of names.split(' ')) out[name] = ticks
  }
  put('tick ticks', 1n)
  put('nano nanos nanosecond nanoseconds', 0n)
  put('microsecond microseconds micro micros', 10n)
  put('ms milli millis millisecond milliseconds', 10_000n)
  put('s sec second seconds', 10_000_000n)
  put('m min minute minutes', 600_000_000n)
  put('h hr hrs hour hours', 36_000_000_000n)
  put('d day days', 864_000_000_000n)
  return out
})()

const start = /[\p{L}_$]/u
const name = /[\p{L}\p{N}_$]+/uy
const spaces = /(?:\s|\uFEFF|\u200B|\/\/[^\n\r]*)+/y
const number = /0[xX][0-9a-fA-F]+|\d+(?:\.(?![.])\d*)?(?:[eE][+-]?\d+)?/y
const puncts = [
  '!=',
  '==',
  '=~',
  '!~',
  '<=',
  '>=',
  '<>',
  '=>',
  '..',
  '<',
  '>',
  '=',
  '!',
  '~',
  '+',
  '-',
  '*',
  '/',
  '%',
  '|',
  ';',
  ',',
  '.',
  ':',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '?',
  '@',
]

/** Signs by the character that they begin with, the longer ones first. */
const byFirst: ReadonlyMap<number, readonly string[]> = (() => {
  const out = new Map<number, string[]>()
  for (const one of puncts) out.set(one.charCodeAt(0), [...(out.get(one.charCodeAt(0)) ?? []), one])
  return out
})()

/** Reads a text into tokens; the last one is `end`. */
export function tokenize(text: string): readonly Token[] {
  const out: Token[] = []
  let at = 0
  const push = (kind: Token['kind'], end: number, value?: string, faults?: Token['faults']): void => {
    const written = text.slice(at, end)
    const token: Token = { kind, text: written, value: value ?? written, start: at, end }
    out.push(faults === undefined ? token : { ...token, faults })
    at = end
  }
  while (at < text.length) {
    spaces.lastIndex = at
    if (spaces.test(text)) {
      at = spaces.lastIndex
      continue
    }
    const code = text.charCodeAt(at)
    // A letter begins a text only where it is the h of one that is hidden.
    const word = (code >= 0x61 && code <= 0x7a && code !== 0x68) || (code >= 0x41 && code <= 0x5a && code !== 0x48)
    const string = word ? undefined : readString(text, at)
    if (string !== undefined) {
      push(string.ends ? 'string' : 'bad', string.end, string.ends ? string.value : 'a string that does not end', string.faults)
      continue
    }
    if (code >= 0x30 && code <= 0x39) {
      readNumber()
      continue
    }
    const here = code < 0x80 ? text[at]! : String.fromCodePoint(text.codePointAt(at)!)
    if (word || start.test(here)) {
      name.lastIndex = at
      name.test(text)
      const end = name.lastIndex
      const written = text.slice(at, end)
      const open = typed.has(written) ? skipBlanks(text, end) : -1
      const close = open !== -1 && text[open] === '(' ? text.indexOf(')', open) : -1
      if (close !== -1) push('typed', close + 1, text.slice(open + 1, close).trim())
      else push('name', end)
      continue
    }
    const punct = byFirst.get(text.charCodeAt(at))?.find(one => text.startsWith(one, at))
    if (punct !== undefined) push('punct', at + punct.length)
    else push('bad', at + here.length, `the character "${here}"`)
  }
  out.push({ kind: 'end', text: '', value: '', start: text.length, end: text.length })
  return out

  function readNumber(): void {
    number.lastIndex = at
    number.test(text)
    let end = number.lastIndex
    name.lastIndex = end
    const suffix = name.test(text) ? text.slice(end, name.lastIndex) : ''
    const digits = text.slice(at, end)
    if (suffix !== '') {
      if (Object.hasOwn(units, suffix)) {
        push('timespan', end + suffix.length)
        return
      }
      // A name may begin with digits: `4625Events`.
      if (/^\d+$/.test(digits) || /^\d+[eE]\d+$/.test(digits) || /^0[xX]/.test(digits)) {
        push('name', end + suffix.length)
        return
      }
    }
    if (digits.endsWith('.') && start.test(text[end] ?? '')) end--
    const taken = text.slice(at, end)
    push(/^0[xX]/.test(taken) || /^\d+$/.test(taken) ? 'long' : 'real', end)
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at]!)) at++
  return at
}

interface Read {
  readonly end: number
  readonly value: string
  readonly ends: boolean
  readonly faults?: Token['faults']
}

/**
 * A string literal at a place, or undefined (https://learn.microsoft.com/kusto/query/scalar-data-types/string): in quotes with escapes, verbatim after `@` with the quote
 * doubled, or between three backticks or tildes; an `h` before it hides it from logs and changes nothing.
 */
function readString(text: string, from: number): Read | undefined {
  let at = from
  if ((text[at] === 'h' || text[at] === 'H') && /^["'@`~]/.test(text.slice(at + 1, at + 2))) at++
  const fence = text.startsWith('```', at) ? '```' : text.startsWith('~~~', at) ? '~~~' : undefined
  if (fence !== undefined) {
    const close = text.indexOf(fence, at + 3)
    return close === -1
      ? { end: text.length, value: text.slice(at + 3), ends: false }
      : { end: close + 3, value: text.slice(at + 3, close), ends: true }
  }
  const verbatim = text[at] === '@'
  if (verbatim) at++
  const quote = text[at]
  if (quote !== '"' && quote !== "'") return undefined
  return verbatim ? readVerbatim(text, at, quote) : readEscaped(text, at, quote)
}

function readVerbatim(text: string, open: number, quote: string): Read {
  let value = ''
  let at = open + 1
  for (;;) {
    const close = text.indexOf(quote, at)
    const stop = lineBreak(text, at)
    if (close === -1 || stop < close) return { end: stop, value: value + text.slice(at, stop), ends: false }
    value += text.slice(at, close)
    at = close + 1
    if (text[at] !== quote) return { end: at, value, ends: true }
    value += quote
    at++
  }
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  '"': '"',
  "'": "'",
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
}

function readEscaped(text: string, open: number, quote: string): Read {
  const parts: string[] = []
  const faults: { readonly span: Span; readonly message: string }[] = []
  let at = open + 1
  let from = at
  for (;;) {
    const character = text[at]
    if (character === undefined || character === '\n' || character === '\r') {
      parts.push(text.slice(from, at))
      return { end: at, value: parts.join(''), ends: false, faults }
    }
    if (character === quote) {
      parts.push(text.slice(from, at))
      return { end: at + 1, value: parts.join(''), ends: true, ...(faults.length === 0 ? {} : { faults }) }
    }
    if (character !== '\\') {
      at++
      continue
    }
    parts.push(text.slice(from, at))
    const next = text[at + 1] ?? ''
    const code = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,4})|([0-7]{1,3}))/.exec(text.slice(at + 1, at + 10))
    if (code !== null) {
      const point = code[4] === undefined ? Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16) : Number.parseInt(code[4], 8)
      parts.push(point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point))
      at += 1 + code[0].length
    } else if (Object.hasOwn(escapes, next)) {
      parts.push(escapes[next]!)
      at += 2
    } else {
      faults.push({ span: { start: at, end: at + 2 }, message: `"\\${next}" is no escape` })
      parts.push('\\')
      at++
    }
    from = at
  }
}

function lineBreak(text: string, from: number): number {
  let at = from
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++
  return at
}

// JSON without its traps: integers keep every digit, depth is bounded, faults have a place, `__proto__` is a field like any other.

import type { Value } from '../../ir/event.ts'

/** Objects and lists within each other, at most. */
export const deepest = 512

/** Digits of an integer that is kept as a number; beyond, it is kept as text, which has the same digits. */
const longest = 1000

/** What is wrong, and where: offset in the text, or in the bytes given. */
export interface Fault {
  readonly at: number
  readonly message: string
  readonly deep?: boolean
}

export type Parsed = { readonly value: Value; readonly end: number; readonly nested?: boolean } | { readonly fault: Fault }

/** What is said of a text that is deeper. */
export const tooDeep = `nested deeper than ${deepest}`

/**
 * A whole text as one JSON value (RFC 8259): what `JSON.parse` gives, but integers beyond 2^53 are bigints, and the depth is bounded.
 * `JSON.parse` does the work; only a text that it refuses, or whose large integers are not plain to find, is read again by `readJson`.
 * `nested`: an object or list, outermost, has an object or list in it, or may have.
 */
export function parseJson(text: string): Parsed {
  let value: Value
  try {
    value = JSON.parse(text) as Value
  } catch {
    return whole(text)
  }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) || !Number.isInteger(value) ? { value, end: text.length } : whole(text)
  if (typeof value !== 'object' || value === null) return { value, end: text.length }
  larges.length = 0
  const met = Array.isArray(value) ? lookInside(value, 0) | nested : look(value as Fields, 1)
  if ((met & unclear) === 0 && (larges.length === 0 || widen(text)))
    return { value, end: text.length, nested: (met & nested) !== 0 }
  return whole(text)
}

function whole(text: string): Parsed {
  const read = readJson(text)
  if ('fault' in read) return read
  const end = pastBlanks(text, read.end)
  return end === text.length ? read : { fault: { at: end, message: 'something stands after the value' } }
}

type Fields = Record<string, Value>

const nested = 1
/** Too great a depth, or a number beyond 2^53 in a list, where no key names it. */
const unclear = 2

/** Numbers beyond 2^53 that the last look met: the object and the key of each. */
const larges: { readonly fields: Fields; readonly key: string }[] = []

function look(fields: Fields, depth: number): number {
  let met = 0
  for (const key in fields) {
    const member = fields[key]!
    if (typeof member === 'number') {
      if (isLarge(member)) larges.push({ fields, key })
    } else if (typeof member === 'object' && member !== null) met |= nested | lookInside(member, depth)
  }
  return met
}

function lookInside(member: object, depth: number): number {
  if (depth >= deepest) return unclear
  if (!Array.isArray(member)) return look(member as Fields, depth + 1)
  let met = 0
  for (const value of member as readonly Value[]) {
    if (typeof value === 'number') {
      if (isLarge(value)) return unclear
    } else if (typeof value === 'object' && value !== null) met |= lookInside(value, depth + 1)
  }
  return met
}

function isLarge(value: number): boolean {
  return value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER
}

/** Large integers seen lately, by the number that JSON.parse made of them: logs repeat few of them (`Keywords`), and making a bigint is slow. */
const seen = new Map<number, { readonly digits: string; readonly value: Value }>()

/** Gives the large integers that the last look met their digits from the text; false when the text leaves a doubt where they stand. */
function widen(text: string): boolean {
  for (const { fields, key } of larges) {
    const at = valueAt(text, key)
    if (at === undefined) return false
    const rough = fields[key] as number
    const known = seen.get(rough)
    if (known !== undefined && text.startsWith(known.digits, at) && !isNumeral(text.charCodeAt(at + known.digits.length))) {
      fields[key] = known.value
      continue
    }
    let end = text.charCodeAt(at) === 45 ? at + 1 : at
    while (isDigit(text.charCodeAt(end))) end++
    // A fraction or an exponent: a float stays a number.
    if (isNumeral(text.charCodeAt(end))) continue
    const digits = text.slice(at, end)
    if (Number(digits) !== rough) return false
    const value = integer(digits)
    fields[key] = value
    if (digits.length > 32) continue
    if (seen.size >= 256) seen.clear()
    seen.set(rough, { digits, value })
  }
  return true
}

let lastKey = ''
let lastMark = '"'

/** Where the value of a key begins, when the key stands in the text once and only once; else undefined. */
function valueAt(text: string, key: string): number | undefined {
  if (key !== lastKey) {
    lastKey = key
    lastMark = JSON.stringify(key).slice(1)
  }
  // Looked for without its opening quote: quotes are everywhere, and the search would stop at each.
  const mark = lastMark
  let found = text.indexOf(mark)
  if (text.indexOf(mark, found + 1) !== -1) {
    const whole = `"${mark}`
    found = text.indexOf(whole) + 1
    if (text.indexOf(whole, found) !== -1) return undefined
  }
  if (found < 1 || text.charCodeAt(found - 1) !== 34 || text.charCodeAt(found - 2) === 92) return undefined
  const colon = pastBlanks(text, found + mark.length)
  return text.charCodeAt(colon) === 58 ? pastBlanks(text, colon + 1) : undefined
}

function integer(digits: string): Value {
  if (digits.length < 16) return Number(digits)
  if (digits.length > longest) return digits
  const exact = BigInt(digits)
  return exact <= Number.MAX_SAFE_INTEGER && exact >= -Number.MAX_SAFE_INTEGER ? Number(digits) : exact
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Whether a number goes on with this character: a digit, `.`, `e` or `E`. */
function isNumeral(code: number): boolean {
  return isDigit(code) || code === 46 || code === 101 || code === 69
}

function pastBlanks(text: string, from: number): number {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return at
    at++
  }
}

/** The JSON value that starts at `from` (blanks before it are passed over), and where it ends; what follows is not looked at. Own reader: large integers exact, faults with their place. */
export function readJson(text: string, from = 0): Parsed {
  const reader = new Reader(text, from)
  const value = reader.value(1)
  return value === undefined ? { fault: reader.fault! } : { value, end: reader.at, nested: true }
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const numberForm = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y

class Reader {
  at: number
  fault: Fault | undefined
  private readonly text: string

  constructor(text: string, from: number) {
    this.text = text
    this.at = from
  }

  /** value: object | array | string | number | true | false | null. Recursion ends at `deepest`. */
  value(depth: number): Value | undefined {
    this.at = pastBlanks(this.text, this.at)
    const code = this.text.charCodeAt(this.at)
    switch (code) {
      case 123:
        return depth > deepest ? this.tooDeep() : this.object(depth)
      case 91:
        return depth > deepest ? this.tooDeep() : this.list(depth)
      case 34:
        return this.string()
      case 116:
        return this.word('true', true)
      case 102:
        return this.word('false', false)
      case 110:
        return this.word('null', null)
      default:
        return code === 45 || isDigit(code) ? this.number() : this.wrong('a value is expected')
    }
  }

  private object(depth: number): Value | undefined {
    const fields: Record<string, Value> = {}
    this.at = pastBlanks(this.text, this.at + 1)
    if (this.text.charCodeAt(this.at) === 125) {
      this.at++
      return fields
    }
    for (;;) {
      this.at = pastBlanks(this.text, this.at)
      if (this.text.charCodeAt(this.at) !== 34) return this.wrong('a name in quotes is expected')
      const key = this.string()
      if (key === undefined) return undefined
      this.at = pastBlanks(this.text, this.at)
      if (this.text.charCodeAt(this.at) !== 58) return this.wrong('a ":" is expected')
      this.at++
      const member = this.value(depth + 1)
      if (member === undefined) return undefined
      if (key === '__proto__')
        Object.defineProperty(fields, key, { value: member, writable: true, enumerable: true, configurable: true })
      else fields[key] = member
      this.at = pastBlanks(this.text, this.at)
      const code = this.text.charCodeAt(this.at)
      if (code !== 44 && code !== 125) return this.wrong('"," or "}" is expected')
      this.at++
      if (code === 125) return fields
    }
  }

  private list(depth: number): Value | undefined {
    const members: Value[] = []
    this.at = pastBlanks(this.text, this.at + 1)
    if (this.text.charCodeAt(this.at) === 93) {
      this.at++
      return members
    }
    for (;;) {
      const member = this.value(depth + 1)
      if (member === undefined) return undefined
      members.push(member)
      this.at = pastBlanks(this.text, this.at)
      const code = this.text.charCodeAt(this.at)
      if (code !== 44 && code !== 93) return this.wrong('"," or "]" is expected')
      this.at++
      if (code === 93) return members
    }
  }

  private string(): string | undefined {
    let out = ''
    let from = this.at + 1
    for (let at = from; ; at++) {
      const code = this.text.charCodeAt(at)
      if (code === 34) {
        this.at = at + 1
        return out + this.text.slice(from, at)
      }
      if (code === 92) {
        const mark = this.text[at + 1] ?? ''
        if (mark === 'u') {
          const digits = this.text.slice(at + 2, at + 6)
          if (!/^[0-9a-fA-F]{4}$/.test(digits)) return this.wrong('"\\u" needs four hexadecimal digits', at)
          out += this.text.slice(from, at) + String.fromCharCode(Number.parseInt(digits, 16))
          at += 5
        } else if (Object.hasOwn(escapes, mark)) {
          out += this.text.slice(from, at) + escapes[mark]
          at++
        } else return this.wrong(mark === '' ? 'the text ends inside a string' : 'no such escape in a string', at)
        from = at + 1
      } else if (!(code >= 32)) {
        // NaN beyond the end compares false with everything.
        return this.wrong(
          Number.isNaN(code) ? 'the text ends inside a string' : 'a string is not closed, or holds a control character',
          at,
        )
      }
    }
  }

  private number(): Value | undefined {
    numberForm.lastIndex = this.at
    const found = numberForm.exec(this.text)
    if (found === null) return this.wrong('a number is expected')
    const after = this.text.charCodeAt(this.at + found[0].length)
    if (isDigit(after) || after === 46) return this.wrong('not a number', this.at + found[0].length)
    this.at += found[0].length
    return found[1] === undefined && found[2] === undefined ? integer(found[0]) : Number(found[0])
  }

  private word<T extends Value>(word: string, value: T): T | undefined {
    if (!this.text.startsWith(word, this.at)) return this.wrong('a value is expected')
    this.at += word.length
    return value
  }

  private tooDeep(): undefined {
    this.fault = { at: this.at, message: tooDeep, deep: true }
    return undefined
  }

  private wrong(message: string, at = this.at): undefined {
    this.fault = {
      at,
      message: at >= this.text.length && !message.startsWith('the text') ? 'the text ends in the middle of a value' : message,
    }
    return undefined
  }
}

// JSON without its traps: integers keep every digit, depth is bounded, faults have a place, `__proto__` is a field like any other. And a scanner that finds where a value ends while it still arrives.

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

const closed = `nested deeper than ${deepest}`

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
    this.fault = { at: this.at, message: closed, deep: true }
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

const expects = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, next: 5, keyText: 6, valueText: 7, word: 8 } as const
const objectKind = 1
/** Offsets kept of the outermost object's keys, two for each: what has more keys is no wrapper around a list. */
const mostKeys = 64

/** How far a scan came: the value is whole, more bytes are needed, what stands there is no JSON, or (when asked for) a list begins that a caller may want to read member by member. */
export type Reach = 'end' | 'more' | 'fault' | 'list'

/**
 * Finds the end of one JSON value in bytes that arrive in pieces, and notices at the first byte that cannot be JSON's structure.
 * Offsets count from the value's first byte. Numbers, words and escapes are left to the reader. Starts on `{` or `[` or any other value.
 */
export class Scanner {
  /** Bytes looked at so far; after 'end' the length of the value, after 'fault' where it is wrong, after 'list' just behind the `[`. */
  length = 0
  /** Line breaks passed, and the offset just behind the last one. */
  breaks = 0
  lastBreak = 0
  /** Values seen, roughly: commas. */
  values = 0
  message = ''
  deep = false
  /** Where the keys of the outermost object lie (offset of the text, its end), in order; and the latest key one level further in. */
  readonly keys: number[] = []
  inner: readonly [number, number] = [0, 0]
  depth = 0
  private readonly kinds = new Uint8Array(deepest + 1)
  private state: number = expects.value
  private escaped = false
  private keyFrom = 0
  private notes = false
  private lists = false

  /** Begins with another value. With `lists`, the scan stops at each list that is a member of the outermost object or of an object in it. */
  begin(lists: boolean): this {
    this.lists = lists
    this.notes = lists
    this.keys.length = 0
    this.length = 0
    this.breaks = 0
    this.lastBreak = 0
    this.values = 0
    this.message = ''
    this.deep = false
    this.depth = 0
    this.state = expects.value
    this.escaped = false
    return this
  }

  /** Goes on; `from` is where the value's first byte lies in `bytes`. */
  scan(bytes: Uint8Array, from: number): Reach {
    const end = bytes.length
    let at = from + this.length
    let state = this.state
    while (at < end) {
      const code = bytes[at]!
      if (state === expects.keyText || state === expects.valueText) {
        at = this.string(bytes, at, end, from)
        if (at < 0) return this.wrong(-at - 1 - from, 'a string is not closed, or holds a control character')
        if (this.state === state) break
        state = this.state
        if (this.depth === 0) return this.stop('end', at - from, state)
        continue
      }
      if (state === expects.word) {
        if (code === 44 || code === 125 || code === 93 || code <= 32) {
          state = expects.next
          if (this.depth === 0) return this.stop('end', at - from, state)
        } else {
          at++
          continue
        }
      }
      if (code === 32 || code === 9 || code === 13) {
        at++
        continue
      }
      if (code === 10) {
        at++
        this.breaks++
        this.lastBreak = at - from
        continue
      }
      switch (code) {
        case 34:
          if (state === expects.key || state === expects.keyOrEnd) {
            state = expects.keyText
            this.keyFrom = at + 1 - from
          } else if (state <= expects.valueOrEnd) state = expects.valueText
          else return this.wrong(at - from, state === expects.colon ? 'a ":" is expected' : '"," is expected')
          this.state = state
          break
        case 44:
          if (state !== expects.next) return this.wrong(at - from, 'a value is expected')
          this.values++
          state = this.kinds[this.depth] === objectKind ? expects.key : expects.value
          break
        case 58:
          if (state !== expects.colon) return this.wrong(at - from, 'a ":" is not expected here')
          state = expects.value
          break
        case 123:
        case 91: {
          if (state > expects.valueOrEnd)
            return this.wrong(at - from, state === expects.next ? '"," is expected' : 'a name in quotes is expected')
          if (this.depth === deepest) {
            this.deep = true
            return this.wrong(at - from, closed)
          }
          this.kinds[++this.depth] = code === 123 ? objectKind : 0
          state = code === 123 ? expects.keyOrEnd : expects.valueOrEnd
          if (code === 91 && this.lists && this.inObjects()) return this.stop('list', at + 1 - from, state)
          break
        }
        case 125:
        case 93: {
          const isObject = this.kinds[this.depth] === objectKind
          const fits = state === expects.next || state === (isObject ? expects.keyOrEnd : expects.valueOrEnd)
          if (!fits || isObject !== (code === 125))
            return this.wrong(at - from, isObject ? 'a name or "}" is expected' : 'a value or "]" is expected')
          this.depth--
          state = expects.next
          if (this.depth === 0) return this.stop('end', at + 1 - from, state)
          break
        }
        default:
          if (state > expects.valueOrEnd) {
            return this.wrong(
              at - from,
              state === expects.next
                ? '"," is expected'
                : state === expects.colon
                  ? 'a ":" is expected'
                  : 'a name in quotes is expected',
            )
          }
          // - 0–9 f n t
          if (code !== 45 && (code < 48 || code > 57) && code !== 102 && code !== 110 && code !== 116)
            return this.wrong(at - from, 'a value is expected')
          state = expects.word
      }
      at++
    }
    return this.stop('more', at - from, state)
  }

  /** After 'list': the caller has read the list up to and with its `]`. Offsets count from there now; `keys` holds those still to come, and no further list stops the scan. */
  passList(): void {
    this.depth--
    this.state = expects.next
    this.lists = false
    this.keys.length = 0
    this.length = 0
    this.breaks = 0
    this.lastBreak = 0
  }

  /** At the end of the input: whether a bare number or word, which nothing closes, is whole. */
  wholeAtEnd(): boolean {
    return this.depth === 0 && this.state === expects.word
  }

  private inObjects(): boolean {
    if (this.keys.length >= mostKeys || this.depth < 2 || this.depth > 3) return false
    return this.kinds[1] === objectKind && (this.depth === 2 || this.kinds[2] === objectKind)
  }

  /** Inside a string: the offset behind its end, the end of the bytes, or -1-offset of what may not stand in a string. */
  private string(bytes: Uint8Array, start: number, end: number, from: number): number {
    let at = start
    if (this.escaped) {
      // Which escapes there are is for the reader; a line break is none.
      if (bytes[at]! < 32) return -1 - at
      this.escaped = false
      at++
    }
    while (at < end) {
      const code = bytes[at]!
      if (code === 34) {
        if (this.state === expects.keyText) {
          this.state = expects.colon
          if (this.notes) this.noteKey(at - from)
        } else {
          this.state = expects.next
        }
        return at + 1
      }
      if (code === 92) {
        at++
        if (at === end) {
          this.escaped = true
          return end
        }
        if (bytes[at]! < 32) return -1 - at
      } else if (code < 32) return -1 - at
      at++
    }
    return end
  }

  private noteKey(end: number): void {
    if (this.depth === 1 && this.keys.length < mostKeys) this.keys.push(this.keyFrom, end)
    else if (this.depth === 2) this.inner = [this.keyFrom, end]
  }

  private stop(reach: Reach, length: number, state: number): Reach {
    this.length = length
    this.state = state
    return reach
  }

  private wrong(length: number, message: string): Reach {
    this.length = length
    this.message = message
    return 'fault'
  }
}

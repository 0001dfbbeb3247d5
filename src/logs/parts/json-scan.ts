// Finds where a JSON value ends while it still arrives, and notices at the first byte that is no JSON.

import { deepest, tooDeep } from './json.ts'

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
            return this.wrong(at - from, tooDeep)
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

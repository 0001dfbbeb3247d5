// JSON lines onto the tape: a line that is one JSON object is checked as strictly as JSON.parse checks it, and every value outside lists becomes an entry.

import {
  BUCKETS,
  ENTRIES,
  ESCAPED,
  entry,
  entryEnd,
  FALSE,
  HIGH,
  LIST,
  NULL,
  NUMBER,
  nodeAt,
  OBJECT,
  ODD,
  row,
  rowEnd,
  STACK,
  setEntry,
  setRow,
  TEXT,
  TRUE,
} from './tape.ts'

/** What the tokeniser answers. */
const DONE: i32 = 0
/** The line must be read another way; `lineFrom` says where it begins. */
const OTHER: i32 = 1
/** A key that has no node yet: `keyFrom`, `keyEnd`, in the object `keyIn`. The line is read again afterwards. */
const UNKNOWN: i32 = 2
/** No room for further entries or rows. */
const FULL: i32 = 3

/** Marks of nodes that the reader of JSON lines set: a wrapper around records, a key of rows whose texts may be objects, such a text. */
const WRAPS: u32 = 1
const DATED: u32 = 2
const OPENS: u32 = 4

const deepest: i32 = 512
/** A container inside a list, or one whose node is not known: its keys have no nodes. */
const NOWHERE: u32 = 0xffffffff

export let lineFrom: usize = 0
export let keyFrom: usize = 0
export let keyEnd: usize = 0
export let keyIn: u32 = 0
/** Lines taken in all. */
export let breaks: u32 = 0

let stamp: u32 = 0
/** What the last string held. */
let held: u32 = 0

/** The end of a string whose content begins at `from`: the address of its closing quote, or 0 when it is no JSON string. Sets `held`. */
function endOfString(from: usize): usize {
  const quote = i8x16.splat(0x22)
  const slash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  let at = from
  let flags: u32 = 0
  while (true) {
    const block = v128.load(at)
    const high: u32 = i8x16.bitmask(block)
    let marks: u32 = i8x16.bitmask(v128.or(v128.or(i8x16.eq(block, quote), i8x16.eq(block, slash)), i8x16.lt_u(block, space)))
    let next = at + 16
    while (marks) {
      const place: u32 = ctz(marks)
      const code = load<u8>(at + place)
      if (code === 0x22) {
        if (high & ((1 << place) - 1)) flags |= HIGH
        held = flags
        return at + place
      }
      if (code !== 0x5c) return 0
      flags |= ESCAPED
      const mark = load<u8>(at + place + 1)
      if (mark === 0x5c || mark === 0x22) {
        // The two commonest escapes; both of their bytes are done.
        if (place === 15) next = at + 17
        marks &= ~((<u32>3) << place)
        continue
      }
      if (mark === 0x75) {
        if (!hex4(at + place + 2)) return 0
        flags |= ODD
      } else if (mark === 0x2f) flags |= ODD
      else if (mark !== 0x6e && mark !== 0x72 && mark !== 0x74 && mark !== 0x62 && mark !== 0x66) return 0
      marks &= marks - 1
    }
    if (high) flags |= HIGH
    at = next
  }
}

function hex4(at: usize): bool {
  for (let i: usize = 0; i < 4; i++) {
    const code = load<u8>(at + i) | 0x20
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false
    // The bit that folds letters must not have made a digit of a control character.
    if (code < 0x40 && load<u8>(at + i) !== code) return false
  }
  return true
}

/** Whether bytes are UTF-8 without overlong forms and halves of surrogate pairs. */
export function isUtf8(from: usize, end: usize): bool {
  let at = from
  while (at < end) {
    const lead = load<u8>(at)
    if (lead < 0x80) {
      at++
      continue
    }
    let more: usize = 0
    let low: u8 = 0x80
    let top: u8 = 0xbf
    if (lead >= 0xc2 && lead <= 0xdf) more = 1
    else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2
      if (lead === 0xe0) low = 0xa0
      else if (lead === 0xed) top = 0x9f
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3
      if (lead === 0xf0) low = 0x90
      else if (lead === 0xf4) top = 0x8f
    } else return false
    if (at + more >= end) return false
    const second = load<u8>(at + 1)
    if (second < low || second > top) return false
    for (let i: usize = 2; i <= more; i++) if ((load<u8>(at + i) & 0xc0) !== 0x80) return false
    at += more + 1
  }
  return true
}

function blanks(from: usize): usize {
  let at = from
  let code = load<u8>(at)
  while (code === 0x20 || code === 0x09 || code === 0x0d) {
    at++
    code = load<u8>(at)
  }
  return at
}

function isDigit(code: u8): bool {
  return code >= 0x30 && code <= 0x39
}

/** The end of a number, or 0 when it is none. `held` is 0 when its text is what `String` gives of it: integers keep every digit. */
function endOfNumber(from: usize): usize {
  let at = from
  let odd: u32 = 0
  const minus = load<u8>(at) === 0x2d
  if (minus) at++
  if (load<u8>(at) === 0x30) {
    at++
    if (minus) odd = ODD
  } else {
    if (!isDigit(load<u8>(at))) return 0
    while (isDigit(load<u8>(at))) at++
  }
  if (load<u8>(at) === 0x2e) {
    odd = ODD
    at++
    if (!isDigit(load<u8>(at))) return 0
    while (isDigit(load<u8>(at))) at++
  }
  if ((load<u8>(at) | 0x20) === 0x65) {
    odd = ODD
    at++
    const sign = load<u8>(at)
    if (sign === 0x2b || sign === 0x2d) at++
    if (!isDigit(load<u8>(at))) return 0
    while (isDigit(load<u8>(at))) at++
  }
  held = odd
  return at
}

/** A bucket for a key: the same sum in JavaScript (`bucketOf`). */
function bucketOf(parent: u32, from: usize, length: u32): u32 {
  let sum: u32 = parent * 0x9e3779b1 + length
  for (let i: u32 = 0; i < length; i++) sum = (sum ^ load<u8>(from + i)) * 0x01000193
  return (sum ^ (sum >>> 15)) & 0xffff
}

function find(parent: u32, from: usize, length: u32): u32 {
  let id = load<u32>(BUCKETS + (bucketOf(parent, from, length) << 2))
  while (id !== 0) {
    const node = nodeAt(id)
    if (load<u32>(node, 16) === parent && load<u32>(node, 4) === length) {
      const key = load<u32>(node) as usize
      let i: u32 = 0
      while (i < length && load<u8>(key + i) === load<u8>(from + i)) i++
      if (i === length) return id
    }
    id = load<u32>(node, 20)
  }
  return 0
}

/** Whether the key of a node, with its closing quote, stands here. Keys are stored with room behind them. */
function stands(node: usize, at: usize): bool {
  const length = load<u32>(node, 4) + 1
  const key = load<u32>(node) as usize
  if (length <= 16) return (~i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(key))) & (((<u32>1) << length) - 1)) === 0
  let i: usize = 0
  for (; i + 16 <= (length as usize); i += 16)
    if (i8x16.bitmask(i8x16.eq(v128.load(at + i), v128.load(key + i))) !== 0xffff) return false
  return (~i8x16.bitmask(i8x16.eq(v128.load(at + i), v128.load(key + i))) & (((<u32>1) << (length - (i as u32))) - 1)) === 0
}

/** Takes lines from `from`, all of which end before `end` with a line break, onto the tape. Answers why it stopped; `lineFrom` is where the next line begins. */
export function takeLines(from: usize, end: usize, longest: u32): i32 {
  let at = from
  while (true) {
    // Blanks and empty lines.
    while (true) {
      if (at >= end) {
        lineFrom = end
        return DONE
      }
      const code = load<u8>(at)
      if (code === 0x0a) breaks++
      else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) break
      at++
    }
    lineFrom = at
    if (load<u8>(at) !== 0x7b) return OTHER
    if (row >= rowEnd) return FULL
    const firstEntry = entry
    const answer = takeLine(at)
    if (answer !== DONE) {
      setEntry(firstEntry)
      return answer
    }
    const lineEnd = afterLine
    if (((lineEnd - at) as u32) > longest) {
      setEntry(firstEntry)
      return OTHER
    }
    store<u32>(row, at as u32)
    store<u32>(row, lineEnd as u32, 4)
    store<u32>(row, ((firstEntry - ENTRIES) >>> 4) as u32, 8)
    store<u32>(row, ((entry - ENTRIES) >>> 4) as u32, 12)
    store<u32>(row, breaks, 16)
    store<u32>(row, lineUnplain, 20)
    store<u32>(row, 1, 24)
    setRow(row + 32)
    at = lineEnd
  }
}

let afterLine: usize = 0
let lineUnplain: u32 = 0

/** One line that begins with `{`: object, blanks, line break. */
function takeLine(from: usize): i32 {
  stamp++
  let at = from + 1
  let depth: i32 = 1
  let bits: u32 = 0
  // Texts and numbers so far that are not written as JSON.stringify would, or go beyond ASCII.
  let unplain: u32 = 0
  // The container we are in: its node, whether it is an object, and its entry, whose end is not known yet.
  let inside: u32 = 0
  let object = true
  let hint: usize = nodeAt(0) + 12
  let open: usize = 0
  const limit = entryEnd
  at = blanks(at)
  let code = load<u8>(at)
  // Where an object or a list may end at once.
  let fresh = true
  while (true) {
    let node: u32 = NOWHERE
    if (code === (object ? 0x7d : 0x5d) && fresh) {
      // Empty.
    } else {
      if (object) {
        if (code !== 0x22) return OTHER
        const key = at + 1
        if (inside !== NOWHERE) {
          const guess = load<u32>(hint)
          if (guess !== 0 && stands(nodeAt(guess), key)) {
            node = guess
            at = key + load<u32>(nodeAt(guess), 4) + 1
          } else {
            const close = endOfString(key)
            if (close === 0 || held & ESCAPED) return OTHER
            if (held & HIGH && !isUtf8(key, close)) return OTHER
            node = find(inside, key, (close - key) as u32)
            if (node === 0) {
              keyFrom = key
              keyEnd = close
              keyIn = inside
              return UNKNOWN
            }
            store<u32>(hint, node)
            at = close + 1
          }
          const record = nodeAt(node)
          if (load<u32>(record, 24) === stamp) return OTHER
          store<u32>(record, stamp, 24)
          hint = record + 8
        } else {
          const close = endOfString(key)
          if (close === 0) return OTHER
          if (held & HIGH && !isUtf8(key, close)) return OTHER
          at = close + 1
        }
        if (load<u8>(at) !== 0x3a) {
          at = blanks(at)
          if (load<u8>(at) !== 0x3a) return OTHER
        }
        at++
        code = load<u8>(at)
        if (code <= 0x20) {
          at = blanks(at)
          code = load<u8>(at)
        }
      }
      // A value, at `at`, under `node` or nowhere.
      const place = entry
      if (place >= limit) return FULL
      if (node !== NOWHERE) {
        store<u32>(place, node)
        setEntry(place + 16)
      }
      if (code === 0x22) {
        const value = at + 1
        const close = endOfString(value)
        if (close === 0) return OTHER
        const flags = held
        if (flags & (ODD | HIGH)) unplain++
        if (flags & HIGH && !isUtf8(value, close)) return OTHER
        if (node !== NOWHERE) {
          store<u32>(place, value as u32, 4)
          store<u32>(place, close as u32, 8)
          store<u32>(place, TEXT | flags, 12)
          const marks = load<u32>(nodeAt(node), 28)
          if (marks) {
            const first = load<u8>(value)
            if (marks & DATED) bits |= DATED
            if (marks & OPENS && (first === 0x7b || first === 0x5b || (first === 0x5c && flags & ODD))) bits |= OPENS
          }
        }
        at = close + 1
      } else if (code === 0x7b || code === 0x5b) {
        if (depth >= deepest) return OTHER
        const frame = STACK + ((<usize>depth) << 5)
        store<u32>(frame, inside)
        store<u32>(frame, object ? 1 : 0, 4)
        store<u32>(frame, hint as u32, 8)
        store<u32>(frame, open as u32, 12)
        store<u32>(frame, unplain, 16)
        depth++
        if (node !== NOWHERE) {
          store<u32>(place, at as u32, 4)
          store<u32>(place, code === 0x7b ? OBJECT : LIST, 12)
          open = place
          const marks = load<u32>(nodeAt(node), 28)
          if (marks & WRAPS) return OTHER
          bits |= marks & DATED
        } else open = 0
        object = code === 0x7b
        inside = object ? node : NOWHERE
        if (inside !== NOWHERE) hint = nodeAt(node) + 12
        fresh = true
        at = blanks(at + 1)
        code = load<u8>(at)
        continue
      } else {
        let kind: u32
        let close: usize
        if (code === 0x74) {
          if (load<u32>(at) !== 0x65757274) return OTHER
          kind = TRUE
          close = at + 4
        } else if (code === 0x66) {
          if (load<u32>(at + 1) !== 0x65736c61) return OTHER
          kind = FALSE
          close = at + 5
        } else if (code === 0x6e) {
          if (load<u32>(at) !== 0x6c6c756e) return OTHER
          kind = NULL
          close = at + 4
        } else {
          close = endOfNumber(at)
          if (close === 0) return OTHER
          kind = NUMBER | held
          if (held) unplain++
        }
        if (node !== NOWHERE) {
          store<u32>(place, at as u32, 4)
          store<u32>(place, close as u32, 8)
          store<u32>(place, kind, 12)
          bits |= load<u32>(nodeAt(node), 28) & DATED
        }
        at = close
      }
      code = load<u8>(at)
      if (code <= 0x20) {
        at = blanks(at)
        code = load<u8>(at)
      }
    }
    // Behind a value, or at the end of an empty container.
    while (true) {
      if (code === 0x2c) {
        at = blanks(at + 1)
        code = load<u8>(at)
        fresh = false
        break
      }
      if (code !== (object ? 0x7d : 0x5d)) return OTHER
      at++
      depth--
      if (depth === 0) {
        at = blanks(at)
        if (load<u8>(at) !== 0x0a) return OTHER
        if (bits & DATED && bits & OPENS) return OTHER
        afterLine = at
        lineUnplain = unplain
        return DONE
      }
      const frame = STACK + ((<usize>depth) << 5)
      if (open !== 0) {
        store<u32>(open, at as u32, 8)
        // The raw text of a list holds the texts in it as they would be written best, or it is said that it may not.
        if (load<u32>(frame, 16) !== unplain) store<u32>(open, load<u32>(open, 12) | ODD, 12)
      }
      inside = load<u32>(frame)
      object = load<u32>(frame, 4) !== 0
      hint = load<u32>(frame, 8) as usize
      open = load<u32>(frame, 12) as usize
      at = blanks(at)
      code = load<u8>(at)
    }
  }
}

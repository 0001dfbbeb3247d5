// Rows of the tape to candidates: the class of a record says its plan, the plan's tables say which of its questions may be true. What the tables leave out is not true of the record.

import {
  beginRow,
  candidates,
  dropRefuted,
  search,
  searchKnown,
  setEncoding,
  setSearch,
  small,
  stamp,
  take,
  takeAll,
} from './search.ts'
import { DIGITS, ENTRIES, FALSE, HIGH, LIST, NULL, NUMBER, OBJECT, ODD, PLAIN, ROWS, TEXT, TRUE, WIDE } from './tape.ts'
import { asciiOf, canonicalText, plainText, textEnd, textFrom, textHigh } from './text.ts'

/** What `next` answers; `current` is the row. */
const END: i32 = 0
/** Candidates are there. */
const FOUND: i32 = 1
/** No shape is known for rows like this one, or no plan within its family: to be settled and remembered. */
const SHAPE: i32 = 2
const CLASS: i32 = 3
/** The tables cannot say: the plan's questions are to be sifted another way. */
const DOUBT: i32 = 4
/** The plan is to be found another way, and then asked with `ask`. */
const KEYED: i32 = 5
/** Neither shape nor plan can be told from the tape. */
const APART: i32 = 6
/** A field came up that the plan's tables were made without. */
const STALE: i32 = 7

let KEY: usize = 0
let CLASSES: usize = 0
let SHAPES: usize = 0
let SLOTS: usize = 0
const classMask: u32 = 0x3fff
const longestKey: usize = 4096

export let current: u32 = 0
export let family: u32 = 0
export let plan: u32 = 0
/** Rows of no known shape so far. */
export let strangers: u32 = 0
/** Bytes of the last key, and its hash. */
export let keyLength: u32 = 0
export let keyHash: u32 = 0

/**
 * Memory: a key being made (4 KiB and room), classes (16,384 places of 16 bytes), candidates (4 bytes a question), the marks by which shapes
 * are told (a byte a node), for each node the entry that the indexed row has for it and the stamp of that row (8 bytes a node), and what was
 * found in texts (see `search.ts`).
 */
export function setMatcher(key: usize, classes: usize, found: usize, shapes: usize, slots: usize, memo: usize): void {
  KEY = key
  CLASSES = classes
  setSearch(found, memo)
  SHAPES = shapes
  SLOTS = slots
}

// Classes ───────────────────────────────────────────────────────────────────────

const valueBits: u32 = 0x7f
const listBit: u32 = 0x80
const apart: u32 = 0x7f

/**
 * Writes what decides the class of a row into KEY: nodes, kinds, and values where marked so. A mark: 0 the node does not count, 1 that it is there
 * counts, 2 its value, 3 to 126 so many first bytes of its value, 127 the row cannot be told by it; and 128 with them: not where it is a list.
 * False when the row cannot be told, or the key grows too long.
 */
function makeKey(first: usize, end: usize, marks: usize, seed: u32): bool {
  let to = KEY
  const most = KEY + longestKey
  store<u32>(to, seed)
  to += 4
  for (let entry = first; entry < end; entry += 16) {
    const node = load<u32>(entry)
    const mark: u32 = load<u8>(marks + node)
    if (mark === 0) continue
    const form = load<u32>(entry, 12)
    const kind = form & 0xff
    if (kind === LIST && mark & listBit) return false
    const how = mark & valueBits
    if (how === apart) return false
    if (how === 0) continue
    store<u32>(to, node | (kind << 16))
    to += 4
    if (how > 1 && kind !== OBJECT && kind !== NULL) {
      const from = load<u32>(entry, 4) as usize
      let length = load<u32>(entry, 8) - (from as u32)
      if (how > 2 && length > how && !(form & (ODD | HIGH))) length = how
      if (to + length + 24 > most) return false
      store<u32>(to, length)
      to += 4
      for (let i: u32 = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i))
      // Whole words, with zeros behind the last byte.
      memory.fill(to + length, 0, 4)
      to += (length + 3) & ~3
    }
    if (to + 64 > most) return false
  }
  let sum: u32 = 0x811c9dc5
  for (let at = KEY; at < to; at += 4) {
    sum = (sum ^ load<u32>(at)) * 0x9e3779b1
    sum ^= sum >>> 15
  }
  keyHash = sum
  keyLength = (to - KEY) as u32
  return true
}

function sameKey(a: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i += 4) if (load<u32>(a + i) !== load<u32>(KEY + i)) return false
  return true
}

/** What is remembered under the key made last, or 0. A place: hash, address of the key, its length, what is remembered. */
function recall(): u32 {
  let at = keyHash & classMask
  while (true) {
    const place = CLASSES + ((<usize>at) << 4)
    const known = load<u32>(place, 12)
    if (known === 0) return 0
    if (load<u32>(place) === keyHash && load<u32>(place, 8) === keyLength && sameKey(load<u32>(place, 4) as usize, keyLength))
      return known
    at = (at + 1) & classMask
  }
}

/** Remembers something, never 0, under the key made last; `copy` has room for the key. */
export function remember(copy: usize, known: u32): void {
  memory.copy(copy, KEY, keyLength)
  let at = keyHash & classMask
  while (load<u32>(CLASSES + ((<usize>at) << 4), 12) !== 0) at = (at + 1) & classMask
  const place = CLASSES + ((<usize>at) << 4)
  store<u32>(place, keyHash)
  store<u32>(place, copy as u32, 4)
  store<u32>(place, keyLength, 8)
  store<u32>(place, known, 12)
}

// Rows ──────────────────────────────────────────────────────────────────────────

/** Whether two fields of the row may have the same text, without regard to ASCII case. */
function mayBeSame(a: usize, b: usize): bool {
  if (load<u32>(a, 24) !== stamp || load<u32>(b, 24) !== stamp) return false
  const first = load<u32>(a, 20) as usize
  const second = load<u32>(b, 20) as usize
  if (first === 0 || second === 0) return true
  const form = load<u32>(first, 12)
  const other = load<u32>(second, 12)
  // Beyond plain texts of one kind, bytes do not tell.
  if ((form | other) & (ODD | HIGH) || (form & 0xff) !== (other & 0xff) || (form & 0xff) === LIST) return true
  const from = load<u32>(first, 4) as usize
  const length = load<u32>(first, 8) - (from as u32)
  const against = load<u32>(second, 4) as usize
  if (load<u32>(second, 8) - (against as u32) !== length) return (form & 0xff) === WIDE
  for (let i: u32 = 0; i < length; i += 16) {
    const unlike = ~i8x16.bitmask(i8x16.eq(small(v128.load(from + i)), small(v128.load(against + i))))
    const left = length - i
    if (unlike & (left >= 16 ? 0xffff : (1 << left) - 1)) return (form & 0xff) === WIDE
  }
  return true
}

/**
 * A family: 0 marks by which classes are told (a byte a node), 4 whether plans are found another way.
 * A plan: 0 its tables, 0 where nothing is asked, 4 rows so far.
 * A plan's tables: 0 and 4 the programs of nodes for JSON texts and for plain ones (two bytes a node, 0: none), 8 and 12 tables over all values,
 * 16 marks of questions that are always asked, 20 their number, 24 states, 28 number of nodes, 32 programs, 36 and 40 tables over all values for those with
 * bytes beyond ASCII, 44 marks to take where any value has such bytes, 48 their number, 52 rows so far, 56 pairs, 60 their number.
 * A program: 0 what is in doubt: 1 lists, 2 everything; 4 tables, 8 tables for texts with bytes beyond ASCII, 12 marks to take for such texts,
 * 16 their number, 20 the entry that the row has for it, 24 the row's stamp.
 * A pair: 0 and 4 the programs of two fields, 8 the mark to take where both have the same text.
 */
function askTables(body: usize, row: usize): i32 {
  const first = ENTRIES + ((<usize>load<u32>(row, 8)) << 4)
  const end = ENTRIES + ((<usize>load<u32>(row, 12)) << 4)
  const count = load<u32>(body, 28)
  const programs = load<u32>(body, 32) as usize
  let everyJson = load<u32>(body, 8) as usize
  const everyPlain = load<u32>(body, 12) as usize
  const indexJson = load<u32>(body) as usize
  const indexPlain = load<u32>(body, 4) as usize
  store<u32>(body, load<u32>(body, 52) + 1, 52)
  beginRow(load<u32>(body, 24) as usize)
  if (everyJson !== 0 && load<u32>(row, 24) !== 0 && load<u32>(row, 20) === 0) {
    // A line of plain texts holds each of them as it is: one search finds what any of them has.
    setEncoding(true)
    search(everyJson, load<u32>(row) as usize, load<u32>(row, 4) as usize)
    everyJson = 0
  }
  for (let entry = first; entry < end; entry += 16) {
    const form = load<u32>(entry, 12)
    const kind = form & 0xff
    const node = load<u32>(entry)
    if (node >= count) return STALE
    const json = kind <= OBJECT
    const index = json ? indexJson : indexPlain
    if (index === 0) return DOUBT
    const number: u32 = load<u16>(index + ((<usize>node) << 1))
    let program: usize = 0
    if (number !== 0) {
      program = programs + number * 28
      const doubt = load<u32>(program)
      if (doubt === 2 || (doubt === 1 && kind === LIST)) return DOUBT
      // Two paths may serve one name; which of them counts is for the record to say.
      store<u32>(program, load<u32>(program, 24) === stamp ? 0 : (entry as u32), 20)
      store<u32>(program, stamp, 24)
    }
    const every = json ? everyJson : everyPlain
    if (program === 0 && every === 0) continue
    if (kind === OBJECT || kind === NULL) continue
    let from = load<u32>(entry, 4) as usize
    let to = load<u32>(entry, 8) as usize
    let high = false
    if (kind === TEXT) {
      if (form & (ODD | HIGH)) {
        canonicalText(from, to)
        from = textFrom
        to = textEnd
        high = textHigh
      }
    } else if (kind === NUMBER) {
      if (form & ODD) return DOUBT
    } else if (kind === LIST) {
      // Tables over all values find their literals anywhere in the list's text.
      if (form & ODD) return DOUBT
      program = 0
    } else if (kind === PLAIN) {
      if (form & HIGH) {
        plainText(from, to)
        from = textFrom
        to = textEnd
        high = textHigh
      }
    } else if (kind === WIDE) {
      asciiOf(from, to)
      from = textFrom
      to = textEnd
      high = textHigh
    } else if (kind !== TRUE && kind !== FALSE && kind !== DIGITS) return DOUBT
    setEncoding(json)
    if (program !== 0) {
      const tables = load<u32>(program, 4) as usize
      if (tables !== 0) searchKnown(tables, from, to)
      if (high) {
        const more = load<u32>(program, 8) as usize
        if (more !== 0) search(more, from, to)
        takeAll(load<u32>(program, 12) as usize, load<u32>(program, 16))
      }
    }
    if (every !== 0) {
      search(every, from, to)
      if (high) {
        const more = (json ? load<u32>(body, 36) : load<u32>(body, 40)) as usize
        if (more !== 0) search(more, from, to)
        takeAll(load<u32>(body, 44) as usize, load<u32>(body, 48))
      }
    }
  }
  let pair = load<u32>(body, 56) as usize
  for (let left = load<u32>(body, 60); left > 0; left--, pair += 12)
    if (mayBeSame(programs + load<u32>(pair) * 28, programs + load<u32>(pair, 4) * 28)) take(load<u32>(pair, 8))
  takeAll(load<u32>(body, 16) as usize, load<u32>(body, 20))
  if (candidates !== 0) dropRefuted()
  return candidates === 0 ? END : FOUND
}

function askPlan(by: u32, row: usize): i32 {
  plan = by
  const body = load<u32>(by) as usize
  if (body !== 0) {
    const answer = askTables(body, row)
    if (answer !== STALE) store<u32>(by, load<u32>(by, 4) + 1, 4)
    return answer
  }
  store<u32>(by, load<u32>(by, 4) + 1, 4)
  return END
}

/** Asks the plan of one row; `next` goes on behind it. */
export function ask(number: u32, kin: u32, by: u32): i32 {
  const row = ROWS + ((<usize>number) << 5)
  family = kin
  return askPlan(by, row)
}

/**
 * Goes on from row `number` to the first one before `end` that JavaScript must look at. `claimed`: the family of all of them, or 0;
 * shapes are remembered apart for each `seed`.
 */
export function next(number: u32, end: u32, claimed: u32, seed: u32): i32 {
  for (let at = number; at < end; at++) {
    const row = ROWS + ((<usize>at) << 5)
    const first = ENTRIES + ((<usize>load<u32>(row, 8)) << 4)
    const last = ENTRIES + ((<usize>load<u32>(row, 12)) << 4)
    current = at
    let kin = claimed
    if (kin === 0) {
      if (!makeKey(first, last, SHAPES, seed)) return APART
      kin = recall()
      if (kin === 0) return SHAPE
      if (kin === 1) {
        strangers++
        continue
      }
    }
    family = kin
    if (load<u32>(kin, 4) !== 0) return KEYED
    if (!makeKey(first, last, load<u32>(kin) as usize, kin)) return APART
    const by = recall()
    if (by === 0) return CLASS
    const answer = askPlan(by, row)
    if (answer !== END) return answer
  }
  return END
}

/** What is remembered of the shape of a row: a family, 1 for no known one, 0 for nothing yet; 2 where bytes cannot tell. */
export function shapeOf(number: u32, seed: u32): u32 {
  const row = ROWS + ((<usize>number) << 5)
  const first = ENTRIES + ((<usize>load<u32>(row, 8)) << 4)
  const last = ENTRIES + ((<usize>load<u32>(row, 12)) << 4)
  return makeKey(first, last, SHAPES, seed) ? recall() : 2
}

/** Lays down for each node which entry a row has for it, under a stamp that tells the row from others (returned); SLOTS: 0 entry's number, 4 stamp. */
export function indexRow(number: u32): u32 {
  const row = ROWS + ((<usize>number) << 5)
  const last = load<u32>(row, 12)
  indexed++
  for (let at = load<u32>(row, 8); at < last; at++) {
    const slot = SLOTS + ((<usize>load<u32>(ENTRIES + ((<usize>at) << 4))) << 3)
    store<u32>(slot, at)
    store<u32>(slot, indexed, 4)
  }
  return indexed
}
let indexed: u32 = 0

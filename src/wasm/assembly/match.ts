// Rows of the tape to candidates: the class of a record says its plan, the plan's tables say which of its questions may be true. What the tables leave out is not true of the record.

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
let CANDIDATES: usize = 0
let SHAPES: usize = 0
let SLOTS: usize = 0
const classMask: u32 = 0x3fff
const longestKey: usize = 4096

export let current: u32 = 0
export let candidates: u32 = 0
export let family: u32 = 0
export let plan: u32 = 0
/** Rows of no known shape so far. */
export let strangers: u32 = 0
/** Bytes of the last key, and its hash. */
export let keyLength: u32 = 0
export let keyHash: u32 = 0
let stamp: u32 = 0

/**
 * Memory: a key being made (4 KiB and room), classes (16,384 places of 16 bytes), candidates (4 bytes a question), the marks by which shapes
 * are told (a byte a node), and for each node the entry that the indexed row has for it and the stamp of that row (8 bytes a node).
 */
export function setMatcher(key: usize, classes: usize, found: usize, shapes: usize, slots: usize): void {
  KEY = key
  CLASSES = classes
  CANDIDATES = found
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

// Tables ────────────────────────────────────────────────────────────────────────

function mix4(word: u32): u32 {
  return (word | 0x20202020) * 0x9e3779b1
}

function mix8(word: u64): u32 {
  return (((word | 0x2020202020202020) * 0x9e3779b97f4a7c15) >>> 32) as u32
}

/** The hash of a run of four or of eight bytes, without regard to case; for those who make tables. */
export function hash4(at: usize): u32 {
  return mix4(load<u32>(at))
}
export function hash8(at: usize): u32 {
  return mix8(load<u64>(at))
}
/** The hash of a whole text. */
export function hashAll(from: usize, end: usize): u32 {
  return whole(from, end)
}

function whole(from: usize, end: usize): u32 {
  const length = (end - from) as u32
  const sum: u32 = length * 0x85ebca6b
  if (length >= 8) return sum ^ mix8(load<u64>(from)) ^ (mix8(load<u64>(end - 8)) * 3)
  if (length === 0) return sum
  return sum ^ mix8(load<u64>(from) & (<u64>0xffffffffffffffff >>> ((8 - length) * 8)))
}

/** Sixteen bytes with ASCII capitals made small. */
function small(block: v128): v128 {
  const capital = v128.and(i8x16.ge_u(block, i8x16.splat(0x41)), i8x16.le_u(block, i8x16.splat(0x5a)))
  return v128.or(block, v128.and(capital, i8x16.splat(0x20)))
}

/** Whether a folded text stands at a place, without regard to ASCII case. */
function equal(at: usize, text: usize, length: u32): bool {
  let i: u32 = 0
  for (; i + 16 <= length; i += 16)
    if (i8x16.bitmask(i8x16.eq(small(v128.load(at + i)), v128.load(text + i))) !== 0xffff) return false
  const rest = length - i
  if (rest === 0) return true
  return (~i8x16.bitmask(i8x16.eq(small(v128.load(at + i)), v128.load(text + i))) & ((1 << rest) - 1)) === 0
}

/** What was found of the plan's questions, 8 bytes each: 0 stamp of the row, 4 groups found (a bit each), 5 groups needed, 6 whether it is refuted. */
let STATES: usize = 0
/** Set in marks of literals that refute a question. */
const refutes: u32 = 0x800000

/**
 * A mark of a literal that was found: the question's number, and in the upper byte the bit of the group that the literal belongs to. With all of
 * its groups a question is a candidate, unless a literal refutes it.
 */
function take(mark: u32): void {
  const question = mark & 0x7fffff
  const state = STATES + ((<usize>question) << 3)
  let groups: u32 = 0
  if (load<u32>(state) === stamp) groups = load<u8>(state, 4)
  else {
    store<u32>(state, stamp)
    store<u8>(state, 0, 4)
    store<u8>(state, 0, 6)
  }
  if (mark & refutes) {
    store<u8>(state, 1, 6)
    return
  }
  const bit = mark >>> 24
  if (groups & bit) return
  groups |= bit
  store<u8>(state, groups as u8, 4)
  if (groups !== load<u8>(state, 5)) return
  store<u32>(CANDIDATES + ((<usize>candidates) << 2), question)
  candidates++
}

/** Leaves out candidates that were refuted. */
function dropRefuted(): void {
  let kept: u32 = 0
  for (let at: u32 = 0; at < candidates; at++) {
    const question = load<u32>(CANDIDATES + ((<usize>at) << 2))
    if (load<u8>(STATES + ((<usize>question) << 3), 6)) continue
    store<u32>(CANDIDATES + ((<usize>kept) << 2), question)
    kept++
  }
  candidates = kept
}

function takeAll(list: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) take(load<u32>(list + ((<usize>i) << 2)))
}

/** Where a literal must stand: anywhere, at the start, at the end, as the whole. */
const ANYWHERE: u32 = 0
const START: u32 = 1
const FINISH: u32 = 2
const WHOLE: u32 = 3
/** No text: the value has at least so many bytes. */
const LONG: u32 = 4

function foundLiteral(literal: usize): void {
  store<u32>(literal, stamp, 16)
  store<u32>(literal, load<u32>(literal, 24) + 1, 24)
  takeAll(load<u32>(literal, 12) as usize, load<u32>(literal, 8))
}

/** Whether the text searched now is JSON, in which a literal must not begin inside an escape. */
let inJson = false

/** Whether a place lies behind an odd number of backslashes. */
function splitsEscape(at: usize, from: usize): bool {
  let start = at
  while (start > from && load<u8>(start - 1) === 0x5c) start--
  return ((at - start) & 1) === 1
}

/**
 * A literal: 0 length, 4 text, 8 number of marks of questions, 12 marks, 16 stamp of the row it was last found in, 20 where it must stand,
 * 24 how many rows it was found in.
 * A chain's link: 0 hash, 4 literal, 8 offset of the hashed run in it, 12 next link.
 */
function follow(chain: u32, hash: u32, at: usize, from: usize, end: usize): void {
  let link = chain as usize
  while (link !== 0) {
    if (load<u32>(link) === hash) {
      const literal = load<u32>(link, 4) as usize
      const start = at - (load<u32>(link, 8) as usize)
      const length = load<u32>(literal)
      if (load<u32>(literal, 16) !== stamp && start >= from && start + (length as usize) <= end) {
        const stand = load<u32>(literal, 20)
        if (
          (stand === ANYWHERE ||
            (stand === START && start === from) ||
            (stand === FINISH && start + (length as usize) === end) ||
            (stand === WHOLE && start === from && start + (length as usize) === end)) &&
          equal(start, load<u32>(literal, 4) as usize, length) &&
          !(inJson && start > from && load<u8>(start - 1) === 0x5c && splitsEscape(start, from))
        )
          foundLiteral(literal)
      }
    }
    link = load<u32>(link, 12) as usize
  }
}

/** A table of chains: 0 address, 4 shift; the hash's upper bits choose the place. */
function chainOf(table: usize, hash: u32): u32 {
  return load<u32>((load<u32>(table) as usize) + ((<usize>(hash >>> load<u32>(table, 4))) << 2))
}

/**
 * The tables of one field: 0 which of them there are; tables of chains for 8 wholes, 16 endings of eight bytes, 24 of four, 32 beginnings of
 * eight, 40 of four; 48 number of tiers, 52 tiers; 56 number of short literals, 60 short literals.
 * A tier: 0 stride, 4 bits, 8 shift of the bits, 16 table of chains; 24 bytes.
 * Short literals (up to three bytes, or the length of the value alone): addresses of literals.
 */
function search(tables: usize, from: usize, end: usize): void {
  const there = load<u32>(tables)
  const length = (end - from) as u32
  if (there & 1) {
    const hash = whole(from, end)
    const chain = chainOf(tables + 8, hash)
    if (chain !== 0) follow(chain, hash, from, from, end)
  }
  if (length >= 8) {
    if (there & 2) {
      const hash = mix8(load<u64>(end - 8))
      const chain = chainOf(tables + 16, hash)
      if (chain !== 0) follow(chain, hash, end - 8, from, end)
    }
    if (there & 8) {
      const hash = mix8(load<u64>(from))
      const chain = chainOf(tables + 32, hash)
      if (chain !== 0) follow(chain, hash, from, from, end)
    }
  }
  if (length >= 4) {
    if (there & 4) {
      const hash = mix4(load<u32>(end - 4))
      const chain = chainOf(tables + 24, hash)
      if (chain !== 0) follow(chain, hash, end - 4, from, end)
    }
    if (there & 16) {
      const hash = mix4(load<u32>(from))
      const chain = chainOf(tables + 40, hash)
      if (chain !== 0) follow(chain, hash, from, from, end)
    }
    let tier = load<u32>(tables, 52) as usize
    for (let left = load<u32>(tables, 48); left > 0; left--, tier += 24) runTier(tier, from, end)
  }
  let short = load<u32>(tables, 60) as usize
  for (let left = load<u32>(tables, 56); left > 0; left--, short += 4) findShort(load<u32>(short) as usize, from, end)
}

function runTier(tier: usize, from: usize, end: usize): void {
  const stride = load<u32>(tier) as usize
  const bits = load<u32>(tier, 4) as usize
  const shift = load<u32>(tier, 8)
  const last = end - 4
  for (let at = from; at <= last; at += stride) {
    const hash = mix4(load<u32>(at))
    const bit = hash >>> shift
    if ((load<u8>(bits + (bit >>> 3)) >>> (bit & 7)) & 1) {
      const chain = chainOf(tier + 16, hash)
      if (chain !== 0) follow(chain, hash, at, from, end)
    }
  }
}

/** A literal too short for a run of four: looked for by its first and last byte, sixteen places at a time. */
function findShort(literal: usize, from: usize, end: usize): void {
  const length = load<u32>(literal)
  if (load<u32>(literal, 16) === stamp || ((end - from) as u32) < length) return
  const text = load<u32>(literal, 4) as usize
  const stand = load<u32>(literal, 20)
  if (stand === LONG) {
    foundLiteral(literal)
    return
  }
  if (stand !== ANYWHERE) {
    const start = stand === FINISH ? end - length : from
    if ((stand === WHOLE && ((end - from) as u32) !== length) || !equal(start, text, length)) return
    if (inJson && start > from && load<u8>(start - 1) === 0x5c && splitsEscape(start, from)) return
  } else {
    const first = i8x16.splat(load<u8>(text))
    const last = i8x16.splat(load<u8>(text + length - 1))
    let found = false
    for (let at = from; at + length <= end && !found; at += 16) {
      let places: u32 = i8x16.bitmask(
        v128.and(i8x16.eq(small(v128.load(at)), first), i8x16.eq(small(v128.load(at + length - 1)), last)),
      )
      while (places) {
        const start = at + ctz(places)
        if (start + length > end) break
        if (
          (length < 3 || equal(start, text, length)) &&
          !(inJson && start > from && load<u8>(start - 1) === 0x5c && splitsEscape(start, from))
        ) {
          found = true
          break
        }
        places &= places - 1
      }
    }
    if (!found) return
  }
  foundLiteral(literal)
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
  STATES = load<u32>(body, 24) as usize
  store<u32>(body, load<u32>(body, 52) + 1, 52)
  candidates = 0
  if (everyJson !== 0 && load<u32>(row, 24) !== 0 && load<u32>(row, 20) === 0) {
    // A line of plain texts holds each of them as it is: one search finds what any of them has.
    inJson = true
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
    inJson = json
    if (program !== 0) {
      const tables = load<u32>(program, 4) as usize
      if (tables !== 0) search(tables, from, to)
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
    stamp++
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

// The literals of tables in one text: which are there, and which questions are candidates by that. What was found in a text is remembered, because logs say the same again and again.

/** Where candidates are put (4 bytes a question). */
let CANDIDATES: usize = 0
/** What was found in texts: `places` of `placeSize` bytes. */
let MEMO: usize = 0
export let candidates: u32 = 0
/** Tells rows from others. */
export let stamp: u32 = 0

export function setSearch(found: usize, memo: usize): void {
  CANDIDATES = found
  MEMO = memo
}

/** Begins a row of a plan whose questions have their states at an address. */
export function beginRow(states: usize): void {
  STATES = states
  stamp++
  candidates = 0
}

export function setEncoding(json: bool): void {
  inJson = json
}

function mix4(word: u32): u32 {
  return (word | 0x20202020) * 0x9e3779b1
}

function mix8(word: u64): u32 {
  return (((word | 0x2020202020202020) * 0x9e3779b97f4a7c15) >>> 32) as u32
}

/** The hash of a run of two, four or eight bytes, without regard to case; for those who make tables. */
export function hash2(at: usize): u32 {
  return mix4(load<u16>(at))
}
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
export function small(block: v128): v128 {
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
export function take(mark: u32): void {
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
export function dropRefuted(): void {
  let kept: u32 = 0
  for (let at: u32 = 0; at < candidates; at++) {
    const question = load<u32>(CANDIDATES + ((<usize>at) << 2))
    if (load<u8>(STATES + ((<usize>question) << 3), 6)) continue
    store<u32>(CANDIDATES + ((<usize>kept) << 2), question)
    kept++
  }
  candidates = kept
}

export function takeAll(list: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) take(load<u32>(list + ((<usize>i) << 2)))
}

/** Where a literal must stand: anywhere, at the start, at the end, as the whole. */
const ANYWHERE: u32 = 0
const START: u32 = 1
const FINISH: u32 = 2
const WHOLE: u32 = 3
/** No text: the value has at least so many bytes. */
const LONG: u32 = 4
/** So many bytes side by side of those whose bits are set. */
const RUN: u32 = 6

function foundLiteral(literal: usize): void {
  if (recording) {
    if (recorded < mostFound) store<u32>(PLACE + foundAt + ((<usize>recorded) << 2), literal as u32)
    recorded++
  }
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
 * eight, 40 of four; 48 number of tiers, 52 tiers; 56 number of short literals, 60 short literals; 64 bits of pairs, 68 their shift, 72 their
 * table of chains. 4 is the stamp of the row in which they were last searched.
 * A tier: 0 stride, 4 bits, 8 shift of the bits, 16 table of chains; 24 bytes.
 * Short literals (up to three bytes, the length of the value alone, or a run): addresses of literals. Pairs: what finds many of two or three bytes.
 */
export function search(tables: usize, from: usize, end: usize): void {
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
  const pairs = load<u32>(tables, 64) as usize
  if (pairs !== 0) runPairs(tables, pairs, from, end)
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

function runPairs(tables: usize, bits: usize, from: usize, end: usize): void {
  const shift = load<u32>(tables, 68)
  for (let at = from; at + 2 <= end; at++) {
    const hash = mix4(load<u16>(at))
    const bit = hash >>> shift
    if ((load<u8>(bits + (bit >>> 3)) >>> (bit & 7)) & 1) {
      const chain = chainOf(tables + 72, hash)
      if (chain !== 0) follow(chain, hash, at, from, end)
    }
  }
}

function isIn(bits: usize, at: usize): bool {
  const byte = load<u8>(at)
  return ((load<u8>(bits + (byte >>> 3)) >>> (byte & 7)) & 1) !== 0
}

/** Whether so many bytes side by side are of a class: every so manieth place is looked at, and what lies around it where that is one. */
function hasRun(bits: usize, least: usize, from: usize, end: usize): bool {
  let at = from + least - 1
  while (at < end) {
    if (!isIn(bits, at)) {
      at += least
      continue
    }
    let first = at
    while (first > from && isIn(bits, first - 1)) first--
    let last = at + 1
    while (last < end && last - first < least && isIn(bits, last)) last++
    if (last - first >= least) return true
    at = last + least
  }
  return false
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
  if (stand === RUN) {
    if (!hasRun(text, length, from, end)) return
  } else if (stand !== ANYWHERE) {
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

// What is remembered ────────────────────────────────────────────────────────────

const places: u32 = 4096
const placeSize: usize = 512
/** In a place: 0 the tables, 4 the length of the text, 8 how many literals were found, 16 the text, 400 the literals. */
const textAt: usize = 16
const foundAt: usize = 400
/** Shorter texts are searched as fast. */
const leastLength: u32 = 12
const mostLength: u32 = 384
const mostFound: u32 = 28
let PLACE: usize = 0
let recording = false
let recorded: u32 = 0

function sameText(a: usize, b: usize, length: u32): bool {
  let i: u32 = 0
  for (; i + 16 <= length; i += 16) if (i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i))) !== 0xffff) return false
  const rest = length - i
  return rest === 0 || (~i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i))) & ((1 << rest) - 1)) === 0
}

/** The same as `search`, from memory where the same text was searched by the same tables. A literal is in one table alone, so what a row has found in other fields does not matter. */
export function searchKnown(tables: usize, from: usize, end: usize): void {
  const length = (end - from) as u32
  // A second value of one field in a row: what the first one had, remembered or not, is not found again, so it must not be remembered.
  const again = load<u32>(tables, 4) === stamp
  store<u32>(tables, stamp, 4)
  if (again || length < leastLength || length > mostLength) {
    search(tables, from, end)
    return
  }
  const middle = from + (length >>> 1) - 4
  const sum =
    (load<u64>(from) * 0x9e3779b97f4a7c15) ^
    (load<u64>(end - 8) * 0xc2b2ae3d27d4eb4f) ^
    (load<u64>(middle) * 0x165667b19e3779f9) ^
    (<u64>((tables as u32) ^ (length << 24)) * 0x27d4eb2f165667c5)
  PLACE = MEMO + (((sum >>> 40) as usize) & (places - 1)) * placeSize
  if (load<u32>(PLACE) === (tables as u32) && load<u32>(PLACE, 4) === length && sameText(from, PLACE + textAt, length)) {
    let literal = PLACE + foundAt
    for (let left = load<u32>(PLACE, 8); left > 0; left--, literal += 4) foundLiteral(load<u32>(literal) as usize)
    return
  }
  recording = true
  recorded = 0
  search(tables, from, end)
  recording = false
  if (recorded > mostFound) {
    store<u32>(PLACE, 0)
    return
  }
  store<u32>(PLACE, tables as u32)
  store<u32>(PLACE, length, 4)
  store<u32>(PLACE, recorded, 8)
  for (let i: u32 = 0; i < length; i += 16) v128.store(PLACE + textAt + i, v128.load(from + i))
}

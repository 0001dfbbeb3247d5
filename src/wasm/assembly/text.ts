// Texts in the one form that the tables are made for. Characters beyond ASCII whose folding is ASCII become it: U+212A is a k, U+017F an s.

let ROOM: usize = 0
/** The text made last, and whether it has bytes beyond ASCII. */
export let textFrom: usize = 0
export let textEnd: usize = 0
export let textHigh: bool = false

export function setText(room: usize): void {
  ROOM = room
}

let to: usize = 0

function put(code: u32): void {
  store<u8>(to++, code as u8)
}

/** One character as UTF-8. */
function putCharacter(code: u32): void {
  if (code < 0x80) put(code)
  else if (code === 0x212a) put(0x6b)
  else if (code === 0x17f) put(0x73)
  else {
    textHigh = true
    if (code < 0x800) put(0xc0 | (code >>> 6))
    else {
      if (code < 0x10000) put(0xe0 | (code >>> 12))
      else {
        put(0xf0 | (code >>> 18))
        put(0x80 | ((code >>> 12) & 0x3f))
      }
      put(0x80 | ((code >>> 6) & 0x3f))
    }
    put(0x80 | (code & 0x3f))
  }
}

function hexOf(at: usize): u32 {
  let sum: u32 = 0
  for (let i: usize = 0; i < 4; i++) {
    const code: u32 = load<u8>(at + i)
    sum = (sum << 4) | (code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57)
  }
  return sum
}

function putHex(code: u32): void {
  put(0x5c)
  put(0x75)
  for (let shift: i32 = 12; shift >= 0; shift -= 4) {
    const digit = (code >>> shift) & 15
    put(digit < 10 ? 0x30 + digit : 0x57 + digit)
  }
}

/** The content of a JSON string as JSON.stringify would write it: needless escapes resolved, needed ones in their shortest form. Never longer than before. */
export function canonicalText(from: usize, end: usize): void {
  to = ROOM
  textHigh = false
  let at = from
  while (true) {
    at = copyRun(at, end, 0x5c)
    if (at >= end) break
    const code: u32 = load<u8>(at)
    if (code === 0x5c) {
      const mark: u32 = load<u8>(at + 1)
      if (mark === 0x75) {
        let unit = hexOf(at + 2)
        at += 6
        if (unit >= 0xd800 && unit <= 0xdfff) {
          const second = unit < 0xdc00 && at + 6 <= end && load<u16>(at) === 0x755c ? hexOf(at + 2) : 0
          if (second < 0xdc00 || second > 0xdfff) {
            // Half a pair stands for itself; questions with such characters are asked of every text beyond ASCII.
            textHigh = true
            putHex(unit)
            continue
          }
          at += 6
          unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00)
        }
        if (unit === 0x22 || unit === 0x5c) {
          put(0x5c)
          put(unit)
        } else if (unit < 0x20) {
          const short: u32 =
            unit === 8 ? 0x62 : unit === 9 ? 0x74 : unit === 10 ? 0x6e : unit === 12 ? 0x66 : unit === 13 ? 0x72 : 0
          if (short !== 0) {
            put(0x5c)
            put(short)
          } else putHex(unit)
        } else putCharacter(unit)
      } else {
        if (mark !== 0x2f) put(0x5c)
        put(mark)
        at += 2
      }
    } else at = copyCharacter(at, code)
  }
  textFrom = ROOM
  textEnd = to
}

/** Bytes as they are, sixteen at a time, up to the first that is beyond ASCII or the one to stop at. */
function copyRun(from: usize, end: usize, stop: u8): usize {
  const stops = i8x16.splat(stop as i8)
  let at = from
  while (at < end) {
    const block = v128.load(at)
    v128.store(to, block)
    const found = i8x16.bitmask(v128.or(block, i8x16.eq(block, stops)))
    const left = end - at
    const length: usize = min<usize>(left, found === 0 ? 16 : (ctz(found) as usize))
    to += length
    at += length
    if (found !== 0) break
  }
  return at
}

/** One character of UTF-8 that stands in the text as it is. */
function copyCharacter(at: usize, code: u32): usize {
  if (code < 0x80) put(code)
  else if (code === 0xe2 && load<u8>(at + 1) === 0x84 && load<u8>(at + 2) === 0xaa) {
    put(0x6b)
    return at + 3
  } else if (code === 0xc5 && load<u8>(at + 1) === 0xbf) {
    put(0x73)
    return at + 2
  } else {
    textHigh = true
    put(code)
  }
  return at + 1
}

/** UTF-8 as it is. */
export function plainText(from: usize, end: usize): void {
  to = ROOM
  textHigh = false
  let at = from
  while (true) {
    at = copyRun(at, end, 0x80)
    if (at >= end) break
    at = copyCharacter(at, load<u8>(at))
  }
  textFrom = ROOM
  textEnd = to
}

/** UTF-16LE, an even number of bytes, as UTF-8; half a pair becomes U+FFFD. */
export function asciiOf(from: usize, end: usize): void {
  to = ROOM
  textHigh = false
  let at = from
  const beyond = i16x8.splat(<i16>0xff80)
  while (at < end) {
    const first = v128.load(at)
    const second = v128.load(at, 16)
    if (at + 32 <= end) {
      if (v128.any_true(v128.and(v128.or(first, second), beyond))) break
      v128.store(to, i8x16.narrow_i16x8_u(first, second))
      to += 16
      at += 32
    } else {
      const count = (end - at) >>> 1
      for (let i: usize = 0; i < count; i++) {
        const unit: u32 = load<u16>(at)
        if (unit >= 0x80) break
        put(unit)
        at += 2
      }
      break
    }
  }
  while (at < end) {
    let unit: u32 = load<u16>(at)
    at += 2
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const second: u32 = unit < 0xdc00 && at < end ? load<u16>(at) : 0
      if (second >= 0xdc00 && second <= 0xdfff) {
        at += 2
        unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00)
      } else unit = 0xfffd
    }
    putCharacter(unit)
  }
  textFrom = ROOM
  textEnd = to
}

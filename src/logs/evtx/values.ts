// The values of BinXML (MS-EVEN6 2.2.12 and 3.1.4.7.3) as the text XML gives them: every type, and arrays of it.

import { type Memory, recallCodes } from './memory.ts'

/** Value types as a substitution's descriptor names them; `array` is added for an array of the type. */
export const valueType = { null: 0x00, string: 0x01, fileTime: 0x11, binXml: 0x21, array: 0x80 } as const

/** An instant of Windows: milliseconds UTC since 1970, and the 100 ns within the millisecond. */
export interface Instant {
  readonly time: number
  readonly ticks: number
}

/**
 * A FILETIME, 100 ns since 1601, split without loss: 2^32 = 429,496 * 10,000 + 7,296, so each half stays below 2^53.
 */
export function fileTime(memory: Memory, offset: number): Instant {
  const low = memory.view.getUint32(offset, true)
  const high = memory.view.getUint32(offset + 4, true)
  const rest = high * 7296 + low
  return { time: high * 429_496 + Math.floor(rest / 10_000) - 11_644_473_600_000, ticks: rest % 10_000 }
}

/** The date of a day, counted from 1970, as ISO 8601 has it: ten characters in the years from 0 to 9999. */
export function dayText(day: number): string {
  return new Date(day * dayLength).toISOString().slice(0, -14)
}

const twoDigits = Array.from({ length: 60 }, (_, value) => digits(value, 2))
const dayLength = 86_400_000
let day = Number.NaN
let dateText = ''

/** An instant as ISO 8601 with seven digits of a second: `2019-05-08T02:58:25.4337412Z`. Years beyond 9999 have a sign and six digits. */
export function isoTime(instant: Instant): string {
  const { time, ticks } = instant
  const date = Math.floor(time / dayLength)
  if (date !== day) {
    day = date
    dateText = dayText(date)
  }
  const millis = time - date * dayLength
  const seconds = Math.floor(millis / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const clock = `${twoDigits[hours]}:${twoDigits[minutes - hours * 60]}:${twoDigits[seconds - minutes * 60]}`
  // A one in front keeps the leading zeros.
  const fraction = String(10_000_000 + (millis - seconds * 1000) * 10_000 + ticks).slice(1)
  return `${dateText}T${clock}.${fraction}Z`
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'))

/** Bytes as upper-case hexadecimal digits, the form of xs:hexBinary. */
function hexBytes(memory: Memory, offset: number, size: number): string {
  const { bytes } = memory
  let text = ''
  for (let at = offset, end = offset + size; at < end; at++) text += hexPairs[bytes[at]!]
  return text
}

const lowerDigits = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0))
const hexCodes = Uint8Array.from('0x0000000000000000', character => character.charCodeAt(0))

/** An unsigned number of 4 or 8 bytes as `0x` and lower-case digits without leading zeros. */
function hexNumber(memory: Memory, offset: number, size: number): string {
  let count = 2
  for (let at = offset + size - 1; at >= offset; at--) {
    const byte = memory.bytes[at]!
    if (count > 2 || byte > 15) hexCodes[count++] = lowerDigits[byte >> 4]!
    if (count > 2 || byte > 0 || at === offset) hexCodes[count++] = lowerDigits[byte & 15]!
  }
  return recallCodes(hexCodes, count)
}

const memoSlots = 1 << 10
const memoWidth = 68
/** Short binary values that repeat from record to record, GUIDs and SIDs, with their texts: the bytes of slot `s` begin at `s * memoWidth` with their count. */
const memoBytes = new Uint8Array(memoSlots * (memoWidth + 1))
const memoTexts: string[] = new Array(memoSlots).fill('')

function remembered(memory: Memory, offset: number, size: number, make: (memory: Memory, offset: number) => string): string {
  const { bytes } = memory
  let hash = size
  for (let index = 0; index < size; index++) hash = (Math.imul(hash, 31) + bytes[offset + index]!) | 0
  const slot = (hash ^ (hash >>> 13)) & (memoSlots - 1)
  const base = slot * (memoWidth + 1)
  if (memoBytes[base] === size) {
    let index = 0
    while (index < size && memoBytes[base + 1 + index] === bytes[offset + index]) index++
    if (index === size) return memoTexts[slot]!
  }
  memoBytes[base] = size
  for (let index = 0; index < size; index++) memoBytes[base + 1 + index] = bytes[offset + index]!
  const text = make(memory, offset)
  memoTexts[slot] = text
  return text
}

const upperDigits = Uint8Array.from('0123456789ABCDEF', digit => digit.charCodeAt(0))
const guidCodes = Uint8Array.from('{00000000-0000-0000-0000-000000000000}', character => character.charCodeAt(0))
/** Where in its text each byte of a stored GUID stands: the first three groups are little-endian. */
const guidPlaces = [7, 5, 3, 1, 12, 10, 17, 15, 20, 22, 25, 27, 29, 31, 33, 35]

/** A GUID as Windows writes it: braces, upper case. */
function guid(memory: Memory, offset: number): string {
  for (let index = 0; index < 16; index++) {
    const byte = memory.bytes[offset + index]!
    const place = guidPlaces[index]!
    guidCodes[place] = upperDigits[byte >> 4]!
    guidCodes[place + 1] = upperDigits[byte & 15]!
  }
  return recallCodes(guidCodes, guidCodes.length)
}

/** The SID at an offset (MS-DTYP 2.4.2.2: revision, count, authority, at most 15 parts), or undefined when it does not fit into `room`. */
function sidText(memory: Memory, offset: number, room: number): string | undefined {
  if (room < 8) return undefined
  const count = memory.bytes[offset + 1]!
  return count <= 15 && 8 + count * 4 <= room ? remembered(memory, offset, 8 + count * 4, sid) : undefined
}

/** A SID in its string form (MS-DTYP 2.4.2.1): the authority is decimal, from 2^32 on `0x` and twelve digits. */
function sid(memory: Memory, offset: number): string {
  const { view, bytes } = memory
  const high = view.getUint16(offset + 2)
  const low = view.getUint32(offset + 4)
  const authority = high === 0 ? String(low) : `0x${high.toString(16).padStart(4, '0')}${low.toString(16).padStart(8, '0')}`
  let text = `S-${bytes[offset]}-${authority}`
  for (let index = 0, count = bytes[offset + 1]!; index < count; index++)
    text += `-${view.getUint32(offset + 8 + index * 4, true)}`
  return text
}

/** A SYSTEMTIME as ISO 8601 with milliseconds, or its bytes when it names no date. */
function systemTime(memory: Memory, offset: number): string {
  const part = (index: number) => memory.view.getUint16(offset + index * 2, true)
  const [year, month, date, hour, minute, second, millis] = [part(0), part(1), part(3), part(4), part(5), part(6), part(7)]
  const sane = month >= 1 && month <= 12 && date >= 1 && date <= 31 && hour < 24 && minute < 60 && second < 61 && millis < 1000
  if (!sane) return hexBytes(memory, offset, 16)
  const day = `${digits(year, 4)}-${digits(month, 2)}-${digits(date, 2)}`
  return `${day}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(millis, 3)}Z`
}

/** A binary floating point number in the forms of xs:float and xs:double; the shortest decimal digits that read back as the same number. */
function floating(value: number, single: boolean): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'INF' : '-INF'
  if (Object.is(value, -0)) return '-0'
  if (single) {
    for (let precision = 6; precision < 9; precision++) {
      const near = Number(value.toPrecision(precision))
      if (Math.fround(near) === value) return String(near)
    }
  }
  return String(value)
}

/** Code page 1252 from 0x80 to 0x9f; elsewhere it is Unicode. Its own table, because hosts disagree on what their decoder of that name does. */
const upper1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** ANSI text: the record does not say its code page; 1252 is what readers assume. */
function ansiText(memory: Memory, offset: number, size: number): string {
  let text = ''
  for (let at = offset, end = offset + size; at < end; at++) {
    const byte = memory.bytes[at]!
    text += byte >= 0x80 && byte < 0xa0 ? upper1252[byte - 0x80] : String.fromCharCode(byte)
  }
  return text
}

/** Size of one value of each type; types whose values have no fixed size are left out. */
const sizes: readonly (number | undefined)[] = [
  undefined, // null
  undefined, // UTF-16
  undefined, // ANSI
  1,
  1,
  2,
  2,
  4,
  4,
  8,
  8,
  4, // float
  8, // double
  4, // boolean
  undefined, // binary
  16, // GUID
  undefined, // size_t: 4 or 8
  8, // FILETIME
  16, // SYSTEMTIME
  undefined, // SID
  4, // hex32
  8, // hex64
]

/** One value of a type that is no array. A value whose size does not fit its type is given as its bytes. */
export function valueText(memory: Memory, type: number, offset: number, size: number): string {
  if (size === 0) return ''
  const { view } = memory
  switch (type) {
    case 0x00:
      return ''
    case 0x01:
    case 0x23: {
      if (size === 1) return ''
      // Some providers count the closing NUL into the size, some several.
      let count = size >> 1
      while (count > 0 && memory.bytes[offset + count * 2 - 1] === 0 && memory.bytes[offset + count * 2 - 2] === 0) count--
      return memory.text(offset, count)
    }
    case 0x02: {
      let count = size
      while (count > 0 && memory.bytes[offset + count - 1] === 0) count--
      return ansiText(memory, offset, count)
    }
    case 0x10:
    case 0x20:
      return size === 4 || size === 8 ? hexNumber(memory, offset, size) : hexBytes(memory, offset, size)
    case 0x13:
      return sidText(memory, offset, size) ?? hexBytes(memory, offset, size)
  }
  if (sizes[type] !== size) return hexBytes(memory, offset, size)
  switch (type) {
    case 0x03:
      return String(view.getInt8(offset))
    case 0x04:
      return String(view.getUint8(offset))
    case 0x05:
      return String(view.getInt16(offset, true))
    case 0x06:
      return String(view.getUint16(offset, true))
    case 0x07:
      return String(view.getInt32(offset, true))
    case 0x08:
      return String(view.getUint32(offset, true))
    case 0x09:
      return String(view.getBigInt64(offset, true))
    case 0x0a:
      return String(view.getBigUint64(offset, true))
    case 0x0b:
      return floating(view.getFloat32(offset, true), true)
    case 0x0c:
      return floating(view.getFloat64(offset, true), false)
    case 0x0d:
      return view.getUint32(offset, true) === 0 ? 'false' : 'true'
    case 0x0f:
      return remembered(memory, offset, 16, guid)
    case 0x11:
      return isoTime(fileTime(memory, offset))
    case 0x12:
      return systemTime(memory, offset)
    default:
      return hexNumber(memory, offset, size)
  }
}

/** The members of an array value. An array whose members cannot be told apart is one member. */
export function valueList(memory: Memory, arrayType: number, offset: number, size: number): string[] {
  const type = arrayType & 0x7f
  if (size === 0) return []
  const list: string[] = []
  const end = offset + size
  if (type === 0x01 || type === 0x23) {
    // Each member ends with a NUL; the last one may lack it.
    let start = offset
    for (let at = offset; at + 2 <= end; at += 2) {
      if (memory.view.getUint16(at, true) !== 0) continue
      list.push(memory.text(start, (at - start) >> 1))
      start = at + 2
    }
    if (end - start >= 2) list.push(memory.text(start, (end - start) >> 1))
    return list
  }
  if (type === 0x02) {
    let start = offset
    for (let at = offset; at < end; at++) {
      if (memory.bytes[at] !== 0) continue
      list.push(ansiText(memory, start, at - start))
      start = at + 1
    }
    if (start < end) list.push(ansiText(memory, start, end - start))
    return list
  }
  if (type === 0x13) {
    for (let at = offset; at < end; ) {
      const one = sidText(memory, at, end - at)
      if (one === undefined) return [hexBytes(memory, offset, size)]
      list.push(one)
      at += 8 + memory.bytes[at + 1]! * 4
    }
    return list
  }
  // Pointers of 4 and 8 bytes look alike: providers of today write 8.
  const one = type === 0x10 || type === 0x20 ? (size % 8 === 0 ? 8 : 4) : sizes[type]
  if (one === undefined || size % one !== 0) return [type === 0 ? '' : hexBytes(memory, offset, size)]
  for (let at = offset; at < end; at += one) list.push(valueText(memory, type, at, one))
  return list
}

/** The number an integer value is (a bigint where a number would lose digits), or undefined for other types and sizes. */
export function valueNumber(memory: Memory, type: number, offset: number, size: number): number | bigint | undefined {
  const { view } = memory
  if (sizes[type] !== size) return undefined
  switch (type) {
    case 0x03:
      return view.getInt8(offset)
    case 0x04:
      return view.getUint8(offset)
    case 0x05:
      return view.getInt16(offset, true)
    case 0x06:
      return view.getUint16(offset, true)
    case 0x07:
      return view.getInt32(offset, true)
    case 0x08:
      return view.getUint32(offset, true)
    case 0x09:
      return exact(view.getBigInt64(offset, true))
    case 0x0a: {
      const high = view.getUint32(offset + 4, true)
      return high < 0x200000 ? high * 4_294_967_296 + view.getUint32(offset, true) : view.getBigUint64(offset, true)
    }
    default:
      return undefined
  }
}

function exact(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

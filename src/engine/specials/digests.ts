// Digests of texts, or of bytes, as lower-case hexadecimal: MD5 (RFC 1321), SHA-1, SHA-256 and SHA-512 (FIPS 180-4), of a text over its UTF-8.

const bytesOf = (of: string | Uint8Array): Uint8Array => (typeof of === 'string' ? new TextEncoder().encode(of) : of)

/** The message with its length behind it, in blocks of so many bytes. */
function padded(bytes: Uint8Array, block: 64 | 128, little: boolean): DataView {
  const size = block === 64 ? 8 : 16
  const length = Math.ceil((bytes.length + 1 + size) / block) * block
  const out = new Uint8Array(length)
  out.set(bytes)
  out[bytes.length] = 0x80
  const view = new DataView(out.buffer)
  const bits = BigInt(bytes.length) * 8n
  view.setBigUint64(length - 8, bits, little)
  return view
}

const hex = (words: Iterable<number>, little = false): string => {
  let out = ''
  for (const word of words) {
    const text = (word >>> 0).toString(16).padStart(8, '0')
    out += little ? text.replace(/(..)(..)(..)(..)/, '$4$3$2$1') : text
  }
  return out
}

const turn = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const sines = Array.from({ length: 64 }, (_, at) => Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32) | 0)

export function md5(of: string | Uint8Array): string {
  const message = padded(bytesOf(of), 64, true)
  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let start = 0; start < message.byteLength; start += 64) {
    const before = [a, b, c, d] as const
    for (let at = 0; at < 64; at++) {
      const round = at >> 4
      const mixed = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d)
      const place = round === 0 ? at : round === 1 ? (5 * at + 1) % 16 : round === 2 ? (3 * at + 5) % 16 : (7 * at) % 16
      const sum = (a + mixed + sines[at]! + message.getInt32(start + place * 4, true)) | 0
      ;[a, d, c, b] = [d, c, b, (b + turn(sum, shifts[round * 4 + (at % 4)]!)) | 0]
    }
    a = (a + before[0]) | 0
    b = (b + before[1]) | 0
    c = (c + before[2]) | 0
    d = (d + before[3]) | 0
  }
  return hex([a, b, c, d], true)
}

export function sha1(of: string | Uint8Array): string {
  const message = padded(bytesOf(of), 64, false)
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]
  const words = new Int32Array(80)
  for (let start = 0; start < message.byteLength; start += 64) {
    for (let at = 0; at < 80; at++)
      words[at] =
        at < 16 ? message.getInt32(start + at * 4) : turn(words[at - 3]! ^ words[at - 8]! ^ words[at - 14]! ^ words[at - 16]!, 1)
    let [a, b, c, d, e] = state as [number, number, number, number, number]
    for (let at = 0; at < 80; at++) {
      const mixed = at < 20 ? (b & c) | (~b & d) : at < 40 || at >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d)
      const constant = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][Math.floor(at / 20)]!
      const next = (turn(a, 5) + mixed + e + constant + words[at]!) | 0
      ;[e, d, c, b, a] = [d, c, turn(b, 30), a, next]
    }
    for (const [index, word] of [a, b, c, d, e].entries()) state[index] = (state[index]! + word) | 0
  }
  return hex(state)
}

/** The first primes, of whose roots the constants of SHA-2 are the fractions. */
function primes(count: number): readonly bigint[] {
  const out: bigint[] = []
  for (let candidate = 2n; out.length < count; candidate++) if (out.every(prime => candidate % prime !== 0n)) out.push(candidate)
  return out
}

/** The first `bits` of the fraction of a root, exactly. */
function fraction(of: bigint, root: 2n | 3n, bits: bigint): bigint {
  const scaled = of << (bits * root)
  let low = 0n
  let high = 1n << (bits + 5n)
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** root <= scaled) low = middle
    else high = middle - 1n
  }
  return low & ((1n << bits) - 1n)
}

const words32 = primes(64).map(prime => Number(fraction(prime, 3n, 32n)) | 0)
const start32 = primes(8).map(prime => Number(fraction(prime, 2n, 32n)) | 0)

export function sha256(of: string | Uint8Array): string {
  const message = padded(bytesOf(of), 64, false)
  const state = [...start32]
  const words = new Int32Array(64)
  const back = (word: number, by: number): number => (word >>> by) | (word << (32 - by))
  for (let start = 0; start < message.byteLength; start += 64) {
    for (let at = 0; at < 64; at++) {
      if (at < 16) words[at] = message.getInt32(start + at * 4)
      else {
        const early = words[at - 15]!
        const late = words[at - 2]!
        const a = back(early, 7) ^ back(early, 18) ^ (early >>> 3)
        const b = back(late, 17) ^ back(late, 19) ^ (late >>> 10)
        words[at] = (words[at - 16]! + a + words[at - 7]! + b) | 0
      }
    }
    let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number]
    for (let at = 0; at < 64; at++) {
      const first = (h + (back(e, 6) ^ back(e, 11) ^ back(e, 25)) + ((e & f) ^ (~e & g)) + words32[at]! + words[at]!) | 0
      const second = ((back(a, 2) ^ back(a, 13) ^ back(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
    }
    for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index]! + word) | 0
  }
  return hex(state)
}

let words64: readonly bigint[] | undefined
let start64: readonly bigint[] | undefined
const all64 = (1n << 64n) - 1n

export function sha512(of: string | Uint8Array): string {
  words64 ??= primes(80).map(prime => fraction(prime, 3n, 64n))
  start64 ??= primes(8).map(prime => fraction(prime, 2n, 64n))
  const message = padded(bytesOf(of), 128, false)
  const state = [...start64]
  const back = (word: bigint, by: bigint): bigint => ((word >> by) | (word << (64n - by))) & all64
  const words: bigint[] = []
  for (let start = 0; start < message.byteLength; start += 128) {
    for (let at = 0; at < 80; at++) {
      if (at < 16) words[at] = message.getBigUint64(start + at * 8)
      else {
        const early = words[at - 15]!
        const late = words[at - 2]!
        const a = back(early, 1n) ^ back(early, 8n) ^ (early >> 7n)
        const b = back(late, 19n) ^ back(late, 61n) ^ (late >> 6n)
        words[at] = (words[at - 16]! + a + words[at - 7]! + b) & all64
      }
    }
    let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint]
    for (let at = 0; at < 80; at++) {
      const first = h + (back(e, 14n) ^ back(e, 18n) ^ back(e, 41n)) + ((e & f) ^ ((e ^ all64) & g)) + words64[at]! + words[at]!
      const second = (back(a, 28n) ^ back(a, 34n) ^ back(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & all64, c, b, a, (first + second) & all64]
    }
    for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index]! + word) & all64
  }
  return state.map(word => word.toString(16).padStart(16, '0')).join('')
}

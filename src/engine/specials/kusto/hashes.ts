// Digests of bytes as hexadecimal text: SHA-256 and SHA-1 (FIPS 180-4), MD5 (RFC 1321).

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))
const hex = (words: readonly number[], little: boolean): string =>
  words
    .map(word => {
      const text = (word >>> 0).toString(16).padStart(8, '0')
      return little ? text.replace(/(..)(..)(..)(..)/, '$4$3$2$1') : text
    })
    .join('')

/** The message padded to whole blocks of 64 bytes, its length in bits at the end. */
function padded(bytes: Uint8Array, little: boolean): DataView {
  const size = Math.ceil((bytes.length + 9) / 64) * 64
  const out = new Uint8Array(size)
  out.set(bytes)
  out[bytes.length] = 0x80
  const view = new DataView(out.buffer)
  const bits = BigInt(bytes.length) * 8n
  view.setBigUint64(size - 8, bits, little)
  return view
}

/** The fractional parts of the cube roots of the first 64 primes. */
const roots: readonly number[] = (() => {
  const out: number[] = []
  for (let candidate = 2; out.length < 64; candidate++) {
    let prime = true
    for (let by = 2; by * by <= candidate; by++) if (candidate % by === 0) prime = false
    if (prime) out.push(Math.floor((Math.cbrt(candidate) % 1) * 2 ** 32) | 0)
  }
  return out
})()

/** SHA-256 of bytes. */
export function sha256(bytes: Uint8Array): string {
  const view = padded(bytes, false)
  const state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19].map(
    word => word | 0,
  )
  const words = new Int32Array(64)
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let at = 0; at < 16; at++) words[at] = view.getInt32(block + at * 4)
    for (let at = 16; at < 64; at++) {
      const [a, b] = [words[at - 15]!, words[at - 2]!]
      const first = rotate(a, 25) ^ rotate(a, 14) ^ (a >>> 3)
      const second = rotate(b, 15) ^ rotate(b, 13) ^ (b >>> 10)
      words[at] = (words[at - 16]! + first + words[at - 7]! + second) | 0
    }
    let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number]
    for (let at = 0; at < 64; at++) {
      const first = (h + (rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7)) + ((e & f) ^ (~e & g)) + roots[at]! + words[at]!) | 0
      const second = ((rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
    }
    for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state[at] = (state[at]! + word) | 0
  }
  return hex(state, false)
}

/** SHA-1 of bytes. */
export function sha1(bytes: Uint8Array): string {
  const view = padded(bytes, false)
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0].map(word => word | 0)
  const words = new Int32Array(80)
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let at = 0; at < 16; at++) words[at] = view.getInt32(block + at * 4)
    for (let at = 16; at < 80; at++) words[at] = rotate(words[at - 3]! ^ words[at - 8]! ^ words[at - 14]! ^ words[at - 16]!, 1)
    let [a, b, c, d, e] = state as [number, number, number, number, number]
    for (let at = 0; at < 80; at++) {
      const [mixed, constant] =
        at < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : at < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : at < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6]
      ;[e, d, c, b, a] = [d, c, rotate(b, 30), a, (rotate(a, 5) + mixed + e + constant + words[at]!) | 0]
    }
    for (const [at, word] of [a, b, c, d, e].entries()) state[at] = (state[at]! + word) | 0
  }
  return hex(state, false)
}

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const sines = Array.from({ length: 64 }, (_, at) => Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32) | 0)

/** MD5 of bytes. */
export function md5(bytes: Uint8Array): string {
  const view = padded(bytes, true)
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476].map(word => word | 0)
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = state as [number, number, number, number]
    for (let at = 0; at < 64; at++) {
      const round = at >> 4
      const [mixed, place] =
        round === 0
          ? [(b & c) | (~b & d), at]
          : round === 1
            ? [(d & b) | (~d & c), (5 * at + 1) % 16]
            : round === 2
              ? [b ^ c ^ d, (3 * at + 5) % 16]
              : [c ^ (b | ~d), (7 * at) % 16]
      const sum = (a + mixed + sines[at]! + view.getInt32(block + place * 4, true)) | 0
      ;[a, d, c, b] = [d, c, b, (b + rotate(sum, shifts[round * 4 + (at % 4)]!)) | 0]
    }
    for (const [at, word] of [a, b, c, d].entries()) state[at] = (state[at]! + word) | 0
  }
  return hex(state, true)
}

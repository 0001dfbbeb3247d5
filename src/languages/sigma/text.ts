// Sigma's texts: wildcards, escapes, placeholders, dashes; and the encodings that are applied to them.

import type { Glob } from '../../ir/predicate.ts'

/** A stretch of a value: literal text, a wildcard, a placeholder (only under `expand`) or any one of the five dashes (after `windash`). */
export type Piece = string | { readonly wild: 'any' | 'one' } | { readonly name: string } | { readonly dash: string }

const any = { wild: 'any' } as const
const one = { wild: 'one' } as const

/**
 * A value as written → its pieces. `*` is any run, `?` one character; a backslash makes `*`, `?` or another backslash literal and
 * is itself before anything else and at the end. Under `expand`, `%name%` is a placeholder and `\%` a percent sign.
 * (Sigma specification 2.1, "Escaping" and "Value Modifiers: expand".)
 *
 *     \\*      →  a backslash, then any run
 *     C:\\x\*  →  C:\x*   (a star)
 */
export function parseText(text: string, placeholders = false): Piece[] {
  if (!/[\\*?%]/.test(text)) return text === '' ? [] : [text]
  const pieces: Piece[] = []
  let literal = ''
  const flush = (): void => {
    if (literal !== '') pieces.push(literal)
    literal = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') {
      const next = text[at + 1]
      if (next === '*' || next === '?' || next === '\\' || (placeholders && next === '%')) {
        literal += next
        at++
      } else literal += character
    } else if (character === '*') {
      flush()
      if (pieces.at(-1) !== any) pieces.push(any)
    } else if (character === '?') {
      flush()
      pieces.push(one)
    } else if (placeholders && character === '%') {
      const name = /^%([^%\\*?\n]{1,120})%/.exec(text.slice(at, at + 130))?.[1]
      if (name === undefined) literal += character
      else {
        flush()
        pieces.push({ name })
        at += name.length + 1
      }
    } else literal += character
  }
  flush()
  return pieces
}

/** Pieces without placeholders and dashes as a glob; neighbouring literals and runs are joined. */
export function toGlob(pieces: readonly Piece[]): Glob {
  const glob: (string | { readonly wild: 'any' | 'one' })[] = []
  for (const piece of pieces) {
    const last = glob.at(-1)
    const part = typeof piece === 'object' && 'dash' in piece ? piece.dash : piece
    if (typeof part === 'object' && 'name' in part) throw new Error('a placeholder is left in a value: this is a bug in Terrier')
    if (typeof part === 'string' && typeof last === 'string') glob[glob.length - 1] = last + part
    else if (typeof part === 'object' && part.wild === 'any' && typeof last === 'object' && last.wild === 'any') continue
    else glob.push(part)
  }
  return glob
}

export function isAny(piece: Piece | undefined): boolean {
  return typeof piece === 'object' && 'wild' in piece && piece.wild === 'any'
}

/** `contains`, `startswith`, `endswith`: a run of anything where the value does not already have one. */
export function widen(pieces: readonly Piece[], start: boolean, end: boolean): Piece[] {
  const wide = [...pieces]
  if (start && !isAny(wide[0])) wide.unshift(any)
  if (end && !isAny(wide.at(-1))) wide.push(any)
  return wide
}

/** The five characters that Windows programs take for a dash or slash before an option. */
export const dashes = ['-', '/', '\u2013', '\u2014', '\u2015'] as const

const wordCharacter = /[\p{L}\p{N}_]/u

/** `windash`: each of the five dashes that has no word character before it and one after it stands for all of them. */
export function markDashes(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece): Piece[] => {
    if (typeof piece !== 'string') return [piece]
    const out: Piece[] = []
    let from = 0
    for (let at = 0; at < piece.length; at++) {
      if (!dashes.some(dash => dash === piece[at])) continue
      const before = at > 0 && wordCharacter.test(lastCharacter(piece, at))
      const after = at + 1 < piece.length && wordCharacter.test(String.fromCodePoint(piece.codePointAt(at + 1)!))
      if (before || !after) continue
      if (at > from) out.push(piece.slice(from, at))
      out.push({ dash: piece[at]! })
      from = at + 1
    }
    if (from < piece.length) out.push(piece.slice(from))
    return out
  })
}

function lastCharacter(text: string, end: number): string {
  const unit = text.charCodeAt(end - 1)
  return unit >= 0xdc00 && unit <= 0xdfff && end > 1 ? text.slice(end - 2, end) : text.slice(end - 1, end)
}

/** How many dashes stand for all five. */
export function countDashes(pieces: readonly Piece[]): number {
  return pieces.filter(piece => typeof piece === 'object' && 'dash' in piece).length
}

/** Every choice of dashes, the one written first; 5ⁿ values. */
export function spellDashes(pieces: readonly Piece[]): Piece[][] {
  let spelled: Piece[][] = [[]]
  for (const piece of pieces) {
    if (typeof piece === 'object' && 'dash' in piece) {
      const choices = [piece.dash, ...dashes.filter(dash => dash !== piece.dash)]
      spelled = spelled.flatMap(done => choices.map(dash => [...done, dash]))
    } else for (const done of spelled) done.push(piece)
  }
  return spelled
}

/** The literal text of pieces without wildcards, placeholders or open dashes; undefined when there are some. */
export function literalText(pieces: readonly Piece[]): string | undefined {
  let text = ''
  for (const piece of pieces) {
    if (typeof piece !== 'string') return undefined
    text += piece
  }
  return text
}

/** UTF-16 code units as bytes, one character per byte; `utf16` puts the little-endian byte order mark first. */
export function utf16(text: string, form: 'le' | 'be' | 'bom'): string {
  let bytes = form === 'bom' ? '\xff\xfe' : ''
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const low = String.fromCharCode(unit & 255)
    const high = String.fromCharCode(unit >> 8)
    bytes += form === 'be' ? high + low : low + high
  }
  return bytes
}

/** UTF-8 bytes, one character per byte. */
export function utf8(text: string): string {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Bytes (one character each) in Base64 with padding (RFC 4648 §4). */
export function base64(bytes: string): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const group =
      (bytes.charCodeAt(at) << 16) | ((left > 1 ? bytes.charCodeAt(at + 1) : 0) << 8) | (left > 2 ? bytes.charCodeAt(at + 2) : 0)
    out += alphabet[group >> 18]! + alphabet[(group >> 12) & 63]!
    out += (left > 1 ? alphabet[(group >> 6) & 63]! : '=') + (left > 2 ? alphabet[group & 63]! : '=')
  }
  return out
}

/**
 * What of a text survives in Base64 at each of the three places it can stand modulo 3 (Sigma 2.1, `base64offset`):
 * `foobar` → `Zm9vYmFy`, `Zvb2Jhc`, `mb29iYX`. Lengths count bytes.
 */
export function base64Offsets(bytes: string): string[] {
  const starts = [0, 2, 3]
  const ends = [0, 3, 2]
  return [0, 1, 2].map(offset => {
    const encoded = base64(' '.repeat(offset) + bytes)
    return encoded.slice(starts[offset]!, encoded.length - ends[(bytes.length + offset) % 3]!)
  })
}

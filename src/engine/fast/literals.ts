// Literals made into the tables of one field that `src/wasm/assembly/match.ts` searches: wholes, endings and beginnings by hash, parts by the rarest of their runs of four bytes.

import { fold } from '../../text/fold.ts'
import type { Tape } from '../../wasm/tape.ts'
import type { Needed } from '../needs.ts'
import type { Arena } from './arena.ts'
import type { Grams } from './grams.ts'

const encoder = new TextEncoder()

/** How texts lie in memory: as JSON writes them, or as they are. */
export type Encoding = 'json' | 'plain'

type How = Needed['how'] | 'longer' | 'run' | 'same'

/** A text and where in a value it must stand; one object for each. */
export interface Text {
  /** `longer`: the value has at least so many bytes as `text` says; `run`: so many side by side of the ranges of ASCII that it goes on with; `same`: it is the text of the field that `text` names. */
  readonly how: How
  readonly text: string
  readonly form: Form
  readonly bytes: Readonly<Record<Encoding, Uint8Array>>
}

/** A text in one field; undefined: in any value. */
export interface Literal {
  readonly field: string | undefined
  readonly text: Text
}

const texts = new Map<string, Text>()
const mostTexts = 200_000

/** The one object for a text. */
export function textOf(how: How, text: string): Text {
  const key = `${how} ${text}`
  let known = texts.get(key)
  if (known === undefined) {
    if (texts.size >= mostTexts) texts.clear()
    const plain = how === 'run' ? bitsOf(text) : encoder.encode(text)
    const json = /[\x00-\x1f"\\]|\p{Surrogate}/u.test(text) ? encoder.encode(JSON.stringify(text).slice(1, -1)) : plain
    known = { how, text, form: formOf(text), bytes: { json, plain } }
    texts.set(key, known)
  }
  return known
}

/** A bit for each byte that is in the ranges of a run. */
function bitsOf(run: string): Uint8Array {
  const bits = new Uint8Array(32)
  const [, ...ranges] = run.split(' ').map(Number)
  for (let at = 0; at < ranges.length; at += 2)
    for (let byte = ranges[at]!; byte <= ranges[at + 1]!; byte++) bits[byte >> 3]! |= 1 << (byte & 7)
  return bits
}

/** Marks of questions that need a text or are refuted by it, and where it lies when it does. */
interface Sought {
  readonly marks: number[]
  address: number
}

/** What is looked for in one field. */
export class Literals {
  private readonly known = new Map<Text, Sought>()

  add(text: Text, mark: number): void {
    const sought = this.known.get(text)
    if (sought === undefined) this.known.set(text, { marks: [mark], address: 0 })
    else if (sought.marks[sought.marks.length - 1] !== mark) sought.marks.push(mark)
  }

  addAll(others: Literals): void {
    for (const [text, { marks }] of others.known) for (const mark of marks) this.add(text, mark)
  }

  /** Where a text lies; 0 when it does not. */
  addressOf(text: Text): number {
    return this.known.get(text)?.address ?? 0
  }

  list(): Iterable<[Text, Sought]> {
    return this.known
  }
}

/** Tables of a field. `high`: those for texts with bytes beyond ASCII, and the marks to take for each such text because its case may differ. */
export interface Tables {
  readonly plain: number
  readonly high: number
  readonly asked: readonly number[]
}

const stands = { contains: 0, starts: 1, ends: 2, equals: 3, longer: 4, same: 5, run: 6 } as const

/** A literal in memory. */
interface Placed {
  readonly at: number
  readonly bytes: Uint8Array
  readonly how: How
}

/** A run of bytes that leads to a literal. */
interface Link {
  readonly hash: number
  readonly literal: number
  readonly offset: number
}

/** Bytes of a literal before its marks and its text; see `follow` in `src/wasm/assembly/match.ts`. */
const literalSize = 28

/** Makes tables; they last until the arena is reset. */
export function makeTables(literals: Literals, encoding: Encoding, { tape, arena, grams }: Room): Tables {
  const low: Placed[] = []
  const high: Placed[] = []
  const asked = new Set<number>()
  for (const [text, sought] of literals.list()) {
    const { marks } = sought
    if (text.form === 'cased') {
      for (const mark of marks) asked.add(mark)
      continue
    }
    const bytes = text.bytes[encoding]
    const at = arena.alloc(literalSize + bytes.length + marks.length * 4)
    const { words } = tape
    const word = at >> 2
    words[word] = text.how === 'longer' || text.how === 'run' ? Number.parseInt(text.text, 10) : bytes.length
    words[word + 1] = at + literalSize + marks.length * 4
    words[word + 2] = marks.length
    words[word + 3] = at + literalSize
    words[word + 5] = stands[text.how]
    words.set(marks, (at + literalSize) >> 2)
    tape.bytes.set(bytes, at + literalSize + marks.length * 4)
    sought.address = at
    ;(text.form === 'ascii' ? low : high).push({ at, bytes, how: text.how })
  }
  const room = { tape, arena, grams }
  return {
    plain: low.length === 0 ? 0 : layTables(low, room),
    high: high.length === 0 ? 0 : layTables(high, room),
    asked: [...asked],
  }
}

/** Where tables are made, and how often runs of bytes come up. */
export interface Room {
  readonly tape: Tape
  readonly arena: Arena
  readonly grams: Grams
}

const beyondAscii = /[^\x00-\x7f]/
const surrogate = /\p{Surrogate}/u

/** Whether bytes tell if a folded text is there: `ascii`; `bytes`, when its other characters have no case; `cased`, when they have. */
export type Form = 'ascii' | 'bytes' | 'cased'

function formOf(text: string): Form {
  if (!beyondAscii.test(text)) return 'ascii'
  if (surrogate.test(text)) return 'cased'
  for (const character of text) {
    if (!beyondAscii.test(character)) continue
    if (character.toUpperCase() !== character || character.toLowerCase() !== character || fold(character) !== character)
      return 'cased'
  }
  return 'bytes'
}

const wordsOfTables = 20
/** From so many texts of two or three bytes on, they are looked for together. */
const manyPairs = 4

function layTables(placed: readonly Placed[], room: Room): number {
  const { tape, arena } = room
  const { scanner } = tape
  const wholes: Link[] = []
  const ends8: Link[] = []
  const ends4: Link[] = []
  const starts8: Link[] = []
  const starts4: Link[] = []
  const parts: Placed[] = []
  const pairs: Placed[] = []
  const short: number[] = []
  for (const literal of placed) {
    const { at, how } = literal
    const { length } = literal.bytes
    const text = tape.words[(at >> 2) + 1]!
    const link = (hash: number, offset: number): Link => ({ hash: hash >>> 0, literal: at, offset })
    if (how === 'equals') wholes.push(link(scanner.hashAll(text, text + length), 0))
    else if (how === 'contains' && (length === 2 || length === 3)) pairs.push(literal)
    else if (length < 4 || how === 'longer' || how === 'run') short.push(at)
    else if (how === 'ends') {
      if (length >= 8) ends8.push(link(scanner.hash8(text + length - 8), length - 8))
      else ends4.push(link(scanner.hash4(text + length - 4), length - 4))
    } else if (how === 'starts') {
      if (length >= 8) starts8.push(link(scanner.hash8(text), 0))
      else starts4.push(link(scanner.hash4(text), 0))
    } else parts.push(literal)
  }
  const tiers = layTiers(parts, room)
  const words = new Uint32Array(wordsOfTables)
  let there = 0
  for (const [place, links] of [wholes, ends8, ends4, starts8, starts4].entries()) {
    if (links.length === 0) continue
    there |= 1 << place
    words.set(layChains(links, room), 2 + place * 2)
  }
  words[0] = there
  if (pairs.length < manyPairs) for (const { at } of pairs) short.push(at)
  else words.set(layPairs(pairs, room), 16)
  words[12] = tiers.length / 6
  words[13] = tiers.length === 0 ? 0 : arena.words(tiers)
  words[14] = short.length
  words[15] = short.length === 0 ? 0 : arena.words(short)
  return arena.words(words)
}

/** Pairs of bytes that lead to texts of two or three: bits, their shift, and a table of chains. */
function layPairs(pairs: readonly Placed[], room: Room): number[] {
  const { tape } = room
  const links = pairs.map(
    ({ at }): Link => ({ hash: tape.scanner.hash2(tape.words[(at >> 2) + 1]!) >>> 0, literal: at, offset: 0 }),
  )
  const { bits, shift } = layBits(links, 10, 14, room)
  return [bits, shift, ...layChains(links, room)]
}

/** Bits of the places of hashes, so that most runs of a text need not be looked up. */
function layBits(links: readonly Link[], least: number, most: number, { tape, arena }: Room): { bits: number; shift: number } {
  const log = Math.min(most, Math.max(least, Math.ceil(Math.log2(links.length * 24))))
  const bits = arena.alloc(1 << (log - 3))
  const shift = 32 - log
  for (const { hash } of links) {
    const bit = hash >>> shift
    tape.bytes[bits + (bit >>> 3)]! |= 1 << (bit & 7)
  }
  return { bits, shift }
}

/** A table of chains: its address, and by how much a hash is shifted to find the place in it. */
function layChains(links: readonly Link[], { tape, arena }: Room): [number, number] {
  const log = Math.max(4, Math.ceil(Math.log2(links.length * 2)))
  const table = arena.alloc(4 << log)
  const shift = 32 - log
  let link = arena.alloc(links.length * 16)
  const { words } = tape
  for (const { hash, literal, offset } of links) {
    const place = (table >> 2) + (hash >>> shift)
    const word = link >> 2
    words[word] = hash
    words[word + 1] = literal
    words[word + 2] = offset
    words[word + 3] = words[place]!
    words[place] = link
    link += 16
  }
  return [table, shift]
}

/** Literals of so many bytes are looked for at every how manieth place: whatever the place, one of so many of their runs of four meets it. */
const longEnough = 8
const longestStride = 13

function layTiers(parts: readonly Placed[], room: Room): number[] {
  const { tape, grams } = room
  const words: number[] = []
  const lengths = parts.map(({ bytes }) => bytes.length)
  const long = lengths.filter(length => length >= longEnough)
  const tiers = [
    { least: longEnough, most: Number.POSITIVE_INFINITY, stride: Math.min(longestStride, Math.min(...long) - 3) },
    { least: 4, most: longEnough, stride: 1 },
  ]
  for (const { least, most, stride } of tiers) {
    const links: Link[] = []
    for (const { at, bytes } of parts) {
      if (bytes.length < least || bytes.length >= most) continue
      const text = tape.words[(at >> 2) + 1]!
      let best = 0
      let fewest = Number.POSITIVE_INFINITY
      for (let offset = 0; offset + stride + 3 <= bytes.length; offset++) {
        let sum = 0
        for (let run = 0; run < stride; run++) sum += grams.count(bytes, offset + run)
        if (sum < fewest) {
          fewest = sum
          best = offset
        }
      }
      for (let run = 0; run < stride; run++)
        links.push({ hash: tape.scanner.hash4(text + best + run) >>> 0, literal: at, offset: best + run })
    }
    if (links.length === 0) continue
    const { bits, shift } = layBits(links, 10, 19, room)
    words.push(stride, bits, shift, 0, ...layChains(links, room))
  }
  return words
}

// Literals made into the tables of one field that `src/wasm/assembly/match.ts` searches: wholes, endings and beginnings by hash, parts by the rarest of their runs of four bytes.

import { fold } from '../../text/fold.ts'
import type { Tape } from '../../wasm/tape.ts'
import type { Needed } from '../needs.ts'
import type { Arena } from './arena.ts'
import type { Grams } from './grams.ts'

/** How texts lie in memory: as JSON writes them, or as they are. */
export type Encoding = 'json' | 'plain'

/** A literal, the marks of questions that need it or are refuted by it, and where it lies when it does. */
export interface Literal {
  readonly how: Needed['how']
  readonly text: string
  readonly marks: number[]
  address: number
}

/** What is looked for in one field. */
export class Literals {
  private readonly known = new Map<string, Literal>()

  add(how: Needed['how'], text: string, mark: number): void {
    const key = `${how} ${text}`
    const literal = this.known.get(key)
    if (literal === undefined) this.known.set(key, { how, text, marks: [mark], address: 0 })
    else if (literal.marks[literal.marks.length - 1] !== mark) literal.marks.push(mark)
  }

  addAll(others: Literals): void {
    for (const { how, text, marks } of others.known.values()) for (const mark of marks) this.add(how, text, mark)
  }

  get({ how, text }: Needed): Literal | undefined {
    return this.known.get(`${how} ${text}`)
  }

  list(): Iterable<Literal> {
    return this.known.values()
  }
}

/** Tables of a field. `high`: those for texts with bytes beyond ASCII, and the marks to take for each such text because its case may differ. */
export interface Tables {
  readonly plain: number
  readonly high: number
  readonly asked: readonly number[]
}

const stands = { contains: 0, starts: 1, ends: 2, equals: 3 } as const

/** A literal in memory. */
interface Placed {
  readonly at: number
  readonly bytes: Uint8Array
  readonly how: Needed['how']
}

/** A run of bytes that leads to a literal. */
interface Link {
  readonly hash: number
  readonly literal: number
  readonly offset: number
}

const encoder = new TextEncoder()

/** Makes tables; they last until the arena is reset. */
export function makeTables(literals: Literals, encoding: Encoding, { tape, arena, grams }: Room): Tables {
  const low: Placed[] = []
  const high: Placed[] = []
  const asked = new Set<number>()
  for (const literal of literals.list()) {
    const { how, text, marks } = literal
    const form = formOf(text)
    if (form === 'cased') {
      for (const mark of marks) asked.add(mark)
      continue
    }
    const bytes = encoder.encode(encoding === 'json' ? JSON.stringify(text).slice(1, -1) : text)
    const at = arena.words([bytes.length, arena.bytes(bytes), marks.length, arena.words(marks), 0, stands[how], 0])
    literal.address = at
    ;(form === 'ascii' ? low : high).push({ at, bytes, how })
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
function formOf(text: string): 'ascii' | 'bytes' | 'cased' {
  if (!beyondAscii.test(text)) return 'ascii'
  if (surrogate.test(text)) return 'cased'
  for (const character of text) {
    if (!beyondAscii.test(character)) continue
    if (character.toUpperCase() !== character || character.toLowerCase() !== character || fold(character) !== character)
      return 'cased'
  }
  return 'bytes'
}

const wordsOfTables = 16

function layTables(placed: readonly Placed[], room: Room): number {
  const { tape, arena } = room
  const { scanner } = tape
  const wholes: Link[] = []
  const ends8: Link[] = []
  const ends4: Link[] = []
  const starts8: Link[] = []
  const starts4: Link[] = []
  const parts: Placed[] = []
  const short: number[] = []
  for (const literal of placed) {
    const { at, how } = literal
    const { length } = literal.bytes
    const text = tape.words[(at >> 2) + 1]!
    const link = (hash: number, offset: number): Link => ({ hash: hash >>> 0, literal: at, offset })
    if (how === 'equals') wholes.push(link(scanner.hashAll(text, text + length), 0))
    else if (length < 4) short.push(at)
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
  words[12] = tiers.length / 6
  words[13] = tiers.length === 0 ? 0 : arena.words(tiers)
  words[14] = short.length
  words[15] = short.length === 0 ? 0 : arena.words(short)
  return arena.words(words)
}

/** A table of chains: its address, and by how much a hash is shifted to find the place in it. */
function layChains(links: readonly Link[], { tape, arena }: Room): [number, number] {
  const log = Math.max(4, Math.ceil(Math.log2(links.length * 2)))
  const table = arena.alloc(4 << log)
  const shift = 32 - log
  for (const { hash, literal, offset } of links) {
    const place = (table >> 2) + (hash >>> shift)
    const link = arena.words([hash, literal, offset, tape.words[place]!])
    tape.words[place] = link
  }
  return [table, shift]
}

/** How long a literal must be, and at every how manieth place it is then looked for: whatever the place, one of so many runs of four meets it. */
const tierKinds = [
  { least: 8, stride: 5 },
  { least: 4, stride: 1 },
] as const

function layTiers(parts: readonly Placed[], room: Room): number[] {
  const { tape, arena, grams } = room
  const words: number[] = []
  let most = Number.POSITIVE_INFINITY
  for (const { least, stride } of tierKinds) {
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
    most = least
    if (links.length === 0) continue
    const log = Math.min(19, Math.max(10, Math.ceil(Math.log2(links.length * 24))))
    const bits = arena.alloc(1 << (log - 3))
    const shift = 32 - log
    for (const { hash } of links) {
      const bit = hash >>> shift
      tape.bytes[bits + (bit >>> 3)]! |= 1 << (bit & 7)
    }
    words.push(stride, bits, shift, 0, ...layChains(links, room))
  }
  return words
}

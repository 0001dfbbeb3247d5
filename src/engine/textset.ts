// Many texts looked for at once in a text: where each must stand is said, ASCII case never counts. The plain JavaScript counterpart of the tables in fast/.

import { fold } from '../text/fold.ts'
import { usual } from './usual.ts'

/** A folded text, and where it must stand in another. */
export interface Sought {
  readonly how: 'equals' | 'starts' | 'ends' | 'contains'
  readonly text: string
}

/** A text that is looked for, and the numbers of those who seek it. */
interface Wanted extends Sought {
  readonly places: number[]
  /** The look that found it last. */
  met: number
}

/** Four characters of a wanted text, and where in it they stand. */
interface Run {
  readonly wanted: Wanted
  readonly at: number
}

/** What is found where nothing is: always this list. */
export const none: readonly number[] = []
const gram = 4
/** Texts at least so long can be looked for in steps. */
const leastSparse = 5
const longestStride = 12

/** Four characters as one number, without regard to the case of ASCII letters. */
function pack(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) | 32) << 24) ^
    ((text.charCodeAt(at + 1) | 32) << 16) ^
    ((text.charCodeAt(at + 2) | 32) << 8) ^
    (text.charCodeAt(at + 3) | 32)
  )
}

/** The second and third of four characters in ten bits; cases of a letter have the same. */
const pair = (text: string, at: number): number => ((text.charCodeAt(at + 1) & 31) << 5) | (text.charCodeAt(at + 2) & 31)

/** A text by its last four characters, its first or last eight, or its ends and length. */
const packEnd4 = (text: string): number => pack(text, text.length - 4)
const packEnd8 = (text: string): number => Math.imul(pack(text, text.length - 4), 0x2c1b3c6d) ^ pack(text, text.length - 8)
const packStart8 = (text: string): number => Math.imul(pack(text, 0), 0x2c1b3c6d) ^ pack(text, 4)
const packWhole = (text: string): number =>
  Math.imul(pack(text, 0), 0x2c1b3c6d) ^ pack(text, text.length - 4) ^ Math.imul(text.length, 0x01000193)

/** Entries by a number; most numbers have none, which one bit tells. */
class Table<T> {
  readonly bits: Uint32Array
  readonly shift: number
  private readonly entries = new Map<number, T[]>()

  /** `log2`: how many bits tell. */
  constructor(log2: number) {
    this.bits = new Uint32Array(1 << (log2 - 5))
    this.shift = 32 - log2
  }

  add(key: number, entry: T): void {
    const bit = Math.imul(key, 0x9e3779b1) >>> this.shift
    this.bits[bit >>> 5]! |= 1 << (bit & 31)
    const list = this.entries.get(key)
    if (list === undefined) this.entries.set(key, [entry])
    else list.push(entry)
  }

  get(key: number): readonly T[] | undefined {
    const bit = Math.imul(key, 0x9e3779b1) >>> this.shift
    return (this.bits[bit >>> 5]! & (1 << (bit & 31))) === 0 ? undefined : this.entries.get(key)
  }
}

const beyondAscii = /[^\x00-\x7f]/
/** The only characters beyond ASCII that fold to ones of ASCII. */
const foldsToAscii = /[\u017f\u212a]/

/** Texts from this length on are looked through as bytes, if they are ASCII. */
const leastLong = 192
const encoder = new TextEncoder()
const buffer = new Uint8Array(1 << 16)

let sets = 0
let looks = 0

/** One of so many runs, one after the other, is met in steps of so many places. */
const strideOf = (least: number): number => Math.min(longestStride, least - gram + 1)

/**
 * From which length on texts are looked for in steps, and whether the shorter ones are looked for one by one (else at every place):
 * what costs least for each character, by measured rates in nanoseconds.
 */
function waysInside(all: readonly Wanted[]): { readonly least: number; readonly one: boolean } {
  const lengths = all.map(({ text }) => text.length).sort((a, b) => a - b)
  let best = { least: Number.POSITIVE_INFINITY, one: lengths.length < 6, cost: Math.min(2, lengths.length * 0.4) }
  for (const [shorter, least] of lengths.entries()) {
    if (least < leastSparse || lengths[shorter - 1] === least) continue
    const cost = 1.5 / strideOf(least) + Math.min(2, shorter * 0.4)
    if (cost < best.cost) best = { least, one: shorter < 6, cost }
    if (shorter > 6) break
  }
  return best
}

/** What is looked for, and by whom (numbers). */
export class TextSet {
  /** A number of its own. */
  readonly seed = Math.imul(++sets, 0x9e3779b1)
  /** Found by its hash: a whole text, an end, a start; those with at least eight characters by eight of them. */
  private whole: Table<Wanted> | undefined
  private ends4: Table<Wanted> | undefined
  private ends8: Table<Wanted> | undefined
  private starts4: Table<Wanted> | undefined
  private starts8: Table<Wanted> | undefined
  /** Found by one of its runs of four: at any place, or in steps of `stride`. */
  private dense: Table<Run> | undefined
  private sparse: Table<Run> | undefined
  private stride = 0
  /** Which second and third characters the runs of `sparse` have: most places are done with a look at these. */
  private pairs = new Uint8Array(0)
  /** Looked for one by one: too short for that, or few. */
  private readonly short: Wanted[] = []
  /** A text with one of these characters is folded before it is looked at; in others only letters of ASCII are told by their case. */
  private doubtful = foldsToAscii
  /** The text looked at, folded when it is needed, and what was found. */
  private text = ''
  private folded: string | undefined
  private found: readonly number[] = none
  private turn = 0
  /** Length of the shortest text that is looked for. */
  readonly shortest: number

  /** Lays the tables out for texts and the predicates that need them. */
  constructor(wanted: readonly { readonly need: Sought; readonly id: number }[]) {
    const byText = new Map<string, Wanted>()
    for (const { need, id } of wanted) {
      const key = `${need.how} ${need.text}`
      let known = byText.get(key)
      if (known === undefined) {
        known = { how: need.how, text: need.text, places: [], met: 0 }
        byText.set(key, known)
      }
      if (known.places.at(-1) !== id) known.places.push(id)
    }
    const all = [...byText.values()]
    this.shortest = all.reduce((least, { text }) => Math.min(least, text.length), Number.POSITIVE_INFINITY)
    const inside = all.filter(({ how, text }) => how === 'contains' && text.length >= gram)
    const log2 = Math.min(16, Math.max(8, 32 - Math.clz32(all.length * 16)))
    this.addInside(inside, log2)
    for (const wanted of all) {
      const { how, text } = wanted
      if (beyondAscii.test(text)) this.doubtful = beyondAscii
      if (text.length < gram) this.short.push(wanted)
      else if (how === 'equals') {
        this.whole ??= new Table(log2)
        this.whole.add(packWhole(text), wanted)
      } else if (how === 'ends') {
        if (text.length < 8) {
          this.ends4 ??= new Table(log2)
          this.ends4.add(packEnd4(text), wanted)
        } else {
          this.ends8 ??= new Table(log2)
          this.ends8.add(packEnd8(text), wanted)
        }
      } else if (how === 'starts') {
        if (text.length < 8) {
          this.starts4 ??= new Table(log2)
          this.starts4.add(pack(text, 0), wanted)
        } else {
          this.starts8 ??= new Table(log2)
          this.starts8.add(packStart8(text), wanted)
        }
      }
    }
  }

  /** Chooses for each text how it is found inside others, and by which of its runs: such as few other texts and few events have. */
  private addInside(all: readonly Wanted[], log2: number): void {
    if (all.length === 0) return
    const counts = new Map<number, number>()
    for (const { text } of all)
      for (let at = 0; at + gram <= text.length; at++) counts.set(pack(text, at), (counts.get(pack(text, at)) ?? 0) + 1)
    const costs = ({ text }: Wanted): number[] => {
      const list: number[] = []
      for (let at = 0; at + gram <= text.length; at++) {
        const key = pack(text, at)
        list.push(counts.get(key)! + (runsOfUsual().has(key) ? 100 : 0))
      }
      return list
    }
    const { least, one } = waysInside(all)
    const long = all.filter(({ text }) => text.length >= least)
    const rest = all.filter(({ text }) => text.length < least)
    if (one) this.short.push(...rest)
    else if (rest.length > 0) {
      this.dense = new Table(log2)
      for (const wanted of rest) {
        const list = costs(wanted)
        const at = list.indexOf(Math.min(...list))
        this.dense.add(pack(wanted.text, at), { wanted, at })
      }
    }
    if (long.length === 0) return
    this.stride = strideOf(least)
    this.sparse = new Table(Math.min(16, log2 + 2))
    this.pairs = new Uint8Array(1024)
    for (const wanted of long) {
      const { text } = wanted
      const list = costs(wanted)
      let best = 0
      let cost = Number.POSITIVE_INFINITY
      for (let at = 0; at + this.stride <= list.length; at++) {
        let sum = 0
        for (let run = at; run < at + this.stride; run++) sum += list[run]!
        if (sum >= cost) continue
        cost = sum
        best = at
      }
      for (let run = best; run < best + this.stride; run++) {
        this.sparse.add(pack(text, run), { wanted, at: run })
        this.pairs[pair(text, run)] = 1
      }
    }
  }

  /** Who seeks something that stands in this text; `none` for nobody. Some may come twice. */
  find(text: string): readonly number[] {
    const long = text.length >= leastLong && text.length <= buffer.length && (this.dense ?? this.sparse) !== undefined
    const ascii = long && encoder.encodeInto(text, buffer).written === text.length
    this.text = !ascii && this.doubtful.test(text) ? fold(text) : text
    this.folded = undefined
    this.found = none
    this.turn = ++looks
    if (this.short.length > 0) this.check(this.short)
    if (text.length >= gram) {
      this.ends()
      const { dense, sparse } = this
      if (dense !== undefined) {
        if (ascii) this.everyByte(dense, text.length)
        else this.everyPlace(dense)
      }
      if (sparse !== undefined) {
        if (ascii) this.inStepsOfBytes(sparse, text.length)
        else this.inSteps(sparse)
      }
    }
    return this.found
  }

  private ends(): void {
    const { whole, ends4, starts4, ends8, starts8, text } = this
    if (whole !== undefined) this.check(whole.get(packWhole(text)))
    if (ends4 !== undefined) this.check(ends4.get(packEnd4(text)))
    if (starts4 !== undefined) this.check(starts4.get(pack(text, 0)))
    if (text.length < 8) return
    if (ends8 !== undefined) this.check(ends8.get(packEnd8(text)))
    if (starts8 !== undefined) this.check(starts8.get(packStart8(text)))
  }

  private everyPlace(table: Table<Run>): void {
    const { text } = this
    const { bits, shift } = table
    const { length } = text
    let run = ((text.charCodeAt(0) | 32) << 16) ^ ((text.charCodeAt(1) | 32) << 8) ^ (text.charCodeAt(2) | 32)
    for (let at = 3; at < length; at++) {
      run = (run << 8) ^ (text.charCodeAt(at) | 32)
      const bit = Math.imul(run, 0x9e3779b1) >>> shift
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) !== 0) this.meet(table.get(run), at - 3)
    }
  }

  private inSteps(table: Table<Run>): void {
    const { text, pairs, stride } = this
    const last = text.length - gram
    for (let at = 0; at <= last; at += stride) if (pairs[pair(text, at)] !== 0) this.meet(table.get(pack(text, at)), at)
  }

  /** The same as `everyPlace` in the bytes of a long text: they are read several times as fast as its characters. */
  private everyByte(table: Table<Run>, length: number): void {
    const { bits, shift } = table
    let run = ((buffer[0]! | 32) << 16) ^ ((buffer[1]! | 32) << 8) ^ (buffer[2]! | 32)
    for (let at = 3; at < length; at++) {
      run = (run << 8) ^ (buffer[at]! | 32)
      const bit = Math.imul(run, 0x9e3779b1) >>> shift
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) !== 0) this.meet(table.get(run), at - 3)
    }
  }

  private inStepsOfBytes(table: Table<Run>, length: number): void {
    const { text, pairs, stride } = this
    const last = length - gram
    for (let at = 0; at <= last; at += stride)
      if (pairs[((buffer[at + 1]! & 31) << 5) | (buffer[at + 2]! & 31)] !== 0) this.meet(table.get(pack(text, at)), at)
  }

  private check(some: readonly Wanted[] | undefined): void {
    if (some === undefined) return
    this.folded ??= fold(this.text)
    const { folded } = this
    for (const wanted of some) {
      const { how, text } = wanted
      const holds =
        how === 'equals'
          ? folded === text
          : how === 'ends'
            ? folded.endsWith(text)
            : how === 'starts'
              ? folded.startsWith(text)
              : folded.includes(text)
      if (holds) this.take(wanted)
    }
  }

  /** Runs that stand at a place of the text: their texts may. */
  private meet(some: readonly Run[] | undefined, place: number): void {
    if (some === undefined) return
    this.folded ??= fold(this.text)
    for (const { wanted, at } of some)
      if (wanted.met !== this.turn && this.folded.startsWith(wanted.text, place - at)) this.take(wanted)
  }

  private take(wanted: Wanted): void {
    wanted.met = this.turn
    this.found = this.found === none ? wanted.places : [...this.found, ...wanted.places]
  }
}

/** Runs that most events have somewhere. */
let usualRuns: ReadonlySet<number> | undefined

function runsOfUsual(): ReadonlySet<number> {
  usualRuns ??= new Set(
    usual.flatMap(text => Array.from({ length: Math.max(0, text.length - gram + 1) }, (_, at) => pack(text, at))),
  )
  return usualRuns
}

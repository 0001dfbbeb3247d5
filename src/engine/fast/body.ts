// The questions of a plan made into tables: for each field the literals of which one must be there, so that questions whose literals are absent are never asked.

import { FieldNames } from './fields.ts'
import { type Asked, type Learned, wantedFirst, wantedOf } from './groups.ts'
import { type Encoding, Literals, makeTables, type Room, type Tables, type Text } from './literals.ts'

/** Words of a plan's tables, and of a program; see `askTables` in `src/wasm/assembly/match.ts`. */
const bodyWords = 16
const programWords = 7
/** How many nodes the index of a plan has room for beyond those that there are. */
const spare = 256
/** Marks a literal that makes its question false; see `take` there. */
const refutes = 0x800000

/** Tables of questions that are asked together, for texts of one encoding. */
export class Tabled {
  /** The address of the tables. */
  readonly address: number
  private readonly room: Room
  private readonly encoding: Encoding
  private readonly byName = new Map<string, Literals>()
  private readonly names: FieldNames
  private readonly programs: number[] = new Array<number>(programWords).fill(0)
  private readonly made = new Map<string, number>()
  private index = 0
  private capacity = 0
  private nodes = 0
  /** Fields of which a question needs two to have the same text. */
  private readonly pairs: { readonly field: string; readonly other: string; readonly mark: number }[] = []
  /** The programs of each name. */
  private readonly programsOf = new Map<string, Set<number>>()
  /** Names whose literals refute questions, and the node that serves each. */
  private readonly refuting = new Map<string, number>()
  /** Two paths serve a name whose literals refute: which of the values counts is for the record to say, so the tables must be made anew without. */
  torn = false

  /** `thorough`: questions that were candidates too often; `refuting`: whether literals may refute; `learned`: how often literals are there. Without, nothing is known of the log. */
  constructor(
    questions: readonly Asked[],
    encoding: Encoding,
    room: Room,
    how?: { readonly thorough: ReadonlySet<number>; readonly refuting: boolean; readonly learned: Learned },
  ) {
    const { arena, tape } = room
    this.room = room
    this.encoding = encoding
    const everywhere = new Literals()
    const always: number[] = []
    const needs = new Uint8Array(questions.length)
    for (const [question, asked] of questions.entries()) {
      const wanted = how?.thorough.has(question) ? wantedOf(asked.predicate(), true, how.learned) : wantedFirst(asked)
      if (wanted === undefined) continue
      for (const [bit, group] of wanted.groups.entries()) {
        needs[question]! |= 1 << bit
        const mark = markOf(question, bit)
        for (const { field, text } of group)
          if (text.how === 'same') this.pair(field!, text.text, mark)
          else this.literalsOf(field, everywhere).add(text, mark)
      }
      if (how?.refuting !== false)
        for (const { field, text } of wanted.refuters) {
          this.refuting.set(field!, 0)
          this.literalsOf(field, everywhere).add(text, (question | refutes) >>> 0)
        }
      if (wanted.groups.length > 0) continue
      needs[question] = 1
      always.push(markOf(question, 0))
    }
    this.names = new FieldNames(this.byName.keys())
    const every = makeTables(everywhere, encoding, room)
    const json = encoding === 'json'
    const words = new Uint32Array(bodyWords)
    words[json ? 2 : 3] = every.plain
    words[4] = always.length === 0 ? 0 : arena.words(always)
    words[5] = always.length
    words[6] = arena.alloc(questions.length * 8)
    for (const [question, need] of needs.entries()) tape.bytes[words[6]! + question * 8 + 5] = need
    words[json ? 9 : 10] = every.high
    words[11] = every.asked.length === 0 ? 0 : arena.words(every.asked)
    words[12] = every.asked.length
    this.address = arena.words(words)
    this.extend()
  }

  /** Takes paths into account that came up since. */
  extend(): void {
    const { tape, arena } = this.room
    const known = tape.names.length
    const found: [node: number, program: number][] = []
    for (let node = Math.max(1, this.nodes); node < known; node++) {
      const program = this.programOf(node)
      if (program !== 0) found.push([node, program])
    }
    if (known > this.capacity) {
      const before = this.index
      this.capacity = known + spare
      this.index = arena.alloc(this.capacity * 2)
      if (before !== 0) tape.bytes.copyWithin(this.index, before, before + this.nodes * 2)
    }
    for (const [node, program] of found) {
      tape.bytes[this.index + node * 2] = program & 0xff
      tape.bytes[this.index + node * 2 + 1] = program >>> 8
    }
    const words = this.address >> 2
    tape.words[words + (this.encoding === 'json' ? 0 : 1)] = this.index
    tape.words[words + 7] = known
    if (found.length > 0 || this.nodes === 0) {
      tape.words[words + 8] = arena.words(this.programs)
      const pairs = this.pairs.flatMap(({ field, other, mark }) =>
        [...(this.programsOf.get(field) ?? [])].flatMap(a => [...(this.programsOf.get(other) ?? [])].flatMap(b => [a, b, mark])),
      )
      tape.words[words + 14] = pairs.length === 0 ? 0 : arena.words(pairs)
      tape.words[words + 15] = pairs.length / 3
    }
    this.nodes = known
  }

  private pair(field: string, other: string, mark: number): void {
    this.pairs.push({ field, other, mark })
    for (const name of [field, other]) {
      if (!this.byName.has(name)) this.byName.set(name, new Literals())
      this.programsOf.set(name, new Set())
    }
  }

  private literalsOf(field: string | undefined, everywhere: Literals): Literals {
    if (field === undefined) return everywhere
    let literals = this.byName.get(field)
    if (literals === undefined) {
      literals = new Literals()
      this.byName.set(field, literals)
    }
    return literals
  }

  /** Rows that were asked so far. */
  get rows(): number {
    return this.room.tape.words[(this.address >> 2) + 13]!
  }

  /** In how many of the rows so far a literal was there; undefined when it is not looked for, or there were too few rows to tell. */
  share(field: string, text: Text): number | undefined {
    const { words } = this.room.tape
    const { rows } = this
    const address = rows < 64 ? 0 : (this.byName.get(field)?.addressOf(text) ?? 0)
    return address === 0 ? undefined : words[(address >> 2) + 6]! / rows
  }

  /** The program for the values of a node; 0: none is needed. */
  private programOf(node: number): number {
    const { tape } = this.room
    const served = this.names.served(tape.keys[node]!, tape.names[node]!)
    if (served === undefined) return 0
    for (const name of served.reads) {
      const other = this.refuting.get(name)
      if (other === undefined) continue
      if (other !== 0 && other !== node) this.torn = true
      this.refuting.set(name, node)
    }
    const unsure = served.unsure.length > 0
    const key = `${unsure ? 2 : 1} ${served.reads.join('\u0000')}`
    let number = this.made.get(key)
    if (number === undefined) {
      const tables = served.reads.length === 0 ? undefined : makeTables(this.merged(served.reads), this.encoding, this.room)
      number = this.programs.length / programWords
      this.programs.push(unsure ? 2 : 1, ...wordsOf(tables, this.room))
      this.made.set(key, number)
    }
    for (const name of served.reads) this.programsOf.get(name)?.add(number)
    return number
  }

  private merged(names: readonly string[]): Literals {
    if (names.length === 1) return this.byName.get(names[0]!)!
    const all = new Literals()
    for (const name of names) all.addAll(this.byName.get(name)!)
    return all
  }
}

/** A question's number, and one of its groups as a bit of the upper byte. */
function markOf(question: number, bit: number): number {
  return (question | (1 << (24 + bit))) >>> 0
}

function wordsOf(tables: Tables | undefined, { arena }: Room): number[] {
  if (tables === undefined) return [0, 0, 0, 0, 0, 0]
  return [tables.plain, tables.high, tables.asked.length === 0 ? 0 : arena.words(tables.asked), tables.asked.length, 0, 0]
}

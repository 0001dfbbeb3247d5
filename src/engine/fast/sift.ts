// Records on a tape to hits: WebAssembly tells classes and candidates, the reference matcher answers for these, and records whose class or candidates bytes cannot tell go the plain way.

import type { Batch, Event, Slots } from '../../ir/event.ts'
import type { Predicate } from '../../ir/predicate.ts'
import type { Schema } from '../../schemas/schema.ts'
import { mostNodes, type Tape } from '../../wasm/tape.ts'
import type { Body, Family, Hit, Looked, Plan, Watch } from '../front.ts'
import { Arena } from './arena.ts'
import { Tabled } from './body.ts'
import { ClassMarks } from './classes.ts'
import { Grams } from './grams.ts'
import { type Learned, wantedFirst } from './groups.ts'
import type { Encoding, Text } from './literals.ts'
import { RowEvent } from './rows.ts'

/** What `next` and `ask` answer; see `src/wasm/assembly/match.ts`. */
const answers = { end: 0, found: 1, shape: 2, class: 3, doubt: 4, keyed: 5, apart: 6, stale: 7 } as const

const longestKey = 4096
/** What was found in texts; see `src/wasm/assembly/search.ts`. */
const memoSize = 4096 * 512
const classPlaces = 16_384
/** Beyond these, what is remembered of classes and plans is forgotten and learnt anew. */
const mostClasses = 12_000
const mostPlans = 8192
const mostMemory = 96 * 1_048_576
/** Candidates of some questions, and of one of them, after which tables are made anew with more of what it needs; then after ever more. */
const manyCandidates = 256
const oftenShare = 1 / 1024
const limitGrowth = 16
/** Bytes of the log by which the rarest runs of literals are chosen. */
const sampleSize = 262_144

/** Who knows shapes and rules. */
export interface Knowledge {
  /** The tests by which shapes are told. */
  readonly recognise: readonly Predicate[]
  shapeOf(event: Event): Schema | undefined
  watchOf(schema: Schema): { readonly family: Family; readonly watch: Watch }
}

/** Who takes what is found, in the order of records. */
export interface Finder {
  /** A record that satisfies fronts; `event` is to be made. */
  found(place: number, schema: Schema, hits: readonly Hit[]): void
  /** A record that is to be looked at as an object. */
  apart(place: number): void
  /** Whether a record of this schema is in the time that is hunted; absent where all are. */
  inTime?(event: Event, schema: Schema): boolean
}

/** A family of fronts as the tape knows it. */
interface Kin {
  readonly schema: Schema
  /** Absent until a record of this run needs it: what a run never saw it must not tell of. */
  watch: Watch | undefined
  readonly marks: ClassMarks
  readonly address: number
  readonly plans: Map<Plan, number>
}

/** A plan in memory. */
interface Placed {
  readonly kin: Kin
  readonly plan: Plan
  readonly shelf: Shelf | undefined
}

/** The tables of questions, and how often each was a candidate. */
interface Shelf {
  readonly body: Body
  readonly encoding: Encoding
  tabled: Tabled
  readonly times: Uint32Array
  readonly thorough: Set<number>
  readonly learned: Map<string, Map<Text, number>>
  refuting: boolean
  total: number
  /** With so many candidates in all, tables are made anew that leave fewer. */
  limit: number
}

/** How the records of a run went, for who wants to know where time goes. */
export interface SiftCounts {
  rows: number
  found: number
  candidates: number
  doubt: number
  keyed: number
  apart: number
  classes: number
  stale: number
  relaid: number
  resets: number
}

/** Sifts the records of one tape. */
export class Sifter {
  readonly counts: SiftCounts = {
    rows: 0,
    found: 0,
    candidates: 0,
    doubt: 0,
    keyed: 0,
    apart: 0,
    classes: 0,
    stale: 0,
    relaid: 0,
    resets: 0,
  }
  readonly tape: Tape
  private knowledge: Knowledge
  readonly arena: Arena
  private readonly keys: Arena
  readonly grams = new Grams()
  private readonly key: number
  private readonly classes: number
  private found: number
  private mostFound = 1024
  private readonly slots: number
  private readonly marks: number
  private readonly memo: number
  private unknown = 0
  private readonly shapes: ClassMarks
  private readonly event: RowEvent
  private readonly kins = new Map<string, Kin>()
  private readonly byAddress = new Map<number, Kin>()
  private readonly plans = new Map<number, Placed>()
  private readonly bodies: Readonly<Record<Encoding, Map<Body, Shelf>>> = { json: new Map(), plain: new Map() }
  private readonly crowded = new Set<Shelf>()
  private remembered = 0
  private nodes = 0
  /** Counts of plans that are forgotten. */
  private readonly looked = new Map<Looked, number>()
  private readonly bySchema = new Map<string, number>()

  constructor(tape: Tape, knowledge: Knowledge) {
    this.tape = tape
    this.knowledge = knowledge
    this.arena = new Arena(tape)
    this.keys = new Arena(tape)
    this.classes = tape.alloc(classPlaces * 16)
    this.found = tape.alloc(this.mostFound * 4)
    this.slots = tape.alloc((mostNodes + 1) * 8)
    this.marks = tape.alloc(mostNodes + 1)
    this.key = tape.alloc(longestKey + 64)
    this.memo = tape.alloc(memoSize)
    this.shapes = new ClassMarks(tape, this.marks, [], knowledge.recognise, true)
    this.event = new RowEvent(tape, this.slots)
  }

  /** Begins another run of the same program: what was learnt stays, counts begin anew. */
  begin(knowledge: Knowledge): void {
    this.knowledge = knowledge
    for (const kin of this.kins.values()) kin.watch = undefined
    this.settleCounts()
    this.looked.clear()
    this.bySchema.clear()
    this.unknown = 0
  }

  /** Records of no known shape so far. */
  get strangers(): number {
    return this.unknown
  }

  /** Looks at the records of a batch that lie on the tape; `claimed`: the schema that the format says they have. */
  look(batch: Batch, slots: Slots, claimed: Schema | undefined, finder: Finder): void {
    const { rows } = slots
    const { scanner } = this.tape
    // Others may have used the tape since.
    this.attach()
    const before = scanner.strangers.value
    this.learn(slots)
    for (let at = 0; at < batch.length; ) {
      const row = rows[at]!
      if (row === -1) {
        this.counts.apart++
        finder.apart(at)
        at++
        continue
      }
      let end = at + 1
      while (end < batch.length && rows[end] === row + end - at) end++
      this.run(batch, slots, row, row + end - at, at - row, claimed, finder)
      at = end
    }
    this.unknown += scanner.strangers.value - before
    for (const shelf of this.crowded) this.relay(shelf)
    this.crowded.clear()
    for (const kin of this.kins.values()) if (kin.watch === undefined && this.hasCounts(kin)) this.watchOf(kin)
  }

  /** Makes tables anew, in which questions that are candidates too often need more to be there. */
  private relay(shelf: Shelf): void {
    const { thorough, times, tabled } = shelf
    const before = thorough.size
    const often = Math.max(8, tabled.rows * oftenShare)
    for (const [question, count] of times.entries()) if (count >= often) thorough.add(question)
    times.fill(0)
    shelf.total = 0
    shelf.limit *= limitGrowth
    if (thorough.size > before) this.relayWith(shelf, (field, text) => tabled.share(field, text))
  }

  private relayWith(shelf: Shelf, counted: Learned): void {
    const { body, encoding, learned } = shelf
    this.counts.relaid++
    const known: Learned = (field, text) => {
      const share = counted(field, text)
      const fields = learned.get(field)
      if (share === undefined) return fields?.get(text)
      if (fields === undefined) learned.set(field, new Map([[text, share]]))
      else fields.set(text, share)
      return share
    }
    shelf.tabled = new Tabled(body.questions, encoding, this, { ...shelf, learned: known })
    for (const [address, placed] of this.plans) if (placed.shelf === shelf) this.tape.words[address >> 2] = shelf.tabled.address
    this.mend(shelf)
  }

  /** Tables that cannot refute are made anew. */
  private mend(shelf: Shelf): void {
    if (!shelf.tabled.torn) return
    shelf.refuting = false
    this.relayWith(shelf, () => undefined)
  }

  private attach(): void {
    this.tape.scanner.setMatcher(this.key, this.classes, this.found, this.marks, this.slots, this.memo)
  }

  /** Adds to each front the number of records of its log source, and says the number of records by schema. */
  asked(into: number[]): ReadonlyMap<string, number> {
    this.settleCounts()
    for (const [fronts, count] of this.looked) for (const front of fronts) into[front] = (into[front] ?? 0) + count
    return this.bySchema
  }

  private run(
    batch: Batch,
    slots: Slots,
    first: number,
    end: number,
    shift: number,
    claimed: Schema | undefined,
    finder: Finder,
  ): void {
    const { scanner } = this.tape
    const { encoding } = slots
    const kin = claimed === undefined ? 0 : this.kinOf(claimed, encoding).address
    const seed = encoding === 'json' ? 2 : 3
    this.counts.rows += end - first
    const told = this.shapes.complete || kin !== 0
    let inTime = -1
    for (let row = first; row < end; ) {
      let answer: number = answers.apart
      if (told && finder.inTime === undefined) {
        answer = scanner.next(row, end, kin, seed)
        if (answer === answers.end) return
        row = scanner.current.value
      } else if (told) {
        // Row by row: each must be in time before it is asked anything.
        const of = kin === 0 ? scanner.shapeOf(row, seed) : kin
        if (of === 1) {
          this.unknown++
          row++
          continue
        }
        if (of === 0) answer = answers.shape
        else if (of !== 2) {
          if (inTime !== row && !finder.inTime!(this.timeOf(batch, slots, row, shift), this.byAddress.get(of)!.schema)) {
            row++
            continue
          }
          inTime = row
          answer = scanner.next(row, row + 1, of, seed)
        }
      }
      const place = row + shift
      const whole = () => batch.at(place)
      if (answer === answers.shape) {
        const schema = this.knowledge.shapeOf(this.event.look(slots, row, whole))
        this.remember(schema === undefined ? 1 : this.kinOf(schema, encoding).address)
        continue
      }
      if (answer === answers.class) {
        const of = this.byAddress.get(scanner.family.value)!
        this.remember(this.planOf(of, this.watchOf(of).planOf(this.event.look(slots, row, whole), wantedFirst), encoding))
        continue
      }
      if (answer === answers.keyed) {
        const of = this.byAddress.get(scanner.family.value)!
        const plan = this.watchOf(of).planOf(this.event.look(slots, row, whole), wantedFirst)
        this.counts.keyed++
        answer = scanner.ask(row, of.address, this.planOf(of, plan, encoding))
        // The table of plans may have been emptied since; asking again lays the tables down anew.
        if (answer === answers.stale) {
          this.stale()
          continue
        }
      }
      if (answer === answers.stale) {
        this.stale()
        continue
      }
      row++
      if (answer === answers.apart) {
        this.counts.apart++
        finder.apart(place)
      } else if (answer !== answers.end) {
        const { kin: of, plan, shelf } = this.plans.get(scanner.plan.value)!
        const places = answer === answers.found ? this.candidates(shelf!) : undefined
        if (places === undefined) this.counts.doubt++
        else this.counts.found++
        const hits = this.watchOf(of).ask(plan.body!, this.event.look(slots, row - 1, whole), places)
        if (hits.length > 0) finder.found(place, of.schema, hits)
      }
    }
  }

  /** A record whose time can be read: in JSON it is one of its fields, elsewhere the format knows it. */
  private timeOf(batch: Batch, slots: Slots, row: number, shift: number): Event {
    const whole = () => batch.at(row + shift)
    return slots.encoding === 'json' ? this.event.look(slots, row, whole) : whole()
  }

  /** The questions that may be true, in their order. */
  private candidates(shelf: Shelf): readonly number[] {
    const { tape } = this
    const count = tape.scanner.candidates.value
    this.counts.candidates += count
    const from = this.found >> 2
    const places: number[] = []
    for (let at = from; at < from + count; at++) {
      const question = tape.words[at]!
      places.push(question)
      shelf.times[question]!++
    }
    shelf.total += count
    if (shelf.total >= shelf.limit) this.crowded.add(shelf)
    return places.sort((a, b) => a - b)
  }

  /** Takes paths into account that came up since the last batch, and looks at how often runs of bytes come up. */
  private learn(slots: Slots): void {
    const { tape } = this
    if (this.nodes !== tape.names.length) {
      this.nodes = tape.names.length
      this.shapes.extend()
      for (const { marks } of this.kins.values()) marks.extend()
    }
    if (this.grams.size < sampleSize && tape.length > 0 && slots.rows.length > 0) {
      const first = tape.words[tape.rows >> 2]!
      const last = tape.words[(tape.rows >> 2) + (tape.length - 1) * 8 + 1]!
      if (last > first) this.grams.sample(tape.bytes.subarray(first, Math.min(last, first + sampleSize)))
    }
    if (this.arena.used > mostMemory || this.plans.size > mostPlans) this.forget()
  }

  private kinOf(schema: Schema, encoding: Encoding): Kin {
    const key = `${encoding} ${schema.id}`
    let kin = this.kins.get(key)
    if (kin === undefined) {
      const { tape } = this
      const { family, watch } = this.knowledge.watchOf(schema)
      const marks = new ClassMarks(tape, tape.alloc(mostNodes + 1), family.keys.fields, family.keys.tests, false)
      const address = tape.alloc(8)
      tape.words[address >> 2] = marks.address
      tape.words[(address >> 2) + 1] = marks.complete ? 0 : 1
      kin = { schema, watch, marks, address, plans: new Map() }
      this.kins.set(key, kin)
      this.byAddress.set(address, kin)
    }
    return kin
  }

  /** Whether records of this run belong to a family, also where no question came of them. */
  private hasCounts({ plans }: Kin): boolean {
    const { words } = this.tape
    for (const address of plans.values()) if (words[(address >> 2) + 1]! > 0) return true
    return false
  }

  private watchOf(kin: Kin): Watch {
    kin.watch ??= this.knowledge.watchOf(kin.schema).watch
    return kin.watch
  }

  private planOf(kin: Kin, plan: Plan, encoding: Encoding): number {
    let address = kin.plans.get(plan)
    if (address === undefined) {
      const shelf = plan.body === undefined ? undefined : this.shelfOf(plan.body, encoding)
      address = this.arena.words([shelf?.tabled.address ?? 0, 0])
      kin.plans.set(plan, address)
      this.plans.set(address, { kin, plan, shelf })
    }
    return address
  }

  private shelfOf(body: Body, encoding: Encoding): Shelf {
    const known = this.bodies[encoding]
    let shelf = known.get(body)
    if (shelf === undefined) {
      const { length } = body.questions
      shelf = {
        body,
        encoding,
        tabled: new Tabled(body.questions, encoding, this),
        thorough: new Set(),
        refuting: true,
        times: new Uint32Array(length),
        learned: new Map(),
        total: 0,
        limit: manyCandidates,
      }
      this.mend(shelf)
      known.set(body, shelf)
      if (length > this.mostFound) {
        this.mostFound = length * 2
        this.found = this.tape.alloc(this.mostFound * 4)
        this.attach()
      }
    }
    return shelf
  }

  private stale(): void {
    this.counts.stale++
    const shelf = this.plans.get(this.tape.scanner.plan.value)!.shelf!
    shelf.tabled.extend()
    this.mend(shelf)
  }

  private remember(known: number): void {
    const { scanner } = this.tape
    if (this.remembered >= mostClasses) this.forgetClasses()
    this.remembered++
    this.counts.classes++
    scanner.remember(this.keys.alloc(scanner.keyLength.value + 64), known)
  }

  private forgetClasses(): void {
    this.tape.bytes.fill(0, this.classes, this.classes + classPlaces * 16)
    this.keys.reset()
    this.remembered = 0
  }

  private forget(): void {
    this.counts.resets++
    this.settleCounts()
    this.forgetClasses()
    this.plans.clear()
    for (const { plans } of this.kins.values()) plans.clear()
    for (const known of Object.values(this.bodies)) known.clear()
    this.arena.reset()
    this.tape.bytes.fill(0, this.memo, this.memo + memoSize)
  }

  /** Counts in memory are added to those kept here. */
  private settleCounts(): void {
    const { words } = this.tape
    for (const [address, { kin, plan }] of this.plans) {
      const at = (address >> 2) + 1
      const count = words[at]!
      if (count === 0) continue
      words[at] = 0
      this.looked.set(plan.looked, (this.looked.get(plan.looked) ?? 0) + count)
      this.bySchema.set(kin.schema.id, (this.bySchema.get(kin.schema.id) ?? 0) + count)
    }
  }
}

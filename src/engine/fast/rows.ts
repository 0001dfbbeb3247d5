// Fields of rows on a tape by name, each decoded when it is asked for, with the values that `accessor` finds in the whole record.

import { accessor, type Event, type Slots, type Value } from '../../ir/event.ts'
import { kinds, type Tape } from '../../wasm/tape.ts'
import { FieldNames, reachable } from './fields.ts'

type Fields = Event['fields']

/** Nodes under which a name may be found. */
interface Places {
  /** Nodes of the tape that were looked at. */
  nodes: number
  /** The value is that of the one of these that is there. */
  reads: number[]
  /** The value is to be read from the whole record if one of these is there, as a list. */
  through: number[]
  /** The value is to be read from the whole record if one of these is there. */
  unsure: number[]
  /** For names with `*` or a choice, which each new node is asked about. */
  readonly names: FieldNames | undefined
  readonly read: (fields: Fields) => Value | undefined
}

/** The row that is looked at, as an event whose fields are decoded one by one. */
export class RowEvent implements Event {
  private readonly tape: Tape
  private readonly table: number
  private readonly places = new Map<string, Places>()
  private slots: Slots | undefined
  private row = 0
  private stamp = 0
  private whole: (() => Event) | undefined
  private made: Fields | undefined
  /** Whole records that were made for want of a value. */
  opened = 0

  /** `table`: where `indexRow` lays down the entry of each node. */
  constructor(tape: Tape, table: number) {
    this.tape = tape
    this.table = table
  }

  /** Looks at a row; `whole` makes its record. */
  look(slots: Slots, row: number, whole: () => Event): this {
    this.slots = slots
    this.row = row
    this.stamp = 0
    this.whole = whole
    this.made = undefined
    return this
  }

  get fields(): Fields {
    if (this.made === undefined) {
      this.opened++
      this.made = this.whole!().fields
    }
    return this.made
  }

  readonly lookup = (name: string): Value | undefined => {
    const { tape } = this
    if (this.made !== undefined || this.slots === undefined) return this.placesOf(name).read(this.fields)
    if (this.stamp === 0) this.stamp = tape.scanner.indexRow(this.row)
    const places = this.placesOf(name)
    let found = -1
    for (const node of places.reads) {
      const entry = this.entryOf(node)
      if (entry === -1) continue
      if (found !== -1) return places.read(this.fields)
      found = entry
    }
    if (found !== -1) return this.slots.value(found)
    for (const node of places.through) {
      const entry = this.entryOf(node)
      if (entry !== -1 && (tape.words[(tape.entries >> 2) + entry * 4 + 3]! & 0xff) === kinds.list)
        return places.read(this.fields)
    }
    for (const node of places.unsure) if (this.entryOf(node) !== -1) return places.read(this.fields)
    return undefined
  }

  /** The number of the entry that the row has for a node; -1: none. */
  private entryOf(node: number): number {
    const at = (this.table >> 2) + node * 2
    return this.tape.words[at + 1] === this.stamp ? this.tape.words[at]! : -1
  }

  private placesOf(name: string): Places {
    const { tape } = this
    let places = this.places.get(name)
    if (places === undefined) {
      const plain = !name.includes('*') && !name.includes('[')
      places = {
        nodes: 0,
        reads: [],
        through: [],
        unsure: [],
        names: plain ? undefined : new FieldNames([name]),
        read: accessor(name),
      }
      this.places.set(name, places)
    }
    const known = tape.names.length
    if (places.nodes === known) return places
    if (places.names === undefined) {
      const nodesOf = (of: string): number[] => (tape.byName.get(of) ?? []).filter(node => reachable(tape.keys[node]!))
      places.reads = nodesOf(name)
      places.through = []
      for (let at = name.indexOf('.'); at !== -1; at = name.indexOf('.', at + 1))
        places.through.push(...nodesOf(name.slice(0, at)))
    } else
      for (let node = Math.max(1, places.nodes); node < known; node++) {
        const served = places.names.served(tape.keys[node]!, tape.names[node]!)
        if (served !== undefined) places.unsure.push(node)
      }
    places.nodes = known
    return places
  }
}

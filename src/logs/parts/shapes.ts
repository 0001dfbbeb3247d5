// Records that share their names, made quickly: an object that grows name by name becomes a hash table, one copied from a pattern does not. The result is the same.

import { setField, type Value } from '../../ir/event.ts'

type Fields = Record<string, Value>

interface Node {
  readonly next: Map<string, Node>
  pattern?: Fields
  uses: number
}

/** Beyond so many different sequences of names, and for longer ones, records are made one name after the other. */
const mostNodes = 20_000
const mostNames = 200

/** Collects the names and values of one record after the other: `add` each, then `take` the record. A name given twice has its last value. */
export class Shapes {
  private readonly root: Node = { next: new Map(), uses: 0 }
  private node: Node | undefined = this.root
  private nodes = 0
  /** Used again for every record; `count` of them are this one's. */
  private readonly names: string[] = []
  private readonly values: Value[] = []
  private count = 0

  add(name: string, value: Value): void {
    this.names[this.count] = name
    this.values[this.count++] = value
    const { node } = this
    if (node === undefined) return
    let next = node.next.get(name)
    if (next === undefined && this.nodes < mostNodes && this.count <= mostNames) {
      this.nodes++
      next = { next: new Map(), uses: 0 }
      node.next.set(name, next)
    }
    this.node = next
  }

  /** Forgets the record begun. */
  drop(): void {
    this.node = this.root
    this.count = 0
  }

  take(): Fields {
    const { node, names, values, count } = this
    this.drop()
    // A sequence met once or twice is not worth a pattern.
    if (node === undefined || node.uses++ < 2) {
      const fields: Fields = {}
      for (let at = 0; at < count; at++) setField(fields, names[at]!, values[at]!)
      return fields
    }
    node.pattern ??= JSON.parse(
      `{${names
        .slice(0, count)
        .map(name => `${JSON.stringify(name)}:null`)
        .join(',')}}`,
    ) as Fields
    const fields: Fields = { ...node.pattern }
    for (let at = 0; at < count; at++) fields[names[at]!] = values[at]!
    return fields
  }
}

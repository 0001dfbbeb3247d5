// What tells the class of a record on a tape: for each path, whether it counts that it is there, its value, or the beginning of its value.

import { shape } from '../../ir/glob.ts'
import type { Predicate } from '../../ir/predicate.ts'
import type { Tape } from '../../wasm/tape.ts'
import { FieldNames } from './fields.ts'

/** Marks of nodes as `makeKey` in `src/wasm/assembly/match.ts` reads them. */
const mark = { there: 1, value: 2, mostStart: 100, apart: 127, notLists: 128 } as const

/** How the fields of some predicates count; undefined for one when it cannot be told from marks. */
export class ClassMarks {
  /** Whether marks tell the answers; otherwise every record is to be asked itself. */
  readonly complete: boolean
  private readonly how = new Map<string, number>()
  private names: FieldNames = new FieldNames([])
  private readonly tape: Tape
  /** The address of the marks, a byte for each node. */
  readonly address: number
  private nodes = 0

  private readonly values: boolean

  /** `fields` count by their values, the tests by their answers; with `values`, tests that look into a value count by it, else they cannot be told. */
  constructor(tape: Tape, address: number, fields: readonly string[], tests: readonly Predicate[], values: boolean) {
    this.tape = tape
    this.address = address
    this.values = values
    for (const name of fields) this.how.set(name, mark.value)
    this.complete = tests.every(test => this.add(test))
    this.names = new FieldNames(this.how.keys())
    this.extend()
  }

  /** Takes paths into account that came up since. */
  extend(): void {
    const { tape } = this
    const known = tape.names.length
    for (let node = Math.max(1, this.nodes); node < known; node++) {
      const served = this.names.served(tape.keys[node]!, tape.names[node]!)
      if (served === undefined) continue
      let how = 0
      for (const name of served.reads) how = stronger(how, this.how.get(name)!)
      // A list is a value of its own where only the field itself is asked for.
      tape.bytes[this.address + node] =
        served.unsure.length > 0 ? mark.apart : how | (served.through.length > 0 ? mark.notLists : 0)
    }
    this.nodes = known
  }

  private add(predicate: Predicate): boolean {
    switch (predicate.kind) {
      case 'and':
      case 'or':
        return predicate.args.every(arg => this.add(arg))
      case 'not':
        return this.add(predicate.arg)
      case 'const':
        return true
      case 'opaque':
        return true
      case 'test': {
        const { subject, match } = predicate
        if (subject.kind !== 'field') return false
        if (match.kind === 'exists') this.put(subject.name, mark.there)
        else if (match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal') this.put(subject.name, mark.value)
        else if (match.kind === 'glob') {
          const form = shape(match.glob)
          if (form.kind === 'starts') this.put(subject.name, startMark(form.text))
          else if (form.kind === 'equals' || this.values) this.put(subject.name, mark.value)
          else return false
        } else return false
        return true
      }
    }
  }

  private put(name: string, how: number): void {
    this.how.set(name, stronger(this.how.get(name) ?? 0, how))
  }
}

/** A beginning counts by as many bytes as it may take: two for each character, where none is beyond ASCII or escaped needlessly. */
function startMark(text: string): number {
  const bytes = Math.max(3, text.length * 2)
  return bytes > mark.mostStart || /[^\x20-\x7e]/.test(text) ? mark.value : bytes
}

/** The value says more than a beginning, a longer beginning more than a shorter one, either more than that it is there. */
function stronger(a: number, b: number): number {
  if (a === mark.value || b === mark.value) return mark.value
  return Math.max(a, b)
}

// Stages over rows, one after the other: each makes a sink before the next. Those that need all rows hold them and count what they hold.

import { isRecord, setField, type Value } from '../../ir/event.ts'
import { matchGlob } from '../../ir/glob.ts'
import type { SortKey, Stage } from '../../ir/pipeline.ts'
import { joinKeys, keyOf, type Row } from '../row.ts'
import type { Compute, Rules, Sink } from '../specials/signature.ts'
import { plainName, renamer } from './header.ts'
import { compareValues } from './order.ts'
import type { Session } from './session.ts'
import { setter } from './shape.ts'

type Of<Kind extends Stage['kind']> = Extract<Stage, { kind: Kind }>
type Fields = Readonly<Record<string, Value>>

/** A sink that hands its close and its end of wants on. */
export function passing(out: Sink, push: (row: Row) => void, close: () => void = () => {}): Sink {
  return {
    push,
    close() {
      close()
      out.close()
    },
    get done() {
      return out.done === true
    },
  }
}

/** A sink that is always asked for all rows: what comes late may still count. */
export const blocking = (out: Sink, push: (row: Row) => void, close: () => void): Sink => ({
  push,
  close() {
    close()
    out.close()
  },
})

export function filter(stage: Of<'filter'>, rules: Rules | undefined, session: Session, out: Sink): Sink {
  const holds = session.ask(stage.where, rules)
  return passing(out, row => {
    if (holds(row)) out.push(row)
  })
}

/** Fields without one of them. */
export function without(fields: Fields, name: string): Record<string, Value> {
  const rest: Record<string, Value> = {}
  for (const other of Object.keys(fields)) if (other !== name) setField(rest, other, fields[other]!)
  return rest
}

/** Columns put over a row; a value that is absent takes the column away. */
export function extended(fields: Fields, name: string, value: Value | undefined): Fields {
  if (value === undefined || value === null) return Object.hasOwn(fields, name) ? without(fields, name) : fields
  const more = { ...fields }
  setField(more, name, value)
  return more
}

/** Under Kusto's rules all columns are computed from the row that came, else each sees those before it. */
export function extend(stage: Of<'extend'>, rules: Rules | undefined, session: Session, out: Sink): Sink {
  const columns = stage.columns.map(({ name, value }) => {
    const compute = session.read(value, rules)
    const set = setter(name)
    /** The fields of a row with the column, computed from another row or the same. */
    return (fields: Fields, from: Row): Fields => {
      const found = compute(from)
      return found === undefined || found === null ? extended(fields, name, undefined) : set(fields, found)
    }
  })
  if (rules === 'kusto' || columns.length === 1)
    return passing(out, row => {
      let { fields } = row
      for (const column of columns) fields = column(fields, row)
      out.push({ ...row, fields })
    })
  return passing(out, row => {
    let changed = row
    for (const column of columns) changed = { ...changed, fields: column(changed.fields, changed) }
    out.push(changed)
  })
}

/** Which names fit one of the globs, asked once for each name. */
function picker(stage: Of<'project'>): (name: string) => boolean {
  const plain = new Set(stage.names.map(plainName).filter(name => name !== undefined))
  const globs = stage.names.filter(name => plainName(name) === undefined).map(name => matchGlob(name, false))
  if (globs.length === 0) return name => plain.has(name)
  const known = new Map<string, boolean>()
  return name => {
    let fits = known.get(name)
    if (fits === undefined) {
      fits = plain.has(name) || globs.some(glob => glob(name))
      if (known.size < 10_000) known.set(name, fits)
    }
    return fits
  }
}

export function project(stage: Of<'project'>, out: Sink): Sink {
  if (stage.mode === 'reorder') return out
  const fits = picker(stage)
  const wanted = stage.mode === 'keep'
  return passing(out, row => {
    const fields: Record<string, Value> = {}
    for (const name of Object.keys(row.fields)) if (fits(name) === wanted) setField(fields, name, row.fields[name]!)
    out.push({ ...row, fields })
  })
}

/** A column that takes the name of another takes its place. */
export function rename(stage: Of<'rename'>, out: Sink): Sink {
  const renamed = renamer(stage.names)
  return passing(out, row => {
    const fields: Record<string, Value> = {}
    const moved: [string, Value][] = []
    for (const name of Object.keys(row.fields)) {
      const to = renamed(name)
      if (to === undefined) setField(fields, name, row.fields[name]!)
      else moved.push([to, row.fields[name]!])
    }
    for (const [name, value] of moved) setField(fields, name, value)
    out.push({ ...row, fields })
  })
}

/** The first rows, of all or of each combination of keys; Splunk leaves out rows that lack a key. */
export function limit(stage: Of<'limit'>, rules: Rules | undefined, session: Session, out: Sink): Sink {
  if (stage.by === undefined) {
    let left = stage.count
    return {
      push(row) {
        if (left <= 0) return
        left--
        out.push(row)
      },
      close: () => out.close(),
      get done() {
        return left <= 0 || out.done === true
      },
    }
  }
  const reads = stage.by.map(column => session.read(column.value, rules))
  const counts = new Map<string, number>()
  return passing(out, row => {
    const keys = reads.map(read => keyOf(read(row)))
    if (rules === 'splunk' && keys.includes(undefined)) return
    const key = joinKeys(keys.map(part => part ?? '\u0000absent'))
    const count = counts.get(key) ?? 0
    if (count === 0) session.holdCells(1, 80 + key.length)
    if (count >= stage.count) return
    counts.set(key, count + 1)
    out.push(row)
  })
}

/** Compares two places of columns of keys; absent values stand first or last as each key says. */
export function comparison(
  keys: readonly SortKey[],
  rules: Rules | undefined,
): (columns: readonly (readonly (Value | undefined)[])[], a: number, b: number) => number {
  return (columns, a, b) => {
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!
      const x = columns[index]![a]
      const y = columns[index]![b]
      if (x === undefined || y === undefined) {
        if (x === y) continue
        return (x === undefined) === (key.nulls === 'first') ? -1 : 1
      }
      const order = compareValues(x, y, rules)
      if (order !== 0) return key.descending ? -order : order
    }
    return 0
  }
}

/** Sorts; rows that agree in all keys keep their order. With `most`, only so many are kept. */
export function sort(
  stage: Of<'sort'>,
  rules: Rules | undefined,
  session: Session,
  out: Sink,
  most = Number.POSITIVE_INFINITY,
): Sink {
  const reads = stage.keys.map(key => session.read(key.by, rules))
  const compare = comparison(stage.keys, rules)
  // Keys lie side by side in one list each, and places are sorted: a row with an object of its own would take as much again.
  let rows: Row[] = []
  let columns: (Value | undefined)[][] = reads.map(() => [])

  /** The places of the rows in order. */
  function places(): Uint32Array {
    const order = Uint32Array.from(rows, (_, at) => at)
    return order.sort((a, b) => compare(columns, a, b) || a - b)
  }

  function cut(): void {
    const kept = places().slice(0, most)
    for (const gone of places().slice(most)) session.release(rows[gone]!)
    columns = columns.map(column => Array.from(kept, at => column[at]))
    rows = Array.from(kept, at => rows[at]!)
  }

  return blocking(
    out,
    row => {
      session.hold(row)
      rows.push(row)
      for (const [index, read] of reads.entries()) columns[index]!.push(read(row) ?? undefined)
      if (rows.length >= most * 2 + 1000) cut()
    },
    () => {
      if (rows.length > most) cut()
      for (const at of places()) {
        if (out.done) break
        out.push(rows[at]!)
      }
      for (const row of rows) session.release(row)
      rows = []
      columns = []
    },
  )
}

/** What a value falls apart into; undefined: the row stays as it is, with this column absent. */
function membersOf(value: Value | undefined, stage: Of<'expand'>): readonly Value[] | undefined {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) return value as readonly Value[]
  if (!isRecord(value)) return [value]
  return Object.entries(value).map(([name, member]) => (stage.bags === 'array' ? [name, member] : { [name]: member }))
}

export function expand(stage: Of<'expand'>, out: Sink): Sink {
  const most = stage.limit ?? Number.POSITIVE_INFINITY
  return passing(out, row => {
    const lists = stage.columns.map(name => membersOf(Object.hasOwn(row.fields, name) ? row.fields[name] : undefined, stage))
    const absent = lists.every(list => list === undefined)
    const count = Math.min(most, absent ? 1 : Math.max(...lists.map(list => list?.length ?? 0)))
    for (let at = 0; at < count && !out.done; at++) {
      let fields: Fields = row.fields
      for (const [index, name] of stage.columns.entries()) fields = extended(fields, name, lists[index]?.[at])
      if (stage.index !== undefined && !absent) fields = extended(fields, stage.index, at)
      out.push({ ...row, fields })
    }
  })
}

/** Reads keys of rows as one text. */
export function keyReader(reads: readonly Compute[]): (row: Row) => string {
  return row => joinKeys(reads.map(read => keyOf(read(row)) ?? '\u0000absent'))
}

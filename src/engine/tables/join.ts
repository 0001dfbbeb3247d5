// Joins of all kinds over a right side that is complete: a hash of its keys, the left side streaming past. What multiplies without end is refused.

import { setField, type Value } from '../../ir/event.ts'
import { any, matchGlob, parseGlob } from '../../ir/glob.ts'
import type { Stage } from '../../ir/pipeline.ts'
import { fold } from '../../text/fold.ts'
import { parseAddress, parseNetwork } from '../address.ts'
import { joinKeys, type Row } from '../row.ts'
import type { Header, Input, Rules, Sink } from '../specials/signature.ts'
import type { HeaderColumn } from './header.ts'
import { joinKey } from './order.ts'
import type { Session } from './session.ts'
import { joiner } from './shape.ts'
import { blocking } from './stages.ts'
import { bothEvents } from './trail.ts'

export type JoinStage = Extract<Stage, { kind: 'join' }>

/** How many result rows a join may make for each row that goes in, beyond the first ones. */
const mostFactor = 50
const mostFree = 250_000
const mostTests = 400_000_000

/** What right columns are called beside the left ones, by the stage's rule for clashes; undefined: the column is not taken. */
export function rightNames(stage: JoinStage, left: Header, right: Header): ReadonlyMap<string, string> {
  const before = new Set(left.columns.map(column => column.name))
  // A new name is one that neither side has.
  const taken = new Set([...before, ...right.columns.map(column => column.name)])
  const names = new Map<string, string>()
  for (const { name } of right.columns) {
    let to = name
    if (stage.clash === 'suffix' && before.has(name)) {
      for (let number = 1; taken.has(to); number++) to = `${name}${number}`
      taken.add(to)
    }
    names.set(name, to)
  }
  return names
}

/** The columns of joined rows. */
export function joinHeader(stage: JoinStage, left: Header, right: Header): Header {
  if (stage.how === 'semi' || stage.how === 'anti') return left
  if (stage.how === 'rightsemi' || stage.how === 'rightanti') return right
  const names = rightNames(stage, left, right)
  const columns = new Map<string, HeaderColumn>(left.columns.map(column => [column.name, column]))
  for (const column of right.columns) {
    const name = names.get(column.name)!
    if (!columns.has(name)) columns.set(name, { ...column, name })
  }
  return { columns: [...columns.values()], open: left.open || right.open }
}

export function join(stage: JoinStage, left: Header, right: Input, rules: Rules | undefined, session: Session, out: Sink): Sink {
  const equal = stage.on.filter(pair => pair.by === 'equal')
  const other = stage.on.filter(pair => pair.by !== 'equal')
  const leftReads = equal.map(pair => session.read(pair.left, rules))
  const rightReads = equal.map(pair => session.read(pair.right, rules))
  const otherLeft = other.map(pair => session.read(pair.left, rules))
  const otherRight = other.map(pair => session.read(pair.right, rules))
  const names = rightNames(stage, left, right.header)

  const keyOf = (row: Row, reads: typeof leftReads): string | undefined => {
    if (reads.length === 1) return joinKey(reads[0]!(row), equal[0]!.fold === true)
    const keys: string[] = []
    for (const [index, read] of reads.entries()) {
      const key = joinKey(read(row), equal[index]!.fold === true)
      if (key === undefined) return undefined
      keys.push(key)
    }
    return joinKeys(keys)
  }

  // Rows by their places: a million keys with an object each would take more room than the rows.
  const { rows } = right
  const table = new Map<string, number | number[]>()
  const fits =
    other.length === 0
      ? undefined
      : rows.map(row =>
          asks(
            other,
            otherRight.map(read => read(row) ?? undefined),
            rules,
          ),
        )
  const matched = new Uint8Array(rows.length)
  for (const [place, row] of rows.entries()) {
    const key = keyOf(row, rightReads)
    if (key === undefined) continue
    const same = table.get(key)
    if (same === undefined) table.set(key, place)
    else if (typeof same === 'number') table.set(key, [same, place])
    else same.push(place)
  }
  session.holdCells(rows.length, 60)

  const take = stage.take ?? Number.POSITIVE_INFINITY
  const seen = stage.how === 'innerunique' ? new Set<string>() : undefined
  const wantsLeft = stage.how === 'left' || stage.how === 'full'
  let pushed = 0
  let made = 0
  let tested = 0

  function grown(): void {
    made++
    if (made > mostFree && made > mostFactor * (pushed + rows.length))
      session.stop({
        code: 'ENG151',
        message: `a join makes more than ${mostFactor} rows for each row that goes in: ${made} of ${pushed} and ${rows.length}`,
        hint: 'join by a key that is rarer, or aggregate one side by its key before',
        span: stage.span,
      })
  }

  const none: readonly number[] = []
  const alone: number[] = [0]

  /** The places of the right rows that fit; valid until the next call. */
  function matches(row: Row): readonly number[] {
    const key = keyOf(row, leftReads)
    const found = key === undefined ? undefined : table.get(key)
    if (found === undefined) return none
    let places: readonly number[]
    if (typeof found === 'number') {
      alone[0] = found
      places = alone
    } else places = found
    if (fits !== undefined) {
      const values = otherLeft.map(read => read(row) ?? undefined)
      tested += places.length
      if (tested > mostTests)
        session.stop({
          code: 'ENG151',
          message: `a join compares more than ${mostTests} pairs of rows, because its keys are patterns or networks`,
          hint: 'filter both sides before joining',
          span: stage.span,
        })
      places = places.filter(place => fits[place]!(values))
    }
    return stage.within === undefined ? places : places.filter(place => near(row, rows[place]!))
  }

  const near = (a: Row, b: Row): boolean =>
    stage.within === undefined || a.time === undefined || b.time === undefined || Math.abs(a.time - b.time) <= stage.within

  /** The fields of right rows under the names that they have beside left ones. */
  const told: (Row['fields'] | undefined)[] = []
  const together = joiner()
  const renames = stage.clash === 'suffix' && [...names].some(([name, to]) => name !== to)
  function rightFields(place: number): Row['fields'] {
    const { fields } = rows[place]!
    if (!renames) return fields
    let out = told[place]
    if (out === undefined) {
      const renamed: Record<string, Value> = {}
      for (const name of Object.keys(fields)) setField(renamed, names.get(name) ?? name, fields[name]!)
      out = renamed
      told[place] = out
    }
    return out
  }

  function both(row: Row, place: number): Row {
    const right = rightFields(place)
    const events = bothEvents(row, rows[place]!)
    if (stage.clash === 'right') return { ...row, fields: together(row.fields, right), events }
    if (stage.clash === 'suffix') {
      // A left row may have more columns than its header knows.
      const clashes = left.open && Object.keys(right).some(name => Object.hasOwn(row.fields, name))
      if (!clashes) return { ...row, fields: together(row.fields, right), events }
      const fields: Record<string, Value> = { ...row.fields }
      for (const name of Object.keys(right)) {
        let to = name
        for (let number = 1; Object.hasOwn(fields, to); number++) to = `${name}${number}`
        setField(fields, to, right[name]!)
      }
      return { ...row, fields, events }
    }
    const fields: Record<string, Value> = { ...row.fields }
    for (const name of Object.keys(right)) if (!Object.hasOwn(fields, name)) setField(fields, name, right[name]!)
    return { ...row, fields, events }
  }

  function push(row: Row): void {
    if (out.done) return
    pushed++
    if (seen !== undefined) {
      const key = keyOf(row, leftReads)
      if (key === undefined || seen.has(key)) return
      seen.add(key)
      session.holdCells(1, 60 + key.length)
    }
    const places = matches(row)
    switch (stage.how) {
      case 'semi':
        if (places.length > 0) out.push(row)
        return
      case 'anti':
        if (places.length === 0) out.push(row)
        return
      case 'rightsemi':
      case 'rightanti':
        for (const place of places) matched[place] = 1
        return
      default: {
        if (places.length === 0) {
          if (wantsLeft) out.push(row)
          return
        }
        const count = Math.min(take, places.length)
        for (let at = 0; at < count && !out.done; at++) {
          const place = places[at]!
          matched[place] = 1
          grown()
          out.push(both(row, place))
        }
      }
    }
  }

  return blocking(out, push, () => {
    const after = (wanted: number, tell: (row: Row, place: number) => Row): void => {
      for (const [place, row] of rows.entries()) if (matched[place] === wanted && !out.done) out.push(tell(row, place))
    }
    const nothing: Row = { order: 0, fields: {}, events: [], schema: '', branch: 0 }
    if (stage.how === 'right' || stage.how === 'full')
      after(0, (row, place) => ({
        ...both(nothing, place),
        time: row.time,
        ticks: row.ticks,
        order: row.order,
        schema: row.schema,
      }))
    if (stage.how === 'rightsemi') after(1, row => row)
    if (stage.how === 'rightanti') after(0, row => row)
  })
}

/** Whether left values fit the patterns and networks of one right row. */
function asks(
  pairs: JoinStage['on'],
  values: readonly (Value | undefined)[],
  rules: Rules | undefined,
): (left: readonly (Value | undefined)[]) => boolean {
  const tests = pairs.map((pair, index): ((value: string) => boolean) => {
    const pattern = values[index]
    if (pattern === undefined || pattern === null || typeof pattern === 'object') return () => false
    const text = String(pattern)
    if (pair.by === 'cidr') {
      const inside = parseNetwork(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
      return value => {
        const address = inside === undefined ? undefined : parseAddress(value)
        return address !== undefined && inside!(address)
      }
    }
    const folded = pair.fold === true
    const wanted = folded ? fold(text) : text
    // Splunk knows one wildcard and no way to write it as itself.
    const pieces = wanted.split('*').flatMap((piece, at) => (at === 0 ? [piece] : [any, piece]))
    const fits = matchGlob(rules === 'splunk' ? pieces : parseGlob(wanted), false)
    return value => fits(folded ? fold(value) : value)
  })
  return left =>
    tests.every((test, index) => {
      const value = left[index]
      if (value === undefined || value === null) return false
      return Array.isArray(value)
        ? (value as readonly Value[]).some(member => typeof member !== 'object' && test(String(member)))
        : typeof value !== 'object' && test(String(value))
    })
}

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
import { blocking } from './stages.ts'
import { bothEvents } from './trail.ts'

export type JoinStage = Extract<Stage, { kind: 'join' }>

/** How many result rows a join may make for each row that goes in, beyond the first million. */
const mostFactor = 50
const mostFree = 1_000_000
const mostTests = 400_000_000

/** What right columns are called beside the left ones, by the stage's rule for clashes; undefined: the column is not taken. */
export function rightNames(stage: JoinStage, left: Header, right: Header): ReadonlyMap<string, string> {
  const taken = new Set(left.columns.map(column => column.name))
  const names = new Map<string, string>()
  for (const { name } of right.columns) {
    let to = name
    if (stage.clash === 'suffix') {
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
  const columns: HeaderColumn[] = [...left.columns]
  for (const column of right.columns) {
    const name = names.get(column.name)!
    if (!columns.some(known => known.name === name)) columns.push({ ...column, name })
  }
  return { columns, open: left.open || right.open }
}

/** A right row with what it asks of the left one beside equal keys. */
interface Candidate {
  readonly row: Row
  readonly fits: ((values: readonly (Value | undefined)[]) => boolean) | undefined
  matched: boolean
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

  const table = new Map<string, Candidate[]>()
  const all: Candidate[] = []
  for (const row of right.rows) {
    const candidate: Candidate = {
      row,
      fits:
        other.length === 0
          ? undefined
          : asks(
              other,
              otherRight.map(read => read(row) ?? undefined),
              rules,
            ),
      matched: false,
    }
    all.push(candidate)
    const key = keyOf(row, rightReads)
    if (key === undefined) continue
    const same = table.get(key)
    if (same === undefined) table.set(key, [candidate])
    else same.push(candidate)
  }
  session.holdCells(all.length, 100)

  const take = stage.take ?? Number.POSITIVE_INFINITY
  const seen = stage.how === 'innerunique' ? new Set<string>() : undefined
  const wantsLeft = stage.how === 'left' || stage.how === 'full'
  let pushed = 0
  let made = 0
  let tested = 0

  function grown(): void {
    made++
    if (made > mostFree && made > mostFactor * (pushed + all.length))
      session.stop({
        code: 'ENG151',
        message: `a join makes more than ${mostFactor} rows for each row that goes in: ${made} of ${pushed} and ${all.length}`,
        hint: 'join by a key that is rarer, or aggregate one side by its key before',
        span: stage.span,
      })
  }

  function* matches(row: Row): Iterable<Candidate> {
    const key = keyOf(row, leftReads)
    if (key === undefined) return
    const found = table.get(key)
    if (found === undefined) return
    if (other.length === 0) {
      for (const candidate of found) if (near(row, candidate.row)) yield candidate
      return
    }
    const values = otherLeft.map(read => read(row) ?? undefined)
    tested += found.length
    if (tested > mostTests)
      session.stop({
        code: 'ENG151',
        message: `a join compares more than ${mostTests} pairs of rows, because its keys are patterns or networks`,
        hint: 'filter both sides before joining',
        span: stage.span,
      })
    for (const candidate of found) if (candidate.fits!(values) && near(row, candidate.row)) yield candidate
  }

  const near = (a: Row, b: Row): boolean =>
    stage.within === undefined || a.time === undefined || b.time === undefined || Math.abs(a.time - b.time) <= stage.within

  function both(row: Row, of: Row): Row {
    const fields: Record<string, Value> = { ...row.fields }
    for (const name of Object.keys(of.fields)) {
      const value = of.fields[name]!
      if (stage.clash === 'suffix') {
        let to = names.get(name)
        if (to === undefined || (left.open && to === name && Object.hasOwn(row.fields, name))) {
          to = name
          for (let number = 1; Object.hasOwn(fields, to); number++) to = `${name}${number}`
        }
        setField(fields, to, value)
      } else if (stage.clash === 'right' || !Object.hasOwn(row.fields, name)) setField(fields, name, value)
    }
    const events = bothEvents(row, of)
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
    let found = 0
    for (const candidate of matches(row)) {
      found++
      switch (stage.how) {
        case 'semi':
          out.push(row)
          return
        case 'anti':
          return
        case 'rightsemi':
        case 'rightanti':
          candidate.matched = true
          continue
        default:
          candidate.matched = true
          grown()
          out.push(both(row, candidate.row))
          if (found >= take || out.done) return
      }
    }
    if (found === 0 && (stage.how === 'anti' || wantsLeft)) out.push(row)
  }

  return blocking(out, push, () => {
    if (stage.how === 'right' || stage.how === 'full') {
      const none: Row = { order: 0, fields: {}, events: [], schema: '', branch: 0 }
      for (const { row, matched } of all)
        if (!matched && !out.done)
          out.push({ ...both(none, row), time: row.time, ticks: row.ticks, order: row.order, schema: row.schema })
    }
    if (stage.how === 'rightsemi' || stage.how === 'rightanti')
      for (const { row, matched } of all) if (matched === (stage.how === 'rightsemi') && !out.done) out.push(row)
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

// Sequences in which events must be missing: EQL's `![…]`. What is there is chained as Elasticsearch chains it; a match is let go when what must be missing is found beside it.

import type { Value } from '../ir/event.ts'
import type { From } from '../ir/pipeline.ts'
import {
  compareRows,
  compareTimes,
  gather,
  type Lost,
  mostHeld,
  type OperatorOptions,
  type Row,
  reportFull,
  within,
} from './row.ts'

type Sequence = Extract<From, { kind: 'sequence' }>
type Columns = Readonly<Record<string, Value>>

/** The latest row of a beginning, and how it came there. */
interface Chain {
  readonly row: Row
  readonly start: Row
  readonly before?: Chain
}

/** A match that waits whether what must be missing behind it comes. */
interface Waiting {
  readonly key: string
  readonly start: Row
  readonly last: Row
  readonly result: Row
  gone: boolean
}

/** What must be missing: rows of a branch, behind so many rows that are there. */
interface Gap {
  readonly branch: number
  readonly behind: number
}

/**
 * Runs an ordered sequence with steps that must be absent; `within` is given and some step is there.
 *
 * What is there (https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax, "State machine"): per key, one beginning at each
 * step; a newer one takes the place of an older one, and one that goes on leaves its step. An event goes on with the longest beginning
 * first, so that it may complete one match and begin another, and never serves two steps of one.
 *
 * What is missing: no event of the same key that meets the condition, strictly between its neighbours in time and, at one time, order of
 * arrival; before the first, since the last less `maxspan`; behind the last, up to the first plus `maxspan`, ends included. A match with
 * something missing at its end is told when that time has passed, or the input has ended.
 */
export function missing(from: Sequence, lost: Lost, options: OperatorOptions) {
  const size = from.within!
  const held = options.held ?? mostHeld
  /** The branch that each link of a chain asks for: a step that repeats is several links. */
  const links: number[] = []
  const gaps: Gap[] = []
  for (const [branch, step] of from.steps.entries())
    if (step.absent === true) gaps.push({ branch, behind: links.length })
    else links.push(...Array<number>(step.times ?? 1).fill(branch))
  const inside = gaps.filter(gap => gap.behind < links.length)
  const trailing = new Set(gaps.filter(gap => gap.behind === links.length).map(gap => gap.branch))
  const watched = new Set(gaps.map(gap => gap.branch))

  /** By key, in the order in which they were last touched. */
  const beginnings = new Map<string, { columns: Columns; chains: (Chain | undefined)[] }>()
  /** Rows that were seen of steps that must be absent, by key, and all of them in order of time. */
  const seen = new Map<string, Row[]>()
  let queue: { readonly key: string; readonly row: Row }[] = []
  let first = 0
  /** In the order of their deadlines, which is not that of their completion. */
  const waiting: Waiting[] = []
  /** The rows of the event that is looked at. */
  let group: { readonly row: Row; readonly key: string; readonly columns: Columns }[] = []

  /** Lets go of what is too old to matter at a row, and gives the matches whose time has passed. */
  function pass(now: Row): readonly Row[] {
    while (first < queue.length && !within(queue[first]!.row, now, size)) {
      const { key } = queue[first++]!
      const rows = seen.get(key)!
      rows.shift()
      if (rows.length === 0) seen.delete(key)
    }
    if (first > 1024 && first * 2 > queue.length) {
      queue = queue.slice(first)
      first = 0
    }
    for (const [key, { chains }] of beginnings) {
      if (chains.some(chain => chain !== undefined && within(chain.start, now, size))) break
      beginnings.delete(key)
    }
    return release(one => !within(one.start, now, size))
  }

  function release(ended: (one: Waiting) => boolean): readonly Row[] {
    const results: Row[] = []
    while (waiting.length > 0 && (waiting[0]!.gone || ended(waiting[0]!))) {
      const one = waiting.shift()!
      if (!one.gone) results.push(one.result)
    }
    return results
  }

  function see(key: string, row: Row): void {
    if (queue.length - first >= held) {
      if (lost.cut++ === 0) reportFull(held, options)
      return
    }
    const rows = seen.get(key)
    if (rows === undefined) seen.set(key, [row])
    else rows.push(row)
    queue.push({ key, row })
    if (!trailing.has(row.branch)) return
    for (const one of waiting)
      if (!one.gone && one.key === key && isAfter(row, one.last) && within(one.start, row, size)) one.gone = true
  }

  /** A match of all that must be there, unless something is found that must not. */
  function complete(chain: Chain, key: string, columns: Columns): readonly Row[] {
    const rows: Row[] = []
    for (let at: Chain | undefined = chain; at !== undefined; at = at.before) rows.unshift(at.row)
    const last = rows.at(-1)!
    const found = inside.some(({ branch, behind }) =>
      (seen.get(key) ?? []).some(
        row =>
          row.branch === branch &&
          isAfter(rows[behind]!, row) &&
          (behind === 0 ? within(row, last, size) : isAfter(row, rows[behind - 1]!)),
      ),
    )
    if (found) return []
    const result: Row = { ...last, fields: columns, ...gather(rows.length, index => rows[index]!) }
    if (trailing.size === 0) return [result]
    // Deadlines follow the beginnings of matches.
    let place = waiting.length
    while (place > 0 && compareTimes(waiting[place - 1]!.start, chain.start) > 0) place--
    waiting.splice(place, 0, { key, start: chain.start, last, result, gone: false })
    if (waiting.length <= held) return []
    if (lost.cut++ === 0) reportFull(held, options)
    return [waiting.shift()!.result]
  }

  function goOn(row: Row, key: string, columns: Columns): readonly Row[] {
    const known = beginnings.get(key) ?? { columns, chains: [] }
    beginnings.delete(key)
    beginnings.set(key, known)
    const { chains } = known
    const results: Row[] = []
    for (let link = links.length - 1; link >= 0; link--) {
      if (links[link] !== row.branch) continue
      let chain: Chain = { row, start: row }
      if (link > 0) {
        const before = chains[link - 1]
        if (before === undefined || !isAfter(row, before.row)) continue
        chains[link - 1] = undefined
        if (!within(before.start, row, size)) continue
        chain = { row, start: before.start, before }
      }
      if (link === links.length - 1) results.push(...complete(chain, key, known.columns))
      else chains[link] = chain
    }
    if (beginnings.size > held) {
      if (lost.cut++ === 0) reportFull(held, options)
      const oldest = beginnings.keys().next()
      if (!oldest.done) beginnings.delete(oldest.value)
    }
    return results
  }

  /** The rows of one event: later steps first, so that it does not go on with itself. */
  function settle(): readonly Row[] {
    if (group.length === 0) return []
    const rows = group
    group = []
    const results: Row[] = [...pass(rows[0]!.row)]
    for (const { row, key } of rows) if (watched.has(row.branch)) see(key, row)
    for (const { row, key, columns } of rows.sort((a, b) => b.row.branch - a.row.branch)) {
      if (row.branch >= from.steps.length) beginnings.delete(key)
      else if (!watched.has(row.branch)) results.push(...goOn(row, key, columns))
    }
    return results
  }

  return {
    push(row: Row, key: string, columns: Columns): readonly Row[] {
      const now = group[0]?.row
      if (now !== undefined && compareTimes(row, now) < 0) {
        lost.late++
        return []
      }
      const results = now !== undefined && compareRows({ ...row, branch: 0 }, { ...now, branch: 0 }) !== 0 ? settle() : []
      group.push({ row, key, columns })
      return results
    },
    finish(): readonly Row[] {
      return [...settle(), ...release(() => true)]
    },
  }
}

/** Whether a row is of an event behind that of another. */
const isAfter = (row: Row, other: Row): boolean =>
  compareTimes(row, other) > 0 || (compareTimes(row, other) === 0 && row.order > other.order)

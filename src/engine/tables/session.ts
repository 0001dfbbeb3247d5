// One pass of a table query: what it holds in memory and how much that may be, its clock, the rows of its subqueries, what it reports.

import type { Value } from '../../ir/event.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { compilePredicate } from '../match.ts'
import type { Row } from '../row.ts'
import { type Context, compileScalar } from '../scalar.ts'
import type { Compute, Input, Rules, Sink } from '../specials/signature.ts'

export const codes: Readonly<Record<string, string>> = {
  ENG150: 'a query would hold more rows than the memory allows',
  ENG151: 'a join multiplies its rows without end',
  ENG152: 'a query asks for a row for each of very many numbers',
  ENG355: 'a query asks for a side effect, which was counted and not done',
}

export interface SessionOptions {
  /** What all queries of one run hold together; each counts into it. */
  readonly shared?: Shared
  /** Rows held at most, and the memory they may take by estimate, in bytes. Default 4,000,000 and 320 MB. */
  readonly held?: number
  readonly bytes?: number
  /** The instant that `now` is, milliseconds UTC. */
  readonly now?: number
  readonly report?: (finding: Diagnostic) => void
  /** What findings call the query. */
  readonly name?: string
}

/** What is held in one run, by all its queries. */
export interface Shared {
  bytes: number
  events: number
}

/** Nothing held yet. */
export const nothingHeld = (): Shared => ({ bytes: 0, events: 0 })

const mostShared = 1024 * 1024 * 1024

/** Ends a pass; what is wrong has been reported. Caught where rows enter. */
export class Stopped extends Error {}

/** Side effects that were asked for, by kind and target. */
export interface Effect {
  readonly kind: string
  readonly target: string
  readonly rows: number
}

const defaultHeld = 4_000_000
const defaultBytes = 320 * 1024 * 1024

/** What runs share in one pass. */
export interface Session {
  readonly now: () => number
  context(rules: Rules | undefined): Context
  /** A question or value as a function of a row, compiled once in a pass. */
  ask(predicate: Predicate, rules: Rules | undefined): (row: Row) => boolean
  read(scalar: Scalar, rules: Rules | undefined): Compute
  hold(row: Row): void
  release(row: Row): void
  /** Counts what else is held: `count` values of about `bytes` each. */
  holdCells(count: number, bytes: number): void
  stop(finding: Omit<Diagnostic, 'severity'>): never
  report(finding: Diagnostic): void
  effect(kind: string, target: string, row: Row): void
  gaveUp(pattern: string): void
  /** Whether one more contributing event may be kept for a result. */
  keepEvent(): boolean
  /** Where rows of each leaf enter. */
  readonly sinks: Sink[]
  fill(query: Pipeline, input: Input): void
  /** Calls when the rows of all these queries are complete; at once when they are. */
  when(queries: readonly Pipeline[], then: () => void): void
  readonly inputs: ReadonlyMap<Pipeline, Input>
  effects(): readonly Effect[]
  /** Lets everything go, after a stop. */
  drop(): void
  patterns(): ReadonlyMap<string, number>
}

const mostEvents = 300_000

export function createSession(options: SessionOptions): Session {
  const mostRows = options.held ?? defaultHeld
  const mostBytes = options.bytes ?? defaultBytes
  const at = options.now ?? 0
  const now = (): number => at
  const inputs = new Map<Pipeline, Input>()
  const sinks: Sink[] = []
  const waiting: { left: Set<Pipeline>; readonly then: () => void }[] = []
  const contexts = new Map<Rules | undefined, Context>()
  const effects = new Map<string, { kind: string; target: string; rows: number }>()
  const patterns = new Map<string, number>()
  let rows = 0
  let bytes = 0
  const shared = options.shared ?? nothingHeld()
  const of = options.name === undefined ? 'the query' : `"${options.name}"`

  const asks = new Map<Rules | undefined, WeakMap<Predicate, (row: Row) => boolean>>()
  const reads = new Map<Rules | undefined, WeakMap<Scalar, Compute>>()

  function context(rules: Rules | undefined): Context {
    let known = contexts.get(rules)
    if (known === undefined) {
      known = { ...(rules === undefined ? {} : { rules }), now, rowsOf: query => inputs.get(query) }
      contexts.set(rules, known)
    }
    return known
  }

  const report = (finding: Diagnostic): void => options.report?.(finding)
  function stop(finding: Omit<Diagnostic, 'severity'>): never {
    report({ ...finding, severity: 'error' })
    throw new Stopped(finding.message)
  }
  function count(size: number): void {
    bytes += size
    shared.bytes += size
  }
  function check(): void {
    if (shared.bytes > mostShared)
      stop({
        code: 'ENG150',
        message: `all rules together would hold more than ${Math.round(mostShared / 1024 / 1024)} MB in memory, and ${of} was given up`,
        hint: 'hunt with fewer rules at once, or over fewer logs',
      })
    if (rows > mostRows || bytes > mostBytes)
      stop({
        code: 'ENG150',
        message: `${of} would hold more than ${rows > mostRows ? `${mostRows} rows` : `${Math.round(mostBytes / 1024 / 1024)} MB`} in memory and was given up`,
        hint: 'filter earlier, keep fewer columns, or aggregate before joining and sorting',
      })
  }

  function gaveUp(pattern: string): void {
    patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1)
  }

  return {
    now,
    context,
    ask(predicate, rules) {
      return remembered(asks, rules, predicate, () => compilePredicate(predicate, { context: context(rules), gaveUp }))
    },
    read(scalar, rules) {
      return remembered(reads, rules, scalar, () => compileScalar(scalar, context(rules)))
    },
    hold(row) {
      rows++
      count(sizeOf(row))
      check()
    },
    release(row) {
      rows--
      count(-sizeOf(row))
    },
    holdCells(cells, size) {
      rows += cells
      count(cells * size)
      check()
    },
    stop,
    report,
    effect(kind, target) {
      const key = `${kind} ${target}`
      const known = effects.get(key)
      if (known === undefined) effects.set(key, { kind, target, rows: 1 })
      else known.rows++
    },
    gaveUp,
    keepEvent() {
      if (shared.events >= mostEvents) return false
      shared.events++
      return true
    },
    sinks,
    inputs,
    fill(query, input) {
      inputs.set(query, input)
      for (const one of [...waiting]) {
        if (!one.left.delete(query) || one.left.size > 0) continue
        waiting.splice(waiting.indexOf(one), 1)
        one.then()
      }
    },
    when(queries, then) {
      const left = new Set(queries.filter(query => !inputs.has(query)))
      if (left.size === 0) then()
      else waiting.push({ left, then })
    },
    effects: () => [...effects.values()],
    drop() {
      shared.bytes -= bytes
      bytes = 0
      rows = 0
      sinks.length = 0
      waiting.length = 0
      inputs.clear()
    },
    patterns: () => patterns,
  }
}

function remembered<K extends object, T>(
  all: Map<Rules | undefined, WeakMap<K, T>>,
  rules: Rules | undefined,
  key: K,
  make: () => T,
): T {
  let known = all.get(rules)
  if (known === undefined) {
    known = new WeakMap()
    all.set(rules, known)
  }
  let found = known.get(key)
  if (found === undefined) {
    found = make()
    known.set(key, found)
  }
  return found
}

const rowBytes = 160
/** An event that a row keeps alive, by a rough middle. */
const eventBytes = 1000
const cellBytes = 16

/** About what a row takes: its own object, a slot for each column, texts by length; lists and records count by their members, a few levels down. */
function sizeOf(row: Row): number {
  const { fields } = row
  let sum = rowBytes + eventBytes * row.events.length
  for (const name in fields) sum += cellBytes + sizeOfValue(fields[name]!, 0)
  return sum
}

function sizeOfValue(value: Value, depth: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value === 'bigint') return 16
  if (typeof value !== 'object' || value === null || depth > 6) return 0
  let sum = 32
  for (const member of Array.isArray(value) ? (value as readonly Value[]) : Object.values(value))
    sum += cellBytes + sizeOfValue(member as Value, depth + 1)
  return sum
}

// What names stand for while a query is bound: let statements, parameters, columns of the rows at hand, and what has been found wrong.

import type { Measure, Pipeline } from '../../../ir/pipeline.ts'
import type { ValueType } from '../../../ir/predicate.ts'
import type { Diagnostic } from '../../../text/diagnostic.ts'
import type { Span } from '../../../text/source.ts'
import type { Lowered } from './lowered.ts'
import type { Statement } from './tree.ts'

/** A column; its type is undefined where nobody knows it. */
export interface Column {
  readonly name: string
  readonly type: ValueType | undefined
}

/** The columns of rows. `open`: there may be others, of a table that is not known. */
export interface Header {
  readonly columns: readonly Column[]
  readonly open: boolean
  /** Columns are described, and a name that is not among them may still be one: descriptions of products lag behind. */
  readonly lax?: boolean
}

/** A query with the columns it gives. `depth` counts queries within queries. */
export interface Table {
  readonly query: Pipeline
  readonly header: Header
  readonly depth: number
  /** The name that `withsource` gives its rows. */
  readonly name?: string
}

export type Binding =
  /** `row`: the columns of the rows that the value is computed from. */
  | { readonly kind: 'value'; readonly value: Lowered; readonly row?: Header }
  | { readonly kind: 'table'; readonly table: Table; readonly view?: boolean }
  | { readonly kind: 'function'; readonly of: Statement & { kind: 'function' }; readonly scope: Scope }

/** Names of one body, and those around it. */
export interface Scope {
  names: Map<string, Binding>
  above?: Scope
}

/** The scope as it is now, for who must not see what is named later. */
export function frozen(scope: Scope): Scope {
  const now: Scope = { names: scope.names, ...(scope.above === undefined ? {} : { above: scope.above }) }
  scope.names = new Map()
  scope.above = now
  return now
}

export function lookUp(scope: Scope | undefined, name: string): Binding | undefined {
  for (let at = scope; at !== undefined; at = at.above) {
    const found = at.names.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** What the whole binding of a query shares. */
export interface Shared {
  readonly diagnostics: Diagnostic[]
  readonly tables: Readonly<Record<string, readonly { readonly name: string; readonly type?: ValueType }[]>>
  /** How many nodes may still be made; let statements used over and over multiply. */
  budget: number
  /** Whether the end of the budget was told. */
  exhausted: boolean
  /** How many unnamed columns there were so far. */
  unnamed: number
  /** A number for names that no query writes. */
  counter: number
  /** How many functions are being called within each other. */
  calls: number
  /** Whether it was said that the portals call the time differently. */
  remarkedTime: boolean
  /** How many functions the query has. */
  functions: number
}

/** Where an expression stands. */
export interface Context {
  readonly shared: Shared
  readonly scope: Scope
  /** The rows at hand; absent where there are none (let, arguments of a source). */
  readonly header?: Header
  /** The rows at hand where a function was called, in its body. */
  readonly outer?: Header
  /** The other side, in the conditions of a join. */
  readonly right?: Header
  /** Takes the measures that an expression of `summarize` asks for; the name of each comes back. */
  readonly measures?: (make: (name: string) => Measure, type: ValueType | undefined) => Column
  /** Takes the values of neighbouring rows that an expression asks for; absent where rows have no order. */
  readonly neighbours?: (make: (name: string) => Measure, type: ValueType | undefined) => Column
}

const mostFindings = 60

export function report(
  context: Context,
  code: string,
  severity: Diagnostic['severity'],
  message: string,
  span: Span,
  hint?: string,
): void {
  const { diagnostics } = context.shared
  if (diagnostics.length >= mostFindings) return
  if (diagnostics.some(one => one.code === code && one.message === message && one.span?.start === span.start)) return
  diagnostics.push({ code, severity, message, span, ...(hint === undefined ? {} : { hint }) })
}

/** Counts what is made; false when a query has grown beyond all use. */
export function spend(context: Context, count: number, span: Span): boolean {
  const { shared } = context
  shared.budget -= count
  if (shared.budget > 0) return true
  if (!shared.exhausted) {
    shared.exhausted = true
    report(
      context,
      'KQL013',
      'error',
      'the query grows too large when its let statements are put in place',
      span,
      'use materialize, or fewer uses of one name within another',
    )
  }
  return false
}

/** How many nodes a tree has, each counted as often as it is there; no further than a bound. */
export function weight(tree: unknown, bound: number): number {
  let count = 0
  const open: unknown[] = [tree]
  while (open.length > 0 && count < bound) {
    const node = open.pop()
    if (typeof node !== 'object' || node === null) continue
    if (Array.isArray(node)) open.push(...(node.length > bound ? node.slice(0, bound) : node))
    else {
      if ('kind' in node || 'from' in node) count++
      for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) open.push(value)
    }
  }
  return count
}

/** A name that no query writes. */
export function fresh(context: Context): string {
  context.shared.counter++
  return `\u0001${context.shared.counter}`
}

export const columnOf = (header: Header | undefined, name: string): Column | undefined =>
  header?.columns.find(column => column.name === name)

/** The names of a new list of columns, each once: a repeated name gets a number. */
export class Names {
  private readonly taken: Set<string>
  private readonly counts = new Map<string, number>()

  private readonly counter: { unnamed: number }

  /** `counter`: unnamed columns are counted through the whole query, as Microsoft's binder counts them. */
  constructor(counter: { unnamed: number }, taken: Iterable<string> = []) {
    this.counter = counter
    this.taken = new Set(taken)
  }

  has(name: string): boolean {
    return this.taken.has(name)
  }

  add(name: string): string {
    let free = name
    if (this.taken.has(name)) {
      let count = this.counts.get(name) ?? 1
      while (this.taken.has(`${name}${count}`)) count++
      this.counts.set(name, count + 1)
      free = `${name}${count}`
    }
    this.taken.add(free)
    return free
  }

  /** `Column1`, `Column2` …, which no expression said a name for. */
  next(): string {
    for (;;) {
      this.counter.unnamed++
      const name = `Column${this.counter.unnamed}`
      if (this.taken.has(name)) continue
      this.taken.add(name)
      return name
    }
  }
}

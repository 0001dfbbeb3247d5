// The columns of rows: their names, order and types, as far as they are known before a row comes.

import { matchGlob } from '../../ir/glob.ts'
import type { Column, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Glob, Scalar, ValueType } from '../../ir/predicate.ts'
import type { Row } from '../row.ts'
import { functionRow, measureRow } from '../specials/registry.ts'
import type { Header, Rules } from '../specials/signature.ts'

export type HeaderColumn = Header['columns'][number]

export const openHeader: Header = { columns: [], open: true }

const kinds: Readonly<Record<string, ValueType>> = {
  lower: 'string',
  upper: 'string',
  concat: 'string',
  substring: 'string',
  replace: 'string',
  extract: 'string',
  basename: 'string',
  dirname: 'string',
  base64decode: 'string',
  text: 'string',
  length: 'long',
  index: 'long',
  datepart: 'long',
  split: 'dynamic',
  now: 'datetime',
  'event:ticks': 'datetime',
  'event:seconds': 'real',
  'event:text': 'string',
}

/** The type of a value, as the query says it or as it follows; undefined when nothing says it. */
export function typeOf(scalar: Scalar, header: Header, rules: Rules | undefined, depth = 0): ValueType | undefined {
  if (depth > 200) return undefined
  const of = (inner: Scalar): ValueType | undefined => typeOf(inner, header, rules, depth + 1)
  switch (scalar.kind) {
    case 'field':
      return scalar.type ?? header.columns.find(column => column.name === scalar.name)?.type
    case 'literal':
      return scalar.type ?? typeOfValue(scalar.value)
    case 'call': {
      if (scalar.type !== undefined) return scalar.type
      const row = functionRow(scalar.fn, rules)
      if (row?.type === 'same') return scalar.args[0] === undefined ? undefined : of(scalar.args[0])
      if (row?.type !== undefined) return row.type
      if (Object.hasOwn(kinds, scalar.fn)) return kinds[scalar.fn]
      if (scalar.fn.startsWith('cast:')) return scalar.fn.slice(5) as ValueType
      if (scalar.fn === 'bin' || scalar.fn === 'coalesce') return scalar.args.map(of).find(type => type !== undefined)
      if (['add', 'subtract', 'multiply', 'divide'].includes(scalar.fn)) return arithmetic(scalar.args.map(of))
      return undefined
    }
    case 'case':
      return [...scalar.branches.map(branch => branch.then), scalar.otherwise].map(of).find(type => type !== undefined)
    default:
      return undefined
  }
}

/** Of two numbers the wider; a date and a length make a date, two dates a length. */
function arithmetic(types: readonly (ValueType | undefined)[]): ValueType | undefined {
  const [a, b] = types
  if (a === 'datetime' || b === 'datetime') return a === b ? 'timespan' : 'datetime'
  for (const wide of ['timespan', 'decimal', 'real', 'long', 'int'] as const) if (a === wide || b === wide) return wide
  return a
}

function typeOfValue(value: unknown): ValueType | undefined {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'long'
    case 'number':
      return Number.isInteger(value) ? 'long' : 'real'
    default:
      return value === null ? undefined : 'dynamic'
  }
}

/** A header with columns put in: over those of their name, which keep their place, else behind. */
export function withColumns(header: Header, added: readonly HeaderColumn[]): Header {
  const columns = new Map(header.columns.map(column => [column.name, column]))
  for (const column of added) columns.set(column.name, column)
  return { ...header, columns: [...columns.values()] }
}

/** The columns that computed ones make. */
export function columnsOf(made: readonly Column[], header: Header, rules: Rules | undefined): readonly HeaderColumn[] {
  return made.map(({ name, value, type }) => ({ name, type: type ?? typeOf(value, header, rules) }))
}

export const isPlain = (glob: Glob): glob is readonly [string] => glob.length === 1 && typeof glob[0] === 'string'
/** The name a glob without wildcards is. */
export const plainName = (glob: Glob): string | undefined => (isPlain(glob) ? glob[0] : glob.length === 0 ? '' : undefined)

/** What a `project` leaves. Kept columns come in the order of the names; those that fit one glob in theirs. */
export function projected(header: Header, stage: Extract<Stage, { kind: 'project' }>): Header {
  const byName = new Map(header.columns.map(column => [column.name, column]))
  const picked = new Map<string, HeaderColumn>()
  for (const name of stage.names) {
    const plain = plainName(name)
    if (plain !== undefined) {
      const known = byName.get(plain) ?? (stage.mode === 'keep' ? { name: plain } : undefined)
      if (known !== undefined && !picked.has(plain)) picked.set(plain, known)
      continue
    }
    const has = matchGlob(name, false)
    for (const column of header.columns) if (!picked.has(column.name) && has(column.name)) picked.set(column.name, column)
  }
  if (stage.mode === 'drop') return { ...header, columns: header.columns.filter(column => !picked.has(column.name)) }
  const open = header.open && stage.names.some(name => plainName(name) === undefined)
  if (stage.mode === 'keep') return { columns: [...picked.values()], open }
  return { ...header, columns: [...picked.values(), ...header.columns.filter(column => !picked.has(column.name))] }
}

/** How `rename` calls a column: the first pair that fits, its stars standing for the same texts; undefined when none fits. */
export function renamer(names: Extract<Stage, { kind: 'rename' }>['names']): (name: string) => string | undefined {
  const pairs = names.map(({ from, to }) => ({ read: starReader(from), to }))
  const known = new Map<string, string | undefined>()
  return name => {
    if (known.has(name)) return known.get(name)
    let result: string | undefined
    for (const { read, to } of pairs) {
      const stars = read(name)
      if (stars === undefined) continue
      let at = 0
      result = to.map(part => (typeof part === 'string' ? part : (stars[at++] ?? ''))).join('')
      break
    }
    if (known.size < 10_000) known.set(name, result)
    return result
  }
}

/** What the wildcards of a glob stand for in a name, in order; undefined when the name does not fit. */
export function starReader(glob: Glob): (name: string) => readonly string[] | undefined {
  const plain = plainName(glob)
  if (plain !== undefined) return name => (name === plain ? [] : undefined)
  const fits = matchGlob(glob, false)
  return name => {
    if (!fits(name)) return undefined
    const stars: string[] = []
    let at = 0
    for (const [index, part] of glob.entries()) {
      if (typeof part === 'string') {
        at += part.length
        continue
      }
      const next = glob[index + 1]
      const last = index === glob.length - 1
      const end =
        part.wild === 'one' ? at + 1 : last ? name.length : typeof next === 'string' ? lastFit(name, at, glob, index) : at
      stars.push(name.slice(at, end))
      at = end
    }
    return stars
  }
}

/** Where a star ends: the first place from which the rest of the glob fits the rest of the name. */
function lastFit(name: string, from: number, glob: Glob, index: number): number {
  const rest = matchGlob(glob.slice(index + 1), false)
  for (let at = from; at <= name.length; at++) if (rest(name.slice(at))) return at
  return name.length
}

/** The type of a measure's column. */
export function measureType(
  measure: Extract<Stage, { kind: 'aggregate' }>['measures'][number],
  header: Header,
  rules: Rules | undefined,
): ValueType | undefined {
  const of = measure.of === undefined ? undefined : typeOf(measure.of, header, rules)
  const row = measureRow(measure.fn, rules)
  // A row that says no type has that of the measure of its name.
  if (row?.type !== undefined) return row.type === 'same' ? of : row.type
  switch (measure.fn) {
    case 'count':
    case 'distinct':
      return 'long'
    case 'avg':
      return of === 'timespan' || of === 'datetime' || of === 'decimal' ? of : 'real'
    case 'median':
    case 'percentile':
      return of === 'int' ? 'long' : of
    case 'sum':
      return of === 'int' ? 'long' : of
    case 'stdev':
    case 'variance':
      return 'real'
    case 'values':
    case 'list':
      return 'dynamic'
    default:
      return of
  }
}

/** The columns of complete rows: those of the header, then what else the rows have, in the order in which it appears. */
export function seenHeader(header: Header, rows: Iterable<Row>, sorted = false): Header {
  if (!header.open) return header
  const columns = [...header.columns]
  const known = new Set(columns.map(column => column.name))
  for (const row of rows)
    for (const name of Object.keys(row.fields))
      if (!known.has(name)) {
        known.add(name)
        columns.push({ name })
      }
  if (sorted) {
    const added = columns.splice(header.columns.length).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    columns.push(...added)
  }
  return { columns, open: false }
}

/** Whose rules hold in a query inside another. */
export const rulesOf = (query: Pipeline, outer: Rules | undefined): Rules | undefined => query.rules ?? outer

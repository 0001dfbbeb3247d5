// Kusto's operators that make other rows of rows: make-series, bag_unpack, pivot, narrow, top-nested, distinct of everything.

import { setField, type Value } from '../../../ir/event.ts'
import type { Scalar, ValueType } from '../../../ir/predicate.ts'
import { joinKeys, keyOf as keyOfField, type Row } from '../../row.ts'
import type { Sink, StageRow, StageSite } from '../signature.ts'
import { records, withValues } from './parse.ts'
import { amount, bag, inDynamic, json, keyOf, type Maybe, mostMembers, page, text, whole } from './values.ts'

const names = (value: StageSite['args'][string] | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly Value[]).map(String) : []
const said = (value: StageSite['args'][string] | undefined): string => (typeof value === 'string' ? value : '')
const own = (row: Row, name: string): Maybe => (Object.hasOwn(row.fields, name) ? (row.fields[name] ?? undefined) : undefined)
const keyIn = (row: Row, columns: readonly string[]): string =>
  joinKeys(columns.map(name => keyOfField(own(row, name)) ?? '\u0000'))

/** A stage that needs all rows: they are kept, and told at the end. */
function blocking(site: StageSite, out: Sink, finish: (rows: readonly Row[], put: (row: Row) => void) => void): Sink {
  const held: Row[] = []
  return {
    push(row) {
      site.hold(row)
      held.push(row)
    },
    close() {
      finish(held, row => {
        if (out.done !== true) out.push(row)
      })
      for (const row of held) site.release(row)
      out.close()
    },
  }
}

/** Groups of rows, in the order in which they appear. */
function grouped(rows: readonly Row[], columns: readonly string[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyIn(row, columns)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

const eventsOf = (rows: readonly Row[]): Row['events'] => [...new Set(rows.flatMap(row => row.events))].slice(0, 1000)

/** One row for each group, with a list over the whole grid for each measure (https://learn.microsoft.com/kusto/query/make-series-operator). */
const series: StageRow = {
  name: 'kusto:make-series',
  manual: page('make-series-operator'),
  header: ({ args, header }) => ({
    columns: [
      ...names(args.keys).map(name => header.columns.find(column => column.name === name) ?? { name }),
      ...names(args.values).map(name => ({ name, type: 'dynamic' as const })),
      { name: said(args.axis), type: 'dynamic' as const },
    ],
    open: false,
  }),
  start(site, out) {
    const { args } = site
    const [keys, values] = [names(args.keys), names(args.values)]
    const defaults = Array.isArray(args.defaults) ? (args.defaults as readonly Value[]) : []
    const at = said(args.at)
    const type = said(args.type) as ValueType
    const none: Row = { order: 0, fields: {}, events: [], schema: '', branch: 0 }
    const bound = (value: StageSite['args'][string] | undefined): Maybe =>
      value === undefined ? undefined : site.compute(value as Scalar)(none)
    return blocking(site, out, (rows, put) => {
      const [from, to, step] = [bound(args.from), bound(args.to), bound(args.step)]
      const nonempty = said(args.kind) === 'nonempty' && rows.length === 0 && keys.length === 0
      for (const group of nonempty ? [[] as readonly Row[]] : grouped(rows, keys).values()) {
        const places = group.map(row => own(row, at)).filter(place => place !== undefined)
        const grid = gridOf(from ?? least(places), to ?? after(places, step), step)
        if (grid === undefined) {
          site.report({
            code: 'ENG152',
            severity: 'error',
            message: 'a series has more than 1,048,576 steps',
            hint: 'use a larger step or a shorter range',
          })
          continue
        }
        const found = new Map(group.map(row => [keyOf(own(row, at) ?? null), row]))
        const fields: Record<string, Value> = {}
        for (const key of keys) {
          const value = group[0] === undefined ? undefined : own(group[0], key)
          if (value !== undefined) setField(fields, key, value)
        }
        for (const [index, name] of values.entries())
          setField(
            fields,
            name,
            grid.map(place => {
              const row = found.get(keyOf(place))
              return (row === undefined ? undefined : inDynamic(own(row, name), undefined)) ?? defaults[index] ?? null
            }),
          )
        setField(
          fields,
          said(args.axis),
          grid.map(place => inDynamic(place, type)),
        )
        put({ ...(group[0] ?? none), fields, events: eventsOf(group) })
      }
    })
  },
}

const compare = (a: Value, b: Value): number => ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0)
const least = (places: readonly Value[]): Maybe => [...places].sort(compare)[0]
const after = (places: readonly Value[], step: Maybe): Maybe => {
  const last = [...places].sort(compare).at(-1)
  if (typeof last === 'bigint' && typeof step === 'bigint') return last + step
  const [x, y] = [amount(last), amount(step)]
  return x === undefined || y === undefined ? undefined : x + y
}

/** The steps from a start up to and without an end; undefined when they are too many. */
function gridOf(from: Maybe, to: Maybe, step: Maybe): readonly Value[] | undefined {
  if (typeof from === 'bigint' && typeof to === 'bigint' && typeof step === 'bigint') {
    if (step <= 0n) return []
    if ((to - from) / step > BigInt(mostMembers)) return undefined
    const out: Value[] = []
    for (let at = from; at < to; at += step) out.push(at)
    return out
  }
  const [first, last, by] = [amount(from), amount(to), amount(step)]
  if (first === undefined || last === undefined || by === undefined || by <= 0) return []
  const size = Math.ceil((last - first) / by)
  return size > mostMembers ? undefined : Array.from({ length: Math.max(0, size) }, (_, index) => first + index * by)
}

/** The members of a bag as columns (https://learn.microsoft.com/kusto/query/bag-unpack-plugin). */
const unpack: StageRow = {
  name: 'kusto:bag_unpack',
  manual: page('bag-unpack-plugin'),
  header: ({ args, header }) => ({
    // A column that a slot may take the place of stands where the slots do.
    columns: said(args.columnsConflict) === '' ? header.columns.filter(column => column.name !== said(args.column)) : [],
    open: true,
  }),
  start(site, out) {
    const column = said(site.args.column)
    const prefix = said(site.args.prefix)
    const conflict = said(site.args.columnsConflict) || 'error'
    const ignored = new Set(names(site.args.ignoredProperties))
    let told = false
    return {
      push(row) {
        const inside = bag(own(row, column)) ?? {}
        const added: (readonly [string, Maybe])[] = [[column, undefined]]
        for (const key of Object.keys(inside)) {
          if (ignored.has(key)) continue
          const name = `${prefix}${key}`
          const clashes = name !== column && Object.hasOwn(row.fields, name)
          if (clashes && conflict === 'error' && !told) {
            told = true
            site.report({
              code: 'ENG160',
              severity: 'warning',
              message: `bag_unpack makes a column "${name}" that is there already; the one that was there is kept`,
              hint: 'give a prefix: bag_unpack(column, "prefix_")',
            })
          }
          if (!clashes || conflict === 'replace_source') added.push([name, inside[key]])
        }
        out.push(withValues(row, added))
      },
      close: () => out.close(),
      get done() {
        return out.done === true
      },
    }
  },
}

/** Values of a column as columns (https://learn.microsoft.com/kusto/query/pivot-plugin). */
const pivot: StageRow = {
  name: 'kusto:pivot',
  manual: page('pivot-plugin'),
  header: ({ args, header }) => ({
    columns: names(args.others).map(name => header.columns.find(column => column.name === name) ?? { name }),
    open: true,
  }),
  start(site, out) {
    const [key, value, others] = [said(site.args.key), said(site.args.value), names(site.args.others)]
    const { otherwise } = site.args
    return blocking(site, out, (rows, put) => {
      const columns = [...new Set(rows.map(row => text(own(row, key), undefined)))]
      for (const group of grouped(rows, others).values()) {
        const fields: Record<string, Value> = {}
        for (const name of others) {
          const kept = own(group[0]!, name)
          if (kept !== undefined) setField(fields, name, kept)
        }
        const found = new Map(group.map(row => [text(own(row, key), undefined), own(row, value)]))
        for (const column of columns) {
          const cell = found.get(column) ?? (typeof otherwise === 'number' ? otherwise : undefined)
          if (cell !== undefined) setField(fields, column, cell)
        }
        put({ ...group[0]!, fields, events: eventsOf(group) })
      }
    })
  },
}

/** Each cell as a row (https://learn.microsoft.com/kusto/query/narrow-plugin). */
const narrow: StageRow = {
  name: 'kusto:narrow',
  manual: page('narrow-plugin'),
  header: () => ({
    columns: [
      { name: 'Row', type: 'long' },
      { name: 'Column', type: 'string' },
      { name: 'Value', type: 'string' },
    ],
    open: false,
  }),
  start(site, out) {
    const columns = records(site.args.columns).map(column => ({ name: String(column.name), type: column.type as ValueType }))
    let count = 0
    return {
      push(row) {
        for (const { name, type } of columns)
          out.push({ ...row, fields: { Row: count, Column: name, Value: text(own(row, name), type) } })
        count++
      },
      close: () => out.close(),
      get done() {
        return out.done === true
      },
    }
  },
}

interface Level {
  readonly key: string
  readonly measure: string
  readonly count: number
  readonly descending: boolean
  readonly others?: string
}

/** The best values of a column, and within each the best of the next (https://learn.microsoft.com/kusto/query/top-nested-operator). */
const nested: StageRow = {
  name: 'kusto:top-nested',
  manual: page('top-nested-operator'),
  header: ({ args, inputHeaders }) => ({
    columns: levelsOf(args).flatMap((level, index) => {
      const from = inputHeaders[`level${index}`]?.columns ?? []
      return [level.key, level.measure].map(name => from.find(column => column.name === name) ?? { name })
    }),
    open: false,
  }),
  start(site, out) {
    const levels = levelsOf(site.args)
    return {
      push: () => {},
      close() {
        descend(0, {}, [])
        out.close()
      },
    }

    function descend(at: number, before: Readonly<Record<string, Value>>, path: readonly (readonly [string, string])[]): void {
      const level = levels[at]
      if (level === undefined) {
        out.push({ order: 0, fields: before, events: [], schema: '', branch: 0 })
        return
      }
      const rows = (site.inputs[`level${at}`]?.rows ?? []).filter(row =>
        path.every(([name, key]) => (keyOfField(own(row, name)) ?? '') === key),
      )
      const sorted = [...rows].sort(
        (a, b) => compareCells(own(a, level.measure), own(b, level.measure)) * (level.descending ? -1 : 1),
      )
      const taken = level.count < 0 ? sorted : sorted.slice(0, level.count)
      for (const row of taken) {
        const fields: Record<string, Value> = { ...before }
        for (const name of [level.key, level.measure]) {
          const value = own(row, name)
          if (value !== undefined) setField(fields, name, value)
        }
        descend(at + 1, fields, [...path, [level.key, keyOfField(own(row, level.key)) ?? '']])
      }
      const rest = sorted.slice(taken.length)
      if (level.others !== undefined && rest.length > 0) {
        const fields: Record<string, Value> = { ...before }
        setField(fields, level.key, level.others)
        const sum = rest.reduce((total, row) => total + (amount(own(row, level.measure)) ?? 0), 0)
        setField(fields, level.measure, Number.isInteger(sum) ? whole(BigInt(sum)) : sum)
        out.push({ order: 0, fields, events: [], schema: '', branch: 0 })
      }
    }
  },
}

const levelsOf = (args: StageSite['args']): readonly Level[] =>
  records(args.levels).map(level => ({
    key: String(level.key),
    measure: String(level.measure),
    count: Number(level.count),
    descending: level.descending !== false,
    ...(typeof level.others === 'string' ? { others: level.others } : {}),
  }))

const compareCells = (a: Maybe, b: Maybe): number =>
  a === undefined || b === undefined ? (a === b ? 0 : a === undefined ? -1 : 1) : compare(a, b)

/** Every combination of all columns once, of rows whose columns are not known beforehand. */
const distinct: StageRow = {
  name: 'kusto:distinct',
  manual: page('distinct-operator'),
  start(site, out) {
    const seen = new Set<string>()
    return {
      push(row) {
        const key = json(
          Object.fromEntries(
            Object.keys(row.fields)
              .sort()
              .map(name => [name, row.fields[name]!]),
          ),
        )
        if (seen.has(key)) return
        seen.add(key)
        site.hold(row)
        out.push(row)
      },
      close: () => out.close(),
      get done() {
        return out.done === true
      },
    }
  },
}

/** Rows go on when there are as many as a rule asks for (https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview). */
const trigger: StageRow = {
  name: 'kusto:trigger',
  manual: 'https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview',
  start(site, out) {
    const wanted = Number(site.args.threshold)
    const { operator } = site.args
    const enough = (count: number): boolean =>
      operator === 'lt'
        ? count < wanted
        : operator === 'eq'
          ? count === wanted
          : operator === 'ne'
            ? count !== wanted
            : count > wanted
    return blocking(site, out, (rows, put) => {
      if (enough(rows.length)) for (const row of rows) put(row)
    })
  },
}

/** What Kusto's stages report. */
export const codes: Readonly<Record<string, string>> = {
  ENG160: 'a column that bag_unpack makes is there already',
}

export const tableStages: readonly StageRow[] = [series, unpack, pivot, narrow, nested, distinct, trigger]

// Splunk's stages that choose and order rows, and those that only record what they would do (Search Reference).

import { setField, type Value } from '../../../ir/event.ts'
import { joinKeys, type Row } from '../../row.ts'
import type { Header, Sink, StageRow, StageSite } from '../signature.ts'
import { list, text } from './values.ts'

const manual = (command: string): string => `https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/${command}`

/** Rows with other fields. */
export const withFields = (row: Row, fields: Readonly<Record<string, Value>>): Row => ({ ...row, fields })

/** Columns that come in an order of their own, and may be more than those named. */
export const opened = (header: Header): Header => ({ ...header, open: true })

/** A header with columns behind those that came. */
export function adding(header: Header, names: readonly string[]): Header {
  const known = new Set(header.columns.map(column => column.name))
  return { ...header, columns: [...header.columns, ...names.filter(name => !known.has(name)).map(name => ({ name }))] }
}

export const texts = (value: StageSite['args'][string] | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly Value[]).map(String) : []

export const said = (value: StageSite['args'][string] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

export const amount = (value: StageSite['args'][string] | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined

export const own = (row: Row, name: string): Value | undefined =>
  Object.hasOwn(row.fields, name) ? (row.fields[name] ?? undefined) : undefined

/** The text by which rows are told apart in some fields; undefined where one of them is absent. */
export function keyIn(row: Row, names: readonly string[]): string | undefined {
  const keys: string[] = []
  for (const name of names) {
    const values = list(own(row, name))
    if (values.length === 0) return undefined
    keys.push(joinKeys(values.map(value => text(value) ?? '')))
  }
  return joinKeys(keys)
}

/** A stage over single rows. */
export const streaming =
  (make: (site: StageSite) => (row: Row) => Row): StageRow['start'] =>
  (site, out) => {
    const change = make(site)
    return {
      push: row => out.push(change(row)),
      close: () => out.close(),
      get done() {
        return out.done === true
      },
    }
  }

/** A stage that needs all rows. */
export const blocking =
  (make: (site: StageSite) => (rows: readonly Row[]) => Iterable<Row>): StageRow['start'] =>
  (site, out) => {
    const change = make(site)
    const held: Row[] = []
    return {
      push(row) {
        site.hold(row)
        held.push(row)
      },
      close() {
        for (const row of change(held)) out.push(row)
        for (const row of held) site.release(row)
        held.length = 0
        out.close()
      },
    }
  }

const dedup: StageRow['start'] = (site, out) => {
  const by = texts(site.args.by)
  const most = amount(site.args.count) ?? 1
  const { keepevents, keepempty, consecutive } = site.args
  const counts = new Map<string, number>()
  let before: string | undefined
  return {
    push(row) {
      const key = keyIn(row, by)
      if (key === undefined) {
        if (keepempty === true) out.push(row)
        return
      }
      if (consecutive === true && key !== before) counts.clear()
      before = key
      const count = (counts.get(key) ?? 0) + 1
      if (!counts.has(key)) site.hold(row)
      counts.set(key, count)
      if (count <= most) out.push(row)
      else if (keepevents === true) {
        const fields = Object.fromEntries(Object.entries(row.fields).filter(([name]) => !by.includes(name)))
        out.push(withFields(row, fields))
      }
    },
    close: () => out.close(),
  }
}

const head: StageRow['start'] = (site, out) => {
  const holds = site.compute(site.args.while as Parameters<StageSite['compute']>[0])
  const most = amount(site.args.limit) ?? Number.POSITIVE_INFINITY
  let count = 0
  let ended = false
  return {
    push(row) {
      if (ended) return
      if (holds(row) !== true) {
        ended = true
        if (site.args.keeplast === true) out.push(row)
        return
      }
      out.push(row)
      if (++count >= most) ended = true
    },
    close: () => out.close(),
    get done() {
      return ended || out.done === true
    },
  }
}

/** What a search would write or send: counted, and the rows go on. */
const effect = (kind: string, page: string): StageRow => ({
  name: `splunk:${kind}`,
  manual: manual(page),
  start: (site, out) => {
    const target = said(site.args.target) ?? ''
    return {
      push(row) {
        site.effect(kind, target, row)
        out.push(row)
      },
      close: () => out.close(),
    }
  },
})

/** Rows beside those of another query, the first beside the first. */
const appendcols: StageRow['start'] = (site, out): Sink => {
  const others = site.inputs.rows?.rows ?? []
  let at = 0
  return {
    push(row) {
      const other = others[at++]
      if (other === undefined) {
        out.push(row)
        return
      }
      const fields: Record<string, Value> = { ...row.fields }
      for (const [name, value] of Object.entries(other.fields))
        if (site.args.override === true || !Object.hasOwn(fields, name)) setField(fields, name, value)
      out.push(withFields(row, fields))
    },
    close() {
      for (; at < others.length; at++) out.push(others[at]!)
      out.close()
    },
  }
}

/** A join without keys: by all fields that both sides have. */
const joinCommon: StageRow['start'] = (site, out) => {
  const right = site.inputs.rows?.rows ?? []
  const most = amount(site.args.max) || Number.POSITIVE_INFINITY
  const names = new Set(right.flatMap(row => Object.keys(row.fields)))
  return {
    push(row) {
      const common = [...names].filter(name => Object.hasOwn(row.fields, name) && !name.startsWith('_'))
      const key = keyIn(row, common)
      let found = 0
      for (const other of key === undefined || common.length === 0 ? [] : right) {
        if (keyIn(other, common) !== key) continue
        if (++found > most) break
        out.push(
          withFields(
            row,
            site.args.overwrite === false ? { ...other.fields, ...row.fields } : { ...row.fields, ...other.fields },
          ),
        )
      }
      if (found === 0 && site.args.how === 'left') out.push(row)
    },
    close: () => out.close(),
  }
}

const mostCompared = 10_000

export const rowStages: readonly StageRow[] = [
  { name: 'splunk:dedup', manual: manual('Dedup'), start: dedup },
  { name: 'splunk:head', manual: manual('Head'), start: head },
  {
    name: 'splunk:tail',
    manual: manual('Tail'),
    start: (site, out) => {
      const most = amount(site.args.count) ?? 10
      const held: Row[] = []
      return {
        push(row) {
          site.hold(row)
          held.push(row)
          if (held.length > most) site.release(held.shift()!)
        },
        close() {
          for (const row of held.reverse()) out.push(row)
          out.close()
        },
      }
    },
  },
  { name: 'splunk:reverse', manual: manual('Reverse'), start: blocking(() => rows => [...rows].reverse()) },
  {
    name: 'splunk:appendcols',
    manual: manual('Appendcols'),
    header: ({ header, inputHeaders }) => adding(opened(header), inputHeaders.rows?.columns.map(column => column.name) ?? []),
    start: appendcols,
  },
  {
    name: 'splunk:join',
    manual: manual('Join'),
    header: ({ header, inputHeaders }) => adding(opened(header), inputHeaders.rows?.columns.map(column => column.name) ?? []),
    start: (site, out) => {
      const { rows = [] } = site.inputs.rows ?? {}
      if (rows.length > mostCompared)
        site.report({
          code: 'ENG353',
          severity: 'warning',
          message: `a join without keys compares with the first ${mostCompared} of ${rows.length} rows`,
          hint: 'name the fields to join by',
        })
      return joinCommon({ ...site, inputs: { rows: { header: opened(site.header), rows: rows.slice(0, mostCompared) } } }, out)
    },
  },
  effect('outputlookup', 'Outputlookup'),
  effect('outputcsv', 'Outputcsv'),
  effect('collect', 'Collect'),
  effect('sendemail', 'Sendemail'),
  effect('sendalert', 'Sendalert'),
  { name: 'splunk:shown', manual: manual('Fieldformat'), start: (_, out) => out },
  {
    name: 'splunk:mvcombine',
    manual: manual('Mvcombine'),
    start: blocking(site => rows => {
      const name = said(site.args.field) ?? ''
      const groups = new Map<string, { row: Row; values: Value[] }>()
      for (const row of rows) {
        const others = Object.entries(row.fields)
          .filter(([key]) => key !== name && key !== '_time' && key !== '_raw')
          .sort(([a], [b]) => (a < b ? -1 : 1))
        const key = joinKeys(others.flatMap(([field, value]) => [field, ...list(value).map(one => text(one) ?? '')]))
        const known = groups.get(key)
        if (known === undefined) groups.set(key, { row, values: [...list(own(row, name))] })
        else known.values.push(...list(own(row, name)))
      }
      return [...groups.values()].map(({ row, values }) =>
        values.length === 0 ? row : withFields(row, { ...row.fields, [name]: values.length === 1 ? values[0]! : values }),
      )
    }),
  },
]

export const splunkRowCodes: Readonly<Record<string, string>> = {
  ENG353: 'a join without keys compares with a limited number of rows',
}

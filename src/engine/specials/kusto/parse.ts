// Kusto's operators that take columns out of a text: parse, parse-where, parse-kv.

import { isRecord, setField, type Value } from '../../../ir/event.ts'
import type { Scalar, ValueType } from '../../../ir/predicate.ts'
import type { Row } from '../../row.ts'
import type { Header, StageRow, StageSite } from '../signature.ts'
import { keyValues, looseKeyValues } from './keyvalues.ts'
import { converted } from './numbers.ts'
import { type Maybe, page, pattern, text } from './values.ts'

interface Part {
  readonly kind: string
  readonly text: string
  readonly name: string
  readonly type: ValueType
}

const said = (from: Readonly<Record<string, Value>>, name: string): string => {
  const value = Object.hasOwn(from, name) ? from[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** Records in an argument, as the language wrote them. */
export function records(value: StageSite['args'][string] | undefined): readonly Readonly<Record<string, Value>>[] {
  return Array.isArray(value) ? (value as readonly Value[]).filter(isRecord) : []
}

const partsOf = (args: StageSite['args']): readonly Part[] =>
  records(args.parts).map(part => ({
    kind: said(part, 'kind'),
    text: said(part, 'text'),
    name: said(part, 'name'),
    type: said(part, 'type') as ValueType,
  }))

/** A header with columns put in: over those of their name, else behind. */
export function withColumns(header: Header, added: readonly { readonly name: string; readonly type?: ValueType }[]): Header {
  const columns = [...header.columns]
  for (const column of added) {
    const at = columns.findIndex(known => known.name === column.name)
    if (at === -1) columns.push(column)
    else columns[at] = column
  }
  return { ...header, columns }
}

/** A row with columns set; what is absent is taken away. */
export function withValues(row: Row, values: readonly (readonly [string, Maybe])[]): Row {
  const fields: Record<string, Value> = { ...row.fields }
  for (const [name, value] of values) {
    if (value !== undefined && value !== null) setField(fields, name, value)
    else delete fields[name]
  }
  return { ...row, fields }
}

const quoted = (of: string): string => of.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

/** What a column of a type takes from the text. */
const shapes: Readonly<Partial<Record<ValueType, string>>> = {
  long: '[-+]?\\d+',
  int: '[-+]?\\d+',
  real: '[-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?',
  decimal: '[-+]?\\d+(?:\\.\\d+)?',
}

/**
 * The pattern of a `parse`: a star skips as little as it can, a column takes as little as it can, the last one takes the rest; in regular expressions they take
 * as much as they can, as the manual's examples show (https://learn.microsoft.com/kusto/query/parse-operator).
 */
function patternOf(parts: readonly Part[], mode: string, flags: string): string {
  const letters = flags.replace(/[^imsU]/g, '')
  const body = parts.map((part, index) => {
    const last = index === parts.length - 1 || mode === 'regex'
    switch (part.kind) {
      case 'star':
        return last ? '[\\s\\S]*' : '[\\s\\S]*?'
      case 'text':
        return mode === 'regex' ? `(?:${part.text})` : quoted(part.text)
      default: {
        const shape = shapes[part.type]
        if (shape !== undefined && mode === 'relaxed') return `(?<c${index}>${shape}|[\\s\\S]*${last ? '' : '?'})`
        return shape === undefined ? `(?<c${index}>[\\s\\S]*${last ? '' : '?'})` : `(?<c${index}>${shape})`
      }
    }
  })
  return `${letters === '' ? '' : `(?${letters})`}^${body.join('')}$`
}

const parseRow: StageRow = {
  name: 'kusto:parse',
  manual: page('parse-operator'),
  header: ({ args, header }) =>
    withColumns(
      header,
      partsOf(args)
        .filter(part => part.kind === 'column')
        .map(({ name, type }) => ({ name, type })),
    ),
  check(args) {
    return pattern(patternOf(partsOf(args), String(args.mode), String(args.flags ?? ''))) === undefined
      ? 'the pattern of "parse" cannot be read'
      : undefined
  },
  start(site, out) {
    const parts = partsOf(site.args)
    const mode = String(site.args.mode)
    const found = pattern(patternOf(parts, mode, String(site.args.flags ?? '')))
    const read = site.compute(site.args.value as Scalar)
    const type = (site.args.value as Scalar & { readonly type?: ValueType }).type
    const columns = parts.flatMap((part, index) =>
      part.kind === 'column' ? [{ ...part, group: found?.names.get(`c${index}`) ?? 0 }] : [],
    )
    const drops = site.args.where === true
    return {
      push(row) {
        const match = found?.first(text(read(row), type))
        const values = columns.map(({ group, type: wanted }) =>
          match === undefined ? undefined : converted(match.groups[group], wanted, 'string'),
        )
        // All or nothing, unless the types are taken loosely.
        const fits =
          match !== undefined &&
          (mode === 'relaxed' || values.every((value, index) => value !== undefined || columns[index]!.type === 'string'))
        if (!fits && drops) return
        out.push(
          withValues(
            row,
            columns.map(
              ({ name, type: wanted }, index) => [name, fits ? values[index] : wanted === 'string' ? '' : undefined] as const,
            ),
          ),
        )
      },
      close: () => out.close(),
      get done() {
        return out.done === true
      },
    }
  },
}

const parseKeysRow: StageRow = {
  name: 'kusto:parse-kv',
  manual: page('parse-kv-operator'),
  header: ({ args, header }) =>
    withColumns(
      header,
      records(args.columns).map(column => ({ name: said(column, 'name'), type: said(column, 'type') as ValueType })),
    ),
  start(site, out) {
    const columns = records(site.args.columns).map(column => ({
      name: said(column, 'name'),
      type: said(column, 'type') as ValueType,
    }))
    const option = (name: string, otherwise: string): string => {
      const value = site.args[name]
      return typeof value === 'string' ? value : otherwise
    }
    const read = site.compute(site.args.value as Scalar)
    const re = typeof site.args.regex === 'string' ? pattern(site.args.regex) : undefined
    const escapes = typeof site.args.escape === 'string' ? [site.args.escape] : []
    const greedy = site.args.greedy === true || site.args.greedy === 'true'
    const between = typeof site.args.pair_delimiter === 'string' || typeof site.args.kv_delimiter === 'string'
    const keys = columns.map(column => column.name)
    const quotes = Array.isArray(site.args.quote)
      ? (site.args.quote as readonly Value[]).map(String)
      : typeof site.args.quote === 'string'
        ? [site.args.quote]
        : []
    return {
      push(row) {
        const of = text(read(row), undefined)
        const found =
          re === undefined
            ? between
              ? keyValues(of, {
                  pair: option('pair_delimiter', ' '),
                  between: option('kv_delimiter', '='),
                  quotes,
                  escapes,
                  ...(greedy ? { keys } : {}),
                })
              : looseKeyValues(of, quotes, escapes)
            : new Map(re.all(of).map(match => [match.groups[1] ?? '', match.groups[2] ?? '']))
        out.push(
          withValues(
            row,
            columns.map(
              ({ name, type }) =>
                [name, converted(found.get(name) ?? (type === 'string' ? '' : undefined), type, 'string')] as const,
            ),
          ),
        )
      },
      close: () => out.close(),
      get done() {
        return out.done === true
      },
    }
  },
}

export const parseStages: readonly StageRow[] = [parseRow, parseKeysRow]

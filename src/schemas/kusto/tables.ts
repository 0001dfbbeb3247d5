// The tables that queries in KQL name, with the types of their columns: what the reader of the language checks names and types by.

import type { ValueType } from '../../ir/predicate.ts'
import { defenderTables } from './defender.ts'
import { sentinelTables } from './sentinel.ts'

/** A column and its type. */
export interface TableColumn {
  readonly name: string
  readonly type: ValueType
}

/** `Name Other:long` → the columns, each name once. */
function columnsOf(text: string): readonly TableColumn[] {
  const found = new Map<string, ValueType>()
  for (const word of text.trim().split(/\s+/)) {
    const [name, type = 'string'] = word.split(':')
    if (!found.has(name!)) found.set(name!, type as ValueType)
  }
  return [...found].map(([name, type]) => ({ name, type }))
}

/** Every table of Defender's advanced hunting, of Sentinel and of the ASIM parsers, by name. Its columns are read when they are asked for: a hunt asks for those of few tables, or none. */
export const kustoTables: Readonly<Record<string, readonly TableColumn[]>> = Object.defineProperties(
  {} as Record<string, readonly TableColumn[]>,
  Object.fromEntries(
    Object.entries({ ...sentinelTables, ...defenderTables }).map(([name, columns]) => {
      let read: readonly TableColumn[] | undefined
      const get = (): readonly TableColumn[] => {
        read ??= columnsOf(columns)
        return read
      }
      return [name, { get, enumerable: true }]
    }),
  ),
)

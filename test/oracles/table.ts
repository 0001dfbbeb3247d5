// Events as a table of texts for the oracles that run SQL, and rules as the queries for them.

import { convert } from '../../src/convert.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { asText, type Event, type Value } from '../../src/ir/event.ts'
import { fieldsUsed } from '../../src/ir/walk.ts'
import { table } from '../../src/schemas/table.ts'
import { translate } from '../../src/schemas/translate.ts'
import { targetOf } from '../../src/targets.ts'

/** A cell: the text of a value, a list as its members on lines of their own. */
function cell(value: Value | undefined): string | null {
  if (value === undefined) return null
  if (Array.isArray(value)) return (value as readonly Value[]).map(member => asText(member) ?? '').join('\n')
  return asText(value) ?? null
}

/** The columns that events have and rules ask for; names that differ in case only are one column, as in DuckDB, unless `exact`. */
export function columnsOf(events: readonly Event[], rules: readonly Detection[], exact = false): readonly string[] {
  const names = new Map<string, string>()
  const add = (name: string) => {
    const key = exact ? name : name.toLowerCase()
    if (!names.has(key)) names.set(key, name)
  }
  for (const { query } of rules) {
    const told = translate(query, table).value
    if (told !== undefined) for (const name of fieldsUsed(told)) add(name)
  }
  for (const { fields } of events) for (const name of Object.keys(fields)) add(name)
  for (const name of ['Channel', 'EventID', 'SystemTime', 'NewProcessName', 'ParentProcessName', 'Provider_Name']) add(name)
  return [...names.values()]
}

/** The rows of events in columns. */
export function rowsOf(events: readonly Event[], columns: readonly string[]): readonly (readonly (string | null)[])[] {
  const places = new Map(columns.map((name, index) => [name.toLowerCase(), index]))
  const exactly = new Map(columns.map((name, index) => [name, index]))
  return events.map(({ fields }) => {
    const row: (string | null)[] = columns.map(() => null)
    for (const [name, value] of Object.entries(fields)) {
      const place = exactly.get(name) ?? places.get(name.toLowerCase())!
      row[place] ??= cell(value)
    }
    return row
  })
}

/** A rule as a target's query; undefined when it is refused. */
export function queryOf(rule: Detection, target: string): string | undefined {
  return convert(rule, targetOf(target)!, { document: 'none' }).value?.printed.text
}

// How the verbs that list what the house has write it: a table of names, or a sheet for each thing named.

import { jsonArray } from '../report/json.ts'
import { jsonl } from '../report/jsonl.ts'
import { type Paper, signs } from '../report/paper.ts'
import { clip, oneLine, pad, width } from '../report/text.ts'
import type { Desk } from './options.ts'

/** Writes rows as JSON, or as people read them; returns the exit code. */
export function listing<Row>(at: Desk, rows: readonly Row[], write: (at: Desk, rows: readonly Row[]) => void): number {
  try {
    if (at.format === 'table') write(at, rows)
    else {
      const out = at.format === 'json' ? jsonArray(at.out) : jsonl(at.out)
      for (const row of rows) out.row(row)
      out.end()
    }
    return 0
  } finally {
    at.close()
  }
}

/** A table whose last column takes what is left of the line. */
export function writeTable(on: Paper, heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const rooms = heads.map((head, column) => Math.max(width(head), ...rows.map(row => width(oneLine(row[column] ?? '')))))
  const line = (cells: readonly string[]): string => {
    const text = cells.map((cell, column) => (column === heads.length - 1 ? oneLine(cell) : pad(oneLine(cell), rooms[column]!)))
    return clip(text.join('  ').trimEnd(), on.columns, signs(on, '…'))
  }
  on.write(`${on.colors.dim(line(heads))}\n`)
  for (const row of rows) on.write(`${line(row)}\n`)
}

/** All about one thing. Lines without a value are left out. */
export interface Sheet {
  readonly title: string
  readonly lines: readonly (readonly [label: string, value: string])[]
  readonly lists: readonly (readonly [label: string, values: readonly string[]])[]
}

export function writeSheet(on: Paper, sheet: Sheet): void {
  const { colors } = on
  on.write(`${colors.bold(oneLine(sheet.title))}\n`)
  for (const [label, value] of sheet.lines) if (value !== '') on.write(`  ${colors.dim(pad(label, 11))} ${oneLine(value)}\n`)
  for (const [label, values] of sheet.lists) {
    if (values.length === 0) continue
    on.write(`  ${colors.dim(label)}\n`)
    for (const value of values) on.write(`    ${oneLine(value)}\n`)
  }
}

// JSON: one array of the objects that JSON Lines has, written as they come; valid also when the run was interrupted.

import type { Paper } from './paper.ts'
import { jsonText } from './value.ts'

/** A writer of objects as one array. */
export function jsonArray(on: Paper): { row(row: unknown): void; end(): void } {
  let first = true
  return {
    row(row) {
      on.write(`${first ? '[\n' : ',\n'}${jsonText(row, 2).replace(/^/gm, '  ')}`)
      first = false
    },
    end: () => on.write(first ? '[]\n' : '\n]\n'),
  }
}

/** One object by itself. */
export function jsonObject(on: Paper, value: unknown): void {
  on.write(`${jsonText(value, 2)}\n`)
}

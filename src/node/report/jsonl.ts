// JSON Lines: one object a line, written as it comes.

import type { Paper } from './paper.ts'
import { jsonText } from './value.ts'

/** A writer of objects, one a line. */
export function jsonl(on: Paper): { row(row: unknown): void; end(): void } {
  return { row: row => on.write(`${jsonText(row)}\n`), end: () => undefined }
}

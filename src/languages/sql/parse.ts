// SQL is written, not read: says so.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'

/** Reports that the text cannot be read. */
export function parse(source: Source): Outcome<Pipeline> {
  return {
    diagnostics: [
      {
        code: 'SQL001',
        severity: 'error',
        message: 'SQL cannot be read yet, only written',
        span: { start: 0, end: Math.min(1, source.text.length) },
        source,
      },
    ],
  }
}

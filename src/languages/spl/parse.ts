// SPL text → pipeline: not there yet, which is said of every query.

import type { Pipeline } from '../../ir/pipeline.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'

/** Reports that SPL cannot be read yet. */
export function parse(source: Source): Outcome<Pipeline> {
  return {
    diagnostics: [
      {
        code: 'SPL001',
        severity: 'error',
        message: 'SPL cannot be read yet',
        span: { start: 0, end: source.text.length },
        source,
        hint: 'it can be written: "terrier convert -t splunk"',
      },
    ],
  }
}

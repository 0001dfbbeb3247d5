// Patterns of LIKE, places of what stands inside, and the rows of a query without a source.

import { any as anyWild, glob, one as oneWild } from '../../../ir/glob.ts'
import type { Pipeline } from '../../../ir/pipeline.ts'
import type { Glob, Predicate } from '../../../ir/predicate.ts'
import type { Span } from '../../../text/source.ts'

/** `*` any run, `?` one character, a back-slash before either or itself (ES|QL, LIKE). */
export function wildcards(text: string): Glob {
  return glob(
    text
      .split(/(\\[*?\\]|[*?])/s)
      .map(part =>
        part === '*' ? anyWild : part === '?' ? oneWild : part.length === 2 && part.startsWith('\\') ? part.slice(1) : part,
      ),
  )
}

/** A question whose parts stand where the whole stands. */
export function within(of: Predicate, span: Span): Predicate {
  switch (of.kind) {
    case 'and':
    case 'or':
      return { ...of, args: of.args.map(arg => within(arg, span)), span }
    case 'not':
      return { ...of, arg: within(of.arg, span), span }
    default:
      return { ...of, span }
  }
}

/** The rows that a query without a source has. */
export const noRows: Pipeline['from'] = { kind: 'rows', columns: [], rows: [[]] }

// Texts, places in them, and texts that lie inside other texts. Every span of the house is an offset into one of these.

/** A half-open range of offsets (UTF-16 code units) in one source; `source` names it where more than one is in play (macros, filters, correlations). */
export interface Span {
  readonly start: number
  readonly end: number
  readonly source?: string
}

/** A named text. `inside` says where it sits in a larger one: a query inside a YAML rule. */
export interface Source {
  readonly name: string
  readonly text: string
  readonly inside?: { readonly source: Source; readonly at: number }
}

/** A place as people count it: both from 1; `column` counts UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
}

const starts = new WeakMap<Source, number[]>()

/** Offsets at which the lines of a source begin. */
function lineStarts(source: Source): number[] {
  let found = starts.get(source)
  if (found === undefined) {
    found = [0]
    for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) found.push(at + 1)
    starts.set(source, found)
  }
  return found
}

/** Line and column of an offset; an offset past the end is the end. */
export function position(source: Source, offset: number): Position {
  const lines = lineStarts(source)
  const at = Math.max(0, Math.min(offset, source.text.length))
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lines[middle]! <= at) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: at - lines[low]! + 1 }
}

/** The text of one line (from 1), without its line break. */
export function lineText(source: Source, line: number): string {
  const lines = lineStarts(source)
  const start = lines[line - 1]
  if (start === undefined) return ''
  const end = lines[line] ?? source.text.length + 1
  return source.text.slice(start, end - 1).replace(/\r$/, '')
}

/** The outermost text and the span there, for a span in a text that lies inside another one. */
export function outermost(source: Source, span: Span): { readonly source: Source; readonly span: Span } {
  let at = span
  let here = source
  while (here.inside !== undefined) {
    at = { start: at.start + here.inside.at, end: at.end + here.inside.at }
    here = here.inside.source
  }
  return { source: here, span: at }
}

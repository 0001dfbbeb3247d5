// The text that is read, macros written out: every place in it leads back to a place in the text that the user wrote.

import type { Span } from '../../../text/source.ts'

/** A stretch of the expanded text. `whole`: what it stands for as one (a macro call); otherwise it runs beside the original from `from`. */
export interface Stretch {
  readonly text: string
  readonly from: number
  readonly whole?: Span
}

/** A text put together of stretches. */
export interface Written {
  readonly text: string
  /** The place in the original that a range of the expanded text came from. */
  span(start: number, end: number): Span
  /** Whether a place came out of a macro. */
  expanded(at: number): boolean
}

/** Puts stretches together; the search for a place is logarithmic in their number. */
export function written(stretches: readonly Stretch[], length: number): Written {
  const starts: number[] = []
  let text = ''
  for (const stretch of stretches) {
    starts.push(text.length)
    text += stretch.text
  }
  const find = (at: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= at) low = middle
      else high = middle - 1
    }
    return low
  }
  const place = (at: number): Span => {
    const index = find(at)
    const stretch = stretches[index]
    if (stretch === undefined) return { start: length, end: length }
    if (stretch.whole !== undefined) return stretch.whole
    const offset = stretch.from + Math.min(at - starts[index]!, stretch.text.length)
    return { start: offset, end: offset + 1 }
  }
  return {
    text,
    span(start, end) {
      const first = place(start)
      if (end <= start) return { start: first.start, end: first.start }
      const last = place(end - 1)
      return { start: Math.min(first.start, last.start), end: Math.min(length, Math.max(first.end, last.end)) }
    },
    expanded: at => stretches[find(at)]?.whole !== undefined,
  }
}

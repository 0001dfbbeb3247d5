// YAML whose quoted texts go on in the first column, which the specification forbids and some readers allow: such lines are moved in by one blank.

import type { Source } from '../text/source.ts'

/** The text as YAML has it, and where each of its places was before. */
export interface Lenient {
  readonly source: Source
  back(offset: number): number
}

/** Moves the lines of a text in single quotes that begin in the first column; a text without such lines is itself. */
export function lenient(source: Source): Lenient {
  const { text } = source
  const moved: number[] = []
  let open = false
  let at = 0
  for (const line of text.split('\n')) {
    if (open && line !== '' && !/^\s/.test(line)) moved.push(at)
    // Quotes of a text that is open or begins on this line; doubled ones leave it open.
    const quotes = (open || /^[\w.-]+:\s*'/.test(line) ? line : '').split("'").length - 1
    if (quotes % 2 === 1) open = !open
    at += line.length + 1
  }
  if (moved.length === 0 || open) return { source, back: offset => offset }
  let out = ''
  let from = 0
  for (const place of moved) {
    out += `${text.slice(from, place)} `
    from = place
  }
  out += text.slice(from)
  return {
    source: { ...source, text: out },
    back(offset) {
      let before = 0
      while (before < moved.length && moved[before]! + before < offset) before++
      return offset - before
    },
  }
}

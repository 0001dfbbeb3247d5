// A pipeline cut into its stages, at the pipes that stand outside of strings, brackets and macros.

import { stringEnd } from './expand.ts'
import type { Reading } from './reading.ts'

/** One stage: its command in lower case, where it begins, and where its arguments are. */
export interface Piece {
  /** The empty text where no command is written: a search that is implied, or a macro that nobody knows. */
  readonly command: string
  readonly start: number
  readonly args: number
  readonly end: number
}

/** The closing bracket of one that opens at `at`; undefined where it is not closed. */
export function bracketEnd(text: string, at: number, end: number): number | undefined {
  let depth = 0
  for (let here = at; here < end; here++) {
    const character = text[here]
    if (character === '"') here = stringEnd(text, here) - 1
    else if (character === '\\') here++
    else if (character === '`') {
      const close = text.indexOf('`', here + 1)
      if (close !== -1 && close < end) here = close
    } else if (character === '[') depth++
    else if (character === ']' && --depth === 0) return here
  }
  return undefined
}

/** The stages of a stretch; `piped` says whether it begins with a pipe. Empty stages are passed over and told. */
export function split(
  reading: Reading,
  start: number,
  end: number,
): { readonly pieces: readonly Piece[]; readonly piped: boolean } {
  const { text } = reading
  const cuts: number[] = []
  for (let at = start; at < end; at++) {
    const character = text[at]
    if (character === '"') at = stringEnd(text, at) - 1
    else if (character === '\\') at++
    else if (character === '`') {
      const close = text.indexOf('`', at + 1)
      if (close !== -1 && close < end) at = close
    } else if (character === '[') {
      const close = bracketEnd(text, at, end)
      if (close === undefined) {
        reading.report('SPL002', 'error', 'a bracket is not closed', at, at + 1, 'close the subsearch with "]"')
        break
      }
      at = close
    } else if (character === '|') cuts.push(at)
  }
  const pieces: Piece[] = []
  const bounds = [...cuts, end]
  let from = start
  let piped = false
  for (const [index, to] of bounds.entries()) {
    const first = skip(text, from, to)
    if (first < to) pieces.push(pieceOf(text, first, trimmed(text, first, to)))
    else if (index === 0 && cuts.length > 0) piped = true
    else
      reading.report('SPL003', 'warning', 'a stage between pipes is empty', Math.max(start, from - 1), to, 'leave the pipe out')
    from = to + 1
  }
  return { pieces, piped }
}

const skip = (text: string, from: number, to: number): number => {
  let at = from
  while (at < to && /\s/.test(text[at]!)) at++
  return at
}

const trimmed = (text: string, from: number, to: number): number => {
  let at = to
  while (at > from && /\s/.test(text[at - 1]!)) at--
  return at
}

function pieceOf(text: string, start: number, end: number): Piece {
  const word = /[A-Za-z_]\w*/y
  word.lastIndex = start
  const found = word.exec(text)?.[0] ?? ''
  return { command: found.toLowerCase(), start, args: Math.min(end, start + found.length), end }
}

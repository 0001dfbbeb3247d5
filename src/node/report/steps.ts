// How far a long run is, in words: on a terminal one line that is drawn over, elsewhere a line now and then, so that whoever reads a log sees that it goes on.

import type { Io } from '../cli/io.ts'

/** Milliseconds between two drawings on a terminal; before the first line elsewhere, and between two of those. */
const drawn = 100
const first = 10_000
const between = 30_000

/** Says a step; the empty text is the end, and takes a drawn line away. */
export type Steps = (text: string) => void

/** Steps of a verb, or silence where none are wanted. */
export function stepsOf(verb: string, wanted: boolean, io: Pick<Io, 'stderr' | 'now'>): Steps {
  if (!wanted) return () => undefined
  const terminal = io.stderr.isTTY === true
  let last = terminal ? 0 : io.now() - between + first
  let shown = false
  return text => {
    const time = io.now()
    if (text === '') {
      if (shown && terminal) io.stderr.write('\r\u001b[K')
      shown = false
      return
    }
    if (time - last < (terminal ? drawn : between)) return
    last = time
    shown = true
    io.stderr.write(terminal ? `\r\u001b[K${text}` : `${verb}: ${text}\n`)
  }
}

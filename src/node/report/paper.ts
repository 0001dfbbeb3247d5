// What reports are written on: where the text goes, how wide it is, and whether colours and signs beyond ASCII may be used.

import picocolors from 'picocolors'
import type { Ink } from '../../text/diagnostic.ts'
import { ascii, escaped } from './text.ts'

export type Colors = ReturnType<typeof picocolors.createColors>

/** A place for text. `write` takes whole pieces and may be called any number of times. */
export interface Paper {
  write(text: string): void
  /** Columns of the terminal; 100 where there is none. */
  readonly columns: number
  /** Whether the house's own signs (`✓ │ …`) may be used; otherwise they are written in ASCII. */
  readonly unicode: boolean
  readonly colors: Colors
}

export interface PaperOptions {
  readonly write: (text: string) => void
  readonly terminal: boolean
  readonly columns?: number
  readonly color: boolean
  readonly utf8: boolean
}

/** A paper; on a terminal that is not UTF-8 everything beyond ASCII is written as an escape, in a pipe only our own signs are replaced (see `say`). */
export function paper(options: PaperOptions): Paper {
  const { terminal, utf8 } = options
  return {
    write: terminal && !utf8 ? text => options.write(escaped(ascii(text))) : options.write,
    // A terminal that does not know its width says 0.
    columns: Math.max(40, Math.min(options.columns || 100, 400)),
    unicode: terminal && utf8,
    colors: picocolors.createColors(options.color),
  }
}

/** A text of ours for this paper: our signs, or their ASCII. Never give it the text of a log. */
export function signs(on: Paper, text: string): string {
  return on.unicode ? text : ascii(text)
}

/** The colours of a paper as the ink that `draw` takes. */
export function ink(on: Paper): Ink {
  const { colors } = on
  return (text, role) => {
    switch (role) {
      case 'error':
        return colors.red(text)
      case 'warning':
        return colors.yellow(text)
      case 'note':
        return colors.cyan(text)
      case 'frame':
        return colors.blue(signs(on, text))
      case 'strong':
        return colors.bold(text)
    }
  }
}

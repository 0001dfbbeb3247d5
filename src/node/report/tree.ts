// A trace as a tree for people: which part of a rule was true, false or could not be asked, and why.

import type { Trace } from '../../explain.ts'
import { type Paper, signs } from './paper.ts'
import { clip, oneLine, width } from './text.ts'

const marks: Readonly<Record<Trace['truth'], string>> = { true: '✓', false: '✗', absent: '·' }

/** How deep a tree is drawn; rules that people write are far shallower. */
const deepest = 24

/** Draws a trace. Marks: `✓` true, `✗` false, `·` could not be asked. */
export function drawTrace(on: Paper, trace: Trace, indent = '  '): void {
  const { colors } = on
  const cut = signs(on, '…')
  const colour: Readonly<Record<Trace['truth'], (text: string) => string>> = {
    true: colors.green,
    false: colors.red,
    absent: colors.dim,
  }
  const line = (part: Trace, before: string) => {
    const room = Math.max(20, on.columns - width(before) - 2)
    const text = clip(oneLine(part.text), room, cut)
    const left = room - width(text) - 3
    const reason =
      part.reason === undefined || part.reason === '' || left < 12
        ? ''
        : ` ${colors.dim(`(${clip(oneLine(part.reason), left, cut)})`)}`
    on.write(`${colors.dim(before)}${colour[part.truth](signs(on, marks[part.truth]))} ${text}${reason}\n`)
    // A reason that had no room gets a line of its own.
    if (part.reason !== undefined && part.reason !== '' && left < 12) {
      on.write(
        `${colors.dim(before.replace(/[├└─]/g, sign => (sign === '├' ? '│' : ' ')).replace(/[`]/g, ' '))}  ${colors.dim(clip(`(${oneLine(part.reason)})`, room, cut))}\n`,
      )
    }
  }
  const draw = (part: Trace, before: string, depth: number) => {
    for (const [index, child] of part.children.entries()) {
      const last = index === part.children.length - 1
      line(child, before + signs(on, last ? '└ ' : '├ '))
      if (depth < deepest) draw(child, before + signs(on, last ? '  ' : '│ '), depth + 1)
      else if (child.children.length > 0) on.write(`${before}  ${cut}\n`)
    }
  }
  line(trace, indent)
  draw(trace, indent, 0)
}

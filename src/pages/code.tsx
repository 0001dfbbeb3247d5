// Code as lines that can be linked, with numbers that are not copied, colours by class, and marks that join it to the rule.

import type { ComponentChildren, VNode } from 'preact'
import { type Piece, pieces } from './highlight.ts'
import { Scroll } from './scroll.tsx'

/** A stretch of a text that stands for numbered tests. */
export interface Marked {
  readonly start: number
  readonly end: number
  /** `3`, or `3 4` for several. */
  readonly numbers: string
  readonly how?: 'exact' | 'widened' | 'narrowed' | 'added'
}

export interface CodeProps {
  readonly text: string
  readonly language: string
  /** What it is, for those who hear the page. */
  readonly label: string
  /** What goes before the number in the ids of lines; without it lines have none. */
  readonly lines?: string
  readonly marks?: readonly Marked[]
  /** The name a saved copy gets. */
  readonly name?: string
}

/** A block of code in its own scrolling region. */
export function Code({ text, language, label, lines, marks, name }: CodeProps): VNode {
  const shown = text.endsWith('\n') ? text.slice(0, -1) : text
  const parts = joined(pieces(shown, language), apart(marks ?? []))
  const body: ComponentChildren[] = []
  if (lines === undefined) body.push(...parts.map(draw))
  else {
    for (const [index, line] of inLines(parts).entries()) {
      if (index > 0) body.push('\n')
      body.push(
        <span class="l" id={`${lines}${index + 1}`}>
          {line.map(draw)}
        </span>,
      )
    }
  }
  return (
    <figure class="code" {...(name === undefined ? {} : { 'data-name': name })}>
      <Scroll label={label}>
        <pre class={lines === undefined ? undefined : 'n'}>
          <code>{body}</code>
        </pre>
      </Scroll>
    </figure>
  )
}

interface Part extends Piece {
  readonly mark?: Marked
  /** The last part of its mark, which carries the numbers. */
  readonly last?: boolean
}

/** The shortest marks that do not overlap, in order: a mark around others says nothing that they do not. */
function apart(marks: readonly Marked[]): readonly Marked[] {
  const taken: Marked[] = []
  const byLength = [...marks].sort(
    (a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start || b.numbers.length - a.numbers.length,
  )
  for (const mark of byLength) {
    if (mark.end <= mark.start) continue
    const same = taken.findIndex(other => other.start === mark.start && other.end === mark.end)
    if (same < 0 && !taken.some(other => mark.start < other.end && other.start < mark.end)) taken.push(mark)
  }
  return taken.sort((a, b) => a.start - b.start)
}

/** Pieces cut at the borders of marks. */
function joined(list: readonly Piece[], marks: readonly Marked[]): readonly Part[] {
  const out: Part[] = []
  let at = 0
  let next = 0
  for (const piece of list) {
    let text = piece.text
    while (text !== '') {
      while (next < marks.length && marks[next]!.end <= at) next++
      const mark = marks[next]
      const inside = mark !== undefined && mark.start <= at
      const border = mark === undefined ? text.length : (inside ? mark.end : mark.start) - at
      const part = text.slice(0, border)
      const end = at + part.length
      out.push({
        text: part,
        ...(piece.kind === undefined ? {} : { kind: piece.kind }),
        ...(inside ? { mark, last: end === mark.end } : {}),
      })
      text = text.slice(part.length)
      at = end
    }
  }
  return out
}

/** Parts cut at the ends of lines. */
function inLines(parts: readonly Part[]): readonly (readonly Part[])[] {
  const lines: Part[][] = [[]]
  for (const part of parts) {
    const texts = part.text.split('\n')
    for (const [index, text] of texts.entries()) {
      if (index > 0) lines.push([])
      if (text !== '')
        lines
          .at(-1)!
          .push({ ...part, text, ...(part.mark === undefined ? {} : { last: part.last === true && index === texts.length - 1 }) })
    }
  }
  return lines
}

function draw(part: Part): ComponentChildren {
  if (part.mark === undefined) return part.kind === undefined ? part.text : <span class={part.kind}>{part.text}</span>
  const { how, numbers } = part.mark
  const classes = ['m', part.kind, how === undefined || how === 'exact' ? undefined : how, part.last === true ? 'e' : undefined]
  return (
    <span class={classes.filter(one => one !== undefined).join(' ')} data-m={numbers}>
      {part.text}
    </span>
  )
}

// Text with groups, line breaks and marks, for every printer of the house: a document is laid out to a width, and what was marked is found again in the text.

import type { Span } from './source.ts'

/** A text to lay out. A `group` is set on one line where it fits; where it does not, its own `line`s break and its inner groups are tried anew. */
export type Doc =
  | string
  | readonly Doc[]
  /** A blank, or a line break; `tight`: nothing, or a line break; `hard`: always a line break, and every group around it breaks. */
  | { readonly kind: 'line'; readonly how: 'blank' | 'tight' | 'hard' }
  | { readonly kind: 'indent'; readonly doc: Doc }
  | { readonly kind: 'group'; readonly doc: Doc }
  /** What the rule says at these places; `how` tells how exactly. */
  | { readonly kind: 'mark'; readonly doc: Doc; readonly from: readonly Span[]; readonly how: How }

export type How = 'exact' | 'widened' | 'narrowed' | 'added'

export const line: Doc = { kind: 'line', how: 'blank' }
export const tight: Doc = { kind: 'line', how: 'tight' }
export const hard: Doc = { kind: 'line', how: 'hard' }
export const indent = (...doc: Doc[]): Doc => ({ kind: 'indent', doc })
export const group = (...doc: Doc[]): Doc => ({ kind: 'group', doc })
export const mark = (doc: Doc, from: readonly Span[], how: How = 'exact'): Doc =>
  from.length === 0 && how === 'exact' ? doc : { kind: 'mark', doc, from, how }

/** Documents with another between each two. */
export function between(docs: readonly Doc[], separator: Doc): Doc {
  return docs.flatMap((doc, index) => (index === 0 ? [doc] : [separator, doc]))
}

/** `(`, the document indented on lines of its own where it does not fit on one, `)`. */
export function parenthesised(doc: Doc, open = '(', close = ')'): Doc {
  return group(open, indent(tight, doc), tight, close)
}

export interface Mark {
  readonly start: number
  readonly end: number
  readonly from: readonly Span[]
  readonly how: How
}

export interface LaidOut {
  readonly text: string
  readonly marks: readonly Mark[]
}

interface Task {
  readonly doc: Doc
  readonly indent: number
  readonly flat: boolean
  /** Set on the task that closes a mark. */
  readonly close?: { readonly start: number; readonly from: readonly Span[]; readonly how: How }
}

/** Lays a document out. `width` is the column after which groups break; Infinity sets everything on one line (a hard line is then a blank). Takes time proportional to the document. */
export function layout(doc: Doc, options: { readonly width: number; readonly indent?: string }): LaidOut {
  const { width } = options
  const step = options.indent ?? '  '
  const oneLine = width === Number.POSITIVE_INFINITY
  const lengths = measure(doc)
  const parts: string[] = []
  const marks: Mark[] = []
  let length = 0
  let column = 0
  const put = (text: string): void => {
    parts.push(text)
    length += text.length
    const last = text.lastIndexOf('\n')
    column = last === -1 ? column + text.length : text.length - last - 1
  }
  const tasks: Task[] = [{ doc, indent: 0, flat: oneLine }]
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { doc: here, indent: depth, flat, close } = task
    if (close !== undefined) {
      if (length > close.start) marks.push({ start: close.start, end: length, from: close.from, how: close.how })
      continue
    }
    if (typeof here === 'string') put(here)
    else if (isList(here)) for (let at = here.length - 1; at >= 0; at--) tasks.push({ doc: here[at]!, indent: depth, flat })
    else if (here.kind === 'line') {
      if (flat && (here.how !== 'hard' || oneLine)) put(here.how === 'tight' ? '' : ' ')
      else put(`\n${step.repeat(depth)}`)
    } else if (here.kind === 'indent') tasks.push({ doc: here.doc, indent: depth + 1, flat })
    else if (here.kind === 'group')
      tasks.push({ doc: here.doc, indent: depth, flat: flat || lengths.get(here)! <= width - column })
    else {
      tasks.push({ doc: '', indent: depth, flat, close: { start: length, from: here.from, how: here.how } })
      tasks.push({ doc: here.doc, indent: depth, flat })
    }
  }
  return { text: parts.join(''), marks: marks.sort((a, b) => a.start - b.start || b.end - a.end) }
}

const isList = (doc: Doc): doc is readonly Doc[] => Array.isArray(doc)

/** How long each group is on one line; a hard line makes it endless. */
function measure(doc: Doc): Map<Doc, number> {
  const lengths = new Map<Doc, number>()
  const stack: { readonly doc: Doc; readonly children: readonly Doc[]; at: number; sum: number }[] = []
  const childrenOf = (of: Doc): readonly Doc[] =>
    typeof of === 'string' ? [] : isList(of) ? of : of.kind === 'line' ? [] : [of.doc]
  const own = (of: Doc): number => {
    if (typeof of === 'string') return of.includes('\n') ? Number.POSITIVE_INFINITY : of.length
    if (isList(of) || of.kind !== 'line') return 0
    return of.how === 'hard' ? Number.POSITIVE_INFINITY : of.how === 'tight' ? 0 : 1
  }
  stack.push({ doc, children: childrenOf(doc), at: 0, sum: own(doc) })
  for (;;) {
    const top = stack.at(-1)!
    if (top.at < top.children.length) {
      const child = top.children[top.at++]!
      const known = typeof child === 'object' ? lengths.get(child) : undefined
      if (known !== undefined) top.sum += known
      else stack.push({ doc: child, children: childrenOf(child), at: 0, sum: own(child) })
      continue
    }
    stack.pop()
    if (typeof top.doc === 'object') lengths.set(top.doc, top.sum)
    const above = stack.at(-1)
    if (above === undefined) return lengths
    above.sum += top.sum
  }
}

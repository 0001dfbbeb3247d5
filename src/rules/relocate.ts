// Places of a text that is written inside another one, told as places of the outer text.

import type { Diagnostic } from '../text/diagnostic.ts'
import type { Span } from '../text/source.ts'

const deepest = 2000

/** A tree with every `span` told anew; what has none is shared. Trees are as deep as their readers allow. */
export function relocate<T>(tree: T, place: (span: Span) => Span): T {
  return walk(tree, place, 0) as T
}

function walk(node: unknown, place: (span: Span) => Span, depth: number): unknown {
  if (typeof node !== 'object' || node === null || depth > deepest) return node
  if (Array.isArray(node)) {
    let out: unknown[] | undefined
    for (const [at, member] of node.entries()) {
      const told = walk(member, place, depth + 1)
      if (told !== member) out ??= [...node]
      if (out !== undefined) out[at] = told
    }
    return out ?? node
  }
  let out: Record<string, unknown> | undefined
  for (const [key, value] of Object.entries(node)) {
    const told = key === 'span' && isSpan(value) ? place(value) : walk(value, place, depth + 1)
    if (told === value) continue
    out ??= { ...node }
    out[key] = told
  }
  return out ?? node
}

const isSpan = (value: unknown): value is Span =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Span).start === 'number' &&
  typeof (value as Span).end === 'number'

/** Findings with their places told anew, also those of notes and fixes; a fix is left out where its text would be another one there. */
export function relocated(findings: readonly Diagnostic[], place: (span: Span) => Span, exact: boolean): readonly Diagnostic[] {
  return findings.map(finding => {
    const { span, related, fix, ...rest } = finding
    return {
      ...rest,
      ...(span === undefined ? {} : { span: place(span) }),
      ...(related === undefined ? {} : { related: related.map(one => ({ ...one, span: place(one.span) })) }),
      ...(fix === undefined || !exact ? {} : { fix: fix.map(one => ({ ...one, span: place(one.span) })) }),
    }
  })
}

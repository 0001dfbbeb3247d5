// What is wrong with a text, and how it is drawn. One caret for the whole house.

import { lineText, outermost, position, type Source, type Span } from './source.ts'

export type Severity = 'error' | 'warning' | 'note'

/** One finding about a source. Whatever is wrong with a user's input is one of these. */
export interface Diagnostic {
  /** Three letters for the part that speaks and three digits: `SIG012`. `0xx` cannot read, `1xx` cannot say, `2xx` probably not meant, `3xx` slower or looser than you think. */
  readonly code: string
  readonly severity: Severity
  /** What is wrong: lower case, no full stop, the user's text in double quotes. */
  readonly message: string
  /** Where, in the source the diagnostic is reported for; absent when the finding is about the whole. */
  readonly span?: Span
  /** What to do about it. */
  readonly hint?: string
  readonly related?: readonly { readonly message: string; readonly span: Span }[]
  /** A change that mends it, where one is safe. */
  readonly fix?: readonly { readonly span: Span; readonly text: string }[]
  /** An event that shows the finding. */
  readonly witness?: Witness
  /** The source the spans point into; set by whoever knows it, so that findings of many files can travel together. */
  readonly source?: Source
}

/** An event on which a finding can be seen: the fields of it, and whether the rule matches it. Whoever reports it has asked the engine. */
export interface Witness {
  readonly event: Readonly<Record<string, unknown>>
  readonly matches: boolean
}

/** What a fallible step returns: as much as could be made, what was wrong, and which open questions of a manual it had to settle (`assume`). */
export interface Outcome<T> {
  readonly value?: T
  readonly diagnostics: readonly Diagnostic[]
  readonly assumed?: readonly string[]
}

/** Where a diagnostic points, as people count: file, line and column (from 1) of its start and end in the outermost text. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** The place of a diagnostic, or undefined when it has no source; without a span the place is the first character. */
export function place(finding: Diagnostic): Place | undefined {
  if (finding.source === undefined) return undefined
  const { source, span } = outermost(finding.source, finding.span ?? { start: 0, end: 0 })
  const from = position(source, span.start)
  const to = position(source, span.end)
  return { file: source.name, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
}

export type Ink = (text: string, role: 'error' | 'warning' | 'note' | 'frame' | 'strong') => string

const plain: Ink = text => text

/** Control characters and bidirectional overrides made visible, so that hostile text cannot steer a terminal. */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const widest = 160
const longestWitness = 400

/** A witness on one line. */
export function sayWitness({ event, matches }: Witness): string {
  const text = JSON.stringify(event)
  return `${matches ? 'matches' : 'does not match'} ${text.length > longestWitness ? `${text.slice(0, longestWitness)}…` : text}`
}

/** A finding as people read it: code and message, place, the line, a caret, the hint. `ink` colours it. */
export function draw(finding: Diagnostic, ink: Ink = plain): string {
  const lines = [
    `${ink(`${finding.severity}[${finding.code}]`, finding.severity)}${ink(`: ${visible(finding.message)}`, 'strong')}`,
  ]
  const where = place(finding)
  if (where !== undefined) {
    const margin = ' '.repeat(String(where.line).length)
    lines.push(
      `${margin}${ink('┌─', 'frame')} ${visible(where.file)}${finding.span === undefined ? '' : `:${where.line}:${where.column}`}`,
    )
    if (finding.span !== undefined) {
      const { source } = outermost(finding.source!, finding.span)
      const whole = lineText(source, where.line)
      const skip = where.column > widest - 40 ? where.column - 60 : 0
      const text = visible(whole.slice(skip, skip + widest).replaceAll('\t', ' '))
      const before = visible(whole.slice(skip, where.column - 1).replaceAll('\t', ' ')).length
      const length =
        where.endLine === where.line ? Math.max(1, where.endColumn - where.column) : Math.max(1, whole.length - where.column + 1)
      lines.push(`${ink(`${where.line}│`, 'frame')} ${skip > 0 ? '…' : ''}${text}`)
      lines.push(
        `${margin}${ink('│', 'frame')} ${' '.repeat(before + (skip > 0 ? 1 : 0))}${ink('^'.repeat(Math.min(length, Math.max(1, text.length - before))), finding.severity)}`,
      )
    }
    for (const other of finding.related ?? []) {
      const there = place({ ...finding, span: other.span })!
      lines.push(`${margin}${ink('=', 'frame')} note: ${visible(other.message)} (${there.line}:${there.column})`)
    }
    if (finding.hint !== undefined) lines.push(`${margin}${ink('=', 'frame')} hint: ${visible(finding.hint)}`)
    if (finding.witness !== undefined) lines.push(`${margin}${ink('=', 'frame')} event: ${visible(sayWitness(finding.witness))}`)
  } else {
    if (finding.hint !== undefined) lines.push(`  ${ink('=', 'frame')} hint: ${visible(finding.hint)}`)
    if (finding.witness !== undefined) lines.push(`  ${ink('=', 'frame')} event: ${visible(sayWitness(finding.witness))}`)
  }
  return lines.join('\n')
}

// The contract of checks that look at what a detection asks, in any language, and how their findings are placed.

import type { Detection } from '../ir/detection.ts'
import type { At } from '../ir/predicate.ts'
import type { Diagnostic, Severity, Witness } from '../text/diagnostic.ts'
import type { Span } from '../text/source.ts'
import type { Check, Page } from './check.ts'
import { type Question, questionsOf } from './question.ts'

/** A finding at a part of a query; without a place where the part has none in the document. A witness of `same` means that no event shows it: nothing is reported then. */
export type Tell = (
  code: string,
  severity: Severity,
  message: string,
  at: At | InDocument | undefined,
  more?: {
    readonly hint?: string
    readonly witness?: Witness | 'same' | 'none' | undefined
    readonly related?: Diagnostic['related']
    readonly fix?: Diagnostic['fix']
  },
) => void

/** Documents whose queries are unwrapped from other texts, so that places in a query are none in the document. */
const unplaced = /^watcher/

/** The text of a part of a query in its document, or undefined where it has no place. */
export function textAt(detection: Detection, at: At | InDocument | undefined): string | undefined {
  const span = placeOf(detection, at)
  return span === undefined ? undefined : detection.written.document.text.slice(span.start, span.end)
}

/** A place in a document, which is none of its query. */
export interface InDocument {
  readonly span: Span
  readonly document: true
}

/** A stretch of a document. */
export const inDocument = (start: number, end: number): InDocument => ({ span: { start, end }, document: true })

/** The place of a part of a query in its document. */
export function placeOf({ written }: Detection, at: At | InDocument | undefined): Span | undefined {
  const span = at?.span
  if (span === undefined || (unplaced.test(written.rules) && !('document' in at!))) return undefined
  if (span.source !== undefined && span.source !== written.document.name) return undefined
  // Places in a query of Elastic's documents are told in the query, which lies in the document as it is, or is escaped there.
  const { inside } = written.query
  const nested = /^(?:elastic|kibana)/.test(written.rules) && !('document' in at!)
  if (nested && inside?.source !== written.document) return undefined
  const from = nested ? inside!.at : 0
  return from + span.end > written.document.text.length ? undefined : { start: from + span.start, end: from + span.end }
}

/** A check of what a detection asks. Finding the same thing of the same place twice is one finding. */
export function meaningCheck(
  id: string,
  pages: Readonly<Record<string, Page>>,
  look: (detection: Detection, questions: readonly Question[], tell: Tell) => void,
): Check {
  return {
    id,
    codes: Object.fromEntries(Object.entries(pages).map(([code, page]) => [code, page.title])),
    pages,
    run(detection) {
      const found: Diagnostic[] = []
      const seen = new Set<string>()
      look(detection, questionsOf(detection), (code, severity, message, at, more = {}) => {
        const { witness, ...rest } = more
        if (witness === 'same' || witness === 'none') return
        const span = placeOf(detection, at)
        const key = JSON.stringify([code, span, message])
        if (seen.has(key)) return
        seen.add(key)
        found.push({
          code,
          severity,
          message,
          ...(span === undefined ? {} : { span }),
          source: detection.written.document,
          ...rest,
          ...(witness === undefined ? {} : { witness }),
        })
      })
      return found
    },
  }
}

/** A text as a message shows it. */
export const quoted = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`

/** `one`, or `one and 3 more`. */
export const andMore = (first: string, count: number): string => (count <= 1 ? first : `${first} and ${count - 1} more`)

// Events for findings that readers of single languages make while they read, where they have no rule to ask.

import type { Detection } from '../ir/detection.ts'
import { glob } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import type { Diagnostic, Witness } from '../text/diagnostic.ts'
import { outermost, type Span } from '../text/source.ts'
import { placeOf } from './meaning.ts'
import { type Asked, asking, exchanged, parting, type Question, questionsOf } from './question.ts'

/** How an event is found that shows a finding of a code, from the test that the finding is about. */
const shows: Readonly<Record<string, (question: Question, asked: Asked) => Witness | 'same' | 'none' | undefined>> = {
  // An option that is found in the other case.
  KQL204: (question, asked) => {
    const { match } = asked.test
    return match.kind === 'word' || match.kind === 'glob'
      ? parting(question, exchanged(question.where, asked.test, asking(asked, { ...match, fold: false })), true)
      : undefined
  },
  // A program without its ending, which is missed with it.
  KQL211: (question, asked) => {
    const { told } = asked
    if (told?.kind !== 'text' || /\.exe$/i.test(told.text)) return undefined
    const other = asking(asked, { kind: 'glob', glob: glob([`${told.text}.exe`]), fold: told.fold })
    return parting(question, exchanged(question.where, asked.test, other), false)
  },
  // A program that passes because it is called so.
  KQL306: (question, asked) => {
    if (!asked.negated) return undefined
    const never: Predicate = { kind: 'const', value: false }
    return parting(question, exchanged(question.where, asked.test, never), false)
  },
}

/** Findings of readers with events, where one can show them. Findings of other texts, and those that no event shows, are as they were. */
export function illustrate(findings: readonly Diagnostic[], detections: readonly Detection[]): readonly Diagnostic[] {
  const wanted = findings.filter(({ code, witness }) => witness === undefined && Object.hasOwn(shows, code))
  if (wanted.length === 0) return findings
  const byName = new Map<string, Detection[]>()
  for (const detection of detections) {
    const { name } = outermost(detection.written.document, { start: 0, end: 0 }).source
    byName.set(name, [...(byName.get(name) ?? []), detection])
  }
  return findings.map(finding => {
    if (
      finding.witness !== undefined ||
      !Object.hasOwn(shows, finding.code) ||
      finding.source === undefined ||
      finding.span === undefined
    )
      return finding
    const { source, span } = outermost(finding.source, finding.span)
    for (const detection of byName.get(source.name) ?? [])
      for (const question of questionsOf(detection))
        for (const asked of question.tests) {
          const place = placeOf(detection, asked.test)
          if (place === undefined || !within(place, span)) continue
          const witness = shows[finding.code]!(question, asked)
          if (witness === undefined || witness === 'same' || witness === 'none') continue
          return { ...finding, witness }
        }
    return finding
  })
}

const within = (a: Span, b: Span): boolean => (a.start >= b.start && a.end <= b.end) || (b.start >= a.start && b.end <= a.end)

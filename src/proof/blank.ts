// Where a store keeps no difference between an absent text and the empty one, a question is told so that it makes none either.

import { compilePredicate } from '../engine/match.ts'
import { and, not, or } from '../ir/logic.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'

type Test = Extract<Predicate, { kind: 'test' }>

const asks = (subject: Scalar, kind: 'present' | 'empty'): Predicate => ({ kind: 'test', subject, match: { kind } })
const filled = (subject: Scalar): Predicate => and([asks(subject, 'present'), not(asks(subject, 'empty'))])

/**
 * The question with the empty text as no value: what asks for a value asks for a text that is not empty, what asks for the empty text or for
 * none asks for either. `isText` says of which values that holds.
 */
export function blankIsNone(question: Predicate, isText: (subject: Scalar) => boolean): Predicate {
  return rewrite(question, {
    predicate: of => {
      if (of.kind !== 'test' || !isText(of.subject)) return of
      const { subject, match } = of
      if (match.kind === 'exists' || match.kind === 'present') return filled(subject)
      if (match.kind === 'empty' || (match.kind === 'glob' && match.glob.join('') === ''))
        return or([not(asks(subject, 'present')), asks(subject, 'empty')])
      if (match.kind === 'text' && match.to.kind !== 'literal') return and([of, filled(subject), filled(match.to)])
      return passesBlank(of) ? and([of, filled(subject)]) : of
    },
  })
}

function passesBlank(test: Test): boolean {
  const { match } = test
  if (match.kind === 'glob') return match.glob.every(part => typeof part === 'object' && part.wild === 'any')
  if (match.kind === 'cidr' || match.kind === 'compare') return false
  return compilePredicate({ ...test, subject: { kind: 'literal', value: '' } })({ fields: {} })
}

/** The fields whose empty and absent texts a question tells apart, or whose absence it asks for. */
export function askedForNone(question: Predicate): readonly string[] {
  const names = new Set<string>()
  rewrite(question, {
    predicate: of => {
      if (of.kind === 'test' && of.subject.kind === 'field') {
        const { kind } = of.match
        if (kind === 'exists' || kind === 'present' || kind === 'empty' || passesBlank(of)) names.add(of.subject.name)
      }
      return of
    },
  })
  return [...names].sort()
}

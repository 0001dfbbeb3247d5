// Columns that a table computes from fields of events, told as tests of the fields where they ask the same: a value as a text, and the first of several that is there.

import type { Match, Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import { afterText } from '../schemas/simplify.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** A question with what is understood of its computed columns told as tests of fields; the rest is left as it is. */
export function understood(where: Predicate): Predicate {
  return rewrite(where, { predicate: part => (part.kind === 'test' && asksText(part.match) ? told(part) : part) })
}

/** Whether a test asks a text that is there and not empty, so that it is false of what has no value. */
function asksText(match: Match): boolean {
  if (match.kind === 'word')
    return match.text.kind === 'literal' && typeof match.text.value === 'string' && match.text.value !== ''
  return match.kind === 'glob' && match.glob.some(piece => typeof piece === 'string' && piece !== '')
}

function told(test: Test): Predicate {
  const subject = bare(test.subject)
  if (subject.kind === 'call' && subject.fn === 'coalesce' && subject.args.every(arg => bare(arg).kind === 'field')) {
    const args = subject.args.map(bare)
    return {
      kind: 'or',
      args: args.map((arg, place): Predicate => {
        const before = args.slice(0, place).map(
          (one): Predicate => ({
            kind: 'not',
            arg: { kind: 'test', subject: one, match: { kind: 'present' } },
          }),
        )
        return { kind: 'and', args: [...before, { ...test, subject: arg }] }
      }),
    }
  }
  if (subject.kind === 'call' && subject.fn === 'concat' && subject.args.length === 2) {
    const [before, field] = subject.args.map(bare)
    const on = field?.kind === 'field' ? field : undefined
    if (before?.kind === 'literal' && on !== undefined)
      return afterText(String(before.value), test.match, match => ({ ...test, subject: on, match })) ?? { ...test, subject }
  }
  return subject === test.subject ? test : { ...test, subject }
}

/** The field whose value is made a text. */
function bare(of: Scalar): Scalar {
  if (of.kind !== 'call' || of.fn !== 'cast:string' || of.args.length !== 1) return of
  return bare(of.args[0]!)
}

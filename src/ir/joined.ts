// A test on two columns joined with a backslash, as tests on each of the two: what `derive:joined` asks, for languages that cannot join.

import { glob } from './glob.ts'
import { and, not, or } from './logic.ts'
import type { Glob, Predicate, Scalar } from './predicate.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** More splits than this are not told one by one. */
const mostSplits = 16

/**
 * `DOMAIN\name` asked of a column for the domain and one for the name. A part has no backslash of its own, and where one of the two is absent the
 * other alone is the value. Undefined for a test that is no glob on `derive:joined`, and for patterns that could fall apart in very many ways.
 */
export function splitJoined(test: Test): Predicate | undefined {
  const { subject, match, span } = test
  if (subject.kind !== 'call' || subject.fn !== 'derive:joined' || subject.args.length !== 2) return undefined
  if (test.each !== undefined && test.each !== 'any') return undefined
  const [under, column] = subject.args as readonly [Scalar, Scalar]
  const has = (scalar: Scalar): Predicate => ({ kind: 'test', subject: scalar, match: { kind: 'present' }, span })
  if (match.kind === 'exists' || match.kind === 'present') return or([has(under), has(column)])
  if (match.kind !== 'glob') return undefined
  const is = (scalar: Scalar, pattern: Glob): Predicate => {
    if (isStar(pattern)) return has(scalar)
    const simple = glob(pattern)
    if (simple.length === 0) return { kind: 'const', value: false, span }
    return { kind: 'test', subject: scalar, match: { kind: 'glob', glob: simple, fold: match.fold }, span }
  }
  const parts = glob(match.glob)
  if (isStar(parts)) return or([has(under), has(column)])
  const slashes = parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.split('\\').length - 1 : 0), 0)
  if (slashes > 1) return { kind: 'const', value: false, span }
  if (slashes === 1) {
    const at = parts.findIndex(part => typeof part === 'string' && part.includes('\\'))
    const text = parts[at] as string
    const cut = text.indexOf('\\')
    const left = [...parts.slice(0, at), text.slice(0, cut)]
    const right = [text.slice(cut + 1), ...parts.slice(at + 1)]
    return and([is(under, left), is(column, right)])
  }
  if (parts.some(part => typeof part !== 'string' && part.wild === 'one')) return undefined
  const stars = parts.flatMap((part, index) => (typeof part === 'string' ? [] : [index]))
  if (stars.length > mostSplits) return undefined
  const splits = stars.map(at => [parts.slice(0, at + 1), parts.slice(at)] as const)
  // Beside a part that may be anything, there or not, the other part answers alone.
  const right = is(column, parts)
  const left = is(under, parts)
  return or([
    splits.some(([before]) => isStar(before)) ? right : and([right, not(has(under))]),
    splits.some(([, behind]) => isStar(behind)) ? left : and([left, not(has(column))]),
    ...splits
      .filter(([before, behind]) => !isStar(before) && !isStar(behind))
      .map(([before, behind]) => and([is(under, before), is(column, behind)])),
  ])
}

/**
 * `KEY\name` asked of a column for the key and one for the name, both of which may have backslashes of their own: every place where the one
 * may end and the other begin is an alternative. Undefined for a test that is no glob on `derive:joined`, and for patterns with very many places.
 */
export function splitPath(test: Test): Predicate | undefined {
  const { subject, match, span } = test
  if (subject.kind !== 'call' || subject.fn !== 'derive:joined' || subject.args.length !== 2) return undefined
  if ((test.each !== undefined && test.each !== 'any') || match.kind !== 'glob') return undefined
  const [under, column] = subject.args as readonly [Scalar, Scalar]
  const is = (scalar: Scalar, pattern: Glob): Predicate => {
    if (isStar(pattern)) return { kind: 'test', subject: scalar, match: { kind: 'present' }, span }
    return { kind: 'test', subject: scalar, match: { kind: 'glob', glob: glob(pattern), fold: match.fold }, span }
  }
  const has = (scalar: Scalar): Predicate => is(scalar, [{ wild: 'any' }])
  const parts = glob(match.glob)
  if (isStar(parts)) return or([has(under), has(column)])
  const cuts: (readonly [Glob, Glob])[] = []
  for (const [at, part] of parts.entries()) {
    const [before, behind] = [parts.slice(0, at), parts.slice(at + 1)]
    if (typeof part !== 'string')
      cuts.push(
        part.wild === 'any'
          ? [
              [...before, part],
              [part, ...behind],
            ]
          : [before, behind],
      )
    else
      for (let cut = part.indexOf('\\'); cut !== -1; cut = part.indexOf('\\', cut + 1))
        cuts.push([
          [...before, part.slice(0, cut)],
          [part.slice(cut + 1), ...behind],
        ])
  }
  // A part is not empty.
  const possible = cuts.filter(([left, right]) => glob(left).length > 0 && glob(right).length > 0)
  if (possible.length > mostSplits) return undefined
  return or([
    possible.some(([left]) => isStar(left)) ? is(column, parts) : and([is(column, parts), not(has(under))]),
    possible.some(([, right]) => isStar(right)) ? is(under, parts) : and([is(under, parts), not(has(column))]),
    ...possible
      .filter(([left, right]) => !(isStar(left) && same(right, parts)) && !(isStar(right) && same(left, parts)))
      .map(([left, right]) => and([is(under, left), is(column, right)])),
  ])
}

const same = (a: Glob, b: Glob): boolean => JSON.stringify(glob(a)) === JSON.stringify(glob(b))

function isStar(pattern: Glob): boolean {
  const simple = glob(pattern)
  return simple.length === 1 && typeof simple[0] !== 'string' && simple[0]?.wild === 'any'
}

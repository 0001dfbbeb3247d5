// Conditions on computed values told as conditions on what these are computed of, where that is the same question.

import { glob, matchGlob } from '../ir/glob.ts'
import type { Match, Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** A comparison with a number. */
export interface Comparison {
  readonly op: '=' | '!=' | '<' | '<=' | '>' | '>='
  readonly value: number
}

/** Whether a number passes a comparison. */
export const holds = ({ op, value }: Comparison, of: number): boolean =>
  ({ '=': of === value, '!=': of !== value, '<': of < value, '<=': of <= value, '>': of > value, '>=': of >= value })[op]

/** A condition whose tests of computed values are told as tests of what these are computed of, where that is the same. */
export function simplified(of: Predicate): Predicate {
  return tidy(rewrite(of, { predicate: part => (part.kind === 'test' ? told(part, 0) : part) }))
}

/** Conditions without parts that are always true or never. */
export function tidy(of: Predicate): Predicate {
  return rewrite(of, {
    predicate: part => {
      if (part.kind === 'not' && part.arg.kind === 'const') return { ...part.arg, value: !part.arg.value }
      if (part.kind !== 'and' && part.kind !== 'or') return part
      const stop = part.kind === 'or'
      const flat = part.args.flatMap(arg => (arg.kind === part.kind ? arg.args : [arg]))
      const decisive = flat.find(arg => arg.kind === 'const' && arg.value === stop)
      if (decisive !== undefined) return decisive
      const args = flat.filter(arg => arg.kind !== 'const')
      if (args.length === 0) return { kind: 'const', value: !stop }
      return args.length === 1 ? args[0]! : { ...part, args }
    },
  })
}

const deepestCase = 12

function told(test: Test, depth: number): Predicate {
  const { subject, match } = test
  if (depth > deepestCase || (test.each !== undefined && test.each !== 'any')) return test
  const on = (of: Scalar): Predicate => told({ ...test, subject: of }, depth + 1)
  switch (subject.kind) {
    case 'literal': {
      const value = decided(subject, test)
      return value === undefined ? test : { kind: 'const', value }
    }
    case 'case': {
      const ways: Predicate[] = []
      const before: Predicate[] = []
      for (const { when, then } of [
        ...subject.branches,
        { when: { kind: 'const', value: true } as const, then: subject.otherwise },
      ]) {
        ways.push({ kind: 'and', args: [...before, when, on(then)] })
        before.push({ kind: 'not', arg: when })
      }
      return tidy({ kind: 'or', args: ways })
    }
    case 'call': {
      const [first] = subject.args
      if (first === undefined) return test
      if (subject.fn === 'coalesce') {
        if (match.kind === 'present' && subject.args.some(arg => arg.kind === 'literal' && arg.value !== null))
          return { kind: 'const', value: true }
        if (!asksText(match)) return test
        const ways = subject.args.map((arg, at): Predicate => {
          const before = subject.args
            .slice(0, at)
            .map((one): Predicate => ({ kind: 'not', arg: { kind: 'test', subject: one, match: { kind: 'present' } } }))
          return { kind: 'and', args: [...before, on(arg)] }
        })
        return tidy({ kind: 'or', args: ways })
      }
      if (!asksText(match)) return test
      if (subject.fn === 'text' || textual.has(subject.fn)) return on(first)
      if (subject.fn === 'lower' || subject.fn === 'upper') {
        if (match.kind !== 'glob') return test
        if (match.fold) return on(first)
        const same = match.glob.every(
          piece => typeof piece !== 'string' || piece === (subject.fn === 'lower' ? piece.toLowerCase() : piece.toUpperCase()),
        )
        return same
          ? told({ ...test, subject: first, match: { ...match, fold: true } }, depth + 1)
          : { kind: 'const', value: false }
      }
      return test
    }
    default:
      return test
  }
}

/** Functions that give a text as it is. */
const textual: ReadonlySet<string> = new Set(['cast:string', 'kusto:tostring', 'splunk:tostring'])

/** Whether a test asks for a text that is not empty, so that it is false of what is missing. */
function asksText(match: Test['match']): boolean {
  if (match.kind === 'glob') return match.glob.some(piece => typeof piece === 'string' && piece !== '')
  return (match.kind === 'word' && match.text.kind === 'literal' && match.text.value !== '') || match.kind === 'cidr'
}

/** The answer of a test of a value that is known. */
function decided({ value }: Scalar & { kind: 'literal' }, { match }: Test): boolean | undefined {
  if (value === null) return match.kind === 'compare' || asksText(match) || match.kind === 'present' ? false : undefined
  if (match.kind === 'present' || match.kind === 'exists') return true
  if (match.kind === 'compare' && match.to.kind === 'literal') {
    const { op, to } = match
    if (typeof value === 'boolean' || typeof to.value === 'boolean')
      return op === '=' && typeof value === typeof to.value ? value === to.value : undefined
    const [a, b] = [Number(value), Number(to.value)]
    if (typeof value === 'string' && typeof to.value === 'string' && op === '=' && match.fold !== true) return value === to.value
    if (String(value).trim() === '' || String(to.value).trim() === '' || !Number.isFinite(a) || !Number.isFinite(b))
      return undefined
    return holds({ op, value: b }, a)
  }
  if (match.kind === 'glob' && (typeof value === 'string' || typeof value === 'number'))
    return matchGlob(match.glob, match.fold)(String(value))
  return undefined
}

/** A test of a text that always begins in one way, as a test of what comes behind that; undefined where that is another question. */
export function afterText(start: string, match: Match, ask: (how: Match) => Predicate): Predicate | undefined {
  if (match.kind !== 'glob') return undefined
  const [first, ...rest] = match.glob
  if (typeof first !== 'string') return undefined
  const same = (text: string, other: string): boolean =>
    match.fold ? text.toLowerCase() === other.toLowerCase() : text === other
  if (!same(first.slice(0, start.length), start))
    return same(first, start.slice(0, first.length)) && rest.length > 0 ? undefined : { kind: 'const', value: false }
  const left = glob([first.slice(start.length), ...rest].filter(part => part !== ''))
  if (left.length === 0) return undefined
  return left.length === 1 && typeof left[0] !== 'string' && left[0]!.wild === 'any'
    ? ask({ kind: 'present' })
    : ask({ ...match, glob: left })
}

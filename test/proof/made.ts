// Questions for the tests of proofs: made from short texts, drawn by a seed, rewritten without a change of meaning, and changed in meaning.

import { glob, parseGlob } from '../../src/ir/glob.ts'
import type { Match, Predicate, WordRule } from '../../src/ir/predicate.ts'
import type { Side } from '../../src/proof/decide.ts'
import { sideOf } from '../../src/proof/sides.ts'

export type Random = () => number
export type Test = Extract<Predicate, { kind: 'test' }>

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!

/** A test of one field. */
export const test = (name: string, match: Match, each?: Test['each']): Test => ({
  kind: 'test',
  subject: { kind: 'field', name },
  match,
  ...(each === undefined ? {} : { each }),
})
/** A pattern of one field; `*` and `?` are wildcards. */
export const like = (name: string, pattern: string, fold = true): Test =>
  test(name, { kind: 'glob', glob: parseGlob(pattern), fold })
/** A text in a field as it is, wildcards or not. */
export const is = (name: string, text: string, fold = true): Test => test(name, { kind: 'glob', glob: glob([text]), fold })
export const has = (name: string, text: string, fold = true): Test =>
  test(name, { kind: 'glob', glob: glob([{ wild: 'any' }, text, { wild: 'any' }]), fold })
export const regex = (name: string, pattern: string, fold = false, whole = false): Test =>
  test(name, { kind: 'regex', pattern, fold, whole })
export const word = (name: string, text: string, words: WordRule, side: 'whole' | 'start' | 'end' = 'whole', fold = true): Test =>
  test(name, { kind: 'word', text: { kind: 'literal', value: text }, side, fold, words })
export const number = (name: string, op: '=' | '<' | '<=' | '>' | '>=', value: number): Test =>
  test(name, { kind: 'compare', op, to: { kind: 'literal', value } })
export const network = (name: string, of: string): Test => test(name, { kind: 'cidr', network: of })
export const exists = (name: string): Test => test(name, { kind: 'exists' })
export const present = (name: string): Test => test(name, { kind: 'present' })
/** Null as Sigma has it: there, and nothing. */
export const isNull = (name: string): Predicate => ({ kind: 'and', args: [exists(name), { kind: 'not', arg: present(name) }] })
export const keyword = (text: string): Predicate => ({
  kind: 'test',
  subject: { kind: 'fields', names: [{ wild: 'any' }] },
  match: { kind: 'glob', glob: glob([{ wild: 'any' }, text, { wild: 'any' }]), fold: true },
})
/** The last part of a path that a field holds. */
export const basename = (name: string, match: Match): Test => ({
  kind: 'test',
  subject: { kind: 'call', fn: 'basename', args: [{ kind: 'field', name }] },
  match,
})
export const every = (...args: readonly Predicate[]): Predicate => ({ kind: 'and', args })
export const some = (...args: readonly Predicate[]): Predicate => ({ kind: 'or', args })
export const no = (arg: Predicate): Predicate => ({ kind: 'not', arg })
export const side = (where: Predicate): Side => sideOf(where, undefined)

/** A list in an order drawn by a seed. */
export function shuffled<T>(random: Random, of: readonly T[]): T[] {
  const out = [...of]
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[out[at], out[other]] = [out[other]!, out[at]!]
  }
  return out
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** A glob as an expression that the whole text must be of. */
function expressionOf(test: Test): string | undefined {
  if (test.match.kind !== 'glob') return undefined
  return test.match.glob
    .map(part => (typeof part === 'string' ? escaped(part) : part.wild === 'any' ? '[\\s\\S]*' : '[\\s\\S]'))
    .join('')
}

/** The case of a text changed where a test does not regard it; letters of one code point in both cases only. */
function recased(random: Random, test: Test): Test {
  if (test.match.kind !== 'glob' || !test.match.fold) return test
  return {
    ...test,
    match: {
      ...test.match,
      glob: test.match.glob.map(part =>
        typeof part === 'string'
          ? part.replace(/[a-z]/gi, letter => (random() < 0.5 ? letter.toUpperCase() : letter.toLowerCase()))
          : part,
      ),
    },
  }
}

const sameField = (of: readonly Predicate[]): readonly Test[] | undefined => {
  const tests = of.filter(
    (part): part is Test => part.kind === 'test' && part.match.kind === 'glob' && part.subject.kind === 'field',
  )
  const [first] = tests
  if (first === undefined || tests.length !== of.length || tests.length < 2) return undefined
  const said = (one: Test) => `${JSON.stringify(one.subject)} ${one.match.kind === 'glob' && one.match.fold} ${one.each ?? 'any'}`
  return tests.every(one => said(one) === said(first)) ? tests : undefined
}

/** The same question in another dress: shuffled, De Morgan, double negation, a list as one expression, patterns as expressions, changed case. */
export function rewritten(random: Random, of: Predicate): Predicate {
  switch (of.kind) {
    case 'and':
    case 'or': {
      const list = of.kind === 'or' && random() < 0.5 ? sameField(of.args) : undefined
      const [first] = list ?? []
      if (list !== undefined && first?.match.kind === 'glob')
        return {
          ...first,
          match: {
            kind: 'regex',
            pattern: shuffled(random, list).map(expressionOf).join('|'),
            fold: first.match.fold,
            whole: true,
          },
        }
      const args = shuffled(random, of.args).map(arg => rewritten(random, arg))
      if (random() < 0.4)
        return {
          kind: 'not',
          arg: { kind: of.kind === 'and' ? 'or' : 'and', args: args.map((arg): Predicate => ({ kind: 'not', arg })) },
        }
      if (args.length > 2 && random() < 0.4) return { kind: of.kind, args: [args[0]!, { kind: of.kind, args: args.slice(1) }] }
      return { kind: of.kind, args }
    }
    case 'not':
      return { kind: 'not', arg: rewritten(random, of.arg) }
    case 'test': {
      const told = recased(random, of)
      const expression = told.subject.kind === 'field' && random() < 0.3 ? expressionOf(told) : undefined
      const own: Test =
        expression !== undefined && told.match.kind === 'glob'
          ? { ...told, match: { kind: 'regex', pattern: expression, fold: told.match.fold, whole: true } }
          : told
      return random() < 0.2 ? { kind: 'not', arg: { kind: 'not', arg: own } } : own
    }
    default:
      return of
  }
}

/** The texts that a question names, with where they are. */
export function textsOf(of: Predicate): readonly { readonly name: string; readonly texts: readonly string[] }[] {
  const found: { name: string; texts: readonly string[] }[] = []
  const waiting: Predicate[] = [of]
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (part.kind === 'and' || part.kind === 'or') waiting.push(...part.args)
    else if (part.kind === 'not') waiting.push(part.arg)
    else if (part.kind === 'test') {
      const name = part.subject.kind === 'field' ? part.subject.name : part.subject.kind === 'fields' ? 'Message' : undefined
      if (name === undefined) continue
      const { match } = part
      const texts =
        match.kind === 'glob'
          ? match.glob.filter(piece => typeof piece === 'string')
          : match.kind === 'regex'
            ? match.pattern.split(/\\.|[\^$.*+?()[\]{}|]/).filter(piece => piece !== '')
            : match.kind === 'word' && match.text.kind === 'literal'
              ? [String(match.text.value)]
              : match.kind === 'compare' && match.to.kind === 'literal'
                ? [String(match.to.value)]
                : match.kind === 'cidr'
                  ? [match.network.split('/')[0]!]
                  : []
      found.push({ name, texts })
    }
  }
  return found
}

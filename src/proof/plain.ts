// Tests told plainly before they are compared: what a query computes of a field in a way that is understood becomes a question about the field.

import { compilePredicate } from '../engine/match.ts'
import { contains, endsWith, literal, shape, startsWith } from '../ir/glob.ts'
import { and, never, not, or } from '../ir/logic.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { fieldOf, joinedOf } from './atoms.ts'
import type { Law } from './graph.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** The same test without one step of computing; undefined where there is none that is understood. */
export function plainly(test: Test, laws: ReadonlyMap<string, Law> | undefined): Predicate | undefined {
  const { subject, match } = test
  if (match.kind === 'text' && match.to.kind === 'literal') {
    const { value } = match.to
    if (typeof value !== 'string') return value === null ? never : undefined
    const made = { whole: literal, start: startsWith, end: endsWith, anywhere: contains }[match.how](value)
    return { ...test, match: { kind: 'glob', glob: made, fold: match.fold } }
  }
  const small = lowered(subject)
  if (small !== undefined) return withoutCase(test, small)
  switch (subject.kind) {
    case 'literal':
      return { kind: 'const', value: compilePredicate(test)({ fields: {} }) }
    case 'case': {
      const pair = joinedOf(subject)
      return pair === undefined ? byBranch(test, subject) : apart(test, pair)
    }
    case 'call':
      return ofCall(test, subject, laws)
    default:
      return undefined
  }
}

/** What a value is the small letters of. */
function lowered(of: Scalar): Scalar | undefined {
  if (of.kind !== 'call' || of.args.length !== 1) return undefined
  return of.fn === 'lower' || of.fn === 'elastic:lower' || of.fn === 'kusto:tolower' ? of.args[0] : undefined
}

/** A test of small letters as one without regard to case: a text with a capital is never found there. */
function withoutCase(test: Test, subject: Scalar): Predicate | undefined {
  const { match } = test
  if (match.kind === 'glob') {
    const texts = match.glob.filter(part => typeof part === 'string')
    if (!match.fold && texts.some(text => text !== text.toLowerCase())) return never
    return { ...test, subject, match: { ...match, fold: true } }
  }
  if (match.kind === 'text') {
    const to = lowered(match.to)
    return to === undefined ? undefined : { ...test, subject, match: { ...match, to, fold: true } }
  }
  const to = match.kind === 'compare' && match.op === '=' ? lowered(match.to) : undefined
  return to === undefined ? undefined : { ...test, subject, match: { kind: 'text', how: 'whole', to, fold: true } }
}

/** Of a value that depends on conditions: one of them holds and none before it, and its value passes. */
function byBranch(test: Test, { branches, otherwise }: Extract<Scalar, { kind: 'case' }>): Predicate {
  const before: Predicate[] = []
  const ways: Predicate[] = []
  for (const { when, then } of branches) {
    ways.push(and([...before, when, { ...test, subject: then }]))
    before.push(not(when))
  }
  ways.push(and([...before, { ...test, subject: otherwise }]))
  return or(ways)
}

function ofCall(
  test: Test,
  subject: Extract<Scalar, { kind: 'call' }>,
  laws: ReadonlyMap<string, Law> | undefined,
): Predicate | undefined {
  const { match } = test
  const [first, second] = subject.args
  const law = first === undefined ? undefined : laws?.get(fieldOf(first).name)
  switch (subject.fn) {
    case 'splunk:tonumber': {
      // What stands for no value is no number.
      const [inner, constant] = first?.kind === 'call' && first.fn === 'coalesce' ? first.args : []
      if (inner !== undefined && constant?.kind === 'literal' && /^[a-z]+$/.test(String(constant.value)))
        return { ...test, subject: { ...subject, args: [inner] } }
      // A column of whole numbers is what it is read as.
      return law?.of === 'whole' && match.kind === 'compare' ? { ...test, subject: first! } : undefined
    }
    case 'elastic:to-ip':
      return first?.kind === 'field' && match.kind === 'cidr' ? { ...test, subject: first } : undefined
    case 'elastic:mv-concat':
      // Of one value it is the value.
      return first?.kind === 'field' ? { ...test, subject: first } : undefined
    case 'derive:joined':
      return apart(test, subject.args)
    case 'coalesce': {
      const inside = first === undefined ? undefined : inNetworks(first, laws)
      if (inside !== undefined && second?.kind === 'literal' && second.value === false) return byTruth(test, inside)
      return first !== undefined && second?.kind === 'literal' && subject.args.length === 2
        ? orElse(test, first, second)
        : undefined
    }
    default: {
      // Of what is no address it says null, which is not true.
      const inside = inNetworks(subject, laws)
      if (inside === undefined || !passes(test, true) || passes(test, null)) return undefined
      return passes(test, false) ? undefined : inside
    }
  }
}

/** Of a value, or a constant where there is none. */
function orElse(test: Test, value: Scalar, constant: Scalar): Predicate {
  const there: Predicate = { kind: 'test', subject: value, match: { kind: 'present' } }
  return or([and([there, { ...test, subject: value }]), and([not(there), { ...test, subject: constant }])])
}

const passes = (test: Test, value: boolean | null): boolean =>
  compilePredicate({ ...test, subject: { kind: 'literal', value } })({ fields: {} })

/** A test of a truth value that a question gives. */
function byTruth(test: Test, question: Predicate): Predicate {
  const [yes, no] = [passes(test, true), passes(test, false)]
  return yes === no ? { kind: 'const', value: yes } : yes ? question : not(question)
}

/** Kusto's questions for networks, of a column of addresses: those for IPv4 read no mapped address but where its head is taken off. */
function inNetworks(call: Scalar, laws: ReadonlyMap<string, Law> | undefined): Predicate | undefined {
  if (call.kind !== 'call') return undefined
  const found = /^kusto:ipv([46])_is_in_(?:any_)?range$/.exec(call.fn)
  if (found === null) return undefined
  const [of, ...ranges] = call.args
  const trimmed =
    of?.kind === 'call' &&
    of.fn === 'kusto:trim_start' &&
    of.args[0]?.kind === 'literal' &&
    of.args[0].value === '::ffff:' &&
    found[1] === '4'
  const field = trimmed ? of.args[1] : of
  const law = field === undefined ? undefined : laws?.get(fieldOf(field).name)?.of
  if (field === undefined || (law !== 'address' && law !== 'address or word')) return undefined
  const networks: Predicate[] = []
  for (const range of ranges) {
    if (range.kind !== 'literal' || typeof range.value !== 'string') return undefined
    const four = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/.test(range.value)
    // An address of IPv4 is its mapped form; any other network of IPv6 that might hold such is left alone.
    const six =
      /^(?:[1-9a-f][0-9a-f]*:[0-9a-f:]*(?:\/\d{1,3})?|::1(?:\/128)?|::ffff:\d{1,3}(?:\.\d{1,3}){3}\/(?:9[6-9]|1[01]\d|12[0-8]))$/i.test(
        range.value,
      )
    if (found[1] === '4' ? !four : !six) return undefined
    networks.push({ kind: 'test', subject: field, match: { kind: 'cidr', network: range.value } })
  }
  const mapped: Predicate = {
    kind: 'test',
    subject: field,
    match: { kind: 'glob', glob: ['::ffff:', { wild: 'any' }], fold: true },
  }
  return found[1] === '4' && !trimmed ? and([or(networks), not(mapped)]) : or(networks)
}

/** A question about two texts joined with a backslash that is one about either: the text asked for cannot reach across. */
function apart(test: Test, args: readonly Scalar[]): Predicate | undefined {
  const { match, each = 'any' } = test
  if (each !== 'any') return undefined
  const form = match.kind === 'glob' ? shape(match.glob) : undefined
  const either =
    match.kind === 'present' ||
    match.kind === 'exists' ||
    form?.kind === 'any' ||
    (form?.kind === 'contains' && !form.text.includes('\\'))
  return either ? or(args.map((arg): Predicate => ({ ...test, subject: arg }))) : undefined
}

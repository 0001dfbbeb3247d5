// A query without what is settled before it runs: tests of constants, alternatives that hold nothing, columns joined where either alone answers.

import { asText, type Value } from '../../ir/event.ts'
import { matchGlob, shape } from '../../ir/glob.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { said } from '../../ir/said.ts'
import { rewrite, visit } from '../../ir/walk.ts'

type Test = Predicate & { kind: 'test' }

/** The same query, shorter where a constant decides. */
export function simplify(query: Pipeline): Pipeline {
  return rewrite(query, { predicate: settled })
}

function settled(of: Predicate): Predicate {
  switch (of.kind) {
    case 'test':
      return test(of)
    case 'not':
      return of.arg.kind === 'const' ? { ...of.arg, value: !of.arg.value } : of
    case 'and':
    case 'or':
      return joined(of.kind, of.args, of.span)
    default:
      return of
  }
}

/** All or any of these: constants gone, one within its like flattened, and of `a` and `a and b` only `a` where either will do. */
function joined(kind: 'and' | 'or', args: readonly Predicate[], span: Predicate['span']): Predicate {
  const decisive = kind === 'or'
  const flat = args.flatMap(arg => (arg.kind === kind && (arg.span === undefined || span === undefined) ? arg.args : [arg]))
  const kept: Predicate[] = []
  for (const arg of flat) {
    if (arg.kind !== 'const') kept.push(arg)
    else if (arg.value === decisive) return arg
  }
  const keys = kept.map(said)
  const seen = new Set<string>()
  const whole = new Set(keys)
  const out = kept.filter((arg, index) => {
    if (seen.has(keys[index]!)) return false
    seen.add(keys[index]!)
    const other = kind === 'or' ? 'and' : 'or'
    return arg.kind !== other || !arg.args.some(inner => whole.has(said(inner)))
  })
  if (out.length === 0) return { kind: 'const', value: !decisive, span }
  return out.length === 1 ? out[0]! : { kind, args: out, span }
}

function test(of: Test): Predicate {
  const { subject, match } = of
  const answer = (value: boolean): Predicate => ({ kind: 'const', value, span: of.span })
  if (match.kind === 'text' && match.to.kind === 'literal' && match.to.value === null) return answer(false)
  if (subject.kind === 'literal') {
    const known = constant(subject.value, of)
    return known === undefined ? of : answer(known)
  }
  return of
}

/** A question in which two columns joined with a backslash are asked one by one, where no test needs them joined. */
export function splitJoined(question: Predicate): Predicate {
  const whole = new Set<string>()
  const isJoined = (of: Predicate): of is Test =>
    of.kind === 'test' && of.subject.kind === 'call' && of.subject.fn === 'derive:joined'
  visit(question, {
    predicate: of => {
      if (isJoined(of) && !apart(of)) whole.add(said(of.subject))
    },
  })
  return rewrite(question, {
    predicate: of => {
      if (!isJoined(of) || of.subject.kind !== 'call' || whole.has(said(of.subject))) return of
      return { kind: 'or', args: of.subject.args.map((arg): Predicate => ({ ...of, subject: arg })), span: of.span }
    },
  })
}

/** Whether a question about two texts joined with a backslash is one about either: the text asked for cannot reach across. */
function apart({ match, each }: Test): boolean {
  if (each !== undefined) return false
  if (match.kind === 'present' || match.kind === 'exists') return true
  if (match.kind !== 'glob') return false
  const form = shape(match.glob)
  return form.kind === 'any' || (form.kind === 'contains' && !form.text.includes('\\'))
}

function constant(value: Value, { match, each }: Test): boolean | undefined {
  if (each !== undefined && each !== 'any') return undefined
  const text = asText(value)
  switch (match.kind) {
    case 'exists':
      return true
    case 'present':
      return value !== null
    case 'empty':
      return value === ''
    case 'glob':
      return text !== undefined && matchGlob(match.glob, match.fold)(text)
    case 'compare': {
      if (match.to.kind !== 'literal' || match.op !== '=') return undefined
      const to = asText(match.to.value)
      return (
        text !== undefined && to !== undefined && (typeof match.to.value === 'boolean' ? text.toLowerCase() === to : text === to)
      )
    }
    default:
      return undefined
  }
}

/** Whether a scalar is computed from columns in more than one step, so that it is better named once. */
export function isLong(scalar: Scalar): boolean {
  if (scalar.kind === 'field') return scalar.name.includes('.')
  return scalar.kind === 'call' && (scalar.fn === 'derive:joined' || scalar.fn === 'xml:data' || scalar.fn === 'substring')
}

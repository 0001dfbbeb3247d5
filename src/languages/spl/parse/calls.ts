// Calls of functions: those that are conditions or choose between values are told as such, the others by the table.

import { globText } from '../../../ir/glob.ts'
import { and, no, not, or, yes } from '../../../ir/logic.ts'
import type { Glob, Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import { portableRegex } from '../../../ir/regex.ts'
import { fieldsUsed } from '../../../ir/walk.ts'
import { suggest } from '../../../text/suggest.ts'
import { compared, type Expression, truth, value } from './eval.ts'
import { ownFunctions, valueFunctions } from './functions.ts'
import { Reading, Scanner } from './reading.ts'
import { searchExpression } from './search.ts'
import { written } from './written.ts'

const arities: Readonly<Record<string, readonly [number, number]>> = {
  if: [2, 3],
  case: [2, 1000],
  validate: [2, 1000],
  in: [2, 5000],
  like: [2, 2],
  match: [2, 2],
  cidrmatch: [2, 2],
  searchmatch: [1, 1],
  isnull: [1, 1],
  isnotnull: [1, 1],
  isnum: [1, 1],
  isint: [1, 1],
  isstr: [1, 1],
  isbool: [1, 1],
  true: [0, 0],
  false: [0, 0],
  null: [0, 0],
  mvfilter: [1, 1],
  mvmap: [2, 3],
}

const nothing: Expression = { kind: 'value', scalar: { kind: 'literal', value: null } }

const told = (least: number, most: number): string =>
  least === most
    ? `${least === 0 ? 'no argument' : `${least} argument${least === 1 ? '' : 's'}`}`
    : most >= 1000
      ? `at least ${least} arguments`
      : `${least} to ${most} arguments`

/** A call of a function by its name in lower case; what it has not, or has not as often, is reported. */
export function call(scanner: Scanner, name: string, args: readonly Expression[], start: number, end: number): Expression {
  const { reading } = scanner
  if (scanner.failed) return nothing
  const known = Object.hasOwn(arities, name) ? arities[name] : undefined
  const row = Object.hasOwn(valueFunctions, name) ? valueFunctions[name] : undefined
  const span = reading.span(start, end)
  const bounds = known ?? (row === undefined ? undefined : ([row.least, row.most] as const))
  if (bounds === undefined) {
    const near = suggest(name, [...Object.keys(valueFunctions), ...ownFunctions])
    reading.report(
      'SPL113',
      'warning',
      `the function "${name}" is not known`,
      start,
      end,
      near === undefined ? 'it is kept by name and cannot run' : `did you mean "${near}"?`,
    )
    return { kind: 'value', scalar: { kind: 'call', fn: `splunk:${name}`, args: args.map(value), span } }
  }
  if (args.length < bounds[0] || args.length > bounds[1]) {
    scanner.fail('SPL006', `"${name}" has ${told(...bounds)}, not ${args.length}`, start, end)
    return nothing
  }
  if (row !== undefined) {
    const type = row.type === undefined ? {} : { type: row.type }
    return { kind: 'value', scalar: { kind: 'call', fn: row.fn, args: args.map(value), ...type, span } }
  }
  return own(scanner, name, args, start, end)
}

/** The text of an argument that is a constant. */
function constant(of: Expression): string | undefined {
  return of.kind === 'value' && of.scalar.kind === 'literal' && typeof of.scalar.value === 'string' ? of.scalar.value : undefined
}

function own(scanner: Scanner, name: string, args: readonly Expression[], start: number, end: number): Expression {
  const { reading } = scanner
  const span = reading.span(start, end)
  const test = (subject: Scalar, match: Match): Expression => ({
    kind: 'truth',
    predicate: { kind: 'test', subject, match, span },
    span,
  })
  /** A condition that only the product's own function answers. */
  const asked = (fn: `splunk:${string}`): Expression =>
    test(
      { kind: 'call', fn, args: args.map(value), type: 'bool', span },
      { kind: 'compare', op: '=', to: { kind: 'literal', value: true } },
    )
  const scalar = (of: Scalar): Expression => ({ kind: 'value', scalar: { ...of, span } })
  const [first, second, third] = args
  switch (name) {
    case 'true':
      return { kind: 'truth', predicate: { kind: 'const', value: true, span } }
    case 'false':
      return { kind: 'truth', predicate: { kind: 'const', value: false, span } }
    case 'null':
      return scalar({ kind: 'literal', value: null })
    case 'if':
      return scalar({
        kind: 'case',
        branches: [{ when: yes(truth(first!)), then: value(second!) }],
        otherwise: third === undefined ? { kind: 'literal', value: null } : value(third),
      })
    case 'case':
    case 'validate': {
      if (args.length % 2 === 1) {
        scanner.fail(
          'SPL006',
          `"${name}" has a value for each condition, and one is missing`,
          start,
          end,
          'a default is written true(), value',
        )
        return nothing
      }
      const branches: { when: Predicate; then: Scalar }[] = []
      for (let at = 0; at < args.length; at += 2) {
        const condition = truth(args[at]!)
        branches.push({ when: name === 'case' ? yes(condition) : no(condition), then: value(args[at + 1]!) })
      }
      return scalar({ kind: 'case', branches, otherwise: { kind: 'literal', value: null } })
    }
    case 'in': {
      const tests = args.slice(1).map(arg => compared(scanner, first!, '=', arg, start))
      const predicate = or(tests)
      return { kind: 'truth', predicate: predicate.kind === 'or' ? { ...predicate, span } : predicate, span }
    }
    case 'isnull':
    case 'isnotnull': {
      const there = present(value(first!), span)
      return { kind: 'truth', predicate: name === 'isnull' ? not(there) : there, span }
    }
    case 'isnum':
    case 'isint':
    case 'isstr':
    case 'isbool':
      return asked(`splunk:${name}`)
    case 'like': {
      const text = constant(second!)
      return text === undefined
        ? asked('splunk:like')
        : test(value(first!), { kind: 'glob', glob: likePattern(text), fold: false })
    }
    case 'cidrmatch': {
      const network = constant(first!)
      return network === undefined ? asked('splunk:cidrmatch') : test(value(second!), { kind: 'cidr', network })
    }
    case 'match': {
      const text = constant(second!)
      if (text === undefined) return asked('splunk:match')
      const pattern = regularExpression(reading, text, start, end)
      if (pattern === undefined)
        return { kind: 'truth', predicate: { kind: 'opaque', text: reading.text.slice(start, end), span }, span }
      return test(value(first!), { kind: 'regex', pattern, fold: false, whole: false })
    }
    case 'searchmatch': {
      const text = constant(first!)
      if (text === undefined) {
        scanner.fail('SPL006', '"searchmatch" takes a search in quotes', start, end)
        return nothing
      }
      const inside = new Reading(
        reading.source,
        written([{ text, from: 0, whole: span }], reading.source.text.length),
        reading.context,
        reading.diagnostics,
        () => undefined,
      )
      return { kind: 'truth', predicate: searchExpression(new Scanner(inside, 0, text.length)), span }
    }
    case 'mvmap': {
      const over = value(first!)
      if (over.kind !== 'field') {
        scanner.fail('SPL006', '"mvmap" goes over a field', start, end, 'make the field with eval first')
        return nothing
      }
      return scalar({ kind: 'call', fn: 'splunk:mvmap', args: [over, value(second!), { kind: 'literal', value: over.name }] })
    }
    default: {
      // mvfilter: over the one field of its condition.
      const condition = truth(first!)
      const [field, ...others] = [...fieldsUsed(condition)]
      if (field === undefined || others.length > 0) {
        scanner.fail('SPL006', '"mvfilter" asks about exactly one field', start, end, 'make a condition over one field')
        return nothing
      }
      return scalar({
        kind: 'call',
        fn: 'splunk:mvfilter',
        args: [{ kind: 'field', name: field }, value({ kind: 'truth', predicate: condition }), { kind: 'literal', value: field }],
      })
    }
  }
}

/** Whether a value is there; whether one of several values matches a regular expression is how `mvfind` is asked for. */
function present(of: Scalar, span: Predicate['span']): Predicate {
  const [subject, pattern] = of.kind === 'call' && of.fn === 'splunk:mvfind' ? of.args : []
  if (subject !== undefined && pattern?.kind === 'literal' && typeof pattern.value === 'string') {
    const portable = portableRegex(pattern.value, { flavour: 'pcre' }).value
    // Whether something is there always has an answer, also of a field that is not.
    if (portable !== undefined)
      return and([
        { kind: 'test', subject, match: { kind: 'present' }, span },
        { kind: 'test', subject, match: { kind: 'regex', pattern: portable, fold: false, whole: false }, span },
      ])
  }
  return { kind: 'test', subject: of, match: { kind: 'present' }, span }
}

/** `like`: `%` is any run, `_` one character, a backslash makes either plain. */
export function likePattern(text: string): Glob {
  const out: Glob[number][] = []
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\' && (text[at + 1] === '%' || text[at + 1] === '_')) plain += text[++at]
    else if (character === '%' || character === '_') {
      if (plain !== '') out.push(plain)
      plain = ''
      out.push({ wild: character === '%' ? 'any' : 'one' })
    } else plain += character
  }
  if (plain !== '' || out.length === 0) out.push(plain)
  return out
}

/** A PCRE in the portable form; what is wrong with it is reported, once. */
export function regularExpression(reading: Reading, text: string, start: number, end: number): string | undefined {
  const { value: pattern, diagnostics } = portableRegex(text, { flavour: 'pcre' })
  if (pattern !== undefined) return pattern
  const [wrong] = diagnostics
  reading.report(
    'SPL012',
    'error',
    `this regular expression cannot be used: ${wrong?.message ?? 'it cannot be read'}`,
    start,
    end,
    wrong?.hint ?? 'write it another way',
  )
  return undefined
}

/** The name of a plain pattern of names. */
export const plainName = (of: Glob): string => globText(of)

// Why a question about one event is true or not: each part with the value it saw, and the smallest change that would turn the answer. Asks the reference matcher, and knows no other meaning.

import { asText, type Event, type Value } from '../ir/event.ts'
import { globText, shape } from '../ir/glob.ts'
import type { Match, Predicate, Scalar } from '../ir/predicate.ts'
import { printDatetime, printTimespan } from '../ir/ticks.ts'
import { fieldsUsed } from '../ir/walk.ts'
import { translatePredicate, type View } from '../schemas/translate.ts'
import { fold } from '../text/fold.ts'
import type { Span } from '../text/source.ts'
import { suggest } from '../text/suggest.ts'
import { compilePredicate } from './match.ts'
import { type Near, nearTo, show, shown } from './near.ts'
import { compileScalar, leaves } from './scalar.ts'

/** Which part of a rule was true, false or could not be asked (`absent`: the field is missing), and what would change the verdict. */
export interface Trace {
  readonly text: string
  readonly truth: 'true' | 'false' | 'absent'
  /** What the event has there. */
  readonly reason?: string
  /** How near it came, or which tests would have to be otherwise. */
  readonly nearest?: string
  readonly span?: Span
  readonly children: readonly Trace[]
}

type Test = Predicate & { readonly kind: 'test' }

/** A test in words of its own: the field, what is asked, and of which value. */
export interface Said {
  readonly field: string
  readonly op: string
  readonly value: string
  readonly fold: boolean
}

/** What a test asks, told apart: `CommandLine`, `contains`, ` -P 443`. A wildcard text that is no plain shape is `like`. */
export function sayTest(test: Test): Said {
  const { match } = test
  const field = sayScalar(test.subject)
  switch (match.kind) {
    case 'exists':
    case 'present':
    case 'empty':
      return { field, op: match.kind, value: '', fold: false }
    case 'glob': {
      const form = shape(match.glob)
      const op = { equals: 'equals', starts: 'startswith', ends: 'endswith', contains: 'contains', any: 'like', other: 'like' }[
        form.kind
      ]
      return { field, op, value: 'text' in form ? form.text : globText(match.glob), fold: match.fold }
    }
    case 'text': {
      const op = { whole: 'equals', start: 'startswith', end: 'endswith', anywhere: 'contains' }[match.how]
      return { field, op, value: sayScalar(match.to), fold: match.fold }
    }
    case 'word':
      return { field, op: 'word', value: sayScalar(match.text), fold: match.fold }
    case 'regex':
      return { field, op: 're', value: match.pattern, fold: match.fold }
    case 'compare':
      return { field, op: match.op, value: sayScalar(match.to), fold: match.fold ?? false }
    case 'cidr':
      return { field, op: 'cidr', value: match.network, fold: false }
    case 'among':
      return { field, op: 'among', value: match.column, fold: match.fold }
  }
}

/** A scalar as people read it. */
export function sayScalar(scalar: Scalar): string {
  switch (scalar.kind) {
    case 'field':
      return scalar.name
    case 'fields':
      return globText(scalar.names) === '*' ? 'any field' : globText(scalar.names)
    case 'raw':
      return 'the record'
    case 'literal':
      if (typeof scalar.value === 'bigint' && scalar.type === 'timespan') return printTimespan(scalar.value)
      if (typeof scalar.value === 'bigint' && scalar.type === 'datetime') return printDatetime(scalar.value)
      return asText(scalar.value) ?? (scalar.value === null ? 'null' : show(scalar.value))
    case 'call':
      return `${scalar.fn.replace(/^kusto:/, '')}(${scalar.args.map(sayScalar).join(', ')})`
    case 'case':
      return 'a value by cases'
    case 'single':
      return 'the result of a query'
  }
}

const words: Readonly<Record<string, string>> = {
  equals: 'is',
  contains: 'contains',
  startswith: 'starts with',
  endswith: 'ends with',
  like: 'is like',
  re: 'matches',
  cidr: 'is in',
  word: 'has the word',
  among: 'is among',
}

/** A predicate in words, for parts of a rule whose own text is not at hand. */
export function sayPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'const':
      return predicate.value ? 'always' : 'never'
    case 'opaque':
      return predicate.text
    case 'not':
      return `not ${sayPart(predicate.arg)}`
    case 'and':
    case 'or': {
      const { args, kind } = predicate
      if (args.length > 3) return `${kind === 'and' ? 'all' : 'any'} of ${args.length} parts`
      return args.map(sayPart).join(` ${kind} `)
    }
    case 'test': {
      const { field, op, value } = sayTest(predicate)
      if (op === 'exists') return `${field} exists`
      if (op === 'present') return `${field} has a value`
      if (op === 'empty') return `${field} is empty`
      const quoted = predicate.match.kind === 'glob' || predicate.match.kind === 'regex' ? `"${value}"` : value
      return `${field} ${words[op] ?? op} ${quoted}`
    }
  }
}

function sayPart(predicate: Predicate): string {
  const several = (predicate.kind === 'and' || predicate.kind === 'or') && predicate.args.length > 1
  return several ? `(${sayPredicate(predicate)})` : sayPredicate(predicate)
}

export interface TraceOptions {
  /** The text of a part, as its author wrote it; default: in words. */
  readonly text?: (predicate: Predicate) => string | undefined
  /** How the event's shape holds the fields; without it they have the rule's own names. */
  readonly view?: View
}

/** A test that would have to be otherwise. */
interface Part {
  readonly text: string
  readonly want: boolean
  readonly nearest?: string
}

/** What it takes to turn a part: how many tests, how near they are (0 to 1), and which. */
interface Flip {
  readonly cost: number
  readonly near: number
  readonly parts: readonly Part[]
}

const done: Flip = { cost: 0, near: 1, parts: [] }
const never: Flip = { cost: Number.POSITIVE_INFINITY, near: 0, parts: [] }
const mostParts = 6

function both(flips: readonly Flip[]): Flip {
  const open = flips.filter(flip => flip.cost > 0)
  if (open.length === 0) return done
  const cost = open.reduce((sum, flip) => sum + flip.cost, 0)
  const near = open.reduce((sum, flip) => sum + flip.near, 0) / open.length
  return { cost, near, parts: open.flatMap(flip => flip.parts).slice(0, mostParts) }
}

function least(flips: readonly Flip[]): Flip {
  return flips.reduce(
    (best, flip) => (flip.cost < best.cost || (flip.cost === best.cost && flip.near > best.near) ? flip : best),
    never,
  )
}

/** A part with what it takes to make it true and to make it false. */
export interface Traced {
  readonly trace: Trace
  readonly yes: Flip
  readonly no: Flip
}

/**
 * Asks each part of a predicate. A part that is not true only because fields are missing is `absent`; as in every rule,
 * what is absent counts as not true, so that its negation is true.
 */
export function tracePredicate(predicate: Predicate, event: Event, options: TraceOptions = {}): Traced {
  const text = options.text?.(predicate) ?? cut(sayPredicate(predicate))
  const at = predicate.span === undefined ? {} : { span: predicate.span }
  switch (predicate.kind) {
    case 'test':
      return traceTest(predicate, text, event, options)
    case 'const': {
      const flips = predicate.value ? { yes: done, no: never } : { yes: never, no: done }
      return { trace: { text, truth: predicate.value ? 'true' : 'false', ...at, children: [] }, ...flips }
    }
    case 'opaque':
      return {
        trace: { text, truth: 'absent', reason: 'this part cannot be evaluated', ...at, children: [] },
        yes: never,
        no: done,
      }
    case 'not': {
      const inner = tracePredicate(predicate.arg, event, options)
      const truth = inner.trace.truth === 'true' ? 'false' : 'true'
      const flips = { yes: inner.no, no: inner.yes }
      return { trace: { text, truth, ...nearest(truth, flips), ...at, children: [inner.trace] }, ...flips }
    }
    case 'and':
    case 'or': {
      const parts = predicate.args.map(arg => tracePredicate(arg, event, options))
      return join(predicate.kind, text, parts, at.span)
    }
  }
}

/** Parts joined by `and` or `or`. */
export function join(kind: 'and' | 'or', text: string, parts: readonly Traced[], span?: Span): Traced {
  const truths = parts.map(part => part.trace.truth)
  const truth =
    kind === 'and'
      ? truths.includes('false')
        ? 'false'
        : truths.includes('absent')
          ? 'absent'
          : 'true'
      : truths.includes('true')
        ? 'true'
        : truths.includes('absent') && !truths.includes('false')
          ? 'absent'
          : 'false'
  const yes = parts.map(part => part.yes)
  const no = parts.map(part => part.no)
  const flips = kind === 'and' ? { yes: both(yes), no: least(no) } : { yes: least(yes), no: both(no) }
  const children = parts.map(part => part.trace)
  return { trace: { text, truth, ...nearest(truth, flips), ...(span === undefined ? {} : { span }), children }, ...flips }
}

function cut(text: string): string {
  return text.length > shown ? `${text.slice(0, shown)}…` : text
}

/** What would change the answer, in words. */
function nearest(truth: Trace['truth'], flips: { readonly yes: Flip; readonly no: Flip }): { readonly nearest?: string } {
  const { cost, parts } = truth === 'true' ? flips.no : flips.yes
  if (cost === 0 || !Number.isFinite(cost)) return {}
  const named = parts.map(part => {
    const how = part.want ? (truth === 'true' ? 'with ' : '') : 'without '
    return `${how}${part.text}${part.nearest === undefined ? '' : ` (${part.nearest})`}`
  })
  if (cost > parts.length) named.push(`${cost - parts.length} more`)
  const tests = cost === 1 ? 'one test' : `${cost} tests`
  return {
    nearest: truth === 'true' ? `${tests} from not matching: ${named.join('; ')}` : `${tests} from matching: ${named.join('; ')}`,
  }
}

/** A field of a test as the event has it. */
interface Seen {
  readonly name: string
  readonly value: Value | undefined
}

function traceTest(test: Test, text: string, event: Event, options: TraceOptions): Traced {
  const at = test.span === undefined ? {} : { span: test.span }
  const here = options.view === undefined ? { value: test as Predicate, diagnostics: [] } : translatePredicate(test, options.view)
  if (here.value === undefined) {
    const reason = here.diagnostics[0]?.message ?? 'the log has no such field'
    const yes: Flip = { cost: 1, near: 0, parts: [{ text, want: true, nearest: reason }] }
    return { trace: { text, truth: 'absent', reason, ...at, children: [] }, yes, no: done }
  }
  const holds = compilePredicate(here.value)(event)
  const tests = testsIn(here.value)
  const seen = tests.map((one): Seen => ({ name: sayScalar(one.subject), value: compileScalar(one.subject)(event) }))
  const found = seen.filter(({ value }) => value !== undefined)
  if (holds) {
    const keyword = tests.find(one => one.subject.kind === 'fields' || one.subject.kind === 'raw')
    const reason = keyword !== undefined ? foundIn(keyword, event) : tests.length === 0 ? undefined : reasonOf(tests, seen, test)
    const no: Flip = { cost: 1, near: 0.5, parts: [{ text, want: false }] }
    return { trace: { text, truth: 'true', ...(reason === undefined ? {} : { reason }), ...at, children: [] }, yes: done, no }
  }
  const others = tests.flatMap(({ match }) => (match.kind === 'text' || match.kind === 'compare' ? [match.to] : []))
  const missing = others.filter(scalar => scalar.kind === 'field' && compileScalar(scalar)(event) === undefined).map(sayScalar)
  const absent = test.match.kind !== 'exists' && (found.length === 0 || missing.length > 0)
  if (absent) {
    const names = found.length === 0 ? [...new Set(seen.map(({ name }) => name))] : missing
    const reason = `the event has no ${names.join(' or ')}${otherName(names, event)}`
    const yes: Flip = { cost: 1, near: 0.1, parts: [{ text, want: true, nearest: reason }] }
    return { trace: { text, truth: 'absent', reason, ...at, children: [] }, yes, no: done }
  }
  const best = closest(tests, seen)
  const reason =
    found.length === 0 ? `the event has no ${seen.map(({ name }) => name).join(' or ')}` : reasonOf(tests, seen, test)
  const yes: Flip = { cost: 1, near: best.near, parts: [{ text, want: true, nearest: best.text ?? reason }] }
  const miss = best.text === undefined ? {} : { nearest: best.text }
  return { trace: { text, truth: 'false', reason, ...miss, ...at, children: [] }, yes, no: done }
}

/** The tests that a test became in the names of the log. */
function testsIn(predicate: Predicate): readonly Test[] {
  switch (predicate.kind) {
    case 'test':
      return [predicate]
    case 'not':
      return testsIn(predicate.arg)
    case 'and':
    case 'or':
      return predicate.args.flatMap(testsIn)
    default:
      return []
  }
}

/** What the event has in the fields of a test, each once. */
function reasonOf(tests: readonly Test[], seen: readonly Seen[], original: Test): string {
  const said = new Map<string, string>()
  for (const [index, { name, value }] of seen.entries()) {
    if (value === undefined) continue
    const { match, subject } = tests[index]!
    if (subject.kind === 'fields') said.set(name, 'no field has it')
    else if (subject.kind === 'raw') said.set(name, 'the record does not have it')
    else {
      const wanted = wantedText(match)
      const place = typeof value === 'string' && wanted !== undefined ? fold(value).indexOf(fold(wanted)) : -1
      const own = original.subject.kind === 'field' && original.subject.name !== name ? ` (${original.subject.name})` : ''
      said.set(name, `${name}${own} is ${show(value, Math.max(0, place))}`)
    }
    if (match.kind === 'text' || (match.kind === 'compare' && match.to.kind === 'field'))
      said.set('', `compared with ${sayScalar(match.to)}`)
  }
  return [...said.values()].join(', ')
}

/** The text that a glob without wildcards inside looks for. */
function wantedText(match: Match): string | undefined {
  if (match.kind !== 'glob') return undefined
  const form = shape(match.glob)
  return 'text' in form ? form.text : undefined
}

/** The fields in which a keyword is. */
function foundIn(test: Test, event: Event): string {
  const fits = compilePredicate(test)
  const names = Object.entries(event.fields)
    .filter(([name, value]) => fits({ fields: { [name]: value } }))
    .map(([name]) => name)
  return names.length === 0 ? 'in the record' : `in ${names.slice(0, 5).join(', ')}`
}

/** A field of the event that may be meant by a missing one. */
function otherName(names: readonly string[], event: Event): string {
  const known = Object.keys(event.fields)
  for (const name of names) {
    const near = suggest(name, known)
    if (near !== undefined && near !== name) return `; it has ${near}`
  }
  return ''
}

/** How near the values of the fields came to what a test asks. */
function closest(tests: readonly Test[], seen: readonly Seen[]): Near {
  let best: Near = { near: 0 }
  for (const [index, { value }] of seen.entries()) {
    if (value === undefined || tests[index]!.subject.kind === 'fields' || tests[index]!.subject.kind === 'raw') continue
    for (const member of leaves({ value }).slice(0, 100)) {
      const here = nearTo(tests[index]!.match, member)
      if (here.near > best.near) best = here
    }
  }
  return best
}

/** The fields that a question reads, for telling what an event has in them. */
export function valuesOf(predicates: readonly Predicate[], event: Event): string {
  const names = new Set(predicates.flatMap(predicate => [...fieldsUsed(predicate)]))
  return [...names]
    .map(name => ({ name, value: compileScalar({ kind: 'field', name })(event) }))
    .filter(({ value }) => value !== undefined)
    .map(({ name, value }) => `${name} is ${show(value!)}`)
    .join(', ')
}

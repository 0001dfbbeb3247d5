// A question settled for columns of known types: what each test asks of the values that a column of text, numbers or addresses really holds.

import { asText } from './event.ts'
import { contains, endsWith, glob, literal, shape, startsWith } from './glob.ts'
import { splitJoined } from './joined.ts'
import { or } from './logic.ts'
import type { Predicate, Scalar, ValueType } from './predicate.ts'
import { said } from './said.ts'
import { rewrite } from './walk.ts'

type Test = Extract<Predicate, { kind: 'test' }>

/** Whether a column of this type holds numbers. */
export const isNumeric = (type: ValueType | undefined): boolean =>
  type === 'long' || type === 'int' || type === 'real' || type === 'decimal'

/**
 * The same question in tests that a typed store can answer: joined columns fall apart (`splitJoined`), a number or truth value asked of a column
 * of text becomes the texts that it has there, a text asked of a column of numbers the number, the beginning of an address a network. A
 * keyword's search of the raw record is left out beside its search of all fields. What fits none of this stays as it is.
 */
export function settle(question: Predicate): Predicate {
  let made = known.get(question)
  if (made === undefined) {
    made = rewrite(question, { predicate: settled })
    known.set(question, made)
  }
  return made
}

/** Several languages ask the same question of one schema. */
const known = new WeakMap<Predicate, Predicate>()

function settled(of: Predicate): Predicate {
  if (of.kind === 'test') return settleTest(of)
  if (of.kind === 'not') {
    if (of.arg.kind === 'not') return of.arg.arg
    return of.arg.kind === 'const' ? { ...of.arg, value: !of.arg.value } : of
  }
  if (of.kind !== 'and' && of.kind !== 'or') return of
  const plain = of.kind === 'or' ? once(withoutRaw(of)) : of
  return plain.kind === 'and' || plain.kind === 'or' ? withoutConstants(plain) : plain
}

/** An `and` or `or` without the parts that are settled already. */
function withoutConstants(of: Extract<Predicate, { args: unknown }>): Predicate {
  const decisive = of.kind === 'or'
  const whole = of.args.find(arg => arg.kind === 'const' && arg.value === decisive)
  if (whole !== undefined) return whole
  const args = of.args.filter(arg => arg.kind !== 'const')
  if (args.length === of.args.length) return of
  if (args.length === 0) return { kind: 'const', value: !decisive, span: of.span }
  return args.length === 1 ? args[0]! : { ...of, args }
}

/** A keyword is asked of every field and of the raw record, which is made of them where logs are stored by field. */
function withoutRaw(of: Extract<Predicate, { args: unknown }>): Predicate {
  const asked = new Set(of.args.flatMap(arg => (keyword(arg, 'fields') ? [JSON.stringify(arg.match)] : [])))
  if (asked.size === 0) return of
  const args = of.args.filter(arg => !(keyword(arg, 'raw') && asked.has(JSON.stringify(arg.match))))
  return args.length === 1 ? args[0]! : { ...of, args }
}

/** Two columns of one field may come to the same test, or one to a case of the other's. */
function once(of: Predicate): Predicate {
  if (of.kind !== 'or') return of
  const seen = new Set<string>()
  const plain = of.args.filter(arg => {
    if (arg.kind !== 'test') return true
    const key = keyOf(arg)
    return !seen.has(key) && seen.add(key)
  })
  const args = plain.filter(arg => arg.kind !== 'and' || !arg.args.some(inner => inner.kind === 'test' && seen.has(keyOf(inner))))
  return args.length === of.args.length ? of : args.length === 1 ? args[0]! : { ...of, args }
}

const keyOf = (test: Test): string => said([test.subject, test.match, test.each])

const keyword = (of: Predicate, kind: 'fields' | 'raw'): of is Test => of.kind === 'test' && of.subject.kind === kind

function settleTest(test: Test): Predicate {
  const told = textual(test)
  if (told.kind !== 'test') return told
  if (told.subject.kind === 'case') return byCase(told)
  const split = splitJoined(told)
  if (split === undefined) return byType(told)
  return rewrite(split, { predicate: of => (of.kind === 'test' ? byType(of) : settled(of)) })
}

/** A value that is there only in some records: what is asked of it, and that the record is none of the others. */
function byCase(test: Test): Predicate {
  const { subject } = test
  if (subject.kind !== 'case') return test
  if (!subject.branches.every(({ then }) => then.kind === 'literal' && then.value === null)) return test
  const inner = settleTest({ ...test, subject: subject.otherwise })
  const others = subject.branches.map(({ when }): Predicate => ({ kind: 'not', arg: rewrite(when, { predicate: settled }) }))
  return withoutConstants({ kind: 'and', args: [inner, ...others], span: test.span })
}

/** A text compared with a literal is a glob; nothing equals what has no text. */
function textual(test: Test): Predicate & { kind: 'test' | 'const' } {
  const { match } = test
  if ((match.kind !== 'text' && match.kind !== 'compare') || match.to.kind !== 'literal') return test
  if (match.to.value === null) return { kind: 'const', value: false, span: test.span }
  const text = asText(match.to.value)
  if (text === undefined || match.kind === 'compare') return test
  const made = { whole: literal, start: startsWith, end: endsWith, anywhere: contains }[match.how](text)
  return { ...test, match: { kind: 'glob', glob: made, fold: match.fold } }
}

function byType(test: Test): Predicate {
  const { subject, match } = test
  if (subject.kind !== 'field') return test
  const { type } = subject
  if (match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal') {
    const { value } = match.to
    if (isNumeric(type) || type === 'datetime') return test
    const text = asText(value)
    if (text === undefined) return test
    const is = (of: string, fold: boolean): Predicate => ({ ...test, match: { kind: 'glob', glob: literal(of), fold } })
    if (type === 'bool') return is(text.toLowerCase(), false)
    if (typeof value === 'boolean') return is(text, true)
    if (typeof value !== 'number' && typeof value !== 'bigint') return is(text, match.fold ?? false)
    // Windows writes some numbers in hexadecimal (`0x3e7`), and a rule means those too; columns declared as text hold decimal ones only.
    const whole = type === undefined && (typeof value === 'bigint' ? value >= 0n : Number.isSafeInteger(value) && value >= 0)
    return whole ? or([is(text, false), is(`0x${value.toString(16)}`, false)]) : is(text, false)
  }
  // A column declared as text has no address in it.
  if (match.kind === 'cidr' && type === 'string') return { kind: 'const', value: false, span: test.span }
  if (match.kind !== 'glob') return test
  const asked = shape(match.glob)
  if (asked.kind === 'any') return { ...test, match: { kind: 'present' } }
  if (asked.kind === 'equals' && isNumeric(type) && /^-?\d{1,15}$/.test(asked.text)) {
    const to: Scalar = { kind: 'literal', value: Number(asked.text) }
    return { ...test, match: { kind: 'compare', op: '=', to } }
  }
  // What is no number or address cannot be in a column of them.
  const foreign = match.glob.some(part => typeof part === 'string' && /[^0-9a-f:.]/i.test(part))
  if ((asked.kind === 'equals' && (isNumeric(type) || (type === 'ip' && !isAddress(asked.text)))) || (type === 'ip' && foreign))
    return { kind: 'const', value: false, span: test.span }
  if (type === 'ip' && asked.kind === 'starts') {
    const networks = networksOf(asked.text)
    if (networks !== undefined) return { ...test, match: { kind: 'cidr', network: networks } }
  }
  return { ...test, match: { ...match, glob: glob(match.glob) } }
}

/** The network of all addresses that begin with a text: `10.` is 10.0.0.0/8, `fe80:` is fe80::/16. */
function networksOf(text: string): string | undefined {
  const octets = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){1,3}$/.test(text) ? text.slice(0, -1).split('.') : undefined
  if (octets !== undefined) return `${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${octets.length * 8}`
  return /^[1-9a-f][0-9a-f]{3}:$/i.test(text) ? `${text.toLowerCase()}:/16` : undefined
}

/** Whether a text is an address, so that a column of addresses can hold it. */
export function isAddress(text: string): boolean {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/.test(text)) return true
  if (!/^[0-9a-f:]{2,39}$/i.test(text) || !text.includes(':')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  if (groups.some(group => !/^[0-9a-f]{1,4}$/i.test(group))) return false
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8
}

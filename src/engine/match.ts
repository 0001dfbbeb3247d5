// A predicate as a function of one event: the reference matcher, the definition of what matches. Equal tests are compiled once and asked once per event.

import { asText, type Event, isRecord, type Value } from '../ir/event.ts'
import { matchGlob, shape } from '../ir/glob.ts'
import type { Match, Predicate, Scalar } from '../ir/predicate.ts'
import { hasWord } from '../ir/words.ts'
import { fold } from '../text/fold.ts'
import { parseAddress, parseNetwork } from './address.ts'
import type { Texts } from './candidates.ts'
import { asNumber, equalsNumber } from './number.ts'
import { compileRegex } from './regex.ts'
import { keyOf } from './row.ts'
import { type Context, compileScalar, eachLeaf, keptName, keptReader, leaves } from './scalar.ts'
import type { Rules } from './specials/signature.ts'
import { none, type Sought, TextSet } from './textset.ts'

/** A question about the event that the matcher looks at now. */
export type Ask = () => boolean

/** Tests compiled together over one event at a time. */
export interface Matcher {
  /** Looks at the next event; answers given before are forgotten. */
  look(event: Event): void
  compile(predicate: Predicate): Ask
  /** The event looked at, for those who look for many texts at once. */
  readonly texts: Texts
}

export interface MatcherOptions {
  /** Told each time a regular expression gave up within its bound of steps; the test then answers no. */
  readonly gaveUp?: (pattern: string) => void
  /** Of a query whose language has rules of its own, and queries inside it. */
  readonly context?: Context
}

/** A field of the event that is looked at, read once. */
interface Slot {
  readonly read: (event: Event) => Value | undefined
  stamp: number
  value: Value | undefined
  folded: string | undefined
}

/** From so many texts of one field on, they are looked for at once. */
const manyTexts = 5

/** A matcher with nothing compiled yet. */
export function createMatcher(options: MatcherOptions = {}): Matcher {
  const { context } = options
  const rules = context?.rules
  let event: Event = { fields: {} }
  let stamp = 0
  const slots = new Map<string, Slot>()
  const asked = new Map<string, Ask>()
  const askedOf = new WeakMap<Predicate, Ask>()

  function slotOf(name: string): Slot {
    let slot = slots.get(name)
    if (slot === undefined) {
      slot = { read: keptReader(name, context), stamp: -1, value: undefined, folded: undefined }
      slots.set(name, slot)
    }
    return slot
  }

  function load(slot: Slot): Value | undefined {
    if (slot.stamp !== stamp) {
      slot.stamp = stamp
      slot.value = slot.read(event)
      slot.folded = undefined
    }
    return slot.value
  }

  function foldedOf(slot: Slot, text: string): string {
    if (slot.folded === undefined) slot.folded = fold(text)
    return slot.folded
  }

  /** A test is asked once per event, however many rules share it. */
  function once(ask: Ask): Ask {
    let when = -1
    let answer = false
    return () => {
      if (when !== stamp) {
        answer = ask()
        when = stamp
      }
      return answer
    }
  }

  function compileTest(test: Predicate & { kind: 'test' }): Ask {
    const known = askedOf.get(test)
    if (known !== undefined) return known
    const key = JSON.stringify([test.subject, test.match, test.each], (name, value) =>
      name === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    )
    let ask = asked.get(key)
    if (ask === undefined) {
      ask = once(makeTest(test))
      asked.set(key, ask)
    }
    askedOf.set(test, ask)
    return ask
  }

  function makeTest({ subject, match, each = 'any' }: Predicate & { kind: 'test' }): Ask {
    if (match.kind === 'exists') {
      const value = valueFrom(subject)
      return () => value() !== undefined
    }
    const dynamic = dynamicTest(match)
    if (subject.kind === 'fields' && match.kind === 'glob' && matchesAll(subject.names)) {
      const form = shape(match.glob)
      if (form.kind === 'contains' && each === 'any' && !form.text.includes(separator)) {
        const wanted = match.fold ? fold(form.text) : form.text
        const hay = match.fold ? haystack.folded : haystack.plain
        return () => hay().includes(wanted)
      }
    }
    if (dynamic !== undefined) {
      const value = valueFrom(subject)
      return () => members(value(), each, member => dynamic(member))
    }
    const holds = compileMatch(match)
    const kept = keptName(subject, rules)
    if (kept !== undefined) {
      const slot = slotOf(kept)
      if (holds.folded !== undefined) {
        const foldedHolds = holds.folded
        return () => {
          const value = load(slot)
          if (typeof value === 'string') return foldedHolds(foldedOf(slot, value)) === (each !== 'none')
          return members(value, each, member => {
            const text = asText(member)
            return text !== undefined && foldedHolds(fold(text))
          })
        }
      }
      if (holds.both !== undefined) {
        const { both } = holds
        return () => {
          const value = load(slot)
          if (typeof value === 'string') return both(value, foldedOf(slot, value)) === (each !== 'none')
          return members(value, each, holds.value)
        }
      }
      return () => members(load(slot), each, holds.value)
    }
    const value = valueFrom(subject)
    return () => members(value(), each, holds.value)
  }

  const separator = '\u0000'
  const haystack = (() => {
    let when = -1
    let text = ''
    let whenFolded = -1
    let folded = ''
    const plain = (): string => {
      if (when !== stamp) {
        when = stamp
        text = leaves(event.fields)
          .map(value => asText(value))
          .filter(value => value !== undefined)
          .join(separator)
      }
      return text
    }
    return {
      plain,
      folded: (): string => {
        if (whenFolded !== stamp) {
          folded = fold(plain())
          whenFolded = stamp
        }
        return folded
      },
    }
  })()

  function valueFrom(scalar: Scalar): () => Value | undefined {
    if (scalar.kind === 'field') {
      const slot = slotOf(keptName(scalar, rules)!)
      return () => load(slot)
    }
    if (scalar.kind === 'fields' && !matchesAll(scalar.names)) {
      const fits = matchGlob(scalar.names, false)
      return () => {
        const found = Object.entries(event.fields).filter(([name]) => fits(name))
        return found.length === 0 ? undefined : found.flatMap(([, value]) => (isRecord(value) ? leaves(value) : [value]))
      }
    }
    const compute = compileScalar(scalar, context)
    return () => compute(event)
  }

  /** A test against a value of the same event, or undefined for a test against constants. */
  function dynamicTest(match: Match): ((value: Value) => boolean) | undefined {
    if (match.kind === 'text') {
      const to = valueFrom(match.to)
      const form = match.fold ? fold : (text: string) => text
      const compare = {
        whole: (text: string, other: string) => text === other,
        start: (text: string, other: string) => text.startsWith(other),
        end: (text: string, other: string) => text.endsWith(other),
        anywhere: (text: string, other: string) => text.includes(other),
      }[match.how]
      return value => {
        const text = asText(value)
        return (
          text !== undefined &&
          members(to(), 'any', other => {
            const second = asText(other)
            return second !== undefined && compare(form(text), form(second))
          })
        )
      }
    }
    if (match.kind === 'compare' && match.to.kind !== 'literal') {
      const to = valueFrom(match.to)
      return value => members(to(), 'any', other => compareValues(match.op, match.fold ?? false, value, other, rules))
    }
    if (match.kind === 'word') {
      const to = valueFrom(match.text)
      const form = match.fold ? fold : (text: string) => text
      return value => {
        const text = asText(value)
        const word = asText(to() ?? null)
        return text !== undefined && word !== undefined && hasWord(form(text), form(word), match.side, match.words)
      }
    }
    if (match.kind === 'among') {
      let keys: ReadonlySet<string> | undefined
      const keyed = (value: Value | undefined) => {
        const key = keyOf(value)
        return key !== undefined && match.fold ? fold(key) : key
      }
      return value => {
        if (keys === undefined) {
          const input = context?.rowsOf(match.rows)
          const name = match.column === '' ? (input?.header.columns[0]?.name ?? '') : match.column
          const found = (input?.rows ?? []).flatMap(row => (Object.hasOwn(row.fields, name) ? [keyed(row.fields[name])] : []))
          keys = new Set(found.filter(key => key !== undefined))
        }
        const key = keyed(value)
        return key !== undefined && keys.has(key)
      }
    }
    return undefined
  }

  /** `or` with its tests of one field taken together: many texts are looked for at once, the rest one by one. */
  function compileOr(args: readonly Predicate[]): Ask {
    const groups = new Map<string, { readonly slot: Slot; readonly args: Predicate[]; readonly sought: Sought[] }>()
    const rest: Predicate[] = []
    for (const arg of args) {
      if (
        arg.kind === 'test' &&
        arg.subject.kind === 'field' &&
        arg.match.kind === 'glob' &&
        arg.match.fold &&
        (arg.each ?? 'any') === 'any'
      ) {
        const form = shape(arg.match.glob)
        if ('text' in form) {
          const name = keptName(arg.subject, rules)!
          const group = groups.get(name) ?? { slot: slotOf(name), args: [], sought: [] }
          groups.set(name, group)
          group.args.push(arg)
          group.sought.push({ how: form.kind, text: fold(form.text) })
          continue
        }
      }
      rest.push(arg)
    }
    const asks: Ask[] = []
    for (const { slot, args: tests, sought } of groups.values()) {
      if (tests.length < manyTexts) {
        rest.push(...tests)
        continue
      }
      let set: TextSet | undefined
      const stands = (text: string): boolean => {
        set ??= new TextSet(sought.map(need => ({ need, id: 0 })))
        return set.find(text) !== none
      }
      asks.push(
        once(() => {
          const value = load(slot)
          if (typeof value === 'string') return stands(value)
          return members(value, 'any', member => {
            const text = asText(member)
            return text !== undefined && stands(text)
          })
        }),
      )
    }
    const ordered = [...asks, ...byCost(rest).map(compile)]
    return () => {
      for (const ask of ordered) if (ask()) return true
      return false
    }
  }

  function compile(predicate: Predicate): Ask {
    switch (predicate.kind) {
      case 'const': {
        const { value } = predicate
        return () => value
      }
      case 'not': {
        const ask = compile(predicate.arg)
        return () => !ask()
      }
      case 'and': {
        const asks = byCost(predicate.args).map(compile)
        return () => {
          for (const ask of asks) if (!ask()) return false
          return true
        }
      }
      case 'or':
        return compileOr(predicate.args)
      case 'test':
        return compileTest(predicate)
      case 'opaque':
        return () => false
    }
  }

  /** A test against constants: on a value, and where it can be said, on its folded text, or on the text with its folded form at hand. */
  function compileMatch(match: Match): {
    value: (value: Value) => boolean
    folded?: (text: string) => boolean
    both?: (text: string, folded: string) => boolean
  } {
    const onText = (test: (text: string) => boolean) => (value: Value) => {
      const text = asText(value)
      return text !== undefined && test(text)
    }
    switch (match.kind) {
      case 'present':
        return { value: value => value !== null }
      case 'empty':
        return { value: value => value === '' }
      case 'glob': {
        const form = shape(match.glob)
        const glob = match.fold ? match.glob.map(part => (typeof part === 'string' ? fold(part) : part)) : match.glob
        const test = ((): ((text: string) => boolean) => {
          if (!('text' in form)) return form.kind === 'any' ? () => true : matchGlob(glob, false)
          const text = match.fold ? fold(form.text) : form.text
          if (form.kind === 'equals') return other => other === text
          if (form.kind === 'starts') return other => other.startsWith(text)
          if (form.kind === 'ends') return other => other.endsWith(text)
          return other => other.includes(text)
        })()
        return match.fold ? { value: onText(text => test(fold(text))), folded: test } : { value: onText(test) }
      }
      case 'regex': {
        const regex = compileRegex(match.pattern, { fold: match.fold, whole: match.whole }).value
        if (regex === undefined)
          return {
            value: () => {
              options.gaveUp?.(match.pattern)
              return false
            },
          }
        const test = (text: string, folded?: string): boolean => {
          const answer = regex.test(text, folded)
          if (answer === undefined) options.gaveUp?.(match.pattern)
          return answer === true
        }
        return { value: onText(test), both: test }
      }
      case 'cidr': {
        const inside = parseNetwork(match.network)
        if (inside === undefined) return { value: () => false }
        return {
          value: onText(text => {
            const address = parseAddress(text)
            return address !== undefined && inside(address)
          }),
        }
      }
      case 'compare': {
        const to = match.to.kind === 'literal' ? match.to.value : null
        return { value: value => compareValues(match.op, match.fold ?? false, value, to, rules) }
      }
      case 'exists':
        return { value: () => true }
      case 'text':
      case 'word':
      case 'among':
        return { value: () => false }
    }
  }

  return {
    look(next) {
      event = next
      stamp++
    },
    compile,
    texts: {
      field(name) {
        const slot = slotOf(name)
        return () => load(slot)
      },
      all(to) {
        eachLeaf(event.fields, to)
        if (event.raw !== undefined) to(event.raw)
      },
    },
  }
}

function matchesAll(names: Extract<Scalar, { kind: 'fields' }>['names']): boolean {
  return names.length === 1 && typeof names[0] === 'object' && names[0].wild === 'any'
}

/** Cheap questions first; the order changes no answer. */
function byCost(args: readonly Predicate[]): readonly Predicate[] {
  const costs = new Map(args.map(arg => [arg, cost(arg)]))
  return [...args].sort((a, b) => costs.get(a)! - costs.get(b)!)
}

function cost(predicate: Predicate): number {
  switch (predicate.kind) {
    case 'const':
    case 'opaque':
      return 0
    case 'not':
      return cost(predicate.arg)
    case 'and':
    case 'or':
      return predicate.args.reduce((sum, arg) => sum + cost(arg), 0)
    case 'test':
      if (predicate.match.kind === 'regex') return 200
      if (predicate.subject.kind === 'fields' || predicate.subject.kind === 'raw') return 100
      if (predicate.match.kind === 'glob' && shape(predicate.match.glob).kind === 'other') return 8
      return predicate.match.kind === 'glob' && shape(predicate.match.glob).kind === 'contains' ? 3 : 1
  }
}

/** Whether any, all or none of the members of a value satisfy a test; what is no list is its own member, an absent value has none. */
function members(value: Value | undefined, each: 'any' | 'all' | 'none' | 'one', test: (value: Value) => boolean): boolean {
  if (value === undefined) return false
  if (!Array.isArray(value)) return test(value) === (each !== 'none')
  const flat = leaves({ value })
  if (each === 'all') return flat.length > 0 && flat.every(test)
  if (each === 'one') return flat.length === 1 && test(flat[0]!)
  return flat.some(test) === (each === 'any')
}

type Operation = Extract<Match, { kind: 'compare' }>['op']

function compareValues(op: Operation, folded: boolean, value: Value, to: Value, rules?: Rules): boolean {
  if (rules === 'kusto' || rules === 'splunk') {
    const order = rules === 'kusto' ? typedOrder(value, to, folded) : looseOrder(value, to, folded)
    return order !== undefined && holds(op, order)
  }
  // SQL compares texts as texts, also those that spell numbers.
  if (rules === 'sql' && typeof value === 'string' && typeof to === 'string') return holds(op, textOrder(value, to, folded))
  if (op === '=') {
    if (typeof to === 'number' || typeof to === 'bigint') return equalsNumber(value, to)
    if (typeof to === 'boolean') {
      return value === to || (typeof value === 'string' && value.toLowerCase() === String(to))
    }
    const text = asText(value)
    const other = asText(to)
    if (text === undefined || other === undefined) return false
    return folded ? fold(text) === fold(other) : text === other
  }
  const a = asNumber(value)
  const b = asNumber(to)
  if (a === undefined || b === undefined) return false
  return holds(op, a < b ? -1 : a > b ? 1 : a >= b ? 0 : Number.NaN)
}

function holds(op: Operation, order: number): boolean {
  switch (op) {
    case '=':
      return order === 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** Numbers with numbers, texts with texts, answers with answers; values of different sorts have no order and are not equal. Not a number has none. */
function typedOrder(a: Value, b: Value, folded: boolean): number | undefined {
  const numbers = (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint')
  if (numbers) return a < b ? -1 : a > b ? 1 : a >= b ? 0 : undefined
  if (typeof a === 'string' && typeof b === 'string') return textOrder(a, b, folded)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return undefined
}

function textOrder(a: string, b: string, folded: boolean): number {
  const [first, second] = folded ? [fold(a), fold(b)] : [a, b]
  return first < second ? -1 : first > second ? 1 : 0
}

/** By number where both are or spell one, else by text (https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/CommonEvalFunctions). */
function looseOrder(a: Value, b: Value, folded: boolean): number | undefined {
  const first = asDecimal(a)
  const second = asDecimal(b)
  if (first !== undefined && second !== undefined) return first < second ? -1 : first > second ? 1 : 0
  const [text, other] = [asText(a), asText(b)]
  return text === undefined || other === undefined ? undefined : textOrder(text, other, folded)
}

function asDecimal(value: Value): number | bigint | undefined {
  return typeof value === 'string' && /^\s*0x/i.test(value) ? undefined : asNumber(value)
}

/** One predicate as a function of an event. */
export function compilePredicate(predicate: Predicate, options: MatcherOptions = {}): (event: Event) => boolean {
  const matcher = createMatcher(options)
  const ask = matcher.compile(predicate)
  return event => {
    matcher.look(event)
    return ask()
  }
}

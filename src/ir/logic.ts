// And, or, not: building them without clutter, three-valued logic made two-valued, and the normal form in which equal questions look equal.

import { foldGlob, glob } from './glob.ts'
import type { Match, Predicate } from './predicate.ts'
import { sameIgnoringCase } from './regex/characters.ts'

export const always: Predicate = { kind: 'const', value: true }
export const never: Predicate = { kind: 'const', value: false }

/** All of these, flat: constants are settled, a single one is itself, none is true. */
export function and(args: readonly Predicate[]): Predicate {
  return join('and', args)
}

/** Any of these, flat: constants are settled, a single one is itself, none is false. */
export function or(args: readonly Predicate[]): Predicate {
  return join('or', args)
}

function join(kind: 'and' | 'or', args: readonly Predicate[]): Predicate {
  const decisive = kind === 'or'
  const out: Predicate[] = []
  for (const arg of args) {
    if (arg.kind === 'const') {
      if (arg.value === decisive) return arg
    } else if (arg.kind === kind) for (const inner of arg.args) out.push(inner)
    else out.push(arg)
  }
  if (out.length === 0) return decisive ? never : always
  return out.length === 1 ? out[0]! : { kind, args: out }
}

/** Not this; a double negation and a constant are settled. */
export function not(arg: Predicate): Predicate {
  if (arg.kind === 'const') return { ...arg, value: !arg.value }
  return arg.kind === 'not' ? arg.arg : { kind: 'not', arg }
}

type Leaf = Extract<Predicate, { kind: 'test' | 'const' | 'opaque' }>

/**
 * A question turned inside out: `leaf` is given what is at the bottom and whether an odd number of negations is above it, `join` what was made of
 * the parts of an `and` or `or`, with the two exchanged under a negation. As deep as the tree is, without recursion.
 */
function fold<T>(
  predicate: Predicate,
  leaf: (node: Leaf, negated: boolean) => T,
  join: (kind: 'and' | 'or', parts: T[]) => T,
): T {
  interface Frame {
    readonly kind: 'and' | 'or'
    readonly args: readonly Predicate[]
    readonly negated: boolean
    readonly done: T[]
  }
  const frames: Frame[] = [{ kind: 'and', args: [predicate], negated: false, done: [] }]
  for (;;) {
    const frame = frames.at(-1)!
    if (frame.done.length === frame.args.length) {
      if (frames.length === 1) return frame.done[0]!
      frames.pop()
      frames.at(-1)!.done.push(join(frame.kind, frame.done))
      continue
    }
    let next = frame.args[frame.done.length]!
    let { negated } = frame
    while (next.kind === 'not') {
      next = next.arg
      negated = !negated
    }
    if (next.kind === 'test' || next.kind === 'const' || next.kind === 'opaque') frame.done.push(leaf(next, negated))
    else frames.push({ kind: (next.kind === 'and') !== negated ? 'and' : 'or', args: next.args, negated, done: [] })
  }
}

type Test = Extract<Predicate, { kind: 'test' }>

/** The question whether a test has an answer at all, in a language where comparing with nothing gives neither true nor false: its subject, and what it is compared with, must be there. */
export function answered(test: Test): Predicate {
  const { match, subject } = test
  if (match.kind === 'exists' || match.kind === 'present') return always
  const present = (scalar: Test['subject']): Predicate => {
    if (scalar.kind === 'literal') return scalar.value === null ? never : always
    return { kind: 'test', subject: scalar, match: { kind: 'present' } }
  }
  const others = match.kind === 'text' || match.kind === 'compare' ? [match.to] : match.kind === 'word' ? [match.text] : []
  return and([subject, ...others].map(present))
}

/** When a question of a three-valued language is true, as a two-valued question. `known` says when a test has an answer. */
export function yes(predicate: Predicate, known: (test: Test) => Predicate = answered): Predicate {
  return fold(
    predicate,
    (node, negated) => {
      if (node.kind !== 'test') return negated ? not(node) : node
      // That none of its members match is true of nothing, too.
      if (!negated) return node.each === 'none' ? and([known(node), node]) : node
      return and([known(node), not(node)])
    },
    join,
  )
}

/** When a question of a three-valued language is false (not merely unanswered), as a two-valued question. */
export function no(predicate: Predicate, known: (test: Test) => Predicate = answered): Predicate {
  return yes({ kind: 'not', arg: predicate }, known)
}

/** A part of a normal form: its number (equal parts have equal numbers) and what it is sorted by. */
interface Normal {
  readonly node: Predicate
  readonly id: number
  readonly order: string
}

/**
 * The normal form: negations only before tests, `and` and `or` flat, sorted and without repeats, constants and contradictions settled, globs in
 * their simplest form, no spans. Means what the question means; questions that differ in order, nesting and De Morgan's laws have the same one.
 */
export function normal(predicate: Predicate): Predicate {
  const numbers = new Map<string, number>()
  const numbered = (node: Predicate, key: string, order: string): Normal => {
    const id = numbers.get(key) ?? numbers.size
    numbers.set(key, id)
    return { node, id, order }
  }
  const truth = (value: boolean) => numbered(value ? always : never, value ? 'true' : 'false', '')
  const leaf = (node: Leaf, negated: boolean): Normal => {
    if (node.kind === 'const') return truth(node.value !== negated)
    const plain: Predicate = node.kind === 'test' ? simpleTest(node) : { kind: 'opaque', text: node.text }
    const key = canonical(plain)
    return numbered(negated ? { kind: 'not', arg: plain } : plain, negated ? `not ${key}` : key, negated ? `${key} not` : key)
  }
  const inside = new Map<number, readonly Normal[]>()
  const joined = (kind: 'and' | 'or', parts: Normal[]): Normal => {
    const flat = new Map<number, Normal>()
    for (const part of parts) {
      if (part.node.kind === kind) for (const inner of inside.get(part.id)!) flat.set(inner.id, inner)
      else flat.set(part.id, part)
    }
    const args: Normal[] = []
    for (const part of flat.values()) {
      if (part.node.kind !== 'const') args.push(part)
      else if (part.node.value === (kind === 'or')) return part
    }
    // A test and its negation: settled without asking.
    for (const part of args) {
      if (part.node.kind !== 'not') continue
      const other = numbers.get(canonical(part.node.arg))
      if (other !== undefined && flat.has(other)) return truth(kind === 'or')
    }
    if (args.length === 0) return truth(kind === 'and')
    if (args.length === 1) return args[0]!
    args.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.id - b.id))
    const made = numbered(
      { kind, args: args.map(arg => arg.node) },
      `${kind} ${args
        .map(arg => arg.id)
        .sort((a, b) => a - b)
        .join()}`,
      `~${kind} ${digest(args.map(arg => arg.order))}`,
    )
    inside.set(made.id, args)
    return made
  }
  return fold(predicate, leaf, joined).node
}

function simpleTest(test: Test): Test {
  const { subject, match, each } = test
  return { kind: 'test', subject, match: simpleMatch(match), ...(each === undefined || each === 'any' ? {} : { each }) }
}

function simpleMatch(match: Match): Match {
  if (match.kind !== 'glob') return match
  // Case does not matter to a glob without letters that have it.
  const letters = match.glob.some(
    part => typeof part === 'string' && [...part].some(character => sameIgnoringCase(character.codePointAt(0)!).length > 1),
  )
  const folds = match.fold && letters
  return { kind: 'glob', glob: glob(folds ? foldGlob(match.glob) : match.glob), fold: folds }
}

/** A tree as a text that equal trees share: keys sorted, spans left out. */
function canonical(tree: unknown): string {
  let out = ''
  const waiting: (string | { readonly value: unknown })[] = [{ value: tree }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') {
      out += next
      continue
    }
    const { value } = next
    if (typeof value === 'bigint') out += `${value}n`
    else if (typeof value === 'number') out += Object.is(value, -0) ? '-0' : String(value)
    else if (typeof value !== 'object' || value === null) out += JSON.stringify(value) ?? 'undefined'
    else if (Array.isArray(value)) {
      waiting.push(']')
      for (let at = value.length - 1; at >= 0; at--) waiting.push(',', { value: value[at] })
      out += '['
    } else {
      waiting.push('}')
      const entries = Object.entries(value)
        .filter(([key, member]) => key !== 'span' && member !== undefined)
        .sort(([a], [b]) => (a < b ? 1 : -1))
      for (const [key, member] of entries) waiting.push(',', { value: member }, `${JSON.stringify(key)}:`)
      out += '{'
    }
  }
  return out
}

/** A short text for long ones, to sort by; equal texts are told apart elsewhere. */
function digest(texts: readonly string[]): string {
  let a = 0x811c9dc5
  let b = 0x1000193
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      a = Math.imul(a ^ text.charCodeAt(at), 0x01000193)
      b = Math.imul(b + text.charCodeAt(at), 0x85ebca6b) ^ (b >>> 13)
    }
    a = Math.imul(a ^ 0xffff, 0x01000193)
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0')
}

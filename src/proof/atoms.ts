// Tests in canonical form: each a variable of the search, with the set of values that it takes. Equal tests, however written, are one.

import { asText, type Value } from '../ir/event.ts'
import { foldGlob, shape } from '../ir/glob.ts'
import type { Glob, Match, Predicate, Scalar, WordRule } from '../ir/predicate.ts'
import { sameIgnoringCase } from '../ir/regex/characters.ts'
import { partsOf, type RegexTree, readPortable } from '../ir/regex.ts'
import { fold } from '../text/fold.ts'
import { addressTree, networkTree } from './addresses.ts'
import { Automaton, anything, regular, searched, tied } from './automaton.ts'
import { lift } from './lift.ts'
import { normalTree } from './normal.ts'
import { piecesOf } from './values.ts'

/** The text of the whole event, of which there is one only where the log is text. */
export const rawText = '\u0000raw'

/** What a variable of the search says of one field. */
export type Atom = { readonly key: string; readonly field: string } & (
  | {
      readonly kind: 'literal'
      readonly shape: 'equals' | 'prefix' | 'suffix' | 'contains'
      readonly text: string
      readonly fold: boolean
    }
  /** `glob` where it is a pattern with wildcards, in small letters where it folds. */
  | {
      readonly kind: 'automaton'
      readonly tree: RegexTree
      readonly sample?: string
      readonly glob?: { readonly of: Glob; readonly fold: boolean }
    }
  /** `exists`: there, or null; `present`: there and not null. */
  | { readonly kind: 'state'; readonly state: 'exists' | 'present' }
  /** What is not decided; `hint` is a value that may satisfy it, an expression has texts near such values, too. */
  | {
      readonly kind: 'opaque'
      readonly hint?: string
      readonly expression?: { readonly match: Match; readonly pieces: readonly string[] }
    }
)

export type Literal = Atom & { kind: 'literal' }

/** A test as alternatives, each perhaps negated: it holds when one of them does. */
export interface Told {
  readonly atom: Atom
  readonly negated: boolean
}

/** The name under which a keyword asks all fields of an event. */
export const everywhere = '\u0000any field'

const caseless = (text: string): boolean => {
  for (const character of text) if (sameIgnoringCase(character.codePointAt(0)!).length > 1) return false
  return true
}

/** What is computed from one field in a way that is understood: the last part of a path. There is one of texts only. */
export function through(subject: Scalar): { readonly name: string; readonly part: 'basename' } | undefined {
  if (subject.kind !== 'call' || (subject.fn !== 'lens:basename' && subject.fn !== 'basename')) return undefined
  const [of] = subject.args
  return of?.kind === 'field' ? { name: of.name, part: 'basename' } : undefined
}

/** A member of a bag, however it is read: `tostring(parse_json(Bag).Key)` is the path `Bag.Key`. */
function pathOf(subject: Scalar): string | undefined {
  if (subject.kind === 'field') return subject.name
  if (subject.kind !== 'call') return undefined
  const [of, key] = subject.args
  if (of === undefined) return undefined
  switch (subject.fn) {
    case 'text':
    case 'kusto:tostring':
    case 'kusto:parse_json':
    case 'kusto:todynamic':
      return subject.args.length === 1 ? pathOf(of) : undefined
    case 'kusto:member':
    case 'kusto:path':
    case 'index': {
      const inner = pathOf(of)
      return inner !== undefined && key?.kind === 'literal' && typeof key.value === 'string' ? `${inner}.${key.value}` : undefined
    }
    default:
      return undefined
  }
}

/** Begins the name of a value out of a text of XML; the column and the value's own name follow. */
export const xmlMark = '\u0000xml\u0000'

/** The entities of XML, in the order in which a query turns them back. */
const entities = ['&lt;', '&gt;', '&quot;', '&apos;', '&amp;']
const signs = ['<', '>', '"', "'", '&']

/** What one `<Data Name="…">` of a text of XML holds: by the schema's own word, or as a query takes it out. */
function fromXml(subject: Scalar): string | undefined {
  if (subject.kind === 'call' && subject.fn === 'xml:data') {
    const [column, name] = subject.args
    return column?.kind === 'field' && name?.kind === 'literal' ? `${xmlMark}${column.name}\u0000${name.value}` : undefined
  }
  let inner = subject
  for (let place = entities.length - 1; place >= 0; place--) {
    if (inner.kind !== 'call' || (inner.fn !== 'replace' && inner.fn !== 'kusto:replace_string')) return undefined
    const [of, from, to] = inner.args
    if (of === undefined || from?.kind !== 'literal' || to?.kind !== 'literal') return undefined
    if (from.value !== entities[place] || to.value !== signs[place]) return undefined
    inner = of
  }
  if (inner.kind !== 'call' || inner.fn !== 'kusto:extract') return undefined
  const [pattern, group, column] = inner.args
  const name = pattern?.kind === 'literal' ? /^<Data Name="([\w -]+)">\(\[\^<\]\*\)<\/Data>$/.exec(String(pattern.value)) : null
  if (name === null || group?.kind !== 'literal' || group.value !== 1 || column?.kind !== 'field') return undefined
  return `${xmlMark}${column.name}\u0000${name[1]}`
}

/** Begins the name of two columns joined with a backslash; the columns follow. */
export const joinedMark = '\u0000joined\u0000'

/** Two columns joined with a backslash, the one alone where the other is empty: by the schema's own word, or spelled out as a case. */
function joined(subject: Scalar): string | undefined {
  const [under, column] = joinedOf(subject) ?? []
  return under?.kind === 'field' && column?.kind === 'field' ? `${joinedMark}${under.name}\u0000${column.name}` : undefined
}

/** The two of which the second stands behind the first. */
export function joinedOf(subject: Scalar): readonly Scalar[] | undefined {
  if (subject.kind === 'call' && subject.fn === 'derive:joined') return subject.args.length === 2 ? subject.args : undefined
  if (subject.kind !== 'case' || subject.branches.length !== 2) return undefined
  const [first, second] = subject.branches
  const { otherwise } = subject
  const under = emptyOf(first?.when)
  const column = emptyOf(second?.when)
  if (under === undefined || column === undefined || otherwise.kind !== 'call' || otherwise.fn !== 'concat') return undefined
  const [head, slash, last] = otherwise.args
  const is = (of: Scalar | undefined, name: string): boolean => of?.kind === 'field' && of.name === name
  const fits =
    otherwise.args.length === 3 && is(head, under) && is(last, column) && slash?.kind === 'literal' && slash.value === '\\'
  return fits && is(first?.then, column) && is(second?.then, under) ? [head!, last!] : undefined
}

/** The column that a condition says to be absent or empty, where it says no more. */
function emptyOf(when: Predicate | undefined): string | undefined {
  if (when?.kind !== 'or' || when.args.length !== 2) return undefined
  const [absent, empty] = when.args
  if (absent?.kind !== 'not' || absent.arg.kind !== 'test' || empty?.kind !== 'test') return undefined
  const { subject } = empty
  const same = absent.arg.subject
  return absent.arg.match.kind === 'present' &&
    empty.match.kind === 'empty' &&
    subject.kind === 'field' &&
    same.kind === 'field' &&
    same.name === subject.name
    ? subject.name
    : undefined
}

/** The field that a test is about; what is computed is a field of its own, which no event fills. */
export function fieldOf(subject: Scalar): { readonly name: string; readonly computed: boolean } {
  if (subject.kind === 'raw') return { name: rawText, computed: false }
  if (subject.kind === 'field') return { name: subject.name, computed: false }
  if (subject.kind === 'fields' && subject.names.length === 1 && typeof subject.names[0] !== 'string')
    return { name: everywhere, computed: false }
  const path = subject.kind === 'call' ? pathOf(subject) : undefined
  if (path !== undefined) return { name: path, computed: false }
  const inner = through(subject)
  if (inner !== undefined) return { name: inner.name, computed: false }
  const pair = joined(subject)
  if (pair !== undefined) return { name: pair, computed: true }
  const xml = fromXml(subject)
  if (xml !== undefined) return { name: xml, computed: true }
  return { name: `\u0000${textOf(bare(subject))}`, computed: true }
}

/** A computed value without what is said of its types, its members of bags as paths. */
function bare(subject: Scalar): Scalar {
  const path = pathOf(subject)
  if (path !== undefined) return { kind: 'field', name: path }
  if (subject.kind === 'call') return { kind: 'call', fn: subject.fn, args: subject.args.map(bare) }
  return subject.kind === 'literal' ? { kind: 'literal', value: subject.value } : subject
}

const textOf = (of: unknown): string =>
  JSON.stringify(of, (key, value: unknown) => (key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value))

/** A test in canonical form: the disjunctions of a conjunction. */
export function atomsOf(test: Extract<Predicate, { kind: 'test' }>, without: readonly number[] = []): readonly Told[] {
  const { name: field } = fieldOf(test.subject)
  const told =
    through(test.subject) === undefined ? matchOf(field, test.match, without) : matchOf(field, test.match, without).map(lastPart)
  const each = test.each ?? 'any'
  if (each === 'any') return told
  // Of single values each way of asking is the same, but that no member matches: that is true of what is there.
  return told
}

/** No text passes it. */
const never = { key: 'never', kind: 'automaton', tree: { kind: 'set', items: [], negated: false, fold: false } } as const

/** What a test for a network asks beside the network: that the text is an address at all. */
export const isAddress = (field: string): Atom => ({ key: 'address', field, kind: 'automaton', tree: addressTree })

const separators: RegexTree & { kind: 'set' } = {
  kind: 'set',
  items: [92, 47].map(at => ({ from: at, to: at })),
  negated: false,
  fold: false,
}
const unseparated: RegexTree = { kind: 'repeat', of: { ...separators, negated: true }, min: 0, max: undefined, how: 'greedy' }

/** A test of the last part of a path as one of the whole path. */
function lastPart({ atom, negated }: Told): Told {
  // Every text has a last part.
  if (atom.kind === 'state' && atom.state === 'present') return { atom, negated }
  if (atom.kind !== 'literal')
    return {
      atom: { key: `opaque last part ${atom.key}`, field: atom.field, kind: 'opaque' },
      negated,
    }
  if (/[\\/]/.test(atom.text)) return { atom: { ...never, field: atom.field }, negated }
  if (atom.shape === 'suffix') return { atom, negated }
  const text = characters(atom.text, atom.fold)
  const end =
    atom.shape === 'equals' ? text : atom.shape === 'prefix' ? [...text, unseparated] : [unseparated, ...text, unseparated]
  const start: RegexTree = { kind: 'repeat', of: { kind: 'sequence', of: [anything, separators] }, min: 0, max: 1, how: 'greedy' }
  return {
    atom: {
      key: `last part ${atom.key}`,
      field: atom.field,
      kind: 'automaton',
      tree: { kind: 'sequence', of: [start, ...end] },
      sample: `\\${atom.text}`,
    },
    negated,
  }
}

/** An expression that is no automaton: looked for by its tree, so that flags and groups make no other of it; what refers to a group is only itself. */
function beyond(field: string, match: Match & { kind: 'regex' }, otherwise: Atom): Atom {
  const { value } = readPortable(match.pattern)
  if (value === undefined) return otherwise
  const folded = match.fold ? ignoringCase(value) : value
  const pieces = piecesOf(folded)
  const key = refers(folded) ? otherwise.key : `opaque ${match.whole} ${textOf(normalTree(folded, []))}`
  return { key, field, kind: 'opaque', hint: pieces[0]!, expression: { match, pieces } }
}

/** Whether what an expression takes matters to what it matches. */
function refers(tree: RegexTree): boolean {
  if (tree.kind === 'reference' || tree.kind === 'atomic' || (tree.kind === 'repeat' && tree.how === 'possessive')) return true
  return partsOf(tree).some(refers)
}

function matchOf(field: string, match: Match, without: readonly number[]): readonly Told[] {
  const plain = (atom: Atom): readonly Told[] => [{ atom, negated: false }]
  const opaque = (hint?: string): readonly Told[] =>
    plain({ key: `opaque ${textOf(match)}`, field, kind: 'opaque', ...(hint === undefined ? {} : { hint }) })
  switch (match.kind) {
    case 'exists':
    case 'present':
      return plain({ key: match.kind, field, kind: 'state', state: match.kind })
    case 'empty':
      return plain(literal(field, 'equals', '', true))
    case 'glob':
      return plain(globAtom(field, match.glob, match.fold))
    case 'regex': {
      const found = expression(match, without)
      if (found === undefined) return plain(beyond(field, match, opaque()[0]!.atom))
      if ('globs' in found) return found.globs.map(one => ({ atom: globAtom(field, one, found.fold), negated: false }))
      return plain({ key: found.key, field, kind: 'automaton', tree: found.tree })
    }
    case 'word': {
      const text = match.text.kind === 'literal' ? asText(match.text.value) : undefined
      if (text === undefined) return opaque()
      return plain(wordAtom(field, match.fold ? fold(text) : text, match.side, match.fold, match.words))
    }
    case 'cidr': {
      const tree = networkTree(match.network)
      return tree === undefined
        ? plain({ ...never, field })
        : plain({ key: `network ${match.network}`, field, kind: 'automaton', tree, sample: match.network.split('/')[0]! })
    }
    case 'compare': {
      const value = match.to.kind === 'literal' ? match.to.value : undefined
      return compared(field, match.op, value, match.fold ?? false) ?? opaque()
    }
    case 'text': {
      // A test of another field: which one is said, so that the same question has the same name.
      if (match.to.kind === 'literal') return opaque()
      const to = fieldOf(match.to).name
      const [own, other] = match.how === 'whole' && to < field ? [to, field] : [field, to]
      return plain({ key: `${match.how} ${match.fold} of ${other}`, field: own, kind: 'opaque' })
    }
    default:
      return opaque()
  }
}

type Expression =
  | { readonly globs: readonly Glob[]; readonly fold: boolean }
  | { readonly key: string; readonly tree: RegexTree }
  | undefined

const expressions = new Map<string, Expression>()
/** Characters of expressions that are kept taken apart. */
const mostKept = 1 << 17
let kept = 0

/** What an expression asks: one of some patterns, or a language; undefined where it is not understood in full. Kept for a while, since each target's query is made of the same ones. */
function expression(match: Match & { kind: 'regex' }, without: readonly number[]): Expression {
  const key = `${match.whole} ${match.fold} ${without.join()} ${match.pattern}`
  if (expressions.has(key)) return expressions.get(key)
  if (kept > mostKept) {
    expressions.clear()
    kept = 0
  }
  kept += key.length
  const made = expressionOf(match, without)
  expressions.set(key, made)
  return made
}

function expressionOf({ pattern, whole, fold: folds }: Match & { kind: 'regex' }, without: readonly number[]): Expression {
  const { value: tree } = readPortable(pattern)
  if (tree === undefined) return undefined
  const lifted = lift(tree, whole, folds, without)
  if (lifted !== undefined && lifted.globs.length > 0) return lifted
  const folded = folds ? ignoringCase(tree) : tree
  if (!regular(folded)) return undefined
  const normal = normalTree(folded, without)
  const told = normalTree(whole ? tied(normal) : searched(normal), without)
  return { key: `regex ${textOf(told)}`, tree: told }
}

function compared(field: string, op: string, value: Value | undefined, folds: boolean): readonly Told[] | undefined {
  if (value === undefined || value === null) return undefined
  if (op === '=') {
    const text = asText(value)
    if (text === undefined) return undefined
    return [{ atom: literal(field, 'equals', text, folds || typeof value !== 'string'), negated: false }]
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) return undefined
  const tree = numbers(op, value)
  const sample = op === '>' ? value + 1 : op === '<' ? value - 1 : value
  return [{ atom: { key: `number ${op} ${value}`, field, kind: 'automaton', tree, sample: String(sample) }, negated: false }]
}

function literal(field: string, form: Literal['shape'], text: string, folds: boolean): Literal {
  const folded = folds || caseless(text)
  const kept = folded ? fold(text) : text
  return { key: `${form} ${folded ? 'i' : 'c'} ${kept}`, field, kind: 'literal', shape: form, text: kept, fold: folded }
}

function globAtom(field: string, pattern: Glob, folds: boolean): Atom {
  const form = shape(pattern)
  switch (form.kind) {
    case 'equals':
      return literal(field, 'equals', form.text, folds)
    case 'starts':
      return literal(field, 'prefix', form.text, folds)
    case 'ends':
      return literal(field, 'suffix', form.text, folds)
    case 'contains':
      return literal(field, 'contains', form.text, folds)
    case 'any':
      return { key: 'present', field, kind: 'state', state: 'present' }
    default: {
      const texts = pattern.filter(part => typeof part === 'string').join('')
      const folded = folds || caseless(texts)
      const kept = folded ? foldGlob(pattern) : pattern
      const tree: RegexTree = {
        kind: 'sequence',
        of: kept.flatMap((part): RegexTree[] =>
          typeof part === 'string' ? characters(part, folded) : [part.wild === 'any' ? anything : { kind: 'any', newline: true }],
        ),
      }
      const sample = kept.map(part => (typeof part === 'string' ? part : part.wild === 'one' ? 'x' : '')).join('')
      const key = `glob ${folded ? 'i' : 'c'} ${JSON.stringify(kept)}`
      return { key, field, kind: 'automaton', tree, sample, glob: { of: kept, fold: folded } }
    }
  }
}

const characters = (text: string, folds: boolean): RegexTree[] =>
  [...text].map(character => ({ kind: 'char', point: character.codePointAt(0)!, fold: folds }))

export function ignoringCase(tree: RegexTree): RegexTree {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'reference':
      return { ...tree, fold: true }
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(ignoringCase) }
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return { ...tree, of: ignoringCase(tree.of) }
    default:
      return tree
  }
}

const alphanumeric: RegexTree & { kind: 'set' } = {
  kind: 'set',
  items: [
    { named: 'L', negated: false },
    { named: 'N', negated: false },
  ],
  negated: false,
  fold: false,
}
const point = (character: string) => ({ from: character.codePointAt(0)!, to: character.codePointAt(0)! })
const withLine: RegexTree & { kind: 'set' } = { ...alphanumeric, items: [...alphanumeric.items, point('_')] }
/** What parts the segments of Splunk's index: its breakers, major and minor (`ir/words.ts`); everything else is in a word. */
const unbroken: RegexTree & { kind: 'set' } = {
  kind: 'set',
  items: [...' \n\r\t[]<>(){}|!;,\'"*&?+/:=@.-$#%\\_'].map(point),
  negated: true,
  fold: false,
}
const inWord: Readonly<Record<WordRule, RegexTree & { kind: 'set' }>> = {
  kusto: alphanumeric,
  lucene: withLine,
  splunk: unbroken,
}

function wordAtom(field: string, text: string, side: 'whole' | 'start' | 'end', folds: boolean, rule: WordRule): Atom {
  const inside = new Automaton(inWord[rule])
  const asks = (character: string | undefined): boolean => character !== undefined && inside.matches(character)
  const signs = [...text]
  const left = side !== 'end' && asks(signs[0])
  const right = side !== 'start' && asks(signs.at(-1))
  // A word whose edges are no letters asks nothing more than its text.
  if (!left && !right)
    return text === '' ? { key: 'present', field, kind: 'state', state: 'present' } : literal(field, 'contains', text, folds)
  const edge = (ahead: boolean): RegexTree => ({ kind: 'look', of: inWord[rule], ahead, negative: true })
  const of: RegexTree[] = [...(left ? [edge(false)] : []), ...characters(text, folds), ...(right ? [edge(true)] : [])]
  return {
    key: `word ${rule} ${left} ${right} ${folds || caseless(text) ? 'i' : 'c'} ${text}`,
    field,
    kind: 'automaton',
    tree: searched({ kind: 'sequence', of }),
    sample: text,
  }
}

const sequence = (...of: RegexTree[]): RegexTree => ({ kind: 'sequence', of })
const choice = (...of: RegexTree[]): RegexTree => ({ kind: 'choice', of })
const text = (of: string): RegexTree => sequence(...characters(of, false))
const many = (of: RegexTree, min = 0, max?: number): RegexTree => ({ kind: 'repeat', of, min, max, how: 'greedy' })
const times = (of: RegexTree, count: number): RegexTree[] => Array.from({ length: Math.max(0, count) }, () => of)
const ranges = (...items: (readonly [number, number])[]): RegexTree => ({
  kind: 'set',
  items: items.map(([from, to]) => ({ from, to })),
  negated: false,
  fold: false,
})

/** Digits of a base, in both cases. */
interface Base {
  readonly of: 10 | 16
  readonly digits: (low: number, high: number) => RegexTree
}

const decimal: Base = { of: 10, digits: (low, high) => ranges([48 + low, 48 + high]) }
const hexadecimal: Base = {
  of: 16,
  digits: (low, high) =>
    ranges(
      ...(low <= 9 ? [[48 + low, 48 + Math.min(9, high)] as const] : []),
      ...(high >= 10 ? [[87 + Math.max(10, low), 87 + high] as const, [55 + Math.max(10, low), 55 + high] as const] : []),
    ),
}

const exactly = (value: number, { of, digits }: Base): RegexTree =>
  sequence(...[...value.toString(of)].map(sign => digits(Number.parseInt(sign, of), Number.parseInt(sign, of))))

/** Whole numbers up to one, without leading zeros. */
function atMost(value: number, base: Base): RegexTree {
  const { of, digits } = base
  const signs = [...value.toString(of)].map(sign => Number.parseInt(sign, of))
  const any = digits(0, of - 1)
  const out: RegexTree[] = [exactly(value, base)]
  for (let length = 1; length < signs.length; length++)
    out.push(length === 1 ? any : sequence(digits(1, of - 1), ...times(any, length - 1)))
  for (const [at, here] of signs.entries()) {
    const least = at === 0 && signs.length > 1 ? 1 : 0
    if (here - 1 >= least) {
      const same = signs.slice(0, at).map(sign => digits(sign, sign))
      out.push(sequence(...same, digits(least, here - 1), ...times(any, signs.length - at - 1)))
    }
  }
  return choice(...out)
}

/** Whole numbers above one, without leading zeros. */
function above(value: number, { of, digits }: Base): RegexTree {
  const signs = [...value.toString(of)].map(sign => Number.parseInt(sign, of))
  const any = digits(0, of - 1)
  const out: RegexTree[] = [sequence(digits(1, of - 1), ...times(any, signs.length), many(any))]
  for (const [at, here] of signs.entries())
    if (here < of - 1) {
      const same = signs.slice(0, at).map(sign => digits(sign, sign))
      out.push(sequence(...same, digits(here + 1, of - 1), ...times(any, signs.length - at - 1)))
    }
  return choice(...out)
}

const digit = decimal.digits(0, 9)
const zeros = many(text('0'))
const plus = many(text('+'), 0, 1)
/** What stands around a number and is not of it. */
const blanks = many(
  ranges(
    [9, 13],
    [32, 32],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ),
)

/** Texts of numbers that compare so with a whole one, decimal or hexadecimal (`engine/number.ts`); those with an exponent are left out. */
function numbers(op: string, value: number): RegexTree {
  const fraction = many(sequence(text('.'), many(digit)), 0, 1)
  const some = sequence(text('.'), many(digit), decimal.digits(1, 9), many(digit))
  const unsigned = choice(sequence(digit, many(digit), fraction), sequence(text('.'), digit, many(digit)))
  const hex = (of: RegexTree): RegexTree => sequence(text('0'), ranges([120, 120], [88, 88]), zeros, of)
  const own = exactly(value, decimal)
  const more = choice(
    sequence(plus, zeros, above(value, decimal), fraction),
    sequence(plus, zeros, value === 0 ? text('') : own, some),
    hex(above(value, hexadecimal)),
  )
  const none = choice(sequence(text('0'), zeros, many(sequence(text('.'), zeros), 0, 1)), sequence(text('.'), text('0'), zeros))
  const equal = choice(
    value === 0
      ? sequence(many(ranges([43, 43], [45, 45]), 0, 1), none)
      : sequence(plus, zeros, own, many(sequence(text('.'), zeros), 0, 1)),
    hex(exactly(value, hexadecimal)),
  )
  const less =
    value === 0
      ? sequence(text('-'), zeros, choice(sequence(decimal.digits(1, 9), many(digit), fraction), some))
      : choice(
          sequence(text('-'), unsigned),
          sequence(plus, zeros, atMost(value - 1, decimal), fraction),
          sequence(plus, text('.'), digit, many(digit)),
          hex(atMost(value - 1, hexadecimal)),
        )
  const told = { '<': [less], '<=': [less, equal], '>': [more] }[op] ?? [more, equal]
  return sequence(blanks, choice(...told), blanks)
}

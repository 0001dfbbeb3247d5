// What columns can hold by their types: whole numbers in columns of numbers, true and false in those of truth values.

import type { Value } from '../ir/event.ts'
import type { Predicate, ValueType } from '../ir/predicate.ts'
import type { RegexTree } from '../ir/regex.ts'
import { visit } from '../ir/walk.ts'
import type { Law } from './graph.ts'

const characters = (text: string, fold: boolean): RegexTree => ({
  kind: 'sequence',
  of: [...text].map(character => ({ kind: 'char', point: character.codePointAt(0)!, fold })),
})
const digits = (low: number): RegexTree => ({ kind: 'set', items: [{ from: 48 + low, to: 57 }], negated: false, fold: false })

/** Whole numbers that are exact as doubles. */
const wholes: RegexTree = {
  kind: 'choice',
  of: [
    characters('0', false),
    {
      kind: 'sequence',
      of: [
        { kind: 'repeat', of: characters('-', false), min: 0, max: 1, how: 'greedy' },
        digits(1),
        { kind: 'repeat', of: digits(0), min: 0, max: 14, how: 'greedy' },
      ],
    },
  ],
}
/** Dotted quads, and the short form of IPv6 that is not decided further. */
const octet: RegexTree = {
  kind: 'choice',
  of: [
    digits(0),
    { kind: 'sequence', of: [digits(1), digits(0)] },
    { kind: 'sequence', of: [characters('1', false), digits(0), digits(0)] },
    {
      kind: 'sequence',
      of: [characters('2', false), { kind: 'set', items: [{ from: 48, to: 52 }], negated: false, fold: false }, digits(0)],
    },
    {
      kind: 'sequence',
      of: [characters('25', false), { kind: 'set', items: [{ from: 48, to: 53 }], negated: false, fold: false }],
    },
  ],
}
const dot = characters('.', false)
const hex: RegexTree = {
  kind: 'set',
  items: [
    { from: 48, to: 57 },
    { from: 97, to: 102 },
  ],
  negated: false,
  fold: false,
}
const addressTree: RegexTree = {
  kind: 'choice',
  of: [
    { kind: 'sequence', of: [octet, dot, octet, dot, octet, dot, octet] },
    {
      kind: 'sequence',
      of: [
        { kind: 'repeat', of: hex, min: 1, max: 4, how: 'greedy' },
        characters('::', false),
        { kind: 'repeat', of: hex, min: 0, max: 4, how: 'greedy' },
      ],
    },
    characters('::1', false),
  ],
}
const truths: RegexTree = { kind: 'choice', of: [characters('true', false), characters('false', false)] }

const law = (key: string, tree: RegexTree, sample: string, value: (text: string) => Value): Law => ({
  test: { key: `law ${key}`, field: '', kind: 'automaton', tree, sample },
  value,
})

const numbers = law('whole', wholes, '7', Number)
const addresses = law('address', addressTree, '192.0.2.7', text => text)
const booleans = law('truth', truths, 'true', text => text === 'true')

const byType: Readonly<Partial<Record<ValueType, Law>>> = {
  long: numbers,
  int: numbers,
  real: numbers,
  decimal: numbers,
  bool: booleans,
  ip: addresses,
}

/** The types that questions give their fields; one that says nothing has none. */
export function typesOf(questions: readonly Predicate[]): ReadonlyMap<string, ValueType> {
  const types = new Map<string, ValueType>()
  for (const question of questions)
    visit(question, {
      scalar: of => {
        if (of.kind === 'field' && of.type !== undefined && !types.has(of.name)) types.set(of.name, of.type)
      },
    })
  return types
}

/** The laws of fields by their types. */
export function lawsOf(types: ReadonlyMap<string, ValueType>): ReadonlyMap<string, Law> {
  const laws = new Map<string, Law>()
  for (const [name, type] of types) {
    const found = byType[type]
    if (found !== undefined) laws.set(name, found)
  }
  return laws
}

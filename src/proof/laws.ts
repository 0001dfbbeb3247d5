// What columns can hold by their types: whole numbers in columns of numbers, true and false in those of truth values.

import type { Value } from '../ir/event.ts'
import type { Predicate, ValueType } from '../ir/predicate.ts'
import type { RegexTree } from '../ir/regex.ts'
import { visit } from '../ir/walk.ts'
import { addressOrWordTree, plainAddressTree } from './addresses.ts'
import { fieldOf } from './atoms.ts'
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
const truths: RegexTree = { kind: 'choice', of: [characters('true', false), characters('false', false)] }

const law = (key: string, tree: RegexTree, sample: string, value: (text: string) => Value): Law => ({
  of: key,
  test: { key: `law ${key}`, field: '', kind: 'automaton', tree, sample },
  value,
})

const numbers = law('whole', wholes, '7', Number)
/** No zone is written. */
const percent = [0x25]
const addresses = { ...law('address', plainAddressTree, '192.0.2.7', text => text), without: percent }
const addressesOrWords = { ...law('address or word', addressOrWordTree, '192.0.2.7', text => text), without: percent }
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

/** The fields that a question asks for networks. */
export function networkFields(question: Predicate): ReadonlySet<string> {
  const names = new Set<string>()
  visit(question, {
    predicate: of => {
      if (of.kind === 'test' && of.match.kind === 'cidr') names.add(fieldOf(of.subject).name)
    },
  })
  return names
}

/** The laws of fields by their types; those that are asked for networks hold addresses, or texts that are plainly none. */
export function lawsOf(
  types: ReadonlyMap<string, ValueType>,
  networks: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, Law> {
  const laws = new Map<string, Law>()
  for (const name of networks) laws.set(name, addressesOrWords)
  for (const [name, type] of types) {
    const found = byType[type]
    if (found !== undefined) laws.set(name, found)
  }
  return laws
}

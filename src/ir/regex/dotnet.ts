// Makes a regular expression one that .NET reads to the same meaning: over UTF-16 units, with words, lines and sets of ASCII written out.

import { complement, type Ranges, union } from './characters.ts'
import { characterSet, type RegexTree } from './tree.ts'

type Characters = RegexTree & { kind: 'set' | 'any' }

const set = (ranges: Ranges): RegexTree => ({
  kind: 'set',
  items: Array.from({ length: ranges.length / 2 }, (_, at) => ({ from: ranges[at * 2]!, to: ranges[at * 2 + 1]! })),
  negated: false,
  fold: false,
})
const sequence = (...of: RegexTree[]): RegexTree => ({ kind: 'sequence', of })
const choice = (of: readonly RegexTree[]): RegexTree => (of.length === 1 ? of[0]! : { kind: 'choice', of })
const look = (of: RegexTree, ahead: boolean, negative: boolean): RegexTree => ({ kind: 'look', of, ahead, negative })

const lineFeed = set([10, 10])
const wordCharacter = set([48, 57, 65, 90, 95, 95, 97, 122])
const end: RegexTree = { kind: 'edge', at: 'end' }

/** What an edge is in look-around, where .NET's own has another idea of words or of the last line. */
const edges: Readonly<Partial<Record<string, RegexTree>>> = {
  'line-start': choice([{ kind: 'edge', at: 'start' }, sequence(look(lineFeed, false, false), look(end, true, true))]),
  'line-end': look(choice([lineFeed, end]), true, false),
  word: choice([
    sequence(look(wordCharacter, false, true), look(wordCharacter, true, false)),
    sequence(look(wordCharacter, false, false), look(wordCharacter, true, true)),
  ]),
  inside: choice([
    sequence(look(wordCharacter, false, true), look(wordCharacter, true, true)),
    sequence(look(wordCharacter, false, false), look(wordCharacter, true, false)),
  ]),
}

/** The two units of a character beyond U+FFFF. */
const unitsOf = (point: number): readonly [number, number] => [
  0xd800 + ((point - 0x10000) >> 10),
  0xdc00 + ((point - 0x10000) & 0x3ff),
]

/** Characters beyond U+FFFF as pairs of units: whole rows of 1,024 under one set, the rest row by row. */
function pairs(from: number, to: number): RegexTree[] {
  const [first, low] = unitsOf(from)
  const [last, high] = unitsOf(to)
  if (first === last) return [sequence(set([first, first]), set([low, high]))]
  const out: RegexTree[] = []
  const start = low === 0xdc00 ? first : first + 1
  const stop = high === 0xdfff ? last : last - 1
  if (start > first) out.push(sequence(set([first, first]), set([low, 0xdfff])))
  if (start <= stop) out.push(sequence(set([start, stop]), set([0xdc00, 0xdfff])))
  if (stop < last) out.push(sequence(set([last, last]), set([0xdc00, high])))
  return out
}

/** One character of many: a unit that is none of a pair, or a pair. */
function oneOf(tree: Characters): RegexTree {
  if (takesPairs(tree)) {
    const without = union([...complement(characterSet(tree)), 0xd800, 0xdfff])
    const single = set(without)
    return choice([single.kind === 'set' ? { ...single, negated: true } : single, ...pairs(0x10000, 0x10ffff)])
  }
  const ranges = characterSet(tree)
  const single: number[] = []
  const double: RegexTree[] = []
  for (let at = 0; at < ranges.length; at += 2) {
    const [from, to] = [ranges[at]!, ranges[at + 1]!]
    if (from < 0xd800) single.push(from, Math.min(to, 0xd7ff))
    if (to > 0xdfff && from < 0x10000) single.push(Math.max(from, 0xe000), Math.min(to, 0xffff))
    if (to > 0xffff) double.push(...pairs(Math.max(from, 0x10000), to))
  }
  return choice([...(single.length > 0 || double.length === 0 ? [set(union(single))] : []), ...double])
}

/** Whether it takes every character beyond U+FFFF, so that in an endless run it does not matter that these are two units. */
function takesPairs(tree: RegexTree): boolean {
  if (tree.kind === 'any') return true
  if (tree.kind !== 'set') return false
  const ranges = characterSet(tree)
  return ranges.at(-1) === 0x10ffff && ranges.at(-2)! <= 0xd800
}

/** The same question, in parts that mean the same in .NET. */
export function forDotnet(tree: RegexTree): RegexTree {
  switch (tree.kind) {
    case 'char': {
      if (tree.point < 0x10000) return tree
      const [high, low] = unitsOf(tree.point)
      return sequence({ kind: 'char', point: high, fold: false }, { kind: 'char', point: low, fold: false })
    }
    case 'set':
    case 'any':
      return oneOf(tree)
    case 'edge':
      return edges[tree.at] ?? tree
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(forDotnet) }
    case 'repeat': {
      const endless = tree.max === undefined && tree.min <= 1 && takesPairs(tree.of)
      const of: RegexTree = endless ? spelled(tree.of) : forDotnet(tree.of)
      if (tree.how !== 'possessive') return { ...tree, of }
      return { kind: 'atomic', of: { ...tree, of, how: 'greedy' } }
    }
    // Groups with a name are numbered after all others there.
    case 'group':
      return { kind: 'group', of: forDotnet(tree.of), index: tree.index }
    case 'atomic':
    case 'look':
      return { ...tree, of: forDotnet(tree.of) }
    default:
      return tree
  }
}

/** A class by its members, without names and without regard to the flag for case. */
function spelled(tree: RegexTree): RegexTree {
  if (tree.kind !== 'set') return tree
  // What takes all pairs takes their units, of which the last is U+FFFF: \u has four digits and no more.
  const units = characterSet({ ...tree, negated: false }).map(point => Math.min(point, 0xffff))
  const plain = set(units)
  return plain.kind === 'set' ? { ...plain, negated: tree.negated } : plain
}

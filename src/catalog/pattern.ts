// A regular expression told part by part, for people who do not read them every day.

import { type Edge, type RegexTree, readPortable, type SetItem } from '../ir/regex.ts'
import type { PredicateFact } from './entry.ts'
import { cut } from './plain.ts'

type Part = NonNullable<PredicateFact['pattern']>[number]

const mostParts = 120

const edges: Readonly<Record<Edge, readonly [string, string]>> = {
  start: ['^', 'at the start of the text'],
  end: ['$', 'at the end of the text'],
  last: ['\\Z', 'at the end of the text, or before its last line break'],
  'line-start': ['^', 'at the start of a line'],
  'line-end': ['$', 'at the end of a line'],
  word: ['\\b', 'at the edge of a word'],
  inside: ['\\B', 'not at the edge of a word'],
}

/** Sets that have a name of their own in every language of patterns. */
const sets: Readonly<Record<string, readonly [string, string]>> = {
  digit: ['\\d', 'a digit'],
  word: ['\\w', 'a letter, digit or underscore'],
  space: ['\\s', 'a blank'],
}

const shown = (point: number): string =>
  point < 33 || (point > 126 && point < 161) || (point >= 0xd800 && point < 0xe000)
    ? `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
    : String.fromCodePoint(point)

function member(item: SetItem): string {
  if ('from' in item) return item.from === item.to ? shown(item.from) : `${shown(item.from)} to ${shown(item.to)}`
  const known = sets[item.named]
  const name = known === undefined ? `one of ${item.named}` : known[1]
  return item.negated ? `anything but ${name}` : name
}

function times(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? 'any number of times' : min === 1 ? 'once or more' : `${min} times or more`
  if (min === max) return min === 1 ? 'once' : `${min} times`
  return min === 0 ? (max === 1 ? 'at most once' : `at most ${max} times`) : `${min} to ${max} times`
}

/** The parts of a pattern in order; empty when it cannot be read. */
export function partsOfPattern(pattern: string): readonly Part[] {
  const tree = readPortable(pattern).value
  if (tree === undefined) return []
  const parts: Part[] = []
  const add = (text: string, meaning: string, depth: number): void => {
    if (parts.length < mostParts) parts.push({ text: cut(text, 80), meaning, depth })
  }
  function tell(of: RegexTree, depth: number): void {
    if (parts.length >= mostParts) return
    switch (of.kind) {
      case 'sequence': {
        let run = ''
        const flush = (): void => {
          if (run !== '') add(run, `the text "${cut(run, 60)}"`, depth)
          run = ''
        }
        for (const part of of.of) {
          if (part.kind === 'char' && part.point > 31) run += String.fromCodePoint(part.point)
          else {
            flush()
            tell(part, depth)
          }
        }
        flush()
        return
      }
      case 'char':
        add(shown(of.point), `the text "${shown(of.point)}"`, depth)
        return
      case 'any':
        add('.', of.newline ? 'any character' : 'any character but a line break', depth)
        return
      case 'set':
        add(...setIn(of), depth)
        return
      case 'edge':
        add(edges[of.at][0], edges[of.at][1], depth)
        return
      case 'empty':
        add('', 'nothing', depth)
        return
      case 'choice':
        add('|', `one of ${of.of.length} alternatives`, depth)
        for (const [place, one] of of.of.entries()) {
          add(`${place + 1}`, `alternative ${place + 1}`, depth + 1)
          tell(one, depth + 2)
        }
        return
      case 'reference':
        add(`\\${of.group}`, `the same as group ${of.group} took`, depth)
        return
      default: {
        add(...around(of), depth)
        tell(of.of, depth + 1)
      }
    }
  }
  tell(tree, 0)
  if (parts.length >= mostParts) parts.push({ text: '…', meaning: 'and more', depth: 0 })
  return parts
}

function setIn(set: RegexTree & { kind: 'set' }): readonly [string, string] {
  const [only] = set.items
  if (set.items.length === 1 && only !== undefined && 'named' in only) {
    const known = sets[only.named]
    const negated = set.negated !== only.negated
    if (known !== undefined) return [negated ? known[0].toUpperCase() : known[0], negated ? `anything but ${known[1]}` : known[1]]
  }
  const inside = cut(set.items.map(member).join(', '), 200)
  return set.negated ? ['[^…]', `any character but ${inside}`] : ['[…]', `one of ${inside}`]
}

/** A part that is about the one inside it. */
function around(of: RegexTree & { kind: 'repeat' | 'group' | 'atomic' | 'look' }): readonly [string, string] {
  switch (of.kind) {
    case 'repeat':
      return [sign(of.min, of.max), `${times(of.min, of.max)}${of.how === 'lazy' ? ', as few as possible' : ''}:`]
    case 'group':
      return ['( )', of.name === undefined ? `group ${of.index}` : `the group "${of.name}"`]
    case 'atomic':
      return ['(?> )', 'taken as it is found, never tried again']
    case 'look': {
      const sign = of.ahead ? (of.negative ? '(?! )' : '(?= )') : of.negative ? '(?<! )' : '(?<= )'
      return [sign, `${of.negative ? 'not ' : ''}${of.ahead ? 'followed by' : 'preceded by'}:`]
    }
  }
}

function sign(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}

// What a predicate needs of an event: texts of which at least one is there whenever the predicate is true. Never asks for more than the predicate does.

import { shape } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import { readPortable, requiredLiterals } from '../ir/regex.ts'
import { fold } from '../text/fold.ts'
import { keptName } from './scalar.ts'
import { usual } from './usual.ts'

export { usual }

/** A folded text that a field must equal, start with, end with or contain; field undefined: any value of the event, or its raw text. */
export interface Needed {
  readonly field: string | undefined
  readonly how: 'equals' | 'starts' | 'ends' | 'contains'
  readonly text: string
}

// Nodes are shared between the plans of a hunt, which cut the rest of the tree to what can be true of their events.
const known = new WeakMap<Predicate, readonly Needed[] | undefined>()

/** Texts of which at least one is there whenever the predicate is true, the rarest such set found; undefined when there is none, an empty list when the predicate is never true. */
export function needed(predicate: Predicate): readonly Needed[] | undefined {
  if (!known.has(predicate)) known.set(predicate, find(predicate))
  return known.get(predicate)
}

function find(predicate: Predicate): readonly Needed[] | undefined {
  switch (predicate.kind) {
    case 'and': {
      let best: readonly Needed[] | undefined
      let least = Number.POSITIVE_INFINITY
      for (const arg of predicate.args) {
        const group = needed(arg)
        if (group === undefined) continue
        const cost = costOf(group)
        if (cost < least) {
          best = group
          least = cost
        }
      }
      return best
    }
    case 'or': {
      const all: Needed[] = []
      for (const arg of predicate.args) {
        const group = needed(arg)
        if (group === undefined) return undefined
        all.push(...group)
      }
      return all
    }
    case 'const':
      return predicate.value ? undefined : []
    case 'opaque':
      return []
    case 'not':
      return undefined
    case 'test':
      return neededByTest(predicate)
  }
}

function neededByTest({ subject, match, each = 'any' }: Predicate & { kind: 'test' }): readonly Needed[] | undefined {
  if (each !== 'any' && each !== 'one') return undefined
  const anywhere = subject.kind === 'fields' || subject.kind === 'raw'
  const field = anywhere ? undefined : keptName(subject)
  if (field === undefined && !anywhere) return undefined
  const every = (how: Needed['how'], texts: readonly string[]): readonly Needed[] | undefined =>
    texts.some(text => text === '' && how !== 'equals') ? undefined : texts.map(text => ({ field, how, text: fold(text) }))
  switch (match.kind) {
    case 'glob': {
      const form = shape(match.glob)
      if (form.kind === 'any') return undefined
      if ('text' in form) return every(form.kind, [form.text])
      const longest = match.glob.filter(part => typeof part === 'string').sort((a, b) => b.length - a.length)[0]
      return longest === undefined ? undefined : every('contains', [longest])
    }
    case 'compare':
      if (match.op !== '=' || match.to.kind !== 'literal') return undefined
      return typeof match.to.value === 'number' || typeof match.to.value === 'bigint'
        ? every('equals', [String(match.to.value)])
        : undefined
    case 'empty':
      return every('equals', [''])
    case 'regex': {
      const regex = readPortable(match.pattern)
      const texts = regex.value === undefined ? undefined : requiredLiterals(regex.value)
      return texts === undefined ? undefined : every('contains', texts)
    }
    default:
      return undefined
  }
}

/** How dear it is to look for all of these, and how many events have one: a rough order, lower is better. */
function costOf(group: readonly Needed[]): number {
  let cost = 0
  for (const { how, text, field } of group) {
    const common = isUsual(text) ? 50 : text.length < 4 && how !== 'equals' ? 50 : 1
    const work = how === 'equals' ? 0.5 : how === 'contains' ? 8 : 1
    cost += (work * common) / Math.min(text.length + 1, 16) + (field === undefined ? 4 : 0)
  }
  return cost
}

function isUsual(text: string): boolean {
  return text.length < 2 || usual.some(known => known.includes(text))
}

// What a question needs of a record, group by group: of each group one literal must be there; and what refutes it. More groups make fewer candidates, and more to look for.

import { shape } from '../../ir/glob.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { type Needed, needed, usual } from '../needs.ts'

/** How often a literal is there, as a share of records, where that was counted. */
export type Learned = (need: Needed) => number | undefined

/** What is looked for so that a question need not be asked. */
export interface Wanted {
  /** Of each group one must be there; no group: the question may be true of any record. */
  readonly groups: readonly (readonly Needed[])[]
  /** Any of these makes the question false. */
  readonly refuters: readonly Needed[]
}

/** Bits of a question's state. */
const mostGroups = 8
/** Beyond so many literals, a group is taken only when there is nothing better. */
const manyLiterals = 400
const mostRefuters = 200

/**
 * What is looked for. The best group always; beside it those that cost next to nothing, because hashes of ends and wholes find them. For
 * questions that are candidates too often (`thorough`), and those without any group, all that tells, and what refutes them where `refuting`.
 * Undefined: the question is true of no record. `usable` leaves a group out, or says its literals otherwise.
 */
export function wantedOf(
  predicate: Predicate,
  thorough: boolean,
  refuting: boolean,
  learned: Learned,
  usable: (group: readonly Needed[]) => readonly Needed[] | undefined,
): Wanted | undefined {
  const found = groupsOf(predicate, learned)
  if (found.some(group => group.length === 0)) return undefined
  const priced = found
    .map(usable)
    .filter(group => group !== undefined)
    .map(group => ({ group, cost: costOf(group, learned) }))
    .sort((a, b) => a.cost - b.cost)
  const groups = priced
    .filter(
      ({ group }, at) =>
        at === 0 || (group.length <= manyLiterals && (thorough || (group.length <= 32 && group.every(isHashed)))),
    )
    .slice(0, mostGroups)
    .map(({ group }) => group)
  return { groups, refuters: refuting && (thorough || groups.length === 0) ? refutersOf(predicate) : [] }
}

function groupsOf(predicate: Predicate, learned: Learned): (readonly Needed[])[] {
  switch (predicate.kind) {
    case 'and':
      return predicate.args.flatMap(arg => groupsOf(arg, learned))
    case 'or': {
      const all: Needed[] = []
      for (const arg of predicate.args) {
        const best = bestOf(groupsOf(arg, learned), learned)
        if (best === undefined) return []
        all.push(...best)
      }
      return [all]
    }
    default: {
      const group = needed(predicate)
      return group === undefined ? [] : [group]
    }
  }
}

function bestOf(groups: readonly (readonly Needed[])[], learned: Learned): readonly Needed[] | undefined {
  if (groups.length < 2) return groups[0]
  let best: readonly Needed[] | undefined
  let least = Number.POSITIVE_INFINITY
  for (const group of groups) {
    const cost = costOf(group, learned)
    if (cost < least) {
      best = group
      least = cost
    }
  }
  return best
}

/** Literals any of which makes the predicate false: those of an exact test that it denies. */
function refutersOf(predicate: Predicate): readonly Needed[] {
  const found: Needed[] = []
  const waiting: { readonly of: Predicate; readonly denied: boolean }[] = [{ of: predicate, denied: false }]
  for (let next = waiting.pop(); next !== undefined && found.length < mostRefuters; next = waiting.pop()) {
    const { of, denied } = next
    if (of.kind === (denied ? 'or' : 'and')) for (const arg of of.args) waiting.push({ of: arg, denied })
    else if (of.kind === 'not') waiting.push({ of: of.arg, denied: !denied })
    else if (of.kind === 'test' && denied) {
      const exact = exactNeed(of)
      if (exact !== undefined) found.push(exact)
    }
  }
  return found
}

/** The literal that is there exactly when a test of a column is true. */
function exactNeed({ subject, match, each = 'any' }: Predicate & { kind: 'test' }): Needed | undefined {
  if (each !== 'any' || subject.kind !== 'field' || /[*[]/.test(subject.name)) return undefined
  if (match.kind !== 'glob' || !match.fold) return undefined
  const form = shape(match.glob)
  if (!('text' in form) || !/^[\x20-\x7e]+$/.test(form.text)) return undefined
  return { field: subject.name, how: form.kind, text: form.text.toLowerCase() }
}

function isHashed({ field, how, text }: Needed): boolean {
  return field !== undefined && (how === 'equals' || (how !== 'contains' && text.length >= 4))
}

const usualCosts = new Map<string, boolean>()

/** Whether a text is part of what most logs are full of. */
function isUsual(text: string): boolean {
  let known = usualCosts.get(text)
  if (known === undefined) {
    if (usualCosts.size > 50_000) usualCosts.clear()
    known = text.length < 2 || usual.some(one => one.includes(text))
    usualCosts.set(text, known)
  }
  return known
}

/** How dear it is to look for all of these, and how many records have one: a rough order, lower is better. */
function costOf(group: readonly Needed[], learned: Learned): number {
  let cost = 0
  for (const need of group) {
    const { how, text, field } = need
    const work = how === 'equals' ? 0.5 : how === 'contains' ? 8 : 1
    const share = learned(need)
    if (share !== undefined) cost += share * 200 + work / 50
    else {
      const common = (text.length < 4 && how !== 'equals') || isUsual(text) ? 50 : 1
      cost += (work * common) / Math.min(text.length + 1, 16) + (field === undefined ? 4 : 0)
    }
  }
  return cost
}

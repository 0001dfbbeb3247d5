// What a question needs of a record, group by group: of each group one literal must be there. More groups make fewer candidates, and more to look for.

import type { Predicate } from '../../ir/predicate.ts'
import { costOf, type Needed, needed } from '../needs.ts'

/** Bits of a question's state. */
const mostGroups = 8
/** Beyond so many literals, a group is taken only when there is nothing better. */
const manyLiterals = 400

/** All groups that a predicate is known to need, those that leave the fewest candidates for the least work first; none: it may be true of any record; `never`: of none. */
export function groupsOf(predicate: Predicate): readonly (readonly Needed[])[] | 'never' {
  const found: (readonly Needed[])[] = []
  collect(predicate, found)
  if (found.some(group => group.length === 0)) return 'never'
  return found.sort((a, b) => costOf(a) - costOf(b))
}

function collect(predicate: Predicate, found: (readonly Needed[])[]): void {
  if (predicate.kind === 'and') for (const arg of predicate.args) collect(arg, found)
  else {
    const group = needed(predicate)
    if (group !== undefined) found.push(group)
  }
}

/**
 * The groups that are looked for. The best one always; beside it those that cost next to nothing, because hashes of ends and wholes find
 * them; with `thorough`, for questions that are candidates too often, all of them.
 */
export function chooseGroups(groups: readonly (readonly Needed[])[], thorough: boolean): readonly (readonly Needed[])[] {
  return groups
    .filter((group, at) => at === 0 || (group.length <= manyLiterals && (thorough || group.every(isHashed))))
    .slice(0, mostGroups)
}

function isHashed({ field, how, text }: Needed): boolean {
  return field !== undefined && (how === 'equals' || (how !== 'contains' && text.length >= 4))
}

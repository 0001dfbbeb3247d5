// What a question needs of a record, group by group: of each group one literal must be there; and what refutes it. More groups make fewer candidates, and more to look for.

import { shape } from '../../ir/glob.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { readPortable, requiredGroups, requiredRuns, shortest } from '../../ir/regex.ts'
import { fold } from '../../text/fold.ts'
import { type Needed, needed, usual } from '../needs.ts'
import { type Literal, type Text, textOf } from './literals.ts'

/** How often a literal is there, as a share of records, where that was counted. */
export type Learned = (field: string, text: Text) => number | undefined

/** What is looked for so that a question need not be asked. */
export interface Wanted {
  /** Of each group one must be there; no group: the question may be true of any record. */
  readonly groups: readonly (readonly Literal[])[]
  /** Any of these makes the question false. */
  readonly refuters: readonly Literal[]
}

/** A value that is long enough (`text` says how many characters), one with a run of some characters (how many, and their ranges), or the same as that of the field that `text` names. */
interface Other {
  readonly field: string
  readonly how: 'longer' | 'run' | 'same'
  readonly text: string
}
type Sought = Needed | Other

/** Bits of a question's state. */
const mostGroups = 8
/** Beyond so many literals, a group is taken only when there is nothing better. */
const manyLiterals = 400
const mostRefuters = 200

/** A predicate that can be made again. */
export interface Asked {
  readonly predicate: () => Predicate
}

/** What is looked for at first: plans share questions. */
const first = new WeakMap<Asked, Wanted | 'never'>()

/**
 * What is looked for at first. The best group; beside it those that cost next to nothing, because hashes of ends and wholes find them. For
 * questions without any group, what refutes them. Undefined: the question is true of no record.
 */
export function wantedFirst(asked: Asked): Wanted | undefined {
  let wanted = first.get(asked)
  if (wanted === undefined) {
    const told = wantedOf(asked.predicate(), false, () => undefined)
    wanted = told ?? 'never'
    first.set(asked, wanted)
  }
  return wanted === 'never' ? undefined : wanted
}

/** The same by what was learned; with `thorough`, for questions that are candidates too often, every group and all that refutes. */
export function wantedOf(predicate: Predicate, thorough: boolean, learned: Learned): Wanted | undefined {
  const found = groupsOf(predicate, learned)
  if (found.some(group => group.length === 0)) return undefined
  const priced = found
    .map(inColumns)
    .filter(group => group !== undefined)
    .map(group => ({ group, cost: costOf(group, learned) }))
    .sort((a, b) => a.cost - b.cost)
  const groups = priced
    .filter(
      ({ group }, at) =>
        at === 0 || (group.length <= manyLiterals && (thorough || (group.length <= 32 && group.every(isHashed)))),
    )
    .slice(0, mostGroups)
    .map(({ group }) => group.map(literalOf))
  return { groups, refuters: thorough || groups.length === 0 ? refutersOf(predicate) : [] }
}

/** The literal of a need; where it may be in any value, lists are searched as one text, so nothing is asked of where it stands. */
function literalOf({ field, how, text }: Sought): Literal {
  return { field, text: textOf(field === undefined ? 'contains' : how, text) }
}

/** A group whose fields are columns of the record; undefined when some are not, or say nothing. */
function inColumns(needs: readonly Sought[]): readonly Sought[] | undefined {
  const all: Sought[] = []
  for (const need of needs) {
    if (need.field === undefined) {
      if (need.text === '') return undefined
      all.push(need)
    } else if (!need.field.startsWith('\u0000{')) all.push(need)
    else {
      const columns = columnsOf(JSON.parse(need.field.slice(1)) as Scalar)
      if (columns === undefined) return undefined
      for (const field of columns) all.push({ ...need, field })
    }
  }
  return all
}

/** The columns of which one holds a computed value; undefined when it is computed in another way. */
function columnsOf(scalar: Scalar): readonly string[] | undefined {
  if (scalar.kind === 'field') return [scalar.name]
  if (scalar.kind !== 'call' || scalar.fn !== 'coalesce') return undefined
  const all: string[] = []
  for (const arg of scalar.args) {
    const columns = columnsOf(arg)
    if (columns === undefined) return undefined
    all.push(...columns)
  }
  return all
}

function groupsOf(predicate: Predicate, learned: Learned): (readonly Sought[])[] {
  switch (predicate.kind) {
    case 'and':
      return predicate.args.flatMap(arg => groupsOf(arg, learned))
    case 'or': {
      const all: Sought[] = []
      for (const arg of predicate.args) {
        const best = bestOf(groupsOf(arg, learned), learned)
        if (best === undefined) return []
        all.push(...best)
      }
      return [all]
    }
    default: {
      const several = expressionGroups(predicate)
      if (several !== undefined) return several
      const group = needed(predicate)
      const runs = runsOf(predicate)
      const length = lengthOf(predicate)
      const same = sameOf(predicate)
      return [
        ...(group === undefined ? [] : [group]),
        ...runs.map(run => [run]),
        ...(length === undefined ? [] : [[length]]),
        ...(same === undefined ? [] : [same]),
      ]
    }
  }
}

/** What a regular expression needs, part by part; undefined for other questions, and where it needs nothing that can be looked for. */
function expressionGroups(predicate: Predicate): (readonly Sought[])[] | undefined {
  if (predicate.kind !== 'test' || predicate.match.kind !== 'regex') return undefined
  // Which field it is about, and whether it may be looked for at all, is said by the one group that is always told.
  const group = needed(predicate)
  const { value } = readPortable(predicate.match.pattern)
  if (group === undefined || group.length === 0 || value === undefined) return undefined
  const { field } = group[0]!
  const length = lengthOf(predicate)
  return [
    ...runsOf(predicate).map(run => [run]),
    ...requiredGroups(value).map(texts => texts.map((text): Needed => ({ field, how: 'contains', text: fold(text) }))),
    ...(length === undefined ? [] : [[length]]),
  ]
}

/** Below this many characters, nearly every value is long enough. */
const leastLength = 16

/** The runs of characters of one kind that a regular expression needs. */
function runsOf(predicate: Predicate): readonly Other[] {
  if (predicate.kind !== 'test' || predicate.match.kind !== 'regex' || (predicate.each ?? 'any') !== 'any') return []
  const { subject, match } = predicate
  if (subject.kind !== 'field') return []
  const { value } = readPortable(match.pattern)
  if (value === undefined) return []
  return requiredRuns(value, match.fold).map(({ least, ranges }) => ({
    field: subject.name,
    how: 'run',
    text: [least, ...ranges].join(' '),
  }))
}

/** How long a value must be for a regular expression to match it. */
function lengthOf(predicate: Predicate): Other | undefined {
  if (predicate.kind !== 'test' || predicate.match.kind !== 'regex' || (predicate.each ?? 'any') !== 'any') return undefined
  if (predicate.subject.kind !== 'field') return undefined
  const { value } = readPortable(predicate.match.pattern)
  const least = value === undefined ? 0 : shortest(value)
  return least < leastLength ? undefined : { field: predicate.subject.name, how: 'longer', text: String(least) }
}

/** The fields of which two must have the same text. */
function sameOf(predicate: Predicate): readonly Other[] | undefined {
  if (predicate.kind !== 'test' || predicate.match.kind !== 'text' || (predicate.each ?? 'any') !== 'any') return undefined
  if (predicate.match.how !== 'whole') return undefined
  const from = columnsOf(predicate.subject)
  const to = columnsOf(predicate.match.to)
  if (from === undefined || to === undefined || [...from, ...to].some(name => /[*[]/.test(name))) return undefined
  return from.flatMap(field => to.map((text): Other => ({ field, how: 'same', text })))
}

function bestOf(groups: readonly (readonly Sought[])[], learned: Learned): readonly Sought[] | undefined {
  if (groups.length < 2) return groups[0]
  let best: readonly Sought[] | undefined
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
function refutersOf(predicate: Predicate): readonly Literal[] {
  const found: Literal[] = []
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
function exactNeed({ subject, match, each = 'any' }: Predicate & { kind: 'test' }): Literal | undefined {
  if (each !== 'any' || subject.kind !== 'field' || /[*[]/.test(subject.name)) return undefined
  if (match.kind !== 'glob' || !match.fold) return undefined
  const form = shape(match.glob)
  if (!('text' in form) || !/^[\x20-\x7e]+$/.test(form.text)) return undefined
  return { field: subject.name, text: textOf(form.kind, form.text.toLowerCase()) }
}

function isHashed({ field, how, text }: Sought): boolean {
  return field !== undefined && (how === 'equals' || ((how === 'ends' || how === 'starts') && text.length >= 4))
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
function costOf(group: readonly Sought[], learned: Learned): number {
  let cost = 0
  for (const need of group) {
    const { how, text, field } = need
    const work = how === 'equals' ? 0.5 : how === 'contains' ? 8 : 1
    const share = field === undefined ? undefined : learned(field, textOf(how, text))
    if (how === 'run') cost += share === undefined ? 2 : share * 200 + 0.1
    else if (how === 'longer' || how === 'same') cost += share === undefined ? 60 : share * 200
    else if (share !== undefined) cost += share * 200 + work / 50
    else {
      const common = (text.length < 4 && how !== 'equals') || isUsual(text) ? 50 : 1
      cost += (work * common) / Math.min(text.length + 1, 16) + (field === undefined ? 4 : 0)
    }
  }
  return cost
}

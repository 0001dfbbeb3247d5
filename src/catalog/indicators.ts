// Values that rules look for, under one key however a rule's language writes the field: what is counted over a whole corpus.

import { questioned } from '../compare.ts'
import { sha256 } from '../engine/specials/digests.ts'
import { type Explanation, explain } from '../explain.ts'
import type { Detection } from '../ir/detection.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { visit } from '../ir/walk.ts'
import { readsTables } from '../schemas/retell.ts'
import { fold } from '../text/fold.ts'

/** A value that a rule looks for. `name` is the field in Sigma's names where the rule has another; `key` is the same for all rules that look for it. */
export interface Looked {
  readonly field: string
  readonly kind: string
  readonly value: string
  readonly negated: boolean
  readonly name: string
  readonly key: string
}

/** Kinds of tests whose value is a thing to look for. */
const kinds: ReadonlySet<string> = new Set(['equals', 'startswith', 'endswith', 'contains', 'like', 're', 'cidr', 'word', '='])
const longest = 2000

/** The key of an indicator: 16 hexadecimal digits of field, kind and value, the value without regard to case. */
export function indicatorKey(field: string, kind: string, value: string): string {
  return sha256(`${fold(field)}\n${kind}\n${kind === 're' ? value : fold(value)}`).slice(0, 16)
}

const placeOf = (predicate: Predicate): string | undefined => {
  const { span } = predicate
  return span === undefined ? undefined : `${span.source ?? ''} ${span.start} ${span.end}`
}

/** For a query over a product's tables: the names that Sigma has for the fields of its tests, by their places and values. */
function hubNames(detection: Detection): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  if (!readsTables(detection.query)) return names
  const asked = questioned(detection)
  if ('beyond' in asked) return names
  visit(asked.side.where, {
    predicate: of => {
      if (of.kind !== 'test') return
      const [name, place] = [nameOf(of.subject), placeOf(of)]
      if (name !== undefined && place !== undefined && !names.has(place)) names.set(place, name)
    },
  })
  return names
}

/** The field that is asked, or the first of several that stand for each other: a column of a product may be filled from any of them. */
function nameOf(subject: Scalar): string | undefined {
  if (subject.kind === 'field') return subject.name.startsWith('$') ? undefined : subject.name
  return subject.kind === 'call' && subject.fn === 'coalesce' && subject.args[0] !== undefined
    ? nameOf(subject.args[0])
    : undefined
}

/** What a rule looks for, each once, in its order. A correlation looks for nothing beside what its rules do. */
export function lookedFor(detection: Detection, explanation: Explanation = explain(detection)): readonly Looked[] {
  if (detection.rest.correlation !== undefined) return []
  const names = hubNames(detection)
  const found = new Map<string, Looked>()
  for (const { field, op, value, negated, predicate } of explanation.predicates) {
    if (!kinds.has(op) || value === '' || value.length > longest) continue
    const name = names.get(placeOf(predicate) ?? '') ?? field
    const id = `${negated} ${field} ${op} ${value}`
    if (!found.has(id)) found.set(id, { field, kind: op, value, negated, name, key: indicatorKey(name, op, value) })
  }
  return [...found.values()]
}

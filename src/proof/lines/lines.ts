// A question about the line that an event is, told as questions about its fields: what an expression of look-aheads asks of a line of JSON or XML, for `src/proof` to decide. Exact for lines of the writers below.

import type { Event } from '../../ir/event.ts'
import { and, never, not, or } from '../../ir/logic.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { type RegexTree, readPortable } from '../../ir/regex.ts'
import { fieldsUsed, rewrite } from '../../ir/walk.ts'
import { ignoringCase } from '../atoms.ts'
import { normalTree } from '../normal.ts'
import { json } from './json.ts'
import { partsInOrder } from './spelled.ts'
import { xml } from './xml.ts'

/** A form of lines. */
export interface Lines {
  /** The line of an event whose fields hold texts, numbers, truth values or null. */
  readonly write: (event: Event) => string
  /** What is taken to hold of the lines. */
  readonly given: string
  /** Whether null is a value there. */
  readonly nulls: boolean
  /** Characters that no value has. */
  readonly without: readonly number[]
  /** What one look-ahead from the start of a line asks, its parts in normal form; undefined where it is not understood. `names` are fields that may be asked. */
  readonly asks: (parts: readonly RegexTree[], names: readonly string[]) => Predicate | undefined
}

/** The form of lines by the name that a target has for it. */
export const linesOf = (form: string | undefined): Lines => (form === 'xml' ? xml : json)

/** A question about lines as one about fields; undefined where any of it is not understood. `rule` is what it is compared with. */
export function ofFields(query: Predicate, lines: Lines, rule: Predicate): Predicate | undefined {
  const names = [...fieldsUsed(rule)]
  let understood = true
  const told = rewrite(query, {
    predicate: part => {
      if (part.kind !== 'test') return part
      const asked = part.subject.kind === 'raw' && part.match.kind === 'regex' ? part.match : undefined
      const tree = asked === undefined || asked.whole ? undefined : readPortable(asked.pattern).value
      const [start, ...rest] = tree === undefined ? [] : conditions(asked!.fold ? ignoringCase(tree) : tree)
      const of = start?.kind === 'edge' && start.at === 'start' ? all(rest, lines, names) : undefined
      if (of === undefined) understood = false
      return of ?? part
    },
  })
  return understood ? told : undefined
}

/** The parts of an expression one after the other, without groups around them. */
function conditions(tree: RegexTree): readonly RegexTree[] {
  switch (tree.kind) {
    case 'empty':
      return []
    case 'sequence':
      return tree.of.flatMap(conditions)
    case 'group':
      return conditions(tree.of)
    default:
      return [tree]
  }
}

/** Conditions at the start of a line that must all hold: what looks ahead takes nothing, so each is asked at the same place. */
function all(parts: readonly RegexTree[], lines: Lines, names: readonly string[]): Predicate | undefined {
  const out: Predicate[] = []
  for (const part of parts) {
    const told = one(part, lines, names)
    if (told === undefined) return undefined
    out.push(told)
  }
  return and(out)
}

function one(part: RegexTree, lines: Lines, names: readonly string[]): Predicate | undefined {
  switch (part.kind) {
    case 'choice': {
      const ways = part.of.map(way => all(conditions(way), lines, names))
      return ways.includes(undefined) ? undefined : or(ways.flatMap(way => (way === undefined ? [] : [way])))
    }
    case 'look': {
      if (!part.ahead) return undefined
      const inner = conditions(part.of)
      const told =
        inner[0] === undefined || inner[0].kind === 'look' || inner[0].kind === 'choice'
          ? all(inner, lines, names)
          : lines.asks(partsInOrder(normalTree(part.of, [])), names)
      if (told === undefined) return undefined
      return part.negative ? (inner.length === 0 ? never : not(told)) : told
    }
    default:
      return undefined
  }
}

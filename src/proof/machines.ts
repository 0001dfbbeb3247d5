// The automata of tests, kept from question to question: rules are written for many targets, and ask the same expressions in each. What is answered does not depend on what was asked before.

import type { Atom } from './atoms.ts'
import { Automaton } from './automaton.ts'

/** What is kept at most: automata, and the work that has gone into them, of which each unit is a few words of memory. */
const most = 512
const mostWork = 1_500_000

const automata = new Map<string, Automaton>()

/** The automaton of an expression; those of one key are one. */
export function automatonOf(of: Extract<Atom, { kind: 'automaton' }>): Automaton {
  let made = automata.get(of.key)
  if (made === undefined) {
    made = new Automaton(of.tree)
    automata.set(of.key, made)
  }
  return made
}

/**
 * Answers a question with the automata that are kept. Their bounds count the work of all questions together: where one that was there before is spent,
 * the question is answered again without it, so that the bounds are those of a question asked alone.
 */
export function withMachines<T>(answer: () => T): T {
  let work = 0
  for (const one of automata.values()) work += one.work
  if (work > mostWork || automata.size > most) automata.clear()
  const before = new Set(automata.values())
  const first = answer()
  if (!forgetSpent(before)) return first
  automata.clear()
  const second = answer()
  forgetSpent(before)
  return second
}

/** Forgets automata that met a bound; tells whether one of the given was among them. */
function forgetSpent(before: ReadonlySet<Automaton>): boolean {
  let elder = false
  for (const [key, one] of automata) {
    if (!one.spent) continue
    automata.delete(key)
    elder ||= before.has(one)
  }
  return elder
}

// What a proof may cost. Steps are counted, not time, so that a verdict does not depend on the machine; who waits for one may set a time beside that, as a last resort.

/** A bound that was hit: which one, in words for a reader. */
export class Limit extends Error {
  readonly what: string
  constructor(what: string) {
    super(what)
    this.what = what
  }
}

/** Tells whether the time is over that somebody waits. */
export type Late = () => boolean

/** Throws where the time is over. */
export function hurry(late: Late | undefined): void {
  if (late?.() === true) throw new Limit('the time is over that was given for it')
}

export interface Budget {
  /** Steps of all kinds, for one proof together: a character taken by an automaton, a value put by the search, a node looked at. */
  steps: number
  /** Assignments that the search proposes. */
  models: number
  /** Conflicts of the search. */
  conflicts: number
  /** Texts that are looked for. */
  texts: number
  readonly late?: Late
}

export const budget = (factor = 1, late?: Late): Budget => ({
  ...(late === undefined ? {} : { late }),
  steps: 1_500_000 * factor,
  models: 4_000 * factor,
  conflicts: 20_000 * factor,
  texts: 6_000 * factor,
})

export const bounds = {
  /** States of one test's automaton. */
  automaton: 20_000,
  /** Nodes of one test's automaton before it is made deterministic. */
  nodes: 40_000,
  /** Nodes that are visited in all while one test's automaton is followed. */
  work: 2_000_000,
  /** Alternatives into which an expression is taken apart. */
  alternatives: 8_192,
  /** Texts that must all be contained, in one product. */
  contained: 30,
} as const

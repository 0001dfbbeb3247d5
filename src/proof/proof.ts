// What is known of a translation, and no more than was shown.

import type { Event } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'

/** `by`: the two have one form, or no event parts them in any case. `given`: what was taken to hold of the events. */
export type Proof = Grounds &
  (
    | { readonly verdict: 'equivalent'; readonly by: 'form' | 'cases'; readonly cases: number }
    /** Questions about several events: no stream of those that were made and tried parts them. Never a proof. */
    | { readonly verdict: 'agrees'; readonly streams: number; readonly events: number }
    | { readonly verdict: 'differs'; readonly counterexample: Counterexample }
    | { readonly verdict: 'undecided' | 'refused'; readonly why: readonly Diagnostic[] }
  )

/** What a proof rests on: the texts that were compared, and what the manuals leave open and was assumed. */
export interface Grounds {
  readonly rule: string
  readonly target: string
  readonly query: string | undefined
  readonly assumed: readonly string[]
  readonly given: readonly string[]
}

/** The smallest event, or stream of events in the order of their times, on which the sides part, under the names of the target. */
export interface Counterexample {
  readonly events: readonly Event[]
  readonly original: boolean
  readonly translated: boolean
}

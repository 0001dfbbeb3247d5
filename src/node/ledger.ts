// What several scouts saw, added up as one would have seen it: counts in sum, and what came up in the order in which it first did.

import type { ScoutSeen, Skipped } from '../engine/run.ts'
import type { News, Sums } from './tasks.ts'

/** Takes what scouts tell, in the order of the records they looked at. */
export class Ledger {
  readonly #schemas = new Map<string, number>()
  readonly #skipped = new Map<string, { readonly keys: Set<string>; readonly rules: Skipped[] }>()
  readonly #gaveUp = new Map<string, { readonly index: number; readonly pattern: string; times: number }>()
  /** How often a scout told the same of a rule: two columns may lack alike. */
  readonly #told = new Map<string, number>()
  readonly #asked: number[] = []
  readonly #sum = { events: 0, outside: 0, unknown: 0 }
  readonly #restore: (rule: Skipped) => Skipped
  #from: number | undefined
  #to: number | undefined

  /** `fronts` are as many as the program has; `restore` gives a finding the text that it is about. */
  constructor(fronts: number, restore: (rule: Skipped) => Skipped) {
    for (let front = 0; front < fronts; front++) this.#asked.push(0)
    this.#restore = restore
  }

  /** What came up for the first time with one scout. */
  note(scout: number, { schemas, skipped, gaveUp }: News): void {
    for (const id of schemas) {
      if (!this.#skipped.has(id)) this.#skipped.set(id, { keys: new Set(), rules: [] })
    }
    for (const { schema, rule, own } of skipped) {
      const what = JSON.stringify([schema, rule.index, rule.diagnostic.message, rule.diagnostic.span])
      const before = this.#told.get(`${scout} ${what}`) ?? 0
      this.#told.set(`${scout} ${what}`, before + 1)
      let family = this.#skipped.get(schema)
      if (family === undefined) {
        family = { keys: new Set(), rules: [] }
        this.#skipped.set(schema, family)
      }
      const key = `${before} ${what}`
      if (family.keys.has(key)) continue
      family.keys.add(key)
      family.rules.push(own ? this.#restore(rule) : rule)
    }
    for (const { index, pattern } of gaveUp) this.#patternOf(index, pattern)
  }

  /** Counts of records that are part of the result. */
  add({ events, outside, unknown, schemas, asked, gaveUp, from, to }: Sums): void {
    this.#sum.events += events
    this.#sum.outside += outside
    this.#sum.unknown += unknown
    for (const [id, count] of schemas) this.#schemas.set(id, (this.#schemas.get(id) ?? 0) + count)
    for (let front = 0; front < asked.length; front++) this.#asked[front]! += asked[front]!
    for (const { index, pattern, times } of gaveUp) this.#patternOf(index, pattern).times += times
    if (from !== undefined) this.#from = Math.min(this.#from ?? from, from)
    if (to !== undefined) this.#to = Math.max(this.#to ?? to, to)
  }

  seen(): ScoutSeen {
    return {
      ...this.#sum,
      // Schemas of which all records were outside the time that is looked at come last, as in a scout.
      schemas: new Map(
        [...new Set([...this.#skipped.keys(), ...this.#schemas.keys()])].map(id => [id, this.#schemas.get(id) ?? 0]),
      ),
      from: this.#from,
      to: this.#to,
      asked: this.#asked,
      skipped: [...this.#skipped].map(([schema, { rules }]) => ({ schema, rules })),
      gaveUp: [...this.#gaveUp.values()].filter(one => one.times > 0),
    }
  }

  #patternOf(index: number, pattern: string): { times: number } {
    const key = `${index} ${pattern}`
    let known = this.#gaveUp.get(key)
    if (known === undefined) {
      known = { index, pattern, times: 0 }
      this.#gaveUp.set(key, known)
    }
    return known
  }
}

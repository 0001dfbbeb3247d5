// A search for truth values that satisfy clauses: two watched literals, learning at the first point that all conflicts go through. Literals are `2v`, and `2v + 1` for its negation.

import { type Budget, hurry, Limit } from './limits.ts'

type Clause = number[]

/** Clauses and literals looked at that cost as much as one step of another kind. */
const looksPerStep = 8

export class Solver {
  private readonly values: number[] = []
  private readonly levels: number[] = []
  private readonly reasons: (Clause | undefined)[] = []
  private readonly watches: Clause[][] = []
  private readonly trail: number[] = []
  private readonly limits: number[] = []
  private readonly activity: number[] = []
  private readonly phases: number[] = []
  /** Variables that may not be decided yet, the most active first: a binary heap, and where each stands in it. */
  private readonly heap: number[] = []
  private readonly places: number[] = []
  private head = 0
  private step = 1
  private sound = true
  private readonly cost: Budget

  constructor(cost: Budget) {
    this.cost = cost
  }

  variable(): number {
    this.values.push(-1)
    this.levels.push(0)
    this.reasons.push(undefined)
    this.watches.push([], [])
    this.activity.push(0)
    // False first: an event that says nothing is the best beginning.
    this.phases.push(0)
    this.places.push(-1)
    this.insert(this.values.length - 1)
    return this.values.length - 1
  }

  /** 1 true, 0 false, -1 not decided. */
  value(literal: number): number {
    const value = this.values[literal >> 1]!
    return value < 0 ? -1 : value ^ (literal & 1)
  }

  /** Adds a clause, at any time; what was decided is taken back as far as needed. */
  add(literals: readonly number[]): void {
    if (!this.sound) return
    const clause = [...new Set(literals)]
    if (clause.some(literal => clause.includes(literal ^ 1))) return
    if (clause.length === 0) {
      this.sound = false
      return
    }
    if (clause.length === 1) {
      this.back(0)
      const value = this.value(clause[0]!)
      if (value === 0) this.sound = false
      else if (value < 0) this.put(clause[0]!, undefined)
      return
    }
    const rank = (literal: number): number => (this.value(literal) !== 0 ? Number.MAX_SAFE_INTEGER : this.levels[literal >> 1]!)
    clause.sort((a, b) => rank(b) - rank(a))
    const [first, second] = clause as [number, number]
    if (this.value(first) === 0) {
      const highest = this.levels[first >> 1]!
      if (highest === 0) {
        this.sound = false
        return
      }
      const next = this.levels[second >> 1]!
      this.back(next < highest ? next : highest - 1)
    }
    this.watches[first]!.push(clause)
    this.watches[second]!.push(clause)
    if (this.value(second) === 0 && this.value(first) < 0) this.put(first, clause)
  }

  private put(literal: number, why: Clause | undefined): void {
    if (--this.cost.steps < 0) throw new Limit('the search took too many steps')
    const variable = literal >> 1
    this.values[variable] = (literal & 1) ^ 1
    this.levels[variable] = this.limits.length
    this.reasons[variable] = why
    this.trail.push(literal)
  }

  /** Takes back every decision above a level. */
  back(level: number): void {
    if (this.limits.length <= level) return
    const from = this.limits[level]!
    for (let at = this.trail.length - 1; at >= from; at--) {
      const variable = this.trail[at]! >> 1
      this.phases[variable] = this.values[variable]!
      this.values[variable] = -1
      this.reasons[variable] = undefined
      this.insert(variable)
    }
    this.trail.length = from
    this.limits.length = level
    this.head = Math.min(this.head, from)
  }

  private propagate(): Clause | undefined {
    const values = this.values
    while (this.head < this.trail.length) {
      const falsified = this.trail[this.head++]! ^ 1
      const watching = this.watches[falsified]!
      let looked = watching.length
      let kept = 0
      for (let at = 0; at < watching.length; at++) {
        const clause = watching[at]!
        if (clause[0] === falsified) {
          clause[0] = clause[1]!
          clause[1] = falsified
        }
        if (this.value(clause[0]!) === 1) {
          watching[kept++] = clause
          continue
        }
        let other = 2
        // A value that is not decided is -1, which neither literal's sign makes 0.
        while (other < clause.length && values[clause[other]! >> 1]! === (clause[other]! & 1)) other++
        looked += other - 2
        if (other < clause.length) {
          clause[1] = clause[other]!
          clause[other] = falsified
          this.watches[clause[1]]!.push(clause)
          continue
        }
        watching[kept++] = clause
        if (this.value(clause[0]!) === 0) {
          for (at++; at < watching.length; at++) watching[kept++] = watching[at]!
          watching.length = kept
          return clause
        }
        this.put(clause[0]!, clause)
      }
      watching.length = kept
      this.cost.steps -= looked / looksPerStep
      if (this.cost.steps < 0) throw new Limit('the search took too many steps')
    }
    return undefined
  }

  private analyse(conflict: Clause): number[] {
    const seen = new Set<number>()
    const learnt: number[] = []
    let open = 0
    let at = this.trail.length - 1
    let pivot = -1
    let clause: Clause = conflict
    do {
      for (const literal of clause) {
        if (literal === pivot) continue
        const variable = literal >> 1
        if (seen.has(variable) || this.levels[variable] === 0) continue
        seen.add(variable)
        this.activity[variable]! += this.step
        if (this.places[variable]! >= 0) this.rise(this.places[variable]!)
        if (this.levels[variable] === this.limits.length) open++
        else learnt.push(literal)
      }
      while (!seen.has(this.trail[at]! >> 1)) at--
      pivot = this.trail[at--]!
      clause = this.reasons[pivot >> 1] ?? []
      open--
    } while (open > 0)
    this.step *= 1.05
    if (this.step > 1e100) {
      for (let variable = 0; variable < this.activity.length; variable++) this.activity[variable]! *= 1e-100
      this.step *= 1e-100
    }
    return [pivot ^ 1, ...learnt]
  }

  /** Whether the first of two variables is decided before the second: the more active one, of two alike the older. */
  private before(a: number, b: number): boolean {
    const more = this.activity[a]! - this.activity[b]!
    return more > 0 || (more === 0 && a < b)
  }

  private insert(variable: number): void {
    if (this.places[variable]! >= 0) return
    this.places[variable] = this.heap.push(variable) - 1
    this.rise(this.heap.length - 1)
  }

  private rise(from: number): void {
    const variable = this.heap[from]!
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.before(variable, this.heap[above]!)) break
      this.heap[at] = this.heap[above]!
      this.places[this.heap[at]!] = at
      at = above
    }
    this.heap[at] = variable
    this.places[variable] = at
  }

  /** Takes the first variable that is not decided out of the heap; -1 when there is none. */
  private next(): number {
    while (this.heap.length > 0) {
      const first = this.heap[0]!
      this.places[first] = -1
      const last = this.heap.pop()!
      if (last !== first) {
        let at = 0
        for (let below = 1; below < this.heap.length; below = 2 * at + 1) {
          if (below + 1 < this.heap.length && this.before(this.heap[below + 1]!, this.heap[below]!)) below++
          if (!this.before(this.heap[below]!, last)) break
          this.heap[at] = this.heap[below]!
          this.places[this.heap[at]!] = at
          at = below
        }
        this.heap[at] = last
        this.places[last] = at
      }
      if (this.values[first]! < 0) return first
    }
    return -1
  }

  /** Whether there are values that satisfy all clauses; they are in `value` then. Throws `Limit`. */
  solve(): boolean {
    for (;;) {
      if (!this.sound) return false
      const conflict = this.propagate()
      if (conflict !== undefined) {
        if (this.limits.length === 0) {
          this.sound = false
          return false
        }
        if (--this.cost.conflicts < 0) throw new Limit('the search met too many conflicts')
        hurry(this.cost.late)
        const learnt = this.analyse(conflict)
        let level = 0
        for (let at = 1; at < learnt.length; at++) level = Math.max(level, this.levels[learnt[at]! >> 1]!)
        this.back(level)
        if (learnt.length > 1) {
          let highest = 1
          for (let at = 2; at < learnt.length; at++)
            if (this.levels[learnt[at]! >> 1]! > this.levels[learnt[highest]! >> 1]!) highest = at
          ;[learnt[1], learnt[highest]] = [learnt[highest]!, learnt[1]!]
          this.watches[learnt[0]!]!.push(learnt)
          this.watches[learnt[1]!]!.push(learnt)
          this.put(learnt[0]!, learnt)
        } else this.put(learnt[0]!, undefined)
        continue
      }
      const best = this.next()
      if (best < 0) return true
      this.limits.push(this.trail.length)
      this.put(best * 2 + (this.phases[best] === 1 ? 0 : 1), undefined)
    }
  }
}

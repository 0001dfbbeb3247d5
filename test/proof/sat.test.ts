// The search for truth values: what it finds, and that what it costs is counted where the work is done.

import { describe, expect, it } from 'vitest'
import { budget, Limit } from '../../src/proof/limits.ts'
import { Solver } from '../../src/proof/sat.ts'

/** n + 1 pigeons in n holes: nobody shares one. */
function pigeons(solver: Solver, holes: number): void {
  const at = Array.from({ length: holes + 1 }, () => Array.from({ length: holes }, () => solver.variable() * 2))
  for (const pigeon of at) solver.add(pigeon)
  for (let hole = 0; hole < holes; hole++)
    for (let one = 0; one <= holes; one++)
      for (let other = 0; other < one; other++) solver.add([at[one]![hole]! + 1, at[other]![hole]! + 1])
}

describe('the search', () => {
  it('finds values that satisfy every clause', () => {
    const solver = new Solver(budget())
    const [a, b, c] = [solver.variable() * 2, solver.variable() * 2, solver.variable() * 2]
    const clauses = [
      [a, b],
      [a + 1, c],
      [b + 1, c + 1],
      [b, c],
    ]
    for (const clause of clauses) solver.add(clause)
    expect(solver.solve()).toBe(true)
    for (const clause of clauses) expect(clause.some(literal => solver.value(literal) === 1)).toBe(true)
  })

  it('shows that five pigeons do not fit in four holes', () => {
    const solver = new Solver(budget())
    pigeons(solver, 4)
    expect(solver.solve()).toBe(false)
  })

  it('gives up where conflicts are too many, and names the bound', () => {
    const solver = new Solver({ ...budget(), conflicts: 100 })
    pigeons(solver, 8)
    expect(() => solver.solve()).toThrow(Limit)
  })

  it('counts the clauses that it looks at, not the values alone', () => {
    const solver = new Solver({ ...budget(), steps: 50_000 })
    const names = Array.from({ length: 2_000 }, () => solver.variable() * 2)
    const last = solver.variable() * 2
    for (let clause = 0; clause < 200; clause++) solver.add([...names, last])
    // 2,000 values in all; each moves 200 clauses on past all that is false already.
    for (const name of names) solver.add([name + 1])
    expect(() => solver.solve()).toThrow('the search took too many steps')
  })
})

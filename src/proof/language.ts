// The language of an expression as a text of its own: two expressions have the same one exactly where their texts pass the same tests, however they are written.

import { lastPoint } from '../ir/regex/characters.ts'
import type { RegexTree } from '../ir/regex.ts'
import { Automaton } from './automaton.ts'
import { Limit } from './limits.ts'

/** States of an automaton that is made small. */
const mostStates = 250
/** Steps that are taken for one. */
const mostSteps = 16_000

const languages = new Map<string, string | undefined>()
/** Characters that are kept. */
const mostKept = 1 << 21
let kept = 0

/** The language of an expression as a text; undefined where it is too large. `without` are characters that no text has. Kept for a while. */
export function languageOf(
  { key, tree }: { readonly key: string; readonly tree: RegexTree },
  without: readonly number[] = [],
): string | undefined {
  const name = `${without.join()} ${key}`
  if (languages.has(name)) return languages.get(name)
  let told: string | undefined
  try {
    told = smallest(new Automaton(tree), without)
  } catch (error) {
    if (!(error instanceof Limit)) throw error
  }
  if (kept > mostKept) {
    languages.clear()
    kept = 0
  }
  kept += name.length + (told?.length ?? 0)
  languages.set(name, told)
  return told
}

/** The beginnings of runs of characters that an automaton does not tell apart. Characters that there are not are runs of their own. */
function runsOf(
  machine: Automaton,
  without: readonly number[],
): { readonly starts: readonly number[]; readonly gone: ReadonlySet<number> } {
  const cuts = new Set([0, 0xd800, 0xe000])
  const gone = new Set([0xd800])
  for (const set of machine.sets)
    for (let at = 0; at + 1 < set.length; at += 2) {
      cuts.add(set[at]!)
      if (set[at + 1]! < lastPoint) cuts.add(set[at + 1]! + 1)
    }
  for (const point of without) {
    cuts.add(point).add(point + 1)
    gone.add(point)
  }
  return { starts: [...cuts].filter(cut => cut <= 0xd800 || cut >= 0xe000).sort((a, b) => a - b), gone }
}

/** The automaton with the fewest states, its states numbered in the order in which they are reached; undefined where there are too many. */
function smallest(machine: Automaton, without: readonly number[]): string | undefined {
  const { starts, gone } = runsOf(machine, without)
  const runs = starts.filter(start => !gone.has(start))
  const places = new Map([[machine.start, 0]])
  const states = [machine.start]
  const next: number[][] = []
  for (const state of states) {
    if (states.length > mostStates || states.length * runs.length > mostSteps) return undefined
    next.push(
      runs.map(run => {
        const to = machine.step(state, run)
        let place = places.get(to)
        if (place === undefined) {
          place = states.push(to) - 1
          places.set(to, place)
        }
        return place
      }),
    )
  }
  // States are of one class until a character parts them.
  let classes = states.map((state): number => (machine.accepts(state) ? 1 : 0))
  for (let count = new Set(classes).size; ; ) {
    const names = new Map<string, number>()
    classes = classes.map((own, place) => {
      const key = `${own}:${next[place]!.map(to => classes[to]).join()}`
      const known = names.get(key)
      if (known !== undefined) return known
      names.set(key, names.size)
      return names.size - 1
    })
    if (names.size === count) break
    count = names.size
  }
  const numbers = new Map([[classes[0]!, 0]])
  const order = [0]
  const lines: string[] = []
  for (const place of order) {
    let line = machine.accepts(states[place]!) ? '+' : '-'
    let before = -1
    for (const [index, run] of runs.entries()) {
      const to = next[place]![index]!
      const own = classes[to]!
      if (own === before) continue
      before = own
      let number = numbers.get(own)
      if (number === undefined) {
        number = numbers.size
        numbers.set(own, number)
        order.push(to)
      }
      line += `${run.toString(36)}>${number.toString(36)},`
    }
    lines.push(line)
  }
  return lines.join(';')
}

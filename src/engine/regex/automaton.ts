// Runs a regular expression as a finite automaton whose states are made when first needed: one step for each character, whatever the pattern and the text.

import { has } from '../../ir/regex/characters.ts'
import { edges, type Instructions, op } from './instructions.ts'

/** What stands beside a position, as far as edges ask: nothing (the edge of the text), a line feed, a word character, anything else. */
const nothing = 0
const feed = 1
const wordly = 2
const other = 3

/** What the table holds beside states, which are the places of their rows. */
const unknown = -1
const dead = -2
const accepted = -3

/** Bounds on the states kept; beyond them all are forgotten and made anew, which costs time in proportion to the text only. */
const mostCells = 1 << 18
const mostPlaces = 1 << 19

/** What all automata together keep, in numbers held, and the bound from which one that needs more forgets its own first: rules may have thousands of patterns. */
let kept = 0
const mostKept = 1 << 23
const gone = new FinalizationRegistry<{ readonly held: number }>(account => {
  kept -= account.held
})

/** Whether a text matches, for instructions without look-around, atomic groups and references. */
export function automaton(program: Instructions): (text: string) => boolean {
  const { code, x, y, sets, anchored } = program
  const asksWord = code.some((operation, pc) => operation === op.edge && (edges[x[pc]!] === 'word' || edges[x[pc]!] === 'inside'))
  const asksLine = code.some(
    (operation, pc) => operation === op.edge && (edges[x[pc]!] === 'line-start' || edges[x[pc]!] === 'line-end'),
  )
  const asksStart = asksWord || asksLine || code.some((operation, pc) => operation === op.edge && edges[x[pc]!] === 'start')

  // Characters that no set and no edge tells apart are one class.
  const cuts = new Set<number>([0])
  for (const set of sets) for (let i = 0; i < set.length; i += 2) cuts.add(set[i]!).add(set[i + 1]! + 1)
  if (asksLine) cuts.add(10).add(11)
  if (asksWord) for (const at of [0x30, 0x3a, 0x41, 0x5b, 0x5f, 0x60, 0x61, 0x7b]) cuts.add(at)
  const starts = [...cuts].filter(at => at <= 0x10ffff).sort((a, b) => a - b)
  // Stretches with the same answers share a class: all do at first, and every set parts those that it tells apart.
  let classOfStretch = starts.map(point => kindOf(point))
  for (const set of [...sets, []]) {
    const numbers = new Map<number, number>()
    classOfStretch = classOfStretch.map((group, index) => {
      const key = group * 2 + (has(set, starts[index]!) ? 1 : 0)
      const found = numbers.get(key) ?? numbers.size
      numbers.set(key, found)
      return found
    })
  }
  const representative: number[] = []
  classOfStretch.forEach((group, index) => {
    representative[group] ??= starts[index]!
  })
  const classes = representative.length
  /** One class more, for the end of the text. */
  const width = classes + 1
  const kinds = representative.map(kindOf)
  const takes = sets.map(set => Uint8Array.from(representative, point => (has(set, point) ? 1 : 0)))
  const low = new Uint16Array(256)
  for (let point = 0; point < 256; point++) low[point] = search(point)

  function kindOf(point: number): number {
    if (asksLine && point === 10) return feed
    if (asksWord && isWord(point)) return wordly
    return other
  }
  function search(point: number): number {
    let from = 0
    let to = starts.length - 1
    while (from < to) {
      const middle = (from + to + 1) >> 1
      if (starts[middle]! <= point) from = middle
      else to = middle - 1
    }
    return classOfStretch[from]!
  }

  const least = 16 * width
  let table = new Int32Array(0)
  const mostStates = Math.max(64, Math.floor(mostCells / width))
  let kernels: (readonly number[])[] = []
  let before: number[] = []
  let places = 0
  const known = new Map<string, number>()
  const marks = new Uint32Array(code.length)
  let mark = 0
  const stack: number[] = []
  let initial = 0

  const account = { held: 0 }
  function hold(count: number): void {
    account.held += count
    kept += count
  }

  function forget(): void {
    hold(least - table.length - places)
    table = new Int32Array(least).fill(unknown)
    kernels = []
    before = []
    known.clear()
    places = 0
    initial = stateOf([0], asksStart ? nothing : other)
  }

  function full(): boolean {
    return kernels.length > mostStates || places > mostPlaces || (kept > mostKept && table.length > least)
  }

  /** The number of the state that waits at these instructions after such a character. */
  function stateOf(kernel: readonly number[], previous: number): number {
    if (kernel.length === 0 && anchored) return dead
    const key = String.fromCharCode(previous, ...kernel)
    const found = known.get(key)
    if (found !== undefined) return found
    const state = kernels.length * width
    kernels.push(kernel)
    before.push(previous)
    places += kernel.length
    hold(kernel.length)
    known.set(key, state)
    if (state + width > table.length) {
      const bigger = new Int32Array(table.length * 2).fill(unknown, table.length)
      bigger.set(table)
      hold(table.length)
      table = bigger
    }
    return state
  }

  /** The state after a character of this class, `accepted` when the pattern has matched before it. Notes it in the table. */
  function step(state: number, group: number): number {
    const kernel = kernels[state / width]!
    const previous = before[state / width]!
    const next = group === classes ? nothing : kinds[group]!
    mark++
    const reached: number[] = []
    let matched = false
    const follow = (pc: number): void => {
      stack.push(pc)
      while (stack.length > 0) {
        const at = stack.pop()!
        if (marks[at] === mark) continue
        marks[at] = mark
        switch (code[at]) {
          case op.match:
            matched = true
            break
          case op.take:
            if (group !== classes && takes[x[at]!]![group] === 1) reached.push(at + 1)
            break
          case op.split:
            stack.push(y[at]!, x[at]!)
            break
          case op.jump:
            stack.push(x[at]!)
            break
          default:
            if (holds(x[at]!, previous, next)) stack.push(at + 1)
        }
      }
    }
    for (const pc of kernel) follow(pc)
    if (!anchored) follow(0)
    let result: number
    if (matched) result = accepted
    else if (group === classes) result = dead
    else
      result = stateOf(
        reached.sort((a, b) => a - b),
        asksLine || asksWord ? next : other,
      )
    table[state + group] = result
    return result
  }

  forget()

  const test = (text: string): boolean => {
    if (full()) forget()
    let state = initial
    let cells = table
    for (let at = 0; at < text.length; at++) {
      let point = text.charCodeAt(at)
      let group: number
      if (point < 256) group = low[point]!
      else {
        if (point >= 0xd800 && point <= 0xdbff) {
          point = text.codePointAt(at)!
          if (point > 0xffff) at++
        }
        group = search(point)
      }
      let next = cells[state + group]!
      if (next < 0) {
        if (next === unknown) {
          if (full()) {
            const kernel = kernels[state / width]!
            const previous = before[state / width]!
            forget()
            state = stateOf(kernel, previous)
          }
          next = step(state, group)
          cells = table
        }
        if (next === accepted) return true
        if (next === dead) return false
      }
      state = next
    }
    const end = table[state + classes]!
    return (end === unknown ? step(state, classes) : end) === accepted
  }
  gone.register(test, account)
  return test
}

/** Whether the edge holds between two characters of these kinds. */
function holds(edge: number, previous: number, next: number): boolean {
  switch (edges[edge]) {
    case 'start':
      return previous === nothing
    case 'end':
      return next === nothing
    case 'line-start':
      return previous === nothing || (previous === feed && next !== nothing)
    case 'line-end':
      return next === nothing || next === feed
    case 'word':
      return (previous === wordly) !== (next === wordly)
    default:
      return (previous === wordly) === (next === wordly)
  }
}

/** ASCII letters, digits and the underscore: what \b asks about, without UCP. */
export function isWord(point: number): boolean {
  return (
    (point >= 0x61 && point <= 0x7a) || (point >= 0x41 && point <= 0x5a) || (point >= 0x30 && point <= 0x39) || point === 0x5f
  )
}

// Runs a regular expression with look-around, atomic groups or references by trying one way after the other. Without references no state is
// tried twice, so time is proportional to text times pattern; with references the number of steps is bounded and the answer may be "gave up".

import { has } from '../../ir/regex/characters.ts'
import { fold } from '../../text/fold.ts'
import { isWord } from './automaton.ts'
import { edges, type Instructions, op } from './instructions.ts'

/** Steps that a pattern with references may take on one text: this many, and so many more for each UTF-16 unit of it. */
export const stepBound = { least: 100_000, each: 50 } as const

/** States (places in the pattern times positions) that are remembered at once; a text that needs more is given up. */
const mostStates = 1 << 24

/** Remembered outcomes of a state: not tried, being tried, failed; from `ended` on the position where it ended. */
const untried = 0
const trying = 1
const failed = 2
const ended = 3

/** Whether a text matches, undefined when that could not be settled within the bounds. */
export function backtracker(program: Instructions): (text: string) => boolean | undefined {
  return program.references ? withReferences(program) : withMemory(program)
}

let memory = new Int32Array(0)

function withMemory(program: Instructions): (text: string) => boolean | undefined {
  const { code, x, y, sets, anchored } = program
  // Ways meet where a choice is made, so only choices are remembered.
  const places: number[] = []
  let choices = 0
  for (const operation of code)
    places.push(operation === op.split || operation === op.look || operation === op.atomic ? choices++ : -1)

  return text => {
    const width = text.length + 1
    if (choices * width > mostStates) return undefined
    if (memory.length < choices * width) memory = new Int32Array(choices * width)
    else memory.fill(untried, 0, choices * width)
    // A memory of the largest size is not kept for the next text.
    const states = memory
    if (states.length > 1 << 20) memory = new Int32Array(0)

    /** Where the body at `from` ends when it starts at `start`, or -1. */
    const run = (from: number, start: number, main: boolean): number => {
      const ways: number[] = []
      const trail: number[] = []
      const failures: number[] = []
      let circled = false
      let pc = from
      let at = start
      const fail = (): boolean => {
        if (ways.length === 0) return false
        const length = ways.pop()!
        at = ways.pop()!
        pc = ways.pop()!
        forsake(length)
        return true
      }
      const forsake = (length: number): void => {
        while (trail.length > length) {
          const key = trail.pop()!
          states[key] = failed
          if (!main) failures.push(key)
        }
      }
      const succeed = (end: number): number => {
        // An iteration that took nothing was cut short, so what was learnt under it holds only there.
        if (circled) for (const key of failures) states[key] = untried
        for (const key of trail) states[key] = circled ? untried : ended + end
        return end
      }
      for (;;) {
        switch (code[pc]) {
          case op.match:
            return succeed(at)
          case op.take: {
            const point = at < text.length ? text.codePointAt(at)! : -1
            if (point >= 0 && has(sets[x[pc]!]!, point)) {
              at += point > 0xffff ? 2 : 1
              pc++
              continue
            }
            break
          }
          case op.takeBack: {
            const point = pointBefore(text, at)
            if (point >= 0 && has(sets[x[pc]!]!, point)) {
              at -= point > 0xffff ? 2 : 1
              pc++
              continue
            }
            break
          }
          case op.jump:
            pc = x[pc]!
            continue
          case op.edge:
            if (edgeHolds(text, at, x[pc]!)) {
              pc++
              continue
            }
            break
          case op.split: {
            const key = places[pc]! * width + at
            const state = states[key]!
            if (state === untried) {
              states[key] = trying
              trail.push(key)
              ways.push(y[pc]!, at, trail.length)
              pc = x[pc]!
              continue
            }
            if (state === trying) {
              circled = true
              const after = loopExit(pc)
              if (after !== undefined) {
                pc = after
                continue
              }
            } else if (state >= ended) return succeed(state - ended)
            break
          }
          case op.look: {
            const found = part(pc, at)
            if (found === (y[pc] === 0)) {
              pc = x[pc]!
              continue
            }
            break
          }
          case op.atomic: {
            const end = remembered(pc, at)
            if (end >= 0) {
              at = end
              pc = x[pc]!
              continue
            }
            break
          }
        }
        if (!fail()) {
          forsake(0)
          return -1
        }
      }
    }
    const remembered = (pc: number, at: number): number => {
      const key = places[pc]! * width + at
      const state = states[key]!
      if (state !== untried) return state === failed ? -1 : state - ended
      const end = run(pc + 1, at, false)
      states[key] = end < 0 ? failed : ended + end
      return end
    }
    const part = (pc: number, at: number): boolean => remembered(pc, at) >= 0

    for (let start = 0; start <= text.length; start++) {
      if (run(0, start, true) >= 0) return true
      if (anchored) return false
      if (start < text.length && text.codePointAt(start)! > 0xffff) start++
    }
    return false
  }

  /** Where a star goes when its iteration took nothing: out of the loop. Undefined for a choice that is no star's. */
  function loopExit(split: number): number | undefined {
    // A star is the only choice that a later jump comes back to.
    for (const after of [x[split]!, y[split]!])
      if (after > split && code[after - 1] === op.jump && x[after - 1] === split) return after
    return undefined
  }
}

function withReferences(program: Instructions): (text: string) => boolean | undefined {
  const search = searcher(program)
  return text => {
    const found = search(text, 0)
    return found === undefined ? undefined : found !== null
  }
}

/** Where a match is and what its groups took: of group g from `noted[3g]` to `noted[3g + 1]`, -1 for one that took nothing. */
export interface Found {
  readonly start: number
  readonly end: number
  readonly noted: Int32Array
}

/** States remembered by a search; a longer text is searched without memory, within the bound of steps. */
const mostRemembered = 1 << 22

/**
 * Searches from a position on: the first match, null where there is none, undefined when that could not be settled within the bound of steps. Groups
 * are noted where the instructions say so. Without references and look-around no state is tried twice.
 */
export function searcher(program: Instructions): (text: string, from: number) => Found | null | undefined {
  const { code, x, y, sets, slots, anchored } = program
  const remembers = !program.references && !program.looks
  const places: number[] = []
  let choices = 0
  for (const operation of code) places.push(operation === op.split ? choices++ : -1)
  return (text, from) => {
    const width = text.length + 1
    const tried = remembers && choices * width <= mostRemembered ? new Uint8Array(choices * width) : undefined
    let left = tried === undefined ? stepBound.least + stepBound.each * text.length : Infinity
    const noted = new Int32Array(slots).fill(-1)
    /** Ways not tried yet, as [instruction, position, 0], and old values of slots, as [-1 - slot, value, 0]. */
    const ways: number[] = []
    const note = (slot: number, value: number): void => {
      ways.push(-1 - slot, noted[slot]!)
      noted[slot] = value
    }
    /** Goes back to the last way above `floor` that was not tried; restores slots on the way. */
    let pc = 0
    let at = 0
    const back = (floor: number): boolean => {
      while (ways.length > floor) {
        const value = ways.pop()!
        const place = ways.pop()!
        if (place < 0) noted[-1 - place] = value
        else {
          pc = place
          at = value
          return true
        }
      }
      return false
    }
    const run = (from: number, start: number): number => {
      const floor = ways.length
      pc = from
      at = start
      for (;;) {
        if (--left < 0) return -2
        switch (code[pc]) {
          case op.match: {
            // The ways inside are given up; what the slots held before is kept, for those who go back further.
            let kept = floor
            for (let i = floor; i < ways.length; i += 2) {
              if (ways[i]! >= 0) continue
              ways[kept++] = ways[i]!
              ways[kept++] = ways[i + 1]!
            }
            ways.length = kept
            return at
          }
          case op.take: {
            const point = at < text.length ? text.codePointAt(at)! : -1
            if (point >= 0 && has(sets[x[pc]!]!, point)) {
              at += point > 0xffff ? 2 : 1
              pc++
              continue
            }
            break
          }
          case op.takeBack: {
            const point = pointBefore(text, at)
            if (point >= 0 && has(sets[x[pc]!]!, point)) {
              at -= point > 0xffff ? 2 : 1
              pc++
              continue
            }
            break
          }
          case op.split: {
            if (tried !== undefined) {
              const state = places[pc]! * width + at
              if (tried[state] === 1) break
              tried[state] = 1
            }
            ways.push(y[pc]!, at)
            pc = x[pc]!
            continue
          }
          case op.jump:
            pc = x[pc]!
            continue
          case op.edge:
            if (edgeHolds(text, at, x[pc]!)) {
              pc++
              continue
            }
            break
          case op.open:
            note(x[pc]! * 3 + 2, at)
            pc++
            continue
          case op.close:
          case op.closeBack: {
            const slot = x[pc]! * 3
            const forward = code[pc] === op.close
            const from = noted[slot + 2]!
            note(slot, forward ? from : at)
            note(slot + 1, forward ? at : from)
            pc++
            continue
          }
          case op.enter:
            note(x[pc]!, at)
            pc++
            continue
          case op.leave:
            pc = noted[x[pc]!] === at ? y[pc]! : pc + 1
            continue
          case op.reference:
          case op.referenceBack: {
            const from = noted[x[pc]! * 3]!
            const to = noted[x[pc]! * 3 + 1]!
            if (from >= 0 && to >= from) {
              const taken = text.slice(from, to)
              left -= taken.length
              const backward = code[pc] === op.referenceBack
              const there = backward ? text.slice(Math.max(0, at - taken.length), at) : text.slice(at, at + taken.length)
              if (there === taken || (y[pc] === 1 && fold(there) === fold(taken))) {
                at += backward ? -taken.length : taken.length
                pc++
                continue
              }
            }
            break
          }
          case op.look:
          case op.atomic: {
            const here = pc
            const place = at
            const mark = ways.length
            const end = run(here + 1, place)
            if (end === -2) return -2
            const matched = end >= 0
            if (code[here] === op.look && y[here] === 1) {
              // What a negative look-around noted is forgotten.
              while (ways.length > mark) {
                const value = ways.pop()!
                noted[-1 - ways.pop()!] = value
              }
            }
            if (matched === (code[here] === op.atomic || y[here] === 0)) {
              at = code[here] === op.atomic ? end : place
              pc = x[here]!
              continue
            }
            break
          }
        }
        if (!back(floor)) return -1
      }
    }
    for (let start = from; start <= text.length; start++) {
      ways.length = 0
      noted.fill(-1)
      const end = run(0, start)
      if (end === -2) return undefined
      if (end >= 0) return { start, end, noted }
      if (anchored) return null
      if (start < text.length && text.codePointAt(start)! > 0xffff) start++
    }
    return null
  }
}

/** The code point that ends at a position, or -1 at the start. */
function pointBefore(text: string, at: number): number {
  if (at === 0) return -1
  const unit = text.charCodeAt(at - 1)
  if (unit >= 0xdc00 && unit <= 0xdfff && at > 1) {
    const pair = text.codePointAt(at - 2)!
    if (pair > 0xffff) return pair
  }
  return unit
}

function edgeHolds(text: string, at: number, edge: number): boolean {
  switch (edges[edge]) {
    case 'start':
      return at === 0
    case 'end':
      return at === text.length
    case 'last':
      return at === text.length || (at === text.length - 1 && text.charCodeAt(at) === 10)
    case 'line-start':
      return at === 0 || (at < text.length && text.charCodeAt(at - 1) === 10)
    case 'line-end':
      return at === text.length || text.charCodeAt(at) === 10
    case 'word':
      return boundary(text, at)
    default:
      return !boundary(text, at)
  }
}

function boundary(text: string, at: number): boolean {
  return (at > 0 && isWord(text.charCodeAt(at - 1))) !== (at < text.length && isWord(text.charCodeAt(at)))
}

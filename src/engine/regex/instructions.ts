// A regular expression as a list of instructions, which both ways of running it read.

import type { Ranges } from '../../ir/regex/characters.ts'
import { characterSet, type Edge, partsOf, type RegexTree } from '../../ir/regex.ts'

export const op = {
  /** The pattern, or the body of a look-around or atomic group, has matched. */
  match: 0,
  /** One character of `sets[x]`, forward. */
  take: 1,
  /** One character of `sets[x]`, backward (inside a look-behind). */
  takeBack: 2,
  /** Tries `x`, then `y`. */
  split: 3,
  jump: 4,
  /** Holds where the edge `x` (place in `edges`) is. */
  edge: 5,
  /** Group `x` begins here. */
  open: 6,
  /** Group `x` ends here, and has taken what is between. */
  close: 7,
  closeBack: 8,
  /** What group `x` took, forward; `y` is 1 when case is ignored. */
  reference: 9,
  referenceBack: 10,
  /** The body follows and ends in `match`; goes on at `x`. `y` is 1 when the body must not match. */
  look: 11,
  /** As `look`, but goes on where the body ended. */
  atomic: 12,
  /** Notes the position at which an iteration begins in slot `x`. */
  enter: 13,
  /** Leaves the loop for `y` when the iteration that began at slot `x` took nothing. */
  leave: 14,
} as const

export const edges: readonly Edge[] = ['start', 'end', 'last', 'line-start', 'line-end', 'word', 'inside']

export interface Instructions {
  readonly code: readonly number[]
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly sets: readonly Ranges[]
  /** Positions: of group g its start, its end and where it is being tried from are 3g, 3g + 1 and 3g + 2; then those of iterations. */
  readonly slots: number
  readonly references: boolean
  /** Has look-around, atomic groups or `\Z`, which the automaton has no state for. */
  readonly looks: boolean
  /** Can only match at the start of the text. */
  readonly anchored: boolean
}

/** The instructions of a tree; `whole` puts it between the start and the end of the text, `noting` has every group note what it took. */
export function instructions(tree: RegexTree, whole: boolean, noting = false): Instructions {
  const code: number[] = []
  const x: number[] = []
  const y: number[] = []
  const sets: Ranges[] = []
  const setPlaces = new Map<string, number>()
  const refers = hasReference(tree)
  const references = refers || noting
  let groups = 0
  let loops = 0
  let looks = false

  const emit = (operation: number, first = 0, second = 0): number => {
    code.push(operation)
    x.push(first)
    y.push(second)
    return code.length - 1
  }
  const setPlace = (set: Ranges): number => {
    const key = set.join()
    const known = setPlaces.get(key)
    if (known !== undefined) return known
    setPlaces.set(key, sets.length)
    return sets.push(set) - 1
  }
  const countGroups = (node: RegexTree): void => {
    if (node.kind === 'group') groups = Math.max(groups, node.index)
    partsOf(node).forEach(countGroups)
  }
  if (references) countGroups(tree)

  const build = (node: RegexTree, back: boolean): void => {
    switch (node.kind) {
      case 'empty':
        return
      case 'char':
      case 'set':
      case 'any':
        emit(back ? op.takeBack : op.take, setPlace(characterSet(node)))
        return
      case 'edge':
        if (node.at === 'last') looks = true
        emit(op.edge, edges.indexOf(node.at))
        return
      case 'sequence':
        for (const part of back ? [...node.of].reverse() : node.of) build(part, back)
        return
      case 'choice': {
        const ends: number[] = []
        node.of.forEach((part, index) => {
          if (index === node.of.length - 1) build(part, back)
          else {
            const split = emit(op.split)
            x[split] = code.length
            build(part, back)
            ends.push(emit(op.jump))
            y[split] = code.length
          }
        })
        for (const end of ends) x[end] = code.length
        return
      }
      case 'group':
        if (references) emit(op.open, node.index)
        build(node.of, back)
        if (references) emit(back ? op.closeBack : op.close, node.index)
        return
      case 'reference':
        emit(back ? op.referenceBack : op.reference, node.group, node.fold ? 1 : 0)
        return
      case 'look': {
        looks = true
        const look = emit(op.look, 0, node.negative ? 1 : 0)
        build(node.of, !node.ahead)
        emit(op.match)
        x[look] = code.length
        return
      }
      case 'atomic':
        atomically(() => build(node.of, back))
        return
      case 'repeat':
        if (node.how === 'possessive') atomically(() => repeat(node, back))
        else repeat(node, back)
    }
  }
  const atomically = (body: () => void): void => {
    looks = true
    const atomic = emit(op.atomic)
    body()
    emit(op.match)
    x[atomic] = code.length
  }
  const aim = (split: number, lazy: boolean, inside: number, after: number): void => {
    x[split] = lazy ? after : inside
    y[split] = lazy ? inside : after
  }
  const repeat = (node: RegexTree & { kind: 'repeat' }, back: boolean): void => {
    const lazy = node.how === 'lazy'
    for (let count = 0; count < node.min - (node.max === undefined ? 1 : 0); count++) build(node.of, back)
    if (node.max === undefined) {
      if (node.min === 0) {
        const split = emit(op.split)
        const inside = code.length
        const slot = references ? enter() : undefined
        build(node.of, back)
        const leave = slot === undefined ? undefined : emit(op.leave, slot)
        emit(op.jump, split)
        aim(split, lazy, inside, code.length)
        if (leave !== undefined) y[leave] = code.length
      } else {
        const inside = code.length
        const slot = references ? enter() : undefined
        build(node.of, back)
        const leave = slot === undefined ? undefined : emit(op.leave, slot)
        const split = emit(op.split)
        aim(split, lazy, inside, code.length)
        if (leave !== undefined) y[leave] = code.length
      }
      return
    }
    const splits: number[] = []
    for (let count = node.min; count < node.max; count++) {
      splits.push(emit(op.split))
      build(node.of, back)
    }
    for (const split of splits) aim(split, lazy, split + 1, code.length)
  }
  const enter = (): number => {
    const slot = (groups + 1) * 3 + loops++
    emit(op.enter, slot)
    return slot
  }

  if (whole) emit(op.edge, edges.indexOf('start'))
  build(tree, false)
  if (whole) emit(op.edge, edges.indexOf('end'))
  emit(op.match)
  return { code, x, y, sets, slots: (groups + 1) * 3 + loops, references: refers, looks, anchored: whole || anchored(tree) }
}

/** Whether a tree asks what a group took. */
export function hasReference(tree: RegexTree): boolean {
  return tree.kind === 'reference' || partsOf(tree).some(hasReference)
}

/** Whether every match begins at the start of the text. */
function anchored(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'edge':
      return tree.at === 'start'
    case 'sequence':
      // What stands before the anchor must not take anything, or the whole could not match at all; saying no is then merely slower.
      return tree.of.length > 0 && anchored(tree.of[0]!)
    case 'choice':
      return tree.of.every(anchored)
    case 'group':
    case 'atomic':
      return anchored(tree.of)
    case 'repeat':
      return tree.min > 0 && anchored(tree.of)
    default:
      return false
  }
}

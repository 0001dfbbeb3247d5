// Searches a text for a regular expression with a bound on the steps, for patterns of a user on texts of a few lines: all constructs, groups included. The engine has its own, which is faster and tells no groups.

import { fold } from '../../text/fold.ts'
import { characterSet, type Edge, partsOf, type RegexTree } from './tree.ts'

/** A place where an expression fits: from, up to, and what its groups took, by number from 1 and by name. */
export interface Found {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
  readonly names: Readonly<Record<string, string | undefined>>
}

/** One search takes so many steps at most. */
const mostSteps = 1_000_000
/** Steps inside one another: more would need more of the stack than every host has. */
const deepest = 1500

/** What a search answers when the bound on its steps is reached. */
export const gaveUp = 'gave up'

class GaveUp extends Error {}

type Next = (at: number) => boolean
type Single = RegexTree & { kind: 'char' | 'set' | 'any' }

const isSingle = (tree: RegexTree): tree is Single => tree.kind === 'char' || tree.kind === 'set' || tree.kind === 'any'

class Search {
  readonly captures: (readonly [number, number] | undefined)[] = []
  private readonly text: string
  private steps = 0
  private depth = 0
  private readonly sets = new Map<Single, readonly number[]>()

  constructor(text: string) {
    this.text = text
  }

  /** Whether a part fits here and `next` holds behind it. */
  run(tree: RegexTree, at: number, next: Next): boolean {
    if (++this.steps > mostSteps || ++this.depth > deepest) throw new GaveUp()
    const holds = this.part(tree, at, next)
    this.depth--
    return holds
  }

  private part(tree: RegexTree, at: number, next: Next): boolean {
    switch (tree.kind) {
      case 'empty':
        return next(at)
      case 'char':
      case 'set':
      case 'any': {
        const length = this.takes(tree, at)
        return length > 0 && next(at + length)
      }
      case 'edge':
        return this.edge(tree.at, at) && next(at)
      case 'sequence':
        return this.sequence(tree.of, 0, at, next)
      case 'choice':
        return tree.of.some(part => this.run(part, at, next))
      case 'repeat':
        if (tree.how === 'possessive') return this.atomic({ ...tree, how: 'greedy' }, at, next)
        return isSingle(tree.of) ? this.singles(tree, tree.of, at, next) : this.repeat(tree, 0, at, next)
      case 'group': {
        const before = this.captures[tree.index]
        if (
          this.run(tree.of, at, end => {
            const inner = this.captures[tree.index]
            this.captures[tree.index] = [at, end]
            if (next(end)) return true
            this.captures[tree.index] = inner
            return false
          })
        )
          return true
        this.captures[tree.index] = before
        return false
      }
      case 'atomic':
        return this.atomic(tree.of, at, next)
      case 'look': {
        const before = [...this.captures]
        const holds = tree.ahead ? this.run(tree.of, at, () => true) : this.behind(tree.of, at)
        if (holds === tree.negative) return false
        if (tree.negative) this.captures.splice(0, this.captures.length, ...before)
        return next(at)
      }
      case 'reference': {
        const taken = this.captures[tree.group]
        if (taken === undefined) return false
        const wanted = this.text.slice(taken[0], taken[1])
        const here = this.text.slice(at, at + wanted.length)
        return (tree.fold ? fold(wanted) === fold(here) : wanted === here) && next(at + wanted.length)
      }
    }
  }

  private sequence(parts: readonly RegexTree[], index: number, at: number, next: Next): boolean {
    if (index === parts.length) return next(at)
    return this.run(parts[index]!, at, end => this.sequence(parts, index + 1, end, next))
  }

  /** What the part takes first is final. */
  private atomic(tree: RegexTree, at: number, next: Next): boolean {
    let end = -1
    return (
      this.run(tree, at, to => {
        end = to
        return true
      }) && next(end)
    )
  }

  private behind(tree: RegexTree, at: number): boolean {
    for (let from = at; from >= 0; from--) if (this.run(tree, from, end => end === at)) return true
    return false
  }

  /** A run of single characters, which needs no step inside a step for each. */
  private singles(tree: RegexTree & { kind: 'repeat' }, of: Single, at: number, next: Next): boolean {
    const ends = [at]
    const more = (): boolean => {
      const length = tree.max !== undefined && ends.length > tree.max ? 0 : this.takes(of, ends.at(-1)!)
      if (length > 0) ends.push(ends.at(-1)! + length)
      return length > 0
    }
    while (ends.length <= tree.min) if (!more()) return false
    if (tree.how === 'lazy') {
      do if (next(ends.at(-1)!)) return true
      while (more())
      return false
    }
    while (more());
    for (; ends.length > tree.min; ends.pop()) if (next(ends.at(-1)!)) return true
    return false
  }

  private repeat(tree: RegexTree & { kind: 'repeat' }, count: number, at: number, next: Next): boolean {
    const more = (): boolean =>
      (tree.max === undefined || count < tree.max) &&
      // A round that takes nothing would go on forever.
      this.run(tree.of, at, end => (end === at && count >= tree.min ? false : this.repeat(tree, count + 1, end, next)))
    const stop = (): boolean => count >= tree.min && next(at)
    return tree.how === 'lazy' ? stop() || more() : more() || stop()
  }

  /** How many units the part takes here, 0 where it does not fit. */
  private takes(tree: Single, at: number): number {
    if (++this.steps > mostSteps) throw new GaveUp()
    const point = this.text.codePointAt(at)
    if (point === undefined) return 0
    let set = this.sets.get(tree)
    if (set === undefined) {
      set = characterSet(tree)
      this.sets.set(tree, set)
    }
    for (let range = 0; range < set.length; range += 2)
      if (point >= set[range]! && point <= set[range + 1]!) return point > 0xffff ? 2 : 1
    return 0
  }

  private edge(kind: Edge, at: number): boolean {
    const { text } = this
    const word = (index: number): boolean => /\w/.test(text.charAt(index))
    switch (kind) {
      case 'start':
        return at === 0
      case 'end':
        return at === text.length
      case 'last':
        return at === text.length || (at === text.length - 1 && text.endsWith('\n'))
      case 'line-start':
        return at === 0 || (text[at - 1] === '\n' && at < text.length)
      case 'line-end':
        return at === text.length || text[at] === '\n'
      case 'word':
        return word(at - 1) !== word(at)
      case 'inside':
        return word(at - 1) === word(at)
    }
  }
}

/** The first place from `from` on where an expression fits; undefined where there is none, `gaveUp` where finding out takes too long. */
export function search(tree: RegexTree, text: string, from = 0): Found | undefined | typeof gaveUp {
  const named: [string, number][] = []
  const waiting = [tree]
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (part.kind === 'group' && part.name !== undefined) named.push([part.name, part.index])
    waiting.push(...partsOf(part))
  }
  const searching = new Search(text)
  try {
    for (let start = from; start <= text.length; start += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1) {
      searching.captures.length = 0
      let end = -1
      const fits = searching.run(tree, start, to => {
        end = to
        return true
      })
      if (!fits) continue
      const groups = searching.captures.slice(1).map(taken => (taken === undefined ? undefined : text.slice(...taken)))
      named.sort((a, b) => a[1] - b[1])
      return { start, end, groups, names: Object.fromEntries(named.map(([name, index]) => [name, groups[index - 1]])) }
    }
    return undefined
  } catch (thrown) {
    if (thrown instanceof GaveUp) return gaveUp
    throw thrown
  }
}

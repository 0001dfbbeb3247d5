// Sets of characters as ranges of code points, with the named sets of PCRE (without UCP: ASCII) and closure under case.

import { fold } from '../../text/fold.ts'

/** Code points, both ends included, sorted and apart: [from, to, from, to, …]. */
export type Ranges = readonly number[]

export const lastPoint = 0x10ffff

/** Ranges in any order, overlapping or not, as a set. */
export function union(...sets: readonly Ranges[]): Ranges {
  const pairs: (readonly [number, number])[] = []
  for (const set of sets) for (let i = 0; i < set.length; i += 2) pairs.push([set[i]!, set[i + 1]!])
  pairs.sort((a, b) => a[0] - b[0])
  const out: number[] = []
  for (const [from, to] of pairs) {
    if (out.length > 0 && from <= out.at(-1)! + 1) out[out.length - 1] = Math.max(out.at(-1)!, to)
    else out.push(from, to)
  }
  return out
}

/** Every code point that is not in the set. */
export function complement(set: Ranges): Ranges {
  const out: number[] = []
  let at = 0
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > at) out.push(at, set[i]! - 1)
    at = set[i + 1]! + 1
  }
  if (at <= lastPoint) out.push(at, lastPoint)
  return out
}

/** Whether a code point is in the set. */
export function has(set: Ranges, point: number): boolean {
  let low = 0
  let high = set.length / 2 - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (point < set[middle * 2]!) high = middle - 1
    else if (point > set[middle * 2 + 1]!) low = middle + 1
    else return true
  }
  return false
}

/** Whether two sets have a code point in common. */
export function meet(a: Ranges, b: Ranges): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i + 1]! < b[j]!) i += 2
    else if (b[j + 1]! < a[i]!) j += 2
    else return true
  }
  return false
}

/** How many code points the set has. */
export function size(set: Ranges): number {
  let total = 0
  for (let i = 0; i < set.length; i += 2) total += set[i + 1]! - set[i]! + 1
  return total
}

/** Where the characters with case are (a test holds this to all of Unicode); the rest is left out because looking at it takes time. */
const cased: Ranges = [
  0x41, 0x5a, 0x61, 0x7a, 0xb5, 0x587, 0x10a0, 0x10ff, 0x13a0, 0x13ff, 0x1c80, 0x1cbf, 0x1d79, 0x1fff, 0x2126, 0x2184, 0x24b6,
  0x24e9, 0x2c00, 0x2d2d, 0xa640, 0xa7ff, 0xab30, 0xabbf, 0xfb00, 0xfb06, 0xff21, 0xff5a, 0x10400, 0x104ff, 0x10570, 0x105bf,
  0x10c80, 0x10cff, 0x10d40, 0x10d9f, 0x118a0, 0x118df, 0x16e40, 0x16eff, 0x1e900, 0x1e943,
]

let orbits: Map<number, readonly number[]> | undefined

/** For every character beyond ASCII that folds together with another, and for the ASCII letters that have one beyond: all that fold together. Made when first needed. */
function orbitTable(): Map<number, readonly number[]> {
  if (orbits !== undefined) return orbits
  const byFold = new Map<string, number[]>()
  const look = (from: number, to: number) => {
    for (let point = from; point <= to; point++) {
      const character = String.fromCodePoint(point)
      const folded = fold(character)
      if (folded === character) continue
      const found = byFold.get(folded)
      if (found === undefined) byFold.set(folded, [folded.codePointAt(0)!, point])
      else found.push(point)
    }
  }
  for (let i = 0; i < cased.length; i += 2) look(cased[i]!, cased[i + 1]!)
  orbits = new Map()
  for (const members of byFold.values()) for (const member of members) orbits.set(member, members)
  return orbits
}

/** The characters that are the same as this one when case is ignored (Unicode simple case folding), itself among them. */
export function sameIgnoringCase(point: number): readonly number[] {
  if (point < 0x80) {
    const lower = point | 0x20
    if (lower < 0x61 || lower > 0x7a) return [point]
    return lower === 0x6b ? [0x4b, 0x6b, 0x212a] : lower === 0x73 ? [0x53, 0x73, 0x17f] : [lower - 0x20, lower]
  }
  return has(cased, point) ? (orbitTable().get(point) ?? [point]) : [point]
}

/** A set with every character that equals one of its own when case is ignored. */
export function ignoringCase(set: Ranges): Ranges {
  const more: number[] = []
  if ((set.at(-1) ?? 0) < 0x80 || !meet(set, casedBeyondAscii)) {
    for (let point = 0x41; point <= 0x7a; point++)
      if (has(set, point)) for (const other of sameIgnoringCase(point)) more.push(other, other)
  } else {
    for (const [point, members] of orbitTable()) if (has(set, point)) for (const other of members) more.push(other, other)
  }
  return more.length === 0 ? set : union(set, more)
}

const casedBeyondAscii = cased.slice(4)

const asciiLetters: Ranges = [0x41, 0x5a, 0x61, 0x7a]

/** The sets that PCRE has a letter for (without UCP: ASCII only, but \h and \v), by our own names. */
export const letterSets = {
  digit: [0x30, 0x39],
  word: [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a],
  space: [9, 13, 32, 32],
  horizontal: [
    9, 9, 32, 32, 0xa0, 0xa0, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200a, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000,
  ],
  vertical: [10, 13, 0x85, 0x85, 0x2028, 0x2029],
} as const satisfies Readonly<Record<string, Ranges>>

/** The POSIX classes in the C locale. */
export const posixSets: Readonly<Record<string, Ranges>> = {
  alnum: union(letterSets.digit, asciiLetters),
  alpha: asciiLetters,
  ascii: [0, 0x7f],
  blank: [9, 9, 32, 32],
  cntrl: [0, 31, 127, 127],
  digit: letterSets.digit,
  graph: [33, 126],
  lower: [0x61, 0x7a],
  print: [32, 126],
  punct: [33, 47, 58, 64, 91, 96, 123, 126],
  space: letterSets.space,
  upper: [0x41, 0x5a],
  word: letterSets.word,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
}

/** The general categories of Unicode, with PCRE's `L&` (cased letters) and `Any`. */
export const categories: ReadonlySet<string> = new Set(
  'Any C Cc Cf Cn Co Cs L L& Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'.split(' '),
)

const categorySets = new Map<string, Ranges>()

/** The code points of one of `categories`, by the host's own Unicode version. */
export function categorySet(name: string): Ranges {
  const known = categorySets.get(name)
  if (known !== undefined) return known
  if (name === 'L&') return remember(name, union(categorySet('Lu'), categorySet('Ll'), categorySet('Lt')))
  if (name === 'Any') return remember(name, [0, lastPoint])
  if (!categories.has(name)) throw new Error(`this is a bug in Terrier: no category ${name}`)
  const member = new RegExp(`^\\p{${name}}$`, 'u')
  const out: number[] = []
  for (let point = 0; point <= lastPoint; point++) {
    if (!member.test(String.fromCodePoint(point))) continue
    if (out.at(-1) === point - 1) out[out.length - 1] = point
    else out.push(point, point)
  }
  return remember(name, out)
}

function remember(name: string, set: Ranges): Ranges {
  categorySets.set(name, set)
  return set
}

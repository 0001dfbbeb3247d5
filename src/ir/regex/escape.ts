// What a backslash stands for, outside brackets and inside.

import type { Span } from '../../text/source.ts'
import { categories, lastPoint } from './characters.ts'
import type { Reading } from './reading.ts'
import type { Edge, RegexTree, SetItem } from './tree.ts'

export const letterEscapes: Readonly<Record<string, { readonly named: string; readonly negated: boolean }>> = {
  d: { named: 'digit', negated: false },
  D: { named: 'digit', negated: true },
  w: { named: 'word', negated: false },
  W: { named: 'word', negated: true },
  s: { named: 'space', negated: false },
  S: { named: 'space', negated: true },
  h: { named: 'horizontal', negated: false },
  H: { named: 'horizontal', negated: true },
  v: { named: 'vertical', negated: false },
  V: { named: 'vertical', negated: true },
}

const edgeEscapes: Readonly<Record<string, Edge>> = { b: 'word', B: 'inside', A: 'start', G: 'start', z: 'end', Z: 'last' }
const controlEscapes: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 }

/** A backslash and what follows it, outside brackets. */
export function parseEscape(r: Reading): readonly RegexTree[] {
  const start = r.at
  const letter = r.text[start + 1]
  if (letter === undefined)
    return [r.fail('REX008', 'the regular expression ends in a backslash', start, start + 1, 'write "\\\\" for the character')]
  const span = { start, end: start + 2 }
  const named = Object.hasOwn(letterEscapes, letter) ? letterEscapes[letter] : undefined
  if (named !== undefined) {
    r.at += 2
    return [{ kind: 'set', items: [named], negated: false, fold: false, span }]
  }
  if (Object.hasOwn(edgeEscapes, letter)) {
    r.at += 2
    return [{ kind: 'edge', at: edgeEscapes[letter]!, span }]
  }
  switch (letter) {
    case 'Q':
      return parseQuoted(r)
    case 'N':
      if (r.looking('\\N{U+')) break
      r.at += 2
      return [{ kind: 'any', newline: false, span }]
    case 'R':
      r.at += 2
      return [lineBreak(span)]
    case 'p':
    case 'P':
      return [{ kind: 'set', items: [parseProperty(r)], negated: false, fold: false, span: { start, end: r.at } }]
    case 'X':
    case 'C':
    case 'K':
      return [r.unsupported(`"\\${letter}"`, start, start + 2)]
    case 'g':
    case 'k':
      return [parseReference(r)]
  }
  const digits = r.take(/\\([1-9]\d*)/y)
  if (digits !== undefined) {
    const group = Number(digits[1])
    // From 10 on it is a reference only when there are so many groups; otherwise the digits are octal.
    if (group >= 10 && r.groupCount === undefined) r.doubtful = true
    if (group < 10 || /^[89]/.test(digits[1]!) || group <= (r.groupCount ?? group)) return [refer(r, group, start)]
    r.at = start
  }
  const point = parsePoint(r, start)
  return [point === undefined ? { kind: 'empty' } : r.character(point, start)]
}

/** An escape that stands for one character: \n \x41 \x{1F600} \u0041 \N{U+41} \o{101} \012 \cA \. and the like. Undefined after a failure. */
export function parsePoint(r: Reading, start: number): number | undefined {
  const letter = r.text[start + 1]!
  if (Object.hasOwn(controlEscapes, letter)) {
    r.at += 2
    return controlEscapes[letter]
  }
  const number =
    r.take(/\\x\{([0-9A-Fa-f]{1,8})\}/y) ??
    r.take(/\\N\{U\+([0-9A-Fa-f]{1,8})\}/y) ??
    r.take(/\\u([0-9A-Fa-f]{4})/y) ??
    r.take(/\\x([0-9A-Fa-f]{1,2})/y)
  const octal = number === undefined ? (r.take(/\\o\{([0-7]{1,11})\}/y) ?? r.take(/\\(0[0-7]{0,2}|[1-7][0-7]{0,2})/y)) : undefined
  if (number !== undefined || octal !== undefined) {
    const point = number !== undefined ? Number.parseInt(number[1]!, 16) : Number.parseInt(octal![1]!, 8)
    if (point <= lastPoint) return point
    r.fail(
      'REX008',
      `"${r.text.slice(start, r.at)}" is beyond the last character of Unicode`,
      start,
      r.at,
      'the last one is \\x{10FFFF}',
    )
    return undefined
  }
  if (letter === 'c') {
    const control = r.text.charCodeAt(start + 2)
    if (control >= 32 && control < 127) {
      r.at += 3
      return r.text[start + 2]!.toUpperCase().charCodeAt(0) ^ 64
    }
  }
  if (letter === 'c' || letter === 'x' || letter === 'o' || letter === 'u' || letter === 'N') {
    r.fail(
      'REX008',
      `"\\${letter}" is not followed by what it needs`,
      start,
      start + 2,
      'write \\x41 or \\x{1F600}, \\o{101}, \\cA',
    )
    return undefined
  }
  if (/[0-9A-Za-z]/.test(letter)) {
    r.fail(
      'REX007',
      `"\\${letter}" means nothing in a regular expression`,
      start,
      start + 2,
      `write "\\\\${letter}" for a backslash before "${letter}", or "${letter}" alone`,
    )
    return undefined
  }
  const point = r.text.codePointAt(start + 1)!
  r.at = start + 1 + (point > 0xffff ? 2 : 1)
  return point
}

/** \Q…\E: everything between is plain. */
export function parseQuoted(r: Reading): readonly RegexTree[] {
  const end = r.text.indexOf('\\E', r.at)
  const stop = end === -1 ? r.text.length : end
  const out: RegexTree[] = []
  for (r.at += 2; r.at < stop; ) {
    const start = r.at
    const point = r.text.codePointAt(start)!
    r.at += point > 0xffff ? 2 : 1
    out.push(r.character(point, start))
  }
  if (end !== -1) r.at = end + 2
  return out.length === 0 ? [{ kind: 'empty' }] : out
}

/** \p{Lu}, \pL, \P{…}, \p{^…}. */
export function parseProperty(r: Reading): SetItem {
  const start = r.at
  const found = r.take(/\\([pP])(?:\{ *(\^?) *([A-Za-z&]+) *\}|([A-Z]))/y)
  const name = found?.[3] ?? found?.[4] ?? ''
  if (found === undefined || !categories.has(name)) {
    r.fail(
      'REX013',
      `"${r.text.slice(start, Math.max(r.at, start + 2))}" is no Unicode property that is known here`,
      start,
      Math.max(r.at, start + 2),
      'the general categories are known: \\p{L}, \\p{Lu}, \\p{Nd}, \\p{P} …',
    )
    return { named: 'Any', negated: false }
  }
  return { named: name, negated: (found[1] === 'P') !== (found[2] === '^') }
}

export function refer(r: Reading, to: number | string, start: number): RegexTree {
  const span = { start, end: r.at }
  r.references.push({ to, span })
  // A name is exchanged for its number in `settle`, when all groups are known.
  return {
    kind: 'reference',
    group: typeof to === 'number' ? to : 0,
    fold: r.flags.ignoreCase,
    span,
    ...(typeof to === 'string' ? { name: to } : {}),
  }
}

/** \g{1} \g1 \g{-1} \g{name} \k<name> \k'name' \k{name}; \g<…> calls a group. */
export function parseReference(r: Reading): RegexTree {
  const start = r.at
  const numbered = r.take(/\\g(?:\{(-?\d{1,5})\}|(-?\d{1,5}))/y)
  if (numbered !== undefined) {
    const number = Number(numbered[1] ?? numbered[2])
    return refer(r, number < 0 ? r.groups + 1 + number : number, start)
  }
  const named = r.take(/\\(?:g\{(\w+)\}|k(?:<(\w+)>|'(\w+)'|\{(\w+)\}))/y)
  if (named !== undefined) return refer(r, (named[1] ?? named[2] ?? named[3] ?? named[4])!, start)
  if (r.take(/\\g[<']/y) !== undefined) return r.unsupported('calling a group (recursion)', start, r.at)
  return r.fail(
    'REX008',
    `"${r.text.slice(start, start + 2)}" is not followed by a group`,
    start,
    start + 2,
    'write \\k<name> or \\g{1}',
  )
}

/** \R: a line break of any kind, and CR LF is never taken apart. */
function lineBreak(span: Span): RegexTree {
  const char = (point: number): RegexTree => ({ kind: 'char', point, fold: false, span })
  return {
    kind: 'atomic',
    of: {
      kind: 'choice',
      of: [
        { kind: 'sequence', of: [char(13), char(10)], span },
        { kind: 'set', items: [{ named: 'vertical', negated: false }], negated: false, fold: false, span },
      ],
      span,
    },
    span,
  }
}

// Reads regular expressions in PCRE dress (pcre2pattern) into a tree: what every part means is in the tree, flags included, and what has no meaning here is named.

import type { Outcome } from '../../text/diagnostic.ts'
import { parseSet } from './brackets.ts'
import { parseEscape, refer } from './escape.ts'
import { longest, unrolledSize } from './extent.ts'
import { type Flags, type PcreOptions, Reading } from './reading.ts'
import type { RegexTree } from './tree.ts'

/** Bounds on what is read; a longer, deeper or bigger pattern is refused. `unrolled` counts characters after counted repeats are written out. */
export const bounds = { length: 10_000, depth: 200, count: 1_000, unrolled: 20_000 } as const

export const codes: Readonly<Record<string, string>> = {
  REX001: 'regular expression with an unclosed group',
  REX002: 'regular expression with a closing parenthesis too many',
  REX003: 'regular expression with an unclosed class',
  REX004: 'range of characters that runs backwards',
  REX005: 'quantifier with nothing to repeat',
  REX006: 'quantifier whose bounds are out of order or too large',
  REX007: 'escape that means nothing',
  REX008: 'unfinished or impossible escape',
  REX009: 'regular expression longer than the bound',
  REX010: 'groups nested deeper than the bound',
  REX011: 'counted repeats that multiply beyond the bound',
  REX012: 'unknown POSIX class',
  REX013: 'unknown Unicode property',
  REX014: 'reference to a group that does not exist',
  REX015: 'unknown group syntax or flag',
  REX016: 'two groups of one name',
  REX020: 'construct of PCRE that is not regular matching and not supported',
  REX201: 'look-behind without a bound, which PCRE refuses',
  REX202: 'hyphen beside a class inside brackets, which PCRE refuses',
  REX203: '{,n}, which older PCRE reads as plain text',
}

/**
 * A pattern as a tree, or what is wrong with it; spans are offsets in the pattern. `written` is for a pattern that was written from a tree: it
 * may be longer and a little deeper than the one the tree was read from.
 */
export function readPcre(text: string, options: PcreOptions = {}, written = false): Outcome<RegexTree> {
  if (text.length > bounds.length * (written ? 16 : 1)) {
    return {
      diagnostics: [
        {
          code: 'REX009',
          severity: 'error',
          message: `a regular expression of ${text.length} characters is longer than the ${bounds.length} that are read`,
          hint: 'split it into several tests',
        },
      ],
    }
  }
  const depth = bounds.depth + (written ? 8 : 0)
  const reading = new Reading(text, options, depth)
  const first = parse(reading)
  // `\10` is a reference only when there are ten groups, which the first reading has counted.
  return reading.doubtful ? parse(new Reading(text, options, depth, reading.groups)) : first
}

function parse(r: Reading): Outcome<RegexTree> {
  skipVerbs(r)
  let tree = parseChoice(r)
  if (!r.failed && r.at < r.text.length) {
    r.fail('REX002', 'this ")" closes nothing', r.at, r.at + 1, 'write "\\)" for the character, or open the group')
  }
  if (!r.failed) tree = settle(r, tree)
  if (!r.failed) {
    const total = unrolledSize(tree)
    if (total > bounds.unrolled) {
      r.fail(
        'REX011',
        `written out, the repeats of this regular expression are more than ${bounds.unrolled} characters long`,
        0,
        r.text.length,
        'lower the counts, or the count around them',
      )
    }
  }
  return r.failed ? { diagnostics: r.diagnostics } : { value: tree, diagnostics: r.diagnostics }
}

/** `(*UTF)` and `(*UCP)` and the like at the start of a pattern. UTF is what we do anyway. */
function skipVerbs(r: Reading): void {
  while (r.take(/\(\*UTF(?:8)?\)/y) !== undefined);
}

/** choice := sequence ('|' sequence)*. Flags set inside hold until the group's end, in later branches too. */
function parseChoice(r: Reading): RegexTree {
  const start = r.at
  const first = parseSequence(r)
  if (r.text.charCodeAt(r.at) !== 0x7c) return first
  const branches = [first]
  while (r.text.charCodeAt(r.at) === 0x7c) {
    r.at++
    branches.push(parseSequence(r))
  }
  return { kind: 'choice', of: branches, span: { start, end: r.at } }
}

const marked = (characters: string): Uint8Array => {
  const out = new Uint8Array(128)
  for (const one of characters) out[one.charCodeAt(0)] = 1
  return out
}
const signs = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
/** Characters of ASCII that stand for themselves wherever blanks do, and never begin anything else; and those that do behind a back-slash. */
const plain = marked(' !"%&\',-/:;<=>@_`~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
const plainEscaped = marked(signs)

/** sequence := (atom quantifier*)* */
function parseSequence(r: Reading): RegexTree {
  const start = r.at
  const parts: RegexTree[] = []
  for (;;) {
    // Runs of characters that stand for themselves, which are most of most patterns.
    const { text } = r
    if (!r.flags.extended)
      for (;;) {
        const from = r.at
        let code = text.charCodeAt(from)
        if (plain[code] === 1) r.at++
        else if (code === 0x5c && plainEscaped[text.charCodeAt(from + 1)] === 1) {
          code = text.charCodeAt(from + 1)
          r.at += 2
        } else break
        const character = r.character(code, from)
        parts.push(plain[text.charCodeAt(r.at)] === 1 ? character : parseQuantifier(r, character, from))
      }
    skipComments(r)
    const next = r.text.charCodeAt(r.at)
    // The end, "|", ")".
    if (Number.isNaN(next) || next === 0x7c || next === 0x29) break
    const from = r.at
    const found = parseAtom(r)
    if (found === undefined) continue
    if (isList(found)) {
      const last = found.length - 1
      for (let at = 0; at < last; at++) parts.push(found[at]!)
      parts.push(parseQuantifier(r, found[last]!, from))
    } else parts.push(parseQuantifier(r, found, from))
  }
  if (r.failed || parts.length === 0) return { kind: 'empty' }
  return parts.length === 1 ? parts[0]! : { kind: 'sequence', of: parts, span: { start, end: r.at } }
}

/** Comments, and under `(?x)` blanks and `# …`. */
function skipComments(r: Reading): void {
  for (;;) {
    // Nearly always there is none: "(" and "\\" alone may begin one.
    const next = r.text.charCodeAt(r.at)
    if (next !== 0x28 && next !== 0x5c && !r.flags.extended) return
    const start = r.at
    if (r.looking('(?#')) {
      const end = r.text.indexOf(')', r.at)
      if (end === -1) {
        r.fail('REX001', 'the comment "(?#" is not closed', r.at, r.at + 3, 'end it with ")"')
        return
      }
      r.at = end + 1
    } else if (r.looking('\\E')) r.at += 2
    else if (r.looking('\\Q\\E')) r.at += 4
    else if (r.flags.extended) r.take(/(?:[\t-\r \u0085\u200e\u200f\u2028\u2029]+|#[^\n]*\n?)/y)
    if (r.at === start) return
  }
}

function parseQuantifier(r: Reading, atom: RegexTree, start: number): RegexTree {
  skipComments(r)
  const open = r.at
  if (!r.mayRepeat()) return atom
  const found = quantifier(r)
  if (found === undefined) return atom
  const span = { start, end: r.at }
  if (atom.kind === 'edge' && r.text[start] !== '(') return nothingToRepeat(r, open)
  let min: number
  let max: number | undefined
  if (found[1] !== undefined) {
    min = found[1] === '+' ? 1 : 0
    max = found[1] === '?' ? 1 : undefined
  } else if (found[5] !== undefined) {
    min = 0
    max = Number(found[5])
    r.warn(
      'REX203',
      `"${found[0]}" is read as at most ${max}; PCRE before 10.43 reads it as plain text`,
      open,
      r.at,
      `write {0,${max}}`,
    )
  } else {
    min = Number(found[2])
    max = found[3] === '' ? min : found[4] === '' ? undefined : Number(found[4])
  }
  if (min > bounds.count || (max ?? 0) > bounds.count) {
    return r.fail(
      'REX006',
      `"${found[0]}" repeats more than ${bounds.count} times`,
      open,
      r.at,
      'lower the count, or leave the upper bound out',
    )
  }
  if (max !== undefined && max < min)
    return r.fail('REX006', `the bounds of "${found[0]}" are out of order`, open, r.at, 'write the smaller number first')
  const lazy = (found[6] === '?') !== r.flags.ungreedy
  // pcre2pattern, comments: under (?x) a blank may stand before the + of a possessive quantifier.
  const possessive = found[6] === '+' || (found[6] === '' && r.flags.extended && r.take(/[\t-\r ]+\+/y) !== undefined)
  const how = possessive ? 'possessive' : lazy ? 'lazy' : 'greedy'
  skipComments(r)
  if (r.repeats()) return nothingToRepeat(r, r.at)
  // pcre2pattern, assertions: repeated, one is asked once, or once or not at all.
  if (atom.kind === 'look') return min > 0 ? { ...atom, span } : { kind: 'repeat', of: atom, min: 0, max: 1, how, span }
  return { kind: 'repeat', of: atom, min, max, how, span }
}

/** quantifier := ('*' | '+' | '?' | '{' bounds '}') ('?' | '+')?, as the parts of `/(?:([*+?])|\{(\d+)(,?)(\d*)\}|\{,(\d+)\})([+?]?)/`. */
function quantifier(r: Reading): readonly (string | undefined)[] | undefined {
  const sign = r.text[r.at]!
  if (sign === '{') return r.take(/(?:([*+?])|\{(\d+)(,?)(\d*)\}|\{,(\d+)\})([+?]?)/y)
  const next = r.text[r.at + 1]
  const suffix = next === '+' || next === '?' ? next : ''
  r.at += 1 + suffix.length
  return [sign + suffix, sign, undefined, undefined, undefined, undefined, suffix]
}

function nothingToRepeat(r: Reading, at: number): RegexTree {
  return r.fail(
    'REX005',
    `"${r.text[at]}" has nothing to repeat`,
    at,
    at + 1,
    'put a character or a group before it, or escape it with a backslash',
  )
}

const isList = (of: RegexTree | readonly RegexTree[]): of is readonly RegexTree[] => Array.isArray(of)

/** atom := '.' | '^' | '$' | '[' class | '(' group | '\' escape | character. Several for `\Q…\E`; undefined for flags, which stand for nothing. */
function parseAtom(r: Reading): RegexTree | readonly RegexTree[] | undefined {
  const start = r.at
  const character = r.text[start]!
  const span = { start, end: start + 1 }
  switch (character) {
    case '.':
      r.at++
      return { kind: 'any', newline: r.flags.dotAll, span }
    case '^':
      r.at++
      return { kind: 'edge', at: r.flags.multiline ? 'line-start' : 'start', span }
    case '$':
      r.at++
      return { kind: 'edge', at: r.flags.multiline ? 'line-end' : 'end', span }
    case '[':
      return parseSet(r)
    case '(':
      return parseGroup(r)
    case '\\':
      return parseEscape(r)
    default: {
      if (r.repeats()) return nothingToRepeat(r, start)
      const point = r.text.codePointAt(start)!
      r.at += point > 0xffff ? 2 : 1
      return r.character(point, start)
    }
  }
}

/** '(' … ')'. Undefined for `(?i)`, which changes flags and stands for nothing. */
function parseGroup(r: Reading): RegexTree | undefined {
  const start = r.at
  if (r.depth >= r.deepest)
    return r.fail('REX010', `groups are nested deeper than ${r.deepest}`, start, start + 1, 'take some of the parentheses away')
  // Most groups have no mark behind the parenthesis, or the colon of those that take nothing.
  const mark = r.text.charCodeAt(start + 1)
  if (mark !== 0x3f && mark !== 0x2a) return plainGroup(r, start, { ...r.flags }, undefined)
  if (mark === 0x3f && r.text.charCodeAt(start + 2) === 0x3a) {
    r.at += 3
    return parseBody(r, start, { ...r.flags })
  }
  const saved = { ...r.flags }
  const sign = mark === 0x3f ? r.text[start + 2] : undefined
  if (sign === '=' || sign === '!') {
    r.at += 3
    return lookAround(r, start, saved, true, sign === '!')
  }
  const called = sign !== '&' && sign !== 'P' ? undefined : r.calls === undefined ? undefined : r.take(/\(\?(?:&|P>)(\w+)\)/y)
  if (called !== undefined)
    return (
      r.calls!.get(called[1]!) ??
      r.fail('REX014', `there is no group "${called[1]}"`, start, r.at, 'groups that are called are defined before')
    )
  if (r.take(/\(\*/y) !== undefined) return r.unsupported(`"${r.text.slice(start, start + 12)}"`, start, r.at)
  if (r.take(/\(\?(?:R|[+-]?\d+|&\w*|P>\w*)\)/y) !== undefined) return r.unsupported('calling a group (recursion)', start, r.at)
  if (r.take(/\(\?\(/y) !== undefined) return r.unsupported('a condition "(?("', start, r.at)
  if (r.take(/\(\?C/y) !== undefined) return r.unsupported('a callout "(?C"', start, r.at)
  if (r.take(/\(\?<?\*/y) !== undefined) return r.unsupported('non-atomic look-around', start, r.at)
  const back = r.take(/\(\?P=(\w+)\)/y)
  if (back !== undefined) return refer(r, back[1]!, start)

  const look = r.take(/\(\?(<?)([=!])/y)
  if (look !== undefined) return lookAround(r, start, saved, look[1] === '', look[2] === '!')
  if (r.take(/\(\?>/y) !== undefined) return { kind: 'atomic', of: parseBody(r, start, saved), span: { start, end: r.at } }
  if (r.take(/\(\?\|/y) !== undefined) return parseReset(r, start, saved)
  const named = r.take(/\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y)
  const flags = named === undefined ? r.take(/\(\?(\^?)([imsxnUJ]*)(?:-([imsxnUJ]*))?([:)])/y) : undefined
  if (flags !== undefined) {
    changeFlags(r, flags[1] === '^', flags[2]!, flags[3] ?? '')
    return flags[4] === ')' ? undefined : parseBody(r, start, saved)
  }
  if (named === undefined && r.looking('(?')) {
    return r.fail(
      'REX015',
      `"${r.text.slice(start, start + 4)}" begins no group that is known`,
      start,
      Math.min(start + 4, r.text.length),
      'groups begin with (?: (?= (?! (?<= (?<! (?> (?<name> or flags such as (?i)',
    )
  }
  return plainGroup(r, start, saved, named?.[1] ?? named?.[2])
}

function lookAround(r: Reading, start: number, saved: Flags, ahead: boolean, negative: boolean): RegexTree {
  const tree: RegexTree = { kind: 'look', of: parseBody(r, start, saved), ahead, negative, span: { start, end: r.at } }
  if (!tree.ahead && !r.failed && longest(tree.of) === undefined)
    r.warn('REX201', 'this look-behind has no greatest length; PCRE refuses it', start, r.at, 'bound its repeats')
  return tree
}

/** A group that takes what is inside, its parenthesis and name read already where it has one. */
function plainGroup(r: Reading, start: number, saved: Flags, name: string | undefined): RegexTree {
  if (name === undefined) {
    r.at++
    if (r.flags.noCapture) return parseBody(r, start, saved)
  }
  const index = ++r.groups
  if (name !== undefined) {
    if (r.names.has(name)) return r.fail('REX016', `two groups are called "${name}"`, start, r.at, 'rename one of them')
    r.names.set(name, index)
  }
  return {
    kind: 'group',
    of: parseBody(r, start, saved),
    index,
    ...(name === undefined ? {} : { name }),
    span: { start, end: r.at },
  }
}

/** What is inside a group, and its closing parenthesis; flags set inside end here. */
function parseBody(r: Reading, start: number, saved: Flags): RegexTree {
  r.depth++
  const tree = parseChoice(r)
  r.depth--
  r.flags = saved
  if (!r.looking(')'))
    return r.fail('REX001', 'this group is not closed', start, start + 1, 'close it with ")", or write "\\(" for the character')
  r.at++
  return tree
}

/** (?|…|…): the groups of every branch have the same numbers. */
function parseReset(r: Reading, start: number, saved: Flags): RegexTree {
  const first = r.groups
  let most = first
  const branches: RegexTree[] = []
  r.depth++
  do {
    if (branches.length > 0) r.at++
    r.groups = first
    branches.push(parseSequence(r))
    most = Math.max(most, r.groups)
  } while (r.looking('|'))
  r.depth--
  r.groups = most
  r.flags = saved
  if (!r.looking(')')) return r.fail('REX001', 'this group is not closed', start, start + 1, 'close it with ")"')
  r.at++
  return { kind: 'choice', of: branches, reset: true, span: { start, end: r.at } }
}

function changeFlags(r: Reading, reset: boolean, on: string, off: string): void {
  const flags = r.flags
  if (reset) flags.ignoreCase = flags.multiline = flags.dotAll = flags.extended = flags.extendedMore = flags.noCapture = false
  const change = (letters: string, value: boolean) => {
    for (const letter of letters) {
      if (letter === 'i') flags.ignoreCase = value
      else if (letter === 'm') flags.multiline = value
      else if (letter === 's') flags.dotAll = value
      else if (letter === 'x') flags.extended = value
      else if (letter === 'n') flags.noCapture = value
      else if (letter === 'U') flags.ungreedy = value
    }
  }
  change(on, true)
  flags.extendedMore = (flags.extendedMore || on.includes('xx')) && !off.includes('x')
  change(off, false)
}

/** Names of references exchanged for numbers, and every reference checked. */
function settle(r: Reading, tree: RegexTree): RegexTree {
  for (const { to, span } of r.references) {
    const known = typeof to === 'number' ? to >= 1 && to <= r.groups : r.names.has(to)
    if (!known)
      return r.fail(
        'REX014',
        `there is no group "${to}"`,
        span.start,
        span.end,
        'groups are counted from 1, by their opening parenthesis',
      )
  }
  return r.references.some(({ to }) => typeof to === 'string') ? named(tree, r.names) : tree
}

function named(tree: RegexTree, names: ReadonlyMap<string, number>): RegexTree {
  switch (tree.kind) {
    case 'reference': {
      const { name, ...rest } = tree
      return name === undefined ? tree : { ...rest, group: names.get(name)! }
    }
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(part => named(part, names)) }
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return { ...tree, of: named(tree.of, names) }
    default:
      return tree
  }
}

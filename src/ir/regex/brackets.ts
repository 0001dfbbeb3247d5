// Bracketed classes: `[a-z\d[:punct:]]`.

import { posixSets } from './characters.ts'
import { letterEscapes, parsePoint, parseProperty, parseQuoted } from './escape.ts'
import type { Reading } from './reading.ts'
import type { RegexTree, SetItem } from './tree.ts'

/** '[' '^'? (character | range | escape | '[:name:]')* ']'. A ']' that comes first is plain. */
export function parseSet(r: Reading): RegexTree {
  const start = r.at
  r.at++
  const negated = r.take(/\^/y) !== undefined
  const items: SetItem[] = []
  let first = true
  for (;;) {
    r.take(/(?:\\E|\\Q\\E)+/y)
    if (r.flags.extendedMore) r.take(/[ \t]+/y)
    if (r.at >= r.text.length) {
      return r.fail('REX003', 'this "[" is not closed', start, start + 1, 'close it with "]", or write "\\[" for the character')
    }
    if (r.looking(']') && !first) break
    first = false
    const from = r.at
    const item = parseMember(r)
    if (item === undefined) return { kind: 'empty' }
    const dash = r.at
    if (!rangeFollows(r)) {
      items.push(...item)
      continue
    }
    const low = item.length === 1 && 'from' in item[0]! && item[0].from === item[0].to ? item[0].from : undefined
    if (low === undefined) {
      plainHyphen(r, dash)
      items.push(...item, { from: 0x2d, to: 0x2d })
      r.at = dash + 1
      continue
    }
    r.at++
    const last = parseMember(r)
    if (last === undefined) return { kind: 'empty' }
    const high = last[0]
    if (last.length !== 1 || high === undefined || !('from' in high)) {
      plainHyphen(r, dash)
      items.push(...item, { from: 0x2d, to: 0x2d }, ...last)
    } else if (high.from < low) {
      return r.fail(
        'REX004',
        `the range "${r.text.slice(from, r.at)}" runs backwards`,
        from,
        r.at,
        'write the smaller character first, or escape the hyphen',
      )
    } else items.push({ from: low, to: high.from })
  }
  r.at++
  return { kind: 'set', items, negated, fold: r.flags.ignoreCase, span: { start, end: r.at } }
}

function rangeFollows(r: Reading): boolean {
  r.take(/(?:\\E|\\Q\\E)+/y)
  if (r.flags.extendedMore) r.take(/[ \t]+/y)
  return r.looking('-') && r.at + 1 < r.text.length && r.text[r.at + 1] !== ']'
}

function plainHyphen(r: Reading, at: number): void {
  r.warn(
    'REX202',
    'the hyphen beside a class is read as a plain character; PCRE refuses it',
    at,
    at + 1,
    'write "\\-", or put the hyphen last',
  )
}

/** One member of a bracketed class; several for `\Q…\E`. Undefined after a failure. */
function parseMember(r: Reading): SetItem[] | undefined {
  const start = r.at
  const posix = r.take(/\[:(\^?)([a-z]*):\]/y)
  if (posix !== undefined) {
    const name = posix[2]!
    if (!Object.hasOwn(posixSets, name)) {
      r.fail('REX012', `there is no class "[:${name}:]"`, start, r.at, `the classes are ${Object.keys(posixSets).join(' ')}`)
      return undefined
    }
    // pcre2pattern, POSIX character classes: under (?i), upper and lower mean any letter.
    const named = r.flags.ignoreCase && (name === 'upper' || name === 'lower') ? 'alpha' : name
    return [{ named, negated: posix[1] === '^' }]
  }
  if (r.take(/\[[.=]/y) !== undefined) {
    r.unsupported('a collating element', start, r.at)
    return undefined
  }
  if (!r.looking('\\')) {
    const point = r.text.codePointAt(start)!
    r.at += point > 0xffff ? 2 : 1
    return [{ from: point, to: point }]
  }
  const letter = r.text[start + 1]
  if (letter === undefined) {
    r.fail('REX008', 'the regular expression ends in a backslash', start, start + 1, 'write "\\\\" for the character')
    return undefined
  }
  if (letter === 'Q') {
    return parseQuoted(r).flatMap(tree => (tree.kind === 'char' ? [{ from: tree.point, to: tree.point }] : []))
  }
  if (Object.hasOwn(letterEscapes, letter)) {
    r.at += 2
    return [letterEscapes[letter]!]
  }
  if (letter === 'b') {
    r.at += 2
    return [{ from: 8, to: 8 }]
  }
  if (letter === 'p' || letter === 'P') {
    const item = parseProperty(r)
    return r.failed ? undefined : [item]
  }
  if (/[BRXNAZzGKCgk]/.test(letter) && !r.looking('\\N{U+')) {
    r.fail('REX007', `"\\${letter}" means nothing inside brackets`, start, start + 2, 'take it out of the brackets')
    return undefined
  }
  if (letter === '8' || letter === '9') {
    r.at += 2
    return [{ from: letter.charCodeAt(0), to: letter.charCodeAt(0) }]
  }
  const point = parsePoint(r, start)
  return point === undefined ? undefined : [{ from: point, to: point }]
}

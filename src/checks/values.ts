// Values that repeat each other, carry needless wildcards, or hold characters that nobody sees.

import type { ScalarNode } from '../rules/sigma.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { fold } from '../text/fold.ts'
import { type Item, isText, type Report, sigmaCheck, verbatim, type Written, withoutLine } from './check.ts'

/** Modifiers under which a value is a plain pattern of Sigma. */
const plainModifiers = new Set(['contains', 'startswith', 'endswith', 'all', 'cased', 'windash', 'neq'])

export const values = sigmaCheck(
  'values',
  {
    LNT240: 'a list holds a value twice',
    LNT241: 'a value is covered by another one of its list',
    LNT242: 'wildcards where a modifier says it better',
    LNT243: 'a wildcard that the modifier adds already',
    LNT244: 'several stars in a row',
    LNT247: 'a value holds characters that nobody sees',
    LNT248: 'a value holds a typographic dash or quote',
    LNT252: 'a list holds null and the empty text',
  },
  (written, report) => {
    for (const item of written.items) {
      const plain = item.modifiers.every(name => plainModifiers.has(name))
      repeats(item, plain, written, report)
      if (plain) for (const value of item.values) stars(item, value, written, report)
      for (const value of item.values) characters(item, value, report)
      if (
        item.field !== undefined &&
        item.values.some(isNull) &&
        item.values.some(value => value.text === '' && value.style === 'quoted')
      ) {
        report(
          'LNT252',
          'note',
          `"${item.field}" may be null or empty, which the specification does not allow in one list`,
          item.node.span,
          {
            hint: 'use two selections joined by "or"',
          },
        )
      }
    }
  },
)

function isNull(node: ScalarNode): boolean {
  return node.style === 'plain' && /^(?:~|null|Null|NULL|)$/.test(node.text)
}

/** Covered values of one list that are told; a list with more has them on purpose. */
const mostTold = 5

function repeats(item: Item, plain: boolean, written: Written, report: Report): void {
  const cased =
    item.modifiers.includes('cased') || item.modifiers.includes('re') || item.modifiers.some(name => name.startsWith('base64'))
  const form = (text: string): string => (cased ? text : fold(text))
  const seen = new Map<string, ScalarNode>()
  const kept: ScalarNode[] = []
  for (const value of item.values) {
    const key = `${isText(value)}${form(value.text)}`
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, value)
      kept.push(value)
      continue
    }
    const same = first.text === value.text
    report(
      'LNT240',
      'warning',
      same ? `"${value.text}" is in this list twice` : `"${value.text}" is "${first.text}" in other letters, and case is ignored`,
      value.span,
      {
        hint: 'leave one of them out',
        related: [{ message: 'first here', span: first.span }],
        ...withoutLine(written, value),
      },
    )
  }
  const position = ['contains', 'startswith', 'endswith'].find(name => item.modifiers.includes(name))
  if (!plain || position === undefined || kept.length > 1000) return
  const all = item.modifiers.includes('all')
  const covers = { contains: 'includes', startswith: 'startsWith', endswith: 'endsWith' }[position] as
    | 'includes'
    | 'startsWith'
    | 'endsWith'
  const literal = kept.filter(value => value.text !== '' && isText(value) && !/[*?]/.test(value.text))
  const forms = literal.map(value => form(value.text))
  let told = 0
  for (const [index, value] of literal.entries()) {
    const wide = forms.findIndex((other, place) => place !== index && forms[index]![covers](other))
    if (wide === -1 || told === mostTold) continue
    told++
    const [needless, reason] = all ? [literal[wide]!, value] : [value, literal[wide]!]
    report('LNT241', 'note', `"${needless.text}" changes nothing beside "${reason.text}"`, needless.span, {
      hint: all ? 'whatever holds the longer one holds it too' : 'whatever it matches the shorter one matches too',
      related: [{ message: 'this one', span: reason.span }],
    })
  }
}

/** Stars that stand unescaped at the ends of a text, and how many characters they are. */
function ends(text: string): { readonly start: number; readonly end: number } {
  let start = 0
  while (text[start] === '*') start++
  if (start === text.length) return { start, end: 0 }
  let tail = text.length
  while (text[tail - 1] === '*') tail--
  let escapes = tail
  while (text[escapes - 1] === '\\') escapes--
  const end = text.length - tail
  return { start, end: end > 0 && (tail - escapes) % 2 === 1 ? end - 1 : end }
}

function stars(item: Item, value: ScalarNode, written: Written, report: Report): void {
  const { text } = value
  if (!text.includes('*') || item.field === undefined) return
  const { start, end } = ends(text)
  if (/(?:^|[^\\])(?:\\\\)*\*\*/.test(text)) {
    const at = verbatim(written, value)
    // A backslash in front would take one of the stars for itself.
    const safe = at !== undefined && value.style === 'quoted' && !/\\\*/.test(text)
    report('LNT244', 'note', `several stars in a row are one`, value.span, {
      hint: 'leave one star',
      ...(safe ? { fix: [{ span: { start: at, end: at + text.length }, text: text.replace(/\*{2,}/g, '*') }] } : {}),
    })
    return
  }
  const inner = text.slice(start, text.length - end)
  if (inner === '' || (start === 0 && end === 0)) return
  const at = verbatim(written, value)
  const position = ['contains', 'startswith', 'endswith'].find(name => item.modifiers.includes(name))
  if (position !== undefined) {
    const needless = (position !== 'startswith' && start > 0) || (position !== 'endswith' && end > 0)
    if (!needless) return
    const from = position === 'startswith' ? 0 : start
    const to = text.length - (position === 'endswith' ? 0 : end)
    // A backslash before the star keeps its meaning at the end of a value.
    const safe =
      at !== undefined && (position === 'endswith' || end === 0 || !text.slice(0, to).endsWith('\\')) && value.style === 'quoted'
    report('LNT243', 'note', `"${position}" adds the star of "${text}" already`, value.span, {
      hint: `write "${text.slice(from, to)}"`,
      ...(safe ? { fix: [{ span: { start: at, end: at + text.length }, text: text.slice(from, to) }] } : {}),
    })
    return
  }
  if (item.modifiers.length > 0 || /[*?]/.test(inner.replace(/\\[*?\\]/g, ''))) return
  if (
    item.values.some(other => !isText(other) || ends(other.text).start > 0 !== start > 0 || ends(other.text).end > 0 !== end > 0)
  )
    return
  const better = start > 0 && end > 0 ? 'contains' : start > 0 ? 'endswith' : 'startswith'
  report('LNT242', 'note', `"${text}" is what "${better}" says`, value.span, {
    hint: `write "${item.field}|${better}" and leave the stars out`,
    ...modified(item, better, written, value),
  })
}

/** The change that says stars at the ends of all values of an item by a modifier; told once, at the first of them. */
function modified(item: Item, modifier: string, written: Written, value: ScalarNode): Pick<Diagnostic, 'fix'> {
  if (item.values[0] !== value || item.key === undefined || item.key.style !== 'plain') return {}
  const changes = item.values.map(one => {
    const at = verbatim(written, one)
    const { start, end } = ends(one.text)
    const inner = one.text.slice(start, one.text.length - end)
    // A backslash at the end would be read with what follows it, an unquoted value perhaps as something else.
    return at === undefined || one.style !== 'quoted' || inner === '' || inner.endsWith('\\') || /[*?]/.test(inner)
      ? undefined
      : { span: { start: at, end: at + one.text.length }, text: inner }
  })
  const { end } = item.key.span
  return changes.every(change => change !== undefined)
    ? { fix: [{ span: { start: end, end }, text: `|${modifier}` }, ...changes] }
    : {}
}

/** Control, zero-width and direction characters, blanks that are no blank. */
const unseen =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u00a0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff\uffa0]/

function characters(item: Item, value: ScalarNode, report: Report): void {
  // Joined pictures (a zero-width joiner between two) are seen as one.
  const hidden = unseen.exec(
    value.text.replace(/(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})/gu, ''),
  )
  if (hidden !== null) {
    const point = hidden[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    report('LNT247', 'warning', `the value holds the unseen character U+${point}`, value.span, {
      hint: 'type it anew, or write it as an escape in double quotes if it is meant',
    })
    return
  }
  const typographic = /[\u2010-\u2015\u2018-\u201f\u2212]/.exec(value.text)
  if (typographic !== null && !item.modifiers.includes('windash')) {
    report('LNT248', 'note', `the value holds the typographic character "${typographic[0]}"`, value.span, {
      hint: /[\u2010-\u2015\u2212]/.test(typographic[0])
        ? 'a plain dash is "-"; "windash" finds both'
        : 'plain quotes are " and \'',
    })
  }
}

// Conditions that are read otherwise than they look, or repeat themselves.

import type { ScalarNode, YamlNode } from '../rules/sigma.ts'
import { entry } from '../rules/sigma.ts'
import { sigmaCheck } from './check.ts'

export const condition = sigmaCheck(
  'condition',
  {
    LNT260: '"them" with a single search identifier',
    LNT261: '"and" and "or" stand side by side without parentheses',
    LNT262: 'two search identifiers say the same',
    LNT263: 'a condition that can never hold',
    LNT264: 'a correlation without groups',
  },
  ({ kind, section, selections, map }, report) => {
    if (kind === 'correlation') {
      if (entry(section, 'group-by') === undefined) {
        report(
          'LNT264',
          'note',
          'without "group-by" the events of all hosts and users count together',
          entry(map, 'correlation')!.key.span,
          {
            hint: 'the specification wants "group-by": name the fields that must be the same',
          },
        )
      }
      return
    }
    const node = entry(section, 'condition')?.value
    const texts =
      node === undefined
        ? []
        : (node.kind === 'list' ? node.items : [node]).filter((item): item is ScalarNode => item.kind === 'scalar')
    const visible = selections.filter(({ key }) => !key.text.startsWith('_'))
    for (const text of texts) {
      if (text.text.length > 10_000) continue
      if (visible.length === 1 && /\bof\s+them\b/.test(text.text)) {
        report('LNT260', 'note', `"them" is only "${visible[0]!.key.text}"`, text.span, {
          hint: `write "${visible[0]!.key.text}"`,
        })
      }
      if (mixes(text.text)) {
        report('LNT261', 'note', '"and" binds closer than "or"', text.span, { hint: 'put parentheses where you mean them' })
      }
      const never = contradiction(text.text)
      if (never !== undefined) report('LNT263', 'warning', `"${never}" is asked for and ruled out`, text.span)
    }
    const seen = new Map<string, ScalarNode>()
    for (const { key, value } of selections) {
      const form = JSON.stringify(plain(value))
      const first = seen.get(form)
      if (first === undefined) seen.set(form, key)
      else {
        report('LNT262', 'warning', `"${key.text}" says the same as "${first.text}"`, key.span, {
          related: [{ message: 'this one', span: first.span }],
        })
      }
    }
  },
)

/** A selection without its places and the order of its items. */
function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return [node.style === 'plain', node.text]
  if (node.kind === 'list') return node.items.map(plain)
  return Object.fromEntries(
    node.entries.map(({ key, value }): [string, unknown] => [key.text, plain(value)]).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Whether one level of a condition has both operators. */
function mixes(text: string): boolean {
  const levels: Set<string>[] = [new Set()]
  for (const [word] of text.split('|')[0]!.matchAll(/[()]|[\w*.-]+/g)) {
    if (word === '(') levels.push(new Set())
    else if (word === ')') {
      if (levels.length > 1) levels.pop()
    } else if (word === 'and' || word === 'or') {
      const level = levels.at(-1)!.add(word)
      if (level.size === 2) return true
    }
  }
  return false
}

/** A name that a plain chain of `and` has both with and without `not`. */
function contradiction(text: string): string | undefined {
  const parts = text.split(/\s+and\s+/)
  const positive = new Set(parts.map(part => part.trim()))
  for (const part of parts) {
    const name = /^\s*not\s+([\w-]+)\s*$/.exec(part)?.[1]
    if (name !== undefined && positive.has(name)) return name
  }
  return undefined
}

// The detection items of a rule within its meaning, as pySigma's pipelines see them: one field with its values, and the values as texts.

import type { Value } from '../ir/event.ts'
import { any, glob, one } from '../ir/glob.ts'
import type { Glob, Predicate, Scalar } from '../ir/predicate.ts'

export type Test = Predicate & { readonly kind: 'test' }

/** One test of an item, and whether it stands under `not` (a null value is "not present"). */
export interface Leaf {
  readonly test: Test
  readonly negated: boolean
}

/** A field with its values; a keyword has no field. */
export interface Part {
  readonly field: string | undefined
  readonly leaves: readonly Leaf[]
}

/** The field that a value is computed from; undefined when it is none, or several. */
export function fieldOf(scalar: Scalar): string | undefined {
  if (scalar.kind === 'field') return scalar.name
  return scalar.kind === 'call' && scalar.args.length > 0 ? fieldOf(scalar.args[0]!) : undefined
}

function leafOf(of: Predicate): Leaf | undefined {
  if (of.kind === 'test') return { test: of, negated: false }
  const inner = of.kind === 'not' && of.arg.kind === 'test' ? of.arg : undefined
  return inner?.match.kind === 'present' || inner?.match.kind === 'exists' ? { test: inner, negated: true } : undefined
}

/** The item that a question is, where it is one: a test, or several of the same field. */
export function partOf(of: Predicate): Part | undefined {
  const alone = leafOf(of)
  if (alone !== undefined) return { field: fieldOf(alone.test.subject), leaves: [alone] }
  if ((of.kind !== 'and' && of.kind !== 'or') || of.args.length === 0) return undefined
  const leaves: Leaf[] = []
  for (const arg of of.args) {
    // A value that one test cannot hold (a keyword in the record and in its fields) is an item within.
    const inner = leafOf(arg) ?? partOf(arg)
    if (inner === undefined) return undefined
    leaves.push(...('leaves' in inner ? inner.leaves : [inner]))
  }
  const { subject } = leaves[0]!.test
  const field = fieldOf(subject)
  const at = keyOf(subject)
  // Values of one item share the place of its key; two items of the same field do not.
  return leaves.every(({ test }) => fieldOf(test.subject) === field && keyOf(test.subject) === at) ? { field, leaves } : undefined
}

/** Where the key of an item stands in the rule. */
function keyOf(scalar: Scalar): number | undefined {
  if (scalar.kind === 'call' && scalar.args.length > 0) return keyOf(scalar.args[0]!)
  return scalar.span?.start
}

/** The items of a question. */
export function partsOf(predicate: Predicate): readonly Part[] {
  const found: Part[] = []
  const open: Predicate[] = [predicate]
  for (let of = open.pop(); of !== undefined; of = open.pop()) {
    const part = partOf(of)
    if (part !== undefined) found.push(part)
    else if (of.kind === 'not') open.push(of.arg)
    else if (of.kind === 'and' || of.kind === 'or') open.push(...of.args)
  }
  return found.reverse()
}

/** A text with wildcards as pySigma shows it: only `*` and `?` are escaped. */
export function shown(of: Glob): string {
  return of.map(part => (typeof part === 'string' ? part.replace(/[*?]/g, '\\$&') : part.wild === 'any' ? '*' : '?')).join('')
}

/** What such a text says: `\*` and `\?` are themselves, every other backslash too. */
export function readShown(text: string): Glob {
  const parts: Glob[number][] = []
  for (const [piece] of text.matchAll(/\\[*?]|[*?]|[^*?\\]+|\\/g))
    parts.push(
      piece === '*'
        ? any
        : piece === '?'
          ? one
          : piece.length === 2 && piece[0] === '\\' && /[*?]/.test(piece)
            ? piece[1]!
            : piece,
    )
  return glob(parts)
}

/** The value of a leaf: a text, a number, a truth value, null; undefined for a regular expression, a network, another field. */
export function valueIn({ test, negated }: Leaf): { readonly value: Value } | undefined {
  const { match } = test
  if (match.kind === 'glob') return { value: shown(match.glob) }
  if (match.kind === 'empty') return { value: '' }
  if (match.kind === 'present' && negated) return { value: null }
  if (match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal') return { value: match.to.value }
  return undefined
}

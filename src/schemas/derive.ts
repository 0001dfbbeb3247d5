// Fields that no product writes and rules ask for, computed from one that it does. Pure; bounded by the length of the text.

import type { Value } from '../ir/event.ts'
import { suffixes } from './suffixes.ts'

/** A field computed from another: the field it is computed from, and how. Absent (undefined) where the text has no such part. */
export interface Derived {
  readonly from: string
  readonly fn: (text: string) => Value | undefined
  readonly title: string
}

/** RFC 1035 §3.1 allows 253 characters in a written name; longer texts are no names. */
const longest = 253

/**
 * The labels of a DNS name, lower case, without the dot that may end it; undefined for what is no name with at least two labels:
 * addresses, single labels, empty labels, overlong texts.
 */
function labelsOf(name: string): readonly string[] | undefined {
  const text = name.trim().replace(/\.$/, '').toLowerCase()
  if (text.length === 0 || text.length > longest || !text.includes('.')) return undefined
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || text.includes(':')) return undefined
  const labels = text.split('.')
  return labels.some(label => label.length === 0) ? undefined : labels
}

/** How many of the last labels are the public suffix, by the longest rule that fits (https://publicsuffix.org/list/, "Algorithm"). */
function suffixLength(labels: readonly string[]): number {
  const top = labels.at(-1)!
  const below = Object.hasOwn(suffixes, top) ? suffixes[top]! : []
  if (labels.length < 2) return 1
  const last = labels.length - 1
  const two = labels[last - 1]!
  if (labels.length >= 3 && below.includes(`${labels[last - 2]}.${two}`)) return 3
  if (below.includes(`*.${two}`)) return 3
  if (below.includes(`!${two}`)) return 1
  return below.includes(two) || below.includes('*') ? 2 : 1
}

/**
 * The registered domain of a name: its public suffix and one label more, lower case (`A.b.example.co.uk` → `example.co.uk`).
 * Undefined for an address, a single label and a name that is itself a public suffix. Suffixes that companies run
 * (`cloudfront.net`) count as registered domains, so that all names below one are one zone.
 */
export function registeredDomain(name: string): string | undefined {
  const labels = labelsOf(name)
  if (labels === undefined) return undefined
  const length = suffixLength(labels)
  return labels.length <= length ? undefined : labels.slice(-length - 1).join('.')
}

/**
 * How many characters stand left of the registered domain, dots not counted (`abc.de.example.com` → 5); 0 for the registered domain itself.
 * A tunnel carries its data there, in one label or split over several, often with a short label of its own zone between
 * (`data.data.t1.example.com`); the sum sees all three alike, where the first label or the mean of the labels would not.
 */
export function queryPrefixLength(name: string): number | undefined {
  const labels = labelsOf(name)
  if (labels === undefined) return undefined
  const length = suffixLength(labels)
  if (labels.length <= length) return undefined
  return labels.slice(0, -length - 1).reduce((sum, label) => sum + label.length, 0)
}

/** The derived fields by name. A record that carries a field of that name itself keeps its own. */
export const derived: Readonly<Record<string, Derived>> = {
  QueryZone: { from: 'QueryName', fn: registeredDomain, title: 'registered domain of the name asked for' },
  QueryPrefixLength: {
    from: 'QueryName',
    fn: queryPrefixLength,
    title: 'characters left of the registered domain, dots not counted',
  },
}

/** How to compute a field that may be derived, or undefined when it is an ordinary one. */
export function derive(
  name: string,
): { readonly from: string; readonly compute: (text: string) => Value | undefined } | undefined {
  if (!Object.hasOwn(derived, name)) return undefined
  const { from, fn } = derived[name]!
  return { from, compute: fn }
}

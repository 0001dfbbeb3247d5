// Fields that no product writes and rules ask for, computed from one that it does. Pure; bounded by the length of the text.

import { asText, type Value } from '../ir/event.ts'
import { suffixes } from './suffixes.ts'

/** A field computed from others: the field it is computed from, and how. Absent (undefined) where the text has no such part. */
export interface Derived {
  readonly from: string
  /** Further fields that it needs, and then those that it can do without: `fn` has their texts behind the first, undefined where an event has none. */
  readonly also?: readonly string[]
  readonly optional?: readonly string[]
  readonly fn: (text: string, ...others: readonly (string | undefined)[]) => Value | undefined
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

/** Digits of one count divided by those of another; undefined without both, or by none. */
function quotient(sum: string | undefined, count: string | undefined): number | undefined {
  if (!/^\d{1,20}$/.test(sum ?? '') || !/^\d{1,20}$/.test(count ?? '') || Number(count) === 0) return undefined
  return Number(sum) / Number(count)
}

/**
 * What an Ethernet frame with an ICMP echo has beside its data: 14 bytes of Ethernet, 20 of IPv4 or 40 of IPv6, 8 of ICMP
 * (IEEE 802.3, RFC 791, RFC 8200, RFC 792). Frames are counted before a VLAN tag would make it 4 more.
 */
function payloadBytes(frames: string, packets: string | undefined, transport: string | undefined): number | undefined {
  const mean = quotient(frames, packets)
  if (mean === undefined || !/icmp/i.test(transport ?? '')) return undefined
  return Math.max(0, Number(frames) - Number(packets) * (/6/.test(transport ?? '') ? 62 : 42))
}

/** The parts of a target as HTTP has it (RFC 9112 §3.2): a whole URL, `host:port`, or a path with or without query. */
function target(text: string): { readonly host?: string; readonly stem: string; readonly query?: string } {
  const begun = /^[a-z][a-z0-9+.-]{0,20}:\/\/([^/?#]*)/i.exec(text) ?? /^([^/?#]+):\d{1,5}$/.exec(text)
  const rest = begun === null ? text : text.slice(begun[0].length)
  const mark = rest.indexOf('?')
  const host = begun?.[1]?.replace(/^.*@/s, '').replace(/:\d{1,5}$/, '')
  return {
    ...(host === undefined || host === '' ? {} : { host }),
    stem: mark === -1 ? rest : rest.slice(0, mark),
    ...(mark === -1 ? {} : { query: rest.slice(mark + 1) }),
  }
}

/** What stands behind the last dot of the last step of a path: `.jpg` in `/a/b.jpg`. */
function extension(text: string): string | undefined {
  return /\.([A-Za-z0-9_-]{1,20})$/.exec(target(text).stem)?.[1]
}

/** A path and its query in one, as the client asked. */
function whole(stem: string, query: string | undefined): string {
  return query === undefined || query === '' ? stem : `${stem}?${query}`
}

/** The name without its first label: `b.example.com` for `a.b.example.com`. */
function parentDomain(name: string): string | undefined {
  const labels = labelsOf(name)
  return labels === undefined ? undefined : labels.slice(1).join('.')
}

/** The derived fields by name. A record that carries a field of that name itself keeps its own. */
export const derived: Readonly<Record<string, Derived>> = {
  QueryZone: { from: 'QueryName', fn: name => registeredDomain(name), title: 'registered domain of the name asked for' },
  QueryPrefixLength: {
    from: 'QueryName',
    fn: name => queryPrefixLength(name),
    title: 'characters left of the registered domain, dots not counted',
  },
  // SigmaHQ's category dns.
  query_etld_plus_one: { from: 'query', fn: name => registeredDomain(name), title: 'registered domain of the name asked for' },
  query_length: { from: 'query', fn: name => name.length, title: 'characters of the name asked for' },
  parent_domain: { from: 'query', fn: parentDomain, title: 'the name asked for without its first label' },
  // SigmaHQ's categories proxy and webserver; W3C's identifiers (https://www.w3.org/TR/WD-logfile).
  'cs-uri': {
    from: 'cs-uri-stem',
    optional: ['url.query'],
    fn: (stem, query) => whole(stem, query),
    title: 'path and query in one',
  },
  'c-uri-extension': { from: 'c-uri', fn: extension, title: 'what stands behind the last dot of the path' },
  'c-uri-query': { from: 'c-uri', fn: text => target(text).query, title: 'what stands behind the question mark' },
  'c-uri-stem': { from: 'c-uri', fn: text => target(text).stem, title: 'the path without its query' },
  'c-uri-host': { from: 'c-uri', fn: text => target(text).host, title: 'the host that a whole URL names' },
  'url.whole': {
    from: 'url.path',
    optional: ['url.host'],
    fn: (path, host) => (host === undefined || !path.startsWith('/') ? path : `http://${host}${path}`),
    title: 'the URL, put together from host and path',
  },
  'proxy.whole': {
    from: 'proxy.path',
    optional: ['proxy.scheme', 'proxy.host', 'proxy.query'],
    fn: (path, scheme, host, query) =>
      `${scheme === undefined || host === undefined ? '' : `${scheme}://${host}`}${query?.startsWith('?') ? path + query : whole(path, query)}`,
    title: 'the URL, put together from scheme, host, path and query',
  },
  // Flow records.
  'source.payload_mean': {
    from: 'source.payload_bytes',
    also: ['source.packets'],
    fn: (bytes, packets) => quotient(bytes, packets),
    title: 'payload bytes of a packet, on average',
  },
  'source.payload_bytes': {
    from: 'source.frame_bytes',
    also: ['source.packets', 'network.transport'],
    fn: (frames, packets, transport) => payloadBytes(frames, packets, transport),
    title: 'payload bytes of ICMP, from the bytes of whole frames',
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

/** The most members of a list that are joined with another's. */
const mostPairs = 64

/**
 * What two columns hold together, joined with a backslash: domain and account, registry key and value name. Where one is absent or
 * empty, the other alone. Lists of the same length are joined member by member.
 */
export function joined(under: Value | undefined, column: Value | undefined): Value | undefined {
  if (Array.isArray(column)) {
    const above = (Array.isArray(under) ? under : [under]) as readonly (Value | undefined)[]
    return column
      .slice(0, mostPairs)
      .flatMap((member, index) => joined(above.length === column.length ? above[index] : above[0], member) ?? [])
  }
  const first = under === undefined ? undefined : asText(Array.isArray(under) ? (under[0] ?? null) : under)
  const second = column === undefined ? undefined : asText(column)
  if (first === undefined || first === '') return column
  return second === undefined || second === '' ? first : `${first}\\${second}`
}

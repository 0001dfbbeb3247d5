// Addresses and networks as languages of texts: what the engine takes for an address (`engine/address.ts`), as an expression.

import { parseAddress, parseNetwork } from '../engine/address.ts'
import { networkRegex } from '../ir/network.ts'
import { type RegexTree, readPortable } from '../ir/regex.ts'

const hex = '[0-9a-fA-F]{1,4}'
const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const quad = `${octet}(?:\\.${octet}){3}`

/** The eight groups of an address in every way of leaving some of them out; the last two may be a dotted quad. */
function spellings(): string {
  const ways = [`(?:${hex}:){7}${hex}`, `(?:${hex}:){6}${quad}`]
  for (let head = 0; head <= 7; head++) {
    const before = head === 0 ? '' : head === 1 ? hex : `(?:${hex}:){${head - 1}}${hex}`
    const left = 7 - head
    // A dotted quad stands for two groups.
    const behind = [
      ...(left >= 1 ? [`(?:${hex}:){0,${left - 1}}${hex}`] : []),
      ...(left >= 2 ? [`(?:${hex}:){0,${left - 2}}${quad}`] : []),
    ]
    ways.push(`${before}::${behind.length === 0 ? '' : `(?:${behind.join('|')})?`}`)
  }
  return `(?:${ways.join('|')})`
}

const read = (pattern: string): RegexTree => {
  const { value } = readPortable(pattern)
  if (value === undefined) throw new Error(`this is a bug in Terrier: the expression ${pattern} cannot be read`)
  return value
}

/** Every text that is an address: dotted quads (RFC 791), and RFC 4291 with an optional zone. */
export const addressTree: RegexTree = read(`^(?:${quad}|${spellings()}(?:%[\\s\\S]*)?)$`)

const first = '[1-9a-f][0-9a-f]{0,3}'
const small = '[0-9a-f]{1,4}'
/** The groups behind the first one, which is not zero. */
const tails = [
  `(?::${small}){7}`,
  ...Array.from({ length: 6 }, (_, head) => {
    const left = 5 - head
    return `(?::${small}){${head}}::(?:${left === 0 ? small : `${small}(?::${small}){0,${left}}`})?`
  }),
]
const plain = `${quad}|::ffff:${quad}|${first}(?:${tails.join('|')})|::1|0:0:0:0:0:0:0:1`

/** Addresses as Windows and the products write them, all of which their functions read alike: small letters, no zone, a mapped address as `::ffff:10.0.0.1`. */
export const plainAddressTree: RegexTree = read(`^(?:${plain})$`)

/** What a column of addresses may hold beside them: texts with a letter that is in no address, and a minus (`LOCAL`, `-`). */
export const addressOrWordTree: RegexTree = read(`^(?:${plain}|[^%]*[^%0-9a-fA-F:./\\s][^%]*)$`)

/** The texts of a network's addresses, exact among addresses; undefined for what is no network. */
export function networkTree(network: string): RegexTree | undefined {
  const pattern = networkRegex(network)
  if (pattern === undefined) return undefined
  const four = mappedPart(network)
  // A zone may be any text.
  const tree = read(pattern.replace(/^\(\?i\)/, '(?is)'))
  return four === undefined ? tree : { kind: 'choice', of: [tree, read(networkRegex(four)!)] }
}

/** The part of a network of IPv6 that is a network of IPv4, since an address of IPv4 is its mapped form. */
function mappedPart(network: string): string | undefined {
  if (!network.includes(':')) return undefined
  const [text, bits = '128'] = network.split('/')
  const address = parseAddress(text!)
  const inside = parseNetwork(network)
  if (address === undefined || inside === undefined) return undefined
  if (Number(bits) <= 96) return inside([0, 0, 0xffff, 0]) ? '0.0.0.0/0' : undefined
  if (address[0] !== 0 || address[1] !== 0 || address[2] !== 0xffff) return undefined
  const octets = [24, 16, 8, 0].map(shift => (address[3] >>> shift) & 255)
  return `${octets.join('.')}/${Number(bits) - 96}`
}

// Kusto's functions over IP addresses (https://learn.microsoft.com/kusto/query/scalar-functions#ipv4ipv6-functions).

import { type Address, parseAddress } from '../../address.ts'
import type { FunctionRow } from '../signature.ts'
import { type Arguments, count, list, long, type Maybe, many, row, text } from './values.ts'

const string = (value: Maybe): string => (typeof value === 'string' ? value : text(value, undefined))

interface Network {
  readonly value: number
  readonly bits: number
}

/** `10.0.0.1` or `10.0.0.0/8`; undefined for what is no IPv4 address. */
function network(written: string): Network | undefined {
  const found = /^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?\s*$/.exec(written)
  if (found === null) return undefined
  const octets = found.slice(1, 5).map(Number)
  const bits = found[5] === undefined ? 32 : Number(found[5])
  if (octets.some(octet => octet > 255) || bits > 32) return undefined
  return { value: octets.reduce((sum, octet) => sum * 256 + octet, 0), bits }
}

const masked = (value: number, bits: number): number => (bits === 0 ? 0 : Math.floor(value / 2 ** (32 - bits)) * 2 ** (32 - bits))

/** Both addresses under the shortest of the masks. */
function compared([a, b, prefix]: Arguments): number | undefined {
  const [x, y] = [network(string(a)), network(string(b))]
  if (x === undefined || y === undefined) return undefined
  const bits = Math.min(x.bits, y.bits, prefix === undefined ? 32 : (count(prefix) ?? 32))
  return Math.sign(masked(x.value, bits) - masked(y.value, bits))
}

const inRange = (address: string, range: string): boolean | undefined => {
  const [x, y] = [network(address), network(range)]
  return x === undefined || y === undefined ? undefined : masked(x.value, y.bits) === masked(y.value, y.bits)
}

const privates = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']

/** A private network holds the whole range that is asked about. */
function isPrivate(written: string): boolean | undefined {
  const of = network(written)
  return of === undefined
    ? undefined
    : privates.some(range => of.bits >= network(range)!.bits && inRange(written, range) === true)
}

const printed = (value: number): string => [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')

/** An address told by a number or a text, under a mask. */
function formatted([of, prefix]: Arguments, withMask: boolean): string {
  const bits = prefix === undefined ? 32 : count(prefix)
  const number = typeof of === 'string' ? network(of) : undefined
  const value = number?.value ?? (typeof of === 'string' ? undefined : Number(long(of) ?? -1n))
  const shown = Math.min(bits ?? 32, number?.bits ?? 32)
  if (bits === undefined || bits < 0 || bits > 32 || value === undefined || value < 0 || value > 0xffffffff) return ''
  return `${printed(masked(value, shown))}${withMask ? `/${shown}` : ''}`
}

/** Texts among arguments, lists taken apart. */
const spread = (args: Arguments): readonly string[] =>
  args.flatMap(one => (list(one) ?? (one === undefined ? [] : [one])).map(string))

const shape = /(?<![\w.])(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?![\w])(?!\.\d)/g

/** Addresses that stand in a text, whole: not within a longer run of letters, digits and dots. */
const addressesIn = (of: string): readonly string[] =>
  [...of.matchAll(shape)].map(found => found[1]!).filter(found => network(found) !== undefined)

/** A prefix ends in a dot, or is an address. */
const hasPrefix = (of: string, prefix: string): boolean =>
  prefix.endsWith('.') ? addressesIn(of).some(address => address.startsWith(prefix)) : addressesIn(of).includes(prefix)

const sixBits = (written: string): { readonly address: Address; readonly bits: number } | undefined => {
  const [address, bits] = written.trim().split('/')
  const parsed = parseAddress(address ?? '')
  if (parsed === undefined) return undefined
  const four = (address ?? '').includes('.') && !(address ?? '').includes(':')
  const size = bits === undefined ? 128 : Number(bits) + (four ? 96 : 0)
  return size >= 0 && size <= 128 ? { address: parsed, bits: size } : undefined
}

function sixCompared(a: string, b: string, prefix: number | undefined): number | undefined {
  const [x, y] = [sixBits(a), sixBits(b)]
  if (x === undefined || y === undefined) return undefined
  let bits = Math.min(x.bits, y.bits, prefix ?? 128)
  for (let word = 0; word < 4 && bits > 0; word++, bits -= 32) {
    const kept = Math.min(32, bits)
    const order = masked(x.address[word]!, kept) - masked(y.address[word]!, kept)
    if (order !== 0) return Math.sign(order)
  }
  return 0
}

export const addressFunctions: readonly FunctionRow[] = [
  row('parse_ipv4', { args: [1], type: 'long' }, ([of]) => {
    const found = network(string(of))
    return found === undefined ? undefined : masked(found.value, found.bits)
  }),
  row('parse_ipv4_mask', { args: [2], type: 'long' }, ([of, prefix]) => {
    const found = network(string(of))
    const bits = count(prefix)
    return found === undefined || bits === undefined || bits < 0 || bits > 32
      ? undefined
      : masked(found.value, Math.min(bits, found.bits))
  }),
  row('ipv4_compare', { args: [2, 3], type: 'long' }, compared),
  row('ipv4_is_match', { args: [2, 3], type: 'bool' }, args => {
    const order = compared(args)
    return order === undefined ? undefined : order === 0
  }),
  row('ipv4_is_private', { args: [1], type: 'bool' }, ([of]) => isPrivate(string(of))),
  row('ipv4_is_in_range', { args: [2], type: 'bool' }, ([of, range]) => inRange(string(of), string(range))),
  row('ipv4_is_in_any_range', { args: [2, many], type: 'bool' }, ([of, ...ranges]) => {
    const found = spread(ranges).map(range => inRange(string(of), range))
    return network(string(of)) === undefined ? undefined : found.includes(true)
  }),
  row('ipv4_netmask_suffix', { args: [1], type: 'long' }, ([of]) => network(string(of))?.bits),
  row('format_ipv4', { args: [1, 2], type: 'string' }, args => formatted(args, false)),
  row('format_ipv4_mask', { args: [2], type: 'string' }, args => formatted(args, true)),
  row('has_ipv4', { args: [2], type: 'bool' }, ([of, address]) => addressesIn(string(of)).includes(string(address))),
  row('has_any_ipv4', { args: [2, many], type: 'bool' }, ([of, ...addresses]) =>
    spread(addresses).some(address => addressesIn(string(of)).includes(address)),
  ),
  row('has_ipv4_prefix', { args: [2], type: 'bool' }, ([of, prefix]) => hasPrefix(string(of), string(prefix))),
  row('has_any_ipv4_prefix', { args: [2, many], type: 'bool' }, ([of, ...prefixes]) =>
    spread(prefixes).some(prefix => hasPrefix(string(of), prefix)),
  ),
  row('ipv6_compare', { args: [2, 3], type: 'long' }, ([a, b, prefix]) =>
    sixCompared(string(a), string(b), prefix === undefined ? undefined : count(prefix)),
  ),
  row('ipv6_is_match', { args: [2, 3], type: 'bool' }, ([a, b, prefix]) => {
    const order = sixCompared(string(a), string(b), prefix === undefined ? undefined : count(prefix))
    return order === undefined ? undefined : order === 0
  }),
  row('ipv6_is_in_range', { args: [2], type: 'bool' }, ([of, range]) => {
    const order = sixCompared(string(of), string(range), undefined)
    return order === undefined ? undefined : order === 0
  }),
  row('ipv6_is_in_any_range', { args: [2, many], type: 'bool' }, ([of, ...ranges]) =>
    spread(ranges).some(range => sixCompared(string(of), range, undefined) === 0),
  ),
]

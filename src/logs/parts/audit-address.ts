// Socket addresses as audit records hold them: the bytes of the structure that a system call was given.

import { hexBytes } from './audit-record.ts'

const utf8 = new TextDecoder()

/** A socket address as the fields that `ausearch -i` names: family, address and port, or path. Facts: sockaddr of Linux; the family is in the byte order of the host. */
export function socketAddress(digits: string): { family: string; address?: string; port?: string; path?: string } | undefined {
  const bytes = hexBytes(digits)
  if (bytes === undefined || bytes.length < 2) return undefined
  const family = bytes[0] === 0 ? bytes[1]! : bytes[1] === 0 ? bytes[0]! : -1
  if (family === 1) {
    // A name without path (`@name`) begins with a NUL.
    const hidden = bytes[2] === 0
    const rest = bytes.subarray(hidden ? 3 : 2)
    const end = rest.indexOf(0)
    return { family: 'local', path: (hidden ? '@' : '') + utf8.decode(end === -1 ? rest : rest.subarray(0, end)) }
  }
  const port = bytes.length >= 4 ? String(bytes[2]! * 256 + bytes[3]!) : undefined
  if (family === 2 && bytes.length >= 8) return { family: 'inet', address: bytes.subarray(4, 8).join('.'), port }
  if (family === 10 && bytes.length >= 24) return { family: 'inet6', address: address6(bytes.subarray(8, 24)), port }
  const other = { 0: 'unspec', 16: 'netlink', 17: 'packet', 38: 'alg', 40: 'vsock' }[family]
  return other === undefined ? undefined : { family: other }
}

/** An IPv6 address as RFC 5952 writes it; one that maps an IPv4 address (`::ffff:192.0.2.7`) as that address, which is what the socket speaks to. */
export function address6(bytes: Uint8Array): string {
  if (bytes.subarray(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff)
    return bytes.subarray(12).join('.')
  const groups = Array.from({ length: 8 }, (_, place) => bytes[2 * place]! * 256 + bytes[2 * place + 1]!)
  let best = 0
  let from = -1
  for (let at = 0; at < 8; at++) {
    let end = at
    while (end < 8 && groups[end] === 0) end++
    if (end - at > Math.max(1, best)) {
      best = end - at
      from = at
    }
    if (end > at) at = end - 1
  }
  const hex = (some: readonly number[]): string => some.map(group => group.toString(16)).join(':')
  return from === -1 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + best))}`
}

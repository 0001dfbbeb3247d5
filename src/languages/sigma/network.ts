// Networks as Sigma writes them: an IPv4 or IPv6 address with a prefix length, and no bit set beyond it.

/** The network in its plain form, or why it is none; a lone address is a network of one. */
export function parseNetwork(text: string): { readonly network: string } | { readonly why: string; readonly meant?: string } {
  const slash = text.indexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const bytes = address.includes(':') ? ipv6(address) : ipv4(address)
  if (bytes === undefined) return { why: `"${text}" is not an IPv4 or IPv6 network` }
  const bits = bytes.length * 8
  const written = slash === -1 ? String(bits) : text.slice(slash + 1)
  const length =
    bytes.length === 4 && written.includes('.') ? maskLength(written) : /^\d{1,3}$/.test(written) ? Number(written) : undefined
  if (length === undefined || length > bits) return { why: `"${text}" has no prefix length from 0 to ${bits}` }
  const masked = bytes.map((byte, index) => byte & (255 << Math.max(0, Math.min(8, 8 - (length - index * 8)))) & 255)
  const network = `${bytes.length === 4 ? masked.join('.') : groups(masked)}/${length}`
  if (masked.some((byte, index) => byte !== bytes[index]))
    return { why: `"${text}" has bits set beyond its prefix length`, meant: network }
  return { network: `${address.toLowerCase()}/${length}` }
}

function ipv4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some(part => !/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return undefined
  return parts.map(Number)
}

/** `255.255.0.0` → 16. */
function maskLength(text: string): number | undefined {
  const bytes = ipv4(text)
  if (bytes === undefined) return undefined
  const bits = bytes.map(byte => byte.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

function ipv6(text: string): number[] | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const sides = halves.map(half => {
    if (half === '') return []
    const out: number[] = []
    const parts = half.split(':')
    for (const [index, part] of parts.entries()) {
      if (index === parts.length - 1 && part.includes('.')) {
        const tail = ipv4(part)
        if (tail === undefined) return undefined
        out.push(...tail)
      } else if (/^[\da-fA-F]{1,4}$/.test(part)) {
        const group = Number.parseInt(part, 16)
        out.push(group >> 8, group & 255)
      } else return undefined
    }
    return out
  })
  const [left, right] = sides
  if (left === undefined || (halves.length === 2 && right === undefined)) return undefined
  if (halves.length === 1) return left.length === 16 ? left : undefined
  const gap = 16 - left.length - right!.length
  return gap < 2 ? undefined : [...left, ...Array.from({ length: gap }, () => 0), ...right!]
}

/** Sixteen bytes as IPv6 text with its longest run of zeros shortened (RFC 5952). */
function groups(bytes: readonly number[]): string {
  const words = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2]! << 8) | bytes[index * 2 + 1]!).toString(16))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && words[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  if (best.start === -1) return words.join(':')
  return `${words.slice(0, best.start).join(':')}::${words.slice(best.start + best.length).join(':')}`
}

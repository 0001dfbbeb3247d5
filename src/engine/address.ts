// IP addresses and networks as numbers. Strict: what is not an address in full is none.

/** An address: four 32-bit words, most significant first. An IPv4 address is its mapped IPv6 form (`::ffff:a.b.c.d`), so both spellings of one address are one. */
export type Address = readonly [number, number, number, number]

const mapped = 0x0000ffff

function four(text: string): number | undefined {
  let value = 0
  let parts = 0
  let at = 0
  while (at < text.length) {
    let octet = 0
    const start = at
    while (at < text.length && at - start < 3) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      octet = octet * 10 + digit
      at++
    }
    const length = at - start
    // A leading zero is read as octal by some and as decimal by others, so it is no address.
    if (length === 0 || octet > 255 || (length > 1 && text.charCodeAt(start) === 48)) return undefined
    value = value * 256 + octet
    parts++
    if (parts === 4) return at === text.length ? value : undefined
    if (text.charCodeAt(at) !== 46) return undefined
    at++
  }
  return undefined
}

function six(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const read = (part: string, last: boolean): number[] | undefined => {
    if (part === '') return []
    const groups: number[] = []
    const pieces = part.split(':')
    for (const [index, piece] of pieces.entries()) {
      if (last && index === pieces.length - 1 && piece.includes('.')) {
        const v4 = four(piece)
        if (v4 === undefined) return undefined
        groups.push(v4 >>> 16, v4 & 0xffff)
      } else {
        if (!/^[0-9a-f]{1,4}$/i.test(piece)) return undefined
        groups.push(Number.parseInt(piece, 16))
      }
    }
    return groups
  }
  const head = read(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? read(halves[1]!, true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const word = (index: number) => groups[index]! * 65536 + groups[index + 1]!
  return [word(0), word(2), word(4), word(6)]
}

/** The address a text spells (RFC 791 dotted quad; RFC 4291 with an optional zone `%…`), or undefined. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 64) return undefined
  if (!text.includes(':')) {
    const v4 = four(text)
    return v4 === undefined ? undefined : [0, 0, mapped, v4]
  }
  const zone = text.indexOf('%')
  return six(zone === -1 ? text : text.slice(0, zone))
}

/** A test for membership in a network in CIDR form, or undefined when the text is none. Bits beyond the prefix are not looked at. */
export function parseNetwork(text: string): ((address: Address) => boolean) | undefined {
  const slash = text.indexOf('/')
  const network = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (network === undefined) return undefined
  const v4 = !text.includes(':')
  const written = slash === -1 ? (v4 ? '32' : '128') : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(written)) return undefined
  const bits = Number(written)
  if (bits > (v4 ? 32 : 128)) return undefined
  const prefix = v4 ? bits + 96 : bits
  const masks = [0, 1, 2, 3].map(index => {
    const here = Math.max(0, Math.min(32, prefix - index * 32))
    return here === 0 ? 0 : (0xffffffff << (32 - here)) >>> 0
  })
  const wanted = masks.map((mask, index) => (network[index]! & mask) >>> 0)
  return address => {
    for (let index = 0; index < 4; index++) if ((address[index]! & masks[index]!) >>> 0 !== wanted[index]) return false
    return true
  }
}

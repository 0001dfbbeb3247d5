// Networks as regular expressions, for languages that search texts and know no addresses: exact on every text that is an address.

/** A 16-bit group of an address between two numbers that share their first bits. */
interface Group {
  readonly low: number
  readonly high: number
}

const digit = '[0-9a-f]'
const free = `${digit}{1,4}`
const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const zone = '(?:%.*)?'

/**
 * The pattern of all spellings of the addresses in a network (CIDR, RFC 4632 and RFC 4291), from `^` to `$`, or undefined for what is no network. It begins
 * with `(?i)` and uses only what RE2, PCRE, Java, .NET and PostgreSQL read alike. IPv4 addresses in their mapped form (`::ffff:10.0.0.1`)
 * are in the IPv4 network; an IPv6 zone (`%eth0`) is passed over. Left out are mapped addresses
 * with `::` behind `ffff`, which no program writes. A text that is no address at all may only fit when it is made of digits, colons and dots.
 */
export function networkRegex(network: string): string | undefined {
  const slash = network.indexOf('/')
  const address = slash === -1 ? network : network.slice(0, slash)
  const four = !address.includes(':')
  const groups = four ? fourGroups(address) : sixGroups(address)
  const written = slash === -1 ? (four ? '32' : '128') : network.slice(slash + 1)
  if (groups === undefined || !/^\d{1,3}$/.test(written) || Number(written) > (four ? 32 : 128)) return undefined
  const prefix = Number(written) + (four ? 96 : 0)
  const ranges = groups.map((group, index): Group => {
    const bits = Math.max(0, Math.min(16, prefix - index * 16))
    const low = group & (0xffff << (16 - bits)) & 0xffff
    return { low, high: low | ((1 << (16 - bits)) - 1) }
  })
  if (four) return `(?i)^(?:${quad(ranges)}|[0:]*:ffff:${pair(ranges)}${zone})$`
  const ways = sixWays(ranges, Math.ceil(prefix / 16))
  return `(?i)^${ways.length === 1 ? ways[0]! : `(?:${ways.join('|')})`}${zone}$`
}

/** The eight groups of the mapped form of a dotted quad. */
function fourGroups(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some(part => !/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return undefined
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number]
  return [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d]
}

function sixGroups(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const read = (half: string): readonly number[] | undefined => {
    if (half === '') return []
    const pieces = half.split(':')
    const last = pieces.at(-1)!
    const four = last.includes('.') ? fourGroups(last)?.slice(6) : []
    if (last.includes('.')) pieces.pop()
    if (four === undefined || pieces.some(piece => !/^[0-9a-f]{1,4}$/i.test(piece))) return undefined
    return [...pieces.map(piece => Number.parseInt(piece, 16)), ...four]
  }
  const head = read(halves[0]!)
  const tail = halves.length === 2 ? read(halves[1]!) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/** One group with any number of leading zeros. */
function spelled({ low, high }: Group): string {
  if (low === 0 && high === 0xffff) return free
  if (low === high) {
    const text = low.toString(16)
    return low === 0 ? '0{1,4}' : zeros(4 - text.length) + text
  }
  const first = low.toString(16).padStart(4, '0')
  const last = high.toString(16).padStart(4, '0')
  let same = 0
  while (first[same] === last[same]) same++
  const fixed = first.slice(0, same)
  const after = 3 - same
  const rest = after === 0 ? '' : `${digit}${after === 1 ? '' : `{${after}}`}`
  const from = Number.parseInt(first[same]!, 16)
  const to = Number.parseInt(last[same]!, 16)
  const some = (least: number) => (least === 0 && to === 15 ? digit : `[${classOf(least, to)}]`)
  const bare = fixed.replace(/^0+/, '')
  if (bare !== '') return zeros(fixed.length - bare.length) + bare + some(from) + rest
  if (from > 0) return zeros(same) + some(from) + rest
  if (after === 0) return zeros(same) + some(0)
  return `(?:${zeros(same)}${some(1)}${rest}|${zeros(same + 1)}${digit}{1,${after}})`
}

const zeros = (most: number): string => (most === 0 ? '' : most === 1 ? '0?' : `0{0,${most}}`)

function classOf(from: number, to: number): string {
  const range = (a: number, b: number) => {
    const text = (of: number) => of.toString(16)
    return a === b ? text(a) : b === a + 1 ? text(a) + text(b) : `${text(a)}-${text(b)}`
  }
  if (to < 10 || from > 9) return range(from, to)
  return range(from, 9) + range(10, to)
}

/** The dotted quad of the last two groups. */
function quad(groups: readonly Group[]): string {
  const octets = groups.slice(6).flatMap(({ low, high }) => [
    [low >> 8, high >> 8],
    [low & 255, high & 255],
  ]) as [number, number][]
  const texts = octets.map(([low, high]) => octetBetween(low, high))
  let same = 0
  while (texts.at(-1 - same) === octet) same++
  if (same === 4) return `${octet}(?:\\.${octet}){3}`
  const last =
    same < 2
      ? texts
          .slice(4 - same)
          .map(text => `\\.${text}`)
          .join('')
      : `(?:\\.${octet}){${same}}`
  return texts.slice(0, 4 - same).join('\\.') + last
}

function octetBetween(low: number, high: number): string {
  if (low === high) return String(low)
  if (low === 0 && high === 255) return octet
  // Runs of tens with the same last digits: 16 to 31 is 1[6-9]|2[0-9]|3[01].
  const runs: { hundred: number; from: number; to: number; units: string }[] = []
  for (let ten = Math.floor(low / 10); ten <= Math.floor(high / 10); ten++) {
    const units = classOf(Math.max(low, ten * 10) % 10, Math.min(high, ten * 10 + 9) % 10)
    const hundred = Math.floor(ten / 10)
    const before = runs.at(-1)
    if (before !== undefined && before.units === units && before.hundred === hundred && before.from !== 0) before.to = ten
    else runs.push({ hundred, from: ten, to: ten, units })
  }
  const one = (units: string) => (units.length === 1 ? units : `[${units}]`)
  const texts = runs.map(({ hundred, from, to, units }) => {
    const tens = one(classOf(from % 10, to % 10))
    return hundred === 0 ? (to === 0 ? one(units) : tens + one(units)) : `${hundred}${tens}${one(units)}`
  })
  return texts.length === 1 ? texts[0]! : `(?:${texts.join('|')})`
}

/** The last two groups, as groups or as a dotted quad. */
const pair = (groups: readonly Group[]): string => `(?:${spelled(groups[6]!)}:${spelled(groups[7]!)}|${quad(groups)})`

/** All groups from one to the last, without `::`. */
function exactly(groups: readonly Group[], from: number): string {
  if (from === 7) return spelled(groups[7]!)
  if (from > 7) return ''
  const texts = groups.slice(from, 6).map(spelled)
  let out = ''
  for (let at = 0; at < texts.length; ) {
    let same = 1
    while (texts[at + same] === texts[at]) same++
    out += same < 3 ? `${texts[at]!}:`.repeat(same) : `(?:${texts[at]!}:){${same}}`
    at += same
  }
  return out + pair(groups)
}

/** The ways of writing the addresses whose first `asked` groups are in their ranges: without `::` among those groups, and with it wherever they may be zero. */
function sixWays(groups: readonly Group[], asked: number): readonly string[] {
  if (asked === 0) return ['[0-9a-f:]*:[0-9a-f:.]*']
  const texts = groups.map(spelled)
  const ways: string[] = []
  let leading = 0
  while (leading < asked && groups[leading]!.high === 0) leading++
  if (asked > 6) {
    if (leading === 0 || leading === asked) ways.push(exactly(groups, 0))
    if (asked === 7) ways.push(`${texts.slice(0, 7).join(':')}::`)
  } else ways.push(`${texts.slice(0, asked).join(':')}:[0-9a-f:.]*`)
  /** What follows `::` when it stands for the groups up to `next`. */
  const behind = (next: number): string => {
    if (next < asked) return exactly(groups, next)
    const left = 8 - asked
    if (left === 0) return ''
    if (left === 1) return `(?:${free})?`
    const upTo = (most: number) => (most === 0 ? '' : `(?:${free}:){0,${most}}`)
    return `(?:${upTo(left - 1)}${free}|${upTo(left - 2)}${octet}(?:\\.${octet}){3})?`
  }
  const mayBeZero = (from: number, to: number): boolean => groups.slice(from, to).every(group => group.low === 0)
  if (leading > 0) {
    // Nothing but zeros and colons stands before the first group that may be something else.
    if (leading < asked) ways.push(`[0:]*:${exactly(groups, leading)}`)
    else ways.push(`[0:]*::(?:0{1,4}:)*${behind(asked)}`)
    if (leading > 6) ways.push(`[0:]*:${quad(groups)}`)
    for (let next = leading + 1; next <= asked; next++)
      if (mayBeZero(leading, next)) ways.push(`(?:0{1,4}(?::0{1,4})*)?::${behind(next)}`)
  }
  for (let at = leading; at < asked; at++) {
    if (at === 0 && leading > 0) continue
    for (let next = at + 1; next <= asked; next++)
      if (mayBeZero(at, next)) ways.push(`${texts.slice(0, at).join(':')}::${behind(next)}`)
  }
  return ways
}

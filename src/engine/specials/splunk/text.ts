// Splunk's functions over texts (Search Reference, "Text functions", "Conversion functions", "Comparison and Conditional functions").

import type { Value } from '../../../ir/event.ts'
import { matchGlob } from '../../../ir/glob.ts'
import type { Glob } from '../../../ir/predicate.ts'
import { parseAddress, parseNetwork } from '../../address.ts'
import { captures } from '../../regex/capture.ts'
import { md5, sha1, sha256, sha512 } from '../digests.ts'
import type { FunctionRow } from '../signature.ts'
import { expression, field, list, mostValues, number, text } from './values.ts'

const manual = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/TextFunctions'
const conversions = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/ConversionFunctions'

type Arguments = readonly (Value | undefined)[]

const row = (
  name: string,
  bounds: readonly [number, number],
  apply: (args: Arguments) => Value | undefined,
  type: FunctionRow['type'] = 'string',
  page = manual,
): FunctionRow => ({
  name: `splunk:${name}`,
  manual: page,
  least: bounds[0],
  most: bounds[1],
  type,
  absent: 'absent',
  apply: args => apply(args),
})

/** Takes any of some characters off an end. */
function trimmed(value: string, characters: string, left: boolean, right: boolean): string {
  const any = new Set(characters)
  let start = 0
  let end = value.length
  while (left && start < end && any.has(value[start]!)) start++
  while (right && end > start && any.has(value[end - 1]!)) end--
  return value.slice(start, end)
}

const trim =
  (left: boolean, right: boolean) =>
  (args: Arguments): Value | undefined => {
    const of = text(args[0])
    return of === undefined ? undefined : trimmed(of, text(args[1]) ?? ' \t', left, right)
  }

/** Characters from 1, from the end where negative. */
function substr(args: Arguments): Value | undefined {
  const of = text(args[0])
  const from = number(args[1])
  const length = args[2] === undefined ? undefined : number(args[2])
  if (of === undefined || from === undefined || (args[2] !== undefined && length === undefined)) return undefined
  const characters = [...of]
  const start = from > 0 ? from - 1 : from < 0 ? Math.max(0, characters.length + from) : 0
  const end = length === undefined ? characters.length : length < 0 ? characters.length + length : start + length
  return characters.slice(start, Math.max(start, end)).join('')
}

/** What a match is replaced by: `\1` is a group, `\0` the whole. */
const filledIn = (replacement: string, groups: readonly (string | undefined)[]): string =>
  replacement.replace(/\\(\d|\\)/g, (_, digit: string) => (digit === '\\' ? '\\' : (groups[Number(digit)] ?? '')))

function replaced(of: string, found: ReturnType<typeof expression>, replacement: string, most = mostValues): string {
  if (found === undefined) return of
  let out = ''
  let at = 0
  for (const match of found.all(of, most)) {
    out += of.slice(at, match.start) + filledIn(replacement, match.groups)
    at = match.end
  }
  return out + of.slice(at)
}

/** `1234567.891` → `1,234,567.89` */
function commas(value: number): string {
  const [whole = '', part = ''] = String(Math.round(Math.abs(value) * 100) / 100).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return `${value < 0 ? '-' : ''}${grouped}${part === '' ? '' : `.${part}`}`
}

/** Seconds as `[days+]hh:mm:ss`. */
export function duration(value: number): string {
  const all = Math.floor(Math.abs(value))
  const two = (of: number): string => String(of).padStart(2, '0')
  const days = Math.floor(all / 86_400)
  const part = value % 1 === 0 ? '' : (Math.abs(value) % 1).toFixed(6).slice(1)
  const clock = `${two(Math.floor((all % 86_400) / 3600))}:${two(Math.floor((all % 3600) / 60))}:${two(all % 60)}${part}`
  return `${value < 0 ? '-' : ''}${days === 0 ? '' : `${days}+`}${clock}`
}

function tostring(args: Arguments): Value | undefined {
  const [value, format] = args
  const of = number(value)
  if (format === undefined || of === undefined || typeof value === 'boolean') return text(value)
  switch (text(format)?.toLowerCase()) {
    case 'hex':
      return `${of < 0 ? '-' : ''}0x${Math.trunc(Math.abs(of)).toString(16).toUpperCase()}`
    case 'binary':
      return Math.trunc(of).toString(2)
    case 'commas':
      return commas(of)
    case 'duration':
      return duration(of)
    default:
      return text(value)
  }
}

function tonumber(args: Arguments): Value | undefined {
  const of = text(args[0])?.trim()
  const base = args[1] === undefined ? 10 : number(args[1])
  if (of === undefined || base === undefined || base < 2 || base > 36) return undefined
  if (base === 10) return number(of)
  const digits = base === 16 ? of.replace(/^0x/i, '') : of
  const allowed = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base)
  if (digits === '' || [...digits.toLowerCase()].some(digit => !allowed.includes(digit))) return undefined
  return Number.parseInt(digits, base)
}

function urldecode(of: string): string {
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (let at = 0; at < of.length; at++) {
    const code = /^%[0-9a-f]{2}/i.exec(of.slice(at, at + 3))
    if (code !== null) {
      bytes.push(Number.parseInt(code[0].slice(1), 16))
      at += 2
    } else bytes.push(...encoder.encode(of[at] === '+' ? ' ' : String.fromCodePoint(of.codePointAt(at)!)))
    if (of.codePointAt(at)! > 0xffff) at++
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}

const wild = (pattern: string): Glob =>
  pattern.split('*').flatMap((part, at): Glob => [...(at > 0 ? [{ wild: 'any' as const }] : []), ...(part === '' ? [] : [part])])

/** `replace old WITH new`: a whole value; what the stars of the old one stood for is put at those of the new one. */
export function replacement(of: string, from: string, to: string): string | undefined {
  if (!from.includes('*')) return of === from ? to : undefined
  if (!matchGlob(wild(from), false)(of)) return undefined
  if (!to.includes('*')) return to
  const pieces = from.split('*')
  const found: string[] = []
  let at = pieces[0]!.length
  for (const [index, piece] of pieces.slice(1).entries()) {
    const last = index === pieces.length - 2
    const next = last ? of.length - piece.length : piece === '' ? at : of.indexOf(piece, at)
    found.push(of.slice(at, next))
    at = next + piece.length
  }
  return to.split('*').reduce((out, piece, index) => out + (found[index - 1] ?? '') + piece)
}

const like = (value: string, pattern: string): boolean => {
  const glob: Glob[number][] = []
  let plain = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    if (character === '\\' && (pattern[at + 1] === '%' || pattern[at + 1] === '_')) plain += pattern[++at]
    else if (character === '%' || character === '_') {
      glob.push(plain, { wild: character === '%' ? 'any' : 'one' })
      plain = ''
    } else plain += character
  }
  return matchGlob([...glob, plain], false)(value)
}

/** A function that is made once for a regular expression that is constant, and looks it up where it is not. */
const withPattern = (
  name: string,
  bounds: readonly [number, number],
  type: FunctionRow['type'],
  make: (args: Arguments, found: ReturnType<typeof expression>) => Value | undefined,
): FunctionRow => ({
  name: `splunk:${name}`,
  manual,
  least: bounds[0],
  most: bounds[1],
  type,
  absent: 'absent',
  make: site => {
    const fixed = site.constants[1]
    const known = typeof fixed === 'string' ? expression(fixed) : undefined
    return args => {
      const pattern = text(args[1])
      return pattern === undefined ? undefined : make(args, typeof fixed === 'string' ? known : expression(pattern))
    }
  },
})

const cryptographic = 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/CryptographicFunctions'

const digest = (name: string, of: (text: string) => string): FunctionRow =>
  row(
    name,
    [1, 1],
    args => {
      const told = text(args[0])
      return told === undefined ? undefined : of(told)
    },
    'string',
    cryptographic,
  )

export const textFunctions: readonly FunctionRow[] = [
  digest('md5', md5),
  digest('sha1', sha1),
  digest('sha256', sha256),
  digest('sha512', sha512),
  row('trim', [1, 2], trim(true, true)),
  row('ltrim', [1, 2], trim(true, false)),
  row('rtrim', [1, 2], trim(false, true)),
  row('substr', [2, 3], substr),
  row('urldecode', [1, 1], args => {
    const of = text(args[0])
    return of === undefined ? undefined : urldecode(of)
  }),
  row('tostring', [1, 2], tostring, 'string', conversions),
  row('tonumber', [1, 2], tonumber, 'real', conversions),
  // A key of sort that is no number, whatever the value.
  row('lexical', [1, 1], args => {
    const of = text(args[0])
    return of === undefined ? undefined : `'${of}`
  }),
  row('nullif', [2, 2], args => (text(args[0]) === text(args[1]) ? undefined : args[0]), 'same'),
  row(
    'like',
    [2, 2],
    args => {
      const of = text(args[0])
      const pattern = text(args[1])
      return of !== undefined && pattern !== undefined && like(of, pattern)
    },
    'bool',
  ),
  row(
    'cidrmatch',
    [2, 2],
    args => {
      const network = parseNetwork(text(args[0]) ?? '')
      const address = parseAddress(text(args[1]) ?? '')
      return network !== undefined && address !== undefined && network(address)
    },
    'bool',
  ),
  withPattern('match', [2, 2], 'bool', (args, found) => list(args[0]).some(one => found?.first(text(one) ?? '') !== undefined)),
  withPattern('replace', [3, 3], 'string', (args, found) => {
    const of = text(args[0])
    const by = text(args[2])
    return of === undefined || by === undefined ? undefined : replaced(of, found, by)
  }),
  {
    name: 'splunk:rex',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Rex',
    least: 4,
    most: 4,
    type: undefined,
    absent: 'absent',
    // The pattern is in the portable form already.
    make: site => {
      const found = captures(String(site.constants[1] ?? ''))
      const group = found?.names.get(String(site.constants[2] ?? ''))
      const most = Number(site.constants[3] ?? 1)
      return ([value]) => {
        if (found === undefined || group === undefined) return undefined
        const out: string[] = []
        for (const one of list(value)) {
          const of = text(one)
          if (of === undefined) continue
          for (const match of most === 1 ? [found.first(of)] : found.all(of, most === 0 ? mostValues : most)) {
            const taken = match?.groups[group]
            if (taken !== undefined && (most === 0 || out.length < most)) out.push(taken)
          }
        }
        return field(out)
      }
    },
  },
  {
    name: 'splunk:rex_offsets',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Rex',
    least: 2,
    type: 'string',
    absent: 'absent',
    make: site => {
      const found = captures(String(site.constants[1] ?? ''))
      const names = site.constants.slice(2).map(String)
      return ([value]) => {
        const of = text(value)
        const match = of === undefined ? undefined : found?.first(of)
        if (match === undefined || of === undefined) return undefined
        return names
          .flatMap(name => {
            const taken = match.groups[found!.names.get(name) ?? -1]
            const at = taken === undefined ? -1 : of.indexOf(taken, match.start)
            return at < 0 ? [] : [`${name}=${at}-${at + taken!.length - 1}`]
          })
          .join('&')
      }
    },
  },
  {
    name: 'splunk:sed',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Rex',
    least: 4,
    most: 4,
    type: 'string',
    absent: 'absent',
    make: site => {
      const found = captures(String(site.constants[1] ?? ''))
      const flags = String(site.constants[3] ?? '')
      const nth = /^\d+$/.test(flags) ? Number(flags) : undefined
      return ([value, , by]) => {
        const out = list(value).map(one => {
          const of = text(one) ?? ''
          const replacement = text(by) ?? ''
          if (nth === undefined || found === undefined) return replaced(of, found, replacement, flags === 'g' ? mostValues : 1)
          const match = found.all(of, nth)[nth - 1]
          return match === undefined ? of : of.slice(0, match.start) + filledIn(replacement, match.groups) + of.slice(match.end)
        })
        return field(out)
      }
    },
  },
  row('translate', [3, 3], args => {
    const [of, from, to] = args.map(text)
    if (of === undefined || from === undefined || to === undefined) return undefined
    const letters = [...from]
    const others = [...to]
    return [...of].map(letter => others[letters.indexOf(letter)] ?? letter).join('')
  }),
  {
    name: 'splunk:replace_value',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Replace',
    least: 3,
    type: 'string',
    absent: 'absent',
    apply: ([value, ...pairs]) =>
      field(
        list(value).map(one => {
          let of = text(one) ?? ''
          for (let at = 0; at + 1 < pairs.length; at += 2)
            of = replacement(of, text(pairs[at]) ?? '', text(pairs[at + 1]) ?? '') ?? of
          return of
        }),
      ),
  },
  row('ip', [1, 1], args => {
    // As text in which the order is that of addresses.
    const of = text(args[0]) ?? ''
    const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(of)
    return four === null
      ? of
      : four
          .slice(1)
          .map(part => part.padStart(3, '0'))
          .join('.')
  }),
  row('ipmask', [2, 2], args => {
    const [mask, address] = args.map(arg => text(arg)?.split('.').map(Number))
    if (mask?.length !== 4 || address?.length !== 4) return undefined
    return address.map((part, at) => part & mask[at]!).join('.')
  }),
  row(
    'plus',
    [2, 2],
    args => {
      const a = number(args[0])
      const b = number(args[1])
      if (a !== undefined && b !== undefined) return a + b
      return typeof args[0] === 'string' && typeof args[1] === 'string' ? args[0] + args[1] : undefined
    },
    undefined,
  ),
  {
    name: 'splunk:tuple',
    manual: 'https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Format',
    least: 1,
    type: 'string',
    absent: 'absent',
    apply: args => args.map(arg => (text(arg) ?? '').toLowerCase()).join('\u0000'),
  },
]

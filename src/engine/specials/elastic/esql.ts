// Functions of ES|QL on texts and numbers.

import { accessor, asText, isRecord, type Value } from '../../../ir/event.ts'
import { captures } from '../../regex/capture.ts'
import type { FunctionRow } from '../signature.ts'
import { members, number, ofNumber, ofText, row, text } from './making.ts'

/** What a text may grow to. */
const longest = 1_048_576

const decoder = new TextDecoder('utf-8')
const encoder = new TextEncoder()
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function fromBase64(of: string): string | undefined {
  const plain = of.replace(/=+$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (const character of plain) {
    held = (held << 6) | alphabet.indexOf(character)
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
    }
  }
  return decoder.decode(bytes)
}

function toBase64(of: string): string {
  const bytes = encoder.encode(of)
  let out = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const count = Math.min(3, bytes.length - at)
    for (let place = 0; place < 4; place++) out += place <= count ? alphabet[(three >> (18 - 6 * place)) & 63]! : '='
  }
  return out
}

const whole = (a: number, b: number): boolean => Number.isInteger(a) && Number.isInteger(b)

/** A member by its path: `$.a.b[0]`, `a.b`. */
function fromJson(of: string, path: string): Value | undefined {
  let value: Value
  try {
    value = JSON.parse(of) as Value
  } catch {
    return undefined
  }
  const name = path
    .replace(/^\$\.?/, '')
    .replace(/\['([^']*)'\]/g, '.$1')
    .replace(/^\./, '')
  const found = name === '' ? value : isRecord(value) ? accessor(name)(value) : undefined
  if (found === undefined || found === null) return undefined
  return typeof found === 'object' ? JSON.stringify(found) : asText(found)
}

export const esqlFunctions: readonly FunctionRow[] = [
  ofText('lower', one => one.toLowerCase()),
  ofText('upper', one => one.toUpperCase()),
  ofText('trim', one => one.trim()),
  ofText('ltrim', one => one.trimStart()),
  ofText('rtrim', one => one.trimEnd()),
  ofText('reverse', one => [...one].reverse().join('')),
  ofText('from-base64', fromBase64),
  ofText('to-base64', toBase64),
  ofText('url-decode', one => {
    try {
      return decodeURIComponent(one.replaceAll('+', ' '))
    } catch {
      return undefined
    }
  }),
  ofText('url-encode', one => encodeURIComponent(one).replaceAll('%20', '+')),
  ofNumber('abs', Math.abs),
  ofNumber('ceil', Math.ceil),
  ofNumber('floor', Math.floor),
  ofNumber('sqrt', Math.sqrt),
  row('pow', 2, 2, 'real', ([a, b]) => {
    const [base, exponent] = [number(a), number(b)]
    const result = base === undefined || exponent === undefined ? undefined : base ** exponent
    return result === undefined || !Number.isFinite(result) ? undefined : result
  }),
  row('round', 1, 2, 'same', ([value, digits]) => {
    const amount = number(value)
    const places = digits === undefined || digits === null ? 0 : number(digits)
    if (amount === undefined || places === undefined || Math.abs(places) > 15) return undefined
    const scale = 10 ** places
    const scaled = Math.abs(amount) * scale
    // Half away from zero; the nearest double of 1.005 × 100 is a little less than its half.
    return (Math.sign(amount) * Math.floor(scaled + 0.5 + Number.EPSILON * scaled)) / scale || 0
  }),
  row('quotient', 2, 2, undefined, ([left, right]) => {
    const [a, b] = [number(left), number(right)]
    if (a === undefined || b === undefined || b === 0) return undefined
    // "Division of two integers rounds towards zero."
    return whole(a, b) ? Math.trunc(a / b) : a / b
  }),
  row('substring-from', 2, 3, 'string', ([value, start, length]) => {
    const characters = text(value)
    const from = number(start)
    const count = length === undefined || length === null ? undefined : number(length)
    if (characters === undefined || from === undefined || (count !== undefined && count < 0)) return undefined
    const points = [...characters]
    // Places count from 1, negative ones from the end.
    const at = from > 0 ? from - 1 : from < 0 ? Math.max(0, points.length + from) : 0
    return points.slice(at, count === undefined ? undefined : at + count).join('')
  }),
  row('left', 2, 2, 'string', ([value, length]) => {
    const [characters, count] = [text(value), number(length)]
    return characters === undefined || count === undefined ? undefined : [...characters].slice(0, Math.max(0, count)).join('')
  }),
  row('right', 2, 2, 'string', ([value, length]) => {
    const [characters, count] = [text(value), number(length)]
    if (characters === undefined || count === undefined) return undefined
    return count <= 0 ? '' : [...characters].slice(-count).join('')
  }),
  row('locate', 2, 3, 'long', ([value, part, start]) => {
    const [characters, sought] = [text(value), text(part)]
    const from = start === undefined || start === null ? 1 : number(start)
    // The place from 1; 0 where it is not.
    return characters === undefined || sought === undefined || from === undefined
      ? undefined
      : characters.indexOf(sought, Math.max(0, from - 1)) + 1
  }),
  row('repeat', 2, 2, 'string', ([value, times]) => {
    const [characters, count] = [text(value), number(times)]
    if (characters === undefined || count === undefined || count < 0 || characters.length * count > longest) return undefined
    return characters.repeat(count)
  }),
  row('space', 1, 1, 'string', ([times]) => {
    const count = number(times)
    return count === undefined || count < 0 || count > longest ? undefined : ' '.repeat(count)
  }),
  {
    ...row('replace', 3, 3, 'string', () => undefined),
    apply: undefined,
    // The expression is Java's; what it has in common with Lucene's and PCRE is read, groups are `$1`.
    make: site => {
      const constant = site.constants[1]
      const prepared = typeof constant === 'string' ? captures(constant) : undefined
      return ([value, pattern, by]) => {
        const characters = text(value)
        const replacement = text(by)
        const expression = text(pattern)
        if (characters === undefined || replacement === undefined || expression === undefined) return undefined
        const found = (prepared ?? captures(expression))?.all(characters)
        if (found === undefined) return undefined
        let out = ''
        let at = 0
        for (const match of found) {
          const put = replacement.replace(/\\(.)|\$(\d)/gs, (_, plain: string | undefined, group: string | undefined) =>
            plain !== undefined ? plain : (match.groups[Number(group)] ?? ''),
          )
          out += characters.slice(at, match.start) + put
          at = match.end
          if (out.length > longest) return undefined
        }
        return out + characters.slice(at)
      }
    },
  },
  row('to-string', 1, 1, 'string', ([value]) => {
    const list = members(value).map(one => (isRecord(one) ? JSON.stringify(one) : asText(one)))
    const texts = list.filter(one => one !== undefined)
    return texts.length === 0 ? undefined : texts.length === 1 ? texts[0] : texts
  }),
  row('to-long', 1, 1, 'long', ([value]) => {
    if (value === true || value === false) return value ? 1 : 0
    const amount = number(value)
    // "Rounds to the nearest", halves away from zero.
    return amount === undefined ? undefined : Math.sign(amount) * Math.round(Math.abs(amount)) || 0
  }),
  row('to-double', 1, 1, 'real', ([value]) => (value === true || value === false ? (value ? 1 : 0) : number(value))),
  row('to-boolean', 1, 1, 'bool', ([value]) => {
    if (typeof value === 'boolean') return value
    const amount = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
    if (amount !== undefined) return amount !== 0
    const characters = text(value)
    return characters === undefined ? undefined : characters.toLowerCase() === 'true'
  }),
  ofText('to-ip', one =>
    /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/.test(one) ? one.toLowerCase() : undefined,
  ),
  row('json-extract', 2, 2, 'string', ([value, path]) => {
    const [characters, name] = [text(value), text(path)]
    return characters === undefined || name === undefined || characters.length > longest ? undefined : fromJson(characters, name)
  }),
]

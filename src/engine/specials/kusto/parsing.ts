// Kusto's functions that take texts of a known form apart: addresses of the web, paths, command lines, versions, XML, CSV; and those that encode and decode.

import { setField, type Value } from '../../../ir/event.ts'
import { md5, sha1, sha256 } from '../digests.ts'
import type { FunctionRow } from '../signature.ts'
import { printDecimal, readDecimal } from './decimals.ts'
import { list, type Maybe, row, text } from './values.ts'
import { readXml } from './xml.ts'

const string = (value: Maybe): string => (typeof value === 'string' ? value : text(value, undefined))
const decoder = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Bytes of base64; undefined for a text that is none. */
export function fromBase64(written: string): Uint8Array | undefined {
  const digits = written.trim().replace(/=+$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4))
  let held = 0
  let bits = 0
  let at = 0
  for (const digit of digits) {
    held = ((held << 6) | alphabet.indexOf(digit)) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[at++] = (held >> bits) & 0xff
    }
  }
  return out
}

function toBase64(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1], bytes[at + 2]]
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    out +=
      alphabet[word >> 18]! +
      alphabet[(word >> 12) & 63]! +
      (b === undefined ? '=' : alphabet[(word >> 6) & 63]!) +
      (c === undefined ? '=' : alphabet[word & 63]!)
  }
  return out
}

const utf8 = (bytes: Uint8Array | undefined): string => {
  if (bytes === undefined) return ''
  try {
    return decoder.decode(bytes)
  } catch {
    return ''
  }
}

/** `%41` and, in what stands behind the question mark of an address, `+` for a blank. */
function urlDecoded(written: string): string {
  const bytes: number[] = []
  for (let at = 0; at < written.length; at++) {
    const code = /^%([0-9a-f]{2})/i.exec(written.slice(at, at + 3))
    if (code !== null) {
      bytes.push(Number.parseInt(code[1]!, 16))
      at += 2
    } else if (written[at] === '+') bytes.push(32)
    else {
      const point = written.codePointAt(at)!
      bytes.push(...encoder.encode(String.fromCodePoint(point)))
      if (point > 0xffff) at++
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes))
}

const urlEncoded = (written: string, kept: RegExp, blank: string): string =>
  [...encoder.encode(written)]
    .map(byte => {
      const letter = String.fromCharCode(byte)
      if (kept.test(letter)) return letter
      return letter === ' ' ? blank : `%${byte.toString(16).padStart(2, '0')}`
    })
    .join('')

function query(written: string): Value {
  const out: Record<string, Value> = {}
  for (const pair of written.replace(/^\?/, '').split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    setField(out, at === -1 ? pair : pair.slice(0, at), at === -1 ? '' : pair.slice(at + 1))
  }
  return out
}

/** `scheme://user:password@host:port/path?query#fragment` (https://learn.microsoft.com/kusto/query/parse-url-function). */
function parseUrl(written: string): Value {
  const found =
    /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([^/?#@]*)@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(
      written,
    )
  const [, scheme = '', account = '', host = '', port = '', path = '', asked, fragment = ''] = found ?? []
  const [user = '', password = ''] = account.split(/:(.*)/s)
  return {
    Scheme: scheme,
    Host: host,
    Port: port,
    Path: path,
    Username: user,
    Password: password,
    'Query Parameters': query(asked ?? ''),
    Fragment: fragment,
  }
}

/** A path of a file, of Windows, Unix or the web (https://learn.microsoft.com/kusto/query/parse-path-function). */
function parsePath(written: string): Value {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(written)?.[1] ?? ''
  let rest = scheme === '' ? written : written.slice(scheme.length + 3)
  const root = /^[A-Za-z]:/.exec(rest)?.[0] ?? ''
  const separator = Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\'))
  let name = separator === -1 ? (root === rest ? '' : rest) : rest.slice(separator + 1)
  rest = separator === -1 ? '' : rest.slice(0, separator)
  let stream = ''
  const colon = name.indexOf(':')
  if (colon > 0) {
    stream = name.slice(colon + 1)
    name = name.slice(0, colon)
  }
  const dot = name.lastIndexOf('.')
  return {
    Scheme: scheme,
    RootPath: root,
    DirectoryPath: rest,
    DirectoryName: rest.slice(Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\')) + 1),
    Filename: name,
    Extension: dot > 0 ? name.slice(dot + 1) : '',
    AlternateDataStreamName: stream,
  }
}

/** Arguments of a command line by the rules of Windows: quotes hold blanks, backslashes before a quote escape it. */
export function commandLine(written: string): readonly string[] {
  const out: string[] = []
  let current = ''
  let open = false
  let started = false
  for (let at = 0; at < written.length; at++) {
    const letter = written[at]!
    if (letter === '\\') {
      let slashes = 1
      while (written[at + slashes] === '\\') slashes++
      started = true
      if (written[at + slashes] === '"') {
        current += '\\'.repeat(Math.floor(slashes / 2))
        if (slashes % 2 === 1) {
          current += '"'
          at += slashes
        } else at += slashes - 1
      } else {
        current += '\\'.repeat(slashes)
        at += slashes - 1
      }
    } else if (letter === '"') {
      if (open && written[at + 1] === '"') {
        current += '"'
        at++
      } else open = !open
      started = true
    } else if (!open && /[ \t]/.test(letter)) {
      if (started) out.push(current)
      current = ''
      started = false
    } else {
      current += letter
      started = true
    }
  }
  if (started) out.push(current)
  return out
}

/** One line of values with commas; quotes hold commas, and a doubled one is one. */
function csvLine(written: string): readonly string[] {
  const out: string[] = []
  let at = 0
  for (;;) {
    if (written[at] === '"') {
      let value = ''
      at++
      while (at < written.length && !(written[at] === '"' && written[at + 1] !== '"')) {
        if (written[at] === '"') at++
        value += written[at++]
      }
      at++
      out.push(value)
    } else {
      const end = written.slice(at).search(/[,\r\n]/)
      const stop = end === -1 ? written.length : at + end
      out.push(written.slice(at, stop))
      at = stop
    }
    if (written[at] !== ',') return out
    at++
  }
}

/** `1.2.3.4` as a decimal in which four parts of eight digits compare as versions do. */
function version(written: string): Maybe {
  const found = /^\s*(\d{1,8})(?:\.(\d{1,8}))?(?:\.(\d{1,8}))?(?:\.(\d{1,8}))?\s*$/.exec(written)
  if (found === null) return undefined
  const digits = found.slice(1, 5).map(part => (part ?? '0').padStart(8, '0'))
  return String(BigInt(digits.join('')))
}

const hashRow = (name: string, hash: (bytes: Uint8Array) => string): FunctionRow =>
  row(name, { args: [1], type: 'string', seen: true }, ([of], site) => hash(encoder.encode(text(of, site.types[0]))))

export const parsingFunctions: readonly FunctionRow[] = [
  row(
    'base64decode',
    { args: [1], type: 'string', manual: 'https://learn.microsoft.com/kusto/query/base64-decode-tostring-function' },
    ([of]) => utf8(fromBase64(string(of))),
  ),
  row('base64_encode_tostring', { args: [1], type: 'string' }, ([of]) => toBase64(encoder.encode(string(of)))),
  row('base64_decode_toarray', { args: [1], type: 'dynamic' }, ([of]) => {
    const bytes = fromBase64(string(of))
    return bytes === undefined ? undefined : [...bytes]
  }),
  row('base64_encode_fromarray', { args: [1], type: 'string' }, ([of]) =>
    toBase64(Uint8Array.from((list(of) ?? []).map(Number))),
  ),
  row('url_decode', { args: [1], type: 'string' }, ([of]) => urlDecoded(string(of))),
  row('url_encode', { args: [1], type: 'string' }, ([of]) => urlEncoded(string(of), /[A-Za-z0-9\-_.!*()]/, '+')),
  row('url_encode_component', { args: [1], type: 'string' }, ([of]) => urlEncoded(string(of), /[A-Za-z0-9\-_.~]/, '%20')),
  row('parse_url', { args: [1], type: 'dynamic' }, ([of]) => parseUrl(string(of))),
  row('parse_urlquery', { args: [1], type: 'dynamic' }, ([of]) => ({ 'Query Parameters': query(string(of)) })),
  row('parse_path', { args: [1], type: 'dynamic' }, ([of]) => parsePath(string(of))),
  row('parse_command_line', { args: [2], type: 'dynamic' }, ([of, kind]) =>
    string(kind).toLowerCase() === 'windows' ? commandLine(string(of)) : undefined,
  ),
  row('parse_csv', { args: [1], type: 'dynamic' }, ([of]) => csvLine(string(of))),
  row('parse_xml', { args: [1], type: 'dynamic' }, ([of]) => readXml(string(of))),
  row('parse_version', { args: [1], type: 'decimal' }, ([of]) => {
    const found = version(string(of))
    return typeof found === 'string' ? printDecimal(readDecimal(found)!) : undefined
  }),
  hashRow('hash_sha256', sha256),
  hashRow('hash_sha1', sha1),
  hashRow('hash_md5', md5),
]

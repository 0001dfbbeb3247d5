// What a plain scalar of a rule means: number, boolean, null or text. YAML 1.1 and 1.2 differ here; the choices are in docs/decisions/010-yaml-scalars.md.

import type { ScalarNode } from './yaml.ts'

/** A scalar's reading. `doubt` says that another YAML reads it otherwise, and how; `text` is always the text as written. */
export type Reading =
  | { readonly type: 'null'; readonly text: string; readonly doubt?: string }
  | { readonly type: 'boolean'; readonly value: boolean; readonly text: string; readonly doubt?: string }
  | { readonly type: 'number'; readonly value: number | bigint; readonly text: string; readonly doubt?: string }
  | { readonly type: 'text'; readonly text: string; readonly doubt?: string }

const decimal = /^[-+]?(?:0|[1-9]\d*)$/
const octal = /^[-+]?0[0-7_]+$/
const hexadecimal = /^[-+]?0x[\da-fA-F_]+$/
const binary = /^[-+]?0b[01_]+$/
const separated = /^[-+]?[1-9][\d_]*_[\d_]*$/
const float = /^[-+]?(?:\d[\d_]*)?\.[\d_]*(?:[eE][-+]\d+)?$/
const sexagesimal = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/
const exponent = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+$/
const leadingZero = /^[-+]?0\d+$/
const date = /^\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?$/

/** The number in a text that is only digits, with its sign; beyond 2^53 the digits are kept. */
function whole(text: string): number | bigint {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text.startsWith('+') ? text.slice(1) : text)
}

/** A number in another notation: prefix cut off, underscores dropped, sign kept. */
function radix(text: string, prefix: number, base: string): number | bigint | undefined {
  const negative = text.startsWith('-')
  const digits = text.replace(/^[-+]/, '').slice(prefix).replaceAll('_', '')
  if (digits === '') return undefined
  const value = BigInt(base + digits)
  const signed = negative ? -value : value
  return signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(signed) : signed
}

/**
 * Reads a scalar as YAML 1.1 does (the YAML of pySigma), except where an author can only have meant text: `yes`, `no`, `on`, `off`,
 * `12:30`, dates, `.inf`, `.nan`. Quoted and block scalars are text.
 */
export function read(node: ScalarNode): Reading {
  const { text, tag } = node
  if (tag !== undefined && tag !== 'str') return tagged(text, tag)
  if (node.style !== 'plain' || tag === 'str') return { type: 'text', text }
  return plain(text)
}

function tagged(text: string, tag: string): Reading {
  if (tag === 'null') return { type: 'null', text }
  const reading = plain(text)
  if (tag === 'bool' && /^(?:yes|no|on|off|true|false)$/i.test(text)) {
    return { type: 'boolean', value: /^(?:yes|on|true)$/i.test(text), text }
  }
  if ((tag === 'int' || tag === 'float') && reading.type === 'number') return { type: 'number', value: reading.value, text }
  return { type: 'text', text, doubt: `the tag "!!${tag}" is ignored` }
}

function plain(text: string): Reading {
  if (text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL') return { type: 'null', text }
  const first = text.charCodeAt(0)
  // Digits, sign and dot open numbers and dates.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) return numeric(text)
  if (text.length > 5) return { type: 'text', text }
  switch (text) {
    case 'true':
    case 'True':
    case 'TRUE':
      return { type: 'boolean', value: true, text }
    case 'false':
    case 'False':
    case 'FALSE':
      return { type: 'boolean', value: false, text }
  }
  if (/^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text)) {
    const value = /^(?:yes|on)$/i.test(text)
    return { type: 'text', text, doubt: `"${text}" is read as text; YAML 1.1 reads it as the boolean ${value}` }
  }
  return { type: 'text', text }
}

function numeric(text: string): Reading {
  if (text.length > 64) return { type: 'text', text }
  if (decimal.test(text)) return { type: 'number', value: whole(text), text }
  const number = (value: number | bigint | undefined, doubt: string): Reading =>
    value === undefined ? { type: 'text', text } : { type: 'number', value, text, doubt: doubt.replace('%', String(value)) }
  if (octal.test(text)) return number(radix(text, 1, '0o'), `"${text}" is read as the octal number %`)
  if (hexadecimal.test(text)) return number(radix(text, 2, '0x'), `"${text}" is read as the number %, not as the text`)
  if (binary.test(text)) return number(radix(text, 2, '0b'), `"${text}" is read as the binary number %`)
  if (separated.test(text)) return number(whole(text.replaceAll('_', '')), `"${text}" is read as the number %`)
  if (float.test(text) && /\d/.test(text)) {
    const value = Number(text.replaceAll('_', ''))
    if (Number.isFinite(value)) {
      return String(value) === text ? { type: 'number', value, text } : number(value, `"${text}" is read as the number %`)
    }
  }
  if (sexagesimal.test(text))
    return { type: 'text', text, doubt: `"${text}" is read as text; YAML 1.1 reads it as a number to base 60` }
  if (exponent.test(text))
    return { type: 'text', text, doubt: `"${text}" is read as text, as in YAML 1.1; YAML 1.2 reads the number ${Number(text)}` }
  if (leadingZero.test(text))
    return { type: 'text', text, doubt: `"${text}" is read as text, as in YAML 1.1; YAML 1.2 reads the number ${Number(text)}` }
  if (/^0o[0-7]+$/.test(text))
    return { type: 'text', text, doubt: `"${text}" is read as text, as in YAML 1.1; YAML 1.2 reads the number ${Number(text)}` }
  if (date.test(text)) return { type: 'text', text, doubt: `"${text}" is read as text; YAML 1.1 reads it as a date` }
  if (/^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/.test(text))
    return { type: 'text', text, doubt: `"${text}" is read as text; YAML reads it as a number without a value` }
  return { type: 'text', text }
}

/** The number a scalar means where only a number makes sense: also `1e3`, also in quotes (`quoted` says so). */
export function readNumber(node: ScalarNode): { readonly value: number | bigint; readonly quoted: boolean } | undefined {
  const reading = read(node)
  if (reading.type === 'number') return { value: reading.value, quoted: false }
  const text = node.text.trim()
  if (decimal.test(text)) return { value: whole(text), quoted: node.style !== 'plain' }
  if (hexadecimal.test(text)) {
    const value = radix(text, 2, '0x')
    return value === undefined ? undefined : { value, quoted: node.style !== 'plain' }
  }
  if ((float.test(text) && /\d/.test(text)) || exponent.test(text) || leadingZero.test(text)) {
    const value = Number(text.replaceAll('_', ''))
    return Number.isFinite(value) ? { value, quoted: node.style !== 'plain' } : undefined
  }
  return undefined
}
